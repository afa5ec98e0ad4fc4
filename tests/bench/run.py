#!/usr/bin/env python3
"""make bench: the daemon over HTTP, signed in, beside pgbench on the same cluster, interleaved.

  run.py [--quick] [--markdown] [--only rates,latency,search,figures,reports,idle,start,growth] [--json FILE] [--keep]

See README.md.  Starts and removes everything it needs; exit 0 when it has measured (targets that
are missed are told, not fatal)."""
import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cost import CLIENTS as COST_CLIENTS, Cost, NAMES as COST_NAMES, TARGET as COST_TARGET  # noqa: E402
import figures  # noqa: E402
import screen  # noqa: E402
from measure import Floor, Load, files_limit  # noqa: E402
from world import (BENCH, CLUSTER, Client, Daemon, Database, Dossier, HugePages, LOADGEN, PROGRAM, REAL,  # noqa: E402
                   SHARED_MB, TOP, intake_body, memory_mb, multiply, onlooker, organisation, people, publish, say, templates)

SMALL_MB = min(2048, SHARED_MB)  # the cluster with 1,000 closed dossiers fits
WORKS = ('accept', 'hand', 'read', 'queue')
NAMES = {'accept': 'accept', 'hand': 'hand on', 'read': 'read one with history',
         'queue': 'queue page of 50'}
RATIO_TARGETS = [('accept', 16, 0.70), ('hand', 16, 0.70), ('hand', 64, 1.30), ('read', 64, 0.70),
                 ('queue', 64, 0.75)]
CPU_TARGETS = [('hand', 60), ('read', 40), ('queue', 60)]
# A thousand closed ones lie in the processor's caches, a million do not: read for themselves they tell that first.
GROWTH = {'hand': 'hand on', 'read': 'read an open one with history', 'read closed': 'read a closed one with history',
          'queue': 'queue page of 50'}
GROWTH_TARGET = 0.9
REPORT_TARGETS = {'total': 150, 'total, as the dashboard': 150, 'on time by week or month': 150, 'papers asked for by procedure': 150,
                  'total of one officer': 150, 'newest resolved, where their time went': 150, 'by procedure, as form II.06a': 1000, 'page': 50}  # ms
SCREEN_TARGET = 150  # ms


def median(rows, key):
    return statistics.median(r[key] for r in rows)


class Bench:
    def __init__(self, opt):
        self.opt = opt
        self.quick = opt.quick
        self.open = 10000 if self.quick else 100000
        self.closed = 100000 if self.quick else 1000000
        self.agencies = self.open // 1000
        self.repeats = opt.repeats or (3 if self.quick else 5)
        self.seconds = 2 if self.quick else 3
        self.levels = (16, 64) if self.quick else (16, 64, 256)
        self.dir = tempfile.mkdtemp(prefix='motcua-bench-', dir='/tmp')
        os.chmod(self.dir, 0o711)
        self.db = self.small = self.huge = None
        self.daemons = []
        self.result = {'quick': self.quick, 'open': self.open, 'closed': self.closed,
                       'agencies': self.agencies, 'officers': 10 * self.agencies}

    def wants(self, what):
        return not self.opt.only or what in self.opt.only.split(',')

    def daemon(self, db=None):
        d = Daemon(db or self.db, self.dir)
        self.daemons.append(d)
        return d

    def clean(self):
        for d in self.daemons:
            try:
                d.stop()
            except OSError:
                pass
        for db in (self.db, self.small):
            if db and not self.opt.keep:
                db.remove()
        if self.huge:
            self.huge.end()
        if not self.opt.keep:
            shutil.rmtree(self.dir, ignore_errors=True)

    # ------------------------------------------------------------------------------ the world
    def machine(self):
        cpu = re.search(r'model name\s*: (.*)', open('/proc/cpuinfo').read())
        p = subprocess.run(['/usr/lib/postgresql/15/bin/pg_test_fsync', '-s', '1', '-f',
                            self.dir + '/fsync'], capture_output=True, timeout=120)
        m = re.search(r'fdatasync +([\d.]+) ops', p.stdout.decode())
        self.result['machine'] = {
            'cpu': cpu.group(1) if cpu else '?', 'cores': os.cpu_count(), 'memory_mb': memory_mb(),
            'fdatasync_per_s': round(float(m.group(1))) if m else None,
            'postgresql': self.db.one('SHOW server_version').split()[0],
            'kernel': os.uname().release}

    def build(self):
        if self.opt.huge_pages:
            self.huge = HugePages(SHARED_MB + (SMALL_MB if self.wants('growth') else 0))
        self.result['huge_pages'] = bool(self.huge and self.huge.got)
        self.db = Database(self.dir + '/pg')
        subprocess.run([PROGRAM, 'migrate', 'up', '--database', self.db.conninfo], check=True,
                       stdout=subprocess.DEVNULL)
        text, self.keys = organisation(self.agencies)
        publish(self.db, text)
        self.staff = people(self.db, self.keys)
        self.onlooker = onlooker(self.db)
        daemon = self.daemon()
        begin = time.monotonic()
        self.places, _ = templates(self.db, daemon, self.staff, self.keys)
        say('templates made through the API in %.0f s' % (time.monotonic() - begin))
        daemon.stop()
        first = 1000 if self.wants('growth') else self.closed
        multiply(self.db, self.open, first)
        if first < self.closed:
            self.db.stop()
            os.mkdir(self.dir + '/small')
            subprocess.run(['cp', '-a', self.dir + '/pg/data', self.dir + '/small/data'], check=True)
            self.db.start()
            multiply(self.db, self.open, self.closed, self.open, first)

    def load(self, daemon, db=None, closed=None, half=0):
        bodies = [json.dumps(intake_body(REAL, k, 7000000 + i), ensure_ascii=False)
                  for i, k in enumerate(self.keys)]
        return Load(db or self.db, daemon, self.staff, self.keys, closed or self.closed, bodies,
                    self.dir, half)

    def floors(self, daemon):
        """pgbench's scripts, out of what the daemon sends for one real act of each kind."""
        client, p = Client(daemon.port), self.staff[0][0]
        d = Dossier(client, p, BENCH, self.keys[0], 990000)
        for _ in range(8):  # a history of ordinary length
            d.act(p, action='forward')
        floor = Floor(self.db, self.dir, {
            'closed': self.closed, 'agencies': self.agencies, 'officer0': self.staff[0][0].id})
        hand = floor.capture(lambda: d.act(p, action='forward'))
        accept = floor.capture(lambda: Dossier(client, p, REAL, self.keys[0], 990001))
        queue = floor.capture(lambda: client.call(p, 'GET', '/v1/queue?scope=mine&limit=50'))
        read = floor.capture(lambda: client.call(p, 'GET', '/v1/dossiers/%s/history' % d.code))
        self.result['statements'] = {
            name: len(re.findall(r' (?:execute|statement)[ :]', log.replace('ALTER SYSTEM', '')))
            for name, log in (('hand', hand), ('accept', accept), ('queue', queue), ('read', read))}
        seq, task = (int(x) for x in self.db.sql(
            "SELECT d.seq, t.task FROM motcua.dossier d JOIN motcua.task t ON t.dossier = d.id "
            "WHERE d.procedure = '%s' LIMIT 1" % BENCH)[0])
        floor.prepare(hand, accept, queue, {
            'first': 21 * self.agencies, 'last': 42 * self.agencies, 'places': self.places,
            'rounds': self.open // self.places, 'offset': seq - 2 * task})
        return floor

    # ------------------------------------------------------------------------------ measuring
    def rates(self, load, floor):
        out = self.result['rates'] = {}
        for work in WORKS:
            say('rates: ' + work)
            tried = floor.choose(work, 1 if self.quick else 2)
            best = floor.best[work]
            rows = {c: [] for c in self.levels}
            base = []
            for rep in range(self.repeats):
                base.append(floor.run(work, best, self.seconds))
                for c in (self.levels if rep % 2 == 0 else self.levels[::-1]):
                    rows[c].append(load.run(work, c, self.seconds))
            rate = median(base, 'per_second')
            out[work] = {'pgbench': {
                'clients': best, 'tried': tried, 'per_second': rate,
                'cluster_us': median(base, 'cluster_us'), 'wal': median(base, 'wal'),
                'foreign': max(r['foreign'] for r in base), 'all': [r['per_second'] for r in base]}}
            for c in self.levels:
                r = rows[c]
                out[work][str(c)] = {
                    'per_second': median(r, 'per_second'),
                    'ratio': median(r, 'per_second') / rate,
                    'all': [x['per_second'] for x in r],
                    **{k: median(r, k) for k in ('daemon_us', 'cluster_us', 'generator_us', 'wal',
                                                 'p50_us', 'p99_us')},
                    'foreign': max(x['foreign'] for x in r),
                    'batch': median(r, 'batch') if 'batch' in r[0] else None}
                say('  %3d connections: %6.0f/s = %.2f of pgbench (%6.0f/s with %d), CPU us %.0f + %.0f' % (
                    c, out[work][str(c)]['per_second'], out[work][str(c)]['ratio'], rate, best,
                    out[work][str(c)]['daemon_us'], out[work][str(c)]['cluster_us']))

    def latency(self, load, floor):
        out = self.result['latency'] = []
        for work in WORKS:
            top = self.result['rates'][work]['64']['per_second'] if 'rates' in self.result else 2000
            for rate in (1000 if work in ('accept', 'hand') else 2000, round(top / 2, -2)):
                r = load.run(work, 64, 3 if self.quick else 6, rate)
                base = floor.latency(work, floor.best.get(work, 16), 3 if self.quick else 6, rate)
                out.append({'work': work, 'rate': rate, 'void': r['late'], 'foreign': max(
                    r['foreign'], base['foreign']), 'pgbench': base, **{k: r[k] for k in (
                        'p50_us', 'p90_us', 'p99_us', 'p999_us', 'max_us', 'late_p99_us', 'unsent')}})
                say('latency %s at %d/s: p50 %.1f p99 %.1f ms%s; pgbench p50 %.1f p99 %.1f' % (
                    work, rate, r['p50_us'] / 1e3, r['p99_us'] / 1e3, ' VOID' if r['late'] else '',
                    base['p50_us'] / 1e3, base['p99_us'] / 1e3))

    def search(self, load):
        """What a counter types, each text another one; who looks at all agencies is slower."""
        counters, client = [row[0] for row in self.staff], Client(load.daemon.port)
        known = {p.agency: [] for p in counters}  # dossiers that each may see
        for agency, *row in self.db.sql(
                'SELECT s.agency, d.code, c.name, s.name, s.phone, reverse(s.identity) FROM motcua.dossier_search s '
                'JOIN motcua.dossier d ON d.id = s.dossier JOIN motcua.dossier_content c ON c.dossier = d.id '
                'WHERE s.dossier %% 97 = 13 AND s.agency IN (%s)' % ','.join(str(a) for a in known)):
            known[int(agency)].append(row)
        kinds = [('whole code', lambda r: r[0]), ('code but for its last two digits', lambda r: r[0][:-2]),
                 ('name with accents', lambda r: r[1]), ('name without accents', lambda r: r[2]),
                 ('family and middle name', lambda r: r[2].rsplit(' ', 1)[0]),
                 ('first 7 digits of a telephone', lambda r: r[3][:7]),
                 ('last 5 digits of an identity number', lambda r: r[4][-5:])]
        out = self.result['search'] = []
        for who, people in (('a counter', counters), ('all agencies', [self.onlooker])):
            for kind, text in kinds:  # in turn one of each agency's, as the people come in turn
                texts = [text(known[p.agency][i * 31 % len(known[p.agency])]) for i in range(20) for p in counters]
                found = [len(client.call(people[i % len(people)], 'GET', '/v1/search?limit=50&q=' + quote(t))[1]
                             ['items']) for i, t in enumerate(texts[:20])]
                assert all(found), (kind, who, texts[:20], found)
                r = load.search(people, texts, 16, 2 if self.quick else 4, 100)
                out.append({'who': who, 'kind': kind, 'found': statistics.mean(found), **{
                    k: r[k] for k in ('p50_us', 'p99_us', 'max_us', 'cluster_us', 'foreign')}})
                say('search by %s, %s: p50 %.1f p99 %.1f ms, %.0f found' % (
                    kind, who, r['p50_us'] / 1e3, r['p99_us'] / 1e3, out[-1]['found']))

    @staticmethod
    def pss(pid):
        text = open('/proc/%d/smaps_rollup' % pid).read()
        return int(re.search(r'^Pss: *(\d+)', text, re.M).group(1)) / 1024

    def idle(self):
        d = self.daemon()
        time.sleep(1)
        start = self.pss(d.proc.pid)
        p = subprocess.Popen([LOADGEN, '--port', str(d.port), '--work', 'idle', '--conns', '10000',
                              '--seconds', '60'], preexec_fn=files_limit)
        try:
            for _ in range(450):
                time.sleep(0.1)
                if p.poll() is not None:
                    raise RuntimeError('the idle connections were not held')
                if (d.metric('motcua_http_connections') or 0) >= 10000:
                    break
            time.sleep(1)
            held, with_idle = d.metric('motcua_http_connections'), self.pss(d.proc.pid)
            answers = Client(d.port).call(self.staff[0][0], 'GET', '/v1/queue?scope=mine&limit=50')
            assert answers[1]['items']
        finally:
            p.kill()
            p.wait()
        d.stop()
        self.result['memory'] = {'start_mb': start, 'idle_mb': with_idle, 'connections': held,
                                 'bytes_each': (with_idle - start) * 1048576 / held}
        say('memory %s' % self.result['memory'])

    def start(self):
        times = []
        for _ in range(5):
            d = self.daemon()
            times.append(d.start_ms)
            d.stop()
        self.result['start_ms'] = statistics.median(times)
        say('exec to first 200: %.0f ms %s' % (self.result['start_ms'], [round(t) for t in times]))

    def growth(self, daemon):
        """Comes before what ages the large cluster only, and hands on what is pgbench's later: on both
        sides dossiers that are equally young."""
        self.small = Database(self.dir + '/small', SMALL_MB)
        self.small.warm()
        d = self.daemon(self.small)
        small, load = self.load(d, self.small, 1000, half=1), self.load(daemon, half=1)
        out = self.result['growth'] = {}
        for name in GROWTH:
            work = name.split()[0]
            rows = {'small': [], 'large': []}
            small.run(work, 16, 1, still_open=name == 'read')
            load.run(work, 16, 1, still_open=name == 'read')
            for _ in range(self.repeats):
                rows['small'].append(small.run(work, 16, 2, still_open=name == 'read'))
                rows['large'].append(load.run(work, 16, 2, still_open=name == 'read'))
            rate = {k: median(v, 'per_second') for k, v in rows.items()}
            cpu = {k: median(v, 'daemon_us') + median(v, 'cluster_us') for k, v in rows.items()}
            out[name] = {'small': rate['small'], 'large': rate['large'],
                         'ratio': rate['large'] / rate['small'],
                         'cpu_small': cpu['small'], 'cpu_large': cpu['large']}
            say('growth %s: %.2f (CPU us %.0f -> %.0f)' % (name, out[name]['ratio'], cpu['small'],
                                                          cpu['large']))
        d.stop()

    def reports(self):
        """Figures of years of a whole city, in a cluster of their own: its dossiers are those of figures.sql."""
        if self.db:
            self.db.remove()
        self.db = Database(self.dir + '/reports')
        closed, still_open, years = (200000, 10000, 2) if self.quick else (5000000, 100000, 5)
        self.result['reports'] = figures.measure(self.db, closed, still_open, years, True)
        self.result['screens'] = screen.measure(self.db, self.dir)

    def run(self):
        begin = time.monotonic()
        if self.opt.only == 'reports':
            self.db = Database(self.dir + '/pg')
            self.machine()
            self.reports()
            self.result.update(closed=0, open=0)  # of the other parts
            return
        self.build()
        self.machine()
        self.result['seed_s'] = round(time.monotonic() - begin)
        self.db.warm()
        if self.wants('start'):
            self.start()
        if self.wants('idle'):
            self.idle()
        daemon = self.daemon()
        floor = self.floors(daemon)
        load = self.load(daemon)
        for work in WORKS:  # warm
            load.run(work, 16, 1)
        if self.wants('growth'):
            self.growth(daemon)
        if self.wants('search'):
            self.search(load)
        if self.wants('rates'):
            self.rates(load, floor)
        if self.wants('latency'):
            self.latency(load, floor)
        self.result['rss_after_mb'] = self.pss(daemon.proc.pid)
        if self.wants('figures'):  # last: what is handed over for it is closed; and no daemon follows meanwhile
            cost = Cost(self, floor, Client(daemon.port))
            daemon.stop()
            self.result['figures'] = cost.measure(640 if self.quick else 1600, 7 if self.quick else 11)
        self.result['daemon_log_bytes'] = os.path.getsize(daemon.dir + '/log')
        if self.wants('reports'):
            self.reports()
        self.result['took_s'] = round(time.monotonic() - begin)


# ---------------------------------------------------------------------------------- report
def judged(r):
    rows = []
    for work, conns, target in RATIO_TARGETS:
        got = r.get('rates', {}).get(work, {}).get(str(conns))
        if got:
            rows.append(('%s / pgbench, %d connections' % (NAMES[work], conns), '%.2f' % got['ratio'],
                         '>= %.2f' % target, got['ratio'] >= target))
    for work, target in CPU_TARGETS:
        got = r.get('rates', {}).get(work, {}).get('64')
        if got:
            rows.append(('daemon CPU per %s' % NAMES[work], '%.0f us' % got['daemon_us'],
                         '<= %d us' % target, got['daemon_us'] <= target))
    for work, got in r.get('growth', {}).items():
        rows.append(('growth, %s: %d closed / 1,000' % (GROWTH[work], r['closed']),
                     '%.2f' % got['ratio'], '>= %.1f' % GROWTH_TARGET, got['ratio'] >= GROWTH_TARGET))
    for act, got in r.get('figures', {}).items():
        rows.append(('figures cost, of an act: %s' % COST_NAMES[act], '%.1f %%' % got['percent'], '<= %.0f %%' % COST_TARGET,
                     got['percent'] <= COST_TARGET))
        if act == 'all':
            rows.append(('figures cost, of %s, with what follows the commits' % COST_NAMES[act], '%.1f %%' % got['percent_all'],
                         '<= %.0f %%' % COST_TARGET, got['percent_all'] <= COST_TARGET))
    for got in r.get('reports', []):
        target = REPORT_TARGETS['page' if got['what'].startswith('page') else got['what']]
        rows.append(('%s, %s' % (got['what'], got['period']), '%.0f ms' % got['cpu_ms'] + ('' if got['same'] else ', WRONG'),
                     '<= %d ms' % target, got['same'] and got['cpu_ms'] <= target))
    for got in r.get('screens', []):
        rows.append(('first screen of supervisors, %s' % got['period'], '%.0f ms' % got['ms'], '<= %d ms' % SCREEN_TARGET,
                     got['ms'] <= SCREEN_TARGET))
    if 'start_ms' in r:
        rows.append(('exec to first answer', '%.0f ms' % r['start_ms'], '<= 100 ms', r['start_ms'] <= 100))
    if 'memory' in r:
        m = r['memory']
        rows.append(('memory at start (Pss)', '%.1f MB' % m['start_mb'], '<= 8 MB', m['start_mb'] <= 8))
        rows.append(('%d idle connections' % m['connections'], '+%.1f MB' % (m['idle_mb'] - m['start_mb']), '<= 10 MB',
                     m['idle_mb'] - m['start_mb'] <= 10))
    return rows


def tables(r):
    """Titles, heads and rows of everything measured."""
    if 'rates' in r:
        head = ['', 'pgbench best', *('%s conn.' % c for c in r['rates']['read'] if c.isdigit()),
                'CPU µs at 64: daemon + PostgreSQL + generator', 'WAL B/act at 64 (pgbench)',
                'acts a commit at 64', 'other CPU, most']
        rows = []
        for work, w in r['rates'].items():
            at = w['64']
            rows.append([NAMES[work], '%d/s (%d clients, %.0f µs)' % (
                w['pgbench']['per_second'], w['pgbench']['clients'], w['pgbench']['cluster_us']),
                *('%d/s = %.2f' % (w[c]['per_second'], w[c]['ratio']) for c in w if c.isdigit()),
                '%.0f + %.0f + %.0f' % (at['daemon_us'], at['cluster_us'], at['generator_us']),
                '%d (%d)' % (at['wal'], w['pgbench']['wal']) if work in ('accept', 'hand') else '',
                '%.1f' % at['batch'] if at['batch'] else '',
                '%.0f %%' % max(v['foreign'] for v in w.values())])
        yield 'Rates, closed loop, and their ratio to pgbench', head, rows
    if 'latency' in r:
        yield ('Latency at a fixed rate, 64 connections, from the scheduled moment, ms',
               ['', 'rate', 'p50', 'p90', 'p99', 'p99.9', 'pgbench p50', 'p99', 'other CPU', ''],
               [[NAMES[x['work']], '%d/s' % x['rate'], *('%.1f' % (x[k] / 1000) for k in (
                   'p50_us', 'p90_us', 'p99_us', 'p999_us')), '%.1f' % (x['pgbench']['p50_us'] / 1000),
                 '%.1f' % (x['pgbench']['p99_us'] / 1000), '%.0f %%' % x['foreign'],
                 'void: generator late' if x['void'] else ''] for x in r['latency']])
    if 'search' in r:
        yield ('Search among %d dossiers at 100/s, ms' % (r['open'] + r['closed']),
               ['', 'who', 'p50', 'p99', 'most', 'rows found', 'PostgreSQL µs', 'other CPU'],
               [[x['kind'], x['who'], *('%.1f' % (x[k] / 1000) for k in ('p50_us', 'p99_us', 'max_us')),
                 '%.0f' % x['found'], '%.0f' % x['cluster_us'], '%.0f %%' % x['foreign']]
                for x in r['search']])
    if 'figures' in r:
        yield ('What an act pays for figures (%d clients, one act a commit)' % COST_CLIENTS,
               ['', 'CPU µs without', 'with', 'figures cost', 'WAL B without', 'with', 'CPU µs behind the commit', 'and cells',
                'with these'],
               [[COST_NAMES[a], *('%.0f' % x[k] for k in ('us_without', 'us')), '%.1f %% of an act' % x['percent'],
                 *('%.0f' % x[k] for k in ('wal_without', 'wal', 'behind_us', 'cells_us')), '%.1f %%' % x['percent_all']] for a, x in r['figures'].items()])
    if 'reports' in r:
        yield ('Figures of a whole city, %s open, beside plain SQL over the same rows, ms' % (
                   'two years, 200,000 closed and 10,000' if r['quick'] else 'five years, 5,000,000 closed and 100,000'),
               ['', 'period', 'CPU', 'wall', 'plain SQL, CPU', 'wall', ''],
               [[x['what'], x['period'], *('%.0f' % x[k] for k in ('cpu_ms', 'wall_ms', 'plain_cpu_ms', 'plain_wall_ms')),
                 'the same' if x['same'] else 'DIFFERENT'] for x in r['reports']])
    if 'screens' in r:
        yield ('First screen of supervisors over HTTP: four questions at once, median of %d, ms' % screen.LOOKS,
               ['period', 'until the last answer', 'best', 'worst', 'line', 'tiles', 'papers by procedure', 'steps'],
               [[x['period'], *('%.0f' % v for v in (x['ms'], x['best'], x['worst'], *x['each']))] for x in r['screens']])
    yield 'Targets', ['', 'measured', 'target', ''], [
        [a, b, c, 'reached' if ok else 'missed'] for a, b, c, ok in judged(r)]


def machine_line(r):
    m = r['machine']
    return ('%s, %d cores, %d MB, Linux %s, PostgreSQL %s, %s fdatasync/s; %d open and %d closed dossiers, '
            '%d agencies, %d officers; %s, %d s in all' % (
                m['cpu'], m['cores'], m['memory_mb'], m['kernel'], m['postgresql'], m['fdatasync_per_s'],
                r['open'], r['closed'], r['agencies'], r['officers'],
                ('quick' if r['quick'] else 'full') + (', huge pages' if r.get('huge_pages') else ''), r.get('took_s', 0)))


def report(r, markdown):
    print(machine_line(r))
    for title, head, rows in tables(r):
        print()
        if markdown:
            print('**%s**\n\n| %s |\n|%s' % (title, ' | '.join(head), '---|' * len(head)))
            for row in rows:
                print('| %s |' % ' | '.join(row))
            continue
        width = [max(len(x[i]) for x in [head, *rows]) for i in range(len(head))]
        print(title)
        for row in [head, *rows]:
            print('  ' + '  '.join(x.ljust(w) for x, w in zip(row, width)).rstrip())


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--quick', action='store_true')
    p.add_argument('--markdown', action='store_true')
    p.add_argument('--only')
    p.add_argument('--huge-pages', action='store_true', help='large pages for PostgreSQL, given back at the end (root)')
    p.add_argument('--json', default=TOP + '/build/bench/result.json')
    p.add_argument('--repeats', type=int, help='turns of which the median counts')
    p.add_argument('--keep', action='store_true', help='leave the folder with the logs')
    p.add_argument('--print', help='only print the tables of this JSON file')
    opt = p.parse_args()
    if opt.print:
        report(json.load(open(opt.print)), opt.markdown)
        return
    for program in (PROGRAM, CLUSTER) if opt.only == 'reports' else (PROGRAM, LOADGEN, CLUSTER):
        if not os.path.exists(program):
            sys.exit('%s is missing: make bench builds it' % program)
    for s in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, lambda *_: sys.exit(1))
    bench = Bench(opt)
    try:
        bench.run()
    finally:
        bench.clean()
        os.makedirs(os.path.dirname(opt.json), exist_ok=True)
        with open(opt.json, 'w') as f:
            json.dump(bench.result, f, indent=1)
    report(bench.result, opt.markdown)


if __name__ == "__main__":
    main()
