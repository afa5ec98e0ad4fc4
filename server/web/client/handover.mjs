// Handing over results: scan the slip or choose from what waits, say who receives, pay what is due,
// sign off.  What may be done and what is owed is told by the daemon.
import { html, Banner, Button, clean, Due, Empty, Failure, Field, Link, Loading, useEffect, useGet, useKeys, useNow, useOffice,
  useRef, useState } from './kit.mjs';
import { call, get, newKey, upload } from './net.mjs';
import { date, dayOf, language, money, parseDay, showDay, t } from './text.mjs';
import { scanned, watchScans } from './scan.mjs';
import { ActDialog } from './acts.mjs';
import { dossierPath, rowKeys } from './today.mjs';

const EVENTS = (e) => e.kind === 'resync' || e.kind === 'queue' || e.kind === 'dossier';
export default function Handover({ place, go }) {
  const list = useGet('/v1/queue?scope=role&role=returner&limit=100', { events: EVENTS });
  const box = useRef();
  const [typed, setTyped] = useState('');
  const open = (code) => go(`tra-ket-qua/${encodeURIComponent(code)}`);
  useEffect(() => box.current?.focus(), []);
  useEffect(() => watchScans(open), []);
  const enter = (e) => {
    if (e.key !== 'Enter' || e.isComposing) return;
    e.preventDefault();
    const read = e.currentTarget.value; // a scanner is faster than the next drawing
    const code = scanned(read)?.dossier ?? clean(read).toUpperCase();
    setTyped('');
    if (code) open(code);
  };
  const done = () => {
    list.reload();
    go('tra-ket-qua');
    box.current?.focus();
  };
  return html`<div class="handover"><h1>${t('screen.handover')}</h1>
    <${Field} label=${t('handover.scan')} value=${typed} onValue=${setTyped} onKeyDown=${enter} inputRef=${box} data-above
      maxlength="200" />
    ${place.item && html`<${One} key=${place.item} code=${place.item} done=${done} />`}
    <${Failure} error=${list.error} again=${list.reload} />${!list.data && !list.error && html`<${Loading} />`}
    ${list.data && html`<${Waiting} items=${list.data.items} at=${place.item} />`}</div>`;
}

function Waiting({ items, at }) {
  const now = useNow();
  return html`<section aria-labelledby="ready"><h2 id="ready">${t('handover.waiting')} <span class="count">${items.length}</span></h2>
    ${items.length === 0 ? html`<${Empty}>${t('handover.none')}</${Empty}>`
      : html`<div class="scroll">
        <table><thead><tr><th scope="col">${t('today.code')}</th><th scope="col">${t('counter.applicant')}</th>
              <th scope="col">${t('counter.procedure')}</th><th scope="col">${t('counter.promise')}</th></tr></thead>
      <tbody onKeyDown=${rowKeys}>
        ${items.map((i) => html`<tr key=${i.code} aria-current=${i.code === at ? 'true' : undefined}>
              <td class="nowrap"><${Link} to=${`/lam-viec/tra-ket-qua/${encodeURIComponent(i.code)}`} data-row>${i.code}</${Link}>
                  </td><td>${i.applicant}</td><td>${i.procedure_name}</td><td><${Due} at=${i.promised} now=${now} /></td></tr>`)}
                  </tbody></table></div>`}</section>`;
}

function One({ code, done }) {
  const { toast } = useOffice();
  const [turn, setTurn] = useState(0);
  const [state, set] = useState({ dossier: null, acts: [], error: null });
  useEffect(() => {
    const path = `/v1/dossiers/${encodeURIComponent(code)}`;
    Promise.all([get(path), get(`${path}/possible`)]).then(([dossier, p]) => set({ dossier, acts: p.acts, error: null }),
      (error) => set({ dossier: null, acts: [], error }));
  }, [code, turn, language()]);
  const { dossier, acts, error } = state;
  const act = acts.find((a) => a.effect === 'hand_over');
  // What was carried here and not confirmed yet is confirmed with the same key.
  const receive = act?.why_not?.code === 'needs-receipt' && acts.find((a) => a.command === 'receive' && a.allowed && a.task === act.task);
  const may = act?.allowed || receive;
  const makes = act?.needs?.includes('result');
  const pay = acts.find((a) => a.command === 'pay' && a.allowed);
  const [who, setWho] = useState('owner');
  const [name, setName] = useState('');
  const [paper, setPaper] = useState('');
  const [result, setResult] = useState({ number: '', date: showDay(dayOf()), signer: '' }); // where it is made at the counter
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const [paying, setPaying] = useState(false);
  const first = useRef();
  const field = useRef();
  useEffect(() => first.current?.focus(), [!!dossier, !!may]);
  const attach = async (e) => {
    const file = e.currentTarget.files[0];
    if (!file) return;
    try {
      const { hash } = await upload(`/v1/files?name=${encodeURIComponent(file.name.normalize('NFC'))}`, file, null,
        { 'Content-Type': 'application/octet-stream' });
      setResult((r) => ({ ...r, file: hash, name: file.name }));
    } catch (problem) {
      setProblem(problem.detail || problem.title || t('state.offlineHint'));
    }
  };
  const sign = async () => {
    if (busy || !may) return;
    if (who === 'authorised' && (!clean(name) || !clean(paper))) {
      setProblem(t('handover.needPaper'));
      field.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    const body = { task: act.task, action: act.action, to_whom: who };
    if (makes) {
      body.date = parseDay(result.date) ?? result.date;
      if (result.file) body.file = result.file;
      for (const k of ['number', 'signer']) if (clean(result[k])) body[k] = clean(result[k]);
    }
    if (who === 'authorised') body.note = t('handover.note', { name: clean(name), paper: clean(paper) });
    try {
      const path = `/v1/dossiers/${encodeURIComponent(code)}`;
      const seq = receive ? (await call('POST', `${path}/receive`, { body: { task: act.task }, match: dossier.seq,
            key: newKey() })).json.seq : dossier.seq;
      await call('POST', `${path}/act`, { body, match: seq, key: newKey() });
      toast(t('handover.done', { code }));
      done();
    } catch (e) {
      setProblem(e.status === 412 ? t('handover.changed') : e.errors?.[0]?.message ?? e.detail ?? t('state.offlineHint'));
      setBusy(false);
      if (e.status === 412 || receive) setTurn((n) => n + 1);
    }
  };
  useKeys({ 'Ctrl+Enter': () => void sign(), Escape: () => (paying ? false : done()) });
  if (error) return html`<${Failure} error=${error} again=${() => setTurn((n) => n + 1)} />`;
  if (!dossier) return html`<${Loading} />`;
  const c = dossier.content ?? {};
  const made = dossier.result;
  return html`<section class="handone" aria-labelledby="one">
    <h2 id="one"><${Link} to=${dossierPath(code)}>${code}</${Link}> ${(c.owner ?? c.applicant)?.name}</h2>
    <p>${dossier.procedure_name} · ${dossier.status_title}${made?.number
        && html` · ${t('handover.result', { number: made.number, date: date(`${made.date}T12:00:00+07:00`) })}`}</p>
    ${problem && html`<p class="error" role="alert">${problem}</p>`}
    ${dossier.owed > 0 && html`<${Banner} kind="warn" title=${t('handover.owed', { amount: money(dossier.owed) })}
        action=${pay && html`<${Button} onClick=${() => setPaying(true)}>${t('handover.pay')}</${Button}>`}>
          ${!pay && t('handover.cashier')}</${Banner}>`}
    ${may
      ? html`<fieldset class="choice"><legend>${t('handover.who')}</legend>
        ${['owner', 'authorised', 'post'].map((v, i) => html`<label><input ref=${i ? undefined : first} type="radio" name="who"
                value=${v} checked=${who === v} onChange=${() => setWho(v)} /> ${t(`handover.who.${v}`)}${v === 'authorised'
                  && c.authorised && ` (${c.authorised.name})`}</label>`)}</fieldset>
        ${who === 'authorised' && html`<div class="fields"><${Field} label=${t('counter.name')} value=${name} onValue=${setName}
              inputRef=${field} required maxlength="200" /><${Field} label=${t('handover.paper')} value=${paper}
                onValue=${setPaper} required maxlength="200" /></div>`}
        ${makes && html`<div class="fields">
            ${['number', 'date', 'signer'].map((k) => html`<${Field} label=${t(`handover.${k}`)}
                  hint=${k === 'number' ? t('handover.numberHint') : undefined} value=${result[k]}
                    onValue=${(v) => setResult({ ...result, [k]: v })} maxlength="200" />`)}
          <${Field} label=${t('handover.file')} kind="file" value=${undefined} accept=".pdf,.jpg,.jpeg,.png" hint=${result.name}
            onChange=${attach} /></div>`}
        <p class="row"><${Button} main keys="Ctrl+Enter" icon="check-lg" busy=${busy} onClick=${sign}>
            ${act.title ?? t('handover.sign')}</${Button}><${Button} keys="Esc" onClick=${done}>${t('act.cancel')}</${Button}>
          <a class="button quiet" href=${`/v1/dossiers/${encodeURIComponent(code)}/result-receipt.pdf`} target="_blank"
            rel="noopener">${t('handover.receipt')}</a></p>`
      : html`<${Banner} kind="warn" title=${t('handover.notYet')}>${act?.why_not?.detail ?? dossier.status_title}</${Banner}>
        <p><${Button} main onClick=${done}>${t('act.close')}</${Button}></p>`}
    ${paying && html`<${ActDialog} code=${code} dossier=${dossier} act=${pay}
        onDone=${() => { setPaying(false); setTurn((n) => n + 1); }} onClose=${() => setPaying(false)} />`}</section>`;
}
