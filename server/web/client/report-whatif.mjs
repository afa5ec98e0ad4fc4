// What if: the period counted again by other limits, another calendar or another rule; the real rate
// beside the supposed one, from the same decisions.
import { html, useEffect, useRef, useState, Banner, Button, Check, Empty, Failure, Field, Link, Loading, useGet } from './kit.mjs';
import { Picker } from './forms.mjs';
import { call, get, newKey } from './net.mjs';
import { addDays, dateTime, number, showDay, t } from './text.mjs';
import { Rate, said, title } from './figures.mjs';

const UNITS = ['working_day_eod', 'working_day', 'calendar_day', 'hour', 'half_day', 'month'];
const SUPPLEMENTS = ['as_it_was', 'restart', 'continue', 'counts'];
const ROWS = ['resolved', 'resolved_early', 'resolved_on_time', 'resolved_late', 'pending', 'pending_within', 'pending_overdue'];
const RATES = ['rate_on_time', 'rate_on_time_with_overdue', 'rate_early'];
const LOOK_MS = 700;
const FIRST = 20; // dossiers shown before all are asked for
const options = (family, list) => list.map((v) => ({ value: v, label: t(`${family}.${v}`) }));

// ---- supposing

function Limit({ at, value, onValue, onRemove, procedures, wrong }) {
  const one = useGet(value.procedure ? `/v1/procedures/${encodeURIComponent(value.procedure)}` : null);
  const put = (some) => onValue({ ...value, ...some });
  const step = one.data?.steps.find((s) => s.step === value.step);
  const now = value.step ? step?.limit?.words : one.data?.committed?.words ?? one.data?.legal?.words;
  const steps = [{ value: '', label: t('what.promise') }, ...(one.data?.steps ?? []).map((s) => ({ value: s.step, label: s.title }))];
  return html`<fieldset class="limit"><legend>${t('what.limit', { n: at + 1 })}</legend>
    <${Picker} label=${t('filter.procedure')} items=${procedures} value=${value.procedure}
      onPick=${(procedure) => put({ procedure, step: '' })} required error=${wrong('procedure')} />
    ${value.procedure && html`<${Field} kind="select" label=${t('what.of')} hint=${now && t('what.now', { limit: now })}
        value=${value.step} onValue=${(s) => put({ step: s })} options=${steps} error=${wrong('step')} />
      <div class="row"><${Field} label=${t('what.amount')} value=${value.amount} onValue=${(amount) => put({ amount })}
          inputmode="decimal" required error=${wrong('limit')} />
      <${Field} kind="select" label=${t('what.unit')} value=${value.unit} onValue=${(unit) => put({ unit })}
        options=${options('what.u', UNITS)} /></div>`}
    <p><${Button} quiet onClick=${onRemove}>${t('what.drop')}</${Button}></p></fieldset>`;
}

const NEW = { procedure: null, step: '', amount: '', unit: 'working_day' };
function Form({ q, onBegun }) {
  const procedures = useGet('/v1/procedures');
  const calendars = useGet('/v1/calendars');
  const regimes = useGet('/v1/regimes');
  const [limits, setLimits] = useState([]);
  const [some, set] = useState({ supplement: 'as_it_was', exclusions: false, calendar: '', text: '' });
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const rules = (regimes.data?.items ?? []).map((r) => ({ value: r.regime, label: t('what.s.byRules', { rules: r.title }) }));
  const list = (procedures.data?.procedures ?? []).map((p) => ({ value: p.procedure, code: p.procedure, label: p.name }));
  const wrong = (i) => (name) => error?.errors?.find((e) => e.pointer === `/limit/${i}/${name}`)?.message;
  const begin = async (e) => {
    e.preventDefault();
    setBusy(true);
    const body = { from: q.from, to: q.to };
    for (const k of ['agency', 'procedure', 'field']) if (q[k]) body[k] = q[k];
    const given = limits.filter((l) => l.procedure);
    if (given.length) body.limit = given.map((l) => ({ procedure: l.procedure, ...(l.step && { step: l.step }),
          limit: `${l.amount.trim().replace(',', '.')} ${l.unit}` }));
    if (SUPPLEMENTS.includes(some.supplement)) {
      if (some.supplement !== 'as_it_was') body.supplement = some.supplement;
    } else body.regime = some.supplement;
    if (some.exclusions) body.exclusions_count = true;
    if (some.calendar) body.calendar = some.calendar;
    if (some.calendar && some.text.trim()) body.calendar_text = some.text.normalize('NFC');
    try {
      const { study } = (await call('POST', '/v1/whatif', { key: newKey(), body })).json;
      setError(null);
      onBegun(study);
    } catch (err) {
      setError(err);
    }
    setBusy(false);
  };
  const fetchText = async () => {
    try {
      const text = await (await call('GET', `/v1/calendars/${encodeURIComponent(some.calendar)}/text`)).answer.text();
      set((now) => ({ ...now, text }));
    } catch (err) {
      setError(err);
    }
  };
  const put = (name) => (value) => set((now) => ({ ...now, [name]: value }));
  const places = (calendars.data?.calendars ?? []).filter((c) => !c.base).map((c) => ({ value: c.calendar, label: c.title }));
  return html`<form onSubmit=${begin}>
    <p class="hint">${t('what.about', { from: showDay(q.from), to: showDay(addDays(q.to, -1)) })}</p><${Failure} error=${error} />
    ${limits.map((l, i) => html`<${Limit} key=${l.id} at=${i} value=${l} procedures=${list} wrong=${wrong(i)}
      onValue=${(v) => setLimits(limits.map((x, j) => (j === i ? v : x)))}
        onRemove=${() => setLimits(limits.filter((_, j) => j !== i))} />`)}
    <p><${Button} icon="plus-lg" onClick=${() => setLimits([...limits, { ...NEW, id: newKey() }])}>${t('what.add')}</${Button}></p>
    <div class="fields"><${Field} kind="select" label=${t('what.supplement')} value=${some.supplement}
        onValue=${put('supplement')} options=${[...options('what.s', SUPPLEMENTS), ...rules]} />
      <${Field} kind="select" label=${t('what.calendar')} value=${some.calendar} onValue=${put('calendar')}
        options=${[{ value: '', label: t('what.asIs') }, ...places]} /></div>
    ${some.calendar && html`<${Field} kind="area" wide label=${t('what.text')} hint=${t('what.textHint')} value=${some.text} onValue=${put('text')} />
      <p><${Button} quiet onClick=${fetchText}>${t('what.fetch')}</${Button}></p>`}
    <${Check} label=${t('what.exclusions')} checked=${some.exclusions} onValue=${put('exclusions')} />
    <p><${Button} main type="submit" busy=${busy}>${t('what.run')}</${Button}></p></form>`;
}

// ---- what came of it

const count = (r, k) => number(r[k] ?? 0);
const moved = (a, b) => (a === b ? '' : `${b > a ? '+' : '−'}${number(Math.abs(b - a))}`);
function Result({ result: r }) {
  const [all, setAll] = useState(false);
  const procedures = all ? r.procedures : r.procedures.filter((p) => p.real.rate_on_time.tenths !== p.supposed.rate_on_time.tenths);
  const steps = all ? r.steps : r.steps.filter((s) => s.within !== s.within_supposed);
  const changed = all ? r.changed : r.changed.slice(0, FIRST);
  const hidden = procedures.length < r.procedures.length || steps.length < r.steps.length || changed.length < r.changed.length;
  const rate = (x) => html`<${Rate} rate=${x} />`;
  return html`<div class="tiles"><div class="tile"><h3>${t('what.real')}</h3><p class="big">${rate(r.real.rate_on_time)}</p></div>
      <div class="tile"><h3>${t('what.supposed')}</h3><p class="big">${rate(r.supposed.rate_on_time)}</p></div>
      <div class="tile"><h3>${t('what.better')}</h3><p class="big">${number(r.better)}</p></div>
      <div class="tile"><h3>${t('what.worse')}</h3><p class="big">${number(r.worse)}</p></div></div>
    <p class="hint">${said('rate_on_time')}. ${t('what.counted', { n: number(r.counted), of: number(r.of) })} ${r.apart > 0
        && t('what.apart', { n: number(r.apart) })}</p>
    ${r.limit && html`<${Banner} kind="warn">${t('what.timeOver')}</${Banner}>`}
    <div class="scroll"><table><thead><tr><th scope="col">${t('what.figure')}</th><th scope="col" class="n">${t('what.real')}</th>
            <th scope="col" class="n">${t('what.supposed')}</th><th scope="col" class="n">${t('what.change')}</th></tr></thead>
      <tbody>${ROWS.map((k) => html`<tr><th scope="row">${said(k)}</th><td class="n">${count(r.real, k)}</td>
              <td class="n">${count(r.supposed, k)}</td><td class="n">${moved(r.real[k], r.supposed[k])}</td></tr>`)}
        ${RATES.map((k) => html`<tr><th scope="row">${said(k)}</th><td class="n">${rate(r.real[k])}</td>
              <td class="n">${rate(r.supposed[k])}</td><td></td></tr>`)}</tbody></table></div>
    ${procedures.length > 0 && html`<h3>${t('what.byProcedure')}</h3>
      <div class="scroll"><table>
          <thead><tr><th scope="col">${t('filter.procedure')}</th><th scope="col" class="n">${said('resolved')}</th>
              <th scope="col" class="n">${t('what.real')}</th><th scope="col" class="n">${t('what.supposed')}</th></tr></thead>
      <tbody>${procedures.map((p) => html`<tr><th scope="row" class="code">${p.procedure}</th>
              <td class="n">${count(p.real, 'resolved')}</td><td class="n">${rate(p.real.rate_on_time)}</td>
              <td class="n">${rate(p.supposed.rate_on_time)}</td></tr>`)}</tbody></table></div>`}
    ${steps.length > 0 && html`<h3>${t('what.bySteps')}</h3>
      <div class="scroll"><table><thead><tr><th scope="col">${t('filter.procedure')}</th><th scope="col">${t('what.step')}</th>
              <th scope="col" class="n">${said('s.n')}</th><th scope="col" class="n">${t('what.within')}</th>
              <th scope="col" class="n">${t('what.withinSupposed')}</th></tr></thead>
      <tbody>${steps.map((s) => html`<tr><td class="code">${s.procedure}</td><td>${title(s) || s.step}</td>
              <td class="n">${number(s.n)}</td><td class="n">${number(s.within)}</td>
              <td class="n">${number(s.within_supposed)}</td></tr>`)}</tbody></table></div>`}
    ${r.changed.length > 0 && html`<h3>${t('what.changed')}</h3>
      <div class="scroll"><table>
          <thead><tr>${['code', 'was', 'would', 'due', 'dueSupposed'].map((c) => html`<th scope="col">${t(`what.d.${c}`)}</th>`)}
                </tr></thead>
      <tbody>${changed.map((d) => html`<tr><td class="code"><${Link} to=${`/lam-viec/ho-so/${d.code}`}>${d.code}</${Link}></td>
              <td>${t(`what.class.${d.class}`)}</td><td>${t(`what.class.${d.class_supposed}`)}</td><td>${dateTime(d.due)}</td>
              <td>${dateTime(d.due_supposed)}</td></tr>`)}</tbody></table></div>
`}
    ${hidden && html`<p><${Button} onClick=${() => setAll(true)}>${t('what.all')}</${Button}></p>`}`;
}

// Looked at until it is over; given up on wish.
function Study({ id, onOver }) {
  const [state, set] = useState({});
  const ref = useRef();
  useEffect(() => {
    let timer = null;
    let gone = false;
    const look = () => get(`/v1/whatif/${id}`).then((study) => {
      if (gone) return;
      set({ study });
      if (study.state === 'running') timer = setTimeout(look, LOOK_MS);
      else {
        onOver();
        ref.current?.focus();
      }
    }, (error) => !gone && set({ error }));
    look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [id]);
  const s = state.study;
  if (!s) return html`<${Failure} error=${state.error} />${!state.error && html`<${Loading} />`}`;
  return html`<section aria-label=${t('what.study', { n: id })}>
    <h3 tabindex="-1" ref=${ref}>${t('what.study', { n: number(id) })} <span class="badge">${t(`what.state.${s.state}`)}</span></h3>
    ${s.state === 'running' && html`<p role="status"><progress max=${s.of || undefined} value=${s.of ? s.looked : undefined}
          aria-label=${t('what.state.running')}></progress> ${t('what.looked', { n: number(s.looked), of: number(s.of) })}
      <${Button} onClick=${() => void call('DELETE', `/v1/whatif/${id}`).catch((error) => set({ error }))}>
        ${t('what.giveUp')}</${Button}></p>`}
    ${s.fault && html`<${Banner} kind="bad"><span class="lines">${s.fault}</span></${Banner}>`}${s.result && html`<${Result} result=${s.result} />`}</section>`;
}

export default function WhatIf({ q }) {
  const [at, setAt] = useState(null);
  const { data, error, reload } = useGet('/v1/whatif');
  const days = (x) => (x.from && x.to ? `${showDay(x.from)} – ${showDay(addDays(x.to, -1))}` : (x.period ?? ''));
  return html`<h2>${t('rep.part.whatif')}</h2><div class="two"><${Form} q=${q} onBegun=${setAt} />
      <section><h3>${t('what.mine')}</h3><${Failure} error=${error} again=${reload} />
        ${data && (data.items.length === 0 ? html`<${Empty}>${t('what.none')}</${Empty}>` : html`<ul class="plainlist">
              ${data.items.map((s) => html`<li>
                    <button type="button" class="plain" aria-pressed=${s.study === at ? 'true' : 'false'}
                      onClick=${() => setAt(s.study)}>${t('what.study', { n: number(s.study) })}</button>
          ${days(s.question)} <span class="badge">${t(`what.state.${s.state}`)}</span> <small>${dateTime(s.begun)}</small></li>`)}
          </ul>`)}</section></div>
    ${at && html`<${Study} key=${at} id=${at} onOver=${reload} />`}`;
}
