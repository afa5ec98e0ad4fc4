// Reads the YAML that procedure files and templates are written in, keeping where everything stands, so that
// a form can change one value at its place: comments, order and quotes of everything else stay.  Pure.
// It is no judge: what it cannot read is left alone (kind 'other'), mistakes are found by the daemon.

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#{}[\],&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?)\s*:(?=\s|$)/;

class Reader {
  constructor(text) {
    this.text = text;
    this.lines = [];
    for (let at = 0; at <= text.length;) {
      const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
      const body = text.slice(at, end).replace(/\r$/, '');
      const indent = /^ */.exec(body)[0].length;
      this.lines.push({ at, end, indent, empty: !body.trim() || body.trim().startsWith('#') });
      at = end + 1;
    }
  }
  lineOf(offset) {
    let a = 0;
    for (let b = this.lines.length - 1; a < b;) {
      const m = (a + b + 1) >> 1;
      if (this.lines[m].at <= offset) a = m;
      else b = m - 1;
    }
    return a;
  }
  next(i) {
    while (i < this.lines.length && this.lines[i].empty) i += 1;
    return i;
  }
  // The block that begins on line i, deeper than `above`; its column is that of its first sign.
  block(i, above) {
    i = this.next(i);
    const line = this.lines[i];
    if (!line || line.indent <= above) return [null, i];
    return this.items(i, line.at + line.indent);
  }
  items(i, at) {
    const rest = this.text.slice(at, this.lines[i].end);
    if (/^-(\s|$)/.test(rest)) return this.list(i, at - this.lines[i].at);
    return KEY.test(rest) ? this.map(i, at) : this.inline(at, i, false);
  }
  list(i, column) {
    const node = { kind: 'list', items: [], column, start: this.lines[i].at + column };
    for (let line; (line = this.lines[i = this.next(i)]) && line.indent === column
      && /^-(\s|$)/.test(this.text.slice(line.at + column, line.end));) {
      const inside = /^-\s+(?=[^\s#])/.exec(this.text.slice(line.at + column, line.end));
      let item;
      const first = i;
      if (inside) [item, i] = this.items(i, line.at + column + inside[0].length);
      else [item, i] = this.block(i + 1, column);
      item ??= { kind: 'other', start: line.at + column + 1, end: line.end };
      node.items.push({ ...item, from: line.at, to: this.lines[Math.max(first, i - 1)].end, line: first + 1 });
    }
    this.trim(node);
    return [node, i];
  }
  // Lines of comments behind the last one belong to what follows.
  trim(node) {
    for (const item of node.items) {
      let last = this.lineOf(item.to);
      while (last > item.line - 1 && this.lines[last].empty) last -= 1;
      item.to = this.lines[last].end;
      item.lastLine = last + 1;
    }
    node.end = node.items.at(-1)?.to ?? node.start;
  }
  map(i, at) {
    const column = at - this.lines[i].at;
    const node = { kind: 'map', entries: [], column, start: at, end: at };
    for (let start = at; ;) {
      const line = this.lines[i];
      const found = KEY.exec(this.text.slice(start, line.end));
      if (!found) break;
      const key = unquoted(found[1]);
      const behind = start + found[0].length;
      const rest = this.text.slice(behind, line.end);
      let value;
      if (/^\s*(#.*)?\r?$/.test(rest)) {
        const below = this.lines[this.next(i + 1)];
        const sameList = below && below.indent === column && /^-(\s|$)/.test(this.text.slice(below.at + column, below.end))
          && start === line.at + line.indent;
        [value, i] = this.block(i + 1, sameList ? column - 1 : column);
      } else [value, i] = this.inline(behind + /^\s*/.exec(rest)[0].length, i, false);
      value ??= { kind: 'other', start: behind, end: behind };
      node.entries.push({ key, start, value, line: this.lineOf(start) + 1 });
      node.end = Math.max(value.end, behind);
      i = this.next(i);
      if (!this.lines[i] || this.lines[i].indent !== column) break;
      start = this.lines[i].at + column;
    }
    return [node, i];
  }
  // A value that begins inside a line; answers the first line behind it.
  inline(at, i, flow) {
    const node = this.value(at, flow);
    if (node.kind === 'other') { // a block of text, an anchor: as far as it is indented
      let last = i;
      for (let k = i + 1; k < this.lines.length && (this.lines[k].indent > this.lines[i].indent
          || this.lines[k].at === this.lines[k].end); k++) last = k;
      node.end = this.lines[last].end;
      return [node, last + 1];
    }
    return [node, this.lineOf(Math.max(at, node.end - 1)) + 1];
  }
  skip(at) {
    for (let m; (m = /^(?:\s+|#[^\n]*)/.exec(this.text.slice(at, at + 4000)));) at += m[0].length;
    return at;
  }
  value(at, flow) {
    const sign = this.text[at];
    if (sign === '{' || sign === '[') return this.flow(at, sign);
    const rest = this.text.slice(at);
    const quoted = /^"(?:[^"\\]|\\[\s\S])*"|^'(?:[^']|'')*'/.exec(rest);
    if (quoted) return { kind: 'scalar', start: at, end: at + quoted[0].length, value: unquoted(quoted[0]), quote: sign };
    if (/^[|>&*!]/.test(rest)) return { kind: 'other', start: at, end: at };
    const plain = (flow ? /^[^\n,{}[\]]*?(?=\s*(?:[,{}[\]\n]|\s#|$))/ : /^[^\n]*?(?=\s*(?:\n|\s#|\r|$))/).exec(rest)?.[0] ?? '';
    return { kind: 'scalar', start: at, end: at + plain.length, value: plain, quote: '' };
  }
  flow(at, sign) {
    const node = sign === '{' ? { kind: 'map', entries: [], flow: true, start: at } : { kind: 'list', items: [], flow: true, start: at };
    const close = sign === '{' ? '}' : ']';
    at = this.skip(at + 1);
    while (at < this.text.length && this.text[at] !== close) {
      const start = at;
      const found = sign === '{' && KEY.exec(this.text.slice(at, at + 200).split('\n')[0].replace(/:(?=["'{[])/, ': '));
      if (sign === '{' && !found) break;
      if (found) at = this.skip(this.text.indexOf(':', at + found[1].length) + 1);
      const value = this.value(at, true);
      const line = this.lineOf(start) + 1;
      if (found) node.entries.push({ key: unquoted(found[1]), start, value, line });
      else node.items.push({ ...value, from: start, to: value.end, line, lastLine: line });
      const behind = this.skip(Math.max(value.end, at));
      if (behind === start) break;
      at = this.text[behind] === ',' ? this.skip(behind + 1) : behind;
      if (this.text[behind] !== ',' && this.text[behind] !== close) break;
    }
    node.end = Math.min(this.text.length, at + 1);
    return node;
  }
}
function unquoted(s) {
  if (s[0] === "'") return s.slice(1, -1).replace(/''/g, "'");
  if (s[0] !== '"') return s.trim();
  try {
    return JSON.parse(s);
  } catch {
    return s.slice(1, -1);
  }
}

// The tree of a text, or null when it is no map.
export function readPlaces(text) {
  const r = new Reader(text);
  const [node] = r.block(0, -1);
  return node?.kind === 'map' ? node : null;
}
export const entryOf = (map, key) => map?.entries?.find((e) => e.key === key);
export const nodeAt = (map, ...keys) => keys.reduce((n, k) => entryOf(n, k)?.value, map);
export const scalarAt = (map, ...keys) => {
  const n = nodeAt(map, ...keys);
  return n?.kind === 'scalar' ? n.value : undefined;
};
export const itemsAt = (map, key) => nodeAt(map, key)?.items ?? [];

// ---- changes: each answers the new text

const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_.%+/ -]*$/u;
const WORDS = /^(?:true|false|null|yes|no|on|off|~)$/i;
// How a value is written: as it was quoted before; texts for people always in quotes.
export function written(value, { quote = '', people = false } = {}) {
  const s = String(value);
  if (quote === "'" && !s.includes("'")) return `'${s}'`;
  if (quote === '"' || people || !PLAIN.test(s) || /\s$/.test(s) || (WORDS.test(s) && typeof value === 'string'
      && quote)) return JSON.stringify(s);
  return s;
}
const splice = (text, from, to, put) => text.slice(0, from) + put + text.slice(to);
const PEOPLE = ['vi', 'en', 'basis', 'work'];

export function setValue(text, map, key, value) {
  const e = entryOf(map, key);
  if (value === '' || value === undefined || value === null) return e ? dropKey(text, map, key) : text;
  const people = PEOPLE.includes(key);
  if (e) return e.value.kind === 'scalar' ? splice(text, e.value.start, e.value.end,
    written(value, { quote: e.value.quote, people })) : text;
  const put = `${key}: ${written(value, { people })}`;
  if (map.flow) return splice(text, map.end - 1, map.end - 1, `${map.entries.length ? ', ' : ''}${put}`);
  // Behind the last short value, before lists and maps that follow.
  const after = map.entries.findLast((x) => x.value.kind === 'scalar') ?? map.entries.at(-1);
  const lineEnd = text.indexOf('\n', after.value.end) < 0 ? text.length : text.indexOf('\n', after.value.end);
  return splice(text, lineEnd, lineEnd, `\n${' '.repeat(map.column)}${put}`);
}
export function dropKey(text, map, key) {
  const i = map.entries.findIndex((e) => e.key === key);
  if (i < 0) return text;
  const e = map.entries[i];
  if (map.flow) {
    if (i > 0) return splice(text, map.entries[i - 1].value.end, e.value.end, '');
    return splice(text, e.start, map.entries[1]?.start ?? e.value.end, '');
  }
  if (i === 0) return text; // on the line of the dash: what the item is
  const from = text.lastIndexOf('\n', e.start);
  const end = text.indexOf('\n', e.value.end);
  return splice(text, from, end < 0 ? text.length : end, '');
}
// `lines`: the new item without indentation, its first line begins with "- ".
export function addItem(text, map, key, lines, after = 'steps') {
  const e = entryOf(map, key);
  const list = e?.value;
  if (list?.kind === 'list' && list.flow) return list.items.length ? text : splice(text, e.start, list.end,
    `${key}:\n${indented(lines, 2)}`);
  if (list?.kind === 'list' && list.items.length) return splice(text, list.end, list.end, `\n${indented(lines, list.column)}`);
  const before = entryOf(map, after);
  const at = before && before.key !== key ? text.lastIndexOf('\n', before.start) + 1 : text.length;
  return splice(text, at, at, `${at === text.length && !text.endsWith('\n') ? '\n' : ''}${key}:\n${indented(lines, 2)}\n`);
}
const indented = (lines, n) => lines.map((l) => ' '.repeat(n) + l).join('\n');
export function dropItem(text, list, item) {
  if (list.flow) {
    const i = list.items.indexOf(item);
    return i > 0 ? splice(text, list.items[i - 1].to, item.to, '') : splice(text, item.from, list.items[1]?.from ?? item.to, '');
  }
  return splice(text, item.from, Math.min(text.length, item.to + 1), '');
}
