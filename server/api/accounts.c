/* Accounts: who has one, made and kept by the technical administrator; roles and units given by the
 * business administrator, so that nobody alone can make a person with rights (domain 7.2).  What
 * the rules forbid is decided in one transaction by motcua.account_change, for verbs too. The
 * worker's thread; hashing in the pool. */
#include <jansson.h>

#include "common/base/utf8.h"
#include "server/api/hashing.h"
#include "server/api/page.h"
#include "server/store/dossier_json.h"

#define BODY_ACCOUNT 8192
#define ROLES_MAX    32
#define LOGIN_MIN    2
#define LOGIN_MAX    64
#define ONE_TIME     16 /* letters and digits of a password that is given */

/* ---------------------------------------------------------------- reading */

static char *lower(char *s)
{
    for (size_t i = 0; s[i]; i++)
        if (s[i] >= 'A' && s[i] <= 'Z')
            s[i] = (char)(s[i] + 32);
    return s;
}

static void list(struct req *rq)
{
    struct accounts_query q = {.lang = rq->lang};
    struct span words = req_query(rq, "q"), after = req_query(rq, "cursor");
    int64_t limit;

    if (!query_agency(rq, &q.agency) ||
        !req_query_i64(rq, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit))
        return;
    if ((words.p && (words.n > 200 || text_check(words, false) != TEXT_FINE)) ||
        after.n > LOGIN_MAX) {
        reply_detail(rq, ERR_BAD_REQUEST, "q hoặc cursor không hợp lệ.",
                     "q or cursor is not valid.");
        return;
    }
    q.limit = (int)limit;
    if (words.n) {
        q.words = lower(arena_span(rq->arena, words));
        q.folded = arena_span(rq->arena, text_fold(rq->arena, words));
    }
    q.after = after.n ? arena_span(rq->arena, after) : NULL;
    rq->wait = WAIT_STORE;
    store_accounts(rq->api->store, &q, page_came, rq);
}

static void one(struct req *rq)
{
    struct accounts_query q = {.lang = rq->lang, .login = rq->param[0], .limit = 1};

    rq->wait = WAIT_STORE;
    store_accounts(rq->api->store, &q, json_etag_came, rq);
}

/* ---------------------------------------------------------------- changing */

struct make_in {
    const char *login, *name, *agency, *password, *reason;
};
struct change_in {
    const char *name, *agency, *reason;
    const char **role;
    size_t roles;
    bool active;
};

/* What was asked, until the answer: a password that was made is told once. */
struct asking {
    struct account_change c;
    const char *password; /* made here */
    int status;
};

static void audit_refused(struct req *rq, const char *login, enum err e)
{
    struct buf b;
    struct jw w;

    buf_init(&b, 1024);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "login", login);
    jw_kstr(&w, "rule", err_code(e));
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, "account-refused", rq->user.user, http_peer(rq->http),
                buf_cstr(&b));
    buf_free(&b);
}

static void reply_forbidden(struct req *rq, enum err e)
{
    if (e == ERR_R_SEPARATION)
        reply_detail(rq, e, "Không ai tự đổi quyền của mình; người quản trị khác làm việc này.",
                     "Nobody changes her own rights; another administrator does it.");
    else if (e == ERR_STALE)
        reply_detail(rq, e, "Tài khoản vừa được người khác sửa; hãy xem lại rồi gửi với ETag mới.",
                     "Somebody has just changed this account; look again and use the new ETag.");
    else if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Đã có tài khoản này.", "There is such an account already.");
    else
        reply_problem(rq, e);
}

static void changed(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    const struct asking *k;
    struct buf *b;
    struct jw w;

    if (!req_back(rq))
        return;
    k = rq->mine;
    if (e != ERR_OK) {
        if (e == ERR_R_SEPARATION || e == ERR_R_LAST_ADMIN)
            audit_refused(rq, k->c.login, e);
        reply_forbidden(rq, e);
        return;
    }
    if (!k->password) {
        reply_json(rq, k->status, json, version);
        return;
    }
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "login", k->c.login);
    jw_ki64(&w, "seq", version);
    jw_kstr(&w, "password", k->password);
    jw_close(&w);
    reply_json(rq, k->status, (struct span){b->p, b->n}, version);
}

static void send_change(struct req *rq)
{
    struct asking *k = rq->mine;

    (void)req_held(rq);
    store_account_change(rq->api->store, &k->c, changed, rq);
}

static struct asking *asking_new(struct req *rq, const char *login, int status)
{
    struct asking *k = ARENA_NEW(rq->arena, struct asking);

    *k = (struct asking){.c = {.login = login,
                               .active = -1,
                               .roles = -1,
                               .by = rq->user.user,
                               .peer = arena_strdup(rq->arena, http_peer(rq->http))},
                         .status = status};
    rq->mine = k;
    return k;
}

/* False after answering 422. */
static bool agency_of(struct req *rq, const char *key, int *ret)
{
    const struct organisation *o = req_snapshot(rq)->org;
    int i = organisation_find(o, key);

    if (i >= 0) {
        *ret = o->agency[i].id;
        return true;
    }
    violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này", "no such agency");
    reply_invalid(rq, ERR_INVALID, &rq->bad);
    return false;
}

static bool login_fits(struct req *rq, const char *s)
{
    size_t n = strlen(s);

    if (n >= LOGIN_MIN && n <= LOGIN_MAX &&
        strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n && !strchr("._-", *s))
        return true;
    violation_add(&rq->bad, "/login", "format",
                  "tên đăng nhập gồm chữ thường không dấu, chữ số, dấu . _ -",
                  "a login has lower-case letters, digits and . _ -");
    reply_invalid(rq, ERR_INVALID, &rq->bad);
    return false;
}

/* ---------------------------------------------------------------- passwords */

/* Given by the administrator or made here; the person must change it. */
static bool password_ready(struct req *rq, const char *given, const char **ret)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    struct asking *k = rq->mine;
    uint8_t random[ONE_TIME];
    struct text2 why;
    char *made;

    if (given && !password_acceptable(given, k->c.login, &why)) {
        violation_add_text(&rq->bad, "/password", "weak", why);
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return false;
    }
    if (!given) {
        made = arena_alloc(rq->arena, ONE_TIME + ONE_TIME / 4 + 1);
        random_bytes(random, sizeof random);
        for (size_t i = 0, n = 0; i < ONE_TIME; i++) {
            made[n++] = letters[random[i] % 32];
            if (i % 4 == 3 && i + 1 < ONE_TIME)
                made[n++] = '-';
        }
        given = k->password = made;
    }
    *ret = given;
    return true;
}

static void hashed(struct req *rq, const char *encoded)
{
    struct asking *k = rq->mine;

    k->c.encoded = encoded;
    k->c.one_time = true;
    send_change(rq);
}

static void make(struct req *rq)
{
    const struct make_in *in = rq->body;
    struct asking *k = asking_new(rq, in->login, 201);
    const char *password;

    k->c.make = 1;
    k->c.name = in->name;
    k->c.reason = in->reason;
    if (login_fits(rq, in->login) && agency_of(rq, in->agency, &k->c.agency) &&
        password_ready(rq, in->password, &password))
        hash_password(rq, password, hashed);
}

struct password_in {
    const char *password, *reason;
};

static void factor_gone(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    if (e != ERR_CONFLICT)
        changed(owner, e, json, version);
    else if (req_back(rq))
        reply_detail(rq, e, "Tài khoản này không bật mã xác thực.",
                     "This account has no one-time codes.");
}

static void set_password(struct req *rq)
{
    const struct password_in *in = rq->body;
    struct asking *k = asking_new(rq, rq->param[0], 200);
    const char *password;

    k->c.reason = in->reason;
    if (strcmp(rq->param[0], rq->user.login) == 0)
        reply_detail(rq, ERR_R_SEPARATION, "Mật khẩu của mình đổi ở POST /v1/session/password.",
                     "One's own password is changed at POST /v1/session/password.");
    else if (password_ready(rq, in->password, &password))
        hash_password(rq, password, hashed);
}

static void factor_away(struct req *rq)
{
    const struct password_in *in = rq->body;
    struct asking *k = asking_new(rq, rq->param[0], 200);
    const struct factor_off f = {.by = rq->user.user,
                                 .login = k->c.login,
                                 .reason = in->reason,
                                 .peer = http_peer(rq->http)};

    if (strcmp(rq->param[0], rq->user.login) == 0) {
        reply_detail(rq, ERR_R_SEPARATION,
                     "Mã xác thực của mình tắt ở POST /v1/session/second-factor/off.",
                     "One's own codes are switched off at POST /v1/session/second-factor/off.");
        return;
    }
    (void)req_held(rq);
    store_factor_off(rq->api->store, &f, factor_gone, rq);
}

/* ---------------------------------------------------------------- name, unit, roles, use */

static bool roles_of(struct req *rq, const struct change_in *in, int64_t *ret)
{
    enum role r;

    *ret = 0;
    for (size_t i = 0; i < in->roles; i++) {
        if (!role_of_name(in->role[i], &r) || r == ROLE_SYSTEM)
            violation_add(&rq->bad, arena_printf(rq->arena, "/roles/%zu", i), "unknown",
                          "không có vai trò này", "no such role");
        else
            *ret |= INT64_C(1) << r;
    }
    if (!rq->bad.n)
        return true;
    reply_invalid(rq, ERR_INVALID, &rq->bad);
    return false;
}

/* A member that may be false or empty, and yet was said. */
static bool told(const struct req *rq, const char *key)
{
    const json_t *v = json_object_get(rq->json, key);

    return v && !json_is_null(v);
}

/* Rights belong to the business side, accounts to the technical one; both say why. */
static bool may_change(struct req *rq, const struct change_in *in, bool rights)
{
    bool account = in->name || told(rq, "active");
    enum role need = rights && !(rq->user.roles & (1u << ROLE_BUSINESS_ADMIN)) ? ROLE_BUSINESS_ADMIN
                     : account && !(rq->user.roles & (1u << ROLE_TECHNICAL_ADMIN))
                         ? ROLE_TECHNICAL_ADMIN
                         : ROLE_COUNT;

    if (need == ROLE_COUNT)
        return true;
    audit_refused(rq, rq->param[0], ERR_R_NOT_YOUR_ROLE);
    reply_detail(
        rq, ERR_R_NOT_YOUR_ROLE,
        need == ROLE_BUSINESS_ADMIN ? "Vai trò và đơn vị do quản trị nghiệp vụ giao."
                                    : "Họ tên và việc dùng tài khoản do quản trị kỹ thuật.",
        need == ROLE_BUSINESS_ADMIN ? "Roles and units are given by the business administrator."
                                    : "Name and use are kept by the technical administrator.");
    return false;
}

static bool complete(struct req *rq, const struct change_in *in, bool roles)
{
    bool use = told(rq, "active");

    if (!in->name && !in->agency && !roles && !use)
        violation_add(&rq->bad, "", "nothing", "không có gì để sửa", "nothing is to be changed");
    if ((in->agency || roles || use) && !in->reason)
        violation_add(&rq->bad, "/reason", "missing", "phải ghi lý do", "a reason is needed");
    if (in->agency && !roles)
        violation_add(&rq->bad, "/roles", "missing",
                      "chuyển đơn vị thì phải nêu vai trò ở đơn vị mới",
                      "whoever moves is given roles at the new agency");
    if (!rq->bad.n)
        return true;
    reply_invalid(rq, ERR_INVALID, &rq->bad);
    return false;
}

static void change(struct req *rq)
{
    const struct change_in *in = rq->body;
    struct asking *k = asking_new(rq, rq->param[0], 200);
    bool roles = told(rq, "roles");

    if (!complete(rq, in, roles) || !may_change(rq, in, in->agency || roles))
        return;
    k->c.seq = rq->if_match;
    k->c.name = in->name;
    k->c.reason = in->reason;
    k->c.active = told(rq, "active") ? in->active : -1;
    if ((in->agency && !agency_of(rq, in->agency, &k->c.agency)) ||
        (roles && !roles_of(rq, in, &k->c.roles)))
        return;
    send_change(rq);
}

/* ---------------------------------------------------------------- tables */

static const struct bind_key make_keys[] = {
    BIND(struct make_in, WORD, login, BIND_REQUIRED, LOGIN_MIN, LOGIN_MAX, "tên đăng nhập",
         "login"),
    BIND(struct make_in, TEXT, name, BIND_REQUIRED, 1, 200, "họ tên", "name"),
    BIND(struct make_in, WORD, agency, BIND_REQUIRED, 1, 64, "đơn vị", "agency"),
    BIND(struct make_in, SECRET, password, 0, 1, PASSWORD_MAX,
         "mật khẩu dùng một lần; bỏ trống: hệ thống tạo",
         "one-time password; left out: it is made"),
    BIND(struct make_in, TEXT, reason, 0, 1, 500, "lý do", "reason"),
};
static const struct bind_shape make_shape = BIND_SHAPE("NewAccount", struct make_in, make_keys);
static const struct bind_key password_keys[] = {
    BIND(struct password_in, SECRET, password, 0, 1, PASSWORD_MAX,
         "mật khẩu dùng một lần; bỏ trống: hệ thống tạo",
         "one-time password; left out: it is made"),
    BIND(struct password_in, TEXT, reason, BIND_REQUIRED, 1, 500, "lý do", "reason"),
};
static const struct bind_shape password_shape =
    BIND_SHAPE("OneTimePassword", struct password_in, password_keys);
static const struct bind_key away_keys[] = {
    BIND(struct password_in, TEXT, reason, BIND_REQUIRED, 1, 500, "lý do", "reason"),
};
static const struct bind_shape away_shape =
    BIND_SHAPE("SecondFactorAway", struct password_in, away_keys);
static const struct bind_key change_keys[] = {
    BIND(struct change_in, TEXT, name, 0, 1, 200, "họ tên", "name"),
    BIND(struct change_in, WORD, agency, 0, 1, 64, "đơn vị, cùng vai trò ở đó",
         "agency, with the roles there"),
    {"roles",
     BIND_TEXTS,
     0,
     offsetof(struct change_in, role),
     offsetof(struct change_in, roles),
     0,
     ROLES_MAX,
     NULL,
     NULL,
     {"đúng các vai trò này từ nay", "exactly these roles from now on"}},
    BIND(struct change_in, BOOL, active, 0, 0, 0, "đang dùng", "in use"),
    BIND(struct change_in, TEXT, reason, 0, 1, 500, "lý do; cần khi đổi đơn vị, vai trò, việc dùng",
         "reason; needed for agency, roles, use"),
};
static const struct bind_shape change_shape =
    BIND_SHAPE("AccountChange", struct change_in, change_keys);

static const struct answer_key account_keys[] = {
    A_INT("account", 0, "số tài khoản", "account"),
    A_WORD("login", 0, "tên đăng nhập", "login"),
    A_TEXT("name", 0, "họ tên", "name"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "đơn vị", "agency"),
    A_BOOL("active", 0, "đang dùng", "in use"),
    A_NAMES("roles", 0, answer_role, "vai trò", "roles"),
    A_INT("seq", 0, "lần sửa; ETag", "number of changes; the ETag"),
    A_BOOL("must_change", 0, "phải đổi mật khẩu", "must change the password"),
    A_TIME("created", 0, "lập lúc", "made at"),
    A_TIME("password_at", ANSWER_NULL, "đặt mật khẩu lúc", "password set at"),
    A_BOOL("second_factor", 0, "đang bật mã xác thực", "one-time codes are on"),
};
static const struct answer_shape account_shape = A_SHAPE("Account", account_keys);
static const struct answer_key list_keys[] = {
    A_PAGE(&account_shape, "tài khoản theo tên đăng nhập", "accounts by login"),
};
static const struct answer_shape list_shape = A_SHAPE("Accounts", list_keys);
static const struct answer_key changed_keys[] = {
    A_INT("account", 0, "số tài khoản", "account"),
    A_WORD("login", 0, "tên đăng nhập", "login"),
    A_INT("seq", 0, "lần sửa; ETag", "number of changes; the ETag"),
};
static const struct answer_shape changed_shape = A_SHAPE("AccountChanged", changed_keys);
static const struct answer_key made_keys[] = {
    A_INT("account", ANSWER_MAYBE, "số tài khoản", "account"),
    A_WORD("login", 0, "tên đăng nhập", "login"),
    A_INT("seq", 0, "lần sửa; ETag", "number of changes; the ETag"),
    A_TEXT("password", ANSWER_MAYBE, "mật khẩu dùng một lần, chỉ hiện lần này",
           "one-time password, told only here"),
};
static const struct answer_shape made_shape = A_SHAPE("AccountMade", made_keys);

static const struct route_param list_params[] = {
    {"agency", {"đơn vị và cấp dưới", "agency with what lies under it"}},
    {"q",
     {"một phần tên đăng nhập hoặc họ tên, không cần dấu",
      "part of login or name, accents optional"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/accounts",
     .permission = PERM_ACCOUNTS_READ,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .query = list_params,
     .summary = {"Tài khoản", "Accounts"}},
    {.method = HTTP_GET,
     .pattern = "/v1/accounts/{login}",
     .permission = PERM_ACCOUNTS_READ,
     .flags = ROUTE_ETAG,
     .lane = LANE_READ,
     .handle = one,
     .answer = &account_shape,
     .summary = {"Một tài khoản", "One account"}},
    {.method = HTTP_POST,
     .pattern = "/v1/accounts",
     .permission = PERM_ACCOUNTS_MAKE,
     .flags = ROUTE_ETAG,
     .lane = LANE_ACT,
     .handle = make,
     .body = &make_shape,
     .body_max = BODY_ACCOUNT,
     .answer = &made_shape,
     .status = 201,
     .summary = {"Lập tài khoản, chưa có vai trò", "Make an account, without roles"}},
    {.method = HTTP_PATCH,
     .pattern = "/v1/accounts/{login}",
     .permission = PERM_ACCOUNTS,
     .flags = ROUTE_MATCH | ROUTE_ETAG,
     .lane = LANE_ACT,
     .handle = change,
     .body = &change_shape,
     .body_max = BODY_ACCOUNT,
     .answer = &changed_shape,
     .summary = {"Sửa họ tên, việc dùng (kỹ thuật); đơn vị, vai trò (nghiệp vụ)",
                 "Change name, use (technical); agency, roles (business)"}},
    {.method = HTTP_POST,
     .pattern = "/v1/accounts/{login}/password",
     .permission = PERM_ACCOUNTS_MAKE,
     .flags = ROUTE_ETAG,
     .lane = LANE_ACT,
     .handle = set_password,
     .body = &password_shape,
     .body_max = BODY_ACCOUNT,
     .answer = &made_shape,
     .summary = {"Đặt mật khẩu dùng một lần, phải đổi khi đăng nhập",
                 "Set a one-time password, to be changed at the next sign-in"}},
    {.method = HTTP_POST,
     .pattern = "/v1/accounts/{login}/second-factor/off",
     .permission = PERM_ACCOUNTS_MAKE,
     .flags = ROUTE_ETAG,
     .lane = LANE_ACT,
     .handle = factor_away,
     .body = &away_shape,
     .body_max = BODY_ACCOUNT,
     .answer = &changed_shape,
     .summary = {"Gỡ mã xác thực của một tài khoản (mất điện thoại)",
                 "Take the one-time codes of an account away (telephone lost)"}},
};
ROUTE_TABLE(routes_accounts, rows);
