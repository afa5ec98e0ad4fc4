#!/usr/bin/env python3
"""Files that are no files: whatever an administrator names, the answer says which, where and what to
do, in both languages, with the right code, and never a crash."""
import json
import os
import resource
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests', 'lib'))
from pg import Tap  # noqa: E402

PROGRAM = os.environ.get('MOTCUAD') or next(
    (p for p in (os.path.join(TOP, 'build', m, 'motcuad') for m in ('asan', 'clang', 'release'))
     if os.path.exists(p)), None)
t = Tap()
FINANCE = 'config/procedures/1.005416.yaml'
# every verb that reads a file, the file last
READERS = [['procedure', 'check'], ['procedure', 'diagram'], ['procedure', 'diff', FINANCE],
           ['procedure', 'dry-run', '--at', '2026-03-02T10:00'], ['calendar', 'check'],
           ['calendar', 'show', '2026', '--calendar'], ['organisation', 'check'], ['simulate'],
           ['deadline', '--from', '2026-03-02T10:00', '--limit', '1 hour', '--calendar']]


def run(*args, stdin=b''):
    p = subprocess.run([PROGRAM, *args], input=stdin, capture_output=True, cwd=TOP, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def read(name):
    with open(os.path.join(TOP, name), encoding='utf-8') as f:
        return f.read()


def each_reader(tmp):
    good = read(FINANCE)
    files = {  # what is in it, what must be said in Vietnamese, in English
        'rubbish.yaml': (bytes(range(256)) * 800, 'ký tự điều khiển', 'a control character'),
        'latin1.yaml': ('procedure: "x"\nname: "Thủ tục".'.encode('utf-8') + b'\xe9\n',
                        'latin1.yaml:2:17: lỗi: tệp không phải UTF-8 hợp lệ: hãy lưu lại',
                        'latin1.yaml:2:17: error: the file is not valid UTF-8: save it'),
        'word.yaml': (good.encode('utf-16'), 'UTF-8', 'UTF-8'),
        'large.yaml': (b'a: "' + b'x' * 2000000 + b'"\n', 'quá lớn, tối đa 1048576 byte',
                       'too large, at most 1048576 bytes'),
        'empty.yaml': (b'', 'tệp trống', 'the file is empty'),
        'comment.yaml': (b'# nothing\n', 'tệp trống', 'the file is empty'),
        'unclosed.yaml': (b'name: {vi: "x"\nversion: 1\n', 'thiếu dấu phẩy hoặc dấu }',
                          'a comma or } is missing'),
        'tab.yaml': (b'name:\n\tvi: x\n', 'dấu cách', 'blanks'),
    }
    for name, (data, vi, en) in files.items():
        path = os.path.join(tmp, name)
        with open(path, 'wb') as f:
            f.write(data)
        for words in READERS:
            for lang, said in (('vi', vi), ('en', en)):
                code, out, err = run('--lang', lang, *words, path)
                t.ok(code == 1 and said in out + err and name in out + err and len(out + err) < 4000,
                     '%s %s says what is wrong (%s)' % (' '.join(words[:2]), name, lang),
                     (code, out[-600:], err[-600:]))


def no_files(tmp):
    os.mkdir(os.path.join(tmp, 'folder.yaml'))
    for words in READERS:
        code, out, err = run(*words, os.path.join(tmp, 'nothing.yaml'))
        t.ok(code == 1 and 'không có tệp này' in out + err and 'No such' not in out + err,
             '%s: a missing file in Vietnamese' % ' '.join(words[:2]), (code, out, err))
        code, out, err = run('--lang', 'en', *words, os.path.join(tmp, 'folder.yaml'))
        t.ok(code == 1 and 'this is a directory' in out + err,
             '%s: a directory is no file' % ' '.join(words[:2]), (code, out, err))


def editors(tmp):
    """What editors on other systems write reads the same."""
    for name, data in (('crlf', read(FINANCE).replace('\n', '\r\n').encode()),
                       ('bom', b'\xef\xbb\xbf' + read(FINANCE).encode())):
        path = os.path.join(tmp, name + '.yaml')
        with open(path, 'wb') as f:
            f.write(data)
        t.eq(run('procedure', 'diff', FINANCE, path)[:2], (0, 'không có gì khác\n'),
             'a file with %s says the same' % name.upper())


def help_anywhere():
    for words in (['procedure', '--help'], ['procedure', 'check', '--help'],
                  ['calendar', 'show', '--help'], ['user', 'add', 'x', '--help'],
                  ['deadline', '--batch', '--help']):
        code, out, err = run(*words)
        t.ok(code == 0 and 'Cách dùng: motcuad ' + words[0] in out and err == '',
             'motcuad %s helps' % ' '.join(words), (code, out, err))


def nobody_listens():
    """A closed or full output is not a success and not a crash."""
    for words in (['calendar', 'show', '2026'], ['procedure', 'schema'], ['procedure', 'check'],
                  ['procedure', 'diagram', FINANCE], ['--help']):
        with open('/dev/full', 'wb') as full:
            p = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, cwd=TOP,
                               timeout=60)
        t.eq(p.returncode, 1, 'motcuad %s on a full disk is exit 1' % ' '.join(words))
    p = subprocess.run('"%s" calendar show 2026 | head -1' % PROGRAM, shell=True, cwd=TOP,
                       capture_output=True, timeout=60)
    t.ok(p.stdout.decode().startswith('Giờ hành chính') and p.stderr == b'', 'head -1 is quiet', p)


def no_database():
    """Verbs that need the database say that it was not reached, and what to look at."""
    away = ['--set', 'database.app=host=/nonexistent dbname=x', '--set', 'database.migrate=']
    for words in (['verify'], ['user', 'list'], ['dossier', 'show', 'H24.11-261122-0001'],
                  ['report', 'ii06a', '--from', '2026-11-01', '--to', '2026-11-22'],
                  ['publish', '--author', 'a', '--approver', 'b']):
        code, out, err = run(*words, *away)
        t.ok(code == 1 and 'motcuad: không kết nối được cơ sở dữ liệu: ' in err and
             'PostgreSQL có đang chạy không?' in err and 'connect: ' not in err.split('motcuad:')[1],
             'motcuad %s without a database' % words[0], (code, out[-500:], err[-800:]))
    code, _, err = run('report', 'ii06a', '--from', '2026-12-01', '--to', '2026-11-01')
    t.ok(code == 2 and '--to phải sau --from' in err, 'a report that ends before it begins', err)


def calendar_page():
    _, out, _ = run('calendar', 'show', '2026', '--calendar', 'police')
    t.ok('o mở cửa, không tính ngày làm việc' in out and '  7o  8.' in out,
         'a Saturday of reception is told from a closed day, and the marks are explained', out[:700])
    code, _, err = run('calendar', 'show', '2028')
    t.ok(code == 1 and 'thêm ngày nghỉ của năm 2028' in err, 'an unknown year has its cure', err)


with tempfile.TemporaryDirectory() as folder:
    each_reader(folder)
    no_files(folder)
    editors(folder)
help_anywhere()
nobody_listens()
no_database()
calendar_page()
t.end()
