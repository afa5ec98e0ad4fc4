/* Bench: CPU of one worker for a trivial answer, and bytes per idle connection.
 *   http_hello [connections [seconds]]        keep-alive requests, closed loop
 *   http_hello idle N [tls]                   N idle keep-alive connections
 * The client runs in a child process, so that the figures are the server's alone. */
#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/http/http.h"

static long answered;

static struct http_body_want on_head(struct http_req *rq, void *ctx)
{
    (void)rq;
    (void)ctx;
    return (struct http_body_want){HTTP_BODY_NONE, 0};
}

static void on_request(struct http_req *rq, void *ctx)
{
    struct http_header f[] = {{SPAN_LIT("Content-Type"), SPAN_LIT("application/json")}};
    struct http_answer a = {200, f, 1, SPAN_LIT("{\"hello\":true}")};

    (void)ctx;
    http_reply(rq, &a);
    answered++;
}

static void on_gone(struct http_req *rq, void *ctx)
{
    (void)rq;
    (void)ctx;
}

static double seconds(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        abort();
    return fd;
}

static const char request[] = "GET /v1/hello?a=b HTTP/1.1\r\nHost: localhost:8080\r\n"
                              "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\n"
                              "Accept: application/json\r\nAccept-Language: vi-VN,vi;q=0.9\r\n"
                              "Cookie: __Host-session=0123456789abcdef0123456789abcdef\r\n\r\n";

static void client(int port, int conns, double duration)
{
    int ep = epoll_create1(0);
    double end = seconds(CLOCK_MONOTONIC) + duration;
    char in[4096];

    for (int i = 0; i < conns; i++) {
        int fd = connect_to(port);
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};

        epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
        if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
            abort();
    }
    while (seconds(CLOCK_MONOTONIC) < end) {
        struct epoll_event ready[64];
        int n = epoll_wait(ep, ready, 64, 100);

        for (int i = 0; i < n; i++) {
            /* answers are short: one read is one answer */
            if (recv(ready[i].data.fd, in, sizeof in, 0) <= 0 ||
                send(ready[i].data.fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
                abort();
        }
    }
    _exit(0);
}

static SSL *tls_connect(SSL_CTX *ctx, int fd)
{
    SSL *ssl = SSL_new(ctx);

    if (!ssl || SSL_set_fd(ssl, fd) != 1 || SSL_connect(ssl) != 1)
        abort();
    return ssl;
}

/* Opens n connections, lets each serve one request, then does nothing until killed. */
static void idle_client(int port, int n, bool tls, int ready)
{
    SSL_CTX *ctx = tls ? SSL_CTX_new(TLS_client_method()) : NULL;
    char in[4096];

    for (int i = 0; i < n; i++) {
        int fd = connect_to(port);
        SSL *ssl = ctx ? tls_connect(ctx, fd) : NULL;

        if (ssl ? SSL_write(ssl, request, sizeof request - 1) <= 0 || SSL_read(ssl, in, 4096) <= 0
                : send(fd, request, sizeof request - 1, 0) < 0 || recv(fd, in, sizeof in, 0) <= 0)
            abort();
    }
    if (write(ready, "r", 1) != 1)
        abort();
    pause();
    _exit(0);
}

static size_t resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long size, pages = 0;

    if (!f || fscanf(f, "%ld %ld", &size, &pages) != 2)
        abort();
    (void)fclose(f);
    return (size_t)pages * 4096;
}

static bool readable(void *ctx)
{
    struct pollfd p = {*(int *)ctx, POLLIN, 0};

    return poll(&p, 1, 0) > 0;
}

static void bench_idle(struct worker *w, int port, int n, bool tls)
{
    int pipes[2];
    size_t before, heap = mallinfo2().uordblks;
    pid_t child;

    if (pipe(pipes) != 0)
        abort();
    before = resident();
    child = fork();
    if (child == 0)
        idle_client(port, n, tls, pipes[1]);
    if (!worker_solo_turn(w, readable, &pipes[0], 300000))
        abort();
    printf("idle %s: %d connections, %zu B resident and %zu B of heap each\n",
           tls ? "TLS" : "plain", n, (resident() - before) / (size_t)n,
           (mallinfo2().uordblks - heap) / (size_t)n);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void bench_requests(struct worker *w, int port, int conns, int duration)
{
    double wall = seconds(CLOCK_MONOTONIC);
    struct rusage u;
    double user, sys;
    pid_t child;

    getrusage(RUSAGE_SELF, &u);
    user = (double)u.ru_utime.tv_sec * 1e6 + (double)u.ru_utime.tv_usec;
    sys = (double)u.ru_stime.tv_sec * 1e6 + (double)u.ru_stime.tv_usec;
    child = fork();
    if (child == 0)
        client(port, conns, duration);
    (void)worker_solo_turn(w, NULL, NULL, duration * 1000);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    getrusage(RUSAGE_SELF, &u);
    user = (double)u.ru_utime.tv_sec * 1e6 + (double)u.ru_utime.tv_usec - user;
    sys = (double)u.ru_stime.tv_sec * 1e6 + (double)u.ru_stime.tv_usec - sys;
    printf("hello: %d connections, %ld requests, %.2f us of CPU each (%.2f user, %.2f kernel), "
           "%.0f a second\n",
           conns, answered, (user + sys) / (double)answered, user / (double)answered,
           sys / (double)answered, (double)answered / wall);
    (void)kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    struct http_limits lim = http_limits_default;
    struct http_app app = {.on_head = on_head, .on_request = on_request, .on_gone = on_gone};
    bool idle = argc > 2 && strcmp(argv[1], "idle") == 0;
    const char *cert = getenv("CERT"), *key = getenv("KEY");
    bool tls = cert && key;
    struct http_tls *t = NULL;
    struct worker *w = worker_solo_new();
    struct sockaddr_in in;
    socklen_t n = sizeof in;
    struct http_server *s;
    struct buf e;
    int fd;

    buf_init(&e, 4096);
    fd = http_listen("127.0.0.1:0", &e);
    if (tls)
        t = http_tls_new(cert, key, &e);
    if (fd < 0 || (tls && !t) || getsockname(fd, (struct sockaddr *)&in, &n) != 0) {
        fprintf(stderr, "%s\n", buf_cstr(&e));
        return 1;
    }
    lim.conns_max = 100000;
    lim.conns_per_peer = 0;
    lim.reqs_per_conn = 1000000000;
    s = http_server_new(w, fd, t, &lim, &app);
    if (idle)
        bench_idle(w, ntohs(in.sin_port), (int)strtol(argv[2], NULL, 10), tls);
    else
        bench_requests(w, ntohs(in.sin_port), argc > 1 ? (int)strtol(argv[1], NULL, 10) : 64,
                       argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5);
    http_server_free(s);
    http_tls_unref(t);
    worker_solo_free(w);
    buf_free(&e);
    close(fd);
    return 0;
}
