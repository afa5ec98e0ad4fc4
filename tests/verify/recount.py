"""The figures of a period counted again from the history alone: events as the database keeps them, one after the other,
by rules written here from their definitions.  Shares nothing with the program.  Standard library only."""
import datetime
import json

EPOCH = datetime.datetime(1970, 1, 1)
LOCAL = datetime.timedelta(hours=7)
EVENTS = ("SELECT json_build_array(dossier, kind, (extract(epoch FROM at) * 1000000)::int8, actor, payload::json) "
          "FROM motcua.dossier_event ORDER BY dossier, seq")


def micros(local):
    """Of a local day or moment."""
    return int((local - LOCAL - EPOCH) / datetime.timedelta(microseconds=1))


def day(us):
    return (EPOCH + datetime.timedelta(microseconds=us) + LOCAL).date()


class Dossier:
    def __init__(self, id):
        self.id = id
        self.procedure = self.channel = self.receiving = self.competent = self.applicant = None
        self.chained = self.by_officer = self.incomplete = False
        self.first = self.first_ok = self.accepted = self.original = self.finished = self.ended = None
        self.supplemented = None
        self.dates = []      # (moment, basis, current)
        self.standing = []   # [from, to]
        self.refused = False
        self.drafted = self.approved = self.decided = None

    def read(self, kind, at, actor, p):
        if 'channel' in p:
            self.channel = p['channel']
        for k in ('procedure', 'receiving', 'competent', 'applicant'):
            if k in p and kind in ('SUBMITTED', 'ACCEPTED', 'ORG_SUCCESSION'):
                setattr(self, k, p[k])
        if kind == 'SUBMITTED':
            self.chained = self.chained or bool(p.get('earlier'))
            self.channel = self.channel or 'counter'
        elif kind == 'ATTEMPT_DECIDED':
            if self.first is None and not self.chained:
                self.first, self.first_ok, self.decided = at, p['outcome'] == 'accepted', actor
            self.incomplete = self.incomplete or bool(p.get('incomplete'))
        elif kind == 'ACCEPTED':
            self.accepted, self.original = at, p['due']
            self.dates.append((at, p['due'], p['due']))
        elif kind == 'SUPPLEMENT_SENT' and self.accepted is not None and self.supplemented is None:
            self.supplemented = at
        elif kind == 'DRAFT_SUBMITTED':
            self.drafted = actor
        elif kind == 'APPROVED':
            self.approved = actor
        elif kind == 'REFUSED':
            self.refused, self.approved = True, actor
            self.incomplete = self.incomplete or bool(p.get('incomplete'))
        elif kind == 'RESULT_READY':
            self.finished = at
        elif kind in ('WITHDRAWN', 'STOPPED', 'CLOSED') and self.ended is None:
            self.ended = at
        self.time(kind, at, p)

    def time(self, kind, at, p):
        if kind != 'ACCEPTED' and ('basis' in p or 'current' in p):
            _, basis, current = self.dates[-1]
            self.dates.append((at, p.get('basis', basis), p.get('current', current)))
        if p.get('stops') and not (self.standing and self.standing[-1][1] is None):
            self.standing.append([at, None])
        if any(m[0] in (None, 0) and m[1] == -1 for m in p.get('moves', [])) and self.standing:
            self.standing[-1][1] = self.standing[-1][1] or at

    # ---- at a moment

    def due(self, at, basis):
        known = [d for d in self.dates if d[0] < at][-1]
        return {'original': self.original, 'basis': known[1], 'current': known[2]}[basis]

    def cls(self, until, basis):
        if self.finished is not None and self.finished < until:
            due = self.due(until, basis)
            if self.finished > due:
                return 'resolved_late'
            return 'resolved_early' if day(self.finished) < day(due) else 'resolved_on_time'
        if self.ended is not None and self.ended < until:
            return 'ended_other'
        since = next((a for a, b in self.standing if a < until and (b is None or b >= until)), None)
        if (until if since is None else since) > self.due(until, basis):
            return 'pending_overdue'
        return 'pending_within' if since is None else 'pending_waiting'

    def in_work(self, since, until):
        gone = self.finished if self.finished is not None else self.ended
        return self.accepted is not None and self.accepted < until and (gone is None or gone >= since)


def read(lines):
    out = {}
    for line in lines.splitlines():
        id, kind, at, actor, payload = json.loads(line)
        out.setdefault(id, Dossier(id)).read(kind, at, actor, payload)
    return list(out.values())


def figures(dossiers, since, until, basis='basis', observed=None):
    """Counts of the dossiers given, for [since, until) in microseconds."""
    n = dict.fromkeys('total received received_online received_other received_post carried resolved resolved_early '
                      'resolved_on_time resolved_late pending pending_within pending_overdue pending_waiting ended_other '
                      'refused first_decided first_accepted first_not_accepted valid_first not_valid_first '
                      'first_taken_in supplemented'.split(), 0)
    observed = observed or until

    def add(*names):
        for name in names:
            n[name] += 1

    for d in dossiers:
        if d.in_work(since, until):
            c = d.cls(until, basis)
            add(c)
            if c != 'ended_other':
                add('total', 'received' if d.accepted >= since else 'carried', c.split('_')[0])
                if d.accepted >= since:
                    add('received_online' if d.channel == 'online' else 'received_other')
                    n['received_post'] += d.channel == 'post'
                n['refused'] += c.startswith('resolved') and d.refused
        if d.first is not None and since <= d.first < until:
            taken = d.accepted is not None and d.accepted < observed
            asked = d.supplemented is not None and d.supplemented < observed
            gone = d.finished if d.finished is not None else d.ended
            valid = d.first_ok and taken and not asked and \
                not (d.incomplete and gone is not None and gone < observed)
            add('first_decided', 'first_accepted' if d.first_ok else 'first_not_accepted',
                'valid_first' if valid else 'not_valid_first')
            n['first_taken_in'] += taken
            n['supplemented'] += asked
    return n


RATES = {'rate_on_time': (('resolved_early', 'resolved_on_time'), ('resolved',)),
         'rate_on_time_with_overdue': (('resolved_early', 'resolved_on_time'), ('resolved', 'pending_overdue')),
         'rate_early': (('resolved_early',), ('resolved',)),
         'rate_online': (('received_online',), ('received',)),
         'rate_refused': (('refused',), ('resolved',)),
         'rate_valid_first': (('valid_first',), ('first_decided',)),
         'rate_first_accepted': (('first_accepted',), ('first_decided',)),
         'rate_supplemented': (('supplemented',), ('first_taken_in',))}


def differences(row, want):
    """What a row of the program says otherwise, counts and rates."""
    out = ['%s: %s, counted %s' % (k, row.get(k), v) for k, v in want.items() if row.get(k) != v]
    for name, (above, below) in RATES.items():
        n, of = sum(want[k] for k in above), sum(want[k] for k in below)
        tenths = (n * 2000 + of) // (2 * of) if of else None
        if row.get(name) != {'n': n, 'of': of, 'tenths': tenths}:
            out.append('%s: %s, counted %d of %d' % (name, row.get(name), n, of))
    return out
