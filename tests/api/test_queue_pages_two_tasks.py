"""Two tasks of one dossier in one queue, due at the same minute: a page that ended between them lost the second."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan, khoa = office.client('lan.tiepnhan'), office.client('khoa.sxd')
stc = {c.get('/v1/session').json['user']: c
       for c in (office.client(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan'))}

for _ in range(2):
    code = lan.post('/v1/dossiers', intake()).json['code']
    officer = stc[lan.act(code, 'act', {'action': 'forward'}).json['tasks'][0]['officer']]
    officer.act(code, 'receive')
    for question in ('Tiêu chuẩn kỹ thuật?', 'Định mức?', 'Đơn giá?'):
        r = officer.act(code, 'ask', {'kind': 'consult', 'to': 'SXD', 'text': question, 'limit': '5 working_day'})
        t.eq(r.status, 200, 'an opinion is asked')

for scope in ('role', 'unit'):
    whole = [(x['code'], x['task']) for x in khoa.get('/v1/queue?scope=' + scope).json['items']]
    t.eq(len(whole), 6, 'six opinions are owed (%s)' % scope)
    for size in (1, 2, 4):
        paged, at = [], ''
        while at is not None and len(paged) < 20:
            page = khoa.get('/v1/queue?scope=%s&limit=%d%s' % (scope, size, at)).json
            paged += [(x['code'], x['task']) for x in page['items']]
            at = '&cursor=' + page['next'] if page['next'] else None
        t.eq(paged, whole, 'the same by pages of %d (%s)' % (size, scope))
for code, task in whole[:3]:
    r = khoa.act(code, 'claim', {'task': task})
    t.eq(r.status, 200, 'claimed')
mine = [(x['code'], x['task']) for x in khoa.get('/v1/queue').json['items']]
first = khoa.get('/v1/queue?limit=1').json
rest = khoa.get('/v1/queue?limit=10&cursor=' + first['next']).json
t.eq([(x['code'], x['task']) for x in first['items'] + rest['items']], mine, 'and in the own queue')
office.end(t)
