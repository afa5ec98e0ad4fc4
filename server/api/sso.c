/* Signing in by the unit's own identity provider.  The page asks where to go to, the provider sends
 * the browser back to the page, the page hands in what it got.  What belongs to one sign-in (state,
 * nonce, PKCE verifier) follows from a token that only this browser has; each is taken up once.
 * Accounts are not made here: who has none is told so.  The worker's thread; the provider is asked
 * in a pool. */
#include "server/api/session.h"
#include "server/jobs/oidc.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#include "common/base/digest.h"
#include "common/base/jwt.h"

#define COOKIE_SAFE  "__Host-motcua-sso"
#define COOKIE_PLAIN "motcua-sso"
#define COOKIE_S     600  /* as long as the database keeps what was begun */
#define CODE_MAX     2048 /* characters */
#define URL_MAX      8192
#define LOGIN_MAX    64

struct back_in {
    const char *code, *state;
};

struct travel { /* of one job; freed when it is through */
    struct req *rq;
    struct oidc *provider;
    struct oidc_proof proof;
    char *code, login[OIDC_LOGIN_MAX];
    struct buf url, why;
    enum oidc_end end;
};

static const char *cookie_name(const struct req *rq)
{
    return rq->api->conf->plain_cookie ? COOKIE_PLAIN : COOKIE_SAFE;
}

static const char *cookie_of(struct req *rq, const char *token)
{
    return arena_printf(rq->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%d",
                        cookie_name(rq), token, rq->api->conf->plain_cookie ? "" : "; Secure",
                        *token ? COOKIE_S : 0);
}

static void derive(const uint8_t token[TOKEN_BYTES], const char *use, char out[OIDC_TEXT])
{
    uint8_t mac[SHA256_BYTES];

    hmac_sha256(token, TOKEN_BYTES, use, strlen(use), mac);
    base64url_encode(mac, sizeof mac, out);
    OPENSSL_cleanse(mac, sizeof mac);
}

static void derive_all(const uint8_t token[TOKEN_BYTES], struct oidc_proof *p)
{
    derive(token, "motcua sso state", p->state);
    derive(token, "motcua sso nonce", p->nonce);
    derive(token, "motcua sso verifier", p->verifier);
}

static struct travel *travel_new(struct req *rq)
{
    struct travel *t = calloc(1, sizeof *t);

    if (!t)
        abort();
    t->rq = rq;
    t->provider = rq->api->conf->sso;
    buf_init(&t->url, URL_MAX);
    buf_init(&t->why, URL_MAX);
    return t;
}

static void travel_free(struct travel *t)
{
    buf_free(&t->url);
    buf_free(&t->why);
    if (t->code)
        OPENSSL_cleanse(t->code, strlen(t->code));
    free(t->code);
    OPENSSL_cleanse(t, sizeof *t);
    free(t);
}

static void send_off(struct travel *t, void (*run)(void *job), void (*done)(void *job, bool ran))
{
    struct req *rq = t->rq;

    if (pool_submit(rq->api->conf->sso_pool, rq->api->worker, run, done, t)) {
        (void)req_held(rq);
        return;
    }
    travel_free(t);
    reply_problem(rq, ERR_OVERLOADED);
}

static void reply_away(struct req *rq)
{
    reply_detail(rq, ERR_PROVIDER_AWAY, "Thử lại sau ít phút, hoặc dùng tài khoản nội bộ.",
                 "Try again in a few minutes, or use a local account.");
}

static bool may_ask(struct req *rq)
{
    int64_t wait;

    if (!rq->api->conf->sso) {
        reply_problem(rq, ERR_NOT_FOUND);
        return false;
    }
    if (limits_take_peer(rq->api->conf->limits, LIMIT_SIGN_IN_PEER, http_peer(rq->http), NULL,
                         clock_mono_us(), &wait))
        return true;
    reply_wait(rq, ERR_TOO_MANY, wait);
    return false;
}

/* ---- where to go to */

struct begun {
    uint8_t token[TOKEN_BYTES];
    struct travel *t;
};

static void ask_where(void *job)
{
    struct travel *t = job;

    t->end = oidc_begin(t->provider, &t->proof, &t->url, &t->why) ? OIDC_FINE : OIDC_AWAY;
}

static void told_where(void *job, bool ran)
{
    struct travel *t = job;
    struct req *rq = t->rq;
    char token[2 * TOKEN_BYTES + 1];
    struct http_header h = {SPAN_LIT("Set-Cookie"), SPAN_NONE};
    struct buf *b;
    struct jw w;

    if (ran && t->end != OIDC_FINE)
        log_event(LOG_L_WARN, "provider-away", LOG_STR("why", buf_cstr(&t->why)));
    if (!req_back(rq)) {
        travel_free(t);
        return;
    }
    if (!ran || t->end != OIDC_FINE) {
        travel_free(t);
        reply_away(rq);
        return;
    }
    hex_encode(((struct begun *)rq->mine)->token, TOKEN_BYTES, token);
    h.value = span_of(cookie_of(rq, token));
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "url", buf_cstr(&t->url));
    jw_close(&w);
    travel_free(t);
    reply_body(rq, 201, "application/json", (struct span){b->p, b->n}, &h, 1);
    OPENSSL_cleanse(token, sizeof token);
}

static void noted(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct travel *t;

    (void)json;
    (void)version;
    if (!req_came(rq, e))
        return;
    t = travel_new(rq);
    derive_all(((struct begun *)rq->mine)->token, &t->proof);
    send_off(t, ask_where, told_where);
}

static void begin(struct req *rq)
{
    struct begun *k = ARENA_NEW(rq->arena, struct begun);
    uint8_t hash[SHA256_BYTES];
    char state[OIDC_TEXT];

    if (!may_ask(rq))
        return;
    random_bytes(k->token, sizeof k->token);
    derive(k->token, "motcua sso state", state);
    sha256(state, strlen(state), hash);
    rq->mine = k;
    rq->wait = WAIT_STORE;
    store_sso_begin(rq->api->store, hash, noted, rq);
}

/* ---- back again */

static void reply_again(struct req *rq)
{
    reply_detail(rq, ERR_SIGN_IN_OVER, "Hãy bắt đầu lại từ trang đăng nhập.",
                 "Begin again at the sign-in page.");
}

static void audit_sso(struct req *rq, const char *what, const char *why)
{
    struct buf b;
    struct jw w;

    buf_init(&b, URL_MAX);
    w = jw_to(&b);
    jw_open(&w);
    if (rq->user.login)
        jw_kstr(&w, "login", rq->user.login);
    jw_kbool(&w, "sso", true);
    if (why)
        jw_kstr(&w, "why", why);
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, what, rq->user.user, http_peer(rq->http), buf_cstr(&b));
    buf_free(&b);
}

static void entered(struct req *rq, const struct http_header *cookie, struct span who)
{
    struct http_header h[2] = {*cookie, {SPAN_LIT("Set-Cookie"), SPAN_NONE}};

    h[1].value = span_of(cookie_of(rq, ""));

    reply_body(rq, 201, "application/json", who, h, 2);
}

static void user_found(void *owner, enum err e, const struct session_user *u)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK && e != ERR_NOT_FOUND) {
        reply_problem(rq, e);
        return;
    }
    if (e == ERR_OK) {
        session_take(rq, u);
        rq->signed_in = false;
    }
    if (e != ERR_OK || !u->active) {
        metric_add(METRIC_SIGN_INS_FAILED, 1);
        audit_sso(rq, "sign-in-failed", "no account");
        reply_detail(
            rq, ERR_NO_ACCOUNT,
            "Tài khoản đơn vị hợp lệ nhưng chưa có (hoặc đã khóa) trong hệ thống này; đề nghị "
            "quản trị kỹ thuật lập.",
            "The unit's account is fine, but there is none (or a closed one) of it in this "
            "system; the technical administrator makes it.");
        return;
    }
    metric_add(METRIC_SIGN_INS, 1);
    audit_sso(rq, "sign-in", NULL);
    session_begin(rq, true, entered);
}

/* Logins are plain and lower case: what is none needs no look-up. */
static bool login_of(char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++)
        if (s[i] >= 'A' && s[i] <= 'Z')
            s[i] = (char)(s[i] + 32);
    return n <= LOGIN_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

static void ask_who(void *job)
{
    struct travel *t = job;

    t->end = oidc_finish(t->provider, &t->proof, t->code, t->login, &t->why);
}

static void told_who(void *job, bool ran)
{
    struct travel *t = job;
    struct req *rq = t->rq;
    enum oidc_end end = ran ? t->end : OIDC_AWAY;
    const char *why, *login;

    if (ran && end != OIDC_FINE)
        log_event(LOG_L_WARN, end == OIDC_AWAY ? "provider-away" : "provider-not-believed",
                  LOG_STR("why", buf_cstr(&t->why)));
    if (!req_back(rq)) {
        travel_free(t);
        return;
    }
    why = arena_strdup(rq->arena, buf_cstr(&t->why));
    login = end == OIDC_FINE && login_of(t->login) ? arena_strdup(rq->arena, t->login) : "";
    travel_free(t);
    if (end == OIDC_AWAY) {
        reply_away(rq);
        return;
    }
    if (end == OIDC_REFUSED) {
        metric_add(METRIC_SIGN_INS_FAILED, 1);
        audit_sso(rq, "sign-in-failed", why);
        reply_problem(rq, ERR_PROVIDER_REFUSED);
        return;
    }
    rq->wait = WAIT_STORE;
    store_user_by_login(rq->api->store, login, rq->arena, user_found, rq);
}

static void taken(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct travel *t;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    if (e != ERR_OK) {
        if (e == ERR_SIGN_IN_OVER)
            reply_again(rq);
        else
            reply_problem(rq, e);
        return;
    }
    t = travel_new(rq);
    t->proof = *(const struct oidc_proof *)rq->mine;
    t->code = strdup(((const struct back_in *)rq->body)->code);
    if (!t->code)
        abort();
    send_off(t, ask_who, told_who);
}

static void back(struct req *rq)
{
    const struct back_in *in = rq->body;
    struct span cookie = http_cookie(rq->http, cookie_name(rq));
    uint8_t token[TOKEN_BYTES], hash[SHA256_BYTES];
    struct oidc_proof *p = ARENA_NEW(rq->arena, struct oidc_proof);

    if (!may_ask(rq))
        return;
    if (cookie.n != 2 * TOKEN_BYTES || !hex_decode(cookie.p, cookie.n, token)) {
        reply_again(rq);
        return;
    }
    derive_all(token, p);
    OPENSSL_cleanse(token, sizeof token);
    if (strlen(in->state) != strlen(p->state) || !ct_equal(in->state, p->state, strlen(p->state))) {
        reply_again(rq);
        return;
    }
    sha256(p->state, strlen(p->state), hash);
    rq->mine = p;
    rq->wait = WAIT_STORE;
    store_sso_take(rq->api->store, hash, taken, rq);
}

static const struct bind_key back_keys[] = {
    BIND(struct back_in, SECRET, code, BIND_REQUIRED, 1, CODE_MAX, "mã của hệ thống định danh",
         "code of the provider"),
    BIND(struct back_in, SECRET, state, BIND_REQUIRED, 1, 128, "state nhận lại",
         "state as it came back"),
};
static const struct bind_shape back_shape = BIND_SHAPE("SsoBack", struct back_in, back_keys);

static const struct answer_key begun_keys[] = {
    A_TEXT("url", 0, "địa chỉ đăng nhập của đơn vị", "address where the unit signs people in"),
};
static const struct answer_shape begun_shape = A_SHAPE("SsoBegun", begun_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/sso",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_LOW,
     .lane = LANE_ACT,
     .handle = begin,
     .answer = &begun_shape,
     .status = 201,
     .summary = {"Bắt đầu đăng nhập bằng tài khoản đơn vị",
                 "Begin to sign in by the unit's provider"}},
    {.method = HTTP_POST,
     .pattern = "/v1/sso/session",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_LOW,
     .lane = LANE_ACT,
     .handle = back,
     .body = &back_shape,
     .body_max = 12288,
     .answer = &session_shape,
     .status = 201,
     .summary = {"Đăng nhập với mã mà hệ thống định danh trả về",
                 "Sign in with the code that the provider gave"}},
};
ROUTE_TABLE(routes_sso, rows);
