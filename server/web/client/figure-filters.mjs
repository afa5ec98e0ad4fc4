// Which dossiers are counted: agency, procedure, field, channel, kind of applicant; chosen from what there is.
import { html, useMemo, useState, Button, Dialog, Failure, Field, useGet } from './kit.mjs';
import { Picker } from './forms.mjs';
import { t } from './text.mjs';

const CHANNELS = ['counter', 'online', 'post'];
const KINDS = ['citizen', 'enterprise', 'state', 'other'];
export default function Filters({ q, onDone, onClose }) {
  const agencies = useGet('/v1/organisation');
  const procedures = useGet('/v1/procedures');
  const [some, set] = useState(() => Object.fromEntries(['agency', 'receiving', 'field', 'procedure', 'channel',
        'applicant'].map((k) => [k, q[k] ?? null])));
  const put = (name) => (value) => set((now) => ({ ...now, [name]: value || null }));
  const places = useMemo(() => (agencies.data?.agencies ?? []).map((a) => ({ value: a.agency, code: a.agency, label: a.name })),
    [agencies.data]);
  const all = procedures.data?.procedures ?? [];
  const list = useMemo(() => all.map((p) => ({ value: p.procedure, code: p.procedure, label: p.name })), [procedures.data]);
  const fields = useMemo(() => [...new Map(all.filter((p) => p.field).map((p) => [p.field.code, p.field])).values()], [procedures.data]);
  const any = (options) => [{ value: '', label: t('filter.any') }, ...options];
  const submit = (e) => {
    e.preventDefault();
    onDone(some);
  };
  return html`<${Dialog} title=${t('filter.title')} onClose=${onClose}>
    <form onSubmit=${submit}><${Failure} error=${agencies.error ?? procedures.error} />
    <${Picker} label=${t('filter.agency')} hint=${t('filter.under')} items=${places} value=${some.agency} onPick=${put('agency')} />
    <${Picker} label=${t('filter.receiving')} items=${places} value=${some.receiving} onPick=${put('receiving')} />
    <${Picker} label=${t('filter.procedure')} items=${list} value=${some.procedure} onPick=${put('procedure')} />
    <${Field} kind="select" label=${t('filter.field')} value=${some.field ?? ''} onValue=${put('field')}
      options=${any(fields.map((f) => ({ value: f.code, label: `${f.code} – ${f.name}` })))} />
    <${Field} kind="select" label=${t('filter.channel')} value=${some.channel ?? ''} onValue=${put('channel')}
      options=${any(CHANNELS.map((c) => ({ value: c, label: t(`channel.${c}`) })))} />
    <${Field} kind="select" label=${t('filter.applicant')} value=${some.applicant ?? ''} onValue=${put('applicant')}
      options=${any(KINDS.map((k) => ({ value: k, label: t(`kind.${k}`) })))} />
    <p class="row"><${Button} main type="submit">${t('filter.apply')}</${Button}>
      <${Button} onClick=${() => onDone({ agency: null, receiving: null, field: null, procedure: null, channel: null,
              applicant: null })}>${t('filter.clear')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
