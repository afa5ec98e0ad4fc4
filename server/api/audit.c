/* The audit, read only, for inspectors: who did what, what was refused, who read personal data.
 * The worker's thread. */
#include "server/api/page.h"

static const struct route_param params[] = {
    {"login", {"của người này", "of this person"}},
    {"what", {"loại việc, ví dụ forbidden", "kind of line, for example forbidden"}},
    {"from", {"từ ngày", "from this day"}},
    {"to", {"đến trước ngày", "before this day"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static bool word(struct req *rq, const char *name, const char **ret)
{
    struct span s = req_query(rq, name);
    size_t i;

    for (i = 0; i < s.n && i <= 64; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", s.p[i]))
            break;
    if (i == s.n) {
        *ret = s.n ? arena_span(rq->arena, s) : NULL;
        return true;
    }
    reply_detail(rq, ERR_BAD_REQUEST, "login và what là một từ.", "login and what are one word.");
    return false;
}

static void list(struct req *rq)
{
    struct audit_query q = {.from = INSTANT_NONE, .to = INSTANT_NONE};
    struct page_query page;

    if (!page_read(rq, &page) || !word(rq, "login", &q.login) || !word(rq, "what", &q.what) ||
        (req_query(rq, "from").p && !query_day(rq, "from", 0, &q.from)) ||
        (req_query(rq, "to").p && !query_day(rq, "to", 0, &q.to)))
        return;
    q.before = page.after_id;
    q.limit = page.limit;
    rq->wait = WAIT_STORE;
    store_audit_list(rq->api->store, &q, page_came, rq);
}

static const struct answer_key line_keys[] = {
    A_INT("line", 0, "số dòng", "number"),
    A_TIME("at", 0, "lúc", "at"),
    A_WORD("what", 0, "việc", "what"),
    A_WORD("login", ANSWER_NULL, "người làm; null: hệ thống hoặc chưa rõ",
           "who; null: the system or unknown"),
    A_TEXT("name", ANSWER_NULL, "họ tên", "name"),
    A_TEXT("peer", ANSWER_NULL, "từ địa chỉ", "from this address"),
    A_TEXT("detail", ANSWER_NULL, "chi tiết, JSON", "details, as JSON"),
};
static const struct answer_shape line_shape = A_SHAPE("AuditLine", line_keys);
static const struct answer_key list_keys[] = {
    A_PAGE(&line_shape, "nhật ký, mới nhất trước", "the audit, the newest first"),
};
static const struct answer_shape list_shape = A_SHAPE("Audit", list_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/audit",
     .permission = PERM_AUDIT_READ,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .query = params,
     .summary = {"Nhật ký: ai làm gì, việc bị từ chối, đọc dữ liệu cá nhân",
                 "The audit: who did what, what was refused, who read personal data"}},
};
ROUTE_TABLE(routes_audit, rows);
