/* Roles, scope and succession: who acts, who reads, who is whom.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_world.h"

static dayno day(int y, int m, int d)
{
    return civil_day((struct civil){y, m, d});
}

static void an_agency_is_acted_for_by_itself_or_its_successor(void **state)
{
    struct world *w = world_new(NULL);

    (void)state;
    assert_true(access_acts_for(w->org, W_STC, W_STC, day(2026, 1, 1)));
    assert_true(access_acts_for(w->org, W_STC, W_OLD, day(2025, 7, 1)));
    assert_false(access_acts_for(w->org, W_STC, W_OLD, day(2025, 6, 30))); /* not yet ended */
    assert_true(access_acts_for(w->org, W_OLD, W_OLD, day(2025, 6, 30)));
    assert_false(
        access_acts_for(w->org, W_OLD, W_OLD, day(2025, 7, 1)));         /* ended: its people too */
    assert_false(access_acts_for(w->org, W_XA, W_XA, day(2025, 6, 30))); /* not yet begun */
    assert_false(access_acts_for(w->org, W_HP, W_STC, day(2026, 1, 1))); /* above */
    assert_false(access_acts_for(w->org, W_STC_DIV, W_STC, day(2026, 1, 1))); /* below */
    assert_false(access_acts_for(w->org, 0, 0, day(2026, 1, 1)));
    assert_false(access_acts_for(w->org, W_STC, 999, day(2026, 1, 1)));
    world_free(w);
}

static void an_agency_is_valid_within_its_time(void **state)
{
    struct world *w = world_new(NULL);
    int xa = organisation_of_id(w->org, W_XA), old = organisation_of_id(w->org, W_OLD);

    (void)state;
    assert_int_equal(access_valid_on(w->org, xa, day(2025, 7, 1)), xa);
    assert_int_equal(access_valid_on(w->org, xa, day(2025, 6, 30)), -1);
    assert_int_equal(access_valid_on(w->org, old, day(2025, 6, 30)), old);
    assert_int_equal(access_valid_on(w->org, old, day(2026, 1, 1)),
                     organisation_of_id(w->org, W_STC));
    assert_int_equal(access_valid_on(w->org, -1, day(2026, 1, 1)), -1);
    world_free(w);
}

static void reading_goes_down_the_tree_only(void **state)
{
    static const struct {
        int own, at;
        enum role role;
        bool may;
    } cases[] = {
        {W_STC, W_STC, ROLE_SPECIALIST, true}, {W_STC, W_STC_DIV, ROLE_SPECIALIST, true},
        {W_STC_DIV, W_STC, ROLE_CLERK, false}, {W_HP, W_XA, ROLE_COMMITTEE_LEADER, true},
        {W_STC, W_XA, ROLE_LEADER, false},     {W_HP, W_TT_XA, ROLE_AUDITOR, true},
        {W_STC, W_XA, ROLE_AUDITOR, false},    {999, W_XA, ROLE_AUDITOR, false},
        {W_STC, 999, ROLE_LEADER, false},
    };
    struct world *w = world_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(
            access_may_read(w->org, cases[i].own, ROLE_BIT(cases[i].role), cases[i].at),
            cases[i].may);
    world_free(w);
}

static void inspectors_and_administrators_do_not_write(void **state)
{
    (void)state;
    assert_true(access_reads_only(0));
    assert_true(access_reads_only(ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_SUPERVISOR)));
    assert_true(access_reads_only(ROLE_BIT(ROLE_TECHNICAL_ADMIN)));
    assert_true(access_reads_only(ROLE_BIT(ROLE_BUSINESS_ADMIN)));
    assert_false(access_reads_only(ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_RECEIVER)));
    assert_true(access_is_head(ROLE_BIT(ROLE_DIVISION_HEAD)));
    assert_true(access_is_head(ROLE_BIT(ROLE_ONESTOP_HEAD)));
    assert_false(access_is_head(ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_CLERK)));
}

static void acting_for_somebody_is_being_both(void **state)
{
    (void)state;
    assert_true(access_same_person(5, 0, 5));
    assert_true(access_same_person(5, 7, 7));
    assert_false(access_same_person(5, 7, 6));
    assert_false(access_same_person(0, 0, 0)); /* nobody is nobody's double */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agency_is_acted_for_by_itself_or_its_successor),
        cmocka_unit_test(an_agency_is_valid_within_its_time),
        cmocka_unit_test(reading_goes_down_the_tree_only),
        cmocka_unit_test(inspectors_and_administrators_do_not_write),
        cmocka_unit_test(acting_for_somebody_is_being_both),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
