/* Splits: what entering one opens, every join in every order of answers, silence, excluded waits
 * counted by hand, returns, taking back.
 * Each test owns its world; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/lib/dossier_split.h"

static const int64_t whose[] = {0, SXD, TAX, POL};

/* ---------------------------------------------------------------- entering */

static void entering_opens_a_task_and_a_clock_for_every_branch(void **state)
{
    static const struct {
        int agency;
        const char *due;
    } want[] = {{0, NULL},
                {W_SXD, "2026-03-06T09:00"},
                {W_CT, "2026-03-10T09:00"},
                {W_CA, "2026-03-05T09:00"}};
    struct world *w = split_world((struct split){.join = "all"});
    int b;

    (void)state;
    split_enter(w, 1);
    assert_int_equal(w->s->tasks, 3);
    for (b = 1; b <= 3; b++) {
        const struct task *t = split_branch(w, b);

        assert_int_equal(t->step, 1);
        assert_int_equal(t->visit, 1);
        assert_int_equal(t->agency, want[b].agency);
        assert_int_equal(t->role, ROLE_SPECIALIST);
        assert_int_equal(t->officer, 0);
        assert_int_equal(t->from_officer, REC);
        assert_int_equal(t->from_step, 0);
        assert_true(t->due == world_instant(want[b].due));
        assert_true(split_clock(w, b)->due == world_instant(want[b].due));
        assert_int_equal(split_clock(w, b)->state, CLOCK_RUNNING);
    }
    assert_int_equal(w->s->status, DS_PROCESSING);
    assert_true(w->s->current_due == world_instant("2026-03-16T17:00"));
    world_free(w);
}

static void nobody_is_chosen_for_branches(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});

    (void)state;
    split_take_in(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward", .officer = SXD), ERR_R_TARGET);
    world_free(w);
}

/* ---------------------------------------------------------------- the join */

static const int orders[6][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};

static void every_join_in_every_order(void **state)
{
    static const struct {
        const char *join;
        int needs;
    } joins[] = {{"all", 3}, {"any", 1}, {"1", 1}, {"2", 2}, {"3", 3}};
    static const char *const outcomes[] = {"agree", "disagree", "done"};
    size_t j, o;
    int k;

    (void)state;
    for (j = 0; j < sizeof joins / sizeof *joins; j++) {
        struct world *w = split_world((struct split){.join = joins[j].join});

        for (o = 0; o < 6; o++) {
            split_enter(w, (int64_t)o + 1);
            for (k = 1; k <= joins[j].needs; k++) {
                assert_int_equal(w->s->tasks, 3 - k + 1);
                split_answer(w, orders[o][k - 1], outcomes[(o + (size_t)k) % 3]);
            }
            /* Joined: one step goes on, every branch is remembered once. */
            assert_int_equal(w->s->tasks, 1);
            assert_int_equal(w->s->task[0].step, 2);
            assert_int_equal(w->s->task[0].from_step, 1);
            assert_int_equal(w->s->dones, 1 + 3);
            for (k = 0; k < 3; k++) {
                const struct step_done *d = &w->s->done[1 + k];
                bool answered = k < joins[j].needs;

                if (answered) {
                    assert_int_equal(d->branch, orders[o][k]);
                    assert_int_equal(d->officer, whose[d->branch]);
                }
                assert_int_equal(strcmp(d->outcome, "closed") == 0, !answered);
                assert_int_equal(split_clock(w, d->branch)->state, CLOCK_ENDED);
            }
        }
        world_free(w);
    }
}

/* Whoever answers last does not know that she is, so nobody is chosen for what follows. */
static void after_the_join_nobody_has_to_choose(void **state)
{
    struct world *w = split_world((struct split){.join = "any"});

    (void)state;
    split_enter(w, 1);
    w->p->step[2].assign = ASSIGN_CHOSEN;
    split_answer(w, 1, "agree");
    assert_int_equal(w->s->task[0].step, 2);
    assert_int_equal(w->s->task[0].officer, 0);
    world_free(w);
}

/* Whoever had it and had not answered stays on record. */
static void a_closed_branch_says_who_had_it(void **state)
{
    struct world *w = split_world((struct split){.join = "any"});
    const struct event *e;

    (void)state;
    split_enter(w, 1);
    world_by(w, TAX);
    assert_true(DO(w, .kind = CMD_CLAIM, .task = split_branch(w, 2)->task));
    split_answer(w, 1, "agree");
    assert_int_equal(w->s->done[2].branch, 2);
    assert_int_equal(w->s->done[2].officer, TAX);
    assert_int_equal(w->s->done[2].agency, W_CT);
    assert_int_equal(w->s->done[3].officer, 0);
    e = &w->event[w->events - 3];
    assert_int_equal(e->kind, EV_BRANCH_CLOSED);
    assert_non_null(strstr(e->payload, "\"officer\":141"));
    world_free(w);
}

/* ---------------------------------------------------------------- who answers, and how */

static void the_agency_asked_answers_in_its_own_words(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});
    struct ask none = {.outcome = "disagree"}, odd = {.outcome = "maybe"},
               good = {.outcome = "agree"};
    int64_t task;

    (void)state;
    split_enter(w, 1);
    task = split_branch(w, 1)->task;
    world_by(w, TAX);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &good), ERR_R_NOT_YOUR_AGENCY);
    world_by(w, SXD);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &good), ERR_R_WRONG_STEP); /* which? */
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &good), ERR_R_NEEDS_RECEIPT);
    assert_true(DO(w, .kind = CMD_CLAIM, .task = task));
    world_by(w, SXD2);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &good), ERR_R_NOT_ASSIGNEE);
    world_by(w, SXD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .task = task, .action = "forward"), ERR_R_WRONG_STEP);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &odd), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &none), ERR_INVALID);
    assert_string_equal(w->d.refusal[0].pointer, "/text");
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &good), ERR_OK);
    world_free(w);
}

static const struct possible *possible_answer(struct world *w, int64_t task)
{
    struct possible *p;
    size_t n = dossier_possible(w->s, &w->c, &p), i;

    for (i = 0; i < n; i++)
        if (p[i].kind == CMD_ANSWER && p[i].task == task)
            return &p[i];
    return NULL;
}

static void an_answer_is_offered_to_whoever_may_give_it(void **state)
{
    struct world *w = split_world((struct split){.join = "all",
                                                 .tax = ", result: certificate",
                                                 .more = "results: [{result: main, vi: Giấy, en: "
                                                         "Paper}, {result: certificate, vi: Xác "
                                                         "nhận, en: Certificate}]\n"});
    const struct possible *p;

    (void)state;
    split_enter(w, 1);
    world_by(w, TAX);
    assert_true(DO(w, .kind = CMD_RECEIVE, .task = split_branch(w, 2)->task));
    p = possible_answer(w, split_branch(w, 2)->task);
    assert_true(p->allowed);
    assert_string_equal(p->answers, "done disagree");
    p = possible_answer(w, split_branch(w, 1)->task);
    assert_int_equal(p->why_not, ERR_R_NOT_YOUR_AGENCY);
    assert_string_equal(p->answers, "agree disagree");
    world_free(w);
}

/* Silence is consent where the procedure says so, when the time is over, said by the system. */
static void silence_is_consent_only_when_the_time_is_over(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});
    struct ask deemed = {.outcome = "deemed"}, agree = {.outcome = "agree"};
    int64_t task, tax;

    (void)state;
    split_enter(w, 1);
    task = split_branch(w, 1)->task;
    tax = split_branch(w, 2)->task;
    world_at(w, "2026-03-06T08:59");
    world_by(w, 0);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &deemed), ERR_INVALID);
    world_at(w, "2026-03-06T09:00");
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &agree), ERR_INVALID);
    world_by(w, SXD);
    assert_true(DO(w, .kind = CMD_RECEIVE, .task = task));
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &deemed), ERR_INVALID);
    world_by(w, 0);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &deemed), ERR_OK);
    assert_string_equal(w->s->done[1].outcome, "deemed");
    assert_int_equal(w->s->done[1].officer, 0);
    world_at(w, "2026-03-20T09:00"); /* the tax office only is reminded */
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = tax, .ask = &deemed), ERR_INVALID);
    world_free(w);
}

/* Any of the agencies may ask for papers, once, through the one-stop unit; all stand still
 * meanwhile and begin anew when they are there (Decree 118/2025 art. 19.5). */
static void a_branch_asks_for_a_supplement_like_a_step(void **state)
{
    static const char *missing[] = {"request"}, *reason[] = {"paper"};
    struct world *w = split_world((struct split){.join = "all"});
    struct ask ask = {.kind = REQ_SUPPLEMENT,
                      .missing = missing,
                      .missings = 1,
                      .reason_code = reason,
                      .reason_codes = 1};
    struct ask send = {.outcome = "send"}, complete = {.outcome = "complete"};

    (void)state;
    split_enter(w, 1);
    world_by(w, TAX);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_R_NEEDS_RECEIPT);
    assert_true(DO(w, .kind = CMD_RECEIVE, .task = split_branch(w, 2)->task));
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    assert_int_equal(w->s->request[0].from, split_branch(w, 2)->task);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = w->s->request[0].task, .ask = &send),
                     ERR_OK);
    assert_int_equal(w->s->status, DS_SUPPLEMENT);
    assert_int_equal(split_clock(w, 3)->state, CLOCK_STOPPED);
    assert_int_equal(split_try(w, 2, "agree"), ERR_R_WAITING);
    world_at(w, "2026-03-05T10:00");
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = w->s->request[0].task, .ask = &complete),
                     ERR_OK);
    assert_true(split_clock(w, 3)->due == world_instant("2026-03-09T10:00"));
    assert_true(split_branch(w, 3)->due == world_instant("2026-03-09T10:00"));
    assert_int_equal(split_try(w, 2, "agree"), ERR_OK);
    world_free(w);
}

/* ---------------------------------------------------------------- returned, taken back */

static void a_return_into_the_split_starts_all_anew(void **state)
{
    static const char *const actions[] = {"again", "back"};
    struct world *w = split_world((struct split){.join = "2"});
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        split_enter(w, (int64_t)i + 1);
        split_answer(w, 3, "agree");
        split_answer(w, 1, "disagree");
        world_by(w, LEAD);
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "easy"), ERR_R_NEEDS_RECEIPT);
        assert_true(DO(w, .kind = CMD_RECEIVE));
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "easy"), ERR_R_CONDITION);
        world_at(w, "2026-03-04T09:00");
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = actions[i], .reason = "wrong"), ERR_OK);
        assert_int_equal(w->s->tasks, 3);
        assert_int_equal(split_branch(w, 1)->visit, 2);
        assert_int_equal(split_branch(w, 3)->visit, 2);
        assert_true(split_clock(w, 3)->due == world_instant("2026-03-06T09:00"));
        /* Of two visits the last counts: nobody disagreed in it. */
        split_answer(w, 2, "agree");
        assert_int_equal(w->s->tasks, 2);
        split_answer(w, 1, "agree");
        assert_int_equal(w->s->task[0].visit, 2);
        world_by(w, LEAD);
        assert_true(DO(w, .kind = CMD_RECEIVE));
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "easy"), ERR_OK);
    }
    world_free(w);
}

static void a_split_is_taken_back_whole_while_nobody_received_it(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});

    (void)state;
    split_enter(w, 1);
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_NOT_YOUR_AGENCY);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK, .task = split_branch(w, 2)->task), ERR_OK);
    assert_int_equal(w->s->tasks, 1);
    assert_int_equal(w->s->task[0].step, 0);
    assert_int_equal(w->s->task[0].task, 1);
    assert_int_equal(w->s->dones, 0);
    assert_null(split_clock(w, 1));
    assert_null(split_clock(w, 3));
    assert_int_equal(split_clock_at(w, CLOCK_STEP, 0)->state, CLOCK_RUNNING);
    /* Sent again: the same visit, new tasks. */
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_OK);
    assert_int_equal(split_branch(w, 1)->visit, 1);
    world_by(w, POL);
    assert_true(DO(w, .kind = CMD_RECEIVE, .task = split_branch(w, 3)->task));
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_OPENED);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK, .task = split_branch(w, 1)->task), ERR_R_OPENED);
    world_free(w);
}

/* What has begun outside is not undone by a key at home. */
static void excluded_time_is_not_taken_back(void **state)
{
    struct world *w = split_world((struct split){.join = "all", .tax = ", stop: tax"});

    (void)state;
    split_enter(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_WRONG_STEP);
    world_free(w);
}

/* ---------------------------------------------------------------- excluded waits */

/* Received Monday 02/03 08:00, 10 days: Monday 16/03 17:00.  Tax from Tuesday 09:00 to Thursday
 * 10:00: 390 + 480 + 150 = 1020 working minutes: 17/03 480, 18/03 480, 19/03 60. */
static void excluded_time_moves_the_promise_by_its_working_minutes(void **state)
{
    struct world *w = split_world((struct split){.join = "all", .tax = ", stop: tax"});
    const struct clock *legal;

    (void)state;
    split_enter(w, 1);
    assert_int_equal(w->s->requests, 1);
    assert_int_equal(w->s->request[0].kind, REQ_EXCLUSION);
    assert_string_equal(w->s->request[0].reason, "tax");
    assert_string_equal(w->s->request[0].document, "25/PC");
    assert_int_equal(w->s->request[0].from, split_branch(w, 2)->task);
    legal = split_clock_at(w, CLOCK_LEGAL, -1);
    assert_int_equal(legal->state, CLOCK_STOPPED);
    assert_int_equal(legal->intervals, 2);
    /* The branches have their own time, which runs; the others go on working. */
    assert_int_equal(split_clock(w, 2)->state, CLOCK_RUNNING);
    assert_int_equal(split_clock(w, 1)->state, CLOCK_RUNNING);
    assert_true(split_branch(w, 2)->due == world_instant("2026-03-10T09:00"));
    world_at(w, "2026-03-04T09:00");
    split_answer(w, 1, "agree");
    assert_int_equal(split_clock_at(w, CLOCK_LEGAL, -1)->state, CLOCK_STOPPED);
    world_at(w, "2026-03-05T10:00");
    split_answer(w, 2, "done");
    legal = split_clock_at(w, CLOCK_LEGAL, -1);
    assert_int_equal(legal->state, CLOCK_RUNNING);
    assert_int_equal(legal->intervals, 3);
    assert_false(legal->interval[1].running);
    assert_true(legal->interval[1].from == world_instant("2026-03-03T09:00"));
    assert_true(legal->interval[1].to == world_instant("2026-03-05T10:00"));
    assert_string_equal(w->s->request[0].end_document, "77/CV");
    assert_int_equal(w->s->request[0].state, RS_DONE);
    assert_true(w->s->original_due == world_instant("2026-03-16T17:00"));
    assert_true(w->s->basis_due == world_instant("2026-03-19T08:30"));
    assert_true(w->s->current_due == world_instant("2026-03-19T08:30"));
    assert_true(legal->due == w->s->basis_due);
    assert_int_equal(w->change.dues, 1);
    assert_string_equal(w->change.due[0].cause, "exclusion");
    world_free(w);
}

/* Two waits that overlap are one standstill: Tuesday 09:00 to Friday 09:00 is 390 + 480 + 480 + 90
 * = 1440 minutes = three days: Thursday 19/03 17:00, whichever ends last. */
static void overlapping_waits_are_counted_once(void **state)
{
    struct world *w = split_world(
        (struct split){.join = "all", .tax = ", stop: tax", .police = ", stop: survey"});
    int first;

    (void)state;
    for (first = 2; first <= 3; first++) {
        split_enter(w, first);
        assert_int_equal(w->s->requests, 2);
        world_at(w, "2026-03-04T10:00");
        split_answer(w, first, "done");
        assert_int_equal(split_clock_at(w, CLOCK_LEGAL, -1)->state, CLOCK_STOPPED);
        assert_true(w->s->current_due == world_instant("2026-03-16T17:00"));
        world_at(w, "2026-03-06T09:00");
        split_answer(w, 5 - first, "done");
        assert_int_equal(split_clock_at(w, CLOCK_LEGAL, -1)->state, CLOCK_RUNNING);
        assert_true(w->s->current_due == world_instant("2026-03-19T17:00"));
    }
    world_free(w);
}

/* The join did not wait for the tax office: its exclusion ends with the join. */
static void a_closed_wait_ends_with_the_join(void **state)
{
    struct world *w = split_world((struct split){.join = "any", .tax = ", stop: tax"});
    struct ask silent = {.outcome = "agree"};
    int64_t task;

    (void)state;
    split_enter(w, 1);
    world_at(w, "2026-03-05T10:00");
    task = split_branch(w, 3)->task;
    world_by(w, POL);
    assert_true(DO(w, .kind = CMD_RECEIVE, .task = task));
    /* Excluded time ends with a document. */
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &silent),
                     ERR_R_NEEDS_DOCUMENT);
    split_answer(w, 3, "agree");
    assert_int_equal(w->s->request[0].state, RS_DONE);
    assert_string_equal(w->s->request[0].outcome, "closed");
    assert_int_equal(split_clock_at(w, CLOCK_LEGAL, -1)->state, CLOCK_RUNNING);
    assert_true(w->s->current_due == world_instant("2026-03-19T08:30"));
    assert_int_equal(w->s->task[0].step, 2);
    /* What comes after the join runs. */
    assert_int_equal(split_clock_at(w, CLOCK_STEP, 2)->state, CLOCK_RUNNING);
    assert_true(split_clock_at(w, CLOCK_STEP, 2)->due == world_instant("2026-03-06T10:00"));
    world_free(w);
}

static void excluded_time_begins_and_ends_with_a_document(void **state)
{
    struct world *w = split_world((struct split){.join = "all", .tax = ", stop: tax"});
    struct ask bare = {.outcome = "done"};
    int64_t task;

    (void)state;
    split_take_in(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NEEDS_DOCUMENT);
    assert_string_equal(w->d.refusal[0].pointer, "/document");
    split_enter(w, 2);
    task = split_branch(w, 2)->task;
    world_by(w, TAX);
    assert_true(DO(w, .kind = CMD_RECEIVE, .task = task));
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &bare), ERR_R_NEEDS_DOCUMENT);
    /* Only the branch ends it: nobody cancels what the tax office was asked. */
    assert_int_equal(TRY(w, .kind = CMD_CANCEL, .request = 1, .note = "x"), ERR_R_WRONG_STATUS);
    world_free(w);
}

/* A wait that begins after the promise has passed does not make it later. */
static void lateness_is_not_erased_by_a_later_wait(void **state)
{
    struct world *w = split_world((struct split){.join = "all", .tax = ", stop: tax"});
    struct ask begin = {.document = "25/PC"};

    (void)state;
    split_take_in(w, 1);
    world_at(w, "2026-03-18T09:00");
    assert_true(DO(w, .kind = CMD_ACT, .action = "forward", .ask = &begin));
    assert_true(w->s->request[0].overdue);
    world_at(w, "2026-03-20T09:00");
    split_answer(w, 2, "done");
    assert_true(w->s->basis_due == world_instant("2026-03-16T17:00"));
    assert_true(w->s->current_due == world_instant("2026-03-16T17:00"));
    world_free(w);
}

/* What stands the dossier still stands the branches still; they go on with what was left. */
static void a_suspended_dossier_suspends_its_branches(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});
    struct ask suspend = {.kind = REQ_SUSPENSION, .exception = "Điều 5", .document = "9/QĐ"};
    struct ask end = {.outcome = "end", .document = "10/QĐ"};

    (void)state;
    split_enter(w, 1);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &suspend), ERR_OK);
    assert_int_equal(split_clock(w, 1)->state, CLOCK_STOPPED);
    assert_true(split_branch(w, 1)->due == INSTANT_NONE);
    assert_int_equal(split_try(w, 1, "agree"), ERR_R_WAITING);
    world_at(w, "2026-03-05T09:00"); /* two days on */
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = w->s->request[0].task, .ask = &end),
                     ERR_OK);
    assert_true(split_clock(w, 1)->due == world_instant("2026-03-10T09:00"));
    assert_true(split_branch(w, 1)->due == world_instant("2026-03-10T09:00"));
    assert_int_equal(split_try(w, 1, "agree"), ERR_OK);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entering_opens_a_task_and_a_clock_for_every_branch),
        cmocka_unit_test(nobody_is_chosen_for_branches),
        cmocka_unit_test(every_join_in_every_order),
        cmocka_unit_test(after_the_join_nobody_has_to_choose),
        cmocka_unit_test(a_closed_branch_says_who_had_it),
        cmocka_unit_test(the_agency_asked_answers_in_its_own_words),
        cmocka_unit_test(an_answer_is_offered_to_whoever_may_give_it),
        cmocka_unit_test(silence_is_consent_only_when_the_time_is_over),
        cmocka_unit_test(a_branch_asks_for_a_supplement_like_a_step),
        cmocka_unit_test(a_return_into_the_split_starts_all_anew),
        cmocka_unit_test(a_split_is_taken_back_whole_while_nobody_received_it),
        cmocka_unit_test(excluded_time_is_not_taken_back),
        cmocka_unit_test(excluded_time_moves_the_promise_by_its_working_minutes),
        cmocka_unit_test(overlapping_waits_are_counted_once),
        cmocka_unit_test(a_closed_wait_ends_with_the_join),
        cmocka_unit_test(excluded_time_begins_and_ends_with_a_document),
        cmocka_unit_test(lateness_is_not_erased_by_a_later_wait),
        cmocka_unit_test(a_suspended_dossier_suspends_its_branches),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
