/* A calendar corrected under running dossiers: what was promised moves later only, and only by an
 * act that says so.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/dossier/running.h"
#include "tests/lib/dossier_running.h"

#define WEEK                                                                                       \
    "week:\n  mon: [07:30-11:30, 13:00-17:00]\n  tue: [07:30-11:30, 13:00-17:00]\n"                \
    "  wed: [07:30-11:30, 13:00-17:00]\n  thu: [07:30-11:30, 13:00-17:00]\n"                       \
    "  fri: [07:30-11:30, 13:00-17:00]\nfrom: 2018-01-01\nuntil: 2030-12-31\n"

/* The office calendar with one more day off, as a notice of the Prime Minister brings it. */
static struct calendar *calendar_with(struct world *w, const char *days)
{
    const char *text = arena_printf(w->base,
                                    "calendar: office\nname: {vi: Lịch, en: Calendar}\n"
                                    "timezone: Asia/Ho_Chi_Minh\n" WEEK "%s",
                                    days);
    struct calendar *c;
    struct diags d;

    diags_init(&d, w->base);
    c = calendar_compile(w->base, span_of(text), NULL, NULL, &d);
    assert_non_null(c);
    return c;
}

#define OFF(date) "days:\n  - {date: " date ", kind: holiday, name: Nghỉ, basis: Thông báo}\n"

static bool recalculate(struct world *w, bool promise)
{
    static const struct ask notice = {.document = "Thông báo 12/TB-VPCP"};

    world_by(w, ADMIN);
    return DO(w, .kind = CMD_RECALCULATE, .ask = &notice, .promise = promise, .approver = ADMIN2);
}

/* ---------------------------------------------------------------- counted again */

static void a_day_off_more_moves_every_clock_that_runs_over_it(void **state)
{
    struct world *w = running_world();
    struct dues_again r;
    size_t i;

    (void)state;
    desk_to_appraise(w, 7); /* limit 4 days: Friday 6 March 08:00; promise Monday 16 March 17:00 */
    w->office = calendar_with(w, OFF("2026-03-04"));
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.fault, TIME_FINE);
    assert_int_equal(r.moves, 3); /* the promise, the step, the department's span */
    for (i = 0; i < r.moves; i++) {
        assert_int_equal(r.move[i].minutes, 480);
        assert_true(r.move[i].after > r.move[i].before);
    }
    assert_int_equal(r.promise, PROMISE_MOVES);
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(r.current, world_instant("2026-03-17T17:00"));
    assert_int_equal(r.basis, r.current);
    world_free(w);
}

static void the_same_calendar_moves_nothing_at_any_moment(void **state)
{
    static void (*const to[])(struct world *, int64_t) = {
        desk_take_in, desk_to_appraise, desk_to_approve, desk_to_issue, desk_to_hand};
    static const char *const at[] = {"2026-03-02T08:00", "2026-02-27T16:59", "2026-04-04T10:00",
                                     "2026-12-31T17:00"};
    struct world *w = running_world();
    struct dues_again r;
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof to / sizeof *to; i++)
        for (k = 0; k < sizeof at / sizeof *at; k++) {
            world_at(w, at[k]);
            to[i](w, (int64_t)(i * 10 + k + 1));
            w->c.now += 86400000000 * 3;
            dossier_recompute_dues(w->s, &w->c, &r);
            assert_int_equal(r.moves, 0);
            assert_int_equal(r.promise, PROMISE_SAME);
        }
    world_free(w);
}

static void a_day_off_that_is_taken_away_leaves_the_promise(void **state)
{
    struct world *w = running_world();
    struct calendar *plain = w->office;
    struct dues_again r;
    instant promised;

    (void)state;
    w->office = calendar_with(w, OFF("2026-03-04"));
    desk_to_appraise(w, 7);
    promised = w->s->current_due;
    w->office = plain;
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.promise, PROMISE_EARLIER);
    assert_int_equal(r.current, promised);
    assert_true(recalculate(w, true));
    assert_int_equal(w->s->current_due, promised);
    assert_int_equal(w->s->basis_due, promised);
    assert_int_equal(w->change.dues, 0);
    /* the internal target came earlier */
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-06T08:00"));
    world_free(w);
}

static void lateness_that_was_incurred_stays(void **state)
{
    struct world *w = running_world();
    struct dues_again r;

    (void)state;
    desk_to_appraise(w, 7);
    world_at(w, "2026-03-18T09:00");
    w->office = calendar_with(w, OFF("2026-03-04"));
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.promise, PROMISE_OVERDUE);
    assert_true(recalculate(w, true));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    world_free(w);
}

/* ---------------------------------------------------------------- recalculation as an act */

static void targets_follow_by_themselves_the_promise_does_not(void **state)
{
    struct world *w = running_world();
    uint8_t pinned[SHA256_BYTES];

    (void)state;
    desk_to_appraise(w, 7);
    memcpy(pinned, w->s->calendar_hash, sizeof pinned);
    w->office = calendar_with(w, OFF("2026-03-04"));
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_RECALCULATE));
    assert_int_equal(w->d.events, 1);
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-09T08:00"));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->change.dues, 0);
    assert_memory_equal(pinned, w->s->calendar_hash, sizeof pinned);
    /* once more: nothing is left to do */
    assert_true(DO(w, .kind = CMD_RECALCULATE));
    assert_int_equal(w->d.events, 0);
    world_free(w);
}

static void the_promise_moves_with_a_document_and_a_second_person(void **state)
{
    struct world *w = running_world();
    instant original;

    (void)state;
    desk_to_appraise(w, 7);
    original = w->s->original_due;
    w->office = calendar_with(w, OFF("2026-03-04"));
    assert_true(recalculate(w, true));
    assert_int_equal(w->s->original_due, original);
    assert_int_equal(w->s->basis_due, world_instant("2026-03-17T17:00"));
    assert_int_equal(w->s->current_due, world_instant("2026-03-17T17:00"));
    assert_int_equal(w->change.dues, 1);
    assert_string_equal(w->change.due[0].cause, "recalculation");
    assert_memory_equal(w->s->calendar_hash, calendar_hash(w->office), SHA256_BYTES);
    assert_true(recalculate(w, true)); /* idempotent */
    assert_int_equal(w->d.events, 0);
    world_free(w);
}

static const char *why(struct world *w, enum clock_kind kind, enum lang lang)
{
    struct buf b;
    const char *text;
    size_t i;

    for (i = 0; w->s->clock[i].kind != kind || w->s->clock[i].state == CLOCK_ENDED; i++)
        ;
    buf_init(&b, 100000);
    assert_true(dossier_explain_clock(w->s, i, &w->c, lang, EXPLAIN_TEXT, &b));
    text = arena_strdup(w->base, buf_cstr(&b));
    buf_free(&b);
    return text;
}

/* "Vì sao hạn này?" names the paper that moved the date, with the date before and after. */
static void the_reason_names_the_notice_that_moved_the_date(void **state)
{
    struct world *w = running_world();
    struct buf json;

    (void)state;
    desk_to_appraise(w, 7);
    assert_null(strstr(why(w, CLOCK_LEGAL, LANG_VI), "Thông báo 12/TB-VPCP"));
    w->office = calendar_with(w, OFF("2026-03-04"));
    assert_true(recalculate(w, true));
    assert_non_null(strstr(why(w, CLOCK_LEGAL, LANG_VI),
                           ": từ 17:00 thứ Hai 16/03/2026 thành 17:00 thứ Ba 17/03/2026, văn bản "
                           "Thông báo 12/TB-VPCP"));
    assert_non_null(strstr(why(w, CLOCK_LEGAL, LANG_EN), ", document Thông báo 12/TB-VPCP"));
    assert_non_null(strstr(why(w, CLOCK_STEP, LANG_VI), "văn bản Thông báo 12/TB-VPCP"));
    assert_non_null(strstr(why(w, CLOCK_STEP, LANG_EN), "Calendar corrected, counted again at "));
    /* twice moved, twice told; a step that only followed names no paper */
    w->office = calendar_with(w, OFF("2026-03-04") "  - {date: 2026-03-05, kind: holiday, name: "
                                                   "Nghỉ, basis: Thông báo}\n");
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_RECALCULATE));
    assert_int_equal(w->s->rule_changes, 2);
    assert_null(w->s->rule_change[1].document);
    assert_null(strstr(why(w, CLOCK_STEP, LANG_VI), "văn bản"));
    assert_non_null(strstr(why(w, CLOCK_LEGAL, LANG_VI), "Thông báo 12/TB-VPCP"));
    /* and it is kept with the state */
    buf_init(&json, 1 << 20);
    dossier_to_json(w->s, &json);
    assert_non_null(strstr(buf_cstr(&json), "\"dm\":[["));
    assert_non_null(strstr(buf_cstr(&json), "Thông báo 12/TB-VPCP"));
    buf_free(&json);
    world_free(w);
}

/* What was written before moves were numbered folds to what was stored then. */
static void a_history_from_before_moves_were_numbered_still_folds_to_its_state(void **state)
{
    struct world *w = running_world();
    const struct dossier *before;
    struct dossier *old;
    struct event e;
    char *turn;
    const char *clock;

    (void)state;
    desk_to_appraise(w, 7);
    before = w->s;
    w->office = calendar_with(w, OFF("2026-03-04"));
    assert_true(recalculate(w, true));
    e = w->d.event[0];
    turn = arena_strdup(w->base, e.payload);
    e.payload = turn;
    turn = strstr(turn, ",\"turn\":1");
    assert_non_null(turn);
    memmove(turn, turn + strlen(",\"turn\":1"), strlen(turn + strlen(",\"turn\":1")) + 1);
    old = dossier_apply(w->base, before, before->id, &e, w->p);
    assert_non_null(old);
    assert_int_equal(old->current_due, w->s->current_due);
    assert_int_equal(old->rule_changes, 0);
    /* Nor does a clock say anything behind its intervals, the last that it said before. */
    clock = strstr(world_json(w, old), "\"ck\":[[");
    assert_non_null(clock);
    clock = strstr(clock, "]]");
    assert_non_null(clock);
    assert_int_equal(clock[2], ']');
    world_free(w);
}

static void who_may_not_recalculate(void **state)
{
    struct world *w = running_world();
    static const struct ask notice = {.document = "Thông báo 12/TB-VPCP"};

    (void)state;
    desk_to_appraise(w, 7);
    w->office = calendar_with(w, OFF("2026-03-04"));
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_RECALCULATE, .ask = &notice, .approver = ADMIN),
                     ERR_R_NOT_YOUR_ROLE);
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_RECALCULATE, .ask = &notice, .approver = ADMIN),
                     ERR_R_NOT_YOUR_ROLE);
    world_by(w, ONE);
    assert_int_equal(TRY(w, .kind = CMD_RECALCULATE, .promise = true, .approver = ADMIN),
                     ERR_R_NEEDS_DOCUMENT);
    assert_int_equal(
        TRY(w, .kind = CMD_RECALCULATE, .promise = true, .ask = &notice, .approver = ONE),
        ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_RECALCULATE, .promise = true, .ask = &notice),
                     ERR_R_SEPARATION);
    world_by(w, 0); /* nor the system the promise */
    assert_int_equal(
        TRY(w, .kind = CMD_RECALCULATE, .promise = true, .ask = &notice, .approver = ADMIN),
        ERR_R_SEPARATION);
    world_by(w, ONE);
    assert_true(DO(w, .kind = CMD_RECALCULATE, .promise = true, .ask = &notice, .approver = ADMIN));
    world_free(w);
}

static void a_calendar_that_ends_too_early_is_refused(void **state)
{
    struct world *w = running_world();
    const char *text = "calendar: office\nname: {vi: Lịch, en: Calendar}\n"
                       "timezone: Asia/Ho_Chi_Minh\nweek:\n  mon: [07:30-11:30]\n"
                       "from: 2018-01-01\nuntil: 2026-03-10\n";
    struct dues_again r;
    struct diags d;

    (void)state;
    desk_to_appraise(w, 7);
    diags_init(&d, w->base);
    w->office = calendar_compile(w->base, span_of(text), NULL, NULL, &d);
    assert_non_null(w->office);
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_not_equal(r.fault, TIME_FINE);
    world_by(w, 0);
    assert_int_equal(TRY(w, .kind = CMD_RECALCULATE), ERR_R_CALENDAR_END);
    world_free(w);
}

/* ---------------------------------------------------------------- nothing moves by itself */

/* From any moment on another calendar may be in force: every date that was given stays through the
 * rest of the life. */
static void a_calendar_that_changes_later_moves_nothing_promised(void **state)
{
    static const char saturday[] =
        "days:\n  - {date: 2026-03-07, kind: make_up, as: fri, basis: Thông báo}\n";
    static const char *const days[] = {OFF("2026-03-04"), OFF("2026-03-16"), saturday};
    static void (*const to[])(struct world *, int64_t) = {desk_take_in, desk_to_appraise,
                                                          desk_to_approve, desk_to_issue};
    struct world *w = running_world();
    struct calendar *plain = w->office;
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof days / sizeof *days; i++)
        for (k = 0; k < sizeof to / sizeof *to; k++) {
            instant basis, current, original;

            w->office = plain;
            world_at(w, "2026-03-02T08:00");
            to[k](w, (int64_t)(100 + i * 10 + k));
            basis = w->s->basis_due;
            current = w->s->current_due;
            original = w->s->original_due;
            w->office = calendar_with(w, days[i]);
            if (k == 0) {
                world_by(w, REC);
                assert_true(world_act(w, "forward"));
            }
            if (k <= 1) {
                world_by(w, w->s->task[0].officer);
                if (w->s->task[0].received == INSTANT_NONE)
                    assert_true(DO(w, .kind = CMD_RECEIVE));
                assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
                assert_true(world_act(w, "forward"));
            }
            if (k <= 2) {
                world_by(w, LEAD);
                assert_true(world_act(w, "approve"));
            }
            world_by(w, CLERK);
            assert_true(desk_number(w, NULL));
            assert_true(world_act(w, "release"));
            assert_int_equal(w->s->basis_due, basis);
            assert_int_equal(w->s->current_due, current);
            assert_int_equal(w->s->original_due, original);
        }
    world_free(w);
}

/* The pause is added, the correction is not. */
static void a_pause_over_a_correction_adds_what_the_pause_took(void **state)
{
    struct world *w = running_world();
    struct calendar *plain = w->office;
    struct dues_again r;

    (void)state;
    desk_to_appraise(w, 7);
    world_at(w, "2026-03-05T08:00");
    running_suspend(w);
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.moves, 0); /* what stands still is not counted */
    w->office = calendar_with(w, OFF("2026-03-04"));
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.moves, 0);
    world_at(w, "2026-03-06T08:00"); /* one working day later */
    running_resume(w);
    assert_int_equal(w->s->current_due, world_instant("2026-03-17T17:00"));
    assert_int_equal(w->s->basis_due, world_instant("2026-03-17T17:00"));
    w->office = plain;
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_off_more_moves_every_clock_that_runs_over_it),
        cmocka_unit_test(the_same_calendar_moves_nothing_at_any_moment),
        cmocka_unit_test(a_day_off_that_is_taken_away_leaves_the_promise),
        cmocka_unit_test(lateness_that_was_incurred_stays),
        cmocka_unit_test(targets_follow_by_themselves_the_promise_does_not),
        cmocka_unit_test(the_promise_moves_with_a_document_and_a_second_person),
        cmocka_unit_test(the_reason_names_the_notice_that_moved_the_date),
        cmocka_unit_test(a_history_from_before_moves_were_numbered_still_folds_to_its_state),
        cmocka_unit_test(who_may_not_recalculate),
        cmocka_unit_test(a_calendar_that_ends_too_early_is_refused),
        cmocka_unit_test(a_calendar_that_changes_later_moves_nothing_promised),
        cmocka_unit_test(a_pause_over_a_correction_adds_what_the_pause_took),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("running", tests, NULL, NULL);
}
