/* Agencies that have ended: the administrator lists what is open there and moves it to their
 * successors.  No date moves.  The worker's thread. */
#include "server/api/page.h"
#include "server/api/state.h"

#define BODY_MAX   ((size_t)4 * 1024)
#define NOTE_CHARS 500

struct succeed_in {
    const char *agency, *note;
    bool apply;
};

static const struct bind_key succeed_keys[] = {
    BIND(struct succeed_in, WORD, agency, 0, 1, 64, "cơ quan đã kết thúc; bỏ trống: mọi cơ quan",
         "the ended agency; left out: every one"),
    BIND(struct succeed_in, BOOL, apply, 0, 0, 0, "true: chuyển; false: chỉ liệt kê",
         "true: move; false: only list"),
    BIND(struct succeed_in, TEXT, note, 0, 1, NOTE_CHARS, "căn cứ", "by which decision"),
};
static const struct bind_shape succeed_shape =
    BIND_SHAPE("Succeed", struct succeed_in, succeed_keys);

static void succeed(struct req *rq)
{
    const struct succeed_in *in = rq->body;
    const struct organisation *o = req_snapshot(rq)->org;
    int at = in->agency ? organisation_find(o, in->agency) : -1;
    struct succession s = {.actor = req_actor(rq), .apply = in->apply, .note = in->note};

    if (in->agency && at < 0) {
        violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                      "there is no such agency");
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    s.agency = at >= 0 ? o->agency[at].id : 0;
    if (in->apply)
        store_audit(rq->api->store, "succession", rq->user.user, http_peer(rq->http), "{}");
    rq->wait = WAIT_HELD;
    store_succeed(rq->api->store, &s, json_came, rq);
}

static const struct answer_key item_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code of the dossier"),
    A_WORD("from", ANSWER_NULL, "cơ quan đã kết thúc; null: chỉ có việc đang mở ở đó",
           "the ended agency; null: only a task lies there"),
    A_WORD("outcome", ANSWER_NULL, "done: đã chuyển; mã từ chối; null: chưa làm",
           "done, the code of a refusal, or null: not tried"),
};
static const struct answer_shape item_shape = A_SHAPE("SucceededDossier", item_keys);
static const struct answer_key succeeded_keys[] = {
    A_BOOL("applied", 0, "đã chuyển, không chỉ liệt kê", "moved, not only listed"),
    A_LIST("items", 0, &item_shape, "hồ sơ", "dossiers"),
    A_INT("done", 0, "đã chuyển", "moved"),
    A_INT("refused", 0, "không chuyển được", "not moved"),
    A_BOOL("more", 0, "còn nữa: gọi lại", "there are more: call again"),
};
static const struct answer_shape succeeded_shape = A_SHAPE("Succeeded", succeeded_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/successions",
     .permission = PERM_SUCCEED,
     .lane = LANE_ACT,
     .handle = succeed,
     .body = &succeed_shape,
     .body_max = BODY_MAX,
     .answer = &succeeded_shape,
     .summary = {"Chuyển hồ sơ sang cơ quan kế thừa", "Move dossiers to successor agencies"}},
};
ROUTE_TABLE(routes_succeed, rows);
