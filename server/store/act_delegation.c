/* Acts in somebody else's name: what she has delegated to the actor, looked up only when an act
 * says so.  The list lies in the act's arena.  The worker's thread. */
#include "server/store/inside.h"

enum { G_ID, G_GIVER, G_AGENCY, G_KINDS, G_PROCEDURES, G_FROM, G_TO, G_ENDED, G_ROLES, G_IDENTITY };

static const char *const *procedures_of(struct arena *a, const struct db_rows *r, int i,
                                        size_t *ret_n)
{
    int n = db_array_count(r, i, G_PROCEDURES);
    const char **code = ARENA_ARRAY(a, const char *, n > 0 ? (size_t)n : 1);
    struct span s;

    *ret_n = 0;
    for (int k = 0; k < n; k++)
        if (db_array_span(r, i, G_PROCEDURES, k, &s))
            code[(*ret_n)++] = arena_span(a, s);
    return code;
}

static void read_row(const struct act *a, const struct db_rows *r, int i, struct delegation *g)
{
    struct span key = db_get_span(r, i, G_IDENTITY);

    *g = (struct delegation){.delegation = db_get_i64(r, i, G_ID),
                             .from = db_get_i64(r, i, G_GIVER),
                             .to = a->actor.user,
                             .agency = (int)db_get_i64(r, i, G_AGENCY),
                             .kinds = (unsigned)db_get_i64(r, i, G_KINDS),
                             .valid_from = db_get_day(r, i, G_FROM),
                             .valid_to = db_get_day(r, i, G_TO),
                             .revoked = db_get_time(r, i, G_ENDED),
                             .roles = (unsigned)db_get_i64(r, i, G_ROLES)};
    g->procedure = procedures_of(a->arena, r, i, &g->procedures);
    if (key.n == SHA256_BYTES)
        g->from_identity = (const uint8_t *)arena_copy(a->arena, key).p;
}

static void come(void *owner, const struct db_outcome *out)
{
    struct job *j = owner;
    struct act *a = j->act;
    int n;

    if (out->e != ERR_OK) {
        act_finish(j, out->e);
        return;
    }
    n = db_count(out->rows);
    j->delegation = ARENA_ARRAY(a->arena, struct delegation, n > 0 ? (size_t)n : 1);
    j->delegations = (size_t)n;
    for (int i = 0; i < n; i++)
        read_row(a, out->rows, i, &j->delegation[i]);
    j->behalf = n > 0 ? j->delegation[0].from : -1;
    if (past_wanted(j))
        past_load(j);
    else
        act_decide(j);
}

static void overloaded(void *arg)
{
    act_finish(arg, ERR_OVERLOADED);
}

void delegations_load(struct job *j)
{
    struct arena *a = arena_new(ARGS_MAX);
    struct db_args *p = db_args(a, 2);
    bool sent;

    db_i64(p, j->act->actor.user);
    db_text(p, j->act->behalf);
    sent = db_call(j->st->db, LANE_READ, "delegations_between", p, come, j);
    arena_free(a);
    if (!sent)
        worker_later(j->st->worker, overloaded, j);
}
