/* Work that changes hands: back to the queue, to whoever has least, past those who are away, and to
 * the agency that succeeded an ended one.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

#define OLD_SPEC 401 /* sat at the ended agency, sits at its successor now */
#define OLD_GONE 402 /* sat there and is gone */
#define ADMIN    403

static const struct event *last(const struct world *w)
{
    return &w->event[w->events - 1];
}

/* ---------------------------------------------------------------- assignment */

static void a_head_puts_work_back_into_the_queue(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_appraise(w, 1);
    assert_true(w->s->task[0].officer != 0);
    world_by(w, SPEC2);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = OFFICER_QUEUE), ERR_R_NOT_YOUR_ROLE);
    world_by(w, HEAD);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = OFFICER_QUEUE, .note = "Nghỉ việc"));
    assert_int_equal(w->s->task[0].officer, 0);
    assert_int_equal(last(w)->kind, EV_ASSIGNED);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = OFFICER_QUEUE)); /* twice says nothing new */
    assert_int_equal(w->d.events, 0);
    world_by(w, SPEC2);
    assert_true(DO(w, .kind = CMD_CLAIM));
    assert_int_equal(w->s->task[0].officer, SPEC2);
    world_free(w);
}

static void of_those_who_are_there_the_one_with_least_gets_it_never_who_has_it(void **state)
{
    struct world *w = desk_world("finance");
    int64_t holder;

    (void)state;
    desk_to_appraise(w, 1);
    world_by(w, HEAD);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = SPEC));
    desk_officer(w, SPEC)->load.open_tasks = 0;
    desk_officer(w, SPEC2)->load.open_tasks = 3;
    desk_officer(w, SPEC3)->load.open_tasks = 2;
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = OFFICER_LEAST));
    assert_int_equal(w->s->task[0].officer, SPEC3);
    desk_officer(w, SPEC)->load.absent = true;
    desk_officer(w, SPEC2)->load.absent = true;
    holder = w->s->task[0].officer;
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = OFFICER_LEAST), ERR_R_NO_TARGET);
    assert_int_equal(w->s->task[0].officer, holder);
    world_free(w);
}

/* ---------------------------------------------------------------- succession */

/* As if received, assigned and worked on before the merger. */
static void at_the_ended_agency(struct world *w, int64_t officer)
{
    world_officer(w, OLD_SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, ADMIN, W_VPUB, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    desk_to_appraise(w, 1);
    w->s->competent = W_OLD;
    w->s->task[0].agency = w->s->task[0].from_agency = W_OLD;
    w->s->task[0].officer = officer;
}

static void open_work_moves_to_the_successor_and_no_date_moves(void **state)
{
    struct world *w = desk_world("finance");
    struct task before;
    instant original, current, step_due;

    (void)state;
    at_the_ended_agency(w, OLD_SPEC);
    before = w->s->task[0];
    original = w->s->original_due;
    current = w->s->current_due;
    step_due = w->s->clock[w->s->clocks - 1].due;
    world_by(w, HEAD); /* nobody who works there does it */
    assert_int_equal(TRY(w, .kind = CMD_SUCCEED), ERR_R_NOT_YOUR_ROLE);
    world_by(w, ADMIN);
    assert_int_equal(TRY(w, .kind = CMD_SUCCEED), ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_SUCCEED, .approver = ADMIN), ERR_R_SEPARATION);
    assert_true(DO(w, .kind = CMD_SUCCEED, .note = "Sắp xếp cơ quan", .approver = BOSS));
    assert_int_equal(last(w)->kind, EV_ORG_SUCCESSION);
    assert_int_equal(w->d.events, 1);
    assert_int_equal(w->s->competent, W_STC);
    assert_int_equal(w->s->receiving, W_TT); /* that one goes on */
    assert_int_equal(w->s->task[0].agency, W_STC);
    assert_int_equal(w->s->task[0].from_agency, W_STC);
    assert_int_equal(w->s->task[0].officer, OLD_SPEC); /* she sits there now */
    assert_int_equal(w->s->task[0].due, before.due);
    assert_int_equal(w->s->task[0].received, before.received);
    assert_int_equal(w->s->original_due, original);
    assert_int_equal(w->s->current_due, current);
    assert_int_equal(w->s->clock[w->s->clocks - 1].due, step_due);
    assert_int_equal(w->change.dues, 0);
    assert_true(DO(w, .kind = CMD_SUCCEED, .approver = BOSS)); /* once is enough */
    assert_int_equal(w->d.events, 0);
    world_by(w, OLD_SPEC);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_free(w);
}

static void work_of_those_who_are_gone_waits_in_the_queue(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    at_the_ended_agency(w, OLD_GONE);
    world_by(w, ADMIN);
    assert_true(DO(w, .kind = CMD_SUCCEED, .approver = BOSS));
    assert_int_equal(w->s->task[0].officer, 0);
    world_by(w, SPEC2);
    assert_true(DO(w, .kind = CMD_CLAIM));
    world_free(w);
}

static void only_the_agency_that_was_named_is_moved(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    at_the_ended_agency(w, OLD_SPEC);
    world_by(w, ADMIN);
    assert_true(DO(w, .kind = CMD_SUCCEED, .agency = W_SXD, .approver = BOSS));
    assert_int_equal(w->d.events, 0);
    assert_true(DO(w, .kind = CMD_SUCCEED, .agency = W_OLD, .approver = BOSS));
    assert_int_equal(w->s->competent, W_STC);
    world_free(w);
}

static void before_it_ends_nothing_moves(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    at_the_ended_agency(w, OLD_SPEC);
    w->c.now = world_instant("2025-06-30T17:00");
    w->s->last_at = INSTANT_NONE; /* this test goes back in time */
    world_by(w, ADMIN);
    assert_true(DO(w, .kind = CMD_SUCCEED, .approver = BOSS));
    assert_int_equal(w->d.events, 0);
    world_free(w);
}

static void what_is_resolved_stays_with_the_agency_of_the_time(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    world_officer(w, ADMIN, W_VPUB, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    desk_to_hand(w, 1);
    w->s->competent = W_OLD;
    world_by(w, ADMIN);
    assert_true(DO(w, .kind = CMD_SUCCEED, .approver = BOSS));
    assert_int_equal(w->d.events, 0);
    assert_int_equal(w->s->competent, W_OLD);
    world_free(w);
}

/* The first submission was counted at the old unit in a month that is over: what takes its validity
 * away later is counted at the same place. */
static void a_first_submission_stays_counted_where_it_was_decided(void **state)
{
    static const char *const missing[] = {"request"};
    static const char *const reasons[] = {"missing"};
    struct world *w = desk_world("finance");
    struct ask ask = {.kind = REQ_SUPPLEMENT,
                      .missing = missing,
                      .missings = 1,
                      .reason_code = reasons,
                      .reason_codes = 1,
                      .text = "Bổ sung"};

    (void)state;
    world_officer(w, ADMIN, W_VPUB, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    desk_to_appraise(w, 1);
    w->s->receiving = W_OLD;
    world_by(w, ADMIN);
    assert_true(DO(w, .kind = CMD_SUCCEED, .approver = BOSS));
    assert_int_equal(w->s->receiving, W_STC);
    assert_int_equal(w->s->first_receiving, W_OLD);
    world_officer(w, 404, W_STC, ROLE_BIT(ROLE_RECEIVER));
    world_by(w, w->s->task[0].officer);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    assert_true(dossier_valid_first(w->s)); /* asked is not sent */
    world_by(w, 404);
    ask = (struct ask){.outcome = "send"};
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .request = 1, .ask = &ask), ERR_OK);
    assert_false(dossier_valid_first(w->s));
    assert_int_equal(w->s->first_receiving, W_OLD);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_puts_work_back_into_the_queue),
        cmocka_unit_test(of_those_who_are_there_the_one_with_least_gets_it_never_who_has_it),
        cmocka_unit_test(open_work_moves_to_the_successor_and_no_date_moves),
        cmocka_unit_test(work_of_those_who_are_gone_waits_in_the_queue),
        cmocka_unit_test(only_the_agency_that_was_named_is_moved),
        cmocka_unit_test(before_it_ends_nothing_moves),
        cmocka_unit_test(what_is_resolved_stays_with_the_agency_of_the_time),
        cmocka_unit_test(a_first_submission_stays_counted_where_it_was_decided),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
