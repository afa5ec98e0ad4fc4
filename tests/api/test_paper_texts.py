"""Every word of the statutory papers, forms 01 to 07 of both circulars and II.06a, II.06b, against papers.golden.txt (made anew
with MOTCUA_TEST_GOLDEN=write; look at the difference before it is kept).  Days, hours and years are masked, nothing else.
Sizes, and the codes on them as a scanner reads them.
What was typed with letters and marks apart (NFD) gives the very same paper as what was typed in one (NFC)."""
import datetime
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'papers.golden.txt')
lan, binh, hung, sup = (office.client(x) for x in ('lan.tiepnhan', 'binh.stc', 'hung.tiepnhan', 'giang.giamsat'))
PERIOD = 'from=%d-01-01&to=%d-01-01' % (office_day().year, office_day().year + 1)
MASKS = [(r'H24\.11- ?\d{6}- ?(\d{4})', r'H24.11-YYMMDD-\1'), (r'\d{2} giờ \d{2} phút', 'hh giờ mm phút'), (r'\b\d{2}:\d{2}\b', 'hh:mm'),
         (r'ngày \d{2} tháng \d{2} năm \d{4}', 'ngày DD tháng MM năm YYYY'), (r'\b\d{2}/\d{2}/\d{4}\b', 'DD/MM/YYYY'),
         (r'\b20(2[6-9]|[3-9]\d)\b', 'YYYY'), (r'\bS- ?[A-Z0-9]{12,}', 'S-…'), (r'Thực hiện: \d+ phút', 'Thực hiện: n phút'),
         (r'(Trước|Đúng) hạn Hạn:', 'Trước hoặc đúng hạn Hạn:')]  # by the hour of the day


def text_of(answer):
    assert answer.status == 200, answer
    p = subprocess.run(['pdftotext', '-raw', '-', '-'], input=answer.data, stdout=subprocess.PIPE, check=True)
    said = ' '.join(p.stdout.decode().split())
    for mask, word in MASKS:
        said = re.sub(mask, word, said)
    return said


told, drawn = {}, {}


def tell(name, answer):
    told[name] = text_of(answer)
    drawn[name] = answer.data
    t.ok(unicodedata.is_normalized('NFC', told[name]), name + ' is written in NFC')


def page_mm(pdf):
    said = subprocess.run(['pdfinfo', '-'], input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()
    return tuple(round(float(x) * 25.4 / 72) for x in re.search(r'Page size:\s+([\d.]+) x ([\d.]+)', said).groups())


# ---- both circulars: the older one's papers are those of dossiers that were received under its decree
NOW, OLD = 'TT 03/2025', 'TT 01/2018'
FORMS = {NOW: {'receipt': 'Mẫu 01', 'supplement slip': 'Mẫu 02', 'refusal': 'Mẫu 03', 'apology': 'Mẫu 04', 'stop notice': 'Mẫu 05',
               'control slip': 'Mẫu 06', 'register': 'Mẫu 07'},
         OLD: {'receipt': 'Mẫu 01', 'supplement slip': 'Mẫu 02', 'refusal': 'Mẫu 03', 'apology': 'Mẫu 04', 'stop notice': 'no form',
               'control slip': 'Mẫu 05', 'register': 'Mẫu 06'}}


def name_of(circular, paper):
    return '%s, %s %s' % (circular, FORMS[circular][paper], paper)


def under(circular, number):
    """As if it had been received then; acts go on under that decree."""
    if circular == OLD:
        office.psql("UPDATE motcua.dossier SET state = replace(state::text, 'nd118-2025', 'nd61-2018') WHERE coalesce(code, submission) = '%s'"
                    % number)
        t.eq(lan.get('/v1/dossiers/' + number).json['regime'], 'nd61-2018', '%s is under the older decree' % number)


def answer(who, path, kind, outcome, **more):
    task = [x for x in who.get(path).json['tasks'] if x.get('owes') == kind][0]['task']
    r = who.act(path.split('/')[-1], 'answer', dict(task=task, outcome=outcome, **more))
    assert r.status == 200, r


people = {office.client(x).get('/v1/session').json['user']: x for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')}
HUYEN = {'kind': 'citizen', 'name': 'Vũ Thị Huyền', 'id_type': 'cccd', 'id_number': '031085000009', 'phone': '0912345678',
         'address': 'Số 5 Đình Vũ, phường Đông Hải'}


def papers_of(circular):
    """Forms 01 to 06: taken in, put off with an apology, papers asked for, stopped; another one refused at the counter."""
    code = lan.post('/v1/dossiers', intake()).json['code']
    path = '/v1/dossiers/' + code
    under(circular, code)
    tell(name_of(circular, 'receipt'), lan.get(path + '/receipt.pdf'))
    number = lan.post('/v1/submissions', dict(intake(applicant=HUYEN), channel='post')).json['code']
    under(circular, number)
    r = lan.post('/v1/submissions/%s/reject' % number, {'reasons': ['not_eligible'], 'note': 'Không thuộc thẩm quyền'},
                 match=lan.get('/v1/dossiers/' + number).etag)
    t.eq(r.status, 200, 'refused')
    tell(name_of(circular, 'refusal'), lan.get('/v1/dossiers/%s/refusal.pdf' % number))
    lan.act(code, 'act', {'action': 'forward'})
    if circular == NOW:
        tell('transfer slip', lan.get(path + '/transfer-slip.pdf'))
    officer = office.client(people[lan.get(path).json['tasks'][0]['officer']])
    officer.act(code, 'receive')
    until = (office_day() + datetime.timedelta(days=45)).isoformat()
    r = officer.act(code, 'ask', {'kind': 'extension', 'until': until, 'reason': 'overload', 'document': '88/XL-STC'})
    t.eq(r.status, 200, 'an apology is drafted')
    answer(binh, path, 'extension', 'agree')
    answer(lan, path, 'extension', 'send', method='phone')
    tell(name_of(circular, 'apology'), lan.get(path + '/apology.pdf'))
    officer.act(code, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'text': 'Bổ sung danh mục tài sản',
                              'exception': 'Luật Quản lý tài sản công, Điều 29'})
    while [x for x in lan.get(path).json['tasks'] if x.get('owes') == 'supplement' and x['role'] != 'receiver']:
        answer(binh, path, 'supplement', 'agree')
    answer(hung, path, 'supplement', 'send')
    tell(name_of(circular, 'supplement slip'), lan.get(path + '/supplement-slip.pdf'))
    r = lan.act(code, 'stop', {'document': 'Đơn số 03', 'note': 'Không còn nhu cầu'})
    t.eq(r.status, 200, 'stopped')
    tell(name_of(circular, 'stop notice'), lan.get(path + '/stop-notice.pdf'))
    tell(name_of(circular, 'control slip'), lan.get(path + '/control-slip.pdf'))
    if circular == NOW:
        office.psql("UPDATE motcua.dossier SET state = regexp_replace(state::text, '\"(bd|cu)\":[0-9]+', '\"\\1\":1', 'g') WHERE code = '%s'" % code)
        again = text_of(lan.get(path + '/apology.pdf'))
        t.eq(again.replace('BẢN IN LẠI ', '').replace(' BẢN IN LẠI', ''), told[name_of(NOW, 'apology')], 'whatever is due now, the apology says what it said')
    return {'receipt': code, 'refusal': number, 'supplement slip': code, 'stop notice': code, 'control slip': code}


# ---- the papers of today; typed with letters and marks apart (NFD) they are the same
codes = papers_of(NOW)
receipt = name_of(NOW, 'receipt')
body = intake()
apart = json.loads(unicodedata.normalize('NFD', json.dumps(body, ensure_ascii=False)))
t.ok(apart != body, 'letters and marks apart')
other = lan.post('/v1/dossiers', apart).json['code']
alike = text_of(lan.get('/v1/dossiers/%s/receipt.pdf' % other))
t.eq(alike.replace('-0002', '-0001').replace('Số: 02/', 'Số: 01/').replace('Số thứ tự: 02', 'Số thứ tự: 01'), told[receipt],
     'typed with letters and marks apart: the same receipt')
tell(name_of(NOW, 'register'), lan.get('/v1/reports/register.pdf?field=QLCS'))
tell('II.06a', sup.get('/v1/reports/ii06a.pdf?' + PERIOD))
tell('II.06b', sup.get('/v1/reports/ii06b.pdf?' + PERIOD))

# ---- the older circular; its register is that of a year when it was in force
papers_of(OLD)
then = lan.post('/v1/dossiers', intake()).json['code']
office.psql("UPDATE motcua.dossier SET accepted = accepted - interval '%d years', code = 'H24.12.01.01-240105-0004' WHERE code = '%s'; "
            "UPDATE motcua.register_unit SET upto = '-infinity'" % (office_day().year - 2024, then))
tell(name_of(OLD, 'register'), lan.get('/v1/reports/register.pdf?field=QLCS&year=2024'))

# ---- lists of a day; the longest code there is stands in one piece
day = office.psql("SELECT (accepted AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM motcua.dossier WHERE code = 'H24.12.01.01-240105-0004'")
tell('list of what was taken in', lan.get('/v1/intake/today.pdf?whose=unit&day=' + day))
tell('hand-over list', lan.get('/v1/intake/hand-over.pdf?to=STC&day=' + day))

# ---- sizes; what a scanner reads from the page
for name, pdf in drawn.items():
    wide = 'register' in name or 'list' in name or name.startswith('II')
    t.eq(page_mm(pdf), (297, 210) if wide else (148, 210), name + ': its size')
with tempfile.TemporaryDirectory(prefix='motcua-papers-') as tmp:
    for i, paper in enumerate(codes):
        subprocess.run(['pdftoppm', '-r', '203', '-gray', '-png', '-singlefile', '-', '%s/%d' % (tmp, i)], check=True,
                       input=drawn[name_of(NOW, paper)])
        said = subprocess.run(['zbarimg', '-q', '%s/%d.png' % (tmp, i)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
        seen = dict(x.split(':', 1) for x in said.splitlines())
        t.eq(seen.get('CODE-128'), codes[paper], paper + ': its bar code is the number of the dossier')
        if paper == 'receipt':
            t.ok(seen.get('QR-Code', '').endswith('/tra-cuu?code=' + codes[paper]), 'its QR code opens the tracking page', seen)

# ---- against the golden texts
made = ''.join('== %s\n%s\n\n' % (name, '\n'.join(textwrap.wrap(said, 120, break_long_words=False, break_on_hyphens=False)))
               for name, said in sorted(told.items()))
if os.environ.get('MOTCUA_TEST_GOLDEN') == 'write':
    with open(GOLDEN, 'w', encoding='utf-8') as f:
        f.write(made)
golden = open(GOLDEN, encoding='utf-8').read() if os.path.exists(GOLDEN) else ''
t.ok(made == golden, 'every word is as it was (papers.golden.txt)',
     '\n'.join(list(difflib.unified_diff(golden.splitlines(), made.splitlines(), 'golden', 'now', lineterm='', n=0))[:60]))
office.end(t)
