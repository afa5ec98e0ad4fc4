"""After a return or refusal at intake, a new dossier of the same owner for the same procedure is
another attempt, not a first submission: it once raised the first-submission-valid rate."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')
sup = office.client('giang.giamsat')


def owner(number):
    return dict(intake()['applicant'], name='Trường số ' + number, id_number=number)


def take(number, **more):
    r = lan.post('/v1/dossiers', intake(applicant=owner(number), **more))
    assert r.status == 201, r
    return r.json


def give_back(number):
    return take(number, outcome='return', reasons=['missing'], missing=['assets'],
                components=[{'component': 'request', 'originals': 1}], note='Thiếu danh mục')


def refuse(number):
    return take(number, outcome='reject', reasons=['not_competent'], note='Không thuộc thẩm quyền')


def rates(path='/v1/figures'):
    f = sup.get(path).json['items'][0]
    return f['first_decided'], f['first_accepted'], f['valid_first']


def valid(d):
    return lan.get('/v1/dossiers/' + d['code']).json['valid_first']


give_back('A1')
t.eq(rates(), (1, 0, 0), 'a return at the counter is a first submission that was not valid')
d = take('A1')
t.eq(rates(), (1, 0, 0), 'the new dossier after it is no first submission')
t.eq(valid(d), False, 'and is not called valid at first submission')
t.eq(rates()[0], 1, 'the chain counts once')
d = take('A1')
t.eq(rates(), (2, 1, 1), 'after an acceptance the chain has ended: the next application is a first one')
t.eq(valid(d), True, 'and valid')
refuse('B1')
d = take('B1')
t.eq((rates(), valid(d)), ((3, 1, 1), False), 'the same after a refusal')
give_back('C1')
give_back('C1')
d = take('C1')
t.eq((rates(), valid(d)), ((4, 1, 1), False), 'returned twice, then accepted: one chain')
give_back('D1')
d = take('D2')
t.eq((rates(), valid(d)), ((6, 2, 2), True), 'somebody else is not of the chain')

# The law of thirty days: an attempt that long ago is forgotten.  History is what it is; the test
# moves the only thing that is looked at, the day of the decision.
give_back('E1')
e1 = office.psql("SELECT dossier FROM motcua.dossier_event ORDER BY at DESC, seq DESC LIMIT 1")
office.psql('SET session_replication_role = replica; ALTER TABLE motcua.dossier_event DISABLE TRIGGER ALL;'
            "UPDATE motcua.dossier_event SET at = at - interval '31 days' WHERE dossier = %s;"
            'ALTER TABLE motcua.dossier_event ENABLE ALWAYS TRIGGER append_only' % e1)
d = take('E1')
t.eq((rates(), valid(d)), ((8, 3, 3), True), 'after more than thirty days it is a first submission again')
office.psql('SET session_replication_role = replica; ALTER TABLE motcua.dossier_event DISABLE TRIGGER ALL;'
            "UPDATE motcua.dossier_event SET at = at + interval '31 days' WHERE dossier = %s;"
            'ALTER TABLE motcua.dossier_event ENABLE ALWAYS TRIGGER append_only' % e1)

# Online: the submission waits, and is accepted later.
give_back('F1')
s = lan.post('/v1/submissions', intake(applicant=owner('F1'), channel='post'))
assert s.status == 201, s
r = lan.post('/v1/submissions/%s/accept' % s.json['code'], {}, match=s.etag)
t.ok(r.status == 200, 'a submission by post after a return is accepted', r)
t.eq((rates(), valid(r.json)), ((9, 3, 3), False), 'and is no first submission either')

p = office.run('verify')
t.ok(' 0 differences' in p, 'the recount of all dossiers and every folded history agree', p)
office.end(t)
