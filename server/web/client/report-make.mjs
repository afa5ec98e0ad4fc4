// The report picker: which report, by what, of which dossiers; shown, kept under a name, frozen, sent out.
import { html, Check, Failure, Later, Loading, useGet } from './kit.mjs';
import { query } from './net.mjs';
import { dateTime, t } from './text.mjs';
import { ByChoice, BYS, FigureTable, Files, ReasonTable, StepTable, title } from './figures.mjs';
import { FormTable, Keeping, questionOf } from './reports.mjs';

const REPORTS = {
  figures: { path: '/v1/figures', draw: FigureTable, by: true },
  ii06a: { path: '/v1/reports/ii06a', draw: FormTable },
  ii06b: { path: '/v1/reports/ii06b', draw: FormTable },
  steps: { path: '/v1/figures/steps', draw: StepTable, late: true },
  cross: { path: '/v1/figures/cross', draw: (p) => html`<${Later} from="report-cross" ...${p} />`, by: true, cross: true },
  reasons: { path: '/v1/figures/reasons', draw: ReasonTable },
  late: { pages: true },
};

const OPEN = ['agency', 'procedure', 'channel', 'field', 'month', 'quarter', 'year']; // what open data are told by
// Rows and columns are two dimensions, at most one of them periods.
const PERIODS = ['day', 'week', 'month', 'quarter', 'year'];
const columnsFor = (by) => BYS.filter((b) => b !== by && !(PERIODS.includes(b) && PERIODS.includes(by)));

export default function Make({ q, view, set, go, may }) {
  const report = REPORTS[view.report] ? view.report : 'figures';
  const kind = REPORTS[report];
  const columns = columnsFor(view.by);
  const across = columns.includes(view.across) ? view.across : columns.includes('channel') ? 'channel' : 'agency';
  const figure = view.number ?? 'received';
  const names = useGet(kind.cross ? '/v1/figures/definitions?topic=all' : null).data;
  const ask = {
    ...q, ...(kind.by && { by: view.by }), ...(kind.late && view.late && { late: 1 }), ...(kind.cross && { across, figure }),
  };
  const { data, error, reload } = useGet(kind.pages ? null : `${kind.path}${query(ask)}`);
  const question = questionOf({
    report, ...(kind.by && { by: view.by }), ...(kind.late && view.late && { late: true }), ...(kind.cross && { across, figure }),
  }, q);
  return html`<div class="row"><label class="inline">${t('rep.which')} <select onChange=${(e) => set({ report: e.currentTarget.value })}>
        ${Object.keys(REPORTS).map((r) => html`<option value=${r} selected=${r === report}>${t(`rep.report.${r}`)}</option>`)}
          </select></label>
      ${kind.by && html`<${ByChoice} by=${view.by} set=${set} label=${kind.cross ? t('rep.rows') : t('fig.by')} />`}
      ${kind.cross && html`<${ByChoice} by=${across} set=${({ by }) => set({ across: by })} all=${columns} label=${t('rep.columns')} />
        <label class="inline">${t('rep.number')} <select onChange=${(e) => set({ number: e.currentTarget.value })}>
          ${names?.topics.map((x) => html`<optgroup label=${title(x)}>${[...names.figures, ...names.rates]
              .filter((f) => f.topic === x.topic).map((f) => html`<option value=${f.name} selected=${f.name === figure}>${title(f)}</option>`)}
            </optgroup>`)}</select></label>`}
      ${kind.late && html`<${Check} label=${t('rep.late')} checked=${!!view.late} onValue=${(on) => set({ late: on ? 1 : null })} />`}</div>
    ${kind.pages ? html`<${Later} from="report-late" q=${q} />` : html`
    <${Keeping} question=${question} q=${q} may=${may} go=${go}><${Files} path=${kind.path} ask=${ask} /></${Keeping}>
    ${report === 'figures' && OPEN.includes(view.by) && html`<p class="row"><a class="button quiet" download
        href=${`/v1/open-data/figures${query({ from: q.from, to: q.to, agency: q.agency, by: view.by, format: 'csv' })}`}>${t('rep.open')}</a>
      <small>${t('rep.openAbout')}</small></p>`}
    <${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : html`<${kind.draw} data=${data} q=${q} by=${view.by} />
      ${data.as_of && html`<p class="hint">${t('rep.asOf', { at: dateTime(data.as_of) })}</p>`}`}`}`;
}
