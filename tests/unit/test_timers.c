/* Timers of a dossier as specified: when each rung comes (counted by hand), whom it tells, what is
 * done by itself, and that everything happens once.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "common/dossier/timers.h"
#include "tests/lib/dossier_desk.h"

/* ---------------------------------------------------------------- a procedure with timers */

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    size_t n = strlen(text) + strlen(to) + 1;
    char *out = malloc(n);

    assert_non_null(at);
    assert_non_null(out);
    (void)snprintf(out, n, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

#define BUSY                                                                                       \
    "reasons:\n  - {reason: busy, vi: Quá tải, en: Busy, for: late, attribution: officer}\n"

/* timers: keys of the step `appraise`; more: in place of the line "reasons:". */
static struct world *timed_world_with(const char *timers, const char *more)
{
    char *with = replaced(world_procedure("finance"), "assign: least_loaded,", timers);
    char *both = replaced(with, "reasons:\n", more);
    struct world *w = world_new(both);

    free(with);
    free(both);
    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, REC2, W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_SXD, ROLE_BIT(ROLE_SPECIALIST));
    return w;
}

static struct world *timed_world(const char *timers)
{
    return timed_world_with(timers, BUSY);
}

#define WARNED                                                                                     \
    "assign: least_loaded, warn: [50%, 80%, due, \"due - 4 hour\"], escalate: {at: \"due + 4 "     \
    "hour\", to: leader},"

static void take_in(struct world *w, const char *at)
{
    struct intake in;

    world_reset(w, 1);
    world_at(w, at);
    in = world_intake(w);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
}

static void to_appraise(struct world *w, const char *at)
{
    world_at(w, at);
    world_by(w, REC);
    assert_true(world_act(w, "forward"));
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}

static bool fire(struct world *w, const char *at)
{
    world_at(w, at);
    world_by(w, 0);
    return DO(w, .kind = CMD_FIRE);
}

/* "legal.due" -> when, or INSTANT_NONE. */
static instant rung_at(struct world *w, const char *word)
{
    struct due_rung *r;
    size_t n = dossier_timers(w->s, &w->c, &r), i;

    for (i = 0; i < n; i++)
        if (strcmp(rung_word(r[i].rung.clock, r[i].rung.rung), word) == 0)
            return r[i].at;
    return INSTANT_NONE;
}

static void at_rung(struct world *w, const char *word, const char *local)
{
    instant at = rung_at(w, word);
    char got[40] = "none";

    if (at != INSTANT_NONE)
        instant_rfc3339(at, got);
    if (strncmp(got, local, strlen(local)) != 0)
        fail_msg("%s: expected %s, got %s", word, local, got);
}

/* Words of what the last decision fired, with what was done or why not. */
static const char *fired(struct world *w)
{
    static char text[1000];
    size_t n = 0, i;

    text[0] = '\0';
    for (i = 0; i < w->d.events; i++) {
        const struct event *e = &w->d.event[i];
        struct payload pl;

        if (e->kind != EV_REMINDED)
            continue;
        assert_true(payload_read(w->a, e->kind, e->payload, &pl));
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s%s%s%s", n ? " " : "",
                              rung_word((enum clock_kind)pl.kind, pl.rung), pl.does ? ">" : "",
                              pl.does ? pl.does : "", pl.why_not ? "!" : "",
                              pl.why_not ? pl.why_not : "");
        assert_true(n < sizeof text);
    }
    return text;
}

static int64_t late_of(struct world *w, size_t event)
{
    struct payload pl;

    assert_true(payload_read(w->a, w->d.event[event].kind, w->d.event[event].payload, &pl));
    return pl.late_minutes;
}

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
        take_in(w, cases[i].accepted);
        at_rung(w, "legal.supplement_window", cases[i].window);
        at_rung(w, "legal.apology", cases[i].apology);
        at_rung(w, "legal.transfer", cases[i].transfer);
        at_rung(w, "legal.due", cases[i].due);
        at_rung(w, "legal.extended", "none");
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
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        at_rung(w, cases[i].word, cases[i].at);
    world_free(w);
}

static void a_warning_before_the_step_began_is_none(void **state)
{
    struct world *w = timed_world("assign: least_loaded, warn: [\"due - 5 working_day\", due],");

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    at_rung(w, "step.warn1", "none");
    at_rung(w, "step.warn2", "2026-03-06T09:00");
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
    at_rung(w, "intake.alert", "2026-03-03T08:30"); /* one hour today, one tomorrow */
    at_rung(w, "intake.due", "2026-03-03T16:00");   /* eight working hours */
    assert_true(fire(w, "2026-03-03T08:30"));
    assert_string_equal(fired(w), "intake.alert");
    world_at(w, "2026-03-03T09:00");
    world_by(w, REC);
    in = world_intake(w);
    in.channel = CHANNEL_ONLINE;
    assert_true(DO(w, .kind = CMD_ACCEPT, .intake = &in));
    at_rung(w, "intake.due", "none");
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
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    assert_true(dossier_next_timer(w->s, &w->c) == world_instant("2026-03-04T09:00"));
    assert_true(fire(w, "2026-03-04T08:59"));
    assert_int_equal(w->d.events, 0); /* nothing has come */
    assert_true(fire(w, "2026-03-04T09:00"));
    assert_string_equal(fired(w), "step.warn1");
    assert_true(fire(w, "2026-03-04T09:00"));
    assert_int_equal(w->d.events, 0); /* not twice */
    world_at(w, "2026-03-05T10:00");
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_FIRE, .rung = &due));
    assert_int_equal(w->d.events, 0); /* not before its time */
    /* a stop over the week-end: all that came meanwhile, once, with how late it was */
    assert_true(fire(w, "2026-03-09T08:00"));
    assert_string_equal(fired(w),
                        "step.warn2 step.warn4 legal.supplement_window step.warn3 step.escalate");
    assert_int_equal(late_of(w, 0), 3 * 1440 + 21 * 60 + 24);
    assert_int_equal(late_of(w, 3), 3 * 1440 - 60);
    assert_true(dossier_next_timer(w->s, &w->c) == world_instant("2026-03-11T09:00"));
    world_free(w);
}

static void only_the_system_fires(void **state)
{
    struct world *w = timed_world(WARNED);

    (void)state;
    take_in(w, "2026-03-02T08:00");
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
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    assert_true(fire(w, "2026-03-06T09:00"));
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[1].payload, &pl));
    assert_int_equal(pl.told, SPEC); /* whoever holds the task */
    assert_true(fire(w, "2026-03-06T14:30"));
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[0].payload, &pl));
    assert_int_equal(pl.told, 0);
    assert_int_equal(pl.told_agency, W_TT); /* the one-stop unit, not the department */
    assert_string_equal(pl.role, "onestop_head");
    world_free(w);
}

/* ---------------------------------------------------------------- done by itself */

static void a_timed_act_moves_the_dossier(void **state)
{
    char *text = replaced(world_procedure("finance"), "assign: least_loaded,",
                          "assign: least_loaded, timers: [{at: \"due + 1 working_day\", do: "
                          "hand}, {at: due, do: remind}],");
    char *both = replaced(text, "actions: [{action: forward, to: approve, needs: [draft]},",
                          "actions: [{action: hand, vi: Tự chuyển, en: On, effect: forward, to: "
                          "approve}, {action: forward, to: approve, needs: [draft]},");
    struct world *w = world_new(both);

    (void)state;
    free(text);
    free(both);
    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    at_rung(w, "step.timer1", "2026-03-09T09:00");
    assert_true(fire(w, "2026-03-06T09:00"));
    assert_string_equal(fired(w), "legal.supplement_window step.timer2");
    assert_true(fire(w, "2026-03-09T09:00"));
    assert_string_equal(fired(w), "step.timer1>hand");
    assert_string_equal(w->p->step[w->s->task[0].step].step, "approve");
    assert_int_equal(w->s->done[1].officer, 0); /* nobody's work: the system's */
    at_rung(w, "step.timer1", "none");
    world_free(w);
}

static void what_is_refused_is_told_once_with_its_reason(void **state)
{
    struct world *w =
        timed_world("assign: least_loaded, timers: [{at: due, do: forward}],"); /* needs a draft */

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    assert_true(fire(w, "2026-03-06T09:00"));
    assert_string_equal(fired(w), "legal.supplement_window step.timer1>forward!needs-draft");
    assert_string_equal(w->p->step[w->s->task[0].step].step, "appraise");
    assert_true(fire(w, "2026-03-06T09:01"));
    assert_int_equal(w->d.events, 0);
    world_free(w);
}

/* ---------------------------------------------------------------- requests */

static const char *missing[] = {"land"}, *reasons[] = {"missing"};

static void ask_supplement(struct world *w, const char *at)
{
    const struct ask ask = {.kind = REQ_SUPPLEMENT,
                            .missing = missing,
                            .missings = 1,
                            .reason_code = reasons,
                            .reason_codes = 1};
    const struct ask send = {.outcome = "send"};

    world_at(w, at);
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &send));
}

static void a_standstill_has_only_the_rung_of_its_answer(void **state)
{
    struct world *w = timed_world(WARNED);
    const struct ask complete = {.outcome = "complete"};
    struct due_rung *r;

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    assert_true(fire(w, "2026-03-04T09:00")); /* half of the step's time */
    ask_supplement(w, "2026-03-04T10:00");
    assert_int_equal(dossier_timers(w->s, &w->c, &r), 1);
    at_rung(w, "supplement.lapse", "2026-03-19T17:00"); /* fifteen days */
    /* complete: everything begins anew, the warnings too; the window to ask does not */
    world_at(w, "2026-03-10T08:00");
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &complete));
    at_rung(w, "step.warn1", "2026-03-12T08:00");
    at_rung(w, "legal.supplement_window", "none");
    at_rung(w, "legal.due", "2026-03-24T17:00");
    assert_true(fire(w, "2026-03-12T08:00"));
    assert_string_equal(fired(w), "step.warn1");
    world_free(w);
}

static void fifteen_days_without_answer_list_it_for_closing(void **state)
{
    struct world *w = timed_world(WARNED);
    const struct ask notice = {.document = "12/TB"}, complete = {.outcome = "complete"};
    struct dossier *lapsed;

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    ask_supplement(w, "2026-03-03T10:00");
    assert_true(fire(w, "2026-03-18T17:00"));
    assert_string_equal(fired(w), "supplement.lapse>lapse");
    assert_int_equal(w->s->request[0].state, RS_LAPSED);
    assert_int_equal(w->s->status, DS_SUPPLEMENT); /* a person closes, not the clock */
    lapsed = w->s;
    world_at(w, "2026-03-19T08:00");
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &complete)); /* late, but not closed yet */
    w->s = lapsed;
    w->events = 0;
    world_free(w);

    w = timed_world(WARNED);
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    ask_supplement(w, "2026-03-03T10:00");
    world_by(w, REC);
    world_at(w, "2026-03-18T16:59");
    assert_int_equal(TRY(w, .kind = CMD_CLOSE, .ask = &notice), ERR_R_WRONG_STATUS);
    assert_true(fire(w, "2026-03-18T17:00"));
    world_at(w, "2026-03-19T08:00");
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_CLOSE, .ask = &notice));
    assert_int_equal(dossier_next_timer(w->s, &w->c), INSTANT_NONE);
    world_free(w);
}

static void ask_opinion(struct world *w, const char *at, const char *on_due)
{
    const struct ask ask = {.kind = REQ_CONSULT,
                            .to_agency = W_SXD,
                            .text = "Ý kiến về quy hoạch",
                            .limit = {2, 1, UNIT_WORKING_DAY},
                            .on_due = on_due};

    world_at(w, at);
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
}

static void silence_is_consent_where_it_was_said_so(void **state)
{
    struct world *w = timed_world("assign: least_loaded,");

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    ask_opinion(w, "2026-03-03T09:00", "agree");
    assert_true(world_explained(w, CLOCK_CONSULT, LANG_VI, "hết hạn không trả lời là đồng ý"));
    assert_true(fire(w, "2026-03-05T08:59"));
    assert_int_equal(w->d.events, 0);
    assert_true(fire(w, "2026-03-05T09:00"));
    assert_string_equal(fired(w), "consult.due>deemed");
    assert_int_equal(w->s->request[0].state, RS_DONE);
    assert_string_equal(w->s->request[0].outcome, "deemed");
    assert_int_equal(w->d.event[1].kind, EV_CONSULT_DEEMED_AGREED);
    world_free(w);

    w = timed_world("assign: least_loaded,");
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    ask_opinion(w, "2026-03-03T09:00", "remind");
    assert_true(fire(w, "2026-03-05T09:00"));
    assert_string_equal(fired(w), "consult.due");
    assert_int_equal(w->s->request[0].state, RS_OPEN);
    world_free(w);
}

/* What the procedure says of an opinion holds: who, how long, what follows; and it is pinned. */
static void an_overdue_opinion_is_told_to_those_above(void **state)
{
    const struct ask words = {.text = "Ý kiến về quy hoạch"};
    const struct ask longer = {.text = "x", .limit = {9, 1, UNIT_WORKING_DAY}};
    const struct ask other = {.text = "x", .to_agency = W_STC};
    struct payload pl;
    struct world *w =
        timed_world_with("assign: least_loaded,",
                         "anywhere: [{action: consult, whom: SXD, limit: 2 working_day, on_due: "
                         "\"escalate:onestop_head\", in: [appraise]}]\n" BUSY);

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    world_at(w, "2026-03-03T09:00");
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "consult", .ask = &longer), ERR_INVALID);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "consult", .ask = &other), ERR_INVALID);
    assert_true(DO(w, .kind = CMD_ACT, .action = "consult", .ask = &words));
    assert_int_equal(w->s->request[0].to_agency, W_SXD);
    assert_true(world_explained(
        w, CLOCK_CONSULT, LANG_VI,
        "hết hạn không trả lời thì nhắc và báo Giám đốc Trung tâm Phục vụ hành chính công; "
        "thời hạn giải quyết vẫn chạy"));
    assert_true(
        world_explained(w, CLOCK_CONSULT, LANG_EN,
                        "no answer in time: reminded, and told to the Head of the one-stop unit"));
    assert_true(fire(w, "2026-03-05T08:59"));
    assert_int_equal(w->d.events, 0);
    assert_true(fire(w, "2026-03-05T09:00"));
    assert_string_equal(fired(w), "consult.due consult.told");
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[0].payload, &pl));
    assert_int_equal(pl.told_agency, W_SXD); /* who was asked */
    assert_true(payload_read(w->a, EV_REMINDED, w->d.event[1].payload, &pl));
    assert_int_equal(pl.told_agency, W_TT);
    assert_string_equal(pl.role, "onestop_head");
    assert_int_equal(w->s->request[0].state, RS_OPEN);
    assert_true(fire(w, "2026-03-06T09:00"));
    assert_null(strstr(fired(w), "consult"));
    world_free(w);
}

static void an_apology_moves_the_last_rung(void **state)
{
    struct world *w = timed_world("assign: least_loaded,");
    struct ask ask = {.kind = REQ_EXTENSION, .reason = "busy", .document = "1/XL"};
    const struct ask agree = {.outcome = "agree"}, send = {.outcome = "send"};

    (void)state;
    take_in(w, "2026-03-02T08:00");
    to_appraise(w, "2026-03-02T09:00");
    assert_true(fire(w, "2026-03-13T07:30"));
    assert_non_null(strstr(fired(w), "legal.apology"));
    ask.until = lminute_day(lminute_of(world_instant("2026-03-20T00:00")));
    world_at(w, "2026-03-13T08:00");
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &agree));
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &send));
    at_rung(w, "legal.due", "none");
    at_rung(w, "legal.apology", "none"); /* only one */
    at_rung(w, "legal.extended", "2026-03-20T17:00");
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

        take_in(w, "2026-03-02T08:00");
        to_appraise(w, "2026-03-02T09:00");
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
    assert_int_equal(n, 5 + 2 + 49 + 5 + 2);
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
        cmocka_unit_test(a_standstill_has_only_the_rung_of_its_answer),
        cmocka_unit_test(fifteen_days_without_answer_list_it_for_closing),
        cmocka_unit_test(silence_is_consent_where_it_was_said_so),
        cmocka_unit_test(an_overdue_opinion_is_told_to_those_above),
        cmocka_unit_test(an_apology_moves_the_last_rung),
        cmocka_unit_test(every_rung_comes_once_whenever_it_is_looked),
        cmocka_unit_test(every_rung_has_a_word_of_its_own),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
