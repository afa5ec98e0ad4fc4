/* Dossiers that wait for others: what becomes of the parent when its child ends without a result,
 * of the child when its parent ends, and of news that come while time stands still. Each test owns
 * its world; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/dossier/inside.h"
#include "tests/lib/dossier_split.h"

#define CHILD 77

static struct world *parent_world(void)
{
    return split_world((struct split){.join = "all", .police = ", procedure: \"1.004222\""});
}

static struct link_news news_of(const struct world *w)
{
    return (struct link_news){.kind = LINK_CHILD,
                              .dossier = CHILD,
                              .code = "H24.91-260303-0001",
                              .task = split_branch(w, 3)->task,
                              .due = INSTANT_NONE,
                              .finished = INSTANT_NONE};
}

static enum err tell(struct world *w, const struct link_news *n)
{
    world_by(w, 0);
    return TRY(w, .kind = CMD_LINK, .link = n);
}

static enum err answer(struct world *w, int64_t who, int64_t task, const char *outcome,
                       const char *note)
{
    world_by(w, who);
    return TRY(w, .kind = CMD_ANSWER, .task = task, .ask = &(struct ask){.outcome = outcome},
               .note = note);
}

static void a_child_without_a_result_lets_the_parent_decide(void **state)
{
    static const char *const ends[] = {"withdrawn", "stopped", "closed", "rejected"};
    struct world *w = parent_world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct link_news news;
        const struct request *r;
        int64_t seq;

        world_reset(w, (int64_t)i + 1);
        split_enter(w, (int64_t)i + 1);
        news = news_of(w);
        assert_int_equal(tell(w, &news), ERR_OK);
        news.ended = ends[i];
        assert_int_equal(tell(w, &news), ERR_OK);
        assert_string_equal(w->s->link[0].ended, ends[i]);
        r = &w->s->request[w->s->requests - 1];
        assert_int_equal(r->kind, REQ_LINKED);
        assert_int_equal(r->state, RS_OPEN);
        assert_string_equal(r->reason, ends[i]);
        assert_string_equal(r->reference, news.code);
        assert_non_null(split_branch(w, 3)); /* nothing was decided for anybody */
        assert_int_equal(task_of(w->s, r->task)->agency, W_STC);
        seq = w->s->seq;
        assert_int_equal(tell(w, &news), ERR_OK);
        assert_int_equal(w->s->seq, seq); /* asked once */
        assert_int_equal(answer(w, SPEC, r->task, "go_on", NULL), ERR_R_NEEDS_REASON);
        assert_int_equal(answer(w, SPEC, r->task, "agree", "x"), ERR_INVALID);
        assert_int_equal(answer(w, SPEC, r->task, "go_on", "Không cần nữa"), ERR_OK);
        assert_null(split_branch(w, 3));
        assert_string_equal(w->s->done[w->s->dones - 1].outcome, "disagree");
        split_answer(w, 1, "agree");
        split_answer(w, 2, "agree");
        assert_int_equal(w->s->task[0].step, 2);
    }
    world_free(w);
}

/* Whoever waits lets the branch's agency answer, by hand or through another dossier. */
static void the_parent_may_wait_and_have_it_answered_by_hand(void **state)
{
    struct world *w = parent_world();
    struct link_news news;

    (void)state;
    split_enter(w, 1);
    news = news_of(w);
    news.ended = "withdrawn";
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_int_equal(answer(w, SPEC, w->s->request[0].task, "wait", NULL), ERR_OK);
    assert_int_equal(w->s->request[0].state, RS_DONE);
    assert_non_null(split_branch(w, 3));
    split_answer(w, 3, "done");
    assert_null(split_branch(w, 3));
    world_free(w);
}

static void the_end_of_a_child_whose_branch_was_answered_asks_nothing(void **state)
{
    struct world *w = parent_world();
    struct link_news news;

    (void)state;
    split_enter(w, 1);
    news = news_of(w);
    split_answer(w, 3, "done");
    news.ended = "stopped";
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_string_equal(w->s->link[0].ended, "stopped");
    assert_int_equal(w->s->requests, 0);
    world_free(w);
}

/* Suspended: nothing moves.  When it goes on the news are brought again and answer the branch. */
static void a_child_that_finishes_while_time_stands_still_answers_afterwards(void **state)
{
    struct ask ask = {
        .kind = REQ_SUSPENSION, .reason = "x", .document = "1/QĐ", .exception = "Luật"};
    struct ask end = {.outcome = "end", .document = "2/QĐ"};
    struct world *w = parent_world();
    struct link_news news;
    int64_t seq;

    (void)state;
    split_enter(w, 1);
    news = news_of(w);
    assert_int_equal(tell(w, &news), ERR_OK);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    world_at(w, "2026-03-05T10:00");
    news.finished = w->c.now;
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_non_null(split_branch(w, 3));
    assert_false(dossier_children_unheard(w->s));
    seq = w->s->seq;
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_int_equal(w->s->seq, seq);
    world_at(w, "2026-03-06T10:00");
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ANSWER, .task = w->s->request[0].task, .ask = &end));
    assert_true(dossier_children_unheard(w->s));
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_null(split_branch(w, 3));
    assert_false(dossier_children_unheard(w->s));
    world_free(w);
}

/* A parent that ended: the unit that received the child says whether it goes on for itself. */
static void the_end_of_a_parent_is_told_to_its_child(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});
    struct link_news parent = {.kind = LINK_PARENT,
                               .dossier = 3,
                               .code = "H24.11-1",
                               .task = 4,
                               .due = INSTANT_NONE,
                               .finished = INSTANT_NONE};
    struct ask letter = {.document = "Đơn rút"};
    struct intake in;

    (void)state;
    world_reset(w, 9);
    in = world_intake(w);
    in.link = &parent;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    parent.ended = "withdrawn";
    assert_int_equal(tell(w, &parent), ERR_OK);
    assert_string_equal(w->s->link[0].ended, "withdrawn");
    assert_int_equal(w->s->request[0].kind, REQ_LINKED);
    assert_int_equal(task_of(w->s, w->s->request[0].task)->agency, W_TT);
    assert_int_equal(answer(w, REC, w->s->request[0].task, "wait", "x"), ERR_INVALID);
    assert_int_equal(answer(w, REC, w->s->request[0].task, "go_on", NULL), ERR_OK);
    assert_int_equal(w->s->status, DS_ACCEPTED);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_WITHDRAW, .ask = &letter));
    assert_string_equal(dossier_end_word(w->s), "withdrawn");
    assert_int_equal(tell(w, &parent), ERR_OK);
    world_free(w);
}

/* Found by random play: the side task of a refused submission stayed for ever. */
static void a_refused_submission_owes_nothing_any_more(void **state)
{
    static const char *const why[] = {"not_eligible"};
    struct world *w = desk_world("finance");
    struct intake in;
    struct link_news news = {.kind = LINK_PARENT,
                             .dossier = CHILD,
                             .code = "H24.91-260303-0001",
                             .due = INSTANT_NONE,
                             .finished = INSTANT_NONE};

    (void)state;
    world_reset(w, 1);
    world_at(w, "2026-03-02T08:00");
    in = world_intake(w);
    in.channel = CHANNEL_ONLINE;
    in.link = &news;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    news.ended = "withdrawn";
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_int_equal(w->s->tasks, 1); /* somebody has to say how it goes on */
    in.link = NULL;
    in.reason = why;
    in.reasons = 1;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_REJECT_INTAKE, .intake = &in));
    assert_int_equal(w->s->tasks, 0);
    assert_int_equal(w->s->request[0].state, RS_CANCELLED);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_without_a_result_lets_the_parent_decide),
        cmocka_unit_test(the_parent_may_wait_and_have_it_answered_by_hand),
        cmocka_unit_test(the_end_of_a_child_whose_branch_was_answered_asks_nothing),
        cmocka_unit_test(a_child_that_finishes_while_time_stands_still_answers_afterwards),
        cmocka_unit_test(the_end_of_a_parent_is_told_to_its_child),
        cmocka_unit_test(a_refused_submission_owes_nothing_any_more),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
