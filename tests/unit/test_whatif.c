/* What if: other limits, another calendar, another rule for supplements, over dossiers that were
 * played by the real decisions; every date below is counted by hand (7 October 2026 is a Wednesday,
 * hours 07:30-11:30 and 13:00-17:00, Monday to Friday).  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/figures/whatif.h"
#include "tests/lib/dossier_world.h"

#define REC    101
#define CODE   "9.000009"
#define FILE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char text[] =
    "procedure: \"9.000009\"\nversion: 1\nvalid_from: 2018-01-01\nkind: citizen\n"
    "name: {vi: Thủ tục, en: Procedure}\nfield: {code: TC, vi: Tài chính, en: Finance}\n"
    "competent: STC\nreception: any\nchannels: [counter, online, post]\nbasis: [Luật]\n"
    "result: {vi: Giấy, en: Paper}\nfee: {amount: 0}\nlimit: 3 working_day_eod\n"
    "components:\n  - {component: form, vi: Tờ khai, en: Form, need: required, originals: 1}\n"
    "reasons:\n"
    "  - {reason: missing, vi: Thiếu, en: Missing, for: supplement, attribution: applicant, "
    "incomplete: true}\n"
    "  - {reason: incomplete, vi: Thiếu, en: Missing, for: refuse, attribution: applicant, "
    "incomplete: true}\n"
    "  - {reason: not_eligible, vi: Không đủ, en: No, for: refuse, attribution: applicant}\n"
    "steps:\n"
    "  - {step: work, vi: Làm, en: Work, at: reception, role: receiver, limit: 2 working_day, "
    "public: {vi: Nhận, en: In}, portal: 4, actions: [{action: refuse}, {action: release, to: "
    "hand, "
    "needs: [result]}]}\n"
    "  - {step: hand, vi: Trả, en: Hand, at: reception, role: receiver, public: {vi: Trả, en: "
    "Out}, portal: 9, actions: [{action: hand_over}]}\n";

static struct world *world(const char *accepted)
{
    struct world *w = world_new(text);
    struct intake in;

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_reset(w, 1);
    in = world_intake(w);
    world_at(w, accepted);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    return w;
}

static void finish(struct world *w, const char *at)
{
    world_at(w, at);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ACT, .action = "release", .number = "1", .signer = "A",
                   .file = FILE_A, .date = lminute_day(lminute_of(w->c.now))));
}

static void answer(struct world *w, const char *outcome)
{
    struct ask ask = {.outcome = outcome};

    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ANSWER, .task = w->s->request[0].task, .ask = &ask),
                     ERR_OK);
}

static void supplement(struct world *w, const char *sent, const char *complete)
{
    static const char *missing[] = {"form"}, *reason[] = {"missing"};
    struct ask ask = {.kind = REQ_SUPPLEMENT,
                      .missing = missing,
                      .missings = 1,
                      .reason_code = reason,
                      .reason_codes = 1};

    world_at(w, sent);
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_OK);
    if (w->s->request[0].state != RS_OPEN)
        answer(w, "send");
    world_at(w, complete);
    answer(w, "complete");
}

struct side { /* which calendars a side of the comparison sees */
    const struct world *w;
    const struct calendar *instead; /* of all; NULL: each by its name */
};

static const struct calendar *side_calendar(void *ctx, const char *name)
{
    const struct side *s = ctx;

    if (s->instead)
        return s->instead;
    return strcmp(name, "cutoff") == 0 ? s->w->cutoff : s->w->office;
}

#define NOVEMBER "2026-11-01T00:00"

static struct whatif_one ask(struct world *w, struct whatif q, const struct calendar *instead)
{
    struct side real = {w, NULL}, supposed = {w, instead};
    struct whatif_one one;

    q.calendar = side_calendar;
    q.real = &real;
    q.supposed = &supposed;
    whatif_class(w->s, &q, world_instant(NOVEMBER), &one);
    return one;
}

#define CHECK(one, is_apart, was, would_be, date)                                                  \
    do {                                                                                           \
        struct whatif_one o = (one);                                                               \
        assert_int_equal(o.apart, is_apart);                                                       \
        assert_int_equal(o.real, was);                                                             \
        assert_int_equal(o.supposed, would_be);                                                    \
        assert_true(o.supposed_due == world_instant(date));                                        \
    } while (0)

static struct whatif with_limit(const char *step, int days)
{
    static struct whatif_limit l;

    l = (struct whatif_limit){.procedure = CODE, .step = step};
    assert_true(quantity_parse(span_of(days == 2   ? "2 working_day_eod"
                                       : days == 4 ? "4 working_day_eod"
                                                   : "1 working_day"),
                               &l.limit));
    return (struct whatif){.limit = &l, .limits = 1};
}

/* Wednesday 10:00 and three days: Monday 12 October 17:00. */
static void another_limit_moves_the_date(void **state)
{
    struct world *w = world("2026-10-07T10:00");

    (void)state;
    finish(w, "2026-10-12T10:00");
    CHECK(ask(w, (struct whatif){.limits = 0}, NULL), false, CLASS_ON_TIME, CLASS_ON_TIME,
          "2026-10-12T17:00");
    CHECK(ask(w, with_limit(NULL, 2), NULL), false, CLASS_ON_TIME, CLASS_LATE, "2026-10-09T17:00");
    CHECK(ask(w, with_limit(NULL, 4), NULL), false, CLASS_ON_TIME, CLASS_EARLY, "2026-10-13T17:00");
    world_free(w);
}

/* Sent Friday 9 October 10:00, complete Wednesday 14 October 10:00.  From zero: 15, 16, 19 October.
 * Going on: those three days of session time after Monday the 12th.  Not stopped: the 12th. */
static void another_rule_for_supplements(void **state)
{
    struct world *w = world("2026-10-07T10:00");

    (void)state;
    supplement(w, "2026-10-09T10:00", "2026-10-14T10:00");
    assert_true(w->s->basis_due == world_instant("2026-10-19T17:00"));
    finish(w, "2026-10-16T10:00");
    CHECK(ask(w, (struct whatif){.limits = 0}, NULL), false, CLASS_EARLY, CLASS_EARLY,
          "2026-10-19T17:00");
    CHECK(ask(w, (struct whatif){.supplement = WHATIF_RESTARTS}, NULL), false, CLASS_EARLY,
          CLASS_EARLY, "2026-10-19T17:00");
    CHECK(ask(w, (struct whatif){.supplement = WHATIF_CONTINUES}, NULL), false, CLASS_EARLY,
          CLASS_LATE, "2026-10-15T17:00");
    CHECK(ask(w, (struct whatif){.supplement = WHATIF_COUNTS}, NULL), false, CLASS_EARLY,
          CLASS_LATE, "2026-10-12T17:00");
    world_free(w);
}

/* Received after 15:00: with a cut-off it counts from the next day on. */
static void another_calendar(void **state)
{
    struct world *w = world("2026-10-07T15:30");

    (void)state;
    finish(w, "2026-10-13T09:00");
    CHECK(ask(w, (struct whatif){.limits = 0}, w->cutoff), false, CLASS_LATE, CLASS_ON_TIME,
          "2026-10-13T17:00");
    world_free(w);
}

/* Still open at the end of October. */
static void what_is_pending_is_asked_too(void **state)
{
    struct world *w = world("2026-10-28T10:00");

    (void)state;
    CHECK(ask(w, with_limit(NULL, 2), NULL), false, CLASS_PENDING_WITHIN, CLASS_PENDING_OVERDUE,
          "2026-10-30T17:00");
    world_free(w);
}

/* A date that the rules as they were do not give stays, and is counted apart. */
static void what_was_moved_by_hand_is_left_alone(void **state)
{
    struct world *w = world("2026-10-07T10:00");

    (void)state;
    finish(w, "2026-10-12T10:00");
    w->s->basis_due = world_instant("2026-10-14T17:00");
    CHECK(ask(w, with_limit(NULL, 2), NULL), true, CLASS_EARLY, CLASS_EARLY, "2026-10-14T17:00");
    world_free(w);
}

/* Two days for the step: handed on after 12 hours of work; one day is 8 hours by this calendar. */
static void steps_against_another_norm(void **state)
{
    struct world *w = world("2026-10-07T10:00");
    struct whatif q = with_limit("work", 1);
    struct side side = {w, NULL};
    struct spent real, supposed;

    (void)state;
    finish(w, "2026-10-08T15:00"); /* 10:00-11:30, 13:00-17:00, 07:30-11:30, 13:00-15:00 */
    q.calendar = side_calendar;
    q.real = q.supposed = &side;
    assert_true(whatif_steps(w->a, w->s, w->p, &q, &real, &supposed));
    assert_int_equal(real.steps, 1);
    assert_int_equal(real.step[0].minutes, 690);
    assert_int_equal(supposed.step[0].minutes, 690);
    assert_int_equal(real.step[0].norm, 960);
    assert_int_equal(supposed.step[0].norm, 480);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_limit_moves_the_date),
        cmocka_unit_test(another_rule_for_supplements),
        cmocka_unit_test(another_calendar),
        cmocka_unit_test(what_is_pending_is_asked_too),
        cmocka_unit_test(what_was_moved_by_hand_is_left_alone),
        cmocka_unit_test(steps_against_another_norm),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("whatif", tests, NULL, NULL);
}
