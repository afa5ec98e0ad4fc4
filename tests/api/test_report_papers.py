"""Forms II.06a and II.06b on paper: A4 lying, the official heading, numbers as on the screen and in the frozen report, pages
numbered, text that can be searched (read back by pdftotext)."""
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office(reports__settled=0)
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
TODAY = office_day()
PERIOD = {'from': '%d-01-01' % TODAY.year, 'to': '%d-01-01' % (TODAY.year + 1)}
Q = 'from=%(from)s&to=%(to)s' % PERIOD
codes = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(3)]


def text_of(data, layout=True):
    with open(office.dir + '/form.pdf', 'wb') as f:
        f.write(data)
    p = subprocess.run(['pdftotext', *(['-layout'] if layout else []), office.dir + '/form.pdf', '-'], check=True,
                       stdout=subprocess.PIPE)
    return p.stdout.decode()


def flat(s):
    return re.sub(r'\s+', ' ', s)


r = sup.get('/v1/reports/ii06a.pdf?' + Q)
t.ok(r.status == 200 and r.data.startswith(b'%PDF') and r.headers['Content-Type'] == 'application/pdf', 'a PDF', r.status)
if os.environ.get('KEEP'):
    open(os.environ['KEEP'], 'wb').write(r.data)
words = flat(text_of(r.data, False))
for said in ('Biểu số II.06a/VPCP/KSTT ban hành kèm theo Thông tư 01/2020/TT-VPCP', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
             'TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT',
             'Kỳ báo cáo: từ ngày 01 tháng 01 năm %d đến hết ngày 31 tháng 12 năm %d' % (TODAY.year, TODAY.year),
             'Đơn vị báo cáo:', 'Đơn vị nhận báo cáo:', 'xét theo ngày hẹn ban đầu', 'Quản lý công sản', 'Tổng số', 'NGƯỜI LẬP BIỂU',
             'Ngoài biểu: 0 hồ sơ dừng, rút, kết thúc do không bổ sung'):
    t.ok(said in words, 'it says: ' + said, words[:1500])
for n in range(1, 12):
    t.ok('(%d)' % n in words, 'column (%d)' % n)
lines = text_of(r.data)
total = [x for x in lines.splitlines() if 'Tổng số' in x and re.search(r'\d', x.split('Tổng số')[1])]
form = sup.get('/v1/reports/ii06a?' + Q).json['items'][-1]
t.eq([int(x) for x in re.findall(r'\d+', total[-1].split('Tổng số')[1])] if total else None,
     [form['c%d' % i] for i in range(1, 12)], 'the total is that of the screen')
t.ok(form['c1'] == 3, 'three')
size = subprocess.run(['pdfinfo', office.dir + '/form.pdf'], check=True, stdout=subprocess.PIPE).stdout.decode()
t.ok(re.search(r'Page size:\s+841\.\d+ x 595\.\d+', size), 'A4 lying', size)

# ---- filters, agencies
words = flat(text_of(sup.get('/v1/reports/ii06a.pdf?%s&channel=online&basis=current&agency=STC' % Q).data, False))
t.ok('Phạm vi: kênh Trực tuyến' in words and 'ngày hẹn sau cùng' in words and 'Sở Tài chính' in words, 'it says what it was asked for', words[:900])
t.ok('Không có hồ sơ nào trong kỳ' in words or ' 0 ' in words, 'nothing came online')
words = flat(text_of(sup.get('/v1/reports/ii06b.pdf?' + Q).data, False))
t.ok('II.06b/VPCP/KSTT' in words and 'Sở Tài chính' in words, 'II.06b by agency', words[:900])
t.eq(sup.get('/v1/reports/ii06a.pdf?basis=wrong').status, 400, 'a bad question is no paper')
t.eq(lan.get('/v1/reports/ii06a.pdf').status, 403, 'not for the counter')

# ---- every other report as PDF: its title, days and filters, the rows of the screen
lan.post('/v1/dossiers', dict(intake(outcome='reject', reasons=['not_competent'], note='Không thuộc thẩm quyền'), applicant={
    'kind': 'citizen', 'name': 'Vũ Thị Thử', 'id_type': 'cccd', 'id_number': '031099000009', 'phone': '0912345678'}))
DAYS = 'từ ngày 01 tháng 01 năm %d đến hết ngày 31 tháng 12 năm %d' % (TODAY.year, TODAY.year)
for path, said in (
        ('figures?by=agency&', ['Tình hình giải quyết theo cơ quan', 'STC Sở Tài chính', 'Tổng số', 'Tiếp nhận trong kỳ:']),
        ('figures/cross?by=field&across=channel&figure=received&', ['Tiếp nhận trong kỳ theo lĩnh vực và kênh', 'Trực tiếp Tổng số',
                                                                     'QLCS Quản lý công sản 3 3', 'Tổng số 3 3']),
        ('figures/topics/reception?by=receiving&', ['Tiếp nhận và số hóa tại Bộ phận Một cửa theo nơi tiếp nhận', 'TTPVHCC']),
        ('figures/steps?', ['Thời gian từng bước so với định mức', 'So với định mức (%)']),
        ('figures/steps?late=1&', ['Thời gian từng bước của hồ sơ quá hạn']),
        ('figures/late?', ['Từng hồ sơ quá hạn: thời gian đã đi đâu', 'Chờ người nộp']),
        ('figures/reasons?', ['Lý do bổ sung, trả lại, từ chối, xin lỗi', 'Từ chối tiếp nhận 1.005416']),
        ('figures/dossiers?figure=received&by=agency&key=STC&channel=counter&', [
            'Danh sách hồ sơ: Tiếp nhận trong kỳ (STC)', 'Phạm vi: kênh Trực tiếp', 'Sở Tài chính', *codes]),
        ('figures/topics/reception/items?figure=taken_in&', ['Danh sách hồ sơ:', *codes]),
        ('indices/tt01-2018?', ['Chín chỉ số đánh giá việc giải quyết thủ tục hành chính', 'Sở, ngành']),
        ('indices/tt01-2018/officers?', ['Điểm tối đa đo được']),
        ('reports/consents?', ['Việc cần người thứ hai', 'Quyết định lúc']),
        ('reports/ii06a?', ['Biểu số II.06a/VPCP/KSTT'])):
    r = sup.get('/v1/%s%s&format=pdf' % (path, Q))
    words = flat(text_of(r.data, False) + text_of(r.data)) if r.status == 200 else r.text
    t.eq([x for x in said + [DAYS] if x not in words], [], '%s as PDF' % path)
words = flat(text_of(office.client('giang.giamsat', lang='en').get('/v1/figures/late?agency=STC&basis=original&format=pdf&' + Q).data, False))
t.eq([x for x in ('Each late dossier: where its time went', 'Of: agency Department of Finance', 'judged by the first date promised') if x not in words],
     [], 'in English')
words = flat(text_of(sup.get('/v1/figures/load?agency=STC&format=pdf').data, False))
t.ok('Công việc cán bộ đang giữ và đến hạn' in words and 'Nguyễn Quang Minh' in words, 'what officers hold', words[:600])
pages = subprocess.run(['pdfinfo', office.dir + '/form.pdf'], check=True, stdout=subprocess.PIPE).stdout.decode()
t.ok('Các cột tiếp theo' not in words and re.search(r'Page size:\s+841\.\d+ x 595\.\d+', pages), 'thirteen columns side by side on A4 lying', pages)
wide = flat(text_of(sup.get('/v1/figures?by=agency&format=pdf&' + Q).data, False))
t.ok('Các cột tiếp theo (2/4)' in wide and wide.count('STC Sở Tài chính') == 4, 'more columns than a sheet has room for follow below, each with the names of its rows', wide[:900])
t.eq((lan.get('/v1/registers/entries?field=QLCS&format=pdf').status, sup.get('/v1/figures/late?format=pdf&from=2026-02-30').status), (400, 400), 'books have their own form; a day that is none')

# ---- a frozen one on paper: the same numbers when more has come, with its digest; printed again the same
time.sleep(1.1)
x = sup.post('/v1/reports/frozen', {'question': dict(PERIOD, report='ii06a')}).json
lan.post('/v1/dossiers', intake())
path = '/v1/reports/frozen/%d/form.pdf' % x['report']
words = flat(text_of(sup.get(path).data, False))
t.ok('SHA-256 ' + x['digest'][:20] in words.replace('- ', '') or x['digest'][:12] in words, 'with its digest', words[-600:])
total = [l for l in text_of(sup.get(path).data).splitlines() if 'Tổng số' in l and re.search(r'\d', l.split('Tổng số')[1])]
t.eq(int(re.findall(r'\d+', total[-1].split('Tổng số')[1])[0]), 3, 'three, though four are there now')
other = sup.post('/v1/reports/frozen', {'question': dict(PERIOD, report='reasons')}).json
t.eq(sup.get('/v1/reports/frozen/%d/form.pdf' % other['report']).status, 400, 'another report is no form')
t.eq([sup.get('/v1/reports/frozen/999999/' + p).status for p in ('form.pdf', 'file?format=csv')], [404, 404], 'one that is not there')

# ---- any frozen one as a file: the rows as they were frozen, though more has come since; on paper with its digest
for question, said in (({'report': 'figures', 'by': 'agency'}, 'Tổng số'), ({'report': 'cross', 'by': 'field', 'across': 'channel', 'figure': 'received'}, 'QLCS Quản lý công sản'),
                       ({'report': 'topic', 'topic': 'reception', 'by': 'receiving'}, 'Tổng số'), ({'report': 'steps', 'late': True}, 'hồ sơ quá hạn'),
                       ({'report': 'reasons'}, 'Từ chối tiếp nhận'), ({'report': 'index', 'index': 'tt01-2018'}, 'Sở, ngành')):
    time.sleep(0.2)
    x = sup.post('/v1/reports/frozen', {'question': dict(PERIOD, **question)}).json
    path = '/v1/reports/frozen/%d/file?format=' % x['report']
    before = sup.get(path + 'csv').text
    if question['report'] == 'figures':
        lan.post('/v1/dossiers', intake())
    t.ok(sup.get(path + 'csv').text == before and before.count('\r\n') >= 1, '%s: the same file again' % question['report'], before)
    t.ok(sup.get(path + 'xlsx').data[:2] == b'PK', '%s as XLSX' % question['report'])
    data = sup.get(path + 'pdf').data
    words = flat(text_of(data, False) + text_of(data))
    t.ok('Bản chốt số %d' % x['report'] in words and x['digest'][:12] in words and said in words, '%s as PDF' % question['report'], words[:900])
t.eq([sup.get('/v1/reports/frozen/%d/file%s' % (x['report'], q)).status for q in ('', '?format=docx')], [400, 400], 'no such format')
t.ok(int(office.psql("SELECT count(*) FROM motcua.print_log WHERE paper LIKE 'form-ii06%'")) >= 4, 'every print is in the log')
office.end(t)
