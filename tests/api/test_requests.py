"""What interrupts the straight way, over HTTP with real people: supplements through the one-stop unit,
opinions, apologies, suspensions, money, withdrawal; who finds what in which queue, and who sees it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake  # noqa: E402

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
binh, khoa, thu = as_('binh.stc'), as_('khoa.sxd'), as_('thu.thuphi')


def show(code, who=lan):
    return who.get('/v1/dossiers/' + code).json


def refused(r, status, code):
    return r.status == status and r.code == code


def owed(code, kind, who=lan):
    """The side task that waits for an answer."""
    found = [x for x in show(code, who)['tasks'] if x.get('owes') == kind]
    return found[0]['task'] if found else None


def answer(who, code, kind, outcome, **more):
    return who.act(code, 'answer', dict(task=owed(code, kind, who), outcome=outcome, **more))


def at_work():
    """A dossier on the desk of a specialist; (code, the specialist)."""
    code = lan.post('/v1/dossiers', intake()).json['code']
    r = lan.act(code, 'act', {'action': 'forward'})
    officer = STC[r.json['tasks'][0]['officer']]
    officer.act(code, 'receive')
    return code, officer


def keys(who, **q):
    page = who.get('/v1/queue?' + '&'.join('%s=%s' % x for x in q.items())).json
    return [(x['code'], x['step']) for x in page['items']]


# ---- supplement
code, officer = at_work()
before = show(code)
ASK = {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'],
       'text': 'Danh mục thiếu số lượng từng loại'}
r = officer.act(code, 'ask', dict(ASK, reasons=[]))
t.ok(refused(r, 422, 'needs-reason'), 'a supplement without a reason is refused', r)
r = officer.act(code, 'ask', dict(ASK, missing=['passport'], reasons=['nothing']))
t.eq(sorted(e['pointer'] for e in r.json['errors']), ['/missing/0', '/reasons/0'],
     'all that is wrong at once, by place')
r = lan.act(code, 'ask', ASK)
t.ok(refused(r, 403, 'not-your-agency'), 'only who works on it asks', r)
r = officer.act(code, 'ask', dict(ASK, kind='holiday'))
t.ok(refused(r, 422, 'invalid') and r.json['errors'][0]['pointer'] == '/kind', 'unknown kind', r)
r = officer.act(code, 'ask', ASK)
t.ok(r.status == 200 and r.json['status'] == 'PROCESSING', 'asked: nothing is sent yet', r)
q = show(code)['requests'][0]
t.eq((q['state'], q['late'], q['missing'], q['by']), ('agreed', False, ['assets'], officer.id),
     'it waits for the one-stop unit')
t.ok((code, '@supplement') in keys(hung, scope='role'), 'the counter finds it in its queue')
item = [x for x in lan.get('/v1/queue?scope=role').json['items'] if x['step'] == '@supplement'][0]
t.eq(item['title'], 'Yêu cầu bổ sung hồ sơ', 'with its name')
t.ok(show(code)['valid_first'], 'still valid at first submission')
r = officer.act(code, 'answer', {'task': owed(code, 'supplement'), 'outcome': 'send'})
t.ok(refused(r, 403, 'not-your-agency'), 'nobody but the one-stop unit sends it', r)
r = answer(hung, code, 'supplement', 'complete')
t.ok(refused(r, 422, 'invalid'), 'it cannot be complete before it was sent', r)
r = answer(hung, code, 'supplement', 'send')
t.ok(r.status == 200 and r.json['status'] == 'SUPPLEMENT', 'sent: the dossier waits', r)
d = show(code)
t.eq((d['class'], d['valid_first']), ('waiting', False), 'a class of its own; no longer valid at first')
t.ok(all(c['state'] == 'stopped' for c in d['clocks'] if c['clock'] in ('legal', 'step') and
         c['state'] != 'ended'), 'the clocks stand still', d['clocks'])
r = officer.act(code, 'act', {'action': 'forward'})
t.ok(refused(r, 409, 'waiting'), 'nobody works on it meanwhile', r)
may = {(x['command'], x.get('request_kind')): x for x in
       hung.get('/v1/dossiers/%s/possible' % code).json['acts']}
t.eq((may[('answer', 'supplement')]['allowed'], may[('answer', 'supplement')]['answers']),
     (True, 'complete partial'), 'the counter may tell what came')
r = lan.act(code, 'close', {'document': '12/TB'})
t.ok(refused(r, 409, 'wrong-status') and 'bổ sung được đến' in r.json['detail'],
     'not closed before its time', r)
r = answer(hung, code, 'supplement', 'partial', note='mới có bản sao')
t.ok(r.status == 200 and r.json['status'] == 'SUPPLEMENT', 'a part does not start the clock', r)
r = answer(lan, code, 'supplement', 'complete', components=[{'component': 'assets', 'originals': 1}])
t.ok(r.status == 200 and r.json['status'] == 'PROCESSING', 'complete: it goes on', r)
d = show(code)
t.eq((d['due']['original'], d['due']['basis']), (before['due']['original'], d['due']['current']),
     'the first promise stays on record; the basis follows the restart')
ledger = office.psql("select cause from motcua.due_ledger l join motcua.dossier d on d.id = l.dossier "
                     "where d.code = '%s' order by l.seq" % code)
t.eq(ledger.split(), ['acceptance', 'stopped', 'restart'], 'the ledger of promises has every date and standstill')
r = officer.act(code, 'ask', ASK)
t.ok(refused(r, 422, 'exception-needed'), 'a second one needs an exception', r)
r = officer.act(code, 'ask', dict(ASK, exception='Luật Quản lý tài sản công, Điều 29'))
t.ok(r.status == 200, 'with it a leader is asked', r)
t.ok((code, '@supplement') in keys(binh, scope='role'), 'who finds it in her queue')
r = answer(binh, code, 'supplement', 'decline', note='Đã đủ căn cứ')
t.ok(r.status == 200 and show(code)['requests'][1]['state'] == 'declined', 'and declines', r)
r = lan.get('/v1/figures')
t.ok(r.status in (200, 403), 'figures', r)

# ---- an opinion of another agency: it sees the dossier while it owes the answer
code, officer = at_work()
t.eq(khoa.get('/v1/dossiers/' + code).status, 404, 'another department does not see it')
r = officer.act(code, 'ask', {'kind': 'consult', 'to': 'SXD', 'text': 'Tiêu chuẩn kỹ thuật?',
                              'limit': 'five days'})
t.ok(refused(r, 422, 'invalid') and r.json['errors'][0]['pointer'] == '/limit', 'a limit that is none', r)
r = officer.act(code, 'ask', {'kind': 'consult', 'to': 'SXD', 'text': 'Tiêu chuẩn kỹ thuật?',
                              'limit': '5 working_day'})
t.ok(r.status == 200 and r.json['status'] == 'CONSULTING', 'asked', r)
t.ok((code, '@consult') in keys(khoa, scope='role'), 'the consulted department has it in its queue')
t.eq(khoa.get('/v1/dossiers/' + code).status, 200, 'and may read it')
officer.act(code, 'draft', {'text': 'Dự thảo'})
r = officer.act(code, 'act', {'action': 'forward'})
t.ok(refused(r, 409, 'waiting'), 'nothing is handed on before the answer', r)
r = answer(khoa, code, 'consult', 'agree', text='Thống nhất', document='77/SXD-QLN')
t.ok(r.status == 200, 'answered', r)
r = officer.act(code, 'act', {'action': 'forward'})
t.ok(r.status == 200, 'now it goes on', r)

# ---- apology: two people and the one-stop unit
code, officer = at_work()
due = show(code)['due']
r = officer.act(code, 'ask', {'kind': 'extension', 'until': '2027-01-15', 'reason': 'overload',
                              'document': '88/XL-STC'})
t.ok(r.status == 200, 'asked in time', r)
r = answer(officer, code, 'extension', 'agree')
t.ok(refused(r, 403, 'not-your-role'), 'not agreed to by who asks', r)
r = answer(binh, code, 'extension', 'agree')
t.eq(show(code)['due'], due, 'agreed: the date has not moved yet')
r = answer(lan, code, 'extension', 'send')
t.ok(r.status == 422 and '/method' in r.text and show(code)['due'] == due, 'nor before the applicant is told', r)
r = answer(lan, code, 'extension', 'send', method='sms')
q = show(code)['requests'][0]
t.ok(q['method'] == 'sms' and q['sent_by'] == lan.id and q['sent'], 'who told her, how and when stands with it', q)
d = show(code)['due']
t.ok(r.status == 200 and d['original'] == due['original'] and d['basis'] == due['basis'] and
     d['current'].startswith('2027-01-15T17:00'), 'sent: only the current date moves', d)
r = officer.act(code, 'ask', {'kind': 'extension', 'until': '2027-01-20', 'reason': 'overload',
                              'document': '89/XL-STC'})
t.ok(refused(r, 409, 'once-only'), 'once only', r)

# ---- money: asked, compared, counted once
r = officer.act(code, 'ask', {'kind': 'payment', 'amount': 150000})
t.ok(r.status == 200 and r.json['status'] == 'PROCESSING' and r.json['money'] == 'requested',
     'a payment is asked for', r)
r = answer(thu, code, 'payment', 'paid', amount=140000, reference='BL-0001')
t.ok(refused(r, 422, 'wrong-amount'), 'another amount is refused', r)
r = answer(thu, code, 'payment', 'paid', amount=150000, reference='BL-0001', method='cash')
t.ok(r.status == 200 and r.json['money'] == 'paid', 'paid', r)
t.eq(show(code)['paid'], 150000, 'and counted')

# ---- taken back, withdrawn, stopped
code, officer = at_work()
officer.act(code, 'ask', ASK)
r = officer.act(code, 'cancel', {'request': 1, 'note': 'Đã tìm thấy danh mục'})
t.ok(r.status == 200 and show(code)['requests'][0]['state'] == 'cancelled', 'taken back before it is sent', r)
t.ok(owed(code, 'supplement') is None, 'nothing is owed any more')
r = officer.act(code, 'withdraw', {'document': 'Đơn 22/11'})
t.ok(refused(r, 403, 'forbidden') or r.status == 403, 'officers do not end dossiers', r)
r = lan.act(code, 'withdraw', {'document': 'Đơn ngày 22/11/2026'})
t.ok(r.status == 200 and r.json['status'] == 'WITHDRAWN' and r.json['tasks'] == [], 'withdrawn', r)
t.eq(show(code)['class'], 'ended_other', 'a class of its own')
r = lan.act(code, 'stop', {'document': 'Mẫu 05'})
t.ok(refused(r, 409, 'wrong-status'), 'and never again', r)

# ---- the report of what interrupted, and the dossiers behind each number
today = office.psql("select (now() at time zone 'Asia/Ho_Chi_Minh')::date").strip()
r = son.get('/v1/reports/interruptions')
n = {x['kind']: x for x in r.json['items']}
t.eq((n['supplement']['n'], n['consult']['n'], n['adjustment']['n'], n['payment']['n'],
      n['withdrawn']['n'], n['closed']['n']), (1, 1, 1, 1, 1, 0), 'counted by kind')
for kind in ('supplement', 'consult', 'adjustment', 'withdrawn'):
    items = son.get('/v1/reports/interruptions/list?kind=' + kind).json['items']
    t.eq(len(items), n[kind]['n'], 'each number is its list: ' + kind)
t.eq(son.get('/v1/reports/interruptions/list?irregular=true').json['items'], [],
     'nothing was outside the rules')
r = son.get('/v1/reports/interruptions/list?limit=2')
r2 = son.get('/v1/reports/interruptions/list?limit=200&cursor=' + r.json['next'])
t.eq(len(r.json['items']) + len(r2.json['items']), sum(x['n'] for x in n.values()), 'by pages')
t.eq(lan.get('/v1/reports/interruptions').status, 403, 'not for everybody')

# ---- the history of all of it folds to what is stored
out = office.run('verify')
t.ok('0 ' in out or 'khớp' in out or 'agree' in out, 'verify agrees with every history', out[-300:])
# ---- a receiver who asks herself sends it herself, and says how the applicant was told
code = lan.post('/v1/dossiers', intake()).json['code']
acts = lan.get('/v1/dossiers/%s/possible' % code).json['acts']
t.eq([x['request_kind'] for x in acts if x.get('sends')], ['supplement'], 'the daemon says which goes to the applicant at once')
r = lan.act(code, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'method': 'phone'})
t.ok(r.status == 200 and show(code)['requests'][0]['method'] == 'phone', 'how she was told stands with it', r)
office.end(t)
