"""Every figure of the demonstration's months beside a recount from its events in another language: any period, each of
the three dates, each dimension, as of any moment, the list behind each number; and the same bytes after a restart."""
import csv
import datetime
import http.client
import io
import json
import os
import random
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib'), HERE]
from api import ENV, MOTCUAD, TOP, Tap, free_port  # noqa: E402
import pages  # noqa: E402
import recount  # noqa: E402

t = Tap()
base = tempfile.mkdtemp(prefix='motcua-recount-', dir='/tmp')
os.chmod(base, 0o755)
var, port = os.environ.get('RECOUNT_VAR', base + '/var'), free_port()
insecure = ssl.create_default_context()
insecure.check_hostname = False
insecure.verify_mode = ssl.CERT_NONE
cookie = {}


def ask(method, path, body=None, raw=False):
    """The rate of one person holds in the demonstration: what comes too soon is asked again."""
    while True:
        c = http.client.HTTPSConnection('localhost', port, context=insecure, timeout=30)
        h = {'Origin': 'https://localhost:%d' % port, 'Content-Type': 'application/json', **cookie}
        c.request(method, path, json.dumps(body) if body is not None else None, h)
        r = c.getresponse()
        data = r.read()
        out = r.status, data if raw else data.decode(), dict(r.headers)
        c.close()
        if out[0] != 429:
            return out
        time.sleep(0.3)


def get(path):
    status, body, head = ask('GET', path)
    if status != 200:
        raise RuntimeError('%s: %s %s' % (path, status, body))
    return json.loads(body), body, head


def start():
    out = open(base + '/out', 'wb')
    p = subprocess.Popen([MOTCUAD, '--lang', 'en', 'demo', '--port', str(port), '--var', var, '--dossiers', '120'],
                         cwd=TOP, env=ENV, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    end = time.monotonic() + 300
    while time.monotonic() < end and p.poll() is None:
        try:
            if b'Ctrl-C' in open(base + '/out', 'rb').read() and ask('GET', '/readyz')[0] == 200:
                break
        except OSError:
            pass
        time.sleep(0.1)
    said = open(base + '/out', encoding='utf-8').read()
    found = re.search(r'Password of every account: (\S+)', said)
    if not found:
        raise RuntimeError(said)
    cookie.clear()
    s, body, head = ask('POST', '/v1/session', {'login': 'giang.giamsat', 'password': found.group(1)})
    if s != 201:
        raise RuntimeError(body)
    cookie['Cookie'] = head['Set-Cookie'].split(';')[0]
    return p


def stop(p):
    p.send_signal(signal.SIGTERM)
    return p.wait(60)


def psql(sql):
    return subprocess.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-h', var + '/socket', '-U', 'postgres'], check=True,
                          input=sql.encode(), stdout=subprocess.PIPE).stdout.decode()


def moment(us):
    at = recount.EPOCH + datetime.timedelta(microseconds=us) + recount.LOCAL
    return at.strftime('%Y-%m-%dT%H:%M:%S.%f%%2B07:00')


p = start()
try:
    recount.TERRITORY.update(recount.territories(open(TOP + '/config/organisation.yaml', encoding='utf-8').read()))
    dossiers = recount.read(psql(recount.EVENTS))
    ids = dict(x.split('|') for x in psql('SELECT id, code FROM motcua.dossier WHERE code IS NOT NULL').split())
    t.ok(len(dossiers) >= 50, 'the demonstration has a history', len(dossiers))
    today = (datetime.datetime.utcnow() + recount.LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    now = recount.micros(datetime.datetime.utcnow() + recount.LOCAL)
    days = [today - datetime.timedelta(n) for n in range(150)]
    dice = random.Random(118)
    periods = [(days[30], today), (days[60], days[30]), (days[120], days[60]), (days[149], today)]
    periods += [tuple(sorted(dice.sample(days, 2))) for _ in range(24)]
    half = [d for d in days if d.day in (1, 15)]  # whole half months are told by cells
    periods += [tuple(sorted(dice.sample(half, 2))) for _ in range(6)] + [(half[-1], today), (days[149], half[0])]

    # whole quarters, of the calendar and as they are reported, are told by cells of quarters
    quarter = [datetime.datetime(y, m, d) for y in (today.year - 1, today.year) for m, d in (
        (1, 1), (4, 1), (7, 1), (10, 1), (3, 15), (6, 15), (9, 15), (12, 15))]
    quarter = sorted(d for d in quarter if days[149] - datetime.timedelta(120) < d < today)
    periods += list(zip(quarter, quarter[2:])) + [(quarter[-1], today), (quarter[-2], today)]

    # ---- some settled, some not: the numbers are the same
    psql('SELECT motcua.figure_catch_up(100000)')
    t.ok(int(psql('SELECT motcua.figure_fold(15)')) >= 0, 'some closed dossiers are settled now')
    t.ok(int(psql('SELECT count(*) FROM motcua.figure_cell')) > 0, 'so there are cells')
    t.eq(psql('''WITH a AS (SELECT c.*, count(*) AS n FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_contribution(f) c
        WHERE motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.dossier NOT IN (SELECT u.dossier FROM motcua.figure_unsettled u)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8), b AS (SELECT c.* FROM motcua.figure_years() y, motcua.figure_year(y.first) c)
        SELECT (SELECT count(*) > 50 FROM a), (SELECT count(*) FROM (TABLE a EXCEPT TABLE b) x), (SELECT count(*) FROM (TABLE b EXCEPT TABLE a) x)'''),
         't|0|0\n', 'cells made in sets, for verification and for making them again, are those of each dossier')

    # ---- every period, by each date
    seen = {}
    for n, (a, b) in enumerate(periods):
        for basis in ('original', 'basis', 'current'):
            got = get('/v1/figures?from=%s&to=%s&basis=%s' % (a.date(), b.date(), basis))[0]['total']
            want = recount.figures(dossiers, recount.micros(a), recount.micros(b), basis)
            bad = recount.differences(got, want)
            t.ok(not bad, '%s to %s by %s: as recounted' % (a.date(), b.date(), basis), bad)
            for k, v in want.items():
                seen[k] = seen.get(k, 0) + v
    rare = {k for k, v in seen.items() if not v}
    t.ok(rare <= {'received_post', 'pending_waiting', 'refused', 'supplemented', 'received_supplemented'}, 'hardly a figure was nought throughout', rare)

    # ---- what is not over yet: up to this moment, the half month and the quarter under way from their cells
    for a in (half[0], half[1], quarter[-1], quarter[-2], days[149]):
        ask_for = '/v1/figures?from=%s&to=%s' % (a.date(), (today + datetime.timedelta(45)).date())
        j = get(ask_for)[0]
        until = recount.micros(datetime.datetime.fromisoformat(j['as_of'][:-6]))
        bad = recount.differences(j['total'], recount.figures(dossiers, recount.micros(a), until))
        t.ok(not bad, '%s to this moment: as recounted' % a.date(), bad)
        rows = {x['key']: x for x in get(ask_for + '&by=agency')[0]['items']}
        for key in list(rows)[:3]: # one agency is looked up, many are looked through
            alone = {x['key']: x for x in get(ask_for + '&by=agency&agency=' + key)[0]['items']}
            t.eq(alone.get(key), rows[key], '%s: %s tells of itself what the city tells of it' % (a.date(), key))

    # ---- as of moments in the past
    for _ in range(12):
        a = dice.choice(days[20:])
        at = recount.micros(a) + dice.randrange(20 * 86400 * 10 ** 6)
        at = min(at, now - 60 * 10 ** 6)
        got = get('/v1/figures?from=%s&to=%s&as_of=%s' % (a.date(), (today + datetime.timedelta(1)).date(),
                                                          moment(at)))[0]['total']
        bad = recount.differences(got, recount.figures(dossiers, recount.micros(a), at, observed=at))
        t.ok(not bad, 'as of %s: as recounted' % moment(at)[:16], bad)

    # ---- at the very moment of an apology, a restart, a standstill, a result and a microsecond later: what came then is not known before
    turns = [sorted({x for d in dossiers for x in of(d) if x and x < now - 60 * 10 ** 6}) for of in (
        lambda d: [at for at, basis, current in d.dates if current > basis], lambda d: [x[0] for x in d.dates[1:]],
        lambda d: [x for s in d.standing for x in s], lambda d: [d.finished, d.ended])]
    for at in [x for some in turns for x in dice.sample(some, min(3, len(some)))]:
        for until in (at, at + 1):
            got = get('/v1/figures?from=%s&to=%s&as_of=%s' % (days[149].date(), today.date(), moment(until)))[0]['total']
            bad = recount.differences(got, recount.figures(dossiers, recount.micros(days[149]), min(until, recount.micros(today)), observed=until))
            t.ok(not bad, 'as of %s: as recounted' % moment(until)[:26], bad)
    t.ok(all(turns), 'there were such moments', [len(x) for x in turns])

    # ---- cells of agencies, of procedures, of the whole say the same; so does what is asked for alone
    for a, b in periods[-2:] + [(days[120], today), (half[1], today + datetime.timedelta(1))]:
        path = '/v1/figures?from=%s&to=%s&as_of=%s' % (a.date(), b.date(), moment(min(recount.micros(b), now)))
        whole = get(path)[0]
        for by in ('agency', 'procedure', 'channel'):
            items = get(path + '&by=' + by)[0]['items']
            bad = [k for k, v in whole['total'].items() if isinstance(v, int) and sum(x[k] for x in items) != v]
            t.ok(not bad, '%s to %s by %s: the rows add up' % (a.date(), b.date(), by), bad)
        for by in ('total', 'agency', 'procedure', 'week', 'month'):
            every = get(path + '&by=' + by)[0]
            names = [k for k, v in every['total'].items() if isinstance(v, (int, dict))]
            for some in (['rate_on_time'], ['asked_for_papers'], dice.sample(names, 3)):
                j = get(path + '&by=%s&figures=%s' % (by, ','.join(some)))[0]
                want = {x['key']: {k: x[k] for k in some} for x in every['items'] + [every['total']]}
                got = {x['key']: {k: v for k, v in x.items() if k in names} for x in j['items'] + [j['total']]}
                bad = [(k, got.get(k), v) for k, v in want.items() if got.get(k, dict.fromkeys(some, 0)) != v
                       and any(v[n] if isinstance(v[n], int) else v[n]['of'] for n in some)]
                t.ok(not bad and set(got) <= set(want), '%s to %s by %s, only %s: the same numbers' % (a.date(), b.date(), by, some), bad[:3])

    # ---- dimensions
    since, until = recount.micros(days[120]), recount.micros(today)
    q = '/v1/figures?from=%s&to=%s&by=' % (days[120].date(), today.date())
    for by, of in (('procedure', lambda d: d.procedure), ('channel', lambda d: d.channel),
                   ('applicant', lambda d: d.applicant)):
        items = {x['key']: x for x in get(q + by)[0]['items']}
        bad = []
        for key in {of(d) for d in dossiers if d.in_work(since, until)} | set(items):
            want = recount.figures([d for d in dossiers if of(d) == key], since, until)
            bad += ['%s: %s' % (key, x) for x in recount.differences(items.get(key, {}), want)]
        t.ok(not bad, 'by %s: each row as recounted' % by, bad)
    for by in ('week', 'month'):
        j = get(q + by)[0]
        bad = []
        for x in j['items']:
            edge = [recount.micros(datetime.datetime.strptime(x[k][:19], '%Y-%m-%dT%H:%M:%S')) for k in ('from', 'to')]
            bad += ['%s: %s' % (x['key'], d)
                    for d in recount.differences(x, recount.figures(dossiers, *edge, observed=until))]
        t.ok(len(j['items']) > 3 and not bad, 'by %s: each row as recounted' % by, bad)
    items = {int(x['key']): x for x in get(q + 'officer')[0]['items']}
    done = [d for d in dossiers if d.finished is not None and since <= d.finished < until]
    for officer in {d.drafted or d.approved for d in done}:
        mine = [d for d in done if (d.drafted or d.approved) == officer]
        t.eq(items.get(officer, {}).get('resolved'), len(mine), 'officer %s resolved as many as the events say' % officer)
    # asked for alone they are found another way
    told = lambda x: {k: v for k, v in x.items() if isinstance(v, (int, dict))}  # noqa: E731
    bad = [o for o in items if o and told(items[o]) != told(get('%stotal&officer=%d' % (q, o))[0]['total'])]
    t.ok(len(items) > 3 and not bad, 'each officer alone: the same figures', bad)
    firsts = [d for d in dossiers if d.first is not None and since <= d.first < until]
    bad = [o for o in {d.decided for d in firsts}
           if items.get(o, {}).get('first_decided') != len([d for d in firsts if d.decided == o])]
    t.ok(not bad, 'first submissions count with the officer who decided them', bad)

    # ---- two dimensions at once: each row, each column and all cells add up to what is told of one dimension
    def number(v):
        return (v, None) if isinstance(v, int) else (v['n'], v['of'])

    def cell(x):
        return x['n'], x.get('of')

    def added(some):
        some = list(some)
        return sum(x[0] for x in some), None if some and some[0][1] is None else sum(x[1] for x in some)

    def crossed(j, figure, by, across, alone, whole):
        """Rows, columns and all cells add up to what is told of one dimension, and nothing is missing."""
        keys, bad = [c['key'] for c in j['columns']], []
        for x in j['items']:
            cells = [cell(c) for c in x['cells']]
            bad += [x['key']] * (len(cells) != len(keys) or (cells and added(cells) != cell(x['value']))
                                 or cell(x['value']) != number(alone[by][x['key']][figure]))
        for i, key in enumerate(keys):
            want = added(cell(x['cells'][i]) for x in j['items'])
            bad += [key] * (want != cell(j['total']['cells'][i]) or want != number(alone[across][key][figure]))
        missing = [k for a, got in ((by, {x['key'] for x in j['items']}), (across, set(keys)))
                   for k, x in alone[a].items() if any(number(x[figure])[i] for i in (0, 1)) and k not in got]
        t.ok(not bad and not missing and j['adds_up'] and cell(j['total']['value']) == number(whole[figure]),
             '%s by %s and %s: rows and columns add up' % (figure, by, across), (bad[:3], missing[:3]))
        return keys

    plain = ('agency', 'field', 'procedure', 'officer', 'channel', 'receiving', 'applicant')
    lists = '/v1/figures/dossiers?from=%s&to=%s' % (days[120].date(), today.date())
    alone = {by: {x['key']: x for x in get(q + by)[0]['items']} for by in plain + ('month', 'week')}
    alone_total, opened = get(q + 'total')[0]['total'], 0
    for by, across in [(a, b) for a in plain for b in plain if a != b] + [('agency', 'month'), ('week', 'channel'), ('month', 'officer')]:
        periods_too = {by, across} - set(plain)
        figure = dice.choice(('resolved', 'valid_first', 'rate_on_time') if periods_too else
                             ('total', 'pending', 'resolved_late', 'valid_first', 'rate_on_time', 'rate_valid_first'))
        j = get('%s&across=%s&figure=%s' % (q.replace('figures?', 'figures/cross?') + by, across, figure))[0]
        keys = crossed(j, figure, by, across, alone, alone_total)
        if figure.startswith('rate') or periods_too:
            continue
        for x, i in dice.sample([(x, i) for x in j['items'] for i in range(len(keys))], 3) if j['items'] else ():
            r = get('%s&figure=%s&by=%s&key=%s&across=%s&across_key=%s&limit=200' % (
                lists, figure, by, x['key'], across, keys[i]))[0]
            opened += x['cells'][i]['n'] > 0
            t.eq(len(r['items']), min(x['cells'][i]['n'], 200), '%s, %s and %s: so many behind the cell' % (figure, x['key'], keys[i]))
    t.ok(opened > 3, 'some of the cells held dossiers', opened)
    j = get(q.replace('figures?', 'figures/cross?') + 'agency&across=month&figure=pending')[0]
    t.eq((j['adds_up'], cell(j['total']['value'])), (False, number(alone_total['pending'])), 'what waits at the end of each month is no sum')

    # ---- the list behind each number, and the file of it
    total = get(q + 'total')[0]['total']
    lists = '/v1/figures/dossiers?from=%s&to=%s&figure=' % (days[120].date(), today.date())
    for figure in [k for k, v in total.items() if isinstance(v, int)]:
        codes, path = [], lists + figure + '&limit=17'
        while path:
            j, _, head = get(path)
            codes += [x['code'] for x in j['items']]
            path = head['Link'].split('>')[0][1:] if head.get('Link') else None
        t.ok(len(codes) == len(set(codes)) == total[figure], '%s: so many dossiers behind it' % figure,
             (total[figure], len(codes)))
        s, body, _ = ask('GET', lists + figure + '&format=csv')
        t.eq([x.split(',')[0] for x in body.split('\r\n')[1:-1]], codes, '%s: the file lists the same' % figure)
    agencies = psql('SELECT competent FROM motcua.figure_dossier UNION SELECT receiving FROM motcua.figure_dossier ORDER BY 1').split()
    codes = psql('SELECT DISTINCT procedure FROM motcua.figure_dossier ORDER BY 1').split()
    live = [(a, today + datetime.timedelta(1)) for a in (days[149], days[33], half[-1], half[0])]
    asked = list(pages.questions(dice, [int(x) for x in agencies], codes, periods + live * 5, datetime.datetime.utcnow() + recount.LOCAL, 25))
    told = psql('BEGIN ISOLATION LEVEL REPEATABLE READ;' + pages.FUNCTIONS + ''.join(asked) + 'ROLLBACK;').split('\n')[:-1]
    bad = [(x, q) for x, q in zip(told, asked) if not x.isdigit()]
    t.ok(len(told) == len(asked) > 50 and not bad, 'page by page the very dossiers that are counted, while others arrive; by cells as many', bad[:3])
    for of in ('paged', 'newest', 'counted'):
        t.ok(sum(x > '0' for x, q in zip(told, asked) if of in q) > 4, '%s: not all lists were empty' % of, told)
    want = {ids[str(d.id)] for d in dossiers if d.in_work(since, until) and d.cls(until, 'basis') == 'resolved_late'}
    got = {x['code'] for x in get(lists + 'resolved_late&limit=200')[0]['items']}
    t.eq(got, want, 'what came late are the very dossiers')

    # ---- the topics: every figure of each, on any period, by agency, procedure and officer, and the items behind it
    said = get('/v1/figures/definitions?topic=all')[0]
    names = {x['name']: x['topic'] for x in said['figures'] + said['rates']}
    told = {x['topic'] for x in get('/v1/figures/definitions')[0]['topics']} - {'dossiers'}
    seen = {}
    for a, b in periods[:14] + [(days[120], today + datetime.timedelta(1))]:
        since, until = recount.micros(a), min(recount.micros(b), now)
        want = recount.topics(dossiers, since, until)
        for topic in told:
            got = get('/v1/figures/topics/%s?from=%s&to=%s&as_of=%s' % (topic, a.date(), b.date(), moment(until)))[0]['total']
            bad = recount.topic_differences(got, want)
            t.ok(not bad, '%s, %s to %s: as recounted' % (topic, a.date(), b.date()), bad)
            for k, v in got.items():
                if k in names:
                    seen[k] = seen.get(k, 0) + (v if isinstance(v, int) else v['n'])
    t.eq(set(seen), {k for k, v in names.items() if v != 'dossiers'}, 'every figure and rate was asked for')
    t.ok(sum(1 for v in seen.values() if v) >= 15, 'most were more than nought', sorted(k for k, v in seen.items() if not v))
    q = '?from=%s&to=%s&as_of=%s' % (days[120].date(), (today + datetime.timedelta(1)).date(), moment(now))
    since = recount.micros(days[120])
    # what is of one period only, so that months add up to the whole
    FLOWS = {'intake': ('intake_in_time', 'intake_returned'), 'supplements': ('supp_asked', 'rate_supp_outside'), 'consultations': ('consult_late',),
             'apologies': ('apologies', 'rate_apologies_late'), 'fees': ('fee_paid', 'received_amount', 'refunds'), 'results': ('results_new', 'results_posted'),
             'papers': ('papers_in_time',), 'reception': ('taken_in', 'rate_taken_in_online')}
    crossings = 0
    for topic in sorted(told):
        sums = get('/v1/figures/topics/%s%s' % (topic, q))[0]['total']
        for by in ('agency', 'procedure', 'officer', 'channel', 'receiving', 'applicant'):
            items = get('/v1/figures/topics/%s%s&by=%s' % (topic, q, by))[0]['items']
            bad = [k for k, v in sums.items() if isinstance(v, int) and sum(x[k] for x in items) != v]
            t.ok(not bad, '%s by %s: the rows add up' % (topic, by), bad)
            if by == 'procedure':
                bad = []
                for x in items:
                    want = recount.topics(dossiers, since, now, lambda d, i: d.procedure == x['key'])
                    bad += ['%s %s' % (x['key'], d) for d in recount.topic_differences(x, want)]
                t.ok(not bad, '%s by procedure: each row as recounted' % topic, bad)
            if by == 'officer':
                bad = []
                for x in items:
                    want = recount.topics(dossiers, since, now, lambda d, i: i['officer'] == int(x['key']))
                    bad += ['%s %s' % (x['key'], d) for d in recount.topic_differences(x, want)]
                t.ok(not bad, '%s by officer: each row as recounted' % topic, bad)
        by, across = dice.sample(plain + ('competent',), 2)
        alone = {d: {x['key']: x for x in get('/v1/figures/topics/%s%s&by=%s' % (topic, q, d))[0]['items']} for d in (by, across, 'month')}
        for figure in dice.sample([k for k, v in sums.items() if k in names and (v if isinstance(v, int) else v['of'])], 3):
            j = get('/v1/figures/cross%s&by=%s&across=%s&figure=%s' % (q, by, across, figure))[0]
            keys, items = crossed(j, figure, by, across, alone, sums), j['items']
            at = [(x, i) for x in items for i in range(len(keys))] if not figure.startswith('rate') else []
            for x, i in dice.sample(at, min(2, len(at))):
                r = get('/v1/figures/topics/%s/items%s&limit=200&figure=%s&by=%s&key=%s&across=%s&across_key=%s' % (
                    topic, q, figure, by, x['key'], across, keys[i]))[0]['items']
                crossings += x['cells'][i]['n'] > 0
                t.eq(sum(k['amount'] for k in r) if figure.endswith('amount') else len(r), x['cells'][i]['n'],
                     '%s, %s and %s: so many behind the cell' % (figure, x['key'], keys[i]))
        for figure in FLOWS[topic]:
            crossed(get('/v1/figures/cross%s&by=month&across=%s&figure=%s' % (q, across, figure))[0], figure, 'month', across, alone, sums)
        for figure, v in sums.items():
            if not isinstance(v, int):
                continue
            codes, path, money = 0, '/v1/figures/topics/%s/items%s&figure=%s&limit=17' % (topic, q, figure), 0
            while path:
                j, _, head = get(path)
                codes, money = codes + len(j['items']), money + sum(x['amount'] for x in j['items'])
                path = head['Link'].split('>')[0][1:] if head.get('Link') else None
            t.eq(money if figure.endswith('amount') else codes, v, '%s: so many items behind it' % figure)
    t.ok(crossings > 5, 'some of the cells held items', crossings)
    for figure in ('intake_overdue', 'supp_waiting', 'digitised', 'fee_total', 'rate_results_left_long'):
        j = get('/v1/figures/cross%s&by=month&across=channel&figure=%s' % (q, figure))[0]
        t.eq(j['adds_up'], False, '%s: what is told of a moment, or may come later, is no sum over months' % figure)
    t.eq(psql("SELECT count(*) FROM motcua.figure_item WHERE closed < opened OR place = 0"), '0\n', 'no item ends before it begins')

    # ---- the forms
    for form in ('ii06a', 'ii06b'):
        lines = get('/v1/reports/%s?from=%s&to=%s' % (form, days[120].date(), today.date()))[0]['items']
        c = [[x['c%d' % i] for i in range(1, 12)] for x in lines]
        t.ok(all(r[0] == r[1] + r[2] + r[3] == r[4] + r[8] and r[4] == r[5] + r[6] + r[7] and r[8] == r[9] + r[10]
                 for r in c), '%s: the identities of the form hold in every line' % form, c)
        one = [r for r, x in zip(c, lines) if x['kind'] in ('procedure', 'agency')]
        t.eq([sum(x) for x in zip(*one)], c[-1], '%s: the lines add up to the total' % form)
        heads = [r for r, x in zip(c, lines) if x['kind'] == 'level']
        t.eq([sum(x) for x in zip(*heads)], c[-1], '%s: so do the levels' % form)
        t.eq(c[-1][0], total['total'], '%s: and it is the total of the figures' % form)

    # ---- where the time of late dossiers went
    j = get('/v1/figures/steps?from=%s&to=%s' % (days[120].date(), today.date()))[0]
    t.eq((j['counted'], j['of']), (total['resolved'],) * 2, 'steps are told of all that was resolved')
    t.eq(get('/v1/figures/steps?newest=1&from=%s&to=%s' % (days[120].date(), today.date()))[0], j, 'a quick look at the newest is the same of so few')
    t.eq(j['late']['n'] <= total['resolved_late'], True, 'no more are late by working time than by the clock')
    s = j['split']
    t.eq(sum(s.values()), j['time']['minutes'], 'steps, applicant, excluded time and the rest are the whole time')
    t.eq(sum(x['minutes'] for x in j['by_agency']), s['steps'], 'agencies share the time of steps')
    t.ok(s['other'] >= 0 and s['steps'] > 0, 'most of it lies in steps', s)
    q = '?from=%s&to=%s' % (days[120].date(), today.date())
    late, path = [], '/v1/figures/late%s&limit=7' % q
    while path:
        j, _, head = get(path)
        late += j['items']
        path = head['Link'].split('>')[0][1:] if head.get('Link') else None
    want = {ids[str(d.id)]: d for d in dossiers if d.finished is not None and recount.micros(days[120]) <= d.finished < recount.micros(today)
            and d.cls(recount.micros(today), 'basis') == 'resolved_late'}
    t.ok(len(late) == j['of'] == total['resolved_late'] and {x['code'] for x in late} == set(want), 'each late dossier once, page by page',
         (len(late), j['of'], total['resolved_late']))
    t.eq([x['finished'] for x in late], sorted((x['finished'] for x in late), reverse=True), 'the newest first')
    bad = [x['code'] for x in late if x['minutes'] != sum(k['minutes'] for k in x['steps']) + x['applicant'] + x['excluded'] + x['other']
           or x['other'] < 0 or not all(k['title'] and k['agency'] and k['officer_name'] for k in x['steps'])
           or any(k['beyond_minutes'] != max(0, k['minutes'] - k['norm_minutes']) for k in x['steps'] if k['norm_minutes'] is not None)]
    t.ok(late and not bad, 'its time is that of steps with agency and officer, of the applicant, of exclusions and the rest', bad)
    bad = [x['code'] for x in late if (x['applicant'] > 0) > bool(want[x['code']].standing)]
    t.eq(bad, [], 'nobody was awaited where no clock ever stood still')
    j = get('/v1/figures/steps%s&late=1' % q)[0]
    t.eq({k: sum(x[k] for x in late) for k in ('applicant', 'excluded', 'other')} | {'steps': sum(k['minutes'] for x in late for k in x['steps'])},
         j['split'], 'together they are what is told of all that came late')
    t.eq({x['agency']: x['beyond_minutes'] for x in j['by_agency']},
         {a: sum(k['beyond_minutes'] for x in late for k in x['steps'] if k['agency'] == a) for a in {k['agency'] for x in late for k in x['steps']}},
         'so are the agencies')
    j = get('/v1/figures/late%s&agency=%s' % (q, late[0]['agency']))[0]
    t.eq([x['code'] for x in j['items']], [x['code'] for x in late if x['agency'] == late[0]['agency']][:50], 'of one agency')
    rows = list(csv.DictReader(io.StringIO(ask('GET', '/v1/figures/late%s&format=csv' % q)[1].lstrip('\ufeff'))))
    t.eq([(x['Mã hồ sơ'], x['Bước'], x['Ở bước (phút làm việc)']) for x in rows],
         [(x['code'], k['title'], str(k['minutes'])) for x in late for k in x['steps']], 'as a file: a row for each step of each')
    t.eq([sum(int(x[c] or 0) for x in rows) for c in ('Quá hạn (phút làm việc)', 'Chờ người nộp')],
         [sum(x[k] for x in late) for k in ('late_minutes', 'applicant')], 'its columns add up')
    paper = subprocess.run(['pdftotext', '-', '-'], input=ask('GET', '/v1/figures/late%s&format=pdf' % q, raw=True)[1], stdout=subprocess.PIPE, check=True).stdout.decode()
    t.eq({x['code']: paper.count(x['code']) for x in late}, {x['code']: 1 + len(x['steps']) for x in late}, 'on paper each is told once, then with each of its steps')

    # ---- steps, late ones, reasons and marks by what figures are filtered by: as the figures say, the parts are the whole
    whole = {x: get('/v1/figures/%s%s' % (x, q))[0] for x in ('steps', 'reasons')}
    index = '/v1/indices/tt01-2018%s' % q
    marked = get(index)[0]
    t.eq((marked['counted'], marked['of']), (total['resolved'],) * 2, 'all that was resolved is marked')

    def mark_sums(j):
        got = {}
        for c in (c for x in j['items'] for c in x['components']):
            for m in c['marks']:
                got[c['component'], m['points']] = got.get((c['component'], m['points']), 0) + m['n']
        return got

    leaves = {x['key'] for x in get('/v1/figures%s&by=receiving' % q)[0]['items']} | {
        x['key'] for x in get('/v1/figures/topics/intake%s&by=receiving' % q)[0]['items']}
    people = {x['key'] for at in ('', '/topics/supplements', '/topics/apologies', '/topics/intake', '/topics/reception') for x in
              get('/v1/figures%s%s&by=officer' % (at, q))[0]['items']}
    people |= set(re.findall(r'\d+', psql('SELECT DISTINCT actor FROM motcua.dossier_event')))
    for dim, keys in (('channel', ('counter', 'online', 'post')), ('applicant', ('citizen', 'enterprise', 'state', 'other')),
                      ('receiving', sorted(leaves)), ('officer', sorted(people))):
        known = [k for k in keys if not get('/v1/figures%s&%s=%s' % (q, dim, k))[0].get('status')]
        each = [(k, get('/v1/figures%s&%s=%s' % (q, dim, k))[0]['total']) for k in known]
        steps = [get('/v1/figures/steps%s&%s=%s' % (q, dim, k))[0] for k in known]
        t.eq([(x['counted'], x['of']) for x in steps], [(x['resolved'],) * 2 for _, x in each], 'steps by %s: as many as the figures say' % dim)
        if dim != 'receiving':  # which counts what lies under it, too
            t.eq(sum(x['time']['minutes'] for x in steps), whole['steps']['time']['minutes'], 'and together the whole time')
        behind = [get('/v1/figures/late%s&limit=200&%s=%s' % (q, dim, k))[0] for k in known]
        t.eq([x['of'] for x in behind], [x['resolved_late'] for _, x in each], 'late ones by %s: as many as the figures say' % dim)
        bad = [k for (k, x), b in zip(each, behind) if {i['code'] for i in b['items']} != {
            i['code'] for i in get('/v1/figures/dossiers%s&figure=resolved_late&limit=200&%s=%s' % (q, dim, k))[0]['items']}]
        t.eq(bad, [], 'and those of the list')
        parts = [get('%s&%s=%s' % (index, dim, k))[0] for k in known]
        t.eq([(x['counted'], x['of']) for x in parts], [(x['resolved'],) * 2 for _, x in each], 'marks by %s: as many as the figures say' % dim)
        if dim == 'receiving':
            continue
        got = {}
        for k in known:
            for x in get('/v1/figures/reasons%s&%s=%s' % (q, dim, k))[0]['items']:
                at = x['what'], x['procedure'], x['reason']
                got[at] = got.get(at, 0) + x['n']
        t.eq(got, {(x['what'], x['procedure'], x['reason']): x['n'] for x in whole['reasons']['items']}, 'reasons by %s: the parts are the whole' % dim)
        got = {}
        for x in parts:
            for k, n in mark_sums(x).items():
                got[k] = got.get(k, 0) + n
        t.eq({k: n for k, n in got.items() if n}, {k: n for k, n in mark_sums(marked).items() if n}, 'and together the whole')

    # ---- the same bytes after a restart, and no number moves because time passes
    closed = ['/v1/figures?from=%s&to=%s&by=%s' % (days[120].date(), days[30].date(), by)
              for by in ('agency', 'procedure', 'month')] + \
        ['/v1/reports/ii06a?from=%s&to=%s' % (days[120].date(), days[30].date())]
    before = [get(x)[1] for x in closed]
    t.eq(stop(p), 0, 'the demonstration ends')
    p = start()
    t.ok([get(x)[1] for x in closed] == before, 'closed periods have the same bytes after a restart')
finally:
    code = stop(p) if p.poll() is None else p.returncode
    if 'RECOUNT_VAR' not in os.environ:
        shutil.rmtree(base, ignore_errors=True)
t.end()
