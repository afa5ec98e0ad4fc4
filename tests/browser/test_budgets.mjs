// What each screen may cost: bytes, requests, scripts, times, layout shift; the release program on
// loopback, a new browser each time.  The numbers are printed (# lines) and stand in the README.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eq, needBrowser, ok, openBrowser, openOffice, person, TOP, done } from './lib/office.mjs';

needBrowser();
const release = join(TOP, 'build/release/motcuad');
if (!process.env.MOTCUAD && existsSync(release)) process.env.MOTCUAD = release;
const office = await openOffice();
const browser = await openBrowser();
const codes = [];
for (let i = 0; i < 12; i++) {
  const slip = await office.intake({ applicant: { kind: 'state', name: `Trường Mầm non số ${i + 1}`, id_type: 'organisation', id_number: `H24.40.${10 + i}`, address: 'Hải Phòng', phone: '02253846077' } });
  await office.act('lan.tiepnhan', slip.code, 'act', { action: 'forward' });
  codes.push(slip);
}

// kB are thousands of bytes on the wire; times in ms, the best of five (other work shares the machine).
// Where `aim` stands, the aim is missed so far: `bytes` and `js` hold what must not grow.
const BUDGETS = [
  { name: 'counter', login: 'lan.tiepnhan', path: '/tiep-nhan', usable: 'main input', bytes: 137, js: 49, aim: { bytes: 110, js: 30 }, requests: 14, fcp: 800, ready: 1000, shift: 0.05 },
  { name: 'queue', login: 'minh.congsan', path: '/hang-doi?scope=unit', usable: 'table.queue tbody tr', bytes: 127, js: 45, aim: { bytes: 115, js: 32 }, requests: 14, fcp: 800, ready: 1200, shift: 0.05 },
  { name: 'dossier', login: 'minh.congsan', path: `/ho-so/${codes[0].code}`, usable: '.tracker', bytes: 133, js: 44, aim: { bytes: 120, js: 34 }, requests: 16, fcp: 800, ready: 1200, shift: 0.05 },
  { name: 'dashboard', login: 'giang.giamsat', path: '/so-lieu', usable: '.tile .big', bytes: 131, js: 43, aim: { bytes: 125, js: 36 }, requests: 16, fcp: 1000, ready: 1800, shift: 0.05 },
  { name: 'editor', login: 'nam.quantri', path: '/thu-tuc/1.005416/edit', usable: '.editor textarea', bytes: 135, js: 42, aim: { bytes: 125, js: 36 }, requests: 16, fcp: 1000, ready: 1500, shift: 0.05 },
  { name: 'tracking', path: '/tra-cuu', usable: 'form', bytes: 15, js: 36, requests: 3, fcp: 400, ready: 500, shift: 0.02, open: true },
];

// One cold load with the session in the browser already: what the screen itself asks for.
async function load(b, state) {
  const who = await person(browser, office, b.login, state ? { storageState: state } : {});
  const scripts = new Map();
  who.page.on('response', async (r) => {
    const path = new URL(r.url()).pathname;
    if (/\.m?js$/.test(path)) scripts.set(path, (await r.body().catch(() => Buffer.alloc(0))).length);
  });
  await who.page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((l) => l.getEntries().forEach((e) => { if (!e.hadRecentInput) window.shift += e.value; })).observe({ type: 'layout-shift', buffered: true });
  });
  const began = Date.now();
  await who.page.goto(`${office.url}${b.open ? '' : '/lam-viec'}${b.path}`);
  await who.page.locator(b.usable).first().waitFor();
  const ready = Date.now() - began;
  const atReady = { requests: who.count.requests };
  await who.page.waitForLoadState('networkidle').catch(() => {});
  const fcp = await who.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const shift = await who.page.evaluate(() => window.shift);
  const js = [...scripts.keys()].reduce((sum, path) => {
    const file = join(TOP, 'build/web/out', `${path.split('/').pop()}.gz`);
    return sum + (existsSync(file) ? readFileSync(file).length : gzipSync(Buffer.alloc(scripts.get(path))).length);
  }, 0);
  const out = { ready, fcp: Math.round(fcp), shift: Math.round(shift * 1000) / 1000, js, requests: atReady.requests, bytes: who.count.bytes, all: who.count.requests, complaints: who.complaints };
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
  const got = { bytes: most('bytes') / 1000, js: most('js') / 1000, requests: Math.max(...runs.map((r) => r.requests)), fcp: best('fcp'), ready: best('ready'), shift: best('shift') };
  console.log(`# ${b.name}: ${got.bytes.toFixed(1)} kB cold, ${got.js.toFixed(1)} kB of scripts (gzip), ${got.requests} requests, first paint ${got.fcp} ms, usable ${got.ready} ms, shift ${got.shift}${b.aim ? ` (aim: ${b.aim.bytes} kB, ${b.aim.js} kB of scripts)` : ''}`);
  for (const k of ['bytes', 'js', 'requests', 'fcp', 'ready', 'shift']) ok(got[k] <= b[k], `${b.name}: ${k} at most ${b[k]}`, `${got[k]}`);
  eq(runs.flatMap((r) => r.complaints), [], `${b.name}: no error, no complaint of the policy, nothing from elsewhere`);
}
await browser.close();
await office.end();
done();
