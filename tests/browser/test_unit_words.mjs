// Words, dates, numbers of the client; no browser.  A missing word fails here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eq, ok, TOP, done } from './lib/office.mjs';

const client = join(TOP, 'server/web/client');
const load = async (name) => import(pathToFileURL(join(client, name)));

// ---- every word in both languages, every word that is used exists, every one is used
const names = readdirSync(client);
const sets = names.filter((n) => n.endsWith('.vi.mjs')).map((n) => n.slice(0, -7));
const source = names.filter((n) => n.endsWith('.mjs') && !/\.(vi|en)\.mjs$/.test(n)).map((n) => [n, readFileSync(join(client, n), 'utf8')]);
const all = new Map();
for (const set of sets) {
  const vi = (await load(`${set}.vi.mjs`)).default;
  const en = (await load(`${set}.en.mjs`)).default;
  eq(Object.keys(vi).filter((k) => !(k in en)), [], `${set}: every Vietnamese word has an English one`);
  eq(Object.keys(en).filter((k) => !(k in vi)), [], `${set}: every English word has a Vietnamese one`);
  const holes = (s) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
  eq(Object.keys(vi).filter((k) => en[k] !== undefined && holes(vi[k]) !== holes(en[k])), [], `${set}: both have the same blanks to fill`);
  eq(Object.entries(vi).filter(([, v]) => v !== v.normalize('NFC')).map(([k]) => k), [], `${set}: the words are in one form (NFC)`);
  for (const k of Object.keys(vi)) {
    ok(!all.has(k), `${k} stands in one set only`, all.get(k));
    all.set(k, set);
  }
}
const missing = [];
const used = new Set();
const prefixes = new Set();
for (const [name, text] of source) {
  for (const m of text.matchAll(/\bt\(\s*'([^']+)'/g)) {
    used.add(m[1]);
    if (!all.has(m[1])) missing.push(`${name}: ${m[1]}`);
  }
  for (const m of text.matchAll(/\bt\([^'`)]*\?\s*'([^']+)'\s*:\s*'([^']+)'/g))
    for (const k of [m[1], m[2]]) {
      used.add(k);
      if (!all.has(k)) missing.push(`${name}: ${k}`);
    }
  for (const m of text.matchAll(/\bt\(\s*`([a-zA-Z.]+)\$\{/g)) prefixes.add(m[1]);
  for (const m of text.matchAll(/`([a-zA-Z]+\.[a-zA-Z.]*)\$\{/g)) prefixes.add(m[1]);
  for (const m of text.matchAll(/'([a-z]+\.[A-Za-z.]+)'/g)) used.add(m[1]);
}
eq(missing, [], 'every word that is used exists');
eq([...prefixes].filter((p) => ![...all.keys()].some((k) => k.startsWith(p)) && !/^(\.|\/|prefs\.)/.test(p)), [], 'every family of words exists');
// A family may be named apart from its members: options('kind', […]).
const literal = (k) => source.some(([, s]) => s.includes(`'${k.slice(0, k.lastIndexOf('.'))}'`));
eq([...all.keys()].filter((k) => !used.has(k) && ![...prefixes].some((p) => k.startsWith(p)) && !literal(k)), [], 'no word is left over');

// ---- text.mjs
const text = await load('text.mjs');
await text.useLanguage('vi');
eq(text.dateTime('2026-12-03T11:30:00+07:00'), '11:30\u00a003/12/2026', 'hour before day, as on paper');
eq(text.dateTime('2026-12-02T23:30:00Z'), '06:30\u00a003/12/2026', 'the time of Việt Nam, wherever the computer is');
ok(/^11:30 Thứ Năm 03\/12\/2026$/i.test(text.dateTimeLong('2026-12-03T11:30:00+07:00')), 'with the day of the week', text.dateTimeLong('2026-12-03T11:30:00+07:00'));
const now = Date.parse('2026-11-22T09:00:00+07:00');
const words = [
  ['2026-11-22T12:30:00+07:00', 'còn 3 giờ 30 phút', 'soon'], ['2026-11-22T06:00:00+07:00', 'quá hạn 3 giờ', 'late'],
  ['2026-11-24T12:00:00+07:00', 'còn 2 ngày 3 giờ', 'fine'], ['2026-12-03T17:00:00+07:00', 'còn 11 ngày', 'fine'], [null, 'không có hạn', 'none'],
];
for (const [due, said, kind] of words) eq(text.remaining(due, now), { kind, text: said }, `a due instant in words: ${said}`);
const days = [
  ['1/2/88', '1988-02-01'], ['01021988', '1988-02-01'], ['1-2-1988', '1988-02-01'], ['1988-02-01', '1988-02-01'], ['29/2/2024', '2024-02-29'], ['29/2/2023', null],
  ['31.12.26', '2026-12-31'], ['1/1/27', '1927-01-01'], ['hôm qua', null], ['32/1/2000', null], ['010288', '1988-02-01'], ['', null],
];
for (const [typed, want] of days) eq(text.parseDay(typed, '2026-11-22'), want, `a day as people type it: ${typed || '(nothing)'}`);
const phones = [['0905 123 456', '0905123456'], ['+84 905.123.456', '0905123456'], ['0225-3846-077', '02253846077'], ['12345', null], ['không có', null]];
for (const [typed, want] of phones) eq(text.parsePhone(typed), want, `a phone as people type it: ${typed}`);
eq([text.percent(1, 3), text.percent(999, 1000), text.percent(9999, 10000), text.percent(1, 100000), text.percent(0, 5), text.percent(5, 5), text.percent(0, 0)], ['33,3 %', '99,9 %', '99,9 %', '0,1 %', '0 %', '100 %', '–'], 'a share is never rounded to all or to nothing');
eq(text.fold('Đặng Văn Được'), 'dang van duoc', 'without accents, đ too');
eq(text.fold('Đặng'.normalize('NFD')), 'dang', 'in either form of the letters');
ok(text.matches('van duoc', 'Đặng Văn Được') && !text.matches('van hung', 'Đặng Văn Được'), 'each word is looked for');
eq(text.money(1250000), '1.250.000 đồng', 'money');
await text.useLanguage('en');
eq(text.remaining('2026-11-22T10:00:00+07:00', now).text, '1 hour left', 'one is one in English');
done();
