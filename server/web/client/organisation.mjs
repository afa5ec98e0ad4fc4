// Organisation: agencies with validity and successors; accounts and their roles.
import { html, useMemo, useState, Button, Check, clean, Dialog, Empty, Failure, Field, Loading, useGet, useOffice } from './kit.mjs';
import { Tabs } from './views.mjs';
import { call, newKey, query } from './net.mjs';
import { dateTime, matches, t } from './text.mjs';

const ROLES = ['guide', 'receiver', 'returner', 'cashier', 'clerk', 'specialist', 'division_head', 'leader', 'office_specialist',
  'committee_leader', 'onestop_head', 'business_admin', 'technical_admin', 'auditor', 'supervisor', 'support'];
const TABS = ['agencies', 'accounts'];
const day = (iso) => (iso ? iso.split('-').reverse().join('/') : '');

function Agencies() {
  const [all, setAll] = useState(false);
  const [typed, setTyped] = useState('');
  const { data, error, reload } = useGet(`/v1/organisation${all ? '?on=all' : ''}`);
  const names = useMemo(() => new Map((data?.agencies ?? []).map((a) => [a.agency, a.name])), [data]);
  const found = (data?.agencies ?? []).filter((a) => !typed || matches(typed, `${a.name} ${a.code} ${a.agency}`));
  return html`<div class="row"><${Field} label=${t('org.find')} value=${typed} onValue=${setTyped} />
    <${Check} label=${t('org.ended')} checked=${all} onValue=${setAll} /></div><${Failure} error=${error} again=${reload} />
    ${!data && !error ? html`<${Loading} />`
      : html`<div class="scroll">
        <table><thead><tr>${['name', 'code', 'type', 'parent', 'valid', 'successor'].map((c) => html`<th scope="col">
                    ${t(`org.a.${c}`)}</th>`)}</tr></thead>
                    <tbody>${found.slice(0, 300).map((a) => html`<tr><td>${a.name}</td><td class="code">${a.code}</td>
                        <td>${t(`org.type.${a.type}`)}</td><td>${names.get(a.parent) ?? a.parent ?? ''}</td>
                        <td class="code">${day(a.valid_from)} – ${day(a.valid_to)}</td>
                        <td>${names.get(a.successor) ?? a.successor ?? ''}</td></tr>`)}</tbody></table></div>
                        ${found.length === 0 && html`<${Empty}>${t('org.none')}</${Empty}>`}`}`;
}

function RoleChoice({ roles, set }) {
  return html`<fieldset><legend>${t('org.roles')}</legend>
    <div class="fields">${ROLES.map((r) => html`<${Check} label=${t(`role.${r}`)} checked=${roles.includes(r)}
            onValue=${(on) => set(on ? [...roles, r] : roles.filter((x) => x !== r))} />`)}</div></fieldset>`;
}

function AccountForm({ account, onClose, onDone }) {
  const { session } = useOffice();
  const [v, setV] = useState(account ? { name: account.name, agency: account.agency?.agency ?? '', roles: account.roles,
      active: account.active, reason: '' } : { login: '', name: '', agency: session.agency?.agency ?? '', reason: '' });
  const [state, set] = useState({});
  const put = (some) => setV((now) => ({ ...now, ...some }));
  const errors = Object.fromEntries((state.error?.errors ?? []).map((e) => [(e.pointer ?? '').split('/')[1] ?? '', e.message]));
  const submit = async (e) => {
    e.preventDefault();
    try {
      const body = account ? changed(account, v) : { login: v.login.trim().toLowerCase(), name: clean(v.name),
        agency: v.agency.trim(), ...(v.reason.trim() && { reason: clean(v.reason) }) };
      const done = account
        ? await call('PATCH', `/v1/accounts/${encodeURIComponent(account.login)}`, { body, match: account.seq })
        : await call('POST', '/v1/accounts', { body, key: newKey() });
      if (done.json?.password) set({ password: done.json.password, login: done.json.login });
      else onClose();
      onDone();
    } catch (error) {
      set({ error });
    }
  };
  const reset = async () => {
    try {
      const done = await call('POST', `/v1/accounts/${encodeURIComponent(account.login)}/password`,
        { body: { reason: clean(v.reason) || t('org.resetReason') }, match: account.seq, key: newKey() });
      set({ password: done.json.password, login: account.login });
      onDone();
    } catch (error) {
      set({ error });
    }
  };
  const away = async () => {
    try {
      await call('POST', `/v1/accounts/${encodeURIComponent(account.login)}/second-factor/off`,
        { body: { reason: clean(v.reason) || t('org.codesAwayReason') } });
      onClose();
      onDone();
    } catch (error) {
      set({ error });
    }
  };
  if (state.password) return html`<${Dialog} title=${t('org.oneTime')} onClose=${onClose}>
    <p>${t('org.oneTimeHint', { login: state.login })}</p><p class="secret"><code>${state.password}</code></p>
    <p><${Button} main onClick=${onClose}>${t('act.close')}</${Button}></p></${Dialog}>`;
  return html`<${Dialog} title=${account ? account.login : t('org.new')} onClose=${onClose} wide>
    <form onSubmit=${submit}><${Failure} error=${state.error} />
    ${!account && html`<${Field} label=${t('signin.login')} value=${v.login} onValue=${(x) => put({ login: x })}
        error=${errors.login} required />`}
    <${Field} label=${t('org.name')} value=${v.name} onValue=${(x) => put({ name: x })} error=${errors.name} required />
    <${Field} label=${t('org.agency')} value=${v.agency} onValue=${(x) => put({ agency: x })} error=${errors.agency} required />
    ${account && html`<${RoleChoice} roles=${v.roles} set=${(roles) => put({ roles })} />
      <${Check} label=${t('org.active')} checked=${v.active} onValue=${(active) => put({ active })} />`}
    <${Field} label=${t('org.reason')} hint=${t('org.reasonHint')} value=${v.reason} onValue=${(x) => put({ reason: x })}
      error=${errors.reason} />
    <p class="row"><${Button} main type="submit">${t('act.save')}</${Button}>
      ${account && html`<${Button} onClick=${reset}>${t('org.reset')}</${Button}>`}
      ${account?.second_factor && html`<${Button} onClick=${away}>${t('org.codesAway')}</${Button}>`}
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
function changed(account, v) {
  const body = {};
  if (clean(v.name) !== account.name) body.name = clean(v.name);
  if (v.agency.trim() !== (account.agency?.agency ?? '')) body.agency = v.agency.trim();
  if ([...v.roles].sort().join() !== [...account.roles].sort().join()) body.roles = v.roles;
  if (v.active !== account.active) body.active = v.active;
  if (v.reason.trim()) body.reason = clean(v.reason);
  return body;
}

function Accounts() {
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(null);
  const { data, error, reload } = useGet(`/v1/accounts${query({ q: typed.trim(), limit: 100 })}`);
  return html`<div class="row"><${Field} label=${t('org.findPerson')} value=${typed} onValue=${setTyped} />
    <${Button} main icon="plus-lg" onClick=${() => setOpen('new')}>${t('org.new')}</${Button}></div>
    <${Failure} error=${error} again=${reload} />
    ${!data && !error ? html`<${Loading} />` : data
      && html`<div class="scroll">
        <table><thead><tr>${['login', 'name', 'agency', 'roles', 'state'].map((c) => html`<th scope="col">
                    ${t(`org.p.${c}`)}</th>`)}</tr></thead>
                    <tbody>${data.items.map((a) => html`<tr>
                        <td><button type="button" class="plain" onClick=${() => setOpen(a)}>${a.login}</button></td>
                        <td>${a.name}</td><td>${a.agency?.name}</td><td>${a.roles.map((r) => t(`role.${r}`)).join(', ')}</td>
                        <td>${a.active ? t('org.on') : t('org.off')}${a.must_change ? `, ${t('org.mustChange')}` : ''}${
                          a.second_factor ? `, ${t('org.codes')}` : ''} <small>
                        ${a.password_at ? dateTime(a.password_at) : ''}</small></td></tr>`)}</tbody></table></div>`}
    ${open && html`<${AccountForm} account=${open === 'new' ? null : open} onClose=${() => setOpen(null)} onDone=${reload} />`}`;
}

export default function Organisation({ place, go, roles }) {
  const tabs = TABS.filter((x) => x === 'agencies' || roles.some((r) => ['technical_admin', 'business_admin'].includes(r)));
  const [at, setAt] = useState(Math.max(0, tabs.indexOf(place.item)));
  const id = tabs[at];
  return html`<h1>${t('screen.organisation')}</h1><${Tabs} tabs=${tabs.map((x) => ({ id: x, title: t(`org.tab.${x}`) }))} at=${at}
    onChange=${(i) => { setAt(i); go(`to-chuc/${tabs[i]}`, { replace: true, keep: true }); }} />
    <section role="tabpanel" id=${`panel-${id}`} aria-labelledby=${`tab-${id}`} tabindex="0">
      ${id === 'agencies' ? html`<${Agencies} />` : html`<${Accounts} />`}</section>`;
}
