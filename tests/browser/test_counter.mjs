// The counter: a dossier is taken in by keyboard alone within fifteen keys and a scan, nothing typed is
// ever lost, and a save is one dossier whatever happens to the link or the daemon.
import { execFileSync } from 'node:child_process';
import { hall } from './counter_hall.mjs';
import { atMost, axe, comes, done, eq, needBrowser, neverBody, noSideways, noSidewaysElsewhere, officeDay, ok, openBrowser, openOffice, person, shot, timed, TWICE } from './lib/office.mjs';

needBrowser();
const office = await openOffice();
const browser = await openBrowser({ prints: true });
const CARD = '031188001234|191234567|Nguyễn Thị Phượng|01021988|Nữ|12/3 Lương Khánh Thiện, Hồng Bàng, Hải Phòng|10052021';
const THREE = '1.004859'; // three papers, one choice, one question
const NUMBER = 'f-applicant-number';

const value = (who, id) => who.page.locator(`[id="${id}"]`).inputValue();
const focusIs = (who, id) => who.page.waitForFunction((x) => document.activeElement?.id === x, id);
const rowsOf = async (where) => Number((await office.ask({ do: 'sql', sql: `SELECT count(*) FROM motcua.dossier ${where}` })).out);
// What the printer gets of a PDF: its words, its pages and their size in points.
const printed = (who) => who.page.evaluate(() => window.printed ?? 0);
const pdfOf = (who, i = -1) => {
  const input = who.papers.at(i);
  const info = execFileSync('pdfinfo', ['-'], { input }).toString();
  const [, width, height] = /Page size:\s+([\d.]+) x ([\d.]+)/.exec(info).map(Number);
  return { text: execFileSync('pdftotext', ['-layout', '-', '-'], { input }).toString().normalize('NFC'), width: Math.round(width), height: Math.round(height), pages: Number(/Pages:\s+(\d+)/.exec(info)[1]) };
};
const sheet = (who) => who.page.evaluate(() => document.querySelector('.sheet')?.textContent ?? '');
async function receiver(login = 'lan.tiepnhan', options = {}, path = '/tiep-nhan') {
  const who = await person(browser, office, login, options);
  await who.context.addInitScript(() => {
    window.print = () => {
      top.printed = (top.printed ?? 0) + 1; // also of the frame that holds a PDF
    };
  });
  who.papers = [];
  await who.context.route(/\.pdf(\?|$)/, async (route) => {
    const response = await route.fetch();
    who.papers.push(await response.body());
    await route.fulfill({ response });
  });
  await who.signIn(path);
  return who;
}
const ready = (who) => focusIs(who, NUMBER);
async function choose(who, words) {
  await focusIs(who, 'f-procedure');
  await who.type(words);
  await who.page.locator('#f-procedure-l [role=option]').first().waitFor();
  await who.press('Enter');
}
async function threePapers(who) {
  await choose(who, '4859');
  await focusIs(who, 'f-case');
  await who.press('ArrowDown', 'Enter', 'Enter', 'Enter', 'Enter', 'Enter');
}
const recentRow = (who) => who.page.locator('.recent li a').first();

// ---- cold
const lan = await receiver();
await ready(lan);
lan.reset();
const t0 = Date.now();
await lan.open('/tiep-nhan');
await ready(lan);
const cold = Date.now() - t0;
timed(cold <= 3000, 'ready to type again within 3000 ms (ASan daemon)', cold);
await axe(lan, 'empty form');
await shot(lan, 'counter-empty');

// ---- one dossier by scan and keys
lan.reset();
await lan.scan(CARD);
await focusIs(lan, 'f-procedure');
eq([await value(lan, NUMBER), await value(lan, 'f-applicant-name'), await value(lan, 'f-applicant-birth'), await value(lan, 'f-applicant-sex')],
  ['031188001234', 'Nguyễn Thị Phượng', '01/02/1988', 'female'], 'a scanned card fills the form and the focus is in the procedure');
await threePapers(lan);
await lan.page.locator('.promise strong').first().waitFor();
await lan.page.waitForFunction(() => /\d{2}\/\d{2}\/20\d\d/.test(document.querySelector('.promise')?.textContent));
await axe(lan, 'filled form');
await shot(lan, 'counter-filled');
await lan.press('Control+Enter');
await recentRow(lan).waitFor();
await lan.page.waitForFunction(() => window.printed === 1);
atMost(lan.count.keys, 15, 'keys of a procedure with three papers, one scan');
eq(lan.count.clicks, 0, 'clicks');
await ready(lan);
ok(true, 'after the save the focus is back in the scan box');
const first = await recentRow(lan).textContent();
ok(/^H\d.*-\d{6}-\d{4}$/.test(first), 'the new code is listed', first);
const paper = pdfOf(lan);
ok(['GIẤY TIẾP NHẬN', first, 'Nguyễn Thị Phượng', 'Mã tra cứu', 'Liên: Lưu', '15.000 đồng'].every((w) => paper.text.includes(w)) && !paper.text.includes('BẢN IN LẠI'),
  "the daemon's paper tells code, name, secret and fee, in two parts", paper.text);
eq([paper.width, paper.height, paper.pages], [420, 595, 2], 'two pages of A5, one for each part');
await neverBody(lan, 'printing');
await comes(() => lan.page.evaluate(() => !document.getElementById('printer').contains(document.activeElement) && document.activeElement.id !== 'printer'), true, 'the printed frame takes no focus');
eq(await rowsOf(''), 1, 'one dossier');
await lan.press('F9');
await lan.page.waitForFunction(() => window.printed === 2);
ok(pdfOf(lan).text.includes('BẢN IN LẠI') && pdfOf(lan).text.replaceAll('BẢN IN LẠI', '').replace(/\s/g, '') === paper.text.replace(/\s/g, ''), 'F9 prints the same again and says that it is a reprint');
await lan.page.locator('.recent select').selectOption('80');
await lan.press('F9');
await lan.page.waitForFunction(() => window.printed === 3);
const roll = pdfOf(lan);
ok(roll.width >= 204 && roll.width <= 227 && roll.height > 300 && roll.pages === 1, 'on a roll: as wide as it is, as long as it gets, one page', [roll.width, roll.height, roll.pages]);
const log = (await office.call('lan.tiepnhan', 'GET', `/v1/dossiers/${first}/prints`)).body.items;
eq(log.map((x) => [x.paper, x.reprint, x.same]), [['receipt', false, true], ['receipt', true, true], ['receipt', false, true]], 'every print of the counter is in the print log');
await lan.page.locator('.recent select').selectOption('a5');
await lan.page.evaluate(() => {
  window.printed = 2;
});

// ---- she is known now; the same again is warned of
await lan.scan('031188001234|191234567|NGUYEN THI PHUONG|01021988|Nu|12/3 Luong Khanh Thien, Hong Bang, Hai Phong|10052021', 'Tab');
await lan.page.locator('.former').waitFor();
await lan.page.waitForFunction(() => document.getElementById('f-applicant-name').value === 'Nguyễn Thị Phượng');
ok(true, 'accents that the scanner lost come back from her former dossier');
await lan.page.locator('#f-procedure').focus();
await lan.type('4859');
await lan.press('Enter');
await lan.page.locator('.banner.warn', { hasText: first }).waitFor();
ok(true, 'an open dossier of the same person and procedure is warned of in place');
await axe(lan, 'duplicate warning');
await shot(lan, 'counter-known');
await focusIs(lan, 'f-case');
await lan.press('ArrowDown', 'Enter');
await lan.page.locator('#f-components').focus();
await lan.press('Control+Enter');
await lan.page.locator('.decline').waitFor();
await neverBody(lan, 'the form became the slip of a return');
await focusIs(lan, 'f-reasons');
ok(true, 'papers are missing: the same screen becomes the slip of the return');
await axe(lan, 'return slip');
await shot(lan, 'counter-return');
await lan.press('Escape');
await lan.page.locator('.decline').waitFor({ state: 'detached' });
await lan.press('Control+Enter');
await lan.page.locator('.decline').waitFor();
await lan.page.waitForFunction(() => document.getElementById('f-reasons')?.checked);
await lan.press('Control+Enter');
await lan.page.waitForFunction(() => window.printed === 3);
const asking = pdfOf(lan).text;
ok(asking.includes('PHIẾU YÊU CẦU BỔ SUNG') && asking.includes('Giấy tờ làm căn cứ') && asking.includes('Thiếu thành phần'), 'the slip names what is missing and why', asking);
eq(await rowsOf("WHERE status = 2"), 1, 'the return is recorded as an attempt');
await lan.page.evaluate(() => dispatchEvent(new Event('afterprint')));
await ready(lan);

// ---- cards of six and eleven fields; lost accents; a scan swept into another field
for (const [name, card] of [['six fields', CARD.split('|').slice(0, 6).join('|')], ['eleven fields', `${CARD}|x|y|z|w`]]) {
  await lan.scan(card);
  await focusIs(lan, 'f-procedure');
  await comes(() => value(lan, 'f-applicant-birth'), '01/02/1988', `a card of ${name} is read`);
  await lan.page.locator(`[id="${NUMBER}"]`).focus();
}
await lan.press('F2');
await ready(lan);
await lan.scan('031188007777||Trần Văn Đức|01021988|Nam|Thôn 3, Xã Tân An, Thanh Hà, Hải Dương|10052021');
await focusIs(lan, 'f-procedure');
await lan.page.locator('#f-applicant-address-h', { hasText: 'Xã Tân An (cũ) → Xã Hà Tây (mới)' }).waitFor();
ok(true, 'a card with a ward of before July 2025: what it became is proposed below');
await lan.page.locator('#f-applicant-address').focus();
await lan.press('ArrowDown');
await lan.page.locator('#f-applicant-address-l li[aria-selected=true]', { hasText: 'Xã Hà Tây (mới)' }).waitFor();
await axe(lan, 'a former ward, its hint and its list');
await shot(lan, 'counter-former');
await lan.press('Enter');
await lan.page.locator('#f-applicant-address-h', { hasText: 'Nay thuộc Xã Hà Tây, Thành phố Hải Phòng' }).waitFor();
await comes(() => value(lan, 'f-applicant-address'), 'Thôn 3, Xã Tân An, Thanh Hà, Hải Dương', 'taken by two keys; the address stays as the card has it');
await lan.press('F2');
await ready(lan);
await lan.scan('031188009999||TRAN VAN DUC|01021988|Nam|So 1|');
await focusIs(lan, 'f-applicant-name');
await comes(() => lan.page.locator('.hint', { hasText: 'Kiểm tra lại' }).first().isVisible(), true, 'a name without accents is marked, the number kept');
await shot(lan, 'counter-mangled');
await axe(lan, 'card to be checked');
await lan.page.locator('#f-applicant-address').focus();
await lan.page.evaluate((card) => {
  for (const key of [...card, 'Enter']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}, CARD);
await lan.page.waitForFunction(() => document.getElementById('f-applicant-number').value === '031188001234').catch(() => {});
await comes(() => value(lan, NUMBER), '031188001234', 'a card swept into another field of the form fills the form');

await lan.page.locator(`[id="${NUMBER}"]`).focus();
await lan.scan('031188001234|191|Nguyễn');
await lan.page.locator('.field.wrong .error', { hasText: 'quét lại' }).waitFor();
await focusIs(lan, NUMBER);
await lan.scan(CARD);
await focusIs(lan, 'f-procedure');
eq([await value(lan, NUMBER), await lan.page.locator('.field.wrong').count()], ['031188001234', 0], 'half a card is told at once; the next scan takes its place');

// ---- letters: composed ones are not touched while they are composed, NFD is sent as NFC
await lan.press('F2');
await ready(lan);
await lan.page.locator('#f-applicant-name').focus();
const cdp = await lan.context.newCDPSession(lan.page);
for (const text of ['Đ', 'Đa', 'Đă', 'Đặ', 'Đặn', 'Đặng']) await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
const parked = await lan.page.locator('.parkbar li').count();
for (const [key, code] of [['F2', 113], ['Escape', 27], ['F3', 114]]) await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode: code });
eq([await lan.page.locator('.parkbar li').count(), await value(lan, 'f-applicant-name')], [parked, 'Đặng'], 'no key of ours is heard while letters are composed');
await cdp.send('Input.insertText', { text: 'Đặng' });
await comes(() => value(lan, 'f-applicant-name'), 'Đặng', 'a composed name arrives whole');
await lan.page.locator('#f-applicant-name').fill('');
for (const [take, put] of [[0, 'Tra'], [1, 'â'], [0, 'n'], [2, 'ần'], [0, ' D'], [1, 'Đ'], [0, 'uc'], [2, 'ức']]) { // as Unikey hooks the keys
  for (let i = 0; i < take; i++) await lan.press('Backspace');
  await lan.page.keyboard.insertText(put);
}
await comes(() => value(lan, 'f-applicant-name'), 'Trần Đức', 'letters that an input method takes back and puts anew arrive whole');
await lan.page.locator('#f-applicant-name').fill('Đặng');
await lan.page.locator('#f-applicant-address').focus();
await lan.page.keyboard.insertText('Hải Phòng'.normalize('NFD'));
eq(await value(lan, 'f-applicant-address'), 'Hải Phòng'.normalize('NFD'), 'what was pasted is not rewritten in the field');
await lan.page.locator('#f-applicant-birth').focus();
await lan.type('1/2/88');
await lan.page.locator('#f-applicant-phone').focus();
await lan.type('0905 12');
await lan.page.locator('#f-procedure').focus();
await choose(lan, 'tinh trang hon nhan');
await focusIs(lan, 'f-form-married_before');
await lan.press('Control+Enter');
await focusIs(lan, 'f-applicant-phone');
await comes(async () => (await lan.page.locator('.field.wrong .error').textContent()).includes('0905 123 456'), true, 'what cannot be read is told with an example, the focus in its field');
await axe(lan, 'an error');
await shot(lan, 'counter-error');
await lan.type('0905 123 456');
await lan.page.locator('#f-applicant-address').fill('12/3 Lương Khánh Thiện, hong ban');
await lan.page.locator('#f-applicant-address').focus();
await lan.press('End');
await lan.type('g');
await lan.page.locator('#f-applicant-address-l li', { hasText: 'Phường Hồng Bàng' }).waitFor();
await shot(lan, 'counter-ward');
await lan.press('ArrowDown', 'Enter');
await comes(() => value(lan, 'f-applicant-address'), '12/3 Lương Khánh Thiện, Phường Hồng Bàng, Thành phố Hải Phòng', 'the ward is found by its letters without accents');
await neverBody(lan, 'a ward was taken');
await lan.page.locator('#f-form-purpose').fill('Mua nhà');
await lan.page.getByRole('button', { name: 'Đủ cả' }).click();
await lan.page.waitForFunction(() => document.querySelectorAll('.papers li.given').length >= 2);
await lan.press('Control+Enter');
await lan.page.waitForFunction(() => window.printed === 4);
const typedCode = await recentRow(lan).textContent();
const typed = (await office.call('lan.tiepnhan', 'GET', `/v1/dossiers/${typedCode}`)).body.content;
ok(/^\d{5}$/.test(typed.applicant.area_code), 'its code goes with it', typed.applicant);
eq([typed.applicant.name, typed.applicant.address, typed.applicant.birth, typed.applicant.phone], ['Đặng', '12/3 Lương Khánh Thiện, Phường Hồng Bàng, Thành phố Hải Phòng', '1988-02-01', '0905123456'], 'dates and phones are forgiven, letters are sent composed');
await lan.page.evaluate(() => dispatchEvent(new Event('afterprint')));

// ---- parked forms outlive a reload and signing out
const saving = (who) => who.page.waitForResponse((r) => r.request().method() === 'PUT' && /\/v1\/drafts\//.test(r.url()) && r.ok(), { timeout: 5000 });
const forms = async (who) => (await who.page.locator('.parkbar li button').allTextContents()).map((s) => s.replace(/Alt\+\d/, '').trim());
await lan.page.locator(`[id="${NUMBER}"]`).waitFor();
await lan.press('F2');
await ready(lan);
lan.reset();
const [put] = await Promise.all([saving(lan), lan.page.locator('#f-applicant-name').fill('Lê Văn Cất')]);
const draft = async () => (await office.call('lan.tiepnhan', 'GET', new URL(put.url()).pathname)).body.content.applicant;
eq([(await draft()).name, lan.count.keys], ['Lê Văn Cất', 0], 'the draft is at the daemon soon and by itself');
await lan.page.waitForFunction(() => /Đã lưu nháp/.test(document.querySelector('.side')?.textContent));
await lan.page.evaluate(() => { // what the form does by itself a little later it does not do now
  window.later = setTimeout;
  window.setTimeout = (f, ms, ...more) => (ms > 300 ? 0 : later(f, ms, ...more));
});
await Promise.all([saving(lan), lan.page.locator('#f-applicant-phone').fill('0905 000 111').then(() => lan.press('Control+s'))]);
eq((await draft()).phone, '0905 000 111', 'Ctrl+S keeps it at once');
await lan.page.evaluate(() => { window.setTimeout = later; });
await lan.press('F2');
await ready(lan);
await comes(() => value(lan, 'f-applicant-name'), '', 'F2 parks the form and opens a new one');
ok((await forms(lan)).includes('Lê Văn Cất'), 'it stays as a tab');
const n = (await forms(lan)).indexOf('Lê Văn Cất') + 1;
await lan.press(`Alt+${n}`);
await lan.page.waitForFunction(() => document.getElementById('f-applicant-name')?.value === 'Lê Văn Cất').catch(async (e) => {
  console.log('#', n, await forms(lan), await lan.page.evaluate(() => [sessionStorage.getItem('counter-open'), document.getElementById('f-applicant-name')?.value]), lan.complaints);
  throw e;
});
ok(true, `Alt+${n} takes it back`);
await axe(lan, 'parked forms');
await shot(lan, 'counter-parked');
await lan.page.reload();
await lan.page.waitForFunction(() => document.getElementById('f-applicant-name')?.value === 'Lê Văn Cất');
ok(true, 'it outlives a reload');
await lan.page.route('**/v1/drafts/*', (r) => r.abort());
await lan.page.locator('#f-applicant-email').fill('cat@vi-du.vn');
await lan.page.reload();
await lan.page.waitForFunction(() => document.getElementById('f-applicant-email')?.value === 'cat@vi-du.vn');
ok(true, 'so does what the daemon has not got yet');
await lan.page.unroute('**/v1/drafts/*');
await lan.page.waitForFunction(() => /Đã lưu nháp/.test(document.querySelector('.side')?.textContent));
const other = await receiver();
await other.page.locator('.parkbar li button', { hasText: 'Lê Văn Cất' }).click();
await other.page.waitForFunction(() => document.getElementById('f-applicant-name')?.value === 'Lê Văn Cất');
ok(true, 'and another browser after signing in anew');
await other.page.locator('#f-applicant-address').fill('Bên kia');
await other.page.waitForFunction(() => /Đã lưu nháp/.test(document.querySelector('.side')?.textContent));
await lan.page.locator('#f-applicant-address').fill('Bên này');
await lan.page.locator('.banner.warn', { hasText: 'cửa sổ khác' }).waitFor();
await axe(lan, 'two windows on one form');
await lan.page.getByRole('button', { name: 'Lấy bản kia' }).click();
await lan.page.waitForFunction(() => document.getElementById('f-applicant-address').value === 'Bên kia');
ok(true, 'two windows on one form are told of each other, neither loses its words unasked');
await other.context.close();

// ---- five at most; what the next person at this computer opens is hers
for (let i = await lan.page.locator('.parkbar li').count(); i < 5; i++) {
  await lan.press('F2');
  await comes(() => lan.page.locator('.parkbar li').count(), i + 1, `form ${i + 1}`);
  await ready(lan);
  await lan.page.locator('#f-applicant-name').fill(`Người thứ ${i}`);
  await lan.press('Control+s');
}
await lan.page.locator('.parkbar li', { hasText: 'Người thứ 4' }).waitFor();
await lan.press('F2');
await lan.page.locator('.toast.warn', { hasText: '5' }).waitFor();
eq(await lan.page.locator('.parkbar li').count(), 5, 'no sixth form, and she is told');
await lan.page.locator('#f-applicant-address').fill('Của riêng Lan');
await lan.page.locator('header.top button', { hasText: 'Đăng xuất' }).press('Enter');
await lan.page.locator('input[name=username]').fill('quang.lethanhnghi');
await lan.page.locator('input[name=password]').fill(office.password);
await lan.press('Enter');
await ready(lan);
eq([await forms(lan), await value(lan, 'f-applicant-name')], [['Biểu mẫu mới'], ''], 'whoever signs in behind her sees none of her forms');

// ---- the link is cut during a save: kept, sent once, told late
const cut = await receiver('hung.tiepnhan');
const prepare = async (who, card = CARD) => {
  await ready(who);
  await who.scan(card);
  await threePapers(who);
  await who.page.waitForFunction(() => document.querySelectorAll('.papers li.given').length === 3);
};
const dossiers = () => rowsOf('');
await prepare(cut);
let had = await dossiers();
await cut.context.setOffline(true);
await cut.press('Control+Enter');
await cut.page.locator('.recent .banner').waitFor();
await ready(cut);
ok(true, 'without the link the form is kept and a new one takes the focus');
await axe(cut, 'kept while offline');
await shot(cut, 'counter-kept');
await cut.page.getByRole('button', { name: 'In phiếu tạm' }).click();
await cut.page.waitForFunction(() => window.printed === 1);
const slip = await sheet(cut);
ok(slip.includes('CHƯA CÓ MÃ HỒ SƠ') && !/H\d\d.*-\d{6}-/.test(slip), 'a temporary slip invents no number');
await cut.page.evaluate(() => dispatchEvent(new Event('afterprint')));
await cut.context.setOffline(false);
await recentRow(cut).waitFor();
eq(await dossiers(), had + 1, 'the link is back: exactly one dossier');
await comes(async () => (await cut.page.locator('.recent li').first().textContent()).includes('trả lời muộn'), true, 'the late answer is told with its code');

// ---- the answer is lost on its way
await prepare(cut);
had = await dossiers();
let lost = 0;
await cut.page.route('**/v1/dossiers', async (route) => {
  if (route.request().method() !== 'POST' || lost++) return route.continue();
  await route.fetch();
  return route.abort('connectionreset');
});
await cut.press('Control+Enter');
await cut.page.locator('.recent li').nth(1).waitFor();
await cut.page.waitForFunction(() => document.querySelectorAll('.recent li a').length === 2);
eq([await dossiers(), lost >= 2], [had + 1, true], 'an answer that got lost is fetched again: exactly one dossier');
await cut.page.unroute('**/v1/dossiers');

// ---- the daemon is killed during a save, and the page reloaded meanwhile
await prepare(cut);
had = await dossiers();
await office.ask({ do: 'kill' });
await cut.press('Control+Enter');
await cut.page.locator('.recent .banner').waitFor();
await office.ask({ do: 'start' });
await cut.page.waitForFunction(() => document.querySelectorAll('.recent li a').length === 3);
eq(await dossiers(), had + 1, 'the daemon was killed and started again: exactly one dossier');
// ---- what somebody else left behind in this browser is hers to send
await cut.page.evaluate(() => new Promise((done) => {
  const r = indexedDB.open('motcua', 1);
  r.onsuccess = () => {
    const tx = r.result.transaction('outbox', 'readwrite');
    tx.objectStore('outbox').put({ key: 'n-khac.1', path: '/v1/dossiers', body: {}, title: 'Của người khác', at: 0, login: 'lan.tiepnhan' });
    tx.oncomplete = done;
  };
}));
const sent = [];
cut.page.on('request', (r) => r.method() === 'POST' && r.url().endsWith('/v1/dossiers') && sent.push(r.url()));
await cut.page.reload();
await ready(cut);
eq([sent, await cut.page.locator('.top .link').textContent().then((x) => x.includes('đã giữ'))], [[], false], 'it is neither sent nor shown to who signs in now');
await cut.page.evaluate(() => new Promise((done) => {
  const r = indexedDB.open('motcua', 1);
  r.onsuccess = () => { r.result.transaction('outbox', 'readwrite').objectStore('outbox').clear().onsuccess = done; };
}));
eq(cut.complaints, [], 'no complaint of the browser');

// ---- what was submitted by post is decided on the same screen
const post = await office.call('hoa.buudien', 'POST', '/v1/submissions', {
  procedure: THREE, channel: 'post', case: '01', applicant: { name: 'Phạm Văn Thư', id_number: '031090000077', address: 'Cát Hải' },
  components: [{ component: 'form', originals: 1 }, { component: 'evidence', copies: 1 }, { component: 'identity', certified: 1 }],
});
ok(post.status === 201, 'a submission by post', post);
const hung = cut;
await hung.page.evaluate(() => dispatchEvent(new Event('afterprint')));
await hung.open('/hom-nay');
await hung.page.locator('#waiting').waitFor();
await hung.page.locator('a[data-row]', { hasText: post.body.code }).waitFor();
await axe(hung, 'today');
await shot(hung, 'counter-today');
await hung.page.locator('a[data-row]', { hasText: post.body.code }).focus();
await hung.press('Enter');
await hung.page.waitForFunction(() => document.getElementById('f-applicant-name')?.value === 'Phạm Văn Thư');
await hung.page.waitForFunction(() => document.querySelectorAll('.papers li.given').length === 3);
await axe(hung, 'a submission in the form');
await hung.press('Control+Enter');
await hung.page.waitForFunction(() => /Đã tiếp nhận/.test(document.querySelector('.toasts')?.textContent));
await comes(async () => (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${await recentRow(hung).textContent()}`)).body.channel, 'post', 'it is accepted and stays by post');
await hung.open('/hom-nay');
await hung.page.locator('.tiles').waitFor();
await hung.press('F9');
await hung.page.waitForFunction(() => window.printed === 1);
ok((await sheet(hung)).includes('BẢNG TỔNG HỢP CUỐI NGÀY'), 'F9 prints the sheet of the day');
await hung.page.evaluate(() => dispatchEvent(new Event('afterprint')));

// ---- search
await hung.open('/tim');
await hung.page.locator('main input').waitFor();
await hung.page.waitForFunction(() => document.activeElement.tagName === 'INPUT' && document.activeElement.id !== 'search');
await hung.type('pham van thu');
await hung.page.locator('td', { hasText: 'Phạm Văn Thư' }).first().waitFor();
await axe(hung, 'search');
await shot(hung, 'search');
hung.reset();
await hung.press('ArrowDown', 'Enter');
await hung.page.waitForURL(/ho-so\//);
eq(hung.count.keys, 2, 'two keys from the words to the dossier');
await hung.page.locator('.identity h1').waitFor();
await hung.press('F9');
await hung.page.waitForFunction(() => window.printed === 1);
ok(['GIẤY TIẾP NHẬN', 'Phạm Văn Thư'].every((w) => pdfOf(hung).text.includes(w)), 'F9 prints the receipt of the dossier that is looked at', pdfOf(hung).text);

// ---- what is chosen in the queue goes to the printer in one piece, through the browser's own viewer
await hung.open('/hang-doi?scope=unit');
await hung.page.waitForFunction(() => document.activeElement?.dataset?.row);
await hung.press('Shift+ArrowDown');
await hung.page.locator('.bulk .main').waitFor();
await hung.press('F9');
await hung.page.locator('dialog select').waitFor();
await hung.press('Enter');
await hung.page.waitForFunction(() => window.printed === 1);
await comes(() => hung.page.locator('dialog tbody td:nth-child(2)').allTextContents().then((all) => all.map((x) => x.trim())), ['đã mở để in', 'đã mở để in'], 'one question of the printer for two papers');
const slips = pdfOf(hung);
eq((await hung.page.locator('dialog tbody td.code').allTextContents()).map((c) => slips.text.includes(c)), [true, true], 'both papers are in the file');
await hung.press('Escape');

// ---- tickets: the strip above the form, F3 calls, serving carries the number into the dossier
const ticket = await office.call('nga.huongdan', 'POST', '/v1/tickets', { service: 'civil' });
ok(ticket.status === 201, 'a ticket', ticket);
await hung.open('/quay');
await hung.page.locator('main input').first().fill('3');
await hung.page.locator('.strip').waitFor();
await hung.press('F3');
await hung.page.locator('.strip .ticket', { hasText: ticket.body.label }).waitFor();
await axe(hung, 'a called ticket');
await shot(hung, 'counter-desk');
await hung.page.getByRole('button', { name: 'Bắt đầu tiếp nhận' }).click();
await ready(hung);
await hung.page.locator('#who .count', { hasText: ticket.body.label }).waitFor();
ok(true, 'serving opens a form that knows the number');
await hung.scan(CARD.replace('031188001234', '031188001299'));
await threePapers(hung);
await hung.page.waitForFunction(() => document.querySelectorAll('.papers li.given').length === 3);
// A paper is uploaded while the form is filled: how far it is, what it looks like.
let let_through;
const let_go = new Promise((resolve) => { let_through = resolve; });
await hung.page.route('**/v1/files?*', async (route) => {
  await let_go;
  await route.continue();
});
const SCAN = { name: 'Tờ khai.pdf'.normalize('NFD'), mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n% a scanned form, invented\n%%EOF\n') };
await hung.page.locator('.papers .files input[type=file]').first().setInputFiles(SCAN);
await hung.page.locator('.papers .files progress').waitFor();
await axe(hung, 'an upload on its way');
let_through();
await hung.page.locator('.papers .files .tag').waitFor();
await hung.page.unroute('**/v1/files?*');
await hung.page.locator('.papers .files .tag button').first().press('Enter');
await hung.page.locator('dialog iframe.preview').waitFor();
ok(true, 'what was uploaded is looked at before it is saved');
await hung.press('Escape');
await hung.page.locator('dialog').waitFor({ state: 'detached' });
await neverBody(hung, 'closing the preview');
await axe(hung, 'the strip above the form');
await hung.press('Control+Enter');
await hung.page.waitForFunction(() => /Đã tiếp nhận/.test(document.querySelector('.toasts')?.textContent));
const served = await recentRow(hung).textContent();
await comes(async () => (await office.ask({ do: 'sql', sql: `SELECT d.code FROM motcua.ticket t JOIN motcua.dossier d ON d.code = t.dossier WHERE t.id = ${ticket.body.ticket}` })).out, served, 'the visit knows its dossier');

await comes(async () => (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${served}`)).body.content.components[0].files.length, 1, 'the uploaded paper is in the dossier');

// ---- what is held already is not asked for again: offered beside its component, a digit takes it
await hung.page.waitForFunction(() => window.printed > 0);
await hung.page.evaluate(() => dispatchEvent(new Event('afterprint')));
await ready(hung);
await hung.scan(CARD.replace('031188001234', '031188001299'));
await focusIs(hung, 'f-procedure');
await hung.press('1'); // what the unit takes in most
await focusIs(hung, 'f-case');
ok((await value(hung, 'f-procedure')).startsWith(THREE), 'a digit chooses the procedure', await value(hung, 'f-procedure'));
await hung.press('ArrowDown', 'Enter', 'Enter');
const offer = hung.page.locator('.papers li', { hasText: 'Tờ khai đăng ký' }).locator('.held');
await offer.waitFor();
const offered = await offer.textContent();
ok([served, officeDay().split('-').reverse().join('/'), 'Tờ khai.pdf'].every((w) => offered.includes(w)), 'a paper that is held is offered with its dossier, its date and its file', offered);
eq((await forms(hung)).length, 1, 'what was delivered late waits in no parked form');
await axe(hung, 'papers that are held');
await shot(hung, 'counter-held');
await offer.locator('.plain').press('Enter');
await hung.page.locator('dialog iframe.preview').waitFor();
await hung.press('Escape');
await hung.page.locator('dialog').waitFor({ state: 'detached' });
await hung.page.locator('#f-components').focus();
await hung.press('1');
await focusIs(hung, 'paper-evidence');
await hung.page.locator('.papers li', { hasText: `Dùng lại từ hồ sơ ${served}` }).waitFor();
await hung.page.locator('#f-applicant-number').fill('031188001298');
await comes(() => hung.page.locator('.papers li', { hasText: 'Dùng lại từ' }).count(), 0, 'held of one owner is not used for another');
await hung.page.locator('#f-applicant-number').fill('031188001299');
await offer.waitFor();
await hung.page.locator('#f-components').focus();
await hung.press('1');
await focusIs(hung, 'paper-evidence');
await hung.press('Enter', 'Enter', 'Control+Enter');
await comes(async () => (await recentRow(hung).textContent()) !== served, true, 'it is taken in');
const again = await recentRow(hung).textContent();
const filed = (await office.call('hung.tiepnhan', 'GET', `/v1/dossiers/${again}`)).body.content.components;
eq(filed.map((c) => [c.component, c.originals + c.certified + c.copies, c.files.length, c.reused]), [['form', 0, 1, served], ['evidence', 1, 0, undefined], ['identity', 1, 0, undefined]], 'the file stands in place of the paper');
await comes(() => pdfOf(hung).text.replace(/\s+/g, ' ').includes(`Dùng lại giấy tờ đang giữ: ${served}`), true, 'the slip tells what was used again');

await hall({ office, receiver, ready });

// ---- the post office records; nothing is printed that nobody has decided
const hoa = await receiver('hoa.buudien');
await ready(hoa);
await hoa.scan(CARD.replace('031188001234', '031188001277'));
await threePapers(hoa);
await hoa.page.waitForFunction(() => document.querySelectorAll('.papers li.given').length === 3);
ok(await hoa.page.getByRole('button', { name: 'Trả lại' }).count() === 0, 'who supports decides nothing');
await axe(hoa, 'the form of who supports');
await hoa.press('Control+Enter');
await hoa.page.waitForFunction(() => /Đã ghi nhận S-/.test(document.querySelector('.toasts')?.textContent));
eq([hoa.papers.length, await printed(hoa)], [0, 0], 'it waits for the one-stop unit: no slip yet');
eq(hoa.complaints, [], 'no complaint of the browser');
await hoa.context.close();

// ---- handing over: from the list and by scan, who receives, one key
const STAFF = { receiver: 'lan.tiepnhan', specialist: 'duong.hongbang', division_head: 'quan.hongbang', leader: 'chinh.hongbang', clerk: 'thom.hongbang' };
const FORWARD = ['forward', 'approve', 'number', 'release'];
async function finish(code) {
  const went = [];
  for (let i = 0; i < 12; i++) {
    const { body } = await office.call('son.giamdoc', 'GET', `/v1/dossiers/${code}`);
    if (body.status === 'RELEASED') return true;
    const task = body.tasks[0];
    const login = (task.officer && Object.values(STAFF).find((l) => ids[l] === task.officer)) || (task.role === 'specialist' && task.officer ? 'trong.hongbang' : STAFF[task.role]);
    for (const first of ['claim', 'receive']) await office.act(login, code, first, { task: task.task });
    const { acts } = (await office.call(login, 'GET', `/v1/dossiers/${code}/possible`)).body;
    const act = acts.find((a) => a.command === 'act' && FORWARD.includes(a.effect) && !(a.effect === 'number' && body.result?.number)) ?? {};
    if (act.needs?.includes('draft')) await office.act(login, code, 'draft', { text: 'Đủ điều kiện' });
    const done = await office.act(login, code, 'act', { action: act.action, ...(act.needs?.includes('result') ? { number: '12/GXN', date: officeDay(), signer: 'Đỗ Văn Chính', file: resultFile } : {}) });
    if (done.status !== 200) return { login, act, done };
    went.push(`${body.status} ${task.role} ${task.step} ${act.action}`);
  }
  return went;
}
const ids = {};
for (const login of Object.values(STAFF)) ids[login] = (await office.call(login, 'GET', '/v1/session')).body.user;
const thom = await receiver('thom.hongbang', {}, '/tim');
const resultFile = await thom.page.evaluate(async () => {
  const { csrf } = await (await fetch('/v1/session')).json();
  const r = await fetch('/v1/files?name=ket-qua.pdf', { method: 'POST', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/octet-stream' }, body: new Blob(['%PDF-1.4\n% invented result\n%%EOF\n']) });
  return (await r.json()).hash;
});
await thom.context.close();
eq(await finish(typedCode), true, 'a result is made');
const mai = await receiver('mai.traketqua', {}, '/tra-ket-qua');
await mai.page.locator('a[data-row]', { hasText: typedCode }).waitFor();
await axe(mai, 'results that wait');
mai.reset();
await mai.page.waitForFunction(() => document.activeElement.closest('.handover'));
await mai.scan(typedCode);
await mai.page.locator('.handone input[type=radio]').first().waitFor();
await mai.page.waitForFunction(() => document.activeElement.type === 'radio');
await mai.press('ArrowDown', 'Control+Enter');
await mai.page.locator('.handone .error').waitFor();
ok(true, 'who receives for another must be named, with the authorisation');
await neverBody(mai, 'what is missing');
await axe(mai, 'handing over');
await shot(mai, 'counter-handover');
await mai.type('Lê Văn Cất');
await mai.press('Tab');
await mai.type('GUQ 12');
await mai.press('Control+Enter');
await mai.page.waitForFunction(() => /Đã trả kết quả/.test(document.querySelector('.toasts')?.textContent));
const handed = (await office.call('mai.traketqua', 'GET', `/v1/dossiers/${typedCode}/history`)).body;
eq([handed.status, handed.history.find((e) => e.kind === 'RESULT_HANDED_OVER').data.to_whom], ['RETURNED', 'authorised'], 'the result is handed over to the authorised person');
ok(JSON.stringify(handed.history.slice(-3)).includes('GUQ 12'), 'the authorisation is in the history');
await mai.page.waitForFunction(() => document.activeElement.closest('.handover') && document.activeElement.tagName === 'INPUT');
ok(true, 'the focus is back in the scan box');
// ---- what is owed is paid before the result goes out
await office.act('hung.tiepnhan', served, 'act', { action: 'forward' });
eq(await finish(served), true, 'another result is made');
await mai.scan(served);
await mai.page.locator('.handone .banner.warn', { hasText: '15.000' }).waitFor();
await axe(mai, 'a fee is owed');
await shot(mai, 'counter-owed');
await comes(async () => (await mai.page.locator('.handone .banner.warn').textContent()).includes('Người thu tiền phải thu trước'), true, 'who may not take money is told who does');
const pays = await receiver('lan.tiepnhan', {}, `/tra-ket-qua/${served}`);
await pays.page.locator('.handone .banner.warn button').press('Enter');
await pays.page.locator('dialog [id=f-amount]').fill('15.000');
await axe(pays, 'taking a payment');
await pays.press('Control+Enter');
await pays.page.locator('dialog').waitFor({ state: 'detached' });
await pays.page.waitForFunction(() => document.querySelector('.handone') && !/15\.000/.test(document.querySelector('.handone').textContent));
eq(pays.complaints, [], 'no complaint of the browser');
await pays.context.close();
await mai.press('Escape');
await mai.page.waitForFunction(() => document.activeElement.closest('.handover') && document.activeElement.tagName === 'INPUT');
await mai.scan(served);
await mai.page.waitForFunction(() => document.activeElement?.type === 'radio');
await mai.press('Control+Enter');
await mai.page.waitForFunction((code) => new RegExp(`Đã trả kết quả.*${code}|${code}.*[Đđ]ã trả kết quả`).test(document.querySelector('.toasts')?.textContent), served);
const paid = (await office.call('mai.traketqua', 'GET', `/v1/dossiers/${served}`)).body;
eq([paid.status, paid.owed, paid.paid], ['RETURNED', 0, 15000], 'paid at handing over, then handed over');

// ---- a result that is made at the counter
const TRIVIAL = '1.014035';
const simple = await office.call('yen.hongbang', 'POST', '/v1/dossiers', {
  procedure: TRIVIAL, channel: 'counter', outcome: 'accept', applicant: { kind: 'citizen', name: 'Đỗ Thị Thêu', id_type: 'cccd', id_number: '031190000099', address: 'Hồng Bàng' },
  form: { pending: 'H24.1-1' }, components: [{ component: 'request', originals: 1 }],
});
ok(simple.status === 201, 'a dossier that the counter decides', simple.body);
const yen = await receiver('yen.hongbang', {}, `/tra-ket-qua/${simple.body.code}`);
await yen.page.locator('.handone input[type=file]').waitFor();
await axe(yen, 'a result made at the counter');
await shot(yen, 'counter-result');
const [box, , signer] = await yen.page.locator('.handone .fields input').all();
await box.fill('7/TB-HKD');
await signer.fill('Nguyễn Thị Yến');
await yen.page.locator('.handone input[type=file]').setInputFiles({ ...SCAN, name: 'Thông báo.pdf' });
await yen.page.locator('.handone .hint', { hasText: 'Thông báo.pdf' }).waitFor();
await yen.press('Control+Enter');
await yen.page.waitForFunction(() => /Đã trả kết quả/.test(document.querySelector('.toasts')?.textContent));
const told = (await office.call('yen.hongbang', 'GET', `/v1/dossiers/${simple.body.code}`)).body;
eq([told.status, told.result.number, told.result.signer], ['RETURNED', '7/TB-HKD', 'Nguyễn Thị Yến'], 'made and handed over in one act');
eq([...mai.complaints, ...yen.complaints], [], 'no complaint of the browser');
await yen.context.close();
await mai.context.close();

// ---- looks
for (const [mode, lang] of TWICE) {
  const who = await receiver('yen.hongbang', { ...mode, lang });
  await ready(who);
  await who.scan(CARD);
  await choose(who, '4859');
  await who.page.locator('.papers li').first().waitFor();
  await shot(who, `counter-${mode.name}-${lang}`);
  if (mode.name === 'light') {
    if (!(await who.page.locator('details.more').evaluate((d) => d.open))) {
      await who.page.locator('.more summary').focus();
      await who.press('Enter');
    }
    await who.page.locator('.more input[type=checkbox]').first().check();
    await who.page.locator('#f-owner-name').waitFor();
    await axe(who, `another owner, ${lang}`);
    await shot(who, `counter-more-${lang}`);
    await who.page.locator('.side .danger').click();
    await focusIs(who, 'f-reasons');
    await axe(who, `a refusal, ${lang}`);
  }
  await who.context.close();
  for (const d of (await office.call('yen.hongbang', 'GET', '/v1/drafts')).body.items) await office.call('yen.hongbang', 'DELETE', `/v1/drafts/${d.id}`);
}
for (const width of [320, 768]) {
  const who = await receiver('quang.lethanhnghi', { size: [width, 700] });
  await ready(who);
  await who.page.locator('#f-procedure').focus();
  await choose(who, '4859');
  await who.page.locator('.papers li').first().waitFor();
  await noSideways(who, `form at ${width} px`);
  await shot(who, `counter-${width}`);
  for (const path of ['/hom-nay', '/tim', '/tra-ket-qua', '/quay']) {
    await who.open(path);
    await who.page.locator('main h1').waitFor();
    await who.page.waitForLoadState('networkidle');
    await noSideways(who, `${path} at ${width} px`);
    if (width === 320) await axe(who, `${path} at ${width} px`);
  }
  if (width === 320) {
    await who.open('/tiep-nhan');
    await ready(who);
    await noSidewaysElsewhere(who, 'form');
  }
  await who.context.close();
}
eq(lan.complaints, [], 'no complaint of the browser');
await browser.close();
await office.end();
done();
