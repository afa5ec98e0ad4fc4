// One form of intake: order of focus = order of work.  What applies, what is missing, the date and
// the fee are told by the daemon (/v1/promise); the same screen becomes the slip of a return (Mẫu 02)
// or of a refusal (Mẫu 03).
import { html, Banner, Button, Field, Loading, useEffect, useKeys, useMemo, useOffice, useRef, useState } from './kit.mjs';
import { ErrorSummary, Picker, useDraft } from './forms.mjs';
import { call, get, query, send } from './net.mjs';
import { clock, language, loadPart, t } from './text.mjs';
import { runReader, scanned } from './scan.mjs';
import { componentsOf, emptyForm, fieldId, numberOf, withCard, withKnown } from './counter-model.mjs';
import { Person } from './counter-parts.mjs';

// What does not change from form to form is asked once in five minutes.
const asked = new Map();
const KEEP_MS = 300000;
export function useKept(path) {
  const key = path && language() + path;
  const [, redraw] = useState(0);
  useEffect(() => {
    const old = key && asked.get(key);
    if (!key || (old && Date.now() - old.at < KEEP_MS)) return;
    get(path).then((data) => asked.set(key, { data, at: Date.now() }), () => {}).then(() => redraw((n) => n + 1));
  }, [key]);
  return key ? asked.get(key)?.data : undefined;
}

// The latest answer of `ask` for what is filled in; older ones on their way are dropped.
const CALM_MS = 200;
export function useAnswer(wanted, ask) {
  const [state, set] = useState({ for: null, data: null });
  useEffect(() => {
    if (!wanted) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => ask(wanted, stop.signal).then((data) => set({ for: wanted, data }), () => {}), CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [wanted, language()]);
  return { data: wanted ? state.data : null, current: !!wanted && state.for === wanted };
}
const askPromise = (body, signal) => call('POST', '/v1/promise', { body: JSON.parse(body), signal }).then((r) => r.json);
export const askPath = (path, signal) => get(path, { signal });

const titleOf = (form) => form.applicant.name || form.applicant.number.slice(0, 12);
const kindOf = (form) => (form.sent ? 'intake-sent' : 'intake');
const NUMBER = 'f-applicant-number';
const RARE = /^f-(competent|exemption|evidence|result_address|owner|authorised)/;
export const WHOLE = /^[A-Z0-9.-]{9,30}$/; // of an identity number: worth asking for

export function Form({ id, fresh, start, turn, handle, support, named, saved, waiting, onPrint }) {
  const { go, toast } = useOffice();
  const [form, change, draft] = useDraft(kindOf, id, start ?? emptyForm(), titleOf, { fresh: fresh && !start });
  const [errors, setErrors] = useState([]);
  const [busy, setBusy] = useState(false);
  const want = useRef(null); // where the focus goes as soon as that is there
  const set = (some) => change((f) => ({ ...f, ...some }));
  handle.current = draft;
  useEffect(() => named(id, titleOf(form)), [titleOf(form)]);
  useEffect(() => {
    want.current = NUMBER;
  }, [turn]);
  const [rest, setRest] = useState(null); // counter-more.mjs, counter-papers.mjs, counter-body.mjs
  const [opened, setOpened] = useState(false);
  const more = opened || !!form.owner || !!form.authorised || errors.some((e) => RARE.test(e.field));
  const begun = !!form.procedure || !!form.applicant.number || form.outcome !== 'accept';
  useEffect(() => {
    if (!begun && !more) return;
    loadPart('print').catch(() => {}); // a cut link must not stop the printer
    if (!rest) loadPart('counter-more').then(setRest, () => {});
  }, [begun, more]);

  const catalogue = useKept('/v1/procedures');
  const used = useKept('/v1/procedures/used');
  const procedure = useKept(form.procedure && `/v1/procedures/${encodeURIComponent(form.procedure)}`);
  const components = componentsOf(form, procedure);
  const promise = useAnswer(rest && procedure && !support ? JSON.stringify(rest.promiseBody(form, procedure)) : null, askPromise);
  const number = numberOf(form.applicant);
  const owner = numberOf(form.owner ?? form.applicant);
  const whole = WHOLE.test(number);
  const known = useAnswer(whole && !support ? `/v1/people${query({ id_number: number })}` : null, askPath);
  const same = useAnswer(form.procedure && WHOLE.test(owner) && !support
    ? `/v1/duplicates${query({ procedure: form.procedure, id_number: owner })}` : null, askPath);
  useEffect(() => {
    if (known.current && known.data?.person && !form.submission) change((f) =>
      ({ ...f, applicant: withKnown(f.applicant, known.data.person) }));
  }, [known.data]);

  useEffect(() => {
    const to = want.current === '@procedure' ? procedure && firstOf(procedure, components) : want.current;
    const el = to && document.getElementById(to);
    if (!el) return;
    want.current = null;
    el.focus();
    el.select?.();
  });

  // ---- scans: in the number's box, or swept into any other field of the form
  const takeCard = (card) => {
    change((f) => ({ ...f, applicant: withCard(f.applicant, card) }));
    want.current = card.checkName ? 'f-applicant-name' : card.checkAddress && card.address ? 'f-applicant-address' : 'f-procedure';
  };
  const enterNumber = (typed) => { // from the field: a scanner is faster than the next drawing
    const number = numberOf({ ...form.applicant, number: typed });
    const found = scanned(/\d{12}\|(?:\d{9})?\|.*$/.exec(typed)?.[0] ?? typed); // behind what stood there
    if (found?.card) takeCard(found.card);
    else if (found?.dossier) {
      set({ applicant: { ...form.applicant, number: '' } });
      go(`ho-so/${encodeURIComponent(found.dossier)}`);
    } else if (typed.includes('|')) {
      fail([{ field: NUMBER, message: t('counter.noCard') }]);
      return;
    } else if (!WHOLE.test(number) || form.applicant.name) want.current = form.applicant.name ? 'f-procedure' : 'f-applicant-name';
    else
      get(`/v1/people${query({ id_number: number })}`).catch(() => null).then((k) => {
        if (k?.person) change((f) => ({ ...f, applicant: withKnown(f.applicant, k.person) }));
        want.current = k?.person ? 'f-procedure' : 'f-applicant-name';
        setErrors((e) => [...e]);
      });
    setErrors((e) => e.filter((x) => x.field !== NUMBER)); // drawn again, so that the focus moves
  };
  const swept = useMemo(() => ({ read: runReader(), before: null, last: 0 }), []);
  const onKeyDown = (e) => {
    if (e.timeStamp - swept.last > 35) swept.before = form;
    swept.last = e.timeStamp;
    const found = e.isComposing ? null : swept.read(e.key, e.timeStamp);
    if (e.target.id === NUMBER && (e.key === 'Enter' || (e.key === 'Tab' && e.target.value.includes('|'))) && !e.ctrlKey) {
      e.preventDefault();
      enterNumber(e.target.value);
    } else if (found?.card) {
      e.preventDefault();
      change(swept.before);
      takeCard(found.card);
    } else if (e.key === 'Enter' && !e.ctrlKey && !e.defaultPrevented && /^(INPUT|SELECT)$/.test(e.target.tagName)) {
      e.preventDefault();
      nextField(e.currentTarget, e.target);
    }
  };

  // ---- saving
  const fail = (list) => {
    setErrors(list);
    const first = list.find((e) => e.field);
    if (list.length === 1 && first) want.current = first.field;
  };
  const missing = () => form.missing ?? promise.data?.components.filter((c) => c.wanting).map((c) => c.component) ?? [];
  const decline = (outcome) => {
    setErrors([]);
    set({ outcome });
    want.current = outcome === 'accept' ? 'save' : 'f-reasons';
  };
  const refused = (e) => {
    set({ sent: null });
    if (e.errors?.length && form.outcome === 'accept' && e.errors.every((x) => x.code === 'component-missing')) decline('return');
    else if (e.errors?.length) fail(e.errors.map((x) => ({ field: fieldId(x.pointer ?? ''), message: x.message })));
    else fail([{ message: [e.title, e.detail].filter(Boolean).join('. ') || t('state.failed') }]);
  };
  const deliver = async (sent) => {
    setBusy(true);
    const title = titleOf(form);
    try {
      let done = await send(sent.path, sent.body, { title, match: sent.match, key: sent.key });
      done ??= await call('POST', sent.path, { body: sent.body, match: sent.match, key: sent.key }); // the same answer again
      if (done.waiting) {
        void draft.flush();
        waiting(id, title, sent.key, sent.body);
        return;
      }
      saved(id, done.json, title, sent.key);
      void draft.discard();
    } catch (e) {
      setBusy(false);
      refused(e);
    }
  };
  const save = async () => {
    if (busy || form.sent) return;
    setErrors([]);
    const { mayReturn, requestOf } = rest ?? (await loadPart('counter-more').catch(() => ({})));
    if (!requestOf) {
      fail([{ message: t('state.offlineHint') }]);
      return;
    }
    const request = requestOf(form, procedure, { missing: missing(), support });
    if (request.wrong.length) fail(request.wrong.map((w) => ({ field: fieldId(w.pointer), message: t(w.key) })));
    else if (form.outcome === 'accept' && promise.current && promise.data.wanting.every((w) => w.code === 'component-missing')
      && mayReturn(promise.data.wanting)) decline('return');
    else {
      const sent = { key: `${id}.${Date.now().toString(36)}`, path: request.path, body: request.body, match: request.match };
      set({ sent });
      void deliver(sent);
    }
  };
  useKeys({
    'Ctrl+Enter': () => void save(),
    'Ctrl+s': () => void draft.flush(),
    Escape: () => (form.outcome === 'accept' ? false : decline('accept')),
  });

  if (!draft.ready && !fresh) return html`<${Loading} />`;
  if (form.sent && !busy) return rest ? html`<${rest.Sent} sent=${form.sent} title=${titleOf(form)}
    again=${() => deliver(form.sent)} onPrint=${onPrint} />` : html`<${Loading} />`;
  const error = Object.fromEntries(errors.filter((e) => e.field).map((e) => [e.field, e.message]));
  const part = { form, set, change, error, procedure, components, promise: promise.data };
  const at = (key) => ({ at: `/${key}`, person: form[key], error, set: (person) => set({ [key]: person }) });
  return html`<form class="intake" onSubmit=${(e) => { e.preventDefault(); save(); }} onKeyDown=${onKeyDown} noValidate
    aria-label=${t('counter.form')}>
    <div class="work"><${ErrorSummary} errors=${errors} quiet=${errors.length === 1 && errors[0].field} />
      ${draft.other && html`<${Banner} kind="warn" title=${t('counter.otherWindow')}
          action=${html`<${Button} onClick=${draft.take}>${t('counter.takeOther')}</${Button}> <${Button}
              onClick=${draft.keepMine}>${t('counter.keepMine')}</${Button}>`}>${t('counter.otherWindowText')}</${Banner}>`}
      ${form.submission && html`<${Banner} title=${t('counter.submission', { code: form.submission.code })}>
          ${t('counter.submissionText')}</${Banner}>`}
      <section aria-labelledby="who">
        <h2 id="who">${t('counter.applicant')}${form.ticket && html` <span class="count">
              ${t('counter.ticket', { label: form.ticket.label })}</span>`}</h2>
        <${Person} ...${at('applicant')} scan />${rest && html`<${rest.Former} known=${known.data} same=${same.data} />`}</section>
      <section aria-labelledby="what"><h2 id="what">${t('counter.procedureTitle')}</h2>
        <${Picker} id="f-procedure" label=${t('counter.procedure')} hint=${t('counter.procedureHint')}
          error=${error['f-procedure']} required
          items=${itemsOf(catalogue)} favourites=${used?.items.map((u) => u.procedure) ?? []} value=${form.procedure}
          onPick=${(value) => { want.current = '@procedure'; set(value === form.procedure ? {}
                : { procedure: value, case: '', values: {}, papers: {}, competent: '', exemption: '', missing: null, reasons: [] }); }} />
        ${procedure?.cases.length > 0 && html`<${Field} id="f-case" kind="select" label=${t('counter.case')}
            error=${error['f-case']} value=${form.case} onValue=${(v) => set({ case: v })}
          options=${[{ value: '', label: t('counter.choose') }, ...procedure.cases.map((c) => ({ value: c.case, label: c.title }))]} />`}
        ${rest && html`<${rest.Values} ...${part} />`}</section>
      ${rest && procedure && html`<${rest.Papers} ...${part} owner=${!support && owner} />`}
      ${rest && html`<${rest.Units} ...${part} />`}
      <details class="more" open=${more} onToggle=${(e) => setOpened(e.currentTarget.open)}>
        <summary>${t('counter.more')}</summary>${more && rest && html`<${rest.More} ...${part} support=${support}
        owner=${form.owner && html`<${Person} ...${at('owner')} />`}
          authorised=${form.authorised && html`<${Person} ...${at('authorised')} />`} />`}</details>
      ${form.outcome !== 'accept' && rest && html`<${rest.Decline} ...${part} missing=${missing()} />`}
    </div>
    <${Side} rest=${rest} form=${form} promise=${promise.data} fresh=${promise.current} busy=${busy} support=${support}
      draft=${draft} decline=${decline} procedure=${procedure} /></form>`;
}

const itemsOf = (catalogue) => (catalogue?.procedures ?? []).filter((p) => p.executable).map((p) =>
  ({ value: p.procedure, code: p.procedure, label: p.name, note: p.committed.words }));
const firstOf = (procedure, components) =>
  procedure.cases.length ? 'f-case' : procedure.form.length ? `f-form-${procedure.form[0].field}` : components.length
    ? 'f-components' : 'save';
function nextField(box, from) {
  const all = [...box.querySelectorAll('input,select,textarea,button.main')].filter((el) => !el.disabled && el.offsetParent
    && el.type !== 'file');
  all[all.indexOf(from) + 1]?.focus();
}

// Beside the form: the promise with its why, the fee, the ways to end.
function Side({ rest, form, promise, fresh, busy, support, draft, decline, procedure }) {
  const main = support ? 'counter.record' : { accept: 'counter.save', return: 'counter.saveReturn',
    reject: 'counter.saveReject' }[form.outcome];
  return html`<aside class="side" aria-label=${t('counter.sideLabel')}>
    ${promise && rest && form.outcome === 'accept' && html`<${rest.Promised} promise=${promise} fresh=${fresh} />`}
    ${!procedure && html`<p class="hint">${t('counter.start')}</p>`}
    <div class="ends"><${Button} main type="submit" id="save" keys="Ctrl+Enter" icon="printer" busy=${busy}>${t(main)}</${Button}>
      ${!support && (form.outcome === 'accept'
        ? html`<${Button} onClick=${() => decline('return')}>${t('counter.return')}</${Button}>
          <${Button} danger onClick=${() => decline('reject')}>${t('counter.reject')}</${Button}>`
        : html`<${Button} keys="Esc" onClick=${() => decline('accept')}>${t('counter.backToAccept')}</${Button}>`)}</div>
    <p class="hint" role="status">${draft.savedAt ? t('counter.draftSaved', { clock: clock(draft.savedAt) }) : ''}</p></aside>`;
}
