// Frozen reports: each version with its digest, a second person's agreement, run again, and what differs
// from the version before with the events behind it.
import { html, useEffect, useRef, useState, Banner, Button, clean, Dialog, Empty, Failure, Field, Later, Link, Loading,
  useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { dateTime, has, language, number, t } from './text.mjs';
import { FigureTable, Files, ReasonTable, StepTable, title } from './figures.mjs';
import { FormTable, questionWords, useSubjects } from './reports.mjs';
import { usePages } from './views.mjs';

const HOME = '/lam-viec/so-lieu/reports/frozen';
const DRAW = {
  figures: FigureTable, ii06a: FormTable, ii06b: FormTable, steps: StepTable, reasons: ReasonTable,
  topic: (p) => html`<${Later} from="report-topics" draw="FrozenTopic" ...${p} />`,
  index: (p) => html`<${Later} from="report-indices" draw="FrozenIndex" ...${p} />`,
  cross: (p) => html`<${Later} from="report-cross" ...${p} />`,
};
const STATE = { waiting: 'warn', published: '', declined: 'bad' };
const State = ({ state }) => html`<span class=${`badge ${STATE[state]}`}>${t(`rep.state.${state}`)}</span>`;
const Digest = ({ digest }) => html`<code class="digest">${digest}</code>`;

function List() {
  const { data, items, more, error, reload } = usePages((cursor) => `/v1/reports/frozen${query({ newest: 1, limit: 50, cursor })}`);
  const subject = useSubjects(items.map((d) => d.question));
  const row = (d) => html`<tr><td class="n"><${Link} to=${`${HOME}?id=${d.id}`}>${number(d.id)}</${Link}></td>
    <td>${questionWords(d.question, subject)}${d.remark && html` <small>${d.remark}</small>`}</td>
    <td class="n">${number(d.version)}</td><td>${dateTime(d.as_of)}</td><td><${State} state=${d.state} /></td>
    <td>${d.author_name ?? t('rep.byItself')} <small>${dateTime(d.at)}</small></td>
    <td>${d.decider_name ?? ''}</td><td><code>${d.digest.slice(0, 12)}</code></td></tr>`;
  return html`<h2>${t('rep.part.frozen')}</h2><p class="hint">${t('rep.frozenAbout')}</p><${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : items.length === 0 ? html`<${Empty}>${t('rep.noFrozen')}</${Empty}>`
      : html`<div class="scroll"><table>
      <thead><tr><th scope="col" class="n">${t('rep.f.n')}</th><th scope="col">${t('rep.f.question')}</th>
          <th scope="col" class="n">${t('rep.f.version')}</th>
        ${['as_of', 'state', 'author', 'decider', 'digest'].map((c) => html`<th scope="col">${t(`rep.f.${c}`)}</th>`)}</tr>
        </thead><tbody>${items.map(row)}</tbody></table></div>`}
    ${more}`;
}

// ---- what differs, and why

// "items/STC/rate_online": the member of the row STC; rows are known by these of their members (common/figures/compare.c).
const KEYS = ['kind', 'what', 'key', 'procedure', 'step', 'reason', 'agency', 'officer', 'component', 'figure'];
const keyOf = (r) => KEYS.map((k) => r[k]?.agency ?? r[k]).filter((v) => v !== null && v !== undefined).join(':');
function rowName({ row, title: told }, name, { answer }) {
  const [list, key] = row.split('/');
  const rows = answer?.[list];
  const found = Array.isArray(rows) && rows.find((r) => keyOf(r) === key);
  if (told && row.includes('/cells/')) return told; // of two dimensions
  return (found && title(found)) || (list === 'total' || key === 'total' ? t('fig.all') : told ?? key ?? name(list));
}
const SHARE = { n: 'rep.c.n', of: 'rep.c.of', tenths: 'rep.c.percent' };
function cellName({ row, cell }, name, { figure }) {
  const [first, second, third, fourth] = row.split('/').slice(row.startsWith('total') ? 1 : 2);
  const of = figure ?? (first === 'components' ? second : first);
  if (/^c\d+$/.test(cell)) return `${t(`rep.form.${cell}`)} (${cell.slice(1)})`;
  if (!of) return has(`rep.cell.${cell}`) ? t(`rep.cell.${cell}`) : name(cell);
  if (third) return [of, fourth].filter(Boolean).map(name).join(': '); // evidence behind a component, its marks
  if (figure && !figure.startsWith('rate_')) return name(figure);
  return SHARE[cell] ? `${name(of)}, ${t(SHARE[cell])}` : `${name(of)}: ${name(cell)}`;
}
const POINTS = ['score', 'points', 'measured', 'max']; // of an index: thousandths
const SAID = { true: '✓', false: '✗' };
const value = (n, cell, index) => (cell === 'tenths' ? number(n / 10, 1) : index && POINTS.includes(cell) ? number(n / 1000, 3) : number(n));
const side = (n, text, cell, index) => SAID[text] ?? text ?? (n === null || n === undefined ? '–' : value(n, cell, index));
// Figures and rates by their definitions, components by their index, the rest by the words of the tables.
function useNames(index) {
  const { data } = useGet('/v1/figures/definitions?topic=all');
  const indices = useGet(index ? '/v1/indices' : null).data?.items.filter((x) => x.index === index) ?? [];
  const defined = new Map([...(data?.figures ?? []), ...(data?.rates ?? [])].map((x) => [x.name, title(x)])
    .concat(indices.flatMap((x) => x.groups).flatMap((g) => g.components).map((c) => [c.component, title(c)])));
  return (name) => {
    const key = [`fig.s.${name.split('_')[0]}`, `fig.r.${name}`, `fig.split.${name}`, `idx.${name}`, `idx.c.${name}`].find(has);
    return defined.get(name) ?? (key ? t(key) : name);
  };
}
function Behind({ d, name }) {
  const names = (list) => list.map(name).join(', ');
  const moved = [d.joined.length && t('rep.joined', { what: names(d.joined) }), d.left.length
    && t('rep.left', { what: names(d.left) })].filter(Boolean);
  return html`<tr><td class="code">${d.code ? html`<${Link} to=${`/lam-viec/ho-so/${d.code}`}>${d.code}</${Link}>` : '–'}</td>
    <td>${t(`rep.cause.${d.cause}`)}</td>
    <td>${moved.join('; ')}${d.agency_before !== d.agency_after
        && html` <small>${d.agency_before ?? '–'} → ${d.agency_after ?? '–'}</small>`}</td>
    <td>${d.events.length > 0 && html`<ul class="plainlist">
          ${d.events.map((e) => html`<li>${(language() === 'en' ? e.title_en : e.title) ?? e.kind} <small>
                  ${dateTime(e.at)}</small></li>`)}</ul>`}</td></tr>`;
}
function Changes({ changes, of }) {
  const c = changes;
  const name = useNames(of.question.index);
  return html`<section><h3>${t('rep.changes', { n: number(c.since_version) })}</h3>
    <p>${t('rep.changesBetween', { a: dateTime(c.as_of_before), b: dateTime(c.as_of), cells: number(c.cells_n),
            dossiers: number(c.dossiers_n) })}</p>
    ${c.rules && html`<${Banner} kind="warn">${t('rep.otherRules')}</${Banner}>`}${c.engine && html`<${Banner} kind="warn">
        ${t('rep.otherEngine')}</${Banner}>`}
    ${c.cells.length > 0 && html`<div class="scroll">
        <table><thead><tr><th scope="col">${t('rep.c.row')}</th><th scope="col">${t('rep.c.cell')}</th>
      <th scope="col" class="n">${t('rep.c.before')}</th><th scope="col" class="n">${t('rep.c.after')}</th></tr></thead>
      <tbody>${c.cells.map((x) => html`<tr><th scope="row">${rowName(x, name, of)}</th><td>${cellName(x, name, of.question)}</td>
              <td class="n">${side(x.before, x.before_text, x.cell, of.question.index)}</td>
              <td class="n"><strong>${side(x.after, x.after_text, x.cell, of.question.index)}</strong></td></tr>`)}</tbody></table></div>`}
    ${c.dossiers.length > 0 && html`<h4>${t('rep.behindChange')}</h4>
      <div class="scroll"><table>
          <thead><tr>${['dossier', 'cause', 'moved', 'events'].map((k) => html`<th scope="col">${t(`rep.c.${k}`)}</th>`)}</tr></thead>
      <tbody>${c.dossiers.map((d) => html`<${Behind} d=${d} name=${name} />`)}</tbody></table></div>`}
    ${(c.texts.length > 0 || c.successions.length > 0)
      && html`<ul>${c.texts.map((x) => html`<li>
              ${t('rep.textMeanwhile', { kind: t(`rep.text.${x.kind}`), name: x.name, version: x.version, at: dateTime(x.at) })}</li>`)}
      ${c.successions.map((x) => html`<li>${t('rep.successionMeanwhile', { agency: x.agency, successor: x.successor })}</li>`)}
        </ul>`}</section>`;
}

// ---- one version

function Deciding({ id, agree, onClose, onDone }) {
  const [remark, setRemark] = useState('');
  const [error, setError] = useState(null);
  const submit = (e) => {
    e.preventDefault();
    call('POST', `/v1/reports/frozen/${id}/${agree ? 'approve' : 'decline'}`,
      { key: newKey(), body: { remark: clean(remark) || undefined } }).then(onDone, setError);
  };
  return html`<${Dialog} title=${t(agree ? 'rep.approve' : 'rep.decline')} onClose=${onClose}>
    <form onSubmit=${submit}><${Failure} error=${error} />
    <${Field} label=${t('rep.remark')} value=${remark} onValue=${setRemark} required=${!agree} />
    <p class="row"><${Button} main type="submit" keys="Enter">${t(agree ? 'rep.approve' : 'rep.decline')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
function Versions({ series, id }) {
  const { data } = useGet(`/v1/reports/frozen?series=${series}&limit=50`);
  if (!data || data.items.length < 2) return null;
  return html`<p class="row">
    ${t('rep.versions')} ${data.items.map((v) => html`<${Link} to=${`${HOME}?id=${v.id}`} class="chip"
          aria-current=${v.id === id ? 'page' : undefined}>${t('rep.versionOf', { n: v.version, at: dateTime(v.as_of) })}</${Link}>`)}</p>`;
}

function One({ id, session, may, go }) {
  const { data: d, error, reload } = useGet(`/v1/reports/frozen/${id}`);
  const { toast } = useOffice();
  const [state, set] = useState({});
  const head = useRef();
  const was = useRef(null);
  const subject = useSubjects(d ? [d.question] : []);
  useEffect(() => {
    if (was.current && d?.state !== was.current) head.current.focus(); // its buttons have gone
    was.current = d?.state;
  }, [d?.state]);
  if (!d) return html`<${Failure} error=${error} again=${reload} />${!error && html`<${Loading} />`}`;
  const ask = async (what, method) => {
    set({ busy: what });
    try {
      set({ [what]: (await call(method, `/v1/reports/frozen/${id}/${what}`, method === 'POST' ? { key: newKey(), body: {} } : {})).json });
    } catch (e) {
      set({ error: e });
    }
  };
  const again = async () => {
    set({ busy: 'again' });
    try {
      const made = (await call('POST', `/v1/reports/frozen/${id}/again`, { key: newKey(), body: {} })).json;
      if (made.report === d.id) set({ same: made });
      else {
        toast(t('rep.newVersion', { n: made.version }));
        go(`so-lieu/reports/frozen?id=${made.report}`);
      }
    } catch (e) {
      set({ error: e });
    }
  };
  const decided = () => {
    set({});
    reload();
  };
  const Draw = DRAW[d.report];
  const facts = [
    ['as_of', dateTime(d.as_of)], ['state', html`<${State} state=${d.state} />${d.said && html` <q>${d.said}</q>`}`],
    ['author', html`${d.author_name ?? t('rep.byItself')} <small>${dateTime(d.at)}</small>`],
    ['decider', d.decider_name ? html`${d.decider_name} <small>${dateTime(d.decided)}</small>` : '–'],
    ['digest', html`<${Digest} digest=${d.digest} /> <small>${t('rep.bytes', { n: number(d.bytes) })}</small>`],
    ['rules', html`<${Digest} digest=${d.rules} />`], ['engine', html`<${Digest} digest=${d.engine} />`],
  ];
  return html`<h2 ref=${head} tabindex="-1">${t('rep.version', { n: number(d.id) })} <small>${questionWords(d.question, subject)}</small></h2>
    <p class="row"><${Link} to=${HOME}>${t('rep.part.frozen')}</${Link}>
      ${may && d.state === 'waiting' && (d.author === session.user ? html`<small>${t('rep.second')}</small>` : html`
        <${Button} main onClick=${() => set({ decide: true })}>${t('rep.approve')}</${Button}>
        <${Button} onClick=${() => set({ decide: false })}>${t('rep.decline')}</${Button}>`)}
      <${Button} busy=${state.busy === 'verify'} onClick=${() => ask('verify', 'GET')}>${t('rep.verify')}</${Button}>
      ${may && html`<${Button} busy=${state.busy === 'again'} onClick=${again}>${t('rep.again')}</${Button}>`}
      <a class="button" href=${`/v1/reports/frozen/${d.id}/bytes`} download=${`bao-cao-${d.id}.json`}>${t('rep.download')}</a>
      <${Files} path=${`/v1/reports/frozen/${d.id}/file`} ask=${{}} /></p>
    <${Failure} error=${state.error} /><${Versions} series=${d.series} id=${d.id} />
    ${state.verify && html`<${Banner} kind=${state.verify.same && state.verify.intact ? 'good' : 'bad'}
        title=${t(state.verify.same ? 'rep.sameBytes' : 'rep.otherBytes')}>
      ${t(state.verify.intact ? 'rep.intact' : 'rep.notIntact')} <${Digest} digest=${state.verify.digest} /></${Banner}>`}
    ${state.same && html`<${Banner} kind="good">${t('rep.nothingChanged')}</${Banner}>`}
    ${state.verify?.changes && html`<${Changes} changes=${state.verify.changes} of=${d} />`}
    <dl class="facts">${facts.map(([k, v]) => html`<div><dt>${t(`rep.f.${k}`)}</dt><dd>${v}</dd></div>`)}${d.remark
        && html`<div><dt>${t('rep.remark')}</dt><dd>${d.remark}</dd></div>`}</dl>
    ${d.changes && html`<${Changes} changes=${d.changes} of=${d} />`}
    <h3>${t('rep.asFrozen')}</h3><${Draw} data=${d.answer} q=${asAsked(d)} by=${d.question.by} />
    ${state.decide !== undefined && html`<${Deciding} id=${id} agree=${state.decide} onClose=${() => set({})} onDone=${decided} />`}`;
}
// What its numbers were asked with, so that the lists behind them are of that instant too.
function asAsked({ question, as_of }) {
  const { report, by, late, across, figure, ...q } = question;
  return { ...q, as_of };
}

export default function Frozen({ place, ...rest }) {
  const id = place.query.get('id');
  return id ? html`<${One} key=${id} id=${id} ...${rest} />` : html`<${List} />`;
}
