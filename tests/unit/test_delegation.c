/* Delegation: by period, agency, procedure and kind of act; what it lends and what it does not.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

#define FROM   501
#define TO     502
#define NOT_TO 503

static dayno day(int y, int m, int d)
{
    return civil_day((struct civil){y, m, d});
}

/* ---------------------------------------------------------------- the pure question */

static const char *const two[] = {"1.000001", "1.000002"};

static struct delegation two_procedures(void)
{
    return (struct delegation){.delegation = 9,
                               .from = FROM,
                               .to = TO,
                               .agency = W_STC,
                               .procedure = two,
                               .procedures = 2,
                               .kinds = 1u << DELEGATED_APPROVE | 1u << DELEGATED_ASSIGN,
                               .valid_from = day(2026, 3, 2),
                               .valid_to = day(2026, 3, 6),
                               .document = "12/UQ-STC",
                               .revoked = INSTANT_NONE,
                               .roles = ROLE_BIT(ROLE_LEADER)};
}

static void a_delegation_holds_for_its_period_agency_procedures_and_kinds(void **state)
{
    static const struct {
        const char *what;
        int64_t user, behalf;
        const char *now;
        int at;
        const char *procedure;
        enum delegated kind;
        const char *lacks; /* in the answer; NULL: allowed */
    } cases[] = {
        {"first minute", TO, FROM, "2026-03-02T00:00", W_STC, "1.000001", DELEGATED_APPROVE, NULL},
        {"last minute", TO, FROM, "2026-03-06T23:59", W_STC, "1.000002", DELEGATED_ASSIGN, NULL},
        {"a predecessor", TO, FROM, "2026-03-03T08:00", W_OLD, "1.000001", DELEGATED_APPROVE, NULL},
        {"no place", TO, FROM, "2026-03-03T08:00", 0, "1.000001", DELEGATED_APPROVE, NULL},
        {"too early", TO, FROM, "2026-03-01T23:59", W_STC, "1.000001", DELEGATED_APPROVE, "period"},
        {"over", TO, FROM, "2026-03-07T00:00", W_STC, "1.000001", DELEGATED_APPROVE, "period"},
        {"elsewhere", TO, FROM, "2026-03-03T08:00", W_SXD, "1.000001", DELEGATED_APPROVE, "agency"},
        {"above", TO, FROM, "2026-03-03T08:00", W_HP, "1.000001", DELEGATED_APPROVE, "agency"},
        {"other procedure", TO, FROM, "2026-03-03T08:00", W_STC, "1.000003", DELEGATED_APPROVE,
         "procedure"},
        {"no procedure", TO, FROM, "2026-03-03T08:00", W_STC, NULL, DELEGATED_APPROVE, "procedure"},
        {"other kind", TO, FROM, "2026-03-03T08:00", W_STC, "1.000001", DELEGATED_NUMBER, "kind"},
        {"nobody's kind", TO, FROM, "2026-03-03T08:00", W_STC, "1.000001", DELEGATED_KINDS, "kind"},
        {"another person", NOT_TO, FROM, "2026-03-03T08:00", W_STC, "1.000001", DELEGATED_APPROVE,
         "nothing to you"},
        {"for another", TO, NOT_TO, "2026-03-03T08:00", W_STC, "1.000001", DELEGATED_APPROVE,
         "nothing to you"},
        {"turned round", FROM, TO, "2026-03-03T08:00", W_STC, "1.000001", DELEGATED_APPROVE,
         "nothing to you"},
    };
    struct world *w = world_new(NULL);
    struct delegation g = two_procedures();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct delegated_act act = {cases[i].user, cases[i].behalf,
                                    cases[i].at,   cases[i].procedure,
                                    cases[i].kind, world_instant(cases[i].now)};
        struct text2 why = {NULL, NULL};
        enum err e = delegation_allows(&g, &act, w->org, &why);

        if (e != (cases[i].lacks ? ERR_R_DELEGATION : ERR_OK) ||
            (cases[i].lacks && !strstr(why.en, cases[i].lacks)))
            fail_msg("%s: %s %s", cases[i].what, err_code(e), why.en ? why.en : "");
    }
    world_free(w);
}

static void revoked_it_holds_no_longer_and_without_a_role_it_lends_nothing(void **state)
{
    struct world *w = world_new(NULL);
    struct delegation g = two_procedures();
    struct delegated_act act = {
        TO, FROM, W_STC, two[0], DELEGATED_APPROVE, world_instant("2026-03-03T08:00")};
    struct text2 why;

    (void)state;
    g.revoked = act.now + 1; /* a history is judged as of its time */
    assert_int_equal(delegation_allows(&g, &act, w->org, &why), ERR_OK);
    g.revoked = act.now;
    assert_int_equal(delegation_allows(&g, &act, w->org, &why), ERR_R_DELEGATION);
    assert_non_null(strstr(why.en, "revoked"));
    g = two_procedures();
    g.roles = 0;
    assert_int_equal(delegation_allows(&g, &act, w->org, &why), ERR_R_DELEGATION);
    g = two_procedures();
    g.agency = W_OLD; /* a letter of an agency that has ended */
    assert_int_equal(delegation_allows(&g, &act, w->org, &why), ERR_R_DELEGATION);
    g = two_procedures();
    g.procedures = 0; /* every procedure */
    act.procedure = "9.999999";
    assert_int_equal(delegation_allows(&g, &act, w->org, &why), ERR_OK);
    world_free(w);
}

static void of_several_the_one_that_fits_is_taken_else_the_nearest_says_why(void **state)
{
    struct world *w = world_new(NULL);
    struct delegation g[3] = {two_procedures(), two_procedures(), two_procedures()};
    struct delegated_act act = {
        TO, FROM, W_STC, "1.000003", DELEGATED_APPROVE, world_instant("2026-03-03T08:00")};
    struct text2 why = {NULL, NULL};

    (void)state;
    g[0].revoked = 0;
    g[2].valid_to = g[2].valid_from - 1;
    assert_null(delegation_choose(g, 3, &act, w->org, &why));
    assert_non_null(strstr(why.en, "procedure"));
    assert_null(delegation_choose(NULL, 0, &act, w->org, &why));
    assert_non_null(strstr(why.en, "nothing to you"));
    g[2] = two_procedures();
    g[2].procedures = 0;
    assert_ptr_equal(delegation_choose(g, 3, &act, w->org, &why), &g[2]);
    world_free(w);
}

static void nobody_raises_herself_by_a_delegation(void **state)
{
    static const struct {
        const char *what;
        struct delegation_entry e;
        enum err want;
    } cases[] = {
        {"one's own rights", {FROM, FROM, TO, W_STC, W_STC, ROLE_BIT(ROLE_SPECIALIST), 0}, ERR_OK},
        {"a leader for a leader",
         {7, FROM, TO, W_STC, W_STC, ROLE_BIT(ROLE_LEADER), ROLE_BIT(ROLE_LEADER)},
         ERR_OK},
        {"a head for a specialist",
         {7, FROM, TO, W_STC, W_STC, ROLE_BIT(ROLE_DIVISION_HEAD), ROLE_BIT(ROLE_SPECIALIST)},
         ERR_OK},
        {"a head for the leader",
         {7, FROM, TO, W_STC, W_STC, ROLE_BIT(ROLE_DIVISION_HEAD), ROLE_BIT(ROLE_LEADER)},
         ERR_R_NOT_YOUR_ROLE},
        {"a head to herself",
         {TO, FROM, TO, W_STC, W_STC, ROLE_BIT(ROLE_LEADER), ROLE_BIT(ROLE_SPECIALIST)},
         ERR_R_SEPARATION},
        {"a colleague",
         {7, FROM, TO, W_STC, W_STC, ROLE_BIT(ROLE_SPECIALIST), ROLE_BIT(ROLE_SPECIALIST)},
         ERR_R_NOT_YOUR_ROLE},
        {"a head elsewhere",
         {7, FROM, TO, W_SXD, W_STC, ROLE_BIT(ROLE_LEADER), ROLE_BIT(ROLE_SPECIALIST)},
         ERR_R_NOT_YOUR_AGENCY},
    };
    struct world *w = world_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        if (delegation_may_enter(&cases[i].e, w->org, day(2026, 3, 2)) != cases[i].want)
            fail_msg("%s", cases[i].what);
    world_free(w);
}

/* ---------------------------------------------------------------- in decisions */

static void the_deputy_approves_with_the_leaders_rights_and_both_are_named(void **state)
{
    struct world *w = desk_world("finance");
    const struct event *e;

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, HEAD); /* no leader: her own rights do not do */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_NOT_YOUR_ROLE);
    world_for(w, HEAD, LEAD);
    w->delegation.kinds = 1u << DELEGATED_APPROVE;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    e = &w->event[w->events - 3];
    assert_int_equal(e->kind, EV_APPROVED);
    assert_int_equal(e->actor, HEAD);
    assert_int_equal(e->on_behalf_of, LEAD);
    assert_int_equal(e->agency, W_STC);
    assert_int_equal(e->role, ROLE_LEADER);
    assert_non_null(strstr(e->payload, "\"delegation\":5"));
    assert_int_equal(w->s->result.approved_by, HEAD);
    world_by(w, LEAD);
    assert_null(strstr(w->event[0].payload, "delegation"));
    world_free(w);
}

static void outside_the_letter_the_act_is_refused_and_nothing_changes(void **state)
{
    static const char *const other[] = {"9.999999"};
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_for(w, HEAD, LEAD);
    w->delegation.kinds = 1u << DELEGATED_NUMBER;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_DELEGATION);
    w->delegation.kinds = 1u << DELEGATED_APPROVE;
    w->delegation.procedure = other;
    w->delegation.procedures = 1;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_DELEGATION);
    w->delegation.procedures = 0;
    w->delegation.valid_to = desk_today(w) - 1;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_DELEGATION);
    w->delegation.valid_to = desk_today(w);
    w->delegation.agency = W_SXD;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_DELEGATION);
    w->delegation.agency = W_STC;
    w->c.delegations = 0;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_DELEGATION);
    w->c.delegations = 1;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    world_free(w);
}

static void what_both_persons_did_excludes_both(void **state)
{
    static const uint8_t key[SHA256_BYTES] = {1};
    struct world *w = desk_world("finance");

    (void)state;
    world_officer(w, BOTH, W_STC, ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_SPECIALIST));
    desk_to_appraise(w, 1);
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_for(w, w->s->done[w->s->dones - 1].officer, LEAD); /* the drafter, lent a leader's pen */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_SEPARATION);
    /* the leader's own dossier stays the leader's own, whoever holds the pen */
    world_for(w, HEAD, LEAD);
    memcpy(w->s->owner_key, key, sizeof key);
    w->delegation.from_identity = key;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_OWN_DOSSIER);
    w->delegation.from_identity = NULL;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_OK);
    world_free(w);
}

static void a_delegation_moves_no_clock(void **state)
{
    struct world *w = desk_world("finance");
    instant due, task_due;

    (void)state;
    desk_to_approve(w, 1);
    due = w->s->current_due;
    task_due = w->s->task[0].due;
    world_for(w, HEAD, LEAD);
    assert_true(DO(w, .kind = CMD_CLAIM));
    assert_int_equal(w->s->current_due, due);
    assert_int_equal(w->s->task[0].due, task_due);
    world_free(w);
}

static void what_may_be_done_for_another_is_listed_with_the_lent_rights(void **state)
{
    struct world *w = desk_world("finance");
    struct possible *p;
    size_t n, i, approve = 0, forbidden = 0;

    (void)state;
    desk_to_approve(w, 1);
    world_for(w, HEAD, LEAD);
    w->delegation.kinds = 1u << DELEGATED_APPROVE;
    n = dossier_possible(w->s, &w->c, &p);
    for (i = 0; i < n; i++) {
        approve += p[i].kind == CMD_ACT && p[i].allowed;
        forbidden += p[i].kind == CMD_ASSIGN && p[i].why_not == ERR_R_DELEGATION;
    }
    assert_true(approve > 0);
    assert_int_equal(forbidden, 1);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delegation_holds_for_its_period_agency_procedures_and_kinds),
        cmocka_unit_test(revoked_it_holds_no_longer_and_without_a_role_it_lends_nothing),
        cmocka_unit_test(of_several_the_one_that_fits_is_taken_else_the_nearest_says_why),
        cmocka_unit_test(nobody_raises_herself_by_a_delegation),
        cmocka_unit_test(the_deputy_approves_with_the_leaders_rights_and_both_are_named),
        cmocka_unit_test(outside_the_letter_the_act_is_refused_and_nothing_changes),
        cmocka_unit_test(what_both_persons_did_excludes_both),
        cmocka_unit_test(a_delegation_moves_no_clock),
        cmocka_unit_test(what_may_be_done_for_another_is_listed_with_the_lent_rights),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
