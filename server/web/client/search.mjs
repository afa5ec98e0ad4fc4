// Search as one types: code, name with or without accents, phone, last digits of the identity paper.
import { html, Empty, Failure, Field, Link, Loading, useEffect, useOffice, useRef, useState } from './kit.mjs';
import { get, query } from './net.mjs';
import { date, dateTime, language, t } from './text.mjs';
import { scanned } from './scan.mjs';
import { dossierPath, rowKeys } from './today.mjs';

const CALM_MS = 200;
const ROWS = 50;
export default function Search({ place, roles }) {
  const returner = roles.includes('returner');
  const { go } = useOffice();
  const asked = place.query.get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  const [state, set] = useState({ for: '', items: null, next: null, error: null });
  const box = useRef();
  const list = useRef();
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => box.current?.focus(), []);
  const words = typed.normalize('NFC').trim();
  useEffect(() => {
    if (words.length < 2) return set({ for: '', items: null, next: null, error: null });
    const stop = new AbortController();
    const timer = setTimeout(() => {
      if (words !== asked) go(`tim${query({ q: words })}`, { replace: true, keep: true });
      get(`/v1/search${query({ q: words, limit: ROWS })}`, { signal: stop.signal }).then(
        (found) => set({ for: words, items: found.items, next: found.next, error: null }),
        (error) => stop.signal.aborted || set((s) => ({ ...s, error })),
      );
    }, words === asked && !state.items ? 0 : CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words, language()]);
  const keys = (e) => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown') {
      e.preventDefault();
      list.current?.querySelector('[data-row]')?.focus();
    } else if (e.key === 'Enter') {
      const code = scanned(words)?.dossier ?? (state.for === words && state.items?.length === 1 ? state.items[0].code : null);
      if (code) go(`ho-so/${encodeURIComponent(code)}`);
      else list.current?.querySelector('[data-row]')?.focus();
    }
  };
  const { items } = state;
  return html`<div class="search"><h1>${t('screen.search')}</h1>
    <${Field} label=${t('search.what')} hint=${t('search.hint')} value=${typed} onValue=${setTyped} inputRef=${box}
      onKeyDown=${keys} type="search" data-above maxlength="200" />
    <p class="hint" role="status">${items ? (items.length ? t(state.next ? 'search.many' : 'search.found', { n: items.length })
          : t('search.none', { what: state.for })) : words.length < 2 ? t('search.short') : ''}</p>
    <${Failure} error=${state.error} />${!items && words.length >= 2 && !state.error && html`<${Loading} />`}
    ${items?.length === 0 && html`<${Empty}>${t('search.try')}</${Empty}>`}
    ${items?.length > 0 && html`<div class="scroll" ref=${list}>
        <table><thead><tr><th scope="col">${t('today.code')}</th><th scope="col">${t('counter.applicant')}</th>
              <th scope="col">${t('counter.procedure')}</th><th scope="col">${t('today.status')}</th>
              <th scope="col">${t('search.accepted')}</th><th scope="col">${t('counter.promise')}</th></tr></thead>
      <tbody onKeyDown=${rowKeys}>
        ${items.map((i) => html`<tr key=${i.code}>
              <td class="nowrap"><${Link} to=${dossierPath(i.code)} data-row>${i.code}</${Link}></td><td>${i.applicant}</td>
              <td>${i.procedure_name}</td>
              <td>${t(`status.${i.status}`)}${returner && i.status === 'RELEASED'
                  && html` <${Link} to=${`/lam-viec/tra-ket-qua/${encodeURIComponent(i.code)}`}>
                    ${t('screen.handover')}</${Link}>`}</td><td>${date(i.accepted ?? i.submitted)}</td>
                    <td>${i.due ? dateTime(i.due) : ''}</td></tr>`)}</tbody></table></div>`}</div>`;
}
