"""Frozen reports: the same bytes after a restart, another calendar and further migrations; a new version with its difference
after late entries, supplements and further work, and what is behind each cell; a second person; nobody changes what was frozen."""
import datetime
import hashlib
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Office, Tap, intake, office_now, office_day  # noqa: E402

t = Tap()
office = Office(reports__settled=0)
lan, sup, binh = office.client('lan.tiepnhan'), office.client('giang.giamsat'), office.client('binh.stc')
TODAY = office_day()
YEAR = {'from': '%d-01-01' % TODAY.year, 'to': '%d-01-01' % (TODAY.year + 1)}
FROZEN = '/v1/reports/frozen'


def settle():
    """What was done a second ago is history."""
    time.sleep(1.1)


def freeze(who=sup, remark=None, as_of=None, **question):
    body = {'question': dict(dict(YEAR, report='ii06a'), **question)}
    body.update({k: v for k, v in (('remark', remark), ('as_of', as_of)) if v})
    return who.post(FROZEN, body)


codes = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(3)]
settle()

# ---- freezing keeps the very bytes that the call gives
r = freeze(remark='Báo cáo năm')
t.ok(r.status == 200 and r.json['version'] == 1 and r.json['same'] is False and r.json['changes'] is None, 'a first version', r)
first = r.json
one = sup.get('%s/%d' % (FROZEN, first['report'])).json
body = sup.get('%s/%d/bytes' % (FROZEN, first['report'])).data
t.eq(hashlib.sha256(body).hexdigest(), first['digest'], 'the digest is of the bytes')
live = sup.get('/v1/reports/ii06a?from=%(from)s&to=%(to)s' % YEAR + '&as_of=' + one['as_of'].replace('+', '%2B')).data
t.ok(body == live, 'they are those of the report as of that instant', live[:200])
t.eq((one['state'], one['remark'], one['author_name'], one['question']['report']),
     ('waiting', 'Báo cáo năm', sup.get('/v1/session').json['name'], 'ii06a'), 'who, what and why')
t.eq(one['answer']['items'][-1]['c1'], 3, 'three are in the work')
r = freeze()
t.ok(r.json['same'] is True and r.json['report'] == first['report'], 'frozen again without a difference: the same version', r)
t.eq(sup.get(FROZEN + '?report=ii06a').json['items'][0]['id'], first['report'], 'it is in the list')

# ---- identities hold in what was frozen
bad = [x for x in one['answer']['items']
       if x['c1'] != x['c2'] + x['c3'] + x['c4'] or x['c1'] != x['c5'] + x['c9'] or x['c5'] != x['c6'] + x['c7'] + x['c8']
       or x['c9'] != x['c10'] + x['c11']]
t.eq(bad, [], 'every line adds up')

# ---- nobody changes it, the owner of the tables included
for sql in ("UPDATE motcua.frozen_report SET body = '{}'", 'DELETE FROM motcua.frozen_report', 'TRUNCATE motcua.frozen_report CASCADE'):
    p = subprocess.run(['psql', '-qXAt', '-c', sql, office.conninfo], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    t.ok(p.returncode != 0 and b'append-only' in p.stdout.lower() or p.returncode != 0, sql.split()[0] + ' is refused', p.stdout)

# ---- a second person
r = sup.post('%s/%d/approve' % (FROZEN, first['report']), {})
t.ok(r.status == 403, 'not the one who froze it', r)
son = office.client('son.giamdoc')
r = son.post('%s/%d/approve' % (FROZEN, first['report']), {})
t.eq(r.status, 404, 'nor one who may not see the whole')
mine = freeze(who=binh).json
t.ok(mine['series'] != first['series'], 'a department freezes its own figures')
t.eq(binh.get('%s/%d' % (FROZEN, mine['report'])).json['scope'], 'STC', 'and they are named as such')
r = sup.post('%s/%d/approve' % (FROZEN, mine['report']), {'remark': 'Đúng với sổ'})
t.eq(r.status, 204, 'another one agrees')
x = binh.get('%s/%d' % (FROZEN, mine['report'])).json
t.eq((x['state'], x['said'], x['decider']), ('published', 'Đúng với sổ', sup.get('/v1/session').json['user']), 'it is published')
t.eq(sup.post('%s/%d/approve' % (FROZEN, mine['report']), {}).status, 204, 'said again: fine')
t.eq(sup.post('%s/%d/decline' % (FROZEN, mine['report']), {}).status, 409, 'decided once for all')
t.eq(lan.get(FROZEN).status, 403, 'a counter sees none')
t.eq([x['scope'] for x in binh.get(FROZEN).json['items']], ['STC'], 'a department sees its own')
t.eq(binh.get('%s/%d' % (FROZEN, first['report'])).status, 404, 'and not those of the whole')

# ---- work goes on, then the same instant is asked again: a restart and another calendar change nothing
claimed = (office_now() - datetime.timedelta(days=3)).strftime('%Y-%m-%dT08:00:00+07:00')
r = lan.post('/v1/dossiers', intake(claimed=claimed, document='BB 02/2026 mất điện',
                                    applicant={'kind': 'citizen', 'name': 'Phạm Thị Muộn', 'id_type': 'cccd',
                                               'id_number': '031099000077', 'phone': '0912345678'}))
t.eq(r.status, 201, 'entered late')
late = r.json['code']
d = lan.get('/v1/dossiers/' + late).json
thu = office.client('son.giamdoc')
r = thu.act(late, 'answer', {'task': [x for x in d['tasks'] if x.get('owes')][0]['task'], 'outcome': 'agree'})
t.eq(r.status, 200, 'the head agrees')
r = lan.act(codes[0], 'withdraw', {'note': 'Không còn nhu cầu', 'document': 'Đơn 01'})
t.eq(r.status, 200, 'another one is withdrawn')
settle()


def verified(what):
    x = sup.get('%s/%d/verify' % (FROZEN, first['report']))
    t.ok(x.status == 200 and x.json['same'] is True and x.json['intact'] is True and x.json['digest'] == first['digest'],
         'the same bytes ' + what, x)


verified('after further work')
days = office.dir + '/calendars'
os.makedirs(days)
for name in os.listdir(TOP + '/config/calendars'):
    if name.endswith('.yaml'):
        text = open(TOP + '/config/calendars/' + name, encoding='utf-8').read()
        with open(days + '/' + name, 'w', encoding='utf-8') as f:
            f.write(text.replace('17:00', '16:30'))
config = open(office.file).read()
office.write('motcua.yaml', config.replace(TOP + '/config/calendars', days), 0o644)
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
verified('under another calendar')
office.stop()
office.start()
verified('after a restart')
office.psql('SET ROLE motcua_owner; DROP INDEX motcua.figure_long; CREATE INDEX figure_long ON motcua.figure_dossier (closed) '
            "WHERE accepted IS NOT NULL AND closed - accepted > interval '60 days'")
verified('after the tables were rebuilt')
t.eq(sup.get('%s/%d/bytes' % (FROZEN, first['report'])).data, body, 'and the stored ones are as they were')

# ---- run again as known now: a new version that says what differs and why
r = sup.post('%s/%d/again' % (FROZEN, first['report']), {'remark': 'Sau nhập bù'})
t.ok(r.status == 200 and r.json['version'] == 2 and r.json['series'] == first['series'] and not r.json['same'], 'a second version', r)
x = r.json['changes']
cells = {(c['row'].split('/')[-1], c['cell']): (c['before'], c['after']) for c in x['cells']}
total = [k for k in cells if k[0] == 'total']
t.eq((cells.get(('total', 'c1')), cells.get(('total', 'ended_other'))), (None, (0, 1)),
     'one more came and one ended otherwise: the sum stands, the line beside moved')
t.eq(x['cells_n'], len(x['cells']), 'every cell is told')
behind = {d['code']: d for d in x['dossiers']}
t.eq(sorted(behind), sorted([late, codes[0]]), 'two dossiers are behind it')
t.eq((behind[late]['cause'], behind[codes[0]]['cause']), ('late_entry', 'act'), 'a late entry, and an act')
t.ok('ended_other' in behind[codes[0]]['joined'] and 'pending' in behind[codes[0]]['left'], 'which figures each left and joined',
     behind[codes[0]])
t.ok('WITHDRAWN' in [e['kind'] for e in behind[codes[0]]['events']], 'by which event', behind[codes[0]])
t.eq([e['title'] for e in behind[codes[0]]['events'] if e['kind'] == 'WITHDRAWN'], ['Rút hồ sơ'], 'named as people know it')
t.ok(any(e['kind'] == 'LATE_ENTRY' for e in behind[late]['events']), 'the late entry names its event', behind[late])
t.ok(any(c['kind'] == 'calendar' for c in x['texts']), 'what was published meanwhile is named', x['texts'])
t.ok(not x['rules'] and not x['engine'], 'the rules of counting are the same')
t.eq(sup.get('%s/%d/changes' % (FROZEN, r.json['report'])).json['changes'], x, 'it is kept with the version')
t.eq(len(sup.get('%s?series=%d' % (FROZEN, first['series'])).json['items']), 2, 'both versions are there')
t.eq([i['version'] for i in sup.get(FROZEN + '?newest=1&report=ii06a').json['items'] if i['series'] == first['series']], [2],
     'the newest alone when asked')
again = sup.post('%s/%d/again' % (FROZEN, first['report']), {}).json
t.ok(again['same'] and again['report'] == r.json['report'], 'run once more: nothing differs, no third version', again)
t.eq(sup.get('%s/%d/verify' % (FROZEN, first['report'])).json['digest'], first['digest'], 'the first one still gives its bytes')

# ---- each cell that moved is explained by the dossiers: added up again from left and joined
for figure in ('received', 'ended_other', 'pending'):
    a, b = (sup.get('/v1/figures?from=%s&to=%s&as_of=%s' % (YEAR['from'], YEAR['to'], i['as_of'].replace('+', '%2B')))
            .json['total'][figure] for i in (first, r.json))
    moved = sum(figure in d['joined'] for d in x['dossiers']) - sum(figure in d['left'] for d in x['dossiers'])
    t.eq(b - a, moved, '%s: the dossiers named make the difference' % figure)

# ---- the functions that count are replaced by a migration: the same bytes, and the version says so
office.psql("SET ROLE motcua_owner; CREATE OR REPLACE FUNCTION motcua.figure_day(t timestamptz) RETURNS date LANGUAGE sql "
            "IMMUTABLE PARALLEL SAFE AS $$ SELECT (t AT TIME ZONE interval '07:00')::date $$")
verified('after a function was replaced')
lan.act(codes[1], 'withdraw', {'note': 'Không còn nhu cầu', 'document': 'Đơn 02'})
settle()
x = sup.post('%s/%d/again' % (FROZEN, first['report']), {}).json
t.ok(x['version'] == 3 and x['changes']['engine'] and not x['changes']['rules'], 'a third version tells of other functions', x)

# ---- the other reports
for question in (dict(report='figures', by='agency'), dict(report='ii06b'), dict(report='steps'), dict(report='reasons'),
                 dict(report='figures', by='month', agency='STC', basis='original', agencies='successor', channel='counter')):
    r = freeze(**question)
    t.ok(r.status == 200 and r.json['version'] == 1, '%s is frozen' % question['report'], r)
    t.ok(sup.get('%s/%d/verify' % (FROZEN, r.json['report'])).json['same'], 'and gives the same bytes')

# ---- the verbs say the same
def verb(*args, lang='en'):
    p = subprocess.run([MOTCUAD, '--lang', lang, 'report', *args, *office.flags()], cwd=TOP, env=ENV, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode()


code, out = verb('frozen')
t.ok(code == 0 and first['digest'] in out and 'version 1' in out, 'report frozen lists them', out)
code, out = verb('verify', str(first['report']))
t.ok(code == 0 and 'the same bytes' in out, 'report verify', out)
code, out = verb('diff', str(x['report']))
t.ok(code == 0 and 'work that went on: Withdrawn (' in out and codes[1] in out and 'functions that count differ' in out,
     'report diff names the dossier, its event and other functions', out)
out = verb('diff', str(x['report']), lang='vi')[1]
t.ok('việc giải quyết tiếp theo: Rút hồ sơ (' in out and 'hàm đếm' in out, 'in Vietnamese too', out)
t.ok('nothing differs' in verb('diff', str(first['report']))[1], 'a first version differs from nothing')
code, out = verb('show', str(first['report']), '--json')
t.eq(out.encode().strip(), body, 'report show --json gives the very bytes')
days = ('--from', YEAR['from'], '--to', YEAR['to'])
code, out = verb('freeze', 'ii06b', *days, '--author', 'giang.giamsat', '--remark', 'Từ máy chủ')
t.ok(code == 0 and 'version 1' in out and 'as it was frozen before' in out, 'report freeze: a later instant, nothing different', out)
t.eq(verb('freeze', 'ii06b', *days)[0], 2, 'not without an author')
t.eq(verb('verify', '999999')[0], 1, 'verify one that is not there: found wrong')


def whole():
    p = subprocess.run([MOTCUAD, '--lang', 'en', 'verify', *office.flags()], cwd=TOP, env=ENV, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    return p.returncode, [x for x in p.stdout.decode().split('\n') if '[kept]' in x]


# ---- motcuad verify: frozen reports, templates, published texts are what their digests say
t.eq(whole()[1], [], 'motcuad verify finds nothing that was kept otherwise')
CHANGE = 'SET session_replication_role = replica; ALTER TABLE motcua.%s DISABLE TRIGGER ALL; UPDATE motcua.%s f SET %s'
for table, change, back, name in (
        ('frozen_report', 'version = version + 1 WHERE id = %d' % x['report'], 'version = version - 1 WHERE id = %d' % x['report'],
         '%d.' % x['series']),
        ('calendar_version', "source = source || '# '", 'source = left(source, -2)', 'vietnam'),
        ('procedure_version', "source = source || '# ' WHERE code = '1.005416'",
         "source = left(source, -2) WHERE code = '1.005416'", '1.005416'),
        ('frozen_decision', 'decided_by = (SELECT r.author FROM motcua.frozen_report r WHERE r.id = f.report)', None,
         '%d ' % mine['report'])):
    office.psql(CHANGE % (table, table, change))
    code, said = whole()
    t.ok(code == 1 and any('%s %s' % (table, name) in line for line in said), 'motcuad verify: a changed %s is found' % table, said)
    if back:
        office.psql(CHANGE % (table, table, back))
office.psql("ALTER TABLE motcua.frozen_report DISABLE TRIGGER append_only")
office.psql("UPDATE motcua.frozen_report SET body = replace(body, '3', '4') WHERE id = %d" % first['report'])
code, out = verb('verify', str(first['report']))
t.ok(code == 1 and 'do NOT fit' in out, 'what a superuser changed is found', out)
code, said = whole()
t.ok(code == 1 and any('frozen_report %d ' % first['report'] in line for line in said), 'by motcuad verify, too', said)
t.eq(sup.get('%s/%d/verify' % (FROZEN, first['report'])).json['intact'], False, 'and by the call')

# ---- what cannot be frozen
for q, at in (({'from': '2026-02-01', 'to': '2026-01-01'}, '/question/from'), ({'period': '2026-Q9'}, '/question/from'),
              (dict(YEAR, agency='NOWHERE'), '/question/agency'), (dict(YEAR, by='moon'), '/question/by'),
              (dict(YEAR, channel='pigeon'), '/question/channel'), (dict(YEAR, by='officer'), '/question/by')):
    r = sup.post(FROZEN, {'question': dict(q, report='ii06a')})
    t.ok(r.status == 422 and at in [e['pointer'] for e in r.json['errors']], '%s: refused at its place' % at, r)
later = (office_now() + datetime.timedelta(days=1)).strftime('%Y-%m-%dT00:00:00+07:00')
t.eq(freeze(as_of=later).status, 422, 'not as of a day to come')
t.eq(sup.post(FROZEN, {'question': dict(YEAR, report='ii06a'), 'as_of': 'yesterday'}).json['errors'][0]['pointer'], '/as_of',
     'an instant that is none')
for path in ('/0', '/999999', '/x', '/999999/verify', '/999999/bytes', '/999999/changes'):
    t.eq(sup.get(FROZEN + path).status, 404, path)
office.end(t)
