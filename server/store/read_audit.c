/* The audit for inspectors: who did what beside dossiers, what was refused, who read whose data.
 * The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

enum { U_ID, U_AT, U_WHAT, U_LOGIN, U_NAME, U_PEER, U_DETAIL };

static void line_json(struct jw *w, const struct db_rows *r, int i)
{
    struct span detail = db_get_span(r, i, U_DETAIL);

    jw_open(w);
    jw_ki64(w, "line", db_get_i64(r, i, U_ID));
    jw_ktime(w, "at", db_get_time(r, i, U_AT));
    jw_kspan(w, "what", db_get_span(r, i, U_WHAT));
    jw_ktext(w, "login", db_get_span(r, i, U_LOGIN));
    jw_ktext(w, "name", db_get_span(r, i, U_NAME));
    jw_ktext(w, "peer", db_get_span(r, i, U_PEER));
    jw_ktext(w, "detail", detail);
    jw_close(w);
}

static void lines_came(struct pending *p, const struct db_outcome *out)
{
    const int *limit = p->mine;
    int n = db_count(out->rows);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        line_json(&w, out->rows, i);
    jw_end(&w);
    jw_key(&w, "next");
    if (n == *limit)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(out->rows, n - 1, U_ID)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, -1);
}

static void moment(struct db_args *p, instant t)
{
    if (t == INSTANT_NONE)
        db_null(p);
    else
        db_time(p, t);
}

void store_audit_list(struct store *st, const struct audit_query *q, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, lines_came);
    struct db_args *args = read_args(p, 6);
    int *limit = ARENA_NEW(p->own, int);

    *limit = q->limit;
    p->json = done;
    p->mine = limit;
    db_i64(args, q->before);
    db_i32(args, q->limit);
    db_text(args, q->login);
    db_text(args, q->what);
    moment(args, q->from);
    moment(args, q->to);
    pending_send(p, LANE_READ, "audit_list", args);
}
