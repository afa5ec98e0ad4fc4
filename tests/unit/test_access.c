/* Roles, scope and succession: who acts, who reads, who is whom.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

/* A field system asked whether "12" is contained in the text "123,45": numbers that look alike are
 * different agencies.  Every pair of the shipped organisation. */
static bool looks_like(const struct agency *a, const struct agency *b)
{
    char own[16], other[16];

    (void)snprintf(own, sizeof own, "%d", a->id);
    (void)snprintf(other, sizeof other, "%d", b->id);
    return strstr(other, own) != NULL || strstr(b->code, a->code) != NULL;
}

static bool is_above(const struct organisation *o, int a, int b)
{
    while (b >= 0 && b != a)
        b = o->agency[b].parent;
    return b >= 0;
}

static struct organisation *shipped(struct arena *a)
{
    enum { MOST = 1 << 20 };
    FILE *f = fopen("config/organisation.yaml", "re");
    char *text = arena_alloc(a, MOST);
    struct diags d;
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, MOST, f);
    (void)fclose(f);
    assert_true(n > 0 && n < MOST);
    diags_init(&d, a);
    return organisation_compile(a, (struct span){text, n}, &d);
}

static void numbers_that_look_alike_are_different_agencies(void **state)
{
    struct arena *a = arena_new((size_t)8 << 20);
    struct organisation *o = shipped(a);
    dayno today = day(2026, 1, 1);
    size_t i, k, alike = 0;

    (void)state;
    assert_non_null(o);
    for (i = 0; i < o->agencies; i++)
        for (k = 0; k < o->agencies; k++) {
            const struct agency *own = &o->agency[i], *at = &o->agency[k];

            alike += i != k && looks_like(own, at);
            if (i != k && organisation_on(o, (int)k, today) != (int)i)
                assert_int_equal(access_work(o, own->id, ROLE_BIT(ROLE_SPECIALIST), at->id,
                                             ROLE_SPECIALIST, today),
                                 ERR_R_NOT_YOUR_AGENCY);
            assert_int_equal(access_may_read(o, own->id, ROLE_BIT(ROLE_SPECIALIST), at->id),
                             is_above(o, (int)i, (int)k));
        }
    assert_true(alike > 500); /* the shipped organisation has plenty of them */
    arena_free(a);
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
        cmocka_unit_test(numbers_that_look_alike_are_different_agencies),
        cmocka_unit_test(inspectors_and_administrators_do_not_write),
        cmocka_unit_test(acting_for_somebody_is_being_both),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
