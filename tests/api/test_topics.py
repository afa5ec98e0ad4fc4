"""The topics besides the dossiers in the work: online answers, supplements, opinions, apologies, fees, results, paper,
reception.  The golden month (domain §6.8) with what surrounds its fourteen dossiers, told the same weeks later; what officers
do now is counted at once; by every dimension, each number with its items; as files."""
import csv
import datetime
import hashlib
import io
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import HERE, Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan, sup = office.client('lan.tiepnhan'), office.client('giang.giamsat')
OCTOBER = 'from=2026-10-01&to=2026-11-01&procedure=9.000068'


def at(text):
    """'10-05 08:00' of 2026, local."""
    return datetime.datetime.strptime('2026-' + text, '%Y-%m-%d %H:%M').replace(tzinfo=HERE)


def us(text):
    return int(at(text).timestamp()) * 1000000


# ---- the golden month: (channel, accepted, due, finished or None); G8 withdrawn, G13 never taken in
GOLDEN = {
    'G1': (1, '09-28 08:00', '10-01 17:00', '09-30 10:00'), 'G2': (0, '09-29 08:00', '10-02 17:00', '10-02 10:00'),
    'G3': (1, '09-30 08:00', '10-05 17:00', '10-06 09:00'), 'G4': (1, '10-05 08:00', '10-08 17:00', '10-07 10:00'),
    'G5': (1, '10-06 08:00', '10-09 17:00', '10-09 16:00'), 'G6': (0, '10-07 08:00', '10-12 17:00', '10-12 17:05'),
    'G7': (2, '10-08 08:00', '10-13 17:00', '10-22 10:00'), 'G8': (1, '10-12 08:00', '10-15 17:00', None),
    'G9': (1, '10-26 08:00', '10-29 17:00', '11-03 09:00'), 'G10': (1, '10-29 08:00', '11-03 17:00', '11-04 09:00'),
    'G11': (0, '10-20 08:00', '10-23 17:00', None), 'G12': (1, '10-16 08:00', '10-21 17:00', '10-19 10:00'),
    'G14': (1, '10-13 08:00', '10-16 17:00', '10-16 11:00')}
sql, seq = [], {}


def event(name, what, when, actor=501, where=110, **payload):
    g = int(name[1:])
    seq[name] = seq.get(name, 0) + 1
    sql.append("INSERT INTO motcua.dossier_event VALUES (%d, %d, '%s', %d, 0, %d, '%s', 'specialist', NULL, '%s', sha256(''), "
               "sha256(''), sha256(''))" % (9000000 + g, seq[name], at(when), actor, where, what, json.dumps(payload, separators=(',', ':'))))


def submitted(name, attempt, when, due, decided=None, outcome='accepted'):
    event(name, 'SUBMITTED', when, 0, 10, attempt=attempt, procedure='9.000068', channel='online', receiving=10, competent=110,
          applicant='citizen', clocks=[[2, -1, [8, 1, 0], 'office', us(due)]])
    if decided:
        event(name, 'ATTEMPT_DECIDED', decided, 77, 10, attempt=attempt, outcome=outcome)


def row(name):
    channel, accepted, due, finished = GOLDEN[name]
    v = {'code': name, 'channel': channel, 'accepted': at(accepted), 'due': at(due), 'finished': finished and at(finished)}
    event(name, 'ACCEPTED', accepted, 77, 10, due=us(due))
    sql.append("INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent, "
               "first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted, "
               "original_due, basis_due, current_due, finished, ended, closed, state) VALUES (%d, 99, sha256(''), 4, 0, 0, 0, %d, 1, 10, 110, "
               "true, false, '%s', '9.000068', sha256(''), '%s', '%s', '%s', '%s', '%s', '%s', %s, %s, %s, '{}')"
               % (9000000 + int(name[1:]), channel, name, v['accepted'], v['accepted'], v['accepted'], v['due'], v['due'], v['due'],
                  "'%s'" % v['finished'] if finished else 'NULL', "'2026-10-14 09:00+07'" if name == 'G8' else 'NULL',
                  "'%s'" % v['finished'] if finished else "'2026-10-14 09:00+07'" if name == 'G8' else 'NULL'))


# online: in time, late by the limit, twice (returned first), within at the end of the month, overdue at its end
submitted('G4', 1, '10-04 20:00', '10-05 15:30', '10-05 08:00')
submitted('G5', 1, '10-05 08:00', '10-05 17:00', '10-06 08:00')
submitted('G12', 1, '10-14 08:00', '10-15 08:30', '10-15 08:00', 'return')
submitted('G12', 2, '10-15 14:00', '10-16 15:00', '10-16 08:00')
submitted('G15', 1, '10-30 14:00', '11-02 14:30')
submitted('G16', 1, '10-29 08:00', '10-30 08:30', '11-02 09:00', 'rejected')
for g in ('G15', 'G16'):  # never taken in
    sql.append("INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent, "
               "first_accepted, refused_incomplete, submission, procedure, procedure_hash, submitted, state) VALUES (%d, 1, sha256(''), "
               "1, 0, 0, 0, 1, 1, 10, 110, false, false, '%s', '9.000068', sha256(''), '%s', '{\"ak\":\"citizen\"}')"
               % (9000000 + int(g[1:]), g, at('10-29 08:00')))
for g in GOLDEN:
    row(g)
event('G7', 'SUPPLEMENT_DRAFTED', '10-09 09:00', 502, request=1, kind=1, missing=['land'])
event('G7', 'SUPPLEMENT_SENT', '10-12 09:00', 77, 10, request=1, kind=1, state=2, stops=True, wanted=us('10-27 17:00'))
event('G7', 'SUPPLEMENT_RECEIVED', '10-20 09:00', 77, 10, request=1, kind=1, state=3, outcome='complete')
event('G11', 'SUPPLEMENT_SENT', '10-26 09:00', 77, 10, request=1, kind=1, state=2, late=True, overdue=True, wanted=us('11-10 17:00'))
event('G9', 'EXTENSION_REQUESTED', '10-27 09:00', 503, request=1, kind=2)
event('G9', 'DUE_ADJUSTED', '10-28 09:00', 77, 10, request=1, kind=2, state=3, current=us('11-02 17:00'))
event('G11', 'DUE_ADJUSTED', '10-24 09:00', 77, 10, request=2, kind=2, state=3, late=True, current=us('11-20 17:00'))
event('G11', 'DUE_ADJUSTED', '10-30 09:00', 1, 110, basis=us('10-24 17:00'), current=us('11-20 17:00'))  # a calendar: no apology
event('G6', 'CONSULT_SENT', '10-08 09:00', request=1, kind=5, state=2, to_agency=130, wanted=us('10-09 17:00'))
event('G6', 'CONSULT_ANSWERED', '10-12 09:00', 601, 130, request=1, kind=5, state=3, outcome='agree')
event('G10', 'CONSULT_SENT', '10-29 09:00', request=1, kind=5, state=2, to_agency=130, wanted=us('10-30 17:00'))
event('G14', 'CONSULT_SENT', '10-13 09:00', request=1, kind=5, state=2, to_agency=130, silent=True, wanted=us('10-14 17:00'))
event('G14', 'CONSULT_DEEMED_AGREED', '10-14 17:00', 0, 130, request=1, kind=5, state=3, outcome='deemed')
event('G4', 'FIN_REQUESTED', '10-05 09:00', 77, 10, request=1, kind=6, state=2, amount=20000)
event('G4', 'FIN_PAID', '10-06 09:00', 0, 10, request=1, kind=6, state=3, method='online', amount=20000, agency=10)
event('G4', 'FIN_REQUESTED', '10-06 10:00', 77, 10, request=2, kind=6, state=2, amount=5000)  # one dossier, two sums
event('G5', 'FIN_REQUESTED', '10-06 09:00', 77, 10, request=1, kind=6, state=2, amount=30000)
event('G2', 'FIN_PAID', '10-01 09:00', 78, 10, request=1, kind=6, state=3, method='cash', amount=50000, agency=10)
event('G2', 'REFUNDED', '10-15 09:00', 78, 10, request=2, kind=7, state=3, method='cash', amount=50000, agency=10)
# told and taken back: G14 owes nothing any more, G12 what was told later
event('G14', 'FIN_REQUESTED', '10-14 09:00', 77, 10, request=2, kind=6, state=2, amount=4000)
event('G14', 'REQUEST_CANCELLED', '10-15 09:00', 77, 10, request=2, kind=6, state=6)
event('G12', 'FIN_REQUESTED', '10-16 09:00', 77, 10, request=1, kind=6, state=2, amount=7000)
event('G12', 'REQUEST_CANCELLED', '10-17 09:00', 77, 10, request=1, kind=6, state=6)
event('G12', 'FIN_REQUESTED', '10-18 09:00', 77, 10, request=2, kind=6, state=2, amount=9000)
event('G8', 'WITHDRAWN', '10-14 09:00', 77, 10, document='Đơn')
event('G3', 'PAPER_SENT', '10-01 08:00', 77, 10, request=9, kind=8, state=2, to_agency=110, wanted=us('10-01 17:00'))
event('G3', 'PAPER_RECEIVED', '10-02 08:00', 504, 110, request=9, kind=8, state=3)
sql.append('INSERT INTO motcua.figure_behind SELECT id, 0 FROM motcua.dossier')
office.psql(';'.join(sql))

WANT = {
    'intake': {'intake_total': 6, 'intake_new': 6, 'intake_carried': 0, 'intake_in_time': 3, 'intake_late': 1, 'intake_within': 1,
               'intake_overdue': 1, 'intake_accepted': 3, 'intake_returned': 1, 'intake_rejected': 0, 'rate_intake_late': (2, 6, 333)},
    'supplements': {'supp_total': 2, 'supp_asked': 2, 'supp_carried': 0, 'supp_after_limit': 1, 'supp_again': 0, 'supp_outside': 1,
                    'supp_when_overdue': 1, 'supp_within_day': 0, 'supp_completed': 1, 'supp_waiting': 1, 'supp_unanswered': 0,
                    'rate_supp_after_limit': (1, 2, 500)},
    'consultations': {'consult_total': 3, 'consult_new': 3, 'consult_in_time': 0, 'consult_late': 1, 'consult_deemed': 1,
                      'consult_within': 0, 'consult_overdue': 1, 'rate_consult_overdue': (3, 3, 1000)},
    'apologies': {'apologies': 2, 'apologies_in_time': 1, 'apologies_late': 1, 'apologies_again': 0, 'rate_apologies_late': (1, 2, 500)},
    'fees': {'fee_total': 3, 'fee_paid': 1, 'fee_paid_online': 1, 'fee_unpaid': 2, 'fee_amount': 75000, 'payments': 2,
             'received_amount': 70000, 'payments_online': 1, 'received_online_amount': 20000, 'refunds': 1, 'refunded_amount': 50000,
             'rate_fee_online': (1, 3, 333), 'rate_money_online': (20000, 70000, 286)},
    # G1 lies from September: longer than thirty days at the end of October
    'results': {'results_total': 9, 'results_new': 8, 'results_carried': 1, 'results_left': 9, 'results_left_long': 1,
                'results_electronic': 0, 'rate_results_left_long': (1, 9, 111)},
    'papers': {'papers_total': 1, 'papers_in_time': 0, 'papers_late': 1, 'rate_papers_late': (1, 1, 1000)},
    'reception': {'taken_in': 10, 'taken_in_online': 7, 'taken_in_counter': 2, 'taken_in_post': 1, 'taken_in_elsewhere': 0,
                  'digitised': 0, 'reused': 0, 'rate_digitised': (0, 10, 0)}}


def told(row):
    return {k: (v['n'], v['of'], v['tenths']) if isinstance(v, dict) else v for k, v in row.items()}


topics = {x['topic']: x for x in sup.get('/v1/figures/definitions').json['topics']}
t.eq(set(topics), set(WANT) | {'dossiers'}, 'every topic has its golden numbers')
t.ok(all(x[k] for x in topics.values() for k in ('title', 'title_en', 'cut_off', 'cut_off_en', 'law', 'law_en')),
     'each says its cut-off and its law in both languages')
said = sup.get('/v1/figures/definitions?topic=all').json
of_topic = {x['name']: x['topic'] for x in said['figures'] + said['rates']}
for topic, want in WANT.items():
    j = sup.get('/v1/figures/topics/%s?%s' % (topic, OCTOBER)).json
    got = told(j['total'])
    t.eq({k: got[k] for k in want}, want, 'October, %s' % topic)
    t.eq({k for k in got if k in of_topic}, {k for k, v in of_topic.items() if v == topic}, 'and nothing of another topic')
mid = told(sup.get('/v1/figures/topics/supplements?%s&as_of=2026-10-13T12:00:00%%2B07:00' % OCTOBER).json['total'])
t.eq((mid['supp_asked'], mid['supp_waiting'], mid['supp_completed']), (1, 1, 0), 'as of the 13th one waits')
nov = told(sup.get('/v1/figures/topics/supplements?from=2026-11-01&to=2026-11-21&procedure=9.000068').json['total'])
t.eq((nov['supp_carried'], nov['supp_unanswered'], nov['supp_after_limit']), (1, 1, 0),
     'in November it is carried over, unanswered, and not sent once more')
x = told(sup.get('/v1/figures?%s' % OCTOBER).json['total'])
t.eq((x['received'], x['late_without_apology'], x['rate_post']), (9, 3, (1, 9, 111)), 'beside them the dossiers in the work')

# ---- every number opens its items, in every dimension; money adds up too
for topic, want in WANT.items():
    base = '/v1/figures/topics/%s' % topic
    bad = []
    for by in ('agency', 'field', 'procedure', 'officer', 'channel', 'receiving', 'applicant', 'competent'):
        j = sup.get('%s?%s&by=%s' % (base, OCTOBER, by)).json
        for x in j['items']:
            for figure, v in x.items():
                if not isinstance(v, int) or x['key'] is None:
                    continue
                r = sup.get('%s/items?%s&figure=%s&by=%s&key=%s' % (base, OCTOBER, figure, by, urllib.parse.quote(x['key'])))
                n = sum(i['amount'] for i in r.json['items']) if figure.endswith('amount') else len(r.json['items'])
                if n != v:
                    bad.append((by, x['key'], figure, v, n))
        total = {k: sum(x[k] for x in j['items']) for k, v in j['total'].items() if isinstance(v, int)}
        if total != {k: v for k, v in j['total'].items() if isinstance(v, int)}:
            bad.append((by, total))
    t.ok(not bad, '%s: each number has so many items behind it, by every dimension' % topic, bad[:5])
codes = [(x['code'], x['class'], x['officer']) for x in sup.get('/v1/figures/topics/intake/items?%s&figure=intake_total' % OCTOBER).json['items']]
t.eq(codes, [('G4', 'in_time', 77), ('G5', 'late', 77), ('G12', 'in_time', 77), ('G12', 'in_time', 77)] + codes[4:], 'who answered')
x = sup.get('/v1/figures/topics/consultations?%s&by=agency' % OCTOBER).json['items']
t.eq([i['key'] for i in x], ['SXD'], 'an opinion counts with the agency that owes it')
x = {i['key']: i for i in sup.get('/v1/figures/topics/supplements?%s&by=officer' % OCTOBER).json['items']}
t.eq(sorted(x), ['502', '77'], 'a supplement with the officer who asked for it, not with the counter that sent it')
t.eq(sup.get('/v1/figures/topics/consultations?%s&competent=STC' % OCTOBER).json['total']['consult_total'], 3, 'by whose dossier it is')
x = sup.get('/v1/figures/topics/intake?%s&by=week&compare=1' % OCTOBER).json['items']
t.eq(sum(i['intake_new'] for i in x), 6, 'by week')
for path in ('nothing', 'dossiers', 'intake/items', 'intake/items?figure=supp_total', 'intake/items?figure=intake_total&key=STC'):
    t.ok(sup.get('/v1/figures/topics/' + path).status in (400, 404), path + ': refused')
t.eq(sup.get('/v1/figures/dossiers?figure=intake_total').status, 400, 'nor are items dossiers')

# ---- digitised by files, not by ticks; the same paper again is reuse
PDF = b'%PDF-1.7\n' + b'p' * 5000
name = hashlib.sha256(PDF).hexdigest()
up = lan.send('POST', '/v1/files?name=don.pdf', PDF, {'Content-Type': 'application/octet-stream'})
t.eq(up.status, 201, 'a scanned paper is stored')


def today():
    return told(sup.get('/v1/figures/topics/reception?procedure=1.005416').json['total'])


with_file = [{'component': 'request', 'originals': 1, 'files': [name]}, {'component': 'assets', 'originals': 1}]
lan.post('/v1/dossiers', intake())
t.eq((today()['taken_in'], today()['digitised'], today()['reused']), (1, 0, 0), 'ticked, but without a file: not digitised')
r = lan.post('/v1/dossiers', intake(components=with_file))
t.eq(r.status, 201, 'taken in with a file', )
t.eq((today()['taken_in'], today()['digitised'], today()['reused']), (2, 1, 0), 'with a file: digitised')
again = lan.post('/v1/dossiers', intake(components=with_file)).json['code']
t.eq((today()['digitised'], today()['reused'], today()['rate_reused']), (2, 1, (1, 3, 333)), 'the same file with another dossier: reused')
x = sup.get('/v1/figures/topics/reception/items?figure=reused').json['items']
t.eq([i['code'] for i in x], [again], 'and which it is')

# ---- what is only handed in online is not taken in, whatever it uses again
def copies():
    return sup.get('/v1/figures/topics/reception?procedure=2.000635').json['total']


once_more = dict(intake(procedure='2.000635', form={'copies': 1}, channel='online', components=[
    {'component': 'request', 'originals': 1, 'files': [name]}, {'component': 'identity', 'presented': True}]), case='01')
handed_in = lan.post('/v1/submissions', once_more).json['code']
t.eq((copies()['taken_in'], copies()['digitised'], copies()['reused']), (0, 0, 0), 'handed in with a file that was kept before: not yet')
r = lan.post('/v1/submissions/%s/accept' % handed_in, {}, match=lan.get('/v1/dossiers/' + handed_in).etag)
x = copies()
t.eq((r.status, x['taken_in'], x['digitised'], told(x)['rate_reused']), (200, 1, 1, (1, 1, 1000)), 'taken in: digitised and used again')

# ---- field mistake 29: accepted just in time, supplemented the day after
def soon():
    return sup.get('/v1/figures/topics/supplements').json['total']['supp_within_day']


COPY = dict(intake(procedure='2.000635', form={'copies': 1}, components=[
    {'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}]), case='01')
ASK = {'kind': 'supplement', 'missing': ['request'], 'reasons': ['missing'], 'text': 'Tờ khai thiếu trang'}
at_once = lan.post('/v1/dossiers', COPY).json['code']
t.eq((lan.act(at_once, 'ask', ASK).status, soon()), (200, 0), 'asked for at the counter: not meant')
online = lan.post('/v1/submissions', dict(COPY, channel='online')).json['code']
r = lan.post('/v1/submissions/%s/accept' % online, {}, match=lan.get('/v1/dossiers/' + online).etag)
t.eq(r.status, 200, 'an online dossier is accepted')
t.eq((lan.act(r.json['code'], 'ask', ASK).status, soon()), (200, 1), 'and asked for a supplement the same day: counted apart')

# ---- field mistake 6: who waits for papers is neither within nor late
n = sup.get('/v1/figures?procedure=2.000635').json['total']
t.eq((n['total'], n['pending_waiting'], n['pending_within'], n['pending_overdue']), (3, 2, 1, 0), 'two wait for their owners')

# ---- files
r = sup.get('/v1/figures/topics/fees?%s&by=procedure&format=csv' % OCTOBER)
table = list(csv.reader(io.StringIO(r.data[3:].decode()), strict=True))
t.ok(len(table) == 3 and '70000' in table[1] and 'so-lieu_fees_procedure_2026-10-01_2026-10-31.csv' in r.headers['Content-Disposition'],
     'a topic as CSV', table)
r = sup.get('/v1/figures/topics/intake/items?%s&figure=intake_late&format=csv' % OCTOBER)
t.eq([x[0] for x in csv.reader(io.StringIO(r.data[3:].decode()))][1:], ['G5'], 'its items as CSV')
r = sup.get('/v1/figures/topics/intake?%s&format=xlsx' % OCTOBER)
t.ok(r.status == 200 and r.data[:2] == b'PK', 'and as XLSX')

# ---- who sees what
binh = office.client('binh.stc')
t.eq(binh.get('/v1/figures/topics/supplements?' + OCTOBER).json['total']['supp_asked'], 2, 'a head sees what the department asked')
t.eq(binh.get('/v1/figures/topics/consultations?' + OCTOBER).json['total']['consult_total'], 0, 'not what another owes')
t.eq(lan.get('/v1/figures/topics/intake').status, 403, 'who takes in sees no figures')
office.end(t)
