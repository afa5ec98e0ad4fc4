// Wards and communes by what people type, without accents: the catalogues of config/areas/.  Pure.
import { fold } from './text.mjs';

const MOST = 8;
const bareOf = (name) => name.replace(/^(phuong|xa|dac khu) /, '');
// Lines "code;name": two digits a province, five digits one of its wards.
export function areasOf(csv) {
  const areas = [];
  let province = null;
  for (const row of csv.split('\n')) {
    const [code, name] = row.split(';');
    if (!name || code.startsWith('#')) continue;
    if (code.length === 2) province = { code, name };
    else areas.push({ code, ward: name, province: province.name, of: province.code, hay: ` ${fold(name)} ${fold(province.name)}`,
        bare: bareOf(fold(name)) });
  }
  return areas;
}

// ---- parts of an address: "P. 12", "TX. Kinh Môn", "H.Thanh Hà", "T.P Hải Phòng" say what kind they are

const KINDS = { p: 'phuong', x: 'xa', tt: 'thi tran', q: 'quan', h: 'huyen', tx: 'thi xa', tp: 'thanh pho', t: 'tinh' };
const KIND = /^(phuong|xa|thi tran|dac khu|quan|huyen|thi xa|thanh pho|tinh|tt|tx|tp|[pxqht])(?: |(?=\d))/;
function part(text) {
  const whole = fold(text).replace(/[.\-–'’]/g, ' ').replace(/\s+/g, ' ').trim().replace(/^t ([ptx]) /, 't$1 ')
    .replace(/^tp ?hcm$/, 'tp ho chi minh').replace(/^(tinh )?thua thien hue$/, 'hue');
  const [, kind] = KIND.exec(whole) ?? [];
  const bare = (s) => s.replace(/^0+(?=\d)/, '');
  return { whole: bare(whole), kind: KINDS[kind] ?? kind, bare: kind ? bare(whole.slice(kind.length).trim()) : null };
}
const partsOf = (address) => {
  const cut = address.split(/[,;]/);
  return (cut.length > 1 ? cut : address.split(/\s[-–]\s/)).map(part).filter((p) => p.whole);
};
// 0: another name; 1: of another kind; 2: no kind is said; 3: the same kind.
const fits = (said, name) => (said.bare === name.bare ? (said.kind === name.kind ? 3 : 1) : said.whole === name.bare ? 2 : 0);
const provinceOf = new Map();
const nameOf = (text) => provinceOf.get(text) ?? provinceOf.set(text, part(text)).get(text);

// What stands behind the last comma names the ward, or the province and what stands before it the ward.
const tailAt = (address, at) => {
  const cut = address.split(',');
  const { whole, kind, bare } = part(cut.at(at) ?? '');
  return { head: cut.slice(0, at).join(',').trim(), typed: kind ? `${kind} ${bare}` : whole };
};
const has = (a, typed) => typed.split(' ').every((w) => a.hay.includes(` ${w}`));
const endsIn = (address, province) => address.includes(',') && fits(part(address.slice(address.lastIndexOf(',') + 1)), nameOf(province));
export function findAreas(areas, address, home) {
  const search = (all, typed) => {
    const bare = bareOf(typed);
    const rank = (a) => (a.bare === bare ? 0 : a.bare.startsWith(bare) ? 2 : 4) + (a.of === home ? 0 : 1);
    return typed.length < 2 ? [] : all.filter((a) => has(a, typed)).sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
  };
  const of = areas.find((a, i) => a.of !== areas[i - 1]?.of && endsIn(address, a.province))?.of;
  const within = of ? search(areas.filter((a) => a.of === of), tailAt(address, -2).typed) : [];
  return within.length ? within : search(areas, tailAt(address, -1).typed);
}

// ---- what wards were until 30 June 2025

// Lines "ward;code code", below ";district" and "province".
export function formerOf(csv) {
  const former = new Map(); // by the name without its kind
  let province, district;
  for (const row of csv.split('\n')) {
    const [name, codes] = row.split(';');
    if (!row || row.startsWith('#')) continue;
    if (codes === undefined) province = { text: name, ...part(name) };
    else if (!name) district = { text: codes, ...part(codes) };
    else {
      const ward = part(name);
      former.set(ward.bare, [...(former.get(ward.bare) ?? []), { text: name, ...ward, district, province, codes: codes.split(' ') }]);
    }
  }
  return former;
}
// How well the address names a former ward: its district before its province before its kind; 0: not.
function named(ward, parts, today) {
  const at = (fromEnd, name) => (parts.length > fromEnd ? fits(parts.at(-1 - fromEnd), name) : 0);
  const province = Math.max(at(0, ward.province), at(0, today));
  const read = (p, d) => { // how many parts behind the ward's name are its province and its district
    const w = at(p + d, ward);
    const inDistrict = d && at(p, ward.district);
    if (w === 1 && /^(huyen|quan|tinh)$/.test(parts.at(-1 - p - d).kind)) return 0; // a district is no ward
    return w && (inDistrict || !d) && (province || !p) ? 100 * inDistrict + 10 * p * province + w : 0;
  };
  return Math.max(read(1, 1), read(0, 1), read(1, 0), read(0, 0));
}
// The wards of today for the former one that the address names.  Without a district more than a few are none; without a
// province, too, those at home alone.  Nothing of the address changes: `as` is how it is written.
export function findFormer(former, byCode, address, home) {
  const parts = partsOf(address);
  const wards = [...new Set(parts.flatMap((p) => [...(former.get(p.bare) ?? []), ...(former.get(p.whole) ?? [])]))];
  const found = wards.map((ward) => ({ ward, n: named(ward, parts, nameOf(byCode.get(ward.codes[0]).province)) }))
    .filter(({ ward, n }) => n >= 10 || (n && byCode.get(ward.codes[0]).of === home));
  const best = Math.max(0, ...found.map(({ n }) => n));
  const items = found.filter(({ n }) => n === best).flatMap(({ ward }) => ward.codes.map((code) => ({
    ...byCode.get(code), sure: best >= 10, as: address, former: best >= 100 ? ward.text : `${ward.text}, ${ward.district.text}`,
  })));
  return items.length > MOST ? [] : items;
}
// Whether former wards are to be looked at: nothing of today was found for what looks like a name, or the last names are not
// those of a ward and its province written out.
export function asksFormer([a], address) {
  const parts = partsOf(address);
  const last = parts.at(-1);
  if (!last || last.whole.length < 3 || (!last.kind && (parts.length < 2 || /\d/.test(last.whole)))) return false;
  if (!a) return true;
  const ward = parts.at(endsIn(address, a.province) ? -2 : -1);
  return parts.length > 1 && fits(ward, nameOf(a.ward)) < (parts.length > 2 ? 3 : 2) && (parts.length > 2 || !!ward.kind);
}
// A former ward that is named with its place comes before those of today, these before a mere name.
export const preferred = (found, items) => (items[0]?.sure || !found.length ? items : found);

const line = (s) => s.normalize('NFC').replace(/\s+/g, ' ').trim();
export const areaText = (a) => (a.as ? line(a.as) : `${a.ward}, ${a.province}`);
export function withArea(address, a) {
  if (a.as) return address;
  const two = tailAt(address, -2);
  const { head } = endsIn(address, a.province) && has(a, two.typed) ? two : tailAt(address, -1);
  return [head.replace(/,$/, ''), areaText(a)].filter(Boolean).join(', ');
}
