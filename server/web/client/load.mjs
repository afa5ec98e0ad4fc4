// What each officer holds, what falls due, what tomorrow asks of her against what she can do; work dealt
// out again straight from the row.
import { html, useState, Button, Dialog, Empty, Failure, Field, Link, Loading, useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { addDays, dayOf, number, showDay, t } from './text.mjs';
import { Files } from './figures.mjs';

const COLUMNS = ['holding', 'overdue', 'due_today', 'due_next', 'due_week', 'unopened'];
const listOf = (r, c) => `hang-doi${query({
  scope: 'all', agency: r.agency?.agency, officer: r.officer, urgency: c === 'overdue' ? 'overdue' : c === 'due_today' ? 'today' : null,
})}`;

// Tomorrow's work against capacity: the words say what the bar shows.
function Tomorrow({ row }) {
  const can = row.officer === null ? null : row.capacity_next; // what nobody has yet is nobody's load
  const over = row.todo_next > (can ?? Infinity);
  return html`${number(row.todo_next)}${can !== null && ` / ${number(can)}`}
    ${can > 0 && html` <meter min="0" max=${can} high=${can * 0.8} optimum="0" value=${Math.min(row.todo_next, can)}
        aria-hidden="true"></meter>`}
    ${row.percent_next !== null && html` <small>${number(row.percent_next)} %</small>`}
    ${row.absent_next && html` <span class="badge warn">${t('load.leave')}</span>`}
    ${over && html` <span class="badge bad">${t('load.over')}</span>`}`;
}

export default function Load({ q }) {
  const { data, error, reload } = useGet(`/v1/figures/load${query({ agency: q.agency })}`);
  const [from, setFrom] = useState(null);
  const [all, setAll] = useState(false);
  if (!data) return html`<${Failure} error=${error} again=${reload} />${!error && html`<${Loading} />`}`;
  const day = showDay(addDays(dayOf(data.next_day), -1)).slice(0, 5);
  const busy = data.items.filter((r) => r.holding || r.todo_next || r.absent || r.absent_next);
  const row = (r) => html`<tr>
    <th scope="row">${r.name ?? html`<em>${t('queue.nobody')}</em>`}${r.absent && html` <span class="badge warn">
          ${t('do.absent')}</span>`}</th>
    <td>${r.agency.name}</td>
    ${COLUMNS.map((c) => html`<td class="n">${r[c] ? html`<${Link} to=${`/lam-viec/${listOf(r, c)}`}>${number(r[c])}</${Link}>` : 0}</td>`)}
    <td class="used"><${Tomorrow} row=${r} /></td>
    <td>${r.officer && r.holding > 0 && html`<${Button} onClick=${() => setFrom(r)}>${t('fig.reassign')}</${Button}>`}</td></tr>`;
  return html`<${Failure} error=${error} again=${reload} />
    <p class="row"><span class="hint">${t('load.about')}</span>
      <${Files} path="/v1/figures/load" ask=${{ agency: q.agency }} /></p>
    <div class="scroll"><table><thead><tr><th scope="col">${t('queue.officer')}</th><th scope="col">${t('queue.by.agency')}</th>
      ${COLUMNS.map((c) => html`<th scope="col" class="n">${t(`fig.l.${c}`)}</th>`)}
      <th scope="col">${t('load.next', { day })}</th><th scope="col"><span class="vh">${t('fig.reassign')}</span></th></tr></thead>
    <tbody>${(all ? data.items : busy).map(row)}</tbody>
    <tfoot><tr><th scope="row">${t('fig.all')}</th><td></td>${COLUMNS.map((c) => html`<td class="n">${number(data.total[c])}</td>`)}
      <td class="used"><${Tomorrow} row=${data.total} /></td><td></td></tr></tfoot></table></div>
    ${busy.length < data.items.length && html`<p><button type="button" class="chip" aria-pressed=${all ? 'true' : 'false'}
          onClick=${() => setAll(!all)}>${t('load.idle', { n: number(data.items.length - busy.length) })}</button></p>`}
    ${data.items.length === 0 && html`<${Empty}>${t('fig.nothing')}</${Empty}>`}
    ${from && html`<${Reassign} from=${from} rows=${data.items} onClose=${() => setFrom(null)} onDone=${reload} />`}`;
}

function Reassign({ from, rows, onClose, onDone }) {
  const { toast } = useOffice();
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [error, setError] = useState(null);
  const others = rows.filter((r) => r.login && r.login !== from.login && r.agency.agency === from.agency.agency);
  const options = [
    { value: '', label: t('do.choose') }, { value: 'least', label: t('fig.least') },
    ...others.map((o) => ({ value: o.login, label: `${o.name} – ${t('do.load', { n: o.holding })}` })),
  ];
  const submit = async (e) => {
    e.preventDefault();
    try {
      const body = { agency: from.agency.agency, officer: from.login, to, reason: reason.normalize('NFC').trim() };
      const done = await call('POST', '/v1/reassignments', { key: newKey(), body });
      toast(t('fig.reassigned', { n: number(done.json.done), name: from.name }));
      onDone();
      onClose();
    } catch (err) {
      setError(err);
    }
  };
  return html`<${Dialog} title=${t('fig.reassignFrom', { name: from.name })} onClose=${onClose}>
    <form onSubmit=${submit}><${Failure} error=${error} />
    <${Field} kind="select" label=${t('do.f.officer')} value=${to} onValue=${setTo} required options=${options} />
    <${Field} label=${t('org.reason')} value=${reason} onValue=${setReason} required />
    <p class="row"><${Button} main type="submit">${t('fig.reassign')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
