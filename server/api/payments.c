/* Call-backs of the payment platform (Decree 118/2025 art. 24): signed over the raw body, young,
 * and counted once by the platform's own number, whatever comes how often.  What does not fit is
 * kept and shown by the decision, never taken silently.  The worker's thread. */
#include <stdio.h>

#include "server/api/acting.h"
#include "server/api/signed.h"

#define BODY_MAX ((size_t)8 * 1024)
#define TASK_MAX 1000000
#define DONG_MAX INT64_C(1000000000000000)
#define ID_MAX   100

/* ---------------------------------------------------------------- who calls */

/* A call that is repeated word for word within the window counts once all the same: by its number.
 */
static bool vouch(struct req *rq)
{
    const struct api_conf *conf = rq->api->conf;

    if (strcmp(rq->param[0], conf->payment_provider) != 0) {
        reply_problem(rq, ERR_NOT_FOUND);
        return false;
    }
    return signed_call(rq, conf->payment_secret, "payment-forged");
}

/* ---------------------------------------------------------------- what it says */

struct payment_in {
    const char *dossier, *transaction;
    int64_t amount, request;
};

static const struct bind_key keys[] = {
    BIND(struct payment_in, WORD, dossier, BIND_REQUIRED, 1, 64, "mã hồ sơ", "code of the dossier"),
    BIND(struct payment_in, WORD, transaction, BIND_REQUIRED, 1, ID_MAX,
         "mã giao dịch của nền tảng: mỗi mã tính một lần",
         "the platform's number: each counts once"),
    BIND(struct payment_in, I64, amount, BIND_REQUIRED, 1, DONG_MAX, "số tiền đã nộp, đồng",
         "amount paid, in dong"),
    BIND(struct payment_in, I64, request, 0, 1, TASK_MAX,
         "số đề nghị nộp tiền; không có: khoản duy nhất còn phải nộp",
         "request for payment; without: the only amount that is owed"),
};
static const struct bind_shape shape = BIND_SHAPE("PaymentMade", struct payment_in, keys);

/* ---------------------------------------------------------------- what came of it */

static const char *const outcomes[] = {"paid", "unmatched", NULL};

static const char *outcome_of(const struct dossier *s, const char *transaction)
{
    size_t i;

    for (i = s->requests; i-- > 0;) {
        const struct request *r = &s->request[i];

        if (r->reference && strcmp(r->reference, transaction) == 0 &&
            (r->kind == REQ_PAYMENT || r->kind == REQ_UNMATCHED))
            return outcomes[r->kind == REQ_UNMATCHED];
    }
    return outcomes[1];
}

static void audit_refused(struct req *rq, const struct act *a)
{
    const struct payment_in *in = rq->body;
    struct buf b;
    struct jw w;

    buf_init(&b, 2048);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "dossier", in->dossier);
    jw_kstr(&w, "transaction", in->transaction);
    jw_ki64(&w, "amount", in->amount);
    jw_kstr(&w, "code", err_code(a->e));
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, "payment-refused", 0, rq->http ? http_peer(rq->http) : NULL,
                buf_cstr(&b));
    buf_free(&b);
}

static void stored(void *owner, struct act *a)
{
    struct req *rq = owner;
    const struct payment_in *in = rq->body;
    struct buf *b;
    struct jw w;

    if (a->e != ERR_OK)
        audit_refused(rq, a);
    if (!req_back(rq))
        return;
    if (a->e != ERR_OK) {
        reply_refused(rq, a->e, a->refusal, a->refusals, SPAN_NONE, -1);
        return;
    }
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "transaction", in->transaction);
    jw_kstr(&w, "outcome", outcome_of(a->current, in->transaction));
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

/* As the system: nobody of ours took the money. */
static void call_back(struct req *rq)
{
    const struct payment_in *in = rq->body;
    struct act *act = acting_new(rq, CMD_PAY, in->dossier);
    struct ask *ask = ARENA_NEW(rq->arena, struct ask);

    act->if_match = -1;
    ask->amount = in->amount;
    ask->reference = in->transaction;
    ask->method = "online";
    act->cmd.ask = ask;
    act->cmd.request = in->request;
    act->done = stored;
    rq->wait = WAIT_HELD;
    store_act(rq->api->store, act);
}

static const struct answer_key answer_keys[] = {
    A_TEXT("transaction", 0, "mã giao dịch", "the platform's number"),
    A_ENUM("outcome", 0, outcomes, "paid: đã ghi nhận; unmatched: không khớp, sẽ trả lại",
           "paid: counted; unmatched: it does not fit and will be sent back"),
};
static const struct answer_shape answer = A_SHAPE("PaymentTaken", answer_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/payments/callback/{provider}",
     .permission = PERM_PUBLIC,
     .lane = LANE_ACT,
     .handle = call_back,
     .vouch = vouch,
     .headers = signed_headers,
     .body = &shape,
     .body_max = BODY_MAX,
     .answer = &answer,
     .summary = {"Nền tảng thanh toán báo một khoản đã nộp, có chữ ký",
                 "The payment platform tells of a payment, signed"}},
};
ROUTE_TABLE(routes_payments, rows);
