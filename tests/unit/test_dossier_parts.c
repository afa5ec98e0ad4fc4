/* Several results of one dossier, and dossiers at other agencies that give one of them.
 * Each test owns its world; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/lib/dossier_split.h"

static const int64_t whose[] = {0, SXD, TAX, POL};

/* ---------------------------------------------------------------- several results */

#define GROUP                                                                                      \
    "results:\n"                                                                                   \
    "  - {result: birth, vi: Khai sinh, en: Birth, required: true}\n"                              \
    "  - {result: residence, vi: Thường trú, en: Residence, required: true}\n"                 \
    "  - {result: insurance, vi: BHYT, en: Insurance, when: place.island}\n"

static enum err give(struct world *w, int branch, const char *number)
{
    struct ask ask = {.outcome = "done", .document = "1/CV"};
    const struct task *t = split_branch(w, branch);

    world_by(w, whose[branch]);
    if (t->received == INSTANT_NONE)
        assert_true(DO(w, .kind = CMD_RECEIVE, .task = t->task));
    return TRY(w, .kind = CMD_ANSWER, .task = split_branch(w, branch)->task, .ask = &ask,
               .number = number, .date = desk_today(w), .signer = "Trưởng Công an", .file = FILE_A);
}

static enum err number(struct world *w, const char *result, const char *no)
{
    struct ask ask = {.result = result};

    return TRY(w, .kind = CMD_ACT, .action = "number", .ask = &ask, .number = no,
               .date = desk_today(w), .signer = "Chủ tịch", .file = FILE_A);
}

static void to_issue(struct world *w)
{
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
}

/* Birth, residence, insurance: one dossier, three results, each from its own agency. */
static void release_asks_for_every_result_that_is_required(void **state)
{
    struct world *w = split_world((struct split){.join = "all",
                                                 .police = ", result: residence",
                                                 .tax = ", result: insurance",
                                                 .more = GROUP});
    struct intake in;

    (void)state;
    world_reset(w, 1);
    in = world_intake(w);
    in.island = true;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(world_act(w, "forward"));
    split_answer(w, 1, "agree");
    assert_int_equal(give(w, 3, NULL), ERR_R_NEEDS_RESULT);
    world_at(w, "2026-03-09T10:00"); /* due 05/03: late, and visible as such */
    assert_int_equal(give(w, 3, "12/TT"), ERR_OK);
    assert_int_equal(w->s->parts, 1);
    assert_string_equal(w->s->part[0].result, "residence");
    assert_string_equal(w->s->part[0].number, "12/TT");
    assert_true(w->s->done[w->s->dones - 1].finished > w->s->done[w->s->dones - 1].due);
    split_answer(w, 2, "disagree"); /* no insurance: said with its reason, which is a result too */
    assert_true(w->s->part[1].refusal);
    to_issue(w);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    assert_non_null(strstr(w->d.refusal[0].detail.en, "Birth"));
    assert_int_equal(number(w, "birth", NULL), ERR_OK);
    assert_string_equal(w->s->result.number, "1");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_OK);
    assert_int_equal(w->s->status, DS_RELEASED);
    world_free(w);
}

/* A result without a branch is numbered by the clerk, with the number it was given elsewhere. */
static void a_result_may_be_numbered_by_hand(void **state)
{
    struct world *w = split_world((struct split){.join = "any", .more = GROUP});

    (void)state;
    split_enter(w, 1);
    split_answer(w, 1, "agree");
    to_issue(w);
    assert_int_equal(number(w, NULL, "5/KS"), ERR_OK);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    assert_non_null(strstr(w->d.refusal[0].detail.en, "Residence"));
    assert_int_equal(number(w, "residenz", "6"), ERR_INVALID);
    assert_int_equal(number(w, "residence", NULL), ERR_R_NEEDS_RESULT);
    assert_int_equal(number(w, "residence", "6/TT"), ERR_OK);
    assert_string_equal(w->s->result.number, "5/KS");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_OK); /* no island */
    world_free(w);
}

/* ---------------------------------------------------------------- dossiers elsewhere */

static enum err tell(struct world *w, struct link_news *n)
{
    world_by(w, 0);
    return TRY(w, .kind = CMD_LINK, .link = n);
}

static void a_child_tells_its_parent_and_answers_the_branch(void **state)
{
    struct world *w = split_world((struct split){
        .join = "all", .police = ", procedure: \"1.004222\", result: residence", .more = GROUP});
    struct link_news news = {.kind = LINK_CHILD,
                             .dossier = 77,
                             .code = "H24.91-260303-0001",
                             .due = world_instant("2026-03-12T17:00"),
                             .finished = INSTANT_NONE};
    int64_t seq;

    (void)state;
    split_enter(w, 1);
    news.task = split_branch(w, 3)->task;
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_LINK, .link = &news), ERR_R_NOT_YOUR_ROLE);
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_int_equal(w->s->links, 1);
    assert_string_equal(w->s->link[0].code, "H24.91-260303-0001");
    assert_true(w->s->link[0].due == news.due);
    assert_int_equal(w->s->tasks, 3);
    seq = w->s->seq;
    assert_int_equal(tell(w, &news), ERR_OK); /* told twice: nothing new */
    assert_int_equal(w->s->seq, seq);
    world_at(w, "2026-03-11T10:00");
    news.finished = w->c.now;
    news.number = "55/TT";
    news.date = desk_today(w);
    news.signer = "Trưởng Công an";
    news.file = FILE_A;
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_true(w->s->link[0].finished == news.finished);
    assert_int_equal(w->s->links, 1);
    assert_null(split_branch(w, 3));
    assert_string_equal(w->s->done[w->s->dones - 1].outcome, "done");
    assert_string_equal(w->s->part[0].number, "55/TT");
    seq = w->s->seq;
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_int_equal(w->s->seq, seq);
    split_answer(w, 1, "agree");
    split_answer(w, 2, "agree");
    assert_int_equal(w->s->task[0].step, 2);
    world_free(w);
}

/* News of a child whose branch was answered by hand, or closed, is kept and moves nothing. */
static void late_news_of_a_child_is_kept(void **state)
{
    struct world *w =
        split_world((struct split){.join = "any", .police = ", procedure: \"1.004222\""});
    struct link_news news = {.kind = LINK_CHILD, .dossier = 77, .due = INSTANT_NONE};

    (void)state;
    split_enter(w, 1);
    news.task = split_branch(w, 3)->task;
    news.finished = w->c.now;
    split_answer(w, 1, "agree");
    assert_int_equal(tell(w, &news), ERR_OK);
    assert_int_equal(w->s->links, 1);
    assert_int_equal(w->s->tasks, 1);
    assert_int_equal(w->s->task[0].step, 2);
    world_free(w);
}

static void a_child_knows_its_parent_and_a_correction_what_it_corrects(void **state)
{
    struct world *w = split_world((struct split){.join = "all"});
    struct link_news parent = {.kind = LINK_PARENT,
                               .dossier = 3,
                               .code = "H24.11-1",
                               .task = 4,
                               .due = INSTANT_NONE,
                               .finished = INSTANT_NONE};
    struct link_news corrected = {.kind = LINK_CORRECTED_BY,
                                  .dossier = 12,
                                  .code = "H24.11-9",
                                  .due = INSTANT_NONE,
                                  .finished = INSTANT_NONE};
    struct intake in;

    (void)state;
    world_reset(w, 9);
    in = world_intake(w);
    in.link = &parent;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(w->s->links, 1);
    assert_int_equal(w->s->link[0].kind, LINK_PARENT);
    assert_int_equal(w->s->link[0].dossier, 3);
    assert_int_equal(w->s->link[0].task, 4);
    assert_string_equal(w->s->link[0].code, "H24.11-1");
    assert_int_equal(tell(w, &corrected), ERR_OK);
    assert_int_equal(w->s->link[1].kind, LINK_CORRECTED_BY);
    assert_int_equal(w->event[w->events - 1].kind, EV_CORRECTED);
    parent.dossier = 9; /* itself */
    assert_int_equal(tell(w, &parent), ERR_INVALID);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(release_asks_for_every_result_that_is_required),
        cmocka_unit_test(a_result_may_be_numbered_by_hand),
        cmocka_unit_test(a_child_tells_its_parent_and_answers_the_branch),
        cmocka_unit_test(late_news_of_a_child_is_kept),
        cmocka_unit_test(a_child_knows_its_parent_and_a_correction_what_it_corrects),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
