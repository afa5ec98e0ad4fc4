"""Texts of procedures for those who write them: versions, the text itself, check, dry run, differences,
pictures.  What the screen of configuration needs, before anything is published."""
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from xml.etree import ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import ENV, FINANCE, MOTCUAD, Machine, Office, TOP, Tap, intake  # noqa: E402

t = Tap()
office = Office()
nam, phuong = office.client('nam.quantri'), office.client('phuong.quantri')
lan, vinh = office.client('lan.tiepnhan'), office.client('vinh.thanhtra')
path = TOP + '/config/procedures/%s.yaml' % FINANCE
with open(path, encoding='utf-8') as f:
    TEXT = f.read()


def verb(*args, code=0):
    p = subprocess.run([MOTCUAD, '--json', '--config-dir', TOP + '/config', *args], cwd=TOP, env=ENV,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    t.eq(p.returncode, code, 'motcuad %s' % ' '.join(args[:2]))
    return json.loads(p.stdout)


def at(text, needle):
    """Line and column (from 1) of the first place of needle."""
    before = text[:text.index(needle)].split('\n')
    return len(before), len(before[-1]) + 1


# ---- what is published
code = lan.post('/v1/dossiers', intake()).json['code']
r = nam.get('/v1/procedures/%s/versions' % FINANCE)
v = r.json['versions']
t.ok(r.status == 200 and len(v) == 1 and v[0]['version'] == 1 and v[0]['in_force'] and v[0]['open'] == 1 and
     v[0]['author'] == 'nam.quantri' and v[0]['approver'] == 'phuong.quantri' and
     v[0]['valid_from'] == '2021-12-01' and v[0]['valid_to'] is None,
     'versions: validity, who wrote and approved, open dossiers', r)
t.eq(nam.get('/v1/procedures/9.999999/versions').status, 404, 'no such procedure')
r = nam.get('/v1/procedures/%s/text' % FINANCE)
t.ok(r.status == 200 and r.text == TEXT and r.headers['Content-Type'].startswith('application/yaml'),
     'the text, byte by byte as it was published', r)
t.eq(r.etag, '"%s"' % v[0]['hash'], 'under the ETag of its hash')
again = nam.get('/v1/procedures/%s/text?version=1' % FINANCE, **{'If-None-Match': r.etag})
t.ok(again.status == 304 and not again.data, 'nothing is sent to who has it', again)
t.eq(nam.get('/v1/procedures/%s/text?version=7' % FINANCE).status, 404, 'a version that is not there')
t.eq(vinh.get('/v1/procedures/%s/text' % FINANCE).status, 200, 'inspectors read it')
t.eq(lan.get('/v1/procedures/%s/text' % FINANCE).status, 403, 'the counter has the page of the procedure')

# ---- check: everything at once, each at its place
r = nam.post('/v1/procedures/check', {'text': TEXT})
j = r.json
t.ok(r.status == 200 and j['fine'] and j['errors'] == 0 and j['summary']['procedure'] == FINANCE and
     len(j['summary']['steps']) == 8 and j['summary']['published'] is True, 'a sound text: a summary', r)
told = verb('procedure', 'check', path)[0]['mistakes']
t.eq([(d['line'], d['column'], d['code']) for d in j['defects']], [(m['line'], m['col'], m['code']) for m in told],
     'the same mistakes as the verb tells')
bad = TEXT.replace('to: appraise', 'to: aprraise', 1).replace('kind: ', 'kindd: ', 1)
r = nam.post('/v1/procedures/check', {'text': bad})
by = {(d['line'], d['column']): d for d in r.json['defects'] if d['severity'] == 'error'}
t.ok(r.status == 200 and not r.json['fine'] and r.json['errors'] >= 2 and r.json['summary'] is None,
     'two slips: both are told', r)
d = by.get(at(bad, 'aprraise'))
t.ok(d and d['nearest'] == 'appraise' and d['code'] == 'P101', 'line, column, code and the word meant', r)
t.ok(any(x['nearest'] == 'kind' for x in by.values()), 'an unknown key, too')
t.ok('không có bước' in d['message'] and 'there is no step' in next(
    x for x in office.client('nam.quantri', 'en').post('/v1/procedures/check', {'text': bad}).json['defects']
    if x['code'] == 'P101')['message'], 'in the language asked for')
r = nam.post('/v1/procedures/check', {'text': TEXT.replace('valid_from: 2021-12-01', 'valid_from: 2022-01-01')})
t.ok([x['code'] for x in r.json['defects'] if x['severity'] == 'error'] == ['P120'],
     'a published version is never another text', r)
nfd = unicodedata.normalize('NFD', TEXT.replace('version: 1', 'version: 2', 1))
r = nam.post('/v1/procedures/check', {'text': nfd})
t.ok(r.json['fine'] and r.json['summary']['name'] == unicodedata.normalize('NFC', r.json['summary']['name']),
     'letters that come taken apart are the same text', r)
for what, text in (('nothing', '# \n'), ('no map', '- a\n- b\n'), ('rubbish', '{[}]: ::: \t&*!'), ('anchors', 'a: &x [*x]\n'),
                   ('deep', '[' * 5000), ('a bomb', 'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n'), ('html', '<b>&amp;</b>')):
    r = nam.post('/v1/procedures/check', {'text': text})
    t.ok(r.status == 200 and not r.json['fine'] and r.json['errors'] >= 1 and r.json['summary'] is None,
         '%s: mistakes, not a crash' % what, r)
many = TEXT + ''.join('rubbish%d: 1\n' % i for i in range(10000))
r = nam.post('/v1/procedures/check', {'text': many})
t.ok(r.status == 200 and r.json['errors'] >= 10000 and len(r.json['defects']) == 500 and
     r.json['unlisted'] >= 9500, 'ten thousand errors: 500 and how many more', r)
r = nam.post('/v1/procedures/check', {'text': 'a' * 400001})
t.eq(r.status, 422, 'longer than any procedure')
r = nam.post('/v1/procedures/check', {'text': 'a' * 1100000})
t.ok(r.status in (413, 422), 'far too long', r)
r = nam.post('/v1/procedures/check', {})
t.ok(r.status == 422 and r.json['errors'][0]['pointer'] == '/text', 'a text is needed', r)

# ---- 40 steps within 100 ms (measured on the release build; here with sanitizers)
steps = TEXT[TEXT.index('\nsteps:'):]
forty = ''.join('''
  - step: s%d
    vi: Bước %d
    en: Step %d
    at: reception
    role: receiver
    limit: 0.5 working_day
    actions:
      - {action: forward, to: s%d}''' % (i, i, i, i + 1) for i in range(1, 40)) + '''
  - step: s40
    vi: Bước cuối
    en: Last
    at: reception
    role: receiver
    limit: 0 working_day
    actions:
      - {action: hand_over}
'''
long = re.sub(r'procedure: .*', 'procedure: "9.000040"', TEXT[:TEXT.index('\nsteps:')], 1) + '\nsteps:' + forty
machine, times = Machine(), []
for _ in range(5):
    began = time.monotonic()
    r = nam.post('/v1/procedures/check', {'text': long})
    times.append(time.monotonic() - began)
t.ok(r.status == 200 and (r.json['summary'] is None or len(r.json['summary']['steps']) == 40), 'forty steps are checked', r)
t.budget(min(times) < 0.5, 'forty steps: quickly even with sanitizers', times, machine)
print('# check of 40 steps: %.1f ms' % (min(times) * 1000))

# ---- dry run: the engine's own dates, with reasons
r = nam.post('/v1/procedures/dry-run', {'text': TEXT, 'received_at': '2026-12-22T09:00'})
j = r.json
want = verb('procedure', 'dry-run', path, '--at', '2026-12-22T09:00')
t.ok(r.status == 200 and [(s['step'], s['start'], s['due']) for s in j['steps']] ==
     [(s['step'], s['start'], s['due']) for s in want['steps']] and j['due'] == want['due'],
     'each step as the verb says', r)
t.ok(j['why'] and all(line['text'] for line in j['why']) and any(s['why'] for s in j['steps']),
     'and why, line by line', j)
t.eq(nam.post('/v1/procedures/dry-run', {'procedure': FINANCE, 'received_at': '2026-12-22T09:00'}).json, j,
     'a published version the same')
t.eq(nam.post('/v1/procedures/dry-run', {'procedure': FINANCE, 'version': 9, 'received_at': '2026-12-22T09:00'}).status,
     404, 'a version that is not there')
other = nam.post('/v1/procedures/dry-run', {'procedure': FINANCE, 'received_at': '2026-12-22T09:00', 'calendar': 'police'})
t.ok(other.status in (200, 422), 'by another calendar', other)
for body, what in (({'calendar': 'nowhere'}, 'an unknown calendar'), ({'case': 'X'}, 'an unknown case'),
                   ({'received_at': 'noon'}, 'no moment'), ({'form': {'nothing': 1}}, 'a field that is not there'),
                   ({'channel': 'pigeon'}, 'no channel'), ({'received_at': '1990-01-01T09:00'}, 'before the calendar'),
                   ({'received_at': '2190-01-01T09:00'}, 'after the calendar')):
    r = nam.post('/v1/procedures/dry-run', dict({'procedure': FINANCE, 'received_at': '2026-12-22T09:00'}, **body))
    t.ok(r.status in (409, 422) and r.json['title'], what + ' is refused with words', r)
r = nam.post('/v1/procedures/dry-run', {'text': bad, 'received_at': '2026-12-22T09:00'})
t.ok(r.status == 422 and re.search(r'dòng \d+, cột \d+', r.json['detail']), 'a wrong text: its first mistake', r)
t.eq(nam.post('/v1/procedures/dry-run', {'received_at': '2026-12-22T09:00'}).status, 404, 'of nothing')

# ---- difference by meaning
two = TEXT.replace('version: 1', 'version: 2', 1)
file = office.write('two.yaml', two, 0o644)
r = nam.post('/v1/procedures/diff', {'text': two})
t.eq(r.json['lines'], [], 'another number alone is no difference')
other = two.replace('limit: 16 calendar_day', 'limit: 15 calendar_day', 1)
r = nam.post('/v1/procedures/diff', {'text': other, 'against': 1})
said = verb('procedure', 'diff', path, office.write('other.yaml', other, 0o644))['difference']
t.ok(r.json['lines'] and r.json['against'] == 1 and r.json['version'] == 2, 'a difference in words', r)
t.eq('\n'.join(r.json['lines']).strip(), said.strip(), 'as the verb says it')
t.eq(nam.post('/v1/procedures/diff', {'text': other, 'against': 5}).status, 404, 'against what is not there')
t.eq(nam.post('/v1/procedures/diff', {'procedure': FINANCE, 'version': 1, 'against': 1}).json['lines'], [],
     'a version does not differ from itself')

# ---- pictures for the page
SVG = '{http://www.w3.org/2000/svg}'


def picture(r):
    t.ok(r.status == 200 and r.headers['Content-Type'] == 'image/svg+xml', 'a picture', r.status)
    root = ElementTree.fromstring(r.text)
    t.ok(not [e for e in root.iter() if 'style' in e.attrib or e.tag == SVG + 'style' or
              any(k.startswith('on') for k in e.attrib)], 'no style of its own, nothing that runs')
    return root, {a.get('data-step'): a for a in root.iter(SVG + 'a')}


def shape(a):
    return next(e for e in a if 'shape' in e.get('class', '')).get('class').split()


def words(a):
    return a.find(SVG + 'title').text


root, steps = picture(nam.get('/v1/procedures/%s/diagram.svg?page=1' % FINANCE))
t.ok(len(steps) == 8 and all(a.get('href') == '#step=' + k and words(a) for k, a in steps.items()),
     'every step is a link with a name', list(steps))
t.ok(root.get('class') == 'diagram' and all(e.get('class') for e in root.iter(SVG + 'text')), 'classes for the sheet')
alone = nam.get('/v1/procedures/%s/diagram.svg' % FINANCE)
t.ok('<style>' in alone.text and '<a ' not in alone.text and ' style=' not in alone.text, 'alone it brings its sheet')
css = office.client().raw('GET', '/web/diagram.css')
t.ok(css.status == 200 and 'prefers-color-scheme:dark' in css.text and '.diagram .late{' in css.text and
     'focus-visible' in css.text, 'the sheet for pages, light and dark')

root, steps = picture(nam.post('/v1/procedures/diagram', {'text': bad}))
wrong = [k for k, a in steps.items() if 'fault' in shape(a)]
d = next(x for x in nam.post('/v1/procedures/check', {'text': bad}).json['defects'] if x['code'] == 'P101')
owner = max((a for a in steps.values() if int(a.get('data-line')) <= d['line']), key=lambda a: int(a.get('data-line')))
t.eq(wrong, [owner.get('data-step')], 'the faulty step is marked, and only that one')
t.ok('lỗi' in words(steps[wrong[0]]) and 'hatch' in ''.join(e.get('class', '') for e in steps[wrong[0]]),
     'in words and by pattern, not by colour alone')
r = nam.post('/v1/procedures/diagram', {'text': 'procedure: 1\n'})
t.ok(r.status == 422 and r.json['detail'], 'nothing to draw: what is wrong', r)
for cut in range(0, len(TEXT), 997):  # while somebody types
    r = nam.post('/v1/procedures/diagram', {'text': TEXT[:cut] or '#'})
    if r.status not in (200, 422) or (r.status == 200 and not ElementTree.fromstring(r.text).tag):
        t.ok(False, 'cut at %d' % cut, r)
t.ok(True, 'a text that stops anywhere is drawn as far as it goes, or refused')
times = []
for _ in range(5):
    began = time.monotonic()
    r = nam.post('/v1/procedures/diagram', {'text': long})
    times.append(time.monotonic() - began)
t.eq(len(picture(r)[1]), 40, 'forty steps are drawn')
print('# picture of 40 steps: %.1f ms, %d kB' % (min(times) * 1000, len(r.data) // 1024))

# ---- live: how many are where, and late
root, steps = picture(nam.get('/v1/procedures/%s/diagram.svg?live=1' % FINANCE))
here = [k for k, a in steps.items() if words(a) and re.search(r'[1-9]\d* hồ sơ ở bước này', words(a))]
t.ok(len(here) == 1 and '1 hồ sơ' in words(steps[here[0]]), 'the one open dossier is in one step', here)
office.psql("UPDATE motcua.task SET due = now() - interval '1 hour'")
root, steps = picture(nam.get('/v1/procedures/%s/diagram.svg?live=1' % FINANCE))
t.ok('late' in shape(steps[here[0]]) and '1 quá hạn bước' in words(steps[here[0]]) and
     any('▲' in ''.join(e.itertext()) for e in steps[here[0]]), 'late: a word, a sign and a pattern', words(steps[here[0]]))
root, steps = picture(nam.get('/v1/procedures/%s/diagram.svg?live=1&agency=SXD' % FINANCE))
t.ok(not any('hồ sơ ở bước này' in words(a) for a in steps.values()), 'none at another agency')
root, steps = picture(office.client('khoa.sxd').get('/v1/procedures/%s/diagram.svg?live=1' % FINANCE))
t.ok(not any('hồ sơ ở bước này' in words(a) for a in steps.values()), 'others see what they may see')
t.eq(nam.get('/v1/procedures/%s/diagram.svg?live=2' % FINANCE).status, 400, 'live is 0 or 1')

# ---- one dossier: done, now, left; planned and used time
lan.act(code, 'act', {'action': 'forward'})
root, steps = picture(lan.get('/v1/dossiers/%s/diagram.svg' % code))
now = [k for k, a in steps.items() if 'now' in shape(a)]
done = [k for k, a in steps.items() if 'done' in shape(a)]
ahead = [k for k, a in steps.items() if 'ahead' in shape(a)]
t.ok(len(now) == 1 and len(done) == 1 and len(ahead) == 6, 'done, now and ahead', (done, now, ahead))
t.ok('đã xong' in words(steps[done[0]]) and 'đã dùng' in words(steps[done[0]]) and 'kế hoạch' in words(steps[done[0]]) and
     'đang ở đây' in words(steps[now[0]]), 'with planned and used time, in words', words(steps[done[0]]))
t.eq(office.client('khoa.sxd').get('/v1/dossiers/%s/diagram.svg' % code).status, 404, 'not for another agency')

office.end(t)
