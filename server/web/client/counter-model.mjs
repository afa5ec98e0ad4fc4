// A form of the counter as data: what it starts with, what a card puts in; what is sent stands in counter-body.mjs.  Pure.
import { fold, nfc, showDay } from './text.mjs';

export const KINDS = ['citizen', 'enterprise', 'state', 'other'];
export const FORMS_MAX = 5;

export const emptyPerson = (kind = 'citizen') => ({ kind, number: '', name: '', birth: '', sex: '', address: '', phone: '', email: '' });
export const emptyForm = () => ({
  applicant: emptyPerson(), owner: null, authorised: null, document: '', channel: 'counter', procedure: '', case: '', competent: '',
  values: {}, papers: {}, summary: '', resultBy: 'counter', resultAddress: '', units: '', exemption: '', evidence: '',
  outcome: 'accept', reasons: [], missing: null, note: '', ticket: null, submission: null, sent: null,
});
export const isEmpty = (form) => JSON.stringify({ ...form, ticket: null }) === JSON.stringify(emptyForm());
// Made by the client, once for each form; in the order in which they were opened.
export const newFormId = (now = Date.now()) => `n-${now.toString(36)}-${Math.random().toString(36).slice(2, 8).padEnd(6, '0')}`;

export const line = (s) => nfc(s ?? '').replace(/\s+/g, ' ').trim();

// What a scanned card tells; what cannot be right is left for checking (`check` names the fields).
export function withCard(person, card) {
  const check = [card.checkName && 'name', card.checkAddress && card.address && 'address'].filter(Boolean);
  return {
    ...person, kind: 'citizen', number: card.idNumber, name: card.name, birth: showDay(card.birth), sex: card.sex ?? '',
    address: card.address, check,
  };
}
// Known from former dossiers: fills what is empty, and mends letters that the scanner lost.
export function withKnown(person, known) {
  const next = { ...person };
  const check = new Set(person.check ?? []);
  for (const key of ['name', 'address']) {
    if (!known[key]) continue;
    if (!next[key] || (check.has(key) && alike(next[key], known[key]))) {
      next[key] = known[key];
      check.delete(key);
    }
  }
  for (const key of ['phone', 'email']) next[key] ||= known[key] ?? '';
  next.birth ||= showDay(known.birth ?? '');
  next.sex ||= known.sex ?? '';
  next.check = [...check];
  return next;
}
const letters = (s) => fold(s).replace(/[^a-z0-9]/g, '');
const alike = (a, b) => letters(a) === letters(b) || /[?\uFFFD]/.test(a);
export const numberOf = (p) => line(p?.number).replace(p?.kind === 'citizen' ? /[\s.]/g : /\s/g, '').toUpperCase();

// Those of the chosen case, where the case has its own.
export const componentsOf = (form, procedure) =>
  procedure?.cases.find((c) => c.case === form.case)?.components ?? procedure?.components ?? [];

// Where the focus goes for a pointer of the daemon: ids of fields are made from pointers.
export const fieldId = (pointer) => `f${pointer.replace(/\//g, '-').replace(/^-(components|missing).*/,
    '-components').replace(/^-reasons.*/, '-reasons').replace(/id_number$/, 'number')}`;
