"""What an act pays for the figures that are told of it: the same acts (accept, hand on, hand over) one a commit, with the
line that figures follow by and without it, in turns; then what follows behind the commit.  CPU of the whole cluster and
WAL.  Python's standard library only."""
import statistics
import subprocess
import time

from measure import Account, OPTIONS, captured, elements
from world import BENCH, Dossier, RESULT_FILE, say

ACTS = ('accept', 'hand', 'close')
NAMES = {'accept': 'accept', 'hand': 'hand on', 'close': 'hand over, closed', 'all': 'a dossier of eight steps'}
TIMES = {'accept': 1, 'hand': 7, 'close': 1}  # of such a dossier
CLIENTS = 8
TARGET = 10.0  # percent


class Cost:
    def __init__(self, bench, floor, client):
        self.db, self.floor, self.bench = bench.db, floor, bench
        self.with_line = '\n'.join(r[0] for r in self.db.sql(
            "SELECT pg_get_functiondef('motcua.store_acts'::regproc)"))
        before, after = self.with_line.split('    -- What figures tell of a dossier follows', 1)
        self.without = before + '    FOR i IN 1 .. v_n LOOP\n' + after.split('    FOR i IN 1 .. v_n LOOP\n', 1)[1]
        assert 'figure_behind' not in self.without and 'figure_behind' in self.with_line
        self.used = 0
        self.close_script(client)

    def close_script(self, client):
        """The last act of a short dossier, as the daemon sends it, of one after the other."""
        b, p, today = self.bench, self.bench.staff[0][0], time.strftime('%Y-%m-%d', time.gmtime(time.time() + 7 * 3600))
        d = Dossier(client, p, BENCH, b.keys[0], 990002)
        log = self.floor.capture(lambda: d.act(p, action='hand_over', to_whom='owner', date=today, signer='Lê Văn Toàn',
                                               file=RESULT_FILE.hex()))
        params, no, h = list(captured(log, 'motcua.store_acts('))[-1], self.floor.no, self.floor.hand_over
        load = self.floor.at['act_load'].replace('i.seq', 'i.seq AS i_seq').replace(
            '$1', "('H24.B0-260101-' || (:d - 990000000)::text)").replace(
            '$2', "(:run || '-' || :client_id || '-' || :k)::text")
        events, width = len(elements(params[no['e_seq']])), h['last'] - h['first']
        head = ('\\set k :k + 1\n\\set n :used + (:k - 1) * %d + :client_id\n\\set d 1000000000 + %d * (:n / %d) + %d + :n %% %d\n'
                '%s \\gset\n\\set after :seq + %d\n\\set task (:seq - %d) / 2\n' % (
                    CLIENTS, h['places'], width, h['first'], width, load, events, h['offset']))
        more = {'a_id': 'ARRAY[:d]', 'a_expect': 'ARRAY[:seq]', 'a_head': 'ARRAY[:head]', 'a_seq': 'ARRAY[:after]',
                'a_key': "ARRAY[:run || '-' || :client_id || '-' || :k]", 'x_task': 'ARRAY[:task]',
                'e_seq': 'ARRAY[%s]' % ','.join(':seq + %d' % (i + 1) for i in range(events))}
        for name in ('u_seq', 'g_seq'):
            if params[no[name]] is not None:
                more[name] = self.floor.ints(params, name, lambda e: ':after')
        self.floor.write('close', self.floor.act_script(params, head, {}, more))
        self.most = width * h['rounds']

    def wal(self, since=None):
        now = self.db.one('SELECT pg_current_wal_insert_lsn()')
        return now if since is None else int(self.db.one("SELECT pg_wal_lsn_diff('%s', '%s')" % (now, since)))

    def run(self, act, n):
        """CPU µs and bytes of WAL an act, n acts of each client."""
        f = self.floor
        f.serial += 1
        since, a = self.wal(), Account(None, self.db)
        p = subprocess.run(['pgbench', '-n', '-M', 'prepared', '-c', str(CLIENTS), '-j', '2', '-t', str(n), '-f',
                            '%s/%s.pgbench' % (f.dir, act), '-D', 'k=0', '-D', 'run=%d' % f.serial, '-D',
                            'used=%d' % self.used, self.db.user('motcua_app')], capture_output=True, env=OPTIONS)
        d, n = a.end(), n * CLIENTS
        if p.returncode or b'ERROR' in p.stderr:
            raise RuntimeError('pgbench %s: %s' % (act, p.stderr.decode()[-1500:]))
        f.checked('hand', {'run': f.serial, 'n': n})
        self.used += n * (act == 'close')
        return d['cluster'] * 1e6 / n, self.wal(since) / n

    def follow(self):
        """CPU µs of what follows, in all: rows and items; cells of what is closed."""
        took = []
        for step in ('figure_catch_up(200)', 'figure_fold(200)'):
            a = Account(None, self.db)
            # one session, as the daemon has; a commit a round
            self.db.sql('DO $$BEGIN WHILE motcua.%s > 0 LOOP COMMIT; END LOOP; END$$' % step)
            took.append(a.end()['cluster'] * 1e6)
        return took

    def measure(self, n, pairs):
        """Short runs in pairs: the median of what each pair says, since other work comes and goes."""
        out = {}
        self.follow()
        for act in ACTS:
            mine = min(n, self.most // (2 * pairs + 1)) // CLIENTS if act == 'close' else n // CLIENTS
            rows, later = {True: [], False: []}, [0, 0]
            self.run(act, mine)
            self.follow()
            for i in range(pairs):
                for on in ((True, False) if i % 2 else (False, True)):
                    self.db.sql(self.with_line if on else self.without)
                    rows[on].append(self.run(act, mine))
                later = [x + y for x, y in zip(later, self.follow())]
            self.db.sql(self.with_line)
            mid = {on: [statistics.median(x) for x in zip(*rows[on])] for on in rows}
            out[act] = {'us': mid[True][0], 'us_without': mid[False][0], 'wal': mid[True][1], 'wal_without': mid[False][1],
                        'behind_us': later[0] / (pairs * mine * CLIENTS), 'cells_us': later[1] / (pairs * mine * CLIENTS),
                        'percent': 100 * (statistics.median(a[0] / b[0] for a, b in zip(rows[True], rows[False])) - 1)}
            out[act]['percent_all'] = out[act]['percent'] + 100 * (out[act]['behind_us'] + out[act]['cells_us']) / mid[False][0]
            say('figures cost %s %.1f %% of an act (CPU %.0f -> %.0f us, WAL %.0f -> %.0f B); behind the commit %.0f us, cells %.0f us' % (
                NAMES[act], out[act]['percent'], out[act]['us_without'], out[act]['us'],
                out[act]['wal_without'], out[act]['wal'], out[act]['behind_us'], out[act]['cells_us']))
        out['all'] = whole(out)
        return out


def whole(acts):
    """All acts of a dossier put together."""
    x = {k: sum(n * acts[act][k] for act, n in TIMES.items()) for k in ('us_without', 'wal', 'wal_without', 'behind_us', 'cells_us')}
    x['us'] = sum(n * acts[act]['us_without'] * (1 + acts[act]['percent'] / 100) for act, n in TIMES.items())
    x['percent'] = 100 * (x['us'] / x['us_without'] - 1)
    x['percent_all'] = 100 * ((x['us'] + x['behind_us'] + x['cells_us']) / x['us_without'] - 1)
    return x
