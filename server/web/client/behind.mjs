// What stands behind a number: dossiers in the work, first submissions, or the items of a topic.
import { html, useEffect, useMemo, useState, Empty, Failure, Link, Loading, useGet } from './kit.mjs';
import { newKey, onEvent, query } from './net.mjs';
import { addDays, dateTime, money, number, showDay, t } from './text.mjs';
import { Files, FILTERS, said, saidBy, title } from './figures.mjs';
import { useAgencies, usePages, When } from './views.mjs';

const QUESTION = ['component', 'points', 'person', 'from', 'to', 'as_of', 'basis', 'agencies', ...FILTERS, 'competent', 'figure', 'by', 'key', 'across', 'across_key'];

const STATES = { late: 'bad', overdue: 'bad', ended: 'warn' };
const Code = ({ d }) => html`<td class="code">${d.code ? html`<${Link} to=${`/lam-viec/ho-so/${d.code}`}>${d.code}</${Link}>` : '–'}</td>`;
const Late = ({ d }) => d.finished && d.due && d.finished > d.due && html` <span class="badge bad">${t('dossier.step.late')}</span>`;

const COLUMNS = ['agency', 'channel', 'officer'];
const Dossier = ({ d, at }) => html`<tr><${Code} d=${d} /><td class="code">${d.procedure}</td><td>${at(d.agency)}</td>
  <td>${d.channel ? t(`channel.${d.channel}`) : ''}</td><td>${d.officer_name ?? ''}</td>
  <td><${When} at=${d.accepted} /></td><td><${When} at=${d.due} /></td><td><${When} at=${d.finished} /><${Late} d=${d} /></td></tr>`;
const Marked = ({ d, at }) => html`<tr><${Code} d=${d} /><td class="code">${d.procedure}</td><td>${at(d.agency)}</td><td>${d.officer_name ?? ''}</td>
  <td><${When} at=${d.finished} /></td><td class="n">${d.points}</td></tr>`;
const Item = ({ d, paid, at }) => html`<tr><${Code} d=${d} /><td class="code">${d.procedure}</td><td>${at(d.agency)}</td>
  <td>${d.channel ? t(`channel.${d.channel}`) : ''}</td><td>${d.officer_name ?? ''}</td><td><${When} at=${d.since} /></td>
  <td><${When} at=${d.due} /></td><td><${When} at=${d.finished} /> <span class=${`badge ${STATES[d.class] ?? ''}`}>${t(`behind.class.${d.class}`)}</span></td>
  ${paid && html`<td class="n">${money(d.amount)}</td>`}</tr>`;

// A long file: how many rows are written, until it comes.
function useProgress() {
  const word = useMemo(newKey, []);
  const [now, setNow] = useState(null);
  useEffect(() => onEvent((e) => e.kind === 'export' && e.export === word && setNow(e)), [word]);
  return [word, now && html`<p role="status">${!now.done && html`<progress max=${now.of ?? undefined}
      value=${now.of ? now.rows : undefined} aria-label=${t('behind.file')} /> `}
    ${t(`behind.file.${now.done ? 'done' : now.of ? 'of' : 'rows'}`, { n: number(now.rows), of: number(now.of ?? 0) })}</p>`];
}

export default function Behind({ place }) {
  const asked = Object.fromEntries(place.query.entries());
  const q = Object.fromEntries(QUESTION.filter((k) => asked[k]).map((k) => [k, asked[k]]));
  const { topic, index } = asked;
  const path = index ? `/v1/indices/${index}/dossiers` : topic ? `/v1/figures/topics/${topic}/items` : '/v1/figures/dossiers';
  const { data, items, more, error, reload } = usePages((cursor) => `${path}${query({ ...q, limit: 50, cursor })}`);
  const names = useGet(topic ? `/v1/figures/definitions?topic=${topic}` : index ? '/v1/indices' : null);
  const paid = topic === 'fees';
  const at = useAgencies();
  const [progress, written] = useProgress();
  const head = index ? ['finished'] : topic ? ['since', 'due', 'ended'] : ['accepted', 'due', 'finished'];
  const name = index ? title(names.data?.items.flatMap((x) => x.groups).flatMap((g) => g.components).find((c) => c.component === q.component) ?? {})
    : topic ? title(names.data?.figures.find((f) => f.name === q.figure) ?? {}) : said(q.figure);
  const part = (by, key) => (key ? ` · ${saidBy(by)}: ${key}` : '');
  const where = part(q.by, q.key) + part(q.across, q.across_key);
  return html`<h1>${name || t('state.loading')}</h1>
    <p class="row"><span class="hint">${showDay(q.from)} – ${showDay(addDays(q.to, -1))}${where}${q.as_of
          ? ` · ${t('behind.asOf', { at: dateTime(q.as_of) })}` : ''}</span>
      <${Files} path=${path} ask=${{ ...q, progress }} /></p>${written}<${Failure} error=${error} again=${reload} />
    ${!data && !error && html`<${Loading} />`}${data && items.length === 0 && html`<${Empty}>${said('nothing')}</${Empty}>`}
    ${items.length > 0 && html`<div class="scroll">
        <table><thead><tr>${['code', 'procedure'].map((c) => html`<th scope="col">${t(`queue.${c}`)}</th>`)}
      ${(index ? COLUMNS.filter((c) => c !== 'channel') : COLUMNS).map((c) => html`<th scope="col">${saidBy(c)}</th>`)}${head.map((c) => html`<th scope="col">${t(`behind.${c}`)}</th>`)}
      ${(paid || index) && html`<th scope="col" class="n">${t(paid ? 'behind.amount' : 'behind.points')}</th>`}</tr></thead>
      <tbody>${items.map((d) => (index ? html`<${Marked} d=${d} at=${at} />` : topic ? html`<${Item} d=${d} paid=${paid} at=${at} />` : html`<${Dossier} d=${d} at=${at} />`))}</tbody></table></div>`}
    ${more}`;
}
