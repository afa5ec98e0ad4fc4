// What each screen may cost: bytes, requests, scripts, times, layout shift, keys; the release program on
// loopback, a new browser each time.  The numbers are printed (# lines) and stand in the README.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { asReleased, atMost, eq, handedOn, needBrowser, ok, openBrowser, openOffice, person, timed, TOP, done } from './lib/office.mjs';

needBrowser();
asReleased();
const office = await openOffice();
const browser = await openBrowser();
const codes = await handedOn(office, 12);

// kB are thousands of bytes on the wire, headers too, until nothing more comes; scripts as `gzip -9` makes them; times
// in ms, the best of five (other work shares the machine).  The one event stream of a browser is not counted.
const BUDGETS = [
  { name: 'counter', login: 'lan.tiepnhan', path: '/tiep-nhan', usable: 'main input', bytes: 110, js: 30, requests: 14, fcp: 800, ready: 1000, shift: 0.05 },
  { name: 'queue', login: 'minh.congsan', path: '/hang-doi?scope=unit', usable: 'table.queue tbody tr', bytes: 115, js: 32, requests: 14, fcp: 800, ready: 1200, shift: 0.05 },
  { name: 'dossier', login: 'minh.congsan', path: `/ho-so/${codes[0].code}`, usable: '.tracker', calls: 2, bytes: 120, js: 34, requests: 16, fcp: 800, ready: 1200, shift: 0.05 },
  { name: 'dashboard', login: 'giang.giamsat', path: '/so-lieu', usable: '.tile .big', bytes: 125, js: 36, requests: 16, fcp: 1000, ready: 1800, shift: 0.05 },
  { name: 'reports', login: 'giang.giamsat', path: '/so-lieu/reports/make?report=ii06a', usable: '.formtable tbody tr', bytes: 125, js: 36, requests: 16, fcp: 1000, ready: 1800, shift: 0.05 },
  { name: 'editor', login: 'nam.quantri', path: '/thu-tuc/1.005416/edit', usable: '.editor textarea', all: '.diagram svg', bytes: 125, js: 36, requests: 16, fcp: 1000, ready: 1500, shift: 0.05 },
  { name: 'tracking', path: '/tra-cuu', usable: 'form', bytes: 15, js: 36, requests: 3, fcp: 400, ready: 500, shift: 0.02, open: true },
];
const TIMES = new Set(['fcp', 'ready']);
const sizeOf = (path, body) => {
  const file = join(TOP, 'build/web/out', `${path.split('/').pop()}.gz`);
  return existsSync(file) ? readFileSync(file).length : gzipSync(body, { level: 9 }).length;
};
const kilo = (scripts) => [...scripts].reduce((sum, [path, body]) => sum + sizeOf(path, body), 0) / 1000;
function scriptsOf(who) {
  const scripts = new Map();
  who.page.on('response', async (r) => {
    const path = new URL(r.url()).pathname;
    if (/\.m?js$/.test(path)) scripts.set(path, await r.body().catch(() => Buffer.alloc(0)));
  });
  return scripts;
}
// Nothing has come for half a second.
async function settled(who) {
  let seen = -1;
  while (seen !== who.count.requests) {
    seen = who.count.requests;
    await who.page.waitForTimeout(500);
  }
}

// One cold load with the session in the browser already: what the screen itself asks for.
async function load(b, state) {
  const who = await person(browser, office, b.login, state ? { storageState: state } : {});
  const scripts = scriptsOf(who);
  await who.page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((l) => l.getEntries().forEach((e) => { if (!e.hadRecentInput) window.shift += e.value; })).observe({ type: 'layout-shift', buffered: true });
  });
  let calls = 0; // of the screen; the shell's own are not its
  who.page.on('request', (r) => { calls += /^\/v1\/(?!session|events|notifications\/unread)/.test(new URL(r.url()).pathname); });
  const began = Date.now();
  await who.page.goto(`${office.url}${b.open ? '' : '/lam-viec'}${b.path}`);
  await who.page.locator(b.usable).first().waitFor();
  const ready = Date.now() - began;
  if (b.all) await who.page.locator(b.all).first().waitFor();
  await settled(who);
  const fcp = await who.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const shift = await who.page.evaluate(() => window.shift);
  const out = { ready, fcp: Math.round(fcp), shift: Math.round(shift * 1000) / 1000, js: kilo(scripts), calls, requests: who.count.requests, bytes: who.count.bytes, complaints: who.complaints };
  await who.context.close();
  return out;
}

for (const b of BUDGETS) {
  let state = null;
  if (b.login) {
    const first = await person(browser, office, b.login);
    await first.signIn('');
    state = await first.context.storageState();
    await first.context.close();
  }
  const runs = [];
  const best = (k) => Math.min(...runs.map((r) => r[k]));
  const most = (k) => Math.max(...runs.map((r) => r[k])); // bytes are counted until nothing more comes, fonts and all
  for (let i = 0; i < 5 && (i < 2 || best('fcp') > b.fcp || best('ready') > b.ready || best('shift') > b.shift); i++) runs.push(await load(b, state));
  const got = { bytes: most('bytes') / 1000, js: most('js'), requests: most('requests'), calls: most('calls'), fcp: best('fcp'), ready: best('ready'), shift: best('shift') };
  console.log(`# ${b.name}: ${got.bytes.toFixed(1)} kB cold, ${got.js.toFixed(1)} kB of scripts (gzip), ${got.requests} requests, ${got.calls} calls, first paint ${got.fcp} ms, usable ${got.ready} ms, shift ${got.shift}`);
  for (const k of ['bytes', 'js', 'requests', 'fcp', 'ready', 'shift', 'calls']) if (b[k]) (TIMES.has(k) ? timed : ok)(got[k] <= b[k], `${b.name}: ${k} at most ${b[k]}`, `${got[k]}`);
  eq(runs.flatMap((r) => r.complaints), [], `${b.name}: no error, no complaint of the policy, nothing from elsewhere`);
}

// ---- main tasks from the door: the screen is open, nothing has been touched; keys are counted, clicks are none
async function task(login, path, limit, name, work) {
  const who = await person(browser, office, login, {});
  if (login) await who.signIn(path);
  const scripts = scriptsOf(who);
  who.reset();
  await work(who);
  atMost(who.count.keys, limit, `${name}: keys from the door`);
  console.log(`# ${name}: ${kilo(scripts).toFixed(1)} kB of scripts more`);
  eq(who.count.clicks, 0, `${name}: no click is needed`);
  eq(who.complaints, [], `${name}: no error on the way`);
  await who.context.close();
}
await task('minh.congsan', '/hang-doi?scope=unit', 3, 'queue, one dossier done', async (who) => {
  await who.page.waitForFunction(() => document.activeElement?.dataset?.row);
  await who.press('1');
  await who.page.locator('.toast').first().waitFor();
});
await task('minh.congsan', `/ho-so/${codes[5].code}`, 4, 'dossier, its act done', async (who) => {
  await who.page.locator('.acts .button').first().waitFor();
  await who.press('1');
  await who.page.locator('.toast').first().waitFor();
});
await task('giang.giamsat', '/so-lieu', 5, 'dashboard, a filtered export', async (who) => {
  await who.page.locator('.tile .big').first().waitFor();
  await who.press('4'); // this year
  await who.page.waitForURL(/from=\d{4}-01-01/);
  const [file] = await Promise.all([who.page.waitForEvent('download'), who.press('Control+s')]);
  ok(/\.xlsx$/.test(file.suggestedFilename()) && /from=\d{4}-01-01/.test(file.url()), 'the year goes out as XLSX', file.url());
});
await task('nam.quantri', '/thu-tuc/1.005416/edit', 6, 'editor, a dry run', async (who) => {
  await who.page.locator('section form input').first().waitFor();
  await who.press('Control+Enter');
  await who.page.locator('section table tbody tr').nth(7).waitFor();
});
await task(null, '', 20, 'tracking by the code on the slip', async (who) => {
  await who.page.goto(`${office.url}/tra-cuu#${codes[0].code}/${codes[0].secret}`);
  await who.page.locator('main', { hasText: codes[0].code }).waitFor();
});
// Sixteen signs say which dossier: nothing else is typed, and nothing but the hyphens left out.
await task(null, '', 20, 'tracking by hand', async (who) => {
  await who.page.goto(`${office.url}/tra-cuu`);
  await who.page.locator('#secret').focus();
  await who.type(codes[0].secret.replaceAll('-', ''));
  await who.press('Enter');
  await who.page.locator('main', { hasText: codes[0].code }).waitFor();
});
await task(null, '', 20, 'tracking by hand, hyphens too', async (who) => {
  await who.page.goto(`${office.url}/tra-cuu`);
  await who.page.locator('#secret').focus();
  await who.type(codes[0].secret);
  await who.press('Enter');
  await who.page.locator('main', { hasText: codes[0].code }).waitFor();
});

// ---- the order of the Tab key, screen by screen: focus.golden.txt (MOTCUA_TEST_GOLDEN=write makes it anew)
const GOLDEN = join(TOP, 'tests/browser/focus.golden.txt');
const STOPS = 70;
const stop = (who) => who.page.evaluate(() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const label = e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.innerText ?? e.textContent;
  const said = label.replace(/\s+/g, ' ').trim().replace(/\d+/g, '#').slice(0, 60);
  return `${e.getAttribute('role') ?? e.tagName.toLowerCase()} ${said}`;
});
let told = '';
for (const b of BUDGETS) {
  const who = await person(browser, office, b.login ?? null, {});
  if (b.open) await who.page.goto(office.url + b.path);
  else await who.signIn(b.path);
  await who.page.locator(b.all ?? b.usable).first().waitFor();
  await settled(who);
  await who.page.evaluate(() => {
    document.activeElement.blur();
    getSelection().removeAllRanges();
    scrollTo(0, 0);
  });
  if (!b.open) await who.page.locator('a.skip').focus();
  else await who.page.keyboard.press('Tab');
  told += `== ${b.name}\n`;
  let before = null;
  for (let i = 0; i < STOPS; i++) {
    const at = await stop(who);
    if (!at) break;
    if (at !== before) told += `${at}\n`; // rows of a table that say the same are one line
    before = at;
    if (at.startsWith('textarea')) await who.page.keyboard.press('Escape'); // the editor's Tab is a letter until then
    await who.page.keyboard.press('Tab');
  }
  await who.context.close();
}
if (process.env.MOTCUA_TEST_GOLDEN === 'write') writeFileSync(GOLDEN, told);
const golden = existsSync(GOLDEN) ? readFileSync(GOLDEN, 'utf8') : '';
const [a, b] = [golden.split('\n'), told.split('\n')];
ok(told === golden, 'the Tab key goes the way it did (tests/browser/focus.golden.txt)', b.map((l, i) => (l === a[i] ? null : `line ${i + 1}: ${l}, was: ${a[i]}`)).filter(Boolean).slice(0, 12).join('\n'));

// ---- answers that a person waits for: fifty rows drawn, what a colleague did, the code of a dossier just saved (the best of up to ten:
// other work shares the machine)
const soon = async (limit, name, run) => {
  const times = [];
  while (times.length < 10 && !(Math.min(...times) <= limit)) times.push(Math.round(await run()));
  console.log(`# ${name}: ${Math.min(...times)} of ${limit}`);
  timed(Math.min(...times) <= limit, name, Math.min(...times));
};
{
  const who = await person(browser, office, 'minh.congsan', {});
  await who.page.addInitScript(() => {
    const { json } = Response.prototype;
    Response.prototype.json = async function () {
      const body = await json.call(this);
      if (body.items?.length === 50) window.came = performance.now();
      return body;
    };
    const { formatToParts } = Intl.DateTimeFormat.prototype; // once for each row that is drawn
    Intl.DateTimeFormat.prototype.formatToParts = function (at) {
      window.formatted = (window.formatted ?? 0) + 1;
      return formatToParts.call(this, at);
    };
    new MutationObserver(() => {
      if (!window.drawn && document.querySelectorAll('table.queue tbody tr').length === 50) requestAnimationFrame(() => setTimeout(() => { window.drawn = performance.now() - window.came; })); // painted
    }).observe(document, { childList: true, subtree: true });
  });
  await who.page.route('**/v1/queue?*', async (route) => {
    const response = await route.fetch();
    const page = await response.json();
    await route.fulfill({ response, json: { ...page, items: Array.from({ length: 50 }, (_, i) => ({ ...page.items[i % page.items.length], task: 1000 + i })) } });
  });
  const listening = who.page.waitForResponse(/\/v1\/events/);
  await who.signIn('/hang-doi?scope=unit');
  await soon(150, 'queue, fifty rows from their answer to the screen, ms', async () => {
    await who.page.reload();
    return (await who.page.waitForFunction(() => window.drawn)).jsonValue();
  });
  await who.page.waitForFunction(() => document.activeElement?.dataset?.row);
  await who.page.evaluate(() => { window.formatted = 0; });
  await who.press('ArrowDown');
  await who.page.waitForFunction(() => document.activeElement === document.querySelectorAll('[data-row]')[1]);
  ok((await who.page.evaluate(() => window.formatted)) <= 4, 'queue: a key draws the rows anew that changed, not all of them');
  // It stands open all day: what it holds does not grow with how often it was drawn.
  const cdp = await who.context.newCDPSession(who.page);
  const upAndDown = async (times) => {
    for (let i = 0; i < times; i++) await who.press('ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp');
    await who.page.waitForFunction(() => document.activeElement === document.querySelectorAll('[data-row]')[1]);
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize / 1024;
  };
  const held = await upAndDown(25);
  atMost(Math.round((await upAndDown(50)) - held), 300, 'queue: kB held after two hundred keys more');
  await who.page.unroute('**/v1/queue?*');
  await listening;
  await who.page.reload();
  await who.page.waitForResponse(/\/v1\/events/);
  await soon(2000, 'queue, a colleague’s act on the screen, ms', async () => {
    const slip = await office.intake();
    await who.page.locator('table.queue tbody tr').first().waitFor();
    const began = performance.now();
    await office.act('lan.tiepnhan', slip.code, 'act', { action: 'forward' });
    await who.page.locator('button', { hasText: 'hồ sơ mới' }).waitFor();
    return performance.now() - began;
  });
  eq(who.complaints, [], 'queue: no error');
  await who.context.close();
}
{
  const who = await person(browser, office, 'lan.tiepnhan', {});
  await who.page.addInitScript(() => { window.print = () => {}; });
  await who.signIn('/tiep-nhan');
  let n = 0;
  await soon(300, 'counter, from the key to the code of a saved dossier, ms', async () => {
    await who.page.waitForFunction(() => document.activeElement?.id === 'f-applicant-number');
    await who.scan(`03118800124${n++}||Nguyễn Thị Phượng|01021988|Nữ|12/3 Lương Khánh Thiện, Hải Phòng|10052021`);
    await who.page.waitForFunction(() => document.activeElement?.id === 'f-procedure');
    await who.type('4859');
    await who.page.locator('#f-procedure-l [role=option]').first().waitFor();
    await who.press('Enter');
    await who.page.waitForFunction(() => document.activeElement?.id === 'f-case');
    await who.press('ArrowDown', 'Enter', 'Enter', 'Enter', 'Enter', 'Enter');
    await who.page.waitForFunction(() => document.querySelectorAll('.papers li.given').length === 3);
    const had = await who.page.locator('.recent li a').count();
    const began = performance.now();
    await who.press('Control+Enter');
    await who.page.locator('.recent li a').nth(had).waitFor();
    return performance.now() - began;
  });
  await who.context.close();
}

await browser.close();
await office.end();
done();
