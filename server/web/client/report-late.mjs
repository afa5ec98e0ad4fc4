// Each late dossier: how late, and where its working time went; each step with whose it was and its norm.
import { html, Empty, Failure, Link, Loading } from './kit.mjs';
import { query } from './net.mjs';
import { number, t } from './text.mjs';
import { Files, hours, title } from './figures.mjs';
import { useAgencies, usePages, When } from './views.mjs';

const SPLIT = ['applicant', 'excluded', 'other'];
const WIDTH = 6 + SPLIT.length;
const Step = ({ s, at }) => html`<li>${title(s) || s.step} <small>${at(s.agency)}${s.officer_name ? `, ${s.officer_name}` : ''}</small> ${hours(s.minutes)}
  ${s.norm_minutes !== null && html` <small>${t('rep.late.norm', { n: hours(s.norm_minutes) })}</small>`}${s.beyond_minutes > 0
    && html` <span class="badge bad">${t('rep.late.beyond', { n: hours(s.beyond_minutes) })}</span>`}</li>`;
const Row = ({ d, at }) => html`<tr><td class="code"><${Link} to=${`/lam-viec/ho-so/${d.code}`}>${d.code}</${Link}> <small>${d.procedure}</small></td>
  <td>${at(d.agency)}</td><td><${When} at=${d.due} /></td><td><${When} at=${d.finished} /></td>
  <td class="n"><strong>${hours(d.late_minutes)}</strong></td><td class="n">${hours(d.minutes)}</td>
  ${SPLIT.map((k) => html`<td class="n">${hours(d[k])}</td>`)}</tr>
  <tr><td colspan=${WIDTH}><strong>${t('fig.split.steps')}</strong><ul class="plainlist">${d.steps.map((s) => html`<${Step} s=${s} at=${at} />`)}</ul></td></tr>`;

export default function Late({ q }) {
  const { data, items, more, error, reload } = usePages((cursor) => `/v1/figures/late${query({ ...q, limit: 20, cursor })}`);
  const at = useAgencies();
  return html`<${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : items.length === 0 ? html`<${Empty}>${t('fig.nothing')}</${Empty}>`
      : html`<p class="row"><span class="hint">${t('rep.late.of', { n: number(data.of) })}</span>
          <${Files} path="/v1/figures/late" ask=${q} /></p><div class="scroll"><table><thead><tr>
          ${['code', 'agency', 'due', 'finished'].map((c) => html`<th scope="col">${t(`rep.late.${c}`)}</th>`)}
          ${['late', 'whole'].map((c) => html`<th scope="col" class="n">${t(`rep.late.${c}`)}</th>`)}
          ${SPLIT.map((k) => html`<th scope="col" class="n">${t(`fig.split.${k}`)}</th>`)}</tr></thead>
        <tbody>${items.map((d) => html`<${Row} d=${d} at=${at} />`)}</tbody></table></div>`}
    ${more}`;
}
