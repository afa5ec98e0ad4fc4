#!/usr/bin/env python3
"""Independent checker of an exported history; shares no code with the daemon.

Usage: check_export.py FILE [DAY=DIGEST]…        (made by `motcuad verify --export FILE`)

The export has one JSON object a line: events of a dossier in order, then its row ({"row": id, …}).
Checked: numbering without gap, digest of each event, chain of hashes, the row's head and number,
and the plain rules of a dossier's life that need no procedure: time never runs backwards, one
acceptance, one code, a finish only after acceptance and number or refusal, hand-over after finish.
Prints the first differences with dossier and position; exit 1 when there is any.

Digest: SHA-256 over dossier, seq as 8-byte big-endian integers; kind as 4-byte big-endian length
and UTF-8 bytes; at, actor, on_behalf_of, agency as 8-byte integers; role and payload as texts.
hash(n) = SHA-256(hash(n-1) + digest(n) + assigned(n)); hash(0) is 32 zero bytes.

Day seals come last, one a line ({"sealed": day, …}): SHA-256 over the seal of the day before (32 zero
bytes at first), the day, and the SHA-256 over the hashes of all events recorded on it (civil day of
UTC+7) in the order of dossier and number.  A kept seal given as DAY=DIGEST must be among them.
"""
import datetime
import hashlib
import json
import re
import struct
import sys

ZERO = b'\0' * 32
CODE = re.compile(r'^[A-Z]\d{2}(\.\d{1,3}){0,4}-\d{6}-\d{4,}$')


def text(s):
    b = (s or '').encode('utf-8')
    return struct.pack('>I', len(b)) + b


def digest(e):
    return hashlib.sha256(
        struct.pack('>qq', e['dossier'], e['seq']) + text(e['kind']) +
        struct.pack('>qqqq', e['at'], e['actor'], e['on_behalf_of'], e['agency']) +
        text(e['role']) + text(e['payload'])).digest()


class Dossier:
    def __init__(self, number):
        self.number, self.seq, self.head, self.at = number, 0, ZERO, None
        self.kinds, self.code = [], None


class Checker:
    def __init__(self):
        self.faults, self.dossiers, self.events = [], 0, 0
        self.now, self.codes = None, {}
        self.days, self.seals, self.kept = {}, [], {}

    def fault(self, seq, what):
        self.faults.append('dossier %s, event %s: %s' % (self.now.number if self.now else '?', seq, what))

    def close(self):
        if self.now is not None:
            self.fault(self.now.seq, 'history without a row')
        self.now = None

    def event(self, e):
        self.events += 1
        if self.now is None or self.now.number != e['dossier']:
            self.close()
            self.dossiers += 1
            self.now = Dossier(e['dossier'])
        d = self.now
        if e['seq'] != d.seq + 1:
            self.fault(d.seq + 1, 'missing, added or out of order (found %d)' % e['seq'])
        d.seq = e['seq']
        own = digest(e)
        if own.hex() != e['digest']:
            self.fault(d.seq, 'digest does not match the event')
        if d.head.hex() != e['prev_hash']:
            self.fault(d.seq, 'previous hash does not continue the chain')
        d.head = hashlib.sha256(d.head + own + (e['assigned'] or '').encode('utf-8')).digest()
        if d.head.hex() != e['hash']:
            self.fault(d.seq, 'hash does not match')
        day = (datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=e['at'], hours=7)).date().isoformat()
        content, dossiers, _ = seen = self.days.setdefault(day, [hashlib.sha256(), set(), 0])
        content.update(d.head)
        dossiers.add(e['dossier'])
        seen[2] += 1
        self.rules(d, e)

    def rules(self, d, e):
        if d.at is not None and e['at'] < d.at:
            self.fault(d.seq, 'time runs backwards')
        d.at = e['at']
        kind = e['kind']
        try:
            json.loads(e['payload'])
        except ValueError:
            self.fault(d.seq, 'payload is not JSON')
        if kind == 'ACCEPTED':
            if 'ACCEPTED' in d.kinds:
                self.fault(d.seq, 'accepted twice')
            if not CODE.match(e['assigned'] or ''):
                self.fault(d.seq, 'no dossier code was given')
            elif e['assigned'] in self.codes:
                self.fault(d.seq, 'code %s belongs to dossier %s' % (e['assigned'], self.codes[e['assigned']]))
            self.codes[e['assigned']] = d.number
            d.code = e['assigned']
        elif kind == 'RESULT_READY':
            if 'ACCEPTED' not in d.kinds:
                self.fault(d.seq, 'finished before acceptance')
            if 'NUMBERED' not in d.kinds and 'REFUSED' not in d.kinds:
                self.fault(d.seq, 'finished without a numbered result or a refusal')
        elif kind == 'RESULT_HANDED_OVER' and 'RESULT_READY' not in d.kinds:
            self.fault(d.seq, 'handed over before it was ready')
        d.kinds.append(kind)

    def row(self, r):
        if self.now is None or self.now.number != r['row']:
            self.close()
            self.now = Dossier(r['row'])
            self.dossiers += 1
            self.fault(0, 'row without a history')
        d = self.now
        if r['seq'] != d.seq:
            self.fault(d.seq, 'the row says %d events' % r['seq'])
        if r['head'] != d.head.hex():
            self.fault(d.seq, "the row's head is not the last hash")
        if (r['code'] or None) != d.code:
            self.fault(d.seq, "the row's code is %s, the history gave %s" % (r['code'], d.code))
        self.now = None


    def seal(self, s):
        self.close()
        prev = self.seals[-1] if self.seals else {'digest': ZERO.hex()}
        content, dossiers, events = self.days.get(s['sealed'], [hashlib.sha256(), set(), 0])
        own = hashlib.sha256(bytes.fromhex(s['prev']) + s['sealed'].encode() + content.digest()).hexdigest()
        next_day = prev.get('sealed') and (datetime.date.fromisoformat(prev['sealed']) + datetime.timedelta(1)).isoformat()
        if s['prev'] != prev['digest'] or next_day not in (None, s['sealed']):
            self.faults.append('seal of %s does not follow the one before' % s['sealed'])
        if own != s['digest'] or events != s['events'] or len(dossiers) != s['dossiers']:
            self.faults.append('seal of %s does not fit its events' % s['sealed'])
        if self.kept.get(s['sealed'], s['digest']) != s['digest']:
            self.faults.append('seal of %s is not the one that was kept' % s['sealed'])
        self.seals.append(s)

    def end(self):
        self.close()
        sealed = {s['sealed'] for s in self.seals}
        self.faults += ['the seal of %s, which was kept, is missing' % day for day in self.kept if day not in sealed]


def check(lines, kept=None):
    c = Checker()
    c.kept = kept or {}
    for i, line in enumerate(lines, 1):
        try:
            o = json.loads(line)
            c.seal(o) if 'sealed' in o else c.row(o) if 'row' in o else c.event(o)
        except (ValueError, KeyError, TypeError, struct.error) as err:
            c.faults.append('line %d cannot be read: %r' % (i, err))
    c.end()
    return c


def main():
    if len(sys.argv) < 2 or not all('=' in x for x in sys.argv[2:]):
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding='utf-8') as f:
        c = check(f, dict(x.split('=', 1) for x in sys.argv[2:]))
    for text_ in c.faults[:100]:
        print(text_)
    print('%d dossiers, %d events, %d differences' % (c.dossiers, c.events, len(c.faults)))
    return 1 if c.faults else 0


if __name__ == '__main__':
    sys.exit(main())
