/* Submissions online and by post: recorded, then accepted, returned, refused or submitted again.
 * The worker's thread. */
#include "server/api/acting.h"
#include "server/api/intake.h"
#include "server/api/page.h"

#define BODY_LARGE ((size_t)256 * 1024)

static void submit(struct req *rq)
{
    struct intake_in *in = rq->body;
    struct act *act = acting_new(rq, CMD_SUBMIT, NULL);
    dayno today = lminute_day(lminute_of(clock_now()));
    const struct procedure *p = snapshot_procedure(req_snapshot(rq), in->procedure, today);

    if (!p) {
        violation_add(&rq->bad, "/procedure", "not-in-force",
                      "không có thủ tục “%s” đang có hiệu lực", "no procedure “%s” is in force",
                      in->procedure);
        reply_invalid(rq, ERR_R_NOT_IN_FORCE, &rq->bad);
        return;
    }
    act->procedure = p->code;
    if (intake_translate(rq, p, act, &act->cmd))
        acting_go(rq, act);
}

/* ---- decisions on what was submitted: the procedure that reads the form is the submission's */

struct deciding_in {
    enum command_kind kind;
};

static void submission_came(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;
    const struct deciding_in *d;
    const struct procedure *p;
    struct act *act;

    if (!req_back(rq))
        return;
    d = rq->mine;
    if (e != ERR_OK || !s) {
        reply_problem(rq, e == ERR_OK ? ERR_NOT_FOUND : e);
        return;
    }
    p = snapshot_procedure_hash(req_snapshot(rq), s->procedure_hash);
    act = acting_new(rq, d->kind, rq->param[0]);
    ((struct intake_in *)rq->body)->channel = (int)s->channel;
    if (intake_translate(rq, p, act, &act->cmd))
        acting_go(rq, act);
}

static void decide(struct req *rq, enum command_kind kind)
{
    struct deciding_in *d = ARENA_NEW(rq->arena, struct deciding_in);

    d->kind = kind;
    rq->mine = d;
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, rq->param[0], rq->arena, submission_came, rq);
}

static void accept_it(struct req *rq)
{
    decide(rq, CMD_ACCEPT);
}
static void return_it(struct req *rq)
{
    decide(rq, CMD_RETURN_INTAKE);
}
static void reject_it(struct req *rq)
{
    decide(rq, CMD_REJECT_INTAKE);
}
static void resubmit(struct req *rq)
{
    decide(rq, CMD_RESUBMIT);
}

/* ---- what waits */

static void waiting(struct req *rq)
{
    struct page_query pg;

    if (!page_read(rq, &pg))
        return;
    rq->wait = WAIT_STORE;
    store_submissions(rq->api->store, &rq->viewer, pg.after, pg.after_id, pg.limit, rq->lang,
                      page_came, rq);
}

static const struct answer_key item_keys[] = {
    A_WORD("code", 0, "số hiệu lần nộp", "id of the submission"),
    A_INT("seq", 0, "số sự kiện; ETag", "number of events; the ETag"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_TEXT("procedure_name", ANSWER_NULL, "tên thủ tục", "name of the procedure"),
    A_NAME("status", 0, answer_status, "trạng thái", "status"),
    A_NAME("channel", 0, answer_channel, "kênh", "channel"),
    A_WORD("receiving", ANSWER_NULL, "nơi tiếp nhận", "receiving unit"),
    A_TEXT("applicant", ANSWER_NULL, "người nộp", "applicant"),
    A_TIME("submitted", ANSWER_NULL, "nộp lúc", "submitted at"),
};
static const struct answer_shape item_shape = A_SHAPE("SubmissionItem", item_keys);
static const struct answer_key page_keys[] = {A_PAGE(&item_shape, "hồ sơ chờ", "what waits")};
static const struct answer_shape page_shape = A_SHAPE("Submissions", page_keys);

#define DECIDE(path, perm, fn, vi, en)                                                             \
    {                                                                                              \
        .method = HTTP_POST, .pattern = "/v1/submissions/{id}/" path, .permission = (perm),        \
        .flags = ROUTE_KEY | ROUTE_MATCH | ROUTE_ETAG, .lane = LANE_ACT, .handle = (fn),           \
        .body = &intake_decide_shape, .body_max = BODY_LARGE, .answer = &answer_created,           \
        .summary = {                                                                               \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/submissions",
     .permission = PERM_SUBMIT,
     .flags = ROUTE_KEY | ROUTE_ETAG | ROUTE_MAKES,
     .answer = &answer_created,
     .status = 201,
     .lane = LANE_ACT,
     .handle = submit,
     .body = &intake_submit_shape,
     .body_max = BODY_LARGE,
     .summary = {"Ghi nhận hồ sơ nộp trực tuyến hoặc qua bưu chính",
                 "Record what was submitted online or by post"}},
    {.method = HTTP_GET,
     .pattern = "/v1/submissions",
     .permission = PERM_SUBMISSIONS,
     .lane = LANE_READ,
     .handle = waiting,
     .query = page_params,
     .answer = &page_shape,
     .summary = {"Hồ sơ chờ tiếp nhận", "What waits for intake"}},
    DECIDE("accept", PERM_INTAKE, accept_it, "Tiếp nhận (Mẫu 01)", "Accept (form 01)"),
    DECIDE("return", PERM_INTAKE, return_it, "Yêu cầu bổ sung (Mẫu 02)", "Return (form 02)"),
    DECIDE("reject", PERM_INTAKE, reject_it, "Từ chối tiếp nhận (Mẫu 03)", "Refuse (form 03)"),
    DECIDE("resubmit", PERM_SUBMIT, resubmit, "Nộp lại", "Submit again"),
};
ROUTE_TABLE(routes_submissions, rows);
