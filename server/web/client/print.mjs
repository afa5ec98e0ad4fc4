// One way to the printer.  Papers of a dossier are drawn by the daemon (config/papers/), which notes each
// print: the PDF is fetched into a hidden frame and printed from there, so that one key is enough and
// nothing is said twice.  Only what the daemon cannot know is made here: the temporary slip of a
// dossier that has no code yet, and the list of a day with its cash.
import { html, render } from './vendor.mjs';
import { call, Problem, query } from './net.mjs';
import { clock, date, dateTime, money, t } from './text.mjs';

// ---- a paper of the daemon

const FRAME = 'printer';
function framed(path) {
  document.getElementById(FRAME)?.remove();
  const frame = document.createElement('iframe');
  Object.assign(frame, { id: FRAME, title: t('act.print'), src: path, tabIndex: -1, inert: true });
  return new Promise((resolve) => {
    frame.onload = () => resolve(frame);
    document.body.append(frame);
  });
}
// A window of its own for a PDF that another program shows; only the browser knows whether it lets one be opened.
function windowed(path) {
  const shown = open(path, '_blank');
  if (shown) shown.opener = null;
  return !!shown;
}
// Throws the daemon's problem when it refuses.  Each fetch is a print in its log: asked once.
export async function printPaper(path) {
  if (!navigator.pdfViewerEnabled) { // this browser hands PDF to another program
    if (!windowed(path)) throw new Problem(0, { title: t('print.blocked') });
    return;
  }
  let frame = await framed(path);
  if (frame.contentDocument?.contentType !== 'application/pdf') {
    await call('GET', path); // why: the problem, or an ended session that is open again now
    frame = await framed(path);
  }
  frame.contentWindow.print();
}
// Papers of several dossiers, bound into one PDF by the daemon: fetched once, printed once.  The file stays for who
// was not shown it.
export async function printBound(path) {
  const { answer } = await call('GET', path);
  const url = URL.createObjectURL(await answer.blob());
  if (!navigator.pdfViewerEnabled) return { url, opened: windowed(url) };
  (await framed(url)).contentWindow.print();
  return { url, opened: true };
}

const ROLL = '80';
const PAPERS = { INTAKE_SUPPLEMENT: 'supplement-slip', REJECTED_INTAKE: 'refusal' };
// `entry`: {code, secret, paper} of a decided one, or {slip: body, name} of one that waits for the network.
export function printSlip(entry, { paper }) {
  const roll = paper === ROLL;
  if (!entry.code) return printSheet(temporary(entry), roll ? 'roll' : 'a5');
  const kind = PAPERS[entry.state] ?? 'receipt';
  const asked = { paper: roll && kind !== 'refusal' ? '80mm' : undefined, copy: roll ? undefined : 'all', secret: entry.secret };
  return printPaper(`/v1/dossiers/${encodeURIComponent(entry.code)}/${kind}.pdf${query(asked)}`);
}

// ---- what is drawn here

const rules = new CSSStyleSheet();
const ROLL_MM = 80;
async function printSheet(content, paper) {
  document.querySelector('.sheet')?.remove();
  const sheet = document.createElement('div');
  sheet.className = `sheet ${paper}`;
  sheet.lang = 'vi';
  document.body.append(sheet);
  render(content, sheet);
  await Promise.all([...sheet.querySelectorAll('img')].map((i) => i.decode().catch(() => {})));
  const px = sheet.getBoundingClientRect().height;
  const size = paper === 'roll' ? `${ROLL_MM}mm ${Math.ceil((px * 25.4) / 96) + 8}mm` : paper === 'a4' ? 'A4' : 'A5';
  rules.replaceSync(`@page { size: ${size}; margin: ${paper === 'roll' ? '3mm' : paper === 'a4' ? '15mm' : '8mm 9mm'}; }`);
  if (!document.adoptedStyleSheets.includes(rules)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, rules];
  document.body.classList.add('printing');
  const shown = document.title;
  document.title = sheet.querySelector('h1')?.textContent ?? shown;
  window.print();
  document.title = shown;
}
addEventListener('afterprint', () => {
  document.body.classList.remove('printing');
  document.querySelector('.sheet')?.remove();
});

const COUNTRY = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM';
const MOTTO = 'Độc lập - Tự do - Hạnh phúc';
const Head = ({ unit }) => html`<header><div><strong>${unit}</strong></div>
  <div><strong>${COUNTRY}</strong><strong class="motto">${MOTTO}</strong></div></header>`;
const Line = ({ label, children }) => (children || children === 0 ? html`<p>${label}: ${children}</p>` : null);
const Signs = ({ left, right, officer, applicant }) => html`<div class="signs">
  <div><strong>${left}</strong><em>(Ký và ghi rõ họ tên)</em><span>${applicant}</span></div>
  <div><strong>${right}</strong><em>(Ký và ghi rõ họ tên)</em><span>${officer}</span></div></div>`;

// Without a number: none is invented before the daemon has given it.
const temporary = ({ slip: body, name }) => html`<article><h1>PHIẾU TẠM NHẬN HỒ SƠ</h1>
  <p class="part"><strong>CHƯA CÓ MÃ HỒ SƠ</strong> – hệ thống đang mất kết nối</p>
  <${Line} label="Người nộp"><strong>${body.applicant?.name ?? name}</strong></${Line}>
  <${Line} label="Điện thoại">${body.applicant?.phone}</${Line}><${Line} label="Thủ tục">${body.procedure}</${Line}>
  <${Line} label="Số giấy tờ đã nhận">${body.components?.length ?? 0}</${Line}><${Line} label="Lúc">${dateTime(Date.now())}</${Line}>
  <p>Giấy tiếp nhận và hẹn trả kết quả có mã hồ sơ được gửi lại ngay khi có kết nối.</p>
  <${Signs} left="NGƯỜI NỘP HỒ SƠ" right="NGƯỜI TIẾP NHẬN HỒ SƠ" applicant=${body.applicant?.name} /></article>`;

// ---- the end of a day

export function printDay(day, { officer, unit }) {
  const c = day.counts;
  return printSheet(html`<article><${Head} unit=${unit} /><h1>BẢNG TỔNG HỢP CUỐI NGÀY</h1>
      <p class="part">Ngày ${date(`${day.day}T12:00:00+07:00`)} · ${officer}</p>
    <p>Tiếp nhận ${c.accepted}; hướng dẫn bổ sung ${c.returned}; từ chối ${c.rejected}; trả kết quả ${c.handed_over}. Đã thu ${money(day.collected)} (${c.payments} lần)${c.refunds > 0 && `; đã hoàn ${money(day.given_back)} (${c.refunds} lần)`}.</p>
    <table><thead><tr><th>TT</th><th>Giờ</th><th>Việc</th><th>Mã hồ sơ</th><th>Người nộp</th><th>Thủ tục</th><th>Số tiền</th></tr>
          </thead><tbody>${day.items.map((i, n) => html`<tr><td>${n + 1}</td><td>${clock(i.at)}</td>
                <td>${t(`today.${i.what}`)}</td><td>${i.code}</td><td>${i.applicant}</td><td>${i.procedure}</td>
                <td>${i.amount === undefined ? '' : money(i.amount)}</td></tr>`)}</tbody></table>
    <${Signs} left="NGƯỜI LẬP" right="NGƯỜI NHẬN BÀN GIAO" applicant=${officer} /></article>`, 'a4');
}
