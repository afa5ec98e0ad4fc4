/* Signing in and out, and who one is.  Passwords are checked in the job pool; only hashes of tokens
 * are stored.  A job owns copies of what it needs.  The worker's thread. */
#include "server/api/session.h"
#include "server/api/events.h"
#include "server/api/factor.h"
#include "server/store/dossier_json.h"
#include "server/store/events.h"

#include "server/api/hashing.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/access/access.h"
#include "common/base/digest.h"
#include "common/base/utf8.h"

#define COOKIE_SAFE  "__Host-motcua"
#define COOKIE_PLAIN "motcua"
#define LOGIN_MAX    64
#define MS           1000

struct sign_in {
    const char *login;
    const char *password;
    const char *code; /* NULL: none given */
};

static const char *cookie_name(const struct req *rq)
{
    return rq->api->conf->plain_cookie ? COOKIE_PLAIN : COOKIE_SAFE;
}

/* The token against forged requests follows from the session's own token, so that a page can ask
 * for it again; nothing leads back. */
static void csrf_of(const uint8_t token[TOKEN_BYTES], char out[2 * SHA256_BYTES + 1])
{
    static const char label[] = "motcua csrf";
    uint8_t in[sizeof label + TOKEN_BYTES], hash[SHA256_BYTES];

    memcpy(in, label, sizeof label);
    memcpy(in + sizeof label, token, TOKEN_BYTES);
    sha256(in, sizeof in, hash);
    hex_encode(hash, sizeof hash, out);
}

static bool cookie_token(struct req *rq, uint8_t token[TOKEN_BYTES])
{
    struct span c = http_cookie(rq->http, cookie_name(rq));

    return c.n == TOKEN_BYTES * 2 && hex_decode(c.p, c.n, token);
}

bool session_cookie(struct req *rq)
{
    uint8_t token[TOKEN_BYTES];

    if (!cookie_token(rq, token))
        return false;
    sha256(token, sizeof token, rq->token_hash);
    return true;
}

void session_take(struct req *rq, const struct session_user *u)
{
    rq->user = *u;
    rq->user.password_hash = NULL;
    rq->user.login = arena_strdup(rq->arena, u->login);
    rq->user.name = arena_strdup(rq->arena, u->name);
    if (u->identity_key)
        rq->user.identity_key =
            (const uint8_t *)arena_strndup(rq->arena, (const char *)u->identity_key, SHA256_BYTES);
    rq->viewer = store_viewer(u->user, u->agency, u->roles);
    rq->signed_in = true;
}

bool session_csrf(const struct req *rq, struct span given)
{
    uint8_t hash[SHA256_BYTES];

    if (given.n != 2 * SHA256_BYTES)
        return false;
    sha256(given.p, given.n, hash);
    return ct_equal(hash, rq->user.csrf_hash, sizeof hash);
}

/* ---- who am I */

static void factor_json(const struct req *rq, struct jw *w)
{
    const struct session_user *u = &rq->user;

    jw_key(w, "second_factor");
    jw_open(w);
    jw_kbool(w, "possible", factor_possible(rq));
    jw_ktime(w, "since", u->factor_on);
    jw_ki64(w, "recovery", u->codes_left);
    if (u->factor_taken != INSTANT_NONE)
        jw_ktime(w, "taken", u->factor_taken);
    jw_close(w);
}

/* token: of the session, for the page to make its writes with. */
static void who_json(const struct req *rq, const uint8_t token[TOKEN_BYTES], struct buf *out)
{
    const struct organisation *org = req_snapshot(rq)->org;
    int i = organisation_of_id(org, rq->user.agency);
    char at[32], csrf[2 * SHA256_BYTES + 1];
    struct jw w = jw_to(out);
    unsigned r;

    jw_open(&w);
    jw_ki64(&w, "user", rq->user.user);
    jw_kstr(&w, "login", rq->user.login);
    jw_kstr(&w, "name", rq->user.name);
    jw_key(&w, "agency");
    if (i >= 0) {
        jw_open(&w);
        jw_kstr(&w, "agency", org->agency[i].agency);
        jw_kstr(&w, "name", text2_in(org->agency[i].name, rq->lang));
        jw_close(&w);
    } else {
        jw_null(&w);
    }
    jw_key(&w, "roles");
    jw_list(&w);
    for (r = 0; r < ROLE_COUNT; r++) {
        if (!((rq->user.roles >> r) & 1u))
            continue;
        jw_open(&w);
        jw_kstr(&w, "role", role_name((enum role)r));
        jw_kstr(&w, "title", text2_in(role_title((enum role)r), rq->lang));
        jw_close(&w);
    }
    jw_end(&w);
    if (rq->user.expires != INSTANT_NONE && rq->user.expires != 0) {
        instant_rfc3339(rq->user.expires, at);
        jw_kstr(&w, "expires", at);
    }
    jw_kbool(&w, "must_change", rq->user.must_change);
    jw_kbool(&w, "must_enrol", factor_wanted(rq));
    factor_json(rq, &w);
    csrf_of(token, csrf);
    jw_kstr(&w, "csrf", csrf);
    jw_kstr(&w, "event", events_now(rq->api, rq->arena));
    jw_close(&w);
}

static void who_am_i(struct req *rq)
{
    struct buf *b = reply_buf(rq);
    uint8_t token[TOKEN_BYTES];

    if (!cookie_token(rq, token)) {
        reply_problem(rq, ERR_UNAUTHENTICATED);
        return;
    }
    who_json(rq, token, b);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

/* ---- signing in: throttled? -> user -> hash in the pool -> code -> count -> session */

struct entering {
    struct sign_in *in;
    bool known, active, right, code_wrong;
    int64_t wait_ms;
    struct session_user user;
    const char *encoded;
};

static void allowed_known(void *owner, enum err e, int64_t wait_ms)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else if (wait_ms > 0)
        reply_wait(rq, ERR_TOO_MANY, wait_ms * MS);
    else
        req_resume(rq);
}

static enum flow ask_allowed(struct req *rq)
{
    struct entering *en = rq->mine;

    rq->wait = WAIT_STORE;
    store_sign_in_allowed(rq->api->store, en->in->login, http_peer(rq->http), allowed_known, rq);
    return FLOW_WAIT;
}

static void user_found(void *owner, enum err e, const struct session_user *u)
{
    struct req *rq = owner;
    struct entering *en;

    if (!req_back(rq))
        return;
    en = rq->mine;
    if (e != ERR_OK && e != ERR_NOT_FOUND) {
        reply_problem(rq, e);
        return;
    }
    en->known = e == ERR_OK && u;
    if (en->known) {
        session_take(rq, u);
        rq->signed_in = false;
        en->active = u->active;
        en->encoded = arena_strdup(rq->arena, u->password_hash);
    }
    req_resume(rq);
}

static enum flow find_user(struct req *rq)
{
    struct entering *en = rq->mine;

    rq->wait = WAIT_STORE;
    store_user_by_login(rq->api->store, en->in->login, rq->arena, user_found, rq);
    return FLOW_WAIT;
}

static void password_checked(struct req *rq, bool right)
{
    ((struct entering *)rq->mine)->right = right;
    req_resume(rq);
}

static enum flow ask_password(struct req *rq)
{
    struct entering *en = rq->mine;

    check_password(rq, en->in->password, en->encoded, password_checked);
    return FLOW_WAIT;
}

static void code_checked(struct req *rq, bool right, int left)
{
    struct entering *en = rq->mine;

    en->right = right;
    en->code_wrong = !right;
    rq->user.codes_left = left;
    req_resume(rq);
}

/* Asked for only behind the right password of an account that has it; that neither counts as a
 * failure nor makes earlier ones forgotten, so that the password alone buys no more guesses at the
 * code. */
static enum flow ask_code(struct req *rq)
{
    struct entering *en = rq->mine;

    en->right = en->right && en->known && en->active;
    if (!en->right || rq->user.factor_on == INSTANT_NONE)
        return FLOW_NEXT;
    if (!en->in->code) {
        reply_problem(rq, ERR_CODE_NEEDED);
        return FLOW_DONE;
    }
    factor_check(rq, rq->user.user, rq->user.sealed, en->in->code, code_checked);
    return FLOW_WAIT;
}

static void attempt_counted(void *owner, enum err e, int64_t wait_ms)
{
    struct req *rq = owner;
    struct entering *en;

    (void)wait_ms;
    if (!req_back(rq))
        return;
    en = rq->mine;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else if (!en->right)
        reply_problem(rq, en->code_wrong ? ERR_CODE_WRONG : ERR_BAD_CREDENTIALS);
    else
        req_resume(rq);
}

/* The login that was tried is not personal when it is an account's; a password typed into the
 * wrong field would be: only known logins are named. */
static enum flow count_attempt(struct req *rq)
{
    struct entering *en = rq->mine;
    struct buf b;
    struct jw w;

    metric_add(en->right ? METRIC_SIGN_INS : METRIC_SIGN_INS_FAILED, 1);
    buf_init(&b, 1024);
    w = jw_to(&b);
    jw_open(&w);
    if (en->known)
        jw_kstr(&w, "login", en->in->login);
    if (en->code_wrong)
        jw_kbool(&w, "code", true);
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, en->right ? "sign-in" : "sign-in-failed",
                en->known ? rq->user.user : 0, http_peer(rq->http), buf_cstr(&b));
    buf_free(&b);
    rq->wait = WAIT_STORE;
    store_sign_in_attempt(rq->api->store, en->in->login, http_peer(rq->http), en->right,
                          attempt_counted, rq);
    return FLOW_WAIT;
}

static void set_cookie(struct req *rq, const char *token, char *out, size_t size)
{
    (void)snprintf(out, size, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", cookie_name(rq),
                   token, rq->api->conf->plain_cookie ? "" : "; Secure",
                   token[0] ? "" : "; Max-Age=0");
}

struct beginning {
    uint8_t token[TOKEN_BYTES];
    session_begun *done;
};

static void session_made(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct beginning *k;
    char token[2 * TOKEN_BYTES + 1], cookie[256];
    struct http_header h = {SPAN_LIT("Set-Cookie"), SPAN_NONE};
    struct buf *b;

    (void)json;
    (void)version;
    if (!req_came(rq, e))
        return;
    k = rq->mine;
    rq->signed_in = true;
    hex_encode(k->token, sizeof k->token, token);
    set_cookie(rq, token, cookie, sizeof cookie);
    h.value = span_of(cookie);
    b = reply_buf(rq);
    who_json(rq, k->token, b);
    k->done(rq, &h, (struct span){b->p, b->n});
    explicit_bzero(token, sizeof token);
    explicit_bzero(cookie, sizeof cookie);
}

void session_begin(struct req *rq, bool by_provider, session_begun *done)
{
    struct beginning *k = ARENA_NEW(rq->arena, struct beginning);
    const struct api_conf *conf = rq->api->conf;
    char csrf[2 * SHA256_BYTES + 1];
    uint8_t csrf_hash[SHA256_BYTES];
    instant now = clock_now();

    k->done = done;
    rq->mine = k;
    random_bytes(k->token, sizeof k->token);
    sha256(k->token, sizeof k->token, rq->token_hash);
    csrf_of(k->token, csrf);
    sha256(csrf, strlen(csrf), csrf_hash);
    rq->user.expires = now + conf->idle_ms * MS;
    rq->user.by_provider = by_provider;
    rq->user.must_change = rq->user.must_change && !by_provider;
    rq->wait = WAIT_STORE;
    store_session_create(rq->api->store, rq->user.user, rq->token_hash, csrf_hash,
                         http_peer(rq->http), now + conf->idle_ms * MS,
                         now + conf->absolute_ms * MS, by_provider, session_made, rq);
}

static void signed_in(struct req *rq, const struct http_header *cookie, struct span who)
{
    reply_body(rq, 201, "application/json", who, cookie, 1);
}

static enum flow make_session(struct req *rq)
{
    session_begin(rq, false, signed_in);
    return FLOW_WAIT;
}

static step_fn *const sign_in_steps[] = {ask_allowed,   find_user,    ask_password, ask_code,
                                         count_attempt, make_session, NULL};

/* Logins are plain lower case; what people type otherwise means the same account. */
static void lower(char *s)
{
    for (; *s; s++)
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s + 32);
}

static void sign_in(struct req *rq)
{
    struct entering *en = ARENA_NEW(rq->arena, struct entering);
    int64_t wait;
    char *login;

    en->in = rq->body;
    login = arena_strdup(rq->arena, en->in->login);
    lower(login);
    en->in->login = login;
    rq->mine = en;
    if (!limits_take_peer(rq->api->conf->limits, LIMIT_SIGN_IN_PEER, http_peer(rq->http), NULL,
                          clock_mono_us(), &wait) ||
        !limits_take(rq->api->conf->limits, LIMIT_SIGN_IN, login, strlen(login), clock_mono_us(),
                     &wait)) {
        reply_wait(rq, ERR_TOO_MANY, wait);
        return;
    }
    req_flow(rq, sign_in_steps);
}

/* ---- signing out */

static void session_ended(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    char cookie[256];
    struct http_header h = {SPAN_LIT("Set-Cookie"), SPAN_NONE};

    (void)json;
    (void)version;
    if (!req_came(rq, e))
        return;
    store_publish_session_end(rq->api->store, rq->token_hash);
    store_audit(rq->api->store, "sign-out", rq->user.user, http_peer(rq->http), "{}");
    set_cookie(rq, "", cookie, sizeof cookie);
    h.value = span_of(cookie);
    reply_empty(rq, 204, &h, 1);
}

static void sign_out(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_session_end(rq->api->store, rq->token_hash, session_ended, rq);
}

static const struct bind_key sign_in_keys[] = {
    BIND(struct sign_in, WORD, login, BIND_REQUIRED, 1, LOGIN_MAX, "tên đăng nhập", "user name"),
    BIND(struct sign_in, SECRET, password, BIND_REQUIRED, 1, PASSWORD_MAX, "mật khẩu", "password"),
    BIND(struct sign_in, SECRET, code, 0, 1, CODE_MAX,
         "mã xác thực hoặc mã dự phòng; chỉ cần khi đã trả lời code-needed",
         "one-time or recovery code; needed only when code-needed was the answer"),
};
static const struct bind_shape sign_in_shape = BIND_SHAPE("SignIn", struct sign_in, sign_in_keys);

static const struct answer_key role_keys[] = {
    A_NAME("role", 0, answer_role, "vai trò", "role"),
    A_TEXT("title", 0, "tên", "title"),
};
static const struct answer_shape role_shape = A_SHAPE("RoleHeld", role_keys);
static const struct answer_key factor_keys[] = {
    A_BOOL("possible", 0, "máy chủ có khóa để bật", "the server has the key it needs"),
    A_TIME("since", ANSWER_NULL, "bật từ; null: chưa bật", "on since; null: off"),
    A_INT("recovery", 0, "số mã dự phòng còn lại", "recovery codes left"),
    A_TIME("taken", ANSWER_MAYBE, "quản trị đã gỡ lúc này; chỉ báo ở lần đăng nhập kế tiếp",
           "an administrator took it away then; told at the next sign-in only"),
};
static const struct answer_shape factor_shape = A_SHAPE("SecondFactor", factor_keys);
static const struct answer_key who_keys[] = {
    A_INT("user", 0, "số tài khoản", "account"),
    A_WORD("login", 0, "tên đăng nhập", "user name"),
    A_TEXT("name", 0, "họ tên", "name"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "đơn vị", "agency"),
    A_LIST("roles", 0, &role_shape, "vai trò", "roles"),
    A_TIME("expires", ANSWER_MAYBE, "phiên hết hạn khi không hoạt động",
           "the session ends when idle"),
    A_BOOL("must_change", 0, "phải đổi mật khẩu trước", "the password must be changed first"),
    A_BOOL("must_enrol", 0, "phải bật mã xác thực trước",
           "one-time codes must be switched on first"),
    A_OBJECT("second_factor", 0, &factor_shape, "mã xác thực của mình", "one's own one-time codes"),
    A_HASH("csrf", 0, "gửi lại trong X-CSRF-Token", "to be sent as X-CSRF-Token"),
    A_WORD("event", ANSWER_NULL, "sự kiện gần nhất: nghe tiếp từ đây bằng /v1/events?after=",
           "the latest event: /v1/events?after= goes on from here"),
};
const struct answer_shape session_shape = A_SHAPE("Session", who_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/session",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_LOW,
     .lane = LANE_ACT,
     .handle = sign_in,
     .answer = &session_shape,
     .status = 201,
     .body = &sign_in_shape,
     .body_max = 2048,
     .summary = {"Đăng nhập", "Sign in"}},
    {.method = HTTP_GET,
     .pattern = "/v1/session",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_FIRST,
     .lane = LANE_READ,
     .handle = who_am_i,
     .answer = &session_shape,
     .summary = {"Tôi là ai, có vai trò gì", "Who am I and with which roles"}},
    {.method = HTTP_DELETE,
     .pattern = "/v1/session",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_FIRST,
     .lane = LANE_ACT,
     .handle = sign_out,
     .summary = {"Đăng xuất", "Sign out"}},
};
ROUTE_TABLE(routes_session, rows);
