"""Just after an act its author is offered to undo it, with the seconds that are left; nobody else is; what has
gone out is not undone."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')


def offered(who, code):
    acts = who.get('/v1/dossiers/%s/possible' % code).json['acts']
    return [x.get('undo_seconds') for x in acts if x['command'] == 'take-back' and x['allowed']]


def handed_on():
    code = lan.post('/v1/dossiers', intake()).json['code']
    time.sleep(0.01)  # an act of its own, at its own moment
    r = lan.act(code, 'act', {'action': 'forward'})
    t.eq(r.status, 200, 'handed on')
    return code, r


code, r = handed_on()
got = offered(lan, code)
t.ok(len(got) == 1 and 1 <= (got[0] or 0) <= 10, 'the author is offered to undo it', got)
head = office.client('duc.congsan')
t.eq([x for x in offered(head, code) if x], [], 'nobody else is')
time.sleep(1.2)  # of ten: what stands still for a while may still take back
later = offered(lan, code)
t.ok(later and later[0] <= got[0] - 1, 'for fewer seconds as time goes by', (got, later))
r = lan.act(code, 'take-back')
t.ok(r.status == 200 and r.json['tasks'][0]['step'] == 'receive', 'she undoes it', r)
t.eq([x['data'].get('undone') for x in lan.get('/v1/dossiers/%s/history' % code).json['history']][-1], 'hand-on',
     'which the history says')

code, r = handed_on()
office.psql("INSERT INTO motcua.outbox (kind, dossier, seq, body, at, delivered_at) SELECT 'test', d.id, d.seq, '{}', now(), now() "
            "FROM motcua.dossier d WHERE d.code = '%s'" % code)
t.eq([x for x in offered(lan, code) if x], [], 'what has gone out is not offered')
code, r = handed_on()
time.sleep(10.2)
t.eq([x for x in offered(lan, code) if x], [], 'nor what is too old')
office.end(t)
