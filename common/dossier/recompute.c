/* Running clocks counted again by other calendars: pure, for the preview and for the decision.
 * Results lie in the arena of the context.  Any thread. */
#include "common/dossier/running.h"

#include "common/dossier/inside.h"

bool clock_is_target(enum clock_kind k)
{
    return k != CLOCK_LEGAL && k != CLOCK_SUPPLEMENT;
}

enum time_fault clock_due_again(const struct calendar *cal, const struct clock *c,
                                struct quantity budget, instant now, instant *ret)
{
    struct interval pause[WORKTIME_PAUSES_MAX];
    size_t n = clock_pauses(c, now, pause, WORKTIME_PAUSES_MAX);
    enum time_fault fault = TIME_CALENDAR_ENDS;
    lminute due = 0;

    if (cal)
        fault = worktime_due_paused(cal, lminute_of(c->received), budget, pause, n, &due);
    if (fault == TIME_FINE)
        *ret = instant_of(due);
    return fault;
}

/* What follows the legal clock when it is counted again.  A date that lies elsewhere than the clock
 * (extended, kept for its lateness) was given for another reason and stays, unless it would come
 * before the law's. */
static void promise_of(const struct dossier *s, instant now, const struct due_move *legal,
                       struct dues_again *ret)
{
    if (legal->after < legal->before) {
        ret->promise = PROMISE_EARLIER;
        return;
    }
    if (s->basis_due < now && s->current_due < now) {
        ret->promise = PROMISE_OVERDUE;
        return;
    }
    if (s->basis_due == legal->before && s->basis_due >= now)
        ret->basis = legal->after;
    if (s->current_due < legal->after && s->current_due >= now)
        ret->current = legal->after;
    ret->promise =
        ret->basis == s->basis_due && ret->current == s->current_due ? PROMISE_SAME : PROMISE_MOVES;
}

/* The answer that an applicant owes was told to her: it moves like a promise, later only. */
static bool told_and_earlier(const struct clock *c, instant after)
{
    return c->kind == CLOCK_SUPPLEMENT && after < c->due;
}

void dossier_recompute_dues(const struct dossier *s, const struct context *c,
                            struct dues_again *ret)
{
    size_t i;

    *ret = (struct dues_again){
        .promise = PROMISE_SAME, .basis = s->basis_due, .current = s->current_due};
    ret->move = ARENA_ARRAY(c->arena, struct due_move, s->clocks ? s->clocks : 1);
    for (i = 0; i < s->clocks; i++) {
        const struct clock *k = &s->clock[i];
        struct due_move *m = &ret->move[ret->moves];
        const struct calendar *cal;

        if (k->state != CLOCK_RUNNING)
            continue;
        *m = (struct due_move){.clock = i, .before = k->due};
        cal = c->calendar(c->ctx, k->calendar);
        ret->fault = clock_due_again(cal, k, k->budget, c->now, &m->after);
        if (ret->fault == TIME_FINE)
            ret->fault =
                worktime_elapsed(cal, lminute_of(m->before), lminute_of(m->after), &m->minutes);
        if (ret->fault != TIME_FINE) {
            ret->moves = 0;
            return;
        }
        if (m->after == m->before || told_and_earlier(k, m->after))
            continue;
        ret->moves++;
        if (k->kind == CLOCK_LEGAL)
            promise_of(s, c->now, m, ret);
    }
}
