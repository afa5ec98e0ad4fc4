/* Work on a dossier as specified: who may, receive, claim, assign, and what is possible and why
 * not. One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

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
    struct world *w = desk_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk_to_appraise(w, (int64_t)i + 1);
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
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    w->s->task[0].agency = w->s->task[0].from_agency = W_OLD; /* as if opened before the merger */
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    world_free(w);
}

static void on_behalf_of_the_assignee_is_the_assignee(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_appraise(w, 1);
    world_for(w, SPEC2, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_OK);
    assert_int_equal(w->event[w->events - 1].actor, SPEC2);
    assert_int_equal(w->event[w->events - 1].on_behalf_of, SPEC);
    world_free(w);
}

/* ---------------------------------------------------------------- receipt, claim, assign */

static void receipt_is_asked_only_across_agencies(void **state)
{
    struct world *w = desk_world("finance");
    size_t before;

    (void)state;
    desk_take_in(w, 1);
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
    struct world *w = desk_world("finance");

    (void)state;
    desk_officer(w, SPEC)->load.absent = desk_officer(w, SPEC2)->load.absent = true;
    desk_officer(w, SPEC3)->load.absent = true;
    desk_take_in(w, 1);
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
    desk_officer(w, SPEC3)->load.absent = false;
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_R_NOT_ASSIGNEE);
    world_free(w);
}

static void a_head_assigns_within_the_agency(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_appraise(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC2), ERR_R_NOT_YOUR_ROLE);
    world_by(w, BOSS);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = SPEC2), ERR_R_NOT_YOUR_AGENCY);
    world_by(w, HEAD);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = LEAD), ERR_R_TARGET);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = REC), ERR_R_TARGET);
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = -2), ERR_R_TARGET);
    desk_officer(w, SPEC2)->load.absent = true;
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
    struct world *w = desk_world("officers");
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err e;

        desk_take_in(w, (int64_t)i + 1);
        for (k = 0; k < 3; k++) {
            struct officer_load *o = &desk_officer(w, SPEC + (int64_t)k)->load;

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
    struct world *w = desk_world("finance");
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk_take_in(w, (int64_t)i + 1);
        for (k = 0; k < 3; k++) {
            struct officer_load *o = &desk_officer(w, SPEC + (int64_t)k)->load;

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
    struct world *w = desk_world("officers");

    (void)state;
    desk_take_in(w, 1);
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
    desk_officer(w, SPEC2)->load.absent = true;
    assert_true(world_act(w, "forward")); /* back to same: its officer is away: the queue */
    assert_int_equal(w->s->task[0].officer, 0);
    world_free(w);
}

/* ---------------------------------------------------------------- a close relative (domain 7.2, 6)
 */

static enum err declare(struct world *w, int64_t user)
{
    world_by(w, user);
    return TRY(w, .kind = CMD_DECLARE, .note = "Chủ hồ sơ là em ruột tôi");
}

static void whoever_declares_a_relative_loses_the_work_and_moves_no_clock(void **state)
{
    struct world *w = desk_world("finance");
    int64_t who, next;
    instant due, step_due;

    (void)state;
    desk_to_appraise(w, 1);
    who = w->s->task[0].officer;
    due = w->s->current_due;
    step_due = w->s->task[0].due;
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_int_equal(TRY(w, .kind = CMD_DECLARE), ERR_R_NEEDS_REASON);
    assert_int_equal(declare(w, who), ERR_OK);
    next = w->s->task[0].officer; /* least loaded: a colleague */
    assert_true(next != 0 && next != who);
    assert_int_equal(w->s->draft.by, 0); /* what she drafted went with her */
    assert_int_equal(w->s->current_due, due);
    assert_int_equal(w->s->task[0].due, step_due);
    assert_non_null(strstr(w->event[w->events - 2].payload, "em ruột"));
    assert_int_equal(w->event[w->events - 2].actor, who);
    /* everything afterwards is refused by the name of the rule */
    assert_int_equal(TRY(w, .kind = CMD_CLAIM), ERR_R_RELATIVE);
    assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "x"), ERR_R_RELATIVE);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_RELATIVE);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_RELATIVE);
    assert_int_equal(declare(w, who), ERR_R_RELATIVE);
    assert_int_equal(declare(w, 0), ERR_R_NOT_YOUR_ROLE);
    assert_int_equal(declare(w, BOSS), ERR_R_NOT_YOUR_AGENCY);
    world_free(w);
}

static void after_a_declaration_no_way_leads_back_to_her(void **state)
{
    struct world *w = desk_world("finance");
    int64_t who, next;

    (void)state;
    desk_to_appraise(w, 1);
    who = w->s->task[0].officer;
    assert_int_equal(declare(w, who), ERR_OK);
    next = w->s->task[0].officer;
    world_by(w, HEAD); /* by hand, in bulk: each is an assignment */
    assert_int_equal(TRY(w, .kind = CMD_ASSIGN, .officer = who), ERR_R_RELATIVE);
    desk_officer(w, who)->load.open_tasks = -5;
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = OFFICER_LEAST));
    assert_int_not_equal(w->s->task[0].officer, who);
    world_for(w, who, next); /* by delegation: she for a colleague, a colleague for her */
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_RELATIVE);
    world_for(w, next, who);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_RELATIVE);
    world_for(w, HEAD, next); /* nobody declares for somebody else */
    assert_int_equal(TRY(w, .kind = CMD_DECLARE, .note = "x"), ERR_R_DELEGATION);
    world_free(w);
}

/* She did the step; when it is returned it goes to somebody else. */
static void what_is_returned_goes_to_a_colleague(void **state)
{
    struct world *w = desk_world("finance");
    int64_t who;

    (void)state;
    desk_to_approve(w, 1);
    who = w->s->done[w->s->dones - 1].officer;
    assert_int_equal(declare(w, who), ERR_OK);
    assert_int_equal(w->s->draft.by, who); /* handed on before: the leader sees both */
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_CLAIM));
    assert_true(DO(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"));
    assert_true(w->s->task[0].officer != 0 && w->s->task[0].officer != who);
    world_free(w);
}

static void with_nobody_left_the_queue_has_it(void **state)
{
    struct world *w = desk_world("finance");
    int64_t who;

    (void)state;
    desk_to_appraise(w, 1);
    for (who = SPEC; who <= SPEC3; who++)
        desk_officer(w, who)->load.absent = true;
    assert_int_equal(declare(w, w->s->task[0].officer), ERR_OK);
    assert_int_equal(w->s->task[0].officer, 0);
    for (who = SPEC; who <= SPEC3; who++)
        desk_officer(w, who)->load.absent = false;
    desk_to_approve(w, 2); /* pull: the queue of the leaders */
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_CLAIM));
    assert_int_equal(declare(w, LEAD), ERR_OK);
    assert_int_equal(w->s->task[0].officer, 0);
    world_by(w, LEAD2);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
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
    struct world *w = desk_world("finance");

    (void)state;
    desk_take_in(w, 1);
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
    assert_true(possible(w, CMD_ACT, "supplement")->allowed);
    assert_int_equal(possible(w, CMD_ACT, "supplement")->ask, REQ_SUPPLEMENT);
    assert_int_equal(possible(w, CMD_ASSIGN, NULL)->why_not, ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

/* Found by random play: the owner who looked at her own dossier while a request waited for its
 * answer took the daemon down. */
static void whoever_is_kept_out_is_told_so_of_every_act(void **state)
{
    static const uint8_t me[SHA256_BYTES] = {1};
    static const char *reason[] = {"missing"}, *missing[] = {"request"};
    struct ask ask = {.kind = REQ_SUPPLEMENT,
                      .reason_code = reason,
                      .reason_codes = 1,
                      .missing = missing,
                      .missings = 1};
    struct world *w = desk_world("finance");
    struct possible *p;
    size_t n, i;

    (void)state;
    desk_to_appraise(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    memcpy(w->s->owner_key, me, sizeof me);
    w->c.actor.identity_key = me;
    n = dossier_possible(w->s, &w->c, &p);
    assert_true(n > 5);
    for (i = 0; i < n; i++)
        assert_int_equal(p[i].why_not, ERR_R_OWN_DOSSIER);
    assert_int_equal(possible(w, CMD_ANSWER, NULL)->ask, REQ_SUPPLEMENT);
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
        cmocka_unit_test(whoever_declares_a_relative_loses_the_work_and_moves_no_clock),
        cmocka_unit_test(after_a_declaration_no_way_leads_back_to_her),
        cmocka_unit_test(what_is_returned_goes_to_a_colleague),
        cmocka_unit_test(with_nobody_left_the_queue_has_it),
        cmocka_unit_test(possible_acts_say_why_not),
        cmocka_unit_test(whoever_is_kept_out_is_told_so_of_every_act),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
