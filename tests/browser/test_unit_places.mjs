// A procedure's text changed at its place: what a form changes is that value, nothing else.  No browser.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eq, ok, TOP, done } from './lib/office.mjs';

const { addItem, dropItem, dropKey, itemsAt, nodeAt, readPlaces, scalarAt, setValue } = await import(pathToFileURL(join(TOP, 'server/web/client/yaml-place.mjs')));

const TEXT = `# đầu tệp
procedure: "1.000001"     # mã
name:
  vi: "Tên cũ: có dấu hai chấm"
  en: 'It''s a name'
limit: {legal: 30 calendar_day, committed: 20 calendar_day}   # luật
note: |
  hai dòng
  - không phải danh sách
components:
  - {component: form, vi: "Tờ khai, mẫu {01}", need: required, originals: 1}   # bắt buộc
  - component: other   # giấy khác
    vi: "Giấy khác"

    copies: 2
# trước các bước
steps:
  - step: receive                       # 1
    vi: "Tiếp nhận"
    limit: 0.5 working_day
    actions:
      - {action: forward, to: appraise}
  # giữa hai bước
  - step: appraise
    vi: "Thẩm định"
    actions: [{action: approve, to: sign}, {action: return, to: receive}]
`;
const root = readPlaces(TEXT);
eq([scalarAt(root, 'procedure'), scalarAt(root, 'name', 'vi'), scalarAt(root, 'name', 'en'), scalarAt(root, 'limit', 'legal')], ['1.000001', 'Tên cũ: có dấu hai chấm', "It's a name", '30 calendar_day'], 'values are read without their quotes and comments');
eq(itemsAt(root, 'components').map((c) => [scalarAt(c, 'component'), scalarAt(c, 'vi'), c.line, c.lastLine]), [['form', 'Tờ khai, mẫu {01}', 11, 11], ['other', 'Giấy khác', 12, 15]], 'items with the lines they take, in both ways of writing');
eq(itemsAt(root, 'steps').map((s) => itemsAt(s, 'actions').map((a) => scalarAt(a, 'to'))), [['appraise'], ['sign', 'receive']], 'lists inside');
eq(nodeAt(root, 'note').kind, 'other', 'a block of text is left alone');

const lines = (a, b) => {
  const [x, y] = [a.split('\n'), b.split('\n')];
  return x.length === y.length ? y.filter((l, i) => l !== x[i]) : `${x.length} lines became ${y.length}`;
};
const [receive, appraise] = itemsAt(root, 'steps');
eq(lines(TEXT, setValue(TEXT, receive, 'limit', '1 working_day')), ['    limit: 1 working_day'], 'one line changes');
eq(lines(TEXT, setValue(TEXT, root, 'procedure', '1.000002')), ['procedure: "1.000002"     # mã'], 'quotes and the comment beside it stay');
eq(lines(TEXT, setValue(TEXT, nodeAt(root, 'name'), 'en', 'A “new” name')), ["  en: 'A “new” name'"], 'single quotes too');
eq(lines(TEXT, setValue(TEXT, itemsAt(root, 'components')[0], 'need', 'if_any')), ['  - {component: form, vi: "Tờ khai, mẫu {01}", need: if_any, originals: 1}   # bắt buộc'], 'inside braces');
eq(lines(TEXT, setValue(TEXT, itemsAt(root, 'components')[0], 'copies', '2')), ['  - {component: form, vi: "Tờ khai, mẫu {01}", need: required, originals: 1, copies: 2}   # bắt buộc'], 'a new key goes to the end of the braces');
eq(lines(TEXT, setValue(TEXT, itemsAt(appraise, 'actions')[1], 'to', 'appraise')), ['    actions: [{action: approve, to: sign}, {action: return, to: appraise}]'], 'an action leads elsewhere');
const longer = setValue(TEXT, appraise, 'role', 'specialist');
eq(itemsAt(readPlaces(longer), 'steps').map((s) => scalarAt(s, 'role')), [undefined, 'specialist'], 'a new key of a step stands in that step');
ok(longer.includes('    vi: "Thẩm định"\n    role: specialist\n    actions:'), 'before its lists', longer);
eq(setValue(TEXT, nodeAt(root, 'name'), 'vi', 'Có "ngoặc" và \\').match(/vi: (".*")/)[1], JSON.stringify('Có "ngoặc" và \\'), 'signs that YAML would read are written safely');
eq(lines(TEXT, dropKey(TEXT, itemsAt(root, 'components')[0], 'need')), ['  - {component: form, vi: "Tờ khai, mẫu {01}", originals: 1}   # bắt buộc'], 'a key goes');
const shorter = setValue(TEXT, itemsAt(root, 'components')[1], 'copies', '');
eq([itemsAt(readPlaces(shorter), 'components').length, shorter.includes('# trước các bước')], [2, true], 'an emptied value goes with its line');

const added = addItem(TEXT, root, 'components', ['- {component: new, vi: "Mới", need: required}']);
eq(itemsAt(readPlaces(added), 'components').map((c) => scalarAt(c, 'component')), ['form', 'other', 'new'], 'an item is added behind the last');
ok(added.indexOf('component: new') < added.indexOf('# trước các bước'), 'and the comment before the next part stays where it was');
const first = addItem(TEXT, root, 'form', ['- {field: x, vi: "X", type: text}']);
eq([itemsAt(readPlaces(first), 'form').length, itemsAt(readPlaces(first), 'steps').length], [1, 2], 'a list that was not there begins before the steps');
const gone = dropItem(TEXT, nodeAt(root, 'steps'), receive);
eq([itemsAt(readPlaces(gone), 'steps').map((s) => scalarAt(s, 'step')), gone.includes('# giữa hai bước')], [['appraise'], true], 'a step goes, the comments around it stay');

// ---- every procedure of the office: what is written back unchanged is the same text
const folder = join(TOP, 'config/procedures');
const bad = [];
let n = 0;
for (const name of readdirSync(folder).filter((f) => f.endsWith('.yaml') && !f.includes('scenario'))) {
  const text = readFileSync(join(folder, name), 'utf8');
  const tree = readPlaces(text);
  const maps = [tree, nodeAt(tree, 'name'), ...['steps', 'components', 'form', 'reasons'].flatMap((k) => itemsAt(tree, k)), ...itemsAt(tree, 'steps').flatMap((s) => itemsAt(s, 'actions'))];
  for (const map of maps)
    for (const e of map.entries) {
      if (e.value.kind !== 'scalar') continue;
      n += 1;
      if (setValue(text, map, e.key, e.value.value) !== text && !/^['"]?\d|[:#]/.test(e.value.value)) bad.push(`${name}:${e.line} ${e.key}: ${e.value.value}`);
    }
}
ok(n > 3000, `${n} values of all procedures`);
eq(bad, [], 'each is written as it was read');
for (const broken of ['', 'a', '- 1', '{', 'a: {b: "c', 'steps:\n  - step: x\n   bad: 1\n', 'a: [1, 2\nb: 3', '\t- x', 'a: "\\', ': :', 'x: {a: 1,, b}'])
  ok(readPlaces(broken) === null || readPlaces(broken).kind === 'map', `a broken text is read as far as it goes: ${JSON.stringify(broken)}`);
done();
