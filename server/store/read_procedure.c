/* What the database knows of procedures: who published each version, how many open dossiers follow
 * it, how many are in each step now.  The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

enum { V_VERSION, V_HASH, V_AUTHOR, V_APPROVER, V_AT, V_OPEN };

struct versions {
    const char *code;
    enum lang lang;
};

static void day_json(struct jw *w, const char *key, dayno d)
{
    char text[16];

    if (d == INT32_MAX) {
        jw_knull(w, key);
        return;
    }
    day_iso(d, text);
    jw_kstr(w, key, text);
}

/* One that was published a moment ago may not be compiled here yet: its head is null until then. */
static void version_json(struct jw *w, const struct pending *p, const struct db_rows *r, int i)
{
    const struct versions *q = p->mine;
    dayno today = lminute_day(lminute_of(clock_now()));
    struct span hash = db_get_span(r, i, V_HASH);
    const struct procedure *pr = snapshot_procedure_hash(p->st->snap, (const uint8_t *)hash.p);
    char hex[2 * SHA256_BYTES + 1];

    hex_encode((const uint8_t *)hash.p, SHA256_BYTES, hex);
    jw_open(w);
    jw_ki64(w, "version", db_get_i64(r, i, V_VERSION));
    jw_kstr(w, "hash", hex);
    jw_kstr(w, "name", pr ? text2_in(pr->name, q->lang) : NULL);
    day_json(w, "valid_from", pr ? pr->valid_from : INT32_MAX);
    day_json(w, "valid_to", pr ? pr->valid_to : INT32_MAX);
    jw_kbool(w, "in_force", pr && pr == snapshot_procedure(p->st->snap, q->code, today));
    jw_kspan(w, "author", db_get_span(r, i, V_AUTHOR));
    jw_kspan(w, "approver", db_get_span(r, i, V_APPROVER));
    jw_ktime(w, "published", db_get_time(r, i, V_AT));
    jw_ki64(w, "open", db_get_i64(r, i, V_OPEN));
    jw_close(w);
}

static void versions_came(struct pending *p, const struct db_outcome *out)
{
    const struct versions *q = p->mine;
    struct jw w;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    jw_open(&w);
    jw_kstr(&w, "procedure", q->code);
    jw_key(&w, "versions");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        version_json(&w, p, out->rows, i);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, -1);
}

void store_procedure_versions(struct store *st, const char *code, enum lang lang, store_json *done,
                              void *owner)
{
    struct pending *p = pending_new(st, owner, versions_came);
    struct versions *q = ARENA_NEW(p->own, struct versions);
    struct db_args *args = read_args(p, 1);

    *q = (struct versions){arena_strdup(p->own, code), lang};
    p->json = done;
    p->mine = q;
    db_text(args, q->code);
    pending_send(p, LANE_REPORT, "procedure_versions", args);
}

/* ---------------------------------------------------------------- where work is now */

static void live_came(struct pending *p, const struct db_outcome *out)
{
    store_live *done = p->live;
    void *owner = p->owner;
    int n = db_count(out->rows);
    struct live_step *step = ARENA_ARRAY(p->arena, struct live_step, (size_t)n + 1);

    for (int i = 0; i < n; i++)
        step[i] = (struct live_step){arena_span(p->arena, db_get_span(out->rows, i, 0)),
                                     db_get_i64(out->rows, i, 1), db_get_i64(out->rows, i, 2),
                                     db_get_i64(out->rows, i, 3)};
    pending_end(p);
    done(owner, ERR_OK, step, (size_t)n);
}

void store_procedure_live(struct store *st, const struct viewer *v, const struct live_query *q,
                          struct arena *a, store_live *done, void *owner)
{
    struct pending *p = pending_new(st, owner, live_came);
    struct db_args *args = read_args(p, 5);
    const int32_t *agency = NULL;
    size_t n = v->all && !q->agency ? 0 : agencies_asked(p, v, q->agency, &agency);

    p->live = done;
    p->arena = a;
    db_text(args, q->procedure);
    db_i32(args, q->version);
    if (v->all && !q->agency)
        db_null(args);
    else
        db_i32s(args, agency, NULL, n);
    if (q->since == INSTANT_NONE)
        db_null(args);
    else
        db_time(args, q->since);
    db_time(args, clock_now());
    pending_send(p, LANE_REPORT, "procedure_live", args);
}
