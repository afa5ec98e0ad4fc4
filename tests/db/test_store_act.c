/* The write path through store_act on a real cluster: codes, keys, races, officers, configuration
 * that moves, and that what is stored is what the history says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/core/metrics.h"
#include "tests/lib/store_world.h"

static struct store_world x;
static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new((size_t)256 << 20);
    store_world_open(&x, 1);
    store_world_at("2026-11-23T08:10:00+07:00");
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

static void key(struct act *act, const char *k, const char *body)
{
    act->idempotency_key = k;
    sha256(body, strlen(body), act->body_hash);
}

static enum err take_in(struct act *act, const char *k)
{
    act_init(act, a, CMD_TAKE_IN, actor_of(&x, "lan.tiepnhan"));
    intake_fill(act, "Trường Trung học phổ thông Lê Hồng Phong", "0225 3842 917", "123456");
    key(act, k, "take-in");
    return act_do(&x, act);
}

static void next(struct act *act, const struct act *before, enum command_kind kind,
                 const char *login)
{
    act_init(act, a, kind, actor_of(&x, login));
    act->code = before->current->code;
    act->if_match = before->seq;
}

/* ---------------------------------------------------------------- acceptance */

static void acceptance_gives_code_promise_and_secret(void **state)
{
    struct act act;
    char due[32];

    (void)state;
    assert_int_equal(take_in(&act, "accept-1"), ERR_OK);
    assert_memory_equal(act.assigned, "H24.11-261123-", 14);
    assert_int_equal(strlen(act.assigned), 18);
    assert_string_equal(act.current->code, act.assigned);
    instant_rfc3339(act.current->original_due, due);
    assert_string_equal(due, "2026-12-23T17:00:00+07:00");
    assert_int_equal(act.seq, act.current->seq);
    /* 80 random bits: XXXX-XXXX-XXXX-XXXX */
    assert_int_equal(strlen(act.track_secret), 19);
    assert_int_equal(act.track_secret[4], '-');
    assert_true(span_starts(act.reply_json, arena_printf(a, "{\"code\":\"%s\",", act.assigned)));
    assert_null(strstr(arena_span(a, act.reply_json), act.track_secret));
    assert_int_equal(side_number(&x, arena_printf(a,
                                                  "SELECT count(*) FROM motcua.dossier WHERE "
                                                  "code = '%s' AND seq = %lld",
                                                  act.assigned, (long long)act.seq)),
                     1);
    /* the secret lies nowhere in clear */
    assert_int_equal(
        side_number(&x, arena_printf(a,
                                     "SELECT count(*) FROM motcua.idempotency WHERE answer LIKE "
                                     "'%%%.4s%%%.4s%%'",
                                     act.track_secret, act.track_secret + 5)),
        0);
}

static void same_key_gives_the_same_answer(void **state)
{
    struct act one, two, three, four;

    (void)state;
    assert_int_equal(take_in(&one, "accept-2"), ERR_OK);
    assert_int_equal(take_in(&two, "accept-2"), ERR_OK);
    assert_true(two.replayed);
    assert_false(one.replayed);
    assert_string_equal(one.assigned, two.assigned);
    assert_string_equal(one.track_secret, two.track_secret);
    assert_int_equal(one.seq, two.seq);
    assert_true(span_eq(one.reply_json, two.reply_json));
    act_init(&three, a, CMD_TAKE_IN, actor_of(&x, "lan.tiepnhan"));
    intake_fill(&three, "Khác", NULL, NULL);
    key(&three, "accept-2", "another body");
    assert_int_equal(act_do(&x, &three), ERR_KEY_REUSED);
    act_init(&four, a, CMD_TAKE_IN, actor_of(&x, "hung.tiepnhan"));
    intake_fill(&four, "Khác", NULL, NULL);
    key(&four, "accept-2", "take-in");
    assert_int_equal(act_do(&x, &four), ERR_KEY_REUSED);
    assert_int_equal(side_number(&x, arena_printf(a,
                                                  "SELECT count(*) FROM motcua.dossier WHERE "
                                                  "code = '%s'",
                                                  one.assigned)),
                     1);
}

static void submission_gets_its_code_when_it_is_accepted(void **state)
{
    struct act sub, again, acc;

    (void)state;
    act_init(&sub, a, CMD_SUBMIT, (struct actor){0});
    intake_fill(&sub, "Bệnh viện Phụ sản", "0225999888", "998877");
    ((struct intake *)(uintptr_t)sub.cmd.intake)->channel = CHANNEL_ONLINE;
    key(&sub, "submit-1", "submit");
    assert_int_equal(act_do(&x, &sub), ERR_OK);
    assert_memory_equal(sub.assigned, "S-", 2);
    assert_null(sub.current->code);
    assert_null(sub.track_secret);
    act_init(&acc, a, CMD_ACCEPT, actor_of(&x, "lan.tiepnhan"));
    acc.code = sub.assigned;
    acc.if_match = sub.seq;
    intake_fill(&acc, "Bệnh viện Phụ sản", "0225999888", "998877");
    ((struct intake *)(uintptr_t)acc.cmd.intake)->channel = CHANNEL_ONLINE;
    key(&acc, "accept-3", "accept");
    assert_int_equal(act_do(&x, &acc), ERR_OK);
    assert_memory_equal(acc.assigned, "H24.11-261123-", 14);
    assert_non_null(acc.track_secret);
    /* repeated by its submission id, long after it has a code */
    again = acc;
    again.code = sub.assigned;
    assert_int_equal(act_do(&x, &again), ERR_OK);
    assert_true(again.replayed);
    assert_string_equal(again.track_secret, acc.track_secret);
    assert_int_equal(side_number(&x, "SELECT count(*) FROM motcua.dossier WHERE code IS NOT NULL "
                                     "AND submission IS NOT NULL"),
                     1);
}

/* ---------------------------------------------------------------- races and refusals */

static void stale_version_is_told_with_the_state(void **state)
{
    struct act one, two, late, none, missing;

    (void)state;
    assert_int_equal(take_in(&one, "accept-4"), ERR_OK);
    next(&two, &one, CMD_NOTE, "lan.tiepnhan");
    two.cmd.note = "ghi chú";
    assert_int_equal(act_do(&x, &two), ERR_OK);
    next(&late, &one, CMD_NOTE, "lan.tiepnhan");
    late.cmd.note = "muộn";
    assert_int_equal(act_do(&x, &late), ERR_STALE);
    assert_non_null(late.current);
    assert_int_equal(late.current->seq, two.seq);
    next(&none, &two, CMD_NOTE, "lan.tiepnhan");
    none.if_match = -1;
    none.cmd.note = "thiếu phiên bản";
    assert_int_equal(act_do(&x, &none), ERR_MATCH_MISSING);
    next(&missing, &two, CMD_NOTE, "lan.tiepnhan");
    missing.code = "H24.11-260101-0001";
    missing.cmd.note = "không có";
    assert_int_equal(act_do(&x, &missing), ERR_NOT_FOUND);
}

static void refusal_changes_nothing(void **state)
{
    struct act one, bad;
    int64_t events;

    (void)state;
    assert_int_equal(take_in(&one, "accept-5"), ERR_OK);
    events = side_number(&x, "SELECT count(*) FROM motcua.dossier_event");
    next(&bad, &one, CMD_ACT, "lan.tiepnhan");
    bad.cmd.action = "approve";
    key(&bad, "refused-1", "approve");
    assert_int_not_equal(act_do(&x, &bad), ERR_OK);
    assert_true(bad.refusals > 0);
    assert_int_equal(bad.current->seq, one.seq);
    assert_int_equal(side_number(&x, "SELECT count(*) FROM motcua.dossier_event"), events);
    assert_int_equal(
        side_number(&x, "SELECT count(*) FROM motcua.idempotency WHERE key = 'refused-1'"), 0);
}

struct race {
    struct act act[16];
    int came;
};

static void race_came(void *owner, struct act *act)
{
    (void)act;
    (*(int *)owner)++;
}

static bool one_came(void *ctx)
{
    return *(const int *)ctx > 0;
}

static bool all_came(void *ctx)
{
    return ((struct race *)ctx)->came == 16;
}

/* Sixteen people act on one dossier at once: one wins, the others get 412 with what is there. */
static void one_of_many_wins(void **state)
{
    struct race r = {.came = 0};
    struct act one;
    int won = 0, stale = 0;

    (void)state;
    assert_int_equal(take_in(&one, "accept-6"), ERR_OK);
    for (int i = 0; i < 16; i++) {
        next(&r.act[i], &one, CMD_NOTE, "lan.tiepnhan");
        r.act[i].cmd.note = arena_printf(a, "số %d", i);
        r.act[i].done = race_came;
        r.act[i].owner = &r.came;
        store_act(x.st, &r.act[i]);
    }
    assert_true(worker_solo_turn(x.w, all_came, &r, 30000));
    for (int i = 0; i < 16; i++) {
        won += r.act[i].e == ERR_OK;
        stale += r.act[i].e == ERR_STALE;
        if (r.act[i].e == ERR_STALE)
            assert_int_equal(r.act[i].current->seq, one.seq + 1);
    }
    assert_int_equal(won, 1);
    assert_int_equal(stale, 15);
}

/* One key, sixteen times at once: one effect, one answer for all. */
static void one_key_at_once_is_one_effect(void **state)
{
    struct race r = {.came = 0};

    (void)state;
    for (int i = 0; i < 16; i++) {
        act_init(&r.act[i], a, CMD_TAKE_IN, actor_of(&x, "lan.tiepnhan"));
        intake_fill(&r.act[i], "Cùng một lần", NULL, NULL);
        key(&r.act[i], "burst-key", "same");
        r.act[i].done = race_came;
        r.act[i].owner = &r.came;
        store_act(x.st, &r.act[i]);
    }
    assert_true(worker_solo_turn(x.w, all_came, &r, 30000));
    for (int i = 0; i < 16; i++) {
        assert_int_equal(r.act[i].e, ERR_OK);
        assert_string_equal(r.act[i].assigned, r.act[0].assigned);
        assert_string_equal(r.act[i].track_secret, r.act[0].track_secret);
        assert_true(span_eq(r.act[i].reply_json, r.act[0].reply_json));
    }
    assert_int_equal(
        side_number(&x, "SELECT count(*) FROM motcua.dossier_content WHERE name = 'Cùng một lần'"),
        1);
}

/* ---------------------------------------------------------------- the whole way */

static void finance_dossier_goes_all_the_way(void **state)
{
    struct act now;

    (void)state;
    assert_int_equal(take_in(&now, "accept-7"), ERR_OK);
    store_world_at("2026-12-07T15:00:00+07:00");
    world_release(&x, a, &now);
    assert_int_equal(now.current->status, DS_RELEASED);
    store_world_at("2026-12-28T08:30:00+07:00");
    world_step(&x, a, &now, CMD_RECEIVE, "mai.traketqua", NULL);
    world_step(&x, a, &now, CMD_ACT, "mai.traketqua", "hand_over");
    assert_int_equal(now.current->status, DS_RETURNED);
    assert_int_equal(side_number(&x, arena_printf(a,
                                                  "SELECT count(*) FROM motcua.task t JOIN "
                                                  "motcua.dossier d ON d.id = t.dossier WHERE "
                                                  "d.code = '%s'",
                                                  now.current->code)),
                     0);
    side_number(&x, "SELECT motcua.figure_catch_up(1000)");
    assert_int_equal(side_number(&x, "SELECT count(*) FROM motcua.figure_dossier WHERE competent = "
                                     "110 AND resolved AND closed < basis"),
                     1);
}

/* Least loaded: a burst decided before anything is stored spreads all the same. */
static void burst_spreads_over_the_officers(void **state)
{
    struct race r = {.came = 0};
    struct act taken[16];
    int most = 0;

    (void)state;
    for (int i = 0; i < 16; i++)
        assert_int_equal(take_in(&taken[i], arena_printf(a, "spread-%d", i)), ERR_OK);
    for (int i = 0; i < 16; i++) {
        next(&r.act[i], &taken[i], CMD_ACT, "lan.tiepnhan");
        r.act[i].cmd.action = "forward";
        r.act[i].done = race_came;
        r.act[i].owner = &r.came;
        store_act(x.st, &r.act[i]);
    }
    assert_true(worker_solo_turn(x.w, all_came, &r, 30000));
    for (int i = 0; i < 16; i++) {
        int same = 0;

        assert_int_equal(r.act[i].e, ERR_OK);
        for (int k = 0; k < 16; k++)
            same += r.act[k].current->task[0].officer == r.act[i].current->task[0].officer;
        most = same > most ? same : most;
    }
    assert_in_range(most, 5, 7); /* three specialists, sixteen dossiers */
}

/* ---------------------------------------------------------------- configuration */

static void newer_configuration_is_waited_for(void **state)
{
    struct act one, two;
    struct snapshot *newer, *old = x.snap;
    struct buf why;
    int n = 0;

    (void)state;
    assert_int_equal(take_in(&one, "accept-8"), ERR_OK);
    buf_init(&why, 65536);
    assert_true(store_publish_calendar(x.cluster.conninfo, "unused", SPAN_LIT("calendar: unused\n"),
                                       (struct two_persons){"soan", "duyet"}, &why));
    next(&two, &one, CMD_NOTE, "lan.tiepnhan");
    two.cmd.note = "sau khi công bố";
    two.done = race_came;
    two.owner = &n;
    store_act(x.st, &two);
    assert_true(worker_solo_turn(x.w, NULL, NULL, 300));
    assert_int_equal(n, 0); /* parked: the database knows more than this worker */
    newer = snapshot_load(x.conninfo, &why);
    assert_non_null(newer);
    store_set_snapshot(x.st, newer);
    x.snap = newer;
    snapshot_unref(old);
    assert_true(worker_solo_turn(x.w, one_came, &n, 30000));
    assert_int_equal(n, 1);
    assert_int_equal(two.e, ERR_OK);
    buf_free(&why);
}

static void configuration_that_never_comes_is_answered(void **state)
{
    struct act one, two;

    (void)state;
    assert_int_equal(take_in(&one, "accept-9"), ERR_OK);
    side_value(&x, "UPDATE motcua.config_state SET epoch = epoch + 1");
    next(&two, &one, CMD_NOTE, "lan.tiepnhan");
    two.cmd.note = "chờ";
    assert_int_equal(act_do(&x, &two), ERR_STALE_CONFIG);
    side_value(&x, "UPDATE motcua.config_state SET epoch = epoch - 1");
    next(&two, &one, CMD_NOTE, "lan.tiepnhan");
    two.cmd.note = "lại";
    assert_int_equal(act_do(&x, &two), ERR_OK);
}

/* ---------------------------------------------------------------- the database goes away */

static void lost_connection_never_looks_like_success(void **state)
{
    struct act one, two, three;
    int64_t cut = 0;
    int n = 0;

    (void)state;
    assert_int_equal(take_in(&one, "accept-10"), ERR_OK);
    next(&two, &one, CMD_NOTE, "lan.tiepnhan");
    two.cmd.note = "đứt";
    key(&two, "cut", "note");
    two.done = race_came;
    two.owner = &n;
    /* a lock holds the act inside the transaction while its backend is killed */
    side_value(&x, "BEGIN");
    side_value(&x, arena_printf(a, "SELECT 1 FROM motcua.dossier WHERE code = '%s' FOR UPDATE",
                                one.current->code));
    store_act(x.st, &two);
    for (int i = 0; i < 4000 && cut == 0; i++) {
        (void)worker_solo_turn(x.w, NULL, NULL, 5);
        side_value(
            &x, "SELECT pg_stat_clear_snapshot()"); /* else a transaction sees what it saw first */
        cut = side_number(&x, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                              "usename = 'motcua_app' AND wait_event_type = 'Lock'");
    }
    side_value(&x, "COMMIT");
    assert_true(worker_solo_turn(x.w, one_came, &n, 30000));
    assert_int_equal(n, 1);
    assert_int_equal(two.e, ERR_OUTCOME_UNKNOWN);
    three = two;
    for (int i = 0; i < 100; i++) {
        enum err e;

        three.owner = NULL;
        e = act_do(&x, &three);
        if (e == ERR_OK)
            break;
        (void)worker_solo_turn(x.w, NULL, NULL, 100);
    }
    assert_int_equal(three.e, ERR_OK);
    assert_int_equal(three.seq, one.seq + 1);
}

/* ---------------------------------------------------------------- many at once */

/* What comes meanwhile waits for a batch that is on its way, but not for one that is held up. */
static void an_act_behind_a_lock_holds_up_nobody(void **state)
{
    struct act one, other, held, free_one;
    bool passed = false;

    (void)state;
    store_world_close(&x);
    store_world_open(&x, 2);
    assert_int_equal(take_in(&one, "accept-held"), ERR_OK);
    assert_int_equal(take_in(&other, "accept-free"), ERR_OK);
    for (int round = 0; round < 3 && !passed;
         round++) { /* once more should the machine stand still */
        int n_held = 0, n_free = 0;

        next(&held, &one, CMD_NOTE, "lan.tiepnhan");
        next(&free_one, &other, CMD_NOTE, "lan.tiepnhan");
        held.cmd.note = free_one.cmd.note = "chờ";
        held.done = free_one.done = race_came;
        held.owner = &n_held;
        free_one.owner = &n_free;
        side_value(&x, "BEGIN");
        side_value(&x, arena_printf(a, "SELECT 1 FROM motcua.dossier WHERE code = '%s' FOR UPDATE",
                                    one.current->code));
        store_act(x.st, &held);
        (void)worker_solo_turn(x.w, NULL, NULL, 100);
        store_act(x.st, &free_one);
        passed = worker_solo_turn(x.w, one_came, &n_free, 1000) && n_held == 0;
        side_value(&x, "COMMIT");
        assert_true(worker_solo_turn(x.w, one_came, &n_held, 30000));
        assert_true(worker_solo_turn(x.w, one_came, &n_free, 30000));
        assert_int_equal(free_one.e, ERR_OK);
        assert_int_equal(held.e, ERR_OK);
        one = held;
        other = free_one;
    }
    assert_true(passed);
}

/* Held longer than she would listen: told so, nothing of it stored; the same request does it then.
 */
static void an_act_behind_a_lock_for_long_is_told_to_come_again(void **state)
{
    struct act one, held[3];
    int n = 0;

    (void)state;
    assert_int_equal(take_in(&one, "accept-long"), ERR_OK);
    side_value(&x, "BEGIN");
    side_value(&x, arena_printf(a, "SELECT 1 FROM motcua.dossier WHERE code = '%s' FOR UPDATE",
                                one.current->code));
    for (int i = 0; i < 3; i++) {
        next(&held[i], &one, CMD_NOTE, "lan.tiepnhan");
        held[i].cmd.note = "chờ lâu";
        key(&held[i], arena_printf(a, "held-%d", i), "note");
        held[i].done = race_came;
        held[i].owner = &n;
        store_act(x.st, &held[i]);
    }
    for (int i = 0; i < 2000 && n < 3; i++)
        (void)worker_solo_turn(x.w, NULL, NULL, 20);
    side_value(&x, "COMMIT");
    assert_int_equal(n, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(held[i].e, ERR_RACE);
        assert_null(held[i].current);
    }
    held[1].owner = NULL;
    assert_int_equal(act_do(&x, &held[1]), ERR_OK);
    assert_int_equal(held[1].seq, one.seq + 1);
}

/* In a process of its own: 50 acceptances at once through a store with two connections. */
static int burst(int child)
{
    static struct act act[50];
    static struct arena *own[50];
    struct actor lan = actor_of(&x, "lan.tiepnhan");
    struct store_world mine = x;
    int came = 0, good = 0;

    store_world_open(&mine, 2);
    for (int i = 0; i < 50; i++) {
        own[i] = arena_new((size_t)16 << 20);
        act_init(&act[i], own[i], CMD_TAKE_IN, lan);
        intake_fill(&act[i], "Trong cùng một giây", NULL, NULL);
        act[i].idempotency_key = arena_printf(own[i], "second-%d-%d", child, i);
        act[i].done = race_came;
        act[i].owner = &came;
        store_act(mine.st, &act[i]);
    }
    for (int i = 0; i < 300 && came < 50; i++)
        (void)worker_solo_turn(mine.w, NULL, NULL, 50);
    for (int i = 0; i < 50; i++)
        good += act[i].e == ERR_OK && act[i].assigned;
    return came == 50 && good == 50 ? 0 : 1;
}

static void two_hundred_in_a_second_get_distinct_consecutive_codes(void **state)
{
    pid_t pid[4];

    (void)state;
    store_world_at("2026-11-26T10:00:00+07:00");
    for (int i = 0; i < 4; i++) {
        pid[i] = fork();
        if (pid[i] == 0) {
            x.side = PQconnectdb(x.cluster.conninfo);
            _exit(burst(i));
        }
    }
    for (int i = 0; i < 4; i++) {
        int status = 1;

        waitpid(pid[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_string_equal(
        side_value(&x, "SELECT count(*) || ' ' || count(DISTINCT code) || ' ' || min(code) || ' ' "
                       "|| max(code) FROM motcua.dossier WHERE code LIKE 'H24.11-261126-%'"),
        "200 200 H24.11-261126-0001 H24.11-261126-0200");
}

static void forgotten_act_is_still_carried_out_or_not_at_all(void **state)
{
    struct act one, two;
    struct arena *own = arena_new((size_t)16 << 20);
    int n = 0;

    (void)state;
    assert_int_equal(take_in(&one, "accept-11"), ERR_OK);
    act_init(&two, own, CMD_NOTE, actor_of(&x, "lan.tiepnhan"));
    two.code = arena_strdup(own, one.current->code);
    two.if_match = one.seq;
    two.cmd.note = "bỏ dở";
    two.done = race_came;
    two.owner = &n;
    store_act(x.st, &two);
    store_orphan(x.st, &n);
    arena_free(own); /* nothing of it is touched any more */
    assert_true(worker_solo_turn(x.w, NULL, NULL, 300));
    assert_int_equal(n, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    static const char *const only[] = {"1.005416", NULL};
    const struct CMUnitTest tests[] = {
        T(acceptance_gives_code_promise_and_secret),
        T(same_key_gives_the_same_answer),
        T(submission_gets_its_code_when_it_is_accepted),
        T(stale_version_is_told_with_the_state),
        T(refusal_changes_nothing),
        T(one_of_many_wins),
        T(one_key_at_once_is_one_effect),
        T(finance_dossier_goes_all_the_way),
        T(burst_spreads_over_the_officers),
        T(newer_configuration_is_waited_for),
        T(configuration_that_never_comes_is_answered),
        T(lost_connection_never_looks_like_success),
        T(an_act_behind_a_lock_holds_up_nobody),
        T(an_act_behind_a_lock_for_long_is_told_to_come_again),
        T(two_hundred_in_a_second_get_distinct_consecutive_codes),
        T(forgotten_act_is_still_carried_out_or_not_at_all),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    store_world_start(&x, only);
    failed = cmocka_run_group_tests_name("store: acts", tests, NULL, NULL);
    store_world_end(&x);
    return failed;
}
