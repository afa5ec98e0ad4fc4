"""The figures of a period counted again from the history alone: events as the database keeps them, one after the other,
by rules written here from their definitions.  Shares nothing with the program.  Standard library only."""
import datetime
import json
import re

EPOCH = datetime.datetime(1970, 1, 1)
LOCAL = datetime.timedelta(hours=7)
EVENTS = ("SELECT json_build_array(dossier, kind, (extract(epoch FROM at) * 1000000)::int8, actor, payload::json, agency) "
          "FROM motcua.dossier_event ORDER BY dossier, seq")


def micros(local):
    """Of a local day or moment."""
    return int((local - LOCAL - EPOCH) / datetime.timedelta(microseconds=1))


def day(us):
    return (EPOCH + datetime.timedelta(microseconds=us) + LOCAL).date()


def territories(organisation):
    """By number of an agency the commune or district it belongs to, or nothing: what is received outside the territory."""
    found = {m[1]: (int(m[2]), m[3], m[4]) for m in re.finditer(
        r'agency: (\w+), id: (\d+),[^}]*?type: (\w+)(?:, parent: (\w+))?', organisation)}

    def of(key):
        _, kind, above = found[key]
        return key if kind in ('commune', 'district') else of(above) if above else None

    return {number: of(key) for key, (number, _, _) in found.items()}


TERRITORY = {}  # filled by whoever reads, from territories()


class Dossier:
    def __init__(self, id):
        self.id = id
        self.procedure = self.channel = self.receiving = self.competent = self.applicant = None
        self.chained = self.by_officer = self.incomplete = self.posted = False
        self.first = self.first_ok = self.accepted = self.original = self.finished = self.ended = None
        self.supplemented = None
        self.outside = False  # taken in by a unit outside the territory of that time
        self.taken = None
        self.dates = []      # (moment, basis, current)
        self.standing = []   # [from, to]
        self.refused = False
        self.drafted = self.approved = self.decided = None
        self.told = set()    # sums to pay that stand
        self.items, self.asked, self.files = {}, {}, []  # files: (moment, hash, of a component)

    def read(self, kind, at, actor, p, agency=None):
        if 'channel' in p:
            self.channel = p['channel']
        for k in ('procedure', 'receiving', 'competent', 'applicant'):
            if k in p and kind in ('SUBMITTED', 'ACCEPTED', 'ORG_SUCCESSION'):
                setattr(self, k, p[k])
        if kind == 'SUBMITTED':
            self.chained = self.chained or bool(p.get('earlier'))
            self.channel = self.channel or 'counter'
            self.by_officer = self.channel == 'online' and actor != 0
        elif kind == 'ATTEMPT_DECIDED':
            if self.first is None and not self.chained:
                self.first, self.first_ok, self.decided = at, p['outcome'] == 'accepted', actor
            self.incomplete = self.incomplete or bool(p.get('incomplete'))
        elif kind == 'ACCEPTED':
            self.accepted, self.original = at, p['due']
            self.outside, self.taken = self.elsewhere(), self.receiving
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
        self.owed(kind, at, actor, p, agency)
        if kind == 'RESULT_HANDED_OVER':
            self.close('result', 0, at, posted=p.get('to_whom') == 'post')

    # ---- what it owes or is owed besides the result

    def open(self, what, no, at, due=None, closed=None, place=None, officer=None, amount=0, **is_):
        self.items.setdefault((what, no), dict(what=what, at=at, due=due, closed=closed, amount=amount, officer=officer or 0,
                                               place=self.receiving if place is None else place,
                                               channel=self.channel, ended=False, by_officer=self.by_officer,
                                               elsewhere=self.elsewhere(), is_={k for k, v in is_.items() if v}))

    def elsewhere(self):
        return TERRITORY.get(self.receiving) != TERRITORY.get(self.competent)

    def close(self, what, no, at, officer=0, ended=False, **is_):
        i = self.items.get((what, no))
        if i and i['closed'] is None:
            i.update(closed=at, ended=ended, officer=officer or i['officer'])
            i['then'] = {k for k, v in is_.items() if v}

    def owed(self, kind, at, actor, p, agency):
        no, over = p.get('request'), p.get('state') in (3, 4, 5)
        flags = dict(late=p.get('late'), extra=p.get('extra'), overdue=p.get('overdue'))
        for c in p.get('components', []):
            self.files += [(at, f, True) for f in (c[5] if len(c) > 5 and c[5] else [])]
        if p.get('file'):
            self.files.append((at, p['file'], bool(p.get('component'))))
        if kind == 'SUBMITTED' and p.get('channel') == 'online':
            self.open('intake', p['attempt'], at, next((c[4] for c in p.get('clocks', []) if c[0] == 2), None))
        elif kind == 'ATTEMPT_DECIDED':
            self.close('intake', p['attempt'], at, actor, **{p['outcome']: True})
        elif kind in ('SUPPLEMENT_DRAFTED', 'EXTENSION_REQUESTED'):
            self.asked.setdefault((kind, no), (actor, p))
        elif kind == 'SUPPLEMENT_SENT':
            by, first = self.asked.get(('SUPPLEMENT_DRAFTED', no), (actor, {}))
            self.open('supplement', no, at, p.get('wanted'), None, self.competent, by, **flags,
                      outside=not (p.get('missing') or first.get('missing')), soon=at < self.accepted + 86400 * 10 ** 6)
        elif kind == 'CONSULT_SENT':
            self.open('consult', no, at, p.get('wanted'), None, p['to_agency'])
        elif kind == 'PAPER_SENT':
            self.open('paper', no, at, p.get('wanted'), None, agency, actor)
        elif kind == 'SUPPLEMENT_RECEIVED' and over:
            self.close('supplement', no, at)
        elif kind == 'CONSULT_ANSWERED' and over:
            self.close('consult', no, at, actor)
        elif kind == 'CONSULT_DEEMED_AGREED':
            self.close('consult', no, at, deemed=True)
        elif kind == 'PAPER_RECEIVED':
            self.close('paper', no, at)
        elif kind == 'DUE_ADJUSTED' and no is not None:
            by, _ = self.asked.get(('EXTENSION_REQUESTED', no), (actor, {}))
            self.open('apology', no, at, None, at, self.competent, by, **flags)
        elif kind == 'FIN_REQUESTED':
            if self.told:
                self.open('fee', no, at, None, at, amount=p.get('amount', 0), more=True)
            else:
                self.open('fee', no if ('fee', 0) in self.items else 0, at, amount=p.get('amount', 0))
            self.told.add(no)
        elif kind == 'FIN_PAID':
            self.open('payment', len(self.items), at, None, at, p['agency'], actor, p['amount'], online=p['method'] == 'online')
            for n in [n for what, n in self.items if what == 'fee']:
                self.close('fee', n, at, actor, online=p['method'] == 'online')
        elif kind == 'REFUNDED':
            self.open('refund', len(self.items), at, None, at, p['agency'], actor, p['amount'])
        elif kind == 'REQUEST_CANCELLED':
            self.close({1: 'supplement', 5: 'consult', 8: 'paper'}.get(p.get('kind')), no, at, ended=True)
            self.told.discard(no)
            for n in [n for what, n in self.items if what == 'fee' and p.get('kind') == 6 and not self.told]:
                self.close('fee', n, at, ended=True)
        elif kind in ('WITHDRAWN', 'STOPPED', 'CLOSED'):
            for what, n in list(self.items):
                if what in ('intake', 'supplement', 'consult', 'paper', 'fee'):
                    self.close(what, n, at, ended=True)
        elif kind == 'ACCEPTED':
            off = sum(max((f[3] or 0) - (f[4] or 0), 0) for f in p.get('fees', []) if len(f) > 5 and f[5])
            self.open('reception', 0, at, officer=actor)
            if off:
                self.open('exempt', 0, at, None, at, officer=actor, amount=off)
            if p.get('fee'):
                self.open('fee', 0, at, amount=p['fee'])
                self.told.add(0)
        elif kind == 'RESULT_READY':
            self.open('result', 0, at, electronic=any(not c for _, _, c in self.files))

    def time(self, kind, at, p):
        if kind != 'ACCEPTED' and ('basis' in p or 'current' in p):
            _, basis, current = self.dates[-1]
            self.dates.append((at, p.get('basis', basis), p.get('current', current)))
        # drafted or asked for is not sent: the clock stands still from the sending
        if p.get('stops') and p.get('state') == 2 and not (self.standing and self.standing[-1][1] is None):
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
        id, kind, at, actor, payload, agency = json.loads(line)
        out.setdefault(id, Dossier(id)).read(kind, at, actor, payload, agency)
    kept = {}  # the first moment that a file was kept with each dossier
    for d in out.values():
        for at, name, _ in d.files:
            kept.setdefault(name, {}).setdefault(d.id, at)
    for d in out.values():
        for at, name, component in sorted(d.files):
            if component and d.accepted and any(k != d.id and v < at for k, v in kept[name].items()):
                d.open('reuse', 0, d.accepted, None, max(at, d.accepted), d.taken)
        for at, name, component in sorted(d.files):
            if component:
                d.close('reception', 0, max(at, d.accepted or at))
    return list(out.values())


MOMENTS = ('apology', 'exempt', 'payment', 'refund', 'reception', 'reuse')


def state(i, until, wait=30):
    """in_time, late, within, overdue or ended: how an item stands at a moment."""
    due = i['at'] + wait * 86400 * 10 ** 6 if i['what'] == 'result' else i['due']
    if i['closed'] is not None and i['closed'] < until:
        return 'ended' if i['ended'] else 'late' if due is not None and i['closed'] > due else 'in_time'
    return 'overdue' if due is not None and due < until else 'within'


def topics(dossiers, since, until, only=lambda d, i: True):
    """Counts of all topics but the dossiers themselves, by their names, for the items that `only` takes."""
    n = {}

    def add(name, so=True, by=1):
        n[name] = n.get(name, 0) + (by if so else 0)

    for d in dossiers:
        for i in d.items.values():
            new, what = i['at'] >= since, i['what']
            there = i['at'] < until and (new if what in MOMENTS else i['closed'] is None or i['closed'] >= since)
            if not there or not only(d, i):
                continue
            c, amount = state(i, until), i['amount']
            now = i['is_'] | (i.get('then', set()) if i['closed'] is not None and i['closed'] < until else set())
            over, left, live = c in ('in_time', 'late'), c in ('within', 'overdue'), c != 'ended'
            if what == 'intake' and live:
                add('intake_total'), add('intake_new' if new else 'intake_carried'), add('intake_' + c)
                for k in ('accepted', 'returned', 'rejected'):
                    add('intake_' + k, over and k in now)
            elif what == 'supplement':
                add('supp_total'), add('supp_asked' if new else 'supp_carried')
                add({'in_time': 'supp_completed', 'late': 'supp_completed_late', 'within': 'supp_waiting',
                     'overdue': 'supp_unanswered', 'ended': 'supp_ended'}[c])
                for k, name in (('late', 'after_limit'), ('extra', 'again'), ('outside', 'outside'),
                                ('overdue', 'when_overdue')):
                    add('supp_' + name, new and k in now)
                add('supp_within_day', new and 'soon' in now and i['channel'] == 'online')
            elif what == 'consult' and live:
                add('consult_total'), add('consult_new' if new else 'consult_carried')
                add('consult_deemed' if over and 'deemed' in now else 'consult_' + c)
            elif what == 'paper' and live:
                add('papers_total'), add('papers_new', new), add('papers_' + c)
            elif what == 'apology':
                add('apologies'), add('apologies_late' if 'late' in now else 'apologies_in_time')
                add('apologies_again', 'extra' in now)
            elif what == 'fee':
                add('fee_amount', new, amount)
                if live and 'more' not in now:
                    add('fee_total'), add('fee_new', new), add('fee_paid' if over else 'fee_unpaid')
                    add('fee_paid_online', over and 'online' in now)
            elif what == 'exempt':
                add('exemptions'), add('exempted_amount', True, amount)
            elif what == 'payment':
                add('payments'), add('received_amount', True, amount), add('payments_online', 'online' in now)
                add('received_online_amount', 'online' in now, amount)
            elif what == 'refund':
                add('refunds'), add('refunded_amount', True, amount)
            elif what == 'result':
                add('results_total'), add('results_new' if new else 'results_carried')
                add('results_collected' if over else 'results_left'), add('results_left_long', c == 'overdue')
                add('results_electronic', new and 'electronic' in now), add('results_posted', over and 'posted' in now)
            elif what == 'reception':
                add('taken_in'), add('taken_in_' + i['channel']), add('digitised', over)
                add('taken_in_by_officer', i['by_officer']), add('taken_in_elsewhere', i['elsewhere'])
            elif what == 'reuse':
                add('reused', over)
    return n


def figures(dossiers, since, until, basis='basis', observed=None):
    """Counts of the dossiers given, for [since, until) in microseconds."""
    n = dict.fromkeys('total received received_online received_other received_post carried resolved resolved_early '
                      'resolved_on_time resolved_late pending pending_within pending_overdue pending_waiting ended_other '
                      'refused first_decided first_accepted first_not_accepted valid_first not_valid_first '
                      'first_taken_in supplemented received_supplemented late_without_apology received_by_officer '
                      'received_elsewhere apologised asked_for_papers'.split(), 0)
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
                    n['received_by_officer'] += d.by_officer
                    n['received_elsewhere'] += d.outside
                asked = d.supplemented is not None and d.supplemented < min(until, observed)
                _, due, current = [x for x in d.dates if x[0] < until][-1]
                n['refused'] += c.startswith('resolved') and d.refused
                n['received_supplemented'] += d.accepted >= since and asked
                n['asked_for_papers'] += asked
                n['apologised'] += current > due
                n['late_without_apology'] += c == 'resolved_late' and current <= due
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
         'rate_supplemented': (('supplemented',), ('first_taken_in',)),
         'rate_received_supplemented': (('received_supplemented',), ('received',)),
         'rate_elsewhere': (('received_elsewhere',), ('received',)),
         'rate_post': (('received_post',), ('received',))}
TOPIC_RATES = {'rate_intake_late': (('intake_late', 'intake_overdue'), 'intake_total'),
               'rate_supp_after_limit': (('supp_after_limit',), 'supp_asked'),
               'rate_supp_outside': (('supp_outside',), 'supp_asked'),
               'rate_consult_overdue': (('consult_late', 'consult_deemed', 'consult_overdue'), 'consult_total'),
               'rate_apologies_late': (('apologies_late',), 'apologies'),
               'rate_fee_online': (('fee_paid_online',), 'fee_total'),
               'rate_money_online': (('received_online_amount',), 'received_amount'),
               'rate_results_left_long': (('results_left_long',), 'results_total'),
               'rate_results_electronic': (('results_electronic',), 'results_new'),
               'rate_results_posted': (('results_posted',), 'results_collected'),
               'rate_papers_late': (('papers_late', 'papers_overdue'), 'papers_total'),
               'rate_digitised': (('digitised',), 'taken_in'),
               'rate_reused': (('reused',), 'taken_in'),
               'rate_taken_in_online': (('taken_in_online',), 'taken_in')}


def rate(n, of):
    return {'n': n, 'of': of, 'tenths': (n * 2000 + of) // (2 * of) if of else None}


def differences(row, want):
    """What a row of the program says otherwise, counts and rates."""
    out = ['%s: %s, counted %s' % (k, row.get(k), v) for k, v in want.items() if row.get(k) != v]
    for name, (above, below) in RATES.items():
        mine = rate(sum(want[k] for k in above), sum(want[k] for k in below))
        if row.get(name) != mine:
            out.append('%s: %s, counted %s' % (name, row.get(name), mine))
    return out


def topic_differences(row, want):
    """Of a row of one topic; what was never counted is nought."""
    out = []
    for k, v in row.items():
        if isinstance(v, int):
            mine = want.get(k, 0)
        elif isinstance(v, dict) and 'tenths' in v:
            above, below = TOPIC_RATES[k]
            mine = rate(sum(want.get(x, 0) for x in above), want.get(below, 0))
        else:
            continue
        if v != mine:
            out.append('%s: %s, counted %s' % (k, v, mine))
    return out
