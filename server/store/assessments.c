/* Values entered for indices: put, listed.  The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/indices.h"
#include "server/store/inside.h"

static void put_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (db_count(out->rows) == 1 && db_get_i64(out->rows, 0, 0) == 3) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    if (db_count(out->rows) != 1 || db_get_i64(out->rows, 0, 0) == 2) {
        pending_fail(p, ERR_KEY_REUSED);
        return;
    }
    w = json_answer(p);
    jw_open(&w);
    jw_ki64(&w, "assessment", db_get_i64(out->rows, 0, 1));
    jw_close(&w);
    pending_json(p, db_get_i64(out->rows, 0, 0));
}

void store_assessment_put(struct store *st, const struct assessment *a, store_json *done,
                          void *owner)
{
    struct pending *p = pending_new(st, owner, put_came);
    struct db_args *args = read_args(p, 13);

    p->json = done;
    db_text(args, a->key);
    db_bytes(args, a->body_hash, SHA256_BYTES);
    db_text(args, a->index);
    db_text(args, a->component);
    db_i32(args, a->agency);
    db_day(args, a->first);
    db_day(args, a->last);
    db_i64(args, a->n);
    db_i64(args, a->of);
    db_text(args, a->document);
    db_text(args, a->remark ? a->remark : "");
    db_i64(args, a->by);
    db_text(args, a->officer);
    pending_send(p, LANE_ACT, "assessment_put", args);
}

enum {
    A_ID,
    A_INDEX,
    A_COMPONENT,
    A_AGENCY,
    A_FIRST,
    A_LAST,
    A_N,
    A_OF,
    A_DOCUMENT,
    A_REMARK,
    A_AUTHOR,
    A_NAME,
    A_AT,
    A_OFFICER,
    A_OFFICER_NAME
};

static void kday(struct jw *w, const char *key, dayno d)
{
    char text[16];

    day_iso(d, text);
    jw_key_any(w, key);
    jw_str(w, text);
}

static void row_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    jw_open(w);
    jw_ki64(w, "assessment", db_get_i64(r, i, A_ID));
    jw_kspan(w, "index", db_get_span(r, i, A_INDEX));
    jw_kspan(w, "component", db_get_span(r, i, A_COMPONENT));
    jw_kstr(w, "agency", agency_key(p->st, (int)db_get_i64(r, i, A_AGENCY)));
    kday(w, "from", db_get_day(r, i, A_FIRST));
    kday(w, "last", db_get_day(r, i, A_LAST));
    jw_ki64(w, "n", db_get_i64(r, i, A_N));
    jw_ki64(w, "of", db_get_i64(r, i, A_OF));
    jw_ktext(w, "document", db_get_span(r, i, A_DOCUMENT));
    jw_ktext(w, "remark", db_get_span(r, i, A_REMARK));
    jw_kofficer(w, "by", db_get_i64(r, i, A_AUTHOR));
    jw_ktext(w, "by_name", db_get_span(r, i, A_NAME));
    jw_ktime(w, "at", db_get_time(r, i, A_AT));
    jw_kofficer(w, "officer", db_is_null(r, i, A_OFFICER) ? 0 : db_get_i64(r, i, A_OFFICER));
    jw_ktext(w, "officer_name", db_get_span(r, i, A_OFFICER_NAME));
    jw_close(w);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const int *limit = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        row_json(p, &w, r, i);
    jw_end(&w);
    jw_key(&w, "next");
    if (n == *limit && n > 0)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(r, n - 1, A_ID)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_assessments(struct store *st, const struct viewer *v, const char *index, int agency,
                       int64_t after_id, int limit, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, list_came);
    struct db_args *args = read_args(p, 4);
    int *kept = ARENA_NEW(p->own, int);
    const int32_t *id;
    size_t n = agencies_asked(p, v, agency, &id);

    *kept = limit;
    p->mine = kept;
    p->json = done;
    db_text(args, index);
    db_i32s(args, id, NULL, n);
    db_i64(args, after_id);
    db_i32(args, limit);
    pending_send(p, LANE_REPORT, "assessments", args);
}
