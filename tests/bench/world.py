"""The world of the load test: cluster, configuration, people, templates made through the daemon's own
API, and their multiplication (seed.sql).  Python's standard library only."""
import glob
import hashlib
import http.client
import json
import os
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLUSTER = TOP + '/tests/lib/cluster.sh'
PROGRAM = os.environ.get('MOTCUAD') or TOP + '/build/release/motcuad'
LOADGEN = TOP + '/build/release/tests/bench/loadgen'
RECEIVERS = 6  # of each agency's ten officers; the first half works over HTTP, the other for pgbench
REAL = '1.001612'  # a real procedure of the communes: household businesses
BENCH = '9.000001'


def memory_mb():
    return int(re.search(r'MemTotal: *(\d+)', open('/proc/meminfo').read()).group(1)) // 1024


SHARED_MB = max(512, min(8192, memory_mb() // 3))
SETTINGS = ['max_wal_size=16GB', 'min_wal_size=4GB', 'checkpoint_timeout=30min', 'wal_compression=lz4',
            'jit=off', 'max_connections=200', 'effective_cache_size=8GB', 'log_checkpoints=off']
HUGE = '/proc/sys/vm/nr_hugepages'


class HugePages:
    """Room in large pages for so much of PostgreSQL's memory, as DBAs of large servers set it; given
    back at the end.  None where we may not, or the kernel has not so much in one piece."""
    def __init__(self, shared_mb):
        self.before = int(open(HUGE).read())
        need = self.before + shared_mb * 11 // 10 // 2 + 100
        try:
            self.set(need)
        except OSError:
            pass
        self.got = int(open(HUGE).read()) >= need
        if not self.got:
            self.end()

    @staticmethod
    def set(n):
        with open(HUGE, 'w') as f:
            f.write(str(n))

    def end(self):
        try:
            self.set(self.before)
        except OSError:
            pass


def say(*text):
    print('#', *text, file=sys.stderr, flush=True)


# ------------------------------------------------------------------------------- database
class Database:
    def __init__(self, directory, shared_mb=SHARED_MB):
        self.dir = directory
        self.settings = ['shared_buffers=%dMB' % shared_mb, *SETTINGS]
        self.start()

    def start(self):
        out = subprocess.run([CLUSTER, 'start', self.dir, '--with', str(os.getpid()), *self.settings],
                             check=True, stdout=subprocess.PIPE)
        self.conninfo = out.stdout.decode().strip()

    def stop(self):
        self.sql('CHECKPOINT')
        subprocess.run([CLUSTER, 'stop', self.dir], check=True)

    def warm(self):
        """What days of work leave in memory, and nothing that waits to be written: else the larger cluster
        would be measured by its disk."""
        self.sql('CREATE EXTENSION IF NOT EXISTS pg_prewarm')
        self.sql("SELECT sum(pg_prewarm(c.oid)) FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace "
                 "AND c.relkind IN ('r', 'i', 'm')")
        self.sql('CHECKPOINT')

    def remove(self):
        subprocess.run([CLUSTER, 'remove', self.dir], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def user(self, name):
        return self.conninfo.replace('user=postgres', 'user=' + name)

    def sql(self, text, user='postgres', args=()):
        p = subprocess.run(['psql', '-qXAt', '-F', '\x1f', '-v', 'ON_ERROR_STOP=1', *args,
                            self.user(user)], input=text.encode(), capture_output=True)
        if p.returncode:
            raise RuntimeError(p.stderr.decode()[-2000:])
        return [r.split('\x1f') for r in p.stdout.decode().split('\n') if r]

    def one(self, text, user='postgres'):
        return self.sql(text, user)[0][0]

    def postmaster(self):
        return int(open(self.dir + '/data/postmaster.pid').readline())

    def log_from(self, offset):
        with open(self.dir + '/server.log', encoding='utf-8', errors='replace') as f:
            f.seek(offset)
            return f.read()

    def log_size(self):
        return os.path.getsize(self.dir + '/server.log')


def lit(v):
    if v is None:
        return 'NULL'
    if isinstance(v, bytes):
        return "'\\x%s'" % v.hex()
    return str(v) if isinstance(v, int) else "'%s'" % v.replace("'", "''")


def array(values, kind):
    return 'ARRAY[%s]::%s[]' % (','.join(lit(v) for v in values), kind)


# ------------------------------------------------------------------------------- organisation
def organisation(agencies):
    """The shipped organisation with communes added until there are enough, all of one pattern:
    number 2000 + 10 k, code H24.(101 + k)."""
    text = open(TOP + '/config/organisation.yaml', encoding='utf-8').read()
    have = re.findall(r'agency: (\w+), id: (\d+), code: (H24\.1\d\d), type: commune', text)
    assert all(int(i) == 2000 + 10 * k and c == 'H24.%d' % (101 + k)
               for k, (_, i, c) in enumerate(have)), 'the pattern of communes has changed'
    keys, more = [a for a, _, _ in have][:agencies], ''
    for k in range(len(have), agencies):
        key = 'B_%03d' % k
        keys.append(key)
        more += ('  - {agency: %s, id: %d, code: H24.%d, type: commune, parent: UBND, valid_from: 2025-07-01,\n'
                 '     name: {vi: "Xã đo tải số %d", en: "Load test commune %d"}}\n'
                 '  - {agency: %s_HCC, id: %d, code: H24.%d.01, type: onestop, parent: %s, valid_from: 2025-07-01,\n'
                 '     name: {vi: "Bộ phận Một cửa xã đo tải số %d", en: "One-stop unit of commune %d"}}\n'
                 % (key, 2000 + 10 * k, 101 + k, k, k, key, 2001 + 10 * k, 101 + k, key, k, k))
    return text.replace('\npeople:', '\n' + more + '\npeople:', 1), keys


def hashed(text):
    return hashlib.sha256(text.encode()).digest()


def procedure_sql(code, text):
    return "SELECT motcua.publish_procedure(%s, %s, %s, %s, 'author', 'approver');\n" % (
        lit(code), re.search(r'^version: *(\d+)', text, re.M).group(1), lit(hashed(text)), lit(text))


def publish(db, organisation_text):
    def text_sql(kind, name, text):
        return "SELECT motcua.publish_text(%s, %s, %s, %s, 'soan', 'duyet');\n" % (
            lit(kind), lit(name), lit(hashed(text)), lit(text))
    sql = text_sql('organisation', '', organisation_text)
    for path in sorted(glob.glob(TOP + '/config/calendars/*.yaml')):
        text = open(path, encoding='utf-8').read()
        sql += text_sql('calendar', re.search(r'^calendar: *"?([\w-]+)', text, re.M).group(1), text)
    for path in sorted(glob.glob(TOP + '/config/regimes/*.yaml')):
        text = open(path, encoding='utf-8').read()
        sql += text_sql('regime', re.search(r'^regime: *"?([\w-]+)', text, re.M).group(1), text)
    files = [p for p in sorted(glob.glob(TOP + '/config/procedures/*.yaml'))
             if not p.endswith('.scenario.yaml')]
    for path in files + [TOP + '/tests/bench/bench.yaml']:
        text = open(path, encoding='utf-8').read()
        sql += procedure_sql(re.search(r'^procedure: *"?([\d.]+)', text, re.M).group(1), text)
    answers = [r[0] for r in db.sql(sql, 'motcua_app')]
    assert set(answers) <= {'published', 'same'}, answers
    rows = re.findall(r'\{agency: (\w+), id: (\d+), code: ([\w.]+),.*?\n?.*?vi: "([^"]*)"',
                      organisation_text)
    db.sql('SELECT motcua.publish_agencies(%s);' % ', '.join([
        array([int(r[1]) for r in rows], 'integer'), array([r[0] for r in rows], 'text'),
        array([r[2] for r in rows], 'text'), array([r[3] for r in rows], 'text'),
        array([None] * len(rows), 'text'), array([None] * len(rows), 'integer'),
        array([None] * len(rows), 'integer'), array([None] * len(rows), 'date'),
        array([None] * len(rows), 'date')]), 'motcua_app')


# ------------------------------------------------------------------------------- people
class Person:
    """Signed in: her session's row is what signing in writes (the password's hash apart)."""

    def __init__(self, login, agency, roles):
        self.login, self.agency, self.roles = login, agency, roles
        self.token = secrets.token_bytes(32)
        self.csrf = hashlib.sha256(b'motcua csrf\0' + self.token).hexdigest()

    def cookie(self):
        return '__Host-motcua=' + self.token.hex()  # a proxy in front speaks TLS


def people(db, keys):
    """Ten officers an agency; answers them as [agency][who]."""
    roles = {name: int(i) for i, name in db.sql('SELECT id, name FROM motcua.role')}
    staff = [(1, 'receiver', ('receiver', 'returner'))] * RECEIVERS + [
        (0, 'specialist', ('specialist',))] * 2 + [(0, 'head', ('division_head',)),
                                                   (0, 'clerk', ('clerk',))]
    out, sql = [], ''
    for k in range(len(keys)):
        row = []
        for n, (unit, name, held) in enumerate(staff):
            p = Person('b%03d.%s%d' % (k, name, n), 2000 + 10 * k + unit, held)
            bits = sum(1 << roles[r] for r in held)
            sql += ("SELECT motcua.account_roles(a, %d, %d), motcua.session_create(%s, %s, a, '127.0.0.1', now(), "
                    "now() + interval '12 hours', now() + interval '12 hours'), a "
                    "FROM motcua.account_put(%s, %s, %d, NULL, NULL, true) a;\n" % (
                        p.agency, bits, lit(hashlib.sha256(p.token).digest()),
                        lit(hashlib.sha256(p.csrf.encode()).digest()), lit(p.login),
                        lit('Nguyễn Văn %s %d' % (name, n)), p.agency))
            row.append(p)
        out.append(row)
    ids = [int(r[-1]) for r in db.sql(sql)]
    for p, i in zip((p for row in out for p in row), ids):
        p.id = i
    return out


def onlooker(db):
    """Looks at all agencies: what she searches goes through every one of them."""
    bit = 1 << int(db.one("SELECT id FROM motcua.role WHERE name = 'supervisor'"))
    p = Person('b.supervisor', 2000, ('supervisor',))
    p.id = int(db.sql(
        "SELECT motcua.account_roles(a, 2000, %d), motcua.session_create(%s, %s, a, '127.0.0.1', now(), "
        "now() + interval '12 hours', now() + interval '12 hours'), a FROM motcua.account_put('b.supervisor', "
        "'Lê Giám Sát', 2000, NULL, NULL, true) a" % (
            bit, lit(hashlib.sha256(p.token).digest()),
            lit(hashlib.sha256(p.csrf.encode()).digest())))[-1][-1])
    return p


# ------------------------------------------------------------------------------- the daemon
def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Daemon:
    def __init__(self, db, work, program=PROGRAM, workers=None):
        self.port, self.ops = free_port(), free_port()
        self.dir = tempfile.mkdtemp(prefix='daemon-', dir=work)
        os.mkdir(self.dir + '/files')
        salt = self.dir + '/salt'
        with open(os.open(salt, os.O_CREAT | os.O_WRONLY, 0o400), 'w') as f:
            f.write(secrets.token_hex(32))
        config = {
            'listen': [], 'listen_plain': ['127.0.0.1:%d' % self.port],
            'listen_ops': ['127.0.0.1:%d' % self.ops], 'workers': workers or 0,
            'database': {'app': db.user('motcua_app'), 'migrate': db.user('postgres')},
            'directories': {'files': self.dir + '/files', 'calendars': TOP + '/config/calendars',
                            'procedures': TOP + '/config/procedures',
                            'regimes': TOP + '/config/regimes',
                            'organisation': TOP + '/config/organisation.yaml'},
            'identity': {'salt_file': salt},
            'limits': {'connections': 65536, 'connections_per_peer': 65536,
                       'requests_per_connection': 1000000, 'idle_time': 600},
            'rate': {'actor': 10000, 'actor_burst': 10000}, 'log': {'level': 'warn'}}
        self.config = self.dir + '/motcua.yaml'
        with open(self.config, 'w') as f:
            json.dump(config, f, indent=1)  # JSON is YAML
        self.program = program
        self.start()

    def start(self):
        self.log = open(self.dir + '/log', 'ab')

        def limits():
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        begin = time.monotonic()
        self.proc = subprocess.Popen([self.program, 'serve', '--config', self.config],
                                     stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                     preexec_fn=limits)
        while True:
            try:
                with socket.create_connection(('127.0.0.1', self.port), 1) as s:
                    s.sendall(b'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
                    if s.recv(4096).startswith(b'HTTP/1.1 200'):
                        break
            except OSError:
                pass
            if self.proc.poll() is not None or time.monotonic() - begin > 30:
                raise RuntimeError('the daemon did not start:\n' + self.said())
            time.sleep(0.001)
        self.start_ms = (time.monotonic() - begin) * 1000

    def said(self):
        with open(self.dir + '/log', encoding='utf-8', errors='replace') as f:
            return f.read()[-3000:]

    def stop(self):
        if self.proc.poll() is None:
            self.proc.send_signal(signal.SIGTERM)
            try:
                self.proc.wait(30)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()

    def metric(self, name):
        c = http.client.HTTPConnection('127.0.0.1', self.ops, timeout=5)
        c.request('GET', '/metrics')
        text = c.getresponse().read().decode()
        c.close()
        m = re.search(r'^%s(?:\{[^}]*\})? ([\d.e+]+)' % name, text, re.M)
        return float(m.group(1)) if m else None


# ------------------------------------------------------------------------------- templates
class Client:
    def __init__(self, port):
        self.conn = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
        self.run, self.n = secrets.token_hex(6), 0

    def call(self, who, method, path, body=None, etag=None):
        self.n += 1
        h = {'Cookie': who.cookie(), 'Host': 'localhost'}
        if method == 'POST':
            h.update({'X-CSRF-Token': who.csrf, 'Sec-Fetch-Site': 'same-origin',
                      'Content-Type': 'application/json',
                      'Idempotency-Key': '%s-%d' % (self.run, self.n)})
        if etag is not None:
            h['If-Match'] = etag
        self.conn.request(method, path, json.dumps(body) if body is not None else None, h)
        r = self.conn.getresponse()
        text = r.read()
        if r.status >= 300:
            raise RuntimeError('%s %s %s: %d %s' % (method, path, body, r.status,
                                                    text.decode()[:1500]))
        return r.headers.get('ETag'), json.loads(text)


def intake_body(procedure, competent, n):
    form = {'subject': 'Đo tải %d' % n} if procedure == BENCH else {
        'name': 'Hộ kinh doanh số %d' % n, 'capital': 50000000, 'family': False}
    return {'procedure': procedure, 'channel': 'counter', 'competent': competent,
            'applicant': {'kind': 'citizen', 'name': 'Phạm Thị Đo Tải %d' % n, 'id_type': 'cccd',
                          'id_number': '031%09d' % n, 'birth': '1990-02-03', 'sex': 'female',
                          'address': 'Số %d đường Đo Tải, Hải Phòng' % n,
                          'phone': '09%08d' % n},
            'summary': 'Hồ sơ đo tải', 'form': form,
            'components': [{'component': 'request', 'originals': 1}], 'fee_units': 1}


class Dossier:
    def __init__(self, client, who, procedure, competent, n):
        self.client = client
        self.etag, answer = client.call(who, 'POST', '/v1/dossiers',
                                        intake_body(procedure, competent, n))
        self.code = answer['code']

    def act(self, who, verb='act', **body):
        self.etag, answer = self.client.call(who, 'POST', '/v1/dossiers/%s/%s' % (self.code, verb),
                                             body, self.etag)
        return answer

    def officer(self, who):
        _, answer = self.client.call(who, 'GET', '/v1/dossiers/' + self.code)
        return answer['tasks'][0]['officer']


RESULT_FILE = hashlib.sha256(b'result of the load test').digest()


def templates(db, daemon, staff, keys):
    """Real dossiers in every state that the seed needs, through the API; table bench_template names
    them, each as often as it is to be drawn: ten open tasks' worth for every officer."""
    db.sql("SELECT motcua.file_register(%s, 100, 'application/pdf', 'ket-qua.pdf', %d)" % (
        lit(RESULT_FILE), staff[0][0].id), 'motcua_app')
    today = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 7 * 3600))
    bench, others, closed, failed = [], [], [], []

    def one(k, client):
        row = staff[k]
        rec, spec, head, clerk = row[:RECEIVERS], row[6:8], row[8], row[9]
        by_id = {p.id: p for p in spec}
        n = k * 100

        def real(i):
            return Dossier(client, rec[0], REAL, keys[k], n + i)

        for i, p in enumerate(rec):
            d = Dossier(client, p, BENCH, keys[k], n + i)
            d.act(p, action='forward')
            bench.append((i, k, d.code))
            others.extend([Dossier(client, p, REAL, keys[k], n + 10 + i).code] * 3)
        for i in range(9):  # a short one: eight events
            d = Dossier(client, rec[i % RECEIVERS], BENCH, keys[k], n + 50 + i)
            d.act(rec[i % RECEIVERS], action='hand_over', to_whom='owner', date=today,
                  signer='Lê Văn Toàn', file=RESULT_FILE.hex())
            closed.append((i, k, d.code))
        seen = set()
        for i in range(6):
            d = real(20 + i)
            d.act(rec[0], action='forward')
            who = d.officer(rec[0])
            if who in by_id and who not in seen:
                seen.add(who)
                others.extend([d.code] * 10)
            if len(seen) == 2:
                break
        for upto in range(3):
            d = real(30 + upto)
            d.act(rec[0], action='forward')
            s = by_id[d.officer(rec[0])]
            d.act(s, 'receive')
            d.act(s, 'draft', text='Hồ sơ hợp lệ, đề nghị cấp')
            d.act(s, action='forward')
            d.act(head, 'claim')
            if upto == 0:
                others.extend([d.code] * 10)
                continue
            d.act(head, action='approve')
            d.act(clerk, 'claim')
            if upto == 1:
                others.extend([d.code] * 10)
                continue
            d.act(clerk, action='number', date=today, signer='Lê Văn Toàn', file=RESULT_FILE.hex())
            d.act(clerk, action='release')
            d.act(rec[1], 'claim')
            d.act(rec[1], action='hand_over', to_whom='owner')
            closed.append((9, k, d.code))  # a whole one: 22 events

    def some(first):
        client = Client(daemon.port)
        try:
            for k in range(first, len(keys), 4):
                one(k, client)
        except Exception as e:  # told by the main thread
            failed.append(e)

    threads = [threading.Thread(target=some, args=(i,)) for i in range(4)]
    for th in threads:
        th.start()
    for th in threads:
        th.join()
    if failed:
        raise failed[0]
    bench.sort()
    rows = [c for _, _, c in bench for _ in range(7)] + sorted(others)
    ended = [c for _, _, c in sorted(closed)]
    db.sql('CREATE TABLE bench_template (place bigserial, dossier bigint, open boolean);'
           'INSERT INTO bench_template (dossier, open) SELECT d.id, x.open FROM unnest(%s, %s) '
           'WITH ORDINALITY x(code, open, ord) JOIN motcua.dossier d ON d.code = x.code ORDER BY x.ord;'
           % (array(rows + ended, 'text'),
              array(['t'] * len(rows) + ['f'] * len(ended), 'boolean')))
    return len(rows), len(ended)


def multiply(db, open_n, closed_n, from_open=0, from_closed=0):
    begin = time.monotonic()
    db.sql('\\i %s/tests/bench/seed.sql' % TOP, args=[
        '-v', 'open=%d' % open_n, '-v', 'closed=%d' % closed_n, '-v', 'from_open=%d' % from_open,
        '-v', 'from_closed=%d' % from_closed])
    # Closed dossiers come a few at a time and are settled as they come; those that were all made now would be settled
    # by the daemon while it is measured.
    while int(db.one('SELECT motcua.figure_catch_up(20000)')) > 0:
        pass
    while int(db.one('SELECT motcua.figure_fold(2000)')) > 0:
        pass
    db.sql('VACUUM (ANALYZE)')
    db.sql('CHECKPOINT')
    say('seeded %d open and %d closed in %.0f s' % (open_n, closed_n, time.monotonic() - begin))
