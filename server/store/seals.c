/* Day seals: one digest a day over every event recorded on it, chained (see migrations/0029).  The
 * database seals; this asks it to and reads them.  The worker's thread. */
#include "server/core/log.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

enum { S_DAY, S_EVENTS, S_DOSSIERS, S_PREV, S_DIGEST, S_AT };

static void sealed(struct pending *p, const struct db_outcome *out)
{
    struct store *st = p->st;
    int64_t n = db_get_i64(out->rows, 0, 0);

    pending_end(p);
    if (n > 0) {
        log_event(LOG_L_INFO, "day-sealed", LOG_INT("days", n));
        store_seal_days(st);
    }
}

void store_seal_days(struct store *st)
{
    struct pending *p = pending_new(st, NULL, sealed);
    struct db_args *args = read_args(p, 1);

    db_i32(args, 1);
    pending_send(p, LANE_ACT, "seal_next", args);
}

static void hash_member(struct jw *w, const char *key, struct span bytes)
{
    char hex[2 * SHA256_BYTES + 1];

    hex_encode((const uint8_t *)bytes.p, bytes.n, hex);
    jw_kstr(w, key, hex);
}

static void seals_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_kspan(&w, "day", db_get_span(r, i, S_DAY));
        jw_ki64(&w, "events", db_get_i64(r, i, S_EVENTS));
        jw_ki64(&w, "dossiers", db_get_i64(r, i, S_DOSSIERS));
        hash_member(&w, "prev", db_get_span(r, i, S_PREV));
        hash_member(&w, "digest", db_get_span(r, i, S_DIGEST));
        jw_ktime(&w, "at", db_get_time(r, i, S_AT));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, -1);
}

void store_seals(struct store *st, const dayno *before, int limit, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, seals_came);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    if (before)
        db_day(args, *before);
    else
        db_null(args);
    db_i32(args, limit);
    pending_send(p, LANE_READ, "seal_list", args);
}
