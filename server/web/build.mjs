// Makes the staff client: joins the three library files into one module and the modules that always
// come together, puts the icons into the page, copies the rest, each with .gz and .br beside it.
// Nothing is renamed or compiled.  Node 18 or newer,
// standard library only.  Usage: node build.mjs NODE_MODULES OUT
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const [modules, out] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const client = join(here, 'client');
const read = (...path) => readFileSync(join(...path));
const text = (...path) => read(...path).toString('utf8');

// The browser knows no bare names ("preact") and each file costs a request: the libraries become
// one module, each in its own function so that their short names do not meet.
function closed(source, given) {
  let body = source.replace(/\/\/# sourceMappingURL.*/, '');
  body = body.replace(/import\s*\{([^}]*)\}\s*from\s*"preact";/, (_, names) => {
    if (!given) throw new Error('an import that build.mjs does not know');
    return `const {${names.replace(/\s+as\s+/g, ':')}}=${given};`;
  });
  body = body.replace(/export\s*\{([^}]*)\};?\s*$/m, (_, names) => {
    const pairs = names.split(',').map((n) => n.trim().split(/\s+as\s+/));
    return `return {${pairs.map(([a, b]) => `${b ?? a}:${a}`).join(',')}};`;
  });
  body = body.replace(/export default\s+function\s*\(/, 'return function(');
  if (/^(import|export)\b/m.test(body)) throw new Error('a library changed its shape');
  return `(()=>{${body}})()`;
}

function vendor() {
  const preact = text(modules, 'preact/dist/preact.mjs');
  const hooks = text(modules, 'preact/hooks/dist/hooks.mjs');
  const htm = text(modules, 'htm/dist/htm.mjs');
  return `// preact, preact/hooks, htm: see LICENSES.txt
const libPreact=${closed(preact)};
const libHooks=${closed(hooks, 'libPreact')};
const libHtm=${closed(htm)};
export const {h,render,Fragment,createContext}=libPreact;
export const {useState,useEffect,useLayoutEffect,useMemo,useRef,useCallback,useContext,useReducer,useId}=libHooks;
export const html=libHtm.bind(h);
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
  const names = ['preact', 'htm', '@fontsource-variable/inter', 'bootstrap-icons'];
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
  'base.mjs': ['vendor.mjs', 'text.mjs', 'net.mjs', 'kit.mjs', 'scan.mjs'],
  'work.mjs': ['acts.mjs', 'parts.mjs'],
  'counter.mjs': ['counter-model.mjs', 'counter-parts.mjs', 'counter-form.mjs', 'counter.mjs'],
};
const homeOf = (name) => Object.keys(TOGETHER).find((t) => TOGETHER[t].includes(name)) ?? name;
const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*'\.\/([\w-]+\.mjs)';\n/gm;
const DECLARED = /^(?:export )?(?:default )?(?:async )?(?:const|let|function|class) (\w+)/gm;

function joined(target, sources) {
  const wanted = new Map();
  const seen = new Map();
  const bodies = sources.map(([name, source]) => {
    const body = source
      .replace(IMPORT, (_, names, from) => {
        const home = homeOf(from);
        if (home !== target)
          for (const n of names.split(',').map((x) => x.trim()).filter(Boolean))
            wanted.set(home, (wanted.get(home) ?? new Set()).add(n));
        return '';
      })
      .replace(/^export \{[^}]*\};\n/gm, sources.length > 1 ? '' : '$&'); // hands on a neighbour's names
    for (const [, n] of body.matchAll(DECLARED)) {
      if (seen.has(n)) throw new Error(`${n} is declared in ${seen.get(n)} and in ${name}`);
      seen.set(n, name);
    }
    if (/^import\b/m.test(body)) throw new Error(`${name}: an import that build.mjs cannot read`);
    return body;
  });
  const imports = [...wanted].map(([from, names]) => `import { ${[...names].join(', ')} } from './${from}';\n`);
  // Comments of whole lines and indentation are for those who read the source.
  return (imports.join('') + bodies.join('')).replace(/^[ \t]*\/\/.*\n/gm, '').replace(/^[ \t]+/gm, '');
}

const files = new Map();
const sources = new Map([['vendor.mjs', vendor()]]);
for (const name of readdirSync(client).sort()) {
  if (name.endsWith('.css')) files.set(name, read(client, name));
  if (name.endsWith('.mjs')) sources.set(name, text(client, name));
}
for (const [name, source] of sources)
  if (homeOf(name) === name && !TOGETHER[name]) files.set(name, Buffer.from(joined(name, [[name, source]])));
for (const [target, names] of Object.entries(TOGETHER))
  files.set(target, Buffer.from(joined(target, names.map((n) => [n, sources.get(n)]))));
files.set('LICENSES.txt', Buffer.from(licences()));
for (const subset of ['latin', 'vietnamese'])
  files.set(
    `inter-${subset}.woff2`,
    read(modules, `@fontsource-variable/inter/files/inter-${subset}-wght-normal.woff2`),
  );

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
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(data));
}
