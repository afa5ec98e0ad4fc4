// Wards by what people type: the catalogue since 1 July 2025.  No browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eq, ok, TOP, done } from './lib/office.mjs';

const load = (name) => import(pathToFileURL(join(TOP, 'server/web/client', name)));
const { areasOf, findAreas, withArea } = await load('areas.mjs');
const { personBody, emptyPerson } = await load('counter-model.mjs');
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
done();
