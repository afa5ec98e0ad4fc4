/* Dates, clock times and instants: conversions both ways, strict reading, exact printing.
 * Single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/time/civil.h"

static void every_day_of_three_centuries_goes_both_ways(void **state)
{
    dayno first = civil_day((struct civil){1900, 1, 1}), d = first;
    int year, month, day, weekday = 0; /* 1900-01-01 was a Monday */

    (void)state;
    for (year = 1900; year <= 2200; year++)
        for (month = 1; month <= 12; month++)
            for (day = 1; day <= month_days(year, month); day++, d++) {
                struct civil c = civil_of_day(d);
                assert_int_equal(civil_day((struct civil){year, month, day}), d);
                assert_true(c.year == year && c.month == month && c.day == day);
                assert_int_equal(day_weekday(d), weekday);
                weekday = (weekday + 1) % 7;
            }
    assert_int_equal(d - first, 301 * 365 + 73); /* leap years 1904..2196 without 2100, 2200 */
}

static void the_epoch_and_known_days(void **state)
{
    (void)state;
    assert_int_equal(civil_day((struct civil){1970, 1, 1}), 0);
    assert_int_equal(civil_day((struct civil){2000, 3, 1}), 11017);
    assert_int_equal(day_weekday(civil_day((struct civil){2026, 11, 24})), 1);
    assert_int_equal(civil_day((struct civil){1969, 12, 31}), -1);
    assert_int_equal(day_weekday(-1), 2);
}

static void local_minutes_are_seven_hours_ahead_and_floor(void **state)
{
    const instant second = 1000000;

    (void)state;
    assert_int_equal(lminute_of(0), 420);
    assert_int_equal(lminute_of(59 * second + 999999), 420);
    assert_int_equal(lminute_of(-1), 419);
    assert_int_equal(instant_of(420), 0);
    assert_int_equal(instant_of(lminute_of(1772420400 * second)), 1772420400 * second);
    assert_int_equal(lminute_day(-1), -1);
    assert_int_equal(lminute_clock(-1), 1439);
    assert_int_equal(lminute_day(1440), 1);
    assert_int_equal(lminute_clock(1440), 0);
}

static void only_real_dates_are_read(void **state)
{
    static const char *const good[] = {"2026-03-02", "2024-02-29", "1900-01-01", "2200-12-31"};
    static const char *const bad[] = {"",           "2026-3-2",   "2026-02-29",  "2026-13-01",
                                      "2026-00-01", "2026-01-00", "1899-12-31",  "2201-01-01",
                                      "20260302",   "2026/03/02", "2026-03-02 ", " 2026-03-02",
                                      "2026-04-31", "+026-03-02", "2026-03-0a",  "0000-00-00"};
    char out[16];
    dayno d = 7;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(day_parse(span_of(good[i]), &d));
        day_iso(d, out);
        assert_string_equal(out, good[i]);
    }
    d = 7;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        if (day_parse(span_of(bad[i]), &d))
            fail_msg("taken: \"%s\"", bad[i]);
    assert_int_equal(d, 7);
}

static void clock_times_are_two_digits_each(void **state)
{
    static const char *const bad[] = {"",      "7:30",   "07:60", "24:01", "25:00", "07:3",
                                      "07-30", "07:300", "0730",  "-7:30", "07:30 "};
    int m = -1;
    size_t i;

    (void)state;
    assert_true(clock_parse(span_of("07:30"), &m) && m == 450);
    assert_true(clock_parse(span_of("00:00"), &m) && m == 0);
    assert_true(clock_parse(span_of("24:00"), &m) && m == 1440);
    m = -1;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        if (clock_parse(span_of(bad[i]), &m))
            fail_msg("taken: \"%s\"", bad[i]);
    assert_int_equal(m, -1);
}

struct reading {
    const char *text, *printed;
};

static void instants_are_read_strictly(void **state)
{
    static const struct reading good[] = {
        {"2026-03-02T10:00", "2026-03-02T10:00:00.000000+07:00"},
        {"2026-03-02 10:00", "2026-03-02T10:00:00.000000+07:00"},
        {"2026-03-02T10:00:05", "2026-03-02T10:00:05.000000+07:00"},
        {"2026-03-02T10:00:05.5", "2026-03-02T10:00:05.500000+07:00"},
        {"2026-03-02T10:00:05.123456789", "2026-03-02T10:00:05.123456+07:00"},
        {"2026-03-02T03:00:00Z", "2026-03-02T10:00:00.000000+07:00"},
        {"2026-03-01T22:00:00-05:00", "2026-03-02T10:00:00.000000+07:00"},
        {"2026-03-02T10:00+07:00", "2026-03-02T10:00:00.000000+07:00"},
        {"1969-12-31T23:59:59.999999Z", "1970-01-01T06:59:59.999999+07:00"},
        {"1900-01-01T00:00:00Z", "1900-01-01T07:00:00.000000+07:00"},
    };
    static const char *const bad[] = {
        "",
        "2026-03-02",
        "2026-03-02T",
        "2026-03-02T10",
        "2026-03-02t10:00",
        "2026-03-02  10:00",
        "2026-03-02T24:00",
        "2026-03-02T10:60",
        "2026-03-02T10:00:60",
        "2026-03-02T10:00:5",
        "2026-03-02T10:00:05.",
        "2026-03-02T10:00:05.1234567890",
        "2026-03-02T10:00z",
        "2026-03-02T10:00+7:00",
        "2026-03-02T10:00+0700",
        "2026-03-02T10:00+24:00",
        "2026-03-02T10:00 +07:00",
        "2026-03-02T10:00:00Z ",
        "2026-02-30T10:00",
        "10:00 2026-03-02",
        "2026-03-02T10:00.5",
    };
    char out[40];
    instant t = 7;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        if (!instant_parse(span_of(good[i].text), &t))
            fail_msg("not taken: \"%s\"", good[i].text);
        instant_rfc3339_us(t, out);
        assert_string_equal(out, good[i].printed);
    }
    t = 7;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        if (instant_parse(span_of(bad[i]), &t))
            fail_msg("taken: \"%s\"", bad[i]);
    assert_int_equal(t, 7);
    /* an embedded NUL is no end */
    assert_false(instant_parse((struct span){"2026-03-02T10:00\0", 17}, &t));
}

static void printing_reads_back(void **state)
{
    instant t;
    char out[40];

    (void)state;
    for (t = INT64_C(-2208988800000000); t < INT64_C(7258118400000000);
         t += INT64_C(86400000000) * 97 + 12345678901) {
        instant back = 0;
        instant_rfc3339_us(t, out);
        assert_true(instant_parse(span_of(out), &back));
        assert_int_equal(back, t);
        instant_rfc3339(t, out);
        assert_true(instant_parse(span_of(out), &back));
        assert_true(t - back >= 0 && t - back < 1000000);
    }
}

static void words_of_a_minute(void **state)
{
    lminute m = day_start(civil_day((struct civil){2026, 3, 2})) + 600;
    char out[64];

    (void)state;
    lminute_words(m, false, out);
    assert_string_equal(out, "10:00 thứ Hai 02/03/2026");
    lminute_words(m + 6 * 1440 - 600, true, out);
    assert_string_equal(out, "00:00 Sunday 08/03/2026");
    lminute_words(m + 6 * 1440, false, out);
    assert_string_equal(out, "10:00 Chủ nhật 08/03/2026");
    lminute_words(m + 14 * 60 - 601, false, out); /* twenty-four hours, not twelve */
    assert_string_equal(out, "13:59 thứ Hai 02/03/2026");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_three_centuries_goes_both_ways),
        cmocka_unit_test(the_epoch_and_known_days),
        cmocka_unit_test(local_minutes_are_seven_hours_ahead_and_floor),
        cmocka_unit_test(only_real_dates_are_read),
        cmocka_unit_test(clock_times_are_two_digits_each),
        cmocka_unit_test(instants_are_read_strictly),
        cmocka_unit_test(printing_reads_back),
        cmocka_unit_test(words_of_a_minute),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
