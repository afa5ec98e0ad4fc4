/* The receipt of a payment (biên lai thu phí, lệ phí), from the event that noted it.  The worker's
 * thread. */
#include <string.h>

#include "server/api/paper_fill.h"

static const struct {
    const char *method, *vi;
} methods[] = {{"cash", "Tiền mặt"},
               {"transfer", "Chuyển khoản"},
               {"online", "Trực tuyến"},
               {"post", "Qua bưu chính công ích"}};

/* The payment asked for (?event=seq), else the last one. */
static const json_t *payment_of(const struct paper_fill *f)
{
    struct span asked = req_query(f->rq, "event");
    int64_t seq = 0;

    if (!asked.p)
        return fill_event(f, "FIN_PAID");
    if (!span_i64(asked, 1, INT64_MAX, &seq))
        return NULL;
    for (size_t i = 0; i < json_array_size(f->history); i++) {
        const json_t *e = json_array_get(f->history, i);
        const char *kind = json_str(e, "kind");

        if (json_i64(e, "seq", 0) == seq && kind && strcmp(kind, "FIN_PAID") == 0)
            return e;
    }
    return NULL;
}

static void row(struct paper_fill *f, const char *title, int64_t amount)
{
    struct paper_row *r = amount > 0 ? paper_add(f->r, PL_FEES) : NULL;
    struct buf b;

    if (!r)
        return;
    buf_init(&b, 64);
    paper_money(amount, &b);
    paper_cell(f->r, r, PC_NO, arena_printf(f->rq->arena, "%zu", f->r->list[PL_FEES].n));
    paper_cell(f->r, r, PC_TITLE, title);
    paper_cell(f->r, r, PC_AMOUNT, buf_cstr(&b));
    buf_free(&b);
}

static const struct request_title {
    const char *kind, *vi;
} parts[] = {{"charge", "Lệ phí"}, {"duty", "Nghĩa vụ tài chính"}};

/* The fees of acceptance by their names: amounts are exact, so all of them are paid or none. */
static bool named_fees(struct paper_fill *f, const json_t *data, int64_t amount)
{
    const json_t *list = json_object_get(f->d, "fees");
    int64_t all = 0, charge = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);

        all += json_i64(x, "amount", 0);
        charge += json_flag(x, "charge", false) ? json_i64(x, "amount", 0) : 0;
    }
    if (all != amount || charge != json_i64(data, "charge", 0) || json_i64(data, "duty", 0))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        row(f, json_str(json_array_get(list, i), "title"),
            json_i64(json_array_get(list, i), "amount", 0));
    return true;
}

static void rows(struct paper_fill *f, const json_t *data, int64_t amount)
{
    int64_t left = amount;

    if (named_fees(f, data, amount))
        return;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        left -= json_i64(data, parts[i].kind, 0);
    row(f, "Phí", left);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        row(f, parts[i].vi, json_i64(data, parts[i].kind, 0));
}

bool fill_fee(struct paper_fill *f)
{
    const json_t *e = payment_of(f), *data = json_object_get(e, "data");
    const char *method = json_str(data, "method"), *number = json_str(e, "assigned");
    int64_t amount = json_i64(data, "amount", 0);
    int at = organisation_of_id(f->snap->org, (int)json_i64(data, "agency", 0));
    struct buf b;

    if (!e)
        return fill_nothing(f, "Hồ sơ này chưa nộp khoản nào.", "Nothing was paid yet.");
    fill_issuer(f, at >= 0 ? at : fill_agency(f, json_object_get(f->d, "receiving")),
                fill_instant(json_str(e, "at")));
    fill_dossier(f);
    f->about = arena_printf(f->rq->arena, "%lld", (long long)json_i64(e, "seq", 0));
    fill_money(f, PF_AMOUNT, amount);
    buf_init(&b, 1024);
    paper_money_words(amount, LANG_VI, &b);
    paper_set(f->r, PF_AMOUNT_WORDS, buf_cstr(&b));
    buf_free(&b);
    paper_set(f->r, PF_NUMBER, number ? number : json_str(data, "reference"));
    for (size_t i = 0; method && i < sizeof methods / sizeof *methods; i++)
        if (strcmp(method, methods[i].method) == 0)
            paper_set(f->r, PF_METHOD, methods[i].vi);
    fill_time(f, PF_AT, json_str(e, "at"));
    paper_set(f->r, PF_OFFICER, json_str(e, "name"));
    rows(f, data, amount);
    return true;
}
