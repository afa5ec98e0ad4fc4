// Makes the staff client: joins the library files into one module and the modules that always come
// together, turns templates into calls, takes out what nobody asks for, makes the text small (terser), cuts the font to what is
// shown, puts the icons into the page; each file with .gz and .br beside it.
// Node 18 or newer.  Usage: node build.mjs NODE_MODULES OUT
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { compileTemplates } from './build-templates.mjs';

const [modules, out] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), 'x.js'));
const { minify } = require('terser');
const subset = require('subset-font');
const tools = { acorn: require('acorn'), htm: require('htm') };
const here = dirname(fileURLToPath(import.meta.url));
const client = join(here, 'client');
const read = (...path) => readFileSync(join(...path));
const text = (...path) => read(...path).toString('utf8');

// The browser knows no bare names ("preact") and each file costs a request: the libraries become
// one module, each in its own function so that their short names do not meet; of each only the
// `wanted` names come out, so that the rest can fall away.
function closed(source, wanted, given) {
  let body = source.replace(/\/\/# sourceMappingURL.*/, '');
  body = body.replace(/import\s*\{([^}]*)\}\s*from\s*"preact";/, (_, names) => {
    if (!given) throw new Error('an import that build.mjs does not know');
    return `const {${names.replace(/\s+as\s+/g, ':')}}=${given};`;
  });
  body = body.replace(/export\s*\{([^}]*)\};?\s*$/m, (_, names) => {
    const pairs = names.split(',').map((n) => n.trim().split(/\s+as\s+/)).filter(([x, y]) => wanted.includes(y ?? x));
    return `return {${pairs.map(([a, b]) => `${b ?? a}:${a}`).join(',')}};`;
  });
  if (/^(import|export)\b/m.test(body)) throw new Error('a library changed its shape');
  return `(()=>{${body}})()`;
}

const PREACT = ['h', 'render', 'Fragment', 'createContext'];
const HOOKS = ['useState', 'useEffect', 'useLayoutEffect', 'useMemo', 'useRef', 'useCallback', 'useContext', 'useId'];
function vendor() {
  const preact = text(modules, 'preact/dist/preact.mjs');
  const hooks = text(modules, 'preact/hooks/dist/hooks.mjs');
  return `const libPreact=${closed(preact, [...PREACT, 'options'])};
const libHooks=${closed(hooks, HOOKS, 'libPreact')};
export const {${PREACT}}=libPreact;
export const {${HOOKS}}=libHooks;
export const vnode=h;
`;
}

// One symbol an icon, inside the page: no request, the colour of the text around.
function sprite() {
  const names = text(client, 'icons.txt').split('\n').filter((l) => l && !l.startsWith('#'));
  const symbols = names.map((name) => {
    const svg = text(modules, 'bootstrap-icons/icons', `${name}.svg`);
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').trim();
    return `<symbol id="i-${name}" viewBox="0 0 16 16">${inner.replace(/\s*\n\s*/g, '')}</symbol>`;
  });
  return `<svg class="sprite" aria-hidden="true" focusable="false">${symbols.join('')}</svg>`;
}

function licences() {
  const names = ['preact', 'inter-ui', 'bootstrap-icons'];
  return names
    .map((n) => {
      const p = JSON.parse(text(modules, n, 'package.json'));
      const file = readdirSync(join(modules, n)).find((f) => /^licen[cs]e/i.test(f));
      return `== ${p.name} ${p.version} (${p.license})\n\n${file ? text(modules, n, file) : ''}`;
    })
    .join('\n\n');
}

// Modules that always come together are written one after the other into one file: a request fewer
// for each.  Their imports of one another fall away, the others are gathered at the top; a name that two
// of them declare stops the build.
const TOGETHER = {
  'main.mjs': ['vendor.mjs', 'text.mjs', 'net.mjs', 'kit.mjs', 'scan.mjs', 'main.mjs'],
  'work.mjs': ['acts.mjs', 'parts.mjs'],
  'area-picker.mjs': ['areas.mjs', 'area-picker.mjs'],
  'counter-more.mjs': ['counter-body.mjs', 'counter-papers.mjs', 'counter-more.mjs'],
  'procedures.mjs': ['editor.mjs', 'procedures.mjs'],
  'counter.mjs': ['counter-model.mjs', 'counter-parts.mjs', 'counter-form.mjs', 'counter.mjs'],
};
const homeOf = (name) => Object.keys(TOGETHER).find((t) => TOGETHER[t].includes(name)) ?? name;
const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*'\.\/([\w-]+\.mjs)';\n/gm;
const SHELL_WORDS = /^import vi from '\.\/words\.vi\.mjs';\n/m; // they stand before the shell
const DECLARED = /^(?:export )?(?:default )?(?:async )?(?:const|let|function|class) (\w+)/gm;

// {text, wanted: Map(file → names it asks of that file), from: modules that it imports}
function joined(target, names) {
  const wanted = new Map();
  const from = new Set(); // the modules themselves
  const seen = new Map();
  const bodies = names.map((name) => {
    const body = sources.get(name)
      .replace(SHELL_WORDS, '')
      .replace(IMPORT, (_, list, module) => {
        const home = homeOf(module);
        from.add(module);
        if (home !== target)
          for (const n of list.split(',').map((x) => x.trim().replace(/^html$/, 'vnode')).filter(Boolean))
            wanted.set(home, (wanted.get(home) ?? new Set()).add(n));
        return '';
      })
      .replace(/^export \{[^}]*\};\n/gm, names.length > 1 ? '' : '$&'); // hands on a neighbour's names
    for (const [, n] of body.matchAll(DECLARED)) {
      if (seen.has(n)) throw new Error(`${n} is declared in ${seen.get(n)} and in ${name}`);
      seen.set(n, name);
    }
    if (/^import\b/m.test(body)) throw new Error(`${name}: an import that build.mjs cannot read`);
    return body;
  });
  return { text: compileTemplates(bodies.join(''), tools), wanted, from };
}

const sources = new Map([['vendor.mjs', vendor()]]);
const words = { vi: {}, en: {} }; // of all sets: which file gets which is decided below
for (const name of readdirSync(client).filter((n) => n.endsWith('.mjs')).sort()) {
  const lang = /\.(vi|en)\.mjs$/.exec(name)?.[1];
  if (lang) Object.assign(words[lang], (await import(pathToFileURL(join(client, name)))).default);
  else sources.set(name, text(client, name));
}
// The catalogue of wards, asked for when somebody fills in an address; the former ones when an address asks for them.
for (const [part, name, file] of [['area-list', 'AREAS', 'vietnam'], ['area-former', 'FORMER', 'former']])
  sources.set(`${part}.mjs`, `export const ${name} = ${JSON.stringify(readFileSync(join(here, `../../config/areas/${file}.csv`), 'utf8').replace(/^#.*\n/gm, ''))};\n`);
const units = new Map();
for (const name of sources.keys())
  if (!units.has(homeOf(name))) units.set(homeOf(name), joined(homeOf(name), TOGETHER[homeOf(name)] ?? [name]));

// What is exported and asked for by nobody is no export: terser takes it out.  A unit that is loaded
// by name (SCREENS, loadPart, Later) keeps all of them.
const loaded = new Set();
for (const { text: body } of units.values())
  for (const [, a, b, c] of body.matchAll(/\bmodule: '([\w-]+)'|\bloadPart\('([\w-]+)'\)|\bfrom:"([\w-]+)"/g)) loaded.add(`${a ?? b ?? c}.mjs`);
for (const name of loaded) if (!units.has(name)) throw new Error(`${name} is loaded by name and is not there`);
for (const [name, unit] of units) {
  if (name !== 'main.mjs' && !loaded.has(name) && ![...units.values()].some((u) => u.wanted.has(name))) throw new Error(`nobody asks for ${name}`);
  const asked = new Set([...units.values()].flatMap((u) => [...(u.wanted.get(name) ?? [])]));
  for (const n of asked) if (!new RegExp(`^export [^=]*\\b${n}\\b`, 'm').test(unit.text)) throw new Error(`${name} has no ${n}, which another module imports`);
  if (!loaded.has(name))
    unit.text = unit.text.replace(/^export (?=(?:async )?(?:const|let|function|class) (\w+))/gm, (all, n) => (asked.has(n) ? all : ''));
}

// The words of a unit are those its text names, alone or by their family (`queue.${…}`), with those of
// the units it stands on.  The shell's come first; it has also those that no unit seems to name.
const keys = Object.keys(words.vi);
function namedIn(body) {
  const named = new Set();
  const families = [...body.matchAll(/`([\w-]+\.[\w.-]*)\$\{/g)].map((m) => m[1]);
  for (const [, k] of body.matchAll(/'([\w-]+\.[\w.-]+)'/g)) families.push(`${k}.`), named.add(k);
  return new Set(keys.filter((k) => named.has(k) || families.some((f) => k.startsWith(f))));
}
const named = new Map([...units].map(([name, u]) => [name, namedIn(u.text)]));
const under = (name) => [name, ...[...units.get(name).wanted.keys()].filter((n) => n !== 'main.mjs' && !loaded.has(n)).flatMap(under)];
// A module that was joined to a part brings its words along to whoever else imports it.
const brought = (name) => [...units.get(name).from].filter((m) => homeOf(m) !== m && homeOf(m) !== name && loaded.has(homeOf(m)))
  .flatMap((m) => [...namedIn(sources.get(m))]);
const placed = new Set([...named.values()].flatMap((s) => [...s]));
const shell = new Set(keys.filter((k) => named.get('main.mjs').has(k) || !placed.has(k)));
const wordsOf = (lang, list) => JSON.stringify(Object.fromEntries(list.map((k) => [k, words[lang][k]])));

const TERSER = {
  module: true, ecma: 2022, compress: { passes: 3, unsafe_arrows: true, keep_fargs: false }, mangle: true, format: { comments: false },
};
const files = new Map();
const script = async (name, body) => files.set(name, Buffer.from((await minify(body, TERSER)).code));
for (const [name, unit] of units) {
  const inLang = (lang) => (file) => (loaded.has(file) ? file.replace('.mjs', `.${lang}.mjs`) : file);
  const whole = (at) => [...unit.wanted].map(([from, list]) => `import { ${[...list].join(', ')} } from './${at(from)}';\n`).join('') + unit.text;
  if (!loaded.has(name)) {
    await script(name, name === 'main.mjs' ? `const vi = ${wordsOf('vi', [...shell])};\n${whole((file) => file)}` : whole((file) => file));
    continue;
  }
  const own = new Set([...under(name).flatMap((n) => [...named.get(n)]), ...brought(name)].filter((k) => !shell.has(k)));
  const [vi, en] = ['vi', 'en'].map((lang) => `${whole(inLang(lang))}export const words = ${wordsOf(lang, keys.filter((k) => own.has(k)))};\n`);
  await script(inLang('vi')(name), vi);
  await script(inLang('en')(name), en === vi ? `export * from './${inLang('vi')(name)}';\n` : en); // no words: once
}
await script('words.en.mjs', `export default ${wordsOf('en', [...shell])};\n`);

// The font holds what its unicode-range in app.css names, in the weights the sheet uses, for text of
// ordinary size; kerning, marks and figures of one width stay, alternates of letters go.
const sheet = text(client, 'app.css');
const FEATURES = ['kern', 'mark', 'mkmk', 'ccmp', 'locl', 'tnum'];
const TEXT_SIZE = 14;
const [, low, high, ranges] = /url\(inter\.woff2\)[^}]*?font-weight: (\d+) (\d+);[^}]*?unicode-range: ([^;]+);/.exec(sheet);
let shown = '';
for (const [, from, to] of ranges.matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/g))
  for (let c = parseInt(from, 16); c <= parseInt(to ?? from, 16); c += 1) shown += String.fromCodePoint(c);
files.set('inter.woff2', await subset(read(modules, 'inter-ui/variable/InterVariable.woff2'), shown, {
  targetFormat: 'woff2', keepFeatures: FEATURES, variationAxes: { wght: { min: Number(low), max: Number(high) }, opsz: TEXT_SIZE },
}));

// Comments, indentation and line ends are for those who read the source.
files.set('app.css', Buffer.from(sheet.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s*\n\s*/g, '').replace(/\s*([{};,])\s*/g, '$1').replace(/;\}/g, '}').replace(/: /g, ':')));
files.set('LICENSES.txt', Buffer.from(licences()));

const page = text(client, 'index.html').replace('<!-- icons -->', () => sprite());
const digest = createHash('sha256').update(page);
for (const [name, data] of files) digest.update(name).update(data);
const build = digest.digest('hex').slice(0, 12);
files.set('index.html', Buffer.from(page.replaceAll('{{build}}', build)));
files.set('BUILD', Buffer.from(build));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, data] of files) {
  writeFileSync(join(out, name), data);
  if (!/\.(mjs|css|html|txt)$/.test(name)) continue;
  writeFileSync(join(out, `${name}.gz`), gzipSync(data, { level: 9 }));
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_LGWIN]: 22 } }));
}
