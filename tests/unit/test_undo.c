/* Undo: the author, within ten seconds, where nothing has gone out yet.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

#define SECOND INT64_C(1000000)

static const struct event *last(const struct world *w)
{
    return &w->event[w->events - 1];
}

static const char *worth(struct world *w, const struct dossier *s)
{
    struct dossier copy = *s;

    copy.last_at = INSTANT_NONE;
    copy.last_task = 0;
    return world_json(w, &copy);
}

static void restored(struct world *w, const struct dossier *before, const char *what)
{
    w->c.now += 9 * SECOND;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_OK);
    assert_int_equal(last(w)->kind, EV_PULLED_BACK);
    assert_non_null(strstr(last(w)->payload, what));
    assert_string_equal(worth(w, w->s), worth(w, before));
    assert_int_equal(w->d.events, 1);
    assert_true(w->s->seq > before->seq); /* the history keeps both */
}

static void an_approval_handed_on_is_undone_though_it_was_received_by_itself(void **state)
{
    struct world *w = desk_world("finance");
    struct dossier *before;

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    w->c.now += 60 * SECOND;
    before = w->s;
    assert_true(world_act(w, "approve"));
    assert_int_equal(w->s->result.approved_by, LEAD);
    restored(w, before, "\"undone\":\"hand-on\"");
    assert_int_equal(w->s->result.approved_by, 0);
    assert_int_equal(w->s->status, DS_PROCESSING);
    w->c.now += SECOND;
    assert_true(world_act(w, "approve")); /* and done again */
    world_free(w);
}

static void a_refusal_is_undone_with_what_it_said(void **state)
{
    struct world *w = desk_world("finance");
    struct dossier *before;

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    w->c.now += 60 * SECOND;
    before = w->s;
    assert_true(DO(w, .kind = CMD_ACT, .action = "refuse", .reason = "not_completed"));
    assert_true(w->s->refused_incomplete);
    restored(w, before, "hand-on");
    assert_false(w->s->refused_incomplete);
    assert_null(w->s->result.reason);
    world_free(w);
}

static void a_claim_an_assignment_and_a_draft_are_undone(void **state)
{
    struct world *w = desk_world("finance");
    struct dossier *before;

    (void)state;
    desk_to_appraise(w, 1);
    w->c.now += 60 * SECOND;
    world_by(w, HEAD);
    before = w->s;
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = OFFICER_QUEUE));
    restored(w, before, "assign");
    w->c.now += SECOND;
    assert_true(DO(w, .kind = CMD_ASSIGN, .officer = OFFICER_QUEUE));
    w->c.now += 60 * SECOND;
    world_by(w, SPEC3);
    before = w->s;
    assert_true(DO(w, .kind = CMD_CLAIM));
    restored(w, before, "claim");
    assert_int_equal(w->s->task[0].officer, 0);
    w->c.now += SECOND;
    assert_true(DO(w, .kind = CMD_CLAIM));
    w->c.now += 60 * SECOND;
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Một"));
    w->c.now += 60 * SECOND;
    before = w->s;
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Hai", .refusal = true, .reason = "not_eligible"));
    restored(w, before, "draft");
    assert_string_equal(w->s->draft.text, "Một");
    world_free(w);
}

static void not_later_not_by_another_not_after_another_not_when_it_has_gone_out(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    w->c.now += 60 * SECOND;
    assert_true(world_act(w, "approve"));
    world_by(w, LEAD2);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_NOT_ASSIGNEE);
    world_for(w, LEAD, LEAD2); /* nor by her, in somebody else's name */
    assert_true(TRY(w, .kind = CMD_TAKE_BACK) != ERR_OK);
    world_by(w, LEAD);
    w->c.now += 10 * SECOND + 1;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_WRONG_STEP); /* an approval stands */
    w->c.now -= 10 * SECOND + 1;
    world_by(w, CLERK);
    assert_true(DO(w, .kind = CMD_CLAIM)); /* the next one has begun */
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_OPENED);
    world_by(w, CLERK);
    w->c.now += SECOND;
    assert_true(desk_number(w, "12/QĐ"));
    assert_true(TRY(w, .kind = CMD_TAKE_BACK) != ERR_OK); /* a number stands */
    assert_true(world_act(w, "release"));
    assert_true(TRY(w, .kind = CMD_TAKE_BACK) != ERR_OK); /* so does a result */
    world_free(w);
}

/* A message of the act that was delivered tells of it for ever: it is not undone, only taken back.
 */
static void what_has_gone_out_is_not_undone(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    w->c.now += 60 * SECOND;
    assert_true(world_act(w, "approve"));
    w->c.gone_out = w->s->seq;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_WRONG_STEP);
    w->c.gone_out = w->s->seq - 3; /* of the act before */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_OK);
    world_free(w);
}

static int offered(struct world *w)
{
    struct possible *p;
    size_t n = dossier_possible(w->s, &w->c, &p), i;

    for (i = 0; i < n; i++)
        if (p[i].kind == CMD_TAKE_BACK && p[i].allowed)
            return p[i].undo_seconds;
    return -1;
}

static void the_author_is_offered_it_for_the_seconds_that_are_left(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    w->c.now += 60 * SECOND;
    assert_true(world_act(w, "approve"));
    w->c.past = w->past;
    w->c.pasts = w->pasts;
    assert_int_equal(offered(w), 10);
    w->c.now += 3 * SECOND + 1;
    assert_int_equal(offered(w), 7);
    world_by(w, LEAD2);
    assert_int_equal(offered(w), -1);
    world_by(w, LEAD);
    w->c.now += 7 * SECOND;
    assert_int_equal(offered(w), -1);
    world_free(w);
}

static void without_the_history_nothing_is_undone_that_was_not_before(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_appraise(w, 1);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Một"));
    w->pasts = 0;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_BACK), ERR_R_NOT_YOUR_AGENCY);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_approval_handed_on_is_undone_though_it_was_received_by_itself),
        cmocka_unit_test(a_refusal_is_undone_with_what_it_said),
        cmocka_unit_test(a_claim_an_assignment_and_a_draft_are_undone),
        cmocka_unit_test(not_later_not_by_another_not_after_another_not_when_it_has_gone_out),
        cmocka_unit_test(what_has_gone_out_is_not_undone),
        cmocka_unit_test(the_author_is_offered_it_for_the_seconds_that_are_left),
        cmocka_unit_test(without_the_history_nothing_is_undone_that_was_not_before),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
