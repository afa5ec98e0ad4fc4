// One figure or rate by two dimensions: rows, columns, totals; each number opens the dossiers behind it.
import { html, Empty } from './kit.mjs';
import { Count, daysOf, Rate, RATES, said, title } from './figures.mjs';
import { t } from './text.mjs';

// What a cell asks for: of two names one is the row's, of a period its own days, known as of the same end.
function asked(q, by, across, row, column) {
  const known = { ...q, as_of: q.as_of ?? `${q.to}T00:00:00+07:00` };
  if (column?.from) return { q: { ...known, ...daysOf(column) }, by, row };
  if (row?.from) return { q: { ...known, ...daysOf(row) }, by: across, row: column };
  return column ? { q: { ...q, across, across_key: column.key }, by, row } : { q, by, row };
}

export default function Cross({ data, q }) {
  const { by, across, figure } = data;
  const rate = RATES.includes(figure);
  const cell = (value, row, column) => html`<td class="n">${rate
    ? html`<${Rate} rate=${value} /> <small>${value.of > 0 && `${value.n}/${value.of}`}</small>`
    : html`<${Count} n=${value.n} figure=${figure} label=${column ? `${said(figure)}, ${title(column)}` : said(figure)}
        ...${asked(q, by, across, row, column)} />`}</td>`;
  const line = (x, row) => html`<tr><th scope="row">${row ? title(row) : t('fig.all')}</th>
    ${x.cells.map((c, i) => cell(c, row, data.columns[i]))}${cell(x.value, row)}</tr>`;
  return html`<div class="scroll"><table class="figures cross"><caption>${said(figure)}</caption><thead><tr>
      <th scope="col">${t(`fig.by.${by}`)} × ${t(`fig.by.${across}`)}</th>
      ${data.columns.map((c) => html`<th scope="col" class="n">${title(c)}</th>`)}<th scope="col" class="n">${t('fig.all')}</th></tr></thead>
      <tbody>${data.items.map((x) => line(x, x))}</tbody><tfoot>${line(data.total)}</tfoot></table></div>
    ${!data.adds_up && html`<p class="hint">${t('rep.moment')}</p>`}
    ${data.items.length === 0 && html`<${Empty}>${t('fig.nothing')}</${Empty}>`}`;
}
