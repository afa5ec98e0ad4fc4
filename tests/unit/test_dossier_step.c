/* Work on a dossier as specified: receive, claim, assign, hand on, return, take back, draft,
 * approve, refuse, number, release, hand over; and every refusal.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_world.h"

#define REC    101
#define REC2   102
#define SPEC   111
#define SPEC2  112
#define SPEC3  113
#define LEAD   114
#define LEAD2  115
#define CLERK  116
#define HEAD   117
#define DIV    118
#define BOSS   119 /* of the agency above, with every role */
#define AUDIT  120
#define BOTH   121 /* specialist and leader */
#define FILE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define DO(w, ...)  world_do(w, &(struct command){__VA_ARGS__})
#define TRY(w, ...) world_try(w, &(struct command){__VA_ARGS__})

static dayno today(struct world *w)
{
    return lminute_day(lminute_of(w->c.now));
}

static struct world *world(const char *name)
{
    struct world *w = world_new(world_procedure(name));

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, REC2, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SPEC2, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SPEC3, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, LEAD2, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_STC, ROLE_BIT(ROLE_CLERK));
    world_officer(w, HEAD, W_STC, ROLE_BIT(ROLE_DIVISION_HEAD));
    world_officer(w, DIV, W_STC_DIV, ROLE_BIT(ROLE_CLERK));
    world_officer(w, BOSS, W_HP, ~0u >> 1);
    world_officer(w, AUDIT, W_STC, ROLE_BIT(ROLE_AUDITOR));
    return w;
}

static struct world_officer *officer(struct world *w, int64_t user)
{
    size_t i;

    for (i = 0; i < w->officers && w->officer[i].load.user != user; i++)
        ;
    return &w->officer[i];
}

static void take_in(struct world *w, int64_t id)
{
    struct intake in;

    world_reset(w, id);
    in = world_intake(w);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
}

/* To the desk of the specialist, received. */
static void to_appraise(struct world *w, int64_t id)
{
    take_in(w, id);
    assert_true(world_act(w, "forward"));
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}

static void to_approve(struct world *w, int64_t id)
{
    to_appraise(w, id);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
}

static void to_issue(struct world *w, int64_t id)
{
    to_approve(w, id);
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
}

static bool number(struct world *w, const char *n)
{
    return DO(w, .kind = CMD_ACT, .action = "number", .number = n, .signer = "Giám đốc",
              .file = FILE_A, .date = today(w));
}

static void to_hand(struct world *w, int64_t id)
{
    to_issue(w, id);
    assert_true(number(w, NULL));
    assert_true(world_act(w, "release"));
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}

/* ---------------------------------------------------------------- roles and scope */

static void role_and_agency_of_the_step_decide_who_acts(void **state)
{
    static const struct {
        int64_t who;
        enum err e;
    } cases[] = {
        {SPEC, ERR_OK},
        {SPEC2, ERR_R_NOT_ASSIGNEE},
        {LEAD, ERR_R_NOT_YOUR_ROLE},
        {REC, ERR_R_NOT_YOUR_AGENCY},
        {DIV, ERR_R_NOT_YOUR_AGENCY},  /* of a division below */
        {BOSS, ERR_R_NOT_YOUR_AGENCY}, /* of the agency above, whatever the roles */
        {AUDIT, ERR_R_NOT_YOUR_ROLE},
        {0, ERR_R_NOT_YOUR_AGENCY},
    };
    struct world *w = world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        to_appraise(w, (int64_t)i + 1);
        assert_int_equal(w->s->task[0].officer, SPEC);
        world_by(w, cases[i].who);
        assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), cases[i].e);
        if (cases[i].who == AUDIT) {
            assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "x"), ERR_R_NOT_YOUR_ROLE);
            assert_int_equal(TRY(w, .kind = CMD_ATTACH, .file = FILE_A), ERR_R_NOT_YOUR_ROLE);
        }
    }
    world_free(w);
}

static void a_successor_acts_for_an_ended_agency(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_approve(w, 1);
    w->s->task[0].agency = w->s->task[0].from_agency = W_OLD; /* as if opened before the merger */
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    world_free(w);
}

static void on_behalf_of_the_assignee_is_the_assignee(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_appraise(w, 1);
    world_by(w, SPEC2);
    w->c.actor.on_behalf_of = SPEC;
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_OK);
    assert_int_equal(w->event[w->events - 1].actor, SPEC2);
    assert_int_equal(w->event[w->events - 1].on_behalf_of, SPEC);
    world_free(w);
}

/* ---------------------------------------------------------------- receipt, claim, assign */

static void receipt_is_asked_only_across_agencies(void **state)
{
    struct world *w = world("finance");
    size_t before;

    (void)state;
    take_in(w, 1);
    assert_true(world_act(w, "forward")); /* taken in at the same unit */
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_NEEDS_RECEIPT);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NEEDS_RECEIPT);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_int_equal(w->s->task[0].received_by, SPEC);
    before = w->events;
    assert_true(DO(w, .kind = CMD_RECEIVE)); /* again: nothing new, no event */
    assert_int_equal(w->events, before);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "x"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD); /* inside the agency: at once */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    world_free(w);
}

static void claim_implies_receipt_and_takes_from_the_queue(void **state)
{
    struct world *w = world("finance");

    (void)state;
    officer(w, SPEC)->load.absent = officer(w, SPEC2)->load.absent = true;
    officer(w, SPEC3)->load.absent = true;
    take_in(w, 1);
    assert_true(world_act(w, "forward"));
    assert_int_equal(w->s->task[0].officer, 0); /* all absent: the queue */
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_R_NOT_YOUR_ROLE);
    world_by(w, SPEC2);
    assert_true(DO(w, .kind = CMD_CLAIM));
    assert_int_equal(w->s->task[0].officer, SPEC2);
    assert_int_equal(w->s->task[0].received, w->c.now);
    world_by(w, SPEC3);
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_OK); /* the holder is away */
    officer(w, SPEC3)->load.absent = false;
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_R_NOT_ASSIGNEE);
    world_free(w);
}

static void a_head_assigns_within_the_agency(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_appraise(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC2), ERR_R_NOT_YOUR_ROLE);
    world_by(w, BOSS);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC2), ERR_R_NOT_YOUR_AGENCY);
    world_by(w, HEAD);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = LEAD), ERR_R_TARGET);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = REC), ERR_R_TARGET);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN), ERR_R_TARGET);
    officer(w, SPEC2)->load.absent = true;
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC2), ERR_R_TARGET);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC3), ERR_OK);
    assert_int_equal(w->s->task[0].officer, SPEC3);
    world_free(w);
}

static void assignment_rules(void **state)
{
    static const struct {
        const char *action;  /* from the first step of "officers" */
        int load[3];         /* open tasks of SPEC, SPEC2, SPEC3 */
        const char *last[3]; /* last assigned */
        bool absent[3];
        int64_t chosen, expected; /* expected < 0: refused */
    } cases[] = {
        /* step one: round robin, whoever was assigned longest ago */
        {"forward", {9, 9, 9}, {"2026-01-02", "2026-01-01", "2026-01-03"}, {0}, 0, SPEC2},
        {"forward", {9, 9, 9}, {"2026-01-02", "2026-01-01", NULL}, {0}, 0, SPEC3},
        {"forward", {9, 9, 9}, {NULL, NULL, NULL}, {true, false, false}, 0, SPEC2},
        {"forward", {9, 9, 9}, {NULL, NULL, NULL}, {true, true, true}, 0, 0},
        {"forward", {9, 9, 9}, {NULL, NULL, NULL}, {0}, SPEC, -ERR_R_TARGET},
        /* step two: chosen by whoever hands on */
        {"two", {0, 0, 0}, {NULL, NULL, NULL}, {0}, 0, -ERR_R_NO_TARGET},
        {"two", {0, 0, 0}, {NULL, NULL, NULL}, {0}, SPEC3, SPEC3},
        {"two", {0, 0, 0}, {NULL, NULL, NULL}, {false, true, false}, SPEC2, -ERR_R_TARGET},
        {"two", {0, 0, 0}, {NULL, NULL, NULL}, {0}, LEAD, -ERR_R_TARGET},
        {"two", {0, 0, 0}, {NULL, NULL, NULL}, {true, true, true}, 0, 0},
        /* step three: pull, the queue, or somebody named */
        {"three", {0, 0, 0}, {NULL, NULL, NULL}, {0}, 0, 0},
        {"three", {0, 0, 0}, {NULL, NULL, NULL}, {0}, SPEC2, SPEC2},
    };
    struct world *w = world("officers");
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err e;

        take_in(w, (int64_t)i + 1);
        for (k = 0; k < 3; k++) {
            struct officer_load *o = &officer(w, SPEC + (int64_t)k)->load;

            o->open_tasks = cases[i].load[k];
            o->absent = cases[i].absent[k];
            o->last_assigned = INSTANT_NONE;
            if (cases[i].last[k])
                o->last_assigned = world_instant(arena_printf(w->a, "%sT08:00", cases[i].last[k]));
        }
        world_by(w, DIV);
        assert_true(DO(w, .kind = CMD_RECEIVE));
        e = TRY(w, .kind = CMD_ACT, .action = cases[i].action, .officer = cases[i].chosen);
        assert_int_equal(e, cases[i].expected < 0 ? -cases[i].expected : ERR_OK);
        if (e == ERR_OK)
            assert_int_equal(w->s->task[0].officer, cases[i].expected);
    }
    world_free(w);
}

static void least_loaded_then_longest_idle_then_lowest_number(void **state)
{
    static const struct {
        int load[3];
        const char *last[3];
        int64_t expected;
    } cases[] = {
        {{3, 1, 2}, {NULL, NULL, NULL}, SPEC2},
        {{1, 1, 1}, {"2026-01-03", "2026-01-02", "2026-01-02"}, SPEC2},
        {{1, 1, 1}, {"2026-01-03", "2026-01-02", NULL}, SPEC3},
        {{1, 1, 1}, {NULL, NULL, NULL}, SPEC},
    };
    struct world *w = world("finance");
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        take_in(w, (int64_t)i + 1);
        for (k = 0; k < 3; k++) {
            struct officer_load *o = &officer(w, SPEC + (int64_t)k)->load;

            o->open_tasks = cases[i].load[k];
            o->last_assigned = INSTANT_NONE;
            if (cases[i].last[k])
                o->last_assigned = world_instant(arena_printf(w->a, "%sT08:00", cases[i].last[k]));
        }
        assert_true(world_act(w, "forward"));
        assert_int_equal(w->s->task[0].officer, cases[i].expected);
    }
    world_free(w);
}

static void same_as_and_not_by_follow_the_persons(void **state)
{
    struct world *w = world("officers");

    (void)state;
    take_in(w, 1);
    world_by(w, DIV);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(DO(w, .kind = CMD_ACT, .action = "two", .officer = SPEC2));
    world_by(w, SPEC2);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NEEDS_RECEIPT);
    assert_true(DO(w, .kind = CMD_CLAIM));
    assert_true(world_act(w, "forward"));
    assert_int_equal(w->s->task[0].officer, SPEC2); /* same as two */
    assert_true(world_act(w, "forward"));           /* to three: pull, not by two */
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_SEPARATION);
    world_by(w, HEAD);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC2), ERR_R_SEPARATION);
    world_by(w, SPEC3);
    officer(w, SPEC2)->load.absent = true;
    assert_true(world_act(w, "forward")); /* back to same: its officer is away: the queue */
    assert_int_equal(w->s->task[0].officer, 0);
    world_free(w);
}

/* ---------------------------------------------------------------- actions */

static void actions_ask_for_what_they_need(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_appraise(w, 1);
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
    struct world *w = world("finance");
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
    struct world *w = world("finance");

    (void)state;
    to_approve(w, 1);
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
    struct world *w = world("finance");
    instant due, own;

    (void)state;
    take_in(w, 1);
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
    struct world *w = world("finance");

    (void)state;
    to_issue(w, 1);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_WRONG_STEP);
    world_free(w);
}

static void neither_counter_nor_clerk_drafts_the_result(void **state)
{
    struct world *w = world("finance");

    (void)state;
    take_in(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_NOT_YOUR_ROLE);
    w->p->step[0].action[0].needs |= NEEDS_DRAFT; /* unless the file says so */
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_OK);
    world_free(w);
}

static void whoever_drafted_does_not_approve(void **state)
{
    struct world *w = world("finance");

    (void)state;
    world_officer(w, BOTH, W_STC, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER));
    to_appraise(w, 1);
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
    world_by(w, LEAD);
    w->c.actor.on_behalf_of = BOTH; /* nor through somebody else */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_SEPARATION);
    w->c.actor.on_behalf_of = 0;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    assert_int_equal(w->s->status, DS_APPROVED);
    assert_int_equal(w->s->result.approved_by, LEAD);
    world_free(w);
}

static void whoever_did_the_step_before_does_not_do_the_one_that_excludes_it(void **state)
{
    struct world *w = world("finance");

    (void)state;
    world_officer(w, BOTH, W_STC, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER));
    to_appraise(w, 1);
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
    struct world *w = world("finance");
    const struct clock *span;
    size_t i;

    (void)state;
    w->p->span[0].to_step = 1; /* leave appraise */
    to_approve(w, 1);
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
    struct world *w = world("finance");
    char *huge = arena_alloc(w->base, 5001);
    struct action *forward = &w->p->step[1].action[0];

    (void)state;
    memset(huge, 'a', 5000);
    to_approve(w, 1);
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
    assert_false(number(w, ""));
    assert_true(refused_with(w, ERR_INVALID, "/number"));
    assert_false(number(w, huge));
    assert_true(refused_with(w, ERR_INVALID, "/number"));
    world_free(w);
}

static void the_world_outside_may_be_too_short(void **state)
{
    struct world *w = world("finance");

    (void)state;
    take_in(w, 1);
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
    struct world *w = world("finance");
    struct step_done *done;
    size_t i;

    (void)state;
    to_approve(w, 1);
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
    struct world *w = world("finance");
    struct step *appraise = &w->p->step[1];

    (void)state;
    take_in(w, 1);
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
    struct world *w = world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct action *act = &w->p->step[1].action[0];
        struct action before = *act;

        to_appraise(w, (int64_t)i + 1);
        w->s->money = MONEY_REQUESTED;
        act->effect = cases[i].effect;
        act->to = cases[i].to;
        act->needs = cases[i].needs;
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .reason = "missing"),
                         ERR_R_NOT_EXECUTABLE);
        assert_non_null(strstr(w->d.refusal[0].detail.vi, cases[i].name));
        *act = before;
    }
    to_appraise(w, 99);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "x"));
    w->p->step[2].is_split = true;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NOT_EXECUTABLE);
    world_free(w);
}

static void approved_only_when_nobody_has_to_decide_any_more(void **state)
{
    struct world *w = world("finance");

    (void)state;
    w->p->step[3].action[0].effect = EFFECT_REFUSE; /* at "issue" somebody could still refuse */
    to_approve(w, 1);
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_int_equal(w->s->status, DS_PROCESSING);
    assert_int_equal(w->s->result.approved_by, LEAD);
    world_free(w);
}

/* ---------------------------------------------------------------- result */

static void refused_within_the_limit_is_a_result(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_approve(w, 1);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "refuse"), ERR_R_NEEDS_REASON);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "refuse", .reason = "wrong"),
                     ERR_R_UNKNOWN_REASON);
    assert_true(DO(w, .kind = CMD_ACT, .action = "refuse", .reason = "not_eligible"));
    assert_true(w->s->result.refusal);
    assert_int_equal(w->s->status, DS_APPROVED);
    world_by(w, CLERK);
    assert_true(world_act(w, "release")); /* no document, but a refusal with its reason */
    assert_int_equal(w->s->status, DS_RELEASED);
    assert_int_equal(w->change.figures, 1);
    assert_int_equal(w->change.figure[0].add[FIG_RESOLVED_EARLY], 1);
    assert_int_equal(w->change.figure[0].add[FIG_VALID_FIRST], 0);
    world_free(w);
}

static void an_approved_draft_of_a_refusal_is_a_refusal(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_appraise(w, 1);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Không bổ sung", .refusal = true,
                   .reason = "not_completed"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_true(w->s->result.refusal);
    assert_string_equal(w->s->result.reason, "not_completed");
    assert_true(w->s->refused_incomplete); /* counts against first submission */
    assert_int_equal(w->change.figure[0].add[FIG_VALID_FIRST], -1);
    assert_int_equal(w->change.figure[0].agency, W_TT);
    world_free(w);
}

static void a_refusal_that_came_back_gives_way_to_a_new_draft(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_approve(w, 1);
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ACT, .action = "refuse", .reason = "not_eligible"));
    world_by(w, CLERK);
    assert_true(DO(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"));
    assert_int_equal(w->s->status, DS_PROCESSING);
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"));
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_false(w->s->result.refusal);
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_false(w->s->result.refusal);
    world_free(w);
}

static void numbering_asks_for_number_date_signer_and_file(void **state)
{
    struct world *w = world("finance");
    dayno d;

    (void)state;
    to_issue(w, 1);
    d = today(w);
    assert_false(DO(w, .kind = CMD_ACT, .action = "number"));
    assert_true(refused_with(w, ERR_R_NEEDS_RESULT, "/date"));
    assert_true(refused_with(w, ERR_R_NEEDS_RESULT, "/signer"));
    assert_true(refused_with(w, ERR_R_NEEDS_RESULT, "/file"));
    assert_false(
        DO(w, .kind = CMD_ACT, .action = "number", .signer = "A", .file = FILE_A, .date = d + 1));
    assert_true(refused_with(w, ERR_INVALID, "/date")); /* no date in the future */
    assert_false(
        DO(w, .kind = CMD_ACT, .action = "number", .signer = "A", .file = FILE_A, .date = d - 1));
    assert_true(refused_with(w, ERR_INVALID, "/date")); /* nor before the receipt */
    assert_true(number(w, "12/QĐ-STC"));
    assert_string_equal(w->s->result.number, "12/QĐ-STC");
    assert_int_equal(w->s->task[0].officer, CLERK); /* it stays with whoever does it */
    assert_true(number(w, "13/QĐ-STC"));            /* corrected before release */
    assert_string_equal(w->s->result.number, "13/QĐ-STC");
    assert_int_equal(w->s->result.numbered_by, CLERK);
    world_free(w);
}

static void numbers_run_per_agency_and_year(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_issue(w, 1);
    assert_true(number(w, NULL));
    assert_string_equal(w->s->result.number, "1");
    assert_true(number(w, NULL)); /* again: the number stays */
    assert_string_equal(w->s->result.number, "1");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "number", .number = "5", .signer = "A",
                         .file = FILE_A, .date = today(w)),
                     ERR_R_ONCE_ONLY);
    to_issue(w, 2);
    assert_true(number(w, NULL));
    assert_string_equal(w->s->result.number, "2");
    world_at(w, "2027-01-05T09:00");
    to_issue(w, 3);
    assert_true(number(w, NULL));
    assert_string_equal(w->s->result.number, "1");
    assert_string_equal(w->counter[w->counters - 1].name, "result/H24.11/2027");
    world_free(w);
}

static void nothing_is_finished_without_a_result(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_issue(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    assert_true(number(w, NULL));
    world_at(w, "2026-03-16T16:59");
    assert_true(world_act(w, "release"));
    assert_int_equal(w->s->finished, w->c.now);
    assert_int_equal(w->s->handover, HANDOVER_READY);
    assert_int_equal(w->s->clock[0].state, CLOCK_ENDED);
    world_free(w);
}

static void after_release_the_finish_never_moves(void **state)
{
    struct world *w = world("finance");
    instant finished;

    (void)state;
    to_hand(w, 1);
    finished = w->s->finished;
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_WRONG_STATUS);
    w->p->step[4].action[0].effect = EFFECT_RETURN;
    w->p->step[4].action[0].to = 1;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .reason = "wrong"),
                     ERR_R_WRONG_STATUS);
    w->p->step[4].action[0].effect = EFFECT_HAND_OVER;
    w->p->step[4].action[0].to = STEP_END;
    world_at(w, "2026-09-01T09:00");
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(w->s->finished, finished);
    world_free(w);
}

static void lateness_never_blocks_handing_over(void **state)
{
    struct world *w = world("finance");

    (void)state;
    to_issue(w, 1);
    world_at(w, "2026-06-01T09:00"); /* long overdue */
    assert_true(number(w, NULL));
    assert_true(world_act(w, "release"));
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_LATE);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(w->s->status, DS_RETURNED);
    world_free(w);
}

static void handing_over_names_the_receiver_and_the_evidence(void **state)
{
    static const struct {
        const char *to, *note;
        enum err e;
        enum handover_status handover;
    } cases[] = {
        {"owner", NULL, ERR_OK, HANDOVER_HANDED},
        {"authorised", NULL, ERR_INVALID, 0},
        {"authorised", "Giấy ủy quyền số 15", ERR_OK, HANDOVER_HANDED},
        {"post", NULL, ERR_INVALID, 0},
        {"post", "EE123456789VN", ERR_OK, HANDOVER_POSTED},
        {"friend", "x", ERR_INVALID, 0},
        {NULL, NULL, ERR_INVALID, 0},
    };
    struct world *w = world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        to_hand(w, (int64_t)i + 1);
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = cases[i].to,
                             .note = cases[i].note),
                         cases[i].e);
        if (cases[i].e == ERR_OK)
            assert_int_equal(w->s->handover, cases[i].handover);
        else
            assert_int_equal(w->s->status, DS_RELEASED);
    }
    world_free(w);
}

static void a_result_at_once_is_one_act_and_still_a_dossier(void **state)
{
    struct world *w = world("trivial");
    struct intake in = world_intake(w);

    (void)state;
    in.receiving = W_TT;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"),
                     ERR_R_NEEDS_RESULT);
    world_at(w, "2026-03-02T08:20");
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner", .number = "15/CT",
                   .signer = "Phó Chủ tịch", .file = FILE_A, .date = today(w)));
    assert_int_equal(w->s->status, DS_RETURNED);
    assert_int_equal(w->s->finished, w->c.now);
    assert_int_equal(w->change.figure[0].add[FIG_RESOLVED_ON_TIME], 1); /* same day: never early */
    world_free(w);
}

static void ended_dossiers_take_notes_and_nothing_else(void **state)
{
    struct world *w = world("finance");
    struct possible *p;

    (void)state;
    to_hand(w, 1);
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"),
                     ERR_R_WRONG_STATUS);
    assert_int_equal(TRY(w, .kind = CMD_ATTACH, .file = FILE_A), ERR_R_WRONG_STATUS);
    assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "x"), ERR_OK);
    assert_int_equal(dossier_possible(w->s, &w->c, &p), 1);
    assert_int_equal(p[0].kind, CMD_NOTE);
    world_free(w);
}

/* ---------------------------------------------------------------- possible */

static const struct possible *possible(struct world *w, enum command_kind k, const char *action)
{
    struct possible *p;
    size_t n = dossier_possible(w->s, &w->c, &p), i;

    for (i = 0; i < n; i++)
        if (p[i].kind == k && (!action || strcmp(p[i].action->action, action) == 0))
            return &p[i];
    return NULL;
}

static void possible_acts_say_why_not(void **state)
{
    struct world *w = world("finance");

    (void)state;
    take_in(w, 1);
    assert_true(possible(w, CMD_ACT, "forward")->allowed);
    assert_null(possible(w, CMD_RECEIVE, NULL)); /* received already: not offered */
    assert_true(world_act(w, "forward"));
    assert_int_equal(possible(w, CMD_ACT, "forward")->why_not, ERR_R_NOT_YOUR_AGENCY);
    assert_true(possible(w, CMD_TAKE_BACK, NULL)->allowed);
    world_by(w, SPEC);
    assert_true(possible(w, CMD_RECEIVE, NULL)->allowed);
    assert_int_equal(possible(w, CMD_ACT, "forward")->why_not, ERR_R_NEEDS_RECEIPT);
    assert_int_equal(possible(w, CMD_TAKE_BACK, NULL)->why_not, ERR_R_NOT_YOUR_AGENCY);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(possible(w, CMD_ACT, "forward")->allowed);
    assert_int_equal(possible(w, CMD_ACT, "forward")->needs, NEEDS_DRAFT);
    assert_int_equal(possible(w, CMD_ACT, "big")->why_not, ERR_R_CONDITION);
    assert_int_equal(possible(w, CMD_ACT, "supplement")->why_not, ERR_R_NOT_EXECUTABLE);
    assert_non_null(possible(w, CMD_ACT, "supplement")->detail.en);
    assert_int_equal(possible(w, CMD_ASSIGN, NULL)->why_not, ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(role_and_agency_of_the_step_decide_who_acts),
        cmocka_unit_test(a_successor_acts_for_an_ended_agency),
        cmocka_unit_test(on_behalf_of_the_assignee_is_the_assignee),
        cmocka_unit_test(receipt_is_asked_only_across_agencies),
        cmocka_unit_test(claim_implies_receipt_and_takes_from_the_queue),
        cmocka_unit_test(a_head_assigns_within_the_agency),
        cmocka_unit_test(assignment_rules),
        cmocka_unit_test(least_loaded_then_longest_idle_then_lowest_number),
        cmocka_unit_test(same_as_and_not_by_follow_the_persons),
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
        cmocka_unit_test(refused_within_the_limit_is_a_result),
        cmocka_unit_test(an_approved_draft_of_a_refusal_is_a_refusal),
        cmocka_unit_test(a_refusal_that_came_back_gives_way_to_a_new_draft),
        cmocka_unit_test(numbering_asks_for_number_date_signer_and_file),
        cmocka_unit_test(numbers_run_per_agency_and_year),
        cmocka_unit_test(nothing_is_finished_without_a_result),
        cmocka_unit_test(after_release_the_finish_never_moves),
        cmocka_unit_test(lateness_never_blocks_handing_over),
        cmocka_unit_test(handing_over_names_the_receiver_and_the_evidence),
        cmocka_unit_test(a_result_at_once_is_one_act_and_still_a_dossier),
        cmocka_unit_test(ended_dossiers_take_notes_and_nothing_else),
        cmocka_unit_test(possible_acts_say_why_not),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
