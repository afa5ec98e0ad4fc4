// What somebody reached by the index that scores officers, her own points alone, each opening its dossiers.
import { html, useState, Empty, Failure, Link, Loading, useGet } from './kit.mjs';
import { query } from './net.mjs';
import { addDays, dayOf, language, number, t } from './text.mjs';
import { usePages, When } from './views.mjs';

const title = (x) => (language() === 'en' ? x.title_en : x.title);
const tenths = (thousandths) => number(thousandths / 1000, 1);
const PERIODS = {
  month: (today) => [`${today.slice(0, 7)}-01`, addDays(today, 1)],
  last: (today) => {
    const end = `${today.slice(0, 7)}-01`;
    return [`${addDays(end, -1).slice(0, 7)}-01`, end];
  },
  year: (today) => [`${today.slice(0, 4)}-01-01`, addDays(today, 1)],
};

function List({ of, name }) {
  const { data, items, more, error, reload } = usePages((cursor) => `${of.list}&limit=50${cursor ? `&cursor=${cursor}` : ''}`);
  const row = (d) => html`<tr><td class="code"><${Link} to=${`/lam-viec/ho-so/${d.code}`}>${d.code}</${Link}></td><td class="code">${d.procedure}</td>
    <td><${When} at=${d.finished} /></td></tr>`;
  return html`<h3>${t('own.list', { points: of.points, name })}</h3><${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : html`<div class="scroll"><table><thead><tr>
      ${['code', 'procedure'].map((c) => html`<th scope="col">${t(`queue.${c}`)}</th>`)}<th scope="col">${t('behind.finished')}</th></tr></thead>
      <tbody>${items.map(row)}</tbody></table></div>`}${more}`;
}

function Score({ score, parts, fewest }) {
  const [open, setOpen] = useState(null);
  const name = (c) => title(parts.get(c.component) ?? {});
  const mark = (c) => (m) => html`<button type="button" class="plain" disabled=${m.n === 0} aria-expanded=${open?.list === m.list ? 'true' : 'false'}
    aria-label=${`${t('own.open', { name: name(c), points: m.points })}: ${m.n}`} onClick=${() => setOpen(m)}>${t('idx.mark', { points: m.points })}: ${number(m.n)}</button> `;
  const at = open && score.components.find((c) => c.marks.some((m) => m.list === open.list));
  return html`<h3>${title(score)}</h3><p>${t('idx.dossiers')}: ${number(score.dossiers)} · <strong>${tenths(score.points)}</strong> / ${number(score.measured / 1000)}
      ${score.few ? html` <span class="badge">${t('idx.few')}</span>` : score.band && html` · <strong>${language() === 'en' ? score.band_title_en : score.band_title}</strong>`}</p>
    <div class="scroll"><table><thead><tr><th scope="col">${t('idx.c.component')}</th><th scope="col" class="n">${t('idx.c.points')}</th>
      <th scope="col" class="n">${t('idx.c.of')}</th><th scope="col">${t('idx.c.evidence')}</th></tr></thead>
      <tbody>${score.components.map((c) => html`<tr><th scope="row">${name(c)}</th><td class="n">${c.measured ? tenths(c.points)
          : html`<span class="badge">${t('idx.notMeasured')}</span>`}</td><td class="n">${c.measured ? `${number(c.n)} / ${number(c.of)}` : '–'}</td>
        <td>${c.marks.map(mark(c))}</td></tr>`)}</tbody></table></div>
    ${at && html`<${List} key=${open.list} of=${open} name=${name(at)} />`}<p class="hint">${t('idx.fair', { n: fewest })}</p>`;
}

export default function OwnScore({ user }) {
  const [period, setPeriod] = useState('month');
  const indices = useGet('/v1/indices');
  const index = indices.data?.items.find((x) => x.officers);
  const [from, to] = PERIODS[period](dayOf());
  const { data, error, reload } = useGet(index ? `/v1/indices/${index.index}/officers${query({ from, to })}` : null);
  const mine = data?.items.filter((x) => x.officer === user);
  const parts = new Map(index?.groups.flatMap((g) => g.components).map((c) => [c.component, c]));
  return html`<section aria-labelledby="own-score"><h2 id="own-score">${t('own.head')}</h2>
    ${index && html`<p class="hint">${title(index)} · ${index.basis}</p>`}
    <p><label class="inline">${t('own.period')} <select onChange=${(e) => setPeriod(e.currentTarget.value)}>
      ${Object.keys(PERIODS).map((p) => html`<option value=${p} selected=${p === period}>${t(`own.${p}`)}</option>`)}</select></label></p>
    <${Failure} error=${indices.error ?? error} again=${indices.error ? indices.reload : reload} />
    ${!mine ? !(indices.error ?? error) && html`<${Loading} />` : mine.length === 0 ? html`<${Empty}>${t('own.none')}</${Empty}>`
      : mine.map((x) => html`<${Score} key=${x.agency + period} score=${x} parts=${parts} fewest=${data.fewest} />`)}</section>`;
}
