/* Indices that score agencies: every way of measuring, what could not be measured, bands, and the
 * mistakes that a file is refused for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/figures/index.h"
#include "common/figures/marks.h"

#define HEAD                                                                                       \
    "index: thu\nname: {vi: \"Thử\", en: \"Try\"}\nvalid_from: 2026-01-01\nbasis: \"b\"\n"       \
    "source: \"s\"\ngrade: A\nmax: 10\n"
#define REST "among: [department]\n"
#define BANDS                                                                                      \
    "bands:\n  - {band: good, from: 8, name: {vi: \"Tốt\", en: \"Good\"}}\n"                     \
    "  - {band: fair, from: 5, name: {vi: \"Khá\", en: \"Fair\"}}\n"                              \
    "  - {band: weak, from: 0, name: {vi: \"Yếu\", en: \"Weak\"}}\n"
#define GROUP(max)                                                                                 \
    "groups:\n  - group: g\n    name: {vi: G, en: G}\n    max: " max "\n    components:\n"
#define PART(key, max, how)                                                                        \
    "      - {component: " key ", name: {vi: x, en: x}, max: " max                                 \
    ", source: \"s\", grade: A, " how "}\n"
#define SHARE "share: {of: [resolved_early, resolved_on_time], over: [resolved]}"

struct set {
    struct arena *a;
    struct diags d;
    const struct index *x;
};

static struct set compiled(const char *text)
{
    struct set s = {.a = arena_new(1 << 20)};

    diags_init(&s.d, s.a);
    s.x = index_compile(s.a, span_of(text), &s.d);
    return s;
}

static void refused(const char *text, const char *code, int line, const char *says)
{
    struct set s = compiled(text);
    struct buf b;

    buf_init(&b, 65536);
    diags_print(&s.d, "thu.yaml", span_of(text), LANG_EN, &b);
    if (s.x || !strstr(buf_cstr(&b), code) || !strstr(buf_cstr(&b), says))
        fail_msg("wanted %s and \"%s\", got: %s", code, says, buf_cstr(&b));
    if (line) {
        char at[32];

        (void)snprintf(at, sizeof at, "thu.yaml:%d:", line);
        if (!strstr(buf_cstr(&b), at))
            fail_msg("wanted line %d: %s", line, buf_cstr(&b));
    }
    buf_free(&b);
    arena_free(s.a);
}

static struct index_input work(int64_t early, int64_t on_time, int64_t late)
{
    struct index_input in;

    memset(&in, 0, sizeof in);
    in.row.n[FIGURE_RESOLVED_EARLY] = early;
    in.row.n[FIGURE_RESOLVED_ON_TIME] = on_time;
    in.row.n[FIGURE_RESOLVED_LATE] = late;
    in.row.n[FIGURE_RESOLVED] = early + on_time + late;
    return in;
}

static struct index_score scored(const char *text, const struct index_input *in)
{
    struct set s = compiled(text);
    struct index_score score;

    assert_non_null(s.x);
    index_score(s.x, in, &score);
    arena_free(s.a);
    return score;
}

/* ---- measuring */

static void a_share_of_the_points(void **state)
{
    static const char text[] = HEAD REST BANDS GROUP("10") PART("t", "10", SHARE);
    struct index_input in = work(2, 1, 1);
    struct index_score s = scored(text, &in);

    (void)state;
    assert_int_equal(s.component[0].n, 3);
    assert_int_equal(s.component[0].of, 4);
    assert_int_equal(s.score, 7500); /* thousandths */
    assert_int_equal(s.band, 1);
    in = work(2, 0, 1); /* two of three: rounded half up */
    assert_int_equal(scored(text, &in).score, 6667);
    in = work(1, 0, 0);
    assert_int_equal(scored(text, &in).score, 10000);
}

static void full_from_one_percent_on_and_nothing_below_another(void **state)
{
    static const char text[] =
        HEAD REST BANDS GROUP("10") PART("t", "10", SHARE ", full_at: 80, zero_below: 50");
    static const struct {
        int64_t good, late, points;
    } c[] = {{80, 20, 10000}, {79, 21, 9875}, {50, 50, 6250}, {49, 51, 0}, {100, 0, 10000}};

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct index_input in = work(c[i].good, 0, c[i].late);

        assert_int_equal(scored(text, &in).points, c[i].points);
    }
}

static void classes_are_averaged(void **state)
{
    static const char text[] = HEAD REST BANDS GROUP("10")
        PART("t", "10",
             "average: [{points: 2, of: [resolved_early]}, {points: 1, of: [resolved_on_time]}, "
             "{points: 0, of: [resolved_late]}]");
    struct index_input in = work(1, 1, 2); /* 3 of 8 points */

    (void)state;
    assert_int_equal(scored(text, &in).points, 3750);
    in = work(0, 0, 5);
    assert_int_equal(scored(text, &in).points, 0);
    assert_true(scored(text, &in).component[0].measured);
}

static void rungs_and_what_forfeits_them(void **state)
{
    static const char text[] = HEAD REST BANDS GROUP("10") PART(
        "t", "10",
        SHARE ", rungs: [{at: 30, points: 10}, {at: 15, points: 5}], unless: [pending_overdue]");
    static const struct {
        int64_t good, late, points;
    } c[] = {{30, 70, 10000}, {29, 71, 5000}, {15, 85, 5000}, {14, 86, 0}};
    struct index_input in;

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        in = work(c[i].good, 0, c[i].late);
        assert_int_equal(scored(text, &in).points, c[i].points);
    }
    in = work(100, 0, 0);
    in.row.n[FIGURE_PENDING_OVERDUE] = 1;
    assert_int_equal(scored(text, &in).points, 0);
}

static void marks_of_dossiers_and_values_entered(void **state)
{
    static const char text[] = HEAD REST BANDS GROUP("10") PART("m", "4", "marks: contacts")
        PART("e", "6", "entered: true");
    struct index_input in = work(0, 0, 0);
    struct index_score s;

    (void)state;
    in.mark[MARK_CONTACTS][0] = 1;
    in.mark[MARK_CONTACTS][1] = 1;
    in.mark[MARK_CONTACTS][2] = 2; /* 5 of 8 */
    in.mark[MARK_AGENCIES][2] = 9; /* of another indicator */
    in.entered[1] = (struct index_entered){.n = 45, .of = 60, .document = "12/BC"};
    s = scored(text, &in);
    assert_int_equal(s.component[0].points, 2500);
    assert_int_equal(s.component[1].points, 4500);
    assert_int_equal(s.score, 7000);
}

/* Agency 10 does two steps, 110 one; 10 is told once, by both together. */
static void an_agency_is_marked_by_all_its_steps(void **state)
{
    static const struct {
        int64_t minutes[3], norm[3];
        int first, second; /* -1: not told */
    } c[] = {
        {{100, 500, 100}, {120, 480, 120}, 2, 0}, {{150, 480, 90}, {120, 480, 120}, 1, 1},
        {{150, 479, 91}, {120, 480, 120}, 0, 2},  {{100, 480, 100}, {120, 480, -1}, -1, 1},
        {{100, 480, 100}, {120, -1, 120}, 2, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct step_spent step[3];
        struct spent x = {.step = step, .steps = 3};
        int points = -1;

        for (int k = 0; k < 3; k++)
            step[k] = (struct step_spent){
                .agency = k == 1 ? 110 : 10, .minutes = c[i].minutes[k], .norm = c[i].norm[k]};
        assert_int_equal(mark_of_agency(&x, 0, &points) ? points : -1, c[i].first);
        assert_int_equal(mark_of_agency(&x, 1, &points) ? points : -1, c[i].second);
        assert_false(mark_of_agency(&x, 2, &points));
    }
}

/* Given back `attempts` - 1 times, then asked for papers, each with its reason. */
static void contacts_are_counted_and_whose_doing_they_were(void **state)
{
    static struct reason reasons[] = {{.reason = "his", .attribution = "applicant"},
                                      {.reason = "ours", .attribution = "officer"}};
    static const char *his[] = {"his"}, *ours[] = {"ours"}, *both[] = {"his", "ours"};
    static const struct {
        int attempts;
        const char **why[2];
        int times, agencies;
    } c[] = {{1, {NULL, NULL}, 2, 2}, {2, {NULL, NULL}, 1, 1}, {3, {NULL, NULL}, 0, 1},
             {1, {ours, NULL}, 1, 1}, {1, {his, his}, 1, 1},   {1, {his, ours}, 0, 1},
             {2, {his, NULL}, 0, 1},  {1, {his, both}, 0, 1}};
    struct procedure p = {.reason = reasons, .reasons = 2};

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct request q[3] = {{.kind = REQ_SUPPLEMENT, .sent = INSTANT_NONE}};
        struct dossier d = {.attempts = c[i].attempts, .request = q, .requests = 1};
        int times = -1, agencies = -1;

        for (int k = 0; k < 2 && c[i].why[k]; k++)
            q[d.requests++] = (struct request){.kind = REQ_SUPPLEMENT,
                                               .sent = 1,
                                               .reason_code = c[i].why[k],
                                               .reason_codes = c[i].why[k] == both ? 2 : 1};
        marks_of_contacts(&d, &p, &times, &agencies);
        assert_int_equal(times, c[i].times);
        assert_int_equal(agencies, c[i].agencies);
    }
}

/* ---- officers (Circular 01/2018, article 15) */

/* One agency, four steps: officer 1 receives (step 0), 2 appraises, 1 approves, 3 appraises again
 * what came back: two officers in one step's history. */
static void an_officer_is_marked_by_her_own_steps(void **state)
{
    static const struct {
        int64_t minutes[4], norm[4];
        int points[3]; /* of officers 1, 2, 3; -1: not told */
    } c[] = {
        {{10, 100, 50, 100}, {30, 120, 30, 120}, {1, 2, 2}},  /* 60 of 60 */
        {{10, 120, 51, 121}, {30, 120, 30, 120}, {0, 1, 0}},  /* as long, longer */
        {{10, 119, 49, 1}, {30, 120, 30, -1}, {2, 2, -1}},    /* no norm: not told */
        {{10, 500, 10, 120}, {-1, 120, 30, 120}, {-1, 0, 1}}, /* of one of her steps */
    };
    static struct step step[] = {{.at = AT_RECEPTION}, {.at = AT_COMPETENT}, {.at = AT_AGENCY}};
    static const struct {
        int64_t officer;
        int step;
        bool first, works;
    } did[] = {{1, 0, true, false}, {2, 1, true, true}, {1, 2, false, true}, {3, 1, true, true}};
    struct procedure p = {.step = step, .steps = 3};
    struct step_spent done[5];
    struct spent x = {.step = done, .steps = 5};

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        for (int k = 0; k < 4; k++)
            done[k] = (struct step_spent){.agency = 110,
                                          .officer = did[k].officer,
                                          .step = did[k].step,
                                          .minutes = c[i].minutes[k],
                                          .norm = c[i].norm[k]};
        /* elsewhere she is another */
        done[4] = (struct step_spent){.agency = 10, .officer = 2, .step = 1, .minutes = 9};
        for (size_t k = 0; k < 4; k++) {
            int points = -1;

            if (!mark_of_officer(&x, k, &points))
                points = -1;
            assert_int_equal(points, did[k].first ? c[i].points[did[k].officer - 1] : -1);
            assert_int_equal(mark_of_work(&x, k, &p), did[k].works);
            assert_false(mark_of_work(&x, k, NULL));
        }
    }
    done[2].officer = 2; /* appraises, then approves: one dossier */
    assert_true(mark_of_work(&x, 1, &p));
    assert_false(mark_of_work(&x, 2, &p));
    assert_true(mark_of_work(&x, 4, &p)); /* and one there */
}

#define OFFICERS(parts, fewest)                                                                    \
    "officers:\n  components: " parts "\n  decimals: 1\n  fewest: " fewest "\n  bands:\n"          \
    "    - {band: whole, from: 5, name: {vi: a, en: a}}\n"                                         \
    "    - {band: most, from: 3.5, name: {vi: b, en: b}}\n"                                        \
    "    - {band: less, from: 0, name: {vi: c, en: c}}\n"
#define OFFICER_PARTS                                                                              \
    GROUP("10")                                                                                    \
    PART("t", "2",                                                                                 \
         "average: [{points: 2, of: [resolved_early]}, {points: 1, of: [resolved_on_time]}, "      \
         "{points: 0, of: [resolved_late]}]")                                                      \
    PART("s", "2", "marks: agency_time")                                                           \
    PART("c", "2", "marks: contacts")                                                              \
    PART("a", "2", "marks: agencies") PART("e", "2", "entered: true")

/* Twenty dossiers; points of each indicator added up, of forty. */
static void officers_are_banded_by_points_to_one_decimal(void **state)
{
    static const char text[] = HEAD REST BANDS OFFICERS("[t, s, c, a]", "20") OFFICER_PARTS;
    static const struct {
        int64_t of[4];
        int points, band;
    } c[] = {
        {{40, 40, 20, 0}, 5000, 0}, {{40, 40, 18, 0}, 4900, 1}, {{40, 30, 0, 0}, 3500, 1},
        {{40, 28, 0, 0}, 3400, 2},  {{0, 0, 0, 0}, 0, 2},       {{40, 40, 40, 40}, 8000, 0},
        {{40, 40, 19, 0}, 5000, 0}, /* 0.95 is 1.0 */
        {{1, 1, 1, 1}, 400, 2},     /* 0.05 is 0.1, each by itself */
    };
    struct set s = compiled(text);

    (void)state;
    assert_non_null(s.x);
    assert_int_equal(s.x->max, 10000); /* of agencies, as it was */
    assert_int_equal(s.x->officers->max, 8000);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct index_officer o = {.dossiers = 20};
        struct index_score got;

        o.resolved[CLASS_EARLY] = c[i].of[0] / 2;
        o.resolved[CLASS_ON_TIME] = c[i].of[0] % 2;
        o.resolved[CLASS_LATE] = 20 - o.resolved[CLASS_EARLY] - o.resolved[CLASS_ON_TIME];
        for (int m = 0; m < MARKS; m++) {
            o.mark[m][2] = c[i].of[m + 1] / 2;
            o.mark[m][1] = c[i].of[m + 1] % 2;
            o.mark[m][0] = 20 - o.mark[m][2] - o.mark[m][1];
        }
        assert_int_equal(index_score_officer(s.x->officers, &o, &got), c[i].band);
        assert_int_equal(got.points, c[i].points);
        o.dossiers = 19; /* too few to say anything of a person */
        assert_int_equal(index_score_officer(s.x->officers, &o, &got), -1);
        assert_int_equal(got.points, c[i].points);
    }
    arena_free(s.a);
}

/* The fifth indicator is not there, or her time could not be told: up to two points are open. */
static void no_band_that_a_missing_indicator_could_change(void **state)
{
    static const char text[] = HEAD REST BANDS OFFICERS("[t, s, c, a, e]", "1") OFFICER_PARTS;
    static const struct {
        int64_t contacts, agencies;
        bool timed;
        int points, band;
    } c[] = {{2, 0, true, 6000, 0},
             {1, 0, true, 5000, 0},
             {0, 0, true, 4000, -1},
             {1, 0, false, 3000, -1},
             {2, 1, false, 5000, 0}};
    struct set s = compiled(text);
    struct index_score got;

    (void)state;
    assert_non_null(s.x);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct index_officer o = {.dossiers = 1, .resolved = {1}};

        o.mark[MARK_AGENCY_TIME][2] = c[i].timed;
        o.mark[MARK_CONTACTS][c[i].contacts] = 1;
        o.mark[MARK_AGENCIES][c[i].agencies] = 1;
        assert_int_equal(index_score_officer(s.x->officers, &o, &got), c[i].band);
        assert_int_equal(got.points, c[i].points);
        assert_int_equal(got.component[1].measured, c[i].timed);
        assert_false(got.component[4].measured);
    }
    arena_free(s.a);
    s = compiled(HEAD REST BANDS GROUP("10") PART("t", "10", SHARE));
    assert_null(s.x->officers);
    arena_free(s.a);
}

/* ---- what could not be measured */

static void what_is_missing_is_nought_or_left_out(void **state)
{
    static const char parts[] = GROUP("10") PART("t", "5", SHARE) PART("e", "5", "entered: true");
    struct index_input in = work(3, 0, 1);
    struct index_score s;
    char text[4096];

    (void)state;
    (void)snprintf(text, sizeof text, "%s%s%s%s", HEAD, REST "scale: full\n", BANDS, parts);
    s = scored(text, &in);
    assert_false(s.component[1].measured);
    assert_int_equal(s.measured, 5000);
    assert_int_equal(s.score, 3750); /* of 10 */
    assert_int_equal(s.band, 2);
    (void)snprintf(text, sizeof text, "%s%s%s%s", HEAD, REST "scale: measured\n", BANDS, parts);
    s = scored(text, &in);
    assert_int_equal(s.points, 3750);
    assert_int_equal(s.score, 7500); /* scaled up to 10 */
    assert_int_equal(s.band, 1);
    (void)snprintf(text, sizeof text, "%s%s%s%s", HEAD, REST "least: 51\n", BANDS, parts);
    s = scored(text, &in);
    assert_int_equal(s.score, -1); /* half of it measured: not ranked */
    assert_int_equal(s.band, -1);
    (void)snprintf(text, sizeof text, "%s%s%s%s", HEAD, REST "least: 50\n", BANDS, parts);
    assert_int_equal(scored(text, &in).score, 3750);
}

static void too_few_cases_or_none_are_not_measured(void **state)
{
    static const char text[] = HEAD REST BANDS GROUP("10") PART("t", "10", SHARE ", minimum: 5");
    struct index_input in = work(4, 0, 0);

    (void)state;
    assert_int_equal(scored(text, &in).score, -1);
    in = work(4, 0, 1);
    assert_int_equal(scored(text, &in).score, 8000);
    in = work(0, 0, 0);
    assert_int_equal(scored(text, &in).band, -1);
}

/* ---- bands */

static void bands_begin_at_their_points(void **state)
{
    static const char text[] = HEAD REST BANDS GROUP("10") PART("e", "10", "entered: true");
    static const struct {
        int64_t n;
        int band;
    } c[] = {{1000, 0}, {800, 0}, {799, 1}, {500, 1}, {499, 2}, {0, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct index_input in = work(0, 0, 0);

        in.entered[0] = (struct index_entered){.n = c[i].n, .of = 1000};
        assert_int_equal(scored(text, &in).band, c[i].band);
    }
}

/* ---- in force */

static void the_one_in_force_on_the_last_day(void **state)
{
    struct index old = {.index = "thu", .valid_from = 10, .valid_to = 19};
    struct index now = {.index = "thu", .valid_from = 20, .valid_to = 99};
    struct indices all = {{&old, &now}, 2};

    (void)state;
    assert_ptr_equal(index_on(&all, SPAN_LIT("thu"), 19), &old);
    assert_ptr_equal(index_on(&all, SPAN_LIT("thu"), 20), &now);
    assert_null(index_on(&all, SPAN_LIT("thu"), 9));
    assert_null(index_on(&all, SPAN_LIT("khac"), 20));
}

/* ---- refused, with place and cure */

static void points_that_do_not_add_up(void **state)
{
    (void)state;
    refused(HEAD REST BANDS GROUP("10") PART("t", "4", SHARE) PART("e", "5.5", "entered: true"),
            "X006", 14, "its components add up to 9500 thousandths, the group says 10000");
    refused(HEAD REST BANDS GROUP("9") PART("t", "9", SHARE), "X006", 0,
            "the groups add up to 9000 thousandths, the index says 10000");
}

static void mistakes_of_every_kind(void **state)
{
    static const char good[] = HEAD REST BANDS GROUP("10");
    char text[4096];

    (void)state;
    (void)snprintf(text, sizeof text, "%s%s", good,
                   PART("t", "10", "entered: true, marks: contacts"));
    refused(text, "X004", 18, "wants one way of measuring");
    (void)snprintf(text, sizeof text, "%s%s", good, PART("t", "10", "minimum: 3"));
    refused(text, "X004", 18, "");
    (void)snprintf(text, sizeof text, "%s%s", good,
                   PART("t", "10", "share: {of: [resolved_erly], over: [resolved]}"));
    refused(text, "X003", 18, "resolved_early");
    (void)snprintf(text, sizeof text, "%s%s", good, PART("t", "10.1234", SHARE));
    refused(text, "X002", 18, "wants points like 18 or 2.5");
    (void)snprintf(text, sizeof text, "%s%s", good,
                   PART("t", "10", "average: [{points: 1.5, of: [resolved]}]"));
    refused(text, "X002", 18, "");
    refused(HEAD REST "bands:\n  - {band: a, from: 5, name: {vi: A, en: A}}\n"
                      "  - {band: b, from: 5, name: {vi: B, en: B}}\n" GROUP("10")
                          PART("t", "10", SHARE),
            "X007", 11, "must be below");
    refused(HEAD "valid_to: 2025-12-31\n" REST BANDS GROUP("10") PART("t", "10", SHARE), "X001", 0,
            "lies before");
    refused(HEAD REST BANDS GROUP("10") PART("t", "10", SHARE ", weight: 3"), "", 18, "weight");
    refused(HEAD REST BANDS OFFICERS("[t, nothing]", "10") OFFICER_PARTS, "X008", 14, "nothing");
    refused(HEAD REST BANDS OFFICERS("[t, t]", "10") OFFICER_PARTS, "X008", 14, "each once");
    refused(HEAD REST BANDS OFFICERS("[o]", "10") GROUP("10")
                PART("o", "10", "share: {of: [received_online], over: [received]}"),
            "X008", 14, "made only of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_the_points),
        cmocka_unit_test(full_from_one_percent_on_and_nothing_below_another),
        cmocka_unit_test(classes_are_averaged),
        cmocka_unit_test(rungs_and_what_forfeits_them),
        cmocka_unit_test(marks_of_dossiers_and_values_entered),
        cmocka_unit_test(an_agency_is_marked_by_all_its_steps),
        cmocka_unit_test(contacts_are_counted_and_whose_doing_they_were),
        cmocka_unit_test(an_officer_is_marked_by_her_own_steps),
        cmocka_unit_test(officers_are_banded_by_points_to_one_decimal),
        cmocka_unit_test(no_band_that_a_missing_indicator_could_change),
        cmocka_unit_test(what_is_missing_is_nought_or_left_out),
        cmocka_unit_test(too_few_cases_or_none_are_not_measured),
        cmocka_unit_test(bands_begin_at_their_points),
        cmocka_unit_test(the_one_in_force_on_the_last_day),
        cmocka_unit_test(points_that_do_not_add_up),
        cmocka_unit_test(mistakes_of_every_kind),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
