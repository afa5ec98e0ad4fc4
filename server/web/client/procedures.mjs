// Procedures: the list, the living diagram, the editor with check, dry run and difference, proposals
// and their second person.
import { html, useMemo, useState, Banner, Button, Empty, Failure, Field, Later, Link, Loading, useGet, useKeys, useOffice } from './kit.mjs';
import { Drawing, Tabs } from './views.mjs';
import { call, newKey, query } from './net.mjs';
import { date, dateTime, dateTimeLong, dayOf, loadPart, matches, number, parseDay, showDay, t } from './text.mjs';
import { Defects, Editor, Propose, useCheck, usePublished, useText } from './editor.mjs';

const HOME = '/lam-viec/thu-tuc';
// "Vì sao?": the lines of the ledger that made a date.
const Why = ({ lines }) => html`<ol class="why">${lines.map((l) => html`<li>${typeof l === 'string' ? l : l.text}</li>`)}</ol>`;

const TABS = ['diagram', 'edit', 'versions', 'move'];

function List() {
  const { data, error, reload } = useGet('/v1/procedures');
  const [typed, setTyped] = useState('');
  const found = useMemo(() => (data?.procedures ?? []).filter((p) => !typed
      || matches(typed, `${p.procedure} ${p.name} ${p.field?.name ?? ''}`)), [data, typed]);
  return html`<h1>${t('screen.procedures')} ${data && html`<span class="count">${data.procedures.length}</span>`}</h1>
    <p><${Link} to=${`${HOME}/de-xuat`}>${t('proc.proposals')}</${Link}></p>
    <${Field} label=${t('proc.find')} value=${typed} onValue=${setTyped} data-first /><${Failure} error=${error} again=${reload} />
    ${!data && !error ? html`<${Loading} />`
      : html`<div class="scroll">
        <table><thead><tr>${['code', 'name', 'field', 'competent', 'limit', 'version'].map((c) => html`<th scope="col">
                    ${t(`proc.${c}`)}</th>`)}</tr></thead>
                    <tbody>${found.map((p) => html`<tr>
                        <td class="code"><${Link} to=${`${HOME}/${p.procedure}`}>${p.procedure}</${Link}></td><td>${p.name}</td>
                        <td>${p.field?.name}</td><td>${p.competent?.name}</td><td>${p.committed?.words ?? p.legal?.words}</td>
                        <td class="n">${p.version}</td></tr>`)}</tbody></table></div>
                        ${found.length === 0 && html`<${Empty}>${t('proc.none')}</${Empty}>`}`}`;
}

function DryRun({ body }) {
  const [at, setAt] = useState(`${showDay(dayOf())} 08:00`);
  const [state, set] = useState({});
  const run = async (e) => {
    e?.preventDefault();
    const [, day, hour, minute] = /^(.+?)\s+(\d{1,2})[:h](\d{2})$/.exec(at.trim()) ?? [];
    const iso = day && parseDay(day);
    if (!iso) return set({ wrong: t('proc.whenHint') });
    try {
      return set({ done: (await call('POST', '/v1/procedures/dry-run',
              { body: { ...body, received_at: `${iso}T${hour.padStart(2, '0')}:${minute}:00+07:00` } })).json });
    } catch (error) {
      return set({ error });
    }
  };
  useKeys({ 'Ctrl+Enter': () => void run() });
  const d = state.done;
  return html`<section><h2>${t('proc.dryRun')}</h2>
    <form class="row" onSubmit=${run}><${Field} label=${t('proc.receivedAt')} hint=${t('proc.whenHint')} error=${state.wrong}
        value=${at} onValue=${setAt} /><${Button} type="submit" keys="Ctrl+Enter">${t('proc.run')}</${Button}></form>
          <${Failure} error=${state.error} />
    ${d && html`<div role="status"><p><strong>${t('proc.promised', { due: dateTimeLong(d.due) })}</strong></p>
        <table><thead><tr><th scope="col">${t('queue.step')}</th><th scope="col">${t('proc.start')}</th>
              <th scope="col">${t('queue.due')}</th></tr></thead>
              <tbody>${d.steps.map((s) => html`<tr><td>${s.title}</td><td>${dateTime(s.start)}</td>
                      <td>${dateTime(s.due)}${s.why && html`<details><summary>${t('act.why')}</summary>
                        <${Why} lines=${s.why} /></details>`}</td></tr>`)}</tbody></table>
      ${d.why && html`<details><summary>${t('act.why')}</summary><${Why} lines=${d.why} /></details>`}</div>`}</section>`;
}

function Diff({ body }) {
  const [state, set] = useState({});
  const run = async () => {
    try {
      set({ done: (await call('POST', '/v1/procedures/diff', { body })).json });
    } catch (error) {
      set({ error });
    }
  };
  return html`<section><h2>${t('proc.diff')}</h2><${Button} onClick=${run}>${t('proc.compare')}</${Button}>
    <${Failure} error=${state.error} />
    ${state.done && html`<div role="status"><p>${t('proc.against', { a: state.done.version, b: state.done.against })}</p>
        ${state.done.lines.length ? html`<ul class="diff">${state.done.lines.map((l) => html`<li>${l}</li>`)}</ul>`
          : html`<${Empty}>${t('proc.same')}</${Empty}>`}</div>`}</section>`;
}

function Edit({ code }) {
  const published = usePublished(`/v1/procedures/${encodeURIComponent(code)}/text`);
  const text = useText('procedure', code, published.text, code);
  const check = useCheck('/v1/procedures/check', text.text);
  const [jump, setJump] = useState(null);
  const [Form, setForm] = useState(null); // the tables, when they are wanted
  const toText = (line, column) => {
    setForm(null);
    setJump({ line, column });
  };
  const checked = useMemo(() => text.text.normalize('NFC'), [check.result]);
  if (published.text === undefined && !published.error) return html`<${Loading} />`;
  const sum = check.result?.summary;
  return html`<${Failure} error=${published.error ?? check.error} />
    ${text.changed && html`<${Banner} action=${html`<${Button} onClick=${text.discard}>${t('editor.discard')}</${Button}>`}>
        ${t('editor.changed')}</${Banner}>`}
    <p class="row views" role="group" aria-label=${t('pform.view')}>
      <button type="button" class="chip" aria-pressed=${Form ? 'true' : 'false'}
        onClick=${() => loadPart('procedure-form').then((m) => setForm(() => m.ProcedureForm), () => {})}>
          ${t('pform.tables')}</button><button type="button" class="chip" aria-pressed=${Form ? 'false' : 'true'}
          onClick=${() => setForm(null)}>YAML</button></p>
    <div class=${Form ? 'stack' : 'two'}>
      <div>${Form ? html`<${Form} text=${text.text} onText=${text.set} defects=${check.result?.defects} />
          <${Defects} defects=${check.result?.defects} goTo=${toText} />` : html`<${Editor} text=${text.text} onText=${text.set}
            defects=${check.result?.defects} label=${t('editor.label', { code })} jump=${jump} />`}</div>
    <div>${checked && html`<${Drawing} path="/v1/procedures/diagram" body=${{ text: checked }} label=${t('proc.tab.diagram')}
          onStep=${(_, line) => line && toText(line)} />`}${sum
            && html`<p role="status">
              ${t('proc.summary', { steps: sum.steps.length, components: sum.components, version: sum.version })}${sum.published
                ? ` ${t('proc.alreadyOut')}` : ''}</p>`}
      ${sum && html`<${DryRun} body=${{ text: text.text.normalize('NFC') }} /><${Diff} body=${{ text: text.text.normalize('NFC') }} />`}
      ${check.result?.fine && !sum?.published && html`<section><h2>${t('editor.publish')}</h2>
          <${Propose} texts=${[{ kind: 'procedure', text: text.text }]} /></section>`}</div></div>`;
}

function Versions({ code }) {
  const { data, error } = useGet(`/v1/procedures/${encodeURIComponent(code)}/versions`);
  return html`<${Failure} error=${error} />${!data && !error ? html`<${Loading} />` : data
    && html`<table><thead><tr>
          ${['version', 'from', 'to', 'author', 'approver', 'published',
              'open'].map((c) => html`<th scope="col" class=${c === 'open' ? 'n' : ''}>${t(`proc.v.${c}`)}</th>`)}</tr></thead>
    <tbody>${data.versions.map((v) => html`<tr>
            <td>${v.version}${v.in_force && html` <span class="badge">${t('proc.inForce')}</span>`}</td>
            <td>${v.valid_from ? date(`${v.valid_from}T12:00+07:00`) : ''}</td><td>${v.valid_to ? date(`${v.valid_to}T12:00+07:00`) : ''}</td>
            <td>${v.author}</td><td>${v.approver}</td><td>${dateTime(v.published)}</td>
            <td class="n">${number(v.open)}</td></tr>`)}</tbody></table>`}`;
}

function Proposals() {
  const { data, error, reload } = useGet('/v1/publications?limit=50');
  const { toast, session } = useOffice();
  const decide = async (p, what) => {
    try {
      await call('POST', `/v1/publications/${p.publication}/${what}`, { body: {}, key: newKey() });
      toast(t(`proc.done.${what}`, { n: p.publication }));
    } catch (e) {
      toast(e.errors?.[0]?.message ?? e.detail ?? e.title ?? t('state.offlineHint'), { kind: 'bad', seconds: 15 });
    }
    reload();
  };
  return html`<h1>${t('proc.proposals')}</h1><p><${Link} to=${HOME}>${t('screen.procedures')}</${Link}></p>
    <${Failure} error=${error} again=${reload} />
    ${data && (data.items.length === 0 ? html`<${Empty}>${t('proc.noProposals')}</${Empty}>`
        : html`<div class="scroll">
          <table><thead><tr>${['n', 'kind', 'document', 'author', 'state', 'approver'].map((c) => html`<th scope="col">
                      ${t(`proc.p.${c}`)}</th>`)}<th scope="col"><span class="vh">${t('proc.p.acts')}</span></th></tr></thead>
                      <tbody>${data.items.map((p) => html`<tr><td class="n">${p.publication}</td>
                        <td>${t(`proc.kind.${p.kind}`)}</td><td>${p.document}</td>
                        <td>${p.author} <small>${dateTime(p.at)}</small></td><td>${t(`proc.state.${p.state}`)}</td>
                        <td>${p.approver ?? ''} ${p.decided && html`<small>${dateTime(p.decided)}</small>`}</td>
      <td>${p.state === 'proposed' && (p.author === session.login ? html`<small>${t('proc.second')}</small>`
            : html`<div class="row"><${Button} main onClick=${() => decide(p, 'approve')}>${t('proc.approve')}</${Button}>
              <${Button} onClick=${() => decide(p, 'decline')}>${t('proc.decline')}</${Button}></div>`)}${p.state === 'approved'
              && !p.done && html`<${Button} onClick=${() => decide(p, 'approve')}>${t('proc.goOn')}</${Button}>`}</td></tr>`)}
                </tbody></table></div>`)}`;
}

function One({ code, place, go, roles }) {
  const { data, error, reload } = useGet(`/v1/procedures/${encodeURIComponent(code)}`);
  const may = roles.includes('business_admin');
  const tabs = TABS.filter((x) => x === 'diagram' || may);
  const [at, setAt] = useState(Math.max(0, tabs.indexOf(place.part)));
  const id = tabs[at];
  const panel = {
    diagram: () => html`<p class="row"><span class="hint">${t('proc.diagramHint')}</span> <a
        href=${`/v1/procedures/${code}/diagram.svg`} download=${`${code}.svg`}>SVG</a></p>
          <${Drawing} path=${`/v1/procedures/${encodeURIComponent(code)}/diagram.svg${query({ live: 1 })}`}
            label=${data?.name ?? code}
              onStep=${(step) => go(`hang-doi?scope=all&procedure=${encodeURIComponent(code)}&step=${encodeURIComponent(step)}`)} />
      ${data && html`<h2>${t('proc.steps')}</h2>
        <ol class="steps">${data.steps.map((s) => html`<li><strong>${s.title}</strong> – ${t(`role.${s.role}`)}${s.limit
                  ? `, ${s.limit.words}` : ''}</li>`)}</ol>`}`,
    edit: () => html`<${Edit} code=${code} />`,
    versions: () => html`<${Versions} code=${code} />`,
    move: () => html`<${Later} from="procedure-move" code=${code} />`,
  };
  // The name first: it may take two lines, and nothing is drawn that would move a moment later.
  if (!data && !error) return html`<h1>${code}</h1><${Loading} />`;
  return html`<h1><span class="code">${code}</span> ${data?.name ?? ''}</h1>
    <p><${Link} to=${HOME}>${t('screen.procedures')}</${Link}></p><${Failure} error=${error} again=${reload} />
    <${Tabs} tabs=${tabs.map((x) => ({ id: x, title: t(`proc.tab.${x}`) }))} at=${at}
      onChange=${(i) => { setAt(i); go(`thu-tuc/${code}/${tabs[i]}`, { replace: true, keep: true }); }} />
    <section role="tabpanel" id=${`panel-${id}`} aria-labelledby=${`tab-${id}`} tabindex="0">${panel[id]()}</section>`;
}

export default function Procedures({ place, go, roles }) {
  if (place.item === 'de-xuat') return html`<${Proposals} />`;
  return place.item ? html`<${One} key=${place.item} code=${place.item} place=${place} go=${go} roles=${roles} />` : html`<${List} />`;
}
