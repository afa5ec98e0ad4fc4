"""Topics and indices are frozen as the forms are: the same bytes after a restart, another setting and a real upgrade of the
schema; a new version when something was done since; the verbs tell and freeze them."""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
YEAR_NOW = office_day().year
office = Office(reports__settled=0)
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
YEAR = {'from': '%d-01-01' % YEAR_NOW, 'to': '%d-01-01' % (YEAR_NOW + 1)}
DAYS = ('--from', YEAR['from'], '--to', YEAR['to'])
FROZEN = '/v1/reports/frozen'


def freeze(**question):
    time.sleep(1.1)  # what was done a second ago is history
    return sup.post(FROZEN, {'question': dict(YEAR, **question)})


def verb(*args):
    p = subprocess.run([MOTCUAD, '--lang', 'en', 'report', *args, *office.flags()], cwd=TOP, env=ENV, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode()


codes = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(3)]
ASKED = {'reception': dict(report='topic', topic='reception', by='receiving'), 'results': dict(report='topic', topic='results'),
         'index': dict(report='index', index='tt01-2018'), 'figures': dict(report='figures', by='procedure'),
         'cross table': dict(report='cross', by='procedure', across='channel', figure='rate_on_time'),
         'cross table of a topic': dict(report='cross', by='receiving', across='month', figure='taken_in')}
first = {}
for name, question in ASKED.items():
    r = freeze(**question)
    t.ok(r.status == 200 and r.json['version'] == 1, name + ' is frozen', r)
    first[name] = dict(r.json, bytes=sup.get('%s/%d/bytes' % (FROZEN, r.json['report'])).data)
    t.eq(hashlib.sha256(first[name]['bytes']).hexdigest(), r.json['digest'], 'the digest is of its bytes')
as_of = first['reception']['as_of'].replace('+', '%2B')
live = sup.get('/v1/figures/topics/reception?from=%(from)s&to=%(to)s&by=receiving' % YEAR + '&as_of=' + as_of).data
t.ok(live == first['reception']['bytes'], 'they are those of the call as of that instant', live[:300])
live = sup.get('/v1/indices/tt01-2018?from=%(from)s&to=%(to)s' % YEAR + '&as_of=' + first['index']['as_of'].replace('+', '%2B')).data
t.ok(live == first['index']['bytes'], 'those of an index, too', live[:300])
live = sup.get('/v1/figures/cross?from=%(from)s&to=%(to)s&by=receiving&across=month&figure=taken_in' % YEAR
               + '&as_of=' + first['cross table of a topic']['as_of'].replace('+', '%2B')).data
t.ok(live == first['cross table of a topic']['bytes'], 'and those of a cross table', live[:300])


def verified(what):
    for name, x in first.items():
        r = sup.get('%s/%d/verify' % (FROZEN, x['report']))
        t.ok(r.status == 200 and r.json['same'] is True and r.json['intact'] is True, '%s: the same bytes %s' % (name, what), r)


lan.act(codes[0], 'withdraw', {'note': 'Không còn nhu cầu', 'document': 'Đơn 01'})
lan.post('/v1/dossiers', intake())
verified('after further work')
office.settings['reports.uncollected_days'] = '1'
ranked = [freeze(report='index', index=x, uncollected=30).json for x in ('xep-hang', 'tt01-2018')]
office.settings['directories.indices'] = office.dir + '/indices'
shutil.copytree(TOP + '/config/indices', office.dir + '/indices')
with open(office.dir + '/indices/xep-hang.yaml', 'r+', encoding='utf-8') as f:
    other = f.read().replace('max: 30, share', 'max: 25, share').replace('max: 10, share: {of: [resolved_early]', 'max: 15, share: {of: [resolved_early]')
    f.seek(0)
    f.write(other)
with open(office.dir + '/indices/tt01-2018.yaml', 'a', encoding='utf-8') as f:
    f.write('# a remark\nvalid_to: 2099-12-31\n')
office.stop()
office.start()
verified('after a restart with another setting')
r = freeze(**ASKED['results'])
t.ok(r.json['series'] != first['results']['series'], 'other days after which a result lies long: another question', r)
again = [freeze(report='index', index=x, uncollected=30).json for x in ('xep-hang', 'tt01-2018')]
t.ok(again[0]['version'] == 2 and again[0]['changes']['rules'] is True, 'other weights of an index are named as what differs', again[0])
t.eq(again[1]['report'], ranked[1]['report'], 'one that ends, or has another remark, scores as it did')
lan.act(codes[1], 'withdraw', {'note': 'Không còn nhu cầu', 'document': 'Đơn 02'})
again = freeze(report='index', index='tt01-2018', uncollected=30).json
t.ok(again['version'] == ranked[1]['version'] + 1 and again['changes']['rules'] is False, 'nor is it named where others act', again)
r = freeze(**ASKED['reception'])
t.ok(r.json['version'] == 2 and r.json['changes']['cells'], 'run again: a new version with what differs', r)
r = freeze(**ASKED['cross table of a topic'])
moved = {(c['row'], c['cell']): (c['before'], c['after'], c['title']) for c in r.json['changes']['cells']}
month = office_day().strftime('%Y-%m')
t.eq({k: v[:2] for k, v in moved.items()},
     {(x, 'n'): (3, 4) for x in ('items/TTPVHCC/value', 'items/TTPVHCC/cells/' + month, 'total/value', 'total/cells/' + month)},
     'of a cross table: each cell by its row and column')
t.ok('TTPVHCC' not in moved['items/TTPVHCC/cells/' + month, 'n'][2] and '×' in moved['items/TTPVHCC/cells/' + month, 'n'][2], 'in words', moved)

# ---- a real upgrade: frozen by the functions that counted before, then the migrations that replace them
COUNTS, QUARTERS, WANT, CROSS, OPEN = (next(n for n in os.listdir(TOP + '/migrations') if n.endswith(e)) for e in (
    '_figure_counts.sql', '_figure_quarters.sql', '_figure_want.sql', '_figure_cross.sql', '_figure_open.sql'))


def text(name):
    with open('%s/migrations/%s' % (TOP, name), encoding='utf-8') as f:
        return f.read()


def function(file, name):
    made = re.search(r'CREATE FUNCTION motcua\.%s\(.*?\$\$;\n' % name, text(file), re.S).group(0)
    return made.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')


OLD = "SELECT md5(string_agg(prosrc, '' ORDER BY proname)) FROM pg_proc WHERE proname IN ('figure_told', 'figure_periods', " \
      "'figure_contribution', 'figure_counts')"
newer = office.psql(OLD)
# the statement of today, over the functions of then: it knew nothing of what is asked for
counts = re.search(r'CREATE FUNCTION motcua\.figure_counts\(.*?END \$\$;\n', text(COUNTS), re.S).group(0)
office.psql('SET ROLE motcua_owner; DROP FUNCTION motcua.figure_counts; DROP FUNCTION motcua.figure_told; '
            "DELETE FROM motcua.figure_cell WHERE procedure = ''; DELETE FROM motcua.figure_undo WHERE procedure = ''; "
            'DROP FUNCTION motcua.figure_periods; DROP FUNCTION motcua.figure_since; ' +
            ''.join('DELETE FROM motcua.%s WHERE span >= 2000000; UPDATE motcua.%s SET span = span - 1000000 WHERE span >= 1000000; '
                    % (cells, cells) for cells in ('figure_cell', 'figure_undo')) +
            ''.join(function('0031_figure_cells.sql', f) for f in ('figure_contribution', 'figure_periods', 'figure_told')) +
            counts.replace('p_cells integer)', 'p_cells integer, p_want integer)')
                  .replace('p_cells) r', 'CASE p_cells WHEN 3 THEN 1 ELSE p_cells END) r') +
            'GRANT EXECUTE ON FUNCTION motcua.figure_periods, motcua.figure_told, motcua.figure_counts TO motcua_app, motcua_report;')
t.ok(office.psql(OLD) != newer, 'counted as it was before')
for name, question in (('figures by the old functions', dict(report='figures', by='agency')),
                       ('II.06a by the old functions', dict(report='ii06a')), ('index by the old functions', dict(report='index', index='qd766'))):
    r = freeze(**question)
    first[name] = dict(r.json, bytes=sup.get('%s/%d/bytes' % (FROZEN, r.json['report'])).data)
office.stop()
made = re.findall(r'CREATE (INDEX|TRIGGER|FUNCTION) (?:motcua\.)?(\w+)', text(OPEN)) # comes with the last of them again
gone = ''.join('DROP %s %s; ' % (kind, name + ' ON motcua.figure_dossier' if kind == 'TRIGGER' else 'motcua.' + name)
               for kind, name in sorted(made, key=lambda m: m[0] != 'TRIGGER')) + 'DROP TABLE motcua.figure_open_cell; '
office.psql('BEGIN; SET LOCAL ROLE motcua_owner; DROP FUNCTION motcua.figure_counts; ' + gone +
            ''.join(text(n) for n in (COUNTS, QUARTERS, WANT, CROSS, OPEN)) +
            ' COMMIT')
later = sorted(n for n in os.listdir(TOP + '/migrations') if n > OPEN)
for name in ('figure_contribution', 'figure_periods', 'figure_counts', 'figure_told'):  # as the last migration of each has it
    last = [m for n in later for m in re.findall(r'CREATE OR REPLACE FUNCTION motcua\.%s\(.*?\$\$;\n' % name, text(n), re.S)][-1]
    office.psql('SET ROLE motcua_owner; ' + last)
days = next(n for n in later if n.endswith('_figure_days.sql'))
office.psql('SET ROLE motcua_owner; ' + re.search(r'^INSERT INTO motcua\.figure_cell .*?;\n', text(days), re.S | re.M).group(0))
t.eq(office.psql(OLD), newer, 'the migrations have replaced them')
office.start()
verified('after the upgrade')

# ---- the verbs
code, out = verb('topic', 'reception', *DAYS, '--by', 'receiving')
t.ok(code == 0 and '4  Taken in by the unit' in out, 'report topic', out)
code, out = verb('index', 'tt01-2018', *DAYS)
t.ok(code == 0 and 'Nine indicators' in out and 'rank' in out, 'report index', out)
t.eq(verb('topic', 'dossiers', *DAYS)[0], 2, 'a topic there is')
t.eq(verb('index', 'khong-co', *DAYS)[0], 1, 'an index there is')
code, out = verb('freeze', 'topic', '--topic', 'supplements', *DAYS, '--author', 'giang.giamsat')
t.ok(code == 0 and 'version 1' in out, 'report freeze topic', out)
code, out = verb('freeze', 'index', '--index', 'qd766', *DAYS, '--author', 'giang.giamsat')
t.ok(code == 0 and 'version 1' in out, 'report freeze index', out)
code, out = verb('verify', str(first['index']['report']))
t.ok(code == 0 and 'the same bytes' in out, 'report verify of an index', out)
code, out = verb('freeze', 'cross', '--figure', 'supp_asked', '--by', 'agency', '--across', 'channel', *DAYS, '--author', 'giang.giamsat')
t.ok(code == 0 and 'version 1' in out, 'report freeze cross', out)
t.eq([verb('freeze', 'cross', *DAYS, '--author', 'giang.giamsat', *more)[0] for more in (
    (), ('--figure', 'total', '--by', 'agency'), ('--figure', 'moon', '--by', 'agency', '--across', 'channel'))] +
     [verb('freeze', 'ii06a', *DAYS, '--author', 'giang.giamsat', '--across', 'channel')[0]], [2] * 4, 'without its figure or columns, or with another')
t.eq(verb('freeze', 'topic', *DAYS, '--author', 'giang.giamsat')[0], 2, 'a topic without its name')
t.eq(verb('freeze', 'ii06a', '--topic', 'fees', *DAYS, '--author', 'giang.giamsat')[0], 2, 'a form with one')

# ---- refused with place and cure
for q, at in ((dict(report='topic'), '/question/topic'), (dict(report='ii06a', topic='fees'), '/question/topic'),
              (dict(report='index'), '/question/index'), (dict(report='figures', index='qd766'), '/question/index'),
              (dict(report='topic', topic='moon'), '/question/topic'), (dict(report='cross', by='agency', across='channel'), '/question/figure'),
              (dict(report='cross', by='agency', across='channel', figure='moon'), '/question/figure'),
              (dict(report='cross', by='week', across='month', figure='total'), '/question/across'),
              (dict(report='cross', by='agency', across='officer', figure='total'), '/question/across'),
              (dict(report='figures', by='agency', across='channel'), '/question/across'),
              (dict(report='ii06a', figure='total'), '/question/figure')):
    r = sup.post(FROZEN, {'question': dict(YEAR, **q)})
    t.ok(r.status == 422 and at in [e['pointer'] for e in r.json['errors']], '%s: refused at its place' % at, r)
t.eq(freeze(report='index', index='khong-co').status, 404, 'an index that there is not')
office.end(t)
