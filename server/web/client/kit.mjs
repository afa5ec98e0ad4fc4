// The parts that all screens are made of.  A part draws; it asks nothing of the daemon except
// through the hooks at the end.
import {
  html, createContext, useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState,
} from './vendor.mjs';
import { call, drawing, get, isOnline, Offline, onEvent, onOnline, Problem } from './net.mjs';
import { dateTime, fold, nfc, remaining, t } from './text.mjs';

export { html, createContext, useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState };

// {session, prefs, setPrefs, go(path), toast(text, {undo}), help(text)}
export const Office = createContext(null);
export const useOffice = () => useContext(Office);

export const Icon = ({ name }) =>
  html`<svg class="icon" aria-hidden="true" focusable="false"><use href=${`#i-${name}`} /></svg>`;

// ---- keys.  The last map that was laid on top is asked first; a layer (dialog, drawer) hides the
// ones below it.  Names: "F2", "Ctrl+Enter", "1", "Escape", "Alt+1".  Single keys are not heard in
// fields, while an input method composes, or when somebody has switched them off.
const maps = [];
let singleKeys = true;
export const setSingleKeys = (on) => {
  singleKeys = on;
};
export function useKeys(map, { layer = false } = {}) {
  const ref = useRef(map);
  ref.current = map;
  useLayoutEffect(() => {
    const entry = { ref, layer };
    maps.push(entry);
    return () => maps.splice(maps.indexOf(entry), 1);
  }, [layer]);
}
const inField = (el) =>
  el && (el.isContentEditable || /^(TEXTAREA|SELECT)$/.test(el.tagName) ||
    (el.tagName === 'INPUT' && !/^(checkbox|radio|button|submit|file)$/.test(el.type)));
function keyName(e) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(e.code);
  const key = digit ? digit[1] : e.key.length === 1 ? e.key.toLowerCase() : e.key;
  return (e.ctrlKey || e.metaKey ? 'Ctrl+' : '') + (e.altKey ? 'Alt+' : '') + (e.shiftKey && key.length > 1 ? 'Shift+' : '') + key;
}
export function onKeyDown(e) {
  if (e.isComposing || e.keyCode === 229 || e.defaultPrevented) return;
  const name = keyName(e);
  const single = name.length === 1;
  if (single && (inField(e.target) || !singleKeys)) return;
  for (let i = maps.length - 1; i >= 0; i--) {
    const fn = maps[i].ref.current[name];
    if (fn && fn(e) !== false) {
      e.preventDefault();
      return;
    }
    if (maps[i].layer) return;
  }
}

// Screens that would lose something say so; each answers true to let go.
const guards = new Set();
export const guardLeaving = (fn) => {
  guards.add(fn);
  return () => guards.delete(fn);
};
export const mayLeave = () => [...guards].every((fn) => fn());

// ---- small parts

export const Button = ({ main, danger, quiet, icon, keys, children, busy, ...rest }) =>
  html`<button type="button" ...${rest} aria-busy=${busy ? 'true' : undefined} aria-keyshortcuts=${keys?.replace('Ctrl', 'Control')}
    class=${`button${main ? ' main' : ''}${danger ? ' danger' : ''}${quiet ? ' quiet' : ''} ${rest.class ?? ''}`}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${children}</span>${keys && html`<kbd aria-hidden="true">${keys}</kbd>`}</button>`;

// Inside the page: a plain click changes the screen, every other one is the browser's.
export function Link({ to, children, ...rest }) {
  const { go } = useOffice();
  const click = (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    go(to);
  };
  return html`<a href=${to} onClick=${click} ...${rest}>${children}</a>`;
}

export function Banner({ kind = 'info', title, children, action }) {
  const icon = { info: 'info-circle', warn: 'exclamation-triangle', bad: 'exclamation-triangle', good: 'check-lg' }[kind];
  return html`<div class=${`banner ${kind}`} role=${kind === 'bad' ? 'alert' : 'status'}>
    <${Icon} name=${icon} /><div>${title && html`<strong>${title}</strong> `}${children}</div>${action}</div>`;
}

// A due instant: the absolute time, what is left in words, and a bar whose colour only repeats it.
// `stopped`: the clock stands still; {since, reason, status} when it is known why.
export function Due({ at, stopped, now }) {
  if (stopped) {
    const why = [stopped.since && t('time.since', { at: dateTime(stopped.since) }), stopped.reason ?? stopped.status].filter(Boolean).join(' · ');
    return html`<span class="due none"><${Icon} name="pause-circle" /> <strong>${t('time.stopped')}</strong>${why && html` <small>${why}</small>`}</span>`;
  }
  const r = remaining(at, now);
  return html`<span class=${`due ${r.kind}`}><strong>${r.text}</strong>${at && html` <time datetime=${at}>${dateTime(at)}</time>`}</span>`;
}

export const Tag = ({ children, onRemove, label }) =>
  html`<span class="tag">${children}<button type="button" class="plain" aria-label=${label ?? t('act.remove', { what: children })} onClick=${onRemove}><${Icon} name="x-lg" /></button></span>`;

export const Loading = () => html`<p class="loading" role="status">${t('state.loading')}</p>`;
export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

// What went wrong, in words that say what to do.  Problems of fields are shown by the fields too.
export function Failure({ error, again }) {
  if (!error) return null;
  const offline = error instanceof Offline;
  const title = offline ? t('state.offline') : error.title || t('state.failed');
  return html`<${Banner} kind="bad" title=${title} action=${again && html`<${Button} onClick=${again} icon="arrow-clockwise">${t('act.again')}</${Button}>`}>
    ${offline ? t('state.offlineHint') : error.detail}
    ${error.errors?.length > 0 && html`<ul>${error.errors.map((e) => html`<li>${e.message}</li>`)}</ul>`}</${Banner}>`;
}

// ---- fields.  The value is never rewritten while somebody types; NFC is made when it is sent.

export const clean = (s) => nfc(s).replace(/\s+/g, ' ').trim();

export function Field({ label, hint, error, value, onValue, kind = 'text', options, wide, inputRef, children, required, id: given, ...rest }) {
  const made = useId();
  const id = given ?? made;
  const described = [hint && `${id}-h`, error && `${id}-e`].filter(Boolean).join(' ') || undefined;
  const common = {
    id, ref: inputRef, 'aria-describedby': described, 'aria-invalid': error ? 'true' : undefined,
    'aria-required': required ? 'true' : undefined, ...rest,
  };
  const change = (e) => onValue?.(e.currentTarget.value);
  return html`<div class=${`field${wide ? ' wide' : ''}${error ? ' wrong' : ''}`}>
    <label for=${id}>${label}${required && html`<span class="must" aria-hidden="true"> *</span>`}</label>
    ${hint && html`<span class="hint" id=${`${id}-h`}>${hint}</span>`}
    ${error && html`<span class="error" id=${`${id}-e`}><span class="vh">${t('state.error')}: </span>${error}</span>`}
    ${kind === 'select'
      ? html`<select ...${common} onChange=${change}>${options.map((o) => html`<option value=${o.value} selected=${o.value === value}>${o.label}</option>`)}</select>`
      : kind === 'area'
        ? html`<textarea ...${common} value=${value ?? ''} onInput=${change} spellcheck="false"></textarea>`
        : html`<input type=${kind} autocomplete="off" autocapitalize="off" spellcheck="false" ...${common} value=${value ?? ''} onInput=${change} />`}
    ${children}</div>`;
}

export const Check = ({ label, checked, onValue, id: given, ...rest }) => {
  const made = useId();
  const id = given ?? made;
  return html`<div class="check"><input type="checkbox" id=${id} checked=${checked} onChange=${(e) => onValue(e.currentTarget.checked)} ...${rest} /><label for=${id}>${label}</label></div>`;
};

// Errors of a form, first thing on it, taking the focus: each leads to its field.
export function ErrorSummary({ errors }) {
  const ref = useRef();
  useEffect(() => {
    if (errors.length) ref.current?.focus();
  }, [errors]);
  if (!errors.length) return null;
  return html`<div class="summary" role="alert" tabindex="-1" ref=${ref}><h2>${t('state.mend', { n: errors.length })}</h2>
    <ul>${errors.map((e) => html`<li>${e.field ? html`<a href=${`#${e.field}`} onClick=${(ev) => { ev.preventDefault(); document.getElementById(e.field)?.focus(); }}>${e.message}</a>` : e.message}</li>`)}</ul></div>`;
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
    <input id=${id} ref=${inputRef} role="combobox" aria-expanded=${open ? 'true' : 'false'} aria-controls=${`${id}-l`} aria-autocomplete="list"
      aria-activedescendant=${open ? `${id}-${at}` : undefined} aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${[hint && `${id}-h`, error && `${id}-e`].filter(Boolean).join(' ') || undefined}
      autocomplete="off" spellcheck="false" value=${typed ?? (chosen ? `${chosen.code ? `${chosen.code} – ` : ''}${chosen.label}` : '')}
      onFocus=${(e) => e.currentTarget.select()} onInput=${(e) => { setTyped(e.currentTarget.value); setAt(0); }} onKeyDown=${keys}
      onBlur=${() => setTimeout(() => setTyped(null), 150)} />
    <ul id=${`${id}-l`} role="listbox" aria-label=${label} hidden=${!open}>${open && found.map((item, i) => html`<li id=${`${id}-${i}`} role="option" aria-selected=${i === at ? 'true' : 'false'}
      onMouseDown=${(e) => { e.preventDefault(); pick(item); }}>${favourites.includes(item.value) && !typed && html`<kbd>${favourites.indexOf(item.value) + 1}</kbd>`}${item.code && html`<b>${item.code}</b> `}${item.label}${item.note && html` <small>${item.note}</small>`}</li>`)}</ul></div>`;
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

// ---- layers: dialogs (modal) and drawers (beside the list).  Esc closes, the focus goes back.

// What is inside comes a moment after the layer, so that its keys lie on top of the layer's own.
export function Dialog({ title, onClose, children, drawer, wide }) {
  const ref = useRef();
  const id = useId();
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const el = ref.current;
    if (drawer) el.show();
    else el.showModal();
    setReady(true);
    return () => {
      el.close(); // nothing outside can take the focus while it is open
      if (before?.isConnected) before.focus();
    };
  }, [drawer]);
  useLayoutEffect(() => {
    const el = ref.current;
    if (ready) (el.querySelector('[data-first]') ?? el.querySelector('.inside :is(input,select,textarea,button.main)') ?? el).focus();
  }, [ready]);
  useKeys({ Escape: () => onClose() }, { layer: true });
  return html`<dialog ref=${ref} class=${`${drawer ? 'drawer' : 'modal'}${wide ? ' wide' : ''}`} aria-labelledby=${id} onCancel=${(e) => { e.preventDefault(); onClose(); }} tabindex="-1">
    <header><h2 id=${id}>${title}</h2><button type="button" class="plain close" aria-label=${t('act.close')} onClick=${onClose}><${Icon} name="x-lg" /></button></header>
    <div class="inside">${ready && children}</div></dialog>`;
}

// A drawing of the daemon; its sheet is asked for when the first one is shown.
function drawingSheet() {
  if (document.getElementById('drawing-sheet')) return;
  const link = document.createElement('link');
  Object.assign(link, { id: 'drawing-sheet', rel: 'stylesheet', href: '/web/diagram.css' });
  document.head.append(link);
}
export function Drawing({ path, body, label, onStep }) {
  const ref = useRef();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    drawingSheet();
    let gone = false;
    drawing(path, body).then((svg) => {
      if (gone) return;
      setFailed(false);
      ref.current?.replaceChildren(svg);
    }, () => !gone && setFailed(true));
    return () => {
      gone = true;
    };
  }, [path, body && JSON.stringify(body)]);
  const click = (e) => {
    const step = e.target.closest('[data-step]');
    if (!step) return;
    e.preventDefault();
    onStep?.(step.dataset.step, Number(step.dataset.line ?? 0));
  };
  return html`<div class="drawing scroll" tabindex="0" role="group" aria-label=${label} onClick=${click}>${failed && html`<p class="empty">${t('state.noDrawing')}</p>`}<div class="diagram" ref=${ref}></div></div>`;
}

export function Tabs({ tabs, at, onChange }) {
  const keys = (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const next = (at + step + tabs.length) % tabs.length;
    onChange(next);
    e.currentTarget.children[next].focus();
  };
  return html`<div class="tabs" role="tablist" onKeyDown=${keys}>${tabs.map((tab, i) => html`<button type="button" role="tab" id=${`tab-${tab.id}`} aria-controls=${`panel-${tab.id}`}
    aria-selected=${i === at ? 'true' : 'false'} tabindex=${i === at ? 0 : -1} onClick=${() => onChange(i)}>${tab.title}${tab.count !== undefined && html` <span class="count">${tab.count}</span>`}</button>`)}</div>`;
}

// "Vì sao?": the lines of the ledger that made a date.
export const Why = ({ lines }) => html`<ol class="why">${lines.map((l) => html`<li>${typeof l === 'string' ? l : l.text}</li>`)}</ol>`;

// ---- hooks

// Loads `path` and again when `deps` change or reload() is called.  While a newer answer is on its
// way the old one stays.
export function useGet(path, { events } = {}) {
  const [state, set] = useState({ data: null, error: null, loading: !!path });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!path) {
      set({ data: null, error: null, loading: false });
      return undefined;
    }
    const stop = new AbortController();
    set((s) => ({ ...s, loading: true }));
    get(path, { signal: stop.signal }).then(
      (data) => set({ data, error: null, loading: false }),
      (error) => stop.signal.aborted || set((s) => ({ ...s, error, loading: false })),
    );
    return () => stop.abort();
  }, [path, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => (events ? onEvent((e) => events(e) && reload()) : undefined), [events, reload]);
  return { ...state, reload };
}

export function useOnline() {
  const [online, set] = useState(isOnline());
  useEffect(() => onOnline(set), []);
  return online;
}

export function useNow(everyMs = 30000) {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const id = setInterval(() => set(Date.now()), everyMs);
    return () => clearInterval(id);
  }, [everyMs]);
  return now;
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
      const done = await call('PUT', path, { body: { kind: kind.call?.(null, content) ?? kind, title: titleOf?.(content) ?? '', content, based_on: version } });
      version = done.json.version;
      dirty = content !== d.content;
      d.savedAt = Date.now();
    } catch (e) {
      if (e instanceof Problem && e.body.draft) meet(e.body.draft);
      else if (e instanceof Problem && e.status === 404 && version) version = 0; // deleted, or too old
      if (dirty && !d.other) soon(version ? DRAFT_AGAIN_MS : DRAFT_MS);
    }
    if (!d.gone) keep();
  };
  d.flush = () => {
    clearTimeout(timer);
    if (!dirty || d.gone || d.other) return saving;
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
      if (draft && !dirty) [d.content, version] = [draft.content, draft.version];
      else if (draft && draft.version !== version) meet(draft);
      d.ready = true;
      if (dirty) soon(DRAFT_MS);
      tell();
    };
    if (fresh && !kept) came(null);
    else get(path).then(came, () => came(null));
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
