// Register books (sổ theo dõi hồ sơ): which there are, the entries of one, its volumes on paper and as
// files, closing it when its year is over.
import { html, useEffect, useRef, useState, Banner, Button, Dialog, Empty, Failure, Field, Link, Loading, useGet, useOffice } from './kit.mjs';
import { call, newKey, query } from './net.mjs';
import { dateTime, language, number, t } from './text.mjs';
import { rowKeys } from './today.mjs';
import { usePages, When } from './views.mjs';

const HOME = '/lam-viec/so-theo-doi';
const READERS = ['receiver', 'returner', 'cashier', 'onestop_head']; // names of applicants are for them
const TODAY = [['/v1/intake/hand-over.pdf', 'book.handOver'], ['/v1/results/hand-over.pdf', 'book.results']]; // lists of this day on paper
const name = (b) => (language() === 'en' ? b.title_en : b.title);
const State = ({ book }) => (book.closed
  ? html`<span class="badge">${t('book.closed')}</span> <small>${dateTime(book.closed)} · ${book.closed_by_name ?? ''}</small>`
  : html`<span class="badge warn">${t('book.open')}</span>`);

function Books({ place, session, roles, go }) {
  const asked = place.query.get('agency') ?? session.agency?.agency;
  const units = useGet('/v1/organisation');
  const { data, error, reload } = useGet(`/v1/registers${query({ agency: asked })}`);
  const may = roles.some((r) => READERS.includes(r));
  const all = (units.data?.agencies ?? []).map((a) => ({ value: a.agency, label: a.name }));
  const mine = all.some((u) => u.value === asked) ? all : [{ value: asked, label: session.agency?.name ?? '' }, ...all];
  const open = (b) => `${HOME}/${b.year}/${encodeURIComponent(b.field)}${query({ agency: b.agency?.agency })}`;
  const row = (b) => html`<tr><th scope="row">${may ? html`<${Link} to=${open(b)} data-row>${name(b)}</${Link}>` : name(b)}
      <small> ${b.field}</small></th>
    <td>${b.agency?.name ?? ''}</td><td class="n">${b.year}</td><td class="n">${number(b.last)}</td>
    <td class="n">${number(b.volumes)}</td><td><${State} book=${b} /></td></tr>`;
  return html`<h1>${t('screen.registers')}</h1><p class="hint">${t('book.about')}</p>
    <div class="row"><${Field} kind="select" label=${t('book.agency')} value=${asked} options=${mine} data-above
      onValue=${(agency) => go(`so-theo-doi${query({ agency })}`, { replace: true, keep: true })} /></div>
    ${may && html`<p class="row">${TODAY.map(([path, word]) => html`<a class="button" href=${`${path}${query({ agency: asked, copy: 'all' })}`}
        target="_blank" rel="noopener">${t(word)}</a>`)}</p>`}
    <${Failure} error=${error} again=${reload} />
    ${!data ? !error && html`<${Loading} />` : data.items.length === 0 ? html`<${Empty}>${t('book.none')}</${Empty}>`
      : html`<div class="scroll"><table>
      <thead><tr><th scope="col">${t('book.field')}</th><th scope="col">${t('book.agency')}</th>
        ${['year', 'last', 'volumes'].map((c) => html`<th scope="col" class="n">${t(`book.${c}`)}</th>`)}
        <th scope="col">${t('book.state')}</th></tr></thead>
      <tbody onKeyDown=${rowKeys}>${data.items.map(row)}</tbody></table></div>`}`;
}

// What was seen is what is closed: the daemon refuses another last number.
function Closing({ book, onClose, onDone }) {
  const [error, setError] = useState(null);
  const go = () => call('POST', '/v1/registers/close', { key: newKey(),
    body: { agency: book.agency.agency, field: book.field, year: book.year, last: book.last } }).then(onDone, setError);
  return html`<${Dialog} title=${t('book.closeAsk', { name: name(book), year: book.year })} onClose=${onClose}>
    <${Failure} error=${error} /><p>${t('book.closeMeans', { last: number(book.last) })}</p>
    <p class="row"><${Button} danger onClick=${go} data-first>${t('book.close')}</${Button}>
      <${Button} onClick=${onClose}>${t('act.cancel')}</${Button}></p></${Dialog}>`;
}

function Book({ place, roles }) {
  const [year, field] = [place.item, place.part];
  const agency = place.query.get('agency');
  const [volume, setVolume] = useState(null);
  const [closing, setClosing] = useState(false);
  const { toast } = useOffice();
  const head = useRef();
  const asked = { agency, field, year, volume };
  const { data, items, more, error, reload } = usePages((cursor) => `/v1/registers/entries${query({ ...asked, cursor, limit: 50 })}`);
  const was = useRef(null);
  useEffect(() => {
    if (was.current === false && data?.closed) head.current.focus(); // its button has gone
    was.current = data && !!data.closed;
  }, [data?.closed]);
  if (!data) return html`<${Failure} error=${error} again=${reload} />${!error && html`<${Loading} />`}`;
  const book = { ...data, year: Number(year), field }; // a book nobody wrote in yet has no members of its own
  const closed = () => {
    setClosing(false);
    toast(t('book.closedNow', { name: name(book), year }));
    reload();
  };
  const file = (format) => html`<a class="button" href=${`/v1/registers/entries${query({ ...asked, format })}`}
    download>${format.toUpperCase()}</a>`;
  const volumes = Array.from({ length: data.volumes ?? 0 }, (_, i) => i + 1);
  const over = book.year < new Date().getFullYear();
  const row = (e) => html`<tr><td class="n">${number(e.number)}</td>
    <td class="nowrap"><${Link} to=${`/lam-viec/ho-so/${e.code}`} data-row>${e.code}</${Link}></td>
    <td>${e.name} <small>${[e.address, e.phone].filter(Boolean).join(' · ')}</small></td>
    <td>${e.procedure_name ?? e.procedure}${e.summary && e.summary !== e.procedure_name && html` <small>${e.summary}</small>`}</td>
    ${['accepted', 'due', 'finished'].map((k) => html`<td><${When} at=${e[k]} /></td>`)}
    <td><${When} at=${e.returned} /> ${e.note && html`<small>${e.note}</small>`}</td></tr>`;
  return html`<h1 ref=${head} tabindex="-1">${t('screen.registers')} <small>${name(book) ?? field} · ${year}</small></h1>
    <p class="row"><${Link} to=${`${HOME}${query({ agency })}`}>${t('book.all')}</${Link}><span>${book.agency?.name ?? ''}</span>
      ${data.last && html`<${State} book=${book} />`}</p>
    ${data.digest && html`<${Banner} kind="good" title=${t('book.sealed', { last: number(data.last) })}>
        <code class="digest">${data.digest}</code></${Banner}>`}
    <div class="row">${volumes.length > 1 && html`<div class="row" role="group" aria-label=${t('book.volumes')}>
        ${[null, ...volumes].map((v) => html`<button type="button" class="chip" aria-pressed=${v === volume ? 'true' : 'false'}
          onClick=${() => setVolume(v)}>${v ? t('book.volume', { n: v }) : t('book.whole')}</button>`)}</div>`}
      ${data.items.length > 0 && html`<a class="button" href=${`/v1/reports/register.pdf${query(asked)}`} target="_blank"
          rel="noopener">${t('book.print')}</a>${file('xlsx')}${file('csv')}`}
      ${roles.includes('onestop_head') && data.last && !data.closed && html`<${Button} onClick=${() => setClosing(true)}
          disabled=${!over} title=${over ? undefined : t('book.notYet')}>${t('book.close')}</${Button}>
          ${!over && html`<span class="hint">${t('book.notYet')}</span>`}`}</div>
    <${Failure} error=${error} again=${reload} />
    ${data.items.length === 0 ? html`<${Empty}>${t('book.empty')}</${Empty}>` : html`<div class="scroll"><table>
      <thead><tr><th scope="col" class="n">${t('book.number')}</th>
        ${['code', 'name', 'procedure', 'accepted', 'due', 'finished', 'returned'].map((c) => html`<th scope="col">${t(`book.k.${c}`)}</th>`)}</tr>
        </thead><tbody onKeyDown=${rowKeys}>${items.map(row)}</tbody></table></div>`}
    ${more}
    ${closing && html`<${Closing} book=${book} onClose=${() => setClosing(false)} onDone=${closed} />`}`;
}

export default function Registers(given) {
  const { place } = given;
  return place.item && place.part ? html`<${Book} key=${`${place.item}/${place.part}`} ...${given} />` : html`<${Books} ...${given} />`;
}
