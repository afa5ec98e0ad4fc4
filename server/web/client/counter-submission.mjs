// A submission by post or online opened into the form, where it is decided.  Fetched when one is opened.
import { get } from './net.mjs';
import { showDay, t } from './text.mjs';
import { emptyForm, emptyPerson } from './counter-model.mjs';

const personForm = (p) => ({ ...emptyPerson(p.kind ?? 'citizen'), number: p.id_number ?? '', name: p.name,
    birth: showDay(p.birth ?? ''), sex: p.sex ?? '', address: p.address ?? '', phone: p.phone ?? '', email: p.email ?? '' });
export function formOfSubmission(d) {
  const c = d.content ?? {};
  const form = emptyForm();
  return {
    ...form,
    applicant: c.applicant ? personForm(c.applicant) : form.applicant,
    owner: c.owner ? personForm(c.owner) : null,
    authorised: c.authorised ? personForm(c.authorised) : null,
    document: c.authorised_document ?? '', channel: d.channel, procedure: d.procedure, case: d.case ?? '',
      competent: d.competent?.agency ?? '',
    values: Object.fromEntries(Object.entries(c.form ?? {}).map(([k, v]) => [k, typeof v === 'number' ? String(v)
          : /^\d{4}-\d\d-\d\d$/.test(v) ? showDay(v) : v])),
    papers: Object.fromEntries((c.components ?? []).map((p) => [p.component,
          { ...p, files: (p.files ?? []).map((hash) => ({ hash, name: '' })) }])),
    summary: c.summary ?? '', resultBy: c.result_by ?? 'counter', resultAddress: c.result_address ?? '',
    submission: { code: d.submission ?? d.code, seq: d.seq },
  };
}

export default async function openSubmission(code, park, toast) {
  try {
    const d = await get(`/v1/dossiers/${encodeURIComponent(code)}`);
    if (d.accepted) toast(t('counter.alreadyIn'), { kind: 'warn' });
    else park(`n-${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`.slice(0, 40), formOfSubmission(d));
  } catch (e) {
    toast(e.title || t('state.offlineHint'), { kind: 'bad' });
  }
}
