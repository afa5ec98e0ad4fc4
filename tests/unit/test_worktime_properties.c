/* Properties of the calculator on random inputs: a counter that walks minute by minute, written
 * apart from the calculator, agrees; dues are monotone; elapsed gives the budget back.
 * The seed is printed; MOTCUA_TEST_SEED repeats a run.  Owns its fixture; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/lib/brute.h"

/* The other compiler's sanitizers watch fewer of them. */
#ifdef __clang__
#define ROUNDS 25000
#else
#define ROUNDS 100000
#endif

static struct fixture *fx;
static uint64_t seed, state64;

/* splitmix64 */
static uint64_t next_random(void)
{
    uint64_t z = state64 += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static int64_t between(int64_t low, int64_t high)
{
    return low + (int64_t)(next_random() % (uint64_t)(high - low + 1));
}

/* ---- the brute force: the first half of 2026 ---------------------------------------------- */

#define BRUTE_DAYS 181

static struct brute brute[FIXTURE_CALENDARS];

/* ---- inputs ------------------------------------------------------------------------------ */

static const enum unit tried[] = {UNIT_HOUR,         UNIT_WORKING_DAY, UNIT_WORKING_DAY_EOD,
                                  UNIT_CALENDAR_DAY, UNIT_HALF_DAY,    UNIT_SAME_DAY};

/* Mostly at hours when people work, sometimes at the edges of a session, sometimes at night. */
static lminute random_minute(const struct brute *b, int days)
{
    static const int edge[] = {449, 450, 451, 690, 691, 780, 810, 900, 901, 1020, 1021, 0, 1439};
    int64_t kind = between(0, 3), clock = between(0, 1439);

    if (kind == 0)
        clock = edge[between(0, (int64_t)(sizeof edge / sizeof *edge) - 1)];
    else if (kind < 3)
        clock = between(440, 1030);
    return b->first + between(1, days) * DAY_MINUTES + clock;
}

static void disagree(const struct brute *b, const char *what, lminute from, int64_t quarters,
                     enum unit unit, lminute got, lminute want)
{
    char a[64], g[64], w[64];

    lminute_words(from, true, a);
    lminute_words(got, true, g);
    lminute_words(want, true, w);
    fail_msg("seed %llu: %s on %s from %s, %lld quarters of %s: %s, by brute force %s",
             (unsigned long long)seed, what, b->c->name, a, (long long)quarters, unit_name(unit), g,
             w);
}

static void a_minute_by_minute_counter_agrees(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        const struct brute *b = &brute[between(0, (int64_t)fx->n - 1)];
        enum unit unit = tried[between(0, 5)];
        int64_t quarters = between(0, unit == UNIT_HOUR ? 80 : 40);
        lminute from = random_minute(b, 100), due = 0, want;

        want = brute_due(b, from, (struct quantity){quarters, 4, unit});
        assert_int_equal(
            worktime_due(b->c->calendar, from, (struct quantity){quarters, 4, unit}, &due),
            TIME_FINE);
        if (due != want)
            disagree(b, "due", from, quarters, unit, due, want);
    }
}

static void elapsed_agrees_with_the_counter(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS / 4; i++) {
        const struct brute *b = &brute[between(0, (int64_t)fx->n - 1)];
        lminute from = random_minute(b, 160), to = from + between(0, 12 * DAY_MINUTES);
        int64_t got = -1, want = brute_elapsed(b, from, to);

        assert_int_equal(worktime_elapsed(b->c->calendar, from, to, &got), TIME_FINE);
        if (got != want)
            disagree(b, "elapsed", from, to - from, UNIT_HOUR, got, want);
        assert_int_equal(worktime_elapsed(b->c->calendar, to, from, &got), TIME_FINE);
        assert_int_equal(got, -want);
    }
}

static void elapsed_gives_the_budget_of_hours_back(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        const struct brute *b = &brute[between(0, (int64_t)fx->n - 1)];
        const struct calendar *c = b->c->calendar;
        lminute from = random_minute(b, 100), start = 0, due = 0;
        int64_t minutes = between(0, 10000), got = -1;

        assert_int_equal(worktime_start(c, from, &start), TIME_FINE);
        assert_int_equal(worktime_due(c, from, (struct quantity){minutes, 60, UNIT_HOUR}, &due),
                         TIME_FINE);
        assert_int_equal(worktime_elapsed(c, start, due, &got), TIME_FINE);
        assert_int_equal(got, minutes);
    }
}

/* A Saturday that is open and yet not counted is no n-th day of anything: "the same clock on the
 * next counted day" from Saturday 10:00 comes before that from Friday 16:00.  So the clock-keeping
 * unit is monotone in the start where every open day counts; all others always are. */
static bool every_open_day_counts(const struct fixture_calendar *c)
{
    int w;

    for (w = 0; w < 7; w++)
        if (c->uncounted[w] && c->week[w].n)
            return false;
    return true;
}

static void due_is_monotone_in_the_start(void **state)
{
    static const enum unit all[] = {
        UNIT_HOUR,         UNIT_HALF_DAY, UNIT_WORKING_DAY, UNIT_WORKING_DAY_EOD,
        UNIT_CALENDAR_DAY, UNIT_MONTH,    UNIT_SAME_DAY};
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        const struct brute *b = &brute[between(0, (int64_t)fx->n - 1)];
        enum unit unit = all[between(0, 6)];
        struct quantity q = {unit == UNIT_MONTH ? between(0, 4) : between(0, 20), 2, unit};
        lminute from = random_minute(b, 100), later = from + between(0, 3 * DAY_MINUTES);
        lminute due = 0, due_later = 0;

        if ((unit == UNIT_WORKING_DAY || unit == UNIT_HALF_DAY) && !every_open_day_counts(b->c))
            continue;
        if (unit == UNIT_WORKING_DAY_EOD && q.num == 0)
            continue; /* no limit at all */
        assert_int_equal(worktime_due(b->c->calendar, from, q, &due), TIME_FINE);
        assert_int_equal(worktime_due(b->c->calendar, later, q, &due_later), TIME_FINE);
        if (due > due_later)
            disagree(b, "start monotone", from, later - from, unit, due, due_later);
    }
}

/* A fraction of a day is worth the calendar's day_minutes; on a day shorter than that 0.75 may
 * reach further than 1.  So fractions are monotone where all counted days are alike, whole
 * quantities everywhere. */
static void due_is_monotone_in_the_quantity(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        const struct brute *b = &brute[between(0, (int64_t)fx->n - 1)];
        enum unit unit = (enum unit)between(0, UNIT_MONTH);
        bool alike = strcmp(b->c->name, "STD75") == 0 || strcmp(b->c->name, "STD80") == 0 ||
                     strcmp(b->c->name, "STD75_CUT15") == 0 ||
                     strcmp(b->c->name, "STD75_MAKEUP") == 0;
        int64_t den = unit == UNIT_HOUR || unit == UNIT_MONTH || alike ? between(1, 60) : 1;
        int64_t most = unit == UNIT_MONTH ? 3 : 12, start = unit == UNIT_WORKING_DAY_EOD;
        struct quantity q = {between(start, most * den), den, unit};
        struct quantity more = {q.num + between(0, den), den, unit};
        lminute from = random_minute(b, 60), due = 0, due_more = 0;

        if (unit == UNIT_HALF_DAY && !alike)
            continue;
        assert_int_equal(worktime_due(b->c->calendar, from, q, &due), TIME_FINE);
        assert_int_equal(worktime_due(b->c->calendar, from, more, &due_more), TIME_FINE);
        if (due > due_more)
            disagree(b, "quantity monotone", from, q.num, unit, due, due_more);
    }
}

static void pauses_add_their_session_time(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS / 10; i++) {
        const struct brute *b = &brute[between(0, (int64_t)fx->n - 1)];
        struct interval p[3];
        struct quantity q = {between(1, 10), 1, UNIT_WORKING_DAY};
        lminute from = random_minute(b, 60), due = 0, want = 0;
        int64_t paused = 0;
        int k;

        p[0].from = from + between(0, 1000); /* apart from each other, in any order */
        for (k = 0; k < 3; k++) {
            if (k)
                p[k].from = p[k - 1].to + between(0, 1000);
            p[k].to = p[k].from + between(0, 4000);
            paused += brute_elapsed(b, p[k].from, p[k].to);
        }
        if (next_random() & 1) {
            struct interval t = p[0];
            p[0] = p[2];
            p[2] = t;
        }
        assert_int_equal(worktime_due(b->c->calendar, from, q, &want), TIME_FINE);
        assert_int_equal(worktime_due_paused(b->c->calendar, from, q, p, 3, &due), TIME_FINE);
        assert_int_equal(due, brute_add(b, want, paused));
    }
}

/* 40 years of working days; the bound holds for sanitized builds on a busy machine, the release
 * build is measured by tests/bench/bench_worktime.c. */
static void ten_thousand_working_days_are_quick(void **state)
{
    static const char yaml[] = "calendar: long\nname: {vi: \"Dài\", en: \"Long\"}\n"
                               "from: 2018-01-01\nuntil: 2100-12-31\nextends: office\n";
    struct arena *a = arena_new(CALENDAR_ARENA_MAX);
    struct diags d;
    const struct calendar *c = fixture_compile(a, yaml, &d);
    lminute from = fixture_minute("2026-03-02 10:00"), due = 0;
    struct timespec t0, t1;
    int64_t ns;
    int i;

    (void)state;
    assert_non_null(c);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
    for (i = 0; i < 1000; i++)
        assert_true(worktime_due(c, from + i, (struct quantity){20001, 2, UNIT_WORKING_DAY},
                                 &due) == TIME_FINE);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
    ns = (t1.tv_sec - t0.tv_sec) * 1000000000 + (t1.tv_nsec - t0.tv_nsec);
    printf("# %lld ns for 10000.5 working days\n", (long long)ns / 1000);
    assert_true(ns / 1000 < 20000);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_by_minute_counter_agrees),
        cmocka_unit_test(elapsed_agrees_with_the_counter),
        cmocka_unit_test(elapsed_gives_the_budget_of_hours_back),
        cmocka_unit_test(due_is_monotone_in_the_start),
        cmocka_unit_test(due_is_monotone_in_the_quantity),
        cmocka_unit_test(pauses_add_their_session_time),
        cmocka_unit_test(ten_thousand_working_days_are_quick),
    };
    const char *given = getenv("MOTCUA_TEST_SEED");
    int64_t number = 0;
    size_t i;
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    seed = (uint64_t)time(NULL);
    if (given && span_i64(span_of(given), 0, INT64_MAX, &number))
        seed = (uint64_t)number;
    printf("# seed %llu\n", (unsigned long long)seed);
    state64 = seed;
    fx = fixture_new();
    for (i = 0; i < fx->n; i++)
        brute_fill(&brute[i], &fx->item[i], civil_day((struct civil){2026, 1, 1}), BRUTE_DAYS);
    failed = cmocka_run_group_tests_name("worktime properties", tests, NULL, NULL);
    for (i = 0; i < fx->n; i++)
        brute_free(&brute[i]);
    fx = fixture_free(fx);
    return failed;
}
