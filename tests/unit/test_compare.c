/* Two answers of one report side by side: which cells differ, rows found again wherever they stand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/figures/compare.h"

static const char *differences(struct arena *a, const char *before, const char *after)
{
    struct compared c;
    struct buf b;
    struct jw w;
    const char *kept;

    buf_init(&b, 65536);
    w = jw_to(&b);
    if (!answers_compare(a, span_of(before), span_of(after), &c))
        return "unreadable";
    compared_json(&w, &c);
    kept = arena_strdup(a, buf_cstr(&b));
    buf_free(&b);
    return kept;
}

#define SAID(before, after, said) assert_string_equal(differences(a, before, after), said)

static void cells_are_told_by_their_rows(void **state)
{
    struct arena *a = arena_new((size_t)1 << 24);

    (void)state;
    SAID("{\"n\":1}", "{\"n\":1}", "[]");
    SAID("{\"n\":1}", "{\"n\":2}",
         "[{\"row\":\"\",\"title\":null,\"cell\":\"n\",\"before\":1,\"after\":2}]");
    SAID("{\"items\":[{\"key\":\"a\",\"title\":\"A\",\"n\":1},{\"key\":\"b\",\"n\":2}]}",
         "{\"items\":[{\"key\":\"b\",\"n\":2},{\"key\":\"a\",\"title\":\"A\",\"n\":5}]}",
         "[{\"row\":\"items/a\",\"title\":\"A\",\"cell\":\"n\",\"before\":1,\"after\":5}]");
    /* components of a score and the figures behind them by their names, not by their places */
    SAID("{\"items\":[{\"key\":\"a\",\"components\":[{\"component\":\"x\",\"n\":1},{\"component\":"
         "\"y\",\"n\":2,\"evidence\":[{\"figure\":\"total\",\"n\":3}]}]}]}",
         "{\"items\":[{\"key\":\"a\",\"components\":[{\"component\":\"y\",\"n\":2,\"evidence\":[{"
         "\"figure\":\"total\",\"n\":4}]},{\"component\":\"x\",\"n\":1}]}]}",
         "[{\"row\":\"items/a/components/y/evidence/total\",\"title\":null,\"cell\":\"n\","
         "\"before\":3,\"after\":4}]");
    /* a rate is a row of its own; a name that changed is a text */
    SAID("{\"total\":{\"rate\":{\"n\":1,\"of\":2,\"tenths\":500}}}",
         "{\"total\":{\"rate\":{\"n\":1,\"of\":0,\"tenths\":null}}}",
         "[{\"row\":\"total/rate\",\"title\":null,\"cell\":\"of\",\"before\":2,\"after\":0},"
         "{\"row\":\"total/rate\",\"title\":null,\"cell\":\"tenths\",\"before\":500,\"after\":null,"
         "\"after_text\":\"null\"}]");
    SAID("{\"items\":[{\"key\":\"a\",\"title\":\"Cũ\"}]}",
         "{\"items\":[{\"key\":\"a\",\"title\":\"Mới\"}]}",
         "[{\"row\":\"items/a\",\"title\":\"Mới\",\"cell\":\"title\",\"before\":null,"
         "\"before_text\":\"Cũ\",\"after\":null,\"after_text\":\"Mới\"}]");
    arena_free(a);
}

static void rows_come_and_go(void **state)
{
    struct arena *a = arena_new((size_t)1 << 24);

    (void)state;
    SAID("{\"items\":[]}", "{\"items\":[{\"kind\":\"agency\",\"key\":\"STC\",\"n\":1}]}",
         "[{\"row\":\"items/"
         "agency:STC\",\"title\":null,\"cell\":\"kind\",\"before\":null,\"after\":null,"
         "\"after_text\":\"agency\"},{\"row\":\"items/agency:STC\",\"title\":null,\"cell\":\"key\","
         "\"before\":null,\"after\":null,\"after_text\":\"STC\"},{\"row\":\"items/agency:STC\","
         "\"title\":null,\"cell\":\"n\",\"before\":null,\"after\":1}]");
    SAID("{\"items\":[{\"officer\":7,\"n\":1}]}", "{\"items\":[]}",
         "[{\"row\":\"items/7\",\"title\":null,\"cell\":\"officer\",\"before\":7,\"after\":null},"
         "{\"row\":\"items/7\",\"title\":null,\"cell\":\"n\",\"before\":1,\"after\":null}]");
    arena_free(a);
}

/* A column that came moves the others along: each cell is compared with that of its own column. */
static void cells_of_a_cross_table_are_found_by_their_column(void **state)
{
    struct arena *a = arena_new((size_t)1 << 24);

    (void)state;
    SAID(
        "{\"columns\":[{\"key\":\"p\",\"title\":\"P\"}],\"items\":[{\"key\":\"r\",\"title\":\"R\","
        "\"value\":{\"n\":4},\"cells\":[{\"n\":4}]}],\"total\":{\"key\":null,\"title\":\"T\","
        "\"value\":{\"n\":4},\"cells\":[{\"n\":4}]}}",
        "{\"columns\":[{\"key\":\"o\",\"title\":\"O\"},{\"key\":\"p\",\"title\":\"P\"}],\"items\":["
        "{\"key\":\"r\","
        "\"title\":\"R\",\"value\":{\"n\":4},\"cells\":[{\"n\":0},{\"n\":4}]}],\"total\":{\"key\":"
        "null,"
        "\"title\":\"T\",\"value\":{\"n\":5},\"cells\":[{\"n\":0},{\"n\":5}]}}",
        "[{\"row\":\"items/r/cells/o\",\"title\":\"R × "
        "O\",\"cell\":\"n\",\"before\":null,\"after\":0},"
        "{\"row\":\"items/r/cells/o\",\"title\":\"R × "
        "O\",\"cell\":\"key\",\"before\":null,\"after\":null,"
        "\"after_text\":\"o\"},"
        "{\"row\":\"items/r/cells/o\",\"title\":\"R × "
        "O\",\"cell\":\"title\",\"before\":null,\"after\":null,"
        "\"after_text\":\"R × O\"},"
        "{\"row\":\"total/value\",\"title\":\"T\",\"cell\":\"n\",\"before\":4,\"after\":5},"
        "{\"row\":\"total/cells/o\",\"title\":\"T × "
        "O\",\"cell\":\"n\",\"before\":null,\"after\":0},"
        "{\"row\":\"total/cells/o\",\"title\":\"T × "
        "O\",\"cell\":\"key\",\"before\":null,\"after\":null,"
        "\"after_text\":\"o\"},"
        "{\"row\":\"total/cells/o\",\"title\":\"T × "
        "O\",\"cell\":\"title\",\"before\":null,\"after\":null,"
        "\"after_text\":\"T × O\"},"
        "{\"row\":\"total/cells/p\",\"title\":\"T × P\",\"cell\":\"n\",\"before\":4,\"after\":5}]");
    arena_free(a);
}

static void the_asking_is_no_cell(void **state)
{
    struct arena *a = arena_new((size_t)1 << 24);

    (void)state;
    SAID("{\"as_of\":\"x\",\"next\":null}", "{\"as_of\":\"y\",\"next\":\"0.1\"}", "[]");
    SAID("{\"items\":[{\"key\":\"2026-11\",\"to\":\"x\",\"n\":1}]}",
         "{\"items\":[{\"key\":\"2026-11\",\"to\":\"y\",\"n\":1}]}", "[]");
    SAID("[]", "{}", "unreadable");
    SAID("{\"n\":1", "{}", "unreadable");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_told_by_their_rows),
        cmocka_unit_test(rows_come_and_go),
        cmocka_unit_test(cells_of_a_cross_table_are_found_by_their_column),
        cmocka_unit_test(the_asking_is_no_cell),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
