#!/usr/bin/env python3
"""The verbs procedure and organisation as people type them: every mistake at once, pictures that
can be read, dry runs, differences, loading, and the administrators' page that stays true."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests', 'lib'))
import pg  # noqa: E402

PROGRAM = os.environ.get('MOTCUAD') or next(
    (p for p in (os.path.join(TOP, 'build', m, 'motcuad') for m in ('asan', 'clang', 'release'))
     if os.path.exists(p)), None)
FINANCE = 'config/procedures/1.005416.yaml'
BIRTH = 'config/procedures/1.001193.yaml'
FILES = sorted(f for f in glob.glob(os.path.join(TOP, 'config/procedures/*.yaml')) +
               glob.glob(os.path.join(TOP, 'tests/fuzz/corpus/procedure/split.yaml'))
               if not f.endswith('.scenario.yaml'))
SVG = '{http://www.w3.org/2000/svg}'
BPMN = '{http://www.omg.org/spec/BPMN/20100524/MODEL}'
DI = '{http://www.omg.org/spec/BPMN/20100524/DI}'
tap = pg.Tap()
ok = tap.ok


def run(*args):
    p = subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True, cwd=TOP,
                       timeout=120)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def changed(folder, name, source, *pairs):
    with open(os.path.join(TOP, source), encoding='utf-8') as f:
        text = f.read()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def checking(folder):
    bad = changed(folder, 'tai-chinh.yaml', FINANCE, ('to: dept_approve, needs: [draft]',
                                                      'to: dept_aprove, needs: [draft]'),
                  ('role: clerk', 'role: clrek'), ('legal: 30 calendar_day', 'legal: 25 calendar_day'))
    with open(bad, encoding='utf-8') as f:
        lines = f.read().split('\n')
    row = next(i for i, l in enumerate(lines) if 'dept_aprove' in l)
    place = '%s:%d:%d: ' % (bad, row + 1, lines[row].index('dept_aprove') + 1)
    code, out, _ = run('procedure', 'check', bad)
    ok(code == 1 and place + 'lỗi: không có bước "dept_aprove" [P101]\n    ' + lines[row] in out and
       'ý bạn là "dept_approve"?' in out, 'file, line, column, text, code, caret and the word meant',
       out)
    ok('[P105]' in out and '[P201]' in out and '30 ngày' in out and '25 ngày' in out,
       'all mistakes at once, sums with their numbers', out)
    code, out, _ = run('--lang', 'en', 'procedure', 'check', bad)
    ok(code == 1 and 'error: there is no step "dept_aprove"' in out, 'the same in English', out)
    code, out, _ = run('--json', 'procedure', 'check', bad, FINANCE)
    report = json.loads(out)
    ok(code == 1 and [f['fine'] for f in report] == [False, True] and
       {m['code'] for m in report[0]['mistakes']} >= {'P101', 'P105', 'P201'} and
       any(m['line'] == row + 1 and m.get('nearest') == 'dept_approve'
           for m in report[0]['mistakes']), 'the same as JSON', out)
    code, out, _ = run('procedure', 'check')
    ok(code == 0 and out.count(': đúng') >= 16, 'the shipped files are fine', out)
    code, out, _ = run('procedure', 'check', folder + '/none.yaml')
    ok(code == 1 and 'P000' in out, 'a file that is not there is found wrong', out)
    code, out, _ = run('procedure', 'check', 'tests/fuzz/corpus/procedure/split.yaml')
    ok('máy chưa chạy' not in out and ': đúng' in out and code == 0,
       'parallel branches are executed: nothing is said against them', out)
    ok(run('organisation', 'check')[0] == 0, 'the shipped organisation is fine')
    wrong = changed(folder, 'org.yaml', 'config/organisation.yaml', ('parent: ', 'parent: XX'))
    code, out, _ = run('organisation', 'check', wrong)
    ok(code == 1 and '[O001]' in out, 'an unknown parent is told', out)


def segments(path):
    """Horizontal and vertical pieces of a path of M, H, V."""
    x = y = None
    for letter, rest in re.findall(r'([MHVh])([^MHVh]*)', path):
        n = [int(v) for v in rest.split()]
        if letter == 'M':
            x, y = n
            continue
        to = (n[0], y) if letter == 'H' else (x, n[0]) if letter == 'V' else (x + n[0], y)
        yield x, y, to[0], to[1]
        x, y = to


def crosses(seg, box):
    x1, x2 = sorted((seg[0], seg[2]))
    y1, y2 = sorted((seg[1], seg[3]))
    bx, by, bw, bh = box
    return x1 < bx + bw - 1 and x2 > bx + 1 and y1 < by + bh - 1 and y2 > by + 1


def words_of_numbers(folder):
    bad = changed(folder, 'dai.yaml', FINANCE, ('    limit: 9 calendar_day', '    limit: 9.5 calendar_day'))
    vi, en = (run('procedure', 'check', bad, *more)[1] for more in ([], ['--lang', 'en']))
    ok('cộng lại 30,5 ngày, dài hơn hạn luật 30 ngày' in vi and 'add up to 30.5 days' in en,
       'numbers as each language writes them', vi + en)


def pictures(folder):
    crossing, small, broken, ids, wide = [], [], [], [], []
    drafts = [f for f in glob.glob(os.path.join(TOP, 'config/procedures/drafts/*.yaml'))
              if not f.endswith('.scenario.yaml')]
    for f in FILES + drafts:
        code, out, err = run('procedure', 'diagram', f)
        root = xml.fromstring(out)
        boxes = [tuple(int(r.get(k)) for k in ('x', 'y', 'width', 'height'))
                 for g in root.iter(SVG + 'g') for r in g.iter(SVG + 'rect')]
        for p in root.iter(SVG + 'path'):
            if 'way' in (p.get('class') or '').split() and 'H' in p.get('d') + 'V':
                crossing += [(f, s, b) for s in segments(p.get('d')) for b in boxes if crosses(s, b)]
        for t in root.iter(SVG + 'text'):
            x, y, size = int(t.get('x')), int(t.get('y')), 13
            if 'name' in t.get('class').split() and x + 12 * len(t.text) > int(root.get('width')):
                wide.append((f, t.text)) # 20 pixels, bold: about 12 a letter
            if 'say' in (t.get('class') or '').split():
                seg = (x, y - size // 2, x + 6 * len(t.text), y - size // 2)
                crossing += [(f, t.text, b) for b in boxes if crosses(seg, b)]
        ids += [f for f in [f] if len({e.get('id') for e in root.iter() if e.get('id')}) !=
                len([e for e in root.iter() if e.get('id')])]
        if root.get('role') != 'img' or not root.find(SVG + 'title').text or \
                len(root.find(SVG + 'desc').text) < 40:
            broken.append(f)
        if len(out) > 40000:
            small.append((f, len(out)))
    ok(not crossing, 'no arrow and no text crosses a box in any picture', crossing[:5])
    ok(not broken and not ids, 'each picture has a title, a description in words, its own ids',
       (broken, ids))
    ok(not wide, 'the title breaks before the edge', wide)
    ok(not small, 'pictures stay small', small)
    out = run('procedure', 'diagram', FINANCE)[1]
    ok(out == run('procedure', 'diagram', FINANCE)[1], 'the same picture every time')
    ok(out.count('class="way back dash"') == 5 and '16 ngày' in out and
       'prefers-color-scheme:dark' in out, 'Finance: returns dashed (and in the legend), times, dark')
    to = os.path.join(folder, 'so-do.svg')
    code, printed, _ = run('procedure', 'diagram', FINANCE, '--out', to)
    with open(to, encoding='utf-8') as f:
        ok(code == 0 and printed == '' and f.read() == out, '--out writes the same file')
    code, _, err = run('procedure', 'diagram', FINANCE, '--format', 'png')
    ok(code == 2 and 'png' in err, 'an unknown form is misuse', err)


def other_forms():
    wrong = []
    for f in FILES:
        root = xml.fromstring(run('procedure', 'diagram', f, '--format', 'bpmn')[1])
        ids = [e.get('id') for e in root.iter() if e.get('id')]
        process = root.find(BPMN + 'process')
        nodes = {e.get('id') for e in process if e.tag != BPMN + 'laneSet'}
        if len(ids) != len(set(ids)) or any(not re.match(r'^[A-Za-z_][\w.-]*$', i) for i in ids):
            wrong.append((f, 'ids'))
        for flow in process.iter(BPMN + 'sequenceFlow'):
            if flow.get('sourceRef') not in nodes or flow.get('targetRef') not in nodes:
                wrong.append((f, flow.attrib))
        tasks = {e.get('id') for e in process if e.tag not in (BPMN + 'laneSet',
                                                               BPMN + 'sequenceFlow')}
        if {r.text for r in process.iter(BPMN + 'flowNodeRef')} != tasks:
            wrong.append((f, 'lanes'))
        drawn = {e.get('bpmnElement') for e in root.iter()
                 if e.tag in (DI + 'BPMNShape', DI + 'BPMNEdge')}
        if not nodes <= drawn:
            wrong.append((f, nodes - drawn))
    ok(not wrong, 'BPMN: well-formed, ids valid and unique, each node in one lane, all drawn',
       wrong[:3])
    mermaid = run('procedure', 'diagram', FINANCE, '--format', 'mermaid')[1]
    ok('flowchart LR' in mermaid and 'step_appraise' in mermaid and '-.->' in mermaid and
       mermaid.count('subgraph') == mermaid.count('  end\n'), 'Mermaid', mermaid)
    dot = run('procedure', 'diagram', FINANCE, '--format', 'dot')[1]
    ok(dot.startswith('digraph') and dot.count('{') == dot.count('}') and 'style=dashed' in dot,
       'DOT', dot)


def dry_runs():
    code, out, _ = run('--json', 'procedure', 'dry-run', FINANCE, '--at', '2021-11-30T08:00',
                       '--calendar', 'office')
    report = json.loads(out)
    steps = report['steps']
    ok(code == 0 and report['due'].startswith('2021-12-30T17:00') and len(steps) == 8,
       '30 days from 30/11/2021 end on 30/12/2021, as the law counts', out)
    ok(all(s['due'] <= report['due'] for s in steps) and
       all(a['due'] == b['start'] for a, b in zip(steps, steps[1:])),
       'no step is due after the dossier; each begins when the one before is due', out)
    code, out, _ = run('--json', 'procedure', 'dry-run', BIRTH, '--at', '2026-11-20T15:30')
    ok(json.loads(out)['due'].startswith('2026-11-23'),
       'same day, received after the cut-off: the next working day', out)
    due = {ch: json.loads(run('--json', 'procedure', 'dry-run', 'config/procedures/1.013216.yaml',
                              '--at', '2026-09-07T08:00', '--channel', ch)[1])['limit']
           for ch in ('online', 'counter')}
    ok(due['online'].startswith('25 ') and due['counter'].startswith('35 '),
       'the limit depends on the channel', due)
    code, out, _ = run('--json', 'procedure', 'dry-run', 'config/procedures/1.115613.yaml', '--at',
                       '2026-09-07T08:00', '--case', '01', '--island')
    ok(json.loads(out)['limit'].startswith('13 '), 'ten days more on an island', out)
    code, out, _ = run('procedure', 'dry-run', FINANCE, '--at', '2026-12-22T09:00', '--lang', 'en')
    ok(code == 0 and 'Promised: 30 days' in out and ' 8. ' in out, 'as a table', out)
    code, out, _ = run('procedure', 'dry-run', FINANCE, '--at', '2026-11-30T09:00')
    ok('5. Thẩm tra' in out and out.count('rút ngắn theo hạn của hồ sơ') == 1 and
       out.count('không còn thời gian trước hạn của hồ sơ') == 3 and
       'Không còn thời gian cho bước 6, 7, 8 nếu' in out and 'không kể ngày bắt đầu' in out,
       'steps whose time is eaten by whole days before them are told, and why', out)
    report = json.loads(run('--json', 'procedure', 'dry-run', FINANCE, '--at', '2026-11-30T09:00')[1])
    ok([s['no_time'] for s in report['steps']] == [False] * 5 + [True] * 3, 'as JSON too', report)
    code, out, _ = run('procedure', 'dry-run', BIRTH, '--at', '2026-11-20T08:00')
    ok(code == 0 and 'Không còn thời gian' not in out, 'nothing is said where all fits', out)
    ok(run('procedure', 'dry-run', FINANCE, '--at', '2031-01-01T08:00')[0] == 1,
       'beyond the calendar it refuses')
    for words in (['--at', 'tomorrow'], [], ['--at', '2026-01-05T08:00', '--channel', 'fax'],
                  ['--at', '2026-01-05T08:00', '--case', '77'],
                  ['--at', '2026-01-05T08:00', '--set', 'form.nothing=1'],
                  ['--at', '2026-01-05T08:00', '--set', 'form.estimate=lots']):
        code, out, err = run('procedure', 'dry-run', FINANCE, *words)
        ok(code == 2 and err, 'misuse: dry-run ' + ' '.join(words), (code, out, err))


def differences(folder):
    new = changed(folder, 'new.yaml', FINANCE, ('version: 1', 'version: 2'),
                  ('limit: 16 calendar_day', 'limit: 15 calendar_day'))
    code, out, _ = run('procedure', 'diff', FINANCE, new)
    ok(code == 0 and out == 'bước "appraise", thời gian: 16 ngày → 15 ngày\n', 'a difference in words',
       out)
    ok(run('procedure', 'diff', FINANCE, FINANCE)[1] == 'không có gì khác\n', 'no difference')
    ok(run('procedure', 'diff', FINANCE)[0] == 2, 'diff wants two files')
    ok(run('procedure', 'chek')[0] == 2 and 'check' in run('procedure', 'chek')[2],
       'a mistyped word gets the right one')


def loading(folder):
    cluster = pg.Cluster()
    base = cluster.as_user('motcua_app')
    who = ['--author', 'an', '--approver', 'binh', '--database', base]
    none = os.path.join(folder, 'none')
    os.mkdir(none)
    code, out, err = run('procedure', 'load', FINANCE, *who)
    ok(code == 1 and err, 'without an organisation nothing can be loaded', (code, out, err))
    code, out, err = run('publish', '--author', 'an', '--approver', 'binh', '--set',
                         'database.app=' + base, '--set', 'directories.procedures=' + none)
    ok(code == 0, 'organisation, calendars and rules are published', (out, err))
    count = "SELECT count(*) FROM motcua.procedure_version"
    ok(run('procedure', 'load', FINANCE, '--author', 'an', '--approver', 'an')[0] == 2,
       'who publishes is not who wrote it')
    code, out, err = run('procedure', 'load', FINANCE, BIRTH, *who)
    ok(code == 0 and cluster.one(count) == '2', 'two files become two versions', err)
    code, out, err = run('procedure', 'load', FINANCE, *who)
    ok(code == 0 and cluster.one(count) == '2', 'the same text again changes nothing', err)
    other = changed(folder, 'other.yaml', FINANCE, ('16 calendar_day', '15 calendar_day'))
    code, out, err = run('procedure', 'load', other, *who)
    ok(code == 1 and err and cluster.one(count) == '2',
       'another text under a version in use is refused', (code, out, err))
    bad = changed(folder, 'bad.yaml', BIRTH, ('version: 1', 'version: 2'), ('kind: ', 'kind: x'))
    good = changed(folder, 'good.yaml', FINANCE, ('version: 1', 'version: 2'))
    code, out, err = run('procedure', 'load', good, bad, *who)
    ok(code == 1 and '[Y020]' in err and cluster.one(count) == '2',
       'a wrong file among many: none goes in', (code, out, err))


def catalogue(folder):
    record = {'code': '1.990123', 'name': 'Cấp giấy', 'categories': [{'code': 'G12-TC01', 'name': 'Công sản'}],
              'departmentsAuthority': [{'code': '000.00.11.H24', 'name': 'Sở Tài chính'}],
              'executionMethods': [{'submissionMethod': 'DIRECT', 'processingTime': 3,
                                    'processingTimeUnit': 'WORKING_DAY', 'fees': []}],
              'executionCases': [{'name': 'Giấy tờ', 'profileComponents': [
                  {'code': 'K1', 'name': 'Đơn', 'original_qty': 1, 'copy_qty': 0},
                  {'code': 'K2', 'name': 'Nộp buổi sáng', 'original_qty': 0, 'copy_qty': 0}]}],
              'results': [{'code': 'KQ.G12.000001', 'name': 'Giấy'}], 'legalBasis': [{'code': '1/2026', 'name': 'Luật'}]}
    path, out_dir = os.path.join(folder, 'danh-muc.json'), os.path.join(folder, 'drafts')
    os.mkdir(out_dir)
    with open(path, 'w', encoding='utf-8') as f:
        json.dump([record, dict(record, code='1.990124')], f, ensure_ascii=False, indent=1)
    code, out, err = run('procedure', 'import-catalogue', path, '--out', out_dir)
    note = '%s:%d:' % (path, 1 + open(path, encoding='utf-8').read().split('"code": "K2"')[0].count('\n') - 1)
    ok(code == 0 and note in out and '[N010]' in out and out.endswith(
        '2 bản nháp, 2 điểm phải quyết định, 2 điểm cần xem lại\n'), 'two drafts, each hazard with its line', out + err)
    draft = os.path.join(out_dir, '1.990123.yaml')
    code, out, _ = run('procedure', 'check', draft)
    ok(code == 1 and 'valid_from' in out and '[Y017]' in out, 'a draft is refused until it is completed', out)
    with open(draft, 'a', encoding='utf-8') as f:
        f.write('valid_from: 2026-07-01\n')
    code, out, _ = run('procedure', 'check', draft)
    ok(code == 0, 'and fine then', out)
    code, out, err = run('procedure', 'import-catalogue', path, '--out', out_dir)
    with open(draft, encoding='utf-8') as f:
        ok(code == 1 and 'tệp đã có' in err and f.read().endswith('2026-07-01\n'), 'nobody\'s work is written over', err)
    ok(run('procedure', 'import-catalogue', path)[0] == 1, 'several records want a folder')
    code, out, _ = run('--json', 'procedure', 'import-catalogue', path, '--out', os.path.join(folder, 'none'))
    ok(code == 1 and '"error"' in out, 'a folder that is not there', out)


def page(folder):
    with open(os.path.join(TOP, 'config/procedures/README.md'), encoding='utf-8') as f:
        text = f.read()
    example = os.path.join(folder, 'example.yaml')
    with open(example, 'w', encoding='utf-8') as f:
        f.write(re.search(r'```yaml\n(.*?)```', text, re.S).group(1))
    code, out, _ = run('procedure', 'check', example)
    ok(code == 0 and 'cảnh báo' not in out, 'the example of the page is fine', out)
    rows = run('procedure', 'codes')[1].splitlines()
    missing = [r for r in rows if r not in text]
    ok(len(rows) > 60 and not missing, 'the page lists every code as the program does', missing)
    listed = set(re.findall(r'^\| `([A-Z]\d{3})`', text, re.M))
    known = {r.split('`')[1] for r in rows}
    ok(listed == known, 'and no other', listed ^ known)
    schema = json.loads(run('procedure', 'schema')[1])
    keys = set()
    for part in [schema] + list(schema['$defs'].values()):
        keys |= set(part.get('properties', {}))
    words = set(re.findall(r'[a-z_0-9]+', text))
    ok(not keys - words, 'the page knows every key', keys - words)
    units = ('hour', 'half_day', 'working_day', 'working_day_eod', 'calendar_day', 'month', 'same_day')
    ok(all(u in words for u in units), 'and every unit')


def main():
    if not PROGRAM:
        print('Bail out! build the program first')
        return 1
    with tempfile.TemporaryDirectory(prefix='motcua-cli-') as folder:
        checking(folder)
        pictures(folder)
        other_forms()
        dry_runs()
        words_of_numbers(folder)
        differences(folder)
        catalogue(folder)
        page(folder)
        loading(folder)
    print('1..%d' % tap.n)
    return 1 if tap.bad else 0


sys.exit(main())
