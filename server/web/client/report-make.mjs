// The report picker: which report, by what, of which dossiers; shown, kept under a name, frozen, sent out.
import { html, useState, Button, Check, Failure, Later, Loading, useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { dateTime, t } from './text.mjs';
import { ByChoice, BYS, FigureTable, FILTERS, ReasonTable, StepTable } from './figures.mjs';
import { FormTable } from './reports.mjs';

const REPORTS = {
  figures: { path: '/v1/figures', draw: FigureTable, by: true },
  ii06a: { path: '/v1/reports/ii06a', draw: FormTable, pdf: true },
  ii06b: { path: '/v1/reports/ii06b', draw: FormTable, pdf: true },
  steps: { path: '/v1/figures/steps', draw: StepTable, late: true },
  reasons: { path: '/v1/figures/reasons', draw: ReasonTable },
};
// What a report asks, without its days: they are the rule's when it is kept.
function questionOf(report, q, view) {
  const out = { report };
  for (const k of FILTERS) if (q[k]) out[k] = k === 'officer' ? Number(q[k]) : q[k];
  for (const k of ['basis', 'agencies']) if (q[k]) out[k] = q[k];
  if (REPORTS[report].by) out.by = view.by;
  if (REPORTS[report].late && view.late) out.late = true;
  return out;
}

export default function Make({ q, view, set, go, may }) {
  const { toast } = useOffice();
  const [layer, setLayer] = useState(null);
  const [state, setState] = useState({});
  const report = REPORTS[view.report] ? view.report : 'figures';
  const kind = REPORTS[report];
  const ask = { ...q, ...(kind.by && { by: view.by }), ...(kind.late && view.late && { late: 1 }) };
  const { data, error, reload } = useGet(`${kind.path}${query(ask)}`);
  const freeze = async () => {
    setState({ busy: true });
    try {
      const body = { question: { ...questionOf(report, q, view), from: q.from, to: q.to } };
      const made = (await call('POST', '/v1/reports/frozen', { key: newKey(), body })).json;
      toast(t(made.same ? 'rep.frozenSame' : 'rep.frozenNow', { n: made.report }));
      go(`so-lieu/reports/frozen?id=${made.report}`);
    } catch (e) {
      setState({ error: e });
    }
  };
  const file = (format) => html`<a class="button" href=${`${kind.path}${query({ ...ask, format })}`} download>${format.toUpperCase()}</a>`;
  return html`<div class="row"><label class="inline">${t('rep.which')} <select onChange=${(e) => set({ report: e.currentTarget.value })}>
        ${Object.keys(REPORTS).map((r) => html`<option value=${r} selected=${r === report}>${t(`rep.report.${r}`)}</option>`)}
          </select></label>
      ${kind.by && html`<${ByChoice} by=${view.by} set=${set} all=${BYS} />`}
      ${kind.late && html`<${Check} label=${t('rep.late')} checked=${!!view.late} onValue=${(on) => set({ late: on ? 1 : null })} />`}</div>
    <p class="row">${may && html`<${Button} onClick=${() => setLayer('save')}>${t('rep.save')}</${Button}>
      <${Button} busy=${state.busy} onClick=${freeze}>${t('rep.freeze')}</${Button}>`}
      ${file('xlsx')}${file('csv')}${kind.pdf && html`<a class="button" href=${`${kind.path}.pdf${query(ask)}`} target="_blank"
          rel="noopener">PDF</a>`}</p>
    <${Failure} error=${state.error ?? error} again=${state.error ? undefined : reload} />
    ${!data ? !error && html`<${Loading} />` : html`<${kind.draw} data=${data} q=${q} by=${view.by} />
      ${data.as_of && html`<p class="hint">${t('rep.asOf', { at: dateTime(data.as_of) })}</p>`}`}
    ${layer === 'save' && html`<${Later} from="report-saving" question=${questionOf(report, q, view)} onClose=${() => setLayer(null)}
      onDone=${() => go('so-lieu/reports/saved')} />`}`;
}
