/* The list of what needed a second person's agreement: who asked, what became of it.  The worker's
 * thread. */
#include "common/dossier/payload.h"
#include "server/api/figures.h"

static const struct route_param params[] = {
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"agency", {"cơ quan tiếp nhận hoặc giải quyết", "agency that received or resolves them"}},
    {"kind",
     {"loại đề nghị, như late_entry; không ghi: tất cả", "kind, such as late_entry; default: all"}},
    {"state", {"asked, agreed, declined, cancelled; không ghi: tất cả", "as named; default: all"}},
    PAGE_PARAMS,
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};

static void ask_page(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct consents_query *q = question;

    q->after_id = after;
    rq->wait = WAIT_STORE;
    store_consents(rq->api->store, &rq->viewer, q, done, rq);
}

static void as_file(struct req *rq, int asked, struct consents_query *q)
{
    static const struct export_word states[] = {{"asked", {"Đang chờ", "Waiting"}},
                                                {"agreed", {"Đồng ý", "Agreed"}},
                                                {"declined", {"Không đồng ý", "Declined"}},
                                                {"cancelled", {"Đã hủy", "Cancelled"}},
                                                {NULL, {NULL, NULL}}};
    static const struct export_column c[] = {
        {"at", NULL, {"Đề nghị lúc", "Asked at"}, CELL_TEXT, 19},
        {"code", NULL, {"Mã hồ sơ", "Code"}, CELL_TEXT, 24},
        {"procedure", NULL, {"Thủ tục", "Procedure"}, CELL_TEXT, 12},
        {"title", NULL, {"Việc", "What"}, CELL_TEXT, 24},
        {"competent", "name", {"Cơ quan giải quyết", "Competent agency"}, CELL_TEXT, 24},
        {"exception", NULL, {"Căn cứ", "Basis"}, CELL_TEXT, 16},
        {"document", NULL, {"Văn bản", "Document"}, CELL_TEXT, 14},
        {"state", NULL, {"Quyết định", "Decision"}, CELL_TEXT, 14},
        {"decided", NULL, {"Quyết định lúc", "Decided at"}, CELL_TEXT, 19},
        {"note", NULL, {"Ghi chú", "Note"}, CELL_TEXT, 20}};
    struct figures_query days = FIGURES_QUERY_ANY;
    struct export e = {.ask = ask_page, .question = q, .ret_after = &q->after};

    days.from = q->from;
    days.to = q->to;
    days.agency = q->agency;
    figures_export_head(
        rq, &e, (struct text2){"Việc cần người thứ hai", "What needed a second person"}, &days);
    e.judged = NULL; /* nothing is late here */
    e.name = "viec-can-nguoi-thu-hai";
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        if (strcmp(c[i].key, "state") == 0)
            e.words[i] = states;
        e.column[e.columns++] = c[i];
    }
    q->limit = PAGE_MAX;
    export_begin(rq, asked, &e);
}

static void list(struct req *rq)
{
    const char *kinds[REQ_KINDS];
    struct consents_query *q = ARENA_NEW(rq->arena, struct consents_query);
    struct period when;
    struct page_query pg;
    int file;

    for (int i = 0; i + 1 < REQ_KINDS; i++)
        kinds[i] = request_kind_name((enum request_kind)(i + 1));
    kinds[REQ_KINDS - 1] = NULL;
    *q = (struct consents_query){.lang = rq->lang};
    if (!query_period(rq, month_begin(), &when) || !query_agency(rq, &q->agency) ||
        !req_query_choice(rq, "kind", kinds, -1, &q->kind) ||
        !req_query_choice(rq, "state", CONSENT_WORDS, -1, &q->state) || !page_read(rq, &pg) ||
        (file = export_asked(rq)) < 0)
        return;
    q->from = when.from;
    q->to = when.to;
    q->after = pg.after;
    if (file > 0) {
        q->after = INSTANT_NONE;
        as_file(rq, file, q);
        return;
    }
    q->limit = pg.limit;
    ask_page(rq, q, pg.after_id, page_came);
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
     .medias = export_media,
     .summary =
         {"Đề nghị cần người thứ hai đồng ý: nhập bù, hoàn phí, hẹn lại … và kết quả",
          "What needed a second person: late entries, refunds, apologies, and what became of it"}},
};
ROUTE_TABLE(routes_consents, rows);
