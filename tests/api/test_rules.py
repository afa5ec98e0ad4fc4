"""Every write keeps its conditions: keys, ETags, shapes, parameters, languages, paths; OpenAPI."""
import json
import os
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import FINANCE, Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')

# ---- Idempotency-Key
r = lan.send('POST', '/v1/dossiers', intake())
t.ok(r.status == 400 and r.code == 'idempotency-key-missing', 'a write without a key: 400', r)
r = lan.post('/v1/dossiers', intake(), key='short')
t.ok(r.status == 400, 'a malformed key: 400', r)
key = str(uuid.uuid4())
a = lan.post('/v1/dossiers', intake(), key=key)
b = lan.post('/v1/dossiers', intake(), key=key)
t.ok(a.status == b.status == 201 and a.json == b.json,
     'the same key and body: the same answer, the secret of the receipt too', (a, b))
t.eq(b.headers.get('Idempotent-Replayed'), 'true', 'and it says so')
t.eq(office.psql('SELECT count(*) FROM motcua.dossier'), '1', 'and nothing was made twice')
r = lan.post('/v1/dossiers', intake(summary='khác'), key=key)
t.ok(r.status == 422 and r.code == 'idempotency-key-reused', 'the same key, another body: 422', r)
hung = office.client('hung.tiepnhan')
r = hung.post('/v1/dossiers', intake(), key=key)
t.ok(r.status == 422 and r.code == 'idempotency-key-reused', 'the same key, another person: 422', r)
code = a.json['code']

# ---- If-Match, on every act of an existing dossier
ACTS = {'receive': {}, 'claim': {}, 'assign': {'officer': 1}, 'draft': {'text': 'x'},
        'act': {'action': 'forward'}, 'take-back': {}, 'note': {'note': 'x'},
        'attach': {'file': 'ab' * 32}}
head = office.client('son.giamdoc')
for act, body in ACTS.items():
    who = head if act == 'assign' else lan
    r = who.post('/v1/dossiers/%s/%s' % (code, act), body)
    t.ok(r.status == 428 and r.code == 'if-match-missing', '%s without If-Match: 428' % act, r)
    r = who.post('/v1/dossiers/%s/%s' % (code, act), body, match='"1"')
    t.ok(r.status == 412 and r.code == 'stale', '%s with an old one: 412' % act, r)
    t.ok(r.json.get('current', {}).get('code') == code and r.etag == a.etag,
         '%s: with the present state and its ETag' % act, r)
    r = who.post('/v1/dossiers/%s/%s' % (code, act), body, match=a.etag, headers={
        'Idempotency-Key': None})
    t.ok(r.status == 400 and r.code == 'idempotency-key-missing', '%s without a key: 400' % act, r)
for bad in ('*', 'W/"4"', '4', '"x"', '"4", "5"', '"-1"'):
    r = lan.post('/v1/dossiers/%s/note' % code, {'note': 'x'}, match=bad)
    t.ok(r.status == 400, 'If-Match: %s is no ETag of ours: 400' % bad, r)
t.eq(lan.get('/v1/dossiers/' + code).etag, a.etag, 'nothing of this changed the dossier')
r = lan.act(code, 'note', {'note': 'Đã gọi điện\ncho người nộp'})
t.ok(r.status == 200 and r.etag != a.etag, 'with the right one it goes, and the ETag moves on', r)
r = lan.post('/v1/dossiers/H24.11-991231-0001/note', {'note': 'x'}, match='"1"')
t.ok(r.status == 404, 'an act on a dossier that does not exist: 404', r)

# ---- shapes: all violations at once, with pointers
bad = intake(sumary='x', channel='fax')
bad['applicant'] = {'name': '', 'kind': 'alien', 'phone': 'abc def'}
bad['components'] = [{'originals': -1}]
r = lan.post('/v1/dossiers', bad)
got = {(e['pointer'], e['code']) for e in r.json.get('errors', [])}
t.ok(r.status == 422, 'a wrong body: 422', r)
for want in (('/sumary', 'unknown-member'), ('/channel', 'not-in-list'),
             ('/applicant/name', 'empty'), ('/applicant/kind', 'not-in-list'),
             ('/applicant/phone', 'characters'), ('/components/0/component', 'missing'),
             ('/components/0/originals', 'range')):
    t.ok(want in got, 'it names %s %s' % want, got)
t.ok('summary' in json.dumps(r.json, ensure_ascii=False), 'and the nearest right name', r)
r = lan.post('/v1/dossiers', intake(form={'estimate': 'nhiều', 'esstimate': 1}))
got = {(e['pointer'], e['code']) for e in r.json.get('errors', [])}
t.ok(('/form/estimate', 'wrong-type') in got and ('/form/esstimate', 'unknown-member') in got,
     'form values are checked by the procedure', r)
r = lan.post('/v1/dossiers', intake(components=[], form={'estimate': 0}))
got = {(e['pointer'], e['code']) for e in r.json.get('errors', [])}
t.ok(r.status == 422 and any(c == 'component-missing' for _, c in got) and
     any(c == 'form-invalid' for _, c in got), 'the decision names all that is missing at once', r)
r = lan.post('/v1/dossiers', intake(procedure='9.999999'))
t.ok(r.status == 422 and r.code == 'not-in-force', 'an unknown procedure: 422', r)
for data, name in ((b'{"a":1,"a":2}', 'a duplicate key'), (b'{', 'half a JSON'), (b'', 'no body'),
                   (b'{"summary":"\\u0000"}', 'NUL'), (b'\xff', 'no UTF-8'), (b'{} x', 'more after')):
    r = lan.send('POST', '/v1/dossiers', data, {'Idempotency-Key': str(uuid.uuid4()),
                                                'Content-Type': 'application/json'})
    t.ok(r.status == 400 and r.code == 'bad-json', '%s: 400' % name, r)
r = lan.send('POST', '/v1/dossiers', b'a=b', {'Idempotency-Key': str(uuid.uuid4()),
                                              'Content-Type': 'application/x-www-form-urlencoded'})
t.ok(r.status == 415, 'another content type: 415', r)
r = lan.send('POST', '/v1/dossiers', b'{"summary":"' + b'x' * 300000 + b'"}',
             {'Idempotency-Key': str(uuid.uuid4()), 'Content-Type': 'application/json'})
t.ok(r.status == 413, 'a body beyond the limit: 413', r.status)

# ---- texts: composed, found with and without accents
r = lan.post('/v1/dossiers', intake(applicant={'kind': 'citizen', 'name': 'Nguye\u0302\u0303n Thi\u0323 \u0110a\u0300o',
                                               'id_number': '999012345678', 'phone': '0912345678'}))
nfd = r.json.get('code')
t.ok(r.status == 201, 'a name typed as NFD is taken', r)
for q in ('nguyen thi dao', 'Nguyễn Thị Đào', 'Nguye\u0302\u0303n', '0912345678', '5678', nfd):
    from urllib.parse import quote
    found = lan.get('/v1/search?q=' + quote(q)).json['items']
    t.ok(any(x['code'] == nfd for x in found), 'it is found by %r' % q, found)
t.ok('Nguyễn Thị Đào' in lan.get('/v1/dossiers/' + nfd).text, 'and stored composed')
r = lan.post('/v1/dossiers', intake(applicant={'kind': 'citizen', 'name': 'A', 'id_number': '12'}))
t.ok(r.status == 422, 'an identity number of a citizen has 12 digits', r)

# ---- parameters
r = lan.get('/v1/queue?scop=unit')
t.ok(r.status == 400 and 'scope' in r.text, 'an unknown parameter: 400 with the nearest', r)
for q in ('limit=0', 'limit=201', 'limit=x', 'scope=world', 'urgency=never', 'cursor=zzz',
          'role=king', 'limit=1&limit=2', 'agency=NOWHERE', 'scope=%zz'):
    r = lan.get('/v1/queue?' + q)
    t.ok(r.status == 400, 'queue?%s: 400' % q, r)
for q in ('from=2026-13-01', 'from=2026-02-01&to=2026-01-01', 'as_of=yesterday', 'by=x', 'period=2026-13', 'period=2026-Q5', 'period=2026&from=2026-01-01', 'channel=smoke'):
    r = office.client('giang.giamsat').get('/v1/figures?' + q)
    t.ok(r.status == 400, 'figures?%s: 400' % q, r)
for i in range(5):
    lan.post('/v1/dossiers', intake())
seen, path = [], '/v1/queue?scope=unit&limit=3'
while path:
    r = lan.get(path)
    seen += [x['code'] for x in r.json['items']]
    link = r.headers.get('Link')
    path = link[1:link.index('>')] if link else None
t.ok(len(seen) == len(set(seen)) == 7, 'pages by cursor: every row once', seen)

# ---- methods, paths, language, headers
r = lan.send('PUT', '/v1/session')
t.ok(r.status == 405 and r.headers['Allow'] == 'GET, HEAD, POST, DELETE', '405 with Allow',
     (r, r.headers.get('Allow')))
r = lan.send('OPTIONS', '/v1/session')
t.ok(r.status == 405, 'OPTIONS: 405', r)
r = lan.send('HEAD', '/v1/dossiers/' + code)
t.ok(r.status == 200 and r.data == b'' and r.etag, 'HEAD is GET without its body', r)
for p in ('/v1/nothing', '/v1', '/v1/dossiers//note', '/v1/dossiers/a%2Fb', '/v1/dossiers/%00'):
    t.ok(lan.get(p).status in (400, 404), '%s: not found' % p)
en = office.client('lan.tiepnhan', lang='en-GB, vi;q=0.5')
r = en.get('/v1/dossiers/none-at-all')
t.ok(r.json['title'] == 'Not found' and r.headers['Content-Language'] == 'en', 'English when asked', r)
r = lan.get('/v1/dossiers/none-at-all')
t.ok(r.json['title'] == 'Không tìm thấy' and r.headers['Content-Type'] == 'application/problem+json',
     'Vietnamese otherwise, as problem+json', r)
t.ok(r.json['instance'] == r.headers['X-Request-Id'], 'instance is the request id', r)
for h in ('X-Content-Type-Options', 'Content-Security-Policy', 'Referrer-Policy', 'Cache-Control',
          'Cross-Origin-Opener-Policy'):
    t.ok(r.headers.get(h), 'every answer has ' + h)
r = lan.raw('GET', '/', headers={'Host': 'evil.example'})
t.ok(r.status == 400, 'a host that is not ours: 400', r)
tm = lan.get('/v1/dossiers/' + code).json['accepted']
t.ok(tm.endswith('+07:00') and 'T' in tm, 'times are RFC 3339 with +07:00', tm)

# ---- whatever an act is told: place and cure in both languages, and nothing is kept but a line in the audit
def kept():
    return office.psql('SELECT (SELECT count(*) FROM motcua.dossier_event), (SELECT count(*) FROM motcua.idempotency), '
                       '(SELECT count(*) FROM motcua.outbox), (SELECT count(*) FROM motcua.notification)')


def told(c, act, body, cd):
    r = c.act(cd, act, body)
    if r.status < 400 or r.status == 413:
        return r.status, []
    return r.status, [(e['pointer'], e['message']) for e in r.json.get('errors', [])] or [('', r.json.get('detail'))]


spec = lan.get('/openapi.json').json
was, dumb, minh = kept(), [], office.client('minh.congsan')
heads = office.client('duc.congsan'), office.client('duc.congsan', lang='en')
for path in sorted(spec['paths']):
    act = path[len('/v1/dossiers/{code}/'):]
    if path != '/v1/dossiers/{code}/' + act or 'post' not in spec['paths'][path]:
        continue
    body = spec['paths'][path]['post']['requestBody']['content']['application/json']['schema']
    body = spec['components']['schemas'][body['$ref'].split('/')[-1]]['properties'] if '$ref' in body else body['properties']
    for bad, cd in (({k: {} for k in body}, code), ({'la': 1}, code), ([], code), ({k: 'x' * 1500 for k in body}, code),
                    ({}, 'H24.11-260101-9999')):
        vi, eng = (told(x, act, bad, cd) for x in (heads if act == 'assign' else (lan, en)))
        if vi[0] != eng[0] or vi[0] < 400 or any(not a or not b or a == b for (_, a), (_, b) in zip(vi[1], eng[1])):
            dumb.append((act, bad, vi, eng))
t.eq(dumb, [], 'bad bodies are told where and what instead')
t.eq(kept(), was, 'and leave nothing')
lines = "SELECT count(*) FROM motcua.audit WHERE what IN ('act-refused', 'forbidden')"
n = int(office.psql(lines))
for act, body, rule, cure in (
        ('act', {'action': 'forward'}, 'not-your-agency', 'Người của cơ quan'), ('draft', {'text': 'x'}, 'not-your-agency', 'Người của'),
        ('cancel', {'request': 9, 'note': 'x'}, 'invalid', 'số 9'), ('close', {'document': '1'}, 'wrong-status', 'Mở lại hồ sơ'),
        ('assign', {'officer': 1}, 'forbidden', 'Lãnh đạo')):
    r = (lan if act == 'close' else minh).act(code, act, body)
    t.ok(r.code == rule and cure in r.json['detail'], '%s: the rule and what to do about it' % act, r)
for _ in range(100):
    if int(office.psql(lines)) >= n + 5:
        break
    time.sleep(.05)
t.eq((int(office.psql(lines)) - n, kept()), (5, was), 'each leaves its line in the audit, and nothing else')

# ---- catalogue
ps = lan.get('/v1/procedures').json['procedures']
t.ok(len(ps) >= 15 and any(p['procedure'] == FINANCE for p in ps), 'procedures in force', len(ps))
p = lan.get('/v1/procedures/' + FINANCE).json
t.ok(len(p['steps']) == 8 and p['components'] and p['form'], 'one with components, form, steps')
r = lan.get('/v1/procedures/%s/diagram.svg' % FINANCE)
t.ok(r.status == 200 and b'<svg' in r.data and r.headers['Content-Type'] == 'image/svg+xml', 'diagram')
t.ok(len(lan.get('/v1/organisation').json['agencies']) > 50, 'organisation')
t.ok(any(x['reason'] == 'missing' for x in
         lan.get('/v1/reasons?procedure=' + FINANCE).json['reasons']), 'reasons')
t.eq(lan.get('/v1/procedures/0.0').status, 404, 'an unknown procedure: 404')

# ---- receipts: forms 01, 02, 03
s = lan.get('/v1/dossiers/%s/receipt' % code).json
t.ok(s['form'] == '01' and s['code'] == code and s['applicant']['name'] == 'Trường THPT Ngô Quyền' and
     s['limit'] == '30 ngày' and s['due_words'].startswith('17:00') and len(s['components']) == 2 and
     s['components'][0]['title'].startswith('Văn bản đề nghị') and s['officer'] == 'Nguyễn Thị Lan' and
     s['superior'], 'form 01 has what the slip shows', s)
r = lan.post('/v1/dossiers', intake(outcome='return', reasons=['missing'], missing=['assets'],
                                    components=[{'component': 'request', 'originals': 1}],
                                    note='Bổ sung danh mục tài sản'))
t.ok(r.status == 201 and r.json['status'] == 'INTAKE_SUPPLEMENT' and r.json['code'].startswith('S-'),
     'returned at the counter with one act', r)
sub = r.json['code']
s = lan.get('/v1/dossiers/%s/receipt' % sub).json
t.ok(s['form'] == '02' and s['reasons'][0]['title'] == 'Thiếu thành phần hồ sơ' and
     s['missing'][0].startswith('Danh mục'), 'form 02 names reasons and what is missing', s)
r = lan.post('/v1/dossiers', intake(outcome='reject', reasons=['not_eligible']))
t.eq(lan.get('/v1/dossiers/%s/receipt' % r.json['code']).json['form'], '03', 'form 03 for a refusal')
r = lan.post('/v1/dossiers', intake(outcome='return', reasons=['no-such-reason']))
t.ok(r.status == 422 and r.code == 'unknown-reason', 'an unknown reason: 422', r)

# ---- submissions: online, returned, resubmitted, accepted
hoa = office.client('hoa.buudien')
r = hoa.post('/v1/submissions', intake(channel='online'))
t.ok(r.status == 201 and r.json['status'] == 'SUBMITTED', 'support staff record an online submission', r)
sid = r.json['code']
for act in ('accept', 'return', 'reject', 'resubmit'):
    r = lan.post('/v1/submissions/%s/%s' % (sid, act), {})
    t.ok(r.status == 428 and r.code == 'if-match-missing', '%s without If-Match: 428' % act, r)
    r = lan.post('/v1/submissions/%s/%s' % (sid, act), {}, match='"77"')
    t.ok(r.status == 412 and r.code == 'stale' and r.json['current']['code'] == sid and r.etag == '"1"',
         '%s with an old one: 412 with the present state' % act, r)
w = lan.get('/v1/submissions').json['items']
t.ok(any(x['code'] == sid for x in w), 'it waits at the counter', w)
r = hoa.post('/v1/submissions/%s/accept' % sid, {}, match=r.etag)
t.eq(r.status, 403, 'support staff never decide')


def etag(c):
    return lan.get('/v1/dossiers/' + c).etag


r = lan.post('/v1/submissions/%s/return' % sid, {'reasons': ['wrong_form'], 'note': 'Sai mẫu'},
             match=etag(sid))
t.ok(r.status == 200 and r.json['status'] == 'INTAKE_SUPPLEMENT', 'returned', r)
again = intake()
for k in ('procedure',):
    again.pop(k)
r = hoa.post('/v1/submissions/%s/resubmit' % sid, again, match=etag(sid))
t.ok(r.status == 200 and r.json['attempts'] == 2, 'submitted again: the second attempt', r)
r = lan.post('/v1/submissions/%s/accept' % sid, {}, match=etag(sid))
t.ok(r.status == 200 and r.json['status'] == 'ACCEPTED' and r.json['code'].startswith('H24.11-') and
     r.json.get('secret'), 'accepted: code and secret', r)
d = lan.get('/v1/dossiers/' + r.json['code']).json
t.ok(d['valid_first'] is False, 'not valid at first submission: it had been returned', d)
s = lan.get('/v1/dossiers/%s/receipt' % r.json['code']).json
t.ok(s['form'] == '01' and s['limit'] == '30 ngày' and s['due'] == d['due']['original'],
     'its receipt tells the limit of the procedure, not the hours of the answer', s)
r = lan.post('/v1/submissions/%s/reject' % sub, {'reasons': ['not_completed']}, match=etag(sub))
t.ok(r.status == 200 and r.json['status'] == 'REJECTED_INTAKE', 'refused at intake', r)

# ---- nothing personal in the log
log = office.log_text()
for secret in ('Ngô Quyền', '999012345678', '0912345678', 'Trình diễn', lan.csrf, lan.cookie.split('=')[1],
               a.json['secret'], code):
    t.ok(secret not in log, 'the log does not hold %s…' % secret[:6])
lines = [json.loads(x) for x in log.splitlines() if x.startswith('{')]
t.ok(all('route' in x for x in lines if x['event'] == 'request'), 'one JSON line a request')
for x in ('/livez', '/readyz', '/metrics', '/version'):
    import http.client
    c = http.client.HTTPConnection('127.0.0.1', office.ops_port)
    c.request('GET', x)
    r = c.getresponse()
    t.ok(r.status == 200 and r.read(), '%s on the listener of operations' % x)
t.eq(lan.raw('GET', '/metrics').status, 404, '/metrics is not on the public listener')
office.end(t)
