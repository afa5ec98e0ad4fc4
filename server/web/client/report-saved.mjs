// Kept reports, mine and my agency's: opened, run now, changed, deleted; when each comes by itself and what came of it.
import { html, useState, Button, Dialog, Empty, Failure, Later, Link, Loading, useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { dateTime, number, t } from './text.mjs';
import { questionWords, useSubjects } from './reports.mjs';

const PART = { topic: 'topics', index: 'indices' };
const frozenPath = (id) => `/lam-viec/so-lieu/reports/frozen?id=${id}`;
const Outcome = ({ report, fault }) => (report ? html`<${Link} to=${frozenPath(report)}>
    ${t('rep.version', { n: report })}</${Link}>` : (fault ?? ''));

function Runs({ saved, onClose }) {
  const { data, error } = useGet(`/v1/reports/saved/${saved.id}/runs`);
  return html`<${Dialog} title=${t('rep.runsOf', { name: saved.name })} onClose=${onClose} wide><${Failure} error=${error} />
    ${!data ? !error && html`<${Loading} />` : data.items.length === 0 ? html`<${Empty}>${t('rep.noRuns')}</${Empty}>` : html`<table>
      <thead><tr>${['due', 'at', 'made'].map((c) => html`<th scope="col">${t(`rep.run.${c}`)}</th>`)}
          <th scope="col" class="n">${t('rep.run.told')}</th></tr></thead>
      <tbody>${data.items.map((r) => html`<tr><td>${dateTime(r.due)}</td><td>${dateTime(r.at)}</td><td><${Outcome} ...${r} /></td>
              <td class="n">${number(r.told)}</td></tr>`)}</tbody></table>`}</${Dialog}>`;
}
function Deleting({ saved, onClose, onDone }) {
  const [error, setError] = useState(null);
  const go = () => call('DELETE', `/v1/reports/saved/${saved.id}`).then(onDone, setError);
  return html`<${Dialog} title=${t('rep.deleteAsk', { name: saved.name })} onClose=${onClose}><${Failure} error=${error} />
    <p>${t('rep.deleteKeeps')}</p>
    <p class="row"><${Button} danger onClick=${go} data-first>${t('rep.delete')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></${Dialog}>`;
}

export default function Saved({ q, go, may }) {
  const { data, error, reload } = useGet('/v1/reports/saved');
  const { toast } = useOffice();
  const [layer, setLayer] = useState(null);
  const [failed, setFailed] = useState(null);
  const subject = useSubjects((data?.items ?? []).map((s) => s.question));
  const close = () => setLayer(null);
  const run = async (s) => {
    try {
      const made = (await call('POST', `/v1/reports/saved/${s.id}/run`, { key: newKey(), body: {} })).json;
      toast(t(made.same ? 'rep.frozenSame' : 'rep.frozenNow', { n: made.report }));
      go(`so-lieu/reports/frozen?id=${made.report}`);
    } catch (e) {
      setFailed(e);
    }
  };
  const done = () => {
    close();
    reload();
  };
  const open = (s) => {
    const { from, to, figure, ...asked } = s.question; // the present period
    return `/lam-viec/so-lieu/reports/${PART[asked.report] ?? 'make'}${query({ from: q.from, to: q.to, ...asked, number: figure, late: asked.late ? 1 : null })}`;
  };
  const row = (s) => html`<tr><th scope="row"><${Link} to=${open(s)}>${s.name}</${Link}>
      ${s.shared && html` <span class="badge">${t('rep.ofAgency')}</span>`}${!s.mine && html` <small>${s.owner_name}</small>`}</th>
    <td>${questionWords(s.question, subject, { days: false })} <small>${t(`rep.rule.${s.rule}`)}</small></td>
    <td>${s.next ? html`${t(`rep.every.${s.every}`)} <small>${t('rep.next', { at: dateTime(s.next) })}</small>` : t('rep.every.never')}</td>
    <td>${s.tell.join(', ')}</td><td><${Outcome} report=${s.last_report} fault=${s.last_fault} /></td>
    <td><div class="row">${may && html`<${Button} onClick=${() => run(s)}>${t('rep.run')}</${Button}>`}
      <${Button} quiet onClick=${() => setLayer({ runs: s })}>${t('rep.runs')}</${Button}>
      ${may && s.mine && html`<${Button} quiet onClick=${() => setLayer({ change: s })}>${t('rep.change')}</${Button}>
        <${Button} quiet onClick=${() => setLayer({ remove: s })}>${t('rep.delete')}</${Button}>`}</div></td></tr>`;
  return html`<h2>${t('rep.part.saved')}</h2><${Failure} error=${failed ?? error} again=${failed ? undefined : reload} />
    ${!data ? !error && html`<${Loading} />` : data.items.length === 0 ? html`<${Empty}>${t('rep.noSaved')}</${Empty}>`
      : html`<div class="scroll"><table class="saved">
      <thead><tr>${['name', 'question', 'every', 'tell', 'last', 'acts'].map((c) => html`<th scope="col">
                ${t(`rep.s.${c}`)}</th>`)}</tr></thead><tbody>${data.items.map(row)}</tbody></table></div>`}
    ${layer?.runs && html`<${Runs} saved=${layer.runs} onClose=${close} />`}${layer?.remove
      && html`<${Deleting} saved=${layer.remove} onClose=${close} onDone=${done} />`}
    ${layer?.change && html`<${Later} from="report-saving" question=${layer.change.question} saved=${layer.change}
        onClose=${close} onDone=${done} />`}`;
}
