/* Servers: accepting, caps, deadlines, draining.
 * A server owns its connections and the buffers they share; one per worker and listening socket.
 * The worker's thread. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/http/conn.h"

#define ACCEPT_ROUNDS   4  /* of one event: other workers want some too */
#define ACCEPT_YIELD_MS 1  /* so long a worker with many connections leaves the next to others */
#define SHARES          64 /* listening sockets whose workers know of each other */

/* By number of the listening socket; the process's own. */
static struct http_share shares[SHARES];

static void on_accept(evutil_socket_t fd, short what, void *arg);
static void on_reap(evutil_socket_t fd, short what, void *arg);
static void on_accept_again(void *arg);
static void on_tick(void *arg);

struct http_server *http_server_new(struct worker *w, int fd, struct http_tls *tls_or_null,
                                    const struct http_limits *lim, const struct http_app *app)
{
    struct http_server *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    assert(app->on_head && app->on_request && app->on_gone);
    assert(lim->line_max < lim->head_max);
    s->magic = HTTP_SERVER_MAGIC;
    s->w = w;
    s->fd = fd;
    s->share = &shares[(unsigned)fd % SHARES];
    atomic_fetch_add_explicit(&s->share->servers, 1, memory_order_relaxed);
    s->tls = http_tls_ref(tls_or_null);
    s->lim = *lim;
    s->app = *app;
    http_link_init(&s->all);
    http_link_init(&s->dead);
    for (int i = 0; i < HTTP_SLOTS; i++)
        http_link_init(&s->slot[i]);
    s->scratch = arena_new(HTTP_ARENA_MAX);
    s->in = malloc(lim->head_max + HTTP_READ_MAX);
    s->out = malloc(HTTP_OUT_MAX);
    s->date_at = INSTANT_NONE;
    if (!s->in || !s->out ||
        event_assign(&s->accept_ev, worker_base(w), fd, EV_READ | EV_PERSIST, on_accept, s) != 0 ||
        event_assign(&s->reap_ev, worker_base(w), -1, 0, on_reap, s) != 0)
        abort();
    s->accept_timer = timer_new(w, on_accept_again, s);
    s->tick = timer_new(w, on_tick, s);
    http_server_arm(s);
    return s;
}

void http_server_set_tls(struct http_server *s, struct http_tls *tls)
{
    struct http_tls *old = http_server_check(s)->tls;

    assert((old != NULL) == (tls != NULL));
    s->tls = http_tls_ref(tls);
    http_tls_unref(old); /* sessions hold what they need of it */
}

/* ---- accepting */

void http_server_arm(struct http_server *s)
{
    bool may = !s->draining && s->conns < s->lim.conns_max;

    if (may == s->accepting)
        return;
    s->accepting = may;
    if (may ? event_add(&s->accept_ev, NULL) != 0 : event_del(&s->accept_ev) != 0)
        abort();
}

static void on_accept_again(void *arg)
{
    struct http_server *s = http_server_check(arg);

    s->accepting = false;
    http_server_arm(s);
}

/* Out of descriptors or memory: the socket stays readable, so waiting for it would spin. */
static void accept_pause(struct http_server *s, int e)
{
    int64_t now = clock_mono_us();

    if (s->paused_log == 0 || now - s->paused_log > 10 * 1000000) {
        s->paused_log = now;
        log_event(LOG_L_WARN, "accept-paused", LOG_STR("reason", strerror(e)));
    }
    event_del(&s->accept_ev);
    s->accepting = true; /* as far as http_server_arm is concerned: the timer decides */
    timer_start(s->accept_timer, HTTP_EMFILE_PAUSE_MS);
}

static void refuse(struct http_server *s, int fd)
{
    metric_add(METRIC_HTTP_REFUSED, 1);
    if (!s->tls) {
        struct span b = http_fail_bytes(s, false, ERR_TOO_MANY, LANG_VI, false);

        (void)send(fd, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT); /* a courtesy */
        (void)shutdown(fd, SHUT_WR);
    }
    close(fd);
}

/* Plain listeners see only a proxy in front or people on this machine: those are not counted. */
static bool counts(const struct http_server *s, const struct http_peer *p)
{
    return s->lim.conns_per_peer > 0 && p->family != 0 && (s->tls || !http_peer_is_local(p));
}

static void accepted(struct http_server *s, int fd, const struct sockaddr *sa)
{
    struct http_peer peer = http_peer_of(sa);
    bool counted = counts(s, &peer);
    int on = 1;

    if (counted && !http_peer_enter(&peer, s->lim.conns_per_peer)) {
        refuse(s, fd);
        return;
    }
    if (peer.family) /* answers are whole writes: nothing to wait for */
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    http_conn_start(s, fd, &peer, counted);
}

/* More than its part of the connections: a worker that happens to wake first would get them all.
 * A sixteenth more is no matter: among thousands, waiting for the other at every second one would
 * fill the queue of the listener. */
static bool ahead(const struct http_server *s)
{
    unsigned servers = atomic_load_explicit(&s->share->servers, memory_order_relaxed);
    unsigned conns = atomic_load_explicit(&s->share->conns, memory_order_relaxed);

    return servers > 1 && s->conns * servers > conns + conns / 16 + servers;
}

/* Leaves the next one to another worker for a moment; when none wants it, it is ours after all. */
static void accept_yield(struct http_server *s)
{
    s->yielded = true;
    event_del(&s->accept_ev);
    timer_start(s->accept_timer, ACCEPT_YIELD_MS);
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
    struct http_server *s = http_server_check(arg);

    (void)what;
    for (int i = 0; i < ACCEPT_ROUNDS && s->accepting; i++) {
        if (!s->yielded && ahead(s)) {
            accept_yield(s);
            return;
        }
        s->yielded = false;
        union {
            struct sockaddr sa;
            struct sockaddr_storage room;
        } from = {.sa = {.sa_family = AF_UNSPEC}};
        socklen_t n = sizeof from;
        int fd = accept4(listener, &from.sa, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            accepted(s, fd, &from.sa);
            http_server_arm(s);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            accept_pause(s, errno);
            return;
        }
        if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO)
            return; /* EAGAIN: another worker was first */
    }
}

/* ---- deadlines: a wheel that is only looked at, so that setting one costs nothing */

static void wheel_in(struct http_conn *c, int64_t at)
{
    struct http_server *s = c->s;
    int64_t tick_us = HTTP_TICK_MS * 1000;
    int64_t span = tick_us * (HTTP_SLOTS - 1);

    if (s->in_wheel == 0) {
        s->tick_at = clock_mono_us() / tick_us;
        timer_start(s->tick, HTTP_TICK_MS);
    }
    if (at > s->tick_at * tick_us + span)
        at = s->tick_at * tick_us + span; /* looked at early, put in again */
    if (at / tick_us <= s->tick_at)
        at = (s->tick_at + 1) * tick_us;
    http_link_in(&s->slot[at / tick_us % HTTP_SLOTS], &c->wheel);
    c->slot_at = at;
    s->in_wheel++;
}

static void wheel_out(struct http_conn *c)
{
    http_link_out(&c->wheel);
    c->slot_at = 0;
    c->s->in_wheel--;
}

void http_conn_deadline(struct http_conn *c, int64_t ms)
{
    if (ms == 0 || c->state == CONN_DEAD) {
        c->deadline = 0; /* stays in the wheel until it is looked at, or closed */
        if (c->state == CONN_DEAD && c->slot_at)
            wheel_out(c);
        return;
    }
    c->deadline = clock_mono_us() + ms * 1000;
    if (c->slot_at && c->slot_at <= c->deadline)
        return;
    if (c->slot_at)
        wheel_out(c);
    wheel_in(c, c->deadline);
}

static void slot_look(struct http_server *s, struct http_link *slot, int64_t now)
{
    struct http_link list;

    /* taken out whole: a callback may close any connection, and may put this one in again */
    http_link_init(&list);
    while (slot->next != slot) {
        struct http_link *l = slot->next;

        http_link_out(l);
        http_link_in(&list, l);
    }
    while (list.next != &list) {
        struct http_conn *c = http_conn_check(HTTP_OF(struct http_conn, wheel, list.next));

        assert(c->s == s);
        wheel_out(c);
        if (c->deadline == 0)
            continue;
        if (c->deadline > now) {
            wheel_in(c, c->deadline);
        } else {
            c->deadline = 0;
            http_conn_expired(c, now);
        }
    }
}

static void on_tick(void *arg)
{
    struct http_server *s = http_server_check(arg);
    int64_t now = clock_mono_us();
    int64_t to = now / (HTTP_TICK_MS * 1000);
    int64_t from = to - s->tick_at > HTTP_SLOTS ? to - HTTP_SLOTS : s->tick_at;

    for (int64_t t = from + 1; t <= to; t++) {
        s->tick_at = t;
        slot_look(s, &s->slot[t % HTTP_SLOTS], now);
    }
    if (s->in_wheel)
        timer_start(s->tick, HTTP_TICK_MS);
}

/* ---- the date of answers */

const char *http_server_date(struct http_server *s)
{
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    instant second = clock_now() / 1000000;
    time_t t = (time_t)second;
    struct tm tm;

    if (second == s->date_at)
        return s->date_text;
    if (!gmtime_r(&t, &tm))
        abort();
    (void)snprintf(s->date_text, sizeof s->date_text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                   days[tm.tm_wday % 7], tm.tm_mday % 100, months[tm.tm_mon % 12],
                   (tm.tm_year + 1900) % 10000, tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100);
    s->date_at = second;
    return s->date_text;
}

/* ---- the end */

static void on_reap(evutil_socket_t fd, short what, void *arg)
{
    struct http_server *s = http_server_check(arg);

    (void)fd;
    (void)what;
    while (s->dead.next != &s->dead) {
        struct http_conn *c = http_conn_check(HTTP_OF(struct http_conn, all, s->dead.next));

        http_link_out(&c->all);
        c->magic = 0;
        free(c);
    }
}

/* Calls fn for each connection; it may close any of them. */
static void each(struct http_server *s, void (*fn)(struct http_conn *c))
{
    struct http_link left;

    http_link_init(&left);
    while (s->all.next != &s->all) {
        struct http_link *l = s->all.next;

        http_link_out(l);
        http_link_in(&left, l);
    }
    while (left.next != &left) {
        struct http_link *l = left.next;

        http_link_out(l);
        http_link_in(&s->all, l);
        fn(http_conn_check(HTTP_OF(struct http_conn, all, l)));
    }
}

static void drain_one(struct http_conn *c)
{
    if (c->state == CONN_TLS || (c->state == CONN_HEAD && c->in_n == 0) || c->state == CONN_STREAM)
        http_conn_gone(c);
}

void http_server_drain(struct http_server *s)
{
    if (http_server_check(s)->draining)
        return;
    s->draining = true;
    timer_stop(s->accept_timer);
    event_del(&s->accept_ev);
    s->accepting = false;
    each(s, drain_one);
}

int http_server_busy(const struct http_server *s)
{
    int n = 0;

    for (struct http_link *l = s->all.next; l != &s->all; l = l->next) {
        const struct http_conn *c = HTTP_OF(struct http_conn, all, l);

        n += c->state == CONN_BODY || c->state == CONN_WAIT || c->state == CONN_SEND;
    }
    return n;
}

struct http_server *http_server_free(struct http_server *s)
{
    if (!s)
        return NULL;
    http_server_drain(s);
    each(s, http_conn_gone);
    assert(s->conns == 0 && s->in_wheel == 0);
    event_del(&s->reap_ev);
    on_reap(-1, 0, s);
    atomic_fetch_sub_explicit(&s->share->servers, 1, memory_order_relaxed);
    timer_free(s->accept_timer);
    timer_free(s->tick);
    while (s->spare) {
        struct http_req *rq = s->spare;

        s->spare = rq->next;
        http_req_free(rq);
    }
    arena_free(s->scratch);
    free(s->in);
    free(s->out);
    http_tls_unref(s->tls);
    s->magic = 0;
    free(s);
    return NULL;
}
