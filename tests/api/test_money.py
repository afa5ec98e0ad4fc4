"""Money over HTTP: fees computed at acceptance, paid in one act, counted once, given back by two people;
late entry with both times (domain F1-F3, B13, field mistakes 16 and 17)."""
import datetime
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake  # noqa: E402

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
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7)))


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

# ---- paid in one act, once
r = lan.act(code, 'pay', {'amount': 20000, 'reference': 'BL 0001'})
t.ok(r.status == 422 and r.code == 'wrong-amount', 'a part is not taken', r)
r = son.act(code, 'pay', {'amount': 24000, 'reference': 'BL 0001'})
t.ok(r.status == 403, 'the head of the unit is no cashier', r)
r = thu.act(code, 'pay', {'amount': 24000, 'reference': 'BL 0001'})
t.ok(r.status == 200, 'the cashier takes it', r)
t.eq(r.json['money'], 'paid', 'it is paid')
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

# ---- nộp hộ
r = lan.post('/v1/submissions', copies(1, channel='online'))
t.ok(r.status == 201, 'staff submit for a citizen', r)
d = lan.get('/v1/dossiers/' + r.json['code'])
t.ok(d.status == 200 and d.json['by_officer'] is True, 'it is flagged', d)

office.end(t)
