/* Figures as pure rules: what counts by which facts, identities on random facts, rates, the form's
 * columns, reporting periods, medians. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/figures/figures.h"
#include "common/figures/period.h"
#include "common/figures/spent.h"
#include "tests/lib/dice.h"
#include "tests/lib/fixture_calendars.h"

static int32_t work(enum dossier_class c, bool received, enum channel channel, int32_t more)
{
    return (int32_t)c | (received ? FACT_RECEIVED : 0) | ((int32_t)channel << FACT_CHANNEL_SHIFT) |
           more;
}

/* The golden example: eleven in the work, one that was withdrawn, eleven first submissions. */
static void the_golden_example(void **state)
{
    static const struct {
        enum dossier_class c;
        bool received;
        enum channel channel;
    } g[] = {
        {CLASS_ON_TIME, false, CHANNEL_COUNTER},
        {CLASS_LATE, false, CHANNEL_ONLINE},
        {CLASS_EARLY, true, CHANNEL_ONLINE},
        {CLASS_ON_TIME, true, CHANNEL_ONLINE},
        {CLASS_LATE, true, CHANNEL_COUNTER},
        {CLASS_EARLY, true, CHANNEL_POST},
        {CLASS_ENDED_OTHER, true, CHANNEL_ONLINE},
        {CLASS_PENDING_OVERDUE, true, CHANNEL_ONLINE},
        {CLASS_PENDING_WITHIN, true, CHANNEL_ONLINE},
        {CLASS_PENDING_OVERDUE, true, CHANNEL_COUNTER},
        {CLASS_EARLY, true, CHANNEL_ONLINE},
        {CLASS_ON_TIME, true, CHANNEL_ONLINE},
    };
    static const int64_t form[FORM_COLUMNS] = {11, 6, 3, 2, 8, 3, 3, 2, 3, 1, 2};
    struct figure_row r = {{0}};
    int64_t n[FORM_COLUMNS];

    (void)state;
    for (size_t i = 0; i < sizeof g / sizeof *g; i++)
        figures_add(&r, work(g[i].c, g[i].received, g[i].channel, 0), 1);
    figures_add(&r, FACT_FIRST | FACT_FIRST_ACCEPTED | FACT_FIRST_VALID | FACT_FIRST_TAKEN_IN, 8);
    figures_add(
        &r, FACT_FIRST | FACT_FIRST_ACCEPTED | FACT_FIRST_TAKEN_IN | FACT_FIRST_SUPPLEMENTED, 1);
    figures_add(&r, FACT_FIRST | FACT_FIRST_TAKEN_IN, 1);
    figures_add(&r, FACT_FIRST, 1);
    figures_form(&r, n);
    for (int i = 0; i < FORM_COLUMNS; i++)
        assert_int_equal(n[i], form[i]);
    assert_int_equal(r.n[FIGURE_ENDED_OTHER], 1);
    assert_int_equal(figures_rate(&r, RATE_ON_TIME).tenths, 750);
    assert_int_equal(figures_rate(&r, RATE_ON_TIME_OVERDUE).tenths, 600);
    assert_int_equal(figures_rate(&r, RATE_VALID_FIRST).tenths, 727);
    assert_int_equal(figures_rate(&r, RATE_FIRST_ACCEPTED).tenths, 818);
    assert_int_equal(figures_rate(&r, RATE_SUPPLEMENTED).tenths, 100);
    assert_null(figures_identity(&r));
}

static void identities_hold_on_any_facts(void **state)
{

    (void)state;
    dice_seed(2026);
    for (int round = 0; round < 2000; round++) {
        struct figure_row r = {{0}};
        int64_t n[FORM_COLUMNS];

        for (int i = 0; i < 40; i++) {
            int32_t facts = (int32_t)dice(1 << 11);

            if ((facts & FACT_CLASS_MASK) == CLASS_NOT_RECEIVED ||
                ((facts >> FACT_CHANNEL_SHIFT) & 3) == 3)
                continue; /* the database tells no such class and channel */
            figures_add(&r, facts | (dice(2) ? FACT_FIRST : 0), (int64_t)dice(1000));
        }
        assert_null(figures_identity(&r));
        figures_form(&r, n);
        assert_int_equal(n[0], n[1] + n[2] + n[3]);
        assert_int_equal(n[0], n[4] + n[8]);
        assert_int_equal(n[4], n[5] + n[6] + n[7]);
        assert_int_equal(n[8], n[9] + n[10]);
    }
}

static void a_broken_row_is_named(void **state)
{
    struct figure_row r = {{0}};

    (void)state;
    figures_add(&r, work(CLASS_LATE, true, CHANNEL_ONLINE, 0), 3);
    r.n[FIGURE_RESOLVED_LATE]--;
    assert_string_equal(figures_identity(&r), "(5) = (6) + (7) + (8)");
}

static void what_ended_without_a_result_is_in_no_column(void **state)
{
    struct figure_row r = {{0}};
    int64_t n[FORM_COLUMNS];

    (void)state;
    figures_add(&r, work(CLASS_ENDED_OTHER, true, CHANNEL_ONLINE, FACT_SUPPLEMENTED | FACT_APOLOGY),
                5);
    figures_form(&r, n);
    for (int i = 0; i < FORM_COLUMNS; i++)
        assert_int_equal(n[i], 0);
    assert_int_equal(r.n[FIGURE_ENDED_OTHER], 5);
    assert_int_equal(figures_rate(&r, RATE_ON_TIME).tenths, -1);
}

/* What the months of the demonstration hardly have: late with an apology, by post from before the
 * period, paper on its way from before it. */
static void rare_facts_count_where_they_belong(void **state)
{
    struct figure_row r = {{0}};

    (void)state;
    figures_add(&r, work(CLASS_LATE, true, CHANNEL_COUNTER, FACT_APOLOGY), 1);
    figures_add(&r, work(CLASS_LATE, false, CHANNEL_POST, 0), 1);
    assert_int_equal(r.n[FIGURE_RESOLVED_LATE], 2);
    assert_int_equal(r.n[FIGURE_LATE_WITHOUT_APOLOGY], 1);
    assert_int_equal(r.n[FIGURE_APOLOGISED], 1);
    assert_int_equal(r.n[FIGURE_RECEIVED_POST], 0);
    figures_add(&r, STREAM_PAPER << FACT_KIND_SHIFT | CLASS_PENDING_WITHIN, 1);
    assert_int_equal(r.n[FIGURE_PAPERS_TOTAL], 1);
    assert_int_equal(r.n[FIGURE_PAPERS_NEW], 0);
    assert_null(figures_identity(&r));
}

static void names_are_different_and_explained(void **state)
{
    (void)state;
    for (int i = 0; i < FIGURES; i++) {
        for (int k = 0; k < i; k++)
            assert_string_not_equal(FIGURE[i].name, FIGURE[k].name);
        assert_string_equal(FIGURE_WORDS[i], FIGURE[i].name);
        assert_true(*FIGURE[i].title.vi && *FIGURE[i].title.en && *FIGURE[i].about.vi &&
                    *FIGURE[i].about.en);
    }
    assert_null(FIGURE_WORDS[FIGURES]);
    for (int i = 0; i < RATES; i++)
        assert_true(RATE[i].n && RATE[i].of && *RATE[i].about.vi && *RATE[i].about.en);
}

static void rates_round_half_up(void **state)
{
    static const struct {
        int64_t n, of;
        int tenths;
    } want[] = {{0, 7, 0},    {1, 3, 333},  {2, 3, 667}, {1, 16, 63},
                {1, 2000, 1}, {1, 2001, 0}, {7, 7, 1000}};

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct figure_row r = {{0}};

        r.n[FIGURE_REFUSED] = want[i].n;
        r.n[FIGURE_RESOLVED] = want[i].of;
        assert_int_equal(figures_rate(&r, RATE_REFUSED).tenths, want[i].tenths);
    }
}

static void reporting_periods_close_on_their_day(void **state)
{
    static const struct {
        const char *name;
        int day;
        const char *from, *to;
    } want[] = {
        {"2026-11", 15, "2026-10-15", "2026-11-15"}, {"2026-01", 15, "2025-12-15", "2026-01-15"},
        {"2026-Q1", 15, "2025-12-15", "2026-03-15"}, {"2026-Q4", 15, "2026-09-15", "2026-12-15"},
        {"2026-H1", 15, "2025-12-15", "2026-06-15"}, {"2026", 15, "2025-12-15", "2026-12-15"},
        {"2026-11", 1, "2026-11-01", "2026-12-01"},  {"2026", 1, "2026-01-01", "2027-01-01"},
        {"2026-H2", 1, "2026-07-01", "2027-01-01"},  {"2026-03", 28, "2026-02-28", "2026-03-28"},
        {"2026-11", 2, "2026-10-02", "2026-11-02"},
    };
    static const char *const wrong[] = {"",           "26",      "2026-",   "2026-13", "2026-00",
                                        "2026-1",     "2026-Q5", "2026-Q0", "2026-H3", "2026-W1",
                                        "2026-11-01", "x026",    "2026-Q",  "20266"};
    dayno from, to, a, b;

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_true(period_parse(span_of(want[i].name), want[i].day, &from, &to));
        assert_true(day_parse(span_of(want[i].from), &a) && day_parse(span_of(want[i].to), &b));
        assert_int_equal(from, a);
        assert_int_equal(to, b);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(period_parse(span_of(wrong[i]), 15, &from, &to));
}

static void months_of_a_year_follow_each_other_without_gap(void **state)
{
    (void)state;
    for (int day = 1; day <= 28; day++) {
        dayno from, to, last = 0, first = 0;
        char name[16];

        for (int m = 1; m <= 12; m++) {
            (void)snprintf(name, sizeof name, "2026-%02d", m);
            assert_true(period_parse(span_of(name), day, &from, &to));
            assert_true(m == 1 || from == last);
            first = m == 1 ? from : first;
            last = to;
        }
        assert_true(period_parse(span_of("2026"), day, &from, &to));
        assert_int_equal(from, first);
        assert_int_equal(to, last);
    }
}

/* ---- where the time went: office hours 07:30-11:30 and 13:00-17:00, a week without a holiday */

static instant at(const char *minute)
{
    return instant_of(fixture_minute(minute));
}

static const struct calendar *the_calendar(void *ctx, const char *name)
{
    assert_string_equal(name, "office");
    return ctx;
}

/* Accepted on Monday at 8:00, ready on Friday at 10:00: 450 + 480 + 480 + 480 + 150 minutes.  From
 * Tuesday 9:00 to Wednesday 14:00 papers were awaited (390 + 300), on Thursday from 10:00 to 15:00
 * an exclusion (90 + 120). */
struct late {
    struct clock_interval in[5];
    struct clock clock[2];
    struct step_done done[3];
    struct request request[2];
    struct dossier d;
};

static void late_make(struct late *l)
{
    *l = (struct late){.in = {{at("2026-03-02 08:00"), at("2026-03-03 09:00"), true, 1},
                              {at("2026-03-03 09:00"), at("2026-03-04 14:00"), false, 2},
                              {at("2026-03-04 14:00"), at("2026-03-05 10:00"), true, 3},
                              {at("2026-03-05 10:00"), at("2026-03-05 15:00"), false, 4},
                              {at("2026-03-05 15:00"), INSTANT_NONE, true, 5}},
                       .clock = {{.kind = CLOCK_LEGAL,
                                  .subject = -1,
                                  .calendar = "office",
                                  .interval = l->in,
                                  .intervals = 5},
                                 {.kind = CLOCK_STEP,
                                  .subject = 1,
                                  .visit = 1,
                                  .budget = {1, 1, UNIT_WORKING_DAY},
                                  .calendar = "office"}},
                       .done = {{.step = 0,
                                 .visit = 1,
                                 .agency = 10,
                                 .officer = 77,
                                 .started = at("2026-03-02 08:00"),
                                 .finished = at("2026-03-02 11:30")},
                                {.step = 1,
                                 .visit = 1,
                                 .branch = 1,
                                 .agency = 9,
                                 .started = at("2026-03-02 11:30"),
                                 .finished = at("2026-03-03 09:00")},
                                {.step = 1,
                                 .visit = 1,
                                 .agency = 110,
                                 .officer = 502,
                                 .started = at("2026-03-02 11:30"),
                                 .finished = at("2026-03-06 09:00")}},
                       .request = {{.kind = REQ_SUPPLEMENT,
                                    .sent = at("2026-03-03 09:00"),
                                    .done = at("2026-03-04 14:00")},
                                   {.kind = REQ_EXCLUSION,
                                    .sent = at("2026-03-05 10:00"),
                                    .done = at("2026-03-05 15:00")}},
                       .d = {.calendar = "office",
                             .accepted = at("2026-03-02 08:00"),
                             .finished = at("2026-03-06 10:00"),
                             .original_due = at("2026-03-03 17:00"),
                             .basis_due = at("2026-03-04 17:00"),
                             .current_due = at("2026-03-05 17:00"),
                             .clock = l->clock,
                             .clocks = 2,
                             .done = l->done,
                             .dones = 3,
                             .request = l->request,
                             .requests = 2}};
}

static void the_time_of_a_late_dossier_is_split(void **state)
{
    static const int64_t late[] = {[DUE_ORIGINAL] = 1110, [DUE_BASIS] = 630, [DUE_CURRENT] = 150};
    struct arena *a = arena_new(1 << 20);
    void *office = (void *)(uintptr_t)fixture_configured(a, "office");
    struct late l;
    struct spent x;
    struct buf b;

    (void)state;
    late_make(&l);
    assert_true(dossier_spent(a, &l.d, the_calendar, office, &x));
    assert_memory_equal(x.late, late, sizeof late);
    assert_int_equal(x.total, 2040);
    assert_int_equal(x.applicant, 690);
    assert_int_equal(x.excluded, 210);
    assert_int_equal(x.steps, 2);
    assert_true(x.step[0].minutes == 210 && x.step[0].agency == 10 && x.step[0].officer == 77);
    assert_int_equal(x.step[0].norm, -1);
    assert_true(x.step[1].minutes == 870 && x.step[1].agency == 110 && x.step[1].officer == 502);
    assert_int_equal(x.step[1].norm, 480);
    assert_int_equal(x.other, 60);   /* from the last step to the result */
    l.request[0].kind = REQ_PAYMENT; /* money awaited is the applicant's time, too */
    assert_true(dossier_spent(a, &l.d, the_calendar, office, &x));
    assert_int_equal(x.applicant, 690);
    buf_init(&b, 1000);
    spent_text(&x, &b);
    assert_string_equal(buf_cstr(&b), "2040,690,210,1110,630,150;0,10,77,210,-1;1,110,502,870,480");
    buf_free(&b);
    l.d.finished = INSTANT_NONE;
    assert_false(dossier_spent(a, &l.d, the_calendar, office, &x));
    arena_free(a);
}

static void the_split_is_read_from_its_text(void **state)
{
    static const char whole[] =
        "2040,690,210,1110,630,150;0,10,77,210,-1;1,110,9007199254740991,870,480";
    static const char *const bad[] = {"",
                                      "1,2,3,4,5",
                                      "1,2,3,4,5,6,7",
                                      "1,2,3,4,5,",
                                      "-1,0,0,0,0,0",
                                      "1,2,3,4,5,6;",
                                      "1,2,3,4,5,6;1,2,3,4",
                                      "1,2,3,4,5,6;1,2,3,-1,4",
                                      "1,2,3,4,5,6 ",
                                      "1,2,3,4,5,6;1,2,3,4,-2",
                                      "9999999999,2,3,4,5,6",
                                      "1,2,3,4,5,6;1,2,3,4,5,6",
                                      "+1,2,3,4,5,6",
                                      "1,2,3,4,5,6;a,2,3,4,5"};
    struct arena *a = arena_new(1 << 20);
    struct spent x;
    struct buf b;

    (void)state;
    assert_true(spent_read(a, span_of(whole), &x));
    assert_int_equal(x.other, 60);
    buf_init(&b, 1000);
    spent_text(&x, &b);
    assert_string_equal(buf_cstr(&b), whole);
    buf_free(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (spent_read(a, span_of(bad[i]), &x))
            fail_msg("%s was read", bad[i]);
    arena_free(a);
}

static void percentiles_are_by_nearest_rank(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct tally t = {0};

    (void)state;
    assert_int_equal(tally_percentile(&t, 50), -1);
    for (int64_t v = 100; v >= 1; v--)
        tally_add(a, &t, v);
    assert_int_equal(tally_percentile(&t, 50), 50);
    assert_int_equal(tally_percentile(&t, 90), 90);
    assert_int_equal(tally_percentile(&t, 100), 100);
    assert_int_equal(tally_percentile(&t, 1), 1);
    assert_int_equal(t.sum, 5050);
    t = (struct tally){0};
    tally_add(a, &t, 7);
    assert_int_equal(tally_percentile(&t, 50), 7);
    assert_int_equal(tally_percentile(&t, 90), 7);
    t = (struct tally){0}; /* several digits, many equal ones */
    for (int64_t v = 0; v < 1000; v++)
        tally_add(a, &t, v % 10 < 6 ? 5000000 : v * 4099);
    assert_int_equal(tally_percentile(&t, 39), 977 * 4099);
    assert_int_equal(tally_percentile(&t, 40), 4094901);
    assert_int_equal(tally_percentile(&t, 41), 5000000);
    assert_int_equal(tally_percentile(&t, 100), 5000000);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_example),
        cmocka_unit_test(identities_hold_on_any_facts),
        cmocka_unit_test(a_broken_row_is_named),
        cmocka_unit_test(what_ended_without_a_result_is_in_no_column),
        cmocka_unit_test(rare_facts_count_where_they_belong),
        cmocka_unit_test(names_are_different_and_explained),
        cmocka_unit_test(rates_round_half_up),
        cmocka_unit_test(reporting_periods_close_on_their_day),
        cmocka_unit_test(months_of_a_year_follow_each_other_without_gap),
        cmocka_unit_test(the_time_of_a_late_dossier_is_split),
        cmocka_unit_test(the_split_is_read_from_its_text),
        cmocka_unit_test(percentiles_are_by_nearest_rank),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
