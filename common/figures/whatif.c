/* The legal clock counted again from its ledger under suppositions.  Owns nothing.  Any thread. */
#include "common/figures/whatif.h"

#include <string.h>

#define PAUSES_MAX 64

const char *const WHATIF_SUPPLEMENT_WORDS[] = {"as_it_was", "restart", "continue", "counts", NULL};

struct counting {
    const struct dossier *s;
    const struct clock *clock;
    const struct calendar *cal;
    struct quantity budget;
    instant received; /* what the budget counts from now */
    struct interval pause[PAUSES_MAX];
    size_t pauses;
    instant due;
};

static bool by_supplement(const struct dossier *s, const struct clock_interval *in)
{
    for (size_t i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if (r->kind == REQ_SUPPLEMENT && r->sent != INSTANT_NONE && r->sent <= in->from &&
            (r->done == INSTANT_NONE || r->done > in->from))
            return true;
    }
    return false;
}

static bool count(struct counting *c)
{
    lminute due;

    if (worktime_due_paused(c->cal, lminute_of(c->received), c->budget, c->pause, c->pauses,
                            &due) != TIME_FINE)
        return false;
    c->due = instant_of(due);
    return true;
}

/* What the pause does: NULL w: as it did.  A restart moved what the clock counts from. */
static enum whatif_supplement effect_of(const struct counting *c, const struct clock_interval *in,
                                        const struct whatif *w)
{
    bool restarted = in->to != INSTANT_NONE && c->clock->received >= in->to;

    if (!by_supplement(c->s, in))
        return w && w->exclusions_count ? WHATIF_COUNTS : WHATIF_CONTINUES;
    if (w && w->supplement != WHATIF_AS_IT_WAS)
        return w->supplement;
    return restarted ? WHATIF_RESTARTS : WHATIF_CONTINUES;
}

/* A date that had passed when the pause began stays: lateness already incurred is not erased. */
static bool take_pause(struct counting *c, const struct clock_interval *in, const struct whatif *w)
{
    enum whatif_supplement effect = effect_of(c, in, w);

    if (effect == WHATIF_COUNTS || in->to == INSTANT_NONE || c->due < in->from)
        return true;
    if (effect == WHATIF_RESTARTS) {
        c->received = in->to;
        c->pauses = 0;
        return count(c);
    }
    if (c->pauses == PAUSES_MAX)
        return false;
    c->pause[c->pauses++] = (struct interval){lminute_of(in->from), lminute_of(in->to)};
    return count(c);
}

static const struct clock *legal_of(const struct dossier *s)
{
    for (size_t i = 0; i < s->clocks; i++)
        if (s->clock[i].kind == CLOCK_LEGAL)
            return &s->clock[i];
    return NULL;
}

static bool limit_named(const struct whatif *w, const char *procedure, const char *step,
                        struct quantity *ret)
{
    for (size_t i = 0; i < w->limits; i++) {
        const struct whatif_limit *l = &w->limit[i];

        if (strcmp(l->procedure, procedure) == 0 &&
            (step ? l->step && strcmp(l->step, step) == 0 : !l->step)) {
            *ret = l->limit;
            return true;
        }
    }
    return false;
}

/* The basis by the ledger; w NULL: by the rules as they were. */
static bool basis_by(const struct dossier *s, const struct whatif *w, const struct calendar *cal,
                     instant *ret)
{
    struct counting c = {.s = s, .clock = legal_of(s), .cal = cal};

    if (!c.clock || !cal || s->accepted == INSTANT_NONE)
        return false;
    c.budget = c.clock->budget;
    if (w)
        (void)limit_named(w, s->procedure, NULL, &c.budget);
    c.received = s->claimed != INSTANT_NONE && s->claimed ? s->claimed : s->accepted;
    if (!count(&c))
        return false;
    for (size_t i = 0; i < c.clock->intervals; i++)
        if (!c.clock->interval[i].running && !take_pause(&c, &c.clock->interval[i], w))
            return false;
    *ret = c.due;
    return true;
}

bool whatif_basis(const struct dossier *s, const struct whatif *w, instant *ret)
{
    const struct clock *c = legal_of(s);
    instant real, supposed;

    if (!c || !c->calendar || !basis_by(s, NULL, w->calendar(w->real, c->calendar), &real) ||
        real != s->basis_due || !basis_by(s, w, w->calendar(w->supposed, c->calendar), &supposed))
        return false;
    *ret = supposed;
    return true;
}

void whatif_class(const struct dossier *s, const struct whatif *w, instant end,
                  struct whatif_one *ret)
{
    struct dossier other = *s;

    *ret =
        (struct whatif_one){.real = dossier_class_at(s, DUE_BASIS, end - 1), .due = s->basis_due};
    ret->apart = !whatif_basis(s, w, &other.basis_due);
    if (ret->apart)
        other.basis_due = s->basis_due;
    ret->supposed_due = other.basis_due;
    ret->supposed = dossier_class_at(&other, DUE_BASIS, end - 1);
}

bool whatif_steps(struct arena *a, const struct dossier *s, const struct procedure *p,
                  const struct whatif *w, struct spent *real, struct spent *supposed)
{
    struct dossier other = *s;

    other.clock = ARENA_ARRAY(a, struct clock, s->clocks + 1);
    for (size_t i = 0; i < s->clocks; i++) {
        struct clock *c = &other.clock[i];

        *c = s->clock[i];
        if (c->kind == CLOCK_STEP && c->subject >= 0 && (size_t)c->subject < p->steps)
            (void)limit_named(w, s->procedure, p->step[c->subject].step, &c->budget);
    }
    return dossier_spent(a, s, w->calendar, w->real, real) &&
           dossier_spent(a, &other, w->calendar, w->supposed, supposed);
}
