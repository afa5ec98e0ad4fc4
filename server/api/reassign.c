/* Work moved in bulk when somebody leaves or is away.  Heads only, at their own agency; every task
 * is decided on its own.  The worker's thread. */
#include "common/access/access.h"
#include "server/api/state.h"

#define BODY_MAX     ((size_t)8 * 1024)
#define REASON_CHARS 500

struct reassign_in {
    const char *officer, *to, *agency, *reason;
};

static const struct bind_key reassign_keys[] = {
    BIND(struct reassign_in, WORD, officer, BIND_REQUIRED, 2, 64,
         "tài khoản của người nghỉ hoặc vắng", "login of who leaves or is away"),
    BIND(struct reassign_in, WORD, to, BIND_REQUIRED, 2, 64,
         "tài khoản nhận việc, hoặc queue: trả về hàng đợi, least: chia cho người ít việc nhất",
         "login of who gets it, or queue, or least: to whoever has least each time"),
    BIND(struct reassign_in, WORD, agency, 0, 1, 64, "cơ quan; mặc định của người thực hiện",
         "agency; default: the actor's own"),
    BIND(struct reassign_in, TEXT, reason, BIND_REQUIRED, 1, REASON_CHARS, "lý do", "reason"),
};
static const struct bind_shape reassign_shape =
    BIND_SHAPE("Reassign", struct reassign_in, reassign_keys);

static void reassigned(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_NOT_FOUND)
        reply_detail(rq, ERR_INVALID, "Không có tài khoản này.", "There is no such account.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_json(rq, 200, json, -1);
}

static void reassign(struct req *rq)
{
    const struct reassign_in *in = rq->body;
    const struct organisation *o = req_snapshot(rq)->org;
    dayno today = lminute_day(lminute_of(clock_now()));
    int at = in->agency ? organisation_find(o, in->agency) : organisation_of_id(o, rq->user.agency);
    struct reassign r = {.key = rq->key,
                         .actor = req_actor(rq),
                         .officer = in->officer,
                         .to = in->to,
                         .reason = in->reason};

    if (at < 0) {
        violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                      "there is no such agency");
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    if (!access_acts_for(o, rq->user.agency, o->agency[at].id, today)) {
        reply_problem(rq, ERR_R_NOT_YOUR_AGENCY);
        return;
    }
    if (strcmp(in->officer, in->to) == 0) {
        violation_add(&rq->bad, "/to", "same", "là chính người đó", "is the same person");
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    memcpy(r.body_hash, rq->body_hash, sizeof r.body_hash);
    r.agency = o->agency[at].id;
    rq->wait = WAIT_HELD;
    store_reassign(rq->api->store, &r, reassigned, rq);
}

static const struct answer_key item_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code of the dossier"),
    A_INT("task", 0, "số việc", "number of the task"),
    A_WORD("outcome", ANSWER_NULL, "done: đã chuyển; gone: đã có người nhận; hoặc mã từ chối",
           "done; gone: somebody took it meanwhile; or the code of a refusal; null: not tried yet"),
    A_WORD("login", ANSWER_NULL, "ai đang giữ; null: hàng đợi", "who has it now; null: the queue"),
    A_TEXT("name", ANSWER_NULL, "họ tên", "name"),
};
static const struct answer_shape item_shape = A_SHAPE("ReassignedTask", item_keys);
static const struct answer_key reassigned_keys[] = {
    A_INT("reassignment", 0, "số lần chuyển", "number of the reassignment"),
    A_LIST("items", 0, &item_shape, "từng việc", "task by task"),
    A_INT("done", 0, "đã chuyển", "moved"),
    A_INT("refused", 0, "không chuyển được", "not moved"),
    A_INT("left", 0, "chưa làm: gửi lại với cùng khóa", "not tried yet: repeat with the same key"),
};
static const struct answer_shape reassigned_shape = A_SHAPE("Reassigned", reassigned_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/reassignments",
     .permission = PERM_ASSIGN,
     .flags = ROUTE_KEY,
     .lane = LANE_ACT,
     .handle = reassign,
     .body = &reassign_shape,
     .body_max = BODY_MAX,
     .answer = &reassigned_shape,
     .summary = {"Chuyển toàn bộ việc của một người", "Move all work of one officer"}},
};
ROUTE_TABLE(routes_reassign, rows);
