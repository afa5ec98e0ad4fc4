/* Timers of a dossier as specified: when each rung comes (counted by hand), whom it tells, what is
 * done by itself, and that everything happens once.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "common/dossier/timers.h"
#include "tests/lib/dossier_running.h"
#include "tests/lib/dossier_timed.h"

/* ---------------------------------------------------------------- when */

static void the_promise_has_its_rungs(void **state)
{
    static const struct {
        const char *accepted, *window, *apology, *transfer, *due;
    } cases[] = {
        /* Monday: three days to ask, ten days of promise, apology on the day before */
        {"2026-03-02T08:00", "2026-03-05T17:00", "2026-03-13T07:30", "2026-03-02T17:00",
         "2026-03-16T17:00"},
        /* at the cut-off still the same day, a minute later the next morning */
        {"2026-03-02T15:00", "2026-03-05T17:00", "2026-03-13T07:30", "2026-03-02T17:00",
         "2026-03-16T17:00"},
        {"2026-03-02T15:01", "2026-03-05T17:00", "2026-03-13T07:30", "2026-03-03T07:30",
         "2026-03-16T17:00"},
        /* Friday afternoon: Monday morning; the window over the week-end */
        {"2026-03-06T16:00", "2026-03-11T17:00", "2026-03-19T07:30", "2026-03-09T07:30",
         "2026-03-20T17:00"},
        /* a Saturday is no working day: received, and to be handed on, when Monday opens */
        {"2026-03-07T09:00", "2026-03-12T17:00", "2026-03-20T07:30", "2026-03-09T07:30",
         "2026-03-23T17:00"},
    };
    struct world *w = timed_world("assign: least_loaded,");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        timed_take_in(w, cases[i].accepted);
        timed_at_rung(w, "legal.supplement_window", cases[i].window);
        timed_at_rung(w, "legal.apology", cases[i].apology);
        timed_at_rung(w, "legal.transfer", cases[i].transfer);
        timed_at_rung(w, "legal.due", cases[i].due);
        timed_at_rung(w, "legal.extended", "none");
    }
    world_free(w);
}

static void a_step_has_the_rungs_that_it_names(void **state)
{
    /* four working days of 480 minutes from Monday 09:00: due Friday 09:00 */
    static const struct {
        const char *word, *at;
    } cases[] = {
        {"step.warn1", "2026-03-04T09:00"},    /* 960 of 1920 minutes */
        {"step.warn2", "2026-03-05T10:36"},    /* 1536: three days and 96 minutes */
        {"step.warn3", "2026-03-06T09:00"},    /* due */
        {"step.warn4", "2026-03-05T14:30"},    /* 90 minutes of Friday, 150 of Thursday */
        {"step.escalate", "2026-03-06T14:30"}, /* 150 until noon, 90 from one */
        {"span.due", "2026-03-11T09:00"},      /* seven days */
        {"legal.transfer", "none"},            /* it was handed on */
    };
    struct world *w = timed_world(WARNED);
    size_t i;

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        timed_at_rung(w, cases[i].word, cases[i].at);
    world_free(w);
}

static void a_warning_before_the_step_began_is_none(void **state)
{
    struct world *w = timed_world("assign: least_loaded, warn: [\"due - 5 working_day\", due],");

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    timed_at_rung(w, "step.warn1", "none");
    timed_at_rung(w, "step.warn2", "2026-03-06T09:00");
    world_free(w);
}

static void an_online_submission_is_answered_within_hours(void **state)
{
    struct world *w = timed_world(WARNED);
    struct intake in;

    (void)state;
    world_at(w, "2026-03-02T16:00");
    in = world_intake(w);
    in.channel = CHANNEL_ONLINE;
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    timed_at_rung(w, "intake.alert", "2026-03-03T08:30"); /* one hour today, one tomorrow */
    timed_at_rung(w, "intake.due", "2026-03-03T16:00");   /* eight working hours */
    assert_true(world_explained(w, CLOCK_INTAKE, LANG_VI, "Nộp trực tuyến lúc 16:00"));
    assert_true(world_explained(w, CLOCK_INTAKE, LANG_EN, "answered at the latest 16:00 Tuesday"));
    assert_true(timed_fire(w, "2026-03-03T08:30"));
    assert_string_equal(timed_fired(w), "intake.alert");
    world_at(w, "2026-03-03T09:00");
    world_by(w, REC);
    in = world_intake(w);
    in.channel = CHANNEL_ONLINE;
    assert_true(DO(w, .kind = CMD_ACCEPT, .intake = &in));
    timed_at_rung(w, "intake.due", "none");
    world_free(w);
}

static void shifts_count_by_their_unit(void **state)
{
    static const struct {
        const char *from;
        int sign;
        const char *by, *to;
    } cases[] = {
        {"2026-03-06T09:00", -1, "4 hour", "2026-03-05T14:30"},
        {"2026-03-06T17:00", -1, "8 hour", "2026-03-06T07:30"},
        {"2026-03-06T17:00", 1, "4 hour", "2026-03-09T11:30"},
        {"2026-03-09T10:00", -1, "1 working_day", "2026-03-06T10:00"},
        {"2026-03-06T10:00", 1, "1 working_day", "2026-03-09T10:00"},
        {"2026-03-09T10:00", -1, "1.5 working_day", "2026-03-05T15:30"},
        {"2026-03-09T10:00", -1, "2 calendar_day", "2026-03-07T10:00"},
        {"2026-03-31T10:00", -1, "1 month", "2026-02-28T10:00"},
        {"2026-03-06T10:00", 1, "3 half_day", "2026-03-09T15:30"},
    };
    struct world *w = timed_world(WARNED);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct quantity q;
        lminute at;

        assert_true(quantity_parse(span_of(cases[i].by), &q));
        assert_true(timer_shift(w->office, lminute_of(world_instant(cases[i].from)), cases[i].sign,
                                q, &at));
        if (instant_of(at) != world_instant(cases[i].to))
            fail_msg("%s %+d * %s", cases[i].from, cases[i].sign, cases[i].by);
    }
    world_free(w);
}

/* ---------------------------------------------------------------- firing */

static void what_has_come_fires_once_in_order(void **state)
{
    struct world *w = timed_world(WARNED);
    const struct rung due = {CLOCK_STEP, 1, 1, 2};

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_true(dossier_next_timer(w->s, &w->c) == world_instant("2026-03-04T09:00"));
    assert_true(timed_fire(w, "2026-03-04T08:59"));
    assert_int_equal(w->d.events, 0); /* nothing has come */
    assert_true(timed_fire(w, "2026-03-04T09:00"));
    assert_string_equal(timed_fired(w), "step.warn1");
    assert_true(timed_fire(w, "2026-03-04T09:00"));
    assert_int_equal(w->d.events, 0); /* not twice */
    world_at(w, "2026-03-05T10:00");
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_FIRE, .rung = &due));
    assert_int_equal(w->d.events, 0); /* not before its time */
    /* a stop over the week-end: all that came meanwhile, once, with how late it was */
    assert_true(timed_fire(w, "2026-03-09T08:00"));
    assert_string_equal(timed_fired(w),
                        "step.warn2 step.warn4 legal.supplement_window step.warn3 step.escalate");
    assert_int_equal(timed_late_of(w, 0), 3 * 1440 + 21 * 60 + 24);
    assert_int_equal(timed_late_of(w, 3), 3 * 1440 - 60);
    assert_true(dossier_next_timer(w->s, &w->c) == world_instant("2026-03-11T09:00"));
    world_free(w);
}

static void only_the_system_fires(void **state)
{
    struct world *w = timed_world(WARNED);

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    world_at(w, "2026-03-20T08:00");
    world_by(w, REC);
    assert_int_equal(TRY(w, .kind = CMD_FIRE), ERR_R_NOT_YOUR_ROLE);
    world_free(w);
}

static void escalation_tells_the_role_that_it_names(void **state)
{
    struct world *w = timed_world("assign: least_loaded, warn: [due], escalate: {at: \"due + 4 "
                                  "hour\", to: onestop_head},");
    struct payload pl;

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_true(timed_fire(w, "2026-03-06T09:00"));
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[1].payload, &pl));
    assert_int_equal(pl.told, SPEC); /* whoever holds the task */
    assert_true(timed_fire(w, "2026-03-06T14:30"));
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[0].payload, &pl));
    assert_int_equal(pl.told, 0);
    assert_int_equal(pl.told_agency, W_TT); /* the one-stop unit, not the department */
    assert_string_equal(pl.role, "onestop_head");
    world_free(w);
}

/* ---------------------------------------------------------------- done by itself */

static void a_timed_act_moves_the_dossier(void **state)
{
    struct arena *a = arena_new(1 << 20);
    const char *text =
        text_swapped(a, world_procedure("finance"), "assign: least_loaded,",
                     "assign: least_loaded, timers: [{at: \"due + 1 working_day\", do: "
                     "hand}, {at: due, do: remind}],");
    const char *both =
        text_swapped(a, text, "actions: [{action: forward, to: approve, needs: [draft]},",
                     "actions: [{action: hand, vi: Tự chuyển, en: On, effect: forward, to: "
                     "approve}, {action: forward, to: approve, needs: [draft]},");
    struct world *w = world_new(both);

    (void)state;
    arena_free(a);
    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    timed_at_rung(w, "step.timer1", "2026-03-09T09:00");
    assert_true(timed_fire(w, "2026-03-06T09:00"));
    assert_string_equal(timed_fired(w), "legal.supplement_window step.timer2");
    assert_true(timed_fire(w, "2026-03-09T09:00"));
    assert_string_equal(timed_fired(w), "step.timer1>hand");
    assert_string_equal(w->p->step[w->s->task[0].step].step, "approve");
    assert_int_equal(w->s->done[1].officer, 0); /* nobody's work: the system's */
    timed_at_rung(w, "step.timer1", "none");
    world_free(w);
}

static void what_is_refused_is_told_once_with_its_reason(void **state)
{
    struct world *w =
        timed_world("assign: least_loaded, timers: [{at: due, do: forward}],"); /* needs a draft */

    (void)state;
    timed_take_in(w, "2026-03-02T08:00");
    timed_to_appraise(w, "2026-03-02T09:00");
    assert_true(timed_fire(w, "2026-03-06T09:00"));
    assert_string_equal(timed_fired(w), "legal.supplement_window step.timer1>forward!needs-draft");
    assert_string_equal(w->p->step[w->s->task[0].step].step, "appraise");
    assert_true(timed_fire(w, "2026-03-06T09:01"));
    assert_int_equal(w->d.events, 0);
    world_free(w);
}

/* ---------------------------------------------------------------- always */

/* However the visits of the timer fall, each rung of each clock comes once, and never early. */
static void every_rung_comes_once_whenever_it_is_looked(void **state)
{
    uint64_t seed = 88172645463325252u;
    int round;

    (void)state;
    for (round = 0; round < 200; round++) {
        struct world *w = timed_world(WARNED);
        instant end = world_instant("2026-03-18T00:00"), t;
        size_t i, k, n = 0;
        struct {
            int clock, subject, rung;
        } seen[64];

        timed_take_in(w, "2026-03-02T08:00");
        timed_to_appraise(w, "2026-03-02T09:00");
        t = w->c.now;
        while (t < end) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            t += (instant)(seed % 2880) * 60000000;
            if (seed % 3 == 0 && dossier_next_timer(w->s, &w->c) != INSTANT_NONE)
                t = dossier_next_timer(w->s, &w->c) > t ? dossier_next_timer(w->s, &w->c) : t;
            w->c.now = t;
            world_by(w, 0);
            assert_true(DO(w, .kind = CMD_FIRE));
            for (i = 0; i < w->d.events; i++) {
                struct payload pl;

                assert_true(payload_read(w->a, EV_REMINDED, w->d.event[i].payload, &pl));
                assert_true(pl.late_minutes >= 0);
                for (k = 0; k < n; k++)
                    assert_false(seen[k].clock == pl.kind && seen[k].subject == pl.subject &&
                                 seen[k].rung == pl.rung);
                assert_true(n < 64);
                seen[n].clock = pl.kind;
                seen[n].subject = pl.subject;
                seen[n++].rung = pl.rung;
            }
        }
        assert_int_equal(n, 9); /* five of the step, three of the promise, one of the span */
        assert_int_equal(dossier_next_timer(w->s, &w->c), INSTANT_NONE);
        world_free(w);
    }
}

static void every_rung_has_a_word_of_its_own(void **state)
{
    const char *all[CLOCK_KINDS * RUNGS_MAX];
    size_t n = 0, i;
    int c, r;

    (void)state;
    for (c = 0; c < CLOCK_KINDS; c++)
        for (r = 0; r < RUNGS_MAX; r++) {
            const char *word = rung_word((enum clock_kind)c, r);

            if (!*word)
                continue;
            assert_true(rung_title((enum clock_kind)c, r).vi[0] != '\0');
            for (i = 0; i < n; i++)
                assert_string_not_equal(all[i], word);
            all[n++] = word;
        }
    assert_int_equal(n, 5 + 2 + 50 + 5 + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_promise_has_its_rungs),
        cmocka_unit_test(a_step_has_the_rungs_that_it_names),
        cmocka_unit_test(a_warning_before_the_step_began_is_none),
        cmocka_unit_test(an_online_submission_is_answered_within_hours),
        cmocka_unit_test(shifts_count_by_their_unit),
        cmocka_unit_test(what_has_come_fires_once_in_order),
        cmocka_unit_test(only_the_system_fires),
        cmocka_unit_test(escalation_tells_the_role_that_it_names),
        cmocka_unit_test(a_timed_act_moves_the_dossier),
        cmocka_unit_test(what_is_refused_is_told_once_with_its_reason),
        cmocka_unit_test(every_rung_comes_once_whenever_it_is_looked),
        cmocka_unit_test(every_rung_has_a_word_of_its_own),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
