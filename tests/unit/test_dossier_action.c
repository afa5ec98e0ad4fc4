/* Actions of a step as specified: hand on, return, take back, draft, approve; what each asks for,
 * and the dead ends that are refused.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

/* ---------------------------------------------------------------- actions */

static void actions_ask_for_what_they_need(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_appraise(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "fly"), ERR_R_WRONG_STEP);
    assert_int_equal(TRY(w, .kind = CMD_ACT), ERR_R_WRONG_STEP);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NEEDS_DRAFT);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "big"), ERR_R_CONDITION);
    assert_non_null(strstr(w->d.refusal[0].detail.en, "form.estimate"));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "supplement", .reason = "missing"),
                     ERR_R_NOT_EXECUTABLE);
    assert_non_null(strstr(w->d.refusal[0].detail.vi, "supplement"));
    assert_int_equal(TRY(w, .kind = CMD_DRAFT), ERR_R_NEEDS_DRAFT);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x", .refusal = true), ERR_R_NEEDS_REASON);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x\x01"), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .file = "abc"), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .task = 1), ERR_R_WRONG_STEP);
    assert_int_equal(TRY(w, .kind = CMD_NOTE), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_ATTACH, .file = FILE_A, .file_component = "no"),
                     ERR_R_UNKNOWN_COMPONENT);
    assert_int_equal(TRY(w, .kind = CMD_ATTACH, .file = FILE_A, .file_component = "land"), ERR_OK);
    assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "Đã gọi điện"), ERR_OK);
    world_free(w);
}

static void a_condition_opens_an_action(void **state)
{
    struct world *w = desk_world("finance");
    struct value form[5] = {{.type = VALUE_INT, .i = 600000000}};
    struct intake in = world_intake(w);

    (void)state;
    in.form = form;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(world_act(w, "forward"));
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "x"));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "big"), ERR_INVALID);
    assert_true(refused_with(w, ERR_INVALID, "/note"));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "big", .note = "lớn"), ERR_OK);
    world_free(w);
}

static void returned_with_a_reason_to_the_same_officer_for_another_visit(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "return"), ERR_R_NEEDS_REASON);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "return", .reason = "missing"),
                     ERR_R_UNKNOWN_REASON); /* in the catalogue, but for supplements */
    world_at(w, "2026-03-04T09:00");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"), ERR_OK);
    assert_int_equal(w->s->task[0].officer, SPEC);
    assert_int_equal(w->s->task[0].visit, 2);
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-10T09:00")); /* its own 4 days */
    assert_int_equal(w->s->dones, 3);
    assert_int_equal(w->event[w->events - 2].kind, EV_RETURNED_TO_STEP);
    world_free(w);
}

static void taken_back_only_by_its_sender_until_received(void **state)
{
    struct world *w = desk_world("finance");
    instant due, own;

    (void)state;
    desk_take_in(w, 1);
    due = w->s->task[0].due;
    own = w->s->clock[1].due;
    world_at(w, "2026-03-02T09:00");
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_WRONG_STEP); /* nobody handed it on */
    assert_true(world_act(w, "forward"));
    world_by(w, REC2);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_NOT_ASSIGNEE);
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_NOT_YOUR_AGENCY);
    world_by(w, REC);
    world_at(w, "2026-03-02T10:00");
    assert_true(DO(w, .kind = CMD_TAKE_BACK));
    assert_int_equal(w->s->task[0].task, 1);
    assert_int_equal(w->s->task[0].officer, REC);
    assert_int_equal(w->s->task[0].due, due);
    assert_int_equal(w->s->dones, 0);
    assert_int_equal(w->s->clocks, 2); /* the step's clock runs on, the other one and the span go */
    assert_int_equal(w->s->clock[1].state, CLOCK_RUNNING);
    assert_int_equal(w->s->clock[1].due, own);
    assert_true(world_act(w, "forward"));
    assert_int_equal(w->s->task[0].task, 3); /* numbers are never used twice */
    assert_int_equal(w->s->task[0].visit, 1);
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_OPENED);
    world_free(w);
}

static void a_decision_is_not_taken_back(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_issue(w, 1);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_WRONG_STEP);
    world_free(w);
}

static void neither_counter_nor_clerk_drafts_the_result(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_take_in(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_NOT_YOUR_ROLE);
    w->p->step[0].action[0].needs |= NEEDS_DRAFT; /* unless the file says so */
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_OK);
    world_free(w);
}

static void whoever_drafted_does_not_approve(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    world_officer(w, BOTH, W_STC, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER));
    desk_to_appraise(w, 1);
    world_by(w, HEAD);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = BOTH));
    world_by(w, BOTH);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "x"));
    world_by(w, HEAD);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = SPEC));
    world_by(w, SPEC);
    assert_true(world_act(w, "forward")); /* somebody else did the step */
    world_by(w, BOTH);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "refuse", .reason = "not_eligible"),
                     ERR_R_SEPARATION);
    world_for(w, LEAD, BOTH); /* nor through somebody else */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_SEPARATION);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    assert_int_equal(w->s->status, DS_APPROVED);
    assert_int_equal(w->s->result.approved_by, LEAD);
    world_free(w);
}

static void whoever_did_the_step_before_does_not_do_the_one_that_excludes_it(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    world_officer(w, BOTH, W_STC, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER));
    desk_to_appraise(w, 1);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "x")); /* SPEC drafts */
    world_by(w, HEAD);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = BOTH));
    world_by(w, BOTH);
    assert_true(world_act(w, "forward"));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_R_SEPARATION);
    world_free(w);
}

static void taking_back_reopens_the_span_it_ended(void **state)
{
    struct world *w = desk_world("finance");
    const struct clock *span;
    size_t i;

    (void)state;
    w->p->span[0].to_step = 1; /* leave appraise */
    desk_to_approve(w, 1);
    for (i = 0; w->s->clock[i].kind != CLOCK_SPAN; i++)
        ;
    assert_int_equal(w->s->clock[i].state, CLOCK_ENDED);
    assert_true(DO(w, .kind = CMD_TAKE_BACK));
    span = &w->s->clock[i];
    assert_int_equal(span->state, CLOCK_RUNNING);
    assert_int_equal(span->interval[0].to, INSTANT_NONE);
    world_free(w);
}

static void what_is_typed_in_has_its_limits(void **state)
{
    struct world *w = desk_world("finance");
    char *huge = arena_alloc(w->base, 5001);
    struct action *forward = &w->p->step[1].action[0];

    (void)state;
    memset(huge, 'a', 5000);
    desk_to_approve(w, 1);
    assert_true(DO(w, .kind = CMD_TAKE_BACK));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .note = huge), ERR_INVALID);
    assert_true(refused_with(w, ERR_INVALID, "/note"));
    forward->needs = NEEDS_FILE;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_INVALID);
    assert_true(refused_with(w, ERR_INVALID, "/file"));
    assert_true(DO(w, .kind = CMD_ACT, .action = "forward", .file = FILE_A));
    assert_int_equal(w->event[w->events - 3].kind, EV_FILE_ATTACHED);
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
    assert_false(desk_number(w, ""));
    assert_true(refused_with(w, ERR_INVALID, "/number"));
    assert_false(desk_number(w, huge));
    assert_true(refused_with(w, ERR_INVALID, "/number"));
    world_free(w);
}

static void the_world_outside_may_be_too_short(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_take_in(w, 1);
    w->p->step[1].agency = "NOWHERE";
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NO_TARGET);
    w->p->step[1].agency = "STC";
    world_at(w, "2030-12-31T09:00");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_CALENDAR_END);
    w->p->step[1].has_limit = false; /* the span's budget does not fit either */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_CALENDAR_END);
    world_free(w);
}

static void going_round_in_circles_has_an_end(void **state)
{
    struct world *w = desk_world("finance");
    struct step_done *done;
    size_t i;

    (void)state;
    desk_to_approve(w, 1);
    done = ARENA_ARRAY(w->a, struct step_done, 500);
    for (i = 0; i < 500; i++)
        done[i] = w->s->done[1];
    w->s->done = done;
    w->s->dones = w->s->done_cap = 500;
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"),
                     ERR_R_TOO_LATE);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK); /* but goes on */
    world_free(w);
}

/* ---------------------------------------------------------------- dead ends */

static void nothing_is_handed_on_into_a_dead_end(void **state)
{
    struct world *w = desk_world("finance");
    struct step *appraise = &w->p->step[1];

    (void)state;
    desk_take_in(w, 1);
    appraise->action[0].effect = EFFECT_CONSULT; /* not executable yet; "big" does not hold */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NOT_EXECUTABLE);
    assert_non_null(strstr(w->d.refusal[0].detail.en, "appraise"));
    appraise->action[0].effect = EFFECT_FORWARD;
    appraise->action[0].to = STEP_NONE; /* only acts that stay: no way out either */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NOT_EXECUTABLE);
    appraise->action[0].to = STEP_END; /* ends without a result */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NOT_EXECUTABLE);
    appraise->action[0].to = 2;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_OK);
    world_free(w);
}

static void constructs_of_later_are_refused_by_name(void **state)
{
    static const struct {
        enum effect effect;
        int to;
        unsigned needs;
        const char *name;
    } cases[] = {
        {EFFECT_SUPPLEMENT, STEP_NONE, 0, "supplement"},
        {EFFECT_EXCLUDE, STEP_NONE, 0, "exclude"},
        {EFFECT_CONSULT, STEP_NONE, 0, "consult"},
        {EFFECT_PAYMENT, STEP_NONE, 0, "payment"},
        {EFFECT_WITHDRAW, STEP_END, 0, "withdraw"},
        {EFFECT_STOP, STEP_END, 0, "stop"},
        {EFFECT_SUSPEND, STEP_NONE, 0, "suspend"},
        {EFFECT_FORWARD, STEP_BACK, 0, "to: back"},
        {EFFECT_FORWARD, STEP_END, 0, "to: end"},
        {EFFECT_HAND_OVER, 2, 0, "hand_over to a step"},
        {EFFECT_FORWARD, 2, NEEDS_PAID, "needs: paid"},
    };
    struct world *w = desk_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct action *act = &w->p->step[1].action[0];
        struct action before = *act;

        desk_to_appraise(w, (int64_t)i + 1);
        w->s->money = MONEY_REQUESTED;
        act->effect = cases[i].effect;
        act->to = cases[i].to;
        act->needs = cases[i].needs;
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .reason = "missing"),
                         ERR_R_NOT_EXECUTABLE);
        assert_non_null(strstr(w->d.refusal[0].detail.vi, cases[i].name));
        *act = before;
    }
    desk_to_appraise(w, 99);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "x"));
    w->p->step[2].is_split = true;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NOT_EXECUTABLE);
    world_free(w);
}

static void approved_only_when_nobody_has_to_decide_any_more(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    w->p->step[3].action[0].effect = EFFECT_REFUSE; /* at "issue" somebody could still refuse */
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_int_equal(w->s->status, DS_PROCESSING);
    assert_int_equal(w->s->result.approved_by, LEAD);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions_ask_for_what_they_need),
        cmocka_unit_test(a_condition_opens_an_action),
        cmocka_unit_test(returned_with_a_reason_to_the_same_officer_for_another_visit),
        cmocka_unit_test(taken_back_only_by_its_sender_until_received),
        cmocka_unit_test(a_decision_is_not_taken_back),
        cmocka_unit_test(neither_counter_nor_clerk_drafts_the_result),
        cmocka_unit_test(whoever_drafted_does_not_approve),
        cmocka_unit_test(whoever_did_the_step_before_does_not_do_the_one_that_excludes_it),
        cmocka_unit_test(taking_back_reopens_the_span_it_ended),
        cmocka_unit_test(what_is_typed_in_has_its_limits),
        cmocka_unit_test(the_world_outside_may_be_too_short),
        cmocka_unit_test(going_round_in_circles_has_an_end),
        cmocka_unit_test(nothing_is_handed_on_into_a_dead_end),
        cmocka_unit_test(constructs_of_later_are_refused_by_name),
        cmocka_unit_test(approved_only_when_nobody_has_to_decide_any_more),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
