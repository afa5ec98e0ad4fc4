/* The cash book of a day or a month: totals by agency and method, phí and lệ phí apart, and each
 * payment behind them (Decree 118/2025 art. 12, 24).  The worker's thread. */
#include "server/api/page.h"

static const char *const methods[] = {"cash", "transfer", "online", "post", NULL};
static const char *const kinds[] = {"payment", "refund", NULL};

#define PERIOD                                                                                     \
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},                                    \
        {"month", {"tháng, như 2026-03: quyết toán tháng", "month, like 2026-03: settlement"}},    \
    {                                                                                              \
        "agency",                                                                                  \
        {                                                                                          \
            "đơn vị thu", "agency that took it"                                                    \
        }                                                                                          \
    }
static const struct route_param total_params[] = {PERIOD, {NULL, {NULL, NULL}}};
static const struct route_param list_params[] = {
    PERIOD,
    {"method", {"hình thức", "how it was paid"}},
    {"kind", {"payment hoặc refund", "payment or refund"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static bool read_month(struct req *rq, struct span month, struct cash_query *q)
{
    char day[16];
    struct civil c;
    dayno first;

    if (month.n != 7 || snprintf(day, sizeof day, "%.*s-01", 7, month.p) != 10 ||
        !day_parse(span_of(day), &first)) {
        reply_detail(rq, ERR_BAD_REQUEST, "Tháng phải có dạng 2026-03.",
                     "A month looks like 2026-03.");
        return false;
    }
    c = civil_of_day(first);
    q->from = instant_of(day_start(first));
    q->to = instant_of(day_start(first + month_days(c.year, c.month)));
    return true;
}

static bool read_query(struct req *rq, struct cash_query *q)
{
    struct span month = req_query(rq, "month");

    *q = (struct cash_query){.refund = -1, .after = INSTANT_NONE, .lang = rq->lang};
    if (month.p) {
        if (!read_month(rq, month, q))
            return false;
    } else {
        if (!query_day(rq, "day", lminute_day(lminute_of(clock_now())), &q->from))
            return false;
        q->to = instant_of(lminute_of(q->from) + DAY_MINUTES);
    }
    return query_agency(rq, &q->agency);
}

static void totals(struct req *rq)
{
    struct cash_query q;

    if (!read_query(rq, &q))
        return;
    rq->wait = WAIT_STORE;
    store_cash(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void list(struct req *rq)
{
    struct cash_query q;
    struct page_query pg;
    int method;

    if (!read_query(rq, &q) || !req_query_choice(rq, "method", methods, -1, &method) ||
        !req_query_choice(rq, "kind", kinds, -1, &q.refund) || !page_read(rq, &pg))
        return;
    q.method = method < 0 ? NULL : methods[method];
    q.after = pg.after;
    q.after_id = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_cash(rq->api->store, &rq->viewer, &q, page_came, rq);
}

#define AMOUNTS                                                                                    \
    A_INT("amount", 0, "số tiền, đồng", "amount in dong"),                                         \
        A_INT("fee", 0, "trong đó phí", "fees"),                                                   \
        A_INT("charge", 0, "trong đó lệ phí", "state charges"),                                    \
        A_INT("duty", 0, "trong đó nghĩa vụ tài chính", "financial obligations")

static const struct answer_key sum_keys[] = {A_INT("n", 0, "số lần", "how many"), AMOUNTS};
static const struct answer_shape sum_shape = A_SHAPE("CashSum", sum_keys);
static const struct answer_key total_keys[] = {
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "đơn vị thu", "agency that took it"),
    A_BOOL("refund", 0, "hoàn trả", "given back"),
    A_ENUM("method", 0, methods, "hình thức", "how it was paid"),
    A_INT("n", 0, "số lần", "how many"),
    AMOUNTS,
};
static const struct answer_shape total_shape = A_SHAPE("CashTotal", total_keys);
static const struct answer_key totals_keys[] = {
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "up to, exclusive"),
    A_OBJECT("received", 0, &sum_shape, "đã thu", "received"),
    A_OBJECT("given_back", 0, &sum_shape, "đã hoàn", "given back"),
    A_PAGE(&total_shape, "theo đơn vị, hình thức", "by agency and method"),
};
static const struct answer_shape totals_shape = A_SHAPE("CashTotals", totals_keys);
static const struct answer_key item_keys[] = {
    A_TIME("at", 0, "lúc", "at"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "đơn vị thu", "agency that took it"),
    A_BOOL("refund", 0, "hoàn trả", "given back"),
    A_ENUM("method", 0, methods, "hình thức", "how it was paid"),
    A_TEXT("receipt", ANSWER_NULL, "số biên lai, mã giao dịch", "receipt or transaction"),
    A_BOOL("given", 0, "số do hệ thống cấp", "numbered by the system"),
    AMOUNTS,
    A_INT("by", ANSWER_NULL, "người thu; null: cổng thanh toán", "cashier; null: the platform"),
};
static const struct answer_shape item_shape = A_SHAPE("CashEntry", item_keys);
static const struct answer_key items_keys[] = {
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "up to, exclusive"),
    A_PAGE(&item_shape, "từng lần thu, hoàn", "each of them"),
};
static const struct answer_shape items_shape = A_SHAPE("CashEntries", items_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/reports/cash",
     .permission = PERM_CASH_READ,
     .lane = LANE_REPORT,
     .handle = totals,
     .query = total_params,
     .answer = &totals_shape,
     .summary = {"Sổ thu phí, lệ phí theo ngày, quyết toán theo tháng",
                 "Cash book of a day, settlement of a month"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reports/cash/list",
     .permission = PERM_CASH_READ,
     .lane = LANE_REPORT,
     .handle = list,
     .query = list_params,
     .answer = &items_shape,
     .summary = {"Từng lần thu sau các con số ấy", "Each payment behind these numbers"}},
};
ROUTE_TABLE(routes_cash, rows);
