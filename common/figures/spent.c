/* Working time of a resolved dossier by step, applicant and excluded time.  Results lie in the
 * caller's arena.  Any thread. */
#include "common/figures/spent.h"

#include <assert.h>

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

/* What is neither step nor pause. */
static int64_t rest(const struct spent *x)
{
    int64_t n = x->total - x->applicant - x->excluded;

    for (size_t i = 0; i < x->steps; i++)
        n -= x->step[i].minutes;
    return n;
}

bool dossier_spent(struct arena *a, const struct dossier *s,
                   const struct calendar *(*calendar)(void *ctx, const char *name), void *ctx,
                   struct spent *ret)
{
    struct counting c = {.s = s, .clock = clock_for(s, CLOCK_LEGAL, -1, 0)};
    struct spent x = {0};

    if (!s->calendar || s->accepted == INSTANT_NONE || s->finished == INSTANT_NONE || !c.clock)
        return false;
    c.legal = calendar(ctx, s->calendar);
    if (!c.legal)
        return false;
    x.total = minutes(&c, s->accepted, s->finished);
    x.late[DUE_ORIGINAL] = minutes(&c, s->original_due, s->finished);
    x.late[DUE_BASIS] = minutes(&c, s->basis_due, s->finished);
    x.late[DUE_CURRENT] = minutes(&c, s->current_due, s->finished);
    pauses(&c, &x);
    steps(a, &c, &x, calendar, ctx);
    x.other = rest(&x);
    if (c.failed)
        return false;
    *ret = x;
    return true;
}

/* ---------------------------------------------------------------- as text
 * "total,applicant,excluded,late by each date" and for each step
 * ";step,agency,officer,minutes,norm" */

#define HEAD_NUMBERS 6
#define STEP_NUMBERS 5

static void put_numbers(struct buf *out, const int64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_i64(out, v[i]);
    }
}

void spent_text(const struct spent *x, struct buf *out)
{
    const int64_t head[HEAD_NUMBERS] = {x->total,           x->applicant,
                                        x->excluded,        x->late[DUE_ORIGINAL],
                                        x->late[DUE_BASIS], x->late[DUE_CURRENT]};

    put_numbers(out, head, HEAD_NUMBERS);
    for (size_t i = 0; i < x->steps; i++) {
        const struct step_spent *d = &x->step[i];
        const int64_t one[STEP_NUMBERS] = {d->step, d->agency, d->officer, d->minutes, d->norm};

        buf_char(out, ';');
        put_numbers(out, one, STEP_NUMBERS);
    }
}

/* A million lines are read for one report: no copies, one pass.  -1 or more, up to 2^53. */
static bool take_numbers(const char **at, const char *end, int64_t *v, size_t n)
{
    const char *p = *at;

    for (size_t i = 0; i < n; i++) {
        const char *first;
        bool none;

        if (i > 0 && (p == end || *p++ != ','))
            return false;
        none = p < end && *p == '-';
        first = p += none;
        for (v[i] = 0; p < end && *p >= '0' && *p <= '9' && p - first < 16; p++)
            v[i] = v[i] * 10 + (*p - '0');
        if (p == first || (none && v[i] != 1))
            return false;
        if (none)
            v[i] = -1;
    }
    *at = p;
    return true;
}

static bool are_minutes(const int64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] < 0 || v[i] > INT32_MAX)
            return false;
    return true;
}

bool spent_read(struct arena *a, struct span text, struct spent *ret)
{
    const char *p = text.p, *end = p + text.n;
    int64_t v[HEAD_NUMBERS];
    size_t n = 0;
    struct spent x;

    if (text.n == 0 || !take_numbers(&p, end, v, HEAD_NUMBERS) || !are_minutes(v, HEAD_NUMBERS))
        return false;
    x = (struct spent){
        .total = v[0], .applicant = v[1], .excluded = v[2], .late = {v[3], v[4], v[5]}};
    for (const char *q = p; q < end; q++)
        n += *q == ';';
    x.step = ARENA_ARRAY(a, struct step_spent, n ? n : 1);
    for (; p < end; x.steps++) {
        if (*p++ != ';' || !take_numbers(&p, end, v, STEP_NUMBERS) || !are_minutes(v + 3, 1))
            return false;
        x.step[x.steps] = (struct step_spent){
            .step = (int)v[0], .agency = (int)v[1], .officer = v[2], .minutes = v[3], .norm = v[4]};
    }
    x.other = rest(&x);
    *ret = x;
    return true;
}

/* ---------------------------------------------------------------- tallies */

struct tally_part {
    struct tally_part *next;
    uint32_t n, v[61]; /* 256 bytes in all */
};
#define PART_NUMBERS (sizeof((struct tally_part *)0)->v / sizeof(uint32_t))

void tally_add(struct arena *a, struct tally *t, int64_t v)
{
    struct tally_part *p = t->part;

    assert(v >= 0 && v <= UINT32_MAX);
    if (!p || p->n == PART_NUMBERS) {
        p = ARENA_NEW(a, struct tally_part);
        p->next = t->part;
        t->part = p;
    }
    p->v[p->n++] = (uint32_t)v;
    t->n++;
    t->sum += v;
    if (v > t->most)
        t->most = v;
}

/* Digit by digit, the highest first: how many begin as the one that is sought does, by their next
 * digit. */
#define DIGIT_BITS 11
#define DIGITS     (1 << DIGIT_BITS)

int64_t tally_percentile(const struct tally *t, int percent)
{
    size_t rank = (t->n * (size_t)percent + 99) / 100;
    uint64_t found = 0;
    int shift = 0;

    if (t->n == 0)
        return -1;
    rank = rank ? rank : 1;
    while (t->most >> (shift + DIGIT_BITS) > 0)
        shift += DIGIT_BITS;
    for (;; shift -= DIGIT_BITS) {
        size_t count[DIGITS] = {0}, digit = 0;

        for (const struct tally_part *p = t->part; p; p = p->next)
            for (size_t i = 0; i < p->n; i++)
                if (((uint64_t)p->v[i] ^ found) >> (shift + DIGIT_BITS) == 0)
                    count[p->v[i] >> shift & (DIGITS - 1)]++;
        while (rank > count[digit])
            rank -= count[digit++];
        found |= (uint64_t)digit << shift;
        if (shift == 0)
            return (int64_t)found;
    }
}
