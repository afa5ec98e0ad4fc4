"""Queue tickets over HTTP: numbers by letter and day, calling order with a cap on priority, twenty
counters at one moment, cards that return, restart, midnight, what the kiosk and the board show."""
import datetime
import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import TOP, Office, Tap, together, intake, office_now  # noqa: E402

HALL = '''
hall: TTPVHCC
calendar: office
priority_cap: 2
early: 30
priority: [{group: elderly, name: {vi: "Người cao tuổi", en: "Elderly"}}]
services:
  - {service: land, letter: A, name: {vi: "Đất đai <b>&", en: "Land <b>&"}, minutes: 10, fields: [G13-TN02]}
  - {service: civil, letter: B, name: {vi: "Hộ tịch", en: "Civil status"}, minutes: 5, fields: [G15-TP07], slots: 5}
  - {service: late, letter: C, name: {vi: "Muộn", en: "Late"}, minutes: 5}
counters:
%s
  - {counter: 50, serves: [civil]}
  - {counter: 60, serves: [late]}
appointments: {slot: 30, days_ahead: 20, head_start: 15, grace: 15, per_phone: 2}
''' % '\n'.join('  - {counter: %d, serves: [land, civil]}' % i for i in range(1, 21))
CARDS = '''
hall: TTPVHCC_HB
calendar: office
cards: {from: 1, to: 2}
services: [{service: all, letter: A, name: {vi: "Nộp hồ sơ", en: "Submit"}, minutes: 10}]
counters: [{counter: 1, serves: [all]}]
'''
tap = Tap()


def halls(folder):
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    for name, text in (('a.yaml', HALL), ('b.yaml', CARDS)):
        with open(folder + '/' + name, 'w', encoding='utf-8') as f:
            f.write(text)
    return folder


# open on one weekday only, and that is not today
TODAY = office_now()
OPEN_DAY = ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[(TODAY + datetime.timedelta(days=2)).weekday()]
NEVER = '''
calendar: never
name: {vi: "Một buổi", en: "One morning"}
timezone: Asia/Ho_Chi_Minh
week:
  %s: [07:30-11:30]
from: 2020-01-01
until: 2099-12-31
''' % OPEN_DAY
folder = halls('/tmp/motcua-halls-%d' % os.getpid())
calendars = '/tmp/motcua-calendars-%d' % os.getpid()
shutil.copytree(os.path.join(TOP, 'config/calendars'), calendars)
with open(calendars + '/never.yaml', 'w', encoding='utf-8') as f:
    f.write(NEVER)
os.chmod(calendars, 0o755)
office = Office(directories__halls=folder, directories__calendars=calendars, kiosk__open='true')
desk = office.client('nga.huongdan')     # guide: issues
lan = office.client('lan.tiepnhan')      # receiver: calls
hung = office.client('hung.tiepnhan')
anyone = office.client()


def issue(client=desk, key=None, **body):
    return client.post('/v1/tickets', body, key)


def call(counter, client=lan, key=None, **body):
    return client.post('/v1/tickets/call', dict(body, counter=counter), key)


def turn(ticket, act, counter, client=lan, key=None):
    return client.post('/v1/tickets/%d/%s' % (ticket, act), {'counter': counter}, key)


def current(r):
    return r.json['current']['label'] if r.status == 200 and r.json['current'] else None


# ---- numbers
first = issue(service='land')
tap.ok(first.status == 201 and first.json['label'] == 'A-001' and first.json['state'] == 'waiting',
       'the first of a letter has number one', first)
tap.ok(issue(service='land').json['label'] == 'A-002' and issue(service='civil').json['label'] == 'B-001',
       'each letter counts by itself')
key = 'ticket-key-0001'
one, again = issue(key=key, service='civil'), issue(key=key, service='civil')
tap.ok(one.json == again.json and again.headers['Idempotent-Replayed'] == 'true',
       'the same key gives the same ticket', again)
tap.ok(issue(key=key, service='land').code == 'idempotency-key-reused', 'another body under the key is refused')
r = issue(service='land', procedure='1.004194')
tap.ok(r.status == 422, 'exactly one of service, procedure, appointment', r)
r = issue(service='lnd')
tap.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/service', 'an unknown service is named', r)
tap.ok(issue(service='land', priority='rich').status == 422, 'an unknown priority group is refused')
tap.ok(issue(lan, service='land').status == 201, 'a receiver may issue, too')
tap.ok(issue(office.client('minh.congsan'), service='land').status == 403, 'a specialist may not')
tap.ok(first.json['ahead'] == 0 and one.json['ahead'] >= 0, 'it tells how many are called before')

# ---- a counter's turn
r = call(1)
tap.ok(current(r) == 'A-001' and r.json['current']['counter'] == 1, 'the counter calls who came first', r)
ticket = r.json['current']['ticket']
r = call(1)
tap.ok(r.status == 409 and 'A-001' in r.text, 'who was called must be served or absent before the next', r)
tap.ok(call(99).status == 404, 'a counter that the hall has not')
for act in ('serve', 'finish', 'recall', 'absent', 'cancel'):
    r = turn(ticket, act, 2)
    tap.ok(r.status == 409 and 'A-001 đang ở quầy 1' in r.text, '%s: only at the counter that called it' % act, r)
tap.ok(turn(ticket, 'recall', 1).json['current']['calls'] == 2, 'called once more: counted')
r = turn(ticket, 'serve', 1)
tap.ok(r.json['current']['state'] == 'serving', 'she came: serving', r)
tap.ok(turn(ticket, 'absent', 1).status == 409, 'who is being served is not absent')
r = call(1)
tap.ok(current(r) == 'A-002', 'calling the next finishes whom it serves', r)
tap.ok(office.psql("SELECT state FROM motcua.ticket WHERE id = %d" % ticket) == 'done', 'the first is done')
ticket = r.json['current']['ticket']
r = turn(ticket, 'absent', 1)
tap.ok(r.status == 200 and r.json['current'] is None, 'absent: the counter is free', r)
r = turn(ticket, 'recall', 1)
tap.ok(current(r) == 'A-002', 'who comes after all is called once more', r)
tap.ok(turn(ticket, 'finish', 1).json['current'] is None, 'finished')
key = 'call-key-00001'
one, again = call(2, key=key), call(2, key=key)
tap.ok(current(one) == current(again) and again.headers['Idempotent-Replayed'] == 'true',
       'a repeated call under its key calls nobody else', again)
strip = lan.get('/v1/tickets/strip?counter=2')
tap.ok(strip.json['current']['label'] == current(one) and strip.json['waiting'] == 2,
       'the strip tells the current number and how many wait', strip)
turn(one.json['current']['ticket'], 'finish', 2)
while current(call(2)):
    turn(lan.get('/v1/tickets/strip?counter=2').json['current']['ticket'], 'finish', 2)
r = call(2)
tap.ok(r.status == 200 and r.json['current'] is None and r.json['waiting'] == 0, 'nobody waits: nobody is called', r)

# ---- priority with a cap
labels = [issue(service='civil').json['label'] for _ in range(3)]
firsts = [issue(service='civil', priority='elderly').json['label'] for _ in range(5)]
order = []
for _ in range(8):
    r = call(50)
    order.append(current(r))
    turn(r.json['current']['ticket'], 'finish', 50)
want = [firsts[0], firsts[1], labels[0], firsts[2], firsts[3], labels[1], firsts[4], labels[2]]
tap.ok(order == want, 'priority goes first, two in a row at most while others wait', '%s\n%s' % (order, want))

# ---- races
clients = [office.client('lan.tiepnhan' if i % 2 else 'hung.tiepnhan') for i in range(20)]
for _ in range(20):
    issue(service='land')
got = together([lambda i=i: current(call(i + 1, clients[i])) for i in range(20)])
tap.ok(len(set(got)) == 20 and None not in got, 'twenty counters at one moment call twenty different tickets', got)
got = together([lambda i=i: current(call(i + 1, clients[i])) for i in range(20)])
tap.ok(got == [None] * 20, 'none of them calls twice', got)
for t in office.psql("SELECT id || ' ' || counter FROM motcua.ticket WHERE state = 'called'").split('\n'):
    turn(int(t.split()[0]), 'finish', int(t.split()[1]))
got = together([lambda i=i: issue(clients[i], service='land').json['label'] for i in range(20)])
tap.ok(len(set(got)) == 20, 'twenty numbers at one moment are twenty numbers', sorted(map(str, got)))
issue(service='late')
got = together([lambda i=i: call(60, clients[i]).status for i in range(6)])
tap.ok(sorted(got) == [200] + [409] * 5, 'one counter pressed six times calls one ticket', got)

# ---- board
board = anyone.get('/v1/tickets/board?hall=TTPVHCC')
tap.ok(board.status == 200 and board.json['called'][0]['label'] == 'C-001' and board.json['called'][0]['counter'] == 60,
       'the board shows the latest call first, to anybody', board)
tap.ok(len(board.json['next']) > 0 and board.json['waiting'] == 20, 'and who is next', board)
tap.ok(anyone.get('/v1/tickets/board').status == 404, 'with several halls one must be named')

# ---- cards
yen = office.client('yen.hongbang')
a, b = issue(yen, service='all'), issue(yen, service='all')
tap.ok((a.json['card'], b.json['card']) == (1, 2), 'cards go out in order', (a, b))
r = issue(yen, service='all')
tap.ok(r.status == 409 and r.code == 'conflict', 'no card is at the desk', r)
t = yen.post('/v1/tickets/call', {'counter': 1}).json['current']
yen.post('/v1/tickets/%d/absent' % t['ticket'], {'counter': 1})
tap.ok(issue(yen, service='all').status == 409, 'who was absent still has her card')
t = yen.post('/v1/tickets/call', {'counter': 1}).json['current']
yen.post('/v1/tickets/%d/serve' % t['ticket'], {'counter': 1})
yen.post('/v1/tickets/%d/finish' % t['ticket'], {'counter': 1})
r = issue(yen, service='all')
tap.ok(r.status == 201 and r.json['card'] == 2 and r.json['label'] == 'A-003',
       'a card that came back is given out again, its ticket is another', r)
tap.ok(issue(yen, service='all', card=7).status == 422, 'a card the hall has not')
tap.ok(issue(lan, hall='TTPVHCC_HB', service='all').status in (404, 409), 'another hall is asked by its own people')
r = yen.get('/v1/tickets/strip?counter=1&hall=TTPVHCC')
tap.ok(r.status == 404, 'a site does not see the hall above it', r)

# ---- restart, midnight
before = office.psql("SELECT count(*) FROM motcua.ticket WHERE state = 'waiting'")
office.stop()
office.start()
lan = office.client('lan.tiepnhan')
desk = office.client('nga.huongdan')
tap.ok(lan.get('/v1/tickets/strip?counter=1').json['waiting'] == 20 and
       before == office.psql("SELECT count(*) FROM motcua.ticket WHERE state = 'waiting'"),
       'a restart keeps the queue')
office.psql("UPDATE motcua.ticket SET day = day - 1; UPDATE motcua.ticket_number SET day = day - 1")
r = issue(service='land')
tap.ok(r.json['label'] == 'A-001', 'midnight starts new numbers', r)
tap.ok(lan.get('/v1/tickets/strip?counter=1').json['waiting'] == 1, 'nobody of yesterday waits today')

# ---- who has an appointment: the desk's list of the day, checked in from there
days = [str((TODAY + datetime.timedelta(days=n)).date()) for n in range(1, 20)]
SLOTS = '/v1/appointments/slots?hall=TTPVHCC&service=civil&day='
SLOT_DAY = next(d for d in days if anyone.get(SLOTS + d).json['items'])
book = {'hall': 'TTPVHCC', 'service': 'civil', 'phone': '0912 345 678', 'name': 'Trần Thị Ánh', 'key': 'booking-key-01',
        'slot': anyone.get(SLOTS + SLOT_DAY).json['items'][0]['slot']}
tap.ok(anyone.post('/v1/appointments', book).status == 201, 'a visit is booked')
tap.ok(anyone.get('/v1/appointments').status == 401 and office.client('minh.congsan').get('/v1/appointments').status == 403,
       'names and phones of visitors are for those who issue tickets')
r = desk.get('/v1/appointments?day=%s' % SLOT_DAY)
tap.ok([(i['name'], i['phone'], i['service'], i['arrived'], i['label']) for i in r.json['items']] ==
       [('Trần Thị Ánh', '0912345678', 'civil', False, None)], 'the desk sees who is expected', r)
visit = r.json['items'][0]['appointment']
r = issue(booked=visit)
tap.ok(r.status == 409 and r.code == 'too-late', 'on another day than hers she gets no number', r)
office.psql("UPDATE motcua.appointment SET slot = now() + interval '1 minute' WHERE id = %d" % visit)
r = issue(booked=visit)
again = issue(booked=visit)
tap.ok(r.status == 201 and r.json['service'] == 'civil' and again.json['ticket'] == r.json['ticket'],
       'checked in with one number, however often it is pressed', (r, again))
mine = [i for i in desk.get('/v1/appointments').json['items'] if i['appointment'] == visit]
tap.ok(mine and mine[0]['arrived'] and mine[0]['label'] == r.json['label'], 'the list tells that she has come and her number', mine)
tap.ok(issue(booked=999999).status == 404 and issue(booked=visit, service='civil').status == 422, 'an appointment that is not there; two wishes at once')

# ---- a ticket becomes a dossier; how long people waited
r = call(1)
ticket = r.json['current']['ticket']
turn(ticket, 'serve', 1)
r = lan.post('/v1/dossiers', intake(ticket=ticket))
tap.ok(r.status == 201, 'the ticket flows into the acceptance', r)
code = r.json.get('code')
turn(ticket, 'finish', 1)
for _ in range(50):
    got = office.psql("SELECT coalesce(dossier, '') FROM motcua.ticket WHERE id = %d" % ticket)
    if got:
        break
    time.sleep(0.1)
tap.ok(got == code, 'and the visit knows its dossier', (got, code))
giam = office.client('son.giamdoc')
day = office.psql("SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1")
r = giam.get('/v1/figures/waiting?from=%s' % day)
items = r.json['items']
tap.ok(items[0]['service'] is None and items[0]['hour'] is None and
       items[0]['tickets'] == int(office.psql("SELECT count(*) FROM motcua.ticket WHERE hall = 10")),
       'figures of waiting: everything first', r)
tap.ok(sum(i['tickets'] for i in items if i['service'] and i['hour'] is None) == items[0]['tickets'] and
       sum(i['tickets'] for i in items if i['service'] and i['hour'] is not None) == items[0]['tickets'],
       'services and hours add up to it')
tap.ok(items[0]['wait_median'] is not None and items[0]['wait_median'] <= items[0]['wait_p90'] and items[0]['dossiers'] == 1,
       'median and 90th percentile in seconds', items[0])

# ---- the kiosk and the board as pages
page = anyone.get('/lay-so?hall=TTPVHCC')
tap.ok(page.status == 200 and '<button type="submit" name="service" value="land">' in page.text and '&lt;b&gt;&amp;' in page.text
       and '<b>&' not in page.text, 'the kiosk has a button for each service, texts are escaped', page)
tap.ok("script-src 'self'" in page.headers['Content-Security-Policy'] and '<noscript><meta http-equiv="refresh"' in page.text,
       'it needs no script: without one it renews itself')
k = re.search(r'name="key" value="([0-9a-f]+)"', page.text).group(1)
form = {'Content-Type': 'application/x-www-form-urlencoded'}
slip = anyone.send('POST', '/lay-so?hall=TTPVHCC', b'key=%s&service=civil' % k.encode(), form)
tap.ok(slip.status == 200 and '<strong>B-002</strong>' in slip.text, 'one touch gives a number', slip)
again = anyone.send('POST', '/lay-so?hall=TTPVHCC', b'key=%s&service=civil' % k.encode(), form)
tap.ok('<strong>B-002</strong>' in again.text, 'touched twice it is the same number', again)
first = anyone.get('/lay-so?hall=TTPVHCC&uu-tien=elderly&lang=en')
tap.ok('Elderly' in first.text and 'name="uu-tien" value="elderly"' in first.text, 'two touches for who goes first', first)
r = anyone.send('POST', '/lay-so?hall=TTPVHCC', b'key=%s&x=1' % k.encode(), form)
tap.ok(r.status == 400, 'a field that the form has not is refused', r)
page = anyone.get('/bang-goi?hall=TTPVHCC')
tap.ok('http-equiv="refresh"' in page.text and 'board.js' in page.text and 'A-001' in page.text,
       'the board shows calls, by itself or by its module', page)
tap.ok("script-src 'self'" in page.headers['Content-Security-Policy'] and 'unsafe' not in page.headers['Content-Security-Policy'],
       'under a strict policy')
page = anyone.get('/bang-goi?hall=%3Cscript%3E')
tap.ok('<script>' not in page.text and 'TTPVHCC_HB' in page.text, 'an unknown hall asks which', page)

# ---- outside opening hours nobody gets a number, and is told when
with open(folder + '/a.yaml', 'w', encoding='utf-8') as f:
    f.write(HALL.replace('calendar: office', 'calendar: never'))
office.stop()
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
office.settings['tickets.any_hour'] = 'false'
office.start()
desk, anyone = office.client('nga.huongdan'), office.client()
r = issue(desk, service='land')
tap.ok(r.status == 409 and r.code == 'closed' and 'ngoài giờ tiếp nhận' in r.text and 'từ 07:00 ' in r.text,
       'a closed hall gives no number and says when it does again (half an hour early)', r)
page = anyone.get('/lay-so?hall=TTPVHCC')
tap.ok(page.status == 200 and 'ngoài giờ tiếp nhận' in page.text and '<button name="service"' not in page.text,
       'the kiosk says so, too, and shows no buttons', page)
r = anyone.send('POST', '/lay-so?hall=TTPVHCC', b'key=%s&service=civil' % b'0123456789abcdef', form)
tap.ok(r.status == 422 and 'ngoài giờ tiếp nhận' in r.text, 'and takes no touch', r)

shutil.rmtree(folder)
shutil.rmtree(calendars)
office.end(tap)
