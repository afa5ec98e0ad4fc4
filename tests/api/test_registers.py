"""The register book (sổ theo dõi hồ sơ, Circular 01/2018 art. 10): one a unit, field and year, numbered from 01 in the order of
receipt without gaps, in volumes; closed after its year, when nothing can be added to it; printed across an A4."""
import csv
import hashlib
import os
import re
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office(reports__settled=5, reports__register_volume=10, reports__register_fields='HT-CT=G15-TP07+G15-TP11')
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
head = office.client('son.giamdoc')
YEAR = office_day().year
BOOK = '/v1/registers/entries?field=%s&year=%d&limit=200'


def words(pdf):
    out = subprocess.run(['pdftotext', '-', '-'], input=pdf, stdout=subprocess.PIPE).stdout
    return ' '.join(out.decode().split())


def take_in(**changes):
    return lan.post('/v1/dossiers', intake(**changes)).json['code']


def certified():
    return lan.post('/v1/dossiers', {
        'procedure': '2.000908', 'applicant': {'kind': 'citizen', 'name': 'Nguyễn Văn An', 'id_type': 'cccd', 'id_number': '031085000001'},
        'form': {'copies': 1, 'for_other': False}, 'components': [{'component': 'identity', 'presented': True}]})


def numbers(client, field='QLCS', year=YEAR):
    return [(e['number'], e['code']) for e in client.get(BOOK % (field, year)).json['items']]


def entered():
    return int(office.psql('SELECT count(*) FROM motcua.register_entry'))


# ---- taking in writes nothing into the book; whoever looks finds every dossier, in the order of receipt
codes = [take_in() for _ in range(4)]
t.eq(entered(), 0, 'taking in costs nothing more: the book is written when somebody needs it')
t.eq(numbers(lan), list(enumerate(codes, 1)), 'numbered from 1 in the order of receipt')
one = certified()
t.ok(one.status == 201, 'one of another field', one)
other = one.json['code']
books = {b['field']: b for b in lan.get('/v1/registers').json['items']}
t.eq({f: (b['year'], b['last'], b['volumes'], b['closed']) for f, b in books.items()},
     {'QLCS': (YEAR, 4, 1, None), 'HT-CT': (YEAR, 1, 1, None)}, 'each field has a book of its own, those of a group have one')
t.eq(books['QLCS']['title'], 'Quản lý công sản', 'which is named')
t.eq(books['HT-CT']['title'], 'Hộ tịch; Chứng thực', 'a shared one by all its fields')
t.eq(numbers(lan, 'HT-CT'), [(1, other)], 'and numbered by itself')

# ---- the receipt says where it stands; a dossier taken in before it stands before it
late = take_in()
code = take_in()
said = words(lan.get('/v1/dossiers/%s/receipt.pdf' % code).data)
t.ok('QLCS-01/%d' % YEAR in said and 'Số thứ tự: 06' in said, 'the receipt names volume and number', said)
t.eq(numbers(lan)[4:], [(5, late), (6, code)], 'though that of the one before was not printed')
first = lan.get('/v1/dossiers/%s/receipt.pdf' % code)
t.ok('Số thứ tự: 06' in words(first.data), 'the same number on a reprint')
t.eq([p['same'] for p in lan.get('/v1/dossiers/%s/prints' % code).json['items']], [True, True], 'of the same paper')
said = words(lan.get('/v1/dossiers/%s/control-slip.pdf' % code).data)
t.ok('QLCS-01/%d, số thứ tự: 06' % YEAR in said, 'the control slip goes with it', said)

# ---- many counters at once: no gap, nothing twice; volumes
again = [[] for _ in range(4)]


def counter(mine):
    c = office.client('lan.tiepnhan')
    for _ in range(5):
        r = c.post('/v1/dossiers', intake())
        c.get('/v1/dossiers/%s/receipt.pdf' % r.json['code'])
        mine.append(r.json['code'])


threads = [threading.Thread(target=counter, args=(m,)) for m in again]
for x in threads:
    x.start()
for x in threads:
    x.join()
now = lan.get(BOOK % ('QLCS', YEAR)).json
t.eq([e['number'] for e in now['items']], list(range(1, 27)), 'numbers run on without a gap')
t.eq({e['code'] for e in now['items']}, set(codes) | {late, code} | {c for m in again for c in m}, 'each dossier once')
for m in again:
    at = [[e['code'] for e in now['items']].index(c) for c in m]
    t.eq(at, sorted(at), 'what one counter took in stands in its order')
t.eq([e['volume'] for e in now['items']], [1] * 10 + [2] * 10 + [3] * 6, 'ten entries fill a volume')
t.eq(now['volumes'], 3, 'the third is written')
part = lan.get(BOOK % ('QLCS', YEAR) + '&volume=2').json
t.eq([e['number'] for e in part['items']], list(range(11, 21)), 'one volume alone')
page = lan.get('/v1/registers/entries?field=QLCS&limit=20').json
rest = lan.get('/v1/registers/entries?field=QLCS&limit=20&cursor=' + page['next']).json
t.eq([e['number'] for e in page['items'] + rest['items']], list(range(1, 27)), 'page by page')

# ---- printed and exported: the fields of the form
r = lan.get('/v1/reports/register.pdf?field=QLCS&volume=2')
said = words(r.data)
t.ok(r.status == 200 and 'SỔ THEO DÕI HỒ SƠ' in said and 'Quyển số: QLCS-02/%d' % YEAR in said and 'Quản lý công sản' in said,
     'a volume across an A4', said[:600])
for what in [str(n) for n in range(11, 21)] + ['Tên cá nhân, tổ chức', 'Ký nhận', 'Ghi chú', 'Trường THPT Ngô Quyền']:
    t.ok(what.replace(' ', '') in said.replace(' ', ''), 'with ' + what)
t.eq(lan.get('/v1/reports/register.pdf').status, 400, 'which book, it asks')
t.eq(lan.get('/v1/reports/register.pdf?field=KHONG').status, 404, 'a book that is not there')
rows = list(csv.reader(lan.get('/v1/registers/entries?field=QLCS&format=csv').text.lstrip('\ufeff').splitlines()))
t.eq([r[0] for r in rows[1:27]], [str(n) for n in range(1, 27)], 'all of them as CSV')
t.ok(lan.get('/v1/registers/entries?field=QLCS&format=xlsx').data[:2] == b'PK', 'and as XLSX')
t.eq(sup.get('/v1/registers/entries?field=QLCS').status, 403, 'names of applicants are not for those who only read')
t.ok(sup.get('/v1/registers?agency=TTPVHCC').json['items'], 'which books there are, they see')
t.eq(office.client('minh.congsan').get(BOOK % ('QLCS', YEAR)).status, 403, 'nor for other units')


# ---- closing
def close(last, year=YEAR, field='QLCS', client=None):
    return (client or head).post('/v1/registers/close', {'agency': 'TTPVHCC', 'field': field, 'year': year, 'last': last})


t.eq(close(26).status, 409, 'not before its year is over')
t.eq(close(26, client=lan).status, 403, 'nor by anybody but the head of the unit')
t.eq(close(1, field='KHONG').status, 404, 'nor one that is not there')

# Last year, as if the dossiers had been taken in then: what was entered, what nobody looked at yet, and one of this year.
office.psql("SET session_replication_role = replica; ALTER TABLE motcua.register_entry DISABLE TRIGGER ALL; "
            "TRUNCATE motcua.register_entry; ALTER TABLE motcua.register_entry ENABLE ALWAYS TRIGGER append_only, "
            "ENABLE ALWAYS TRIGGER append_only_truncate, ENABLE ALWAYS TRIGGER register_kept; "
            "ALTER TABLE motcua.register_book DISABLE TRIGGER ALL; DELETE FROM motcua.register_book; ALTER TABLE motcua.register_book "
            "ENABLE ALWAYS TRIGGER register_kept; DELETE FROM motcua.register_unit; "
            "UPDATE motcua.dossier SET accepted = accepted - interval '1 year' WHERE code <> '%s'" % code)
t.eq([n for n, _ in numbers(lan, year=YEAR - 1)], list(range(1, 26)), 'the book of last year')
t.eq(numbers(lan), [(1, code)], 'and that of this year begins with 1')
t.eq(close(24, YEAR - 1).status, 409, 'who saw another last number looks again')
r = close(25, YEAR - 1)
t.ok(r.status == 200 and r.json['closed'] and r.json['closed_by_name'] and r.json['last'] == 25, 'closed: when, by whom, with which number', r)
digest = r.json['digest']
t.eq(close(25, YEAR - 1).json, r.json, 'closed again by the same person: the same answer')
said = office.psql("SELECT string_agg(' ' || e.number || ' ' || d.code || ' ' || encode((SELECT v.hash FROM motcua.dossier_event v "
                   "WHERE v.dossier = d.id AND v.kind = 'ACCEPTED'), 'hex'), '|' ORDER BY e.number) FROM motcua.register_entry e "
                   "JOIN motcua.dossier d ON d.id = e.dossier WHERE e.year = %d AND e.field = 'QLCS'" % (YEAR - 1))
mine = hashlib.sha256(('%s/QLCS/%d/25' % (office.psql("SELECT id FROM motcua.agency WHERE key = 'TTPVHCC'"), YEAR - 1)).encode())
for line in said.split('|'):
    number, of, event = line.split()
    mine.update((' %s %s ' % (number, of)).encode() + bytes.fromhex(event))
t.eq(mine.hexdigest(), digest, 'its digest is over number, code and acceptance of each entry: recounted in Python')
book = lan.get('/v1/reports/register.pdf?field=QLCS&year=%d' % (YEAR - 1)).data
said = words(book)
t.ok('Khóa sổ lúc' in said and 'số cuối: 25' in said and digest in said.replace(' ', ''), 'the print says so', said[-800:])
pages = [' '.join(p.split()) for p in subprocess.run(['pdftotext', '-', '-'], input=book, stdout=subprocess.PIPE).stdout.decode().split('\f')[:-1]]
t.ok(len(pages) > 2 and all('Mã hồ sơ' in p and '%d/%d' % (i, len(pages)) in p for i, p in enumerate(pages, 1)),
     'the head of the table and the number of the page stand on each', pages)
t.ok('NGƯỜI LẬP' in pages[-1] and 'Khóa sổ' in pages[-1], 'who signs it signs under the sum', pages[-1])

# ---- after closing nothing is added: what comes late stands in the next book, with a note
more = take_in()
office.psql("UPDATE motcua.dossier SET accepted = accepted - interval '1 year' WHERE code = '%s'; "
            "UPDATE motcua.register_unit SET upto = '-infinity'" % more)
t.eq(numbers(lan), [(1, code), (2, more)], 'entered late: the next number of this year')
x = lan.get(BOOK % ('QLCS', YEAR)).json['items']
t.ok(x[0]['note'] is None and str(YEAR - 1) in x[1]['note'], 'with a note', x[1])
t.eq(len(numbers(lan, year=YEAR - 1)), 25, 'the closed book is as it was')
for sql, what in (("INSERT INTO motcua.register_entry (dossier, agency, field, year, number, volume) SELECT -1, agency, field, year, 26, 3 "
                   "FROM motcua.register_book WHERE closed IS NOT NULL", 'added to'),
                  ('UPDATE motcua.register_book SET closed = NULL, closed_by = NULL, digest = NULL WHERE closed IS NOT NULL', 'opened again'),
                  ('DELETE FROM motcua.register_book WHERE closed IS NOT NULL', 'thrown away'),
                  ('DELETE FROM motcua.register_entry WHERE number = 3', 'thinned out')):
    r = subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-c', 'SET ROLE motcua_owner; ' + sql, office.conninfo],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    t.ok(r.returncode != 0, 'a closed book cannot be %s, by the owner of its tables neither' % what, r.stdout)

# ---- moved to another unit later: it stands where it was taken in
moved = take_in()
office.psql("UPDATE motcua.dossier SET receiving = (SELECT id FROM motcua.agency WHERE key = 'TTPVHCC_HB'), seq = seq WHERE code = '%s'" % moved)
t.ok(moved in [c for _, c in numbers(lan)], 'entered at the unit that took it in', numbers(lan))


# ---- proof, and the verb
def run(*args):
    p = subprocess.run([MOTCUAD, '--lang', 'en', *args, *office.flags()], cwd=TOP, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode()


code_, said = run('report', 'registers', '--agency', 'TTPVHCC')
t.ok(code_ == 0 and re.search(r'%d\s+QLCS.*25' % (YEAR - 1), said) and digest in said, 'the verb tells the books', said)
code_, said = run('report', 'close-register', 'HT-CT', '--agency', 'TTPVHCC', '--year', str(YEAR - 1), '--last', '1',
                  '--author', 'son.giamdoc')
t.eq(code_, 0, 'and closes one')
t.eq(run('report', 'close-register', 'HT-CT', '--agency', 'TTPVHCC', '--year', str(YEAR), '--last', '1',
         '--author', 'son.giamdoc')[0], 1, 'not before the end of its year')
office.psql("SET session_replication_role = replica; ALTER TABLE motcua.register_entry DISABLE TRIGGER ALL; "
            "UPDATE motcua.register_entry SET number = 999 WHERE number = 3 AND year = %d AND field = 'QLCS'" % (YEAR - 1))
said = run('verify')[1]
t.ok('register book' in said and 'QLCS/%d' % (YEAR - 1) in said, 'motcuad verify finds a book that was changed', said[-1500:])

office.end(t)
