/* Studies of one person: begun, looked at, given up; and told by whoever counts.  The worker owns
 * what is under way. */
#include "server/store/studies.h"

#include "server/store/blocking.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

const char *const STUDY_STATE_WORDS[] = {"running",   "done",      "failed",
                                         "cancelled", "abandoned", NULL};

/* ---------------------------------------------------------------- one person's */

static void begun(struct pending *p, const struct db_outcome *out)
{
    int64_t id = db_get_i64(out->rows, 0, 0);
    struct jw w;

    if (id == 0) {
        pending_fail(p, ERR_LIMIT);
        return;
    }
    w = json_answer(p);
    jw_open(&w);
    jw_ki64(&w, "study", id);
    jw_close(&w);
    pending_json(p, id);
}

void store_study_begin(struct store *st, struct span question, int scope, int64_t author,
                       store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, begun);
    struct db_args *args = read_args(p, 5);

    p->json = done;
    db_span(args, question);
    db_i32(args, scope);
    db_i64(args, author);
    db_i32(args, STUDIES_OWN);
    db_i32(args, STUDIES_ALL);
    pending_send(p, LANE_ACT, "study_begin", args);
}

enum { S_ID, S_QUESTION, S_BEGUN, S_SEEN, S_STATE, S_LOOKED, S_OF, S_FAULT, S_RESULT };

static void study_json(struct jw *w, const struct db_rows *r, int i, bool whole)
{
    jw_open(w);
    jw_ki64(w, "study", db_get_i64(r, i, S_ID));
    jw_kraw(w, "question", db_get_span(r, i, S_QUESTION));
    jw_ktime(w, "begun", db_get_time(r, i, S_BEGUN));
    jw_ktime(w, "seen", db_get_time(r, i, S_SEEN));
    jw_kspan(w, "state", db_get_span(r, i, S_STATE));
    jw_ki64(w, "looked", db_get_i64(r, i, S_LOOKED));
    jw_ki64(w, "of", db_get_i64(r, i, S_OF));
    jw_ktext(w, "fault", db_get_span(r, i, S_FAULT));
    if (whole) {
        jw_key(w, "result");
        if (db_is_null(r, i, S_RESULT))
            jw_null(w);
        else
            jw_raw(w, db_get_span(r, i, S_RESULT));
    }
    jw_close(w);
}

static void one_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    study_json(&w, out->rows, 0, true);
    pending_json(p, 0);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        study_json(&w, out->rows, i, false);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_studies(struct store *st, int64_t author, int64_t id, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, id ? one_came : list_came);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, author);
    if (id)
        db_i64(args, id);
    else
        db_i32(args, STUDIES_LIST);
    pending_send(p, LANE_READ, id ? "study_get" : "study_list", args);
}

static void cancelled(struct pending *p, const struct db_outcome *out)
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

void store_study_cancel(struct store *st, int64_t author, int64_t id, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, cancelled);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, id);
    db_i64(args, author);
    pending_send(p, LANE_ACT, "study_cancel", args);
}

/* ---------------------------------------------------------------- whoever counts */

static void flag_came(void *ctx, const struct db_rows *r)
{
    *(bool *)ctx = db_count(r) == 1 && db_get_bool(r, 0, 0);
}

bool study_told(struct blocking *b, int64_t id, int64_t looked, int64_t of)
{
    struct db_args *p = blocking_args(b, 3);
    bool wanted = true; /* told nothing: it goes on */

    db_i64(p, id);
    db_i64(p, looked);
    db_i64(p, of);
    (void)blocking_call(b, LANE_ACT, "study_progress", p, flag_came, &wanted);
    return wanted;
}

void study_over(struct blocking *b, int64_t id, struct span result, const char *fault)
{
    struct db_args *p = blocking_args(b, 3);

    db_i64(p, id);
    if (result.p)
        db_span(p, result);
    else
        db_null(p);
    db_text(p, fault);
    (void)blocking_call(b, LANE_ACT, "study_end", p, NULL, NULL);
}
