"""A long list goes out as CSV and XLSX in constant memory: what the daemon holds at most does not grow with the rows.
MOTCUA_TEST_ROWS=1000000 measures a million."""
import http.client
import io
import json
import os
import socket
import sys
import threading
import time
import zipfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
# A sanitizer's memory says nothing of the program's own: the release build is measured where there is one.
RELEASE = os.path.abspath(TOP + '/build/release/motcuad')
if os.path.exists(RELEASE):
    os.environ['MOTCUAD'] = RELEASE
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Machine, Office, Tap, office_day  # noqa: E402

t = Tap()
ROWS = int(os.environ.get('MOTCUA_TEST_ROWS', '60000'))
FEW = ROWS // 5
MORE_KB = (16 if os.environ.get('MOTCUAD') == RELEASE else 256) * 1024  # of peak memory that five times as many rows may take: allocators keep what they got
office = Office(workers=1)
sup = office.client('giang.giamsat')
DAY = office_day()
# Rows as acts leave them, of two procedures: every fifth of the rarer one.
office.psql("""SET session_replication_role = replica; SET synchronous_commit = off;
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent, first_accepted,
        refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted, original_due, basis_due, current_due,
        finished, closed, state)
    SELECT 7000000000 + g, 4, sha256('x'), 8, 0, 0, 0, g %% 3, 1, 10, 110, true, false, 'H24.11-' || g,
           CASE WHEN g %% 5 = 0 THEN '8.000001' ELSE '8.000002' END, sha256('x'), x.at, x.at, x.at, x.at + interval '5 days',
           x.at + interval '5 days', x.at + interval '5 days', x.at + interval '2 days', x.at + interval '2 days', '{}'
      FROM generate_series(1, %d) g CROSS JOIN LATERAL (SELECT now() - interval '60 days' + g * interval '1 second' AS at) x;
INSERT INTO motcua.figure_dossier SELECT f.* FROM motcua.dossier d CROSS JOIN LATERAL motcua.figure_fact(d) f;
SELECT motcua.figure_rebuild(false); ANALYZE motcua.figure_dossier; ANALYZE motcua.dossier; ANALYZE motcua.figure_cell""" % ROWS)


def peak():
    with open('/proc/%d/status' % office.daemon.pid) as f:
        return int(f.read().split('VmHWM:')[1].split()[0])


def begin():
    with open('/proc/%d/clear_refs' % office.daemon.pid, 'w') as f:
        f.write('5')  # the highest mark begins anew


def export(kind, **more):
    """Size of the file, its rows, the peak in kB, seconds; read piece by piece, as a browser saves it."""
    begin()
    q = '/v1/figures/dossiers?figure=received&from=%s&to=%s&format=%s' % (DAY.replace(year=DAY.year - 1), DAY, kind)
    q += ''.join('&%s=%s' % kv for kv in more.items())
    start = time.monotonic()
    c = http.client.HTTPConnection('127.0.0.1', office.port, timeout=600)
    c.request('GET', q, headers=dict(sup.headers(), Host='localhost:%d' % office.port))
    r = c.getresponse()
    kept, size, lines = io.BytesIO(), 0, 0
    while True:
        piece = r.read(1 << 20)
        if not piece:
            break
        size += len(piece)
        lines += piece.count(b'\n')
        if kind == 'xlsx':
            kept.write(piece)
    c.close()
    assert r.status == 200, r.status
    if kind == 'xlsx':
        lines = 0
        with zipfile.ZipFile(kept) as z, z.open([n for n in z.namelist() if 'sheet1' in n][0]) as s:
            end = b''
            for piece in iter(lambda: s.read(1 << 20), b''):
                lines += (end + piece).count(b'<row ')  # what the border of two pieces cuts, too
                end = piece[-4:]
    return size, lines, peak(), time.monotonic() - start


for kind in ('csv', 'xlsx'):
    export(kind, procedure='8.000001')  # what is allocated once
    few = export(kind, procedure='8.000001')
    many = export(kind)
    t.ok(few[1] >= FEW and many[1] >= ROWS, '%s: %d and %d rows came' % (kind, FEW, ROWS), (few, many))
    t.ok(many[2] - few[2] < MORE_KB, '%s: %d rows hold no more than %d do' % (kind, ROWS, FEW), (few, many))
    print('# %s of %d rows: %d MB in %.0f s; the daemon held %d MB at most, with %d rows %d MB'
          % (kind, ROWS, many[0] >> 20, many[3], many[2] >> 10, FEW, few[2] >> 10), flush=True)

# ---- how far a long file is, told to whoever asked for it by a word of her own
heard, listening = [], threading.Event()


def listen():
    c = http.client.HTTPConnection('127.0.0.1', office.port, timeout=60)
    c.request('GET', '/v1/events', headers=dict(sup.headers(), Host='localhost:%d' % office.port))
    r, kind = c.getresponse(), ''
    listening.set()
    while not (heard and heard[-1].get('done')):
        line = r.readline().decode().strip()
        kind = line[7:] if line.startswith('event: ') else kind
        if line.startswith('data: ') and kind == 'export':
            heard.append(json.loads(line[6:]))
    c.close()


ear = threading.Thread(target=listen, daemon=True)
ear.start()
listening.wait(30)
csv = export('csv', progress='tep-cua-toi')
ear.join(30)
rows = [x['rows'] for x in heard]
t.ok(len(rows) > 3 and rows == sorted(set(rows[:-1])) + rows[-1:], 'rows that are written, more and more', rows)
t.eq({(x['export'], x['of']) for x in heard}, {('tep-cua-toi', csv[1] - 1)}, 'of as many as the file has, under the word of the caller')
t.eq((rows[-1:], [x['done'] for x in heard]), ([csv[1] - 1], [False] * (len(heard) - 1) + [True]), 'to the end')
t.eq(sup.get('/v1/figures/dossiers?figure=received&format=csv&progress=a%20b').status, 400, 'a word is letters, digits and dashes')

# ---- a client that has said all it had to say (half closed, as some proxies do) gets its whole file
s = socket.create_connection(('127.0.0.1', office.port), timeout=600)
q = '/v1/figures/dossiers?figure=received&from=%s&to=%s&format=csv' % (DAY.replace(year=DAY.year - 1), DAY)
s.sendall(('GET %s HTTP/1.1\r\n%s\r\n\r\n' % (q, '\r\n'.join('%s: %s' % kv for kv in dict(
    sup.headers(), Host='localhost:%d' % office.port).items()))).encode())
s.shutdown(socket.SHUT_WR)
with s.makefile('rb') as f:
    head, _, body = f.read().partition(b'\r\n\r\n')
s.close()
t.ok(head.startswith(b'HTTP/1.1 200') and len(body) == csv[0], 'half closed: the whole file comes', (head[:100], len(body), csv[0]))

# ---- others are answered while a long list goes out
machine = Machine()
busy = threading.Thread(target=export, args=('csv',))
busy.start()
slow = []
while busy.is_alive():
    s = time.monotonic()
    sup.get('/v1/session')
    slow.append(time.monotonic() - s)
    time.sleep(0.05)
busy.join()
t.budget(len(slow) > 5 and sorted(slow)[len(slow) // 2] < 0.25, 'others are answered meanwhile (median %.0f ms of %d)'
         % (sorted(slow)[len(slow) // 2] * 1000, len(slow)), sorted(slow)[-3:], machine)
office.end(t)
