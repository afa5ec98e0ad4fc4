/* Deadlines are totals: a client that drips, sleeps or does not read is closed in time, and others
 * are served meanwhile.  Short limits; one server for the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

#define H        "Host: a\r\n"
#define HEAD_MS  400
#define BODY_MS  9000
#define IDLE_MS  700
#define WRITE_MS 600
#define SLACK_MS                                                                                   \
    3500 /* a loaded machine stands still for a second; without a deadline none ever ends */

static struct http_room room;

/* Connects and says this; once more when the test itself stood still in between: the server was
 * right to go. */
static struct wire wire_to(const char *text, long *ret_began)
{
    for (;;) {
        long began = wire_now_ms();
        struct wire w = wire_connect(room.port);

        wire_say(&w, text);
        if (ret_began)
            *ret_began = began;
        if (wire_now_ms() - began < HEAD_MS / 2)
            return w;
        wire_close(&w);
    }
}

/* Sends one byte of text every step ms until the server closes; how long that took, -1: never. */
static long drip(const char *begin, int step, int give_up_ms, int *ret_status)
{
    struct wire_answer a;
    long began, took = -1;
    struct wire w = wire_to(begin, &began);

    while (wire_now_ms() - began < give_up_ms) {
        if (wire_fill(&w, 1, step) || w.ended) {
            took = wire_now_ms() - began;
            break;
        }
        wire_send(&w, "a", 1);
    }
    a = wire_answer(&w, 9000, false, NULL);
    *ret_status = a.status;
    if (took >= 0)
        assert_true(wire_ends(&w, 9000));
    wire_answer_free(&a);
    wire_close(&w);
    return took;
}

static void assert_within(long took, long from, const char *what)
{
    if (took < from - 5 || took > from + SLACK_MS)
        fail_msg("%s: closed after %ld ms, not %ld", what, took, from);
}

static void a_dripping_head_has_a_total_deadline(void **state)
{
    int status;

    (void)state;
    assert_within(drip("GET /hello HTTP/1.1\r\nA: ", 30, 9000, &status), HEAD_MS, "head");
    assert_int_equal(status, 408);
}

static void a_dripping_body_falls_below_the_minimum_rate(void **state)
{
    int status;
    long took;

    (void)state;
    took = drip("POST /count HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n", 50, 8500, &status);
    if (took < 4995) /* the first 5 s are free, then at least 1 KiB/s */
        fail_msg("closed after %ld ms", took);
    assert_int_equal(status, 408);
    assert_true(atomic_load(&room.gone) > 0);
}

static void a_fast_enough_body_still_has_a_total_deadline(void **state)
{
    static char piece[2048];
    struct wire_answer a;
    long began;
    struct wire w =
        wire_to("POST /count HTTP/1.1\r\n" H "Content-Length: 10000000\r\n\r\n", &began);

    (void)state;
    while (!wire_fill(&w, 1, 100) && !w.ended && wire_now_ms() - began < 15000)
        wire_send(&w, piece, sizeof piece); /* 20 KiB a second */
    assert_within(wire_now_ms() - began, BODY_MS, "body");
    a = wire_answer(&w, 9000, false, NULL);
    assert_int_equal(a.status, 408);
    wire_answer_free(&a);
    wire_close(&w);
}

static void idle_connections_are_closed_without_a_word(void **state)
{
    long began = wire_now_ms();
    struct wire fresh = wire_connect(room.port), used;
    struct wire_answer a;

    (void)state;
    assert_true(wire_ends(&fresh, 9000));
    assert_within(wire_now_ms() - began, HEAD_MS, "fresh");
    assert_int_equal(fresh.n, 0);
    wire_close(&fresh);

    used = wire_to("GET /hello HTTP/1.1\r\n" H "\r\n", &began);
    a = wire_answer(&used, 9000, false, NULL);
    assert_int_equal(a.status, 200);
    wire_answer_free(&a);
    assert_true(wire_ends(&used, 9000));
    assert_within(wire_now_ms() - began, IDLE_MS, "keep-alive");
    assert_int_equal(used.n, 0);
    wire_close(&used);
}

static void the_second_request_has_its_own_head_deadline(void **state)
{
    struct wire_answer a;
    struct wire w;
    long first, began;

    (void)state;
    for (;;) {
        w = wire_to("GET /hello HTTP/1.1\r\n" H "\r\n", &first);
        a = wire_answer(&w, 9000, false, NULL);
        assert_int_equal(a.status, 200);
        wire_answer_free(&a);
        wire_sleep_ms(IDLE_MS / 2);
        began = wire_now_ms();
        wire_say(&w, "GET /he");
        if (wire_now_ms() - first < IDLE_MS - 50)
            break; /* else the test stood still, and the connection was idle too long */
        wire_close(&w);
    }
    a = wire_answer(&w, 9000, false, NULL);
    assert_within(wire_now_ms() - began, HEAD_MS, "second head");
    assert_int_equal(a.status, 408);
    wire_answer_free(&a);
    wire_close(&w);
}

/* Asks for more than any socket buffer takes, reads nothing, and is seen waiting; when the test
 * stood still meanwhile, once more. */
static struct wire stuck(const char *path)
{
    char text[100];
    int small = 4096, busy;

    (void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n" H "\r\n", path);
    for (;;) {
        long began = wire_now_ms();
        struct wire w = wire_connect(room.port);

        setsockopt(w.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        for (int k = 0; k < 40; k++)
            wire_say(&w, text);
        while (http_room_busy(&room) == 0 && wire_now_ms() - began < HEAD_MS / 2)
            wire_sleep_ms(1);
        wire_sleep_ms(100); /* the answers that still fit have gone out */
        busy = http_room_busy(&room);
        if (wire_now_ms() - began < HEAD_MS) {
            assert_int_equal(busy, 1);
            return w;
        }
        wire_close(&w);
        while (http_room_busy(&room) > 0)
            wire_sleep_ms(1);
    }
}

static void who_does_not_read_is_closed(void **state)
{
    static const char *const paths[] = {"/big", "/file"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int done = atomic_load(&room.done);
        struct wire w = stuck(paths[i]);
        long began = wire_now_ms();

        while (http_room_busy(&room) > 0 && wire_now_ms() - began < 10000)
            wire_sleep_ms(20);
        if (http_room_busy(&room) > 0)
            fail_msg("%s: still there", paths[i]);
        assert_true(atomic_load(&room.done) > done); /* an answered request is always accounted */
        wire_close(&w);
    }
}

static void a_refused_upload_does_not_linger(void **state)
{
    struct wire_answer a;
    long began;
    struct wire w = wire_to("POST /echo HTTP/1.1\r\n" H "Content-Length: 9999999\r\n\r\n", &began);

    (void)state;
    a = wire_answer(&w, 9000, false, NULL);
    assert_int_equal(a.status, 413);
    wire_answer_free(&a);
    while (wire_now_ms() - began < 8000) { /* goes on sending, never closes */
        ssize_t n = send(w.fd, "a", 1, MSG_NOSIGNAL);

        if (n < 0)
            break;
        wire_sleep_ms(50);
    }
    assert_true(wire_now_ms() - began < 7500);
    wire_close(&w);
}

static void others_are_served_among_slow_ones(void **state)
{
    struct wire slow[300];

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        slow[i] = wire_connect(room.port);
        wire_say(&slow[i], "GET /hello HTTP/1.1\r\nA: ");
    }
    for (int i = 0; i < 20; i++) {
        struct wire w = wire_to("GET /hello HTTP/1.1\r\n" H "\r\n", NULL);
        struct wire_answer a = wire_answer(&w, 9000, false, NULL); /* in turn: 300 times HEAD_MS */

        assert_int_equal(a.status, 200);
        wire_answer_free(&a);
        wire_close(&w);
    }
    for (size_t i = 0; i < 300; i++) {
        assert_true(wire_ends(&slow[i], 9000));
        wire_close(&slow[i]);
    }
}

static int start(void **state)
{
    struct http_limits lim = http_limits_default;

    (void)state;
    lim.head_ms = HEAD_MS;
    lim.body_ms = BODY_MS;
    lim.idle_ms = IDLE_MS;
    lim.write_ms = WRITE_MS;
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
        cmocka_unit_test(a_dripping_head_has_a_total_deadline),
        cmocka_unit_test(a_dripping_body_falls_below_the_minimum_rate),
        cmocka_unit_test(a_fast_enough_body_still_has_a_total_deadline),
        cmocka_unit_test(idle_connections_are_closed_without_a_word),
        cmocka_unit_test(the_second_request_has_its_own_head_deadline),
        cmocka_unit_test(who_does_not_read_is_closed),
        cmocka_unit_test(a_refused_upload_does_not_linger),
        cmocka_unit_test(others_are_served_among_slow_ones),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
