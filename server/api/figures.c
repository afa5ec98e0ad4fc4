/* Figures: on time and valid at first submission, and the dossiers behind each number.
 * The worker's thread. */
#include "server/api/page.h"

static const char *const groups[] = {"total", "agency", "procedure", "month", NULL};
static const char *const bases[] = {"original", "basis", "current", NULL};
static const char *const columns[] = {
    "total",          "received",         "carried",         "resolved",
    "pending",        "first_decided",    "first_accepted",  "first_not_accepted",
    "valid_first",    "not_valid_first",  "received_online", "received_other",
    "resolved_early", "resolved_on_time", "resolved_late",   "ended_other",
    "supplemented",   "pending_within",   "pending_overdue", NULL};

#define PERIOD                                                                                     \
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},       \
        {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},      \
        {"as_of", {"tính đến thời điểm", "as known at this instant"}},                             \
        {"basis", {"original, basis (mặc định) hoặc current", "original, basis or current"}},      \
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

static bool day_param(struct req *rq, const char *name, dayno def, instant *ret)
{
    struct span s = req_query(rq, name);
    dayno d = def;

    if (s.p && !day_parse(s, &d)) {
        reply_detail(rq, ERR_BAD_REQUEST, "Ngày phải có dạng 2026-03-02.",
                     "A date looks like 2026-03-02.");
        return false;
    }
    *ret = instant_of(day_start(d));
    return true;
}

static bool read_period(struct req *rq, struct figures_query *q)
{
    const struct organisation *o = req_snapshot(rq)->org;
    dayno today = lminute_day(lminute_of(clock_now()));
    struct civil first = civil_of_day(today);
    struct span as_of = req_query(rq, "as_of"), agency = req_query(rq, "agency");
    struct span procedure = req_query(rq, "procedure");
    int basis, i;

    first.day = 1;
    *q = (struct figures_query){.as_of = INSTANT_NONE, .limit = PAGE_DEFAULT};
    if (!day_param(rq, "from", civil_day(first), &q->from) ||
        !day_param(rq, "to", today + 1, &q->to) ||
        !req_query_choice(rq, "basis", bases, DUE_BASIS, &basis))
        return false;
    q->basis = (enum due_basis)basis;
    if (as_of.p && !instant_parse(as_of, &q->as_of)) {
        reply_detail(rq, ERR_BAD_REQUEST, "as_of phải có dạng 2026-03-02T10:00:00+07:00.",
                     "as_of looks like 2026-03-02T10:00:00+07:00.");
        return false;
    }
    if (q->to <= q->from) {
        reply_detail(rq, ERR_BAD_REQUEST, "Khoảng thời gian trống.", "The period is empty.");
        return false;
    }
    i = agency.p ? organisation_find(o, arena_span(rq->arena, agency)) : 0;
    if (i < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, "Không có cơ quan này.", "There is no such agency.");
        return false;
    }
    q->agency = agency.p ? o->agency[i].id : 0;
    q->procedure = procedure.p ? arena_span(rq->arena, procedure) : NULL;
    return true;
}

static void figures_done(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else
        page_reply(rq, json);
}

static void figures(struct req *rq)
{
    struct figures_query q;
    int group;

    if (!read_period(rq, &q) || !req_query_choice(rq, "group", groups, 0, &group))
        return;
    q.group = groups[group];
    rq->wait = WAIT_STORE;
    store_figures(rq->api->store, &rq->viewer, &q, figures_done, rq);
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
    store_figures(rq->api->store, &rq->viewer, &q, figures_done, rq);
}

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/figures",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = figures,
     .query = figure_params,
     .summary = {"Số liệu: đúng hạn, hợp lệ lần đầu",
                 "Figures: on time, valid at first submission"}},
    {.method = HTTP_GET,
     .pattern = "/v1/figures/dossiers",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = list,
     .query = list_params,
     .summary = {"Hồ sơ đứng sau một con số", "The dossiers behind a number"}},
};
ROUTE_TABLE(routes_figures, rows);
