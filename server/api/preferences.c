/* How a person likes her screen, and the filters of queues she goes back to.
 * The worker's thread. */
#include "common/access/access.h"
#include "server/api/page.h"
#include "server/store/belongings.h"

#define PREFERENCES_MAX ((size_t)16 * 1024)
#define QUERY_CHARS     1000

struct preferences_in {
    const json_t *preferences;
};
static const struct bind_key preferences_in_keys[] = {
    BIND(struct preferences_in, JSON, preferences, BIND_REQUIRED, 0, 0,
         "mọi lựa chọn, tối đa 16 KiB: giao diện, cỡ chữ, quầy, phím tắt, cột …",
         "all of them, at most 16 KiB: theme, size, counter, shortcuts, columns …"),
};
static const struct bind_shape preferences_in_shape =
    BIND_SHAPE("PreferencesSaving", struct preferences_in, preferences_in_keys);

static void preferences(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_preferences(rq->api->store, rq->user.user, json_came, rq);
}

static void prefer(struct req *rq)
{
    const struct preferences_in *in = rq->body;
    struct span content;

    if (!req_object_text(rq, in->preferences, PREFERENCES_MAX, &content))
        return;
    rq->wait = WAIT_HELD;
    store_preferences_put(rq->api->store, rq->user.user, content, json_came, rq);
}

/* ---- filters */

struct filter_in {
    const char *name, *query;
    bool shared;
};
static const struct bind_key filter_in_keys[] = {
    BIND(struct filter_in, TEXT, name, BIND_REQUIRED, 1, 80, "tên bộ lọc", "name of the filter"),
    BIND(struct filter_in, TEXT, query, BIND_REQUIRED, 0, QUERY_CHARS,
         "phần tham số của địa chỉ, không có dấu ?: scope=unit&urgency=overdue",
         "query string without the question mark: scope=unit&urgency=overdue"),
    BIND(struct filter_in, BOOL, shared, 0, 0, 0, "cho cả cơ quan của tôi dùng",
         "for everybody of my agency"),
};
static const struct bind_shape filter_in_shape =
    BIND_SHAPE("FilterSaving", struct filter_in, filter_in_keys);

static void filters(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_filters(rq->api->store, rq->user.user, rq->user.agency, json_came, rq);
}

static void filter_saved(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_LIMIT)
        reply_detail(rq, e, "Đã có 50 bộ lọc, hãy xóa bớt rồi lưu.",
                     "There are 50 filters already: delete some first.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_json(rq, 201, json, -1);
}

/* A filter ends in an address: only what can stand there, and can be read back. */
static bool query_fits(struct req *rq, const char *query)
{
    struct http_param param[QUERY_MAX];

    for (const char *c = query; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '<' || *c == '>' || *c == '#' || *c == '?')
            return false;
    return http_query(rq->arena, span_of(query), param, QUERY_MAX) >= 0;
}

static void filter_save(struct req *rq)
{
    const struct filter_in *in = rq->body;

    if (!query_fits(rq, in->query)) {
        violation_add(&rq->bad, "/query", "wrong-type",
                      "phải là phần tham số của một địa chỉ, tối đa %d tham số",
                      "must be the query of an address, at most %d parameters", QUERY_MAX);
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    rq->wait = WAIT_HELD;
    store_filter_put(rq->api->store, rq->user.user, in->shared ? rq->user.agency : 0, in->name,
                     in->query, filter_saved, rq);
}

static void filter_delete(struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    rq->wait = WAIT_HELD;
    store_filter_delete(rq->api->store, rq->user.user,
                        access_is_head(rq->user.roles) ? rq->user.agency : 0, id, done_came, rq);
}

static const struct answer_key preferences_keys[] = {
    A_OBJECT("preferences", 0, &answer_any, "như đã lưu; {} khi chưa lưu", "as saved; {} at first"),
    A_TIME("updated", ANSWER_NULL, "lưu lúc", "saved at"),
};
static const struct answer_shape preferences_shape = A_SHAPE("Preferences", preferences_keys);
static const struct answer_key filter_keys[] = {
    A_INT("id", 0, "số", "number"),
    A_TEXT("name", 0, "tên", "name"),
    A_TEXT("query", 0, "phần tham số của địa chỉ", "query string"),
    A_BOOL("shared", 0, "dùng chung trong cơ quan", "shared with the agency"),
    A_BOOL("mine", 0, "của tôi", "mine"),
    A_TEXT("by", 0, "người lưu", "who saved it"),
};
static const struct answer_shape filter_shape = A_SHAPE("SavedFilter", filter_keys);
static const struct answer_key filters_keys[] = {
    A_LIST("items", 0, &filter_shape, "của tôi trước", "mine first"),
};
static const struct answer_shape filters_shape = A_SHAPE("SavedFilters", filters_keys);
static const struct answer_key saved_keys[] = {A_INT("id", 0, "số", "number")};
static const struct answer_shape saved_shape = A_SHAPE("FilterSaved", saved_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/preferences",
     .permission = PERM_SIGNED_IN,
     .lane = LANE_READ,
     .handle = preferences,
     .answer = &preferences_shape,
     .summary = {"Lựa chọn giao diện của tôi", "How I like my screen"}},
    {.method = HTTP_PUT,
     .pattern = "/v1/preferences",
     .permission = PERM_SIGNED_IN,
     .lane = LANE_ACT,
     .handle = prefer,
     .body = &preferences_in_shape,
     .body_max = PREFERENCES_MAX + 4096,
     .answer = &preferences_shape,
     .summary = {"Lưu lựa chọn giao diện; lần lưu sau cùng được giữ",
                 "Save how I like my screen; the last saving holds"}},
    {.method = HTTP_GET,
     .pattern = "/v1/filters",
     .permission = PERM_QUEUE,
     .lane = LANE_READ,
     .handle = filters,
     .answer = &filters_shape,
     .summary = {"Bộ lọc hàng đợi của tôi và dùng chung trong cơ quan",
                 "Filters of queues: mine, and those shared with my agency"}},
    {.method = HTTP_POST,
     .pattern = "/v1/filters",
     .permission = PERM_QUEUE,
     .lane = LANE_ACT,
     .handle = filter_save,
     .body = &filter_in_shape,
     .body_max = 8192,
     .status = 201,
     .answer = &saved_shape,
     .summary = {"Lưu bộ lọc; trùng tên thì thay bộ lọc cũ",
                 "Save a filter; the same name replaces the former"}},
    {.method = HTTP_DELETE,
     .pattern = "/v1/filters/{id}",
     .permission = PERM_QUEUE,
     .lane = LANE_ACT,
     .handle = filter_delete,
     .summary = {"Xóa bộ lọc của tôi (người đứng đầu: cả bộ lọc dùng chung)",
                 "Delete a filter of mine (heads: of the agency's, too)"}},
};
ROUTE_TABLE(routes_preferences, rows);
