"""A dossier's life beside the straight road: who gets it and who may not, taking back, returning,
refusing; non-territorial reception; keys repeated later; queues that change while they are read."""
import json
import os
import sys
import time
import uuid
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake, together  # noqa: E402

t = Tap()
office = Office()
people = {}


def as_(login):
    if login not in people:
        people[login] = office.client(login)
        people[login].id = people[login].get('/v1/session').json['user']
    return people[login]


lan, hung, son = as_('lan.tiepnhan'), as_('hung.tiepnhan'), as_('son.giamdoc')
STC = {as_(x).id: as_(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')}
HEAD, LEADERS = as_('duc.congsan'), (as_('binh.stc'), as_('huong.stc'))


def show(code, who=lan):
    return who.get('/v1/dossiers/' + code).json


def task(code):
    return show(code)['tasks'][0]


def refused(r, status, code):
    return r.status == status and r.code == code


# ---- non-territorial: received at the city's centre, resolved by a commune, collected at the centre
yen = as_('yen.hongbang')
birth = {'procedure': '1.001193', 'case': '01', 'competent': 'X_THANHHA', 'channel': 'post',
         'applicant': {'kind': 'citizen', 'name': 'Phạm Văn Đức', 'id_number': '999083000001',
                       'phone': '0912000111'},
         'owner': {'kind': 'citizen', 'name': 'Đỗ Thị Hường', 'id_number': '999083000002'},
         'authorised': {'kind': 'citizen', 'name': 'Lý Đình Đạt', 'id_number': '999083000003'},
         'authorised_document': 'Giấy ủy quyền số 12', 'form': {'born': '2026-10-01'},
         'components': [{'component': 'form', 'originals': 1},
                        {'component': 'birth', 'originals': 1, 'certified': 2, 'copies': 3},
                        {'component': 'identity', 'presented': True}]}
r = yen.post('/v1/dossiers', birth)
t.ok(r.status == 201, 'a centre takes in for a commune elsewhere, by post', r)
bcode = r.json['code']
org = {a['agency']: a for a in yen.get('/v1/organisation').json['agencies']}
t.ok(bcode.startswith(org['X_THANHHA']['code'] + '-'), 'the code bears the competent agency', bcode)
d = show(bcode, yen)
t.ok(d['receiving']['agency'] == 'TTPVHCC_HB' and d['competent']['agency'] == 'X_THANHHA' and
     d['channel'] == 'post', 'receiving unit, competent agency and channel are kept apart', d)
c = d['content']
t.ok(c['applicant']['name'] == 'Phạm Văn Đức' and c['owner']['name'] == 'Đỗ Thị Hường' and
     c['authorised']['name'] == 'Lý Đình Đạt' and c['authorised_document'],
     'applicant, owner and authorised person are kept apart', c)
b = next(x for x in c['components'] if x['component'] == 'birth')
t.eq((b['originals'], b['certified'], b['copies']), (1, 2, 3), 'originals, certified copies, copies')
t.eq(yen.act(bcode, 'act', {'action': 'forward'}).status, 200, 'handed on to the commune')
t.eq(show(bcode, as_('thuy.thanhha'))['tasks'][0]['at']['agency'], 'X_THANHHA', 'it lies there')
t.eq(as_('duong.hongbang').get('/v1/dossiers/' + bcode).status, 404, 'another commune sees nothing')
for q in ('Đỗ Thị Hường', 'do thi huong', 'Do thi huong', '0002'):
    x = as_('thuy.thanhha').get('/v1/search?q=' + quote(q)).json['items']
    t.ok(any(i['code'] == bcode for i in x), 'the owner is found there by %r' % q, x)
r = yen.post('/v1/dossiers', dict(birth, competent='X_THANHHA_CA'))
t.ok(r.status == 422 and '/competent' in r.text, 'the police are not competent for births', r)
r = lan.post('/v1/dossiers', intake(competent='SXD'))
t.ok(r.status == 422 and '/competent' in r.text, 'nor Construction for public assets', r)
r = yen.post('/v1/dossiers', {'procedure': '1.000656', 'applicant': {'name': 'A', 'kind': 'citizen'},
                              'components': [{'component': x, 'originals': 1}
                                             for x in ('form', 'notice', 'identity')]})
told = r.json['errors'][0]['message']
t.ok(refused(r, 422, 'case-missing') and all(
    '%s (%s)' % (c['title'], c['case']) in told for c in yen.get('/v1/procedures/1.000656').json['cases']),
     'cases with limits of their own: one must be chosen before the promise', r)

# ---- one key: the same answer, also after the dossier has moved on
code = lan.post('/v1/dossiers', intake()).json['code']
key, etag = str(uuid.uuid4()), lan.get('/v1/dossiers/' + code).etag
a = lan.act(code, 'note', {'note': 'Một'}, etag, key)
lan.act(code, 'note', {'note': 'Hai'})
b = lan.act(code, 'note', {'note': 'Một'}, etag, key)
t.ok(a.status == b.status == 200 and a.json == b.json and a.etag == b.etag and
     b.headers.get('Idempotent-Replayed') == 'true',
     'a repeated act gets its own answer and ETag, not 412', (a, b))
t.ok(refused(lan.act(code, 'note', {'note': 'Ba'}, etag, key), 422, 'idempotency-key-reused'),
     'another body under that key: 422')
other = lan.post('/v1/dossiers', intake()).json['code']
t.ok(refused(lan.act(other, 'note', {'note': 'Một'}, etag, key), 422, 'idempotency-key-reused'),
     'the same body for another dossier: 422')
key = str(uuid.uuid4())
many = together([lambda c=office.client('lan.tiepnhan'): c.post('/v1/dossiers', intake(), key)
                 for _ in range(6)])
t.eq(len({x.json.get('code') for x in many if x.status == 201}), 1, 'six at once with one key: one dossier')
t.ok(all(x.status in (201, 409, 503) for x in many), 'and no other answer', many)

# ---- take back, receive, claim, assign
r = lan.act(code, 'act', {'action': 'forward', 'officer': HEAD.id})
t.ok(refused(r, 422, 'bad-assignee'), 'a step that assigns by itself takes no choice', r)
t.eq(lan.act(code, 'act', {'action': 'forward'}).status, 200, 'handed on')
holder = STC[task(code)['officer']]
t.ok(refused(hung.act(code, 'take-back'), 403, 'not-assignee'), 'only who sent it takes it back')
r = lan.act(code, 'take-back')
t.ok(r.status == 200 and task(code)['officer'] == lan.id and task(code)['step'] == 'receive',
     'taken back before it was opened', r)
lan.act(code, 'act', {'action': 'forward'})
holder = STC[task(code)['officer']]
others = [x for x in STC.values() if x is not holder]
t.ok(refused(holder.act(code, 'draft', {'text': 'x'}), 409, 'needs-receipt'), 'first received, then worked on')
t.eq(holder.act(code, 'receive').status, 200, 'received')
t.ok(refused(lan.act(code, 'take-back'), 409, 'already-opened'), 'then it cannot be taken back')
t.ok(refused(others[0].act(code, 'draft', {'text': 'x'}), 403, 'not-assignee'), 'another officer may not')
t.ok(refused(HEAD.act(code, 'assign', {'officer': lan.id}), 422, 'bad-assignee'), 'not assigned outside the agency')
r = HEAD.act(code, 'assign', {'officer': others[0].id, 'note': 'Cân đối việc'})
t.ok(r.status == 200 and task(code)['officer'] == others[0].id, 'the head gives it to another', r)
t.ok(refused(holder.act(code, 'draft', {'text': 'x'}), 403, 'not-assignee'), 'who had it may no longer')
holder = others[0]
mine = [x['code'] for x in holder.get('/v1/queue?scope=mine&limit=200').json['items']]
t.ok(code in mine, 'it is in the queue of the officer', mine)

# ---- what the receiver may not: decide substance
r = lan.act(other, 'draft', {'text': 'Đồng ý'})
t.ok(refused(r, 403, 'not-your-role'), 'the counter does not draft results', r)

# ---- draft, return with reason, separation of duty
holder.act(code, 'receive')
t.eq(holder.act(code, 'draft', {'text': 'Đủ điều kiện'}).status, 200, 'drafted')
t.eq(holder.act(code, 'act', {'action': 'forward'}).status, 200, 'to the leader')
lead = LEADERS[0]
t.ok(refused(lead.act(code, 'act', {'action': 'return'}), 422, 'needs-reason'), 'no return without reason')
t.ok(refused(lead.act(code, 'act', {'action': 'return', 'reason': 'missing'}), 422, 'unknown-reason'),
     'a reason of another kind is none')
r = lead.act(code, 'act', {'action': 'return', 'reason': 'draft_wrong', 'note': 'Sai thể thức'})
t.ok(r.status == 200 and task(code)['officer'] == holder.id and task(code)['step'] == 'appraise',
     'returned to the officer who did it', r)
holder.act(code, 'act', {'action': 'forward'})
lead.act(code, 'act', {'action': 'forward'})
as_('oanh.vanthu').act(code, 'act', {'action': 'forward'})
who = next(x for x in (as_('hai.vanphong'), as_('linh.vanphong'), as_('phuc.vanphong'))
           if x.id == task(code)['officer'])
who.act(code, 'receive')
t.eq(who.act(code, 'act', {'action': 'forward'}).status, 200, 'to the committee')
thanh, hien = as_('thanh.ubnd'), as_('hien.ubnd')
thanh.act(code, 'receive')
t.eq(thanh.act(code, 'draft', {'text': 'Từ chối', 'refusal': True, 'reason': 'over_norm'}).status, 200,
     'a leader writes the refusal herself')
r = thanh.act(code, 'act', {'action': 'approve'})
t.ok(refused(r, 403, 'separation-of-duty'), 'then she does not decide it', r)
r = hien.act(code, 'act', {'action': 'approve'})
t.ok(r.status == 200 or r.code == 'not-assignee', 'the other leader decides', r)

# ---- what is told possible is possible, and what is not says the same when tried
for who in (lan, hung, holder, lead, HEAD, thanh, hien, as_('trang.vanthu')):
    wrong = []
    for c in (code, other):
        got = who.get('/v1/dossiers/%s/possible' % c)
        if got.status != 200:
            continue
        for p in got.json['acts']:
            # its author may take anything back within ten seconds: only the history tells
            if p['allowed'] or p['command'] in ('attach', 'assign', 'take-back'):
                continue
            body = {'note': {'note': 'x'}, 'declare-relative': {'note': 'x'}, 'draft': {'text': 'x'}}.get(p['command'], {})
            if p['command'] == 'act':
                body = {'action': p['action']}
            if p['command'] == 'ask':
                body = {'kind': p['request_kind']}
            if p['command'] == 'answer':
                body = {'task': p['task'], 'outcome': (p.get('answers') or 'agree').split()[0]}
            if p['command'] == 'cancel':
                body = {'request': p['request'], 'note': 'x'}
            if p['command'] in ('withdraw', 'stop', 'close'):
                body = {'document': 'x'}
            r = who.act(c, p['command'], body)
            if r.code != 'forbidden' and (r.code, r.json['detail']) != tuple(p['why_not'].values()):
                wrong.append((c, p, r))
    t.eq(wrong, [], '%s: what is told impossible is refused for the reason told' % who.id)

# ---- clocks: every line of a sum of minutes adds up
for c in (code, bcode):
    for k in (lan if c == code else yen).get('/v1/dossiers/%s/clocks' % c).json['clocks']:
        t.ok(k['why'] and k['why']['due'] == k['due'] and k['why']['lines'][-1]['kind'] == 'due',
             '%s: its explanation ends at its due' % k['budget'], k)

# ---- paging while rows change: whoever stays is seen exactly once
for i in range(30):
    lan.post('/v1/dossiers', intake())
path, seen, before = '/v1/queue?scope=unit&limit=7', [], None
stay = {x['code'] for x in lan.get('/v1/queue?scope=unit&limit=200').json['items']}
t.ok(len(stay) >= 30, 'a queue of several pages', len(stay))
while path:
    r = lan.get(path)
    page = [x['code'] for x in r.json['items']]
    seen += page
    lan.act(page[0], 'act', {'action': 'forward'})    # one behind goes away
    rest = [x for x in stay if x not in seen]
    if rest:
        lan.act(rest[0], 'act', {'action': 'forward'})    # one ahead goes away
        stay.discard(rest[0])
    lan.post('/v1/dossiers', intake())                # and a new one comes
    link = r.headers.get('Link')
    path = link[1:link.index('>')] if link else None
t.ok(len(seen) == len(set(seen)) and stay <= set(seen), 'no row twice, none that stayed is lost',
     (len(seen), len(set(seen)), stay - set(seen)))

# ---- counts and filters say what the queue holds
for who, scope in ((lan, 'unit'), (HEAD, 'unit'), (lan, 'mine')):
    n = who.get('/v1/queue/counts?scope=' + scope).json
    got = {u: len(who.get('/v1/queue?limit=200&scope=%s&urgency=%s' % (scope, u)).json['items'])
           for u in ('overdue', 'today', 'soon', 'later')}
    t.eq({u: n[u] for u in got}, got, 'counts by urgency are those of the queue (%s)' % scope)
    t.eq(sum(got.values()), n['all'], 'and add up')
for f, good in (('procedure=' + FINANCE, lambda x: x['procedure'] == FINANCE),
                ('step=receive', lambda x: x['step'] == 'receive'),
                ('role=receiver&scope=role', lambda x: x['role'] == 'receiver')):
    x = lan.get('/v1/queue?limit=200&%s' % (f if 'scope' in f else f + '&scope=unit')).json['items']
    t.ok(x and all(good(i) for i in x), 'filter %s' % f, x[:2])
t.eq(lan.get('/v1/queue?scope=unit&procedure=9.9').json['items'], [], 'a filter may find nothing')

# ---- what many rows say alike may be told once: joined again, it is the same page
for who, scope in ((HEAD, 'unit'), (lan, 'mine'), (lan, 'unit')):
    whole = who.get('/v1/queue?limit=50&scope=' + scope).json
    brief = who.get('/v1/queue?limit=50&shared=true&scope=' + scope).json
    joined = [{k: v for k, v in {**r, **brief['shared'][r['share']]}.items() if k not in ('share', 'agency_name')}
              for r in brief['items']]  # the unit by its name is told there only
    t.eq(joined, whole['items'], 'rows with their shared members are the rows (%s)' % scope)
    t.ok(not brief['items'] or len(brief['shared']) == len({json.dumps(s) for s in brief['shared']})
         < len(brief['items']), 'each of them once', (scope, len(brief['shared']), len(brief['items'])))
t.eq(lan.get('/v1/queue?shared=yes').status, 400, 'shared is true or false')

# ---- two hundred at once at one agency
before = {x for x in office.psql("SELECT code FROM motcua.dossier WHERE code LIKE 'H24.11-%'").split()}
clients = [office.client(x) for x in ('lan.tiepnhan', 'hung.tiepnhan') for _ in range(10)]
began = time.monotonic()
out = together([lambda c=c: [c.post('/v1/dossiers', intake()) for _ in range(10)] for c in clients])
took = time.monotonic() - began
codes = [r.json['code'] for rs in out for r in rs if r.status == 201]
numbers = sorted(int(x.split('-')[2]) for x in before | set(codes))
t.ok(len(codes) == len(set(codes)) == 200 and numbers == list(range(1, len(numbers) + 1)),
     '200 at once: each its own number, no gap (%.2f s)' % took, (len(codes), len(numbers)))

# ---- every number leads to its dossiers
sup = as_('giang.giamsat')
f = sup.get('/v1/figures').json['items'][0]
for column in [k for k, v in f.items() if isinstance(v, int)]:
    n, path = 0, '/v1/figures/dossiers?limit=100&figure=' + column
    while path:
        r = sup.get(path)
        n += len(r.json['items'])
        link = r.headers.get('Link')
        path = link[1:link.index('>')] if link else None
    t.eq(n, f[column], '%s: as many dossiers as the number says' % column)
t.ok('0' in office.run('verify'), 'motcuad verify finds all histories sound')
office.end(t)
