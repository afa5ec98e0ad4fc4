// A procedure as tables, for those who do not write YAML: steps with place, role, limit and next, papers,
// fields.  Each change rewrites the text at its place (yaml-place.mjs); what is wrong stands in its row.
// The text is the truth: what the tables cannot show stays as it is.
import { html, Banner, Button, useEffect, useGet, useMemo, useRef, useState } from './kit.mjs';
import { has, t } from './text.mjs';
import { addItem, dropItem, itemsAt, nodeAt, readPlaces, scalarAt, setValue } from './yaml-place.mjs';

const ROLES = ['receiver', 'returner', 'cashier', 'clerk', 'specialist', 'division_head', 'leader', 'office_specialist',
  'committee_leader', 'onestop_head'];
const NEEDS = ['required', 'if_any', 'one_of', 'when'];
const TYPES = ['text', 'integer', 'money', 'date', 'bool', 'choice'];

// One value at its place: written when the field is left or Enter is pressed.
function Cell({ label, map, at, edit, options, list, narrow }) {
  const value = scalarAt(map, at) ?? '';
  const [typed, setTyped] = useState(null);
  const put = (next) => {
    setTyped(null);
    if (next !== null && next !== value) edit((text) => setValue(text, map, at, next));
  };
  if (options) {
    const all = options.some((o) => o.value === value) ? options : [{ value, label: value || '–' }, ...options];
    return html`<select aria-label=${label} value=${value} onChange=${(e) => put(e.currentTarget.value)}>
      ${all.map((o) => html`<option value=${o.value} selected=${o.value === value}>${o.label}</option>`)}</select>`;
  }
  const keys = (e) => {
    if (e.key === 'Enter' && !e.isComposing) put(typed);
    else if (e.key === 'Escape' && typed !== null) {
      e.stopPropagation();
      setTyped(null);
    }
  };
  return html`<input type="text" aria-label=${label} class=${narrow ? 'narrow' : undefined} list=${list} value=${typed ?? value}
    autocomplete="off" spellcheck="false"
    onInput=${(e) => setTyped(e.currentTarget.value)} onBlur=${() => put(typed === null ? null : typed.normalize('NFC').trim())}
      onKeyDown=${keys} />`;
}

const Wrong = ({ defects, item, columns }) => {
  const mine = (defects ?? []).filter((d) => d.line >= item.line && d.line <= item.lastLine);
  return mine.length > 0 && html`<tr class="wrongrow">
    <td colspan=${columns}><ul class="error">
        ${mine.map((d) => html`<li><b>${t(`editor.${d.severity}`)}</b> ${d.message}${d.nearest
                && html` ${t('editor.nearest', { word: d.nearest })}`}</li>`)}</ul></td></tr>`;
};

// A list of the text as a table; `row` draws the cells of an item.
function Table({ name, root, edit, defects, columns, row, fresh, mark }) {
  const items = itemsAt(root, name);
  const add = useRef();
  const [want, setWant] = useState(0);
  const table = useRef();
  useEffect(() => {
    if (want && items.length >= want) table.current?.querySelectorAll('tbody tr:not(.wrongrow)')[want - 1]?.querySelector('input,select')?.focus();
  }, [want, items.length]);
  const grow = () => {
    setWant(items.length + 1);
    edit((text) => addItem(text, root, name, fresh(items)));
  };
  const drop = (item) => {
    edit((text) => dropItem(text, nodeAt(root, name), item));
    add.current?.focus();
  };
  const id = `pform-${name}`;
  return html`<section aria-labelledby=${id}><h2 id=${id}>${t(`pform.${name}`)} <span class="count">${items.length}</span></h2>
    <div class="scroll"><table ref=${table} class="pform">
        <thead><tr>${columns.map((c) => html`<th scope="col">${t(`pform.c.${c}`)}</th>`)}
            <th scope="col"><span class="vh">${t('pform.c.acts')}</span></th></tr></thead>
    <tbody>${items.map((item, i) => {
      const what = scalarAt(item, mark) ?? String(i + 1);
      return html`<tr key=${what}>${row(item, what)}
        <td><${Button} quiet icon="x-lg" aria-label=${t('act.remove', { what })} onClick=${() => drop(item)}></${Button}></td>
          </tr><${Wrong} defects=${defects} item=${item} columns=${columns.length + 1} />`;
    })}</tbody></table></div>
    <p><button type="button" class="button quiet" ref=${add} onClick=${grow}>${t(`pform.add.${name}`)}</button></p></section>`;
}
const newName = (items, mark, base) => {
  const used = new Set(items.map((i) => scalarAt(i, mark)));
  let n = 1;
  while (used.has(`${base}_${n}`)) n += 1;
  return `${base}_${n}`;
};

const actionTitle = (action) => (has(`pform.action.${action}`) ? t(`pform.action.${action}`) : action);
const FRESH = {
  steps: (items) => [`- step: ${newName(items, 'step', 'step')}`, `  vi: "${t('pform.new.steps')}"`, '  en: "New step"',
    '  at: competent', '  role: specialist', '  limit: 1 working_day',
    '  public: {vi: "Đang xử lý", en: "In process"}', '  portal: 4', '  actions:',
      `    - {action: forward, to: ${scalarAt(items.at(-1), 'step') ?? 'end'}}`],
  components: (items) => [`- {component: ${newName(items, 'component',
        'paper')}, vi: "${t('pform.new.components')}", en: "New paper", need: required, originals: 1}`],
  form: (items) => [`- {field: ${newName(items, 'field', 'field')}, vi: "${t('pform.new.form')}", en: "New field", type: text}`],
};

function General({ root, edit }) {
  const limit = nodeAt(root, 'limit');
  const one = (label, map, at) => map && scalarAt(map, at) !== undefined && html`<label class="field"><span>${label}</span>
    <${Cell} label=${label} map=${map} at=${at} edit=${edit} /></label>`;
  return html`<div class="fields">
    ${one(t('pform.name'), nodeAt(root, 'name'), 'vi')}${one(t('pform.nameEn'), nodeAt(root, 'name'),
        'en')}${one(t('pform.validFrom'), root, 'valid_from')}${one(t('pform.version'), root, 'version')}
    ${one(t('pform.limit'), root, 'limit')}${one(t('pform.legal'), limit, 'legal')}${one(t('pform.committed'), limit,
        'committed')}${one(t('pform.fee'), nodeAt(root, 'fee'), 'amount')}</div>`;
}

export function ProcedureForm({ text, onText, defects }) {
  const root = useMemo(() => readPlaces(text), [text]);
  const agencies = useGet('/v1/organisation');
  if (!root) return html`<${Banner} kind="warn">${t('pform.unreadable')}</${Banner}>`;
  const edit = (change) => onText(change(text));
  const common = { root, edit, defects };
  const steps = itemsAt(root,
    'steps').map((s) => ({ value: scalarAt(s, 'step') ?? '', label: scalarAt(s, 'vi') ?? scalarAt(s, 'step') ?? '' }));
  const cell = (map, at, what, more) => html`<td>
    <${Cell} map=${map} at=${at} edit=${edit} label=${`${t(`pform.c.${at}`)}, ${what}`} ...${more} /></td>`;
  const next = (step, what) => {
    const ways = itemsAt(step, 'actions').filter((a) => scalarAt(a, 'to') !== undefined);
    return html`<td>${ways.map((a) => html`<label class="way">
            <span>${scalarAt(a, 'vi') ?? actionTitle(scalarAt(a, 'action'))}</span>
            <${Cell} map=${a} at="to" edit=${edit} options=${steps}
              label=${`${t('pform.c.to')}, ${what}, ${scalarAt(a, 'action')}`} /></label>`)}
      ${nodeAt(step, 'split') && html`<em>${t('pform.split')}</em>`}</td>`;
  };
  return html`<div class="procform"><datalist id="pform-at"><option value="reception" /><option value="competent" />
      ${(agencies.data?.agencies ?? []).map((a) => html`<option value=${a.agency}>${a.name}</option>`)}</datalist>
    <${General} ...${common} />
    <${Table} name="steps" mark="step" ...${common} fresh=${FRESH.steps} columns=${['vi', 'at', 'role', 'limit', 'to']}
      row=${(s, what) => html`${cell(s, 'vi', what)}${cell(s, 'at', what, { list: 'pform-at', narrow: true })}
      ${cell(s, 'role', what, { options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })) })}${cell(s, 'limit', what,
          { narrow: true })}${next(s, what)}`} />
    <${Table} name="components" mark="component" ...${common} fresh=${FRESH.components}
      columns=${['vi', 'need', 'originals', 'copies']}
        row=${(c, what) => html`${cell(c, 'vi', what)}${cell(c, 'need', what,
              { options: NEEDS.map((value) => ({ value, label: t(`need.${value}`) })) })}
      ${cell(c, 'originals', what, { narrow: true })}${cell(c, 'copies', what, { narrow: true })}`} />
    <${Table} name="form" mark="field" ...${common} fresh=${FRESH.form} columns=${['vi', 'type', 'required']}
      row=${(f, what) => html`${cell(f, 'vi', what)}${cell(f, 'type', what,
            { options: TYPES.map((value) => ({ value, label: t(`pform.type.${value}`) })) })}
      <td><input type="checkbox" aria-label=${`${t('pform.c.required')}, ${what}`} checked=${scalarAt(f, 'required') === 'true'}
        onChange=${(e) => { const on = e.currentTarget.checked; edit((x) => setValue(x, f, 'required', on ? 'true' : '')); }} />
          </td>`} /></div>`;
}
