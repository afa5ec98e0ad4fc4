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
#include "tests/lib/dice.h"
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

/* ---------------------------------------------------------------- one rule, two languages */

#define EDGE_US INT64_C(1791799200000000) /* 2026-10-12T17:00+07:00 */

/* At the edge, a microsecond or a minute beside it, at the ends of that day, somewhere near. */
static instant near_the_edge(void)
{
    static const int64_t off[] = {0,
                                  1,
                                  -1,
                                  60000000,
                                  -60000000,
                                  7 * INT64_C(3600000000),
                                  7 * INT64_C(3600000000) - 1,
                                  -17 * INT64_C(3600000000),
                                  -17 * INT64_C(3600000000) - 1};
    unsigned n = dice(12);

    return EDGE_US + (n < 9 ? off[n] : ((int64_t)dice(8000) - 4000) * 60000000);
}

static void put_instant(struct buf *b, instant t)
{
    if (t == INSTANT_NONE)
        buf_str(b, "NULL::timestamptz, ");
    else
        buf_printf(b, "timestamptz 'epoch' + %lld * interval '1 microsecond', ", (long long)t);
}

/* A dossier as its state says it, and a row of all that figure_dossier would say. */
static void put_any_dossier(struct buf *b, const char *before)
{
    bool closed = one_in(2), resolved = closed && !one_in(4), stopped = !closed && one_in(2);
    struct clock_interval stop = {.from = near_the_edge(), .to = INSTANT_NONE};
    struct clock legal = {
        .kind = CLOCK_LEGAL, .subject = -1, .interval = &stop, .intervals = stopped};
    instant at = near_the_edge(), until = near_the_edge();
    struct dossier s = {.accepted = EDGE_US - INT64_C(518400000000),
                        .original_due = near_the_edge(),
                        .basis_due = near_the_edge(),
                        .current_due = near_the_edge(),
                        .finished = resolved ? at : INSTANT_NONE,
                        .ended = closed && !resolved ? at : INSTANT_NONE,
                        .first_accepted = one_in(2),
                        .supplemented_later = one_in(2),
                        .refused_incomplete = resolved && one_in(2),
                        .clock = &legal,
                        .clocks = 1};
    if (stopped && until <= stop.from)
        until = stop.from + 1;
    until += until == at; /* what happens at the end of a period is in the next one */
    buf_printf(b, "%s(", before);
    put_instant(b, until);
    put_instant(b, s.original_due);
    put_instant(b, s.basis_due);
    put_instant(b, s.current_due);
    put_instant(b, stopped ? stop.from : INSTANT_NONE);
    put_instant(b, closed ? at : INSTANT_NONE);
    put_instant(b, s.supplemented_later ? s.accepted + 1 : INSTANT_NONE);
    buf_printf(
        b, "%s, %s, %s, ARRAY[%d, %d, %d], %s)", resolved ? "true" : "false",
        s.first_accepted ? "true" : "false", s.refused_incomplete ? "true" : "false",
        (int)dossier_class_at(&s, DUE_ORIGINAL, until), (int)dossier_class_at(&s, DUE_BASIS, until),
        (int)dossier_class_at(&s, DUE_CURRENT, until), dossier_valid_first(&s) ? "true" : "false");
}

/* figure_judge says what dossier_class_at says, also where dates and standstills come from the
 * ledger since they were changed later; so do its short forms, cells of what is open, and what
 * pages look at first. */
static const char rule_in_sql[] =
    ") v(until, original, basis, current, stopped, closed, supplemented, resolved, first, "
    "incomplete, class, valid);"
    "ALTER TABLE told ADD n bigint GENERATED ALWAYS AS IDENTITY (START 700000001), ADD at "
    "timestamptz DEFAULT "
    "'2026-10-06 17:00+07';"
    "INSERT INTO motcua.due_ledger SELECT n, 1, at, original, basis, current, 'acceptance' FROM "
    "told;"
    "INSERT INTO motcua.due_ledger SELECT n, 2, stopped, original, basis, current, 'stopped' FROM "
    "told WHERE stopped IS NOT NULL;"
    "INSERT INTO motcua.due_ledger SELECT n, 3, until, '2031-01-01', '2031-01-01', '2031-01-01', "
    "'restart' FROM told;"
    "SELECT coalesce(string_agg(DISTINCT format('%s: %s, %s, %s', w.want, j.class, l.class, v), "
    "E'\\n'), '') FROM told v "
    "CROSS JOIN LATERAL (SELECT ROW(v.n, 0, v.at, v.at, v.original, v.basis, v.current, v.at, "
    "v.stopped, v.supplemented, "
    "v.closed, 10, 110, 0, v.resolved, false, v.first, v.incomplete, false, false, '', "
    "'')::motcua.figure_dossier AS f) r "
    "CROSS JOIN generate_series(0, 2) b(basis) "
    "CROSS JOIN LATERAL (SELECT v.class[b.basis + 1] AS want, 1 << v.class[b.basis + 1] AS bit) w "
    "CROSS JOIN LATERAL motcua.figure_judge(v.n, v.at, v.closed, v.resolved, false, v.original, "
    "v.basis, v.current, "
    "v.at, v.stopped, v.supplemented, 0::smallint, false, false, 110, v.until, v.until, b.basis) j "
    "CROSS JOIN LATERAL motcua.figure_judge(v.n, v.at, v.closed, v.resolved, false, '2031-01-01', "
    "'2031-01-01', '2031-01-01', "
    "v.until, NULL, v.supplemented, 0::smallint, false, false, 110, v.until, v.until, b.basis) l "
    "CROSS JOIN LATERAL motcua.figure_judge_first(v.n, v.at, v.first, v.at, v.supplemented, "
    "v.incomplete, "
    "v.closed, 0::smallint, false, false, 10, 'infinity') h "
    "LEFT JOIN LATERAL motcua.figure_open_key(f) k ON true "
    "CROSS JOIN LATERAL (SELECT (ARRAY[k.original, k.basis, k.current])[b.basis + 1] AS day, "
    "motcua.figure_due_day(v.until) AS today) d "
    "WHERE j.class <> w.want OR l.class <> w.want OR (j.flags & 512 <> 0) <> (v.current > v.basis) "
    "OR l.flags <> j.flags "
    "OR motcua.figure_facts(f, v.until, b.basis) & 519 <> w.want + (j.flags & 512) OR (h.facts & 2 "
    "<> 0) <> v.valid "
    "OR NOT motcua.figure_may(f, v.until, b.basis, w.bit, 0) "
    "OR motcua.figure_may(f, v.until, b.basis, 127 - CASE WHEN w.want < 2 THEN 3 ELSE w.bit END, "
    "0) "
    "OR (d.day <> d.today AND CASE WHEN d.day = -2 THEN 5 WHEN d.day < d.today THEN 4 ELSE 3 END "
    "<> w.want)";

static void the_rule_in_sql_is_that_of_the_dossier(void **state)
{
    struct buf b;

    (void)state;
    dice_seed(1118);
    buf_init(&b, (size_t)8 << 20);
    buf_str(&b, "CREATE TEMP TABLE told AS SELECT * FROM (VALUES ");
    for (int i = 0; i < 600; i++)
        put_any_dossier(&b, i ? ", " : "");
    buf_str(&b, rule_in_sql);
    assert_string_equal(side_value(&x, buf_cstr(&b)), "");
    buf_free(&b);
}

int main(void)
{
    static const char *const only[] = {"1.005416", NULL};
    const struct CMUnitTest rollup[] = {
        cmocka_unit_test(rows_of_every_dimension_add_up),
        cmocka_unit_test(rollup_equals_the_recount),
        cmocka_unit_test(the_rule_in_sql_is_that_of_the_dossier),
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
