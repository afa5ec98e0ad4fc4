/* Work queues, their counts by urgency, and search.  The worker's thread. */
#include "common/time/worktime.h"
#include "server/api/page.h"
#include "server/api/state.h"

#define SEARCH_MIN   2
#define SEARCH_CHARS 100

static const char *const scopes[] = {"mine", "unit", "role", "all", NULL};
static const char *const urgencies[] = {"overdue", "today", "soon", "later", NULL};

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

static const struct route_param count_params[] = {FILTERS, {NULL, {NULL, NULL}}};
static const struct route_param queue_params[] = {
    FILTERS,
    {"urgency", {"overdue, today, soon hoặc later", "overdue, today, soon or later"}},
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
    return true;
}

static void queue_done(void *owner, enum err e, struct span json, int64_t version)
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

static void queue(struct req *rq)
{
    struct queue_query q;
    struct page_query pg;

    if (!read_filters(rq, &q) || !page_read(rq, &pg) ||
        !req_query_choice(rq, "urgency", urgencies, -1, &q.urgency))
        return;
    q.after_due = pg.after;
    q.after_id = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_queue(rq->api->store, &rq->viewer, &q, queue_done, rq);
}

static void counts(struct req *rq)
{
    struct queue_query q;

    if (!read_filters(rq, &q))
        return;
    q.counts = true;
    rq->wait = WAIT_STORE;
    store_queue(rq->api->store, &rq->viewer, &q, queue_done, rq);
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
    store_search(rq->api->store, &rq->viewer, span_of(text), (int)limit, rq->lang, queue_done, rq);
}

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/queue",
     .permission = PERM_QUEUE,
     .lane = LANE_READ,
     .handle = queue,
     .query = queue_params,
     .summary = {"Hàng đợi công việc, theo hạn", "Work queue, by due"}},
    {.method = HTTP_GET,
     .pattern = "/v1/queue/counts",
     .permission = PERM_QUEUE,
     .lane = LANE_READ,
     .handle = counts,
     .query = count_params,
     .summary = {"Số việc theo mức khẩn", "Tasks by urgency"}},
    {.method = HTTP_GET,
     .pattern = "/v1/search",
     .permission = PERM_SEARCH,
     .lane = LANE_READ,
     .handle = search,
     .query = search_params,
     .summary = {"Tìm hồ sơ", "Search dossiers"}},
};
ROUTE_TABLE(routes_queue, rows);
