/* Answers: head and body in one write, files by pieces, event streams, and this layer's own errors.
 * A request is released with the last byte of its answer.  The worker's thread. */
#include <stdlib.h>
#include <unistd.h>

#include "server/core/metrics.h"
#include "server/http/conn.h"

#define FILE_ROUNDS 4 /* pieces of one event, so that no download holds the loop */

/* ---- writing a head into the server's scratch */

struct wr {
    char *p;
    size_t n, cap;
};

static void put(struct wr *w, const char *p, size_t n)
{
    assert(n <= w->cap - w->n); /* only fields of our own can be that long */
    memcpy(w->p + w->n, p, n);
    w->n += n;
}

static void put_str(struct wr *w, const char *s)
{
    put(w, s, strlen(s));
}

static void put_u64(struct wr *w, uint64_t v, unsigned base)
{
    char t[24];
    size_t i = sizeof t;

    do {
        t[--i] = "0123456789abcdef"[v % base];
        v /= base;
    } while (v);
    put(w, t + i, sizeof t - i);
}

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } list[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i].status == status)
            return list[i].text;
    return "";
}

#define GUARDS                                                                                     \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Referrer-Policy: no-referrer\r\n"                                                             \
    "Cross-Origin-Opener-Policy: same-origin\r\n"                                                  \
    "Cross-Origin-Resource-Policy: same-origin\r\n"
#define HSTS     "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
#define NO_STORE "Cache-Control: no-store\r\n"
#define FEATURES "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"

static void put_guards(struct wr *w, bool tls)
{
    if (tls)
        put(w, GUARDS HSTS, sizeof(GUARDS HSTS) - 1);
    else
        put(w, GUARDS, sizeof(GUARDS) - 1);
}

static void put_status(struct wr *w, struct http_server *s, int status)
{
    assert(status >= 200 && status <= 599);
    put(w, "HTTP/1.1 ", 9);
    put_u64(w, (uint64_t)status, 10);
    put(w, " ", 1);
    put_str(w, reason(status));
    put(w, "\r\nDate: ", 8);
    put_str(w, http_server_date(s));
    put(w, "\r\n", 2);
}

static void put_field(struct wr *w, const struct http_header *f)
{
    assert(f->name.n > 0);
    for (size_t i = 0; i < f->name.n; i++)
        assert(http_is(f->name.p[i], HTTP_C_TOKEN));
    for (size_t i = 0; i < f->value.n; i++)
        assert(http_is(f->value.p[i], HTTP_C_VALUE)); /* no CR, LF, NUL: no second field */
    put(w, f->name.p, f->name.n);
    put(w, ": ", 2);
    put(w, f->value.p, f->value.n);
    put(w, "\r\n", 2);
}

static bool named(const struct http_header *f, const char *lower)
{
    return f->name.n == strlen(lower) && http_same(f->name, lower);
}

enum framing { FRAME_LENGTH, FRAME_CHUNKED, FRAME_CLOSE, FRAME_NONE };

/* All of the head.  size: the body's, also when the method is HEAD. */
static void put_head(struct wr *w, struct http_conn *c, const struct http_answer *ans,
                     enum framing framing, uint64_t size)
{
    bool stored = false, features = false;

    put_status(w, c->s, ans->status);
    for (unsigned i = 0; i < ans->fields; i++) {
        const struct http_header *f = &ans->field[i];

        assert(!named(f, "content-length") && !named(f, "transfer-encoding") &&
               !named(f, "connection") && !named(f, "date"));
        stored = stored || named(f, "cache-control");
        features = features || named(f, "permissions-policy");
        put_field(w, f);
    }
    put_guards(w, c->ssl != NULL);
    if (!stored)
        put(w, NO_STORE, sizeof NO_STORE - 1);
    if (!features)
        put(w, FEATURES, sizeof FEATURES - 1);
    if (framing == FRAME_LENGTH) {
        put(w, "Content-Length: ", 16);
        put_u64(w, size, 10);
        put(w, "\r\n", 2);
    } else if (framing == FRAME_CHUNKED) {
        put_str(w, "Transfer-Encoding: chunked\r\n");
    }
    if (c->close_after)
        put_str(w, "Connection: close\r\n");
    else if (c->rq->head.minor == 0)
        put_str(w, "Connection: keep-alive\r\n");
    put(w, "\r\n", 2);
}

/* ---- beginning and end of an answer */

/* The rest of a body nobody wants: read if it is short and surely under way, for keep-alive. */
static void decide_rest(struct http_conn *c)
{
    struct http_req *rq = c->rq;

    c->drain_left = 0;
    if (rq->complete)
        return;
    if (rq->head.chunked || rq->refused || rq->left > HTTP_DRAIN_MAX ||
        (rq->head.expect_continue && !rq->continued)) {
        c->close_after = c->linger = true;
        return;
    }
    c->drain_left = rq->left;
}

static struct http_conn *answer_begin(struct http_req *rq, int status)
{
    struct http_conn *c;

    assert(rq->magic == HTTP_REQ_MAGIC);
    assert(!rq->answered); /* exactly once */
    c = http_conn_check(rq->c);
    assert(c->rq == rq && c->state != CONN_DEAD);
    rq->answered = true;
    rq->status = status;
    if (!rq->head.keep_alive)
        c->close_after = true;
    if (c->s->draining || c->reqs >= c->s->lim.reqs_per_conn)
        c->close_after = c->linger = true; /* the next request may be under way already */
    decide_rest(c);
    return c;
}

void http_req_done(struct http_conn *c)
{
    struct http_req *rq = c->rq;
    int64_t us = clock_mono_us() - rq->started_us;

    metric_add(METRIC_HTTP_REQUESTS, 1);
    metric_observe(METRIC_HTTP_DURATION, us);
    if (c->s->app.on_done)
        c->s->app.on_done(rq, rq->status, rq->bytes, us, c->s->app.ctx);
    http_req_release(c);
}

static void answer_end(struct http_conn *c, bool ok)
{
    http_req_done(c);
    if (ok)
        http_conn_answered(c);
    else
        http_conn_close(c);
}

static bool bodiless(const struct http_req *rq, int status)
{
    return rq->head.method == HTTP_HEAD || status == 204 || status == 304;
}

void http_reply(struct http_req *rq, const struct http_answer *ans)
{
    struct http_conn *c = answer_begin(rq, ans->status);
    struct wr w = {c->s->out, 0, HTTP_OUT_MAX};
    struct span body = bodiless(rq, ans->status) ? SPAN_NONE : ans->body;
    bool sized = ans->status != 204 && ans->status != 304;

    put_head(&w, c, ans, sized ? FRAME_LENGTH : FRAME_NONE, ans->body.n);
    rq->bytes = body.n;
    /* A long body goes as a second piece, which costs less than copying it; a session takes one. */
    if (body.n && body.n <= (c->ssl ? w.cap - w.n : HTTP_COPY_MAX)) {
        put(&w, body.p, body.n);
        body = SPAN_NONE;
    }
    answer_end(c, http_io_send(c, (struct span){w.p, w.n}, body));
}

/* ---- files */

/* Reads behind the n bytes in the scratch and sends all of it.  False: broken. */
static bool file_piece(struct http_conn *c, size_t n)
{
    struct http_req *rq = c->rq;
    size_t want = HTTP_OUT_MAX - n < rq->file_left ? HTTP_OUT_MAX - n : rq->file_left;
    ssize_t got = pread(rq->file, c->s->out + n, want, (off_t)rq->file_off);

    if (got <= 0)
        return false; /* shorter than promised, or unreadable: only closing says so */
    rq->file_off += (size_t)got;
    rq->file_left -= (size_t)got;
    rq->bytes += (size_t)got;
    return http_io_send(c, (struct span){c->s->out, n + (size_t)got}, SPAN_NONE);
}

bool http_reply_more(struct http_conn *c)
{
    for (int i = 0; i < FILE_ROUNDS && c->rq->file_left && c->out.n == 0; i++)
        if (!file_piece(c, 0))
            return false;
    if (c->rq->file_left == 0)
        answer_end(c, true);
    else
        http_conn_deadline(c, c->s->lim.write_ms); /* progress; the socket may take no more now */
    return true;
}

void http_reply_file(struct http_req *rq, const struct http_answer *ans, int fd, size_t size)
{
    struct http_conn *c = answer_begin(rq, ans->status);
    struct wr w = {c->s->out, 0, HTTP_OUT_MAX};

    rq->file = fd;
    put_head(&w, c, ans, FRAME_LENGTH, size);
    if (bodiless(rq, ans->status) || size == 0) {
        answer_end(c, http_io_send(c, (struct span){w.p, w.n}, SPAN_NONE));
        return;
    }
    rq->file_left = size;
    c->state = CONN_SEND;
    if (!file_piece(c, w.n)) {
        answer_end(c, false);
        return;
    }
    if (rq->file_left == 0) {
        answer_end(c, true);
        return;
    }
    http_conn_deadline(c, c->s->lim.write_ms);
    if (!c->in_call)
        http_conn_want(c); /* the event brings the rest, in its turn */
}

/* ---- event streams */

struct http_stream *http_reply_stream(struct http_req *rq, const struct http_answer *ans,
                                      void (*on_closed)(void *owner), void *owner)
{
    struct http_conn *c = answer_begin(rq, ans->status);
    struct wr w = {c->s->out, 0, HTTP_OUT_MAX};
    bool ok;

    c->close_after = true; /* whatever ends it ends the connection */
    c->drain_left = 0;
    rq->chunked_out = rq->head.minor == 1;
    put_head(&w, c, ans, rq->chunked_out ? FRAME_CHUNKED : FRAME_CLOSE, 0);
    ok = http_io_send(c, (struct span){w.p, w.n}, SPAN_NONE);
    if (!ok || bodiless(rq, ans->status)) {
        answer_end(c, ok);
        return NULL;
    }
    rq->stream = (struct http_stream){HTTP_STREAM_MAGIC, rq, on_closed, owner};
    c->state = CONN_STREAM;
    if (!c->in_call)
        http_conn_want(c);
    return &rq->stream;
}

bool http_stream_send(struct http_stream *st, struct span piece)
{
    struct http_conn *c;
    char size[24];
    struct wr w = {size, 0, sizeof size};
    bool ok;

    assert(st->magic == HTTP_STREAM_MAGIC);
    c = http_conn_check(st->rq->c);
    if (piece.n == 0)
        return true; /* an empty chunk would be the last */
    ok = c->out.n + piece.n <= HTTP_STREAM_PENDING;
    if (ok && st->rq->chunked_out) {
        put_u64(&w, piece.n, 16);
        put(&w, "\r\n", 2);
        /* one write for the usual short event */
        if (piece.n <= HTTP_OUT_MAX - w.n - 2) {
            struct wr all = {c->s->out, 0, HTTP_OUT_MAX};

            put(&all, w.p, w.n);
            put(&all, piece.p, piece.n);
            put(&all, "\r\n", 2);
            ok = http_io_send(c, (struct span){all.p, all.n}, SPAN_NONE);
        } else {
            ok = http_io_send(c, (struct span){w.p, w.n}, piece) &&
                 http_io_send(c, SPAN_LIT("\r\n"), SPAN_NONE);
        }
    } else if (ok) {
        ok = http_io_send(c, piece, SPAN_NONE);
    }
    if (ok) {
        st->rq->bytes += piece.n;
        if (!c->in_call)
            http_conn_want(c);
    } else {
        c->tls_broken = true;
        answer_end(c, false);
    }
    return ok;
}

void http_stream_close(struct http_stream *st)
{
    struct http_conn *c;
    bool ok = true;

    assert(st->magic == HTTP_STREAM_MAGIC);
    c = http_conn_check(st->rq->c);
    if (st->rq->chunked_out)
        ok = http_io_send(c, SPAN_LIT("0\r\n\r\n"), SPAN_NONE);
    answer_end(c, ok);
}

/* ---- errors of this layer */

/* For an app without a word for it. */
static void problem_plain(enum err e, enum lang lang, struct buf *out)
{
    buf_printf(out, "{\"title\":\"%s\",\"status\":%d,\"code\":\"%s\"}", err_title(e, lang),
               err_status(e), err_code(e));
}

struct span http_fail_bytes(struct http_server *s, bool tls, enum err e, enum lang lang,
                            bool head_only)
{
    struct wr w = {s->out, 0, HTTP_OUT_MAX};
    struct buf body;

    buf_init(&body, 8192);
    if (s->app.problem)
        s->app.problem(e, lang, &body, s->app.ctx);
    else
        problem_plain(e, lang, &body);
    if (!buf_ok(&body))
        buf_clear(&body);
    put_status(&w, s, err_status(e));
    put_str(&w, "Content-Type: application/problem+json\r\n");
    put_str(&w, lang == LANG_EN ? "Content-Language: en\r\n" : "Content-Language: vi\r\n");
    if (e == ERR_METHOD_NOT_ALLOWED)
        put_str(&w, "Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n");
    if (err_status(e) == 429 || err_status(e) == 503)
        put_str(&w, "Retry-After: 5\r\n");
    put_guards(&w, tls);
    put_str(&w, NO_STORE FEATURES "Connection: close\r\nContent-Length: ");
    put_u64(&w, body.n, 10);
    put_str(&w, "\r\n\r\n");
    if (!head_only)
        put(&w, body.p ? body.p : "", body.n);
    buf_free(&body);
    return (struct span){w.p, w.n};
}

void http_conn_fail(struct http_conn *c, enum err e, enum lang lang)
{
    bool head_only = c->rq && c->rq->announced && c->rq->head.method == HTTP_HEAD;

    metric_add(METRIC_HTTP_REFUSED, 1);
    http_conn_forget(c);
    c->close_after = c->linger = true;
    c->drain_left = 0;
    if (http_io_send(c, http_fail_bytes(c->s, c->ssl != NULL, e, lang, head_only), SPAN_NONE))
        http_conn_answered(c);
    else
        http_conn_close(c);
}
