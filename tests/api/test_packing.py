"""Long answers that say what is published are packed (gzip) for those who ask for it, and only those:
the same content, a weak ETag, private answers and those that hold a secret as they are (BREACH)."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from api import Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan, nam, giang = (office.client(x) for x in ('lan.tiepnhan', 'nam.quantri', 'giang.giamsat'))


def coding(answer):
    return answer.headers.get('Content-Encoding')


def get(who, path, accept='gzip, deflate, br'):
    return who.get(path, **{'Accept-Encoding': accept})


# ---- what is published
plain, packed = lan.get('/v1/procedures'), get(lan, '/v1/procedures')
t.eq(coding(plain), None, 'who does not ask for it gets no packed answer')
t.eq(coding(packed), 'gzip', 'who asks gets gzip')
t.eq(packed.data, plain.data, 'and the very same content')
t.ok(packed.wire * 3 < plain.wire, 'in less than a third of the bytes', (packed.wire, plain.wire))
t.ok('Accept-Encoding' in packed.headers['Vary'] and 'Accept-Encoding' in plain.headers['Vary'], 'a store between is told that the answers differ')
for accept, want in (('gzip', 'gzip'), ('br', None), ('gzip;q=0', None), ('identity', None), ('br, gzip;q=0.5', 'gzip'), ('', None)):
    t.eq(coding(get(lan, '/v1/procedures', accept)), want, 'Accept-Encoding: %s' % (accept or '(nothing)'))
for path in ('/v1/procedures/1.005416', '/v1/procedures/1.005416/text', '/v1/procedures/1.005416/diagram.svg', '/v1/organisation', '/openapi.json',
             '/web/diagram.css', '/web/site.css', '/v1/figures/definitions'):
    who = giang if 'figures' in path else nam
    for _ in range(2):  # the second one is remembered
        one = get(who, path)
        t.eq((one.status, coding(one)), (200, 'gzip'), 'packed: ' + path)
    t.eq(one.data, who.get(path).data, 'the same content: ' + path)
tag = nam.get('/v1/procedures/1.005416/text').etag
t.eq(get(nam, '/v1/procedures/1.005416/text').etag, 'W/' + tag, 'the tag of packed bytes is a weak one')
t.eq(get(nam, '/v1/procedures/' + 'x' * 20).status, 404, 'a problem is short and goes as it is')
t.eq(coding(get(nam, '/v1/procedures/' + 'x' * 20)), None, 'without a coding')

# ---- languages and other answers do not get mixed up in what is remembered
english = office.client('nam.quantri', 'en')
for who, word in ((nam, 'Quyết định mua sắm'), (english, 'urchase'), (nam, 'Quyết định mua sắm')):
    t.ok(word in get(who, '/v1/procedures/1.005416').text, 'in the language that was asked for: ' + word)

# ---- nothing with a secret or a person in it
slip = lan.post('/v1/dossiers', intake())
code = slip.json['code']
head = {'Accept-Encoding': 'gzip'}
for path in ('/v1/session', '/v1/preferences', '/v1/dossiers/' + code, '/v1/dossiers/%s/history' % code, '/v1/dossiers/%s/receipt' % code,
             '/v1/queue?scope=all', '/v1/officers', '/v1/figures/dossiers?from=2026-01-01&to=2027-01-01&figure=received'):
    one = lan.get(path, **head) if 'figures' not in path else giang.get(path, **head)
    t.eq(coding(one), None, 'as it is: ' + path.split('?')[0])
again = lan.post('/v1/dossiers', intake(), headers=head)
t.eq((again.status, coding(again)), (201, None), 'the secret of a new dossier is never packed')

# ---- the client's files: the last coding of the list counts too
page = office.client().raw('GET', '/lam-viec')
for accept, want in (('gzip', 'gzip'), ('gzip, deflate, br', 'br'), ('br;q=0, gzip', 'gzip')):
    t.eq(office.client().raw('HEAD', '/lam-viec', headers={'Accept-Encoding': accept}).headers.get('Content-Encoding'), want if 'main.mjs' in page.text else coding(page), 'the page, Accept-Encoding: ' + accept)
office.end(t)
