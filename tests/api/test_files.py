"""Files: streamed, hashed, the same content once, type by content, limits, given out inert."""
import hashlib
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, together, until  # noqa: E402

t = Tap()
office = Office(limits__upload=3)
lan = office.client('lan.tiepnhan')
PNG = b'\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR' + b'\x00\x00\x00\x10' * 3 + b'z' * 3000
JPEG = b'\xff\xd8\xff\xe0\x00\x10JFIF' + b'j' * 5000
PDF = b'%PDF-1.7\n' + b'p' * 700000


def up(data, who=lan, name='giấy tờ.pdf', **headers):
    from urllib.parse import quote
    return who.send('POST', '/v1/files?name=' + quote(name), data,
                    dict({'Content-Type': 'application/octet-stream'}, **headers))


def stored():
    return sorted(os.path.join(r, f) for r, _, fs in os.walk(office.dir + '/files') for f in fs)


for data, kind in ((PDF, 'application/pdf'), (PNG, 'image/png'), (JPEG, 'image/jpeg')):
    r = up(data)
    t.ok(r.status == 201 and r.json == {'hash': hashlib.sha256(data).hexdigest(), 'size': len(data),
                                        'type': kind}, '%s: stored under its hash' % kind, r)
t.eq(len(stored()), 3, 'three files lie in the store')
r = up(PDF, name='khác.pdf')
t.ok(r.status == 201 and len(stored()) == 3, 'the same content again is the same file', r)
paths = stored()
h = hashlib.sha256(PDF).hexdigest()
path = '%s/files/%s/%s/%s' % (office.dir, h[:2], h[2:4], h)
t.ok(path in paths and os.stat(path).st_mode & 0o777 == 0o400, 'at aa/bb/hash, read-only', paths)
both = together([lambda i=i: up(b'%PDF-1.4\n' + b'q' * 300000, office.client('lan.tiepnhan')).status
                 for i in range(6)])
t.ok(both == [201] * 6 and len(stored()) == 4, 'six at once with one content: one file', both)

for data, name in ((b'MZ' + b'x' * 900, 'a program'), (b'<html><script>' + b'x' * 900, 'HTML'),
                   (b'<svg xmlns="http://www.w3.org/2000/svg">' + b' ' * 900, 'SVG'),
                   (b'PK\x03\x04' + b'x' * 900, 'a zip'), (b' %PDF-1.7' + b'x' * 900, 'not at the start'),
                   (b'%PDF-9' + b'x' * 900, 'a strange version'), (b'\x89PNG' + b'x' * 900, 'half a PNG'),
                   (b'x', 'one byte')):
    r = up(data, name='anh.pdf')
    t.ok(r.status == 415, '%s is not taken, whatever its name' % name, r)
t.eq(up(b'').status, 400, 'an empty file: 400')
r = up(b'%PDF-1.7\n' + b'x' * (3 << 20))
t.eq(r.status, 413, 'beyond the limit: 413')
t.eq(up(b'%PDF-1.7\n' + b'x' * ((3 << 20) - 9)).status, 201, 'exactly at the limit: taken')
r = up(PDF, name='a\nb')
t.ok(r.status in (400, 422), 'a name with a line break is refused', r)
r = up(PDF, office.client('nam.quantri'))
t.eq(r.status, 403, 'not for everybody')
anon = office.client()
r = anon.raw('POST', '/v1/files', PDF, {'Origin': 'http://' + anon.host})
t.eq(r.status, 401, 'not without signing in')
before = len(stored())

# chunked, slow, broken off
s = socket.create_connection(('127.0.0.1', office.port))
head = ''.join('%s: %s\r\n' % x for x in dict(lan.headers(), Host=lan.host).items())
s.sendall(('POST /v1/files HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n' % head).encode())
data = b'%PDF-1.7\n' + os.urandom(900000)
for i in range(0, len(data), 70000):
    piece = data[i:i + 70000]
    s.sendall(b'%x\r\n%s\r\n' % (len(piece), piece))
s.sendall(b'0\r\n\r\n')
got = s.recv(65536)
t.ok(b'201' in got.split(b'\r\n')[0] and hashlib.sha256(data).hexdigest().encode() in got,
     'chunked uploads are streamed too', got[:200])
s.close()
for cut in (10, 300, 300000, 700000):
    s = socket.create_connection(('127.0.0.1', office.port))
    s.sendall(('POST /v1/files HTTP/1.1\r\n%sContent-Length: 900000\r\n\r\n' % head).encode() + data[:cut])
    time.sleep(0.1)
    s.close()
time.sleep(1)
until(lambda: len(stored()) == before + 1)
t.eq([p for p in stored() if '/incoming/' in p], [], 'what is broken off leaves nothing behind')
t.eq(len(stored()), before + 1, 'and is not stored')

# hanging on a dossier, and back
code = lan.post('/v1/dossiers', intake(components=[
    {'component': 'request', 'originals': 1, 'files': [h]}, {'component': 'assets', 'originals': 1}])).json['code']
r = lan.get('/v1/dossiers/%s/files/%s' % (code, h))
t.ok(r.status == 200 and r.data == PDF, 'a file of the dossier comes back byte by byte', r.status)
t.ok(r.headers['Content-Type'] == 'application/pdf' and 'sandbox' in
     r.headers['Content-Security-Policy'] and r.headers['Content-Disposition'].startswith('attachment') and
     r.headers['X-Content-Type-Options'] == 'nosniff', 'as an inert attachment', dict(r.headers))
png = hashlib.sha256(PNG).hexdigest()
t.eq(lan.get('/v1/dossiers/%s/files/%s' % (code, png)).status, 404, 'one that does not hang there: 404')
r = lan.act(code, 'attach', {'file': png, 'file_name': 'ảnh hiện trạng.png', 'component': 'others'})
t.eq(r.status, 200, 'attached by an act')
r = lan.get('/v1/dossiers/%s/files/%s' % (code, png))
t.ok(r.status == 200 and r.data == PNG, 'then it does', r.status)
t.eq(office.client('khoa.sxd').get('/v1/dossiers/%s/files/%s' % (code, h)).status, 404,
     'not for another agency')
r = lan.act(code, 'attach', {'file': 'cd' * 32})
t.ok(r.status in (404, 409, 422), 'a hash that nobody uploaded cannot be attached', r)
for bad in ('x', '..', 'ab' * 31, 'AB' * 32, '%2e%2e%2fetc'):
    t.ok(lan.get('/v1/dossiers/%s/files/%s' % (code, bad)).status in (400, 404), 'files/%s: no' % bad[:12])
office.end(t)
