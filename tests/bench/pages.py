"""A walk through the pages behind numbers: every figure, by what the screen filters by, one or two at once, first and second page.
Told are how many pages were asked for and the slowest of them, beside plain SQL for that very page."""
import re

from world import TOP

CLASSES = {'COUNTED': 63, 'RESOLVED': 7, 'EARLY': 1, 'ON_TIME': 2, 'LATE': 4, 'PENDING': 56, 'WITHIN': 8, 'OVERDUE': 16, 'WAITING': 32,
           'ENDED': 64, 'ANY': 255}
CHANNELS = {'ANY': 15, 'ONLINE': 2, 'OTHER': 5, 'POST': 4}
# by, its rows, procedures, channel, receiving units, kind of applicant; what figures.sql fills in
AGENCY, PROCEDURE, POST, STATE = "1, '{2500}'", "2, '{8.000003}'", "4, '{2}'", "6, '{state}'"
NONE = 'NULL, -1, NULL, NULL'
FILTERS = {'none': ('0, NULL', NONE), 'agency': (AGENCY, NONE), 'procedure': (PROCEDURE, NONE), 'rare procedure': ("2, '{8.000149}'", NONE),
           'post': (POST, NONE), 'state': (STATE, NONE), 'receiving unit': ("5, '{2511}'", NONE),
           'agency, post': (AGENCY, 'NULL, 2, NULL, NULL'), 'agency, state': (AGENCY, "NULL, -1, NULL, 'state'"),
           'agency, procedure': (AGENCY, "'{8.000003}', -1, NULL, NULL"), 'procedure, post': (PROCEDURE, 'NULL, 2, NULL, NULL'),
           'procedure, state': (PROCEDURE, "NULL, -1, NULL, 'state'"), 'state, post': (STATE, 'NULL, 2, NULL, NULL'),
           'receiving unit, state': ("5, '{2511}'", "NULL, -1, NULL, 'state'")}
PLAIN = """SELECT x.dossier FROM (SELECT w.* FROM motcua.figure_work({a}, {b}, 1, {o}, {p}, {y}) w
     UNION ALL SELECT f.* FROM motcua.figure_first({a}, {b}, {o}, {y}) f) x WHERE (x.facts >= 1 << 30) = {first}
       AND (1 << (x.facts & 7)) & {classes} <> 0 AND x.facts & {needs} = {needs} AND x.facts & {without} = 0
       AND (1 << x.channel) & {channels} <> 0 AND {where} ORDER BY x.dossier"""


def definitions():
    """Name, first submissions?, classes, needs, without, channels of every figure, as common/ has them."""
    facts = dict((n, 1 << int(b)) for n, b in re.findall(r'#define (FACT_\w+)\s+\(1 << (\d+)\)',
                                                         open(TOP + '/common/figures/facts.h', encoding='utf-8').read()))
    bits = lambda text: sum(facts[x.strip()] for x in text.split('|') if x.strip() != '0')  # noqa: E731
    for name, stream, classes, needs, without, channels in re.findall(
            r'^F\(\w+, "(\w+)", (WORK|FIRST), (\w+), ([^,]+), ([^,]+), (\w+),', open(
                TOP + '/common/figures/figures.def', encoding='utf-8').read(), re.M):
        first = stream == 'FIRST'
        yield name, first, CLASSES[classes], bits(needs), bits(without), CHANNELS[channels]


def condition(by, rest):
    """The same filter in plain SQL."""
    key = {'1': 'x.place::text', '2': 'x.procedure', '4': 'x.channel::text', '5': 'x.receiving::text', '6': 'x.applicant'}
    column, rows = by.split(', ')
    procedures, channel, _, applicant = rest.split(', ')
    parts = ['%s = ANY (%s)' % (key[column], rows)] if column != '0' else []
    parts += ['x.procedure = ANY (%s)' % procedures] * (procedures != 'NULL') + ['x.channel = %s' % channel] * (channel != '-1')
    return ' AND '.join(parts + ['x.applicant = %s' % applicant] * (applicant != 'NULL')) or 'true'


def walk(s, args, period, row):
    """All pages of a period; the slowest as a row of the bench.  Of each the better of two, if it is not fast at once."""
    worst, asked = None, 0
    for name, first, *bits in definitions():
        for filtered, (by, rest) in FILTERS.items():
            after = 0
            for page in (1, 2):
                call = 'SELECT dossier, cursor FROM motcua.figure_page({a}, {b}, 1, {o}, {p}, {y}, %s, %s, %s, %s, %d, 50)' % (
                    by, rest, str(first).lower(), ', '.join(map(str, bits)), after)
                call = call.replace("'{", "'{{").replace("}'", "}}'").format(**args)
                rows, ms = s.quickest(call)
                asked += 1
                if worst is None or ms > worst[0]:
                    worst = (ms, '%s, %s%s' % (name, filtered, ', page 2' * (page - 1)), call, (by, rest, first, bits), len(rows), after)
                if len(rows) < 50:
                    break
                after = int(rows[-1].split('|')[1])
    _, name, call, (by, rest, first, (classes, needs, without, channels)), n, after = worst
    plain = PLAIN.format(first=str(first).lower(), classes=classes, needs=needs, without=without, channels=channels,
                         where=condition(by, rest), **args)
    out = row(s, 'page, the slowest of %d: %s' % (asked, name), call, plain, period)
    left = out.pop('plain_rows')
    out['same'] = n == min(50, left if after == 0 else max(0, left - 50))
    return out
