// The shell: signing in, the frame, keys, languages, themes; an ended session; the link cut.
import { createHmac } from 'node:crypto';
import { atMost, axe, comes, done, eq, needBrowser, neverBody, noSideways, ok, openBrowser, openOffice, person, shot, TWICE } from './lib/office.mjs';

needBrowser();
const office = await openOffice();
const browser = await openBrowser();

// ---- signing in
const lan = await person(browser, office, 'lan.tiepnhan');
await lan.open('');
await lan.page.locator('input[name=username]').waitFor();
await comes(() => lan.page.evaluate(() => document.activeElement.name), 'username', 'the focus is in the first field');
eq(await lan.page.locator('.people').count(), 0, 'no list of people outside the demonstration');
await lan.type('lan.tiepnhan');
await lan.press('Tab');
await lan.type('sai mat khau');
await lan.press('Enter');
const wrong = await lan.page.locator('.signin .error').textContent();
await lan.page.locator('input[name=username]').fill('khong.co.ai');
await lan.page.locator('input[name=password]').fill('sai mat khau');
await lan.page.locator('input[name=password]').press('Enter');
await lan.page.waitForFunction(() => !document.querySelector('[aria-busy]'));
await comes(() => lan.page.locator('.signin .error').textContent(), wrong, 'an unknown user and a wrong password get the same words');
await lan.page.locator('input[name=password]').evaluate((e) => e.dispatchEvent(new KeyboardEvent('keyup', { key: 'A', modifierCapsLock: true, bubbles: true })));
await lan.page.locator('.signin .hint', { hasText: 'Caps Lock' }).waitFor();
await shot(lan, 'signin');
await axe(lan, 'sign-in with an error');
await lan.signIn('');
await comes(() => lan.page.locator('.top .brand').isVisible(), true, 'signed in, the frame is there');
await neverBody(lan, 'signing in');

// ---- keys
await lan.press('Control+k');
await lan.page.locator('#palette').waitFor();
await axe(lan, 'command palette');
await lan.type('hang doi');
await comes(() => lan.page.locator('#palette-list [role=option]').first().textContent().then((s) => s.includes('Hàng đợi')), true, 'the palette finds a screen without accents');
await lan.press('Escape');
await neverBody(lan, 'closing the palette');
await lan.press('F4');
await comes(() => lan.page.evaluate(() => document.activeElement.id), 'search', 'F4 goes to the search box');
await lan.press('Control+/');
await lan.page.locator('table.keys').waitFor();
await shot(lan, 'keys');
await lan.press('Escape');

// ---- single keys can be switched off; letters in three sizes; the choice is kept at once
const settings = () => lan.page.locator('header.top button', { hasText: 'Cài đặt hiển thị' }).press('Enter');
const letters = () => lan.page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
const quiet = async () => { // a screen that takes no focus when it is there
  await lan.page.locator('main .tiles').waitFor();
  await neverBody(lan, 'the day came');
};
await lan.open('/hom-nay');
await quiet();
const normal = await letters();
await settings();
await lan.page.locator('dialog input[name=size][value="3"]').check();
await axe(lan, 'display settings');
await lan.page.locator('dialog input[name=theme][value=dark]').check();
await lan.page.locator('dialog .check input').uncheck();
await lan.press('Escape');
await neverBody(lan, 'closing the settings');
ok((await letters()) > normal, 'larger letters', [normal, await letters()]);
await lan.press('?');
await lan.page.waitForTimeout(200); // a key is heard when no other follows at once
eq(await lan.page.locator('table.keys').count(), 0, 'a single key does nothing when they are switched off');
await lan.page.reload();
await quiet();
eq([await lan.page.evaluate(() => document.documentElement.dataset.theme), (await letters()) > normal], ['dark', true], 'both are kept');
await settings();
await lan.page.locator('dialog input[name=size][value="2"]').check();
await lan.page.locator('dialog input[name=theme][value=auto]').check();
await lan.page.locator('dialog .check input').check();
await lan.press('Escape');
await comes(async () => { // the choice is heard behind the next drawing
  await lan.press('?');
  return lan.page.locator('table.keys').waitFor({ timeout: 500 }).then(() => true, () => false); // a key in a burst is a scanner's
}, true, 'switched on again they are heard');
await lan.press('Escape');

// ---- the demonstration offers its people: one press signs in; the counter of the computer is remembered
const guest = await person(browser, office, 'lan.tiepnhan');
await guest.page.route('**/v1/demo', (r) => r.fulfill({ json: { demo: true, password: office.password, accounts: [
  { login: 'lan.tiepnhan', name: 'Nguyễn Thị Lan', agency: 'Trung tâm', roles: ['Cán bộ tiếp nhận'] }] } }));
await guest.open('');
await guest.page.locator('.people button').waitFor();
await axe(guest, 'people of the demonstration');
await guest.page.getByLabel('Quầy').fill('Quầy 3');
const comesIn = async () => {
  await guest.page.locator('.people button').press('Enter');
  await guest.page.waitForFunction(() => document.activeElement?.id === 'f-applicant-number'); // the counter is ready
};
await comesIn();
ok(true, 'one press signs in as somebody of the demonstration');
await guest.page.locator('header.top button', { hasText: 'Đăng xuất' }).press('Enter');
await comes(() => guest.page.getByLabel('Quầy').inputValue(), 'Quầy 3', 'the counter is remembered on this computer');

// ---- the unit's own accounts, where there is a provider: one key leads there, and back
const staff = await person(browser, office, 'minh.congsan');
await staff.page.route('**/v1/demo', (r) => r.fulfill({ json: { sso: true, demo: false, password: null, accounts: [] } }));
await staff.page.route('**/v1/sso', (r) => r.fulfill({ status: 201, json: { url: `${office.url}/lam-viec?code=invented&state=invented` } }));
await staff.page.route('**/v1/sso/session', async (r) => r.fulfill({ response: await r.fetch({ url: `${office.url}/v1/session`,
  postData: JSON.stringify({ login: 'minh.congsan', password: office.password }) }) })); // what the daemon does is tried elsewhere
await staff.open('');
await comes(() => staff.page.evaluate(() => document.activeElement.textContent), 'Đăng nhập bằng tài khoản đơn vị (SSO)', 'the focus is on it');
await axe(staff, 'sign-in with the unit\'s accounts');
await shot(staff, 'signin-sso');
await staff.page.reload(); // looking has moved the focus
await comes(() => staff.page.evaluate(() => document.activeElement.textContent), 'Đăng nhập bằng tài khoản đơn vị (SSO)', 'again');
staff.reset();
await staff.press('Enter');
await staff.page.locator('header.top').waitFor();
atMost(staff.count.keys, 1, 'sign-in with the unit\'s account: keys');
eq(new URL(staff.page.url()).search, '', 'the code does not stay in the address');
await staff.context.clearCookies();
await staff.open('?error=access_denied&state=invented');
await comes(() => staff.page.locator('.signin .error').textContent(), 'Hệ thống định danh của đơn vị không cho đăng nhập.', 'who is refused there is told');
eq(staff.complaints, [], 'nothing was blocked by the policy');
await staff.context.close();

// ---- five minutes before the session ends she is told, and goes on with one key
await guest.page.clock.install();
await guest.page.route('**/v1/events*', (r) => r.abort()); // after a jump of the clock it would begin anew, and so would the session
await comesIn();
const warning = guest.page.locator('dialog', { hasText: 'Phiên sắp hết' });
const answered = async () => { // the event stream has no end
  for (let seen = -1; seen !== guest.count.requests;) {
    seen = guest.count.requests;
    await guest.page.waitForTimeout(400);
  }
};
for (let i = 0; i < 4 && !(await warning.isVisible()); i++) { // each answer that still comes is a new beginning
  await answered();
  await guest.page.clock.fastForward(26 * 60000);
  await guest.page.clock.runFor(6000);
  await warning.waitFor({ timeout: 2000 }).catch(() => {});
}
ok(/sau [345] phút/.test(await warning.textContent()), 'with the minutes that are left', await warning.textContent());
await axe(guest, 'the session is about to end');
await guest.press('Enter');
await guest.page.locator('dialog').waitFor({ state: 'detached' });
await neverBody(guest, 'staying signed in');
await guest.context.close();

// ---- languages and looks
for (const [mode, lang] of TWICE) {
  const who = await person(browser, office, 'giang.giamsat', { ...mode, lang });
  await who.open('');
  await who.page.locator('input[name=username]').waitFor();
  if (mode.name === 'dark') await axe(who, 'sign-in'); // all modes and both languages from there
  await who.context.close();
}
const small = await person(browser, office, 'lan.tiepnhan', { size: [320, 640] });
await small.open('');
await small.page.locator('input[name=username]').waitFor();
await noSideways(small, 'sign-in at 320 px');
await shot(small, 'signin-320');
await small.context.close();

// ---- one-time codes: switched on in one's own account, asked for when signing in
const step = () => Math.floor(Date.now() / 30000);
function oneTimeCode(secret, at) { // as an authenticator app makes them
  const key = Buffer.from([...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('').match(/.{8}/g).map((b) => parseInt(b, 2)));
  const mac = createHmac('sha1', key).update(Buffer.from(at.toString(16).padStart(16, '0'), 'hex')).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}
const own = await person(browser, office, 'hai.vanphong');
await own.signIn('');
await own.press('Control+k');
await own.page.locator('#palette').waitFor();
await own.type('tai khoan cua toi');
await own.press('Enter');
await own.page.locator('#own-codes').waitFor();
await neverBody(own, 'opening one\'s own account');
await axe(own, 'my account');
await shot(own, 'account');
await own.page.locator('section[aria-labelledby=own-codes] input[name=password]').fill('không phải mật khẩu');
await own.press('Enter');
await own.page.locator('section[aria-labelledby=own-codes] .field.wrong').waitFor();
await own.type(office.password); // what was wrong is selected
await own.press('Enter');
await own.page.locator('img.qr').waitFor();
await comes(() => own.page.evaluate(() => document.activeElement.name), 'code', 'the focus is where the code goes');
ok(await own.page.locator('img.qr').evaluate((e) => e.complete && e.naturalWidth > 0), 'the QR code is drawn under the policy');
await axe(own, 'the secret of the codes');
await shot(own, 'account-secret');
const secret = (await own.page.locator('section li code').textContent()).replaceAll(' ', '');
await own.type(oneTimeCode(secret, step()));
await own.press('Enter');
await own.page.locator('.recovery li').first().waitFor();
eq(await own.page.locator('.recovery li').count(), 10, 'ten recovery codes are shown');
await comes(() => own.page.evaluate(() => document.activeElement.textContent), 'Đã cất giữ', 'the focus is on the way on');
await axe(own, 'recovery codes');
await shot(own, 'account-codes');
await own.press('Enter');
await own.page.locator('section[aria-labelledby=own-codes] input[name=code]').waitFor();
await neverBody(own, 'the codes are on');
await axe(own, 'my account with one-time codes');
await shot(own, 'account-on');
await own.page.setViewportSize({ width: 320, height: 640 });
await noSideways(own, 'my account at 320 px');
await own.page.setViewportSize({ width: 1366, height: 768 });
await own.page.locator('header.top button', { hasText: 'Đăng xuất' }).press('Enter');
await own.page.locator('input[name=username]').waitFor();
eq(await own.page.locator('input[name=code]').count(), 0, 'no code is asked for before the password');
await own.page.locator('input[name=username]').fill('hai.vanphong');
await own.page.locator('input[name=password]').fill(office.password);
own.reset();
await own.press('Enter');
await comes(() => own.page.evaluate(() => document.activeElement.name), 'code', 'behind it the code, with the focus');
await axe(own, 'sign-in asks for the code');
await shot(own, 'signin-code');
await own.page.setViewportSize({ width: 320, height: 640 });
await noSideways(own, 'the code at 320 px');
await shot(own, 'signin-code-320');
await own.page.setViewportSize({ width: 1366, height: 768 });
await own.page.locator('input[name=code]').fill('000000');
await own.page.locator('input[name=code]').press('Enter');
await own.page.locator('.signin .error').waitFor();
await own.page.locator('input[name=code]').fill('');
await own.type(oneTimeCode(secret, step() + 1));
await own.press('Enter');
await own.page.locator('header.top').waitFor();
atMost(own.count.keys, 8, 'one-time code: keys behind the password');

// ---- taken away by an administrator: told at the next sign-in; a one-time password: changed before anything else
eq((await office.call('khanh.kythuat', 'POST', '/v1/accounts/hai.vanphong/second-factor/off', { reason: 'Mất điện thoại' })).status, 200, 'taken away');
await own.context.clearCookies();
await own.open('');
await own.page.locator('input[name=username]').fill('hai.vanphong');
await own.page.locator('input[name=password]').fill(office.password);
await own.press('Enter');
await comes(() => own.page.evaluate(() => document.activeElement.textContent), 'Đã biết, tiếp tục', 'she is told, and goes on with one key');
await axe(own, 'the codes were taken away');
await shot(own, 'signin-taken');
await own.press('Enter');
await own.page.locator('header.top').waitFor();
eq((await office.call('khanh.kythuat', 'POST', '/v1/accounts/phuc.vanphong/password', { reason: 'Quên', password: 'Một lần thôi nhé 99' })).status, 200, 'a one-time password');
const phuc = await person(browser, { ...office, password: 'Một lần thôi nhé 99' }, 'phuc.vanphong');
await phuc.signIn('/hang-doi');
await phuc.page.locator('#own-password').waitFor();
eq(await phuc.page.locator('#own-codes').count(), 0, 'nothing but the password can be changed first');
await axe(phuc, 'the one-time password must be changed');
await shot(phuc, 'account-first');
await phuc.page.locator('input[name=old]').fill('Một lần thôi nhé 99');
await phuc.page.locator('input[name=new]').fill('Mật khẩu của riêng tôi 2026');
await phuc.press('Enter');
await phuc.page.locator('#own-password').waitFor({ state: 'detached' });
ok(await phuc.page.locator('header.top').isVisible(), 'then she works');
eq([...own.complaints, ...phuc.complaints], [], 'nothing was blocked by the policy');
await own.context.close();
await phuc.context.close();

// ---- a session that ends while somebody works: the screen stays, the same person signs in again
const hai = await person(browser, office, 'lan.tiepnhan');
await hai.signIn('/tim?q=ngo');
await hai.context.clearCookies();
await hai.press('F4');
await hai.type('Ngô Quyền');
await hai.press('Enter');
await hai.page.locator('dialog .signin').waitFor();
await comes(() => hai.page.locator('header.top').isVisible(), true, 'the screen is still there behind the sign-in');
let late;
const known = new Promise((r) => { late = r; });
let kept = 0;
await hai.page.route('**/v1/preferences', async (r) => { // what was asked before she signs in is refused after it
  const response = await r.fetch();
  if (response.status() === 401) await known;
  else kept += 1;
  await r.fulfill({ response });
});
await axe(hai, 'session ended'); // the other language, and back: both are told to the daemon
await hai.page.locator('dialog input[name=password]').fill(office.password);
await hai.page.locator('dialog input[name=password]').press('Enter');
await hai.page.locator('dialog .signin').waitFor({ state: 'detached' });
await hai.page.locator('main .loading').waitFor({ state: 'detached' });
eq(await hai.page.locator('main .banner.bad').count(), 0, 'signed in again without leaving the screen, what was asked is answered');
late();
await comes(() => kept > 0, true, 'a refusal from before that is sent again');
eq(await hai.page.locator('dialog').count(), 0, 'and asks for no second sign-in');

eq([...lan.complaints, ...hai.complaints], [], 'nothing was blocked by the policy, nothing was asked elsewhere, no error');
await browser.close();
await office.end();
done();
