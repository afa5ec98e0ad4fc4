/* Requests applied: asked, agreed, sent, answered, taken back, lapsed; the clocks they stop and let
 * go on; and the ends that are no result.  Everything needed stands in the event.  Any thread. */
#include "common/dossier/applying.h"

/* ---------------------------------------------------------------- clocks */

/* What a standstill stops: the promise, the work of steps and spans; not the answer's own clock. */
static bool stands_still(const struct dossier *s, const struct clock *c)
{
    size_t i;

    if (c->kind == CLOCK_LEGAL || c->kind == CLOCK_SPAN)
        return true;
    /* Whoever is waited for has her own time; so have those who are asked beside her. */
    if (c->kind == CLOCK_BRANCH)
        return work_stands_still(s);
    for (i = 0; c->kind == CLOCK_STEP && i < s->tasks; i++)
        if (s->task[i].request == 0 && s->task[i].step == c->subject &&
            s->task[i].visit == c->visit)
            return true;
    return false;
}

static void push_interval(struct applying *x, struct clock *c, bool running)
{
    last_interval(x, c)->to = x->e->at;
    ARENA_PUSH(x->a, c->interval, c->intervals, c->interval_cap) =
        (struct clock_interval){x->e->at, INSTANT_NONE, running, x->e->seq};
}

void stop_clocks(struct applying *x)
{
    struct dossier *s = x->s;
    size_t i;

    for (i = 0; i < s->clocks; i++) {
        struct clock *c = &s->clock[i];

        if (c->state != CLOCK_RUNNING || !stands_still(s, c))
            continue;
        push_interval(x, c, false);
        c->state = CLOCK_STOPPED;
    }
    for (i = 0; i < s->tasks; i++)
        if (s->task[i].request == 0 && (s->task[i].branch == 0 || work_stands_still(s)))
            s->task[i].due = INSTANT_NONE;
}

bool move_clocks(struct applying *x)
{
    size_t i;

    for (i = 0; i < x->pl.moves; i++) {
        const struct payload_move *m = &x->pl.move[i];
        struct clock *c = m->kind >= 0 && m->kind < CLOCK_KINDS
                              ? clock_w(x, (enum clock_kind)m->kind, m->subject, m->visit)
                              : NULL;

        if (!c || c->state != CLOCK_STOPPED || m->due == INSTANT_NONE)
            return false;
        push_interval(x, c, true);
        c->state = CLOCK_RUNNING;
        c->due = m->due;
        if (m->restart) {
            c->received = x->e->at;
            c->fired = 0;
        }
    }
    return true;
}

/* The task is due when its clock says, never beyond the dossier's own due. */
static void cap_tasks(struct applying *x)
{
    struct dossier *s = x->s;
    bool still = requests_stop(s);
    size_t i;

    for (i = 0; i < s->tasks && !still; i++) {
        struct task *t = &s->task[i];
        const struct clock *c =
            t->branch ? clock_of(s, CLOCK_BRANCH, branch_subject(t->step, t->branch), t->visit)
                      : clock_of(s, CLOCK_STEP, t->step, t->visit);

        if (t->request == 0)
            t->due = c && c->due < s->current_due ? c->due : s->current_due;
    }
}

void take_promise(struct applying *x)
{
    if (x->pl.basis != INSTANT_NONE)
        x->s->basis_due = x->pl.basis;
    if (x->pl.current != INSTANT_NONE)
        x->s->current_due = x->pl.current;
    cap_tasks(x);
}

/* The standstill that this event began never was: what was running, or began meanwhile, goes on
 * with the due that it had. */
static void unstop_clocks(struct applying *x, int64_t seq)
{
    struct dossier *s = x->s;
    size_t i;

    for (i = 0; i < s->clocks; i++) {
        struct clock *c = &s->clock[i];

        if (c->state != CLOCK_STOPPED || c->intervals < 2 ||
            c->interval[c->intervals - 1].seq_from < seq)
            continue;
        (void)last_interval(x, c);
        c->intervals--;
        c->interval[c->intervals - 1].to = INSTANT_NONE;
        c->state = CLOCK_RUNNING;
    }
}

/* ---------------------------------------------------------------- the request itself */

static struct request *request_w(struct applying *x, enum request_kind k, enum request_turn turn)
{
    struct dossier *s = x->s;
    int64_t n = x->pl.request;

    /* The fee told at acceptance is paid without having been asked for once more. */
    if (n == (int64_t)s->requests + 1 && (turn == TURN_ASKED || turn == TURN_SENT ||
                                          (turn == TURN_DONE && request_rule_of(k)->unasked))) {
        ARENA_PUSH(x->a, s->request, s->requests, s->request_cap) =
            (struct request){.request = n,
                             .kind = k,
                             .by = x->e->actor,
                             .agency = x->e->agency,
                             .asked = x->e->at,
                             .sent = INSTANT_NONE,
                             .done = INSTANT_NONE,
                             .due = INSTANT_NONE,
                             .from = x->pl.from,
                             .seq = x->e->seq};
        return &s->request[s->requests - 1];
    }
    return n > 0 && n <= (int64_t)s->requests && s->request[n - 1].kind == k ? &s->request[n - 1]
                                                                             : NULL;
}

/* What it says; said once when asked, again where sending adds to it. */
static void take_words(struct applying *x, struct request *r)
{
    const struct payload *pl = &x->pl;

    if (pl->reason)
        r->reason = pl->reason;
    if (pl->exception)
        r->exception = pl->exception;
    if (pl->document)
        r->document = pl->document;
    if (pl->missings) {
        r->missing = pl->missing;
        r->missings = pl->missings;
    }
    if (pl->reason_codes) {
        r->reason_code = pl->reason_code;
        r->reason_codes = pl->reason_codes;
    }
    if (pl->case_code)
        r->case_code = pl->case_code;
    if (pl->to_agency)
        r->to_agency = pl->to_agency;
    if (pl->amount)
        r->amount = pl->amount;
    if (pl->wanted != INSTANT_NONE)
        r->due = pl->wanted;
    if (pl->refunds)
        r->refunds = pl->refunds;
    if (pl->reference)
        r->reference = pl->reference;
    if (pl->method)
        r->method = pl->method;
    r->stops = r->stops || pl->stops;
    r->silent = r->silent || pl->silent;
    if (pl->tells)
        r->tells = pl->tells;
    r->late = pl->late;
    r->extra = pl->extra;
}

/* Whoever was to do the last turn is done; whoever has the next finds it in the queue. */
static bool take_side(struct applying *x, struct request *r)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    struct task *old = r->task ? task_w(x, r->task) : NULL;
    const struct task *from = task_of(s, r->from);
    enum role role;

    if (old)
        remove_task(x, old);
    r->task = pl->side;
    if (!pl->side)
        return true;
    if (pl->side != s->last_task + 1 || pl->agency <= 0 || !pl->role ||
        !role_of_name(pl->role, &role))
        return false;
    ARENA_PUSH(x->a, s->task, s->tasks, s->task_cap) =
        (struct task){.task = pl->side,
                      .step = from ? from->step : 0,
                      .agency = pl->agency,
                      .role = role,
                      .opened = x->e->at,
                      .received = INSTANT_NONE,
                      .due = pl->due ? pl->due : INSTANT_NONE,
                      .from_officer = x->e->actor,
                      .from_step = STEP_NONE,
                      .from_agency = pl->agency,
                      .seq = x->e->seq,
                      .request = r->request};
    s->last_task = pl->side;
    return true;
}

static void end_own_clock(struct applying *x, const struct request *r)
{
    static const enum clock_kind own[] = {CLOCK_SUPPLEMENT, CLOCK_CONSULT, CLOCK_PAPER};
    size_t i;

    for (i = 0; i < sizeof own / sizeof *own; i++) {
        struct clock *c = clock_w(x, own[i], (int)r->request, 0);

        if (c)
            end_clock(x, c);
    }
}

void take_fees(struct applying *x)
{
    struct dossier *s = x->s;
    size_t i;

    s->fee = x->pl.fee;
    s->fee_due = ARENA_ARRAY(x->a, struct fee_due, x->pl.fee_lines ? x->pl.fee_lines : 1);
    s->fee_dues = x->pl.fee_lines;
    for (i = 0; i < s->fee_dues; i++) {
        const struct payload_fee *f = &x->pl.fee_line[i];

        s->fee_due[i] =
            (struct fee_due){f->fee, f->charge, f->units, f->full, f->amount, f->exemption};
    }
}

static void take_money(struct applying *x, const struct request *r)
{
    struct dossier *s = x->s;

    if (r->kind == REQ_PAYMENT && r->state == RS_DONE)
        s->paid += x->pl.amount;
    if (r->kind == REQ_REFUND && r->state == RS_DONE)
        s->paid -= x->pl.amount;
    if (r->kind == REQ_PAYMENT || r->kind == REQ_REFUND)
        s->money = dossier_money(s);
}

static bool turn_sent(struct applying *x, struct request *r)
{
    bool nobody = request_rule_of(r->kind)->answerer == ANSWER_NOBODY;

    r->sent = x->e->at;
    r->sent_by = x->e->actor;
    r->overdue = x->pl.overdue;
    if (nobody) {
        r->done = x->e->at;
        r->done_by = x->e->actor;
    }
    if (r->kind == REQ_SUPPLEMENT)
        x->s->supplemented_later = true;
    if (r->kind == REQ_CASE)
        return take_case(x);
    if (r->kind == REQ_LATE_ENTRY)
        x->s->claimed = x->pl.claimed;
    if (r->stops)
        stop_clocks(x);
    return open_clocks(x, 1);
}

static bool turn_done(struct applying *x, struct request *r)
{
    r->outcome = x->pl.outcome;
    if (x->pl.reference)
        r->reference = x->pl.reference;
    if (r->kind == REQ_PAYMENT) {
        r->amount = x->pl.amount;
        r->method = x->pl.method;
        r->receipt = x->pl.given ? x->e->seq : 0;
        if (r->sent == INSTANT_NONE) { /* the fee: owed since acceptance */
            r->sent = x->e->at;
            r->sent_by = x->e->actor;
        }
    }
    if (r->state != RS_DONE)
        return true; /* a part only: the rest is still awaited */
    r->done = x->e->at;
    r->done_by = x->e->actor;
    r->end_document = x->pl.document;
    end_own_clock(x, r);
    return true;
}

/* Which states a turn may start from. */
static bool turn_fits(enum request_turn turn, const struct request *r, bool is_new)
{
    switch (turn) {
    case TURN_ASKED:
        return is_new;
    case TURN_AGREED:
    case TURN_DECLINED:
        return r->state == RS_ASKED;
    case TURN_SENT:
        return is_new || r->state == RS_AGREED;
    case TURN_DONE:
        return request_open(r) || (is_new && request_rule_of(r->kind)->unasked);
    case TURN_LAPSED:
        return r->state == RS_OPEN;
    case TURN_CANCELLED:
        return request_pending(r);
    }
    return false;
}

bool apply_request(struct applying *x)
{
    size_t before = x->s->requests;
    enum request_kind kind;
    enum request_turn turn;
    struct request *r;
    bool good = true;

    if (!request_turn_of(x->e->kind, (enum request_kind)x->pl.kind, &kind, &turn))
        return false;
    r = request_w(x, kind, turn);
    if (!r || !turn_fits(turn, r, x->s->requests > before) || x->pl.state < 0 ||
        x->pl.state >= RS_COUNT)
        return false;
    r->state = (enum request_state)x->pl.state;
    if (turn == TURN_ASKED || turn == TURN_SENT)
        take_words(x, r);
    if (turn == TURN_AGREED)
        r->agreed_by = x->e->actor;
    if (turn == TURN_AGREED && r->state == RS_OPEN) {
        r->sent = x->e->at;
        r->sent_by = x->e->actor;
    }
    if (turn == TURN_DECLINED || turn == TURN_CANCELLED)
        end_own_clock(x, r);
    if (turn == TURN_CANCELLED && r->stops && r->sent != INSTANT_NONE)
        unstop_clocks(x, r->seq);
    if (!take_side(x, r))
        return false;
    if (turn == TURN_SENT)
        good = turn_sent(x, r);
    if (turn == TURN_DONE)
        good = turn_done(x, r);
    if (!good || !move_clocks(x))
        return false;
    take_money(x, r);
    take_promise(x);
    settle_status(x);
    return true;
}

/* ---------------------------------------------------------------- ends without a result */

/* Whoever still owes something for a request that stays keeps her task; all other work ends. */
static void end_tasks(struct dossier *s)
{
    size_t i, n = 0;

    for (i = 0; i < s->tasks; i++) {
        const struct request *r = dossier_request(s, s->task[i].request);

        if (r && request_rule_of(r->kind)->stays)
            s->task[n++] = s->task[i];
    }
    s->tasks = n;
}

static void cancel_requests(struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->requests; i++) {
        struct request *r = &s->request[i];

        if (!request_pending(r) || request_rule_of(r->kind)->stays)
            continue;
        if (r->state != RS_LAPSED)
            r->state = RS_CANCELLED;
        r->task = 0;
    }
}

void end_without_result(struct applying *x)
{
    struct dossier *s = x->s;

    cancel_requests(s);
    for (size_t i = 0; i < s->clocks; i++)
        end_clock(x, &s->clock[i]);
    end_tasks(s);
    s->ended = x->e->at;
}

/* Withdrawn, stopped, closed: a class of its own, neither on time nor late. */
bool apply_ended(struct applying *x)
{
    static const struct {
        enum event_kind e;
        enum dossier_status st;
    } ends[] = {{EV_WITHDRAWN, DS_WITHDRAWN}, {EV_STOPPED, DS_STOPPED}, {EV_CLOSED, DS_CLOSED}};
    struct dossier *s = x->s;
    size_t i;

    if (s->ended != INSTANT_NONE || s->finished != INSTANT_NONE || !x->pl.document)
        return false;
    end_without_result(x);
    for (i = 0; i < 3; i++)
        if (ends[i].e == x->e->kind)
            s->status = ends[i].st;
    s->money = dossier_money(s);
    return true;
}
