/* Figures of real acts on a real cluster: every dimension adds up, periods follow each other, and
 * the rollup against the history and a recount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/json_in.h"
#include "server/core/embed.h"
#include "tests/lib/figures_asked.h"

static struct store_world x;
static struct arena *a;

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
    j = figures_answer(&x, &q);
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
    j = figures_answer(&x, &q);
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
    figures_check(&x, &q, want);
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
    figures_check(&x, &q, want);
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
