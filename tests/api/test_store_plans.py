"""The plan of every statement of server/store/sql on full tables: none reads a large table from end to
end.  Statements are found in the folder, so a new one cannot escape; what store_acts does inside is
looked at too."""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import until  # noqa: E402
from pg import Cluster, Tap, TOP  # noqa: E402

t = Tap()
db = Cluster(['shared_buffers=512MB', 'max_wal_size=2GB'])
CLOSED, OPEN = 60000, 6000  # large enough that reading a table whole is never the cheapest
LARGE = ('dossier', 'task', 'dossier_event', 'due_ledger', 'dossier_content', 'dossier_search',
         'idempotency', 'session', 'account', 'second_factor', 'audit', 'file_blob', 'dossier_file',
         'figure_dossier', 'figure_cell', 'figure_item', 'index_mark', 'figure_spent', 'timer', 'timer_fired', 'outbox', 'notification', 'notification_seen', 'draft', 'preference', 'saved_filter', 'print_log',
         'ticket', 'ticket_act', 'appointment')
# Verification reads everything by intention; so do a report on all agencies at once and the
# projection of the texts (small tables).
WHOLE = {'running_posts', 'succession_list', 'verify_figures', 'verify_kept', 'verify_marks_unowned', 'verify_orphans', 'verify_rows',
         # open work as a whole, a few times a day: an index for it would cost every act
         'procedure_live', 'procedure_versions', 'publication_open',
         'saved_readers', 'units'}  # everybody, for a delivery list and the screen of the organisation

db.q("""
SET synchronous_commit = off;
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving,
        competent, first_accepted, refused_incomplete, code, submission, procedure, procedure_hash,
        submitted, first_decided, accepted, original_due, basis_due, current_due, finished, returned,
        closed, chain, state)
    SELECT g, 9, sha256(g::text::bytea), CASE WHEN g <= %(open)d THEN 5 ELSE 8 END, 0, 0, 0, g %% 3, 1,
           10 + g %% 50, 110 + g %% 100, true, false,
           'H24.' || 10 + g %% 100 || '-' || to_char(at, 'YYMMDD') || '-' || lpad(g::text, 6, '0'), NULL,
           '1.00' || lpad((g %% 200)::text, 4, '0'), sha256('p'), at, at, at, at + due, at + due, at + due,
           CASE WHEN g > %(open)d THEN at + interval '9 days' END,
           CASE WHEN g > %(open)d THEN at + interval '9 days' END,
           CASE WHEN g > %(open)d THEN at + interval '9 days' END,
           sha256(CASE WHEN g %% 4 = 0 THEN 'a bank' ELSE g::text END::bytea), repeat('x', 900)
      FROM generate_series(1, %(open)d + %(closed)d) g
      CROSS JOIN LATERAL (SELECT CASE WHEN g <= %(open)d THEN '2026-11-20 08:00+07'::timestamptz - make_interval(hours => (g %% 400)::int)
          ELSE '2026-11-01 08:00+07'::timestamptz - make_interval(mins => ((g * 5) %% 1000000)::int) END AS at,
          interval '10 days' AS due) x;
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving,
        competent, first_accepted, refused_incomplete, submission, procedure, procedure_hash, submitted, state)
    SELECT 10000000 + g, 1, sha256('x'), 1, 0, 0, 0, 1, 1, 10 + g %% 50, 110, false, false, 'S-' || g,
           '1.005416', sha256('p'), now(), 'x' FROM generate_series(1, 2000) g;
INSERT INTO motcua.task (dossier, seq, officer, due, promised, opened, task, agency, version, role, code,
        procedure, step, name)
    SELECT id, seq, CASE WHEN id %% 4 = 0 THEN 0 ELSE id %% 900 + 1 END, current_due - interval '3 days',
           current_due, accepted, 1, competent, 1, id %% 10, code, procedure, 'appraise',
           'Nguyễn Văn ' || id
      FROM motcua.dossier WHERE id <= %(open)d;
INSERT INTO motcua.dossier_event (dossier, seq, at, actor, on_behalf_of, agency, kind, role, payload,
        digest, prev_hash, hash)
    SELECT d.id, s, d.accepted + make_interval(hours => s), 1, 0, 110, 'STEP_STARTED', 'specialist',
           repeat('y', 120), d.head, d.head, d.head
      FROM motcua.dossier d, generate_series(1, 4) s WHERE d.id <= %(open)d * 4;
INSERT INTO motcua.dossier_event (dossier, seq, at, actor, on_behalf_of, agency, kind, role, payload,
        digest, prev_hash, hash)
    SELECT d.id, 9, d.accepted, 1, 0, 110, 'FIN_PAID', 'cashier',
           '{"agency":' || 100 + d.id %% 100 || ',"method":"cash","amount":8000}', d.head, d.head, d.head
      FROM motcua.dossier d WHERE d.id <= %(open)d * 4 AND d.id %% 3 = 0;
INSERT INTO motcua.due_ledger SELECT id, 1, accepted, original_due, basis_due, current_due, 'acceptance'
    FROM motcua.dossier WHERE accepted IS NOT NULL;
INSERT INTO motcua.dossier_content SELECT id, 'Nguyễn Văn ' || id, '\\x%(salt)s', repeat('z', 300)
    FROM motcua.dossier;
INSERT INTO motcua.dossier_search SELECT id, receiving, 0, 'nguyen van ' || md5(id::text),
    md5(id::text) || ' van nguyen', '09' || lpad(id::text, 8, '0'), reverse(lpad(id::text, 12, '0'))
    FROM motcua.dossier;
INSERT INTO motcua.idempotency SELECT 'key-' || g, 1, sha256('b'), g, 1, NULL, repeat('a', 200), now()
    FROM generate_series(1, 100000) g;
INSERT INTO motcua.account (login, name, agency) SELECT 'person' || g, 'Người ' || g, 110 + g %% 100
    FROM generate_series(1, 5000) g;
INSERT INTO motcua.second_factor (account, sealed, on_at) SELECT id, '\\x00', now() FROM motcua.account;
INSERT INTO motcua.role_held (account, role, agency) SELECT id, id %% 10, agency FROM motcua.account;
INSERT INTO motcua.session SELECT sha256(g::text::bytea), sha256('c'), g %% 5000 + 1, 'p', now(),
    '30 minutes', now() + interval '1 hour', now() + interval '1 day' FROM generate_series(1, 20000) g;
INSERT INTO motcua.sign_in_throttle SELECT 'p:' || g, 1, now(), now() FROM generate_series(1, 20000) g;
INSERT INTO motcua.audit (what) SELECT 'x' FROM generate_series(1, 20000);
INSERT INTO motcua.file_blob SELECT sha256(g::text::bytea), 1, 'application/pdf', 'x', 1, now()
    FROM generate_series(1, 20000) g;
INSERT INTO motcua.dossier_file SELECT g, sha256(g::text::bytea), 1, NULL, NULL FROM generate_series(1, 20000) g;
INSERT INTO motcua.timer SELECT g, now() - interval '1 day' + make_interval(mins => g) FROM generate_series(1, 100000) g;
INSERT INTO motcua.timer_fired SELECT g, 0, -1, 1, 2, 7, 3, '2026-06-01 00:00+07'::timestamptz + make_interval(mins => g), g %% 9, 110 + g %% 100,
    'receiver', 0, NULL, NULL FROM generate_series(1, 200000) g;
INSERT INTO motcua.outbox (at, kind, dossier, seq, body, delivered_at) SELECT now() - make_interval(secs => 100000 - g), 'notify', g, 3,
    '{"officer":1,"agency":110,"role":"clerk"}', CASE WHEN g > 2000 THEN now() END FROM generate_series(1, 100000) g;
INSERT INTO motcua.notification OVERRIDING SYSTEM VALUE SELECT g, now(), g, CASE WHEN g %% 3 = 0 THEN 0 ELSE g %% 900 END, 110 + g %% 100, g %% 10, '{}'
    FROM generate_series(1, 100000) g;
SELECT setval(pg_get_serial_sequence('motcua.notification', 'id'), 100000);
INSERT INTO motcua.draft SELECT g %% 5000 + 1, 'form-' || g, 1, 'intake', 'x', '{}', now(), now() + interval '14 days'
    FROM generate_series(1, 30000) g;
INSERT INTO motcua.preference SELECT g, '{}', now() FROM generate_series(1, 5000) g;
INSERT INTO motcua.notification_seen SELECT g, 99990 FROM generate_series(1, 5000) g;
INSERT INTO motcua.saved_filter (account, shared, name, query, updated) SELECT g %% 5000 + 1, CASE WHEN g %% 9 = 0
    THEN 110 + g %% 100 END, 'f' || g, 'scope=mine', now() FROM generate_series(1, 30000) g;
INSERT INTO motcua.paper_template (hash, paper, source) VALUES (sha256('t'), 'receipt', 'x');
INSERT INTO motcua.print_log SELECT 'H24.10-261122-' || lpad(g::text, 6, '0'), 'receipt', 'own/applicant', 1, false, true, 3,
    sha256('r'), sha256('t'), sha256('p'), sha256('p'), 1, 1, 1, 110 FROM generate_series(1, 30000) g;
INSERT INTO motcua.ticket (hall, day, service, letter, number, since, state, counter, issued_at, called_at, first_called_at, served_at, ended_at)
    SELECT 10 + h, '2026-11-20'::date - d, 'land', 'A', n, at, CASE WHEN d = 0 AND n > 150 THEN 'waiting' ELSE 'done' END,
           n %% 9 + 1, at, at, at, at, at FROM generate_series(0, 4) h, generate_series(0, 99) d, generate_series(1, 200) n,
           LATERAL (SELECT '2026-11-20 08:00+07'::timestamptz - make_interval(days => d) + make_interval(mins => n)) x(at);
INSERT INTO motcua.ticket_act (ticket, act, at, key, body_hash) SELECT g, 'issue', now(), 'ticket-' || g, '' FROM generate_series(1, 100000) g;
INSERT INTO motcua.appointment (hall, service, slot, minutes, phone, code_hash, booked_at)
    SELECT 10 + g %% 5, 'land', '2026-11-20 08:00+07'::timestamptz - make_interval(mins => g * 7), 30, '09' || g, sha256(g::text::bytea), now()
      FROM generate_series(1, 50000) g;
INSERT INTO motcua.figure_behind SELECT id, 0 FROM motcua.dossier;
SELECT motcua.figure_catch_up(100000000);
SELECT motcua.figure_rebuild(false);
INSERT INTO motcua.index_mark SELECT f.dossier, CASE p WHEN 0 THEN 0 ELSE (f.dossier + p) %% 900 + 1 END, f.closed, f.competent, p, 1, 1, 2, 2, true
    FROM motcua.figure_dossier f, generate_series(0, 2) p WHERE f.resolved;
INSERT INTO motcua.figure_spent SELECT f.dossier, f.closed, f.officer, f.competent, f.receiving, 1, f.channel, false, f.procedure, f.applicant,
    repeat('1,', 50) FROM motcua.figure_dossier f WHERE f.resolved;
DELETE FROM motcua.index_unmarked;
VACUUM ANALYZE;
""" % {'open': OPEN, 'closed': CLOSED, 'salt': '00' * 16})

# One session asks for all plans, each under its mark; as the daemon's role.
EXPLAIN = "\\echo @@%s %s\nSET plan_cache_mode = %s; PREPARE s AS %s; EXPLAIN EXECUTE s%s; DEALLOCATE s;\n"
VALUES = {'int4[]': "ARRAY[110,111,112]", 'int8': '5', 'int4': '7', 'text': "'1.000010'", 'bool': 'true',
          'timestamptz': "'2026-11-20 08:00+07'", 'bytea': "'\\x00'", 'int8[]': 'NULL', 'text[]': 'NULL',
          'bytea[]': 'NULL', 'bool[]': 'NULL', 'int2': '1', 'date': 'NULL',
          'timestamptz[]': "ARRAY['2026-11-01 00:00+07'::timestamptz, '2026-11-08 00:00+07']"}


def arguments(sql):
    kinds = {}
    for n, kind in re.findall(r'\$(\d+)::(\w+(?:\[\])?)', sql):
        kinds[int(n)] = kind
    if not kinds:
        return ''
    return '(' + ', '.join(VALUES[kinds[i]] for i in range(1, max(kinds) + 1)) + ')'


files = sorted(glob.glob(TOP + '/server/store/sql/*.sql'))
MODES = ('force_generic_plan', 'force_custom_plan')
asked = ''
t.ok(len(files) > 40, 'there are statements', len(files))
for path in files:
    name = os.path.basename(path)[:-4]
    sql = open(path).read()
    t.ok(all('$%d::' % n in sql for n in range(1, len(set(re.findall(r'\$(\d+)', sql))) + 1)),
         '%s says the type of every argument' % name)
    if name in WHOLE:
        continue
    for mode in MODES:
        asked += EXPLAIN % (name, mode, mode, sql.rstrip().rstrip(';'), arguments(sql))
told = db.popen(asked, 'motcua_app')
out, err = told.communicate(asked.encode())
t.eq(told.returncode, 0, 'every statement is prepared and has a plan')
plans = dict(x.split('\n', 1) for x in out.decode().split('@@')[1:])
t.eq(len(plans), asked.count('@@'), 'and each is told')
for which, plan in plans.items():
    bad = [m for m in re.findall(r'Seq Scan on (\w+)', plan) if m in LARGE]
    t.eq(bad, [], '%s reads no large table whole (%s)' % tuple(which.split()))
    if bad:
        print('# ' + plan.replace('\n', '\n# '))

# Is another one of this owner and procedure open?  A bank has tens of thousands that are closed: none of them is looked through.
for name in ('act_load_key', 'act_load_submission'):
    for mode in MODES:
        t.ok('dossier_chain_open' in plans['%s %s' % (name, mode)], '%s looks among the open ones of an owner only (%s)' % (name, mode),
             plans['%s %s' % (name, mode)])

# ---------------------------------------------------------------- what the functions do inside
INSIDE = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_format = text;
SET client_min_messages = log;
SET jit = off; -- as the daemon's sessions
"""
act = open(TOP + '/tests/api/test_store_acts.py').read()
code = act[act.index('ZERO = bytes(32)'):act.index('def head_of(id)')]
scope = {'hashlib': __import__('hashlib')}
exec(code, scope)  # the batches of the other test
Batch, text = scope['Batch'], ''
for round in range(7):  # the sixth call may take a generic plan
    b = Batch()
    for id in (300 + round, 400 + round):
        seq, head = db.q("SELECT seq, encode(head, 'hex') FROM motcua.dossier WHERE id = %d" % id)[0]
        n = b.act(id, expect=int(seq), head=bytes.fromhex(head), key='plan-%d' % id)
        b.add('x', act=n, task=1)
        b.add('t', act=n, task=2, agency=111, role=5, officer=4, procedure='1.000010', version=1,
              step='sign', due='2026-12-01 08:00+07', promised='2026-12-01 08:00+07',
              opened='2026-11-23 08:00+07')
        b.add('m', act=n, first_accepted=True, refused=False, accepted='2026-11-23 08:00+07',
              original='2026-11-23 08:00+07', basis='2026-11-23 08:00+07', current='2026-11-23 08:00+07')
        b.add('k', act=n, name='x', salt=bytes(16), body='{}')
        b.add('s', act=n, agency=10, who=1, name='a', reversed='a', phone='1', identity='2')
        b.add('g', act=n, hash=scope['hashlib'].sha256(b'1').digest(), seq=11)
        b.add('u', act=n, seq=11, at='2026-11-23 08:00+07', original='2026-11-23 08:00+07',
              basis='2026-11-23 08:00+07', current='2026-11-23 08:00+07', cause='restart')
        b.add('w', act=n, at='2026-12-01 08:00+07')
        b.add('o', act=n, kind='notify', body='{}')
    gone = b.act(600 + round, expect=9, head=scope['hashlib'].sha256(str(600 + round).encode()).digest())
    b.add('w', act=gone, at=None)
    new = b.act(20000000 + round, counter='c', prefix='p', accept=True, key='new-%d' % round)
    text += b.sql()
p = db.popen(INSIDE + text)
out, err = p.communicate(p.sql.encode())
plans = err.decode()
t.eq(p.returncode, 0, 'seven batches are stored while their plans are watched')
t.ok('Update on dossier' in plans and 'Delete on task' in plans, 'the plans inside are seen', plans[-500:])
bad = sorted({m for m in re.findall(r'Seq Scan on (\w+)', plans) if m in LARGE})
t.eq(bad, [], 'store_acts reads no large table whole')
text = INSIDE
for call in ("account_by_login('person7')", "sign_in_attempt('person7', 'peer', false, now())",
             "session_touch(sha256('5'), now())", "session_end(sha256('6'))",
             "audit_page(0, 50, 'person9', NULL, NULL, NULL)", "audit_page(0, 50, NULL, 'sign-in', NULL, NULL)",
             "roles_of(5, 110)", "factor_take(5, 10, NULL)", "factor_off(NULL, 'person7', NULL, 'x', NULL)",
             "timer_move(ARRAY[1,2,3], ARRAY[9,9,8], ARRAY[now(), NULL, now()])",
             "outbox_settle(ARRAY[5,6], ARRAY['x', NULL], ARRAY[now(), NULL])", "file_register(sha256('5'), 1, 'x', 'x', 1)",
             "ticket_issue('k', '', 10, '2026-11-20', 'land', 'Z', NULL, NULL, now(), NULL, NULL, 1, now())",
             "ticket_call('l', '', 10, '2026-11-20', 1, 1, ARRAY[160, 161]::bigint[], now())", "ticket_dossier(ARRAY[10], 5, 'x')",
             "ticket_move('m', '', 10, '2026-11-20', 160, 'cancel', ARRAY['waiting'], 'cancelled', NULL, true, 1, now())",
             "appointment_book(sha256('new'), 10, 'land', NULL, now(), 30, 2, 'x', '0912345678', now(), now(), 2, now())",
             "appointment_cancel(sha256('7'), now())", "appointment_forget('2026-06-01', 10)", "figure_catch_up(1000)"):
    text += 'SELECT motcua.%s;' % call
p = db.popen(text)
out, err = p.communicate(p.sql.encode())
t.ok(p.returncode == 0, 'the other functions run', [l for l in err.decode().splitlines() if 'ERROR' in l])
bad = sorted({m for m in re.findall(r'Seq Scan on (\w+)', err.decode())
              if m in LARGE + ('role_held', 'sign_in_throttle')})
t.eq(bad, [], 'the other functions read no large table whole')

# Of many agencies a plan for any question costs several times one for this question, also after the five calls that
# PostgreSQL plans for the question anyway.
# Not so what is asked of papers by procedure, at each look at the dashboard: that plan is made once.
def planned(want):
    p = db.popen(INSIDE + "SELECT * FROM motcua.figure_counts(ARRAY(SELECT generate_series(110, 150)), "
                 "ARRAY['2026-11-01 00:00+07', '2026-11-15 00:00+07']::timestamptz[], 1, '2026-11-15 00:00+07', true, "
                 "ARRAY(SELECT 0 FROM generate_series(1, 300)), 2, NULL, -1, -1, NULL, NULL, 2, %d);" % want * 8)
    plans = [x for x in p.communicate(p.sql.encode())[1].decode().split('LOG:') if 'AS across' in x]
    t.eq(len(plans), 8, 'the plans of figures are seen')
    return plans[-1]


t.eq(re.findall(r'ANY \(\$\d+', planned(3)), [], 'figures of many agencies are planned for the question')
plan = planned(27)
t.ok('ANY ($' in plan and 'figure_open_papers' in plan, 'papers by procedure are planned for once, and found by their index', plan[-500:])

# Changing an account looks who else administers: all accounts, once in a long while.
t.ok(db.q("SELECT motcua.account_change(7, 'person9', NULL, NULL, NULL, NULL, 'x', true, NULL, NULL, NULL, 3, 'x', NULL) "
          "IS NOT NULL")[0][0] == 't', 'an account is changed')

# ---------------------------------------------------------------- acts stay on their page
before = db.q("SELECT pg_stat_get_tuples_updated(oid), pg_stat_get_tuples_hot_updated(oid) FROM pg_class "
              "WHERE oid = 'motcua.dossier'::regclass")[0]
text = ''
for id in range(1000, 1200):
    b = Batch()
    b.act(id, expect=9, head=scope['hashlib'].sha256(str(id).encode()).digest(), state='x' * 900)
    text += b.sql()
# rows that somebody may still see (PostgreSQL's own vacuum at that moment) would stay in the way
until(lambda: db.q("SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()")[0][0] == '0')
db.q('VACUUM motcua.dossier')
db.q(text + "SELECT pg_stat_force_next_flush();")
after = db.q("SELECT pg_stat_get_tuples_updated(oid), pg_stat_get_tuples_hot_updated(oid) FROM pg_class "
             "WHERE oid = 'motcua.dossier'::regclass")[0]
updated, hot = int(after[0]) - int(before[0]), int(after[1]) - int(before[1])
t.ok(updated >= 200 and hot * 10 >= updated * 9, 'ordinary acts update dossiers on their page (HOT)',
     '%d of %d' % (hot, updated))
t.end()
