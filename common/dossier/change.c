/* All that one decision changes, for the store to write as it stands: events with digests, the
 * state's JSON, tasks, promises.  The difference of two states; lies in the caller's
 * arena. Any thread. */
#include "common/dossier/inside.h"

#define STATE_MAX ((size_t)4 << 20)

static bool same_task(const struct task *a, const struct task *b)
{
    return a->task == b->task && a->step == b->step && a->visit == b->visit &&
           a->agency == b->agency && a->role == b->role && a->officer == b->officer &&
           a->opened == b->opened && a->received == b->received && a->due == b->due;
}

static void tasks(struct arena *a, const struct dossier *before, const struct dossier *after,
                  struct change *c)
{
    size_t old = before ? before->tasks : 0, i;

    bool all = before && (before->current_due != after->current_due || /* each row has them */
                          before->version != after->version);

    c->open = ARENA_ARRAY(a, const struct task *, after->tasks ? after->tasks : 1);
    c->close = ARENA_ARRAY(a, int64_t, old ? old : 1);
    for (i = 0; i < after->tasks; i++) {
        const struct task *t = &after->task[i];
        const struct task *was = before ? task_of(before, t->task) : NULL;

        if (!was || all || !same_task(was, t))
            c->open[c->opens++] = t;
    }
    for (i = 0; i < old; i++)
        if (!task_of(after, before->task[i].task))
            c->close[c->closes++] = before->task[i].task;
}

/* Why an event gives a date; NULL: it gives none (law: dates change only by these). */
static const char *due_cause(enum event_kind k)
{
    switch (k) {
    case EV_ACCEPTED:
        return "acceptance";
    case EV_SUPPLEMENT_RECEIVED:
        return "restart";
    case EV_EXCLUSION_ENDED:
    case EV_REQUEST_CANCELLED: /* a standstill that never was */
    case EV_FIN_PAID:
    case EV_STEP_FINISHED:
    case EV_BRANCH_CLOSED:
        return "exclusion";
    case EV_RESUMED:
        return "suspension";
    case EV_CASE_CHANGED:
        return "case";
    case EV_LATE_ENTRY:
        return "late_entry";
    case EV_MIGRATED:
        return "migration";
    default:
        return NULL;
    }
}

/* An extension and a recalculation are both adjustments: the first is asked for. */
static const char *cause_of(const struct event *e)
{
    if (e->kind == EV_DUE_ADJUSTED)
        return strstr(e->payload, "\"request\":") ? "extension" : "recalculation";
    return due_cause(e->kind);
}

/* A date given again is on record too, also when it comes out the same. */
static bool gives_date(const struct event *e)
{
    return strstr(e->payload, "\"current\":") != NULL;
}

/* Some sector laws let the clock go on after a supplement, where the decree starts it anew. */
static bool went_on(const struct dossier *before, const struct dossier *s, const struct event *e)
{
    const struct clock *was = before ? clock_of(before, CLOCK_LEGAL, -1, 0) : NULL;
    const struct clock *is = clock_of(s, CLOCK_LEGAL, -1, 0);

    return e->kind == EV_SUPPLEMENT_RECEIVED && was && is && was->received == is->received;
}

/* The clock came to a stand: no new date, but from here on nothing falls due (reports as of then).
 */
static bool stopped(const struct dossier *before, const struct dossier *s)
{
    const struct clock *was = before ? clock_of(before, CLOCK_LEGAL, -1, 0) : NULL;
    const struct clock *is = clock_of(s, CLOCK_LEGAL, -1, 0);

    return was && is && was->state == CLOCK_RUNNING && is->state == CLOCK_STOPPED;
}

static struct due_entry promise(const struct dossier *s, const struct event *e, const char *cause)
{
    return (struct due_entry){.at = e->at,
                              .original = s->original_due,
                              .basis = s->basis_due,
                              .current = s->current_due,
                              .seq = e->seq,
                              .cause = cause};
}

/* Every date ever promised, with the event that gave it. */
static void promises(struct arena *a, const struct dossier *before, const struct decision *d,
                     struct change *c)
{
    const struct dossier *s = d->after;
    bool moved;
    size_t i;

    if (s->accepted == INSTANT_NONE)
        return;
    moved = !before || before->original_due != s->original_due ||
            before->basis_due != s->basis_due || before->current_due != s->current_due;
    c->due = ARENA_NEW(a, struct due_entry);
    for (i = d->events; i-- > 0 && !c->dues;)
        if (cause_of(&d->event[i]) && (moved || gives_date(&d->event[i])))
            c->due[c->dues++] =
                promise(s, &d->event[i],
                        went_on(before, s, &d->event[i]) ? "continued" : cause_of(&d->event[i]));
    if (!c->dues && d->events && stopped(before, s))
        c->due[c->dues++] = promise(s, &d->event[d->events - 1], "stopped");
}

void dossier_change(struct arena *a, const struct dossier *before, const struct decision *d,
                    struct change *ret)
{
    struct buf b;
    size_t i;

    *ret = (struct change){.dossier = d->after->id,
                           .expect_seq = before ? before->seq : 0,
                           .event = d->event,
                           .events = d->events,
                           .after = d->after};
    if (before)
        memcpy(ret->expect_head, before->head, SHA256_BYTES);
    ret->digest = arena_array(a, d->events ? d->events : 1, SHA256_BYTES);
    for (i = 0; i < d->events; i++)
        event_digest(d->after->id, &d->event[i], ret->digest[i]);
    buf_init(&b, STATE_MAX);
    dossier_to_json(d->after, &b);
    ret->state = arena_strndup(a, buf_cstr(&b), b.n);
    ret->state_len = b.n;
    buf_free(&b);
    tasks(a, before, d->after, ret);
    promises(a, before, d, ret);
}
