// Parts of a dossier that the drawer, the page and the print share: who and where, the tracker of
// steps (fixed, planned and used), the timeline (what happened), the clocks with their why.
import { html, useCallback, useEffect, useMemo, useState, Banner, Button, Dialog, Due, Failure, Icon, Loading, useGet, useKeys, useNow,
  useOffice } from './kit.mjs';
import { get, Offline, query } from './net.mjs';
import { clockNow, date, dateTime, dateTimeLong, money, t } from './text.mjs';
import { ActDialog, actOfKey, carryOut, isPlain, keyOf, orderActs, titleOf } from './acts.mjs';

// Everything that the screens of one dossier need, in two calls; told anew by the event stream.  `whole`: with the steps and
// components of the version it runs on.
export function useDossier(code, whole) {
  const mine = useCallback((e) => e.kind === 'resync' || (e.kind === 'dossier' && e.code === code), [code]);
  const path = code && `/v1/dossiers/${encodeURIComponent(code)}`;
  const history = useGet(path && `${path}/history${query({ definition: whole })}`, { events: mine });
  const possible = useGet(path && `${path}/possible`, { events: mine });
  const reload = useCallback(() => {
    history.reload();
    possible.reload();
  }, [history.reload, possible.reload]);
  return { dossier: history.data, acts: possible.data?.acts ?? [], error: history.error ?? possible.error, reload };
}

// Names of people that the history knows, by account.
export const peopleOf = (dossier) => {
  const names = new Map();
  for (const e of dossier.history ?? []) if (e.actor && e.name) names.set(e.actor, e.name);
  for (const p of dossier.people ?? []) names.set(p.officer, p.name);
  return names;
};
const whoIs = (names, id) => (id ? (names.get(id) ?? t('dossier.officerNo', { n: id })) : null);

// ---- the ways it went and has to go

// Steps of the procedure in order with what the dossier did there.
export function trackOf(dossier) {
  const open = new Map(dossier.tasks.filter((x) => !x.request).map((x) => [x.step, x]));
  const done = new Map();
  for (const d of dossier.done) done.set(d.step, [...(done.get(d.step) ?? []), d]);
  const steps = dossier.definition?.steps ?? [...new Set([...dossier.done.map((d) => d.step), ...open.keys()])].map((step) =>
    ({ step, title: (dossier.done.find((d) => d.step === step) ?? open.get(step)).title }));
  return steps.map((s) => {
    const visits = done.get(s.step) ?? [];
    const now = open.get(s.step);
    const late = visits.some((v) => v.due && v.finished > v.due) || (now?.due && Date.parse(now.due) < clockNow());
    return { step: s.step, title: s.title, limit: s.limit ?? null, state: now ? 'now' : visits.length ? 'done' : 'left',
      used: s.used, late, visits: visits.length + (now ? 1 : 0) };
  });
}
export function Tracker({ track }) {
  return html`<ol class="tracker" aria-label=${t('dossier.tracker')}>
    ${track.map((s, i) => html`<li class=${`${s.state}${s.late ? ' late' : ''}`} aria-current=${s.state === 'now' ? 'step' : undefined}>
    <span class="mark" aria-hidden="true">${s.state === 'done' ? '✓' : i + 1}</span>
    <span class="name">${s.title}<span class="vh">: ${t(`dossier.step.${s.state}`)}${s.late ? `, ${t('dossier.step.late')}` : ''}
          </span></span>
    <small>${s.limit && t('dossier.planned', { limit: s.limit })}${s.used
        && html`${s.limit && ' · '}${t('dossier.used', { span: s.used })}`}${s.visits > 1
          && ` · ${t('dossier.visits', { n: s.visits })}`}${s.late && html` · <b>${t('dossier.step.late')}</b>`}</small></li>`)}</ol>`;
}

const QUIET = new Set(['REMINDED', 'ATTEMPT_DECIDED']);
export function Timeline({ dossier }) {
  const [all, setAll] = useState(false);
  const events = [...(dossier.history ?? [])].reverse().filter((e) => all || !QUIET.has(e.kind));
  return html`<ol class="timeline">
    ${events.map((e) => html`<li key=${e.seq}><span class="when"><time datetime=${e.at}>${dateTime(e.at)}</time></span>
    <span><strong>${e.title}</strong>${e.data?.step && html` – ${stepTitle(dossier, e.data.step)}`}${e.data?.note
        && html`<q>${e.data.note}</q>`}${e.data?.text && html`<q>${e.data.text}</q>`}
    <small>${e.name ?? t('dossier.system')}${e.on_behalf_of ? ` (${t('dossier.behalf')})` : ''}${e.at_agency
        ? `, ${e.at_agency.name}` : ''}</small></span></li>`)}</ol>
    <${Button} quiet onClick=${() => setAll(!all)}>${t(all ? 'dossier.lessEvents' : 'dossier.allEvents')}</${Button}>`;
}
const stepTitle = (dossier, step) => [...(dossier.definition?.steps ?? []), ...dossier.done, ...dossier.tasks].find((x) => x.step === step)?.title ?? step;

// ---- clocks

export function ClockBar({ dossier, onWhy }) {
  const now = useNow();
  const step = dossier.tasks.find((x) => x.due);
  const stopped = dossier.clocks.some((c) => c.clock === 'legal' && c.state === 'stopped');
  const over = dossier.finished || dossier.ended;
  const start = Date.parse(dossier.accepted);
  const due = Date.parse(dossier.due?.current ?? 0);
  const share = dossier.due
    ? Math.max(0, Math.min(100, Math.round((((over ? Date.parse(over) : now) - start) * 100) / Math.max(1, due - start)))) : 0;
  if (!dossier.due?.current) return null;
  return html`<div class="clockbar"><meter min="0" max="100" low="75" high="95" optimum="10" value=${share}
      aria-label=${t('dossier.share')}></meter>
    <dl>${step && !over && html`<div><dt>${t('dossier.stepDue')}</dt>
          <dd><${Due} at=${step.due} stopped=${stopped} now=${now} /></dd></div>`}
    <div><dt>${t('dossier.due')}</dt>
      <dd>${over ? html`<span>${dateTime(dossier.due.current)} · ${t('dossier.finishedAt', { at: dateTime(over) })}</span>`
          : html`<${Due} at=${dossier.due.current} stopped=${stopped} now=${now} />`}</dd></div>
    ${dossier.due.original !== dossier.due.current && html`<div><dt>${t('dossier.firstDue')}</dt>
        <dd>${dateTime(dossier.due.original)}</dd></div>`}</dl>
    <${Button} quiet icon="clock" onClick=${onWhy}>${t('act.why')}</${Button}></div>`;
}

export function WhyDialog({ code, onClose }) {
  const { data, error } = useGet(`/v1/dossiers/${encodeURIComponent(code)}/clocks`);
  return html`<${Dialog} title=${t('dossier.whyTitle')} onClose=${onClose} wide><${Failure} error=${error} />
    ${!data && !error && html`<${Loading} />`}
    ${data?.clocks.filter((c) => c.state !== 'ended' || c.kind === 'legal').map((c) => html`<section class="whyclock">
          <h3>${c.why.title}${c.why.subject ? `: ${c.why.subject}` : ''} – ${c.budget}${c.due ? ` – ${dateTimeLong(c.due)}` : ''}</h3>
      ${c.why.story.length > 0 && html`<ol class="why story">
          ${c.why.story.map((l) => html`<li>${l.text}${l.basis && html` <small>(${l.basis})</small>`}</li>`)}</ol>`}
      <ol class="why">${c.why.lines.map((l) => html`<li>${l.text}${l.basis && html` <small>(${l.basis})</small>`}</li>`)}</ol>
        </section>`)}</${Dialog}>`;
}

// ---- acts as buttons

export function useActs({ code, dossier, acts, onActed }) {
  const { toast } = useOffice();
  const [asking, setAsking] = useState(null);
  const told = (act, state) => {
    const undo = act.command === 'act' && state ? async () => {
      try {
        const back = await carryOut(code, state.seq, { command: 'take-back', task: state.tasks.at(-1)?.task }, {}, state);
        toast(t('queue.undone', { code }));
        onActed(null, back);
      } catch (e) {
        toast(`${t('queue.notUndone')}: ${e.detail || e.title || t('state.offlineHint')}`, { kind: 'bad' });
      }
    } : undefined;
    toast(`${code}: ${titleOf(act)}`, { undo });
    onActed(act, state);
  };
  const start = async (act) => {
    if (!act.allowed) return toast(act.why_not?.detail ?? t('queue.nothing'), { kind: 'warn' });
    if (!isPlain(act, dossier)) return setAsking(act);
    try {
      return told(act, await carryOut(code, dossier.seq, act, {}, dossier));
    } catch (e) {
      if (e.status === 412) onActed(null, null);
      return toast(e.status === 412 ? t('do.stale') : e instanceof Offline ? t('state.offlineHint')
        : e.errors?.[0]?.message ?? e.detail ?? e.title, { kind: 'bad', seconds: 12 });
    }
  };
  useKeys(dossier ? Object.fromEntries(['1', '2', '3', '4', '5'].map((d) => [d, () => {
    const act = actOfKey(d, acts);
    if (act) void start(act);
    else toast(acts.find((a) => a.command === 'act' && a.why_not)?.why_not?.detail ?? t('queue.nothing'), { kind: 'warn' });
  }])) : {});
  const dialog = asking && html`<${ActDialog} code=${code} dossier=${dossier} act=${asking}
    onDone=${(state) => (state ? told(asking, state) : onActed(null, null))} onClose=${() => setAsking(null)} />`;
  return { start, dialog };
}
export function ActButtons({ acts, start, max = 4 }) {
  const [all, setAll] = useState(false);
  const ordered = useMemo(() => orderActs(acts), [acts]);
  useEffect(() => { // the act that had the focus is done and gone
    if (document.activeElement === document.body) document.getElementById('main').focus();
  }, [acts]);
  const may = ordered.filter((a) => a.allowed);
  const not = ordered.filter((a) => !a.allowed);
  const main = may[0];
  return html`<div class="acts row">
    ${may.slice(0, all ? may.length : max).map((a) => html`<${Button} main=${a === main} keys=${keyOf(a, acts)}
          onClick=${() => start(a)}>${titleOf(a)}</${Button}>`)}
    ${(may.length > max || not.length > 0) && html`<${Button} quiet icon="chevron-down" aria-expanded=${all ? 'true' : 'false'}
        onClick=${() => setAll(!all)}>${t('dossier.otherActs')}</${Button}>`}</div>
    ${may.length === 0 && html`<p class="hint">${t('dossier.noActs')}</p>`}
    ${all && not.length > 0 && html`<ul class="whynot">
        ${[...new Set(not.map((a) => a.why_not?.detail))].map((why) => html`<li>
          <strong>${not.filter((a) => a.why_not?.detail === why).map((a) => titleOf(a)).join(', ')}</strong>: ${why}</li>`)}</ul>`}`;
}

// ---- the drawer beside a list

export function Facts({ dossier }) {
  const c = dossier.content ?? {};
  const a = c.applicant ?? {};
  const names = peopleOf(dossier);
  const rows = [
    ['procedure', html`<span class="code">${dossier.procedure}</span> ${dossier.procedure_name}`],
    ['applicant', a.name && html`${a.name}${a.id_number ? ` · ${a.id_number}` : ''}${a.birth
        ? ` · ${date(`${a.birth}T12:00:00+07:00`)}` : ''}`],
    ['address', a.address], ['phone', a.phone], ['authorised', c.authorised?.name], ['summary', c.summary],
    ['channel', t(`channel.${dossier.channel}`)], ['receiving', dossier.receiving?.name], ['competent', dossier.competent?.name],
    ['status', html`<strong>${dossier.status_title}</strong>`],
    ['at', dossier.tasks.filter((x) => x.step || x.title).map((x) => html`<div>
          ${dossier.requests.find((r) => r.request === x.request)?.title ?? x.title} – ${x.at?.name}${x.officer ? ` – ${whoIs(names, x.officer)}` : ''}
          ${x.nobody_left && !x.officer && html`<p class="hint">${x.nobody_left}</p>`}</div>`)],
    ['fee', dossier.fee || dossier.paid ? t('dossier.feeLine', { fee: money(dossier.fee), paid: money(dossier.paid),
          owed: money(dossier.owed) }) : null],
  ];
  return html`<dl class="facts">
    ${rows.filter(([, v]) => v && (!Array.isArray(v) || v.length)).map(([k, v]) => html`<div><dt>${t(`dossier.f.${k}`)}</dt>
          <dd>${v}</dd></div>`)}</dl>`;
}

export function Summary({ code, onActed, go }) {
  const d = useDossier(code);
  const [why, setWhy] = useState(false);
  const acting = useActs({ code, dossier: d.dossier, acts: d.acts,
      onActed: (act, state) => { d.reload(); if (act || state) onActed(act); } });
  if (d.error && !d.dossier) return html`<${Failure} error=${d.error} again=${d.reload} />`;
  if (!d.dossier) return html`<${Loading} />`;
  return html`<${ClockBar} dossier=${d.dossier} onWhy=${() => setWhy(true)} /><${ActButtons} acts=${d.acts} start=${acting.start} />
    <p><${Button} quiet icon="file-earmark-text" keys="Ctrl+Enter" onClick=${() => go(`ho-so/${code}`)}>
        ${t('dossier.openPage')}</${Button}></p>
    ${d.dossier.status === 'SUPPLEMENT' && html`<${Banner} kind="warn">${t('dossier.waitsApplicant')}</${Banner}>`}
    <${Facts} dossier=${d.dossier} /><h3>${t('dossier.timeline')}</h3><${Timeline} dossier=${d.dossier} />
    ${why && html`<${WhyDialog} code=${code} onClose=${() => setWhy(false)} />`}${acting.dialog}`;
}
