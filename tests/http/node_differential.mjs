// Differential test of the HTTP parser against Node's (strict mode), on mutated requests.
//   node node_differential.mjs PATH-OF-test_http_differential
// MOTCUA_TEST_FUZZ_SECONDS (default 20) bounds the time, MOTCUA_TEST_FUZZ_SEED (default 1) steers it.
// Rule: the requests that we would run are the first that Node would run, equal in method, target
// and body. Refusing more than Node is fine; accepting more is a failure.
// Standard library of Node 18 or newer only.
import http from 'node:http';
import net from 'node:net';
import { Duplex } from 'node:stream';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const seconds = Number(process.env.MOTCUA_TEST_FUZZ_SECONDS ?? 20);
const seed = Number(process.env.MOTCUA_TEST_FUZZ_SEED ?? 1);
const driverPath = process.argv[2];
if (!driverPath || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error('usage: node node_differential.mjs DRIVER');
  process.exit(2);
}

// ---- Node's side: what its server would run
const server = http.createServer({ insecureHTTPParser: false, keepAliveTimeout: 0 });
server.on('request', (req, res) => {
  const list = req.socket.seen;
  const entry = { method: req.method, url: req.url, n: 0, sum: 0, done: false };
  list.push(entry);
  req.on('data', (d) => {
    entry.n += d.length;
    for (const b of d) entry.sum = (Math.imul(entry.sum, 31) + b) & 0xffffff;
  });
  req.on('end', () => { entry.done = true; res.end(); });
  req.on('error', () => {});
  res.on('error', () => {});
});
// Not destroyed at once: what was read before the mistake is a request all the same.
server.on('clientError', () => {});
server.on('connection', (socket) => { socket.seen ??= []; socket.on('error', () => {}); });

function inMemory(bytes) {
  const socket = new Duplex({ read() {}, write(_c, _e, done) { done(); } });
  socket.seen = [];
  server.emit('connection', socket);
  socket.push(bytes);
  return socket;
}

const turn = () => new Promise((r) => setImmediate(r));
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const runOf = (seen) => {
  const list = [];
  for (const e of seen) {
    if (!e.done) break;
    list.push([e.method, Buffer.from(e.url, 'latin1').toString('hex'), e.n, e.sum]);
  }
  return list;
};

// The same over a real socket, with time to spare: only what this confirms is reported.
async function confirm(bytes) {
  let seen = [];
  const note = (socket) => { seen = socket.seen; };
  server.on('connection', note);
  const c = net.connect(server.address().port, '127.0.0.1');
  c.on('error', () => {});
  c.on('data', () => {});
  await new Promise((r) => c.on('connect', r));
  c.write(bytes);
  await sleep(300);
  c.destroy();
  server.off('connection', note);
  return runOf(seen);
}

// ---- our side
const driver = spawn(driverPath, ['--driver'], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
driver.on('exit', (code) => {
  if (code) { console.log(`not ok 1 - driver ended with ${code}`); process.exit(1); }
});
async function ours(batch) {
  driver.stdin.write(batch.map((b) => b.toString('hex') + '\n').join(''));
  const out = [];
  for (let i = 0; i < batch.length; i++) out.push(JSON.parse((await lines.next()).value));
  return out;
}

// ---- cases
let state = seed >>> 0;
function random(n) { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];

const H = 'Host: a\r\n';
const seeds = [
  `GET / HTTP/1.1\r\n${H}\r\n`,
  `GET /v1/dossiers?q=Nguy%E1%BB%85n+A&page=2 HTTP/1.1\r\n${H}Accept: */*\r\nAccept-Language: vi\r\n\r\n`,
  `POST /v1/dossiers HTTP/1.1\r\n${H}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
  `POST /a HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n`,
  `PUT /a HTTP/1.1\r\n${H}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello`,
  `DELETE /x HTTP/1.1\r\n${H}If-Match: "1"\r\nConnection: close\r\n\r\n`,
  `HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`,
  `\r\nPATCH /p HTTP/1.1\r\nHost: [::1]:8443\r\nCookie: a=b; c=d\r\nContent-Length: 0\r\n\r\n`,
  `GET /1 HTTP/1.1\r\n${H}\r\nPOST /2 HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\n${H}\r\n`,
  `POST /c HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\nGET /4 HTTP/1.1\r\n${H}\r\n`,
].map((s) => Buffer.from(s, 'latin1'));
const words = [
  'Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'content-length:5\r\n', 'Content-Length : 5\r\n',
  'Content-Length: +5\r\n', 'Content-Length: 5, 5\r\n', 'Content-Length: 0x5\r\n',
  'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: gzip, chunked\r\n', 'transfer-encoding:chunked\r\n',
  'Transfer-Encoding: identity\r\n', 'Transfer-Encoding: \x0bchunked\r\n', 'TE: trailers\r\n',
  'Trailer: A\r\n', 'Connection: close\r\n', 'Connection: keep-alive\r\n', 'Connection: upgrade\r\n',
  'Upgrade: websocket\r\n', 'Upgrade: h2c\r\n', 'Expect: 100-continue\r\n', 'Expect: x\r\n', H,
  'Host: b\r\n', 'Host:\r\n', 'A: b\r\n', ' folded\r\n', '\tfolded\r\n', 'A:\r\n', ': b\r\n', 'A b: c\r\n',
  'A: \xff\r\n', 'A: \x00\r\n', 'A: b\rc\r\n', 'A: b\n', '\r\n', '\n', '\r', '\n\n', '\r\n\r\n', '0\r\n\r\n',
  '5\r\nhello\r\n', '5;a=b\r\nhello\r\n', '05\r\nhello\r\n', '5 \r\nhello\r\n', '+5\r\nhello\r\n',
  '0\r\nA: b\r\n\r\n', ' HTTP/1.1', ' HTTP/1.0', ' HTTP/1.9', ' HTTP/2.0', ' http/1.1', 'HTTP/0.9', 'GET', 'POST',
  'get', 'OPTIONS', 'CONNECT', 'QUERY', ' * ', ' http://b/ ', ' //b ', '?', '#', '%00', '%', '..', '\\', ' ', '\t',
  '\x00', '\x0b', '\x0c', '\x7f', '\x80', '\xa0', '\u0085', ':', ',', ';', '"',
].map((s) => Buffer.from(s, 'latin1'));

function cutLines(b) {
  const out = [];
  let from = 0;
  for (let i = 0; i < b.length; i++) if (b[i] === 10) { out.push(b.subarray(from, i + 1)); from = i + 1; }
  if (from < b.length) out.push(b.subarray(from));
  return out;
}
const splice = (b, at, remove, add) => Buffer.concat([b.subarray(0, at), add, b.subarray(at + remove)]);
const operators = [
  (b) => { const c = Buffer.from(b); c[random(c.length)] = random(256); return c; },
  (b) => { const c = Buffer.from(b); c[random(c.length)] ^= 1 << random(8); return c; },
  (b) => splice(b, random(b.length + 1), 0, pick(words)),
  (b) => splice(b, random(b.length), 1 + random(3), Buffer.alloc(0)),
  (b) => splice(b, random(b.length), 1 + random(4), pick(words)),
  (b) => { const l = cutLines(b); l.splice(random(l.length + 1), 0, pick(words)); return Buffer.concat(l); },
  (b) => { const l = cutLines(b); l.splice(random(l.length), 1); return Buffer.concat(l); },
  (b) => { const l = cutLines(b); const i = random(l.length); l.splice(i, 0, l[i]); return Buffer.concat(l); },
  (b) => { const l = cutLines(b); const i = random(l.length); const j = random(l.length); [l[i], l[j]] = [l[j], l[i]]; return Buffer.concat(l); },
  (b) => Buffer.concat([b, pick(seeds)]),
  (b) => { const o = pick(seeds); return Buffer.concat([b.subarray(0, random(b.length)), o.subarray(random(o.length))]); },
];
function mutate() {
  let b = pick(seeds);
  for (let i = 1 + random(3); i > 0 && b.length > 0 && b.length < 4000; i--) b = pick(operators)(b);
  return b;
}

// ---- the run
const isPrefix = (a, b) => a.length <= b.length && a.every((r, i) => JSON.stringify(r) === JSON.stringify(b[i]));
const count = { cases: 0, both: 0, nodeOnly: 0, neither: 0 };
const failures = [];

async function runBatch(batch) {
  const mine = await ours(batch);
  const sockets = batch.map(inMemory);
  for (let i = 0; i < 8; i++) await turn();
  for (let i = 0; i < batch.length; i++) {
    let theirs = runOf(sockets[i].seen);
    sockets[i].destroy();
    if (!isPrefix(mine[i], theirs)) theirs = await confirm(batch[i]);
    count.cases++;
    if (!isPrefix(mine[i], theirs)) failures.push({ bytes: batch[i], mine: mine[i], theirs });
    else if (mine[i].length) count.both++;
    else if (theirs.length) count.nodeOnly++;
    else count.neither++;
  }
}

server.listen(0, '127.0.0.1', async () => {
  const end = Date.now() + seconds * 1000;
  console.log('1..3');
  await runBatch(seeds);
  const seedsOk = count.both === seeds.length && failures.length === 0;
  console.log(`${seedsOk ? 'ok' : 'not ok'} 1 - both accept every seed (${count.both} of ${seeds.length})`);
  while (Date.now() < end && failures.length < 5) await runBatch(Array.from({ length: 200 }, mutate));
  for (const f of failures)
    console.log(`# accepted here only: ${JSON.stringify(f.bytes.toString('latin1'))}\n` +
                `#   we run ${JSON.stringify(f.mine)}, Node ${process.version} runs ${JSON.stringify(f.theirs)}`);
  console.log(`${failures.length ? 'not ok' : 'ok'} 2 - nothing that Node ${process.version} refuses is accepted`);
  console.log(`# seed ${seed}: ${count.cases} requests, ${count.both} accepted by both, ` +
              `${count.nodeOnly} by Node only, ${count.neither} by neither`);
  const telling = count.both > count.cases / 50 && count.neither > count.cases / 50;
  console.log(`${telling ? 'ok' : 'not ok'} 3 - the mutations are telling: many on either side`);
  process.exit(seedsOk && failures.length === 0 && telling ? 0 : 1);
});
