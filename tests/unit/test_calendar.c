/* Calendar files: layers and their strength, official days, every mistake at its place.
 * Single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "common/base/digest.h"
#include "common/time/worktime.h"
#include "tests/lib/fixture_calendars.h"

static struct arena *a;

#define NAME "calendar: test\nname: {vi: \"Thử\", en: \"Test\"}\n"

static const char week_days[] = "week:\n"
                                "  mon: [07:30-11:30, 13:30-17:00]\n"
                                "  tue: [07:30-11:30, 13:30-17:00]\n"
                                "  wed: [07:30-11:30, 13:30-17:00]\n"
                                "  thu: [07:30-11:30, 13:30-17:00]\n"
                                "  fri: [07:30-11:30, 13:30-17:00]\n";

static dayno day(const char *text)
{
    dayno d;

    if (!day_parse(span_of(text), &d))
        fail_msg("no date: %s", text);
    return d;
}

static const struct calendar *compiled(const char *yaml)
{
    struct diags d;
    const struct calendar *c = fixture_compile(a, yaml, &d);
    struct buf out;

    if (!c) {
        buf_init(&out, 1 << 20);
        diags_print(&d, "test", span_of(yaml), LANG_EN, &out);
        fail_msg("%s", buf_cstr(&out));
    }
    return c;
}

static const char *with_week(const char *rest)
{
    return arena_printf(a, NAME "%s%s", week_days, rest);
}

/* ---- what a date is ---------------------------------------------------------------------- */

static void the_strongest_layer_of_a_date_wins(void **state)
{
    const struct calendar *c = compiled(
        with_week("seasons:\n"
                  "  - {from: 2026-04-16, to: 2026-10-15, week: {mon: [07:00-11:00], fri: []}}\n"
                  "days:\n"
                  "  - {date: 2026-06-01, kind: holiday}\n"
                  "  - {date: 2026-06-08, kind: holiday}\n"
                  "  - {date: 2026-06-08, kind: make_up, as: tue}\n"
                  "  - {date: 2026-06-15, kind: exception, sessions: [08:00-09:00]}\n"
                  "  - {date: 2026-06-15, kind: make_up, as: tue}\n"
                  "  - {date: 2026-06-15, kind: holiday}\n"
                  "  - {date: 2026-06-20, kind: make_up, as: mon}\n"));

    (void)state;
    assert_int_equal(calendar_day_kind(c, day("2026-03-02")), DAY_ORDINARY);
    assert_int_equal(calendar_day(c, day("2026-03-02"))->n, 2);
    assert_int_equal(calendar_day_kind(c, day("2026-05-04")), DAY_SEASON);
    assert_int_equal(calendar_day(c, day("2026-05-04"))->s[0].open, 420);
    assert_int_equal(calendar_day(c, day("2026-05-04"))->n, 1);
    /* a season changes only the weekdays it names; [] closes one */
    assert_int_equal(calendar_day_kind(c, day("2026-05-05")), DAY_ORDINARY);
    assert_int_equal(calendar_day(c, day("2026-05-05"))->n, 2);
    assert_int_equal(calendar_day(c, day("2026-05-08"))->n, 0);
    assert_false(calendar_counted(c, day("2026-05-08")));
    assert_int_equal(calendar_day_kind(c, day("2026-06-01")), DAY_HOLIDAY);
    assert_int_equal(calendar_day(c, day("2026-06-01"))->n, 0);
    assert_int_equal(calendar_day_kind(c, day("2026-06-08")), DAY_MAKE_UP);
    assert_int_equal(calendar_day(c, day("2026-06-08"))->n, 2);
    assert_int_equal(calendar_day_kind(c, day("2026-06-15")), DAY_EXCEPTION);
    assert_int_equal(calendar_day(c, day("2026-06-15"))->s[0].close, 540);
    /* a make-up day works the hours of the season that holds on it */
    assert_int_equal(calendar_day(c, day("2026-06-20"))->s[0].open, 420);
    assert_true(calendar_counted(c, day("2026-06-20")));
}

static void an_uncounted_weekday_is_open_all_the_same(void **state)
{
    const struct calendar *c = fixture_configured(a, "police");

    (void)state;
    assert_int_equal(calendar_day(c, day("2026-03-07"))->n, 1);
    assert_false(calendar_counted(c, day("2026-03-07")));
    assert_true(calendar_counted(c, day("2026-08-22"))); /* a make-up day always counts */
    assert_int_equal(calendar_day(c, day("2026-08-22"))->n, 2);
}

static void a_nearer_file_wins_over_what_it_extends(void **state)
{
    const struct calendar *base = fixture_configured(a, "office");
    const struct calendar *c =
        compiled(NAME "extends: office\ncutoff: 14:00\n"
                      "days:\n"
                      "  - {date: 2026-08-22, kind: holiday, name: \"Bão\"}\n"
                      "  - {date: 2026-09-01, kind: exception, "
                      "sessions: [08:00-10:00]}\n");
    int cutoff = 0;

    (void)state;
    assert_string_equal(calendar_name(c), "test");
    assert_int_equal(calendar_day_kind(c, day("2026-08-22")), DAY_HOLIDAY);
    assert_string_equal(calendar_day_name(c, day("2026-08-22")).vi, "Bão");
    assert_int_equal(calendar_day(c, day("2026-09-01"))->n, 1);
    assert_int_equal(calendar_day_kind(c, day("2026-09-02")), DAY_HOLIDAY);
    assert_int_equal(calendar_day_minutes(c), 480);
    assert_true(calendar_cutoff(c, &cutoff));
    assert_int_equal(cutoff, 14 * 60);
    assert_false(calendar_cutoff(base, &cutoff));
    assert_int_equal(calendar_first_day(c), day("2018-01-01"));
    assert_int_equal(calendar_last_day(c), day("2027-12-31"));
}

static void the_range_is_the_listed_years_unless_stated(void **state)
{
    const struct calendar *c = compiled(with_week("days:\n  - {date: 2025-05-01, kind: holiday}\n"
                                                  "  - {date: 2027-01-01, kind: holiday}\n"));

    (void)state;
    assert_int_equal(calendar_first_day(c), day("2025-01-01"));
    assert_int_equal(calendar_last_day(c), day("2027-12-31"));
    c = compiled(with_week("until: 2026-06-30\ndays:\n  - {date: 2025-05-01, kind: holiday}\n"));
    assert_int_equal(calendar_first_day(c), day("2025-01-01"));
    assert_int_equal(calendar_last_day(c), day("2026-06-30"));
    c = compiled(with_week("from: 2026-01-01\nuntil: 2026-01-01\n"));
    assert_int_equal(calendar_first_day(c), calendar_last_day(c));
}

static void a_day_is_worth_mondays_sessions_unless_stated(void **state)
{
    (void)state;
    assert_int_equal(calendar_day_minutes(compiled(with_week("from: 2026-01-01\n"
                                                             "until: 2026-12-31\n"))),
                     450);
    assert_int_equal(calendar_day_minutes(compiled(with_week("day_minutes: 480\nfrom: 2026-01-01\n"
                                                             "until: 2026-12-31\n"))),
                     480);
}

static void the_hash_covers_every_file(void **state)
{
    struct span own = span_of(NAME "extends: vietnam\n");
    const struct calendar *c = compiled(own.p), *again = compiled(own.p);
    const struct calendar *other = compiled(NAME "extends: office\n");
    FILE *f = fopen("config/calendars/vietnam.yaml", "rb");
    struct sha256_stream *s = sha256_new();
    uint8_t want[SHA256_BYTES];
    char piece[4096];
    size_t n;

    (void)state;
    assert_non_null(f);
    sha256_add(s, own.p, own.n);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        sha256_add(s, piece, n);
    (void)fclose(f);
    sha256_end(s, want);
    assert_memory_equal(calendar_hash(c), want, sizeof want);
    assert_memory_equal(calendar_hash(c), calendar_hash(again), sizeof want);
    assert_memory_not_equal(calendar_hash(c), calendar_hash(other), sizeof want);
}

static void sessions_may_touch(void **state)
{
    const struct calendar *c =
        compiled(NAME "week: {mon: [07:30-11:30, 11:30-17:00]}\nfrom: 2026-01-01\n"
                      "until: 2026-12-31\n");

    (void)state;
    assert_int_equal(calendar_day(c, day("2026-03-02"))->n, 2);
    assert_int_equal(calendar_day_minutes(c), 570);
}

/* ---- the official days off --------------------------------------------------------------- */

static void working_days_of_each_year(void **state)
{
    static const int want[] = {250, 252, 252, 250, 249, 249, 251, 250, 249, 249};
    const struct calendar *c = fixture_configured(a, "office");
    int year;

    (void)state;
    for (year = 2018; year <= 2027; year++) {
        dayno d, last = civil_day((struct civil){year, 12, 31});
        int n = 0;

        for (d = civil_day((struct civil){year, 1, 1}); d <= last; d++)
            n += calendar_counted(c, d);
        if (n != want[year - 2018])
            fail_msg("%d has %d working days, not %d", year, n, want[year - 2018]);
    }
}

static void working_saturdays_and_their_swapped_days(void **state)
{
    static const char *const swap[][2] = {
        {"2019-01-05", "2018-12-31"}, {"2019-05-04", "2019-04-29"}, {"2024-05-04", "2024-04-29"},
        {"2025-04-26", "2025-05-02"}, {"2026-01-10", "2026-01-02"}, {"2026-08-22", "2026-08-31"}};
    const struct calendar *c = fixture_configured(a, "office");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof swap / sizeof *swap; i++) {
        dayno worked = day(swap[i][0]), off = day(swap[i][1]);

        assert_int_equal(day_weekday(worked), 5);
        assert_int_equal(calendar_day_kind(c, worked), DAY_MAKE_UP);
        assert_int_equal(calendar_day_kind(c, off), DAY_HOLIDAY);
        assert_true(day_weekday(off) < 5);
        /* worked with the sessions of the day it stands for */
        assert_int_equal(calendar_day(c, worked)->n, 2);
    }
}

static void every_official_day_has_a_grade_and_a_source(void **state)
{
    const struct calendar *c = fixture_configured(a, "vietnam");
    dayno d;
    int n = 0, forecast = 0;

    (void)state;
    for (d = calendar_first_day(c); d <= calendar_last_day(c); d++) {
        char grade = calendar_day_grade(c, d);
        if (calendar_day_kind(c, d) < DAY_HOLIDAY)
            continue;
        n++;
        assert_true(grade >= 'A' && grade <= 'D');
        assert_non_null(calendar_day_basis(c, d));
        assert_non_null(calendar_day_name(c, d).en);
        forecast += grade == 'D';
    }
    assert_int_equal(n, 146);
    assert_int_equal(forecast, 9); /* Tết and 2 September 2027 */
    assert_string_equal(calendar_day_name(c, day("2026-11-24")).vi, "Ngày Văn hóa Việt Nam");
    assert_int_equal(calendar_day_kind(c, day("2025-11-24")), DAY_ORDINARY);
    assert_int_equal(calendar_day_grade(c, day("2026-08-22")), 'C');
    assert_non_null(strstr(calendar_day_basis(c, day("2026-01-02")), "12729/VPCP-KGVX"));
}

static void a_bare_list_of_days_has_no_session_to_count(void **state)
{
    const struct calendar *c = fixture_configured(a, "vietnam");
    struct quantity q = {1, 1, UNIT_HOUR};
    lminute m = 0;

    (void)state;
    assert_int_equal(worktime_due(c, fixture_minute("2026-03-02 10:00"), q, &m), TIME_NEVER_OPEN);
    q.unit = UNIT_CALENDAR_DAY;
    assert_int_equal(worktime_due(c, fixture_minute("2026-03-02 10:00"), q, &m), TIME_NEVER_OPEN);
}

/* ---- mistakes ---------------------------------------------------------------------------- */

struct wrong {
    const char *code;
    int line, col;
    const char *yaml; /* after the two lines of NAME */
};

#define RANGE "from: 2026-01-01\nuntil: 2026-12-31\n"

static const struct wrong wrong[] = {
    {"C001", 3, 11, "timezone: Asia/Bangkok\n" RANGE},
    {"C002", 5, 13, RANGE "uncounted: [saturday]\n"},
    {"C003", 6, 9, RANGE "week:\n  mon: [7:30-11:30]\n"},
    {"C003", 6, 8, RANGE "week:\n  mon: 07:30-11:30\n"},
    {"C003", 6, 22, RANGE "week:\n  mon: [07:30-11:30, {a: b}]\n"},
    {"C004", 6, 9, RANGE "week:\n  mon: [11:30-07:30]\n"},
    {"C004", 6, 9, RANGE "week:\n  mon: [11:30-11:30]\n"},
    {"C005", 6, 22, RANGE "week:\n  mon: [07:30-11:30, 11:00-17:00]\n"},
    {"C005", 6, 22, RANGE "week:\n  mon: [13:30-17:00, 07:30-11:30]\n"},
    {"C006", 6, 81,
     RANGE "week:\n  mon: [01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00,"
           "11:00-12:00,13:00-14:00]\n"},
    {"C007", 3, 9, "cutoff: 3pm\n" RANGE},
    {"C007", 3, 9, "cutoff: 24:00\n" RANGE},
    {"C008", 4, 12, "days:\n  - {date: 2026-02-30, kind: holiday}\n"},
    {"C008", 3, 7, "from: tomorrow\nuntil: 2026-12-31\n"},
    {"C009", 5, 5,
     "days:\n  - {date: 2026-05-01, kind: holiday}\n  - {date: 2026-05-01, kind: holiday}\n"},
    {"C010", 4, 30, "days:\n  - {date: 2026-05-01, kind: hollyday}\n"},
    {"C010", 4, 5, "days:\n  - 2026-05-01\n"},
    {"C011", 4, 5, "days:\n  - {date: 2026-05-02, kind: make_up}\n"},
    {"C011", 4, 5, "days:\n  - {date: 2026-05-02, kind: exception}\n"},
    {"C011", 4, 43, "days:\n  - {date: 2026-05-02, kind: holiday, as: fri}\n"},
    {"C011", 4, 49, "days:\n  - {date: 2026-05-02, kind: holiday, sessions: []}\n"},
    {"C002", 4, 43, "days:\n  - {date: 2026-05-02, kind: make_up, as: fryday}\n"},
    {"C012", 3, 10, "extends: nowhere\n"},
    {"C013", 3, 10, "extends: test\n"},
    {"C014", 6, 5, RANGE "seasons:\n  - {from: 2026-06-01, to: 2026-05-01, week: {}}\n"},
    {"C015", 7, 5,
     RANGE "seasons:\n  - {from: 2026-05-01, to: 2026-06-01, week: {}}\n"
           "  - {from: 2026-06-01, to: 2026-07-01, week: {}}\n"},
    {"C016", 1, 1, RANGE "week: {}\n"},
    {"C017", 4, 46, "days:\n  - {date: 2026-05-02, kind: holiday, grade: E}\n"},
    {"C018", 1, 1, ""},
    {"C019", 4, 8, "from: 2026-12-31\nuntil: 2026-01-01\n"},
    {"C019", 1, 1, "until: 2017-01-01\nextends: vietnam\n"},
    {"C020", 6, 43,
     "week: {mon: [08:00-12:00]}\nday_minutes: 240\ndays:\n"
     "  - {date: 2026-05-02, kind: make_up, as: tue}\n"},
    {"C023", 3, 10, "extends: ../../etc/passwd\n"},
    {"Y003", 5, 1, RANGE "from: 2026-01-01\n"},
    {"Y010", 3, 1, "weeks: {}\n" RANGE},
    {"Y010", 6, 3, RANGE "week:\n  mun: [07:30-11:30]\n"},
    {"Y010", 4, 39, "days:\n  - {date: 2026-05-01, kind: holiday, reason: x}\n"},
    {"Y012", 4, 4, "days:\n   {date: 2026-05-01}\n"},
    {"Y013", 3, 7, "week: []\n" RANGE},
    {"Y014", 3, 14, "day_minutes: 7.5\n" RANGE},
    {"Y014", 3, 14, "day_minutes: 0\n" RANGE},
    {"Y014", 3, 14, "day_minutes: 1441\n" RANGE},
    {"Y017", 4, 5, "days:\n  - {kind: holiday}\n"},
    {"Y017", 4, 5, "days:\n  - {date: 2026-05-01}\n"},
};

static void print_found(const struct diags *d, const char *yaml)
{
    struct buf out;

    buf_init(&out, 1 << 16);
    diags_print(d, "# test", span_of(yaml), LANG_EN, &out);
    printf("%s", buf_cstr(&out));
    buf_free(&out);
}

static void each_mistake_is_found_at_its_place(void **state)
{
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *yaml = arena_printf(a, NAME "%s", wrong[i].yaml);
        struct diags d;

        assert_null(fixture_compile(a, yaml, &d));
        for (k = 0; k < d.n; k++)
            if (strcmp(d.item[k].code, wrong[i].code) == 0 && d.item[k].at.line == wrong[i].line &&
                d.item[k].at.col == wrong[i].col && d.item[k].severity == DIAG_ERROR)
                break;
        if (k == d.n) {
            print_found(&d, yaml);
            fail_msg("%s not found at %d:%d", wrong[i].code, wrong[i].line, wrong[i].col);
        }
        assert_int_equal(d.errors, 1); /* that mistake and no other */
    }
}

static void all_mistakes_come_at_once_with_the_right_word(void **state)
{
    static const char yaml[] = "calendar: Test\n"
                               "name: {en: \"Test\"}\n"
                               "timezon: Asia/Ho_Chi_Minh\n"
                               "week:\n"
                               "  mon: [07:30-25:30]\n"
                               "  tuesday: [07:30-11:30]\n"
                               "days:\n"
                               "  - {date: 2026-13-01, kind: holydai}\n"
                               "  - {date: 2026-05-02, kind: make_up, as: fry}\n";
    static const char *const want[] = {"C023", "Y018", "Y010", "C003",
                                       "Y010", "C008", "C010", "C002"};
    struct diags d;
    size_t i;

    (void)state;
    assert_null(fixture_compile(a, yaml, &d));
    assert_int_equal(d.errors, sizeof want / sizeof *want);
    for (i = 0; i < d.n; i++)
        assert_string_equal(d.item[i].code, want[i]);
    assert_string_equal(d.item[2].nearest, "timezone");
    assert_string_equal(d.item[7].nearest, "fri");
}

static void warnings_do_not_refuse(void **state)
{
    struct diags d;
    const char *yaml = with_week("until: 2026-12-31\ndays:\n"
                                 "  - {date: 2026-05-01, kind: holiday}\n"
                                 "  - {date: 2026-08-21, kind: make_up, as: mon}\n"
                                 "  - {date: 2028-05-01, kind: holiday}\n");

    (void)state;
    assert_non_null(fixture_compile(a, yaml, &d));
    assert_int_equal(d.n, 2);
    assert_string_equal(d.item[0].code, "C024"); /* a Friday: works anyway */
    assert_int_equal(d.item[0].at.line, 12);
    assert_string_equal(d.item[1].code, "C021"); /* beyond what the calendar knows */
}

static bool broken_base(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    (void)ctx;
    *ret_file = name;
    *ret_text = span_of("calendar: base\nname: {vi: \"x\", en: \"x\"}\ndays: 7\n");
    return true;
}

static void mistakes_of_an_extended_file_point_to_it(void **state)
{
    struct diags d;

    (void)state;
    diags_init(&d, a);
    assert_null(calendar_compile(a, span_of(NAME "extends: base\n"), broken_base, NULL, &d));
    assert_int_equal(d.errors, 1);
    assert_string_equal(d.item[0].code, "C012");
    assert_int_equal(d.item[0].at.line, 3);
    assert_non_null(strstr(d.item[0].text.en, "line 3, code Y012"));
    /* no source at all */
    diags_init(&d, a);
    assert_null(calendar_compile(a, span_of(NAME "extends: base\n"), NULL, NULL, &d));
    assert_string_equal(d.item[0].code, "C012");
}

static void limits_answer(void **state)
{
    struct buf out;
    struct diags d;
    int i;

    (void)state;
    buf_init(&out, 1 << 20);
    buf_str(&out, NAME RANGE "seasons:\n");
    for (i = 0; i < 65; i++)
        buf_str(&out, "  - {from: 2026-01-01, to: 2026-01-02, week: {}}\n");
    assert_null(fixture_compile(a, buf_cstr(&out), &d));
    assert_string_equal(d.item[0].code, "C022");
    buf_clear(&out);
    buf_str(&out, NAME RANGE "days:\n");
    for (i = 0; i < 4001; i++)
        buf_str(&out, "  - {date: 2026-01-01, kind: holiday}\n");
    assert_null(fixture_compile(a, buf_cstr(&out), &d));
    assert_string_equal(d.item[0].code, "C022");
    buf_free(&out);
}

static int fresh_arena(void **state)
{
    (void)state;
    a = arena_new(4 * CALENDAR_ARENA_MAX);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_strongest_layer_of_a_date_wins),
        T(an_uncounted_weekday_is_open_all_the_same),
        T(a_nearer_file_wins_over_what_it_extends),
        T(the_range_is_the_listed_years_unless_stated),
        T(a_day_is_worth_mondays_sessions_unless_stated),
        T(sessions_may_touch),
        T(the_hash_covers_every_file),
        T(working_days_of_each_year),
        T(working_saturdays_and_their_swapped_days),
        T(every_official_day_has_a_grade_and_a_source),
        T(a_bare_list_of_days_has_no_session_to_count),
        T(each_mistake_is_found_at_its_place),
        T(all_mistakes_come_at_once_with_the_right_word),
        T(warnings_do_not_refuse),
        T(mistakes_of_an_extended_file_point_to_it),
        T(limits_answer),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
