/* Taking back what was done a moment ago: the history is folded again up to the last events, so
 * that the decision may look at the state before them.  Loaded for no other act, and for who asks
 * what she may do just after one.  Everything lies in the caller's arena.  The worker's thread. */
#include "server/store/inside.h"

#define EVENTS_MAX 2000     /* longer histories are not folded: nothing is undone then */
#define RECENT_US  12000000 /* the last event is older: nothing can be undone */

enum {
    E_SEQ,
    E_KIND,
    E_AT,
    E_ACTOR,
    E_BEHALF,
    E_AGENCY,
    E_ROLE,
    E_PAYLOAD,
    E_ASSIGNED,
    E_GONE_OUT
};

static struct event *event_of(struct arena *a, const struct db_rows *r, int i)
{
    struct event *e = ARENA_NEW(a, struct event);

    *e = (struct event){.seq = db_get_i64(r, i, E_SEQ),
                        .at = db_get_time(r, i, E_AT),
                        .actor = db_get_i64(r, i, E_ACTOR),
                        .on_behalf_of = db_get_i64(r, i, E_BEHALF),
                        .agency = (int)db_get_i64(r, i, E_AGENCY),
                        .role = ROLE_COUNT,
                        .payload = arena_span(a, db_get_span(r, i, E_PAYLOAD))};
    if (!db_is_null(r, i, E_ASSIGNED))
        e->assigned = arena_span(a, db_get_span(r, i, E_ASSIGNED));
    (void)role_of_name(arena_span(a, db_get_span(r, i, E_ROLE)), &e->role);
    return event_of_name(arena_span(a, db_get_span(r, i, E_KIND)), &e->kind) ? e : NULL;
}

/* Folded up to this seq; false: it cannot be, here; verification tells why. */
static bool fold(const struct snapshot *snap, struct arena *a, const struct db_rows *r,
                 const struct dossier *is, struct recent *ret)
{
    const struct procedure *p = NULL;
    const struct dossier *s = NULL;
    int n = db_count(r);
    uint8_t pinned[SHA256_BYTES];

    ret->past = ARENA_ARRAY(a, struct past, PAST_MAX);
    for (int i = 0; i < n; i++) {
        const struct event *e = event_of(a, r, i);

        if (!e)
            return false;
        if (i >= n - PAST_MAX)
            ret->past[ret->pasts++] = (struct past){e, s};
        if (event_pins(a, e, pinned))
            p = snapshot_procedure_hash(snap, pinned);
        s = p ? dossier_apply(a, s, is->id, e, p) : NULL;
        if (!s)
            return false;
    }
    if (n > 0)
        ret->gone_out = db_get_i64(r, 0, E_GONE_OUT);
    return s && s->seq == is->seq;
}

static struct recent recent_of(const struct snapshot *snap, struct arena *a,
                               const struct db_rows *r, const struct dossier *is)
{
    struct recent x = {NULL, 0, 0};

    return db_count(r) <= EVENTS_MAX && fold(snap, a, r, is, &x) ? x : (struct recent){NULL, 0, 0};
}

bool store_is_recent(const struct dossier *s)
{
    return clock_now() - s->last_at < RECENT_US;
}

static bool ask_history(struct store *st, int64_t dossier, db_done *come, void *owner)
{
    struct arena *a = arena_new(ARGS_MAX);
    struct db_args *p = db_args(a, 1);
    bool sent;

    db_i64(p, dossier);
    sent = db_call(st->db, LANE_READ, "act_history", p, come, owner);
    arena_free(a);
    return sent;
}

/* ---------------------------------------------------------------- for an act */

static void come(void *owner, const struct db_outcome *out)
{
    struct job *j = owner;

    if (out->e != ERR_OK) {
        act_finish(j, out->e);
        return;
    }
    j->recent = recent_of(j->st->snap, j->act->arena, out->rows, j->before);
    act_decide(j);
}

static void overloaded(void *arg)
{
    act_finish(arg, ERR_OVERLOADED);
}

bool past_wanted(const struct job *j)
{
    return j->act->cmd.kind == CMD_TAKE_BACK && j->before && store_is_recent(j->before);
}

void past_load(struct job *j)
{
    if (!ask_history(j->st, j->before->id, come, j))
        worker_later(j->st->worker, overloaded, j);
}

/* ---------------------------------------------------------------- for who asks what she may do */

static void recent_came(struct pending *p, const struct db_outcome *out)
{
    const struct dossier *s = p->mine;
    struct recent x = recent_of(p->st->snap, p->arena, out->rows, s);
    store_recent_done *done = p->recent;
    void *owner = p->owner;

    pending_end(p);
    done(owner, ERR_OK, s, &x);
}

void store_recent(struct store *st, const struct dossier *s, struct arena *a,
                  store_recent_done *done, void *owner)
{
    struct pending *p = pending_new(st, owner, recent_came);
    struct db_args *args = read_args(p, 1);

    p->mine = (void *)(uintptr_t)s; /* given back as it came */
    p->recent = done;
    p->arena = a;
    db_i64(args, s->id);
    pending_send(p, LANE_READ, "act_history", args);
}
