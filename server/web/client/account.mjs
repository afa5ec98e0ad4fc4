// One's own account: the password, and one-time codes as the second factor.  Who must see to one of them before
// anything else sees only that.
import { html, useRef, useState, Banner, Button, Failure, Field, Later, Loading, useGet, useOffice } from './kit.mjs';
import { call, Problem } from './net.mjs';
import { HOME } from './main.mjs';
import { dateTime, t } from './text.mjs';

// A form that is sent as it stands: [state, send]; state has busy, error, and the messages of its fields.
function useSending(path, done) {
  const [state, set] = useState({});
  const send = async (e, body) => {
    e.preventDefault();
    const form = e.currentTarget;
    set({ busy: true });
    try {
      const answer = await call('POST', path, { body });
      set({});
      done(answer.json);
    } catch (error) {
      const fields = Object.fromEntries((error.errors ?? []).map((x) => [x.pointer.slice(1), x.message]));
      set({ error: Object.keys(fields).length ? null : slower(error), fields });
      form.querySelector(`[name=${Object.keys(fields)[0] ?? 'none'}]`)?.select();
    }
  };
  return [{ fields: {}, ...state }, send];
}
function slower(error) {
  if (error instanceof Problem && error.status === 429) error.title = t('signin.wait', { n: Math.ceil((error.retryAfter || 60) / 60) });
  return error;
}

const Secret = ({ name, label, state, value, onValue, hint, fresh, first }) => html`<${Field} name=${name} label=${label} kind="password"
  hint=${hint} value=${value} onValue=${onValue} error=${state.fields[name]} required autocomplete=${fresh ? 'new-password' : 'current-password'}
  inputRef=${first} />`;
const Code = ({ state, value, onValue, hint }) => html`<${Field} name="code" label=${t('signin.code')} hint=${hint} value=${value}
  onValue=${onValue} error=${state.fields.code} required autocomplete="one-time-code" maxlength="32" />`;

function Password({ first }) {
  const { toast } = useOffice();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [shown, setShown] = useState(false);
  const [state, send] = useSending('/v1/session/password', () => {
    if (first) {
      location.assign(HOME);
      return;
    }
    setOld('');
    setFresh('');
    toast(t('account.changed'));
  });
  return html`<section aria-labelledby="own-password"><h2 id="own-password">${t('account.password')}</h2>
    ${first && html`<${Banner} kind="warn">${t('account.mustChange')}</${Banner}>`}<${Failure} error=${state.error} />
    <form class="signin" onSubmit=${(e) => send(e, { old, new: fresh })}>
      <${Secret} name="old" label=${t('account.old')} state=${state} value=${old} onValue=${setOld} />
      <${Field} name="new" label=${t('account.new')} hint=${t('account.newHint')} kind=${shown ? 'text' : 'password'} value=${fresh}
        onValue=${setFresh} error=${state.fields.new} required autocomplete="new-password">
        <button type="button" class="plain" aria-pressed=${shown ? 'true' : 'false'} onClick=${() => setShown(!shown)}>
          ${t(shown ? 'signin.hide' : 'signin.show')}</button></${Field}>
      <${Button} main type="submit" busy=${state.busy}>${t('account.change')}</${Button}></form></section>`;
}

function Begin({ onOffer }) {
  const [password, setPassword] = useState('');
  const [state, send] = useSending('/v1/session/second-factor', onOffer);
  return html`<p>${t('account.codeAbout')}</p><${Failure} error=${state.error} />
    <form class="signin" onSubmit=${(e) => send(e, { password })}>
      <${Secret} name="password" label=${t('account.old')} state=${state} value=${password} onValue=${setPassword} />
      <${Button} main type="submit" busy=${state.busy}>${t('account.codeBegin')}</${Button}></form>`;
}

function Prove({ offer, onCodes, onCancel }) {
  const [code, setCode] = useState('');
  const [state, send] = useSending('/v1/session/second-factor/on', (answer) => onCodes(answer.codes));
  return html`<ol><li>${t('account.codeScan')}<p><img class="qr" alt=${t('account.codeQr')} width="220" height="220"
        src=${`data:image/svg+xml,${encodeURIComponent(offer.qr)}`} /></p>
      <p>${t('account.codeText')} <code>${offer.secret.match(/.{4}/g).join(' ')}</code></p></li>
    <li>${t('account.codeProve')}</li></ol><${Failure} error=${state.error} />
    <form class="signin" onSubmit=${(e) => send(e, { code: code.trim() })}>
      <${Code} state=${state} hint=${t('account.codeHint')} value=${code} onValue=${setCode} />
      <p class="row"><${Button} main type="submit" busy=${state.busy}>${t('account.codeOn')}</${Button}
        ><${Button} onClick=${onCancel}>${t('act.cancel')}</${Button}></p></form>`;
}

const Codes = ({ codes, onDone }) => html`<p role="status"><strong>${t('account.isOn')}</strong> ${t('account.recovery')}</p>
  <ul class="recovery">${codes.map((c) => html`<li><code>${c}</code></li>`)}</ul>
  <p><${Button} main onClick=${onDone}>${t('account.kept')}</${Button}></p>`;

function SwitchOff({ factor, onDone }) {
  const { toast } = useOffice();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [state, send] = useSending('/v1/session/second-factor/off', () => {
    toast(t('account.isOff'));
    onDone();
  });
  return html`<p>${t('account.since', { at: dateTime(factor.since), n: factor.recovery })}</p><${Failure} error=${state.error} />
    <form class="signin" onSubmit=${(e) => send(e, { password, code: code.trim() })}>
      <${Secret} name="password" label=${t('account.old')} state=${state} value=${password} onValue=${setPassword} />
      <${Code} state=${state} hint=${t('signin.codeHint')} value=${code} onValue=${setCode} />
      <${Button} type="submit" busy=${state.busy}>${t('account.codeOff')}</${Button}></form>`;
}

function SecondFactor({ factor, first, reload }) {
  const [offer, setOffer] = useState(null);
  const [codes, setCodes] = useState(null);
  const head = useRef();
  // What was in the focus goes away with each step: the next one begins at its field or its head.
  const go = (set) => (value) => {
    set(value);
    setTimeout(() => (head.current.parentNode.querySelector('input, button.main') ?? head.current).focus(), 0);
  };
  const done = () => {
    if (first) location.assign(HOME);
    else {
      setCodes(null);
      setOffer(null);
      reload();
      head.current.focus();
    }
  };
  return html`<section aria-labelledby="own-codes"><h2 id="own-codes" tabindex="-1" ref=${head}>${t('account.codes')}</h2>
    ${first && !codes && html`<${Banner} kind="warn">${t('account.mustEnrol')}</${Banner}>`}
    ${codes ? html`<${Codes} codes=${codes} onDone=${done} />`
      : offer ? html`<${Prove} offer=${offer} onCodes=${go(setCodes)} onCancel=${() => go(setOffer)(null)} />`
        : factor.since ? html`<${SwitchOff} factor=${factor} onDone=${done} />`
          : factor.possible ? html`<${Begin} onOffer=${go(setOffer)} />` : html`<p>${t('account.codeImpossible')}</p>`}</section>`;
}

const SCORED = ['receiver', 'returner', 'cashier', 'clerk', 'specialist', 'division_head', 'leader', 'office_specialist', 'committee_leader', 'onestop_head'];

export default function Account({ session, roles }) {
  const { data, error, reload } = useGet('/v1/session');
  const { must_change: change, must_enrol: enrol } = session;
  if (!data) return html`<h1>${t('screen.account')}</h1>${error ? html`<${Failure} error=${error} again=${reload} />` : html`<${Loading} />`}`;
  return html`<h1>${t('screen.account')}</h1><p>${session.name} · <code>${session.login}</code></p>
    ${(change || !enrol) && html`<${Password} first=${change} />`}
    ${!change && html`<${SecondFactor} factor=${data.second_factor} first=${enrol} reload=${reload} />`}
    ${!change && !enrol && roles.some((r) => SCORED.includes(r)) && html`<${Later} from="own-score" user=${session.user} />`}`;
}
