// Parts of screens that show one thing from several sides: drawings of the daemon, tabs; long lists page by page.
import { html, useEffect, useRef, useState, Button, useGet } from './kit.mjs';
import { asked, get, Offline, Problem } from './net.mjs';
import { clock, date, language, t } from './text.mjs';

// A drawing of the daemon (SVG), parsed by the browser as a document and never as a string of markup.
function drawing(path, body) {
  return new Promise((resolve, reject) => {
    const x = asked(body ? 'POST' : 'GET', path, 'document');
    x.overrideMimeType('image/svg+xml');
    if (body) x.setRequestHeader('Content-Type', 'application/json');
    x.onload = () => {
      const svg = x.response?.documentElement;
      if (x.status === 200 && svg?.nodeName === 'svg') resolve(document.importNode(svg, true));
      else reject(new Problem(x.status, {}));
    };
    x.onerror = x.ontimeout = () => reject(new Offline('drawing'));
    x.send(body ? JSON.stringify(body) : undefined);
  });
}

// Its sheet is asked for when the first one is shown.
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
  }, [path, body && JSON.stringify(body), language()]);
  const click = (e) => {
    const step = e.target.closest('[data-step]');
    if (!step) return;
    e.preventDefault();
    onStep?.(step.dataset.step, Number(step.dataset.line ?? 0));
  };
  return html`<div class="drawing scroll" tabindex="0" role="group" aria-label=${label} onClick=${click}>
    ${failed && html`<p class="empty">${t('state.noDrawing')}</p>`}<div class="diagram" ref=${ref}></div></div>`;
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
  return html`<div class="tabs" role="tablist" onKeyDown=${keys}>
    ${tabs.map((tab, i) => html`<button type="button" role="tab" id=${`tab-${tab.id}`} aria-controls=${`panel-${tab.id}`}
    aria-selected=${i === at ? 'true' : 'false'} tabindex=${i === at ? 0 : -1} onClick=${() => onChange(i)}>
      ${tab.title}${tab.count !== undefined && html` <span class="count">${tab.count}</span>`}</button>`)}</div>`;
}

// An instant in a narrow column: the day may stand below the hour.
export const When = ({ at }) => (at ? html`${clock(at)} ${date(at)}` : null);

// Agencies by name: key → name, until they come the key itself.
export function useAgencies() {
  const { data } = useGet('/v1/organisation');
  const names = new Map((data?.agencies ?? []).map((a) => [a.agency, a.name]));
  return (agency) => names.get(agency) ?? agency ?? '';
}

// A list by its cursor: `path(cursor)` asks for a page.  {data: the first page, items: all that came, more: the button of
// the next page}.  What came belongs to its first page: another question begins anew.
export function usePages(path, options) {
  const { data, error, reload } = useGet(path(), options);
  const [later, set] = useState({ of: null });
  const mine = data && later.of === data ? later : { of: data, items: data?.items ?? [], next: data?.next };
  const load = () => get(path(mine.next)).then(
    (page) => set({ of: data, items: [...mine.items, ...page.items], next: page.next, last: !page.next }),
    (failed) => set({ ...mine, failed }));
  const more = mine.next ? html`<p><${Button} onClick=${load}>${t('act.more')}</${Button}></p>`
    : mine.last && html`<${End} n=${mine.items.length} />`;
  return { data, items: mine.items, more, error: mine.failed ?? error, reload: mine.failed ? load : reload };
}
// The button has gone with the last page: the focus stays where it was, and hears that nothing more comes.
function End({ n }) {
  const ref = useRef();
  useEffect(() => ref.current.focus(), []);
  return html`<p class="hint" tabindex="-1" ref=${ref}>${t('state.allShown', { n })}</p>`;
}
