// Pages for everybody in a real browser: kiosk in two touches, the board within a second and when the
// link is lost, booking on a phone without scripts, procedures, tracking with both codes behind '#'.
import { axe, comes, done, eq, needBrowser, noSideways, ok, openBrowser, openOffice, person, shot, timed } from './lib/office.mjs';

needBrowser();
const office = await openOffice({ 'kiosk.open': 'true' });
const browser = await openBrowser();
const open = (who, path) => who.page.goto(office.url + path);
const touch = async (who, selector) => {
  who.count.clicks += 1;
  await who.page.locator(selector).click();
};

// ---- every page, four looks, two languages, from 320 px on
const PAGES = {
  kiosk: '/lay-so?hall=TTPVHCC', board: '/bang-goi?hall=TTPVHCC', book: '/dat-lich?hall=TTPVHCC', days: '/dat-lich?hall=TTPVHCC&service=land',
  code: '/dat-lich/ma', procedures: '/thu-tuc', procedure: '/thu-tuc/1.115613', track: '/tra-cuu', start: '/',
};
for (const lang of ['vi', 'en']) {
  const who = await person(browser, office, null, { lang });
  for (const [name, path] of Object.entries(PAGES)) {
    await open(who, `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
    await axe(who, `${name}, ${lang}`);
  }
  eq(who.complaints, [], `no complaint of the browser, ${lang}`);
  await who.context.close();
}
for (const size of [[320, 640], [1280, 800]]) {
  const who = await person(browser, office, null, { size });
  for (const [name, path] of Object.entries(PAGES)) {
    await open(who, path);
    await noSideways(who, `${name} at ${size[0]} px`);
    await shot(who, `public-${name}-${size[0]}`);
  }
  await who.context.close();
}

// ---- the kiosk: one touch, two for who goes first; every target is large enough
const kiosk = await person(browser, office, null, { javaScriptEnabled: false });
await open(kiosk, PAGES.kiosk);
const small = await kiosk.page.locator('button, a.touch, input:not([type=hidden])').evaluateAll((all) =>
  all.map((e) => e.getBoundingClientRect()).filter((r) => r.height < 44 || r.width < 44).length);
eq(small, 0, 'every target of the kiosk is at least 44 pixels');
kiosk.reset();
await touch(kiosk, 'button[value=land]');
await comes(async () => (await kiosk.page.locator('.slip strong').first().textContent()) === 'A-001' && kiosk.count.clicks === 1, true, 'one touch gives a number');
await shot(kiosk, 'public-slip');
await kiosk.page.emulateMedia({ media: 'print' });
ok(!(await kiosk.page.locator('.screen').isVisible()), 'what is for the screen is not printed');
await kiosk.page.emulateMedia({ media: 'screen' });
await open(kiosk, PAGES.kiosk);
kiosk.reset();
await touch(kiosk, '.groups a >> nth=0');
await touch(kiosk, 'button[value=land]');
await comes(async () => (await kiosk.page.locator('.slip').textContent()).includes('A-002') && kiosk.count.clicks === 2, true, 'two touches for who goes first');

// ---- the board: text of 8 % of the height, a call within a second, says when the link is lost
const board = await person(browser, office, null, { size: [1920, 1080] });
await board.page.addInitScript(() => {
  const { start } = OscillatorNode.prototype;
  window.tones = 0;
  OscillatorNode.prototype.start = function (at) {
    window.tones += 1;
    start.call(this, at);
  };
});
await board.page.clock.install();
const looks = [];
const streams = [];
board.page.on('request', (r) => /tickets\/board(\/events)?\?/.test(r.url()) && (r.url().includes('/events') ? streams : looks).push(r));
await open(board, PAGES.board);
await touch(board, '#sound');
await board.page.locator('#sound').waitFor({ state: 'hidden' });
const letters = await board.page.locator('#board h1, #called td, #next, #next b').evaluateAll((all) =>
  Math.min(...all.map((e) => parseFloat(getComputedStyle(e).fontSize))));
ok(letters >= 0.08 * 1080, 'every text of the board is at least 8 % of the height of the screen', letters);
await comes(() => board.page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), true, 'nothing scrolls');
const quiet = async () => { // eight seconds in which nothing is asked
  const before = looks.length;
  await board.page.clock.fastForward(8000);
  await board.page.evaluate(() => 1);
  return looks.length === before;
};
await comes(quiet, true, 'the board does not ask while its event stream lives');
await office.call('lan.tiepnhan', 'POST', '/v1/tickets/call', { counter: 1 });
const began = Date.now();
await board.page.locator('#called tr.now', { hasText: 'A-002' }).waitFor();
const heard = Date.now() - began;
timed(heard <= 1500, 'a call is on the board within about a second', heard);
await comes(() => board.page.evaluate(() => window.tones), 2, 'and is heard: one sound of two tones');
await shot(board, 'public-board');
await board.context.setOffline(true);
await board.page.clock.fastForward(19000);
ok(!(await board.page.locator('#lost').isVisible()), 'a short gap is not told');
await board.page.clock.fastForward(3000);
await board.page.locator('#lost').waitFor();
ok((await board.page.locator('#lost').textContent()).includes('MẤT KẾT NỐI'), 'without answers for 20 s it says so');
await board.context.setOffline(false);
await board.page.locator('#lost').waitFor({ state: 'hidden' });
ok(true, 'and goes on by itself');
await comes(quiet, true, 'with its stream');
const before = streams.length;
await board.page.clock.fastForward(3600000);
await comes(() => streams.length > before, true, 'who slept for an hour believes no stream that says nothing');
// It hangs there for months: what it holds does not grow with what it shows.
const renewed = async (times) => {
  for (let i = 0; i < times; i++) {
    const answer = board.page.waitForResponse(/tickets\/board/);
    await board.page.clock.fastForward(10000);
    await answer;
  }
  const cdp = await board.context.newCDPSession(board.page);
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize;
};
const waiting = (await office.call('nga.huongdan', 'POST', '/v1/tickets', { service: 'land' })).body.label;
const settled = await renewed(60); // its code is compiled by then
await comes(async () => (await board.page.locator('#next').textContent()).includes(waiting), true, 'who waits is told');
const nodes = () => board.page.evaluate(() => {
  const walk = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  let n = 0;
  while (walk.nextNode()) n += 1;
  return n;
});
const stand = await nodes();
const grown = (await renewed(120)) - settled;
ok(grown < 60000, 'twenty minutes of renewals leave nothing behind', `${grown} bytes`);
eq(await nodes(), stand, 'nor a blank in the page');
console.log(`# the board after 120 renewals: ${grown} bytes more`);

// ---- booking on a phone, without scripts
const phone = await person(browser, office, null, { size: [360, 740] });
await open(phone, '/thu-tuc/1.115613');
await touch(phone, 'a.button');
await comes(async () => (await phone.page.locator('dl.chosen').textContent()).includes('Đất đai'), true, 'from a procedure to its service');
await touch(phone, '.days a >> nth=1');
await phone.page.locator('.slot input >> nth=2').check();
await phone.page.locator('#phone').fill('0912 345 678');
eq(await phone.page.evaluate(() => document.scripts.length), 0, 'booking has no script at all');
await axe(phone, 'slots and form');
await touch(phone, 'main button');
await comes(async () => /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(await phone.page.locator('.ticket strong').textContent()), true, 'booked: a code');
await axe(phone, 'booked');
await noSideways(phone, 'booked at 360 px');
await shot(phone, 'public-booked');

// ---- tracking: both codes behind '#' are never sent in an address, and are used at once
const made = await office.intake({});
const citizen = await person(browser, office, null, { size: [360, 740] });
const asked = [];
citizen.page.on('request', (r) => asked.push(r.url()));
await open(citizen, `/tra-cuu#${made.code}/${made.secret}`);
await citizen.page.locator('.sentence').waitFor();
await comes(async () => (await citizen.page.locator('h1').textContent()).includes(made.code), true, 'the link of a receipt leads to its dossier');
ok(!asked.some((u) => u.split('#')[0].includes(made.secret)), 'no address holds the secret', asked);
await axe(citizen, 'tracked');
const plain = await person(browser, office, null, { size: [320, 640], javaScriptEnabled: false });
await open(plain, '/tra-cuu');
await plain.page.locator('#code').fill(made.code);
await plain.page.locator('#secret').fill(made.secret);
await plain.page.locator('#secret').press('Enter');
await plain.page.locator('.sentence').waitFor();
await noSideways(plain, 'tracked without scripts at 320 px');
await shot(plain, 'public-tracked-320');
await plain.context.close();
citizen.reset();
await open(citizen, '/');
citizen.reset();
await open(citizen, '/tra-cuu');
await citizen.page.waitForLoadState('networkidle');
ok(citizen.count.requests <= 3 && citizen.count.bytes <= 15000, 'tracking: three requests, 15 kB', citizen.count);

await browser.close();
await office.end();
done();
