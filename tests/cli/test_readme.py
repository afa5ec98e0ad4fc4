#!/usr/bin/env python3
"""The front page keeps its word: the tour with curl is run literally against a demonstration, the
picture is what the program draws, every verb and every file it names exists."""
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests', 'lib'))
from api import free_port  # noqa: E402
from pg import Tap  # noqa: E402

PROGRAM = os.environ.get('MOTCUAD') or next(
    (p for p in (os.path.join(TOP, 'build', m, 'motcuad') for m in ('asan', 'clang', 'release'))
     if os.path.exists(p)), None)
with open(os.path.join(TOP, 'README.md'), encoding='utf-8') as f:
    PAGE = f.read()
t = Tap()


def section(title):
    found = re.search(r'^## %s\n(.*?)(?=^## |\Z)' % re.escape(title), PAGE, re.M | re.S)
    return found.group(1) if found else ''


def says(*args):
    return subprocess.run([PROGRAM, *args], cwd=TOP, capture_output=True, timeout=120).stdout


def picture():
    with open(os.path.join(TOP, 'config/procedures/1.005416.svg'), 'rb') as f:
        t.ok(f.read() == says('procedure', 'diagram', 'config/procedures/1.005416.yaml'),
             'the picture is what "procedure diagram" draws', 'draw it again with --out')


def names():
    verbs = re.findall(r'^  (\w+) ', says('--lang', 'en', '--help').decode(), re.M)
    table = section('Install for real')
    missing = [v for v in verbs if not re.search(r'`%s[ `]' % v, table)]
    t.ok(len(verbs) > 10 and not missing, 'every verb of the program stands in the table', missing)
    spoken = set(re.findall(r'`(?:motcuad )([a-z]+)', PAGE))
    t.ok(spoken and spoken <= set(verbs), 'every verb that is named exists', spoken - set(verbs))
    acts = re.findall(r'`motcuad ([a-z]+ [a-z]+)', PAGE)
    usage = {v: says('--lang', 'en', v, '--help').decode() for v in verbs}
    wrong = [a for a in acts if a.split()[1] not in usage[a.split()[0]]]
    t.ok(acts and not wrong, 'so does every act of a verb', wrong)
    paths = re.findall(r'(?:`|\]\()((?:common|server|config|migrations|tests|docker)/[\w./-]*)', PAGE)
    gone = [p for p in paths if not os.path.exists(os.path.join(TOP, p.replace('_NAME', '_user')))
            and 'NAME' not in p]
    t.ok(len(paths) > 10 and not gone, 'every file and folder it names is there', gone)


def rooms():
    """Each folder with code has its page, at most a screenful or so, and what it names is there."""
    listed = subprocess.run(['git', 'ls-files'], cwd=TOP, capture_output=True).stdout.decode()
    tracked = listed.split('\n') if listed else [
        os.path.relpath(os.path.join(d, f), TOP) for d, _, fs in os.walk(TOP) for f in fs
        if '/build' not in d and '/.git' not in d]
    names = {os.path.basename(f) for f in tracked}
    rooms = {f.rsplit('/', 1)[0] for f in tracked
             if re.match(r'(common|server)/\w+/[^/]+$|(migrations|docker|tests|config)/[^/]+$', f)}
    bare = [r for r in rooms if not os.path.exists(os.path.join(TOP, r, 'README.md'))]
    t.ok(len(rooms) > 12 and not bare, 'every room has its page', bare)
    verbs = re.findall(r'^  (\w+) ', says('--lang', 'en', '--help').decode(), re.M)
    wrong = []
    for page in (f for f in tracked if f.endswith('README.md') and f.count('/')):
        with open(os.path.join(TOP, page), encoding='utf-8') as f:
            text = f.read()
        wrong += [(page, v) for v in re.findall(r'`motcuad ([a-z]+)', text) if v not in verbs]
        for word in re.findall(r'`([\w./*-]+\.(?:c|h|def|py|mjs|sql|yaml|sh|svg))`', text):
            made_up = [x for x in ('*', 'NAME', 'CODE', 'NNNN', 'libpq-fe.h') if x in word]
            if not made_up and os.path.basename(word) not in names:
                wrong.append((page, word))
        wrong += [(page, p) for p in
                  re.findall(r'`((?:common|server|config|migrations|tests|docker)/[\w./-]+)`', text)
                  if p != 'docker/secrets/' and not glob.glob(os.path.join(TOP, p) + '*')]
    t.ok(not wrong, 'the files and verbs that the pages name exist', wrong)


def tour():
    block = re.search(r'```sh\n(.*?)```', section('A tour with curl'), re.S)
    t.ok(block and 'https://localhost:8443' in block.group(1), 'the page has a tour')
    if not block:
        return
    top = tempfile.mkdtemp(prefix='motcua-readme-', dir='/tmp')
    os.chmod(top, 0o755)
    port = free_port()
    log = open(top + '/log', 'wb')
    demo = subprocess.Popen([PROGRAM, 'demo', '--port', str(port), '--var', top + '/var',
                             '--dossiers', '12'], cwd=TOP, stdout=log, stderr=log,
                            stdin=subprocess.DEVNULL)
    try:
        ready = await_line(demo, top + '/log', 'localhost:%d' % port)
        t.ok(ready, 'the demonstration starts on another port, with its own folder',
             open(top + '/log', encoding='utf-8', errors='replace').read()[-2000:])
        if ready:
            walk(block.group(1).replace('localhost:8443', 'localhost:%d' % port))
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGINT)
        t.eq(demo.wait(120), 0, 'Ctrl-C stops the demonstration cleanly')
        shutil.rmtree(top, ignore_errors=True)


def await_line(demo, path, word):
    end = time.monotonic() + 240
    while time.monotonic() < end and demo.poll() is None:
        with open(path, encoding='utf-8', errors='replace') as f:
            if word in f.read():
                return True
        time.sleep(0.2)
    return False


def walk(script):
    p = subprocess.run(['bash', '-eu'], input=script.encode(), capture_output=True, timeout=120)
    out = p.stdout.decode()
    t.eq((p.returncode, p.stderr.decode()), (0, ''), 'every line of the tour succeeds')
    code = re.search(r'"code":"(H24\.11-\d{6}-\d{4})"', out)
    t.ok(code and '"status":"ACCEPTED"' in out, 'a Finance dossier is taken in', out[:800])
    t.ok('"status":"PROCESSING"' in out and '"step":"appraise"' in out, 'and handed on', out[:3000])
    answers = out.split('\n')
    queue = next((a for a in answers if a.startswith('{"items"') and '"urgency"' in a), '')
    t.ok(code and code.group(1) in queue, 'the next officer finds it in the queue', queue[:600])
    t.ok('"clocks":' in out and 'Bộ luật Dân sự 2015, Điều 147.2' in out, 'its clock says why')
    t.ok('"rate_valid_first"' in out, 'the figures are told')
    t.ok(code and '>%s</span></h1>' % code.group(1) in out and 'Sở Tài chính đang thẩm định (bước 2/8); hẹn trả'
         in out, 'the applicant sees where it is, what is done, and by when',
         out[-1500:])
    t.ok('"errors"' not in out and '"detail"' not in out, 'nothing was refused')


def tables():
    """What the tables of tests/README.md name is there: tests, and scenarios by their short names."""
    with open(os.path.join(TOP, 'tests/README.md'), encoding='utf-8') as f:
        page = f.read().split('## Acceptance scenarios')[1]
    named = set(re.findall(r'`([a-z]+/test_\w+\.(?:py|c))`', page))
    played = set(re.findall(r'`((?:drafts/)?\d\.\d{6}[\w.-]*)`', page))
    gone = [x for x in named if not os.path.exists(os.path.join(TOP, 'tests', x))] + \
           [x for x in played if not os.path.exists(os.path.join(TOP, 'config/procedures', x + '.scenario.yaml'))]
    t.eq((sorted(gone), len(named) > 20, len(played) > 25), ([], True, True), 'tests/README.md names what exists')
    rows = [int(x) for x in re.findall(r'^\| (\d+) \|', page, re.M)]
    t.eq(rows, list(range(1, 41)), 'forty mistakes')
    t.eq(re.findall(r'^\| AS(\d+) \|', page, re.M), [str(n) for n in range(1, 25)], 'twenty-four scenarios')


tables()
picture()
names()
rooms()
tour()
t.end()
