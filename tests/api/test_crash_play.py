#!/usr/bin/env python3
"""Random acts by several officers while the daemon and a backend of PostgreSQL are killed with -9
(a backend's death makes the server recover from its log).  Afterwards: what was answered is there
exactly once, every history folds, the independent checker agrees, no side task without its request, and figures that
followed the acts in pieces, one of them torn, are what a recount of the events in another language gives.
People pay and get money back, enter late what an outage kept, and stand in for each other meanwhile.
SEED= repeats the choices, not the timing. ACTS= says how many each of the eight tries; more than as shipped: killed until they are
done, or SECONDS= have gone."""
import datetime
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'verify'))
from api import Office, TOP, Tap, intake, office_day  # noqa: E402
import recount  # noqa: E402

seed, acts, seconds = (int(os.environ.get(k, n)) for k, n in (('SEED', 7), ('ACTS', 400), ('SECONDS', 3600)))
t = Tap()
office = Office()
LOGINS = ('lan.tiepnhan', 'hung.tiepnhan', 'minh.congsan', 'ha.congsan', 'binh.stc', 'son.giamdoc', 'thu.thuphi',
          'duc.congsan')
DEPUTY, LEADER = 7, 'binh.stc'  # half of what duc.congsan does, he does in his leader's name
DAYS = [(office_day() + datetime.timedelta(days=n)).isoformat() for n in range(-2, 3)]
SUPPLEMENT = {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing']}
CONSULT = {'kind': 'consult', 'to_agency': 'SXD', 'text': 'Ý kiến', 'on_due': 'remind',
           'limit': '2 working_day'}
answered, codes, lock, stop, tried = {}, [], threading.Lock(), threading.Event(), [0] * 8


def dossier_of(rnd):
    """One without a fee, or copies that are paid for; now and then entered after an outage."""
    body = intake()
    if rnd.random() < .5:
        body = intake(procedure='2.000635', form={'copies': 2}, components=[
            {'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
        body['case'] = '01'
    if rnd.random() < .4:
        body.update(claimed=DAYS[0] + 'T08:00:00+07:00', document='BB 01 mất điện')
    return body


def act_of(rnd, d):
    """Something that somebody might do now, lawful or not."""
    owed = [x for x in d.get('tasks', []) if 'owes' in x]
    if owed and rnd.random() < .6:
        word = rnd.choice(('agree', 'agree', 'send', 'complete', 'end', 'decline', 'paid'))
        return 'answer', {'task': owed[0]['task'], 'outcome': word, 'note': 'Ghi chú', 'document': '2/CV',
                          'text': 'Nội dung', 'reference': 'PC 01'}
    if d.get('owed') and rnd.random() < .5:
        return 'pay', {'amount': d['owed'], 'reference': 'BL ' + d['code']}
    if d.get('paid') and rnd.random() < .5:
        return 'ask', {'kind': 'refund', 'amount': 8000, 'note': 'Nộp thừa'}
    return rnd.choice((('receive', {}), ('receive', {}), ('claim', {}), ('note', {'note': 'Ghi chú'}),
                       ('draft', {'text': 'Đủ điều kiện'}), ('act', {'action': 'forward'}),
                       ('act', {'action': 'forward'}), ('act', {'action': 'approve'}),
                       ('ask', SUPPLEMENT), ('ask', CONSULT),
                       ('declare-relative', {'note': 'Cháu tôi'}) if rnd.random() < .05 else ('note', {'note': 'Ghi chú'}),
                       ('withdraw', {'document': '5/Đ'}) if rnd.random() < .1 else ('claim', {})))


def patient(fn):
    """Again and again until somebody answers: the daemon may be away."""
    for _ in range(200):
        try:
            r = fn()
            if r.status not in (429, 500, 502, 503, 504):
                return r
        except Exception:
            pass
        if stop.is_set():
            return None
        time.sleep(0.1)
    return None


def worker(i):
    rnd = random.Random(seed * 1000 + i)
    c = clients[i]
    for n in range(acts):
        if stop.is_set():
            return
        key = 'play-%d-%d' % (i, n)
        tried[i] = n + 1
        with lock:
            code = rnd.choice(codes) if codes else None
        if i < 2 and (not code or rnd.random() < .25):
            body = dossier_of(rnd)
            r = patient(lambda: c.post('/v1/dossiers', body, key=key))
            if r is not None and r.status == 201:
                with lock:
                    codes.append(r.json['code'])
                    answered[key] = (i, r.json['code'])
            continue
        d = patient(lambda: c.get('/v1/dossiers/' + code)) if code else None
        if d is None or d.status != 200:
            time.sleep(0.05)
            continue
        act, body = act_of(rnd, d.json)
        name = {'On-Behalf-Of': LEADER} if i == DEPUTY and rnd.random() < .5 else None
        r = patient(lambda: c.post('/v1/dossiers/%s/%s' % (code, act), body, key, d.etag, name))
        # what was so already (received twice) says nothing new and is not kept
        if r is not None and r.status in (200, 201) and r.etag and r.etag != d.etag:
            with lock:
                answered[key] = (i, code)


def kill_backend():
    pid = office.psql("SELECT pid FROM pg_stat_activity WHERE usename = 'motcua_app' LIMIT 1")
    if pid:
        os.kill(int(pid), signal.SIGKILL)


def recovered():
    for _ in range(100):
        try:
            return office.psql('SELECT 1')
        except subprocess.CalledProcessError:
            time.sleep(0.1)
    return None


clients = [office.client(login) for login in LOGINS]
r = clients[LOGINS.index(LEADER)].post('/v1/delegations', {
    'to': LOGINS[DEPUTY], 'agency': 'STC', 'procedures': ['1.005416'], 'kinds': ['work', 'approve', 'assign'],
    'valid_from': DAYS[2], 'valid_to': DAYS[4], 'document': '12/UQ-STC'})
t.eq(r.status, 201, 'the leader delegates to his deputy')
REACHED = """SELECT count(*) FILTER (WHERE kind = 'FIN_PAID') > 0, count(*) FILTER (WHERE kind = 'LATE_ENTRY') > 0,
    count(*) FILTER (WHERE kind IN ('REQUESTED', 'REFUNDED') AND payload ~ '"kind":7[,}]') > 0,
    count(*) FILTER (WHERE on_behalf_of IS NOT NULL AND on_behalf_of <> 0) > 0 FROM motcua.dossier_event"""
threads = [threading.Thread(target=worker, args=(i,)) for i in range(len(clients))]
for th in threads:
    th.start()
kills, until = 0, time.monotonic() + seconds
while kills < 5 or (acts > 400 and any(th.is_alive() for th in threads) and time.monotonic() < until):
    time.sleep(2 if kills < 5 else 15)
    kills += 1
    if kills % 2:
        office.daemon.send_signal(signal.SIGKILL)
        office.daemon.wait()
        office.start()
    else:
        kill_backend()
        recovered()
        if kills % 20 == 0:  # what the server counted is lost with each crash: it would never look at its tables by itself
            office.psql('ANALYZE')
for _ in range(40):  # on a slow machine a little longer, until each kind of act was met
    time.sleep(1)
    if office.psql(REACHED) == 't|t|t|t':
        break
t.eq(office.psql(REACHED), 't|t|t|t', 'paid, entered late, money asked back, in a leader\'s name')
stop.set()
for th in threads:
    th.join()
print('# seed %d: killed %d times, %d dossiers, %d acts tried, %d answered'
      % (seed, kills, len(codes), sum(tried), len(answered)))
t.ok(recovered() and len(codes) > 3 and len(answered) > 30, 'people worked while it was killed',
     (len(codes), len(answered)))
kept = set(office.psql("SELECT key FROM motcua.idempotency WHERE key LIKE 'play-%'").split())
t.eq(sorted(set(answered) - kept), [], 'every act that was answered is there')
rows = set(office.psql('SELECT code FROM motcua.dossier WHERE code IS NOT NULL').split())
t.eq(sorted(set(codes) - rows), [], 'no acknowledged dossier is lost')
gaps = office.psql('SELECT count(*) FROM (SELECT dossier, count(*) n, max(seq) m FROM motcua.dossier_event '
                   'GROUP BY dossier) x WHERE n <> m')
t.eq(gaps, '0', 'histories without a gap and nothing twice')
print('# ' + office.run('verify').strip().replace('\n', '\n# '))
t.ok(True, 'motcuad verify agrees: every state is the fold of its history (it exits non-zero otherwise)')


def state_of(code):
    for _ in range(300):  # so many in a row that the daemon asks for patience
        r = clients[0].get('/v1/dossiers/' + code)
        if r.status != 429:
            return r.json
        time.sleep(0.1)
    raise RuntimeError('asked for patience for half a minute')


lost, stray = [], []
for code in sorted(rows):
    d = state_of(code)
    pending = {r['request'] for r in d.get('requests', []) if r['state'] in ('asked', 'agreed', 'open', 'lapsed')}
    side = {x['request'] for x in d['tasks'] if 'request' in x}
    stray += [code] if side - pending else []
    lost += [code] if not d['tasks'] and d['status'] in ('ACCEPTED', 'PROCESSING', 'SUPPLEMENT') else []
t.eq(stray, [], 'every side task belongs to a pending request')
t.eq(lost, [], 'no open dossier without a task')

# ---- figures: the daemon dies while they follow, with rows of dossiers written and items not yet
FOLLOWS = "SELECT pid FROM pg_stat_activity WHERE query ~ 'figure_follow' AND wait_event_type = 'Lock' LIMIT 1"
holder = subprocess.Popen(['psql', '-qX', office.conninfo], stdin=subprocess.PIPE, text=True)
holder.stdin.write('BEGIN; LOCK TABLE motcua.figure_item IN SHARE MODE;\n')
holder.stdin.flush()
for _ in range(200):  # a second after an act they follow
    if office.psql("SELECT count(*) FROM pg_locks WHERE relation = 'motcua.figure_item'::regclass AND mode = 'ShareLock'") != '0':
        break
    time.sleep(0.05)
r = clients[0].post('/v1/dossiers', intake())
t.eq(r.status, 201, 'one more is taken in')
pid = ''
for _ in range(200):
    pid = office.psql(FOLLOWS)
    if pid:
        break
    time.sleep(0.05)
office.daemon.send_signal(signal.SIGKILL)
office.daemon.wait()
torn = office.psql('SELECT count(pg_terminate_backend(%s)) FROM pg_sleep(0)' % pid) if pid else '0'
holder.communicate('COMMIT;\n')
t.eq(torn, '1', 'the daemon is killed while figures follow')
t.ok(int(office.psql('SELECT count(*) FROM motcua.figure_behind')) > 0, 'what was under way is still to be done')
office.start()
supervisor = office.client('giang.giamsat')
sums = {}
for topic in ['dossiers'] + [x['topic'] for x in supervisor.get('/v1/figures/definitions').json['topics'] if x['topic'] != 'dossiers']:
    path = '/v1/figures' if topic == 'dossiers' else '/v1/figures/topics/' + topic
    r = supervisor.get('%s?from=%s&to=%s' % (path, DAYS[0], DAYS[3]))
    sums[topic] = {k: v for k, v in r.json['total'].items() if isinstance(v, int)}
t.eq(office.psql('SELECT count(*) FROM motcua.figure_behind'), '0', 'who asks is told of all that was committed')
history = recount.read(office.psql(recount.EVENTS))
day = lambda s: recount.micros(datetime.datetime.fromisoformat(s))  # noqa: E731
now = recount.micros(datetime.datetime.utcnow() + recount.LOCAL)
want = recount.figures(history, day(DAYS[0]), now)
t.eq({k: v for k, v in sums['dossiers'].items() if want.get(k, v) != v}, {}, 'dossiers: as recounted from the events')
t.ok(sums['dossiers']['received'] > 3, 'there is something to count', sums['dossiers'])
want = recount.topics(history, day(DAYS[0]), now)
t.eq({k: (v, want.get(k, 0)) for s in list(sums) if s != 'dossiers' for k, v in sums[s].items()
      if want.get(k, 0) != v and not k.endswith(('by_officer', 'elsewhere', 'posted'))}, {}, 'and all the other topics')
office.psql('CREATE TABLE public.items AS SELECT * FROM motcua.figure_item; DELETE FROM motcua.figure_item;'
            'INSERT INTO motcua.figure_behind SELECT id, 0 FROM motcua.dossier; SELECT motcua.figure_catch_up(1000000)')
t.eq(office.psql('SELECT count(*) FROM ((TABLE public.items EXCEPT ALL TABLE motcua.figure_item) UNION ALL '
                 '(TABLE motcua.figure_item EXCEPT ALL TABLE public.items)) x'), '0', 'made again at once they are the same')
office.run('verify')
office.end(t)
