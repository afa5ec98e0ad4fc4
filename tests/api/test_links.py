"""Sub-dossiers over HTTP: a branch opens a dossier at another agency, both dates are known to the parent,
its result answers the branch; a crash between opens nothing twice; a dossier withdrawn opens nothing."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, office_day, until  # noqa: E402

HEAD = '''procedure: "%s"
version: 1
valid_from: 2020-01-01
kind: citizen
name: {vi: "%s", en: "Test"}
field: {code: XD, vi: "Xây dựng", en: "Building"}
competent: %s
reception: any
channels: [counter, online]
basis: ["Luật"]
%s
fee: {amount: 0}
limit: 20 working_day_eod
components:
  - {component: request, vi: "Đơn", en: "Request", need: required, originals: 1}
form:
  - {field: area, vi: "Diện tích", en: "Area", type: integer, min: 1}
  - {field: %s, vi: "Ghi chú", en: "Remark", type: text}
steps:
'''
PARENT = HEAD % ('7.000001', 'Dự án', 'STC', '''results:
  - {result: decision, vi: "Quyết định", en: "Decision", required: true}
  - {result: permit, vi: "Giấy phép", en: "Permit", required: true}''', 'remark') + '''  - step: receive
    vi: "Tiếp nhận"
    en: "Receive"
    at: reception
    role: receiver
    actions: [{action: forward, to: both}]
  - step: both
    vi: "Hai việc"
    en: "Both"
    split:
      join: all
      branches:
        - {branch: permit, vi: "Giấy phép", en: "Permit", at: SXD, role: specialist, limit: 10 working_day, procedure: "7.000002", result: permit}
        - {branch: opinion, vi: "Ý kiến", en: "Opinion", at: CT, role: specialist, limit: 5 working_day}
    then: issue
  - step: issue
    vi: "Phát hành"
    en: "Issue"
    at: STC
    role: clerk
    actions: [{action: number}, {action: release, to: hand}]
  - step: hand
    vi: "Trả"
    en: "Hand over"
    at: reception
    role: returner
    actions: [{action: hand_over}]
'''
CHILD = HEAD % ('7.000002', 'Giấy phép', 'SXD', 'result: {vi: "Giấy phép", en: "Permit"}',
                'other') + '''  - step: work
    vi: "Cấp phép"
    en: "Permit"
    at: SXD
    role: clerk
    limit: 5 working_day
    actions: [{action: number}, {action: release, to: hand}]
  - step: hand
    vi: "Trả"
    en: "Hand over"
    at: reception
    role: returner
    actions: [{action: hand_over}]
'''

t = Tap()
folder = tempfile.mkdtemp(prefix='motcua-links-', dir='/tmp')
os.chmod(folder, 0o755)
for name, text in (('parent.yaml', PARENT), ('child.yaml', CHILD)):
    with open(folder + '/' + name, 'w', encoding='utf-8') as f:
        f.write(text)
office = Office(directories__procedures=folder)
lan, clerk, van = (office.client(x) for x in ('lan.tiepnhan', 'oanh.vanthu', 'van.sxd'))
tax, khoa = office.client('quynh.thue'), office.client('khoa.sxd')

PERSON = {'kind': 'enterprise', 'name': 'Công ty Bạch Đằng', 'id_type': 'organisation',
          'id_number': '0200999888', 'address': '1 Cầu Đất, Hải Phòng'}
BODY = {'procedure': '7.000001', 'applicant': PERSON, 'form': {'area': 120, 'remark': 'góc phố'},
        'components': [{'component': 'request', 'originals': 1}]}


PDF = b'%PDF-1.7\n% an invented permit\n' + b'x' * 2000 + b'\n%%EOF\n'


def result(who, **more):
    r = who.send('POST', '/v1/files?name=ket-qua.pdf', PDF, {'Content-Type': 'application/octet-stream'})
    return dict({'action': 'number', 'signer': 'Trần Thanh Bình', 'date': str(office_day()),
                 'file': r.json['hash']}, **more)


def show(code):
    return lan.get('/v1/dossiers/' + code).json


def submission(parent):
    return office.psql("select d.submission from motcua.dossier d join motcua.dossier_event e on e.dossier = d.id "
                       "and e.seq = 1 where e.payload::jsonb->>'reference' = '%s'" % parent)


def link(code):
    found = show(code)['links']
    return found[0] if found else None


def branches(code):
    return {x.get('branch'): x['task'] for x in show(code)['tasks']}


# ---- opened
r = lan.post('/v1/dossiers', BODY)
t.eq(r.status, 201, 'the parent is taken in')
code = r.json['code']
r = lan.act(code, 'act', {'action': 'forward'})
t.ok(r.status == 200 and sorted(branches(code)) == ['opinion', 'permit'], 'two branches at once', r)
sub = until(lambda: submission(code))
t.ok(sub and sub.startswith('S-'), 'a dossier is opened at the other agency', sub)
child = lan.get('/v1/dossiers/' + sub).json if sub else {}
t.eq((child.get('procedure'), child.get('status'), child.get('channel')),
     ('7.000002', 'SUBMITTED', 'online'), 'submitted for the procedure of the branch')
t.eq([(x['link'], x['code']) for x in child.get('links', [])], [('parent', code)], 'it knows its parent')
t.eq((child['content']['applicant']['name'], child['content']['form']),
     (PERSON['name'], {'area': 120}), 'with the applicant and what both forms ask for')
t.eq(child['receiving']['agency'], 'TTPVHCC', 'at a unit that receives it')
t.ok(link(code) is None, 'the parent knows of it when it is accepted')

# ---- accepted: its due; a daemon killed at any moment opens and tells nothing twice
r = lan.send('POST', '/v1/submissions/%s/accept' % sub, {'components': BODY['components']},
             lan.headers() | {'If-Match': '"%d"' % child['seq'], 'Idempotency-Key': 'accept-1'})
t.eq(r.status, 200, 'the one-stop unit accepts it')
child_code = r.json['code']
office.daemon.kill()
office.daemon.wait()
office.start()
known = until(lambda: link(code))
t.ok(known and (known['link'], known['code']) == ('child', child_code), 'the parent knows its child', known)
t.eq(known and known['due'], show(child_code)['due']['current'], 'and its date')
t.ok(known and known['finished'] is None and 'permit' in branches(code), 'the branch still waits')

# ---- its result answers the branch
van.act(child_code, 'receive')
r = van.act(child_code, 'act', result(van, number='45/GPXD', signer='Lê Quốc Đại'))
t.eq(r.status, 200, 'the child is numbered')
r = van.act(child_code, 'act', {'action': 'release'})
t.eq(r.json['status'], 'RELEASED', 'and released')
t.ok(until(lambda: (link(code) or {}).get('finished')), 'the parent is told')
d = show(code)
t.eq(d['links'][0]['finished'], show(child_code)['finished'], 'and knows when')
t.eq([x.get('branch') for x in d['tasks']], ['opinion'], 'its branch is answered')
t.eq([(x['result'], x['number'], x['signer']) for x in d['results']],
     [('permit', '45/GPXD', 'Lê Quốc Đại')], 'with the number that the child has')
done = [x for x in d['done'] if x.get('branch') == 'permit'][0]
t.eq((done['outcome'], done['officer']), ('done', None), 'by the system')
task = branches(code)['opinion']
tax.act(code, 'receive', {'task': task})
r = tax.act(code, 'answer', {'task': task, 'outcome': 'agree', 'text': 'Không nợ thuế'})
t.eq(r.json['tasks'][0]['step'], 'issue', 'the join goes on')
r = clerk.act(code, 'receive')
r = clerk.act(code, 'act', result(clerk))
r = clerk.act(code, 'act', {'action': 'release'})
t.eq(r.json['status'], 'RELEASED', 'and both results are there')

# ---- killed with the message on its way: one child
r = lan.post('/v1/dossiers', BODY)
other = r.json['code']
lan.act(other, 'act', {'action': 'forward'})
office.daemon.kill()
office.daemon.wait()
office.start()
t.ok(until(lambda: submission(other)), 'the child is opened after a crash')
t.ok(until(lambda: office.psql("select count(*) from motcua.outbox where kind = 'link' and delivered_at is null") == '0'), 'nothing waits')
t.eq(len(submission(other).split()), 1, 'and it was opened once')

# ---- a child that ends without a result: the parent is asked; told again it is not asked again
def accepted(parent):
    s = until(lambda: submission(parent))
    seq = lan.get('/v1/dossiers/' + s).json['seq']
    r = lan.send('POST', '/v1/submissions/%s/accept' % s, {'components': BODY['components']},
                 lan.headers() | {'If-Match': '"%d"' % seq, 'Idempotency-Key': 'accept-' + s})
    t.eq(r.status, 200, 'a child is accepted')
    return r.json['code']


def asked(code):
    return [x for x in show(code)['tasks'] if x.get('owes') == 'linked']


binh, minh = office.client('binh.stc'), office.client('minh.congsan')
kid = accepted(other)
t.ok(until(lambda: link(other)), 'its parent knows it')
t.eq(lan.act(kid, 'withdraw', {'document': 'Đơn 1'}).status, 200, 'it is withdrawn')
ask = until(lambda: asked(other))
t.ok(ask and ask[0]['at']['agency'] == 'STC', 'the competent agency has to say how it goes on', ask)
t.eq(link(other)['ended'], 'withdrawn', 'and why')
t.ok('permit' in branches(other), 'nothing was decided for it')
r = minh.act(other, 'answer', {'task': ask[0]['task'], 'outcome': 'go_on', 'note': 'Chủ đầu tư bỏ hạng mục'})
t.eq((r.status, [x.get('branch') for x in r.json['tasks']]), (200, ['opinion']), 'it goes on without it')

# ---- a child that finishes while the parent is suspended answers when it goes on
r = lan.post('/v1/dossiers', BODY)
still = r.json['code']
lan.act(still, 'act', {'action': 'forward'})
kid = accepted(still)
t.ok(until(lambda: link(still)), 'its parent knows it')
r = binh.act(still, 'ask', {'kind': 'suspension', 'exception': 'Luật Đầu tư', 'document': '1/QĐ'})
t.eq(r.json['status'], 'SUSPENDED', 'the parent is suspended')
van.act(kid, 'receive')
van.act(kid, 'act', result(van, number='46/GPXD', signer='Lê Quốc Đại'))
van.act(kid, 'act', {'action': 'release'})
t.ok(until(lambda: (link(still) or {}).get('finished')), 'its child finishes meanwhile')
t.ok('permit' in branches(still), 'the branch stands still like everything')
end = [x for x in show(still)['tasks'] if x.get('owes') == 'suspension'][0]['task']
r = binh.act(still, 'answer', {'task': end, 'outcome': 'end', 'document': '2/QĐ'})
t.eq(r.status, 200, 'it goes on')
t.ok(until(lambda: list(branches(still)) == ['opinion']), 'and the branch is answered by itself', branches(still))
t.eq([x['number'] for x in show(still)['results']], ['46/GPXD'], 'with the number of the child')

# ---- a parent that ends tells its child
r = lan.post('/v1/dossiers', BODY)
gone = r.json['code']
lan.act(gone, 'act', {'action': 'forward'})
kid = accepted(gone)
t.ok(until(lambda: link(gone)), 'its parent knows it')
t.eq(lan.act(gone, 'withdraw', {'document': 'Đơn 2'}).status, 200, 'the parent is withdrawn')
ask = until(lambda: asked(kid))
t.ok(ask and ask[0]['at']['agency'] == 'TTPVHCC', 'the unit that received the child is asked', ask)
t.eq(show(kid)['links'][0]['ended'], 'withdrawn', 'and reads why')
t.eq(lan.act(kid, 'answer', {'task': ask[0]['task'], 'outcome': 'go_on'}).status, 200, 'it goes on for itself')
# … also one that was not yet accepted when its parent ended
r = lan.post('/v1/dossiers', BODY)
early = r.json['code']
lan.act(early, 'act', {'action': 'forward'})
t.ok(until(lambda: submission(early)), 'a child is submitted')
t.eq(lan.act(early, 'withdraw', {'document': 'Đơn 3'}).status, 200, 'its parent is withdrawn')
kid = accepted(early)
t.ok(until(lambda: asked(kid)), 'accepted all the same, it hears of that at once')

# ---- withdrawn before the news left
office.psql("update motcua.job_lease set holder = 'x', until = now() + interval '20 s' where name = 'links'")
r = lan.post('/v1/dossiers', BODY)
third = r.json['code']
lan.act(third, 'act', {'action': 'forward'})
r = lan.act(third, 'withdraw', {'document': 'Đơn'})
t.eq(r.json['status'], 'WITHDRAWN', 'withdrawn at once')
t.ok(until(lambda: office.psql("select count(*) from motcua.outbox where kind = 'link' and delivered_at is null")
           == '0', 60), 'its message is settled')
t.eq(submission(third), '', 'and no child was opened')
for name in os.listdir(folder):
    os.remove(folder + '/' + name)
os.rmdir(folder)
office.end(t)
