"""Standing in for each other: delegations by period, agency, procedure and kind of act (AS12); absences;
the audit that every refused act leaves."""
import datetime
import json
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
people = {}


def as_(login):
    if login not in people:
        people[login] = office.client(login)
        people[login].id = people[login].get('/v1/session').json['user']
    return people[login]


lan, duc, binh, huong, oanh = (as_(x) for x in ('lan.tiepnhan', 'duc.congsan', 'binh.stc', 'huong.stc',
                                                 'oanh.vanthu'))
DAY = office_day()


def day(n):
    return (DAY + datetime.timedelta(n)).isoformat()


def refused(r, status, code):
    return r.status == status and r.code == code


def task(code, who=lan):
    return who.get('/v1/dossiers/' + code).json['tasks'][0]


def to_leader():
    """A dossier at the leader's step of the Department of Finance."""
    code = lan.post('/v1/dossiers', intake()).json['code']
    assert lan.act(code, 'act', {'action': 'forward'}).status == 200
    who = next(p for p in (as_('minh.congsan'), as_('ha.congsan'), as_('tuan.congsan'))
               if p.id == task(code)['officer'])
    assert who.act(code, 'receive').status == 200
    assert who.act(code, 'draft', {'text': 'Đủ điều kiện'}).status == 200
    assert who.act(code, 'act', {'action': 'forward'}).status == 200
    return code


def letter(**changes):
    body = {'to': 'duc.congsan', 'procedures': [FINANCE, '2.001610'], 'kinds': ['approve'],
            'valid_from': day(0), 'valid_to': day(3), 'document': '12/UQ-STC'}
    body.update(changes)
    return {k: v for k, v in body.items() if v is not None}


def for_(c, login, code, act, body, **kw):
    match = c.get('/v1/dossiers/' + code).etag
    return c.post('/v1/dossiers/%s/%s' % (code, act), body, match=match,
                  headers={'On-Behalf-Of': login}, **kw)


# ---- entering a delegation
code = to_leader()
r = duc.act(code, 'act', {'action': 'forward'})
t.ok(refused(r, 403, 'not-your-role'), 'the head of the division is no leader', r)
r = for_(duc, 'binh.stc', code, 'act', {'action': 'forward'})
t.ok(refused(r, 403, 'no-delegation'), 'and nothing has been delegated to him', r)
r = for_(duc, 'nobody.atall', code, 'act', {'action': 'forward'})
t.ok(refused(r, 403, 'no-delegation'), 'an unknown login tells nothing more', r)
for body, where in ((letter(kinds=['everything']), '/kinds/0'), (letter(valid_to=day(-1)), '/valid_to'),
                    (letter(valid_from=day(2), valid_to=day(1)), '/valid_to'),
                    (letter(valid_to=day(400)), '/valid_to'), (letter(document=None), '/document'),
                    (letter(agency='NOWHERE'), '/agency')):
    r = binh.post('/v1/delegations', body)
    t.ok(r.status == 422 and any(e['pointer'] == where for e in r.json['errors']), 'refused: ' + where, r)
r = binh.post('/v1/delegations', letter(to='nobody.atall'))
t.ok(refused(r, 422, 'invalid'), 'to an account that is not there: refused', r)
r = binh.post('/v1/delegations', letter(to='binh.stc'))
t.ok(refused(r, 403, 'separation-of-duty'), 'to oneself: refused', r)
r = duc.post('/v1/delegations', dict(letter(), **{'from': 'binh.stc'}))
t.ok(refused(r, 403, 'separation-of-duty'), 'nobody gives himself the rights of his leader', r)
r = duc.post('/v1/delegations', dict(letter(to='minh.congsan'), **{'from': 'binh.stc'}))
t.ok(refused(r, 403, 'not-your-role'), 'nor hands them to others', r)
r = as_('minh.congsan').post('/v1/delegations', dict(letter(), **{'from': 'ha.congsan'}))
t.ok(refused(r, 403, 'not-your-role'), 'a colleague enters nothing for another', r)
key = str(uuid.uuid4())
r = binh.post('/v1/delegations', letter(), key)
t.ok(r.status == 201 and r.json['delegation'], 'the leader delegates two procedures', r)
number = r.json['delegation']
again = binh.post('/v1/delegations', letter(), key)
t.ok(again.json == r.json and again.headers.get('Idempotent-Replayed') == 'true', 'the same key: the same one')
t.ok(refused(binh.post('/v1/delegations', letter(document='13'), key), 422, 'idempotency-key-reused'),
     'another body under it: refused')

# ---- AS12: the leader is absent, two procedures are delegated, the others are blocked
r = binh.post('/v1/absences', {'from': day(0), 'to': day(3), 'reason': 'mission'})
t.eq(r.status, 201, 'the leader tells that he is away')
key = str(uuid.uuid4())
etag = duc.get('/v1/dossiers/' + code).etag
r = for_(duc, 'binh.stc', code, 'act', {'action': 'forward'}, key=key)
t.eq(r.status, 200, 'AS12: his deputy approves in his name')
e = [x for x in lan.get('/v1/dossiers/%s/history' % code).json['history'] if x['kind'] == 'STEP_FINISHED'][-1]
t.ok(e['actor'] == duc.id and e['on_behalf_of'] == binh.id and e['data']['delegation'] == number,
     'the event names both persons and the letter', e)
r = duc.post('/v1/dossiers/%s/act' % code, {'action': 'forward'}, key, etag, {'On-Behalf-Of': 'binh.stc'})
t.ok(r.status == 200 and r.headers.get('Idempotent-Replayed') == 'true', 'repeated: the same answer', r)
r = duc.post('/v1/dossiers/%s/act' % code, {'action': 'forward'}, key, etag)
t.ok(refused(r, 422, 'idempotency-key-reused'), 'the same key in his own name is another request', r)
r = binh.post('/v1/delegations', letter(procedures=['2.001610'], valid_from=day(0), document='14/UQ-STC'))
other = r.json['delegation']
t.eq(binh.post('/v1/delegations/%d/revoke' % number, {}).json, {'ended': True}, 'revoked')
t.eq(binh.post('/v1/delegations/%d/revoke' % number, {}).json, {'ended': False}, 'once')
code = to_leader()
r = for_(duc, 'binh.stc', code, 'act', {'action': 'forward'})
t.ok(refused(r, 403, 'no-delegation') and 'thủ tục' in r.json['errors'][0]['message'],
     'AS12: another procedure stays blocked, and the answer says which part does not fit', r)
for body, part in ((letter(kinds=['number', 'assign']), 'loại việc'),
                   (letter(valid_from=day(1)), 'thời gian')):
    n = binh.post('/v1/delegations', body).json['delegation']
    r = for_(duc, 'binh.stc', code, 'act', {'action': 'forward'})
    t.ok(refused(r, 403, 'no-delegation'), 'blocked: ' + part, r)
    binh.post('/v1/delegations/%d/revoke' % n, {})
t.eq(task(code)['officer'], None, 'it waits in the queue of the leaders')
t.eq(huong.act(code, 'act', {'action': 'forward'}).status, 200, 'the other leader does it herself')

# ---- who sees and who ends them
mine = duc.get('/v1/delegations').json['items']
t.ok({x['delegation'] for x in mine} >= {number, other} and
     all(x['to']['login'] == 'duc.congsan' for x in mine), 'he sees what he got', mine)
t.ok(next(x for x in mine if x['delegation'] == number)['revoked'], 'the revoked one is still there')
t.ok(any(x['delegation'] == other for x in huong.get('/v1/delegations?scope=agency').json['items']),
     'so does his agency')
t.eq(lan.get('/v1/delegations').json['items'], [], 'who has none sees none')
page = duc.get('/v1/delegations?limit=1').json
t.ok(len(page['items']) == 1 and page['next'] and
     duc.get('/v1/delegations?limit=1&cursor=' + page['next']).json['items'] != page['items'], 'page by page')
t.ok(refused(lan.post('/v1/delegations/%d/revoke' % other, {}), 404, 'not-found'), 'others end none of it')
t.eq(huong.post('/v1/delegations/%d/revoke' % other, {}).json, {'ended': True}, 'a head of the agency may')
t.ok(refused(huong.post('/v1/delegations/999999/revoke', {}), 404, 'not-found'), 'one that is not there')
for sql in ('DELETE FROM motcua.delegation', "UPDATE motcua.delegation SET kinds = 31",
            'DELETE FROM motcua.absence'):
    try:
        office.psql(sql)
        t.ok(False, 'not even the owner: ' + sql)
    except Exception:
        t.ok(True, 'not even the owner: ' + sql)

# ---- absence: loads, assignment, claiming by colleagues
code = lan.post('/v1/dossiers', intake()).json['code']
lan.act(code, 'act', {'action': 'forward'})
holder = next(p for p in (as_('minh.congsan'), as_('ha.congsan'), as_('tuan.congsan'))
              if p.id == task(code)['officer'])
colleague = next(p for p in (as_('minh.congsan'), as_('ha.congsan'), as_('tuan.congsan')) if p is not holder)
login = holder.get('/v1/session').json['login']
t.ok(refused(colleague.act(code, 'claim'), 403, 'not-assignee'), 'a task of somebody present is not taken')
t.ok(refused(colleague.post('/v1/absences', {'officer': login, 'from': day(0), 'to': day(0),
                                             'reason': 'sick'}), 403, 'not-your-role'),
     'a colleague does not tell that somebody is away')
r = duc.post('/v1/absences', {'officer': login, 'from': day(0), 'to': day(1), 'reason': 'sick'})
t.eq(r.status, 201, 'her head does')
away = r.json['absence']
t.ok(any(x['absence'] == away and x['officer']['login'] == login and x['reason'] == 'sick'
         for x in duc.get('/v1/absences?scope=agency').json['items']), 'the agency sees who is away')
load = {x['officer']: x for x in duc.get('/v1/officers').json['items']}
t.ok(load[holder.id]['absent'] and not load[colleague.id]['absent'], 'so do loads', load)
item = next(x for x in duc.get('/v1/queue?scope=unit').json['items'] if x['code'] == code)
t.eq(item['officer_away'], True, 'the queue shows that the holder is away')
import time  # noqa: E402
time.sleep(5.2)  # lists of officers are kept for five seconds
r = duc.act(code, 'assign', {'officer': holder.id})
t.eq(colleague.act(code, 'claim').status, 200, 'a colleague goes on')
r = duc.act(code, 'assign', {'officer': holder.id})
t.ok(refused(r, 422, 'bad-assignee'), 'nothing is given to somebody who is away', r)
for _ in range(4):
    c = lan.post('/v1/dossiers', intake()).json['code']
    lan.act(c, 'act', {'action': 'forward'})
    if task(c)['officer'] == holder.id:
        t.ok(False, 'assignment passes over who is away')
t.eq(duc.post('/v1/absences/%d/cancel' % away, {}).json, {'ended': True}, 'the absence is cancelled')
t.eq(duc.get('/v1/officers').json['items'] and
     {x['officer']: x for x in duc.get('/v1/officers').json['items']}[holder.id]['absent'], False, 'she is back')

# ---- bulk reassignment
time.sleep(5.2)
codes = []
for _ in range(6):
    c = lan.post('/v1/dossiers', intake()).json['code']
    lan.act(c, 'act', {'action': 'forward'})
    assert task(c)['officer'] == holder.id or duc.act(c, 'assign', {'officer': holder.id}).status == 200
    codes.append(c)
bulk = {'officer': login, 'to': 'least', 'reason': 'Chuyển công tác'}
t.ok(refused(colleague.post('/v1/reassignments', bulk), 403, 'forbidden'), 'only heads move work in bulk')
t.ok(refused(as_('son.giamdoc').post('/v1/reassignments', dict(bulk, agency='STC')), 403, 'not-your-agency'),
     'at their own agency')
t.ok(refused(duc.post('/v1/reassignments', dict(bulk, to='nobody.atall')), 422, 'invalid'), 'to somebody there is')
key = str(uuid.uuid4())
r = duc.post('/v1/reassignments', bulk, key)
t.ok(r.status == 200 and r.json['left'] == 0 and r.json['done'] >= 6 and r.json['refused'] == 0, 'all work moves', r)
who = [x['login'] for x in r.json['items'] if x['code'] in codes]
t.ok(login not in who and len(set(who)) == 2, 'spread over those who have least', who)
t.ok(all(task(c)['officer'] not in (None, holder.id) for c in codes), 'in the dossiers too')
again = duc.post('/v1/reassignments', bulk, key)
t.eq(again.json, r.json, 'the same request again: the same list, nothing moves twice')
t.ok(refused(duc.post('/v1/reassignments', dict(bulk, to='queue'), key), 422, 'idempotency-key-reused'), 'one key')
e = lan.get('/v1/dossiers/%s/history' % codes[0]).json['history'][-1]
t.ok(e['kind'] == 'ASSIGNED' and e['actor'] == duc.id and e['data']['note'] == 'Chuyển công tác',
     'each is an event by the head, with the reason', e)
c2 = next(c for c in codes if task(c)['officer'] == colleague.id)
login2 = colleague.get('/v1/session').json['login']
office.psql("UPDATE motcua.reassignment_item SET outcome = NULL WHERE code = '%s'" % c2)  # as if it had been killed
again = duc.post('/v1/reassignments', bulk, key)
t.ok(again.json['left'] == 0 and again.json['done'] == r.json['done'], 'resumed: what was done stays done', again)
t.ok(task(c2)['officer'] == colleague.id, 'and nothing is moved twice')
r = duc.post('/v1/reassignments', {'officer': login2, 'to': 'queue', 'reason': 'Nghỉ việc'})
t.ok(r.json['done'] >= 1 and all(x['login'] is None for x in r.json['items'] if x['outcome'] == 'done'),
     'back to the queue', r)
t.eq(task(c2)['officer'], None, 'where colleagues claim it')

# ---- the applicant is a close relative of the officer
STC = [as_(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')]
code = lan.post('/v1/dossiers', intake()).json['code']
lan.act(code, 'act', {'action': 'forward'})
kin = next(x for x in STC if x.id == task(code)['officer'])
kin.act(code, 'receive')
before = lan.get('/v1/dossiers/' + code).json
t.ok(refused(kin.act(code, 'declare-relative', {}), 422, 'invalid'), 'a relative is declared with the relation')
r = kin.act(code, 'declare-relative', {'note': 'Hiệu trưởng là chị ruột tôi'})
after = lan.get('/v1/dossiers/' + code).json
t.ok(r.status == 200 and after['tasks'][0]['officer'] not in (None, kin.id), 'the rule of the step names a colleague', r)
t.ok(after['due'] == before['due'] and after['tasks'][0]['due'] == before['tasks'][0]['due'], 'no date moves')
e = [x for x in lan.get('/v1/dossiers/%s/history' % code).json['history'] if x['kind'] == 'RELATIVE_DECLARED']
t.ok(len(e) == 1 and e[0]['actor'] == kin.id and e[0]['data']['note'] == 'Hiệu trưởng là chị ruột tôi' and e[0]['title'],
     'the history shows who declared it and why', e)
for act, body in (('claim', {}), ('draft', {'text': 'x'}), ('act', {'action': 'forward'}), ('note', {'note': 'x'}),
                  ('declare-relative', {'note': 'lần nữa'})):
    r = kin.act(code, act, body)
    t.ok(refused(r, 403, 'relative-declared'), 'afterwards %s is refused by the name of the rule' % act, r)
may = kin.get('/v1/dossiers/%s/possible' % code).json
t.ok(not any(x['allowed'] for x in may['items' if 'items' in may else 'acts']), 'and nothing is offered', may)
t.ok(refused(duc.act(code, 'assign', {'officer': kin.id}), 403, 'relative-declared'), 'the head cannot give it back')
holder = next(x for x in STC if x.id == after['tasks'][0]['officer'])
name, kin_name = (x.get('/v1/session').json['login'] for x in (holder, kin))
r = duc.post('/v1/reassignments', {'officer': name, 'to': kin_name, 'reason': 'Nghỉ phép'})
item = next(x for x in r.json['items'] if x['code'] == code)
t.ok(item['outcome'] == 'relative-declared' and task(code)['officer'] == holder.id, 'nor in bulk', item)
r = holder.post('/v1/delegations', letter(to=kin_name, procedures=[], kinds=['work'], document='20/UQ'))
t.eq(r.status, 201, 'her colleague delegates everything to her')
t.ok(refused(for_(kin, name, code, 'receive', {}), 403, 'relative-declared'), 'not in his name either')

# ---- everybody of the office declares: the head is told and finds a way
huong, before = as_('huong.stc'), lan.get('/v1/dossiers/' + code).json
t.ok(refused(duc.act(code, 'claim'), 403, 'not-your-role'), 'as long as somebody is left it is not the head\'s')
for x in STC:
    if x.id != kin.id:
        t.eq(x.act(code, 'declare-relative', {'note': 'Cháu tôi'}).status, 200, 'another one declares')
after = lan.get('/v1/dossiers/' + code).json
t.ok(after['tasks'][0]['officer'] is None and 'nobody_left' in after['tasks'][0] and after['due'] == before['due'],
     'it waits, says why, and no date moves', after['tasks'])
told = [x for c in (huong, binh, duc) for x in c.get('/v1/notifications').json['items']
        if x.get('code') == code and x['rung'] == 'task.nobody']
t.ok(told and told[0]['title'].startswith('Không còn ai'), 'a head is told', told)
t.eq(huong.act(code, 'claim').status, 200, 'a head may take it')
t.eq(duc.act(code, 'assign', {'officer': oanh.id, 'note': 'Thay người'}).status, 200, 'or name somebody else of the office')
oanh.act(code, 'receive')
t.eq(oanh.act(code, 'draft', {'text': 'Đủ điều kiện'}).status, 200, 'who does the work')
t.eq(oanh.act(code, 'act', {'action': 'forward'}).status, 200, 'and hands it on')

# ---- undo within ten seconds
code = to_leader()
before = lan.get('/v1/dossiers/' + code).json
t.eq(huong.act(code, 'act', {'action': 'forward'}).status, 200, 'approved and handed on')
t.ok(task(code)['step'] != before['tasks'][0]['step'], 'it lies with the clerk')
t.ok(refused(duc.act(code, 'take-back'), 403, 'not-assignee'), 'nobody else takes it back')
r = huong.act(code, 'take-back')
after = lan.get('/v1/dossiers/' + code).json
t.ok(r.status == 200 and after['tasks'] == before['tasks'] and after['status'] == before['status'],
     'she does, at once: as it was', (r, before['tasks'], after['tasks']))
t.eq(huong.act(code, 'claim').status, 200, 'claimed')
t.eq(huong.act(code, 'take-back').status, 200, 'and put back')
t.eq(task(code)['officer'], None, 'the queue has it')
t.eq(duc.act(code, 'assign', {'officer': huong.id}).status, 200, 'assigned')
t.eq(duc.act(code, 'assign', {'officer': 0}).status, 200, 'and back to the queue by the head')
kinds = [x['kind'] for x in lan.get('/v1/dossiers/%s/history' % code).json['history']]
t.ok(kinds.count('PULLED_BACK') == 2 and 'STEP_FINISHED' in kinds, 'the history keeps all of it', kinds)

# ---- every refused act is audited, with the rule, and nothing personal
rows = [json.loads(x) for x in
        office.psql("SELECT detail FROM motcua.audit WHERE what = 'act-refused'").splitlines()]
t.ok(any(x['code'] == 'no-delegation' and x['dossier'] and x['act'] == 'act' for x in rows),
     'a refused act leaves code, act and dossier in the audit', rows[:3])
t.ok({'not-your-role', 'not-assignee', 'bad-assignee'} <= {x['code'] for x in rows}, 'whichever rule refused')
t.ok(not any('Ngô Quyền' in json.dumps(x, ensure_ascii=False) for x in rows), 'nothing personal')
whats = office.psql("SELECT DISTINCT what FROM motcua.audit").split()
t.ok({'delegation', 'delegation-revoked', 'absence', 'absence-cancelled'} <= set(whats),
     'delegations and absences are audited', whats)
office.end(t)
