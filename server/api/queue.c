/* Work queues, their counts by urgency, and search.  The worker's thread. */
#include "common/time/worktime.h"
#include "server/api/export.h"
#include "server/api/page.h"
#include "server/api/state.h"

#define SEARCH_MIN   2
#define SEARCH_CHARS 100
#define QUEUE_CODES  200
#define CODE_CHARS   40

static const char *const scopes[] = {"mine", "unit", "role", "all", NULL};

#define FILTERS                                                                                    \
    {"scope", {"mine, unit, role hoặc all", "mine, unit, role or all"}},                           \
        {"role", {"vai trò", "role"}}, {"procedure", {"mã thủ tục", "code of the procedure"}},     \
        {"step", {"bước", "step"}},                                                                \
    {                                                                                              \
        "agency",                                                                                  \
        {                                                                                          \
            "cơ quan", "agency"                                                                    \
        }                                                                                          \
    }

#define FURTHER                                                                                    \
    {"field", {"mã lĩnh vực", "code of the field"}},                                               \
        {"officer", {"số tài khoản người được giao", "number of the officer who has it"}},         \
        {"channel", {"counter, online hoặc post", "counter, online or post"}},                     \
        {"codes",                                                                                  \
         {"mã hồ sơ, cách nhau bằng dấu phẩy, tối đa 200",                                         \
          "codes, parted by commas, at most 200"}},                                                \
    {                                                                                              \
        "q",                                                                                       \
        {                                                                                          \
            "một phần tên người nộp (có hoặc không dấu), hoặc đầu mã hồ sơ",                       \
                "part of the applicant's name, or beginning of the code"                           \
        }                                                                                          \
    }

static const struct route_param count_params[] = {
    FILTERS,
    FURTHER,
    {"waiting", {"true: đếm cả việc đang chờ", "true: count what waits, too"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param queue_params[] = {
    FILTERS,
    FURTHER,
    {"urgency",
     {"overdue, today, soon, later hoặc waiting", "overdue, today, soon, later or waiting"}},
    {"used", {"true: kèm phần thời gian đã dùng của bước", "true: with the share of time used"}},
    {"format", {"json, csv, xlsx, pdf", "json, csv, xlsx, pdf"}},
    EXPORT_PROGRESS_PARAM,
    {"shared",
     {"true: thông tin giống nhau của nhiều dòng chỉ ghi một lần, trong shared",
      "true: what many rows say alike is told once, in shared"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static const char *text_param(struct req *rq, const char *name)
{
    struct span s = req_query(rq, name);

    return s.p ? arena_span(rq->arena, s) : NULL;
}

/* Ends of today and of the second counted day after it, by the viewer's own calendar. */
static void horizons(struct req *rq, struct queue_query *q)
{
    const struct snapshot *snap = req_snapshot(rq);
    int i = organisation_of_id(snap->org, rq->user.agency);
    const char *name = i >= 0 ? organisation_calendar(snap->org, i) : NULL;
    const struct calendar *c = name ? snapshot_calendar(snap, name) : NULL;
    dayno today = lminute_day(lminute_of(q->now)), soon = today + 2;

    if (c)
        (void)worktime_counted_after(c, today, 2, &soon);
    q->today_end = instant_of(day_start(today + 1));
    q->soon_end = instant_of(day_start(soon + 1));
}

/* What somebody has chosen of a list. */
static bool read_codes(struct req *rq, struct queue_query *q)
{
    struct span rest = req_query(rq, "codes"), one;
    const char **code;

    if (!rest.p)
        return true;
    code = ARENA_ARRAY(rq->arena, const char *, QUEUE_CODES);
    do {
        (void)span_cut(rest, ',', &one, &rest);
        one = span_trim(one);
        if (!one.n || one.n > CODE_CHARS || q->codes == QUEUE_CODES) {
            reply_detail(rq, ERR_BAD_REQUEST,
                         "codes: mã hồ sơ cách nhau bằng dấu phẩy, tối đa 200 mã.",
                         "codes: codes of dossiers parted by commas, 200 at most.");
            return false;
        }
        code[q->codes++] = arena_span(rq->arena, one);
    } while (rest.n);
    q->code = code;
    return true;
}

/* Filters that look further than the open tasks. */
static bool read_further(struct req *rq, struct queue_query *q)
{
    static const char *const channels[] = {"counter", "online", "post", NULL};
    struct span words = req_query(rq, "q");

    if (!req_query_i64(rq, "officer", 1, INT64_MAX, 0, &q->by) ||
        !req_query_choice(rq, "channel", channels, -1, &q->channel) || !read_codes(rq, q))
        return false;
    q->channel++; /* none: 0 */
    q->field = text_param(rq, "field");
    if (!words.p)
        return true;
    q->words = bind_text(span_trim(words), false, 1, SEARCH_CHARS, "", &rq->bad);
    if (!q->words)
        reply_invalid(rq, ERR_BAD_REQUEST, &rq->bad);
    return q->words != NULL;
}

static bool read_filters(struct req *rq, struct queue_query *q)
{
    const struct organisation *o = req_snapshot(rq)->org;
    const char *role = text_param(rq, "role"), *agency = text_param(rq, "agency");
    int scope, i;

    *q = (struct queue_query){.role = ROLE_COUNT, .urgency = -1, .limit = PAGE_DEFAULT};
    if (!req_query_choice(rq, "scope", scopes, QUEUE_MINE, &scope))
        return false;
    q->scope = (enum queue_scope)scope;
    q->agency = rq->user.agency;
    q->officer = rq->user.user;
    q->officer_name = rq->user.name;
    q->lang = rq->lang;
    q->after_due = INSTANT_NONE;
    if (role && !role_of_name(role, &q->role)) {
        reply_detail(rq, ERR_BAD_REQUEST, "Không có vai trò này.", "There is no such role.");
        return false;
    }
    i = agency ? organisation_find(o, agency) : 0;
    if (agency && i < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, "Không có cơ quan này.", "There is no such agency.");
        return false;
    }
    if (agency)
        q->agency = o->agency[i].id;
    q->procedure = text_param(rq, "procedure");
    q->step = text_param(rq, "step");
    q->now = clock_now();
    horizons(rq, q);
    return read_further(rq, q);
}

/* ---- as a file: the rows of the screen, all pages of them */

static void ask_page(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct queue_query *q = question;

    q->after_id = after;
    store_queue(rq->api->store, &rq->viewer, q, done, rq);
}

static void queue_file(struct req *rq, int asked, const struct queue_query *q)
{
    struct queue_query *k = ARENA_NEW(rq->arena, struct queue_query);
    struct export e = {
        .ask = ask_page,
        .question = k,
        .ret_after = &k->after_due,
        .sheet = {"Hàng đợi", "Queue"},
        .title = {"Danh sách hồ sơ đang xử lý", "Dossiers in the work"},
        .column = {{"code", NULL, {"Mã hồ sơ", "Code"}, CELL_TEXT, 24},
                   {"applicant", NULL, {"Người nộp", "Applicant"}, CELL_TEXT, 32},
                   {"procedure", NULL, {"Mã thủ tục", "Procedure"}, CELL_TEXT, 14},
                   {"procedure_name", NULL, {"Thủ tục", "Name of the procedure"}, CELL_TEXT, 48},
                   {"title", NULL, {"Bước", "Step"}, CELL_TEXT, 28},
                   {"agency", NULL, {"Cơ quan", "Agency"}, CELL_TEXT, 14},
                   {"officer_name", NULL, {"Người được giao", "Officer"}, CELL_TEXT, 24},
                   {"opened", NULL, {"Chuyển đến lúc", "Handed on at"}, CELL_TEXT, 20},
                   {"received", NULL, {"Nhận lúc", "Received at"}, CELL_TEXT, 20},
                   {"due", NULL, {"Hạn của bước", "Due of the step"}, CELL_TEXT, 20},
                   {"promised", NULL, {"Hẹn trả", "Promised"}, CELL_TEXT, 20},
                   {"used_percent", NULL, {"Đã dùng (%)", "Time used (%)"}, CELL_INT, 12}},
        .columns = 12};
    char today[16];

    *k = *q;
    k->used = true;
    k->shared = false; /* each line of a file stands alone */
    k->limit = PAGE_MAX;
    day_iso(lminute_day(lminute_of(q->now)), today);
    e.name = arena_printf(rq->arena, "hang-doi_%s", today);
    export_begin(rq, asked, &e);
}

static void queue(struct req *rq)
{
    static const char *const urgencies[] = {"overdue", "today", "soon", "later", "waiting", NULL};
    struct queue_query q;
    struct page_query pg;
    int file;

    if (!read_filters(rq, &q) || !page_read(rq, &pg) || !query_flag(rq, "used", &q.used) ||
        !query_flag(rq, "shared", &q.shared) ||
        !req_query_choice(rq, "urgency", urgencies, -1, &q.urgency) ||
        (file = export_asked(rq)) < 0)
        return;
    q.waiting = q.urgency == 4; /* a state, not a date */
    if (q.waiting)
        q.urgency = -1;
    q.after_due = pg.after;
    q.after_id = pg.after_id;
    q.limit = pg.limit;
    if (file) {
        queue_file(rq, file, &q);
        return;
    }
    rq->wait = WAIT_STORE;
    store_queue(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void counts(struct req *rq)
{
    struct queue_query q;

    if (!read_filters(rq, &q) || !query_flag(rq, "waiting", &q.waits))
        return;
    q.counts = true;
    rq->wait = WAIT_STORE;
    store_queue(rq->api->store, &rq->viewer, &q, page_came, rq);
}

/* ---- search */

static const struct route_param search_params[] = {
    {"q",
     {"mã hồ sơ, tên (có hoặc không dấu), số điện thoại, đuôi số định danh",
      "code, name with or without accents, phone, tail of an identity number"}},
    {"limit", {"số dòng, tối đa 200", "rows, at most 200"}},
    {NULL, {NULL, NULL}},
};

static void search(struct req *rq)
{
    struct span q = req_query(rq, "q");
    const char *text;
    int64_t limit;

    if (!req_query_i64(rq, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit))
        return;
    text = bind_text(q.p ? q : SPAN_LIT(""), false, SEARCH_MIN, SEARCH_CHARS, "", &rq->bad);
    if (!text) {
        reply_invalid(rq, ERR_BAD_REQUEST, &rq->bad);
        return;
    }
    rq->wait = WAIT_STORE;
    store_search(rq->api->store, &rq->viewer, span_of(text), (int)limit, rq->lang, page_came, rq);
}

/* What a task is and who has it; may: ANSWER_MAYBE where it stands once for many rows. */
#define TASK_OF(may)                                                                               \
    A_WORD("procedure", (may), "mã thủ tục", "code of the procedure"),                             \
        A_TEXT("procedure_name", (may) | ANSWER_NULL, "tên thủ tục", "name of the procedure"),     \
        A_WORD("step", (may), "bước", "step"),                                                     \
        A_TEXT("title", (may) | ANSWER_NULL, "tên bước", "title of the step"),                     \
        A_WORD("agency", (may) | ANSWER_NULL, "cơ quan", "agency"),                                \
        A_NAME("role", (may) | ANSWER_NULL, answer_role, "vai trò", "role"),                       \
        A_INT("officer", (may) | ANSWER_NULL, "người được giao", "officer"),                       \
        A_TEXT("officer_name", (may) | ANSWER_NULL, "tên người được giao", "name of the officer"), \
        A_BOOL("officer_away", (may), "người được giao đang vắng: đồng nghiệp nhận được",          \
               "the officer is away: a colleague may claim it")

static const struct answer_key item_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_INT("task", 0, "số việc trong hồ sơ", "number within the dossier"),
    A_INT("seq", 0, "số sự kiện; ETag", "number of events; the ETag"),
    TASK_OF(ANSWER_MAYBE),
    A_INT("share", ANSWER_MAYBE, "vị trí trong shared, từ 0", "place in shared, from 0"),
    A_TEXT("applicant", ANSWER_NULL, "người nộp", "applicant"),
    A_TIME("opened", ANSWER_NULL, "chuyển đến lúc", "handed on at"),
    A_TIME("received", ANSWER_NULL, "nhận lúc", "received at"),
    A_TIME("due", ANSWER_NULL, "hạn của bước", "due of the step"),
    A_TIME("promised", ANSWER_NULL, "hẹn trả", "promised to the applicant"),
    A_ENUM("urgency", 0, URGENCY_WORDS, "mức khẩn", "urgency"),
    A_INT("used_percent", ANSWER_MAYBE | ANSWER_NULL,
          "phần trăm thời gian làm việc của bước đã dùng; null: không có hạn",
          "share of the step's working time that is used, percent; null: no limit"),
};
static const struct answer_shape item_shape = A_SHAPE("QueueItem", item_keys);
static const struct answer_key stopped_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code of the dossier"),
    A_TEXT("status", 0, "trạng thái", "status"),
    A_TIME("since", ANSWER_NULL, "từ lúc", "since"),
    A_TEXT("reason", ANSWER_NULL, "lý do, căn cứ", "reason or exception"),
};
static const struct answer_shape stopped_shape = A_SHAPE("StoppedDossier", stopped_keys);
static const struct answer_key shared_keys[] = {
    TASK_OF(0),
    A_TEXT("agency_name", ANSWER_NULL, "tên cơ quan", "name of the agency"),
};
static const struct answer_shape shared_shape = A_SHAPE("QueueShared", shared_keys);
static const struct answer_key queue_keys[] = {
    A_PAGE(&item_shape, "việc, theo hạn", "tasks by due"),
    A_LIST("stopped", 0, &stopped_shape, "hồ sơ của trang này đang tạm dừng đồng hồ",
           "dossiers of this page whose clocks stand still"),
    A_LIST("shared", ANSWER_MAYBE, &shared_shape, "điều nhiều dòng có chung (shared=true)",
           "what many rows say alike (shared=true)"),
};
static const struct answer_shape queue_shape = A_SHAPE("Queue", queue_keys);
static const struct answer_key count_keys[] = {
    A_INT("all", 0, "tất cả", "all"),
    A_INT("overdue", 0, "quá hạn", "overdue"),
    A_INT("today", 0, "đến hạn hôm nay", "due today"),
    A_INT("soon", 0, "sắp đến hạn", "due soon"),
    A_INT("later", 0, "chưa đến hạn", "due later"),
    A_INT("not_received", 0, "chưa nhận", "not received yet"),
    A_INT("waiting", ANSWER_MAYBE, "đang chờ bổ sung, lấy ý kiến, nộp tiền, tạm dừng",
          "waiting: supplement, opinion, payment, suspended"),
};
static const struct answer_shape count_shape = A_SHAPE("QueueCounts", count_keys);
static const struct answer_key found_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ hoặc số hiệu lần nộp", "code or id of the submission"),
    A_INT("seq", 0, "số sự kiện; ETag", "number of events; the ETag"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_TEXT("procedure_name", ANSWER_NULL, "tên thủ tục", "name of the procedure"),
    A_NAME("status", 0, answer_status, "trạng thái", "status"),
    A_WORD("receiving", ANSWER_NULL, "nơi tiếp nhận", "receiving unit"),
    A_WORD("competent", ANSWER_NULL, "cơ quan có thẩm quyền", "competent agency"),
    A_TEXT("applicant", ANSWER_NULL, "người nộp", "applicant"),
    A_TIME("submitted", ANSWER_NULL, "nộp lúc", "submitted at"),
    A_TIME("accepted", ANSWER_NULL, "tiếp nhận lúc", "accepted at"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "due"),
    A_TIME("finished", ANSWER_NULL, "có kết quả lúc", "result ready at"),
};
const struct answer_shape answer_found = A_SHAPE("FoundItem", found_keys);
static const struct answer_key search_keys[] = {A_PAGE(&answer_found, "hồ sơ tìm thấy", "found")};
static const struct answer_shape search_shape = A_SHAPE("Found", search_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/queue",
     .permission = PERM_QUEUE,
     .lane = LANE_READ,
     .handle = queue,
     .answer = &queue_shape,
     .medias = export_media,
     .query = queue_params,
     .summary = {"Hàng đợi công việc, theo hạn", "Work queue, by due"}},
    {.method = HTTP_GET,
     .pattern = "/v1/queue/counts",
     .permission = PERM_QUEUE,
     .lane = LANE_READ,
     .handle = counts,
     .answer = &count_shape,
     .query = count_params,
     .summary = {"Số việc theo mức khẩn", "Tasks by urgency"}},
    {.method = HTTP_GET,
     .pattern = "/v1/search",
     .permission = PERM_SEARCH,
     .lane = LANE_READ,
     .handle = search,
     .answer = &search_shape,
     .query = search_params,
     .summary = {"Tìm hồ sơ", "Search dossiers"}},
};
ROUTE_TABLE(routes_queue, rows);
