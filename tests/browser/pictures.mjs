// Pictures of every screen in both languages, light and dark, at four widths, in high contrast and in forced colours, of a
// running demonstration: to be looked at by people, no test.  Names what sticks out sideways, what is cut off, and words that are not of the language.
//   node tests/browser/pictures.mjs https://localhost:8443 [folder] [only names that contain this]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MODES, openBrowser, person, show, SHOTS } from './lib/office.mjs';

const [url, folder = join(SHOTS, 'all'), only = ''] = process.argv.slice(2);
const office = { url, password: process.env.MOTCUA_DEMO_PASSWORD ?? 'MotCua@HaiPhong26' };
const WIDTHS = [[320, 900], [768, 1024], [1366, 768], [1920, 1080]];
const NORMAL = 1366; // where the rare modes are looked at
const HIGHEST = 2400;
const YEAR = new Date().getFullYear();
const DAYS = `from=${YEAR}-01-01&to=${YEAR + 1}-01-01`;
const STAFF = '/lam-viec';

const SCREENS = [
  ['signin', null, STAFF],
  ['counter', 'lan.tiepnhan', `${STAFF}/tiep-nhan`],
  ['counter-chosen', 'lan.tiepnhan', `${STAFF}/tiep-nhan`, async (p) => {
    await p.locator('#f-procedure').fill('1.005416');
    await p.locator('#f-procedure-l [role=option]').first().waitFor();
    await p.locator('#f-procedure').press('Enter');
    await p.locator('.promise strong').first().waitFor();
  }],
  ['today', 'lan.tiepnhan', `${STAFF}/hom-nay`],
  ['handover', 'mai.traketqua', `${STAFF}/tra-ket-qua`],
  ['desk', 'lan.tiepnhan', `${STAFF}/quay`],
  ['search', 'lan.tiepnhan', `${STAFF}/tim?q=nguyen`],
  ['registers', 'lan.tiepnhan', `${STAFF}/so-theo-doi`],
  ['register', 'lan.tiepnhan', `${STAFF}/so-theo-doi`, (p) => p.locator('tbody th a').first().press('Enter')],
  ['queue', 'minh.congsan', `${STAFF}/hang-doi?scope=unit`],
  ['queue-drawer', 'minh.congsan', `${STAFF}/hang-doi?scope=unit`, async (p) => {
    await p.locator('table.queue [data-row]').first().press('Enter');
    await p.locator('dialog.drawer .acts').waitFor();
  }],
  ['queue-columns', 'minh.congsan', `${STAFF}/hang-doi?scope=unit`, async (p) => {
    await p.locator('.filters [aria-haspopup=dialog]').press('Enter');
    await p.locator('.columns input').first().waitFor();
  }],
  ['notices', 'duc.congsan', `${STAFF}/thong-bao`],
  ['dossier', 'minh.congsan', `${STAFF}/hang-doi?scope=unit`, async (p) => {
    await p.locator('table.queue [data-row]').first().press('Control+Enter');
    await p.locator('.tracker').waitFor();
  }],
  ['account', 'lan.tiepnhan', `${STAFF}/tai-khoan`],
  ['standin', 'duc.congsan', `${STAFF}/uy-quyen`],
  ['figures', 'giang.giamsat', `${STAFF}/so-lieu?${DAYS}`],
  ...['table', 'load', 'steps', 'reasons'].map((x) => [`figures-${x}`, 'giang.giamsat', `${STAFF}/so-lieu/${x}?${DAYS}`]),
  ['report-form', 'giang.giamsat', `${STAFF}/so-lieu/reports/make?${DAYS}&report=ii06a`],
  ...['saved', 'frozen', 'topics', 'indices', 'whatif', 'consents', 'seals'].map((x) =>
    [`report-${x}`, 'giang.giamsat', `${STAFF}/so-lieu/reports/${x}?${DAYS}`]),
  ['behind', 'giang.giamsat', `${STAFF}/so-lieu/danh-sach?${DAYS}&figure=received`],
  ['procedures', 'nam.quantri', `${STAFF}/thu-tuc`],
  ['procedure', 'nam.quantri', `${STAFF}/thu-tuc/1.005416`],
  ['editor', 'nam.quantri', `${STAFF}/thu-tuc/1.005416/edit`],
  ['moves', 'nam.quantri', `${STAFF}/thu-tuc/1.005416/move`],
  ['calendars', 'nam.quantri', `${STAFF}/lich`],
  ['organisation', 'nam.quantri', `${STAFF}/to-chuc`],
  ...['', 'tra-cuu', 'thu-tuc', 'thu-tuc/1.005416', 'dat-lich', 'lay-so', 'bang-goi'].map((x) => [`public-${x.replace('/', '-') || 'start'}`, null, `/${x}`]),
];

// What sticks out of the page; text that its own box cuts off.
const faults = () => {
  const out = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 1) out.push(`sticks out sideways by ${wide}`);
  for (const e of document.querySelectorAll('main *, header *, nav *, dialog *')) {
    if (e.closest('.vh, .scroll, svg, select, textarea, input, .sprite, .diagram')) continue;
    const style = getComputedStyle(e);
    if (e.clientWidth && e.scrollWidth > e.clientWidth + 1 && /hidden|clip/.test(style.overflowX) && e.textContent.trim())
      out.push(`cut off: ${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 50)}`);
  }
  return [...new Set(out)].slice(0, 6);
};

mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
const states = new Map();
async function somebody(login, lang) {
  const key = `${login}`;
  if (login && !states.has(key)) {
    const who = await person(browser, office, login, { ignoreHTTPSErrors: true });
    await who.signIn();
    states.set(key, await who.context.storageState());
    await who.context.close();
  }
  return person(browser, office, login, { lang, ignoreHTTPSErrors: true, ...(login && { storageState: states.get(key) }) });
}
for (const [name, login, path, act] of SCREENS.filter(([n]) => n.includes(only)))
  for (const lang of ['vi', 'en']) {
    const who = await somebody(login, lang);
    const { page } = who;
    try {
      await page.goto(`${url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
      await page.waitForLoadState('networkidle');
      await act?.(page);
      await page.waitForLoadState('networkidle');
      for (const [width, height] of WIDTHS) {
        await page.setViewportSize({ width, height });
        for (const mode of MODES.filter((m) => width === NORMAL || !m.contrast && !m.forced)) {
          await show(who, mode);
          await page.waitForTimeout(60);
          const high = Math.min(HIGHEST, await page.evaluate(() => document.documentElement.scrollHeight));
          await page.screenshot({ path: join(folder, `${name}-${width}-${mode.name}-${lang}.png`), fullPage: true, clip: { x: 0, y: 0, width, height: Math.max(height, high) } });
        }
        for (const f of await page.evaluate(faults)) console.log(`${name} ${width} ${lang}: ${f}`);
      }
    } catch (e) {
      console.log(`${name} ${lang}: ${e.message.split('\n')[0]}`);
    }
    for (const c of who.complaints) console.log(`${name} ${lang}: ${c.split('\n')[0]}`);
    await who.context.close();
  }
await browser.close();
