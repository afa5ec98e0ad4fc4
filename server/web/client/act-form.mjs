// The form of an act: each need that /possible names is a field (acts.mjs), its lists come from the daemon.
import { html, useEffect, useMemo, useRef, useState, Banner, Button, Check, Dialog, Field, Later } from './kit.mjs';
import { ErrorSummary, Picker } from './forms.mjs';
import { carryOut, fieldsOf, titleOf } from './acts.mjs';
import { get, Offline, Problem, upload } from './net.mjs';
import { language, money, parseDay, showDay, t } from './text.mjs';

const MUST = { officer: 1, file: 0, outcome: 1, amount: 1, draft: 1 };
function FileField({ value, onValue, error }) {
  const [progress, setProgress] = useState(null);
  const [problem, setProblem] = useState(null);
  const take = async (e) => {
    const file = e.currentTarget.files[0];
    if (!file) return;
    setProblem(null);
    setProgress(0);
    try {
      const done = await upload(`/v1/files?name=${encodeURIComponent(file.name.normalize('NFC'))}`, file, setProgress,
        { 'Content-Type': 'application/octet-stream' });
      onValue({ hash: done.hash, name: file.name.normalize('NFC') });
    } catch (err) {
      setProblem(err instanceof Offline ? t('state.offlineHint') : err.detail || err.title);
    }
    setProgress(null);
  };
  return html`<${Field} label=${t('do.f.file')} kind="file" accept=".pdf,.jpg,.jpeg,.png" onChange=${take} value=${undefined}
    error=${error ?? problem} hint=${value ? t('do.fileIs', { name: value.name }) : t('do.fileHint')}>
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
    if (fields.some((f) => f === 'reason' || f === 'reasons')) get(`/v1/reasons?procedure=${procedure}`).then((r) =>
      put({ reasons: r.reasons }), () => {});
    if (fields.some((f) => ['missing', 'components', 'component', 'case'].includes(f)))
      get(`/v1/procedures/${procedure}`).then((p) => put({ components: p.components, cases: p.cases }), () => {});
    if (fields.includes('officer')) get('/v1/officers').then((o) => put({ officers: o.items }), () => {});
    if (fields.includes('to')) get('/v1/organisation').then((o) => put({ agencies: o.agencies }), () => {});
  }, [act, language()]);
  return lists;
}

function ActField({ name, act, dossier, values, set, error, lists, required }) {
  const common = { label: t(`do.f.${name}`), error, required, value: values[name], onValue: (v) => set(name, v), id: `f-${name}` };
  const choose = (items, empty) => html`<${Field} ...${common} kind="select"
    options=${[...(empty ? [{ value: '', label: empty }] : []), ...items]} value=${values[name] ?? ''} />`;
  switch (name) {
    case 'file': return html`<${FileField} value=${values.file} onValue=${(v) => set('file', v)} error=${error} />`;
    case 'note': case 'text': case 'exception': case 'draft': return html`<${Field} ...${common} kind="area" wide />`;
    case 'refusal': case 'stops': return html`<${Check} label=${t(`do.f.${name}`)} checked=${!!values[name]}
      onValue=${(v) => set(name, v)} />`;
    case 'until': case 'date': return html`<${Field} ...${common} hint=${t('do.dayHint')}
      onBlur=${(e) => { const d = parseDay(e.currentTarget.value); if (d) set(name, showDay(d)); }} inputmode="numeric" />`;
    case 'amount': return html`<${Field} ...${common} inputmode="numeric"
      hint=${values.amount ? money(Number(String(values.amount).replace(/\D/g, ''))) : undefined} />`;
    case 'method': return choose(['cash', 'transfer', 'online', 'post'].map((m) => ({ value: m, label: t(`do.method.${m}`) })));
    case 'told': return choose(['phone', 'sms', 'email', 'in_person', 'post', 'portal'].map((m) =>
      ({ value: m, label: t(`do.told.${m}`) })), t('do.choose'));
    case 'on_due': return choose(['none', 'agree', 'remind'].map((m) => ({ value: m, label: t(`do.due.${m}`) })));
    case 'outcome': return choose((act.answers ?? '').split(' ').filter(Boolean).map((o) => ({ value: o, label: t(`do.outcome.${o}`) })));
    case 'officer': return choose(lists.officers.map((o) =>
        ({ value: String(o.officer), label: `${o.name} – ${t('do.load', { n: o.open_tasks })}${o.absent ? ` – ${t('do.absent')}`
              : ''}` })), t('do.choose'));
    case 'reason': return choose(reasonsFor(act, lists.reasons).map((r) => ({ value: r.reason, label: r.title })), t('do.choose'));
    case 'reasons': return html`<${Choices} label=${t('do.f.reasons')}
      items=${reasonsFor(act, lists.reasons).map((r) => ({ key: r.reason, title: r.title }))} values=${values.reasons}
        onValue=${(v) => set('reasons', v)} error=${error} />`;
    case 'missing': return html`<${Choices} label=${t('do.f.missing')}
      items=${lists.components.map((c) => ({ key: c.component, title: c.title }))} values=${values.missing}
        onValue=${(v) => set('missing', v)} error=${error} />`;
    case 'components': return lists.components.length > 0 && html`<${Later} from="brought" act=${act} dossier=${dossier}
      components=${lists.components} value=${values.components} onValue=${(v) => set('components', v)} error=${error} />`;
    case 'component': return choose(lists.components.map((c) => ({ value: c.component, label: c.title })), t('do.noComponent'));
    case 'case': return choose(lists.cases.map((c) => ({ value: c.case, label: c.title ?? c.case })), t('do.choose'));
    case 'to': return html`<${Picker} label=${t('do.f.to')}
      items=${lists.agencies.map((a) => ({ value: a.agency, label: a.name, code: a.code }))} value=${values.to}
        onPick=${(v) => set('to', v)} error=${error} required=${required} id="f-to" />`;
    default: return html`<${Field} ...${common} />`;
  }
}
const REASON_FOR = { return: 'return', back: 'return', refuse: 'refuse', supplement: 'supplement', extension: 'extension',
  exclusion: 'exclusion' };
function reasonsFor(act, reasons) {
  const kind = REASON_FOR[act.request_kind ?? act.effect];
  const fit = reasons.filter((r) => !kind || r.for === kind);
  return fit.length ? fit : reasons;
}

// The field that an error is about: how the applicant was told travels as `method`.
function fieldOf(error, fields) {
  const name = (error.pointer ?? '').split('/')[1] ?? '';
  return name === 'method' && fields.includes('told') ? 'told' : name;
}

// onDone(state): carried out; the dialog closes itself.  `send(values)`: for many dossiers, as whoever asks does it.
export default function ActDialog({ code, dossier, act, onDone, onClose, send }) {
  const fields = useMemo(() => fieldsOf(act, dossier), [act]);
  const [values, setValues] = useState(() => ({ method: 'cash', outcome: (act.answers ?? '').split(' ')[0] || undefined,
        on_due: fields.includes('on_due') ? 'remind' : undefined }));
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const lists = useLists(act, dossier);
  const form = useRef();
  const set = (name, v) => setValues((now) => ({ ...now, [name]: v }));
  const errors = {};
  for (const e of problem?.errors ?? []) errors[fieldOf(e, fields)] ??= e.message;
  const summary = useMemo(() =>
    (problem ? (problem.errors?.length
        ? problem.errors.map((e) => ({ field: `f-${fieldOf(e, fields)}`, message: e.message }))
          : [{ message: problem instanceof Offline ? t('state.offlineHint') : problem.detail || problem.title }]) : []), [problem]);
  const submit = async (e) => {
    e?.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    if (send) {
      onClose();
      void send(values);
      return;
    }
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
    <form ref=${form} onSubmit=${submit}
      onKeyDown=${(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void submit(e); }} noValidate>
      ${stale ? html`<${Banner} kind="warn" title=${t('do.stale')}
          action=${html`<${Button} onClick=${() => { onDone(null); onClose(); }}>${t('do.seeNow')}</${Button}>`}>
            ${problem.detail}</${Banner}>` : html`<${ErrorSummary} errors=${summary} />`}
      ${act.to && html`<p>${t('do.goesTo', { step: act.to })}</p>`}
      ${fields.map((name) => html`<${ActField} key=${name} name=${name} act=${act} dossier=${dossier} values=${values} set=${set}
            error=${errors[name]} lists=${lists} required=${!!MUST[name]
              || (name === 'told' && act.request_kind === 'extension') || (name !== 'note' && (act.needs ?? []).includes(name))} />`)}
      <p class="row"><${Button} main type="submit" busy=${busy} keys="Ctrl+Enter">${titleOf(act)}</${Button}>
        <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
