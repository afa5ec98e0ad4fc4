// Indices: agencies scored and ranked, each point with its formula, its source and the figures behind it;
// values of surveys entered with their document.
import { html, useState, Button, clean, Dialog, Empty, Failure, Field, Link, Loading, useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { dateTime, dayOf, language, number, parseDay, showDay, t } from './text.mjs';
import { Files, said, title } from './figures.mjs';
import { Keeping, questionOf } from './reports.mjs';

const ENTER = ['business_admin', 'onestop_head'];
const AT_FIRST = 'tt01-2018';
const points = (thousandths) => number(thousandths / 1000, 2);
const tenths = (thousandths) => number(thousandths / 1000, 1);
const whole = (thousandths) => number(thousandths / 1000);
// A list of the API is a list of the screen with the same question.
function listPath(list, asOf) {
  const [path, asked] = list.split('?');
  const [, kind, which] = /\/(topics|indices)\/([\w-]+)\//.exec(path) ?? [];
  return `/lam-viec/so-lieu/danh-sach?${kind ? `${kind === 'topics' ? 'topic' : 'index'}=${which}&` : ''}${asked}${
    asOf ? `&as_of=${encodeURIComponent(asOf)}` : ''}`;
}
// How many dossiers had 2, 1 and 0 points, each opening them.
const Marks = ({ marks, asOf, name }) => marks.map((m) => html`<div>${t('idx.mark', { points: m.points })}: ${m.n > 0
  ? html`<${Link} to=${listPath(m.list, asOf)} aria-label=${`${t('own.open', { name, points: m.points })}: ${m.n}`}>${number(m.n)}</${Link}>` : number(m.n)}</div>`);
function figureName(name, definitions) {
  const f = definitions?.figures.find((x) => x.name === name);
  return f ? title(f) : said(name);
}

function Part({ got, part, definitions, asOf }) {
  return html`<tr><th scope="row">
      ${title(part)} <small>${(language() === 'en' ? part.formula_en : part.formula)} · ${t(`idx.grade.${part.grade}`)}</small></th>
    <td class="n">${got.measured ? html`<strong>${points(got.points)}</strong>`
        : html`<span class="badge">${t('idx.notMeasured')}</span>`} / ${whole(got.max)}</td>
    <td class="n">${got.measured ? `${number(got.n)} / ${number(got.of)}` : '–'}</td>
    <td>${got.document ?? ''}${got.evidence.map((e) => html`<div>${figureName(e.figure, definitions)}: ${e.n > 0
              ? html`<${Link} to=${listPath(e.list, asOf)}>${number(e.n)}</${Link}>` : number(e.n)}</div>`)}<${Marks} marks=${got.marks} asOf=${asOf} name=${title(part)} /></td></tr>`;
}
// Those who worked on its dossiers, as far as one may see them; who processed few is in no band.
function Officers({ index, agency, q }) {
  const { data, error, reload } = useGet(`/v1/indices/${index.index}/officers${query({ ...q, agency })}`);
  const parts = new Map(index.groups.flatMap((g) => g.components).map((c) => [c.component, c]));
  const row = (o) => html`<tr><th scope="row">${o.name}</th><td class="n">${number(o.dossiers)}</td>
    ${o.components.map((c) => html`<td class="n">${c.measured ? tenths(c.points) : '–'}${c.marks.length > 0
      && html`<div><small>${c.marks.map((m) => html`${m.points}: ${m.n > 0 ? html`<${Link} to=${listPath(m.list, q.as_of)}
        aria-label=${`${t('own.open', { name: `${o.name}, ${title(parts.get(c.component) ?? {})}`, points: m.points })}: ${m.n}`}>${number(m.n)}</${Link}>`
        : m.n} `)}</small></div>`}</td>`)}
    <td class="n"><strong>${tenths(o.points)}</strong> / ${whole(o.measured)}</td>
    <td>${o.few ? html`<span class="badge">${t('idx.few')}</span>` : language() === 'en' ? o.band_title_en : o.band_title}</td></tr>`;
  if (!data) return html`<${Failure} error=${error} again=${reload} />${!error && html`<${Loading} />`}`;
  return html`${data.items.length === 0 ? html`<${Empty}>${t('idx.noOfficers')}</${Empty}>` : html`<div class="scroll"><table>
      <thead><tr><th scope="col">${t('idx.officer')}</th><th scope="col" class="n">${t('idx.dossiers')}</th>
        ${index.officers.components.map((c) => html`<th scope="col" class="n">${title(parts.get(c))}</th>`)}
        <th scope="col" class="n">${t('idx.measured')}</th><th scope="col">${t('idx.band')}</th></tr></thead>
      <tbody>${data.items.map(row)}</tbody></table></div>
      <p class="row"><${Files} path=${`/v1/indices/${index.index}/officers`} ask=${{ ...q, agency }} /></p>`}
    <p class="hint">${t('idx.fair', { n: data.fewest })}</p>`;
}
function Agency({ score, index, definitions, onClose, q }) {
  const [people, setPeople] = useState(false);
  const got = new Map(score.components.map((c) => [c.component, c]));
  return html`<${Dialog} title=${title(score)} onClose=${onClose} wide>
    <p>${t('idx.sum', { points: points(score.points), measured: whole(score.measured), max: whole(index.max) })}
    ${score.band && html` <strong>${language() === 'en' ? score.band_title_en : score.band_title}</strong>`}</p>
    ${index.groups.map((g) => html`<h3>${title(g)} <small>${t('idx.upTo', { n: whole(g.max) })}</small></h3>
        <div class="scroll"><table><thead><tr><th scope="col">${t('idx.c.component')}</th>
      <th scope="col" class="n">${t('idx.c.points')}</th><th scope="col" class="n">${t('idx.c.of')}</th>
      <th scope="col">${t('idx.c.evidence')}</th></tr></thead>
      <tbody>${g.components.map((c) => html`<${Part} part=${c} got=${got.get(c.component)} definitions=${definitions} asOf=${q?.as_of} />`)}
          </tbody></table></div>`)}
    ${q && index.officers && html`<details onToggle=${(e) => setPeople(e.currentTarget.open)}><summary>${t('idx.officers')}</summary>
      ${people && html`<${Officers} index=${index} agency=${score.agency} q=${q} />`}</details>`}</${Dialog}>`;
}

function Entering({ index, agencies, q, onClose, onDone }) {
  const parts = index.groups.flatMap((g) => g.components).filter((c) => c.measure === 'entered');
  const [some, set] = useState({ component: parts[0]?.component ?? '', agency: agencies[0]?.agency ?? '', from: showDay(q.from),
      last: showDay(dayOf()), n: '', of: '', officer: '', document: '', remark: '' });
  const [error, setError] = useState(null);
  const put = (name) => (value) => set((now) => ({ ...now, [name]: value }));
  const wrong = (name) => error?.errors?.find((e) => e.pointer === `/${name}`)?.message;
  const field = (name, rest = {}) => html`<${Field} label=${t(`idx.e.${name}`)} value=${some[name]} onValue=${put(name)}
    error=${wrong(name)} required ...${rest} />`;
  const ofOfficer = index.officers?.components.includes(some.component);
  const people = useGet(ofOfficer && some.agency ? `/v1/officers?agency=${encodeURIComponent(some.agency)}` : null);
  const choices = [{ value: '', label: t('idx.e.whole') }, ...(people.loading || people.error ? [] : people.data?.items ?? []).map((o) => ({ value: o.login, label: `${o.name} (${o.login})` }))];
  const submit = async (e) => {
    e.preventDefault();
    const { remark, officer, ...most } = some;
    const body = {
      ...most, index: index.index, from: parseDay(some.from) ?? some.from, last: parseDay(some.last) ?? some.last,
        n: Number(some.n), of: Number(some.of),
      document: clean(some.document), ...(ofOfficer && officer && { officer }), ...(remark.trim() && { remark: clean(remark) }),
    };
    try {
      await call('POST', '/v1/assessments', { key: newKey(), body });
      onDone();
    } catch (err) {
      setError(err);
    }
  };
  return html`<${Dialog} title=${t('idx.enter')} onClose=${onClose}><form onSubmit=${submit}><${Failure} error=${error} />
    ${field('component', { kind: 'select', options: parts.map((c) => ({ value: c.component, label: title(c) })) })}
    ${field('agency', { kind: 'select', options: agencies.map((a) => ({ value: a.agency, label: title(a) })),
        onValue: (agency) => set((now) => ({ ...now, agency, officer: '' })) })}
    ${ofOfficer && html`${field('officer', { required: false, kind: 'select', options: choices })}<${Failure} error=${people.error} again=${people.reload} />`}${field('from')}${field('last')}${field('n', { inputmode: 'numeric' })}${field('of',
        { inputmode: 'numeric' })}${field('document')}${field('remark', { required: false })}
    <p class="row"><${Button} main type="submit">${t('idx.keep')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></form></${Dialog}>`;
}
function Entered({ index }) {
  const { data, error } = useGet(`/v1/assessments?index=${index}&limit=50`);
  return html`<${Failure} error=${error} />${data && (data.items.length === 0 ? html`<${Empty}>${t('idx.noneEntered')}</${Empty}>`
      : html`<div class="scroll"><table>
    <thead><tr>${['component', 'agency', 'from', 'last'].map((c) => html`<th scope="col">${t(`idx.e.${c}`)}</th>`)}
        <th scope="col" class="n">${t('idx.c.of')}</th><th scope="col">${t('idx.e.document')}</th>
        <th scope="col">${t('idx.e.by')}</th></tr></thead>
    <tbody>${data.items.map((v) => html`<tr><td>${v.component}</td><td>${v.agency}${v.officer_name && html` <small>${v.officer_name}</small>`}</td><td>${showDay(v.from)}</td>
            <td>${showDay(v.last)}</td><td class="n">${number(v.n)} / ${number(v.of)}</td>
            <td>${v.document}${v.remark && html` <small>${v.remark}</small>`}</td>
            <td>${v.by_name} <small>${dateTime(v.at)}</small></td></tr>`)}</tbody></table></div>`)}`;
}

// Agencies ranked among their like; each opens the evidence behind its points.
function Ranking({ items, index, definitions, q }) {
  const [score, setScore] = useState(null);
  const types = [...new Set(items.map((s) => s.type))];
  const row = (s) => html`<tr><td class="n">${s.rank ?? '–'}</td>
    <th scope="row"><button type="button" class="plain" onClick=${() => setScore(s)}>${title(s)}</button></th>
    <td class="n"><strong>${s.score === null ? '–' : points(s.score)}</strong></td>
    <td class="bars"><svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar" x="0" y="1" width=${((s.score ?? 0) * 100) / index.max} height="10" /></svg></td>
    <td>${language() === 'en' ? s.band_title_en : s.band_title}</td><td class="n">${points(s.points)} / ${whole(s.measured)}</td></tr>`;
  return html`${items.length === 0 ? html`<${Empty}>${said('nothing')}</${Empty}>` : html`<div class="scroll"><table class="figures">
      <thead><tr><th scope="col" class="n">${t('idx.rank')}</th><th scope="col">${t('idx.agency')}</th>
          <th scope="col" class="n">${t('idx.score')}</th><th scope="col"><span class="vh">${t('idx.picture')}</span></th>
          <th scope="col">${t('idx.band')}</th><th scope="col" class="n">${t('idx.measured')}</th></tr></thead>
      ${types.map((type) => html`<tbody><tr><th colspan="6" scope="rowgroup">${t(`idx.type.${type}`)}</th></tr>
            ${items.filter((s) => s.type === type).map(row)}</tbody>`)}</table></div>
      <p class="hint">${t('idx.scaled', { n: index.least })}</p>`}
    ${score && html`<${Agency} score=${score} index=${index} definitions=${definitions} q=${q} onClose=${() => setScore(null)} />`}`;
}
const versionOn = (versions, q) => versions.find((x) => x.valid_from < q.to && (!x.valid_to || x.valid_to >= q.from)) ?? versions[0];
export function FrozenIndex({ data, q }) {
  const list = useGet('/v1/indices');
  const definitions = useGet('/v1/figures/definitions?topic=all');
  const index = list.data && versionOn(list.data.items.filter((x) => x.index === q.index), q);
  return index ? html`<${Ranking} items=${data.items} index=${index} definitions=${definitions.data} />`
    : html`<${Failure} error=${list.error} again=${list.reload} />${!list.error && html`<${Loading} />`}`;
}

export default function Indices({ q, view, set, go, may, roles }) {
  const list = useGet('/v1/indices');
  const { toast } = useOffice();
  const at = view.index ?? AT_FIRST;
  const scores = useGet(`/v1/indices/${encodeURIComponent(at)}${query(q)}`);
  const definitions = useGet('/v1/figures/definitions?topic=all');
  const [layer, setLayer] = useState(null);
  if (!list.data) return html`<${Failure} error=${list.error} again=${list.reload} />${!list.error && html`<${Loading} />`}`;
  const index = versionOn(list.data.items.filter((x) => x.index === at), q);
  const ids = [...new Map(list.data.items.map((x) => [x.index, x])).values()];
  const close = () => setLayer(null);
  const entered = () => {
    close();
    toast(t('idx.entered'));
    scores.reload();
  };
  return html`<h2>${title(index)}</h2>
    <div class="row"><label class="inline">${t('idx.which')} <select onChange=${(e) => set({ index: e.currentTarget.value })}>
      ${ids.map((x) => html`<option value=${x.index} selected=${x.index === at}>${title(x)}</option>`)}</select></label>
      ${scores.data && roles.some((r) => ENTER.includes(r)) && html`<${Button} onClick=${() => setLayer('enter')}>
          ${t('idx.enter')}</${Button}>`}
      <${Button} quiet onClick=${() => setLayer('entered')}>${t('idx.values')}</${Button}></div>
    <${Keeping} question=${questionOf({ report: 'index', index: at }, q)} q=${q} may=${may} go=${go}>
      <${Files} path=${`/v1/indices/${encodeURIComponent(at)}`} ask=${q} /></${Keeping}>
    <p class="hint">${index.basis} · ${t(`idx.grade.${index.grade}`)}: ${index.source}</p>
    <${Failure} error=${scores.error} again=${scores.reload} />
    ${!scores.data ? !scores.error && html`<${Loading} />` : html`
      <${Ranking} items=${scores.data.items} index=${index} definitions=${definitions.data} q=${q} />
      <p class="hint">${t('rep.asOf', { at: dateTime(scores.data.as_of) })}${scores.data.counted < scores.data.of
        ? ` · ${t('idx.counted', { n: number(scores.data.counted), of: number(scores.data.of) })}` : ''}</p>`}
    ${layer === 'enter' && html`<${Entering} index=${index} agencies=${scores.data.items} q=${q} onClose=${close} onDone=${entered} />`}
    ${layer === 'entered' && html`<${Dialog} title=${t('idx.values')} onClose=${close} wide><${Entered} index=${at} /></${Dialog}>`}`;
}
