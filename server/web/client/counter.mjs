// The counter: up to five forms of intake, parked as tabs, and what was just taken in.  A form lives
// in its draft (kit.mjs); a save goes through the outbox (net.mjs), so that it happens exactly once.
import { html, Banner, Button, Field, Icon, Link, Loading, useCallback, useEffect, useKeys, useOffice, useRef, useState } from './kit.mjs';
import { call, get, onOutbox } from './net.mjs';
import { clock, loadPart, t } from './text.mjs';
import { emptyForm, FORMS_MAX, newFormId } from './counter-model.mjs';
import { Form } from './counter-form.mjs';

const RECENT = 'counter-recent';
const OPEN = 'counter-open';
const RECENT_MAX = 8;
const kept = (name, other) => {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? other;
  } catch {
    return other;
  }
};
const keep = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));

// The parked forms: those of the server, and new ones that hold nothing yet.
function useParked(login) {
  const [parked, set] = useState(null); // {forms: [{id, title, fresh, sent}], at: id}
  const change = useCallback((fn) => set((now) => {
    const next = fn(now);
    keep(OPEN, { login, ids: next.forms.map((f) => f.id), at: next.at });
    return next;
  }), [login]);
  useEffect(() => {
    const before = kept(OPEN, {});
    const mine = before.login === login ? before : {};
    const ready = (items) => {
      const known = items.filter((d) => d.kind.startsWith('intake')).map((d) =>
        ({ id: d.id, title: d.title, sent: d.kind === 'intake-sent' }));
      const local = (mine.ids ?? []).filter((id) => sessionStorage.getItem(`draft-${id}`)
        && !known.some((f) => f.id === id)).map((id) => ({ id, title: '' }));
      const forms = [...known, ...local].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-FORMS_MAX);
      const at = forms.find((f) => f.id === mine.at) ?? forms.filter((f) => !f.sent).at(-1);
      change(() => (at ? { forms, at: at.id } : opened({ forms })));
    };
    get('/v1/drafts').then((d) => ready(d.items), () => ready([]));
  }, [login]);
  return [parked, change];
}
const opened = ({ forms }, id = newFormId(), start = null) => ({ forms: [...forms, { id, title: '', fresh: true, start }], at: id });

function useRecent() {
  const [recent, set] = useState(() => kept(RECENT, []));
  const add = useCallback((entry) => set((all) => {
    const next = [entry, ...all.filter((e) => e.key !== entry.key && (!e.code || e.code !== entry.code))].slice(0, RECENT_MAX);
    keep(RECENT, next);
    return next;
  }), []);
  const drop = useCallback((key) => set((all) => {
    const next = all.filter((e) => e.key !== key);
    keep(RECENT, next);
    return next;
  }), []);
  return [recent, add, drop];
}

export default function Counter({ place, session, roles, go }) {
  const { toast, prefs } = useOffice();
  const [parked, change] = useParked(session.login);
  const [recent, addRecent, dropRecent] = useRecent();
  const [turn, setTurn] = useState(0); // a new form takes the focus
  const form = useRef(null);
  const [Strip, setStrip] = useState(null); // of queue tickets, where this computer stands at a counter
  useEffect(() => {
    if (/\d/.test(prefs.counter ?? '')) loadPart('desk').then((m) => setStrip(() => m.Strip), () => {});
  }, [prefs.counter]);
  const close = useCallback((id) => change((p) => {
    const forms = p.forms.filter((f) => f.id !== id);
    return p.at === id ? opened({ forms }) : { forms, at: p.at };
  }), []);

  const park = useCallback((id, start) => {
    void form.current?.flush();
    change((p) => {
      if (id && p.forms.some((f) => f.id === id)) return { ...p, at: id };
      const used = p.forms.filter((f) => !f.fresh || f.title);
      if (!start && p.forms.some((f) => f.id === p.at && f.fresh && !f.title)) return p;
      if (used.length >= FORMS_MAX) {
        toast(t('counter.full', { n: FORMS_MAX }), { kind: 'warn' });
        return p;
      }
      return opened({ forms: used }, id, start);
    });
    setTurn((n) => n + 1);
  }, []);
  const show = (i) => {
    const id = parked?.forms[i]?.id;
    if (!id) return false;
    void form.current?.flush();
    change((p) => (p.forms.some((f) => f.id === id) ? { ...p, at: id } : p)); // the one that stood there when the key was pressed
    setTurn((n) => n + 1);
    return true;
  };
  const print = async (entry) => {
    try {
      await (await loadPart('print')).printSlip(entry, { paper: prefs.paper ?? 'a5' });
    } catch (e) {
      toast(e.detail || e.title || t('counter.noPrint'), { kind: 'bad' });
    }
  };
  const last = recent.find(printable);
  useKeys({
    F2: () => park(), F9: () => (last ? void print(last) : toast(t('counter.nothingToPrint'))),
    ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`Alt+${n}`, () => show(n - 1)])),
  });

  // ?moi=1 from elsewhere; a ticket that is served; a submission to be decided.
  const { item, query } = place;
  useEffect(() => {
    if (!parked) return;
    if (item) loadPart('counter-submission').then((m) => m.default(item, park, toast), () => toast(t('state.offlineHint'), { kind: 'bad' }));
    else if (query.get('so')) park(`n-${Date.now().toString(36)}-so${query.get('so')}`,
      { ...emptyForm(), ticket: { id: Number(query.get('so')), label: query.get('nhan') ?? '' } });
    else if (query.get('moi')) park();
    if (item || query.get('moi') || query.get('so')) go('tiep-nhan', { replace: true, keep: true });
  }, [!parked, item, query.get('moi'), query.get('so')]);

  // An answer that came late, to this tab or another one of this browser.
  useEffect(() => onOutbox((waiting, event) => {
    const id = event?.entry.key.split('.')[0];
    if (!event || !id.startsWith('n-')) return;
    dropRecent(event.entry.key);
    setTimeout(() => document.activeElement === document.body && setTurn((n) => n + 1), 50); // its button is gone
    if (event.done) {
      addRecent({ ...recentOf(event.done.json, event.entry.title, event.entry.key), late: true });
      sessionStorage.removeItem(`draft-${id}`);
      void call('DELETE', `/v1/drafts/${id}`).catch(() => {});
      change((p) => {
        const forms = p.forms.filter((f) => f.id !== id);
        const at = p.at === id ? forms[0]?.id : p.at;
        return at ? { forms, at } : opened({ forms });
      });
    } else change((p) => ({ ...p, forms: p.forms.map((f) => (f.id === id ? { ...f, sent: false } : f)) }));
  }), []);

  const saved = (id, created, title, key) => {
    const entry = recentOf(created, title, key);
    addRecent(entry);
    close(id);
    setTurn((n) => n + 1);
    if (printable(entry)) void print(entry);
    toast(t(entry.accepted ? 'counter.savedAs' : printable(entry) ? 'counter.slipSaved' : 'counter.recorded', { code: entry.code }));
    for (const w of created.warnings ?? []) toast(w.message, { kind: 'warn', seconds: 20 });
  };
  const waiting = (id, title, key, slip) => {
    addRecent({ key, name: title, slip, at: Date.now() });
    change((p) => opened({ forms: p.forms.map((f) => (f.id === id ? { ...f, sent: true, fresh: false } : f)) }));
    setTurn((n) => n + 1);
  };
  if (!parked) return html`<${Loading} />`;
  const current = parked.forms.find((f) => f.id === parked.at);
  const named = (id, title) => change((p) => (p.forms.some((f) => f.id === id && f.title !== title)
      ? { ...p, forms: p.forms.map((f) => (f.id === id ? { ...f, title } : f)) } : p));
  return html`<div class="counter"><div class="parkbar"><h1>${t('screen.counter')}</h1>
      <nav aria-label=${t('counter.parked')}>
        <ul>${parked.forms.map((f, i) => html`<li key=${f.id}>
                <button type="button" aria-current=${f.id === parked.at ? 'true' : undefined} aria-keyshortcuts=${`Alt+${i + 1}`}
        onClick=${() => show(i)}><kbd aria-hidden="true">Alt+${i + 1}</kbd> ${f.title || t('counter.newForm')}${f.sent
          && html` <${Icon} name="clock" /> ${t('counter.sending')}`}</button></li>`)}</ul></nav>
      <${Button} keys="F2" icon="plus-lg" onClick=${() => park()}>${t('counter.park')}</${Button}></div>
    ${Strip && html`<${Strip} />`}
    <${Form} key=${current.id} id=${current.id} fresh=${current.fresh} start=${current.start} turn=${turn} handle=${form}
      support=${!roles.includes('receiver')}
      named=${named} saved=${saved} waiting=${waiting} dropped=${close} onPrint=${print} />
    <${Recent} recent=${recent} onPrint=${print} /></div>`;
}

// What waits for a decision has no paper yet.
const printable = (entry) => !!entry.code && entry.state !== 'SUBMITTED';
const recentOf = (created, name, key) => ({
  key, name, code: created.code, secret: created.secret, accepted: !!created.accepted, state: created.status,
    status: created.status_title, due: created.due?.original, at: Date.now(),
});

function Recent({ recent, onPrint }) {
  const { prefs, setPrefs } = useOffice();
  const first = recent.find(printable);
  return html`<section class="recent" aria-labelledby="recent"><div class="row"><h2 id="recent">${t('counter.recent')}</h2>
      <${Field} label=${t('counter.paper')} kind="select" value=${prefs.paper ?? 'a5'} onValue=${(paper) => setPrefs({ paper })}
        options=${['a5', '80'].map((value) => ({ value, label: t(`counter.paper.${value}`) }))} /></div>
    ${recent.length === 0 && html`<p class="hint">${t('counter.recentNone')}</p>`}
    <ul>${recent.map((e) => html`<li key=${e.key}>${e.code
      ? html`<${Link} to=${`/lam-viec/ho-so/${encodeURIComponent(e.code)}`}>${e.code}</${Link}> <span>${e.name}</span> <small>
        ${clock(e.at)} · ${e.status}${e.late && ` · ${t('counter.late')}`}</small>
        ${printable(e) && html`<${Button} quiet icon="printer" keys=${e === first ? 'F9' : undefined} onClick=${() => onPrint(e)}>
            ${t('counter.reprint')}<span class="vh"> ${e.code}</span></${Button}>`}`
      : html`<${Banner} kind="warn" title=${t('counter.keptTitle')}
        action=${html`<${Button} icon="printer" onClick=${() => onPrint(e)}>${t('counter.temporary')}</${Button}>`}>
          ${t('counter.keptText', { name: e.name })}</${Banner}>`}</li>`)}</ul></section>`;
}
