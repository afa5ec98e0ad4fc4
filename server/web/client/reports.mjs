// Reports: made and kept, frozen and compared, by topic, by index, supposed, what a second person agreed
// to, day seals.  Each is a part of its own that comes when it is opened.
import { html, useState, Button, Empty, Failure, Later, Link, useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { addDays, showDay, t } from './text.mjs';
import { Count, FILTERS, said, saidBy, title } from './figures.mjs';

const PARTS = {
  make: (p) => html`<${Later} key="make" from="report-make" ...${p} />`,
  saved: (p) => html`<${Later} key="saved" from="report-saved" ...${p} />`,
  frozen: (p) => html`<${Later} key="frozen" from="report-frozen" ...${p} />`,
  topics: (p) => html`<${Later} key="topics" from="report-topics" ...${p} />`,
  indices: (p) => html`<${Later} key="indices" from="report-indices" ...${p} />`,
  whatif: (p) => html`<${Later} key="whatif" from="report-whatif" ...${p} />`,
  consents: (p) => html`<${Later} key="consents" from="report-lists" draw="Consents" ...${p} />`,
  seals: (p) => html`<${Later} key="seals" from="report-lists" draw="Seals" ...${p} />`,
};
export const FREEZERS = ['division_head', 'leader', 'committee_leader', 'onestop_head', 'supervisor'];

export default function Reports(given) {
  const { view, q } = given;
  const part = PARTS[view.part] ? view.part : 'make';
  const may = given.roles.some((r) => FREEZERS.includes(r));
  return html`<nav class="tabs parts" aria-label=${t('rep.parts')}>${Object.keys(PARTS).map((id) => html`<${Link}
      to=${`/lam-viec/so-lieu/reports/${id}${query({ ...q, by: view.by })}`} aria-current=${id === part ? 'page' : undefined}>
        ${t(`rep.part.${id}`)}</${Link}>`)}</nav>
    ${PARTS[part]({ ...given, may })}`;
}

// ---- what is on the screen, kept under a name or frozen

// What a report asks, without its days: they are the rule's when it is kept.
export function questionOf(asked, q) {
  const out = { ...asked };
  for (const k of FILTERS) if (q[k]) out[k] = k === 'officer' ? Number(q[k]) : q[k];
  for (const k of ['basis', 'agencies']) if (q[k]) out[k] = q[k];
  return out;
}
export function Keeping({ question, q, may, go, children }) {
  const { toast } = useOffice();
  const [saving, setSaving] = useState(false);
  const [state, setState] = useState({});
  const freeze = async () => {
    setState({ busy: true });
    try {
      const body = { question: { ...question, from: q.from, to: q.to } };
      const made = (await call('POST', '/v1/reports/frozen', { key: newKey(), body })).json;
      toast(t(made.same ? 'rep.frozenSame' : 'rep.frozenNow', { n: made.report }));
      go(`so-lieu/reports/frozen?id=${made.report}`);
    } catch (e) {
      setState({ error: e });
    }
  };
  return html`<p class="row">${may && html`<${Button} onClick=${() => setSaving(true)}>${t('rep.save')}</${Button}>
      <${Button} busy=${state.busy} onClick=${freeze}>${t('rep.freeze')}</${Button}>`}${children}</p>
    <${Failure} error=${state.error} />
    ${saving && html`<${Later} from="report-saving" question=${question} onClose=${() => setSaving(false)}
      onDone=${() => go('so-lieu/reports/saved')} />`}`;
}

// ---- what several parts show: the forms II.06a and II.06b, each number opening its dossiers; a question in words

// Column of the form → the figure whose dossiers stand behind it (domain.md §6.1; common/figures counts).
const COLUMNS = [
  ['c1', 'total'], ['c2', 'received_online'], ['c3', 'received_other'], ['c4', 'carried'],
  ['c5', 'resolved'], ['c6', 'resolved_early'], ['c7', 'resolved_on_time'], ['c8', 'resolved_late'],
  ['c9', 'pending'], ['c10', 'pending_within'], ['c11', 'pending_overdue'],
];
const GROUPS = [['received', 4], ['resolved', 4], ['pending', 3]];
const KEYS = { field: 'field', procedure: 'procedure', agency: 'agency' };

export function FormTable({ data, q }) {
  if (data.items.length === 0) return html`<${Empty}>${said('nothing')}</${Empty}>`;
  const row = (r) => {
    const by = KEYS[r.kind];
    const cell = ([c, figure]) => html`<td class="n">${by || r.kind === 'total'
      ? html`<${Count} n=${r[c]} figure=${figure} q=${q} by=${by} row=${by ? r : undefined} label=${t('rep.column', { n: c.slice(1) })} />`
      : r[c]}</td>`;
    return html`<tr class=${`line-${r.kind}`}><th scope="row">${title(r) || t('rep.total')}${by && html` <small>${r.key}</small>`}
          </th>${COLUMNS.map(cell)}<td class="n">${r.ended_other}</td></tr>`;
  };
  return html`<div class="scroll"><table class="figures formtable"><thead>
      <tr><th scope="col" rowspan="2">${t('rep.form.line')}</th>
        ${GROUPS.map(([g, n]) => html`<th scope="colgroup" colspan=${n}>${t(`rep.form.${g}`)}</th>`)}
        <th scope="col" rowspan="2" class="n">${said('ended_other')}</th></tr>
      <tr>${COLUMNS.map(([c]) => html`<th scope="col" class="n">${t(`rep.form.${c}`)} <small>(${c.slice(1)})</small></th>`)}</tr></thead>
    <tbody>${data.items.map(row)}</tbody></table></div>`;
}

const BY = ['figures', 'topic', 'cross'];
const TOLD = ['agency', 'receiving', 'field', 'procedure', 'channel', 'applicant'];
// Topics and indices by their titles, as the daemon has them; nothing while they come.
export function useSubjects(questions) {
  const some = (member) => questions.some((x) => x[member]);
  const names = useGet(some('topic') || some('figure') ? `/v1/figures/definitions?topic=${some('figure') ? 'all' : 'dossiers'}` : null).data;
  const indices = useGet(some('index') ? '/v1/indices' : null).data?.items;
  const found = (list, member, value) => list?.find((x) => x[member] === value);
  return ({ topic, index, figure }) => (topic || index || figure ? title(found(names?.topics, 'topic', topic)
    ?? found(names?.figures, 'name', figure) ?? found(names?.rates, 'name', figure) ?? found(indices, 'index', index) ?? {}) : '');
}
export function questionWords(question, subject, { days = true } = {}) {
  const out = [[t(`rep.report.${question.report}`), subject(question)].filter(Boolean).join(': ')];
  if (question.by && question.by !== 'total' && BY.includes(question.report)) out.push(`${t('rep.by')} ${[question.by, question.across].filter(Boolean).map(saidBy).join(' × ')}`);
  if (days) out.push(`${showDay(question.from)} – ${showDay(addDays(question.to, -1))}`);
  for (const f of TOLD) if (question[f]) out.push(`${saidBy(f)}: ${question[f]}`);
  if (question.basis && question.basis !== 'basis') out.push(`${said('basis')} ${t(`fig.basis.${question.basis}`)}`);
  if (question.late) out.push(t('rep.late'));
  return out.join(' · ');
}
