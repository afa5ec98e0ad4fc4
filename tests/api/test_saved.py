"""Saved reports: of one person or her unit, run now, or by themselves on a schedule: each time once however many daemons there
are, what was missed while nobody ran comes with the days it was for, and whoever is on the list is told where it is."""
import datetime
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Office, Tap, free_port, intake, office_now, office_day, HERE  # noqa: E402

t = Tap()
office = Office(reports__settled=0)
lan, sup, binh = office.client('lan.tiepnhan'), office.client('giang.giamsat'), office.client('binh.stc')
SAVED = '/v1/reports/saved'
GONE = 'ha.congsan'
TODAY = office_day()
lan.post('/v1/dossiers', intake())


def body(**changes):
    b = {'name': 'Tháng trước', 'question': {'report': 'ii06a'}, 'rule': 'last_month'}
    b.update(changes)
    return b


def wait(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        x = what()
        if x:
            return x
        time.sleep(0.2)
    return what()


# ---- saved, changed, shared, deleted
r = sup.post(SAVED, body())
t.eq(r.status, 200, 'saved')
mine = r.json['id']
x = sup.get(SAVED).json['items'][0]
t.eq((x['id'], x['mine'], x['rule'], x['every'], x['next'], x['scope']), (mine, True, 'last_month', 'never', None, None), 'as it was said')
t.eq(sup.post(SAVED, body()).status, 409, 'one of this name')
t.eq(sup.send('PUT', '%s/%d' % (SAVED, mine), body(name='Quý', rule='last_quarter')).status, 200, 'changed')
t.eq([i['name'] for i in sup.get(SAVED).json['items']], ['Quý'], 'by its owner')
t.eq(binh.get(SAVED).json['items'], [], 'nobody else sees it')
t.eq(binh.send('PUT', '%s/%d' % (SAVED, mine), body()).status, 404, 'nor changes it')
t.eq(binh.send('DELETE', '%s/%d' % (SAVED, mine)).status, 404, 'nor deletes it')
own = binh.post(SAVED, body(name='Của sở', shared=True, rule='reporting_month')).json['id']
t.eq([i['shared'] for i in binh.get(SAVED).json['items']], [True], 'one for the whole department')
for b, at in ((body(question={'report': 'ii06a', 'from': '2026-01-01'}), '/question'), (body(time='25:00'), '/time'),
              (body(every='week', on=9), '/on'), (body(rule='some_day'), '/rule'), (body(name='x', tell=['nobody.here']), '/tell'),
              (body(question={'report': 'ii06a', 'by': 'officer'}), '/question/by')):
    r = sup.post(SAVED, b)
    t.ok(r.status == 422 and at in [e['pointer'] for e in r.json['errors']], 'wrong at ' + at, r)

# ---- run now: frozen with the days of the rule
r = sup.post('%s/%d/run' % (SAVED, mine), {})
t.ok(r.status == 200 and r.json['version'] == 1, 'it is frozen', r)
q = sup.get('/v1/reports/frozen/%d' % r.json['report']).json['question']
first = datetime.date(TODAY.year, (TODAY.month - 1) // 3 * 3 + 1, 1)
t.eq(q['to'], str(first), 'up to the end of the last quarter')
t.eq(binh.post('%s/%d/run' % (SAVED, mine), {}).status, 404, 'by who sees it')

# ---- by itself: two daemons, each time once; what was missed comes with its own days
me = sup.get('/v1/session').json['user']
r = sup.post(SAVED, body(name='Hằng ngày', rule='yesterday', every='day', time='06:00', tell=['giang.giamsat', 'binh.stc']))
daily = r.json['id']
x = [i for i in sup.get(SAVED).json['items'] if i['id'] == daily][0]
t.ok(x['next'] > office_now().isoformat()[:19] and x['next'][11:16] == '06:00', 'the next time is told', x)
t.eq(x['tell'], ['binh.stc', 'giang.giamsat'], 'and who will be')
port, ops = free_port(), free_port()
second = subprocess.Popen([MOTCUAD, 'serve', *office.flags(), '--set', 'listen_plain=127.0.0.1:%d' % port,
                           '--set', 'listen_ops=127.0.0.1:%d' % ops], cwd=TOP, env=ENV, stdout=subprocess.DEVNULL,
                          stderr=office.log, stdin=subprocess.DEVNULL)
three = datetime.datetime.combine(TODAY - datetime.timedelta(days=2), datetime.time(6), HERE)
office.psql("UPDATE motcua.saved_report SET next_at = '%s' WHERE id = %d" % (three.isoformat(), daily))
due = [three + datetime.timedelta(days=i) for i in range(3)]
due = [d for d in due if d <= office_now()]
ran = wait(lambda: len(sup.get('%s/%d/runs' % (SAVED, daily)).json['items']) >= len(due))
runs = sup.get('%s/%d/runs' % (SAVED, daily)).json['items']
t.eq([i['due'] for i in runs], [d.isoformat() for d in reversed(due)], 'every day that was missed, once')
days = [sup.get('/v1/reports/frozen/%d' % i['report']).json for i in reversed(runs)]
t.eq([i['question']['from'] for i in days], [str(d.date() - datetime.timedelta(days=1)) for d in due], 'each with the day before it')
t.eq({i['author'] for i in days}, {me}, 'in the name of its owner')
told = wait(lambda: [n for n in sup.get('/v1/notifications').json['items'] if n.get('saved') == daily][len(due) - 1:])
notes = [n for n in sup.get('/v1/notifications').json['items'] if n.get('saved') == daily]
t.eq(sorted(n['report'] for n in notes), sorted(i['report'] for i in runs), 'who is on the list was told once of each')
t.eq({n['name'] for n in notes}, {'Hằng ngày'}, 'by name')
t.eq(len([n for n in binh.get('/v1/notifications').json['items'] if n.get('saved') == daily]), len(due), 'the other one too')
path = '/v1/reports/frozen/%d' % runs[0]['report']
t.eq((sup.get(path).json['scope'], [binh.get(path + x).status for x in ('', '/bytes', '/verify')]), (None, [200] * 3),
     'of the whole city, yet who was sent it reads it, and may count it again')
t.eq([binh.post(path + x, {}).status for x in ('/approve', '/again')], [404, 404], 'but neither agrees to it nor makes another version')
t.eq(office.client('son.giamdoc').get(path).status, 404, 'nor does anybody read it who was not sent it')
t.ok(runs[0]['report'] not in [i['id'] for i in binh.get('/v1/reports/frozen').json['items']], 'it is not among those of the department')
x = [i for i in sup.get(SAVED).json['items'] if i['id'] == daily][0]
t.ok(x['next'] > office_now().isoformat()[:19] and x['last_report'] == runs[0]['report'], 'then the next one lies ahead', x)

# ---- what cannot be frozen is told with its reason and stands before nobody
office.psql("UPDATE motcua.saved_report SET question = '{\"report\":\"ii06a\",\"from\":\"2026-01-01\",\"to\":\"2026-02-01\","
            "\"agency\":\"GONE\"}', next_at = now(), tell = (SELECT array_agg(id) FROM motcua.account WHERE login = 'binh.stc') WHERE id = %d" % daily)
bad = wait(lambda: [i for i in sup.get('%s/%d/runs' % (SAVED, daily)).json['items'] if i['fault']])
t.ok(bad and bad[0]['report'] is None, 'a question that names what is gone', bad)
t.eq([[n['fault'] for n in c.get('/v1/notifications').json['items'] if n.get('fault')] for c in (sup, binh)], [[bad[0]['fault']]] * 2,
     'told with its reason to who waits for it, and to its owner who is not on the list')
t.eq((bad[0]['told'], [i['last_fault'] for i in sup.get(SAVED).json['items'] if i['id'] == daily]), (2, [bad[0]['fault']]), 'it stands in her list')
# ---- whose account was closed freezes nothing any more: who waits for it is told
office.psql("UPDATE motcua.account SET active = false WHERE login = '%s'; INSERT INTO motcua.saved_report (account, scope, name, question, rule, "
            "every, day_on, minute, tell, next_at) SELECT a.id, 0, 'Của người đã nghỉ', '{\"report\":\"ii06a\",\"from\":\"2026-01-01\","
            "\"to\":\"2026-02-01\"}', 0, 1, 1, 360, ARRAY[%d], now() FROM motcua.account a WHERE a.login = '%s'" % (GONE, me, GONE))
left = wait(lambda: [n for n in sup.get('/v1/notifications').json['items'] if n.get('name') == 'Của người đã nghỉ'])
t.ok(left and not left[0]['report'] and 'khóa' in left[0]['fault'], 'a report of a closed account is not made, and says why', left)
# ---- whose owner moved: what she may see now; who may see no figures any more gets none
far = '%02d:00' % ((office_now().hour + 12) % 24)  # not between the moments below and now: it would be due at both
moved = sup.post(SAVED, body(name='Đổi cơ quan', rule='yesterday', every='day', time=far, tell=['binh.stc'])).json['id']


def rerun(at):
    """Due again: its remark, whose figures, why not, and what binh and its owner were told of it."""
    of = "FROM motcua.saved_run r LEFT JOIN motcua.frozen_report f ON f.id = r.report WHERE r.saved = %d AND r.due_at = '%s'" % (moved, at.isoformat())
    before = [told(c) for c in (binh, sup)]
    office.psql("UPDATE motcua.saved_report SET next_at = '%s' WHERE id = %d" % (at.isoformat(), moved))
    run = wait(lambda: office.psql("SELECT json_build_array(r.remark, f.scope, r.fault) " + of).strip())
    return json.loads(run) + [told(c)[:-len(b)] if b else told(c) for c, b in zip((binh, sup), before)]


def told(c):
    return [n['remark'] or n['fault'] for n in c.get('/v1/notifications').json['items'] if n.get('saved') == moved]


at = office_now().replace(microsecond=0)
t.eq(rerun(at - datetime.timedelta(hours=1)), [None, 0, None, [None], []], 'of the whole city while she supervises it')
office.psql("UPDATE motcua.account SET agency = 110 WHERE id = %d; INSERT INTO motcua.role_held (account, role, agency, valid_from) SELECT account, role, 110, "
            "valid_from FROM motcua.role_held WHERE account = %d" % (me, me))
office.psql("UPDATE motcua.role_held SET role = (SELECT role FROM motcua.role_held h JOIN motcua.account a ON a.id = h.account AND a.login = 'binh.stc' "
            "LIMIT 1) WHERE account = %d AND agency = 110" % me)
t.eq(rerun(at - datetime.timedelta(minutes=50)), ['moved', 110, None, ['moved'], ['moved']], 'of the department she heads now, and she is told')
t.eq(rerun(at - datetime.timedelta(minutes=40)), [None, 110, None, [None], []], 'once')
office.psql("UPDATE motcua.role_held SET role = (SELECT role FROM motcua.role_held h JOIN motcua.account a ON a.id = h.account AND a.login = 'lan.tiepnhan' "
            "LIMIT 1) WHERE account = %d AND agency = 110" % me)
x = rerun(at - datetime.timedelta(minutes=30))
t.ok(x[:2] == [None, None] and 'không còn quyền' in x[2] and x[3:] == [[x[2]]] * 2, 'nothing for who may see no figures any more, and it says so', x)
office.psql("DELETE FROM motcua.role_held WHERE account = %d AND agency = 110; UPDATE motcua.account SET agency = (SELECT agency FROM motcua.role_held "
            "WHERE account = %d LIMIT 1) WHERE id = %d" % (me, me, me))
wait(lambda: sup.get(SAVED).status == 200)  # a session is kept for a second
second.terminate()
t.eq(second.wait(40), 0, 'the second daemon stops')

# ---- deleted: what it froze stays
t.eq(sup.send('DELETE', '%s/%d' % (SAVED, daily)).status, 204, 'deleted')
t.eq(sup.get('%s/%d/runs' % (SAVED, daily)).status, 404, 'it is gone')
t.eq(sup.get('/v1/reports/frozen/%d' % runs[0]['report']).status, 200, 'what it froze stays')
office.end(t)
