/* Day seals for everybody: whoever keeps one outside can prove later that no history of that day or
 * before was changed.  No personal data.  The worker's thread. */
#include "server/api/page.h"

static const struct route_param params[] = {
    {"before", {"trước ngày này; mặc định: mới nhất", "before this day; default: the newest"}},
    {"limit", {"số dòng, tối đa 400; mặc định 31", "at most so many, up to 400; default 31"}},
    {NULL, {NULL, NULL}},
};

static void list(struct req *rq)
{
    instant from;
    dayno before;
    int64_t limit;

    if (!req_query_i64(rq, "limit", 1, SEALS_MAX, 31, &limit))
        return;
    if (!query_day(rq, "before", 0, &from))
        return;
    before = lminute_day(lminute_of(from));
    rq->wait = WAIT_STORE;
    store_seals(rq->api->store, req_query(rq, "before").p ? &before : NULL, (int)limit, json_came,
                rq);
}

static const struct answer_key seal_keys[] = {
    A_DATE("day", 0, "ngày được niêm phong", "the day that is sealed"),
    A_INT("events", 0, "số sự kiện ghi trong ngày", "events recorded on it"),
    A_INT("dossiers", 0, "của bao nhiêu hồ sơ", "of so many dossiers"),
    A_HASH("prev", 0, "niêm phong ngày trước", "seal of the day before"),
    A_HASH("digest", 0, "niêm phong: SHA-256 của niêm phong ngày trước, ngày, các sự kiện",
           "the seal: SHA-256 over the seal before, the day, its events"),
    A_TIME("at", 0, "niêm phong lúc", "when it was sealed"),
};
static const struct answer_shape seal_shape = A_SHAPE("DaySeal", seal_keys);
static const struct answer_key seals_keys[] = {
    A_LIST("items", 0, &seal_shape, "các ngày, mới nhất trước", "days, the newest first"),
};
static const struct answer_shape seals_shape = A_SHAPE("DaySeals", seals_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/seals",
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = list,
     .answer = &seals_shape,
     .query = params,
     .summary = {"Niêm phong từng ngày của lịch sử, ai cũng xem được",
                 "The seal of each day of the history, for everybody"}},
};
ROUTE_TABLE(routes_seals, rows);
