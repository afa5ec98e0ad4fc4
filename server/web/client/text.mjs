// Words, numbers, dates and Vietnamese letters.  Pure but for the language, which is chosen once a
// page.  Times are instants of the API (RFC 3339); people see the time of Việt Nam.

import vi from './words.vi.mjs';

const ZONE = 'Asia/Ho_Chi_Minh';
let lang = 'vi';
let words = {};

export const language = () => lang;

// The shell's words: those of most people stand in the shell itself, the others are a module of their own.  The build
// writes the words of a part into the part itself, once in each language.
const parts = new Set();
export async function useLanguage(next) {
  const to = next === 'en' ? 'en' : 'vi';
  const [shell, ...rest] = await Promise.all([to === 'vi' ? { default: vi } : import('./words.en.mjs'), ...[...parts].map((name) => import(`./${name}.${to}.mjs`))]);
  lang = to;
  words = Object.assign({}, shell.default, ...rest.map((part) => part.words));
}
// A part of the client that is loaded when it is first needed, with its words.
export async function loadPart(name) {
  const part = await import(`./${name}.${lang}.mjs`);
  parts.add(name);
  Object.assign(words, part.words);
  return part;
}

// t('queue.due', {n: 3}): "{n}" in the text is replaced.  A missing word shows its key (and fails
// the tests).
export function t(key, values) {
  const text = words[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : text;
}
export const has = (key) => key in words;

const formats = new Map();
function format(kind, options) {
  const key = lang + kind + JSON.stringify(options);
  let f = formats.get(key);
  if (!f) {
    f = new Intl[kind](lang === 'en' ? 'en-GB' : 'vi-VN', options);
    formats.set(key, f);
  }
  return f;
}

export const number = (n, digits = 0) =>
  format('NumberFormat', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
export const money = (n) => `${number(n)} ${t('unit.dong')}`;
// Shares come as parts of a thousand or as fractions of counts; never shown as 100 % when one is
// missing.
export function percent(part, whole) {
  if (!whole) return '–';
  let p = Math.round((part * 1000) / whole) / 10;
  if (part < whole && p >= 100) p = 99.9;
  if (part > 0 && p === 0) p = 0.1;
  return `${number(p, p === Math.round(p) ? 0 : 1)} %`;
}

const partsOf = (instant, options) => {
  const out = {};
  for (const p of format('DateTimeFormat', { timeZone: ZONE, ...options }).formatToParts(
    new Date(instant),
  ))
    out[p.type] = p.value;
  return out;
};
const NUMBERS = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

// "16:30 03/12/2026"
export function dateTime(instant) {
  if (!instant) return '–';
  const p = partsOf(instant, NUMBERS);
  return `${p.hour}:${p.minute}\u00a0${p.day}/${p.month}/${p.year}`; // one piece: a column never parts it
}
// "11:30 thứ Năm 03/12/2026"
export function dateTimeLong(instant) {
  if (!instant) return '–';
  const p = partsOf(instant, { ...NUMBERS, weekday: 'long' });
  return `${p.hour}:${p.minute} ${p.weekday} ${p.day}/${p.month}/${p.year}`;
}
export function date(instant) {
  if (!instant) return '–';
  const p = partsOf(instant, NUMBERS);
  return `${p.day}/${p.month}/${p.year}`;
}
export function clock(instant) {
  const p = partsOf(instant, NUMBERS);
  return `${p.hour}:${p.minute}`;
}
// YYYY-MM-DD of an instant in Việt Nam
// Dates are told by the daemon's clock, as it was last heard, whatever this computer's own says.
let ahead = 0; // ms of the daemon's before ours
export const clockNow = () => Date.now() + ahead;
export function heardClock(date) {
  const now = Date.parse(date) - Date.now();
  if (Math.abs(now - ahead) > 2000) ahead = now; // its header counts whole seconds
}
export function dayOf(instant = clockNow()) {
  const p = partsOf(instant, NUMBERS);
  return `${p.year}-${p.month}-${p.day}`;
}
export const addDays = (day, n) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + n * 86400000).toISOString().slice(0, 10);
// The short form beside a due instant: the hour today, the day otherwise.
export const shortDue = (instant, now = clockNow()) =>
  dayOf(instant) === dayOf(now) ? t('time.today', { clock: clock(instant) }) : dateTime(instant);

// 10320 s -> "2 giờ 52 phút"; days are days of 24 hours.
export function span(seconds) {
  const m = Math.round(Math.abs(seconds) / 60);
  const days = Math.floor(m / 1440);
  const hours = Math.floor((m % 1440) / 60);
  const minutes = m % 60;
  const say = (n, unit) => t(n === 1 ? `time.${unit}1` : `time.${unit}`, { n: number(n) });
  if (days >= 7) return say(days, 'day');
  if (days) return hours ? `${say(days, 'day')} ${say(hours, 'hour')}` : say(days, 'day');
  if (hours) return minutes && hours < 8 ? `${say(hours, 'hour')} ${say(minutes, 'minute')}` : say(hours, 'hour');
  return say(minutes, 'minute');
}
// Words and class of a due instant: overdue, soon (24 hours), later.
export function remaining(due, now = clockNow()) {
  if (!due) return { kind: 'none', text: t('time.noDue') };
  const s = (Date.parse(due) - now) / 1000;
  if (s < 0) return { kind: 'late', text: t('time.late', { span: span(s) }) };
  return { kind: s < 86400 ? 'soon' : 'fine', text: t('time.left', { span: span(s) }) };
}

// ---- letters

export const nfc = (s) => s.normalize('NFC');
// Without accents and case, for comparing what people type: "Đặng" and "dang" are the same.
export const fold = (s) =>
  s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase().trim();
export function matches(query, text) {
  const hay = ` ${fold(text)}`;
  return fold(query).split(/\s+/).every((w) => hay.includes(w));
}

// "1/2/88", "01021988", "1-2-1988", "1988-02-01" -> "1988-02-01"; null when it is no day.
// A year of two digits is of the last hundred years.
export function parseDay(typed, today = dayOf()) {
  const s = typed.trim();
  let m = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(s);
  let y, mo, d;
  if (m) [, y, mo, d] = m;
  else {
    m = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})$/.exec(s) ?? /^(\d{2})(\d{2})(\d{4}|\d{2})$/.exec(s);
    if (!m) return null;
    [, d, mo, y] = m;
  }
  let year = Number(y);
  if (y.length === 2) {
    const century = Math.floor(Number(today.slice(0, 4)) / 100) * 100;
    year += century;
    if (year > Number(today.slice(0, 4))) year -= 100;
  }
  const iso = `${String(year).padStart(4, '0')}-${mo.padStart(2, '0')}-${d.padStart(2, '0')}`;
  const back = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(back.getTime()) && back.toISOString().slice(0, 10) === iso ? iso : null;
}
// "0905 123 456", "+84 905.123.456" -> "0905123456"; null when it is no number of a phone.
export function parsePhone(typed) {
  let s = typed.replace(/[\s.\-()]/g, '');
  if (s.startsWith('+84')) s = `0${s.slice(3)}`;
  return /^0\d{8,10}$/.test(s) ? s : null;
}
export const showDay = (iso) => (iso ? iso.split('-').reverse().join('/') : '');
