"""Accounts and roles: the technical administrator keeps accounts, the business administrator gives roles;
nobody changes her own rights, the last administrator stays, every change says why and is audited;
one-time passwords must be changed; the audit is for inspectors alone."""
import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, PASSWORD, TOP, Office, Tap, intake, one_time_code, together, until  # noqa: E402
from provider import SECRET, Key, Provider  # noqa: E402

t = Tap()
unit = Provider()
office = Office(**unit.settings())
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

def verb(*args):
    p = subprocess.run([MOTCUAD, '--lang', 'en', 'user', *args, *office.flags()], cwd=TOP, env=ENV,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode()


# ---- one-time codes: switched on by herself, from the first right code on
MINE = '/v1/session/second-factor'
strip = lambda r: re.sub(r'"instance":"[^"]*"', '', r.text)


def forget():
    """Steps that counted and failures: the test goes quicker than a person."""
    office.psql('UPDATE motcua.second_factor SET last_step = 0; DELETE FROM motcua.sign_in_throttle')


def switch_on(who):
    secret = who.post(MINE, {'password': PASSWORD}).json['secret']
    return secret, who.post(MINE + '/on', {'code': one_time_code(secret)})


hai, also = office.client('hai.vanphong'), office.client('hai.vanphong')
t.eq(hai.get('/v1/session').json['second_factor'], {'possible': True, 'since': None, 'recovery': 0}, 'at first there is none')
r = hai.post(MINE, {'password': 'not the right one'})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/password', 'the password is asked for once more', r)
t.eq(hai.post(MINE + '/on', {'code': '123456'}).status, 409, 'nothing to switch on yet')
r = hai.post(MINE, {'password': PASSWORD})
secret = r.json['secret']
t.ok(r.status == 201 and len(secret) == 32 and r.json['uri'] == 'otpauth://totp/M%%E1%%BB%%99t%%20c%%E1%%BB%%ADa:hai.vanphong?secret=%s'
     '&issuer=M%%E1%%BB%%99t%%20c%%E1%%BB%%ADa' % secret and r.json['qr'].startswith('<svg '), 'a secret, as text and as QR', r)
t.eq(office.client().sign_in('hai.vanphong').status, 201, 'until it is proved nothing changes')
wrong = lambda: '%06d' % ((int(one_time_code(secret)) + 1) % 1000000)
r = hai.post(MINE + '/on', {'code': wrong()})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/code', 'not by a wrong code', r)
first_code = one_time_code(secret)
r = hai.post(MINE + '/on', {'code': first_code})
spare = r.json.get('codes', [])
t.ok(r.status == 200 and len(set(spare)) == 10 and all(re.fullmatch(r'(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}', c) for c in spare),
     'by a right one; ten recovery codes', r)
time.sleep(1.2)
now = hai.get('/v1/session').json['second_factor']
t.ok(now['since'] and now['recovery'] == 10 and also.get('/v1/session').status == 401, 'it is on; her other session has ended', now)
t.ok(tech.get('/v1/accounts/hai.vanphong').json['second_factor'] and not tech.get('/v1/accounts/lan.tiepnhan').json['second_factor'],
     'the administrator sees who has them')
raw = base64.b32decode(secret)
kept = bytes.fromhex(office.psql("SELECT encode(sealed, 'hex') FROM motcua.second_factor"))
t.ok(len(kept) == 48 and raw not in kept, 'the database holds it sealed', kept)
kept = office.psql('SELECT * FROM motcua.second_factor').lower()
t.ok(not any(x in kept for x in (secret.lower(), raw.hex(), spare[0].lower(), spare[0].replace('-', '').encode().hex())),
     'neither the secret nor a recovery code stands there', kept)

# ---- signing in with them: asked for behind the right password only
a, b = office.client().sign_in('hai.vanphong', 'x' * 14, '123456'), office.client().sign_in('nobody.there', 'x' * 14, '123456')
t.ok(a.status == b.status == 401 and a.code == 'bad-credentials' and strip(a) == strip(b) ==
     strip(office.client().sign_in('nobody.there', 'x' * 14)), 'a wrong password is told as ever, with and without a code', (a, b))
r = office.client().sign_in('hai.vanphong')
t.ok(r.status == 401 and r.code == 'code-needed' and 'Set-Cookie' not in r.headers, 'the right one: then the code is asked for', r)
r = office.client().sign_in('hai.vanphong', code=wrong())
t.ok(r.status == 401 and r.code == 'code-wrong', 'a wrong one', r)
t.eq(office.client().sign_in('hai.vanphong', code=first_code).code, 'code-wrong', 'the one that switched it on has counted')
forget()
t.eq(office.client().sign_in('hai.vanphong', code=one_time_code(secret, -2)).code, 'code-wrong', 'one that is a minute old')
code = one_time_code(secret, 1)
r = together([lambda: office.client().sign_in('hai.vanphong', code=code)] * 4)
t.eq(sorted(x.status for x in r), [201, 401, 401, 401], 'the next one is fine, and counts once, however many come at once')
t.eq(office.client().sign_in('hai.vanphong', code=first_code).code, 'code-wrong', 'an earlier one than that counts no more')
forget()
r = hai.sign_in('hai.vanphong', code=' %s %s ' % (code[:3], code[3:]))
t.eq(r.status, 201, 'blanks do not matter')
r = office.client().sign_in('hai.vanphong', code=spare[3].lower().replace('-', ' '))
t.ok(r.status == 201 and r.json['second_factor']['recovery'] == 9, 'a recovery code stands in', r)
t.eq(office.client().sign_in('hai.vanphong', code=spare[3]).code, 'code-wrong', 'once')
t.eq(office.client().sign_in('lan.tiepnhan', code='123456').status, 201, 'who has none is not asked')

# ---- guessing is throttled as passwords are; the password alone buys no new guesses
forget()
guesses = []
for _ in range(9):
    guesses.append(office.client().sign_in('hai.vanphong', code=wrong()).status)
    guesses.append(office.client().sign_in('hai.vanphong').status)
t.ok(guesses[:8] == [401] * 8 and guesses[-1] == 429, 'after five wrong codes one must wait', guesses)
r = written('sign-in-failed', lambda x: x['login'] == 'hai.vanphong' and detail(x).get('code'))
t.ok(r, 'the audit tells that the password was right', lines('sign-in-failed')[:2])
forget()

# ---- switched off by herself
r = hai.post(MINE, {'password': PASSWORD})
t.eq(r.status, 409, 'no other secret while it is on')
for body, at in (({'password': 'not the right one', 'code': code}, '/password'), ({'password': PASSWORD, 'code': wrong()}, '/code')):
    r = hai.post(MINE + '/off', body)
    t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == at, 'off needs the right %s' % at[1:], r)
t.eq(hai.post(MINE + '/off', {'password': PASSWORD, 'code': one_time_code(secret)}).status, 204, 'off')
t.eq(hai.get('/v1/session').json['second_factor']['since'], None, 'her session goes on')
t.eq(office.client().sign_in('hai.vanphong').status, 201, 'and no code is asked for')
t.eq(hai.post(MINE + '/off', {'password': PASSWORD, 'code': '1'}).status, 409, 'not twice')
forget()

# ---- taken away by the technical administrator, who says why; she is told
away = '/v1/accounts/hai.vanphong/second-factor/off'
t.eq(tech.post(away, {'reason': 'x'}).status, 409, 'there is nothing to take away')
again, r = switch_on(hai)
t.ok(r.status == 200 and again != secret, 'on again: with another secret', r)
t.eq(tech.post(away, {}).status, 422, 'a reason is needed')
t.eq(nam.post(away, {'reason': 'x'}).status, 403, 'only the technical administrator')
t.eq(tech.post('/v1/accounts/khanh.kythuat/second-factor/off', {'reason': 'x'}).code, 'separation-of-duty', 'not her own this way')
t.eq(tech.post('/v1/accounts/nobody.here/second-factor/off', {'reason': 'x'}).status, 404, 'nobody')
etag = tech.get('/v1/accounts/hai.vanphong').etag
r = tech.post(away, {'reason': 'Mất điện thoại'})
t.ok(r.status == 200 and r.etag != etag, 'taken away', r)
time.sleep(1.2)
t.eq(hai.get('/v1/session').status, 401, 'her sessions end')
first, second = hai.sign_in('hai.vanphong'), office.client().sign_in('hai.vanphong')
t.ok('taken' in first.json['second_factor'] and 'taken' not in second.json['second_factor'], 'she is told at the next sign-in', first)
last = written('second-factor-taken')[0]
t.ok(last['login'] == 'khanh.kythuat' and detail(last)['login'] == 'hai.vanphong' and detail(last)['reason'] == 'Mất điện thoại',
     'the audit says who, whom, why', last)
forget()
switch_on(hai)
status, out = verb('code-off', 'hai.vanphong', '--reason', 'x')
t.ok(status == 0 and hai.sign_in('hai.vanphong').json['second_factor'].get('taken'), 'and by a verb on the server', out)
status, out = verb('code-off', 'hai.vanphong', '--reason', 'x')
t.ok(status == 1, 'which says when there is nothing to do', out)

def begin():
    """The page asks where to go to: a browser with the cookie of this sign-in, and the address."""
    who = office.client()
    r = who.send('POST', '/v1/sso')
    if r.status == 201:
        who.cookie = r.headers['Set-Cookie'].split(';')[0]
    return who, r


def back(who, got, **more):
    return who.send('POST', '/v1/sso/session', {**got, **more})


def journey(login, **lies):
    unit.lies = lies
    who, r = begin()
    unit.lies = {}
    if r.status != 201:
        return who, r
    got = unit.sign_in(r.json['url'], login)
    unit.lies = lies
    r = back(who, got)
    unit.lies = {}
    return who, r


def ask_anew(**lies):
    """As an administrator who changed something there: after a reload the provider is asked what it is, once."""
    had, unit.lies = unit.times_asked()[0], lies
    office.daemon.send_signal(signal.SIGHUP)
    until(lambda: begin() and unit.times_asked()[0] > had)
    unit.lies = {}


# ---- roles that must have them: nothing else goes before
office.settings['session.second_factor'] = 'office_specialist'
office.stop()
office.start()
t.ok(hai.get('/v1/session').json['must_enrol'] and not lan.get('/v1/session').json['must_enrol'], 'the page can tell')
r = hai.get('/v1/procedures')
t.ok(r.status == 403 and r.code == 'second-factor-needed', 'nothing goes before it is switched on', r)
t.eq(lan.get('/v1/procedures').status, 200, 'others are not concerned')
r = journey('hai.vanphong')[1]
t.ok(r.status == 201 and not r.json['must_enrol'], 'who comes by the unit\'s provider is asked there', r)
again, r = switch_on(hai)
t.ok(r.status == 200 and hai.get('/v1/procedures').status == 200 and not hai.get('/v1/session').json['must_enrol'], 'then she works', r)
told = vinh.get('/v1/audit?limit=200').text + office.log_text()
t.ok(not any(x in told for x in (secret, again, spare[0], raw.hex(), PASSWORD)), 'no secret in the audit or the log')
office.settings['session.second_factor_key_file'] = office.write('another', 'another key that is long enough for it', 0o600)
office.settings['session.second_factor'] = ''
office.stop()
office.start()
forget()
r = office.client().sign_in('hai.vanphong', code=one_time_code(again))
t.ok(r.status == 500 and 'second_factor_key_file' in r.text, 'under another key it is not skipped but said', r)

# ---- signing in by the unit's own provider
t.ok(office.client().get('/v1/demo').json['sso'], 'the sign-in page can tell that there is one')
who, r = begin()
cookie = r.headers['Set-Cookie']
t.ok(all(x in cookie for x in ('__Host-motcua-sso=', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=600')), 'the cookie', cookie)
t.ok(r.json['url'].startswith(unit.issuer + '/auth?kind=staff&response_type=code&client_id=motcua&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Flam-viec&'),
     'the address where the unit signs people in', r)
got = unit.sign_in(r.json['url'], 'Minh.CongSan')
stranger, _ = begin()
t.eq(back(stranger, got).code, 'sign-in-over', 'another browser cannot take it up')
t.eq(back(office.client(), got).code, 'sign-in-over', 'nor one without a cookie')
t.eq(back(who, got, state=got['state'][:-1] + ('A' if got['state'][-1] != 'A' else 'B')).code, 'sign-in-over', 'another state')
r = back(who, got)
cookies = r.headers.get_all('Set-Cookie') or []
t.ok(r.status == 201 and r.json['login'] == 'minh.congsan' and any('motcua=' in c and 'SameSite=Strict' in c for c in cookies) and
     any('motcua-sso=;' in c and 'Max-Age=0' in c for c in cookies), 'signed in, capitals do not matter', (r, cookies))
minh = office.client()
minh.cookie, minh.csrf = cookies[0].split(';')[0], r.json['csrf']
t.eq(minh.get('/v1/queue?scope=unit').status, 200, 'and works')
t.eq(back(who, got).code, 'sign-in-over', 'the same way back once more: refused')
who, r = begin()
got = unit.sign_in(r.json['url'], 'minh.congsan')
office.psql("UPDATE motcua.sso_begun SET at = at - interval '11 minutes'")
t.eq(back(who, got).code, 'sign-in-over', 'after ten minutes it is over')
for lies, code, what in (
        ({'claims': {'nonce': 'x' * 43}}, 'provider-refused', 'another nonce'), ({'stranger': 1}, 'provider-refused', 'a wrong signature'),
        ({'alg': 'none'}, 'provider-refused', 'alg none'), ({'alg': 'HS256'}, 'provider-refused', 'alg HS256'),
        ({'claims': {'iss': 'http://127.0.0.1/other'}}, 'provider-refused', 'another issuer'),
        ({'claims': {'aud': 'other'}}, 'provider-refused', 'another audience'),
        ({'claims': {'exp': int(time.time()) - 120}}, 'provider-refused', 'an expired token'),
        ({'claims': {'preferred_username': None}}, 'provider-refused', 'no login'),
        ({'issuer': 'http://127.0.0.1/other'}, 'provider-away', 'one that calls itself another'),
        ({'token_endpoint': 'http://10.0.0.1/token'}, 'provider-away', 'plain HTTP beyond loopback'),
        ({'token_endpoint': unit.issuer.replace('localhost', '127.0.0.1') + '/token'}, 'provider-away', 'a certificate of another name'),
        ({'token_endpoint': 'file:///etc/passwd'}, 'provider-away', 'a file'),
        ({'bytes': b'{' + b' ' * 300000 + b'}'}, 'provider-away', 'an endless answer'),
        ({'bytes': b'<html>'}, 'provider-away', 'what is no JSON'), ({'status': 500}, 'provider-away', 'a provider in trouble'),
        ({'status': 302}, 'provider-away', 'a redirection')):
    if code == 'provider-away':
        ask_anew(**lies)
    who, r = journey('minh.congsan', **lies)
    t.ok(r.code == code and 'motcua=' not in str(r.headers), 'refused: ' + what, r)
for login in ('khong.co.ai', 'a b', "x' OR 1=1--", 'yen.moi@haiphong.gov.vn', 'ế'):
    t.eq(journey(login)[1].code, 'no-account', 'nobody here: ' + login)
patch(tech, 'yen.moi', {'active': False, 'reason': 'Nghỉ'})
t.eq(journey('yen.moi')[1].code, 'no-account', 'an account out of use')
patch(tech, 'yen.moi', {'active': True, 'reason': 'Trở lại'})
who, r = begin()
got = unit.sign_in(r.json['url'], 'minh.congsan')
unit.codes.clear()
t.eq(back(who, got).code, 'provider-refused', 'a code that the provider does not know any more')
r = written('sign-in-failed', lambda x: detail(x).get('why') == 'ID token: nonce')
t.ok(r and 'http' not in r[0]['detail'], 'the audit tells why', r)
t.ok(written('sign-in', lambda x: x['login'] == 'minh.congsan' and detail(x).get('sso')), 'and who came so', lines('sign-in')[:2])

# ---- what the provider says of itself and its keys are kept for a while
before = unit.times_asked()
ask_anew()
t.eq([journey('minh.congsan')[1].status for _ in range(3)], [201] * 3, 'three sign-ins')
t.eq([a - b for a, b in zip(unit.times_asked(), before)], [1, 1], 'ask the provider once what it is and for its keys')
unit.key = Key('two')
before, began = unit.times_asked(), time.monotonic()
t.eq([journey('minh.congsan')[1].status for _ in range(2)], [201] * 2, 'another key of another name: its holders come in at once')
t.eq([a - b for a, b in zip(unit.times_asked(), before)], [0, 1], 'the keys were asked for once more')
refused = [journey('minh.congsan', kid='nobody')[1].code for _ in range(3)]
more = unit.times_asked()[1] - before[1]
t.ok(set(refused) == {'provider-refused'} and more <= 1 + (time.monotonic() - began) // 30, 'names of keys that nobody has are not asked for each time', (refused, more))
ask_anew()
unit.key = Key('two')
r = [journey('minh.congsan')[1].status for _ in range(2)]
unit.key = Key('two')
t.eq((r, journey('minh.congsan')[1].status), ([201] * 2, 201), 'nor does another key under the same name keep anybody out')
unit.max_age = 1
ask_anew()
t.eq(journey('minh.congsan')[1].status, 201, 'kept as short as can be: five seconds')
time.sleep(5.1)
unit.max_age, before = 86400 * 365, unit.times_asked()
t.eq(journey('minh.congsan')[1].status, 201, 'when they are over')
t.eq([a - b for a, b in zip(unit.times_asked(), before)], [1, 1], 'both are asked for anew')
unit.max_age = None
unit.lies = {'slow': 30}
office.daemon.send_signal(signal.SIGHUP)
start = time.monotonic()
slow, live = together([lambda: until(lambda: [r for r in [begin()[1]] if r.status != 201])[0], lambda: [office.client().get('/v1/demo').status for _ in range(20)]])
t.ok(slow.code == 'provider-away' and time.monotonic() - start < 25 and live == [200] * 20, 'a slow provider is given up, nobody else waits', slow)
unit.lies = {}
who, r = begin()
got = unit.sign_in(r.json['url'], 'minh.congsan')
unit.close()
t.eq(back(who, got).code, 'provider-away', 'one that is down: said at once to whoever comes back from it')
t.eq(begin()[1].code, 'provider-away', 'and then to all')
t.eq(office.client().sign_in('lan.tiepnhan').status, 201, 'local accounts go on')
t.ok(SECRET not in office.log_text() + vinh.get('/v1/audit?limit=200').text, 'no secret in the log or the audit')

# ---- the verbs obey the same rules
status, out = verb('role', 'khanh.kythuat', '--roles', 'clerk')
t.ok(status == 1 and 'last administrator' in out, 'a verb does not remove the last administrator either', out)
status, out = verb('role', 'yen.moi', '--roles', 'clerk,specialist')
t.ok(status == 0 and sorted(tech.get('/v1/accounts/yen.moi').json['roles']) == ['clerk', 'specialist'], 'but gives roles', out)
t.eq(lines('roles-changed')[0]['login'], None, 'the audit: nobody signed in')
status, out = verb('list')
t.ok(status == 0 and 'yen.moi' in out and 'clerk,specialist' in out, 'and lists them', out[-300:])

office.end(t)
