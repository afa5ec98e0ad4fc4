// What is opened over any screen and seldom: choices of how it looks, the sheet of keys, the palette, help.
import { html, Button, Dialog, Link, useMemo, useState } from './kit.mjs';
import { CODE, HOME, mayOpen, SCREENS } from './main.mjs';
import { get, signedIn } from './net.mjs';
import { fold, t } from './text.mjs';

export function Settings({ prefs, setPrefs, onClose }) {
  const choice = (name, values) => html`<fieldset class="choice"><legend>${t(`prefs.${name}`)}</legend>
    ${values.map((v) => html`<label><input type="radio" name=${name} value=${v} checked=${prefs[name] === v}
            onChange=${() => setPrefs({ [name]: v })} /> ${t(`prefs.${name}.${v}`)}</label>`)}</fieldset>`;
  return html`<${Dialog} title=${t('shell.settings')} onClose=${onClose}>
    ${choice('theme', ['auto', 'light', 'dark'])}${choice('contrast', ['auto', 'more'])}${choice('size', ['1', '2', '3'])}
    <label class="check"><input type="checkbox" checked=${prefs.singleKeys}
        onChange=${(e) => setPrefs({ singleKeys: e.currentTarget.checked })} /> ${t('prefs.singleKeys')}</label>
    <p onClick=${onClose}><${Link} to=${`${HOME}/tai-khoan`}>${t('screen.account')}</${Link}></p></${Dialog}>`;
}

const SHEET = [
  ['F1', 'help'], ['F2', 'new'], ['F3', 'call'], ['F4', 'search'], ['F7', 'diagram'], ['F8', 'queue'], ['F9', 'print'],
    ['Ctrl+K', 'palette'],
  ['Ctrl+Enter', 'save'], ['Esc', 'close'], ['Ctrl+Z', 'undo'], ['↑ ↓', 'move'], ['Enter', 'open'], ['Space', 'select'],
  ['1 … 5', 'verbs'], ['.', 'copy'], ['Alt+1 … 5', 'parked'], ['?', 'sheet'],
];
export const CheatSheet = ({ onClose, prefs, setPrefs }) => html`<${Dialog} title=${t('keys.title')} onClose=${onClose} wide>
  <table class="keys"><thead><tr><th scope="col">${t('keys.key')}</th><th scope="col">${t('keys.does')}</th></tr></thead>
    <tbody>${SHEET.map(([k, what]) => html`<tr><td><kbd>${k}</kbd></td><td>${t(`keys.${what}`)}</td></tr>`)}</tbody></table>
  <label class="check"><input type="checkbox" checked=${prefs.singleKeys}
      onChange=${(e) => setPrefs({ singleKeys: e.currentTarget.checked })} /> ${t('prefs.singleKeys')}</label></${Dialog}>`;

export function Palette({ roles, go, onClose, commands }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const all = useMemo(() => [
    ...SCREENS.filter((s) => mayOpen(s, roles)).map((s) => ({ label: t(`screen.${s.module}`), keys: s.keys,
          run: () => go(`${HOME}/${s.path}`) })),
    { label: t('screen.account'), run: () => go(`${HOME}/tai-khoan`) },
    ...commands,
  ], [roles, commands]);
  const code = CODE.test(typed.trim())
    ? [{ label: t('palette.open', { code: typed.trim().toUpperCase() }),
        run: () => go(`${HOME}/ho-so/${typed.trim().toUpperCase()}`) }] : [];
  const find = typed.trim() && !code.length
    ? [{ label: t('palette.find', { what: typed.trim() }), run: () => go(`${HOME}/tim?q=${encodeURIComponent(typed.trim())}`) }] : [];
  const words = fold(typed).split(/\s+/);
  const found = [...code, ...all.filter((c) => words.every((w) => fold(c.label).includes(w))), ...find].slice(0, 12);
  const run = (c) => {
    onClose();
    c.run();
  };
  const keys = (e) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      setAt((at + (e.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (e.key === 'Enter' && found[at] && !e.isComposing) {
      e.preventDefault();
      run(found[at]);
    }
  };
  return html`<${Dialog} title=${t('palette.title')} onClose=${onClose}>
    <div class="palette"><label for="palette" class="vh">${t('palette.label')}</label>
    <input type="text" id="palette" data-first role="combobox" aria-expanded="true" aria-controls="palette-list"
      aria-activedescendant=${`palette-${at}`} autocomplete="off" spellcheck="false" value=${typed}
        onInput=${(e) => { setTyped(e.currentTarget.value); setAt(0); }} onKeyDown=${keys} placeholder=${t('palette.label')} />
    <ul id="palette-list" role="listbox" aria-label=${t('palette.title')}>
      ${found.map((c, i) => html`<li id=${`palette-${i}`} role="option" aria-selected=${i === at ? 'true' : 'false'}
            onClick=${() => run(c)}>${c.label}${c.keys && html` <kbd>${c.keys}</kbd>`}</li>`)}</ul></div></${Dialog}>`;
}

export function Help({ place, onClose }) {
  const module = SCREENS.find((s) => s.path === place.screen)?.module ?? 'queue';
  return html`<${Dialog} title=${t('keys.help')} onClose=${onClose}>
    ${t(`help.${module}`).split('\n').map((p) => html`<p>${p}</p>`)}</${Dialog}>`;
}

// The session ends soon: one key goes on with it.
export function Ending({ minutes }) {
  const stay = async () => signedIn(await get('/v1/session'));
  return html`<${Dialog} title=${t('session.warning')} onClose=${stay}><p>${t('session.endsIn', { n: minutes })}</p>
    <p><${Button} main onClick=${stay}>${t('session.stay')}</${Button}></p></${Dialog}>`;
}
