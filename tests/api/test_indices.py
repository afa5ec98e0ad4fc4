"""Indices: what they are made of, agencies scored and ranked, the evidence behind each point; values entered with their
document, corrected by entering them again; Circular 01/2018 from the history, of officers, too; as a file."""
import copy
import csv
import datetime
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
lan, sup, nam = office.client('lan.tiepnhan'), office.client('giang.giamsat'), office.client('nam.quantri')
DAY = datetime.timedelta(1)
today = office_day()
first = today.replace(day=1)
month = 'from=%s&to=%s' % (first, today + DAY)


def agency(index, key='STC', more=''):
    j = sup.get('/v1/indices/%s?%s%s' % (index, month, more)).json
    row = next((x for x in j['items'] if x['agency'] == key), None)
    return row, {x['component']: x for x in row['components']} if row else {}


# ---- what they are made of
made = {x['index']: x for x in sup.get('/v1/indices').json['items']}
t.eq(sorted(made), ['qd766', 'tt01-2018', 'xep-hang'], 'three indices')
for name, x in made.items():
    t.eq(sum(g['max'] for g in x['groups']), x['max'], name + ': groups add up')
    t.ok(all(sum(c['max'] for c in g['components']) == g['max'] for g in x['groups']), name + ': components add up')
    t.ok(all(c['formula'] and c['formula_en'] and c['source'] and c['grade'] in 'ABCD' for g in x['groups'] for c in g['components']),
         name + ': each says formula, source and grade')
t.eq([g['max'] for g in made['qd766']['groups']], [18000, 20000, 12000, 10000, 18000, 22000], 'the five groups of Decision 766, one split')
t.eq([(b['from'], b['title']) for b in made['tt01-2018']['bands']], list(zip((15000, 12000, 9000, 6000, 0), (
    'Xuất sắc', 'Tốt', 'Khá', 'Trung bình', 'Yếu'))), 'the bands of Circular 01')
t.eq([b['from'] for b in made['qd766']['bands']], [90000, 80000, 70000, 50000, 0], 'those of Decision 766')
t.eq([(made[x]['valid_from'], made[x]['scaled'], made[x]['least']) for x in ('tt01-2018', 'qd766')],
     [('2019-01-06', False, 40), ('2022-08-01', True, 50)], 'since when; what is missing is nought there, left out here')
LAW = {
    'tt01-2018': [('total_time', 2, '2 điểm: Trước hạn (6); 1 điểm: Đúng hạn (7); 0 điểm: Quá hạn (8); lấy trung bình'), ('agency_time', 2, 'Mỗi hồ sơ,'),
                  ('contacts', 2, 'Mỗi hồ sơ: 2 điểm khi không phải liên hệ lại'), ('agencies', 2, 'Mỗi hồ sơ: 2 điểm khi không phải liên hệ cơ quan nào'),
                  ('organisation', 2, None), ('publicity', 2, None), ('attitude', 2, None), ('feedback', 2, None),
                  ('online', 2, 'Tiếp nhận trực tuyến (2) / Tiếp nhận trong kỳ: ≥ 30 %: 2; ≥ 15 %: 1; 0 nếu có (Quá hạn (8) + Đang quá hạn (11))')],
    'qd766': [('published_in_time', 4, None), ('published_whole', 6, None), ('synced', 8, None),
              ('on_time', 20, '(Trước hạn (6) + Đúng hạn (7)) / (Đã giải quyết (5) + Đang quá hạn (11)) × 20'),
              ('online', 12, 'Tiếp nhận trực tuyến (2) / Tiếp nhận trong kỳ × 12'), ('paying_procedures', 4, 'Giá trị nhập kèm văn bản × 4; đủ điểm từ 80 %'),
              ('paid_online', 6, 'Nộp trực tuyến / Hồ sơ phải nộp tiền × 6; đủ điểm từ 30 %'), ('feedback_in_time', 6, None),
              ('feedback_satisfied', 6, None), ('satisfied', 6, None), ('electronic_results', 8, 'Kết quả điện tử / Kết quả mới có × 8'),
              ('digitised', 8, 'Đã số hóa thành phần / Tiếp nhận tại đơn vị × 8'), ('reused', 6, 'Tái sử dụng dữ liệu số hóa / Tiếp nhận tại đơn vị × 6')]}
for name, parts in LAW.items():
    got = [c for g in made[name]['groups'] for c in g['components']]
    t.eq([(c['component'], c['max']) for c in got], [(k, 1000 * n) for k, n, _ in parts], name + ': the points of each component')
    for c, (_, n, says) in zip(got, parts):
        t.ok(c['formula'].startswith(says or 'Giá trị nhập kèm văn bản × %d' % n), '%s: what %s is counted from' % (name, c['component']), c['formula'])

# ---- ten dossiers of the finance department: six early, two on time, two late; three of them online
for g in range(10):
    done = ('2 days' if g < 6 else '0 hours' if g < 8 else '-1 minute')
    office.psql("INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent, "
                "first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted, original_due, "
                "basis_due, current_due, finished, closed, state) SELECT %d, 1, sha256(''), 7, 0, 0, 0, %d, 1, 10, 110, true, false, "
                "'I%d', '9.000068', sha256(''), a, a, a, d, d, d, d - interval '%s', d - interval '%s', '{}' FROM (SELECT "
                "'%s 00:10+07'::timestamptz a, '%s 00:10+07'::timestamptz + interval '2 days' d) x"
                % (9000000 + g, g < 3, g, done, done, first - 5 * DAY, first - DAY))
office.psql('INSERT INTO motcua.figure_behind SELECT id, 0 FROM motcua.dossier')
month = 'from=%s&to=%s' % (first - 10 * DAY, today + DAY)
row, c = agency('tt01-2018')
t.eq((c['total_time']['points'], c['total_time']['n'], c['total_time']['of']), (1400, 14, 20), 'six early, two on time, two late: 1.4 of 2')
t.eq((c['online']['points'], c['online']['n'], c['online']['of']), (0, 3, 10), 'three of ten online, yet some were late: nothing')
t.eq({x['figure']: x['n'] for x in c['total_time']['evidence']}, {'resolved_early': 6, 'resolved_on_time': 2, 'resolved_late': 2}, 'its evidence')
for x in c['total_time']['evidence']:
    t.eq(len(sup.get(x['list']).json['items']), x['n'], 'the list behind %s' % x['figure'])
t.ok(not c['attitude']['measured'] and c['attitude']['points'] == 0, 'what nobody entered is not measured')
t.eq((row['rank'], row['score']), (None, None), 'too little was measured to be ranked')
row, c = agency('qd766')
t.eq((c['on_time']['points'], c['on_time']['n'], c['on_time']['of']), (16000, 8, 10), 'Decision 766: eight of ten on time, 16 of 20')
t.eq((c['online']['points'], c['online']['of']), (3600, 10), 'three of ten online, 3.6 of 12')

# ---- values entered with their document
value = {'index': 'tt01-2018', 'component': 'attitude', 'agency': 'STC', 'from': str(first), 'last': str(today), 'n': 15, 'of': 20,
         'document': 'Phiếu khảo sát 12/KS'}
t.eq(lan.post('/v1/assessments', value).status, 403, 'not by whom it is about')
for change in ({'component': 'total_time'}, {'index': 'nothing'}, {'agency': 'NOBODY'}, {'n': 21}, {'last': str(first - DAY)}):
    t.eq(nam.post('/v1/assessments', dict(value, **change)).status, 422, 'refused: %s' % change)
key = 'assess-0001-0001-0001'
r = nam.post('/v1/assessments', value, key=key)
t.eq(r.status, 200, 'entered', )
t.eq(nam.post('/v1/assessments', value, key=key).json, r.json, 'the same request again: the same value')
_, c = agency('tt01-2018')
t.eq((c['attitude']['points'], c['attitude']['document']), (1500, 'Phiếu khảo sát 12/KS'), '15 of 20: 1.5 of 2, with its document')
nam.post('/v1/assessments', dict(value, n=20, document='Đính chính 13/KS'))
_, c = agency('tt01-2018')
t.eq((c['attitude']['points'], c['attitude']['document']), (2000, 'Đính chính 13/KS'), 'entered again: corrected')
t.eq([x['document'] for x in nam.get('/v1/assessments?index=tt01-2018').json['items']] if nam.get('/v1/assessments').status == 200 else
     [x['document'] for x in sup.get('/v1/assessments?index=tt01-2018').json['items']], ['Đính chính 13/KS', 'Phiếu khảo sát 12/KS'],
     'both stay to be seen')
for name in ('organisation', 'publicity', 'feedback'):
    nam.post('/v1/assessments', dict(value, component=name, n=1, of=1))
row, c = agency('tt01-2018')
t.eq((row['score'], row['band'], row['rank']), (9400, 'fair', 1), '1.4 + 2 + 2 + 2 + 2 = 9.4: fair, the first')

# ---- officers (article 15): twelve dossiers of a Monday in March, written into the history
rule = made['tt01-2018']['officers']
t.eq((rule['components'], rule['max'], rule['fewest'], rule['unit'], [b['from'] for b in rule['bands']]),
     (['total_time', 'agency_time', 'contacts', 'agencies', 'attitude'], 10000, 10, 100, [5000, 3500, 0]), 'what counts for officers')
t.eq([made[x]['officers'] for x in ('qd766', 'xep-hang')], [None, None], 'the others score none')
code = lan.post('/v1/dossiers', intake()).json['code']
t.eq(lan.act(code, 'act', {'action': 'forward'}).status, 200, 'a dossier to take after')
real = json.loads(office.psql("SELECT state FROM motcua.dossier WHERE code = '%s'" % code))
who = {x: int(office.psql("SELECT id FROM motcua.account WHERE login = '%s'" % x)) for x in ('minh.congsan', 'duc.congsan')}
MONDAY = datetime.datetime.fromisoformat('2026-03-09T08:00:00+07:00')


def at(minute):
    return int(MONDAY.timestamp() + minute * 60) * 1000000


for c in real['ck']:  # each step has an hour; nothing stood still
    c[8] = [[at(0), None, True, 1]]
    if c[0] == 1:
        c[3:5] = [[1, 1, 0], None]
received = real['dn'][0]
EARLY, IN_TIME, LATE = 24 * 60, 200, 199  # due in so many minutes; the result came after 200
for g in range(12):
    s = copy.deepcopy(real)
    due = EARLY if g < 6 else IN_TIME if g < 10 else LATE
    took = 59 if g < 3 else 60 if g < 8 else 61  # of sixty
    s.update(ac=at(0), sb=at(0), fd=at(0), od=at(due), bd=at(due), cu=at(due), fi=at(200), at=1 if g < 6 else 2 if g < 10 else 3)
    s['dn'] = [received[:4] + [at(0), at(10)], [1, received[1], who['minh.congsan'], 110, at(10), at(10 + took)]]
    if g < 9:  # her head's step has no limit
        s['dn'].append([2, received[1], who['duc.congsan'], 110, at(10 + took), at(100)])
    office.psql("INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent, "
                "first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted, original_due, "
                "basis_due, current_due, finished, closed, state) SELECT %d, 1, sha256(''), 7, 0, 0, 0, %d, %d, 10, 110, true, false, "
                "'O%d', '1.005416', sha256(''), a, a, a, d, d, d, f, f, $state$%s$state$ FROM (SELECT '%s'::timestamptz a, "
                "'%s'::timestamptz d, '%s'::timestamptz f) x"
                % (9100000 + g, g % 3, s['pv'], g, json.dumps(s, separators=(',', ':'), ensure_ascii=False), MONDAY, MONDAY + datetime.timedelta(minutes=due),
                   MONDAY + datetime.timedelta(minutes=200)))
office.psql('INSERT INTO motcua.figure_behind SELECT id, 0 FROM motcua.dossier WHERE id >= 9100000')
MARCH = '/v1/indices/tt01-2018/officers?from=2026-03-01&to=2026-04-01'


def officers(who, more=''):
    return [(x['name'], x['agency'], x['dossiers'], x['few'], x['points'], x['measured'], x['band'],
             [(c['n'], c['of'], c['points']) for c in x['components']]) for x in who.get(MARCH + more).json['items']]


# early 6, on time 4, late 2; 3 shorter, 5 equal, 4 longer; no contact 6, one 4, two 2: 1.33 + 0.92 + 1.33 + 1.5
minh = ('Nguyễn Quang Minh', 'STC', 12, False, 5000, 8000, 'whole', [(16, 24, 1300), (11, 24, 900), (16, 24, 1300), (18, 24, 1500), (0, 0, 0)])
# the first nine; nobody knows whether a step without a norm was fast
duc = ('Vũ Minh Đức', 'STC', 9, True, 5100, 6000, None, [(15, 18, 1700), (0, 0, 0), (15, 18, 1700), (15, 18, 1700), (0, 0, 0)])
lans = ('Nguyễn Thị Lan', 'TTPVHCC', 0, True, 2000, 2000, None, [(0, 0, 0), (24, 24, 2000), (0, 0, 0), (0, 0, 0), (0, 0, 0)])
binh = office.client('binh.stc')
t.eq(officers(binh), [minh, duc], 'a head sees those of the own agency, who processed few last and in no band')
t.eq(officers(sup), [minh, duc, lans], 'a supervisor sees all; receiving alone is not processing')
t.eq(officers(sup, '&agency=STC'), [minh, duc], 'of an agency')
t.eq(officers(binh, '&agency=TTPVHCC'), [], 'naming another agency does not open it')
t.eq(officers(office.client('minh.congsan')), [minh], 'an officer sees herself alone')
t.eq(officers(lan, '&agency=STC'), [lans], 'whatever agency she names')
t.eq([x['n'] for x in agency('tt01-2018')[1].values()][:1], [14], 'the agencies are scored as before')
t.eq([sup.get('/v1/indices/%s/officers' % x).status for x in ('qd766', 'nothing')], [404, 404], 'no officers, no index')
t.eq(nam.get(MARCH).status, 403, 'not for who handles nothing')

# ---- every mark opens its dossiers; filters and the instant count as everywhere
march = 'from=2026-03-01&to=2026-04-01'


def marks(who, at, more=''):
    """By component: how many had 2, 1 and 0 points; each checked against its list."""
    j = who.get('/v1/indices/tt01-2018%s?%s%s' % (at, march, more)).json
    row = next((x for x in j['items'] if x.get('name', x['agency']) in ('STC', 'Nguyễn Quang Minh')), None)
    got = {x['component']: [m['n'] for m in x['marks']] for x in row['components'] if x['marks']} if row else {}
    for m in (m for x in row['components'] for m in x['marks']) if row else []:
        t.eq(len(who.get(m['list']).json['items']), m['n'], 'the list behind %s' % m['list'])
    return got, (j['counted'], j['of'])


whole, n = marks(sup, '')
t.eq((whole, n), ({'agency_time': [0, 0, 3], 'contacts': [6, 4, 2], 'agencies': [6, 6, 0]}, (12, 12)), 'marks of the agency, all twelve; of nine a step has no norm')
parts = [marks(sup, '', '&channel=' + x) for x in ('counter', 'online', 'post')]
t.eq([[sum(x) for x in zip(*(p[0][c] for p in parts))] for c in whole], list(whole.values()), 'by channel they add up to the whole')
t.eq([p[1] for p in parts], [(4, 4)] * 3, 'each channel has its own')
hers = marks(binh, '/officers')[0]
t.eq(hers, {'total_time': [6, 4, 2], 'agency_time': [3, 5, 4], 'contacts': [6, 4, 2], 'agencies': [6, 6, 0]}, 'marks of an officer')
parts = [marks(binh, '/officers', '&channel=' + x)[0] for x in ('counter', 'online', 'post')]
t.eq([[sum(x) for x in zip(*(p[c] for p in parts))] for c in hers], list(hers.values()), 'hers by channel')
t.eq(marks(office.client('minh.congsan'), '/officers')[0], hers, 'she opens her own')
path = '/v1/indices/tt01-2018/dossiers?%s&component=contacts&points=2&person=%d' % (march, who['minh.congsan'])
t.eq(lan.get(path).status, 404, 'and nobody else\'s')
t.eq(len(binh.get(path).json['items']), 6, 'her head does')
t.eq(binh.get(path.replace('contacts', 'attitude')).status, 404, 'nothing is behind what was entered')
page = sup.get(path + '&limit=4').json
t.eq([len(page['items']), len(sup.get(path + '&limit=4&cursor=' + page['next']).json['items'])], [4, 2], 'page by page')
t.eq([marks(sup, '', '&as_of=2026-03-%sT00:00:00%%2B07:00' % d)[1] for d in ('09', '10')], [(0, 0), (12, 12)], 'as of that morning none, in the evening all')
t.eq([marks(sup, '', '&%s' % x)[1] for x in ('procedure=1.005416', 'procedure=9.000068', 'applicant=enterprise', 'receiving=STC')],
     [(12, 12), (0, 0), (0, 0), (0, 0)], 'by procedure, applicant, receiving unit')

# ---- indicator 7 of one officer
t.eq([nam.post('/v1/assessments', dict(value, officer=x, component=c)).status for x, c in (('nobody.here', 'attitude'), ('minh.congsan', 'publicity'))],
     [404, 422], 'nobody of this login; not what officers are not scored by')
t.eq(nam.post('/v1/assessments', dict(value, officer='minh.congsan', n=1, of=2, **{'from': '2026-03-01', 'last': '2026-03-31'})).status, 200, 'entered for her')
t.eq(nam.post('/v1/assessments', dict(value, officer='minh.congsan', n=3, of=4, **{'from': '2026-03-01', 'last': '2026-03-31'})).status, 200, 'corrected')
t.eq(officers(sup), [minh[:4] + (6500, 10000, 'whole', minh[7][:4] + [(3, 4, 1500)]), duc, lans], 'counts for her, nobody else')
t.ok(not marks(sup, '')[0].get('attitude') and not next(x for x in sup.get('/v1/indices/tt01-2018?' + march).json['items'] if x['agency'] == 'STC')['components'][6]['measured'], 'and not for her agency')
t.eq(sup.get('/v1/assessments?index=tt01-2018').json['items'][0]['officer_name'], 'Nguyễn Quang Minh', 'the list of values says whose')
t.eq(officers(sup, '&channel=counter')[0][7][4], (0, 0, 0), 'of some dossiers it says nothing')
table = list(csv.reader(io.StringIO(binh.get(MARCH + '&format=csv').data[3:].decode()), strict=True))
t.ok(any(x[0] == 'Nguyễn Quang Minh' and x[4:] == ['6.500', '10.000', '100 % nhiệm vụ'] for x in table), 'as a file', table)

# ---- files and refusals
r = sup.get('/v1/indices/tt01-2018?%s&format=csv' % month)
table = list(csv.reader(io.StringIO(r.data[3:].decode()), strict=True))
t.ok(any(x[1:3] == ['STC', 'Sở, ngành'] and x[4] == '9.400' for x in table[1:]), 'as a file', table)
t.eq(sup.get('/v1/indices/nothing').status, 404, 'there is no such index')
t.eq(sup.get('/v1/indices/xep-hang?from=2025-01-01&to=2025-02-01').status, 404, 'nor one before it was in force')
t.eq(sup.get('/v1/indices/xep-hang?' + month).status, 200, 'the ranking of the city')
t.eq([lan.get('/v1/indices' + x).status for x in ('', '/tt01-2018')], [200, 403], 'what they are made of is no secret; who takes in sees no agency')
office.end(t)
