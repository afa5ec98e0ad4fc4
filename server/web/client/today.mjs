// What I did at the counter on a day, and what waits to be taken in from online and post.
import { html, Button, Due, Empty, Failure, Field, Link, Loading, useGet, useKeys, useNow, useOffice, useState } from './kit.mjs';
import { clock, dateTime, dayOf, money, number, parseDay, loadPart, showDay, t } from './text.mjs';

export const dossierPath = (code) => `/lam-viec/ho-so/${encodeURIComponent(code)}`;
// Arrows move along the links of a list; Home and End go to its ends.
export function rowKeys(e) {
  const rows = [...e.currentTarget.querySelectorAll('[data-row]')];
  const at = rows.indexOf(e.target.closest('[data-row]'));
  const to = { ArrowDown: Math.min(at + 1, rows.length - 1), ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[e.key];
  if (to === undefined || !rows.length) return;
  e.preventDefault();
  if (to < 0) document.querySelector('[data-above]')?.focus();
  else rows[to].focus();
}

const COUNTS = ['accepted', 'returned', 'rejected', 'handed_over'];
export default function Today({ session, roles }) {
  const { toast } = useOffice();
  const [typed, setTyped] = useState(showDay(dayOf()));
  const day = parseDay(typed);
  const mine = useGet(day && `/v1/intake/today?day=${day}`, { events: EVENTS });
  const print = async () => {
    if (!mine.data) return;
    try {
      await (await loadPart('print')).printDay(mine.data, { officer: session.name, unit: session.agency?.name });
    } catch {
      toast(t('counter.noPrint'), { kind: 'bad' });
    }
  };
  useKeys({ F9: () => void print() });
  return html`<div class="today"><h1>${t('screen.today')}</h1>
    <div class="row"><${Field} label=${t('today.day')} hint=${t('counter.dayHint')} value=${typed} onValue=${setTyped}
        error=${day ? undefined : t('counter.badDay')} inputmode="numeric" data-above />
      <${Button} icon="printer" keys="F9" onClick=${print} disabled=${!mine.data}>${t('today.print')}</${Button}></div>
    <${Failure} error=${mine.error} again=${mine.reload} />
    ${!mine.data ? !mine.error && html`<${Loading} />` : html`<${Done} day=${mine.data} />`}
    ${roles.includes('receiver') && html`<${Waiting} />`}</div>`;
}
const EVENTS = (e) => e.kind === 'resync' || e.kind === 'dossier' || e.kind === 'queue';

function Done({ day }) {
  return html`<dl class="tiles">${COUNTS.map((c) => html`<div><dt>${t(`today.${c}`)}</dt><dd>${number(day.counts[c])}</dd></div>`)}
      <div><dt>${t('today.collected')}</dt><dd>${money(day.collected)}</dd></div></dl>
    ${day.items.length === 0 ? html`<${Empty}>${t('today.none')}</${Empty}>`
      : html`<div class="scroll"><h2 id="done" class="vh">${t('today.done')}</h2>
        <table><thead><tr><th scope="col">${t('today.at')}</th><th scope="col">${t('today.what')}</th>
              <th scope="col">${t('today.code')}</th><th scope="col">${t('counter.applicant')}</th>
              <th scope="col">${t('counter.procedure')}</th><th scope="col">${t('counter.promise')}</th>
              <th scope="col" class="n">${t('today.amount')}</th></tr></thead>
      <tbody onKeyDown=${rowKeys}>
        ${day.items.map((i) => html`<tr><td>${clock(i.at)}</td><td>${t(`today.${i.what}`)}</td>
              <td class="nowrap">${i.code && html`<${Link} to=${dossierPath(i.code)} data-row>${i.code}</${Link}>`}</td>
              <td>${i.applicant}</td><td>${i.procedure_name}</td><td>${i.due ? dateTime(i.due) : ''}</td>
              <td class="n">${i.amount === undefined ? '' : money(i.amount)}</td></tr>`)}</tbody></table></div>`}
    ${day.more && html`<p class="hint">${t('today.more')}</p>`}`;
}

function Waiting() {
  const now = useNow();
  const list = useGet('/v1/submissions?limit=100', { events: EVENTS });
  const items = list.data?.items ?? [];
  return html`<section aria-labelledby="waiting"><h2 id="waiting">${t('today.waiting')} <span class="count">${items.length}</span>
        </h2><${Failure} error=${list.error} again=${list.reload} />
    ${list.data && items.length === 0 && html`<${Empty}>${t('today.waitingNone')}</${Empty}>`}
    ${items.length > 0 && html`<div class="scroll">
        <table><thead><tr><th scope="col">${t('today.submitted')}</th><th scope="col">${t('today.code')}</th>
              <th scope="col">${t('counter.applicant')}</th><th scope="col">${t('counter.procedure')}</th>
              <th scope="col">${t('counter.channel')}</th><th scope="col">${t('today.status')}</th></tr></thead>
      <tbody onKeyDown=${rowKeys}>
        ${items.map((i) => html`<tr><td>${i.due ? html`<${Due} at=${i.due} now=${now} />` : dateTime(i.submitted)}</td>
              <td class="nowrap"><${Link} to=${`/lam-viec/tiep-nhan/${encodeURIComponent(i.code)}`} data-row>${i.code}</${Link}>
                  </td><td>${i.applicant}</td><td>${i.procedure_name}</td><td>${t(`channel.${i.channel}`)}</td>
                  <td>${t(`status.${i.status}`)}</td></tr>`)}</tbody></table></div>`}</section>`;
}
