#!/usr/bin/env python3
"""Figures of a whole city at size: from the cells of settled dossiers, and beside it plain SQL over the same rows, in turns.

  figures.py [--closed 5000000] [--open 100000] [--years 5] [--json FILE]

A cluster of its own, filled by figures.sql.  CPU is that of the session's server process: the wall says little on a shared
machine.  Exit 1 when any count differs from the plain one."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measure import stat_of, TICK  # noqa: E402
import pages  # noqa: E402
from world import PROGRAM, TOP, Database, say  # noqa: E402

PLACES = [2000 + 10 * k + i for k in range(100) for i in (0, 1)]
BODY = [i // 10 * 10 if i >= 2000 else 0 for i in range(1, 3100)]
AGENCIES = """INSERT INTO motcua.agency (id, key, code, name_vi, parent)
    SELECT 2000 + 10 * k + i, 'A' || k || '_' || i, 'F' || k || '.' || i, 'x', CASE WHEN i = 1 THEN 2000 + 10 * k END
      FROM generate_series(0, 99) k, generate_series(0, 1) i"""
PLAIN = """SELECT x.k, x.facts, %s, count(*) FROM (
    SELECT w.* FROM motcua.figure_work({a}, {b}, 1, {o}, {p}, {y}) w
     UNION ALL SELECT f.* FROM motcua.figure_first({a}, {b}, {o}, {y}) f) x GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
CELLS = """SELECT c.k, c.facts, c.key, c.n FROM motcua.figure_counts({a}, {b}, 1, {o}, {p}, {y}, %d, NULL, -1, -1, NULL, NULL, %d, %d) c
     ORDER BY 1, 2, 3"""
OFFICER = 100010 # who resolved or decided something: nothing is held here
WHOSE = "CASE WHEN x.facts < 1 << 30 THEN x.officer ELSE (SELECT e.actor FROM motcua.dossier_event e " \
    "WHERE e.dossier = x.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1) END = %d" % OFFICER
# without what nobody asks for on the dashboard: from where; of its line and papers, whether received in the period
ANYWHERE = """SELECT c.k, c.facts & ~%d, c.key, sum(c.n) FROM (%s) c(k, facts, key, n)
     WHERE %s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
PAGE = """SELECT dossier FROM motcua.figure_page({a}, {b}, 1, {o}, {p}, {y}, 0, NULL, NULL, -1, NULL, NULL, %s, 50)"""
# what came by post, of the state: one in four hundred
RARE_PAGE = PAGE.replace('0, NULL, NULL, -1, NULL, NULL', "6, '{{state}}', NULL, 2, NULL, NULL")
PLAIN_PAGE = """SELECT w.dossier FROM motcua.figure_work({a}, {b}, 1, {o}, {p}, {y}) w
     WHERE (1 << (w.facts & 7)) & {c} <> 0 AND w.facts & {n} = {n} AND w.facts & {w} = 0 ORDER BY w.dossier LIMIT 50"""
# classes, facts needed, not had, channels: as figures.def has them
LISTS = {'received': 'false, 63, 8, 0, 15, 0', 'resolved_late': 'false, 4, 0, 0, 15, 0', 'ended_other': 'false, 64, 0, 0, 15, 0',
         'pending_overdue': 'false, 16, 0, 0, 15, 0', 'apologised': 'false, 63, 512, 0, 15, 0', 'refused': 'false, 7, 1024, 0, 15, 0',
         'not_valid_first': 'true, 255, 1073741824, 2, 15, 0'}


class Session:
    """One session whose CPU is told."""

    def __init__(self, db):
        self.p = subprocess.Popen(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', db.user('motcua_app')], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        self.pid = int(self.ask('SELECT pg_backend_pid()')[0])

    def ask(self, sql):
        self.p.stdin.write(sql + ';\n\\echo ====\n')
        self.p.stdin.flush()
        rows = []
        while True:
            line = self.p.stdout.readline()
            if not line:
                raise RuntimeError('psql ended')
            if line == '====\n':
                return rows
            rows.append(line.rstrip('\n'))

    def quickest(self, sql, soon=25):
        """Rows, and CPU in ms: of two runs the better, if the first was not soon done."""
        best = None
        for _ in range(2):
            a = stat_of(self.pid)[1]
            rows = self.ask(sql)
            ms = (stat_of(self.pid)[1] - a) * 1000 / TICK
            best = ms if best is None else min(best, ms)
            if best <= soon:
                break
        return rows, best

    def cost(self, sql, times=3):
        """Rows, CPU and wall in ms of one run, the median of some after one that warms."""
        rows, cpu, wall = self.ask(sql), [], []
        for _ in range(times):
            a, t = stat_of(self.pid)[1], time.monotonic()
            self.ask(sql)
            cpu.append((stat_of(self.pid)[1] - a) * 1000 / TICK)
            wall.append((time.monotonic() - t) * 1000)
        return rows, sorted(cpu)[times // 2], sorted(wall)[times // 2]


def periods(db):
    """Name, bounds, as known at, over."""
    year, month, last, now = db.sql("""SELECT to_char(date_trunc('year', now()), 'YYYY-01-01'), to_char(now(), 'YYYY-MM-01'),
        to_char(now() - interval '1 month', 'YYYY-MM-01'), now()""")[0]
    before = '%d-01-01' % (int(year[:4]) - 1)
    local = lambda d: "'%s 00:00+07'" % d  # noqa: E731
    return [('this month', [local(month), "'%s'" % now], False), ('this year', [local(year), "'%s'" % now], False),
            ('the year before', [local(before), local(year)], True),
            ('reporting year', [local('%d-12-15' % (int(year[:4]) - 2)), local(before[:4] + '-12-15')], True),
            ('this month and last', [local(last), local(month), "'%s'" % now], False)]


def row(s, name, fast, plain, period):
    """Both questions about a period, in turns; the same answer?"""
    slow, quick = s.cost(plain, 1), s.cost(fast)
    return {'period': period, 'what': name, 'cpu_ms': quick[1], 'wall_ms': quick[2], 'plain_cpu_ms': slow[1],
            'plain_wall_ms': slow[2], 'rows': len(quick[0]), 'plain_rows': len(slow[0]), 'same': slow[0] == quick[0]}


def dashboard(s, args, bounds, name):
    """The rest of the supervisors' screen: on time by week or month, for which procedures papers were asked for, where the
    time of the newest resolved ones went; plain: among all that is counted, and from the dossiers themselves."""
    since, now = bounds
    line = """(SELECT array_agg(x.t ORDER BY x.t) || {1}::timestamptz FROM (
        SELECT {0}::timestamptz UNION SELECT g AT TIME ZONE 'Asia/Ho_Chi_Minh' FROM generate_series(
               date_trunc('{2}', {0}::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh'), {1}::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh', '1 {2}') g) x(t)
         WHERE x.t >= {0} AND x.t < {1})""".format(since, now, 'week' if name == 'this month' else 'month')
    out = []
    for what, key, by, cells, want, told, b in (
            ('on time by week or month', 'NULL', 0, 3, 49, 'c.facts & 7 < 3 AND c.facts < 1 << 30', line),
            ('papers asked for by procedure', 'x.procedure', 2, 2, 59, 'c.facts & 7 < 6 AND c.facts & 256 > 0 AND c.facts < 1 << 30', args['b'])):
        a = dict(args, b=b)
        out.append(row(s, what, ANYWHERE % (136, (CELLS % (by, cells, want)).format(**a), told),
                       ANYWHERE % (136, (PLAIN % key).format(**a), told), name))
    fast = statement('figures_spent_newest', [args['a'], since, now, 'NULL', -1, -1, 'NULL', 'NULL', 'false', 2000, 'false', 3])
    plain = """SELECT d.finished, s.version, s.procedure, s.spent, count(*) OVER () FROM motcua.dossier d
        LEFT JOIN motcua.figure_spent s ON s.dossier = d.id
        WHERE d.competent = ANY ({0}) AND d.finished >= {1} AND d.finished < {2} ORDER BY d.finished DESC, d.id LIMIT 2000"""
    out.append(row(s, 'newest resolved, where their time went', fast, plain.format(args['a'], since, now), name))
    return out


def statement(name, values):
    """One of the daemon's own, with these arguments."""
    text = open('%s/server/store/sql/%s.sql' % (TOP, name), encoding='utf-8').read()
    for n in range(len(values), 0, -1):
        text = text.replace('$%d' % n, str(values[n - 1]))
    return text


def officer(s, args, past, name):
    """All figures of one officer, and a page behind one of them."""
    out = [row(s, 'total of one officer', (CELLS % (0, 0, 7)).format(**args).replace('-1, -1', '-1, %d' % OFFICER, 1),
               (PLAIN % 'NULL').format(**args).replace(') x GROUP', ') x WHERE %s GROUP' % WHOSE), name)]
    page = statement('figures_list_officer', [args['a'], args['b'], 1, args['o'], past, args['y'], 3, 'NULL', -1, -1, 'NULL', 'NULL',
                                              "ARRAY['%d']" % OFFICER, 'false', 63, 8, 0, 15, 0, 50])
    plain = 'SELECT x.dossier FROM motcua.figure_work({a}, {b}, 1, {o}, {p}, {y}) x WHERE x.facts & 8 <> 0 AND x.facts & 7 < 6 AND %s ' \
        'ORDER BY x.dossier LIMIT 50' % WHOSE
    out.append(row(s, 'page of received, of one officer', 'SELECT x.d FROM (%s) x(d)' % page, plain.format(**args), name))
    return out


def measure(db, closed, still_open, years, brief):
    """Fills the cluster and asks.  brief: what make bench tells of."""
    subprocess.run([PROGRAM, 'migrate', 'up', '--database', db.conninfo], check=True, stdout=subprocess.DEVNULL)
    db.sql(AGENCIES)
    begin = time.monotonic()
    db.sql('\\i %s/tests/bench/figures.sql' % TOP, args=['-v', 'closed=%d' % closed, '-v', 'open=%d' % still_open,
                                                         '-v', 'years=%g' % years, '-v', 'procedures=150'])
    db.sql('VACUUM (ANALYZE)')
    db.sql('CHECKPOINT')
    say('figures of %d closed and %d open dossiers: filled in %.0f s' % (closed, still_open, time.monotonic() - begin))
    s, out = Session(db), []
    for name, bounds, past in periods(db):
        args = {'a': 'ARRAY%s' % PLACES, 'b': 'ARRAY[%s]::timestamptz[]' % ','.join(bounds), 'o': bounds[-1] + '::timestamptz',
                'p': str(past).lower(), 'y': 'ARRAY%s' % BODY}
        asked = [('total', 'NULL', 0, 3), ('by agency', 'x.place::text', 1, 1), ('by procedure, as form II.06a', 'x.procedure', 2, 2)]
        if brief:
            asked = {'this month and last': asked[:1], 'this month': asked[2:], 'this year': asked[2:], 'the year before': asked[2:]}.get(name, [])
        for what, key, by, cells in asked:
            out.append(row(s, what, (CELLS % (by, cells, 7)).format(**args), (PLAIN % key).format(**args), name))
            if cells == 3:
                out.append(row(s, 'total, as the dashboard', ANYWHERE % (128, (CELLS % (by, cells, 23)).format(**args), 'true'),
                               ANYWHERE % (128, (PLAIN % key).format(**args), 'true'), name))
        if name == 'this month' or not brief and name == 'this year':
            out += dashboard(s, args, bounds, name)
        if name == 'this year':
            out += officer(s, args, past, name)
        for figure, facts in LISTS.items() if len(bounds) == 2 and (not brief or name == 'this year') else ():
            if not brief:
                rows, cpu, wall = s.cost((PAGE % facts).format(**args))
                out.append({'period': name, 'what': 'page of ' + figure, 'cpu_ms': cpu, 'wall_ms': wall, 'rows': len(rows)})
            elif figure in ('received', 'apologised'): # a common number, a rare one; pages need not have the same order
                _, classes, needs, without, channels, _ = facts.split(', ')
                out.append(row(s, 'page of ' + figure, (PAGE % facts).format(**args),
                               PLAIN_PAGE.format(c=classes, n=needs, w=without, **args), name))
                out[-1]['same'] = out[-1]['rows'] == 50
                rare = row(s, 'page of %s, by post, of the state' % figure, (RARE_PAGE % facts).format(**args), PLAIN_PAGE.replace(
                    ' ORDER BY', " AND w.channel = 2 AND w.applicant = 'state' ORDER BY").replace('LIMIT 50', '').format(
                        c=classes, n=needs, w=without, **args), name)
                rare['same'] = rare['rows'] == min(50, rare.pop('plain_rows'))
                out.append(rare)
        if len(bounds) == 2 and (not brief or name in ('this year', 'the year before')):
            out.append(pages.walk(s, args, name, row))
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--closed', type=int, default=5000000)
    p.add_argument('--open', type=int, default=100000)
    p.add_argument('--years', type=float, default=5)
    p.add_argument('--json')
    opt = p.parse_args()
    work = tempfile.mkdtemp(prefix='motcua-figures-', dir='/tmp')
    os.chmod(work, 0o711)
    db = None
    try:
        db = Database(work + '/pg')
        out = measure(db, opt.closed, opt.open, opt.years, False)
    finally:
        if db:
            db.remove()
        shutil.rmtree(work, ignore_errors=True)
    for r in out:
        print('%-20s %-30s CPU %6.0f ms, wall %6.0f ms' % (r['period'], r['what'], r['cpu_ms'], r['wall_ms']) + (
            '; plain SQL CPU %6.0f ms; %s' % (r['plain_cpu_ms'], 'the same' if r['same'] else 'DIFFERENT') if 'same' in r
            else '; %d rows' % r['rows']))
    if opt.json:
        json.dump(out, open(opt.json, 'w'), indent=1)
    sys.exit(any(not r.get('same', True) for r in out))


if __name__ == '__main__':
    main()
