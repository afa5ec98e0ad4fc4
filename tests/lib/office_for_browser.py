"""An office for tests that are not Python: starts one, says where it is in one line of JSON, then does
what is asked, one JSON line each way, until its input ends.

  {"do": "intake", "as": "lan.tiepnhan", "body": {…}}      a dossier; answers the slip
  {"do": "call", "as": LOGIN, "method": …, "path": …, "body": …, "match": …}
  {"do": "act", "as": LOGIN, "code": …, "act": …, "body": {…}}
  {"do": "kill"} {"do": "stop"} {"do": "start"}             the daemon
  {"do": "sql", "sql": …}                                  as the owner of the cluster
"""
import json
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import PASSWORD, Office, intake  # noqa: E402


class Served:
    def __init__(self):
        self.office = Office(**json.loads(os.environ.get('MOTCUA_TEST_SETTINGS', '{}')))
        self.clients = {}

    def client(self, login):
        if login not in self.clients:
            self.clients[login] = self.office.client(login)
        return self.clients[login]

    def intake(self, ask):
        return self.told(self.client(ask['as']).post('/v1/dossiers', {**intake(), **ask.get('body', {})}))

    def call(self, ask):
        c = self.client(ask['as'])
        if ask['method'] == 'GET':
            return self.told(c.get(ask['path']))
        if ask['method'] == 'POST':
            return self.told(c.post(ask['path'], ask.get('body', {}), match=ask.get('match')))
        return self.told(c.send(ask['method'], ask['path'], ask.get('body')))

    def act(self, ask):
        return self.told(self.client(ask['as']).act(ask['code'], ask['act'], ask.get('body', {})))

    @staticmethod
    def told(r):
        return {'status': r.status, 'etag': r.etag, 'body': json.loads(r.text) if r.text[:1] in ('{', '[') else r.text}

    def kill(self, _):
        self.office.stop(signal.SIGKILL)
        return {}

    def stop(self, _):
        return {'code': self.office.stop()}

    def start(self, _):
        self.office.start()
        return {}

    def sql(self, ask):
        return {'out': self.office.psql(ask['sql'])}

    def end(self):
        office = self.office
        code = office.stop() if office.daemon.poll() is None else 0
        bad = [l for l in office.log_text().splitlines() if 'ERROR: ' in l or 'runtime error' in l]
        return {'code': code, 'sanitizer': bad, 'unlike': sorted(set(office.unlike))}


def main():
    served = Served()
    print(json.dumps({'url': 'http://localhost:%d' % served.office.port, 'password': PASSWORD}), flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            if ask['do'] == 'end':
                print(json.dumps(served.end()), flush=True)
                return
            out = getattr(served, ask['do'])(ask)
        except Exception as e:  # told to the test, which fails with it
            out = {'error': '%s: %s' % (type(e).__name__, e)}
        print(json.dumps(out), flush=True)


main()
