"""AS13: an agency is merged while dossiers are under way: open work moves, no date moves, reports by the
agency of the time and by its successor agree with their lists.  AS20: nobody back-dates a finish."""
import datetime
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import TOP, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
lan, admin, sup = (office.client(x) for x in ('lan.tiepnhan', 'nam.quantri', 'giang.giamsat'))
minh = office.client('minh.congsan')
minh_id = minh.get('/v1/session').json['user']
TODAY = office_day()
YESTERDAY = (TODAY - datetime.timedelta(1)).isoformat()


def show(code, who=lan):
    return who.get('/v1/dossiers/' + code).json


codes = []
for _ in range(3):
    c = lan.post('/v1/dossiers', intake()).json['code']
    assert lan.act(c, 'act', {'action': 'forward'}).status == 200
    codes.append(c)
before = {c: show(c) for c in codes}


def figures(by, path='?by=agency&from=%s&to=%s', who=sup, **more):
    q = '/v1/figures' + path % (TODAY.replace(day=1).isoformat(), (TODAY + datetime.timedelta(1)).isoformat())
    q += '&agencies=' + by + ''.join('&%s=%s' % kv for kv in more.items())
    return who.get(q).json


def row(f, agency):
    return next((x for x in f['items'] if x['key'] == agency), None)


t.ok(row(figures('historical'), 'STC')['total'] == 3, 'before: three with the department', figures('historical'))
r = admin.get('/v1/successions')
t.ok(r.status == 200 and r.json['items'] == [], 'nothing to move yet', r)

# ---- the merger: the department ends yesterday, another one takes over
text = open(TOP + '/config/organisation.yaml', encoding='utf-8').read()
old = re.search(r'  - \{agency: STC, .*\n(?:     .*\n)?', text).group(0)
new = old.replace('agency: STC,', 'agency: SKT,').replace('id: 110,', 'id: 199,').replace(
    'code: H24.11,', 'code: H24.98,')
new = re.sub(r'valid_from: [-0-9]+', 'valid_from: ' + TODAY.isoformat(), new)
ended = old.replace('agency: STC,', 'agency: STC, valid_to: %s, successor: SKT,' % YESTERDAY)
path = office.write('organisation.yaml', text.replace(old, ended + new), 0o644)
config = open(office.file).read()
office.write('motcua.yaml', config.replace(TOP + '/config/organisation.yaml', path), 0o644)
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
office.run('user', 'role', 'minh.congsan', '--roles', 'specialist', '--agency', 'SKT')
office.psql("UPDATE motcua.account SET agency = 199 WHERE login = 'minh.congsan'")
minh = office.client('minh.congsan')
for _ in range(100):  # the daemon hears of it
    if any(a['agency'] == 'SKT' for a in admin.get('/v1/organisation').json['agencies']):
        break
    time.sleep(0.1)
time.sleep(5.2)  # lists of officers are kept for five seconds

# More than one page: copies of one of them, as they would lie there after years.
MANY = 1300
office.psql("""
WITH made AS (
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent,
        first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted,
        original_due, basis_due, current_due, state)
    SELECT 5000000 + g, t.seq, t.head, t.status, t.money, t.handover, t.sync, t.channel, t.version, t.receiving,
           t.competent, true, false, 'H24.11-200101-' || lpad(g::text, 6, '0'), t.procedure, t.procedure_hash,
           t.submitted, t.first_decided, t.accepted, t.original_due, t.basis_due, t.current_due, t.state
      FROM motcua.dossier t, generate_series(1, %d) g WHERE t.code = '%s' RETURNING id)
INSERT INTO motcua.task (dossier, seq, officer, due, promised, opened, received, task, agency, version, role, code,
        procedure, step)
    SELECT m.id, k.seq, k.officer, k.due, k.promised, k.opened, k.received, k.task, k.agency, k.version, k.role,
           k.code, k.procedure, k.step
      FROM made m, motcua.task k JOIN motcua.dossier d ON d.id = k.dossier WHERE d.code = '%s'""" % (MANY, codes[2], codes[2]))
ALL = MANY + len(codes)

listed = office.run('organisation', 'succeed', '--plan')
t.ok(all(c in listed for c in codes) and '%d dossiers' % ALL in listed, 'the verb lists what would move, all pages', listed[-200:])
page = admin.get('/v1/successions?limit=200').json
t.ok(len(page['items']) == 200 and page['next'], 'so does the API, by pages', page['next'])
t.eq({c: show(c)['tasks'] for c in codes}, {c: before[c]['tasks'] for c in codes}, 'and moves nothing')
r = office.client('binh.stc').send('POST', '/v1/successions', {'document': 'NQ 1'})
t.ok(r.status == 403, 'an officer proposes nothing', r)
r = admin.send('POST', '/v1/successions', {'agency': 'XYZ', 'document': 'NQ 1'})
t.eq(r.status, 422, 'no such agency')
t.eq(admin.send('POST', '/v1/successions', {'agency': 'STC'}).status, 422, 'not without the decision')
r = admin.send('POST', '/v1/successions', {'agency': 'STC', 'document': 'NQ 60/NQ-HĐND', 'note': 'Sắp xếp cơ quan'})
t.ok(r.status == 201 and r.json['state'] == 'proposed', 'the administrator proposes', r)
number = r.json['publication']
t.eq({c: show(c)['tasks'] for c in codes}, {c: before[c]['tasks'] for c in codes}, 'and still nothing moves')
r = admin.send('POST', '/v1/publications/%d/approve' % number, {})
t.ok(r.status == 403, 'nobody approves her own proposal', r)
second = office.client('phuong.quantri')
for _ in range(20):  # some seconds a call: it goes on where it was broken off
    r = second.send('POST', '/v1/publications/%d/approve' % number, {})
    if r.status != 200 or r.json['done']:
        break
report = json.loads(r.json['report']) if r.status == 200 else r
t.eq(report, {'read': ALL, 'moved': ALL, 'refused': 0}, 'AS13: another one approves: all of them move')
said = [x['data'] for x in lan.get('/v1/dossiers/%s/history' % codes[0]).json['history'] if x['kind'] == 'ORG_SUCCESSION']
t.ok(said and said[0].get('approver'), 'each history names the second person', said)
after = {c: show(c) for c in codes}
for c in codes:
    a, b = after[c], before[c]
    t.ok(a['tasks'][0]['at']['agency'] == 'SKT' and a['competent']['agency'] == 'SKT', 'it lies with the successor')
    t.ok(all(a.get(k) == b.get(k) for k in ('code', 'accepted', 'original_due', 'basis_due', 'current_due', 'receiving'))
         and a['tasks'][0]['due'] == b['tasks'][0]['due'], 'code, receipt and every date stay', (a, b))
    kept = minh_id if b['tasks'][0]['officer'] == minh_id else None
    t.eq(a['tasks'][0]['officer'], kept, 'who sits there now keeps it, else the queue has it')
e = lan.get('/v1/dossiers/%s/history' % codes[0]).json['history'][-1]
t.eq(e['kind'], 'ORG_SUCCESSION', 'the history says so')
t.eq(admin.get('/v1/successions').json['items'], [], 'nothing is left')
done = office.run('organisation', 'succeed', '--apply', '--author', 'nam.quantri', '--approver', 'phuong.quantri',
                  '--document', 'NQ 60')
t.ok('0 dossiers' in done, 'for the verb too', done)
try:
    office.run('organisation', 'succeed', '--apply', '--author', 'nam.quantri', '--approver', 'nam.quantri', '--document', 'x')
    t.ok(False, 'the verb wants two persons')
except RuntimeError as e:
    t.ok('two different people' in str(e), 'the verb wants two persons', e)
office.psql('DELETE FROM motcua.task WHERE dossier >= 5000000; DELETE FROM motcua.dossier WHERE id >= 5000000; '
            'DELETE FROM motcua.figure_dossier WHERE dossier >= 5000000')
mine = minh.get('/v1/queue?scope=unit').json['items']
t.ok({c for c in codes} <= {x['code'] for x in mine}, 'the queue of the successor shows them', mine)

# ---- reports: the agency of the time, and the one that took over
f = figures('historical')
t.ok(row(f, 'SKT') and row(f, 'SKT')['total'] == 3 and not (row(f, 'STC') or {}).get('total'),
     'from now on they count with the successor', f)
moment = office.psql("SELECT to_char(min(at) AT TIME ZONE 'Asia/Ho_Chi_Minh' - interval '1 ms', "
                     "'YYYY-MM-DD\"T\"HH24:MI:SS.US') FROM motcua.place_ledger") + '%2B07:00'
f = figures('historical', as_of=moment)
t.ok(row(f, 'STC') and row(f, 'STC')['total'] == 3 and not row(f, 'SKT'),
     'AS13: as of before the merger they count with the agency of the time', f)
f = figures('successor', as_of=moment)
t.ok(row(f, 'SKT') and row(f, 'SKT')['total'] == 3 and not row(f, 'STC'),
     'AS13: by successor the same history counts with the one that took over', f)
LIST = '/dossiers?figure=total&from=%s&to=%s'
for by, agency, kw in (('historical', 'SKT', {}), ('historical', 'STC', {'as_of': moment}),
                       ('successor', 'SKT', {'as_of': moment}), ('successor', 'SKT', {})):
    items = figures(by, LIST, agency=agency, **kw)['items']
    t.eq(sorted(x['code'] for x in items), sorted(codes), 'the list behind it agrees: %s, %s' % (by, agency))
t.eq(figures('historical', LIST, agency='STC')['items'], [], 'and is empty where the number is nought')
diff = office.psql(open(TOP + '/server/store/sql/verify_figures.sql').read().replace('$1::int4', '10'))
t.eq(diff, '', 'the rollup agrees with a recount')

# ---- AS20: back-dating a finish
code = codes[0]
for who, act, body in ((admin, 'act', {'action': 'forward', 'finished': '2026-01-05T08:00:00+07:00'}),
                       (minh, 'act', {'action': 'forward', 'finished': '2026-01-05T08:00:00+07:00'}),
                       (minh, 'act', {'action': 'release', 'date': '2026-01-05'})):
    r = who.act(code, act, body, match=lan.get('/v1/dossiers/' + code).etag)
    t.ok(r.status in (403, 409, 422), 'AS20: %s cannot' % body, r)
for sql in ("UPDATE motcua.dossier_event SET at = at - interval '1 day'",
            "UPDATE motcua.due_ledger SET basis = basis + interval '9 days'",
            "UPDATE motcua.place_ledger SET competent = 1"):
    try:
        office.psql(sql)
        t.ok(False, 'not in the database either: ' + sql)
    except Exception:
        t.ok(True, 'not in the database either: ' + sql)
what = office.psql("SELECT what || ' ' || coalesce(detail, '') FROM motcua.audit").splitlines()
t.ok(any(x.startswith('forbidden') and '/act' in x for x in what), 'AS20: the attempt is in the audit', what[-5:])
t.ok(any(x.startswith('act-invalid') and '/finished' in x for x in what), 'with the member that was tried', what[-5:])
t.eq(show(code).get('finished'), None, 'nothing is finished')
office.end(t)
