// One figure or rate of any topic by two dimensions: rows, columns, totals; each number opens what is behind it.
import { html, Empty, Failure, Loading, useGet } from './kit.mjs';
import { Count, daysOf, Rate, title } from './figures.mjs';
import { number, t } from './text.mjs';

// What a cell asks for: of two names one is the row's, of a period its own days, known as of the same end.
function asked(q, by, across, row, column) {
  const known = { ...q, as_of: q.as_of ?? `${q.to}T00:00:00+07:00` };
  if (column?.from) return { q: { ...known, ...daysOf(column) }, by, row };
  if (row?.from) return { q: { ...known, ...daysOf(row) }, by: across, row: column };
  return column ? { q: { ...q, across, across_key: column.key }, by, row } : { q, by, row };
}

export default function Cross({ data, q }) {
  const { by, across, figure } = data;
  const names = useGet('/v1/figures/definitions?topic=all');
  if (!names.data) return html`<${Failure} error=${names.error} again=${names.reload} />${!names.error && html`<${Loading} />`}`;
  const rate = names.data.rates.find((x) => x.name === figure);
  const what = rate ?? names.data.figures.find((x) => x.name === figure);
  const mine = what.topic === 'dossiers' ? q : { ...q, topic: what.topic };
  const cell = (value, row, column) => html`<td class="n">${rate
    ? html`<${Rate} rate=${value} /> <small>${value.of > 0 && `${value.n}/${value.of}`}</small>`
    : what.money ? number(value.n)
    : html`<${Count} n=${value.n} figure=${figure} label=${column ? `${title(what)}, ${title(column)}` : title(what)}
        ...${asked(mine, by, across, row, column)} />`}</td>`;
  const line = (x, row) => html`<tr><th scope="row">${row ? title(row) : t('fig.all')}</th>
    ${x.cells.map((c, i) => cell(c, row, data.columns[i]))}${cell(x.value, row)}</tr>`;
  return html`<div class="scroll"><table class="figures cross"><caption>${title(what)}</caption><thead><tr>
      <th scope="col">${t(`fig.by.${by}`)} × ${t(`fig.by.${across}`)}</th>
      ${data.columns.map((c) => html`<th scope="col" class="n">${title(c)}</th>`)}<th scope="col" class="n">${t('fig.all')}</th></tr></thead>
      <tbody>${data.items.map((x) => line(x, x))}</tbody><tfoot>${line(data.total)}</tfoot></table></div>
    ${!data.adds_up && html`<p class="hint">${t('rep.moment')}</p>`}
    ${data.items.length === 0 && html`<${Empty}>${t('fig.nothing')}</${Empty}>`}`;
}
