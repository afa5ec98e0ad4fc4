/* Answers of PostgreSQL read in place: what is whole, what belongs to which row, and what a server
 * that lies about its lengths achieves (nothing). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/db/db.h"
#include "server/db/pgwire.h"

#define ROW_AB   "D\0\0\0\x10\0\2\0\0\0\1a\0\0\0\1b" /* two columns: a, b */
#define ROW_NULL "D\0\0\0\x0e\0\2\xff\xff\xff\xff\0\0\0\0"
#define NOTICE   "N\0\0\0\x10SNOTICE\0M!\0\0"
#define ERROR    "E\0\0\0\x11VERROR\0C23505\0" /* the last NUL is not within */
#define READY    "Z\0\0\0\5I"

/* The wire with those bytes having come; from + n: the literal's NUL is left out. */
static struct pgwire came(const char *bytes, size_t n)
{
    struct pgwire w = {.fd = -1};

    w.in = malloc(n);
    assert_non_null(w.in);
    memcpy(w.in, bytes, n);
    w.in_n = w.in_cap = n;
    return w;
}
#define CAME(literal) came(literal, sizeof(literal) - 1)

static void rows_are_those_before_the_end_whatever_stands_between(void **state)
{
    struct pgwire w = CAME(NOTICE ROW_AB NOTICE ROW_NULL READY);
    struct pgwire_message m;
    struct db_rows r;

    (void)state;
    assert_true(pgwire_next(&w, &m) && m.type == 'N');
    assert_string_equal(pgwire_field(&m, 'M'), "!");
    assert_string_equal(pgwire_field(&m, 'C'), "");
    assert_true(pgwire_next(&w, &m) && m.type == 'N');
    assert_true(pgwire_next(&w, &m) && m.type == 'Z');
    assert_true(pgwire_rows(&w, &r));
    assert_int_equal(db_count(&r), 2);
    r.jsonb = 0;
    assert_memory_equal(db_get_span(&r, 0, 1).p, "b", 1);
    assert_true(db_is_null(&r, 1, 0));
    assert_null(db_get_span(&r, 1, 0).p);
    assert_false(db_is_null(&r, 1, 1)); /* empty is not null */
    assert_int_equal(db_get_span(&r, 1, 1).n, 0);
    pgwire_begin(&w);
    assert_int_equal(w.in_n, 0);
    pgwire_close(&w);
}

static void nothing_is_told_before_it_is_whole(void **state)
{
    static const char all[] = ROW_AB READY;

    (void)state;
    for (size_t n = 0; n < sizeof all - 1; n++) {
        struct pgwire w = came(all, n ? n : 1);
        struct pgwire_message m;

        w.in_n = n;
        assert_false(pgwire_next(&w, &m));
        assert_false(w.bad);
        pgwire_close(&w);
    }
}

static void lengths_that_cannot_be_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        bool rows; /* seen only when the values are looked at */
    } cases[] = {
#define CASE(literal, rows) {literal, sizeof(literal) - 1, rows}
        CASE("Z\0\0\0\3I", false),                            /* shorter than its own length */
        CASE("Z\xff\xff\xff\xffI", false),                    /* longer than any answer */
        CASE("D\0\0\0\5\0" READY, false),                     /* a row without its count */
        CASE(ROW_AB "D\0\0\0\x0b\0\1\0\0\0\1a" READY, false), /* another count */
        CASE("D\0\0\0\6\xff\xff" READY, false),               /* more columns than allowed */
        CASE("D\0\0\0\x0b\0\1\0\0\0\2a" READY, true),         /* a value past its row */
        CASE("D\0\0\0\x0b\0\2\0\0\0\1a" READY, true),         /* a column that is not there */
        CASE("D\0\0\0\x0c\0\1\0\0\0\1ab" READY, true),        /* bytes nobody owns */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pgwire w = came(cases[i].bytes, cases[i].n);
        struct pgwire_message m = {0};
        struct db_rows r;

        while (pgwire_next(&w, &m))
            continue;
        assert_int_equal(w.bad, !cases[i].rows);
        if (cases[i].rows) {
            assert_int_equal(m.type, 'Z');
            assert_false(pgwire_rows(&w, &r));
        }
        pgwire_close(&w);
    }
}

static void a_field_that_does_not_end_is_none(void **state)
{
    struct pgwire w = CAME(ERROR "\0Z");
    struct pgwire_message m;

    (void)state;
    assert_true(pgwire_next(&w, &m) && m.type == 'E');
    assert_string_equal(pgwire_field(&m, 'V'), "ERROR");
    assert_string_equal(pgwire_field(&m, 'C'), ""); /* its NUL is the next message's */
    pgwire_close(&w);
}

static void arguments_are_counted_as_they_are_written(void **state)
{
    static const char want[] = "\0\3\0\0\0\2xy\xff\xff\xff\xff\0\0\0\0";
    const char *value[] = {"xy", NULL, ""};
    const int len[] = {2, 0, 0};
    char to[sizeof want - 1];

    (void)state;
    assert_int_equal(pgwire_args(NULL, 3, value, len), sizeof to);
    assert_int_equal(pgwire_args(to, 3, value, len), sizeof to);
    assert_memory_equal(to, want, sizeof to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_before_the_end_whatever_stands_between),
        cmocka_unit_test(nothing_is_told_before_it_is_whole),
        cmocka_unit_test(lengths_that_cannot_be_are_refused),
        cmocka_unit_test(a_field_that_does_not_end_is_none),
        cmocka_unit_test(arguments_are_counted_as_they_are_written),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
