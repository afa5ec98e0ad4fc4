// Signing in, and choosing a person where this is the demonstration.
import { html, useEffect, useRef, useState, Button, Field } from './kit.mjs';
import { call, get, Problem } from './net.mjs';
import { dateTime, language, t } from './text.mjs';

export default function SignIn({ onEnter, login, prefs, setPrefs, setLanguage }) {
  const [name, setName] = useState(login ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [caps, setCaps] = useState(false);
  const [demo, setDemo] = useState(null);
  const [code, setCode] = useState(null); // null: not asked for
  const [told, setTold] = useState(null); // signed in, but something must be said first
  const first = useRef();
  const secret = useRef();
  const digits = useRef();
  const goOn = useRef();
  const unit = useRef();
  useEffect(() => digits.current?.focus(), [code === null]);
  useEffect(() => goOn.current?.querySelector('button').focus(), [told]);
  useEffect(() => {
    document.title = `${t('signin.title')} · ${t('shell.product')}`;
    if (login || document.activeElement === document.body) (login ? secret : first).current?.focus();
    get('/v1/demo').then(setDemo, () => {});
  }, [language()]);
  // The unit's own accounts come first where there are some: one key.  Whoever types already is left alone.
  useEffect(() => {
    if (demo?.sso && !name && !password) unit.current?.querySelector('button').focus();
  }, [demo?.sso]);
  useEffect(() => {
    const way = new URLSearchParams(location.search);
    if (!way.get('state')) return;
    history.replaceState(null, '', location.pathname); // the code is for one use
    if (way.get('code')) void come('/v1/sso/session', { code: way.get('code'), state: way.get('state') });
    else setError(t('signin.unitRefused'));
  }, []);
  const come = async (path, body) => {
    setBusy(true);
    setError(null);
    try {
      const done = await call('POST', path, { body, noSignIn: true });
      if (done.json.url) location.assign(done.json.url);
      else if (done.json.second_factor.taken) setTold(done.json);
      else onEnter(done.json);
    } catch (e) {
      setBusy(false);
      if (e.code === 'code-needed') {
        setName(body.login);
        setPassword(body.password);
        setCode('');
        return;
      }
      if (e.code === 'bad-credentials') setCode(null);
      setError(e instanceof Problem ? (e.status === 429 ? t('signin.wait', { n: Math.ceil((e.retryAfter || 60) / 60) }) : e.detail
          || e.title) : t('state.offlineHint'));
      (e.code === 'code-wrong' ? digits : secret).current?.select();
    }
  };
  const enter = (who, word, given) => come('/v1/session', { login: who.trim().toLowerCase(), password: word,
    ...(given && { code: given }) });
  const submit = (e) => {
    e.preventDefault();
    if (name.trim() && password) void enter(name, password, code?.trim());
    else setError(t('signin.both'));
  };
  const caught = (e) => setCaps(e.getModifierState?.('CapsLock') ?? false);
  const mixed = /[^\x20-\x7e]/.test(name + password);
  const form = html`<form class="signin" onSubmit=${submit} onKeyUp=${caught}>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    ${demo?.sso && html`<div ref=${unit}><${Button} main busy=${busy} onClick=${() => come('/v1/sso')}>${t('signin.unit')}</${Button}>
      <p class="hint">${t('signin.local')}</p></div>`}
    <${Field} label=${t('signin.login')} value=${name} onValue=${setName} inputRef=${first} name="username"
      autocomplete="username" readOnly=${!!login} />
    <${Field} label=${t('signin.password')} kind=${shown ? 'text' : 'password'} value=${password} onValue=${setPassword}
      inputRef=${secret} name="password" autocomplete="current-password">
      <button type="button" class="plain" aria-pressed=${shown ? 'true' : 'false'} onClick=${() => setShown(!shown)}>
        ${t(shown ? 'signin.hide' : 'signin.show')}</button></${Field}>
    ${code !== null && html`<${Field} label=${t('signin.code')} hint=${t('signin.codeHint')} value=${code} onValue=${setCode}
      inputRef=${digits} name="code" autocomplete="one-time-code" maxlength="32" />`}
    ${caps && html`<p class="hint" role="status">${t('signin.caps')}</p>`}${mixed && html`<p class="hint" role="status">
        ${t('signin.method')}</p>`}
    ${!login && html`<${Field} label=${t('signin.counter')} hint=${t('signin.counterHint')} value=${prefs.counter}
        onValue=${(v) => setPrefs({ counter: v })} maxlength="30" />`}
    <${Button} main=${!demo?.sso} type="submit" busy=${busy}>${t('signin.enter')}</${Button}></form>`;
  const Head = login ? 'h2' : 'h1';
  const notice = told && html`<section aria-labelledby="taken" ref=${goOn}><${Head} id="taken">${t('signin.taken')}</${Head}>
    <p>${t('signin.takenHint', { at: dateTime(told.second_factor.taken) })}</p>
    <p><${Button} main onClick=${() => onEnter(told)}>${t('signin.goOn')}</${Button}></p></section>`;
  if (login) return notice ?? form;
  if (told) return html`<main class="alone" id="main">${notice}</main>`;
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
