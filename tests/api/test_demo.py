"""`motcuad demo`: one command, nothing asked; again in seconds; recovers by itself after kill -9."""
import datetime
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Tap, free_port, office_day  # noqa: E402

t = Tap()
base = tempfile.mkdtemp(prefix='motcua-demo-', dir='/tmp')
os.chmod(base, 0o755)
port = free_port()
insecure = ssl.create_default_context()
insecure.check_hostname = False
insecure.verify_mode = ssl.CERT_NONE


def ask(method, path, body=None, headers=None):
    c = http.client.HTTPSConnection('localhost', port, context=insecure, timeout=60)
    h = {'Origin': 'https://localhost:%d' % port, 'Content-Type': 'application/json'}
    h.update(headers or {})
    c.request(method, path, json.dumps(body) if body is not None else None, h)
    r = c.getresponse()
    return r.status, r.read().decode(), dict(r.headers)


def start(limit):
    """Starts it; seconds until it serves."""
    out = open(base + '/out', 'wb')
    p = subprocess.Popen([MOTCUAD, '--lang', 'en', 'demo', '--port', str(port), '--var', base + '/var',
                          '--dossiers', '40'], cwd=TOP, env=ENV, stdout=out, stderr=out,
                         stdin=subprocess.DEVNULL)
    begun = time.monotonic()
    while time.monotonic() - begun < limit and p.poll() is None:
        try:
            if ask('GET', '/readyz')[0] == 200 and b'Ctrl-C' in open(base + '/out', 'rb').read():
                return p, time.monotonic() - begun
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(open(base + '/out').read())


def loaded():
    return re.search(r'^[0-9]+ dossiers, [0-9]+ acts', text(), re.M) is not None


def text():
    return open(base + '/out', encoding='utf-8').read()


try:
    p, took = start(240)
    t.ok(loaded(), 'the first start loads dossiers and serves HTTPS on localhost (%.1f s under ASan)' % took)
    said = text()
    password = re.search(r'Password of every account: (\S+)', said).group(1)
    t.ok(len(password) >= 12, 'it prints the password, of twelve characters or more')
    logins = re.findall(r'^  ([a-z]+\.[a-z]+) ', said, re.M)
    t.ok(len(logins) >= 15, 'and an account for every role', logins)
    roles = set()
    for login in logins:
        s, body, head = ask('POST', '/v1/session', {'login': login, 'password': password})
        if not t.ok(s == 201, '%s signs in' % login, body):
            continue
        roles |= {x['role'] for x in json.loads(body)['roles']}
        cookie = head['Set-Cookie'].split(';')[0]
    want = {'receiver', 'returner', 'cashier', 'clerk', 'specialist', 'division_head', 'leader',
            'office_specialist', 'committee_leader', 'onestop_head', 'business_admin',
            'technical_admin', 'auditor', 'supervisor', 'support', 'guide'}
    t.eq(want - roles, set(), 'every role of the domain has one')
    s, body, _ = ask('GET', '/v1/figures?from=2026-01-01', headers={'Cookie': cookie})
    row = json.loads(body)['items'][0]
    t.ok(s == 200 and row['total'] >= 25 and row['resolved_early'] > 0, 'the figures have something to tell', row)

    def steps(login):
        """Keys of the work that waits for her."""
        head = ask('POST', '/v1/session', {'login': login, 'password': password})[2]
        got = ask('GET', '/v1/queue?scope=role&limit=200', headers={'Cookie': head['Set-Cookie'].split(';')[0]})
        return {x['step'] for x in json.loads(got[1])['items']}

    s, body, _ = ask('GET', '/v1/reports/interruptions?from=2026-01-01', headers={'Cookie': cookie})
    n = {x['kind']: x['n'] for x in json.loads(body)['items']}
    for kind in ('supplement', 'adjustment', 'exclusion', 'suspension', 'consult', 'payment', 'withdrawn', 'stopped',
                 'closed', 'refund'):
        t.ok(n.get(kind, 0) > 0, 'beside the straight road there is: ' + kind, n)
    for login, step in (('lan.tiepnhan', '@supplement'), ('khoa.sxd', '@consult'), ('binh.stc', '@suspension'),
                        ('thu.thuphi', '@payment'), ('quynh.thue', 'obligation/tax'),
                        ('sinh.snnmt', 'opinions/environment'), ('mai.bhxh', 'others/insurance')):
        t.ok(step in steps(login), '%s finds %s in the queue' % (login, step), steps(login))
    # AS17: three months of all sorts; every line of form II.06a adds up, for the whole and for each agency
    first = office_day().replace(day=1)
    edges = [first]
    for _ in range(3):
        edges.insert(0, (edges[0] - datetime.timedelta(1)).replace(day=1))
    before, seen = None, dict.fromkeys(('carried', 'pending_waiting', 'resolved', 'ended_other', 'pending'), 0)
    for a, b in list(zip(edges, edges[1:])) + [(edges[0], edges[-1]), (first, office_day())]:
        for group in ('total', 'agency', 'procedure'):
            s, body, _ = ask('GET', '/v1/figures?from=%s&to=%s&by=%s' % (a, b, group), headers={'Cookie': cookie}) \
                if a != b else (200, '{"items": []}', {})
            rows = json.loads(body)['items']
            for x in rows:
                t.ok(x['total'] == x['received_online'] + x['received_other'] + x['carried'] and
                     x['resolved'] == x['resolved_early'] + x['resolved_on_time'] + x['resolved_late'] and
                     x['pending'] == x['pending_within'] + x['pending_overdue'] + x['pending_waiting'] and
                     x['total'] == x['resolved'] + x['pending'],
                     '%s to %s by %s: the lines add up' % (a, b, group), x)
                for k in seen:
                    seen[k] += x[k]
            if group == 'total' and rows and before and before[0] == a:
                gone = before[1]['pending'] - rows[0]['carried']
                t.ok(0 <= gone <= rows[0]['ended_other'],
                     'what is carried into %s was pending before; less only what ended without a result' % a, rows)
            if group == 'total' and rows:
                before = (b, rows[0])
                for column in ('carried', 'resolved_late', 'pending_waiting', 'resolved'):
                    got = ask('GET', '/v1/figures/dossiers?from=%s&to=%s&figure=%s&limit=200' % (a, b, column),
                              headers={'Cookie': cookie})
                    t.eq(len(json.loads(got[1])['items']), rows[0][column], '%s: its dossiers (%s)' % (column, a))
    t.ok(all(seen.values()), 'and none of it is trivial', seen)
    code, secret = re.search(r'tra-cuu  (\S+) / (\S+)', said).groups()
    s, body, _ = ask('POST', '/tra-cuu', None, {})
    c = http.client.HTTPSConnection('localhost', port, context=insecure, timeout=60)
    c.request('POST', '/tra-cuu', 'code=%s&secret=%s' % (code, secret))
    r = c.getresponse()
    t.ok(r.status == 200 and code in r.read().decode(), 'the dossier to try tracking with is there')
    lan = ask('POST', '/v1/session', {'login': 'lan.tiepnhan', 'password': password})[2]['Set-Cookie'].split(';')[0]
    c.request('GET', '/v1/dossiers/%s/receipt.pdf' % code, None, {'Cookie': lan})
    slip = subprocess.run(['pdftotext', '-', '-'], input=c.getresponse().read(), stdout=subprocess.PIPE).stdout.decode()
    t.ok('localhost:%d/tra-cuu' % port in slip.replace('\n', ''), 'a printed slip names the page that it can be tracked at', slip)
    for f in ('tls/key.pem', 'identity.salt'):
        home = os.path.realpath(base + '/var/elsewhere') if os.path.lexists(base + '/var/elsewhere') else base + '/var'
        t.eq(os.stat(home + '/' + f).st_mode & 0o077, 0, '%s is not open to others' % f)
    pg = [x for x in os.popen('ps -eo user:32,args').read().splitlines() if base + '/var/pg' in x or home + '/pg' in x]
    t.ok(pg and not any(x.startswith('root ') for x in pg), 'PostgreSQL does not run as root', pg)
    q = subprocess.run([MOTCUAD, '--lang', 'en', 'demo', '--port', str(free_port()), '--var', base + '/var'],
                       cwd=TOP, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    t.ok(q.returncode == 1 and b'another demonstration' in q.stdout, 'a second one on the same folder is refused', q.stdout)

    p.send_signal(signal.SIGKILL)
    p.wait()
    p, took = start(240)
    t.ok(not loaded(), 'after kill -9 the next start recovers by itself (%.1f s), and loads nothing again' % took)
    s, body, _ = ask('POST', '/v1/session', {'login': 'giang.giamsat', 'password': password})
    t.eq(s, 201, 'with the accounts of before')
    p.send_signal(signal.SIGINT)
    t.eq(p.wait(120), 0, 'Ctrl-C stops everything: exit 0')
    t.ok('Stopped.' in text(), 'and says so')
    left = [x for x in os.popen('ps -eo args').read().splitlines() if (base + '/var/pg' in x or home + '/pg' in x) and 'ps -eo' not in x]
    t.eq(left, [], 'no PostgreSQL is left running')
    p, took = start(240)
    t.ok(not loaded(), 'a later start takes seconds: it loads nothing (%.1f s under ASan)' % took)
    p.send_signal(signal.SIGTERM)
    t.eq(p.wait(120), 0, 'SIGTERM stops it too')
    t.ok('ERROR: ' not in text() and 'runtime error' not in text(), 'no sanitizer complained', text()[-2000:])
finally:
    if os.path.lexists(base + '/var/elsewhere'):
        shutil.rmtree(os.path.realpath(base + '/var/elsewhere'), ignore_errors=True)
    shutil.rmtree(base, ignore_errors=True)
t.end()
