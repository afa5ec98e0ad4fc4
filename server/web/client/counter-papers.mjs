// What a procedure asks for: its form, its papers, what its fees count; what is promised and known.  Comes with counter-more.mjs, as soon
// as somebody is being taken in.
import { html, Banner, Button, Check, Field, Later, Link, Tag, useEffect, useKeys, useRef, useState } from './kit.mjs';
import { query, upload } from './net.mjs';
import { Held, heldFile, heldPaper, heldSince, latest, OFFERS_MAX } from './reuse.mjs';
import { dateTimeLong, money, number, t } from './text.mjs';
import { fieldId } from './counter-model.mjs';
import { fieldValue, paperOf } from './counter-body.mjs';
import { askPath, useAnswer, WHOLE } from './counter-form.mjs';

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
      return html`<${Field} kind="select" ...${common}
        options=${[{ value: '', label: t('counter.choose') }, ...f.choices.map((c) => ({ value: c.choice, label: c.title }))]} />`;
    const value = fieldValue(f, typed);
    const whole = f.type === 'money' || f.type === 'integer';
    const hint = whole && typeof value === 'number' ? (f.type === 'money' ? money(value) : number(value)) : f.type === 'date'
      ? t('counter.dayHint') : limits(f);
    return html`<${Field} ...${common} hint=${hint} inputmode=${whole ? 'numeric' : undefined}
      maxlength=${f.type === 'text' ? Math.min(f.max || 4000, 4000) : 30} />`;
  };
  return html`<div class="fields">${procedure.form.map(one)}</div>`;
}
const limits = (f) => { // a bound that nobody set is as large as the daemon's numbers go
  const unit = f.type === 'money' ? money : number;
  const [min, max] = [f.min, f.max].map((n) => Number.isSafeInteger(n) && unit(n));
  if (f.type === 'text') return f.max > 0 && max ? t('counter.upTo', { n: max }) : undefined;
  return min && max ? t('counter.between', { min, max }) : f.type === 'money' ? t('unit.dong') : undefined;
};

// What was handed in.  Space ticks, Enter ticks and goes on, arrows move: papers are checked off
// without leaving the column of boxes.  What is held of the owner already is offered beside its component, and
// its digit takes it: nobody is asked for it again.
export function Papers({ form, set, change, error, components, promise, owner }) {
  const answer = useAnswer(WHOLE.test(owner)
    ? `/v1/people/papers${query({ id_number: owner, procedure: form.procedure })}` : null, askPath);
  const held = answer.current ? latest(answer.data.items) : [];
  const told = new Map((promise?.components ?? []).map((c) => [c.component, c]));
  const shown = components.filter((c) => form.papers[c.component] || (told.get(c.component)?.applies ?? c.need !== 'when'));
  const boxes = shown.filter((c) => c.need !== 'note');
  const put = (code, paper) => change((f) => {
    const papers = { ...f.papers };
    const next = typeof paper === 'function' ? paper(papers[code]) : paper;
    if (next) papers[code] = next;
    else delete papers[code];
    return { ...f, papers, missing: null };
  });
  const list = useRef();
  const column = () => [...list.current.querySelectorAll('input[type=checkbox][data-paper]')];
  const go = (i) => (column()[i] ?? document.getElementById('save')).focus();
  const keys = (e) => {
    const i = column().indexOf(e.target);
    if (i < 0 || e.ctrlKey) return;
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    if (e.key === 'Enter' && !e.target.checked) put(boxes[i].component, paperOf(boxes[i]));
    if (e.key === 'Enter' || column()[i + step]) go(i + step);
  };
  const offers = (c) => (form.papers[c.component] ? [] : held.filter((h) => h.fits.includes(c.component)).slice(0, OFFERS_MAX));
  const take = (c, h) => {
    put(c.component, { certified: 0, copies: 0, presented: false, ...heldPaper(h), of: owner, files: [{ hash: h.file, ...heldFile(h) }] });
    go(boxes.indexOf(c) + 1);
  };
  const press = (n) => (e) => {
    const c = boxes[column().indexOf(e.target)];
    const h = c && offers(c)[n];
    if (!h) return false;
    take(c, h);
    return true;
  };
  useKeys(Object.fromEntries(Array.from({ length: OFFERS_MAX }, (_, n) => [String(n + 1), press(n)])));
  useEffect(() => { // what was held of another owner is no paper of this one
    for (const [code, p] of Object.entries(form.papers)) if (p.of && p.of !== owner) put(code, null);
  }, [owner]);
  const all = () => set({ missing: null,
      papers: { ...Object.fromEntries(boxes.filter((c) => c.need === 'required' || told.get(c.component)?.wanting).map((c) =>
            [c.component, form.papers[c.component] ?? paperOf(c)])), ...form.papers } });
  return html`<section aria-labelledby="papers">
    <h2 id="papers">${t('counter.papers')} <${Button} quiet icon="clipboard-check" onClick=${all}>${t('counter.allPapers')}</${Button}></h2>
    ${error['f-components'] && html`<p class="error">${error['f-components']}</p>`}
    <ol class="papers" ref=${list} onKeyDown=${keys}>${shown.map((c) => (c.need === 'note'
      ? html`<li><p class="hint">${c.title}</p></li>`
      : html`<${Paper} key=${c.component} paper=${c} first=${c === boxes[0]} given=${form.papers[c.component]}
        wanting=${told.get(c.component)?.wanting} put=${(p) => put(c.component, p)}>${offers(c).map((h, n) =>
            html`<${Held} held=${h} digit=${n + 1} what=${c.title} take=${() => take(c, h)} />`)}</${Paper}>`))}</ol>
    <${OtherHeld} held=${held.filter((h) => !h.fits.length)} boxes=${boxes.filter((c) => !form.papers[c.component])} take=${take} />
    </section>`;
}

// Results and papers of other procedures: who takes in says what each stands for.
function OtherHeld({ held, boxes, take }) {
  if (!held.length || !boxes.length) return null;
  return html`<details class="former"><summary>${t('counter.otherHeld', { n: held.length })}</summary>
    <ul>${held.map((h) => html`<li><${Field} kind="select" value="" label=${`${h.title ?? h.name} – ${heldSince(h)}`}
          onValue=${(code) => take(boxes.find((c) => c.component === code), h)}
        options=${[{ value: '', label: t('counter.reuseFor') }, ...boxes.map((c) => ({ value: c.component, label: c.title }))]} />
        </li>`)}</ul></details>`;
}

function Paper({ paper, first, given, wanting, put, children }) {
  const id = first ? 'f-components' : `paper-${paper.component}`;
  const count = (key, label) => html`<label class="copies"><span>${label}</span>
    <input type="number" min="0" max="999" value=${given[key]}
      onInput=${(e) => { const v = e.currentTarget.value; put((p) => ({ ...p, [key]: v })); }} /></label>`;
  return html`<li class=${given ? 'given' : ''}>
    <div class="check"><input type="checkbox" id=${id} data-paper checked=${!!given}
        onChange=${(e) => put(e.currentTarget.checked ? paperOf(paper) : null)} />
      <label for=${id}>${paper.title} <small>${t(`need.${paper.need}`)}${paper.present_only && ` · ${t('counter.presentOnly')}`}
            </small>${wanting && html` <span class="wanting">${t('counter.wanting')}</span>`}</label></div>
    ${children}
    ${given?.reused && html`<div class="row"><span>${t('counter.reused', { code: given.reused })}</span>
      <${Files} files=${given.files} title=${paper.title} put=${put} /></div>`}
    ${given && !given.reused && html`<div class="row">
        ${count('originals', t('counter.originals'))}${count('certified', t('counter.certified'))}${count('copies', t('counter.copies'))}
      <label class="copies"><input type="checkbox" checked=${given.presented}
          onChange=${(e) => { const v = e.currentTarget.checked; put((p) => ({ ...p, presented: v })); }} /> <span>
            ${t('counter.presented')}</span></label>
      <${Files} files=${given.files} title=${paper.title} put=${put} /></div>`}</li>`;
}

// What was chosen on this computer, by hash: may be looked at before it is saved.
const chosen = new Map();
// What is used again is its file: without it nothing stands for the paper.
const without = (f) => (p) => {
  const files = p.files.filter((x) => x !== f);
  return files.length || !p.reused ? { ...p, files } : null;
};

function Files({ files, title, put }) {
  const [seen, setSeen] = useState(null);
  const box = useRef();
  const [going, setGoing] = useState([]); // {name, part, error}
  const one = async (file) => {
    const mine = { name: file.name, part: 0 };
    const show = (some) => setGoing((all) => all.map((g) => (g === mine || g.of === mine ? { ...g, of: mine, ...some } : g)));
    setGoing((all) => [...all, mine]);
    try {
      const done = await upload(`/v1/files?name=${encodeURIComponent(file.name.normalize('NFC').slice(0, 200))}`, file,
        (part) => show({ part }), { 'Content-Type': 'application/octet-stream' });
      chosen.set(done.hash, file);
      put((p) => (p.files.some((f) => f.hash === done.hash) ? p
          : { ...p, files: [...p.files, { hash: done.hash, name: file.name, size: done.size }] }));
      setGoing((all) => all.filter((g) => g !== mine && g.of !== mine));
    } catch (e) {
      show({ error: e.detail || e.title || t('state.offlineHint') });
    }
  };
  return html`<span class="files"><input ref=${box} type="file" class="vh" tabindex="-1" multiple
      accept="application/pdf,image/jpeg,image/png" aria-label=${t('counter.filesOf', { title })}
      onChange=${(e) => { for (const file of e.currentTarget.files) void one(file); e.currentTarget.value = ''; }} />
    <${Button} quiet icon="upload" aria-label=${t('counter.filesOf', { title })} onClick=${() => box.current.click()}>
      ${t('counter.files')}</${Button}>
    ${files.map((f, i) => html`<${Tag} onRemove=${() => put(without(f))}
          label=${t('act.remove', { what: f.name || i + 1 })}>
            ${chosen.has(f.hash) || f.path ? html`<button type="button" class="plain"
                onClick=${() => setSeen({ name: f.name, path: f.path, blob: chosen.get(f.hash) })}>${f.name}</button>` : f.name
                  || t('counter.fileN', { n: i + 1 })}</${Tag}>`)}
    ${going.map((g) => html`<span>${g.name} ${g.error ? html`<span class="error" role="alert">${g.error}</span> <button
              type="button" class="plain" onClick=${() => setGoing((all) => all.filter((x) => x !== g))}>
                ${t('act.close')}</button>` : html`<progress max="1" value=${g.part}
                aria-label=${t('counter.uploading', { name: g.name })}></progress>`}</span>`)}
    ${seen && html`<${Later} from="preview" draw="Preview" file=${seen} onClose=${() => setSeen(null)} />`}</span>`;
}

// Pages, copies or persons, where the tariff counts them and the form does not.
export function Units({ form, set, error, promise, procedure }) {
  const asked = procedure?.fees.some((f) => f.per !== 'dossier')
    && promise?.wanting.concat(promise.wrong).some((w) => w.pointer === '/fee_units');
  return asked || form.units
    ? html`<${Field} id="f-fee_units" label=${t('counter.units')} value=${form.units} onValue=${(units) => set({ units })}
      error=${error['f-fee_units']} inputmode="numeric" required />`
    : null;
}

// The promise with its why, and the fee.
export function Promised({ promise, fresh }) {
  const quiet = promise.wanting.filter((w) => w.code !== 'component-missing');
  const papers = promise.components.filter((c) => c.wanting).length;
  return html`<div role="status" aria-busy=${fresh ? undefined : 'true'}>
    <p class="promise"><span>${t('counter.promise')}</span> <strong>${promise.due ? dateTimeLong(promise.due) : '–'}
          </strong> <small>${promise.limit ?? ''}</small></p>
      <p class="promise"><span>${t('counter.fee')}</span> <strong>${promise.fee === null ? '–' : money(promise.fee)}</strong></p></div>
      ${promise.fees.length > 0
        && html`<ul class="fees">
          ${promise.fees.map((f) => html`<li>${f.title}: ${money(f.amount)}${f.units > 1 && ` (${f.units})`}</li>`)}</ul>`}
      ${promise.why && html`<details><summary>${t('act.why')}</summary>
          <ol class="why">${promise.why.lines.map((l) => html`<li>${l.text}${l.basis && html` <small>${l.basis}</small>`}</li>`)}
              </ol></details>`}
      ${promise.wrong.length > 0 && html`<ul class="error">${promise.wrong.map((w) => html`<li>${w.message}</li>`)}</ul>`}
      ${papers > 0 && html`<p class="hint">${t('counter.papersMissing', { n: papers })}</p>`}
      ${quiet.length > 0 && html`<ul class="hint">${quiet.map((w) => html`<li>${w.message}</li>`)}</ul>`}`;
}

// What the office knows of this person, and what may be the same dossier.
export function Former({ known, same }) {
  const link = (d) => html`<${Link} to=${`/lam-viec/ho-so/${encodeURIComponent(d.code)}`}>
    ${d.code}</${Link}> ${d.procedure_name} <small>${t(`status.${d.status}`)}</small>`;
  return html`${same?.items.length > 0 && html`<${Banner} kind="warn" title=${t('counter.duplicate')}>
      <ul>${same.items.map((d) => html`<li>${link(d)}</li>`)}</ul></${Banner}>`}
    ${known?.dossiers.length > 0 && html`<details class="former">
        <summary>${t('counter.former', { n: known.dossiers.length })}</summary>
        <ul>${known.dossiers.map((d) => html`<li>${link(d)}</li>`)}</ul></details>`}`;
}

// Sent, and no answer yet: nothing may change any more, nothing is lost.
export function Sent({ sent, title, again, onPrint }) {
  return html`<section class="intake"><${Banner} kind="warn" title=${t('counter.keptTitle')}>
      ${t('counter.keptText', { name: title })}</${Banner}>
    <p class="row"><${Button} main icon="arrow-clockwise" id="f-applicant-number" onClick=${again}>${t('counter.sendNow')}</${Button}>
    <${Button} icon="printer" onClick=${() => onPrint({ slip: sent.body, name: title })}>${t('counter.temporary')}</${Button}></p>
    </section>`;
}

