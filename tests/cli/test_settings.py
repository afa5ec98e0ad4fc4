#!/usr/bin/env python3
"""The verbs config, migrate and doctor as an administrator types them: answers, refusals with their
cures, exit codes.  A throw-away cluster."""
import json
import os
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get('MOTCUAD') or next(
    (p for p in (os.path.join(TOP, 'build', m, 'motcuad') for m in ('asan', 'clang', 'release'))
     if os.path.exists(p)), None)
CLUSTER = os.path.join(TOP, 'tests', 'lib', 'cluster.sh')
count = failed = 0


def run(*args, env=None):
    e = {k: v for k, v in os.environ.items() if not k.startswith('MOTCUA_')}
    e.update(env or {})
    p = subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True, cwd=TOP,
                       timeout=120, env=e)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def check(name, good, shown=''):
    global count, failed
    count += 1
    failed += not good
    print('%sok %d - %s' % ('' if good else 'not ', count, name))
    if not good:
        print('\n'.join('# ' + line for line in str(shown).splitlines()[:40]))


def cluster(verb, where, *settings):
    return subprocess.run([CLUSTER, verb, where, *settings], check=True, cwd=TOP,
                          stdout=subprocess.PIPE).stdout.decode().strip()


def psql(conninfo, sql):
    return subprocess.run(['/usr/lib/postgresql/15/bin/psql', conninfo, '-Atqc', sql], check=True,
                          stdout=subprocess.PIPE).stdout.decode().strip()


def config_verbs(folder):
    path = os.path.join(folder, 'motcua.yaml')
    with open(path, 'w') as f:
        f.write('listen: []\nlisten_plain: [127.0.0.1:8080]\nrate: {actor: 7}\n')
    code, out, err = run('config', 'check', '--config', path)
    check('a sound file is said to be sound', code == 0 and 'hợp lệ' in out, out + err)
    code, out, err = run('--json', 'config', 'show', '--config', path,
                         env={'MOTCUA_WORKERS': '3'})
    shown = json.loads(out)
    check('show says where each value comes from',
          code == 0 and shown['workers'] == {'value': '3', 'source': 'environment'} and
          shown['rate.actor'] == {'value': '7', 'source': 'file', 'line': 3} and
          shown['rate.public']['source'] == 'built-in', out)
    code, out, err = run('--lang', 'en', 'config', 'check', '--config', path, '--set',
                         'listen_plain=0.0.0.0:80', env={'MOTCUA_WROKERS': '1'})
    check('plain HTTP beyond loopback and an unknown variable are refused, both at once',
          code == 1 and 'C010' in err and 'C001' in err and 'MOTCUA_WORKERS' in err, err)
    code, out, err = run('config', 'check', '--config', os.path.join(folder, 'none.yaml'))
    check('a missing file is named', code == 1 and 'none.yaml' in err and 'C008' in err, err)
    code, out, err = run('config', 'check', '--set', 'nothing')
    check('--set without a value is misuse', code == 2, err)
    code, out, err = run('config', 'chek')
    check('an unknown word is misuse', code == 2, err)
    code, out, err = run('config', 'keys')
    check('the keys are documented', code == 0 and '`database.app_password_file`' in out, out)


def database_verbs(folder):
    where = os.path.join(folder, 'cluster')
    conninfo = cluster('start', where, '--with', str(os.getpid()))
    path = os.path.join(folder, 'db.yaml')
    with open(path, 'w') as f:
        f.write('listen: []\nlisten_plain: [127.0.0.1:8080]\ndatabase:\n  app: %s\n  migrate: %s\n' %
                (conninfo, conninfo))
    code, out, err = run('--json', 'doctor', '--config', path)
    codes = [f['code'] for f in json.loads(out)] if out else None
    check('an empty database is refused for its schema', code == 1 and codes == ['schema-old'],
          out + err)
    code, out, err = run('--lang', 'en', 'migrate', 'up', '--config', path)
    check('migrate up brings it up', code == 0 and '0001_roles.sql' in out, out + err)
    code, out, err = run('--lang', 'en', 'migrate', 'up', '--database', conninfo)
    check('a second time there is nothing to do', code == 0 and '0001_roles.sql' not in out,
          out + err)
    code, out, err = run('--json', 'migrate', 'status', '--config', path)
    answer = json.loads(out)
    check('status tells every migration', code == 0 and answer['version'] == answer['known'] and
          all(m['state'] == 'applied' for m in answer['migrations']), out)
    code, out, err = run('--lang', 'en', 'doctor', '--config', path)
    check('the doctor is content', code == 0 and 'fit for service' in out, out + err)
    check('the role that migrates may go on where the first one left',
          psql(conninfo, "SELECT has_table_privilege('motcua_migrate', "
                         "'public.schema_migration', 'INSERT')") == 't')
    check('the service may read the history of the schema but not write it',
          psql(conninfo, "SELECT has_table_privilege('motcua_app', 'public.schema_migration', "
                         "'SELECT') AND NOT has_table_privilege('motcua_app', "
                         "'public.schema_migration', 'INSERT, UPDATE, DELETE')") == 't')
    psql(conninfo, "UPDATE public.schema_migration SET checksum = 'x' WHERE version = 1")
    code, out, err = run('migrate', 'up', '--database', conninfo)
    check('an altered migration stops the upgrade', code == 1 and '0001_roles.sql' in err, err)
    psql(conninfo, "INSERT INTO public.schema_migration VALUES (9999, '9999_x.sql', 'x', now())")
    code, out, err = run('migrate', 'status', '--database', conninfo)
    check('status names what is wrong', code == 1 and '9999_x.sql' in out, out + err)
    cluster('stop', where)
    cluster('start', where, 'fsync=off', 'full_page_writes=off')
    code, out, err = run('--lang', 'en', 'doctor', '--config', path)
    check('an unsafe server is refused with the cure',
          code == 1 and 'fsync-off' in out and 'full-page-writes-off' in out and 'cure:' in out,
          out + err)
    cluster('stop', where)
    code, out, err = run('doctor', '--config', path)
    check('a stopped server is said to be unreachable', code == 1 and 'database-unreachable' in out,
          out + err)
    code, out, err = run('migrate', 'up', '--config', path)
    check('migrate says so too', code == 1 and err, err)
    cluster('remove', where)


if not PROGRAM:
    print('Bail out! build motcuad first')
    sys.exit(1)
with tempfile.TemporaryDirectory(prefix='motcua-settings-') as tmp:
    os.chmod(tmp, 0o755)
    config_verbs(tmp)
    database_verbs(tmp)
print('1..%d' % count)
sys.exit(failed != 0)
