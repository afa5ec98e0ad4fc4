/* Pieces of the API that need no server: routes, permissions, rates, types of files, the store of
 * files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <ftw.h>

#include "server/api/api.h"
#include "server/api/limits.h"
#include "server/api/route.h"
#include "server/jobs/files.h"

/* ---- routes */

static void a_path_finds_its_route(void **state)
{
    static const struct {
        enum http_method method;
        const char *path, *pattern; /* NULL: none */
        unsigned params;
        const char *first;
    } cases[] = {
        {HTTP_GET, "/", "/", 0, NULL},
        {HTTP_GET, "/v1/session", "/v1/session", 0, NULL},
        {HTTP_HEAD, "/v1/session", "/v1/session", 0, NULL},
        {HTTP_GET, "/v1/dossiers/H24.11-261123-0001", "/v1/dossiers/{code}", 1,
         "H24.11-261123-0001"},
        {HTTP_POST, "/v1/dossiers/a/take-back", "/v1/dossiers/{code}/take-back", 1, "a"},
        {HTTP_GET, "/v1/dossiers/a/files/b", "/v1/dossiers/{code}/files/{hash}", 2, "a"},
        {HTTP_GET, "/v1/queue/counts", "/v1/queue/counts", 0, NULL},
        {HTTP_GET, "/v1/dossiers/a%20b", "/v1/dossiers/{code}", 1, "a%20b"}, /* raw here */
        {HTTP_GET, "/v1/session/", NULL, 0, NULL},
        {HTTP_GET, "//v1/session", NULL, 0, NULL},
        {HTTP_GET, "/v1/dossiers//history", NULL, 0, NULL},
        {HTTP_GET, "/V1/session", NULL, 0, NULL},
        {HTTP_GET, "/a/b/c/d/e/f/g/h/i/j", NULL, 0, NULL},
        {HTTP_GET, "", NULL, 0, NULL},
        {HTTP_GET, "v1", NULL, 0, NULL},
        {HTTP_DELETE, "/v1/dossiers", NULL, 0, NULL},
    };
    struct route_match m;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        router_match(cases[i].method, span_of(cases[i].path), false, &m);
        if (!cases[i].pattern) {
            assert_null(m.route);
            continue;
        }
        assert_non_null(m.route);
        assert_string_equal(m.route->pattern, cases[i].pattern);
        assert_int_equal(m.params, cases[i].params);
        if (cases[i].first)
            assert_true(span_is(m.param[0], cases[i].first));
    }
}

static void another_method_is_told_what_is_allowed(void **state)
{
    struct route_match m;
    struct buf b;

    (void)state;
    router_match(HTTP_PATCH, SPAN_LIT("/v1/session"), false, &m);
    assert_null(m.route);
    buf_init(&b, 256);
    router_allow(m.allowed, &b);
    assert_string_equal(buf_cstr(&b), "GET, HEAD, POST, DELETE");
    buf_free(&b);
    router_match(HTTP_GET, SPAN_LIT("/v1/nothing"), false, &m);
    assert_int_equal(m.allowed, 0);
}

static void the_listener_of_operations_serves_nothing_else(void **state)
{
    struct route_match m;

    (void)state;
    router_match(HTTP_GET, SPAN_LIT("/livez"), true, &m);
    assert_non_null(m.route);
    router_match(HTTP_GET, SPAN_LIT("/v1/session"), true, &m);
    assert_null(m.route);
}

/* Silence means no; only what is meant to be public is public. */
static void every_route_has_its_permission(void **state)
{
    static const char *const open_to_all[] = {
        "/",
        "/dang-nhap",
        "/problems/{code}",
        "/api",
        "/openapi.json",
        "/tra-cuu",
        "/livez",
        "/readyz",
        "/metrics",
        "/version",
        "/v1/session",
        "/v1/sso",
        "/v1/sso/session",
        /* pages and files without a person's data */
        "/web/{file}",
        "/web/{build}/{file}",
        "/web/diagram.css",
        "/lam-viec",
        "/lam-viec/{screen}",
        "/lam-viec/{screen}/{item}",
        "/lam-viec/{screen}/{item}/{part}",
        "/v1/demo",
        "/v1/seals",
        "/thu-tuc",
        "/thu-tuc/{code}",
        "/thu-tuc/{code}/so-do.svg",
        /* halls: a kiosk vouches with its token, an appointment with its code */
        "/lay-so",
        "/lay-so/mo",
        "/bang-goi",
        "/dat-lich",
        "/dat-lich/ma",
        "/dat-lich/huy",
        "/dat-lich/lich",
        "/v1/halls",
        "/v1/tickets/board",
        "/v1/tickets/board/events",
        "/v1/appointments",
        "/v1/appointments/slots",
        "/v1/appointments/cancel",
        /* signed by the platform */
        "/v1/payments/callback/{provider}",
        /* by the gateway to the national portal */
        "/v1/portal/take",
        "/v1/portal/told",
    };
    size_t i, k;

    (void)state;
    for (i = 0; i < router_count(); i++) {
        const struct route *r = router_at(i);
        if (r->permission != PERM_PUBLIC) {
            assert_true(permission_roles(r->permission) != 0);
            assert_true((permission_roles(r->permission) & (1u << ROLE_SYSTEM)) == 0);
            continue;
        }
        for (k = 0; k < sizeof open_to_all / sizeof *open_to_all; k++)
            if (strcmp(open_to_all[k], r->pattern) == 0)
                break;
        assert_true(k < sizeof open_to_all / sizeof *open_to_all);
    }
}

/* ---- rates */

static struct limits *slow(void)
{
    struct limit_rate r[LIMIT_KINDS] = {[LIMIT_PEER] = {1000000, 3}, [LIMIT_TRACK] = {500000, 1}};

    return limits_new(r);
}

static void a_bucket_holds_its_burst_and_fills_again(void **state)
{
    struct limits *l = slow();
    int64_t wait, now = 1000000000;
    int i;

    (void)state;
    for (i = 0; i < 3; i++)
        assert_true(limits_take(l, LIMIT_PEER, "a", 1, now, &wait));
    assert_false(limits_take(l, LIMIT_PEER, "a", 1, now, &wait));
    assert_true(wait == 1000000);
    assert_true(limits_take(l, LIMIT_PEER, "b", 1, now, &wait));  /* others are not concerned */
    assert_true(limits_take(l, LIMIT_TRACK, "a", 1, now, &wait)); /* nor other kinds */
    assert_false(limits_take(l, LIMIT_PEER, "a", 1, now + 999999, &wait));
    assert_true(limits_take(l, LIMIT_PEER, "a", 1, now + 1000000, &wait));
    assert_false(limits_take(l, LIMIT_PEER, "a", 1, now + 1000000, &wait));
    for (i = 0; i < 3; i++)
        assert_true(limits_take(l, LIMIT_PEER, "a", 1, now + 60000000, &wait));
    assert_false(limits_take(l, LIMIT_PEER, "a", 1, now + 60000000, &wait));
    limits_free(l);
}

static void looking_takes_nothing(void **state)
{
    struct limits *l = slow();
    int64_t wait;
    int i;

    (void)state;
    for (i = 0; i < 10; i++)
        assert_true(limits_room_peer(l, LIMIT_TRACK, "10.0.0.1", "x", 5000000, &wait));
    assert_true(limits_take_peer(l, LIMIT_TRACK, "10.0.0.1", "x", 5000000, &wait));
    assert_false(limits_room_peer(l, LIMIT_TRACK, "10.0.0.1", "x", 5000000, &wait));
    limits_free(l);
}

static void addresses_count_as_people_do(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true}, /* one /64 */
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"::ffff:192.0.2.1", "192.0.2.1", true},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct limits *l = slow();
        int64_t wait;

        assert_true(limits_take_peer(l, LIMIT_TRACK, cases[i].a, NULL, 1000000, &wait));
        assert_int_equal(limits_take_peer(l, LIMIT_TRACK, cases[i].b, NULL, 1000000, &wait),
                         !cases[i].same);
        limits_free(l);
    }
}

/* A flood of a million addresses needs no more memory, and the honest one still gets in. */
static void memory_does_not_grow(void **state)
{
    struct limits *l = slow();
    int64_t wait, i;

    (void)state;
    for (i = 0; i < 1000000; i++)
        (void)limits_take(l, LIMIT_PEER, &i, sizeof i, 1000000 + i, &wait);
    assert_true(limits_take(l, LIMIT_PEER, "honest", 6, 3000000, &wait));
    limits_free(l);
}

/* ---- types by content */

static void a_type_is_told_by_the_very_first_bytes(void **state)
{
    static const struct {
        const char *p;
        size_t n;
        enum file_type type;
    } cases[] = {
#define S(text, type) {text, sizeof(text) - 1, type}
        S("%PDF-1.7\n...", FILE_PDF),
        S("%PDF-2.0\n", FILE_PDF),
        S("%PDF-3.0\n", FILE_UNKNOWN),
        S("%PDF-1", FILE_UNKNOWN),
        S("\n%PDF-1.7\n", FILE_UNKNOWN),
        S("\xff\xd8\xff\xe0\x00\x10JFIF", FILE_JPEG),
        S("\xff\xd8\xff", FILE_UNKNOWN),
        S("\xff\xd8\xff\xff", FILE_UNKNOWN),
        S("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1", FILE_PNG),
        S("\x89PNG\r\n\x1a\n\0\0\0\x0dJHDR\0\0\0\1\0\0\0\1", FILE_UNKNOWN),
        S("\x89PNG\n\x1a\n", FILE_UNKNOWN),
        S("PK\3\4aaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Types].xml", FILE_DOCX),
        S("PK\3\4aaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Typos].xml", FILE_UNKNOWN),
        S("PK\3\4", FILE_UNKNOWN),
        S("<svg>", FILE_UNKNOWN),
        S("", FILE_UNKNOWN),
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(file_sniff((struct span){cases[i].p, cases[i].n}), cases[i].type);
}

/* ---- the store of files */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static void what_is_committed_is_found_by_its_hash(void **state)
{
    char dir[] = "/tmp/motcua-files-XXXXXX", back[8] = "";
    uint8_t hash[SHA256_BYTES], again[SHA256_BYTES], want[SHA256_BYTES];
    struct file_writer *w;
    int64_t size;
    int fd;

    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_true(file_store_prepare(dir));
    w = file_writer_new(dir);
    assert_true(file_writer_add(w, "một ", 6));
    assert_true(file_writer_add(w, "!", 1));
    assert_true(file_writer_commit(w, hash, &size));
    sha256("một !", 7, want);
    assert_memory_equal(hash, want, sizeof want);
    assert_int_equal(size, 7);
    w = file_writer_new(dir);
    assert_true(file_writer_add(w, "một !", 7));
    assert_true(file_writer_commit(w, again, &size)); /* the same again */
    assert_memory_equal(again, hash, sizeof hash);
    fd = file_open(dir, hash, &size);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, back, sizeof back), 7);
    close(fd);
    want[0] ^= 1;
    assert_int_equal(file_open(dir, want, &size), -1);
    w = file_writer_new(dir);
    assert_true(file_writer_add(w, "x", 1));
    assert_null(file_writer_abandon(w));
    (void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void a_store_that_is_not_there_says_so(void **state)
{
    struct file_writer *w = file_writer_new("/nonexistent/motcua");
    uint8_t hash[SHA256_BYTES];
    int64_t size;

    (void)state;
    assert_false(file_store_prepare("/nonexistent/motcua"));
    assert_false(file_writer_add(w, "x", 1));
    assert_false(file_writer_commit(w, hash, &size));
    assert_int_equal(file_open("/nonexistent/motcua", hash, &size), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_its_route),
        cmocka_unit_test(another_method_is_told_what_is_allowed),
        cmocka_unit_test(the_listener_of_operations_serves_nothing_else),
        cmocka_unit_test(every_route_has_its_permission),
        cmocka_unit_test(a_bucket_holds_its_burst_and_fills_again),
        cmocka_unit_test(looking_takes_nothing),
        cmocka_unit_test(addresses_count_as_people_do),
        cmocka_unit_test(memory_does_not_grow),
        cmocka_unit_test(a_type_is_told_by_the_very_first_bytes),
        cmocka_unit_test(what_is_committed_is_found_by_its_hash),
        cmocka_unit_test(a_store_that_is_not_there_says_so),
    };

    router_init();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
