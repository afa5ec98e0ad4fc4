"""The Finance dossier from the counter to its result over HTTP: each officer finds it in the right
queue, does the step's action, and the history, the dues and the figures are what the law says."""
import datetime
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
PDF = b'%PDF-1.7\n% an invented decision\n' + b'x' * 2000 + b'\n%%EOF\n'

lan = office.client('lan.tiepnhan')
r = lan.post('/v1/dossiers', intake())
t.ok(r.status == 201, 'the counter takes the dossier in', r)
d = r.json
code, secret = d['code'], d.get('secret')
today = office_day()
t.eq(code, 'H24.11-%s-0001' % today.strftime('%y%m%d'), 'the code bears the agency, the day, number 1')
t.ok(secret and len(secret) >= 11, 'the receipt has a secret for tracking', d)
t.eq(d['status'], 'ACCEPTED', 'it is accepted at once')
t.eq(r.headers['Location'], '/v1/dossiers/' + code, 'Location names it')
t.eq(d['due']['original'][10:], 'T17:00:00+07:00', 'the promise ends at the close of a day')
due = datetime.date.fromisoformat(d['due']['original'][:10])
t.ok(30 <= (due - today).days <= 45, 'thirty calendar days from receipt, moved past days off', d['due'])


def queue_has(who, scope='unit'):
    rows = who.get('/v1/queue?limit=200&scope=' + scope).json['items']
    return [x for x in rows if x['code'] == code]


def officer_of():
    return lan.get('/v1/dossiers/' + code).json['tasks'][0]


people = {}


def person(login):
    if login not in people:
        people[login] = office.client(login)
    return people[login]


def holder(candidates):
    """The client of whoever holds the open task, or the first of those who may take it."""
    task = officer_of()
    for login in candidates:
        if task['officer'] in (None, person(login).get('/v1/session').json['user']):
            return person(login)
    raise RuntimeError('nobody of %s holds %s' % (candidates, task))


def hand_on(candidates, step, action, body=None, first=()):
    who = holder(candidates)
    rows = queue_has(who)
    t.ok(len(rows) == 1 and rows[0]['step'] == step, '%s: it lies in the queue of the unit' % step, rows)
    for what, data in first:
        r = who.act(code, what, data)
        t.ok(r.status == 200, '%s: %s' % (step, what), r)
    r = who.act(code, 'act', dict(body or {}, action=action))
    t.ok(r.status == 200, '%s: %s' % (step, action), r)
    return who, r


STC = ['minh.congsan', 'ha.congsan', 'tuan.congsan']
VPUB = ['hai.vanphong', 'linh.vanphong', 'phuc.vanphong']
hand_on(['lan.tiepnhan'], 'receive', 'forward')
t.eq(lan.get('/v1/dossiers/' + code).json['status'], 'PROCESSING', 'it is being processed')
who = holder(STC)
r = who.act(code, 'act', {'action': 'forward'})
t.ok(r.status in (409, 422) and r.code in ('needs-receipt', 'needs-draft'),
     'nothing is handed on before receipt and draft', r)
hand_on(STC, 'appraise', 'forward',
        first=(('receive', {}), ('draft', {'text': 'Đủ điều kiện, đề nghị phê duyệt.'})))
hand_on(['binh.stc', 'huong.stc'], 'dept_approve', 'forward', first=(('receive', {}),))
hand_on(['oanh.vanthu'], 'dispatch', 'forward', first=(('receive', {}),))
hand_on(VPUB, 'verify', 'forward', first=(('receive', {}),))
hand_on(['thanh.ubnd', 'hien.ubnd'], 'sign', 'approve', first=(('receive', {}),))
clerk = person('trang.vanthu')
r = clerk.send('POST', '/v1/files?name=quyet-dinh.pdf', PDF,
               {'Content-Type': 'application/octet-stream'})
t.ok(r.status == 201, 'the clerk uploads the signed decision', r)
pdf = r.json['hash']
_, r = hand_on(['trang.vanthu'], 'issue', 'number', first=(('receive', {}),),
               body={'date': today.isoformat(), 'signer': 'Đoàn Duy Thành', 'file': pdf})
t.ok(r.json.get('number'), 'the number of the decision is given by the system', r)
r = clerk.act(code, 'act', {'action': 'release'})
t.ok(r.status == 200 and r.json['finished'], 'released: the legal clock ends', r)
task = officer_of()
t.eq(task['role'], 'returner', 'the result waits at the counter')


def results():
    n = person('giang.giamsat').get('/v1/figures/topics/results').json['total']
    return n['results_total'], n['results_left'], n['results_collected']


t.eq(results(), (1, 1, 0), 'figures have it among the uncollected')
returner = person('mai.traketqua')
returner.act(code, 'receive', {})
r = returner.act(code, 'act', {'action': 'hand_over'})
t.ok(r.status == 422, 'nothing is handed over without saying to whom', r)
r = returner.act(code, 'act', {'action': 'hand_over', 'to_whom': 'owner',
                               'note': 'Nhận trực tiếp, giấy giới thiệu số 12'})
t.ok(r.status == 200 and r.json['status'] == 'RETURNED', 'handed over', r)
t.eq(results(), (1, 0, 1), 'then among the collected')

h = lan.get('/v1/dossiers/%s/history' % code).json
kinds = [e['kind'] for e in h['history']]
for k in ('SUBMITTED', 'ATTEMPT_DECIDED', 'ACCEPTED', 'DRAFT_SUBMITTED', 'APPROVED', 'NUMBERED',
          'RESULT_READY', 'RESULT_HANDED_OVER'):
    t.ok(k in kinds, 'the history tells %s' % k, kinds)
t.eq([e['seq'] for e in h['history']], list(range(1, len(kinds) + 1)), 'the history has no gap')
t.eq(h['class'], 'early', 'done before the day of the promise: early')
r = clerk.get('/v1/dossiers/%s/files/%s' % (code, pdf))
t.ok(r.status == 200 and r.data == PDF, 'the decision can be downloaded, byte by byte', r.status)
t.eq(r.headers['X-Content-Type-Options'], 'nosniff', 'its type is not guessed')
t.ok('attachment' in r.headers['Content-Disposition'], 'as an attachment')

sup = office.client('giang.giamsat')
f = sup.get('/v1/figures').json
t.ok(f, 'the supervisor reads figures', f)
text = sup.get('/v1/figures').text
t.ok('"resolved_early":1' in text and '"valid_first":1' in text,
     'one resolved early, valid at first submission', text)
lst = sup.get('/v1/figures/dossiers?figure=resolved_early').json
t.ok(any(x['code'] == code for x in lst['items']), 'the number leads to its dossier', lst)
who = sup.get('/v1/dossiers/' + code)
t.ok('Ngô Quyền' not in who.text and who.json['masked'], 'who only supervises sees no name', who)
# ---- what is held already is not asked for again: the decision in place of a paper of the next dossier
held = lan.get('/v1/people/papers?id_number=H24.21.07').json['items']
t.eq([(x['code'], x['component'], x['result'], x['file']) for x in held], [(code, None, True, pdf)],
     'the result is held of its owner')
number = lan.get('/v1/dossiers/' + code).json['result']['number']
again = intake(components=[{'component': 'request', 'originals': 1}, {'component': 'assets', 'files': [pdf], 'reused': number}])
r = lan.post('/v1/dossiers', again)
t.eq(r.status, 201, 'it stands in place of a paper')
told = lan.get('/v1/dossiers/' + r.json['code']).json['content']['components'][1]
t.eq((told['originals'], told['files'], told['reused']), (0, [pdf], number), 'the dossier says from where')
said = subprocess.run(['pdftotext', '-', '-'], input=lan.get('/v1/dossiers/%s/receipt.pdf' % r.json['code']).data, stdout=subprocess.PIPE).stdout.decode()
t.ok('Dùng lại giấy tờ đang giữ: ' + number in ' '.join(said.split()), 'and so does the receipt', said)
again['components'][1] = {'component': 'assets', 'originals': 1, 'reused': number}
r = lan.post('/v1/dossiers', again)
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/components/1/reused', 'a tick without its file is refused', r)
held = lan.get('/v1/people/papers?id_number=H24.21.07').json['items']
t.eq([(x['component'], x['title']) for x in held][:1], [('assets', held[0]['title'])], 'papers are held, too')
wanted = '/v1/people/papers?id_number=H24.21.07&procedure='
t.eq([(x['component'], x['fits']) for x in lan.get(wanted + '1.005416').json['items']][:2], [('assets', ['assets']), (None, [])],
     'for a procedure it is told which component each may stand for')
t.eq([x['fits'] for x in lan.get(wanted + '1.004859').json['items']][:1], [[]], 'another procedure asks for other papers')
t.eq(lan.get(wanted + '9.999999').status, 422, 'a procedure that is not in force')
t.eq(held[0]['accepted'][:10], lan.get('/v1/dossiers/' + held[0]['code']).json['accepted'][:10], 'and since when')
t.eq(lan.get('/v1/people/papers?id_number=H24.21.08').json['items'], [], 'of nobody else')
t.eq(person('minh.congsan').get('/v1/people/papers?id_number=H24.21.07').status, 403, 'only who takes in may look')

p = office.run('verify')
t.ok('0' in p, 'motcuad verify finds the history sound', p)
office.end(t)
