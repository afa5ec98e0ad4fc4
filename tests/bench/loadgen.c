/* Load generator: HTTP/1.1 over loopback on one core, closed loop (capacity) or open loop (latency
 * counted from the scheduled moment, so that a slow answer cannot hide the ones behind it).
 * Every answer's status is checked.  Owns its sockets; one thread; stops by itself.
 *
 *   loadgen --port P --work accept|hand|read|queue|get|idle --conns N --seconds S [--rate R]
 *           --sessions FILE [--targets FILE] [--bodies FILE]
 * sessions: a line each "COOKIE CSRF"; connection i belongs to session i (modulo their number).
 * targets: a line each "CODE SEQ"; connection i owns the i-th of N equal parts, in order.
 * bodies: one JSON body a line; session i sends the i-th (modulo their number): an intake for
 * accept, the action for hand; for get they are paths,
 * and session i asks for the i-th, then for the one as many lines further as there are sessions.
 * Prints one JSON object. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "common/base/span.h"
#include "tests/bench/histogram.h"

#define REQUEST_MAX 16384
#define ANSWER_MAX  262144
#define CONNS_MAX   12000
#define SECONDS_MAX 120

struct target {
    char code[40];
    int64_t seq; /* -1: left alone after a refusal */
};

struct session {
    char cookie[160], csrf[160];
};

struct conn {
    int fd;
    bool busy, is_hand;
    int64_t scheduled;
    char *out;
    size_t out_n, out_done;
    char *in;
    size_t in_n;
    int64_t content_length;
    size_t head_n; /* 0: head not complete */
    struct target *target;
    size_t first_target, targets, next_target;
    struct session *session;
    const char *body;
};

static struct {
    int port, conns, seconds;
    double rate;
    const char *work;
    int64_t run_id;
} opt = {.conns = 16, .seconds = 5};

static struct conn *conn;
static struct target *target;
static size_t targets;
static struct session *session;
static size_t sessions;
static const char **body_line;
static size_t bodies;
static struct histogram latency, lateness;
static uint64_t done_ok, done_bad, serial, status_count[600];
static char first_bad[400];
static int epfd;
static int64_t stop_at;
static size_t backlog_head, backlog_n; /* arrivals that found no idle connection */
static int64_t *backlog;
#define BACKLOG_MAX 4000000

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "loadgen: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A small generator of our own so that a run can be repeated. */
static uint64_t random_next(void)
{
    static uint64_t x = 88172645463325252u;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

static void watch(struct conn *c, uint32_t events)
{
    struct epoll_event ev = {.events = events, .data.ptr = c};

    if (epoll_ctl(epfd, EPOLL_CTL_MOD, c->fd, &ev) < 0)
        die("epoll_ctl");
}

static void make_get(struct conn *c, const char *path)
{
    c->out_n = (size_t)snprintf(c->out, REQUEST_MAX,
                                "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n", path,
                                c->session->cookie);
}

static void make_post(struct conn *c, const char *path, int64_t if_match, const char *body)
{
    char match[48] = "";

    if (if_match >= 0)
        (void)snprintf(match, sizeof match, "If-Match: \"%lld\"\r\n", (long long)if_match);
    c->out_n =
        (size_t)snprintf(c->out, REQUEST_MAX,
                         "POST %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\nX-CSRF-Token: %s\r\n"
                         "Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
                         "Idempotency-Key: %08llx-%012llx\r\n%sContent-Length: %zu\r\n\r\n%s",
                         path, c->session->cookie, c->session->csrf, (unsigned long long)opt.run_id,
                         (unsigned long long)++serial, match, strlen(body), body);
}

static void make_request(struct conn *c)
{
    char path[200];

    if (strcmp(opt.work, "queue") == 0) {
        make_get(c, "/v1/queue?scope=mine&limit=50&shared=true");
    } else if (strcmp(opt.work, "get") == 0) {
        make_get(
            c, body_line[((size_t)(c->session - session) + sessions * c->next_target++) % bodies]);
    } else if (strcmp(opt.work, "read") == 0) {
        c->target = &target[c->first_target + random_next() % c->targets];
        (void)snprintf(path, sizeof path, "/v1/dossiers/%s/history", c->target->code);
        make_get(c, path);
    } else if (strcmp(opt.work, "hand") == 0) {
        c->target = &target[c->first_target + c->next_target++ % c->targets];
        (void)snprintf(path, sizeof path, "/v1/dossiers/%s/act", c->target->code);
        make_post(c, path, c->target->seq, c->body);
    } else { /* accept */
        make_post(c, "/v1/dossiers", -1, c->body);
    }
    c->out_done = 0;
    c->in_n = 0;
    c->head_n = 0;
}

static void send_more(struct conn *c)
{
    while (c->out_done < c->out_n) {
        ssize_t n = send(c->fd, c->out + c->out_done, c->out_n - c->out_done, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            watch(c, EPOLLIN | EPOLLOUT);
            return;
        }
        if (n < 0)
            die("send");
        c->out_done += (size_t)n;
    }
}

static void start(struct conn *c, int64_t scheduled)
{
    c->busy = true;
    c->scheduled = scheduled;
    make_request(c);
    send_more(c);
}

/* "etag" of the answer, as the version for the next act; -1: none. */
static int64_t etag_of(const struct conn *c)
{
    static const char name[] = "\r\netag: \"";
    const char *p = c->in;
    size_t i, n = sizeof name - 1;

    for (i = 0; i + n < c->head_n; i++) {
        if (strncasecmp(p + i, name, n) == 0) {
            struct span v = {p + i + n, 0};
            int64_t seq;
            while (i + n + v.n < c->head_n && v.p[v.n] != '"')
                v.n++;
            return span_i64(v, 0, INT64_MAX / 10, &seq) ? seq : -1;
        }
    }
    return -1;
}

static void finish(struct conn *c, int status)
{
    bool good = status >= 200 && status < 300;

    histogram_add(&latency, now_us() - c->scheduled);
    status_count[status < 600 ? status : 599]++;
    if (good) {
        done_ok++;
    } else {
        if (!done_bad++)
            (void)snprintf(first_bad, sizeof first_bad, "%.*s",
                           (int)(c->in_n < 380 ? c->in_n : 380), c->in);
    }
    if (good && c->is_hand)
        c->target->seq = etag_of(c);
    c->busy = false;
}

/* Looks for a whole answer in what has come in; true when there is one. */
static bool answered(struct conn *c)
{
    const char *end, *p;
    struct span v;
    int64_t status;

    if (!c->head_n) {
        end = memmem(c->in, c->in_n, "\r\n\r\n", 4);
        if (!end)
            return false;
        c->head_n = (size_t)(end - c->in) + 4;
        c->content_length = 0;
        for (p = c->in; p && p < end; p = memchr(p, '\n', (size_t)(end - p))) {
            p += p != c->in;
            if (strncasecmp(p, "content-length:", 15) == 0) {
                v = span_trim((struct span){p + 15, strcspn(p + 15, "\r")});
                if (!span_i64(v, 0, ANSWER_MAX, &c->content_length))
                    die("content-length");
            }
        }
    }
    if (c->in_n < c->head_n + (size_t)c->content_length)
        return false;
    if (c->in_n < 12 || !span_i64((struct span){c->in + 9, 3}, 100, 599, &status))
        die("status line");
    finish(c, (int)status);
    return true;
}

static void receive(struct conn *c)
{
    ssize_t n = recv(c->fd, c->in + c->in_n, ANSWER_MAX - c->in_n, 0);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        fprintf(stderr, "loadgen: the server closed a connection: %s\n%s\n",
                n < 0 ? strerror(errno) : "end of stream", first_bad);
        exit(2);
    }
    c->in_n += (size_t)n;
    if (answered(c) && opt.rate <= 0) {
        int64_t t = now_us();

        if (t < stop_at)
            start(c, t); /* closed loop: the next at once */
    }
}

static void connect_one(struct conn *c, size_t i)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
    int one = 1;

    /* Several loopback source addresses: more connections than one address may have. */
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)(i / 48) * 256u)};
    a.sin_addr.s_addr = htonl(0x7f000001u);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0 ||
        connect(c->fd, (struct sockaddr *)&a, sizeof a) < 0)
        die("connect");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(epfd, EPOLL_CTL_ADD, c->fd, &ev) < 0)
        die("epoll_ctl");
    if (strcmp(opt.work, "idle") == 0)
        return;
    c->out = malloc(REQUEST_MAX);
    c->in = malloc(ANSWER_MAX);
    if (!c->out || !c->in)
        die("malloc");
    c->session = &session[i % sessions];
    c->body = bodies ? body_line[(i % sessions) % bodies] : "{}";
    c->is_hand = strcmp(opt.work, "hand") == 0;
    c->targets = targets / (size_t)opt.conns;
    c->first_target = i * c->targets;
}

/* Arrivals whose time has come go to idle connections, the rest waits in order. */
static void feed(int64_t t, int64_t begin, uint64_t *arrived)
{
    size_t i;
    static size_t from;

    if (opt.rate <= 0 && from)
        return; /* started once, each answer brings the next */
    if (opt.rate > 0) {
        uint64_t due = (uint64_t)((double)(t - begin) * opt.rate / 1e6) + 1; /* the first at once */
        for (; *arrived < due && backlog_n < BACKLOG_MAX; (*arrived)++) {
            backlog[backlog_n] = begin + (int64_t)((double)*arrived * 1e6 / opt.rate);
            histogram_add(&lateness, t - backlog[backlog_n++]); /* the generator's own */
        }
    }
    for (i = 0; i < (size_t)opt.conns; i++) {
        struct conn *c = &conn[(from + i) % (size_t)opt.conns];
        if (c->busy)
            continue;
        if (opt.rate <= 0)
            start(c, t);
        else if (backlog_head < backlog_n)
            start(c, backlog[backlog_head++]);
        else
            break;
    }
    from++;
}

static void run(void)
{
    struct epoll_event ev[256];
    int64_t begin = now_us(), end = begin + (int64_t)opt.seconds * 1000000, t;
    uint64_t arrived = 0;
    int i, n, busy = 1;
    int tfd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec every = {{0, 200000}, {0, 200000}}; /* 0.2 ms: arrivals on time */
    struct epoll_event tev = {.events = EPOLLIN, .data.ptr = NULL};

    if (opt.rate > 0 && (timerfd_settime(tfd, 0, &every, NULL) < 0 ||
                         epoll_ctl(epfd, EPOLL_CTL_ADD, tfd, &tev) < 0))
        die("timerfd");
    stop_at = end;
    for (;;) {
        t = now_us();
        if (t < end)
            feed(t, begin, &arrived);
        else if (!busy || t > end + 10000000)
            break;
        n = epoll_wait(epfd, ev, 256, 10);
        for (i = 0; i < n; i++) {
            uint64_t ticks;
            struct conn *c = ev[i].data.ptr;
            if (!c) {
                (void)!read(tfd, &ticks, sizeof ticks);
                continue;
            }
            if (ev[i].events & EPOLLOUT) {
                watch(c, EPOLLIN);
                send_more(c);
            }
            if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                receive(c);
        }
        if (now_us() >= end)
            for (busy = 0, i = 0; i < opt.conns; i++)
                busy += conn[i].busy;
    }
}

static void report(double seconds)
{
    struct rusage u;
    int i;

    (void)getrusage(RUSAGE_SELF, &u);
    printf("{\"work\":\"%s\",\"conns\":%d,\"rate\":%.0f,\"seconds\":%.2f,\"ok\":%llu,\"bad\":%llu,"
           "\"per_second\":%.0f,\"p50_us\":%lld,\"p90_us\":%lld,\"p99_us\":%lld,\"p999_us\":%lld,"
           "\"max_us\":%lld,\"late_p99_us\":%lld,\"unsent\":%zu,\"cpu_us\":%lld",
           opt.work, opt.conns, opt.rate, seconds, (unsigned long long)done_ok,
           (unsigned long long)done_bad, (double)done_ok / seconds,
           (long long)histogram_at(&latency, 5000), (long long)histogram_at(&latency, 9000),
           (long long)histogram_at(&latency, 9900), (long long)histogram_at(&latency, 9990),
           (long long)latency.max, (long long)histogram_at(&lateness, 9900),
           backlog_n - backlog_head,
           (long long)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec +
               u.ru_stime.tv_usec);
    for (i = 0; i < 600; i++)
        if (status_count[i] && (i < 200 || i > 299))
            printf(",\"status_%d\":%llu", i, (unsigned long long)status_count[i]);
    printf("}\n");
    if (done_bad)
        fprintf(stderr, "first bad answer:\n%s\n", first_bad);
}

/* Whole file, NUL-terminated. */
static char *slurp(const char *name)
{
    FILE *f = fopen(name, "r");
    size_t n = 0, cap = 1 << 16;
    char *p = malloc(cap + 1);

    if (!f || !p)
        die(name);
    while ((n += fread(p + n, 1, cap - n, f)) == cap) {
        cap *= 2;
        p = realloc(p, cap + 1);
        if (!p)
            die("realloc");
    }
    (void)fclose(f); /* read only */
    p[n] = '\0';
    return p;
}

static size_t count_lines(const char *p)
{
    size_t n = 0;

    for (; *p; p++)
        n += *p == '\n';
    return n;
}

static void read_sessions(const char *name)
{
    struct span rest = span_of(slurp(name)), line, a, b;

    session = calloc(count_lines(rest.p) + 1, sizeof *session);
    while (session && rest.n) {
        (void)span_cut(rest, '\n', &line, &rest);
        if (!span_cut(line, ' ', &a, &b) || a.n >= sizeof session->cookie ||
            b.n >= sizeof session->csrf)
            continue;
        memcpy(session[sessions].cookie, a.p, a.n);
        memcpy(session[sessions++].csrf, b.p, b.n);
    }
}

static void read_targets(const char *name)
{
    struct span rest = span_of(slurp(name)), line, a, b;

    target = calloc(count_lines(rest.p) + 1, sizeof *target);
    while (target && rest.n) {
        (void)span_cut(rest, '\n', &line, &rest);
        if (!span_cut(line, ' ', &a, &b) || a.n >= sizeof target->code)
            continue;
        memcpy(target[targets].code, a.p, a.n);
        if (span_i64(span_trim(b), 0, INT64_MAX / 10, &target[targets].seq))
            targets++;
    }
}

static void read_bodies(const char *name)
{
    char *text = slurp(name), *end;

    body_line = calloc(count_lines(text) + 1, sizeof *body_line);
    for (; body_line && (end = strchr(text, '\n')); text = end + 1) {
        *end = '\0';
        body_line[bodies++] = text;
    }
}

static int64_t number(const char *s, int64_t max)
{
    int64_t v;

    if (!span_i64(span_of(s), 1, max, &v)) {
        fprintf(stderr, "loadgen: bad number %s\n", s);
        exit(2);
    }
    return v;
}

static void options(int argc, char **argv)
{
    int i;

    for (i = 1; i + 1 < argc; i += 2) {
        char *v = argv[i + 1];
        if (strcmp(argv[i], "--port") == 0)
            opt.port = (int)number(v, 65535);
        else if (strcmp(argv[i], "--conns") == 0)
            opt.conns = (int)number(v, CONNS_MAX);
        else if (strcmp(argv[i], "--seconds") == 0)
            opt.seconds = (int)number(v, SECONDS_MAX);
        else if (strcmp(argv[i], "--rate") == 0)
            opt.rate = (double)number(v, 1000000);
        else if (strcmp(argv[i], "--work") == 0)
            opt.work = v;
        else if (strcmp(argv[i], "--sessions") == 0)
            read_sessions(v);
        else if (strcmp(argv[i], "--targets") == 0)
            read_targets(v);
        else if (strcmp(argv[i], "--bodies") == 0)
            read_bodies(v);
    }
    if (!opt.port || !opt.work || (strcmp(opt.work, "idle") != 0 && !sessions) ||
        ((strcmp(opt.work, "accept") == 0 || strcmp(opt.work, "hand") == 0 ||
          strcmp(opt.work, "get") == 0) &&
         !bodies) ||
        ((strcmp(opt.work, "hand") == 0 || strcmp(opt.work, "read") == 0) &&
         targets < (size_t)opt.conns)) {
        fprintf(stderr,
                "loadgen: --port, --work, --sessions and the work's own input are needed\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    int64_t begin;
    int i;

    options(argc, argv);
    opt.run_id = (now_us() ^ getpid()) & 0xffffffff;
    backlog = opt.rate > 0 ? malloc(BACKLOG_MAX * sizeof *backlog) : NULL;
    conn = calloc((size_t)opt.conns, sizeof *conn);
    epfd = epoll_create1(0);
    if (!conn || epfd < 0 || (opt.rate > 0 && !backlog))
        die("start");
    for (i = 0; i < opt.conns; i++)
        connect_one(&conn[i], (size_t)i);
    if (strcmp(opt.work, "idle") == 0) { /* holds connections, answers nothing */
        (void)sleep((unsigned)opt.seconds);
        return 0;
    }
    begin = now_us();
    run();
    report((double)(now_us() - begin) / 1e6);
    return done_bad ? 1 : 0;
}
