// Figures by topic: answers to online submissions, supplements, opinions, apologies, fees, results, paper,
// reception.  What there is and what it means comes from the daemon's definitions.
import { html, Empty, Failure, Loading, useGet } from './kit.mjs';
import { query } from './net.mjs';
import { dateTime, number, t } from './text.mjs';
import { Bars } from './charts.mjs';
import { ByChoice, BYS, Count, Files, Rate, said, saidBy, title } from './figures.mjs';
import { Keeping, questionOf } from './reports.mjs';

const AT_FIRST = 'intake';
const ROWS = 12; // bars in the picture; the table has all
const CLOSE = 12; // beyond so many columns they stand closer
// Long English words may be parted where a hyphen may stand: seventeen columns fit a small screen.
const breakable = (head) => head.replace(/\b(re|un|ex|pay|some|pub|com|dos|ac|car)(?=[a-z]{4})/gi, '$1\u00ad');
// An answer about a topic: what is asked now, and what was frozen (`q` then has its as_of).
function TopicFigures({ names, data, q, by, topic }) {
  const { figures, rates } = names;
  const mine = { ...q, topic };
  const count = (row, f, where) => (f.money ? number(row[f.name] ?? 0)
    : html`<${Count} n=${row[f.name]} figure=${f.name} q=${mine} by=${by} row=${where} label=${title(f)} />`);
  const byName = new Map(figures.map((f) => [f.name, f]));
  const parts = (list, row) => list.map((name, i) => html`${i > 0 && ' + '}${count(row, byName.get(name))}`);
  const cells = (row, where) => html`${figures.map((f) => html`<td class="n">${count(row, f, where)}</td>`)}${rates.map((r) =>
      html`<td class="n"><${Rate} rate=${row[r.name]} /></td>`)}`;
  const bars = data.items.filter((r) => rates[0] && r[rates[0].name]?.tenths).sort((a, b) =>
    b[rates[0].name].tenths - a[rates[0].name].tenths).slice(0, ROWS);
  return html`<div class="tiles">${rates.map((r) => html`<div class="tile"><h3>${title(r)}</h3>
            <p class="big"><${Rate} rate=${data.total[r.name]} /></p>
      <p class="hint">${parts(r.numerator, data.total)} / ${parts(r.denominator, data.total)}</p></div>`)}</div>
    ${bars.length > 1 && html`<${Bars} title=${title(rates[0])} unit=" %"
        rows=${bars.map((r) => ({ label: title(r), value: r[rates[0].name].tenths / 10,
                note: `${number(r[rates[0].name].n)} / ${number(r[rates[0].name].of)}` }))} />`}
    <div class="scroll"><table class=${`figures${figures.length + rates.length > CLOSE ? ' close' : ''}`}>
        <thead><tr><th scope="col">${saidBy(by)}</th>
            ${[...figures, ...rates].map((f) => html`<th scope="col" class="n">${breakable(title(f))}</th>`)}</tr></thead>
      <tbody>${data.items.map((r) => html`<tr><th scope="row">${title(r)}</th>${cells(r, r)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${said('all')}</th>${cells(data.total)}</tr></tfoot></table></div>
    ${data.items.length === 0 && html`<${Empty}>${said('nothing')}</${Empty}>`}`;
}
export function FrozenTopic({ data, q, by }) {
  const names = useGet(`/v1/figures/definitions?topic=${q.topic}`);
  return names.data ? html`<${TopicFigures} names=${names.data} data=${data} q=${q} by=${by} topic=${q.topic} />`
    : html`<${Failure} error=${names.error} again=${names.reload} />${!names.error && html`<${Loading} />`}`;
}

export default function Topics({ q, view, set, go, may }) {
  const topic = view.topic ?? AT_FIRST;
  const names = useGet(`/v1/figures/definitions?topic=${topic}`);
  const { data, error, reload } = useGet(`/v1/figures/topics/${topic}${query({ ...q, by: view.by })}`);
  if (!names.data) return html`<${Failure} error=${names.error} again=${names.reload} />${!names.error && html`<${Loading} />`}`;
  const topics = names.data.topics.filter((x) => x.topic !== 'dossiers');
  return html`<h2>${title(topics.find((x) => x.topic === topic) ?? {})}</h2>
    <div class="row"><label class="inline">${t('rep.topic')} <select onChange=${(e) => set({ topic: e.currentTarget.value })}>
      ${topics.map((x) => html`<option value=${x.topic} selected=${x.topic === topic}>${title(x)}</option>`)}</select></label>
      <${ByChoice} by=${view.by} set=${set} all=${BYS} /></div>
    <${Keeping} question=${questionOf({ report: 'topic', topic, by: view.by }, q)} q=${q} may=${may} go=${go}>
      <${Files} path=${`/v1/figures/topics/${topic}`} ask=${{ ...q, by: view.by }} /></${Keeping}><${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : html`
      <${TopicFigures} names=${names.data} data=${data} q=${q} by=${view.by} topic=${topic} />
      <p class="hint">${t('rep.asOf', { at: dateTime(data.as_of) })}</p>`}`;
}
