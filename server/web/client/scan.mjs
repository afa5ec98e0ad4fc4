// What scanners type: citizen cards, dossier codes, receipts' addresses.  Pure, but for watchScans.
import { nfc } from './text.mjs';

// 12-digit number | old 9-digit number, may be empty | name | birth ddmmyyyy | sex | residence |
// issued ddmmyyyy [| more on newer cards].  Six fields are enough; what follows the seventh is
// not read.  Answers null when it is no card.
export function readCard(text) {
  const f = nfc(text).trim().split('|').map((s) => s.trim());
  if (f.length < 6 || !/^\d{12}$/.test(f[0]) || !/^(\d{9})?$/.test(f[1])) return null;
  const name = f[2];
  return {
    idNumber: f[0],
    oldNumber: f[1] || null,
    name,
    checkName: mangled(name),
    birth: cardDay(f[3]),
    sex: /^(nữ|nu|female)/i.test(f[4]) ? 'female' : /^(nam|male)/i.test(f[4]) ? 'male' : null,
    address: f[5],
    checkAddress: mangled(f[5]),
    issued: cardDay(f[6] ?? ''),
  };
}
function cardDay(s) {
  const m = /^(\d{2})(\d{2})(\d{4})$/.exec(s);
  if (!m) return null;
  const iso = `${m[3]}-${m[2]}-${m[1]}`;
  const back = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(back.getTime()) && back.toISOString().slice(0, 10) === iso ? iso : null;
}

// A keyboard scanner may lose accents or meet an input method.  What cannot be a Vietnamese name is
// shown for checking: no accent at all, question marks, digits within words, doubled Telex letters,
// odd case.  A name without any accent does exist, so it is a question, never a refusal.
const ACCENTED = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/i;
export function mangled(name) {
  if (!name) return false;
  if (!ACCENTED.test(name)) return true;
  if (/[?\uFFFD]|\p{L}\d|\d\p{L}/u.test(name)) return true;
  return /(aa|ee|oo|dd|ww|[aeiouy][sfrxj]\b)/i.test(name) || /\p{Ll}\p{Lu}/u.test(name);
}

const DOSSIER = /^[A-Z0-9]+(?:\.[A-Z0-9]+)*-\d{6}-\d{4,8}$/i;
// A dossier's code alone, or in the address that stands in the QR code of a receipt.
export function scanned(text) {
  const s = nfc(text).trim();
  const card = readCard(s);
  if (card) return { card };
  if (DOSSIER.test(s)) return { dossier: s.toUpperCase() };
  const m = /^https?:\/\/\S+?[#?&/](?:code=|c=)?([A-Z0-9.]+-\d{6}-\d{4,8})\b/i.exec(s);
  return m ? { dossier: m[1].toUpperCase() } : null;
}

// A run of at least 8 characters, 35 ms apart at most, ended by Enter or Tab, that is a known code:
// a scan, wherever the focus is outside a field for text.
const GAP_MS = 35;
const RUN_MIN = 8;
export function runReader() {
  let run = '';
  let last = 0;
  return (key, at) => {
    if (at - last > GAP_MS) run = '';
    last = at;
    if (key.length === 1) {
      run += key;
      return null;
    }
    if ((key === 'Enter' || key === 'Tab') && run.length >= RUN_MIN) {
      const found = scanned(run);
      run = '';
      return found;
    }
    if (key !== 'Shift') run = '';
    return null;
  };
}
export function watchScans(onCode) {
  const read = runReader();
  const down = (e) => {
    if (e.target.matches('textarea, select, input:not([type=checkbox], [type=radio])')) return;
    const code = read(e.key, e.timeStamp)?.dossier;
    if (!code) return;
    e.preventDefault();
    e.stopPropagation();
    onCode(code);
  };
  document.addEventListener('keydown', down, true);
  return () => document.removeEventListener('keydown', down, true);
}
