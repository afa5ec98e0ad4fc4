/* Saved reports: kept by one person or for her unit, run now, or by themselves on a schedule; who
 * is on the list is told where the frozen one is.  The worker's thread. */
#include "server/store/saved.h"

#include <stdlib.h>

#include "server/api/page.h"
#include "server/api/state.h"
#include "server/store/frozen.h"

extern const struct answer_shape report_made_shape; /* frozen.c */

#define BODY_SMALL ((size_t)32 * 1024)

struct saving_in {
    const char *name;
    bool shared;
    const struct question_in *question;
    int rule, every, on;
    const char *time;
    const char **tell;
    size_t tells;
};
#define S struct saving_in
static const struct bind_key saving_keys[] = {
    BIND(S, TEXT, name, BIND_REQUIRED, 1, 200, "tên báo cáo", "name"),
    BIND(S, BOOL, shared, 0, 0, 0, "cho cả cơ quan của tôi dùng", "for everybody of my agency"),
    {"question",
     BIND_OBJECT,
     BIND_REQUIRED,
     offsetof(S, question),
     0,
     0,
     0,
     &report_question_shape,
     NULL,
     {"báo cáo nào, chia theo gì; không có from, to, period",
      "which report, by what; without from, to, period"}},
    BIND_WORDS(S, rule, BIND_REQUIRED, PERIOD_RULE_WORDS, "lấy những ngày nào",
               "which days it takes"),
    BIND_WORDS(S, every, 0, SCHEDULE_WORDS, "tự lập bao lâu một lần; mặc định không",
               "how often it comes by itself; default never"),
    BIND(S, INT, on, 0, 1, 28,
         "tuần: 1 thứ hai đến 7; tháng, quý, năm: ngày của tháng đầu; mặc định 1",
         "week: 1 Monday to 7; month and longer: day of its first month; default 1"),
    BIND(S, WORD, time, 0, 5, 5, "giờ, như 06:30; mặc định 06:00",
         "time, like 06:30; default 06:00"),
    {"tell",
     BIND_TEXTS,
     0,
     offsetof(S, tell),
     offsetof(S, tells),
     0,
     SAVED_TELL,
     NULL,
     NULL,
     {"tài khoản được báo", "logins who are told"}},
};
/* An empty object: nothing is to be said. */
static const struct bind_shape nothing_shape = {"ReportRun", 1, NULL, 0};
static const struct bind_shape saving_shape = BIND_SHAPE("ReportSaving", S, saving_keys);

/* ---------------------------------------------------------------- made, changed */

static void put(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_INVALID) {
        violation_add(&rq->bad, "/tell", "unknown", "có tài khoản không tồn tại hoặc đã khóa",
                      "somebody of them has no account, or it is closed");
        reply_invalid(rq, ERR_INVALID, &rq->bad);
    } else if (e == ERR_LIMIT) {
        reply_detail(rq, e, "Đã lưu 50 báo cáo, hãy xóa bớt.",
                     "There are 50 saved reports already: delete some first.");
    } else if (e == ERR_CONFLICT) {
        reply_detail(rq, e, "Đã có báo cáo tên này.", "There is one of this name already.");
    } else if (e != ERR_OK) {
        reply_problem(rq, e);
    } else {
        reply_json(rq, 200, json, -1);
    }
}

static bool time_read(struct req *rq, const char *s, int *ret)
{
    struct span hour, minute;
    int64_t h = 6, m = 0;
    bool fine = !s || (span_cut(span_of(s), ':', &hour, &minute) && minute.n == 2 &&
                       span_i64(hour, 0, 23, &h) && span_i64(minute, 0, 59, &m));

    *ret = (int)(h * 60 + m);
    if (!fine)
        violation_add(&rq->bad, "/time", "format", "phải có dạng 06:30", "must look like 06:30");
    return fine;
}

/* The days are the rule's: any will do to read the rest. */
static bool question_read(struct req *rq, const struct saving_in *in, struct report_question *ret)
{
    struct question_in asked = *in->question;

    if (asked.from || asked.to || asked.period) {
        violation_add(&rq->bad, "/question", "unknown-member",
                      "ngày do rule quyết định: bỏ from, to, period",
                      "the days are those of rule: leave out from, to, period");
        return false;
    }
    asked.from = "2026-01-01";
    asked.to = "2026-02-01";
    if (!report_question_of(req_snapshot(rq)->org, rq->api->conf->report_day, &asked, "/question",
                            ret, &rq->bad))
        return false;
    report_uncollected(ret, rq->api->conf->report_uncollected);
    return true;
}

static void save(struct req *rq, int64_t id)
{
    const struct saving_in *in = rq->body;
    struct report_question asked;
    struct saved_order o = {.id = id,
                            .name = in->name,
                            .shared = in->shared,
                            .scope = report_scope(req_snapshot(rq), &rq->viewer),
                            .asked = &asked,
                            .rule = (enum period_rule)in->rule,
                            .schedule = {(enum schedule_every)in->every, in->on ? in->on : 1, 0},
                            .tell = in->tell,
                            .tells = in->tells};

    if (o.schedule.every == EVERY_WEEK && o.schedule.on > 7)
        violation_add(&rq->bad, "/on", "range", "tuần: từ 1 (thứ hai) đến 7",
                      "of a week: 1 (Monday) to 7");
    (void)time_read(rq, in->time, &o.schedule.minute);
    (void)question_read(rq, in, &asked);
    if (rq->bad.n) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    if (o.scope < 0) {
        reply_problem(rq, ERR_FORBIDDEN);
        return;
    }
    (void)req_held(rq);
    store_saved_put(rq->api->store, &rq->viewer, &o, put, rq);
}

static void make(struct req *rq)
{
    save(rq, 0);
}

static void change(struct req *rq)
{
    int64_t id;

    if (req_id(rq, &id))
        save(rq, id);
}

static void delete (struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    (void)req_held(rq);
    store_saved_delete(rq->api->store, &rq->viewer, id, done_came, rq);
}

/* ---------------------------------------------------------------- reading, runs */

static void list(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_saved(rq->api->store, &rq->viewer, 0, json_came, rq);
}

/* Whoever may read figures may be told where they lie. */
static void readers(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_saved_readers(rq->api->store, permission_roles(PERM_FIGURES), rq->lang, json_came, rq);
}

/* She may see it: then what it says is looked at. */
static void seen_runs(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    int64_t id = 0;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    if (e != ERR_OK || !req_id(rq, &id)) {
        if (e != ERR_OK)
            reply_problem(rq, e);
        return;
    }
    rq->wait = WAIT_STORE;
    store_saved_runs(rq->api->store, id, json_came, rq);
}

static void runs(struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    rq->wait = WAIT_STORE;
    store_saved(rq->api->store, &rq->viewer, id, seen_runs, rq);
}

/* ---------------------------------------------------------------- now */

/* With the scope of whoever runs it: a shared one never shows more than she may see. */
static void seen_run(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct report_question asked;
    struct freeze_order o = {.asked = &asked, .as_of = INSTANT_NONE};
    json_t *j = NULL, *q;
    char *text = NULL;
    int rule = -1;

    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_OK)
        j = json_loadb(json.p, json.n, 0, NULL);
    q = json_object_get(j, "question");
    for (int i = 0; q && PERIOD_RULE_WORDS[i]; i++)
        if (strcmp(PERIOD_RULE_WORDS[i], json_str(j, "rule") ? json_str(j, "rule") : "") == 0)
            rule = i;
    text = q ? json_dumps(q, JSON_COMPACT) : NULL;
    if (e == ERR_OK && (!text || rule < 0 ||
                        !report_question_read(rq->arena, req_snapshot(rq)->org,
                                              span_of(arena_strdup(rq->arena, text)), &asked)))
        e = ERR_CONFLICT;
    free(text);
    json_decref(j);
    if (e != ERR_OK) {
        reply_problem(rq, e);
        return;
    }
    saved_days(&asked, (enum period_rule)rule, clock_now(), rq->api->conf->report_day);
    o.scope = report_scope(req_snapshot(rq), &rq->viewer);
    o.settled = rq->api->conf->report_settled;
    o.author = rq->user.user;
    (void)req_held(rq);
    rq->deadline = clock_mono_us() + INT64_C(120000000);
    store_freeze(rq->api->store, rq->api->conf->filing, &o, json_came, rq);
}

static void run(struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    (void)req_held(rq);
    store_saved(rq->api->store, &rq->viewer, id, seen_run, rq);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key put_keys[] = {A_INT("id", 0, "số", "number")};
static const struct answer_shape put_shape = A_SHAPE("ReportSaved", put_keys);
static const struct answer_key item_keys[] = {
    A_INT("id", 0, "số", "number"),
    A_BOOL("mine", 0, "của tôi", "mine"),
    A_TEXT("owner_name", ANSWER_NULL, "của ai", "whose"),
    A_BOOL("shared", 0, "cả cơ quan dùng", "for everybody of the agency"),
    A_WORD("scope", ANSWER_NULL, "số liệu của cơ quan; null: toàn bộ", "whose figures; null: all"),
    A_TEXT("name", 0, "tên", "name"),
    A_OBJECT("question", 0, &answer_any, "hỏi gì; from, to là của lúc lưu, rule quyết định ngày",
             "what is asked; its days are those of rule"),
    A_ENUM("rule", ANSWER_NULL, PERIOD_RULE_WORDS, "lấy những ngày nào", "which days it takes"),
    A_ENUM("every", ANSWER_NULL, SCHEDULE_WORDS, "tự lập bao lâu một lần", "how often"),
    A_INT("on", 0, "ngày của tuần, tháng", "day of the week or month"),
    A_WORD("time", 0, "giờ", "time"),
    A_TIME("next", ANSWER_NULL, "lần tới", "next time"),
    A_TIME("updated", 0, "lưu lúc", "saved at"),
    A_TEXTS("tell", 0, "tài khoản được báo", "logins who are told"),
    A_TIME("last_due", ANSWER_NULL, "lần gần nhất", "the last time"),
    A_INT("last_report", ANSWER_NULL, "báo cáo đã chốt", "the frozen report"),
    A_TEXT("last_fault", ANSWER_NULL, "vì sao không lập được", "why it could not be"),
};
static const struct answer_shape item_shape = A_SHAPE("SavedReport", item_keys);
static const struct answer_key list_keys[] = {
    A_LIST("items", 0, &item_shape, "của tôi và của cơ quan tôi", "mine and my agency's")};
static const struct answer_shape list_shape = A_SHAPE("SavedReports", list_keys);
static const struct answer_key run_keys[] = {
    A_TIME("due", 0, "đến hẹn lúc", "due at"),
    A_TIME("at", 0, "lập lúc", "made at"),
    A_INT("report", ANSWER_NULL, "báo cáo đã chốt", "the frozen report"),
    A_TEXT("fault", ANSWER_NULL, "vì sao không lập được", "why it could not be"),
    A_INT("told", 0, "số người được báo", "how many were told"),
    A_WORD("remark", ANSWER_NULL, "moved: người lập đã chuyển cơ quan, số liệu nay của cơ quan mới",
           "moved: its owner was at another agency by then, the figures are that one's"),
};
static const struct answer_shape run_shape = A_SHAPE("SavedReportRun", run_keys);
static const struct answer_key runs_keys[] = {
    A_LIST("items", 0, &run_shape, "các lần đã lập, mới trước", "runs, the newest first")};
static const struct answer_shape runs_shape = A_SHAPE("SavedReportRuns", runs_keys);

static const struct answer_key reader_keys[] = {
    A_WORD("login", 0, "tên đăng nhập", "login"),
    A_TEXT("name", 0, "họ tên", "name"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "cơ quan", "agency"),
};
static const struct answer_shape reader_shape = A_SHAPE("ReportReader", reader_keys);
static const struct answer_key readers_keys[] = {
    A_LIST("items", 0, &reader_shape, "những người báo được", "who may be told")};
static const struct answer_shape readers_shape = A_SHAPE("ReportReaders", readers_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/reports/readers",
     .permission = PERM_FREEZE,
     .lane = LANE_READ,
     .handle = readers,
     .answer = &readers_shape,
     .summary = {"Những người có thể báo khi có báo cáo", "Who may be told of a report"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reports/saved",
     .permission = PERM_FIGURES,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .summary = {"Báo cáo đã lưu của tôi, của cơ quan", "Saved reports, mine and my agency's"}},
    {.method = HTTP_POST,
     .pattern = "/v1/reports/saved",
     .permission = PERM_FREEZE,
     .lane = LANE_ACT,
     .handle = make,
     .body = &saving_shape,
     .body_max = BODY_SMALL,
     .answer = &put_shape,
     .summary = {"Lưu một báo cáo, có thể kèm lịch tự lập và người nhận",
                 "Save a report, with a schedule and a list of who is told"}},
    {.method = HTTP_PUT,
     .pattern = "/v1/reports/saved/{id}",
     .permission = PERM_FREEZE,
     .lane = LANE_ACT,
     .handle = change,
     .body = &saving_shape,
     .body_max = BODY_SMALL,
     .answer = &put_shape,
     .summary = {"Sửa báo cáo đã lưu của tôi", "Change a saved report of mine"}},
    {.method = HTTP_DELETE,
     .pattern = "/v1/reports/saved/{id}",
     .permission = PERM_FREEZE,
     .lane = LANE_ACT,
     .handle = delete,
     .summary = {"Xóa báo cáo đã lưu của tôi; bản đã chốt vẫn còn",
                 "Delete a saved report of mine; what it froze stays"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reports/saved/{id}/runs",
     .permission = PERM_FIGURES,
     .lane = LANE_READ,
     .handle = runs,
     .answer = &runs_shape,
     .summary = {"Các lần báo cáo đã tự lập", "When it came by itself"}},
    {.method = HTTP_POST,
     .pattern = "/v1/reports/saved/{id}/run",
     .permission = PERM_FREEZE,
     .lane = LANE_ACT,
     .handle = run,
     .body = &nothing_shape,
     .body_max = BODY_SMALL,
     .answer = &report_made_shape,
     .summary = {"Lập ngay và chốt", "Run it now and freeze it"}},
};
ROUTE_TABLE(routes_saved, rows);
