/* How dossiers come out, and the figures they move: the golden month (limit of 3 working days), the
 * edges of early, on time and late, the view as of an instant.  G7 (supplement) and G8 (withdrawal)
 * belong to acts that are not there yet.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_world.h"

#define REC    101
#define FILE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char short_text[] =
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
    "  - {step: work, vi: Làm, en: Work, at: reception, role: receiver, public: {vi: Nhận, en: "
    "In}, "
    "portal: 4, actions: [{action: refuse}, {action: release, to: hand, needs: [result]}]}\n"
    "  - {step: hand, vi: Trả, en: Hand, at: reception, role: receiver, public: {vi: Trả, en: "
    "Out}, "
    "portal: 9, actions: [{action: hand_over}]}\n";

static struct world *world(void)
{
    struct world *w = world_new(short_text);

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER));
    return w;
}

static void accept(struct world *w, int64_t id, enum channel channel, const char *at)
{
    struct intake in;

    world_reset(w, id);
    in = world_intake(w);
    in.channel = channel;
    world_at(w, at);
    if (channel == CHANNEL_ONLINE) {
        world_by(w, 0);
        assert_true(DO(w, .kind = CMD_SUBMIT, .intake = &in));
        world_by(w, REC);
        assert_true(DO(w, .kind = CMD_ACCEPT));
        return;
    }
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
}

static void finish(struct world *w, const char *at)
{
    world_at(w, at);
    assert_true(DO(w, .kind = CMD_ACT, .action = "release", .number = "1", .signer = "A",
                   .file = FILE_A, .date = lminute_day(lminute_of(w->c.now))));
}

/* ---------------------------------------------------------------- edges */

static void early_is_an_earlier_date_and_late_is_one_second(void **state)
{
    /* accepted Wednesday 07/10/2026 10:00, due Monday 12/10 17:00 */
    static const struct {
        const char *finished;
        enum dossier_class class;
    } cases[] = {
        {"2026-10-07T10:01", CLASS_EARLY},    {"2026-10-09T17:00", CLASS_EARLY},
        {"2026-10-11T23:59:59", CLASS_EARLY}, {"2026-10-12T00:00", CLASS_ON_TIME},
        {"2026-10-12T07:31", CLASS_ON_TIME},  {"2026-10-12T17:00", CLASS_ON_TIME},
        {"2026-10-12T17:00:01", CLASS_LATE},  {"2026-10-12T17:05", CLASS_LATE},
        {"2026-10-13T07:31", CLASS_LATE},
    };
    struct world *w = world();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        accept(w, (int64_t)i + 1, CHANNEL_COUNTER, "2026-10-07T10:00");
        assert_int_equal(w->s->original_due, world_instant("2026-10-12T17:00"));
        finish(w, cases[i].finished);
        assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), cases[i].class);
        assert_int_equal(dossier_class_at(w->s, DUE_ORIGINAL, w->c.now), cases[i].class);
        assert_int_equal(dossier_class_at(w->s, DUE_CURRENT, w->c.now), cases[i].class);
    }
    world_free(w);
}

static void pending_is_within_until_the_due_instant(void **state)
{
    struct world *w = world();

    (void)state;
    accept(w, 1, CHANNEL_COUNTER, "2026-10-07T10:00");
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-10-07T09:59")),
                     CLASS_NOT_RECEIVED);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-10-07T10:00")),
                     CLASS_PENDING_WITHIN);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-10-12T17:00")),
                     CLASS_PENDING_WITHIN);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-10-12T17:00:01")),
                     CLASS_PENDING_OVERDUE);
    world_free(w);
}

static void collecting_late_changes_nothing(void **state)
{
    struct world *w = world();

    (void)state;
    accept(w, 1, CHANNEL_COUNTER, "2026-10-07T10:00");
    finish(w, "2026-10-12T16:00");
    world_at(w, "2026-12-01T09:00");
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_ON_TIME);
    world_free(w);
}

static void an_extension_does_not_make_late_on_time_by_the_basis(void **state)
{
    struct world *w = world();

    (void)state;
    accept(w, 1, CHANNEL_COUNTER, "2026-10-26T10:00"); /* due 29/10, new date 02/11 */
    w->s->current_due = world_instant("2026-11-02T17:00");
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-11-01T00:00")),
                     CLASS_PENDING_OVERDUE);
    assert_int_equal(dossier_class_at(w->s, DUE_CURRENT, world_instant("2026-11-01T00:00")),
                     CLASS_PENDING_WITHIN);
    world_free(w);
}

static void other_ends_and_waiting_are_classes_of_their_own(void **state)
{
    struct clock_interval stopped[2];
    struct world *w = world();

    (void)state;
    accept(w, 1, CHANNEL_COUNTER, "2026-10-12T10:00");
    stopped[0] =
        (struct clock_interval){w->s->accepted, world_instant("2026-10-13T10:00"), true, 3};
    stopped[1] = (struct clock_interval){world_instant("2026-10-13T10:00"),
                                         world_instant("2026-10-20T10:00"), false, 9};
    w->s->clock[0].interval = stopped;
    w->s->clock[0].intervals = 2;
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-10-19T10:00")),
                     CLASS_WAITING); /* neither within nor overdue */
    w->s->status = DS_WITHDRAWN;
    w->s->ended = world_instant("2026-10-14T10:00");
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2027-01-01T00:00")),
                     CLASS_ENDED_OTHER);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, world_instant("2026-10-13T00:00")),
                     CLASS_PENDING_WITHIN); /* as of before it ended */
    world_free(w);
}

/* ---------------------------------------------------------------- the golden month */

struct golden {
    const char *name;
    enum channel channel;
    const char *accepted, *due, *finished;
    bool first_returned, rejected, refused;
    enum dossier_class at_end; /* as of 01/11/2026 00:00 */
};
static const struct golden golden[] = {
    {"G1", CHANNEL_ONLINE, "2026-09-28T09:00", "2026-10-01T17:00", "2026-09-30T10:00",
     .at_end = CLASS_EARLY},
    {"G2", CHANNEL_COUNTER, "2026-09-29T09:00", "2026-10-02T17:00", "2026-10-02T10:00",
     .at_end = CLASS_ON_TIME},
    {"G3", CHANNEL_ONLINE, "2026-09-30T09:00", "2026-10-05T17:00", "2026-10-06T09:00",
     .at_end = CLASS_LATE},
    {"G4", CHANNEL_ONLINE, "2026-10-05T09:00", "2026-10-08T17:00", "2026-10-07T09:00",
     .at_end = CLASS_EARLY},
    {"G5", CHANNEL_ONLINE, "2026-10-06T09:00", "2026-10-09T17:00", "2026-10-09T16:00",
     .at_end = CLASS_ON_TIME},
    {"G6", CHANNEL_COUNTER, "2026-10-07T09:00", "2026-10-12T17:00", "2026-10-12T17:05",
     .at_end = CLASS_LATE},
    {"G9", CHANNEL_ONLINE, "2026-10-26T09:00", "2026-10-29T17:00", "2026-11-03T09:00",
     .at_end = CLASS_PENDING_OVERDUE},
    {"G10", CHANNEL_ONLINE, "2026-10-29T09:00", "2026-11-03T17:00", "2026-11-04T09:00",
     .at_end = CLASS_PENDING_WITHIN},
    {"G11", CHANNEL_COUNTER, "2026-10-20T09:00", "2026-10-23T17:00", NULL,
     .at_end = CLASS_PENDING_OVERDUE},
    {"G12", CHANNEL_ONLINE, "2026-10-16T09:00", "2026-10-21T17:00", "2026-10-19T09:00",
     .first_returned = true, .at_end = CLASS_EARLY},
    {"G13", CHANNEL_COUNTER, "2026-10-13T09:00", NULL, NULL, .rejected = true,
     .at_end = CLASS_NOT_RECEIVED},
    {"G14", CHANNEL_ONLINE, "2026-10-13T09:00", "2026-10-16T17:00", "2026-10-16T11:00",
     .refused = true, .at_end = CLASS_ON_TIME},
};

static const char *const missing[] = {"missing"}, *const incomplete[] = {"incomplete"};

struct sums { /* of October */
    int online, other, decided, first_accepted, valid;
    int classes[CLASS_COUNT];
};

static bool october(instant t)
{
    return t != INSTANT_NONE && t >= world_instant("2026-10-01T00:00") &&
           t < world_instant("2026-11-01T00:00");
}

static void add(const struct dossier *s, struct sums *to)
{
    if (october(s->accepted))
        ++*(s->channel == CHANNEL_ONLINE ? &to->online : &to->other);
    if (!october(s->first_decided))
        return;
    to->decided++;
    to->first_accepted += s->first_accepted;
    to->valid += dossier_valid_first(s);
}

static void step(struct world *w, const struct command *c)
{
    assert_true(world_do(w, c));
}

static void enter(struct world *w, const struct golden *g)
{
    struct intake in = world_intake(w);

    in.channel = g->channel;
    world_at(w, g->accepted);
    world_by(w, REC);
    if (g->rejected) {
        in.reason = incomplete;
        in.reasons = 1;
        in.checks = 0;
        step(w, &(struct command){.kind = CMD_REJECT_INTAKE, .intake = &in});
        return;
    }
    if (g->channel != CHANNEL_ONLINE) {
        step(w, &(struct command){.kind = CMD_TAKE_IN, .intake = &in});
        return;
    }
    if (g->first_returned) {
        struct intake why = {.reason = missing, .reasons = 1};

        world_at(w, "2026-10-15T09:00");
        step(w, &(struct command){.kind = CMD_SUBMIT, .intake = &in});
        step(w, &(struct command){.kind = CMD_RETURN_INTAKE, .intake = &why});
        world_at(w, g->accepted);
        step(w, &(struct command){.kind = CMD_RESUBMIT, .intake = &in});
    } else
        step(w, &(struct command){.kind = CMD_SUBMIT, .intake = &in});
    step(w, &(struct command){.kind = CMD_ACCEPT});
}

static void leave(struct world *w, const struct golden *g)
{
    struct command c = {
        .kind = CMD_ACT, .action = "release", .number = "1", .signer = "A", .file = FILE_A};

    if (!g->finished)
        return;
    world_at(w, g->finished);
    c.date = lminute_day(lminute_of(w->c.now));
    if (g->refused) {
        step(w, &(struct command){.kind = CMD_ACT, .action = "refuse", .reason = "not_eligible"});
        c.number = c.signer = NULL; /* a refusal with its reason needs no document */
        c.date = 0;
        c.file = NULL;
    }
    step(w, &c);
}

static void golden_month_gives_the_golden_figures(void **state)
{
    struct world *w = world();
    struct sums sums = {.classes = {0}};
    instant end = world_instant("2026-11-01T00:00");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof golden / sizeof *golden; i++) {
        const struct golden *g = &golden[i];

        world_reset(w, (int64_t)i + 1);
        enter(w, g);
        if (g->due)
            assert_int_equal(w->s->original_due, world_instant(g->due));
        leave(w, g);
        add(w->s, &sums);
        /* asked in January, the answer as of the end of October is the same */
        world_at(w, "2027-01-15T09:00");
        assert_int_equal(dossier_class_at(w->s, DUE_BASIS, end), g->at_end);
        sums.classes[dossier_class_at(w->s, DUE_BASIS, end)]++;
    }
    assert_int_equal(sums.online, 6);                 /* G4 G5 G9 G10 G12 G14 */
    assert_int_equal(sums.other, 2);                  /* G6 G11 (G7 not there yet) */
    assert_int_equal(sums.classes[CLASS_EARLY], 3);   /* G1 (in September) G4 G12 */
    assert_int_equal(sums.classes[CLASS_ON_TIME], 3); /* G2 G5 G14 */
    assert_int_equal(sums.classes[CLASS_LATE], 2);    /* G3 G6 */
    assert_int_equal(sums.classes[CLASS_ENDED_OTHER], 0);
    assert_int_equal(sums.decided, 9);
    assert_int_equal(sums.first_accepted, 7);
    assert_int_equal(sums.valid, 7); /* not G12 (returned first), not G13 */
    assert_int_equal(sums.classes[CLASS_PENDING_WITHIN], 1);
    assert_int_equal(sums.classes[CLASS_PENDING_OVERDUE], 2);
    world_free(w);
}

/* What cheats nationally (field mistake 5): waiting, paying and stopped told as resolved. */
static void the_portal_hears_of_results_only_when_there_are_some(void **state)
{
    static const int told[DS_COUNT] = {
        [DS_NONE] = 0,
        [DS_SUBMITTED] = 1,
        [DS_INTAKE_SUPPLEMENT] = 5,
        [DS_REJECTED_INTAKE] = 3,
        [DS_ACCEPTED] = 2,
        [DS_PROCESSING] = 4,
        [DS_APPROVED] = 4,
        [DS_RELEASED] = 9,
        [DS_RETURNED] = 10,
        [DS_CONSULTING] = 4,
        [DS_SUPPLEMENT] = 5,
        [DS_FIN_OBLIGATION] = 6,
        [DS_SUSPENDED] = 8,
        [DS_WITHDRAWN] = 7,
        [DS_STOPPED] = 8,
        [DS_CLOSED] = 8,
        [DS_EXCLUDED] = 4,
    };
    int step;

    (void)state;
    for (unsigned s = 0; s < DS_COUNT; s++) {
        assert_int_equal(portal_status((enum dossier_status)s, 0), told[s]);
        for (step = 1; step <= 10; step++) { /* whatever the procedure says of the step */
            int got = portal_status((enum dossier_status)s, step);

            assert_int_equal(got, told[s] == 4 && (step == 2 || step == 6) ? step : told[s]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(early_is_an_earlier_date_and_late_is_one_second),
        cmocka_unit_test(pending_is_within_until_the_due_instant),
        cmocka_unit_test(collecting_late_changes_nothing),
        cmocka_unit_test(an_extension_does_not_make_late_on_time_by_the_basis),
        cmocka_unit_test(other_ends_and_waiting_are_classes_of_their_own),
        cmocka_unit_test(golden_month_gives_the_golden_figures),
        cmocka_unit_test(the_portal_hears_of_results_only_when_there_are_some),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
