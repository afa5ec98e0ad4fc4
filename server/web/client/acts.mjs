// What an officer may do with a dossier: the daemon says which acts there are and what each needs
// (/possible); here each need becomes a field, and the answer a call.  No rule lives here.
import { html, clean, Later } from './kit.mjs';
import { call, newKey } from './net.mjs';
import { parseDay, t } from './text.mjs';

export const titleOf = (act) => (act.command === 'act' || act.command === 'ask' ? act.title : t(`do.${act.command}`)) ?? act.command;
// The verbs behind the digits, in the order of the keys.
const FORWARD = ['forward', 'approve', 'number', 'release', 'hand_over', 'end'];
export function actOfKey(digit, acts) {
  const may = acts.filter((a) => a.allowed);
  const effect = (list) => may.find((a) => a.command === 'act' && list.includes(a.effect));
  const ask = (kinds) => may.find((a) => (a.command === 'ask' || a.command === 'act') && kinds.includes(a.request_kind));
  switch (digit) {
    case '1': return effect(FORWARD) ?? may.find((a) => a.command === 'answer') ?? may.find((a) => a.command === 'claim');
    case '2': return ask(['supplement']);
    case '3': return effect(['return', 'back']) ?? may.find((a) => a.command === 'take-back');
    case '4': return may.find((a) => a.command === 'assign');
    case '5': return ask(['suspension', 'exclusion']);
    default: return undefined;
  }
}
export const keyOf = (act, acts) => ['1', '2', '3', '4', '5'].find((d) => actOfKey(d, acts) === act);
// Acts in the order of their use; the same act twice (a step's action and the request behind it)
// is shown once.
export function orderActs(acts) {
  const seen = new Set();
  const rank = (a) => (a.command === 'act' ? 0 : a.command === 'answer' ? 1 : ['claim', 'assign', 'draft', 'receive',
      'take-back'].includes(a.command) ? 2 : a.command === 'ask' ? 3 : 4);
  return [...acts].sort((a, b) => rank(a) - rank(b)).filter((a) => {
    const own = a.settled?.length ? `-${a.action}` : ''; // asks somebody of its own: not the general one
    const key = a.request_kind && a.command !== 'answer' && a.command !== 'cancel' ? `ask-${a.request_kind}${own}`
      : `${a.command}-${a.action ?? ''}-${a.request ?? ''}-${a.task ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

// ---- which fields an act has

const ASKS = {
  supplement: ['missing', 'reasons', 'text', 'exception', 'document'],
  extension: ['reason', 'until', 'document', 'note'],
  exclusion: ['reason', 'document', 'note'],
  suspension: ['exception', 'document', 'note'],
  consult: ['to', 'text', 'limit', 'on_due'],
  payment: ['amount', 'text', 'stops'],
  refund: ['amount', 'text', 'document'],
  paper: ['to', 'note'],
  case: ['case', 'document', 'note'],
};
const ANSWERS = {
  supplement: ['document', 'note', 'components'],
  payment: ['amount', 'method', 'reference'],
  refund: ['amount', 'reference'],
};
const NEEDS = { reason: ['reason'], result: ['number', 'date', 'signer', 'file'], file: ['file'], note: ['note'],
  draft: ['draft'], paid: [] };
const COMMANDS = {
  assign: ['officer'], draft: ['text', 'refusal', 'file'], note: ['note'], 'declare-relative': ['note'], attach: ['file', 'component'],
  withdraw: ['document', 'note'], stop: ['document', 'note'], close: ['document', 'note'], cancel: ['note'],
  pay: ['amount', 'method', 'reference'],
};
// What goes to the applicant through the one-stop unit: whoever sends it says how she was told.
const sendsOn = (act) => act.command === 'answer' && act.answers === 'send';
export function fieldsOf(act, dossier) {
  if (sendsOn(act)) return ['outcome', 'told', 'document', 'note'];
  if (act.command === 'answer') return ['outcome', ...(ANSWERS[act.request_kind] ?? ['document', 'text', 'note'])];
  if (act.command === 'ask' || act.request_kind) {
    const asks = (ASKS[act.request_kind] ?? ['note']).filter((f) => !(act.settled ?? []).includes(f));
    if (act.sends) asks.push('told');
    return (act.needs ?? []).includes('note') && !asks.includes('note') ? [...asks, 'note'] : asks;
  }
  if (act.command !== 'act') return COMMANDS[act.command] ?? [];
  const list = (act.needs ?? []).flatMap((n) => NEEDS[n] ?? []);
  const fields = list.filter((f) => f !== 'draft' || !dossier.draft);
  return fields.includes('note') ? fields : [...fields, 'note'];
}

// Nothing has to be filled in: one key is enough.
export const isPlain = (act, dossier) => fieldsOf(act, dossier).every((f) => f === 'note') && !(act.needs ?? []).includes('note')
  && act.command !== 'note';

// ---- sending

const NUMBERS = ['officer', 'amount'];
const ROUTE = (act) => (act.command === 'act' ? 'act' : act.command);
function bodyOf(act, values, dossier) {
  const body = {};
  if (act.task) body.task = act.task;
  if (act.command === 'act') body.action = act.action;
  if (act.command === 'ask') body.kind = act.request_kind;
  if (act.command === 'cancel') body.request = act.request;
  for (const f of fieldsOf(act, dossier)) {
    const v = values[f];
    if (v === undefined || v === '' || v === null || f === 'draft') continue;
    if (NUMBERS.includes(f)) body[f] = Number(String(v).replace(/[^\d]/g, ''));
    else if (f === 'until' || f === 'date') body[f] = parseDay(v) ?? v;
    else if (f === 'told') body.method = v;
    else if (f === 'file') {
      body.file = v.hash;
      if (act.command !== 'answer' && act.command !== 'ask') body.file_name = v.name;
    } else if (typeof v === 'string') body[f] = f === 'text' || f === 'note' || f === 'exception' ? v.normalize('NFC').trim() : clean(v);
    else body[f] = v;
  }
  if (act.command === 'cancel' || act.command === 'withdraw') delete body.task;
  return body;
}
const keyed = new Map(); // the same act pressed twice is one act
export async function carryOut(code, seq, act, values, dossier) {
  let match = seq;
  const path = `/v1/dossiers/${encodeURIComponent(code)}/`;
  const mark = `${code}|${seq}|${act.command}|${act.action ?? ''}|${act.task ?? ''}|${JSON.stringify(values)}`;
  if (!keyed.has(mark)) keyed.set(mark, newKey());
  if (values.draft) {
    const body = { text: values.draft.normalize('NFC').trim() };
    if (act.task) body.task = act.task;
    const done = await call('POST', `${path}draft`, { body, match, key: newKey() });
    match = done.json.seq;
  }
  const done = await call('POST', path + ROUTE(act), { body: bodyOf(act, values, dossier), match, key: keyed.get(mark) });
  keyed.delete(mark);
  return done.json;
}

// The form of an act that needs one.
export const ActDialog = (given) => html`<${Later} from="act-form" ...${given} />`;
