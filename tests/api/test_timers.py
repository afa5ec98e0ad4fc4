"""Clocks that come by themselves: two daemons on one cluster fire each rung once; a daemon killed in
the middle loses and doubles nothing; after a stop everything comes once and the report says how late;
officers read what they were told.  Dossiers due in the past are copies of one that was taken in."""
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, Office, Tap, TOP, free_port, intake  # noqa: E402

t = Tap()
office = Office()
lan, son = office.client('lan.tiepnhan'), office.client('son.giamdoc')
N = 2000

r = lan.post('/v1/dossiers', intake())
t.ok(r.status == 201, 'taken in', r)
code = r.json['code']
t.eq(office.psql("SELECT count(*) FROM motcua.timer t JOIN motcua.dossier d ON d.id = t.dossier "
                 "WHERE d.code = '%s' AND t.at > now()" % code), '1',
     'an act leaves the moment of the next rung')


def overdue(first, n, minutes):
    """Copies of the dossier whose promise ended so many minutes ago."""
    office.psql("""
WITH t AS (SELECT d.*, (extract(epoch FROM d.current_due) * 1000000)::bigint::text AS was,
                  date_trunc('minute', now()) - interval '%(m)d minutes' AS due
             FROM motcua.dossier d WHERE d.code = '%(code)s'),
made AS (
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving,
        competent, first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted,
        first_decided, accepted, original_due, basis_due, current_due, state)
    SELECT 1000000 + g, t.seq, t.head, t.status, t.money, t.handover, t.sync, t.channel, t.version,
           t.receiving, t.competent, true, false, 'H24.11-200101-' || lpad(g::text, 6, '0'),
           t.procedure, t.procedure_hash, t.submitted, t.first_decided, t.accepted, t.due, t.due,
           t.due, replace(t.state, t.was, (extract(epoch FROM t.due) * 1000000)::bigint::text)
      FROM t, generate_series(%(first)d, %(first)d + %(n)d - 1) g RETURNING id, current_due),
tasks AS (
INSERT INTO motcua.task (dossier, seq, officer, due, promised, opened, received, task, agency, version,
        role, code, procedure, step)
    SELECT m.id, k.seq, k.officer, k.due, k.promised, k.opened, k.received, k.task, k.agency,
           k.version, k.role, k.code, k.procedure, k.step
      FROM made m, motcua.task k JOIN t ON t.id = k.dossier)
INSERT INTO motcua.timer (dossier, at) SELECT id, current_due FROM made"""
                % {'code': code, 'first': first, 'n': n, 'm': minutes})


def number(sql):
    return int(office.psql(sql))


def fired():
    return number("SELECT count(*) FROM motcua.timer_fired WHERE dossier >= 1000000")


def wait_for(what, wanted, seconds):
    end = time.monotonic() + seconds
    while what() < wanted and time.monotonic() < end:
        time.sleep(0.1)
    return what()


def exactly_once(n, what):
    t.eq(wait_for(fired, n, 90), n, what + ': every one fired')
    t.eq(number("SELECT count(*) FROM motcua.dossier_event WHERE kind = 'REMINDED' AND dossier >= "
                "1000000"), n, what + ': one event each')
    t.eq(number("SELECT count(DISTINCT dossier) FROM motcua.dossier_event WHERE kind = 'REMINDED' "
                "AND dossier >= 1000000"), n, what + ': none twice')
    t.eq(number("SELECT count(*) FROM motcua.dossier d JOIN motcua.dossier_event e ON e.dossier = "
                "d.id AND e.seq = d.seq AND e.hash = d.head WHERE d.id >= 1000000"), n,
         what + ': the row is what the last event left')
    t.eq(number("SELECT count(*) FROM motcua.timer WHERE dossier >= 1000000 AND at <= now()"), 0,
         what + ': nothing is left due')
    told = lambda: number("SELECT count(*) FROM motcua.notification WHERE dossier >= 1000000")  # noqa: E731
    t.eq(wait_for(told, n, 30), n, what + ': each was told, once')


def second():
    flags = office.flags() + ['--set', 'listen_plain=127.0.0.1:%d' % free_port(),
                              '--set', 'listen_ops=127.0.0.1:%d' % free_port()]
    return subprocess.Popen([MOTCUAD, 'serve', *flags], cwd=TOP, env=ENV, stdout=office.log,
                            stderr=office.log, stdin=subprocess.DEVNULL)


# ---- a stop over two hours, then two daemons at once
t.eq(office.stop(), 0, 'stopped')
overdue(1, N, 120)
other = second()
office.start()
exactly_once(N, 'two daemons')
commits = number("SELECT count(DISTINCT xmin::text) FROM motcua.timer_fired WHERE dossier >= 1000000")
t.ok(commits <= N / 64 + 6, 'a commit has many of them: nobody waits for each', commits)
t.ok(office.psql("SELECT prosrc ~ 'l AS MATERIALIZED' FROM pg_proc WHERE proname = 'store_acts'") == 'f',
     'the work of a batch does not grow with its square')
t.ok('timers caught up' in office.log_text(), 'the log tells that it caught up')
other.send_signal(signal.SIGTERM)
t.eq(other.wait(40), 0, 'the second ends cleanly')

# ---- what the report says
r = son.get('/v1/reports/catch-up')
due = {i['rung']: i for i in r.json['items']}['legal.due']
t.ok(due['n'] == N and due['late'] == N and 120 <= due['most_late_minutes'] <= 130,
     'the report: how many, how late', r)
t.ok(due['title'] == 'Quá hạn giải quyết', 'in words', due)
seen, path = [], '/v1/reports/catch-up/list?limit=150'
while path:
    r = son.get(path)
    seen += [i['code'] for i in r.json['items']]
    path = '/v1/reports/catch-up/list?limit=150&cursor=' + r.json['next'] if r.json['next'] else None
t.eq((len(seen), len(set(seen))), (N, N), 'page by page each of them once')
t.eq(son.get('/v1/reports/catch-up/list?late=100000').json['items'], [], 'at least so late')
t.eq(lan.get('/v1/reports/catch-up').status, 403, 'not for everybody')
day = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 7 * 3600))
tomorrow = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 31 * 3600))
out = json.loads(office.run('report', 'catch-up', '--from', day, '--to', tomorrow, '--json'))
t.eq({i['rung']: i['late'] for i in out['items']}, {'legal.due': N}, 'the verb says the same')
t.ok('legal.due' in office.run('report', 'catch-up', '--from', day, '--to', tomorrow), 'as a table')

# ---- what officers read
r = lan.get('/v1/notifications?limit=100')
first = r.json['items'][0]
t.ok(len(r.json['items']) == 100 and first['rung'] == 'legal.due' and first['mine'] is True and
     first['late_minutes'] >= 120 and first['role'] == 'receiver', 'whoever holds the task is told', r)
older = lan.get('/v1/notifications?limit=100&cursor=' + r.json['next']).json['items']
t.ok(older and older[0]['id'] < r.json['items'][-1]['id'], 'page by page, the newest first')
t.eq(son.get('/v1/notifications').json['items'], [], 'nobody else is')
UNREAD, SEEN = '/v1/notifications/unread', '/v1/notifications/seen'
t.eq((lan.get(UNREAD).json, son.get(UNREAD).json, {i['unread'] for i in r.json['items']}), ({'unread': 100}, {'unread': 0}, {True}),
     'what she has not seen is counted, so far')
t.eq(lan.send('PUT', SEEN, {'id': r.json['items'][9]['id']}).status, 204, 'she has seen all but the newest nine')
t.eq(lan.send('PUT', SEEN, {'id': 1}).status, 204, 'and nothing becomes new again')
t.eq((lan.get(UNREAD).json['unread'], [i['unread'] for i in lan.get('/v1/notifications?limit=11').json['items']]),
     (9, [True] * 9 + [False] * 2), 'nine are new')
t.eq((lan.send('PUT', SEEN, {'id': 2 ** 62}).status, lan.get(UNREAD).json['unread']), (204, 0), 'all are seen')
t.eq(office.psql('SELECT max(s.upto) = max(n.id) FROM motcua.notification_seen s, motcua.notification n'), 't',
     'no further than there is: what comes next is new')
dossier = lan.get('/v1/dossiers/' + first['code'])
t.eq(dossier.status, 200, 'it can be read')
r = lan.act(first['code'], 'act', {'action': 'forward'})
t.ok(r.status == 200, 'and worked on', r)

# ---- killed in the middle
t.eq(office.stop(), 0, 'stopped')
overdue(N + 1, N, 5)
office.start()
end = time.monotonic() + 60
while fired() < N + 100 and time.monotonic() < end:
    time.sleep(0.02)
office.daemon.send_signal(signal.SIGKILL)
office.daemon.wait()
t.ok(N < fired() < 2 * N, 'killed in the middle', fired())
office.start()
t.eq(wait_for(fired, 2 * N, 90), 2 * N, 'the rest fires after the kill')
t.eq(number("SELECT count(*) FROM (SELECT FROM motcua.dossier_event WHERE kind = 'REMINDED' AND "
            "dossier >= 1000000 GROUP BY dossier HAVING count(*) > 1) n"), 0, 'nothing is doubled')
t.eq(number("SELECT count(*) FROM motcua.timer WHERE dossier >= 1000000 AND at <= now()"), 0,
     'nothing is left due')
told = lambda: number("SELECT count(*) FROM motcua.notification WHERE dossier >= 1000000")  # noqa: E731
t.eq(wait_for(told, 2 * N, 30), 2 * N, 'each was told once')

# ---- it wakes by itself, and for a nearer moment that an act leaves
overdue(2 * N + 1, 1, -1)
t.eq(wait_for(fired, 2 * N + 1, 95), 2 * N + 1, 'a rung that comes while it sleeps')
late = number("SELECT max(late_minutes) FROM motcua.timer_fired WHERE dossier = %d" % (1000000 + 2 * N + 1))
t.ok(late == 0, 'within the minute', late)
office.end(t)
