/* Agencies that have ended: the administrator lists what is open there, and proposes to move it to
 * their successors; another one approves (publications.c).  No date moves.  The worker's thread. */
#include "server/api/publishing.h"

#define BODY_MAX ((size_t)4 * 1024)

static bool known(struct req *rq, const char *agency, int *ret)
{
    const struct organisation *o = req_snapshot(rq)->org;
    int at = agency ? organisation_find(o, agency) : -1;

    *ret = at >= 0 ? o->agency[at].id : 0;
    if (!agency || at >= 0)
        return true;
    violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                  "there is no such agency");
    reply_invalid(rq, ERR_INVALID, &rq->bad);
    return false;
}

static void list(struct req *rq)
{
    struct succession_query q = {0};
    struct page_query pg;

    if (!query_agency(rq, &q.agency) || !page_read(rq, &pg))
        return;
    q.after = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_succession(rq->api->store, &q, page_came, rq);
}

static void propose(struct req *rq)
{
    const struct succession_in *in = rq->body;
    int agency;

    if (known(rq, in->agency, &agency))
        publication_propose(rq, "succession", in->document);
}

static const struct route_param list_params[] = {
    {"agency", {"cơ quan đã kết thúc; bỏ trống: mọi cơ quan", "the ended agency; left out: all"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};
static const struct answer_key item_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code of the dossier"),
    A_WORD("from", ANSWER_NULL, "cơ quan đã kết thúc; null: chỉ có việc đang mở ở đó",
           "the ended agency; null: only a task lies there"),
};
static const struct answer_shape item_shape = A_SHAPE("DossierToMove", item_keys);
static const struct answer_key list_keys[] = {
    A_PAGE(&item_shape, "hồ sơ", "dossiers"),
};
static const struct answer_shape list_shape = A_SHAPE("DossiersToMove", list_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/successions",
     .permission = PERM_SUCCEED,
     .lane = LANE_READ,
     .handle = list,
     .query = list_params,
     .answer = &list_shape,
     .summary = {"Hồ sơ còn mở ở cơ quan đã kết thúc", "What is open at agencies that ended"}},
    {.method = HTTP_POST,
     .pattern = "/v1/successions",
     .permission = PERM_SUCCEED,
     .lane = LANE_ACT,
     .handle = propose,
     .body = &succession_shape,
     .body_max = BODY_MAX,
     .answer = &answer_proposed,
     .status = 201,
     .summary = {"Đề xuất chuyển hồ sơ sang cơ quan kế thừa; người khác duyệt",
                 "Propose to move dossiers to successor agencies; another one approves"}},
};
ROUTE_TABLE(routes_succeed, rows);
