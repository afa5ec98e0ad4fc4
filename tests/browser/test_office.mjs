// Supervisors and administrators: figures that open their lists, load and reassigning, procedures written,
// checked, dry run, proposed and approved by a second person, moves, calendars, accounts, delegation.
import { execFileSync } from 'node:child_process';
import { atMost, axe, comes, done, eq, needBrowser, neverBody, noSideways, noSidewaysElsewhere, officeDay, ok, openBrowser, openOffice, person, shot, TWICE } from './lib/office.mjs';

needBrowser();
const office = await openOffice();
const browser = await openBrowser();

// Five dossiers; one is refused at intake, three lie with the Department of Finance.
const codes = [];
for (let i = 1; i <= 4; i++) {
  const slip = await office.intake({ applicant: { kind: 'state', name: `Trường Tiểu học số ${i}`, id_type: 'organisation', id_number: `H24.30.0${i}`, address: 'Hải Phòng', phone: '02253846077' } });
  codes.push(slip.code);
  if (i < 4) await office.act('lan.tiepnhan', slip.code, 'act', { action: 'forward' });
}

// ---- the dashboard: every number opens the list behind it
const giang = await person(browser, office, 'giang.giamsat');
await giang.signIn('/so-lieu');
await giang.page.locator('.tile .big').nth(3).waitFor();
await comes(() => giang.page.locator('.tile').first().locator('.big').textContent(), '4', 'what was received');
await axe(giang, 'dashboard');
await shot(giang, 'figures');
await giang.page.locator('.tile').first().locator('.big a').press('Enter');
await giang.page.locator('tbody tr').nth(3).waitFor();
await comes(async () => (await giang.page.locator('tbody tr td:first-child').allTextContents()).sort(), [...codes].sort(), 'the number opens exactly its dossiers');
const word = new URL(await giang.page.locator('a[download]', { hasText: 'CSV' }).getAttribute('href'), 'http://x').searchParams.get('progress');
const tell = (e) => giang.page.evaluate((m) => { const c = new BroadcastChannel('motcua-events'); c.postMessage(m); c.close(); }, { kind: 'export', export: word, ...e });
await tell({ export: 'ai-do', rows: 1, of: 2, done: false });
await tell({ rows: 20000, of: 50000, done: false });
await comes(async () => (await giang.page.locator('p[role=status]:has(progress)').allTextContents()).map((x) => x.trim()),
  ['Đang ghi tệp: 20.000 / 50.000 dòng'], 'a long file tells how far it is');
eq(await giang.page.locator('progress').getAttribute('value'), '20000', 'and shows it');
await axe(giang, 'list behind a number');
await shot(giang, 'figures-list');
await giang.open('/so-lieu/table?by=procedure');
await giang.page.locator('table.figures tbody tr').first().waitFor();
const rows = await giang.page.locator('table.figures tbody tr').evaluateAll((all) => all.map((r) => [...r.querySelectorAll('td.n')].map((c) => c.textContent)));
ok(/by=procedure&key=1\.005416/.test(await giang.page.locator('table.figures tbody td.n a').first().getAttribute('href')), 'a number of a row opens what is of that row');
const foot = await giang.page.locator('table.figures tfoot td.n').allTextContents();
eq(rows.reduce((sum, r) => sum + Number(r[0]), 0), Number(foot[0]), 'the rows add up to the total');
await axe(giang, 'table of figures');
await shot(giang, 'figures-table');
giang.reset();
await giang.press('F1');
await giang.page.locator('dl.defs').first().waitFor();
await axe(giang, 'definitions');
await shot(giang, 'figures-definitions');
await giang.press('Escape');
await neverBody(giang, 'closing the definitions');
const [xlsx] = await Promise.all([giang.page.waitForEvent('download'), giang.page.locator('a[download]', { hasText: 'XLSX' }).press('Enter')]);
ok(/\.xlsx$/.test(xlsx.suggestedFilename()), 'the table goes out as XLSX', xlsx.suggestedFilename());
await giang.page.getByLabel('Đến hết ngày').fill('31/2/2026');
await giang.press('Enter');
await giang.page.locator('.period .field.wrong', { hasText: 'Ghi ngày như 3/12/2026' }).waitFor();
await comes(() => giang.page.evaluate(() => document.activeElement.id), 'period-to', 'a day that is none is told, the focus on it');
await giang.open('/so-lieu/table?by=week');
await giang.page.locator('table.figures tbody td a').first().press('Enter');
await giang.page.locator('tbody tr td.code').first().waitFor();
ok(/from=\d{4}-\d\d-\d\d&to=/.test(giang.page.url()) && !/key=/.test(giang.page.url()), 'the number of a week opens the dossiers of its days', giang.page.url());
for (const tab of ['load', 'steps', 'reasons']) {
  await giang.open(`/so-lieu/${tab}`);
  await giang.page.locator(`#panel-${tab} :is(table, .empty)`).first().waitFor();
  await axe(giang, `figures, ${tab}`);
  await shot(giang, `figures-${tab}`);
}

// ---- printed: one A4 page, light whatever the theme, every number to be read
{
  const who = await person(browser, office, 'giang.giamsat', { scheme: 'dark' });
  await who.signIn('/so-lieu');
  await who.page.locator('figure.chart').nth(2).waitFor();
  const pdf = await who.page.pdf({ format: 'A4', printBackground: true, margin: { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' } });
  const run = (tool, args) => execFileSync(tool, args, { input: pdf, maxBuffer: 1 << 26 });
  eq(/Pages:\s+(\d+)/.exec(run('pdfinfo', ['-']).toString())[1], '1', 'the dashboard printed: one page of A4');
  const words = run('pdftotext', ['-layout', '-', '-']).toString().normalize('NFC');
  const shown = await who.page.locator('.tile .big, .tile :is(h2, h3), .bars th, .bars td.n, figcaption').allTextContents();
  const flat = (s) => s.replace(/\s+/g, '');
  const cut = shown.filter((s) => s.split(/\s+/).some((w) => !flat(words).includes(w)));
  eq(cut, [], 'every name and number is on it');
  ok(words.includes(officeDay().split('-').reverse().join('/').slice(2)), 'and its period', words);
  ok(flat(words).includes(flat('Ủy ban nhân dân thành phố Hải Phòng')), 'and whose numbers they are', words);
  await who.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await who.page.setViewportSize({ width: 718, height: 1047 });
  eq(await who.page.evaluate(() => [...document.querySelectorAll('#main *')].filter((e) => e.getClientRects().length && !e.closest('.scroll, svg, .vh')
    && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80))), [], 'nothing is cut off at its side');
  eq(await who.page.locator('.tile').first().evaluate((e) => [getComputedStyle(e).backgroundColor, getComputedStyle(document.body).backgroundColor, getComputedStyle(e).color]),
    ['rgb(243, 245, 248)', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)'], 'light, though she works in the dark');
  await shot(who, 'figures-print');
  eq(who.complaints, [], 'the printed dashboard: no complaint');
  await who.context.close();
}

// ---- a head deals work out again, straight from the row
await office.act('minh.congsan', codes[0], 'claim');
const duc = await person(browser, office, 'duc.congsan');
await duc.signIn('/so-lieu/load');
await duc.page.locator('#panel-load tbody tr', { hasText: 'Nguyễn Quang Minh' }).locator('button').click();
await duc.page.locator('dialog select').selectOption({ index: 2 });
await duc.page.locator('dialog input').fill('Nghỉ phép dài ngày');
await axe(duc, 'reassigning');
await duc.page.locator('dialog button[type=submit]').click();
await duc.page.locator('dialog').waitFor({ state: 'detached' });
await comes(async () => (await office.call('minh.congsan', 'GET', '/v1/queue?scope=mine')).body.items.length === 0, true, 'her work lies with the other now');

// ---- a procedure: diagram, editor, mistakes beside their lines, dry run, proposal, second person
const nam = await person(browser, office, 'nam.quantri');
await nam.signIn('/thu-tuc');
await nam.page.locator('tbody tr').first().waitFor();
await axe(nam, 'procedures');
await shot(nam, 'procedures');
await nam.open('/thu-tuc/1.005416');
await nam.page.locator('.diagram svg').waitFor();
await comes(async () => (await nam.page.locator('.diagram svg').textContent()).includes('Xem xét, xử lý hồ sơ') || (await nam.page.locator('.diagram svg desc').textContent()).includes('Xem xét'), true, 'the diagram is in the page');
await axe(nam, 'living diagram');
await shot(nam, 'diagram');
await nam.open('/thu-tuc/1.005416/edit');
const area = nam.page.locator('.editor textarea');
await nam.page.waitForFunction(() => document.querySelector('.editor textarea')?.value.length > 500);
await nam.page.locator('.banner.good').first().waitFor();
const text = await area.inputValue();
await area.fill(text.replace(/to: appraise\b/, 'to: apraise'));
await nam.page.locator('.defects li').first().waitFor();
const wrong = await nam.page.locator('.defects').textContent();
ok(/apraise/.test(wrong) && /appraise/.test(wrong), 'the mistake names the word that was probably meant', wrong);
await axe(nam, 'editor with a mistake');
await shot(nam, 'editor-mistake');
await nam.page.locator('.defects .plain').first().click();
await comes(async () => await nam.page.evaluate(() => { const a = document.activeElement; return a.tagName === 'TEXTAREA' && a.value.slice(0, a.selectionStart).split('\n').length > 5; }), true, 'the mistake leads to its line');
await area.fill(text.replace(/^version: \d+/m, 'version: 7').replace(/^valid_from: .*$/m, 'valid_from: 2027-03-01'));
await nam.page.locator('.banner.good').first().waitFor();
nam.reset();
await nam.page.locator('section form input').first().focus();
await nam.press('Enter');
await nam.page.locator('section table tbody tr').nth(7).waitFor();
atMost(nam.count.keys, 6, 'keys to a dry run, from its field');
await axe(nam, 'dry run');
await shot(nam, 'editor-dry-run');
// ---- the same text as tables: one value is rewritten at its place, comments stay, mistakes stand in their row
await nam.page.getByRole('button', { name: 'Bảng' }).press('Enter');
await nam.page.locator('.procform table').nth(2).waitFor();
await axe(nam, 'a procedure as tables');
await shot(nam, 'editor-tables');
const draft = async () => JSON.parse(await nam.page.evaluate(() => sessionStorage.getItem('draft-procedure-1-005416') ?? '{}')).content?.text ?? '';
const was = await draft();
const cell = nam.page.getByLabel('Thời hạn, dispatch');
await cell.focus();
await cell.fill('0.25 calendar_dya');
await nam.press('Tab');
await nam.page.locator('.wrongrow', { hasText: 'calendar_day' }).waitFor();
await axe(nam, 'a mistake in its row');
await neverBody(nam, 'leaving a cell');
await cell.fill('0.25 calendar_day');
await nam.press('Enter');
await nam.page.locator('.banner.good').first().waitFor();
const changed = (a, b) => b.split('\n').filter((l, i) => l !== a.split('\n')[i]);
await comes(async () => changed(was, await draft()), ['    limit: 0.25 calendar_day'], 'one line of the text changed, comments and order stayed');
await nam.page.getByRole('button', { name: 'So sánh' }).press('Enter');
await nam.page.locator('ul.diff li', { hasText: 'dispatch' }).first().waitFor();
await axe(nam, 'what differs from the version in force');
await nam.page.getByLabel('Tiếp theo, verify, forward').selectOption('issue');
await nam.page.getByLabel('Tiếp theo, verify, forward').selectOption('sign');
await nam.page.getByRole('button', { name: 'Thêm giấy tờ' }).press('Enter');
await nam.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Tên, paper_1');
await nam.type(' về kinh phí');
await nam.press('Tab');
await nam.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Yêu cầu, paper_1');
await comes(async () => (await draft()).includes('{component: paper_1, vi: "Giấy tờ mới về kinh phí"'), true, 'a paper is added by keys alone');
await nam.page.getByRole('button', { name: 'Bỏ paper_1' }).press('Enter');
await neverBody(nam, 'a row was removed');
await comes(async () => changed(was, await draft()), ['    limit: 0.25 calendar_day'], 'and removed without a trace');
await cell.fill('0.5 calendar_day');
await nam.press('Enter');
await nam.page.waitForFunction((want) => JSON.parse(sessionStorage.getItem('draft-procedure-1-005416')).content.text === want, was);
await nam.page.getByRole('button', { name: 'YAML' }).press('Enter');
await comes(() => area.inputValue(), was, 'both views are one text');
await nam.page.locator('.banner.good').first().waitFor();
await nam.page.locator('#pub-doc').fill('15/QĐ-UBND');
await nam.page.locator('#pub-doc').press('Enter');
await nam.page.locator('section .banner.good', { hasText: 'Đã đề nghị công bố' }).waitFor(); // the text was fine, too
await nam.open('/thu-tuc/de-xuat');
await nam.page.locator('tbody tr').first().waitFor();
ok(await nam.page.locator('tbody tr').first().locator('button').count() === 0, 'the author cannot approve her own proposal');
await axe(nam, 'proposals');
const phuong = await person(browser, office, 'phuong.quantri');
await phuong.signIn('/thu-tuc/de-xuat');
await phuong.page.locator('tbody tr button.main').first().click();
await phuong.page.waitForFunction(() => document.querySelector('tbody tr')?.textContent.includes('xong'));
ok(true, 'a second person approved it');
await shot(phuong, 'proposals');

// ---- running dossiers to another version: the plan says who cannot go yet and why, where a step that is gone goes is chosen
const renamed = text.replace(/\bappraise\b/g, 'review').replace(/^version: \d+/m, 'version: 8');
const published = await office.call('nam.quantri', 'POST', '/v1/publications', { texts: [{ kind: 'procedure', text: renamed }], document: '17/QĐ-UBND' });
await office.call('phuong.quantri', 'POST', `/v1/publications/${published.body.publication}/approve`, {});
await comes(async () => (await office.call('nam.quantri', 'GET', '/v1/procedures/1.005416/versions')).body.versions[0].in_force, true, 'a version with other names of its steps is in force');
await nam.open('/thu-tuc/1.005416/move');
const versions = nam.page.locator('#panel-move form select');
await versions.nth(1).waitFor();
eq(await versions.evaluateAll((all) => all.map((s) => s.value)), ['1', '8'], 'from where most are to what is in force');
nam.reset();
await versions.first().focus();
await nam.press('Tab', 'Tab', 'Tab', 'Enter');
await nam.page.locator('#panel-move p[role=status]', { hasText: '4 hồ sơ đang mở; 3 chưa chuyển được' }).waitFor();
const gone = nam.page.locator('#panel-move fieldset select');
const planRows = () => nam.page.locator('table.moves tbody tr').evaluateAll((all) => all.map((r) => [...r.querySelectorAll('td')].map((c) => c.textContent)));
ok((await planRows()).slice(0, 3).every((r) => r[1].startsWith('Xem xét') && r[7]), 'those that cannot go stand first, each with its why', await planRows());
await axe(nam, 'a move that cannot be done yet');
await shot(nam, 'move-gone');
await gone.focus();
await nam.type('Xem xét');
await comes(() => gone.inputValue(), 'review', 'where the step goes');
await comes(() => nam.page.locator('table.moves').count(), 0, 'what was changed is planned anew');
await neverBody(nam, 'a step was chosen');
await nam.press('Tab', 'Enter');
await nam.page.locator('#panel-move p[role=status]', { hasText: '4 hồ sơ đang mở; 0 chưa chuyển được' }).waitFor();
const day = /^\d\d:\d\d\s\d\d\/\d\d\/\d{4}$/;
ok((await planRows()).every((r) => r[1] && r[2] && day.test(r[3]) && day.test(r[4]) && r[5] === r[6] && !r[7]), 'old and new step and due of each; no promise moves', await planRows());
await axe(nam, 'the plan of a move');
await shot(nam, 'move-plan');
await nam.press('Tab', 'Tab', 'Tab', 'Tab', 'Tab');
await nam.type('18/QĐ-UBND');
await nam.press('Enter');
await nam.page.locator('#panel-move .banner.good').waitFor();
await phuong.open('/thu-tuc/de-xuat');
await phuong.page.locator('tbody tr', { hasText: '18/QĐ-UBND' }).locator('button.main').press('Enter');
await phuong.page.locator('tbody tr', { hasText: '18/QĐ-UBND' }).filter({ hasText: 'xong' }).waitFor();
const after = await Promise.all(codes.map(async (c) => (await office.call('lan.tiepnhan', 'GET', `/v1/dossiers/${c}`)).body));
eq(after.map((d) => [d.version, d.tasks[0].step]).sort(), [[8, 'receive'], [8, 'review'], [8, 'review'], [8, 'review']], 'all of them run on the new version, at its steps');

// ---- calendars, accounts, delegation
await nam.open('/lich/office');
await nam.page.locator('.month').nth(11).waitFor();
await comes(async () => (await nam.page.locator('.legend').textContent()).includes('ngày nghỉ'), true, 'what the colours mean stands beside');
await axe(nam, 'a year of the calendar');
await shot(nam, 'calendar');
await nam.open('/lich/office/edit');
await nam.page.waitForFunction(() => document.querySelector('.editor textarea')?.value.length > 100);
await nam.page.locator('section button', { hasText: 'Hồ sơ nào sẽ đổi hạn?' }).click();
await nam.page.locator('section p[role=status]').waitFor();
ok(true, 'the preview says which dossiers would move');
const days = nam.page.locator('.editor textarea');
await days.fill(`${await days.inputValue()}# Xem lại đầu năm\n`);
await nam.page.locator('#pub-doc').fill('16/QĐ-UBND');
await nam.page.locator('#pub-doc').press('Enter');
await nam.page.locator('section .banner.good', { hasText: 'Đã đề nghị công bố' }).waitFor();
await phuong.open('/thu-tuc/de-xuat');
await phuong.page.locator('tbody tr', { hasText: '16/QĐ-UBND' }).locator('button.main').press('Enter');
await phuong.page.locator('tbody tr', { hasText: '16/QĐ-UBND' }).filter({ hasText: 'xong' }).waitFor();
await comes(async () => JSON.stringify((await office.call('nam.quantri', 'GET', '/v1/calendars/office/text')).body).includes('Xem lại đầu năm'), true, 'a calendar is in force once a second person has approved it');
const khanh = await person(browser, office, 'khanh.kythuat');
await khanh.signIn('/to-chuc/accounts');
await khanh.page.locator('tbody tr').first().waitFor();
await axe(khanh, 'accounts');
await shot(khanh, 'accounts');
await khanh.page.locator('button', { hasText: 'Tài khoản mới' }).click();
const inputs = khanh.page.locator('dialog input');
await inputs.nth(0).fill('nguoi.moi');
await inputs.nth(1).fill('Đặng Thị Mới'.normalize('NFD'));
await inputs.nth(2).fill('STC');
await khanh.page.locator('dialog button[type=submit]').click();
await khanh.page.locator('dialog .secret').waitFor();
await axe(khanh, 'one-time password');
await comes(async () => (await office.call('khanh.kythuat', 'GET', '/v1/accounts/nguoi.moi')).body.name, 'Đặng Thị Mới', 'a pasted name is kept in one form');
await khanh.press('Escape');
const minh = await person(browser, office, 'minh.congsan');
const away = [9, 11].map((days) => officeDay(days).split('-').reverse().join('/'));
await minh.signIn('/uy-quyen');
await minh.page.locator('button', { hasText: 'Báo vắng mặt' }).click();
await minh.page.locator('dialog input').nth(0).fill(away[0]);
await minh.page.locator('dialog input').nth(1).fill(away[1]);
await axe(minh, 'telling an absence');
await minh.page.locator('dialog button[type=submit]').click();
await minh.page.locator('table', { hasText: away[0] }).waitFor();
await axe(minh, 'delegation and absence');
await shot(minh, 'stand-in');

// ---- as they are first met, in both languages (axe has looked at these states in all modes above)
for (const [mode, lang] of TWICE) {
  const who = await person(browser, office, 'giang.giamsat', { ...mode, lang });
  await who.signIn('/so-lieu');
  await who.page.locator('.tile .big').nth(3).waitFor();
  await shot(who, `figures-${mode.name}-${lang}`);
  ok(!(await who.page.locator('body').textContent()).match(/\b(fig|proc|cal|org|stand|queue)\.[a-z][A-Za-z._]+/), `no key shows where words should be, ${lang}`);
  eq(who.complaints, [], `no complaint of the browser, ${mode.name}, ${lang}`);
  await who.context.close();
  const admin = await person(browser, office, 'nam.quantri', { ...mode, lang });
  await admin.signIn('/thu-tuc/1.005416');
  await admin.page.locator('.diagram svg').waitFor();
  await admin.open('/lich/office');
  await admin.page.locator('.month').nth(11).waitFor();
  if (mode.name === 'dark') await shot(admin, `calendar-dark-${lang}`);
  await admin.context.close();
}
const small = await person(browser, office, 'giang.giamsat', { size: [320, 640] });
await small.signIn('/so-lieu');
await small.page.locator('.tile .big').nth(3).waitFor();
await noSideways(small, 'dashboard at 320 px');
await shot(small, 'figures-320');
await noSidewaysElsewhere(small, 'dashboard');

eq([giang, duc, nam, phuong, khanh, minh].flatMap((x) => x.complaints), [], 'nothing was blocked by the policy, nothing was asked elsewhere, no error');
await browser.close();
await office.end();
done();
