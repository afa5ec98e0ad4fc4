// Charts as SVG of our own, each with its table: bars, a line with the target band.  Marks are few;
// colour only repeats what the words and the lengths say.
import { html } from './kit.mjs';
import { number, t } from './text.mjs';

const W = 640;
const share = (p) => (p === null || p === undefined ? '–' : `${number(p / 10, 1)} %`);

// rows: [{label, tenths (0–1000 or null), n, of, to}]; target in tenths.
// On a narrow screen the latest is seen first.
const toEnd = (el) => el && (el.scrollLeft = el.scrollWidth);
export function LineChart({ title, rows, target, onOpen }) {
  const H = 200;
  const pad = { l: 44, r: 12, t: 12, b: 28 };
  const known = rows.filter((r) => r.tenths !== null && r.tenths !== undefined);
  const low = Math.min(target ?? 1000, ...known.map((r) => r.tenths));
  const floor = Math.max(0, Math.floor((low - 20) / 50) * 50);
  const x = (i) => pad.l + (rows.length > 1 ? (i * (W - pad.l - pad.r)) / (rows.length - 1) : (W - pad.l - pad.r) / 2);
  const y = (v) => pad.t + ((1000 - v) * (H - pad.t - pad.b)) / Math.max(1, 1000 - floor);
  const points = rows.map((r, i) => (r.tenths === null || r.tenths === undefined ? null : [x(i), y(r.tenths)])).filter(Boolean);
  const every = Math.max(1, Math.ceil(rows.length / 8));
  return html`<figure class="chart" ref=${toEnd}><figcaption>${title}</figcaption>
    <svg viewBox=${`0 0 ${W} ${H}`} role="img" aria-label=${`${title}. ${t('fig.tableBelow')}`}>
    ${target !== undefined && html`<rect class="band" x=${pad.l} y=${y(1000)} width=${W - pad.l - pad.r} height=${y(target) - y(1000)} />`}
    ${[1000, target ?? floor + (1000 - floor) / 2, floor].filter((v, i, all) => !i || Math.abs(y(v) - y(all[0])) > 12).map((v) => html`<line class="grid" x1=${pad.l} x2=${W - pad.r}
          y1=${y(v)} y2=${y(v)} /><text x=${pad.l - 6} y=${y(v) + 4} text-anchor="end">${number(v / 10)}</text>`)}
    <polyline class="line" points=${points.map((p) => p.join(',')).join(' ')} />
    ${points.map((p) => html`<circle class="dot" cx=${p[0]} cy=${p[1]} r="4" />`)}
    ${rows.map((r, i) => i % every === 0
        && html`<text x=${x(i)} y=${H - 8} text-anchor=${i === 0 ? 'start' : i === rows.length - 1 ? 'end' : 'middle'}>
          ${r.short ?? r.label}</text>`)}</svg>
    <${Table} rows=${rows} onOpen=${onOpen} /></figure>`;
}
const Table = ({ rows, onOpen }) => html`<details><summary>${t('fig.asTable')}</summary>
  <table><thead><tr><th scope="col">${t('fig.row')}</th><th scope="col" class="n">${t('fig.share')}</th>
        <th scope="col" class="n">${t('fig.of')}</th></tr></thead>
        <tbody>${rows.map((r) => html`<tr><td>${r.label}</td><td class="n">${share(r.tenths)}</td>
                <td class="n">${onOpen ? html`<button type="button" class="plain" onClick=${() => onOpen(r)}>
                      ${number(r.n)} / ${number(r.of)}</button>` : `${number(r.n)} / ${number(r.of)}`}</td></tr>`)}</tbody>
                      </table></details>`;

// rows: [{label, value, note?, key}], longest first; the numbers stand beside the bars, so the list is
// its own table.
export function Bars({ title, rows, unit = '', onOpen }) {
  const most = Math.max(1, ...rows.map((r) => r.value));
  return html`<figure class="chart"><figcaption>${title}</figcaption>
    ${rows.length === 0 ? html`<p class="empty">${t('fig.nothing')}</p>`
      : html`<table class="bars">
        <tbody>${rows.map((r) => html`<tr><th scope="row">${r.label}</th>
                <td><svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
                    <rect class=${`bar${r.bad ? ' bad' : ''}`} x="0" y="1" width=${(r.value * 100) / most} height="10" /></svg>
                    </td><td class="n">${onOpen ? html`<button type="button" class="plain" onClick=${() => onOpen(r)}>
                        ${number(r.value)}${unit}</button>` : `${number(r.value)}${unit}`}${r.note
                        && html` <small>${r.note}</small>`}</td></tr>`)}</tbody></table>`}</figure>`;
}
