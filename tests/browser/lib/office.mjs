// A real daemon on a throw-away cluster, Debian's Chromium in front of it, and what the journeys
// count: keys, clicks, calls, bytes.  Prints TAP.  Node 18 or newer.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const TOP = join(here, '../../..');
export const modules = process.env.MOTCUA_TEST_MODULES ?? join(TOP, 'build/browser/npm/node_modules');
const require = createRequire(join(modules, 'x.js'));
// Debian's Chromium without a window: the same engine with less work for the machine.  Only the whole browser has
// the viewer of PDFs that prints a paper from its frame.
export const SHELL = '/usr/bin/chromium-headless-shell';
const WHOLE = '/usr/bin/chromium';
export const SHOTS = join(TOP, 'build/browser/shots');

// ---- TAP

let n = 0;
let failed = 0;
const lines = (detail) => String(detail).split('\n').map((l) => `# ${l}`).join('\n');
export function ok(good, name, detail) {
  n += 1;
  if (!good) failed += 1;
  console.log(`${good ? 'ok' : 'not ok'} ${n} - ${name}`);
  if (!good && detail !== undefined)
    console.log(lines(typeof detail === 'string' ? detail : JSON.stringify(detail, null, 1)));
  return good;
}
export const eq = (got, want, name) =>
  ok(JSON.stringify(got) === JSON.stringify(want), name, `got  ${JSON.stringify(got)}\nwant ${JSON.stringify(want)}`);
// What comes on the screen, or to the daemon, a moment after a key: read until it is there, at most half a minute.
export async function comes(read, want, name) {
  const until = performance.now() + 30000;
  let got = await read();
  while (JSON.stringify(got) !== JSON.stringify(want) && performance.now() < until) {
    await new Promise((again) => setTimeout(again, 25));
    got = await read();
  }
  return eq(got, want, name);
}
export const atMost = (got, limit, name) => {
  console.log(`# ${name}: ${got} of ${limit}`);
  return ok(got <= limit, name, `${got} is more than ${limit}`);
};

// A time, in milliseconds or as a score of them: other programs stretch it, and then it says nothing about the screen.
// What one test itself does stays well below that load.
export const free = () => loadavg()[0] < 1.5;
export const timed = (good, name, got) =>
  good || free() ? ok(good, name, got) : ok(true, `${name} # SKIP ${got} beside other programs (load ${loadavg()[0].toFixed(1)})`);

// The offices' day: Viet Nam's, wherever the tests run.
export const officeDay = (later = 0) => new Date(Date.now() + 7 * 3600000 + later * 86400000).toISOString().slice(0, 10);

// Without npm, its registry or Chromium the client's tests cannot run: one line says so.
export function needBrowser() {
  if (existsSync(join(modules, 'playwright-core')) && [SHELL, WHOLE].every(existsSync)) return;
  console.log('ok 1 - browser tests # SKIP npm or Chromium is not here');
  process.exit(0);
}

// ---- the office

// What is measured is the program as it is released, where that was built.
export function asReleased() {
  const release = join(TOP, 'build/release/motcuad');
  if (!process.env.MOTCUAD && existsSync(release)) process.env.MOTCUAD = release;
}

// Work in an officer's queue: dossiers of schools that the counter handed on.
export async function handedOn(office, count) {
  const slips = [];
  for (let i = 0; i < count; i++) {
    const slip = await office.intake({ applicant: { kind: 'state', name: `Trường Mầm non số ${i + 1}`, id_type: 'organisation', id_number: `H24.40.${10 + i}`, address: 'Hải Phòng', phone: '02253846077' } });
    await office.act('lan.tiepnhan', slip.code, 'act', { action: 'forward' });
    slips.push(slip);
  }
  return slips;
}

export async function openOffice(settings = {}) {
  const child = spawn('python3', ['-B', join(TOP, 'tests/lib/office_for_browser.py')], {
    cwd: TOP,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, MOTCUA_TEST_SETTINGS: JSON.stringify(settings) },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error('the office ended');
    return JSON.parse(value);
  };
  let turn = Promise.resolve();
  const ask = (what) => {
    const mine = turn.then(async () => {
      child.stdin.write(`${JSON.stringify(what)}\n`);
      const out = await next();
      if (out.error) throw new Error(out.error);
      return out;
    });
    turn = mine.catch(() => {});
    return mine;
  };
  const told = await next();
  return {
    ...told,
    ask,
    intake: (body = {}, as = 'lan.tiepnhan') => ask({ do: 'intake', as, body }).then((r) => r.body),
    act: (as, code, act, body = {}) => ask({ do: 'act', as, code, act, body }),
    call: (as, method, path, body) => ask({ do: 'call', as, method, path, body }),
    async end() {
      const out = await ask({ do: 'end' });
      ok(out.code === 0 && !out.sanitizer.length, 'the daemon stops cleanly and no sanitizer complained', out);
      eq(out.unlike, [], 'every answer given to the test itself was as /openapi.json describes it');
      child.stdin.end();
    },
  };
}

// ---- the browser

export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb',
];
export async function openBrowser({ prints = false } = {}) {
  const { chromium } = require('playwright-core');
  const browser = await chromium.launch({ executablePath: prints ? WHOLE : SHELL, headless: true, args: FLAGS });
  leavesRoutes(browser, () => browser.contexts());
  return browser;
}

// A request that a test holds up when it is through (one more of the client's own, behind the last check) fails nothing.
function leavesRoutes(what, contexts) {
  const close = what.close.bind(what);
  what.close = async () => {
    for (const page of contexts().flatMap((c) => c.pages())) await page.unrouteAll({ behavior: 'ignoreErrors' });
    await close();
  };
}

// A person at a computer: her own browser context.  Counts what she does and what the page asks.
export async function person(browser, office, login, options = {}) {
  const { lang = 'vi', size = [1366, 768], scheme = 'light', contrast = null, forced = null, ...rest } = options;
  const context = await browser.newContext({
    locale: lang === 'en' ? 'en-GB' : 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    viewport: { width: size[0], height: size[1] },
    colorScheme: scheme,
    contrast,
    forcedColors: forced,
    reducedMotion: 'reduce',
    ...rest,
  });
  context.setDefaultTimeout(60000);
  leavesRoutes(context, () => [context]);
  const page = await context.newPage();
  const count = { keys: 0, clicks: 0, calls: 0, bytes: 0, requests: 0 };
  const complaints = [];
  watch(page, office, count, complaints);
  const who = { context, page, count, complaints, login, lang, media: { scheme, contrast, forced } };
  who.reset = () => Object.assign(count, { keys: 0, clicks: 0, calls: 0, bytes: 0, requests: 0 });
  who.press = async (...keys) => {
    for (const k of keys) {
      count.keys += 1;
      await page.keyboard.press(k);
    }
  };
  // Typing as a person does: a key a letter, composed as Chromium's own input does.
  who.type = async (text) => {
    count.keys += [...text].length;
    await page.keyboard.type(text);
  };
  // A scanner in keyboard mode: a burst, then Enter or Tab; one scan, no keystroke of a person.
  who.scan = async (text, end = 'Enter', gap = 2) => {
    for (const c of text) {
      await page.keyboard.insertText(c);
      if (gap > 2) await page.waitForTimeout(gap);
    }
    await page.keyboard.press(end);
  };
  who.open = async (path) => {
    await page.goto(`${office.url}/lam-viec${path}${lang === 'en' ? `${path.includes('?') ? '&' : '?'}lang=en` : ''}`);
  };
  who.signIn = async (path = '') => {
    await who.open(path);
    await page.locator('input[name=username]').fill(login);
    await page.locator('input[name=password]').fill(office.password);
    await page.locator('input[name=password]').press('Enter');
    await page.locator('#main').waitFor();
    await page.locator('header.top').waitFor();
  };
  return who;
}

// The browser's own PDF viewer is no page of ours.
const BROWSERS_OWN = /^(data|blob|about|chrome|chrome-extension):/;

function watch(page, office, count, complaints) {
  page.on('console', (m) => m.type() === 'error' && !/status of (4|5)\d\d|ERR_(INTERNET|CONNECTION)|net::ERR/.test(m.text()) && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(`${e.message}\n${e.stack ?? ''}`));
  page.on('request', (r) => {
    if (!r.url().startsWith(office.url) && !BROWSERS_OWN.test(r.url())) complaints.push(`asks elsewhere: ${r.url()}`);
  });
  page.on('requestfinished', async (r) => {
    if (/^chrome/.test(r.url())) return;
    count.requests += 1;
    if (new URL(r.url()).pathname.startsWith('/v1/')) count.calls += 1;
    const sizes = await r.sizes().catch(() => null);
    if (sizes) count.bytes += sizes.responseBodySize + sizes.responseHeadersSize;
  });
}

// ---- looking

export async function shot(who, name) {
  mkdirSync(SHOTS, { recursive: true });
  await who.page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

// axe-core through the debugging protocol's own world: the page's policy stays on.  Every state of a screen is
// looked at in all four modes and in both languages where it stands, two modes a language, the pairs changing from
// state to state (a colour does not depend on the language, nor a name on the colours): the language is switched by
// the screen's own button, which keeps the state.  Rules about structure do not depend on the mode, so only the
// first look has all rules, the others those about colours; html-validate reads the same state once.
let axeSource = null;
const COLOURS = ['color-contrast', 'link-in-text-block'];
const SIZES = ['target-size']; // words of another length make other sizes, colours do not
// A page keeps its world while its document lives: what axe's code has warmed up stays warm.
async function worldOf(who) {
  axeSource ??= readFileSync(join(modules, 'axe-core/axe.min.js'), 'utf8');
  const session = (who.debugging ??= await who.context.newCDPSession(who.page));
  const evaluate = (expression) => session.send('Runtime.evaluate', { expression, contextId: who.world, awaitPromise: true, returnByValue: true });
  const there = who.world && (await evaluate('typeof axe').catch(() => null));
  if (there?.result.value !== 'object') {
    const { frameTree } = await session.send('Page.getFrameTree');
    who.world = (await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' })).executionContextId;
    await evaluate(axeSource);
  }
  return {
    run: async (expression) => {
      const done = await evaluate(expression);
      return done.result.value ?? [JSON.stringify(done.exceptionDetails ?? done)];
    },
  };
}
const look = (world, rules) => world.run(`axe.run(document, {resultTypes: ['violations'], selectors: false, preload: false${rules ? `, runOnly: ${JSON.stringify(rules)}` : ''}}).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' | ' + (n.failureSummary ?? '')).join('\\n   ')))`);
export const show = (who, mode) => who.page.emulateMedia({ colorScheme: mode.scheme ?? 'light', contrast: mode.contrast ?? 'no-preference', forcedColors: mode.forced ?? 'none' });
// Presses the screen's own button of languages; false where there is none.
export async function otherLanguage(who) {
  const before = await who.page.evaluate(() => {
    const button = document.querySelector('.link.off') ? null : document.querySelector('header.top button[lang], main.alone .lang button'); // without a network the words cannot come
    button?.click();
    return button && document.documentElement.lang;
  });
  if (before) await who.page.waitForFunction((lang) => document.documentElement.lang !== lang, before);
  return !!before;
}
// The name of a word where the word should be: nobody has seen it until somebody looks.
let names = null;
async function worded(who) {
  if (!names) {
    const client = join(TOP, 'server/web/client');
    const sets = await Promise.all(readdirSync(client).filter((n) => n.endsWith('.vi.mjs')).map((n) => import(join(client, n))));
    names = sets.flatMap((set) => Object.keys(set.default));
  }
  return who.page.evaluate((all) => {
    const said = new Set(document.body.innerText.concat(...[...document.querySelectorAll('option')].map((o) => ` ${o.textContent}`)).split(/\s+/));
    return all.filter((k) => said.has(k));
  }, names);
}
let states = 0;
export async function axe(who, name) {
  await valid(who, name);
  eq(await worded(who), [], `words stand where they should: ${name}`);
  const world = await worldOf(who);
  const found = [];
  const all = async (language, modes) => {
    for (const mode of modes) {
      await show(who, mode);
      const rules = mode === modes[0] && language === 'second' ? [...COLOURS, ...SIZES] : COLOURS;
      found.push(...(await look(world, mode === MODES[0] ? null : rules)).map((v) => `${mode.name}, ${language} language: ${v}`));
    }
  };
  const { keys, clicks, calls, bytes, requests } = who.count;
  const [light, dark, contrast, forced] = MODES;
  const [first, second] = states++ % 2 ? [[light, dark], [contrast, forced]] : [[light, contrast], [dark, forced]];
  await all('first', first);
  const switched = await otherLanguage(who);
  await all(switched ? 'second' : 'first', second);
  if (switched) await otherLanguage(who);
  await show(who, who.media);
  Object.assign(who.count, { keys, clicks, calls, bytes, requests });
  return ok(found.length === 0, `axe finds nothing in four modes and both languages: ${name}`, found.join('\n'));
}

// html-validate on the page as it stands.  Its rules, and why some are off: tests/browser/html.mjs.
let validator = null;
export async function valid(who, name) {
  if (!validator) {
    const { HtmlValidate } = require('html-validate');
    validator = new HtmlValidate((await import('../html.mjs')).default);
  }
  const html = await who.page.evaluate(() => document.documentElement.outerHTML);
  const report = await validator.validateString(`<!DOCTYPE html>\n${html}`);
  const found = report.results.flatMap((r) => r.messages).map((m) => `${m.ruleId}: ${m.message} ${html.slice(Math.max(0, m.offset - 60 - 16), m.offset + 60)}`);
  return ok(found.length === 0, `html-validate finds nothing: ${name}`, [...new Set(found)].slice(0, 12).join('\n'));
}

export const focused = (who) =>
  who.page.evaluate(() => {
    const e = document.activeElement;
    return e === document.body ? 'body' : `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ''}`;
  });
export async function neverBody(who, after) {
  await who.page.waitForFunction(() => document.activeElement !== document.body, null, { timeout: 10000 }).catch(() => {});
  return ok((await focused(who)) !== 'body', `the focus is somewhere after ${after}`);
}
export const noSideways = async (who, name) =>
  ok(await who.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `nothing sticks out sideways: ${name}`);
// The common screen at 200 %, and the widest.
export async function noSidewaysElsewhere(who, name) {
  for (const [width, height] of [[683, 384], [1920, 1080]]) {
    await who.page.setViewportSize({ width, height });
    await noSideways(who, `${name} at ${width} px`);
  }
}

// Four ways a screen is looked at, in two languages.
export const MODES = [
  { name: 'light', scheme: 'light' },
  { name: 'dark', scheme: 'dark' },
  { name: 'contrast', scheme: 'light', contrast: 'more' },
  { name: 'forced', scheme: 'light', forced: 'active' },
];

// A screen as it is first met, and dark in English: pictures, words; axe() itself looks at all modes.
export const TWICE = [[MODES[0], 'vi'], [MODES[1], 'en']];

export function done() {
  console.log(`1..${n}`);
  process.exitCode = failed ? 1 : 0;
}
