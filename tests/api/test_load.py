"""Many at once, and the daemon or its connections killed meanwhile: codes are consecutive, nothing
acknowledged is lost, nothing is done twice.  Seeded and bounded."""
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Client, Office, Tap, free_port, intake, out_of_row, together, until  # noqa: E402

t = Tap()
office = Office(limits__connections_per_peer=1000)
rnd = random.Random(20261122)
lan, hung = office.client('lan.tiepnhan'), office.client('hung.tiepnhan')


def like(c, port=None):
    """Another connection of the same session; port: of another daemon."""
    n = Client(office, port=port)
    n.cookie, n.csrf = c.cookie, c.csrf
    return n


# ---- 200 at once
clients = [like(rnd.choice((lan, hung))) for _ in range(200)]
start = time.monotonic()
out = together([lambda c=c: c.post('/v1/dossiers', intake()) for c in clients])
took = time.monotonic() - start
bad = [r for r in out if isinstance(r, Exception) or r.status != 201]
t.eq(bad[:3], [], '200 intakes at once are all taken (%.1f s under ASan)' % took)
codes = [r.json['code'] for r in out if not isinstance(r, Exception)]
t.eq((len(codes), out_of_row(codes)), (200, {}), 'their codes are consecutive, each once')

# ---- one dossier, many hands: exactly one wins each round
code = out[0].json['code']
for _ in range(3):
    match = lan.get('/v1/dossiers/' + code).etag
    rs = together([lambda c=c: c.post('/v1/dossiers/%s/note' % code, {'note': 'x'}, match=match)
                   for c in clients[:16]])
    got = sorted(r.status for r in rs)
    t.eq(got, [200] + [412] * 15, 'sixteen with one ETag: one wins, the others get 412')
key = str(uuid.uuid4())
match = lan.get('/v1/dossiers/' + code).etag
rs = together([lambda c=c: c.post('/v1/dossiers/%s/note' % code, {'note': 'một lần'}, key, match)
               for c in [like(lan) for _ in range(12)]])
t.ok({r.status for r in rs} == {200} and len({r.text for r in rs}) == 1,
     'twelve with one key: one effect, one answer', [(r.status, r.code) for r in rs])

# ---- killed under load: every key ends in exactly one effect
done, lock, stop = {}, threading.Lock(), threading.Event()


def worker(i):
    c = like(rnd.choice((lan, hung)))
    n = 0
    while not stop.is_set() and n < 60:
        n += 1
        key = 'load-%d-%d' % (i, n)
        body = intake(summary='Tải %d %d' % (i, n))
        for _ in range(600):
            try:
                r = c.post('/v1/dossiers', body, key=key)
            except Exception:  # the daemon is away: the same again
                c.conn = None
                time.sleep(0.1)
                continue
            if r.status in (503, 504, 429):
                time.sleep(0.05)
                continue
            with lock:
                done.setdefault(key, []).append((r.status, r.json.get('code')))
            break
        else:
            with lock:
                done.setdefault(key, []).append((0, None))


threads = [threading.Thread(target=worker, args=(i,)) for i in range(8)]
for th in threads:
    th.start()
kills = 0
end = time.monotonic() + 14
while time.monotonic() < end or kills < 5:
    time.sleep(rnd.uniform(0.8, 1.6))
    what = rnd.choice(('daemon', 'backends', 'backends'))
    if what == 'daemon':
        office.daemon.send_signal(signal.SIGKILL)
        office.daemon.wait()
        office.start()
    else:
        office.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE usename = 'motcua_app'")
    kills += 1
stop.set()
for th in threads:
    th.join()
t.ok(kills >= 5 and len(done) > 40, '%d keys under load with %d kills' % (len(done), kills))
failed = {k: v for k, v in done.items() if v[0][0] != 201}
t.eq(failed, {}, 'every request was answered in the end')
codes = [v[0][1] for v in done.values()]
t.eq(len(codes), len(set(codes)), 'no code was given twice')
rows = set(office.psql("SELECT code FROM motcua.dossier WHERE code IS NOT NULL").split())
t.eq([c for c in codes if c not in rows], [], 'no acknowledged dossier is lost')
keys = int(office.psql("SELECT count(*) FROM motcua.idempotency WHERE key LIKE 'load-%'"))
made = int(office.psql("SELECT count(*) FROM motcua.dossier")) - 200
t.eq((keys, made), (len(done), len(done)), 'one dossier a key, no more, no less')
t.eq(out_of_row(rows), {}, 'and still no gap in the numbers')
print('# ' + office.run('verify').strip().replace('\n', '\n# '))
t.ok(True, 'motcuad verify agrees (it exits non-zero otherwise)')

# ---- two daemons, one of them on a machine with another time zone: still one row of numbers
port = free_port()
other = subprocess.Popen([MOTCUAD, 'serve', *office.flags(), '--set', 'listen_plain=127.0.0.1:%d' % port,
                          '--set', 'listen_ops=127.0.0.1:%d' % free_port()],
                         cwd=TOP, env=dict(ENV, TZ='America/New_York'), stdout=office.log, stderr=office.log,
                         stdin=subprocess.DEVNULL)


def ready():
    try:
        return like(lan, port).raw('GET', '/readyz').status == 200
    except OSError:
        return False


until(ready)
first = len(rows)
out = together([lambda c=c: c.post('/v1/dossiers', intake()) for c in [like(lan, p) for p in (port, None) * 20]])
t.eq([r for r in out if isinstance(r, Exception) or r.status != 201][:3], [], 'forty at once at two daemons')
rows.update(r.json['code'] for r in out)
t.eq((len(rows), out_of_row(rows)), (first + 40, {}), 'their codes are consecutive, each once')
t.eq(len({r.json['code'][:-5] for r in out}), 1, 'of one day, whatever the machine calls it')
other.send_signal(signal.SIGTERM)
t.eq(other.wait(60), 0, 'the second ends cleanly')
office.end(t)
