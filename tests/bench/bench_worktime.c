/* Micro-benchmark of the calculator: nanoseconds per answer, best of several runs.
 * Prints one line each; exits 1 when 10,000 working days take a microsecond or more.
 * Owns its calendar; single-threaded. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/time/worktime.h"

#define ROUNDS 200000
#define RUNS   5

static const char text[] = "calendar: bench\n"
                           "name: {vi: \"Đo\", en: \"Bench\"}\n"
                           "from: 2018-01-01\n"
                           "until: 2100-12-31\n"
                           "week:\n"
                           "  mon: [07:30-11:30, 13:00-17:00]\n"
                           "  tue: [07:30-11:30, 13:00-17:00]\n"
                           "  wed: [07:30-11:30, 13:00-17:00]\n"
                           "  thu: [07:30-11:30, 13:00-17:00]\n"
                           "  fri: [07:30-11:30, 13:00-17:00]\n"
                           "cutoff: 15:00\n"
                           "days:\n"
                           "  - {date: 2026-05-01, kind: holiday}\n"
                           "  - {date: 2026-08-22, kind: make_up, as: mon}\n";

static int64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Starts spread over a year, so that neither the branch nor the cache is always right. */
static lminute start_of(int i)
{
    static const lminute first = 29538720; /* 2026-03-01 00:00 local */

    return first + (lminute)i * 7919 % (365 * DAY_MINUTES);
}

static double due_ns(const struct calendar *c, struct quantity q)
{
    int64_t best = INT64_MAX, t;
    lminute due = 0, keep = 0;
    int run, i;

    for (run = 0; run < RUNS; run++) {
        t = now_ns();
        for (i = 0; i < ROUNDS; i++) {
            if (worktime_due(c, start_of(i), q, &due) != TIME_FINE)
                exit(2);
            keep ^= due;
        }
        t = now_ns() - t;
        best = t < best ? t : best;
    }
    if (keep == 1)
        printf("#\n"); /* the answers are used */
    return (double)best / ROUNDS;
}

static double elapsed_ns(const struct calendar *c, int64_t span)
{
    int64_t best = INT64_MAX, t, minutes = 0, keep = 0;
    int run, i;

    for (run = 0; run < RUNS; run++) {
        t = now_ns();
        for (i = 0; i < ROUNDS; i++) {
            if (worktime_elapsed(c, start_of(i), start_of(i) + span, &minutes) != TIME_FINE)
                exit(2);
            keep += minutes;
        }
        t = now_ns() - t;
        best = t < best ? t : best;
    }
    return keep ? (double)best / ROUNDS : 0;
}

int main(void)
{
    static const struct {
        const char *name;
        struct quantity q;
    } row[] = {
        {"10000 working_day", {10000, 1, UNIT_WORKING_DAY}},
        {"10000.5 working_day", {20001, 2, UNIT_WORKING_DAY}},
        {"10000 working_day_eod", {10000, 1, UNIT_WORKING_DAY_EOD}},
        {"10000 calendar_day", {10000, 1, UNIT_CALENDAR_DAY}},
        {"80000 hour", {80000, 1, UNIT_HOUR}},
        {"5 working_day_eod", {5, 1, UNIT_WORKING_DAY_EOD}},
        {"4 hour", {4, 1, UNIT_HOUR}},
    };
    struct arena *a = arena_new(CALENDAR_ARENA_MAX);
    struct diags d;
    const struct calendar *c;
    double first = 0;
    int64_t t = now_ns();
    size_t i;

    diags_init(&d, a);
    c = calendar_compile(a, span_of(text), NULL, NULL, &d);
    if (!c)
        return 2;
    printf("compile 83 years             %8.0f us\n", (double)(now_ns() - t) / 1000);
    for (i = 0; i < sizeof row / sizeof *row; i++) {
        double ns = due_ns(c, row[i].q);
        printf("due %-24s %8.1f ns\n", row[i].name, ns);
        first = i == 0 ? ns : first;
    }
    printf("elapsed over 30 years        %8.1f ns\n",
           elapsed_ns(c, (int64_t)30 * 365 * DAY_MINUTES));
    arena_free(a);
    return first < 1000 ? 0 : 1;
}
