/* TLS: versions, suites, ALPN, renegotiation, aborted handshakes, ends of connections, reload, cap
 * per peer, and files of certificate and key.  The main thread is the client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

#define H        "Host: localhost\r\n"
#define MS       ROOM_WAIT_MS
#define TLS_MS   400 /* where the deadline is the question; else so long that no test meets it */
#define PEER_MAX 40

static struct http_room room;
static char dir[] = "/tmp/test_http_tls_XXXXXX";
static char cert[64], key[64];
static int sessions;

static int on_session(SSL *ssl, SSL_SESSION *session)
{
    (void)ssl;
    sessions += SSL_SESSION_is_resumable(session);
    return 0;
}

static SSL_CTX *client_ctx(int min, int max)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    assert_non_null(ctx);
    SSL_CTX_set_security_level(ctx, 0); /* so that the server is the one that refuses */
    SSL_CTX_set_min_proto_version(ctx, min);
    SSL_CTX_set_max_proto_version(ctx, max);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(ctx, on_session);
    assert_int_equal(SSL_CTX_load_verify_locations(ctx, cert, NULL), 1);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    return ctx;
}

/* Shakes hands; false when the server does not want to. */
static bool tls_open_from(struct wire *w, SSL_CTX *ctx, const char *local_ip)
{
    static char name[] = "localhost"; /* the macro casts const away */
    SSL *ssl = SSL_new(ctx);
    int r;

    *w = wire_connect_from(local_ip, room.port);
    assert_non_null(ssl);
    SSL_set_fd(ssl, w->fd);
    SSL_set_tlsext_host_name(ssl, name);
    r = SSL_connect(ssl);
    w->ssl = ssl;
    ERR_clear_error();
    return r == 1;
}

static bool tls_open(struct wire *w, SSL_CTX *ctx)
{
    return tls_open_from(w, ctx, "127.0.0.1");
}

/* As soon as the server has seen that former connections are gone: they count for the cap. */
static void tls_open_later(struct wire *w, SSL_CTX *ctx)
{
    for (long began = wire_now_ms(); !tls_open(w, ctx); wire_sleep_ms(20)) {
        wire_close(w);
        assert_true(wire_now_ms() - began < MS);
    }
}

static void hello(struct wire *w)
{
    struct wire_answer a;

    wire_say(w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    a = wire_answer(w, MS, false, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "hello");
    wire_answer_free(&a);
}

static void versions_1_2_and_1_3_with_hsts(void **state)
{
    (void)state;
    for (int v = TLS1_2_VERSION; v <= TLS1_3_VERSION; v++) {
        SSL_CTX *ctx = client_ctx(v, v);
        struct wire_answer a;
        struct wire w;

        assert_true(tls_open(&w, ctx));
        wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
        a = wire_answer(&w, MS, false, NULL);
        assert_int_equal(a.status, 200);
        assert_string_equal(wire_field(&a, "Strict-Transport-Security"),
                            "max-age=31536000; includeSubDomains");
        assert_null(SSL_get_current_compression(w.ssl));
        assert_int_equal(sessions, 0); /* no ticket, no resumable session */
        assert_int_equal(SSL_SESSION_get_max_early_data(SSL_get_session(w.ssl)), 0);
        wire_answer_free(&a);
        wire_close(&w);
        SSL_CTX_free(ctx);
    }
}

static void older_versions_and_weak_suites_are_refused(void **state)
{
    static const struct {
        const char *rule;
        int max;
        const char *suites;
        bool want;
    } row[] = {
        {"TLS 1.1", TLS1_1_VERSION, "ALL", false},
        {"CBC", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA", false},
        {"RSA and DHE", TLS1_2_VERSION, "AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256", false},
        {"AEAD", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", true},
        {"ChaCha20", TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        SSL_CTX *ctx = client_ctx(TLS1_VERSION, row[i].max);
        struct wire w;

        assert_int_equal(SSL_CTX_set_cipher_list(ctx, row[i].suites), 1);
        if (tls_open(&w, ctx) != row[i].want)
            fail_msg("%s", row[i].rule);
        wire_close(&w);
        SSL_CTX_free(ctx);
    }
}

static void alpn_is_http_1_1_or_nothing(void **state)
{
    static const struct {
        const char *offer;
        const char *chosen; /* NULL: refused */
    } row[] = {
        {"\x02h2\x08http/1.1", "http/1.1"},
        {"\x08http/1.1", "http/1.1"},
        {"\x02h2", NULL},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION);
        const unsigned char *p = NULL;
        unsigned n = 0;
        struct wire w;

        SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)row[i].offer,
                                (unsigned)strlen(row[i].offer));
        assert_int_equal(tls_open(&w, ctx), row[i].chosen != NULL);
        SSL_get0_alpn_selected(w.ssl, &p, &n);
        if (row[i].chosen)
            assert_true(n == strlen(row[i].chosen) && (!n || !memcmp(p, row[i].chosen, n)));
        wire_close(&w);
        SSL_CTX_free(ctx);
    }
}

static void renegotiation_is_refused(void **state)
{
    SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_2_VERSION);
    struct wire w;
    long before;
    int r;

    (void)state;
    assert_true(tls_open(&w, ctx));
    hello(&w);
    before = SSL_total_renegotiations(w.ssl);
    assert_int_equal(SSL_renegotiate(w.ssl), 1);
    r = SSL_do_handshake(w.ssl);
    assert_true(r != 1 || SSL_total_renegotiations(w.ssl) == before ||
                !SSL_is_init_finished(w.ssl));
    ERR_clear_error();
    wire_close(&w);
    SSL_CTX_free(ctx);
}

static void bodies_files_and_streams_pass_whole(void **state)
{
    SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION);
    static char piece[500000];
    struct wire_answer a;
    struct wire w;

    (void)state;
    assert_true(tls_open(&w, ctx));
    wire_say(&w, "POST /count HTTP/1.1\r\n" H "Content-Length: 500000\r\n\r\n");
    wire_send(&w, piece, sizeof piece);
    a = wire_answer(&w, MS, false, NULL);
    assert_string_equal(a.body, "500000");
    wire_answer_free(&a);
    wire_say(&w, "GET /file HTTP/1.1\r\n" H "\r\nGET /big HTTP/1.1\r\n" H "\r\n");
    wire_sleep_ms(50); /* both directions block in between */
    a = wire_answer(&w, MS, false, NULL);
    assert_int_equal(a.body_n, 3 << 20);
    assert_int_equal(strspn(a.body, "b"), 3 << 20);
    wire_answer_free(&a);
    a = wire_answer(&w, MS, false, NULL);
    assert_int_equal(strspn(a.body, "b"), 1 << 20);
    wire_answer_free(&a);
    wire_say(&w, "POST /slowcount HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
    wire_send(&w, piece, 100000);
    a = wire_answer(&w, MS, false, NULL);
    assert_string_equal(a.body, "100000");
    wire_answer_free(&a);
    wire_close(&w);
    SSL_CTX_free(ctx);
}

static void the_end_is_announced_and_an_unannounced_end_is_an_end(void **state)
{
    SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION);
    int gone = atomic_load(&room.gone);
    struct wire w;

    (void)state;
    assert_true(tls_open(&w, ctx));
    wire_say(&w, "GET /hello HTTP/1.1\r\n" H "Connection: close\r\n\r\n");
    assert_true(wire_ends(&w, MS));
    assert_int_equal(SSL_get_shutdown(w.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
    assert_false(w.reset);
    wire_close(&w);
    assert_true(tls_open(&w, ctx));
    wire_say(&w, "POST /count HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc");
    wire_sleep_ms(20);
    close(w.fd); /* no close_notify */
    w.fd = -1;
    for (int i = 0; i < MS && atomic_load(&room.gone) == gone; i++)
        wire_sleep_ms(1);
    assert_int_equal(atomic_load(&room.gone), gone + 1);
    wire_close(&w);
    SSL_CTX_free(ctx);
}

static void plain_http_on_the_tls_port_is_closed(void **state)
{
    struct wire w = wire_connect(room.port);

    (void)state;
    wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    assert_true(wire_ends(&w, MS));
    assert_null(w.n ? memmem(w.p, w.n, "HTTP/1.1 200", 12) : NULL);
    wire_close(&w);
}

/* A recorded greeting, cut at every length, ended in four ways: nothing leaks, nothing dies.
 * SIGPIPE has its deadly default here. */
static void a_thousand_aborted_handshakes_harm_nobody(void **state)
{
    SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION);
    SSL *ssl = SSL_new(ctx);
    BIO *out = BIO_new(BIO_s_mem()), *in = BIO_new(BIO_s_mem());
    char greeting[2048];
    struct wire w;
    int n;

    (void)state;
    signal(SIGPIPE, SIG_DFL);
    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
    assert_int_equal(SSL_do_handshake(ssl), -1);
    n = BIO_read(out, greeting, sizeof greeting);
    assert_true(n > 100);
    for (int i = 0; i < 1000; i++) {
        w = wire_connect(room.port);
        wire_send(&w, greeting, (size_t)(i % 2 ? n : i % (n + 1)));
        if (i % 4 == 3)
            (void)wire_fill(&w, 100, 100); /* leaves after the server's flight */
        if (i % 8 >= 4)
            wire_reset(&w);
        else
            wire_close(&w);
    }
    for (int i = 0; i < 50; i++) { /* leaves just after shaking hands, with an answer on the way */
        tls_open_later(&w, ctx);
        wire_say(&w, "GET /big HTTP/1.1\r\n" H "\r\n");
        wire_reset(&w);
    }
    tls_open_later(&w, ctx);
    hello(&w);
    wire_close(&w);
    signal(SIGPIPE, SIG_IGN);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

/* ---- reload and cap */
static void swap_fn(void *arg)
{
    struct http_tls *t = arg;

    http_server_set_tls(worker_get(worker_at(0), WORKER_HTTP), t);
    http_tls_unref(t);
}

static void a_new_certificate_serves_new_connections_and_keeps_the_old(void **state)
{
    SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION), *renewed;
    struct wire old, fresh;
    struct http_tls *t;
    struct buf e;

    (void)state;
    buf_init(&e, 4096);
    assert_true(tls_open(&old, ctx));
    hello(&old);
    http_room_certificate(dir);
    t = http_tls_new(cert, key, &e);
    assert_non_null(t);
    assert_true(worker_post(worker_at(0), swap_fn, t));
    hello(&old);                         /* answered after what was posted before it */
    assert_false(tls_open(&fresh, ctx)); /* this client trusts the former certificate only */
    wire_close(&fresh);
    renewed = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION);
    assert_true(tls_open(&fresh, renewed));
    hello(&fresh);
    wire_close(&fresh);
    wire_close(&old);
    SSL_CTX_free(renewed);
    SSL_CTX_free(ctx);
    buf_free(&e);
}

static void one_peer_has_so_many_connections_and_no_more(void **state)
{
    SSL_CTX *ctx = client_ctx(TLS1_2_VERSION, TLS1_3_VERSION);
    struct wire w[PEER_MAX], more;

    (void)state;
    for (int i = 0; i < PEER_MAX; i++) {
        tls_open_later(&w[i], ctx);
        hello(&w[i]);
    }
    assert_false(tls_open(&more, ctx));
    wire_close(&more);
    assert_true(tls_open_from(&more, ctx, "127.0.0.9")); /* another peer */
    hello(&more);
    wire_close(&more);
    wire_close(&w[0]);
    tls_open_later(&w[0], ctx);
    hello(&w[0]);
    for (int i = 0; i < PEER_MAX; i++)
        wire_close(&w[i]);
    SSL_CTX_free(ctx);
}

/* ---- files */
static void unfit_files_are_refused_with_the_cure(void **state)
{
    struct buf e;
    char path[96];
    FILE *f;

    (void)state;
    buf_init(&e, 4096);
    assert_int_equal(chmod(key, 0640), 0);
    assert_null(http_tls_new(cert, key, &e));
    assert_non_null(strstr(buf_cstr(&e), "chmod 600"));
    assert_int_equal(chmod(key, 0600), 0);
    buf_clear(&e);
    assert_null(http_tls_new(cert, "/nowhere/key.pem", &e));
    assert_non_null(strstr(buf_cstr(&e), "/nowhere/key.pem"));
    buf_clear(&e);
    assert_null(http_tls_new("/nowhere/cert.pem", key, &e));
    assert_non_null(strstr(buf_cstr(&e), "/nowhere/cert.pem"));
    buf_clear(&e);
    assert_null(http_tls_new(cert, dir, &e));
    buf_clear(&e);
    assert_null(http_tls_new(cert, cert, &e)); /* no key in it */
    assert_true(e.n > 0);
    buf_clear(&e);
    (void)snprintf(path, sizeof path, "%s/old.pem", dir);
    assert_int_equal(rename(cert, path), 0);
    http_room_certificate(dir);
    assert_null(http_tls_new(path, key, &e)); /* of another key */
    assert_non_null(strstr(buf_cstr(&e), "do not match"));
    buf_clear(&e);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    assert_null(http_tls_new(path, key, &e)); /* empty */
    buf_free(&e);
    assert_int_equal(unlink(path), 0);
}

static bool open_room(int tls_ms)
{
    struct http_limits lim = http_limits_default;
    struct http_tls *t;
    struct buf e;

    buf_init(&e, 4096);
    t = http_tls_new(cert, key, &e);
    if (!t)
        print_error("%s\n", buf_cstr(&e));
    lim.tls_ms = tls_ms;
    lim.conns_per_peer = PEER_MAX;
    http_room_start(&room, t, &lim, 1);
    http_tls_unref(t);
    buf_free(&e);
    return t != NULL;
}

static void a_handshake_has_a_deadline(void **state)
{
    static const char *const begin[] = {"", "\x16\x03\x01"};

    (void)state;
    http_room_stop(&room);
    assert_true(open_room(TLS_MS));
    for (size_t i = 0; i < 2; i++) {
        long began = wire_now_ms();
        struct wire w = wire_connect(room.port);

        wire_say(&w, begin[i]);
        assert_true(wire_ends(&w, MS));
        assert_in_range(wire_now_ms() - began, TLS_MS - 5, room.lim.head_ms - 1000);
        wire_close(&w);
    }
}

static int start(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", dir);
    (void)snprintf(key, sizeof key, "%s/key.pem", dir);
    http_room_certificate(dir);
    return open_room(MS) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    http_room_stop(&room);
    unlink(cert);
    unlink(key);
    rmdir(dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_1_2_and_1_3_with_hsts),
        cmocka_unit_test(older_versions_and_weak_suites_are_refused),
        cmocka_unit_test(alpn_is_http_1_1_or_nothing),
        cmocka_unit_test(renegotiation_is_refused),
        cmocka_unit_test(bodies_files_and_streams_pass_whole),
        cmocka_unit_test(the_end_is_announced_and_an_unannounced_end_is_an_end),
        cmocka_unit_test(plain_http_on_the_tls_port_is_closed),
        cmocka_unit_test(a_thousand_aborted_handshakes_harm_nobody),
        cmocka_unit_test(a_new_certificate_serves_new_connections_and_keeps_the_old),
        cmocka_unit_test(one_peer_has_so_many_connections_and_no_more),
        cmocka_unit_test(unfit_files_are_refused_with_the_cure),
        cmocka_unit_test(a_handshake_has_a_deadline),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
