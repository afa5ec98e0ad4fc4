// What the office holds of an owner already and may stand in place of a paper: at intake, and when a supplement is handed in.
import { html, Button, Later, useState } from './kit.mjs';
import { date, t } from './text.mjs';

export const OFFERS_MAX = 3; // the latest of a component
export const heldSince = (h) => t(h.finished ? 'counter.heldResult' : 'counter.held', { code: h.code, date: date(h.finished ?? h.accepted) });
export const heldFile = (h) => ({ name: h.name, path: `/v1/dossiers/${encodeURIComponent(h.code)}/files/${h.file}` });
// As the daemon takes it: no copy, the file, and where it is from.
export const heldPaper = (h) => ({ originals: 0, files: [h.file], reused: h.code });
// The same file may be held with several dossiers: it was used again.
export const latest = (items) => items.filter((h, i) => items.findIndex((x) => x.file === h.file && x.component === h.component) === i);

// One that may stand for a component: since when, from where, as it looks.
export function Held({ held, digit, what, take }) {
  const [seen, setSeen] = useState(false);
  return html`<div class="row held"><${Button} icon="file-earmark-text" keys=${String(digit)} onClick=${take}>${t('counter.reuse')}<span
      class="vh"> ${what}</span></${Button}> <span>${heldSince(held)}
      ${' '}<button type="button" class="plain" onClick=${() => setSeen(true)}>${held.name}</button></span>
    ${seen && html`<${Later} from="preview" draw="Preview" file=${heldFile(held)}
        onClose=${() => setSeen(false)} />`}</div>`;
}
