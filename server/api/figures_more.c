/* Beside the figures: what officers hold, where time went, why things were asked for.  The worker's
 * thread. */
#include "server/api/figures.h"

static const char *const what_words[] = {"supplement", "apology", "returned",
                                         "rejected",   "refused", NULL};
static const char *const attribution_words[] = {"applicant", "guidance", "officer", "data", NULL};

static const struct route_param load_params[] = {
    {"agency", {"cơ quan, cả cấp dưới", "agency, with those under it"}},
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};
static const struct route_param steps_params[] = {
    FIGURE_PARAMS,
    {"late", {"1: chỉ hồ sơ quá hạn", "1: only what came late"}},
    {"newest",
     {"1: xem nhanh, chỉ 2.000 hồ sơ mới nhất", "1: a quick look at the newest 2,000 only"}},
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};

static const struct route_param late_params[] = {
    FIGURE_PARAMS, PAGE_PARAMS, FORMAT_PARAM, {NULL, {NULL, NULL}}};
static const struct route_param reasons_params[] = {
    FIGURE_PARAMS, FORMAT_PARAM, {NULL, {NULL, NULL}}};

static void load(struct req *rq)
{
    int agency, file;

    if (!query_agency(rq, &agency) || (file = export_asked(rq)) < 0)
        return;
    if (file > 0) {
        figures_export_load(rq, file, agency);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures_load(rq->api->store, &rq->viewer, agency, rq->lang, page_came, rq);
}

static void steps(struct req *rq)
{
    struct figures_query q;
    int64_t late, newest;
    int file;

    if (!figures_read(rq, &q) || !req_query_i64(rq, "late", 0, 1, 0, &late) ||
        !req_query_i64(rq, "newest", 0, 1, 0, &newest) || (file = export_asked(rq)) < 0)
        return;
    if (file > 0) {
        figures_export_steps(rq, file, &q, late == 1);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures_steps(rq->api->store, &rq->viewer, &q, late == 1, newest == 1, page_came, rq);
}

/* Late is who missed the date that counts (basis); how late is told by the one asked for. */
static void late(struct req *rq)
{
    struct figures_query q;
    struct page_query pg;
    int file;

    if (!figures_read(rq, &q) || !page_read(rq, &pg) || (file = export_asked(rq)) < 0)
        return;
    if (file > 0) {
        figures_export_late(rq, file, &q);
        return;
    }
    q.limit = pg.limit;
    q.after_id = pg.after_id;
    rq->wait = WAIT_STORE;
    store_figures_late(rq->api->store, &rq->viewer, &q, pg.after, page_came, rq);
}

static void reasons(struct req *rq)
{
    struct figures_query q;
    int file;

    if (!figures_read(rq, &q) || (file = export_asked(rq)) < 0)
        return;
    if (file > 0) {
        figures_export_reasons(rq, file, &q);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures_reasons(rq->api->store, &rq->viewer, &q, page_came, rq);
}

/* ---------------------------------------------------------------- answers */

#define LOAD_COUNTS                                                                                \
    A_INT("holding", 0, "đang giữ", "holding"),                                                    \
        A_INT("overdue", 0, "quá hạn bước", "beyond the step's limit"),                            \
        A_INT("due_today", 0, "đến hạn hôm nay", "due today"),                                     \
        A_INT("due_next", 0, "đến hạn ngày làm việc tới", "due on the next working day"),          \
        A_INT("due_week", 0, "đến hạn trong tuần này", "due this week"),                           \
        A_INT("promise_overdue", 0, "quá ngày hẹn trả", "beyond the promise"),                     \
        A_INT("unopened", 0, "chưa nhận, chưa mở", "not received yet"),                            \
        A_INT("todo_next", 0, "phải xong hết ngày làm việc tới, kể cả quá hạn",                    \
              "to be done by the end of the next working day, overdue counted"),                   \
        A_INT("capacity_next", ANSWER_NULL, "sức làm ngày đó, vắng thì 0; null: chưa cấu hình",    \
              "can do on that day, 0 on leave; null: not configured"),                             \
        A_INT("percent_next", ANSWER_NULL, "phần trăm sức làm; null: không có sức làm",            \
              "percent of that; null: nothing can be done")
static const struct answer_key load_row_keys[] = {
    A_OBJECT("agency", 0, &answer_agency, "cơ quan", "agency"),
    A_INT("officer", ANSWER_NULL, "cán bộ; null: chưa phân công", "officer; null: nobody yet"),
    A_WORD("login", ANSWER_NULL, "tài khoản", "login"),
    A_TEXT("name", ANSWER_NULL, "họ tên", "name"),
    A_BOOL("absent", 0, "hôm nay vắng", "away today"),
    A_BOOL("absent_next", 0, "ngày làm việc tới vắng", "away on the next working day"),
    LOAD_COUNTS,
    A_TIME("oldest_due", ANSWER_NULL, "hạn sớm nhất", "the earliest due"),
};
static const struct answer_shape load_row_shape = A_SHAPE("OfficerLoad", load_row_keys);
static const struct answer_key load_total_keys[] = {LOAD_COUNTS};
static const struct answer_shape load_total_shape = A_SHAPE("LoadTotal", load_total_keys);
static const struct answer_key load_keys[] = {
    A_TIME("now", 0, "lúc này", "now"),
    A_TIME("next_day", 0, "hết ngày làm việc tới", "end of the next working day"),
    A_OBJECT("total", 0, &load_total_shape, "tổng số", "the total"),
    A_PAGE(&load_row_shape, "từng cán bộ", "officers"),
};
static const struct answer_shape load_shape = A_SHAPE("Load", load_keys);

static const struct answer_key step_row_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("step", 0, "bước", "step"),
    A_TEXT("title", ANSWER_NULL, "tên bước", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_INT("n", 0, "số lần làm", "times it was done"),
    A_INT("median_minutes", 0, "trung vị, phút làm việc", "median, working minutes"),
    A_INT("p90_minutes", 0, "chín phần mười không quá", "nine of ten took no more"),
    A_INT("norm_minutes", ANSWER_NULL, "định mức", "norm"),
    A_INT("percent_of_norm", ANSWER_NULL, "trung vị so với định mức, phần trăm",
          "median in percent of the norm"),
    A_INT("with_norm", 0, "số lần có định mức", "times with a norm"),
    A_INT("beyond", 0, "số lần quá định mức", "times beyond it"),
    A_INT("beyond_minutes", 0, "tổng phút quá định mức", "minutes beyond it"),
};
static const struct answer_shape step_row_shape = A_SHAPE("StepTime", step_row_keys);
static const struct answer_key times_keys[] = {
    A_INT("n", 0, "số hồ sơ", "dossiers"),
    A_INT("minutes", 0, "tổng phút làm việc", "working minutes in all"),
    A_INT("median_minutes", ANSWER_NULL, "trung vị", "median"),
    A_INT("p90_minutes", ANSWER_NULL, "chín phần mười không quá", "nine of ten took no more"),
};
static const struct answer_shape times_shape = A_SHAPE("Times", times_keys);
static const struct answer_key split_keys[] = {
    A_INT("steps", 0, "ở các bước", "in steps"),
    A_INT("applicant", 0, "chờ người nộp", "the applicant was awaited"),
    A_INT("excluded", 0, "không tính vào thời hạn", "excluded by law"),
    A_INT("other", 0, "còn lại", "the rest"),
};
static const struct answer_shape split_shape = A_SHAPE("TimeSplit", split_keys);
#define SHARE_KEYS                                                                                 \
    A_INT("n", 0, "số lần làm", "times"), A_INT("minutes", 0, "phút làm việc", "working minutes"), \
        A_INT("beyond_minutes", 0, "phút quá định mức", "minutes beyond norms")
static const struct answer_key agency_share_keys[] = {
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_TEXT("title", ANSWER_NULL, "tên", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    SHARE_KEYS,
};
static const struct answer_shape agency_share_shape = A_SHAPE("AgencyTime", agency_share_keys);
static const struct answer_key officer_share_keys[] = {
    A_INT("officer", ANSWER_NULL, "cán bộ", "officer"),
    SHARE_KEYS,
};
static const struct answer_shape officer_share_shape = A_SHAPE("OfficerTime", officer_share_keys);
static const struct answer_key steps_keys[] = {
    A_WITH(&figures_head_shape),
    A_INT("counted", 0, "số hồ sơ đã đếm", "dossiers counted"),
    A_INT("of", 0, "trong số; phần còn lại đang được tính, hoặc không hỏi tới (newest)",
          "of so many; the rest is yet to be counted, or was not asked for (newest)"),
    A_OBJECT("time", 0, &times_shape, "thời gian giải quyết", "time taken"),
    A_OBJECT("late", 0, &times_shape, "thời gian quá hạn", "time beyond the due date"),
    A_OBJECT("split", 0, &split_shape, "thời gian đã đi đâu, phút", "where it went, minutes"),
    A_LIST("by_agency", 0, &agency_share_shape, "theo cơ quan", "by agency"),
    A_LIST("by_officer", 0, &officer_share_shape, "theo cán bộ", "by officer"),
    A_PAGE(&step_row_shape, "các bước: theo thứ tự của thủ tục, hoặc chậm nhất trước",
           "steps: in the procedure's order, or the slowest first"),
};
static const struct answer_shape steps_shape = A_SHAPE("StepTimes", steps_keys);

static const struct answer_key late_step_keys[] = {
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_TEXT("title", ANSWER_NULL, "tên bước", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_INT("officer", ANSWER_NULL, "cán bộ", "officer"),
    A_TEXT("officer_name", ANSWER_NULL, "tên cán bộ", "name of the officer"),
    A_INT("minutes", 0, "phút làm việc, không kể lúc dừng", "working minutes without pauses"),
    A_INT("norm_minutes", ANSWER_NULL, "định mức", "norm"),
    A_INT("beyond_minutes", 0, "phút quá định mức", "minutes beyond it"),
};
static const struct answer_shape late_step_shape = A_SHAPE("LateStep", late_step_keys);
static const struct answer_key late_row_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("agency", ANSWER_NULL, "cơ quan giải quyết", "competent agency"),
    A_TIME("due", ANSWER_NULL, "hạn đem xét", "due date judged by"),
    A_TIME("finished", 0, "có kết quả lúc", "result at"),
    A_INT("late_minutes", 0, "phút làm việc quá hạn", "working minutes beyond it"),
    A_INT("minutes", 0, "phút làm việc từ tiếp nhận đến kết quả",
          "working minutes from acceptance to the result"),
    A_INT("applicant", 0, "trong đó chờ người nộp", "of those the applicant was awaited"),
    A_INT("excluded", 0, "không tính vào thời hạn", "excluded by law"),
    A_INT("other", 0, "còn lại", "the rest"),
    A_LIST("steps", 0, &late_step_shape, "từng bước đã làm", "the steps that were done"),
};
static const struct answer_shape late_row_shape = A_SHAPE("LateDossier", late_row_keys);
static const struct answer_key late_keys[] = {
    A_WITH(&figures_head_shape),
    A_INT("of", 0, "tất cả bao nhiêu hồ sơ quá hạn", "how many came late in all"),
    A_PAGE(&late_row_shape, "từng hồ sơ quá hạn, mới nhất trước",
           "late dossiers, the newest first"),
};
static const struct answer_shape late_shape = A_SHAPE("LateDossiers", late_keys);

static const struct answer_key reason_row_keys[] = {
    A_ENUM("what", 0, what_words, "việc gì", "what happened"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("reason", ANSWER_NULL, "mã lý do; null: không nêu mã", "code; null: none was named"),
    A_TEXT("title", ANSWER_NULL, "lý do", "reason, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "lý do, tiếng Anh", "reason, English"),
    A_ENUM("attribution", ANSWER_NULL, attribution_words, "do đâu", "whose doing it is"),
    A_INT("n", 0, "số lần", "times"),
    A_INT("dossiers", 0, "số hồ sơ", "dossiers"),
};
static const struct answer_shape reason_row_shape = A_SHAPE("ReasonCount", reason_row_keys);
static const struct answer_key reasons_keys[] = {
    A_WITH(&figures_head_shape),
    A_PAGE(&reason_row_shape, "các lý do", "reasons"),
};
static const struct answer_shape reasons_shape = A_SHAPE("ReasonCounts", reasons_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .pattern = "/v1/figures/load", .handle = load, .answer = &load_shape,
     .medias = export_media, .query = load_params,
     .summary = {"Mỗi cán bộ đang giữ gì, mai đến hạn gì",
                 "What each officer holds and what falls due next"}},
    {FIGURES_ROUTE, .pattern = "/v1/figures/steps", .handle = steps, .answer = &steps_shape,
     .medias = export_media, .query = steps_params,
     .summary = {"Từng bước so với định mức; thời gian quá hạn do đâu",
                 "Steps against their norms; where the time of late ones went"}},
    {FIGURES_ROUTE, .pattern = "/v1/figures/late", .handle = late, .answer = &late_shape,
     .medias = export_media, .query = late_params,
     .summary =
         {"Từng hồ sơ quá hạn: thời gian ở bước, cơ quan, cán bộ nào, chờ người nộp, không tính",
          "Each late dossier: its time by step, agency, officer, applicant, exclusions"}},
    {FIGURES_ROUTE, .pattern = "/v1/figures/reasons", .handle = reasons, .answer = &reasons_shape,
     .medias = export_media, .query = reasons_params,
     .summary = {"Lý do bổ sung, trả lại, từ chối, xin lỗi",
                 "Why papers were asked for, attempts turned away, dates put off"}},
};
ROUTE_TABLE(routes_figures_more, rows);
