/* A hand-on taken back, applied: the task of before is open again, what the hand-on began is gone
 * and what it ended goes on.  Everything needed stands in the event.  Any thread. */
#include "common/dossier/applying.h"

static void remove_clock(struct applying *x, size_t i)
{
    memmove(&x->s->clock[i], &x->s->clock[i + 1], (x->s->clocks - i - 1) * sizeof *x->s->clock);
    x->s->clocks--;
}

static void reopen_clock(struct applying *x, struct clock *c)
{
    last_interval(x, c)->to = INSTANT_NONE;
    c->state = CLOCK_RUNNING;
}

void undo_clocks(struct applying *x, const struct task *t, int step, int visit)
{
    struct clock *c = clock_w(x, CLOCK_STEP, step, visit);
    size_t i;

    if (c)
        reopen_clock(x, c);
    for (i = x->s->clocks; i-- > 0;) {
        c = &x->s->clock[i];
        if ((c->kind == CLOCK_STEP || c->kind == CLOCK_BRANCH) && c->visit == t->visit &&
            (c->kind == CLOCK_STEP ? c->subject : c->subject / BRANCHES_MAX) == t->step &&
            c->interval[0].seq_from >= t->seq)
            remove_clock(x, i);
        else if (c->kind == CLOCK_SPAN && c->interval[0].seq_from >= t->seq - 1)
            remove_clock(x, i);
        else if (c->kind == CLOCK_SPAN && c->state == CLOCK_ENDED &&
                 c->interval[c->intervals - 1].to == t->opened)
            reopen_clock(x, c);
    }
}

bool apply_pulled_back(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    struct task *t = task_w(x, pl->task);
    int step = step_named(x, pl->step);
    const struct step_done *done = step >= 0 ? last_done(s, step) : NULL;
    int from = pl->from_step ? step_named(x, pl->from_step) : STEP_NONE;
    enum role role;

    if (pl->undone)
        return apply_undone(x);
    if (!t || !done || done->visit != pl->visit || t->received != INSTANT_NONE || pl->into <= 0 ||
        pl->into >= pl->task || !pl->role || !role_of_name(pl->role, &role) || pl->agency <= 0 ||
        (pl->from_step && from < 0))
        return false;
    if (t->branch)
        t = take_back_split(x, t);
    if (!t)
        return false;
    undo_clocks(x, t, step, pl->visit);
    memmove(&s->done[done - s->done], done + 1,
            (s->dones - 1 - (size_t)(done - s->done)) * sizeof *done);
    s->dones--;
    *t = (struct task){.task = pl->into,
                       .step = step,
                       .visit = pl->visit,
                       .agency = pl->agency,
                       .role = role,
                       .officer = pl->officer,
                       .opened = pl->opened,
                       .received = pl->opened,
                       .received_by = pl->officer,
                       .due = pl->due,
                       .from_step = from,
                       .from_agency = pl->agency,
                       .seq = x->e->seq};
    settle_status(x);
    return true;
}
