"""Two people at once on one dossier, in both orders and truly together: one wins, the other is told the
present state or the rule; nothing is half done, nothing is lost, every history still folds."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, together  # noqa: E402

t = Tap()
office = Office()
people = {}
OWED = {}
ROUNDS = 4


def as_(login):
    if login not in people:
        people[login] = office.client(login)
        people[login].id = people[login].get('/v1/session').json['user']
    return people[login]


lan, hung, son = as_('lan.tiepnhan'), as_('hung.tiepnhan'), as_('son.giamdoc')
STC = {as_(x).id: as_(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')}
binh, huong = as_('binh.stc'), as_('huong.stc')
ASK = {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing']}
RESULT = {'date': None, 'signer': 'Đoàn Duy Thành', 'number': '12/QĐ-UBND'}


def etag(code, who=lan):
    return who.get('/v1/dossiers/' + code).etag


def owed(code, kind):
    """The side task, looked up once: a client is used by one thread at a time."""
    if (code, kind) not in OWED:
        for x in lan.get('/v1/dossiers/' + code).json['tasks']:
            if 'owes' in x:
                OWED[code, x['owes']] = x['task']
    return OWED.get((code, kind))


def appraising():
    code = lan.post('/v1/dossiers', intake()).json['code']
    r = lan.act(code, 'act', {'action': 'forward'})
    officer = STC[r.json['tasks'][0]['officer']]
    officer.act(code, 'receive')
    return code, officer


def drafted():
    code, officer = appraising()
    officer.act(code, 'draft', {'text': 'Đủ điều kiện'})
    return code, officer


def to_leader():
    code, officer = drafted()
    officer.act(code, 'act', {'action': 'forward'})
    return code, officer


def asked():
    code, officer = drafted()
    officer.act(code, 'ask', ASK)
    return code, officer


def sent():
    code, officer = asked()
    hung.act(code, 'answer', {'task': owed(code, 'supplement'), 'outcome': 'send'})
    OWED.clear()
    return code, officer


def wants_leader():
    """An apology that waits for a leader."""
    code, officer = appraising()
    officer.act(code, 'ask', {'kind': 'extension', 'until': '2027-01-15', 'reason': 'overload',
                              'document': '88/XL-STC'})
    return code, officer


def leader_forward(who):
    return lambda code, officer, match: who.act(code, 'act', {'action': 'forward'}, match=match)


def officer_act(act, body):
    return lambda code, officer, match: officer.act(code, act, body, match=match)


def one_stop(act, body):
    return lambda code, officer, match: lan.act(code, act, body, match=match)


def answer(who, kind, outcome, **more):
    return lambda code, officer, match: who.act(
        code, 'answer', dict(task=owed(code, kind), outcome=outcome, **more), match=match)


PAIRS = [
    ('two leaders approve at once', to_leader, leader_forward(binh), leader_forward(huong)),
    ('approval against return', to_leader, leader_forward(binh),
     lambda c, o, m: huong.act(c, 'act', {'action': 'return', 'reason': 'draft_wrong', 'note': 'x'},
                               match=m)),
    ('given to another against approved', to_leader, leader_forward(binh),
     lambda c, o, m: huong.act(c, 'assign', {'officer': huong.id}, match=m)),
    ('hand on against withdrawal', drafted, officer_act('act', {'action': 'forward'}),
     one_stop('withdraw', {'document': 'Đơn'})),
    ('hand on against the supplement that is sent', asked, officer_act('act', {'action': 'forward'}),
     answer(hung, 'supplement', 'send')),
    ('sent by two counters', asked, answer(lan, 'supplement', 'send'),
     answer(hung, 'supplement', 'send')),
    ('sent against taken back', asked, answer(lan, 'supplement', 'send'),
     officer_act('cancel', {'request': 1, 'note': 'thôi'})),
    ('complete at two counters', sent, answer(lan, 'supplement', 'complete'),
     answer(hung, 'supplement', 'complete')),
    ('complete against stopped', sent, answer(hung, 'supplement', 'complete'),
     one_stop('stop', {'document': 'Mẫu 05'})),
    ('two leaders agree at once', wants_leader, answer(binh, 'extension', 'agree'),
     answer(huong, 'extension', 'agree')),
    ('agreed against declined', wants_leader, answer(binh, 'extension', 'agree'),
     answer(huong, 'extension', 'decline', note='không')),
    ('taken back against received', to_leader, officer_act('take-back', {}),
     lambda c, o, m: binh.act(c, 'receive', match=m)),
]


def lawful(r):
    """Done, or told why not: the state has moved, or a rule."""
    return r.status in (200, 412, 409, 403, 422)


for what, prepare, a, b in PAIRS:
    for first, second in ((a, b), (b, a)):
        code, officer = prepare()
        match = etag(code)
        owed(code, 'supplement')
        one, two = first(code, officer, match), second(code, officer, match)
        t.ok(one.status == 200 and two.status == 412 and two.json.get('current', {}).get('seq'),
             what + ': the second, with the same ETag, gets 412 and the present state', (one, two))
        again = second(code, officer, None)
        t.ok(lawful(again) and again.status < 500, what + ': asked anew it is decided on what is now',
             again)
    done = []
    for _ in range(ROUNDS):
        code, officer = prepare()
        match = etag(code)
        owed(code, 'supplement')
        got = together([lambda: a(code, officer, match), lambda: b(code, officer, match)])
        done.append(sorted(r.status if hasattr(r, 'status') else repr(r) for r in got))
    t.ok(all(x == [200, 412] for x in done), what + ': together, exactly one is done', done)

out = office.run('verify')
t.ok('not ' not in out.lower() or '0 not' in out.lower(), 'every history folds to what is stored', out[-300:])
office.end(t)
