/* Frozen reports: freeze, list, read, run again, compare, agree.  The worker's thread; answers are
 * compared in the pool. */
#include "server/store/frozen.h"
#include "server/api/page.h"

#define BODY_SMALL ((size_t)16 * 1024)

static const struct route_param list_params[] = {
    {"report", {"báo cáo nào", "which report"}},
    {"series", {"mọi bản của một báo cáo", "all versions of one"}},
    {"newest", {"1: chỉ bản mới nhất của mỗi báo cáo", "1: only the newest version of each"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

/* ---------------------------------------------------------------- freezing */

struct freeze_in {
    const struct question_in *question;
    const char *as_of, *remark;
};
#define F struct freeze_in
#define AS_OF_KEY                                                                                  \
    BIND(F, TEXT, as_of, 0, 1, 40,                                                                 \
         "theo lịch sử đến lúc, như 2026-11-01T00:00:00+07:00; bỏ trống: hết kỳ, hoặc bây giờ",    \
         "as the history tells up to, like 2026-11-01T00:00:00+07:00; left out: the end, or now")
#define REMARK_KEY BIND(F, LINES, remark, 0, 0, 1000, "ghi chú", "remark")
static const struct bind_key freeze_keys[] = {
    {"question",
     BIND_OBJECT,
     BIND_REQUIRED,
     offsetof(F, question),
     0,
     0,
     0,
     &report_question_shape,
     NULL,
     {"báo cáo nào, kỳ nào, chia theo gì", "which report, which days, by what"}},
    AS_OF_KEY,
    REMARK_KEY,
};
static const struct bind_shape freeze_shape = BIND_SHAPE("ReportFreezing", F, freeze_keys);
static const struct bind_key again_keys[] = {AS_OF_KEY, REMARK_KEY};
static const struct bind_shape again_shape = BIND_SHAPE("ReportAgain", F, again_keys);
static const struct bind_key decide_keys[] = {REMARK_KEY};
static const struct bind_shape decide_shape = BIND_SHAPE("ReportDecision", F, decide_keys);

static void frozen(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_INVALID)
        reply_detail(
            rq, e,
            "as_of phải sau ngày đầu kỳ, không trước bản đã chốt, và cách hiện tại ít nhất "
            "một phút.",
            "as_of lies after the period begins, not before the version that is frozen, and "
            "at least a minute back (reports.settled).");
    else if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Vừa có người chốt một bản khác của báo cáo này: xem bản đó trước.",
                     "Somebody froze another version of this report just now: look at that first.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_json(rq, 200, json, -1);
}

static bool as_of_read(struct req *rq, const char *text, instant *ret)
{
    *ret = INSTANT_NONE;
    if (!text || instant_parse(span_of(text), ret))
        return true;
    violation_add(&rq->bad, "/as_of", "format", "phải có dạng 2026-11-01T00:00:00+07:00",
                  "must look like 2026-11-01T00:00:00+07:00");
    reply_invalid(rq, ERR_INVALID, &rq->bad);
    return false;
}

static void go(struct req *rq, struct freeze_order *o)
{
    o->settled = rq->api->conf->report_settled;
    o->author = rq->user.user;
    o->viewer = &rq->viewer;
    (void)req_held(rq);
    rq->deadline = clock_mono_us() + INT64_C(120000000);
    store_freeze(rq->api->store, rq->api->conf->filing, o, frozen, rq);
}

static void freeze(struct req *rq)
{
    const struct freeze_in *in = rq->body;
    const struct snapshot *snap = req_snapshot(rq);
    struct report_question asked;
    struct freeze_order o = {
        .asked = &asked, .scope = report_scope(snap, &rq->viewer), .remark = in->remark};

    if (!as_of_read(rq, in->as_of, &o.as_of))
        return;
    if (o.scope < 0) {
        reply_problem(rq, ERR_FORBIDDEN);
        return;
    }
    if (!report_question_of(snap->org, rq->api->conf->report_day, in->question, "/question", &asked,
                            &rq->bad)) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    report_uncollected(&asked, rq->api->conf->report_uncollected);
    go(rq, &o);
}

static void again(struct req *rq)
{
    const struct freeze_in *in = rq->body;
    struct freeze_order o = {.remark = in->remark};

    if (req_id(rq, &o.id) && as_of_read(rq, in->as_of, &o.as_of))
        go(rq, &o);
}

static void verify(struct req *rq)
{
    struct freeze_order o = {.verify = true, .as_of = INSTANT_NONE};

    if (req_id(rq, &o.id))
        go(rq, &o);
}

/* ---------------------------------------------------------------- reading */

static void list(struct req *rq)
{
    struct frozen_query q = {.report = NULL};
    struct page_query pg;
    int64_t newest;
    int report;

    if (!req_query_choice(rq, "report", REPORT_WORDS, -1, &report) ||
        !req_query_i64(rq, "series", 1, INT64_MAX, 0, &q.series) ||
        !req_query_i64(rq, "newest", 0, 1, 0, &newest) || !page_read(rq, &pg))
        return;
    q.report = report < 0 ? NULL : REPORT_WORDS[report];
    q.newest = newest == 1;
    q.before = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_frozen_list(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void read(struct req *rq, enum frozen_part part)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    rq->wait = WAIT_STORE;
    store_frozen(rq->api->store, &rq->viewer, id, part, json_came, rq);
}

static void one(struct req *rq)
{
    read(rq, FROZEN_WHOLE);
}

static void bytes(struct req *rq)
{
    read(rq, FROZEN_BYTES);
}

static void changes(struct req *rq)
{
    read(rq, FROZEN_CHANGES);
}

/* ---------------------------------------------------------------- a second person */

static void decided(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_R_SEPARATION)
        reply_detail(rq, e, "Người chốt báo cáo không tự duyệt công bố.",
                     "Whoever froze a report does not agree to it herself.");
    else if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Bản này đã được quyết định.", "This version was decided already.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_empty(rq, 204, NULL, 0);
}

static void decide(struct req *rq, bool agree)
{
    const struct freeze_in *in = rq->body;
    int64_t id;

    if (!req_id(rq, &id))
        return;
    (void)req_held(rq);
    store_frozen_decide(rq->api->store, &rq->viewer, id, agree, in->remark, decided, rq);
}

static void approve(struct req *rq)
{
    decide(rq, true);
}

static void decline(struct req *rq)
{
    decide(rq, false);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key cell_keys[] = {
    A_TEXT("row", 0, "dòng, như items/procedure:1.005416", "row, like items/procedure:1.005416"),
    A_TEXT("title", ANSWER_NULL, "tên dòng", "name of the row"),
    A_WORD("cell", 0, "ô", "cell"),
    A_INT("before", ANSWER_NULL, "trước; null: không có hoặc không phải số",
          "before; null: none, or no number"),
    A_TEXT("before_text", ANSWER_MAYBE, "trước, khi không phải số", "before, when no number"),
    A_INT("after", ANSWER_NULL, "sau; null: không có hoặc không phải số",
          "after; null: none, or no number"),
    A_TEXT("after_text", ANSWER_MAYBE, "sau, khi không phải số", "after, when no number"),
};
static const struct answer_shape cell_shape = A_SHAPE("ReportCell", cell_keys);
static const struct answer_key event_keys[] = {
    A_INT("seq", 0, "số thứ tự", "number"),
    A_NAME("kind", 0, answer_event, "sự kiện", "event"),
    A_TEXT("title", ANSWER_MAYBE, "tên sự kiện", "title, Vietnamese"),
    A_TEXT("title_en", ANSWER_MAYBE, "tên sự kiện, tiếng Anh", "title, English"),
    A_TIME("at", ANSWER_NULL, "lúc", "at"),
};
static const struct answer_shape event_shape = A_SHAPE("ReportEvent", event_keys);
static const struct answer_key dossier_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("agency_before", ANSWER_NULL, "trước tính cho", "counted with before"),
    A_WORD("agency_after", ANSWER_NULL, "nay tính cho", "counted with now"),
    A_BOOL("counted", 0, "có trong số liệu của kỳ này", "counts within this period"),
    A_WORDS("left", 0, FIGURE_WORDS, "không còn tính vào", "figures it no longer counts in"),
    A_WORDS("joined", 0, FIGURE_WORDS, "nay tính vào", "figures it counts in now"),
    A_ENUM("cause", 0, FROZEN_CAUSE_WORDS, "vì sao", "why"),
    A_LIST("events", 0, &event_shape, "việc xảy ra giữa hai bản", "what happened in between"),
};
static const struct answer_shape dossier_shape = A_SHAPE("ReportDossier", dossier_keys);
static const struct answer_key text_keys[] = {
    A_WORD("kind", 0, "loại", "kind"),
    A_WORD("name", 0, "tên, mã", "name or code"),
    A_INT("version", 0, "phiên bản", "version"),
    A_TIME("at", 0, "công bố lúc", "published at"),
};
static const struct answer_shape text_shape = A_SHAPE("ReportText", text_keys);
static const struct answer_key succession_keys[] = {
    A_WORD("agency", 0, "cơ quan đã kết thúc", "ended agency"),
    A_WORD("successor", 0, "cơ quan kế thừa", "successor"),
    A_DATE("until", 0, "ngày cuối", "last day"),
};
static const struct answer_shape succession_shape = A_SHAPE("ReportSuccession", succession_keys);
static const struct answer_key changes_keys[] = {
    A_INT("since", 0, "so với bản", "against this one"),
    A_INT("since_version", 0, "bản thứ", "its version"),
    A_TIME("as_of_before", 0, "bản trước theo lịch sử đến", "the other as known at"),
    A_TIME("as_of", 0, "bản này theo lịch sử đến", "this one as known at"),
    A_LIST("cells", 0, &cell_shape, "từng ô khác nhau", "cells that differ"),
    A_INT("cells_n", 0, "số ô khác nhau", "how many"),
    A_LIST("dossiers", 0, &dossier_shape, "hồ sơ đứng sau khác biệt", "dossiers behind it"),
    A_INT("dossiers_n", 0, "số hồ sơ", "how many"),
    A_LIST("texts", 0, &text_shape, "cấu hình công bố giữa hai bản", "published in between"),
    A_LIST("successions", 0, &succession_shape, "cơ quan đổi giữa hai bản",
           "agencies taken over in between"),
    A_BOOL("rules", 0, "định nghĩa số liệu, hoặc bộ chỉ số của báo cáo, đã khác",
           "figures, or the index of the report, mean something else"),
    A_BOOL("engine", 0, "hàm đếm trong cơ sở dữ liệu đã khác", "functions of the database differ"),
};
static const struct answer_shape changes_shape = A_SHAPE("ReportChanges", changes_keys);
static const struct answer_key made_keys[] = {
    A_INT("report", 0, "số của bản", "number of the version"),
    A_INT("series", 0, "số của báo cáo (bản đầu)", "number of its first version"),
    A_INT("version", 0, "bản thứ", "version"),
    A_BOOL("same", 0, "đúng từng byte như bản đã chốt", "the same bytes as were frozen"),
    A_BOOL("intact", 0, "byte đã lưu đúng như mã băm", "the stored bytes fit their digest"),
    A_HASH("digest", 0, "SHA-256 của số liệu vừa tính", "SHA-256 of what was counted now"),
    A_TIME("as_of", 0, "theo lịch sử đến", "as the history tells up to"),
    A_OBJECT("changes", ANSWER_NULL, &changes_shape, "khác gì, vì sao", "what differs and why"),
};
const struct answer_shape report_made_shape = A_SHAPE("ReportFrozen", made_keys);
static const struct answer_key item_keys[] = {
    A_INT("id", 0, "số của bản", "number of the version"),
    A_INT("series", 0, "số của báo cáo (bản đầu)", "number of its first version"),
    A_INT("version", 0, "bản thứ", "version"),
    A_ENUM("report", 0, REPORT_WORDS, "báo cáo", "report"),
    A_OBJECT("question", 0, &answer_any, "đã hỏi gì", "what was asked"),
    A_WORD("scope", ANSWER_NULL, "số liệu của cơ quan; null: toàn bộ", "whose; null: everybody's"),
    A_TIME("as_of", 0, "theo lịch sử đến", "as the history tells up to"),
    A_HASH("rules", 0, "bản định nghĩa số liệu", "digest of what figures mean"),
    A_HASH("engine", 0, "bản hàm đếm", "digest of the functions that count"),
    A_HASH("digest", 0, "SHA-256 của các byte", "SHA-256 of the bytes"),
    A_INT("bytes", 0, "số byte", "how many bytes"),
    A_ENUM("state", 0, FROZEN_STATE_WORDS, "trạng thái", "state"),
    A_TEXT("remark", ANSWER_NULL, "ghi chú", "remark"),
    A_INT("author", ANSWER_NULL, "người chốt", "who froze it"),
    A_TEXT("author_name", ANSWER_NULL, "họ tên", "name"),
    A_TIME("at", 0, "lúc", "at"),
    A_TEXT("said", ANSWER_NULL, "ý kiến người duyệt", "remark of the second person"),
    A_INT("decider", ANSWER_NULL, "người duyệt", "second person"),
    A_TEXT("decider_name", ANSWER_NULL, "họ tên", "name"),
    A_TIME("decided", ANSWER_NULL, "duyệt lúc", "decided at"),
};
static const struct answer_shape item_shape = A_SHAPE("FrozenReport", item_keys);
static const struct answer_key items_keys[] = {
    A_PAGE(&item_shape, "báo cáo đã chốt, mới trước", "frozen reports, the newest first"),
};
static const struct answer_shape items_shape = A_SHAPE("FrozenReports", items_keys);
static const struct answer_key one_keys[] = {
    A_WITH(&item_shape),
    A_INT("newest", 0, "bản mới nhất của báo cáo", "the newest version of it"),
    A_OBJECT("answer", 0, &answer_any, "báo cáo như đã chốt", "the answer as it was frozen"),
    A_OBJECT("changes", ANSWER_NULL, &changes_shape, "khác bản trước ở đâu",
             "against the one before"),
};
static const struct answer_shape one_shape = A_SHAPE("FrozenReportWhole", one_keys);
static const struct answer_key diff_keys[] = {
    A_INT("report", 0, "số của bản", "number of the version"),
    A_OBJECT("changes", ANSWER_NULL, &changes_shape, "khác bản trước ở đâu; null: bản đầu",
             "against the one before; null: the first"),
};
static const struct answer_shape diff_shape = A_SHAPE("FrozenReportChanges", diff_keys);

#define READ(path, fn, shape, vi, en)                                                              \
    {                                                                                              \
        .method = HTTP_GET, .pattern = "/v1/reports/frozen" path, .permission = PERM_FIGURES,      \
        .lane = LANE_READ, .handle = (fn), .answer = &(shape), .summary = {                        \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }
#define WRITE(path, fn, in, out, vi, en)                                                           \
    {                                                                                              \
        .method = HTTP_POST, .pattern = "/v1/reports/frozen" path, .permission = PERM_FREEZE,      \
        .lane = LANE_ACT, .handle = (fn), .body = &(in), .body_max = BODY_SMALL, .answer = (out),  \
        .summary = {                                                                               \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }
static const struct route rows[] = {
    WRITE("", freeze, freeze_shape, &report_made_shape,
          "Chốt một báo cáo; đã chốt và không khác gì thì trả bản đã có",
          "Freeze a report; the version there is when nothing differs"),
    {.method = HTTP_GET,
     .pattern = "/v1/reports/frozen",
     .permission = PERM_FIGURES,
     .lane = LANE_READ,
     .handle = list,
     .query = list_params,
     .answer = &items_shape,
     .summary = {"Các báo cáo đã chốt", "Frozen reports"}},
    READ("/{id}", one, one_shape, "Một báo cáo đã chốt", "One frozen report"),
    READ("/{id}/bytes", bytes, answer_any, "Đúng các byte đã chốt", "The very bytes"),
    READ("/{id}/changes", changes, diff_shape, "Khác bản trước ở đâu, vì hồ sơ nào",
         "What differs from the version before, and why"),
    READ("/{id}/verify", verify, report_made_shape, "Tính lại: có đúng từng byte không",
         "Run again: does it give the same bytes"),
    WRITE("/{id}/again", again, again_shape, &report_made_shape,
          "Chốt lại theo lịch sử mới; khác thì thành bản mới kèm khác biệt",
          "Freeze again as known now; a new version with its differences if there are any"),
    WRITE("/{id}/approve", approve, decide_shape, NULL, "Người thứ hai duyệt công bố",
          "A second person agrees to publish it"),
    WRITE("/{id}/decline", decline, decide_shape, NULL, "Không duyệt công bố", "Decline it"),
};
ROUTE_TABLE(routes_frozen, rows);
