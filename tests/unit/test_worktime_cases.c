/* Worked cases of the calculator: all of tests/cases/deadlines.json, the examples with the official
 * days off (D1-D17), and the rules that neither of them reaches.
 * Owns its fixture; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "common/time/worktime.h"
#include "tests/lib/fixture_calendars.h"

static struct fixture *fx;
static const struct calendar *office, *reception, *police;

static struct quantity quantity(const char *text)
{
    struct quantity q;

    if (!quantity_parse(span_of(text), &q))
        fail_msg("no quantity: %s", text);
    return q;
}

static const char *iso(lminute m)
{
    static char out[32];

    instant_rfc3339(instant_of(m), out);
    return out;
}

/* The cases write "duration" as a JSON number and hours as "working_hour". */
static struct quantity case_quantity(const json_t *one)
{
    const char *unit = json_string_value(json_object_get(one, "unit"));
    char *number = json_dumps(json_object_get(one, "duration"), JSON_ENCODE_ANY);
    char text[64];
    struct quantity q;

    assert_true(unit && number);
    (void)snprintf(text, sizeof text, "%s %s", number,
                   strcmp(unit, "working_hour") == 0 ? "hour" : unit);
    free(number);
    q = quantity(text);
    return q;
}

static const char *text_of(const json_t *one, const char *key)
{
    const char *s = json_string_value(json_object_get(one, key));

    if (!s)
        fail_msg("case without %s", key);
    return s;
}

static void check_due(const json_t *one)
{
    const struct fixture_calendar *c = fixture_find(fx, text_of(one, "calendar"));
    const json_t *pauses = json_object_get(one, "pauses"), *pair;
    struct interval p[8];
    lminute due = 0, want = fixture_minute(text_of(one, "expected"));
    int64_t paused = 0, minutes;
    size_t i;

    json_array_foreach(pauses, i, pair)
    {
        p[i].from = fixture_minute(json_string_value(json_array_get(pair, 0)));
        p[i].to = fixture_minute(json_string_value(json_array_get(pair, 1)));
        assert_int_equal(worktime_elapsed(c->calendar, p[i].from, p[i].to, &minutes), TIME_FINE);
        paused += minutes;
    }
    assert_int_equal(worktime_due_paused(c->calendar, fixture_minute(text_of(one, "start")),
                                         case_quantity(one), p, json_array_size(pauses), &due),
                     TIME_FINE);
    if (due != want)
        fail_msg("%s: due %s, expected %s (%s)", text_of(one, "id"), iso(due),
                 text_of(one, "expected"), text_of(one, "why"));
    if (pauses)
        assert_int_equal(paused, json_integer_value(json_object_get(one, "paused_minutes")));
}

static void every_worked_case_is_met(void **state)
{
    const json_t *one;
    size_t i, n = 0;

    (void)state;
    json_array_foreach(json_object_get(fx->cases, "cases"), i, one)
    {
        check_due(one);
        n++;
    }
    assert_int_equal(n, 24);
    n = 0;
    json_array_foreach(json_object_get(fx->cases, "pause_cases"), i, one)
    {
        check_due(one);
        n++;
    }
    assert_int_equal(n, 2);
}

static void elapsed_counts_only_sessions(void **state)
{
    const json_t *one;
    size_t i, n = 0;

    (void)state;
    json_array_foreach(json_object_get(fx->cases, "elapsed_cases"), i, one)
    {
        const struct fixture_calendar *c = fixture_find(fx, text_of(one, "calendar"));
        lminute from = fixture_minute(text_of(one, "start")),
                to = fixture_minute(text_of(one, "end"));
        int64_t forth = 0, back = 0;

        assert_int_equal(worktime_elapsed(c->calendar, from, to, &forth), TIME_FINE);
        assert_int_equal(worktime_elapsed(c->calendar, to, from, &back), TIME_FINE);
        assert_int_equal(forth, json_integer_value(json_object_get(one, "expected")));
        assert_int_equal(back, -forth);
        n++;
    }
    assert_int_equal(n, 5);
}

struct official {
    const char *id, *from, *limit, *due;
    const struct calendar **calendar;
};

/* The examples with the official days off; the office closes at 17:00. */
static const struct official official[] = {
    {"D1", "2021-11-30 10:00", "30 calendar_day", "2021-12-30 17:00", &office},
    {"D2", "2023-03-30 10:00", "30 calendar_day", "2023-05-04 17:00", &office},
    {"D3a", "2024-01-10 10:00", "30 calendar_day", "2024-02-15 17:00", &office},
    {"D3b", "2024-01-11 10:00", "30 calendar_day", "2024-02-15 17:00", &office},
    {"D4", "2025-12-31 10:00", "3 working_day_eod", "2026-01-07 17:00", &office},
    {"D5", "2026-01-06 10:00", "7 working_day_eod", "2026-01-14 17:00", &office},
    {"D6", "2026-02-12 10:00", "5 working_day_eod", "2026-02-26 17:00", &office},
    {"D7", "2026-08-21 15:01", "same_day", "2026-08-22 17:00", &reception},
    {"D7 in time", "2026-08-21 15:00", "same_day", "2026-08-21 17:00", &reception},
    {"D8", "2026-11-23 10:00", "1 working_day_eod", "2026-11-25 17:00", &office},
    {"D9", "2026-11-17 14:30", "0.5 working_day", "2026-11-18 09:00", &office},
    {"D10", "2026-04-24 15:30", "16 hour", "2026-04-29 15:30", &office},
    {"D11 7.5 days", "2026-11-16 09:00", "60 hour", "2026-11-26 14:30", &office},
    {"D12 6.25 days", "2026-11-16 09:00", "50 hour", "2026-11-25 11:00", &office},
    {"D11", "2026-11-16 09:00", "7.5 working_day", "2026-11-26 14:30", &office},
    {"D12", "2026-11-16 09:00", "6.25 working_day", "2026-11-25 11:00", &office},
    {"D13 first", "2026-03-02 10:00", "10 working_day_eod", "2026-03-16 17:00", &office},
    {"D13 last day to ask", "2026-03-02 10:00", "3 working_day_eod", "2026-03-05 17:00", &office},
    {"D13 restarted", "2026-03-10 10:00", "10 working_day_eod", "2026-03-24 17:00", &office},
    {"D13 closing", "2026-03-04 10:00", "15 calendar_day", "2026-03-19 17:00", &office},
    {"D14", "2026-08-21 20:00", "8 hour", "2026-08-22 17:00", &office},
    {"D15", "2026-08-20 16:00", "8 hour", "2026-08-21 16:00", &office},
    {"D17 5 + 10", "2026-03-02 10:00", "15 working_day_eod", "2026-03-23 17:00", &office},
};

static void check_official(const struct official *t)
{
    lminute due = 0;

    assert_int_equal(worktime_due(*t->calendar, fixture_minute(t->from), quantity(t->limit), &due),
                     TIME_FINE);
    if (due != fixture_minute(t->due))
        fail_msg("%s: %s from %s is due %s, expected %s", t->id, t->limit, t->from, iso(due),
                 t->due);
}

static void examples_with_the_official_days_off(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof official / sizeof *official; i++)
        check_official(&official[i]);
}

/* D16: an apology goes out at least a day before the due day; the last working day before it. */
static void apology_before_a_holiday(void **state)
{
    dayno due = lminute_day(fixture_minute("2026-11-25 17:00")), d = due - 1;

    (void)state;
    while (!calendar_counted(office, d))
        d--;
    assert_int_equal(d, lminute_day(fixture_minute("2026-11-23 17:00")));
}

static void island_adder_is_a_sum_of_quantities(void **state)
{
    struct quantity sum;

    (void)state;
    assert_true(quantity_add(quantity("5 working_day_eod"), quantity("10 working_day"), &sum));
    assert_int_equal(sum.unit, UNIT_WORKING_DAY_EOD);
    assert_int_equal(quantity_cmp(sum, quantity("15 working_day")), 0);
}

/* Rules of deadlines.md that the lists above do not reach. */
static const struct official further[] = {
    /* fractions of a day counted from the opening of the next counted day */
    {"7.5 days to noon", "2026-11-16 09:00", "7.5 working_day_eod", "2026-11-27 11:30", &office},
    {"half a day alone", "2026-03-02 09:00", "0.5 working_day_eod", "2026-03-03 11:30", &office},
    {"half a calendar day", "2026-03-02 09:00", "0.5 calendar_day", "2026-03-03 11:30", &office},
    {"4.5 days: Friday, then Monday", "2026-03-02 09:00", "4.5 calendar_day", "2026-03-09 11:30",
     &office},
    {"5.5 days: moved Saturday covers it", "2026-03-02 09:00", "5.5 calendar_day",
     "2026-03-09 17:00", &office},
    {"6 days", "2026-03-02 09:00", "6 calendar_day", "2026-03-09 17:00", &office},
    {"18.5 days", "2026-03-02 09:00", "18.5 calendar_day", "2026-03-23 11:30", &office},
    /* months: art. 148.3 */
    {"no 31 February", "2023-01-31 09:00", "1 month", "2023-02-28 17:00", &office},
    {"received in the days of Tết", "2025-01-31 09:00", "1 month", "2025-03-03 17:00", &office},
    {"leap year", "2024-01-31 09:00", "1 month", "2024-02-29 17:00", &office},
    {"over the year's end", "2025-12-15 09:00", "2 month", "2026-02-23 17:00", &office},
    {"half a month is 15 days", "2026-03-02 09:00", "0.5 month", "2026-03-17 17:00", &office},
    /* receipt */
    {"Sunday evening", "2026-03-08 20:00", "2 calendar_day", "2026-03-11 17:00", &office},
    {"at closing time", "2026-03-02 17:00", "1 working_day", "2026-03-03 17:00", &office},
    {"a minute later", "2026-03-02 17:01", "1 working_day", "2026-03-04 07:30", &office},
    {"at the cut-off", "2026-03-02 15:00", "1 working_day_eod", "2026-03-03 17:00", &reception},
    {"after the cut-off", "2026-03-02 15:01", "1 working_day_eod", "2026-03-04 17:00", &reception},
    {"Sunday: no cut-off to miss", "2026-03-08 16:00", "same_day", "2026-03-09 17:00", &reception},
    /* Saturday mornings of the police are open and not counted */
    {"Saturday receipt", "2026-03-07 08:00", "1 working_day_eod", "2026-03-09 17:00", &police},
    {"Saturday is no day", "2026-03-06 08:00", "1 working_day_eod", "2026-03-09 17:00", &police},
    {"Saturday is hours", "2026-03-06 16:00", "4 hour", "2026-03-07 10:30", &police},
    {"Saturday is no day to answer on", "2026-03-07 08:00", "same_day", "2026-03-09 17:00",
     &police},
    {"Friday afternoon is, Saturday open or not", "2026-03-06 16:30", "same_day",
     "2026-03-06 17:00", &police},
    {"on a make-up Saturday", "2026-08-22 08:00", "same_day", "2026-08-22 17:00", &police},
    {"after the last opening before Tết", "2026-02-14 08:00", "same_day", "2026-02-23 17:00",
     &police},
    {"make-up Saturday counts", "2026-08-21 08:00", "1 working_day_eod", "2026-08-22 17:00",
     &police},
    {"last day on an open Saturday", "2026-03-02 08:00", "5 calendar_day", "2026-03-09 17:00",
     &police},
    /* nothing */
    {"no hours", "2026-03-02 12:00", "0 hour", "2026-03-02 13:00", &office},
    {"a started minute counts", "2026-03-02 08:00", "0.01 hour", "2026-03-02 08:01", &office},
};

static void further_rules(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof further / sizeof *further; i++)
        check_official(&further[i]);
}

static void overlapping_pauses_count_once(void **state)
{
    const struct interval pause[] = {
        {fixture_minute("2026-03-04 14:00"), fixture_minute("2026-03-04 16:00")},
        {fixture_minute("2026-03-04 13:00"), fixture_minute("2026-03-04 15:00")},
        {fixture_minute("2026-03-04 16:00"), fixture_minute("2026-03-04 16:00")},
        {fixture_minute("2026-03-04 14:10"), fixture_minute("2026-03-04 14:20")},
    };
    lminute due = 0;

    (void)state;
    assert_int_equal(worktime_due_paused(office, fixture_minute("2026-03-02 10:00"),
                                         quantity("3 working_day"), pause, 4, &due),
                     TIME_FINE);
    assert_string_equal(iso(due), "2026-03-05T14:30:00+07:00");
}

static void a_calendar_that_ends_refuses(void **state)
{
    lminute m = -1;
    int64_t n = -1;
    dayno d = -1;

    (void)state;
    assert_int_equal(
        worktime_due(office, fixture_minute("2027-12-31 09:00"), quantity("1 working_day"), &m),
        TIME_CALENDAR_ENDS);
    assert_int_equal(
        worktime_due(office, fixture_minute("2027-12-31 09:00"), quantity("7 hour"), &m),
        TIME_CALENDAR_ENDS);
    assert_int_equal(
        worktime_due(office, fixture_minute("2027-12-01 09:00"), quantity("31 calendar_day"), &m),
        TIME_CALENDAR_ENDS);
    assert_int_equal(
        worktime_due(office, fixture_minute("2026-12-01 09:00"), quantity("100000 month"), &m),
        TIME_CALENDAR_ENDS);
    assert_int_equal(
        worktime_due(office, fixture_minute("2026-12-01 09:00"), quantity("100000 hour"), &m),
        TIME_CALENDAR_ENDS);
    assert_int_equal(worktime_start(office, fixture_minute("2028-01-01 00:00"), &m),
                     TIME_CALENDAR_ENDS);
    assert_int_equal(worktime_start(office, fixture_minute("2017-12-31 23:59"), &m),
                     TIME_CALENDAR_BEGINS);
    assert_int_equal(worktime_elapsed(office, fixture_minute("2017-12-31 23:59"),
                                      fixture_minute("2018-02-01 00:00"), &n),
                     TIME_CALENDAR_BEGINS);
    assert_int_equal(worktime_elapsed(office, fixture_minute("2018-02-01 00:00"),
                                      fixture_minute("2028-01-01 00:01"), &n),
                     TIME_CALENDAR_ENDS);
    assert_int_equal(worktime_counted_after(office, calendar_last_day(office), 1, &d),
                     TIME_CALENDAR_ENDS);
    assert_int_equal(m, -1); /* nothing is written on a refusal */
    assert_int_equal(n, -1);
    assert_int_equal(d, -1);
    assert_int_equal(
        worktime_due(office, fixture_minute("2027-12-31 09:00"), quantity("6 hour"), &m),
        TIME_FINE);
    assert_string_equal(iso(m), "2027-12-31T16:30:00+07:00");
    /* to the very last minute, and no further */
    assert_int_equal(
        worktime_due(office, fixture_minute("2027-12-31 09:00"), quantity("6.5 hour"), &m),
        TIME_FINE);
    assert_string_equal(iso(m), "2027-12-31T17:00:00+07:00");
}

static void days_before_a_given_one(void **state)
{
    int64_t n = 0;

    (void)state;
    assert_int_equal(worktime_counted_between(office,
                                              lminute_day(fixture_minute("2026-08-21 00:00")),
                                              lminute_day(fixture_minute("2026-09-03 00:00")), &n),
                     TIME_FINE);
    assert_int_equal(n, 7); /* 22 (make-up), 24-28 August, 3 September */
    assert_int_equal(worktime_counted_between(office,
                                              lminute_day(fixture_minute("2026-09-03 00:00")),
                                              lminute_day(fixture_minute("2026-08-21 00:00")), &n),
                     TIME_FINE);
    assert_int_equal(n, -7);
}

static void a_day_round_the_clock_keeps_midnight(void **state)
{
    static const char yaml[] = "calendar: always\n"
                               "name: {vi: \"Trực\", en: \"Always\"}\n"
                               "from: 2026-01-01\nuntil: 2026-12-31\n"
                               "week:\n"
                               "  mon: [00:00-24:00]\n  tue: [00:00-24:00]\n"
                               "  wed: [00:00-24:00]\n  fri: [00:00-24:00]\n";
    struct arena *a = arena_new(CALENDAR_ARENA_MAX);
    struct diags d;
    const struct calendar *c = fixture_compile(a, yaml, &d);
    lminute due = 0;

    (void)state;
    assert_non_null(c);
    assert_int_equal(worktime_due(c, fixture_minute("2026-03-02 22:00"), quantity("26 hour"), &due),
                     TIME_FINE);
    assert_string_equal(iso(due), "2026-03-04T00:00:00+07:00");
    assert_int_equal(
        worktime_due(c, fixture_minute("2026-03-03 10:00"), quantity("1 working_day_eod"), &due),
        TIME_FINE);
    assert_string_equal(iso(due), "2026-03-05T00:00:00+07:00");
    /* Thursday is closed: its midnight is the end of Wednesday, which still counts as inside */
    assert_int_equal(worktime_start(c, fixture_minute("2026-03-05 00:00"), &due), TIME_FINE);
    assert_string_equal(iso(due), "2026-03-05T00:00:00+07:00");
    assert_int_equal(
        worktime_due(c, fixture_minute("2026-03-05 00:00"), quantity("1 working_day"), &due),
        TIME_FINE);
    assert_string_equal(iso(due), "2026-03-07T00:00:00+07:00");
    arena_free(a);
}

struct written {
    const char *text, *again, *vi, *en;
};

static void quantities_are_read_and_printed_exactly(void **state)
{
    static const struct written good[] = {
        {"2 working_day", "2 working_day", "2 ngày làm việc", "2 working days"},
        {"1 working_day_eod", "1 working_day_eod", "1 ngày làm việc", "1 working day"},
        {"6.25 calendar_day", "6.25 calendar_day", "6,25 ngày", "6.25 days"},
        {"6.500 working_day", "6.5 working_day", "6,5 ngày làm việc", "6.5 working days"},
        {"0.000001 hour", "0.000001 hour", "0,000001 giờ làm việc", "0.000001 working hours"},
        {"100000 month", "100000 month", "100000 tháng", "100000 months"},
        {"1 half_day", "1 half_day", "0,5 ngày làm việc", "0.5 working days"},
        {"2 half_day", "2 half_day", "1 ngày làm việc", "1 working day"},
        {"0.000001 half_day", "0.000001 half_day", "0,0000005 ngày làm việc",
         "0.0000005 working days"},
        {"same_day", "same_day", "trong ngày", "the same day"},
    };
    static const char *const bad[] = {
        "",         "2",           "working_day",   "2working_day",   "-1 hour",
        "+1 hour",  "1. hour",     ".5 hour",       "1,5 hour",       "1.1234567 hour",
        "1e3 hour", "100001 hour", "100000.1 hour", "2 working_hour", "2 Working_day",
        " 2 hour",  "2 hour ",     "1 same_day",    "0x2 hour",       "2\thour",
        "--2 hour", "1.-5 hour",
    };
    struct quantity q;
    struct buf out;
    size_t i;

    (void)state;
    buf_init(&out, 256);
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(quantity_parse(span_of(good[i].text), &q));
        buf_clear(&out);
        quantity_print(q, &out);
        assert_string_equal(buf_cstr(&out), good[i].again);
        buf_clear(&out);
        quantity_words(q, LANG_VI, &out);
        assert_string_equal(buf_cstr(&out), good[i].vi);
        buf_clear(&out);
        quantity_words(q, LANG_EN, &out);
        assert_string_equal(buf_cstr(&out), good[i].en);
    }
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        if (quantity_parse(span_of(bad[i]), &q))
            fail_msg("taken: \"%s\"", bad[i]);
    buf_free(&out);
}

static void quantities_add_and_compare_within_a_family(void **state)
{
    struct quantity sum = {0, 1, UNIT_HOUR};
    struct buf out;

    (void)state;
    buf_init(&out, 256);
    assert_true(quantity_add(quantity("0.1 calendar_day"), quantity("0.2 calendar_day"), &sum));
    assert_int_equal(quantity_cmp(sum, quantity("0.3 calendar_day")), 0);
    assert_true(quantity_add(quantity("3 half_day"), quantity("0.25 working_day"), &sum));
    quantity_print(sum, &out);
    assert_string_equal(buf_cstr(&out), "1.75 working_day");
    assert_int_equal(quantity_cmp(quantity("3 half_day"), quantity("2 working_day")), -1);
    assert_int_equal(quantity_cmp(quantity("2.5 hour"), quantity("2.49 hour")), 1);
    assert_false(quantity_add(quantity("1 calendar_day"), quantity("1 working_day"), &sum));
    assert_false(quantity_same_family(UNIT_HOUR, UNIT_WORKING_DAY));
    sum = (struct quantity){INT64_MAX, 1, UNIT_HOUR};
    assert_false(quantity_add(sum, quantity("1 hour"), &sum));
    assert_int_equal(worktime_due(office, fixture_minute("2026-03-02 10:00"), sum, &(lminute){0}),
                     TIME_OVERFLOW);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_worked_case_is_met),
        cmocka_unit_test(elapsed_counts_only_sessions),
        cmocka_unit_test(examples_with_the_official_days_off),
        cmocka_unit_test(apology_before_a_holiday),
        cmocka_unit_test(island_adder_is_a_sum_of_quantities),
        cmocka_unit_test(further_rules),
        cmocka_unit_test(overlapping_pauses_count_once),
        cmocka_unit_test(a_calendar_that_ends_refuses),
        cmocka_unit_test(days_before_a_given_one),
        cmocka_unit_test(a_day_round_the_clock_keeps_midnight),
        cmocka_unit_test(quantities_are_read_and_printed_exactly),
        cmocka_unit_test(quantities_add_and_compare_within_a_family),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    fx = fixture_new();
    office = fixture_configured(fx->arena, "office");
    reception = fixture_configured(fx->arena, "reception");
    police = fixture_configured(fx->arena, "police");
    failed = cmocka_run_group_tests_name("worktime cases", tests, NULL, NULL);
    fx = fixture_free(fx);
    return failed;
}
