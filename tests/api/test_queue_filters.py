"""Queues with every filter of the screen: field, officer, channel, words of the applicant or code, what
waits; the share of the step's time that is used.  The plain lists stay as they are."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan, hoa = office.client('lan.tiepnhan'), office.client('hoa.buudien')
COPIES = '2.000635'
DUC = {'kind': 'citizen', 'name': 'Đặng Văn Được', 'id_type': 'cccd', 'id_number': '031088000777'}


def take(**more):
    r = lan.post('/v1/dossiers', intake(**more))
    assert r.status == 201, r
    return r.json['code']


def queue(q, c=lan):
    r = c.get('/v1/queue?scope=unit' + ('&' + q if q else ''))
    assert r.status == 200, r
    return [x['code'] for x in r.json['items']]


school = take()
person = take(applicant=DUC, summary='Của ông Được')
paper = take(procedure=COPIES, case='01', form={'copies': 1}, components=[
    {'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
sid = hoa.post('/v1/submissions', intake(channel='online')).json['code']
online = lan.post('/v1/submissions/%s/accept' % sid, {}, match=lan.get('/v1/dossiers/' + sid).etag).json['code']
every = {school, person, paper, online}
me = lan.get('/v1/session').json['user']

t.eq(set(queue('')), every, 'without filters: all of the unit')
t.eq(queue('channel=online'), [online], 'by channel')
t.eq(set(queue('channel=counter')), every - {online}, 'the other channel')
field = lan.get('/v1/procedures/' + COPIES).json['field']['code']
t.ok(lan.get('/v1/procedures/' + FINANCE).json['field']['code'] != field, 'two procedures of two fields')
t.eq(queue('field=' + field), [paper], 'by field')
t.eq(queue('field=%s&procedure=%s' % (field, FINANCE)), [], 'a procedure of another field')
t.eq(queue('field=nope'), [], 'a field that nothing belongs to')
t.eq(set(queue('q=duoc')), {person}, 'words of the name without accents')
t.eq(set(queue('q=%C4%91%C6%B0%E1%BB%A3c')), {person}, 'and with them')
t.eq(set(queue('q=ngo+quyen')) >= {school}, True, 'several words')
t.eq(queue('q=' + paper), [paper], 'a code')
t.eq(queue('q=' + paper.lower()), [paper], 'in small letters, too')
t.eq(set(queue('q=' + paper[:8])) >= {paper}, True, 'its beginning')
t.eq(queue('q=khongco'), [], 'nothing fits')
t.eq(set(queue('officer=%d' % me)), every, 'by officer: whoever takes in holds the first step')
t.eq(queue('officer=999999'), [], 'somebody else has none')
t.eq(queue('q=duoc&channel=online'), [], 'filters are joined by and')
t.eq(set(queue('q=duoc&procedure=' + FINANCE)), {person}, 'with the ones there were')
r = lan.get('/v1/queue?scope=mine&q=duoc').json['items']
t.eq([x['code'] for x in r], [person], 'in my own queue')
r = lan.get('/v1/queue?scope=all&channel=online').json['items']
t.eq([x['code'] for x in r], [online], 'in all that I see')
t.eq(lan.get('/v1/queue?scope=unit&agency=STC&q=duoc').status, 403, 'another unit stays closed')
for bad in ('channel=fax', 'officer=x', 'urgency=never', 'used=yes', 'q=', 'feild=1'):
    t.eq(lan.get('/v1/queue?' + bad).status, 400, 'refused: ' + bad)

# ---- pages
seen, path = [], '/v1/queue?scope=unit&q=n&limit=1'
while path:
    r = lan.get(path)
    seen += [x['code'] for x in r.json['items']]
    path = r.json['next'] and '/v1/queue?scope=unit&q=n&limit=1&cursor=' + r.json['next']
t.eq(sorted(seen), sorted(set(seen)), 'pages of a filtered list repeat nothing')
t.eq(set(seen), set(queue('q=n')), 'and lose nothing')

# ---- what waits
lan.act(school, 'act', {'action': 'forward'})
task = lan.get('/v1/dossiers/' + school).json['tasks'][0]
officer = next(c for c in (office.client(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan'))
               if c.get('/v1/session').json['user'] == task['officer'])
officer.act(school, 'receive')
mine = '/v1/queue?scope=mine&urgency=waiting'
t.eq(officer.get(mine).json['items'], [], 'nothing waits yet')
c = officer.get('/v1/queue/counts?scope=mine&waiting=true').json
t.eq((c['all'], c['waiting']), (1, 0), 'so say the counts')
officer.act(school, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'text': 'Thiếu'})
owed = next(x['task'] for x in lan.get('/v1/dossiers/' + school).json['tasks'] if x.get('owes'))
lan.act(school, 'answer', {'task': owed, 'outcome': 'send'})
t.eq({x['code'] for x in officer.get(mine).json['items']}, {school}, 'a supplement was asked for: it waits')
c = officer.get('/v1/queue/counts?scope=mine&waiting=true').json
t.ok(c['waiting'] >= 1 and c['all'] >= c['waiting'], 'and is counted', c)
t.ok('waiting' not in officer.get('/v1/queue/counts?scope=mine').json, 'only for who asks')
c = lan.get('/v1/queue/counts?scope=unit&q=duoc').json
t.eq(c['all'], 1, 'counts go by the same filters')

# ---- a selection, and the list as a file
t.eq(set(queue('codes=%s,%s' % (person, paper))), {person, paper}, 'only the chosen dossiers')
t.eq(queue('codes=%s&channel=online' % person), [], 'joined with the other filters')
t.eq(lan.get('/v1/queue/counts?scope=unit&codes=' + person).json['all'], 1, 'counted, too')
t.eq(len(officer.get('/v1/queue?scope=mine&codes=%s,%s' % (school, person)).json['items']), 1, 'of my own queue')
for bad in (',', person + ',', ','.join(['X%d' % i for i in range(201)])):
    t.eq(lan.get('/v1/queue?scope=unit&codes=' + bad).status, 200 if bad == person + ',' else 400, 'codes: ' + bad[:12])
everything = queue('')
f = lan.get('/v1/queue?scope=unit&format=csv')
lines = f.text.lstrip('\ufeff').splitlines()
t.ok(f.status == 200 and 'hang-doi_' in f.headers.get('Content-Disposition', ''), 'the list as a file', f)
t.eq([x.split(lines[0][len('Mã hồ sơ')])[0] for x in lines[1:1 + len(everything)]], everything, 'the same rows in the same order')
t.ok('Đặng Văn Được' in f.text and 'Hạn của bước' in lines[0], 'with names and dues')
f = lan.get('/v1/queue?scope=unit&format=csv&codes=' + person).text
t.ok(person in f and paper not in f, 'a file of the chosen ones')
t.eq(lan.get('/v1/queue?scope=unit&format=xlsx').text[:2], 'PK', 'XLSX, too')
t.eq(lan.get('/v1/queue?scope=unit&agency=STC&format=csv').status, 403, 'another unit stays closed as a file')
office.psql("SET session_replication_role = replica; INSERT INTO motcua.task SELECT (jsonb_populate_record(k, "
            "jsonb_build_object('task', n, 'due', k.due + n * interval '1 minute'))).* "
            "FROM motcua.task k, generate_series(1001, 1450) n WHERE k.code = '%s'" % paper)
many = lan.get('/v1/queue?scope=unit&format=csv&procedure=' + COPIES).text
t.eq(many.count('\n'), 452, 'a file has every page of the list, no row twice')
office.psql('SET session_replication_role = replica; DELETE FROM motcua.task WHERE task > 1000')

# ---- the share of time used
r = lan.get('/v1/queue?scope=unit&used=true').json['items']
t.ok(all(x['used_percent'] is None or 0 <= x['used_percent'] < 100 for x in r) and
     any(x['used_percent'] is not None for x in r), 'just begun: little of the time is used', r[:2])
t.ok('used_percent' not in lan.get('/v1/queue?scope=unit').json['items'][0], 'only for who asks')
office.psql("SET session_replication_role = replica; UPDATE motcua.task SET opened = opened - interval '40 days', "
            "due = due - interval '30 days' WHERE code = '%s'" % person)
late = next(x for x in lan.get('/v1/queue?scope=unit&used=true').json['items'] if x['code'] == person)
t.ok(late['used_percent'] > 100 and late['urgency'] == 'overdue', 'overdue: more than all of it', late)
office.end(t)
