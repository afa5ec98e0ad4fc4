/* Random play: lawful and unlawful acts by anybody at any time over a small set of procedures.
 * What must always hold is proved after every act; the world itself proves that the fold of the
 * history is the state and that refusals change nothing.  SEED= repeats a run.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_split.h"

#define ACTS         100000
#define ACTS_DOSSIER 120

static uint64_t seed;
static size_t seen[EV_COUNT]; /* events that the play came to */

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
        {W_SXD, ROLE_BIT(ROLE_SPECIALIST)},
        {W_SXD, ROLE_BIT(ROLE_SPECIALIST)},
        {W_CT, ROLE_BIT(ROLE_SPECIALIST)},
        {W_CA, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER)},
    };
    size_t i;

    for (i = 0; i < sizeof all / sizeof *all; i++)
        world_officer(w, (int64_t)(100 + i), all[i].agency, all[i].roles);
}

static int64_t somebody(struct world *w)
{
    return w->officer[rnd((unsigned)w->officers)].load.user;
}

static const struct task *some_task(struct world *w)
{
    return w->s && w->s->tasks ? &w->s->task[rnd((unsigned)w->s->tasks)] : NULL;
}

/* Mostly somebody who may do something, so that dossiers get on. */
static void choose_actor(struct world *w, const struct task *t)
{
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

static const char *random_action(struct world *w, const struct task *t)
{
    const struct step *st = t ? &w->p->step[t->step] : NULL;

    if (!st || st->actions == 0 || rnd(20) == 0)
        return rnd(2) ? "forward" : "approve";
    return st->action[rnd((unsigned)st->actions)].action;
}

static const char *one_of(const char *const *words, unsigned n)
{
    return words[rnd(n)];
}

/* What requests, answers and branches say: lawful and not. */
static void random_ask(struct world *w, struct ask *a)
{
    static const char *const outcomes[] = {"agree",  "decline",  "send",  "complete", "partial",
                                           "end",    "paid",     "agree", "disagree", "done",
                                           "deemed", "received", "odd"};
    static const char *const stops[] = {"tax", "survey", "overload", "nonsense"};
    static const char *const results[] = {"birth", "residence", "odd"};
    static const char *missing[] = {"request"}, *code[] = {"missing"};

    *a = (struct ask){.kind = (enum request_kind)rnd(REQ_KINDS),
                      .reason = one_of(stops, 4),
                      .exception = rnd(3) ? "Điều 5" : NULL,
                      .document = rnd(5) ? "12/CV" : NULL,
                      .text = rnd(3) ? "Nội dung" : NULL,
                      .to_agency = rnd(2) ? W_SXD : (int)rnd(45),
                      .limit = {(int64_t)rnd(5) + 1, 1, UNIT_WORKING_DAY},
                      .on_due = rnd(2) ? "agree" : "remind",
                      .until = lminute_day(lminute_of(w->c.now)) + (dayno)rnd(40),
                      .amount = (int64_t)rnd(3) * 1000,
                      .outcome = one_of(outcomes, 13),
                      .result = rnd(10) == 0 ? one_of(results, 3) : NULL};
    if (rnd(2)) {
        a->missing = missing;
        a->missings = 1;
        a->reason_code = code;
        a->reason_codes = 1;
    }
}

/* The answer that the task waits for, so that requests come to an end. */
static void fitting_answer(const struct world *w, const struct task *t, struct ask *a)
{
    const struct request *r = dossier_request(w->s, t->request);
    const char *words = r ? request_answers(r) : "agree disagree";
    static char word[32];
    size_t n = strcspn(words, " ");

    if (n == 0 || n >= sizeof word)
        return;
    memcpy(word, words, n);
    word[n] = '\0';
    a->outcome = word;
    a->document = "13/CV";
}

static void random_command(struct world *w, const struct task *t, struct command *c,
                           struct intake *in, struct ask *ask)
{
    static const enum command_kind common[] = {CMD_ACT,   CMD_ACT,   CMD_ACT,       CMD_RECEIVE,
                                               CMD_CLAIM, CMD_DRAFT, CMD_TAKE_BACK, CMD_ASSIGN};
    static const enum command_kind owed[] = {CMD_ANSWER, CMD_ANSWER,    CMD_ANSWER, CMD_RECEIVE,
                                             CMD_CLAIM,  CMD_TAKE_BACK, CMD_ASK,    CMD_ANSWER};
    bool unborn = !w->s || w->s->accepted == INSTANT_NONE;

    *c = (struct command){.kind = (enum command_kind)rnd(CMD_KINDS)};
    if (often())
        c->kind = !unborn  ? (t && (t->request || t->branch) ? owed : common)[rnd(8)]
                  : rnd(2) ? CMD_TAKE_IN
                           : (enum command_kind)rnd(CMD_RECEIVE);
    if (c->kind <= CMD_RESUBMIT && rnd(20)) {
        random_intake(w, in);
        c->intake = in;
    }
    random_ask(w, ask);
    if (t && c->kind == CMD_ANSWER && often())
        fitting_answer(w, t, ask);
    c->ask = rnd(10) ? ask : NULL;
    c->action = random_action(w, t);
    c->task = t && w->s->tasks > 1 && rnd(10) ? t->task : rnd(15) == 0 ? (int64_t)rnd(5) : 0;
    c->request = w->s && w->s->requests ? (int64_t)rnd((unsigned)w->s->requests + 1) : 0;
    c->officer = rnd(3) == 0 ? somebody(w) : rnd(8) == 0 ? OFFICER_LEAST : 0;
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

/* What is due stands in the ledger: budget and pauses since it last began, counted anew. */
static void check_clock(struct world *w, const struct clock *k)
{
    const struct calendar *c = w->c.calendar(w, k->calendar);
    struct interval pause[WORKTIME_PAUSES_MAX];
    size_t n = 0, i;
    lminute due;

    for (i = 0; i < k->intervals; i++) {
        const struct clock_interval *in = &k->interval[i];

        assert_true(i == 0 || in->from == k->interval[i - 1].to);
        assert_int_equal(in->to == INSTANT_NONE, i + 1 == k->intervals && k->state != CLOCK_ENDED);
        if (!in->running && in->from >= k->received && in->to != INSTANT_NONE)
            pause[n++] = (struct interval){lminute_of(in->from), lminute_of(in->to)};
    }
    assert_int_equal(k->interval[k->intervals - 1].running || k->state == CLOCK_ENDED,
                     k->state != CLOCK_STOPPED);
    if (!k->interval[k->intervals - 1].running)
        return; /* its due is counted when it goes on */
    assert_int_equal(worktime_due_paused(c, lminute_of(k->received), k->budget, pause, n, &due),
                     TIME_FINE);
    assert_int_equal(instant_of(due), k->due);
}

static bool stands_still(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (s->request[i].stops &&
            (s->request[i].state == RS_OPEN || s->request[i].state == RS_LAPSED))
            return true;
    return false;
}

static void check_times(struct world *w)
{
    const struct dossier *s = w->s;
    bool still = stands_still(s);
    size_t i;

    for (i = 0; i < s->clocks; i++) {
        check_clock(w, &s->clock[i]);
        if (s->clock[i].kind == CLOCK_LEGAL && s->clock[i].state != CLOCK_ENDED)
            assert_int_equal(still, s->clock[i].state == CLOCK_STOPPED);
    }
    for (i = 0; i < s->tasks; i++)
        if (s->finished == INSTANT_NONE && !still && s->task[i].request == 0)
            assert_true(s->task[i].due <= s->current_due);
}

/* Work of one step, or branches of one split: never both, never nothing. */
static void check_tasks(const struct dossier *s)
{
    size_t steps = 0, branches = 0, i, k;

    for (i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];

        steps += t->request == 0 && t->branch == 0;
        branches += t->branch != 0;
        if (t->request)
            assert_int_equal(s->request[t->request - 1].task, t->task);
        for (k = 0; k < i; k++)
            if (t->branch && s->task[k].branch) {
                assert_int_equal(s->task[k].step, t->step);
                assert_int_equal(s->task[k].visit, t->visit);
                assert_int_not_equal(s->task[k].branch, t->branch);
            }
    }
    if (dossier_status_open(s->status))
        assert_true(steps == 1 ? branches == 0 : steps == 0 && branches > 0);
    else
        assert_int_equal(steps + branches, 0);
}

static void check_always(struct world *w, const struct dossier *before)
{
    const struct dossier *s = w->s;
    size_t i;

    for (i = 0; i < w->d.events; i++) {
        const struct event *e = &w->d.event[i];

        seen[e->kind]++;
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
        assert_true(s->result.refusal ? s->result.reason != NULL
                                      : s->parts > 0 || (s->result.number && s->result.date &&
                                                         s->result.signer && s->result.file));
    check_tasks(s);
    if (dossier_status_open(s->status))
        assert_true(somebody_can(w));
    assert_true(s->ended == INSTANT_NONE || !dossier_status_open(s->status));
    check_times(w);
}

/* All but what counts events and instants. */
static const char *worth(struct world *w, const struct dossier *s)
{
    struct dossier copy = *s;

    copy.last_at = INSTANT_NONE;
    copy.last_task = 0;
    return world_json(w, &copy);
}

static size_t undone;

/* Within ten seconds whoever did it takes it back, and everything is as it was. */
static void sometimes_undo(struct world *w, const struct dossier *before)
{
    int64_t late = (int64_t)rnd(14) * 1000000;

    if (!before || w->d.events == 0 || rnd(12))
        return;
    w->c.now += late;
    if (!DO(w, .kind = CMD_TAKE_BACK) || !strstr(w->d.event[0].payload, "\"undone\""))
        return;
    assert_true(late <= 10000000);
    assert_string_equal(worth(w, w->s), worth(w, before));
    undone++;
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
            const struct task *t = some_task(w);
            struct intake in = {0};
            struct command c;
            struct ask ask;

            advance(w);
            choose_actor(w, t);
            random_command(w, t, &c, &in, &ask);
            if (!world_do(w, &c)) {
                assert_false(refused_with(w, ERR_INTERNAL, NULL));
                continue;
            }
            accepted++;
            check_always(w, before);
            sometimes_undo(w, before);
            if (w->s->status == DS_RETURNED && rnd(4))
                break;
        }
        *ret_finished += w->s && w->s->status == DS_RETURNED;
    }
    return accepted;
}

#define RESULTS                                                                                    \
    "results: [{result: birth, vi: Khai sinh, en: Birth, required: true}, {result: residence, "    \
    "vi: Thường trú, en: Residence, required: true}]\n"

/* The straight procedures, and splits with every join, with excluded waits, results, children. */
static const char *text_of(size_t i)
{
    static const char *const names[] = {"finance", "trivial", "officers"};
    static const struct split splits[] = {
        {.join = "all"},
        {.join = "any", .tax = ", stop: tax"},
        {.join = "2", .tax = ", stop: tax", .police = ", stop: survey"},
        {.join = "all", .police = ", result: residence", .more = RESULTS},
        {.join = "all", .tax = ", procedure: \"1.004222\""},
    };

    if (i < 3)
        return world_procedure(names[i]);
    return i - 3 < sizeof splits / sizeof *splits ? split_text(splits[i - 3]) : NULL;
}

static void whatever_people_do_the_invariants_hold(void **state)
{
    static const enum event_kind met[] = {
        EV_SUPPLEMENT_RECEIVED, EV_EXCLUSION_STARTED, EV_EXCLUSION_ENDED,
        EV_SUSPENDED,           EV_RESUMED,           EV_CONSULT_ANSWERED,
        EV_BRANCH_CLOSED,       EV_PULLED_BACK,       EV_RETURNED_TO_STEP,
        EV_WITHDRAWN,           EV_STOPPED,           EV_REQUEST_CANCELLED,

        EV_RESULT_HANDED_OVER};
    const char *given = getenv("SEED");
    size_t i;

    (void)state;
    seed = 0x9e3779b97f4a7c15u ^ (given ? (uint64_t)strtoull(given, NULL, 10) : 1);
    for (i = 0; text_of(i); i++) {
        struct world *w = world_new(text_of(i));
        size_t finished = 0, accepted;

        people(w);
        accepted = play(w, ACTS / 8 + 1, &finished);
        print_message("# procedure %zu: %zu of %d acts accepted, %zu dossiers to their end\n", i,
                      accepted, ACTS / 8 + 1, finished);
        assert_true(accepted > 500);
        assert_true(finished > 5);
        world_free(w);
    }
    print_message("# %zu acts undone\n", undone);
    assert_true(undone > 50);
    for (i = 0; i < sizeof met / sizeof *met; i++)
        if (!seen[met[i]])
            fail_msg("the play never came to %s", event_name(met[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_people_do_the_invariants_hold),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
