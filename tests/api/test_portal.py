"""What the national portal is told (AS24; field mistakes 5, 16 and 32): with the act, in order, until it arrives; waiting and
stopped are never told as resolved; nobody is invented; nothing that the portal says comes back into a dossier."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import TOP, Office, Tap, call_back, intake, office_now  # noqa: E402

t = Tap()
office = Office()
lan, nhung, son = (office.client(x) for x in ('lan.tiepnhan', 'nhung.hongbang', 'son.giamdoc'))


def call(what, body, **other):
    return call_back(office, body, '/v1/portal/' + what, **other)


def waiting():
    return int(office.psql("SELECT count(*) FROM motcua.outbox WHERE kind = 'portal' AND delivered_at IS NULL"))


def later(hours=1.0):
    """As if so much time had passed for what waits."""
    office.psql("UPDATE motcua.outbox SET at = at - x, next_at = next_at - x FROM (SELECT %d * interval '1 second' AS x) s "
                "WHERE kind = 'portal'" % (hours * 3600))


# ---- off until the organisation says as whom it tells
code = lan.post('/v1/dossiers', intake()).json['code']
t.eq((waiting(), call('take', {}).json), (0, {'unit': None, 'items': []}), 'without a portal nothing is kept for it')
t.eq(lan.get('/v1/dossiers/' + code).json['sync'], None, 'nor told of a dossier')
path = office.write('organisation.yaml', open(TOP + '/config/organisation.yaml', encoding='utf-8').read() + '\nportal: H24\n', 0o644)
office.write('motcua.yaml', open(office.file).read().replace(TOP + '/config/organisation.yaml', path), 0o644)
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
for _ in range(100):  # the daemon hears of it
    if call('take', {}).json['unit'] == 'H24':
        break
    time.sleep(0.1)
t.eq(call('take', {}, webhook_signature='v1,AAAA').status, 401, 'only the gateway takes')
t.eq(lan.post('/v1/portal/told', {'items': [{'id': 1}]}).status, 401, 'a signed-in officer is no gateway')


# ---- six hours without the portal, while people work
def ok(r, what):
    t.ok(r.status in (200, 201), what, r)
    return r.json


def minh_of(d):
    return next(c for c in STC if c.get('/v1/session').json['user'] == d['tasks'][0]['officer'])


def answer(who, code, kind, outcome, **more):
    task = [x for x in who.get('/v1/dossiers/' + code).json['tasks'] if x.get('owes') == kind][0]['task']
    return ok(who.act(code, 'answer', dict({'task': task, 'outcome': outcome}, **more)), kind + ' ' + outcome)


STC = [office.client(x) for x in ('minh.congsan', 'ha.congsan')]
asked = ok(lan.post('/v1/dossiers', intake()), 'taken in')['code']
officer = minh_of(ok(lan.act(asked, 'act', {'action': 'forward'}), 'handed on'))
ok(officer.act(asked, 'receive', {}), 'received')
ok(officer.act(asked, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'text': 'Thiếu'}), 'asked for')
due = lan.get('/v1/dossiers/' + asked).json['due']['current']
answer(lan, asked, 'supplement', 'send')

body = intake(procedure='2.000635', case='01', form={'copies': 1},
              components=[{'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
paid, cash, online = (ok(lan.post(path, dict(body, **more)), 'for a fee')['code'] for path, more in (
    ('/v1/dossiers', {}), ('/v1/dossiers', {}), ('/v1/submissions', {'channel': 'online'})))
ok(call_back(office, {'dossier': paid, 'transaction': 'PG-1', 'amount': 8000}), 'paid through the platform')
ok(office.client('thu.thuphi').act(cash, 'pay', {'amount': 8000, 'method': 'cash', 'reference': 'BL 1'}), 'paid in cash')
ok(lan.post('/v1/submissions/%s/return' % online, {'reasons': ['missing'], 'missing': ['request'], 'note': 'Thiếu'},
            match=lan.get('/v1/dossiers/' + online).etag), 'returned before acceptance')
gone = ok(lan.post('/v1/dossiers', intake()), 'taken in')['code']
ok(lan.act(gone, 'withdraw', {'document': '5/Đ'}), 'withdrawn')
halted = ok(lan.post('/v1/dossiers', intake()), 'taken in')['code']
ok(lan.act(halted, 'stop', {'document': '6/Đ'}), 'stopped')

t.eq(call('take', {}).json['items'], [], 'nothing leaves while it can still be undone')


def sync(code):
    return lan.get('/v1/dossiers/' + code).json['sync']


t.eq([sync(x) for x in (asked, online, gone)], ['pending'] * 3, 'each dossier tells that the portal does not know yet')
etag = lan.get('/v1/dossiers/' + asked).etag
events = office.psql('SELECT count(*), max(seq) FROM motcua.dossier_event')
figures = son.get('/v1/figures').json['total']
later(.01)
bodies, seen = {}, []  # by number of the message; (code, seq, status) in the order in which they arrived


def take(limit=500):
    items = ok(call('take', {'limit': limit}), 'taken')['items']
    t.eq(len({x['code'] for x in items}), len(items), 'of each dossier only the earliest')
    for x in items:
        t.eq(bodies.setdefault(x['id'], x['message']), x['message'], 'the same number tells the same')
    return items


for hour in range(6):
    items = take()
    t.eq({x['attempts'] for x in items}, {hour}, 'nothing went before what failed (hour %d)' % hour)
    r = call('told', {'items': [{'id': x['id'], 'fault': 'hết thời gian chờ'} for x in items]})
    t.eq(r.json, {'settled': len(items)}, 'the portal does not answer')
    t.eq(take(), [], 'and is left alone for a while')
    later()
t.eq((office.psql('SELECT count(*), max(seq) FROM motcua.dossier_event'), son.get('/v1/figures').json['total']),
     (events, figures), 'no dossier and no figure knows of it')
faults = office.client('khanh.kythuat').get('/v1/portal/faults').json
t.eq((faults['waiting'], len(faults['items']), {x['attempts'] for x in faults['items']}), (waiting(), len(items), {6}),
     'operators see what did not arrive')
t.ok(lan.get('/v1/portal/faults').status == 403, 'not everybody')
t.eq([sync(x) for x in (asked, online, gone)], ['failed'] * 3, 'nor did it arrive')
r = lan.send('GET', '/v1/dossiers/' + asked, headers={'If-None-Match': etag})
t.ok((r.status, r.etag, r.json['sync']) == (200, etag, 'failed') and r.headers['Cache-Control'] == 'no-store',
     'the version is that of the history; what the portal knows stands beside it, is kept by nobody, never 304', r.headers)
t.eq(lan.post('/v1/dossiers/%s/note' % asked, {'note': 'x'}, match=etag).status, 200, 'nor does it refuse an act')
answer(lan, asked, 'supplement', 'complete', components=[{'component': 'assets', 'originals': 1}])
once = ok(nhung.post('/v1/dossiers', intake(procedure='1.014035', form={'pending': 'H24.101-261005-0007'},
                                           components=[{'component': 'request', 'originals': 1}])), 'at once')['code']
pdf = ok(nhung.send('POST', '/v1/files', b'%PDF-1.7\n% invented\n' + b'x' * 500 + b'\n%%EOF\n',
                    {'Content-Type': 'application/pdf'}), 'uploaded')['hash']
ok(nhung.act(once, 'act', {'action': 'hand_over', 'to_whom': 'owner', 'number': '12/TB', 'signer': 'Nguyễn Thị Nhung',
                           'date': office_now().strftime('%Y-%m-%d'), 'file': pdf}), 'handed over')
later()

# ---- it answers again: drained in order, some told twice because an answer was lost
r = call('told', {'items': [{'id': int(office.psql("SELECT max(id) FROM motcua.outbox WHERE kind = 'portal'"))}]})
t.eq(r.json, {'settled': 0}, 'what follows another cannot arrive before it')
lost = take(1)
t.eq(take(1), lost, 'its answer was lost: the same again')
for _ in range(10):  # more than the messages of any dossier
    items = take()
    if not items:
        break
    seen += [(x['code'], x['seq'], x['message']['status']) for x in items]
    told = {'items': [{'id': x['id']} for x in items]}
    t.eq(call('told', told).json, {'settled': len(items)}, 'they arrived')
    t.eq(call('told', told).json, {'settled': 0}, 'told again: counted once')
t.eq(waiting(), 0, 'nothing is left')
t.eq([sync(x) for x in (asked, online, gone)], ['confirmed'] * 3, 'and each dossier says so')


def told_of(code):
    mine = [x for x in seen if x[0] == code]
    t.eq(mine, sorted(mine), 'in the order of the acts')
    return [x[2] for x in mine]


t.eq(told_of(asked), [2, 4, 5, 4], 'received, in process, to be completed, in process again: never resolved')
t.eq(told_of(online), [1, 5], 'returned before acceptance')
t.eq((told_of(gone), told_of(halted)), ([2, 7], [2, 8]), 'withdrawn and stopped are no results')
t.eq(told_of(once), [2, 10], 'taken in and handed over')
t.eq(told_of(code), [], 'what was before the portal is not made up')
last = [m for m in bodies.values() if m['state'] == 'SUPPLEMENT'][0]
t.eq((last['due'], last['finished'], last['ended']), (due, None, None), 'a dossier that waits is not finished')
t.ok(all((m['status'] in (9, 10)) == (m['finished'] is not None) for m in bodies.values()), 'resolved is what has a result')

# ---- as people are
t.eq({c: max(b['paid_online'] for i, b in bodies.items() if i in ids) for c, ids in (
    (x, [n for n in bodies if office.psql('SELECT d.code FROM motcua.outbox o JOIN motcua.dossier d ON d.id = o.dossier '
                                          'WHERE o.id = %d' % n) == x]) for x in (paid, cash))},
     {paid: True, cash: False}, 'only what came through the platform was paid online')
text = str(bodies)
t.ok(not any(x in text for x in ('Ngô Quyền', 'H24.21.07', '000000001')), 'no name, no number, neither true nor invented')
t.eq([b['by_officer'] for b in bodies.values() if b['channel'] == 2], [True, True], 'typed in by staff: said so')

# ---- one system of record
t.eq(call('told', {'items': [{'id': 1, 'status': 9}]}).status, 422, 'the portal has no say in what a dossier is')
t.eq(office.psql("SELECT count(*) FROM motcua.dossier_event WHERE kind LIKE 'SYNC%'"), '0', 'nor does telling it make history')
print('# ' + office.run('verify').strip().replace('\n', '\n# '))
office.end(t)
