/* The list of what needed a second person's agreement: who asked, what became of it.  The worker's
 * thread. */
#include "common/dossier/payload.h"
#include "server/api/page.h"

static const struct route_param params[] = {
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"agency", {"cơ quan tiếp nhận hoặc giải quyết", "agency that received or resolves them"}},
    {"kind",
     {"loại đề nghị, như late_entry; không ghi: tất cả", "kind, such as late_entry; default: all"}},
    {"state", {"asked, agreed, declined, cancelled; không ghi: tất cả", "as named; default: all"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static void list(struct req *rq)
{
    const char *kinds[REQ_KINDS];
    struct consents_query q = {.lang = rq->lang};
    struct period when;
    struct page_query pg;

    for (int i = 0; i + 1 < REQ_KINDS; i++)
        kinds[i] = request_kind_name((enum request_kind)(i + 1));
    kinds[REQ_KINDS - 1] = NULL;
    if (!query_period(rq, month_begin(), &when) || !query_agency(rq, &q.agency) ||
        !req_query_choice(rq, "kind", kinds, -1, &q.kind) ||
        !req_query_choice(rq, "state", CONSENT_WORDS, -1, &q.state) || !page_read(rq, &pg))
        return;
    q.from = when.from;
    q.to = when.to;
    q.after = pg.after;
    q.after_id = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_consents(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static const struct answer_key item_keys[] = {
    A_TIME("at", 0, "đề nghị lúc", "asked at"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_OBJECT("competent", ANSWER_NULL, &answer_agency, "cơ quan giải quyết", "competent agency"),
    A_OBJECT("receiving", ANSWER_NULL, &answer_agency, "nơi tiếp nhận", "where it was received"),
    A_NAME("kind", 0, answer_request, "loại", "kind"),
    A_TEXT("title", 0, "tên loại", "title of the kind"),
    A_ENUM("state", 0, CONSENT_WORDS, "đã ra sao", "what became of it"),
    A_INT("by", ANSWER_NULL, "người đề nghị", "who asked"),
    A_WORD("reason", ANSWER_NULL, "mã lý do", "reason code"),
    A_TEXT("exception", ANSWER_NULL, "căn cứ ngoại lệ", "legal basis of the exception"),
    A_TEXT("document", ANSWER_NULL, "văn bản", "document"),
    A_TIME("claimed", ANSWER_MAYBE, "nhập bù: lúc thực nộp", "late entry: when it was handed in"),
    A_TIME("decided", ANSWER_NULL, "quyết định lúc", "decided at"),
    A_INT("decided_by", ANSWER_NULL, "người quyết định", "who decided"),
    A_TEXT("note", ANSWER_NULL, "ghi chú khi quyết định", "note of the decision"),
};
static const struct answer_shape item_shape = A_SHAPE("Consent", item_keys);
static const struct answer_key items_keys[] = {A_PAGE(&item_shape, "từng đề nghị", "each of them")};
static const struct answer_shape items_shape = A_SHAPE("Consents", items_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/reports/consents",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = list,
     .query = params,
     .answer = &items_shape,
     .summary =
         {"Đề nghị cần người thứ hai đồng ý: nhập bù, hoàn phí, hẹn lại … và kết quả",
          "What needed a second person: late entries, refunds, apologies, and what became of it"}},
};
ROUTE_TABLE(routes_consents, rows);
