// Parts of the form of intake that most dossiers do not need: another owner, channel, exemption; the
// slips of a return and of a refusal.  Fetched when a procedure has been chosen.
import { html, Check, Field } from './kit.mjs';
import { Picker } from './forms.mjs';
import { t } from './text.mjs';
import { emptyPerson } from './counter-model.mjs';
import { option } from './counter-parts.mjs';
import { useKept } from './counter-form.mjs';

// What most dossiers do not need: closed until one of it is there.
export function More({ form, set, error, promise, procedure, support, owner, authorised }) {
  const agencies = useKept('/v1/organisation');
  const charged = procedure?.fees ?? [];
  const exempt = charged.flatMap((f) => f.exempt ?? []);
  const field = (key, label, more) => html`<${Field} label=${label} value=${form[key]} onValue=${(v) => set({ [key]: v })} ...${more} />`;
  const select = (key, label, values, said) => field(key, label, { kind: 'select', options: values.map(option(said)) });
  return html`<div class="fields">
      ${select('channel', t('counter.channel'), support ? ['post', 'online'] : ['counter', 'post'], (v) => t(`channel.${v}`))}
      ${field('summary', t('counter.summary'), { maxlength: 500, wide: true })}
      ${select('resultBy', t('counter.resultBy'), ['counter', 'post', 'online'], (v) => t(`resultBy.${v}`))}
      ${form.resultBy === 'post' && field('resultAddress', t('counter.resultAddress'),
          { id: 'f-result_address', error: error['f-result_address'], maxlength: 300, wide: true })}
      ${procedure && html`<${Picker} id="f-competent" label=${t('counter.competent')} hint=${promise?.competent?.name}
          error=${error['f-competent']} value=${form.competent} onPick=${(competent) => set({ competent })}
        items=${(agencies?.agencies ?? []).map((a) => ({ value: a.agency, code: a.code, label: a.name }))} />`}
      ${exempt.length > 0 && html`<${Field} id="f-exemption" kind="select" label=${t('counter.exemption')}
          error=${error['f-exemption']} value=${form.exemption} onValue=${(v) => set({ exemption: v })}
        options=${[{ value: '', label: t('counter.noExemption') }, ...exempt.map((x) => ({ value: x.exemption, label: x.title }))]} />`}
      ${form.exemption && field('evidence', t('counter.evidence'), { id: 'f-evidence', error: error['f-evidence'], maxlength: 100 })}</div>
      <${Check} label=${t('counter.hasOwner')} checked=${!!form.owner}
        onValue=${(on) => set({ owner: on ? emptyPerson() : null })} />${owner}
      <${Check} label=${t('counter.hasAuthorised')} checked=${!!form.authorised}
        onValue=${(on) => set({ authorised: on ? emptyPerson() : null })} />${authorised}
      ${form.authorised && field('document', t('counter.document'),
          { id: 'f-authorised_document', error: error['f-authorised_document'], maxlength: 500 })}`;
}

// Mẫu 02 and 03 on the same screen: reasons by their codes, what is missing, words of guidance.
export function Decline({ form, set, error, components, missing }) {
  const returns = form.outcome === 'return';
  const reasons = useKept(`/v1/reasons?procedure=${encodeURIComponent(form.procedure)}`)?.reasons.filter((r) => r.for === (returns
      ? 'supplement' : 'refuse')) ?? [];
  const incomplete = returns && missing.length && !form.reasons.length && reasons.find((r) => r.incomplete);
  if (incomplete) queueMicrotask(() => set({ reasons: [incomplete.reason] }));
  const toggle = (list, x) => (list.includes(x) ? list.filter((y) => y !== x) : [...list, x]);
  return html`<section class="decline" aria-labelledby="decline">
    <h2 id="decline">${t(returns ? 'counter.returnTitle' : 'counter.rejectTitle')}</h2>
    <fieldset><legend>${t('counter.reasons')}</legend>${error['f-reasons'] && html`<p class="error">${error['f-reasons']}</p>`}
      ${reasons.map((r, i) => html`<${Check} id=${i ? undefined : 'f-reasons'} label=${r.title}
            checked=${form.reasons.includes(r.reason)} onValue=${() => set({ reasons: toggle(form.reasons, r.reason) })} />`)}</fieldset>
    ${returns && html`<fieldset><legend>${t('counter.askedFor')}</legend>
        ${components.filter((c) => c.need !== 'note').map((c) => html`<${Check} label=${c.title}
              checked=${missing.includes(c.component)} onValue=${() => set({ missing: toggle(missing, c.component) })} />`)}</fieldset>`}
    <${Field} id="f-note" kind="area" label=${t(returns ? 'counter.guidance' : 'counter.because')} error=${error['f-note']}
      value=${form.note} onValue=${(note) => set({ note })} maxlength="1000" /></section>`;
}
