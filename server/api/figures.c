/* Figures: on time and valid at first submission, and the dossiers behind each number.
 * The worker's thread. */
#include "server/api/page.h"

static const char *const groups[] = {"total", "agency", "procedure", "month", NULL};
static const char *const columns[] = {"total",
                                      "received",
                                      "carried",
                                      "resolved",
                                      "pending",
                                      "first_decided",
                                      "first_accepted",
                                      "first_not_accepted",
                                      "valid_first",
                                      "not_valid_first",
                                      "received_online",
                                      "received_other",
                                      "resolved_early",
                                      "resolved_on_time",
                                      "resolved_late",
                                      "ended_other",
                                      "supplemented",
                                      "pending_within",
                                      "pending_overdue",
                                      "pending_waiting",
                                      NULL};

#define PERIOD                                                                                     \
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},       \
        {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},      \
        {"as_of", {"tính đến thời điểm", "as known at this instant"}},                             \
        {"basis", {"original, basis (mặc định) hoặc current", "original, basis or current"}},      \
        {"by",                                                                                     \
         {"historical (mặc định): cơ quan lúc đó; successor: cơ quan kế thừa",                     \
          "historical: the agency of the time; successor: the one that took over"}},               \
        {"agency", {"cơ quan", "agency"}},                                                         \
    {                                                                                              \
        "procedure",                                                                               \
        {                                                                                          \
            "mã thủ tục", "code of the procedure"                                                  \
        }                                                                                          \
    }

static const struct route_param figure_params[] = {
    PERIOD,
    {"group", {"total, agency, procedure hoặc month", "total, agency, procedure or month"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param list_params[] = {
    PERIOD,
    {"column", {"cột số liệu", "the number whose dossiers are listed"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static bool read_period(struct req *rq, struct figures_query *q)
{
    struct span as_of = req_query(rq, "as_of"), procedure = req_query(rq, "procedure");
    struct period when;
    int basis, by;

    *q = (struct figures_query){.as_of = INSTANT_NONE, .limit = PAGE_DEFAULT};
    if (!query_period(rq, month_begin(), &when) ||
        !req_query_choice(rq, "basis", DUE_BASIS_WORDS, DUE_BASIS, &basis) ||
        !req_query_choice(rq, "by", FIGURE_BY_WORDS, 0, &by) || !query_agency(rq, &q->agency))
        return false;
    if (as_of.p && !instant_parse(as_of, &q->as_of)) {
        reply_detail(rq, ERR_BAD_REQUEST, "as_of phải có dạng 2026-03-02T10:00:00+07:00.",
                     "as_of looks like 2026-03-02T10:00:00+07:00.");
        return false;
    }
    q->from = when.from;
    q->to = when.to;
    q->successor = by == 1;
    q->basis = (enum due_basis)basis;
    q->procedure = procedure.p ? arena_span(rq->arena, procedure) : NULL;
    return true;
}

static void figures(struct req *rq)
{
    struct figures_query q;
    int group;

    if (!read_period(rq, &q) || !req_query_choice(rq, "group", groups, 0, &group))
        return;
    q.group = groups[group];
    rq->wait = WAIT_STORE;
    store_figures(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void list(struct req *rq)
{
    struct figures_query q;
    struct page_query pg;
    int column;

    if (!read_period(rq, &q) || !req_query_choice(rq, "column", columns, -1, &column) ||
        !page_read(rq, &pg))
        return;
    if (column < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, "Thiếu column: cột nào cần liệt kê.",
                     "column is missing: which number to list.");
        return;
    }
    q.group = "total";
    q.list = columns[column];
    q.limit = pg.limit;
    q.after_id = pg.after_id;
    rq->wait = WAIT_STORE;
    store_figures(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static const struct answer_key rate_keys[] = {
    A_INT("n", 0, "tử số", "numerator"),
    A_INT("of", 0, "mẫu số", "denominator"),
};
static const struct answer_shape rate_shape = A_SHAPE("Rate", rate_keys);
#define RATE(key, flags, vi, en) A_OBJECT(key, flags, &rate_shape, vi, en)
static const struct answer_key row_keys[] = {
    A_WORD("agency", ANSWER_MAYBE | ANSWER_NULL, "cơ quan", "agency"),
    A_TEXT("agency_name", ANSWER_MAYBE | ANSWER_NULL, "tên cơ quan",
           "name of the agency, Vietnamese"),
    A_TEXT("agency_name_en", ANSWER_MAYBE | ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_WORD("procedure", ANSWER_MAYBE, "mã thủ tục", "code of the procedure"),
    A_TEXT("procedure_name", ANSWER_MAYBE | ANSWER_NULL, "tên thủ tục", "name, Vietnamese"),
    A_TEXT("procedure_name_en", ANSWER_MAYBE | ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_WORD("month", ANSWER_MAYBE, "tháng, 2026-03", "month, 2026-03"),
    A_INT("total", 0, "tổng số (1)", "total (1)"),
    A_INT("received_online", 0, "nhận trực tuyến (2)", "received online (2)"),
    A_INT("received_other", 0, "nhận trực tiếp, bưu chính (3)", "received otherwise (3)"),
    A_INT("carried", 0, "kỳ trước chuyển sang (4)", "carried over (4)"),
    A_INT("resolved", 0, "đã giải quyết (5)", "resolved (5)"),
    A_INT("resolved_early", 0, "trước hạn (6)", "early (6)"),
    A_INT("resolved_on_time", 0, "đúng hạn (7)", "on time (7)"),
    A_INT("resolved_late", 0, "quá hạn (8)", "late (8)"),
    A_INT("pending", 0, "đang giải quyết (9)", "pending (9)"),
    A_INT("pending_within", ANSWER_NULL, "trong hạn (10)", "pending within (10)"),
    A_INT("pending_overdue", ANSWER_NULL, "quá hạn (11)", "pending overdue (11)"),
    A_INT("pending_waiting", ANSWER_NULL, "đang chờ, thời hạn dừng; ngoài biểu",
          "waiting while the clock stands still; beside the form"),
    A_INT("ended_other", 0, "kết thúc khác", "ended otherwise"),
    RATE("rate_on_time", 0, "tỷ lệ đúng hạn", "on time"),
    RATE("rate_on_time_with_overdue", ANSWER_MAYBE, "kể cả đang quá hạn", "counting the overdue"),
    RATE("rate_online", 0, "tỷ lệ trực tuyến", "online"),
    A_INT("first_decided", 0, "lần nộp đầu đã xét", "first attempts decided"),
    A_INT("first_accepted", 0, "lần nộp đầu được nhận", "first attempts accepted"),
    A_INT("valid_first", 0, "hợp lệ ngay lần đầu", "valid at first submission"),
    A_INT("supplemented", 0, "phải bổ sung", "supplemented"),
    RATE("rate_valid_first", 0, "tỷ lệ hợp lệ ngay lần đầu", "valid at first submission"),
    RATE("rate_first_accepted", 0, "tỷ lệ được nhận lần đầu", "first attempts accepted"),
    RATE("rate_supplemented", ANSWER_MAYBE, "tỷ lệ phải bổ sung", "supplemented"),
};
static const struct answer_shape row_shape = A_SHAPE("FigureRow", row_keys);
static const struct answer_key head_keys[] = {
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "up to, exclusive"),
    A_TIME("as_of", ANSWER_NULL, "tính đến", "as known at"),
    A_ENUM("basis", 0, DUE_BASIS_WORDS, "hạn dùng để xét", "due that is judged by"),
    A_ENUM("by", 0, FIGURE_BY_WORDS, "tính cho cơ quan", "counted with which agency"),
    A_ENUM("source", 0, FIGURE_SOURCE_WORDS, "lấy từ", "where the figures come from"),
};
static const struct answer_shape head_shape = A_SHAPE("FigureHead", head_keys);
static const struct answer_key figures_keys[] = {
    A_WITH(&head_shape),
    A_PAGE(&row_shape, "số liệu", "figures"),
};
static const struct answer_shape figures_shape = A_SHAPE("Figures", figures_keys);
static const struct answer_key behind_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_TIME("accepted", ANSWER_NULL, "tiếp nhận lúc", "accepted at"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "due"),
    A_TIME("finished", ANSWER_NULL, "có kết quả lúc", "result ready at"),
};
static const struct answer_shape behind_shape = A_SHAPE("FigureDossier", behind_keys);
static const struct answer_key list_keys[] = {
    A_WITH(&head_shape),
    A_ENUM("column", 0, columns, "cột", "column"),
    A_PAGE(&behind_shape, "hồ sơ đứng sau con số", "dossiers behind the number"),
};
static const struct answer_shape list_shape = A_SHAPE("FigureDossiers", list_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/figures",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = figures,
     .answer = &figures_shape,
     .query = figure_params,
     .summary = {"Số liệu: đúng hạn, hợp lệ lần đầu",
                 "Figures: on time, valid at first submission"}},
    {.method = HTTP_GET,
     .pattern = "/v1/figures/dossiers",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = list,
     .answer = &list_shape,
     .query = list_params,
     .summary = {"Hồ sơ đứng sau một con số", "The dossiers behind a number"}},
};
ROUTE_TABLE(routes_figures, rows);
