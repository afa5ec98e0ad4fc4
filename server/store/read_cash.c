/* The cash book: what was received and given back, in all and one by one, from the history.
 * The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

enum { T_AGENCY, T_REFUND, T_METHOD, T_N, T_AMOUNT, T_CHARGE, T_DUTY };
enum {
    L_AT,
    L_DOSSIER,
    L_CODE,
    L_PROCEDURE,
    L_AGENCY,
    L_REFUND,
    L_METHOD,
    L_RECEIPT,
    L_AMOUNT,
    L_CHARGE,
    L_DUTY,
    L_BY,
    L_GIVEN
};

/* Phí is what is neither lệ phí nor an obligation to others. */
static void amounts_json(struct jw *w, int64_t amount, int64_t charge, int64_t duty)
{
    jw_ki64(w, "amount", amount);
    jw_ki64(w, "fee", amount - charge - duty);
    jw_ki64(w, "charge", charge);
    jw_ki64(w, "duty", duty);
}

static void sums_json(struct jw *w, const struct db_rows *r, const char *key, bool refunds)
{
    int64_t n = 0, amount = 0, charge = 0, duty = 0;

    for (int i = 0; i < db_count(r); i++) {
        if (db_get_bool(r, i, T_REFUND) != refunds)
            continue;
        n += db_get_i64(r, i, T_N);
        amount += db_get_i64(r, i, T_AMOUNT);
        charge += db_get_i64(r, i, T_CHARGE);
        duty += db_get_i64(r, i, T_DUTY);
    }
    jw_key(w, key);
    jw_open(w);
    jw_ki64(w, "n", n);
    amounts_json(w, amount, charge, duty);
    jw_close(w);
}

static void period_json(struct jw *w, const struct cash_query *q)
{
    jw_ktime(w, "from", q->from);
    jw_ktime(w, "to", q->to);
}

static void totals_came(struct pending *p, const struct db_outcome *out)
{
    const struct cash_query *q = p->mine;
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    period_json(&w, q);
    sums_json(&w, r, "received", false);
    sums_json(&w, r, "given_back", true);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_kagency(&w, "agency", p->st->snap->org, (int)db_get_i64(r, i, T_AGENCY), q->lang);
        jw_kbool(&w, "refund", db_get_bool(r, i, T_REFUND));
        jw_kspan(&w, "method", db_get_span(r, i, T_METHOD));
        jw_ki64(&w, "n", db_get_i64(r, i, T_N));
        amounts_json(&w, db_get_i64(r, i, T_AMOUNT), db_get_i64(r, i, T_CHARGE),
                     db_get_i64(r, i, T_DUTY));
        jw_close(&w);
    }
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

static void item_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct cash_query *q = p->mine;

    jw_open(w);
    jw_ktime(w, "at", db_get_time(r, i, L_AT));
    jw_kspan(w, "code", db_get_span(r, i, L_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, L_PROCEDURE));
    jw_kagency(w, "agency", p->st->snap->org, (int)db_get_i64(r, i, L_AGENCY), q->lang);
    jw_kbool(w, "refund", db_get_bool(r, i, L_REFUND));
    jw_kspan(w, "method", db_get_span(r, i, L_METHOD));
    jw_kspan(w, "receipt", db_get_span(r, i, L_RECEIPT));
    jw_kbool(w, "given", db_get_bool(r, i, L_GIVEN));
    amounts_json(w, db_get_i64(r, i, L_AMOUNT), db_get_i64(r, i, L_CHARGE),
                 db_get_i64(r, i, L_DUTY));
    jw_kofficer(w, "by", db_get_i64(r, i, L_BY));
    jw_close(w);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct cash_query *q = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    period_json(&w, q);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        item_json(p, &w, r, i);
    pending_page(p, &w, n >= q->limit && n > 0, n ? db_get_time(r, n - 1, L_AT) : 0,
                 n ? db_get_i64(r, n - 1, L_DOSSIER) : 0);
}

void store_cash(struct store *st, const struct viewer *v, const struct cash_query *q,
                store_json *done, void *owner)
{
    bool list = q->limit > 0;
    struct pending *p = pending_new(st, owner, list ? list_came : totals_came);
    struct cash_query *kept = ARENA_NEW(p->own, struct cash_query);
    struct db_args *args = read_args(p, list ? 8 : 3);
    const int32_t *id;
    size_t n = agencies_asked(p, v, q->agency, &id);

    *kept = *q;
    p->mine = kept;
    p->json = done;
    db_i32s(args, id, NULL, n);
    db_time(args, q->from);
    db_time(args, q->to);
    if (list) {
        db_text(args, q->method);
        if (q->refund < 0)
            db_null(args);
        else
            db_bool(args, q->refund == 1);
        db_time(args, q->after);
        db_i64(args, q->after_id);
        db_i32(args, q->limit);
    }
    pending_send(p, LANE_REPORT, list ? "cash_list" : "cash", args);
}
