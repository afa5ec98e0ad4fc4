// The supervisor's screen: what was received, resolved on time, valid at first submission, what is late
// now; by any dimension; every number opens the dossiers behind it; load and reassigning.
import { html, useEffect, useMemo, useRef, useState, Button, Dialog, Empty, Failure, Field, Icon, Link, Loading, useGet, useKeys, useOffice } from './kit.mjs';
import { Tabs } from './views.mjs';
import { call, newKey, query } from './net.mjs';
import { addDays, dateTime, dayOf, language, number, showDay, parseDay, t } from './text.mjs';
import { Bars, LineChart } from './charts.mjs';

const BYS = ['agency', 'field', 'procedure', 'officer', 'channel', 'receiving', 'applicant', 'week', 'month'];
const COLUMNS = ['total', 'received', 'carried', 'resolved', 'resolved_early', 'resolved_on_time', 'resolved_late', 'pending', 'pending_overdue', 'valid_first', 'first_decided'];
const RATES = ['rate_on_time', 'rate_valid_first'];
const TARGET = 980; // the band of the picture: 98 %, as the national target is set
const TABS = ['overview', 'table', 'load', 'steps', 'reasons'];
const FILTERS = ['agency', 'field', 'procedure', 'officer', 'channel', 'receiving', 'basis', 'agencies'];
const title = (row) => (language() === 'en' ? (row.title_en ?? row.title) : row.title) ?? row.key ?? '';
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
    { id: 'month', from: first(month(y, m)), to: first(next) }, { id: 'before', from: first(before), to: first(month(y, m)) },
    { id: 'quarter', from: `${y}-${String(q * 3 + 1).padStart(2, '0')}-01`, to: q === 3 ? `${y + 1}-01-01` : `${y}-${String(q * 3 + 4).padStart(2, '0')}-01` },
    { id: 'year', from: `${y}-01-01`, to: `${y + 1}-01-01` },
  ];
}
function useQuery(place, go) {
  const today = dayOf();
  const base = periods(today)[0];
  const q = useMemo(() => {
    const out = { from: place.query.get('from') ?? base.from, to: place.query.get('to') ?? base.to };
    for (const k of FILTERS) if (place.query.get(k)) out[k] = place.query.get(k);
    return out;
  }, [place.query.toString()]);
  const view = { by: place.query.get('by') ?? 'agency', tab: place.item || 'overview' };
  const set = (some, tab = view.tab) => go(`so-lieu/${tab}${query({ ...q, by: view.by, ...some })}`, { replace: true, keep: true });
  return { q, view, set, today };
}

function Period({ q, set, today }) {
  const list = periods(today);
  const [from, setFrom] = useState(showDay(q.from));
  const [to, setTo] = useState(showDay(addDays(q.to, -1)));
  useEffect(() => {
    setFrom(showDay(q.from));
    setTo(showDay(addDays(q.to, -1)));
  }, [q.from, q.to]);
  useKeys(Object.fromEntries(list.map((p, i) => [String(i + 1), () => set({ from: p.from, to: p.to })])));
  const apply = (e) => {
    e.preventDefault();
    const a = parseDay(from);
    const b = parseDay(to);
    if (a && b && a <= b) set({ from: a, to: addDays(b, 1) });
  };
  return html`<form class="row period" onSubmit=${apply} aria-label=${t('fig.period')}>${list.map((p, i) => html`<button type="button" class="chip" aria-keyshortcuts=${i + 1} aria-pressed=${p.from === q.from && p.to === q.to ? 'true' : 'false'} onClick=${() => set({ from: p.from, to: p.to })}><kbd aria-hidden="true">${i + 1}</kbd> ${t(`fig.p.${p.id}`)}</button>`)}
    <${Field} label=${t('fig.from')} value=${from} onValue=${setFrom} inputmode="numeric" /><${Field} label=${t('fig.to')} value=${to} onValue=${setTo} inputmode="numeric" /><${Button} type="submit">${t('fig.apply')}</${Button}>
    <label class="inline">${t('fig.basis')} <select onChange=${(e) => set({ basis: e.currentTarget.value })}>${['basis', 'original', 'current'].map((b) => html`<option value=${b} selected=${(q.basis ?? 'basis') === b}>${t(`fig.basis.${b}`)}</option>`)}</select></label></form>`;
}

// ---- a number that opens its list

export function Count({ n, figure, q, by, row, label }) {
  const { go } = useOffice();
  if (!n) return html`<span>${number(n ?? 0)}</span>`;
  const to = `so-lieu/danh-sach${query({ ...q, figure, ...(row?.key && by && { by, key: row.key }) })}`;
  return html`<a href=${`/lam-viec/${to}`} aria-label=${`${label ?? t(`fig.${figure}`)}${row ? `, ${title(row)}` : ''}: ${number(n)}`} onClick=${(e) => { if (e.ctrlKey || e.metaKey) return; e.preventDefault(); go(to); }}>${number(n)}</a>`;
}
export const Rate = ({ rate }) => html`<span>${rate && rate.tenths !== null ? `${number(rate.tenths / 10, 1)} %` : '–'}</span>`;

function Tile({ name, value, sub, change, kind = '' }) {
  return html`<div class=${`tile ${kind}`}><h2>${name}</h2><p class="big">${value}</p><p class="hint">${sub}${change}</p></div>`;
}
function Change({ now, before, rate }) {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  const d = now - before;
  const words = rate ? `${number(Math.abs(d) / 10, 1)}` : number(Math.abs(d));
  return html` <span class="change"><span aria-hidden="true">${d > 0 ? '▲' : d < 0 ? '▼' : '='}</span><span class="vh">${t(d > 0 ? 'fig.up' : d < 0 ? 'fig.down' : 'fig.same')}</span> ${words} ${t('fig.thanBefore')}</span>`;
}

function Overview({ q, set }) {
  const weeks = useGet(`/v1/figures${query({ ...q, by: 'week' })}`);
  const total = useGet(`/v1/figures${query({ ...q, by: 'total', compare: 1 })}`);
  const procedures = useGet(`/v1/figures${query({ ...q, by: 'procedure' })}`);
  const steps = useGet(`/v1/figures/steps${query(q)}`);
  const error = weeks.error ?? total.error;
  const { go } = useOffice();
  if (error) return html`<${Failure} error=${error} again=${() => { weeks.reload(); total.reload(); }} />`;
  if (!weeks.data || !total.data) return html`<${Loading} />`;
  const now = total.data.total;
  const was = now.previous;
  const late = (procedures.data?.items ?? []).filter((r) => r.asked_for_papers > 0).sort((a, b) => b.asked_for_papers - a.asked_for_papers).slice(0, 6);
  const slow = (steps.data?.items ?? []).filter((s) => s.percent_of_norm !== null).sort((a, b) => b.percent_of_norm - a.percent_of_norm).slice(0, 6);
  return html`<div class="tiles"><${Tile} name=${t('fig.received')} value=${html`<${Count} n=${now.received} figure="received" q=${q} />`} change=${html`<${Change} now=${now.received} before=${was?.received} />`} />
      <${Tile} name=${t('fig.rate_on_time')} value=${html`<${Rate} rate=${now.rate_on_time} />`} sub=${html`<${Count} n=${now.rate_on_time.n} figure="resolved_on_time" q=${q} /> / <${Count} n=${now.rate_on_time.of} figure="resolved" q=${q} />`} change=${html`<${Change} rate now=${tenths(now.rate_on_time)} before=${tenths(was?.rate_on_time)} />`} />
      <${Tile} name=${t('fig.rate_valid_first')} value=${html`<${Rate} rate=${now.rate_valid_first} />`} sub=${html`<${Count} n=${now.rate_valid_first.n} figure="valid_first" q=${q} /> / <${Count} n=${now.rate_valid_first.of} figure="first_decided" q=${q} />`} change=${html`<${Change} rate now=${tenths(now.rate_valid_first)} before=${tenths(was?.rate_valid_first)} />`} />
      <${Tile} name=${t('fig.pending_overdue')} kind=${now.pending_overdue ? 'bad' : ''} value=${html`<${Count} n=${now.pending_overdue} figure="pending_overdue" q=${q} />`} sub=${html`${t('fig.ofPending')} <${Count} n=${now.pending} figure="pending" q=${q} />`} /></div>
    <div class="two"><${LineChart} title=${t('fig.weekly')} target=${TARGET} rows=${weeks.data.items.map((r) => ({ label: title(r), short: showDay(dayOf(r.from)).slice(0, 5), key: r.key, tenths: tenths(r.rate_on_time), n: r.rate_on_time.n, of: r.rate_on_time.of }))} onOpen=${(r) => go(`so-lieu/danh-sach${query({ ...q, figure: 'resolved', by: 'week', key: r.key })}`)} />
      <div><${Bars} title=${t('fig.mostSupplements')} rows=${late.map((r) => ({ label: title(r), value: r.asked_for_papers, key: r.key }))} onOpen=${(r) => go(`so-lieu/danh-sach${query({ ...q, figure: 'asked_for_papers', by: 'procedure', key: r.key })}`)} />
      <${Bars} title=${t('fig.slowest')} unit=" %" rows=${slow.map((s) => ({ label: language() === 'en' ? (s.title_en ?? s.title) : s.title, value: s.percent_of_norm, bad: s.percent_of_norm > 100, note: t('fig.times', { n: number(s.n) }) }))} onOpen=${() => set({}, 'steps')} /></div></div>`;
}

function Table({ q, view, set }) {
  const { data, error, reload } = useGet(`/v1/figures${query({ ...q, by: view.by })}`);
  return html`<div class="row"><label class="inline">${t('fig.by')} <select onChange=${(e) => set({ by: e.currentTarget.value })}>${BYS.map((b) => html`<option value=${b} selected=${view.by === b}>${t(`fig.by.${b}`)}</option>`)}</select></label>
      <a class="button" href=${`/v1/figures${query({ ...q, by: view.by, format: 'csv' })}`} download>CSV</a></div><${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : html`<div class="scroll"><table class="figures"><thead><tr><th scope="col">${t(`fig.by.${view.by}`)}</th>${COLUMNS.map((c) => html`<th scope="col" class="n">${t(`fig.${c}`)}</th>`)}${RATES.map((c) => html`<th scope="col" class="n">${t(`fig.${c}`)}</th>`)}</tr></thead>
      <tbody>${data.items.map((r) => html`<tr><th scope="row">${title(r)}</th>${COLUMNS.map((c) => html`<td class="n"><${Count} n=${r[c]} figure=${c} q=${q} by=${view.by} row=${r} /></td>`)}${RATES.map((c) => html`<td class="n"><${Rate} rate=${r[c]} /></td>`)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t('fig.all')}</th>${COLUMNS.map((c) => html`<td class="n"><${Count} n=${data.total[c]} figure=${c} q=${q} /></td>`)}${RATES.map((c) => html`<td class="n"><${Rate} rate=${data.total[c]} /></td>`)}</tr></tfoot></table></div>
      ${data.items.length === 0 && html`<${Empty}>${t('fig.nothing')}</${Empty}>`}<p class="hint">${t('fig.asOf', { at: dateTime(data.as_of) })}</p>`}`;
}

function Load({ q }) {
  const { data, error, reload } = useGet(`/v1/figures/load${query({ agency: q.agency })}`);
  const [from, setFrom] = useState(null);
  const columns = ['holding', 'overdue', 'due_today', 'due_next', 'due_week', 'unopened'];
  const list = (r, c) => `hang-doi${query({ scope: 'all', agency: r.agency?.agency, officer: r.officer, urgency: c === 'overdue' ? 'overdue' : c === 'due_today' ? 'today' : null })}`;
  return html`<${Failure} error=${error} again=${reload} />${!data ? !error && html`<${Loading} />` : html`<div class="scroll"><table><thead><tr><th scope="col">${t('queue.officer')}</th><th scope="col">${t('queue.by.agency')}</th>${columns.map((c) => html`<th scope="col" class="n">${t(`fig.l.${c}`)}</th>`)}<th scope="col"><span class="vh">${t('fig.reassign')}</span></th></tr></thead>
    <tbody>${data.items.map((r) => html`<tr><th scope="row">${r.name ?? html`<em>${t('queue.nobody')}</em>`}${r.absent && html` <span class="badge warn">${t('do.absent')}</span>`}</th><td>${r.agency.name}</td>${columns.map((c) => html`<td class="n">${r[c] ? html`<${Link} to=${`/lam-viec/${list(r, c)}`}>${number(r[c])}</${Link}>` : 0}</td>`)}<td>${r.officer && r.holding > 0 && html`<${Button} onClick=${() => setFrom(r)}>${t('fig.reassign')}</${Button}>`}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">${t('fig.all')}</th><td></td>${columns.map((c) => html`<td class="n">${number(data.total[c])}</td>`)}<td></td></tr></tfoot></table></div>${data.items.length === 0 && html`<${Empty}>${t('fig.nothing')}</${Empty}>`}`}
    ${from && html`<${Reassign} from=${from} rows=${data.items} onClose=${() => setFrom(null)} onDone=${reload} />`}`;
}
function Reassign({ from, rows, onClose, onDone }) {
  const { toast } = useOffice();
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [error, setError] = useState(null);
  const others = rows.filter((r) => r.login && r.login !== from.login && r.agency.agency === from.agency.agency);
  const submit = async (e) => {
    e.preventDefault();
    try {
      const done = await call('POST', '/v1/reassignments', { key: newKey(), body: { agency: from.agency.agency, officer: from.login, to, reason: reason.normalize('NFC').trim() } });
      toast(t('fig.reassigned', { n: number(done.json.done), name: from.name }));
      onDone();
      onClose();
    } catch (err) {
      setError(err);
    }
  };
  return html`<${Dialog} title=${t('fig.reassignFrom', { name: from.name })} onClose=${onClose}><form onSubmit=${submit}><${Failure} error=${error} /><${Field} kind="select" label=${t('do.f.officer')} value=${to} onValue=${setTo} required options=${[{ value: '', label: t('do.choose') }, { value: 'least', label: t('fig.least') }, ...others.map((o) => ({ value: o.login, label: `${o.name} – ${t('do.load', { n: o.holding })}` }))]} />
    <${Field} label=${t('org.reason')} value=${reason} onValue=${setReason} required /><p class="row"><${Button} main type="submit">${t('fig.reassign')}</${Button}><${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}

const hours = (m) => (m === null || m === undefined ? '–' : t('fig.hours', { n: number(m / 60, 1) }));
function Steps({ q }) {
  const { data, error, reload } = useGet(`/v1/figures/steps${query(q)}`);
  return html`<${Failure} error=${error} again=${reload} />${!data ? !error && html`<${Loading} />` : html`<p>${t('fig.counted', { n: number(data.counted), of: number(data.of) })}</p>
    <${Bars} title=${t('fig.split')} rows=${['steps', 'applicant', 'excluded', 'other'].map((k) => ({ label: t(`fig.split.${k}`), value: Math.round(data.split[k] / 60) }))} unit=${` ${t('fig.h')}`} />
    <div class="scroll"><table><thead><tr>${['procedure', 'step'].map((c) => html`<th scope="col">${t(`queue.${c}`)}</th>`)}${['n', 'median', 'p90', 'norm', 'percent', 'beyond'].map((c) => html`<th scope="col" class="n">${t(`fig.s.${c}`)}</th>`)}</tr></thead><tbody>${data.items.map((s) => html`<tr><td class="code">${s.procedure}</td><td>${language() === 'en' ? (s.title_en ?? s.title) : s.title}</td><td class="n">${number(s.n)}</td><td class="n">${hours(s.median_minutes)}</td><td class="n">${hours(s.p90_minutes)}</td><td class="n">${hours(s.norm_minutes)}</td><td class="n">${s.percent_of_norm === null ? '–' : `${number(s.percent_of_norm)} %`}</td><td class="n">${number(s.beyond)}</td></tr>`)}</tbody></table></div>`}`;
}

function Reasons({ q }) {
  const { data, error, reload } = useGet(`/v1/figures/reasons${query(q)}`);
  return html`<${Failure} error=${error} again=${reload} />${!data ? !error && html`<${Loading} />` : data.items.length === 0 ? html`<${Empty}>${t('fig.nothing')}</${Empty}>` : html`<div class="scroll"><table><thead><tr>${['what', 'reason', 'attribution'].map((c) => html`<th scope="col">${t(`fig.r.${c}`)}</th>`)}<th scope="col" class="n">${t('fig.r.n')}</th><th scope="col" class="n">${t('fig.r.dossiers')}</th></tr></thead><tbody>${data.items.map((r) => html`<tr><td>${t(`fig.what.${r.what}`)}</td><td>${(language() === 'en' ? r.title_en : r.title) ?? r.reason ?? t('fig.noReason')} <small>${r.procedure}</small></td><td>${r.attribution ? t(`fig.att.${r.attribution}`) : ''}</td><td class="n">${number(r.n)}</td><td class="n">${number(r.dossiers)}</td></tr>`)}</tbody></table></div>`}`;
}

// The dossiers behind a number.
function Behind({ place }) {
  const q = Object.fromEntries(place.query.entries());
  const [more, setMore] = useState([]);
  const { data, error, reload } = useGet(`/v1/figures/dossiers${query({ ...q, limit: 50 })}`);
  const [next, setNext] = useState(undefined);
  const items = [...(data?.items ?? []), ...more];
  const after = next === undefined ? data?.next : next;
  const load = async () => {
    const page = (await call('GET', `/v1/figures/dossiers${query({ ...q, limit: 50, after })}`)).json;
    setMore((all) => [...all, ...page.items]);
    setNext(page.next);
  };
  return html`<h1>${t(`fig.${q.figure}`)}</h1><p class="row"><span class="hint">${showDay(q.from)} – ${showDay(addDays(q.to, -1))}${q.key ? ` · ${t(`fig.by.${q.by}`)}: ${q.key}` : ''}</span><a class="button" href=${`/v1/figures/dossiers${query({ ...q, format: 'xlsx' })}`} download>XLSX</a><a class="button" href=${`/v1/figures/dossiers${query({ ...q, format: 'csv' })}`} download>CSV</a></p><${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : items.length === 0 ? html`<${Empty}>${t('fig.nothing')}</${Empty}>` : html`<div class="scroll"><table><thead><tr>${['code', 'procedure'].map((c) => html`<th scope="col">${t(`queue.${c}`)}</th>`)}${['agency', 'channel', 'officer'].map((c) => html`<th scope="col">${t(`fig.by.${c}`)}</th>`)}${['accepted', 'due', 'finished'].map((c) => html`<th scope="col">${t(`fig.d.${c}`)}</th>`)}</tr></thead><tbody>${items.map((d) => html`<tr><td class="code"><${Link} to=${`/lam-viec/ho-so/${d.code}`}>${d.code}</${Link}></td><td class="code">${d.procedure}</td><td>${d.agency}</td><td>${d.channel ? t(`channel.${d.channel}`) : ''}</td><td>${d.officer_name ?? ''}</td><td>${dateTime(d.accepted)}</td><td>${dateTime(d.due)}</td><td>${d.finished ? dateTime(d.finished) : ''}${d.finished && d.due && d.finished > d.due && html` <span class="badge bad">${t('dossier.step.late')}</span>`}</td></tr>`)}</tbody></table></div>`}
    ${after && html`<p><${Button} onClick=${load}>${t('act.more')}</${Button}></p>`}`;
}

function Definitions({ onClose }) {
  const { data, error } = useGet('/v1/figures/definitions');
  const en = language() === 'en';
  const lines = (list) => html`<dl class="defs">${list.map((d) => html`<dt>${en ? d.title_en : d.title}</dt><dd>${en ? d.about_en : d.about}</dd>`)}</dl>`;
  return html`<${Dialog} title=${t('fig.definitions')} onClose=${onClose} wide><${Failure} error=${error} />${!data ? !error && html`<${Loading} />` : html`<h3>${t('fig.rates')}</h3>${lines(data.rates)}<h3>${t('fig.counts')}</h3>${lines(data.figures)}<h3>${t('fig.rules')}</h3><ul>${data.rules.map((r) => html`<li>${en ? r.about_en : r.about}</li>`)}</ul>`}</${Dialog}>`;
}

export default function Figures({ place, go }) {
  const { q, view, set, today } = useQuery(place, go);
  const [help, setHelp] = useState(false);
  const file = useRef();
  useKeys({ F1: () => setHelp(true), 'Ctrl+s': () => (file.current ? file.current.click() : false) });
  if (place.item === 'danh-sach') return html`<${Behind} key=${place.query.toString()} place=${place} />`;
  const at = Math.max(0, TABS.indexOf(view.tab));
  const id = TABS[at];
  const panel = { overview: Overview, table: Table, load: Load, steps: Steps, reasons: Reasons }[id];
  return html`<div class="row"><h1>${t('screen.figures')}</h1><${Button} quiet icon="info-circle" keys="F1" onClick=${() => setHelp(true)}>${t('fig.definitions')}</${Button}>
      ${at < 2 && html`<a class="button" ref=${file} href=${`/v1/figures${query({ ...q, by: view.by, format: 'xlsx' })}`} download aria-keyshortcuts="Control+S">XLSX <kbd aria-hidden="true">Ctrl+S</kbd></a>`}</div>
    <${Period} q=${q} set=${set} today=${today} />
    ${FILTERS.slice(0, 6).some((f) => q[f]) && html`<p class="row">${FILTERS.slice(0, 6).filter((f) => q[f]).map((f) => html`<span class="tag">${t(`fig.by.${f}`)}: ${q[f]}<button type="button" class="plain" aria-label=${t('act.remove', { what: q[f] })} onClick=${() => set({ [f]: null })}><${Icon} name="x-lg" /></button></span>`)}</p>`}
    <${Tabs} tabs=${TABS.map((x) => ({ id: x, title: t(`fig.tab.${x}`) }))} at=${at} onChange=${(i) => set({}, TABS[i])} />
    <section role="tabpanel" id=${`panel-${id}`} aria-labelledby=${`tab-${id}`} tabindex="0"><${panel} q=${q} view=${view} set=${set} /></section>${help && html`<${Definitions} onClose=${() => setHelp(false)} />`}`;
}
