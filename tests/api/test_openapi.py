"""/openapi.json: a sound OpenAPI 3.1 document that describes every route; every route is walked once
and answers as described (tests/lib/schema.py compares, for every other API test too)."""
import copy
import os
import re
import sys
import tempfile
import uuid
from urllib.parse import urlencode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
import schema  # noqa: E402
from api import FINANCE, TOP, Client, Office, Tap, call_back, intake, office_day, one_time_code  # noqa: E402
from provider import Provider  # noqa: E402

t = Tap()

# ---- the checker itself: what it must find, and where
PERSON = {'type': 'object', 'additionalProperties': False, 'required': ['name'],
          'properties': {'name': {'type': 'string', 'maxLength': 5},
                         'age': {'type': ['integer', 'null'], 'format': 'int64', 'minimum': 0}}}
DOC = {'components': {'schemas': {'Person': PERSON}}}
REF = {'$ref': '#/components/schemas/Person'}
CASES = [
    (REF, {'name': 'Lan'}, None), (REF, {'name': 'Lan', 'age': None}, None),
    (REF, {}, '/name: is missing'), (REF, {'name': 'Lan', 'x': 1}, '/x: is not described'),
    (REF, {'name': 7}, '/name: 7 is not string'), (REF, {'name': 'Thanh Lan'}, '/name: maxLength 5'),
    (REF, {'name': 'Lan', 'age': True}, '/age: True is not integer or null'),
    (REF, {'name': 'Lan', 'age': -1}, '/age: minimum 0'),
    (REF, {'name': 'Lan', 'age': 2 ** 63}, '/age: %d is not a int64' % 2 ** 63),
    (REF, [], ': [] is not object'),
    ({'type': 'array', 'items': REF}, [{'name': 'a'}, {'age': 1}], '/1/name: is missing'),
    ({'anyOf': [REF, {'type': 'null'}]}, None, None),
    ({'anyOf': [REF, {'type': 'null'}]}, {'nam': ''}, '/name: is missing'),
    ({'enum': ['a', None]}, None, None), ({'enum': ['a']}, 'b', ": 'b' is not one of ['a']"),
    ({'type': 'string', 'format': 'date-time'}, '2026-11-23T08:00:00+07:00', None),
    ({'type': 'string', 'format': 'date-time'}, '2026-11-23T08:00:00Z', 'is not a date-time'),
    ({'type': 'string', 'format': 'date-time'}, '2026-11-23', 'is not a date-time'),
    ({'type': 'string', 'format': 'date'}, '2026-13-01', 'is not a date'),
    ({'pattern': '^[0-9a-f]{4}$'}, '12ab', None), ({'pattern': '^[0-9a-f]{4}$'}, '12AB', 'does not fit'),
    ({'prefixItems': [{'type': 'integer'}], 'items': False}, [1, 2], '/1: nothing may stand here'),
    ({'additionalProperties': {'type': 'integer'}}, {'a/b': 'x'}, "/a~1b: 'x' is not integer"),
    ({'$ref': '#/nowhere'}, 1, 'is not in the document'),
    ({'oneOf': []}, 1, "the schema uses 'oneOf', which is not known here"),
]
for sch, value, want in CASES:
    got = schema.mistakes(DOC, sch, value)
    t.ok(not got if want is None else any(want in m for m in got),
         'the checker on %s: %s' % (schema.short(value), want or 'nothing wrong'), got)

# ---- the document
with tempfile.NamedTemporaryFile('w', prefix='motcua-kiosk-', delete=False) as kiosk_token:  # closed to others
    kiosk_token.write('mo-ki-ot')
unit = Provider()
office = Office(kiosk__open='true', kiosk__token_file=kiosk_token.name, **unit.settings())
os.unlink(kiosk_token.name)
lan = office.client('lan.tiepnhan')
doc = office.described.doc
ops = {(m.upper(), p): op for p, item in doc['paths'].items() for m, op in item.items()}
t.ok(re.match(r'3\.1\.\d+$', doc['openapi']) and doc['info']['title'] and doc['info']['version'],
     'OpenAPI 3.1 with title and version')
routes = {(x['method'], x['pattern'])
          for x in office.client('vinh.thanhtra').get('/v1/permissions').json['routes']}
t.eq(sorted(routes ^ set(ops)), [], 'it describes every route, and nothing else')
ids = [op['operationId'] for op in ops.values()]
t.eq(sorted({i for i in ids if ids.count(i) > 1 or not re.match(r'[a-z][A-Za-z0-9]+$', i)}), [],
     'every operation has an id of its own')
tags = {x['name'] for x in doc['tags']}
used, wrong, everywhere = set(), [], []


def walk(node, at):
    everywhere.append((at, node))
    if isinstance(node, dict):
        if '$ref' in node:
            used.add(node['$ref'])
            if schema.resolve(doc, node['$ref']) is None:
                wrong.append('%s: %s leads nowhere' % (at, node['$ref']))
        for k, v in node.items():
            walk(v, at + '/' + schema.escaped(k))
    elif isinstance(node, list):
        for i, v in enumerate(node):
            walk(v, '%s/%d' % (at, i))


walk(doc, '#')
t.eq(wrong, [], 'every $ref leads somewhere')
made = {'#/components/%s/%s' % (kind, name) for kind, items in doc['components'].items()
        for name in items if kind != 'securitySchemes'}
t.eq(sorted(made - used), [], 'every component is referred to')
wrong = []
for (method, path), op in ops.items():
    named = re.findall(r'{(\w+)}', path)
    told = [(q['in'], q['name']) for q in op['parameters']]
    if sorted(n for where, n in told if where == 'path') != sorted(named):
        wrong.append('%s %s: parameters of the path' % (method, path))
    if len(set(told)) != len(told):
        wrong.append('%s %s: a parameter twice' % (method, path))
    if any(q['in'] == 'path' and q['required'] is not True or 'schema' not in q
           for q in op['parameters']):
        wrong.append('%s %s: a parameter is not complete' % (method, path))
    if not set(op['tags']) <= tags or not op['summary'] or not op['x-summary-vi']:
        wrong.append('%s %s: tags or summary' % (method, path))
    for need in op['security']:
        if not set(need) <= set(doc['components']['securitySchemes']):
            wrong.append('%s %s: security' % (method, path))
    well = [s for s in op['responses'] if s.startswith('2')]
    if len(well) != 1 or not all(re.match(r'[2-5]\d\d$|default$', s) for s in op['responses']):
        wrong.append('%s %s: statuses %s' % (method, path, list(op['responses'])))
    if 'default' not in op['responses']:
        wrong.append('%s %s: problems are not described' % (method, path))
    for s in well:
        said = op['responses'][s]
        if not said.get('description') or (s == '204') == ('content' in said):
            wrong.append('%s %s %s: content' % (method, path, s))
        for kind, what in said.get('content', {}).items():
            if 'json' in kind and not str(what.get('schema', {}).get('$ref', '')).startswith(
                    '#/components/schemas/'):
                wrong.append('%s %s: no .answer in its route (server/api/README.md)' % (method, path))
t.eq(wrong, [], 'every operation is complete')
wrong = []
SCHEMAS = [(at, node) for at, node in everywhere if isinstance(node, dict) and
           re.search(r'(/schema|/schemas/\w+|/items|/properties/\w+|/(anyOf|allOf|prefixItems)/\d+)$',
                     at) and not at.endswith('/properties/items')]
for at, node in SCHEMAS:
    strange = [k for k in node if k not in schema.RULES and k not in schema.NOTES and
               not k.startswith('x-')]
    if strange:
        wrong.append('%s: %s' % (at, strange))
    if node.get('type') == 'object' and 'properties' in node and (
            node.get('additionalProperties') is not False or
            not set(node.get('required', [])) <= set(node['properties'])):
        wrong.append('%s: an open object, or a member required that is not there' % at)
    if 'enum' in node and (len(node['enum']) != len(set(node['enum'])) or not node['enum']):
        wrong.append('%s: words' % at)
t.ok(len(SCHEMAS) > 400, 'there are schemas to look at', len(SCHEMAS))
t.eq(wrong, [], 'every schema is closed and of known keywords')
texts = [(at, p) for at, node in everywhere if isinstance(node, dict) and '/schemas/' in at and
         at.endswith('/properties') and not at.startswith('#/components/schemas/EventData')
         for p, v in node.items() if not (v.get('description') and v.get('x-description-vi'))]
t.eq(texts, [], 'every member of an answer is told in both languages')
state = doc['components']['schemas']['DossierState']['properties']
t.ok('PROCESSING' in state['status']['enum'] and 'NONE' not in state['status']['enum'] and
     'online' in state['channel']['enum'], 'enumerations are the words of the program', state['status'])

# ---- every route, once
anon, ops_client = office.client(), Client(office, port=office.ops_port)
for path in ('/', '/dang-nhap', '/problems/stale', '/api', '/web/site.css', '/openapi.json', '/tra-cuu'):
    t.eq(anon.raw('GET', path).status, 200, path)
for path in ('/livez', '/readyz', '/metrics', '/version'):
    t.eq(ops_client.raw('GET', path).status, 200, path + ' on the listener of operations')

# the staff client: its page, and its files under the name of the build
for path in ('/lam-viec', '/lam-viec/ho-so/H24.11-200101-0001', '/lam-viec/ho-so/H24.11-200101-0001/notes'):
    t.eq(anon.raw('GET', path).status, 200, path)
page = anon.raw('GET', '/lam-viec/hang-doi?scope=unit')
t.eq(page.status, 200, 'the page of the staff client')
build = re.search(rb'/web/([0-9a-f]{12})/main.mjs', page.data)
t.ok(build, 'it names the files of its build', page.text[:200])
script = anon.raw('GET', '/web/%s/main.mjs' % build.group(1).decode() if build else '/web/x/main.mjs')
t.eq(script.status, 200, 'the client\'s script')
t.eq(anon.raw('GET', '/v1/seals').json, {'items': []}, 'no day is over yet')
t.eq(anon.raw('GET', '/v1/demo').json, {'sso': True, 'demo': False, 'password': None, 'accounts': []}, 'this is no demonstration')

r = lan.post('/v1/dossiers', intake())
code = r.json['code']
t.eq(anon.raw('POST', '/tra-cuu', urlencode({'code': code, 'secret': r.json['secret']}).encode(),
              {'Content-Type': 'application/x-www-form-urlencoded'}).status, 200, 'tracking')
PDF = b'%PDF-1.7\n' + uuid.uuid4().bytes * 40
pdf = lan.send('POST', '/v1/files?name=giay.pdf', PDF,
               {'Content-Type': 'application/octet-stream'}).json['hash']
head, leader = office.client('duc.congsan'), office.client('binh.stc')
STC = [office.client(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan')]


def acts(who, what, body, want=200, code=code):
    got = who.act(code, what, body)
    return t.eq(got.status, want, '%s: %s' % (what, got.text[:200] if got.status != want else 'done'))


acts(lan, 'note', {'note': 'Giấy tờ đầy đủ.'})
acts(lan, 'attach', {'file': pdf, 'file_name': 'giấy.pdf', 'component': 'others'})
acts(lan, 'act', {'action': 'forward'})
acts(lan, 'take-back', {})
acts(lan, 'act', {'action': 'forward'})
minh = STC[0].get('/v1/session').json['user']
acts(head, 'assign', {'officer': minh})
acts(STC[0], 'receive', {})
acts(STC[0], 'receive', {})  # again: nothing to store, answered all the same
acts(STC[0], 'draft', {'text': 'Đủ điều kiện.'})
acts(STC[0], 'act', {'action': 'forward'})
acts(leader, 'receive', {})
acts(leader, 'claim', {})
r = leader.act(code, 'act', {'action': 'forward'}, match='"1"')
t.ok(r.status == 412 and r.json['current']['code'] == code, 'a stale act: the present state', r)
d = '/v1/dossiers/' + code
for path in ('', '/history', '/clocks', '/possible', '/receipt', '/files/' + pdf):
    t.eq(lan.get(d + path).status, 200, 'GET dossier' + path)
t.eq(office.client('vinh.thanhtra').get(d + '/history').json['masked'], True, 'masked for inspectors')
hoa = office.client('hoa.buudien')


def submission():
    return hoa.post('/v1/submissions', intake(channel='online')).json['code']


def decide(who, sid, what, body, want):
    got = who.post('/v1/submissions/%s/%s' % (sid, what), body,
                   match=lan.get('/v1/dossiers/' + sid).etag)
    t.ok(got.status == 200 and got.json['status'] == want, '%s a submission' % what, got)


# ---- what interrupts the straight way
code = lan.post('/v1/dossiers', intake()).json['code']
r = lan.act(code, 'act', {'action': 'forward'})
officer = next(c for c in STC if c.get('/v1/session').json['user'] == r.json['tasks'][0]['officer'])
ASK = {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'text': 'Thiếu số lượng'}
acts(officer, 'receive', {}, code=code)
acts(officer, 'ask', ASK, code=code)
acts(officer, 'cancel', {'request': 1, 'note': 'Đã tìm thấy'}, code=code)
acts(officer, 'ask', {'kind': 'payment', 'amount': 10000}, code=code)
acts(lan, 'pay', {'amount': 10000, 'method': 'online', 'reference': 'GD 1'}, code=code)
t.eq(call_back(office, {'dossier': code, 'transaction': 'PG1', 'amount': 5}).json['outcome'],
     'unmatched', 'the payment platform')
for what, body, want in (('take', {}, {'unit': None, 'items': []}), ('told', {'items': [{'id': 1}]}, {'settled': 0})):
    t.eq(call_back(office, body, '/v1/portal/' + what).json, want, 'the gateway to the national portal')
t.eq(office.client('khanh.kythuat').get('/v1/portal/faults').json, {'waiting': 0, 'since': None, 'items': []}, 'all arrived')
acts(officer, 'ask', ASK, code=code)


def owed():
    return next(x['task'] for x in lan.get('/v1/dossiers/' + code).json['tasks']
                if x.get('owes') not in (None, 'unmatched'))


acts(lan, 'answer', {'task': owed(), 'outcome': 'send'}, code=code)
for path in ('', '/history', '/clocks', '/possible'):
    lan.get('/v1/dossiers/' + code + path)
lan.get('/v1/queue?scope=role')
acts(officer, 'declare-relative', {'note': 'Chủ hồ sơ là chị ruột'}, code=code)
acts(lan, 'withdraw', {'document': 'Đơn ngày 22/11/2026'}, code=code)
stopped = lan.post('/v1/dossiers', intake()).json['code']
acts(lan, 'stop', {'document': 'Mẫu 05'}, code=stopped)
gone = submission()
r = lan.post('/v1/submissions/%s/withdraw' % gone, {'document': 'Đơn ngày 22/11/2026'},
             match=lan.get('/v1/dossiers/' + gone).etag)
t.eq(r.status, 200, 'withdraw a submission')

for path in ('/receipt.pdf', '/control-slip.pdf', '/control-slip', '/transfer-slip.pdf', '/journal.pdf', '/prints'):
    t.eq(lan.get(d + path).status, 200, 'paper' + path)
for path in ('receipts', 'control-slips'):
    t.eq([lan.get('/v1/papers/%s.pdf?codes=%s' % (path, c)).status for c in (code, code + ',H24.11-260101-9999', '')],
         [200, 422, 400], 'papers of several: ' + path)
for one, path in ((code, 'supplement-slip'), (code, 'fee-receipt'), (stopped, 'stop-notice')):
    t.eq(lan.get('/v1/dossiers/%s/%s.pdf' % (one, path)).status, 200, 'paper ' + path)
for path in ('intake/today', 'intake/hand-over', 'results/hand-over', 'reports/register'):
    t.eq(lan.get('/v1/%s.pdf?%s' % (path, 'field=QLCS' if 'register' in path else 'copies=1')).status, 200, 'paper ' + path)
book = lan.get('/v1/registers').json['items'][0]
t.eq(book['field'], 'QLCS', 'books')
office.psql("SET session_replication_role = replica; "
            "ALTER TABLE motcua.register_book DISABLE TRIGGER ALL; ALTER TABLE motcua.register_entry DISABLE TRIGGER ALL; "
            "UPDATE motcua.register_book SET year = year - 1; UPDATE motcua.register_entry SET year = year - 1")
closing = {'agency': 'TTPVHCC', 'field': 'QLCS', 'year': book['year'] - 1, 'last': book['last']}
t.eq(office.client('son.giamdoc').post('/v1/registers/close', closing).status, 200, 'the book of last year is closed')
lan.post('/v1/dossiers', intake())
t.ok(lan.get('/v1/registers/entries?field=QLCS').json['items'], 'entries of a book')

one, two = submission(), submission()
t.ok(len(lan.get('/v1/submissions').json['items']) >= 2, 'submissions wait')
decide(lan, one, 'return', {'reasons': ['missing'], 'missing': ['assets']}, 'INTAKE_SUPPLEMENT')
t.eq(lan.get('/v1/dossiers/%s/receipt' % one).json['form'], '02', 'form 02')
decide(hoa, one, 'resubmit', {k: v for k, v in intake().items() if k != 'procedure'}, 'SUBMITTED')
decide(lan, one, 'accept', {}, 'ACCEPTED')
decide(lan, two, 'reject', {'reasons': ['not_eligible']}, 'REJECTED_INTAKE')
t.eq(lan.get('/v1/dossiers/%s/refusal.pdf' % two).status, 200, 'paper refusal')
for path in ('queue?scope=unit', 'queue/counts?scope=unit', 'search?q=' + code, 'search?q=ngo+quyen',
             'procedures', 'procedures/' + FINANCE, 'procedures/%s/diagram.svg' % FINANCE,
             'organisation', 'organisation?on=all', 'reasons', 'regimes', 'session'):
    t.eq(lan.get('/v1/' + path).status, 200, path)
for p in lan.get('/v1/procedures').json['procedures']:
    lan.get('/v1/procedures/' + p['procedure'])
lan.get('/v1/queue?scope=unit&limit=1')  # with a next page and its Link
t.eq(head.get('/v1/officers').status, 200, 'officers')
sup = office.client('giang.giamsat')
for path in ('', '?by=agency', '?by=procedure&compare=1', '?by=month', '?from=2026-01-05&to=2026-02-01',
             '/dossiers?figure=received', '/dossiers?figure=first_decided', '/definitions',
             '/cross?by=agency&across=channel&figure=received', '/cross?by=month&across=procedure&figure=rate_on_time', '/cross?by=agency&across=week&figure=supp_asked', '/load', '/steps', '/steps?late=1', '/late', '/reasons',
             '?by=agency&format=csv', '/dossiers?figure=total&format=xlsx', '/definitions?topic=all',
             '/topics/fees?by=agency&compare=1', '/topics/supplements/items?figure=supp_total', '/topics/intake?by=week',
             '/topics/reception?format=csv', '/topics/results/items?figure=results_total&format=xlsx'):
    t.eq(sup.get('/v1/figures' + path).status, 200, 'figures' + path)
for path in ('indices', 'indices/qd766', 'indices/tt01-2018', 'indices/tt01-2018/officers', 'indices/tt01-2018/dossiers?component=contacts&agency=STC', 'indices/xep-hang?format=xlsx', 'assessments'):
    t.eq(sup.get('/v1/' + path).status, 200, path)
value = {'index': 'qd766', 'component': 'satisfied', 'agency': 'STC', 'from': '2026-10-01', 'last': '2026-10-31', 'n': 1, 'of': 1,
         'document': 'KS'}
t.eq(office.client('nam.quantri').post('/v1/assessments', value).status, 200, 'a value is entered')
for path in ('ii06a', 'ii06b', 'readers'):
    t.eq(sup.get('/v1/reports/' + path).status, 200, path)
saving = {'name': 'Tháng trước', 'question': {'report': 'ii06b'}, 'rule': 'last_month'}
r = sup.post('/v1/reports/saved', saving)
t.eq(r.status, 200, 'a saved report')
number = r.json['id']
t.eq(sup.send('PUT', '/v1/reports/saved/%d' % number, saving).status, 200, 'changed')
t.eq(sup.post('/v1/reports/saved/%d/run' % number, {}).status, 200, 'run')
for path in ('', '/%d/runs' % number):
    t.eq(sup.get('/v1/reports/saved' + path).status, 200, 'saved' + path)
t.eq(sup.send('DELETE', '/v1/reports/saved/%d' % number).status, 204, 'deleted')
r = sup.post('/v1/whatif', {'from': '2026-01-01', 'to': '2026-02-01', 'supplement': 'counts'})
t.eq(r.status, 200, 'what if')
sup.get('/v1/whatif')
sup.get('/v1/whatif/%d' % r.json['study'])
office.psql("INSERT INTO motcua.study (question, scope, author) SELECT '{}', 0, id FROM motcua.account WHERE login = 'giang.giamsat'")
t.eq(sup.send('DELETE', '/v1/whatif/%s' % office.psql('SELECT max(id) FROM motcua.study')).status, 204, 'given up')
r = sup.post('/v1/reports/frozen', {'question': {'report': 'ii06b', 'from': '2026-01-01', 'to': '2026-02-01'}})
t.eq(r.status, 200, 'a report is frozen')
for path in ('', '/%d', '/%d/bytes', '/%d/changes', '/%d/verify'):
    t.eq(sup.get('/v1/reports/frozen' + (path % r.json['report'] if path else '')).status, 200, 'frozen' + path)
sup.post('/v1/reports/frozen/%d/again' % r.json['report'], {})
t.eq(sup.post('/v1/reports/frozen/%d/decline' % r.json['report'], {}).status, 204, 'declined')
for path in ('', '?by=agency', '?by=procedure&format=csv', '?by=month&format=xlsx'):
    t.eq(sup.get('/v1/open-data/figures' + path).status, 200, 'open data' + path)
for path in ('ii06a.pdf', 'ii06b.pdf', 'frozen/%d/form.pdf' % r.json['report'], 'frozen/%d/file?format=csv' % r.json['report']):
    t.eq(sup.get('/v1/reports/' + path).status, 200, path)
r = office.client('binh.stc').post('/v1/reports/frozen', {'question': {'report': 'ii06a', 'period': '2026-03'}})
t.eq(sup.post('/v1/reports/frozen/%d/approve' % r.json['report'], {}).status, 204, 'agreed to')
for path in ('', '/list', '/list?method=cash&kind=payment', '?month=2026-03'):
    t.eq(sup.get('/v1/reports/cash' + path).status, 200, 'cash' + path)
for path in ('', '/list', '/list?kind=supplement', '/list?irregular=true'):
    t.eq(sup.get('/v1/reports/interruptions' + path).status, 200, 'interruptions' + path)
for path in ('', '?kind=late_entry', '?state=declined&limit=1'):
    t.eq(sup.get('/v1/reports/consents' + path).status, 200, 'consents' + path)
for path in ('', '/list', '/list?late=0&limit=1'):
    t.eq(sup.get('/v1/reports/catch-up' + path).status, 200, 'catch-up' + path)
t.eq(lan.get('/v1/notifications').status, 200, 'notifications')
t.eq(lan.get('/v1/notifications/unread').json['unread'], 0, 'how many of them are new')
t.eq(lan.send('PUT', '/v1/notifications/seen', {'id': 2 ** 62}).status, 204, 'seen')
asked = {k: v for k, v in intake().items() if k in ('procedure', 'form', 'components')}
t.eq(lan.send('POST', '/v1/promise', asked).status, 200, 'a promise')
lan.send('POST', '/v1/promise', {'procedure': FINANCE, 'receiving': 'STC'})
for path in ('people?id_number=H24.21.07', 'people?id_number=000000000000', 'people/papers?id_number=H24.21.07', 'intake/today', 'procedures/used',
             'duplicates?id_number=H24.21.07&procedure=' + FINANCE):
    t.eq(lan.get('/v1/' + path).status, 200, path)
heard = office.client('hung.tiepnhan')
leaver = __import__('threading').Timer(0.5, lambda: office.psql(
    "SELECT pg_notify('motcua_event', 'S ' || encode(token_hash, 'hex')) FROM motcua.session"))
leaver.start()
t.ok('event: ready' in heard.get('/v1/events').text, 'an event stream, until its session ends')
for path, want in (('qr.svg?text=H24.02-261122-0001', 200), ('bar.svg?text=H24.02-261122-0001', 200), ('qr.svg', 400),
                   ('png?text=1', 404)):
    t.eq(lan.get('/v1/codes/' + path).status, want, 'code ' + path)
saving = {'kind': 'intake', 'content': {'a': 1}}
t.eq([lan.send(m, '/v1/drafts/form-0001', b).status for m, b in (
    ('PUT', saving), ('PUT', dict(saving, kind='note')), ('GET', None), ('DELETE', None))], [200, 412, 200, 204],
     'a draft')
t.eq(lan.get('/v1/drafts').json['items'], [], 'drafts')
t.eq(lan.send('PUT', '/v1/preferences', {'preferences': {'theme': 'dark'}}).status, 200, 'preferences')
lan.get('/v1/preferences')
r = lan.send('POST', '/v1/filters', {'name': 'Gấp', 'query': 'scope=mine'})
t.eq(len(lan.get('/v1/filters').json['items']), 1, 'filters')
t.eq(lan.send('DELETE', '/v1/filters/%d' % r.json['id']).status, 204, 'a filter is deleted')
t.eq(lan.send('DELETE', '/v1/session').status, 204, 'signing out')
# ---- administration
nam = office.client('nam.quantri')
text = nam.get('/v1/procedures/%s/text' % FINANCE).text
t.ok(nam.get('/v1/procedures/%s/versions' % FINANCE).json['versions'], 'versions of a procedure')
t.ok(nam.post('/v1/procedures/check', {'text': text}).json['fine'], 'a text is checked')
nam.post('/v1/procedures/check', {'text': text.replace('steps:', 'stepz:', 1)})
nam.post('/v1/procedures/dry-run', {'text': text, 'received_at': '2026-12-22T09:00'})
nam.post('/v1/procedures/diff', {'text': text.replace('version: 1', 'version: 2', 1)})
nam.post('/v1/procedures/diagram', {'text': text})
for path in ('?live=1', '?page=1'):
    t.eq(nam.get('/v1/procedures/%s/diagram.svg%s' % (FINANCE, path)).status, 200, 'diagram' + path)
t.eq(sup.get('/v1/dossiers/%s/diagram.svg' % code).status, 200, 'diagram of a dossier')
t.eq(anon.raw('GET', '/web/diagram.css').status, 200, 'sheet of diagrams')
for path in ('', '/office', '/office?year=2026', '/vietnam?year=2027'):
    t.eq(nam.get('/v1/calendars' + path).status, 200, 'calendars' + path)
text = nam.get('/v1/calendars/office/text').text
nam.post('/v1/calendars/check', {'text': text, 'year': 2026})
nam.post('/v1/calendars/check', {'text': text.replace('week:', 'weak:')})
t.eq(nam.get('/v1/organisation/units').status, 200, 'units')
t.eq(nam.get('/v1/roles').status, 200, 'roles')
nam.post('/v1/organisation/check', {'text': nam.get('/v1/organisation/text').text})
tech = office.client('khanh.kythuat')
t.eq(tech.post('/v1/accounts', {'login': 'moi.tuyen', 'name': 'Người Mới', 'agency': 'STC'}).status, 201, 'an account')
t.eq(tech.get('/v1/accounts?limit=2').status, 200, 'accounts')
r = tech.get('/v1/accounts/moi.tuyen')
nam.send('PATCH', '/v1/accounts/moi.tuyen', {'roles': ['clerk'], 'reason': 'QĐ 1'}, {'If-Match': r.etag})
r = tech.post('/v1/accounts/moi.tuyen/password', {'reason': 'Quên'})
new = office.client()
new.sign_in('moi.tuyen', r.json['password'])
t.eq(new.post('/v1/session/password', {'old': r.json['password'], 'new': 'Một mật khẩu khác 2026'}).status, 204, 'changed')
guest = office.client()
r = guest.send('POST', '/v1/sso')
guest.cookie = r.headers['Set-Cookie'].split(';')[0]
t.eq(guest.send('POST', '/v1/sso/session', unit.sign_in(r.json['url'], 'minh.congsan')).status, 201, 'by the unit\'s provider')
factor = '/v1/session/second-factor'
secret = new.post(factor, {'password': 'Một mật khẩu khác 2026'}).json['secret']
t.eq(new.post(factor + '/on', {'code': one_time_code(secret)}).status, 200, 'one-time codes on')
t.eq(new.post(factor + '/off', {'password': 'Một mật khẩu khác 2026', 'code': one_time_code(secret, 1)}).status, 204, 'and off')
new.post(factor + '/on', {'code': one_time_code(new.post(factor, {'password': 'Một mật khẩu khác 2026'}).json['secret'])})
t.eq(tech.post('/v1/accounts/moi.tuyen/second-factor/off', {'reason': 'Mất điện thoại'}).status, 200, 'taken away')
t.eq(office.client('vinh.thanhtra').get('/v1/audit').status, 200, 'the audit')
# ---- halls: tickets, boards, appointments
for path in ('/v1/halls', '/v1/tickets/board?hall=TTPVHCC'):
    t.eq(anon.get(path).status, 200, path)
lan2 = office.client('lan.tiepnhan')
ticket = lan2.post('/v1/tickets', {'service': 'land'})
t.eq(ticket.status, 201, 'a ticket')
lan2.post('/v1/tickets', {'service': 'land'})
counter = {'counter': 1}
called = lan2.post('/v1/tickets/call', counter).json['current']['ticket']
for act in ('recall', 'absent', 'recall', 'serve', 'finish'):
    t.eq(lan2.post('/v1/tickets/%d/%s' % (called, act), counter).status, 200, act)
called = lan2.post('/v1/tickets/call', counter).json['current']['ticket']
t.eq(lan2.post('/v1/tickets/%d/cancel' % called, counter).status, 200, 'cancel')
t.eq(lan2.get('/v1/tickets/strip?counter=1').status, 200, 'strip')
t.eq(lan2.get('/v1/appointments').status, 200, 'appointments of a day')
t.eq(office.client('son.giamdoc').get('/v1/figures/waiting').status, 200, 'waiting')
day = office_day()
for n in range(1, 15):
    slots = anon.get('/v1/appointments/slots?hall=TTPVHCC&service=land&day=%s' % (
        day + __import__('datetime').timedelta(n))).json['items']
    if slots:
        break
r = anon.send('POST', '/v1/appointments', {'hall': 'TTPVHCC', 'service': 'land', 'slot': slots[0]['slot'],
                                           'phone': '0912345678', 'key': str(uuid.uuid4())})
t.eq(r.status, 201, 'an appointment')
t.eq(anon.send('POST', '/v1/appointments/cancel', {'code': r.json['code']}).status, 200, 'cancelled')
form = {'Content-Type': 'application/x-www-form-urlencoded'}
r = anon.send('POST', '/v1/appointments', {'hall': 'TTPVHCC', 'service': 'land', 'slot': slots[1]['slot'],
                                           'phone': '0912345679', 'key': str(uuid.uuid4())})
for path, fields in (('/lay-so?hall=TTPVHCC', {'key': 'a' * 20, 'service': 'land'}), ('/lay-so/mo', {'token': 'mo-ki-ot'}),
                     ('/dat-lich', {'key': 'b' * 20, 'hall': 'TTPVHCC', 'service': 'civil', 'slot': slots[2]['slot'], 'phone': '0912345670'}),
                     ('/dat-lich/ma', r.json), ('/dat-lich/lich', r.json), ('/dat-lich/huy', r.json)):
    fields = {'code': fields['code']} if 'code' in fields else fields
    t.eq(anon.raw('POST', path, urlencode(fields).encode(), form).status, 200, path)
for path in ('/lay-so', '/lay-so?hall=TTPVHCC', '/bang-goi?hall=TTPVHCC', '/dat-lich', '/dat-lich/ma', '/thu-tuc',
             '/thu-tuc/' + FINANCE, '/thu-tuc/%s/so-do.svg' % FINANCE, '/web/hall.css', '/web/board.js'):
    t.eq(anon.raw('GET', path).status, 200, path)

# ---- standing in
office.client('nam.quantri').get('/v1/successions')
office.client('nam.quantri').send('POST', '/v1/successions', {'document': 'NQ 1'})
head.post('/v1/reassignments', {'officer': 'ha.congsan', 'to': 'least', 'reason': 'Nghỉ việc'})
today = office_day().isoformat()
r = leader.post('/v1/delegations', {'to': 'duc.congsan', 'kinds': ['approve'], 'procedures': [FINANCE],
                                  'valid_from': today, 'valid_to': today, 'document': '1/UQ'})
leader.get('/v1/delegations')
leader.send('POST', '/v1/delegations/%d/revoke' % r.json['delegation'], {'document': '2/UQ'})
r = leader.post('/v1/absences', {'from': today, 'to': today})
leader.get('/v1/absences')
leader.send('POST', '/v1/absences/%d/cancel' % r.json['absence'], {})

# ---- rules that change under running dossiers
nam, phuong = office.client('nam.quantri'), office.client('phuong.quantri')
nam.get('/v1/calendars/preview')
days = open(os.path.join(TOP, 'config/calendars/vietnam.yaml'), encoding='utf-8').read()
nam.post('/v1/calendars/preview', {'name': 'vietnam', 'text': days})
for path, body in (('publications', {'texts': [{'kind': 'calendar', 'name': 'vietnam', 'text': days}]}),
                   ('calendars/recalculate', {}), ('procedures/%s/move' % FINANCE, {'from': 1, 'to': 1})):
    r = nam.post('/v1/' + path, dict(body, document='QĐ 1'))
    t.eq(r.status, 201, path)
    number = r.json['publication']
    if path == 'calendars/recalculate':
        phuong.post('/v1/publications/%d/approve' % number, {})
    else:
        phuong.post('/v1/publications/%d/decline' % number, {})
nam.post('/v1/procedures/%s/move-plan' % FINANCE, {'from': 1, 'to': 1})
nam.get('/v1/publications')
nam.get('/v1/publications/%d' % number)

# What this program cannot reach, each with its reason.
LATE = 'only when the days for the papers have passed: simulated in config/procedures/*.scenario.yaml'
PAPER = 'answered and compared in test_papers.py'
NOT_REACHED = {('GET', '/v1/dossiers/{code}/apology.pdf'): PAPER,
               ('GET', '/v1/dossiers/{code}/result-receipt.pdf'): PAPER,
               ('GET', '/v1/tickets/board/events'): 'it has no end: heard in test_events.py',
               ('POST', '/v1/dossiers/{code}/close'): LATE, ('POST', '/v1/submissions/{id}/close'): LATE}
for route, why in NOT_REACHED.items():
    print('# not answered here: %s %s: %s' % (*route, why))
t.eq(sorted(set(ops) - office.described.seen - set(NOT_REACHED)), [],
     'every route was answered as described')

# ---- that nothing drifts: a table that says less, or more, than the writer writes is found out
t.eq(office.unlike, [], 'so far every answer was as described')
full = head.get(d + '/history?definition=true')
mine = doc['paths']['/v1/dossiers/{code}/history']['get']['responses']['200']['content']
name = mine['application/json']['schema']['$ref'].split('/')[-1]
missed = []
for key in doc['components']['schemas'][name]['properties']:
    less = copy.deepcopy(doc)
    del less['components']['schemas'][name]['properties'][key]
    got = schema.Description(less).check('GET', d + '/history', 200, full.headers, full.data)
    if not any('/%s: is not described' % key in m for m in got):
        missed.append('a member that the table forgets: ' + key)
    body = dict(full.json)
    del body[key]
    if key in doc['components']['schemas'][name]['required'] and \
            not schema.mistakes(doc, mine['application/json']['schema'], body):
        missed.append('a member that the writer forgets: ' + key)
t.eq(missed, [], 'a row taken from a table, or a member from a writer, fails with its pointer')
more = dict(full.headers.items(), **{'Content-Type': 'text/plain'})
check = office.described.check
t.ok(check('GET', d, 200, more, full.data), 'another content type is found out')
t.ok(check('GET', d, 202, full.headers, full.data), 'another status too')
t.ok(check('GET', d, 200, {'Content-Type': 'application/json'}, full.data), 'and a missing ETag')
office.end(t)
