/* The fixed steps of every request, in the order of the house: host, rate, session, origin,
 * permission, conditions of a write, query, body, handler.  The worker's thread. */
#include <assert.h>
#include <stdio.h>

#include "common/base/digest.h"
#include "common/base/utf8.h"
#include "server/api/factor.h"
#include "server/api/req.h"
#include "server/api/session.h"

static bool is_write(const struct req *rq)
{
    return rq->method != HTTP_GET && rq->method != HTTP_HEAD;
}

static bool same_host(struct span given, const char *allowed)
{
    size_t n = strlen(allowed), i;

    if (given.n < n)
        return false;
    for (i = 0; i < n; i++) {
        char c = given.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if (c != allowed[i])
            return false;
    }
    /* a name without a port stands for any port */
    return given.n == n || (given.p[n] == ':' && !memchr(allowed, ':', n)) ||
           (given.p[n] == ':' && allowed[n - 1] == ']');
}

static bool host_allowed(const struct api_conf *conf, struct span host)
{
    size_t i;

    for (i = 0; i < conf->hosts; i++)
        if (same_host(host, conf->host[i]))
            return true;
    return conf->hosts == 0;
}

static enum flow step_host(struct req *rq)
{
    if (host_allowed(rq->api->conf, http_head(rq->http)->host))
        return FLOW_NEXT;
    reply_detail(rq, ERR_BAD_REQUEST, "Tên máy chủ (Host) không được phục vụ ở đây.",
                 "This host is not served here.");
    return FLOW_DONE;
}

static enum flow step_rate(struct req *rq)
{
    const char *peer = http_peer(rq->http);
    struct limits *l = rq->api->conf->limits;
    int64_t wait;

    if (rq->route->flags & ROUTE_OPS)
        return FLOW_NEXT;
    if (!limits_take_peer(l, LIMIT_PEER, peer, NULL, clock_mono_us(), &wait)) {
        reply_wait(rq, ERR_TOO_MANY, wait);
        return FLOW_DONE;
    }
    return FLOW_NEXT;
}

static void session_found(void *owner, enum err e, const struct session_user *u)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK) {
        reply_problem(rq, e == ERR_NOT_FOUND ? ERR_UNAUTHENTICATED : e);
        return;
    }
    if (!u || !u->active) {
        reply_problem(rq, ERR_UNAUTHENTICATED);
        return;
    }
    session_take(rq, u);
    req_resume(rq);
}

static enum flow step_session(struct req *rq)
{
    if (rq->route->permission == PERM_PUBLIC)
        return FLOW_NEXT;
    if (!session_cookie(rq)) {
        reply_problem(rq, ERR_UNAUTHENTICATED);
        return FLOW_DONE;
    }
    rq->wait = WAIT_STORE;
    store_session_get(rq->api->store, rq->token_hash, rq->arena, session_found, rq);
    return FLOW_WAIT;
}

/* By the time of now: while the session was looked up others of it may have gone by, and one that
 * waited long for the database is not faster than them. */
static enum flow step_session_rate(struct req *rq)
{
    int64_t wait;

    if (!rq->signed_in || limits_take(rq->api->conf->limits, LIMIT_SESSION, rq->token_hash,
                                      sizeof rq->token_hash, clock_mono_us(), &wait))
        return FLOW_NEXT;
    reply_wait(rq, ERR_TOO_MANY, wait);
    return FLOW_DONE;
}

/* "https://host:port" of the Host that was asked; on a plain connection, which is local, either
 * scheme: a proxy in front speaks TLS for us. */
static bool own_origin(const struct req *rq, struct span origin)
{
    static const char *const schemes[] = {"https://", "http://"};
    struct span host = http_head(rq->http)->host;
    size_t i, n;

    for (i = 0; i < (http_is_tls(rq->http) ? 1u : 2u); i++) {
        n = strlen(schemes[i]);
        if (span_starts(origin, schemes[i]) &&
            span_eq((struct span){origin.p + n, origin.n - n}, host))
            return true;
    }
    return false;
}

/* A machine vouches by its signature.  Any other write must say that it comes from our own page
 * (Sec-Fetch-Site or Origin; what is there must be right, one of them must be there), and carry the
 * session's token in a header that no foreign page can send. */
static enum flow step_origin(struct req *rq)
{
    struct span site = http_field(rq->http, "sec-fetch-site");
    struct span origin = http_field(rq->http, "origin");
    bool good = site.p || origin.p;

    if (rq->route->vouch)
        return rq->route->vouch(rq) ? FLOW_NEXT : FLOW_DONE;
    if (!is_write(rq) || (rq->route->flags & ROUTE_FORM))
        return FLOW_NEXT;
    if (site.p && !span_is(site, "same-origin"))
        good = false;
    if (origin.p && !own_origin(rq, origin))
        good = false;
    if (good && rq->signed_in)
        good = session_csrf(rq, http_field(rq->http, "x-csrf-token"));
    if (good)
        return FLOW_NEXT;
    store_audit(rq->api->store, "csrf", rq->user.user, http_peer(rq->http), "{}");
    reply_detail(rq, ERR_CSRF,
                 "Cần Origin hoặc Sec-Fetch-Site của chính hệ thống và mã X-CSRF-Token của phiên.",
                 "Our own Origin or Sec-Fetch-Site and the session's X-CSRF-Token are wanted.");
    return FLOW_DONE;
}

/* Whose it is: "Việc này của: Cán bộ thu phí, Lãnh đạo cơ quan." */
static void reply_forbidden(struct req *rq)
{
    unsigned roles = permission_roles(rq->route->permission), r;
    struct buf vi, en;

    buf_init(&vi, 2048);
    buf_init(&en, 2048);
    for (r = 0; r < ROLE_COUNT; r++)
        if (roles >> r & 1) {
            buf_printf(&vi, "%s%s", vi.n ? ", " : "", text2_in(role_title((enum role)r), LANG_VI));
            buf_printf(&en, "%s%s", en.n ? ", " : "", text2_in(role_title((enum role)r), LANG_EN));
        }
    reply_detail(rq, ERR_FORBIDDEN, arena_printf(rq->arena, "Việc này của: %s.", buf_cstr(&vi)),
                 arena_printf(rq->arena, "This is for: %s.", buf_cstr(&en)));
    buf_free(&vi);
    buf_free(&en);
}

static enum flow step_permission(struct req *rq)
{
    struct buf b;
    struct jw w;

    if (rq->signed_in && rq->user.must_change && !(rq->route->flags & ROUTE_FIRST)) {
        reply_detail(rq, ERR_PASSWORD_CHANGE, "Đổi mật khẩu ở POST /v1/session/password trước.",
                     "Change the password at POST /v1/session/password first.");
        return FLOW_DONE;
    }
    if (rq->signed_in && factor_wanted(rq) && !(rq->route->flags & ROUTE_FIRST)) {
        reply_detail(
            rq, ERR_SECOND_FACTOR,
            "Bật mã xác thực ở POST /v1/session/second-factor trước: vai trò của bạn phải có.",
            "Switch one-time codes on at POST /v1/session/second-factor first: your role "
            "must have them.");
        return FLOW_DONE;
    }
    if (rq->route->permission == PERM_PUBLIC ||
        (rq->route->permission == PERM_SIGNED_IN && rq->signed_in) ||
        (rq->user.roles & permission_roles(rq->route->permission)))
        return FLOW_NEXT;
    buf_init(&b, 1024);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "method", http_method_name(rq->method));
    jw_kstr(&w, "route", rq->route->pattern);
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, "forbidden", rq->user.user, http_peer(rq->http), buf_cstr(&b));
    buf_free(&b);
    reply_forbidden(rq);
    return FLOW_DONE;
}

static bool key_fits(struct span key)
{
    size_t i;

    if (key.n < KEY_MIN || key.n > KEY_MAX)
        return false;
    for (i = 0; i < key.n; i++) {
        char c = key.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == ':' || c == '.'))
            return false;
    }
    return true;
}

static bool take_key(struct req *rq)
{
    struct span key = http_field(rq->http, "idempotency-key");

    if (!key.p) {
        reply_detail(rq, ERR_KEY_MISSING, "Mỗi việc ghi phải có Idempotency-Key, ví dụ một UUID.",
                     "Every write needs an Idempotency-Key, for example a UUID.");
        return false;
    }
    if (!key_fits(key)) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Idempotency-Key gồm 8 đến 128 chữ cái, chữ số và - _ : .",
                     "An Idempotency-Key has 8 to 128 letters, digits and - _ : .");
        return false;
    }
    rq->key = arena_span(rq->arena, key);
    return true;
}

static bool take_match(struct req *rq)
{
    struct span m = http_field(rq->http, "if-match");

    if (!m.p) {
        reply_problem(rq, ERR_MATCH_MISSING);
        return false;
    }
    if (m.n >= 3 && m.p[0] == '"' && m.p[m.n - 1] == '"' &&
        span_i64((struct span){m.p + 1, m.n - 2}, 0, INT64_MAX, &rq->if_match))
        return true;
    rq->if_match = -1;
    reply_detail(rq, ERR_BAD_REQUEST, "If-Match phải là đúng một ETag của hồ sơ, ví dụ \"17\".",
                 "If-Match must be exactly one ETag of the dossier, for example \"17\".");
    return false;
}

/* An act in somebody else's name says so in a header: it is the same act, with lent rights. */
static bool take_behalf(struct req *rq)
{
    struct span login = http_field(rq->http, "on-behalf-of");
    size_t i;

    for (i = 0; i < login.n; i++)
        if (!((login.p[i] >= 'a' && login.p[i] <= 'z') ||
              (login.p[i] >= '0' && login.p[i] <= '9') || strchr("._-", login.p[i])))
            break;
    if (login.p && (i < login.n || login.n < 2 || login.n > 64)) {
        reply_detail(rq, ERR_BAD_REQUEST, "On-Behalf-Of phải là một tài khoản.",
                     "On-Behalf-Of must be a login.");
        return false;
    }
    rq->behalf = login.p ? arena_span(rq->arena, login) : NULL;
    return true;
}

static enum flow step_conditions(struct req *rq)
{
    if (route_acts(rq->route) && !take_behalf(rq))
        return FLOW_DONE;
    if ((rq->route->flags & ROUTE_KEY) && !take_key(rq))
        return FLOW_DONE;
    if ((rq->route->flags & ROUTE_MATCH) && !take_match(rq))
        return FLOW_DONE;
    return FLOW_NEXT;
}

#define QUERY_NAMES_MAX 24

static bool query_known(const struct route *r, const char *name)
{
    const struct route_param *p;

    for (p = r->query; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return true;
    return false;
}

static void query_unknown(struct req *rq, const char *name)
{
    const char *names[QUERY_NAMES_MAX], *near;
    const struct route_param *p;
    size_t n = 0;

    for (p = rq->route->query; p && p->name && n < QUERY_NAMES_MAX; p++)
        names[n++] = p->name;
    near = word_nearest(name, names, n);
    if (strlen(name) > 64 || text_check(span_of(name), false) != TEXT_FINE)
        name = "…";
    if (near)
        violation_add(&rq->bad, "", "unknown-parameter",
                      "không có tham số \"%s\", ý bạn là \"%s\"?",
                      "no such parameter: \"%s\", did you mean \"%s\"?", name, near);
    else
        violation_add(&rq->bad, "", "unknown-parameter", "không có tham số \"%s\"",
                      "no such parameter: \"%s\"", name);
}

static enum flow step_query(struct req *rq)
{
    int i, j;

    if (rq->route->flags & ROUTE_ANY_QUERY)
        return FLOW_NEXT;
    rq->queries = http_query(rq->arena, http_head(rq->http)->query, rq->query, QUERY_MAX);
    if (rq->queries < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, "Phần tham số của địa chỉ không đọc được.",
                     "The query cannot be read.");
        return FLOW_DONE;
    }
    for (i = 0; i < rq->queries; i++) {
        const char *name = arena_span(rq->arena, rq->query[i].name);
        if (!query_known(rq->route, name))
            query_unknown(rq, name);
        for (j = 0; j < i; j++)
            if (span_eq(rq->query[i].name, rq->query[j].name))
                violation_add(&rq->bad, "", "repeated", "tham số \"%s\" được nêu hai lần",
                              "parameter \"%s\" is given twice", name);
    }
    if (rq->bad.n == 0)
        return FLOW_NEXT;
    reply_invalid(rq, ERR_UNKNOWN_PARAMETER, &rq->bad);
    return FLOW_DONE;
}

static bool is_json(struct span type)
{
    struct span head, rest;

    (void)span_cut(type, ';', &head, &rest);
    return span_is(span_trim(head), "application/json");
}

/* What the idempotency key stands for: method, whole target, body, and for whom it is done. */
static void hash_request(struct req *rq, struct span body)
{
    const char *m = http_method_name(rq->method);
    struct span target = http_head(rq->http)->target;
    size_t n = strlen(m), at = 0, behalf = rq->behalf ? strlen(rq->behalf) : 0;
    char *all = arena_alloc(rq->arena, n + 1 + target.n + 1 + body.n + 1 + behalf);

    memcpy(all, m, n);
    at = n + 1;
    memcpy(all + at, target.p, target.n);
    at += target.n + 1;
    if (body.n)
        memcpy(all + at, body.p, body.n);
    at += body.n;
    if (behalf) {
        all[at++] = '\0';
        memcpy(all + at, rq->behalf, behalf);
        at += behalf;
    }
    sha256(all, at, rq->body_hash);
}

/* An act with members that no act has is an attempt like any other: its names, nothing of what was
 * typed, and only names that look like ours. */
static void audit_invalid(struct req *rq)
{
    struct buf b;
    struct jw w;
    size_t i;

    buf_init(&b, 4096);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "route", rq->route->pattern);
    jw_kstr(&w, "request", rq->id);
    jw_key(&w, "members");
    jw_list(&w);
    for (i = 0; i < rq->bad.n; i++) {
        const char *p = rq->bad.item[i].pointer;

        if (strlen(p) <= 64 && strspn(p, "/_abcdefghijklmnopqrstuvwxyz0123456789") == strlen(p))
            jw_str(&w, p);
    }
    jw_end(&w);
    jw_close(&w);
    store_audit(rq->api->store, "act-invalid", rq->user.user, http_peer(rq->http), buf_cstr(&b));
    buf_free(&b);
}

static enum flow step_body(struct req *rq)
{
    const struct bind_shape *shape = rq->route->body;
    struct span body;
    struct json_fault fault;

    if (!shape || (rq->route->flags & ROUTE_FORM))
        return FLOW_NEXT;
    body = http_body(rq->http);
    if (!is_json(http_field(rq->http, "content-type"))) {
        reply_detail(rq, ERR_UNSUPPORTED_TYPE, "Nội dung phải là application/json.",
                     "The content must be application/json.");
        return FLOW_DONE;
    }
    rq->json = json_read(body, &fault);
    if (!rq->json) {
        reply_detail(
            rq, ERR_BAD_JSON,
            arena_printf(rq->arena, "dòng %d, cột %d: %s", fault.line, fault.col, fault.text_vi),
            arena_printf(rq->arena, "line %d, column %d: %s", fault.line, fault.col,
                         fault.text_en));
        return FLOW_DONE;
    }
    rq->body = arena_alloc(rq->arena, shape->size);
    if (!bind_json(rq->json, shape, rq->body, &rq->bad)) {
        if (route_acts(rq->route))
            audit_invalid(rq);
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return FLOW_DONE;
    }
    if (rq->route->flags & ROUTE_KEY)
        hash_request(rq, body);
    return FLOW_NEXT;
}

static enum flow step_handler(struct req *rq)
{
    rq->route->handle(rq);
    return FLOW_DONE;
}

/* The rest of a streamed body may come now. */
static enum flow step_open_body(struct req *rq)
{
    req_body_open(rq);
    return FLOW_DONE;
}

step_fn *const req_all_steps[] = {
    step_host,       step_rate,  step_session, step_session_rate, step_origin, step_permission,
    step_conditions, step_query, step_body,    step_handler,      NULL};
step_fn *const req_head_steps[] = {
    step_host,       step_rate,       step_session, step_session_rate, step_origin,
    step_permission, step_conditions, step_query,   step_open_body,    NULL};
step_fn *const req_body_steps[] = {step_handler, NULL};

/* ---- what handlers ask */

struct span req_query(const struct req *rq, const char *name)
{
    int i;

    for (i = 0; i < rq->queries; i++)
        if (span_is(rq->query[i].name, name))
            return rq->query[i].value;
    return SPAN_NONE;
}

bool req_id(struct req *rq, int64_t *ret)
{
    if (span_i64(span_of(rq->param[0]), 1, INT64_MAX, ret))
        return true;
    reply_problem(rq, ERR_NOT_FOUND);
    return false;
}

bool req_query_i64(struct req *rq, const char *name, int64_t min, int64_t max, int64_t def,
                   int64_t *ret)
{
    struct span s = req_query(rq, name);

    if (!s.p) {
        *ret = def;
        return true;
    }
    if (span_i64(s, min, max, ret))
        return true;
    violation_add(&rq->bad, "", "range", "tham số \"%s\" phải là số nguyên từ %lld đến %lld",
                  "parameter \"%s\" must be a whole number from %lld to %lld", name, (long long)min,
                  (long long)max);
    reply_invalid(rq, ERR_BAD_REQUEST, &rq->bad);
    return false;
}

bool req_query_choice(struct req *rq, const char *name, const char *const *words, int def, int *ret)
{
    struct span s = req_query(rq, name);
    struct buf list;
    int i;

    if (!s.p) {
        *ret = def;
        return true;
    }
    for (i = 0; words[i]; i++)
        if (span_is(s, words[i])) {
            *ret = i;
            return true;
        }
    buf_init(&list, 1024);
    for (i = 0; words[i]; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    violation_add(&rq->bad, "", "not-in-list", "tham số \"%s\" phải là một trong: %s",
                  "parameter \"%s\" must be one of: %s", name, buf_cstr(&list));
    buf_free(&list);
    reply_invalid(rq, ERR_BAD_REQUEST, &rq->bad);
    return false;
}

bool req_object_text(struct req *rq, const json_t *j, size_t max, struct span *ret)
{
    size_t n = json_dumpb(j, NULL, 0, JSON_COMPACT);
    char *p;

    if (n > max) {
        reply_detail(rq, ERR_TOO_LARGE,
                     arena_printf(rq->arena, "Nội dung tối đa %zu KiB.", max / 1024),
                     arena_printf(rq->arena, "The content holds at most %zu KiB.", max / 1024));
        return false;
    }
    p = arena_alloc(rq->arena, n + 1);
    *ret = (struct span){p, json_dumpb(j, p, n, JSON_COMPACT)};
    return true;
}

struct actor req_actor(const struct req *rq)
{
    return (struct actor){.user = rq->user.user,
                          .agency = rq->user.agency,
                          .roles = rq->user.roles,
                          .identity_key = rq->user.identity_key,
                          .name = rq->user.name};
}

const struct snapshot *req_snapshot(const struct req *rq)
{
    return store_snapshot(rq->api->store);
}
