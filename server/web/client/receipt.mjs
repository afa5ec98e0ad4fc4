// What the counter prints from the page: forms 01, 02, 03 (A5 in two parts, or a roll of 80 mm), the
// temporary slip of a dossier that has no code yet, and the list of a day.  The sheet stands outside
// the screen and is seen by the printer only.  The record's own PDF is the daemon's.
import { html, render } from './vendor.mjs';
import { get, query } from './net.mjs';
import { clock, date, dateTime, money, t } from './text.mjs';

// ---- one way to the printer

const rules = new CSSStyleSheet();
const ROLL_MM = 80;
export async function printSheet(content, paper) {
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

// ---- parts of a slip

const COUNTRY = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM';
const MOTTO = 'Độc lập - Tự do - Hạnh phúc';
const TITLES = { '01': 'GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ', '02': 'PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ', '03': 'PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ' };
const Head = ({ superior, unit }) => html`<header><div><span>${superior}</span><strong>${unit}</strong></div><div><strong>${COUNTRY}</strong><strong class="motto">${MOTTO}</strong></div></header>`;
const Line = ({ label, children }) => (children || children === 0 ? html`<p>${label}: ${children}</p>` : null);
const Signs = ({ left, right, officer, applicant }) => html`<div class="signs"><div><strong>${left}</strong><em>(Ký và ghi rõ họ tên)</em><span>${applicant}</span></div><div><strong>${right}</strong><em>(Ký và ghi rõ họ tên)</em><span>${officer}</span></div></div>`;
const codeImage = (kind, text) => `/v1/codes/${kind}.svg${query({ text })}`;

function who(s) {
  const a = s.applicant ?? {};
  return html`<${Line} label="Tiếp nhận hồ sơ của"><strong>${a.name}</strong></${Line}><${Line} label="Địa chỉ">${a.address}</${Line}>
    <${Line} label="Số điện thoại">${a.phone}</${Line}><${Line} label="Email">${a.email}</${Line}><${Line} label="Số định danh/Giấy tờ">${a.id_number}</${Line}>
    ${s.owner && html`<${Line} label="Chủ hồ sơ">${s.owner.name}${s.owner.address && `, ${s.owner.address}`}</${Line}>`}
    ${s.authorised && html`<${Line} label="Người được ủy quyền">${s.authorised.name}</${Line}>`}
    <${Line} label="Nội dung yêu cầu giải quyết">${s.procedure_name} (mã ${s.procedure})</${Line}><${Line} label="Trích yếu">${s.summary}</${Line}>`;
}
const copiesOf = (c) => [c.originals && `${c.originals} bản chính`, c.certified && `${c.certified} bản chứng thực`, c.copies && `${c.copies} bản sao`, c.presented && 'đã đối chiếu'].filter(Boolean).join(', ');
const Papers = ({ list }) => list.length > 0 && html`<p>Thành phần hồ sơ nộp gồm:</p><ol>${list.map((c) => html`<li>${c.title} (${copiesOf(c)})</li>`)}</ol><table><thead><tr><th>TT</th><th>Tên thành phần hồ sơ</th><th>Bản chính</th><th>Chứng thực</th><th>Bản sao</th></tr></thead>
  <tbody>${list.map((c) => html`<tr><td>${c.no}</td><td>${c.title}${c.presented && ' (đã đối chiếu)'}</td><td>${c.originals || ''}</td><td>${c.certified || ''}</td><td>${c.copies || ''}</td></tr>`)}</tbody></table>`;

const RESULT_BY = { counter: 'tại nơi tiếp nhận', post: 'qua bưu chính công ích', online: 'trực tuyến' };
function receipt(s, { secret }) {
  const address = `${location.origin}${s.track}`;
  return html`${who(s)}<${Papers} list=${s.components} />
    <${Line} label="Số lượng hồ sơ">${s.sets} (bộ)</${Line}><${Line} label="Thời gian giải quyết hồ sơ theo quy định là">${s.limit}</${Line}>
    <${Line} label="Thời gian nhận hồ sơ"><strong>${s.received_words}</strong></${Line}><${Line} label="Thời gian trả kết quả giải quyết hồ sơ"><strong>${s.due_words}</strong></${Line}>
    <${Line} label="Phí, lệ phí">${money(s.fee)}</${Line}><${Line} label="Đăng ký nhận kết quả">${RESULT_BY[s.result_by] ?? RESULT_BY.counter}${s.result_address && `: ${s.result_address}`}</${Line}>
    <div class="track"><img src=${codeImage('qr', `${address}?code=${s.code}`)} alt="" /><p>Tra cứu: quét mã, hoặc vào ${address}<br />Mã hồ sơ: <strong>${s.code}</strong>${secret && html`<br />Mã tra cứu: <strong>${secret}</strong>`}<br />Có kết quả sớm, cơ quan sẽ báo trước. Khi nhận kết quả xin mang theo giấy này.</p></div>
    <${Signs} left="NGƯỜI NỘP HỒ SƠ" right="NGƯỜI TIẾP NHẬN HỒ SƠ" applicant=${s.applicant?.name} officer=${s.officer} />`;
}
function asking(s) {
  return html`${who(s)}<p>Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:</p><ol>${s.missing.map((m) => html`<li>${m}</li>`)}</ol>
    <${Line} label="Lý do">${s.reasons.map((r) => r.title).join('; ')}</${Line}><${Line} label="Hướng dẫn">${s.note}</${Line}>
    <p>Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, xin liên hệ ${s.unit}.</p><${Line} label="Lập lúc">${s.decided_words}</${Line}>
    <${Signs} left="NGƯỜI NỘP HỒ SƠ" right="NGƯỜI HƯỚNG DẪN" applicant=${s.applicant?.name} officer=${s.officer} />`;
}
function refusing(s) {
  return html`${who(s)}<p>Qua xem xét, ${s.unit} thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:</p>
    <ol>${s.reasons.map((r) => html`<li>${r.title}</li>`)}</ol><${Line} label="Nội dung">${s.note}</${Line}><${Line} label="Lập lúc">${s.decided_words}</${Line}>
    <${Signs} left="NGƯỜI NỘP HỒ SƠ" right="NGƯỜI TIẾP NHẬN HỒ SƠ" applicant=${s.applicant?.name} officer=${s.officer} />`;
}
const BODIES = { '01': receipt, '02': asking, '03': refusing };
const PARTS = ['Liên: Giao người nộp hồ sơ', 'Liên: Lưu'];

function slip(s, { secret, reprint, part }) {
  return html`<article><${Head} superior=${s.superior} unit=${s.unit} />
    <h1>${TITLES[s.form]}</h1><p class="part">Mẫu số ${s.form}${part && ` · ${part}`}${reprint && html` · <strong>BẢN IN LẠI</strong>`}</p>
    <div class="code"><span>Mã hồ sơ: <strong>${s.code}</strong></span><img src=${codeImage('bar', s.code)} alt="" /></div>${BODIES[s.form](s, { secret })}</article>`;
}

// `entry`: {code, secret} of a decided one, or {slip: body, name} of one that waits for the network.
export async function printSlip(entry, { reprint, paper }) {
  const roll = paper === '80';
  if (!entry.code) return printSheet(temporary(entry), roll ? 'roll' : 'a5');
  const s = await get(`/v1/dossiers/${encodeURIComponent(entry.code)}/receipt`, { headers: { 'Accept-Language': 'vi' } });
  const parts = roll ? [null] : PARTS;
  return printSheet(html`${parts.map((part) => slip(s, { secret: entry.secret, reprint, part }))}`, roll ? 'roll' : 'a5');
}

// Without a number: none is invented before the daemon has given it.
const temporary = ({ slip: body, name }) => html`<article><h1>PHIẾU TẠM NHẬN HỒ SƠ</h1><p class="part"><strong>CHƯA CÓ MÃ HỒ SƠ</strong> – hệ thống đang mất kết nối</p>
  <${Line} label="Người nộp"><strong>${body.applicant?.name ?? name}</strong></${Line}><${Line} label="Điện thoại">${body.applicant?.phone}</${Line}><${Line} label="Thủ tục">${body.procedure}</${Line}>
  <${Line} label="Số giấy tờ đã nhận">${body.components?.length ?? 0}</${Line}><${Line} label="Lúc">${dateTime(Date.now())}</${Line}>
  <p>Giấy tiếp nhận và hẹn trả kết quả có mã hồ sơ được gửi lại ngay khi có kết nối.</p><${Signs} left="NGƯỜI NỘP HỒ SƠ" right="NGƯỜI TIẾP NHẬN HỒ SƠ" applicant=${body.applicant?.name} /></article>`;

// ---- the end of a day

export function printDay(day, { officer, unit }) {
  const c = day.counts;
  return printSheet(html`<article><${Head} unit=${unit} /><h1>BẢNG TỔNG HỢP CUỐI NGÀY</h1><p class="part">Ngày ${date(`${day.day}T12:00:00+07:00`)} · ${officer}</p>
    <p>Tiếp nhận ${c.accepted}; hướng dẫn bổ sung ${c.returned}; từ chối ${c.rejected}; trả kết quả ${c.handed_over}. Đã thu ${money(day.collected)} (${c.payments} lần)${c.refunds > 0 && `; đã hoàn ${money(day.given_back)} (${c.refunds} lần)`}.</p>
    <table><thead><tr><th>TT</th><th>Giờ</th><th>Việc</th><th>Mã hồ sơ</th><th>Người nộp</th><th>Thủ tục</th><th>Số tiền</th></tr></thead><tbody>${day.items.map((i, n) => html`<tr><td>${n + 1}</td><td>${clock(i.at)}</td><td>${t(`today.${i.what}`)}</td><td>${i.code}</td><td>${i.applicant}</td><td>${i.procedure}</td><td>${i.amount === undefined ? '' : money(i.amount)}</td></tr>`)}</tbody></table>
    <${Signs} left="NGƯỜI LẬP" right="NGƯỜI NHẬN BÀN GIAO" applicant=${officer} /></article>`, 'a4');
}
