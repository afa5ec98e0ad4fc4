/* The HTTP room over a real socket: answers, bodies, keep-alive, pipelining, streams, files.
 * One server for the whole program; each test owns its connections.  The main thread is the
 * client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

#define H  "Host: a\r\n"
#define MS ROOM_WAIT_MS

static struct http_room room;

static void an_answer_has_its_length_date_and_guards(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;

    (void)state;
    wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    a = wire_answer(&w, MS, false, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "hello");
    assert_string_equal(wire_field(&a, "Content-Length"), "5");
    assert_int_equal(strlen(wire_field(&a, "Date")), strlen("Sun, 22 Nov 2026 03:00:00 GMT"));
    assert_string_equal(wire_field(&a, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(wire_field(&a, "Referrer-Policy"), "no-referrer");
    assert_string_equal(wire_field(&a, "Cross-Origin-Opener-Policy"), "same-origin");
    assert_string_equal(wire_field(&a, "Cross-Origin-Resource-Policy"), "same-origin");
    assert_string_equal(wire_field(&a, "Cache-Control"), "no-store");
    assert_null(wire_field(&a, "Strict-Transport-Security")); /* plain */
    assert_null(wire_field(&a, "Server"));
    assert_null(wire_field(&a, "Connection"));
    wire_answer_free(&a);
    wire_close(&w);
}

static void an_error_of_the_layer_is_a_guarded_problem_and_closes(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;

    (void)state;
    wire_say(&w, "GET /hello HTTP/1.1\r\n\r\n");
    a = wire_answer(&w, MS, false, NULL);
    assert_int_equal(a.status, 400);
    assert_string_equal(wire_field(&a, "Content-Type"), "application/problem+json");
    assert_string_equal(wire_field(&a, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(wire_field(&a, "Cache-Control"), "no-store");
    assert_string_equal(wire_field(&a, "Connection"), "close");
    assert_non_null(strstr(a.body, "\"bad-request\""));
    assert_true(wire_ends(&w, MS));
    assert_false(w.reset);
    wire_answer_free(&a);
    wire_close(&w);
}

static void keep_alive_serves_one_after_the_other(void **state)
{
    struct wire w = wire_connect(room.port);

    (void)state;
    for (int i = 0; i < 20; i++) {
        wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
        room_assert_answer(&w, 200, "hello");
    }
    wire_close(&w);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct wire w = wire_connect(room.port);

    (void)state;
    wire_say(&w, "GET /later HTTP/1.1\r\n" H "\r\n"
                 "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"
                 "GET /hello HTTP/1.1\r\n" H "\r\n"
                 "GET /later HTTP/1.1\r\n" H "\r\n"
                 "GET /pe");
    room_assert_answer(&w, 200, "later");
    room_assert_answer(&w, 200, "abc");
    room_assert_answer(&w, 200, "hello");
    room_assert_answer(&w, 200, "later");
    wire_say(&w, "er HTTP/1.1\r\n" H "\r\n");
    room_assert_answer(&w, 200, "127.0.0.1");
    wire_close(&w);
}

/* The second waits unread until the first is answered: depth 1. */
static void a_pipelined_request_does_not_start_before_the_answer(void **state)
{
    struct wire w = wire_connect(room.port);
    int before = atomic_load(&room.requests);

    (void)state;
    wire_say(&w, "GET /never HTTP/1.1\r\n" H "\r\nGET /evil HTTP/1.1\r\n" H "\r\n");
    room_wait(&room.requests, before + 1);
    wire_sleep_ms(100);
    assert_int_equal(atomic_load(&room.requests), before + 1);
    assert_int_equal(atomic_load(&room.evil), 0);
    wire_close(&w);
}

static void a_thousand_pipelined_requests_get_a_thousand_answers(void **state)
{
    struct wire w = wire_connect(room.port);
    static const char one[] = "GET /hello HTTP/1.1\r\n" H "\r\n";

    (void)state;
    for (int i = 0; i < 900; i++) /* below the 1,000 of a connection */
        wire_say(&w, one);
    for (int i = 0; i < 900; i++)
        room_assert_answer(&w, 200, "hello");
    wire_close(&w);
}

static void bytes_may_come_one_by_one(void **state)
{
    static const char text[] = "\r\nPOST /echo HTTP/1.1\r\n" H
                               "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                               "POST /echo HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\nxyzw";
    struct wire w = wire_connect(room.port);

    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i++)
        wire_send(&w, text + i, 1);
    room_assert_answer(&w, 200, "abcde");
    room_assert_answer(&w, 200, "xyzw");
    wire_close(&w);
}

static void http_1_0_closes_unless_asked(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;

    (void)state;
    wire_say(&w, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    a = wire_answer(&w, MS, false, NULL);
    assert_string_equal(wire_field(&a, "Connection"), "keep-alive");
    wire_answer_free(&a);
    wire_say(&w, "GET /hello HTTP/1.0\r\n\r\n");
    room_assert_answer(&w, 200, "hello");
    assert_true(wire_ends(&w, MS));
    wire_close(&w);
}

static void connection_close_is_obeyed(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;

    (void)state;
    wire_say(&w, "GET /later HTTP/1.1\r\n" H "Connection: close\r\n\r\n");
    a = wire_answer(&w, MS, false, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(wire_field(&a, "Connection"), "close");
    assert_true(wire_ends(&w, MS));
    wire_answer_free(&a);
    wire_close(&w);
}

static void the_thousandth_request_is_the_last(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;

    (void)state;
    for (unsigned i = 1; i <= room.lim.reqs_per_conn; i++) {
        wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
        a = wire_answer(&w, MS, false, NULL);
        assert_int_equal(a.status, 200);
        assert_int_equal(wire_field(&a, "Connection") != NULL, i == room.lim.reqs_per_conn);
        wire_answer_free(&a);
    }
    wire_say(&w, "GET /evil HTTP/1.1\r\n" H "\r\n");
    assert_true(wire_ends(&w, MS));
    assert_int_equal(w.n, 0);
    assert_int_equal(atomic_load(&room.evil), 0);
    wire_close(&w);
}

static void head_has_the_length_but_no_body(void **state)
{
    static const struct {
        const char *path, *length;
    } row[] = {{"/hello", "5"}, {"/big", "1048576"}, {"/file", "3145728"}, {"/none", "4"}};
    struct wire w = wire_connect(room.port);

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char text[100];
        struct wire_answer a;

        (void)snprintf(text, sizeof text, "HEAD %s HTTP/1.1\r\n" H "\r\n", row[i].path);
        wire_say(&w, text);
        a = wire_answer(&w, MS, true, NULL);
        assert_string_equal(wire_field(&a, "Content-Length"), row[i].length);
        wire_answer_free(&a);
        wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n"); /* nothing of a body stands before it */
        room_assert_answer(&w, 200, "hello");
    }
    wire_say(&w, "HEAD /events HTTP/1.1\r\n" H "\r\n");
    assert_true(wire_ends(&w, MS));
    assert_null(memmem(w.p, w.n, "data:", 5));
    wire_close(&w);
}

static void no_content_has_neither_body_nor_length(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;

    (void)state;
    wire_say(&w, "GET /empty HTTP/1.1\r\n" H "\r\n");
    a = wire_answer(&w, MS, false, NULL);
    assert_int_equal(a.status, 204);
    assert_null(wire_field(&a, "Content-Length"));
    wire_answer_free(&a);
    wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    room_assert_answer(&w, 200, "hello");
    wire_close(&w);
}

/* ---- bodies */
static void a_body_at_the_limit_passes_one_over_is_413(void **state)
{
    for (int chunked = 0; chunked <= 1; chunked++)
        for (size_t n = 1000; n <= 1001; n++) {
            struct wire w = wire_connect(room.port);
            char body[1002], head[200];

            (void)state;
            memset(body, 'x', sizeof body);
            body[n] = '\0';
            if (chunked)
                (void)snprintf(
                    head, sizeof head,
                    "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", n);
            else
                (void)snprintf(head, sizeof head,
                               "POST /echo HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", n);
            wire_say(&w, head);
            wire_say(&w, body);
            if (chunked)
                wire_say(&w, "\r\n0\r\n\r\n");
            wire_say(&w, "GET /evil HTTP/1.1\r\n" H "\r\n");
            room_assert_answer(&w, n == 1000 ? 200 : 413, n == 1000 ? body : NULL);
            if (n == 1000) {
                room_assert_answer(&w, 404, NULL); /* the request after it is a request */
                atomic_store(&room.evil, 0);
            } else {
                assert_true(wire_ends(&w, MS));
                assert_int_equal(atomic_load(&room.evil), 0);
            }
            wire_close(&w);
        }
}

static void the_upper_bound_of_all_routes_holds(void **state)
{
    struct wire w = wire_connect(room.port);
    char head[200];

    (void)state;
    (void)snprintf(head, sizeof head, "POST /large HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n",
                   room.lim.body_max + 1);
    wire_say(&w, head);
    room_assert_answer(&w, 413, NULL);
    wire_close(&w);
}

static void an_oversized_announcement_is_refused_before_its_first_byte(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;
    int continues;

    (void)state;
    wire_say(&w,
             "POST /echo HTTP/1.1\r\n" H "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    a = wire_answer(&w, MS, false, &continues);
    assert_int_equal(a.status, 413);
    assert_int_equal(continues, 0);
    wire_answer_free(&a);
    wire_close(&w);
}

static void expect_gets_100_then_the_answer(void **state)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;
    int continues;

    (void)state;
    wire_say(&w, "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    assert_true(wire_fill(&w, strlen("HTTP/1.1 100 Continue\r\n\r\n"), MS));
    wire_say(&w, "abc");
    a = wire_answer(&w, MS, false, &continues);
    assert_int_equal(continues, 1);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "abc");
    wire_answer_free(&a);
    wire_close(&w);
}

static void a_body_that_is_not_wanted_is_400(void **state)
{
    static const char *const text[] = {
        "GET /hello HTTP/1.1\r\n" H "Content-Length: 32\r\n\r\nGET /evil HTTP/1.1\r\n" H "\r\n",
        "HEAD /hello HTTP/1.1\r\n" H "Content-Length: 32\r\n\r\nGET /evil HTTP/1.1\r\n" H "\r\n",
        "GET /hello HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "GET /evil HTTP/1.1\r\n" H "\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        struct wire w = wire_connect(room.port);
        struct wire_answer a;

        wire_say(&w, text[i]);
        a = wire_answer(&w, MS, i == 1, NULL);
        assert_int_equal(a.status, 400);
        wire_answer_free(&a);
        assert_true(wire_ends(&w, MS));
        assert_int_equal(w.n, 0); /* also: no body for HEAD */
        assert_int_equal(atomic_load(&room.evil), 0);
        wire_close(&w);
    }
}

static void a_streamed_body_is_never_held_whole(void **state)
{
    struct wire w = wire_connect(room.port);
    static char piece[100000];
    char head[200];

    (void)state;
    atomic_store(&room.bytes_max, 0);
    (void)snprintf(head, sizeof head, "POST /count HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n",
                   sizeof piece * 50);
    wire_say(&w, head);
    for (int i = 0; i < 50; i++)
        wire_send(&w, piece, sizeof piece);
    room_assert_answer(&w, 200, "5000000");
    assert_true(atomic_load(&room.bytes_max) <= 65536);
    wire_say(&w, "POST /count HTTP/1.1\r\n" H
                 "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n3\r\nabc\r\n0\r\n\r\n");
    room_assert_answer(&w, 200, "8");
    wire_close(&w);
}

static void a_paused_body_waits_and_then_goes_on(void **state)
{
    struct wire w = wire_connect(room.port);
    static char piece[200000];
    long began = wire_now_ms();

    (void)state;
    wire_say(&w, "POST /slowcount HTTP/1.1\r\n" H "Content-Length: 200000\r\n\r\n");
    wire_send(&w, piece, sizeof piece);
    wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    room_assert_answer(&w, 200, "200000");
    assert_true(wire_now_ms() - began >= 200); /* 13 pieces or more of 16 KiB, 20 ms each */
    room_assert_answer(&w, 200, "hello");
    wire_close(&w);
}

static void an_answer_at_the_head_drains_a_short_body_and_keeps_the_connection(void **state)
{
    struct wire w = wire_connect(room.port);
    char body[501];

    (void)state;
    memset(body, 'x', sizeof body);
    body[500] = '\0';
    wire_say(&w, "POST /early HTTP/1.1\r\n" H "Content-Length: 500\r\n\r\n");
    room_assert_answer(&w, 401, "sign in");
    wire_say(&w, body);
    wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
    room_assert_answer(&w, 200, "hello");
    wire_close(&w);
}

static void an_answer_at_the_head_closes_before_a_long_or_doubtful_body(void **state)
{
    static const char *const framing[] = {
        "Content-Length: 65537\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nExpect: 100-continue\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof framing / sizeof *framing; i++) {
        struct wire w = wire_connect(room.port);
        struct wire_answer a;
        char text[200];
        int continues;

        (void)snprintf(text, sizeof text, "POST /early HTTP/1.1\r\n" H "%s\r\n", framing[i]);
        wire_say(&w, text);
        a = wire_answer(&w, MS, false, &continues);
        assert_int_equal(a.status, 401);
        assert_int_equal(continues, 0);
        assert_string_equal(wire_field(&a, "Connection"), "close");
        wire_answer_free(&a);
        wire_say(&w, "GET /evil HTTP/1.1\r\n" H "\r\n");
        assert_true(wire_ends(&w, MS));
        assert_int_equal(atomic_load(&room.evil), 0);
        wire_close(&w);
    }
}

static void a_body_refused_midway_gets_the_apps_answer_and_the_end(void **state)
{
    struct wire w = wire_connect(room.port);
    static char piece[300000];

    (void)state;
    wire_say(&w, "POST /refuse HTTP/1.1\r\n" H "Content-Length: 300000\r\n\r\n");
    wire_send(&w, piece, sizeof piece);
    room_assert_answer(&w, 403, "refused");
    assert_true(wire_ends(&w, MS));
    wire_close(&w);
}

/* ---- large answers, files, streams */
static void large_answers_and_files_arrive_whole(void **state)
{
    struct wire w = wire_connect(room.port);
    int small = 65536; /* so that the server has to wait for us */

    (void)state;
    setsockopt(w.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 2; i++) {
        size_t want = i ? (size_t)3 << 20 : (size_t)1 << 20;
        struct wire_answer a;

        wire_say(&w, i ? "GET /file HTTP/1.1\r\n" H "\r\n" : "GET /big HTTP/1.1\r\n" H "\r\n");
        wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n"); /* waits behind it */
        wire_sleep_ms(100);                               /* the socket is full meanwhile */
        a = wire_answer(&w, MS, false, NULL);
        assert_int_equal(a.body_n, want);
        for (size_t k = 0; k < want; k++)
            if (a.body[k] != 'b')
                fail_msg("byte %zu", k);
        wire_answer_free(&a);
        room_assert_answer(&w, 200, "hello");
    }
    wire_close(&w);
}

static void an_event_stream_flows_and_ends_with_its_client(void **state)
{
    struct wire w = wire_connect(room.port);
    int closed = atomic_load(&room.streams_closed);
    struct wire_answer a;

    (void)state;
    wire_say(&w, "GET /events HTTP/1.1\r\n" H "\r\n");
    a = wire_answer(&w, MS, true, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(wire_field(&a, "Transfer-Encoding"), "chunked");
    wire_answer_free(&a);
    for (int i = 0; i < 200 && !(w.n && memmem(w.p, w.n, "9\r\ndata: 3\n\n\r\n", 14)); i++)
        (void)wire_fill(&w, w.n + 1, 50);
    assert_non_null(memmem(w.p, w.n, "9\r\ndata: 0\n\n\r\n", 14));
    assert_non_null(memmem(w.p, w.n, "9\r\ndata: 3\n\n\r\n", 14));
    wire_close(&w);
    room_wait(&room.streams_closed, closed + 1);
}

static void a_stream_that_the_app_ends_is_complete(void **state)
{
    (void)state;
    for (int minor = 0; minor <= 1; minor++) {
        struct wire w = wire_connect(room.port);
        char text[100];
        size_t want = minor
                          ? strlen("5\r\nevent\r\n") * 2 + strlen("11170\r\n\r\n0\r\n\r\n") + 70000
                          : strlen("event") * 2 + 70000;
        struct wire_answer a;

        (void)snprintf(text, sizeof text, "GET /three HTTP/1.%d\r\n" H "\r\n", minor);
        wire_say(&w, text);
        a = wire_answer(&w, MS, true, NULL);
        assert_int_equal(a.status, 200);
        assert_string_equal(wire_field(&a, "Connection"), "close");
        assert_int_equal(wire_field(&a, "Transfer-Encoding") != NULL, minor);
        assert_true(wire_ends(&w, MS));
        assert_false(w.reset);
        assert_int_equal(w.n, want);
        if (minor)
            assert_memory_equal(w.p + w.n - 12, "event\r\n0\r\n\r\n", 12);
        wire_answer_free(&a);
        wire_close(&w);
    }
}

static void a_stream_nobody_reads_is_cut_off_not_kept(void **state)
{
    struct wire w = wire_connect(room.port);
    int closed = atomic_load(&room.streams_closed);

    (void)state;
    wire_say(&w, "GET /flood HTTP/1.1\r\n" H "\r\n");
    room_wait(&room.streams_closed, closed + 1);
    assert_true(wire_ends(&w, MS));
    wire_close(&w);
}

static int start(void **state)
{
    struct http_limits lim = http_limits_default;

    (void)state;
    lim.body_max = (size_t)6 << 20;
    http_room_start(&room, NULL, &lim, 1);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_room_stop(&room);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_has_its_length_date_and_guards),
        cmocka_unit_test(an_error_of_the_layer_is_a_guarded_problem_and_closes),
        cmocka_unit_test(keep_alive_serves_one_after_the_other),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(a_pipelined_request_does_not_start_before_the_answer),
        cmocka_unit_test(a_thousand_pipelined_requests_get_a_thousand_answers),
        cmocka_unit_test(bytes_may_come_one_by_one),
        cmocka_unit_test(http_1_0_closes_unless_asked),
        cmocka_unit_test(connection_close_is_obeyed),
        cmocka_unit_test(the_thousandth_request_is_the_last),
        cmocka_unit_test(head_has_the_length_but_no_body),
        cmocka_unit_test(no_content_has_neither_body_nor_length),
        cmocka_unit_test(a_body_at_the_limit_passes_one_over_is_413),
        cmocka_unit_test(the_upper_bound_of_all_routes_holds),
        cmocka_unit_test(an_oversized_announcement_is_refused_before_its_first_byte),
        cmocka_unit_test(expect_gets_100_then_the_answer),
        cmocka_unit_test(a_body_that_is_not_wanted_is_400),
        cmocka_unit_test(a_streamed_body_is_never_held_whole),
        cmocka_unit_test(a_paused_body_waits_and_then_goes_on),
        cmocka_unit_test(an_answer_at_the_head_drains_a_short_body_and_keeps_the_connection),
        cmocka_unit_test(an_answer_at_the_head_closes_before_a_long_or_doubtful_body),
        cmocka_unit_test(a_body_refused_midway_gets_the_apps_answer_and_the_end),
        cmocka_unit_test(large_answers_and_files_arrive_whole),
        cmocka_unit_test(an_event_stream_flows_and_ends_with_its_client),
        cmocka_unit_test(a_stream_that_the_app_ends_is_complete),
        cmocka_unit_test(a_stream_nobody_reads_is_cut_off_not_kept),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
