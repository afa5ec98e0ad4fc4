// The queue and the dossier: one key an act, two people on one dossier, live changes, bulk acts, why.
import { readFileSync } from 'node:fs';
import { atMost, axe, comes, done, eq, needBrowser, neverBody, noSideways, noSidewaysElsewhere, ok, openBrowser, openOffice, person, shot, TWICE } from './lib/office.mjs';

needBrowser();
const office = await openOffice();
const browser = await openBrowser();

// Four dossiers lie with the Department of Finance; one of them is two weeks old.
const codes = [];
for (const name of ['Trường THPT Ngô Quyền', 'Trạm Y tế phường Hồng Bàng', 'Đội Quản lý thị trường số 3', 'Thư viện thành phố']) {
  const slip = await office.intake({ applicant: { kind: 'state', name, id_type: 'organisation', id_number: `H24.21.0${codes.length + 1}`, address: '16 Lương Khánh Thiện, Hải Phòng', phone: '02253846077' } });
  ok(slip.code, `${name} is taken in`, slip);
  codes.push(slip.code);
  await office.act('lan.tiepnhan', slip.code, 'act', { action: 'forward' });
}

// ---- the main task by keys: take it, write the draft, hand it on
const minh = await person(browser, office, 'minh.congsan');
await minh.signIn('/hang-doi?scope=unit');
const rows = minh.page.locator('table.queue tbody tr');
await rows.nth(3).waitFor();
await comes(() => rows.count(), 4, 'what lies with the unit');
const dues = await minh.page.locator('table.queue tbody time').evaluateAll((all) => all.map((x) => x.dateTime));
eq(dues, [...dues].sort(), 'ordered by due');

// A page of the list is two rows here, so that there is a next one.
await minh.page.route('**/v1/queue?*', (r) => r.continue({ url: r.request().url().replace('limit=50', 'limit=2') }));
await minh.page.reload();
await rows.nth(1).waitFor();
await comes(() => rows.count(), 2, 'a page of the queue');
await minh.page.locator('button', { hasText: 'Xem thêm' }).press('Enter');
await comes(() => rows.count(), 4, 'what comes behind it is asked for');
eq(new Set(await rows.locator('[data-row]').allTextContents()).size, 4, 'no row twice');
await minh.page.unroute('**/v1/queue?*');
await minh.page.reload();
await rows.nth(3).waitFor();
await neverBody(minh, 'the queue came');
await minh.page.waitForFunction(() => document.activeElement?.dataset?.row);
const first = await minh.page.evaluate(() => document.activeElement.textContent);
minh.reset();
await minh.press('1'); // nobody has it yet: she takes it
await minh.page.locator('.toast').first().waitFor();
atMost(minh.count.keys, 3, 'keys to do one dossier when nothing must be filled in');
await neverBody(minh, 'an act by key');
await minh.page.waitForFunction((code) => document.activeElement?.dataset?.row && document.activeElement.textContent !== code, first);
ok(true, 'the next row has the focus');
await minh.press('ArrowUp');
await minh.press('Enter');
await minh.page.locator('dialog.drawer .acts').waitFor();
await comes(() => minh.page.locator('table.queue').isVisible(), true, 'the drawer lies beside the list');
await axe(minh, 'queue with drawer');
await shot(minh, 'queue-drawer');
minh.reset();
await minh.press('1');
await minh.page.locator('dialog.modal textarea').first().waitFor();
await minh.type('Đủ điều kiện, trình lãnh đạo Sở phê duyệt mua sắm.');
await axe(minh, 'form of an act');
await shot(minh, 'act-form');
await minh.press('Control+Enter');
await minh.page.locator('dialog.modal').waitFor({ state: 'detached' });
const state = await office.call('minh.congsan', 'GET', `/v1/dossiers/${first}`);
eq(state.body.tasks[0].step, 'dept_approve', 'the draft is kept and the dossier is with the leader');
eq(state.body.draft?.text ?? state.body.draft, 'Đủ điều kiện, trình lãnh đạo Sở phê duyệt mua sắm.', 'the draft, letter for letter');

await comes(async () => codes.includes(await minh.page.locator('dialog.drawer h2').textContent()) && (await minh.page.locator('dialog.drawer h2').textContent()) !== first, true, 'the drawer goes on to the next one');

// ---- undo within ten seconds
await minh.page.locator('.toast .button').last().waitFor();
await minh.press('Escape');
await minh.press('Control+z');
await minh.page.waitForFunction((code) => [...document.querySelectorAll('.toast')].some((x) => x.textContent.includes(code) && !x.querySelector('.button')), first);
await comes(async () => (await office.call('minh.congsan', 'GET', `/v1/dossiers/${first}`)).body.tasks[0].step, 'appraise', 'Ctrl+Z took it back');

// ---- two people on one dossier: the second is told who and sees the present state
const ha = await person(browser, office, 'ha.congsan');
const other = codes.find((c) => c !== first);
await ha.signIn(`/ho-so/${other}`);
await ha.page.locator('.identity h1').waitFor();
await office.act('minh.congsan', other, 'claim');
await ha.page.waitForTimeout(100);
await shot(ha, 'dossier');
await axe(ha, 'dossier');
const [{ limit, used }] = (await office.call('ha.congsan', 'GET', `/v1/dossiers/${other}/history?definition=true`)).body.definition.steps;
eq(await ha.page.locator('.tracker li.done small').first().textContent(), `định mức ${limit} · đã dùng ${used}`, 'the tracker tells what was planned and used, as the control slip does');
for (const tab of ['papers', 'requests', 'notes', 'timeline', 'slip']) {
  await ha.page.locator(`#tab-${tab}`).click();
  await ha.page.locator(`#panel-${tab}`).waitFor();
  await axe(ha, `dossier, ${tab}`);
}
await shot(ha, 'control-slip');
await ha.page.locator('.clockbar button').click();
await ha.page.locator('.whyclock ol.why').first().waitFor();
await comes(async () => (await ha.page.locator('.whyclock').first().textContent()).includes('không tính'), true, 'the date says why: the day of receipt does not count');
await axe(ha, 'why');
await shot(ha, 'why');
await ha.press('Escape');
await neverBody(ha, 'closing the reasons');
await ha.press('F7');
await ha.page.locator('.drawing svg').waitFor();
await axe(ha, 'diagram of one dossier');
await shot(ha, 'dossier-diagram');
await ha.press('Escape');

// ---- who was given the work and has not touched it yet shows by name; what stands still says why
const given = codes.find((c) => c !== first && c !== other);
const holder = (await office.call('ha.congsan', 'GET', '/v1/session')).body;
await office.act('duc.congsan', given, 'assign', { officer: holder.user });
await ha.open(`/ho-so/${given}`);
await ha.page.locator('.facts', { hasText: holder.name }).waitFor();
ok(!(await ha.page.locator('.facts').textContent()).match(/cán bộ số|officer no/i), 'a name, no number');
await office.act('ha.congsan', given, 'receive');
const asked = await office.act('ha.congsan', given, 'ask', { kind: 'supplement', missing: ['assets'], reasons: ['missing'], text: 'Danh mục thiếu số lượng' });
ok(asked.status === 200, 'a supplement is asked for', asked.body);
const hung = await person(browser, office, 'hung.tiepnhan');
await hung.signIn(`/ho-so/${given}`);
await hung.page.locator('button', { hasText: 'Trả lời' }).first().press('Enter');
await hung.page.locator('dialog select').nth(1).selectOption({ label: 'điện thoại' });
await hung.page.locator('dialog button[type=submit]').press('Enter');
await hung.page.locator('dialog').waitFor({ state: 'detached' });
await hung.open(`/ho-so/${given}/requests`);
await hung.page.locator('td', { hasText: 'đã báo người nộp qua điện thoại' }).waitFor();
ok(true, 'the one-stop unit sends it and says how the applicant was told');
await shot(hung, 'dossier-told');
await ha.open('/hang-doi?scope=unit');
await ha.page.locator('tr', { hasText: given }).locator('.due', { hasText: 'đang tạm dừng' }).waitFor();
const why = await ha.page.locator('tr', { hasText: given }).locator('.due').textContent();
ok(/từ \d\d:\d\d\s\d\d\/\d\d\/20\d\d · Yêu cầu bổ sung/.test(why), 'the queue says that it stands still, since when and why, instead of “no limit”', why);
await axe(ha, 'a queue with suspended work');
await shot(ha, 'queue-stopped');

// ---- the supplement is handed in: what is held of the owner with another dossier is offered, a digit takes it
const owner = (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${given}`)).body.content.applicant;
const older = (await office.intake({ applicant: { ...owner, kind: 'state' } }, 'hung.tiepnhan')).code;
await hung.open(`/ho-so/${older}/papers`);
await hung.page.locator('#panel-papers select').selectOption('assets');
await hung.page.locator('#panel-papers input[type=file]').setInputFiles({ name: 'Danh mục.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
await hung.page.locator('.papers .files button').first().waitFor();
await hung.open(`/ho-so/${given}`);
await hung.page.locator('.acts button').first().waitFor();
await hung.press('1');
await hung.page.locator('dialog .held').waitFor();
const offered = await hung.page.locator('dialog .held').textContent();
ok([older, 'Danh mục.pdf'].every((w) => offered.includes(w)), 'the paper that is held is offered with its dossier and its file', offered);
eq(await hung.page.locator('dialog #f-components .check').first().locator('strong').textContent(), 'được yêu cầu', 'what was asked for comes first');
await axe(hung, 'a supplement handed in');
await shot(hung, 'supplement-held');
await hung.page.locator('#f-components input').first().focus();
await hung.press('1');
await hung.page.locator('#f-components .check', { hasText: `Dùng lại từ hồ sơ ${older}` }).waitFor();
await neverBody(hung, 'a held paper was taken');
await hung.press('Control+Enter');
await hung.page.locator('dialog').waitFor({ state: 'detached' });
const answered = (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${given}/history`)).body.history.at(-1);
eq([answered.kind, answered.data.outcome, answered.data.components[0][0], answered.data.components[0].at(-1)], ['SUPPLEMENT_RECEIVED', 'complete', 'assets', older], 'the answer says what was used again and from where');
await hung.page.locator('#tab-papers').click();
await hung.page.locator('.papers .files', { hasText: `Dùng lại từ hồ sơ ${older}` }).waitFor();
await axe(hung, 'papers with a file that was used again');
await shot(hung, 'papers-reused');

// ---- filters are tags and the address; one that is kept comes back with one press; '.' copies a code
await ha.page.locator('.counts .chip.overdue').press('Enter');
await ha.page.waitForURL(/urgency=overdue/);
await ha.page.locator('main .empty').waitFor();
await ha.page.locator('.counts .chip.all').press('Enter');
await ha.page.locator('table.queue tbody tr').first().waitFor();
ok(!ha.page.url().includes('urgency'), 'what is overdue is one press away, and back');
await ha.context.grantPermissions(['clipboard-read', 'clipboard-write']);
await ha.page.locator('button', { hasText: 'Thêm lọc' }).press('Enter');
await ha.page.locator('dialog select').first().waitFor();
await axe(ha, 'choosing a filter');
await ha.page.locator('dialog select').first().selectOption('1.005416');
await ha.page.locator('.filters .tag', { hasText: '1.005416' }).waitFor();
ok(new URL(ha.page.url()).searchParams.get('procedure') === '1.005416', 'a filter stands in the address', ha.page.url());
await ha.page.locator('button', { hasText: 'Thêm lọc' }).press('Enter');
await ha.page.locator('dialog form input').fill('Mua sắm');
await ha.press('Enter');
await ha.page.locator('.filters a.chip', { hasText: 'Mua sắm' }).waitFor();
await ha.page.locator('.filters .tag button').press('Enter');
await ha.page.waitForURL((u) => !u.searchParams.get('procedure'));
await neverBody(ha, 'a filter was taken away');
await ha.page.locator('.filters a.chip', { hasText: 'Mua sắm' }).press('Enter');
await ha.page.waitForURL(/procedure=1\.005416/);
ok(true, 'the kept filter is there again');
await ha.page.route('**/v1/filters', (r) => (r.request().method() === 'POST'
  ? r.fulfill({ status: 409, json: { title: 'Quá giới hạn', detail: 'Đã có 50 bộ lọc, hãy xóa bớt rồi lưu.' } }) : r.continue()));
await ha.page.locator('button', { hasText: 'Thêm lọc' }).press('Enter');
await ha.page.locator('dialog form input').fill('Thêm một');
await ha.press('Enter');
await ha.page.locator('.toast', { hasText: 'xóa bớt' }).waitFor();
await ha.page.unroute('**/v1/filters');
await ha.page.getByRole('button', { name: 'Bỏ Mua sắm' }).press('Enter');
await ha.page.locator('.filters a.chip', { hasText: 'Mua sắm' }).waitFor({ state: 'detached' });
await neverBody(ha, 'a kept filter was deleted');
await ha.page.locator('table.queue [data-row]').first().focus();
await ha.press('.');
await ha.page.locator('.toast', { hasText: 'Đã sao chép' }).waitFor();
await comes(() => ha.page.evaluate(() => navigator.clipboard.readText()), await ha.page.locator('table.queue [data-row]').first().textContent(), 'the code is copied');

// ---- columns: shown, hidden and moved by keys alone, kept with the person
const headings = (who) => who.page.locator('table.queue th:not(:first-child)').allTextContents().then((all) => all.map((x) => x.replace('▲', '').trim()));
const USUAL = ['Hạn bước', 'Mã hồ sơ', 'Người nộp', 'Thủ tục', 'Bước', 'Cán bộ', 'Đã dùng'];
const MINE = ['Hạn bước', 'Người nộp', 'Mã hồ sơ', 'Thủ tục', 'Bước', 'Cán bộ', 'Đơn vị'];
eq(await headings(ha), USUAL, 'the usual columns');
await ha.page.locator('button', { hasText: 'Cột' }).press('Enter');
await ha.page.locator('.columns [data-column=due] input').waitFor();
await ha.page.waitForFunction(() => document.activeElement.closest('[data-column=due]'));
await ha.press('ArrowDown', 'Alt+ArrowDown');
await ha.page.waitForFunction(() => document.activeElement.closest('.columns li:nth-child(3)[data-column=code]'));
await ha.press('Space'); // the code stays
for (let i = 0; i < 4; i++) await ha.press('ArrowDown');
await ha.press('Space'); // what has been used
for (let i = 0; i < 4; i++) await ha.press('ArrowDown');
await ha.press('Space');
await comes(() => headings(ha), MINE, 'behind the layer the list changes at once');
await ha.page.locator('[data-column=agency] [data-way=down]').press('Enter');
await neverBody(ha, 'the last column was sent further down');
await axe(ha, 'choosing columns');
await shot(ha, 'queue-columns');
await ha.press('Escape');
await comes(() => ha.page.evaluate(() => document.activeElement.textContent), 'Cột', 'the focus goes back to where it came from');
await comes(async () => (await office.call('ha.congsan', 'GET', '/v1/preferences')).body.preferences.queueColumns, ['due', 'applicant', 'code', 'procedure', 'step', 'officer', 'agency'], 'the daemon keeps it with the person');
await ha.page.evaluate(() => ['motcua-prefs', 'motcua-prefs-at'].forEach((k) => localStorage.removeItem(k))); // another computer
await ha.page.reload();
await ha.page.locator('table.queue tbody tr').first().waitFor();
await comes(() => headings(ha), MINE, 'and it is there at another computer');
eq(await ha.page.locator('table.queue tbody tr').first().locator('td').last().textContent(), 'Sở Tài chính', 'the unit by its name');
await axe(ha, 'a queue with chosen columns');
await ha.page.locator('button', { hasText: 'Cột' }).press('Enter');
await ha.page.locator('dialog button', { hasText: 'Như mặc định' }).press('Enter');
await ha.press('Escape');
await comes(() => headings(ha), USUAL, 'one key goes back to the usual ones');

// ---- quick choices one upon the other: each whole, in their order, one on its way at a time
let under = 0;
let most = 0;
await ha.page.route('**/v1/preferences', async (route) => {
  most = Math.max(most, ++under);
  const response = await route.fetch().finally(() => { under -= 1; });
  await route.fulfill({ response });
});
await ha.page.locator('button', { hasText: 'Cột' }).press('Enter');
await ha.page.locator('.columns [data-column=due] input').waitFor();
await ha.page.waitForFunction(() => document.activeElement.closest('[data-column=due]'));
await ha.press('Alt+ArrowDown', 'Alt+ArrowDown', 'Alt+ArrowDown', 'Alt+ArrowDown');
await ha.page.evaluate(() => localStorage.setItem('motcua-prefs', JSON.stringify({ ...JSON.parse(localStorage.getItem('motcua-prefs')), size: '3' }))); // another tab
await ha.press('Alt+ArrowUp');
const told = async () => (await office.call('ha.congsan', 'GET', '/v1/preferences')).body.preferences;
await comes(async () => [(await told()).queueColumns, (await told()).size], [['code', 'applicant', 'procedure', 'due', 'step', 'officer', 'used'], '3'], 'the last one stays, and what another tab chose meanwhile');
eq(most, 1, 'one is sent at a time');
await ha.page.locator('dialog button', { hasText: 'Như mặc định' }).press('Enter');
await ha.press('Escape');
await ha.page.unrouteAll({ behavior: 'wait' }); // the last answer is on its way

// ---- bulk: a result for each row
const bulk = await person(browser, office, 'duc.congsan');
await bulk.signIn('/hang-doi?scope=unit');
await bulk.page.locator('table.queue tbody tr').first().waitFor();
await bulk.page.waitForFunction(() => document.activeElement?.dataset?.row);
const rowAt = () => bulk.page.evaluate(() => [...document.querySelectorAll('table.queue [data-row]')].indexOf(document.activeElement));
await bulk.press('End');
await comes(rowAt, (await bulk.page.locator('table.queue [data-row]').count()) - 1, 'End goes to the last row');
await bulk.press('Home');
await comes(rowAt, 0, 'Home to the first');
await bulk.press('Space', 'ArrowDown', 'Space');
await comes(() => bulk.page.locator('.bulk strong').textContent(), '2 đã chọn', 'Space selects');
await bulk.page.locator('.bulk button', { hasText: 'Giao tất cả' }).press('Enter');
await bulk.page.locator('dialog select option', { hasText: 'Hà' }).first().waitFor({ state: 'attached' });
await bulk.page.locator('dialog select').selectOption({ label: await bulk.page.locator('dialog select option', { hasText: 'Hà' }).first().textContent() });
await bulk.press('Control+Enter');
await bulk.page.locator('dialog tbody tr').nth(1).waitFor();
await comes(async () => (await bulk.page.locator('dialog tbody td:nth-child(2)').allTextContents()).map((x) => x.trim()), ['Giao việc', 'Giao việc'], 'one choice gives all of them to an officer, each with its result');
await bulk.press('Escape');
await neverBody(bulk, 'closing the results');
await bulk.page.waitForFunction(() => document.activeElement?.dataset?.row);

// What is chosen goes into a file of the daemon, to the printer in one piece, or gets one request each.
await bulk.press('Home', 'Control+a');
await bulk.page.locator('.bulk .main').waitFor();
const listed = await bulk.page.locator('table.queue tbody tr').count();
await comes(() => bulk.page.locator('.bulk strong').textContent(), `${listed} đã chọn`, 'Ctrl+A selects what is shown');
const [file] = await Promise.all([bulk.page.waitForEvent('download'), bulk.page.locator('.bulk a', { hasText: 'CSV' }).press('Enter')]);
const rowsOfFile = readFileSync(await file.path(), 'utf8').trim().split('\n').slice(1);
eq(rowsOfFile.map((line) => codes.find((c) => line.includes(c))).sort(), (await bulk.page.locator('table.queue [data-row]').allTextContents()).sort(), 'the file has the chosen rows');
await bulk.page.locator('table.queue [data-row]').first().focus();
await bulk.press('Control+a');
await bulk.page.locator('.bulk').waitFor({ state: 'detached' });
await bulk.press('Home', 'Shift+ArrowDown');
await comes(() => bulk.page.locator('.bulk strong').textContent(), '2 đã chọn', 'Shift extends');
await bulk.page.locator('.bulk .main').waitFor();
await axe(bulk, 'a queue with rows chosen');
await shot(bulk, 'bulk-chosen');
const resultsOf = (who) => () => who.page.locator('dialog tbody td:nth-child(2)').allTextContents().then((all) => all.map((x) => x.trim()));
const opened = [];
await bulk.page.exposeFunction('toWindow', (path) => opened.push(path));
await bulk.page.evaluate(() => { // this browser hands PDF to another program, and may refuse a window
  open = (path) => {
    void toWindow(path);
    return window.refuses ? null : {};
  };
});
const print = async (name) => {
  await bulk.press('F9');
  await bulk.page.locator('dialog select').waitFor();
  if (name) await axe(bulk, name);
  await bulk.press('Enter');
};
const again = async () => {
  await bulk.press('Escape');
  await bulk.page.waitForFunction(() => document.activeElement?.dataset?.row);
  await bulk.press('Home', 'Shift+ArrowDown');
  await bulk.page.locator('.bulk .main').waitFor();
};
const bound = bulk.page.waitForResponse(/\/v1\/papers\//);
await print('which paper is printed');
await comes(resultsOf(bulk), ['đã mở để in', 'đã mở để in'], 'one file of all papers, a result for each');
const chosen = new URL((await bound).url()).searchParams.get('codes').split(',');
eq([opened.length, opened[0].startsWith('blob:'), chosen.length, (await bound).headers()['content-type']], [1, true, 2, 'application/pdf'], 'asked for once, opened once');
eq(await Promise.all(chosen.map(async (c) => (await office.call('duc.congsan', 'GET', `/v1/dossiers/${c}/prints`)).body.items.map((x) => x.paper))), [['control-slip'], ['control-slip']], 'the control slip of each is in the print log');
await again();
await bulk.page.evaluate(() => { window.refuses = true; });
await bulk.page.route('**/v1/papers/**', (r) => (r.request().url().includes('%2C')
  ? r.fulfill({ status: 422, json: { code: 'invalid', errors: [{ pointer: '/codes/1', code: 'not-found', message: 'Không tìm thấy' }] } }) : r.continue()));
await print();
await comes(resultsOf(bulk), ['Trình duyệt chặn cửa sổ của tệp PDF: hãy cho phép trang này mở cửa sổ, rồi in lại', 'Không tìm thấy'], 'a window that the browser refused is not called printed; what cannot be printed says why, the other goes without it');
await comes(() => bulk.page.locator('dialog a', { hasText: 'Mở tệp PDF' }).count(), 1, 'the file can be opened by hand');
await axe(bulk, 'papers whose window was refused');
await bulk.page.unroute('**/v1/papers/**');
await again();
await bulk.press('1');
await comes(resultsOf(bulk), Array(2).fill('Vai trò của bạn không được làm việc này. Người giữ vai trò của bước làm, hoặc ủy quyền cho bạn.'), 'the key hands on all of them; who may not is told so on each row');
await axe(bulk, 'results of a bulk act');
await shot(bulk, 'bulk');

// One request for the papers of a procedure, sent to each of them; one that stands still already says why not.
await ha.open('/hang-doi?scope=mine');
await ha.page.locator('table.queue tbody tr').nth(2).waitFor();
await ha.page.waitForFunction(() => document.activeElement?.dataset?.row);
await ha.press('Control+a');
await ha.page.locator('.bulk .main').waitFor();
await ha.press('2');
await ha.page.locator('dialog fieldset', { hasText: 'Giấy tờ cần bổ sung' }).locator('input').first().check();
await ha.page.locator('dialog fieldset', { hasText: 'Lý do' }).locator('input').first().check();
await ha.page.locator('dialog textarea').first().fill('Bổ sung danh mục có số lượng');
await axe(ha, 'a supplement for several');
await ha.press('Control+Enter');
await comes(async () => (await resultsOf(ha)()).sort(), ['Phải xác nhận đã nhận hồ sơ trước', 'Yêu cầu bổ sung hồ sơ',
  'Đã yêu cầu bổ sung 1 lần, quy định cho tối đa 1 lần: nêu căn cứ, lãnh đạo phải chấp thuận'], 'asked where it may be; where not, the row says why');
await shot(ha, 'bulk-supplement');
await ha.press('Escape');

// ---- a scanner is no person that presses keys: the slip's code opens its dossier, none of its digits is an act
const burst = (who, text) => who.page.evaluate((all) => {
  for (const key of [...all, 'Enter']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, code: /\d/.test(key) ? `Digit${key}` : '', bubbles: true, cancelable: true }));
}, text);
const touched = [];
await hung.page.clock.install();
hung.page.on('request', (r) => r.url().includes(`${older}/possible`) && touched.push(r.url()));
await hung.open('/hang-doi?scope=unit');
await hung.page.locator('[data-row]', { hasText: older }).focus();
await burst(hung, given);
await hung.page.locator('.identity h1', { hasText: given }).waitFor();
eq([touched, await hung.page.locator('dialog').count()], [[], 0], 'the row that had the focus was not touched');
await hung.open('/hang-doi?scope=unit');
await hung.page.locator('tr', { hasText: older }).locator('input').focus();
await burst(hung, given);
await hung.page.locator('.identity h1', { hasText: given }).waitFor();
eq(touched, [], 'the same where a box to tick has the focus');

// ---- one key of the list and its undo: not while somebody types, and for ten seconds only
await hung.press('F8');
await hung.page.locator('[data-row]', { hasText: older }).waitFor();
await hung.page.locator('a.chip, button.chip').first().waitFor();
const stepOf = async () => (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${older}`)).body.tasks[0].step;
const here = await stepOf();
const undo = hung.page.locator('.toast .button', { hasText: 'Hoàn tác' });
const handOn = async () => {
  await hung.page.locator('[data-row]', { hasText: older }).focus();
  await hung.press('1');
  await undo.waitFor();
};
await handOn();
const gone = await stepOf();
await hung.press('F4', '1', 'Control+z');
await hung.page.locator('.rail a').first().focus();
eq([gone !== here, await undo.count(), await hung.page.locator('dialog').count()], [true, 1, 0], 'handed on by one key; what is pressed in a field undoes nothing and is no act');
await hung.page.clock.fastForward(5000);
eq(await undo.count(), 1, 'five seconds later it can still be taken back');
await hung.press('Control+z');
await comes(stepOf, here, 'Ctrl+Z outside of fields takes it back');
await hung.page.locator('.toast', { hasText: 'hoàn tác' }).last().waitFor();
await hung.page.clock.fastForward(20000);
await handOn();
await hung.page.clock.fastForward(11000);
await undo.waitFor({ state: 'detached' });
await hung.page.locator('.rail a').first().focus();
await hung.press('Control+z');
ok((await stepOf()) !== here, 'after ten seconds it stays done');
await hung.press('F1');
await hung.page.locator('dialog .inside p', { hasText: 'Việc xếp theo hạn' }).first().waitFor();
await hung.press('Escape', 'F3');
await hung.page.waitForURL(/\/quay/);
await comes(() => hung.page.title().then((x) => x.split(' · ')[0]), 'Gọi số', 'F1 says what the screen is, F3 goes to the numbers, F8 to the queue; the title tells where');

// ---- an applicant takes her dossier back: by keys on its page; who has it in a list sees that it is gone, and in its place
const left = bulk.page.locator('table.queue tr', { hasText: other });
eq(await left.getAttribute('class'), '', 'it lies with the unit');
const before = await bulk.page.locator('table.queue [data-row]').allTextContents();
await hung.open(`/ho-so/${other}`);
await hung.page.locator('.acts button', { hasText: 'Việc khác' }).press('Enter');
await hung.page.locator('.acts button', { hasText: 'Người nộp rút hồ sơ' }).press('Enter');
await hung.page.waitForFunction(() => document.activeElement.id === 'f-document');
await hung.type('Đơn xin rút ngày 23/11');
await hung.press('Control+Enter');
await hung.page.locator('.statusword', { hasText: 'rút' }).waitFor();
await neverBody(hung, 'a dossier was taken back');
const ended = (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${other}/history`)).body;
eq([ended.status, ended.history.at(-1).data.document], ['WITHDRAWN', 'Đơn xin rút ngày 23/11'], 'it ended, with the letter it was asked for by');
await comes(() => left.getAttribute('class'), 'gone', 'the row in the other’s list is marked');
eq([(await left.textContent()).includes('đã qua tay người khác'), await bulk.page.locator('table.queue [data-row]').allTextContents()], [true, before], 'in words, too, and no row has moved');

// ---- as they are first met, in both languages (axe has looked at these states in all modes above); narrow and wide
for (const [mode, lang] of TWICE) {
  const who = await person(browser, office, 'minh.congsan', { ...mode, lang });
  await who.signIn('/hang-doi?scope=unit');
  await who.page.locator('table.queue tbody tr').first().waitFor();
  await shot(who, `queue-${mode.name}-${lang}`);
  await who.open(`/ho-so/${first}`);
  await who.page.locator('.tracker').waitFor();
  if (mode.name === 'dark') await shot(who, `dossier-dark-${lang}`);
  ok(!(await who.page.locator('body').textContent()).match(/\b(queue|dossier|do|act|state)\.[a-z][A-Za-z.]+/), `no key shows where words should be, ${lang}`);
  eq(who.complaints, [], `no complaint of the browser, ${mode.name}, ${lang}`);
  await who.context.close();
}
const small = await person(browser, office, 'minh.congsan', { size: [320, 640] });
await small.signIn('/hang-doi?scope=unit');
await small.page.locator('table.queue tbody tr').first().waitFor();
await noSideways(small, 'queue at 320 px');
await small.page.locator('button', { hasText: 'Cột' }).press('Enter');
await small.page.locator('.columns input').first().waitFor();
await noSideways(small, 'choosing columns at 320 px');
await shot(small, 'queue-columns-320');
await small.press('Escape');
await small.open(`/ho-so/${first}`);
await small.page.locator('.tracker').waitFor();
await noSideways(small, 'dossier at 320 px');
{
  const said = (await small.page.locator('.timeline').first().innerText()).concat(await small.page.locator('dl.facts').first().innerText());
  ok(!said.includes('dept_approve') && said.includes('Phê duyệt kết quả xử lý hồ sơ'), 'a step it left again is told by its title', said);
  ok(said.includes('Yêu cầu bổ sung'), 'and what the counter owes by what it is, not by the step it was asked from', said);
}
await shot(small, 'dossier-320');
await noSidewaysElsewhere(small, 'dossier');
await small.open('/hang-doi?scope=unit');
await small.page.locator('table.queue tbody tr').first().waitFor();
await noSidewaysElsewhere(small, 'queue');

// ---- what is told: with everybody a relative of the applicant the head is told, and goes from there to the dossier
const nobodyLeft = async () => {
  const { code } = await office.intake();
  await office.act('lan.tiepnhan', code, 'act', { action: 'forward' });
  for (const login of ['minh.congsan', 'ha.congsan', 'tuan.congsan']) await office.act(login, code, 'declare-relative', { note: 'Cháu tôi' });
  return code;
};
const kin = await nobodyLeft();
const heads = await Promise.all(['duc.congsan', 'huong.stc', 'binh.stc'].map(async (login) =>
  ({ login, told: ((await office.call(login, 'GET', '/v1/notifications')).body.items ?? []).some((n) => n.code === kin) })));
const head = await person(browser, office, heads.find((h) => h.told)?.login ?? 'duc.congsan');
await head.signIn('/hang-doi?scope=unit');
const mark = head.page.locator('.rail .count');
await mark.waitFor();
eq(await mark.textContent(), '1 chưa xem', 'the menu says how many she has not seen');
await shot(head, 'notices-mark');
await head.page.locator('a[href="/lam-viec/thong-bao"]').press('Enter');
await head.page.locator('tbody tr', { hasText: kin }).first().waitFor();
await mark.waitFor({ state: 'detached' });
await head.page.locator('tbody .badge', { hasText: 'mới' }).waitFor();
ok(true, 'seen: the mark goes, the line keeps its own until the list is opened again');
ok((await head.page.locator('tbody tr', { hasText: kin }).first().textContent()).includes('Không còn ai'), 'the head reads that nobody is left');
await axe(head, 'notices');
await shot(head, 'notices');
await head.page.locator('[data-row]', { hasText: kin }).first().press('Enter');
await head.page.locator('.tracker').waitFor();
ok(head.page.url().endsWith(kin), 'and opens the dossier', head.page.url());
await nobodyLeft();
await mark.waitFor();
await comes(() => mark.textContent(), '1 chưa xem', 'the next one is told while she works');
await axe(head, 'a menu with a mark');

eq([...head.complaints, ...minh.complaints, ...ha.complaints, ...hung.complaints, ...bulk.complaints], [], 'nothing was blocked by the policy, nothing was asked elsewhere, no error');
await browser.close();
await office.end();
done();
