/* Timers of what interrupts a dossier: answers that are waited for, silence, apologies; each rung
 * counted by hand.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "common/dossier/timers.h"
#include "tests/lib/dossier_timed.h"

static const char *missing[] = {"land"}, *reasons[] = {"missing"};

static void ask_supplement(struct world *w, const char *at)
{
    const struct ask ask = {.kind = REQ_SUPPLEMENT,
                            .missing = missing,
                            .missings = 1,
                            .reason_code = reasons,
                            .reason_codes = 1};
    const struct ask send = {.outcome = "send"};

    world_at(w, at);
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &send));
}

static void a_standstill_has_only_the_rung_of_its_answer(void **state)
{
    struct world *w = timed_world(WARNED);
    const struct ask complete = {.outcome = "complete"};
    struct due_rung *r;

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_true(timed_fire(w, "2026-03-04T09:00")); /* half of the step's time */
    ask_supplement(w, "2026-03-04T10:00");
    assert_int_equal(dossier_timers(w->s, &w->c, &r), 1);
    timed_at_rung(w, "supplement.lapse", "2026-03-19T17:00"); /* fifteen days */
    /* complete: everything begins anew, the warnings too; the window to ask does not */
    world_at(w, "2026-03-10T08:00");
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &complete));
    timed_at_rung(w, "step.warn1", "2026-03-12T08:00");
    timed_at_rung(w, "legal.supplement_window", "none");
    timed_at_rung(w, "legal.due", "2026-03-24T17:00");
    assert_true(timed_fire(w, "2026-03-12T08:00"));
    assert_string_equal(timed_fired(w), "step.warn1");
    world_free(w);
}

static void fifteen_days_without_answer_list_it_for_closing(void **state)
{
    struct world *w = timed_world(WARNED);
    const struct ask notice = {.document = "12/TB", .reason = "silent"},
                     other = {.document = "12/TB", .reason = "missing"},
                     complete = {.outcome = "complete"};
    struct dossier *lapsed;

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    ask_supplement(w, "2026-03-03T10:00");
    assert_true(timed_fire(w, "2026-03-18T17:00"));
    assert_string_equal(timed_fired(w), "supplement.lapse>lapse");
    assert_int_equal(w->s->request[0].state, RS_LAPSED);
    assert_int_equal(w->s->status, DS_SUPPLEMENT); /* a person closes, not the clock */
    lapsed = w->s;
    world_at(w, "2026-03-19T08:00");
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &complete)); /* late, but not closed yet */
    w->s = lapsed;
    w->events = 0;
    world_free(w);

    w = timed_world(WARNED);
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    ask_supplement(w, "2026-03-03T10:00");
    world_by(w, REC);
    world_at(w, "2026-03-18T16:59");
    assert_int_equal(TRY(w, .kind = CMD_CLOSE, .ask = &notice), ERR_R_WRONG_STATUS);
    assert_true(timed_fire(w, "2026-03-18T17:00"));
    world_at(w, "2026-03-19T08:00");
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_CLOSE, .ask = &other), ERR_R_UNKNOWN_REASON);
    assert_true(DO(w, .kind = CMD_CLOSE, .ask = &notice));
    assert_non_null(strstr(w->d.event[0].payload, "\"reason\":\"silent\""));
    assert_int_equal(dossier_next_timer(w->s, &w->c), INSTANT_NONE);
    world_free(w);
}

static void ask_opinion(struct world *w, const char *at, const char *on_due)
{
    const struct ask ask = {.kind = REQ_CONSULT,
                            .to_agency = W_SXD,
                            .text = "Ý kiến về quy hoạch",
                            .limit = {2, 1, UNIT_WORKING_DAY},
                            .on_due = on_due};

    world_at(w, at);
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
}

static void silence_is_consent_where_it_was_said_so(void **state)
{
    struct world *w = timed_world("assign: least_loaded,");

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    ask_opinion(w, "2026-03-03T09:00", "agree");
    assert_true(world_explained(w, CLOCK_CONSULT, LANG_VI, "hết hạn không trả lời là đồng ý"));
    assert_true(timed_fire(w, "2026-03-05T08:59"));
    assert_int_equal(w->d.events, 0);
    assert_true(timed_fire(w, "2026-03-05T09:00"));
    assert_string_equal(timed_fired(w), "consult.due>deemed");
    assert_int_equal(w->s->request[0].state, RS_DONE);
    assert_string_equal(w->s->request[0].outcome, "deemed");
    assert_int_equal(w->d.event[1].kind, EV_CONSULT_DEEMED_AGREED);
    world_free(w);

    w = timed_world("assign: least_loaded,");
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    ask_opinion(w, "2026-03-03T09:00", "remind");
    assert_true(timed_fire(w, "2026-03-05T09:00"));
    assert_string_equal(timed_fired(w), "consult.due");
    assert_int_equal(w->s->request[0].state, RS_OPEN);
    world_free(w);
}

/* What the procedure says of an opinion holds: who, how long, what follows; and it is pinned. */
static void an_overdue_opinion_is_told_to_those_above(void **state)
{
    const struct ask words = {.text = "Ý kiến về quy hoạch"};
    const struct ask longer = {.text = "x", .limit = {9, 1, UNIT_WORKING_DAY}};
    const struct ask other = {.text = "x", .to_agency = W_STC};
    struct payload pl;
    struct world *w =
        timed_world_with("assign: least_loaded,",
                         "anywhere: [{action: consult, whom: SXD, limit: 2 working_day, on_due: "
                         "\"escalate:onestop_head\", in: [appraise]}]\n" BUSY);

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    world_at(w, "2026-03-03T09:00");
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "consult", .ask = &longer), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "consult", .ask = &other), ERR_INVALID);
    assert_true(DO(w, .kind = CMD_ACT, .action = "consult", .ask = &words));
    assert_int_equal(w->s->request[0].to_agency, W_SXD);
    assert_true(world_explained(
        w, CLOCK_CONSULT, LANG_VI,
        "hết hạn không trả lời thì nhắc và báo Giám đốc Trung tâm Phục vụ hành chính công; "
        "thời hạn giải quyết vẫn chạy"));
    assert_true(
        world_explained(w, CLOCK_CONSULT, LANG_EN,
                        "no answer in time: reminded, and told to the Head of the one-stop unit"));
    assert_true(timed_fire(w, "2026-03-05T08:59"));
    assert_int_equal(w->d.events, 0);
    assert_true(timed_fire(w, "2026-03-05T09:00"));
    assert_string_equal(timed_fired(w), "consult.due consult.told");
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[0].payload, &pl));
    assert_int_equal(pl.told_agency, W_SXD); /* who was asked */
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[1].payload, &pl));
    assert_int_equal(pl.told_agency, W_TT);
    assert_string_equal(pl.role, "onestop_head");
    assert_int_equal(w->s->request[0].state, RS_OPEN);
    assert_true(timed_fire(w, "2026-03-06T09:00"));
    assert_null(strstr(timed_fired(w), "consult"));
    world_free(w);
}

static void an_apology_moves_the_last_rung(void **state)
{
    struct world *w = timed_world("assign: least_loaded,");
    struct ask ask = {.kind = REQ_EXTENSION, .reason = "busy", .document = "1/XL"};
    const struct ask agree = {.outcome = "agree"}, send = {.outcome = "send", .method = "sms"};

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_true(timed_fire(w, "2026-03-13T07:30"));
    assert_non_null(strstr(timed_fired(w), "legal.apology"));
    ask.until = lminute_day(lminute_of(world_instant("2026-03-20T00:00")));
    world_at(w, "2026-03-13T08:00");
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &agree));
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &send));
    timed_at_rung(w, "legal.due", "none");
    timed_at_rung(w, "legal.apology", "none"); /* only one */
    timed_at_rung(w, "legal.extended", "2026-03-20T17:00");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_standstill_has_only_the_rung_of_its_answer),
        cmocka_unit_test(fifteen_days_without_answer_list_it_for_closing),
        cmocka_unit_test(silence_is_consent_where_it_was_said_so),
        cmocka_unit_test(an_overdue_opinion_is_told_to_those_above),
        cmocka_unit_test(an_apology_moves_the_last_rung),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
