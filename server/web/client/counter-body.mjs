// A form of the counter as it is sent, and asked about while it is filled.  Comes with counter-more.mjs.  Pure.
import { nfc, parseDay, parsePhone } from './text.mjs';
import { componentsOf, line, numberOf } from './counter-model.mjs';

const idType = (p) => {
  if (p.kind === 'citizen') return /^\d{12}$/.test(p.number) ? 'cccd' : /^\d{9}$/.test(p.number) ? 'cmnd' : /^\d/.test(p.number)
    ? 'cccd' : 'passport';
  return p.kind === 'state' ? 'organisation' : 'tax';
};

// `wrong` gets {pointer, key} of what cannot be read; the daemon checks everything else.
export function personBody(p, at, wrong) {
  const number = numberOf(p);
  const out = { kind: p.kind, name: line(p.name) };
  if (!out.name) wrong.push({ pointer: `${at}/name`, key: 'counter.needName' });
  if (number) Object.assign(out, { id_type: idType({ ...p, number }), id_number: number });
  if (p.kind === 'citizen') {
    const birth = line(p.birth) && parseDay(p.birth);
    if (birth) out.birth = birth;
    else if (line(p.birth)) wrong.push({ pointer: `${at}/birth`, key: 'counter.badDay' });
    if (p.sex) out.sex = p.sex;
  }
  if (line(p.address)) out.address = line(p.address);
  if (p.area && line(p.address).endsWith(p.area.text)) out.area_code = p.area.code;
  const phone = line(p.phone) && parsePhone(p.phone);
  if (phone) out.phone = phone;
  else if (line(p.phone)) wrong.push({ pointer: `${at}/phone`, key: 'counter.badPhone' });
  if (line(p.email)) out.email = line(p.email);
  return out;
}

// "480.000.000" and "480 000 000" -> 480000000; null when it is no whole number.
export function parseWhole(typed) {
  const s = String(typed).replace(/[\s.,_]/g, '');
  return /^\d{1,15}$/.test(s) ? Number(s) : null;
}

// The procedure's own form: the value as the daemon takes it; undefined: not filled; null: unreadable.
export function fieldValue(field, typed) {
  if (field.type === 'bool') return typed === true ? true : typed === false ? false : undefined;
  const s = line(typed);
  if (!s) return undefined;
  if (field.type === 'money' || field.type === 'integer') return parseWhole(s);
  if (field.type === 'date') return parseDay(s);
  return field.type === 'text' ? nfc(typed).trim() : s;
}
const UNREADABLE = { money: 'counter.badWhole', integer: 'counter.badWhole', date: 'counter.badDay' };
function valuesBody(form, procedure, wrong) {
  const out = {};
  for (const field of procedure?.form ?? []) {
    const value = fieldValue(field, form.values[field.field]);
    if (value === null) wrong.push({ pointer: `/form/${field.field}`, key: UNREADABLE[field.type] });
    else if (value !== undefined) out[field.field] = value;
  }
  return out;
}

export const paperOf = (c) => {
  const none = !c.originals && !c.certified && !c.copies && !c.present_only;
  return { originals: c.originals || (none ? 1 : 0), certified: c.certified, copies: c.copies, presented: !!c.present_only, files: [] };
};
const papersBody = (form, components) =>
  components.filter((c) => form.papers[c.component]).map((c) => {
    const p = form.papers[c.component];
    return {
      component: c.component, originals: Number(p.originals) || 0, certified: Number(p.certified) || 0, copies: Number(p.copies) || 0,
      presented: !!p.presented, files: p.files.map((f) => f.hash), reused: p.reused,
    };
  });
// What decides the date, the fee and the papers: asked of the daemon while the form is filled.
export function promiseBody(form, procedure) {
  const out = { procedure: form.procedure, channel: form.channel, applicant_kind: form.applicant.kind };
  if (form.case) out.case = form.case;
  if (form.competent) out.competent = form.competent;
  out.form = valuesBody(form, procedure, []);
  out.components = papersBody(form, componentsOf(form, procedure));
  return Object.assign(out, feeBody(form, []));
}
function feeBody(form, wrong) {
  const out = {};
  if (line(form.units)) {
    const units = parseWhole(form.units);
    if (units === null) wrong.push({ pointer: '/fee_units', key: 'counter.badWhole' });
    else out.fee_units = units;
  }
  if (form.exemption) out.exemption = form.exemption;
  if (form.exemption && line(form.evidence)) out.evidence = line(form.evidence);
  return out;
}

export function contentBody(form, procedure, wrong) {
  const out = { applicant: personBody(form.applicant, '/applicant', wrong) };
  if (form.owner) out.owner = personBody(form.owner, '/owner', wrong);
  if (form.authorised) {
    out.authorised = personBody(form.authorised, '/authorised', wrong);
    if (line(form.document)) out.authorised_document = line(form.document);
  }
  for (const [key, value] of [['case', form.case], ['competent', form.competent],
      ['summary', line(form.summary)]]) if (value) out[key] = value;
  if (form.resultBy !== 'counter') out.result_by = form.resultBy;
  if (form.resultBy === 'post' && line(form.resultAddress)) out.result_address = line(form.resultAddress);
  out.form = valuesBody(form, procedure, wrong);
  out.components = papersBody(form, componentsOf(form, procedure));
  return Object.assign(out, feeBody(form, wrong));
}

// The whole request: {path, body, match} and what is wrong before the daemon is asked.
const DECISION = { accept: 'accept', return: 'return', reject: 'reject' };
export function requestOf(form, procedure, { missing = [], support = false } = {}) {
  const wrong = [];
  if (!form.procedure) wrong.push({ pointer: '/procedure', key: 'counter.needProcedure' });
  const body = contentBody(form, procedure, wrong);
  if (form.outcome !== 'accept') {
    if (!form.reasons.length) wrong.push({ pointer: '/reasons', key: 'counter.needReason' });
    body.reasons = form.reasons;
    if (form.outcome === 'return' && missing.length) body.missing = missing;
    if (form.note.trim()) body.note = nfc(form.note).trim();
  }
  if (form.ticket) body.ticket = form.ticket.id;
  if (form.submission)
    return { path: `/v1/submissions/${encodeURIComponent(form.submission.code)}/${DECISION[form.outcome]}`,
      match: form.submission.seq, body, wrong };
  body.procedure = form.procedure;
  body.channel = support && form.channel === 'counter' ? 'post' : form.channel; // the first that support is offered
  if (support) return { path: '/v1/submissions', body, wrong };
  body.outcome = form.outcome;
  return { path: '/v1/dossiers', body, wrong };
}

export const mayReturn = (refusals) => refusals.some((r) => r.code === 'component-missing');
