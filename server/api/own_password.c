/* Changing one's own password: the old one first, throttled like signing in; other sessions of hers
 * end, this one stays.  The worker's thread; hashing in the pool. */
#include "server/api/hashing.h"
#include "server/api/session.h"

struct own_in {
    const char *old, *new;
};

struct own {
    const char *encoded; /* what she has now */
    bool right;
};

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

static enum flow ask_allowed(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_sign_in_allowed(rq->api->store, rq->user.login, http_peer(rq->http), allowed, rq);
    return FLOW_WAIT;
}

static void found(void *owner, enum err e, const struct session_user *u)
{
    struct req *rq = owner;
    struct own *own;

    if (!req_back(rq))
        return;
    if (e != ERR_OK) {
        reply_problem(rq, e);
        return;
    }
    own = rq->mine;
    own->encoded = u->password_hash;
    req_resume(rq);
}

static enum flow find(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_user_by_login(rq->api->store, rq->user.login, rq->arena, found, rq);
    return FLOW_WAIT;
}

static void checked(struct req *rq, bool right)
{
    ((struct own *)rq->mine)->right = right;
    req_resume(rq);
}

static enum flow check_old(struct req *rq)
{
    check_password(rq, ((struct own_in *)rq->body)->old, ((struct own *)rq->mine)->encoded,
                   checked);
    return FLOW_WAIT;
}

static void refuse(struct req *rq, const char *pointer, const char *code, struct text2 why)
{
    violation_add_text(&rq->bad, pointer, code, why);
    reply_invalid(rq, ERR_INVALID, &rq->bad);
}

static void counted(void *owner, enum err e, int64_t wait_ms)
{
    struct req *rq = owner;

    (void)wait_ms;
    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else if (((struct own *)rq->mine)->right)
        req_resume(rq);
    else
        refuse(rq, "/old", "wrong",
               (struct text2){"mật khẩu đang dùng không đúng", "this is not the present password"});
}

/* A wrong old password counts like a failed sign-in: a session left open is not a way to guess. */
static enum flow count(struct req *rq)
{
    const struct own *own = rq->mine;

    if (!own->right)
        store_audit(rq->api->store, "password-wrong", rq->user.user, http_peer(rq->http), "{}");
    rq->wait = WAIT_STORE;
    store_sign_in_attempt(rq->api->store, rq->user.login, http_peer(rq->http), own->right, counted,
                          rq);
    return FLOW_WAIT;
}

static void stored(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_empty(rq, 204, NULL, 0);
}

static void hashed(struct req *rq, const char *encoded)
{
    struct account_change c = {.login = rq->user.login,
                               .active = -1,
                               .roles = -1,
                               .by = rq->user.user,
                               .encoded = encoded,
                               .keep = rq->token_hash,
                               .peer = http_peer(rq->http)};

    (void)req_held(rq);
    store_account_change(rq->api->store, &c, stored, rq);
}

static enum flow set_new(struct req *rq)
{
    const struct own_in *in = rq->body;
    struct text2 why = {"mật khẩu mới phải khác mật khẩu cũ",
                        "the new password must be another one"};

    if (strcmp(in->old, in->new) == 0 || !password_acceptable(in->new, rq->user.login, &why)) {
        refuse(rq, "/new", "weak", why);
        return FLOW_DONE;
    }
    hash_password(rq, in->new, hashed);
    return FLOW_WAIT;
}

static step_fn *const steps[] = {ask_allowed, find, check_old, count, set_new, NULL};

static void change(struct req *rq)
{
    int64_t wait;

    rq->mine = ARENA_NEW(rq->arena, struct own);
    if (limits_take(rq->api->conf->limits, LIMIT_SIGN_IN, rq->user.login, strlen(rq->user.login),
                    clock_mono_us(), &wait))
        req_flow(rq, steps);
    else
        reply_wait(rq, ERR_TOO_MANY, wait);
}

static const struct bind_key own_keys[] = {
    BIND(struct own_in, SECRET, old, BIND_REQUIRED, 1, PASSWORD_MAX, "mật khẩu đang dùng",
         "present password"),
    BIND(struct own_in, SECRET, new, BIND_REQUIRED, 1, PASSWORD_MAX, "mật khẩu mới",
         "new password"),
};
static const struct bind_shape own_shape = BIND_SHAPE("OwnPassword", struct own_in, own_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/session/password",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_FIRST,
     .lane = LANE_ACT,
     .handle = change,
     .body = &own_shape,
     .body_max = 2048,
     .summary = {"Đổi mật khẩu của mình", "Change one's own password"}},
};
ROUTE_TABLE(routes_own_password, rows);
