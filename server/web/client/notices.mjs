// What clocks and colleagues told the person who looks: warnings, escalations, reports that came by themselves.
import { html, Empty, Failure, Link, Loading, useEffect } from './kit.mjs';
import { announce, call } from './net.mjs';
import { dateTime, t } from './text.mjs';
import { dossierPath, rowKeys } from './today.mjs';
import { usePages } from './views.mjs';

const EVENTS = { events: (e) => e.kind === 'resync' || e.kind === 'notice' };
const title = (n) => n.title ?? t(n.fault ? 'notices.reportFault' : 'notices.report', { name: n.name ?? '' });

export default function Notices() {
  const { data, items, more, error, reload } = usePages((cursor) => `/v1/notifications?limit=50${cursor ? `&cursor=${cursor}` : ''}`, EVENTS);
  const newest = items.find((n) => n.unread)?.id;
  useEffect(() => {
    // What is shown has been seen; the mark stays on the line until the list is opened again.
    const see = () => newest && !document.hidden
      && call('PUT', '/v1/notifications/seen', { body: { id: newest } }).then(() => announce('notice-seen'), () => {});
    void see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [newest]);
  const row = (n) => html`<tr key=${n.id}><td class="nowrap">${dateTime(n.at)}</td><td>${n.unread && html`<span class="badge warn">
        ${t('notices.new')}</span> `}${title(n)}${n.late_minutes > 0
        && html` <small>${t('notices.late', { n: n.late_minutes })}</small>`}${(n.fault || n.remark)
        && html` <small>${n.fault ?? t('notices.moved')}</small>`}</td>
    <td class="code">${n.code && html`<${Link} to=${dossierPath(n.code)} data-row>${n.code}</${Link}>`}</td>
    <td>${n.mine ? t('notices.mine') : t(`role.${n.role}`)}</td></tr>`;
  return html`<h1>${t('screen.notices')}</h1><p class="hint">${t('notices.about')}</p>
    <${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : items.length === 0 ? html`<${Empty}>${t('notices.none')}</${Empty}>`
      : html`<div class="scroll"><table><caption class="vh">${t('screen.notices')}</caption>
      <thead><tr>${['at', 'what', 'code', 'to'].map((c) => html`<th scope="col">${t(`notices.k.${c}`)}</th>`)}</tr></thead>
      <tbody onKeyDown=${rowKeys}>${items.map(row)}</tbody></table></div>`}
    ${more}`;
}
