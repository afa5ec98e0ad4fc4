"""Calendars and organisation for those who keep them: a year day by day, texts as published, what a text
not yet published says and would change; and proposals that say what they would do."""
import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, TOP, Tap, intake  # noqa: E402

t = Tap()
office = Office()
nam, phuong = office.client('nam.quantri'), office.client('phuong.quantri')
lan, son = office.client('lan.tiepnhan'), office.client('son.giamdoc')


def read(path):
    with open(TOP + '/config/' + path, encoding='utf-8') as f:
        return f.read()


# ---- calendars
r = lan.get('/v1/calendars')
all_of = {c['calendar']: c for c in r.json['calendars']}
t.ok(r.status == 200 and {'office', 'vietnam', 'police', 'reception'} <= set(all_of) and
     all_of['vietnam']['base'] and not all_of['office']['base'], 'the calendars, and what they extend', r)
t.ok(all_of['reception']['cutoff'] == '15:00' or all_of['reception']['cutoff'] is None, 'a cut-off', all_of['reception'])
r = lan.get('/v1/calendars/office?year=2026')
days = {d['day']: d for d in r.json['days']}
t.eq(len(days), 365, 'a year is every day of it')
tet = days['2026-02-17']
t.ok(tet['kind'] == 'holiday' and tet['sessions'] == [] and not tet['counted'] and tet['name'] and tet['basis'] and
     tet['grade'] in 'ABCD', 'a day off: its name, the notice, how sure it is', tet)
monday = days['2026-03-02']
t.ok(monday['weekday'] == 0 and monday['counted'] and monday['name'] is None and
     monday['sessions'] == [{'open': '07:30', 'close': '11:30'}, {'open': '13:00', 'close': '17:00'}],
     'an ordinary Monday', monday)
t.ok(not days['2026-03-01']['counted'], 'a Sunday')
made_up = [d for d in days.values() if d['kind'] == 'make_up']
t.ok(all(d['counted'] and d['sessions'] for d in made_up), 'make-up days are worked', made_up)
t.ok(any(d['kind'] == 'holiday' for d in lan.get('/v1/calendars/vietnam?year=2027').json['days']),
     'a list of days off alone can be looked at')
t.eq(lan.get('/v1/calendars/office?year=2040').json['days'], [], 'a year that it does not know: no days, no guess')
t.eq(lan.get('/v1/calendars/nothing').status, 404, 'no such calendar')
t.eq(lan.get('/v1/calendars/office?year=12').status, 400, 'no year')
text = read('calendars/vietnam.yaml')
r = nam.get('/v1/calendars/vietnam/text')
t.ok(r.text == text and r.etag == '"%s"' % hashlib.sha256(text.encode()).hexdigest(), 'the text and its hash', r.etag)
t.eq(nam.get('/v1/calendars/vietnam/text', **{'If-None-Match': r.etag}).status, 304, 'once')
more = text.rstrip() + ('\n  - {date: 2026-03-03, kind: holiday, grade: B, name: {vi: "Nghỉ bù", en: "Day off"}, '
                        'basis: "Thông báo 12/TB-VPCP"}\n')
r = nam.post('/v1/calendars/check', {'text': more, 'year': 2026})
day = next(d for d in r.json['summary']['days'] if d['day'] == '2026-03-03')
t.ok(r.json['fine'] and r.json['breaks'] is None and day['name'] == 'Nghỉ bù', 'a text not yet published: its year', day)
r = nam.post('/v1/calendars/check', {'text': more.replace('kind: holiday', 'kind: holliday').replace('until: 2027', 'until: 2026')})
t.ok(not r.json['fine'] and r.json['errors'] > 1 and r.json['defects'][0]['line'] > 0 and r.json['summary'] is None,
     'its mistakes, all at once', r)
t.ok(any(d['nearest'] == 'holiday' for d in r.json['defects']), 'with the word meant')
r = nam.post('/v1/calendars/check', {'text': text.replace('calendar: vietnam', 'calendar: vietnam\nextends: office', 1)})
t.ok(r.status == 200 and (not r.json['fine'] or r.json['breaks']), 'a circle is found', r)
t.eq(nam.post('/v1/calendars/check', {'text': '\x07'}).status, 422, 'signs that no text has')

# ---- organisation
org = read('organisation.yaml')
r = lan.get('/v1/organisation')
t.ok(all('calendar' in a and 'valid_from' in a and 'successor' in a for a in r.json['agencies']),
     'validity, successor, calendar', r.json['agencies'][0])
r = nam.get('/v1/organisation/units')
stc = next(u for u in r.json['agencies'] if u['agency'] and u['agency']['agency'] == 'STC')
t.ok(stc['officers'] >= 1 and any(x['role'] == 'leader' and x['officers'] >= 1 and x['title'] for x in stc['roles']),
     'how many work where, by role', stc)
t.eq(sum(u['officers'] for u in r.json['agencies']), int(office.psql('SELECT count(*) FROM motcua.account WHERE active')),
     'everybody is counted once')
r = lan.get('/v1/roles')
t.ok({'receiver', 'auditor'} <= {x['role'] for x in r.json['roles']} and 'system' not in r.text, 'the roles', r)
r = nam.get('/v1/organisation/text')
t.ok(r.text == org and r.etag, 'the text as published')
r = nam.post('/v1/organisation/check', {'text': org})
s = r.json['summary']
t.ok(r.json['fine'] and s['added'] == s['removed'] == s['changed'] == s['breaks'] == [], 'the same text changes nothing', r)
first = org.index('name: {vi: "Sở Tài chính"') if 'name: {vi: "Sở Tài chính"' in org else org.index('Sở Tài chính')
r = nam.post('/v1/organisation/check', {'text': org[:first] + org[first:].replace('Sở Tài chính', 'Sở Tài chính mới', 1)})
t.ok(r.json['fine'] and 'STC' in r.json['summary']['changed'], 'another name is a change', r)
r = nam.post('/v1/organisation/check', {'text': org.replace('agency: STC,', 'agency: STCX,', 1)})
t.ok(r.status == 200 and (not r.json['fine'] or ('STCX' in r.json['summary']['added'] and 'STC' in r.json['summary']['removed'])),
     'an agency under another key is a new one and one that is gone', r)
r = nam.post('/v1/organisation/check', {'text': org.replace('roles: [receiver', 'roles: [reciever', 1)})
t.ok(not r.json['fine'] and any(d['nearest'] == 'receiver' for d in r.json['defects']), 'a slip in a role', r)

# ---- a proposal says what it would do, to who makes it and to who agrees to it
for _ in range(2):
    lan.post('/v1/dossiers', intake())
one = read('procedures/%s.yaml' % FINANCE)
two = one.replace('version: 1', 'version: 2', 1).replace('valid_from: 2021-12-01', 'valid_from: 2027-01-01', 1).replace(
    'limit: 16 calendar_day', 'limit: 15 calendar_day', 1)
r = nam.post('/v1/publications', {'texts': [{'kind': 'procedure', 'text': two}], 'document': 'QĐ 77/QĐ-UBND',
                                  'note': 'Rút ngắn một ngày'})
plan = r.json['texts'][0]
t.ok(r.status == 201 and plan['procedure'] == FINANCE and plan['version'] == 2 and plan['against'] == 1 and
     plan['valid_from'] == '2027-01-01' and plan['stay'] == 2, 'from when, and how many dossiers stay on the old version', r)
t.ok(any('16' in x and '15' in x for x in plan['lines']) and 'text' not in plan, 'and what changes, in words', plan)
number = r.json['publication']
r = phuong.get('/v1/publications/%d' % number)
t.ok(r.json['texts'][0]['text'] == two and r.json['texts'][0]['lines'] == plan['lines'] and
     r.json['note'] == 'Rút ngắn một ngày' and r.json['author'] == 'nam.quantri', 'the second person sees the text itself', r)
t.eq(phuong.post('/v1/publications/%d/approve' % number, {}).json['state'], 'done', 'she approves')
v = nam.get('/v1/procedures/%s/versions' % FINANCE).json['versions']
t.ok([(x['version'], x['in_force'], x['open']) for x in v] == [(2, False, 0), (1, True, 2)],
     'published for later: the old one goes on until then', v)
r = phuong.get('/v1/publications/%d' % number)
t.ok(r.status == 200 and r.json['state'] == 'done' and r.json['texts'][0]['stay'] == 2, 'it stays readable', r)
r = nam.post('/v1/publications', {'texts': [{'kind': 'calendar', 'name': 'vietnam', 'text': more}], 'document': 'TB 12'})
t.ok(r.status == 201 and r.json['texts'][0]['kind'] == 'calendar' and 'stay' not in r.json['texts'][0], 'a calendar: its preview tells', r)
t.eq(phuong.post('/v1/publications/%d/decline' % r.json['publication'], {}).json['state'], 'declined', 'or she declines')
r = nam.post('/v1/publications', {'texts': [{'kind': 'procedure', 'text': two.replace('to: appraise', 'to: aprraise')}],
                                  'document': 'QĐ 78'})
t.ok(r.status == 422, 'what has errors is not even proposed', r)
r = son.post('/v1/calendars/recalculate', {'document': 'TB 12/TB-VPCP'})
t.ok(r.status == 201 and 'texts' not in r.json, 'a recalculation has no texts', r)

office.end(t)
