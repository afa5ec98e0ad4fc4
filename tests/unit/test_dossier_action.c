/* Actions of a step as specified: hand on, return, take back, draft, approve; what each asks for,
 * and the dead ends that are refused.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

static bool requests_open(const struct world *w)
{
    size_t i;

    for (i = 0; i < w->s->requests; i++)
        if (w->s->request[i].state == RS_OPEN)
            return true;
    return false;
}

static const struct task *step_task(const struct world *w)
{
    size_t i;

    for (i = 0; i < w->s->tasks; i++)
        if (w->s->task[i].request == 0)
            return &w->s->task[i];
    return NULL;
}

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
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "supplement", .reason = "wrong"),
                     ERR_R_UNKNOWN_REASON); /* a reason of returns */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "supplement", .reason = "missing"),
                     ERR_INVALID);
    assert_string_equal(w->d.refusal[0].pointer, "/missing");
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
    /* a complaint (phản ánh, kiến nghị) is a note with its code from the catalogue */
    assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "Chờ ba tuần", .reason = "missing"),
                     ERR_R_UNKNOWN_REASON);
    assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "Chờ ba tuần", .reason = "waited"), ERR_OK);
    assert_string_equal(w->d.event[0].payload, "{\"reason\":\"waited\",\"note\":\"Chờ ba tuần\"}");
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
    w->c.now += INT64_C(11000000); /* within ten seconds it is undone: test_undo.c */
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
    appraise->action[0].effect = EFFECT_WITHDRAW; /* no way on; "big" does not hold */
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

/* An action with the effect of a request is that request, with what the procedure says of it. */
static void actions_that_ask_are_requests(void **state)
{
    static const struct {
        enum effect effect;
        enum request_kind kind;
        enum err without; /* what is typed in, nothing else */
    } cases[] = {
        {EFFECT_EXCLUDE, REQ_EXCLUSION, ERR_R_NEEDS_DOCUMENT},
        {EFFECT_CONSULT, REQ_CONSULT, ERR_R_NO_TARGET},
        {EFFECT_SUPPLEMENT, REQ_SUPPLEMENT, ERR_R_NEEDS_REASON},
    };
    static const char *missing[] = {"land"}, *reason[] = {"missing"};
    struct world *w = desk_world("finance");
    struct stop_reason stop = {"survey", {"Đo đạc", "Survey"}, "Luật"};
    struct action *act = &w->p->step[1].action[0];
    struct ask ask = {.document = "12/PC",
                      .text = "Đề nghị cho ý kiến",
                      .to_agency = W_SXD,
                      .limit = {2, 1, UNIT_WORKING_DAY},
                      .missing = missing,
                      .missings = 1,
                      .reason_code = reason,
                      .reason_codes = 1};
    size_t i;

    (void)state;
    w->p->stop = &stop;
    w->p->stops = 1;
    world_officer(w, 140, W_SXD, ROLE_BIT(ROLE_SPECIALIST));
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct action before = *act;

        desk_to_appraise(w, (int64_t)i + 1);
        act->effect = cases[i].effect;
        act->to = STEP_NONE;
        act->needs = 0;
        act->stop = "survey";
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), cases[i].without);
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .ask = &ask), ERR_OK);
        assert_int_equal(w->s->requests, 1);
        assert_int_equal(w->s->request[0].kind, cases[i].kind);
        if (cases[i].kind == REQ_EXCLUSION)
            assert_string_equal(w->s->request[0].reason, "survey");
        *act = before;
    }
    world_free(w);
}

/* An exclusion that moves the dossier on: the step after it does not run while time stands still,
 * and has its whole time when it goes on. */
static void a_step_entered_while_the_clocks_stand_waits_too(void **state)
{
    struct world *w = desk_world("finance");
    struct stop_reason stop = {"survey", {"Đo đạc", "Survey"}, "Luật"};
    struct action *act = &w->p->step[1].action[0];
    struct ask begin = {.document = "12/PC"}, end = {.document = "13/PC", .outcome = "end"};
    const struct clock *c;

    (void)state;
    w->p->stop = &stop;
    w->p->stops = 1;
    desk_to_appraise(w, 1);
    act->effect = EFFECT_EXCLUDE;
    act->needs = 0;
    act->stop = "survey";
    world_at(w, "2026-03-02T10:00");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .ask = &begin), ERR_OK);
    assert_true(requests_open(w));
    c = &w->s->clock[w->s->clocks - 1];
    assert_int_equal(c->kind, CLOCK_STEP);
    assert_int_equal(c->subject, 2);
    assert_int_equal(c->state, CLOCK_STOPPED);
    assert_true(step_task(w)->due == INSTANT_NONE);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_WAITING);
    world_by(w, SPEC);
    world_at(w, "2026-03-09T10:00");
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &end), ERR_OK);
    c = &w->s->clock[w->s->clocks - 1];
    assert_int_equal(c->state, CLOCK_RUNNING);
    assert_true(c->due == world_instant("2026-03-11T10:00")); /* two working days */
    assert_true(step_task(w)->due == c->due);
    world_free(w);
}

static void what_is_to_be_paid_first_waits(void **state)
{
    struct world *w = desk_world("finance");
    struct action *act = &w->p->step[1].action[0];

    (void)state;
    desk_to_appraise(w, 1);
    act->needs = NEEDS_PAID;
    w->s->money = MONEY_REQUESTED;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_WAITING);
    w->s->money = MONEY_PAID;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_OK);
    world_free(w);
}

/* `to: back`: to the step that sent it here and its officer, wherever that was. */
static void back_leads_to_the_step_that_sent_it(void **state)
{
    struct world *w = desk_world("finance");
    struct action *act = &w->p->step[1].action[0];
    int64_t task;

    (void)state;
    desk_take_in(w, 1);
    act->to = STEP_BACK;
    act->needs = 0;
    assert_true(world_act(w, "forward"));
    task = w->s->task[0].task;
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(world_act(w, "forward"));
    assert_int_equal(w->s->task[0].step, 0);
    assert_int_equal(w->s->task[0].visit, 2);
    assert_int_equal(w->s->task[0].officer, REC);
    assert_int_equal(w->s->task[0].from_step, 1);
    assert_int_equal(w->s->task[0].from_task, task);
    /* The first step has no origin. */
    world_reset(w, 2);
    desk_take_in(w, 2);
    w->p->step[0].action[0].to = STEP_BACK;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_WRONG_STEP);
    world_free(w);
}

/* Whoever takes a hand-on back may still send it to where it came from. */
static void taking_back_keeps_the_origin(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_int_equal(w->s->task[0].step, 3);
    w->p->step[2].action[0].effect = EFFECT_FORWARD; /* only what moved can be taken back */
    assert_true(DO(w, .kind = CMD_TAKE_BACK));
    assert_int_equal(w->s->task[0].step, 2);
    assert_int_equal(w->s->task[0].from_step, 1);
    world_free(w);
}

/* After handing over the dossier may go on to be filed away: it ends with the last step. */
static void hand_over_to_a_step_ends_with_that_step(void **state)
{
    struct world *w = desk_world("finance");
    struct action archive = {.action = "file", .effect = EFFECT_FORWARD, .to = STEP_END};

    (void)state;
    desk_to_hand(w, 1);
    w->p->step[4].action[0].to = 0;
    w->p->step[0].action = &archive;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(w->s->status, DS_RELEASED);
    assert_int_equal(w->s->handover, HANDOVER_HANDED);
    assert_true(w->s->returned != INSTANT_NONE);
    assert_true(w->s->ended == INSTANT_NONE);
    assert_int_equal(w->s->tasks, 1);
    world_at(w, "2026-04-02T10:00");
    assert_true(world_act(w, "file"));
    assert_int_equal(w->s->status, DS_RETURNED);
    assert_true(w->s->ended == w->c.now);
    assert_true(w->s->returned < w->s->ended);
    assert_int_equal(w->s->tasks, 0);
    world_free(w);
}

/* An internal procedure ends without a hand-over, never without its result. */
static void to_end_without_hand_over_needs_the_result(void **state)
{
    struct world *w = desk_world("finance");
    struct action *release = &w->p->step[3].action[1];

    (void)state;
    desk_to_issue(w, 1);
    release->to = STEP_END;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    assert_true(desk_number(w, "7/QĐ"));
    release->effect = EFFECT_FORWARD; /* ends, though nothing was released */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    release->effect = EFFECT_RELEASE;
    assert_true(world_act(w, "release"));
    assert_int_equal(w->s->status, DS_RETURNED);
    assert_int_equal(w->s->handover, HANDOVER_HANDED);
    assert_true(w->s->finished == w->s->ended);
    assert_int_equal(w->s->tasks, 0);
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
        cmocka_unit_test(actions_that_ask_are_requests),
        cmocka_unit_test(a_step_entered_while_the_clocks_stand_waits_too),
        cmocka_unit_test(what_is_to_be_paid_first_waits),
        cmocka_unit_test(back_leads_to_the_step_that_sent_it),
        cmocka_unit_test(taking_back_keeps_the_origin),
        cmocka_unit_test(hand_over_to_a_step_ends_with_that_step),
        cmocka_unit_test(to_end_without_hand_over_needs_the_result),
        cmocka_unit_test(approved_only_when_nobody_has_to_decide_any_more),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
