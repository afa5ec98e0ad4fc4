/* The second reading of a history.  Owned by the test; one thread. */
#include "tests/lib/dossier_proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/dossier/inside.h"
#include "common/dossier/timers.h"

_Noreturn void proof_fail(const struct proof *p, const char *what)
{
    const struct world *w = p->w;
    char words[64];
    size_t i;

    for (i = 0; i < w->events; i++) {
        const struct event *e = &w->event[i];

        lminute_words(lminute_of(e->at), true, words);
        print_message("# %lld %s %s by %lld: %.900s\n", (long long)e->seq, words,
                      event_name(e->kind), (long long)e->actor, e->payload);
    }
    for (i = 0; w->s && i < w->s->tasks; i++)
        print_message(
            "# task %lld: step %d at %d, role %s, officer %lld, request %lld, branch %d\n",
            (long long)w->s->task[i].task, w->s->task[i].step, w->s->task[i].agency,
            role_name(w->s->task[i].role), (long long)w->s->task[i].officer,
            (long long)w->s->task[i].request, w->s->task[i].branch);
    lminute_words(lminute_of(w->c.now), true, words);
    print_message("# seed %llu, dossier %lld, %s\n", (unsigned long long)p->seed, (long long)w->id,
                  words);
    fail_msg("not so: %s", what);
    abort();
}

void proof_begin(struct proof *p, struct world *w)
{
    p->w = w;
    p->clocks = p->stops = p->supplements = p->extras = p->extensions = p->rungs = 0;
    p->accepted = p->original = p->basis = p->current = p->since = INSTANT_NONE;
    p->overdue = false;
}

/* ---------------------------------------------------------------- clocks */

const struct brute *proof_counter(const struct proof *p, const char *calendar)
{
    return p->calendar[strcmp(calendar, "cutoff") == 0];
}

/* A correction that changes nothing is none. */
static bool corrected(const struct proof *p, const char *calendar)
{
    const struct brute *now = proof_counter(p, calendar);

    return memcmp(calendar_hash(now->c->calendar), calendar_hash(p->pinned->c->calendar),
                  SHA256_BYTES) != 0;
}

/* Budget from where it began, and the working minutes of what was left out. */
static instant counted(const struct proof *p, const struct proof_clock *c)
{
    const struct brute *b = proof_counter(p, c->calendar);
    int64_t paused = 0;
    size_t i;

    for (i = 0; i < c->pauses; i++)
        paused += brute_elapsed(b, c->pause[i].from, c->pause[i].to);
    return instant_of(brute_add(b, brute_due(b, lminute_of(c->received), c->budget), paused));
}

struct proof_clock *proof_find(struct proof *p, enum clock_kind k, int subject, int visit)
{
    size_t i;

    for (i = p->clocks; i-- > 0;) {
        struct proof_clock *c = &p->clock[i];

        if (c->kind == k && c->subject == subject && (visit == 0 || c->visit == visit))
            return c;
    }
    return NULL;
}

static void begin(struct proof *p, const struct payload_clock *pc, int visit, instant received)
{
    struct proof_clock *c = &p->clock[p->clocks++];

    PROVE(p, p->clocks < PROOF_CLOCKS);
    *c = (struct proof_clock){.kind = (enum clock_kind)pc->kind,
                              .subject = pc->subject,
                              .visit = visit,
                              .budget = pc->budget,
                              .calendar = pc->calendar,
                              .received = received};
    c->due = counted(p, c);
}

static void begin_all(struct proof *p, const struct event *e, const struct payload *pl, int visit)
{
    size_t i;

    for (i = 0; i < pl->clocks; i++)
        begin(p, &pl->clock[i], visit, e->at);
}

/* ---------------------------------------------------------------- standstills */

static bool work_stops(const struct proof *p)
{
    size_t i;

    for (i = 0; i < p->stops; i++)
        if (!p->stop[i].branch)
            return true;
    return false;
}

static void halt(struct proof *p, instant at)
{
    size_t i;

    for (i = 0; i < p->clocks; i++) {
        struct proof_clock *c = &p->clock[i];
        bool stops = c->kind == CLOCK_LEGAL || c->kind == CLOCK_SPAN || c->kind == CLOCK_STEP ||
                     (c->kind == CLOCK_BRANCH && work_stops(p));

        if (!stops || c->still || c->gone)
            continue;
        PROVE(p, c->pauses < PROOF_PAUSES);
        c->pause[c->pauses].from = lminute_of(at);
        c->still = true;
    }
}

static void stopped(struct proof *p, const struct event *e, int64_t request, bool branch)
{
    size_t i;

    /* One standstill at a time, but for the waits of one split, which begin together. */
    for (i = 0; i < p->stops; i++)
        PROVE(p, branch && p->stop[i].branch);
    if (p->stops == 0)
        p->since = e->at;
    PROVE(p, p->stops < PROOF_STOPS);
    p->stop[p->stops].request = request;
    p->stop[p->stops++].branch = branch;
    halt(p, e->at);
}

/* A date that had passed when the clocks stopped stays; another moves on by the work left out. */
static instant moved_on(const struct proof *p, instant date, instant now)
{
    const struct proof_clock *legal = &p->clock[0];
    const struct brute *b;
    size_t i;

    for (i = 0; legal->kind != CLOCK_LEGAL && i < p->clocks; i++)
        legal = &p->clock[i];
    b = proof_counter(p, legal->calendar);
    if (p->since > date)
        return date;
    return instant_of(
        brute_add(b, lminute_of(date), brute_elapsed(b, lminute_of(p->since), lminute_of(now))));
}

static void goes_on(struct proof *p, struct proof_clock *c, instant now, bool restart)
{
    c->pause[c->pauses++].to = lminute_of(now);
    c->still = false;
    if (restart) {
        c->received = now;
        c->pauses = 0;
    }
    if (c->kind == CLOCK_LEGAL && !restart && corrected(p, c->calendar))
        c->due = moved_on(p, c->due, now);
    else
        c->due = counted(p, c);
}

static void went_on(struct proof *p, const struct event *e, int64_t request, bool restart)
{
    size_t i;

    for (i = 0; i < p->stops && p->stop[i].request != request; i++)
        ;
    PROVE(p, i < p->stops);
    p->stop[i] = p->stop[--p->stops];
    if (p->stops)
        return;
    if (!restart) {
        p->basis = moved_on(p, p->basis, e->at);
        p->current = moved_on(p, p->current, e->at);
    }
    for (i = 0; i < p->clocks; i++) {
        struct proof_clock *c = &p->clock[i];

        if (!c->still || c->gone)
            continue;
        goes_on(p, c, e->at, restart);
        if (c->kind == CLOCK_LEGAL && restart) {
            if (c->due > p->current) /* a date told with an apology stays */
                p->current = c->due;
            if (p->since <= p->basis) /* not late when it stopped */
                p->basis = c->due;
        }
    }
}

/* A wrong notice of payment taken back: its standstill never was, no date moves. */
static void never_stood(struct proof *p, int64_t request)
{
    size_t i;

    for (i = 0; i < p->stops && p->stop[i].request != request; i++)
        ;
    if (i == p->stops)
        return;
    PROVE(p, p->stops == 1);
    p->stops = 0;
    for (i = 0; i < p->clocks; i++)
        p->clock[i].still = false;
}

/* ---------------------------------------------------------------- what single events say */

static bool named_stop(const struct world *w, const char *reason)
{
    size_t i;

    for (i = 0; reason && i < w->c.procedure->stops; i++)
        if (strcmp(w->c.procedure->stop[i].reason, reason) == 0)
            return true;
    return false;
}

static const struct request *request_of(const struct proof *p, const struct payload *pl)
{
    const struct request *r = dossier_request(p->w->s, pl->request);

    PROVE(p, r != NULL);
    return r;
}

/* INV4: named by the procedure, begun by a document. */
static void excluded(struct proof *p, const struct event *e, const struct payload *pl)
{
    PROVE(p, named_stop(p->w, pl->reason) || named_stop(p->w, request_of(p, pl)->reason));
    PROVE(p, said(pl->document));
    stopped(p, e, pl->request, pl->side == 0);
}

/* INV5: what goes beyond the rules carries its flag, its basis and a leader's name. */
static void supplement_sent(struct proof *p, const struct event *e, const struct payload *pl)
{
    const struct procedure *pr = p->w->c.procedure;
    const struct request *r = request_of(p, pl);
    size_t most = pr->supplement.given && pr->supplement.times
                      ? (size_t)pr->supplement.times
                      : (size_t)p->w->c.regime->supplement_max;

    /* Asked first may be sent last: as many carry the flag as go beyond. */
    p->extras += r->extra;
    PROVE(p, ++p->supplements <= most + p->extras);
    if (r->extra || r->late) {
        PROVE(p, said(r->exception));
        PROVE(p, r->agreed_by != 0 && r->agreed_by != r->by);
    }
    stopped(p, e, pl->request, false);
}

static bool restarts(const struct proof *p)
{
    const struct procedure *pr = p->w->c.procedure;

    return pr->supplement.given ? pr->supplement.clock_choice == 0
                                : p->w->c.regime->supplement_restarts;
}

/* INV3: once, by two people, with the letter; later than before.  Else a calendar was corrected. */
static void adjusted(struct proof *p, const struct payload *pl)
{
    size_t i;

    if (pl->request) {
        const struct request *r = request_of(p, pl);

        PROVE(p, ++p->extensions <= (size_t)p->w->c.regime->extension_max);
        PROVE(p, pl->current > p->current && pl->basis == INSTANT_NONE);
        PROVE(p, r->agreed_by != 0 && r->agreed_by != r->by && said(r->document));
        p->current = pl->current;
        return;
    }
    for (i = 0; i < pl->moves; i++) {
        const struct payload_move *m = &pl->move[i];
        struct proof_clock *c = proof_find(p, (enum clock_kind)m->kind, m->subject, m->visit);

        PROVE(p, c != NULL && !c->still);
        if (c->kind == CLOCK_LEGAL)
            PROVE(p, counted(p, c) > c->due && said(pl->document) && pl->approver > 0);
        c->due = counted(p, c);
    }
    if (pl->basis != INSTANT_NONE) {
        PROVE(p, pl->basis > p->basis && !p->overdue);
        p->basis = pl->basis;
    }
    if (pl->current != INSTANT_NONE) {
        PROVE(p, pl->current > p->current);
        p->current = pl->current;
    }
    if (pl->calendar)
        p->pinned = proof_counter(p, pl->calendar);
}

/* Branches that stand elsewhere in the new version: their clocks and what has fired go with them.
 */
static int branch_now(const struct proof *p, const struct payload *pl, int subject)
{
    const struct procedure *to = p->w->c.target;
    size_t i;

    for (i = 0; i < pl->branch_keys; i++) {
        const struct payload_branch *b = &pl->branch_key[i];
        int step = procedure_step(to, pl->step_key[b->step]);

        if (branch_subject(b->step, b->branch) == subject && b->key)
            return branch_subject(step, step_branch(&to->step[step], b->key));
    }
    return subject;
}

static void branches_moved(struct proof *p, const struct payload *pl)
{
    size_t i;

    for (i = 0; i < p->clocks; i++)
        if (p->clock[i].kind == CLOCK_BRANCH)
            p->clock[i].subject = branch_now(p, pl, p->clock[i].subject);
    for (i = 0; i < p->rungs; i++)
        if (p->fired[i].rung.clock == CLOCK_BRANCH)
            p->fired[i].rung.subject = branch_now(p, pl, p->fired[i].rung.subject);
}

/* Another limit on clocks that run: the ledger of their time stays. */
static void other_limits(struct proof *p, const struct event *e, const struct payload *pl)
{
    size_t i, k;

    if (e->kind == EV_MIGRATED)
        branches_moved(p, pl);
    for (i = 0; i < pl->clocks; i++) {
        const struct payload_clock *pc = &pl->clock[i];
        struct proof_clock *c = proof_find(p, (enum clock_kind)pc->kind, pc->subject, 0);

        for (k = 0; pc->kind == CLOCK_STEP && k < p->w->s->tasks; k++) {
            const struct task *t = &p->w->s->task[k];

            if (t->step == pc->subject && t->request == 0 &&
                (!c || c->gone || c->visit != t->visit))
                begin(p, pc, t->visit, t->opened);
        }
        if (!c || c->gone)
            continue;
        c->budget = pc->budget;
        c->calendar = pc->calendar;
        if (pc->due != INSTANT_NONE)
            c->due = counted(p, c);
    }
    if (pl->basis != INSTANT_NONE) {
        PROVE(p, pl->basis > p->basis && !p->overdue);
        p->basis = pl->basis;
    }
    if (pl->current != INSTANT_NONE) {
        PROVE(p, pl->current > p->current);
        p->current = pl->current;
    }
}

/* ---------------------------------------------------------------- rungs */

/* Each rung once in the life of its clock, never before its time. */
static void reminded(struct proof *p, const struct event *e, const struct payload *pl)
{
    struct proof_clock *c = proof_find(p, (enum clock_kind)pl->kind, pl->subject, pl->visit);
    struct rung rung = {(enum clock_kind)pl->kind, pl->subject, pl->visit, pl->rung};
    size_t i;

    PROVE(p, c != NULL && !c->still && !c->gone);
    PROVE(p, pl->late_minutes >= 0 && pl->since == c->received);
    PROVE(p, proof_rung_has_come(p, c, pl->rung, e->at));
    p->proved[c->kind]++;
    for (i = 0; i < p->rungs; i++)
        PROVE(p,
              memcmp(&p->fired[i].rung, &rung, sizeof rung) != 0 || p->fired[i].since != pl->since);
    PROVE(p, p->rungs < PROOF_RUNGS);
    p->fired[p->rungs].rung = rung;
    p->fired[p->rungs++].since = pl->since;
}

/* The clocks of the hand-on are gone, those that it ended run as if nothing had happened. */
static void pulled_back(struct proof *p)
{
    const struct dossier *s = p->w->s;
    size_t i;

    for (i = 0; i < p->clocks; i++) {
        struct proof_clock *c = &p->clock[i];
        const struct clock *k = clock_of(s, c->kind, c->subject, c->visit);

        if (c->kind == CLOCK_STEP || c->kind == CLOCK_BRANCH || c->kind == CLOCK_SPAN)
            c->gone = !k || k->state == CLOCK_ENDED || k->received != c->received;
    }
}

static void accepted(struct proof *p, const struct event *e, const struct payload *pl)
{
    struct proof_clock *c;

    begin_all(p, e, pl, 1);
    c = proof_find(p, CLOCK_LEGAL, -1, 0);
    PROVE(p, c != NULL);
    if (pl->claimed != INSTANT_NONE && pl->claimed > 0) {
        PROVE(p, pl->claimed <= e->at);
        c->received = pl->claimed;
    }
    p->accepted = e->at;
    p->pinned = proof_counter(p, c->calendar);
    c->due = p->original = p->basis = p->current = counted(p, c);
}

static void ended(struct proof *p, bool all)
{
    size_t i;

    for (i = 0; i < p->clocks; i++)
        if (all || p->clock[i].kind == CLOCK_LEGAL)
            p->clock[i].gone = true;
    if (all)
        p->stops = 0;
}

static bool answered(const struct payload *pl)
{
    return pl->state == RS_DONE;
}

/* Which events stop, which go on, which begin anew: the law's list, not the engine's table. */
static void read_event(struct proof *p, const struct event *e)
{
    struct payload pl;

    PROVE(p, payload_read(p->w->a, e->kind, e->payload, &pl));
    switch (e->kind) {
    case EV_SUBMITTED:
        begin_all(p, e, &pl, pl.attempt);
        return;
    case EV_ACCEPTED:
        accepted(p, e, &pl);
        return;
    case EV_STEP_STARTED:
        begin_all(p, e, &pl, pl.visit);
        if (p->stops)
            halt(p, e->at);
        return;
    case EV_SUPPLEMENT_SENT:
        supplement_sent(p, e, &pl);
        begin_all(p, e, &pl, 1);
        return;
    case EV_EXCLUSION_STARTED:
        excluded(p, e, &pl);
        return;
    case EV_FIN_REQUESTED:
        if (pl.stops)
            excluded(p, e, &pl);
        return;
    case EV_SUSPENDED:
        PROVE(p, said(pl.exception) && said(pl.document));
        stopped(p, e, pl.request, false);
        return;
    case EV_SUPPLEMENT_RECEIVED:
        if (answered(&pl))
            went_on(p, e, pl.request, restarts(p));
        return;
    case EV_EXCLUSION_ENDED:
    case EV_RESUMED:
        PROVE(p, said(pl.document));
        went_on(p, e, pl.request, false);
        return;
    case EV_FIN_PAID:
        if (request_of(p, &pl)->stops)
            went_on(p, e, pl.request, false);
        return;
    case EV_REQUEST_CANCELLED:
        never_stood(p, pl.request);
        return;
    case EV_DUE_ADJUSTED:
        adjusted(p, &pl);
        return;
    case EV_CASE_CHANGED:
    case EV_MIGRATED:
        other_limits(p, e, &pl);
        return;
    case EV_REMINDED:
        reminded(p, e, &pl);
        return;
    case EV_PULLED_BACK:
        pulled_back(p);
        return;
    case EV_RESULT_READY:
        ended(p, false);
        return;
    case EV_WITHDRAWN:
    case EV_STOPPED: /* until the decision */
        PROVE(p, p->w->s->result.approved_by == 0 && said(pl.document));
        ended(p, true);
        return;
    case EV_CLOSED:
        PROVE(p, said(pl.document));
        ended(p, true);
        return;
    default:
        begin_all(p, e, &pl, 1);
        return;
    }
}

void proof_read(struct proof *p)
{
    size_t i;

    for (i = 0; i < p->w->d.events; i++)
        read_event(p, &p->w->d.event[i]);
}
