/* Changing one's own password: the old one first, throttled like signing in; other sessions of hers
 * end, this one stays.  The worker's thread; hashing in the pool. */
#include "server/api/hashing.h"
#include "server/api/own_proof.h"
#include "server/api/page.h"
#include "server/api/session.h"

struct own_in {
    const char *old, *new;
};

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
    store_account_change(rq->api->store, &c, done_came, rq);
}

static enum flow set_new(struct req *rq)
{
    const struct own_in *in = rq->body;
    struct text2 why = {"mật khẩu mới phải khác mật khẩu cũ",
                        "the new password must be another one"};

    if (strcmp(in->old, in->new) == 0 || !password_acceptable(in->new, rq->user.login, &why)) {
        own_proof_refuse(rq, "/new", "weak", why);
        return FLOW_DONE;
    }
    hash_password(rq, in->new, hashed);
    return FLOW_WAIT;
}

static step_fn *const steps[] = {OWN_PROOF_STEPS, set_new, NULL};

static void change(struct req *rq)
{
    struct own_proof *p = ARENA_NEW(rq->arena, struct own_proof);

    p->password = ((const struct own_in *)rq->body)->old;
    p->password_at = "/old";
    own_proof_flow(rq, p, steps);
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
