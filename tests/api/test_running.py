"""Rules that change under running dossiers: a calendar corrected, rules and procedures published anew,
open dossiers moved to another version; each by two persons, through the API and by verbs."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, FINANCE, MOTCUAD, Office, TOP, Tap, intake, together  # noqa: E402

t = Tap()
office = Office()
lan, son = office.client('lan.tiepnhan'), office.client('son.giamdoc')
hung = office.client('hung.tiepnhan')
nam, phuong = office.client('nam.quantri'), office.client('phuong.quantri')
STC = {c.get('/v1/session').json['user']: c
       for c in (office.client(x) for x in ('minh.congsan', 'ha.congsan', 'tuan.congsan'))}


def read(path):
    with open(TOP + '/config/' + path, encoding='utf-8') as f:
        return f.read()


def verb(*args):
    p = subprocess.run([MOTCUAD, '--lang', 'en', *args, *office.flags()], cwd=TOP, env=ENV,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode()


def show(code):
    return lan.get('/v1/dossiers/' + code).json


def dues(code):
    d = show(code)
    return dict(d['due'], regime=d['regime'])


def steps_of(code):
    return [s['step'] for s in lan.get('/v1/dossiers/%s/history?definition=true' % code).json['definition']['steps']]


def sets_of(code):
    """Số lượng hồ sơ (bộ): as told and as printed on form 01."""
    slip = lan.get('/v1/dossiers/%s/receipt.pdf' % code).data
    text = subprocess.run(['pdftotext', '-', '-'], input=slip, stdout=subprocess.PIPE, check=True).stdout.decode()
    return (lan.get('/v1/dossiers/%s/receipt' % code).json['sets'],
            re.search(r'Số lượng hồ sơ:\s*(\d+)\s*\(bộ\)', text).group(1))


def take_in():
    r = lan.post('/v1/dossiers', intake())
    return r.json['code']


def all_of(who, path, body=None):
    """Every item of a paged answer."""
    items, cursor = [], ''
    while True:
        at = path + '?limit=2' + cursor
        r = who.post(at, body) if body else who.get(at)
        if r.status != 200:
            return r
        items += r.json['items']
        if not r.json['next']:
            return items
        cursor = '&cursor=' + r.json['next']


def publish(texts, document='QĐ 1/QĐ-UBND'):
    r = nam.post('/v1/publications', {'texts': texts, 'document': document})
    if r.status != 201:
        return r
    return phuong.post('/v1/publications/%d/approve' % r.json['publication'], {})


def sound(what):
    code, out = verb('verify')
    t.ok(code == 0 and '0 differences' in out, 'verify: ' + what, out[-1500:])


# ---- a calendar is corrected
codes = [take_in() for _ in range(3)]
t.ok(all(codes), 'dossiers are taken in', codes)
code = codes[0]
before = {c: dues(c) for c in codes}
due_day = show(code)['due']['current'][:10]
text = read('calendars/vietnam.yaml').rstrip() + (
    '\n  - {date: %s, kind: holiday, grade: B, name: {vi: "Nghỉ bù", en: "Day off"}, '
    'basis: "Thông báo 12/TB-VPCP"}\n' % due_day)
t.eq(all_of(nam, '/v1/calendars/preview'), [], 'the published calendars move nothing')
items = all_of(nam, '/v1/calendars/preview', {'name': 'vietnam', 'text': text})
t.eq(sorted(i['code'] for i in items), sorted(codes), 'the preview lists every open dossier that moves')
mine = next(i for i in items if i['code'] == code)
t.ok(mine['promise']['outcome'] == 'moves' and mine['promise']['before'][:10] == due_day and
     mine['promise']['after'][:10] > due_day and mine['promise']['minutes'] > 0,
     'old and new promise, and by how much', mine)
t.ok(mine['tell']['applicant'] and mine['tell']['onestop']['agency'] == 'TTPVHCC' and
     mine['tell']['officers'], 'who must be told: the applicant through the one-stop unit, officers', mine)
bad = nam.post('/v1/calendars/preview', {'name': 'vietnam', 'text': 'calendar: vietnam\nwek: {}\n'})
t.ok(bad.status == 422 and 'line 1' in bad.text, 'a calendar that is wrong: its mistakes by line', bad)
path = office.write('vietnam.yaml', text, 0o644)
status, out = verb('calendar', 'preview', path)
t.ok(status == 0 and all(c in out for c in codes) and '3 would move, 3 promises' in out,
     'the verb says the same', out)
status, out = verb('--json', 'calendar', 'preview', path)
t.ok(status == 0 and sorted(i['code'] for i in json.loads(out)['items']) == sorted(codes),
     'and as JSON', out[-300:])
t.eq({c: dues(c) for c in codes}, before, 'a preview changes nothing')

r = lan.post('/v1/publications', {'texts': [{'kind': 'calendar', 'name': 'vietnam', 'text': text}],
                                  'document': 'TB 12'})
t.eq(r.status, 403, 'the counter publishes nothing')
r = nam.post('/v1/publications', {'texts': [{'kind': 'calendar', 'name': 'vietnam', 'text': 'x: 1\n'}],
                                  'document': 'TB 12'})
t.ok(r.status == 422, 'a wrong text is not even proposed', r)
r = nam.post('/v1/publications', {'texts': [{'kind': 'calendar', 'name': 'vietnam', 'text': text}],
                                  'document': 'TB 12/TB-VPCP'})
number = r.json['publication']
r = nam.post('/v1/publications/%d/approve' % number, {})
t.ok(r.status == 403 and r.code == 'separation-of-duty', 'whoever wrote it does not approve it', r)
r = son.post('/v1/publications/%d/approve' % number, {})
t.ok(r.status == 403 and r.code == 'not-your-role', 'the one-stop head approves no texts', r)
t.eq(phuong.get('/v1/publications/%d' % number).json['state'], 'proposed', 'it waits')
r = phuong.post('/v1/publications/%d/approve' % number, {})
t.ok(r.status == 200 and r.json['state'] == 'done' and r.json['author'] == 'nam.quantri' and
     r.json['approver'] == 'phuong.quantri', 'another one approves: it is published', r)
t.eq(office.psql("SELECT author || '+' || approver FROM motcua.calendar_version WHERE name = 'vietnam' "
                 'ORDER BY version DESC LIMIT 1'), 'nam.quantri+phuong.quantri', 'both names are kept')
r = phuong.post('/v1/publications/%d/approve' % number, {})
t.eq(r.status, 409, 'once')

# ---- what was promised stays, whatever is done to the dossier
t.eq({c: dues(c) for c in codes}, before, 'a calendar corrected later moves nothing promised')
r = lan.act(code, 'act', {'action': 'forward'})
t.ok(r.status == 200 and all(
    before[code][k] == v for k, v in r.json['due'].items()), 'nor does an act after it', r)

# ---- the promise moves by an explicit recalculation of two persons
t.eq(sorted(i['code'] for i in all_of(son, '/v1/calendars/preview')), sorted(codes),
     'what a recalculation would do now')
r = son.post('/v1/calendars/recalculate', {'document': 'TB 12/TB-VPCP'})
t.eq(r.status, 201, 'the head of the one-stop unit proposes it')
number = r.json['publication']
t.eq(son.post('/v1/publications/%d/approve' % number, {}).code, 'separation-of-duty', 'not alone')
r = nam.post('/v1/publications/%d/approve' % number, {})
report = json.loads(r.json['report']) if r.status == 200 else None
t.ok(r.status == 200 and r.json['state'] == 'done' and report['promises'] == 3 and
     report['refused'] == 0, 'an administrator approves: every promise moves', r)
d = show(code)
t.ok(d['due']['current'] == mine['promise']['after'] and d['due']['original'] == before[code]['original'],
     'to the date of the preview; the original stays', d)
h = lan.get('/v1/dossiers/%s/history' % code).json
last = [e for e in h['history'] if e['kind'] == 'DUE_ADJUSTED']
t.ok(len(last) == 1, 'the history has it', h['history'][-1])
t.eq(office.psql("SELECT string_agg(DISTINCT cause, ',') FROM motcua.due_ledger WHERE cause <> 'acceptance'"),
     'recalculation', 'the promise ledger names the cause')
t.eq(all_of(nam, '/v1/calendars/preview'), [], 'nothing is left to move')
status, out = verb('calendar', 'apply', '--author', 'nam.quantri', '--approver', 'phuong.quantri',
                   '--promise', '--document', 'TB 12/TB-VPCP')
t.ok(status == 0 and '0 moved' in out, 'the verb again: nothing moves twice', out)
status, out = verb('calendar', 'apply', '--author', 'nam.quantri', '--approver', 'nam.quantri')
t.eq(status, 2, 'one person alone: misuse')
status, out = verb('calendar', 'apply', '--author', 'lan.tiepnhan', '--approver', 'nam.quantri',
                   '--promise', '--document', 'x')
t.ok(status == 0 and '0 moved' in out or status == 1, 'the counter moves nothing by the verb', out)
sound('after a recalculation')

# ---- a correction back: earlier is never automatic
r = publish([{'kind': 'calendar', 'name': 'vietnam', 'text': read('calendars/vietnam.yaml')}])
t.ok(r.status == 200, 'the day off is taken back', r)
now = {c: dues(c) for c in codes}
items = all_of(nam, '/v1/calendars/preview')
t.ok({i['promise']['outcome'] for i in items} == {'earlier'} and
     not any(i['tell']['applicant'] for i in items), 'it would come earlier: nobody is told', items)
status, out = verb('calendar', 'apply', '--author', 'nam.quantri', '--approver', 'phuong.quantri',
                   '--promise', '--document', 'TB 13/TB-VPCP')
t.ok(status == 0 and '0 promises among them; 3 promises kept' in out, 'and is kept', out)
t.eq({c: dues(c) for c in codes}, now, 'no promise moved')

# ---- rules in force: pinned by name, so a name goes on meaning the same
text = read('regimes/nd118-2025.yaml')
r = publish([{'kind': 'regime', 'text': text.replace('within: 3 working_day_eod', 'within: 9 working_day_eod')}])
t.ok(r.status == 422 and 'another name' in r.text, 'other rules under a pinned name are refused', r)
today = office.psql("SELECT to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')")
tomorrow = office.psql("SELECT to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh' + interval '1 day', 'YYYY-MM-DD')")
ended = text.replace('valid_from: 2025-07-01\n', 'valid_from: 2025-07-01\nvalid_to: %s\n' % today, 1)
follows = text.replace('regime: nd118-2025', 'regime: nd-moi').replace(
    'valid_from: 2025-07-01', 'valid_from: ' + tomorrow, 1).replace('max: 1  ', 'max: 2  ', 1)
r = publish([{'kind': 'regime', 'text': ended}, {'kind': 'regime', 'text': follows}])
t.ok(r.status == 200, 'a decree ends, another follows from tomorrow', r)
t.eq({c: dues(c) for c in codes}, now, 'dossiers keep their rules and dates')
t.eq(office.psql("SELECT DISTINCT state::jsonb ->> 'rg' FROM motcua.dossier"), 'nd118-2025', 'pinned')

# ---- another version of the procedure
one = read('procedures/1.005416.yaml')
two = one.replace('version: 1', 'version: 2', 1)
r = publish([{'kind': 'procedure', 'text': one.replace('valid_from: 2021-12-01', 'valid_from: 2021-12-02')}])
t.ok(r.status == 422 and 'P120' in r.text, 'a version in use is never another text', r)
three = re.sub(r'\bappraise\b', 'review', one.replace('version: 1', 'version: 3\nsets: 2', 1))
r = publish([{'kind': 'procedure', 'text': two}, {'kind': 'procedure', 'text': three}])
t.ok(r.status == 200, 'versions 2 and 3 are published', r)
t.eq([show(c)['version'] for c in codes], [1, 1, 1], 'running dossiers stay with theirs')
t.eq(sets_of(code), (1, '01'), 'and ask for as many sets of papers as theirs')
t.ok('appraise' in steps_of(code) and 'review' not in steps_of(code), 'and tell its steps', steps_of(code))
MOVE = '/v1/procedures/%s/move' % FINANCE
plan = all_of(nam, MOVE + '-plan', {'from': 1, 'to': 3})
stuck = {i['code'] for i in plan if not i['movable']}
t.eq((sorted(i['code'] for i in plan), stuck), (sorted(codes), {code}),
     'the plan: one stands at a step that is gone')
first = next(i for i in plan if i['code'] == code)
t.ok(first['problems'][0]['pointer'] == '/map/appraise', 'and says which', first)
r = nam.post(MOVE, {'from': 1, 'to': 3, 'document': 'QĐ 3'})
r = phuong.post('/v1/publications/%d/approve' % r.json['publication'], {})
t.ok(r.status == 409 and code in r.text, 'a move with a problem', r)
t.eq([show(c)['version'] for c in codes], [1, 1, 1], 'moves none: all or nothing')
mapped = {'from': 1, 'to': 3, 'map': [{'from': 'appraise', 'to': 'review'}]}
plan = all_of(nam, MOVE + '-plan', mapped)
first = next(i for i in plan if i['code'] == code)
t.ok(all(i['movable'] for i in plan) and first['tasks'][0]['step'] == 'appraise' and
     first['tasks'][0]['new_step'] == 'review' and first['tasks'][0]['new_due'],
     'with a map each has old and new step and due', first)
t.ok(all(i['promise']['before'] == i['promise']['after'] for i in plan), 'no promise is shortened', plan)
seen = lan.get('/v1/dossiers/' + code)
r = nam.post(MOVE, dict(mapped, document='QĐ 3/QĐ-UBND'))
r = phuong.post('/v1/publications/%d/approve' % r.json['publication'], {})
t.ok(r.status == 200 and json.loads(r.json['report']) == {'moved': 3}, 'applied', r)
t.eq([show(c)['version'] for c in codes], [3, 3, 3], 'all of them')
t.eq(sets_of(code), (2, '01'), 'the sets of the new version are told; form 01, printed again, says what it said')
t.eq({c: dues(c)['current'] for c in codes}, {c: now[c]['current'] for c in codes},
     'the promise is the same')
task = show(code)['tasks'][0]
t.eq(task['step'], 'review', 'the task lies at the new step')
t.ok('review' in steps_of(code) and 'appraise' not in steps_of(code), 'the steps told are the new ones', steps_of(code))
who = STC[task['officer']]
r = who.act(code, 'receive', {}, match=seen.etag)
t.eq(r.status, 412, 'an act on what was before the move: stale')
t.eq([x['step'] for x in who.get('/v1/queue?scope=mine').json['items'] if x['code'] == code], ['review'],
     'the queue too')
t.eq(who.act(code, 'receive', {}).status, 200, 'received')
t.eq(who.act(code, 'draft', {'text': 'Đủ điều kiện.'}).status, 200, 'drafted')
t.eq(who.act(code, 'act', {'action': 'forward'}).status, 200, 'and handed on by the new version')
sound('histories fold across versions')

# ---- races: a move and acts at once, in whatever order
for i in range(4):
    way = {'from': 3, 'to': 2, 'map': [{'from': 'review', 'to': 'appraise'}]} if i % 2 == 0 else \
        {'from': 2, 'to': 3, 'map': [{'from': 'appraise', 'to': 'review'}]}
    r = nam.post(MOVE, dict(way, document='QĐ %d' % (10 + i)))
    number = r.json['publication']
    out = together([lambda: phuong.post('/v1/publications/%d/approve' % number, {})] +
                   [lambda c=c, who=who: who.act(c, 'note', {'note': 'Cùng lúc'})
                    for who, c in zip((lan, hung), codes[1:])])
    fine = all(hasattr(r, 'status') and r.status in (200, 412) for r in out[1:]) and (
        out[0].status == 200 or out[0].code == 'race')
    if out[0].status != 200:
        out[0] = phuong.post('/v1/publications/%d/approve' % number, {})
    t.ok(fine and out[0].status == 200 and {show(c)['version'] for c in codes} == {way['to']},
         'a move against acts, round %d' % i, out)
sound('after the races')

# ---- by the verb
status, out = verb('procedure', 'move', '--from', FINANCE + '@3', '--to', FINANCE + '@2', '--plan',
                   '--author', 'nam.quantri', '--approver', 'phuong.quantri', '--document', 'QĐ 4')
t.ok(status == 1 and '1 cannot be moved' in out and '/map' not in out, 'the verb plans', out)
status, out = verb('procedure', 'move', '--from', FINANCE + '@3', '--to', FINANCE + '@2', '--apply',
                   '--map', 'review:appraise', '--author', 'nam.quantri', '--approver',
                   'phuong.quantri', '--document', 'QĐ 4')
t.ok(status == 0 and '3 dossiers moved' in out, 'and applies', out)
t.eq({show(c)['version'] for c in codes}, {2}, 'all of them')
status, out = verb('procedure', 'move', '--from', FINANCE + '@2', '--to', FINANCE + '@9', '--plan',
                   '--author', 'nam.quantri', '--approver', 'phuong.quantri', '--document', 'QĐ 5')
t.ok(status == 1 and 'not published' in out, 'a version that is not there', out)

# ---- proposals
r = phuong.post('/v1/calendars/recalculate', {'document': 'TB 14'})
r = nam.post('/v1/publications/%d/decline' % r.json['publication'], {})
t.ok(r.status == 200 and r.json['state'] == 'declined', 'a proposal is declined', r)
t.ok(len(nam.get('/v1/publications').json['items']) >= 8, 'all of them are listed')
t.eq(nam.get('/v1/publications/999999').status, 404, 'one that is not there')
t.eq(nam.get('/v1/publications/abc').status, 404, 'nor a word')
t.eq(sets_of(take_in()), (2, '02'), 'what is taken in under the new version has its sets on form 01')
office.end(t)
