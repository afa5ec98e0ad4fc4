/* What clocks told: an officer's notifications, and the report of how late rungs fired.
 * The worker's thread. */
#include "common/base/json_in.h"
#include "common/dossier/timers.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

struct asked { /* kept for the rows */
    enum lang lang;
    int64_t user;
    int limit;
};

static struct asked *keep(struct pending *p, enum lang lang, int64_t user, int limit)
{
    struct asked *k = ARENA_NEW(p->own, struct asked);

    *k = (struct asked){lang, user, limit};
    p->mine = k;
    return k;
}

const char *timer_rung_word(unsigned i)
{
    unsigned n = 0;

    for (int c = 0; c < CLOCK_KINDS; c++)
        for (int r = 0; r < RUNGS_MAX; r++)
            if (*rung_word((enum clock_kind)c, r) && n++ == i)
                return rung_word((enum clock_kind)c, r);
    return NULL;
}

static struct text2 title_of_word(const char *word)
{
    for (int c = 0; word && c < CLOCK_KINDS; c++)
        for (int r = 0; r < RUNGS_MAX; r++)
            if (strcmp(rung_word((enum clock_kind)c, r), word) == 0)
                return rung_title((enum clock_kind)c, r);
    return (struct text2){NULL, NULL};
}

/* ---------------------------------------------------------------- notifications */

enum { N_ID, N_AT, N_OFFICER, N_ROLE, N_BODY, N_UNREAD };

/* A saved report that came by itself, or could not. */
static void report_members(struct jw *w, const json_t *body)
{
    if (!body || !json_object_get(body, "saved"))
        return;
    jw_ki64(w, "report", json_i64(body, "report", 0));
    jw_ki64(w, "saved", json_i64(body, "saved", 0));
    jw_kstr(w, "name", json_str(body, "name"));
    jw_kstr(w, "fault", json_str(body, "fault"));
    jw_kstr(w, "remark", json_str(body, "remark"));
}

static void notification_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct asked *k = p->mine;
    struct json_fault fault;
    json_t *body = json_read(db_get_span(r, i, N_BODY), &fault);
    const char *rung = body ? json_str(body, "rung") : NULL;
    int64_t role = db_get_i64(r, i, N_ROLE);

    jw_open(w);
    jw_ki64(w, "id", db_get_i64(r, i, N_ID));
    jw_ktime(w, "at", db_get_time(r, i, N_AT));
    jw_kbool(w, "unread", db_get_bool(r, i, N_UNREAD));
    jw_kbool(w, "mine", db_get_i64(r, i, N_OFFICER) == k->user);
    jw_kstr(w, "role", role >= 0 && role < ROLE_COUNT ? role_name((enum role)role) : NULL);
    jw_kstr(w, "rung", rung);
    jw_kstr(w, "title", text2_in(title_of_word(rung), k->lang));
    jw_kstr(w, "code", body ? json_str(body, "code") : NULL);
    jw_kstr(w, "procedure", body ? json_str(body, "procedure") : NULL);
    jw_kstr(w, "step", body ? json_str(body, "step") : NULL);
    jw_ki64(w, "late_minutes", body ? json_i64(body, "late_minutes", 0) : 0);
    jw_kstr(w, "does", body ? json_str(body, "does") : NULL);
    jw_kstr(w, "why_not", body ? json_str(body, "why_not") : NULL);
    report_members(w, body);
    jw_close(w);
    json_decref(body);
}

static void notifications_came(struct pending *p, const struct db_outcome *out)
{
    const struct asked *k = p->mine;
    int n = db_count(out->rows);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        notification_json(p, &w, out->rows, i);
    pending_page(p, &w, n > 0 && n == k->limit, 0, n > 0 ? db_get_i64(out->rows, n - 1, N_ID) : 0);
}

/* $1 to $3: who is told. */
static void told_args(struct db_args *args, const struct viewer *v)
{
    int32_t role[ROLE_COUNT];
    size_t n = 0;

    for (int r = 0; r < ROLE_COUNT; r++)
        if (v->roles >> r & 1)
            role[n++] = r;
    db_i64(args, v->user);
    db_i32(args, v->agency);
    db_i32s(args, role, NULL, n);
}

void store_notifications(struct store *st, const struct viewer *v, int64_t before, int limit,
                         enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, notifications_came);
    struct db_args *args = read_args(p, 5);

    (void)keep(p, lang, v->user, limit);
    p->json = done;
    told_args(args, v);
    db_i64(args, before > 0 ? before : INT64_MAX);
    db_i32(args, limit);
    pending_send(p, LANE_READ, "notifications", args);
}

static void unread_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_ki64(&w, "unread", db_get_i64(out->rows, 0, 0));
    jw_close(&w);
    pending_json(p, 0);
}

void store_notifications_unread(struct store *st, const struct viewer *v, store_json *done,
                                void *owner)
{
    struct pending *p = pending_new(st, owner, unread_came);
    struct db_args *args = read_args(p, 4);

    p->json = done;
    told_args(args, v);
    db_i32(args, UNREAD_MAX);
    pending_send(p, LANE_READ, "notifications_unread", args);
}

static void seen_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    (void)out;
    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, 0);
}

void store_notifications_seen(struct store *st, int64_t user, int64_t upto, store_json *done,
                              void *owner)
{
    struct pending *p = pending_new(st, owner, seen_came);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, user);
    db_i64(args, upto);
    pending_send(p, LANE_ACT, "notification_see", args);
}

/* ---------------------------------------------------------------- how late rungs fired */

enum { C_CLOCK, C_RUNG, C_N, C_LATE, C_MOST };
enum {
    F_AT,
    F_DOSSIER,
    F_CODE,
    F_PROCEDURE,
    F_CLOCK,
    F_RUNG,
    F_LATE,
    F_AGENCY,
    F_ROLE,
    F_DOES,
    F_WHY
};

static void jw_krung(struct jw *w, const struct asked *k, int64_t clock, int64_t rung)
{
    enum clock_kind c = clock >= 0 && clock < CLOCK_KINDS ? (enum clock_kind)clock : CLOCK_LEGAL;

    jw_kstr(w, "rung", rung_word(c, (int)rung));
    jw_kstr(w, "title", text2_in(rung_title(c, (int)rung), k->lang));
}

static void jw_kword(struct jw *w, const char *key, const struct db_rows *r, int row, int col)
{
    if (db_is_null(r, row, col))
        jw_knull(w, key);
    else
        jw_kspan(w, key, db_get_span(r, row, col));
}

static void counts_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_krung(&w, p->mine, db_get_i64(r, i, C_CLOCK), db_get_i64(r, i, C_RUNG));
        jw_ki64(&w, "n", db_get_i64(r, i, C_N));
        jw_ki64(&w, "late", db_get_i64(r, i, C_LATE));
        jw_ki64(&w, "most_late_minutes", db_get_i64(r, i, C_MOST));
        jw_close(&w);
    }
    pending_page(p, &w, false, 0, 0);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct asked *k = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        int64_t late = db_get_i64(r, i, F_LATE);

        jw_open(&w);
        jw_ktime(&w, "fired", db_get_time(r, i, F_AT));
        jw_ktime(&w, "due", db_get_time(r, i, F_AT) - late * 60000000);
        jw_ki64(&w, "late_minutes", late);
        jw_krung(&w, k, db_get_i64(r, i, F_CLOCK), db_get_i64(r, i, F_RUNG));
        jw_kspan(&w, "code", db_get_span(r, i, F_CODE));
        jw_kspan(&w, "procedure", db_get_span(r, i, F_PROCEDURE));
        jw_kagency(&w, "agency", p->st->snap->org, (int)db_get_i64(r, i, F_AGENCY), k->lang);
        jw_kspan(&w, "role", db_get_span(r, i, F_ROLE));
        jw_kword(&w, "does", r, i, F_DOES);
        jw_kword(&w, "why_not", r, i, F_WHY);
        jw_close(&w);
    }
    pending_page(p, &w, n > 0 && n >= k->limit, n > 0 ? db_get_time(r, n - 1, F_AT) : 0,
                 n > 0 ? db_get_i64(r, n - 1, F_DOSSIER) : 0);
}

void store_catch_up(struct store *st, const struct viewer *v, const struct catch_up_query *q,
                    store_json *done, void *owner)
{
    bool list = q->limit > 0;
    struct pending *p = pending_new(st, owner, list ? list_came : counts_came);
    struct db_args *args = read_args(p, list ? 7 : 4);
    const int32_t *id;
    size_t n = agencies_asked(p, v, q->agency, &id);

    (void)keep(p, q->lang, v->user, q->limit);
    p->json = done;
    db_i32s(args, id, NULL, n);
    db_time(args, q->from);
    db_time(args, q->to);
    db_i64(args, q->late_minutes);
    if (list) {
        db_time(args, q->after);
        db_i64(args, q->after_id);
        db_i32(args, q->limit);
    }
    pending_send(p, LANE_REPORT, list ? "catch_up" : "catch_up_count", args);
}
