// One act, one bundle of papers, one file for many rows of the queue: each row has its own result.
import { html, useEffect, useKeys, useOffice, useState, Button, Dialog, Field, Icon } from './kit.mjs';
import { get, Offline, query } from './net.mjs';
import { loadPart, t } from './text.mjs';
import { ActDialog, actOfKey, carryOut, isPlain, titleOf } from './acts.mjs';

const PRINT_MAX = 50; // what the daemon binds into one file
const PAPERS = ['control-slip', 'receipt'];
const why = (e) => (e instanceof Offline ? t('state.offlineHint') : e.errors?.[0]?.message ?? (e.detail || e.title));

// What is filled in once for all: the form that each row's own act would show.
const FORMS = {
  2: () => ({ command: 'ask', request_kind: 'supplement', title: t('bulk.supplement') }),
  4: () => ({ command: 'assign' }),
};
const isKind = { 1: (a) => a.command === 'act', 2: (a) => a.request_kind === 'supplement', 4: (a) => a.command === 'assign' };

async function actOnOne(row, digit, values) {
  try {
    const path = `/v1/dossiers/${encodeURIComponent(row.code)}`;
    const [dossier, possible] = await Promise.all([get(path), get(`${path}/possible`)]);
    const act = actOfKey(digit, possible.acts.filter((a) => !a.task || a.task === row.task));
    if (!act) return { good: false, text: possible.acts.find((a) => isKind[digit](a) && a.why_not)?.why_not.detail ?? t('queue.nothing') };
    if (!values && !isPlain(act, dossier)) return { good: false, text: t('queue.needsWords') };
    await carryOut(row.code, dossier.seq, act, values ?? {}, dossier);
    return { good: true, text: titleOf(act) };
  } catch (e) {
    return { good: false, text: why(e) };
  }
}
// One file of all papers.  The daemon binds all or none: those it names are left out, with its words, and the others asked
// for again.
async function printAll(codes, paper) {
  const said = new Map();
  for (let left = codes; left.length; left = left.filter((c) => !said.has(c))) {
    try {
      const { url, opened } = await (await loadPart('print')).printBound(`/v1/papers/${paper}s.pdf${query({ codes: left.join(',') })}`);
      for (const c of left) said.set(c, { good: opened, text: t(opened ? 'bulk.printed' : 'print.blocked') });
      return { said, url };
    } catch (e) {
      const named = (e.errors ?? []).map((x) => [left[/^\/codes\/(\d+)$/.exec(x.pointer)?.[1]], x.message]).filter(([c]) => c);
      for (const [c, text] of named.length ? named : left.map((x) => [x, why(e)])) said.set(c, { good: false, text });
    }
  }
  return { said };
}

function PrintDialog({ n, onPrint, onClose }) {
  const [paper, setPaper] = useState(PAPERS[0]);
  return html`<${Dialog} title=${`${t('bulk.print')} – ${t('queue.picked', { n })}`} onClose=${onClose}>
    <form onSubmit=${(e) => { e.preventDefault(); onClose(); void onPrint(paper); }}>
      <${Field} kind="select" label=${t('bulk.paper')} value=${paper} onValue=${setPaper}
        options=${PAPERS.map((p) => ({ value: p, label: t(`bulk.paper.${p}`) }))} />
      <p class="row"><${Button} main type="submit" icon="printer" data-first>${t('act.print')}</${Button}></p></form></${Dialog}>`;
}

function Results({ of, results, url, onClose }) {
  const bad = results.filter((r) => !r.good).length;
  return html`<${Dialog} title=${t('queue.results')} onClose=${onClose}>
    <p role="status">${results.length < of ? t('bulk.running', { n: results.length, of }) : t('bulk.done', { n: of - bad, bad })}</p>
    ${url && html`<p><a href=${url} target="_blank">${t('bulk.openFile')}</a></p>`}
    <div class="scroll"><table><thead><tr><th scope="col">${t('queue.code')}</th><th scope="col">${t('queue.result')}</th></tr></thead>
      <tbody>${results.map((r) => html`<tr><td class="code">${r.code}</td>
              <td><${Icon} name=${r.good ? 'check-lg' : 'exclamation-triangle'} /> ${r.text}</td></tr>`)}</tbody></table></div></${Dialog}>`;
}

export default function BulkBar({ picked, chosen, filters, onDone, onClear }) {
  const { toast } = useOffice();
  const [results, setResults] = useState(null);
  const [asking, setAsking] = useState(null);
  const [printing, setPrinting] = useState(false);
  const [busy, setBusy] = useState(0);
  const [url, setUrl] = useState(null);
  useEffect(() => () => url && URL.revokeObjectURL(url), [url]);
  const each = async (work) => {
    setBusy(chosen.length);
    const out = [];
    for (const row of chosen) {
      out.push({ code: row.code, ...(await work(row)) });
      setResults([...out]);
    }
    setBusy(0);
    onDone();
  };
  const codes = [...new Set(chosen.map((r) => r.code))]; // one may have two tasks
  const bind = async (paper) => {
    setBusy(codes.length);
    const done = await printAll(codes, paper);
    setUrl(done.url);
    setResults(codes.map((code) => ({ code, ...done.said.get(code) })));
    setBusy(0);
  };
  // Papers are of one procedure: so is the form that names them.
  const start = (digit) => {
    if (busy || !chosen.length) return;
    if (digit === '1') void each((row) => actOnOne(row, digit));
    else if (digit === '2' && new Set(chosen.map((r) => r.procedure)).size > 1) toast(t('bulk.oneProcedure'), { kind: 'warn' });
    else setAsking(digit);
  };
  const print = () => {
    if (busy || !chosen.length) return;
    if (codes.length > PRINT_MAX) toast(t('bulk.printMax', { n: PRINT_MAX }), { kind: 'warn' });
    else setPrinting(true);
  };
  useKeys({ 1: () => start('1'), 2: () => start('2'), 4: () => start('4'), F9: print });
  const file = (format) => html`<a class="button" download
    href=${`/v1/queue${query({ ...filters, urgency: null, codes: codes.join(','), format })}`}>
      ${t('bulk.export', { format: format.toUpperCase() })}</a>`;
  const n = t('queue.picked', { n: picked });
  return html`<section class="bulk" aria-label=${t('queue.bulk')}><strong>${n}</strong>
    <${Button} main busy=${busy > 0} onClick=${() => start('1')} icon="arrow-right" keys="1">${t('queue.forwardAll')}</${Button}>
    <${Button} busy=${busy > 0} onClick=${() => start('2')} icon="file-earmark-text" keys="2">${t('bulk.supplementAll')}</${Button}>
    <${Button} busy=${busy > 0} onClick=${() => start('4')} icon="people" keys="4">${t('queue.assignAll')}</${Button}>
    <${Button} busy=${busy > 0} onClick=${print} icon="printer" keys="F9">${t('bulk.print')}</${Button}>${file('xlsx')}${file('csv')}
    <${Button} onClick=${onClear}>${t('queue.clear')}</${Button}>
    ${asking && html`<${ActDialog} code=${n} dossier=${chosen[0]} act=${FORMS[asking]()}
        send=${(values) => each((row) => actOnOne(row, asking, values))} onDone=${() => {}} onClose=${() => setAsking(null)} />`}
    ${printing && html`<${PrintDialog} n=${codes.length} onPrint=${bind} onClose=${() => setPrinting(false)} />`}
    ${results && html`<${Results} of=${busy || results.length} results=${results} url=${url}
        onClose=${() => { setResults(null); setUrl(null); onClear(); }} />`}</section>`;
}
