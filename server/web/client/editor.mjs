// The editor of procedure and calendar files: a plain text area with line numbers, every mistake
// beside its line, nothing lost (a draft at the daemon), Esc then Tab leaves the field.
import { html, useEffect, useMemo, useRef, useState, Banner, Button, Failure } from './kit.mjs';
import { useDraft } from './forms.mjs';
import { call } from './net.mjs';
import { language, t } from './text.mjs';

const CHECK_MS = 600;
// Asks for the check of the text a moment after the last key; the newest answer wins.
export function useCheck(path, text, extra) {
  const [state, set] = useState({ result: null, error: null, busy: false });
  const turn = useRef(0);
  useEffect(() => {
    if (!text.trim()) return undefined;
    const id = setTimeout(async () => {
      const mine = (turn.current += 1);
      set((s) => ({ ...s, busy: true }));
      try {
        const done = await call('POST', path, { body: { text: text.normalize('NFC'), ...extra } });
        if (mine === turn.current) set({ result: done.json, error: null, busy: false });
      } catch (error) {
        if (mine === turn.current) set({ result: null, error, busy: false });
      }
    }, CHECK_MS);
    return () => clearTimeout(id);
  }, [path, text, language()]);
  return state;
}

export function Editor({ text, onText, defects, label, jump }) {
  const area = useRef();
  const gutter = useRef();
  const [leaving, setLeaving] = useState(false);
  const lines = useMemo(() => text.split('\n').length, [text]);
  const marks = useMemo(() => new Map((defects ?? []).map((d) => [d.line, d.severity])), [defects]);
  const keys = (e) => {
    if (e.key === 'Escape') setLeaving(true);
    else if (e.key === 'Tab' && !leaving && !e.isComposing) {
      e.preventDefault();
      const { selectionStart: a, selectionEnd: b } = e.currentTarget;
      e.currentTarget.setRangeText('  ', a, b, 'end');
      onText(e.currentTarget.value);
    } else if (e.key !== 'Shift') setLeaving(false);
  };
  const goTo = (line, column = 1) => {
    const at = text.split('\n').slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0) + column - 1;
    area.current.focus();
    area.current.setSelectionRange(at, at);
    area.current.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area.current).lineHeight));
  };
  useEffect(() => {
    if (jump) goTo(jump.line, jump.column);
  }, [jump]);
  return html`<div class="editor"><pre class="gutter" aria-hidden="true" ref=${gutter}>
      ${Array.from({ length: lines }, (_, i) => html`<span class=${marks.get(i + 1) ?? ''}>${i + 1}${marks.has(i + 1) ? ' ●' : ''}
              </span>`)}</pre>
    <textarea ref=${area} aria-label=${label} aria-describedby="editor-hint" spellcheck="false" value=${text}
      onInput=${(e) => onText(e.currentTarget.value)} onKeyDown=${keys}
        onScroll=${(e) => { gutter.current.scrollTop = e.currentTarget.scrollTop; }}></textarea></div>
    <p class="hint" id="editor-hint">${t('editor.hint')}</p><${Defects} defects=${defects} goTo=${goTo} />`;
}

export function Defects({ defects, goTo }) {
  if (!defects) return null;
  if (!defects.length) return html`<${Banner} kind="good">${t('editor.fine')}</${Banner}>`;
  return html`<ul class="defects" aria-label=${t('editor.defects')}>
    ${defects.map((d) => html`<li class=${d.severity}>
          <button type="button" class="plain code" onClick=${() => goTo(d.line, d.column)}>${d.line}:${d.column}</button> <b>
            ${t(`editor.${d.severity}`)}</b> ${d.message}${d.nearest && html` ${t('editor.nearest', { word: d.nearest })}`} <code>
            ${d.code}</code></li>`)}</ul>`;
}

// The text as it is published; undefined while it comes.
export function usePublished(path) {
  const [state, set] = useState({});
  useEffect(() => {
    call('GET', path).then(async (r) => set({ text: await r.answer.text() }), (error) => set({ error }));
  }, [path]);
  return state;
}

// A text with its draft: what is typed lies at the daemon within a second.
export function useText(kind, id, published, title) {
  const [draft, change, { savedAt, ready }] = useDraft(kind, `${kind}-${id}`.toLowerCase().replace(/[^a-z0-9-]/g, '-'),
    { text: null }, () => title);
  return { text: draft.text ?? published ?? '', changed: draft.text !== null && draft.text !== published,
    set: (text) => change({ text }), discard: () => change({ text: null }), savedAt, ready };
}

// Proposing for publication: a document, a note, and a second person later.
export function Propose({ texts, onDone }) {
  const [document, setDocument] = useState('');
  const [note, setNote] = useState('');
  const [state, set] = useState({});
  const go = async (e) => {
    e.preventDefault();
    try {
      const done = await call('POST', '/v1/publications',
        { body: { texts: texts.map((x) => ({ ...x, text: x.text.normalize('NFC') })), document: document.trim(),
            ...(note.trim() && { note: note.trim() }) }, key: crypto.randomUUID() });
      set({ done: done.json });
      onDone?.(done.json);
    } catch (error) {
      set({ error });
    }
  };
  if (state.done) return html`<${Banner} kind="good">${t('editor.proposed', { n: state.done.publication })}</${Banner}>`;
  return html`<form onSubmit=${go}><${Failure} error=${state.error} />
    <div class="fields"><div class="field"><label for="pub-doc">${t('editor.document')}</label>
        <input type="text" id="pub-doc" required value=${document} onInput=${(e) => setDocument(e.currentTarget.value)} /></div>
    <div class="field"><label for="pub-note">${t('editor.note')}</label>
      <input type="text" id="pub-note" value=${note} onInput=${(e) => setNote(e.currentTarget.value)} /></div></div>
      <${Button} main type="submit">${t('editor.propose')}</${Button}></form>`;
}
