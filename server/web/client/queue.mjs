// The queue: what is due first, one key an act.  Live changes mark rows and never move the one under
// the cursor; what came new waits behind a band until somebody asks for it.
import { html, useCallback, useEffect, useMemo, useRef, useState, Banner, Button, Check, Dialog, Due, Empty, Failure, Field, Icon,
  Later, Link, Loading, Tag, useGet, useKeys, useNow, useOffice } from './kit.mjs';
import { call, get, Offline, onEvent, query } from './net.mjs';
import { dateTime, language, t } from './text.mjs';
import { ActDialog, actOfKey, carryOut, isPlain, titleOf } from './acts.mjs';
import { Summary } from './parts.mjs';

const SCOPES = ['mine', 'unit', 'all'];
const URGENCIES = ['overdue', 'today', 'soon', 'later'];
const TAGS = ['agency', 'field', 'procedure', 'step', 'role', 'officer', 'channel', 'q'];
const BULK_MAX = 200;
const ELSEWHERE = /^(ticket|notice)/; // events that move nothing here
// Rows of a page, with why the clocks of some of them stand still.
const rowsOf = (page) => page.items.map((r) => ({ ...page.shared[r.share], ...r,
  stopped: r.due ? undefined : page.stopped.find((s) => s.code === r.code) }));
const rowKey = (r) => `${r.code}-${r.task}`;

// The filters are the address: a link, the back button and a saved filter are the same thing.
// Who only looks on has no work of her own: she sees all there is.
const WORKERS = /^(?!supervisor|auditor|business_admin|technical_admin)/;
function useFilters(place, go, roles) {
  const now = useMemo(() => {
    const out = { scope: place.query.get('scope') ?? (roles.some((r) => WORKERS.test(r)) ? 'mine' : 'all') };
    for (const k of ['urgency', ...TAGS]) if (place.query.get(k)) out[k] = place.query.get(k);
    return out;
  }, [place.query.toString()]);
  const set = useCallback((some) => go(`hang-doi${query({ ...now, ...some })}`, { replace: true, keep: true }), [now]);
  return [now, set];
}

// Rows as first asked for, kept in place; `fresh` counts what is new since, `gone` what has left.
function useRows(filters) {
  const path = `/v1/queue${query({ ...filters, limit: 50, used: true, shared: true })}`;
  const [state, set] = useState({ rows: [], next: null, error: null, loading: true, fresh: 0, gone: new Set() });
  const load = useCallback(async (after) => {
    set((s) => ({ ...s, loading: true }));
    try {
      const page = await get(`/v1/queue${query({ ...filters, limit: 50, used: true, shared: true, cursor: after })}`);
      set((s) => ({ rows: after ? [...s.rows, ...rowsOf(page)] : rowsOf(page), next: page.next, error: null, loading: false,
            fresh: 0, gone: after ? s.gone : new Set() }));
    } catch (error) {
      set((s) => ({ ...s, error, loading: false }));
    }
  }, [path, language()]);
  const look = useCallback(async () => {
    try {
      const page = await get(path);
      set((s) => {
        if (!s.rows.length) return { ...s, rows: rowsOf(page), next: page.next, error: null, loading: false };
        const now = new Map(rowsOf(page).map((r) => [rowKey(r), r]));
        const known = new Set(s.rows.map(rowKey));
        const last = page.next ? page.items.at(-1)?.due : null;
        const seen = (r) => !last || (r.due && r.due <= last);
        return {
          ...s,
          rows: s.rows.map((r) => now.get(rowKey(r)) ?? r),
          fresh: page.items.filter((r) => !known.has(rowKey(r))).length,
          gone: new Set(s.rows.slice(0, 50).filter((r) => !now.has(rowKey(r)) && seen(r)).map(rowKey)),
        };
      });
    } catch {
      // the next event looks again
    }
  }, [path, language()]);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    let timer = null;
    return onEvent((e) => {
      if (ELSEWHERE.test(e.kind) || timer) return;
      timer = setTimeout(() => {
        timer = null;
        void look();
      }, 300);
    });
  }, [look]);
  return { ...state, load, look };
}

function Counts({ counts, filters, set }) {
  return html`<div class="counts" role="group" aria-label=${t('queue.urgency')}>
    ${[null, ...URGENCIES].map((u) => html`<button type="button" class=${`chip ${u ?? 'all'}`}
          aria-pressed=${(filters.urgency ?? null) === u ? 'true' : 'false'} onClick=${() => set({ urgency: u })}>
    ${t(`queue.${u ?? 'everything'}`)} <b>${counts ? (counts[u ?? 'all'] ?? 0) : '…'}</b></button>`)}</div>`;
}

function Filters({ filters, set, rows, onColumns }) {
  const { toast } = useOffice();
  const [open, setOpen] = useState(false);
  const saved = useGet('/v1/filters');
  const names = { agency: (v) => rows.find((r) => r.agency === v)?.agency_name ?? v,
    step: (v) => rows.find((r) => r.step === v)?.title ?? v, officer: (v) => rows.find((r) => String(r.officer) === v)?.officer_name ?? v };
  const told = (e) => toast(e instanceof Offline ? t('state.offlineHint') : e.errors?.[0]?.message || e.detail || e.title, { kind: 'bad' });
  const keep = (name) => call('POST', '/v1/filters', { body: { name, query: query({ ...filters }).slice(1), shared: false } })
    .then(saved.reload, told);
  const drop = (id) => {
    document.getElementById('add-filter').focus();
    void call('DELETE', `/v1/filters/${id}`).then(saved.reload, told);
  };
  return html`<div class="row filters"><span class="hint">${t('queue.filters')}:</span>
    <${Choose} value=${filters.scope} onValue=${(scope) => set({ scope })} label=${t('queue.scope')}
      items=${SCOPES.map((s) => ({ value: s, label: t(`queue.scope.${s}`) }))} />
    ${TAGS.filter((k) => filters[k]).map((k) => html`<${Tag} onRemove=${() => { set({ [k]: null }); document.getElementById('add-filter').focus(); }}>
          ${t(`queue.by.${k}`)}: ${names[k]?.(filters[k]) ?? filters[k]}</${Tag}>`)}
    <${Button} quiet icon="funnel" id="add-filter" onClick=${() => setOpen(true)}>${t('queue.addFilter')}</${Button}>
    ${(saved.data?.items ?? []).map((f) => html`<span class="nowrap"><${Link} class="chip"
        to=${`/lam-viec/hang-doi?${f.query}`}>${f.name}</${Link}>${f.mine && html`<button type="button" class="plain" onClick=${() => drop(f.id)}
          aria-label=${t('act.remove', { what: f.name })}><${Icon} name="x-lg" /></button>`}</span>`)}
    <${Button} quiet icon="chevron-down" aria-haspopup="dialog" onClick=${onColumns}>${t('queue.columns')}</${Button}>
    <a class="button quiet" download href=${`/v1/queue${query({ ...filters, format: 'xlsx' })}`}><${Icon} name="file-earmark-text" />${t('queue.export')}</a>
    ${open && html`<${AddFilter} rows=${rows} set=${set} onSave=${keep} onClose=${() => setOpen(false)} />`}</div>`;
}
const Choose = ({ label, items, value, onValue }) =>
  html`<label class="inline"><span class="vh">${label}</span>
    <select value=${value} onChange=${(e) => onValue(e.currentTarget.value)}>
      ${items.map((i) => html`<option value=${i.value} selected=${i.value === value}>${i.label}</option>`)}</select></label>`;

function AddFilter({ rows, set, onSave, onClose }) {
  const [name, setName] = useState('');
  const unique = (of, label) => [...new Map(rows.map((r) => [String(r[of] ?? ''), label(r)])).entries()].filter(([v]) => v);
  const groups = [
    ['procedure', unique('procedure', (r) => `${r.procedure} – ${r.procedure_name}`)],
    ['step', unique('step', (r) => r.title)],
    ['officer', unique('officer', (r) => r.officer_name)],
    ['agency', unique('agency', (r) => r.agency_name ?? r.agency)],
  ];
  return html`<${Dialog} title=${t('queue.addFilter')} onClose=${onClose}>
    ${groups.filter(([, items]) => items.length).map(([k, items]) => html`<${Field} label=${t(`queue.by.${k}`)} kind="select"
          value="" onValue=${(v) => { set({ [k]: v }); onClose(); }}
      options=${[{ value: '', label: '–' }, ...items.map(([value, label]) => ({ value, label }))]} />`)}
    <form class="row" onSubmit=${(e) => { e.preventDefault(); if (name.trim()) { void onSave(name.trim()); onClose(); } }}>
      <${Field} label=${t('queue.saveAs')} value=${name} onValue=${setName} maxlength="60" />
      <${Button} type="submit">${t('act.save')}</${Button}></form></${Dialog}>`;
}

// Of the step's working time, as the daemon counts it.
function Used({ row }) {
  const share = row.used_percent ?? null;
  if (share === null) return null;
  return html`<span class="used"><meter min="0" max="100" value=${Math.min(100, share)} low="75" high="95" optimum="10"
      aria-hidden="true"></meter> ${share} %</span>`;
}

// What a row can tell; the first seven are shown until somebody chooses.
const time = (name) => ({ row }) => html`<td>${row[name] && dateTime(row[name])}</td>`;
const COLUMNS = {
  due: ({ row, now }) => html`<td class="until"><${Due} at=${row.due} stopped=${row.stopped} now=${now} /></td>`,
  code: ({ row, chosen, onOpen }) => html`<td><a href=${`/lam-viec/ho-so/${row.code}`} class="code" tabindex=${chosen ? 0 : -1}
        data-row=${rowKey(row)} onClick=${(e) => { if (e.ctrlKey || e.metaKey) return; e.preventDefault(); onOpen(); }}>${row.code}</a></td>`,
  applicant: ({ row, gone }) => html`<td>${row.applicant}${gone && html` <em>${t('queue.left')}</em>`}</td>`,
  procedure: ({ row }) => html`<td title=${row.procedure_name}><span class="code">${row.procedure}</span>
    <span class="cut">${row.procedure_name}</span></td>`,
  step: ({ row }) => html`<td>${row.title}${!row.received && html` <span class="badge">${t('queue.notReceived')}</span>`}</td>`,
  officer: ({ row }) => html`<td>${row.officer_name ?? html`<em>${t('queue.nobody')}</em>`}${row.officer_away && html` <span
        class="badge warn">${t('do.absent')}</span>`}</td>`,
  used: ({ row }) => html`<td><${Used} row=${row} /></td>`,
  promised: time('promised'), opened: time('opened'), received: time('received'),
  agency: ({ row }) => html`<td>${row.agency_name ?? row.agency}</td>`,
};
const ALL = Object.keys(COLUMNS);
const USUAL = ALL.slice(0, 7);
const MUST = 'code'; // the way into the dossier
// Kept with the person; a name that this program does not know is left out.
const columnsOf = (prefs) => {
  const kept = prefs.queueColumns?.filter?.((c) => COLUMNS[c]);
  return kept?.includes(MUST) ? kept : USUAL;
};

// Fifty rows are much to draw: one that looks as it did is left alone.  (Its node may not be used again instead: that
// one holds the drawing of the screen it came with, and the drawings of a day would hang on each other.)
function Row({ columns, on, i, ...rest }) {
  this.shouldComponentUpdate = (next) => Object.keys(next).some((k) => next[k] !== this.props[k]);
  const { row, at, picked, gone } = rest;
  const onOpen = () => on.current.open(i, row);
  return html`<tr aria-current=${at ? 'true' : undefined} class=${gone ? 'gone' : ''} onClick=${() => on.current.at(i)} onDblClick=${onOpen}>
    <td><input type="checkbox" checked=${picked} aria-label=${t('queue.select', { code: row.code })} onChange=${() => on.current.flip(row)}
        tabindex="-1" /></td>${columns.map((c) => COLUMNS[c]({ ...rest, onOpen }))}</tr>`;
}

// A key's act on one row: at once when nothing must be filled in, with its form otherwise.
function useRowActs({ after }) {
  const { toast } = useOffice();
  const [asking, setAsking] = useState(null);
  const press = useCallback(async (digit, row) => {
    if (!row) return;
    try {
      const [dossier, possible] = await Promise.all([get(`/v1/dossiers/${row.code}`), get(`/v1/dossiers/${row.code}/possible`)]);
      const acts = possible.acts.filter((a) => !a.task || a.task === row.task);
      const act = actOfKey(digit, acts);
      if (!act) {
        const refused = possible.acts.find((a) => a.why_not && (digit === '1' ? a.command === 'act' : true));
        toast(`${row.code}: ${refused?.why_not?.detail ?? t('queue.nothing')}`, { kind: 'warn' });
      } else if (isPlain(act, dossier)) {
        const state = await carryOut(row.code, dossier.seq, act, {}, dossier);
        done(row, act, state);
      } else setAsking({ row, act, dossier });
    } catch (e) {
      toast(e instanceof Offline ? t('state.offlineHint') : e.detail || e.title, { kind: 'bad' });
    }
  }, [after]);
  const done = (row, act, state) => {
    const back = act.command === 'act' && state;
    const undo = back ? async () => {
      try {
        await carryOut(row.code, state.seq, { command: 'take-back', task: state.tasks.at(-1)?.task }, {}, state);
        toast(t('queue.undone', { code: row.code }));
        after(null);
      } catch (e) {
        toast(`${t('queue.notUndone')}: ${e.detail || e.title || t('state.offlineHint')}`, { kind: 'bad' });
      }
    } : undefined;
    toast(`${row.code}: ${titleOf(act)}`, { undo });
    after(row);
  };
  const dialog = asking && html`<${ActDialog} code=${asking.row.code} dossier=${asking.dossier} act=${asking.act}
    onDone=${(state) => state && done(asking.row, asking.act, state)} onClose=${() => setAsking(null)} />`;
  return { press, dialog };
}

export default function Queue({ place, roles, go }) {
  const [filters, setFilters] = useFilters(place, go, roles);
  const { toast, prefs, setPrefs } = useOffice();
  const columns = useMemo(() => columnsOf(prefs), [prefs.queueColumns]);
  const [choosing, setChoosing] = useState(false);
  const list = useRows(filters);
  const counts = useGet(`/v1/queue/counts${query({ ...filters, urgency: null })}`, { events: useCallback((e) => !ELSEWHERE.test(e.kind), []) });
  const [at, setAt] = useState(0);
  const [picked, setPicked] = useState(new Set());
  const [open, setOpen] = useState(null);
  const now = useNow();
  const table = useRef();
  const rows = list.rows;
  const row = rows[Math.min(at, rows.length - 1)];
  const focusRow = (i) => {
    setAt(i);
    requestAnimationFrame(() => table.current?.querySelectorAll('a[data-row]')[i]?.focus());
  };
  const after = useCallback((done) => {
    void list.look();
    counts.reload();
    if (done) {
      const next = rows.findIndex((r, i) => i > rows.indexOf(done) && !list.gone.has(rowKey(r)));
      focusRow(next >= 0 ? next : Math.max(0, rows.indexOf(done)));
      if (open) setOpen(next >= 0 ? rows[next].code : null);
    }
  }, [rows, list.gone, open]);
  const { press, dialog } = useRowActs({ after });
  const pick = (keys) => {
    if (keys.length > BULK_MAX) toast(t('queue.pickedMax', { n: BULK_MAX }), { kind: 'warn' });
    setPicked(new Set(keys.slice(0, BULK_MAX)));
  };
  const flip = (r) => pick(picked.has(rowKey(r)) ? [...picked].filter((k) => k !== rowKey(r)) : [...picked, rowKey(r)]);
  const on = useRef(); // rows that stay as they are keep their way here
  on.current = { at: setAt, open: (i, r) => { setAt(i); setOpen(r.code); }, flip };
  const flipAll = () => pick(rows.every((r) => picked.has(rowKey(r))) ? [] : rows.map(rowKey));
  const inRows = (e) => e.target === document.body || e.target.id === 'main' || table.current?.contains(e.target);
  const move = (by) => (e) => inRows(e) && rows.length
    ? focusRow(Math.max(0, Math.min(rows.length - 1, by === 'home' ? 0 : by === 'end' ? rows.length - 1 : at + by))) : false;
  const extend = (by) => (e) => {
    if (!inRows(e) || !row) return false;
    const to = Math.max(0, Math.min(rows.length - 1, at + by));
    pick([...new Set([...picked, rowKey(row), rowKey(rows[to])])]);
    focusRow(to);
    return true;
  };
  useKeys({
    ArrowDown: move(1), ArrowUp: move(-1), PageDown: move(10), PageUp: move(-10), Home: move('home'), End: move('end'),
    Enter: (e) => (inRows(e) && row ? setOpen(row.code) : false),
    'Ctrl+Enter': (e) => (inRows(e) && row ? go(`ho-so/${row.code}`) : false),
    ' ': (e) => (inRows(e) && row ? flip(row) : false),
    'Ctrl+a': (e) => (inRows(e) && row ? flipAll() : false),
    'Shift+ArrowDown': extend(1), 'Shift+ArrowUp': extend(-1),
    '.': () => row && navigator.clipboard?.writeText(row.code).then(() => toast(t('queue.copied', { code: row.code })), () => {}),
    ...Object.fromEntries(['1', '2', '3', '4', '5'].map((d) => [d, () => press(d, row)])),
  });
  useEffect(() => {
    // Rows may come before the frame has put the focus anywhere.
    const { activeElement, body } = document;
    if (rows.length && (activeElement === body || activeElement?.id === 'main')) focusRow(0);
  }, [rows.length > 0]);
  return html`<h1>${t(`queue.title.${filters.scope}`)} ${counts.data && html`<span class="count">${counts.data.all}</span>`}</h1>
    <${Counts} counts=${counts.data} filters=${filters} set=${setFilters} />
    <${Filters} filters=${filters} set=${setFilters} rows=${rows} onColumns=${() => setChoosing(true)} />
    <div aria-live="polite">${list.fresh > 0 && html`<p><${Button} icon="arrow-clockwise" onClick=${() => list.load()}>
            ${t('queue.fresh', { n: list.fresh })}</${Button}></p>`}</div>
    ${picked.size > 0 && html`<${Later} from="bulk" picked=${picked.size} filters=${filters} chosen=${rows.filter((r) => picked.has(rowKey(r)))}
        onDone=${() => after(null)}
        onClear=${() => { setPicked(new Set()); focusRow(at); }} />`}
    <${Failure} error=${list.error} again=${() => list.load()} />
    ${list.loading && !rows.length ? html`<${Loading} />` : rows.length === 0 && !list.error
      ? html`<${Empty}>${t('queue.empty')}${filters.scope === 'mine' && html` <${Link} to="/lam-viec/hang-doi?scope=unit">
            ${t('queue.seeUnit')}</${Link}>`}</${Empty}>` : html`<div class="scroll"><table class="queue" ref=${table}>
      <caption class="vh">${t(`queue.title.${filters.scope}`)}</caption>
      <thead><tr><th scope="col"><input type="checkbox" tabindex="-1" aria-label=${t('queue.selectAll')}
              checked=${rows.every((r) => picked.has(rowKey(r)))} onChange=${flipAll} /></th>${columns.map((c) => html`<th scope="col"
              aria-sort=${c === 'due' ? 'ascending' : undefined}>${t(`queue.${c}`)}${c === 'due' && html` <span aria-hidden="true">▲</span>`}
            </th>`)}</tr></thead>
      <tbody>${rows.map((r, i) => html`<${Row} key=${rowKey(r)} columns=${columns} row=${r} i=${i} at=${r === row} chosen=${i === at} picked=${picked.has(rowKey(r))}
            gone=${list.gone.has(rowKey(r))} now=${now} lang=${language()} on=${on} />`)}</tbody></table></div>`}
    ${list.next && html`<p><${Button} busy=${list.loading} onClick=${() => list.load(list.next)}>${t('act.more')}</${Button}></p>`}
    ${rows.length > 0 && html`<p class="hint keysline" aria-hidden="true"><kbd>↑</kbd>
        <kbd>↓</kbd> <kbd>Enter</kbd> ${t('keys.open')} · <kbd>1</kbd> ${t('queue.k1')} · <kbd>2</kbd> ${t('queue.k2')} · <kbd>3</kbd> ${t('queue.k3')} · <kbd>4</kbd> ${t('queue.k4')} · <kbd>5</kbd> ${t('queue.k5')}</p>`}
    ${open && html`<${Dialog} key=${open} drawer title=${open} onClose=${() => setOpen(null)}>
        <${Summary} code=${open} onActed=${() => after(rows.find((r) => r.code === open))} go=${go} /></${Dialog}>`}
    ${choosing && html`<${Later} from="columns" kept=${columns} all=${ALL} must=${MUST} label=${(c) => t(`queue.${c}`)}
        onChange=${(queueColumns) => setPrefs({ queueColumns })} onUsual=${() => setPrefs({ queueColumns: null })}
        onClose=${() => setChoosing(false)} />`}
    ${dialog}`;
}
