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

/* A parallel step is due with its last branch. */
static enum time_fault step_due(const struct step *s, const struct calendar *c, lminute start,
                                lminute *ret)
{
    enum time_fault fault;
    lminute due;
    size_t k;

    *ret = start;
    if (!s->is_split)
        return s->has_limit && s->limit.num ? worktime_due(c, start, s->limit, ret) : TIME_FINE;
    for (k = 0; k < s->branches; k++) {
        if (!s->branch[k].has_limit)
            continue;
        fault = worktime_due(c, start, s->branch[k].limit, &due);
        if (fault != TIME_FINE)
            return fault;
        if (due > *ret)
            *ret = due;
    }
    return TIME_FINE;
}

enum time_fault procedure_dry_run(struct arena *a, const struct procedure *p, const struct facts *f,
                                  lminute received, procedure_calendar *calendar, void *ctx,
                                  struct dry_run *ret)
{
    const struct calendar *own = calendar(ctx, STEP_NONE);
    struct dry_run run = {.limit = procedure_limit(p, f, false)};
    struct facts facts = *f;
    enum time_fault fault = worktime_start(own, received, &run.start);
    step_set seen = 0;
    lminute now;
    int step = 0;

    if (fault == TIME_FINE)
        fault = worktime_due(own, received, run.limit, &run.due);
    run.step = ARENA_ARRAY(a, struct dry_step, p->steps + 1);
    now = run.start;
    while (fault == TIME_FINE && step >= 0 && !(seen & STEP_BIT(step))) {
        const struct step *s = &p->step[step];
        const struct action *way = s->is_split ? NULL : way_on(s, &facts);
        struct dry_step *d = &run.step[run.steps++];
        *d = (struct dry_step){.step = step, .start = now};
        fault = step_due(s, calendar(ctx, step), now, &d->due);
        d->capped = d->due > run.due;
        if (d->capped)
            d->due = run.due > now ? run.due : now;
        now = d->due;
        seen |= STEP_BIT(step);
        run.stuck = !s->is_split && !way;
        step = s->is_split ? s->then : way ? way->to : STEP_END;
    }
    if (fault == TIME_FINE)
        *ret = run;
    return fault;
}
