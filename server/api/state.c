/* The state of a dossier as JSON, and contexts for questions to it.  Nothing is owned; everything
 * lives in the caller's arena or buffer.  The worker's thread. */
#include "server/api/state.h"

#include "server/store/dossier_json.h"

void state_json(const struct dossier *s, const char *code, const struct snapshot *snap,
                enum lang lang, struct buf *out)
{
    struct jw w = jw_to(out);

    jw_open(&w);
    dossier_members(&w, s, code, NULL, snap, lang, false);
    jw_close(&w);
}

static const struct calendar *calendar_of(void *ctx, const char *name)
{
    return snapshot_calendar(ctx, name);
}

static const struct officer_load *no_officers(void *ctx, int agency, enum role role, size_t *ret_n)
{
    (void)ctx;
    (void)agency;
    (void)role;
    *ret_n = 0;
    return NULL;
}

struct context state_context(struct req *rq, const struct dossier *s)
{
    struct snapshot *snap = store_snapshot(rq->api->store);

    return (struct context){.arena = rq->arena,
                            .now = clock_now(),
                            .actor = req_actor(rq),
                            .procedure = snapshot_procedure_hash(snap, s->procedure_hash),
                            .org = snap->org,
                            .regime = s->regime ? regime_named(snap->regimes, s->regime) : NULL,
                            .calendar = calendar_of,
                            .officers = no_officers,
                            .ctx = snap};
}
