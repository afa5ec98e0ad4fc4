"""Every word of the statutory papers, forms 01 to 07 of the circulars and II.06a, II.06b, against papers.golden.txt (made anew
with MOTCUA_TEST_GOLDEN=write; look at the difference before it is kept).  Days, hours and years are masked, nothing else.
What was typed with letters and marks apart (NFD) gives the very same paper as what was typed in one (NFC)."""
import datetime
import difflib
import json
import os
import re
import subprocess
import sys
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
         (r'\b20(2[6-9]|[3-9]\d)\b', 'YYYY'), (r'\bS- ?[A-Z0-9]{12,}', 'S-…'), (r'Thực hiện: \d+ phút', 'Thực hiện: n phút')]


def text_of(answer):
    assert answer.status == 200, answer
    p = subprocess.run(['pdftotext', '-raw', '-', '-'], input=answer.data, stdout=subprocess.PIPE, check=True)
    said = ' '.join(p.stdout.decode().split())
    for mask, word in MASKS:
        said = re.sub(mask, word, said)
    return said


told = {}


def tell(name, answer):
    told[name] = text_of(answer)
    t.ok(unicodedata.is_normalized('NFC', told[name]), name + ' is written in NFC')


# ---- 01: the receipt; the same from NFD
body = intake()
r = lan.post('/v1/dossiers', body)
code = r.json['code']
path = '/v1/dossiers/' + code
tell('Mẫu 01 receipt', lan.get(path + '/receipt.pdf'))
apart = json.loads(unicodedata.normalize('NFD', json.dumps(body, ensure_ascii=False)))
t.ok(apart != body, 'letters and marks apart')
other = lan.post('/v1/dossiers', apart).json['code']
alike = text_of(lan.get('/v1/dossiers/%s/receipt.pdf' % other))
t.eq(alike.replace('-0002', '-0001').replace('Số: 02/', 'Số: 01/').replace('Số thứ tự: 02', 'Số thứ tự: 01'), told['Mẫu 01 receipt'],
     'typed with letters and marks apart: the same receipt')

# ---- refused at the counter (03)
body = intake(applicant={'kind': 'citizen', 'name': 'Vũ Thị Huyền', 'id_type': 'cccd', 'id_number': '031085000009', 'phone': '0912345678',
                         'address': 'Số 5 Đình Vũ, phường Đông Hải'})
refused = lan.post('/v1/submissions', dict(body, channel='post'))
number = refused.json.get('submission') or refused.json.get('number') or refused.json.get('code')
etag = lan.get('/v1/dossiers/' + number).etag
r = lan.post('/v1/submissions/%s/reject' % number, {'reasons': ['not_eligible'], 'note': 'Không thuộc thẩm quyền'}, match=etag)
t.eq(r.status, 200, 'refused')
tell('Mẫu 03 refusal', lan.get('/v1/dossiers/%s/refusal.pdf' % number))

# ---- 04: apology with another day; 02: papers asked for; 05: stopped; 06: the control slip of all that
people = {office.client(x).get('/v1/session').json['user']: x for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')}
lan.act(code, 'act', {'action': 'forward'})
officer = office.client(people[lan.get(path).json['tasks'][0]['officer']])
officer.act(code, 'receive')


def answer(who, kind, outcome, **more):
    task = [x for x in who.get(path).json['tasks'] if x.get('owes') == kind][0]['task']
    r = who.act(code, 'answer', dict(task=task, outcome=outcome, **more))
    assert r.status == 200, r


until = (office_day() + datetime.timedelta(days=45)).isoformat()
r = officer.act(code, 'ask', {'kind': 'extension', 'until': until, 'reason': 'overload', 'document': '88/XL-STC'})
t.eq(r.status, 200, 'an apology is drafted')
answer(binh, 'extension', 'agree')
answer(lan, 'extension', 'send', method='phone')
tell('Mẫu 04 apology', lan.get(path + '/apology.pdf'))
officer.act(code, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'text': 'Bổ sung danh mục tài sản',
                          'exception': 'Luật Quản lý tài sản công, Điều 29'})
while [x for x in lan.get(path).json['tasks'] if x.get('owes') == 'supplement' and x['role'] != 'receiver']:
    answer(binh, 'supplement', 'agree')
answer(hung, 'supplement', 'send')
tell('Mẫu 02 supplement slip', lan.get(path + '/supplement-slip.pdf'))
r = lan.act(code, 'stop', {'document': 'Đơn số 03', 'note': 'Không còn nhu cầu'})
t.eq(r.status, 200, 'stopped')
tell('Mẫu 05 stop notice', lan.get(path + '/stop-notice.pdf'))
tell('Mẫu 06 control slip', lan.get(path + '/control-slip.pdf'))

# ---- 07: the register; the forms of the report
tell('Mẫu 07 register', lan.get('/v1/reports/register.pdf?field=QLCS'))
tell('II.06a', sup.get('/v1/reports/ii06a.pdf?' + PERIOD))
tell('II.06b', sup.get('/v1/reports/ii06b.pdf?' + PERIOD))

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
