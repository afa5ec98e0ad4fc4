/* Branches applied: answered, closed by the join, taken back together; the results that they give;
 * links to other dossiers.  Everything needed stands in the event.  Any thread. */
#include "common/dossier/applying.h"

/* ---------------------------------------------------------------- parts */

bool take_part(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    const struct part *had = part_of(s, pl->result);
    struct part *part = had ? &s->part[had - s->part] : NULL;

    if (!part) {
        ARENA_PUSH(x->a, s->part, s->parts, s->part_cap) = (struct part){0};
        part = &s->part[s->parts - 1];
    }
    *part = (struct part){.result = pl->result,
                          .number = pl->number,
                          .date = pl->date,
                          .signer = pl->signer,
                          .file = pl->file,
                          .refusal = pl->refusal,
                          .by = x->e->actor,
                          .at = x->e->at};
    return true;
}

/* ---------------------------------------------------------------- answered, closed */

static void remember(struct applying *x, const struct task *t, int64_t officer, const char *outcome)
{
    struct dossier *s = x->s;
    struct clock *c = clock_w(x, CLOCK_BRANCH, branch_subject(t->step, t->branch), t->visit);

    ARENA_PUSH(x->a, s->done, s->dones, s->done_cap) =
        (struct step_done){.step = t->step,
                           .visit = t->visit,
                           .officer = officer,
                           .agency = t->agency,
                           .started = t->opened,
                           .finished = x->e->at,
                           .due = c ? c->due : t->due,
                           .branch = t->branch,
                           .outcome = outcome};
    if (c)
        end_clock(x, c);
}

/* The split is left when its last branch is gone. */
static bool leave_branch(struct applying *x, struct task *t)
{
    int step = t->step;

    remove_task(x, t);
    if (!split_task(x->s, step))
        close_spans(x, step, false);
    settle_status(x);
    return open_clocks(x, 1);
}

bool apply_branch_finished(struct applying *x, struct task *t)
{
    const struct payload *pl = &x->pl;

    if (x->e->kind != EV_STEP_FINISHED || !pl->outcome || pl->branch != t->branch ||
        strcmp(pl->outcome, OUTCOME_CLOSED) == 0)
        return false;
    remember(x, t, x->e->actor, pl->outcome);
    if (pl->result)
        take_part(x);
    return leave_branch(x, t);
}

/* The join did not wait for it: whoever had it and had not answered stays on record. */
bool apply_branch_closed(struct applying *x)
{
    struct task *t = task_w(x, x->pl.task);

    if (!t || !x->p || t->branch == 0 || t->branch != x->pl.branch)
        return false;
    remember(x, t, t->officer, OUTCOME_CLOSED);
    return leave_branch(x, t);
}

struct task *take_back_split(struct applying *x, const struct task *t)
{
    struct dossier *s = x->s;
    int step = t->step;
    size_t i;

    if (branches_answered(s, step, t->visit) > 0)
        return NULL;
    for (i = 0; i < s->tasks; i++)
        if (s->task[i].step == step && s->task[i].branch && s->task[i].received != INSTANT_NONE)
            return NULL;
    for (i = s->tasks; i-- > 0;)
        if (s->task[i].step == step && s->task[i].branch && &s->task[i] != split_task(s, step))
            remove_task(x, &s->task[i]);
    return task_w(x, split_task(s, step)->task);
}

/* ---------------------------------------------------------------- links */

/* Another dossier, and what it last told: only what it says anew replaces what is known. */
bool apply_linked(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    int kind = x->e->kind == EV_CORRECTED ? (int)LINK_CORRECTED_BY : pl->kind;
    struct link *l = NULL;
    size_t i;

    if (kind <= LINK_NONE || kind > LINK_CORRECTED_BY || pl->other <= 0)
        return false;
    for (i = 0; i < s->links && !l; i++)
        if ((int)s->link[i].kind == kind && s->link[i].dossier == pl->other)
            l = &s->link[i];
    if (!l) {
        ARENA_PUSH(x->a, s->link, s->links, s->link_cap) =
            (struct link){.kind = (enum link_kind)kind,
                          .dossier = pl->other,
                          .due = INSTANT_NONE,
                          .finished = INSTANT_NONE};
        l = &s->link[s->links - 1];
    }
    if (pl->reference)
        l->code = pl->reference;
    if (pl->task)
        l->task = pl->task;
    if (pl->due)
        l->due = pl->due;
    if (x->e->kind == EV_LINKED && pl->finished != INSTANT_NONE)
        l->finished = pl->finished;
    if (x->e->kind == EV_LINKED && pl->ended)
        l->ended = pl->ended;
    return true;
}
