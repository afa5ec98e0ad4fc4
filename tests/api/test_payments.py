"""Call-backs of the payment platform: signed over the raw body, young, counted once; money that does not
fit is recorded and shown, never taken silently (Decree 118/2025 art. 24; a forged call-back once marked a
dossier as paid elsewhere)."""
import json
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import MOTCUAD, PAYMENT_KEY, Office, Tap, call_back, intake, signature, together  # noqa: E402
import subprocess  # noqa: E402

t = Tap()
where = tempfile.mkdtemp(prefix='motcua-api-key-')


def key_file(name, text, mode):
    with open(where + '/' + name, 'w', encoding='utf-8') as f:
        f.write(text + '\n')
    os.chmod(where + '/' + name, mode)
    return where + '/' + name


office = Office()
lan, thu = office.client('lan.tiepnhan'), office.client('thu.thuphi')
PATH = '/v1/payments/callback/paygov'


def call(body, *args, **other):
    return call_back(office, body, *args, **other)


def copies(n):
    body = intake(procedure='2.000635', form={'copies': n},
                  components=[{'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
    body['case'] = '01'
    r = lan.post('/v1/dossiers', body)
    t.eq(r.status, 201, 'a dossier with a fee of %d dong' % (8000 * n))
    return r.json['code']


def told(code, n, amount, **more):
    return dict(dossier=code, transaction=n, amount=amount, **more)


def money(code):
    d = lan.get('/v1/dossiers/' + code).json
    return d['money'], d['paid'], d['owed'], d['seq']


# ---- who calls
code = copies(3)
body = told(code, 'PG-1', 24000)
raw, now = json.dumps(body).encode(), int(time.time())
forged = [
    ('no signature', dict(webhook_signature=None)), ('no time', dict(webhook_timestamp=None)),
    ('no number', dict(webhook_id=None)), ('an empty signature', dict(webhook_signature='')),
    ('another key', dict(webhook_signature=signature(raw, str(now), 'x' * 40))),
    ('of another body', dict(webhook_signature=signature(raw + b' ', str(now)))),
    ('of another time', dict(webhook_signature=signature(raw, str(now - 1)))),
    ('of another number', dict(webhook_signature=signature(raw, str(now), number='msg-2'))),
    ('of another version', dict(webhook_signature=signature(raw, str(now)).replace('v1,', 'v2,'))),
    ('a part of it', dict(webhook_signature=signature(raw, str(now))[:20])),
    ('no number of seconds', dict(webhook_timestamp='now')),
]
for what, other in forged:
    r = call(body, at=now, **other)
    t.ok(r.status == 401, 'refused: ' + what, r)
for at in (now - 301, now + 330, 0):
    r = call(body, at=at)
    t.ok(r.status == 401, 'signed well, but not of now', (at - now, r))
t.eq(call(b'{"dossier":', webhook_signature='v1,AAAA').status, 401, 'who does not vouch is not read')
t.eq(money(code)[:3], ('requested', 0, 24000), 'nothing was counted')
forged_n = int(office.psql("SELECT count(*) FROM motcua.audit WHERE what = 'payment-forged'"))
t.eq(forged_n, len(forged) + 4, 'each leaves a trace')
t.eq(call(body, '/v1/payments/callback/other').status, 404, 'no such platform')
t.eq(lan.post(PATH, body).status, 401, 'a signed-in officer is no platform')

# ---- counted once
r = call(body)
t.ok(r.status == 200 and r.json == {'transaction': 'PG-1', 'outcome': 'paid'}, 'it is counted', r)
was = money(code)
t.eq(was[:3], ('paid', 24000, 0), 'paid')
for r in together([lambda: call(body) for _ in range(8)]):
    t.ok(getattr(r, 'status', 0) == 200 and r.json['outcome'] == 'paid', 'told again: the same answer', r)
t.eq(money(code), was, 'and no event')
two = signature(raw, str(now), 'old' * 20) + ' ' + signature(raw, str(now))
t.eq(call(body, at=now, webhook_signature=two).status, 200, 'while the key changes one of two signatures is enough')
r = call(dict(body, amount=23000))
t.ok(r.status == 422 and r.code == 'wrong-amount', 'other money under the same number is a contradiction', r)
t.eq(office.psql("SELECT count(*) FROM motcua.audit WHERE what = 'payment-refused'"), '1', 'it leaves a trace')
d = lan.get('/v1/dossiers/' + code).json['requests'][0]
t.eq((d['method'], d['reference'], d['done_by']), ('online', 'PG-1', None), 'taken by nobody of ours')

# ---- many at once: each dossier is paid once
codes = [copies(1) for _ in range(4)]
rs = together([lambda c=c, i=i: call(told(c, 'PG-M%d' % i, 8000)) for i, c in enumerate(codes) for _ in range(3)])
t.eq({getattr(r, 'status', r) for r in rs}, {200}, 'three times each, all at once')
t.eq([money(c)[1] for c in codes], [8000] * 4, 'each counted once')

# ---- what does not fit is there, shown, and sent back
code = copies(2)
r = call(told(code, 'PG-7', 15000))
t.ok(r.status == 200 and r.json['outcome'] == 'unmatched', 'another amount: kept apart', r)
t.eq(money(code)[:3], ('requested', 0, 16000), 'all is owed still')
d = lan.get('/v1/dossiers/' + code).json
q = d['requests'][-1]
t.eq((q['kind'], q['state'], q['amount'], q['reference'], q['reason']), ('unmatched', 'open', 15000, 'PG-7', 'amount'),
     'it is shown')
said = [x['data'] for x in lan.get('/v1/dossiers/%s/history' % code).json['history'] if x['kind'] == 'FIN_UNMATCHED']
t.eq([(x['amount'], x['owed']) for x in said], [(15000, 16000)], 'both amounts are on record')
waits = [x['code'] for x in thu.get('/v1/queue?scope=role&role=cashier&step=@unmatched').json['items']]
t.eq(waits, [code], 'the cashiers find it in their queue')
n = office.client('son.giamdoc').get('/v1/reports/interruptions').json['items']
t.eq([x['n'] for x in n if x['kind'] == 'unmatched'], [1], 'it is counted in the report')
task = [x for x in d['tasks'] if x.get('owes') == 'unmatched'][0]['task']
r = thu.act(code, 'answer', {'task': task, 'outcome': 'sent_back', 'reference': 'UNC 12'})
t.eq(r.status, 200, 'the cashier sends it back')
q = lan.get('/v1/dossiers/' + code).json['requests'][-1]
t.eq((q['state'], q['end_document'], q['reference']), ('done', 'UNC 12', 'PG-7'), 'by which order is on record')
t.eq(call(told(code, 'PG-8', 16000)).json['outcome'], 'paid', 'then the right amount')
r = call(told(code, 'PG-9', 16000))
t.eq((r.status, r.json['outcome']), (200, 'unmatched'), 'paid twice: the second is kept apart')
t.eq(money(code)[1], 16000, 'and not counted')
t.eq(call(told('H24.99-261122-9999', 'PG-3', 8000)).status, 404, 'no such dossier: the platform is told')
t.eq(call({'dossier': code, 'amount': '8000', 'transaction': 'PG-4'}).status, 422, 'a body of another shape')
cash = thu.get('/v1/reports/cash?agency=TTPVHCC').json['received']
t.eq((cash['n'], cash['amount']), (6, 24000 + 4 * 8000 + 16000), 'the cash book has what counts')

# ---- the key
for name, text, mode, code in (('open', PAYMENT_KEY, 0o644, 'C009'), ('short', 'short', 0o600, 'C014')):
    p = subprocess.run([MOTCUAD, '--lang', 'en', 'config', 'check', *office.flags(), '--set',
                        'payment.secret_file=' + key_file(name, text, mode)],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    t.ok(p.returncode == 1 and code.encode() in p.stdout, 'a key that is %s is refused' % name, p.stdout)
office.end(t)
