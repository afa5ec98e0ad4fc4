/* Late entry after an outage (domain B13, INV2: both times are kept, nothing else is back-dated)
 * and correction of a wrong result (C10, Decree 118/2025 art. 23: within 3 working days of
 * detection). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_desk.h"

#define CHIEF 132 /* head of the one-stop unit */

static struct world *late_world(void)
{
    struct world *w = desk_world("finance");

    world_officer(w, CHIEF, W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD) | ROLE_BIT(ROLE_RECEIVER));
    world_at(w, "2026-03-04T09:00");
    world_by(w, REC);
    return w;
}

static struct intake claimed_at(struct world *w, const char *local)
{
    struct intake in = world_intake(w);

    in.claimed = world_instant(local);
    in.document = "BB 05/2026 sự cố mất điện";
    return in;
}

static enum err answer(struct world *w, const char *outcome)
{
    return TRY(w, .kind = CMD_ANSWER, .ask = &(struct ask){.outcome = outcome}, .note = "Đã xem");
}

/* The citizen came in time: her days count from then, whenever it was typed in. */
static void the_clock_counts_from_when_it_was_handed_in(void **state)
{
    static const struct {
        const char *claimed, *due;
    } row[] = {
        {NULL, "2026-03-18T17:00"},               /* ten working days from today */
        {"2026-03-04T08:00", "2026-03-18T17:00"}, /* the same morning: nothing moves */
        {"2026-03-02T10:00", "2026-03-16T17:00"}, /* two days earlier */
        {"2026-02-27T16:30", "2026-03-13T17:00"}, /* the Friday before */
    };
    struct world *w = late_world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof row / sizeof *row; i++) {
        struct intake in;
        const struct clock *legal;

        world_reset(w, (int64_t)i + 1);
        world_at(w, "2026-03-04T09:00");
        world_by(w, REC);
        in = row[i].claimed ? claimed_at(w, row[i].claimed) : world_intake(w);
        assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
        assert_true(w->s->accepted == world_instant("2026-03-04T09:00"));
        assert_true(w->s->original_due == world_instant(row[i].due));
        legal = &w->s->clock[0];
        if (row[i].claimed) {
            assert_true(w->s->claimed == world_instant(row[i].claimed));
            assert_true(legal->received == w->s->claimed);
            assert_int_equal(w->s->request[0].kind, REQ_LATE_ENTRY);
            assert_int_equal(w->s->request[0].state, RS_ASKED);
        } else {
            assert_true(w->s->claimed == INSTANT_NONE);
            assert_int_equal(w->s->requests, 0);
        }
        assert_int_equal(legal->interval[0].from == w->s->accepted, 1); /* no event is back-dated */
    }
    world_free(w);
}

static void what_is_claimed_has_its_limits(void **state)
{
    static const struct {
        const char *claimed, *document;
        enum err e;
        const char *pointer;
    } row[] = {
        {"2026-03-04T09:01", "BB", ERR_INVALID, "/claimed"},
        {"2026-02-25T08:59", "BB", ERR_R_TOO_LATE, "/claimed"},
        {"2026-02-25T09:00", "BB", ERR_OK, NULL},
        {"2026-03-03T09:00", NULL, ERR_R_NEEDS_DOCUMENT, "/document"},
        {"2026-03-03T09:00", "", ERR_R_NEEDS_DOCUMENT, "/document"},
    };
    struct world *w = late_world();
    struct ask ask = {.kind = REQ_LATE_ENTRY};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof row / sizeof *row; i++) {
        struct intake in;

        world_reset(w, (int64_t)i + 1);
        in = claimed_at(w, row[i].claimed);
        in.document = row[i].document;
        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), row[i].e);
        if (row[i].pointer)
            assert_true(refused_with(w, row[i].e, row[i].pointer));
    }
    desk_take_in(w, 9);
    assert_int_equal(TRY(w, .kind = CMD_ASK, .ask = &ask), ERR_R_TOO_LATE); /* never afterwards */
    world_free(w);
}

static void what_was_recorded_is_not_entered_late(void **state)
{
    struct world *w = late_world();
    struct intake in = world_intake(w), late;

    (void)state;
    in.channel = CHANNEL_ONLINE;
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
    world_by(w, REC);
    late = claimed_at(w, "2026-03-03T09:00");
    late.channel = CHANNEL_ONLINE;
    assert_int_equal(TRY(w, .kind = CMD_ACCEPT, .intake = &late), ERR_INVALID);
    assert_true(refused_with(w, ERR_INVALID, "/claimed"));
    world_free(w);
}

/* The head of the one-stop unit is a second person; declined, flag and promise stay as they are. */
static void a_second_person_looks_at_it(void **state)
{
    struct world *w = late_world();
    struct intake in;
    instant due;
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        world_reset(w, i + 1);
        world_by(w, CHIEF);
        world_at(w, "2026-03-04T09:00");
        in = claimed_at(w, "2026-03-02T10:00");
        assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
        assert_int_equal(answer(w, "agree"), ERR_R_SEPARATION); /* she took it in herself */
        world_reset(w, i + 3);
        world_by(w, REC);
        in = claimed_at(w, "2026-03-02T10:00");
        assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
        due = w->s->original_due;
        assert_int_equal(answer(w, "agree"), ERR_R_NOT_YOUR_ROLE);
        world_by(w, CHIEF);
        assert_int_equal(answer(w, i ? "decline" : "agree"), ERR_OK);
        assert_int_equal(w->s->request[0].state, i ? RS_DECLINED : RS_DONE);
        assert_true(w->s->claimed == world_instant("2026-03-02T10:00"));
        assert_true(w->s->original_due == due && w->s->current_due == due);
        assert_int_equal(w->s->tasks, 1); /* the side task is gone, the work goes on */
        world_by(w, REC);
        assert_true(world_act(w, "forward"));
    }
    world_free(w);
}

/* Nobody escapes the second look by being quick: the result does not take it away. */
static void the_second_look_outlives_the_result(void **state)
{
    struct world *w = late_world();
    struct intake in;

    (void)state;
    world_reset(w, 1);
    world_by(w, REC);
    world_at(w, "2026-03-04T09:00");
    in = claimed_at(w, "2026-03-02T10:00");
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(world_act(w, "forward"));
    world_by(w, w->s->task[w->s->tasks - 1].officer);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
    assert_true(desk_number(w, NULL));
    assert_true(world_act(w, "release"));
    assert_int_equal(w->s->status, DS_RELEASED);
    assert_int_equal(w->s->request[0].state, RS_ASKED);
    world_by(w, CHIEF);
    assert_int_equal(answer(w, "decline"), ERR_OK);
    assert_int_equal(w->s->request[0].state, RS_DECLINED);
    assert_int_equal(w->s->status, DS_RELEASED);
    world_free(w);
}

/* ---------------------------------------------------------------- corrections */

static struct intake correction(struct world *w, struct link_news *news)
{
    struct intake in = world_intake(w);

    *news = (struct link_news){.kind = LINK_CORRECTS,
                               .dossier = 77,
                               .code = "H24.11-260101-0001",
                               .due = INSTANT_NONE,
                               .finished = world_instant("2026-02-10T10:00")};
    in.link = news;
    in.competent = W_STC;
    in.document = "BB phát hiện sai sót 3/2026";
    return in;
}

static void a_correction_has_three_working_days_from_the_detection(void **state)
{
    struct fee_item fee = {.fee = "fee", .amount = 50000};
    struct world *w = late_world();
    struct link_news news;
    struct intake in = correction(w, &news);

    (void)state;
    w->p->fee = &fee;
    w->p->fees = 1;
    in.checks = 0; /* nothing is asked of the citizen again */
    in.claimed = world_instant("2026-03-03T16:00");
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
    assert_true(w->s->original_due == world_instant("2026-03-06T17:00"));
    assert_int_equal(w->s->fee, 0); /* the mistake was ours */
    assert_int_equal(w->s->money, MONEY_NONE);
    assert_int_equal(w->s->links, 1);
    assert_int_equal(w->s->link[0].kind, LINK_CORRECTS);
    assert_int_equal(w->s->link[0].dossier, 77);
    assert_int_equal(w->s->requests, 0);
    assert_false(dossier_valid_first(w->s)); /* nobody's first submission */
    assert_true(w->s->first_decided == INSTANT_NONE);
    world_free(w);
}

static void who_may_correct_and_what(void **state)
{
    struct world *w = late_world();
    struct link_news news;
    struct intake in;
    const struct {
        int64_t by;
        enum err e;
    } who[] = {{REC, ERR_OK},
               {SPEC, ERR_OK},
               {LEAD, ERR_OK},
               {CLERK, ERR_OK},
               {AUDIT, ERR_R_NOT_YOUR_AGENCY}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof who / sizeof *who; i++) {
        world_reset(w, (int64_t)i + 1);
        world_by(w, who[i].by);
        in = correction(w, &news);
        assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), who[i].e);
    }
    world_reset(w, 10);
    world_by(w, SPEC);
    in = correction(w, &news);
    news.finished = INSTANT_NONE; /* not issued yet: it is simply done right */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_WRONG_STATUS);
    in = correction(w, &news);
    in.document = NULL;
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NEEDS_DOCUMENT);
    in = correction(w, &news);
    in.claimed = world_instant("2026-03-04T09:01");
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_INVALID);
    in = world_intake(w); /* without a link a specialist takes nothing in */
    assert_int_equal(TRY(w, .kind = CMD_TAKE_IN, .intake = &in), ERR_R_NOT_YOUR_AGENCY);
    world_free(w);
}

/* The wrong dossier keeps its finish and its class; it only knows who corrects it. */
static void the_original_is_not_touched(void **state)
{
    struct world *w = late_world();
    struct link_news news = {.kind = LINK_CORRECTED_BY,
                             .dossier = 88,
                             .code = "H24.11-260304-0009",
                             .due = INSTANT_NONE,
                             .finished = INSTANT_NONE};
    enum dossier_class class;
    instant finished;

    (void)state;
    desk_to_hand(w, 1);
    world_by(w, REC);
    (void)DO(w, .kind = CMD_RECEIVE);
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    finished = w->s->finished;
    class = dossier_class_at(w->s, DUE_BASIS, w->c.now);
    world_at(w, "2026-06-01T09:00");
    world_by(w, 0);
    assert_true(DO(w, .kind = CMD_LINK, .link = &news, .ask = &(struct ask){.document = "BB 3"}));
    assert_int_equal(w->event[w->events - 1].kind, EV_CORRECTED);
    assert_true(w->s->finished == finished);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), class);
    assert_int_equal(w->s->status, DS_RETURNED);
    assert_int_equal(w->s->link[0].kind, LINK_CORRECTED_BY);
    assert_int_equal(TRY(w, .kind = CMD_LINK, .link = &news), ERR_OK);
    assert_int_equal(w->d.events, 0); /* told twice, known once */
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_counts_from_when_it_was_handed_in),
        cmocka_unit_test(what_is_claimed_has_its_limits),
        cmocka_unit_test(what_was_recorded_is_not_entered_late),
        cmocka_unit_test(a_second_person_looks_at_it),
        cmocka_unit_test(the_second_look_outlives_the_result),
        cmocka_unit_test(a_correction_has_three_working_days_from_the_detection),
        cmocka_unit_test(who_may_correct_and_what),
        cmocka_unit_test(the_original_is_not_touched),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
