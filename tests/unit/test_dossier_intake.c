/* Intake as specified: who may, what is asked, how each attempt ends, what acceptance pins and
 * promises (Decree 118/2025 art. 16, 17, 19, 28).  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_world.h"

#define REC  101
#define XREC 102
#define SUP  103
#define SPEC 111
#define HEAD 112

#define DO(w, ...)  world_do(w, &(struct command){__VA_ARGS__})
#define TRY(w, ...) world_try(w, &(struct command){__VA_ARGS__})

static struct world *world(const char *name)
{
    struct world *w = world_new(world_procedure(name));

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, XREC, W_TT_XA, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, SUP, W_TT, ROLE_BIT(ROLE_SUPPORT));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, HEAD, W_VPUB, ROLE_BIT(ROLE_RECEIVER));
    world_by(w, REC);
    return w;
}

static size_t refusals_of(const struct world *w, enum err e)
{
    size_t i, n = 0;

    for (i = 0; i < w->d.refusals; i++)
        n += w->d.refusal[i].e == e;
    return n;
}

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
    struct world *w = world("finance");
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
    struct world *w = world("finance");
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
    struct world *w = world("finance");
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
    assert_int_equal(refusals_of(w, ERR_R_COMPONENT_MISSING), 2); /* request; land or house */
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
    struct world *w = world("finance");
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
    struct world *w = world("trivial");
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
    struct world *w = world("finance");
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
    struct world *w = world("finance");
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
    struct world *w = world("finance");
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
    struct world *w = world("finance");
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
    struct world *w = world("finance");
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

/* ---------------------------------------------------------------- acceptance */

static void promise_by_channel_case_and_place(void **state)
{
    static const struct {
        enum channel channel;
        bool island;
        int64_t estimate;
        const char *chosen, *due;
    } cases[] = {
        {CHANNEL_COUNTER, false, 1000, NULL, "2026-03-16T17:00"},       /* committed 10, legal 12 */
        {CHANNEL_COUNTER, true, 1000, NULL, "2026-03-30T17:00"},        /* + 10 on an island */
        {CHANNEL_COUNTER, false, 2000000000, NULL, "2026-03-30T17:00"}, /* case 01 by itself: 20 */
        {CHANNEL_COUNTER, false, 1000, "02", "2026-03-16T17:00"},
        {CHANNEL_POST, false, 1000, NULL, "2026-03-16T17:00"},
    };
    struct world *w = world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value form[5] = {{.type = VALUE_INT, .i = cases[i].estimate}};
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        in.channel = cases[i].channel;
        in.island = cases[i].island;
        in.case_code = cases[i].chosen;
        in.form = form;
        assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
        assert_int_equal(w->s->original_due, world_instant(cases[i].due));
        assert_int_equal(w->s->basis_due, w->s->original_due);
        assert_int_equal(w->s->current_due, w->s->original_due);
        assert_int_equal(w->change.dues, 1);
        assert_string_equal(w->change.due[0].cause, "acceptance");
    }
    world_free(w);
}

static void a_case_that_does_not_hold_cannot_be_chosen(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w);

    (void)state;
    in.case_code = "01"; /* when form.estimate > 1000000000 */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_CONDITION);
    world_free(w);
}

static void acceptance_pins_the_rules_of_that_day(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w);

    (void)state;
    world_at(w, "2026-11-23T09:15");
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_string_equal(w->s->regime, "nd118");
    assert_string_equal(w->s->calendar, "office");
    assert_memory_equal(w->s->calendar_hash, calendar_hash(w->office), SHA256_BYTES);
    assert_memory_equal(w->s->procedure_hash, w->p->hash, SHA256_BYTES);
    assert_int_equal(w->s->accepted, w->c.now);
    assert_int_equal(w->s->clock[0].kind, CLOCK_LEGAL);
    assert_int_equal(w->s->clock[0].state, CLOCK_RUNNING);
    assert_int_equal(w->s->status, DS_ACCEPTED);
    assert_int_equal(w->change.opens, 1);
    world_free(w);
}

static void code_bears_the_agency_that_the_decree_names(void **state)
{
    static const struct {
        const char *at, *code, *regime;
    } cases[] = {
        {"2026-11-23T09:15", "H24.11-261123-0001", "nd118"}, /* competent: 118/2025 art. 28 */
        {"2026-11-23T16:59", "H24.11-261123-0002", "nd118"},
        {"2026-11-24T00:00", "H24.11-261124-0001", "nd118"}, /* local date, each day from 1 */
        {"2025-06-30T09:00", "H24.02-250630-0001", "nd61"},  /* receiving: 61/2018 art. 26 */
    };
    struct world *w = world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        world_at(w, cases[i].at);
        assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
        assert_string_equal(w->s->code, cases[i].code);
        assert_string_equal(w->s->regime, cases[i].regime);
    }
    world_free(w);
}

static void same_day_after_the_cut_off_is_the_next_working_day(void **state)
{
    static const struct {
        const char *at, *due;
    } cases[] = {
        {"2026-03-05T14:59", "2026-03-05T17:00"}, {"2026-03-05T15:00", "2026-03-05T17:00"},
        {"2026-03-05T15:01", "2026-03-06T17:00"}, {"2026-03-06T15:01", "2026-03-09T17:00"},
        {"2026-03-07T09:00", "2026-03-09T17:00"},
    };
    struct world *w = world("trivial");
    size_t i;

    (void)state;
    world_by(w, XREC);
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        in.receiving = W_TT_XA;
        world_at(w, cases[i].at);
        assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
        assert_int_equal(w->s->original_due, world_instant(cases[i].due));
    }
    world_free(w);
}

static void the_one_who_takes_it_in_goes_on_with_the_first_step(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w);

    (void)state;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->task[0].officer, REC);
    assert_int_equal(w->s->task[0].received, w->c.now);
    world_reset(w, 2);
    in = world_intake(w);
    in.receiving = W_TT_XA; /* non-territorial: received elsewhere, resolved where competent */
    world_by(w, XREC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->task[0].agency, W_TT_XA);
    assert_int_equal(w->s->receiving, W_TT_XA);
    assert_int_equal(w->s->competent, W_STC);
    world_free(w);
}

/* ---------------------------------------------------------------- attempts */

static const char *const missing_reason[] = {"missing"};
static const char *const not_eligible[] = {"not_eligible"};

static void counter_return_is_one_command_with_a_coded_reason(void **state)
{
    static const char *const wrong[] = {"not_eligible"}, *const unknown[] = {"because"};
    static const char *const missing[] = {"request", "nonsense"};
    struct world *w = world("finance");
    struct intake in = world_intake(w);

    (void)state;
    in.checks = 0;
    in.forms = 0;
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_R_NEEDS_REASON);
    in.reasons = 1;
    in.reason = unknown;
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_R_UNKNOWN_REASON);
    assert_true(refused_with(w, ERR_R_UNKNOWN_REASON, "/reasons/0"));
    in.reason = wrong; /* in the catalogue, but for refusals */
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_R_UNKNOWN_REASON);
    in.reason = missing_reason;
    in.missing = missing;
    in.missings = 2;
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_R_UNKNOWN_COMPONENT);
    assert_true(refused_with(w, ERR_R_UNKNOWN_COMPONENT, "/missing/1"));
    in.missings = 1;
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_OK);
    assert_int_equal(w->s->status, DS_INTAKE_SUPPLEMENT);
    assert_int_equal(w->s->attempts, 1);
    assert_false(w->s->first_accepted);
    assert_null(w->s->code);
    world_free(w);
}

static void attempts_are_counted_and_the_first_one_decides(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w), again = world_intake(w);
    instant first;

    (void)state;
    in.reason = missing_reason;
    in.reasons = 1;
    assert_true(DO(w, .kind = CMD_RETURN_INTAKE, .intake = &in));
    first = w->s->first_decided;
    world_at(w, "2026-03-04T09:00");
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &again), ERR_R_WRONG_STATUS);
    assert_true(DO(w, .kind = CMD_ACCEPT, .intake = &again)); /* back at the counter */
    assert_int_equal(w->s->attempts, 2);
    assert_int_equal(w->s->first_decided, first);
    assert_false(w->s->first_accepted);
    assert_string_equal(w->s->code, "H24.11-260304-0001");
    world_free(w);
}

static void online_is_answered_within_eight_working_hours(void **state)
{
    static const struct {
        const char *submitted, *due;
    } cases[] = {
        {"2026-08-20T16:00", "2026-08-21T16:00"},
        {"2026-03-06T20:00", "2026-03-09T17:00"}, /* Friday evening: from Monday's opening */
    };
    struct world *w = world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = world_intake(w);
        in.channel = CHANNEL_ONLINE;
        world_at(w, cases[i].submitted);
        world_by(w, 0);
        assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
        assert_int_equal(w->s->status, DS_SUBMITTED);
        assert_int_equal(w->s->clock[0].kind, CLOCK_INTAKE);
        assert_int_equal(w->s->clock[0].due, world_instant(cases[i].due));
        assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_NOT_RECEIVED);
    }
    world_by(w, REC);
    world_at(w, "2026-03-09T09:00");
    assert_true(DO(w, .kind = CMD_ACCEPT)); /* complete as submitted: nothing to type */
    assert_int_equal(w->s->clock[0].state, CLOCK_ENDED);
    assert_int_equal(w->s->channel, CHANNEL_ONLINE);
    assert_int_equal(w->s->original_due, world_instant("2026-03-19T17:00")); /* 8 online */
    world_free(w);
}

static void incomplete_submission_is_recorded_but_not_accepted(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w), whole = world_intake(w);
    struct intake reasons = {.reason = missing_reason, .reasons = 1};

    (void)state;
    in.channel = CHANNEL_ONLINE;
    in.checks = 1; /* the request only */
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT), ERR_R_COMPONENT_MISSING);
    assert_true(DO(w, .kind = CMD_RETURN_INTAKE, .intake = &reasons));
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT),
                     ERR_BAD_REQUEST); /* a new attempt says what it is */
    world_by(w, 0);
    whole.channel = CHANNEL_ONLINE;
    assert_true(DO(w, .kind = CMD_RESUBMIT, .intake = &whole));
    assert_int_equal(w->s->attempts, 2);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ACCEPT));
    assert_false(w->s->first_accepted);
    world_free(w);
}

static void rejected_at_intake_ends_without_a_code(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w);

    (void)state;
    in.reason = not_eligible;
    in.reasons = 1;
    assert_true(DO(w, .kind = CMD_REJECT_INTAKE, .intake = &in));
    assert_int_equal(w->s->status, DS_REJECTED_INTAKE);
    assert_int_equal(w->s->ended, w->c.now);
    assert_null(w->s->code);
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT, .intake = &in), ERR_R_WRONG_STATUS);
    assert_int_equal(TRY(w, .kind = CMD_RESUBMIT, .intake = &in), ERR_R_WRONG_STATUS);
    world_free(w);
}

static void a_submission_stays_at_its_unit(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w), moved = {.receiving = W_TT_XA};

    (void)state;
    in.channel = CHANNEL_POST;
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    assert_false(DO(w, .kind = CMD_ACCEPT, .intake = &moved));
    assert_true(refused_with(w, ERR_INVALID, "/receiving"));
    world_by(w, XREC);
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT), ERR_R_NOT_YOUR_AGENCY);
    world_by(w, SUP);
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT), ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

static void history_and_state_hold_nothing_personal(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w);
    struct value form[5] = {{.type = VALUE_INT, .i = 700000000}};
    size_t i;

    (void)state;
    form[1] = (struct value){.type = VALUE_BOOL, .i = 0};
    form[2] = (struct value){.type = VALUE_TEXT, .s = SPAN_LIT("Trần Thị Bí Mật")};
    form[3] = (struct value){.type = VALUE_DATE, .i = 1234};
    form[4] = (struct value){.type = VALUE_TEXT, .s = SPAN_LIT("own")};
    in.form = form;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    for (i = 0; i < w->events; i++) {
        assert_null(strstr(w->event[i].payload, "Bí Mật"));
        assert_null(strstr(w->event[i].payload, "1234"));
        assert_null(strstr(w->event[i].payload, "\"own\""));
    }
    assert_null(strstr(world_json(w, w->s), "Bí Mật"));
    assert_int_equal(w->s->form[0].i, 700000000); /* conditions read it */
    assert_int_equal(w->s->form[2].type, VALUE_NONE);
    world_free(w);
}

static void what_does_not_fit_at_all_is_refused(void **state)
{
    static const char *const only_commune[] = {"TT_XA"};
    struct world *w = world("finance");
    struct intake in = world_intake(w);
    struct check_off many[201];
    const char *reasons[51];
    struct regime later;
    size_t i;

    (void)state;
    assert_int_equal(TRY(w, .kind = CMD_KINDS), ERR_BAD_REQUEST);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN), ERR_R_NOT_YOUR_AGENCY); /* no unit, no data */
    w->p->reception_any = false;
    w->p->reception = (const char **)arena_grow(w->a, only_commune, 1, 1, sizeof *only_commune);
    w->p->receptions = 1;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_INVALID);
    assert_true(refused_with(w, ERR_INVALID, "/receiving"));
    w->p->reception_any = true;
    in.forms = 2;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_FORM);
    in.forms = 5;
    in.fee = -1;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_INVALID);
    in.fee = 0;
    for (i = 0; i < 201; i++)
        many[i] = (struct check_off){.component = "request", .originals = 1};
    in.check = many;
    in.checks = 201;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_TOO_LARGE);
    for (i = 0; i < 51; i++)
        reasons[i] = "missing";
    in.reason = reasons;
    in.reasons = 51;
    in.checks = 0;
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE, .intake = &in), ERR_TOO_LARGE);
    assert_int_equal(TRY(w, .kind = CMD_RETURN_INTAKE), ERR_R_NOT_YOUR_AGENCY);
    in = world_intake(w);
    later = *w->c.regime;
    later.valid_from = civil_day((struct civil){2026, 3, 3});
    w->c.regime = &later;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NOT_IN_FORCE);
    w->c.procedure = NULL;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NOT_IN_FORCE);
    world_free(w);
}

static void an_incomplete_form_is_not_accepted_as_submitted(void **state)
{
    struct world *w = world("finance");
    struct value form[5] = {{.type = VALUE_NONE}}, huge[5] = {{.type = VALUE_INT, .i = 1}};
    struct intake in = world_intake(w);

    (void)state;
    in.channel = CHANNEL_POST;
    in.form = form;
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT), ERR_R_FORM);
    assert_true(refused_with(w, ERR_R_FORM, "/form"));
    huge[2] = (struct value){.type = VALUE_TEXT, .s = SPAN_LIT("a\x01")};
    in = (struct intake){.form = huge, .forms = 5};
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT, .intake = &in), ERR_R_FORM);
    assert_true(refused_with(w, ERR_R_FORM, "/form/who"));
    huge[2] = (struct value){.type = VALUE_NONE};
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT, .intake = &in),
                     ERR_OK); /* typed in by the officer */
    world_free(w);
}

static void the_fee_is_told_and_asked_for(void **state)
{
    struct world *w = world("finance");
    struct intake in = world_intake(w);

    (void)state;
    in.fee = 50000;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->fee, 50000);
    assert_int_equal(w->s->money, MONEY_REQUESTED);
    world_reset(w, 2);
    in = world_intake(w);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->money, MONEY_NONE);
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
        cmocka_unit_test(promise_by_channel_case_and_place),
        cmocka_unit_test(a_case_that_does_not_hold_cannot_be_chosen),
        cmocka_unit_test(acceptance_pins_the_rules_of_that_day),
        cmocka_unit_test(code_bears_the_agency_that_the_decree_names),
        cmocka_unit_test(same_day_after_the_cut_off_is_the_next_working_day),
        cmocka_unit_test(the_one_who_takes_it_in_goes_on_with_the_first_step),
        cmocka_unit_test(counter_return_is_one_command_with_a_coded_reason),
        cmocka_unit_test(attempts_are_counted_and_the_first_one_decides),
        cmocka_unit_test(online_is_answered_within_eight_working_hours),
        cmocka_unit_test(incomplete_submission_is_recorded_but_not_accepted),
        cmocka_unit_test(rejected_at_intake_ends_without_a_code),
        cmocka_unit_test(a_submission_stays_at_its_unit),
        cmocka_unit_test(history_and_state_hold_nothing_personal),
        cmocka_unit_test(what_does_not_fit_at_all_is_refused),
        cmocka_unit_test(an_incomplete_form_is_not_accepted_as_submitted),
        cmocka_unit_test(the_fee_is_told_and_asked_for),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
