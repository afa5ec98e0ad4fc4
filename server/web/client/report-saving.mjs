// A report kept under a name: which days it takes, whether it comes by itself, who is told.
import { html, useMemo, useState, Button, Check, clean, Dialog, Failure, Field, useGet, useOffice } from './kit.mjs';
import { Picker } from './forms.mjs';
import { call } from './net.mjs';
import { t } from './text.mjs';
import { questionWords, useSubjects } from './reports.mjs';

const RULES = [
  'yesterday', 'last_week', 'last_month', 'last_quarter', 'last_year', 'reporting_month', 'reporting_quarter', 'reporting_half',
  'reporting_year', 'year_to_date',
];
const EVERY = ['never', 'day', 'week', 'month', 'quarter', 'half', 'year'];
const WEEK = ['1', '2', '3', '4', '5', '6', '7'];
const options = (family, list) => list.map((v) => ({ value: v, label: t(`${family}.${v}`) }));

export default function Saving({ question, saved, onClose, onDone }) {
  const { session } = useOffice();
  const [name, setName] = useState(saved?.name ?? '');
  const [rule, setRule] = useState(saved?.rule ?? 'last_month');
  const [shared, setShared] = useState(saved?.shared ?? false);
  const [every, setEvery] = useState(saved?.every ?? 'never');
  const [on, setOn] = useState(String(saved?.on ?? 1));
  const [time, setTime] = useState(saved?.time ?? '06:30');
  const [tell, setTell] = useState((saved?.tell ?? [session.login]).join(', '));
  const [error, setError] = useState(null);
  const subject = useSubjects([question]);
  const readers = useGet(every === 'never' ? null : '/v1/reports/readers');
  const told = tell.split(/[\s,;]+/).filter(Boolean);
  const people = useMemo(() => (readers.data?.items ?? []).map((p) => ({ value: p.login, label: p.name, note: p.agency?.name })),
    [readers.data]);
  const wrong = (at) => error?.errors?.find((e) => e.pointer?.startsWith(at))?.message;
  const submit = async (e) => {
    e.preventDefault();
    const { from, to, ...asked } = question; // the days are the rule's
    const body = { name: clean(name), rule, shared, question: asked, every, on: Number(on), time: time.trim(), tell: told };
    try {
      await call(saved ? 'PUT' : 'POST', `/v1/reports/saved${saved ? `/${saved.id}` : ''}`, { body });
      onDone();
      onClose();
    } catch (err) {
      setError(err);
    }
  };
  return html`<${Dialog} title=${t(saved ? 'rep.change' : 'rep.save')} onClose=${onClose}><form onSubmit=${submit}>
    <p class="hint">${questionWords(question, subject, { days: false })}</p><${Failure} error=${error} />
    <${Field} label=${t('rep.name')} value=${name} onValue=${setName} error=${wrong('/name')} required data-first />
    <${Field} kind="select" label=${t('rep.rule')} value=${rule} onValue=${setRule} options=${options('rep.rule', RULES)} />
    <${Field} kind="select" label=${t('rep.every')} value=${every} onValue=${setEvery} options=${options('rep.every', EVERY)} />
    ${every === 'week' && html`<${Field} kind="select" label=${t('rep.weekday')} value=${on} onValue=${setOn}
        options=${options('rep.day', WEEK)} />`}
    ${!['never', 'day', 'week'].includes(every) && html`<${Field} label=${t('rep.monthday')} value=${on} onValue=${setOn}
        error=${wrong('/on')} inputmode="numeric" />`}
    ${every !== 'never' && html`<${Field} label=${t('rep.time')} value=${time} onValue=${setTime} error=${wrong('/time')} />
      <${Field} label=${t('rep.tell')} hint=${t('rep.tellHint')} value=${tell} onValue=${setTell} error=${wrong('/tell')}
        spellcheck="false" />
      <${Picker} label=${t('rep.tellAdd')} items=${people.filter((p) => !told.includes(p.value))} value=${null}
        onPick=${(login) => setTell([...told, login].join(', '))} />`}
    <${Check} label=${t('rep.shared')} checked=${shared} onValue=${setShared} />
    <p class="row"><${Button} main type="submit" keys="Enter">${t('rep.keep')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
