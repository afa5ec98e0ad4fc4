/* Acceptance as specified: what it pins and promises, the code, and how each attempt ends (Decree
 * 118/2025 art. 17, 19, 28).  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_counter.h"

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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);

    (void)state;
    in.case_code = "01"; /* when form.estimate > 1000000000 */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_CONDITION);
    world_free(w);
}

static void acceptance_pins_the_rules_of_that_day(void **state)
{
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("trivial");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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

/* Tái sử dụng: a result or paper held already stands in place of papers, with its file. */
static void what_is_held_already_stands_in_place_of_a_paper(void **state)
{
    static const char *kept[] = {
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);
    struct check_off check[8], *paper;

    (void)state;
    assert_in_range(in.checks, 1, 8);
    memcpy(check, in.check, in.checks * sizeof *check);
    in.check = check;
    paper = &check[0]; /* the request: required */
    *paper = (struct check_off){.component = paper->component};
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_COMPONENT_MISSING);
    paper->reused = "15/QĐ-STC";
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_INVALID); /* a mere tick */
    paper->file = kept;
    paper->files = 1;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(w->s->components_complete);
    assert_non_null(strstr(w->d.event[0].payload, "\"15/QĐ-STC\""));
    world_free(w);
}

static void rejected_at_intake_ends_without_a_code(void **state)
{
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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
    struct world *w = counter_world("finance");
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

static void the_fee_is_computed_and_asked_for(void **state)
{
    struct fee_item fee = {.fee = "fee", .amount = 50000};
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);

    (void)state;
    w->p->fee = &fee;
    w->p->fees = 1;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->fee, 50000);
    assert_int_equal(w->s->money, MONEY_REQUESTED);
    world_reset(w, 2);
    in = world_intake(w);
    w->p->fees = 0;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->money, MONEY_NONE);
    world_free(w);
}

/* The chain's first attempt was another dossier's: this one is in no first-submission figure, yet
 * it is received like any other. */
static void going_on_with_a_chain_is_no_first_submission(void **state)
{
    struct world *w = counter_world("finance");
    struct intake in = world_intake(w);

    (void)state;
    assert_true(dossier_chain_since(world_instant("2026-03-31T08:00")) ==
                world_instant("2026-03-01T08:00"));
    w->c.earlier = 77;
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->earlier, 77);
    assert_int_equal(w->s->status, DS_ACCEPTED);
    assert_true(w->s->first_decided == INSTANT_NONE && !dossier_valid_first(w->s));
    world_reset(w, 2);
    in = world_intake(w);
    in.reason = (const char *const[]){"missing"};
    in.reasons = 1;
    assert_true(DO(w, .kind = CMD_RETURN_INTAKE, .intake = &in));
    w->c.earlier = 0; /* what is looked up later changes nothing any more */
    assert_true(DO(w, .kind = CMD_RESUBMIT, .intake = &in));
    assert_int_equal(w->s->earlier, 77);
    assert_true(w->s->first_decided == INSTANT_NONE);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(what_is_held_already_stands_in_place_of_a_paper),
        cmocka_unit_test(rejected_at_intake_ends_without_a_code),
        cmocka_unit_test(a_submission_stays_at_its_unit),
        cmocka_unit_test(history_and_state_hold_nothing_personal),
        cmocka_unit_test(what_does_not_fit_at_all_is_refused),
        cmocka_unit_test(an_incomplete_form_is_not_accepted_as_submitted),
        cmocka_unit_test(the_fee_is_computed_and_asked_for),
        cmocka_unit_test(going_on_with_a_chain_is_no_first_submission),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
