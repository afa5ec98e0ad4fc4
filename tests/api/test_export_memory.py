"""A long list goes out as CSV and XLSX in constant memory: what the daemon holds at most does not grow with the rows.
MOTCUA_TEST_ROWS=1000000 measures a million."""
import datetime
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
MORE_KB = (24 if os.environ.get('MOTCUAD') == RELEASE else 256) * 1024  # of peak memory that five times as many rows may take: allocators keep what they got
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

r = sup.get('/v1/figures/dossiers?figure=received&from=%s&to=%s&format=pdf' % (DAY.replace(year=DAY.year - 1), DAY))
t.ok(r.status == 400 and '1.000' in r.json['detail'] and 'XLSX' in r.json['detail'], 'on paper so many rows are refused, with what to take instead', r)

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

# ---- where the time of them all went, read part by part: as the rows add up at once
office.psql("""INSERT INTO motcua.figure_spent
    SELECT f.dossier, f.closed, f.officer, f.competent, f.receiving, 1, f.channel, f.closed > f.basis, '1.005416', f.applicant,
           concat_ws(',', 900 + h %% 700, h %% 90, 0, 0, greatest(0, h %% 50 - 20), 0) || concat_ws(',', ';0,10', f.dossier %% 97, h %% 301, 240)
               || concat_ws(',', ';2', 110 + f.dossier %% 5, f.dossier %% 193, h %% 4001, CASE WHEN h %% 3 > 0 THEN 2000 ELSE -1 END)
      FROM motcua.figure_dossier f CROSS JOIN LATERAL (SELECT abs(hashint8(f.dossier)) AS h) x WHERE f.dossier %% 1000 <> 0;
ANALYZE motcua.figure_spent""".replace('%%', '%'))
PARTS = """FROM motcua.figure_spent s CROSS JOIN LATERAL (SELECT string_to_array(p, ',')::bigint[] AS v, i FROM
           regexp_split_to_table(s.spent, ';') WITH ORDINALITY x(p, i)) x WHERE x.v[1] IS NOT NULL"""


def sql(what):
    return [[int(x) for x in r.split('|')] for r in office.psql(what).splitlines()]


TIMES = '%s, percentile_disc(0.5) WITHIN GROUP (ORDER BY %s), percentile_disc(0.9) WITHIN GROUP (ORDER BY %s)'
whole = sql('SELECT count(*), sum(x.v[1])' + TIMES % ('', 'x.v[1]', 'x.v[1]') + ', sum(x.v[2]) %s AND x.i = 1' % PARTS)[0]
late = sql('SELECT count(*), sum(x.v[5])' + TIMES % ('', 'x.v[5]', 'x.v[5]') + ' %s AND x.i = 1 AND x.v[5] > 0' % PARTS)[0]
steps = sql('SELECT x.v[1], count(*)' + TIMES % ('', 'x.v[4]', 'x.v[4]') + """, count(*) FILTER (WHERE x.v[5] >= 0), count(*) FILTER (WHERE x.v[4] > x.v[5] AND x.v[5] >= 0),
            sum(greatest(0, CASE WHEN x.v[5] >= 0 THEN x.v[4] - x.v[5] ELSE 0 END)) %s AND x.i > 1 GROUP BY 1 ORDER BY 1""" % PARTS)
people = sql("""SELECT x.v[3], count(*), sum(x.v[4]), sum(CASE WHEN x.v[5] >= 0 THEN greatest(0, x.v[4] - x.v[5]) ELSE 0 END) AS over
                %s AND x.i > 1 GROUP BY 1 ORDER BY over DESC, 1 LIMIT 100""" % PARTS)
j = sup.get('/v1/figures/steps?from=%s&to=%s' % (DAY - datetime.timedelta(59), DAY - datetime.timedelta(56))).json
t.eq((j['counted'], j['of']), (ROWS - ROWS // 1000, ROWS), 'all of which it is kept are counted, the others told')
t.eq([j['time'][k] for k in ('n', 'minutes', 'median_minutes', 'p90_minutes')] + [j['split']['applicant']], whole, 'their time')
t.eq([j['late'][k] for k in ('n', 'minutes', 'median_minutes', 'p90_minutes')], late, 'how late')
t.eq([[x[k] for k in ('n', 'median_minutes', 'p90_minutes', 'with_norm', 'beyond', 'beyond_minutes')]
      for x in sorted(j['items'], key=lambda x: x['norm_minutes'])], [x[1:] for x in steps], 'each step')
t.eq([[x['officer'] or 0] + [x[k] for k in ('n', 'minutes', 'beyond_minutes')] for x in j['by_officer']], people, 'the officers, the worst first')
j = sup.get('/v1/figures/steps?newest=1&from=%s&to=%s' % (DAY - datetime.timedelta(59), DAY - datetime.timedelta(56))).json
t.eq((j['counted'], j['of']), (2000 - 2, ROWS), 'a quick look at the newest')

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
