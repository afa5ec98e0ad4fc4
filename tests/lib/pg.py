"""A throw-away cluster with the project's migrations, for tests in Python, and TAP output.
Run from anywhere; psql is the only way to the server (no driver is needed)."""
import atexit
import glob
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import template  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Sql(Exception):
    """What the server refused; .state is the SQLSTATE."""

    def __init__(self, text):
        super().__init__(text)
        self.state = ''
        for line in text.splitlines():
            if 'ERROR:' in line:
                self.state = line.split('ERROR:')[1].strip().split(':')[0].strip()
                break


class Cluster:
    def __init__(self, settings=()):
        self.dir = tempfile.mkdtemp(prefix='motcua-pg-', dir=template.room())
        atexit.register(self.remove)
        self.settings = settings
        key = template.digest(template.files('migrations/*', 'tests/lib/*.sh', 'tests/lib/pg.py'))
        with template.copy_of(TOP + '/build/template', 'migrated', key, self.make) as data:
            self.start(self.dir, '--like', data)

    def start(self, where, *options):
        out = subprocess.run([template.CLUSTER, 'start', where, '--with', str(os.getpid()), *options, *self.settings],
                             check=True, stdout=subprocess.PIPE)
        self.conninfo = out.stdout.decode().strip()

    def make(self, where):
        self.start(where)
        for f in sorted(glob.glob(TOP + '/migrations/*.sql')):
            subprocess.run(['psql', '-qX', '-1', '-v', 'ON_ERROR_STOP=1', '-f', f, self.conninfo],
                           check=True, stdout=subprocess.DEVNULL,
                           env=dict(os.environ, PGOPTIONS='-c client_min_messages=warning'))
        subprocess.run([template.CLUSTER, 'stop', where, 'fast'], check=True)

    def remove(self):
        subprocess.run([TOP + '/tests/lib/cluster.sh', 'remove', self.dir],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def as_user(self, user):
        return self.conninfo.replace('user=postgres', 'user=' + user)

    def popen(self, sql, user='postgres'):
        p = subprocess.Popen(['psql', '-qXAt', '-F', '\x1f', '-R', '\x1e', '-v', 'ON_ERROR_STOP=1',
                              '-v', 'VERBOSITY=verbose', self.as_user(user)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.sql = sql
        return p

    @staticmethod
    def finish(p):
        out, err = p.communicate(p.sql.encode())
        if p.returncode:
            raise Sql(err.decode())
        text = out.decode()
        if text.endswith('\n'):
            text = text[:-1]
        return [r.split('\x1f') for r in text.replace('\n', '\x1e').split('\x1e') if r != '']

    def q(self, sql, user='postgres'):
        """Rows as lists of texts; null is ''."""
        return self.finish(self.popen(sql, user))

    def one(self, sql, user='postgres'):
        return self.q(sql, user)[0][0]


class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def ok(self, good, name, why=''):
        self.n += 1
        self.bad += not good
        print('%sok %d - %s' % ('' if good else 'not ', self.n, name))
        if not good and why != '':
            print('# ' + str(why).replace('\n', '\n# '))
        sys.stdout.flush()
        return good

    def eq(self, got, want, name):
        return self.ok(got == want, name, 'got  %r\nwant %r' % (got, want))

    def refused(self, fn, state, name):
        try:
            fn()
        except Sql as e:
            return self.ok(e.state == state, name, 'got %s: %s' % (e.state, e))
        return self.ok(False, name, 'it was accepted')

    def budget(self, good, name, why, machine):
        """A time that is asked for: where it is missed because the machine stood still, it is told, not judged."""
        stood = machine.stood_still()
        if good or not stood:
            return self.ok(good, name, why)
        return self.ok(True, '%s # SKIP %s; %s' % (name, why, machine))

    def end(self):
        print('1..%d' % self.n)
        sys.exit(1 if self.bad else 0)
