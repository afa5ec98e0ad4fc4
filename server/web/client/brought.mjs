// Papers handed in for a supplement: those that were asked for come first; what is held of the owner already is
// offered beside its component, as at intake, and its digit takes it.
import { html, Check, useGet, useKeys, useRef } from './kit.mjs';
import { query } from './net.mjs';
import { t } from './text.mjs';
import { Held, heldPaper, latest, OFFERS_MAX } from './reuse.mjs';

export default function Brought({ act, dossier, components, value, onValue, error }) {
  const asked = new Set(dossier.requests?.find((r) => r.request === act.request)?.missing);
  const owner = (dossier.content?.owner ?? dossier.content?.applicant)?.id_number;
  const known = useGet(owner && !dossier.masked
    ? `/v1/people/papers${query({ id_number: owner, procedure: dossier.procedure })}` : null);
  // Of this dossier itself is what was found wanting.
  const held = latest(known.data?.items ?? []).filter((h) => h.code !== dossier.code);
  const given = new Map((value ?? []).map((c) => [c.component, c]));
  const shown = components.filter((c) => c.need !== 'note').sort((a, b) => asked.has(b.component) - asked.has(a.component));
  const list = useRef();
  const put = (c, paper) => {
    given.delete(c.component);
    onValue([...given.values(), ...(paper ? [{ component: c.component, ...paper }] : [])]);
  };
  const offers = (c) => (given.has(c.component) ? [] : held.filter((h) => h.fits?.includes(c.component)).slice(0, OFFERS_MAX));
  const press = (n) => (e) => {
    const c = shown[[...list.current.querySelectorAll('input[data-paper]')].indexOf(e.target)];
    const h = c && offers(c)[n];
    if (!h) return false;
    put(c, heldPaper(h));
    return true;
  };
  useKeys(Object.fromEntries(Array.from({ length: OFFERS_MAX }, (_, n) => [String(n + 1), press(n)])));
  return html`<fieldset class=${error ? 'wrong' : ''} ref=${list} id="f-components"><legend>${t('do.f.components')}</legend>
    ${error && html`<span class="error">${error}</span>`}
    ${shown.map((c) => html`<${Check} key=${c.component} data-paper checked=${given.has(c.component)}
        label=${html`${c.title}${asked.has(c.component) && html` <strong>${t('do.askedFor')}</strong>`}${given.get(c.component)?.reused
          && html` <small>${t('counter.reused', { code: given.get(c.component).reused })}</small>`}`}
        onValue=${(on) => put(c, on && { originals: 1 })} />
      ${offers(c).map((h, n) => html`<${Held} held=${h} digit=${n + 1} what=${c.title} take=${() => {
        put(c, heldPaper(h));
        list.current.querySelectorAll('input[data-paper]')[shown.indexOf(c)].focus();
      }} />`)}`)}</fieldset>`;
}
