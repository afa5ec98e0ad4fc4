/* A dossier walked through its steps without a database: when each would be due.  The same counting
 * as the engine's: a step's time runs from its opening, its due never lies beyond the dossier's.
 * The result lives in the caller's arena.  Any thread. */
#include "common/procedure/graph.h"

/* The first act that leads on for these facts, or NULL. */
static const struct action *way_on(const struct step *s, struct facts *f)
{
    size_t k;

    for (k = 0; k < s->actions; k++) {
        const struct action *a = &s->action[k];
        if (action_leads(a) && a->effect != EFFECT_RETURN && a->effect != EFFECT_REFUSE &&
            (!a->when || expr_eval(a->when, facts_get, f)))
            return a;
    }
    return NULL;
}

struct walk {
    struct arena *a;
    const struct procedure *p;
    procedure_calendar *calendar;
    void *ctx;
    lminute received;
    struct interval pause[STEPS_MAX];
    size_t pauses;
    struct dry_run run;
};

static void sort(lminute *t, size_t n)
{
    size_t i, k;

    for (i = 1; i < n; i++)
        for (k = i; k > 0 && t[k - 1] > t[k]; k--) {
            lminute other = t[k];

            t[k] = t[k - 1];
            t[k - 1] = other;
        }
}

/* When enough branches have answered, each at the end of its time; those without a limit may answer
 * at once. */
static lminute join_due(struct walk *w, const struct step *s, const struct dry_step *d)
{
    lminute *t = arena_grow(w->a, d->branch_due, d->branches, d->branches, sizeof *t);
    size_t needs = s->join == 0 ? d->branches : s->join < 0 ? 1 : (size_t)s->join;

    sort(t, d->branches);
    return t[(needs < d->branches ? needs : d->branches) - 1];
}

/* Waits that the law excludes: the dossier's own due lies later by them. */
static enum time_fault exclude(struct walk *w, const struct step *s, const struct dry_step *d)
{
    lminute until = d->start;
    size_t k;

    for (k = 0; k < s->branches; k++)
        if (s->branch[k].stop && d->branch_due[k] > until)
            until = d->branch_due[k];
    if (until > d->due)
        until = d->due;
    if (until <= d->start)
        return TIME_FINE;
    w->run.excluded = true;
    w->pause[w->pauses++] = (struct interval){d->start, until};
    return worktime_due_paused(w->calendar(w->ctx, STEP_NONE, 0), w->received, w->run.limit,
                               w->pause, w->pauses, &w->run.due);
}

static enum time_fault split_due(struct walk *w, const struct step *s, struct dry_step *d)
{
    enum time_fault fault = TIME_FINE;
    size_t k;

    d->branches = s->branches;
    d->branch_due = ARENA_ARRAY(w->a, lminute, s->branches + 1);
    for (k = 0; k < s->branches && fault == TIME_FINE; k++) {
        d->branch_due[k] = d->start;
        if (s->branch[k].has_limit && s->branch[k].limit.num)
            fault = worktime_due(w->calendar(w->ctx, d->step, (int)k + 1), d->start,
                                 s->branch[k].limit, &d->branch_due[k]);
    }
    if (fault != TIME_FINE)
        return fault;
    d->due = join_due(w, s, d);
    return exclude(w, s, d);
}

static enum time_fault step_due(struct walk *w, const struct step *s, struct dry_step *d)
{
    size_t k;
    enum time_fault fault = TIME_FINE;
    lminute last;

    d->due = d->start;
    if (s->is_split)
        fault = split_due(w, s, d);
    else if (s->has_limit && s->limit.num)
        fault = worktime_due(w->calendar(w->ctx, d->step, 0), d->start, s->limit, &d->due);
    if (fault != TIME_FINE)
        return fault;
    last = w->run.due > d->start ? w->run.due : d->start;
    d->capped = d->due > w->run.due;
    if (d->capped)
        d->due = last;
    for (k = 0; k < d->branches; k++)
        if (d->branch_due[k] > last && !s->branch[k].stop)
            d->branch_due[k] = last;
    return TIME_FINE;
}

enum time_fault procedure_dry_run(struct arena *a, const struct procedure *p, const struct facts *f,
                                  lminute received, procedure_calendar *calendar, void *ctx,
                                  struct dry_run *ret)
{
    const struct calendar *own = calendar(ctx, STEP_NONE, 0);
    struct walk w = {.a = a, .p = p, .calendar = calendar, .ctx = ctx, .received = received};
    struct facts facts = *f;
    enum time_fault fault = worktime_start(own, received, &w.run.start);
    step_set seen = 0;
    lminute now;
    int step = 0;

    w.run.limit = procedure_limit(p, f, false);
    if (fault == TIME_FINE)
        fault = worktime_due(own, received, w.run.limit, &w.run.due);
    w.run.step = ARENA_ARRAY(a, struct dry_step, p->steps + 1);
    now = w.run.start;
    while (fault == TIME_FINE && step >= 0 && !(seen & STEP_BIT(step))) {
        const struct step *s = &p->step[step];
        const struct action *way = s->is_split ? NULL : way_on(s, &facts);
        struct dry_step *d = &w.run.step[w.run.steps++];

        *d = (struct dry_step){.step = step, .start = now};
        fault = step_due(&w, s, d);
        now = d->due;
        seen |= STEP_BIT(step);
        w.run.stuck = !s->is_split && !way;
        step = s->is_split ? s->then : way ? way->to : STEP_END;
    }
    w.run.received = received;
    w.run.pauses = w.pauses;
    w.run.pause = arena_grow(a, w.pause, w.pauses, w.pauses + 1, sizeof *w.pause);
    if (fault == TIME_FINE)
        *ret = w.run;
    return fault;
}
