"""A merger that is entered after the fact: the decision is of last month, the organisation is corrected today.  Figures by the
agency of the time stay as they were, by successor they count with the one that took over, both add up to the same; a report
frozen before gives the same bytes, and what differs when it is run again is explained by the succession alone."""
import datetime
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import TOP, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office(reports__settled=0)
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
TODAY = office_day()
ENDED = (TODAY - datetime.timedelta(30)).isoformat()
PERIOD = {'from': (TODAY - datetime.timedelta(200)).isoformat(), 'to': (TODAY + datetime.timedelta(1)).isoformat()}
FROZEN = '/v1/reports/frozen'
NUMBERS = ('received', 'resolved', 'pending', 'total', 'ended_other')


def figures(agencies, **more):
    q = '/v1/figures?by=agency&agencies=%s&from=%s&to=%s' % (agencies, PERIOD['from'], PERIOD['to'])
    return sup.get(q + ''.join('&%s=%s' % kv for kv in more.items())).json


def row(f, agency):
    x = next((x for x in f['items'] if x['key'] == agency), None)
    return x and {n: x[n] for n in NUMBERS}


def total(f):
    return {n: f['total'][n] for n in NUMBERS}


# ---- a commune's own, one of the city's centre for it, one for the commune next to it
MARRIAGE = dict(intake(procedure='1.000894', competent='P_LETHANHNGHI', form={}, components=[
    {'component': 'form', 'originals': 1}, {'component': 'identity', 'originals': 2, 'presented': True}]), case='01')
nhung = office.client('nhung.ltnghi')
t.eq([who.post('/v1/dossiers', MARRIAGE).status for who in (nhung, lan)], [201, 201], 'taken in at the commune, at the centre')

returned = nhung.post('/v1/dossiers', dict(MARRIAGE, outcome='return', reasons=['missing'], missing=['form'], components=MARRIAGE['components'][1:]))
r = nhung.post('/v1/submissions/%s/accept' % returned.json['code'],
               dict({k: v for k, v in MARRIAGE.items() if k != 'procedure'}, competent='P_HONGBANG'), match=returned.etag)
t.eq((returned.status, r.status), (201, 200), 'returned, then taken in for the commune next to it')
x = sup.get('/v1/figures/topics/reception?by=agency&procedure=1.000894').json['items']
t.eq({x['key']: (x['taken_in'], x['taken_in_elsewhere']) for x in x}, {'P_LETHANHNGHI_HCC': (2, 1), 'TTPVHCC': (1, 1)},
     'for another territory: by the agency it was taken in for')


def taken(agencies, **more):
    q = '/v1/figures?by=receiving&agencies=%s&from=%s&to=%s' % (agencies, PERIOD['from'], PERIOD['to'])
    items = sup.get(q + ''.join('&%s=%s' % kv for kv in more.items())).json['items']
    return {x['key']: (x['received'], x['received_elsewhere']) for x in items}


# ---- four dossiers: two before the day of the merger (as if taken in then), two after it
codes = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(4)]
lan.act(codes[1], 'withdraw', {'note': 'Không còn nhu cầu', 'document': 'Đơn 01'})
back = "interval '60 days'"
office.psql("UPDATE motcua.dossier SET submitted = submitted - %s, first_decided = first_decided - %s, accepted = accepted - %s, "
            "closed = closed - %s, ended = ended - %s WHERE code IN ('%s', '%s')" % ((back,) * 5 + tuple(codes[:2])))
time.sleep(1.2)
asked = {'question': dict(PERIOD, report='figures', by='agency')}
by_time = sup.post(FROZEN, asked).json
after = sup.post(FROZEN, {'question': dict(asked['question'], agencies='successor')}).json
recent = sup.post(FROZEN, {'question': dict(asked['question'], agencies='successor', **{'from': (TODAY - datetime.timedelta(10)).isoformat()})}).json
bytes_before = {x['report']: sup.get('%s/%d/bytes' % (FROZEN, x['report'])).data for x in (by_time, after)}
before = figures('historical')
at_first = taken('historical')
t.eq(at_first, {'P_LETHANHNGHI_HCC': (2, 1), 'TTPVHCC': (4, 1)}, 'where they were taken in, and what was elsewhere')
moment = office.psql("SELECT to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')") + '%2B07:00'
t.ok(row(before, 'STC')['total'] + row(before, 'STC')['ended_other'] == 4, 'four with the department', before['items'])
t.eq(figures('successor')['items'], before['items'], 'nothing has taken over: both tell the same')

# ---- the merger is entered now: the department ended a month ago
text = open(TOP + '/config/organisation.yaml', encoding='utf-8').read()
old = re.search(r'  - \{agency: STC, .*\n(?:     .*\n)?', text).group(0)
new = old.replace('agency: STC,', 'agency: SKT,').replace('id: 110,', 'id: 199,').replace('code: H24.11,', 'code: H24.98,')
new = re.sub(r'valid_from: [-0-9]+', 'valid_from: ' + (TODAY - datetime.timedelta(29)).isoformat(), new)
ended = old.replace('agency: STC,', 'agency: STC, valid_to: %s, successor: SKT,' % ENDED)
text = re.sub(r'agency: P_LETHANHNGHI(\w*), ', r'agency: P_LETHANHNGHI\1, valid_to: %s, successor: P_HONGBANG\1, ' % ENDED,
              text.split('people:')[0]) + 'people:' + text.split('people:', 1)[1]
path = office.write('organisation.yaml', text.replace(old, ended + new), 0o644)
config = open(office.file).read()
office.write('motcua.yaml', config.replace(TOP + '/config/organisation.yaml', path), 0o644)
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
for _ in range(100):  # the daemon hears of it
    if any(a['agency'] == 'SKT' for a in sup.get('/v1/organisation').json['agencies']):
        break
    time.sleep(0.1)

# ---- by the agency of the time nothing moves; by successor everything stands with the new one
now = figures('historical')
t.eq(row(now, 'STC'), row(before, 'STC'), 'by the agency of the time: as before')
t.eq(row(now, 'SKT'), None, 'nothing with the new one yet: nobody moved the work')
heir = figures('successor')
t.eq(row(heir, 'SKT'), row(before, 'STC'), 'by successor: all of it with the new one, what came before the merger too')
t.eq(row(heir, 'STC'), None, 'and nothing twice')
t.eq(total(heir), total(now), 'both add up to the same')
t.eq({n: x for n, x in row(figures('successor', agency='SKT'), 'SKT').items()}, row(before, 'STC'), 'asked for by its name')
for agencies, agency in (('historical', 'STC'), ('successor', 'SKT')):
    q = 'agencies=%s&from=%s&to=%s' % (agencies, PERIOD['from'], PERIOD['to'])
    items = sup.get('/v1/figures/dossiers?figure=received&by=agency&key=%s&%s' % (agency, q)).json['items']
    t.eq(sorted(i['code'] for i in items), sorted(set(codes) - {codes[1]}), '%s: the dossiers behind what was received' % agencies)

# ---- what was frozen before: by the agency of the time the same bytes; by successor a version that names the succession
for x in (by_time, after):
    t.eq(sup.get('%s/%d/bytes' % (FROZEN, x['report'])).data, bytes_before[x['report']], 'the stored bytes are as they were')
r = sup.get('%s/%d/verify' % (FROZEN, by_time['report'])).json
t.ok(r['same'] and r['intact'], 'by the agency of the time it counts to the same bytes', r)
r = sup.post('%s/%d/again' % (FROZEN, after['report']), {'remark': 'Sau khi nhập quyết định sáp nhập'}).json
t.ok(r['version'] == 2 and r['changes']['successions'][0]['agency'] == 'STC' and len(r['changes']['successions']) == 7,
     'by successor it is told otherwise, and the new version names the mergers', r['changes']['successions'])
t.eq(r['changes']['dossiers_n'], 0, 'no dossier moved')
named = r['changes']['successions']
r = sup.post('%s/%d/again' % (FROZEN, recent['report']), {}).json
t.eq((r['version'], r['changes']['successions']), (2, named), 'so does one of a time that began after it')

# ---- a restart tells the same; so do work moved by succession and the day after
office.stop()
office.start()
sup = office.client('giang.giamsat')
t.eq((figures('historical')['items'], figures('successor')['items']), (now['items'], heir['items']), 'the same after a restart')

# ---- what was open moves to the successor; where it was taken in stays as it was
office.run('organisation', 'succeed', '--apply', '--author', 'nam.quantri', '--approver', 'phuong.quantri', '--document', 'NQ 60')
t.eq(figures('historical', figures='received_elsewhere')['total']['received_elsewhere'], 2, 'received elsewhere: still two')
t.eq(taken('historical'), at_first, 'by receiving unit: as before')
t.eq(taken('historical', as_of=moment), at_first, 'as of before the merger: too')
t.eq(taken('successor'), {'P_HONGBANG_HCC': (2, 1), 'TTPVHCC': (4, 1)}, 'by successor with the unit that took over')
for unit, agencies, n in (('P_LETHANHNGHI_HCC', 'historical', 2), ('P_HONGBANG_HCC', 'historical', 0), ('P_HONGBANG_HCC', 'successor', 2)):
    t.eq(figures(agencies, receiving=unit)['total']['received'], n, '%s: as many of %s asked for alone' % (agencies, unit))
office.end(t)
