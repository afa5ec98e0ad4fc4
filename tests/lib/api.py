"""A real daemon on a throw-away cluster, and clients that speak to it as officers do.
Standard library only.  The program under test: MOTCUAD, or the ASan build."""
import atexit
import base64
import datetime
import gzip
import hashlib
import hmac
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pg import Tap, TOP  # noqa: E402,F401
import schema  # noqa: E402
import template  # noqa: E402

MOTCUAD = os.path.abspath(os.environ.get('MOTCUAD', TOP + '/build/asan/motcuad'))
PASSWORD = 'Trình diễn một cửa 2026'
PAYMENT_KEY = 'invented key of call-backs, for tests only 0123456789'
FINANCE = '1.005416'
HERE = datetime.timezone(datetime.timedelta(hours=7))


def office_now():
    """The offices' clock: Viet Nam's, wherever the tests run."""
    return datetime.datetime.now(HERE)


def office_day():
    return office_now().date()


ENV = dict(os.environ)
ENV.setdefault('ASAN_OPTIONS', 'abort_on_error=0:detect_leaks=1:strict_string_checks=1')
ENV.setdefault('UBSAN_OPTIONS', 'print_stacktrace=1')


def free_port():
    """A port of loopback for this program until it ends.  Not one of those that outgoing connections take:
    between two starts of a daemon somebody else's would sit on it.  Its name keeps other tests away."""
    with open('/proc/sys/net/ipv4/ip_local_port_range', encoding='ascii') as f:
        low = int(f.read().split()[0])
    while True:
        port = random.randrange(max(1024, low - 12000), low) if low > 2048 else random.randrange(61000, 65536)
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            name.bind('\0motcua-test-port-%d' % port)
            with socket.socket() as s:
                s.bind(('127.0.0.1', port))
        except OSError:
            name.close()
            continue
        _ports.append(name)
        return port


_ports = []


def until(fn, seconds=90):
    """What fn says, asked again until it is something: for what follows a little later than its cause."""
    end = time.monotonic() + seconds
    while True:
        found = fn()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.05)


class Office:
    """Cluster, migrations, published configuration, accounts, and the daemon."""

    def __init__(self, workers=2, **settings):
        self.dir = tempfile.mkdtemp(prefix='motcua-api-', dir=template.room())
        os.chmod(self.dir, 0o755)
        atexit.register(self.remove)
        self.daemon = self.described = None
        self.unlike = []  # answers that are not as /openapi.json says
        self.log = open(self.dir + '/daemon.log', 'ab')
        self.conninfo = ''
        self.port, self.ops_port = free_port(), free_port()
        self.password_file = self.write('password', PASSWORD, 0o600)
        salt = self.write('salt', 'invented salt for tests only, 0123456789 abcdef', 0o600)
        pays = self.write('payment', PAYMENT_KEY + '\n', 0o600)
        self.settings = {
            'listen': '', 'listen_plain': '127.0.0.1:%d' % self.port,
            'listen_ops': '127.0.0.1:%d' % self.ops_port, 'workers': str(workers),
            'directories.files': self.dir + '/files', 'identity.salt_file': salt, 'payment.secret_file': pays,
            'portal.secret_file': pays, 'session.second_factor_key_file': pays,
            'rate.actor': '10000', 'rate.actor_burst': '10000', 'rate.public': '100000',
            'rate.sign_in': '10000', 'public_hosts': 'localhost,127.0.0.1',
            'tickets.any_hour': 'true',  # tests run at any hour; test_tickets.py tries closed halls
        }
        self.file = self.write('motcua.yaml', 'directories: {%s}\n' % ', '.join(
            '%s: "%s/config/%s"' % (k, TOP, v) for k, v in (
                ('calendars', 'calendars'), ('procedures', 'procedures'), ('regimes', 'regimes'),
                ('organisation', 'organisation.yaml'), ('halls', 'halls'))), 0o644)
        self.settings.update({k.replace('__', '.'): str(v) for k, v in settings.items()})
        self.begin(any(k.startswith('directories__') for k in settings))
        self.start()

    def begin(self, own_configuration):
        """The cluster: migrated, with what is published; a copy where that is what everybody has."""
        if own_configuration:
            self.make(self.dir + '/pg')
            return
        program = os.stat(MOTCUAD)
        key = template.digest(template.files('migrations/*', 'config/**/*', 'tests/lib/*.py', 'tests/lib/*.sh'),
                              program.st_mtime_ns, program.st_size)
        with template.copy_of(os.path.dirname(MOTCUAD) + '/template', 'published', key, self.make_once) as data:
            self.cluster(self.dir + '/pg', '--like', data)

    def cluster(self, where, *options):
        out = subprocess.run([template.CLUSTER, 'start', where, '--with', str(os.getpid()), *options],
                             check=True, stdout=subprocess.PIPE)
        self.conninfo = out.stdout.decode().strip()
        self.settings.update({'database.app': self.as_user('motcua_app'), 'database.migrate': self.conninfo})

    def make(self, where):
        self.cluster(where)
        self.run('migrate', 'up', '--database', self.conninfo)
        self.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri',
                 '--people-password-file', self.password_file)

    def make_once(self, where):
        self.make(where)
        subprocess.run([template.CLUSTER, 'stop', where, 'fast'], check=True)

    def write(self, name, text, mode):
        path = self.dir + '/' + name
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def as_user(self, user):
        return self.conninfo.replace('user=postgres', 'user=' + user)

    def flags(self):
        out = ['--config', self.file]
        for k, v in self.settings.items():
            out += ['--set', '%s=%s' % (k, v)]
        return out

    def run(self, *args):
        flags = [] if args[0] == 'migrate' else self.flags()
        p = subprocess.run([MOTCUAD, '--lang', 'en', *args, *flags], cwd=TOP, env=ENV,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if p.returncode:
            raise RuntimeError('%s: %s' % (' '.join(args), p.stdout.decode()))
        return p.stdout.decode()

    def start(self):
        self.daemon = subprocess.Popen([MOTCUAD, '--lang', 'en', 'serve', *self.flags()], cwd=TOP,
                                       env=ENV, stdout=self.log, stderr=self.log,
                                       stdin=subprocess.DEVNULL)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.daemon.poll() is not None:
                raise RuntimeError('the daemon ended: ' + self.log_text()[-4000:])
            try:
                c = http.client.HTTPConnection('127.0.0.1', self.ops_port, timeout=20)
                c.request('GET', '/readyz')
                if c.getresponse().status == 200:
                    self.describe()
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError('the daemon is not ready: ' + self.log_text()[-4000:])

    def describe(self):
        """The daemon's own /openapi.json, fetched once."""
        if self.described is None:
            c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
            c.request('GET', '/openapi.json', headers={'Host': 'localhost:%d' % self.port})
            self.described = schema.Description(json.loads(c.getresponse().read()))
            c.close()

    def compare(self, method, path, answer):
        """Every answer of every test must be as described; end() tells of those that are not."""
        if answer.status >= 400 and answer.headers.get('Connection') == 'close':
            return  # the layer below refused it before it knew the route
        self.unlike += self.described.check(method, path, answer.status, answer.headers,
                                            answer.data)

    def stop(self, sig=signal.SIGTERM):
        self.daemon.send_signal(sig)
        return self.daemon.wait(120)

    def log_text(self):
        with open(self.dir + '/daemon.log', encoding='utf-8', errors='replace') as f:
            return f.read()

    def work(self, fn):
        """Seconds of processor that daemon and PostgreSQL spend on it: what a stranger could learn from
        the time an answer takes, without what else the machine does meanwhile."""
        with open(self.dir + '/pg/data/postmaster.pid') as f:
            head = int(f.readline())
        with open('/proc/%d/task/%d/children' % (head, head)) as f:
            pids = [self.daemon.pid] + [int(x) for x in f.read().split()]
        clocks = [(~pid << 3) | 2 for pid in pids]  # a process's clock, as clock_getcpuclockid makes it

        def spent(clock):
            try:
                return time.clock_gettime(clock)
            except OSError:
                return 0  # it has ended
        before = [spent(c) for c in clocks]
        fn()
        return sum(max(0, spent(c) - b) for c, b in zip(clocks, before))

    def psql(self, sql):
        p = subprocess.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-c', sql, self.conninfo],
                           check=True, stdout=subprocess.PIPE)
        return p.stdout.decode().strip()

    def remove(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        subprocess.run([TOP + '/tests/lib/cluster.sh', 'remove', self.dir + '/pg'],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def client(self, login=None, lang='vi'):
        c = Client(self, lang)
        if login:
            r = c.sign_in(login)
            if r.status != 201:
                raise RuntimeError('%s cannot sign in: %s' % (login, r.text))
        return c

    def end(self, tap):
        """Stops the daemon: it must end cleanly, without a sanitizer's report."""
        code = self.stop()
        text = self.log_text()
        bad = [l for l in text.splitlines() if 'ERROR: ' in l or 'runtime error' in l]
        tap.ok(not self.unlike, 'every answer was as /openapi.json describes it',
               '\n'.join(sorted(set(self.unlike))[:40]))
        tap.ok(code == 0 and not bad, 'the daemon stops cleanly and no sanitizer complained',
               'exit %s\n%s' % (code, '\n'.join(bad) or text[-3000:]))
        tap.end()


class Answer:
    def __init__(self, status, headers, data):
        self.status, self.headers = status, headers
        self.wire = len(data)  # as it came
        self.data = data = gzip.decompress(data) if headers.get('Content-Encoding') == 'gzip' and data else data
        self.text = data.decode('utf-8', 'replace')

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def code(self):
        """The code of a problem, or ''."""
        try:
            return self.json.get('code', '') if self.status >= 400 else ''
        except ValueError:
            return ''

    @property
    def etag(self):
        return self.headers.get('ETag')

    def __repr__(self):
        return '%d %s' % (self.status, self.text[:600])


class Client:
    def __init__(self, office, lang='vi', port=None, peer=None):
        self.office, self.lang = office, lang
        self.port = port or office.port
        self.source = (peer, 0) if peer else None  # another address of loopback
        self.cookie = self.csrf = None
        self.conn = None
        self.host = 'localhost:%d' % self.port

    def raw(self, method, path, body=None, headers=None, again=True):
        """One request with exactly these headers and Host."""
        h = {'Host': self.host, 'Accept-Language': self.lang}
        h.update(headers or {})
        h = {k: v for k, v in h.items() if v is not None}
        if self.conn is None:
            self.conn = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60,
                                                   source_address=self.source)
            fresh = True
        else:
            fresh = False
        try:
            self.conn.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for k, v in h.items():
                self.conn.putheader(k, v)
            if body is not None and 'Content-Length' not in h and 'Transfer-Encoding' not in h:
                self.conn.putheader('Content-Length', str(len(body)))
            self.conn.endheaders(body)
            r = self.conn.getresponse()
            data = r.read()
        except (http.client.HTTPException, OSError):
            self.conn.close()
            self.conn = None
            if again and not fresh:
                return self.raw(method, path, body, headers, False)
            raise
        if r.will_close:
            self.conn.close()
            self.conn = None
        answer = Answer(r.status, r.headers, data)
        self.office.compare(method, path, answer)
        return answer

    def headers(self):
        h = {'Origin': 'http://' + self.host, 'Sec-Fetch-Site': 'same-origin'}
        if self.cookie:
            h['Cookie'] = self.cookie
        if self.csrf:
            h['X-CSRF-Token'] = self.csrf
        return h

    def send(self, method, path, body=None, headers=None):
        h = self.headers()
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode()
            h['Content-Type'] = 'application/json'
        h.update(headers or {})
        return self.raw(method, path, body, h)

    def get(self, path, **headers):
        return self.send('GET', path, headers=headers)

    def post(self, path, body, key=None, match=None, headers=None):
        h = {'Idempotency-Key': key or str(uuid.uuid4())}
        if match is not None:
            h['If-Match'] = match
        h.update(headers or {})
        return self.send('POST', path, body, h)

    def sign_in(self, login, password=PASSWORD, code=None):
        r = self.send('POST', '/v1/session', {'login': login, 'password': password, **({'code': code} if code else {})})
        if r.status == 201:
            self.cookie = r.headers['Set-Cookie'].split(';')[0]
            self.csrf = r.json['csrf']
        return r

    def act(self, code, act, body=None, match=None, key=None):
        """One act with the dossier's present ETag unless another is given."""
        if match is None:
            match = self.get('/v1/dossiers/' + code).etag or '"0"'
        return self.post('/v1/dossiers/%s/%s' % (code, act), body if body is not None else {}, key,
                         match)


def one_time_code(secret, later=0):
    """What an authenticator app shows for this secret (base 32), so many steps of 30 s later."""
    step = int(time.time()) // 30 + later
    mac = hmac.new(base64.b32decode(secret), step.to_bytes(8, 'big'), hashlib.sha1).digest()
    at = mac[-1] & 15
    return '%06d' % ((int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1000000)


def signature(body, at, key=PAYMENT_KEY, number='msg-1'):
    """As the payment platform signs: bytes of the body, seconds as text."""
    mac = hmac.new(key.encode(), b'%s.%s.%s' % (number.encode(), at.encode(), body), hashlib.sha256)
    return 'v1,' + base64.b64encode(mac.digest()).decode()


def call_back(office, body, path='/v1/payments/callback/paygov', at=None, **other):
    """A signed call of the platform: no cookie, no origin."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = str(int(time.time()) if at is None else at)
    h = {'Content-Type': 'application/json', 'webhook-id': 'msg-1', 'webhook-timestamp': at,
         'webhook-signature': signature(raw, at)}
    h.update({k.replace('_', '-'): v for k, v in other.items()})
    return Client(office).raw('POST', path, raw, h)


def intake(**changes):
    """A complete dossier of the Finance procedure; changes replace members."""
    body = {
        'procedure': FINANCE,
        'applicant': {'kind': 'state', 'name': 'Trường THPT Ngô Quyền', 'id_type': 'organisation',
                      'id_number': 'H24.21.07', 'address': '16 Lương Khánh Thiện, Hải Phòng',
                      'phone': '0225 3846 077'.replace(' ', ''), 'email': 'van.thu@example.vn'},
        'summary': 'Mua sắm 40 bộ máy vi tính phòng tin học',
        'form': {'estimate': 480000000, 'assets': 40, 'funds': 'budget'},
        'components': [{'component': 'request', 'originals': 1},
                       {'component': 'assets', 'originals': 1}],
    }
    body.update(changes)
    return {k: v for k, v in body.items() if v is not None}


def out_of_row(codes):
    """Of codes of dossiers, unit and day before the last dash: those of a unit and day whose numbers are not 1 to
    n, each once.  A day may end in the middle of a test, and its ten thousandth number has five digits."""
    days = {}
    for c in codes:
        day, _, number = c.rpartition('-')
        days.setdefault(day, []).append(int(number))
    return {d: sorted(n) for d, n in days.items() if sorted(n) != list(range(1, len(n) + 1))}


def same_work(office, one, other, least=10, most=60):
    """Whether both cost the same (within a quarter), and what: the least of many turns, since what
    goes on beside them only ever adds.  Both get the number of the turn."""
    a, b = [], []
    for i in range(most):
        a.append(office.work(lambda: one(i)))
        b.append(office.work(lambda: other(i)))
        same = abs(min(a) - min(b)) < 0.25 * max(min(a), min(b))
        if same and i + 1 >= least:
            break
    return same, 'seconds of processor: %.5f and %.5f' % (min(a), min(b))


class Machine:
    """Watches, from its making until it is asked, how late a process that wants next to nothing is woken: the
    machine's own standing still, which no program under test can help."""

    WATCH = """
import select, sys, time
worst, over = 0, False
while not over:
    due = time.monotonic() + .005
    over = bool(select.select([sys.stdin], [], [], .005)[0])
    worst = max(worst, 0 if over else time.monotonic() - due)
print(worst)
"""

    def __init__(self):
        self.ms = None
        self.watch = subprocess.Popen([sys.executable, '-c', self.WATCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def stood_still(self):
        if self.ms is None:
            self.ms, self.load = float(self.watch.communicate()[0]) * 1000, os.getloadavg()[0]
        return self.ms > 150 or self.load > 2 * os.cpu_count()

    def __str__(self):
        return 'the machine stood still for %.0f ms, load %.1f' % (self.ms, self.load)


def together(fns):
    """Runs them at once; their results in order (an exception is a result)."""
    out = [None] * len(fns)

    def one(i):
        try:
            out[i] = fns[i]()
        except Exception as e:  # the test looks at it
            out[i] = e
    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(fns))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return out
