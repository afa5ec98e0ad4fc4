// What goes wrong around the browser: many tabs, a colleague's change, a killed daemon, a slow database.
import { comes, done, eq, needBrowser, neverBody, ok, openBrowser, openOffice, person } from './lib/office.mjs';

needBrowser();
const office = await openOffice();
const browser = await openBrowser();
const slip = await office.intake();
await office.act('lan.tiepnhan', slip.code, 'act', { action: 'forward' });

// ---- seven tabs of one browser: all of them load, one of them listens for all
const minh = await person(browser, office, 'minh.congsan');
const streams = [];
minh.context.on('request', (r) => /\/v1\/events/.test(r.url()) && streams.push(r));
await minh.signIn('/hang-doi?scope=unit');
await minh.page.locator('table.queue tbody tr').first().waitFor();
const tabs = [minh.page];
for (let i = 0; i < 6; i++) {
  const page = await minh.context.newPage();
  await page.goto(`${office.url}/lam-viec/hang-doi?scope=unit`);
  await page.locator('table.queue tbody tr').first().waitFor();
  tabs.push(page);
}
ok(tabs.length === 7, 'the seventh tab loads, too');
await minh.page.waitForTimeout(2500); // the streams open after the screens
const second = await office.intake();
const began = Date.now();
await office.act('lan.tiepnhan', second.code, 'act', { action: 'forward' });
await Promise.all(tabs.map((p) => p.locator('button', { hasText: 'hồ sơ mới' }).waitFor()));
ok(Date.now() - began < 35000, 'a new dossier is told in every tab, as a band and not as a row that moves', `${Date.now() - began} ms`); // after forty seconds a deaf tab would look by itself
await comes(() => tabs[3].locator('.counts b').first().textContent(), '2', 'the counts go on by themselves');
eq(await tabs[3].locator('table.queue tbody tr').count(), 1, 'the rows stay where they are until somebody asks');
await tabs[3].locator('button', { hasText: 'hồ sơ mới' }).click();
await tabs[3].locator('table.queue tbody tr').nth(1).waitFor();
eq(streams.length, 1, 'seven tabs, exactly one event stream');
for (const p of tabs.slice(1)) await p.close();

// ---- a computer whose clock is three days ahead: what is left is told by the daemon's
const left = (who) => who.page.locator('table.queue tbody tr .due strong').first().textContent();
const ahead = await person(browser, office, 'minh.congsan');
await ahead.context.addInitScript(() => {
  const real = Date.now;
  window.ahead = 3 * 86400000;
  Date.now = () => real() + window.ahead;
});
const listening = ahead.page.waitForResponse(/\/v1\/events/);
await ahead.signIn('/hang-doi?scope=unit');
await ahead.page.locator('table.queue tbody tr').first().waitFor();
await comes(() => left(ahead), await left(minh), 'what is left is counted from the daemon’s time');

// ---- it slept, or its clock was set: the stream is opened anew, the daemon asked for the time, the list for what came
await listening;
const anew = ahead.page.waitForRequest(/\/v1\/events/);
const asked = ahead.page.waitForRequest(/\/v1\/queue\?/);
await ahead.page.evaluate(() => {
  window.ahead = 0;
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
});
await Promise.all([anew, asked]);
await comes(() => left(ahead), await left(minh), 'after a sleep the page asks again, and goes by the daemon’s time as before');
await ahead.context.close();

// ---- a colleague was quicker: told with words and the present state, nothing is overwritten
const ha = await person(browser, office, 'ha.congsan');
await ha.signIn(`/ho-so/${slip.code}`);
await ha.page.locator('.identity .acts button').first().waitFor();
await ha.page.route('**/v1/events*', (r) => r.abort()); // she hears nothing of it
await office.act('minh.congsan', slip.code, 'claim');
await ha.page.locator('body').press('1');
await ha.page.locator('.toast, dialog .banner').first().waitFor();
const told = await ha.page.locator('.toast, dialog .banner').first().textContent();
ok(/Đồng nghiệp|người khác|giao/i.test(told), 'she is told that a colleague was quicker', told);
await neverBody(ha, 'a refused act');

// ---- the daemon is killed while a note is left: the words stay, and it is left once when it is back
await minh.open(`/ho-so/${slip.code}/notes`);
await minh.page.locator('#panel-notes textarea').fill('Đã gọi điện cho đơn vị, hẹn chiều thứ Năm.');
const boards = [];
for (const streams of [true, false]) { // two screens of the hall, one of them in a browser without event streams
  const who = await person(browser, office, null);
  if (!streams) await who.page.addInitScript(() => delete window.EventSource);
  await who.page.goto(`${office.url}/bang-goi?hall=TTPVHCC`);
  boards.push(who);
}
await office.ask({ do: 'kill' });
await minh.page.locator('#panel-notes textarea').press('Control+Enter');
await minh.page.locator('#panel-notes .banner.bad').waitFor();
await comes(() => minh.page.locator('#panel-notes textarea').inputValue(), 'Đã gọi điện cho đơn vị, hẹn chiều thứ Năm.', 'what was typed is still there');
await comes(async () => (await minh.page.locator('.top .link').textContent()).includes('Mất kết nối'), true, 'the head of the page says that the link is cut');
await office.ask({ do: 'start' });
await office.act('lan.tiepnhan', slip.code, 'note', { note: 'Bên kia cũng ghi' });
await minh.page.locator('#panel-notes .timeline', { hasText: 'Bên kia cũng ghi' }).waitFor();
ok(true, 'what happened while the stream was cut is told when it is back, nobody asks for it');
const { label } = (await office.call('lan.tiepnhan', 'POST', '/v1/tickets', { service: 'land' })).body;
await office.call('lan.tiepnhan', 'POST', '/v1/tickets/call', { counter: 1 });
for (const who of boards) await who.page.locator('#called tr.now', { hasText: label }).waitFor();
eq(boards.flatMap((who) => who.complaints), [], 'both boards of the hall go on after a restart, with event streams or without');
for (const who of boards) await who.context.close();
await minh.page.locator('#panel-notes textarea').press('Control+Enter');
await minh.page.locator('#panel-notes .timeline li', { hasText: 'hẹn chiều thứ Năm' }).first().waitFor();
const notes = (await office.call('minh.congsan', 'GET', `/v1/dossiers/${slip.code}/history`)).body.history.filter((e) => JSON.stringify(e.data ?? {}).includes('hẹn chiều thứ Năm'));
eq(notes.length, 1, 'and it was left exactly once');

// ---- a slow database: the page says that it waits, keys still work, nothing breaks
await minh.page.route('**/v1/queue?*', async (r) => {
  await new Promise((go) => setTimeout(go, 2000));
  await r.continue();
});
await minh.open('/hang-doi?scope=unit');
await minh.page.locator('.loading').waitFor();
await minh.press('Control+k');
await minh.page.locator('#palette').waitFor();
ok(true, 'the palette opens while the list is on its way');
await minh.press('Escape');
await minh.page.locator('table.queue tbody tr').first().waitFor();
await minh.page.unroute('**/v1/queue?*');

await browser.close();
await office.end();
done();
