"""What the counter looks up: people it knows, possible duplicates, its own day, the procedures it takes
in most.  Only what the viewer may see; looking at a person leaves a line in the audit."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake, office_day, until  # noqa: E402

t = Tap()
office = Office()
lan, hung, mai, thu = (office.client(x) for x in ('lan.tiepnhan', 'hung.tiepnhan', 'mai.traketqua', 'thu.thuphi'))
COPIES = '2.000635'
CARD = '046088001234'
PHUONG = {'kind': 'citizen', 'name': 'Nguyễn Thị Phượng', 'id_type': 'cccd', 'id_number': CARD,
          'birth': '1988-02-01', 'sex': 'female', 'address': '12/3 Lý Thường Kiệt', 'phone': '0905123456'}


def take(c=lan, **more):
    body = intake(procedure=COPIES, case='01', form={'copies': 3}, components=[
        {'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
    r = c.post('/v1/dossiers', dict(body, applicant=PHUONG, **more))
    assert r.status == 201, r
    return r.json['code']


def people(number=CARD, c=lan):
    return c.get('/v1/people?id_number=' + number).json


def audits():
    return int(office.psql("SELECT count(*) FROM motcua.audit WHERE what = 'person-read'"))


# ---- a person
t.eq(people(), {'person': None, 'dossiers': []}, 'a number nobody has')
t.eq(audits(), 0, 'nothing was read: nothing in the audit')
first = take()
r = people()
t.eq(r['person'], PHUONG, 'the person as her dossier has her')
t.eq([x['code'] for x in r['dossiers']], [first], 'and the dossier')
until(lambda: audits() >= 1)
row = office.psql("SELECT account, detail FROM motcua.audit WHERE what = 'person-read'")
t.ok(row.startswith('%d|' % lan.get('/v1/session').json['user']) and '"dossiers":1' in row,
     'the audit says who looked, and at how many', row)
t.ok(CARD not in row, 'but does not hold the number itself')
t.eq(people('046 088 001234'.replace(' ', '%20'))['person'], PHUONG, 'blanks in the number do not matter')
t.eq(people('088001234')['person'], None, 'a part of a number finds nobody')
PHUONG = dict(PHUONG, phone='0914000111', address='5 Nguyễn Huệ')
codes = [first] + [take() for _ in range(6)]
r = people()
t.eq(r['person']['phone'], '0914000111', 'the latest dossier is believed')
t.eq([x['code'] for x in r['dossiers']], codes[:-6:-1], 'the last five, the latest first')
r = people(c=office.client('hung.tiepnhan'))
t.eq(len(r['dossiers']), 5, 'a colleague of the unit knows her, too')
for q in ('', '?id_number=', '?id_number=' + 'x' * 31):
    t.eq(lan.get('/v1/people' + q).status, 400, 'no number: %r' % q[:20])
owner = dict(intake()['applicant'])
lan.post('/v1/dossiers', intake(owner=PHUONG))
t.eq(people(owner['id_number'])['person']['name'], owner['name'], 'an organisation by its number')
t.eq(people()['person']['name'], PHUONG['name'], 'of several people of one dossier the right one')

# ---- only what she may see
elsewhere = office.psql("SELECT login FROM motcua.account a WHERE EXISTS (SELECT FROM motcua.role_held h "
                        "JOIN motcua.role r ON r.id = h.role WHERE h.account = a.id AND r.name = 'receiver') "
                        "AND a.agency <> (SELECT agency FROM motcua.account WHERE login = 'lan.tiepnhan') LIMIT 1")
if elsewhere:
    other = office.client(elsewhere)
    t.eq(people(c=other), {'person': None, 'dossiers': []}, 'another unit does not know her')
    t.eq(other.get('/v1/duplicates?id_number=%s&procedure=%s' % (CARD, COPIES)).json['items'], [],
         'nor her duplicates')

# ---- duplicates
D = '/v1/duplicates?id_number=%s&procedure=%s'
t.eq([x['code'] for x in lan.get(D % (CARD, COPIES)).json['items']], codes[::-1], 'all open ones')
t.eq(lan.get(D % (CARD, '1.001193')).json['items'], [], 'not of another procedure')
t.eq(lan.get(D % ('046088009999', COPIES)).json['items'], [], 'nor of somebody else')
lan.act(codes[0], 'withdraw', {'document': 'Đơn xin rút'})
t.ok(codes[0] in [x['code'] for x in lan.get(D % (CARD, COPIES)).json['items']],
     'one that is closed, but was accepted today, too')
office.psql('SET session_replication_role = replica; UPDATE motcua.dossier SET accepted = accepted - '
            "interval '2 days' WHERE code = '%s'" % codes[0])
t.ok(codes[0] not in [x['code'] for x in lan.get(D % (CARD, COPIES)).json['items']], 'not one closed for long')
t.eq(lan.get('/v1/duplicates?id_number=' + CARD).status, 400, 'both parameters are needed')

# ---- the day
hung.post('/v1/dossiers', dict(intake(), outcome='return', reasons=['missing'], missing=['assets']))
thu.act(codes[1], 'pay', {'amount': 24000, 'reference': 'BL 1'})
thu.act(codes[2], 'pay', {'amount': 24000, 'reference': 'BL 2', 'method': 'transfer'})
day = lan.get('/v1/intake/today').json
t.eq((day['counts']['accepted'], day['counts']['returned'], day['collected'], day['more']), (8, 0, 0, False),
     'what she took in', )
t.eq([x['code'] for x in day['items']][1:8], codes[::-1], 'the latest first')
t.ok(day['items'][1]['applicant'] == PHUONG['name'] and day['items'][1]['procedure_name'] and
     day['items'][1]['due'], 'with name, procedure and promise', day['items'][1])
day = hung.get('/v1/intake/today').json
t.eq((day['counts']['returned'], day['items'][0]['what']), (1, 'returned'), 'a colleague has his own day')
day = thu.get('/v1/intake/today').json
t.eq((day['counts']['payments'], day['collected'], day['items'][0]['amount'], day['items'][0]['method']),
     (2, 48000, 24000, 'transfer'), 'what the cashier received')
yesterday = office_day() - datetime.timedelta(2)
t.eq(lan.get('/v1/intake/today?day=%s' % yesterday).json['items'], [], 'another day')
t.eq(lan.get('/v1/intake/today?day=nope').status, 400, 'no day')

# ---- procedures in use
used = lan.get('/v1/procedures/used').json['items']
t.eq([(x['procedure'], x['n']) for x in used], [(COPIES, 7), (FINANCE, 2)], 'the most used first, with how many')
t.ok(all(x['name'] for x in used), 'with names')
t.eq(office.client('minh.congsan').get('/v1/procedures/used').json['items'], [], 'of another agency: none')
office.psql("UPDATE motcua.figure_dossier SET first_decided = first_decided - interval '91 days'")
t.eq(lan.get('/v1/procedures/used').json['items'], [], 'what is older than 90 days does not count')
office.end(t)
