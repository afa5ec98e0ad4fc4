/* Dossiers whose branches are being asked move to another version of their procedure: what is open
 * goes on under its key, what was answered stays answered, what is new is asked.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "tests/lib/dossier_running.h"
#include "tests/lib/dossier_split.h"

#define BUILDING(limit)                                                                            \
    "{branch: construction, vi: Xây dựng, en: Construction, at: SXD, role: specialist, "        \
    "limit: " limit " working_day"
#define TAXES(limit)                                                                               \
    "{branch: tax, vi: Thuế, en: Tax, at: CT, role: specialist, limit: " limit " working_day"
#define POLICE_(limit)                                                                             \
    "{branch: police, vi: Công an, en: Police, at: CA, role: specialist, limit: " limit            \
    " working_day"
#define LAND "{branch: land, vi: Đất đai, en: Land, at: STC, role: specialist, limit: 4 working_day"

static struct world *world(struct split x)
{
    struct world *w = split_world(x);

    world_officer(w, ADMIN, W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    world_officer(w, ADMIN2, W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    return w;
}

static const struct task *branch_at(const struct world *w, const struct procedure *p,
                                    const char *key)
{
    size_t i;

    for (i = 0; i < w->s->tasks; i++) {
        const struct branch *b = task_branch(p, &w->s->task[i]);

        if (b && strcmp(b->branch, key) == 0)
            return &w->s->task[i];
    }
    return NULL;
}

static const struct step_done *done_at(const struct world *w, const struct procedure *p,
                                       const char *key)
{
    size_t i;

    for (i = 0; i < w->s->dones; i++) {
        const struct step_done *d = &w->s->done[i];

        if (d->branch && strcmp(p->step[d->step].branch[d->branch - 1].branch, key) == 0)
            return d;
    }
    return NULL;
}

static bool answer(struct world *w, const struct task *t, int64_t who, const char *outcome)
{
    struct ask ask = {.outcome = outcome, .document = "77/CV", .text = "Ý kiến"};

    assert_non_null(t);
    world_by(w, who);
    if (t && t->received == INSTANT_NONE)
        assert_true(DO(w, .kind = CMD_RECEIVE, .task = t->task));
    return DO(w, .kind = CMD_ANSWER, .task = t ? t->task : 0, .ask = &ask);
}

/* The branches stand in another order, a step is put before them, one has a longer limit. */
static const char *const reordered[] = {
    "steps:\n",
    "steps:\n  - {step: desk, vi: Bàn, en: Desk, at: reception, role: receiver, actions: [{action: "
    "forward, to: receive}]}\n",
    BUILDING("3") ", on_due: agree",
    "{branch: x, vi: X, en: X, at: CA, role: specialist, limit: 2 working_day",
    POLICE_("2"),
    BUILDING("4") ", on_due: agree",
    "{branch: x, vi: X, en: X",
    "{branch: police, vi: Công an, en: Police",
    NULL};

static void open_branches_go_on_by_their_keys(void **state)
{
    struct world *w = world((struct split){.join = "all"});
    const struct procedure *to =
        running_second(w, split_text((struct split){.join = "all"}), reordered);
    int64_t task[4];
    int b;

    (void)state;
    split_enter(w, 1);
    split_answer(w, 2, "disagree"); /* the tax office has answered */
    for (b = 1; b <= 3; b += 2)
        task[b] = split_branch(w, b)->task;
    world_at(w, "2026-03-04T10:00");
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(w->s->version, 2);
    assert_int_equal(w->s->tasks, 2);
    assert_int_equal(branch_at(w, to, "construction")->task, task[1]);
    assert_int_equal(branch_at(w, to, "police")->task, task[3]);
    assert_int_equal(branch_at(w, to, "construction")->agency, W_SXD);
    assert_string_equal(done_at(w, to, "tax")->outcome, "disagree");
    assert_int_equal(done_at(w, to, "tax")->officer, TAX);
    /* From Tuesday 09:00: four working days by the new limit, two as before. */
    assert_int_equal(branch_at(w, to, "construction")->due, world_instant("2026-03-09T09:00"));
    assert_int_equal(branch_at(w, to, "police")->due, world_instant("2026-03-05T09:00"));
    assert_int_equal(w->s->current_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->change.dues, 0);
    /* Both answer, the join has all three, and the way goes on by the new version. */
    assert_true(answer(w, branch_at(w, to, "police"), POL, "agree"));
    assert_int_equal(w->s->tasks, 1);
    assert_true(answer(w, branch_at(w, to, "construction"), SXD, "agree"));
    assert_string_equal(to->step[w->s->task[0].step].step, "decide");
    world_free(w);
}

static void silence_is_counted_by_the_new_limit(void **state)
{
    struct ask deemed = {.outcome = "deemed"};
    struct world *w = world((struct split){.join = "all"});
    const struct procedure *to =
        running_second(w, split_text((struct split){.join = "all"}), reordered);

    (void)state;
    split_enter(w, 1);
    assert_true(running_moved_to(w, to, NULL, 0, false));
    world_by(w, 0);
    world_at(w, "2026-03-06T09:00"); /* due by the old version */
    assert_int_equal(
        TRY(w, .kind = CMD_ANSWER, .task = branch_at(w, to, "construction")->task, .ask = &deemed),
        ERR_INVALID);
    world_at(w, "2026-03-09T09:00");
    assert_true(
        DO(w, .kind = CMD_ANSWER, .task = branch_at(w, to, "construction")->task, .ask = &deemed));
    world_free(w);
}

static void a_new_branch_is_asked_and_waited_for(void **state)
{
    struct world *w = world((struct split){.join = "all"});
    const struct procedure *to =
        running_second(w, split_text((struct split){.join = "all"}),
                       (const char *const[]){BUILDING("3"), LAND "}, " BUILDING("3"), NULL});
    const struct task *t;
    int k;

    (void)state;
    for (k = 0; k < 2; k++) { /* nobody has answered yet; one has */
        split_enter(w, k + 1);
        if (k)
            split_answer(w, 3, "agree");
        world_at(w, "2026-03-04T10:00");
        assert_true(running_moved_to(w, to, NULL, 0, false));
        t = branch_at(w, to, "land");
        assert_non_null(t);
        assert_int_equal(t->agency, W_STC);
        assert_int_equal(t->visit, 1);
        assert_int_equal(t->opened, world_instant("2026-03-04T10:00"));
        assert_int_equal(t->due, world_instant("2026-03-10T10:00"));
        if (!k)
            assert_true(answer(w, branch_at(w, to, "police"), POL, "agree"));
        assert_true(answer(w, branch_at(w, to, "construction"), SXD, "agree"));
        assert_true(answer(w, branch_at(w, to, "tax"), TAX, "agree"));
        assert_int_equal(w->s->tasks, 1);
        assert_int_equal(w->s->task[0].branch, 1);
        assert_true(answer(w, branch_at(w, to, "land"), SPEC, "agree"));
        assert_string_equal(to->step[w->s->task[0].step].step, "decide");
    }
    world_free(w);
}

/* Time that a new branch excludes begins with the document of the move. */
static void a_new_branch_may_exclude_time(void **state)
{
    struct world *w = world((struct split){.join = "all"});
    const struct procedure *to = running_second(
        w, split_text((struct split){.join = "all"}),
        (const char *const[]){BUILDING("3"), LAND ", stop: survey}, " BUILDING("3"), NULL});
    const struct request *r;

    (void)state;
    split_enter(w, 1);
    running_suspend(w); /* one standstill at a time: the court's goes first */
    assert_false(running_moved_to(w, to, NULL, 0, false));
    assert_true(refused_with(w, ERR_R_WAITING, NULL));
    split_enter(w, 2);
    world_at(w, "2026-03-04T10:00");
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(w->s->requests, 1);
    r = &w->s->request[0];
    assert_int_equal(r->kind, REQ_EXCLUSION);
    assert_string_equal(r->reason, "survey");
    assert_string_equal(r->document, "QĐ 900/QĐ-UBND");
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->state, CLOCK_STOPPED);
    world_at(w, "2026-03-05T10:00");
    assert_true(answer(w, branch_at(w, to, "land"), SPEC, "agree"));
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->state, CLOCK_RUNNING);
    /* One working day was excluded: it goes on from 16/03 17:00 by as many minutes. */
    assert_int_equal(w->s->current_due, world_instant("2026-03-17T17:00"));
    world_free(w);
}

static void an_excluded_wait_ends_with_its_branch_under_the_new_version(void **state)
{
    struct split x = {.join = "all", .tax = ", stop: tax"};
    struct world *w = world(x);
    const struct procedure *to = running_second(w, split_text(x), reordered);

    (void)state;
    split_enter(w, 1);
    world_at(w, "2026-03-04T10:00");
    assert_true(running_moved_to(w, to, NULL, 0, false));
    assert_int_equal(clock_of(w->s, CLOCK_LEGAL, -1, 0)->state, CLOCK_STOPPED);
    assert_int_equal(branch_at(w, to, "tax")->due, world_instant("2026-03-10T09:00"));
    world_at(w, "2026-03-05T09:00");
    assert_true(answer(w, branch_at(w, to, "tax"), TAX, "agree"));
    assert_int_equal(w->s->request[0].state, RS_DONE);
    assert_int_equal(w->s->current_due, world_instant("2026-03-18T17:00")); /* two days */
    world_free(w);
}

static void a_branch_that_is_gone_must_be_mapped(void **state)
{
    static const struct step_map map[] = {{"opinions/tax", "opinions/finance"}},
                                 odd[] = {{"opinions/tax", "opinions/nowhere"}},
                                 twice[] = {{"opinions/tax", "opinions/police"}};
    struct world *w = world((struct split){.join = "all"});
    const char *text = split_text((struct split){.join = "all"});
    const struct procedure *to =
        running_second(w, text, (const char *const[]){"{branch: tax", "{branch: finance", NULL});
    const struct procedure *two =
        running_second(w, text, (const char *const[]){TAXES("5") "}, ", "", NULL});

    (void)state;
    split_enter(w, 1);
    assert_false(running_moved_to(w, to, NULL, 0, false));
    assert_true(refused_with(w, ERR_R_WRONG_STEP, "/map/opinions/tax"));
    assert_false(running_moved_to(w, to, odd, 1, false));
    assert_true(refused_with(w, ERR_R_WRONG_STEP, "/map/opinions/tax"));
    assert_false(running_moved_to(w, two, twice, 1, false)); /* both are being asked */
    assert_true(refused_with(w, ERR_R_WRONG_STEP, "/map/opinions/police"));
    assert_int_equal(w->s->version, 1);
    assert_true(running_moved_to(w, to, map, 1, false));
    assert_int_equal(branch_at(w, to, "finance")->agency, W_CT);
    /* What was answered must be found again, too. */
    split_enter(w, 2);
    split_answer(w, 2, "agree");
    assert_false(running_moved_to(w, to, NULL, 0, false));
    assert_true(running_moved_to(w, to, map, 1, false));
    assert_string_equal(done_at(w, to, "finance")->outcome, "agree");
    world_free(w);
}

/* The new version asks nobody any more: whoever is being asked answers first; what branches came to
 * is how the step ended. */
static void a_split_that_is_gone_is_passed_first(void **state)
{
    static const struct step_map map[] = {{"opinions", "receive"}};
    struct world *w = world((struct split){.join = "any"});
    const char *text = split_text((struct split){.join = "any"}),
               *at = strstr(text, "  - step: opinions");
    const char *end = strstr(text, "  - {step: decide");
    const struct procedure *to;

    (void)state;
    to = running_second(
        w, arena_printf(w->base, "%.*s%s", (int)(at - text), text, end),
        (const char *const[]){"to: opinions", "to: decide", "to: opinions", "to: receive",
                              "step.opinions.outcome = 'agree' and step.opinions.times = 2",
                              "step.receive.times = 2", NULL});
    split_enter(w, 1);
    assert_false(running_moved_to(w, to, map, 1, false));
    assert_true(refused_with(w, ERR_R_WAITING, NULL));
    split_answer(w, 1, "disagree");
    assert_true(running_moved_to(w, to, map, 1, false));
    assert_int_equal(w->s->dones, 4);
    assert_int_equal(w->s->done[1].branch, 0);
    assert_string_equal(w->s->done[1].action, "disagree");
    assert_null(w->s->done[1].outcome);
    assert_string_equal(to->step[w->s->task[0].step].step, "decide");
    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_true(DO(w, .kind = CMD_ACT, .action = "approve"));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_branches_go_on_by_their_keys),
        cmocka_unit_test(silence_is_counted_by_the_new_limit),
        cmocka_unit_test(a_new_branch_is_asked_and_waited_for),
        cmocka_unit_test(a_new_branch_may_exclude_time),
        cmocka_unit_test(an_excluded_wait_ends_with_its_branch_under_the_new_version),
        cmocka_unit_test(a_branch_that_is_gone_must_be_mapped),
        cmocka_unit_test(a_split_that_is_gone_is_passed_first),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("move_branch", tests, NULL, NULL);
}
