// A draft that was asked for before somebody typed and is told only after what she typed was saved: what she typed
// stays, in the browser and at the daemon.
import { eq, needBrowser, ok, openBrowser, openOffice, person, done } from './lib/office.mjs';

needBrowser();
const office = await openOffice();
const browser = await openBrowser();
const nam = await person(browser, office, 'nam.quantri');
const { page } = nam;
const area = page.locator('.editor textarea');
const kept = () => page.waitForResponse((r) => r.request().method() === 'PUT' && /\/v1\/drafts\//.test(r.url()) && r.ok());
const type = async (text) => {
  const saved = kept();
  await area.press('Control+Home');
  await page.keyboard.insertText(text); // at once: one saving
  await saved;
};
await nam.signIn('/thu-tuc/1.005416/edit');
await page.waitForFunction(() => document.querySelector('.editor textarea')?.value.length > 100);
await type('# first\n');

// The page comes again; the daemon's answer about the draft is of before and is held back on its way.
let release;
const held = new Promise((resolve) => {
  release = resolve;
});
let asked = 0;
let fetched;
const before = new Promise((resolve) => {
  fetched = resolve;
});
await page.route('**/v1/drafts/*', async (route) => {
  if (route.request().method() !== 'GET') return route.continue();
  asked += 1;
  const answer = await route.fetch();
  fetched();
  await held;
  return route.fulfill({ response: answer });
});
await page.reload();
await page.waitForFunction(() => document.querySelector('.editor textarea')?.value.startsWith('# first'));
await before;
await type('# second ');
const told = page.waitForResponse((r) => r.request().method() === 'GET' && /\/v1\/drafts\//.test(r.url()));
release();
await (await told).finished();
await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
eq(asked, 1, 'the draft was asked for once');
ok((await area.inputValue()).startsWith('# second # first'), 'the late answer does not take away what was typed', (await area.inputValue()).slice(0, 40));
const draft = await office.call('nam.quantri', 'GET', '/v1/drafts/procedure-1-005416');
ok(draft.body.content.text.startsWith('# second # first'), 'nor does the daemon lose it', draft.body.content?.text?.slice(0, 40));
await type('# third ');
ok((await area.inputValue()).startsWith('# third # second # first'), 'and typing goes on from there', (await area.inputValue()).slice(0, 40));
eq(nam.complaints, [], 'no error, no complaint of the browser');
await browser.close();
await office.end();
done();
