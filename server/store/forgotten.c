/* Tables that PostgreSQL lost sight of: after a crash it does not know what changed in them (see
 * migrations/0056).  The worker's thread. */
#include "server/core/log.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

/* The next one after this; ANALYZE reads a bounded sample of a table. */
static void next(struct store *st, int64_t bytes, struct span after);

static void analysed(struct pending *p, const struct db_outcome *out)
{
    const int64_t *bytes = p->mine;
    struct span table = db_get_span(out->rows, 0, 0);

    if (!db_is_null(out->rows, 0, 0) && !p->st->closing) {
        log_event(LOG_L_INFO, "table-analysed", LOG_STR("table", arena_span(p->own, table)));
        next(p->st, *bytes, table);
    }
    pending_end(p);
}

static void next(struct store *st, int64_t bytes, struct span after)
{
    struct pending *p = pending_new(st, NULL, analysed);
    struct db_args *args = read_args(p, 2);
    int64_t *kept = ARENA_NEW(p->own, int64_t);

    *kept = bytes;
    p->mine = kept;
    db_text(args, arena_span(p->own, after));
    db_i64(args, bytes);
    /* no act shall stand behind it; a session that only reads may ANALYZE */
    pending_send(p, LANE_REPORT, "analyse_forgotten", args);
}

void store_analyse_forgotten(struct store *st, int64_t bytes)
{
    next(st, bytes, span_of(""));
}
