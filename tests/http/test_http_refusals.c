/* Smuggling and other ill-formed bytes against the listening server: one strict answer, the end of
 * the connection, and never a second request.  One server for the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

#define H        "Host: a\r\n"
#define POST     "POST /echo HTTP/1.1\r\n" H
#define EVIL     "GET /evil HTTP/1.1\r\n" H "\r\n"
#define MS       ROOM_WAIT_MS
#define BYTES(s) (s), sizeof(s) - 1

static struct http_room room;

/* Each ends with EVIL where a careless parser would begin its next request. */
static const struct {
    const char *rule;
    const char *p;
    size_t n;
    int status;
} rows[] = {
    {"length 5 then 49", BYTES(POST "Content-Length: 5\r\nContent-Length: 49\r\n\r\nhello" EVIL),
     400},
    {"length 49 then 5", BYTES(POST "Content-Length: 49\r\nContent-Length: 5\r\n\r\nhello" EVIL),
     400},
    {"equal lengths", BYTES(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" EVIL), 400},
    {"blank before the colon", BYTES(POST "Content-Length : 44\r\n\r\n" EVIL), 400},
    {"folded length", BYTES(POST "A: b\r\n Content-Length: 44\r\n\r\n" EVIL), 400},
    {"folded coding", BYTES(POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" EVIL), 501},
    {"body of a HEAD", BYTES("HEAD /echo HTTP/1.0\r\nContent-Length : 44\r\n\r\n" EVIL), 400},
    {"+5", BYTES(POST "Content-Length: +5\r\n\r\nhello" EVIL), 400},
    {"length and coding",
     BYTES(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" EVIL), 400},
    {"coding and length",
     BYTES(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" EVIL), 400},
    {"gzip, chunked", BYTES(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" EVIL), 501},
    {"identity", BYTES(POST "Transfer-Encoding: identity\r\n\r\n" EVIL), 501},
    {"xchunked", BYTES(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" EVIL), 501},
    {"coding in 1.0",
     BYTES("POST /echo HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" EVIL), 400},
    {"chunk 0x5", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" EVIL),
     400},
    {"chunk +5", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n" EVIL),
     400},
    {"chunk -1", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n" EVIL),
     400},
    {"chunk with blank",
     BYTES(POST "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n" EVIL), 400},
    {"chunk with bare LF", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n" EVIL),
     400},
    {"chunk extension",
     BYTES(POST "Transfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n0\r\n\r\n" EVIL), 400},
    {"chunk overflow",
     BYTES(POST "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n" EVIL),
     400},
    {"chunk without CRLF", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n" EVIL),
     400},
    {"trailer", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n" EVIL), 400},
    {"bare LF", BYTES("GET /hello HTTP/1.1\nHost: a\n\n" EVIL), 400},
    {"empty name", BYTES("GET /hello HTTP/1.1\r\n" H ": b\r\n\r\n" EVIL), 400},
    {"NUL in a value", BYTES("GET /hello HTTP/1.1\r\n" H "A: b\0c\r\n\r\n" EVIL), 400},
    {"CR in a value", BYTES("GET /hello HTTP/1.1\r\n" H "A: b\rc\r\n\r\n" EVIL), 400},
    {"NUL in the line", BYTES("GET /hello\0 HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"no Host", BYTES("GET /hello HTTP/1.1\r\n\r\n" EVIL), 400},
    {"two Hosts", BYTES("GET /hello HTTP/1.1\r\n" H H "\r\n" EVIL), 400},
    {"two blanks", BYTES("GET  /hello HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"fragment", BYTES("GET /hello#a HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"asterisk", BYTES("GET * HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"another host", BYTES("GET http://b/hello HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"HTTP/1.9", BYTES("GET /hello HTTP/1.9\r\n" H "\r\n" EVIL), 505},
    {"%00", BYTES("GET /hello%00 HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"dot segments", BYTES("GET /a/../../etc HTTP/1.1\r\n" H "\r\n" EVIL), 400},
    {"unknown method", BYTES("BREW /hello HTTP/1.1\r\n" H "\r\n" EVIL), 501},
    {"OPTIONS", BYTES("OPTIONS /hello HTTP/1.1\r\n" H "\r\n" EVIL), 405},
    {"another expectation", BYTES(POST "Expect: b\r\nContent-Length: 5\r\n\r\nhello" EVIL), 417},
    {"TLS on a plain port", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400},
};

static void refused_once_and_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wire w = wire_connect(room.port);
        int heads = atomic_load(&room.heads), requests = atomic_load(&room.requests);
        bool head_only = strncmp(rows[i].p, "HEAD", 4) == 0;
        struct wire_answer a;

        wire_send(&w, rows[i].p, rows[i].n);
        a = wire_answer(&w, MS, false, NULL);
        if (a.status != rows[i].status)
            fail_msg("%s: %d, not %d", rows[i].rule, a.status, rows[i].status);
        if (!head_only && strcmp(wire_field(&a, "Content-Type"), "application/problem+json") != 0)
            fail_msg("%s: no problem+json", rows[i].rule);
        if (a.status == 405)
            assert_string_equal(wire_field(&a, "Allow"), "GET, HEAD, POST, PUT, PATCH, DELETE");
        if (!wire_ends(&w, MS) || w.n || w.reset)
            fail_msg("%s: not the end: %zu bytes%s", rows[i].rule, w.n, w.reset ? ", reset" : "");
        if (atomic_load(&room.evil) || atomic_load(&room.requests) != requests ||
            atomic_load(&room.heads) > heads + 1)
            fail_msg("%s: a request was run", rows[i].rule);
        wire_answer_free(&a);
        wire_close(&w);
    }
}

/* The same bytes one by one: a mistake is found at the same place. */
static void refused_also_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wire w = wire_connect(room.port);
        struct wire_answer a;

        for (size_t k = 0; k < rows[i].n; k++)
            wire_send(&w, rows[i].p + k, 1);
        a = wire_answer(&w, MS, false, NULL);
        if (a.status != rows[i].status)
            fail_msg("%s: %d, not %d", rows[i].rule, a.status, rows[i].status);
        assert_int_equal(atomic_load(&room.evil), 0);
        wire_answer_free(&a);
        wire_close(&w);
    }
}

static int sized(size_t line, unsigned fields, size_t head)
{
    struct wire w = wire_connect(room.port);
    struct wire_answer a;
    struct buf b;
    int status;

    buf_init(&b, 1 << 20);
    buf_str(&b, "GET /");
    while (b.n < line - strlen(" HTTP/1.1"))
        buf_char(&b, 'a');
    buf_str(&b, " HTTP/1.1\r\n" H);
    for (unsigned i = 1; i < fields; i++)
        buf_str(&b, "A: b\r\n");
    if (head) {
        buf_str(&b, "X: ");
        while (b.n < head - 4)
            buf_char(&b, 'x');
        buf_str(&b, "\r\n");
    }
    buf_str(&b, "\r\n");
    wire_send(&w, b.p, b.n);
    a = wire_answer(&w, MS, false, NULL);
    status = a.status;
    wire_answer_free(&a);
    wire_close(&w);
    buf_free(&b);
    return status;
}

static void limits_of_the_head_pass_exactly_and_fail_one_over(void **state)
{
    (void)state;
    assert_int_equal(sized(8192, 1, 0), 404);
    assert_int_equal(sized(8193, 1, 0), 414);
    assert_int_equal(sized(60, 64, 0), 404);
    assert_int_equal(sized(60, 65, 0), 431);
    assert_int_equal(sized(60, 2000, 0), 431);
    assert_int_equal(sized(60, 2, 16384), 404);
    assert_int_equal(sized(60, 2, 16385), 431);
    assert_int_equal(sized(60, 2, 200000), 431);
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
        cmocka_unit_test(refused_once_and_closed),
        cmocka_unit_test(refused_also_byte_by_byte),
        cmocka_unit_test(limits_of_the_head_pass_exactly_and_fail_one_over),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
