// Wards by what people type: the catalogue since 1 July 2025.  No browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eq, ok, TOP, done } from './lib/office.mjs';

const load = (name) => import(pathToFileURL(join(TOP, 'server/web/client', name)));
const { areasOf, areaText, asksFormer, findAreas, findFormer, formerOf, preferred, withArea } = await load('areas.mjs');
const { personBody } = await load('counter-body.mjs');
const { emptyPerson } = await load('counter-model.mjs');
const areas = areasOf(readFileSync(join(TOP, 'config/areas/vietnam.csv'), 'utf8'));
eq([areas.length, new Set(areas.map((a) => a.of)).size, new Set(areas.map((a) => a.code)).size], [3321, 34, 3321], '34 provinces, 3,321 wards, no code twice');
eq(areas.filter((a) => a.of === '31').length, 114, '114 of them in Hải Phòng');
eq(areas.filter((a) => !/^(Phường|Xã|Đặc khu) \S/.test(a.ward) || a.ward !== a.ward.normalize('NFC') || !/^\d{5}$/.test(a.code)).map((a) => a.ward), [], 'each is a ward, a commune or a special zone, in one form of the letters');
const first = (typed, home) => { const a = findAreas(areas, typed, home)[0]; return a && `${a.ward}, ${a.province}`; };
eq(first('12/3 Lương Khánh Thiện, hong bang'), 'Phường Hồng Bàng, Thành phố Hải Phòng', 'letters without accents behind the comma');
eq(first('Tổ 2, phường an hai', '31'), first('an hai', '31'), 'its kind may be typed');
eq(first('12 Lê Lợi, cat hai hai phong'), 'Đặc khu Cát Hải, Thành phố Hải Phòng', 'and its province');
ok(findAreas(areas, 'tan an', '31').length <= 8 && findAreas(areas, 'Số 1', '31').every((a) => a.hay.includes(' so')), 'a short list');
eq([findAreas(areas, '', '31'), findAreas(areas, 'a,', '31'), findAreas(areas, '12/3 Lương Khánh Thiện', '31')], [[], [], []], 'nothing is offered for nothing, nor for a street');
const hong = findAreas(areas, 'hong bang', '31')[0];
eq(withArea('12/3 Lương Khánh Thiện,  hong bang', hong), '12/3 Lương Khánh Thiện, Phường Hồng Bàng, Thành phố Hải Phòng', 'what stands before the comma is kept');
eq(withArea('hong bang', hong), 'Phường Hồng Bàng, Thành phố Hải Phòng', 'or the ward alone');
const person = { ...emptyPerson(), name: 'A', address: withArea('Số 1, hong bang', hong), area: { code: hong.code, text: 'Phường Hồng Bàng, Thành phố Hải Phòng' } };
eq(personBody(person, '', []).area_code, hong.code, 'its code goes with the address');
eq(personBody({ ...person, address: 'Số 1, Phường Khác' }, '', []).area_code, undefined, 'and is left out when the address was changed by hand');

// ---- what they were until 30 June 2025
const byCode = new Map(areas.map((a) => [a.code, a]));
const former = formerOf(readFileSync(join(TOP, 'config/areas/former.csv'), 'utf8'));
const lines = [...former.values()].flat();
eq([lines.length, new Set(lines.map((f) => f.province.text)).size], [12004, 63], '12,004 names in 63 provinces');
eq(lines.filter((f) => !f.codes.length || f.codes.some((c) => !byCode.has(c)) || new Set(f.codes).size !== f.codes.length).map((f) => f.text), [], 'each became wards of today');
eq(new Set(lines.flatMap((f) => f.codes)).size, 3321, 'and each of today was something before');
eq(lines.filter((f) => new Set(f.codes.map((c) => byCode.get(c).of)).size > 1).map((f) => f.text), [], 'in one province');
eq(lines.filter((f) => f.text !== f.text.normalize('NFC') || !/^(Phường|Xã|Thị trấn|Huyện) \S/.test(f.text)).map((f) => f.text), [], 'in one form of the letters');
const asked = (address, home = '31') => {
  const found = findAreas(areas, address, home);
  return asksFormer(found, address) ? preferred(found, findFormer(former, byCode, address, home)) : found;
};
const meant = (address, home) => asked(address, home).filter((a) => a.as).map((a) => `${a.former} → ${a.ward}`);
const TAN_AN = ['Xã Tân An → Xã Hà Tây'];
const DIVIDED = ['Phường Gia Viên → Phường Gia Viên', 'Phường Gia Viên → Phường Hồng Bàng', 'Phường Gia Viên → Phường Ngô Quyền'];
for (const [address, wanted, what, home] of [
  ['Thôn 3, Xã Tân An, Huyện Thanh Hà, Tỉnh Hải Dương', TAN_AN, 'written out'],
  ['Thôn 3, Xã Tân An, Huyện Thanh Hà, Tỉnh Hải Dương'.normalize('NFD'), TAN_AN, 'its letters taken apart'],
  ['thon 3, xa tan an, huyen thanh ha, hai duong', TAN_AN, 'without accents'],
  ['X. Tân An, H. Thanh Hà, T. Hải Dương', TAN_AN, 'abbreviated'],
  ['X.Tân An,H.Thanh Hà', TAN_AN, 'without blanks and province'],
  ['Tân An, Thanh Hà, Hải Dương', TAN_AN, 'as cards have it, where the province is a ward of today'],
  ['Xã Tân An - Huyện Thanh Hà - Tỉnh Hải Dương', TAN_AN, 'with dashes'],
  ['Xã Tân An, Thanh Hà, TP Hải Phòng', TAN_AN, 'in the province of today'],
  ['P.Gia Viên, Q. Ngô Quyền, TP.Hải Phòng', DIVIDED, 'divided: a choice'],
  ['TT. Kẻ Sặt, H. Bình Giang', ['Thị trấn Kẻ Sặt → Xã Kẻ Sặt'], 'a town'],
  ['Minh Tân, TX. Kinh Môn', ['Phường Minh Tân → Phường Nhị Chiểu'], 'in a town of a province'],
  ['P. Quang Trung, TP Hải Dương', ['Phường Quang Trung → Phường Hải Dương'], 'in a city that is a ward of today'],
  ['Xã Tân Dương, Thủy Nguyên, Hải Phòng', ['Xã Tân Dương → Phường Thuỷ Nguyên'], 'gone before 2025, in a district of another kind'],
  ['Xã An Hồng, H. An Dương', ['Xã An Hồng → Phường Hồng An'], 'in the district that it had before'],
  ['Phú Mậu, Huyện Phú Vang, Thừa Thiên Huế', ['Xã Phú Mậu → Phường Dương Nỗ'], 'in a province of another name'],
  ['P12, Q.10, TPHCM', ['Phường 12 → Phường Hoà Hưng'], 'a number'],
  ['Phường 01, Quận 3, Thành phố Hồ Chí Minh', ['Phường 1 → Phường Bàn Cờ'], 'a number as old cards have it'],
  ['Xã Hòa Bình, Huyện Vĩnh Bảo, Hải Phòng', ['Xã Hòa Bình → Xã Nguyễn Bỉnh Khiêm'], 'two of a name are told apart by the district'],
  ['Minh Tân, H. Kinh Môn', ['Phường Minh Tân → Phường Nhị Chiểu'], 'a district of another kind once'],
  ['Số 2, phường lạch tray', ['Phường Lạch Tray, Quận Ngô Quyền → Phường Gia Viên', 'Phường Lạch Tray, Quận Ngô Quyền → Phường Lê Chân'], 'the one of that name at home'],
  ['Số 2, phường lạch tray', [], 'elsewhere nothing is guessed', '01'],
  ['Số 2, phường 1', [], 'nor among many of a name', '79'],
  ['Phường Hồng Bàng, Hải Phòng', [], 'a ward of today'],
  ['Tổ 5, Phường Kiến An, Hải Phòng', [], 'though a district was called so'],
  ['12 Lê Lợi, hong bang', [], 'letters of one of today'],
  ['Xã Không Có, Huyện Thanh Hà, Tỉnh Hải Dương', [], 'an unknown one'],
]) eq(meant(address, home), wanted, `${what}: ${address}`);
ok(['Tổ 2', '12 Lê Lợi, ngõ 3', '12 Lê Lợi', 'hong bang', ''].every((address) => !asksFormer(findAreas(areas, address, '31'), address)), 'streets and numbers ask for no former ward');
const [tanAn] = asked('Thôn 3,  Xã Tân An, Huyện Thanh Hà, Tỉnh Hải Dương');
const written = withArea(tanAn.as, tanAn);
eq(written, 'Thôn 3,  Xã Tân An, Huyện Thanh Hà, Tỉnh Hải Dương', 'the address stays as it is written');
eq(personBody({ ...emptyPerson(), name: 'A', address: written, area: { code: tanAn.code, text: areaText(tanAn) } }, '', []).area_code, '10846', 'the code of today goes with it');
eq(withArea('Tổ 1, p. hong bang, hải phòng', findAreas(areas, 'Tổ 1, p. hong bang, hải phòng', '31')[0]), 'Tổ 1, Phường Hồng Bàng, Thành phố Hải Phòng', 'a ward of today before its province is found, too');
eq(withArea('12 Lê Lợi, Quảng Trị', findAreas(areas, '12 Lê Lợi, Quảng Trị', '44')[0]), '12 Lê Lợi, Phường Quảng Trị, Tỉnh Quảng Trị', 'and nothing is lost where a ward is called like its province');
done();
