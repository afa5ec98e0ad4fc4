"""Money over HTTP: fees computed at acceptance, paid in one act, counted once, given back by two people;
late entry with both times (domain F1-F3, B13, field mistakes 16 and 17)."""
import datetime
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, office_now  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')
thu = office.client('thu.thuphi')
son = office.client('son.giamdoc')
COPIES = '2.000635'  # Trích lục hộ tịch: 8.000 đồng/bản


def copies(n, **more):
    body = intake(procedure=COPIES, form={'copies': n}, components=[{'component': 'request', 'originals': 1},
                              {'component': 'identity', 'presented': True}])
    body['case'] = '01'
    body.update(more)
    return {k: v for k, v in body.items() if v is not None}


def now():
    return office_now()


def taken(r):
    t.ok(r.status == 201, 'it is taken in', r)
    return r.json['code']


# ---- the fee is computed
r = lan.post('/v1/dossiers', copies(3, fee=20000))
t.ok(r.status == 422 and r.code == 'wrong-amount', 'an amount that differs is refused', r)
t.ok('24000' in str(r.json) and '20000' in str(r.json), 'both amounts are told', r.json)
r = lan.post('/v1/dossiers', copies(3, fee=24000))
code = taken(r)
t.eq((r.json['fee'], r.json['money']), (24000, 'requested'), 'three copies: 24,000 dong, asked for')
d = lan.get('/v1/dossiers/' + code).json
t.eq([(f['charge'], f['units'], f['amount']) for f in d['fees']], [(False, 3, 24000)], 'phí, by the copy')
t.eq((d['owed'], d['paid']), (24000, 0), 'all of it is owed')

slip = lan.get('/v1/dossiers/%s/receipt' % code).json
t.eq([(f['no'], f['charge'], f['units'], f['full'], f['amount'], f['exemption'], f['paid']) for f in slip['fees']],
     [(1, False, 3, 24000, 24000, None, False)], 'the receipt lists the fee: not paid yet')
t.eq((slip['fee'], slip['paid'], slip['owed']), (24000, 0, 24000), 'and what is owed')
poor = lan.post('/v1/dossiers', intake(procedure='1.004194', competent='P_HONGBANG_CA', form={}, components=[{'component': 'form', 'originals': 1}, {'component': 'dwelling', 'copies': 1}], exemption='poor', evidence='Sổ hộ nghèo 12/2026'))
slip = lan.get('/v1/dossiers/%s/receipt' % taken(poor)).json
t.eq([(f['charge'], f['full'] > 0, f['amount'], f['exemption'], f['paid']) for f in slip['fees']],
     [(True, True, 0, 'Người thuộc hộ nghèo', True)], 'who is exempt reads why')
t.ok('75/2022' in slip['fees'][0]['basis'] and slip['evidence'] == 'Sổ hộ nghèo 12/2026', 'by which rule and proof', slip)

# ---- paid in one act, once
r = lan.act(code, 'pay', {'amount': 20000, 'reference': 'BL 0001'})
t.ok(r.status == 422 and r.code == 'wrong-amount', 'a part is not taken', r)
r = son.act(code, 'pay', {'amount': 24000, 'reference': 'BL 0001'})
t.ok(r.status == 403, 'the head of the unit is no cashier', r)
r = thu.act(code, 'pay', {'amount': 24000, 'reference': 'BL 0001'})
t.ok(r.status == 200, 'the cashier takes it', r)
t.eq(r.json['money'], 'paid', 'it is paid')
t.eq([f['paid'] for f in lan.get('/v1/dossiers/%s/receipt' % code).json['fees']], [True], 'so says the receipt')
seq = r.json['seq']
r = thu.act(code, 'pay', {'amount': 24000, 'reference': 'BL 0001'})
t.ok(r.status == 200 and r.json['seq'] == seq, 'the same receipt again: the same answer, no event', r)
r = thu.act(code, 'pay', {'amount': 23000, 'reference': 'BL 0001'})
t.ok(r.status == 422 and r.code == 'wrong-amount', 'other money under the same receipt is refused', r)
r = thu.act(code, 'pay', {'amount': 24000, 'reference': 'BL 0002'})
t.ok(r.status == 409 and r.code == 'once-only', 'it was paid already', r)
d = lan.get('/v1/dossiers/' + code).json
t.eq((d['paid'], d['owed']), (24000, 0), 'the money counts once')
p = d['requests'][0]
t.eq((p['kind'], p['state'], p['method'], p['reference']), ('payment', 'done', 'cash', 'BL 0001'), 'the receipt')
t.ok(re.fullmatch(r'\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d\+07:00', p['done']), '24 hours', p['done'])

# ---- given back: asked, agreed by another, paid out
r = thu.act(code, 'ask', {'kind': 'refund', 'amount': 24001, 'note': 'Thu nhầm'})
t.ok(r.status == 422 and r.code == 'wrong-amount', 'never more than was paid', r)
r = thu.act(code, 'ask', {'kind': 'refund', 'amount': 8000, 'note': 'Thu nhầm một bản'})
t.ok(r.status == 200, 'a refund is asked for', r)
task = [x for x in r.json['tasks'] if x.get('owes') == 'refund'][0]['task']
r = thu.act(code, 'answer', {'task': task, 'outcome': 'agree'})
t.ok(r.status == 403, 'whoever asked does not agree', r)
r = son.act(code, 'answer', {'task': task, 'outcome': 'agree'})
t.ok(r.status == 200, 'the head agrees', r)
task = [x for x in r.json['tasks'] if x.get('owes') == 'refund'][0]['task']
r = thu.act(code, 'answer', {'task': task, 'outcome': 'paid', 'reference': 'PC 01'})
t.ok(r.status == 200, 'the cashier pays it out', r)
d = lan.get('/v1/dossiers/' + code).json
t.eq((d['paid'], d['money']), (16000, 'paid'), 'the rest is still paid')
t.eq(lan.act(code, 'withdraw', {'document': 'Đơn số 9'}).status, 200, 'withdrawn')
said = subprocess.run(['pdftotext', '-', '-'], input=lan.get('/v1/dossiers/%s/stop-notice.pdf' % code).data, stdout=subprocess.PIPE).stdout.decode()
t.ok('Phí, lệ phí đã nộp: 16.000 đồng' in said, 'the notice tells what was paid and not given back', said)

# ---- late entry: both times, a second person
minutes = {'claimed': (now() - datetime.timedelta(days=3)).strftime('%Y-%m-%dT08:00:00+07:00'),
           'document': 'BB 01/2026 mất điện'}
r = lan.post('/v1/dossiers', copies(1, claimed=minutes['claimed']))
t.ok(r.status == 422 and r.code == 'needs-document', 'not without the minutes', r)
r = lan.post('/v1/dossiers', copies(1, claimed='2020-01-02T08:00:00+07:00', document='BB'))
t.ok(r.status == 409 and r.code == 'too-late', 'not years later', r)
r = lan.post('/v1/dossiers', copies(1, **minutes))
code = taken(r)
d = lan.get('/v1/dossiers/' + code).json
t.eq(d['claimed'], minutes['claimed'], 'when it was handed in')
t.eq(d['accepted'][:10], now().strftime('%Y-%m-%d'), 'acceptance is the server\'s')
t.ok(d['due']['original'] < d['accepted'], 'the clock counted since then', d['due'])
q = d['requests'][0]
t.eq((q['kind'], q['state'], q['document']), ('late_entry', 'asked', minutes['document']), 'it waits for the head')
r = son.act(code, 'answer', {'task': [x for x in d['tasks'] if x.get('owes')][0]['task'], 'outcome': 'agree'})
t.ok(r.status == 200, 'the head agrees', r)
t.eq(lan.get('/v1/dossiers/' + code).json['requests'][0]['state'], 'done', 'it is settled')
refused = taken(lan.post('/v1/dossiers', copies(1, **minutes)))
d = lan.get('/v1/dossiers/' + refused).json
r = son.act(refused, 'answer', {'task': [x for x in d['tasks'] if x.get('owes')][0]['task'], 'outcome': 'decline', 'note': 'Không có mất điện'})
t.ok(r.status == 200, 'the head declines another', r)
waiting = taken(lan.post('/v1/dossiers', copies(1, **minutes)))

# ---- the list of late entries: pending, agreed, declined; for those who look at such requests
entries = lambda state: [x['code'] for x in son.get('/v1/reports/consents?kind=late_entry' + state).json['items']]
t.eq(entries(''), [waiting, refused, code], 'the newest first')
t.eq((entries('&state=asked'), entries('&state=agreed'), entries('&state=declined')), ([waiting], [code], [refused]), 'by what became of it')
x = son.get('/v1/reports/consents?kind=late_entry&state=declined').json['items'][0]
t.eq((x['claimed'], x['document'], x['note'], x['receiving']['agency']), (minutes['claimed'], minutes['document'], 'Không có mất điện', 'TTPVHCC'), 'with both times, the minutes, why not')
t.ok(x['decided'] >= x['at'] and x['decided_by'] and x['by'] != x['decided_by'], 'two persons', x)
r = son.get('/v1/reports/consents?kind=late_entry&limit=1')
r2 = son.get('/v1/reports/consents?kind=late_entry&limit=200&cursor=' + r.json['next'])
t.eq([i['code'] for i in r.json['items'] + r2.json['items']], [waiting, refused, code], 'page by page')
t.ok('refund' in [i['kind'] for i in son.get('/v1/reports/consents?state=agreed').json['items']], 'refunds stand there too')
t.eq((lan.get('/v1/reports/consents').status, son.get('/v1/reports/consents?kind=x').status), (403, 400), 'not for everybody; kinds are checked')

# ---- nộp hộ
r = lan.post('/v1/submissions', copies(1, channel='online'))
t.ok(r.status == 201, 'staff submit for a citizen', r)
d = lan.get('/v1/dossiers/' + r.json['code'])
t.ok(d.status == 200 and d.json['by_officer'] is True, 'it is flagged', d)

# ---- the same owner asks again while one is open: told, not refused
first = lan.post('/v1/dossiers', copies(1))
r = lan.post('/v1/dossiers', copies(1))
t.eq(r.status, 201, 'a second one is taken in all the same')
w = r.json.get('warnings') or [{}]
t.ok(w[0].get('code') == 'open-duplicate' and w[0].get('dossier', '').startswith('H24.'),
     'an open one of the same owner and procedure is told', r)
other = intake()['applicant']
r = lan.post('/v1/dossiers', copies(1, applicant=dict(other, id_number='H24.99.01')))
t.ok('warnings' not in r.json, 'nothing is told of another owner', r)
r = lan.post('/v1/submissions', copies(1, channel='online', applicant=dict(other, id_number='H24.99.01')))
t.ok(r.json.get('warnings'), 'a submission is warned of, too', r)

# ---- a wrong result is corrected by a dossier of its own
TRIVIAL = '1.014035'
nhung = office.client('nhung.hongbang')
PDF = b'%PDF-1.7\n% an invented notice\n' + b'x' * 500 + b'\n%%EOF\n'
body = intake(procedure=TRIVIAL, form={'pending': 'H24.101-261005-0007'},
              components=[{'component': 'request', 'originals': 1}])
r = nhung.post('/v1/dossiers', body)
wrong = taken(r)
minutes = dict(corrects=wrong, document='BB 07/2026 sai tên đệm')
r = nhung.post('/v1/dossiers', dict(body, **minutes))
t.ok(r.status == 409 and r.code == 'wrong-status', 'what was not issued is not corrected', r)
r = nhung.send('POST', '/v1/files', PDF, {'Content-Type': 'application/pdf'})
t.ok(r.status in (200, 201), 'the notice is uploaded', r)
r = nhung.act(wrong, 'act', {'action': 'hand_over', 'to_whom': 'owner', 'number': '12/TB', 'signer': 'Nguyễn Thị Nhung',
                             'date': now().strftime('%Y-%m-%d'), 'file': r.json['hash']})
t.eq((r.status, r.json.get('status')), (200, 'RETURNED'), 'a result is handed over')
before = nhung.get('/v1/dossiers/' + wrong).json
r = nhung.post('/v1/dossiers', dict(body, corrects=wrong))
t.ok(r.status == 422 and r.code == 'needs-document', 'not without the minutes of the detection', r)
r = nhung.post('/v1/dossiers', dict(body, procedure=COPIES, **minutes))
t.ok(r.status == 422 and '/corrects' in str(r.json), 'another procedure does not correct it', r)
r = nhung.post('/v1/dossiers', dict(body, components=[], **minutes))
right = taken(r)
d = nhung.get('/v1/dossiers/' + right).json
t.eq([(x['link'], x['code']) for x in d['links']], [('corrects', wrong)], 'it knows what it corrects')
days = (datetime.datetime.fromisoformat(d['due']['original']) - now()).days
t.ok(2 <= days <= 12 and d['fee'] == 0, 'three working days, no fee', d['due'])
for _ in range(100):  # told by the job, soon after the commit
    d = nhung.get('/v1/dossiers/' + wrong).json
    if d['links']:
        break
    time.sleep(0.1)
said = [x['data'] for x in nhung.get('/v1/dossiers/%s/history' % wrong).json['history'] if x['kind'] == 'CORRECTED']
t.eq([x.get('document') for x in said], [minutes['document']], 'with the minutes that say so')
t.eq([(x['link'], x['code']) for x in d['links']], [('corrected_by', right)], 'the wrong one knows who corrects it')
t.eq([d[k] for k in ('status', 'finished', 'class')], [before[k] for k in ('status', 'finished', 'class')],
     'its finish and its class stay')

# ---- the cash book: every number opens its list
r = lan.act(first.json['code'], 'pay', {'amount': 8000, 'method': 'transfer'})
t.eq(r.status, 422, 'a transfer has a number of its own')
r = lan.act(first.json['code'], 'pay', {'amount': 8000, 'method': 'cash'})
t.eq(r.status, 200, 'cash without a number gets the next receipt')
t.eq(lan.get('/v1/dossiers/' + first.json['code']).json['result'], None, 'a receipt is not the number of a result')
cash = thu.get('/v1/reports/cash?agency=TTPVHCC').json
t.eq([cash['received'][k] for k in ('n', 'amount', 'fee', 'charge', 'duty')], [2, 32000, 32000, 0, 0], 'received today')
t.eq([cash['given_back'][k] for k in ('n', 'amount')], [1, 8000], 'given back today')
rows = thu.get('/v1/reports/cash/list?agency=TTPVHCC').json['items']
t.eq([(x['amount'], x['refund'], x['given']) for x in rows],
     [(24000, False, False), (8000, True, False), (8000, False, True)], 'each of them')
t.eq((rows[0]['receipt'], rows[1]['receipt'], rows[2]['receipt']), ('BL 0001', 'PC 01', '0000001'), 'their receipts')
for x in cash['items']:
    n = thu.get('/v1/reports/cash/list?agency=TTPVHCC&method=%s&kind=%s'
                % (x['method'], 'refund' if x['refund'] else 'payment')).json['items']
    t.eq((len(n), sum(y['amount'] for y in n)), (x['n'], x['amount']), 'the list gives the number')
month = thu.get('/v1/reports/cash?month=%s' % now().strftime('%Y-%m')).json
t.eq(month['received']['amount'], 32000, 'the settlement of the month')
t.eq(thu.get('/v1/reports/cash?day=2020-01-02').json['received']['n'], 0, 'nothing on another day')
t.eq(thu.get('/v1/reports/cash?month=2026-13').status, 400, 'no such month')
page = thu.get('/v1/reports/cash/list?agency=TTPVHCC&limit=2').json
t.eq(len(thu.get('/v1/reports/cash/list?agency=TTPVHCC&limit=2&cursor=' + page['next']).json['items']), 1, 'by pages')
t.eq(nhung.get('/v1/reports/cash').json['received']['n'], 0, 'the money of another unit is not hers to see')

office.end(t)
