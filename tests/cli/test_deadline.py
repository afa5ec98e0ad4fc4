#!/usr/bin/env python3
"""The verbs deadline and calendar as people type them: answers, exit codes, mistakes."""
import json
import os
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get('MOTCUAD') or next(
    (p for p in (os.path.join(TOP, 'build', m, 'motcuad') for m in ('asan', 'clang', 'release'))
     if os.path.exists(p)), None)
count = failed = 0


def run(*args, stdin=b''):
    p = subprocess.run([PROGRAM, *args], input=stdin, capture_output=True, cwd=TOP, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def check(name, got, want):
    global count, failed
    count += 1
    if got == want:
        print('ok %d - %s' % (count, name))
    else:
        failed += 1
        print('not ok %d - %s\n# got  %r\n# want %r' % (count, name, got, want))


def holds(name, condition, shown=''):
    check(name, (bool(condition), '' if condition else shown), (True, ''))


def batch(lines, *args):
    data = ''.join((l if isinstance(l, str) else json.dumps(l)) + '\n' for l in lines)
    code, out, err = run('deadline', '--calendar', 'office', '--batch', *args, stdin=data.encode())
    return code, [json.loads(l) for l in out.splitlines()], err


def one_question():
    office = ('--calendar', 'config/calendars/office.yaml')
    check('a due instant in RFC 3339',
          run('deadline', *office, '--from', '2026-03-02T10:00', '--limit', '2 working_day'),
          (0, '2026-03-04T10:00:00+07:00\n', ''))
    check('the default calendar is office',
          run('deadline', '--from', '2026-03-02T03:00:00Z', '--limit=2 working_day'),
          (0, '2026-03-04T10:00:00+07:00\n', ''))
    check('pauses repeat',
          run('deadline', *office, '--from', '2026-03-02T10:00', '--limit', '3 working_day',
              '--pause', '2026-03-03T08:00/2026-03-03T10:00',
              '--pause', '2026-03-04T14:00/2026-03-04T16:00'),
          (0, '2026-03-05T15:30:00+07:00\n', ''))
    check('elapsed is minutes, negative when reversed',
          (run('deadline', '--elapsed', '--from', '2026-03-02T08:00', '--to', '2026-03-02T17:00'),
           run('deadline', '--elapsed', '--to', '2026-03-02T08:00', '--from', '2026-03-02T17:00')),
          ((0, '450\n', ''), (0, '-450\n', '')))
    code, out, _ = run('deadline', '--from', '2023-03-30 10:00', '--limit', '30 calendar_day',
                       '--explain')
    holds('the explanation follows the due instant',
          code == 0 and out.startswith('2023-05-04T17:00:00+07:00\nNhận hồ sơ') and
          'Điều 148.5' in out, out)
    code, out, _ = run('--lang', 'en', '--json', 'deadline', '--from', '2023-03-30 10:00',
                       '--limit', '30 calendar_day', '--explain')
    answer = json.loads(out)
    holds('--json gives the same as JSON',
          code == 0 and answer['due'] == '2023-05-04T17:00:00+07:00' and
          sum(l.get('days', 0) for l in answer['explain']) == 30 and
          answer['explain'][0]['text'].startswith('Received at'), out)


def refusals():
    code, out, err = run('deadline', '--from', '2027-12-31T09:00', '--limit', '5 working_day')
    holds('a calendar that ends refuses with exit 1',
          code == 1 and out == '' and '2027-12-31' in err, (code, out, err))
    code, out, err = run('--lang=en', '--json', 'deadline', '--from', '2027-12-31T09:00',
                         '--limit', '5 working_day')
    holds('as JSON too', code == 1 and 'calendar ends' in json.loads(out)['error'], (code, out))
    misuses = [
        ['deadline'],
        ['deadline', '--from', '2026-03-02T10:00'],
        ['deadline', '--from', '2026-03-02', '--limit', '1 hour'],
        ['deadline', '--from', '2026-03-02T10:00', '--limit', '1 hours'],
        ['deadline', '--from', '2026-03-02T10:00', '--limit', '-1 hour'],
        ['deadline', '--from', '2026-03-02T10:00', '--limit'],
        ['deadline', '--from', '2026-03-02T10:00', '--limit', '1 hour', '--to', '2026-03-03T10:00'],
        ['deadline', '--from', '2026-03-02T10:00', '--limit', '1 hour', '--pause', 'x'],
        ['deadline', '--from', '2026-03-02T10:00', '--limit', '1 hour', '--pause',
         '2026-03-03T10:00/2026-03-03T09:00'],
        ['deadline', '--elapsed', '--from', '2026-03-02T10:00'],
        ['deadline', '--batch', '--from', '2026-03-02T10:00'],
        ['deadline', '--form', '2026-03-02T10:00'],
        ['deadline', 'stray'],
        ['calendar'],
        ['calendar', 'chekc'],
        ['calendar', 'preview'],
        ['calendar', 'show'],
        ['calendar', 'show', '26'],
        ['calendar', 'show', '2026', '2027'],
        ['calendar', 'check', '--all'],
        ['--lang', 'fr', 'deadline'],
        ['--colour'],
        ['dedline'],
        [],
    ]
    for args in misuses:
        code, out, err = run(*args)
        holds('misuse is exit 2 with a reason: motcuad ' + ' '.join(args),
              code == 2 and out == '' and err, (code, out, err))
    holds('the nearest option is offered', '--from' in run('deadline', '--form', 'x')[2])
    holds('the nearest verb is offered', 'deadline' in run('dedline')[2])
    code, out, err = run('deadline', '--calendar', '/nonexistent.yaml', '--from',
                         '2026-03-02T10:00', '--limit', '1 hour')
    holds('no such calendar is exit 1', code == 1 and '/nonexistent.yaml' in err, (code, err))


def batches():
    code, answers, _ = batch([
        {'from': '2026-03-02T10:00', 'limit': '2 working_day'},
        {'from': '2026-03-02T10:00', 'limit': '5 working_day',
         'pauses': [['2026-03-04T09:00', '2026-03-06T09:00']]},
        {'from': '2026-03-02T08:00', 'to': '2026-03-02T17:00'},
    ])
    check('one answer a line', (code, answers),
          (0, [{'due': '2026-03-04T10:00:00+07:00'}, {'due': '2026-03-11T10:00:00+07:00'},
               {'minutes': 450}]))
    bad = [
        '', 'x', '[]', '"x"', '{}', '{"from": 1, "limit": "1 hour"}',
        {'from': '2026-03-02T10:00'},
        {'from': '2026-03-02T10:00', 'limit': '1 hour', 'to': '2026-03-02T10:00'},
        {'from': '2026-03-02T10:00', 'limit': '1 hour', 'extra': 1},
        {'from': '2026-03-02T10:00', 'limit': 2},
        {'from': '2026-03-02T10:00', 'limit': '2 fortnight'},
        {'from': 'yesterday', 'limit': '1 hour'},
        {'from': '2026-03-02T10:00', 'to': None},
        {'from': '2026-03-02T10:00', 'limit': '1 hour', 'pauses': {}},
        {'from': '2026-03-02T10:00', 'limit': '1 hour', 'pauses': [['2026-03-02T10:00']]},
        {'from': '2026-03-02T10:00', 'limit': '1 hour', 'pauses': [[1, 2]]},
        {'from': '2026-03-02T10:00', 'limit': '1 hour',
         'pauses': [['2026-03-02T11:00', '2026-03-02T10:00']]},
        {'from': '2026-03-02T10:00', 'limit': '1 hour',
         'pauses': [['2026-03-02T10:00', '2026-03-02T10:01']] * 257},
        {'from': '2030-03-02T10:00', 'limit': '1 hour'},
        {'from': '2016-03-02T10:00', 'to': '2026-03-02T10:00'},
        '{"from": "2026-03-02T10:00", "limit": "1 hour", "limit": "2 hour"}',
        '[' * 5000,
        '{"from": "' + 'x' * 70000 + '"}',
    ]
    code, answers, _ = batch(bad + [{'from': '2026-03-02T10:00', 'limit': '1 hour'}])
    check('each bad line is an error and the next is answered',
          (code, [list(a) for a in answers[:-1]], answers[-1]),
          (1, [['error']] * len(bad), {'due': '2026-03-02T11:00:00+07:00'}))
    _, told, _ = batch(['{"from": "2026-03-02T10:00", limit: 1}'])
    holds('a broken line says in which column', 'ở cột 3' in told[0]['error'], told)
    holds('every error says something', all(a['error'] for a in answers[:-1]))
    code, out, _ = run('deadline', '--batch',
                       stdin=b'{"from":"2026-03-02T10:00","limit":"1 hour"}')
    check('a last line without line end', (code, json.loads(out)),
          (0, {'due': '2026-03-02T11:00:00+07:00'}))
    check('no lines, no answers', run('deadline', '--batch')[:2], (0, ''))
    code, answers, _ = batch([{'from': '2026-03-02T10:00', 'limit': '2 working_day'}], '--explain')
    holds('explained in a batch', sum(l.get('days', 0) for l in answers[0]['explain']) == 2)


def worked_cases():
    """The shared data once more, through files and the verb."""
    with open(os.path.join(TOP, 'tests/cases/deadlines.json'), encoding='utf-8') as f:
        data = json.load(f)
    wrong = []
    with tempfile.TemporaryDirectory() as tmp:
        for name, cal in data['calendars'].items():
            path = os.path.join(tmp, name + '.yaml')
            with open(path, 'w', encoding='utf-8') as f:
                f.write(yaml_of(name, cal))
            lines, want = [], []
            for c in data['cases'] + data['pause_cases'] + data['elapsed_cases']:
                if c['calendar'] != name:
                    continue
                if 'end' in c:
                    lines.append({'from': c['start'], 'to': c['end']})
                    want.append({'minutes': c['expected']})
                    continue
                unit = {'working_hour': 'hour'}.get(c['unit'], c['unit'])
                lines.append({'from': c['start'], 'limit': '%s %s' % (c['duration'], unit)})
                if 'pauses' in c:
                    lines[-1]['pauses'] = c['pauses']
                want.append({'due': c['expected'].replace(' ', 'T') + ':00+07:00'})
            data_in = ''.join(json.dumps(l) + '\n' for l in lines).encode()
            code, out, err = run('deadline', '--calendar', path, '--batch', stdin=data_in)
            got = [json.loads(l) for l in out.splitlines()]
            if code or got != want:
                wrong.append((name, err, got, want))
    check('every worked case through the verb', wrong, [])


def yaml_of(name, cal):
    flow = lambda week: '{%s}' % ', '.join(
        '%s: [%s]' % (d.lower(), ', '.join(s)) for d, s in week.items())
    out = ['calendar: ' + name.lower(), 'name: {vi: "Mẫu", en: "Sample"}',
           'week: ' + flow(cal['week']), 'day_minutes: %d' % cal['day_minutes']]
    if 'cutoff' in cal:
        out.append('cutoff: ' + cal['cutoff'])
    if 'not_counted_weekdays' in cal:
        out.append('uncounted: [%s]' % ', '.join(d.lower() for d in cal['not_counted_weekdays']))
    if 'seasons' in cal:
        out.append('seasons:')
        out += ['  - {from: %s, to: %s, week: %s}' % (s['from'], s['to'], flow(s['week']))
                for s in cal['seasons']]
    out.append('days:')
    out += ['  - {date: %s, kind: holiday}' % d for d in cal['holidays']]
    out += ['  - {date: %s, kind: make_up, as: %s}' % (d, w.lower())
            for d, w in cal.get('makeup_days', {}).items()]
    out += ['  - {date: %s, kind: exception, sessions: [%s]}' % (d, ', '.join(s))
            for d, s in cal.get('exceptions', {}).items()]
    return '\n'.join(out) + '\n'


def calendars():
    code, out, _ = run('calendar', 'check')
    holds('the shipped calendars are right', code == 0 and out.count(': đúng') >= 4, out)
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, 'x.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write('calendar: x\nname: {vi: "Thử", en: "Try"}\nextends: vietnam\n'
                    'week:\n  mon: [07:30-25:00]\ncutof: 15:00\n')
        code, out, _ = run('--lang', 'en', 'calendar', 'check', path)
        holds('mistakes with file, line, column, code, the line and the nearest word',
              code == 1 and path + ':5:9: error:' in out and '[C003]' in out and
              '      mon: [07:30-25:00]\n            ^' in out and
              path + ':6:1: error:' in out and 'did you mean "cutoff"?' in out, out)
        code, out, _ = run('--json', 'calendar', 'check', path, 'config/calendars/office.yaml')
        report = json.loads(out)
        check('the same as JSON', (code, [(f['fine'], [(m['line'], m['col'], m['code'])
                                                      for m in f['mistakes']]) for f in report]),
              (1, [(False, [(5, 9, 'C003'), (6, 1, 'Y010')]), (True, [])]))
        code, out, _ = run('deadline', '--calendar', path, '--from', '2026-03-02T10:00',
                           '--limit', '1 hour')
        holds('a wrong calendar counts nothing', code == 1 and out == '', (code, out))
    code, out, _ = run('calendar', 'check', '/nonexistent.yaml')
    holds('a missing file is found wrong', code == 1 and 'C000' in out, (code, out))
    days = [json.loads(run('--json', 'calendar', 'show', str(y))[1])['working_days']
            for y in range(2018, 2028)]
    check('working days of each year', days,
          [250, 252, 252, 250, 249, 249, 251, 250, 249, 249])
    code, out, _ = run('calendar', 'show', '2026', '--calendar', 'police')
    holds('a year at a glance', code == 0 and 'Tháng 8: 21 ngày làm việc' in out and
          '22/08  thứ Bảy, làm bù' in out and 'Ngày làm việc: 249' in out, out)
    holds('a year beyond the calendar is refused', run('calendar', 'show', '2031')[0] == 1)
    holds('help is exit 0', run('--help')[0] == 0 and run('calendar', '--help')[0] == 0 and
          'deadline' in run('--help')[1])


def main():
    if not PROGRAM:
        print('Bail out! build the program first')
        return 1
    one_question()
    refusals()
    batches()
    worked_cases()
    calendars()
    print('1..%d' % count)
    return 1 if failed else 0


sys.exit(main())
