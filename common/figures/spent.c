/* Working time of a resolved dossier by step, applicant and excluded time.  Results lie in the
 * caller's arena.  Any thread. */
#include "common/figures/spent.h"

#include <stdlib.h>

struct counting {
    const struct dossier *s;
    const struct calendar *legal; /* its calendar */
    const struct clock *clock;    /* the promise */
    bool failed;
};

static const struct clock *clock_for(const struct dossier *s, enum clock_kind kind, int subject,
                                     int visit)
{
    for (size_t i = 0; i < s->clocks; i++)
        if (s->clock[i].kind == kind && s->clock[i].subject == subject &&
            (kind == CLOCK_LEGAL || s->clock[i].visit == visit))
            return &s->clock[i];
    return NULL;
}

static int64_t minutes(struct counting *c, instant from, instant to)
{
    int64_t n = 0;

    if (to <= from)
        return 0;
    if (worktime_elapsed(c->legal, lminute_of(from), lminute_of(to), &n) != TIME_FINE)
        c->failed = true;
    return n;
}

/* Working minutes of [from, to) that the promise stood still. */
static int64_t paused(struct counting *c, instant from, instant to)
{
    int64_t n = 0;

    for (size_t i = 0; i < c->clock->intervals; i++) {
        const struct clock_interval *in = &c->clock->interval[i];
        instant end = in->to == INSTANT_NONE || in->to > to ? to : in->to;

        if (!in->running)
            n += minutes(c, in->from > from ? in->from : from, end);
    }
    return n;
}

/* Was the applicant awaited then: papers or money asked for? */
static bool by_applicant(const struct dossier *s, const struct clock_interval *in)
{
    for (size_t i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if ((r->kind == REQ_SUPPLEMENT || r->kind == REQ_PAYMENT) && r->sent != INSTANT_NONE &&
            r->sent <= in->from && (r->done == INSTANT_NONE || r->done > in->from))
            return true;
    }
    return false;
}

static void pauses(struct counting *c, struct spent *ret)
{
    const struct dossier *s = c->s;

    for (size_t i = 0; i < c->clock->intervals; i++) {
        const struct clock_interval *in = &c->clock->interval[i];
        instant end = in->to == INSTANT_NONE || in->to > s->finished ? s->finished : in->to;
        int64_t n;

        if (in->running)
            continue;
        n = minutes(c, in->from, end);
        if (by_applicant(s, in))
            ret->applicant += n;
        else
            ret->excluded += n;
    }
}

/* Working minutes of the step's own limit, counted from when it was handed over. */
static int64_t norm_of(struct counting *c, const struct step_done *d,
                       const struct calendar *(*calendar)(void *ctx, const char *name), void *ctx)
{
    const struct clock *k = clock_for(c->s, CLOCK_STEP, d->step, d->visit);
    const struct calendar *cal = k && k->calendar ? calendar(ctx, k->calendar) : c->legal;
    lminute due, start;
    int64_t n;

    if (!k || k->budget.den == 0 || !cal ||
        worktime_start(cal, lminute_of(d->started), &start) != TIME_FINE ||
        worktime_due(cal, lminute_of(d->started), k->budget, &due) != TIME_FINE ||
        worktime_elapsed(cal, start, due, &n) != TIME_FINE)
        return -1;
    return n;
}

static void steps(struct arena *a, struct counting *c, struct spent *ret,
                  const struct calendar *(*calendar)(void *ctx, const char *name), void *ctx)
{
    const struct dossier *s = c->s;

    ret->step = ARENA_ARRAY(a, struct step_spent, s->dones ? s->dones : 1);
    for (size_t i = 0; i < s->dones; i++) {
        const struct step_done *d = &s->done[i];
        instant from = d->started > s->accepted ? d->started : s->accepted;
        instant to = d->finished < s->finished ? d->finished : s->finished;

        if (d->branch != 0 || d->started >= s->finished)
            continue;
        ret->step[ret->steps++] =
            (struct step_spent){.step = d->step,
                                .agency = d->agency,
                                .officer = d->officer,
                                .minutes = minutes(c, from, to) - paused(c, from, to),
                                .norm = norm_of(c, d, calendar, ctx)};
    }
}

bool dossier_spent(struct arena *a, const struct dossier *s, enum due_basis basis,
                   const struct calendar *(*calendar)(void *ctx, const char *name), void *ctx,
                   struct spent *ret)
{
    struct counting c = {.s = s, .clock = clock_for(s, CLOCK_LEGAL, -1, 0)};
    instant due = basis == DUE_ORIGINAL ? s->original_due
                  : basis == DUE_BASIS  ? s->basis_due
                                        : s->current_due;
    struct spent x = {0};

    if (!s->calendar || s->accepted == INSTANT_NONE || s->finished == INSTANT_NONE || !c.clock)
        return false;
    c.legal = calendar(ctx, s->calendar);
    if (!c.legal)
        return false;
    x.total = minutes(&c, s->accepted, s->finished);
    x.late = minutes(&c, due, s->finished);
    pauses(&c, &x);
    steps(a, &c, &x, calendar, ctx);
    x.other = x.total - x.applicant - x.excluded;
    for (size_t i = 0; i < x.steps; i++)
        x.other -= x.step[i].minutes;
    if (c.failed)
        return false;
    *ret = x;
    return true;
}

/* ---------------------------------------------------------------- tallies */

void tally_add(struct arena *a, struct tally *t, int64_t v)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;

        t->v = arena_grow(a, t->v, t->n, cap, sizeof *t->v);
        t->cap = cap;
    }
    t->v[t->n++] = v;
    t->sum += v;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int64_t tally_percentile(struct tally *t, int percent)
{
    if (t->n == 0)
        return -1;
    qsort(t->v, t->n, sizeof *t->v, by_size);
    return t->v[(t->n * (size_t)percent + 99) / 100 - (percent > 0)];
}
