// The shell: signing in, the frame, keys, languages, themes; an ended session; the link cut.
import { axe, comes, done, eq, needBrowser, neverBody, noSideways, ok, openBrowser, openOffice, person, shot, TWICE } from './lib/office.mjs';

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
eq(await lan.page.locator('table.keys').count(), 0, 'a single key does nothing when they are switched off');
await lan.page.reload();
await quiet();
eq([await lan.page.evaluate(() => document.documentElement.dataset.theme), (await letters()) > normal], ['dark', true], 'both are kept');
await settings();
await lan.page.locator('dialog input[name=size][value="2"]').check();
await lan.page.locator('dialog input[name=theme][value=auto]').check();
await lan.page.locator('dialog .check input').check();
await lan.press('Escape');
await lan.press('?');
await lan.page.locator('table.keys').waitFor();
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

// ---- five minutes before the session ends she is told, and goes on with one key
await guest.page.clock.install();
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
  await axe(who, `sign-in, ${mode.name}, ${lang}`);
  await who.context.close();
}
const small = await person(browser, office, 'lan.tiepnhan', { size: [320, 640] });
await small.open('');
await small.page.locator('input[name=username]').waitFor();
await noSideways(small, 'sign-in at 320 px');
await shot(small, 'signin-320');
await small.context.close();

// ---- a session that ends while somebody works: the screen stays, the same person signs in again
const hai = await person(browser, office, 'lan.tiepnhan');
await hai.signIn('/tim?q=ngo');
await hai.context.clearCookies();
await hai.press('F4');
await hai.type('Ngô Quyền');
await hai.press('Enter');
await hai.page.locator('dialog .signin').waitFor();
await comes(() => hai.page.locator('header.top').isVisible(), true, 'the screen is still there behind the sign-in');
await axe(hai, 'session ended');
await hai.page.locator('dialog input[name=password]').fill(office.password);
await hai.page.locator('dialog input[name=password]').press('Enter');
await hai.page.locator('dialog .signin').waitFor({ state: 'detached' });
ok(true, 'signed in again without leaving the screen');

eq([...lan.complaints, ...hai.complaints], [], 'nothing was blocked by the policy, nothing was asked elsewhere, no error');
await browser.close();
await office.end();
done();
