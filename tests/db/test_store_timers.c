/* Timers on a real cluster: which rows acts leave, pages that fire, races of two who fire and of a
 * pause with the timer, dossiers
 * that turn out to be due later, leases, messages in order, answers that are forgotten.  One
 * thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/dossier/timers.h"
#include "tests/lib/store_world.h"

static struct store_world x;
static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new((size_t)256 << 20);
    store_world_open(&x, 2);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_world_close(&x);
    arena_free(a);
    clock_set_for_tests(INSTANT_NONE);
    return 0;
}

static struct act take_in(const char *at)
{
    struct act act;

    store_world_at(at);
    act_init(&act, a, CMD_TAKE_IN, actor_of(&x, "lan.tiepnhan"));
    intake_fill(&act, "Trường Trung học phổ thông Lê Hồng Phong", NULL, NULL);
    assert_int_equal(act_do(&x, &act), ERR_OK);
    return act;
}

static const char *timer_of(const struct act *act)
{
    return side_value(&x, arena_printf(a,
                                       "SELECT to_char(t.at AT TIME ZONE 'Asia/Ho_Chi_Minh', "
                                       "'YYYY-MM-DD HH24:MI') FROM motcua.timer t JOIN "
                                       "motcua.dossier d ON d.id = t.dossier WHERE d.code = '%s'",
                                       act->current->code));
}

/* ---------------------------------------------------------------- pages */

static struct timer_fires fired;
static bool ended[2];

static void page_ended(void *owner, const struct timer_fires *f)
{
    fired.found += f->found;
    fired.acts += f->acts;
    fired.rungs += f->rungs;
    fired.moved += f->moved;
    fired.failed += f->failed;
    fired.unavailable |= f->unavailable;
    if (f->e != ERR_OK)
        fired.e = f->e;
    *(bool *)owner = true;
}

static void fire_pages(int n)
{
    const struct timer_page page = {.now = clock_now(), .after_at = INSTANT_NONE, .limit = 64};

    fired = (struct timer_fires){0};
    ended[0] = ended[1] = false;
    for (int i = 0; i < n; i++)
        store_fire(x.st, &page, page_ended, &ended[i]);
    for (int i = 0; i < n; i++)
        assert_true(wait_for(&x, &ended[i]));
    assert_int_equal(fired.e, ERR_OK);
    assert_false(fired.unavailable);
}

static void an_act_leaves_the_moment_of_the_next_rung(void **state)
{
    struct act act = take_in("2026-11-23T08:10:00+07:00");

    (void)state;
    assert_string_equal(timer_of(&act), "2026-11-23 17:00"); /* to be handed on today */
    world_release(&x, a, &act);
    /* released: the promise is kept, the hand-over has no rungs */
    assert_int_equal(side_number(&x, arena_printf(a,
                                                  "SELECT count(*) FROM motcua.timer t JOIN "
                                                  "motcua.dossier d ON d.id = t.dossier WHERE "
                                                  "d.code = '%s'",
                                                  act.current->code)),
                     act.next_timer == INSTANT_NONE ? 0 : 1);
}

static void what_has_come_fires_once(void **state)
{
    struct act act[5];
    const char *told = "SELECT count(*) FROM motcua.notification";
    int64_t before, before_told;

    (void)state;
    for (int i = 0; i < 5; i++)
        act[i] = take_in("2026-11-25T08:10:00+07:00");
    store_world_at("2026-11-25T16:59:00+07:00");
    fire_pages(1);
    before = side_number(&x, "SELECT count(*) FROM motcua.timer_fired");
    before_told = side_number(&x, told);
    store_world_at("2026-11-25T17:05:00+07:00");
    fire_pages(1);
    assert_int_equal(fired.acts, 5);
    assert_int_equal(fired.rungs, 5);
    assert_int_equal(side_number(&x, "SELECT count(*) FROM motcua.timer_fired") - before, 5);
    assert_int_equal(side_number(&x, told) - before_told,
                     5); /* the receiver's list has it at once */
    for (int i = 0; i < 5; i++)
        assert_int_equal(
            side_number(
                &x,
                arena_printf(a,
                             "SELECT count(*) FROM motcua.timer_fired f JOIN motcua.dossier d ON "
                             "d.id = f.dossier JOIN motcua.dossier_event e ON e.dossier = d.id AND "
                             "e.seq = f.seq WHERE d.code = '%s' AND f.clock = 0 AND f.rung = 3 AND "
                             "f.late_minutes = 5 AND e.kind = 'REMINDED' AND f.role = 'receiver'",
                             act[i].current->code)),
            1);
    fire_pages(1);
    assert_int_equal(fired.acts, 0);
    assert_int_equal(fired.found, 0);
}

static void two_who_fire_do_it_once(void **state)
{
    int64_t before = side_number(&x, "SELECT count(*) FROM motcua.timer_fired");

    (void)state;
    for (int i = 0; i < 40; i++)
        (void)take_in("2026-11-26T08:10:00+07:00");
    store_world_at("2026-11-26T17:00:00+07:00");
    fire_pages(2); /* both see the same forty */
    assert_int_equal(fired.found, 80);
    assert_int_equal(fired.acts, 40);
    assert_int_equal(fired.failed, 0);
    assert_int_equal(side_number(&x, "SELECT count(*) FROM motcua.timer_fired") - before, 40);
    assert_int_equal(side_number(&x, "SELECT count(*) FROM (SELECT FROM motcua.dossier_event WHERE "
                                     "kind = 'REMINDED' GROUP BY dossier, payload HAVING "
                                     "count(*) > 1) n"),
                     0);
}

/* ---------------------------------------------------------------- a pause against the timer */

static bool paused;

static void pause_came(void *owner, struct act *act)
{
    (void)act;
    *(bool *)owner = true;
}

/* A supplement is asked for at the counter: the clocks stand still from then on. */
static void pause_begin(struct act *act, const struct act *of, struct ask *ask)
{
    static const char *missing[] = {"assets"}, *reason[] = {"missing"};

    *ask = (struct ask){.kind = REQ_SUPPLEMENT,
                        .missing = missing,
                        .missings = 1,
                        .reason_code = reason,
                        .reason_codes = 1};
    act_init(act, a, CMD_ASK, actor_of(&x, "lan.tiepnhan"));
    act->code = of->current->code;
    act->if_match = of->seq; /* a warning that came since is no reason to look again */
    act->cmd.ask = ask;
    act->done = pause_came;
    act->owner = &paused;
    paused = false;
    store_act(x.st, act);
}

/* In every order, and truly at once: the rung fires once or not at all, and the dossier waits. */
static void a_pause_and_the_timer_come_in_any_order(void **state)
{
    enum { TIMER_FIRST, PAUSE_FIRST, TOGETHER, ORDERS };

    (void)state;
    for (int order = TIMER_FIRST; order < ORDERS; order++) {
        struct act act = take_in("2026-11-30T08:10:00+07:00"), pause;
        struct ask ask;
        int64_t rungs;

        store_world_at("2026-11-30T17:05:00+07:00");
        if (order == TIMER_FIRST)
            fire_pages(1);
        pause_begin(&pause, &act, &ask);
        if (order != TOGETHER)
            assert_true(wait_for(&x, &paused));
        if (order != TIMER_FIRST)
            fire_pages(1);
        assert_true(wait_for(&x, &paused));
        assert_int_equal(pause.e, ERR_OK);
        assert_int_equal(pause.current->status, DS_SUPPLEMENT);
        rungs = side_number(&x, arena_printf(a,
                                             "SELECT count(*) FROM motcua.timer_fired f JOIN "
                                             "motcua.dossier d ON d.id = f.dossier WHERE d.code = "
                                             "'%s'",
                                             act.current->code));
        assert_int_equal(order == TIMER_FIRST ? rungs - 1 : order == PAUSE_FIRST ? rungs : 0, 0);
        assert_true(rungs <= 1);
        store_world_at("2026-12-01T08:00:00+07:00"); /* what stands still has no rungs */
        fire_pages(1);
        assert_int_equal(fired.rungs, 0);
    }
}

/* A calendar that was corrected meanwhile: looked at, nothing fired, the row moves. */
static void what_is_due_later_after_all_only_moves(void **state)
{
    struct act act = take_in("2026-11-27T08:10:00+07:00");

    (void)state;
    (void)side_value(&x, arena_printf(a,
                                      "UPDATE motcua.timer t SET at = '2026-11-27T09:00+07' FROM "
                                      "motcua.dossier d WHERE d.id = t.dossier AND d.code = '%s'",
                                      act.current->code));
    store_world_at("2026-11-27T09:30:00+07:00");
    fire_pages(1);
    assert_int_equal(fired.moved, 1);
    assert_int_equal(fired.acts, 0);
    assert_string_equal(timer_of(&act), "2026-11-27 17:00");
    fire_pages(1);
    assert_int_equal(fired.found, 0);
}

/* ---------------------------------------------------------------- next, leases */

static instant next_at;
static int64_t next_due;
static bool answered, mine;

static void next_come(void *owner, enum err e, instant at, int64_t due)
{
    (void)owner;
    assert_int_equal(e, ERR_OK);
    next_at = at;
    next_due = due;
    answered = true;
}

static void lease_come(void *owner, enum err e, bool is_mine)
{
    (void)owner;
    assert_int_equal(e, ERR_OK);
    mine = is_mine;
    answered = true;
}

static bool lease(const char *holder, int seconds)
{
    answered = false;
    store_job_take(x.st, "test", holder, seconds, lease_come, NULL);
    assert_true(wait_for(&x, &answered));
    return mine;
}

static void the_earliest_timer_is_known(void **state)
{
    instant t = store_world_at("2026-12-01T08:00:00+07:00");

    (void)state;
    fire_pages(1);
    answered = false;
    store_next_timer(x.st, t, 10, next_come, NULL);
    assert_true(wait_for(&x, &answered));
    assert_int_equal(next_due, 0);
    assert_true(next_at > t);
}

static void one_holder_at_a_time_has_the_lease(void **state)
{
    (void)state;
    assert_true(lease("one", 60));
    assert_false(lease("two", 60));
    assert_true(lease("one", 0)); /* renewed, and over at once */
    assert_true(lease("two", 60));
    assert_false(lease("one", 60));
}

/* ---------------------------------------------------------------- messages */

static int64_t id_seen[64];
static size_t seen;

static void messages_come(void *owner, enum err e, const struct outbox_row *row, size_t n)
{
    (void)owner;
    assert_int_equal(e, ERR_OK);
    seen = n;
    for (size_t i = 0; i < n && i < 64; i++)
        id_seen[i] = row[i].id;
    answered = true;
}

static void settled(void *owner, enum err e, int64_t n)
{
    (void)owner;
    assert_int_equal(e, ERR_OK);
    next_due = n;
    answered = true;
}

static void look_for(const char *kind, instant now)
{
    answered = false;
    store_outbox(x.st, kind, now, 64, messages_come, NULL);
    assert_true(wait_for(&x, &answered));
}

static void settle(int64_t id, const char *fault)
{
    answered = false;
    store_outbox_settle(x.st, "test", &id, &fault, 1, settled, NULL);
    assert_true(wait_for(&x, &answered));
}

static void messages_of_a_dossier_arrive_in_order(void **state)
{
    instant now;
    int64_t first;

    (void)state;
    (void)side_value(&x,
                     "INSERT INTO motcua.outbox (kind, dossier, seq, body) VALUES ('test', 7, 1, "
                     "'a'), ('test', 7, 2, 'b'), ('test', 8, 1, 'c')");
    now = clock_now();
    look_for("test", now);
    assert_int_equal(seen, 2); /* the second of dossier 7 waits for the first */
    first = id_seen[0];
    settle(first + 1, NULL);
    assert_int_equal(next_due, 0); /* nothing arrives before what it follows */
    settle(first, "không tới được");
    look_for("test", now);
    assert_int_equal(seen, 1); /* only dossier 8: again in a minute … */
    settle(first, "không tới được");
    look_for("test", now + 90000000);
    assert_int_equal(seen, 1); /* … then in two */
    look_for("test", now + 130000000);
    assert_int_equal(seen, 2);
    assert_int_equal(id_seen[0], first);
    settle(first, NULL);
    assert_int_equal(next_due, 1);
    settle(first, NULL);
    assert_int_equal(next_due, 0); /* delivered once */
    look_for("test", now);
    assert_int_equal(seen, 2);
    assert_true(id_seen[0] != first);
}

static void officers_are_told_with_the_act(void **state)
{
    const char *told =
        "SELECT count(*) FROM motcua.notification n JOIN motcua.role r ON r.id = n.role";

    (void)state;
    assert_true(side_number(&x, told) > 0);
    look_for("notify", clock_now());
    assert_int_equal(seen, 0); /* nothing waits in the outbox for what stands there already */
}

/* ---------------------------------------------------------------- forgetting */

static bool old_answers_are_gone(void *ctx)
{
    (void)ctx;
    return side_number(&x, "SELECT count(*) FROM motcua.idempotency WHERE key LIKE 'old-%'") == 0;
}

/* Keys are kept at least 72 hours, however short a caller asks; then they go, in bounded pieces. */
static void old_answers_are_forgotten_and_fresh_ones_kept(void **state)
{
    (void)state;
    (void)side_value(&x, "WITH made AS (INSERT INTO motcua.idempotency SELECT 'old-' || n, 1, "
                         "sha256('x'), 1, 1, NULL, '{}', now() - interval '73 hours' "
                         "FROM generate_series(1, 12000) n RETURNING 1) SELECT count(*) FROM made");
    (void)side_value(&x, "WITH made AS (INSERT INTO motcua.idempotency SELECT 'fresh-' || n, 1, "
                         "sha256('x'), 1, 1, NULL, '{}', now() - interval '71 hours' "
                         "FROM generate_series(1, 10) n RETURNING 1) SELECT count(*) FROM made");
    clock_set_for_tests(INSTANT_NONE);
    store_expire(x.st, 1);
    assert_true(worker_solo_turn(x.w, old_answers_are_gone, NULL, 20000));
    assert_int_equal(
        side_number(&x, "SELECT count(*) FROM motcua.idempotency WHERE key LIKE 'fresh-%'"), 10);
}

static bool all_are_looked_at(void *arg)
{
    (void)arg;
    return side_number(&x,
                       "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = 'motcua' AND "
                       "coalesce(last_analyze, last_autoanalyze) IS NULL "
                       "AND pg_relation_size(relid) >= 16384") == 0;
}

/* As after a crash: PostgreSQL knows nothing of what changed. */
static void tables_that_were_forgotten_are_analysed(void **state)
{
    (void)state;
    (void)side_value(&x, "SELECT pg_stat_reset()::text");
    assert_false(all_are_looked_at(NULL));
    store_analyse_forgotten(x.st, 16384);
    assert_true(worker_solo_turn(x.w, all_are_looked_at, NULL, 20000));
    /* those that are small stay as they are */
    assert_true(side_number(&x,
                            "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = 'motcua' "
                            "AND last_analyze IS NULL") > 0);
}

/* ---------------------------------------------------------------- the clock itself */

static void note(struct act *act, const struct act *before, const char *text)
{
    act_init(act, a, CMD_NOTE, actor_of(&x, "lan.tiepnhan"));
    act->code = before->current->code;
    act->if_match = before->seq;
    act->cmd.note = text;
    assert_int_equal(act_do(&x, act), ERR_OK);
}

static void a_clock_set_back_turns_no_history_round(void **state)
{
    struct act one, two, three;

    (void)state;
    one = take_in("2026-11-23T09:00:00+07:00");
    store_world_at("2026-11-23T09:30:00+07:00");
    note(&two, &one, "trước khi chỉnh giờ");
    store_world_at("2026-11-22T09:00:00+07:00");
    note(&three, &two, "đồng hồ lùi một ngày");
    assert_int_equal(
        side_number(&x,
                    arena_printf(a,
                                 "SELECT count(*) FROM (SELECT at < lag(at) OVER (ORDER BY seq) "
                                 "AS back FROM motcua.dossier_event WHERE dossier = %lld) s "
                                 "WHERE back",
                                 (long long)three.current->id)),
        0);
    assert_int_equal(
        side_number(&x, arena_printf(a,
                                     "SELECT count(*) FROM motcua.dossier_event WHERE dossier = "
                                     "%lld AND at = '2026-11-23T09:30:00+07:00'",
                                     (long long)three.current->id)),
        2);
    store_world_at("2026-11-23T09:31:00+07:00");
    note(&two, &three, "đã chỉnh đúng");
    assert_true(two.current->last_at > three.current->last_at);
}

int main(void)
{
    static const char *const only[] = {"1.005416", NULL};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_act_leaves_the_moment_of_the_next_rung, setup, teardown),
        cmocka_unit_test_setup_teardown(what_has_come_fires_once, setup, teardown),
        cmocka_unit_test_setup_teardown(two_who_fire_do_it_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_due_later_after_all_only_moves, setup, teardown),
        cmocka_unit_test_setup_teardown(the_earliest_timer_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(one_holder_at_a_time_has_the_lease, setup, teardown),
        cmocka_unit_test_setup_teardown(messages_of_a_dossier_arrive_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pause_and_the_timer_come_in_any_order, setup, teardown),
        cmocka_unit_test_setup_teardown(officers_are_told_with_the_act, setup, teardown),
        cmocka_unit_test_setup_teardown(old_answers_are_forgotten_and_fresh_ones_kept, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(tables_that_were_forgotten_are_analysed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_set_back_turns_no_history_round, setup, teardown),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    store_world_start(&x, only);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_world_end(&x);
    return failed;
}
