"""Papers over HTTP: what a PDF says is what the dossier says, codes can be scanned, every print is in the
log with the digest of its bytes, a reprint is the same but for its mark."""
import datetime
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake, together, office_day  # noqa: E402

t = Tap()
office = Office()
MARK = 'BẢN IN LẠI'
tmp = tempfile.TemporaryDirectory(prefix='motcua-papers-')


def tool(*args, data=None):
    return subprocess.run(args, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def words(pdf, *flags):
    """The text of all pages, in reading order, blanks as single ones."""
    return ' '.join(tool('pdftotext', *flags, '-', '-', data=pdf).decode().split())


def info(pdf):
    out = tool('pdfinfo', '-', data=pdf).decode()
    w, h = re.search(r'Page size:\s+([\d.]+) x ([\d.]+)', out).groups()
    return int(re.search(r'Pages:\s+(\d+)', out).group(1)), float(w), float(h)


def scanned(pdf):
    """What zbarimg reads from page 1 at the 203 dpi of a label printer."""
    name = os.path.join(tmp.name, 'page')
    tool('pdftoppm', '-r', '203', '-gray', '-png', '-f', '1', '-l', '1', '-singlefile', '-', name, data=pdf)
    out = tool('zbarimg', '-q', name + '.png').decode()
    return dict(line.split(':', 1) for line in out.splitlines())


def outside(pdf):
    """Words that do not lie within the page."""
    out = tool('pdftotext', '-bbox', '-', '-', data=pdf).decode()
    bad = []
    w = h = 0.0
    for line in out.splitlines():
        page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line)
        if page:
            w, h = map(float, page.groups())
        m = re.search(r'xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word', line)
        if m and not (0 <= float(m[1]) and 0 <= float(m[2]) and float(m[3]) <= w and float(m[4]) <= h):
            bad.append(m[5])
    return bad


def clock_words(at):
    d = datetime.datetime.fromisoformat(at)
    month = '%02d' % d.month if d.month <= 2 else str(d.month)
    return '%02d giờ %02d phút, ngày %02d tháng %s năm %d' % (d.hour, d.minute, d.day, month, d.year)


lan = office.client('lan.tiepnhan')
OWNER = {'kind': 'citizen', 'name': 'Vũ Thị Chủ', 'id_type': 'cccd', 'id_number': '031085000009', 'address': 'Số 5 Đình Vũ'}
made = lan.post('/v1/dossiers', intake(owner=OWNER, components=intake()['components'] + [{'component': 'superior', 'presented': True}]))
code, secret = made.json['code'], made.json['secret']
path = '/v1/dossiers/' + code

# ---- the receipt
r = lan.get(path + '/receipt.pdf')
t.ok(r.status == 200 and r.headers['Content-Type'] == 'application/pdf' and r.data[:5] == b'%PDF-',
     'the receipt is a PDF', r)
first = r.data
pages, w, h = info(first)
t.ok(pages == 1 and abs(w - 419.5) < 0.6 and abs(h - 595.3) < 0.6, 'one page of A5', (pages, w, h))
t.ok(len(first) <= 60000, 'at most 60 kB', len(first))
said = words(first)
d = lan.get(path).json
for what in ('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc',
             'GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ', 'Mẫu số 01 ban hành kèm theo Thông tư 03/2025/TT-VPCP',
             'Mã hồ sơ: ' + code,
             'Đơn vị tiếp nhận: Trung tâm Phục vụ hành chính công thành phố', 'Chủ hồ sơ: Vũ Thị Chủ. Địa chỉ: Số 5 Đình Vũ',
             '(nếu có) (xuất trình, đã đối chiếu)', 'Tiếp nhận hồ sơ của: Trường THPT Ngô Quyền', 'Địa chỉ: 16 Lương Khánh Thiện, Hải Phòng',
             'Email: van.thu@example.vn', 'Trích yếu: Mua sắm 40 bộ máy vi tính phòng tin học',
             'Thời gian nhận hồ sơ: ' + clock_words(d['accepted']),
             'Thời gian trả kết quả giải quyết hồ sơ: ' + clock_words(d['due']['original']),
             'NGƯỜI NỘP HỒ SƠ', 'NGƯỜI TIẾP NHẬN HỒ SƠ'):
    t.ok(what in said, 'it says: ' + what, said)
twin = lan.get(path + '/receipt').json
for x in twin['components']:
    t.ok(x['title'] in said, 'paper %d as in the JSON twin' % x['no'], (x, said))
t.ok(twin['procedure_name'] in said and twin['officer'] in said, 'procedure and officer as in the JSON twin', said)
t.ok(MARK not in said and 'Mã tra cứu' not in said, 'the first print is no reprint; without a secret none is shown', said)
seen = scanned(first)
t.ok(seen.get('CODE-128') == code, 'the bar code is the code of the dossier', seen)
t.ok(seen.get('QR-Code', '').endswith('/tra-cuu?code=' + code), 'the QR code opens its tracking page', seen)

# ---- reprints and the log
again = lan.get(path + '/receipt.pdf').data
third = lan.get(path + '/receipt.pdf').data
t.ok(MARK in words(again) and words(again).replace(MARK, '').split() == said.split(),
     'the second print says the same, and that it is a reprint', words(again))
t.ok(again == third, 'two reprints have the same bytes')
log = lan.get(path + '/prints').json['items']
t.eq([(x['nth'], x['reprint'], x['same']) for x in log], [(3, True, True), (2, True, True), (1, False, True)],
     'each print is noted; reprints as such, and that they say what the first one said')
t.eq([x['digest'] for x in log], [hashlib.sha256(x).hexdigest() for x in (third, again, first)],
     'with the digest of the bytes that left')
t.ok(all(x['paper'] == 'receipt' and x['variant'] == 'own/applicant' and x['name'] and x['copies'] == 1 for x in log),
     'which paper, which copy, how many, by whom', log)
r = lan.get(path + '/receipt.pdf?copy=file&copies=2')
t.ok(r.status == 200 and 'Liên: Lưu' in words(r.data) and MARK not in words(r.data),
     'the copy for the file is another paper, not a reprint', words(r.data))
t.eq(lan.get(path + '/prints').json['items'][0]['copies'], 2, 'two were printed of it')
both = together([lambda: office.client('lan.tiepnhan').get(path + '/receipt.pdf?copy=all') for _ in range(4)])
t.eq(sorted(MARK in words(x.data) for x in both), [False, True, True, True],
     'of four at one moment one is the first')
# ---- numbers of its book


def number(pdf):
    m = re.search(r'Số: (\d+)/TTPVHCC', words(pdf))
    return int(m.group(1)) if m else None


t.eq(number(first), 1, 'the first receipt of this unit and year is number 01 of its book')
t.eq([number(again), number(r.data)], [1, 1], 'a reprint and the copy for the file bear the same number')
more = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(4)]
got = together([lambda c=c: office.client('lan.tiepnhan').get('/v1/dossiers/%s/receipt.pdf' % c) for c in more + more])
t.eq(sorted(number(x.data) for x in got), [2, 2, 3, 3, 4, 4, 5, 5],
     'eight prints of four papers at one moment: four numbers, none twice, none left out')
t.eq(office.psql("SELECT string_agg(book || ' ' || last, ',') FROM motcua.paper_book").strip(), 'receipt 5',
     'the book stands at the last of them')
try:
    office.psql('DELETE FROM motcua.print_log')
    gone = True
except subprocess.CalledProcessError:
    gone = False
t.ok(not gone, 'nobody removes a line of the log')

# ---- other sheets
r = lan.get(path + '/receipt.pdf?paper=80mm&secret=' + secret)
pages, w, h = info(r.data)
t.ok(r.status == 200 and pages == 1 and abs(w - 226.8) < 0.6 and h > w, 'a strip 80 mm wide, as long as it gets', (r.status, w, h))
seen = scanned(r.data)
t.ok(seen.get('CODE-128') == code and seen.get('QR-Code', '').endswith('/tra-cuu#%s/%s' % (code, secret)),
     'its codes can be scanned, too: the QR code carries both codes where no server sees them', seen)
t.ok('Mã tra cứu: ' + secret in words(r.data) and not outside(r.data), 'it shows the secret that was told at intake', words(r.data))
r = lan.get(path + '/receipt.pdf?secret=XXXX-XXXX-XXXX')
t.ok(r.status == 400, 'a wrong secret is not printed', r)
r = lan.get(path + '/receipt.pdf?paper=a4&copy=all')
pages, w, h = info(r.data)
t.ok((pages, round(w), round(h)) == (1, 842, 595) and words(r.data).count('Mã hồ sơ: ' + code) == 2,
     'two copies side by side on an A4', (pages, w, h))
r = lan.get(path + '/receipt.pdf?english=yes')
t.ok('Received from' in words(r.data) and MARK not in words(r.data), 'with second lines in English', words(r.data))
for bad in ('paper=a3', 'copy=nobody', 'copies=0', 'copies=21'):
    t.eq(lan.get(path + '/receipt.pdf?' + bad).status, 400, 'refused: ' + bad)
t.eq(lan.get(path + '/control-slip.pdf?paper=80mm').status, 400, 'a paper without a form for the roll is not printed there')

# ---- several dossiers, one file: printed once, each numbered and noted by itself
numbers = [number(lan.get('/v1/dossiers/%s/receipt.pdf' % c).data) for c in more]
alone = hashlib.sha256(lan.get('/v1/dossiers/%s/receipt.pdf' % more[0]).data).hexdigest()
RECEIPTS = '/v1/papers/receipts.pdf?codes='
new = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(2)]
r = lan.get(RECEIPTS + ','.join([more[0], new[0], new[1]]))
pages = [words(r.data, '-f', str(i), '-l', str(i)) for i in (1, 2, 3)]
t.eq((r.status, info(r.data)[0]), (200, 3), 'three receipts, three pages')
t.eq([[c in p for c in [more[0]] + new] for p in pages], [[i == k for i in range(3)] for k in range(3)], 'in the order that was asked for')
t.eq([MARK in p for p in pages], [True, False, False], 'one of them was printed before, and says so')
got = [int(re.search(r'Số: (\d+)/TTPVHCC', p).group(1)) for p in pages]
t.ok(got[0] == numbers[0] and got[1] > max(numbers) and got[2] == got[1] + 1, 'each bears its own number', (numbers, got))
log = [lan.get('/v1/dossiers/%s/prints' % c).json['items'] for c in [more[0]] + new]
t.eq([(x[0]['paper'], x[0]['reprint'], x[0]['pages']) for x in log], [('receipt', True, 1), ('receipt', False, 1), ('receipt', False, 1)],
     'each print is noted by itself')
t.eq((log[0][0]['digest'], len({x[0]['digest'] for x in log})), (alone, 3), 'with the digest of that paper alone')
t.ok(not outside(r.data), 'nothing lies outside its page')
before = office.psql('SELECT count(*) FROM motcua.print_log')
r = lan.get(RECEIPTS + ','.join([more[0], 'H24.11-260101-9999', new[0], 'nonsense']))
t.eq((r.status, [e['pointer'] for e in r.json['errors']]), (422, ['/codes/1', '/codes/3']), 'those that cannot be printed are named')
t.eq(office.psql('SELECT count(*) FROM motcua.print_log'), before, 'and then none is printed')
for bad in ('', 'x' * 41, ','.join(['A'] * 51), more[0] + ',,' + more[1]):
    t.eq(lan.get(RECEIPTS + bad).status, 400, 'refused: %.20s' % bad)
r = lan.get('/v1/papers/control-slips.pdf?codes=' + ','.join(more[:2]))
t.ok(r.status == 200 and all(c in words(r.data) for c in more[:2]), 'control slips, too', r)

# ---- texts
long_name = ' '.join(['Nguyễn', 'Thị', 'Phương', 'Thuỷ', 'Ngọc', 'Quỳnh', 'Ưởng', 'Đặng'] * 30)[:200].strip()
nfd = unicodedata.normalize('NFD', 'Công ty cổ phần Đầu tư Thương mại và Dịch vụ Thuỵ Ứng Hoà')


def printed(name, **more):
    """A dossier of another applicant and the receipt of it."""
    applicant = dict(intake()['applicant'], name=name, id_number='H24.21.%d' % (abs(hash(name)) % 90 + 10), **more)
    r = lan.post('/v1/dossiers', intake(applicant=applicant))
    if r.status != 201:
        return r, None
    return r, lan.get('/v1/dossiers/%s/receipt.pdf' % r.json['code'])


r, p = printed(long_name)
t.ok(p is not None and p.status == 200, 'a name of %d characters is taken and printed' % len(long_name), r)
if p:
    t.ok(' '.join(long_name.split()) in words(p.data) and not outside(p.data) and info(p.data)[0] == 1,
         'every word of the longest name is there, within one page', (words(p.data), outside(p.data)))
r, p = printed(nfd)
t.ok(p and unicodedata.normalize('NFC', nfd) in words(p.data), 'a name typed in NFD reads composed', r)
r, p = printed('Mohammed محمد שלום Ivanov Иванов')
t.ok(p and p.status == 200 and 'Иванов' in words(p.data) and 'Số điện thoại' in words(p.data),
     'other scripts and directions are printed and turn nothing over', r)

# ---- who may
t.eq(office.client('giang.giamsat').get(path + '/receipt.pdf').status, 403, 'who only reads prints no receipt')
t.eq(office.client().get(path + '/receipt.pdf').status, 401, 'nor does a stranger')
t.eq(lan.get('/v1/dossiers/H24.11-260101-9999/receipt.pdf').status, 404, 'nothing is printed of what is not there')
t.eq(lan.get(path + '/refusal.pdf').status, 409, 'no refusal of what was not refused')
t.eq(lan.get(path + '/apology.pdf').status, 409, 'no apology without another date')
t.eq(lan.get(path + '/fee-receipt.pdf').status, 409, 'no receipt of what was not paid')
t.eq(lan.get(path + '/result-receipt.pdf').status, 409, 'no receipt of a result before it')
t.eq(lan.get(path + '/stop-notice.pdf').status, 409, 'no notice of a stop that was none')

# ---- forms 02 and 03 at the counter
def at_counter(number, outcome, reason, **more):
    body = intake(applicant=dict(intake()['applicant'], name='Trường số ' + number, id_number=number),
                  outcome=outcome, reasons=[reason], components=[{'component': 'request', 'originals': 1}], **more)
    return lan.post('/v1/dossiers', body).json


x = at_counter('H24.21.08', 'return', 'missing', missing=['assets'], note='Đề nghị nộp kèm danh mục tài sản.')
number = x.get('code') or x['submission']
r = lan.get('/v1/dossiers/%s/supplement-slip.pdf' % number)
said = words(r.data)
twin = lan.get('/v1/dossiers/%s/receipt' % number).json
t.ok(r.status == 200 and info(r.data)[0] == 1 and 'PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ' in said,
     'form 02 of what the counter gave back', r)
for what in ['Hồ sơ của: Trường số H24.21.08', 'Đề nghị nộp kèm danh mục tài sản.', twin['missing'][0],
             twin['reasons'][0]['title'], 'NGƯỜI HƯỚNG DẪN']:
    t.ok(what in said, 'it says: ' + what, said)
t.eq(lan.get('/v1/dossiers/%s/receipt.pdf' % number).status, 409, 'no receipt of what was given back')
x = at_counter('H24.21.09', 'reject', 'not_competent', note='Không thuộc thẩm quyền của thành phố.')
number = x.get('code') or x['submission']
r = lan.get('/v1/dossiers/%s/refusal.pdf' % number)
said = words(r.data)
for what in ['PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ', 'tiếp nhận hồ sơ của: Trường số H24.21.09',
             'Không thuộc thẩm quyền của thành phố.', 'NGƯỜI TIẾP NHẬN HỒ SƠ']:
    t.ok(what in said, 'it says: ' + what, said)

# ---- residence has forms of its own
def residence(**more):
    return lan.post('/v1/dossiers', intake(
        procedure='1.004222', case='01', form={'in_database': True},
        summary='Đăng ký thường trú', applicant={'kind': 'citizen', 'name': 'Đoàn Thị Mơ', 'id_type': 'cccd', 'id_number': '031188004321',
                   'phone': '0912345678', 'address': 'Phường Hồng Bàng, Hải Phòng'},
        components=[{'component': 'form', 'originals': 1}, {'component': 'dwelling', 'copies': 1}], **more))


r = residence()
p = lan.get('/v1/dossiers/%s/receipt.pdf' % r.json.get('code'))
said = words(p.data)
t.ok('PHIẾU TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ' in said and 'CT04' in said and 'Thông tư 66/2023/TT-BCA' in said,
     'residence is received on form CT04 of the police', (r, said))
t.ok('Nội dung yêu cầu giải quyết: Đăng ký thường trú' in said and 'Trích yếu' not in said, 'a subject that only repeats the procedure is not told twice', said)
r = residence(outcome='return', reasons=['wrong_form'])
p = lan.get('/v1/dossiers/%s/supplement-slip.pdf' % (r.json.get('code') or r.json.get('submission')))
t.ok('PHIẾU HƯỚNG DẪN BỔ SUNG, HOÀN THIỆN HỒ SƠ' in words(p.data) and 'CT05' in words(p.data), 'given back on CT05', (r, words(p.data)))
r = residence(outcome='reject', reasons=['not_competent'], note='Chỗ ở thuộc địa bàn khác.')
p = lan.get('/v1/dossiers/%s/refusal.pdf' % (r.json.get('code') or r.json.get('submission')))
t.ok('PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ' in words(p.data) and 'CT06' in words(p.data), 'refused on CT06', (r, words(p.data)))

# ---- the control slip, on paper and as JSON
r = lan.act(code, 'act', {'action': 'forward'})
t.ok(r.status == 200, 'it is handed on', r)
slip = lan.get(path + '/control-slip')
t.ok(slip.status == 200 and len(slip.json['steps']) == 2, 'one step done, one open', slip)
done, open_ = slip.json['steps']
t.ok(done['finished'] and done['outcome'] in ('early', 'on_time'), 'the first was in time', done)
t.ok(done['planned'] and done['used_minutes'] >= 0 and open_['finished'] is None and open_['outcome'] is None,
     'planned and used; the second lasts', slip.json)
t.eq(done['taker'], lan.get('/v1/session').json['name'], 'who took it')
steps = {x['step']: x for x in lan.get(path + '/history?definition=true').json['definition']['steps']}
t.eq([(steps[x['step']]['limit'], steps[x['step']]['used']) for x in slip.json['steps']],
     [(x['planned'], x['used']) for x in slip.json['steps']], 'the tracker of the screen tells the same times')
t.ok(None in [x['used'] for x in steps.values()], 'no time where it has not been yet')
p1, p2 = lan.get(path + '/control-slip.pdf'), lan.get(path + '/control-slip.pdf')
said = words(p1.data)
t.ok('PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ' in said and done['title'] in said and open_['title'] in said,
     'the slip lists both', said)
t.ok('Kèm theo hồ sơ của: Vũ Thị Chủ' in said, 'and whose dossier it goes with', said)
t.ok('Kế hoạch: ' + done['planned'] in said and 'Thực hiện: ' + done['used'] in said, 'with planned and used time', said)
t.ok(MARK not in said and MARK in words(p2.data), 'the same slip again is a reprint')
t.eq(scanned(p1.data).get('CODE-128'), code, 'its bar code is the code of the dossier')
r = lan.get(path + '/transfer-slip.pdf')
t.ok(r.status == 200 and open_['at']['name'] in words(r.data), 'the transfer slip names whose turn it is', words(r.data))
t.ok('Chủ hồ sơ: Vũ Thị Chủ' in words(r.data), 'and the owner as such, not who brought it', words(r.data))
t.eq(scanned(r.data).get('CODE-128'), code, 'so is that of the transfer slip')

# ---- asked for by whoever works on it (02), apology (04), payment, stop (05)
people = {office.client(x).get('/v1/session').json['user']: x for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')}
officer = office.client(people[lan.get(path).json['tasks'][0]['officer']])
binh, thu, hung = (office.client(x) for x in ('binh.stc', 'thu.thuphi', 'hung.tiepnhan'))
officer.act(code, 'receive')


def answer(who, kind, outcome, **more):
    task = [x for x in who.get(path).json['tasks'] if x.get('owes') == kind][0]['task']
    return who.act(code, 'answer', dict(task=task, outcome=outcome, **more))


officer.act(code, 'ask', {'kind': 'extension', 'until': '2027-01-15', 'reason': 'overload', 'document': '88/XL-STC'})
answer(binh, 'extension', 'agree')
t.eq(lan.get(path + '/apology.pdf').status, 409, 'no apology on paper before it is sent')
r = answer(lan, 'extension', 'send', method='email')
t.ok(r.status == 200, 'sent', r)
r = lan.get(path + '/apology.pdf')
said = words(r.data)
d = lan.get(path).json
for what in ['VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT', 'Kính gửi: Trường THPT Ngô Quyền', '88/XL-STC',
             'Thời gian hẹn trả kết quả: ' + clock_words(d['due']['basis']),
             'hẹn lại thời gian trả kết quả: ' + clock_words(d['due']['current']),
             'THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ']:
    t.ok(what in said, 'the apology says: ' + what, said)
t.ok(clock_words(d['due']['original']) in words(lan.get(path + '/receipt.pdf').data),
     'the receipt still shows the first promise')
t.ok(lan.get(path + '/prints').json['items'][0]['same'], 'and is the same as the first one')

officer.act(code, 'ask', {'kind': 'payment', 'amount': 150000})
answer(thu, 'payment', 'paid', amount=150000, reference='BL-0001', method='cash')
r = thu.get(path + '/fee-receipt.pdf?copy=all')
said = words(r.data)
t.ok(r.status == 200 and info(r.data)[0] == 3, 'a receipt in three copies', r)
for what in ['BIÊN LAI THU PHÍ, LỆ PHÍ', 'Liên 1: Giao người nộp tiền', 'Liên 3: Lưu kế toán', 'BL-0001', '150.000 đồng',
             'Bằng chữ: Một trăm năm mươi nghìn đồng', 'Hình thức thanh toán: Tiền mặt']:
    t.ok(what in said, 'the receipt says: ' + what, said)
t.eq([round(x) for x in info(r.data)[1:]], [420, 595], 'each of A5')
t.eq(scanned(r.data).get('CODE-128'), code, 'its bar code is the code of the dossier')
for n, copy in enumerate(('Liên 1: Giao người nộp tiền', 'Liên 2: Lưu hồ sơ', 'Liên 3: Lưu kế toán'), 1):
    page = words(r.data, '-f', str(n), '-l', str(n))
    t.ok(copy in page and page.count('Liên ') == 1 and 'BL-0001' in page and '150.000 đồng' in page and MARK not in page,
         'page %d is that copy and no other: %s' % (n, copy), page)
again = words(thu.get(path + '/fee-receipt.pdf?copy=all').data)
t.ok(again.count(MARK) == 3 and again.replace(MARK, '').split() == said.split(), 'printed again: the same, each copy marked', again)

officer.act(code, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'],
                          'text': 'Bổ sung danh mục', 'exception': 'Luật Quản lý tài sản công, Điều 29', 'document': '12/STC'})
while [x for x in lan.get(path).json['tasks'] if x.get('owes') == 'supplement' and x['role'] != 'receiver']:
    answer(binh, 'supplement', 'agree')
r = answer(hung, 'supplement', 'send')
t.ok(r.status == 200, 'a supplement is sent', r)
r = lan.get(path + '/supplement-slip.pdf')
said = words(r.data)
due = lan.get(path).json['requests'][-1]['due']
t.ok(r.status == 200 and twin['missing'][0] in said and (not due or clock_words(due) in said) and 'Mã hồ sơ: ' + code in said,
     'form 02 with what is missing and until when', said)
t.ok(twin['missing'][0] + ' Bổ sung danh mục Các lý do:' in said and 'Văn bản kèm theo: 12/STC' in said,
     'in the words of whoever asked for it, and by which letter', said)

r = lan.act(code, 'stop', {'document': 'Đơn ngày 22/11/2026', 'note': 'Không còn nhu cầu'})
t.ok(r.status == 200, 'stopped', r)
r = lan.get(path + '/stop-notice.pdf')
said = words(r.data)
for what in ['THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ', 'Chủ hồ sơ: Vũ Thị Chủ Địa chỉ: Số 5 Đình Vũ', 'Xử lý phí, lệ phí đã nộp: …',
             'Lý do: Tổ chức, cá nhân đề nghị dừng giải quyết hồ sơ', 'Đơn ngày 22/11/2026', 'Phí, lệ phí đã nộp: 150.000 đồng', 'Giấy tờ trả lại cho người nộp:']:
    t.ok(what in said, 'the notice says: ' + what, said)
t.ok('cơ quan quản lý cấp trên' not in said, 'what was only shown was not kept and does not go back', said)

# ---- a result from the desk to the applicant; refused: form 03
COPIES = '2.000635'
clerks = {x: office.client(x) for x in ('an.stp', 'cuc.stp', 'nhan.stp', 'tam.stp', 'ly.stp', 'mai.traketqua')}
ids = {c.get('/v1/session').json['user']: c for c in clerks.values()}


def whole_way(number, decision, reason=None, **how):
    """A copy of a register, from the counter to the result or the refusal; answers its code."""
    body = intake(procedure=COPIES, form={'copies': 1}, components=[{'component': 'request', 'originals': 1},
                  {'component': 'identity', 'presented': True}],
                  applicant={'kind': 'citizen', 'name': 'Nguyễn Văn ' + number, 'id_type': 'cccd',
                             'id_number': '0310900' + number, 'phone': '0912345678'}, **how)
    body['case'] = '01'
    r = lan.post('/v1/dossiers', body)
    assert r.status == 201, r
    one = r.json['code']

    def step(who, action, first=None, **more):
        who.act(one, 'receive')
        who.act(one, 'claim')
        if first:
            who.act(one, 'draft', first)
        r = who.act(one, 'act', dict(action=action, **more))
        assert r.status == 200, (action, r)

    def desk(*names):
        held = lan.get('/v1/dossiers/' + one).json['tasks'][0]['officer']
        return ids.get(held) or clerks[names[0]]
    thu.act(one, 'pay', {'amount': 8000, 'reference': 'BL ' + number})
    step(lan, 'forward')
    step(desk('an.stp', 'cuc.stp'), 'forward', {'text': 'Kết quả tra cứu sổ gốc: đủ điều kiện.'})
    step(desk('nhan.stp'), 'forward')
    step(desk('tam.stp'), decision, **({'reason': reason, 'note': 'Không có trong sổ gốc.'} if reason else {}))
    up = desk('ly.stp').send('POST', '/v1/files?name=trich-luc.pdf', b'%PDF-1.7\n' + number.encode() + b'x' * 2000 + b'\n%%EOF\n',
                             {'Content-Type': 'application/pdf'})
    step(desk('ly.stp'), 'number', number=number + '/TLHT', signer='Đỗ Minh Tâm', date=str(office_day()),
         file=up.json['hash'])
    step(desk('ly.stp'), 'release')
    return one, desk('mai.traketqua')


one, returner = whole_way('10001', 'approve')
returner.act(one, 'receive')
returner.act(one, 'claim')
r = returner.act(one, 'act', {'action': 'hand_over', 'to_whom': 'owner'})
t.ok(r.status == 200, 'the result is handed over', r)
r = returner.get('/v1/dossiers/%s/result-receipt.pdf' % one)
said = words(r.data, '-raw')
for what, n in [(one, 'MÃ'), (r'\d\d giờ \d\d phút, ngày \d\d tháng \d\d? năm \d{4}', 'LÚC'), (r'ngày \d\d tháng \d\d? năm \d{4}', 'NGÀY'), (r'\d\d/\d\d/\d{4}', 'N/T/N')]:
    said = re.sub(what, n, said)
HEAD = 'VĂN PHÒNG ỦY BAN NHÂN DÂN THÀNH PHỐ TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG THÀNH PHỐ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc '
t.eq(said, HEAD + 'Hải Phòng, NGÀY GIẤY BIÊN NHẬN TRẢ KẾT QUẢ (Liên: Giao người nhận kết quả) Mã hồ sơ: MÃ Tên thủ tục: Cấp bản sao Trích lục hộ '
     'tịch, bản sao Giấy khai sinh Trích yếu: Mua sắm 40 bộ máy vi tính phòng tin học Chủ hồ sơ: Nguyễn Văn 10001 Thời gian hẹn trả: LÚC Thời gian '
     'trả: LÚC TT Loại kết quả Số Ngày Người ký 1 Bản sao Trích lục hộ tịch, bản sao Giấy khai sinh 10001/TLHT N/T/N Đỗ Minh Tâm Người nhận: '
     'Nguyễn Văn 10001. Số điện thoại: 0912345678 NGƯỜI NHẬN KẾT QUẢ (Ký và ghi rõ họ tên) NGƯỜI TRẢ KẾT QUẢ (Ký và ghi rõ họ tên) '
     'Nguyễn Văn 10001 Phạm Thị Mai', 'every word of the receipt of the result')
t.eq(scanned(r.data).get('CODE-128'), one, 'its bar code is the code of the dossier')
t.eq([round(x) for x in info(r.data)[1:]], [420, 595], 'of A5')
r = thu.get('/v1/dossiers/%s/fee-receipt.pdf' % one)
t.ok('8.000 đồng' in words(r.data) and 'Tám nghìn đồng' in words(r.data) and 'Đỗ Thị Thu' in words(r.data),
     'the fee of acceptance, in figures and in words', words(r.data))
t.ok('Phí cấp bản sao trích lục 8.000' in words(r.data, '-raw'), 'and by its name', words(r.data))
slip = lan.get('/v1/dossiers/%s/control-slip' % one).json['steps']
r = lan.get('/v1/dossiers/%s/control-slip.pdf' % one)
t.ok(all(x['title'] in words(r.data) and x['taker'] in words(r.data) for x in slip if x['finished']),
     'the control slip has all steps and people', words(r.data))
office.psql("UPDATE motcua.dossier SET state = replace(state::text, '[1,2,0]', '[0,1,0]') WHERE code = '%s'" % one)
last = lan.get('/v1/dossiers/%s/control-slip' % one).json['steps'][-1]
t.ok(slip[-1]['outcome'] in ('early', 'on_time') and last['outcome'] is None, 'a step without a time of its own is neither early nor late', (slip[-1], last))
said = words(lan.get('/v1/dossiers/%s/control-slip.pdf' % one).data)
t.ok('Kế hoạch: 0' not in said and 'Quá hạn' not in said, 'nor does the slip say so', said)
told = lan.get('/v1/dossiers/%s/history' % one).json['history']
r = lan.get('/v1/dossiers/%s/journal.pdf' % one)
said = words(r.data)
t.ok(r.status == 200 and 'PHIẾU QUÁ TRÌNH XỬ LÝ HỒ SƠ' in said, 'the record of processing', r)
t.eq(scanned(r.data).get('CODE-128'), one, 'with its bar code')
missing = [x['title'] for x in told if x['title'] and x['title'] not in said]
t.ok(not missing and not outside(r.data), 'it has a line for every event of the history', (missing, said))
t.ok(all(x['name'] in said for x in told if x['name']), 'with the name of whoever did it', said)
one, returner = whole_way('10002', 'refuse', 'not_eligible', result_by='post', result_address='Số 9 Cầu Đất')
r = lan.get('/v1/dossiers/%s/refusal.pdf' % one)
said = words(r.data)
for what in ['PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ', 'SỞ TƯ PHÁP', 'Không có trong sổ gốc.', 'Nguyễn Văn 10002',
             'NGƯỜI TIẾP NHẬN HỒ SƠ', 'THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ', 'Nguyễn Thị Lan', 'Đỗ Minh Tâm']:
    t.ok(what in said, 'refused after examination, by the competent agency: ' + what, said)
t.ok('đủ điều kiện.' not in said, 'a draft that was not to refuse is not told', said)
for act, body in (('receive', {}), ('claim', {}), ('act', {'action': 'hand_over', 'to_whom': 'post', 'note': 'EV001VN'})):
    r = returner.act(one, act, body)
t.eq(r.status, 200, 'handed to the post')
said = words(returner.get('/v1/dossiers/%s/result-receipt.pdf' % one).data)
t.ok('Người nhận: Nhân viên bưu chính công ích. Số điện thoại: ……' in said and 'Ghi chú: EV001VN' in said, 'whose number is not that of the applicant', said)

# ---- who is exempt reads why; who withdraws, that it was so
one = lan.post('/v1/dossiers', intake(procedure='1.004194', competent='P_HONGBANG_CA', form={}, exemption='poor', evidence='Sổ hộ nghèo 12/2026',
                                      components=[{'component': 'form', 'originals': 1}, {'component': 'dwelling', 'copies': 1}])).json['code']
said = words(lan.get('/v1/dossiers/%s/receipt.pdf' % one).data)
t.ok('Phí, lệ phí: Không' in said and '0 đồng (Người thuộc hộ nghèo)' in said, 'nothing is charged, and why', said)
t.eq(lan.act(one, 'withdraw', {'document': 'Đơn số 7'}).status, 200, 'withdrawn')
said = words(lan.get('/v1/dossiers/%s/stop-notice.pdf' % one).data)
t.ok('Lý do: Tổ chức, cá nhân đề nghị rút hồ sơ' in said and 'Xử lý' not in said, 'the notice says who wanted it', said)

# ---- another template since: a reprint is made by that of the first print
office.psql("ALTER TABLE motcua.print_log DISABLE TRIGGER ALL; WITH t AS (INSERT INTO motcua.paper_template (hash, paper, source) SELECT "
            "sha256(convert_to(x, 'UTF8')), paper, x FROM (SELECT paper, replace(source, 'THÔNG BÁO DỪNG', 'THÔNG BÁO CŨ') AS x "
            "FROM motcua.paper_template WHERE paper = 'stop-notice' LIMIT 1) y RETURNING hash) "
            "UPDATE motcua.print_log SET template = t.hash FROM t WHERE subject = '%s' AND paper LIKE 'stop-notice%%'" % one)
t.ok('THÔNG BÁO CŨ' in words(lan.get('/v1/dossiers/%s/stop-notice.pdf' % one).data), 'by the old one')
t.ok('THÔNG BÁO DỪNG' in words(lan.get('/v1/dossiers/%s/stop-notice.pdf?copy=file' % one).data), 'a first print by the present one')

# ---- another case moves limit and fee; the receipt goes on saying what was promised
one = lan.post('/v1/dossiers', intake(procedure=COPIES, case='01', form={'copies': 1}, components=[
    {'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])).json['code']
first_said = words(lan.get('/v1/dossiers/%s/receipt.pdf' % one).data)
thu.act(one, 'pay', {'amount': 8000, 'reference': 'BL 10003'})
lan.act(one, 'act', {'action': 'forward'})
desk = ids.get(lan.get('/v1/dossiers/' + one).json['tasks'][0]['officer']) or clerks['an.stp']
desk.act(one, 'receive')
desk.act(one, 'claim')
desk.act(one, 'ask', {'kind': 'case', 'case': '04', 'text': 'Phải tra cứu sổ', 'document': '01/TTr'})
task = [x for x in clerks['tam.stp'].get('/v1/dossiers/' + one).json['tasks'] if x.get('owes') == 'case'][0]['task']
clerks['tam.stp'].act(one, 'answer', {'task': task, 'outcome': 'agree'})
d = lan.get('/v1/dossiers/' + one).json
t.ok(d['case'] == '04' and d['due']['current'] > d['due']['original'], 'another case, a later date', d)
office.psql("UPDATE motcua.dossier SET state = replace(state::text, '\"fe\":8000', '\"fe\":9000') WHERE code = '%s'" % one)
t.eq(lan.get('/v1/dossiers/' + one).json['fee'], 9000, 'as if another fee came with it')
t.eq(words(lan.get('/v1/dossiers/%s/receipt.pdf' % one).data).replace(MARK, '').split(), first_said.split(), 'the same receipt')
t.ok(lan.get('/v1/dossiers/%s/prints' % one).json['items'][0]['same'], 'byte for byte, but for the mark')

# ---- lists of a day, the register
r = lan.get('/v1/intake/today.pdf')
pages, w, h = info(r.data)
said = words(r.data)
t.ok(r.status == 200 and (round(w), round(h)) == (842, 595) and code in said.replace(' ', '') and
     'Trường THPT Ngô Quyền' in said, 'what I took in today, A4 across', said[:500])
fee = office.psql("SELECT sum(coalesce((state::json ->> 'fe')::int8, 0)) FROM motcua.dossier WHERE accepted IS NOT NULL")
t.ok('8.000' in said and 'Phí, lệ phí: %s đồng' % '{:,}'.format(int(fee)).replace(',', '.') in said, 'with what is charged, and its sum', (fee, said[-700:]))
r = lan.get('/v1/intake/hand-over.pdf?to=STC')
t.ok(r.status == 200 and 'DANH MỤC BÀN GIAO' in words(r.data) and code in words(r.data).replace(' ', ''), 'the hand-over list', r)
r = lan.get('/v1/reports/register.pdf?field=QLCS')
t.ok(r.status == 200 and 'SỔ THEO DÕI HỒ SƠ' in words(r.data) and code in words(r.data).replace(' ', ''), 'the register book', r)
t.eq(lan.get('/v1/intake/hand-over.pdf?to=NOBODY').status, 400, 'an unknown agency is refused')
r = lan.get('/v1/intake/hand-over.pdf?day=2020-01-02')
t.ok('Không có hồ sơ nào.' in words(r.data) and 'Số: ……' in words(r.data), 'a list of nothing says so, and takes no number', words(r.data))
r = lan.get('/v1/results/hand-over.pdf?from=STP')
said = words(r.data)
t.ok(r.status == 200 and info(r.data)[1:] != info(first)[1:] and not outside(r.data), 'the list that results are handed over by, A4 across', r)
for what in ('PHIẾU BÀN GIAO KẾT QUẢ', 'Số: 01/BGKQ', 'Bên giao: Sở Tư pháp', 'Kết quả số 10001/TLHT', 'Từ chối giải quyết', 'Nguyễn Văn 10001',
             'Nguyễn Văn 10002', 'Phí, lệ', 'Trả qua', 'Tổng số: 2 kết quả', 'NGƯỜI GIAO', 'NGƯỜI NHẬN'):
    t.ok(what in said, 'it says: ' + what, said)
for path in ('/v1/intake/hand-over.pdf', '/v1/results/hand-over.pdf'):
    both = lan.get(path + '?copy=all').data
    pages = [words(both, '-f', str(i), '-l', str(i)) for i in range(1, info(both)[0] + 1)]
    t.eq([next((x for x in ('Bên giao', 'Bên nhận') if 'Liên: ' + x in p), None) for p in pages if 'Liên: ' in p], ['Bên giao', 'Bên nhận'],
         'a copy for whoever gives, one for whoever takes: ' + path)
t.eq(len(re.findall(r'\bX\b', said)), 3, 'each has a fee, one goes on by post')
t.ok('Không có kết quả nào' in words(lan.get('/v1/results/hand-over.pdf?from=STC').data), 'another agency handed over none')
t.eq(lan.get('/v1/results/hand-over.pdf?from=NOBODY').status, 400, 'one that is unknown is refused')
r = lan.get('/v1/intake/today.pdf?day=2020-01-02')
t.ok(r.status == 200 and 'Không có hồ sơ nào' in words(r.data), 'an empty day says so', r)

# ---- the limit is the procedure's, also of what was submitted online: that has the clock of the answer before it
LIMIT = 'Thời gian giải quyết hồ sơ theo quy định là: 30 ngày'
sub = office.client('hoa.buudien').post('/v1/submissions', intake(channel='online')).json['code']
online = lan.post('/v1/submissions/%s/accept' % sub, {}, match='"1"').json['code']
t.ok(LIMIT in words(first) and LIMIT in words(lan.get('/v1/dossiers/%s/receipt.pdf' % online).data),
     'the receipt tells the limit of the procedure, however it was submitted', words(first))

office.end(t)
