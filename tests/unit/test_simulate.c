/* The simulator: every scenario that travels with a procedure plays as it says; a wrong expectation
 * is found; mistakes of a scenario file are named with their place.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "common/base/arena.h"
#include "common/dossier/simulate.h"

struct beside {
    struct arena *a;
    const char *scenario;
};

static bool slurp(struct arena *a, const char *path, struct span *ret)
{
    FILE *f = fopen(path, "r");
    char *p = arena_alloc(a, (size_t)1 << 20);

    if (!f)
        return false;
    *ret = (struct span){p, fread(p, 1, (size_t)1 << 20, f)};
    return fclose(f) == 0;
}

static bool read_beside(void *ctx, const char *name, struct span *ret)
{
    struct beside *b = ctx;
    const char *slash = strrchr(b->scenario, '/');

    return slurp(b->a, arena_printf(b->a, "%.*s/%s", (int)(slash - b->scenario), b->scenario, name),
                 ret);
}

static bool plays(const char *path)
{
    struct arena *a = arena_new(SIMULATE_ARENA_MAX);
    struct beside b = {a, path};
    struct simulate_result r = {0};
    struct span text;
    struct buf out;

    buf_init(&out, 1 << 22);
    assert_true(slurp(a, path, &text));
    simulate_run(a, path, text, read_beside, &b, LANG_EN, SIMULATE_TEXT, &out, &r);
    if (!r.valid || r.differences)
        fprintf(stderr, "%s\n", buf_cstr(&out));
    buf_free(&out);
    arena_free(a);
    return r.valid && r.differences == 0 && r.steps > 0;
}

static void shipped_scenarios_play_as_they_say(void **state)
{
    glob_t g;
    size_t i, wrong = 0;

    (void)state;
    assert_int_equal(glob("config/procedures/*.scenario.yaml", 0, NULL, &g), 0);
    assert_true(g.gl_pathc >= 15);
    for (i = 0; i < g.gl_pathc; i++)
        wrong += !plays(g.gl_pathv[i]);
    globfree(&g);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_scenarios_play_as_they_say),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
