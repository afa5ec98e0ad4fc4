#!/usr/bin/env python3
"""The shipped configuration: every procedure passes the checker (with exactly the warnings that the
domain deserves), travels with a scenario, and every scenario holds."""
import glob
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get('MOTCUAD') or next(
    (p for p in (os.path.join(TOP, 'build', m, 'motcuad') for m in ('asan', 'clang', 'release'))
     if os.path.exists(p)), None)
FOLDER = os.path.join('config', 'procedures')

# Where the domain itself is inconsistent; each file says why in a comment.
WARNINGS = {
    '1.000656.yaml': ['P205', 'P205'],   # the catalogue counts days, the steps are hours
    '1.001699.yaml': ['P205'],           # posted for working days inside 25 calendar days
    '1.990002.yaml': ['P202'],           # published steps of 12 days inside 10
}
DRAFT_WARNINGS = {'1.013225.yaml': ['P204', 'P204']}  # 12 days of consultation inside 10 and 7

count = failed = 0


def run(*args):
    p = subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True, cwd=TOP,
                       timeout=120)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def check(name, good, shown=''):
    global count, failed
    count += 1
    failed += not good
    print('%sok %d - %s' % ('' if good else 'not ', count, name))
    if not good:
        print('\n'.join('# ' + line for line in shown.splitlines()[:60]))


def codes(out):
    """Codes at the ends of the diagnostic lines: 'file:line:col: warning: … [P205]'."""
    return sorted(line.rsplit('[', 1)[1].rstrip(']') for line in out.splitlines()
                  if line.endswith(']') and (': warning:' in line or ': error:' in line))


def procedures(folder, warnings):
    files = sorted(f for f in glob.glob(os.path.join(TOP, folder, '*.yaml'))
                   if not f.endswith('.scenario.yaml'))
    for f in files:
        name = os.path.basename(f)
        code, out, err = run('procedure', 'check', '--lang', 'en', os.path.relpath(f, TOP))
        check('%s passes the checker' % name, code == 0, out + err)
        check('%s warns of what is inconsistent and of nothing else' % name,
              codes(out + err) == warnings.get(name, []), out + err)
    return [os.path.basename(f)[:-len('.yaml')] for f in files]


def scenarios(known):
    files = sorted(glob.glob(os.path.join(TOP, FOLDER, '*.scenario.yaml')) +
                   glob.glob(os.path.join(TOP, FOLDER, 'drafts', '*.scenario.yaml')))
    names = {os.path.basename(f) for f in files}
    for p in known:
        check('%s travels with a scenario' % p, p + '.scenario.yaml' in names)
    for f in files:
        code, out, err = run('simulate', os.path.relpath(f, TOP))
        check('scenario %s' % os.path.basename(f)[:-len('.scenario.yaml')], code == 0, out + err)


def main():
    if not PROGRAM:
        sys.exit('no motcuad: build first')
    known = procedures(FOLDER, WARNINGS)
    check('at least 17 procedures', len(known) >= 17, repr(known))
    procedures(os.path.join(FOLDER, 'drafts'), DRAFT_WARNINGS)
    scenarios(known)
    print('1..%d' % count)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
