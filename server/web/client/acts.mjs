// What an officer may do with a dossier: the daemon says which acts there are and what each needs
// (/possible); here each need becomes a field, and the answer a call.  No rule lives here.
import { html, useEffect, useMemo, useRef, useState, Banner, Button, Check, clean, Dialog, ErrorSummary, Field, Picker } from './kit.mjs';
import { call, get, newKey, Offline, Problem, upload } from './net.mjs';
import { money, parseDay, showDay, t } from './text.mjs';

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
  const rank = (a) => (a.command === 'act' ? 0 : a.command === 'answer' ? 1 : ['claim', 'assign', 'draft', 'receive', 'take-back'].includes(a.command) ? 2 : a.command === 'ask' ? 3 : 4);
  return [...acts].sort((a, b) => rank(a) - rank(b)).filter((a) => {
    const own = a.settled?.length ? `-${a.action}` : ''; // asks somebody of its own: not the general one
    const key = a.request_kind && a.command !== 'answer' && a.command !== 'cancel' ? `ask-${a.request_kind}${own}` : `${a.command}-${a.action ?? ''}-${a.request ?? ''}-${a.task ?? ''}`;
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
const NEEDS = { reason: ['reason'], result: ['number', 'date', 'signer', 'file'], file: ['file'], note: ['note'], draft: ['draft'], paid: [] };
const COMMANDS = {
  assign: ['officer'], draft: ['text', 'refusal', 'file'], note: ['note'], attach: ['file', 'component'],
  withdraw: ['document', 'note'], stop: ['document', 'note'], close: ['document', 'note'], cancel: ['note'],
  pay: ['amount', 'method', 'reference'],
};
export function fieldsOf(act, dossier) {
  if (act.command === 'answer') return ['outcome', ...(ANSWERS[act.request_kind] ?? ['document', 'text', 'note'])];
  if (act.command === 'ask' || act.request_kind) {
    const asks = (ASKS[act.request_kind] ?? ['note']).filter((f) => !(act.settled ?? []).includes(f));
    return (act.needs ?? []).includes('note') && !asks.includes('note') ? [...asks, 'note'] : asks;
  }
  if (act.command !== 'act') return COMMANDS[act.command] ?? [];
  const list = (act.needs ?? []).flatMap((n) => NEEDS[n] ?? []);
  const fields = list.filter((f) => f !== 'draft' || !dossier.draft);
  return fields.includes('note') ? fields : [...fields, 'note'];
}
const MUST = { officer: 1, file: 0, outcome: 1, amount: 1, draft: 1 };

// Nothing has to be filled in: one key is enough.
export const isPlain = (act, dossier) => fieldsOf(act, dossier).every((f) => f === 'note') && !(act.needs ?? []).includes('note') && act.command !== 'note';

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

// ---- the form

function FileField({ value, onValue, error }) {
  const [progress, setProgress] = useState(null);
  const [problem, setProblem] = useState(null);
  const take = async (e) => {
    const file = e.currentTarget.files[0];
    if (!file) return;
    setProblem(null);
    setProgress(0);
    try {
      const done = await upload(`/v1/files?name=${encodeURIComponent(file.name.normalize('NFC'))}`, file, setProgress, { 'Content-Type': 'application/octet-stream' });
      onValue({ hash: done.hash, name: file.name.normalize('NFC') });
    } catch (err) {
      setProblem(err instanceof Offline ? t('state.offlineHint') : err.detail || err.title);
    }
    setProgress(null);
  };
  return html`<${Field} label=${t('do.f.file')} kind="file" accept=".pdf,.jpg,.jpeg,.png" onChange=${take} value=${undefined} error=${error ?? problem} hint=${value ? t('do.fileIs', { name: value.name }) : t('do.fileHint')}>
    ${progress !== null && html`<progress max="1" value=${progress} aria-label=${t('do.uploading')}></progress>`}</${Field}>`;
}

function Choices({ label, items, values, onValue, error }) {
  const set = new Set(values ?? []);
  const flip = (key, on) => {
    if (on) set.add(key);
    else set.delete(key);
    onValue([...set]);
  };
  return html`<fieldset class=${error ? 'wrong' : ''}><legend>${label}</legend>${error && html`<span class="error">${error}</span>`}
    ${items.map((i) => html`<${Check} label=${i.title} checked=${set.has(i.key)} onValue=${(on) => flip(i.key, on)} />`)}</fieldset>`;
}

function useLists(act, dossier) {
  const fields = fieldsOf(act, dossier);
  const [lists, set] = useState({ reasons: [], components: [], officers: [], agencies: [], cases: [] });
  useEffect(() => {
    const put = (some) => set((now) => ({ ...now, ...some }));
    const procedure = encodeURIComponent(dossier.procedure);
    if (fields.some((f) => f === 'reason' || f === 'reasons')) get(`/v1/reasons?procedure=${procedure}`).then((r) => put({ reasons: r.reasons }), () => {});
    if (fields.some((f) => ['missing', 'components', 'component', 'case'].includes(f)))
      get(`/v1/procedures/${procedure}`).then((p) => put({ components: p.components, cases: p.cases }), () => {});
    if (fields.includes('officer')) get('/v1/officers').then((o) => put({ officers: o.items }), () => {});
    if (fields.includes('to')) get('/v1/organisation').then((o) => put({ agencies: o.agencies }), () => {});
  }, [act]);
  return lists;
}

function ActField({ name, act, values, set, error, lists, required }) {
  const common = { label: t(`do.f.${name}`), error, required, value: values[name], onValue: (v) => set(name, v), id: `f-${name}` };
  const choose = (items, empty) => html`<${Field} ...${common} kind="select" options=${[...(empty ? [{ value: '', label: empty }] : []), ...items]} value=${values[name] ?? ''} />`;
  switch (name) {
    case 'file': return html`<${FileField} value=${values.file} onValue=${(v) => set('file', v)} error=${error} />`;
    case 'note': case 'text': case 'exception': case 'draft': return html`<${Field} ...${common} kind="area" wide />`;
    case 'refusal': case 'stops': return html`<${Check} label=${t(`do.f.${name}`)} checked=${!!values[name]} onValue=${(v) => set(name, v)} />`;
    case 'until': case 'date': return html`<${Field} ...${common} hint=${t('do.dayHint')} onBlur=${(e) => { const d = parseDay(e.currentTarget.value); if (d) set(name, showDay(d)); }} inputmode="numeric" />`;
    case 'amount': return html`<${Field} ...${common} inputmode="numeric" hint=${values.amount ? money(Number(String(values.amount).replace(/\D/g, ''))) : undefined} />`;
    case 'method': return choose(['cash', 'transfer', 'online', 'post'].map((m) => ({ value: m, label: t(`do.method.${m}`) })));
    case 'on_due': return choose(['none', 'agree', 'remind'].map((m) => ({ value: m, label: t(`do.due.${m}`) })));
    case 'outcome': return choose((act.answers ?? '').split(' ').filter(Boolean).map((o) => ({ value: o, label: t(`do.outcome.${o}`) })));
    case 'officer': return choose(lists.officers.map((o) => ({ value: String(o.officer), label: `${o.name} – ${t('do.load', { n: o.open_tasks })}${o.absent ? ` – ${t('do.absent')}` : ''}` })), t('do.choose'));
    case 'reason': return choose(reasonsFor(act, lists.reasons).map((r) => ({ value: r.reason, label: r.title })), t('do.choose'));
    case 'reasons': return html`<${Choices} label=${t('do.f.reasons')} items=${reasonsFor(act, lists.reasons).map((r) => ({ key: r.reason, title: r.title }))} values=${values.reasons} onValue=${(v) => set('reasons', v)} error=${error} />`;
    case 'missing': return html`<${Choices} label=${t('do.f.missing')} items=${lists.components.map((c) => ({ key: c.component, title: c.title }))} values=${values.missing} onValue=${(v) => set('missing', v)} error=${error} />`;
    case 'components': return html`<${Choices} label=${t('do.f.components')} items=${lists.components.map((c) => ({ key: c.component, title: c.title }))} values=${(values.components ?? []).map((c) => c.component)}
      onValue=${(v) => set('components', v.map((component) => ({ component, originals: 1 })))} error=${error} />`;
    case 'component': return choose(lists.components.map((c) => ({ value: c.component, label: c.title })), t('do.noComponent'));
    case 'case': return choose(lists.cases.map((c) => ({ value: c.case, label: c.title ?? c.case })), t('do.choose'));
    case 'to': return html`<${Picker} label=${t('do.f.to')} items=${lists.agencies.map((a) => ({ value: a.agency, label: a.name, code: a.code }))} value=${values.to} onPick=${(v) => set('to', v)} error=${error} required=${required} id="f-to" />`;
    default: return html`<${Field} ...${common} />`;
  }
}
const REASON_FOR = { return: 'return', back: 'return', refuse: 'refuse', supplement: 'supplement', extension: 'extension', exclusion: 'exclusion' };
function reasonsFor(act, reasons) {
  const kind = REASON_FOR[act.request_kind ?? act.effect];
  const fit = reasons.filter((r) => !kind || r.for === kind);
  return fit.length ? fit : reasons;
}

// onDone(state): carried out; the dialog closes itself.
export function ActDialog({ code, dossier, act, onDone, onClose }) {
  const fields = useMemo(() => fieldsOf(act, dossier), [act]);
  const [values, setValues] = useState(() => ({ method: 'cash', outcome: (act.answers ?? '').split(' ')[0] || undefined, on_due: fields.includes('on_due') ? 'remind' : undefined }));
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const lists = useLists(act, dossier);
  const form = useRef();
  const set = (name, v) => setValues((now) => ({ ...now, [name]: v }));
  const errors = {};
  for (const e of problem?.errors ?? []) errors[(e.pointer ?? '').split('/')[1] ?? ''] ??= e.message;
  const summary = useMemo(() => (problem ? (problem.errors?.length ? problem.errors.map((e) => ({ field: `f-${(e.pointer ?? '').split('/')[1] ?? ''}`, message: e.message })) : [{ message: problem instanceof Offline ? t('state.offlineHint') : problem.detail || problem.title }]) : []), [problem]);
  const submit = async (e) => {
    e?.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const state = await carryOut(code, dossier.seq, act, values, dossier);
      onDone(state);
      onClose();
    } catch (err) {
      setProblem(err);
      setBusy(false);
    }
  };
  const stale = problem instanceof Problem && problem.status === 412;
  return html`<${Dialog} title=${`${titleOf(act)} – ${code}`} onClose=${onClose}>
    <form ref=${form} onSubmit=${submit} onKeyDown=${(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void submit(e); }} novalidate>
      ${stale ? html`<${Banner} kind="warn" title=${t('do.stale')} action=${html`<${Button} onClick=${() => { onDone(null); onClose(); }}>${t('do.seeNow')}</${Button}>`}>${problem.detail}</${Banner}>` : html`<${ErrorSummary} errors=${summary} />`}
      ${act.to && html`<p>${t('do.goesTo', { step: act.to })}</p>`}
      ${fields.map((name) => html`<${ActField} key=${name} name=${name} act=${act} values=${values} set=${set} error=${errors[name]} lists=${lists} required=${!!MUST[name] || (name !== 'note' && (act.needs ?? []).includes(name))} />`)}
      <p class="row"><${Button} main type="submit" busy=${busy} keys="Ctrl+Enter">${titleOf(act)}</${Button}><${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
