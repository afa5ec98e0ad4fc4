/* apply(state, event) -> state: the only function that changes a dossier.  Everything it needs
 * stands in the event; what does not fit answers NULL.  The new state lies in the caller's arena
 * and shares with the old one what did not change.  Any thread. */
#include "common/dossier/applying.h"
#include "common/dossier/timers.h"

struct task *task_w(struct applying *x, int64_t task)
{
    size_t i;

    for (i = 0; i < x->s->tasks; i++)
        if (x->s->task[i].task == task)
            return &x->s->task[i];
    return NULL;
}

void remove_task(struct applying *x, const struct task *t)
{
    size_t i = (size_t)(t - x->s->task);

    memmove(&x->s->task[i], &x->s->task[i + 1], (x->s->tasks - i - 1) * sizeof *t);
    x->s->tasks--;
}

/* Intervals are shared with the state before: copied before one is touched. */
struct clock_interval *last_interval(struct applying *x, struct clock *c)
{
    c->interval =
        arena_grow(x->a, c->interval, c->intervals, c->intervals + 1, sizeof *c->interval);
    c->interval_cap = c->intervals + 1;
    return &c->interval[c->intervals - 1];
}

void end_clock(struct applying *x, struct clock *c)
{
    if (c->state == CLOCK_ENDED)
        return;
    last_interval(x, c)->to = x->e->at;
    c->state = CLOCK_ENDED;
}

struct clock *clock_w(struct applying *x, enum clock_kind k, int subject, int visit)
{
    const struct clock *c = clock_of(x->s, k, subject, visit);

    return c ? &x->s->clock[c - x->s->clock] : NULL;
}

/* Clocks that the event starts. */
bool open_clocks(struct applying *x, int visit)
{
    size_t i;

    for (i = 0; i < x->pl.clocks; i++) {
        const struct payload_clock *pc = &x->pl.clock[i];
        struct clock_interval *in = ARENA_NEW(x->a, struct clock_interval);

        if (pc->kind < 0 || pc->kind >= CLOCK_KINDS || !pc->calendar || pc->due == INSTANT_NONE ||
            pc->subject < -1 || pc->subject >= STEPS_MAX * BRANCHES_MAX)
            return false;
        *in = (struct clock_interval){x->e->at, INSTANT_NONE, true, x->e->seq};
        ARENA_PUSH(x->a, x->s->clock, x->s->clocks, x->s->clock_cap) =
            (struct clock){.kind = (enum clock_kind)pc->kind,
                           .subject = pc->subject,
                           .visit = visit,
                           .budget = pc->budget,
                           .calendar = pc->calendar,
                           .received = x->e->at,
                           .state = CLOCK_RUNNING,
                           .due = pc->due,
                           .was = INSTANT_NONE,
                           .interval = in,
                           .intervals = 1,
                           .interval_cap = 1};
    }
    return true;
}

void close_spans(struct applying *x, int step, bool enter)
{
    size_t i;

    for (i = 0; i < x->p->spans; i++) {
        const struct span_limit *sp = &x->p->span[i];
        struct clock *c = clock_w(x, CLOCK_SPAN, (int)i, 0);

        if (c && sp->to_step == step && sp->to_enter == enter)
            end_clock(x, c);
    }
}

/* ---------------------------------------------------------------- steps */

int step_named(const struct applying *x, const char *step)
{
    return x->p && step ? procedure_step(x->p, step) : STEP_NONE;
}

/* The business status is derived: what stands the dossier still, else how far it has come.
 * Approved, but the path leads to somebody else who has to approve: still in process. */
void settle_status(struct applying *x)
{
    struct dossier *s = x->s;
    enum dossier_status waits = DS_NONE;
    bool ahead = false;
    size_t i;

    if (!dossier_status_open(s->status) || s->finished != INSTANT_NONE)
        return;
    for (i = 0; i < s->requests; i++) {
        enum dossier_status st = request_status(&s->request[i]);

        if (request_open(&s->request[i]) && waiting_rank(st) > waiting_rank(waits))
            waits = st;
    }
    for (i = 0; i < s->tasks; i++)
        ahead = ahead || (s->task[i].request == 0 && approval_ahead(x->p, s->task[i].step));
    if (waits != DS_NONE)
        s->status = waits;
    else if (s->dones == 0)
        s->status = DS_ACCEPTED;
    else
        s->status = s->result.approved_by != 0 && !ahead ? DS_APPROVED : DS_PROCESSING;
}

/* The branches of one split come in one visit, each once. */
static bool visit_fits(const struct applying *x, int step)
{
    const struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    const struct step *st = &x->p->step[step];
    int visits = visits_of(s, step);

    if (!st->is_split)
        return pl->branch == 0 && pl->visit == visits + 1;
    if (pl->branch < 1 || (size_t)pl->branch > st->branches)
        return false;
    if (!split_task(s, step))
        return pl->visit == visits + 1;
    return pl->visit == visits && !branch_asked(s, step, visits, pl->branch);
}

static bool apply_step_started(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    int step = step_named(x, pl->step);
    int from = pl->from_step ? step_named(x, pl->from_step) : STEP_NONE;
    enum role role;

    if (!dossier_status_open(s->status) || step < 0 || (pl->from_step && from < 0) || !pl->role ||
        !role_of_name(pl->role, &role) || pl->task != s->last_task + 1 || !visit_fits(x, step) ||
        pl->agency <= 0 || pl->due == 0)
        return false;
    ARENA_PUSH(x->a, s->task, s->tasks, s->task_cap) =
        (struct task){.task = pl->task,
                      .step = step,
                      .visit = pl->visit,
                      .agency = pl->agency,
                      .role = role,
                      .officer = pl->officer,
                      .opened = x->e->at,
                      .received = pl->received ? x->e->at : INSTANT_NONE,
                      .received_by = pl->received ? x->e->actor : 0,
                      .due = pl->due,
                      .from_officer = pl->from_officer,
                      .from_step = from,
                      .from_task = pl->from_task,
                      .from_agency = pl->from_agency,
                      .seq = x->e->seq,
                      .branch = pl->branch};
    s->last_task = pl->task;
    close_spans(x, step, true);
    settle_status(x);
    if (!open_clocks(x, pl->visit))
        return false;
    if (requests_stop(s))
        stop_clocks(x);
    return true;
}

static bool work_left(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].request == 0)
            return true;
    return false;
}

/* STEP_FINISHED and RETURNED_TO_STEP: the task is closed and remembered. */
static bool apply_step_finished(struct applying *x)
{
    struct dossier *s = x->s;
    struct task *t = task_w(x, x->pl.task);
    struct clock *c;

    if (!t || !x->p || (size_t)t->step >= x->p->steps)
        return false;
    if (t->branch)
        return apply_branch_finished(x, t);
    if (!x->pl.action)
        return false;
    c = clock_w(x, CLOCK_STEP, t->step, t->visit);
    ARENA_PUSH(x->a, s->done, s->dones, s->done_cap) =
        (struct step_done){.step = t->step,
                           .visit = t->visit,
                           .officer = x->e->actor,
                           .agency = t->agency,
                           .started = t->opened,
                           .finished = x->e->at,
                           .due = c ? c->due : t->due,
                           .action = x->pl.action};
    if (c)
        end_clock(x, c);
    close_spans(x, t->step, false);
    remove_task(x, t);
    /* Handed over before, and this was the last of it (filed away); paper or money may be on its
     * way still. */
    if (s->returned != INSTANT_NONE && x->pl.to && !work_left(s) && strcmp(x->pl.to, "end") == 0) {
        s->ended = x->e->at;
        s->status = DS_RETURNED;
    }
    settle_status(x);
    return open_clocks(x, 1);
}

static bool apply_received(struct applying *x)
{
    struct task *t = task_w(x, x->pl.task);

    if (!t || (x->e->kind == EV_RECEIVED && t->received != INSTANT_NONE))
        return false;
    if (t->received == INSTANT_NONE) {
        t->received = x->e->at;
        t->received_by = x->e->actor;
    }
    if (x->e->kind == EV_CLAIMED)
        t->officer = x->e->actor;
    return true;
}

static bool apply_assigned(struct applying *x)
{
    struct task *t = task_w(x, x->pl.task);

    if (!t || x->pl.officer < 0)
        return false;
    t->officer = x->pl.officer;
    return true;
}

/* ---------------------------------------------------------------- result */

/* A draft of the other kind takes the place of a refusal that was decided and came back. */
static bool apply_draft(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;

    s->draft = (struct draft){.by = x->e->actor,
                              .at = x->e->at,
                              .refusal = pl->refusal,
                              .text = pl->text,
                              .reason = pl->reason,
                              .file = pl->file};
    if (!pl->refusal) {
        s->result.refusal = false;
        s->result.reason = NULL;
    }
    return true;
}

static bool apply_decided(struct applying *x)
{
    struct dossier *s = x->s;

    if (s->finished != INSTANT_NONE)
        return false;
    if (x->e->kind == EV_REFUSED) {
        if (!x->pl.reason)
            return false;
        s->result.refusal = true;
        s->result.reason = x->pl.reason;
        s->refused_incomplete = x->pl.incomplete;
    }
    s->result.approved_by = x->e->actor;
    s->result.approved_at = x->e->at;
    s->status = DS_APPROVED; /* settled when the step is left */
    return true;
}

static bool apply_numbered(struct applying *x)
{
    struct dossier_result *r = &x->s->result;
    const struct payload *pl = &x->pl;

    if (x->s->finished != INSTANT_NONE || pl->given == (pl->number != NULL))
        return false;
    if (pl->result)
        return take_part(x);
    if (!pl->given)
        r->number = pl->number;
    else if (!r->number_given || x->e->assigned)
        r->number = x->e->assigned;
    r->number_given = pl->given;
    r->date = pl->date;
    r->signer = pl->signer;
    r->file = pl->file;
    r->numbered_by = x->e->actor;
    return true;
}

static bool apply_result_ready(struct applying *x)
{
    struct dossier *s = x->s;
    struct clock *c = clock_w(x, CLOCK_LEGAL, -1, 0);

    if (!dossier_status_open(s->status) || s->finished != INSTANT_NONE || !c)
        return false;
    end_clock(x, c);
    s->finished = x->e->at;
    s->status = DS_RELEASED;
    s->handover = HANDOVER_READY;
    return true;
}

static bool apply_handed_over(struct applying *x)
{
    struct dossier *s = x->s;

    if (s->status != DS_RELEASED || s->returned != INSTANT_NONE || !x->pl.to_whom)
        return false;
    s->returned = x->e->at;
    s->handover = strcmp(x->pl.to_whom, "post") == 0 ? HANDOVER_POSTED : HANDOVER_HANDED;
    if (x->pl.to) /* a step follows: the dossier is filed away, and ends there */
        return true;
    s->ended = x->e->at;
    s->status = DS_RETURNED;
    return true;
}

/* A rung has come: once until its clock starts anew. */
static bool apply_reminded(struct applying *x)
{
    const struct payload *pl = &x->pl;
    struct clock *c = pl->kind >= 0 && pl->kind < CLOCK_KINDS
                          ? clock_w(x, (enum clock_kind)pl->kind, pl->subject, pl->visit)
                          : NULL;

    if (!c || c->state != CLOCK_RUNNING || pl->rung < 0 || pl->rung >= RUNGS_MAX ||
        c->fired >> pl->rung & 1)
        return false;
    c->fired |= INT64_C(1) << pl->rung;
    return true;
}

static bool apply_remark(struct applying *x)
{
    return x->s->status != DS_NONE;
}

/* Her draft goes with the work that leaves her, undecided; what she handed on earlier was done. */
static bool apply_relative(struct applying *x)
{
    struct dossier *s = x->s;
    size_t i;

    if (s->status == DS_NONE || x->e->actor == 0 || conflict_declared(s, x->e->actor))
        return false;
    ARENA_PUSH(x->a, s->conflict, s->conflicts, s->conflict_cap) =
        (struct conflict){x->e->actor, x->e->at};
    for (i = 0; i < s->tasks; i++)
        if (!task_owes(&s->task[i]) && s->task[i].officer == x->e->actor &&
            s->draft.by == x->e->actor)
            s->draft = (struct draft){.at = INSTANT_NONE};
    return true;
}

/* ---------------------------------------------------------------- the table */

static bool (*const appliers[EV_COUNT])(struct applying *) = {
    [EV_SUBMITTED] = apply_submitted,
    [EV_ATTEMPT_DECIDED] = apply_attempt_decided,
    [EV_ACCEPTED] = apply_accepted,
    [EV_STEP_STARTED] = apply_step_started,
    [EV_STEP_FINISHED] = apply_step_finished,
    [EV_RETURNED_TO_STEP] = apply_step_finished,
    [EV_RECEIVED] = apply_received,
    [EV_ASSIGNED] = apply_assigned,
    [EV_CLAIMED] = apply_received,
    [EV_PULLED_BACK] = apply_pulled_back,
    [EV_DRAFT_SUBMITTED] = apply_draft,
    [EV_APPROVED] = apply_decided,
    [EV_REFUSED] = apply_decided,
    [EV_NUMBERED] = apply_numbered,
    [EV_RESULT_READY] = apply_result_ready,
    [EV_RESULT_HANDED_OVER] = apply_handed_over,
    [EV_FILE_ATTACHED] = apply_remark,
    [EV_NOTED] = apply_remark,
    [EV_RELATIVE_DECLARED] = apply_relative,
    [EV_NOBODY_LEFT] = apply_nobody_left,
    [EV_SLIP_ISSUED] = apply_remark,
    [EV_SUPPLEMENT_DRAFTED] = apply_request,
    [EV_EXTENSION_REQUESTED] = apply_request,
    [EV_REQUESTED] = apply_request,
    [EV_EXTENSION_APPROVED] = apply_request,
    [EV_REQUEST_AGREED] = apply_request,
    [EV_REQUEST_DECLINED] = apply_request,
    [EV_REQUEST_CANCELLED] = apply_request,
    [EV_SUPPLEMENT_SENT] = apply_request,
    [EV_SUPPLEMENT_RECEIVED] = apply_request,
    [EV_SUPPLEMENT_TIMEOUT] = apply_request,
    [EV_DUE_ADJUSTED] = apply_due_adjusted,
    [EV_EXCLUSION_STARTED] = apply_request,
    [EV_EXCLUSION_ENDED] = apply_request,
    [EV_SUSPENDED] = apply_request,
    [EV_RESUMED] = apply_request,
    [EV_CONSULT_SENT] = apply_request,
    [EV_CONSULT_ANSWERED] = apply_request,
    [EV_CONSULT_DEEMED_AGREED] = apply_request,
    [EV_FIN_REQUESTED] = apply_request,
    [EV_FIN_PAID] = apply_request,
    [EV_REFUNDED] = apply_request,
    [EV_FIN_UNMATCHED] = apply_request,
    [EV_LINK_ENDED] = apply_request,
    [EV_LINK_DECIDED] = apply_request,
    [EV_FIN_SENT_BACK] = apply_request,
    [EV_PAPER_SENT] = apply_request,
    [EV_PAPER_RECEIVED] = apply_request,
    [EV_CASE_CHANGED] = apply_request,
    [EV_LATE_ENTRY] = apply_request,
    [EV_MIGRATED] = apply_migrated,
    [EV_ORG_SUCCESSION] = apply_succession,
    [EV_REMINDED] = apply_reminded,
    [EV_WITHDRAWN] = apply_ended,
    [EV_STOPPED] = apply_ended,
    [EV_CLOSED] = apply_ended,
    [EV_BRANCH_CLOSED] = apply_branch_closed,
    [EV_LINKED] = apply_linked,
    [EV_CORRECTED] = apply_linked,
};

static struct dossier *copy_of(struct arena *a, const struct dossier *s)
{
    struct dossier *n = ARENA_NEW(a, struct dossier);

    *n = *s;
    n->task_cap = s->tasks + 1;
    n->task = arena_grow(a, s->task, s->tasks, n->task_cap, sizeof *n->task);
    n->done_cap = s->dones + 1;
    n->done = arena_grow(a, s->done, s->dones, n->done_cap, sizeof *n->done);
    n->clock_cap = s->clocks + 2;
    n->clock = arena_grow(a, s->clock, s->clocks, n->clock_cap, sizeof *n->clock);
    if (s->requests) {
        n->request_cap = s->requests + 1;
        n->request = arena_grow(a, s->request, s->requests, n->request_cap, sizeof *n->request);
    }
    if (s->parts) {
        n->part_cap = s->parts + 1;
        n->part = arena_grow(a, s->part, s->parts, n->part_cap, sizeof *n->part);
    }
    if (s->links) {
        n->link_cap = s->links + 1;
        n->link = arena_grow(a, s->link, s->links, n->link_cap, sizeof *n->link);
    }
    return n;
}

struct dossier *dossier_apply(struct arena *a, const struct dossier *state, int64_t id,
                              const struct event *e, const struct procedure *p)
{
    struct applying x = {.a = a, .e = e, .p = p};

    if (e->kind <= EV_NONE || e->kind >= EV_COUNT || !appliers[e->kind] ||
        e->seq != (state ? state->seq : 0) + 1 || (!state && e->kind != EV_SUBMITTED))
        return NULL;
    if (!payload_read(a, e->kind, e->payload, &x.pl))
        return NULL;
    x.s = state ? copy_of(a, state) : dossier_new(a, id);
    if (!appliers[e->kind](&x))
        return NULL;
    x.s->seq = e->seq;
    x.s->last_at = e->at;
    return x.s;
}
