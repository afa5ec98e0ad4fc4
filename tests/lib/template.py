"""Clusters that many tests begin with are made once and copied: a file copy instead of seconds of
initdb, migrations and publishing.

    with template.copy_of(TOP + '/build/asan', 'published', what_it_is_made_of, make) as data: …

make(dir) leaves a stopped cluster (cluster.sh) in dir.  A copy is good as long as nothing of what
it was made of has changed; the former one is removed then."""
import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLUSTER = TOP + '/tests/lib/cluster.sh'


def room():
    """Where throw-away clusters live: tests/run names a folder in memory when there is enough."""
    return os.environ.get('TMPDIR', '/tmp')


def files(*patterns):
    return [p for pattern in patterns for p in sorted(glob.glob(TOP + '/' + pattern, recursive=True))
            if os.path.isfile(p)]


def digest(paths, *more):
    h = hashlib.sha256(repr(more).encode())
    for p in paths:
        with open(p, 'rb') as f:
            h.update(b'%s %d\n' % (os.path.relpath(p, TOP).encode(), os.path.getsize(p)) + f.read())
    return h.hexdigest()[:16]


@contextlib.contextmanager
def copy_of(home, name, key, make):
    """The data directory to copy from; nobody removes it meanwhile."""
    os.makedirs(home, exist_ok=True)
    path = '%s/%s-%s' % (home, name, key)
    with open('%s/%s.lock' % (home, name), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not os.path.isdir(path):
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(path):  # somebody else may have made it while we waited
                for old in glob.glob('%s/%s-*' % (home, name)):
                    shutil.rmtree(old, ignore_errors=True)
                fill(path, make)
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield path


def fill(path, make):
    new = tempfile.mkdtemp(prefix='motcua-template-', dir=room())
    os.chmod(new, 0o755)
    try:
        make(new + '/pg')
        shutil.rmtree(path + '.new', ignore_errors=True)
        subprocess.run(['cp', '-a', new + '/pg/data', path + '.new'], check=True)
        os.rename(path + '.new', path)
    finally:
        subprocess.run([CLUSTER, 'remove', new + '/pg'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(new, ignore_errors=True)
