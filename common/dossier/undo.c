/* Undo: within ten seconds whoever did the last act takes it back, as long as nobody else did
 * anything and nothing has gone out.  It is an event of its own that says what it restores; the
 * history keeps both.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/applying.h"

#define UNDO_US 10000000

/* ---------------------------------------------------------------- what the last act was */

static bool by_the_same(const struct event *a, const struct event *b)
{
    return a->at == b->at && a->actor == b->actor && a->on_behalf_of == b->on_behalf_of;
}

static const struct past *before_last(const struct deciding *d, size_t n, const struct past *p)
{
    return (size_t)(p - d->c->past) >= n ? p - n : NULL;
}

/* The first event of the act when the last one handed the dossier on: left, entered, and decided
 * with it or not. */
static const struct past *handed_on(const struct deciding *d, const struct past *entered)
{
    const struct past *left = before_last(d, 1, entered), *decided;

    if (!left || !by_the_same(left->event, entered->event) ||
        (left->event->kind != EV_STEP_FINISHED && left->event->kind != EV_RETURNED_TO_STEP))
        return NULL;
    decided = before_last(d, 2, entered);
    if (decided && by_the_same(decided->event, entered->event) &&
        (decided->event->kind == EV_APPROVED || decided->event->kind == EV_REFUSED))
        return decided;
    return left;
}

struct undo {
    const char *what;        /* NULL: nothing that can be undone */
    const struct past *last; /* the last event of the act */
    const struct past *first;
};

static struct undo last_act(const struct deciding *d)
{
    struct undo u = {NULL, NULL, NULL};

    if (d->c->pasts == 0)
        return u;
    u.last = u.first = &d->c->past[d->c->pasts - 1];
    switch (u.last->event->kind) {
    case EV_CLAIMED:
        u.what = "claim";
        break;
    case EV_ASSIGNED:
        u.what = "assign";
        break;
    case EV_DRAFT_SUBMITTED:
        u.what = "draft";
        break;
    case EV_STEP_STARTED:
        u.first = handed_on(d, u.last);
        u.what = u.first ? "hand-on" : NULL;
        break;
    default:
        break;
    }
    if (u.what && !u.first->before)
        u.what = NULL;
    return u;
}

/* The task that the act was about, as it was before it. */
static const struct task *task_before(const struct deciding *d, const struct undo *u)
{
    const struct dossier *b = u->first->before;
    const struct task *t = d->task, *was;
    struct payload said;
    size_t i;

    if (!payload_read(d->a, u->last->event->kind, u->last->event->payload, &said) ||
        (said.task != 0 && said.task != t->task)) /* it was about another one */
        return NULL;
    if (strcmp(u->what, "hand-on") != 0)
        return task_of(b, t->task);
    if (t->task != d->s->last_task || t->from_task == 0)
        return NULL;
    was = task_of(b, t->from_task);
    /* Nothing but these two changed places. */
    for (i = 0; i < d->s->tasks; i++)
        if (d->s->task[i].task != t->task && !task_of(b, d->s->task[i].task))
            return NULL;
    /* An opinion that was given stands: others may have joined by it. */
    if (was && (task_owes(was) || task_owes(t)))
        return NULL;
    return was && b->tasks == d->s->tasks && b->dones + 1 == d->s->dones ? was : NULL;
}

bool can_undo(struct deciding *d)
{
    const struct actor *who = &d->given->actor;
    struct undo u = last_act(d);
    const struct event *e;

    if (!u.what)
        return false;
    e = u.last->event;
    return e->seq == d->s->seq && e->actor == who->user && who->user != 0 &&
           e->on_behalf_of == who->on_behalf_of && d->c->now - e->at <= UNDO_US &&
           d->s->finished == INSTANT_NONE && d->s->result.numbered_by == 0 && !task_owes(d->task) &&
           u.first->event->seq > d->c->gone_out && task_before(d, &u) != NULL;
}

int undo_seconds(const struct deciding *d)
{
    return (int)((UNDO_US - (d->c->now - d->s->last_at) + 999999) / 1000000);
}

void act_undo(struct deciding *d)
{
    struct undo u = last_act(d);
    const struct dossier *b = u.first->before;
    struct task was = *task_before(d, &u);
    struct payload pl = {.task = d->task->task,
                         .undone = u.what,
                         .was_task = &was,
                         .was_tasks = 1,
                         .was_draft = b->draft,
                         .was_result = b->result,
                         .incomplete = b->refused_incomplete,
                         .note = d->cmd->note};

    push(d, EV_PULLED_BACK, &pl);
}

/* ---------------------------------------------------------------- restoring */

/* Tasks stand in the order of their numbers. */
static void put_back(struct applying *x, struct task *t, const struct task *was)
{
    struct dossier *s = x->s;
    size_t i;

    remove_task(x, t);
    ARENA_PUSH(x->a, s->task, s->tasks, s->task_cap) = *was;
    for (i = s->tasks - 1; i > 0 && s->task[i - 1].task > was->task; i--) {
        s->task[i] = s->task[i - 1];
        s->task[i - 1] = *was;
    }
}

bool apply_undone(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    const struct task *was = pl->was_task;
    const struct step_done *done = s->dones ? &s->done[s->dones - 1] : NULL;
    struct task *t = task_w(x, pl->task);

    if (!t || pl->was_tasks != 1 || s->finished != INSTANT_NONE || s->result.numbered_by != 0 ||
        (size_t)was->step >= x->p->steps || was->agency <= 0)
        return false;
    if (strcmp(pl->undone, "hand-on") == 0) {
        if (!done || done->step != was->step || done->visit != was->visit || was->task >= t->task)
            return false;
        undo_clocks(x, t, was->step, was->visit);
        s->dones--;
    } else if (was->task != t->task) {
        return false;
    }
    put_back(x, t, was);
    s->draft = pl->was_draft;
    s->result = pl->was_result;
    s->refused_incomplete = pl->incomplete;
    settle_status(x);
    return true;
}
