/* Random play: lawful and unlawful acts by anybody at any time over a small set of procedures.
 * What must always hold is proved after every act; the world itself proves that the fold of the
 * history is the state and that refusals change nothing.  SEED= repeats a run.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_world.h"

#define ACTS         100000
#define ACTS_DOSSIER 120
#define FILE_A       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static uint64_t seed;

static unsigned rnd(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

static bool often(void)
{
    return rnd(10) < 8;
}

static void people(struct world *w)
{
    static const struct {
        int agency;
        unsigned roles;
    } all[] = {
        {W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER)},
        {W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER)},
        {W_STC, ROLE_BIT(ROLE_SPECIALIST)},
        {W_STC, ROLE_BIT(ROLE_SPECIALIST)},
        {W_STC, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER)},
        {W_STC, ROLE_BIT(ROLE_SPECIALIST)},
        {W_STC, ROLE_BIT(ROLE_LEADER)},
        {W_STC, ROLE_BIT(ROLE_LEADER)},
        {W_STC, ROLE_BIT(ROLE_CLERK)},
        {W_STC, ROLE_BIT(ROLE_DIVISION_HEAD)},
        {W_STC_DIV, ROLE_BIT(ROLE_CLERK)},
        {W_TT_XA, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER)},
        {W_HP, ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_SPECIALIST)},
        {W_HP, ROLE_BIT(ROLE_AUDITOR)},
    };
    size_t i;

    for (i = 0; i < sizeof all / sizeof *all; i++)
        world_officer(w, (int64_t)(100 + i), all[i].agency, all[i].roles);
}

static int64_t somebody(struct world *w)
{
    return w->officer[rnd((unsigned)w->officers)].load.user;
}

/* Mostly somebody who may do something, so that dossiers get on. */
static void choose_actor(struct world *w)
{
    const struct task *t = w->s && w->s->tasks ? &w->s->task[0] : NULL;
    unsigned tries;

    world_by(w, somebody(w));
    for (tries = 0; tries < 60 && rnd(60) != 0; tries++) {
        const struct actor *who = &w->c.actor;

        if (!t && who->agency == W_TT)
            return;
        if (t && t->agency == who->agency && (who->roles & ROLE_BIT(t->role)) &&
            (t->officer == 0 || t->officer == who->user))
            return;
        world_by(w, somebody(w));
    }
    if (rnd(50) == 0)
        w->c.actor = (struct actor){0};
}

static void random_intake(struct world *w, struct intake *in)
{
    static const char *const reasons[] = {"missing", "unclear", "not_eligible", "not_completed",
                                          "nonsense"};
    static const char *reason[1];

    *in = world_intake(w);
    if (rnd(8) == 0)
        in->checks = rnd((unsigned)in->checks + 1);
    if (rnd(4) == 0)
        in->channel = (enum channel)rnd(CHANNELS);
    if (rnd(6) == 0)
        in->receiving = (int)rnd(40);
    if (rnd(6) == 0)
        in->case_code = rnd(2) ? "02" : "09";
    in->island = rnd(4) == 0;
    if (rnd(10) == 0)
        in->forms = 0;
    if (often()) {
        reason[0] = reasons[rnd(5)];
        in->reason = reason;
        in->reasons = 1;
    }
    if (rnd(5) == 0)
        in->fee = (int64_t)rnd(3) * 1000 - 1000;
}

static const char *random_action(struct world *w)
{
    const struct step *st;

    if (!w->s || w->s->tasks == 0 || rnd(20) == 0)
        return rnd(2) ? "forward" : "approve";
    st = &w->p->step[w->s->task[0].step];
    return st->action[rnd((unsigned)st->actions)].action;
}

static void random_command(struct world *w, struct command *c, struct intake *in)
{
    static const enum command_kind common[] = {CMD_ACT,   CMD_ACT,   CMD_ACT,       CMD_RECEIVE,
                                               CMD_CLAIM, CMD_DRAFT, CMD_TAKE_BACK, CMD_ASSIGN};
    bool unborn = !w->s || w->s->accepted == INSTANT_NONE;

    *c = (struct command){.kind = (enum command_kind)rnd(CMD_KINDS)};
    if (often())
        c->kind = !unborn  ? common[rnd(8)]
                  : rnd(2) ? CMD_TAKE_IN
                           : (enum command_kind)rnd(CMD_RECEIVE);
    if (c->kind <= CMD_RESUBMIT && rnd(20)) {
        random_intake(w, in);
        c->intake = in;
    }
    c->action = random_action(w);
    c->task = rnd(15) == 0 ? (int64_t)rnd(5) : 0;
    c->officer = rnd(3) == 0 ? somebody(w) : 0;
    c->reason = rnd(2) ? "wrong" : rnd(2) ? "not_eligible" : NULL;
    c->note = rnd(2) ? "Ghi chú \"có\" dấu\tvà \\" : NULL;
    c->text = rnd(4) ? "Kết luận" : NULL;
    c->refusal = rnd(6) == 0;
    if (often()) {
        c->signer = "Người ký";
        c->file = FILE_A;
        c->date = lminute_day(lminute_of(w->c.now)) - (dayno)rnd(3) + (rnd(10) == 0);
        c->number = rnd(4) == 0 ? "12/QĐ" : NULL;
    }
    c->to_whom = rnd(6) ? "owner" : rnd(2) ? "post" : "nobody";
}

/* Somebody in the world may do something with every open dossier. */
static bool somebody_can(struct world *w)
{
    struct actor actor = w->c.actor;
    bool can = false;
    size_t i, k, n;

    for (i = 0; i < w->officers && !can; i++) {
        struct possible *p;

        world_by(w, w->officer[i].load.user);
        n = dossier_possible(w->s, &w->c, &p);
        for (k = 0; k < n; k++)
            can = can || (p[k].allowed && p[k].kind != CMD_NOTE && p[k].kind != CMD_ATTACH &&
                          p[k].kind != CMD_ASSIGN && p[k].kind != CMD_TAKE_BACK);
    }
    w->c.actor = actor;
    return can;
}

static void check_times(struct world *w)
{
    const struct dossier *s = w->s;
    size_t i;

    for (i = 0; i < s->clocks; i++) {
        const struct clock *k = &s->clock[i];
        const struct calendar *c = w->c.calendar(w, k->calendar);
        lminute due;

        assert_int_equal(worktime_due(c, lminute_of(k->received), k->budget, &due), TIME_FINE);
        assert_int_equal(instant_of(due), k->due);
    }
    for (i = 0; i < s->tasks; i++)
        if (s->finished == INSTANT_NONE)
            assert_true(s->task[i].due <= s->current_due);
}

static void check_always(struct world *w, const struct dossier *before)
{
    const struct dossier *s = w->s;
    size_t i;

    for (i = 0; i < w->d.events; i++) {
        const struct event *e = &w->d.event[i];

        assert_int_equal(e->at, w->c.now);
        assert_int_equal(e->seq, (before ? before->seq : 0) + (int64_t)i + 1);
        /* drafter and approver differ, whatever was returned between */
        if ((e->kind == EV_APPROVED || e->kind == EV_REFUSED) && before)
            assert_true(before->draft.by == 0 || before->draft.by != e->actor);
    }
    if (before && before->accepted != INSTANT_NONE) {
        assert_int_equal(before->accepted, s->accepted);
        assert_int_equal(before->original_due, s->original_due);
        assert_string_equal(before->code, s->code);
    }
    if (before && before->finished != INSTANT_NONE)
        assert_int_equal(before->finished, s->finished);
    if (s->finished != INSTANT_NONE)
        assert_true(s->result.refusal
                        ? s->result.reason != NULL
                        : s->result.number && s->result.date && s->result.signer && s->result.file);
    if (dossier_status_open(s->status)) {
        assert_int_equal(s->tasks, 1);
        assert_true(somebody_can(w));
    } else
        assert_int_equal(s->tasks, 0);
    assert_true(s->ended == INSTANT_NONE || !dossier_status_open(s->status));
    check_times(w);
}

static void advance(struct world *w)
{
    w->c.now += (int64_t)rnd(rnd(10) == 0 ? 300000 : 6000) * 1000000;
    w->c.regime = regime_on(&w->regimes, lminute_day(lminute_of(w->c.now)));
    if (rnd(5) == 0)
        w->officer[rnd((unsigned)w->officers)].load.absent = rnd(3) == 0;
}

static size_t play(struct world *w, size_t acts, size_t *ret_finished)
{
    size_t done = 0, accepted = 0, k;
    int64_t id = 0;

    while (done < acts) {
        world_at(w, rnd(2) ? "2026-03-02T08:00" : "2026-04-16T15:30");
        world_reset(w, ++id);
        for (k = 0; k < ACTS_DOSSIER && done < acts; k++, done++) {
            struct dossier *before = w->s;
            struct intake in = {0};
            struct command c;

            advance(w);
            choose_actor(w);
            random_command(w, &c, &in);
            if (!world_do(w, &c)) {
                assert_false(refused_with(w, ERR_INTERNAL, NULL));
                continue;
            }
            accepted++;
            check_always(w, before);
            if (w->s->status == DS_RETURNED && rnd(4))
                break;
        }
        *ret_finished += w->s && w->s->status == DS_RETURNED;
    }
    return accepted;
}

static void whatever_people_do_the_invariants_hold(void **state)
{
    static const char *const names[] = {"finance", "trivial", "officers"};
    const char *given = getenv("SEED");
    size_t i;

    (void)state;
    seed = 0x9e3779b97f4a7c15u ^ (given ? (uint64_t)strtoull(given, NULL, 10) : 1);
    for (i = 0; i < 3; i++) {
        struct world *w = world_new(world_procedure(names[i]));
        size_t finished = 0, accepted;

        people(w);
        accepted = play(w, ACTS / 3 + 1, &finished);
        print_message("# %s: %zu of %d acts accepted, %zu dossiers to their end\n", names[i],
                      accepted, ACTS / 3 + 1, finished);
        assert_true(accepted > 2000);
        assert_true(finished > 20);
        world_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_people_do_the_invariants_hold),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
