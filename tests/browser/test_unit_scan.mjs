// Cards, scans, and the form of the counter as data: tables of what comes in and what must go out.
import { eq, ok, done } from './lib/office.mjs';
import { mangled, readCard, runReader, scanned } from '../../server/web/client/scan.mjs';
import { componentsOf, emptyForm, emptyPerson, fieldId, isEmpty, newFormId, withCard, withKnown } from '../../server/web/client/counter-model.mjs';
import { fieldValue, paperOf, parseWhole, personBody, promiseBody, requestOf } from '../../server/web/client/counter-body.mjs';
import { formOfSubmission } from '../../server/web/client/counter-submission.mjs';

const CARD = '031188001234|191234567|Nguyễn Thị Phượng|01021988|Nữ|Hồng Bàng, Hải Phòng|10052021';

// ---- cards
for (const [name, text, want] of [
  ['seven fields', CARD, '031188001234 191234567 Nguyễn Thị Phượng 1988-02-01 female 2021-05-10'],
  ['six fields', CARD.split('|').slice(0, 6).join('|'), '031188001234 191234567 Nguyễn Thị Phượng 1988-02-01 female null'],
  ['eleven fields', `${CARD}|a|b|c|d`, '031188001234 191234567 Nguyễn Thị Phượng 1988-02-01 female 2021-05-10'],
  ['no old number', CARD.replace('191234567', ''), '031188001234 null Nguyễn Thị Phượng 1988-02-01 female 2021-05-10'],
  ['a name in NFD', CARD.normalize('NFD'), '031188001234 191234567 Nguyễn Thị Phượng 1988-02-01 female 2021-05-10'],
  ['a day that is none', CARD.replace('01021988', '31021988'), '031188001234 191234567 Nguyễn Thị Phượng null female 2021-05-10'],
]) {
  const c = readCard(text);
  eq(c && `${c.idNumber} ${c.oldNumber} ${c.name} ${c.birth} ${c.sex} ${c.issued}`, want, `card: ${name}`);
}
for (const [name, text] of [['five fields', '031188001234||A|01021988|Nam'], ['eleven digits', CARD.slice(1)], ['a code', 'H24.11-261122-0001'], ['nothing', '']])
  eq(readCard(text), null, `no card: ${name}`);

// ---- letters that a scanner lost
for (const [name, want] of [
  ['Nguyễn Thị Phượng', false], ['Đỗ Văn Ba', false], ['NGUYEN THI PHUONG', true], ['Nguy?n Th? Phượng', true], ['Nguyeexn Thij Phượng', true],
  ['Trần VănBa', true], ['Lê Va8n Ba', true], ['', false],
]) eq(mangled(name), want, `mangled: “${name}”`);

// ---- codes
for (const [text, want] of [
  ['H24.11-261122-0001', 'H24.11-261122-0001'], ['h24.12.01.04-260824-0001', 'H24.12.01.04-260824-0001'],
  ['https://motcua.example.vn/tra-cuu?code=H24.11-261122-0001', 'H24.11-261122-0001'], ['046188001234', undefined], ['Nguyễn', undefined],
]) eq(scanned(text)?.dossier, want, `scan: ${text}`);

// ---- a scan and typing are told apart
const run = (text, gap, end = 'Enter') => {
  const read = runReader();
  let at = 1000;
  let found = null;
  for (const key of [...text, end]) found = read(key, (at += gap));
  return found;
};
eq(run('H24.11-261122-0001', 2)?.dossier, 'H24.11-261122-0001', 'a burst of 2 ms is a scan');
eq(run('H24.11-261122-0001', 30, 'Tab')?.dossier, 'H24.11-261122-0001', 'a burst of 30 ms ended by Tab is a scan');
eq(run('H24.11-261122-0001', 80), null, 'somebody who types is no scanner');
eq(run('abcdefghijkl', 2), null, 'swept keys are no code');

// ---- people
const card = withCard(emptyPerson(), readCard('031188001234||NGUYEN THI PHUONG|01021988|Nữ|Hồng Bàng'));
eq(card.check, ['name'], 'what cannot be right is marked');
const known = withKnown(card, { name: 'Nguyễn Thị Phượng', address: 'Ngô Quyền', phone: '0905123456', birth: '1988-02-01' });
eq([known.name, known.address, known.phone, known.check], ['Nguyễn Thị Phượng', 'Hồng Bàng', '0905123456', []], 'a former dossier mends lost accents, never what the card says');
eq(withKnown({ ...card, name: 'LE VAN CAT' }, { name: 'Nguyễn Thị Phượng' }).name, 'LE VAN CAT', 'another name is not taken for the same');
for (const [name, person, want] of [
  ['citizen', { number: '031188001234', name: ' Đặng  Văn Được ', birth: '1/2/88', phone: '0905 123.456' }, { kind: 'citizen', name: 'Đặng Văn Được', id_type: 'cccd', id_number: '031188001234', birth: '1988-02-01', phone: '0905123456' }],
  ['old paper', { number: '031 234 567', name: 'Ba' }, { kind: 'citizen', name: 'Ba', id_type: 'cmnd', id_number: '031234567' }],
  ['passport', { number: 'c1234567', name: 'Ba' }, { kind: 'citizen', name: 'Ba', id_type: 'passport', id_number: 'C1234567' }],
  ['enterprise', { kind: 'enterprise', number: '0201234567', name: 'Công ty', birth: '1/2/88' }, { kind: 'enterprise', name: 'Công ty', id_type: 'tax', id_number: '0201234567' }],
  ['state agency', { kind: 'state', number: 'H24.21.07', name: 'Trường' }, { kind: 'state', name: 'Trường', id_type: 'organisation', id_number: 'H24.21.07' }],
]) {
  const wrong = [];
  eq(personBody({ ...emptyPerson(), ...person }, '/applicant', wrong), want, `person: ${name}`);
  eq(wrong, [], `person: ${name} is fine`);
}
const wrong = [];
personBody({ ...emptyPerson(), birth: '31/2/1988', phone: '12' }, '/owner', wrong);
eq(wrong.map((w) => w.pointer), ['/owner/name', '/owner/birth', '/owner/phone'], 'what cannot be read is told by its place');

// ---- the procedure's form
for (const [typed, want] of [['480.000.000', 480000000], ['480 000 000', 480000000], ['12', 12], ['1e9', null], ['-5', null], ['mười', null]]) eq(parseWhole(typed), want, `number: ${typed}`);
for (const [field, typed, want] of [
  [{ type: 'bool' }, undefined, undefined], [{ type: 'bool' }, false, false], [{ type: 'date' }, '1/2/2026', '2026-02-01'], [{ type: 'date' }, 'mai', null],
  [{ type: 'money' }, '', undefined], [{ type: 'text' }, ' Hải Phòng '.normalize('NFD'), 'Hải Phòng'], [{ type: 'choice' }, 'budget', 'budget'],
]) eq(fieldValue(field, typed), want, `field ${field.type}: ${typed}`);

// ---- requests
const procedure = {
  form: [{ field: 'estimate', type: 'money' }, { field: 'from', type: 'date' }], cases: [{ case: '02', components: [{ component: 'x', originals: 2, certified: 0, copies: 0 }] }],
  components: [{ component: 'a', originals: 1, certified: 0, copies: 0 }, { component: 'b', originals: 0, certified: 0, copies: 0 }, { component: 'c', originals: 1, certified: 0, copies: 0, present_only: true }],
};
eq([isEmpty(emptyForm()), isEmpty({ ...emptyForm(), note: 'x' })], [true, false], 'a form that holds nothing');
ok(/^[a-z0-9-]{8,40}$/.test(newFormId()) && newFormId(1) !== newFormId(1), 'ids of forms are made here, each once');
eq(procedure.components.map((c) => paperOf(c)).map((p) => [p.originals, p.presented]), [[1, false], [1, false], [1, true]], 'a ticked paper starts with what the procedure asks for');
const form = { ...emptyForm(), procedure: 'P', applicant: { ...emptyPerson(), name: 'Ba' }, values: { estimate: '1.000', from: '' }, papers: { a: paperOf(procedure.components[0]) } };
const taken = requestOf(form, procedure);
eq([taken.path, taken.body.outcome, taken.body.form, taken.body.components.map((c) => c.component), taken.wrong], ['/v1/dossiers', 'accept', { estimate: 1000 }, ['a'], []], 'a dossier taken in');
const returned = requestOf({ ...form, outcome: 'return', reasons: ['missing'], note: ' mang bản chính ' }, procedure, { missing: ['b'] });
eq([returned.body.outcome, returned.body.reasons, returned.body.missing, returned.body.note], ['return', ['missing'], ['b'], 'mang bản chính'], 'a return with its reasons');
eq(requestOf({ ...form, outcome: 'reject' }, procedure).wrong.map((w) => w.pointer), ['/reasons'], 'no refusal without a reason');
eq(requestOf({ ...form, submission: { code: 'S-1', seq: 4 } }, procedure).path, '/v1/submissions/S-1/accept', 'a submission is decided where it is');
eq(requestOf(form, procedure, { support: true }).path, '/v1/submissions', 'who only supports records a submission');
eq(requestOf({ ...form, ticket: { id: 42 } }, procedure).body.ticket, 42, 'the ticket of the visit goes along');
eq(componentsOf({ case: '02' }, procedure).map((c) => c.component), ['x'], 'a case with its own papers');
eq(promiseBody({ ...form, values: { estimate: 'x' } }, procedure).form, {}, 'what cannot be read is not asked about');
const back = formOfSubmission({ submission: 'S-1', code: 'S-1', seq: 3, channel: 'post', procedure: 'P', content: { applicant: { kind: 'citizen', name: 'Ba', birth: '1988-02-01' }, form: { estimate: 5, from: '2026-02-01' }, components: [{ component: 'a', originals: 1, files: ['ff'] }] } });
eq([back.applicant.birth, back.values, back.papers.a.files, back.submission], ['01/02/1988', { estimate: '5', from: '01/02/2026' }, [{ hash: 'ff', name: '' }], { code: 'S-1', seq: 3 }], 'a submission opened into the form');
for (const [pointer, id] of [['/applicant/id_number', 'f-applicant-number'], ['/form/estimate', 'f-form-estimate'], ['/components/2/originals', 'f-components'], ['/missing/0', 'f-components'], ['/reasons', 'f-reasons']]) eq(fieldId(pointer), id, `field of ${pointer}`);
done();
