/* Bytes in and out of one connection, plain or TLS, never blocking, never raising SIGPIPE.
 * The connection owns its unsent bytes.  The worker's thread. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "server/http/conn.h"

ssize_t http_io_read(struct http_conn *c, char *p, size_t n)
{
    ssize_t got;

    /* While lingering only the raw bytes matter: they are thrown away. */
    if (c->ssl && c->state != CONN_LINGER)
        return http_tls_read(c, p, n);
    do
        got = recv(c->fd, p, n, 0);
    while (got < 0 && errno == EINTR);
    if (got >= 0)
        return got;
    return errno == EAGAIN ? HTTP_IO_AGAIN : HTTP_IO_FAIL;
}

static ssize_t plain_write(struct http_conn *c, struct span a, struct span b)
{
    union {
        const char *from;
        void *to;
    } pa = {a.p}, pb = {b.p}; /* iovec knows no const */
    struct iovec v[2] = {{pa.to, a.n}, {pb.to, b.n}};
    struct msghdr m = {.msg_iov = v, .msg_iovlen = b.n ? 2 : 1};
    ssize_t n;

    do
        n = b.n ? sendmsg(c->fd, &m, MSG_NOSIGNAL) : send(c->fd, a.p, a.n, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n >= 0)
        return n;
    return errno == EAGAIN ? HTTP_IO_AGAIN : HTTP_IO_FAIL;
}

/* At most all of a, then of b; how much, or HTTP_IO_*. */
static ssize_t io_write(struct http_conn *c, struct span a, struct span b)
{
    if (c->ssl)
        return a.n ? http_tls_write(c, a.p, a.n) : http_tls_write(c, b.p, b.n);
    return a.n ? plain_write(c, a, b) : plain_write(c, b, SPAN_NONE);
}

static void out_keep(struct http_out *o, struct span s)
{
    if (!s.n)
        return;
    if (o->off && o->cap - o->off - o->n < s.n) {
        memmove(o->p, o->p + o->off, o->n);
        o->off = 0;
    }
    if (o->cap - o->off - o->n < s.n) {
        size_t cap = o->cap * 2 > o->n + s.n ? o->cap * 2 : o->n + s.n;
        char *p = realloc(o->p, cap);

        if (!p)
            abort();
        o->p = p;
        o->cap = cap;
    }
    memcpy(o->p + o->off + o->n, s.p, s.n);
    o->n += s.n;
}

static void out_clear(struct http_out *o)
{
    free(o->p);
    *o = (struct http_out){0};
}

static void span_skip(struct span *s, size_t *n)
{
    size_t k = *n < s->n ? *n : s->n;

    s->p += k;
    s->n -= k;
    *n -= k;
}

bool http_io_send(struct http_conn *c, struct span a, struct span b)
{
    bool blocked = c->out.n > 0; /* order is kept: behind what waits already */

    while (!blocked && a.n + b.n > 0) {
        ssize_t n = io_write(c, a, b);

        if (n == HTTP_IO_FAIL)
            return false;
        if (n == HTTP_IO_AGAIN) {
            blocked = true;
        } else {
            size_t skip = (size_t)n;

            if (a.n)
                span_skip(&a, &skip);
            if (skip)
                span_skip(&b, &skip);
        }
    }
    if (a.n + b.n > 0) {
        if (c->out.n == 0)
            http_conn_deadline(c, c->s->lim.write_ms);
        out_keep(&c->out, a);
        out_keep(&c->out, b);
    }
    return true;
}

bool http_io_flush(struct http_conn *c)
{
    while (c->out.n > 0) {
        ssize_t n = io_write(c, (struct span){c->out.p + c->out.off, c->out.n}, SPAN_NONE);

        if (n == HTTP_IO_FAIL)
            return false;
        if (n == HTTP_IO_AGAIN)
            return true;
        c->out.off += (size_t)n;
        c->out.n -= (size_t)n;
        if (c->out.n)
            http_conn_deadline(c, c->s->lim.write_ms); /* progress */
    }
    out_clear(&c->out);
    return true;
}
