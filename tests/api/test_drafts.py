"""What belongs to one person: drafts that survive windows, sessions and restarts and that two windows
never overwrite silently; preferences; saved filters, own and shared."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, together  # noqa: E402

t = Tap()
office = Office()
lan, hung, son = (office.client(x) for x in ('lan.tiepnhan', 'hung.tiepnhan', 'son.giamdoc'))
D = '/v1/drafts/'
FORM = {'kind': 'intake', 'title': 'Nguyễn Thị Phượng',
        'content': {'applicant': {'name': 'Nguyễn Thị Phượng', 'id_number': '046088001234'},
                    'checks': [True, False, None], 'note': 'dấu "ngoặc" và \\ gạch', 'n': 9007199254740993}}


def draft(**changes):
    return {k: v for k, v in dict(FORM, **changes).items() if v is not None}


def save(c, name, body, match=None):
    return c.send('PUT', D + name, body, {'If-Match': match} if match else None)


# ---- one draft
t.eq(lan.get('/v1/drafts').json['items'], [], 'nobody has drafts at first')
r = save(lan, 'form-0001', FORM)
t.ok(r.status == 200 and r.json['version'] == 1 and r.etag == '"1"' and r.json['updated'],
     'a new draft: version 1, the time', r)
r = lan.get(D + 'form-0001')
t.eq(r.json['content'], FORM['content'], 'it comes back as it was saved')
t.eq(r.etag, '"1"', 'with its version as ETag')
r = save(lan, 'form-0001', draft(title='Phượng', based_on=1))
t.eq(r.json['version'], 2, 'saved on from version 1: version 2')
t.eq([x['title'] for x in lan.get('/v1/drafts').json['items']], ['Phượng'], 'the list has titles')
t.ok('content' not in lan.get('/v1/drafts').json['items'][0], 'and no contents')

# ---- two windows
r = save(lan, 'form-0001', draft(title='cửa sổ cũ', based_on=1))
t.ok(r.status == 412 and r.code == 'draft-stale' and r.etag == '"2"', 'the older window: 412', r)
t.eq((r.json['draft']['title'], r.json['draft']['version'], r.json['draft']['content']),
     ('Phượng', 2, FORM['content']), 'with the present draft')
r = save(lan, 'form-0001', draft(title='như mới'))
t.eq(r.status, 412, 'a window that thinks it is new does not overwrite it either')
r = save(lan, 'form-0001', draft(title='Phượng', based_on=1))
t.ok(r.status == 200 and r.json['version'] == 2, 'the same text again (a lost answer) is no conflict', r)
race = together([lambda i=i: office_c[i].send('PUT', D + 'race-0001', draft(title='t%d' % i)).status
                 for office_c in [[office.client('lan.tiepnhan') for _ in range(8)]] for i in range(8)])
t.eq(sorted(race), [200] + [412] * 7, 'eight windows at once: one is saved, seven are told')

# ---- only one's own
t.eq(hung.get(D + 'form-0001').status, 404, "a colleague's draft is not there")
t.eq(hung.send('DELETE', D + 'form-0001').status, 404, 'nor can it be deleted')
t.eq(save(hung, 'form-0001', draft(title='Hùng')).json['version'], 1, 'the same id is another draft for him')
t.eq(lan.get(D + 'form-0001').json['title'], 'Phượng', 'hers is untouched')

# ---- what is refused
for body, where in ((draft(kind=None), '/kind'), (draft(content=None), '/content'),
                    (draft(content=[1]), '/content'), (draft(title='x' * 201), '/title'),
                    (draft(based_on=-1), '/based_on'), (draft(more=1), '/more')):
    r = save(lan, 'form-0002', body)
    t.ok(r.status == 422 and any(e['pointer'] == where for e in r.json['errors']), 'refused: ' + where, r)
for bad in ('short', 'UPPER-0001', 'dau_gach_duoi', 'x' * 41, '%C4%91ơn-0001'.replace('ơ', 'o')):
    t.eq(save(lan, bad, FORM).status, 400, 'no id of a draft: ' + bad)
fits = {'x': 'y' * (64 * 1024 - 8)}
t.eq(save(lan, 'large-0001', draft(content=fits)).status, 200, '64 KiB fit')
t.eq(lan.get(D + 'large-0001').json['content'], fits, 'and come back')
r = save(lan, 'large-0002', draft(content={'x': fits['x'] + 'y'}))
t.ok(r.status == 413 and '64 KiB' in r.json['detail'], 'one byte more does not, and says why', r)

# ---- a limit, and what is gone
for i in range(47):
    assert save(lan, 'many-%04d' % i, draft(content={})).status == 200
t.eq(len(lan.get('/v1/drafts').json['items']), 50, 'fifty drafts')
r = save(lan, 'many-9999', FORM)
t.ok(r.status == 409 and r.code == 'limit-reached' and '50' in r.json['detail'], 'not fifty-one', r)
t.eq(save(lan, 'form-0001', draft(title='vẫn lưu', based_on=2)).status, 200, 'those that are there go on')
t.eq(lan.send('DELETE', D + 'many-0001').status, 204, 'one is deleted')
t.eq(lan.send('DELETE', D + 'many-0001').status, 404, 'once')
r = save(lan, 'many-0001', draft(based_on=1))
t.ok(r.status == 404 and 'như bản mới' in r.json['detail'],
     'a window that still has it does not bring it back by itself', r)
t.eq(save(lan, 'many-0001', FORM).status, 200, 'only when it says that it is new')
office.psql("UPDATE motcua.draft SET expires = now() - interval '1 second' WHERE id = 'many-0002'")
t.eq(lan.get(D + 'many-0002').status, 404, 'an expired draft is not there')
t.eq(len(lan.get('/v1/drafts').json['items']), 49, 'nor in the list')
office.psql('SELECT motcua.expire(now(), 7, 100)')
t.eq(office.psql("SELECT count(*) FROM motcua.draft WHERE id = 'many-0002'"), '0', 'and is deleted')
days = office.psql("SELECT extract(day FROM expires - updated) FROM motcua.draft WHERE id = 'form-0001' LIMIT 1")
t.eq(days, '14', 'a draft is kept for fourteen days')

# ---- it outlives the session and the program
t.eq(lan.send('DELETE', '/v1/session').status, 204, 'signing out')
office.stop()
office.start()
lan = office.client('lan.tiepnhan')
t.eq(lan.get(D + 'form-0001').json['title'], 'vẫn lưu', 'after signing in again it is there')

# ---- preferences
P = '/v1/preferences'
t.eq(lan.get(P).json, {'preferences': {}, 'updated': None}, 'no preferences at first')
WISH = {'theme': 'dark', 'size': 'large', 'counter': 'Quầy 3', 'columns': ['due', 'code'], 'keys': {'1': 'forward'}}
t.eq(lan.send('PUT', P, {'preferences': WISH}).json['preferences'], WISH, 'saved')
lan.send('PUT', P, {'preferences': dict(WISH, theme='light')})
t.eq(lan.get(P).json['preferences']['theme'], 'light', 'the last saving holds')
t.eq(office.client('hung.tiepnhan').get(P).json['preferences'], {}, 'each has her own')
r = lan.send('PUT', P, {'preferences': {'x': 'y' * 16 * 1024}})
t.ok(r.status == 413 and '16 KiB' in r.json['detail'], 'at most 16 KiB', r)

# ---- filters
F = '/v1/filters'
hung, son = office.client('hung.tiepnhan'), office.client('son.giamdoc')
r = lan.send('POST', F, {'name': 'Gấp của tôi', 'query': 'scope=mine&urgency=overdue'})
own = r.json['id']
t.eq(r.status, 201, 'a filter is saved')
shared = lan.send('POST', F, {'name': 'Chờ bổ sung', 'query': 'scope=unit&q=%C4%90%E1%BA%A5t', 'shared': True}).json['id']
t.eq([(x['name'], x['shared'], x['mine']) for x in lan.get(F).json['items']],
     [('Chờ bổ sung', True, True), ('Gấp của tôi', False, True)], 'hers')
t.eq([(x['id'], x['mine'], bool(x['by'])) for x in hung.get(F).json['items']], [(shared, False, True)],
     'a colleague sees what is shared, and by whom')
t.eq(office.client('minh.congsan').get(F).json['items'], [], 'another agency sees nothing')
r = lan.send('POST', F, {'name': 'Gấp của tôi', 'query': 'scope=mine&urgency=today'})
t.ok(r.json['id'] == own and len(lan.get(F).json['items']) == 2, 'the same name replaces it', r)
for q in ('?scope=mine', 'a b', 'x=%zz', 'x=<script>', '&'.join('a%d=1' % i for i in range(30))):
    r = lan.send('POST', F, {'name': 'x', 'query': q})
    t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/query', 'no query: %.20s' % q, r)
t.eq(hung.send('DELETE', '%s/%d' % (F, shared)).status, 404, 'a colleague cannot delete it')
t.eq(lan.send('DELETE', '%s/%d' % (F, own)).status, 204, 'its owner can')
t.eq(son.send('DELETE', '%s/%d' % (F, shared)).status, 204, 'and the head what is shared with her agency')
for i in range(50):
    assert lan.send('POST', F, {'name': 'n%d' % i, 'query': ''}).status == 201
r = lan.send('POST', F, {'name': 'n50', 'query': ''})
t.ok(r.status == 409 and r.code == 'limit-reached', 'at most fifty filters', r)
office.end(t)
