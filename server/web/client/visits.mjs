// The guide's desk: numbers for whoever comes without an appointment, and who is expected today, checked
// in with one key.  Numbers are given while the hall is open: the daemon says so otherwise.
import { html, Button, Empty, Failure, Field, Loading, useGet, useOffice, useState } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { clock, dayOf, parseDay, showDay, t } from './text.mjs';
import { rowKeys } from './today.mjs';

const EVENTS = (e) => e.kind === 'resync' || e.kind === 'ticket';

function useIssue(reload) {
  const { toast } = useOffice();
  const [busy, setBusy] = useState(false);
  const issue = async (body) => {
    if (busy) return;
    setBusy(true);
    try {
      const made = (await call('POST', '/v1/tickets', { body, key: newKey() })).json;
      const ahead = made.ahead === null ? '' : ` ${t('desk.ahead', { n: made.ahead })}`;
      toast(`${made.card ? t('desk.card', { n: made.card }) : made.label} – ${made.name}.${ahead}`, { seconds: 20 });
      reload();
    } catch (e) {
      toast(e.errors?.[0]?.message || e.detail || e.title || t('state.offlineHint'), { kind: 'bad', seconds: 12 });
    }
    setBusy(false);
  };
  return { issue, busy };
}

function Numbers({ hall, issue, busy }) {
  const [priority, setPriority] = useState('');
  return html`<section aria-labelledby="numbers"><h2 id="numbers">${t('desk.issue')}</h2>
    ${hall.priority.length > 0 && html`<div class="row"><${Field} kind="select" label=${t('desk.priority')} value=${priority}
          onValue=${setPriority}
      options=${[{ value: '', label: t('desk.ordinary') }, ...hall.priority.map((p) => ({ value: p.group, label: p.name }))]} /></div>`}
    <p class="row">${hall.services.map((s) => html`<${Button} busy=${busy} icon="ticket-perforated"
            onClick=${() => { void issue({ service: s.service, ...(priority && { priority }) }); setPriority(''); }}>
              ${s.letter} – ${s.name}</${Button}>`)}</p></section>`;
}

function Expected({ data, day, issue, busy }) {
  const today = day === dayOf();
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="visits">
    <table><thead><tr>${['slot', 'name', 'phone', 'service', 'procedure', 'state'].map((c) => html`<th scope="col">
                ${t(`visits.${c}`)}</th>`)}</tr></thead>
    <tbody onKeyDown=${rowKeys}>
      ${data.items.map((i) => html`<tr key=${i.appointment}><td>${clock(i.slot)}</td><td>${i.name ?? ''}</td>
            <td class="nowrap">${i.phone ?? ''}</td><td>${i.service_name ?? i.service}</td><td>${i.procedure ?? ''}</td>
      <td>${i.arrived ? html`<strong>${i.label ?? t('visits.arrived')}</strong>` : today
          ? html`<${Button} data-row busy=${busy} onClick=${() => issue({ booked: i.appointment })}>${t('visits.checkIn')}
            <span class="vh"> ${clock(i.slot)} ${i.name ?? ''}</span></${Button}>` : ''}</td></tr>`)}</tbody></table></div>`;
}

export function Visits() {
  const [typed, setTyped] = useState(showDay(dayOf()));
  const day = parseDay(typed);
  const list = useGet(day && `/v1/appointments${query({ day })}`, { events: EVENTS });
  const halls = useGet('/v1/halls');
  const hall = halls.data?.items.find((h) => h.hall === list.data?.hall);
  const { issue, busy } = useIssue(list.reload);
  if (list.error?.status === 404) return null;
  return html`${hall && html`<${Numbers} hall=${hall} issue=${issue} busy=${busy} />`}
    <section aria-labelledby="visits">
      <h2 id="visits">${t('visits.title')} ${list.data && html`<span class="count">${list.data.items.length}</span>`}</h2>
    <div class="row"><${Field} label=${t('today.day')} hint=${t('counter.dayHint')} value=${typed} onValue=${setTyped}
        error=${day ? undefined : t('counter.badDay')} inputmode="numeric" data-above /></div>
    <${Failure} error=${list.error} again=${list.reload} />
    ${!list.data ? !list.error && html`<${Loading} />` : list.data.items.length === 0
      ? html`<${Empty}>${t('visits.none')}</${Empty}>` : html`<${Expected} data=${list.data} day=${day} issue=${issue}
        busy=${busy} />`}</section>`;
}
