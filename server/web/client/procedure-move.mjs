// Running dossiers to another version: plan, look at each one's old and new step and due, say where a step that is gone
// goes to, propose; a second person approves.
import { html, useEffect, useMemo, useState, Banner, Button, Check, Empty, Failure, Field, Link, Loading, useGet } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { date, number, t } from './text.mjs';
import { When } from './views.mjs';

const PAGE = 200;
const SHOWN = 200; // rows on the screen; all are looked at
const at = (code) => `/v1/procedures/${encodeURIComponent(code)}`;

// The steps of a published version by key, with their titles.
function useSteps(code, version) {
  const [steps, set] = useState({});
  useEffect(() => {
    if (!version) return undefined;
    let gone = false;
    call('GET', `${at(code)}/text${query({ version })}`).then((r) => r.answer.text())
      .then((text) => call('POST', '/v1/procedures/check', { body: { text } }))
      .then((r) => gone || set(Object.fromEntries(r.json.summary.steps.map((s) => [s.step, s.title]))), () => {}); // keys will do
    return () => {
      gone = true;
    };
  }, [code, version]);
  return steps;
}

async function planned(code, body, told) {
  const items = [];
  for (let cursor = null; cursor !== undefined;) {
    const page = (await call('POST', `${at(code)}/move-plan${query({ limit: PAGE, cursor })}`, { body })).json;
    items.push(...page.items);
    told(items.length);
    cursor = page.next ?? undefined;
  }
  return items;
}
// Steps for which the daemon says that they are not there any more.
const goneOf = (items) => [...new Set(items.flatMap((i) => i.problems.map((p) => /^\/map\/([^/]+)$/.exec(p.pointer ?? '')?.[1])).filter(Boolean))];

function Plan({ items, was, will }) {
  const rows = useMemo(() => [...items].sort((a, b) => a.movable - b.movable).slice(0, SHOWN), [items]);
  const lines = (list) => list.map((x) => html`<div>${x}</div>`);
  return html`<div class="scroll"><table class="moves">
    <thead><tr>${['code', 'step', 'newStep', 'stepDue', 'newStepDue', 'due', 'newDue', 'problem'].map((c) => html`<th scope="col">
            ${t(`move.${c}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((i) => html`<tr key=${i.code}><td class="code"><${Link} to=${`/lam-viec/ho-so/${i.code}`}>${i.code}</${Link}></td>
      <td>${lines(i.tasks.map((x) => was[x.step] ?? x.step))}</td><td>${lines(i.tasks.map((x) => will[x.new_step] ?? x.new_step))}</td>
      <td>${lines(i.tasks.map((x) => html`<${When} at=${x.due} />`))}</td><td>${lines(i.tasks.map((x) => html`<${When} at=${x.new_due} />`))}</td>
      <td><${When} at=${i.promise.before} /></td><td><${When} at=${i.promise.after} /></td>
      <td>${lines(i.problems.map((p) => p.detail))}</td></tr>`)}</tbody></table></div>
    ${items.length > SHOWN && html`<p class="hint">${t('move.more', { n: number(items.length - SHOWN) })}</p>`}`;
}

export default function Move({ code }) {
  const versions = useGet(`${at(code)}/versions`);
  const list = versions.data?.versions ?? [];
  const [values, setValues] = useState({ promise: false, map: {} });
  const [document, setDocument] = useState('');
  const [state, set] = useState({});
  const from = values.from ?? String(list.reduce((a, b) => (b.open > (a?.open ?? 0) && !b.in_force ? b : a), null)?.version ?? '');
  const to = values.to ?? String(list.find((v) => v.in_force)?.version ?? '');
  const was = useSteps(code, from);
  const will = useSteps(code, to);
  // What is changed is planned anew before it can be proposed.
  const put = (some) => {
    setValues((v) => ({ ...v, ...some }));
    set((s) => ({ gone: some.map || some.promise !== undefined ? s.gone : undefined }));
  };
  const body = { from: Number(from), to: Number(to), promise: values.promise,
    map: Object.entries(values.map).filter(([, v]) => v).map(([a, b]) => ({ from: a, to: b })) };
  const tryIt = async (work) => {
    try {
      await work();
    } catch (error) {
      set((s) => ({ gone: s.gone, items: s.items, error }));
    }
  };
  const plan = (e) => {
    e.preventDefault();
    void tryIt(async () => {
      const items = await planned(code, body, (read) => set((s) => ({ gone: s.gone, read })));
      set((s) => ({ items, gone: [...new Set([...(s.gone ?? []), ...goneOf(items)])] }));
    });
  };
  const propose = (e) => {
    e.preventDefault();
    void tryIt(async () => {
      const done = await call('POST', `${at(code)}/move`, { body: { ...body, document: document.trim() }, key: newKey() });
      set((s) => ({ ...s, error: null, proposed: done.json.publication }));
    });
  };
  if (!versions.data) return versions.error ? html`<${Failure} error=${versions.error} again=${versions.reload} />` : html`<${Loading} />`;
  if (list.length < 2) return html`<${Empty}>${t('move.alone')}</${Empty}>`;
  const choice = (v) => ({ value: String(v.version), label: t(v.in_force ? 'move.inForce' : 'move.since', { n: v.version,
    day: v.valid_from ? date(`${v.valid_from}T12:00+07:00`) : '–', open: number(v.open) }) });
  const { items } = state;
  const bad = items?.filter((i) => !i.movable).length;
  return html`<form onSubmit=${plan}>
      <div class="row"><${Field} label=${t('move.from')} kind="select" value=${from} onValue=${(v) => put({ from: v, map: {} })}
          options=${[{ value: '', label: '–' }, ...list.map(choice)]} />
        <${Field} label=${t('move.to')} kind="select" value=${to} onValue=${(v) => put({ to: v, map: {} })}
          options=${[{ value: '', label: '–' }, ...list.map(choice)]} /></div>
      <${Check} label=${t('move.promise')} checked=${values.promise} onValue=${(promise) => put({ promise })} />
      ${state.gone?.length > 0 && html`<fieldset><legend>${t('move.gone', { n: to })}</legend>
        ${state.gone.map((s) => html`<${Field} key=${s} kind="select" label=${t('move.goesTo', { step: was[s] ?? s })} value=${values.map[s] ?? ''}
            onValue=${(v) => put({ map: { ...values.map, [s]: v } })}
            options=${[{ value: '', label: '–' }, ...Object.entries(will).map(([value, label]) => ({ value, label }))]} />`)}</fieldset>`}
      <p><${Button} type="submit" main=${!items} busy=${state.read !== undefined} disabled=${!from || !to || from === to}>${t('move.plan')}</${Button}></p></form>
    <p role="status">${items ? t('move.planned', { n: number(items.length), bad: number(bad) })
        : state.read !== undefined && t('move.reading', { n: number(state.read) })}</p><${Failure} error=${state.error} />
    ${items?.length > 0 && html`<${Plan} items=${items} was=${was} will=${will} />`}
    ${items?.length > 0 && !bad && !state.proposed && html`<form class="row" onSubmit=${propose}>
        <${Field} label=${t('editor.document')} value=${document} onValue=${setDocument} required />
        <${Button} main type="submit">${t('editor.propose')}</${Button}></form>`}
    ${state.proposed && html`<${Banner} kind="good">${t('editor.proposed', { n: state.proposed })}</${Banner}>`}`;
}
