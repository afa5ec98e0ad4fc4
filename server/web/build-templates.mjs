// html`<p class=${x}>…</p>` of the sources becomes vnode("p",{class:x},…): what htm would do in the browser at
// the first drawing is done here once, by htm itself, and htm is not sent.  Pure.
const CALL = 'vnode';

// An expression inside a template: its text is the name of its only property, so that it is found again
// where htm spreads it over other properties (...${rest}).
const MARK = '\u0000';
class Code {
  constructor(text) {
    this[MARK + text] = true;
  }
  toString() { // htm joins attr="a ${b}": none of that here, where the order of evaluation would be hidden
    throw new Error(`an attribute of text and expression: ${textOf(this)}`);
  }
}
const textOf = (value) => (value instanceof Code ? Object.keys(value)[0].slice(1) : JSON.stringify(value));
const NAME = /^[A-Za-z_$][\w$]*$/;
function element(tag, props, ...children) {
  const given = Object.entries(props ?? {}).map(([k, v]) => (k.startsWith(MARK) ? `...(${k.slice(1)})` : `${NAME.test(k) ? k : JSON.stringify(k)}:${textOf(v)}`));
  return new Code(`${CALL}(${[textOf(tag), given.length ? `{${given.join(',')}}` : 'null', ...children.map(textOf)].join(',')})`);
}

export function compileTemplates(source, { acorn, htm }) {
  const make = htm.bind(element);
  const templates = [];
  const look = (node) => {
    if (!node || typeof node.type !== 'string') return;
    if (node.type === 'TaggedTemplateExpression' && node.tag.name === 'html') templates.push(node);
    for (const part of Object.values(node)) (Array.isArray(part) ? part : [part]).forEach((p) => p && typeof p === 'object' && look(p));
  };
  look(acorn.parse(source, { ecmaVersion: 2022, sourceType: 'module' }));
  templates.sort((a, b) => a.start - b.start || b.end - a.end);
  // The text from `start` to `end` with its outermost templates compiled, each with those inside it.
  const between = (start, end) => {
    let out = '';
    let at = start;
    for (const one of templates)
      if (one.start >= at && one.end <= end) {
        out += source.slice(at, one.start) + compiled(one);
        at = one.end;
      }
    return out + source.slice(at, end);
  };
  const compiled = ({ quasi }) => {
    const fixed = quasi.quasis.map((q) => q.value.cooked);
    const made = make(Object.assign(fixed, { raw: fixed }), ...quasi.expressions.map((e) => new Code(`(${between(e.start, e.end)})`)));
    return Array.isArray(made) ? `[${made.map(textOf)}]` : textOf(made);
  };
  return between(0, source.length);
}
