"""Pages for everybody: appointments without an account, the public list of procedures; every page
balanced, labelled, in both languages, escaped, small, without inline script or style."""
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from urllib.parse import urlencode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Client, Office, Tap, together  # noqa: E402

HALL = '''
hall: TTPVHCC
calendar: everyday
hotline: "0225 0000 123"
address: {vi: "Số 1 <i>Hoàng Diệu</i>", en: "1 <i>Hoàng Diệu</i>"}
services:
  - {service: land, letter: A, name: {vi: "Đất đai", en: "Land"}, minutes: 10, fields: [G13-TN02], slots: 2}
  - {service: other, letter: B, name: {vi: "Khác", en: "Other"}, minutes: 10}
counters: [{counter: 1, serves: [land, other]}]
appointments: {slot: 30, days_ahead: 7, head_start: 15, grace: 15, per_phone: 2}
'''
EVERYDAY = '''
calendar: everyday
name: {vi: "Mỗi ngày", en: "Every day"}
timezone: Asia/Ho_Chi_Minh
from: 2025-01-01
until: 2030-12-31
week: {%s}
day_minutes: 480
''' % ', '.join('%s: [00:00-24:00]' % d for d in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'))
VOID = {'meta', 'link', 'input', 'br', 'img', 'wbr', 'path'}
tap = Tap()


class Checker(HTMLParser):
    """Balance, labels, ids, names of what can be pressed; no inline script, style or handler."""

    def __init__(self):
        super().__init__()
        self.stack, self.wrong, self.ids, self.fors, self.fields, self.heads = [], [], set(), set(), [], []
        self.label = 0

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag not in VOID:
            self.stack.append(tag)
        self.wrong += ['inline ' + k for k in a if k.startswith('on') or k == 'style']
        if tag == 'style' or (tag == 'script' and 'src' not in a):
            self.wrong.append('inline ' + tag)
        for k in ('href', 'src', 'action'):
            if re.match(r'(https?:)?//', a.get(k) or ''):
                self.wrong.append('outside: ' + a[k])
        if 'id' in a:
            if a['id'] in self.ids:
                self.wrong.append('id twice: ' + a['id'])
            self.ids.add(a['id'])
        if tag == 'label':
            self.label += 1
            self.fors.add(a.get('for'))
        if tag in ('input', 'select') and a.get('type') != 'hidden' and not self.label:
            self.fields.append(a.get('id'))
        if tag == 'img' and not a.get('alt'):
            self.wrong.append('img without alt')
        if re.match('h[1-6]$', tag):
            self.heads.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        if tag not in VOID:
            self.wrong.append('self-closed ' + tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append('unbalanced ' + tag)
        if tag == 'label':
            self.label -= 1

    def result(self):
        jumps = [b for a, b in zip([0] + self.heads, self.heads) if b > a + 1]
        return (self.wrong + ['left open: ' + x for x in self.stack] + ['heading jumps'] * bool(jumps) +
                ['no label: %s' % f for f in self.fields if f not in self.fors] +
                ['headings: %s' % self.heads] * (self.heads.count(1) != 1))


def check(name, r, lang='vi', status=200, most=60000):
    c = Checker()
    c.feed(r.text)
    c.close()
    wrong = c.result()
    if r.status != status:
        wrong.append('status %d' % r.status)
    if '<html lang="%s">' % lang not in r.text or r.headers['Content-Language'] != lang:
        wrong.append('language')
    policy = r.headers['Content-Security-Policy']
    if 'unsafe' in policy or "default-src 'none'" not in policy:
        wrong.append(policy)
    if len(r.data) > most:
        wrong.append('%d bytes' % len(r.data))
    tap.eq(wrong, [], name)


folder = '/tmp/motcua-pages-%d' % os.getpid()
calendars = folder + '-calendars'
top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
for d in (folder, calendars):
    os.mkdir(d)
    os.chmod(d, 0o755)
for name in os.listdir(top + '/config/calendars'):
    with open(top + '/config/calendars/' + name, encoding='utf-8') as f, open(calendars + '/' + name, 'w', encoding='utf-8') as g:
        g.write(f.read())
for path, text in ((folder + '/a.yaml', HALL), (calendars + '/everyday.yaml', EVERYDAY)):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
office = Office(directories__halls=folder, directories__calendars=calendars)
web = office.client()
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


def send(path, client=web, **fields):
    return client.raw('POST', path, urlencode({k: v for k, v in fields.items() if v is not None}).encode(), FORM)


# ---- every page in both languages
for path in ('/', '/tra-cuu', '/dang-nhap', '/thu-tuc', '/thu-tuc?q=dat+dai', '/thu-tuc?q=khong-co-gi', '/thu-tuc/' + FINANCE,
             '/thu-tuc/2.000815', '/thu-tuc/1.115613', '/dat-lich', '/dat-lich?hall=TTPVHCC&service=land', '/dat-lich/ma', '/bang-goi'):
    for lang in ('vi', 'en'):
        check('%s in %s: balanced, labelled, without anything inline' % (path, lang),
              web.get(path + ('&' if '?' in path else '?') + 'lang=' + lang), lang)
check('a kiosk that is not open says so', web.get('/lay-so'), status=403)
css = len(web.raw('GET', '/web/site.css').data) + len(web.raw('GET', '/web/hall.css').data)
tap.ok(css < 20000, 'both style sheets are small', css)
tap.eq(web.raw('GET', '/web/layout.html').status, 404, 'frames are no files to fetch')

# ---- procedures
page = web.get('/thu-tuc?q=%C4%91%E1%BA%A5t+%C4%91ai').text
tap.ok('/thu-tuc/1.115613' in page and page == web.get('/thu-tuc?q=%C4%91%E1%BA%A5t+%C4%91ai').text and
       re.findall('href="/thu-tuc/[^"]*', page) == re.findall('href="/thu-tuc/[^"]*', web.get('/thu-tuc?q=DAT+dai').text),
       'search with and without accents finds the same')
tap.ok('/thu-tuc/%s?' % FINANCE in web.get('/thu-tuc?q=005416').text, 'and by code')
page = web.get('/thu-tuc?field=G15-TP07').text
tap.ok('<h2>Hộ tịch</h2>' in page and page.count('<h2>') == 1, 'one field alone')
xss = web.get('/thu-tuc?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E').text
tap.ok('<script' not in xss and '&lt;script&gt;' in xss, 'what was typed is shown escaped')
page = web.get('/thu-tuc/' + FINANCE).text
order = ['<h1>', 'Mã thủ tục', 'Trình tự thực hiện', 'Cách thức thực hiện', 'Thành phần hồ sơ', 'Số lượng hồ sơ: 01 bộ', 'Phí, lệ phí',
         'Thời hạn giải quyết', 'Căn cứ pháp lý', 'Kết quả</h2>']
places = [page.find(x) for x in order]
tap.ok(-1 not in places and places == sorted(places), 'headings in the national order', list(zip(order, places)))
svg = web.raw('GET', '/thu-tuc/%s/so-do.svg' % FINANCE)
tap.ok(svg.status == 200 and svg.headers['Content-Type'] == 'image/svg+xml' and 'role="img"' in svg.text,
       'the diagram, for everybody', svg.status)
tap.eq(web.get('/thu-tuc/9.999999').status, 404, 'an unknown procedure')
# how long it usually takes: 20 with a result, 3 of them withdrawn or long ago, the rest after 1, 2 … 17 days; one more would be a person
USUAL = """SET session_replication_role = replica; INSERT INTO motcua.figure_dossier (dossier, officer, first_decided, accepted, original, basis,
        current, due_at, closed, receiving, competent, channel, resolved, refused, first_accepted, refused_incomplete, by_officer, moved, procedure, applicant)
    SELECT 7000000000 + g, 0, x.at, x.at, x.at, x.at, x.at, x.at, x.at + make_interval(days => g), 11, 10, 1, g <> 18, false, true, false, false, false, '%s', 'citizen'
      FROM generate_series(%d, %d) g CROSS JOIN LATERAL (SELECT now() - make_interval(days => CASE WHEN g > 18 THEN 500 ELSE 40 END) AS at) x"""
tap.ok('Thường mất' not in page, 'nothing is usual before there are dossiers')
office.psql(USUAL % (FINANCE, 1, 4))
tap.ok('Thường mất' not in web.get('/thu-tuc/' + FINANCE).text, 'nor of four: one could be meant')
office.psql(USUAL % (FINANCE, 5, 20))
page2 = web.get('/thu-tuc/' + FINANCE).text
tap.ok('Thường mất: một nửa số hồ sơ không quá 9 ngày, chín phần mười không quá 16 ngày' in page2 and 'tính trên 17 hồ sơ' in page2,
       'the usual time: median and 90th percentile', re.findall('Thường mất.*', page2))
tap.ok('half of the dossiers took no more than 9 days, nine of ten no more than 16 days' in web.get('/thu-tuc/%s?lang=en' % FINANCE).text, 'in English')
tap.ok('/dat-lich?procedure=1.115613' in web.get('/thu-tuc/1.115613').text and
       '/dat-lich?procedure' not in page, 'an appointment is offered where a hall gives them')

# ---- booking
def days():
    return re.findall(r'day=(\d{4}-\d\d-\d\d)', web.get('/dat-lich?service=land').text)


def slots(day):
    page = web.get('/dat-lich?service=land&day=' + day)
    return page, re.findall(r'name="slot" value="([^"]+)"', page.text), re.search(r'name="key" value="([^"]+)"', page.text)


day = days()[2]
page, free, key = slots(day)
check('the slots of a day', page)
tap.ok(len(free) == 48 and '&lt;i&gt;Hoàng Diệu' in web.get('/dat-lich').text + send('/dat-lich', key=key.group(1), hall='TTPVHCC',
       service='land', slot=free[0], phone='0912 345 678', name='<b>Lan</b>').text, 'forty-eight half hours; addresses are escaped', len(free))
again = send('/dat-lich', key=key.group(1), hall='TTPVHCC', service='land', slot=free[0], phone='0912 345 678', name='<b>Lan</b>')
check('booked', again)
code = re.search(r'<strong>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>', again.text).group(1)
tap.eq(office.psql("SELECT count(*), max(phone) FROM motcua.appointment"), '1|0912345678', 'sent twice it is one appointment')
tap.ok('<svg' in again.text and '<b>Lan' not in again.text, 'with a QR code, without the name')
tap.ok(code.replace('-', '') not in office.psql("SELECT row_to_json(a) FROM motcua.appointment a"), 'the code is kept as a hash only')


homes = iter(range(2, 250))


def book(slot, phone='0912345678', key=None, client=None, **more):
    """From another address each time, as from homes."""
    key = key or os.urandom(8).hex()
    client = client or Client(office, peer='127.0.0.%d' % next(homes))
    return client.send('POST', '/v1/appointments', dict({'service': 'land', 'slot': slot, 'phone': phone, 'key': key}, **more))


r = book(free[0], '0900000001')
tap.ok(r.status == 201, 'a second one in the slot', r)
r = book(free[0], '0900000002')
tap.ok(r.status == 409, 'the third does not fit', r)
r = book(free[1])
tap.ok(r.status == 201, 'two a day of one phone', r)
r = book(free[2])
tap.ok(r.status == 409 and 'Số điện thoại' in r.text, 'not a third', r)
tap.eq(book(slots(days()[3])[1][0]).status, 201, 'another day is another matter')
r = book(free[3], '0911111111', procedure='1.115613', service=None)
tap.ok(r.status in (201, 422), 'by procedure', r)
for bad, slot, phone in (('a past slot', '2026-01-05T08:00:00+07:00', '0912345670'), ('no slot', day + 'T08:10:00+07:00', '0912345670'),
                         ('no phone', free[5], '12345678')):
    r = book(slot, phone)
    tap.ok(r.status == 422, bad + ' is refused', r)
ten = [Client(office, peer='127.0.0.%d' % next(homes)) for _ in range(10)]
got = together([lambda i=i: book(free[9], '09%08d' % i, client=ten[i]).status for i in range(10)])
tap.eq(sorted(got), [201] * 2 + [409] * 8, 'ten at one moment for two places: two get one')
slots_json = web.get('/v1/appointments/slots?service=land&day=' + day).json['items']
tap.ok(slots_json[0]['left'] == 0 and slots_json[1]['left'] == 1 and slots_json[9]['left'] == 0, 'what is left is told', slots_json[:2])
tap.ok(free[0] not in slots(day)[1], 'a full slot is not offered')
r = send('/dat-lich', key='k' * 20, hall='TTPVHCC', service='land', slot=free[7], phone='abc')
check('a wrong phone shows the form again, filled in', r, status=422)
tap.ok('role="alert"' in r.text and 'value="abc"' in r.text and 'Lỗi' in r.text and ' checked' in r.text, 'and says what is wrong', r)
tap.eq(send('/dat-lich', key='k' * 20, hall='TTPVHCC', service='other', slot=free[7], phone='0912345671').status, 400,
       'a service without appointments')

# ---- by its code
r = send('/dat-lich/ma', code=code.lower())
check('looked at by its code', r)
ics = send('/dat-lich/lich', code=code)
tap.ok(ics.status == 200 and ics.text.startswith('BEGIN:VCALENDAR\r\n') and 'DTSTART:' in ics.text and
       'attachment' in ics.headers['Content-Disposition'], 'its calendar file', ics)
check('a code that nobody has', send('/dat-lich/ma', code='0000-0000'), status=404)
r = send('/dat-lich/huy', code=code)
tap.ok(r.status == 200 and 'đã hủy' in r.text and slots(day)[1][0] == free[0], 'cancelled: its place is free again', r)
tap.eq(send('/dat-lich/huy', code=code).status, 200, 'cancelled twice is cancelled')

# ---- it gets a number at its time
today = office.psql("SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date")
free = slots(today)[1] if today in days() else []
desk = office.client('nga.huongdan')
if free:
    early = book(free[-1], '0988888888').json
    r = desk.post('/v1/tickets', {'appointment': early['code'].replace('-', '')})
    tap.ok(r.status == 201 and r.json['service'] == 'land', 'at the kiosk the code gives a number of its service', r)
    again = desk.post('/v1/tickets', {'appointment': early['code'].replace('-', '')})
    tap.eq(again.json['ticket'], r.json['ticket'], 'scanned twice it is the same number')
    walk = desk.post('/v1/tickets', {'service': 'land'})
    lan = office.client('lan.tiepnhan')
    if free[-1] > office.psql("SELECT to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh' + interval '20 minutes', 'YYYY-MM-DD\"T\"HH24:MI')"):
        got = lan.post('/v1/tickets/call', {'counter': 1}).json['current']['label']
        tap.eq(got, walk.json['label'], 'who is here goes before a slot that is still to come')
    r = web.send('POST', '/v1/appointments/cancel', {'code': early['code']})
    tap.eq(r.status, 409, 'an appointment that was used is not cancelled')
later = book(slots(day)[1][20], '0977777777').json
r = desk.post('/v1/tickets', {'appointment': later['code'].replace('-', '')})
tap.ok(r.status == 409 and r.code == 'too-late', 'an appointment of another day gives none', r)
tap.eq(desk.post('/v1/tickets', {'appointment': 'BBBBCCCC'}).status, 404, 'nor does an unknown code')

# ---- rates
last = None
for i in range(12):
    last = send('/dat-lich/ma', code='0000-%04d' % i)
tap.ok(last.status == 429 and 'Retry-After' in last.headers, 'wrong codes from one address: 429 soon', last)
last = None
for i in range(30):
    last = book(slots_json[30]['slot'], '09%08d' % (500 + i), client=web)
tap.ok(last.status == 429, 'bookings from one address are limited', last)

# ---- a device is opened with its code
token = office.write('kiosk.token', 'mo-ki-ot-so-1', 0o600)
office.stop()
office.settings['kiosk.token_file'] = token
office.start()
kiosk = office.client()
check('closed: it asks for the code', kiosk.get('/lay-so'), status=403)
tap.eq(send('/lay-so/mo', kiosk, token='sai').status, 403, 'a wrong code does not open it')
r = send('/lay-so/mo', kiosk, token='mo-ki-ot-so-1')
tap.ok(r.status == 200 and 'HttpOnly' in r.headers['Set-Cookie'] and 'SameSite=Strict' in r.headers['Set-Cookie'], 'the right one does', r)
kiosk.cookie = r.headers['Set-Cookie'].split(';')[0]
page = kiosk.get('/lay-so')
check('then it gives numbers', page)
tap.eq(office.client().get('/lay-so').status, 403, 'another device stays closed')
shutil.rmtree(folder)
shutil.rmtree(calendars)
office.end(tap)
