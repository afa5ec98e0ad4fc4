// Delegations and absences: who acts for whom, for which kinds of act, until when, by which letter.
import { html, useState, Button, Check, clean, Dialog, Empty, Failure, Field, Loading, useGet, useOffice } from './kit.mjs';
import { call, newKey } from './net.mjs';
import { dateTime, dayOf, parseDay, showDay, t } from './text.mjs';

const KINDS = ['intake', 'work', 'approve', 'number', 'assign'];
const REASONS = ['leave', 'sick', 'mission', 'training', 'other'];
const day = (iso) => (iso ? iso.split('-').reverse().join('/') : '');

function Form({ title, fields, first, send, onClose, onDone }) {
  const [v, setV] = useState(first);
  const [error, setError] = useState(null);
  const put = (k) => (x) => setV((now) => ({ ...now, [k]: x }));
  const errors = Object.fromEntries((error?.errors ?? []).map((e) => [(e.pointer ?? '').split('/')[1] ?? '', e.message]));
  const submit = async (e) => {
    e.preventDefault();
    try {
      await send(v);
      onDone();
      onClose();
    } catch (err) {
      setError(err);
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}><form onSubmit=${submit}><${Failure} error=${error} />
      ${fields({ v, put, errors })}<p class="row"><${Button} main type="submit">${t('act.save')}</${Button}>
        <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
const dayField = (name, { v, put, errors }) => html`<${Field} label=${t(`stand.${name}`)} hint=${t('do.dayHint')} value=${v[name]}
  onValue=${put(name)} error=${errors[name]} inputmode="numeric" required />`;
const iso = (s) => parseDay(s) ?? s;

function Delegate(props) {
  const send = (v) => call('POST', '/v1/delegations',
    { key: newKey(), body: { to: v.to.trim().toLowerCase(), kinds: v.kinds,
        ...(v.procedures.trim() && { procedures: v.procedures.split(/[\s,;]+/).filter(Boolean) }), valid_from: iso(v.valid_from),
          valid_to: iso(v.valid_to), document: clean(v.document) } });
  return html`<${Form} ...${props} title=${t('stand.newDelegation')}
    first=${{ to: '', kinds: ['work'], procedures: '', valid_from: showDay(dayOf()), valid_to: '', document: '' }} send=${send}
      fields=${(f) => html`<${Field} label=${t('stand.to')} hint=${t('stand.toHint')} value=${f.v.to} onValue=${f.put('to')}
          error=${f.errors.to} required />
    <fieldset><legend>${t('stand.kinds')}</legend>
      ${KINDS.map((k) => html`<${Check} label=${t(`stand.kind.${k}`)} checked=${f.v.kinds.includes(k)}
            onValue=${(on) => f.put('kinds')(on ? [...f.v.kinds, k] : f.v.kinds.filter((x) => x !== k))} />`)}</fieldset>
    <${Field} label=${t('stand.procedures')} hint=${t('stand.proceduresHint')} value=${f.v.procedures}
      onValue=${f.put('procedures')} error=${f.errors.procedures} />${dayField('valid_from', f)}${dayField('valid_to', f)}
        <${Field} label=${t('editor.document')} value=${f.v.document} onValue=${f.put('document')} error=${f.errors.document}
          required />`} />`;
}
function Absent(props) {
  const send = (v) => call('POST', '/v1/absences', { key: newKey(), body: { from: iso(v.from), to: iso(v.to), reason: v.reason } });
  return html`<${Form} ...${props} title=${t('stand.newAbsence')} first=${{ from: showDay(dayOf()), to: '', reason: 'leave' }}
    send=${send} fields=${(f) => html`${dayField('from', f)}${dayField('to', f)}<${Field} label=${t('stand.reason')} kind="select"
        value=${f.v.reason} onValue=${f.put('reason')} error=${f.errors.reason}
          options=${REASONS.map((r) => ({ value: r, label: t(`stand.why.${r}`) }))} />`} />`;
}

export default function StandIn() {
  const delegations = useGet('/v1/delegations');
  const absences = useGet('/v1/absences');
  const { toast, session } = useOffice();
  const [open, setOpen] = useState(null);
  const end = async (path, list) => {
    try {
      await call('POST', path, { body: {}, key: newKey() });
    } catch (e) {
      toast(e.errors?.[0]?.message ?? e.detail ?? e.title ?? t('state.offlineHint'), { kind: 'bad' });
    }
    list.reload();
  };
  return html`<h1>${t('screen.standin')}</h1><h2>${t('stand.delegations')}</h2>
    <p><${Button} icon="plus-lg" onClick=${() => setOpen('delegate')}>${t('stand.newDelegation')}</${Button}></p>
    <${Failure} error=${delegations.error} />
    ${!delegations.data ? !delegations.error && html`<${Loading} />` : delegations.data.items.length === 0
      ? html`<${Empty}>${t('stand.noDelegations')}</${Empty}>`
        : html`<div class="scroll">
          <table><thead><tr>${['from', 'to', 'kinds', 'procedures', 'period', 'document'].map((c) => html`<th scope="col">
                      ${t(`stand.c.${c}`)}</th>`)}<th scope="col"><span class="vh">${t('stand.revoke')}</span></th></tr></thead>
                      <tbody>${delegations.data.items.map((d) => html`<tr><td>${d.from.name}</td><td>${d.to.name}</td>
                        <td>${d.kinds.map((k) => t(`stand.kind.${k}`)).join(', ')}</td>
                        <td>${d.procedures.join(', ') || t('stand.all')}</td>
                        <td class="code">${day(d.valid_from)} – ${day(d.valid_to)}</td><td>${d.document}</td>
                        <td>${d.revoked ? html`<small>${t('stand.revoked', { at: dateTime(d.revoked) })}</small>`
                        : d.from.login === session.login
                        && html`<${Button} onClick=${() => end(`/v1/delegations/${d.delegation}/revoke`, delegations)}>
                        ${t('stand.revoke')}</${Button}>`}</td></tr>`)}</tbody></table></div>`}
    <h2>${t('stand.absences')}</h2>
    <p><${Button} icon="plus-lg" onClick=${() => setOpen('absent')}>${t('stand.newAbsence')}</${Button}></p>
    <${Failure} error=${absences.error} />
    ${!absences.data ? null : absences.data.items.length === 0 ? html`<${Empty}>${t('stand.noAbsences')}</${Empty}>`
      : html`<table><thead><tr>${['who', 'period', 'reason'].map((c) => html`<th scope="col">${t(`stand.a.${c}`)}</th>`)}
            <th scope="col"><span class="vh">${t('stand.cancel')}</span></th></tr></thead>
            <tbody>${absences.data.items.map((a) => html`<tr><td>${a.officer.name}</td>
                    <td class="code">${day(a.from)} – ${day(a.to)}</td><td>${t(`stand.why.${a.reason}`)}</td>
                    <td>${a.officer.login === session.login
                        && html`<${Button} onClick=${() => end(`/v1/absences/${a.absence}/cancel`, absences)}>
                        ${t('stand.cancel')}</${Button}>`}</td></tr>`)}</tbody></table>`}
    ${open === 'delegate' && html`<${Delegate} onClose=${() => setOpen(null)} onDone=${delegations.reload} />`}${open === 'absent'
      && html`<${Absent} onClose=${() => setOpen(null)} onDone=${absences.reload} />`}`;
}
