// Upload with progress: fetch cannot tell how much has gone out.
import { asked, Offline, Problem } from './net.mjs';

const WAIT_MS = 600000;
export default function upload(path, file, onProgress, headers = {}) {
  return new Promise((resolve, reject) => {
    const x = asked('POST', path, 'json', WAIT_MS);
    for (const [k, v] of Object.entries(headers)) x.setRequestHeader(k, v);
    x.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total);
    x.onload = () => (x.status < 300 ? resolve(x.response) : reject(new Problem(x.status, x.response ?? {})));
    x.onerror = x.ontimeout = () => reject(new Offline('upload'));
    x.send(file);
  });
}
