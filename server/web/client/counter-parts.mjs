// Parts of the form of intake.  Each draws what it is given and hands changes up.
import { html, Button, Check, Field, Tag, useRef, useState } from './kit.mjs';
import { upload } from './net.mjs';
import { loadPart, money, number, t } from './text.mjs';
import { fieldId, fieldValue, KINDS, paperOf } from './counter-model.mjs';

export const option = (name) => (value) => ({ value, label: t(`${name}.${value || 'none'}`) });

export function Person({ at, person, error, set, scan }) {
  const id = (key) => fieldId(`${at}/${key}`);
  const put = (key) => (value) => set({ ...person, [key]: value, check: (person.check ?? []).filter((c) => c !== key) });
  const field = (key, { onTyped, ...more } = {}) => html`<${Field} id=${id(key)} label=${t(`counter.${key}`)} value=${person[key]} onValue=${(v) => { put(key)(v); onTyped?.(); }} error=${error[id(key)]}
    hint=${person.check?.includes(key) ? t('counter.recheck') : undefined} ...${more} />`;
  const human = person.kind === 'citizen';
  return html`<div class="fields whois">
    ${field('number', { label: t(scan && human ? 'counter.scan' : `counter.number.${person.kind}`), inputmode: human ? 'numeric' : undefined, maxlength: scan ? 400 : 30,
      hint: human && /^\d{12}$/.test(person.number) ? t('counter.digits12') : undefined })}
    ${field('name', { label: t(human ? 'counter.name' : 'counter.bodyName'), required: true, maxlength: 200 })}
    ${human && field('birth', { inputmode: 'numeric', maxlength: 12 })}
    ${human && html`<${Field} id=${id('sex')} label=${t('counter.sex')} kind="select" value=${person.sex} onValue=${put('sex')} options=${['', 'female', 'male', 'other'].map(option('sex'))} />`}
    <${Address} field=${field} person=${person} set=${set} id=${id('address')} />
    ${field('phone', { inputmode: 'tel', maxlength: 24 })}
    ${field('email', { maxlength: 120 })}
    <${Field} id=${id('kind')} label=${t('counter.kind')} kind="select" value=${person.kind} onValue=${(kind) => set({ ...person, kind })} options=${KINDS.map(option('kind'))} /></div>`;
}

// The address: behind a comma the ward is found by its letters without accents; arrows and Enter take it, with
// its code.  Whoever types on is not disturbed.
const PROVINCE = 'motcua-province'; // the one that was taken last comes first
function Address({ field, person, set, id }) {
  const [find, setFind] = useState(null);
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const load = () => {
    if (!find) Promise.all([loadPart('areas'), loadPart('area-list')]).then(([m, list]) => setFind({ ...m, all: m.areasOf(list.AREAS) }), () => {});
  };
  const found = open && find ? find.findAreas(find.all, person.address, localStorage.getItem(PROVINCE)) : [];
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const pick = (a) => {
    close();
    localStorage.setItem(PROVINCE, a.of);
    set({ ...person, address: find.withArea(person.address, a), area: { code: a.code, text: find.areaText(a) }, check: (person.check ?? []).filter((k) => k !== 'address') });
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
  return html`<div class="picker wide">${field('address', {
    wide: true, maxlength: 300, role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': found.length ? 'true' : 'false', 'aria-controls': `${id}-l`,
    'aria-activedescendant': at >= 0 && found.length ? `${id}-${at}` : undefined, onFocus: load, onKeyDown: keys, onBlur: () => setTimeout(close, 150), onTyped: () => setOpen(true),
  })}<ul id=${`${id}-l`} role="listbox" aria-label=${t('counter.ward')} hidden=${!found.length}>${found.map((a, i) => html`<li id=${`${id}-${i}`} role="option" aria-selected=${i === at ? 'true' : 'false'}
    onMouseDown=${(e) => { e.preventDefault(); pick(a); }}><b>${a.ward}</b> ${a.province}</li>`)}</ul></div>`;
}

// The procedure's own form.  Numbers are read back in words beside what was typed.
export function Values({ form, set, error, procedure }) {
  if (!procedure?.form.length) return null;
  const put = (key) => (value) => set({ values: { ...form.values, [key]: value } });
  const one = (f) => {
    const id = fieldId(`/form/${f.field}`);
    const typed = form.values[f.field];
    if (f.type === 'bool') return html`<${Check} id=${id} label=${f.title} checked=${typed === true} onValue=${put(f.field)} />`;
    const common = { id, label: f.title, value: typed ?? '', onValue: put(f.field), error: error[id], required: f.required };
    if (f.type === 'choice')
      return html`<${Field} kind="select" ...${common} options=${[{ value: '', label: t('counter.choose') }, ...f.choices.map((c) => ({ value: c.choice, label: c.title }))]} />`;
    const value = fieldValue(f, typed);
    const whole = f.type === 'money' || f.type === 'integer';
    const hint = whole && typeof value === 'number' ? (f.type === 'money' ? money(value) : number(value)) : f.type === 'date' ? t('counter.dayHint') : limits(f);
    return html`<${Field} ...${common} hint=${hint} inputmode=${whole ? 'numeric' : undefined} maxlength=${f.type === 'text' ? f.max || 4000 : 30} />`;
  };
  return html`<div class="fields">${procedure.form.map(one)}</div>`;
}
const limits = (f) => {
  if (f.min === undefined) return undefined;
  return f.type === 'text' ? (f.max ? t('counter.upTo', { n: number(f.max) }) : undefined) : t('counter.between', { min: number(f.min), max: number(f.max) });
};

// What was handed in.  Space ticks, Enter ticks and goes on, arrows move: papers are checked off
// without leaving the column of boxes.
export function Papers({ form, set, change, error, components, promise }) {
  const told = new Map((promise?.components ?? []).map((c) => [c.component, c]));
  const shown = components.filter((c) => form.papers[c.component] || (told.get(c.component)?.applies ?? c.need !== 'when'));
  const boxes = shown.filter((c) => c.need !== 'note');
  const put = (code, paper) => change((f) => {
    const papers = { ...f.papers };
    if (paper) papers[code] = typeof paper === 'function' ? paper(papers[code]) : paper;
    else delete papers[code];
    return { ...f, papers, missing: null };
  });
  const keys = (e) => {
    const all = [...e.currentTarget.querySelectorAll('input[type=checkbox][data-paper]')];
    const i = all.indexOf(e.target);
    if (i < 0 || e.ctrlKey) return;
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    if (e.key === 'Enter' && !e.target.checked) put(boxes[i].component, paperOf(boxes[i]));
    (all[i + step] ?? (e.key === 'Enter' ? document.getElementById('save') : null))?.focus();
  };
  const all = () => set({ missing: null, papers: { ...Object.fromEntries(boxes.filter((c) => c.need === 'required' || told.get(c.component)?.wanting).map((c) => [c.component, form.papers[c.component] ?? paperOf(c)])), ...form.papers } });
  return html`<section aria-labelledby="papers"><h2 id="papers">${t('counter.papers')} <${Button} quiet icon="clipboard-check" onClick=${all}>${t('counter.allPapers')}</${Button}></h2>
    ${error['f-components'] && html`<p class="error">${error['f-components']}</p>`}
    <ol class="papers" onKeyDown=${keys}>${shown.map((c) => (c.need === 'note'
      ? html`<li><p class="hint">${c.title}</p></li>`
      : html`<${Paper} key=${c.component} paper=${c} first=${c === boxes[0]} given=${form.papers[c.component]} wanting=${told.get(c.component)?.wanting} put=${(p) => put(c.component, p)} />`))}</ol></section>`;
}

function Paper({ paper, first, given, wanting, put, }) {
  const id = first ? 'f-components' : `paper-${paper.component}`;
  const count = (key) => html`<label class="copies"><span>${t(`counter.${key}`)}</span><input type="number" min="0" max="999" value=${given[key]} onInput=${(e) => { const v = e.currentTarget.value; put((p) => ({ ...p, [key]: v })); }} /></label>`;
  return html`<li class=${given ? 'given' : ''}><div class="check"><input type="checkbox" id=${id} data-paper checked=${!!given} onChange=${(e) => put(e.currentTarget.checked ? paperOf(paper) : null)} />
      <label for=${id}>${paper.title} <small>${t(`need.${paper.need}`)}${paper.present_only && ` · ${t('counter.presentOnly')}`}</small>${wanting && html` <span class="wanting">${t('counter.wanting')}</span>`}</label></div>
    ${given && html`<div class="row">${count('originals')}${count('certified')}${count('copies')}
      <label class="copies"><input type="checkbox" checked=${given.presented} onChange=${(e) => { const v = e.currentTarget.checked; put((p) => ({ ...p, presented: v })); }} /> <span>${t('counter.presented')}</span></label>
      <${Files} files=${given.files} title=${paper.title} put=${put} /></div>`}</li>`;
}

// What was chosen on this computer, by hash: may be looked at before it is saved.
const chosen = new Map();

function Files({ files, title, put }) {
  const [seen, setSeen] = useState(null);
  const [Preview, setPreview] = useState(null);
  const look = (f) => {
    setSeen({ name: f.name, blob: chosen.get(f.hash) });
    loadPart('preview').then((m) => setPreview(() => m.Preview), () => {});
  };
  const box = useRef();
  const [going, setGoing] = useState([]); // {name, part, error}
  const one = async (file) => {
    const mine = { name: file.name, part: 0 };
    const show = (some) => setGoing((all) => all.map((g) => (g === mine || g.of === mine ? { ...g, of: mine, ...some } : g)));
    setGoing((all) => [...all, mine]);
    try {
      const done = await upload(`/v1/files?name=${encodeURIComponent(file.name.normalize('NFC').slice(0, 200))}`, file, (part) => show({ part }), { 'Content-Type': 'application/octet-stream' });
      chosen.set(done.hash, file);
      put((p) => (p.files.some((f) => f.hash === done.hash) ? p : { ...p, files: [...p.files, { hash: done.hash, name: file.name, size: done.size }] }));
      setGoing((all) => all.filter((g) => g !== mine && g.of !== mine));
    } catch (e) {
      show({ error: e.detail || e.title || t('state.offlineHint') });
    }
  };
  return html`<span class="files"><input ref=${box} type="file" class="vh" tabindex="-1" multiple accept="application/pdf,image/jpeg,image/png" aria-label=${t('counter.filesOf', { title })}
      onChange=${(e) => { for (const file of e.currentTarget.files) void one(file); e.currentTarget.value = ''; }} />
    <${Button} quiet icon="upload" aria-label=${t('counter.filesOf', { title })} onClick=${() => box.current.click()}>${t('counter.files')}</${Button}>
    ${files.map((f, i) => html`<${Tag} onRemove=${() => put((p) => ({ ...p, files: p.files.filter((x) => x !== f) }))} label=${t('act.remove', { what: f.name || i + 1 })}>${chosen.has(f.hash) ? html`<button type="button" class="plain" onClick=${() => look(f)}>${f.name}</button>` : f.name || t('counter.fileN', { n: i + 1 })}</${Tag}>`)}
    ${going.map((g) => html`<span>${g.name} ${g.error ? html`<span class="error" role="alert">${g.error}</span> <button type="button" class="plain" onClick=${() => setGoing((all) => all.filter((x) => x !== g))}>${t('act.close')}</button>` : html`<progress max="1" value=${g.part} aria-label=${t('counter.uploading', { name: g.name })}></progress>`}</span>`)}
    ${seen && Preview && html`<${Preview} file=${seen} onClose=${() => setSeen(null)} />`}</span>`;
}

// Pages, copies or persons, where the tariff counts them and the form does not.
export function Units({ form, set, error, promise, procedure }) {
  const asked = procedure?.fees.some((f) => f.per !== 'dossier') && promise?.wanting.concat(promise.wrong).some((w) => w.pointer === '/fee_units');
  return asked || form.units
    ? html`<${Field} id="f-fee_units" label=${t('counter.units')} value=${form.units} onValue=${(units) => set({ units })} error=${error['f-fee_units']} inputmode="numeric" required />`
    : null;
}
