// Working calendars: a year at a glance with the source of every special day; editing, checking and
// the preview of what a change would move.
import { html, useMemo, useState, Banner, Button, Empty, Failure, Field, Link, Loading, useGet } from './kit.mjs';
import { Tabs } from './views.mjs';
import { call } from './net.mjs';
import { dateTime, dayOf, t } from './text.mjs';
import { Editor, Propose, useCheck, usePublished, useText } from './editor.mjs';

const HOME = '/lam-viec/lich';
const TABS = ['year', 'edit'];
const pad = (n) => String(n).padStart(2, '0');

function Month({ year, month, days, today }) {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const blank = (first.getUTCDay() + 6) % 7;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const cells = [...Array(blank).fill(null), ...Array.from({ length: last }, (_, i) => `${year}-${pad(month)}-${pad(i + 1)}`)];
  while (cells.length % 7) cells.push(null);
  const weeks = Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7));
  return html`<table class="month"><caption>${t('cal.month', { n: month })}</caption>
    <thead><tr>${[0, 1, 2, 3, 4, 5, 6].map((d) => html`<th scope="col"><abbr title=${t(`cal.day.${d}`)}>${t(`cal.d.${d}`)}</abbr>
                </th>`)}</tr></thead>
    <tbody>${weeks.map((w) => html`<tr>${w.map((iso) => {
      const d = iso && days.get(iso);
      const special = d && (d.name || d.grade);
      return html`<td class=${!iso ? '' : !d ? 'unknown' : `${d.counted ? 'work' : 'off'}${special ? ' special'
            : ''}${iso === today ? ' today' : ''}`}>${iso && html`<span title=${d?.name ?? undefined}>
              ${Number(iso.slice(8))}${d && !d.counted && html`<span class="vh">, ${d.name ?? t('cal.off')}</span>`}${special
                && d.counted && html`<span class="vh">, ${d.name ?? t('cal.makeup')}</span>`}</span>`}</td>`;
    })}</tr>`)}</tbody></table>`;
}

function Year({ id }) {
  const [year, setYear] = useState(Number(dayOf().slice(0, 4)));
  const { data, error } = useGet(`/v1/calendars/${encodeURIComponent(id)}?year=${year}`);
  const days = useMemo(() => new Map((data?.days ?? []).map((d) => [d.day, d])), [data]);
  const special = (data?.days ?? []).filter((d) => d.name || d.grade);
  const today = dayOf();
  return html`<div class="row"><${Button} onClick=${() => setYear(year - 1)}>← ${year - 1}</${Button}>
    <strong aria-live="polite">${year}</strong><${Button} onClick=${() => setYear(year + 1)}>${year + 1} →</${Button}>
    ${data && html`<span class="hint">${t('cal.working', { n: data.days.filter((d) => d.counted).length })}</span>`}</div>
    <${Failure} error=${error} />
    ${!data && !error ? html`<${Loading} />` : data
      && (data.days.length === 0 ? html`<${Empty}>${t('cal.unknownYear')}</${Empty}>`
        : html`<div class="year">
          ${Array.from({ length: 12 }, (_, i) => html`<${Month} key=${i} year=${year} month=${i + 1} days=${days} today=${today} />`)}</div>
      <p class="legend"><span class="swatch off"></span> ${t('cal.off')} <span class="swatch work special">
            </span> ${t('cal.makeup')} <span class="swatch unknown"></span> ${t('cal.unknown')}</p>
      <h2>${t('cal.special')}</h2>
      <div class="scroll"><table>
          <thead><tr>${['day', 'name', 'kind', 'basis', 'grade'].map((c) => html`<th scope="col">${t(`cal.c.${c}`)}</th>`)}</tr>
              </thead><tbody>${special.map((d) => html`<tr>
                    <td class="code">${d.day.split('-').reverse().join('/')} <small>${t(`cal.day.${d.weekday}`)}</small></td>
                    <td>${d.name}</td><td>${d.counted ? t('cal.makeup') : t('cal.off')}</td><td>${d.basis}</td>
                    <td>${d.grade && html`<abbr title=${t(`cal.grade.${d.grade}`)}>${d.grade}</abbr>`}</td></tr>`)}</tbody>
                    </table></div>`)}`;
}

function Preview({ name, text }) {
  const [state, set] = useState({});
  const run = async () => {
    set({ busy: true });
    try {
      set({ done: (await call('POST', '/v1/calendars/preview', { body: { name, text: text.normalize('NFC') } })).json });
    } catch (error) {
      set({ error });
    }
  };
  const items = state.done?.items ?? [];
  return html`<section><h2>${t('cal.preview')}</h2><${Button} busy=${state.busy} onClick=${run}>${t('cal.previewRun')}</${Button}>
    <${Failure} error=${state.error} />
    ${state.done && html`<p role="status">${t('cal.previewed', { n: items.length, read: state.done.read })}</p>
      ${items.length > 0 && html`<div class="scroll">
          <table><thead><tr>${['code', 'before', 'after', 'tell'].map((c) => html`<th scope="col">${t(`cal.p.${c}`)}</th>`)}</tr>
                </thead><tbody>${items.map((i) => html`<tr>
                      <td class="code"><${Link} to=${`/lam-viec/ho-so/${i.code}`}>${i.code}</${Link}></td>
                      <td>${dateTime(i.promise.before)}</td><td>${i.fault ?? dateTime(i.promise.after)}</td>
                      <td>${i.tell.applicant ? t('cal.tellApplicant') : ''}${i.tell.officers.length
                        ? ` ${t('cal.tellOfficers', { n: i.tell.officers.length })}` : ''}</td></tr>`)}</tbody></table></div>`}`}
                        </section>`;
}

function Edit({ id }) {
  const published = usePublished(`/v1/calendars/${encodeURIComponent(id)}/text`);
  const text = useText('calendar', id, published.text, id);
  const check = useCheck('/v1/calendars/check', text.text);
  if (published.text === undefined && !published.error) return html`<${Loading} />`;
  return html`<${Failure} error=${published.error ?? check.error} />
    ${text.changed && html`<${Banner} action=${html`<${Button} onClick=${text.discard}>${t('editor.discard')}</${Button}>`}>
        ${t('editor.changed')}</${Banner}>`}
    <div class="two"><div><${Editor} text=${text.text} onText=${text.set} defects=${check.result?.defects}
          label=${t('editor.label', { code: id })} />
            ${check.result?.breaks && html`<${Banner} kind="bad">${check.result.breaks}</${Banner}>`}</div>
    <div>${check.result?.fine && html`<${Preview} name=${id} text=${text.text} />`}${check.result?.fine && text.changed
        && html`<section><h2>${t('editor.publish')}</h2><${Propose} texts=${[{ kind: 'calendar', name: id, text: text.text }]} />
            </section>`}</div></div>`;
}

export default function Calendars({ place, go, roles }) {
  const { data, error, reload } = useGet('/v1/calendars');
  const [at, setAt] = useState(Math.max(0, TABS.indexOf(place.part)));
  const id = place.item;
  if (!id)
    return html`<h1>${t('screen.calendars')}</h1><${Failure} error=${error} again=${reload} />
      ${!data && !error ? html`<${Loading} />`
        : html`<div class="scroll"><table><thead><tr>
              ${['title', 'known', 'minutes', 'cutoff'].map((c) => html`<th scope="col">${t(`cal.l.${c}`)}</th>`)}</tr></thead>
              <tbody>${(data?.calendars ?? []).map((c) => html`<tr>
                      <td><${Link} to=${`${HOME}/${c.calendar}`}>${c.title}</${Link}> <small>
                        ${c.calendar}${c.base ? `, ${t('cal.base')}` : ''}</small></td>
                        <td>${c.first.split('-').reverse().join('/')} – ${c.last.split('-').reverse().join('/')}</td>
                        <td>${t('cal.minutes', { n: c.day_minutes / 60 })}</td><td>${c.cutoff ?? ''}</td></tr>`)}</tbody></table></div>`}`;
  const tabs = TABS.filter((x) => x === 'year' || roles.some((r) => ['business_admin', 'onestop_head'].includes(r)));
  const tab = tabs[at];
  return html`<h1>${(data?.calendars ?? []).find((c) => c.calendar === id)?.title ?? id}</h1>
    <p><${Link} to=${HOME}>${t('screen.calendars')}</${Link}></p>
    <${Tabs} tabs=${tabs.map((x) => ({ id: x, title: t(`cal.tab.${x}`) }))} at=${at}
      onChange=${(i) => { setAt(i); go(`lich/${id}/${tabs[i]}`, { replace: true, keep: true }); }} />
    <section role="tabpanel" id=${`panel-${tab}`} aria-labelledby=${`tab-${tab}`} tabindex="0">
      ${tab === 'year' ? html`<${Year} id=${id} />` : html`<${Edit} id=${id} />`}</section>`;
}
