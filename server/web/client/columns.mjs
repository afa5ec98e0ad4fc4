// Which columns of a list are shown, and in which order: arrows go from one to the next, Space shows or hides, with Alt the
// arrows carry a column.  `kept`: those shown now; `all`: every one there is; the one named `must` always stays.
import { html, Button, Dialog, Icon, useLayoutEffect, useRef, useState } from './kit.mjs';
import { t } from './text.mjs';

export default function Columns({ kept, all, must, label, onChange, onUsual, onClose }) {
  const [order, setOrder] = useState([...kept, ...all.filter((c) => !kept.includes(c))]); // a hidden one keeps its place here
  const [told, tell] = useState('');
  const list = useRef();
  const stay = useRef(null); // a row that moves in the page loses the focus
  useLayoutEffect(() => void (stay.current && list.current.querySelector(stay.current).focus()), [order]);
  const move = (c, by, to) => {
    const from = order.indexOf(c);
    const at = Math.max(0, Math.min(order.length - 1, from + by));
    const next = order.filter((x) => x !== c);
    next.splice(at, 0, c);
    stay.current = to;
    setOrder(next);
    tell(t('columns.moved', { column: label(c), at: at + 1, of: next.length }));
    onChange(next.filter((x) => kept.includes(x)));
  };
  const keys = (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const row = e.target.closest('[data-column]');
    if (!by || !row) return;
    e.preventDefault();
    if (e.altKey) move(row.dataset.column, by, `[data-column="${row.dataset.column}"] input`);
    else (by > 0 ? row.nextSibling : row.previousSibling)?.querySelector('input').focus();
  };
  const carry = (c, by, way) => html`<button type="button" class="plain" data-way=${way} aria-label=${t(`columns.${way}`, { column: label(c) })}
    onClick=${() => move(c, by, `[data-column="${c}"] [data-way=${way}]`)}><${Icon} name=${`chevron-${way}`} /></button>`;
  const usual = () => {
    stay.current = null;
    setOrder(all);
    tell(t('columns.isUsual'));
    onUsual();
  };
  return html`<${Dialog} title=${t('columns.title')} onClose=${onClose}><p class="hint">${t('columns.how')}</p>
    <ol class="columns" ref=${list} onKeyDown=${keys}>${order.map((c) => html`<li key=${c} data-column=${c}>
      <label class="check"><input type="checkbox" checked=${kept.includes(c)} aria-disabled=${c === must}
          onClick=${(e) => c === must && e.preventDefault()} onChange=${(e) => onChange(order.filter((x) => (x === c ? e.currentTarget.checked : kept.includes(x))))} /> ${label(c)}</label>
      ${carry(c, -1, 'up')}${carry(c, 1, 'down')}</li>`)}</ol>
    <div class="row"><${Button} onClick=${usual} icon="arrow-counterclockwise">${t('columns.usual')}</${Button}>
      <${Button} main onClick=${onClose}>${t('act.close')}</${Button}></div><p class="vh" role="status">${told}</p></${Dialog}>`;
}
