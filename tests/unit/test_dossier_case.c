/* A dossier of another case than it was taken in as: two people, and no date that comes nearer.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/dossier/running.h"
#include "tests/lib/dossier_running.h"

/* ---------------------------------------------------------------- another case */

static bool ask_case_of(struct world *w, const char *code)
{
    struct ask ask = {.kind = REQ_CASE, .case_code = code, .text = "Hồ sơ thuộc trường hợp khác"};

    world_by(w, w->s->task[0].officer);
    return DO(w, .kind = CMD_ASK, .ask = &ask);
}

static bool agree(struct world *w, int64_t who)
{
    static const struct ask yes = {.outcome = "agree", .document = "7/CV"};

    world_by(w, who);
    return DO(w, .kind = CMD_ANSWER, .ask = &yes, .task = w->s->request[w->s->requests - 1].task);
}

static const char *case_world_text(struct arena *a)
{
    const char *t = world_procedure("finance");

    t = text_swapped(a, t, "when: form.estimate > 1000000000, ", "");
    return text_swapped(
        a, t, "en: Case two}",
        "en: Case two, limit: 8 working_day_eod, fee: {amount: 70000}, components: "
        "[{component: request, vi: Đơn, en: Request, need: required, originals: 1}, "
        "{component: map, vi: Bản đồ, en: Map, need: required, originals: 1}]}");
}

static struct world *case_world(void)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct world *w = running_world(), *v = world_new(case_world_text(a));

    arena_free(a);
    memcpy(v->officer, w->officer, sizeof w->officer);
    v->officers = w->officers;
    world_free(w);
    world_at(v, "2026-03-02T08:00");
    return v;
}

static void take_in_case(struct world *w, const char *code)
{
    struct intake in;

    world_reset(w, 7);
    in = world_intake(w);
    in.case_code = code;
    if (strcmp(code, "02") == 0) {
        struct check_off *c = ARENA_ARRAY(w->a, struct check_off, 2);

        c[0] = (struct check_off){.component = "request", .originals = 1};
        c[1] = (struct check_off){.component = "map", .originals = 1};
        in.check = c;
        in.checks = 2;
    }
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(world_act(w, "forward"));
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}

static void a_longer_case_moves_the_current_date_only(void **state)
{
    struct world *w = case_world();
    instant original;

    (void)state;
    take_in_case(w, "02"); /* 8 days: 12 March */
    original = w->s->original_due;
    assert_int_equal(original, world_instant("2026-03-12T17:00"));
    assert_true(ask_case_of(w, "01"));
    assert_int_equal(w->s->request[0].state, RS_ASKED);
    assert_string_equal(w->s->case_code, "02");
    world_by(w, LEAD); /* dates move with a document only (INV3) */
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .ask = &(struct ask){.outcome = "agree"},
                         .task = w->s->request[0].task),
                     ERR_R_NEEDS_DOCUMENT);
    assert_true(agree(w, LEAD));
    assert_string_equal(w->s->case_code, "01");
    assert_int_equal(w->s->current_due, world_instant("2026-03-30T17:00")); /* 20, same receipt */
    assert_int_equal(w->s->original_due, original);
    assert_int_equal(w->s->basis_due, original);
    assert_int_equal(w->s->committed.num, 20);
    assert_int_equal(w->change.dues, 1);
    assert_string_equal(w->change.due[0].cause, "case");
    assert_true(world_explained(w, CLOCK_LEGAL, LANG_VI,
                                "thời hạn mới tính từ cùng lúc tiếp nhận, ngày hẹn không sớm lên"));
    assert_true(world_explained(w, CLOCK_LEGAL, LANG_EN, "Case changed at "));
    assert_int_equal(w->s->request[0].state, RS_DONE);
    world_free(w);
}

static void a_shorter_case_keeps_the_date_and_tells_papers_and_fee(void **state)
{
    struct world *w = case_world();

    (void)state;
    take_in_case(w, "01");
    assert_true(ask_case_of(w, "02"));
    assert_int_equal(w->s->request[0].missings, 1);
    assert_string_equal(w->s->request[0].missing[0], "map");
    assert_true(agree(w, LEAD));
    assert_string_equal(w->s->case_code, "02");
    assert_int_equal(w->s->current_due, world_instant("2026-03-30T17:00"));
    assert_int_equal(w->change.dues, 0);
    assert_int_equal(w->s->fee, 70000);
    assert_int_equal(w->s->money, MONEY_REQUESTED);
    world_free(w);
}

static void a_change_of_case_is_refused(void **state)
{
    struct world *w = case_world();
    struct ask nothing = {.kind = REQ_CASE, .case_code = "01"};

    (void)state;
    take_in_case(w, "02");
    assert_false(ask_case_of(w, "09"));
    assert_true(refused_with(w, ERR_R_UNKNOWN_CASE, "/case"));
    assert_false(ask_case_of(w, "02"));
    assert_true(refused_with(w, ERR_INVALID, "/case"));
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &nothing), ERR_R_NEEDS_REASON);
    assert_true(ask_case_of(w, "01"));
    /* whoever asked does not agree to it */
    assert_false(agree(w, w->s->request[0].by));
    running_suspend(w);
    assert_false(ask_case_of(w, "01"));
    world_free(w);
}

static void a_case_whose_condition_is_false_is_refused(void **state)
{
    struct world *w = running_world();

    (void)state;
    desk_to_appraise(w, 7); /* estimate 300 million: case 01 wants more than a thousand */
    assert_false(ask_case_of(w, "01"));
    assert_true(refused_with(w, ERR_R_CONDITION, "/case"));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_longer_case_moves_the_current_date_only),
        cmocka_unit_test(a_shorter_case_keeps_the_date_and_tells_papers_and_fee),
        cmocka_unit_test(a_change_of_case_is_refused),
        cmocka_unit_test(a_case_whose_condition_is_false_is_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
