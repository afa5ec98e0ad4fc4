// Makes the staff client: joins the three library files into one module, puts the icons into the
// page and copies everything else as it is, each with .gz and .br beside it.  Node 18 or newer,
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

const files = new Map();
for (const name of readdirSync(client).sort())
  if (/\.(mjs|css)$/.test(name)) files.set(name, read(client, name));
files.set('vendor.mjs', Buffer.from(vendor()));
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
