// A file as it looks, shown through a blob of the right kind: the page's policy lets nothing else in.
import { html, Dialog, Failure, Loading, useEffect, useState } from './kit.mjs';
import { Offline } from './net.mjs';

// `file`: {name, path} of the daemon, or {name, blob} that was chosen here.
export function Preview({ file, onClose }) {
  const [state, set] = useState({});
  useEffect(() => {
    let url = null;
    const show = (blob) => {
      url = URL.createObjectURL(blob);
      set({ url, image: blob.type.startsWith('image/') });
    };
    if (file.blob) show(file.blob);
    else
      fetch(file.path, { credentials: 'same-origin' }).then(async (r) => {
        if (!r.ok) throw new Error(String(r.status));
        show(await r.blob());
      }).catch((error) => set({ error: new Offline(error.message) }));
    return () => url && URL.revokeObjectURL(url);
  }, [file.path, file.blob]);
  return html`<${Dialog} title=${file.name ?? ''} onClose=${onClose} wide><${Failure} error=${state.error} />
    ${!state.url && !state.error && html`<${Loading} />`}
    ${state.url && (state.image ? html`<img class="preview" src=${state.url} alt=${file.name ?? ''} />`
        : html`<iframe class="preview" src=${state.url} title=${file.name ?? ''}></iframe>`)}</${Dialog}>`;
}
