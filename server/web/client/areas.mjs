// Wards and communes by what people type, without accents: the catalogue of config/areas/.  Pure.
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

// What stands behind the last comma names the ward; what stands before it is kept.
export function tailOf(address) {
  const at = address.lastIndexOf(',') + 1;
  return { head: address.slice(0, at).trim(), typed: fold(address.slice(at)).replace(/\s+/g, ' ') };
}
export function findAreas(areas, address, home) {
  const { typed } = tailOf(address);
  if (typed.length < 2) return [];
  const words = typed.split(' ');
  const bare = bareOf(typed);
  const rank = (a) => (a.bare === bare ? 0 : a.bare.startsWith(bare) ? 2 : 4) + (a.of === home ? 0 : 1);
  return areas.filter((a) => words.every((w) => a.hay.includes(` ${w}`))).sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
}
export const areaText = (a) => `${a.ward}, ${a.province}`;
export const withArea = (address, a) => [tailOf(address).head.replace(/,$/, ''), areaText(a)].filter(Boolean).join(', ');
