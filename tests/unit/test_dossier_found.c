/* What random play found, each as a short story (tests/unit/test_dossier_random.c).  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_running.h"

static struct world *at_appraisal(void)
{
    struct world *w = desk_world("finance");

    desk_to_appraise(w, 1);
    return w;
}

static bool ask_extension(struct world *w)
{
    struct ask ask = {.kind = REQ_EXTENSION,
                      .reason = "wrong",
                      .document = "1/XL",
                      .until = lminute_day(lminute_of(w->s->current_due)) + 7};
    size_t i;

    for (i = 0; i < w->p->reasons; i++) /* the world names no reason for lateness: lend it one */
        if (strcmp(w->p->reason[i].reason, "wrong") == 0)
            w->p->reason[i].for_what = "late";
    return DO(w, .kind = CMD_ASK, .ask = &ask);
}

static enum err ask_supplement_by(struct world *w, const char *method)
{
    static const char *missing[] = {"request"}, *code[] = {"missing"};
    struct ask ask = {.kind = REQ_SUPPLEMENT,
                      .missing = missing,
                      .missings = 1,
                      .reason_code = code,
                      .reason_codes = 1,
                      .method = method};

    return TRY(w, .kind = CMD_ASK, .ask = &ask);
}

static bool ask_supplement(struct world *w)
{
    return ask_supplement_by(w, NULL) == ERR_OK;
}

static enum err answer(struct world *w, int64_t request, const char *outcome)
{
    struct ask ask = {.outcome = outcome, .document = "2/CV", .method = "phone"};

    return TRY(w, .kind = CMD_ANSWER, .task = dossier_request(w->s, request)->task, .ask = &ask);
}

/* An extension that nobody had agreed to hung on, and would have moved the date afterwards. */
static void a_result_takes_back_what_was_only_asked(void **state)
{
    struct world *w = at_appraisal();

    (void)state;
    assert_true(ask_extension(w));
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
    assert_true(desk_number(w, NULL));
    assert_true(world_act(w, "release"));
    assert_int_equal(w->s->request[0].state, RS_CANCELLED);
    assert_int_equal(w->s->request[0].task, 0);
    assert_int_equal(w->s->tasks, 1);
    world_free(w);
}

/* The restart of the supplement was lost when the suspension ended after it. */
static void a_supplement_is_sent_when_the_other_standstill_is_over(void **state)
{
    struct world *w = at_appraisal();
    struct ask stop = {.kind = REQ_SUSPENSION, .exception = "Điều 9", .document = "3/QĐ"};

    (void)state;
    assert_true(ask_supplement(w));
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &stop));
    world_by(w, REC);
    assert_int_equal(answer(w, 1, "send"), ERR_R_WAITING);
    world_by(w, LEAD);
    assert_int_equal(answer(w, 2, "end"), ERR_OK);
    world_by(w, REC);
    assert_int_equal(answer(w, 1, "send"), ERR_OK);
    assert_int_equal(w->s->status, DS_SUPPLEMENT);
    world_free(w);
}

static void an_extension_is_not_sent_while_the_clock_stands(void **state)
{
    struct world *w = at_appraisal();
    struct ask stop = {.kind = REQ_SUSPENSION, .exception = "Điều 9", .document = "3/QĐ"};
    instant promised;

    (void)state;
    assert_true(ask_extension(w));
    world_by(w, LEAD);
    assert_int_equal(answer(w, 1, "agree"), ERR_OK);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &stop));
    promised = w->s->current_due;
    world_by(w, REC);
    assert_int_equal(answer(w, 1, "send"), ERR_R_WAITING);
    assert_int_equal(w->s->current_due, promised);
    world_free(w);
}

/* A longer limit took the lateness away that an apology had been sent for. */
static void a_move_after_a_late_apology_erases_no_lateness(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        running_second(w, world_procedure("finance"),
                       (const char *const[]){"committed: 10 ", "committed: 12 ", NULL});
    instant law, told;

    (void)state;
    desk_to_appraise(w, 1);
    law = w->s->basis_due;
    world_at(w, "2026-03-18T09:00"); /* due on the 16th */
    assert_true(ask_extension(w));
    world_by(w, LEAD);
    assert_int_equal(answer(w, 1, "agree"), ERR_OK);
    world_by(w, REC);
    assert_int_equal(answer(w, 1, "send"), ERR_OK);
    told = w->s->current_due;
    assert_true(told > w->c.now);
    assert_true(running_moved_to(w, to, NULL, 0, true));
    assert_int_equal(w->s->current_due, told);
    assert_int_equal(w->s->basis_due, law);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_PENDING_OVERDUE);
    world_free(w);
}

static void the_system_agrees_to_nothing_and_sends_nothing(void **state)
{
    struct world *w = at_appraisal();

    (void)state;
    assert_true(ask_extension(w));
    world_by(w, 0);
    assert_int_equal(answer(w, 1, "agree"), ERR_R_NOT_YOUR_ROLE);
    world_by(w, LEAD);
    assert_int_equal(answer(w, 1, "agree"), ERR_OK);
    world_by(w, 0);
    assert_int_equal(answer(w, 1, "send"), ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

/* It was a crash. */
static void a_payment_without_words_is_refused(void **state)
{
    struct world *w = at_appraisal();
    struct ask ask = {.kind = REQ_PAYMENT, .amount = 1000};

    (void)state;
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_PAY), ERR_R_AMOUNT);
    world_free(w);
}

/* No random play found it: a wait after the decision shows a status in which one may withdraw. */
static void a_wait_after_the_decision_opens_no_way_to_withdraw(void **state)
{
    struct world *w = desk_world("finance");
    struct ask consult = {.kind = REQ_CONSULT,
                          .to_agency = W_SXD,
                          .text = "Ý kiến",
                          .limit = {2, 1, UNIT_WORKING_DAY}};
    struct ask letter = {.document = "5/Đ"};

    (void)state;
    desk_to_issue(w, 1);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &consult));
    assert_int_equal(w->s->status, DS_CONSULTING);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_WITHDRAW, .ask = &letter), ERR_R_DECIDED);
    assert_int_equal(TRY(w, .kind = CMD_STOP, .ask = &letter), ERR_R_DECIDED);
    world_free(w);
}

/* A specialist who is a leader, too: only random play caught her agreeing to her own request. */
static void whoever_asks_does_not_agree(void **state)
{
    static const struct ask agree = {.outcome = "agree"};
    struct world *w = at_appraisal();

    (void)state;
    world_officer(w, BOTH, W_STC, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER));
    world_by(w, HEAD);
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = BOTH));
    world_by(w, BOTH);
    assert_true(ask_extension(w));
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &agree), ERR_R_SEPARATION);
    world_for(w, LEAD, BOTH); /* nor does somebody in her name */
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &agree), ERR_R_SEPARATION);
    w->c.delegations = 0;
    world_by(w, LEAD2);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &agree), ERR_OK);
    world_free(w);
}

/* Whoever sends her own question on to the applicant could not say how she told her. */
static void a_receiver_who_asks_says_how_the_applicant_was_told(void **state)
{
    struct world *w = at_appraisal();
    struct possible *p;
    size_t n, i, sends = 0;

    (void)state;
    assert_int_equal(ask_supplement_by(w, "phone"), ERR_INVALID); /* others send it */
    assert_true(refused_with(w, ERR_INVALID, "/method"));
    assert_true(ask_supplement(w));
    desk_take_in(w, 2);
    n = dossier_possible(w->s, &w->c, &p);
    for (i = 0; i < n; i++)
        sends += p[i].sends;
    assert_int_equal(sends, 1); /* a supplement; an apology is agreed to first */
    assert_int_equal(ask_supplement_by(w, "pigeon"), ERR_INVALID);
    assert_int_equal(ask_supplement_by(w, "phone"), ERR_OK);
    assert_int_equal(w->s->status, DS_SUPPLEMENT);
    assert_string_equal(w->s->request[0].method, "phone");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_takes_back_what_was_only_asked),
        cmocka_unit_test(a_supplement_is_sent_when_the_other_standstill_is_over),
        cmocka_unit_test(an_extension_is_not_sent_while_the_clock_stands),
        cmocka_unit_test(a_move_after_a_late_apology_erases_no_lateness),
        cmocka_unit_test(the_system_agrees_to_nothing_and_sends_nothing),
        cmocka_unit_test(a_payment_without_words_is_refused),
        cmocka_unit_test(whoever_asks_does_not_agree),
        cmocka_unit_test(a_receiver_who_asks_says_how_the_applicant_was_told),
        cmocka_unit_test(a_wait_after_the_decision_opens_no_way_to_withdraw),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
