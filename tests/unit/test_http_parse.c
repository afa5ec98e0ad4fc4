/* The head parser, the chunk decoder and the helpers of the wire, as tables of bytes.
 * Each test owns its arena.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/http/wire.h"

#define H        "Host: a\r\n"
#define GET      "GET / HTTP/1.1\r\n"
#define POST     "POST / HTTP/1.1\r\n" H
#define BYTES(s) (s), sizeof(s) - 1

struct head_case {
    const char *rule;
    const char *p;
    size_t n;
    enum err want; /* ERR_OK: accepted */
};

static const struct head_case heads[] = {
    /* the request line */
    {"plain GET", BYTES(GET H "\r\n"), ERR_OK},
    {"HTTP/1.0 needs no Host", BYTES("GET / HTTP/1.0\r\n\r\n"), ERR_OK},
    {"one empty line before it is ignored", BYTES("\r\n" GET H "\r\n"), ERR_OK},
    {"two empty lines are not", BYTES("\r\n\r\n" GET H "\r\n"), ERR_BAD_REQUEST},
    {"bare LF before it", BYTES("\n" GET H "\r\n"), ERR_BAD_REQUEST},
    {"bare LF after it", BYTES("GET / HTTP/1.1\n" H "\r\n"), ERR_BAD_REQUEST},
    {"two blanks", BYTES("GET  / HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"tab for blank", BYTES("GET\t/ HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"blank at its beginning", BYTES(" GET / HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"blank at its end", BYTES("GET / HTTP/1.1 \r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"blank inside the target", BYTES("GET /a b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"NUL in it", BYTES("GET /\0 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"CR in it", BYTES("GET /\r HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"bytes over 0x7f in the target", BYTES("GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n"),
     ERR_BAD_REQUEST},
    {"fragment", BYTES("GET /#a HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"asterisk with GET", BYTES("GET * HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"absolute form", BYTES("GET http://b/ HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"authority form", BYTES("GET b:80 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"no target", BYTES("GET HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"HTTP/0.9", BYTES("GET /\r\n"), ERR_BAD_REQUEST},
    {"backslash", BYTES("GET /a\\b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"quote", BYTES("GET /a\"b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"open escape", BYTES("GET /a% HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"bad escape", BYTES("GET /a%g0 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"escaped NUL", BYTES("GET /a%00 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"escaped NUL in the query", BYTES("GET /a?b=%00 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"dot dot", BYTES("GET /a/../../etc HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"dot dot at the end", BYTES("GET /a/.. HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"dot dot escaped", BYTES("GET /a/%2e%2E/b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"dot dot half escaped", BYTES("GET /a/.%2e/b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"single dot", BYTES("GET /./a HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"three dots are a name", BYTES("GET /.../a HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"a dot file is a name", BYTES("GET /.well-known/a HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"dots in a query are text", BYTES("GET /a?b=/../c HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"every character of a path", BYTES("GET /aZ0-._~!$&'()*+,;=:@%41 HTTP/1.1\r\n" H "\r\n"),
     ERR_OK},
    {"a question mark in a query", BYTES("GET /a?b?c HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    /* methods and versions */
    {"HEAD", BYTES("HEAD / HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"PUT", BYTES("PUT / HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"PATCH", BYTES("PATCH / HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"DELETE", BYTES("DELETE / HTTP/1.1\r\n" H "\r\n"), ERR_OK},
    {"OPTIONS is known, not served", BYTES("OPTIONS / HTTP/1.1\r\n" H "\r\n"),
     ERR_METHOD_NOT_ALLOWED},
    {"TRACE is known, not served", BYTES("TRACE / HTTP/1.1\r\n" H "\r\n"), ERR_METHOD_NOT_ALLOWED},
    {"CONNECT is known, not served", BYTES("CONNECT a:1 HTTP/1.1\r\n" H "\r\n"),
     ERR_METHOD_NOT_ALLOWED},
    {"unknown method", BYTES("BREW / HTTP/1.1\r\n" H "\r\n"), ERR_NOT_IMPLEMENTED},
    {"methods have a case", BYTES("get / HTTP/1.1\r\n" H "\r\n"), ERR_NOT_IMPLEMENTED},
    {"method is a token", BYTES("G@T / HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"a TLS greeting is refused at its first byte", BYTES("\x16\x03"), ERR_BAD_REQUEST},
    {"the HTTP/2 preface", BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ERR_HTTP_VERSION},
    {"HTTP/1.9", BYTES("GET / HTTP/1.9\r\n" H "\r\n"), ERR_HTTP_VERSION},
    {"HTTP/2.0", BYTES("GET / HTTP/2.0\r\n" H "\r\n"), ERR_HTTP_VERSION},
    {"HTTP/1.10", BYTES("GET / HTTP/1.10\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"HTTP/1", BYTES("GET / HTTP/1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"http/1.1", BYTES("GET / http/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    /* Host */
    {"no Host in 1.1", BYTES(GET "\r\n"), ERR_BAD_REQUEST},
    {"two Hosts", BYTES(GET H H "\r\n"), ERR_BAD_REQUEST},
    {"two Hosts in 1.0", BYTES("GET / HTTP/1.0\r\n" H H "\r\n"), ERR_BAD_REQUEST},
    {"empty Host", BYTES(GET "Host:\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with port", BYTES(GET "Host: a.b-c.vn:8443\r\n\r\n"), ERR_OK},
    {"Host of IPv6", BYTES(GET "Host: [::1]:8443\r\n\r\n"), ERR_OK},
    {"Host with path", BYTES(GET "Host: a/b\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with user", BYTES(GET "Host: u@a\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with an empty port", BYTES(GET "Host: a:\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with letters for a port", BYTES(GET "Host: a:b\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host of two names", BYTES(GET "Host: a, b\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with an open bracket", BYTES(GET "Host: [::1\r\n\r\n"), ERR_BAD_REQUEST},
    /* fields */
    {"blank before the colon", BYTES(POST "Content-Length : 5\r\n\r\n"), ERR_BAD_REQUEST},
    {"tab before the colon", BYTES(POST "Content-Length\t: 5\r\n\r\n"), ERR_BAD_REQUEST},
    {"folded line", BYTES(GET H "A: b\r\n c\r\n\r\n"), ERR_BAD_REQUEST},
    {"folded by tab", BYTES(GET H "A: b\r\n\tc\r\n\r\n"), ERR_BAD_REQUEST},
    {"folded Content-Length", BYTES(POST "A: b\r\n Content-Length: 44\r\n\r\n"), ERR_BAD_REQUEST},
    {"folded Transfer-Encoding", BYTES(POST "Transfer-Encoding:\r\n chunked\r\n\r\n"),
     ERR_NOT_IMPLEMENTED},
    {"first field begins with a blank", BYTES(GET " " H "\r\n"), ERR_BAD_REQUEST},
    {"empty name", BYTES(GET H ": b\r\n\r\n"), ERR_BAD_REQUEST},
    {"no colon", BYTES(GET H "abc\r\n\r\n"), ERR_BAD_REQUEST},
    {"bad character in a name", BYTES(GET H "A(b): c\r\n\r\n"), ERR_BAD_REQUEST},
    {"high byte in a name", BYTES(GET H "A\xc3: c\r\n\r\n"), ERR_BAD_REQUEST},
    {"NUL in a value", BYTES(GET H "A: b\0c\r\n\r\n"), ERR_BAD_REQUEST},
    {"NUL in a name", BYTES(GET H "A\0: b\r\n\r\n"), ERR_BAD_REQUEST},
    {"bare CR in a value", BYTES(GET H "A: b\rc\r\n\r\n"), ERR_BAD_REQUEST},
    {"two CR", BYTES(GET H "A: b\r\r\n\r\n"), ERR_BAD_REQUEST},
    {"bare LF after a field", BYTES(GET H "A: b\n\r\n"), ERR_BAD_REQUEST},
    {"bare LF for the last line", BYTES(GET H "\n"), ERR_BAD_REQUEST},
    {"DEL in a value", BYTES(GET H "A: \x7f\r\n\r\n"), ERR_BAD_REQUEST},
    {"escape character in a value", BYTES(GET H "A: \x1b\r\n\r\n"), ERR_BAD_REQUEST},
    {"tab inside a value", BYTES(GET H "A: b\tc\r\n\r\n"), ERR_OK},
    {"high bytes in a value", BYTES(GET H "A: \xc3\xa9\r\n\r\n"), ERR_OK},
    {"empty value", BYTES(GET H "A:\r\n\r\n"), ERR_OK},
    {"two Content-Types", BYTES(POST "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"two Authorizations", BYTES(GET H "Authorization: a\r\nauthorization: b\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"two If-Match", BYTES(POST "If-Match: \"1\"\r\nIf-Match: \"2\"\r\n\r\n"), ERR_BAD_REQUEST},
    {"two Idempotency-Keys", BYTES(POST "Idempotency-Key: 1\r\nIdempotency-Key: 1\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"two fields of another name", BYTES(GET H "A: 1\r\nA: 2\r\n\r\n"), ERR_OK},
    /* length and coding of the body */
    {"Content-Length", BYTES(POST "Content-Length: 5\r\n\r\n"), ERR_OK},
    {"Content-Length 5 then 49", BYTES(POST "Content-Length: 5\r\nContent-Length: 49\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"equal Content-Lengths", BYTES(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"list of lengths", BYTES(POST "Content-Length: 5, 5\r\n\r\n"), ERR_BAD_REQUEST},
    {"+5", BYTES(POST "Content-Length: +5\r\n\r\n"), ERR_BAD_REQUEST},
    {"-5", BYTES(POST "Content-Length: -5\r\n\r\n"), ERR_BAD_REQUEST},
    {"0x5", BYTES(POST "Content-Length: 0x5\r\n\r\n"), ERR_BAD_REQUEST},
    {"5.0", BYTES(POST "Content-Length: 5.0\r\n\r\n"), ERR_BAD_REQUEST},
    {"5 5", BYTES(POST "Content-Length: 5 5\r\n\r\n"), ERR_BAD_REQUEST},
    {"empty length", BYTES(POST "Content-Length:\r\n\r\n"), ERR_BAD_REQUEST},
    {"length beyond 64 bits", BYTES(POST "Content-Length: 18446744073709551621\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"chunked", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n"), ERR_OK},
    {"tab after a length", BYTES(POST "Content-Length: 5\t\r\n\r\n"), ERR_BAD_REQUEST},
    {"tab before a length", BYTES(POST "Content-Length:\t5\r\n\r\n"), ERR_BAD_REQUEST},
    {"tab after chunked", BYTES(POST "Transfer-Encoding: chunked\t\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunked in capitals", BYTES(POST "Transfer-Encoding: CHUNKED\r\n\r\n"), ERR_OK},
    {"length, then coding", BYTES(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"coding, then length", BYTES(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"coding twice", BYTES(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"gzip, chunked", BYTES(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"chunked, chunked", BYTES(POST "Transfer-Encoding: chunked, chunked\r\n\r\n"),
     ERR_NOT_IMPLEMENTED},
    {"identity", BYTES(POST "Transfer-Encoding: identity\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"xchunked", BYTES(POST "Transfer-Encoding: xchunked\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"\\vchunked", BYTES(POST "Transfer-Encoding: \vchunked\r\n\r\n"), ERR_BAD_REQUEST},
    {"empty coding", BYTES(POST "Transfer-Encoding:\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"coding in 1.0", BYTES("POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n"),
     ERR_BAD_REQUEST},
    /* expectations */
    {"100-continue", BYTES(POST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"), ERR_OK},
    {"another expectation", BYTES(POST "Expect: other\r\n\r\n"), ERR_EXPECTATION},
    {"two expectations", BYTES(POST "Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n"),
     ERR_BAD_REQUEST},
};

static enum err parse(const char *p, size_t n, const struct http_limits *lim, struct arena *a,
                      struct http_head *h, size_t *used, bool *more)
{
    enum err e = ERR_OK;
    enum http_parse r = http_parse_head(p, n, lim, a, h, used, &e);

    *more = r == HTTP_PARSE_MORE;
    assert_true(r == HTTP_PARSE_BAD ? e != ERR_OK : e == ERR_OK);
    return e;
}

static void every_row_gets_its_strict_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        const struct head_case *c = &heads[i];
        struct arena *a = arena_new(1 << 20);
        struct http_head h;
        size_t used = 0;
        bool more;
        enum err e = parse(c->p, c->n, &http_limits_default, a, &h, &used, &more);

        if (e != c->want || more)
            fail_msg("%s: got %s%s, want %s", c->rule, err_code(e), more ? " (more)" : "",
                     err_code(c->want));
        if (e == ERR_OK)
            assert_int_equal(used, c->n);
        arena_free(a);
    }
}

/* However the bytes are cut, the answer is the same, and nothing is accepted early. */
static void cutting_the_bytes_anywhere_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        const struct head_case *c = &heads[i];
        enum err first = ERR_OK;
        bool more = true;

        for (size_t n = 0; n <= c->n && more; n++) {
            struct arena *a = arena_new(1 << 20);
            char *exact = malloc(n ? n : 1); /* so that the sanitizer sees a read too far */
            struct http_head h;
            size_t used = 0;

            assert_non_null(exact);
            memcpy(exact, c->p, n);
            first = parse(exact, n, &http_limits_default, a, &h, &used, &more);
            if (!more && first == ERR_OK && n != c->n)
                fail_msg("%s: accepted after %zu of %zu bytes", c->rule, n, c->n);
            free(exact);
            arena_free(a);
        }
        if (more || first != c->want)
            fail_msg("%s: byte by byte got %s", c->rule, err_code(first));
    }
}

static void facts_of_an_accepted_head(void **state)
{
    static const char text[] = "PATCH /v1/a%20b?c=d&e HTTP/1.1\r\nHost: x:1\r\nA: \t v w \t\r\n"
                               "Content-Length: 007\r\nExpect: 100-Continue\r\n\r\nrest";
    struct arena *a = arena_new(1 << 20);
    struct http_head h;
    size_t used = 0;
    bool more;

    (void)state;
    assert_int_equal(parse(text, sizeof text - 1, &http_limits_default, a, &h, &used, &more),
                     ERR_OK);
    assert_int_equal(used, sizeof text - 1 - 4);
    assert_int_equal(h.method, HTTP_PATCH);
    assert_true(span_is(h.target, "/v1/a%20b?c=d&e"));
    assert_true(span_is(h.path, "/v1/a%20b"));
    assert_true(span_is(h.query, "c=d&e"));
    assert_true(span_is(h.host, "x:1"));
    assert_int_equal(h.minor, 1);
    assert_int_equal(h.content_length, 7);
    assert_false(h.chunked);
    assert_true(h.keep_alive);
    assert_true(h.expect_continue);
    assert_int_equal(h.fields, 4);
    assert_true(span_is(http_head_field(&h, "a"), "v w"));
    assert_null(http_head_field(&h, "b").p);
    arena_free(a);
}

static void keep_alive_follows_version_and_connection(void **state)
{
    static const struct {
        const char *version, *connection;
        bool alive;
    } row[] = {
        {"1.1", "", true},
        {"1.1", "Connection: close\r\n", false},
        {"1.1", "Connection: keep-alive\r\n", true},
        {"1.1", "Connection: keep-alive, CLOSE\r\n", false},
        {"1.1", "Connection: upgrade\r\nConnection: close\r\n", false},
        {"1.1", "Connection: closed\r\n", true},
        {"1.1", "Connection:\r\n", true},
        {"1.0", "", false},
        {"1.0", "Connection: Keep-Alive\r\n", true},
        {"1.0", "Connection: Keep-Alive, close\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct arena *a = arena_new(1 << 20);
        const char *p =
            arena_printf(a, "GET / HTTP/%s\r\n" H "%s\r\n", row[i].version, row[i].connection);
        struct http_head h;
        size_t used;
        bool more;

        assert_int_equal(parse(p, strlen(p), &http_limits_default, a, &h, &used, &more), ERR_OK);
        if (h.keep_alive != row[i].alive)
            fail_msg("HTTP/%s with %s", row[i].version, row[i].connection);
        arena_free(a);
    }
}

/* ---- limits: exactly at them passes, one over fails, complete or not */
static enum err sized(size_t line, size_t fields, size_t head, bool complete)
{
    struct arena *a = arena_new(1 << 20);
    struct http_limits lim = http_limits_default;
    struct buf b;
    struct http_head h;
    size_t used;
    bool more;
    enum err e;

    buf_init(&b, 1 << 20);
    buf_str(&b, "GET /");
    while (b.n < line - strlen(" HTTP/1.1"))
        buf_char(&b, 'a');
    buf_str(&b, " HTTP/1.1\r\n");
    buf_str(&b, H);
    for (size_t i = 1; i < fields; i++)
        buf_str(&b, "A: b\r\n");
    if (head) {
        buf_str(&b, "X: ");
        while (b.n < head - 4)
            buf_char(&b, 'x');
        buf_str(&b, "\r\n");
    }
    buf_str(&b, "\r\n");
    assert_true(buf_ok(&b));
    e = parse(b.p, complete ? b.n : b.n - 1, &lim, a, &h, &used, &more);
    if (e == ERR_OK)
        assert_int_equal(more, !complete);
    buf_free(&b);
    arena_free(a);
    return e;
}

static void limits_pass_exactly_and_fail_one_over(void **state)
{
    (void)state;
    assert_int_equal(sized(8192, 1, 0, true), ERR_OK);
    assert_int_equal(sized(8193, 1, 0, true), ERR_URI_TOO_LONG);
    assert_int_equal(sized(100, 64, 0, true), ERR_OK);
    assert_int_equal(sized(100, 65, 0, true), ERR_HEADERS_TOO_LARGE);
    assert_int_equal(sized(100, 2000, 0, true), ERR_HEADERS_TOO_LARGE);
    assert_int_equal(sized(100, 2, 16384, true), ERR_OK);
    assert_int_equal(sized(100, 2, 16385, true), ERR_HEADERS_TOO_LARGE);
    assert_int_equal(sized(100, 2, 16384, false), ERR_OK);
    assert_int_equal(sized(100, 2, 16385, false), ERR_HEADERS_TOO_LARGE);
}

static void an_endless_line_is_refused_when_the_limit_is_passed(void **state)
{
    static char text[8300];
    struct arena *a = arena_new(1 << 20);
    struct http_head h;
    size_t used;
    bool more;

    (void)state;
    memset(text, 'A', sizeof text);
    assert_int_equal(parse(text, 8193, &http_limits_default, a, &h, &used, &more), ERR_OK);
    assert_true(more);
    assert_int_equal(parse(text, 8194, &http_limits_default, a, &h, &used, &more),
                     ERR_URI_TOO_LONG);
    arena_free(a);
}

/* ---- chunks */
struct chunk_case {
    const char *rule;
    const char *p;
    size_t n;
    const char *data; /* NULL: refused */
    size_t left;      /* bytes after the body */
};

static const struct chunk_case chunks[] = {
    {"one chunk", BYTES("5\r\nhello\r\n0\r\n\r\n"), "hello", 0},
    {"two chunks and what follows", BYTES("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\nGET"), "abcde", 3},
    {"nothing", BYTES("0\r\n\r\n"), "", 0},
    {"zeros before", BYTES("0005\r\nhello\r\n000\r\n\r\n"), "hello", 0},
    {"capital digits", BYTES("A\r\n0123456789\r\n0\r\n\r\n"), "0123456789", 0},
    {"line ends are data", BYTES("4\r\n\r\n\r\n\r\n0\r\n\r\n"), "\r\n\r\n", 0},
    {"0x5", BYTES("0x5\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"+5", BYTES("+5\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"-1", BYTES("-1\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"blank before the size", BYTES(" 5\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"blank after the size", BYTES("5 \r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"extension", BYTES("5;a=b\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"bare LF after the size", BYTES("5\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"bare LF after the data", BYTES("5\r\nhello\n0\r\n\r\n"), NULL, 0},
    {"bare CR after the size", BYTES("5\rhello\r\n0\r\n\r\n"), NULL, 0},
    {"no CRLF after the data", BYTES("5\r\nhello0\r\n\r\n"), NULL, 0},
    {"data longer than its size", BYTES("4\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"empty size", BYTES("\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"size beyond 32 bits", BYTES("100000000\r\n"), NULL, 0},
    {"size beyond 64 bits", BYTES("10000000000000005\r\nhello\r\n0\r\n\r\n"), NULL, 0},
    {"trailer", BYTES("0\r\nA: b\r\n\r\n"), NULL, 0},
    {"bare LF at the end", BYTES("0\r\n\n"), NULL, 0},
    {"not hexadecimal", BYTES("g\r\n"), NULL, 0},
    {"NUL for a size", BYTES("\0\r\n"), NULL, 0},
};

/* Feeds p in steps of step bytes; the number of bytes used, or -1 when refused. */
static long chunk_run(const char *p, size_t n, size_t step, struct buf *out)
{
    struct http_chunks c;
    size_t at = 0, end = 0;

    http_chunks_init(&c);
    while (end < n) {
        end = n - end < step ? n : end + step;
        while (at < end) {
            struct span data;
            size_t used = 0;
            enum http_parse r = http_chunks_feed(&c, p + at, end - at, &used, &data);

            if (r == HTTP_PARSE_BAD)
                return -1;
            buf_span(out, data);
            at += used;
            if (r == HTTP_PARSE_DONE)
                return (long)at;
        }
    }
    return -2;
}

static void chunked_bodies_are_framed_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++)
        for (size_t step = 1; step <= chunks[i].n; step++) {
            const struct chunk_case *c = &chunks[i];
            struct buf out;
            long used;

            buf_init(&out, 4096);
            used = chunk_run(c->p, c->n, step, &out);
            if (used != (c->data ? (long)(c->n - c->left) : -1) ||
                (c->data && strcmp(buf_cstr(&out), c->data) != 0))
                fail_msg("%s in steps of %zu: %ld", c->rule, step, used);
            buf_free(&out);
        }
}

/* ---- percent, queries, cookies, languages */
static void percent_decoding(void **state)
{
    static const struct {
        const char *rule, *raw;
        bool query;
        const char *want; /* NULL: refused */
    } row[] = {
        {"plain", "abc", false, "abc"},
        {"empty", "", false, ""},
        {"Vietnamese", "Nguy%E1%BB%85n", false, "Nguyễn"},
        {"plus in a path is a plus", "a+b", false, "a+b"},
        {"plus in a query is a blank", "a+b%2B", true, "a b+"},
        {"slash may be escaped", "a%2Fb", false, "a/b"},
        {"both cases of digits", "%c3%A9", false, "é"},
        {"cut escape", "a%4", false, NULL},
        {"lone percent", "%", false, NULL},
        {"bad escape", "%zz", false, NULL},
        {"decoded once only", "%2541", false, "%41"},
        {"NUL", "a%00", false, NULL},
        {"line feed", "a%0Ab", false, NULL},
        {"DEL", "%7f", false, NULL},
        {"C1 control", "%C2%85", false, NULL},
        {"U+00A0 is no control", "%C2%A0", false, "\xc2\xa0"},
        {"not UTF-8", "%ff", false, NULL},
        {"overlong", "%c0%af", false, NULL},
        {"surrogate", "%ed%a0%80", false, NULL},
        {"cut UTF-8", "%e1%bb", false, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct arena *a = arena_new(1 << 16);
        struct span got;
        bool ok = http_decode(a, span_of(row[i].raw), row[i].query, &got);

        if (ok != (row[i].want != NULL) || (ok && !span_is(got, row[i].want)))
            fail_msg("%s", row[i].rule);
        arena_free(a);
    }
}

static void queries_keep_order_and_refuse_what_is_odd(void **state)
{
    struct arena *a = arena_new(1 << 16);
    struct http_param q[3];

    (void)state;
    assert_int_equal(http_query(a, SPAN_LIT(""), q, 3), 0);
    assert_int_equal(http_query(a, SPAN_LIT("a=1&b&c=x=y"), q, 3), 3);
    assert_true(span_is(q[0].name, "a") && span_is(q[0].value, "1"));
    assert_true(span_is(q[1].name, "b") && span_is(q[1].value, ""));
    assert_true(span_is(q[2].name, "c") && span_is(q[2].value, "x=y"));
    assert_int_equal(http_query(a, SPAN_LIT("q=Nguy%E1%BB%85n+A"), q, 3), 1);
    assert_true(span_is(q[0].value, "Nguyễn A"));
    assert_int_equal(http_query(a, SPAN_LIT("a&b&c&d"), q, 3), -1);
    assert_int_equal(http_query(a, SPAN_LIT("a&&b"), q, 3), -1);
    assert_int_equal(http_query(a, SPAN_LIT("=1"), q, 3), -1);
    assert_int_equal(http_query(a, SPAN_LIT("a&"), q, 3), -1);
    assert_int_equal(http_query(a, SPAN_LIT("a=%zz"), q, 3), -1);
    arena_free(a);
}

static void a_cookie_counts_only_when_given_once(void **state)
{
    static const struct {
        const char *fields, *want;
    } row[] = {
        {"Cookie: s=abc\r\n", "abc"},
        {"Cookie: a=b; s=abc; c=d\r\n", "abc"},
        {"cookie: a=b;s=a=c\r\n", "a=c"},
        {"Cookie: a=b\r\nCookie: s=x\r\n", "x"},
        {"Cookie: s=\r\n", ""},
        {"Cookie: a=b\r\n", NULL},
        {"Cookie: xs=b; S=c\r\n", NULL},
        {"Cookie: s\r\n", NULL},
        {"Cookie: s=1; s=2\r\n", NULL},
        {"Cookie: s=1; s=1\r\n", NULL},
        {"Cookie: s=1\r\nCookie: s=2\r\n", NULL},
        {"A: s=1\r\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct arena *a = arena_new(1 << 16);
        const char *p = arena_printf(a, GET H "%s\r\n", row[i].fields);
        struct http_head h;
        struct span got;
        size_t used;
        bool more;

        assert_int_equal(parse(p, strlen(p), &http_limits_default, a, &h, &used, &more), ERR_OK);
        got = http_head_cookie(&h, "s");
        if ((got.p != NULL) != (row[i].want != NULL) || (got.p && !span_is(got, row[i].want)))
            fail_msg("%s", row[i].fields);
        arena_free(a);
    }
}

static void vietnamese_unless_english_is_preferred(void **state)
{
    static const struct {
        const char *accept;
        enum lang want;
    } row[] = {
        {"", LANG_VI},
        {"vi-VN,vi;q=0.9,en;q=0.8", LANG_VI},
        {"en-US,en;q=0.9", LANG_EN},
        {"en;q=0.9, vi;q=0.8", LANG_EN},
        {"en;q=0.8, vi;q=0.9", LANG_VI},
        {"en, vi", LANG_VI},
        {"en;q=0", LANG_VI},
        {"en;q=0.001", LANG_EN},
        {"EN", LANG_EN},
        {"fr, de", LANG_VI},
        {"*", LANG_VI},
        {"en;q=1.5", LANG_VI},
        {"en;q=x", LANG_VI},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct arena *a = arena_new(1 << 16);
        const char *p = arena_printf(a, GET H "Accept-Language: %s\r\n\r\n", row[i].accept);
        struct http_head h;
        size_t used;
        bool more;

        assert_int_equal(parse(p, strlen(p), &http_limits_default, a, &h, &used, &more), ERR_OK);
        if (http_head_lang(&h) != row[i].want)
            fail_msg("Accept-Language: %s", row[i].accept);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_gets_its_strict_answer),
        cmocka_unit_test(cutting_the_bytes_anywhere_changes_nothing),
        cmocka_unit_test(facts_of_an_accepted_head),
        cmocka_unit_test(keep_alive_follows_version_and_connection),
        cmocka_unit_test(limits_pass_exactly_and_fail_one_over),
        cmocka_unit_test(an_endless_line_is_refused_when_the_limit_is_passed),
        cmocka_unit_test(chunked_bodies_are_framed_strictly),
        cmocka_unit_test(percent_decoding),
        cmocka_unit_test(queries_keep_order_and_refuse_what_is_odd),
        cmocka_unit_test(a_cookie_counts_only_when_given_once),
        cmocka_unit_test(vietnamese_unless_english_is_preferred),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
