"""What if over HTTP and as a verb: a period counted again by another limit, with progress, bounded in number, given up; the
real side is what the figures say. Dates and rules are proved in tests/unit/test_whatif.c."""
import datetime
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake, office_now  # noqa: E402

t = Tap()
office = Office()
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
NOW = office_now()
PERIOD = {'from': str(NOW.date() - datetime.timedelta(days=20)), 'to': str(NOW.date() + datetime.timedelta(days=1))}

for _ in range(2):
    lan.post('/v1/dossiers', intake())
r = lan.post('/v1/dossiers', intake(claimed=(NOW - datetime.timedelta(days=6)).strftime('%Y-%m-%dT08:00:00+07:00'),
                                    document='BB 02/2026 mất điện',
                                    applicant={'kind': 'citizen', 'name': 'Phạm Thị Muộn', 'id_type': 'cccd',
                                               'id_number': '031099000077', 'phone': '0912345678'}))
t.eq(r.status, 201, 'one that was handed in six days ago')
late = r.json['code']


def study(**body):
    r = sup.post('/v1/whatif', dict(PERIOD, **body))
    if r.status != 200:
        return r
    for _ in range(200):
        x = sup.get('/v1/whatif/%d' % r.json['study']).json
        if x['state'] != 'running':
            return x
        time.sleep(0.1)
    return x


# ---- a shorter promise: what was handed in six days ago would be overdue
x = study(limit=[{'procedure': FINANCE, 'limit': '1 working_day'}])
t.eq((x['state'], x['fault']), ('done', None), 'it is counted')
y = x['result']
t.eq((y['counted'], y['of'], y['limit'], y['apart']), (3, 3, False, 0), 'all three, none apart')
t.eq((y['real']['pending_overdue'], y['supposed']['pending_overdue']), (0, 1), 'one would be overdue')
t.eq((y['better'], y['worse']), (0, 1), 'one worse')
t.eq([(c['code'], c['class'], c['class_supposed']) for c in y['changed']],
     [(late, 'PENDING_WITHIN', 'PENDING_OVERDUE')] if y['changed'][0]['class'].isupper()
     else [(late, 'pending_within', 'pending_overdue')], 'it is named')
t.eq(y['supposed']['rate_on_time_with_overdue'], {'n': 0, 'of': 1, 'tenths': 0}, 'and the rate beside it')
total = sup.get('/v1/figures?from=%(from)s&to=%(to)s' % PERIOD).json['total']
t.eq(y['real'], {k: total[k] for k in y['real']}, 'the real side is what the figures say, each of them and each rate')
t.ok(len(y['real']) > 20 and not [k for k in y['real'] if 'first' in k], 'nothing is told of first submissions', sorted(y['real']))
t.eq([p['procedure'] for p in y['procedures']], [FINANCE], 'by procedure')

# ---- a longer one, another procedure, another agency: nothing moves
for body in (dict(limit=[{'procedure': FINANCE, 'limit': '60 calendar_day'}]), dict(supplement='counts'), dict(calendar='office'),
             dict(exclusions_count=True), dict(limit=[{'procedure': FINANCE, 'step': 'receive', 'limit': '4 hour'}])):
    y = study(**body)['result']
    t.eq((y['supposed']['pending_overdue'], y['better'], y['worse']), (0, 0, 0), '%s: as it was' % sorted(body))
t.eq(study(agency='TTPVHCC', supplement='counts')['result']['of'], 0, 'another agency has none')
regimes = json.loads(office.psql("SELECT json_agg(DISTINCT name) FROM motcua.regime_version"))
t.eq(study(regime=regimes[0])['state'], 'done', 'supplements by named rules')

# ---- what is wrong is said at its place
for body, at in (({}, ''), (dict(limit=[{'procedure': '9.999999', 'limit': '1 hour'}]), '/limit/0/procedure'),
                 (dict(limit=[{'procedure': FINANCE, 'limit': 'soon'}]), '/limit/0/limit'),
                 (dict(limit=[{'procedure': FINANCE, 'limit': '0 working_day'}]), '/limit/0/limit'),
                 (dict(limit=[{'procedure': FINANCE, 'step': 'nap', 'limit': '1 hour'}]), '/limit/0/step'),
                 (dict(regime='nd1'), '/regime'), (dict(calendar='moon'), '/calendar'), (dict(supplement='sleeps'), '/supplement'),
                 (dict(supplement='counts', agency='NOWHERE'), '/agency')):
    r = study(**body)
    t.ok(r.status == 422 and at in [e['pointer'] for e in r.json['errors']], 'wrong at %r' % at, r)
for lang, line in (('vi', 'dòng 1: '), ('en', 'line 1: ')):
    r = office.client('giang.giamsat', lang).post('/v1/whatif', dict(PERIOD, calendar='office', calendar_text='calendar: office\n'))
    t.ok(r.status == 422 and [(e['pointer'], e['message'].startswith(line)) for e in r.json['errors']] == [('/calendar_text', True)],
         'a calendar with mistakes is refused with its lines', r)

# ---- bounded in number; its own only; given up
office.psql("INSERT INTO motcua.study (question, scope, author) SELECT '{}', 0, id FROM motcua.account WHERE login = 'giang.giamsat'")
r = sup.post('/v1/whatif', dict(PERIOD, supplement='counts'))
t.ok(r.status in (409, 422, 429, 503), 'not a second one beside it', r)
mine = sup.get('/v1/whatif').json['items'][0]
t.eq((mine['state'], sup.send('DELETE', '/v1/whatif/%d' % mine['study']).status), ('running', 204), 'it is given up')
t.eq(sup.get('/v1/whatif/%d' % mine['study']).json['state'], 'cancelled', 'and told as such')
t.eq(sup.send('DELETE', '/v1/whatif/%d' % mine['study']).status, 404, 'once')
t.eq(office.client('binh.stc').get('/v1/whatif/%d' % mine['study']).status, 404, 'nobody else sees it')
office.psql("INSERT INTO motcua.study (question, scope, author, seen) SELECT '{}', 0, id, now() - interval '1 minute' "
            "FROM motcua.account WHERE login = 'giang.giamsat'")
t.eq(sup.get('/v1/whatif').json['items'][0]['state'], 'abandoned', 'one whose daemon died is told as abandoned')
t.eq(study(supplement='counts')['state'], 'done', 'and stops nobody')

# ---- the verb
out = office.run('whatif', '--from', PERIOD['from'], '--to', PERIOD['to'], '--limit', FINANCE + '=1 working_day', '--json')
y = json.loads(out)
t.eq((y['supposed']['pending_overdue'], y['of']), (1, 3), 'the verb says the same')
t.ok('0/1' in office.run('whatif', '--from', PERIOD['from'], '--to', PERIOD['to'], '--limit', FINANCE + '=1 working_day'), 'in words')
office.end(t)
