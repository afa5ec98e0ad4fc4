/* Which days "last month" or a reporting quarter means on a day, and when a schedule fires next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/figures/schedule.h"

static dayno day(const char *s)
{
    dayno d;

    assert_true(day_parse(span_of(s), &d));
    return d;
}

static void periods_that_are_over(void **state)
{
    static const struct {
        enum period_rule r;
        const char *today;
        int closing;
        const char *from, *to;
    } c[] = {
        {RULE_YESTERDAY, "2026-11-22", 15, "2026-11-21", "2026-11-22"},
        {RULE_LAST_WEEK, "2026-11-22", 15, "2026-11-09", "2026-11-16"}, /* a Sunday */
        {RULE_LAST_WEEK, "2026-11-23", 15, "2026-11-16", "2026-11-23"},
        {RULE_LAST_MONTH, "2026-11-01", 15, "2026-10-01", "2026-11-01"},
        {RULE_LAST_MONTH, "2026-11-30", 15, "2026-10-01", "2026-11-01"},
        {RULE_LAST_MONTH, "2026-01-01", 15, "2025-12-01", "2026-01-01"},
        {RULE_LAST_QUARTER, "2026-11-22", 15, "2026-07-01", "2026-10-01"},
        {RULE_LAST_QUARTER, "2026-01-01", 15, "2025-10-01", "2026-01-01"},
        {RULE_LAST_YEAR, "2026-11-22", 15, "2025-01-01", "2026-01-01"},
        {RULE_REPORTING_MONTH, "2026-11-14", 15, "2026-09-15", "2026-10-15"},
        {RULE_REPORTING_MONTH, "2026-11-15", 15, "2026-10-15", "2026-11-15"},
        {RULE_REPORTING_MONTH, "2026-12-31", 15, "2026-11-15", "2026-12-15"},
        {RULE_REPORTING_MONTH, "2026-11-15", 1, "2026-10-01", "2026-11-01"},
        {RULE_REPORTING_QUARTER, "2026-12-15", 15, "2026-09-15", "2026-12-15"},
        {RULE_REPORTING_QUARTER, "2026-12-14", 15, "2026-06-15", "2026-09-15"},
        {RULE_REPORTING_HALF, "2026-06-15", 15, "2025-12-15", "2026-06-15"},
        {RULE_REPORTING_YEAR, "2026-12-15", 15, "2025-12-15", "2026-12-15"},
        {RULE_REPORTING_YEAR, "2026-12-14", 15, "2024-12-15", "2025-12-15"},
        {RULE_YEAR_TO_DATE, "2026-11-22", 15, "2026-01-01", "2026-11-22"},
        {RULE_YEAR_TO_DATE, "2026-01-01", 15, "2025-01-01", "2026-01-01"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        dayno from, to;

        period_by_rule(c[i].r, day(c[i].today), c[i].closing, &from, &to);
        assert_int_equal(from, day(c[i].from));
        assert_int_equal(to, day(c[i].to));
    }
}

static void any_day_is_covered_once(void **state)
{
    (void)state;
    for (int r = RULE_LAST_MONTH; r <= RULE_REPORTING_YEAR; r++) {
        dayno from, to, last = 0;

        for (dayno d = day("2024-01-01"); d < day("2028-01-01"); d++) {
            period_by_rule((enum period_rule)r, d, 15, &from, &to);
            assert_true(to <= d && from < to);
            assert_true(last == 0 || to == last || from == last);
            last = to;
        }
    }
}

static void schedules_fire_next(void **state)
{
    static const struct {
        struct schedule s;
        const char *after, *next;
    } c[] = {
        {{EVERY_DAY, 1, 360}, "2026-11-22T05:59:00+07:00", "2026-11-22T06:00:00+07:00"},
        {{EVERY_DAY, 1, 360}, "2026-11-22T06:00:00+07:00", "2026-11-23T06:00:00+07:00"},
        {{EVERY_WEEK, 1, 420}, "2026-11-22T09:00:00+07:00", "2026-11-23T07:00:00+07:00"},
        {{EVERY_WEEK, 7, 420}, "2026-11-22T09:00:00+07:00", "2026-11-29T07:00:00+07:00"},
        {{EVERY_MONTH, 15, 0}, "2026-11-22T09:00:00+07:00", "2026-12-15T00:00:00+07:00"},
        {{EVERY_MONTH, 28, 0}, "2026-12-28T00:00:00+07:00", "2027-01-28T00:00:00+07:00"},
        {{EVERY_QUARTER, 3, 480}, "2026-10-03T08:00:00+07:00", "2027-01-03T08:00:00+07:00"},
        {{EVERY_QUARTER, 3, 480}, "2026-10-03T07:59:00+07:00", "2026-10-03T08:00:00+07:00"},
        {{EVERY_HALF, 1, 0}, "2026-03-01T00:00:00+07:00", "2026-07-01T00:00:00+07:00"},
        {{EVERY_YEAR, 5, 0}, "2026-01-06T00:00:00+07:00", "2027-01-05T00:00:00+07:00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        instant after, next;

        assert_true(instant_parse(span_of(c[i].after), &after));
        assert_true(instant_parse(span_of(c[i].next), &next));
        assert_true(schedule_next(&c[i].s, after) == next);
    }
    assert_true(schedule_next(&(struct schedule){EVERY_NEVER, 1, 0}, 0) == INSTANT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_that_are_over),
        cmocka_unit_test(any_day_is_covered_once),
        cmocka_unit_test(schedules_fire_next),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
