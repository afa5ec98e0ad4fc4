"""The daemon as a service: it drains, reloads under load, outlives its database, sheds what is too
much, and never says yes to what may not have been committed.  Each part says its rule."""
import atexit
import http.client
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import PASSWORD, TOP, Client, Machine, Office, Tap, free_port, intake, out_of_row, until  # noqa: E402

t = Tap()
tls_port = free_port()
folder = tempfile.mkdtemp(prefix='motcua-service-', dir='/tmp')
atexit.register(shutil.rmtree, folder, True)
pem = folder + '/tls'


def certificate(name):
    """A fresh self-signed certificate over the old one, as a renewal does it."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                    '-nodes', '-keyout', pem + '.key.new', '-out', pem + '.crt.new', '-days', '2',
                    '-subj', '/CN=' + name], check=True, stderr=subprocess.DEVNULL)
    os.chmod(pem + '.key.new', 0o600)
    os.rename(pem + '.key.new', pem + '.key')
    os.rename(pem + '.crt.new', pem + '.crt')


certificate('first.example')
office = Office(limits__answer_time=12, limits__stop_time=15, limits__connections_per_peer=1000,
                database__wait=1500, database__queue=32, listen='127.0.0.1:%d' % tls_port,
                tls__cert=pem + '.crt', tls__key=pem + '.key')
lan = office.client('lan.tiepnhan')


def like(c):
    n = Client(office)
    n.cookie, n.csrf = c.cookie, c.csrf
    return n


class Load:
    """Threads that go on until told; every answer is kept.  After so many answers they only keep on: on a slow
    machine what they wait for may take minutes."""

    MANY = 2000

    def __init__(self, threads, fn):
        self.out, self.lock, self.over = [], threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(fn, i)) for i in range(threads)]
        for th in self.threads:
            th.start()

    def run(self, fn, i):
        c, n = like(lan), 0
        while not self.over.is_set():
            n += 1
            try:
                r = fn(c, i, n)
            except Exception as e:  # a broken connection is a result too
                c.conn = None
                r = e
            with self.lock:
                self.out.append((i, n, r))
            if len(self.out) > self.MANY:
                self.over.wait(0.2)

    def end(self):
        self.over.set()
        for th in self.threads:
            th.join()
        return self.out


class Lock:
    """Holds back every act for some time, as a long transaction of somebody would."""

    def __init__(self, seconds, table='motcua.dossier_event'):
        self.p = subprocess.Popen(
            ['psql', '-qXAt', '-c', 'BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; SELECT 1; '
             'SELECT pg_sleep(%f); COMMIT' % (table, seconds), office.conninfo],
            stdout=subprocess.DEVNULL)
        until(lambda: office.psql(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND "
            "relation = '%s'::regclass" % table) == '1')


def ready():
    c = http.client.HTTPConnection('127.0.0.1', office.ops_port, timeout=20)
    try:
        c.request('GET', '/readyz')
        return c.getresponse().status
    except OSError:
        return 0
    finally:
        c.close()


def peer_name(timeout=60):
    x = ssl._create_unverified_context()
    c = http.client.HTTPSConnection('127.0.0.1', tls_port, context=x, timeout=timeout)
    c.request('GET', '/', headers={'Host': 'localhost:%d' % tls_port})
    c.getresponse().read()
    der = c.sock.getpeercert(True)
    return c, b'first.example' in der, b'second.example' in der


def dossiers():
    return int(office.psql('SELECT count(*) FROM motcua.dossier'))


# ---- reload under load: configuration, certificate and published procedures, no request fails
def mixed(c, i, n):
    if n % 3:
        return c.get(('/v1/queue?scope=unit', '/v1/procedures', '/v1/session')[n % 3])
    return c.post('/v1/dossiers', intake(summary='Tải khi nạp lại'))


old, first, _ = peer_name()
t.ok(first, 'the first certificate is served')
load = Load(4, mixed)
with open(office.file, encoding='utf-8') as f:
    text = f.read()
certificate('second.example')
for i in range(6):
    if i == 2:
        bad = 'no_such_key: 1\n' + text
        office.write('motcua.yaml', bad, 0o644)
    elif i == 3:
        office.write('motcua.yaml', text + 'log: {level: info}\n', 0o644)
    elif i == 4:
        office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
    office.daemon.send_signal(signal.SIGHUP)
    if i == 2:  # before the good one is there again
        until(lambda: 'configuration-file-refused' in office.log_text())
    time.sleep(0.4)
out = load.end()
bad = [r for _, _, r in out if isinstance(r, Exception) or r.status not in (200, 201)]
t.ok(not bad and len(out) > 20, 'six reloads under load: none of %d requests failed' % len(out), bad[:3])
old.request('GET', '/', headers={'Host': 'localhost:%d' % tls_port})
t.eq(old.getresponse().status, 200, 'a connection made before goes on')
t.ok(until(lambda: peer_name()[2]), 'new ones get the new certificate')
t.ok('configuration-file-refused' in office.log_text() and 'no_such_key' in office.log_text(),
     'the bad file was refused with its mistake, the old one stayed')
with open(pem + '.crt', 'w', encoding='utf-8') as f:
    f.write('not a certificate\n')
office.daemon.send_signal(signal.SIGHUP)
t.ok(until(lambda: 'certificate-refused' in office.log_text()), 'a bad certificate is refused')
t.ok(peer_name()[2], 'and the present one stays')
certificate('second.example')



def resident():
    with open('/proc/%d/status' % office.daemon.pid, encoding='utf-8') as f:
        return int(f.read().split('VmRSS:')[1].split()[0])


def hups(n):
    for _ in range(n):
        office.daemon.send_signal(signal.SIGHUP)
        time.sleep(0.03)
    time.sleep(0.5)


hups(20)
was = resident()
hups(40)
t.ok(resident() - was < 40 * 1400, 'forty more reloads keep little (ASan delays what is freed): %d KiB' % (resident() - was))

# ---- sessions end everywhere at once
many = [like(lan) for _ in range(16)]
t.eq({c.get('/v1/session').status for c in many}, {200}, 'sixteen connections of one session')
lan.send('DELETE', '/v1/session')
time.sleep(1)
t.eq({c.get('/v1/session').status for c in many}, {401}, 'signed out: within a second on all of them')
lan = office.client('lan.tiepnhan')
many = [like(lan) for _ in range(16)]
t.eq({c.get('/v1/session').status for c in many}, {200}, 'again sixteen')
office.run('user', 'passwd', 'lan.tiepnhan', '--password-file', office.password_file)
time.sleep(1)
t.eq({c.get('/v1/session').status for c in many}, {401}, 'a changed password ends them too')
lan = office.client('lan.tiepnhan')
hung = office.client('hung.tiepnhan')
many = [like(hung) for _ in range(16)]
t.eq({c.get('/v1/submissions').status for c in many}, {200}, 'a receiver sees submissions')
office.run('user', 'role', 'hung.tiepnhan', '--roles', 'clerk')
time.sleep(1)
t.eq({c.get('/v1/session').status for c in many}, {401},
     'other roles: within a second the session is over on all connections')
hung = office.client('hung.tiepnhan')
t.eq(hung.get('/v1/submissions').status, 403, 'and the next one has the new roles')
office.run('user', 'role', 'hung.tiepnhan', '--roles', 'clerk')
time.sleep(1)
t.eq(hung.get('/v1/session').status, 200, 'the same roles again end nothing')

# ---- passwords are hashed beside the loops
def cpu(name=None):
    """Clock ticks of the daemon's threads whose name begins so."""
    total, base = 0, '/proc/%d/task' % office.daemon.pid
    for x in os.listdir(base):
        with open('%s/%s/stat' % (base, x), encoding='utf-8', errors='replace') as f:
            head, _, rest = f.read().rpartition(')')
        fields = rest.split()
        if name is None or head.split('(')[1].startswith(name):
            total += int(fields[11]) + int(fields[12])
    return total


machine, before, hashed = Machine(), cpu(), cpu('hash')
stop = time.monotonic() + 3
answers, quick = [], []


def going():
    """Three seconds; on a busy machine until there is enough to tell something from."""
    return time.monotonic() < stop or (len(answers) < 12 and time.monotonic() < stop + 60)


def knock(i):
    while going():
        answers.append(office.client().sign_in('nobody%d' % i, 'x' * 14).status)
        time.sleep(0.2)


threads = [threading.Thread(target=knock, args=(i,)) for i in range(4)]
for th in threads:
    th.start()
probe = like(lan)
while going():
    s = time.monotonic()
    probe.get('/v1/session')
    quick.append(time.monotonic() - s)
    time.sleep(0.02)
for th in threads:
    th.join()
spent, hashed = cpu() - before, cpu('hash') - hashed
quick.sort()
t.ok(len(answers) >= 12 and hashed > 0.5 * spent,
     '%d sign-ins are worked at by the pool' % len(answers), (hashed, spent))
t.budget(quick[len(quick) // 2] < 0.15, 'and the others are quick (median %.1f ms, 95 %% %.1f ms)' %
         (quick[len(quick) // 2] * 1000, quick[len(quick) * 95 // 100] * 1000), '', machine)
office.psql('DELETE FROM motcua.sign_in_throttle')

# ---- GET and HEAD change nothing (but the log of what was printed, as it must)
r = lan.post('/v1/dossiers', intake())
code = r.json['code']
TABLES = office.psql("SELECT string_agg(c.oid::regclass::text, ' ' ORDER BY 1) FROM pg_class c "
                     "WHERE relnamespace = 'motcua'::regnamespace AND relkind IN ('r', 'p') AND relname "
                     "NOT IN ('session', 'audit', 'sign_in_throttle', 'print_log', 'paper_template', 'paper_number', 'paper_book', 'job_lease', "
                     "'register_unit', 'register_book', 'register_entry')").split()


def fingerprint():
    return office.psql(' UNION ALL '.join(
        "SELECT '%s', count(*), md5(coalesce(string_agg(x::text, '' ORDER BY x::text), '')) FROM %s x"
        % (n, n) for n in TABLES) + ' ORDER BY 1')


for _ in range(300):  # figures follow behind the commit of the intake
    if office.psql('SELECT count(*) FROM motcua.figure_behind') == '0':
        break
    time.sleep(0.1)
was = fingerprint()
routes = office.client('vinh.thanhtra').get('/v1/permissions').json['routes']
gets = [r['pattern'] for r in routes if r['method'] == 'GET' and r['pattern'] != '/v1/events']  # which never ends
for p in gets:
    path = p.replace('{code}', '1.005416' if 'procedures' in p else code).replace('{hash}', 'ab' * 32)
    for m in ('GET', 'HEAD'):
        lan.send(m, path)
now = fingerprint()
t.ok(len(TABLES) > 10 and len(gets) > 15 and now == was,
     'GET and HEAD of all %d routes change nothing in %d tables' % (len(gets), len(TABLES)),
     set(now.split()) ^ set(was.split()))

# ---- a WARNING at commit is no success: the wait for a standby is cancelled
SYNC = ("FROM pg_stat_activity WHERE usename = 'motcua_app' AND wait_event = 'SyncRep'")


def hold():
    """Every commit waits, as for a standby that is away, until let_go(): no time is in it."""
    office.psql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    office.psql('SELECT pg_reload_conf()')
    def waits():  # the server takes the setting a little later
        p = subprocess.Popen(['psql', '-qX', '-c', "SELECT pg_logical_emit_message(true, 'held', '')", office.conninfo], stdout=subprocess.DEVNULL)
        return until(lambda: p.poll() is not None or office.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'postgres' AND wait_event = 'SyncRep'") != '0') and p.poll() is None
    until(waits)


def let_go():
    office.psql('ALTER SYSTEM RESET synchronous_standby_names')
    office.psql('SELECT pg_reload_conf()')
    until(lambda: office.psql('SHOW synchronous_standby_names') == '')


before = dossiers()
hold()
keys = ['warn-%08d' % i for i in range(6)]
got = {}


def take(key, c):
    try:
        got[key] = c.post('/v1/dossiers', intake(), key=key)
    except Exception as e:
        got[key] = e


threads = [threading.Thread(target=take, args=(k, like(lan))) for k in keys]
for th in threads:
    th.start()
t.ok(until(lambda: office.psql('SELECT count(*) ' + SYNC) != '0'), 'commits wait for a standby')
end = time.monotonic() + 60
while time.monotonic() < end and any(th.is_alive() for th in threads):
    office.psql('SELECT pg_cancel_backend(pid) ' + SYNC)
    time.sleep(0.1)
for th in threads:
    th.join()
bad = [(k, r) for k, r in got.items() if isinstance(r, Exception) or r.status != 503]
t.eq(bad, [], 'cancelled: not one is called a success, each 503')
t.ok(all(r.code == 'outcome-unknown' and r.headers.get('Retry-After') for r in got.values()),
     'saying that the outcome is unknown, with Retry-After', list(got.values())[:2])
let_go()
again = [lan.post('/v1/dossiers', intake(), key=k) for k in keys]
t.eq([r.status for r in again], [201] * 6, 'repeated with the same keys: done')
t.eq(dossiers() - before, 6, 'once each')

# ---- too much is shed, and it recovers by itself
lock = Lock(1.7, 'motcua.idempotency')
sheds = []


def push(key):
    try:
        sheds.append(like(lan).post('/v1/dossiers', intake(), key=key))
    except Exception as e:
        sheds.append(e)


threads = [threading.Thread(target=push, args=('shed-%08d' % i,)) for i in range(400)]
for th in threads:
    th.start()
for th in threads:
    th.join()
lock.p.wait()
kinds = {}
for r in sheds:
    k = type(r).__name__ if isinstance(r, Exception) else (r.status, r.code)
    kinds[k] = kinds.get(k, 0) + 1
shed = [r for r in sheds if not isinstance(r, Exception) and r.status == 503]
t.ok(all(not isinstance(r, Exception) and r.status in (201, 503, 504) for r in sheds) and shed,
     'acts beyond the queue are refused, none is left without an answer', kinds)
t.ok(all(int(r.headers.get('Retry-After', 0)) >= 1 for r in shed), 'with Retry-After')
t.ok(until(lambda: lan.post('/v1/dossiers', intake()).status == 201), 'then it serves again')

# ---- PostgreSQL killed under load, all of it, and started again later
def act(c, i, n):
    key = 'crash-%d-%d' % (i, n)
    r = c.post('/v1/dossiers', intake(summary=key), key=key)
    r.key = key
    if r.status != 201:
        time.sleep(0.05)
    return r


load = Load(12, act)
time.sleep(1)
with open(office.dir + '/pg/data/postmaster.pid', encoding='utf-8') as f:
    pid = int(f.readline())
kids = subprocess.run(['ps', '--ppid', str(pid), '-o', 'pid='], stdout=subprocess.PIPE).stdout.split()
for p in [pid] + [int(k) for k in kids]:
    try:
        os.kill(p, signal.SIGKILL)
    except ProcessLookupError:
        pass
t.ok(until(lambda: ready() == 503), 'without its database it is not ready: 503')
r = like(lan).get('/v1/queue')
t.ok(r.status == 503 and r.headers['Content-Type'] == 'application/problem+json' and
     r.headers.get('Retry-After') and 'SQL' not in r.text and 'socket' not in r.text,
     'requests get a plain 503 meanwhile', r)
t.eq(like(lan).raw('GET', '/').status, 200, 'pages that need no database are served')
office.daemon.send_signal(signal.SIGHUP)  # the checks of every minute, now
t.ok(until(lambda: 'database-unsafe' in office.log_text()), 'and the checks found it, too')
until(lambda: all(subprocess.run(['kill', '-0', str(p)], stderr=subprocess.DEVNULL).returncode
                  for p in [pid] + [int(k) for k in kids]))
subprocess.run([TOP + '/tests/lib/cluster.sh', 'start', office.dir + '/pg'], check=True,
               stdout=subprocess.DEVNULL)
t.ok(until(lambda: ready() == 200, 30), 'the server is back: it recovers by itself, not at the next minute')
time.sleep(1)
out = load.end()
good = {r.key: r.json['code'] for _, _, r in out if not isinstance(r, Exception) and r.status == 201}
odd = [r for _, _, r in out if isinstance(r, Exception) or r.status not in (201, 503, 504)]
t.ok(not odd, 'every request was answered: 201, 503 or 504', odd[:3])
rows = set(office.psql("SELECT code FROM motcua.dossier WHERE code IS NOT NULL").split())
t.ok(good and not [c for c in good.values() if c not in rows],
     'of %d acknowledged dossiers none is lost' % len(good))
asked = {'crash-%d-%d' % (i, n) for i, n, _ in out}
for k in sorted(asked - set(good))[:40]:
    r = lan.post('/v1/dossiers', intake(summary=k), key=k)
    if r.status != 201:
        t.ok(False, 'a key is repeated', r)
keys = int(office.psql("SELECT count(*) FROM motcua.idempotency WHERE key LIKE 'crash-%'"))
codes = office.psql("SELECT code FROM motcua.dossier WHERE code IS NOT NULL").split()
t.eq(out_of_row(codes), {}, 'and the numbers have neither gap nor double')

# ---- an orderly restart of PostgreSQL
subprocess.run(['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups',
                '/usr/lib/postgresql/15/bin/pg_ctl', '-D', office.dir + '/pg/data', '-m', 'fast', '-w',
                '-l', office.dir + '/pg/server.log', 'restart'] if os.getuid() == 0 else
               ['/usr/lib/postgresql/15/bin/pg_ctl', '-D', office.dir + '/pg/data', '-m', 'fast', '-w',
                '-l', office.dir + '/pg/server.log', 'restart'],
               check=True, stdout=subprocess.DEVNULL, cwd='/')
t.ok(until(lambda: ready() == 200 and lan.post('/v1/dossiers', intake()).status == 201),
     'an orderly restart: in service again')

# ---- nothing personal, and one line an event
canary = ['Chim-Yến-Họ-Tên', '034099123456', '0987654321', 'mật khẩu gõ nhầm 1', 'go.nham.ten']
lan.post('/v1/dossiers', intake(applicant={'kind': 'citizen', 'name': canary[0],
                                           'id_number': canary[1], 'phone': canary[2]}))
lan.post('/v1/dossiers', intake(applicant={'kind': canary[0], 'name': 7, 'phone': canary[2] + 'x'}))
office.client().sign_in(canary[4], canary[3])
office.client().sign_in('lan.tiepnhan', canary[3])
lan.get('/v1/search?q=' + canary[2])
lan.get('/v1/dossiers/%s?%s=1' % (canary[1], canary[2]))
evil = '%0d%0a{"event":"forged"}'
for path in ('/v1/dossiers/' + evil, '/v1/search?q=' + evil, '/v1/queue?%s=1' % evil, '/' + evil):
    lan.get(path)
lan.get('/v1/session', **{'User-Agent': 'x\x1b[31m{"event":"forged"}', 'X-Request-Id': '{"event":"forged"}'})
office.client().sign_in('a\r\n{"event":"forged"}', 'x')
lan.post('/v1/dossiers', intake(), key='x\x7f"forged"')
text = office.log_text()
t.eq([c for c in canary + [lan.csrf, lan.cookie.split('=')[1], PASSWORD] if c in text], [],
     'no name, number, password, login or token of anybody is in the log')
t.ok('forged' not in text, 'nobody writes lines into the log')
lines = [x for x in text.splitlines() if not x.startswith('{"at":"') or not x.endswith('}')]
t.eq(lines[:5], [], 'and every line of it is one JSON object')

def served():
    c = http.client.HTTPConnection('127.0.0.1', office.port, timeout=3)
    try:
        c.request('GET', '/', headers={'Host': 'localhost:%d' % office.port})
        return c.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        c.close()


# ---- draining: what is under way is finished, the idle are let go, nobody new is taken
office.stop()
office.settings.update({'database.wait': '60000', 'database.act_timeout': '60000', 'limits.answer_time': '60', 'limits.stop_time': '60'})
office.start()
lan = office.client('lan.tiepnhan')
eight = [(r.json['code'], r.etag) for r in (lan.post('/v1/dossiers', intake()) for _ in range(8))]  # none waits for another's lock
hold()
got = {}


def forward(code, match, c):
    try:
        got[code] = c.act(code, 'act', {'action': 'forward'}, match=match)
    except Exception as e:
        got[code] = e


threads = [threading.Thread(target=forward, args=(*x, like(lan))) for x in eight]
for th in threads:
    th.start()
t.ok(until(lambda: office.psql('SELECT count(*) ' + SYNC) != '0'), 'acts are under way')
time.sleep(1)  # all eight
stops = office.log_text().count('"stopping"')
office.daemon.send_signal(signal.SIGTERM)
until(lambda: office.log_text().count('"stopping"') > stops)
late = until(lambda: not served(), 30)  # each worker lets go in its own turn
let_go()
for th in threads:
    th.join()
code = office.daemon.wait(120)
t.eq([getattr(r, 'status', r) for r in got.values()], [200] * 8, 'SIGTERM: eight acts under way are finished')
t.ok(late, 'nobody new is served')
t.eq(code, 0, 'and it ends with 0')

# ---- a second signal ends at once
office.start()
lan = office.client('lan.tiepnhan')
hold()
th = threading.Thread(target=take, args=('second-00000001', like(lan)))
th.start()
until(lambda: office.psql('SELECT count(*) ' + SYNC) != '0')
stops = office.log_text().count('"stopping"')
office.daemon.send_signal(signal.SIGTERM)
until(lambda: office.log_text().count('"stopping"') > stops)
s = time.monotonic()
office.daemon.send_signal(signal.SIGTERM)
code = office.daemon.wait(120)
t.ok(time.monotonic() - s < 40 and code == 1, 'a second SIGTERM ends it long before limits.stop_time', (time.monotonic() - s, code))
th.join()
let_go()
t.ok(isinstance(got['second-00000001'], Exception), 'its request is cut off, not called a success')

# ---- without a listener of operations: figures for this machine only, not for who comes by its proxy
office.settings['listen_ops'], office.ops_port = '', office.port
office.settings['limits.answer_time'] = '1'
office.start()
web = office.client()
for path in ('/metrics', '/version'):
    t.eq(web.raw('GET', path).status, 200, '%s for this machine' % path)
    for mark in ('X-Forwarded-For', 'Forwarded', 'Via'):
        t.eq(web.raw('GET', path, headers={mark: '203.0.113.7'}).status, 404,
             '%s not for a stranger behind a proxy (%s)' % (path, mark))
r = like(lan).post('/v1/dossiers', intake(), key='second-00000001')
t.eq(r.status, 201, 'the act that was cut off is repeated with its key')

# ---- a request has its deadline; what becomes of it is found out with the same key
hold()
s = time.monotonic()
r = like(lan).post('/v1/dossiers', intake(), key='late-00000001')
t.ok(r.status == 504 and r.code == 'timeout' and time.monotonic() - s > 0.9,
     'no answer in time: 504 at the deadline', (r, time.monotonic() - s))
let_go()
before = dossiers()
t.ok(until(lambda: like(lan).post('/v1/dossiers', intake(), key='late-00000001').status == 201),
     'with the same key the answer is there')
t.ok(dossiers() - before <= 1 and office.psql(
    "SELECT count(*) FROM motcua.idempotency WHERE key = 'late-00000001'") == '1', 'done once')
print('# ' + office.run('verify').strip().replace('\n', '\n# '))
office.end(t)
