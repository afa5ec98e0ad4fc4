/* Clients that leave in the middle: half closed, gone, reset at any byte.
 * One server for the whole program; each test owns its connections.  The main thread is the
 * client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

#define H "Host: a\r\n"

static struct http_room room;

static void half_close_still_gets_the_answer(void **state)
{
    struct wire w = wire_connect(room.port);

    (void)state;
    wire_say(&w, "GET /later HTTP/1.1\r\n" H "\r\n");
    shutdown(w.fd, SHUT_WR);
    room_assert_answer(&w, 200, "later");
    assert_true(wire_ends(&w, ROOM_WAIT_MS));
    wire_close(&w);
}

static void the_app_is_told_once_when_the_client_is_gone(void **state)
{
    static const char *const text[] = {
        "GET /never HTTP/1.1\r\n" H "\r\n",
        "POST /echo HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc",
        "POST /count HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nabc",
        "POST /count HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    };

    (void)state;
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        struct wire w = wire_connect(room.port);
        int heads = atomic_load(&room.heads), gone = atomic_load(&room.gone);

        wire_say(&w, text[i]);
        room_wait(&room.heads, heads + 1);
        wire_sleep_ms(10);
        wire_reset(&w);
        room_wait(&room.gone, gone + 1);
        wire_sleep_ms(20);
        assert_int_equal(atomic_load(&room.gone), gone + 1);
    }
}

/* Each prefix of a conversation, then a reset: nothing may break, and the next client is served. */
static void a_reset_at_any_byte_harms_nobody(void **state)
{
    static const char text[] =
        "POST /later HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\nPOST /slowcount HTTP/1.1\r\n" H
        "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
        "GET /file HTTP/1.1\r\n" H "\r\nGET /events HTTP/1.1\r\n" H "\r\n";

    (void)state;
    for (size_t n = 0; n < sizeof text; n++)
        for (int wait = 0; wait <= 60; wait += 60) {
            struct wire w = wire_connect(room.port);

            if (wait && n % 16)
                wait = 1;
            wire_send(&w, text, n);
            wire_sleep_ms(wait);
            wire_reset(&w);
            if (wait == 1)
                break;
        }
    {
        struct wire w = wire_connect(room.port);

        wire_say(&w, "GET /hello HTTP/1.1\r\n" H "\r\n");
        room_assert_answer(&w, 200, "hello");
        wire_close(&w);
    }
}

static int start(void **state)
{
    (void)state;
    http_room_start(&room, NULL, &http_limits_default, 1);
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
        cmocka_unit_test(half_close_still_gets_the_answer),
        cmocka_unit_test(the_app_is_told_once_when_the_client_is_gone),
        cmocka_unit_test(a_reset_at_any_byte_harms_nobody),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
