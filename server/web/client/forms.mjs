// Parts of forms in which people write much: errors, a choice out of many, drafts.
import { html, useEffect, useId, useMemo, useRef, useState } from './kit.mjs';
import { call, get, Problem } from './net.mjs';
import { fold, t } from './text.mjs';

// Errors of a form, first thing on it, taking the focus: each leads to its field.
// `quiet`: the focus goes to the one field at once.
export function ErrorSummary({ errors, quiet }) {
  const ref = useRef();
  useEffect(() => {
    if (errors.length && !quiet) ref.current?.focus();
  }, [errors]);
  if (!errors.length) return null;
  return html`<div class="summary" role="alert" tabindex="-1" ref=${ref}><h2>${t('state.mend', { n: errors.length })}</h2>
    <ul>${errors.map((e) => html`<li>
            ${e.field ? html`<a href=${`#${e.field}`}
                onClick=${(ev) => { ev.preventDefault(); document.getElementById(e.field)?.focus(); }}>${e.message}</a>`
                  : e.message}</li>`)}</ul></div>`;
}

// One of a long list, found by any of its words without accents, or by code.  `items`:
// [{value, label, code?, note?}]; digits 1–9 choose from `favourites` while nothing is typed.
export function Picker({ label, items, value, onPick, inputRef, hint, error, favourites = [], required, id: given }) {
  const made = useId();
  const id = given ?? made;
  const [typed, setTyped] = useState(null); // null: shows the chosen one
  const [at, setAt] = useState(0);
  const chosen = items.find((i) => i.value === value);
  const found = useMemo(() => (typed === null ? [] : findItems(items, typed, favourites)), [items, typed, favourites]);
  const open = typed !== null && found.length > 0;
  const pick = (item) => {
    setTyped(null);
    setAt(0);
    onPick(item.value, item);
  };
  const keys = (e) => {
    if (e.isComposing || e.keyCode === 229) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (typed === null) setTyped('');
      else setAt((at + (e.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (e.key === 'Enter' && open) {
      e.preventDefault();
      e.stopPropagation();
      pick(found[at]);
    } else if (e.key === 'Escape' && typed !== null) {
      e.preventDefault();
      e.stopPropagation();
      setTyped(null);
    } else if (/^[1-9]$/.test(e.key) && !typed && favourites[Number(e.key) - 1] && !e.ctrlKey && !e.altKey) {
      const item = items.find((i) => i.value === favourites[Number(e.key) - 1]);
      if (item) {
        e.preventDefault();
        pick(item);
      }
    } else if (e.key === 'Tab' && open && typed) pick(found[at]);
  };
  return html`<div class=${`field picker wide${error ? ' wrong' : ''}`}>
    <label for=${id}>${label}${required && html`<span class="must" aria-hidden="true"> *</span>`}</label>
    ${hint && html`<span class="hint" id=${`${id}-h`}>${hint}</span>`}
    ${error && html`<span class="error" id=${`${id}-e`}>${error}</span>`}
    <input type="text" id=${id} ref=${inputRef} role="combobox" aria-expanded=${open ? 'true' : 'false'}
      aria-controls=${`${id}-l`} aria-autocomplete="list"
      aria-activedescendant=${open ? `${id}-${at}` : undefined} aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${[hint && `${id}-h`, error && `${id}-e`].filter(Boolean).join(' ') || undefined}
      autocomplete="off" spellcheck="false" value=${typed ?? (chosen ? `${chosen.code ? `${chosen.code} – ` : ''}${chosen.label}` : '')}
      onFocus=${(e) => e.currentTarget.select()} onInput=${(e) => { setTyped(e.currentTarget.value); setAt(0); }} onKeyDown=${keys}
      onBlur=${() => setTimeout(() => setTyped(null), 150)} />
    <ul id=${`${id}-l`} role="listbox" aria-label=${label} hidden=${!open}>
      ${open && found.map((item, i) => html`<li id=${`${id}-${i}`} role="option" aria-selected=${i === at ? 'true' : 'false'}
      onMouseDown=${(e) => { e.preventDefault(); pick(item); }}>
        ${favourites.includes(item.value) && !typed && html`<kbd>${favourites.indexOf(item.value) + 1}</kbd>`}${item.code
          && html`<b>${item.code}</b> `}${item.label}${item.note && html` <small>${item.note}</small>`}</li>`)}</ul></div>`;
}
const LIST_MAX = 12;
function findItems(items, typed, favourites) {
  if (!typed) {
    const first = favourites.map((f) => items.find((i) => i.value === f)).filter(Boolean);
    return [...first, ...items.filter((i) => !favourites.includes(i.value))].slice(0, LIST_MAX);
  }
  const words = fold(typed).split(/\s+/);
  const scored = [];
  for (const i of items) {
    const code = fold(i.code ?? '');
    const hay = ` ${fold(i.label)}`;
    if (code.startsWith(words.join(' '))) scored.push([0, i]);
    else if (words.every((w) => hay.includes(w) || code.includes(w))) scored.push([words.every((w) => hay.includes(` ${w}`)) ? 1 : 2, i]);
  }
  return scored.sort((a, b) => a[0] - b[0]).map((s) => s[1]).slice(0, LIST_MAX);
}

// A draft that nothing loses: in this browser at once, at the daemon within a second.  One saving at
// a time; when another window saved the same draft meanwhile, `other` holds that one until somebody
// takes it or keeps this one.  `kind`: a word, or a function of the content; `fresh`: the id was made
// just now, the daemon cannot know it.
const DRAFT_MS = 700;
const DRAFT_AGAIN_MS = 3000;
function newDraft(kind, id, empty, titleOf) {
  const local = `draft-${id}`;
  const path = `/v1/drafts/${id}`;
  const kept = JSON.parse(sessionStorage.getItem(local) ?? 'null');
  let { version, dirty } = kept ?? { version: 0, dirty: false };
  let tell = () => {};
  let timer = null;
  let saving = null;
  const d = { id, content: kept?.content ?? empty, savedAt: null, ready: !!kept, other: null, gone: false };
  const keep = () => sessionStorage.setItem(local, JSON.stringify({ content: d.content, version, dirty }));
  const same = (a) => JSON.stringify(a) === JSON.stringify(d.content);
  const soon = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(d.flush, ms);
  };
  const meet = (draft) => {
    if (same(draft.content)) [version, dirty] = [draft.version, false];
    else d.other = draft;
  };
  const put = async () => {
    const content = d.content;
    try {
      const done = await call('PUT', path, { body: { kind: kind.call?.(null, content) ?? kind, title: titleOf?.(content) ?? '',
            content, based_on: version } });
      version = done.json.version;
      dirty = content !== d.content;
      d.savedAt = Date.now();
    } catch (e) {
      if (e instanceof Problem && e.body.draft) meet(e.body.draft);
      else if (e instanceof Problem && e.status === 404 && version) version = 0; // deleted, or too old
      if (dirty && !d.other) soon(version ? DRAFT_AGAIN_MS : DRAFT_MS);
    }
    if (d.gone) return;
    if (sessionStorage.getItem(local)) keep();
    else void d.discard(); // thrown away meanwhile: what it holds has been delivered
  };
  d.flush = () => {
    clearTimeout(timer);
    if (!dirty || d.gone || d.other || !sessionStorage.getItem(local)) return saving;
    if (saving) return saving.then(d.flush);
    saving = put().finally(() => {
      saving = null;
      tell();
    });
    return saving;
  };
  d.change = (next) => {
    d.content = typeof next === 'function' ? next(d.content) : next;
    dirty = true;
    keep();
    soon(DRAFT_MS);
    tell();
  };
  d.discard = async () => {
    d.gone = true;
    clearTimeout(timer);
    sessionStorage.removeItem(local);
    await saving;
    if (version) await call('DELETE', path).catch(() => {});
  };
  d.take = () => {
    [d.content, version, dirty, d.other] = [d.other.content, d.other.version, false, null];
    keep();
    tell();
  };
  d.keepMine = () => {
    [version, d.other] = [d.other.version, null];
    tell();
    return d.flush();
  };
  d.open = (redraw, fresh) => {
    tell = redraw;
    const came = (draft) => {
      const newer = draft && draft.version > version; // an answer may come after what was saved meanwhile
      if (newer && !dirty) [d.content, version] = [draft.content, draft.version];
      else if (newer) meet(draft);
      d.ready = true;
      if (dirty) soon(DRAFT_MS);
      tell();
    };
    if (fresh && !kept) came(null);
    else get('/v1/drafts').then((mine) => (mine.items.some((x) => x.id === id) ? get(path) : null)).then(came, () => came(null));
    return () => {
      tell = () => {};
      void d.flush();
    };
  };
  return d;
}
// Returns [content, change, draft]; the draft has savedAt, ready, other, take, keepMine, flush, discard.
export function useDraft(kind, id, empty, titleOf, { fresh } = {}) {
  const draft = useMemo(() => newDraft(kind, id, empty, titleOf), [id]);
  const [, redraw] = useState(0);
  useEffect(() => draft.open(() => redraw((n) => n + 1), fresh), [draft]);
  return [draft.content, draft.change, draft];
}
