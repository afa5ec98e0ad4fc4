"""The event stream: what changed is told at once, to those who may see it and to nobody else; who comes
back goes on where she was or is told to look again; a stream ends with its session."""
import http.client
import json
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, until  # noqa: E402

t = Tap()
office = Office(limits__streams=12)


class Stream:
    """Reads one event stream as a browser does."""

    def __init__(self, c, last_id=None, after=None, path='/v1/events'):
        self.conn = http.client.HTTPConnection('127.0.0.1', office.port, timeout=40)
        h = {'Host': c.host, 'Accept': 'text/event-stream', 'Accept-Language': 'vi'}
        if c.cookie:
            h['Cookie'] = c.cookie
        if last_id is not None:
            h['Last-Event-ID'] = last_id
        self.conn.request('GET', path + ('?after=' + after if after else ''), headers=h)
        self.sock = self.conn.sock
        self.answer = self.conn.getresponse()
        self.status, self.events, self.beats, self.id, self.ended = self.answer.status, [], 0, None, False
        self.lock = threading.Condition()
        if self.status == 200:
            self.retry = None
            self.thread = threading.Thread(target=self.read, daemon=True)
            self.thread.start()
        else:
            self.problem = json.loads(self.answer.read())

    def read(self):
        name, data = None, None
        try:
            while True:
                line = self.answer.readline()
                if not line:
                    break
                line = line.decode().rstrip('\n')
                with self.lock:
                    if line.startswith('event: '):
                        name = line[7:]
                    elif line.startswith('data: '):
                        data = line[6:]
                    elif line.startswith('id: '):
                        self.id = line[4:]
                    elif line.startswith('retry: '):
                        self.retry = int(line[7:])
                    elif line == '' and data is not None:
                        if name == 'beat':
                            self.beats += 1
                        else:
                            self.events.append((name, json.loads(data)))
                        name = data = None
                    self.lock.notify_all()
        except (OSError, http.client.HTTPException, ValueError):
            pass
        with self.lock:
            self.ended = True
            self.lock.notify_all()

    def wait(self, found, seconds=60):
        with self.lock:
            return self.lock.wait_for(lambda: found(self), seconds)

    def has(self, name, seconds=60, **data):
        def fits(s):
            return any(n == name and all(d.get(k) == v for k, v in data.items()) for n, d in s.events)
        return self.wait(fits, seconds)

    def names(self):
        return [n for n, _ in self.events]

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the daemon was first


def opened(who):
    """As soon as there is room: the daemon sees a little later that a stream was closed."""
    def one():
        x = Stream(who)
        return x if x.status == 200 else None
    return until(one) or Stream(who)


lan, hung, binh, khoa, vinh = (office.client(x) for x in (
    'lan.tiepnhan', 'hung.tiepnhan', 'binh.stc', 'khoa.sxd', 'vinh.thanhtra'))

# ---- opening
s = Stream(lan)
t.eq((s.status, s.answer.getheader('Content-Type'), s.answer.getheader('X-Accel-Buffering')),
     (200, 'text/event-stream', 'no'), 'a stream')
t.ok(s.has('ready') and s.retry == 3000, 'it says that it is ready, and when to come back', s.events)
t.ok(s.wait(lambda x: x.id), 'and a number to go on from', s.id)
r = lan.send('HEAD', '/v1/events')
t.eq(r.status, 200, 'HEAD is answered without a stream')
t.eq(office.client().raw('GET', '/v1/events').status, 401, 'not without signing in')

# ---- an act is heard by those who may see it
others = {'hung': Stream(hung), 'binh': Stream(binh), 'khoa': Stream(khoa), 'vinh': Stream(vinh)}
for x in others.values():
    x.has('ready')
begun = time.monotonic()
r = lan.post('/v1/dossiers', intake())
code = r.json['code']
t.ok(s.has('dossier', code=code, seq=r.json['seq']), 'who takes it in hears of it', s.events)
t.ok(time.monotonic() - begun < 14, 'at once: nothing is polled, nor told with the beat of 15 s', time.monotonic() - begun)
t.ok(others['hung'].has('dossier', code=code), 'so does a colleague of the unit')
t.ok(others['binh'].has('dossier', code=code), 'and the competent department')
t.ok(others['vinh'].has('dossier', code=code), 'and the inspector, who reads everything')
t.ok(s.has('queue') and 'mine' in s.events[-1][1]['scopes'], 'her own queue changed', s.events)
t.ok(others['hung'].has('queue') and others['hung'].events[-1][1]['scopes'] == ['unit', 'role', 'all'],
     "for him the unit's and the role's", others['hung'].events)
time.sleep(0.3)
t.eq(others['khoa'].names(), ['ready'], 'another department hears nothing')
t.ok(set(s.events[1][1]) == {'code', 'seq', 'at'} and 'Ngô Quyền' not in str(s.events), 'ids only', s.events)
lan.act(code, 'note', {'note': 'Đã gọi điện.'})
t.ok(s.has('dossier', code=code, seq=r.json['seq'] + 1), 'a note is heard')
time.sleep(0.3)
t.eq(s.names().count('queue'), 1, 'but moves no queue')
lan.act(code, 'act', {'action': 'forward'})
t.ok(others['binh'].wait(lambda x: x.names().count('queue') >= 1), "handed on: the department's queue changed",
     others['binh'].events)
t.ok('all' in dict(others['binh'].events)['queue']['scopes'], 'among all that she sees')

# ---- going on after a gap
last = s.id
s.close()
lan.act(code, 'note', {'note': 'Trong lúc mất mạng.'}, match=lan.get('/v1/dossiers/' + code).etag)
seq = lan.get('/v1/dossiers/' + code).json['seq']
time.sleep(0.3)
s = Stream(lan, last)
t.ok(s.has('dossier', code=code, seq=seq), 'who comes back with the last number hears what she missed', s.events)
t.ok('resync' not in s.names() and 'ready' not in s.names(), 'and nothing else', s.names())
then = lan.get('/v1/session').json['event']
lan.act(code, 'note', {'note': 'Trong lúc trang đang mở'})
s.has('dossier', code=code, seq=lan.get('/v1/dossiers/' + code).json['seq'])
x = Stream(lan, after=then)
t.ok(x.has('dossier', code=code) and 'ready' not in x.names(), 'who signed in before and listens now hears what happened in between', x.events)
x.close()
for wrong in ('', 'nonsense', '00000000.5', last.split('.')[0] + '.999999', last.split('.')[0] + '.-1'):
    x = Stream(lan, wrong or None)
    t.ok(x.has('ready' if not wrong else 'resync'), 'from %r: look at everything again' % wrong, x.events)
    x.close()
for i in range(140):  # more than is kept
    office.psql("SELECT pg_notify('motcua_event', 'X probe 1 {}')")
x = Stream(lan, last)
while not x.wait(lambda y: y.names(), 2) or 'resync' not in x.names() and time.monotonic() < begun + 120:
    x.close()  # not all of them have come through yet
    x = Stream(lan, last)
t.ok(x.has('resync', why='gap'), 'after too many others: look again', x.events)
x.close()

# ---- others may publish, too; the reach is the agency's
agency = office.psql("SELECT agency FROM motcua.account WHERE login = 'lan.tiepnhan'")
office.psql("SELECT pg_notify('motcua_event', 'X ticket %s {\"hall\":\"a\"}')" % agency)
t.ok(s.has('ticket', hall='a') and others['vinh'].has('ticket'), 'something that is no dossier: to who sees the agency')
BOARD = '/v1/tickets/board/events?hall='
board, other_board = (Stream(office.client(), path=BOARD + h) for h in ('TTPVHCC', 'TTPVHCC_HB'))
site = Stream(office.client('quang.lethanhnghi'))  # a body below that has no hall of its own
t.ok(board.has('ready') and other_board.has('ready') and site.has('ready'), 'a board listens without signing in', board.status)
r = office.client('nga.huongdan').post('/v1/tickets', {'service': 'civil'})
t.ok(r.status == 201 and s.has('ticket', hall='TTPVHCC'), 'a number was given out: counters look again', s.events)
t.ok(board.has('ticket', hall='TTPVHCC'), 'so does the board')
t.ok(site.has('ticket', hall='TTPVHCC'), 'and a counter of another body in the same hall', site.events)
lan.act(code, 'note', {'note': 'Không ai ở sảnh nghe.'}, match=lan.get('/v1/dossiers/' + code).etag)
seq = lan.get('/v1/dossiers/' + code).json['seq']
s.has('dossier', code=code, seq=seq)
time.sleep(0.2)
t.eq(others['khoa'].names(), ['ready'], 'to nobody else')
t.eq((board.names(), board.id, other_board.names()), (['ready', 'ticket'], None, ['ready']), 'a board hears of its hall’s numbers alone')
t.eq(office.client().raw('GET', BOARD + 'nowhere').status, 404, 'no board of a hall that is not there')
other_board.close()
site.close()
office.psql("SELECT pg_notify('motcua_event', 'Z what 1 2'); SELECT pg_notify('motcua_event', 'D x'); "
            "SELECT pg_notify('motcua_event', 'D c 1 1 - - -')")
t.ok(s.wait(lambda x: not x.ended, 1) and not s.ended, 'nonsense on the channel harms nobody')

# ---- the connection of the database is lost
before = s.names().count('resync')
office.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
t.ok(s.wait(lambda x: x.names().count('resync') > before), 'when it is back: look again', s.names())
lan.act(code, 'note', {'note': 'Sau khi nối lại.'}, match=lan.get('/v1/dossiers/' + code).etag)
t.ok(s.has('dossier', code=code, seq=seq + 1), 'and news come as before', s.events[-3:])

# ---- limits: each has its answer
more = [opened(lan) for _ in range(3)]
t.eq([x.status for x in more], [200] * 3, 'four streams of one session')
x = Stream(lan)
t.ok(x.status == 429 and x.problem['code'] == 'too-many-requests' and int(x.answer.getheader('Retry-After')) >= 1 and
     'một' in x.problem['detail'], 'the fifth: 429, why, and when', x.problem)
more.pop().close()
x = opened(lan)
t.eq(x.status, 200, 'one that was closed makes room')
more.append(x)
crowd = []
for i in range(30):
    c = office.client(('minh.congsan', 'ha.congsan', 'tuan.congsan', 'mai.traketqua', 'thu.thuphi')[i % 5])
    crowd.append(Stream(c))
t.eq(sorted({x.status for x in crowd}), [200, 503], 'more than the daemon serves: 503')
full = next(x for x in crowd if x.status == 503)
t.ok(full.problem['code'] == 'overloaded' and full.answer.getheader('Retry-After'), 'with when to come back',
     full.problem)
for x in crowd + more:
    x.close()

# ---- the end of the session is the end of the stream
out = office.client('hung.tiepnhan')
x = opened(out)
x.has('ready')
t.eq(out.send('DELETE', '/v1/session').status, 204, 'signing out')
t.ok(x.has('end', why='session') and x.wait(lambda y: y.ended), 'ends its stream at once', x.events)
t.ok(not others['hung'].ended, 'not that of another session of the same person')
office.psql("DELETE FROM motcua.session WHERE account = (SELECT id FROM motcua.account WHERE login = 'khoa.sxd')")
t.ok(others['khoa'].has('end', why='session'), 'a session that is taken away: within the next beat',
     others['khoa'].events)
t.ok(s.id and not s.ended, 'others go on')
t.ok(s.wait(lambda x: x.beats) and board.wait(lambda x: x.beats) and not board.ended, 'each beat is heard: who hears none is asleep or cut off',
     board.events)

# ---- a slow reader is dropped, never kept waiting for
slow = socket.socket()
slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
slow.connect(('127.0.0.1', office.port))
c = office.client('lan.tiepnhan')
slow.sendall(('GET /v1/events HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n' % (c.host, c.cookie)).encode())
time.sleep(0.3)
for i in range(100):
    if i < 60:  # the same text twice in one transaction would be heard once
        office.psql("SELECT pg_notify('motcua_event', repeat('X noise %s {\"x\":\"' || g || '%s\"}' || chr(10), 7)) "
                    "FROM generate_series(1, 60) g" % (agency, 'y' * 1000))
    m = http.client.HTTPConnection('127.0.0.1', office.ops_port, timeout=60)
    m.request('GET', '/metrics')
    dropped = [l for l in m.getresponse().read().decode().splitlines()
               if l.startswith('motcua_event_streams_dropped_total')]
    m.close()
    if dropped and not dropped[0].endswith(' 0'):
        break
    time.sleep(0.05)
t.ok(dropped and not dropped[0].endswith(' 0'), 'who does not read is let go', dropped)
slow.close()

# ---- the daemon stops: streams end
s = Stream(lan)
s.has('ready')
threading.Timer(0.2, lambda: office.daemon.terminate()).start()
t.ok(s.wait(lambda x: x.ended) and board.wait(lambda x: x.ended), 'stopping the daemon ends the streams')
office.daemon.wait(120)
office.start()
s = Stream(office.client('lan.tiepnhan'), last)
t.ok(s.has('resync', why='gap'), 'a number of the former process: look again', s.events)
s.close()
office.end(t)
