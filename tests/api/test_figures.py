"""Figures over HTTP: what each means, every cell opens its list, filters, who sees what, the period before, load, reasons,
files that no spreadsheet takes for a formula; and nothing that is past moves with a calendar that is edited."""
import csv
import datetime
import io
import os
import re
import sys
import xml.etree.ElementTree
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import TOP, Office, Tap, intake, office_now, office_day  # noqa: E402

t = Tap()
office = Office()
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
TODAY = office_day()


def rows(path):
    r = sup.get(path)
    if r.status != 200:
        raise RuntimeError('%s: %r' % (path, r))
    return {x['key']: x for x in r.json['items']}


# ---- four at the counter: two taken in, one given back, one refused; one online
codes = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(2)]
for outcome, reason in (('return', 'missing'), ('reject', 'not_competent')):
    body = intake(outcome=outcome, reasons=[reason], note='Chưa đủ', components=[{'component': 'request', 'originals': 1}],
                  applicant={'kind': 'citizen', 'name': 'Vũ Thị ' + outcome, 'id_type': 'cccd', 'id_number':
                             '03109900000%d' % (outcome == 'reject'), 'phone': '0912345678'})
    if outcome == 'return':
        body['missing'] = ['assets']
    r = lan.post('/v1/dossiers', body)
    t.ok(r.status == 201, 'the counter: %s' % outcome, r)

# ---- each figure says what it is
d = sup.get('/v1/figures/definitions').json
names = [x['name'] for x in d['figures']]
total = sup.get('/v1/figures').json['total']
t.eq([k for k, v in total.items() if isinstance(v, int)], names, 'every figure of an answer is defined, in its order')
t.eq([k for k, v in total.items() if isinstance(v, dict)], [x['name'] for x in d['rates']], 'and every rate')
t.ok(all(x[k] for x in d['figures'] + d['rates'] for k in ('title', 'title_en', 'about', 'about_en')),
     'in both languages')
t.ok(all(set(x['numerator'] + x['denominator']) <= set(names) for x in d['rates']), 'rates are made of figures')
bad = [x['name'] for x in d['rates']
       if total[x['name']]['n'] != sum(total[k] for k in x['numerator'])
       or total[x['name']]['of'] != sum(total[k] for k in x['denominator'])]
t.eq(bad, [], 'and are what they say')
t.eq((total['received'], total['first_decided'], total['first_accepted'], total['valid_first'], total['ended_other']),
     (2, 4, 2, 2, 0), 'what was given back or refused is a first submission and no receipt')

# ---- every cell opens its list, in every dimension
for by in ('agency', 'field', 'procedure', 'officer', 'channel', 'receiving', 'applicant'):
    bad = []
    for key, x in rows('/v1/figures?by=' + by).items():
        for figure in names:
            r = sup.get('/v1/figures/dossiers?figure=%s&by=%s&key=%s' % (figure, by, key))
            if r.status != 200 or len(r.json['items']) != x[figure]:
                bad.append((key, figure, x[figure], r))
    t.ok(not bad, 'by %s: each number has so many dossiers behind it' % by, bad[:3])
for by in ('day', 'week', 'month', 'quarter', 'year'):
    items = rows('/v1/figures?by=%s&from=%s' % (by, TODAY - datetime.timedelta(40)))
    t.eq(sum(x['received'] for x in items.values()), 2, 'by %s: what was received lies in its period' % by)
r = sup.get('/v1/figures/dossiers?figure=received')
t.eq(sorted(x['code'] for x in r.json['items']), sorted(codes), 'the list names the dossiers')
for q in ('', '?figure=nothing', '?figure=total&key=STC', '?figure=total&by=week&key=2026-11-02'):
    t.eq(sup.get('/v1/figures/dossiers' + q).status, 400, 'dossiers%s: 400' % q)

# ---- two dimensions: what adds up is proved on random histories (tests/verify/test_recount.py)
CROSS = '/v1/figures/cross?by=procedure&across=channel&figure='
x = sup.get(CROSS + 'received').json
t.eq(([c['key'] for c in x['columns']], [(i['key'], i['value']['n'], [c['n'] for c in i['cells']]) for i in x['items']], x['total']['value']),
     (['counter'], [('1.005416', 2, [2])], {'n': 2}), 'by procedure and channel')
x = sup.get(CROSS.replace('procedure', 'month') + 'received&from=%s' % (TODAY - datetime.timedelta(40))).json
t.eq((len(x['items']) > 1, sum(i['cells'][0]['n'] for i in x['items']), x['adds_up']), (True, 2, False),
     'months are rows; who withdraws later is no more among those received, so that they need not add up')
table = list(csv.reader(io.StringIO(sup.get(CROSS + 'first_decided&format=csv').data[3:].decode()), strict=True))
t.eq((table[0], table[-1]), (['Mã', 'Tên', 'Trực tiếp', 'Tổng số'], ['', 'Tổng số', '4', '4']), 'the file has a column for each, and totals')
book = zipfile.ZipFile(io.BytesIO(sup.get(CROSS + 'rate_valid_first&format=xlsx').data))
page = book.read('xl/worksheets/sheet1.xml').decode()
t.ok(book.testzip() is None and page.count('<v>50') == 4, 'rates with one decimal, two of four, in the row, the column and the totals', page[-900:])
for q in ('by=agency&figure=total', 'by=agency&across=agency&figure=total', 'by=week&across=month&figure=total', 'by=agency&across=channel',
          'by=agency&across=channel&figure=moon', 'by=agency&across=channel&figure=total,pending', 'by=agency&across=sky&figure=total'):
    t.eq(sup.get('/v1/figures/cross?' + q).status, 400, q + ': 400')
t.eq(sup.get('/v1/figures/cross?by=channel&across=day&figure=total&from=%s' % (TODAY - datetime.timedelta(300))).status, 409,
     'more columns than anybody reads: 409')
LIST = '/v1/figures/dossiers?figure=received&by=procedure&key=1.005416&across='
for across, n in (('channel&across_key=counter', 2), ('channel&across_key=online', 0), ('channel&across_key=counter&channel=online', 0),
                  ('agency&across_key=STC', 2), ('agency&across_key=TTPVHCC', 0), ('receiving&across_key=TTPVHCC', 2), ('receiving&across_key=STC', 0),
                  ('field&across_key=QLCS', 2), ('applicant&across_key=state', 2), ('applicant&across_key=citizen', 0),
                  ('officer&across_key=%s' % lan.get('/v1/session').json['user'], 2), ('officer&across_key=9', 0), ('field&across_key=XX', 0)):
    t.eq(len(sup.get(LIST + across).json['items']), n, 'the column %s: %d' % (across, n))
for across in ('week&across_key=2026-11-02', 'total&across_key=STC', 'sky&across_key=STC'):
    t.eq(sup.get(LIST + across).status, 400, 'the column %s: 400' % across)

# ---- only what is asked for
r = sup.get('/v1/figures?by=procedure&figures=received,rate_on_time').json
t.eq([set(x) for x in r['items'] + [r['total']]], [{'key', 'title', 'title_en', 'received', 'rate_on_time'}] * (len(r['items']) + 1),
     'figures and rates that were asked for, no other')
t.eq(r['total']['received'], total['received'], 'they are the same')
r = sup.get('/v1/figures?by=total&figures=received,rate_on_time&format=csv')
t.eq(len(r.data.decode('utf-8-sig').split('\r\n')[0].split(',')), 4, 'the file has a column for each')
for q in ('figures=', 'figures=received,', 'figures=moon', 'figures=intake_total'):
    t.eq(sup.get('/v1/figures?' + q).status, 400, q + ': 400')

# ---- filters
for q, n in (('agency=STC', 2), ('agency=TTPVHCC', 0), ('channel=counter', 2), ('channel=online', 0),
             ('applicant=state', 2), ('applicant=citizen', 0), ('procedure=1.005416', 2), ('procedure=2.001610', 0),
             ('field=QLCS', 2), ('field=G12-KH01', 0), ('receiving=TTPVHCC', 2), ('receiving=STC', 0), ('officer=999999', 0)):
    t.eq(sup.get('/v1/figures?' + q).json['total']['received'], n, '%s: %d' % (q, n))
me = lan.get('/v1/session').json['user']
t.eq(sup.get('/v1/figures?officer=%s' % me).json['total']['pending'], 2, 'the officer who holds them')

for path in ('steps', 'late', 'reasons'):
    t.eq([len(sup.get('/v1/figures/%s?%s' % (path, q)).json['items']) for q in ('channel=online', 'officer=999999', 'receiving=STC', 'channel=counter',
          'agency=STC', 'field=G12-KH01', 'procedure=2.001610')], [0, 0, 0, len(sup.get('/v1/figures/%s' % path).json['items']), 0, 0, 0],
         '%s: of nobody, of some, of all' % path)
t.ok(len(sup.get('/v1/figures/reasons').json['items']) == 2, 'and there were some')

# ---- who sees what
binh = office.client('binh.stc')
t.eq(binh.get('/v1/figures').json['total']['received'], 2, 'a head sees the department')
t.eq(list(x['key'] for x in binh.get('/v1/figures?by=agency').json['items']), ['STC'], 'and no other')
t.eq(lan.get('/v1/figures').status, 403, 'who takes in sees no figures')
t.eq(binh.get('/v1/figures?agency=TTPVHCC').json['total']['first_decided'], 0, 'naming another agency does not open it')

# ---- the period before, reporting periods
x = sup.get('/v1/figures?from=%s&to=%s&compare=1' % (TODAY + datetime.timedelta(1), TODAY + datetime.timedelta(2))).json
t.eq((x['total']['received'], x['total']['carried'], x['total']['previous']['received']), (0, 2, 2),
     'tomorrow carries over what came today')
x = sup.get('/v1/figures?period=2026-03').json
t.eq((x['from'][:10], x['to'][:10]), ('2026-02-15', '2026-03-15'), 'the reporting month runs from the 15th to the 14th')
t.eq(d['report_day'], 15, 'by configuration')

# ---- load
x = sup.get('/v1/figures/load').json
mine = next(i for i in x['items'] if i['officer'] == me)
t.eq((mine['holding'], mine['overdue'], mine['absent']), (2, 0, False), 'who took them in holds them')
t.eq(x['total']['holding'], sum(i['holding'] for i in x['items']), 'the total is theirs')
office.psql("UPDATE motcua.task SET due = now() + interval '30 days' WHERE officer = %s" % me)
mine = next(i for i in sup.get('/v1/figures/load').json['items'] if i['officer'] == me)
t.eq((mine['todo_next'], mine['capacity_next'], mine['percent_next'], mine['absent_next']), (0, 60, 0, False),
     'and can do what the configuration says of the role')
office.psql("UPDATE motcua.task SET due = now() - interval '1 day' WHERE officer = %s" % me)
one = next(i for i in sup.get('/v1/figures/load').json['items'] if i['officer'] == me)
t.eq((one['overdue'], one['todo_next'], one['percent_next']), (2, 2, 3), 'what is overdue must be done too: 2 of 60')
office.psql("INSERT INTO motcua.absence (account, from_day, to_day, reason, entered_by) VALUES (%s, '%s', '%s', 'leave', %s)"
            % (me, TODAY + datetime.timedelta(1), TODAY + datetime.timedelta(9), me))
one = next(i for i in sup.get('/v1/figures/load').json['items'] if i['officer'] == me)
t.eq((one['absent'], one['absent_next'], one['capacity_next'], one['percent_next']), (False, True, 0, None), 'on leave nothing')
office.psql('UPDATE motcua.absence SET ended_at = now(), ended_by = %s WHERE account = %s' % (me, me))
idle = [i for i in x['items'] if i['holding'] == 0 and i['name']]
t.ok(len(idle) > 5 and all(i['oldest_due'] is None for i in idle), 'who may take work and has none is told too')
x = office.client('binh.stc').get('/v1/figures/load').json
t.ok('STC' in {i['agency']['agency'] for i in x['items']} and me not in [i['officer'] for i in x['items']],
     'a head sees those of the department', x)

# ---- reasons
x = {(i['what'], i['reason']): i for i in sup.get('/v1/figures/reasons').json['items']}
t.ok(x['returned', 'missing']['n'] == 1 and x['rejected', 'not_competent']['dossiers'] == 1, 'reasons are counted', x)
t.ok(x['returned', 'missing']['title'] and x['returned', 'missing']['attribution'], 'with words and whose doing it is', x)

# ---- files that a spreadsheet opens: whatever stands in a name stays a text, and the file can be read
def stored(name):
    return "U&'%s'" % ''.join(c if c.isascii() and c.isalnum() else '\\+%06x' % ord(c) for c in name)


SHEET = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
for name, told in [(x, "'" + x) for x in ('=1+1', '+84', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1', '\u00a0=1', '\u200b=1', '\ufeff=1',
                                          '\u202e=1', '\uff1d1', '\uff0b1', '\uff0d1', '\uff20x')] + \
        [(x, x) for x in ('a\n=1', 'a,=1', 'a;"=1"', '&lt;<b>', 'a\x01b', 'Đỗ Thị Ưởng', '\u2212 1')] + [('a\ufffeb\uffff', None)]:
    office.psql('UPDATE motcua.account SET name = %s WHERE id = %s' % (stored(name), me))
    r = sup.get('/v1/figures/dossiers?figure=received&format=csv')
    row = list(csv.reader(io.StringIO(r.data[3:].decode(), newline=''), strict=True))[1]
    t.eq(row[6], told or name, 'CSV: %r' % name)
    r = sup.get('/v1/figures/dossiers?figure=received&format=xlsx')
    page = xml.etree.ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(r.data)).read('xl/worksheets/sheet1.xml'))
    cell = next(c for c in page.iter(SHEET + 'c') if c.get('r') == 'G2')
    said = ''.join(x.text for x in cell.iter(SHEET + 't')).replace('_x000D_', '\r').replace('_x0001_', '\x01')
    t.eq((cell.get('t'), said, len(list(page.iter(SHEET + 'f')))), ('inlineStr', told or 'a\ufffdb\ufffd', 0), 'XLSX: %r' % name)

# ---- files
office.psql("UPDATE motcua.account SET name = '=HYPERLINK(\"x\"),\"a\"' WHERE id = %s" % me)
r = sup.get('/v1/figures/dossiers?figure=received&format=csv')
t.ok(r.data.startswith(b'\xef\xbb\xbf') and r.headers['Content-Type'].startswith('text/csv'), 'CSV with its mark', r)
t.ok('_%s_%s.csv' % (TODAY.replace(day=1), TODAY) in r.headers['Content-Disposition'], 'its name says the period', r.headers)
table = list(csv.reader(io.StringIO(r.data[3:].decode()), strict=True))
t.eq([x[0] for x in table[1:]], sorted(codes), 'one row a dossier')
t.ok(all(len(x) == len(table[0]) for x in table) and table[1][6] == '\'=HYPERLINK("x"),"a"',
     'a name that looks like a formula is a text', table[1])
t.ok(all(b'\r\n' in x + b'\r\n' for x in r.data.split(b'\r\n')) and r.data.endswith(b'\r\n'), 'lines end as RFC 4180 says')
r = sup.get('/v1/figures/dossiers?figure=received&format=xlsx')
book = zipfile.ZipFile(io.BytesIO(r.data))
page = book.read('xl/worksheets/sheet1.xml').decode()
t.ok(book.testzip() is None and '<f>' not in page and '&apos;=HYPERLINK' in page.replace("'=", '&apos;='),
     'the same as XLSX: no formula in it', page[:800])
t.eq(page.count('<row '), 3, 'a head and two rows')
r = sup.get('/v1/figures?by=agency&format=xlsx')
book = zipfile.ZipFile(io.BytesIO(r.data))
t.ok('Định nghĩa' in book.read('xl/workbook.xml').decode(), 'a page of the file explains the figures')
r = sup.get('/v1/figures?by=agency', Accept='text/csv')
table = list(csv.reader(io.StringIO(r.data[3:].decode()), strict=True))
t.ok(len(table) == 4 and table[-1][0] == '' and '50.0' in table[-1], 'rows, the total, rates with one decimal', table)
t.eq(sup.get('/v1/figures?format=docx').status, 400, 'another format: 400')
for path in ('figures?by=day', 'figures?by=week&figures=received', 'figures/topics/reception?by=day', 'figures/cross?by=agency&across=day&figure=received', 'figures/cross?by=day&across=agency&figure=received'):
    r = [sup.get('/v1/%s&to=%s&from=%s' % (path, TODAY + datetime.timedelta(1), TODAY - datetime.timedelta(n * (7 if 'week' in path else 1)))) for n in (398, 401)]
    t.ok(r[0].status in (200, 409) and r[1].status == 400 and '400' in r[1].json['detail'], '%s: more periods than rows are refused; the last row was of all that was left' % path, r)
r = sup.post('/v1/reports/frozen', {'question': {'report': 'figures', 'by': 'day', 'from': str(TODAY - datetime.timedelta(500)), 'to': str(TODAY)}})
t.ok(r.status == 422 and [x['pointer'] for x in r.json['errors']] == ['/question/by'], 'nor are they frozen', r)
eng = office.client('giang.giamsat', lang='en')
for q, name in (('from=2026-02-30', 'from: '), ('from=2026-03-01&to=01/04/2026', 'to: '), ('agency=NOWHERE', 'agency: '), ('receiving=NOWHERE', 'receiving: '),
                ('field=XX', 'field: '), ('procedure=%27%20OR%201', 'procedure: '), ('applicant=alien', 'applicant: '), ('channel=fax', 'channel: '),
                ('from=2026-03-01&as_of=2026-02-01T00:00:00%2B07:00', 'as_of'), ('from=2026-03-01&to=2026-02-01', '')):
    for path in ('', '/late', '/steps'):
        both = [x.get('/v1/figures%s?%s' % (path, q)) for x in (sup, eng)]
        t.ok(all(r.status == 400 and r.json['detail'].startswith(name) for r in both) and both[0].json['detail'] != both[1].json['detail'],
             '%s %s: says which and what to put there' % (path, q), both)
en = office.client('giang.giamsat', lang='en').get('/v1/figures?by=agency&format=csv').data.decode()
t.ok('Received in the period' in en and 'Department of Finance' in en, 'in English when asked')
n = int(office.psql("SELECT count(*) FROM motcua.audit WHERE what = 'export'"))
t.ok(n >= 5, 'every file that left stands in the audit', n)

# ---- a calendar that is edited moves nothing that was told
moment = office_now().strftime('%Y-%m-%dT%H:%M:%S%%2B07:00')
asked = ['/v1/figures?by=agency&as_of=' + moment, '/v1/figures/dossiers?figure=pending&as_of=' + moment,
         '/v1/reports/ii06a?as_of=' + moment]
before = [sup.get(x).data for x in asked]
days = office.dir + '/calendars'
os.makedirs(days)
for name in os.listdir(TOP + '/config/calendars'):
    if name.endswith('.yaml'):
        text = open(TOP + '/config/calendars/' + name, encoding='utf-8').read()
        with open(days + '/' + name, 'w', encoding='utf-8') as f:
            f.write(text.replace('17:00', '16:30'))
config = open(office.file).read()
office.write('motcua.yaml', config.replace(TOP + '/config/calendars', days), 0o644)
epoch = office.psql('SELECT epoch FROM motcua.config_state')
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri')
t.ok(office.psql('SELECT epoch FROM motcua.config_state') != epoch, 'another calendar is in force')
t.ok([sup.get(x).data for x in asked] == before, 'what is asked as of before has the same bytes')

# ---- the narrow rows are what the dossiers say
office.psql('SELECT motcua.figure_catch_up(1000)')
wrong = office.psql("""
    SELECT count(*) FROM motcua.dossier d FULL JOIN motcua.figure_dossier f ON f.dossier = d.id
     WHERE (d.first_decided IS NOT NULL OR d.accepted IS NOT NULL)
       AND (f.first_decided, f.accepted, f.original, f.basis, f.current, f.supplemented, f.closed, f.receiving,
            f.competent, f.channel, f.procedure, f.resolved)
           IS DISTINCT FROM (d.first_decided, d.accepted, d.original_due, d.basis_due, d.current_due, d.supplemented,
            d.closed, d.receiving, d.competent, d.channel, d.procedure, d.finished IS NOT NULL)""")
t.eq(wrong, '0', 'the rows that are counted agree with the dossiers')
office.end(t)
