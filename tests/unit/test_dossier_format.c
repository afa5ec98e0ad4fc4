/* What the format of procedures can say, executed by the engine: acts that are open in many steps,
 * conditions over what happened before, a file that is asked for.  Each test owns its world; one
 * thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_running.h"
#include "tests/lib/dossier_split.h"
#include "tests/lib/dossier_timed.h"

/* ---------------------------------------------------------------- acts open in many steps */

#define ANYWHERE                                                                                   \
    "anywhere:\n"                                                                                  \
    "  - {action: withdraw, in: [receive]}\n"                                                      \
    "  - {action: stop, in: [receive, appraise]}\n"                                                \
    "  - {action: suspend, in: [approve]}\n"                                                       \
    "reasons:\n"

static struct world *open_in_many(void)
{
    return timed_world_with("assign: least_loaded,", ANYWHERE);
}

static void at_approval(struct world *w)
{
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
}

static void acts_of_many_steps_end_the_dossier_where_they_are_open(void **state)
{
    const struct ask paper = {.document = "Đơn 5"};
    struct world *w = open_in_many();

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "suspend"), ERR_R_WRONG_STEP);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "withdraw", .ask = &paper), ERR_OK);
    assert_int_equal(w->s->status, DS_WITHDRAWN);
    assert_int_equal(w->s->tasks, 0);
    timed_take_in(w, "2026-03-02T08:00");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "stop", .ask = &paper), ERR_OK);
    assert_int_equal(w->s->status, DS_STOPPED);
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00"); /* open there, yet the applicant's word comes through
                                                 the one-stop unit */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "stop", .ask = &paper),
                     ERR_R_NOT_YOUR_AGENCY);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "withdraw", .ask = &paper),
                     ERR_R_WRONG_STEP);
    world_free(w);
}

static void a_suspension_as_an_act_of_the_step_stands_the_clock_still(void **state)
{
    const struct ask basis = {.exception = "Quyết định của Tòa án", .document = "QĐ 1"};
    struct world *w = open_in_many();

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    at_approval(w);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "suspend"), ERR_R_EXCEPTION);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "suspend", .ask = &basis), ERR_OK);
    assert_int_equal(w->s->status, DS_SUSPENDED);
    assert_int_equal(w->s->clock[0].state, CLOCK_STOPPED);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_WAITING);
    world_free(w);
}

/* ---------------------------------------------------------------- conditions over the history */

static struct world *with_conditions(const char *deciding)
{
    struct arena *a = arena_new(1 << 20);
    const char *text =
        text_swapped(a, split_text((struct split){.join = "all"}),
                     "step.opinions.outcome = 'agree' and step.opinions.times = 2", deciding);
    struct world *w = world_new(text);

    arena_free(a);
    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_STC, ROLE_BIT(ROLE_CLERK));
    world_officer(w, SXD, W_SXD, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, TAX, W_CT, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, POL, W_CA, ROLE_BIT(ROLE_SPECIALIST));
    return w;
}

static enum err easy(struct world *w)
{
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    return TRY(w, .kind = CMD_ACT, .action = "easy");
}

static void a_route_may_depend_on_how_many_disagreed(void **state)
{
    static const struct {
        const char *tax, *police;
        enum err expected;
    } cases[] = {
        {"agree", "agree", ERR_R_CONDITION},
        {"disagree", "agree", ERR_R_CONDITION},
        {"disagree", "disagree", ERR_OK},
    };
    struct world *w = with_conditions("step.opinions.disagreed >= 2");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        split_enter(w, (int64_t)i + 1);
        split_answer(w, 1, "agree");
        split_answer(w, 2, cases[i].tax);
        split_answer(w, 3, cases[i].police);
        assert_int_equal(easy(w), cases[i].expected);
    }
    world_free(w);
}

static void a_route_may_depend_on_how_often_a_step_was_done(void **state)
{
    struct world *w = with_conditions("step.opinions.times >= 2");
    int visit, branch;

    (void)state;
    split_enter(w, 1);
    for (visit = 1; visit <= 2; visit++) {
        for (branch = 1; branch <= 3; branch++)
            split_answer(w, branch, "agree");
        assert_int_equal(easy(w), visit == 2 ? ERR_OK : ERR_R_CONDITION);
        if (visit == 1)
            assert_true(DO(w, .kind = CMD_ACT, .action = "again", .reason = "wrong"));
    }
    world_free(w);
}

/* Once it was sent for completion it goes the long way. */
static void a_route_may_depend_on_supplements_and_extensions(void **state)
{
    static const char *missing[] = {"request"}, *code[] = {"missing"};
    const struct ask ask = {.kind = REQ_SUPPLEMENT,
                            .missing = missing,
                            .missings = 1,
                            .reason_code = code,
                            .reason_codes = 1};
    const struct ask send = {.outcome = "send"}, complete = {.outcome = "complete"};
    struct arena *a = arena_new(1 << 20);
    struct world *w = world_new(text_swapped(a, world_procedure("finance"),
                                             "form.estimate > 500000000, needs: [draft, note]",
                                             "supplements = 0 and extensions = 0, needs: [file]"));

    (void)state;
    arena_free(a);
    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "big"), ERR_INVALID); /* its file */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "big", .file = FILE_A), ERR_OK);
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &send), ERR_OK);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &complete), ERR_OK);
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "big", .file = FILE_A), ERR_R_CONDITION);
    world_free(w);
}

/* ---------------------------------------------------------------- restart or continue */

/* Two working days of waiting; the rules of the day of receipt say what they do to the clock. */
static instant basis_after_supplement(struct world *w, bool restarts)
{
    static const char *missing[] = {"request"}, *code[] = {"missing"};
    const struct ask ask = {.kind = REQ_SUPPLEMENT,
                            .missing = missing,
                            .missings = 1,
                            .reason_code = code,
                            .reason_codes = 1};
    const struct ask send = {.outcome = "send"}, complete = {.outcome = "complete"};
    struct regime rules;

    desk_to_appraise(w, restarts ? 1 : 2);
    rules = *w->c.regime;
    rules.supplement_restarts = restarts;
    w->c.regime = &rules;
    w->c.now += INT64_C(1) * DAY_MINUTES * 60000000;
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &send), ERR_OK);
    w->c.now += INT64_C(2) * DAY_MINUTES * 60000000;
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &complete), ERR_OK);
    w->c.regime = NULL;
    return w->s->basis_due;
}

static void a_decree_may_let_the_clock_go_on_instead_of_restarting(void **state)
{
    struct world *w = desk_world("finance");
    const char *began = "2026-03-02T14:00"; /* a day is used when it is asked for */
    instant restarted, went_on;

    (void)state;
    world_at(w, began);
    restarted = basis_after_supplement(w, true);
    world_at(w, began);
    went_on = basis_after_supplement(w, false);
    assert_true(w->s->original_due < went_on);
    assert_true(went_on < restarted);
    world_free(w);
}

/* ---------------------------------------------------------------- a branch that is late */

/* Silence of a branch is no consent unless it says so: somebody above is told, and it is awaited.
 */
static void a_late_branch_is_told_to_the_role_that_it_names(void **state)
{
    struct world *w =
        split_world((struct split){.join = "all", .police = ", on_due: \"escalate:leader\""});
    struct payload pl;

    (void)state;
    split_enter(w, 1);
    assert_true(timed_fire(w, "2026-03-05T08:59"));
    assert_int_equal(w->d.events, 0);
    assert_true(timed_fire(w, "2026-03-05T09:00"));
    assert_string_equal(timed_fired(w), "branch.due branch.told");
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[1].payload, &pl));
    assert_string_equal(pl.role, "leader");
    assert_int_equal(pl.told_agency, W_CA);
    assert_non_null(split_branch(w, 3)); /* still awaited */
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acts_of_many_steps_end_the_dossier_where_they_are_open),
        cmocka_unit_test(a_suspension_as_an_act_of_the_step_stands_the_clock_still),
        cmocka_unit_test(a_route_may_depend_on_how_many_disagreed),
        cmocka_unit_test(a_route_may_depend_on_how_often_a_step_was_done),
        cmocka_unit_test(a_route_may_depend_on_supplements_and_extensions),
        cmocka_unit_test(a_decree_may_let_the_clock_go_on_instead_of_restarting),
        cmocka_unit_test(a_late_branch_is_told_to_the_role_that_it_names),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
