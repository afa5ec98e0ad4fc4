// Parts of the form of intake.  Each draws what it is given and hands changes up.
import { html, Field, useState } from './kit.mjs';
import { loadPart, t } from './text.mjs';
import { fieldId, KINDS } from './counter-model.mjs';

export const option = (said) => (value) => ({ value, label: said(value || 'none') });

export function Person({ at, person, error, set, scan }) {
  const id = (key) => fieldId(`${at}/${key}`);
  const put = (key) => (value) => set({ ...person, [key]: value, check: (person.check ?? []).filter((c) => c !== key) });
  const field = (key, label, { onTyped, ...more } = {}) => html`<${Field} id=${id(key)} label=${label} value=${person[key]}
    onValue=${(v) => { put(key)(v); onTyped?.(); }} error=${error[id(key)]}
    hint=${person.check?.includes(key) ? t('counter.recheck') : undefined} ...${more} />`;
  const human = person.kind === 'citizen';
  return html`<div class="fields whois">
    ${field('number', t(scan && human ? 'counter.scan' : `counter.number.${person.kind}`),
        { inputmode: human ? 'numeric' : undefined, maxlength: scan ? 400 : 30,
      hint: human && /^\d{12}$/.test(person.number) ? t('counter.digits12') : undefined })}
    ${field('name', t(human ? 'counter.name' : 'counter.bodyName'), { required: true, maxlength: 200 })}
    ${human && field('birth', t('counter.birth'), { inputmode: 'numeric', maxlength: 12 })}
    ${human && html`<${Field} id=${id('sex')} label=${t('counter.sex')} kind="select" value=${person.sex} onValue=${put('sex')}
        options=${['', 'female', 'male', 'other'].map(option((v) => t(`sex.${v}`)))} />`}
    <${Address} field=${field} person=${person} set=${set} id=${id('address')} />
    ${field('phone', t('counter.phone'), { inputmode: 'tel', maxlength: 24 })}
    ${field('email', t('counter.email'), { maxlength: 120 })}
    <${Field} id=${id('kind')} label=${t('counter.kind')} kind="select" value=${person.kind}
      onValue=${(kind) => set({ ...person, kind })} options=${KINDS.map(option((v) => t(`kind.${v}`)))} /></div>`;
}

// The address: behind a comma the ward is found by its letters without accents; arrows and Enter take it, with
// its code.  Whoever types on is not disturbed.
const PROVINCE = 'motcua-province'; // the one that was taken last comes first
function Address({ field, person, set, id }) {
  const [find, setFind] = useState(null);
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const load = () => {
    if (!find) Promise.all([loadPart('areas'), loadPart('area-list')]).then(([m, list]) =>
      setFind({ ...m, all: m.areasOf(list.AREAS) }), () => {});
  };
  const found = open && find ? find.findAreas(find.all, person.address, localStorage.getItem(PROVINCE)) : [];
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const pick = (a) => {
    close();
    localStorage.setItem(PROVINCE, a.of);
    set({ ...person, address: find.withArea(person.address, a), area: { code: a.code, text: find.areaText(a) },
        check: (person.check ?? []).filter((k) => k !== 'address') });
  };
  const keys = (e) => {
    if (e.isComposing || !found.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) setAt((at + step + found.length) % found.length);
    else if (e.key === 'Enter' && at >= 0) pick(found[at]);
    else if (e.key === 'Escape') close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return html`<div class="picker wide">${field('address', t('counter.address'), {
    wide: true, maxlength: 300, role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': found.length ? 'true' : 'false',
      'aria-controls': `${id}-l`,
    'aria-activedescendant': at >= 0 && found.length ? `${id}-${at}` : undefined, onFocus: load, onKeyDown: keys,
      onBlur: () => setTimeout(close, 150), onTyped: () => setOpen(true),
  })}<ul id=${`${id}-l`} role="listbox" aria-label=${t('counter.ward')} hidden=${!found.length}>
    ${found.map((a, i) => html`<li id=${`${id}-${i}`} role="option" aria-selected=${i === at ? 'true' : 'false'}
    onMouseDown=${(e) => { e.preventDefault(); pick(a); }}><b>${a.ward}</b> ${a.province}</li>`)}</ul></div>`;
}
