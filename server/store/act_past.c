/* Taking back what was done a moment ago: the history is folded again up to the last events, so
 * that the decision may look at the state before them.  Loaded for no other act.  Everything lies
 * in the act's arena.  The worker's thread. */
#include "server/store/inside.h"

#define EVENTS_MAX 2000     /* longer histories are not folded: nothing is undone then */
#define RECENT_US  12000000 /* the last event is older: nothing can be undone */

enum { E_SEQ, E_KIND, E_AT, E_ACTOR, E_BEHALF, E_AGENCY, E_ROLE, E_PAYLOAD, E_ASSIGNED };

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

/* False: the history cannot be folded here; verification tells why. */
static bool fold(struct job *j, const struct db_rows *r)
{
    struct arena *a = j->act->arena;
    struct past *past = ARENA_ARRAY(a, struct past, PAST_MAX);
    const struct procedure *p = NULL;
    const struct dossier *s = NULL;
    int n = db_count(r);
    uint8_t pinned[SHA256_BYTES];

    for (int i = 0; i < n; i++) {
        const struct event *e = event_of(a, r, i);

        if (!e)
            return false;
        if (i >= n - PAST_MAX)
            past[j->pasts++] = (struct past){e, s};
        if (event_pins(a, e, pinned))
            p = snapshot_procedure_hash(j->st->snap, pinned);
        s = p ? dossier_apply(a, s, j->before->id, e, p) : NULL;
        if (!s)
            return false;
    }
    j->past = past;
    return s && s->seq == j->before->seq;
}

static void come(void *owner, const struct db_outcome *out)
{
    struct job *j = owner;

    if (out->e != ERR_OK) {
        act_finish(j, out->e);
        return;
    }
    j->pasts = 0;
    if (db_count(out->rows) > EVENTS_MAX || !fold(j, out->rows))
        j->pasts = 0;
    act_decide(j);
}

static void overloaded(void *arg)
{
    act_finish(arg, ERR_OVERLOADED);
}

bool past_wanted(const struct job *j)
{
    return j->act->cmd.kind == CMD_TAKE_BACK && j->before &&
           clock_now() - j->before->last_at < RECENT_US;
}

void past_load(struct job *j)
{
    struct arena *a = arena_new(ARGS_MAX);
    struct db_args *p = db_args(a, 1);
    bool sent;

    db_i64(p, j->before->id);
    sent = db_call(j->st->db, LANE_READ, "act_history", p, come, j);
    arena_free(a);
    if (!sent)
        worker_later(j->st->worker, overloaded, j);
}
