"""The one write path in SQL: motcua.store_acts, and what nobody may do beside it."""
import hashlib
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from pg import Cluster, Tap, TOP  # noqa: E402

t = Tap()
db = Cluster()
ZERO = bytes(32)


def lit(v, kind):
    if v is None:
        return 'NULL'
    if kind == 'bytea':
        return "'\\x%s'::bytea" % v.hex()
    if kind in ('text', 'timestamptz'):
        return "'%s'" % str(v).replace("'", "''")
    return str(v).lower() if isinstance(v, bool) else str(v)


TYPES = {'a': 'id bigint,expect bigint,head bytea,seq bigint,epoch bigint,account bigint,key text,'
              'body bytea,reply text,status integer,money integer,handover integer,sync integer,'
              'state text',
         'e': 'act integer,seq bigint,kind text,at timestamptz,actor bigint,behalf bigint,'
              'agency integer,role text,payload text,digest bytea,counter text,prefix text,'
              'width integer',
         't': 'act integer,task integer,agency integer,role integer,officer bigint,procedure text,'
              'version integer,step text,due timestamptz,promised timestamptz,opened timestamptz,'
              'received timestamptz',
         'x': 'act integer,task integer',
         'n': 'act integer,submission text,procedure text,version integer,hash bytea',
         'm': 'act integer,channel integer,receiving integer,competent integer,submitted timestamptz,first_decided timestamptz,first_accepted boolean,'
              'refused boolean,accepted timestamptz,original timestamptz,basis timestamptz,'
              'current timestamptz,supplemented timestamptz,finished timestamptz,'
              'returned timestamptz,ended timestamptz,closed timestamptz,track bytea',
         'w': 'act integer,at timestamptz', 'o': 'act integer,kind text,body text',
         'u': 'act integer,seq bigint,at timestamptz,original timestamptz,basis timestamptz,'
              'current timestamptz,cause text',
         'f': 'act integer,agency integer,month integer,procedure text,figure integer,n bigint',
         'k': 'act integer,name text,salt bytea,body text',
         's': 'act integer,agency integer,who integer,name text,reversed text,phone text,'
              'identity text',
         'g': 'act integer,hash bytea,seq bigint,component text,name text'}
TYPES = {k: [f.split() for f in v.split(',')] for k, v in TYPES.items()}


class Batch:
    def __init__(self):
        self.rows = {k: [] for k in TYPES}

    def add(self, group, **kw):
        names = [n for n, _ in TYPES[group]]
        assert set(kw) <= set(names), kw
        self.rows[group].append([kw.get(n) for n in names])

    def sql(self):
        args = []
        for group, fields in TYPES.items():
            rows = self.rows[group]
            if not rows and group not in 'ae':
                continue
            for i, (name, kind) in enumerate(fields):
                if group == 'e' and name == 'counter' and not any(r[i] for r in rows):
                    args.append('e_counter => NULL')
                    continue
                args.append('%s_%s => ARRAY[%s]::%s[]' % (
                    group, name, ','.join(lit(r[i], kind) for r in rows), kind))
        return 'SELECT * FROM motcua.store_acts(%s) ORDER BY act;' % ', '.join(args)

    def act(self, id, expect=0, head=ZERO, events=1, key=None, account=7, body=b'b', epoch=None,
            counter=None, prefix='', width=4, kind='NOTED', agency=110, state='{}', accept=False,
            reply='{"ok":true}'):
        n = len(self.rows['a']) + 1
        self.add('a', id=id, expect=expect, head=head, seq=expect + events,
                 epoch=1 if epoch is None else epoch, account=account, key=key,
                 body=hashlib.sha256(body).digest(), reply=reply, status=4, money=0, handover=0,
                 sync=0, state=state)
        for i in range(events):
            first = i == 0 and counter is not None
            self.add('e', act=n, seq=expect + 1 + i, kind='ACCEPTED' if first and accept else kind,
                     at='2026-11-23 08:00+07', actor=account, behalf=0, agency=agency,
                     role='receiver', payload='{"i":%d}' % i,
                     digest=hashlib.sha256(b'%d/%d' % (id, expect + 1 + i)).digest(),
                     counter=counter if first else None, prefix=prefix if first else None,
                     width=width if first else None)
        if expect == 0:
            self.add('n', act=n, submission=None if accept else 'S-%d' % id, procedure='1.005416',
                     version=1, hash=ZERO)
            day = '2026-11-23 08:00+07' if accept else None
            due = '2026-12-23 17:00+07' if accept else None
            self.add('m', act=n, channel=0, receiving=10, competent=agency, submitted='2026-11-23 08:00+07', first_decided=day,
                     first_accepted=accept, refused=False, accepted=day, original=due, basis=due,
                     current=due)
        return n


def head_of(id):
    seq, head = db.q('SELECT seq, encode(head, \'hex\') FROM motcua.dossier WHERE id = %d' % id)[0]
    return int(seq), bytes.fromhex(head)


def run(batch, user='motcua_app'):
    return db.q(batch.sql(), user)


def accept(b, id, agency='H24.11', **kw):
    return b.act(id, counter='code/%s/2026-11-23' % agency, prefix='%s-261123-' % agency,
                 accept=True, **kw)


# ---------------------------------------------------------------- acceptance and chain
b = Batch()
accept(b, 1, events=3, key='k1')
accept(b, 2, events=1, key='k2')
b.add('t', act=1, task=1, agency=10, role=1, officer=0, procedure='1.005416', version=1,
      step='receive', due='2026-11-23 17:00+07', promised='2026-12-23 17:00+07',
      opened='2026-11-23 08:00+07')
b.add('u', act=1, seq=1, at='2026-11-23 08:00+07', original='2026-12-23 17:00+07',
      basis='2026-12-23 17:00+07', current='2026-12-23 17:00+07', cause='acceptance')
b.add('k', act=1, name='Nguyễn Văn A', salt=bytes(16), body='{}')
b.add('s', act=1, agency=10, who=0, name='nguyen van a', reversed='a van nguyen', phone='0912',
      identity='321')
first = run(b)
t.eq([r[1] for r in first], ['0', '0'], 'two acceptances of one batch are stored')
t.eq([r[3] for r in first], ['H24.11-261123-0001', 'H24.11-261123-0002'],
     'codes are agency, day and running number of that day, in the order of the batch')
t.eq(first[0][5], '{"code":"H24.11-261123-0001","ok":true}', 'the answer begins with the code')
t.eq(db.one('SELECT answer FROM motcua.idempotency WHERE key = \'k1\''), first[0][5],
     'the answer lies under its key')


def chain(id):
    prev = ZERO
    for seq, digest, assigned, stored_prev, stored in db.q(
            "SELECT seq, encode(digest,'hex'), assigned, encode(prev_hash,'hex'), "
            "encode(hash,'hex') FROM motcua.dossier_event WHERE dossier = %d ORDER BY seq" % id):
        if stored_prev != prev.hex():
            return 'previous hash of %s' % seq
        prev = hashlib.sha256(prev + bytes.fromhex(digest) + assigned.encode()).digest()
        if prev.hex() != stored:
            return 'hash of %s' % seq
    return '' if head_of(id)[1] == prev else 'head'


t.eq(chain(1), '', 'hash(n) = SHA-256(hash(n-1), digest(n), assigned(n)), from 32 zero bytes')
t.eq(db.q('SELECT dossier, seq, code FROM motcua.task'), [['1', '3', 'H24.11-261123-0001']],
     'the task carries code and last number of the history')
t.eq(db.q('SELECT dossier, seq FROM motcua.figure_behind ORDER BY 1'), [['1', '0'], ['2', '0']],
     'what figures are counted from has to follow the new ones')

# ---------------------------------------------------------------- races and keys
seq, head = head_of(1)
b = Batch()
b.act(1, expect=seq, head=head)
t.eq(run(b)[0][1], '0', 'an act with the right sequence and head is stored')
t.eq(run(b)[0][1], '1', 'the same again has lost the race')
seq, head = head_of(1)
b = Batch()
b.act(1, expect=seq, head=bytes(31) + b'x')
t.eq(run(b)[0][1], '1', 'a wrong head is a lost race although the sequence fits')
b = Batch()
b.act(1, expect=seq, head=head, epoch=0)
t.eq(run(b)[0][1], '2', 'a decision under an older configuration is refused')
b = Batch()
b.act(1, expect=seq, head=head, key='k1', body=b'b')
b.act(2, expect=1, head=head_of(2)[1], key='k2', body=b'other')
b.act(2, expect=1, head=head_of(2)[1], key='k1', account=8)
t.eq([r[1] for r in run(b)], ['3', '4', '4'],
     'same key: repeated; other body or other person: key reused')
b = Batch()
b.act(1, expect=seq, head=head, events=1)
b.act(1, expect=seq, head=head, events=1)
b.act(2, expect=1, head=head_of(2)[1], key='same')
b.act(3, key='same')
t.eq([r[1] for r in run(b)], ['0', '1', '0', '1'],
     'one dossier or one key twice in a batch: the first goes on')
t.eq(db.one('SELECT count(*) FROM motcua.dossier WHERE id = 3'), '0', 'a refused change leaves no trace')
b = Batch()
b.act(2, expect=2, head=head_of(2)[1])
b.add('g', act=1, hash=bytes(32), seq=3)
t.eq(run(b)[0][1], '5', 'an act may name stored files only')
db.q("SELECT motcua.file_register('\\x%s', 5, 'text/plain', 'x', 7)" % ('00' * 32), 'motcua_app')
t.eq(run(b)[0][1], '0', 'once the file is stored the act goes on')
b = Batch()
b.act(2, expect=3, head=head_of(2)[1], counter='number/STC/2026', prefix='', width=1,
      kind='NUMBERED')
r = run(b)[0]
t.eq((r[4], r[5]), ('1', '{"code":"H24.11-261123-0002","number":"1","ok":true}'),
     'a number of a result is given and answered the same way')

# ---------------------------------------------------------------- numbers
db.q("UPDATE motcua.counter SET value = 9999 WHERE name = 'code/H24.11/2026-11-23'")
b = Batch()
accept(b, 100)
t.eq(run(b)[0][3], 'H24.11-261123-10000', 'the 10,000th of a day gets five digits')
b = Batch()
accept(b, 101)
accept(b, 102)
b.rows['a'][1][13] = None  # no state: the whole batch fails
t.refused(lambda: run(b), '23502', 'a broken change fails its batch')
b = Batch()
accept(b, 103)
t.eq(run(b)[0][3], 'H24.11-261123-10001', 'a rolled back batch leaves no gap in the numbers')

ids = list(range(1000, 1200))
procs = []
for w in range(8):
    text = []
    for id in ids[w::8]:
        b = Batch()
        accept(b, id, agency='H24.12', key='burst-%d' % id)
        text.append(b.sql())
    procs.append(db.popen('\n'.join(text), 'motcua_app'))
import threading  # noqa: E402

results, threads = [], []
for p in procs:
    th = threading.Thread(target=lambda p=p: results.append(db.finish(p)))
    th.start()
    threads.append(th)
for th in threads:
    th.join()
codes = sorted(r[3] for rows in results for r in rows if r[1] == '0')
t.eq(codes, ['H24.12-261123-%04d' % n for n in range(1, 201)],
     '200 acceptances at one agency by 8 sessions: distinct, consecutive, no gap')

# ---------------------------------------------------------------- batches against each other
random.seed(5)
N = 24
b = Batch()
for id in range(5000, 5000 + N):
    b.act(id)
run(b)
script = []
for w in range(4):
    text = []
    for k in range(60):
        some = random.sample(range(5000, 5000 + N), 6)
        # each session reads the heads itself, then sends its batch in its own order
        names = ','.join(str(s) for s in some)
        text.append(
            "SELECT * FROM motcua.store_acts("
            "a_id => ARRAY[%s]::bigint[], "
            "a_expect => (SELECT array_agg(d.seq ORDER BY x.o) FROM unnest(ARRAY[%s]::bigint[]) WITH ORDINALITY x(i,o) JOIN motcua.dossier d ON d.id = x.i), "
            "a_head => (SELECT array_agg(d.head ORDER BY x.o) FROM unnest(ARRAY[%s]::bigint[]) WITH ORDINALITY x(i,o) JOIN motcua.dossier d ON d.id = x.i), "
            "a_seq => (SELECT array_agg(d.seq + 1 ORDER BY x.o) FROM unnest(ARRAY[%s]::bigint[]) WITH ORDINALITY x(i,o) JOIN motcua.dossier d ON d.id = x.i), "
            "a_epoch => array_fill(1::bigint, ARRAY[6]), a_account => array_fill(7::bigint, ARRAY[6]), "
            "a_key => ARRAY[%s]::text[], a_body => array_fill('\\x%s'::bytea, ARRAY[6]), "
            "a_reply => array_fill('{}'::text, ARRAY[6]), a_status => array_fill(4, ARRAY[6]), "
            "a_money => array_fill(0, ARRAY[6]), a_handover => array_fill(0, ARRAY[6]), "
            "a_sync => array_fill(0, ARRAY[6]), a_state => array_fill('{}'::text, ARRAY[6]), "
            "e_act => ARRAY[1,2,3,4,5,6], "
            "e_seq => (SELECT array_agg(d.seq + 1 ORDER BY x.o) FROM unnest(ARRAY[%s]::bigint[]) WITH ORDINALITY x(i,o) JOIN motcua.dossier d ON d.id = x.i), "
            "e_kind => array_fill('NOTED'::text, ARRAY[6]), e_at => array_fill(now(), ARRAY[6]), "
            "e_actor => array_fill(7::bigint, ARRAY[6]), e_behalf => array_fill(0::bigint, ARRAY[6]), "
            "e_agency => array_fill(1, ARRAY[6]), e_role => array_fill('receiver'::text, ARRAY[6]), "
            "e_payload => array_fill('{}'::text, ARRAY[6]), e_digest => array_fill('\\x%s'::bytea, ARRAY[6]), "
            "e_counter => ARRAY[%s]::text[], e_prefix => array_fill(''::text, ARRAY[6]), e_width => array_fill(1, ARRAY[6]));" % (
                names, names, names, names,
                ','.join("'mix-%d-%d-%d'" % (w, k, i) for i in range(6)), '11' * 32, names, '22' * 32,
                ','.join("'mix/%d'" % random.randrange(4) for _ in range(6))))
    script.append(db.popen('\n'.join(text), 'motcua_app'))
results, threads, failures = [], [], []


def work(p):
    try:
        results.extend(db.finish(p))
    except Exception as e:  # a deadlock would end the session
        failures.append(str(e))


for p in script:
    th = threading.Thread(target=work, args=(p,))
    th.start()
    threads.append(th)
for th in threads:
    th.join()
t.eq(failures, [], 'overlapping batches in any order never deadlock')
stored = sum(r[1] == '0' for r in results)
t.ok(stored > 100 and all(r[1] in '01' for r in results), 'of them some are stored, the others lost the race', stored)
t.eq(int(db.one('SELECT sum(value) FROM motcua.counter WHERE name LIKE \'mix/%\'')), stored,
     'numbers were given to stored changes only')
t.eq([chain(id) for id in range(5000, 5000 + N)], [''] * N, 'every chain is whole afterwards')
t.eq(db.one('SELECT count(*) FROM motcua.dossier d WHERE seq <> (SELECT count(*) FROM '
            'motcua.dossier_event e WHERE e.dossier = d.id)'), '0', 'no sequence has a gap')

# two sessions with one key for two new dossiers: one of them stands, the other is told
b1, b2 = Batch(), Batch()
b1.act(7001, key='twice')
b2.act(7002, key='twice')
p1 = db.popen('BEGIN;' + b1.sql() + 'SELECT pg_sleep(1); COMMIT;', 'motcua_app')
p2 = db.popen('SELECT pg_sleep(0.4);' + b2.sql(), 'motcua_app')
out = []


def late():
    try:
        out.append(db.finish(p2)[-1][1])
    except Exception as e:
        out.append(e.state)


th = threading.Thread(target=late)
th.start()
db.finish(p1)
th.join()
t.ok(out[0] in ('3', '40001'), 'a key in flight elsewhere: wait, then no second effect', out)
t.eq(db.one("SELECT count(*) FROM motcua.dossier WHERE id IN (7001, 7002)"), '1', 'one key, one dossier')

# ---------------------------------------------------------------- publishing against acts
src = 'procedure: 1'
h = hashlib.sha256(src.encode()).hexdigest()
pub = "SELECT motcua.publish_procedure('1.000001', 1, '\\x%s', '%s', 'an', 'binh')" % (h, src)
t.eq(db.one(pub, 'motcua_app'), 'published', 'a version is published by a second person')
t.eq(db.one(pub, 'motcua_app'), 'same', 'the same text again changes nothing')
t.eq(db.one('SELECT epoch FROM motcua.config_state'), '2', 'publishing moves the epoch once')
h2 = hashlib.sha256(b'procedure: 2').hexdigest()
t.eq(db.one("SELECT motcua.publish_procedure('1.000001', 1, '\\x%s', 'procedure: 2', 'an', 'binh')" % h2,
            'motcua_app'), 'refused', 'another text under a published version is refused')
t.refused(lambda: db.q("SELECT motcua.publish_procedure('1.000002', 1, '\\x%s', 'procedure: 2', 'an', 'an')"
                       % h2, 'motcua_app'), '23514', 'nobody publishes what they wrote themselves')
t.refused(lambda: db.q("SELECT motcua.publish_procedure('1.000002', 1, '\\x%s', 'x', 'an', 'b')" % h2,
                       'motcua_app'), '23514', 'the hash is that of the text')

# ---------------------------------------------------------------- what nobody may do
HISTORY = ['dossier_event', 'due_ledger', 'audit', 'procedure_version', 'calendar_version',
           'organisation_version', 'regime_version']
db.q("SELECT motcua.audit_add('x', 1, 'p', '{}')", 'motcua_app')
for table in HISTORY:
    column = 'at'
    for role in ('postgres', 'motcua_owner'):
        as_role = '' if role == 'postgres' else 'SET ROLE motcua_owner;'
        for what, sql in (('TRUNCATE', 'TRUNCATE motcua.%s' % table),
                          ('UPDATE', 'UPDATE motcua.%s SET %s = now()' % (table, column)),
                          ('DELETE', 'DELETE FROM motcua.%s' % table)):
            if what != 'TRUNCATE' and db.one('SELECT count(*) FROM motcua.' + table) == '0':
                continue
            t.refused(lambda: db.q(as_role + sql), '42501',
                      '%s of %s is refused to %s' % (what, table, role))
t.refused(lambda: db.q("SET session_replication_role = replica; DELETE FROM motcua.dossier_event"),
          '42501', 'replication mode does not pass the guard')
for table in ('dossier', 'dossier_event', 'task', 'figure_dossier', 'figure_behind', 'due_ledger', 'counter',
              'idempotency', 'dossier_content', 'account', 'audit', 'session'):
    for what, sql in (('INSERT', 'INSERT INTO motcua.%s DEFAULT VALUES'),
                      ('DELETE', 'DELETE FROM motcua.%s'), ('TRUNCATE', 'TRUNCATE motcua.%s')):
        t.refused(lambda: db.q(sql % table, 'motcua_app'), '42501',
                  'the daemon may not %s %s' % (what, table))
for sql, name in (
        ('SELECT password_hash FROM motcua.account', 'read password hashes'),
        ('SELECT * FROM motcua.audit', 'read the audit'),
        ('SET ROLE motcua_owner', 'become the owner'),
        ('ALTER TABLE motcua.dossier_event DISABLE TRIGGER ALL', 'disable triggers'),
        ('SET session_replication_role = replica', 'switch triggers off'),
        ('CREATE TABLE motcua.x (a int)', 'create tables'),
        ('CREATE TABLE public.x (a int)', 'create tables in public'),
        ("COPY (SELECT 1) TO PROGRAM 'true'", 'run programs')):
    t.refused(lambda: db.q(sql, 'motcua_app'), '42501', 'the daemon may not ' + name)
t.refused(lambda: db.q('SELECT * FROM motcua.dossier', 'motcua_public'), '42501',
          'the tracking role sees no dossier')
t.eq(db.one("SELECT count(*) > 0 FROM motcua.tracking", 'motcua_public'), 't', 'only the tracking view')
t.refused(lambda: db.q('SELECT body FROM motcua.dossier_content', 'motcua_report'), '42501',
          'reports see no personal data')

# ---------------------------------------------------------------- the matrix of grants
got = db.q("""
SELECT 'table ' || c.relname || ' ' || r.rolname || ' ' || string_agg(a.privilege_type, ',' ORDER BY a.privilege_type)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL aclexplode(c.relacl) a
  LEFT JOIN LATERAL (SELECT coalesce((SELECT rolname FROM pg_roles WHERE oid = a.grantee), 'PUBLIC') AS rolname) r ON true
 WHERE n.nspname = 'motcua' AND c.relkind IN ('r','v','S','m') AND a.grantee <> c.relowner
 GROUP BY c.relname, r.rolname
UNION ALL
SELECT 'column ' || c.relname || '.' || t.attname || ' ' || r.rolname || ' ' || string_agg(a.privilege_type, ',')
  FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL aclexplode(t.attacl) a JOIN pg_roles r ON r.oid = a.grantee
 WHERE n.nspname = 'motcua' GROUP BY c.relname, t.attname, r.rolname
UNION ALL
SELECT 'function ' || p.proname || ' ' || coalesce(r.rolname, 'PUBLIC') || ' ' || a.privilege_type
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE n.nspname = 'motcua' AND a.grantee <> p.proowner
UNION ALL
SELECT 'schema ' || n.nspname || ' ' || coalesce(r.rolname, 'PUBLIC') || ' ' || a.privilege_type
  FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE n.nspname = 'motcua' AND a.grantee <> n.nspowner
UNION ALL
SELECT 'role ' || rolname || ' ' || CASE WHEN rolcanlogin THEN 'login ' ELSE '' END
       || CASE WHEN rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls THEN 'mighty' ELSE 'plain' END
  FROM pg_roles WHERE rolname LIKE 'motcua%'
UNION ALL
SELECT 'member ' || m.rolname || ' of ' || r.rolname FROM pg_auth_members x
  JOIN pg_roles r ON r.oid = x.roleid JOIN pg_roles m ON m.oid = x.member WHERE r.rolname LIKE 'motcua%'
ORDER BY 1""")
got = sorted(r[0] for r in got)
path = TOP + '/tests/db/grants.txt'
want = [l for l in open(path).read().splitlines() if l and not l.startswith('#')] \
    if os.path.exists(path) else []
if '--write' in sys.argv:
    open(path, 'w').write('# Every grant in the schema; tests/api/test_store_acts.py compares.\n'
                          + '\n'.join(got) + '\n')
    want = got
t.eq([l for l in got if l not in want], [], 'no grant beyond tests/db/grants.txt')
t.eq([l for l in want if l not in got], [], 'no grant of tests/db/grants.txt is missing')
t.eq(db.q("SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
          # these are taken into the statement that calls them, which a setting would prevent: they name every schema
          "WHERE n.nspname = 'motcua' AND NOT (p.proname LIKE 'figure\\_%' AND p.prolang = "
          "(SELECT l.oid FROM pg_language l WHERE l.lanname = 'sql') AND NOT p.prosecdef) AND NOT coalesce(array_to_string(p.proconfig, ',') LIKE "
          "'%search_path=pg_catalog, pg_temp%', false)"), [], 'every function pins its search path')
t.eq(db.q("SELECT tablename FROM pg_tables WHERE schemaname = 'motcua' AND tableowner <> "
          "'motcua_owner'"), [], 'the owner owns every table and cannot sign in')
# ---------------------------------------------------------------- timers, messages, all or nothing
EPOCH = int(db.one('SELECT epoch FROM motcua.config_state'))
b = Batch()
for id in (9000001, 9000002, 9000003):
    n = b.act(id, epoch=EPOCH, counter='c', prefix='q', accept=True)
    b.add('w', act=n, at='2026-12-01 08:00+07')
    b.add('o', act=n, kind='notify', body='{"officer":7}')
out = [r[1] for r in db.q(b.sql(), 'motcua_app')]
t.eq(out, ['0', '0', '0'], 'stored with their timers')
t.eq(db.q("SELECT count(*) FROM motcua.timer WHERE dossier BETWEEN 9000001 AND 9000003")[0][0], '3',
     'one row a dossier')
b = Batch()
REMINDED = '{"visit":1,"role":"receiver","rung":2,"late_minutes":7,"since":5,"told_agency":10}'
for id, at in ((9000001, '2026-12-02 08:00+07'), (9000002, None)):
    seq, head = db.q("SELECT seq, encode(head, 'hex') FROM motcua.dossier WHERE id = %d" % id)[0]
    n = b.act(id, expect=int(seq), head=bytes.fromhex(head), kind='REMINDED', epoch=EPOCH)
    b.rows['e'][-1][8] = REMINDED
    b.add('w', act=n, at=at)
t.eq([r[1] for r in db.q(b.sql(), 'motcua_app')], ['0', '0'], 'rungs fire')
t.eq(db.q("SELECT dossier, clock, rung, late_minutes, role, agency, officer FROM motcua.timer_fired "
          "WHERE dossier BETWEEN 9000001 AND 9000003 ORDER BY dossier"),
     [['9000001', '0', '2', '7', 'receiver', '10', '0'], ['9000002', '0', '2', '7', 'receiver', '10', '0']],
     'each is claimed under its key, out of the event')
t.eq(db.q("SELECT dossier, at = '2026-12-02 08:00+07' FROM motcua.timer WHERE dossier BETWEEN 9000001 AND "
          "9000003 ORDER BY dossier"), [['9000001', 't'], ['9000003', 'f']], 'moved; and gone where none comes')
b = Batch()
seq, head = db.q("SELECT seq, encode(head, 'hex') FROM motcua.dossier WHERE id = 9000001")[0]
n = b.act(9000001, expect=int(seq), head=bytes.fromhex(head), kind='REMINDED', epoch=EPOCH)
b.rows['e'][-1][8] = REMINDED
t.refused(lambda: db.q(b.sql(), 'motcua_app'), '23505', 'the same rung twice is refused by its key')
b = Batch()
for id in (9000001, 9000002, 9000003):
    seq, head = db.q("SELECT seq, encode(head, 'hex') FROM motcua.dossier WHERE id = %d" % id)[0]
    b.act(id, expect=int(seq) + (id == 9000002), head=bytes.fromhex(head), epoch=EPOCH)
together = b.sql().replace('store_acts(', 'store_acts(a_all => true, ')
t.eq([r[1] for r in db.q(together, 'motcua_app')], ['1', '1', '1'], 'all or nothing: one race is all of them')
t.eq(db.q("SELECT job FROM (SELECT motcua.job_take('j', 'one', 60) AS job UNION ALL SELECT NULL) x")[0][0], 't',
     'a lease')
t.eq(db.q("SELECT motcua.job_take('j', 'two', 60)", 'motcua_app')[0][0], 'f', 'is taken')
t.end()
