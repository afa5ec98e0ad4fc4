// Parts of the form of intake.  Each draws what it is given and hands changes up.
import { html, Field, useEffect, useState } from './kit.mjs';
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

// The address: behind a comma the ward is found by its letters without accents, a former ward by its name and district; arrows
// and Enter take it, with its code.  Whoever types on is not disturbed.
function Address({ field, person, set, id }) {
  const [picker, setPicker] = useState(null);
  const [at, setAt] = useState(null); // where the arrows stand, -1: nowhere yet; null: the list is closed
  const load = () => {
    if (!picker) loadPart('area-picker').then((m) => m.begin(setPicker), () => {});
  };
  useEffect(() => void (person.address && load()), [!person.address]); // a card was scanned
  const { list, ...how } = picker?.(person, set, at, setAt, id) ?? {};
  return html`<div class="picker wide">${field('address', t('counter.address'), {
    wide: true, maxlength: 300, role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': list ? 'true' : 'false',
      'aria-controls': `${id}-l`, 'aria-activedescendant': list && at >= 0 ? `${id}-${at}` : undefined, onFocus: load, ...how,
  })}<ul id=${`${id}-l`} role="listbox" aria-label=${t('counter.ward')} hidden=${!list}>${list}</ul></div>`;
}
