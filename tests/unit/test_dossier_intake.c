/* Intake as specified: who may take in, and what is asked (Decree 118/2025 art. 16, 17).  One
 * thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_counter.h"

/* ---------------------------------------------------------------- who */

static void only_a_receiver_of_the_receiving_unit_takes_in(void **state)
{
    static const struct {
        int64_t who;
        enum err e;
    } cases[] = {
        {REC, ERR_OK},
        {SUP, ERR_R_NOT_YOUR_ROLE},    /* helps, does not decide */
        {XREC, ERR_R_NOT_YOUR_AGENCY}, /* of another unit */
        {SPEC, ERR_R_NOT_YOUR_AGENCY},
        {HEAD, ERR_R_NOT_YOUR_AGENCY}, /* of the agency above: does not act for it */
        {0, ERR_R_NOT_YOUR_AGENCY},    /* the system takes no legal decisions */
    };
    struct world *w = counter_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        world_by(w, cases[i].who);
        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), cases[i].e);
    }
    world_free(w);
}

static void nobody_takes_in_a_dossier_of_their_own(void **state)
{
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);
    uint8_t me[SHA256_BYTES] = {1, 2, 3}, other[SHA256_BYTES] = {9};

    (void)state;
    w->c.actor.identity_key = me;
    in.owner_key = me;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_OWN_DOSSIER);
    in.owner_key = other;
    in.party_key[0] = me; /* she hands it in for another */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_OWN_DOSSIER);
    in.party_key[0] = other;
    in.party_key[1] = me; /* or is authorised by another */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_OWN_DOSSIER);
    in.party_key[1] = NULL;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_OK);
    w->c.actor.identity_key = other; /* the same rule on every later act */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_OWN_DOSSIER);
    world_free(w);
}

/* ---------------------------------------------------------------- what is asked */

static void all_mistakes_are_refused_at_once_with_their_place(void **state)
{
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);
    struct check_off check[] = {{.component = "nonsense", .originals = 1},
                                {.component = "extra", .copies = -1}};
    struct value *form = ARENA_ARRAY(w->a, struct value, w->p->forms);

    (void)state;
    form[0] = (struct value){.type = VALUE_INT, .i = -5};
    form[1] = (struct value){.type = VALUE_INT, .i = 1};
    form[2] = (struct value){.type = VALUE_TEXT, .s = SPAN_LIT("một cái tên quá dài so với hạn")};
    form[4] = (struct value){.type = VALUE_TEXT, .s = SPAN_LIT("stolen")};
    in.form = form;
    in.check = check;
    in.checks = 2;
    in.case_code = "77";
    in.applicant_kind = "alien";
    in.receiving = W_TT;
    in.competent = W_XA;
    assert_false(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(refused_with(w, ERR_R_UNKNOWN_COMPONENT, "/components/0"));
    assert_true(refused_with(w, ERR_INVALID, "/components/1"));
    assert_true(refused_with(w, ERR_R_COMPONENT_MISSING, "/components"));
    assert_true(refused_with(w, ERR_R_FORM, "/form/estimate"));
    assert_true(refused_with(w, ERR_R_FORM, "/form/by_proxy"));
    assert_true(refused_with(w, ERR_R_FORM, "/form/who"));
    assert_true(refused_with(w, ERR_R_FORM, "/form/source"));
    assert_true(refused_with(w, ERR_R_UNKNOWN_CASE, "/case"));
    assert_true(refused_with(w, ERR_INVALID, "/applicant/kind"));
    assert_true(refused_with(w, ERR_INVALID, "/competent"));
    assert_int_equal(counter_refusals_of(w, ERR_R_COMPONENT_MISSING),
                     2); /* request; land or house */
    world_free(w);
}

static void components_by_strength(void **state)
{
    /* request required, extra if any, land/house one of, power when by_proxy */
    static const struct {
        const char *ticked[4];
        bool by_proxy, fine;
    } cases[] = {
        {{"request", "land"}, false, true},
        {{"request", "house"}, false, true},
        {{"request", "land", "house", "extra"}, false, true},
        {{"land"}, false, false},
        {{"request"}, false, false},
        {{"request", "land"}, true, false},
        {{"request", "land", "power"}, true, true},
    };
    struct world *w = counter_world("finance");
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct check_off check[4] = {{0}};
        struct value form[5] = {{.type = VALUE_INT, .i = 1000}};
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        for (k = 0; k < 4 && cases[i].ticked[k]; k++)
            check[k] = (struct check_off){.component = cases[i].ticked[k], .originals = 1};
        form[1] = (struct value){.type = VALUE_BOOL, .i = cases[i].by_proxy};
        in.form = form;
        in.check = check;
        in.checks = k;
        assert_int_equal(DO(w, .kind = CMD_TAKE_IN, .intake = &in), cases[i].fine);
    }
    world_free(w);
}

static void ticked_with_nothing_handed_in_is_not_ticked(void **state)
{
    struct world *w = counter_world("trivial");
    struct intake in = world_intake(w);
    struct check_off check = {.component = "original"};

    (void)state;
    world_by(w, XREC);
    in.receiving = W_TT_XA;
    in.check = &check;
    in.checks = 1;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_COMPONENT_MISSING);
    check.presented = true; /* xuất trình: shown and given back */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_OK);
    world_free(w);
}

static void units_and_times_that_do_not_fit_are_refused(void **state)
{
    static const struct {
        const char *at;
        int receiving, competent;
        enum err e;
    } cases[] = {
        {"2026-03-02T08:00", W_TT, 0, ERR_OK},
        {"2026-03-02T08:00", W_TT, W_STC, ERR_OK},
        {"2026-03-02T08:00", W_STC, 0, ERR_R_NOT_YOUR_AGENCY}, /* not where the officer sits */
        {"2026-03-02T08:00", W_TT, W_XA, ERR_INVALID},         /* another kind of agency */
        {"2026-03-02T08:00", W_TT, W_OLD, ERR_INVALID},        /* ended */
        {"2026-03-02T08:00", W_TT, 999, ERR_INVALID},
        {"2025-06-30T08:00", W_TT, 0, ERR_OK},             /* under Decree 61/2018 */
        {"2018-05-02T08:00", W_TT, 0, ERR_R_NOT_IN_FORCE}, /* before any rules */
        {"2030-12-30T08:00", W_TT, 0, ERR_R_CALENDAR_END}, /* refuses instead of guessing */
    };
    struct world *w = counter_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        in.receiving = cases[i].receiving;
        in.competent = cases[i].competent;
        world_at(w, cases[i].at);
        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), cases[i].e);
    }
    world_free(w);
}

/* The file names one; at intake another of the same kind may be named (non-territorial). */
static void another_competent_agency_is_of_the_same_kind(void **state)
{
    static const struct {
        const char *named, *at;
        int competent;
        enum err e;
    } cases[] = {
        {"STC", "2026-03-02T08:00", W_STC, ERR_OK},
        {"STC", "2026-03-02T08:00", W_SXD, ERR_INVALID}, /* Construction is not Finance */
        {"STC", "2025-06-30T08:00", W_OLD, ERR_OK},      /* before it went over into Finance */
        {"STC", "2026-03-02T08:00", W_OLD, ERR_INVALID}, /* ended */
        {"XA", "2026-03-02T08:00", W_XB, ERR_OK},        /* any commune */
        {"XA", "2026-03-02T08:00", W_HP, ERR_INVALID},
        {"XA_CA", "2026-03-02T08:00", W_XB_CA, ERR_OK},   /* the police of any commune */
        {"XA_CA", "2026-03-02T08:00", W_CA, ERR_INVALID}, /* not of the city */
        {"XA_CA", "2026-03-02T08:00", W_CT, ERR_INVALID}, /* nor the tax office */
        {"CA", "2026-03-02T08:00", W_CT, ERR_INVALID},
        {"CA", "2026-03-02T08:00", W_XA_CA, ERR_INVALID},
    };
    struct world *w = counter_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        w->p->competent = cases[i].named;
        in = world_intake(w);
        in.competent = cases[i].competent;
        world_at(w, cases[i].at);
        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), cases[i].e);
        if (cases[i].e == ERR_OK)
            assert_int_equal(w->s->competent, cases[i].competent);
        else
            assert_true(refused_with(w, ERR_INVALID, "/competent"));
    }
    world_free(w);
}

/* Where limits, papers or fees hang on a case that is chosen by hand, it must be chosen before the
 * promise is given; an attempt that is only returned needs none. */
static void a_case_that_matters_must_be_chosen(void **state)
{
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);
    const char *reason = "missing";

    (void)state;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_OK); /* "02" changes nothing */
    world_reset(w, 2);
    w->p->cases[1].has_limit = true;
    w->p->cases[1].limit = w->p->cases[0].limit;
    in = world_intake(w);
    assert_false(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(refused_with(w, ERR_R_CASE_MISSING, "/case"));
    assert_non_null(strstr(w->d.refusal[0].detail.vi, "02"));
    in.case_code = "02";
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_OK);
    world_reset(w, 3);
    in = world_intake(w);
    in.reason = &reason;
    in.reasons = 1;
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_OK);
    world_free(w);
}

static void channels_decide_which_command(void **state)
{
    static const struct {
        enum command_kind kind;
        enum channel channel;
        enum err e;
    } cases[] = {
        {CMD_TAKE_IN, CHANNEL_COUNTER, ERR_OK},       {CMD_TAKE_IN, CHANNEL_POST, ERR_OK},
        {CMD_TAKE_IN, CHANNEL_ONLINE, ERR_R_CHANNEL}, /* nobody makes up an online dossier */
        {CMD_SUBMIT, CHANNEL_ONLINE, ERR_OK},         {CMD_SUBMIT, CHANNEL_POST, ERR_OK},
        {CMD_SUBMIT, CHANNEL_COUNTER, ERR_R_CHANNEL},
    };
    struct world *w = counter_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        in.channel = cases[i].channel;
        assert_int_equal(TRY(w, .kind = cases[i].kind, .intake = &in), cases[i].e);
    }
    w->p->channels = 1u << CHANNEL_ONLINE;
    world_reset(w, 99);
    {
        struct intake in = world_intake(w);

        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_CHANNEL);
    }
    world_free(w);
}

static void what_is_not_in_force_or_not_executable_is_not_taken_in(void **state)
{
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);

    (void)state;
    w->p->valid_from = civil_day((struct civil){2026, 3, 3});
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NOT_IN_FORCE);
    w->p->valid_from = civil_day((struct civil){2026, 3, 2});
    w->p->valid_to = civil_day((struct civil){2026, 3, 1});
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NOT_IN_FORCE);
    w->p->valid_to = INT32_MAX;
    w->p->not_executable = "split (opinions)";
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NOT_EXECUTABLE);
    assert_non_null(strstr(w->d.refusal[0].detail.en, "split (opinions)"));
    w->p->not_executable = NULL;
    w->p->competent = "OLD"; /* ended: its successor resolves */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_OK);
    assert_int_equal(w->s->competent, W_STC);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_receiver_of_the_receiving_unit_takes_in),
        cmocka_unit_test(nobody_takes_in_a_dossier_of_their_own),
        cmocka_unit_test(all_mistakes_are_refused_at_once_with_their_place),
        cmocka_unit_test(components_by_strength),
        cmocka_unit_test(ticked_with_nothing_handed_in_is_not_ticked),
        cmocka_unit_test(units_and_times_that_do_not_fit_are_refused),
        cmocka_unit_test(another_competent_agency_is_of_the_same_kind),
        cmocka_unit_test(a_case_that_matters_must_be_chosen),
        cmocka_unit_test(channels_decide_which_command),
        cmocka_unit_test(what_is_not_in_force_or_not_executable_is_not_taken_in),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
