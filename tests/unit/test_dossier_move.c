/* Running dossiers move to another version of their procedure: place, promise and history are kept.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/dossier/running.h"
#include "tests/lib/dossier_running.h"

/* ---------------------------------------------------------------- another version */

static const struct procedure *second(struct world *w, const char *const *change)
{
    return running_second(w, world_procedure("finance"), change);
}

static const struct ask order = {.document = "QĐ 900/QĐ-UBND"};

static void a_move_keeps_place_promise_and_history_and_takes_the_new_limits(void **state)
{
    struct world *w = running_world();
    const struct procedure *to;
    size_t dones;

    (void)state;
    /* a step is put before the present one: every index moves */
    to = second(w, (const char *const[]){
                       "limit: 4 working_day", "limit: 4.5 working_day", "steps:\n",
                       "steps:\n  - {step: desk, vi: Bàn, en: Desk, at: reception, role: receiver, "
                       "public: {vi: Đã tiếp nhận, en: Received}, portal: 2, actions: [{action: "
                       "forward, to: receive}]}\n",
                       NULL});
    desk_to_appraise(w, 7);
    dones = w->s->dones;
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(w->s->version, 2);
    assert_memory_equal(w->s->procedure_hash, to->hash, SHA256_BYTES);
    assert_string_equal(to->step[w->s->task[0].step].step, "appraise");
    assert_string_equal(to->step[w->s->done[0].step].step, "receive");
    assert_int_equal(w->s->dones, dones);
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-06T13:30")); /* 4.5 days */
    assert_int_equal(running_clock(w->s, CLOCK_STEP)->due, w->s->task[0].due);
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->change.dues, 0);
    assert_int_equal(w->change.opens, w->s->tasks); /* rows name the version */
    /* and it goes on to the end by the new version */
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
    assert_true(desk_number(w, NULL));
    assert_true(world_act(w, "release"));
    world_free(w);
}

static void a_step_that_is_gone_must_be_mapped(void **state)
{
    static const struct step_map map[] = {{"appraise", "review"}};
    struct world *w = running_world();
    const struct procedure *to;

    (void)state;
    to = second(w, (const char *const[]){"step: appraise", "step: review", "to: appraise",
                                         "to: review", "to: approve", "to: approve",
                                         "not_by: appraise", "not_by: review", "to: appraise",
                                         "to: review", "enter appraise", "enter review", NULL});
    desk_to_approve(w, 7); /* it has been there */
    assert_false(running_moved_to(w, to, NULL, 0, false));
    assert_true(refused_with(w, ERR_R_WRONG_STEP, "/map/appraise"));
    assert_true(running_moved_to(w, to, map, 1, false));
    assert_string_equal(to->step[last_done(w->s, procedure_step(to, "review"))->step].step,
                        "review");
    /* separation of duty still knows who drafted it */
    world_by(w, w->s->done[1].officer);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

static void two_steps_that_become_one_keep_their_visits_apart(void **state)
{
    static const struct step_map map[] = {{"receive", "appraise"}};
    struct world *w = running_world();
    const struct procedure *to = second(w, (const char *const[]){NULL});

    (void)state;
    desk_to_appraise(w, 7); /* receive once, appraise once */
    assert_true(running_moved_to(w, to, map, 1, false));
    assert_int_equal(visits_of(w->s, procedure_step(to, "appraise")), 2);
    assert_int_equal(w->s->done[0].visit, 1);
    assert_int_equal(w->s->task[0].visit, 2);
    assert_int_equal(running_clock(w->s, CLOCK_STEP)->visit, 2);
    world_free(w);
}

static void a_shorter_limit_keeps_the_promise(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        second(w, (const char *const[]){"committed: 10 ", "committed: 8 ", NULL});

    (void)state;
    desk_to_appraise(w, 7);
    assert_true(running_moved_to(w, to, NULL, 0, true));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->s->committed.num, 10);
    assert_int_equal(w->change.dues, 0);
    world_free(w);
}

static void a_longer_limit_moves_it_only_when_asked(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        second(w, (const char *const[]){"committed: 10 ", "committed: 12 ", NULL});

    (void)state;
    desk_to_appraise(w, 7);
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    desk_to_appraise(w, 8);
    assert_true(running_moved_to(w, to, NULL, 0, true));
    assert_int_equal(w->s->current_due, world_instant("2026-03-18T17:00"));
    assert_int_equal(w->s->original_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->s->committed.num, 12);
    { /* the reason of the new date names the document */
        struct buf b;

        buf_init(&b, 100000);
        assert_true(dossier_explain_clock(w->s, 0, &w->c, LANG_EN, EXPLAIN_TEXT, &b));
        assert_non_null(strstr(buf_cstr(&b), "Moved to another version, counted again at "));
        assert_non_null(strstr(buf_cstr(&b), w->s->rule_change[w->s->rule_changes - 1].document));
        buf_free(&b);
    }
    assert_int_equal(w->change.dues, 1);
    assert_string_equal(w->change.due[0].cause, "migration");
    world_free(w);
}

static void what_the_new_version_lacks_is_refused_by_name(void **state)
{
    static const struct {
        const char *change[3];
        enum err e;
        const char *pointer;
    } cases[] = {
        {{"role: specialist, limit", "role: office_specialist, limit", NULL},
         ERR_R_NO_TARGET,
         NULL},
        {{"  - {field: by_proxy, vi: Nộp thay, en: By proxy, type: bool}\n",
          "  - {field: by_proxy, vi: Nộp thay, en: By proxy, type: bool}\n"
          "  - {field: more, vi: Thêm, en: More, type: money, required: true}\n",
          NULL},
         ERR_R_FORM,
         "/form/more"},
        {{"valid_from: 2018-01-01", "valid_from: 2027-01-01", NULL}, ERR_R_NOT_IN_FORCE, "/to"},
    };
    struct world *w = running_world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct procedure *to = second(w, cases[i].change);

        desk_to_appraise(w, (int64_t)i + 1);
        assert_false(running_moved_to(w, to, NULL, 0, false));
        assert_true(refused_with(w, cases[i].e, cases[i].pointer));
        assert_int_equal(w->s->version, 1);
    }
    world_free(w);
}

static void who_may_not_move_a_dossier(void **state)
{
    struct world *w = running_world();
    const struct procedure *to = second(w, (const char *const[]){NULL});

    (void)state;
    desk_to_appraise(w, 7);
    w->c.target = to;
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN),
                     ERR_R_NOT_YOUR_ROLE);
    world_by(w, ADMIN);
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN),
                     ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .approver = ADMIN2), ERR_R_NEEDS_DOCUMENT);
    w->c.target = NULL;
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN2),
                     ERR_R_NOT_IN_FORCE);
    w->c.target = w->p;
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN2),
                     ERR_R_ONCE_ONLY);
    world_free(w);
}

static void a_standstill_goes_on_under_the_new_version(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        second(w, (const char *const[]){"limit: 4 working_day", "limit: 4.5 working_day", NULL});

    (void)state;
    desk_to_appraise(w, 7);
    world_at(w, "2026-03-05T08:00");
    running_suspend(w);
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(w->s->status, DS_SUSPENDED);
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->state, CLOCK_STOPPED);
    world_at(w, "2026-03-06T08:00");
    running_resume(w);
    assert_int_equal(w->s->current_due, world_instant("2026-03-17T17:00"));
    assert_int_equal(running_clock(w->s, CLOCK_STEP)->due, world_instant("2026-03-09T13:30"));
    world_free(w);
}

static void an_officer_who_left_gives_the_task_back_to_the_queue(void **state)
{
    struct world *w = running_world();
    const struct procedure *to = second(w, (const char *const[]){NULL});
    int64_t who;

    (void)state;
    desk_to_appraise(w, 7);
    who = w->s->task[0].officer;
    desk_officer(w, who)->roles = 0;
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(w->s->task[0].officer, 0);
    assert_int_equal(w->s->task[0].received, INSTANT_NONE);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_keeps_place_promise_and_history_and_takes_the_new_limits),
        cmocka_unit_test(a_step_that_is_gone_must_be_mapped),
        cmocka_unit_test(two_steps_that_become_one_keep_their_visits_apart),
        cmocka_unit_test(a_shorter_limit_keeps_the_promise),
        cmocka_unit_test(a_longer_limit_moves_it_only_when_asked),
        cmocka_unit_test(what_the_new_version_lacks_is_refused_by_name),
        cmocka_unit_test(who_may_not_move_a_dossier),
        cmocka_unit_test(a_standstill_goes_on_under_the_new_version),
        cmocka_unit_test(an_officer_who_left_gives_the_task_back_to_the_queue),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("move", tests, NULL, NULL);
}
