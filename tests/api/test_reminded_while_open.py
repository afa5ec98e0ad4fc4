"""An officer has a dossier open; a warning fires meanwhile: her act goes through all the same.  What
changes what she saw (a note, a hand-on, somebody else's act) still answers 412 with the present state."""
import datetime
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, together, office_now  # noqa: E402

t = Tap()
office = Office()
lan, son = office.client('lan.tiepnhan'), office.client('son.giamdoc')
BEFORE = (office_now()
          - datetime.timedelta(days=3)).strftime('%Y-%m-%dT08:00:00+07:00')


def late():
    """Handed in days ago and entered now: its warnings come at once."""
    body = intake(procedure='2.000635', form={'copies': 1}, case='01', claimed=BEFORE, document='BB 01 mất điện',
                  components=[{'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
    r = lan.post('/v1/dossiers', body)
    t.eq(r.status, 201, 'taken in')
    return r.json['code'], r.etag


def kinds(code):
    return [x['kind'] for x in lan.get('/v1/dossiers/%s/history' % code).json['history']]


def reminded(code, seen):
    """Waits until it has been warned; what happened since she looked."""
    for _ in range(300):
        since = kinds(code)[int(seen.strip('"')):]
        if 'REMINDED' in since:
            time.sleep(0.3)
            return kinds(code)[int(seen.strip('"')):]
        time.sleep(0.1)
    return []


code, seen = late()
since = reminded(code, seen)
t.eq(set(since), {'REMINDED'}, 'warnings fired while she had it open')
r = lan.act(code, 'note', {'note': 'Đã gọi điện cho công dân.'}, match=seen)
t.eq(r.status, 200, 'her act goes through')
t.eq(r.json['seq'], int(seen.strip('"')) + len(since) + 1, 'behind the warnings')
r = lan.act(code, 'note', {'note': 'Ghi chú khác.'}, match=seen)
t.ok(r.status == 412 and r.json['current']['seq'] > int(seen.strip('"')), 'a note since then is something she has not seen', r)
r = lan.act(code, 'note', {'note': 'x'}, match='"999"')
t.eq(r.status, 412, 'a version that never was')

code, seen = late()
reminded(code, seen)
t.eq(son.act(code, 'note', {'note': 'Ưu tiên.'}).status, 200, 'somebody else leaves a note')
t.eq(lan.act(code, 'note', {'note': 'Không thấy.'}, match=seen).status, 412, 'warnings and a note: 412')

# Two officers who saw the same: one act, one 412, whatever fires between.
code, seen = late()
reminded(code, seen)
rs = together([lambda c=c: c.act(code, 'act', {'action': 'forward'}, match=seen)
               for c in (lan, office.client('lan.tiepnhan'))])
t.eq(sorted(r.status for r in rs), [200, 412], 'the same act twice at once: once')
office.end(t)
