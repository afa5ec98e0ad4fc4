// The list under an address: the ward it means, today's or a former one with what it became.  Loaded when an address is there
// or about to be; the former wards when an address asks for them.
import { html } from './kit.mjs';
import { loadPart, t } from './text.mjs';
import { areasOf, areaText, asksFormer, findAreas, findFormer, formerOf, preferred, withArea } from './areas.mjs';

const PROVINCE = 'motcua-province'; // the one that was taken last comes first
let all = null;
let byCode = null;
let former = null;
let asked = null;
let kept = {}; // of one address for each list: forms are drawn at every key

// draw keeps what answers to an address; it is handed on anew when more is known.
export async function begin(draw) {
  if (!all) {
    all = areasOf((await loadPart('area-list')).AREAS);
    byCode = new Map(all.map((a) => [a.code, a]));
  }
  draw(() => (person, ...rest) => listOf(find(person.address, () => begin(draw)), person, ...rest));
}
function find(address, again) {
  const home = localStorage.getItem(PROVINCE);
  const key = `${home}|${address}|${!!former}`;
  if (kept.key === key) return kept.found;
  let found = findAreas(all, address, home);
  if (asksFormer(found, address)) {
    if (former) found = preferred(found, findFormer(former, byCode, address, home));
    else asked ??= loadPart('area-former').then((m) => {
      former = formerOf(m.FORMER);
    }, () => {
      asked = null;
    });
    if (!former) asked.then(again);
  }
  kept = { key, found };
  return found;
}

function listOf(found, person, set, at, setAt, id) {
  const [first] = found;
  const taken = person.area && person.address.trim().endsWith(person.area.text) && person.area;
  const close = () => setAt(null);
  const pick = (a) => {
    close();
    localStorage.setItem(PROVINCE, a.of);
    set({ ...person, address: withArea(person.address, a), check: (person.check ?? []).filter((k) => k !== 'address'),
      area: { code: a.code, text: areaText(a), now: a.as && `${a.ward}, ${a.province}` } });
  };
  const onKeyDown = (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.isComposing || !found.length || (at === null && !(step && first.as))) return;
    if (step) setAt(((at ?? -1) + step + found.length) % found.length);
    else if (e.key === 'Enter' && at >= 0) pick(found[at]);
    else if (e.key === 'Escape') close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const hint = taken ? taken.now && t('counter.wardNow', { ward: taken.now })
    : first?.as && t(found.length > 1 ? 'counter.wardDivided' : 'counter.wardFormer', { former: first.former, ward: first.ward });
  return {
    list: at !== null && found.length > 0 && found.map((a, i) => html`<li id=${`${id}-${i}`} role="option"
        aria-selected=${i === at ? 'true' : 'false'} onMouseDown=${(e) => { e.preventDefault(); pick(a); }}>
      <b>${a.as ? t('counter.wardBecame', { former: a.former, ward: a.ward }) : a.ward}</b> ${a.province}</li>`),
    onKeyDown, onBlur: () => setTimeout(close, 150), onTyped: () => setAt(-1), onClick: () => first?.as && setAt(-1),
    ...(hint && { hint }),
  };
}
