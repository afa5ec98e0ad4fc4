/* Conditions: what they mean, what is said of them before any dossier exists.
 * Owns its arenas; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/procedure/expr.h"
#include "common/time/civil.h"

static const char *const NAMES[] = {"n", "m", "t", "flag", "day", "kind"};
static const char *const KINDS[] = {"a", "b", "c"};

static enum value_type type_of(void *ctx, const char *name)
{
    static const enum value_type types[] = {VALUE_INT,  VALUE_INT,  VALUE_TEXT,
                                            VALUE_BOOL, VALUE_DATE, VALUE_TEXT};
    size_t i;

    (void)ctx;
    for (i = 0; i < 6; i++)
        if (strcmp(NAMES[i], name) == 0)
            return types[i];
    return VALUE_NONE;
}

static const char *const *words_of(void *ctx, const char *name, size_t *ret_n)
{
    (void)ctx;
    *ret_n = strcmp(name, "kind") == 0 ? 3 : 0;
    return *ret_n ? KINDS : NULL;
}

static const struct expr_scope SCOPE = {type_of, words_of, NULL, NAMES, 6};

struct world {
    bool filled;
    int64_t n;
    const char *t;
    bool flag;
};

static struct value value_of(void *ctx, const char *name)
{
    const struct world *w = ctx;

    if (!w->filled)
        return (struct value){0};
    if (strcmp(name, "n") == 0 || strcmp(name, "m") == 0)
        return (struct value){VALUE_INT, w->n, SPAN_NONE};
    if (strcmp(name, "flag") == 0)
        return (struct value){VALUE_BOOL, w->flag, SPAN_NONE};
    if (strcmp(name, "day") == 0)
        return (struct value){VALUE_DATE, w->n, SPAN_NONE};
    return (struct value){VALUE_TEXT, 0, span_of(w->t)};
}

static struct expr *compile(struct arena *a, const char *text, struct diags *d)
{
    diags_init(d, a);
    return expr_compile_in(a, text, (struct mark){1, 1}, &SCOPE, d);
}

static void conditions_mean_what_they_say(void **state)
{
    /* world: n = 5, m = 5, t = "b", flag = true, day = 1970-01-06 */
    static const struct {
        const char *text;
        bool holds;
    } cases[] = {
        {"n = 5", true},
        {"n != 5", false},
        {"n < 5", false},
        {"n <= 5", true},
        {"n >= 6", false},
        {"5 >= n", true},
        {"n > -1", true},
        {"n = m", true},
        {"n in [1, 5, 9]", true},
        {"n not in [1, 5, 9]", false},
        {"t = 'b'", true},
        {"t = \"b\"", true},
        {"t < 'c'", true},
        {"t in ['x', 'y']", false},
        {"flag", true},
        {"not flag", false},
        {"flag = false", false},
        {"day = 1970-01-06", true},
        {"day < 2021-12-01", true},
        {"n = 5 and t = 'x'", false},
        {"n = 4 or t = 'b'", true},
        {"n = 4 or t = 'b' and flag", true},
        {"(n = 4 or t = 'b') and not flag", false},
        {"not n = 4 and not (t = 'x')", true},
        {"not not flag", true},
        {"n <= 500_000_000", true},
    };
    struct world w = {true, 5, "b", true};
    struct arena *a = arena_new(1 << 22);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diags d;
        struct expr *e = compile(a, cases[i].text, &d);
        if (!e || expr_eval(e, value_of, &w) != cases[i].holds)
            fail_msg("%s", cases[i].text);
        assert_string_equal(expr_text(e), cases[i].text);
        assert_int_equal(expr_partial(e, value_of, &w), cases[i].holds ? TRI_TRUE : TRI_FALSE);
    }
    arena_free(a);
}

static void a_comparison_with_nothing_is_false(void **state)
{
    struct world w = {false, 0, NULL, false};
    struct arena *a = arena_new(1 << 22);
    struct diags d;

    (void)state;
    assert_false(expr_eval(compile(a, "n = 0", &d), value_of, &w));
    assert_false(expr_eval(compile(a, "n != 0", &d), value_of, &w));
    assert_false(expr_eval(compile(a, "flag", &d), value_of, &w));
    assert_true(expr_eval(compile(a, "not n = 0", &d), value_of, &w));
    /* For the checker a field without value may be anything. */
    assert_int_equal(expr_partial(compile(a, "n = 0", &d), value_of, &w), TRI_UNKNOWN);
    assert_int_equal(expr_partial(compile(a, "n = 0 or 1 = 1", &d), value_of, &w), TRI_TRUE);
    arena_free(a);
}

static void dead_conditions_are_found(void **state)
{
    static const struct {
        const char *text;
        int code; /* 0 depends, 307 never, 308 always */
    } cases[] = {
        {"n < 1 and n > 2", 307},
        {"n < 1 and n > -1", 0}, /* zero */
        {"n <= 1 and n >= 1", 0},
        {"n = 1 and n = 2", 307},
        {"n = 1 and n != 1", 307},
        {"t = 'a' and t = 'b'", 307},
        {"t > 'a' and t < 'b'", 0},
        {"kind != 'a' and kind != 'b' and kind != 'c'", 307},
        {"kind != 'a' and kind != 'b'", 0},
        {"day > 2021-01-02 and day < 2021-01-03", 307},
        {"flag and not flag", 307},
        {"1 = 2", 307},
        {"flag or not flag", 308},
        {"n <= 5 or n > 5", 0}, /* not when n is not filled in */
        {"not (n < 1 and n > 2)", 308},
        {"1 < 2", 308},
        {"n < m and m < n", 0}, /* two fields: nothing is claimed */
        {"n in [1, 2] and n not in [1, 2, 3]", 307},
        {"n not in [1, 2] and n in [1, 2, 3]", 0},
    };
    struct arena *a = arena_new(1 << 22);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diags d;
        struct expr *e = compile(a, cases[i].text, &d);
        int code = d.n ? (d.item[0].code[1] - '0') * 100 + (d.item[0].code[3] - '0') : 0;
        bool value;
        if (code != cases[i].code || (e == NULL) != (code == 307) || d.n > 1)
            fail_msg("%s: %d", cases[i].text, code);
        if (e)
            assert_int_equal(expr_constant(e, &value), code == 308);
    }
    arena_free(a);
}

static void ways_on_cover_every_dossier(void **state)
{
    static const struct {
        const char *text[3];
        bool covers;
    } cases[] = {
        {{"n <= 5", "n > 5", NULL}, true},
        {{"n <= 5", "n > 6", NULL}, false},
        {{"n < 5", "n > 5", "n = 5"}, true},
        {{"flag", "not flag", NULL}, true},
        {{"kind = 'a'", "kind in ['b', 'c']", NULL}, true},
        {{"kind = 'a'", "kind = 'b'", NULL}, false},
        {{"n <= 5 and flag", "n > 5", "not flag"}, true},
        {{"t = 'a'", NULL, NULL}, false},
    };
    struct arena *a = arena_new(1 << 22);
    size_t i, n;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct expr *e[3];
        struct diags d;
        for (n = 0; n < 3 && cases[i].text[n]; n++)
            e[n] = compile(a, cases[i].text[n], &d);
        assert_int_equal(expr_exhaustive(e, n), cases[i].covers);
    }
    arena_free(a);
}

/* The place is that of the file: column of the text plus characters before the mistake. */
static void mistakes_stand_at_their_column(void **state)
{
    static const struct {
        const char *text, *code;
        int col; /* in the text, from 1 */
    } cases[] = {
        {"", "P302", 1},
        {"n =", "P302", 4},
        {"n = 5 n", "P302", 7},
        {"t = 'đường' & n", "P301", 13},
        {"n = 5)", "P302", 6},
        {"(n = 5", "P302", 7},
        {"x = 5", "P303", 1},
        {"n = 'a'", "P304", 5},
        {"n = 2021-01-01", "P304", 5},
        {"flag and n", "P305", 10},
        {"flag > true", "P304", 1},
        {"t = 'a", "P309", 5},
        {"n in [1, 'a']", "P304", 10},
        {"n in [1, m]", "P302", 10},
        {"n in 5", "P302", 6},
        {"n not 5", "P302", 7},
        {"kind = 'd'", "P310", 8},
        {"n = 1234567890123456", "P301", 5},
        {"n = 12x", "P301", 5},
        {"n = 1.5", "P301", 5},
        {"n == 5", "P301", 3},
        {"n = 5 && flag", "P301", 7},
    };
    struct arena *a = arena_new(1 << 22);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diags d;
        diags_init(&d, a);
        if (expr_compile_in(a, cases[i].text, (struct mark){7, 21}, &SCOPE, &d) || d.n != 1 ||
            strcmp(d.item[0].code, cases[i].code) != 0 || d.item[0].at.line != 7 ||
            d.item[0].at.col != 20 + cases[i].col)
            fail_msg("%s: %s at %d", cases[i].text, d.n ? d.item[0].code : "none",
                     d.n ? d.item[0].at.col - 20 : 0);
    }
    arena_free(a);
}

static void size_has_its_bounds(void **state)
{
    struct arena *a = arena_new(1 << 22);
    char text[2048];
    struct diags d;
    size_t i;

    (void)state;
    memset(text, '(', 1000);
    text[1000] = '\0';
    assert_null(compile(a, text, &d));
    assert_string_equal(d.item[0].code, "P306");
    text[EXPR_DEPTH_MAX + 1] = '\0';
    assert_null(compile(a, text, &d));
    assert_string_equal(d.item[0].code, "P306");
    for (i = 0; i < 100; i++)
        memcpy(text + 4 * i, "not ", 4);
    memcpy(text + 400, "flag", 5);
    assert_null(compile(a, text, &d));
    assert_string_equal(d.item[0].code, "P306");
    /* A long chain is not deep. */
    for (i = 0, text[0] = '\0'; i < 60; i++)
        memcpy(text + 8 * i, "flag or ", 8);
    memcpy(text + 480, "n = 1", 6);
    assert_non_null(compile(a, text, &d));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_mean_what_they_say),
        cmocka_unit_test(a_comparison_with_nothing_is_false),
        cmocka_unit_test(dead_conditions_are_found),
        cmocka_unit_test(ways_on_cover_every_dossier),
        cmocka_unit_test(mistakes_stand_at_their_column),
        cmocka_unit_test(size_has_its_bounds),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
