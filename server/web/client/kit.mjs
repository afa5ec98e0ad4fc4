// The parts that all screens are made of.  A part draws; it asks nothing of the daemon except
// through the hooks at the end.
import {
  html, createContext, useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState,
} from './vendor.mjs';
import { get, isOnline, Offline, onEvent, onOnline } from './net.mjs';
import { clockNow, dateTime, language, loadPart, nfc, remaining, t } from './text.mjs';

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
// A single key is a command when it stands alone: what comes in a burst is a scanner's (scan.mjs).  Space scrolls if it is
// not taken at once; any other key ends the waiting.
const ALONE_MS = 40;
let waits = null;
let last = -ALONE_MS;
export function onKeyDown(e) {
  if (e.isComposing || e.keyCode === 229 || e.defaultPrevented || e.key === 'Shift') return;
  const name = keyName(e);
  const single = name.length === 1;
  const burst = single && e.timeStamp - last < ALONE_MS;
  last = single ? e.timeStamp : -ALONE_MS;
  clearTimeout(waits?.timer);
  const before = waits;
  waits = null;
  if (burst) return;
  before?.run();
  if (single && (inField(e.target) || !singleKeys)) return;
  const run = () => {
    waits = null;
    obey(name, e);
  };
  if (single && name !== ' ') waits = { run, timer: setTimeout(run, ALONE_MS) };
  else run();
}
function obey(name, e) {
  for (let i = maps.length - 1; i >= 0; i--) {
    const fn = maps[i].ref.current[name];
    if (fn && fn(e) !== false) {
      e.preventDefault();
      return;
    }
    if (maps[i].layer) return;
  }
}

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
    const why = [stopped.since && t('time.since', { at: dateTime(stopped.since) }),
      stopped.reason ?? stopped.status].filter(Boolean).join(' · ');
    return html`<span class="due none"><${Icon} name="pause-circle" /> <strong>${t('time.stopped')}</strong>
      ${why && html` <small>${why}</small>`}</span>`;
  }
  const r = remaining(at, now);
  return html`<span class=${`due ${r.kind}`}><strong>${r.text}</strong>${at && html` <time datetime=${at}>${dateTime(at)}</time>`}</span>`;
}

export const Tag = ({ children, onRemove, label }) =>
  html`<span class="tag">${children}<button type="button" class="plain" aria-label=${label ?? t('act.remove', { what: children })}
      onClick=${onRemove}><${Icon} name="x-lg" /></button></span>`;

// A part that is loaded when it is first shown (`from`: its module, `draw`: its name there).
export function Later({ from, draw = 'default', ...rest }) {
  const { toast } = useOffice();
  const [part, set] = useState(null);
  useEffect(() => void loadPart(from).then(set, () => {
    toast(t('state.offlineHint'), { kind: 'bad' });
    rest.onClose?.();
  }), []);
  return part && html`<${part[draw]} ...${rest} />`;
}

export const Loading = () => html`<p class="loading" role="status">${t('state.loading')}</p>`;
export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

// What went wrong, in words that say what to do.  Problems of fields are shown by the fields too.
export function Failure({ error, again }) {
  if (!error) return null;
  const offline = error instanceof Offline;
  const title = offline ? t('state.offline') : error.title || t('state.failed');
  return html`<${Banner} kind="bad" title=${title} action=${again && html`<${Button} onClick=${again} icon="arrow-clockwise">
        ${t('act.again')}</${Button}>`}>
    ${offline ? t('state.offlineHint') : error.detail}
    ${error.errors?.length > 0 && html`<ul>${error.errors.map((e) => html`<li>${e.message}</li>`)}</ul>`}</${Banner}>`;
}

// ---- fields.  The value is never rewritten while somebody types; NFC is made when it is sent.

export const clean = (s) => nfc(s).replace(/\s+/g, ' ').trim();

export function Field({ label, hint, error, value, onValue, kind = 'text', options, wide, inputRef, children, required, id: given,
    ...rest }) {
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
      ? html`<select ...${common} onChange=${change}>
        ${options.map((o) => html`<option value=${o.value} selected=${o.value === value}>${o.label}</option>`)}</select>`
      : kind === 'area'
        ? html`<textarea ...${common} value=${value ?? ''} onInput=${change} spellcheck="false"></textarea>`
        : html`<input type=${kind} autocomplete=${kind === 'file' ? undefined : 'off'} autocapitalize="off" spellcheck="false"
          ...${common} value=${value ?? ''} onInput=${change} />`}
    ${children}</div>`;
}

export const Check = ({ label, checked, onValue, id: given, ...rest }) => {
  const made = useId();
  const id = given ?? made;
  return html`<div class="check"><input type="checkbox" id=${id} checked=${checked}
      onChange=${(e) => onValue(e.currentTarget.checked)} ...${rest} /><label for=${id}>${label}</label></div>`;
};

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
  return html`<dialog ref=${ref} class=${`${drawer ? 'drawer' : 'modal'}${wide ? ' wide' : ''}`} aria-labelledby=${id}
    onCancel=${(e) => { e.preventDefault(); onClose(); }} tabindex="-1">
    <div class="head"><h2 id=${id}>${title}</h2><button type="button" class="plain close" aria-label=${t('act.close')}
        onClick=${onClose}><${Icon} name="x-lg" /></button></div>
    <div class="inside">${ready && children}</div></dialog>`;
}

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
  }, [path, turn, language()]);
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
  const [now, set] = useState(clockNow());
  useEffect(() => {
    const tick = () => set(clockNow());
    const id = setInterval(tick, everyMs);
    const off = onEvent((e) => e.kind === 'resync' && tick()); // this computer's clock may have jumped
    return () => clearInterval(id) ?? off();
  }, [everyMs]);
  return now;
}
