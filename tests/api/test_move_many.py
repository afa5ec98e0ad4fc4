#!/usr/bin/env python3
"""Thousands of running dossiers move to a version that asks other agencies in another order, while branches are
being asked: planned, then all or none, without a promise that comes earlier; what it costs in time and memory.
COUNT= says how many.  Copies of three dossiers that were taken in."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, MOTCUAD, Office, TOP, Tap  # noqa: E402

COUNT = int(os.environ.get('COUNT', '3000'))
ONE = '''procedure: "7.000003"
version: 1
valid_from: 2025-07-01
kind: citizen
name: {vi: "Chấp thuận", en: "Consent"}
field: {code: XD, vi: "Xây dựng", en: "Building"}
competent: STC
reception: any
channels: [counter]
basis: ["Luật"]
result: {vi: "Văn bản", en: "Letter"}
fee: {amount: 0}
limit: 20 working_day_eod
components:
  - {component: request, vi: "Đơn", en: "Request", need: required, originals: 1}
steps:
  - {step: receive, vi: "Tiếp nhận", en: "Receive", at: reception, role: receiver, limit: 1 working_day, actions: [{action: forward, to: opinions}]}
  - step: opinions
    vi: "Lấy ý kiến"
    en: "Opinions"
    split:
      join: all
      branches:
        - {branch: building, vi: "Xây dựng", en: "Building", at: SXD, role: specialist, limit: 5 working_day}
        - {branch: tax, vi: "Thuế", en: "Tax", at: CT, role: specialist, limit: 5 working_day}
    then: issue
  - {step: issue, vi: "Phát hành", en: "Issue", at: STC, role: clerk, limit: 1 working_day, actions: [{action: number}, {action: release, to: hand}]}
  - {step: hand, vi: "Trả", en: "Hand over", at: reception, role: returner, actions: [{action: hand_over}]}
'''
TWO = (ONE.replace('version: 1', 'version: 2', 1).replace('limit: 20 working', 'limit: 15 working', 1)
       .replace('{branch: building, vi: "Xây dựng", en: "Building", at: SXD, role: specialist, limit: 5 working_day}', 'SWAP')
       .replace('- {branch: tax, vi: "Thuế", en: "Tax", at: CT, role: specialist, limit: 5 working_day}',
                '- {branch: building, vi: "Xây dựng", en: "Building", at: SXD, role: specialist, limit: 7 working_day}')
       .replace('SWAP', '{branch: land, vi: "Đất đai", en: "Land", at: STC, role: specialist, limit: 4 working_day}\n'
                '        - {branch: duty, vi: "Thuế", en: "Tax", at: CT, role: specialist, limit: 5 working_day}'))


def copies(n):
    """Everything that an act looks at; the histories stay where they were."""
    office.psql("""
WITH t AS (SELECT d.*, row_number() OVER (ORDER BY d.id) AS k FROM motcua.dossier d WHERE d.procedure = '7.000003'),
made AS (
INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent,
        first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted,
        original_due, basis_due, current_due, state)
    SELECT 1000000 * t.k + g, t.seq, t.head, t.status, t.money, t.handover, t.sync, t.channel, t.version, t.receiving,
           t.competent, t.first_accepted, t.refused_incomplete, 'H24.11-200101-' || (100000 * t.k + g), t.procedure,
           t.procedure_hash, t.submitted, t.first_decided, t.accepted, t.original_due, t.basis_due, t.current_due,
           t.state
      FROM t, generate_series(1, %(n)d) g RETURNING id, code)
INSERT INTO motcua.task (dossier, seq, officer, due, promised, opened, received, task, agency, version, role, code,
        procedure, step)
    SELECT m.id, k.seq, k.officer, k.due, k.promised, k.opened, k.received, k.task, k.agency, k.version, k.role,
           m.code, k.procedure, k.step
      FROM t JOIN motcua.task k ON k.dossier = t.id JOIN made m ON m.id / 1000000 = t.k""" % {'n': n // 3 - 1})


def number(sql):
    return int(office.psql(sql))


def verb(*args):
    """Answer, seconds of the processor, most memory in MB."""
    with tempfile.TemporaryFile() as out:
        pid = os.fork()
        if pid == 0:
            os.chdir(TOP)
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            os.execve(MOTCUAD, [MOTCUAD, '--lang', 'en', *args, *office.flags()], ENV)
        _, status, used = os.wait4(pid, 0)
        out.seek(0)
        return os.waitstatus_to_exitcode(status), out.read().decode(), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


t = Tap()
folder = tempfile.mkdtemp(prefix='motcua-many-', dir='/tmp')
os.chmod(folder, 0o755)
with open(folder + '/one.yaml', 'w', encoding='utf-8') as f:
    f.write(ONE)
office = Office(directories__procedures=folder)
lan, tax, nam, phuong = (office.client(x) for x in ('lan.tiepnhan', 'quynh.thue', 'nam.quantri', 'phuong.quantri'))
BODY = {'procedure': '7.000003', 'components': [{'component': 'request', 'originals': 1}],
        'applicant': {'kind': 'citizen', 'name': 'Vũ Thị Đông', 'id_type': 'cccd', 'id_number': '031090000123',
                      'birth': '1990-02-03', 'sex': 'female', 'address': 'Số 1 Cầu Đất, Hải Phòng', 'phone': '0912345678'}}

# ---- one at the counter, one that both agencies are asked about, one that the tax office has answered
codes = []
for n in range(3):
    r = lan.post('/v1/dossiers', BODY)
    t.eq(r.status, 201, 'taken in')
    codes.append(r.json['code'])
for code in codes[1:]:
    t.eq(lan.act(code, 'act', {'action': 'forward'}).status, 200, 'both are asked')
task = [x for x in lan.get('/v1/dossiers/' + codes[2]).json['tasks'] if x.get('branch') == 'tax'][0]['task']
t.eq(tax.act(codes[2], 'receive', {'task': task}).status, 200, 'the tax office receives it')
t.eq(tax.act(codes[2], 'answer', {'task': task, 'outcome': 'agree', 'document': '7/CT', 'text': 'Đủ'}).status, 200, 'and answers')
copies(COUNT)
ALL = "motcua.dossier WHERE procedure = '7.000003'"
t.eq(number('SELECT count(*) FROM ' + ALL), COUNT, 'and as many more of each')
r = nam.post('/v1/publications', {'texts': [{'kind': 'procedure', 'text': TWO}], 'document': 'QĐ 2/QĐ-UBND'})
t.eq(phuong.post('/v1/publications/%d/approve' % r.json['publication'], {}).status, 200, 'version 2 is published')
before = office.psql("SELECT md5(string_agg(id || ':' || current_due || basis_due || original_due, ',' ORDER BY id)) FROM " + ALL)
MOVE = ('procedure', 'move', '--from', '7.000003@1', '--to', '7.000003@2', '--author', 'nam.quantri', '--approver',
        'phuong.quantri', '--document', 'QĐ 2/QĐ-UBND')
MAP = ('--map', 'opinions/tax:opinions/duty')

# ---- planned
status, out, _, _ = verb(*MOVE, '--plan')
t.ok(status == 1 and '%d cannot be moved' % (COUNT * 2 // 3) in out and 'opinions/tax' in out,
     'the plan names the branch that is gone', out[-600:])
status, out, cpu, mb = verb(*MOVE, '--apply')
t.ok(status == 1 and number("SELECT count(*) FROM %s AND version <> 1" % ALL) == 0, 'with one problem none is moved', out[-300:])
status, out, cpu, mb = verb(*MOVE, *MAP, '--plan')
t.ok(status == 0 and out.count('opinions/tax -> opinions/duty') == COUNT // 3 and
     out.count('opinions/building -> opinions/building') == out.count('asked with the move: opinions/land') == COUNT * 2 // 3,
     'with a map all can be: where each lies and will lie, and who is asked with the move', out[-300:])
r = nam.post('/v1/procedures/7.000003/move-plan?limit=3', {'from': 1, 'to': 2, 'map': [{'from': 'opinions/tax', 'to': 'opinions/duty'}]})
mine = [x for x in r.json['items'] if x['code'] == codes[2]][0]
t.eq([(x['step'], x['new_step']) for x in mine['tasks']],
     [('opinions/building', 'opinions/building'), (None, 'opinions/land')], 'the API plans the same')

# ---- all at once
status, out, cpu, mb = verb(*MOVE, *MAP, '--apply')
t.ok(status == 0 and '%d dossiers moved' % COUNT in out, 'all of them are moved', out[-600:])
print('# %d dossiers: %.1f s of the processor in the verb, %d MB' % (COUNT, cpu, mb))
t.ok(mb < 300 + COUNT // 10, 'in memory that does not burst', mb)
t.eq(number('SELECT count(*) FROM %s AND version = 2' % ALL), COUNT, 'by the new version')
t.eq(number("SELECT count(DISTINCT xmin::text) FROM " + ALL), 1, 'in one transaction')
t.eq(office.psql("SELECT md5(string_agg(id || ':' || current_due || basis_due || original_due, ',' ORDER BY id)) FROM " + ALL),
     before, 'a shorter limit shortens no promise')
third = COUNT // 3
t.eq(dict(x.split('|') for x in office.psql("SELECT step, count(*) FROM motcua.task WHERE procedure = '7.000003' "
                                            "GROUP BY 1 ORDER BY 1").split('\n')),
     {'receive': str(third), 'opinions/building': str(2 * third), 'opinions/duty': str(third), 'opinions/land': str(2 * third)},
     'the queues: what was asked is asked on, the new agency is asked too, an answer stays one')
tasks = lan.get('/v1/dossiers/' + codes[2]).json
t.eq(sorted(x['branch'] for x in tasks['tasks']), ['building', 'land'], 'a real one among them')
t.eq([x.get('branch') for x in tasks['done'] if x.get('outcome')], ['duty'], 'with its answer')
t.eq(number("SELECT count(*) FROM motcua.timer w JOIN motcua.dossier d ON d.id = w.dossier WHERE d.procedure = '7.000003'"), COUNT,
     'each has its next timer')
task = [x for x in tasks['tasks'] if x['branch'] == 'building'][0]['task']
r = office.client('khoa.sxd').act(codes[2], 'receive', {'task': task})
t.ok(r.status == 200, 'and goes on', r)
office.end(t)
