// The supervisor's screen: what was received, resolved on time, valid at first submission, what is late
// now; by any dimension; every number opens the dossiers behind it.  Load, reports and what is opened
// seldom are parts of their own.
import {
  html, useEffect, useMemo, useRef, useState, Button, Dialog, Empty, Failure, Field, Icon, Later, Loading, useGet, useKeys, useOffice,
} from './kit.mjs';
import { Tabs } from './views.mjs';
import { query } from './net.mjs';
import { addDays, dateTime, dayOf, language, number, parseDay, showDay, t } from './text.mjs';
import { Bars, LineChart } from './charts.mjs';

export const BYS = ['agency', 'field', 'procedure', 'officer', 'channel', 'receiving', 'applicant', 'day', 'week', 'month',
  'quarter', 'year'];
export const COLUMNS = [
  'total', 'received', 'carried', 'resolved', 'resolved_early', 'resolved_on_time', 'resolved_late', 'pending', 'pending_overdue',
  'valid_first', 'first_decided',
];
export const RATES = ['rate_on_time', 'rate_valid_first'];
const TILES = 'received,resolved,resolved_early,resolved_on_time,pending,pending_overdue,first_decided,valid_first,rate_on_time,rate_valid_first';
const LONG = 62;
const TARGET = 980; // the band of the picture: 98 %, as the national target is set
const TABS = ['overview', 'table', 'load', 'steps', 'reasons', 'reports'];
const TIMELESS = ['saved', 'frozen', 'seals']; // reports that no period is chosen for
export const FILTERS = ['agency', 'field', 'procedure', 'channel', 'receiving', 'applicant', 'officer'];
const KEPT = ['basis', 'agencies'];
const VIEW = ['report', 'topic', 'index', 'late', 'across', 'number']; // which report is looked at, with the period and filters beside it

export const title = (row) => (language() === 'en' ? (row.title_en ?? row.title) : row.title) ?? row.key ?? '';
export const said = (name) => t(`fig.${name}`);
export const saidBy = (by) => t(`fig.by.${by}`);
const tenths = (rate) => (rate ? rate.tenths : null);

// ---- the period and the filters are the address

function periods(today) {
  const [y, m] = today.split('-').map(Number);
  const month = (yy, mm) => `${yy + Math.floor((mm - 1) / 12)}-${String(((mm - 1 + 120) % 12) + 1).padStart(2, '0')}`;
  const first = (ym) => `${ym}-01`;
  const next = month(y, m + 1);
  const before = m === 1 ? `${y - 1}-12` : month(y, m - 1);
  const q = Math.floor((m - 1) / 3);
  return [
    { id: 'month', from: first(month(y, m)), to: first(next) },
    { id: 'before', from: first(before), to: first(month(y, m)) },
    {
      id: 'quarter',
      from: `${y}-${String(q * 3 + 1).padStart(2, '0')}-01`,
      to: q === 3 ? `${y + 1}-01-01` : `${y}-${String(q * 3 + 4).padStart(2, '0')}-01`,
    },
    { id: 'year', from: `${y}-01-01`, to: `${y + 1}-01-01` },
  ];
}
const named = (place, names) => Object.fromEntries(names.filter((k) => place.query.get(k)).map((k) => [k, place.query.get(k)]));
function useQuery(place, go) {
  const today = dayOf();
  const base = periods(today)[0];
  const address = place.query.toString();
  const q = useMemo(
    () => ({ from: place.query.get('from') ?? base.from, to: place.query.get('to') ?? base.to, ...named(place, [...FILTERS, ...KEPT]) }),
    [address],
  );
  const view = { by: place.query.get('by') ?? 'agency', tab: place.item || 'overview', part: place.part, ...named(place, VIEW) };
  const set = (some, tab = view.tab, part = tab === view.tab ? view.part : '') =>
    go(`so-lieu/${tab}${part ? `/${part}` : ''}${query({ ...q, by: view.by, ...named(place, VIEW), ...some })}`,
      { replace: true, keep: true });
  return { q, view, set, today };
}

function Period({ q, set, today }) {
  const list = periods(today);
  const [from, setFrom] = useState(showDay(q.from));
  const [to, setTo] = useState(showDay(addDays(q.to, -1)));
  const [filters, setFilters] = useState(false);
  const [wrong, setWrong] = useState({});
  useEffect(() => {
    setWrong({});
    setFrom(showDay(q.from));
    setTo(showDay(addDays(q.to, -1)));
  }, [q.from, q.to]);
  useKeys(Object.fromEntries(list.map((p, i) => [String(i + 1), () => set({ from: p.from, to: p.to })])));
  const apply = (e) => {
    e.preventDefault();
    const a = parseDay(from);
    const b = parseDay(to);
    const bad = { from: !a && t('fig.noDay'), to: b ? a > b && t('fig.dayBefore') : t('fig.noDay') };
    setWrong(bad);
    if (bad.from || bad.to) document.getElementById(bad.from ? 'period-from' : 'period-to').focus();
    else set({ from: a, to: addDays(b, 1) });
  };
  const chosen = FILTERS.filter((f) => q[f]);
  return html`<form class="row period" onSubmit=${apply} aria-label=${t('fig.period')}>
      ${list.map((p, i) => html`<button type="button" class="chip" aria-keyshortcuts=${i + 1}
            aria-pressed=${p.from === q.from && p.to === q.to ? 'true' : 'false'}
        onClick=${() => set({ from: p.from, to: p.to })}><kbd aria-hidden="true">${i + 1}</kbd> ${t(`fig.p.${p.id}`)}</button>`)}
      <${Field} id="period-from" label=${t('fig.from')} error=${wrong.from} value=${from} onValue=${setFrom} inputmode="numeric" />
      <${Field} id="period-to" label=${t('fig.to')} error=${wrong.to} value=${to} onValue=${setTo} inputmode="numeric" />
      <${Button} type="submit">${t('fig.apply')}</${Button}>
      <label class="inline">${t('fig.basis')} <select onChange=${(e) => set({ basis: e.currentTarget.value })}>
        ${['basis', 'original', 'current'].map((b) => html`<option value=${b} selected=${(q.basis ?? 'basis') === b}>
              ${t(`fig.basis.${b}`)}</option>`)}</select></label>
      <${Button} quiet id="add-filter" onClick=${() => setFilters(true)}>${t('fig.filter')}</${Button}></form>
    ${chosen.length > 0 && html`<p class="row">
        ${chosen.map((f) => html`<span class="tag">${t(`fig.by.${f}`)}: ${q[f]}<button type="button" class="plain"
      aria-label=${t('act.remove', { what: q[f] })} onClick=${() => { set({ [f]: null }); document.getElementById('add-filter').focus(); }}><${Icon} name="x-lg" /></button></span>`)}</p>`}
    ${filters && html`<${Later} from="figure-filters" q=${q} onClose=${() => setFilters(false)}
        onDone=${(some) => { setFilters(false); set(some); }} />`}`;
}

// ---- a number that opens its list

// A row that is a period: its own days.
export const daysOf = (row) => ({ from: dayOf(row.from), to: addDays(dayOf(new Date(Date.parse(row.to) - 1)), 1) });
// `q` may be more than dates and filters: as_of of a frozen report, topic of other figures.
export function Count({ n, figure, q, by, row, label }) {
  const { go } = useOffice();
  if (!n) return html`<span>${number(n ?? 0)}</span>`;
  const one = row?.from ? daysOf(row) : row?.key && by && { by, key: row.key };
  const to = `so-lieu/danh-sach${query({ ...q, figure, ...one })}`;
  const open = (e) => {
    if (e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    go(to);
  };
  return html`<a href=${`/lam-viec/${to}`} aria-label=${`${label ?? said(figure)}${row ? `, ${title(row)}` : ''}: ${number(n)}`}
    onClick=${open}>${number(n)}</a>`;
}
export const Rate = ({ rate }) => html`<span>${rate && rate.tenths !== null ? `${number(rate.tenths / 10, 1)} %` : '–'}</span>`;

function Tile({ name, value, sub, change, kind = '' }) {
  return html`<div class=${`tile ${kind}`}><h2>${name}</h2><p class="big">${value}</p><p class="hint">${sub}${change}</p></div>`;
}
function Change({ now, before, rate }) {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  const d = now - before;
  const words = rate ? `${number(Math.abs(d) / 10, 1)}` : number(Math.abs(d));
  return html` <span class="change"><span aria-hidden="true">${d > 0 ? '▲' : d < 0 ? '▼' : '='}</span>
    <span class="vh">${t(d > 0 ? 'fig.up' : d < 0 ? 'fig.down' : 'fig.same')}</span> ${words} ${t('fig.thanBefore')}</span>`;
}
// A rate with what it is made of: every part opens its own list.
function RateTile({ name, parts, of, now, was, q }) {
  return html`<${Tile} name=${t(`fig.${name}`)} value=${html`<${Rate} rate=${now[name]} />`}
    sub=${html`${parts.map((f, i) => html`${i > 0 && ' + '}<${Count} n=${now[f]} figure=${f} q=${q} />`)} / <${Count} n=${now[of]}
        figure=${of} q=${q} />`}
    change=${html`<${Change} rate now=${tenths(now[name])} before=${tenths(was?.[name])} />`} />`;
}

function Overview({ q, set }) {
  // only what is shown is counted; a long period by months
  const by = addDays(q.from, LONG) < q.to ? 'month' : 'week';
  const weeks = useGet(`/v1/figures${query({ ...q, by, figures: 'rate_on_time' })}`);
  const total = useGet(`/v1/figures${query({ ...q, by: 'total', compare: 1, figures: TILES })}`);
  const procedures = useGet(`/v1/figures${query({ ...q, by: 'procedure', figures: 'asked_for_papers' })}`);
  const steps = useGet(`/v1/figures/steps${query({ ...q, newest: 1 })}`);
  const error = weeks.error ?? total.error;
  const { go } = useOffice();
  if (error) return html`<${Failure} error=${error} again=${() => { weeks.reload(); total.reload(); }} />`;
  if (!total.data) return html`<${Loading} />`;
  const now = total.data.total;
  const was = now.previous;
  const most = (list, of) => list.filter((r) => of(r)).sort((a, b) => of(b) - of(a)).slice(0, 6);
  const supplements = most(procedures.data?.items ?? [], (r) => r.asked_for_papers);
  const slow = most(steps.data?.items ?? [], (s) => s.percent_of_norm);
  const weekly = weeks.data?.items.map((r) => ({
    label: title(r), short: showDay(dayOf(r.from)).slice(0, 5), days: daysOf(r), tenths: tenths(r.rate_on_time), n: r.rate_on_time.n,
      of: r.rate_on_time.of,
  }));
  const open = (figure, by) => (r) => go(`so-lieu/danh-sach${query({ ...q, figure, by, key: r.key })}`);
  return html`<div class="tiles">
      <${Tile} name=${t('fig.received')} value=${html`<${Count} n=${now.received} figure="received" q=${q} />`}
        change=${html`<${Change} now=${now.received} before=${was?.received} />`} />
      <${RateTile} name="rate_on_time" parts=${['resolved_early', 'resolved_on_time']} of="resolved" now=${now} was=${was} q=${q} />
      <${RateTile} name="rate_valid_first" parts=${['valid_first']} of="first_decided" now=${now} was=${was} q=${q} />
      <${Tile} name=${t('fig.pending_overdue')} kind=${now.pending_overdue ? 'bad' : ''}
        value=${html`<${Count} n=${now.pending_overdue} figure="pending_overdue" q=${q} />`}
        sub=${html`${t('fig.ofPending')} <${Count} n=${now.pending} figure="pending" q=${q} />`} /></div>
    <div class="two">${weekly ? html`<${LineChart} title=${t(`fig.line.${by}`)} target=${TARGET} rows=${weekly}
        onOpen=${(r) => go(`so-lieu/danh-sach${query({ ...q, figure: 'resolved', ...r.days })}`)} />` : html`<${Loading} />`}
      <div><${Bars} title=${t('fig.mostSupplements')}
          rows=${supplements.map((r) => ({ label: title(r), value: r.asked_for_papers, key: r.key }))}
            onOpen=${open('asked_for_papers', 'procedure')} />
      <${Bars} title=${t('fig.slowest')} unit=" %" onOpen=${() => set({}, 'steps')}
        rows=${slow.map((s) => ({ label: title(s), value: s.percent_of_norm, bad: s.percent_of_norm > 100,
                note: t('fig.times', { n: number(s.n) }) }))} />
      ${slow.length > 0 && steps.data.counted < steps.data.of && html`<p class="hint">${t('fig.newest', counts(steps.data))}</p>`}</div></div>`;
}

// ---- answers as tables: the same for what is asked now and what was frozen (`q` then has its as_of)

export function FigureTable({ data, q, by }) {
  const cells = (row, where) =>
    html`${COLUMNS.map((c) => html`<td class="n"><${Count} n=${row[c]} figure=${c} q=${q} by=${by} row=${where} /></td>`)}
    ${RATES.map((c) => html`<td class="n"><${Rate} rate=${row[c]} /></td>`)}`;
  return html`<div class="scroll"><table class="figures"><thead><tr><th scope="col">${t(`fig.by.${by}`)}</th>
      ${[...COLUMNS, ...RATES].map((c) => html`<th scope="col" class="n">${t(`fig.${c}`)}</th>`)}</tr></thead>
      <tbody>${data.items.map((r) => html`<tr><th scope="row">${title(r)}</th>${cells(r, r)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t('fig.all')}</th>${cells(data.total)}</tr></tfoot></table></div>
    ${data.items.length === 0 && html`<${Empty}>${t('fig.nothing')}</${Empty}>`}`;
}
// The same question as a file: for a spreadsheet, for programs, on paper (too long a paper says so in its window).
const FORMATS = ['xlsx', 'csv', 'pdf'];
export const Files = ({ path, ask, formats = FORMATS }) => formats.map((format) => html`<a class="button" href=${`${path}${query({ ...ask, format })}`}
  ...${format === 'pdf' ? { target: '_blank', rel: 'noopener' } : { download: true }}>${format.toUpperCase()}</a>`);
export const ByChoice = ({ by, set, all = BYS, label = t('fig.by') }) => html`<label class="inline">
  ${label} <select onChange=${(e) => set({ by: e.currentTarget.value })}>
  ${all.map((b) => html`<option value=${b} selected=${by === b}>${t(`fig.by.${b}`)}</option>`)}</select></label>`;
function Table({ q, view, set }) {
  const { data, error, reload } = useGet(`/v1/figures${query({ ...q, by: view.by })}`);
  return html`<div class="row"><${ByChoice} by=${view.by} set=${set} />
      <${Files} path="/v1/figures" ask=${{ ...q, by: view.by }} formats=${FORMATS.slice(1)} /></div>
    <${Failure} error=${error} again=${reload} />${!data && !error && html`<${Loading} />`}
    ${data && html`<${FigureTable} data=${data} q=${q} by=${view.by} />
      <p class="hint">${t('fig.asOf', { at: dateTime(data.as_of) })}</p>`}`;
}

export const hours = (m) => (m === null || m === undefined ? '–' : t('fig.hours', { n: number(m / 60, 1) }));
const counts = (data) => ({ n: number(data.counted), of: number(data.of), left: number(data.of - data.counted) });
export const StepTable = ({ data }) => html`<p>${t(data.counted < data.of ? 'fig.left' : 'fig.counted', counts(data))}</p>
  <${Bars} title=${t('fig.split')} unit=${` ${t('fig.h')}`}
    rows=${['steps', 'applicant', 'excluded',
        'other'].map((k) => ({ label: t(`fig.split.${k}`), value: Math.round(data.split[k] / 60) }))} />
  <div class="scroll"><table><thead><tr>${['procedure', 'step'].map((c) => html`<th scope="col">${t(`queue.${c}`)}</th>`)}
    ${['n', 'median', 'p90', 'norm', 'percent', 'beyond'].map((c) => html`<th scope="col" class="n">${t(`fig.s.${c}`)}</th>`)}</tr></thead>
    <tbody>${data.items.map((s) => html`<tr><td class="code">${s.procedure}</td><td>${title(s)}</td><td class="n">${number(s.n)}</td>
      <td class="n">${hours(s.median_minutes)}</td><td class="n">${hours(s.p90_minutes)}</td><td class="n">${hours(s.norm_minutes)}</td>
      <td class="n">${s.percent_of_norm === null ? '–' : `${number(s.percent_of_norm)} %`}</td>
      <td class="n">${number(s.beyond)}</td></tr>`)}</tbody></table></div>
  ${data.by_agency.length > 0 && html`<div class="scroll"><table><thead><tr><th scope="col">${saidBy('agency')}</th>
    ${['n', 'time', 'over'].map((c) => html`<th scope="col" class="n">${t(`fig.s.${c}`)}</th>`)}</tr></thead>
    <tbody>${data.by_agency.map((a) => html`<tr><th scope="row">${title(a) || a.agency}</th><td class="n">${number(a.n)}</td>
      <td class="n">${hours(a.minutes)}</td><td class="n">${hours(a.beyond_minutes)}</td></tr>`)}</tbody></table></div>`}`;
export const ReasonTable = ({ data }) => (data.items.length === 0 ? html`<${Empty}>${t('fig.nothing')}</${Empty}>`
  : html`<div class="scroll"><table>
  <thead><tr>${['what', 'reason', 'attribution'].map((c) => html`<th scope="col">${t(`fig.r.${c}`)}</th>`)}
    ${['n', 'dossiers'].map((c) => html`<th scope="col" class="n">${t(`fig.r.${c}`)}</th>`)}</tr></thead>
  <tbody>${data.items.map((r) => html`<tr><td>${t(`fig.what.${r.what}`)}</td>
          <td>${title(r) || (r.reason ?? t('fig.noReason'))} <small>${r.procedure}</small></td>
    <td>${r.attribution ? t(`fig.att.${r.attribution}`) : ''}</td><td class="n">${number(r.n)}</td>
    <td class="n">${number(r.dossiers)}</td></tr>`)}</tbody></table></div>`);

function asked(path, Draw) {
  return function Asked({ q }) {
    const { data, error, reload } = useGet(`${path}${query(q)}`);
    return html`<p class="row"><${Files} path=${path} ask=${q} /></p><${Failure} error=${error} again=${reload} />
      ${data ? html`<${Draw} data=${data} />` : !error && html`<${Loading} />`}`;
  };
}
const PANELS = {
  overview: Overview, table: Table, steps: asked('/v1/figures/steps', StepTable), reasons: asked('/v1/figures/reasons', ReasonTable),
  load: (p) => html`<${Later} from="load" q=${p.q} />`, reports: (p) => html`<${Later} from="reports" ...${p} />`,
};

function Definitions({ topic = 'dossiers', onClose }) {
  const { data, error } = useGet(`/v1/figures/definitions?topic=${topic}`);
  const en = language() === 'en';
  const about = data?.topics.find((x) => x.topic === topic);
  const lines = (list) => html`<dl class="defs">${list.map((d) => html`<dt>${title(d)}</dt><dd>${en ? d.about_en : d.about}</dd>`)}</dl>`;
  return html`<${Dialog} title=${t('fig.definitions')} onClose=${onClose} wide><${Failure} error=${error} />
    ${!data ? !error && html`<${Loading} />` : html`
    <p><strong>${title(about)}.</strong> ${en ? about.cut_off_en : about.cut_off} <small>${en ? about.law_en : about.law}</small></p>
    <h3>${t('fig.rates')}</h3>${lines(data.rates)}<h3>${t('fig.counts')}</h3>${lines(data.figures)}
    <h3>${t('fig.rules')}</h3><ul>${data.rules.map((r) => html`<li>${en ? r.about_en : r.about}</li>`)}</ul>`}</${Dialog}>`;
}

export default function Figures({ place, go, roles, session }) {
  const { q, view, set, today } = useQuery(place, go);
  const [help, setHelp] = useState(false);
  const file = useRef();
  useKeys({ F1: () => setHelp(true), 'Ctrl+s': () => (file.current ? file.current.click() : false) });
  if (place.item === 'danh-sach') return html`<${Later} from="behind" key=${place.query.toString()} place=${place} />`;
  const at = Math.max(0, TABS.indexOf(view.tab));
  const id = TABS[at];
  const Panel = PANELS[id];
  const xlsx = `/v1/figures${query({ ...q, by: view.by, format: 'xlsx' })}`;
  return html`<div class="row"><h1>${t('screen.figures')}</h1>
      <${Button} quiet icon="info-circle" keys="F1" onClick=${() => setHelp(true)}>${t('fig.definitions')}</${Button}>
      ${at < 2 && html`<a class="button" ref=${file} href=${xlsx} download aria-keyshortcuts="Control+S">XLSX <kbd
            aria-hidden="true">Ctrl+S</kbd></a>`}</div>
    ${!(id === 'reports' && TIMELESS.includes(view.part)) && html`<${Period} q=${q} set=${set} today=${today} />`}
    <${Tabs} tabs=${TABS.map((x) => ({ id: x, title: t(`fig.tab.${x}`) }))} at=${at} onChange=${(i) => set({}, TABS[i])} />
    <section role="tabpanel" id=${`panel-${id}`} aria-labelledby=${`tab-${id}`} tabindex="0">
      <${Panel} q=${q} view=${view} set=${set} place=${place} go=${go} roles=${roles} session=${session} /></section>
    ${help && html`<${Definitions} topic=${id === 'reports' && view.part === 'topics' ? view.topic ?? 'intake' : undefined}
        onClose=${() => setHelp(false)} />`}`;
}
