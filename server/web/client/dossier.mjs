// One dossier on a page: who and where at the top, the tracker apart from the timeline, what may be
// done now, papers and files, requests, money, the control slip.
import { html, useCallback, useEffect, useRef, useState, Banner, Button, Dialog, Empty, Failure, Field, Icon, Loading, useGet,
  useKeys, useOffice } from './kit.mjs';
import { Drawing, Tabs } from './views.mjs';
import { call, newKey, Offline, upload } from './net.mjs';
import { dateTime, loadPart, money, t } from './text.mjs';
import { ActButtons, ClockBar, Facts, peopleOf, Timeline, trackOf, Tracker, useActs, useDossier, WhyDialog } from './parts.mjs';

const TABS = ['summary', 'papers', 'requests', 'notes', 'timeline', 'slip'];

function IdentityBar({ dossier, code, acts, start, onPrint }) {
  const at = dossier.tasks.find((x) => x.title);
  return html`<div class="identity"><div><h1><span class="code">${code}</span> <span class="statusword">${dossier.status_title}</span></h1>
    <p>${at ? `${at.title} · ` : ''}${dossier.content?.applicant?.name ?? ''}${dossier.masked ? ` · ${t('dossier.masked')}` : ''}</p></div>
    <div class="noprint"><${ActButtons} acts=${acts} start=${start} />
      <${Button} quiet icon="printer" keys="F9" onClick=${onPrint}>${t('act.print')}</${Button}></div></div>`;
}

// ---- papers and files

function FileRow({ code, file, onSee }) {
  const path = `/v1/dossiers/${encodeURIComponent(code)}/files/${file.hash}`;
  return html`<li><${Icon} name="paperclip" /> <button type="button" class="plain" onClick=${() => onSee({ name: file.label, path })}>
      ${file.label}</button> <small>${dateTime(file.at)}${file.reused && ` · ${t('counter.reused', { code: file.reused })}`}</small>${' '}
    <a href=${path} download aria-label=${`${t('dossier.download')}: ${file.label}`}>${t('dossier.download')}</a></li>`;
}
const filesOf = (dossier) => {
  const out = [];
  const put = (f) => out.some((x) => x.hash === f.hash && x.component === f.component)
    || out.push({ ...f, label: t('counter.fileN', { n: out.length + 1 }) });
  for (const { data: d = {}, at } of dossier.history ?? []) {
    if (d.file) put({ hash: d.file, component: d.component, at });
    for (const [component, , , , , hashes, reused] of d.components ?? [])
      for (const hash of hashes ?? []) put({ hash, component, reused, at });
  }
  return out;
};

function Papers({ dossier, code, canAttach, reload }) {
  const { toast } = useOffice();
  const [seen, setSeen] = useState(null);
  const [Preview, setPreview] = useState(null);
  useEffect(() => {
    if (seen) loadPart('preview').then((m) => setPreview(() => m.Preview), () => {});
  }, [!seen]);
  const [progress, setProgress] = useState(null);
  const [component, setComponent] = useState('');
  const files = filesOf(dossier);
  const listed = dossier.definition?.components ?? [];
  const brought = new Map((dossier.content?.components ?? []).map((c) => [c.component, c]));
  const add = async (e) => {
    const file = e.currentTarget.files[0];
    e.currentTarget.value = '';
    if (!file) return;
    const name = file.name.normalize('NFC');
    setProgress(0);
    try {
      const up = await upload(`/v1/files?name=${encodeURIComponent(name)}`, file, setProgress,
        { 'Content-Type': 'application/octet-stream' });
      await call('POST', `/v1/dossiers/${encodeURIComponent(code)}/attach`,
        { body: { file: up.hash, file_name: name, ...(component && { component }) }, match: dossier.seq, key: newKey() });
      toast(t('dossier.attached', { name }));
      reload();
    } catch (err) {
      toast(err instanceof Offline ? t('state.offlineHint') : err.errors?.[0]?.message ?? err.detail ?? err.title,
        { kind: 'bad', seconds: 12 });
    }
    setProgress(null);
  };
  return html`<table class="papers">
    <thead><tr><th scope="col">${t('dossier.paper')}</th><th scope="col" class="n">${t('dossier.originals')}</th>
        <th scope="col" class="n">${t('dossier.copies')}</th><th scope="col">${t('dossier.files')}</th></tr></thead>
    <tbody>${listed.map((c) => { const has = brought.get(c.component); return html`<tr>
              <td>${c.title}${c.required && !has && html` <span class="badge warn">${t('dossier.missing')}</span>`}
                  </td><td class="n">${has?.originals ?? '–'}</td><td class="n">${has ? has.copies + has.certified : '–'}</td>
      <td><ul class="files">${files.filter((f) => f.component === c.component).map((f) => html`<${FileRow} code=${code} file=${f}
                onSee=${setSeen} />`)}</ul></td></tr>`; })}</tbody></table>
    <h2>${t('dossier.otherFiles')}</h2>
    <ul class="files">${files.filter((f) => !f.component).map((f) => html`<${FileRow} code=${code} file=${f}
            onSee=${setSeen} />`)}</ul>${files.length === 0 && html`<${Empty}>${t('dossier.noFiles')}</${Empty}>`}
    ${canAttach && html`<div class="row noprint"><${Field} kind="select" label=${t('do.f.component')} value=${component}
          onValue=${setComponent} options=${[{ value: '', label: t('do.noComponent') },
              ...listed.map((c) => ({ value: c.component, label: c.title }))]} />
      <${Field} kind="file" label=${t('dossier.addFile')} hint=${t('do.fileHint')} accept=".pdf,.jpg,.jpeg,.png" onChange=${add}
        value=${undefined} /></div>`}
    ${progress !== null && html`<progress max="1" value=${progress} aria-label=${t('do.uploading')}></progress>`}
    ${seen && Preview && html`<${Preview} file=${seen} onClose=${() => setSeen(null)} />`}`;
}

const TOLD = ['supplement', 'extension'];
function Requests({ dossier }) {
  const names = peopleOf(dossier);
  if (!dossier.requests.length) return html`<${Empty}>${t('dossier.noRequests')}</${Empty}>`;
  return html`<table><thead>
      <tr>${['what', 'state', 'asked', 'due', 'by'].map((c) => html`<th scope="col">${t(`dossier.rq.${c}`)}</th>`)}</tr></thead>
      <tbody>${dossier.requests.map((r) => html`<tr>
              <td><strong>${r.title}</strong>${r.document && html` <small>${r.document}</small>`}${r.extra
                  && html` <span class="badge warn">${t('dossier.extra')}</span>`}${r.late && html` <span class="badge warn">
                    ${t('dossier.lateAsked')}</span>`}${r.stops && html` <small>${t('dossier.stops')}</small>`}${r.amount > 0
                    && html` <small>${money(r.amount)}</small>`}</td>
    <td>${r.state_title}${TOLD.includes(r.kind) && r.method && html` <small>${t('dossier.told', { how: t(`do.told.${r.method}`),
              at: dateTime(r.sent) })}</small>`}${r.overdue && html` <span class="badge bad">${t('dossier.overdue')}</span>`}</td>
    <td>${dateTime(r.asked)}</td><td>${dateTime(r.due)}</td><td>${names.get(r.by) ?? r.at?.name ?? ''}</td></tr>`)}</tbody></table>`;
}

function Notes({ dossier, code, canNote, reload }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState(null);
  const ref = useRef();
  const notes = (dossier.history ?? []).filter((e) => e.data?.note || e.kind === 'NOTED').reverse();
  const leave = async (e) => {
    e.preventDefault();
    if (!text.trim()) return;
    try {
      await call('POST', `/v1/dossiers/${encodeURIComponent(code)}/note`, { body: { note: text.normalize('NFC').trim() },
          match: dossier.seq, key: newKey() });
      setText('');
      setProblem(null);
      reload();
      ref.current?.focus();
    } catch (err) {
      setProblem(err);
    }
  };
  return html`${canNote && html`<form class="noprint" onSubmit=${leave} onKeyDown=${(e) => e.key === 'Enter'
        && (e.ctrlKey || e.metaKey) && leave(e)}><${Failure} error=${problem} />
          <${Field} kind="area" label=${t('dossier.newNote')} value=${text} onValue=${setText} inputRef=${ref} maxlength="1000" />
    <${Button} type="submit" keys="Ctrl+Enter">${t('dossier.leaveNote')}</${Button}></form>`}
    ${notes.length ? html`<ol class="timeline">
        ${notes.map((e) => html`<li><span class="when"><time datetime=${e.at}>${dateTime(e.at)}</time></span>
              <span><q>${e.data?.note ?? e.data?.text}</q><small>${e.name ?? t('dossier.system')} – ${e.title}</small></span>
                </li>`)}</ol>` : html`<${Empty}>${t('dossier.noNotes')}</${Empty}>`}`;
}

// The control slip: the tracker as the table that is printed.
function Slip({ dossier, code, track, print }) {
  const names = peopleOf(dossier);
  return html`<div class="row noprint"><${Button} icon="printer" onClick=${() => print('control-slip')}>
      ${t('dossier.printSlip')}</${Button}></div>
    <section class="slip"><h2>${t('dossier.slipTitle')}</h2>
      <p>${t('dossier.slipCode')}: <strong>${code}</strong> · ${dossier.procedure_name}</p>
      <p>${dossier.content?.applicant?.name ?? ''} · ${t('dossier.received')} ${dateTime(dossier.accepted)} · ${t('dossier.due')} ${dateTime(dossier.due?.current)}</p>
    <table><thead><tr>${['step', 'unit', 'who', 'from', 'to', 'due', 'limit', 'how'].map((c) => html`<th scope="col">
                ${t(`slip.${c}`)}</th>`)}</tr></thead>
    <tbody>${[...dossier.done.map((d) => ({ ...d, from: d.started, to: d.finished })),
          ...dossier.tasks.filter((x) => x.step && !x.request).map((x) => ({ ...x, from: x.opened, to: null }))].map((v) =>
            html`<tr><td>${v.title}</td><td>${v.at?.name}</td><td>${names.get(v.officer) ?? ''}</td><td>${dateTime(v.from)}</td>
              <td>${v.to ? dateTime(v.to) : ''}</td><td>${dateTime(v.due)}</td><td>${track.find((s) => s.step === v.step)?.limit ?? ''}</td>
      <td>${v.to && v.due ? (v.to > v.due ? t('slip.late') : t('slip.onTime')) : ''}</td></tr>`)}</tbody></table></section>`;
}

function DiagramLayer({ dossier, code, onClose }) {
  return html`<${Dialog} title=${t('keys.diagram')} onClose=${onClose} wide>
    <${Drawing} path=${`/v1/dossiers/${encodeURIComponent(code)}/diagram.svg`} label=${dossier.procedure_name} /></${Dialog}>`;
}

export default function Dossier({ place, go }) {
  const code = place.item;
  const { toast } = useOffice();
  const d = useDossier(code, true);
  const [at, setAt] = useState(Math.max(0, TABS.indexOf(place.part)));
  const [layer, setLayer] = useState(null);
  const acting = useActs({ code, dossier: d.dossier, acts: d.acts, onActed: d.reload });
  const print = useCallback((paper) =>
    loadPart('print').then((m) => m.printPaper(`/v1/dossiers/${encodeURIComponent(code)}/${paper}.pdf`)).catch((e) =>
      toast(e.detail || e.title || t('state.offlineHint'), { kind: 'bad' })), [code]);
  const print9 = () => void print('receipt');
  useKeys({
    F7: () => d.dossier && setLayer('diagram'), F9: print9,
    '.': () => navigator.clipboard?.writeText(code).then(() => toast(t('queue.copied', { code })), () => {}),
  });
  if (d.error && !d.dossier) return html`<h1>${code}</h1><${Failure} error=${d.error} again=${d.reload} />`;
  if (!d.dossier) return html`<h1>${code}</h1><${Loading} />`;
  const { dossier } = d;
  const track = trackOf(dossier);
  const may = (command) => d.acts.some((a) => a.command === command && a.allowed);
  const panels = {
    summary: () => html`<div class="two"><${Facts} dossier=${dossier} /><div><h2>${t('dossier.timeline')}</h2>
        <${Timeline} dossier=${dossier} /></div></div>`,
    papers: () => html`<${Papers} dossier=${dossier} code=${code} canAttach=${may('attach')}
      reload=${d.reload} />`,
    requests: () => html`<${Requests} dossier=${dossier} />`,
    notes: () => html`<${Notes} dossier=${dossier} code=${code} canNote=${may('note')} reload=${d.reload} />`,
    timeline: () => html`<${Timeline} dossier=${dossier} />`,
    slip: () => html`<${Slip} dossier=${dossier} code=${code} track=${track} print=${print} />`,
  };
  const count = { papers: dossier.content?.components?.length, requests: dossier.requests.length, notes: undefined };
  const id = TABS[at];
  return html`<${IdentityBar} dossier=${dossier} code=${code} acts=${d.acts} start=${acting.start} onPrint=${print9} />
    ${dossier.late_entry && html`<${Banner} kind="warn">${t('dossier.lateEntry')}</${Banner}>`}
    <${ClockBar} dossier=${dossier} onWhy=${() => setLayer('why')} /><${Tracker} track=${track} />
    <${Tabs} tabs=${TABS.map((x) => ({ id: x, title: t(`dossier.tab.${x}`), count: count[x] }))} at=${at}
      onChange=${(i) => { setAt(i); go(`ho-so/${code}/${TABS[i]}`, { replace: true, keep: true }); }} />
    <section role="tabpanel" id=${`panel-${id}`} aria-labelledby=${`tab-${id}`} tabindex="0">${panels[id]()}</section>
    ${layer === 'why' && html`<${WhyDialog} code=${code} onClose=${() => setLayer(null)} />`}
    ${layer === 'diagram' && html`<${DiagramLayer} dossier=${dossier} code=${code} onClose=${() => setLayer(null)} />`}${acting.dialog}`;
}
