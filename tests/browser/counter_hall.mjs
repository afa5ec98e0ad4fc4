// The hall, for test_counter.mjs: numbers given out, appointments, cards that come back, who goes first and how often
// in a row, how long somebody has waited.  No program of its own: it needs the counter's office and browser.
import { axe, comes, eq, neverBody, ok, shot } from './lib/office.mjs';

export async function hall({ office, receiver, ready }) {
  await guide({ office, receiver });
  await cards({ office, receiver, ready });
}

// Numbers for who comes, and who has an appointment is checked in with one key.
async function guide({ office, receiver }) {
  await office.ask({ do: 'sql', sql: "INSERT INTO motcua.appointment (hall, service, slot, minutes, name, phone, code_hash, booked_at) VALUES (10, 'civil', now() + interval '1 minute', 30, 'Trần Thị Ánh', '0912345678', sha256('visit'), now())" });
  const nga = await receiver('nga.huongdan', {}, '');
  await nga.page.locator('#visits').waitFor();
  await nga.page.locator('tbody tr', { hasText: 'Trần Thị Ánh' }).waitFor();
  await axe(nga, 'the desk of the guide');
  await shot(nga, 'counter-visits');
  await nga.page.locator('tbody tr button').focus();
  await nga.press('Enter');
  await nga.page.locator('tbody tr', { hasText: /B-\d{3}/ }).waitFor();
  await comes(async () => (await office.ask({ do: 'sql', sql: "SELECT a.state || ' ' || t.service FROM motcua.appointment a JOIN motcua.ticket t ON t.appointment = a.id WHERE a.name = 'Trần Thị Ánh'" })).out, 'arrived civil', 'her number is of the service she booked');
  await nga.page.locator('select').selectOption({ index: 1 });
  await nga.page.getByRole('button', { name: /^A – / }).press('Enter');
  await nga.page.locator('.toast', { hasText: /A-\d{3}/ }).waitFor();
  await comes(async () => (await office.ask({ do: 'sql', sql: 'SELECT priority IS NOT NULL FROM motcua.ticket ORDER BY id DESC LIMIT 1' })).out, 't', 'a number with priority');
  await neverBody(nga, 'a number was given');
  eq(nga.complaints, [], 'no complaint of the browser');
  await nga.context.close();
}

// Priority first, but two in a row at most; a card is given out again once its holder was served.
async function cards({ office, receiver, ready }) {
  const give = (more) => office.call('yen.hongbang', 'POST', '/v1/tickets', { service: 'all', ...more }).then((r) => r.body);
  const yen = await receiver('yen.hongbang', {}, '/quay');
  const called = (name) => yen.page.locator('.strip .ticket', { hasText: new RegExp(`^${name}$`) }).waitFor();
  await yen.page.locator('main input').first().fill('1');
  await yen.page.locator('.strip').waitFor();
  await comes(async () => {
    const { preferences } = (await office.call('yen.hongbang', 'GET', '/v1/preferences')).body;
    return [Object.keys(preferences).length > 0, 'counter' in preferences];
  }, [true, false], 'which counter this is stays with the computer');
  await yen.page.getByRole('button', { name: /^A – / }).press('Enter');
  await yen.page.locator('.toast', { hasText: 'Thẻ 1 ' }).waitFor();
  ok(true, 'a card is given out');
  const first = await office.ask({ do: 'sql', sql: "UPDATE motcua.ticket SET since = since - interval '12 minutes', issued_at = issued_at - interval '12 minutes' WHERE card = 1 AND card_out RETURNING id" });
  ok(/^\d+/.test(first.out), 'twelve minutes ago', first);
  for (let i = 0; i < 3; i += 1) await give({ priority: 'elderly' });
  await yen.page.locator('.strip', { hasText: 'Chờ: 4' }).waitFor();
  ok(true, 'who came since is counted on the strip by itself');
  await yen.press('F3');
  await called('Thẻ 2');
  ok((await yen.page.locator('.strip').textContent()).includes('Ưu tiên'), 'who has priority goes before who came earlier, and the strip says so');
  await yen.page.getByRole('button', { name: 'Bắt đầu tiếp nhận' }).press('Enter');
  await ready(yen);
  await yen.page.locator('#who .count', { hasText: 'Thẻ 2' }).waitFor();
  await called('Thẻ 2'); // the strip comes after the form
  ok(true, 'the card stands in the form of intake');
  await yen.press('F3');
  await called('Thẻ 3');
  eq([(await give({ card: 3 })).status, (await give({ card: 2 })).card], [409, 2], 'a card that came back is given out again, one that is out is not');
  await yen.page.getByRole('button', { name: 'Vắng' }).press('Enter');
  await yen.page.locator('.strip .ticket').waitFor({ state: 'detached' });
  await neverBody(yen, 'somebody was absent');
  await yen.press('F3');
  await called('Thẻ 1');
  ok(/đã chờ 12\sphút/.test(await yen.page.locator('.strip').textContent()), 'after two with priority it is the turn of who has waited: twelve minutes', await yen.page.locator('.strip').textContent());
  await axe(yen, 'a strip above the form');
  await shot(yen, 'counter-strip');
  await yen.page.getByRole('button', { name: 'Bắt đầu tiếp nhận' }).press('Enter');
  await yen.page.locator('#who .count', { hasText: 'Thẻ 1' }).waitFor();
  await yen.press('F3');
  await called('Thẻ 4');
  await comes(async () => (await office.ask({ do: 'sql', sql: "SELECT string_agg(card || ' ' || state, ',' ORDER BY id) FROM motcua.ticket WHERE card IS NOT NULL" })).out,
    '1 done,2 done,3 absent,4 called,2 waiting', 'the visits as they were');
  eq(yen.complaints, [], 'no complaint of the browser');
  await yen.context.close();
}
