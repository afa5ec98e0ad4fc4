/* For operators: is it alive, can it serve, what does it count, which version.  On the listener of
 * operations; on the main one only where the configuration says so and the caller is this machine.
 * The worker's thread. */
#include "server/api/req.h"

static const struct route_param ready_params[] = {
    {"verbose", {"lý do từng dòng", "the reasons, one a line"}},
    {NULL, {NULL, NULL}},
};

static bool is_local(const char *peer)
{
    return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 ||
           strncmp(peer, "::ffff:127.", 11) == 0 || strncmp(peer, "unix", 4) == 0 || !peer[0];
}

/* Behind a proxy on this machine every stranger looks local; what a proxy adds gives him away. */
static bool came_through_proxy(const struct req *rq)
{
    static const char *const marks[] = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host",
                                        "x-real-ip",       "forwarded",         "via"};
    size_t i;

    for (i = 0; i < sizeof marks / sizeof *marks; i++)
        if (http_field(rq->http, marks[i]).p)
            return true;
    return false;
}

static bool told(const struct req *rq)
{
    return rq->ops ||
           (rq->api->conf->ops_here && is_local(http_peer(rq->http)) && !came_through_proxy(rq));
}

static void live(struct req *rq)
{
    reply_body(rq, 200, "text/plain; charset=utf-8", SPAN_LIT("ok\n"), NULL, 0);
}

static void ready(struct req *rq)
{
    const struct api_conf *conf = rq->api->conf;
    struct violations v;
    struct span rest, line;
    struct buf why;
    bool ok;

    buf_init(&why, 65536);
    violations_init(&v, rq->arena);
    ok = !conf->ready || conf->ready(conf->ready_ctx, &why);
    rest = (struct span){why.p, why.n};
    while (told(rq) && rest.n) {
        (void)span_cut(rest, '\n', &line, &rest);
        if (line.n)
            violation_add(&v, "", "not-ready", "%s", "%s", arena_span(rq->arena, line));
    }
    buf_free(&why);
    if (ok)
        reply_body(rq, 200, "text/plain; charset=utf-8", SPAN_LIT("ready\n"), NULL, 0);
    else
        reply_invalid(rq, ERR_UNAVAILABLE, &v);
}

static void metrics(struct req *rq)
{
    struct buf *b;

    if (!told(rq)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    b = reply_buf(rq);
    metrics_print(b);
    reply_body(rq, 200, "text/plain; version=0.0.4; charset=utf-8", (struct span){b->p, b->n}, NULL,
               0);
}

static void version(struct req *rq)
{
    struct buf *b;
    struct jw w;

    if (!told(rq)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "version", rq->api->conf->version);
    jw_ki64(&w, "configuration", req_snapshot(rq)->epoch);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static const struct answer_key version_keys[] = {
    A_TEXT("version", 0, "phiên bản chương trình", "version of the program"),
    A_INT("configuration", 0, "lần ban hành cấu hình", "number of the published configuration"),
};
static const struct answer_shape version_shape = A_SHAPE("Version", version_keys);

#define TEXT    .media = "text/plain"
#define NUMBERS .media = "text/plain; version=0.0.4"
#define JSON    .answer = &version_shape
#define OPS(path, fn, params, kind, vi, en)                                                        \
    {                                                                                              \
        .method = HTTP_GET, .pattern = (path), .permission = PERM_PUBLIC,                          \
        .flags = ROUTE_OPS | ROUTE_HIDDEN, .lane = LANE_READ, .handle = (fn), .query = (params),   \
        kind, .summary = {                                                                         \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    OPS("/livez", live, NULL, TEXT, "Còn sống", "Alive"),
    OPS("/readyz", ready, ready_params, TEXT, "Sẵn sàng phục vụ", "Ready to serve"),
    OPS("/metrics", metrics, NULL, NUMBERS, "Số đo", "Metrics"),
    OPS("/version", version, NULL, JSON, "Phiên bản", "Version"),
};
ROUTE_TABLE(routes_ops, rows);
