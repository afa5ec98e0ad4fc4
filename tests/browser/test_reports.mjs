// Reports: made, kept, run, frozen, agreed to by a second person, frozen again with what differs and why; figures by
// topic, indices with the evidence behind each point, what if, consents, day seals, tomorrow's load.
import { atMost, axe, comes, eq, needBrowser, neverBody, noSideways, officeDay, ok, openBrowser, openOffice, otherLanguage, person, shot, done } from './lib/office.mjs';

needBrowser();
const office = await openOffice({ reports__settled: 0 });
const browser = await openBrowser();
const year = Number(officeDay().slice(0, 4));
const YEAR = `from=${year}-01-01&to=${year + 1}-01-01`;
const codes = [];
for (let i = 1; i <= 3; i++) codes.push((await office.intake({ applicant: { kind: 'state', name: `Trường Tiểu học số ${i}`, id_type: 'organisation', id_number: `H24.30.0${i}`, address: 'Hải Phòng', phone: '02253846077' } })).code);
await office.act('lan.tiepnhan', codes[0], 'act', { action: 'forward' });

const giang = await person(browser, office, 'giang.giamsat');
const { page } = giang;
const at = (part, more = '') => giang.open(`/so-lieu/reports/${part}?${YEAR}${more}`);
const texts = (selector) => page.locator(selector).allTextContents();

// ---- the picker: a form on the screen, each number opens its dossiers
await giang.signIn(`/so-lieu/reports/make?${YEAR}`);
await page.locator('table.figures tfoot').waitFor();
eq(await page.evaluate(async () => { const r = await fetch(document.querySelector('a[href*="open-data"]').href); return [r.status, (await r.text()).slice(0, 14)]; }), [200, 'key,title,titl'], 'open data of the same days');
await page.locator('label.inline select').nth(1).selectOption('ii06a');
await page.locator('tr.line-total').waitFor();
eq((await texts('tr.line-total td'))[0], '3', 'the form counts what was received');
eq(new URL(page.url()).searchParams.get('report'), 'ii06a', 'which report it is stands in the address');
await axe(giang, 'form II.06a on the screen');
await shot(giang, 'reports-form');
await page.locator('tr.line-procedure td a').first().press('Enter');
await page.locator('tbody td.code a').nth(2).waitFor();
eq((await texts('tbody tr td:first-child')).sort(), [...codes].sort(), 'a number of the form opens exactly its dossiers');
await page.goBack();
await page.locator('tr.line-total').waitFor();

// Two rows a page: the cursor leads to the others, each once, and the focus is not lost with the button.
const small = (r) => r.continue({ url: r.request().url().replace('limit=50', 'limit=2') });
async function pages(path, rows, all, name) {
  await page.route('**/v1/**limit=50*', small);
  await giang.open(path);
  await page.locator(rows).nth(1).waitFor();
  eq(await page.locator(rows).count(), 2, `${name}: a page`);
  const next = page.locator('button', { hasText: 'Xem thêm' });
  for (let n = 2; n < all.length; n += 2) {
    await next.press('Enter');
    await comes(() => page.locator(rows).count(), Math.min(n + 2, all.length), `${name}: the next page behind it`);
  }
  if (await next.count()) await next.press('Enter'); // a page that is just full does not know that it is the last
  await page.locator('p.hint', { hasText: `Đã hiện hết, ${all.length} mục` }).waitFor();
  eq(await texts(rows).then((x) => x.sort()), all, `${name}: each once`);
  await neverBody(giang, `${name}: the last page`);
  await page.unroute('**/v1/**limit=50*');
}
await pages(`/so-lieu/danh-sach?${YEAR}&figure=received`, 'tbody td.code:first-child', [...codes].sort(), 'dossiers behind a number');

const choice = (name) => page.locator('label.inline', { hasText: new RegExp(`^${name}`) }).locator('select');
// ---- two dimensions: each cell opens its own dossiers, totals are told, the file asks the same
await at('make', '&report=cross&by=procedure');
await page.locator('table.cross tfoot').waitFor();
eq(await texts('table.cross tbody td'), ['3', '3'], 'one procedure at the counter, and its total');
await axe(giang, 'two dimensions');
await noSideways(giang, 'two dimensions');
await choice('Cột').selectOption('month');
await page.waitForURL(/across=month/);
await comes(() => page.locator('table.cross thead th').count(), Number(officeDay().slice(5, 7)) + 2, 'a column for each month up to now');
eq(await texts('table.cross tfoot td').then((x) => x.map(Number).reduce((a, b) => a + b, 0)), 6, 'what came in one month, and the total');
await choice('Số liệu').selectOption('rate_valid_first');
await comes(async () => (await texts('table.cross tfoot td')).at(-1), '100,0 % 3/3', 'a rate, with what it is made of');
await shot(giang, 'reports-cross');
eq(await page.locator('a[download]').first().getAttribute('href').then((x) => new URL(x, 'http://x').searchParams.get('across')), 'month', 'the file is of the same columns');
await choice('Số liệu').selectOption('pending');
await page.locator('p.hint', { hasText: 'không cộng lại' }).waitFor();
await choice('Cột').selectOption('agency');
await page.locator('table.cross tbody td a[href*="across_key=STC"]').first().press('Enter');
await page.locator('tbody td.code a').nth(2).waitFor();
eq([new URL(page.url()).searchParams.get('across_key'), (await texts('tbody tr td:first-child')).sort().join()], ['STC', [...codes].sort().join()], 'a cell opens its dossiers');

// ---- each late dossier with where its time went: none here; what the answer holds is proved in tests/verify/test_recount.py
await at('make', '&report=late');
await page.locator('#panel-reports .empty').waitFor();
await page.route('**/v1/figures/late*', (r) => r.fulfill({ json: {
  from: `${year}-01-01T00:00:00+07:00`, to: `${year + 1}-01-01T00:00:00+07:00`, as_of: `${year}-11-01T00:00:00+07:00`, basis: 'basis',
  agencies: 'historical', by: 'total', of: 1, next: null, items: [{ code: codes[0], procedure: '1.005416', agency: 'STC', due: `${year}-03-04T17:00:00+07:00`,
    finished: `${year}-03-06T10:00:00+07:00`, late_minutes: 630, minutes: 2040, applicant: 690, excluded: 210, other: 60, steps: [
      { step: 'receive', title: 'Tiếp nhận hồ sơ', title_en: 'Receiving', agency: 'TTPVHCC', officer: 7, officer_name: 'Nguyễn Thị Lan', minutes: 210, norm_minutes: null, beyond_minutes: 0 },
      { step: 'review', title: 'Xem xét, xử lý hồ sơ', title_en: 'Review', agency: 'STC', officer: 8, officer_name: 'Phạm Văn Minh', minutes: 870, norm_minutes: 480, beyond_minutes: 390 }] }] } }));
await page.reload();
await page.locator('tbody td.code a').first().waitFor();
eq(await texts('tbody td.n'), ['10,5 giờ', '34,0 giờ', '11,5 giờ', '3,5 giờ', '1,0 giờ'], 'late by, in all, the applicant, excluded, the rest');
eq(await texts('tbody li .badge'), ['quá 6,5 giờ'], 'the step that took longer than its norm is marked');
await axe(giang, 'late dossiers one by one');
await noSideways(giang, 'late dossiers one by one');
await shot(giang, 'reports-late');
await page.unroute('**/v1/figures/late*');
await at('make', '&report=ii06a');

// ---- only some dossiers: chosen from what there is
await page.locator('.period button', { hasText: 'Lọc' }).press('Enter');
await page.locator('dialog input[role=combobox]').first().waitFor();
await axe(giang, 'filters of figures');
giang.reset();
await giang.type('tai chinh');
await page.locator('[role=option]').first().waitFor();
await giang.press('Enter', 'Enter');
await page.waitForURL(/agency=STC/);
atMost(giang.count.keys, 11, 'filtered by an agency: keys');
await page.locator('.tag button').press('Enter');
await page.waitForURL((u) => !u.searchParams.get('agency'));
await neverBody(giang, 'a filter was taken away');

// ---- kept under a name, with a schedule and who is told; run now: frozen
giang.reset();
await page.locator('button', { hasText: 'Lưu báo cáo' }).press('Enter');
await page.locator('dialog input').first().waitFor();
await giang.type('Biểu tháng');
await axe(giang, 'keeping a report');
await shot(giang, 'reports-saving');
await giang.press('Enter');
await page.locator('table.saved tbody tr').waitFor();
atMost(giang.count.keys, 12, 'kept under a name: keys beyond the name itself are one');
eq(await page.locator('table.saved tbody th a').textContent(), 'Biểu tháng', 'it stands in the list');
await page.locator('table.saved button', { hasText: 'Sửa' }).press('Enter');
await page.locator('dialog select').nth(1).selectOption('month');
await page.locator('dialog input').nth(3).waitFor();
await page.locator('dialog input').nth(3).fill('giang.giamsat, khong.co');
await page.locator('dialog button[type=submit]').press('Enter');
await page.locator('dialog .field.wrong').waitFor();
await axe(giang, 'a login that is not there');
await page.locator('dialog input').nth(3).fill('giang.giamsat');
await page.locator('dialog input[role=combobox]').focus();
await giang.type('thanh binh'); // one of those who may read figures, by her name without accents
await page.locator('[role=option]', { hasText: 'Sở Tài chính' }).first().waitFor();
await giang.press('Enter');
await comes(() => page.locator('dialog input').nth(3).inputValue(), 'giang.giamsat, binh.stc', 'a person is chosen by her name');
await page.locator('dialog button[type=submit]').press('Enter');
await page.locator('table.saved td', { hasText: 'binh.stc, giang.giamsat' }).waitFor();
await neverBody(giang, 'changing a kept report');
await axe(giang, 'kept reports');
await shot(giang, 'reports-saved');
await page.locator('table.saved button', { hasText: 'Các lần lập' }).press('Enter');
await page.locator('dialog .empty').waitFor();
await giang.press('Escape');
await page.locator('table.saved button', { hasText: 'Xóa' }).press('Enter');
await page.locator('dialog .danger').press('Enter');
await page.locator('#panel-reports .empty').waitFor();

// ---- frozen; a second person agrees; run again: the same bytes
await at('make', '&report=ii06a');
await page.locator('tr.line-total').waitFor();
await page.waitForTimeout(1100); // what was done a second ago is history (reports.settled)
await page.locator('button', { hasText: 'Chốt số liệu' }).press('Enter');
await page.locator('dl.facts code').first().waitFor();
const first = new URL(page.url()).searchParams.get('id');
const one = (await office.call('giang.giamsat', 'GET', `/v1/reports/frozen/${first}`)).body;
eq(await page.locator('dl.facts code').first().textContent(), one.digest, 'its digest is told');
eq(await page.locator('button', { hasText: 'Duyệt công bố' }).count(), 0, 'who froze it does not agree to it herself');
await page.locator('button', { hasText: 'Tính lại' }).press('Enter');
await page.locator('.banner.good', { hasText: 'Đúng từng byte' }).waitFor();
eq(await page.locator('#panel-reports a[href*="/file?format="]').allTextContents(), ['XLSX', 'CSV', 'PDF'], 'a frozen report is a file of each kind');
eq(await page.evaluate(async () => (await fetch(document.querySelector('a[href$="/file?format=pdf"]').href)).headers.get('content-type')), 'application/pdf', 'and printed');
await axe(giang, 'a frozen report');
await shot(giang, 'reports-frozen');

const own = (await office.call('binh.stc', 'POST', '/v1/reports/frozen', { question: { report: 'figures', from: `${year}-01-01`, to: `${year + 1}-01-01`, by: 'procedure' } })).body;
await giang.open(`/so-lieu/reports/frozen?id=${own.report}`);
giang.reset();
await page.locator('button', { hasText: 'Duyệt công bố' }).press('Enter');
await page.locator('dialog input').waitFor();
await axe(giang, 'a second person agrees');
await giang.type('Đúng');
await giang.press('Enter');
await page.locator('.facts .badge', { hasText: 'đã công bố' }).waitFor();
await neverBody(giang, 'agreeing');
await giang.open(`/so-lieu/reports/frozen?id=${first}`);
await page.locator('dl.facts code').first().waitFor();

// ---- what happened since makes a new version, with what differs and the events behind it
await office.act('lan.tiepnhan', codes[0], 'withdraw', { document: 'Đơn xin rút' });
await page.waitForTimeout(1100);
await page.locator('button', { hasText: 'Chốt lại' }).press('Enter');
await page.waitForURL((u) => u.searchParams.get('id') !== first);
await page.locator('h4').waitFor();
eq((await texts('h4 + .scroll tbody tr td:first-child')), [codes[0]], 'the dossier behind the difference is named');
ok((await texts('h4 + .scroll .plainlist li')).some((x) => x.includes('Rút hồ sơ')), 'and the event, as people call it', await texts('h4 + .scroll li'));
await axe(giang, 'what differs, and why');
await shot(giang, 'reports-changes');
const next = (await office.call('binh.stc', 'POST', `/v1/reports/frozen/${own.report}/again`, {})).body;
await giang.open(`/so-lieu/reports/frozen?id=${next.report}`); // figures with their rates: rows and cells by name, not by where they lie in the data
await page.locator('h4').waitFor();
const differs = page.locator('#panel-reports section').last().locator('table').first();
await comes(async () => (await differs.locator('tbody td:nth-child(2)').allTextContents()).filter((x) => /^[a-z]|_|\(/.test(x.replace(/ \(\d+\)/, ''))), [], 'cells that differ are told by name');
ok((await differs.locator('tbody th').allTextContents()).every((x) => !/items|total/i.test(x)), 'and their rows', await differs.locator('tbody th').allTextContents());
await giang.open('/so-lieu/reports/frozen');
await page.locator('#panel-reports tbody tr').first().waitFor();
await axe(giang, 'frozen reports');

// ---- by topic: every number opens its items, F1 says what it means
await at('topics', '&topic=reception');
await page.locator('table.figures tfoot td a').first().waitFor();
await axe(giang, 'figures by topic');
await shot(giang, 'reports-topics');
await giang.press('F1');
await page.locator('dl.defs dt', { hasText: 'Phi địa giới' }).first().waitFor();
await giang.press('Escape');
await page.locator('table.figures tfoot td a').first().press('Enter');
await page.locator('tbody td.code a').nth(2).waitFor();
eq((await texts('tbody tr td:first-child')).sort(), [...codes].sort(), 'a number of a topic opens exactly its items');
await axe(giang, 'items behind a number of a topic');

// ---- a topic is kept and frozen like the forms; its version shows what the topic shows, and verifies
await at('topics', '&topic=reception&by=receiving');
await page.locator('table.figures tfoot td a').first().waitFor();
const counted = await texts('table.figures tfoot td');
await page.locator('button', { hasText: 'Lưu báo cáo' }).press('Enter');
await page.locator('dialog input').first().fill('Tiếp nhận phi địa giới');
await page.locator('dialog button[type=submit]').press('Enter');
await page.locator('table.saved tr', { hasText: 'Theo chuyên đề: Tiếp nhận và số hóa' }).waitFor(); // by its title
await page.locator('table.saved th a', { hasText: 'Tiếp nhận phi địa giới' }).press('Enter');
await page.waitForURL(/reports\/topics.*topic=reception/);
await at('topics', '&topic=reception&by=receiving');
await page.locator('button', { hasText: 'Chốt số liệu' }).press('Enter');
await page.locator('dl.facts code').first().waitFor();
await page.locator('table.figures tfoot td').first().waitFor();
eq(await texts('table.figures tfoot td'), counted, 'the frozen topic shows the figures of the topic');
await page.locator('button', { hasText: 'Tính lại' }).press('Enter');
await page.locator('.banner.good', { hasText: 'Đúng từng byte' }).waitFor();
await axe(giang, 'a frozen topic');

// ---- a number of a topic by two dimensions: its cells open its items; kept, frozen and opened again it is the same table
await at('make', '&report=cross&by=receiving&across=channel&number=taken_in');
await page.locator('table.cross tfoot').waitFor();
eq(await texts('table.cross tbody td'), ['3', '3'], 'taken in by one unit at the counter, and its total');
const crossed = await texts('table.cross td');
await page.locator('table.cross tbody td a[href*="across_key=counter"]').first().press('Enter');
await page.locator('tbody td.code a').nth(2).waitFor();
eq((await texts('tbody tr td:first-child')).sort(), [...codes].sort(), 'a cell of a topic opens its items');
await at('make', '&report=cross&by=receiving&across=channel&number=taken_in');
await page.locator('button', { hasText: 'Lưu báo cáo' }).press('Enter');
await page.locator('dialog input').first().fill('Hai chiều');
await page.locator('dialog button[type=submit]').press('Enter');
await page.locator('table.saved tr', { hasText: 'Tiếp nhận tại đơn vị' }).waitFor(); // the number by its title
await page.locator('table.saved th a', { hasText: 'Hai chiều' }).press('Enter');
await page.waitForURL(/number=taken_in/);
await page.locator('table.cross tfoot').waitFor();
await page.locator('button', { hasText: 'Chốt số liệu' }).press('Enter');
await page.locator('dl.facts code').first().waitFor();
await page.locator('table.cross tfoot').waitFor();
eq(await texts('table.cross td'), crossed, 'the frozen table is that of the screen');
await page.locator('button', { hasText: 'Tính lại' }).press('Enter');
await page.locator('.banner.good', { hasText: 'Đúng từng byte' }).waitFor();
await axe(giang, 'a frozen cross table');
await noSideways(giang, 'a frozen cross table');
await shot(giang, 'reports-cross-frozen');

// ---- indices: ranking, the evidence behind each point, a value entered
await at('indices', '&index=tt01-2018');
await page.locator('table.figures tbody button').first().waitFor();
await axe(giang, 'an index');
await shot(giang, 'reports-indices');
const officer = (name, dossiers, few, measured, band) => ({
  officer: dossiers, name, agency: 'STC', title: 'Sở Tài chính', title_en: 'Department of Finance', dossiers, few, points: 5000, measured, band: band && 'whole',
  band_title: band, band_title_en: band && '100 % of the task', components: [1300, 900, 1300, 1500, 0].map((points, i) => ({ component: ['total_time', 'agency_time', 'contacts', 'agencies', 'attitude'][i], max: 2000, measured: i < 4, points, n: 0, of: 0,
    marks: i ? [] : [2, 1, 0].map((p) => ({ points: p, n: 3 - p, list: `/v1/indices/tt01-2018/dossiers?component=contacts&points=${p}&person=7&agency=STC&${YEAR}` })) })),
});
await page.route('**/v1/indices/tt01-2018/officers*', async (r) => {
  const real = await (await r.fetch()).json();
  await r.fulfill({ json: { ...real, items: [officer('Nguyễn Quang Minh', 12, false, 8000, '100 % nhiệm vụ'), officer('Vũ Minh Đức', 9, true, 8000, null)] } });
});
await page.locator('table.figures tbody button', { hasText: 'Sở Tài chính' }).press('Enter');
await page.locator('dialog details summary', { hasText: 'Điểm cán bộ' }).press('Enter');
await page.locator('dialog details tbody tr').nth(1).waitFor();
eq(await texts('dialog details tbody tr:first-child td'), ['12', '1,32: 1 1: 2 0: 3 ', '0,9', '1,3', '1,5', '–', '5,0 / 8', '100 % nhiệm vụ'], 'an officer by five indicators');
eq((await texts('dialog details tbody tr:nth-child(2) td')).at(-1), 'ít hồ sơ, không xếp loại', 'who processed few is in no band');
await page.locator('dialog details .hint', { hasText: 'Dưới 10 hồ sơ' }).scrollIntoViewIfNeeded();
await axe(giang, 'officers of an agency');
await noSideways(giang, 'officers of an agency');
await shot(giang, 'reports-officers');
await giang.press('Escape');
await neverBody(giang, 'closing the officers');

// ---- each mark opens its dossiers; an officer sees her own points, and what is behind them
const behind = (who) => who.page.route('**/v1/indices/tt01-2018/dossiers*', async (r) => {
  const real = await (await r.fetch()).json();
  const points = Number(new URL(r.request().url()).searchParams.get('points'));
  await r.fulfill({ json: { ...real, items: codes.slice(0, 3 - points).map((code) => ({ code, procedure: '1.005416', agency: 'STC', officer: 7, officer_name: 'Nguyễn Quang Minh', points, finished: real.to })) } });
});
await behind(giang);
await page.locator('table.figures tbody button', { hasText: 'Sở Tài chính' }).press('Enter');
await page.locator('dialog details summary', { hasText: 'Điểm cán bộ' }).press('Enter');
await page.locator('dialog details tbody a').nth(1).press('Enter');
await comes(() => page.locator('main tbody tr').count(), 2, 'so many dossiers behind a mark');
eq(await page.locator('main tbody tr:first-child td').last().textContent(), '1', 'each with the points');
await axe(giang, 'the dossiers behind a mark');
await noSideways(giang, 'the dossiers behind a mark');
await shot(giang, 'reports-marked');
await page.unroute('**/v1/indices/tt01-2018/officers*');
await at('indices', '&index=tt01-2018');
await page.locator('table.figures tbody button').first().waitFor();
const minh = await person(browser, office, 'minh.congsan');
await minh.signIn('/tai-khoan');
await minh.page.locator('#own-score').waitFor();
await minh.page.locator('section[aria-labelledby=own-score] .empty').waitFor();
await behind(minh);
const minhs = (await office.call('minh.congsan', 'GET', '/v1/session')).body.user;
await minh.page.route('**/v1/indices/tt01-2018/officers*', async (r) => {
  const real = await (await r.fetch()).json();
  await r.fulfill({ json: { ...real, items: [{ ...officer('Nguyễn Quang Minh', 12, false, 8000, '100 % nhiệm vụ'), officer: minhs }, officer('Vũ Minh Đức', 9, true, 8000, null)] } });
});
await minh.page.locator('section[aria-labelledby=own-score] select').selectOption('year');
await minh.page.locator('section[aria-labelledby=own-score] tbody button').nth(1).press('Enter');
await comes(() => minh.page.locator('section[aria-labelledby=own-score] table').nth(1).locator('tbody tr').count(), 2, 'her own dossiers behind a point');
eq(await minh.page.locator('section[aria-labelledby=own-score] h3').allTextContents(), ['Sở Tài chính', 'Hồ sơ được 1 điểm: 1. Tổng thời gian giải quyết so với quy định'], 'hers alone, and what they are');
await minh.page.evaluate(() => window.dispatchEvent(new Event('focus')));
await axe(minh, 'her own points');
eq(await minh.page.locator('section[aria-labelledby=own-score] table').count(), 2, 'what was opened stays open');
await noSideways(minh, 'her own points');
await shot(minh, 'own-score');
await page.locator('button', { hasText: 'Chốt số liệu' }).press('Enter');
await page.locator('dl.facts code').first().waitFor();
await page.locator('table.figures tbody button', { hasText: 'Sở Tài chính' }).press('Enter'); // in the frozen version, too
await page.locator('dialog table').first().waitFor();
await axe(giang, 'the evidence behind the points of an agency');
await shot(giang, 'reports-evidence');
await giang.press('Escape');
await neverBody(giang, 'closing the evidence');
const newest = (await office.call('giang.giamsat', 'GET', '/v1/reports/frozen?newest=1')).body.items.map((x) => String(x.id));
await pages('/so-lieu/reports/frozen', '#panel-reports tbody td:first-child', newest.sort(), 'frozen reports');
ok((await texts('#panel-reports tbody td:nth-child(2)')).filter((x) => /: (Tiếp nhận và số hóa|Chín chỉ số)/.test(x)).length === 2, 'a topic and an index stand there by their titles', await texts('#panel-reports tbody td:nth-child(2)'));
const son = await person(browser, office, 'son.giamdoc');
await son.signIn(`/so-lieu/reports/indices?${YEAR}&index=tt01-2018`);
await son.page.locator('button', { hasText: 'Nhập giá trị' }).press('Enter');
const boxes = son.page.locator('dialog input');
await boxes.nth(5).waitFor();
const choices = son.page.locator('dialog select');
await choices.nth(0).selectOption('attitude'); // of one officer, who is chosen among those of the agency
await choices.nth(1).selectOption('STC');
await son.page.locator('dialog option[value="minh.congsan"]').waitFor({ state: 'attached' });
await choices.nth(2).selectOption('minh.congsan');
for (const [i, v] of ['1/1/' + year, '31/12/' + year, '2', '3', 'KH 12/UBND'].entries()) await boxes.nth(i).fill(v);
await axe(son, 'a value of a survey is entered');
await son.page.locator('dialog button[type=submit]').press('Enter');
await son.page.locator('.toast', { hasText: 'Đã ghi' }).waitFor();
eq((await office.call('giang.giamsat', 'GET', '/v1/assessments?index=tt01-2018')).body.items.map((x) => [x.agency, x.officer_name]), [['STC', 'Nguyễn Quang Minh']], 'the value is that officer\'s');

// ---- what if: another limit, the real rate beside the supposed one
await at('whatif');
await page.locator('button', { hasText: 'Thêm thời hạn' }).press('Enter');
await page.locator('fieldset input[role=combobox]').fill('1.005416');
await page.locator('[role=option]').first().waitFor();
await page.locator('fieldset input[role=combobox]').press('Enter');
await page.locator('fieldset input[inputmode=decimal]').waitFor();
await page.locator('fieldset input[inputmode=decimal]').fill('x');
ok((await texts('.fields select >> nth=0 >> option')).some((x) => x.includes('Nghị định 61/2018')), 'another rule: that of a decree', await texts('.fields select >> nth=0 >> option'));
await page.locator('.fields select').first().selectOption('nd61-2018');
await page.locator('button', { hasText: 'Tính thử' }).press('Enter');
await page.locator('form .banner.bad').waitFor();
await axe(giang, 'a supposition that cannot be read');
await page.locator('fieldset input[inputmode=decimal]').fill('0,5');
await page.locator('button', { hasText: 'Tính thử' }).press('Enter');
await page.locator('.tile .big').nth(3).waitFor();
await neverBody(giang, 'a supposition was counted');
await axe(giang, 'what if');
await shot(giang, 'reports-whatif');

await page.locator('.fields select').nth(1).selectOption('office');
await page.locator('button', { hasText: 'Lấy nội dung' }).press('Enter');
await page.waitForFunction(() => document.querySelector('form textarea')?.value.startsWith('#') || document.querySelector('form textarea')?.value.includes('calendar:'));
await axe(giang, 'a supposed calendar as text');
await page.locator('form textarea').fill('calendar: office\nweek: [');
await page.locator('button', { hasText: 'Tính thử' }).press('Enter');
await page.locator('section .banner.bad').waitFor();
ok((await texts('section .banner.bad')).join().length > 20, 'why it cannot be counted is told', await texts('section .banner.bad'));

// ---- the rest of the lists
await giang.open('/so-lieu/reports/seals');
await page.locator('#panel-reports :is(table, .empty)').first().waitFor();
await axe(giang, 'day seals');
const [file] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]', { hasText: 'Tải dữ liệu' }).press('Enter')]);
ok(/niem-phong\.json$/.test(file.suggestedFilename()), 'whoever wants keeps them outside', file.suggestedFilename());
await giang.open('/so-lieu/load');
await page.locator('tfoot .used').waitFor();
ok(/\d+ \/ \d+/.test(await page.locator('tfoot .used').textContent()), 'tomorrow: to do against what can be done', await page.locator('tfoot').textContent());

// ---- register books: each row and volume; closed by the head of the unit when their year is over
await office.ask({ do: 'sql', sql: `UPDATE motcua.dossier SET accepted = accepted - interval '1 year' WHERE code IN ('${codes[1]}', '${codes[2]}')` });
await son.open('/so-theo-doi?agency=TTPVHCC');
await son.page.locator('tbody th a').nth(1).waitFor();
await axe(son, 'register books');
await shot(son, 'registers');
await son.page.locator('tbody tr', { hasText: String(year) }).locator('a').press('Enter');
await son.page.locator('tbody td a').first().waitFor();
await comes(() => son.page.locator('tbody td a').allTextContents(), [codes[0]], 'the book of this year holds what was taken in this year');
eq(await son.page.locator('button', { hasText: 'Khóa sổ' }).isDisabled(), true, 'it is not closed before its year is over');
await son.page.goBack();
await son.page.locator('tbody tr', { hasText: String(year - 1) }).locator('a').press('Enter');
await son.page.locator('tbody td a').nth(1).waitFor();
await axe(son, 'a register book');
await son.page.locator('button', { hasText: 'Khóa sổ' }).press('Enter');
await son.page.locator('dialog .danger').waitFor();
await axe(son, 'a register book is closed');
await son.press('Enter');
await son.page.locator('.banner.good code').waitFor();
await neverBody(son, 'closing a book');
const book = (await office.call('son.giamdoc', 'GET', `/v1/registers?agency=TTPVHCC&year=${year - 1}`)).body.items[0];
eq([await son.page.locator('.banner.good code').textContent(), book.last], [book.digest, 2], 'closed with its last number and digest');
eq(await son.page.locator('button', { hasText: 'Khóa sổ' }).count(), 0, 'nobody closes it twice');
await shot(son, 'register-closed');
await giang.open('/so-theo-doi?agency=TTPVHCC');
await page.locator('tbody th').nth(1).waitFor();
eq(await page.locator('tbody th a').count(), 0, 'who supervises sees which books there are, not whose names stand in them');

// ---- entered late: each waits for a second person
const late = [];
for (let i = 1; i <= 3; i++) late.push((await office.intake({ applicant: { kind: 'state', name: `Trạm Y tế số ${i}`, id_type: 'organisation', id_number: `H24.31.0${i}`, address: 'Hải Phòng', phone: '02253846077' }, claimed: `${officeDay(-3)}T08:00:00+07:00`, document: 'BB 01 mất điện' })).code);
await pages(`/so-lieu/reports/consents?${YEAR}`, '#panel-reports tbody td.code', late.sort(), 'what needed a second person');
await axe(giang, 'what needed a second person');

// ---- the auditor reads and changes nothing; small, dark, English
const vinh = await person(browser, office, 'vinh.thanhtra', { size: [320, 640], scheme: 'dark' });
await vinh.signIn(`/so-lieu/reports/make?${YEAR}&report=ii06b`);
await vinh.page.locator('tr.line-total').waitFor();
eq(await vinh.page.locator('button', { hasText: /Lưu báo cáo|Chốt số liệu/ }).count(), 0, 'an inspector is not offered what she may not do');
await noSideways(vinh, 'a form at 320 px');
await shot(vinh, 'reports-320-dark');
await otherLanguage(vinh);
for (const part of ['make', 'saved', 'frozen', `frozen?id=${first}&`, 'topics', 'indices', 'whatif', 'consents', 'seals']) {
  await vinh.open(`/so-lieu/reports/${part}${part.includes('?') ? '' : '?'}${YEAR}`);
  await vinh.page.locator('#panel-reports :is(table, .empty, form)').first().waitFor();
  await noSideways(vinh, `${part} at 320 px`);
  const words = await vinh.page.locator('body').textContent();
  ok(!/\b(fig|rep|idx|own|what|behind|filter|load|book)\.[a-z][A-Za-z._0-9]+/.test(words), `no key shows where words should be: ${part}`, words.match(/\b(fig|rep|idx|own|what|behind|filter|load|book)\.[a-z][A-Za-z._0-9]+/)?.[0]);
}
await shot(vinh, 'reports-seals-320-en');
// The two topics with the most columns, in the language with the longer words, on a common screen.
await vinh.page.setViewportSize({ width: 1366, height: 768 });
for (const topic of ['fees', 'supplements']) {
  await vinh.open(`/so-lieu/reports/topics?${YEAR}&topic=${topic}`);
  await vinh.page.locator('table.figures.close tfoot').waitFor();
  eq(await vinh.page.evaluate(() => [...document.querySelectorAll('.scroll')].filter((x) => x.scrollWidth > x.clientWidth + 1).length), 0, `${topic}: no table scrolls sideways at 1366 px`);
}
eq([giang, son, vinh].flatMap((x) => x.complaints), [], 'no error, nothing was blocked by the policy, nothing was asked elsewhere');
await browser.close();
await office.end();
done();
