/* Clocks of a dossier: budgets, caps, spans, ends, and the explanation that agrees with the number.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/base/json_in.h"
#include "tests/lib/dossier_world.h"

#define REC   101
#define SPEC  111
#define LEAD  112
#define CLERK 113

static struct world *world(void)
{
    struct world *w = world_new(NULL);
    struct intake in = world_intake(w);

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_STC, ROLE_BIT(ROLE_CLERK));
    world_by(w, REC);
    world_at(w, "2026-03-02T08:00");
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    return w;
}

static void on_to(struct world *w, const char *at, int64_t who, const char *action)
{
    world_at(w, at);
    world_by(w, who);
    if (w->s->task[0].received == INSTANT_NONE)
        assert_true(DO(w, .kind = CMD_RECEIVE));
    if (strcmp(action, "forward") == 0 && w->s->draft.by == 0 && who == SPEC)
        assert_true(DO(w, .kind = CMD_DRAFT, .text = "x"));
    assert_true(DO(w, .kind = CMD_ACT, .action = action,
                   .reason = strcmp(action, "return") == 0 ? "wrong" : NULL));
}

static const struct clock *find(const struct dossier *s, enum clock_kind k, int subject, int visit)
{
    size_t i;

    for (i = 0; i < s->clocks; i++)
        if (s->clock[i].kind == k && s->clock[i].subject == subject && s->clock[i].visit == visit)
            return &s->clock[i];
    return NULL;
}

static void a_step_is_never_due_after_the_dossier(void **state)
{
    struct world *w = world(); /* promised 16/03 17:00 */

    (void)state;
    on_to(w, "2026-03-12T09:00", REC, "forward"); /* 4 working days: 18/03 09:00 */
    assert_int_equal(find(w->s, CLOCK_STEP, 1, 1)->due, world_instant("2026-03-18T09:00"));
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-16T17:00"));
    /* the officer is judged by the step's own budget */
    on_to(w, "2026-03-17T09:00", SPEC, "forward");
    assert_int_equal(w->s->done[1].due, world_instant("2026-03-18T09:00"));
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-16T17:00")); /* late: due already */
    world_free(w);
}

static void every_visit_has_its_own_clock(void **state)
{
    struct world *w = world();

    (void)state;
    on_to(w, "2026-03-02T09:00", REC, "forward");
    on_to(w, "2026-03-03T09:00", SPEC, "forward");
    on_to(w, "2026-03-04T09:00", LEAD, "return");
    assert_int_equal(find(w->s, CLOCK_STEP, 1, 1)->state, CLOCK_ENDED);
    assert_int_equal(find(w->s, CLOCK_STEP, 1, 1)->interval[0].to,
                     world_instant("2026-03-03T09:00"));
    assert_int_equal(find(w->s, CLOCK_STEP, 1, 2)->state, CLOCK_RUNNING);
    assert_int_equal(find(w->s, CLOCK_STEP, 1, 2)->received, world_instant("2026-03-04T09:00"));
    assert_int_equal(find(w->s, CLOCK_LEGAL, -1, 1)->state, CLOCK_RUNNING); /* runs through all */
    world_free(w);
}

static void a_span_runs_from_its_first_to_its_last_moment(void **state)
{
    struct world *w = world();

    (void)state;
    assert_null(find(w->s, CLOCK_SPAN, 0, 1));
    on_to(w, "2026-03-02T09:00", REC, "forward"); /* enter appraise */
    assert_int_equal(find(w->s, CLOCK_SPAN, 0, 1)->due, world_instant("2026-03-11T09:00"));
    on_to(w, "2026-03-03T09:00", SPEC, "forward");
    on_to(w, "2026-03-04T09:00", LEAD, "return"); /* entered again: it runs already */
    assert_null(find(w->s, CLOCK_SPAN, 0, 2));
    on_to(w, "2026-03-05T09:00", SPEC, "forward");
    on_to(w, "2026-03-06T09:00", LEAD, "approve");
    world_at(w, "2026-03-09T09:00");
    world_by(w, CLERK);
    assert_int_equal(find(w->s, CLOCK_SPAN, 0, 1)->state, CLOCK_RUNNING);
    assert_true(DO(w, .kind = CMD_ACT, .action = "release", .number = "1", .signer = "A",
                   .file = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                   .date = lminute_day(lminute_of(w->c.now))));
    assert_int_equal(find(w->s, CLOCK_SPAN, 0, 1)->state, CLOCK_ENDED); /* leave issue */
    assert_int_equal(find(w->s, CLOCK_LEGAL, -1, 1)->state, CLOCK_ENDED);
    world_free(w);
}

static void explanation_names_the_clock_and_agrees_with_the_number(void **state)
{
    struct world *w = world();
    struct json_fault fault;
    struct buf b;
    json_t *j;

    (void)state;
    buf_init(&b, 100000);
    assert_true(dossier_explain_clock(w->s, 0, &w->c, LANG_VI, EXPLAIN_TEXT, &b));
    assert_non_null(strstr(buf_cstr(&b), "Thời hạn giải quyết đã hẹn: 10 ngày làm việc"));
    assert_non_null(strstr(buf_cstr(&b), "17:00 thứ Hai 16/03/2026"));
    buf_clear(&b);
    assert_true(dossier_explain_clock(w->s, 1, &w->c, LANG_EN, EXPLAIN_JSON, &b));
    j = json_read((struct span){b.p, b.n}, &fault);
    assert_non_null(j);
    assert_string_equal(json_str(j, "clock"), "step");
    assert_string_equal(json_str(j, "subject"), "Receive");
    assert_string_equal(json_str(j, "budget"), "0.5 working_day");
    assert_string_equal(json_str(j, "due"), "2026-03-02T13:30:00+07:00");
    assert_true(json_array_size(json_object_get(j, "lines")) > 0);
    assert_null(json_object_get(j, "note"));
    json_decref(j);
    assert_false(dossier_explain_clock(w->s, 99, &w->c, LANG_EN, EXPLAIN_TEXT, &b));
    buf_free(&b);
    world_free(w);
}

static void a_corrected_calendar_does_not_move_the_promise(void **state)
{
    struct world *w = world();
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    w->s->clock[0].due -=
        (instant)86400 * 1000000; /* promised by an earlier version of the calendar */
    assert_true(dossier_explain_clock(w->s, 0, &w->c, LANG_VI, EXPLAIN_TEXT, &b));
    assert_non_null(strstr(buf_cstr(&b), "giữ nguyên"));
    buf_free(&b);
    world_free(w);
}

static void pauses_and_spans_are_explained_too(void **state)
{
    struct clock_interval in[2];
    struct world *w = world();
    struct clock *span;
    struct buf b;
    size_t i;

    (void)state;
    buf_init(&b, 100000);
    on_to(w, "2026-03-02T09:00", REC, "forward");
    for (i = 0; w->s->clock[i].kind != CLOCK_SPAN; i++)
        ;
    assert_true(dossier_explain_clock(w->s, i, &w->c, LANG_VI, EXPLAIN_TEXT, &b));
    assert_non_null(strstr(buf_cstr(&b), "Thời hạn qua nhiều bước “Tại Sở”"));
    span = &w->s->clock[i];
    in[0] = (struct clock_interval){span->received, world_instant("2026-03-03T09:00"), true, 1};
    in[1] = (struct clock_interval){world_instant("2026-03-03T09:00"), INSTANT_NONE, false, 2};
    span->interval = in;
    span->intervals = 2;
    world_at(w, "2026-03-03T11:00"); /* stands still for two hours up to now */
    buf_clear(&b);
    assert_true(dossier_explain_clock(w->s, i, &w->c, LANG_EN, EXPLAIN_JSON, &b));
    assert_non_null(strstr(buf_cstr(&b), "\"note\":")); /* the due was given before the pause */
    assert_non_null(strstr(b.p, "2026-03-03"));
    span->calendar = "unknown";
    assert_false(dossier_explain_clock(w->s, i, &w->c, LANG_EN, EXPLAIN_TEXT, &b));
    buf_free(&b);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_never_due_after_the_dossier),
        cmocka_unit_test(every_visit_has_its_own_clock),
        cmocka_unit_test(a_span_runs_from_its_first_to_its_last_moment),
        cmocka_unit_test(explanation_names_the_clock_and_agrees_with_the_number),
        cmocka_unit_test(a_corrected_calendar_does_not_move_the_promise),
        cmocka_unit_test(pauses_and_spans_are_explained_too),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
