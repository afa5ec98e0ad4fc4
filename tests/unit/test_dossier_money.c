/* Money of a dossier: what acceptance charges, what is paid and how often it counts, what is given
 * back and by whom (Decree 61/2018 art. 22, 118/2025 art. 24; domain 2.7, separation of duty 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_desk.h"

#define CASH  130 /* cashier of the one-stop unit */
#define CASH2 131
#define CHIEF 132 /* head of the one-stop unit */

/* Lệ phí 20.000 (online 10.000), exempt for the poor; phí 8.000 a copy. */
static const struct fee_exempt exempts[] = {{"poor", {"Hộ nghèo", "Poor"}, NULL, "Luật"}};
static struct fee_item tariff[] = {
    {.fee = "residence",
     .charge = true,
     .amount = 20000,
     .has_channel = {[CHANNEL_ONLINE] = true},
     .by_channel = {[CHANNEL_ONLINE] = 10000},
     .exempt = (struct fee_exempt *)(uintptr_t)exempts,
     .exempts = 1},
    {.fee = "copy", .amount = 8000, .per = FEE_PER_COPY},
};

static struct world *money_world(void)
{
    struct world *w = desk_world("finance");

    world_officer(w, CASH, W_TT, ROLE_BIT(ROLE_CASHIER));
    world_officer(w, CASH2, W_TT, ROLE_BIT(ROLE_CASHIER));
    world_officer(w, CHIEF, W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD) | ROLE_BIT(ROLE_CASHIER));
    w->p->fee = tariff;
    w->p->fees = 2;
    world_at(w, "2026-03-02T08:00");
    return w;
}

static enum err pay(struct world *w, int64_t amount, const char *reference)
{
    struct ask ask = {.amount = amount, .reference = reference, .method = "cash"};

    return TRY(w, .kind = CMD_PAY, .ask = &ask);
}

/* ---------------------------------------------------------------- what is charged */

static void acceptance_computes_and_compares(void **state)
{
    static const struct {
        int64_t quantity, told;
        bool zero_told;
        const char *exemption, *evidence;
        enum err e;
        int64_t fee;
        enum money_status money;
    } row[] = {
        {0, 0, false, NULL, NULL, ERR_OK, 28000, MONEY_REQUESTED},
        {3, 0, false, NULL, NULL, ERR_OK, 44000, MONEY_REQUESTED},
        {3, 44000, false, NULL, NULL, ERR_OK, 44000, MONEY_REQUESTED},
        {3, 43999, false, NULL, NULL, ERR_R_AMOUNT, 0, 0},
        {3, 0, true, NULL, NULL, ERR_R_AMOUNT, 0, 0}, /* nothing is an amount, too */
        {3, -1, false, NULL, NULL, ERR_INVALID, 0, 0},
        {-1, 0, false, NULL, NULL, ERR_INVALID, 0, 0},
        {100001, 0, false, NULL, NULL, ERR_INVALID, 0, 0},
        {2, 0, false, "poor", "Sổ hộ nghèo 12/2026", ERR_OK, 16000, MONEY_REQUESTED},
        {2, 0, false, "poor", NULL, ERR_R_NEEDS_DOCUMENT, 0, 0}, /* never on somebody's word */
        {2, 0, false, "rich", "Giấy", ERR_R_NOT_NAMED, 0, 0},
    };
    struct world *w = money_world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof row / sizeof *row; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        world_by(w, REC);
        in = world_intake(w);
        in.quantity = row[i].quantity;
        in.fee = row[i].told;
        in.fee_told = row[i].zero_told;
        in.exemption = row[i].exemption;
        in.evidence = row[i].evidence;
        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), row[i].e);
        if (row[i].e != ERR_OK)
            continue;
        assert_int_equal(w->s->fee, row[i].fee);
        assert_int_equal(w->s->money, row[i].money);
        assert_int_equal(dossier_owed(w->s), row[i].fee);
        assert_int_equal(w->s->fee_dues, 2);
        assert_true(w->s->fee_due[0].charge && !w->s->fee_due[1].charge);
        assert_int_equal(w->s->fee_due[0].amount + w->s->fee_due[1].amount, row[i].fee);
        if (row[i].exemption) {
            assert_string_equal(w->s->fee_due[0].exemption, "poor");
            assert_int_equal(w->s->fee_due[0].full, 20000);
            assert_string_equal(w->s->evidence, "Sổ hộ nghèo 12/2026");
        }
    }
    world_free(w);
}

static void both_amounts_are_told_when_they_differ(void **state)
{
    struct world *w = money_world();
    struct intake in = world_intake(w);

    (void)state;
    world_by(w, REC);
    in.fee = 30000;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_AMOUNT);
    assert_non_null(strstr(w->d.refusal[0].detail.vi, "28000"));
    assert_non_null(strstr(w->d.refusal[0].detail.vi, "30000"));
    assert_string_equal(w->d.refusal[0].pointer, "/fee");
    world_free(w);
}

static void whoever_is_wholly_exempt_owes_nothing(void **state)
{
    struct world *w = money_world();
    struct intake in = world_intake(w);

    (void)state;
    w->p->fees = 1;
    world_by(w, REC);
    in.exemption = "poor";
    in.evidence = "Sổ hộ nghèo";
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->fee, 0);
    assert_int_equal(w->s->money, MONEY_EXEMPT);
    assert_int_equal(dossier_owed(w->s), 0);
    world_free(w);
}

/* What was said online stands until the officer says otherwise. */
static void an_online_dossier_is_charged_as_it_was_submitted(void **state)
{
    struct world *w = money_world();
    struct intake in = world_intake(w), told = {0};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        world_reset(w, i + 1);
        in = world_intake(w);
        in.channel = CHANNEL_ONLINE;
        in.quantity = 2;
        in.exemption = "poor";
        in.evidence = "Sổ hộ nghèo";
        world_by(w, 0);
        assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
        assert_false(w->s->by_officer);
        world_by(w, REC);
        told.exemption = i ? "" : NULL; /* not believed */
        assert_true(DO(w, .kind = CMD_ACCEPT, .intake = &told));
        assert_int_equal(w->s->fee, i ? 26000 : 16000);
    }
    world_free(w);
}

/* Field mistake 30: nộp hộ on an officer's account is online in name only. */
static void what_an_officer_types_in_is_flagged(void **state)
{
    struct world *w = money_world();
    struct intake in = world_intake(w);

    (void)state;
    in.channel = CHANNEL_ONLINE;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    assert_true(w->s->by_officer);
    world_reset(w, 2);
    in = world_intake(w);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_false(w->s->by_officer); /* the counter is the counter */
    world_free(w);
}

/* ---------------------------------------------------------------- what is paid */

static void the_fee_is_paid_in_one_act(void **state)
{
    struct world *w = money_world();
    const struct event *e;
    struct payload pl;

    (void)state;
    desk_take_in(w, 1);
    world_by(w, SPEC);
    assert_int_equal(pay(w, 28000, "A1"), ERR_R_NOT_YOUR_AGENCY);
    world_officer(w, 140, W_TT, ROLE_BIT(ROLE_GUIDE));
    world_by(w, 140);
    assert_int_equal(pay(w, 28000, "A1"), ERR_R_NOT_YOUR_ROLE);
    world_by(w, CASH);
    world_at(w, "2026-03-02T13:45"); /* field mistake 17: afternoons have 24 hours */
    assert_int_equal(pay(w, 27999, "A1"), ERR_R_AMOUNT);
    assert_int_equal(pay(w, 28001, "A1"), ERR_R_AMOUNT);
    assert_int_equal(pay(w, 28000, "A1"), ERR_OK);
    assert_int_equal(w->d.events, 1);
    assert_int_equal(w->s->paid, 28000);
    assert_int_equal(w->s->money, MONEY_PAID);
    assert_int_equal(w->s->requests, 1);
    assert_string_equal(w->s->request[0].reference, "A1");
    e = &w->event[w->events - 1];
    assert_int_equal(e->kind, EV_FIN_PAID);
    assert_true(e->at == world_instant("2026-03-02T13:45"));
    assert_true(payload_read(w->a, e->kind, e->payload, &pl));
    assert_int_equal(pl.charge, 20000); /* phí and lệ phí apart */
    assert_int_equal(pl.duty, 0);
    assert_int_equal(pl.agency, W_TT);
    assert_int_equal(w->s->status, DS_ACCEPTED); /* the fee never held the dossier */
    world_free(w);
}

static void a_receipt_without_a_number_gets_the_next_one(void **state)
{
    struct world *w = money_world();

    (void)state;
    desk_take_in(w, 1);
    world_by(w, CASH);
    assert_int_equal(pay(w, 28000, NULL), ERR_OK);
    assert_int_equal(w->s->request[0].receipt, w->s->seq);
    assert_string_equal(w->d.event[0].assign.counter, "receipt/H24.02/2026");
    desk_take_in(w, 2);
    world_by(w, CASH);
    assert_int_equal(
        TRY(w, .kind = CMD_PAY, .ask = &(struct ask){.amount = 28000, .method = "transfer"}),
        ERR_INVALID); /* a transfer has a number of its own */
    assert_int_equal(TRY(w, .kind = CMD_PAY,
                         .ask = &(struct ask){.amount = 28000, .method = "card", .reference = "1"}),
                     ERR_INVALID);
    world_free(w);
}

/* Call-backs come twice, late, or wrong: money counts once. */
static void a_call_back_that_comes_again_counts_once(void **state)
{
    static const struct {
        const char *reference;
        int64_t amount;
        enum err e;
    } again[] = {
        {"TX-1", 28000, ERR_OK},
        {"TX-1", 28000, ERR_OK},
        {"TX-1", 27000, ERR_R_AMOUNT}, /* other money under the same number */
        {NULL, 28000, ERR_INVALID},    /* the platform always has a number */
    };
    struct world *w = money_world();
    int64_t seq;
    size_t i;

    (void)state;
    desk_take_in(w, 1);
    world_by(w, 0);
    assert_int_equal(pay(w, 28000, NULL), ERR_INVALID); /* the platform always has a number */
    assert_int_equal(pay(w, 28000, "TX-1"), ERR_OK);
    seq = w->s->seq;
    for (i = 0; i < sizeof again / sizeof *again; i++) {
        assert_int_equal(pay(w, again[i].amount, again[i].reference), again[i].e);
        assert_int_equal(w->s->seq, seq);
        assert_int_equal(w->s->paid, 28000);
        assert_int_equal(w->s->money, MONEY_PAID);
    }
    world_free(w);
}

/* What the platform took cannot be refused: it is there.  It is kept apart and shown until a
 * cashier has sent it back; what is owed stays owed. */
static void money_that_does_not_fit_is_recorded_and_sent_back(void **state)
{
    static const struct {
        int64_t first, amount, owed; /* paid before, what comes then, what is owed after */
        const char *why;
    } row[] = {
        {0, 20000, 28000, "amount"},
        {0, 28001, 28000, "amount"},
        {28000, 28000, 0, "not_owed"}, /* paid at the counter meanwhile */
    };
    struct ask back = {.outcome = "sent_back", .reference = "UNC 12"};
    struct world *w = money_world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof row / sizeof *row; i++) {
        const struct request *r;
        int64_t seq;

        world_reset(w, (int64_t)i + 1);
        world_at(w, "2026-03-02T08:00");
        desk_take_in(w, (int64_t)i + 1);
        world_by(w, CASH);
        if (row[i].first)
            assert_int_equal(pay(w, row[i].first, "BL 1"), ERR_OK);
        assert_int_equal(pay(w, row[i].amount, "TX-9"),
                         row[i].first ? ERR_R_ONCE_ONLY : ERR_R_AMOUNT); /* not at the counter */
        world_by(w, 0);
        assert_int_equal(pay(w, row[i].amount, "TX-9"), ERR_OK);
        r = &w->s->request[w->s->requests - 1];
        assert_int_equal(r->kind, REQ_UNMATCHED);
        assert_int_equal(r->state, RS_OPEN);
        assert_int_equal(r->amount, row[i].amount);
        assert_string_equal(r->reason, row[i].why);
        assert_string_equal(r->reference, "TX-9");
        assert_int_equal(w->s->paid, row[i].first);
        assert_int_equal(dossier_owed(w->s), row[i].owed);
        seq = w->s->seq;
        assert_int_equal(pay(w, row[i].amount, "TX-9"), ERR_OK); /* told again */
        assert_int_equal(pay(w, row[i].amount + 1, "TX-9"), ERR_R_AMOUNT);
        assert_int_equal(w->s->seq, seq);
        world_by(w, CASH);
        assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &(struct ask){.outcome = "sent_back"}),
                         ERR_INVALID); /* by which order? */
        assert_true(DO(w, .kind = CMD_ANSWER, .ask = &back));
        r = &w->s->request[w->s->requests - 1];
        assert_int_equal(r->state, RS_DONE);
        assert_string_equal(r->reference, "TX-9");
        assert_string_equal(r->end_document, "UNC 12");
        assert_int_equal(w->s->paid, row[i].first);
    }
    world_free(w);
}

/* Whose dossier ended still gets back what came; nobody asks for such a thing by hand. */
static void money_that_does_not_fit_outlives_the_dossier(void **state)
{
    struct ask letter = {.document = "Đơn rút"}, hand = {.kind = REQ_UNMATCHED, .amount = 5};
    struct world *w = money_world();

    (void)state;
    desk_take_in(w, 1);
    world_by(w, 0);
    assert_int_equal(pay(w, 1000, "TX-1"), ERR_OK);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &hand), ERR_R_NOT_YOUR_ROLE);
    assert_true(DO(w, .kind = CMD_WITHDRAW, .ask = &letter));
    assert_int_equal(w->s->request[0].state, RS_OPEN);
    assert_int_equal(w->s->tasks, 1);
    world_by(w, 0);
    assert_int_equal(pay(w, 28000, "TX-2"), ERR_OK); /* too late, yet it came */
    assert_int_equal(w->s->requests, 2);
    world_by(w, CASH);
    assert_true(DO(w, .kind = CMD_ANSWER, .task = w->s->request[0].task,
                   .ask = &(struct ask){.outcome = "sent_back", .reference = "UNC 1"}));
    assert_int_equal(w->s->status, DS_WITHDRAWN);
    assert_int_equal(w->s->tasks, 1);
    world_free(w);
}

static void what_a_step_asks_for_is_named_when_several_are_owed(void **state)
{
    struct ask ask = {.kind = REQ_PAYMENT, .amount = 500000};
    struct world *w = money_world();
    struct ask in = {.amount = 500000, .reference = "B1"};

    (void)state;
    desk_to_appraise(w, 1);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    assert_int_equal(w->s->status, DS_PROCESSING);
    assert_int_equal(dossier_owed(w->s), 528000);
    world_by(w, CASH);
    assert_int_equal(TRY(w, .kind = CMD_PAY, .ask = &in), ERR_INVALID);
    assert_true(refused_with(w, ERR_INVALID, "/request"));
    assert_int_equal(TRY(w, .kind = CMD_PAY, .ask = &in, .request = 9), ERR_R_ONCE_ONLY);
    assert_int_equal(TRY(w, .kind = CMD_PAY, .ask = &in, .request = 1), ERR_OK);
    assert_int_equal(w->s->money, MONEY_REQUESTED);      /* the fee is still owed */
    assert_int_equal(pay(w, 28000, "B1"), ERR_R_AMOUNT); /* one receipt, one payment */
    assert_int_equal(pay(w, 28000, "B2"), ERR_OK);
    assert_int_equal(w->s->money, MONEY_PAID);
    assert_int_equal(w->s->paid, 528000);
    world_free(w);
}

static void a_request_that_was_wrong_is_taken_back(void **state)
{
    struct ask ask = {.kind = REQ_PAYMENT, .amount = 500000};
    struct world *w = money_world();

    (void)state;
    w->p->fees = 0;
    desk_to_appraise(w, 1);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    assert_int_equal(w->s->money, MONEY_REQUESTED);
    assert_true(DO(w, .kind = CMD_CANCEL, .request = 1, .note = "Nhầm hồ sơ"));
    assert_int_equal(w->s->money, MONEY_NONE);
    assert_int_equal(w->s->status, DS_PROCESSING);
    world_by(w, CASH);
    assert_int_equal(TRY(w, .kind = CMD_PAY, .ask = &(struct ask){.amount = 500000}, .request = 1),
                     ERR_R_ONCE_ONLY);
    world_free(w);
}

/* A notice with a wrong amount stood the clock still: taken back, the promise runs as if it had
 * never stood, and the right notice begins anew.  Nobody gains a day by a mistake. */
static void a_wrong_notice_that_excluded_time_is_taken_back_with_its_time(void **state)
{
    static struct stop_reason duty = {
        .reason = "duty", .title = {"Nghĩa vụ tài chính", "Duty"}, .basis = "Luật"};
    struct ask ask = {.kind = REQ_PAYMENT,
                      .amount = 35000000,
                      .stops = true,
                      .reason = "duty",
                      .document = "TB 1"};
    struct world *w = money_world();
    instant basis, due;

    (void)state;
    w->p->stop = &duty;
    w->p->stops = 1;
    desk_to_appraise(w, 1);
    basis = w->s->basis_due;
    due = task_only(w->s, false)->due;
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    assert_int_equal(w->s->status, DS_FIN_OBLIGATION);
    w->c.now += INT64_C(2) * 86400 * 1000000;
    assert_int_equal(TRY(w, .kind = CMD_CANCEL, .request = 1, .note = "Sai số tiền"),
                     ERR_R_NEEDS_DOCUMENT);
    assert_true(DO(w, .kind = CMD_CANCEL, .request = 1, .note = "Sai số tiền",
                   .ask = &(struct ask){.document = "TB 2"}));
    assert_int_equal(w->s->request[0].state, RS_CANCELLED);
    assert_int_equal(w->s->status, DS_PROCESSING);
    assert_true(w->s->basis_due == basis && task_only(w->s, false)->due == due);
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->state, CLOCK_RUNNING);
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->intervals, 1);
    ask.amount = 3500000;
    ask.document = "TB 3";
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    assert_int_equal(w->s->status, DS_FIN_OBLIGATION);
    assert_int_equal(dossier_owed(w->s), 3500000 + 28000);
    world_free(w);
}

static void nothing_is_owed_for_what_was_withdrawn(void **state)
{
    struct ask letter = {.document = "Đơn rút"};
    struct world *w = money_world();

    (void)state;
    desk_take_in(w, 1);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_WITHDRAW, .ask = &letter));
    assert_int_equal(w->s->money, MONEY_NONE);
    assert_int_equal(pay(w, 28000, "A1"), ERR_R_ONCE_ONLY);
    world_free(w);
}

/* ---------------------------------------------------------------- what is given back */

static enum err refund(struct world *w, int64_t amount)
{
    return TRY(w, .kind = CMD_ASK, .ask = &(struct ask){.kind = REQ_REFUND, .amount = amount},
               .note = "Rút hồ sơ");
}

static enum err answer(struct world *w, const char *outcome, const char *reference)
{
    return TRY(w, .kind = CMD_ANSWER,
               .ask = &(struct ask){.outcome = outcome, .reference = reference},
               .note = "Theo quy định");
}

static void a_refund_needs_another_hand_and_never_exceeds_what_was_paid(void **state)
{
    struct world *w = money_world();
    const struct event *e;
    struct payload pl;

    (void)state;
    desk_take_in(w, 1);
    world_by(w, CASH);
    assert_int_equal(refund(w, 1000), ERR_INVALID); /* nothing was paid */
    assert_int_equal(pay(w, 28000, "A1"), ERR_OK);
    assert_int_equal(refund(w, 28001), ERR_R_AMOUNT);
    assert_int_equal(refund(w, 0), ERR_R_AMOUNT);
    assert_int_equal(refund(w, 21000), ERR_OK);
    assert_int_equal(w->s->money, MONEY_PAID);       /* asked only */
    assert_int_equal(refund(w, 7001), ERR_R_AMOUNT); /* two together, neither above what is left */
    assert_int_equal(answer(w, "agree", NULL), ERR_R_NOT_YOUR_ROLE);
    world_by(w, CHIEF);
    assert_int_equal(answer(w, "agree", NULL), ERR_OK);
    assert_int_equal(answer(w, "paid", "PC1"), ERR_R_SEPARATION); /* approver and cashier are two */
    world_by(w, CASH2);
    assert_int_equal(answer(w, "paid", NULL), ERR_INVALID);
    assert_int_equal(answer(w, "paid", "PC1"), ERR_OK);
    assert_int_equal(w->s->paid, 7000);
    assert_int_equal(w->s->money, MONEY_PAID); /* a part is still ours */
    e = &w->event[w->events - 1];
    assert_true(payload_read(w->a, e->kind, e->payload, &pl));
    assert_int_equal(pl.charge, 20000);
    assert_int_equal(pl.refunds, 1);
    assert_int_equal(refund(w, 7000), ERR_OK);
    world_by(w, CHIEF);
    assert_int_equal(answer(w, "agree", NULL), ERR_OK);
    world_by(w, CASH);
    assert_int_equal(answer(w, "paid", "PC2"), ERR_OK);
    assert_int_equal(w->s->paid, 0);
    assert_int_equal(w->s->money, MONEY_REFUNDED);
    assert_int_equal(dossier_owed(w->s), 0); /* given back is not owed anew */
    assert_int_equal(refund(w, 1), ERR_R_AMOUNT);
    world_free(w);
}

static void whoever_took_the_money_does_not_approve_giving_it_back(void **state)
{
    struct world *w = money_world();

    (void)state;
    desk_take_in(w, 1);
    world_by(w, CHIEF); /* a cashier as well */
    assert_int_equal(pay(w, 28000, "A1"), ERR_OK);
    world_by(w, CASH);
    assert_int_equal(refund(w, 28000), ERR_OK);
    world_by(w, CHIEF);
    assert_int_equal(answer(w, "agree", NULL), ERR_R_SEPARATION);
    assert_int_equal(answer(w, "decline", NULL), ERR_OK);
    assert_int_equal(w->s->paid, 28000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceptance_computes_and_compares),
        cmocka_unit_test(both_amounts_are_told_when_they_differ),
        cmocka_unit_test(whoever_is_wholly_exempt_owes_nothing),
        cmocka_unit_test(an_online_dossier_is_charged_as_it_was_submitted),
        cmocka_unit_test(what_an_officer_types_in_is_flagged),
        cmocka_unit_test(the_fee_is_paid_in_one_act),
        cmocka_unit_test(a_receipt_without_a_number_gets_the_next_one),
        cmocka_unit_test(a_call_back_that_comes_again_counts_once),
        cmocka_unit_test(money_that_does_not_fit_is_recorded_and_sent_back),
        cmocka_unit_test(money_that_does_not_fit_outlives_the_dossier),
        cmocka_unit_test(what_a_step_asks_for_is_named_when_several_are_owed),
        cmocka_unit_test(a_request_that_was_wrong_is_taken_back),
        cmocka_unit_test(a_wrong_notice_that_excluded_time_is_taken_back_with_its_time),
        cmocka_unit_test(nothing_is_owed_for_what_was_withdrawn),
        cmocka_unit_test(a_refund_needs_another_hand_and_never_exceeds_what_was_paid),
        cmocka_unit_test(whoever_took_the_money_does_not_approve_giving_it_back),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
