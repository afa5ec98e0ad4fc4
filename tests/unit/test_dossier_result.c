/* The result as specified: refusal, number, release, hand-over, and what an ended dossier still
 * takes. One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

/* ---------------------------------------------------------------- result */

static void refused_within_the_limit_is_a_result(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "refuse"), ERR_R_NEEDS_REASON);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "refuse", .reason = "wrong"),
                     ERR_R_UNKNOWN_REASON);
    assert_true(DO(w, .kind = CMD_ACT, .action = "refuse", .reason = "not_eligible"));
    assert_true(w->s->result.refusal);
    assert_int_equal(w->s->status, DS_APPROVED);
    world_by(w, CLERK);
    assert_true(world_act(w, "release")); /* no document, but a refusal with its reason */
    assert_int_equal(w->s->status, DS_RELEASED);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->s->finished), CLASS_EARLY);
    assert_true(dossier_valid_first(w->s));
    world_free(w);
}

static void an_approved_draft_of_a_refusal_is_a_refusal(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_appraise(w, 1);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Không bổ sung", .refusal = true,
                   .reason = "not_completed"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_true(w->s->result.refusal);
    assert_string_equal(w->s->result.reason, "not_completed");
    assert_true(w->s->refused_incomplete); /* counts against first submission */
    assert_false(dossier_valid_first(w->s));
    world_free(w);
}

static void a_refusal_that_came_back_gives_way_to_a_new_draft(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_approve(w, 1);
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ACT, .action = "refuse", .reason = "not_eligible"));
    world_by(w, CLERK);
    assert_true(DO(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"));
    assert_int_equal(w->s->status, DS_PROCESSING);
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ACT, .action = "return", .reason = "wrong"));
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_false(w->s->result.refusal);
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_false(w->s->result.refusal);
    world_free(w);
}

static void numbering_asks_for_number_date_signer_and_file(void **state)
{
    struct world *w = desk_world("finance");
    dayno d;

    (void)state;
    desk_to_issue(w, 1);
    d = desk_today(w);
    assert_false(DO(w, .kind = CMD_ACT, .action = "number"));
    assert_true(refused_with(w, ERR_R_NEEDS_RESULT, "/date"));
    assert_true(refused_with(w, ERR_R_NEEDS_RESULT, "/signer"));
    assert_true(refused_with(w, ERR_R_NEEDS_RESULT, "/file"));
    assert_false(
        DO(w, .kind = CMD_ACT, .action = "number", .signer = "A", .file = FILE_A, .date = d + 1));
    assert_true(refused_with(w, ERR_INVALID, "/date")); /* no date in the future */
    assert_false(
        DO(w, .kind = CMD_ACT, .action = "number", .signer = "A", .file = FILE_A, .date = d - 1));
    assert_true(refused_with(w, ERR_INVALID, "/date")); /* nor before the receipt */
    assert_true(desk_number(w, "12/QĐ-STC"));
    assert_string_equal(w->s->result.number, "12/QĐ-STC");
    assert_int_equal(w->s->task[0].officer, CLERK); /* it stays with whoever does it */
    assert_true(desk_number(w, "13/QĐ-STC"));       /* corrected before release */
    assert_string_equal(w->s->result.number, "13/QĐ-STC");
    assert_int_equal(w->s->result.numbered_by, CLERK);
    world_free(w);
}

static void numbers_run_per_agency_and_year(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_issue(w, 1);
    assert_true(desk_number(w, NULL));
    assert_string_equal(w->s->result.number, "1");
    assert_true(desk_number(w, NULL)); /* again: the number stays */
    assert_string_equal(w->s->result.number, "1");
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "number", .number = "5", .signer = "A",
                         .file = FILE_A, .date = desk_today(w)),
                     ERR_R_ONCE_ONLY);
    desk_to_issue(w, 2);
    assert_true(desk_number(w, NULL));
    assert_string_equal(w->s->result.number, "2");
    world_at(w, "2027-01-05T09:00");
    desk_to_issue(w, 3);
    assert_true(desk_number(w, NULL));
    assert_string_equal(w->s->result.number, "1");
    assert_string_equal(w->counter[w->counters - 1].name, "result/H24.11/2027");
    world_free(w);
}

static void nothing_is_finished_without_a_result(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_issue(w, 1);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    assert_true(desk_number(w, NULL));
    world_at(w, "2026-03-16T16:59");
    assert_true(world_act(w, "release"));
    assert_int_equal(w->s->finished, w->c.now);
    assert_int_equal(w->s->handover, HANDOVER_READY);
    assert_int_equal(w->s->clock[0].state, CLOCK_ENDED);
    world_free(w);
}

static void after_release_the_finish_never_moves(void **state)
{
    struct world *w = desk_world("finance");
    instant finished;

    (void)state;
    desk_to_hand(w, 1);
    finished = w->s->finished;
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_WRONG_STATUS);
    w->p->step[4].action[0].effect = EFFECT_RETURN;
    w->p->step[4].action[0].to = 1;
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .reason = "wrong"),
                     ERR_R_WRONG_STATUS);
    w->p->step[4].action[0].effect = EFFECT_HAND_OVER;
    w->p->step[4].action[0].to = STEP_END;
    world_at(w, "2026-09-01T09:00");
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(w->s->finished, finished);
    world_free(w);
}

static void lateness_never_blocks_handing_over(void **state)
{
    struct world *w = desk_world("finance");

    (void)state;
    desk_to_issue(w, 1);
    world_at(w, "2026-06-01T09:00"); /* long overdue */
    assert_true(desk_number(w, NULL));
    assert_true(world_act(w, "release"));
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_LATE);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(w->s->status, DS_RETURNED);
    world_free(w);
}

static void handing_over_names_the_receiver_and_the_evidence(void **state)
{
    static const struct {
        const char *to, *note;
        enum err e;
        enum handover_status handover;
    } cases[] = {
        {"owner", NULL, ERR_OK, HANDOVER_HANDED},
        {"authorised", NULL, ERR_INVALID, 0},
        {"authorised", "Giấy ủy quyền số 15", ERR_OK, HANDOVER_HANDED},
        {"post", NULL, ERR_INVALID, 0},
        {"post", "EE123456789VN", ERR_OK, HANDOVER_POSTED},
        {"friend", "x", ERR_INVALID, 0},
        {NULL, NULL, ERR_INVALID, 0},
    };
    struct world *w = desk_world("finance");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk_to_hand(w, (int64_t)i + 1);
        assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = cases[i].to,
                             .note = cases[i].note),
                         cases[i].e);
        if (cases[i].e == ERR_OK)
            assert_int_equal(w->s->handover, cases[i].handover);
        else
            assert_int_equal(w->s->status, DS_RELEASED);
    }
    world_free(w);
}

static void a_result_at_once_is_one_act_and_still_a_dossier(void **state)
{
    struct world *w = desk_world("trivial");
    struct intake in = world_intake(w);

    (void)state;
    in.receiving = W_TT;
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"),
                     ERR_R_NEEDS_RESULT);
    world_at(w, "2026-03-02T08:20");
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner", .number = "15/CT",
                   .signer = "Phó Chủ tịch", .file = FILE_A, .date = desk_today(w)));
    assert_int_equal(w->s->status, DS_RETURNED);
    assert_int_equal(w->s->finished, w->c.now);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->s->finished),
                     CLASS_ON_TIME); /* same day: never early */
    world_free(w);
}

static void ended_dossiers_take_notes_and_nothing_else(void **state)
{
    struct world *w = desk_world("finance");
    struct possible *p;

    (void)state;
    desk_to_hand(w, 1);
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"),
                     ERR_R_WRONG_STATUS);
    assert_int_equal(TRY(w, .kind = CMD_ATTACH, .file = FILE_A), ERR_R_WRONG_STATUS);
    assert_int_equal(TRY(w, .kind = CMD_NOTE, .note = "x"), ERR_OK);
    assert_int_equal(dossier_possible(w->s, &w->c, &p), 1);
    assert_int_equal(p[0].kind, CMD_NOTE);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_within_the_limit_is_a_result),
        cmocka_unit_test(an_approved_draft_of_a_refusal_is_a_refusal),
        cmocka_unit_test(a_refusal_that_came_back_gives_way_to_a_new_draft),
        cmocka_unit_test(numbering_asks_for_number_date_signer_and_file),
        cmocka_unit_test(numbers_run_per_agency_and_year),
        cmocka_unit_test(nothing_is_finished_without_a_result),
        cmocka_unit_test(after_release_the_finish_never_moves),
        cmocka_unit_test(lateness_never_blocks_handing_over),
        cmocka_unit_test(handing_over_names_the_receiver_and_the_evidence),
        cmocka_unit_test(a_result_at_once_is_one_act_and_still_a_dossier),
        cmocka_unit_test(ended_dossiers_take_notes_and_nothing_else),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
