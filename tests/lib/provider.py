"""An identity provider for tests (OpenID Connect: discovery, authorization code with PKCE, token, keys),
on loopback.  It tells the truth until it is asked to lie: `lies` changes what it says next.
Standard library and the openssl program."""
import base64
import hashlib
import http.server
import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
from urllib.parse import parse_qs, quote, urlsplit

CLIENT, SECRET = 'motcua', 'invented secret of the client: +/& for tests only'


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


class Key:
    def __init__(self, kid):
        self.kid, self.file = kid, tempfile.NamedTemporaryFile(suffix='.pem')
        subprocess.run(['openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out',
                        self.file.name], check=True, stderr=subprocess.DEVNULL)
        out = subprocess.run(['openssl', 'rsa', '-in', self.file.name, '-noout', '-modulus'], check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
        self.n = bytes.fromhex(out.strip().split('=')[1])

    def public(self):
        return {'kty': 'RSA', 'use': 'sig', 'kid': self.kid, 'n': b64(self.n), 'e': 'AQAB'}

    def sign(self, data):
        return subprocess.run(['openssl', 'dgst', '-sha256', '-sign', self.file.name], input=data, check=True,
                              stdout=subprocess.PIPE).stdout


class Provider:
    def __init__(self):
        self.lies, self.codes, self.asked = {}, {}, []
        self.max_age = None  # of what may be kept; None: not a word
        self.key, self.stranger = Key('one'), Key('one')
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, None)

            def do_POST(self):
                provider.answer(self, self.rfile.read(int(self.headers['Content-Length'])).decode())

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.certificate = tempfile.NamedTemporaryFile(suffix='.crt')
        subprocess.run(['openssl', 'req', '-x509', '-key', self.key.file.name, '-out', self.certificate.name, '-subj',
                        '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.name, self.key.file.name)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.issuer = 'https://localhost:%d/realms/staff' % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self):
        """Of an office that uses it."""
        self.secret = tempfile.NamedTemporaryFile('w', suffix='.secret')  # 0600, as it must be
        self.secret.write(SECRET)
        self.secret.flush()
        return {'sso__issuer': self.issuer, 'sso__address': 'http://localhost:1', 'sso__client_id': CLIENT,
                'sso__client_secret_file': self.secret.name, 'sso__ca': self.certificate.name}

    def answer(self, h, form):
        path = urlsplit(h.path).path
        self.asked.append(path)
        time.sleep(self.lies.get('slow', 0))
        status, body = 404, {}
        if path == '/realms/staff/.well-known/openid-configuration':
            status, body = 200, {'issuer': self.lies.get('issuer', self.issuer), **{
                name: self.lies.get(name, self.issuer + '/' + at) for name, at in (
                    ('authorization_endpoint', 'auth?kind=staff'), ('token_endpoint', 'token'), ('jwks_uri', 'keys'))}}
        elif path == '/realms/staff/keys':
            status, body = 200, {'keys': [self.key.public()]}
        elif path == '/realms/staff/token' and form:
            status, body = self.token(h.headers.get('Authorization', ''), parse_qs(form))
        data = self.lies.get('bytes') or json.dumps(body).encode()
        h.send_response(self.lies.get('status', status))
        h.send_header('Content-Type', 'application/json')
        h.send_header('Content-Length', str(len(data)))
        if self.max_age is not None:
            h.send_header('Cache-Control', 'public, max-age=%d, must-revalidate' % self.max_age)
        h.end_headers()
        h.wfile.write(data)

    def times_asked(self):
        """How often: what it says of itself, its keys."""
        return tuple(sum(p.endswith(end) for p in self.asked) for end in ('/openid-configuration', '/keys'))

    def sign_in(self, url, login):
        """What the browser does there: the address asked for becomes code and state of the way back."""
        q = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        assert q['response_type'] == 'code' and q['client_id'] == CLIENT and q['code_challenge_method'] == 'S256', q
        assert 'openid' in q['scope'].split() and q['kind'] == 'staff', q
        code = b64(os.urandom(24))
        self.codes[code] = (login, q)
        return {'code': code, 'state': q['state']}

    def token(self, authorization, form):
        """A code once, for the right client with the right proof."""
        form = {k: v[0] for k, v in form.items()}
        known = self.codes.pop(form.get('code'), None)
        basic = 'Basic ' + base64.b64encode(('%s:%s' % (quote(CLIENT), quote(SECRET, safe=''))).encode()).decode()
        if authorization != basic:
            return 401, {'error': 'invalid_client'}
        if not known or form.get('redirect_uri') != known[1]['redirect_uri'] or \
                b64(hashlib.sha256(form.get('code_verifier', '').encode()).digest()) != known[1]['code_challenge']:
            return 400, {'error': 'invalid_grant'}
        now = int(time.time())
        claims = {'iss': self.issuer, 'aud': CLIENT, 'sub': '7', 'exp': now + 300, 'iat': now,
                  'nonce': known[1]['nonce'], 'preferred_username': known[0], **self.lies.get('claims', {})}
        head = {'typ': 'JWT', 'alg': self.lies.get('alg', 'RS256'), 'kid': self.lies.get('kid', self.key.kid)}
        text = '.'.join(b64(json.dumps(x).encode()) for x in (head, claims)).encode()
        key = self.stranger if self.lies.get('stranger') else self.key
        sig = b'' if head['alg'] == 'none' else key.sign(text)
        return 200, {'access_token': 'nobody reads it', 'token_type': 'Bearer', 'id_token': text.decode() + '.' + b64(sig)}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
