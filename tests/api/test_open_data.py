"""Open data: figures without anything of persons; rows of fewer than five dossiers stand together in one that is itself of no
fewer, so that nothing follows from the total; a dictionary of every column."""
import csv
import datetime
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
OPEN = '/v1/open-data/figures'


def take(n, first=0):
    for i in range(n):
        r = lan.post('/v1/dossiers', intake())
        if r.status != 201:
            raise RuntimeError(r)


def spread(*counts):
    """So many dossiers of each of these procedures (moved by hand: only the narrow rows are counted)."""
    at = 0
    office.psql('SELECT motcua.figure_catch_up(1000)')
    for i, n in enumerate(counts):
        office.psql("UPDATE motcua.figure_dossier SET procedure = '1.00000%d' WHERE dossier IN (SELECT dossier FROM "
                    "motcua.figure_dossier ORDER BY dossier OFFSET %d LIMIT %d)" % (i, at, n))
        at += n


def rows():
    return {x['key']: x for x in sup.get(OPEN + '?by=procedure').json['items']}


take(3)
x = sup.get(OPEN).json
t.eq([(r['key'], r['received']) for r in x['items']], [('other', 0)], 'three in all: nothing is told')
take(14)
spread(9, 6, 2)
x = rows()
t.eq({k: v['received'] for k, v in x.items()}, {'1.000000': 9, 'other': 8}, 'two alone are put with the next smallest')
t.eq(sum(v['received'] for v in x.values()), 17, 'and the sum stands')
spread(9, 4, 4)
t.eq({k: v['received'] for k, v in rows().items()}, {'1.000000': 9, 'other': 8}, 'two small rows that together are enough')
spread(6, 6, 5)
x = rows()
t.eq({k: v['received'] for k, v in x.items()}, {'1.000000': 6, '1.000001': 6, '1.000002': 5}, 'five is enough')
t.ok(all(v['total'] == v['received_online'] + v['received_other'] + v['carried'] for v in x.values()), 'identities hold')

# ---- the dictionary names every column, in both languages; nothing of persons
x = sup.get(OPEN + '?by=agency').json
t.eq([c['name'] for c in x['dictionary']], list(x['items'][0]), 'every column is in the dictionary, in its order')
t.ok(all(c[k] for c in x['dictionary'] for k in ('title', 'title_en', 'about', 'about_en')), 'with words in both languages')
t.ok(not any(c['name'] in ('officer', 'login', 'applicant', 'code') for c in x['dictionary']), 'no column of a person')
for by in ('officer', 'applicant', 'receiving', 'day'):
    t.eq(sup.get(OPEN + '?by=' + by).status, 400, 'not by ' + by)
text = sup.get(OPEN + '?by=procedure').text
t.ok('Ngô Quyền' not in text and 'H24.21.07' not in text, 'no name, no number of an applicant')

# ---- as a file
r = sup.get(OPEN + '?by=procedure&format=csv')
table = list(csv.reader(io.StringIO(r.data[3:].decode()), strict=True))
t.eq(table[0], [c['name'] for c in x['dictionary']], 'CSV has the same columns')
t.eq([x[0] for x in table[1:]], ['1.000000', '1.000001', '1.000002'], 'and rows')
t.ok('du-lieu-mo_procedure_' in r.headers['Content-Disposition'], 'named', r.headers)
t.eq(lan.get(OPEN).status, 403, 'given out by those who see figures')
office.end(t)
