"""Accounts and roles: the technical administrator keeps accounts, the business administrator gives roles;
nobody changes her own rights, the last administrator stays, every change says why and is audited;
one-time passwords must be changed; the audit is for inspectors alone."""
import json
import os
import sys
import time
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import PASSWORD, Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
tech, nam, phuong = office.client('khanh.kythuat'), office.client('nam.quantri'), office.client('phuong.quantri')
vinh, lan = office.client('vinh.thanhtra'), office.client('lan.tiepnhan')
NEW = 'Mật khẩu mới của tôi 2026'


def patch(who, login, body, match=None):
    match = match or who.get('/v1/accounts/' + login).etag
    return who.send('PATCH', '/v1/accounts/' + login, body, {'If-Match': match})


def lines(what):
    return [x for x in vinh.get('/v1/audit?what=' + what).json['items']]


def written(what, wanted=lambda line: True, least=1):
    """Lines that are wanted, once there are enough: refusals and readings are written behind the answer, by each worker in
    its own time."""
    for _ in range(50):
        got = [x for x in lines(what) if wanted(x)]
        if len(got) >= least:
            break
        time.sleep(0.1)
    return got


def detail(line):
    return json.loads(line['detail'])


# ---- the list
r = tech.get('/v1/accounts?agency=STC')
t.ok(r.status == 200 and {'binh.stc', 'minh.congsan'} <= {x['login'] for x in r.json['items']} and
     'lan.tiepnhan' not in r.text, 'accounts of an agency with what lies under it', r)
t.eq([x['login'] for x in tech.get('/v1/accounts?q=' + quote('pham hoai nam')).json['items']], ['nam.quantri'],
     'found without accents')
t.eq([x['login'] for x in tech.get('/v1/accounts?q=' + quote('Đỗ Quang')).json['items']], ['vinh.thanhtra'], 'and with')
t.eq([x['login'] for x in tech.get('/v1/accounts?q=khanh.ky').json['items']], ['khanh.kythuat'], 'and by login')
t.eq(tech.get('/v1/accounts?q=%25').json['items'], [], 'signs of patterns are only signs')
first = tech.get('/v1/accounts?limit=5')
second = tech.get('/v1/accounts?limit=5&cursor=' + first.json['next'])
t.ok(len(first.json['items']) == 5 and second.json['items'][0]['login'] > first.json['items'][4]['login'] and
     'rel="next"' in first.headers['Link'], 'page by page', first)
t.eq(tech.get('/v1/accounts?agency=NOWHERE').status, 400, 'no such agency')
t.ok('password' not in tech.get('/v1/accounts/nam.quantri').text.replace('password_at', ''), 'no password, no hash')
t.eq(tech.get('/v1/accounts/nobody').status, 404, 'no such account')

# ---- making one
r = tech.post('/v1/accounts', {'login': 'yen.moi', 'name': 'Hoàng Hải Yến', 'agency': 'STC', 'reason': 'QĐ 12/QĐ-STC'})
t.ok(r.status == 201 and len(r.json['password']) >= 16, 'made, with a password that is told once', r)
first_password = r.json['password']
t.eq(tech.post('/v1/accounts', {'login': 'yen.moi', 'name': 'X', 'agency': 'STC'}).status, 409, 'not twice')
t.ok(first_password not in tech.get('/v1/accounts/yen.moi').text, 'never again')
for body, what in (({'login': 'Yen'}, 'a login of capitals'), ({'agency': 'NOWHERE'}, 'no such agency'),
                   ({'password': 'short'}, 'a weak password'), ({'login': '.x'}, 'a login that begins with a dot'),
                   ({'roles': ['leader']}, 'roles: they are given by somebody else')):
    r = tech.post('/v1/accounts', dict({'login': 'a.b', 'name': 'X', 'agency': 'STC'}, **body))
    t.eq(r.status, 422, 'refused: ' + what)
t.eq(nam.post('/v1/accounts', {'login': 'a.b', 'name': 'X', 'agency': 'STC'}).status, 403,
     'who gives roles makes no accounts')

# ---- the one-time password
yen = office.client()
r = yen.sign_in('yen.moi', first_password)
t.ok(r.status == 201 and r.json['must_change'] and r.json['roles'] == [], 'it signs in, without roles', r)
r = yen.get('/v1/procedures')
t.ok(r.status == 403 and r.code == 'password-change-needed', 'but nothing goes before it is changed', r)
t.ok(yen.get('/v1/session').json['must_change'], 'the page can tell')
r = yen.post('/v1/session/password', {'old': 'wrong one altogether', 'new': NEW})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/old', 'the old one is needed', r)
r = yen.post('/v1/session/password', {'old': first_password, 'new': 'yen.moi12345678'})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/new', 'a guessable one is refused', r)
r = yen.post('/v1/session/password', {'old': first_password, 'new': first_password})
t.eq(r.status, 422, 'and the same one')
r = yen.post('/v1/session/password', {'old': first_password, 'new': NEW})
t.eq(r.status, 204, 'changed')
t.ok(yen.get('/v1/session').json['must_change'] is False, 'her session goes on')
t.eq(office.client().sign_in('yen.moi', first_password).status, 401, 'the one-time password is gone')
t.eq(yen.get('/v1/procedures').status, 403, 'without roles nothing but herself')

# ---- roles: by the business side, with a reason
r = patch(nam, 'yen.moi', {'roles': ['specialist']})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/reason', 'a reason is needed', r)
r = patch(tech, 'yen.moi', {'roles': ['specialist'], 'reason': 'Tôi muốn vậy'})
t.ok(r.status == 403 and r.code == 'not-your-role', 'who makes accounts gives no roles', r)
r = patch(nam, 'yen.moi', {'roles': ['specialist', 'king'], 'reason': 'QĐ 13'})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/roles/1', 'only roles that there are', r)
t.eq(patch(nam, 'yen.moi', {'roles': ['system'], 'reason': 'QĐ 13'}).status, 422, 'nobody is the system')
etag = nam.get('/v1/accounts/yen.moi').etag
r = patch(nam, 'yen.moi', {'roles': ['specialist'], 'reason': 'QĐ 13/QĐ-STC'})
t.eq(r.status, 200, 'given')
time.sleep(1.2)  # what a worker may remember of a session
t.eq(yen.get('/v1/session').status, 401, 'other rights, another session')
t.eq(yen.sign_in('yen.moi', NEW).status, 201, 'she signs in again')
t.ok(yen.get('/v1/queue?scope=unit').status == 200, 'and works')
r = patch(nam, 'yen.moi', {'roles': [], 'reason': 'QĐ 14'}, match=etag)
t.ok(r.status == 412 and r.code == 'stale', 'not over somebody else\'s change', r)
t.eq(nam.send('PATCH', '/v1/accounts/yen.moi', {'roles': [], 'reason': 'QĐ 14'}).status, 428, 'nor blindly')
r = patch(nam, 'yen.moi', {'agency': 'SXD', 'reason': 'QĐ 15'})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/roles', 'rights do not move by themselves', r)
r = patch(nam, 'yen.moi', {'agency': 'SXD', 'roles': ['clerk'], 'reason': 'QĐ 15'})
a = nam.get('/v1/accounts/yen.moi').json
t.ok(r.status == 200 and a['agency']['agency'] == 'SXD' and a['roles'] == ['clerk'], 'moved, with other roles', a)
last = lines('roles-changed')[0]
t.ok(last['login'] == 'nam.quantri' and detail(last)['login'] == 'yen.moi' and detail(last)['reason'] == 'QĐ 15' and
     detail(last)['before'] != detail(last)['roles'], 'the audit says who, whom, why, from what to what', last)

# ---- nobody for herself; the last one stays
r = patch(nam, 'nam.quantri', {'roles': ['business_admin', 'leader'], 'reason': 'Kiêm nhiệm'})
t.ok(r.status == 403 and r.code == 'separation-of-duty', 'nobody gives herself a role', r)
r = patch(tech, 'khanh.kythuat', {'active': False, 'reason': 'Nghỉ'})
t.ok(r.status == 403 and r.code == 'separation-of-duty', 'nor ends herself', r)
r = patch(nam, 'khanh.kythuat', {'roles': [], 'reason': 'Thôi việc'})
t.ok(r.status == 409 and r.code == 'last-administrator', 'the last technical administrator stays', r)
t.eq(patch(nam, 'phuong.quantri', {'roles': [], 'reason': 'Thôi việc'}).status, 200, 'one of two may go')
r = patch(tech, 'nam.quantri', {'active': False, 'reason': 'Thôi việc'})
t.ok(r.status == 409 and r.code == 'last-administrator', 'the last business administrator stays in use', r)
refused = written('account-refused', least=4)
t.ok(len(refused) >= 4 and {detail(x)['rule'] for x in refused} >= {'separation-of-duty', 'last-administrator'},
     'what was refused is in the audit', refused)
t.eq(patch(nam, 'phuong.quantri', {'roles': ['business_admin'], 'reason': 'Trở lại'}).status, 200, 'and back')

# ---- out of use
r = patch(tech, 'yen.moi', {'active': False})
t.eq(r.status, 422, 'ending one needs a reason')
yen.sign_in('yen.moi', NEW)
r = patch(tech, 'yen.moi', {'active': False, 'reason': 'Chuyển công tác'})
t.eq(r.status, 200, 'out of use')
time.sleep(1.2)
t.eq(yen.get('/v1/session').status, 401, 'her sessions end')
t.eq(office.client().sign_in('yen.moi', NEW).status, 401, 'and she signs in no more')
t.eq(patch(tech, 'yen.moi', {'active': True, 'reason': 'Trở lại'}).status, 200, 'back in use')
t.eq(patch(tech, 'yen.moi', {'name': 'Hoàng Thị Hải Yến'}).status, 200, 'a name is mended')
t.eq(patch(tech, 'yen.moi', {}).status, 422, 'nothing is nothing')

# ---- a forgotten password
r = tech.post('/v1/accounts/yen.moi/password', {})
t.eq(r.status, 422, 'a reason is needed')
r = tech.post('/v1/accounts/yen.moi/password', {'reason': 'Quên mật khẩu', 'password': 'Một lần thôi nhé 99'})
t.ok(r.status == 200 and 'password' not in r.json, 'set by the administrator: it is not told', r)
r = yen.sign_in('yen.moi', 'Một lần thôi nhé 99')
t.ok(r.status == 201 and r.json['must_change'], 'it must be changed, too', r)
t.eq(tech.post('/v1/accounts/khanh.kythuat/password', {'reason': 'x'}).code, 'separation-of-duty', 'not one\'s own this way')
t.eq(tech.post('/v1/accounts/nobody.here/password', {'reason': 'x'}).status, 404, 'nobody')
t.eq(nam.post('/v1/accounts/yen.moi/password', {'reason': 'x'}).status, 403, 'only the technical administrator')
mine = lines('password-set')
t.ok(mine[0]['login'] == 'khanh.kythuat' and 'Một lần' not in json.dumps(mine), 'audited, without the password', mine[:1])

# ---- own password: other sessions end, this one stays; guessing is throttled
one, two = office.client('mai.traketqua'), office.client('mai.traketqua')
t.eq(one.post('/v1/session/password', {'old': PASSWORD, 'new': NEW}).status, 204, 'own password')
time.sleep(1.2)
t.ok(one.get('/v1/session').status == 200 and two.get('/v1/session').status == 401, 'the other sessions end')
codes = [one.post('/v1/session/password', {'old': 'guess %d and more' % i, 'new': PASSWORD}).status for i in range(8)]
t.ok(codes[0] == 422 and codes[-1] == 429, 'guessing the old one is throttled like signing in', codes)

# ---- the audit
r = lan.get('/v1/audit')
t.eq(r.status, 403, 'the counter does not read the audit')
t.eq(tech.get('/v1/audit').status, 403, 'nor does the technical administrator')
got = written('forbidden', lambda x: x['login'] == 'khanh.kythuat' and detail(x)['route'] == '/v1/audit')
t.ok(got, 'what was refused is there', lines('forbidden')[:3])
page = vinh.get('/v1/audit?limit=3').json
more = vinh.get('/v1/audit?limit=3&cursor=' + page['next']).json
t.ok(len(page['items']) == 3 and page['items'][2]['line'] > more['items'][0]['line'], 'page by page, the newest first', page)
t.ok(all(x['login'] == 'nam.quantri' for x in vinh.get('/v1/audit?login=nam.quantri').json['items']), 'of one person')
t.eq(vinh.get('/v1/audit?from=2031-01-01').json['items'], [], 'of a period')
t.eq(vinh.get("/v1/audit?what=" + quote("x';--")).status, 400, 'a kind is a word')
t.ok(NEW not in vinh.get('/v1/audit?limit=200').text and first_password not in vinh.get('/v1/audit?limit=200').text,
     'no password in it')

# ---- who read whose data
code = lan.post('/v1/dossiers', intake()).json['code']
for _ in range(3):
    lan.get('/v1/dossiers/' + code)
vinh.get('/v1/dossiers/' + code)  # masked: nobody's data was told
got = written('personal-read', lambda x: detail(x)['dossier'] == code)
t.ok([x['login'] for x in got] == ['lan.tiepnhan'], 'reading personal data is audited, a screen that reads again once', got)

# ---- the verbs obey the same rules
import subprocess  # noqa: E402
from api import ENV, MOTCUAD, TOP  # noqa: E402


def verb(*args):
    p = subprocess.run([MOTCUAD, '--lang', 'en', 'user', *args, *office.flags()], cwd=TOP, env=ENV,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode()


status, out = verb('role', 'khanh.kythuat', '--roles', 'clerk')
t.ok(status == 1 and 'last administrator' in out, 'a verb does not remove the last administrator either', out)
status, out = verb('role', 'yen.moi', '--roles', 'clerk,specialist')
t.ok(status == 0 and sorted(tech.get('/v1/accounts/yen.moi').json['roles']) == ['clerk', 'specialist'], 'but gives roles', out)
t.eq(lines('roles-changed')[0]['login'], None, 'the audit: nobody signed in')
status, out = verb('list')
t.ok(status == 0 and 'yen.moi' in out and 'clerk,specialist' in out, 'and lists them', out[-300:])

office.end(t)
