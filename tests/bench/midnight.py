#!/usr/bin/env python3
"""Many dossiers fall due at one midnight: how long until all have fired, and what officers feel of it.

  midnight.py [--dossiers 200000] [--rate 100] [--json FILE]

A cluster of its own, two communes, the daemon of build/release.  Officers hand dossiers on at a fixed
rate, first with nothing else, then while everything fires.  Copies of one real dossier (the chains of
copies are not consistent, on purpose).  Exit 1 when the target is missed or a rung fired twice."""
import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure  # noqa: E402
from measure import Account, Load, files_limit  # noqa: E402
from world import (BENCH, Client, Daemon, Database, Dossier, PROGRAM, REAL, multiply, organisation,  # noqa: E402
                   people, publish, say, templates)
import subprocess  # noqa: E402

TARGET_S = 60  # for 200,000 on two cores
SURELY = 15000  # a second: no machine like that fires more

COPIES = """
CREATE TEMP TABLE t AS SELECT d.*, (extract(epoch FROM d.current_due) * 1000000)::bigint::text AS was
    FROM motcua.dossier d WHERE d.code = '%(code)s';
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving,
        competent, first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted,
        first_decided, accepted, original_due, basis_due, current_due, state)
    SELECT 5000000000 + g, t.seq, t.head, t.status, t.money, t.handover, t.sync, t.channel, t.version,
           t.receiving, t.competent, true, false, 'H24.M0-260101-' || (10000000 + g), t.procedure,
           t.procedure_hash, t.submitted, t.first_decided, t.accepted, '%(due)s', '%(due)s', '%(due)s',
           replace(t.state, t.was, (extract(epoch FROM '%(due)s'::timestamptz) * 1000000)::bigint::text)
      FROM t, generate_series(1, %(n)d) g;
INSERT INTO motcua.task (dossier, seq, officer, due, promised, opened, received, task, agency, version,
        role, code, procedure, step, name)
    SELECT 5000000000 + g, k.seq, k.officer, k.due, k.promised, k.opened, k.received, k.task, k.agency,
           k.version, k.role, 'H24.M0-260101-' || (10000000 + g), k.procedure, k.step, k.name
      FROM t JOIN motcua.task k ON k.dossier = t.id, generate_series(1, %(n)d) g;
INSERT INTO motcua.timer (dossier, at) SELECT 5000000000 + g, '%(due)s' FROM generate_series(1, %(n)d) g;
"""


class Midnight:
    def __init__(self, opt):
        self.opt = opt
        self.dir = tempfile.mkdtemp(prefix='motcua-midnight-', dir='/tmp')
        os.chmod(self.dir, 0o711)
        self.db = self.daemon = None

    def build(self):
        self.db = Database(self.dir + '/pg')
        subprocess.run([PROGRAM, 'migrate', 'up', '--database', self.db.conninfo], check=True,
                       stdout=subprocess.DEVNULL)
        text, self.keys = organisation(2)
        publish(self.db, text)
        self.staff = people(self.db, self.keys)
        self.daemon = Daemon(self.db, self.dir)
        templates(self.db, self.daemon, self.staff, self.keys)
        who = self.staff[0][0]
        self.code = Dossier(Client(self.daemon.port), who, REAL, self.keys[0], 880000).code
        multiply(self.db, 20000, 1000)
        self.db.sql('ALTER TABLE motcua.timer SET (autovacuum_enabled = true)')

    def fall_due(self):
        """All of them in a minute that is still ahead, so that the daemon meets them in its sleep."""
        at = time.time() + 45
        due = time.strftime('%Y-%m-%d %H:%M:%S+00', time.gmtime(at))
        begin = time.monotonic()
        self.db.sql(COPIES % {'code': self.code, 'n': self.opt.dossiers, 'due': due})
        self.db.sql('VACUUM ANALYZE motcua.dossier; VACUUM ANALYZE motcua.timer; VACUUM ANALYZE motcua.task; CHECKPOINT')
        say('%d dossiers in %.0f s' % (self.opt.dossiers, time.monotonic() - begin))
        if time.time() > at - 3:
            due = time.strftime('%Y-%m-%d %H:%M:%S+00', time.gmtime(time.time() - 1))
            say('later than meant: they are due already')
            return time.time()
        return at

    def count(self):
        return int(self.db.one("SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM "
                               "motcua.timer_fired WHERE dossier > 5000000000) x"))

    def left(self):
        return int(self.db.one("SELECT count(*) FROM motcua.timer WHERE dossier > 5000000000 AND at <= now()"))

    def told(self):
        return int(self.db.one('SELECT count(*) FROM motcua.notification WHERE dossier > 5000000000'))

    def watch(self, at, out):
        while time.time() < at:
            time.sleep(0.02)
        account = Account(self.daemon, self.db)
        while self.left() > 0:
            time.sleep(0.5)
        out['seconds'] = time.time() - at
        out['cpu'] = account.end()

    def run(self):
        opt, seconds = self.opt, 10
        load = Load(self.db, self.daemon, self.staff, self.keys, 1000, [], self.dir)
        quiet = load.run('hand', 6, seconds, opt.rate)
        at = self.fall_due()
        out = {}
        th = threading.Thread(target=self.watch, args=(at, out))
        th.start()
        time.sleep(max(0, at - time.time() + 1))
        # one run, as long as it surely takes: percentiles of all that officers did meanwhile
        busy = load.run('hand', 6, max(2, opt.dossiers // SURELY), opt.rate)
        th.join()
        twice = int(self.db.one("SELECT count(*) FROM (SELECT FROM motcua.dossier_event WHERE kind = "
                                "'REMINDED' AND dossier > 5000000000 GROUP BY dossier HAVING count(*) > 1) x"))
        return {'dossiers': opt.dossiers, 'fired': self.count(), 'twice': twice,
                'seconds': round(out['seconds'], 1), 'told': self.told(),
                'daemon_us': round(out['cpu']['daemon'] * 1e6 / opt.dossiers),
                'cluster_us': round(out['cpu']['cluster'] * 1e6 / opt.dossiers),
                'foreign': round(out['cpu']['foreign']),
                'per_second': round(opt.dossiers / out['seconds']), 'hand_rate': opt.rate,
                'quiet_p50_us': quiet['p50_us'], 'quiet_p99_us': quiet['p99_us'],
                'quiet_max_us': quiet['max_us'], 'busy_bad': busy['bad'],
                **{'busy_' + k: busy[k] for k in ('p50_us', 'p90_us', 'p99_us', 'max_us')}}

    def clean(self):
        if self.daemon:
            self.daemon.stop()
        if self.db:
            self.db.remove()
        shutil.rmtree(self.dir, ignore_errors=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--dossiers', type=int, default=200000)
    p.add_argument('--rate', type=int, default=100, help='acts a second of officers meanwhile')
    p.add_argument('--json')
    opt = p.parse_args()
    measure.tries_left = 0  # what fires cannot be repeated
    files_limit()
    m = Midnight(opt)
    try:
        m.build()
        r = m.run()
    finally:
        m.clean()
    print('%(dossiers)d dossiers due at one moment: fired and told in %(seconds)s s (%(per_second)d a second), '
          '%(twice)d twice' % r)
    print('CPU a dossier: %(daemon_us)d µs daemon, %(cluster_us)d µs cluster (the acts of officers counted '
          'in); other work took %(foreign)d %% of the machine' % r)
    print('hand on at %(hand_rate)d a second: p50 %(quiet_p50_us)d µs, p99 %(quiet_p99_us)d µs, longest %(quiet_max_us)d µs alone; p50 '
          '%(busy_p50_us)d µs, p90 %(busy_p90_us)d µs, p99 %(busy_p99_us)d µs, longest %(busy_max_us)d µs meanwhile' % r)
    if opt.json:
        json.dump(r, open(opt.json, 'w'), indent=1)
    good = r['fired'] == r['told'] == r['dossiers'] and r['twice'] == 0 and \
        r['seconds'] <= TARGET_S * max(1, r['dossiers'] / 200000)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
