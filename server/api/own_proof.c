/* The password and the code of whoever is signed in, checked once more.  The worker's thread;
 * hashing in the pool. */
#include "server/api/own_proof.h"
#include "server/api/factor.h"
#include "server/api/hashing.h"

static void allowed(void *owner, enum err e, int64_t wait_ms)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else if (wait_ms > 0)
        reply_wait(rq, ERR_TOO_MANY, wait_ms * 1000);
    else
        req_resume(rq);
}

enum flow own_proof_allowed(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_sign_in_allowed(rq->api->store, rq->user.login, http_peer(rq->http), allowed, rq);
    return FLOW_WAIT;
}

static void found(void *owner, enum err e, const struct session_user *u)
{
    struct req *rq = owner;

    if (!req_came(rq, e))
        return;
    ((struct own_proof *)rq->mine)->user = u; /* in the request's arena */
    req_resume(rq);
}

enum flow own_proof_find(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_user_by_login(rq->api->store, rq->user.login, rq->arena, found, rq);
    return FLOW_WAIT;
}

static void password_checked(struct req *rq, bool right)
{
    ((struct own_proof *)rq->mine)->right = right;
    req_resume(rq);
}

enum flow own_proof_password(struct req *rq)
{
    const struct own_proof *p = rq->mine;

    check_password(rq, p->password, p->user->password_hash, password_checked);
    return FLOW_WAIT;
}

static void code_checked(struct req *rq, bool right, int left)
{
    (void)left;
    ((struct own_proof *)rq->mine)->code_right = right;
    req_resume(rq);
}

/* Only behind the right password: a code that is looked at is used up. */
enum flow own_proof_code(struct req *rq)
{
    struct own_proof *p = rq->mine;

    if (!p->right || !p->code || p->user->factor_on == INSTANT_NONE) {
        p->code_right = !p->code || p->user->factor_on == INSTANT_NONE;
        return FLOW_NEXT;
    }
    factor_check(rq, rq->user.user, p->user->sealed, p->code, code_checked);
    return FLOW_WAIT;
}

void own_proof_refuse(struct req *rq, const char *pointer, const char *code, struct text2 why)
{
    violation_add_text(&rq->bad, pointer, code, why);
    reply_invalid(rq, ERR_INVALID, &rq->bad);
}

static void counted(void *owner, enum err e, int64_t wait_ms)
{
    struct req *rq = owner;
    const struct own_proof *p;

    (void)wait_ms;
    if (!req_back(rq))
        return;
    p = rq->mine;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else if (!p->right)
        own_proof_refuse(
            rq, p->password_at, "wrong",
            (struct text2){"mật khẩu đang dùng không đúng", "this is not the present password"});
    else if (!p->code_right)
        own_proof_refuse(
            rq, p->code_at, "wrong",
            (struct text2){"mã không đúng hoặc đã dùng; hãy nhập mã mới nhất",
                           "the code is wrong or was used already; type the newest one"});
    else
        req_resume(rq);
}

enum flow own_proof_count(struct req *rq)
{
    const struct own_proof *p = rq->mine;

    if (!p->right || !p->code_right)
        store_audit(rq->api->store, p->right ? "code-wrong" : "password-wrong", rq->user.user,
                    http_peer(rq->http), "{}");
    rq->wait = WAIT_STORE;
    store_sign_in_attempt(rq->api->store, rq->user.login, http_peer(rq->http),
                          p->right && p->code_right, counted, rq);
    return FLOW_WAIT;
}

void own_proof_flow(struct req *rq, struct own_proof *p, step_fn *const *steps)
{
    int64_t wait;

    rq->mine = p;
    if (limits_take(rq->api->conf->limits, LIMIT_SIGN_IN, rq->user.login, strlen(rq->user.login),
                    clock_mono_us(), &wait))
        req_flow(rq, steps);
    else
        reply_wait(rq, ERR_TOO_MANY, wait);
}
