"""History cannot be changed quietly: `motcuad verify` and the independent checker of an export agree
on what is whole, and both find each kind of tampering, with its place."""
import datetime
import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
sys.path.insert(0, HERE)
import check_export  # noqa: E402
from api import ENV, MOTCUAD, TOP, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')
for _ in range(6):
    d = lan.post('/v1/dossiers', intake()).json
    lan.post('/v1/dossiers/%s/act' % d['code'], {'action': 'forward'},
             headers={'If-Match': lan.get('/v1/dossiers/' + d['code']).etag})
EXPORT = office.dir + '/export.jsonl'


def verify(*more):
    """Exit status and text of the verb, faults of the independent checker."""
    p = subprocess.run([MOTCUAD, '--lang', 'en', 'verify', '--export', EXPORT, *more, *office.flags()],
                       cwd=TOP, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with open(EXPORT, encoding='utf-8') as f:
        return p.returncode, p.stdout.decode(), check_export.check(f)


code, text, other = verify()
t.eq(code, 0, 'the verb finds every history whole')
t.ok('6 dossiers' in text and ' 0 differences' in text, 'and says how many', text)
t.eq((other.dossiers, other.faults), (6, []), 'the independent checker agrees')
t.ok(other.events >= 18, 'on the same events', other.events)

# Only a superuser who switches triggers off can do this; it is found all the same.
FREE = 'SET session_replication_role = replica; ALTER TABLE motcua.dossier_event DISABLE TRIGGER ALL;'
LOCK = 'ALTER TABLE motcua.dossier_event ENABLE ALWAYS TRIGGER append_only;' \
       'ALTER TABLE motcua.dossier_event ENABLE ALWAYS TRIGGER append_only_truncate;'
ids = office.psql('SELECT id FROM motcua.dossier ORDER BY id').split()
seed = int(os.environ.get('MOTCUA_TEST_SEED', '20261122'))
pick = random.Random(seed)
victim = pick.choice(ids)
WHERE = 'WHERE dossier = %s AND seq = 2' % victim
TAMPER = [
    ('altered payload', "UPDATE motcua.dossier_event SET payload = payload || ' ' " + WHERE, victim, 2),
    ('altered time', "UPDATE motcua.dossier_event SET at = at - interval '1 hour' " + WHERE, victim, 2),
    ('altered actor', 'UPDATE motcua.dossier_event SET actor = actor + 1 ' + WHERE, victim, 2),
    ('altered code', "UPDATE motcua.dossier_event SET assigned = 'H24.11-261122-9999' "
     "WHERE dossier = %s AND assigned IS NOT NULL" % victim, victim, None),
    ('deleted event', 'DELETE FROM motcua.dossier_event ' + WHERE, victim, 2),
    ('truncated history', 'DELETE FROM motcua.dossier_event WHERE dossier = %s AND seq = '
     '(SELECT max(seq) FROM motcua.dossier_event WHERE dossier = %s)' % (victim, victim), victim, None),
    ('inserted event', 'INSERT INTO motcua.dossier_event SELECT dossier, seq + 1, at, actor, '
     'on_behalf_of, agency, kind, role, assigned, payload, digest, hash, '
     'sha256(hash || digest) FROM motcua.dossier_event WHERE dossier = %s AND seq = '
     '(SELECT max(seq) FROM motcua.dossier_event WHERE dossier = %s)' % (victim, victim), victim, None),
    ('swapped events', 'UPDATE motcua.dossier_event SET seq = -seq WHERE dossier = %s AND seq IN (2, 3);'
     'UPDATE motcua.dossier_event SET seq = 5 + seq WHERE dossier = %s AND seq < 0' % (victim, victim),
     victim, None),
]
COLUMNS = 'dossier, seq, at, actor, on_behalf_of, agency, kind, role, assigned, payload, digest, ' \
          'prev_hash, hash'
office.psql('CREATE TABLE public.kept AS SELECT %s FROM motcua.dossier_event' % COLUMNS)
for what, sql, dossier, seq in TAMPER:
    office.psql(FREE + sql)
    code, text, other = verify()
    place = 'dossier %s, event %s' % (dossier, seq if seq else '')
    t.ok(code == 1 and place in text, '%s: the verb finds it at its place' % what, text)
    t.ok(any(f.startswith(place) for f in other.faults),
         '%s: so does the independent checker' % what, other.faults)
    office.psql(FREE + 'DELETE FROM motcua.dossier_event; INSERT INTO motcua.dossier_event (%s) '
                'SELECT %s FROM public.kept' % (COLUMNS, COLUMNS))
office.psql(LOCK)
t.eq(verify()[0], 0, 'with the events put back every history is whole again')

# Day seals: what a whole rewritten or vanished history cannot hide.
SEALS = 'SET session_replication_role = replica; ALTER TABLE motcua.day_seal DISABLE TRIGGER ALL; %s;' \
        'ALTER TABLE motcua.day_seal ENABLE ALWAYS TRIGGER append_only;' \
        'ALTER TABLE motcua.day_seal ENABLE ALWAYS TRIGGER append_only_truncate'
ZERO = "decode(repeat('00', 32), 'hex')"
TODAY = "(clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
t.eq(office.psql('SELECT motcua.day_seal_next(10)').strip(), '0', 'a day that is not over is not sealed')
# A day is sealed an hour after its end: in the first hour of a day the day before is still open.
back = office.psql("SELECT CASE WHEN extract(hour FROM clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh') < 1 THEN 4 ELSE 3 END").strip()
office.psql(FREE + "UPDATE motcua.dossier_event SET at = at - interval '%s days' WHERE dossier = %s" % (back, ids[0]))
t.eq([office.psql('SELECT motcua.day_seal_next(2)').strip() for _ in range(3)], ['2', '1', '0'],
     'days that are over are sealed in their order, a bounded number a call, each once')
seals = office.client().get('/v1/seals').json['items']
t.eq([x['events'] > 0 for x in seals], [False, False, True], 'a day without events has a seal, too')
t.eq([x['prev'] for x in seals], [seals[1]['digest'], seals[2]['digest'], '00' * 32], 'each follows the one before')
r = office.client().get('/v1/seals?limit=1&before=' + seals[0]['day'])
t.ok((r.json or {}).get('items') == [seals[1]],
     'anybody may read them, page by page', (r, r.data))
office.psql(FREE + 'DELETE FROM motcua.dossier_event; INSERT INTO motcua.dossier_event (%s) '
            'SELECT %s FROM public.kept' % (COLUMNS, COLUMNS) + ';' + LOCK)
try:
    office.psql('DELETE FROM motcua.day_seal')
    gone = True
except subprocess.CalledProcessError:
    gone = False
t.ok(not gone, 'nobody removes a seal')
code, text, other = verify()
t.ok(code == 1 and '[seal]' in text and seals[2]['day'] in text, 'events put elsewhere: the verb names the day', text)
t.eq(other.faults, ['seal of %s does not fit its events' % seals[2]['day']], 'so does the independent checker')
office.psql(SEALS % ('DELETE FROM motcua.day_seal; INSERT INTO motcua.day_seal (day, events, dossiers, prev, digest) SELECT %s, '
                     's.events, s.dossiers, %s, s.digest FROM motcua.day_seal_of(%s, %s) s' % (TODAY, ZERO, TODAY, ZERO)))
code, text, other = verify()
t.ok(code == 0 and not other.faults, 'a seal made in the database is what the independent checker makes', (text, other.faults))
t.eq((other.seals[0]['events'], other.seals[0]['dossiers']), (other.events, 6), 'it is over all events of the day')
day, kept = other.seals[0]['sealed'], other.seals[0]['digest']
office.psql('SET session_replication_role = replica;' + ''.join(
    'CREATE TABLE public.gone_%s AS SELECT * FROM motcua.%s WHERE %s = %s; ALTER TABLE motcua.%s DISABLE TRIGGER ALL;'
    'DELETE FROM motcua.%s WHERE %s = %s;' % (x, x, key, victim, x, x, key, victim)
    for x, key in (('dossier_event', 'dossier'), ('dossier', 'id'), ('task', 'dossier'), ('due_ledger', 'dossier'),
                   ('dossier_content', 'dossier'))))
code, text, other = verify()
t.ok(code == 1 and '[seal]' in text and 'seal of %s' % day in text,
     'a dossier that vanished with every row breaks no chain, but the seal of its day', text)
t.ok('seal of %s does not fit its events' % day in other.faults, 'for the independent checker, too', other.faults)
office.psql(SEALS % 'DELETE FROM motcua.day_seal')
with open(EXPORT, encoding='utf-8') as f:
    lines = [x for x in f if 'sealed' not in x]
t.eq(check_export.check(lines, {day: kept}).faults, ['the seal of %s, which was kept, is missing' % day],
     'whoever kept the seal outside sees even that the seals are gone')
for x in ('dossier', 'dossier_event', 'task', 'due_ledger', 'dossier_content'):
    office.psql('SET session_replication_role = replica; INSERT INTO motcua.%s SELECT * FROM public.gone_%s' % (x, x))
office.psql(LOCK + 'ALTER TABLE motcua.due_ledger ENABLE ALWAYS TRIGGER append_only')
t.eq(verify()[0], 0, 'with its rows put back every history is whole again')

# The row, the figures: what screens read must be what history says.
office.psql("UPDATE motcua.dossier SET state = replace(state, '\"', '\" ') WHERE id = %s" % victim)
code, text, _ = verify()
t.ok(code == 1 and 'dossier %s' % victim in text and '[state]' in text, 'a state that does not follow '
     'from the history is found', text)
office.psql("UPDATE motcua.dossier SET state = replace(state, '\" ', '\"') WHERE id = %s" % victim)
for column, sql in (
        ('a due date that only lists show', "UPDATE motcua.dossier SET basis_due = basis_due %s interval '1 day' WHERE id = %s"),
        ('an officer that only queues show', "UPDATE motcua.task SET officer = officer %s 1 WHERE dossier = %s")):
    office.psql(sql % ('+', victim))
    code, text, _ = verify()
    t.ok(code == 1 and 'dossier %s' % victim in text and '[columns]' in text, column + ' is found', text)
    office.psql(sql % ('-', victim))
office.psql("UPDATE motcua.task SET name = name || ' B' WHERE dossier = %s" % victim)
code, text, _ = verify()
t.ok(code == 1 and 'dossier %s' % victim in text and '[orphan]' in text,
     'work that stands under another name than the applicant\'s is found', text)
with open(os.path.join(HERE, '..', '..', 'migrations', '0045_task_name.sql'), encoding='utf-8') as f:  # what an office that comes from before runs once
    office.psql('UPDATE motcua.task SET name = NULL;' + next(x for x in f if x.startswith('UPDATE motcua.task')))
t.eq(verify()[0], 0, 'the migration gives open work the names of its applicants')
office.psql("UPDATE motcua.dossier_content SET body = replace(body, '{', '{ ') WHERE dossier = %s" % victim)
code, text, _ = verify()
t.ok(code == 1 and 'dossier %s' % victim in text and '[content]' in text,
     'personal content that is not what was digested is found', text)
office.psql("UPDATE motcua.dossier_content SET body = '' WHERE dossier = %s" % victim)
t.eq(verify()[0], 0, 'content erased by law leaves the history whole')
office.psql("INSERT INTO motcua.due_ledger SELECT 777, 1, at, original, basis, current, cause "
            "FROM motcua.due_ledger LIMIT 1")
code, text, _ = verify()
t.ok(code == 1 and 'dossier 777' in text and '[orphan]' in text, 'a row that hangs on nothing is found', text)
office.psql('SET session_replication_role = replica; ALTER TABLE motcua.due_ledger DISABLE TRIGGER ALL;'
            'DELETE FROM motcua.due_ledger WHERE dossier = 777;'
            'ALTER TABLE motcua.due_ledger ENABLE ALWAYS TRIGGER append_only')
office.psql('SELECT motcua.figure_catch_up(1000)')
office.psql('SELECT motcua.figure_fold(1000)')
# Two at a time from where it was the last time; what lies before that is taken at the end, nothing twice or never.
line = 'INSERT INTO motcua.figure_behind SELECT %s, g FROM generate_series(1, %%d) g;' % victim
took = office.psql(line % 5 + 'SELECT motcua.figure_catch_up(2);' * 2 + line % 2 + 'SELECT motcua.figure_catch_up(2);' * 3
                   + 'SELECT count(*) FROM motcua.figure_behind')
t.eq(took.split(), ['2', '2', '2', '1', '0', '0'], 'lines that figures follow by are taken each once')
t.eq(verify()[0], 0, 'settled figures are what a recount gives')
office.psql("INSERT INTO motcua.figure_cell VALUES (48640, 110, 110, 48640, 0, 0, 1, NULL, 'citizen');"
            "INSERT INTO motcua.figure_cell VALUES (4000000 + (date '2024-02-29' - date '2000-01-01'), 0, 0, 0, 0, 0, 1, '', '');"
            'INSERT INTO motcua.figure_open_cell VALUES (48640, 48640, 0, 0, 16, 9000, 9000, 9000, 2)')
code, text, _ = verify()
t.ok(code == 1 and '[figure]' in text and 'counted' in text and 'open, accepted or decided' in text
     and 'figure cell *, day 2024-02-29: stored 1, counted 0' in text, 'a cell of figures that a recount does not give is found', text)
code, text, _ = verify('--rebuild')
t.ok(code == 0 and re.search(r'figures: (\d+)/\1 dossiers\n', text), 'made again, they are well; how far it is told', text)
office.psql("UPDATE motcua.figure_dossier SET original = original + interval '1 day' WHERE dossier = %s" % victim)
code, text, _ = verify()
t.ok(code == 1 and 'dossier %s' % victim in text and '[figure-row]' in text, 'a row of figures that is not what the dossier '
     'says is found', text)
office.psql("DELETE FROM motcua.figure_dossier WHERE dossier = %s" % victim)
code, text, _ = verify()
t.ok(code == 1 and '[figure-row]' in text, 'and one that is missing', text)
t.eq(verify('--rebuild')[0], 0, 'made again, all is well')
t.eq(office.psql("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'motcua.figure_dossier'::regclass AND tgenabled <> 'O'"), '0',
     'and what follows the rows follows them')

# Marks of indices: made from the state once there is a result, kept; the history says what they are.
people = {}
one = lan.post('/v1/dossiers', intake()).json['code']


def hand_on(logins, *acts):
    """Whoever of them holds the open work, or the first who may take it, does these."""
    held = lan.get('/v1/dossiers/' + one).json['tasks'][0]['officer']
    for login in logins.split():
        if login not in people:
            people[login] = office.client(login)
            people[login].id = people[login].get('/v1/session').json['user']
    who = next(people[x] for x in logins.split() if held in (None, people[x].id))
    for act, body in (('receive', {}),) + acts:
        r = who.act(one, act, body)
        assert r.status == 200, (act, r)


FORWARD = ('act', {'action': 'forward'})
lan.act(one, *FORWARD)
hand_on('minh.congsan ha.congsan tuan.congsan', ('draft', {'text': 'Đủ điều kiện'}), FORWARD)
hand_on('binh.stc huong.stc', FORWARD)
hand_on('oanh.vanthu', FORWARD)
hand_on('hai.vanphong linh.vanphong phuc.vanphong', FORWARD)
hand_on('thanh.ubnd hien.ubnd', ('act', {'action': 'approve'}))
clerk = people['trang.vanthu'] = office.client('trang.vanthu')
clerk.id = clerk.get('/v1/session').json['user']
paper = clerk.send('POST', '/v1/files?name=quyet-dinh.pdf', b'%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
                   {'Content-Type': 'application/octet-stream'}).json['hash']
hand_on('trang.vanthu', ('act', {'action': 'number', 'date': str(office_day()), 'signer': 'Đoàn Duy Thành', 'file': paper}),
        ('act', {'action': 'release'}))
number = office.psql("SELECT id FROM motcua.dossier WHERE code = '%s'" % one)
MARKS = 'SELECT array_agg(m ORDER BY m.part) FROM motcua.index_mark m WHERE m.dossier = ' + number


def marked():
    """The marks, which are made once somebody asks."""
    office.client('giang.giamsat').get('/v1/indices/tt01-2018?from=%s&to=%s' % (office_day(), office_day() + datetime.timedelta(1)))
    return office.psql(MARKS)


def counted():
    """Of how many the report of steps tells where their time went."""
    j = office.client('giang.giamsat').get('/v1/figures/steps?from=%s&to=%s' % (office_day(), office_day() + datetime.timedelta(1))).json
    return j['counted'], j['of']


made = marked()
t.eq(counted(), (1, 1), 'where its time went is told')
for officer in (5, int(office.psql('SELECT officer FROM motcua.figure_dossier WHERE dossier = ' + number))):
    office.psql('UPDATE motcua.figure_dossier SET officer = %d WHERE dossier = %s' % (officer, number))
    t.eq((counted(), office.psql('SELECT officer FROM motcua.figure_spent')), ((1, 1), str(officer)), 'what stands beside it follows the figures')
t.ok(made.count('(') > 3, 'a dossier with a result has its marks, and one of each officer', made)
office.psql('CREATE TABLE public.marks AS SELECT * FROM motcua.index_mark')
for what, sql in (('a wrong mark', 'UPDATE motcua.index_mark SET officer_time = 1 - coalesce(officer_time, 0) WHERE part = 2'),
                  ('a missing mark', 'DELETE FROM motcua.index_mark WHERE part = 2'),
                  ('a mark too many', 'INSERT INTO motcua.index_mark SELECT dossier, 1, closed, agency, 99, 0, 0, 0, 0, true FROM public.marks '
                   'WHERE part = 0')):
    office.psql('DELETE FROM motcua.index_mark; INSERT INTO motcua.index_mark SELECT * FROM public.marks;' + sql)
    code, text, _ = verify()
    t.ok(code == 1 and text.count('[mark]') == 1 and 'marks of ' + one in text, what + ' is found, with the code', text)
office.psql('DELETE FROM motcua.index_mark; INSERT INTO motcua.index_mark SELECT * FROM public.marks;'
            "CREATE TABLE public.spent AS SELECT * FROM motcua.figure_spent; UPDATE motcua.figure_spent SET spent = regexp_replace(spent, ',', ',1')")
code, text, _ = verify()
t.ok(code == 1 and text.count('[mark]') == 1 and 'marks of ' + one in text, 'so is another time', text)
office.psql('UPDATE motcua.figure_spent s SET spent = p.spent, competent = p.competent + 1 FROM public.spent p')
code, text, _ = verify()
t.ok(code == 1 and text.count('[mark]') == 1, 'a time that stands beside something else', text)
office.psql('DELETE FROM motcua.figure_spent')
t.eq(counted(), (0, 1), 'what is not kept is told to be missing')
office.psql("INSERT INTO motcua.index_mark SELECT n, 0, now(), 110, 0, NULL, NULL, 2, 2, false FROM unnest(ARRAY[777, %s]) n" % victim)
code, text, _ = verify('--rebuild')
t.ok(code == 0 and 'marks of 2 dossiers' in text, 'they are made anew; what has no result has none', text)
t.eq(marked(), made, 'as they were')
t.eq((counted(), office.psql('SELECT count(*) FROM motcua.figure_spent s JOIN public.spent p ON p.* = s.*')), ((1, 1), '1'), 'and where the time went')
t.eq(office.psql('SELECT count(*) FROM motcua.index_mark WHERE dossier <> ' + number), '0', 'nor has what is not there')
t.eq(verify()[0], 0, 'and they are what its history gives')
days = office.dir + '/calendars'
shutil.copytree(TOP + '/config/calendars', days)
with open(days + '/office.yaml', 'r+', encoding='utf-8') as f:
    shorter = f.read().replace('17:00', '16:30')
    f.seek(0)
    f.write(shorter)
    f.truncate()
office.run('publish', '--author', 'nam.quantri', '--approver', 'phuong.quantri', '--set', 'directories.calendars=' + days)
code, text, _ = verify()
t.ok(code == 0, 'a calendar corrected later moves no time of what was over by then', text)
office.psql('DELETE FROM motcua.index_mark; DELETE FROM motcua.figure_spent')
t.ok('marks of 1 dossiers' in verify('--rebuild')[1], 'made anew under the other calendar')
t.eq((counted(), marked()), ((1, 1), made), 'the marks are those of then')
t.eq(office.psql('SELECT s.spent = p.spent FROM motcua.figure_spent s, public.spent p'), 't', 'and so is the time')
with subprocess.Popen(['psql', '-qXAt', office.conninfo], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as making:
    making.stdin.write("BEGIN;\nSELECT pg_advisory_xact_lock(hashtext('motcua.figure_rebuild')), 1;\n")
    making.stdin.flush()
    making.stdout.readline()
    p = subprocess.run(['psql', '-qXAt', '-c', 'SELECT motcua.figure_follow(1)', office.conninfo], stderr=subprocess.PIPE)
    t.ok(b'being made again' in p.stderr, 'whoever counts meanwhile is refused at once', p.stderr)
    r = office.client('giang.giamsat', 'en').get('/v1/figures?from=%s&to=%s' % (office_day(), office_day() + datetime.timedelta(1)))
    t.eq((r.status, r.code, r.headers.get('Retry-After')), (503, 'figures-anew', '60'), 'with words of its own')
    making.stdin.close()
office.end(t)
