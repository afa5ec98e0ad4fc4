/* Any bytes as a calendar file: the reader answers with a calendar or with mistakes, and every
 * calendar it gives can be asked anything.  One thread. */
#include <stdlib.h>

#include "common/time/worktime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text {
    struct span base;
};

static bool base_of(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    const struct text *t = ctx;

    *ret_file = name;
    *ret_text = t->base;
    return t->base.n > 0;
}

static void must(bool what)
{
    if (!what)
        abort();
}

static void ask(const struct calendar *c, struct buf *out)
{
    lminute from = day_start(calendar_first_day(c)) + 600, due, more;
    struct interval pause = {from + 60, from + 3000};
    int64_t minutes = 0;
    int u;

    for (u = 0; u < UNIT_COUNT; u++) {
        struct quantity q = {13, 4, (enum unit)u};

        buf_clear(out);
        if (worktime_due_paused(c, from, q, &pause, 1, &due) != TIME_FINE)
            continue;
        must(worktime_explain(c, from, q, &pause, 1, LANG_VI, EXPLAIN_TEXT, out) == TIME_FINE);
        must(worktime_due(c, from, q, &more) == TIME_FINE && more <= due);
        must(worktime_elapsed(c, from, due, &minutes) == TIME_FINE && minutes >= 0);
    }
}

/* Before the first form feed: the file; after it: what it extends. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a;
    struct span own;
    struct text t;
    struct diags d;
    struct buf out;
    const struct calendar *c;

    if (size > 8192)
        return 0;
    a = arena_new(CALENDAR_ARENA_MAX);
    (void)span_cut((struct span){(const char *)data, size}, '\f', &own, &t.base);
    diags_init(&d, a);
    buf_init(&out, 1 << 24);
    c = calendar_compile(a, own, base_of, &t, &d);
    must((c == NULL) == (d.errors > 0));
    diags_print(&d, "calendar.yaml", own, LANG_VI, &out);
    if (c)
        ask(c, &out);
    buf_free(&out);
    arena_free(a);
    return 0;
}
