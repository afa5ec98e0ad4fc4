"""Who may call what: every route by every role against a table; forged requests; sign-in."""
import os
import re
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import PASSWORD, Office, Tap, intake, same_work, together  # noqa: E402

t = Tap()
office = Office()
# One person for each role of the organisation (she may hold others; the table adds them up).
PEOPLE = {
    'guide': 'nga.huongdan', 'receiver': 'lan.tiepnhan', 'returner': 'mai.traketqua',
    'cashier': 'thu.thuphi', 'clerk': 'oanh.vanthu', 'specialist': 'minh.congsan',
    'division_head': 'duc.congsan', 'leader': 'binh.stc', 'office_specialist': 'hai.vanphong',
    'committee_leader': 'thanh.ubnd', 'onestop_head': 'son.giamdoc', 'business_admin': 'nam.quantri',
    'technical_admin': 'khanh.kythuat', 'auditor': 'vinh.thanhtra', 'support': 'hoa.buudien',
}
OFFICERS = {'receiver', 'returner', 'cashier', 'clerk', 'specialist', 'division_head', 'leader',
            'office_specialist', 'committee_leader', 'onestop_head'}
HEADS = {'division_head', 'leader', 'committee_leader', 'onestop_head'}
READERS = {'auditor', 'supervisor'}
ENDS = {'receiver', 'onestop_head'}  # who takes the applicant's word for it
ALL = set(PEOPLE) | READERS
CONFIG_READ = {'business_admin', 'technical_admin', 'onestop_head'} | READERS
ACT = '/v1/dossiers/{code}/'
# What is expected; a route that is not here fails the test.
EXPECT = {
    ('GET', '/v1/demo'): None, ('GET', '/v1/seals'): None, ('GET', '/v1/session'): ALL, ('DELETE', '/v1/session'): ALL, ('POST', '/v1/session'): None, ('POST', '/v1/sso'): None, ('POST', '/v1/sso/session'): None,
    ('GET', '/v1/procedures'): ALL, ('GET', '/v1/procedures/{code}'): ALL,
    ('GET', '/v1/procedures/{code}/diagram.svg'): ALL,
    ('GET', '/v1/procedures/{code}/versions'): CONFIG_READ, ('GET', '/v1/procedures/{code}/text'): CONFIG_READ,
    ('POST', '/v1/procedures/check'): {'business_admin'}, ('POST', '/v1/procedures/diff'): {'business_admin'},
    ('POST', '/v1/procedures/dry-run'): {'business_admin'},
    ('POST', '/v1/procedures/diagram'): {'business_admin'},
    ('GET', '/v1/dossiers/{code}/diagram.svg'): OFFICERS | READERS,
    ('GET', '/v1/calendars'): ALL, ('GET', '/v1/calendars/{id}'): ALL,
    ('GET', '/v1/calendars/{id}/text'): CONFIG_READ,
    ('POST', '/v1/calendars/check'): {'business_admin', 'onestop_head'},
    ('GET', '/v1/organisation/units'): CONFIG_READ, ('GET', '/v1/organisation/text'): CONFIG_READ,
    ('POST', '/v1/organisation/check'): {'business_admin'}, ('GET', '/v1/roles'): ALL,
    ('GET', '/v1/accounts'): {'technical_admin', 'business_admin', 'auditor'},
    ('GET', '/v1/accounts/{login}'): {'technical_admin', 'business_admin', 'auditor'},
    ('POST', '/v1/accounts'): {'technical_admin'},
    ('PATCH', '/v1/accounts/{login}'): {'technical_admin', 'business_admin'},
    ('POST', '/v1/accounts/{login}/password'): {'technical_admin'},
    ('POST', '/v1/accounts/{login}/second-factor/off'): {'technical_admin'},
    **{('POST', '/v1/session/second-factor' + x): ALL for x in ('', '/on', '/off')},
    ('POST', '/v1/session/password'): ALL, ('GET', '/v1/audit'): {'auditor'},
    ('GET', '/v1/calendars/preview'): {'business_admin', 'onestop_head'},
    ('POST', '/v1/calendars/preview'): {'business_admin', 'onestop_head'},
    ('POST', '/v1/calendars/recalculate'): {'business_admin', 'onestop_head'},
    ('POST', '/v1/procedures/{code}/move-plan'): {'business_admin'},
    ('POST', '/v1/procedures/{code}/move'): {'business_admin'},
    ('POST', '/v1/publications'): {'business_admin'},
    ('GET', '/v1/publications'): {'business_admin', 'onestop_head'},
    ('GET', '/v1/publications/{id}'): {'business_admin', 'onestop_head'},
    ('POST', '/v1/publications/{id}/approve'): {'business_admin', 'onestop_head'},
    ('POST', '/v1/publications/{id}/decline'): {'business_admin', 'onestop_head'},
    ('GET', '/v1/organisation'): ALL, ('GET', '/v1/reasons'): ALL, ('GET', '/v1/regimes'): ALL,
    ('POST', '/v1/dossiers'): {'receiver'},
    ('GET', '/v1/dossiers/{code}'): OFFICERS | READERS, ('GET', ACT + 'history'): OFFICERS | READERS,
    ('GET', ACT + 'clocks'): OFFICERS | READERS, ('GET', ACT + 'possible'): OFFICERS | READERS,
    ('GET', ACT + 'receipt'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    ('GET', ACT + 'files/{hash}'): OFFICERS | READERS,
    ('GET', ACT + 'control-slip'): OFFICERS | READERS, ('GET', ACT + 'prints'): OFFICERS | READERS,
    **{('GET', ACT + x + '.pdf'): {'receiver', 'returner', 'cashier', 'onestop_head'}
       for x in ('receipt', 'result-receipt', 'fee-receipt')},
    **{('GET', ACT + x + '.pdf'): OFFICERS
       for x in ('supplement-slip', 'refusal', 'apology', 'stop-notice', 'control-slip', 'journal', 'transfer-slip')},
    **{('GET', x): {'receiver', 'returner', 'cashier', 'onestop_head'}
       for x in ('/v1/intake/today.pdf', '/v1/intake/hand-over.pdf', '/v1/results/hand-over.pdf', '/v1/reports/register.pdf')},
    ('GET', '/v1/papers/receipts.pdf'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    ('GET', '/v1/papers/control-slips.pdf'): OFFICERS,
    ('POST', ACT + 'receive'): OFFICERS, ('POST', ACT + 'claim'): OFFICERS,
    ('POST', ACT + 'assign'): HEADS, ('POST', ACT + 'draft'): OFFICERS,
    ('POST', ACT + 'act'): OFFICERS, ('POST', ACT + 'take-back'): OFFICERS,
    ('POST', ACT + 'attach'): OFFICERS, ('POST', ACT + 'note'): OFFICERS,
    ('POST', ACT + 'declare-relative'): OFFICERS,
    ('POST', ACT + 'ask'): OFFICERS, ('POST', ACT + 'answer'): OFFICERS,
    ('POST', ACT + 'cancel'): OFFICERS, ('POST', ACT + 'withdraw'): ENDS,
    ('POST', '/v1/payments/callback/{provider}'): None,
    ('POST', '/v1/portal/take'): None, ('POST', '/v1/portal/told'): None,
    ('GET', '/v1/portal/faults'): CONFIG_READ,
    ('POST', ACT + 'stop'): ENDS, ('POST', ACT + 'close'): ENDS,
    ('POST', '/v1/submissions/{id}/withdraw'): ENDS, ('POST', '/v1/submissions/{id}/close'): ENDS,
    ('POST', '/v1/submissions'): {'receiver', 'support'},
    ('GET', '/v1/submissions'): {'receiver', 'onestop_head'} | READERS,
    ('POST', '/v1/submissions/{id}/accept'): {'receiver'},
    ('POST', '/v1/submissions/{id}/return'): {'receiver'},
    ('POST', '/v1/submissions/{id}/reject'): {'receiver'},
    ('POST', '/v1/submissions/{id}/resubmit'): {'receiver', 'support'},
    ('GET', '/v1/queue'): OFFICERS | READERS, ('GET', '/v1/queue/counts'): OFFICERS | READERS,
    ('GET', '/v1/search'): OFFICERS | READERS, ('GET', '/v1/figures'): HEADS | READERS,
    ('GET', '/v1/figures/dossiers'): HEADS | READERS, ('GET', '/v1/figures/cross'): HEADS | READERS,
    ('GET', '/v1/figures/definitions'): HEADS | READERS, ('GET', '/v1/figures/load'): HEADS | READERS,
    ('GET', '/v1/indices'): OFFICERS | READERS, ('GET', '/v1/indices/{index}'): HEADS | READERS,
    ('GET', '/v1/indices/{index}/officers'): OFFICERS | READERS, ('GET', '/v1/indices/{index}/dossiers'): OFFICERS | READERS,
    ('GET', '/v1/registers'): {'receiver', 'returner', 'cashier'} | HEADS | READERS,
    ('GET', '/v1/registers/entries'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    ('POST', '/v1/registers/close'): {'onestop_head'},
    ('GET', '/v1/assessments'): HEADS | READERS, ('POST', '/v1/assessments'): {'business_admin', 'onestop_head'},
    ('GET', '/v1/figures/topics/{topic}'): HEADS | READERS, ('GET', '/v1/figures/topics/{topic}/items'): HEADS | READERS,
    ('GET', '/v1/figures/steps'): HEADS | READERS, ('GET', '/v1/figures/late'): HEADS | READERS, ('GET', '/v1/figures/reasons'): HEADS | READERS,
    ('GET', '/v1/reports/ii06a'): HEADS | READERS, ('GET', '/v1/reports/ii06b'): HEADS | READERS,
    ('POST', '/v1/files'): OFFICERS | {'support'},
    ('GET', '/v1/officers'): HEADS,
    ('GET', '/v1/notifications'): OFFICERS | READERS,
    ('GET', '/v1/notifications/unread'): OFFICERS | READERS, ('PUT', '/v1/notifications/seen'): OFFICERS | READERS,
    ('GET', '/v1/codes/{kind}'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    ('POST', '/v1/promise'): {'receiver'}, ('GET', '/v1/people'): {'receiver'},
    ('GET', '/v1/people/papers'): {'receiver'},
    ('GET', '/v1/duplicates'): {'receiver'}, ('GET', '/v1/procedures/used'): ALL,
    ('GET', '/v1/intake/today'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    ('GET', '/v1/events'): ALL, ('GET', '/v1/drafts'): ALL, ('GET', '/v1/drafts/{id}'): ALL, ('PUT', '/v1/drafts/{id}'): ALL,
    ('DELETE', '/v1/drafts/{id}'): ALL, ('GET', '/v1/preferences'): ALL, ('PUT', '/v1/preferences'): ALL,
    ('GET', '/v1/filters'): OFFICERS | READERS, ('POST', '/v1/filters'): OFFICERS | READERS,
    ('DELETE', '/v1/filters/{id}'): OFFICERS | READERS,
    ('GET', '/v1/reports/catch-up'): HEADS | READERS,
    ('GET', '/v1/reports/catch-up/list'): HEADS | READERS,
    ('GET', '/v1/reports/interruptions'): HEADS | READERS,
    ('GET', '/v1/reports/interruptions/list'): HEADS | READERS,
    ('GET', '/v1/reports/consents'): HEADS | READERS,
    ('POST', ACT + 'pay'): {'receiver', 'cashier'},
    ('GET', '/v1/reports/cash'): HEADS | READERS | {'receiver', 'cashier'},
    ('GET', '/v1/reports/cash/list'): HEADS | READERS | {'receiver', 'cashier'},
    ('GET', '/v1/permissions'): {'auditor', 'technical_admin'},
    ('POST', '/v1/reassignments'): HEADS, ('GET', '/v1/successions'): {'business_admin'}, ('POST', '/v1/successions'): {'business_admin'},
    ('POST', '/v1/delegations'): OFFICERS, ('GET', '/v1/delegations'): OFFICERS | READERS,
    ('POST', '/v1/delegations/{delegation}/revoke'): OFFICERS,
    ('POST', '/v1/absences'): OFFICERS, ('GET', '/v1/absences'): OFFICERS | READERS,
    ('POST', '/v1/absences/{absence}/cancel'): OFFICERS,
    ('GET', '/v1/halls'): None, ('GET', '/v1/tickets/board'): None, ('GET', '/v1/tickets/board/events'): None,
    ('GET', '/v1/appointments/slots'): None,
    ('POST', '/v1/appointments'): None, ('POST', '/v1/appointments/cancel'): None,
    ('POST', '/v1/tickets'): {'guide', 'receiver', 'returner', 'onestop_head'},
    ('GET', '/v1/appointments'): {'guide', 'receiver', 'returner', 'onestop_head'},
    ('GET', '/v1/tickets/strip'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    ('POST', '/v1/tickets/call'): {'receiver', 'returner', 'cashier', 'onestop_head'},
    **{('POST', '/v1/tickets/{ticket}/' + act): {'receiver', 'returner', 'cashier', 'onestop_head'}
       for act in ('recall', 'absent', 'serve', 'finish', 'cancel')},
    ('GET', '/v1/figures/waiting'): HEADS | READERS,
    ('GET', '/v1/open-data/figures'): HEADS | READERS,
    **{('GET', '/v1/reports/' + x): HEADS | READERS for x in ('ii06a.pdf', 'ii06b.pdf', 'frozen/{id}/form.pdf', 'frozen/{id}/file')},
    ('GET', '/v1/reports/saved'): HEADS | READERS, ('GET', '/v1/reports/saved/{id}/runs'): HEADS | READERS,
    **{k: HEADS | {'supervisor'} for k in (('GET', '/v1/reports/readers'), ('POST', '/v1/reports/saved'), ('PUT', '/v1/reports/saved/{id}'),
                                           ('DELETE', '/v1/reports/saved/{id}'), ('POST', '/v1/reports/saved/{id}/run'))},
    **{k: HEADS | READERS for k in (('GET', '/v1/whatif'), ('POST', '/v1/whatif'), ('GET', '/v1/whatif/{id}'),
                                    ('DELETE', '/v1/whatif/{id}'))},
    **{('GET', '/v1/reports/frozen' + x): HEADS | READERS
       for x in ('', '/{id}', '/{id}/bytes', '/{id}/changes', '/{id}/verify')},
    **{('POST', '/v1/reports/frozen' + x): HEADS | {'supervisor'}
       for x in ('', '/{id}/again', '/{id}/approve', '/{id}/decline')},
}
clients = {role: office.client(login) for role, login in PEOPLE.items()}
clients['supervisor'] = office.client('giang.giamsat')
held = {role: {x['role'] for x in c.get('/v1/session').json['roles']} for role, c in clients.items()}
t.ok(all(role in held[role] for role in clients), 'one person for each role of the domain', held)
anon = office.client()
routes = clients['auditor'].get('/v1/permissions').json['routes']
private = [(r['method'], r['pattern']) for r in routes if r['pattern'].startswith('/v1')]
t.eq(sorted(set(private) - set(EXPECT)), [], 'every route stands in the table of this test')
t.eq(sorted(set(EXPECT) - set(private)), [], 'and every row of the table is a route')


def call(c, method, pattern):
    path = re.sub(r'\{hash\}', 'ab' * 32, pattern)
    path = re.sub(r'\{code\}', '1.005416' if 'procedures' in path else 'H24.11-200101-0001', path)
    path = re.sub(r'\{(delegation|absence|reassignment|ticket)\}', '999999', path.replace('{topic}', 'intake').replace('{index}', 'qd766'))
    path = re.sub(r'\{login\}', 'nobody.here', path)
    path = re.sub(r'\{kind\}', 'qr.svg', path)
    path = re.sub(r'\{id\}', 'S-00000000000000000', path)
    h = {'Idempotency-Key': str(uuid.uuid4()), 'If-Match': '"1"'}
    if (method, path) == ('DELETE', '/v1/session'):  # not the one this test lives on
        c2 = office.client()
        c2.cookie, c2.csrf = c.cookie, 'f' * 64
        return c2.send(method, path, headers=h)
    if path == '/v1/events':  # its body never ends
        method = 'HEAD'
    return c.send(method, path, {} if method == 'POST' else None, h)


for (method, pattern), roles in sorted(EXPECT.items(), key=str):
    if roles is None:
        continue
    wrong = []
    for role, c in clients.items():
        r = call(c, method, pattern)
        allowed = bool(held[role] & roles)
        refused = r.status == 403 and r.code in ('forbidden',)
        if (method, pattern) == ('DELETE', '/v1/session'):
            refused = not (r.status == 403 and r.code == 'csrf')
        if refused == allowed:
            wrong.append((role, r.status, r.code))
    t.eq(wrong, [], '%s %s: exactly the roles of the table' % (method, pattern))
    r = call(anon, method, pattern)
    t.ok(r.status == 401, '%s %s: not without signing in' % (method, pattern), r)


# ---- agency scope: another agency's dossier does not exist for an officer
lan = clients['receiver']
r = lan.post('/v1/dossiers', intake())
t.eq(r.status, 201, 'all the lines that these refusals leave in the audit keep no act from being stored')
code = r.json['code']
other = office.client('khoa.sxd')
for p in ('', '/history', '/clocks', '/possible'):
    t.eq(other.get('/v1/dossiers/%s%s' % (code, p)).status, 404, 'another department: 404 on %s' % (p or '/'))
r = other.post('/v1/dossiers/%s/note' % code, {'note': 'x'}, match='"1"')
t.ok(r.status == 404 and 'current' not in r.json, 'nor does an act tell its state', r)
t.eq(other.get('/v1/search?q=' + code).json['items'], [], 'nor does search find it')
t.eq(other.get('/v1/queue?scope=unit&agency=STC').status, 403, 'nor may it list another unit')
r = clients['specialist'].act(code, 'act', {'action': 'forward'})
t.ok(r.status in (403, 404), 'an act of somebody else\'s step is refused', r)
r = clients['auditor'].get('/v1/dossiers/' + code)
t.ok(r.status == 200, 'the inspector reads everything', r)
t.ok('Lương Khánh Thiện' not in r.text, 'masked')

# ---- a head sees whom she may give work to, and gives it
lan.act(code, 'act', {'action': 'forward'})
boss = clients['leader']
rows = boss.get('/v1/officers').json['items']
who = [x for x in rows if 'specialist' in x['roles']]
t.ok(len(who) >= 2 and all('open_tasks' in x for x in who), 'the officers of her agency, with their load', rows)
t.eq(boss.get('/v1/officers?agency=SXD').status, 403, 'not those of another')
r = office.client('son.giamdoc').get('/v1/officers?agency=STC')
t.ok(r.status == 200 and 'minh.congsan' in [x['login'] for x in r.json['items'] if 'specialist' in x['roles']],
     'who enters values of officers chooses them at every agency', r)
task = boss.get('/v1/dossiers/' + code).json['tasks'][0]
to = [x['officer'] for x in who if x['officer'] != task['officer']][0]
r = boss.act(code, 'assign', {'officer': to})
t.ok(r.status == 200 and r.json['tasks'][0]['officer'] == to, 'assigned to somebody else', r)
r = boss.act(code, 'assign', {'officer': 1})
t.ok(r.status in (403, 422), 'not to somebody of another agency', r)

# ---- forged requests: each of the defences, missing and wrong, on every write
match = lan.get('/v1/dossiers/' + code).etag
good = lan.headers()
FORGED = {
    'no token': {'X-CSRF-Token': None}, 'a wrong token': {'X-CSRF-Token': 'a' * 64},
    'a short token': {'X-CSRF-Token': 'a'}, "another session's token": {'X-CSRF-Token': clients['clerk'].csrf},
    'neither Origin nor Sec-Fetch-Site': {'Origin': None, 'Sec-Fetch-Site': None},
    'a foreign Origin': {'Origin': 'https://evil.example'}, 'Origin null': {'Origin': 'null'},
    'Sec-Fetch-Site cross-site': {'Sec-Fetch-Site': 'cross-site', 'Origin': None},
    'Sec-Fetch-Site same-site': {'Sec-Fetch-Site': 'same-site'},
}
writes = [(m, p) for m, p in EXPECT if m != 'GET' and EXPECT[(m, p)] is not None]
for name, change in FORGED.items():
    leaks = []
    for m, p in writes:
        h = dict(good, **change)
        h.update({'Idempotency-Key': str(uuid.uuid4()), 'If-Match': match,
                  'Content-Type': 'application/json'})
        path = re.sub(r'\{(delegation|absence|reassignment|ticket)\}', '9', p)
        path = re.sub(r'\{login\}', 'nobody.here', path)
        path = path.replace('{code}', code).replace('{id}', 'S-0')
        r = lan.raw(m, path, None if m == 'DELETE' else b'{}', h)
        if r.status != 403 or r.code not in ('csrf',):
            leaks.append((m, p, r.status, r.code))
    t.eq(leaks, [], '%s: 403 on every write' % name)
r = anon.raw('POST', '/v1/session', b'{"login":"a","password":"b"}',
             {'Content-Type': 'application/json', 'Origin': 'https://evil.example'})
t.eq(r.status, 403, 'signing in from a foreign page: 403')
t.eq(lan.get('/v1/dossiers/' + code).etag, match, 'and nothing was changed by any of them')

# ---- sessions
r = office.client().sign_in('lan.tiepnhan')
cookie = r.headers['Set-Cookie']
for part in ('__Host-motcua=', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'):
    t.ok(part in cookie, 'the cookie has ' + part, cookie)
token = cookie.split('=')[1].split(';')[0]
dump = office.psql("SELECT encode(token_hash,'hex') FROM motcua.session")
t.ok(token not in dump and len(token) == 64, 'the database holds only its hash')
out = office.client('hung.tiepnhan')
t.eq(out.send('DELETE', '/v1/session').status, 204, 'signing out')
time.sleep(1.2)
t.eq(out.get('/v1/session').status, 401, 'then the cookie is worth nothing')
for c in ('', '__Host-motcua=x', '__Host-motcua=' + 'zz' * 32, '__Host-motcua=' + '00' * 32):
    t.eq(anon.raw('GET', '/v1/session', headers={'Cookie': c}).status, 401, 'cookie %r: 401' % c[:24])
office.psql("UPDATE motcua.session SET idle_until = now() - interval '1 second' "
            "WHERE account = (SELECT id FROM motcua.account WHERE login = 'thu.thuphi')")
time.sleep(1.2)
t.eq(clients['cashier'].get('/v1/session').status, 401, 'an idle session ends')

# ---- sign-in: the same answer for unknown and wrong, about the same time
a, b = office.client().sign_in('nobody.there', 'x' * 14), office.client().sign_in('hai.vanphong', 'x' * 14)
strip = lambda r: re.sub(r'"instance":"[^"]*"', '', r.text)
t.ok(a.status == b.status == 401 and strip(a) == strip(b), 'unknown user and wrong password: one answer', (a, b))


def forget_failures():
    office.psql('DELETE FROM motcua.sign_in_throttle')


def wrong(login, i):
    if i % 3 == 0:
        forget_failures()
    return office.client().sign_in(login, 'x' * 14)


names = list(PEOPLE.values())[:14]
same, cost = same_work(office, lambda i: wrong(names[i % 14], i), lambda i: wrong('nobody%d' % i, i))
forget_failures()
t.ok(same, 'and about the same work', cost)
audit = office.psql("SELECT count(*) FROM motcua.audit WHERE what = 'sign-in-failed'")
t.ok(int(audit) >= 20, 'failed sign-ins are in the audit', audit)
audit = office.psql("SELECT count(*) FROM motcua.audit WHERE what IN ('forbidden', 'csrf')")
t.ok(int(audit) >= 100, 'refusals are in the audit', audit)
t.eq(office.psql("SELECT count(*) FROM motcua.audit WHERE detail LIKE '%%%s%%'" % PASSWORD), '0',
     'no password is in the audit')

# ---- throttle: after five failures an account must wait, even with the right password
codes = [office.client().sign_in('linh.vanphong', 'wrong password %d' % i).status for i in range(9)]
t.ok(429 in codes and codes[:5] == [401] * 5, 'after five failures one must wait: 429', codes)
r = office.client().sign_in('linh.vanphong')
t.ok(r.status == 429 and int(r.headers['Retry-After']) >= 1, 'with Retry-After', r)
t.eq(office.client('phuc.vanphong').get('/v1/session').status, 200, 'others are not concerned')
forget_failures()
flood = together([lambda i=i: office.client().sign_in('flood%d' % i, 'x' * 14).status for i in range(80)])
t.ok(set(flood) <= {401, 429, 503, 504} and 401 in flood, 'a flood of sign-ins is answered or shed, in time', set(map(str, flood)))
t.eq(lan.get('/v1/session').status, 200, 'and the others go on')
office.end(t)
