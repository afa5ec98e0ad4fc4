/* Reports of what interrupted dossiers: how many of each kind, and the dossiers behind each number.
 * The worker's thread. */
#include "server/api/page.h"

static const struct route_param count_params[] = {
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"agency", {"cơ quan tiếp nhận hoặc giải quyết", "agency that received or resolves them"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param list_params[] = {
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"agency", {"cơ quan tiếp nhận hoặc giải quyết", "agency that received or resolves them"}},
    {"kind", {"loại; không ghi: tất cả", "kind; left out: all"}},
    {"irregular", {"true: chỉ những lần ngoài quy định", "true: only what is outside the rules"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static bool read_query(struct req *rq, struct interruptions_query *q)
{
    struct period when;

    *q = (struct interruptions_query){.kind = -1, .after = INSTANT_NONE, .lang = rq->lang};
    if (!query_period(rq, month_begin(), &when) || !query_agency(rq, &q->agency))
        return false;
    q->from = when.from;
    q->to = when.to;
    return true;
}

static void counts(struct req *rq)
{
    struct interruptions_query q;

    if (!read_query(rq, &q))
        return;
    rq->wait = WAIT_STORE;
    store_interruptions(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void list(struct req *rq)
{
    static const char *const yes_no[] = {"false", "true", NULL};
    struct interruptions_query q;
    struct page_query pg;
    int irregular;

    if (!read_query(rq, &q) || !req_query_choice(rq, "kind", INTERRUPTION_WORDS, -1, &q.kind) ||
        !req_query_choice(rq, "irregular", yes_no, 0, &irregular) || !page_read(rq, &pg))
        return;
    q.irregular = irregular == 1;
    q.after = pg.after;
    q.after_id = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_interruptions(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static const struct answer_key count_keys[] = {
    A_ENUM("kind", 0, INTERRUPTION_WORDS, "loại", "kind"),
    A_INT("n", 0, "số lần", "how many"),
    A_INT("late", 0, "quá thời gian được phép", "after the time allowed"),
    A_INT("extra", 0, "quá số lần được phép", "more often than allowed"),
    A_INT("overdue", 0, "khi hồ sơ đã trễ", "when the dossier was late already"),
};
static const struct answer_shape count_shape = A_SHAPE("InterruptionCount", count_keys);
static const struct answer_key counts_keys[] = {
    A_PAGE(&count_shape, "số lần theo loại", "by kind")};
static const struct answer_shape counts_shape = A_SHAPE("InterruptionCounts", counts_keys);

static const struct answer_key item_keys[] = {
    A_TIME("at", 0, "lúc", "at"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_OBJECT("competent", ANSWER_NULL, &answer_agency, "cơ quan giải quyết", "competent agency"),
    A_ENUM("kind", 0, INTERRUPTION_WORDS, "loại", "kind"),
    A_INT("by", ANSWER_NULL, "người làm", "who"),
    A_OBJECT("at_agency", ANSWER_NULL, &answer_agency, "cơ quan của người làm",
             "agency of who did it"),
    A_BOOL("late", 0, "quá thời gian được phép", "after the time allowed"),
    A_BOOL("extra", 0, "quá số lần được phép", "more often than allowed"),
    A_BOOL("overdue", 0, "khi hồ sơ đã trễ", "when the dossier was late already"),
    A_WORD("reason", ANSWER_NULL, "mã lý do", "reason code"),
    A_TEXT("exception", ANSWER_NULL, "căn cứ ngoại lệ", "legal basis of the exception"),
    A_TEXT("document", ANSWER_NULL, "văn bản", "document"),
};
static const struct answer_shape item_shape = A_SHAPE("Interruption", item_keys);
static const struct answer_key items_keys[] = {A_PAGE(&item_shape, "từng lần", "each of them")};
static const struct answer_shape items_shape = A_SHAPE("Interruptions", items_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/reports/interruptions",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = counts,
     .query = count_params,
     .answer = &counts_shape,
     .summary = {"Số lần bổ sung, hẹn lại, tạm dừng, rút … theo loại",
                 "Supplements, apologies, standstills, ends, by kind"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reports/interruptions/list",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = list,
     .query = list_params,
     .answer = &items_shape,
     .summary = {"Hồ sơ sau mỗi con số ấy", "The dossiers behind each of these numbers"}},
};
ROUTE_TABLE(routes_interruptions, rows);
