/* Life of a request: made at its head, led through the fixed steps, finished exactly once.
 * The worker's struct api owns requests and keeps a few spare ones.  The worker's thread. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/api/events.h"
#include "server/api/packing.h"
#include "server/api/req.h"
#include "server/http/wire.h" /* http_head_lang */

#define ARENA_MAX  ((size_t)64 << 20)
#define SPARES_MAX 64
#define BUSY_MAX   2048 /* requests in flight per worker: 503 */
#define SWEEP_MS   250
#define MS         1000

/* What http_user says of a request that was answered: its line is in the log already. */
static int answered_mark;

const char *say(const struct req *rq, const char *vi, const char *en)
{
    return rq->lang == LANG_EN ? en : vi;
}

static struct req *req_new(struct api *api, struct http_req *http)
{
    struct req *rq = api->spare;
    struct arena *a;

    if (rq) {
        api->spare = rq->next;
        api->spares--;
        a = rq->arena;
    } else {
        rq = malloc(sizeof *rq);
        if (!rq)
            abort();
        a = arena_new(ARENA_MAX);
    }
    memset(rq, 0, sizeof *rq);
    rq->magic = REQ_MAGIC;
    rq->arena = a;
    rq->api = api;
    rq->http = http;
    rq->if_match = -1;
    rq->started = clock_mono_us();
    rq->deadline = rq->started + api->conf->deadline_ms * MS;
    (void)snprintf(rq->id, sizeof rq->id, "%s-%llx", api->run, (unsigned long long)++api->serial);
    violations_init(&rq->bad, a);
    rq->next = api->busy;
    if (api->busy)
        api->busy->prev = rq;
    api->busy = rq;
    api->busy_n++;
    http_set_user(http, rq);
    return rq;
}

static void req_free(struct req *rq)
{
    struct api *api = rq->api;

    assert(rq->magic == REQ_MAGIC && !rq->http);
    if (rq->prev)
        rq->prev->next = rq->next;
    else
        api->busy = rq->next;
    if (rq->next)
        rq->next->prev = rq->prev;
    api->busy_n--;
    json_decref(rq->json);
    rq->json = NULL;
    rq->magic = 0;
    if (api->spares == SPARES_MAX) {
        arena_free(rq->arena);
        free(rq);
        return;
    }
    arena_reset(rq->arena);
    rq->next = api->spare;
    api->spare = rq;
    api->spares++;
}

/* The answer is out or the client is gone: what is still waited for decides what stays. */
static void let_go(struct req *rq)
{
    rq->http = NULL;
    if (rq->wait == WAIT_HELD)
        return;
    if (rq->wait == WAIT_STORE)
        store_orphan(rq->api->store, rq);
    req_free(rq);
}

static void log_line(const struct req *rq, int status, size_t bytes, enum http_method m)
{
    int64_t us = clock_mono_us() - rq->started;

    log_event(LOG_L_INFO, "request", LOG_STR("id", rq->id), LOG_STR("method", http_method_name(m)),
              LOG_STR("route", rq->route ? rq->route->pattern : "-"), LOG_INT("status", status),
              LOG_INT("us", us), LOG_INT("bytes", bytes),
              LOG_INT("user", rq->signed_in ? rq->user.user : 0));
}

void req_answered(struct req *rq, int status, size_t bytes)
{
    /* the layer below may have freed its request already: nothing of it is read here */
    log_line(rq, status, bytes, rq->method);
    let_go(rq);
}

bool req_back(struct req *rq)
{
    assert(rq->magic == REQ_MAGIC);
    rq->wait = WAIT_NONE;
    if (rq->http)
        return true;
    req_free(rq);
    return false;
}

bool req_came(struct req *rq, enum err e)
{
    if (!req_back(rq))
        return false;
    if (e != ERR_OK)
        reply_problem(rq, e);
    return e == ERR_OK;
}

enum flow req_held(struct req *rq)
{
    rq->wait = WAIT_HELD;
    return FLOW_WAIT;
}

void req_resume(struct req *rq)
{
    while (rq->step && *rq->step) {
        step_fn *fn = *rq->step++;
        if (fn(rq) != FLOW_NEXT)
            return;
    }
}

void req_flow(struct req *rq, step_fn *const *steps)
{
    rq->step = steps;
    req_resume(rq);
}

/* ---- called by the layer below */

static bool decode_params(struct req *rq, const struct route_match *m)
{
    size_t i;

    for (i = 0; i < m->params; i++) {
        struct span s;
        if (!http_decode(rq->arena, m->param[i], false, &s) || memchr(s.p, '/', s.n))
            return false;
        rq->param[i] = arena_span(rq->arena, s);
    }
    rq->params = m->params;
    return true;
}

static void not_allowed(struct req *rq, unsigned allowed)
{
    struct buf b, body;
    struct http_header h = {SPAN_LIT("Allow"), SPAN_NONE};

    buf_init(&b, 256);
    buf_init(&body, 4096);
    router_allow(allowed, &b);
    h.value = (struct span){b.p, b.n};
    problem_json(ERR_METHOD_NOT_ALLOWED, rq->lang, NULL, rq->id, NULL, SPAN_NONE, &body);
    reply_body(rq, 405, "application/problem+json", (struct span){body.p, body.n}, &h, 1);
    buf_free(&b);
    buf_free(&body);
}

static struct http_body_want begin(struct http_req *http, struct api *api, bool ops)
{
    const struct http_body_want none = {HTTP_BODY_NONE, 0};
    const struct http_head *head = http_head(http);
    struct req *rq = req_new(api, http);
    struct route_match m;

    rq->method = head->method;
    rq->ops = ops;
    rq->lang = http_head_lang(head);
    router_match(head->method, head->path, ops, &m);
    rq->route = m.route;
    if (api->busy_n > BUSY_MAX)
        reply_problem(rq, ERR_OVERLOADED);
    else if (!m.route && m.allowed)
        not_allowed(rq, m.allowed);
    else if (!m.route || !decode_params(rq, &m))
        reply_problem(rq, ERR_NOT_FOUND);
    else if (m.route->flags & ROUTE_STREAM) {
        req_flow(rq, req_head_steps);
        return (struct http_body_want){HTTP_BODY_STREAM, (size_t)api->conf->file_max};
    } else if (m.route->body_max)
        return (struct http_body_want){HTTP_BODY_WHOLE, m.route->body_max};
    return none;
}

static struct http_body_want on_head(struct http_req *http, void *ctx)
{
    return begin(http, ctx, false);
}

static struct http_body_want on_ops_head(struct http_req *http, void *ctx)
{
    return begin(http, ctx, true);
}

/* Nothing is taken from a stranger: what comes before the session is known (one piece at most,
 * reading stops then) is kept apart. */
static bool on_data(struct http_req *http, struct span piece, void *ctx)
{
    struct req *rq = http_user(http);

    (void)ctx;
    assert(rq && rq->magic == REQ_MAGIC && rq->route->stream);
    if (rq->body_open)
        return rq->route->stream->data(rq, piece);
    assert(!rq->body_early.n);
    rq->body_early = (struct span){arena_strndup(rq->arena, piece.p, piece.n), piece.n};
    http_pause(http);
    return true;
}

void req_body_open(struct req *rq)
{
    struct span early = rq->body_early;
    struct http_req *http = rq->http;

    rq->body_open = true;
    rq->wait = WAIT_BODY;
    if (early.n) {
        rq->body_early = SPAN_NONE;
        if (!rq->route->stream->data(rq, early))
            return;
        http_resume(http);
    }
    if (rq->body_in)
        req_flow(rq, req_body_steps);
}

static void on_request(struct http_req *http, void *ctx)
{
    struct req *rq = http_user(http);

    (void)ctx;
    assert(rq && rq->magic == REQ_MAGIC);
    rq->deadline = clock_mono_us() + rq->api->conf->deadline_ms * MS; /* sending was its own time */
    if (rq->route->flags & ROUTE_STREAM) {
        rq->body_in = true;
        if (rq->body_open) {
            rq->wait = WAIT_NONE;
            req_flow(rq, req_body_steps);
        }
        return;
    }
    req_flow(rq, req_all_steps);
}

static void on_gone(struct http_req *http, void *ctx)
{
    struct req *rq = http_user(http);

    (void)ctx;
    if (!rq || (void *)rq == &answered_mark)
        return;
    assert(rq->magic == REQ_MAGIC);
    if (rq->route && rq->route->stream && rq->mine)
        rq->route->stream->gone(rq);
    log_line(rq, 499, 0, rq->method);
    let_go(rq);
}

static void on_problem(enum err e, enum lang lang, struct buf *out, void *ctx)
{
    (void)ctx;
    problem_json(e, lang, NULL, NULL, NULL, SPAN_NONE, out);
}

/* Only what the layer below answered by itself: the API logs its own answers. */
static void on_done(struct http_req *http, int status, size_t bytes, int64_t us, void *ctx)
{
    (void)ctx;
    if (http_user(http) == &answered_mark)
        return;
    log_event(LOG_L_INFO, "request", LOG_STR("id", "-"), LOG_STR("method", "-"),
              LOG_STR("route", "-"), LOG_INT("status", status), LOG_INT("us", us),
              LOG_INT("bytes", bytes));
}

void req_mark_answered(struct req *rq)
{
    http_set_user(rq->http, &answered_mark);
}

/* ---- deadlines */

static void sweep(void *arg)
{
    struct api *api = arg;
    int64_t now = clock_mono_us();
    struct req *rq, *next;

    for (rq = api->busy; rq; rq = next) {
        next = rq->next;
        if (!rq->http || rq->wait == WAIT_BODY || rq->wait == WAIT_NONE || now < rq->deadline)
            continue;
        if (rq->body_open && !rq->body_in)
            continue; /* still coming: the layer below watches its pace */
        if (rq->wait == WAIT_HELD && rq->key)
            reply_detail(rq, ERR_TIMEOUT,
                         "Chưa rõ việc này đã được ghi hay chưa; hãy gửi lại với cùng khóa.",
                         "It is not known whether this was stored; repeat it with the same key.");
        else
            reply_problem(rq, ERR_TIMEOUT);
    }
    timer_start(api->sweep, SWEEP_MS);
}

/* ---- the worker's object */

struct api *api_new(struct worker *w, struct store *st, const struct api_conf *conf)
{
    struct api *api = calloc(1, sizeof *api);
    uint32_t r;

    if (!api)
        abort();
    api->worker = w;
    api->store = st;
    api->conf = conf;
    random_bytes(&r, sizeof r);
    (void)snprintf(api->run, sizeof api->run, "%08x", r);
    buf_init(&api->out, ANSWER_MAX);
    buf_init(&api->openapi, ANSWER_MAX);
    api->packing = packing_new();
    api->app = (struct http_app){.on_head = on_head,
                                 .on_data = on_data,
                                 .on_request = on_request,
                                 .on_gone = on_gone,
                                 .problem = on_problem,
                                 .on_done = on_done,
                                 .ctx = api};
    api->ops = api->app;
    api->ops.on_head = on_ops_head;
    api->sweep = timer_new(w, sweep, api);
    timer_start(api->sweep, SWEEP_MS);
    event_hub_open(conf->hub, api);
    return api;
}

const struct http_app *api_app(struct api *api)
{
    return &api->app;
}

const struct http_app *api_ops_app(struct api *api)
{
    return &api->ops;
}

void api_set_conf(struct api *api, const struct api_conf *conf)
{
    api->conf = conf;
}

struct api *api_free(struct api *api)
{
    struct req *rq;

    if (!api)
        return NULL;
    /* servers and store are gone: nothing comes back any more */
    while ((rq = api->busy)) {
        rq->http = NULL;
        req_free(rq);
    }
    while ((rq = api->spare)) {
        api->spare = rq->next;
        arena_free(rq->arena);
        free(rq);
    }
    events_free_api(api);
    timer_free(api->sweep);
    buf_free(&api->out);
    buf_free(&api->openapi);
    api->packing = packing_free(api->packing);
    free(api);
    return NULL;
}
