/* What lists and reports share: cursors, days and agencies of the query, the answer as the store
 * made it.  Nothing is owned.  The worker's thread. */
#include "server/api/page.h"

const struct route_param page_params[] = {PAGE_PARAMS, {NULL, {NULL, NULL}}};

/* "DUE.ID": microseconds and number of the last row; opaque for clients. */
static bool cursor_read(struct span s, struct page_query *ret)
{
    struct span a, b;

    return span_cut(s, '.', &a, &b) && span_i64(a, INT64_MIN + 1, INT64_MAX, &ret->after) &&
           span_i64(b, 0, INT64_MAX, &ret->after_id);
}

bool page_read(struct req *rq, struct page_query *ret)
{
    struct span cursor = req_query(rq, "cursor");
    int64_t limit;

    *ret = (struct page_query){.after = INSTANT_NONE};
    if (!req_query_i64(rq, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit))
        return false;
    ret->limit = (int)limit;
    if (!cursor.p || cursor_read(cursor, ret))
        return true;
    reply_detail(rq, ERR_BAD_REQUEST, "Con trỏ (cursor) không hợp lệ.", "The cursor is not valid.");
    return false;
}

/* The value of the trailing member "next"; SPAN_NONE when it is null. */
static struct span next_of(struct span json)
{
    static const char key[] = "\"next\":\"";
    size_t n = sizeof key - 1, i;

    if (json.n < n + 3 || json.p[json.n - 1] != '}' || json.p[json.n - 2] != '"')
        return SPAN_NONE;
    for (i = json.n - 3; i > 0 && json.p[i] != '"'; i--)
        ;
    if (i + 1 < n || memcmp(json.p + i + 1 - n, key, n) != 0)
        return SPAN_NONE;
    return (struct span){json.p + i + 1, json.n - 3 - i};
}

/* The same address with another cursor; other parameters are kept as they came. */
static struct span link_to(struct req *rq, struct span next)
{
    const struct http_head *head = http_head(rq->http);
    struct span rest = head->query, one, out;
    struct buf b;

    buf_init(&b, 8192);
    buf_char(&b, '<');
    buf_span(&b, head->path);
    buf_char(&b, '?');
    while (rest.n) {
        (void)span_cut(rest, '&', &one, &rest);
        if (span_starts(one, "cursor=") || one.n == 0)
            continue;
        buf_span(&b, one);
        buf_char(&b, '&');
    }
    buf_str(&b, "cursor=");
    buf_span(&b, next);
    buf_str(&b, ">; rel=\"next\"");
    out = (struct span){arena_strndup(rq->arena, buf_cstr(&b), b.n), b.n};
    buf_free(&b);
    return out;
}

void page_reply(struct req *rq, struct span json)
{
    struct span next = next_of(json);
    struct http_header h = {SPAN_LIT("Link"), SPAN_NONE};

    if (next.n)
        h.value = link_to(rq, next);
    reply_body(rq, 200, "application/json", json, &h, next.n ? 1 : 0);
}

/* ---- what reports ask */

bool query_day(struct req *rq, const char *name, dayno def, instant *ret)
{
    struct span s = req_query(rq, name);
    dayno d = def;

    if (s.p && !day_parse(s, &d)) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     arena_printf(rq->arena,
                                  "%s: ngày có thật, từ năm 1900 đến 2200, dạng 2026-03-02.", name),
                     arena_printf(rq->arena,
                                  "%s: a day that there is, 1900 to 2200, like 2026-03-02.", name));
        return false;
    }
    *ret = instant_of(day_start(d));
    return true;
}

bool query_period(struct req *rq, dayno from, struct period *ret)
{
    dayno today = lminute_day(lminute_of(clock_now()));

    if (!query_day(rq, "from", from, &ret->from) || !query_day(rq, "to", today + 1, &ret->to))
        return false;
    if (ret->to > ret->from)
        return true;
    reply_detail(rq, ERR_BAD_REQUEST,
                 "Khoảng thời gian trống: ngày kết thúc (to, không tính vào kỳ) phải sau ngày bắt "
                 "đầu (from).",
                 "The period is empty: `to` must be after `from` (`to` is no more of it).");
    return false;
}

bool query_flag(struct req *rq, const char *name, bool *ret)
{
    static const char *const flags[] = {"false", "true", NULL};
    int i;

    if (!req_query_choice(rq, name, flags, 0, &i))
        return false;
    *ret = i == 1;
    return true;
}

bool query_agency_as(struct req *rq, const char *name, int *ret)
{
    const struct organisation *o = req_snapshot(rq)->org;
    struct span agency = req_query(rq, name);
    int i = agency.p ? organisation_find(o, arena_span(rq->arena, agency)) : 0;

    if (i < 0) {
        reply_detail(
            rq, ERR_BAD_REQUEST,
            arena_printf(rq->arena, "%s: không có cơ quan này; mã xem ở /v1/organisation.", name),
            arena_printf(rq->arena, "%s: no such agency; /v1/organisation lists them.", name));
        return false;
    }
    *ret = agency.p ? o->agency[i].id : 0;
    return true;
}

bool query_agency(struct req *rq, int *ret)
{
    return query_agency_as(rq, "agency", ret);
}

dayno month_begin(void)
{
    struct civil c = civil_of_day(lminute_day(lminute_of(clock_now())));

    c.day = 1;
    return civil_day(c);
}

/* ---- what the store answers */

void page_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (req_came(rq, e))
        page_reply(rq, json);
}

void json_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (req_came(rq, e))
        reply_json(rq, 200, json, -1);
}

void json_etag_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    if (req_came(rq, e))
        reply_json(rq, 200, json, version);
}

void done_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)json;
    (void)version;
    if (req_came(rq, e))
        reply_empty(rq, 204, NULL, 0);
}
