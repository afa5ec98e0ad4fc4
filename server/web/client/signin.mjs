// Signing in, and choosing a person where this is the demonstration.
import { html, useEffect, useRef, useState, Button, Field } from './kit.mjs';
import { call, get, Problem } from './net.mjs';
import { language, t } from './text.mjs';

export default function SignIn({ onEnter, login, prefs, setPrefs, setLanguage }) {
  const [name, setName] = useState(login ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [caps, setCaps] = useState(false);
  const [demo, setDemo] = useState(null);
  const first = useRef();
  const secret = useRef();
  useEffect(() => {
    document.title = `${t('signin.title')} · ${t('shell.product')}`;
    (login ? secret : first).current?.focus();
    if (!login) get('/v1/demo').then(setDemo, () => {});
  }, [language()]);
  const enter = async (who, word) => {
    setBusy(true);
    setError(null);
    try {
      const done = await call('POST', '/v1/session', { body: { login: who.trim().toLowerCase(), password: word }, noSignIn: true });
      onEnter(done.json);
    } catch (e) {
      setError(e instanceof Problem ? (e.status === 429 ? t('signin.wait', { n: Math.ceil((e.retryAfter || 60) / 60) }) : e.detail
          || e.title) : t('state.offlineHint'));
      setBusy(false);
      secret.current?.select();
    }
  };
  const submit = (e) => {
    e.preventDefault();
    if (name.trim() && password) void enter(name, password);
    else setError(t('signin.both'));
  };
  const caught = (e) => setCaps(e.getModifierState?.('CapsLock') ?? false);
  const mixed = /[^\x20-\x7e]/.test(name + password);
  const form = html`<form class="signin" onSubmit=${submit} onKeyUp=${caught}>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <${Field} label=${t('signin.login')} value=${name} onValue=${setName} inputRef=${first} name="username"
      autocomplete="username" readOnly=${!!login} />
    <${Field} label=${t('signin.password')} kind=${shown ? 'text' : 'password'} value=${password} onValue=${setPassword}
      inputRef=${secret} name="password" autocomplete="current-password">
      <button type="button" class="plain" aria-pressed=${shown ? 'true' : 'false'} onClick=${() => setShown(!shown)}>
        ${t(shown ? 'signin.hide' : 'signin.show')}</button></${Field}>
    ${caps && html`<p class="hint" role="status">${t('signin.caps')}</p>`}${mixed && html`<p class="hint" role="status">
        ${t('signin.method')}</p>`}
    ${!login && html`<${Field} label=${t('signin.counter')} hint=${t('signin.counterHint')} value=${prefs.counter}
        onValue=${(v) => setPrefs({ counter: v })} maxlength="30" />`}
    <${Button} main type="submit" busy=${busy}>${t('signin.enter')}</${Button}></form>`;
  if (login) return form;
  const other = language() === 'vi' ? 'en' : 'vi';
  return html`<main class="alone" id="main">
    <p class="lang"><button type="button" class="plain" lang=${other} onClick=${() => setLanguage(other)}>
        ${other === 'en' ? 'English' : 'Tiếng Việt'}</button></p>
    <p class="brand">${t('shell.productLong')}</p>
    <div class="doors"><div><h1>${t('signin.title')}</h1>${form}<p class="hint"><a href="/tra-cuu">${t('signin.track')}</a></p></div>
    ${demo?.demo && html`<section class="people" aria-labelledby="people"><h2 id="people">${t('signin.people')}</h2>
        <p class="hint">${t('signin.peopleHint')}</p>
      <ul>${demo.accounts.map((a) => html`<li><button type="button" class="person" disabled=${busy}
                onClick=${() => enter(a.login, demo.password)}>
                  <strong>${a.name}</strong> <span>${a.roles.join(', ')}</span> <small>${a.agency}</small></button></li>`)}</ul>
                  </section>`}</div></main>`;
}
