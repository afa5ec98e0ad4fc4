// The strip of a counter: whose number is called, how many wait, call, recall, absent, serve.  A
// screen of its own, and above the form of intake.
import { html, Button, Empty, Failure, Field, useEffect, useGet, useKeys, useOffice, useRef, useState } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { clock, loadPart, span, t } from './text.mjs';

export const counterOf = (prefs) => Number(/\d+/.exec(prefs.counter ?? '')?.[0] ?? 0);
// What the person holds in her hand: a reusable card, or a number on paper.
const nameOf = (ticket) => (ticket.card ? t('desk.card', { n: ticket.card }) : ticket.label);
const EVENTS = (e) => e.kind === 'resync' || e.kind === 'ticket';

export function Strip({ big }) {
  const { prefs, go, toast } = useOffice();
  const counter = counterOf(prefs);
  const path = counter ? `/v1/tickets/strip${query({ counter })}` : null;
  const asked = useGet(path, { events: EVENTS });
  const [told, setTold] = useState(null); // what the last act answered
  const [busy, setBusy] = useState(false);
  useEffect(() => setTold(null), [asked.data]);
  const row = useRef();
  const strip = told ?? asked.data;
  const now = strip?.current;
  const act = async (what) => (await call('POST', `/v1/tickets/${what}`, { body: { counter }, key: newKey() })).json;
  const doing = (work) => async () => {
    if (busy || !strip) return;
    setBusy(true);
    try {
      const next = await work();
      setTold(next);
      return;
    } catch (e) {
      toast(e.detail || e.title || t('state.offlineHint'), { kind: 'bad' });
      asked.reload();
    } finally {
      setBusy(false);
      requestAnimationFrame(() => document.activeElement === document.body && row.current?.querySelector('button').focus()); // its button is gone
    }
  };
  const turn = (verb) => doing(() => act(`${now.ticket}/${verb}`));
  const next = doing(async () => {
    if (now?.state === 'serving') await act(`${now.ticket}/finish`);
    const done = await act('call');
    toast(done.current ? `${nameOf(done.current)}: ${t('desk.called')}` : t('desk.nobody'));
    return done;
  });
  const serve = doing(async () => {
    const done = now.state === 'serving' ? strip : await act(`${now.ticket}/serve`);
    go(`tiep-nhan${query({ so: now.ticket, nhan: nameOf(now) })}`);
    return done;
  });
  useKeys({ F3: () => void next() });
  if (!counter || (!strip && asked.error?.status === 404)) return big ? html`<${Empty}>${t('desk.noCounter')}</${Empty}>` : null;
  if (!strip) return big ? html`<${Failure} error=${asked.error} again=${asked.reload} />` : null;
  const called = now?.state === 'called';
  return html`<section class=${`strip${big ? ' large' : ''}`} aria-label=${t('screen.desk')}>
    <p role="status">${now ? html`<strong class="ticket">${nameOf(now)}</strong> <span>${now.name}${now.priority
          && ` · ${t('desk.priority')}`} · ${t(`desk.${now.state}`)}${now.called && ` ${clock(now.called)} · ${t('desk.waited', {
            span: span((Date.parse(now.called) - Date.parse(now.issued)) / 1000) })}`}</span>`
          : html`<span>${t('desk.none')}</span>`}</p>
    <div class="row" ref=${row}><${Button} main=${!now} keys="F3" busy=${busy} onClick=${next}>${t('desk.next')}</${Button}>
      ${called && html`<${Button} onClick=${turn('recall')}>${t('desk.recall')}</${Button}><${Button} onClick=${turn('absent')}>
          ${t('desk.absent')}</${Button}>`}
      ${now && html`<${Button} main=${called} onClick=${serve}>${t('desk.serve')}</${Button}>`}
      ${now?.state === 'serving' && html`<${Button} onClick=${turn('finish')}>${t('desk.finish')}</${Button}>`}</div>
    <p>${t('desk.waiting', { n: strip.waiting })}${strip.minutes !== null && ` · ${t('desk.minutes', { n: strip.minutes })}`}</p>
      </section>`;
}

const CALLS = ['receiver', 'returner', 'cashier', 'onestop_head'];
export default function Desk({ roles }) {
  const { prefs, setPrefs } = useOffice();
  const [More, setMore] = useState(null);
  useEffect(() => {
    loadPart('visits').then((m) => setMore(() => m.Visits), () => {});
  }, []);
  const calls = roles.some((r) => CALLS.includes(r));
  return html`<div class="deskscreen"><h1>${t('screen.desk')}</h1>${calls && html`
    <${Field} label=${t('desk.counter')} hint=${t('desk.counterHint')} value=${prefs.counter}
      onValue=${(counter) => setPrefs({ counter })} inputmode="numeric" maxlength="10" />
    <${Strip} key=${counterOf(prefs)} big />`}
    ${More && html`<${More} />`}</div>`;
}
