// The shell: who is here, which screen is shown, what every screen has (search and scan box, keys,
// connection, messages).  Screens are modules of their own, loaded when they are first opened.
import { html, render, useCallback, useEffect, useMemo, useRef, useState } from './vendor.mjs';
import { askSignIn, call, get, Offline, onEvent, onOutbox, sessionEnds, signedIn, signedOut, startEvents, startOutbox, who, Problem } from './net.mjs';
import { language, loadPart, t, useLanguage } from './text.mjs';
import { Banner, Button, Dialog, Failure, Icon, Later, Link, Loading, Office, onKeyDown, setSingleKeys, useKeys, useNow,
  useOnline } from './kit.mjs';
import { scanned, watchScans } from './scan.mjs';

export const HOME = '/lam-viec';
const OFFICERS = ['receiver', 'returner', 'cashier', 'clerk', 'specialist', 'division_head', 'leader', 'office_specialist',
  'committee_leader', 'onestop_head'];
const HEADS = ['division_head', 'leader', 'committee_leader', 'onestop_head', 'supervisor', 'auditor'];
const ADMINS = ['business_admin', 'technical_admin', 'onestop_head', 'auditor'];

// One row a screen: its part of the address, module, icon, who sees it in the menu, its key.
export const SCREENS = [
  { path: 'tiep-nhan', module: 'counter', icon: 'plus-lg', roles: ['receiver', 'support'], keys: 'F2' },
  { path: 'hang-doi', module: 'queue', icon: 'list-task', roles: [...OFFICERS, 'supervisor', 'auditor'], keys: 'F8' },
  { path: 'hom-nay', module: 'today', icon: 'inbox', roles: ['receiver', 'returner', 'cashier'] },
  { path: 'tra-ket-qua', module: 'handover', icon: 'clipboard-check', roles: ['returner', 'receiver'] },
  { path: 'quay', module: 'desk', icon: 'ticket-perforated', roles: ['receiver', 'returner', 'onestop_head', 'guide'], keys: 'F3' },
  { path: 'thong-bao', module: 'notices', icon: 'bell', roles: [...OFFICERS, 'supervisor', 'auditor'] },
  { path: 'tim', module: 'search', icon: 'search', roles: [...OFFICERS, 'supervisor', 'auditor'] },
  { path: 'so-theo-doi', module: 'registers', icon: 'journal-text', roles: ['receiver', 'returner', 'cashier', ...HEADS] },
  { path: 'so-lieu', module: 'figures', icon: 'graph-up', roles: HEADS },
  { path: 'thu-tuc', module: 'procedures', icon: 'diagram-3', roles: ADMINS },
  { path: 'lich', module: 'calendars', icon: 'calendar3', roles: ADMINS },
  { path: 'to-chuc', module: 'organisation', icon: 'people', roles: ADMINS },
  { path: 'uy-quyen', module: 'standin', icon: 'person', roles: OFFICERS },
  { path: 'ho-so', module: 'dossier' },
  { path: 'tai-khoan', module: 'account' },
];
export const mayOpen = (screen, roles) => screen.roles?.some((r) => roles.includes(r));

// ---- where we are

function readPlace() {
  const [screen, item, part] = location.pathname.slice(HOME.length + 1).split('/').map(decodeURIComponent);
  return { screen: screen ?? '', item: item ?? '', part: part ?? '', query: new URLSearchParams(location.search) };
}
function usePlace() {
  const [place, set] = useState(readPlace);
  useEffect(() => {
    const back = () => set(readPlace());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = useCallback((to, { replace = false, keep = false } = {}) => {
    const path = to.startsWith('/') ? to : `${HOME}/${to}`;
    history[replace ? 'replaceState' : 'pushState'](null, '', path);
    set(readPlace());
    if (!keep) scrollTo(0, 0);
  }, []);
  return [place, go];
}

// ---- what somebody likes: at the daemon, and in this browser for the next start

const PREFS = { theme: 'auto', contrast: 'auto', size: '2', language: null, counter: '', singleKeys: true };
const keptPrefs = () => {
  try {
    return { ...PREFS, ...JSON.parse(localStorage.getItem('motcua-prefs') ?? '{}') };
  } catch {
    return PREFS;
  }
};
// At once: who leaves the page in the same moment has chosen, too.  Which counter this is and what its printer holds are the
// computer's, all else goes with the person.
const hers = ({ counter, paper, ...rest }) => rest;
const keepPrefs = (prefs) => {
  localStorage.setItem('motcua-prefs', JSON.stringify(prefs));
  return prefs;
};
function show(prefs) {
  const root = document.documentElement;
  root.dataset.theme = prefs.theme;
  root.dataset.contrast = prefs.contrast;
  root.dataset.size = prefs.size;
  root.lang = language();
  setSingleKeys(prefs.singleKeys);
}
const PREFS_MS = 4 * 3600000; // asked after each sign-in, and now and then: they may be changed at another computer
// One after the other, what came meanwhile with the next: the last choice is the one that stays.
let put = Promise.resolve();
let next = null;
const putPrefs = () => (next ??= put = put.then(() => {
  next = null;
  return who() && call('PUT', '/v1/preferences', { body: { preferences: hers(keptPrefs()) } });
}).catch(() => {}));
function usePrefs(session) {
  const [prefs, set] = useState(keptPrefs);
  useEffect(() => {
    if (!session || Date.now() - Number(localStorage.getItem('motcua-prefs-at')) < PREFS_MS) return;
    localStorage.setItem('motcua-prefs-at', Date.now());
    get('/v1/preferences').then((p) => set((now) => keepPrefs({ ...now, ...hers(p.preferences) })), () => {});
  }, [session?.login]);
  useEffect(() => show(prefs), [prefs]);
  const change = useCallback((some) => {
    set(keepPrefs({ ...keptPrefs(), ...some })); // another tab may have changed its own
    void putPrefs();
  }, []);
  return [prefs, change];
}

// ---- messages at the foot, some with undo

function useToasts() {
  const [toasts, set] = useState([]);
  const drop = useCallback((id) => set((all) => all.filter((x) => x.id !== id)), []);
  const toast = useCallback((text, { undo, kind = 'good', seconds = undo ? 10 : 6 } = {}) => {
    const id = crypto.randomUUID();
    set((all) => [...all.slice(-2), { id, text, undo, kind }]);
    setTimeout(() => drop(id), seconds * 1000);
  }, []);
  return { toasts, toast, drop };
}
function Toasts({ toasts, drop }) {
  const last = toasts.filter((x) => x.undo).at(-1);
  const undo = (x) => {
    drop(x.id);
    void x.undo();
  };
  useKeys({ 'Ctrl+z': (e) => (last && !/^(INPUT|TEXTAREA)$/.test(e.target.tagName) ? undo(last) : false) });
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.map((x) => html`<div key=${x.id} class=${`toast ${x.kind}`}><span>${x.text}</span>
    ${x.undo && html`<${Button} onClick=${() => undo(x)} keys="Ctrl+Z" icon="arrow-counterclockwise">${t('act.undo')}</${Button}>`}
    <button type="button" class="plain" aria-label=${t('act.close')} onClick=${() => drop(x.id)}><${Icon} name="x-lg" /></button>
      </div>`)}</div>`;
}

// ---- parts of the frame

export const CODE = /^[A-Z0-9.]{3,}-\d{6}-\d{3,}$/i;
function SearchBox({ go }) {
  const ref = useRef();
  useKeys({ F4: () => ref.current.select() });
  const submit = (e) => {
    e.preventDefault();
    const typed = ref.current.value.normalize('NFC').trim();
    if (!typed) return;
    const code = scanned(typed)?.dossier ?? (CODE.test(typed) ? typed.toUpperCase() : null);
    go(code ? `${HOME}/ho-so/${encodeURIComponent(code)}` : `${HOME}/tim?q=${encodeURIComponent(typed)}`);
    ref.current.value = '';
  };
  return html`<form role="search" class="searchbox" onSubmit=${submit}><label for="search" class="vh">${t('shell.search')}</label>
    <input id="search" ref=${ref} type="text" autocomplete="off" spellcheck="false" placeholder=${t('shell.searchHint')}
      aria-keyshortcuts="F4" /><kbd aria-hidden="true">F4</kbd><button type="submit" class="plain" aria-label=${t('shell.find')}>
        <${Icon} name="search" /></button></form>`;
}

function Connection() {
  const online = useOnline();
  const [waiting, set] = useState([]);
  useEffect(() => onOutbox((list) => set(list)), []);
  return html`<span class=${`link ${online ? 'on' : 'off'}`} role="status"><${Icon} name=${online ? 'check-lg' : 'wifi-off'} />
    ${online ? t('shell.online') : t('shell.offline')}${waiting.length > 0 && ` – ${t('shell.waiting', { n: waiting.length })}`}</span>`;
}

// How much somebody was told and has not seen: asked behind the screen, and when the stream says that there is more.
const CALM_MS = 1500;
const MANY = 100; // the daemon counts no further
function useUnread(may) {
  const [n, set] = useState(0);
  useEffect(() => {
    if (!may) return undefined;
    let timer = null;
    const soon = () => (timer ??= setTimeout(() => {
      timer = null;
      get('/v1/notifications/unread').then((a) => set(a.unread), () => {});
    }, CALM_MS));
    soon();
    const off = onEvent((e) => /^notice|resync/.test(e.kind) && soon());
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [may]);
  return n;
}
function Menu({ roles, place }) {
  const unread = useUnread(mayOpen(SCREENS.find((s) => s.module === 'notices'), roles));
  return html`<nav class="rail" aria-label=${t('shell.menu')}>
    <ul>${SCREENS.filter((s) => mayOpen(s, roles)).map((s) => html`<li><${Link} to=${`${HOME}/${s.path}`}
    aria-current=${place.screen === s.path ? 'page' : undefined} aria-keyshortcuts=${s.keys}><${Icon} name=${s.icon} />
      <span>${t(`screen.${s.module}`)}</span>${s.module === 'notices' && unread > 0 && html`<span class="count">
        ${unread < MANY ? unread : `${MANY - 1}+`}<span class="vh"> ${t('shell.unread')}</span></span>`}${s.keys && html`<kbd aria-hidden="true">${s.keys}</kbd>`}</${Link}></li>`)}</ul></nav>`;
}

const WARN_MS = 5 * 60000;
// Over by this computer's clock, which may have jumped: the daemon knows.
function SessionWarning({ onEnd }) {
  const left = (sessionEnds() ?? Infinity) - useNow(5000);
  const over = left <= 0;
  useEffect(() => void (over && call('GET', '/v1/session', { noSignIn: true }).then((r) => signedIn(r.json), onEnd)), [over]);
  return !over && left <= WARN_MS && html`<${Later} from="shell-more" draw="Ending" minutes=${Math.max(1, Math.ceil(left / 60000))} />`;
}

// ---- screens

const modules = new Map();
function useScreen(screen) {
  const [, redraw] = useState(0);
  const key = screen?.module;
  useEffect(() => {
    if (!key || modules.has(key)) return;
    loadPart(key).then(
      (m) => modules.set(key, { draw: m.default }),
      (error) => modules.set(key, { error }),
    ).then(() => redraw((n) => n + 1));
  }, [key]);
  return key ? modules.get(key) : null;
}

function Stage({ place, session, go }) {
  const roles = session.roles.map((r) => r.role);
  const path = session.must_change || session.must_enrol ? 'tai-khoan'
    : place.screen || SCREENS.find((s) => mayOpen(s, roles))?.path;
  const screen = SCREENS.find((s) => s.path === path);
  const found = useScreen(screen);
  const ref = useRef();
  useEffect(() => {
    document.title = `${screen ? t(`screen.${screen.module}`) : t('state.notFound')} · ${t('shell.product')}`;
    // A screen that puts the focus somewhere itself has done so by now.
    const id = setTimeout(() => {
      if (document.activeElement === document.body) ref.current?.focus();
    }, 50);
    return () => clearTimeout(id);
  }, [path, place.item, found, language()]);
  let inside;
  if (!screen) inside = html`<h1>${t('state.notFound')}</h1><p><${Link} to=${HOME}>${t('state.home')}</${Link}></p>`;
  else if (!found) inside = html`<${Loading} />`;
  else if (found.error) inside = html`<${Failure} error=${new Offline('module')} again=${() => location.reload()} />`;
  else inside = html`<${found.draw} key=${path} place=${place} session=${session} roles=${roles} go=${go} />`;
  return html`<main id="main" tabindex="-1" ref=${ref}>${inside}</main>`;
}

function Frame({ session, place, go, prefs, setPrefs, setLanguage, leave, toasts }) {
  const [layer, setLayer] = useState(null);
  const roles = session.roles.map((r) => r.role);
  const close = () => setLayer(null);
  useKeys({
    F2: () => go(`${HOME}/tiep-nhan?moi=1`), F3: () => (mayOpen(SCREENS.find((s) => s.module === 'desk'), roles)
      ? go(`${HOME}/quay`) : false), F8: () => go(`${HOME}/hang-doi`), 'Ctrl+k': () => setLayer('palette'),
    '?': () => setLayer('sheet'), 'Ctrl+/': () => setLayer('sheet'),
    F1: () => setLayer('help'),
  });
  useEffect(() => onOutbox((waiting, event) => event && toasts.toast(event.done
    ? t('shell.lateTold', { title: event.entry.title, code: event.done.json?.code ?? '' })
    : t('shell.lateRefused', { title: event.entry.title, why: event.refused.detail || event.refused.title }),
      { kind: event.done ? 'good' : 'bad', seconds: 20 })), []);
  useEffect(() => watchScans((code) => go(`${HOME}/ho-so/${encodeURIComponent(code)}`)), []);
  const other = language() === 'vi' ? 'en' : 'vi';
  const commands = useMemo(() => [
    { label: t('shell.settings'), run: () => setLayer('settings') },
    { label: t('keys.title'), keys: '?', run: () => setLayer('sheet') },
    { label: t('shell.signOut'), run: leave },
  ], [language()]);
  return html`<a class="skip" href="#main">${t('shell.skip')}</a>
    <header class="top"><${Link} to=${HOME} class="brand">${t('shell.product')}</${Link}>
      <span class="unit">${session.agency?.name ?? ''}</span>
      <${SearchBox} go=${go} /><${Connection} />
      <button type="button" class="plain" lang=${other} onClick=${() => setLanguage(other)}>
        ${other === 'en' ? 'English' : 'Tiếng Việt'}</button>
      <button type="button" class="plain" onClick=${() => setLayer('settings')}><${Icon} name="gear" />
        <span class="wide-only">${t('shell.settings')}</span><span class="vh narrow-only">${t('shell.settings')}</span></button>
      <${Link} to=${`${HOME}/tai-khoan`} class="me">${session.name}</${Link}>
      <button type="button" class="plain" onClick=${leave}>${t('shell.signOut')}</button></header>
    <div class="body"><${Menu} roles=${roles} place=${place} /><${Stage} place=${place} session=${session} go=${go} /></div>
    <${Toasts} ...${toasts} /><${SessionWarning} onEnd=${leave} />
    ${layer === 'settings' && html`<${Later} from="shell-more" draw="Settings" prefs=${prefs} setPrefs=${setPrefs} onClose=${close} />`}
    ${layer === 'sheet' && html`<${Later} from="shell-more" draw="CheatSheet" prefs=${prefs} setPrefs=${setPrefs} onClose=${close} />`}
    ${layer === 'palette' && html`<${Later} from="shell-more" draw="Palette" roles=${roles} go=${go} onClose=${close}
        commands=${commands} />`}
    ${layer === 'help' && html`<${Later} from="shell-more" draw="Help" place=${place} onClose=${close} />`}`;
}

function App({ first }) {
  const [session, setSession] = useState(first);
  const [, setTurn] = useState(0);
  const [again, setAgain] = useState(null); // somebody waits for a new sign-in
  const [Form, setForm] = useState(null);
  const [place, go] = usePlace();
  const [prefs, setPrefs] = usePrefs(session);
  const toasts = useToasts();
  const enter = (body) => {
    signedIn(body);
    localStorage.removeItem('motcua-prefs-at');
    localStorage.setItem('motcua-in', '1'); // a browser that nobody signed in on asks nothing
    setSession(body);
    again?.resolve();
    setAgain(null);
  };
  useEffect(() => {
    if (!session || again) loadPart('signin').then((m) => setForm(() => m.default));
  }, [!session, !!again]);
  useEffect(() => {
    let waiting = null;
    askSignIn(() => (waiting ??= new Promise((resolve) => setAgain({ resolve })).finally(() => (waiting = null))));
  }, []);
  useEffect(() => {
    if (!session) return;
    startOutbox();
    startEvents();
  }, [session?.login]);
  const leave = async () => {
    await call('DELETE', '/v1/session', { noSignIn: true }).catch(() => {});
    signedOut();
    localStorage.removeItem('motcua-in');
    setSession(null);
  };
  const setLanguage = async (next) => {
    try {
      await useLanguage(next);
    } catch {
      toasts.toast(t('state.offlineHint'), { kind: 'bad' }); // its words are not here
      return;
    }
    setPrefs({ language: next });
    document.documentElement.lang = next;
    setTurn((n) => n + 1);
  };
  const office = useMemo(() => ({ session, prefs, setPrefs, go, toast: toasts.toast }), [session, prefs, go, language()]);
  const form = Form && html`<${Form} onEnter=${enter} login=${session?.login} prefs=${prefs} setPrefs=${setPrefs}
    setLanguage=${setLanguage} />`;
  return html`<${Office.Provider} value=${office}>${session
    ? html`<${Frame} session=${session} place=${place} go=${go} prefs=${prefs} setPrefs=${setPrefs} setLanguage=${setLanguage}
      leave=${leave} toasts=${toasts} />
      ${again && form && html`<${Dialog} title=${t('session.ended')} onClose=${() => {}}><p>${t('session.kept')}</p>${form}</${Dialog}>`}`
    : (form ?? html`<${Loading} />`)}</${Office.Provider}>`;
}

async function start() {
  const kept = keptPrefs();
  const asked = new URLSearchParams(location.search).get('lang');
  await useLanguage(asked ?? kept.language ?? 'vi');
  show(kept);
  document.addEventListener('keydown', onKeyDown);
  let first = null;
  let error = null;
  try {
    if (localStorage.getItem('motcua-in')) {
      first = (await call('GET', '/v1/session', { noSignIn: true })).json;
      signedIn(first);
    }
  } catch (e) {
    if (!(e instanceof Problem) || e.status !== 401) error = e;
    else localStorage.removeItem('motcua-in');
  }
  const root = document.getElementById('app');
  if (error) render(html`<main class="alone"><h1>${t('shell.product')}</h1>
      <${Failure} error=${error} again=${() => location.reload()} /></main>`, root);
  else render(html`<${App} first=${first} />`, root);
}
void start();
