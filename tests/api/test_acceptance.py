"""Two acceptance scenarios that need the whole daemon: AS19, killed between acceptance and slip; AS20, an
administrator who would like a late result to have been ready in time."""
import datetime
import http.client
import json
import os
import re
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, office_day, out_of_row  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')


def kill():
    office.daemon.send_signal(signal.SIGKILL)
    office.daemon.wait()


def stored():
    return int(office.psql('SELECT count(*) FROM motcua.dossier'))


# ---- AS19: accepted, acknowledged, killed before the slip is printed
r = lan.post('/v1/dossiers', intake(), key='as19-first')
code = r.json['code']
kill()
office.start()
again = lan.post('/v1/dossiers', intake(), key='as19-first')
t.ok(again.status == 201 and again.json['code'] == code and again.headers.get('Idempotent-Replayed') == 'true',
     'AS19: the same key after the kill: the same dossier', again)
slip = lan.get('/v1/dossiers/%s/receipt' % code)
t.ok(slip.status == 200 and slip.json['form'] == '01' and slip.json['code'] == code, 'its slip is printed now', slip)
due = lan.get('/v1/dossiers/' + code).json['due']['current']
t.eq(slip.json['due'], due, 'with the date that was promised')
t.eq(stored(), 1, 'one dossier')

# ---- killed while it is being accepted, at any moment of it: none or one, and with the same key exactly one
for n in range(12):
    key, body = 'as19-turn-%d' % n, intake(summary='Lần %d' % n)
    client = office.client()
    client.cookie, client.csrf = lan.cookie, lan.csrf
    threads = [threading.Thread(target=lambda: attempt(client, body, key))]

    def attempt(c, body, key):
        try:
            c.raw('POST', '/v1/dossiers', json.dumps(body, ensure_ascii=False).encode(),
                  dict(c.headers(), **{'Content-Type': 'application/json', 'Idempotency-Key': key}), again=False)
        except Exception:  # killed under it
            pass
    threads[0].start()
    time.sleep(0.002 * n)
    kill()
    threads[0].join()
    office.start()
    lan.conn = None
    before = stored()
    r = lan.post('/v1/dossiers', body, key=key)
    replayed = r.headers.get('Idempotent-Replayed') == 'true'
    t.ok(r.status == 201 and before == n + 1 + replayed and stored() == n + 2 and
         lan.get('/v1/dossiers/%s/receipt' % r.json['code']).status == 200,
         'killed after %d ms: %s, one slip' % (2 * n, 'it had been stored' if replayed else 'nothing had been stored'),
         (r, before, stored()))
codes = sorted(office.psql('SELECT code FROM motcua.dossier').split())
t.eq(out_of_row(codes), {}, 'the numbers have no gap and no double')

# ---- a machine whose clock goes an hour behind the others: events stay in their order, and it is told
def clock_behind():
    c = http.client.HTTPConnection('127.0.0.1', office.ops_port, timeout=60)
    c.request('GET', '/metrics')
    return int(re.search(r'^motcua_clock_behind_total (\d+)', c.getresponse().read().decode(), re.M).group(1))


t.eq(clock_behind(), 0, 'the clock is not behind')
behind = codes[0]
last = int(office.psql("SELECT state::jsonb ->> 'la' FROM motcua.dossier WHERE code = '%s'" % behind))
office.psql("UPDATE motcua.dossier SET state = replace(state, '\"la\":%d', '\"la\":%d') WHERE code = '%s'" % (last, last + 3600000000, behind))
r = lan.act(behind, 'note', {'note': 'Ghi chú'}, match='"%d"' % lan.get('/v1/dossiers/' + behind).json['seq'])
t.eq(r.status, 200, 'an act is not refused for it')
t.eq(int(office.psql("SELECT extract(epoch FROM at) * 1000000 FROM motcua.dossier_event e JOIN motcua.dossier d ON d.id = e.dossier "
                     "WHERE d.code = '%s' ORDER BY e.seq DESC LIMIT 1" % behind).split('.')[0]), last + 3600000000,
     'its event is dated not before the one before it')
t.ok(clock_behind() == 1 and 'clock-behind' in office.log_text(), 'and the log and the metrics say so', clock_behind())

# ---- AS20: the finish is what the clock of the server said
people = {x: office.client(x) for x in ('khanh.kythuat', 'nam.quantri', 'minh.congsan', 'ha.congsan', 'tuan.congsan',
                                        'binh.stc', 'oanh.vanthu')}
yesterday = (office_day() - datetime.timedelta(1)).isoformat()
for login in ('khanh.kythuat', 'nam.quantri'):
    for what, body in (('act', {'action': 'release', 'date': yesterday}),
                       ('act', {'action': 'number', 'date': yesterday, 'number': '1', 'signer': 'Ai đó'}),
                       ('withdraw', {'document': 'Đơn'})):
        r = people[login].act(code, what, body, match='"1"')
        t.ok(r.status in (403, 404), 'AS20: %s may not %s' % (login, what), r)
r = lan.act(code, 'act', {'action': 'forward', 'finished': '2026-01-01T08:00:00+07:00'})
t.ok(r.status == 422 and stored() == len(codes), 'no act takes a moment of its own', r)
r = lan.act(code, 'act', {'action': 'release', 'date': yesterday})
t.ok(r.status == 409, 'nor is a result ready before its step', r)
for _ in range(50):  # the audit is written behind the answer
    refused = [json.loads(x) for x in
               office.psql("SELECT detail FROM motcua.audit WHERE what = 'act-refused'").splitlines()]
    if any(x.get('dossier') and x['code'] == 'wrong-step' for x in refused):
        break
    time.sleep(0.1)
t.ok(any(x.get('dossier') and x['code'] == 'wrong-step' for x in refused), 'what was tried is in the audit', refused[-4:])
for sql in ("UPDATE motcua.dossier SET finished = now() - interval '30 days'",
            "UPDATE motcua.dossier_event SET at = at - interval '30 days'"):
    try:
        office.psql('SET ROLE motcua_app; ' + sql)
        t.ok(False, 'the daemon\'s own account may not: ' + sql)
    except Exception:
        t.ok(True, 'the daemon\'s own account may not: ' + sql)
# who owns the machine can; the folded history says so
office.psql("ALTER TABLE motcua.dossier DISABLE TRIGGER ALL; UPDATE motcua.dossier SET finished = accepted "
            "WHERE code = '%s'; ALTER TABLE motcua.dossier ENABLE TRIGGER ALL" % code)
try:
    t.ok(False, 'verification finds a finish that no event gave', office.run('verify'))
except RuntimeError as e:
    t.ok('columns' in str(e), 'verification finds a finish that no event gave', e)
office.end(t)
