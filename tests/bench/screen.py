"""The first screen of supervisors as their browser asks for it: four questions at once over HTTP, until the last is answered."""
import datetime
import http.client
import re
import statistics
import threading
import time

import world

TILES = 'received,resolved,resolved_early,resolved_on_time,pending,pending_overdue,first_decided,valid_first,rate_on_time,rate_valid_first'
LOOKS = 16
PROCEDURES = 150  # 8.000001 and on, as figures.sql fills them: the eight steps of 1.005416


def offered(today):
    """The periods that the screen offers: name, first day, the day after the last, what a point of its line is."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    before = (month - datetime.timedelta(1)).replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return [('this month', month, (month + datetime.timedelta(31)).replace(day=1), 'week'), ('the month before', before, month, 'week'),
            ('this quarter', quarter, (quarter + datetime.timedelta(92)).replace(day=1), 'month'),
            ('this year', year, year.replace(year=year.year + 1), 'month'), ('the year before', year.replace(year=year.year - 1), year, 'month')]


def questions(since, until, by):
    period = 'from=%s&to=%s' % (since, until)
    return ['/v1/figures?%s&by=%s&figures=rate_on_time' % (period, by), '/v1/figures?%s&by=total&compare=1&figures=%s' % (period, TILES),
            '/v1/figures?%s&by=procedure&figures=asked_for_papers' % period, '/v1/figures/steps?%s&newest=1' % period]


def look(port, who, paths):
    """Milliseconds until each question is answered; every answer in full."""
    ms = [None] * len(paths)
    begin = time.monotonic()

    def ask(i):
        c = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        c.request('GET', paths[i], headers={'Cookie': who.cookie()})
        r = c.getresponse()
        if r.status == 200 and r.read():
            ms[i] = (time.monotonic() - begin) * 1000
        c.close()
    asked = [threading.Thread(target=ask, args=(i,)) for i in range(len(paths))]
    for t in asked:
        t.start()
    for t in asked:
        t.join()
    if None in ms:
        raise RuntimeError('not answered: %s' % paths[ms.index(None)])
    return ms


def procedures(db):
    """Published as the others: 1.005416 under other codes."""
    text = open(world.TOP + '/config/procedures/1.005416.yaml', encoding='utf-8').read()
    sql = ''
    for n in range(1, PROCEDURES + 1):
        code = '8.%06d' % n
        sql += world.procedure_sql(code, re.sub(r'^procedure: .*', 'procedure: "%s"' % code, text, 1, re.M))
    assert {r[0] for r in db.sql(sql, 'motcua_app')} == {'published'}


def measure(db, work):
    """The median of some looks at each period, after one that warms; in turns, as nobody looks at one period only."""
    text, _ = world.organisation(100)
    world.publish(db, text)
    procedures(db)
    who = world.onlooker(db)
    daemon = world.Daemon(db, work)
    out = []
    try:
        asked = offered((datetime.datetime.utcnow() + datetime.timedelta(hours=7)).date())
        got = {x[0]: [] for x in asked}
        for n in range(LOOKS + 1):
            for name, *period in asked:
                ms = look(daemon.port, who, questions(*period))
                got[name] += [ms] if n > 0 else []
        for name, *_ in asked:
            whole = [max(ms) for ms in got[name]]
            out.append({'period': name, 'ms': statistics.median(whole), 'best': min(whole), 'worst': max(whole),
                        'each': [statistics.median(x) for x in zip(*got[name])]})
    finally:
        daemon.stop()
    return out
