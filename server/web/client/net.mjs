// Talking to the daemon: calls, problems, the box of saves that have no answer yet, the one event
// stream of this browser.  Nothing here draws.

import { clockNow, heardClock, language, loadPart } from './text.mjs';

const session = { csrf: null, who: null };
let signIn = null; // shows the sign-in and resolves when somebody is signed in again

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? String(status));
    this.status = status;
    this.code = body.code ?? '';
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    this.errors = body.errors ?? [];
    this.current = body.current ?? null;
    this.body = body;
  }
}
export class Offline extends Error {}

export const newKey = () => crypto.randomUUID();
export const who = () => session.who;
export const askSignIn = (fn) => {
  signIn = fn;
};
export function signedIn(body) {
  session.who = body;
  session.csrf = body.csrf;
  session.seen = clockNow();
  session.length = body.expires ? Date.parse(body.expires) - session.seen : 0;
}
export function signedOut() {
  session.who = null;
  session.csrf = null;
}
// When the session ends if nothing is asked any more; null while unknown.
export const sessionEnds = () => (session.length > 0 ? session.seen + session.length : null);

const listeners = new Set();
let online = true;
function setOnline(now) {
  if (online === now) return;
  online = now;
  for (const fn of listeners) fn(online);
}
export const isOnline = () => online;
export const onOnline = (fn) => {
  listeners.add(fn);
  return () => listeners.delete(fn);
};

const WAIT_MS = 20000; // no answer within this time counts as a cut link
async function once(method, path, { body, key, match, headers, signal }) {
  const h = { Accept: 'application/json', 'Accept-Language': language(), ...headers };
  const write = method !== 'GET';
  if (write && session.csrf) h['X-CSRF-Token'] = session.csrf;
  if (key) h['Idempotency-Key'] = key;
  if (match !== undefined && match !== null) h['If-Match'] = typeof match === 'number' ? `"${match}"` : match;
  const raw = body instanceof Blob;
  if (body !== undefined && !raw) h['Content-Type'] = 'application/json';
  let answer;
  try {
    const limit = AbortSignal.timeout(WAIT_MS);
    answer = await fetch(path, {
      method,
      headers: h,
      body: body === undefined || raw ? body : JSON.stringify(body),
      credentials: 'same-origin',
      redirect: 'error',
      signal: signal && AbortSignal.any ? AbortSignal.any([signal, limit]) : (signal ?? limit),
    });
  } catch (e) {
    if (signal?.aborted) throw e;
    setOnline(false);
    throw new Offline(e.message);
  }
  setOnline(true);
  if (write || path === '/v1/session') heardClock(answer.headers.get('Date')); // never from a cache
  session.seen = clockNow();
  const type = answer.headers.get('Content-Type') ?? '';
  let json = null;
  if (type.includes('json') && answer.status !== 204) {
    try {
      json = await answer.json();
    } catch (e) {
      if (signal?.aborted) throw e;
      if (answer.ok) { // cut off in the middle: no answer, as if the link had been cut before
        setOnline(false);
        throw new Offline(e.message);
      }
    }
  }
  const etag = /"(\d+)"/.exec(answer.headers.get('ETag') ?? '');
  if (answer.ok) return { status: answer.status, json, etag: etag ? Number(etag[1]) : null, answer };
  const problem = new Problem(answer.status, json ?? {});
  problem.retryAfter = Number(answer.headers.get('Retry-After') ?? 0);
  problem.etag = etag ? Number(etag[1]) : null;
  throw problem;
}

// One call.  An ended session asks for the password and goes on with the very same request.
export async function call(method, path, options = {}) {
  for (;;) {
    const { csrf } = session;
    try {
      return await once(method, path, options);
    } catch (e) {
      if (!(e instanceof Problem) || e.status !== 401 || !signIn || options.noSignIn) throw e;
      if (csrf === session.csrf) await signIn(); // else she has signed in since it was sent
    }
  }
}
export const get = async (path, options) => (await call('GET', path, options)).json;
export const query = (values) => {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(values)) if (v !== undefined && v !== null && v !== '') q.set(k, v);
  const s = q.toString();
  return s ? `?${s}` : '';
};

// What XMLHttpRequest is needed for (progress, documents) lies in parts of its own: their common head.
export function asked(method, path, type, limit = WAIT_MS) {
  const x = new XMLHttpRequest();
  x.open(method, path);
  x.responseType = type;
  x.timeout = limit;
  x.setRequestHeader('Accept-Language', language());
  if (method === 'POST' && session.csrf) x.setRequestHeader('X-CSRF-Token', session.csrf);
  return x;
}
export const upload = async (...given) => (await loadPart('upload')).default(...given);

// ---- the outbox: a save is written down before it is sent, and sent again with the same key until
// it has an answer, so that a cut link or a crash of either side makes exactly one dossier.

const DB = 'motcua';
let database = null;
function db() {
  database ??= new Promise((resolve, reject) => {
    const r = indexedDB.open(DB, 1);
    r.onupgradeneeded = () => r.result.createObjectStore('outbox', { keyPath: 'key' });
    r.onsuccess = () => resolve(r.result);
    r.onerror = () => reject(r.error);
  });
  return database;
}
async function box(mode, work) {
  const base = await db();
  return new Promise((resolve, reject) => {
    const tx = base.transaction('outbox', mode);
    const request = work(tx.objectStore('outbox'));
    tx.oncomplete = () => resolve(request?.result);
    tx.onerror = () => reject(tx.error);
  });
}

const boxListeners = new Set();
export const onOutbox = (fn) => {
  boxListeners.add(fn);
  return () => boxListeners.delete(fn);
};
export const outboxList = async () => {
  const all = await box('readonly', (s) => s.getAll());
  return all.filter((e) => e.login === session.who?.login).sort((a, b) => a.at - b.at);
};
async function told(event) {
  const waiting = await outboxList();
  for (const fn of boxListeners) fn(waiting, event);
}

// Another tab may be sending the same entry: one at a time by a lock of the browser.
const alone = (key, work) =>
  navigator.locks ? navigator.locks.request(`motcua-send-${key}`, work) : work();

const again = (e) => e instanceof Offline || (e instanceof Problem && [409, 429, 502, 503, 504].includes(e.status)
  && e.code !== 'seq-conflict');

async function deliver(entry) {
  return alone(entry.key, async () => {
    const present = await box('readonly', (s) => s.get(entry.key));
    if (!present) return null; // another tab has had the answer
    const done = await call('POST', entry.path, { body: entry.body, key: entry.key, match: entry.match });
    await box('readwrite', (s) => s.delete(entry.key));
    return done;
  });
}

// Sends; `late` is true in the answer's event when the caller is gone already.  Throws Problem when
// the daemon refuses (nothing is kept then); returns {waiting: true} when there is no answer yet.
export async function send(path, body, { title, match, key = newKey() } = {}) {
  const entry = { key, path, body, match, title: title ?? '', at: Date.now(), login: session.who?.login };
  await box('readwrite', (s) => s.put(entry));
  try {
    return await deliver(entry);
  } catch (e) {
    if (again(e)) {
      retrySoon();
      await told(null);
      return { waiting: true, key };
    }
    await box('readwrite', (s) => s.delete(key));
    throw e;
  }
}

let retryTimer = null;
function retrySoon() {
  retryTimer ??= setTimeout(() => {
    retryTimer = null;
    void sendWaiting();
  }, 2500);
}
export async function sendWaiting() {
  if (!session.who) return;
  for (const entry of await outboxList()) {
    try {
      const done = await deliver(entry);
      if (done) await told({ entry, done });
    } catch (e) {
      if (again(e)) {
        retrySoon();
        return;
      }
      await box('readwrite', (s) => s.delete(entry.key));
      await told({ entry, refused: e });
    }
  }
}
export function startOutbox() {
  addEventListener('online', () => void sendWaiting());
  void sendWaiting();
}

// ---- one event stream a browser: the tab that holds the lock listens, the others hear it from
// there (six streams would block a browser's seventh tab on HTTP/1.1).

const heard = new Set();
export const onEvent = (fn) => {
  heard.add(fn);
  return () => heard.delete(fn);
};
const FIRST_MS = 1500;
const KINDS = ['dossier', 'queue', 'notice', 'ticket', 'export', 'resync', 'beat'];
let say = () => {};
export const announce = (kind) => say({ kind }); // to all tabs of this browser
let hearing = false;
export function startEvents() {
  if (hearing || !navigator.locks || !window.BroadcastChannel || !window.EventSource) return;
  hearing = true;
  const channel = new BroadcastChannel('motcua-events');
  const tell = (event) => {
    for (const fn of heard) fn(event);
  };
  say = (event) => {
    channel.postMessage(event);
    tell(event);
  };
  channel.onmessage = (m) => tell(m.data);
  // The screen first; what happens until then is told after all.
  setTimeout(() => void navigator.locks.request('motcua-events', () => new Promise(() => listen())), FIRST_MS);
}
// The stream beats every 15 seconds: who hears nothing for longer slept, or the link is dead without a word.  Whoever
// hears again asks for the session, and with it the time, and all tabs look again.
const DEAF_MS = 40000;
function listen(failed) {
  const source = new EventSource(`/v1/events${query({ after: session.who?.event })}`);
  let beaten = Date.now();
  for (const kind of KINDS)
    source.addEventListener(kind, (m) => {
      beaten = Date.now();
      if (kind !== 'beat') say({ kind, ...JSON.parse(m.data) });
    });
  source.onerror = () => {
    failed = true;
    if (source.readyState === EventSource.CLOSED) beaten = Date.now() - DEAF_MS + 10000;
  };
  source.onopen = () => {
    setOnline(true);
    beaten = Date.now();
    if (!failed) return;
    failed = false;
    get('/v1/session').then(signedIn, () => {}).then(() => announce('resync'));
  };
  const awake = new AbortController();
  const look = () => {
    if (Math.abs(Date.now() - beaten) < DEAF_MS) return;
    awake.abort();
    clearInterval(watch);
    source.close();
    listen(true);
  };
  const watch = setInterval(look, 5000);
  for (const what of ['online', 'pageshow', 'visibilitychange']) addEventListener(what, look, { signal: awake.signal });
}
