// What needed a second person's agreement, and the seal of each day of the history.
import { html, useState, Button, Empty, Failure, Link, Loading, useGet } from './kit.mjs';
import { query } from './net.mjs';
import { dateTime, number, showDay, t } from './text.mjs';
import { Files, said } from './figures.mjs';
import { usePages } from './views.mjs';

const STATES = { asked: 'warn', agreed: '', declined: 'bad', cancelled: '' };
export function Consents({ q }) {
  const [state, setState] = useState('');
  const { data, items, more, error, reload } = usePages((cursor) =>
    `/v1/reports/consents${query({ from: q.from, to: q.to, agency: q.agency, state, cursor, limit: 50 })}`);
  const row = (c) => html`<tr><td>${dateTime(c.at)}</td>
    <td class="code">${c.code ? html`<${Link} to=${`/lam-viec/ho-so/${c.code}`}>${c.code}</${Link}>` : '–'}</td><td>${c.title}</td>
    <td>${c.competent?.name ?? c.receiving?.name ?? ''}</td>
    <td>${[c.exception, c.document].filter(Boolean).join('; ')}${c.claimed
        && html` <small>${t('rep.claimed', { at: dateTime(c.claimed) })}</small>`}</td>
    <td><span class=${`badge ${STATES[c.state]}`}>${t(`rep.consent.${c.state}`)}</span> ${c.decided
        && html`<small>${dateTime(c.decided)}</small>`}${c.note && html` <q>${c.note}</q>`}</td></tr>`;
  return html`<h2>${t('rep.part.consents')}</h2>
    <p class="row"><label class="inline">${t('rep.consentState')} <select onChange=${(e) => setState(e.currentTarget.value)}>
      <option value="">${t('rep.anyState')}</option>
      ${Object.keys(STATES).map((s) => html`<option value=${s} selected=${s === state}>${t(`rep.consent.${s}`)}</option>`)}
        </select></label> <${Files} path="/v1/reports/consents" ask=${{ from: q.from, to: q.to, agency: q.agency, state }} /></p>
    <${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : items.length === 0 ? html`<${Empty}>${said('nothing')}</${Empty}>`
      : html`<div class="scroll"><table>
      <thead><tr>${['at', 'code', 'kind', 'agency', 'basis', 'state'].map((c) => html`<th scope="col">${t(`rep.k.${c}`)}</th>`)}
            </tr></thead><tbody>${items.map(row)}</tbody></table></div>`}
    ${more}`;
}

export function Seals() {
  const [before, setBefore] = useState(null);
  const { data, error, reload } = useGet(`/v1/seals${query({ before })}`);
  const items = data?.items ?? [];
  const row = (s) => html`<tr><th scope="row">${showDay(s.day)}</th><td class="n">${number(s.events)}</td>
    <td class="n">${number(s.dossiers)}</td><td><code class="digest">${s.digest}</code></td><td>${dateTime(s.at)}</td></tr>`;
  return html`<h2>${t('rep.part.seals')}</h2><p class="hint">${t('rep.sealsAbout')}</p>
    <p class="row"><a class="button" href="/v1/seals?limit=400" download="niem-phong.json">${t('rep.download')}</a>
      ${before && html`<${Button} onClick=${() => setBefore(null)}>${t('rep.newest')}</${Button}>`}${items.length > 0
        && html`<${Button} onClick=${() => setBefore(items.at(-1).day)}>${t('rep.earlier')}</${Button}>`}</p>
    <${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : items.length === 0 ? html`<${Empty}>${t('rep.noSeals')}</${Empty}>`
      : html`<div class="scroll">
        <table><thead><tr><th scope="col">${t('rep.seal.day')}</th><th scope="col" class="n">${t('rep.seal.events')}</th>
      <th scope="col" class="n">${t('rep.seal.dossiers')}</th><th scope="col">${t('rep.seal.digest')}</th>
      <th scope="col">${t('rep.seal.at')}</th></tr></thead><tbody>${items.map(row)}</tbody></table></div>`}`;
}
