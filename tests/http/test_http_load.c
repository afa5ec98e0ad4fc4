/* Many connections: out of descriptors, caps, draining, several workers, memory while idle.
 * Each test has a server of its own; clients that need descriptors run in a child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

#define H  "Host: a\r\n"
#define MS ROOM_WAIT_MS

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc ships no header for it */
static size_t heap_bytes(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#else
static size_t heap_bytes(void)
{
    return mallinfo2().uordblks;
}
#endif

static void hello(struct wire *w, const char *connection)
{
    struct wire_answer a;

    wire_say(w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    a = wire_answer(w, MS, false, NULL);
    assert_int_equal(a.status, 200);
    if (connection)
        assert_string_equal(wire_field(&a, "Connection"), connection);
    wire_answer_free(&a);
}

static double cpu_seconds(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* ---- out of descriptors */

/* A client in a process of its own: opens n connections, says so, holds them until told. */
static pid_t crowd(int port, int n, int *ret_said, int *ret_tell)
{
    int said[2], tell[2];
    pid_t child;
    char c;

    if (pipe(said) != 0 || pipe(tell) != 0)
        abort();
    child = fork();
    if (child == 0) {
        struct rlimit l;

        close(said[0]);
        close(tell[1]); /* or it would never read the end of it */
        getrlimit(RLIMIT_NOFILE, &l);
        l.rlim_cur = l.rlim_max;
        setrlimit(RLIMIT_NOFILE, &l);
        for (int i = 0; i < n; i++)
            (void)wire_connect(port); /* into the backlog at least */
        if (write(said[1], "r", 1) != 1)
            _exit(1);
        (void)!read(tell[0], &c, 1);
        _exit(0);
    }
    close(said[1]);
    close(tell[0]);
    *ret_said = said[0];
    *ret_tell = tell[1];
    return child;
}

static int highest_fd(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    close(fd);
    return fd;
}

static void running_out_of_descriptors_pauses_and_recovers(void **state)
{
    struct http_limits lim = http_limits_default;
    struct rlimit old, low;
    struct http_room room;
    struct wire w;
    int said, tell;
    double cpu;
    pid_t child;
    char c;

    (void)state;
    lim.head_ms = 60000;
    http_room_start(&room, NULL, &lim, 1);
    w = wire_connect(room.port);
    hello(&w, NULL);
    child = crowd(room.port, 60, &said, &tell);
    getrlimit(RLIMIT_NOFILE, &old);
    low = old;
    low.rlim_cur = (rlim_t)highest_fd() + 10;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    assert_int_equal(read(said, &c, 1), 1);
    cpu = cpu_seconds();
    wire_sleep_ms(1500);
    cpu = cpu_seconds() - cpu;
    hello(&w, NULL); /* those who are in are served */
    assert_int_equal(close(tell), 0);
    waitpid(child, NULL, 0); /* the crowd leaves */
    wire_close(&w);
    w = wire_connect(room.port);
    hello(&w, NULL);
    setrlimit(RLIMIT_NOFILE, &old);
    wire_close(&w);
    close(said);
    http_room_stop(&room);
    print_message("# out of descriptors for 1.5 s: %.0f ms of CPU\n", cpu * 1e3);
    assert_true(cpu < 0.5 * 1.5);
}

/* ---- caps */
static void beyond_the_cap_connections_wait_their_turn(void **state)
{
    struct http_limits lim = http_limits_default;
    struct http_room room;
    struct wire w[10], next;
    struct wire_answer a;

    (void)state;
    lim.conns_max = 10;
    http_room_start(&room, NULL, &lim, 1);
    for (int i = 0; i < 10; i++) {
        w[i] = wire_connect(room.port);
        hello(&w[i], NULL);
    }
    next = wire_connect(room.port); /* in the backlog */
    wire_say(&next, "GET /hello HTTP/1.1\r\n" H "\r\n");
    assert_false(wire_fill(&next, 1, 200));
    wire_close(&w[3]);
    a = wire_answer(&next, MS, false, NULL);
    assert_int_equal(a.status, 200);
    wire_answer_free(&a);
    wire_close(&next);
    for (int i = 0; i < 10; i++)
        wire_close(&w[i]);
    http_room_stop(&room);
}

static void a_plain_loopback_peer_is_a_proxy_and_not_capped(void **state)
{
    struct http_limits lim = http_limits_default;
    struct http_room room;
    struct wire w[20];

    (void)state;
    lim.conns_per_peer = 5;
    http_room_start(&room, NULL, &lim, 1);
    for (int i = 0; i < 20; i++) {
        w[i] = wire_connect(room.port);
        hello(&w[i], NULL);
    }
    for (int i = 0; i < 20; i++)
        wire_close(&w[i]);
    http_room_stop(&room);
}

/* ---- draining */
static void draining_ends_the_idle_and_finishes_the_busy(void **state)
{
    struct http_room room;
    struct wire idle, busy, stream, late;
    struct wire_answer a;

    (void)state;
    http_room_start(&room, NULL, &http_limits_default, 1);
    idle = wire_connect(room.port);
    hello(&idle, NULL);
    stream = wire_connect(room.port);
    wire_say(&stream, "GET /events HTTP/1.1\r\n" H "\r\n");
    assert_true(wire_fill(&stream, 100, MS));
    busy = wire_connect(room.port);
    wire_say(&busy, "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nab");
    while (atomic_load(&room.heads) < 3)
        wire_sleep_ms(1);
    assert_int_equal(http_room_busy(&room), 1);
    http_room_drain(&room);
    assert_true(wire_ends(&idle, MS));
    assert_true(wire_ends(&stream, MS));
    room_wait(&room.streams_closed, 1);
    late = wire_connect(room.port); /* nobody takes it any more */
    wire_say(&late, "GET /hello HTTP/1.1\r\n" H "\r\n");
    wire_say(&busy, "c");
    a = wire_answer(&busy, MS, false, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "abc");
    assert_string_equal(wire_field(&a, "Connection"), "close");
    wire_answer_free(&a);
    assert_true(wire_ends(&busy, MS));
    assert_false(wire_fill(&late, 1, 100));
    for (int i = 0; i < MS && http_room_busy(&room) > 0; i++)
        wire_sleep_ms(1);
    assert_int_equal(http_room_busy(&room), 0);
    wire_close(&idle);
    wire_close(&stream);
    wire_close(&busy);
    wire_close(&late);
    http_room_stop(&room);
}

/* Stopping with everything under way: each request is answered or gone, once. */
static void stopping_leaves_nothing_behind(void **state)
{
    static const char *const text[] = {
        "GET /never HTTP/1.1\r\n" H "\r\n",
        "POST /count HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc",
        "GET /events HTTP/1.1\r\n" H "\r\n",
        "GET /file HTTP/1.1\r\n" H "\r\n",
        "GET /he",
        "",
    };
    struct http_room room;
    struct wire w[6];

    (void)state;
    http_room_start(&room, NULL, &http_limits_default, 2);
    for (size_t i = 0; i < 6; i++) {
        w[i] = wire_connect(room.port);
        wire_say(&w[i], text[i]);
    }
    while (atomic_load(&room.heads) < 4)
        wire_sleep_ms(1);
    http_room_stop(&room);
    assert_int_equal(atomic_load(&room.gone), 2);
    assert_int_equal(atomic_load(&room.done), 2);
    for (size_t i = 0; i < 6; i++) {
        assert_true(wire_ends(&w[i], MS));
        wire_close(&w[i]);
    }
}

static void several_workers_share_one_socket(void **state)
{
    struct http_room room;
    struct wire w[200];

    (void)state;
    http_room_start(&room, NULL, &http_limits_default, 3);
    for (int i = 0; i < 200; i++)
        w[i] = wire_connect(room.port);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 200; i++)
            hello(&w[i], NULL);
    for (int i = 0; i < 200; i++)
        wire_close(&w[i]);
    http_room_stop(&room);
    assert_int_equal(atomic_load(&room.done), 600);
    assert_int_equal(atomic_load(&room.gone), 0);
}

/* ---- memory of idle connections */

static struct http_body_want idle_head(struct http_req *rq, void *ctx)
{
    (void)rq;
    (void)ctx;
    return (struct http_body_want){HTTP_BODY_NONE, 0};
}

static void idle_request(struct http_req *rq, void *ctx)
{
    struct http_answer a = {.status = 200, .body = SPAN_LIT("x")};

    (void)ctx;
    http_reply(rq, &a);
}

static void idle_gone(struct http_req *rq, void *ctx)
{
    (void)rq;
    (void)ctx;
}

/* In a child: n connections, one request on each, then silence. */
static void idle_crowd(int port, int n, bool tls, int said)
{
    static const char get[] = "GET / HTTP/1.1\r\n" H "\r\n";
    SSL_CTX *ctx = tls ? SSL_CTX_new(TLS_client_method()) : NULL;
    char in[4096];

    for (int i = 0; i < n; i++) {
        struct wire w = wire_connect(port);
        SSL *ssl = ctx ? SSL_new(ctx) : NULL;

        if (ssl && (SSL_set_fd(ssl, w.fd) != 1 || SSL_connect(ssl) != 1))
            _exit(1);
        w.ssl = ssl;
        wire_say(&w, get);
        if (ssl ? SSL_read(ssl, in, sizeof in) <= 0 : recv(w.fd, in, sizeof in, 0) <= 0)
            _exit(1);
    }
    (void)!write(said, "r", 1);
    pause();
}

static bool readable(void *ctx)
{
    struct pollfd p = {*(int *)ctx, POLLIN, 0};

    return poll(&p, 1, 0) > 0;
}

static size_t idle_bytes(int n, struct http_tls *tls)
{
    struct http_limits lim = http_limits_default;
    struct http_app app = {.on_head = idle_head, .on_request = idle_request, .on_gone = idle_gone};
    struct worker *w = worker_solo_new();
    struct sockaddr_in in;
    socklen_t in_n = sizeof in;
    struct http_server *s;
    int said[2], fd;
    size_t before, after;
    struct buf e;
    pid_t child;
    char c = 0;

    buf_init(&e, 4096);
    lim.conns_max = 100000;
    lim.conns_per_peer = 0;
    lim.idle_ms = 600000;
    fd = http_listen("127.0.0.1:0", &e);
    assert_true(fd >= 0 && pipe(said) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &in_n), 0);
    s = http_server_new(w, fd, tls, &lim, &app);
    before = heap_bytes();
    child = fork();
    if (child == 0) {
        idle_crowd(ntohs(in.sin_port), n, tls != NULL, said[1]);
        _exit(0);
    }
    assert_true(worker_solo_turn(w, readable, &said[0], 120000));
    after = heap_bytes();
    assert_int_equal(read(said[0], &c, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    http_server_free(s);
    worker_solo_free(w);
    close(fd);
    close(said[0]);
    close(said[1]);
    buf_free(&e);
    return (after - before) / (size_t)n;
}

static void an_idle_connection_costs_little(void **state)
{
    char dir[] = "/tmp/test_http_load_XXXXXX", cert[64], key[64];
    struct rlimit l;
    size_t plain, tls;
    int n = 3000;
    struct http_tls *t;
    struct buf e;

    (void)state;
    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_NOFILE, &l);
    if (l.rlim_cur < 3200)
        n = (int)l.rlim_cur - 200;
    plain = idle_bytes(n, NULL);
    assert_non_null(mkdtemp(dir));
    http_room_certificate(dir);
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", dir);
    (void)snprintf(key, sizeof key, "%s/key.pem", dir);
    buf_init(&e, 4096);
    t = http_tls_new(cert, key, &e);
    assert_non_null(t);
    (void)idle_bytes(20, t); /* what OpenSSL allocates once */
    tls = idle_bytes(500, t);
    http_tls_unref(t);
    print_message("# bytes of heap per idle connection: %zu plain (%d), %zu TLS (500)\n", plain, n,
                  tls);
    unlink(cert);
    unlink(key);
    rmdir(dir);
    buf_free(&e);
    assert_true(plain > 0 && plain <= 1024);
    assert_true(tls > plain && tls <= 24 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_descriptors_pauses_and_recovers),
        cmocka_unit_test(beyond_the_cap_connections_wait_their_turn),
        cmocka_unit_test(a_plain_loopback_peer_is_a_proxy_and_not_capped),
        cmocka_unit_test(draining_ends_the_idle_and_finishes_the_busy),
        cmocka_unit_test(stopping_leaves_nothing_behind),
        cmocka_unit_test(several_workers_share_one_socket),
        cmocka_unit_test(an_idle_connection_costs_little),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
