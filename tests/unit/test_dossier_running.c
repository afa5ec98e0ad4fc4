/* Rules that change under a running dossier: a calendar corrected, another version of the
 * procedure, another case.  What was promised moves later only, and only by an act that says so.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/dossier/running.h"
#include "tests/lib/dossier_desk.h"

#define ADMIN  131
#define ADMIN2 132
#define ONE    133 /* head of the one-stop unit */

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

static struct world *running_world(void)
{
    struct world *w = desk_world("finance");

    world_officer(w, ADMIN, W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    world_officer(w, ADMIN2, W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    world_officer(w, ONE, W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD));
    world_at(w, "2026-03-02T08:00");
    return w;
}

static bool recalculate(struct world *w, bool promise)
{
    static const struct ask notice = {.document = "Thông báo 12/TB-VPCP"};

    world_by(w, ADMIN);
    return DO(w, .kind = CMD_RECALCULATE, .ask = &notice, .promise = promise, .approver = ADMIN2);
}

static const struct clock *running(const struct dossier *s, enum clock_kind k)
{
    size_t i;

    for (i = s->clocks; i-- > 0;)
        if (s->clock[i].kind == k && s->clock[i].state == CLOCK_RUNNING)
            return &s->clock[i];
    return NULL;
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

static void suspend(struct world *w)
{
    static const struct ask ask = {
        .kind = REQ_SUSPENSION, .exception = "Luật X Điều 1", .document = "QĐ 1"};

    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
}

static void resume(struct world *w)
{
    static const struct ask ask = {.outcome = "end", .document = "QĐ 2"};

    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &ask, .task = w->s->request[0].task));
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
    suspend(w);
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.moves, 0); /* what stands still is not counted */
    w->office = calendar_with(w, OFF("2026-03-04"));
    dossier_recompute_dues(w->s, &w->c, &r);
    assert_int_equal(r.moves, 0);
    world_at(w, "2026-03-06T08:00"); /* one working day later */
    resume(w);
    assert_int_equal(w->s->current_due, world_instant("2026-03-17T17:00"));
    assert_int_equal(w->s->basis_due, world_instant("2026-03-17T17:00"));
    w->office = plain;
    world_free(w);
}

/* ---------------------------------------------------------------- another version */

static const char *swapped(struct arena *a, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* Version 2, with changes given as pairs "from", "to", …, NULL. */
static const struct procedure *second(struct world *w, const char *const *change)
{
    const char *text = swapped(w->base, world_procedure("finance"), "version: 1", "version: 2");
    struct procedure_env env = {.org = NULL};
    const struct procedure *p;
    struct diags d;
    struct buf b;

    for (; *change; change += 2)
        text = swapped(w->base, text, change[0], change[1]);
    diags_init(&d, w->base);
    p = procedure_compile(w->base, span_of(text), &env, &d);
    buf_init(&b, 1 << 20);
    diags_print(&d, "v2", span_of(text), LANG_EN, &b);
    if (!p)
        print_message("%s\n", buf_cstr(&b));
    buf_free(&b);
    assert_non_null(p);
    return p;
}

static const struct ask order = {.document = "QĐ 900/QĐ-UBND"};

static bool move(struct world *w, const struct procedure *to, const struct step_map *map, size_t n,
                 bool promise)
{
    world_by(w, ADMIN);
    w->c.target = to;
    return DO(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN2, .map = map, .maps = n,
              .promise = promise);
}

static void a_move_keeps_place_promise_and_history_and_takes_the_new_limits(void **state)
{
    struct world *w = running_world();
    const struct procedure *to;
    size_t dones;

    (void)state;
    /* a step is put before the present one: every index moves */
    to = second(w, (const char *const[]){
                       "limit: 4 working_day", "limit: 4.5 working_day", "steps:\n",
                       "steps:\n  - {step: desk, vi: Bàn, en: Desk, at: reception, role: receiver, "
                       "public: {vi: Đã tiếp nhận, en: Received}, portal: 2, actions: [{action: "
                       "forward, to: receive}]}\n",
                       NULL});
    desk_to_appraise(w, 7);
    dones = w->s->dones;
    assert_true(move(w, to, NULL, 0, false));
    assert_int_equal(w->s->version, 2);
    assert_memory_equal(w->s->procedure_hash, to->hash, SHA256_BYTES);
    assert_string_equal(to->step[w->s->task[0].step].step, "appraise");
    assert_string_equal(to->step[w->s->done[0].step].step, "receive");
    assert_int_equal(w->s->dones, dones);
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-06T13:30")); /* 4.5 days */
    assert_int_equal(running(w->s, CLOCK_STEP)->due, w->s->task[0].due);
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->change.dues, 0);
    assert_int_equal(w->change.opens, w->s->tasks); /* rows name the version */
    /* and it goes on to the end by the new version */
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
    assert_true(desk_number(w, NULL));
    assert_true(world_act(w, "release"));
    world_free(w);
}

static void a_step_that_is_gone_must_be_mapped(void **state)
{
    static const struct step_map map[] = {{"appraise", "review"}};
    struct world *w = running_world();
    const struct procedure *to;

    (void)state;
    to = second(w, (const char *const[]){"step: appraise", "step: review", "to: appraise",
                                         "to: review", "to: approve", "to: approve",
                                         "not_by: appraise", "not_by: review", "to: appraise",
                                         "to: review", "enter appraise", "enter review", NULL});
    desk_to_approve(w, 7); /* it has been there */
    assert_false(move(w, to, NULL, 0, false));
    assert_true(refused_with(w, ERR_R_WRONG_STEP, "/map/appraise"));
    assert_true(move(w, to, map, 1, false));
    assert_string_equal(to->step[last_done(w->s, procedure_step(to, "review"))->step].step,
                        "review");
    /* separation of duty still knows who drafted it */
    world_by(w, w->s->done[1].officer);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "approve"), ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

static void two_steps_that_become_one_keep_their_visits_apart(void **state)
{
    static const struct step_map map[] = {{"receive", "appraise"}};
    struct world *w = running_world();
    const struct procedure *to = second(w, (const char *const[]){NULL});

    (void)state;
    desk_to_appraise(w, 7); /* receive once, appraise once */
    assert_true(move(w, to, map, 1, false));
    assert_int_equal(visits_of(w->s, procedure_step(to, "appraise")), 2);
    assert_int_equal(w->s->done[0].visit, 1);
    assert_int_equal(w->s->task[0].visit, 2);
    assert_int_equal(running(w->s, CLOCK_STEP)->visit, 2);
    world_free(w);
}

static void a_shorter_limit_keeps_the_promise(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        second(w, (const char *const[]){"committed: 10 ", "committed: 8 ", NULL});

    (void)state;
    desk_to_appraise(w, 7);
    assert_true(move(w, to, NULL, 0, true));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->s->committed.num, 10);
    assert_int_equal(w->change.dues, 0);
    world_free(w);
}

static void a_longer_limit_moves_it_only_when_asked(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        second(w, (const char *const[]){"committed: 10 ", "committed: 12 ", NULL});

    (void)state;
    desk_to_appraise(w, 7);
    assert_true(move(w, to, NULL, 0, false));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    desk_to_appraise(w, 8);
    assert_true(move(w, to, NULL, 0, true));
    assert_int_equal(w->s->current_due, world_instant("2026-03-18T17:00"));
    assert_int_equal(w->s->original_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->s->committed.num, 12);
    assert_int_equal(w->change.dues, 1);
    assert_string_equal(w->change.due[0].cause, "migration");
    world_free(w);
}

static void what_the_new_version_lacks_is_refused_by_name(void **state)
{
    static const struct {
        const char *change[3];
        enum err e;
        const char *pointer;
    } cases[] = {
        {{"role: specialist, limit", "role: office_specialist, limit", NULL},
         ERR_R_NO_TARGET,
         NULL},
        {{"  - {field: by_proxy, vi: Nộp thay, en: By proxy, type: bool}\n",
          "  - {field: by_proxy, vi: Nộp thay, en: By proxy, type: bool}\n"
          "  - {field: more, vi: Thêm, en: More, type: money, required: true}\n",
          NULL},
         ERR_R_FORM,
         "/form/more"},
        {{"valid_from: 2018-01-01", "valid_from: 2027-01-01", NULL}, ERR_R_NOT_IN_FORCE, "/to"},
    };
    struct world *w = running_world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct procedure *to = second(w, cases[i].change);

        desk_to_appraise(w, (int64_t)i + 1);
        assert_false(move(w, to, NULL, 0, false));
        assert_true(refused_with(w, cases[i].e, cases[i].pointer));
        assert_int_equal(w->s->version, 1);
    }
    world_free(w);
}

static void who_may_not_move_a_dossier(void **state)
{
    struct world *w = running_world();
    const struct procedure *to = second(w, (const char *const[]){NULL});

    (void)state;
    desk_to_appraise(w, 7);
    w->c.target = to;
    world_by(w, LEAD);
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN),
                     ERR_R_NOT_YOUR_ROLE);
    world_by(w, ADMIN);
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN),
                     ERR_R_SEPARATION);
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .approver = ADMIN2), ERR_R_NEEDS_DOCUMENT);
    w->c.target = NULL;
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN2),
                     ERR_R_NOT_IN_FORCE);
    w->c.target = w->p;
    assert_int_equal(TRY(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN2),
                     ERR_R_ONCE_ONLY);
    world_free(w);
}

static void a_standstill_goes_on_under_the_new_version(void **state)
{
    struct world *w = running_world();
    const struct procedure *to =
        second(w, (const char *const[]){"limit: 4 working_day", "limit: 4.5 working_day", NULL});

    (void)state;
    desk_to_appraise(w, 7);
    world_at(w, "2026-03-05T08:00");
    suspend(w);
    assert_true(move(w, to, NULL, 0, false));
    assert_int_equal(w->s->status, DS_SUSPENDED);
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->state, CLOCK_STOPPED);
    world_at(w, "2026-03-06T08:00");
    resume(w);
    assert_int_equal(w->s->current_due, world_instant("2026-03-17T17:00"));
    assert_int_equal(running(w->s, CLOCK_STEP)->due, world_instant("2026-03-09T13:30"));
    world_free(w);
}

static void an_officer_who_left_gives_the_task_back_to_the_queue(void **state)
{
    struct world *w = running_world();
    const struct procedure *to = second(w, (const char *const[]){NULL});
    int64_t who;

    (void)state;
    desk_to_appraise(w, 7);
    who = w->s->task[0].officer;
    desk_officer(w, who)->roles = 0;
    assert_true(move(w, to, NULL, 0, false));
    assert_int_equal(w->s->task[0].officer, 0);
    assert_int_equal(w->s->task[0].received, INSTANT_NONE);
    world_free(w);
}

/* ---------------------------------------------------------------- another case */

static bool ask_case_of(struct world *w, const char *code)
{
    struct ask ask = {.kind = REQ_CASE, .case_code = code, .text = "Hồ sơ thuộc trường hợp khác"};

    world_by(w, w->s->task[0].officer);
    return DO(w, .kind = CMD_ASK, .ask = &ask);
}

static bool agree(struct world *w, int64_t who)
{
    static const struct ask yes = {.outcome = "agree"};

    world_by(w, who);
    return DO(w, .kind = CMD_ANSWER, .ask = &yes, .task = w->s->request[w->s->requests - 1].task);
}

static const char *case_world_text(struct arena *a)
{
    const char *t = world_procedure("finance");

    t = swapped(a, t, "when: form.estimate > 1000000000, ", "");
    return swapped(a, t, "en: Case two}",
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
    assert_true(agree(w, LEAD));
    assert_string_equal(w->s->case_code, "01");
    assert_int_equal(w->s->current_due, world_instant("2026-03-30T17:00")); /* 20, same receipt */
    assert_int_equal(w->s->original_due, original);
    assert_int_equal(w->s->basis_due, original);
    assert_int_equal(w->s->committed.num, 20);
    assert_int_equal(w->change.dues, 1);
    assert_string_equal(w->change.due[0].cause, "case");
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
    suspend(w);
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
        cmocka_unit_test(a_day_off_more_moves_every_clock_that_runs_over_it),
        cmocka_unit_test(the_same_calendar_moves_nothing_at_any_moment),
        cmocka_unit_test(a_day_off_that_is_taken_away_leaves_the_promise),
        cmocka_unit_test(lateness_that_was_incurred_stays),
        cmocka_unit_test(targets_follow_by_themselves_the_promise_does_not),
        cmocka_unit_test(the_promise_moves_with_a_document_and_a_second_person),
        cmocka_unit_test(who_may_not_recalculate),
        cmocka_unit_test(a_calendar_that_ends_too_early_is_refused),
        cmocka_unit_test(a_calendar_that_changes_later_moves_nothing_promised),
        cmocka_unit_test(a_pause_over_a_correction_adds_what_the_pause_took),
        cmocka_unit_test(a_move_keeps_place_promise_and_history_and_takes_the_new_limits),
        cmocka_unit_test(a_step_that_is_gone_must_be_mapped),
        cmocka_unit_test(two_steps_that_become_one_keep_their_visits_apart),
        cmocka_unit_test(a_shorter_limit_keeps_the_promise),
        cmocka_unit_test(a_longer_limit_moves_it_only_when_asked),
        cmocka_unit_test(what_the_new_version_lacks_is_refused_by_name),
        cmocka_unit_test(who_may_not_move_a_dossier),
        cmocka_unit_test(a_standstill_goes_on_under_the_new_version),
        cmocka_unit_test(an_officer_who_left_gives_the_task_back_to_the_queue),
        cmocka_unit_test(a_longer_case_moves_the_current_date_only),
        cmocka_unit_test(a_shorter_case_keeps_the_date_and_tells_papers_and_fee),
        cmocka_unit_test(a_change_of_case_is_refused),
        cmocka_unit_test(a_case_whose_condition_is_false_is_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("running", tests, NULL, NULL);
}
