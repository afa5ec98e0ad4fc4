/* Figures on a real cluster: the golden example of the report engine, its identities, the same
 * numbers when asked later, lists behind every number; and the rollup against the history and a
 * recount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/json_in.h"
#include "server/core/embed.h"
#include "server/store/figures.h"
#include "tests/lib/store_world.h"

static struct store_world x;
static struct arena *a;
static const struct viewer all = {.user = 1, .agency = 1, .roles = 1u << ROLE_AUDITOR, .all = true};

static instant when(const char *local)
{
    instant t = 0;

    assert_true(instant_parse(span_of(local), &t));
    return t;
}

static json_t *heard_json(void)
{
    struct json_fault f;
    json_t *j;

    wait_heard(&x);
    assert_int_equal(heard.e, ERR_OK);
    j = json_read(span_of(heard.json), &f);
    assert_non_null(j);
    return j;
}

static json_t *ask(const struct figures_query *q)
{
    store_figures(x.st, &all, q, hear, NULL);
    return heard_json();
}

static json_t *ask_list(const struct figures_query *q)
{
    store_figures_list(x.st, &all, q, hear, NULL);
    return heard_json();
}

static enum figure_id figure_named(const char *name)
{
    int i = 0;

    while (i < FIGURES && strcmp(FIGURE[i].name, name) != 0)
        i++;
    assert_true(i < FIGURES);
    return (enum figure_id)i;
}

static json_t *first_item(json_t *j)
{
    json_t *item = json_array_get(json_object_get(j, "items"), 0);

    assert_non_null(item);
    return item;
}

/* ---------------------------------------------------------------- golden example */

/* G1 to G14 of the worked example: one procedure, three working days, due at 17:00. */
static const struct {
    const char *name;
    int channel;
    const char *decided, *accepted, *due;
    const char *finished, *ended, *supplemented;
    bool first_accepted, incomplete;
    const char *changed_at, *basis, *current, *cause; /* a second promise */
} golden[] = {
#define D(d, t) "2026-" d " " t "+07"
    {"G1", 1, D("09-28", "08:00"), D("09-28", "08:00"), D("10-01", "17:00"), D("09-30", "10:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G2", 0, D("09-29", "08:00"), D("09-29", "08:00"), D("10-02", "17:00"), D("10-02", "10:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G3", 1, D("09-30", "08:00"), D("09-30", "08:00"), D("10-05", "17:00"), D("10-06", "09:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G4", 1, D("10-05", "08:00"), D("10-05", "08:00"), D("10-08", "17:00"), D("10-07", "10:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G5", 1, D("10-06", "08:00"), D("10-06", "08:00"), D("10-09", "17:00"), D("10-09", "16:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G6", 0, D("10-07", "08:00"), D("10-07", "08:00"), D("10-12", "17:00"), D("10-12", "17:05"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G7", 2, D("10-08", "08:00"), D("10-08", "08:00"), D("10-13", "17:00"), D("10-22", "10:00"),
     NULL, D("10-12", "09:00"), true, false, D("10-20", "09:00"), D("10-23", "17:00"),
     D("10-23", "17:00"), "restart"},
    {"G8", 1, D("10-12", "08:00"), D("10-12", "08:00"), D("10-15", "17:00"), NULL,
     D("10-14", "09:00"), NULL, true, false, NULL, NULL, NULL, NULL},
    {"G9", 1, D("10-26", "08:00"), D("10-26", "08:00"), D("10-29", "17:00"), D("11-03", "09:00"),
     NULL, NULL, true, false, D("10-28", "09:00"), D("10-29", "17:00"), D("11-02", "17:00"),
     "extension"},
    {"G10", 1, D("10-29", "08:00"), D("10-29", "08:00"), D("11-03", "17:00"), D("11-04", "09:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
    {"G11", 0, D("10-20", "08:00"), D("10-20", "08:00"), D("10-23", "17:00"), NULL, NULL, NULL,
     true, false, NULL, NULL, NULL, NULL},
    {"G12", 1, D("10-15", "08:00"), D("10-16", "08:00"), D("10-21", "17:00"), D("10-19", "10:00"),
     NULL, NULL, false, false, NULL, NULL, NULL, NULL},
    {"G13", 0, D("10-13", "08:00"), NULL, NULL, NULL, D("10-13", "08:00"), NULL, false, true, NULL,
     NULL, NULL, NULL},
    {"G14", 1, D("10-13", "08:00"), D("10-13", "08:00"), D("10-16", "17:00"), D("10-16", "11:00"),
     NULL, NULL, true, false, NULL, NULL, NULL, NULL},
#undef D
};
#define GOLDEN (sizeof golden / sizeof *golden)

static const char *quoted(const char *s)
{
    return s ? arena_printf(a, "'%s'", s) : "NULL";
}

/* As the acts would have stored them; some of these acts do not exist yet. */
static void golden_load(void)
{
    for (size_t i = 0; i < GOLDEN; i++) {
        const char *closed = golden[i].finished ? golden[i].finished : golden[i].ended;
        const char *basis = golden[i].basis ? golden[i].basis : golden[i].due;
        const char *current = golden[i].current ? golden[i].current : golden[i].due;

        side_value(
            &x,
            arena_printf(
                a,
                "INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel,"
                " version, receiving, competent, first_accepted, refused_incomplete, code, "
                "submission, procedure, procedure_hash, submitted, first_decided, accepted, "
                "original_due, basis_due, current_due, supplemented, finished, ended, closed, "
                "state) VALUES (%zu, 1, sha256(''), 4, 0, 0, 0, %d, 1, 10, 110, %s, %s, %s, %s, "
                "'9.000068', sha256(''), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '{}')",
                9000000 + i, golden[i].channel, golden[i].first_accepted ? "true" : "false",
                golden[i].incomplete ? "true" : "false",
                golden[i].accepted ? quoted(golden[i].name) : "NULL",
                golden[i].accepted ? "NULL" : quoted(golden[i].name), quoted(golden[i].decided),
                quoted(golden[i].decided), quoted(golden[i].accepted), quoted(golden[i].due),
                quoted(basis), quoted(current), quoted(golden[i].supplemented),
                quoted(golden[i].finished), quoted(golden[i].ended), quoted(closed)));
        if (!golden[i].accepted)
            continue;
        side_value(&x, arena_printf(a,
                                    "INSERT INTO motcua.due_ledger VALUES (%zu, 1, %s, %s, %s, %s, "
                                    "'acceptance')",
                                    9000000 + i, quoted(golden[i].accepted), quoted(golden[i].due),
                                    quoted(golden[i].due), quoted(golden[i].due)));
        if (golden[i].changed_at)
            side_value(&x, arena_printf(a,
                                        "INSERT INTO motcua.due_ledger VALUES (%zu, 2, %s, %s, %s, "
                                        "%s, %s)",
                                        9000000 + i, quoted(golden[i].changed_at),
                                        quoted(golden[i].due), quoted(basis), quoted(current),
                                        quoted(golden[i].cause)));
    }
    side_value(&x, "INSERT INTO motcua.figure_behind SELECT id, 0 FROM motcua.dossier");
}

static struct figures_query october(enum due_basis basis)
{
    return (struct figures_query){.from = when("2026-10-01T00:00+07:00"),
                                  .to = when("2026-11-01T00:00+07:00"),
                                  .as_of = INSTANT_NONE,
                                  .basis = basis,
                                  .channel = -1,
                                  .officer = -1,
                                  .procedure = "9.000068", /* the real acts beside have another */
                                  .limit = 50};
}

struct expected {
    const char *column;
    int64_t n;
};

static void check(const struct figures_query *q, const struct expected *want)
{
    json_t *j = ask(q), *item = first_item(j);

    for (; want->column; want++) {
        if (json_i64(item, want->column, -1) != want->n)
            print_message("%s: %lld, not %lld\n", want->column,
                          (long long)json_i64(item, want->column, -1), (long long)want->n);
        assert_int_equal(json_i64(item, want->column, -1), want->n);
    }
    /* identities of the form */
    assert_int_equal(json_i64(item, "total", -1), json_i64(item, "received_online", 0) +
                                                      json_i64(item, "received_other", 0) +
                                                      json_i64(item, "carried", 0));
    assert_int_equal(json_i64(item, "total", -1),
                     json_i64(item, "resolved", 0) + json_i64(item, "pending", 0));
    assert_int_equal(json_i64(item, "pending", -1), json_i64(item, "pending_within", 0) +
                                                        json_i64(item, "pending_overdue", 0) +
                                                        json_i64(item, "pending_waiting", 0));
    assert_int_equal(json_i64(item, "resolved", -1), json_i64(item, "resolved_early", 0) +
                                                         json_i64(item, "resolved_on_time", 0) +
                                                         json_i64(item, "resolved_late", 0));
    json_decref(j);
}

static const struct expected by_basis[] = {
    {"received_online", 6},
    {"received_other", 3},
    {"carried", 2},
    {"total", 11},
    {"resolved_early", 3},
    {"resolved_on_time", 3},
    {"resolved_late", 2},
    {"resolved", 8},
    {"pending_within", 1},
    {"pending_overdue", 2},
    {"pending", 3},
    {"ended_other", 1},
    {"first_decided", 11},
    {"valid_first", 8},
    {"first_accepted", 9},
    {"supplemented", 1},
    {NULL, 0},
};

static void rate_is(const struct figures_query *q, const char *key, int64_t n, int64_t of,
                    int64_t tenths)
{
    json_t *j = ask(q), *rate = json_object_get(first_item(j), key);

    assert_int_equal(json_i64(rate, "n", -1), n);
    assert_int_equal(json_i64(rate, "of", -1), of);
    assert_int_equal(json_i64(rate, "tenths", -1), tenths);
    json_decref(j);
}

static void judged_by_the_basis_date(void)
{
    struct figures_query q = october(DUE_BASIS);

    check(&q, by_basis);
    rate_is(&q, "rate_on_time", 6, 8, 750);
    rate_is(&q, "rate_on_time_with_overdue", 6, 10, 600);
    rate_is(&q, "rate_valid_first", 8, 11, 727);
    rate_is(&q, "rate_first_accepted", 9, 11, 818);
    rate_is(&q, "rate_supplemented", 1, 10, 100);
}

static void judged_by_the_current_date(void)
{
    static const struct expected want[] = {
        {"total", 11},
        {"resolved_early", 3},
        {"resolved_on_time", 3},
        {"resolved_late", 2},
        {"pending_within", 2},
        {"pending_overdue", 1},
        {NULL, 0},
    };
    struct figures_query q = october(DUE_CURRENT);

    check(&q, want);
    rate_is(&q, "rate_on_time_with_overdue", 6, 9, 667);
}

/* Judged by the date first promised, a restart does not help either. */
static void judged_by_the_original_date(void)
{
    static const struct expected want[] = {
        {"resolved_early", 2}, {"resolved_late", 3}, {"pending_overdue", 2}, {NULL, 0}};
    struct figures_query q = october(DUE_ORIGINAL);

    check(&q, want);
}

static void golden_example_judged_by_the_basis_date(void **state)
{
    (void)state;
    golden_load();
    clock_set_for_tests(when("2026-11-01T08:00+07:00"));
    judged_by_the_basis_date();
}

static void golden_example_judged_by_the_other_dates(void **state)
{
    (void)state;
    judged_by_the_current_date();
    judged_by_the_original_date();
}

/* As of an instant inside the period, only what was known then. */
static void as_of_the_middle_of_the_month(void **state)
{
    static const struct expected want[] = {
        /* at 13/10 12:00: G8 is still open, G7 waits for its supplement, G12 was not accepted */
        {"carried", 2},       {"received_online", 4}, {"received_other", 2},
        {"resolved", 5},      {"pending", 3},         {"ended_other", 0},
        {"first_decided", 7}, {"valid_first", 5},     {NULL, 0}};
    struct figures_query q = october(DUE_BASIS);

    (void)state;
    q.as_of = when("2026-10-13T12:00+07:00");
    check(&q, want);
}

static void each_number_lists_its_dossiers(void)
{
    static const struct {
        const char *column, *codes;
    } want[] = {
        {"received_online", "G4 G5 G9 G10 G12 G14"},
        {"received_other", "G6 G7 G11"},
        {"carried", "G2 G3"},
        {"resolved_early", "G4 G7 G12"},
        {"resolved_on_time", "G2 G5 G14"},
        {"resolved_late", "G3 G6"},
        {"pending_within", "G10"},
        {"pending_overdue", "G9 G11"},
        {"ended_other", "G8"},
        {"first_decided", "G4 G5 G6 G7 G8 G9 G10 G11 G12 G13 G14"},
        {"valid_first", "G4 G5 G6 G8 G9 G10 G11 G14"},
        {"first_accepted", "G4 G5 G6 G7 G8 G9 G10 G11 G14"},
        {"supplemented", "G7"},
    };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct figures_query q = october(DUE_BASIS);
        const char *all_of = arena_printf(a, " %s ", want[i].codes);
        json_t *j, *one;
        size_t k, words = 0;

        q.figure = figure_named(want[i].column);
        j = ask_list(&q);
        for (const char *c = all_of + 1; *c; c++)
            words += *c == ' ';
        assert_int_equal(json_array_size(json_object_get(j, "items")), words);
        json_array_foreach(json_object_get(j, "items"), k, one)
            assert_non_null(strstr(all_of, arena_printf(a, " %s ", json_str(one, "code"))));
        json_decref(j);
    }
}

static void every_number_lists_its_dossiers(void **state)
{
    (void)state;
    each_number_lists_its_dossiers();
}

/* G9, G10 and G11 are pending in October for ever, though two of them ended in November: the whole
 * example again in the next January, and a year later, also as of that January. */
static void the_same_numbers_in_january_and_a_year_later(void **state)
{
    static const char *const then[] = {"2027-01-15T08:00+07:00", "2027-11-15T08:00+07:00"};
    struct figures_query q = october(DUE_BASIS);

    (void)state;
    for (size_t i = 0; i < sizeof then / sizeof *then; i++) {
        clock_set_for_tests(when(then[i]));
        judged_by_the_basis_date();
        judged_by_the_current_date();
        judged_by_the_original_date();
        each_number_lists_its_dossiers();
    }
    q.as_of = when("2027-01-15T00:00+07:00");
    check(&q, by_basis);
}

static void lists_are_paged(void **state)
{
    struct figures_query q = october(DUE_BASIS);
    struct span head, rest;
    int n = 0;
    bool more = true;

    (void)state;
    q.figure = FIGURE_FIRST_DECIDED;
    q.limit = 4;
    while (more && n < 20) {
        json_t *j = ask_list(&q);
        const char *next = json_str(j, "next");

        n += (int)json_array_size(json_object_get(j, "items"));
        more = next != NULL;
        if (more) {
            assert_true(span_cut(span_of(next), '.', &head, &rest));
            assert_true(span_i64(rest, 0, INT64_MAX, &q.after_id));
        }
        json_decref(j);
    }
    assert_int_equal(n, 11);
}

/* ---------------------------------------------------------------- rollup */

static struct act taken(const char *k, bool online)
{
    struct act act, sub;

    if (online) {
        act_init(&sub, a, CMD_SUBMIT, (struct actor){0});
        intake_fill(&sub, "Trực tuyến", NULL, NULL);
        ((struct intake *)(uintptr_t)sub.cmd.intake)->channel = CHANNEL_ONLINE;
        assert_int_equal(act_do(&x, &sub), ERR_OK);
    }
    act_init(&act, a, online ? CMD_ACCEPT : CMD_TAKE_IN, actor_of(&x, "lan.tiepnhan"));
    intake_fill(&act, k, NULL, NULL);
    if (online) {
        act.code = sub.assigned;
        act.if_match = sub.seq;
        ((struct intake *)(uintptr_t)act.cmd.intake)->channel = CHANNEL_ONLINE;
    }
    assert_int_equal(act_do(&x, &act), ERR_OK);
    return act;
}

static void turned_away(enum command_kind kind, const char *reason)
{
    static const char *reasons[1];
    struct act act;
    struct intake *in;

    reasons[0] = reason;
    act_init(&act, a, kind, actor_of(&x, "lan.tiepnhan"));
    intake_fill(&act, "Chưa hợp lệ", NULL, NULL);
    in = (struct intake *)(uintptr_t)act.cmd.intake;
    in->reason = reasons;
    in->reasons = 1;
    assert_int_equal(act_do(&x, &act), ERR_OK);
}

/* Real acts over three months: early, on time, late, pending, overdue, returned, rejected. */
static void live_some_months(void)
{
    struct act one;

    clock_set_for_tests(when("2026-09-07T08:10+07:00"));
    one = taken("sớm", false);
    world_release(&x, a, &one);
    (void)taken("treo", true);
    clock_set_for_tests(when("2026-09-14T08:10+07:00"));
    one = taken("trễ", false);
    turned_away(CMD_RETURN_INTAKE, "missing");
    clock_set_for_tests(when("2026-10-16T08:10+07:00"));
    world_release(&x, a, &one);
    one = taken("đúng hạn", true);
    turned_away(CMD_REJECT_INTAKE, "not_competent");
    clock_set_for_tests(one.current->basis_due - INT64_C(3600000000));
    world_release(&x, a, &one);
    clock_set_for_tests(when("2026-11-16T08:10+07:00"));
    (void)taken("mới", false);
    (void)taken("mới nữa", true);
    clock_set_for_tests(when("2026-11-20T10:00+07:00"));
}

/* Every dossier counts in exactly one row, so the rows of a dimension add up to the total. */
static void rows_add_up(enum figure_by by, const char *from, const char *to)
{
    struct figures_query q = FIGURES_QUERY_ANY;
    json_t *j, *total, *one;
    size_t i;

    q.from = when(from);
    q.to = when(to);
    q.basis = DUE_BASIS;
    q.by = by;
    j = ask(&q);
    total = json_object_get(j, "total");
    for (int f = 0; f < FIGURES; f++) {
        int64_t n = 0;

        if (figure_topic_of((enum figure_id)f) != TOPIC_DOSSIERS)
            continue; /* counted from items, by questions of their own */
        json_array_foreach(json_object_get(j, "items"), i, one) n +=
            json_i64(one, FIGURE[f].name, -1);
        if (n != json_i64(total, FIGURE[f].name, -1))
            print_message("by %s: %s\n", FIGURE_BY_WORDS[by], FIGURE[f].name);
        assert_int_equal(n, json_i64(total, FIGURE[f].name, -1));
    }
    json_decref(j);
}

/* What a period carries over was pending at the end of the one before, less what ended in it
 * without a result. */
static void periods_follow_each_other(enum figure_by by, const char *from, const char *to)
{
    struct figures_query q = FIGURES_QUERY_ANY;
    json_t *j, *one, *before = NULL;
    size_t i;

    q.from = when(from);
    q.to = when(to);
    q.basis = DUE_BASIS;
    q.by = by;
    j = ask(&q);
    assert_true(json_array_size(json_object_get(j, "items")) > 2);
    json_array_foreach(json_object_get(j, "items"), i, one)
    {
        if (before) {
            int64_t gone = json_i64(before, "pending", -1) - json_i64(one, "carried", -1);

            assert_in_range(gone, 0, json_i64(one, "ended_other", -1));
        }
        before = one;
    }
    json_decref(j);
}

static void rows_of_every_dimension_add_up(void **state)
{
    static const char from[] = "2026-10-01T00:00+07:00", to[] = "2026-12-01T00:00+07:00";

    (void)state;
    live_some_months();
    for (enum figure_by by = BY_AGENCY; by <= BY_FIELD; by++)
        rows_add_up(by, from, to);
    for (enum figure_by by = BY_DAY; by <= BY_MONTH; by++)
        periods_follow_each_other(by, "2026-09-05T00:00+07:00", to);
}

/* What the statement of `verify` finds. */
static int differing(void)
{
    return (int)side_number(&x, "EXECUTE recount(10)");
}

static void rollup_equals_the_recount(void **state)
{
    struct figures_query q = {.from = when("2026-09-01T00:00+07:00"),
                              .to = when("2026-12-01T00:00+07:00"),
                              .as_of = INSTANT_NONE,
                              .basis = DUE_BASIS,
                              .channel = -1,
                              .officer = -1};
    static const struct expected want[] = {
        {"received_online", 3},
        {"received_other", 3},
        {"resolved_early", 1},
        {"resolved_late", 1},
        {"resolved_on_time", 1},
        {"pending_overdue", 1},
        {"pending_within", 2},
        {"first_decided", 8},
        {"first_accepted", 6},
        {"valid_first", 6},
        {NULL, 0},
    };
    const char *text = NULL;

    (void)state;
    check(&q, want);
    for (const struct embedded *e = embed_sql; e->name; e++)
        if (strcmp(e->name, "verify_figures.sql") == 0)
            text = e->data;
    assert_non_null(text);
    side_value(&x, arena_printf(a, "PREPARE recount AS SELECT count(*) FROM (%s) x", text));
    assert_int_equal(differing(), 0);
    side_number(&x, "SELECT motcua.figure_catch_up(1000)");
    assert_int_equal(differing(), 0);
    assert_true(side_number(&x, "SELECT motcua.figure_fold(1000)") > 0);
    assert_int_equal(differing(), 0);
    check(&q, want);
    side_value(&x, "UPDATE motcua.figure_cell SET n = n + 1 WHERE procedure IS NOT NULL");
    assert_true(differing() > 0);
    side_value(&x, "UPDATE motcua.figure_cell SET n = n - 1 WHERE procedure IS NOT NULL");
    assert_int_equal(differing(), 0);
}

int main(void)
{
    static const char *const only[] = {"1.005416", NULL};
    const struct CMUnitTest rollup[] = {
        cmocka_unit_test(rows_of_every_dimension_add_up),
        cmocka_unit_test(rollup_equals_the_recount),
        cmocka_unit_test(golden_example_judged_by_the_basis_date),
        cmocka_unit_test(golden_example_judged_by_the_other_dates),
        cmocka_unit_test(the_same_numbers_in_january_and_a_year_later),
        cmocka_unit_test(as_of_the_middle_of_the_month),
        cmocka_unit_test(every_number_lists_its_dossiers),
        cmocka_unit_test(lists_are_paged),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    store_world_start(&x, only);
    a = arena_new((size_t)256 << 20);
    store_world_open(&x, 1);
    failed = cmocka_run_group_tests_name("store: figures", rollup, NULL, NULL);
    store_world_close(&x);
    store_world_end(&x);
    arena_free(a);
    return failed;
}
