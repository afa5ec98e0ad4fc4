"""Measuring: CPU by process, the load generator, pgbench running the daemon's own statements with
arguments that the daemon itself sent.  Python's standard library only."""
import json
import os
import random
import re
import resource
import subprocess
import time
from urllib.parse import quote

from world import LOADGEN, TOP, lit

TICK = os.sysconf('SC_CLK_TCK')
CORES = os.cpu_count()
FOREIGN_MAX = 10.0  # percent of all cores
OPTIONS = dict(os.environ, PGOPTIONS='-c plan_cache_mode=force_generic_plan -c jit=off')  # as the daemon's
REPEATS = 2         # further tries of a run that was disturbed, while there are some left in all


# ------------------------------------------------------------------------------- CPU
def stat_of(pid):
    try:
        with open('/proc/%d/stat' % pid) as f:
            p = f.read().rsplit(')', 1)[1].split()
    except OSError:
        return None
    return int(p[1]), int(p[11]) + int(p[12]), int(p[13]) + int(p[14])  # parent, own, children


def cluster_ticks(postmaster):
    """The postmaster, its living children, and those it has buried."""
    own = stat_of(postmaster)
    total = own[1] + own[2]
    for name in os.listdir('/proc'):
        if name.isdigit() and int(name) != postmaster:
            s = stat_of(int(name))
            if s and s[0] == postmaster:
                total += s[1] + s[2]
    return total


def machine_ticks():
    with open('/proc/stat') as f:
        p = [int(x) for x in f.readline().split()[1:9]]
    return sum(p) - p[3] - p[4]  # without idle and waiting


class Account:
    """CPU seconds of daemon, cluster, generator, and of all that is not ours, over a run."""

    def __init__(self, daemon, db):
        self.daemon = daemon.proc.pid if daemon else None
        self.postmaster = db.postmaster()
        self.begin = self.now()

    def now(self):
        own = resource.getrusage(resource.RUSAGE_SELF)
        kids = resource.getrusage(resource.RUSAGE_CHILDREN)
        d = stat_of(self.daemon) if self.daemon else None
        return {'daemon': d[1] / TICK if d else 0, 'cluster': cluster_ticks(self.postmaster) / TICK,
                'ours': own.ru_utime + own.ru_stime, 'generator': kids.ru_utime + kids.ru_stime,
                'machine': machine_ticks() / TICK, 'wall': time.monotonic()}

    def end(self):
        now = self.now()
        d = {k: now[k] - self.begin[k] for k in now}
        known = d['daemon'] + d['cluster'] + d['ours'] + d['generator']
        d['foreign'] = max(0.0, 100 * (d['machine'] - known) / (CORES * d['wall']))
        return d


tries_left = 40  # on a machine that is never quiet the bench must end too


def calm(account_of, run):
    """Repeats a run that others disturbed; the quietest counts, and says how quiet it was."""
    global tries_left
    best = None
    for n in range(1 + REPEATS):
        tries_left -= n > 0
        if n > 0 and tries_left < 0:
            break
        r = run(account_of)
        if best is None or r['foreign'] < best['foreign']:
            best = r
        if best['foreign'] <= FOREIGN_MAX and not r.get('late'):
            break
    return best


# ------------------------------------------------------------------------------- load over HTTP
def on_time():
    """For runs at a fixed rate: the generator stands for machines of their own and must not be late
    because the daemon and PostgreSQL keep the cores busy."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        pass


def files_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Load:
    def __init__(self, db, daemon, staff, keys, closed, bodies, work, half=0):
        self.db, self.daemon, self.dir, self.closed = db, daemon, work, closed
        # consecutive sessions belong to different agencies
        half = [row[3 * half + i] for i in range(3) for row in staff]
        self.people, self.agencies, self.bodies = half, len(staff), bodies
        self.window = 0
        self.random = random.Random(7)

    def write(self, name, lines):
        path = '%s/%s' % (self.dir, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(''.join(line + '\n' for line in lines))
        return path

    def who(self, conns):
        """The people of this run: a window that moves on, so that no dossier is handed on too often."""
        n = min(conns, len(self.people))
        out = [self.people[(self.window + i) % len(self.people)] for i in range(n)]
        self.window = (self.window + n) % len(self.people)
        return out

    def open_ones(self, people, conns):
        """Open dossiers of their own agency, with history: as many as closed ones."""
        mine = {p.agency: [] for p in people}
        for agency, code in self.db.sql('SELECT agency, code FROM motcua.task WHERE dossier >= 1000000000 '
                                        'AND agency IN (%s)' % ','.join(str(a) for a in mine)):
            mine[int(agency)].append(code)
        return ['%s 0' % self.random.choice(mine[people[i % len(people)].agency])
                for i in range(conns) for _ in range(400)]

    def targets(self, work, people, conns, still_open=False):
        if work == 'read' and still_open:
            return self.open_ones(people, conns)
        if work == 'read':  # closed dossiers of their own agency, with history
            out = []
            for i in range(conns):
                k = (people[i % len(people)].agency - 2000) // 10
                for _ in range(400):
                    out.append('H24.B1-260101-%d 0' % (10000000 + self.random.choice(
                        range(10000, self.closed, 10000) if self.closed > 10000 else (0,))
                        + self.agencies * self.random.randrange(self.closed <= 1000, 10) + k))
            return out
        rows = self.db.sql("SELECT officer, code, seq FROM motcua.task WHERE procedure = '9.000001' "
                           "AND dossier >= 1000000000 AND officer = ANY (ARRAY[%s])" % ','.join(
                               str(p.id) for p in people))
        mine = {p.id: [] for p in people}
        for officer, code, seq in rows:
            mine[int(officer)].append('%s %s' % (code, seq))
        lists, take = [], conns // len(people) + (conns % len(people) > 0)
        for i in range(conns):
            own = mine[people[i % len(people)].id]
            lists.append(own[i // len(people)::take])
        shortest = min(len(x) for x in lists)
        assert shortest > 0, 'too few dossiers to hand on'
        return [t for x in lists for t in x[:shortest]]

    def prepare(self, work, conns, still_open=False):
        people = self.who(conns)
        args = ['--sessions', self.write('sessions', ('%s %s' % (p.cookie(), p.csrf) for p in people))]
        if work in ('read', 'hand'):
            args += ['--targets', self.write(
                'targets', self.targets(work, people, conns, still_open))]
        if work == 'hand':
            args += ['--bodies', self.write('bodies', ['{"action":"forward"}'])]
        if work == 'accept':
            args += ['--bodies', self.write('bodies', (self.bodies[(p.agency - 2000) // 10]
                                                       for p in people))]
        return args

    def run(self, work, conns, seconds, rate=None, still_open=False):
        def once(account):
            args = [LOADGEN, '--port', str(self.daemon.port), '--work', work, '--conns', str(conns),
                    '--seconds', str(seconds)] + self.prepare(work, conns, still_open)
            if rate:
                args += ['--rate', str(int(rate))]
            before = self.daemon.metric('motcua_act_batches_total')
            wal = self.db.one('SELECT pg_current_wal_insert_lsn()')
            a = account()
            p = subprocess.run(args, capture_output=True, preexec_fn=on_time if rate else None, timeout=seconds + 60)
            d = a.end()
            if not p.stdout:
                raise RuntimeError('loadgen: ' + p.stderr.decode()[-1500:])
            r = json.loads(p.stdout)
            if r['bad'] > r['ok'] / 1000:
                raise RuntimeError('%s: %d of %d answers were bad\n%s\n%s' % (
                    work, r['bad'], r['ok'], r, p.stderr.decode()[-1500:]))
            n = max(1, r['ok'])
            r.update(foreign=d['foreign'], daemon_us=d['daemon'] * 1e6 / n,
                     cluster_us=d['cluster'] * 1e6 / n, generator_us=d['generator'] * 1e6 / n,
                     late=bool(rate) and r['late_p99_us'] > 1000)
            r['wal'] = int(self.db.one("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '%s')"
                                       % wal)) / n
            if work in ('hand', 'accept') and before is not None:
                batches = self.daemon.metric('motcua_act_batches_total') - before
                r['batch'] = n / max(1, batches)
            return r
        return calm(lambda: Account(self.daemon, self.db), once)


    def search(self, people, texts, conns, seconds, rate):
        """Answers to the texts, each from one of the people in turn, at a fixed rate."""
        def once(account):
            args = [LOADGEN, '--port', str(self.daemon.port), '--work', 'get', '--conns', str(conns),
                    '--seconds', str(seconds), '--rate', str(rate),
                    '--sessions', self.write('sessions', ('%s %s' % (p.cookie(), p.csrf) for p in people)),
                    '--bodies', self.write('bodies', ('/v1/search?limit=50&q=' + quote(t) for t in texts))]
            a = account()
            p = subprocess.run(args, capture_output=True, preexec_fn=on_time, timeout=seconds + 60)
            d = a.end()
            r = json.loads(p.stdout) if p.stdout else {'bad': -1}
            if r['bad']:
                raise RuntimeError('search: %s %s' % (r, p.stderr.decode()[-1500:]))
            n = max(1, r['ok'])
            r.update(foreign=d['foreign'], cluster_us=d['cluster'] * 1e6 / n,
                     late=r['late_p99_us'] > 1000)
            return r
        return calm(lambda: Account(self.daemon, self.db), once)


# ------------------------------------------------------------------------------- pgbench
def plain(sql):
    """The columns one by one, as pgbench would be asked: packed rows are for libpq in the daemon, and text of a packed row costs the
    server more."""
    if not sql.startswith('SELECT ROW('):
        return sql
    start, depth = len('SELECT ROW('), 1
    for end in range(start, len(sql)):
        depth += {'(': 1, ')': -1}.get(sql[end], 0)
        if depth == 0:
            return 'SELECT ' + sql[start:end] + sql[end + 1:]


def statements():
    out = {}
    for name in ('act_load', 'act_load_key', 'act_store', 'dossier_read', 'queue_officer'):
        text = open('%s/server/store/sql/%s.sql' % (TOP, name), encoding='utf-8').read()
        out[name] = plain(' '.join(re.sub(r'^--.*$', '', text, flags=re.M).split()))
    return out


def parameter_numbers(db):
    """Name of an argument of motcua.store_acts -> its number."""
    names = db.sql("SELECT n.name FROM pg_proc p, unnest(p.proargnames) WITH ORDINALITY n(name, i) "
                   "WHERE p.oid = 'motcua.store_acts'::regproc AND n.i <= p.pronargs ORDER BY n.i")
    return {n[0]: i + 1 for i, n in enumerate(names)}


def quoted(text):
    """A literal in which pgbench sees no variable."""
    t = text.replace('\\', '\\\\').replace("'", "''").replace(':', '\\x3a')
    return "E'%s'" % t if '\\' in t else "'%s'" % t


def captured(log, marker):
    """Arguments of the last execution of a statement that the server logged, as texts."""
    found = None
    for block in re.split(r'\n(?=\d{4}-\d\d-\d\d )', log):
        if 'execute' in block and marker in block:
            found = block
        elif found is not None and 'DETAIL:  parameters: ' in block and isinstance(found, str):
            text = block.split('DETAIL:  parameters: ', 1)[1]
            found = {int(m.group(1)): None if m.group(2) == 'NULL' else m.group(2)[1:-1].replace("''", "'")
                     for m in re.finditer(r"\$(\d+) = (NULL|'(?:[^']|'')*')", text)}
            last, found = found, None
            yield last


def elements(text):
    """Elements of a one-dimensional array in text form."""
    out, i, n = [], 1, len(text) - 1
    while i < n:
        if text[i] == '"':
            j, item = i + 1, ''
            while text[j] != '"':
                j += text[j] == '\\'
                item += text[j]
                j += 1
            out.append(item)
            i = j + 2
        else:
            j = text.index(',', i) if ',' in text[i:] else n
            item = text[i:min(j, n)]
            out.append(None if item == 'NULL' else item)
            i = j + 1
    return out


def fill(sql, params, replaced):
    """The statement with its arguments written in: the captured ones, but for those replaced."""
    def arg(m):
        n = int(m.group(1))
        if n in replaced:
            return replaced[n]
        return 'NULL' if params[n] is None else quoted(params[n])
    return re.sub(r'\$(\d+)', arg, sql)


class Floor:
    """pgbench -M prepared over the Unix socket, as the daemon's own database role."""

    def __init__(self, db, work, facts):
        self.db, self.dir, self.facts = db, work, facts
        self.at = statements()
        self.no = parameter_numbers(db)
        self.serial = 0
        self.best = {}

    def capture(self, act):
        """Runs act() with every statement logged; the log's text."""
        self.db.sql("ALTER SYSTEM SET log_min_duration_statement = 0")
        self.db.sql('SELECT pg_reload_conf()')
        time.sleep(0.3)
        at = self.db.log_size()
        act()
        time.sleep(0.2)
        text = self.db.log_from(at)
        self.db.sql('ALTER SYSTEM RESET log_min_duration_statement')
        self.db.sql('SELECT pg_reload_conf()')
        return text

    def ints(self, params, name, change):
        """Elements of an argument, each as written or as change(element) says."""
        p = params[self.no[name]]
        return None if p is None else 'ARRAY[%s]' % ','.join(
            'NULL' if e is None else change(e) for e in elements(p))

    def act_script(self, params, head, known, more):
        """head: pgbench's lines before; known: values of the captured act -> variables, for the
        integer arguments that name agencies and officers; more: name -> expression."""
        replaced = {}
        for name in self.no:
            if params[self.no[name]] is None:
                continue
            if name.endswith(('_agency', '_officer', '_actor', '_account', '_receiving', '_competent')):
                replaced[self.no[name]] = self.ints(params, name, lambda e: known.get(e, e))
        replaced.update({self.no[n]: e for n, e in more.items()})
        return head + fill(self.at['act_store'], params, replaced) + ';\n'

    def prepare(self, log_hand, log_accept, queue, hand):
        f = self.facts
        # one queue page, one history: rows only
        q = list(captured(queue, 't.officer = $1'))[-1]
        self.write('queue', '\\set o %d + 10 * random(0, %d) + random(0, 2)\n' % (
            f['officer0'], f['agencies'] - 1) + fill(self.at['queue_officer'], q, {1: ':o'}) + ';\n')
        self.write('read', '\\set g 10000 * random(1, %d) + random(0, %d)\n' % (
            f['closed'] // 10000 - 1, 10 * f['agencies'] - 1) + fill(
                self.at['dossier_read'], {2: 't'}, {1: "('H24.B1-260101-' || (10000000 + :g)::text)"}) + ';\n')
        self.hand(list(captured(log_hand, 'motcua.store_acts('))[-1], hand)
        self.accept(list(captured(log_accept, 'motcua.store_acts('))[-1],
                    list(captured(log_accept, 'l.chain = $2'))[-1])
        self.hand_over = hand

    def write(self, name, text):
        with open('%s/%s.pgbench' % (self.dir, name), 'w', encoding='utf-8') as f:
            f.write(text)

    def hand(self, p, h):
        load = self.at['act_load'].replace('i.seq', 'i.seq AS i_seq')
        load = fill(load, {}, {1: "('H24.B0-260101-' || (:d - 990000000)::text)",
                               2: "(:run || '-' || :client_id || '-' || :k)::text"})
        first, events = int(elements(p[self.no['e_seq']])[0]), len(elements(p[self.no['e_seq']]))
        width = max(1, (h['last'] - h['first']) // 32)  # a client's own places: no races
        head = ('\\set k :k + 1\n\\set p %d + %d * :client_id + random(0, %d)\n'
                '\\set d 1000000000 + %d * random(0, %d) + :p\n'
                '\\set o %d + 10 * ((:p / 7) %% %d) + (:p / 7) / %d\n'
                '%s \\gset\n\\set after :seq + %d\n\\set task (:seq - %d) / 2\n\\set next :task + 1\n'
                '\\set due 1800000000 + random(0, 100000) * 60\n' % (
                    h['first'], width, width - 1, h['places'], h['rounds'] - 1,
                    self.facts['officer0'], self.facts['agencies'], self.facts['agencies'], load,
                    events, h['offset']))
        seqs = ','.join(':seq + %d' % (i + 1) for i in range(events))
        self.write('hand', self.act_script(p, head, {elements(p[self.no['a_account']])[0]: ':o'}, {
            'a_id': 'ARRAY[:d]', 'a_expect': 'ARRAY[:seq]', 'a_head': 'ARRAY[:head]',
            'a_seq': 'ARRAY[:after]', 'a_key': "ARRAY[:run || '-' || :client_id || '-' || :k]",
            'e_seq': 'ARRAY[%s]' % seqs, 't_task': 'ARRAY[:next]', 'x_task': 'ARRAY[:task]',
            't_due': 'ARRAY[to_timestamp(:due)]'}))
        assert events == 2 and first, 'a hand-on has two events'

    def accept(self, p, loaded):
        e = self.no
        rec, com = elements(p[e['m_receiving']])[0], elements(p[e['m_competent']])[0]
        counter = self.ints(p, 'e_counter', lambda c: "'code/H24.' || :a + 101 || '%s'" % c[c.rindex('/'):])
        prefix = self.ints(p, 'e_prefix', lambda c: "'H24.' || :a + 101 || '%s'" % c[c.index('-'):]
                           if c else "''")
        load = fill(self.at['act_load_key'], loaded, {1: "(:run || '-' || :client_id || '-' || :k)::text"})
        head = ('\\set k :k + 1\n\\set d 3000000000 + :run * 100000000 + :client_id * 500000 + :k\n'
                '\\set a random(0, %d)\n\\set com 2000 + 10 * :a\n\\set rec :com + 1\n'
                '\\set o %d + 10 * :a + random(3, 5)\n%s;\n'
                % (self.facts['agencies'] - 1, self.facts['officer0'], load))
        more = {'a_id': 'ARRAY[:d]', 'a_key': "ARRAY[:run || '-' || :client_id || '-' || :k]",
                'e_counter': counter, 'e_prefix': prefix}
        self.write('accept', self.act_script(p, head, {
            rec: ':rec', com: ':com', elements(p[e['a_account']])[0]: ':o'}, more))

    def run(self, work, clients, seconds):
        def once(account):
            self.serial += 1
            a = account()
            wal = self.db.one('SELECT pg_current_wal_insert_lsn()')
            p = subprocess.run(['pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '2', '-T',
                                str(seconds), '-f', '%s/%s.pgbench' % (self.dir, work), '-D', 'k=0', '-D',
                                'run=%d' % self.serial, self.db.user('motcua_app')],
                               capture_output=True, timeout=seconds + 60, env=OPTIONS)
            d = a.end()
            out, err = p.stdout.decode(), p.stderr.decode()
            m = re.search(r'tps = ([\d.]+) \(without', out)
            if p.returncode or not m or 'ERROR' in err:
                raise RuntimeError('pgbench %s: %s %s' % (work, out[-300:], err[-1500:]))
            n = int(re.search(r'actually processed: (\d+)', out).group(1))
            return {'per_second': float(m.group(1)), 'foreign': d['foreign'], 'n': n, 'run': self.serial,
                    'cluster_us': d['cluster'] * 1e6 / n, 'generator_us': d['generator'] * 1e6 / n,
                    'wal': int(self.db.one("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '%s')"
                                           % wal)) / n}
        return calm(lambda: Account(None, self.db), once)

    def latency(self, work, clients, seconds, rate):
        """Percentiles in µs at a fixed rate, from the scheduled moment."""
        def once(account):
            self.serial += 1
            prefix = '%s/log%d' % (self.dir, self.serial)
            a = account()
            p = subprocess.run(['pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '2', '-T',
                                str(seconds), '-R', str(int(rate)), '-l', '--log-prefix', prefix,
                                '-f', '%s/%s.pgbench' % (self.dir, work), '-D', 'k=0', '-D',
                                'run=%d' % self.serial, self.db.user('motcua_app')],
                               capture_output=True, timeout=seconds + 60, env=OPTIONS)
            d = a.end()
            if p.returncode:
                raise RuntimeError('pgbench: ' + p.stderr.decode()[-1500:])
            us = []
            for name in os.listdir(self.dir):
                if name.startswith('log%d.' % self.serial):
                    with open('%s/%s' % (self.dir, name)) as f:
                        us += [int(line.split()[2]) for line in f]
                    os.unlink('%s/%s' % (self.dir, name))
            us.sort()
            return {'foreign': d['foreign'], 'n': len(us), **{
                'p%s_us' % name: us[min(len(us) - 1, len(us) * part // 10000)] if us else 0
                for name, part in (('50', 5000), ('90', 9000), ('99', 9900), ('999', 9990))}}
        return calm(lambda: Account(None, self.db), once)

    def checked(self, work, run):
        """Every act of that pgbench run is really there: none lost a race."""
        if work in ('hand', 'accept'):
            there = int(self.db.one("SELECT count(*) FROM motcua.idempotency WHERE key LIKE '%d-%%'"
                                    % run['run']))
            assert there == run['n'], 'pgbench %s: %d stored of %d' % (work, there, run['n'])

    def choose(self, work, seconds):
        """The number of clients at which pgbench is best."""
        rates = {}
        for c in (8, 16, 32):
            r = self.run(work, c, seconds)
            self.checked(work, r)
            rates[c] = r['per_second']
        self.best[work] = max(rates, key=rates.get)
        return rates
