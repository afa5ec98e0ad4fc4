/* From bytes to requests: heads, bodies, and handing both to the app.
 * A connection owns at most one request; a released one keeps its arena for the next.
 * The worker's thread. */
#include <stdlib.h>
#include <unistd.h>

#include "server/http/conn.h"

/* ---- requests */

static struct http_req *req_new(struct http_conn *c)
{
    struct http_server *s = c->s;
    struct http_req *rq = s->spare;
    struct arena *a;

    if (rq) {
        s->spare = rq->next;
        s->spares--;
        a = rq->arena;
    } else {
        rq = malloc(sizeof *rq);
        if (!rq)
            abort();
        a = arena_new(HTTP_ARENA_MAX);
    }
    *rq = (struct http_req){.magic = HTTP_REQ_MAGIC, .c = c, .arena = a, .file = -1};
    c->rq = rq;
    return rq;
}

void http_req_free(struct http_req *rq)
{
    arena_free(rq->arena);
    free(rq);
}

void http_req_release(struct http_conn *c)
{
    struct http_server *s = c->s;
    struct http_req *rq = c->rq;

    if (!rq)
        return;
    assert(rq->magic == HTTP_REQ_MAGIC);
    c->rq = NULL;
    c->paused = false;
    rq->magic = 0; /* an app that still holds it will be caught */
    rq->stream.magic = 0;
    if (rq->file >= 0)
        close(rq->file);
    buf_free(&rq->body_buf);
    if (s->spares == HTTP_SPARE_MAX) {
        http_req_free(rq);
        return;
    }
    arena_reset(rq->arena);
    rq->next = s->spare;
    s->spare = rq;
    s->spares++;
}

static void deliver(struct http_conn *c)
{
    struct http_req *rq = c->rq;

    c->state = CONN_WAIT;
    http_conn_deadline(c, 0);
    if (rq->want.mode == HTTP_BODY_WHOLE && rq->body_buf.n)
        rq->body = (struct span){rq->body_buf.p, rq->body_buf.n};
    c->s->app.on_request(rq, c->s->app.ctx);
}

static void body_begin(struct http_conn *c, bool bytes_here)
{
    struct http_req *rq = c->rq;
    const struct http_limits *lim = &c->s->lim;

    if (rq->want.mode == HTTP_BODY_NONE) {
        http_conn_fail(c, ERR_BAD_REQUEST, http_head_lang(&rq->head));
        return;
    }
    if (rq->want.max > lim->body_max)
        rq->want.max = lim->body_max;
    if (!rq->head.chunked && rq->left > rq->want.max) {
        http_conn_fail(c, ERR_TOO_LARGE, http_head_lang(&rq->head));
        return;
    }
    buf_init(&rq->body_buf, rq->want.max);
    http_chunks_init(&rq->chunks);
    c->state = CONN_BODY;
    rq->body_us = rq->started_us;
    http_conn_deadline(c, lim->body_ms < 1000 ? lim->body_ms : 1000);
    if (rq->head.expect_continue && !bytes_here) {
        rq->continued = true;
        if (!http_io_send(c, SPAN_LIT("HTTP/1.1 100 Continue\r\n\r\n"), SPAN_NONE))
            http_conn_gone(c);
    }
}

/* The head is complete in p[0..n): asks the app, starts the body or delivers. */
static void request_begin(struct http_conn *c, const char *p, size_t n, bool bytes_here)
{
    struct http_server *s = c->s;
    struct http_req *rq = req_new(c);
    enum err e = ERR_BAD_REQUEST;
    size_t used = 0;

    c->scanned = 0;
    p = arena_strndup(rq->arena, p, n);
    if (http_parse_head(p, n, &s->lim, rq->arena, &rq->head, &used, &e) != HTTP_PARSE_DONE) {
        http_conn_fail(c, e, LANG_VI);
        return;
    }
    assert(used == n);
    rq->started_us = clock_mono_us();
    rq->left = rq->head.content_length > 0 ? (uint64_t)rq->head.content_length : 0;
    rq->complete = !rq->head.chunked && rq->left == 0;
    rq->announced = true;
    c->reqs++;
    c->state = CONN_WAIT;
    c->deadline = 0;
    rq->want = s->app.on_head(rq, s->app.ctx);
    if (c->rq != rq || rq->answered)
        return;
    if (rq->complete)
        deliver(c);
    else
        body_begin(c, bytes_here);
}

static size_t find_head_end(const char *p, size_t n, size_t from)
{
    const char *at = memmem(p + from, n - from, "\r\n\r\n", 4);

    return at ? (size_t)(at - p) + 4 : 0;
}

/* Looks for a whole head; only then is anything allocated.  Bytes used, 0: not yet. */
static size_t take_head(struct http_conn *c, const char *p, size_t n)
{
    struct http_server *s = c->s;
    struct http_head h;
    enum err e = ERR_BAD_REQUEST;
    size_t used, end;

    if (n == c->scanned)
        return 0;
    end = find_head_end(p, n, c->scanned > 3 ? c->scanned - 3 : 0);
    if (end) {
        request_begin(c, p, end, n > end);
        return end;
    }
    if (c->scanned == 0 && c->reqs > 0)
        http_conn_deadline(c, s->lim.head_ms); /* in total; the first runs since the accept */
    /* A mistake is answered as soon as its line is there; a line at most once. */
    if (c->scanned == 0 || n > s->lim.line_max || memchr(p + c->scanned, '\n', n - c->scanned)) {
        enum http_parse r = http_parse_head(p, n, &s->lim, s->scratch, &h, &used, &e);

        arena_reset(s->scratch);
        if (r == HTTP_PARSE_BAD) {
            http_conn_fail(c, e, LANG_VI);
            return n;
        }
    }
    c->scanned = (unsigned)n;
    return 0;
}

/* One piece of the body for the app; false: nothing more is to be done with this event. */
static bool body_piece(struct http_conn *c, struct span piece)
{
    struct http_req *rq = c->rq;

    rq->got += piece.n;
    if (rq->got > rq->want.max) {
        http_conn_fail(c, ERR_TOO_LARGE, http_head_lang(&rq->head));
        return false;
    }
    if (rq->want.mode == HTTP_BODY_WHOLE) {
        if (rq->complete && rq->got == piece.n) {
            /* it came in one piece: no buffer of its own */
            rq->body = (struct span){arena_strndup(rq->arena, piece.p, piece.n), piece.n};
            return true;
        }
        buf_put(&rq->body_buf, piece.p, piece.n);
        if (!buf_ok(&rq->body_buf)) {
            http_conn_fail(c, ERR_OVERLOADED, http_head_lang(&rq->head));
            return false;
        }
        return true;
    }
    if (!c->s->app.on_data(rq, piece, c->s->app.ctx)) {
        if (c->rq == rq && !rq->answered) {
            rq->refused = true;
            c->state = CONN_WAIT;
            http_conn_deadline(c, 0);
        }
        return false;
    }
    return c->rq == rq && !rq->answered;
}

static size_t take_body(struct http_conn *c, const char *p, size_t n)
{
    struct http_req *rq = c->rq;
    struct span piece;
    size_t used = 0;

    if (rq->head.chunked) {
        enum http_parse r = http_chunks_feed(&rq->chunks, p, n, &used, &piece);

        if (r == HTTP_PARSE_BAD) {
            http_conn_fail(c, ERR_BAD_REQUEST, http_head_lang(&rq->head));
            return n;
        }
        rq->complete = r == HTTP_PARSE_DONE;
    } else {
        used = rq->left < n ? (size_t)rq->left : n;
        piece = (struct span){p, used};
        rq->left -= used;
        rq->complete = rq->left == 0;
    }
    if (piece.n)
        (void)body_piece(c, piece);
    return used;
}

/* ---- any input */

size_t http_conn_process(struct http_conn *c, const char *p, size_t n)
{
    size_t at = 0, used;

    for (;;) {
        switch ((enum conn_state)c->state) {
        case CONN_HEAD:
            used = at < n ? take_head(c, p + at, n - at) : 0;
            if (!used)
                return at;
            break;
        case CONN_BODY:
            if (c->paused)
                return at;
            if (c->rq->complete) {
                deliver(c);
                used = 0;
                break;
            }
            if (at == n)
                return at;
            used = take_body(c, p + at, n - at);
            break;
        case CONN_DRAIN:
        case CONN_LINGER:
            used = c->drain_left < n - at ? (size_t)c->drain_left : n - at;
            if (!used)
                return at;
            c->drain_left -= used;
            if (c->drain_left == 0 && c->state == CONN_LINGER)
                http_conn_close(c);
            else if (c->drain_left == 0)
                http_conn_flushed(c);
            break;
        default:
            return at;
        }
        at += used;
    }
}
