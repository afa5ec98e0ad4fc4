"""Verbs on a published installation: user, dossier show, report ii06a, as people type them."""
import datetime
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, TOP, Office, Tap, intake, office_day  # noqa: E402

t = Tap()
office = Office()
SECRET = 'Mật khẩu thử một cửa 77'


def verb(*args, lang='vi', stdin=''):
    p = subprocess.run([MOTCUAD, '--lang', lang, *args, *office.flags()], cwd=TOP, env=ENV,
                       input=stdin.encode(), capture_output=True, timeout=120)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


# ---------------------------------------------------------------- user
code, out, err = verb('user', 'add', 'moi.tiepnhan', '--name', 'Người Mới', '--agency', 'TTPVHCC',
                      '--roles', 'receiver,returner', '--password-file', '-', stdin=SECRET + '\n')
t.eq((code, out), (0, 'moi.tiepnhan\n'), 'user add makes an account, the password from standard input')
c = office.client()
r = c.sign_in('moi.tiepnhan', SECRET)
t.eq(r.status, 201, 'it can sign in')
code, out, err = verb('user', 'list')
line = [l for l in out.splitlines() if l.startswith('moi.tiepnhan')]
t.ok(code == 0 and len(line) == 1 and line[0].endswith('receiver,returner') and 'Người Mới' in line[0],
     'user list shows it with its roles', out)
code, out, err = verb('user', 'list', '--json')
t.ok(code == 0 and any(u['login'] == 'moi.tiepnhan' and u['roles'] == ['receiver', 'returner']
                       for u in json.loads(out)['items']), 'the same as JSON', out[:300])
code, out, err = verb('user', 'role', 'moi.tiepnhan', '--roles', 'cashier')
t.eq(code, 0, 'user role gives other roles')
t.eq(office.psql("SELECT string_agg(r.name, ',') FROM motcua.role_held h JOIN motcua.role r ON r.id = h.role "
                 "JOIN motcua.account a ON a.id = h.account WHERE a.login = 'moi.tiepnhan' "
                 "AND h.valid_to > now()"), 'cashier', 'exactly these are held now')
t.eq(office.psql("SELECT count(*) FROM motcua.role_held h JOIN motcua.account a ON a.id = h.account "
                 "WHERE a.login = 'moi.tiepnhan'"), '3', 'the earlier ones stay readable')
code, out, err = verb('user', 'passwd', 'moi.tiepnhan', '--password-file', '-', stdin='Một mật khẩu khác 88')
t.eq(code, 0, 'user passwd changes the password')
t.eq(office.psql("SELECT count(*) FROM motcua.session s JOIN motcua.account a ON a.id = s.account "
                 "WHERE a.login = 'moi.tiepnhan'"), '0', 'and ends the sessions')
t.eq(office.client().sign_in('moi.tiepnhan', SECRET).status, 401, 'the old one is no good any more')
t.ok('argon2id' in office.psql("SELECT password_hash FROM motcua.account WHERE login = 'moi.tiepnhan'"),
     'stored as argon2id')
for args, stdin, want in (
        (('user', 'add', 'x.y', '--name', 'X', '--agency', 'TTPVHC', '--roles', 'receiver',
          '--password-file', '-'), SECRET, 'TTPVHCC'),
        (('user', 'add', 'x.y', '--name', 'X', '--agency', 'TTPVHCC', '--roles', 'reciever',
          '--password-file', '-'), SECRET, 'receiver'),
        (('user', 'passwd', 'khong.co', '--password-file', '-'), SECRET, 'khong.co'),
        (('user', 'passwd', 'moi.tiepnhan', '--password-file', '-'), 'ngắn', '')):
    code, out, err = verb(*args, stdin=stdin)
    t.ok(code == 1 and want in err, 'refused, with the reason: ' + ' '.join(args[:3]), (code, err))
for args in (('user',), ('user', 'ad'), ('user', 'add', 'x'), ('user', 'list', 'x'),
             ('user', 'list', '--roles', 'receiver'), ('dossier',), ('dossier', 'show'),
             ('report', 'ii06b', '--from', '2026-01-01', '--to', '2026-02-01'),
             ('report', 'ii06a', '--from', 'x', '--to', '2026-02-01'),
             ('report', 'ii06a', '--from', '2026-02-01', '--to', '2026-01-01'),
             ('report', 'ii06a', '--form', '2026-02-01')):
    code, out, err = verb(*args)
    t.eq(code, 2, 'misuse: ' + ' '.join(args))

# ---------------------------------------------------------------- dossier show
lan = office.client('lan.tiepnhan')
taken = lan.post('/v1/dossiers', intake()).json
code, out, err = verb('dossier', 'show', taken['code'])
t.ok(code == 0 and taken['code'] in out and 'Lịch sử' in out and 'Tiếp nhận hồ sơ' in out,
     'dossier show prints state and history', out or err)
t.ok(taken['due']['current'][:10] in out, 'with its promise', out)
t.ok('30' in out and 'Đồng hồ' in out, 'and its clocks with reasons', out)
code, out, err = verb('dossier', 'show', taken['code'], lang='en')
t.ok(code == 0 and 'History' in out and 'Accepted' in out, 'in English too', out)
code, out, err = verb('dossier', 'show', taken['code'], '--json')
d = json.loads(out)
t.ok(d['code'] == taken['code'] and d['masked'] and len(d['history']) == d['seq'],
     'as JSON: whole history, personal data masked', out[:300])
code, out, err = verb('dossier', 'show', 'H24.11-200101-0001')
t.ok(code == 1 and 'H24.11-200101-0001' in err, 'an unknown code is refused', err)

# ---------------------------------------------------------------- report
today = office_day()
first, nextm = today.replace(day=1), (today.replace(day=28) + datetime.timedelta(days=7)).replace(day=1)
code, out, err = verb('report', 'ii06a', '--from', str(first), '--to', str(nextm))
t.ok(code == 0 and 'II.06a' in out and '100,0 % (1/1)' in out, 'report ii06a prints the form and the rates', out or err)
code, out, err = verb('report', 'ii06a', '--from', str(first), '--to', str(nextm), '--json')
row = json.loads(out)['items'][0]
t.eq((row['total'], row['received_other'], row['pending_within'], row['valid_first']), (1, 1, 1, 1),
     'the same figures as JSON')
code, out, err = verb('report', 'ii06a', '--from', str(first), '--to', str(nextm), '--by', 'agency',
                      '--basis', 'original', '--agency', 'STC', lang='en')
t.ok(code == 0 and 'Department of Finance' in out, 'by agency, in English', out or err)
code, out, err = verb('report', 'ii06a', '--from', str(first), '--to', str(nextm), '--agency', 'XYZ')
t.ok(code == 1 and 'XYZ' in err, 'an unknown agency is refused', err)

# ---------------------------------------------------------------- cash book
body = intake(procedure='2.000635', form={'copies': 3}, case='01',
              components=[{'component': 'request', 'originals': 1}, {'component': 'identity', 'presented': True}])
paid = office.client('lan.tiepnhan').post('/v1/dossiers', body).json['code']
office.client('thu.thuphi').act(paid, 'pay', {'amount': 24000, 'reference': 'BL 0001'})
code, out, err = verb('report', 'cash', '--from', str(first), '--to', str(nextm))
t.ok(code == 0 and ' 24000 ' in out and 'đã thu, cash, Trung tâm' in out and 'đã hoàn' in out,
     'report cash prints the cash book', out or err)
code, out, err = verb('report', 'cash', '--from', str(first), '--to', str(nextm), '--json')
j = json.loads(out)
t.eq((j['received']['amount'], j['given_back']['n'], [x['method'] for x in j['items']]), (24000, 0, ['cash']),
     'the same as the API')
code, out, err = verb('report', 'cash', '--from', '2020-01-01', '--to', '2020-02-01', lang='en')
t.ok(code == 0 and 'received' in out and '24000' not in out, 'nothing in another period', out or err)
code, out, err = verb('report', 'cashbook', '--from', '2020-01-01', '--to', '2020-02-01')
t.ok(code == 2 and 'ii06a, catch-up, cash' in err, 'an unknown report names those there are', err)

# ---------------------------------------------------------------- why: the same words in verb and API
ASK = {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'], 'text': 'Thiếu trang cuối'}
t.eq(lan.act(taken['code'], 'ask', ASK).status, 200, 'the counter asks for a supplement')
task = [x['task'] for x in lan.get('/v1/dossiers/' + taken['code']).json['tasks'] if x.get('owes')][0]
t.eq(lan.act(taken['code'], 'answer', {'task': task, 'outcome': 'complete'}).status, 200, 'and it comes')
for lang in ('vi', 'en'):
    who = office.client('lan.tiepnhan', lang)
    why = [x['text'] for k in who.get('/v1/dossiers/%s/clocks' % taken['code']).json['clocks'] for x in k['why']['lines']]
    code, out, err = verb('dossier', 'show', taken['code'], lang=lang)
    t.eq((len(why) > 6, [x for x in why if x not in out]), (True, []), 'every line of why as the API tells it, in ' + lang)
office.end(t)
