/* One connection: its events, its states, and what each state waits for.
 * The server owns connections; a closed one is freed on a later turn of the loop, when no callback
 * can hold it any more.  The worker's thread. */
#include "server/http/conn.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/core/metrics.h"

#define READ_ROUNDS 4 /* reads of one event, so that no client holds the loop */

static void on_event(evutil_socket_t fd, short what, void *arg);

/* ---- beginning and end */

void http_conn_start(struct http_server *s, int fd, const struct http_peer *peer, bool counted)
{
    struct http_conn *c = calloc(1, sizeof *c);

    if (!c)
        abort();
    c->magic = HTTP_CONN_MAGIC;
    c->fd = fd;
    c->s = s;
    c->state = CONN_HEAD;
    http_link_init(&c->wheel);
    c->peer = *peer;
    c->peer_counted = counted;
    http_link_in(&s->all, &c->all);
    s->conns++;
    atomic_fetch_add_explicit(&s->share->conns, 1, memory_order_relaxed);
    metric_add(METRIC_HTTP_CONNECTIONS, 1);
    if (s->tls) {
        c->ssl = http_tls_open(s->tls, fd);
        c->state = CONN_TLS;
        if (!c->ssl) {
            http_conn_close(c);
            return;
        }
    }
    http_conn_deadline(c, c->ssl ? s->lim.tls_ms : s->lim.head_ms);
    http_conn_want(c);
}

/* The event is taken out first; the object itself waits for the reaper, since a caller further up
 * the stack may still look at its state. */
void http_conn_close(struct http_conn *c)
{
    struct http_server *s = c->s;

    if (c->state == CONN_DEAD)
        return;
    if (c->ssl) {
        if (c->state != CONN_LINGER)
            http_tls_goodbye(c);
        http_tls_close(c->ssl);
        c->ssl = NULL;
    }
    if (c->want || c->kicked) /* kicked: active, perhaps without being added */
        event_del(&c->ev);
    c->want = 0;
    close(c->fd);
    c->fd = -1;
    c->state = CONN_DEAD;
    http_conn_deadline(c, 0);
    if (c->slot_at) {
        http_link_out(&c->wheel);
        c->slot_at = 0;
        s->in_wheel--;
    }
    http_req_release(c);
    free(c->in);
    c->in = NULL;
    free(c->out.p);
    c->out = (struct http_out){0};
    if (c->peer_counted)
        http_peer_leave(&c->peer);
    http_link_out(&c->all);
    http_link_in(&s->dead, &c->all);
    s->conns--;
    atomic_fetch_sub_explicit(&s->share->conns, 1, memory_order_relaxed);
    metric_add(METRIC_HTTP_CONNECTIONS, -1);
    event_active(&s->reap_ev, EV_TIMEOUT, 0);
    http_server_arm(s);
}

/* The app is told that its request has no reader any more; an answered one is done. */
void http_conn_forget(struct http_conn *c)
{
    struct http_req *rq = c->rq;

    if (!rq)
        return;
    if (c->state == CONN_STREAM) {
        void (*closed)(void *) = rq->stream.on_closed;
        void *owner = rq->stream.owner;

        rq->stream.magic = 0;
        http_req_done(c);
        if (closed)
            closed(owner);
    } else if (rq->answered) {
        http_req_done(c);
    } else {
        if (rq->announced && c->s->app.on_gone)
            c->s->app.on_gone(rq, c->s->app.ctx);
        http_req_release(c);
    }
}

void http_conn_gone(struct http_conn *c)
{
    if (c->state == CONN_DEAD)
        return;
    http_conn_forget(c);
    http_conn_close(c);
}

/* ---- what the event waits for */

static short wanted(const struct http_conn *c)
{
    short w = 0;

    switch ((enum conn_state)c->state) {
    case CONN_TLS:
        return EV_READ | (c->tls_write ? EV_WRITE : 0);
    case CONN_BODY:
        w = c->paused ? 0 : EV_READ;
        break;
    case CONN_HEAD:
    case CONN_DRAIN:
    case CONN_LINGER:
        w = EV_READ;
        break;
    case CONN_WAIT:
    case CONN_STREAM:
        /* to learn that the client is gone; once it has sent more, that waits unread */
        w = c->in_n || c->eof ? 0 : EV_READ;
        break;
    case CONN_SEND:
        break;
    case CONN_DEAD:
        return 0;
    }
    if (c->out.n || (c->state == CONN_SEND && c->rq) || c->tls_write)
        w |= EV_WRITE;
    return w;
}

void http_conn_want(struct http_conn *c)
{
    short w = wanted(c);

    if (c->state == CONN_DEAD)
        return;
    if (w != c->want) {
        if (c->want || c->kicked)
            event_del(&c->ev);
        c->want = w;
        if (event_assign(&c->ev, worker_base(c->s->w), c->fd, (short)(w | EV_PERSIST), on_event,
                         c) != 0 ||
            (w && event_add(&c->ev, NULL) != 0))
            abort();
        if (c->kicked)
            event_active(&c->ev, EV_READ, 1);
    }
}

void http_conn_kick(struct http_conn *c)
{
    if (c->kicked || c->in_call || c->state == CONN_DEAD)
        return; /* in_call: the callback looks by itself */
    c->kicked = true;
    event_active(&c->ev, EV_READ, 1);
}

/* ---- after an answer */

static void linger_begin(struct http_conn *c)
{
    if (c->ssl)
        http_tls_goodbye(c);
    if (shutdown(c->fd, SHUT_WR) != 0) {
        http_conn_close(c);
        return;
    }
    c->state = CONN_LINGER;
    c->drain_left = HTTP_LINGER_MAX;
    free(c->in);
    c->in = NULL;
    c->in_n = c->scanned = 0;
    http_conn_deadline(c, HTTP_LINGER_MS);
    http_conn_want(c);
}

void http_conn_flushed(struct http_conn *c)
{
    if (c->close_after) {
        if (c->eof || !(c->linger || c->in_n))
            http_conn_close(c);
        else
            linger_begin(c);
        return;
    }
    if (c->drain_left) {
        c->state = CONN_DRAIN;
        http_conn_deadline(c, c->s->lim.body_ms);
    } else {
        c->state = CONN_HEAD;
        http_conn_deadline(c, c->in_n ? c->s->lim.head_ms : c->s->lim.idle_ms);
    }
    if (!c->in_call) {
        http_conn_want(c);
        if (c->in_n)
            http_conn_kick(c);
    }
}

void http_conn_answered(struct http_conn *c)
{
    c->state = CONN_SEND;
    if (c->out.n == 0)
        http_conn_flushed(c);
    else if (!c->in_call)
        http_conn_want(c);
}

/* ---- deadlines */

static int64_t body_check_ms(struct http_conn *c, int64_t now)
{
    const struct http_limits *lim = &c->s->lim;
    int64_t spent = now - c->rq->body_us;
    int64_t graced = spent - HTTP_RATE_GRACE_US;
    int64_t left = lim->body_ms - spent / 1000;

    if (c->paused)
        return 1000; /* our own slowness is not the client's */
    if (left <= 0)
        return 0;
    if (graced > 0 && (int64_t)c->rq->got < graced / 1000 * lim->body_rate_min / 1000)
        return 0;
    return left < 1000 ? left : 1000;
}

void http_conn_expired(struct http_conn *c, int64_t now)
{
    int64_t ms;

    switch ((enum conn_state)c->state) {
    case CONN_HEAD:
        if (c->in_n == 0)
            http_conn_close(c);
        else
            http_conn_fail(c, ERR_TIMEOUT_CLIENT, LANG_VI);
        break;
    case CONN_BODY:
        ms = body_check_ms(c, now);
        if (ms > 0) {
            http_conn_deadline(c, ms);
            break;
        }
        http_conn_fail(c, ERR_TIMEOUT_CLIENT, http_head_lang(&c->rq->head));
        break;
    case CONN_SEND:
    case CONN_STREAM:
        if (c->out.n == 0)
            break;            /* it went out meanwhile */
        c->tls_broken = true; /* nobody reads: no use in saying goodbye */
        http_conn_gone(c);
        break;
    case CONN_WAIT: /* bytes that do not go out (100-continue); the answer will meet that */
        break;
    case CONN_TLS:
    case CONN_DRAIN:
    case CONN_LINGER:
        http_conn_close(c);
        break;
    case CONN_DEAD:
        break;
    }
}

/* ---- input */

static void conn_at_eof(struct http_conn *c)
{
    c->eof = true;
    if (c->state == CONN_WAIT) {
        c->close_after = true; /* half closed: it still wants its answer */
        return;
    }
    http_conn_gone(c);
}

static bool reads(const struct http_conn *c, size_t kept)
{
    switch ((enum conn_state)c->state) {
    case CONN_HEAD:
    case CONN_DRAIN:
    case CONN_LINGER:
        return true;
    case CONN_BODY:
        return !c->paused;
    case CONN_WAIT:
    case CONN_STREAM:
        return kept == 0 && !c->eof;
    default:
        return false;
    }
}

/* The worker's one buffer holds what was kept and what is read; only a rest is kept again. */
static void conn_input(struct http_conn *c)
{
    char *p = c->s->in;
    size_t n = c->in_n;
    bool full = true;

    if (n) {
        memcpy(p, c->in, n);
        free(c->in);
        c->in = NULL;
        c->in_n = 0;
    }
    for (int round = 0; round <= READ_ROUNDS; round++) {
        size_t used = n || c->state == CONN_BODY ? http_conn_process(c, p, n) : 0;
        ssize_t got;

        if (c->state == CONN_DEAD)
            return;
        n -= used;
        if (used && n)
            memmove(p, p + used, n);
        if (!full || round == READ_ROUNDS || !reads(c, n))
            break;
        assert(n <= c->s->lim.head_max);
        got = http_io_read(c, p + n, HTTP_READ_MAX);
        if (got == HTTP_IO_AGAIN)
            break;
        if (got == HTTP_IO_FAIL) {
            http_conn_gone(c);
            return;
        }
        if (got == 0) {
            conn_at_eof(c);
            break;
        }
        full = got == HTTP_READ_MAX; /* otherwise the loop tells when there is more */
        n += (size_t)got;
    }
    if (c->state == CONN_DEAD || n == 0)
        return;
    c->in = malloc(n);
    if (!c->in)
        abort();
    memcpy(c->in, p, n);
    c->in_n = (unsigned)n;
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    struct http_conn *c = http_conn_check(arg);

    (void)fd;
    (void)what;
    if (c->state == CONN_DEAD)
        return;
    c->kicked = false;
    c->tls_write = false;
    c->in_call = true;
    if (c->state == CONN_TLS) {
        int r = http_tls_shake(c);

        if (r < 0)
            http_conn_close(c);
        else if (r > 0) {
            c->state = CONN_HEAD;
            http_conn_deadline(c, c->s->lim.head_ms);
        }
    }
    if (c->out.n && !http_io_flush(c))
        http_conn_gone(c);
    if (c->state == CONN_SEND && c->out.n == 0) {
        if (c->rq && !http_reply_more(c))
            http_conn_gone(c);
        else if (c->state == CONN_SEND && !c->rq && c->out.n == 0)
            http_conn_flushed(c);
    }
    if (c->state != CONN_DEAD && c->state != CONN_TLS)
        conn_input(c);
    c->in_call = false;
    http_conn_want(c);
}
