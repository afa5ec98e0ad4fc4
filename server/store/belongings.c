/* Drafts, preferences of the screen and saved filters of one person.
 * The worker owns what is under way; its thread only. */
#include "server/store/belongings.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

/* An answer of nothing, or ERR_NOT_FOUND: the statement says whether there was something. */
static void deleted(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (!db_get_bool(out->rows, 0, 0)) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, 0);
}

/* ---------------------------------------------------------------- drafts */

enum { D_VERSION, D_KIND, D_TITLE, D_UPDATED, D_CONTENT };

/* cols: where the columns above begin in the row. */
static void draft_json(struct jw *w, struct span id, const struct db_rows *r, int i, int cols,
                       bool content)
{
    jw_open(w);
    jw_kspan(w, "id", id);
    jw_kspan(w, "kind", db_get_span(r, i, cols + D_KIND));
    jw_kspan(w, "title", db_get_span(r, i, cols + D_TITLE));
    jw_ki64(w, "version", db_get_i64(r, i, cols + D_VERSION));
    jw_ktime(w, "updated", db_get_time(r, i, cols + D_UPDATED));
    if (content)
        jw_kraw(w, "content", db_get_span(r, i, cols + D_CONTENT));
    jw_close(w);
}

static void drafts_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        draft_json(&w, db_get_span(out->rows, i, 0), out->rows, i, 1, false);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_drafts(struct store *st, int64_t user, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, drafts_came);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, user);
    db_time(args, clock_now());
    pending_send(p, LANE_READ, "draft_list", args);
}

static void draft_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    draft_json(&w, span_of(p->mine), out->rows, 0, 0, true);
    pending_json(p, db_get_i64(out->rows, 0, D_VERSION));
}

void store_draft(struct store *st, int64_t user, const char *id, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, draft_came);
    struct db_args *args = read_args(p, 3);

    p->json = done;
    p->mine = arena_strdup(p->own, id);
    db_i64(args, user);
    db_text(args, id);
    db_time(args, clock_now());
    pending_send(p, LANE_READ, "draft_get", args);
}

/* Outcomes of motcua.draft_put. */
enum { PUT_SAVED, PUT_STALE, PUT_GONE, PUT_LIMIT };

/* The present draft goes along with the refusal: what the other window saved. */
static void tell_stale(struct pending *p, int64_t version)
{
    const struct buf *json = &p->st->json;
    store_json *done = p->json;
    void *owner = p->owner;

    pending_end(p);
    if (done)
        done(owner, ERR_DRAFT_STALE, (struct span){json->p, json->n}, version);
}

static void put(struct pending *p, const struct db_outcome *out)
{
    int64_t outcome = db_get_i64(out->rows, 0, 0), version = db_get_i64(out->rows, 0, 1);
    struct jw w;

    if (outcome == PUT_GONE || outcome == PUT_LIMIT) {
        pending_fail(p, outcome == PUT_GONE ? ERR_NOT_FOUND : ERR_LIMIT);
        return;
    }
    w = json_answer(p);
    draft_json(&w, span_of(p->mine), out->rows, 0, 1, outcome == PUT_STALE);
    if (outcome == PUT_STALE)
        tell_stale(p, version);
    else
        pending_json(p, version);
}

void store_draft_put(struct store *st, int64_t user, const struct draft_entry *e, store_json *done,
                     void *owner)
{
    struct pending *p = pending_new(st, owner, put);
    struct db_args *args = read_args(p, 9);
    instant now = clock_now();

    p->json = done;
    p->mine = arena_strdup(p->own, e->id);
    db_i64(args, user);
    db_text(args, e->id);
    db_i64(args, e->based_on);
    db_text(args, e->kind);
    db_text(args, e->title);
    db_span(args, e->content);
    db_time(args, now);
    db_time(args, now + e->keep_ms * 1000);
    db_i32(args, DRAFTS_MAX);
    pending_send(p, LANE_ACT, "draft_put", args);
}

void store_draft_delete(struct store *st, int64_t user, const char *id, store_json *done,
                        void *owner)
{
    struct pending *p = pending_new(st, owner, deleted);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, user);
    db_text(args, id);
    pending_send(p, LANE_ACT, "draft_delete", args);
}

/* ---------------------------------------------------------------- preferences */

static void preferences_came(struct pending *p, const struct db_outcome *out)
{
    bool none = db_count(out->rows) == 0;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_kraw(&w, "preferences", none ? SPAN_LIT("{}") : db_get_span(out->rows, 0, 0));
    jw_ktime(&w, "updated", none ? INSTANT_NONE : db_get_time(out->rows, 0, 1));
    jw_close(&w);
    pending_json(p, 0);
}

void store_preferences(struct store *st, int64_t user, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, preferences_came);
    struct db_args *args = read_args(p, 1);

    p->json = done;
    db_i64(args, user);
    pending_send(p, LANE_READ, "preference_get", args);
}

void store_preferences_put(struct store *st, int64_t user, struct span content, store_json *done,
                           void *owner)
{
    struct pending *p = pending_new(st, owner, preferences_came);
    struct db_args *args = read_args(p, 3);

    p->json = done;
    db_i64(args, user);
    db_span(args, content);
    db_time(args, clock_now());
    pending_send(p, LANE_ACT, "preference_put", args);
}

/* ---------------------------------------------------------------- saved filters */

static void filters_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_ki64(&w, "id", db_get_i64(r, i, 0));
        jw_kspan(&w, "name", db_get_span(r, i, 1));
        jw_kspan(&w, "query", db_get_span(r, i, 2));
        jw_kbool(&w, "shared", db_get_bool(r, i, 3));
        jw_kbool(&w, "mine", db_get_bool(r, i, 4));
        jw_kspan(&w, "by", db_get_span(r, i, 5));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_filters(struct store *st, int64_t user, int agency, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, filters_came);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, user);
    db_i32(args, agency);
    pending_send(p, LANE_READ, "filter_list", args);
}

static void filter_saved(struct pending *p, const struct db_outcome *out)
{
    int64_t id = db_get_i64(out->rows, 0, 0);
    struct jw w;

    if (id == 0) {
        pending_fail(p, ERR_LIMIT);
        return;
    }
    w = json_answer(p);
    jw_open(&w);
    jw_ki64(&w, "id", id);
    jw_close(&w);
    pending_json(p, 0);
}

void store_filter_put(struct store *st, int64_t user, int shared_with, const char *name,
                      const char *query, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, filter_saved);
    struct db_args *args = read_args(p, 6);

    p->json = done;
    db_i64(args, user);
    if (shared_with)
        db_i32(args, shared_with);
    else
        db_null(args);
    db_text(args, name);
    db_text(args, query);
    db_time(args, clock_now());
    db_i32(args, FILTERS_MAX);
    pending_send(p, LANE_ACT, "filter_put", args);
}

void store_filter_delete(struct store *st, int64_t user, int head_of, int64_t id, store_json *done,
                         void *owner)
{
    struct pending *p = pending_new(st, owner, deleted);
    struct db_args *args = read_args(p, 3);

    p->json = done;
    db_i64(args, user);
    if (head_of)
        db_i32(args, head_of);
    else
        db_null(args);
    db_i64(args, id);
    pending_send(p, LANE_ACT, "filter_delete", args);
}
