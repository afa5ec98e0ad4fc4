/* The explanation of a due instant: its numbers sum to the limit, it ends at the due minute, it
 * names every day left out.  Owns its fixture; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/time/worktime.h"
#include "tests/lib/fixture_calendars.h"

static struct fixture *fx;
static const struct calendar *office;
static uint64_t state64 = 20260302;

static int64_t between(int64_t low, int64_t high)
{
    state64 = state64 * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (int64_t)((state64 >> 33) % (uint64_t)(high - low + 1));
}

/* Sum of a number over the lines of a kind (NULL: any). */
static int64_t sum(const json_t *lines, const char *kind, const char *key)
{
    const json_t *line;
    int64_t n = 0;
    size_t i;

    json_array_foreach(lines, i, line)
    {
        const char *k = json_string_value(json_object_get(line, "kind"));
        if (k && (!kind || strcmp(k, kind) == 0))
            n += json_integer_value(json_object_get(line, key));
    }
    return n;
}

static json_t *explained(const struct calendar *c, lminute from, struct quantity q,
                         const struct interval *p, size_t n, enum lang lang)
{
    struct buf out;
    json_t *lines;
    json_error_t e;

    buf_init(&out, 1 << 20);
    assert_int_equal(worktime_explain(c, from, q, p, n, lang, EXPLAIN_JSON, &out), TIME_FINE);
    assert_true(buf_ok(&out));
    lines = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &e);
    assert_non_null(lines);
    assert_true(json_is_array(lines));
    buf_free(&out);
    return lines;
}

static void check_sums(const struct calendar *c, struct quantity q, const json_t *lines,
                       int64_t paused)
{
    int64_t den = q.unit == UNIT_HALF_DAY ? 2 * q.den : q.den, per = calendar_day_minutes(c);
    int64_t whole = q.num / den, rest = (q.num % den * per + den - 1) / den;

    if (q.unit == UNIT_HOUR) {
        whole = 0;
        rest = (q.num * 60 + den - 1) / den;
    }
    if (q.unit == UNIT_MONTH) {
        assert_int_equal(sum(lines, NULL, "months"), whole);
        whole = rest = 0;
    }
    if (q.unit == UNIT_SAME_DAY)
        whole = rest = 0;
    assert_int_equal(sum(lines, NULL, "days"), whole);
    assert_int_equal(sum(lines, "work", "minutes") + sum(lines, "absorbed", "minutes"), rest);
    assert_int_equal(sum(lines, "pause", "paused"), paused);
    assert_int_equal(sum(lines, "resume", "minutes"), paused);
}

static void the_lines_add_up_and_end_at_the_due_minute(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 5000; i++) {
        int64_t pick = between(0, (int64_t)fx->n);
        const struct calendar *c = pick == (int64_t)fx->n ? office : fx->item[pick].calendar;
        struct quantity q = {between(0, 40), 4, (enum unit)between(0, UNIT_COUNT - 1)};
        lminute from = fixture_minute("2026-01-02 00:00") + between(0, 60 * DAY_MINUTES), due = 0;
        struct interval p = {from + between(0, 9000), 0};
        size_t n = (size_t)between(0, 1), last;
        int64_t paused = 0;
        json_t *vi, *en;
        char iso[32];

        p.to = p.from + between(0, 5000);
        if (n)
            assert_int_equal(worktime_elapsed(c, p.from, p.to, &paused), TIME_FINE);
        assert_int_equal(worktime_due_paused(c, from, q, &p, n, &due), TIME_FINE);
        vi = explained(c, from, q, &p, n, LANG_VI);
        en = explained(c, from, q, &p, n, LANG_EN);
        check_sums(c, q, vi, paused);
        last = json_array_size(vi) - 1;
        assert_int_equal(json_array_size(en), last + 1);
        instant_rfc3339(instant_of(due), iso);
        assert_string_equal(json_string_value(json_object_get(json_array_get(vi, last), "from")),
                            iso);
        json_decref(vi);
        json_decref(en);
    }
}

struct golden {
    const char *from, *limit, *pause_from, *pause_to;
    enum lang lang;
    const char *text;
};

static const struct golden golden[] = {
    {"2026-02-12 08:00", "5 working_day_eod", NULL, NULL, LANG_VI,
     "Nhận hồ sơ lúc 08:00 thứ Năm 12/02/2026\n"
     "Ngày tiếp nhận không tính: thứ Năm 12/02/2026 [Bộ luật Dân sự 2015, Điều 147.2]\n"
     "thứ Sáu 13/02/2026: +1 ngày\n"
     "thứ Bảy 14/02/2026 – Chủ nhật 15/02/2026: nghỉ hằng tuần\n"
     "thứ Hai 16/02/2026 – thứ Sáu 20/02/2026: Tết Nguyên đán [Bộ luật Lao động 2019, Điều 112; "
     "đợt nghỉ liên tục 14/02–22/02/2026 theo báo chí (congan.com.vn)]\n"
     "thứ Bảy 21/02/2026 – Chủ nhật 22/02/2026: nghỉ hằng tuần\n"
     "thứ Hai 23/02/2026 – thứ Năm 26/02/2026: +4 ngày\n"
     "Thời hạn 5 ngày làm việc; đến hạn lúc 17:00 thứ Năm 26/02/2026\n"},
    {"2023-04-24 20:00", "5 calendar_day", NULL, NULL, LANG_EN,
     "Received at 20:00 Monday 24/04/2023\n"
     "Outside office hours: taken as received at the next opening, 07:30 Tuesday 25/04/2023\n"
     "The day of receipt is not counted: Tuesday 25/04/2023 [Bộ luật Dân sự 2015, Điều 147.2]\n"
     "Days off included: Wednesday 26/04/2023 – Sunday 30/04/2023: +5 days\n"
     "Sunday 30/04/2023: Reunification Day [Bộ luật Lao động 2019, Điều 112]\n"
     "Monday 01/05/2023: International Labour Day [Bộ luật Lao động 2019, Điều 112]\n"
     "Tuesday 02/05/2023: Hung Kings' Commemoration (day in lieu) [Bộ luật Lao động 2019, Điều "
     "111 khoản 3]\n"
     "Wednesday 03/05/2023: Reunification Day (day in lieu) [Bộ luật Lao động 2019, Điều 111 "
     "khoản 3]\n"
     "The last day is a day off and moves to the next working day: Thursday 04/05/2023 [Bộ luật "
     "Dân sự 2015, Điều 148.5]\n"
     "Limit 5 days; due at 17:00 Thursday 04/05/2023\n"},
    {"2026-08-21 10:00", "1.5 working_day", "2026-08-22 08:00", "2026-08-22 10:00", LANG_VI,
     "Nhận hồ sơ lúc 10:00 thứ Sáu 21/08/2026\n"
     "Bắt đầu tính từ 10:00 thứ Sáu 21/08/2026\n"
     "thứ Bảy 22/08/2026, có ngày làm bù thứ Bảy 22/08/2026: +1 ngày\n"
     "10:00 thứ Bảy 22/08/2026 – 15:30 thứ Bảy 22/08/2026: +240 phút\n"
     "Tạm dừng 08:00 thứ Bảy 22/08/2026 – 10:00 thứ Bảy 22/08/2026: +120 phút\n"
     "15:30 thứ Bảy 22/08/2026 – 17:00 thứ Bảy 22/08/2026: +90 phút\n"
     "Chủ nhật 23/08/2026: nghỉ hằng tuần\n"
     "07:30 thứ Hai 24/08/2026 – 08:00 thứ Hai 24/08/2026: +30 phút\n"
     "Thời hạn 1,5 ngày làm việc, cộng phút tạm dừng: 120; đến hạn lúc 08:00 thứ Hai "
     "24/08/2026\n"},
};

static void the_text_reads_like_this(void **state)
{
    struct buf out;
    size_t i;

    (void)state;
    buf_init(&out, 1 << 16);
    for (i = 0; i < sizeof golden / sizeof *golden; i++) {
        const struct golden *g = &golden[i];
        struct interval p = {0, 0};
        struct quantity q;

        if (g->pause_from)
            p = (struct interval){fixture_minute(g->pause_from), fixture_minute(g->pause_to)};
        assert_true(quantity_parse(span_of(g->limit), &q));
        buf_clear(&out);
        assert_int_equal(worktime_explain(office, fixture_minute(g->from), q, &p,
                                          g->pause_from ? 1 : 0, g->lang, EXPLAIN_TEXT, &out),
                         TIME_FINE);
        assert_string_equal(buf_cstr(&out), g->text);
    }
    buf_free(&out);
}

static void a_forecast_day_off_says_so(void **state)
{
    struct quantity q = {1, 1, UNIT_WORKING_DAY_EOD};
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 16);
    assert_int_equal(worktime_explain(office, fixture_minute("2027-02-03 08:00"), q, NULL, 0,
                                      LANG_VI, EXPLAIN_TEXT, &out),
                     TIME_FINE);
    assert_non_null(strstr(buf_cstr(&out), "Tết Nguyên đán (dự kiến, chưa có thông báo"));
    buf_free(&out);
}

static void a_refusal_writes_nothing(void **state)
{
    struct quantity q = {1000, 1, UNIT_CALENDAR_DAY};
    struct interval outside = {fixture_minute("2027-12-31 08:00"),
                               fixture_minute("2028-01-03 08:00")};
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 16);
    assert_int_equal(worktime_explain(office, fixture_minute("2026-02-03 08:00"), q, NULL, 0,
                                      LANG_VI, EXPLAIN_JSON, &out),
                     TIME_CALENDAR_ENDS);
    q.num = 1;
    assert_int_equal(worktime_explain(office, fixture_minute("2026-02-03 08:00"), q, &outside, 1,
                                      LANG_VI, EXPLAIN_JSON, &out),
                     TIME_CALENDAR_ENDS);
    assert_int_equal(out.n, 0);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lines_add_up_and_end_at_the_due_minute),
        cmocka_unit_test(the_text_reads_like_this),
        cmocka_unit_test(a_forecast_day_off_says_so),
        cmocka_unit_test(a_refusal_writes_nothing),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    fx = fixture_new();
    office = fixture_configured(fx->arena, "office");
    failed = cmocka_run_group_tests_name("worktime explain", tests, NULL, NULL);
    fx = fixture_free(fx);
    return failed;
}
