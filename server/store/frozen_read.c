/* Frozen reports as lists and whole; the second person's word.  The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/frozen_inside.h"

const char *const FROZEN_STATE_WORDS[] = {"waiting", "published", "declined", NULL};

/* ---------------------------------------------------------------- who may see which */

void frozen_scopes(struct pending *p, const struct viewer *v, struct db_args *args)
{
    const int32_t *id;
    size_t n;

    if (v->all) {
        db_null(args);
        return;
    }
    n = viewer_agencies(p->st, v, p->own, &id);
    db_i32s(args, id, NULL, n);
}

/* ---------------------------------------------------------------- rows */

static void hash_json(struct jw *w, const char *key, const struct db_rows *r, int i, int col)
{
    struct span s = db_get_span(r, i, col);
    char hex[2 * SHA256_BYTES + 1];

    hex_encode((const uint8_t *)s.p, s.n == SHA256_BYTES ? s.n : 0, hex);
    jw_key_any(w, key);
    jw_str(w, hex);
}

static const char *state_of(const struct db_rows *r, int i)
{
    if (db_is_null(r, i, V_AGREED))
        return FROZEN_STATE_WORDS[0];
    return FROZEN_STATE_WORDS[db_get_bool(r, i, V_AGREED) ? 1 : 2];
}

/* whole: the body itself stands in its column, not its length. */
static void members(struct pending *p, struct jw *w, const struct db_rows *r, int i, bool whole)
{
    int64_t scope = db_get_i64(r, i, V_SCOPE);

    jw_ki64(w, "id", db_get_i64(r, i, V_ID));
    jw_ki64(w, "series", db_get_i64(r, i, V_SERIES));
    jw_ki64(w, "version", db_get_i64(r, i, V_VERSION));
    jw_kspan(w, "report", db_get_span(r, i, V_REPORT));
    jw_kraw(w, "question", db_get_span(r, i, V_QUESTION));
    jw_kstr(w, "scope", scope ? agency_key(p->st, (int)scope) : NULL);
    jw_ktime(w, "as_of", db_get_time(r, i, V_AS_OF));
    hash_json(w, "rules", r, i, V_RULES);
    hash_json(w, "engine", r, i, V_ENGINE);
    hash_json(w, "digest", r, i, V_DIGEST);
    jw_ki64(w, "bytes", whole ? (int64_t)db_get_span(r, i, V_BODY).n : db_get_i64(r, i, V_BODY));
    jw_kstr(w, "state", state_of(r, i));
}

static void persons(struct jw *w, const struct db_rows *r, int i)
{
    jw_ktext(w, "remark", db_get_span(r, i, V_REMARK));
    jw_kofficer(w, "author", db_get_i64(r, i, V_AUTHOR));
    jw_ktext(w, "author_name", db_get_span(r, i, V_AUTHOR_NAME));
    jw_ktime(w, "at", db_get_time(r, i, V_AT));
    jw_ktext(w, "said", db_get_span(r, i, V_SAID));
    jw_kofficer(w, "decider", db_get_i64(r, i, V_DECIDER));
    jw_ktext(w, "decider_name", db_get_span(r, i, V_DECIDER_NAME));
    jw_ktime(w, "decided", db_get_time(r, i, V_DECIDED));
}

struct listing {
    int limit;
};

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct listing *k = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        jw_open(&w);
        members(p, &w, r, i, false);
        persons(&w, r, i);
        jw_close(&w);
    }
    jw_end(&w);
    jw_key(&w, "next");
    if (n > 0 && n == k->limit)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(r, n - 1, V_ID)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_frozen_list(struct store *st, const struct viewer *v, const struct frozen_query *q,
                       store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, list_came);
    struct listing *k = ARENA_NEW(p->own, struct listing);
    struct db_args *args = read_args(p, 6);

    k->limit = q->limit < 1 ? 1 : q->limit > FROZEN_LIST_MAX ? FROZEN_LIST_MAX : q->limit;
    p->mine = k;
    p->json = done;
    frozen_scopes(p, v, args);
    db_text(args, q->report);
    db_i64(args, q->series);
    db_bool(args, q->newest);
    db_i64(args, q->before > 0 ? q->before : INT64_MAX);
    db_i32(args, k->limit);
    pending_send(p, LANE_READ, "frozen_list", args);
}

/* ---------------------------------------------------------------- one */

static void whole_json(struct pending *p, struct jw *w, const struct db_rows *r)
{
    jw_open(w);
    members(p, w, r, 0, true);
    persons(w, r, 0);
    jw_ki64(w, "newest", db_get_i64(r, 0, V_NEWEST));
    jw_kraw(w, "answer", db_get_span(r, 0, V_BODY));
    jw_key(w, "changes");
    if (db_is_null(r, 0, V_CHANGES))
        jw_null(w);
    else
        jw_raw(w, db_get_span(r, 0, V_CHANGES));
    jw_close(w);
}

static void one_came(struct pending *p, const struct db_outcome *out)
{
    const enum frozen_part *part = p->mine;
    const struct db_rows *r = out->rows;
    struct jw w;

    if (db_count(r) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    if (*part == FROZEN_WHOLE) {
        whole_json(p, &w, r);
    } else if (*part == FROZEN_BYTES) {
        jw_raw(&w, db_get_span(r, 0, V_BODY));
    } else {
        jw_open(&w);
        jw_ki64(&w, "report", db_get_i64(r, 0, V_ID));
        jw_key(&w, "changes");
        if (db_is_null(r, 0, V_CHANGES))
            jw_null(&w);
        else
            jw_raw(&w, db_get_span(r, 0, V_CHANGES));
        jw_close(&w);
    }
    pending_json(p, db_get_i64(r, 0, V_VERSION));
}

void store_frozen(struct store *st, const struct viewer *v, int64_t id, enum frozen_part part,
                  store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, one_came);
    enum frozen_part *kept = ARENA_NEW(p->own, enum frozen_part);
    struct db_args *args = read_args(p, 6);

    *kept = part;
    p->mine = kept;
    p->json = done;
    db_null(args);
    db_null(args);
    db_i32(args, 0);
    db_i64(args, id);
    frozen_scopes(p, v, args);
    db_i64(args, v->user); /* who was sent it may read it */
    pending_send(p, LANE_READ, "frozen_last", args);
}

/* ---------------------------------------------------------------- a second person */

struct deciding_frozen {
    int64_t id, who;
    bool agree;
    const char *remark;
};

static void decided(struct pending *p, const struct db_outcome *out)
{
    struct span word = db_get_span(out->rows, 0, 0);
    struct jw w;

    if (!span_is(word, "done")) {
        pending_fail(p, span_is(word, "own")    ? ERR_R_SEPARATION
                        : span_is(word, "none") ? ERR_NOT_FOUND
                                                : ERR_CONFLICT);
        return;
    }
    w = json_answer(p);
    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, 0);
}

/* She may see it: she may say so. */
static void seen(struct pending *p, const struct db_outcome *out)
{
    const struct deciding_frozen *d = p->mine;
    struct db_args *args;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    args = read_args(p, 4);
    p->rows = decided;
    db_i64(args, d->id);
    db_i64(args, d->who);
    db_bool(args, d->agree);
    db_text(args, d->remark);
    pending_send(p, LANE_ACT, "frozen_decide", args);
}

void store_frozen_decide(struct store *st, const struct viewer *v, int64_t id, bool agree,
                         const char *remark, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, seen);
    struct deciding_frozen *d = ARENA_NEW(p->own, struct deciding_frozen);
    struct db_args *args = read_args(p, 6);

    *d = (struct deciding_frozen){.id = id,
                                  .who = v->user,
                                  .agree = agree,
                                  .remark = arena_strdup(p->own, remark ? remark : "")};
    p->mine = d;
    p->json = done;
    db_null(args);
    db_null(args);
    db_i32(args, 0);
    db_i64(args, id);
    frozen_scopes(p, v, args);
    db_i64(args, 0);
    pending_send(p, LANE_READ, "frozen_last", args);
}
