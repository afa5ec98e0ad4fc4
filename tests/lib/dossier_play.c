/* Random play.  Same owners as the world; one thread. */
#include "tests/lib/dossier_play.h"

#include <string.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "tests/lib/dice.h"
#include "tests/lib/dossier_desk.h"

static bool often(void)
{
    return dice(10) < 8;
}

void play_people(struct world *w)
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
        {W_SXD, ROLE_BIT(ROLE_LEADER)},
        {W_CT, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER)},
        {W_CT, ROLE_BIT(ROLE_SPECIALIST)},
        {W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD) | ROLE_BIT(ROLE_CASHIER)},
        {W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN)},
        {W_TT, ROLE_BIT(ROLE_CASHIER)},
        {W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD)},
        /* enough where work goes after a merger */
        {W_CA, ROLE_BIT(ROLE_SPECIALIST)},
        {W_CA, ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_LEADER)},
        {W_TT_XA, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER)},
        {W_TT_XA, ROLE_BIT(ROLE_ONESTOP_HEAD) | ROLE_BIT(ROLE_CASHIER)},
        {W_TT_XA, ROLE_BIT(ROLE_ONESTOP_HEAD) | ROLE_BIT(ROLE_CASHIER)},
    };
    size_t i;

    for (i = 0; i < sizeof all / sizeof *all; i++)
        world_officer(w, (int64_t)(100 + i), all[i].agency, all[i].roles);
}

/* Departments become one, tax joins the police: what matters is that work must go elsewhere. */
void play_merger(struct world *w)
{
    static const int pairs[][2] = {{W_SXD, W_STC}, {W_CT, W_CA}, {W_TT, W_TT_XA}};
    const int *pair = pairs[dice(3)];
    struct agency *a = &w->org->agency[organisation_of_id(w->org, pair[0])];

    /* while dossiers are on their way that were taken in on 02/03 or 16/04 */
    a->valid_to = civil_day((struct civil){2026, 3, 3}) + (one_in(2) ? 45 : 0) + (dayno)dice(12);
    a->successor = organisation_of_id(w->org, pair[1]);
}

static bool over(const struct world *w, int agency)
{
    int i = organisation_of_id(w->org, agency);

    return i >= 0 && w->org->agency[i].valid_to < lminute_day(lminute_of(w->c.now));
}

bool play_ended(const struct world *w)
{
    size_t i;

    for (i = 0; i < w->s->tasks; i++)
        if (over(w, w->s->task[i].agency))
            return true;
    return over(w, w->s->receiving) || (w->s->finished == INSTANT_NONE && over(w, w->s->competent));
}

static int64_t somebody(struct world *w)
{
    return w->officer[dice((unsigned)w->officers)].load.user;
}

static const struct task *some_task(struct world *w)
{
    return w->s && w->s->tasks ? &w->s->task[dice((unsigned)w->s->tasks)] : NULL;
}

/* Mostly somebody who may do something, so that dossiers get on. */
static void choose_actor(struct world *w, const struct task *t)
{
    unsigned tries;

    world_by(w, somebody(w));
    for (tries = 0; tries < 60 && dice(60) != 0; tries++) {
        const struct actor *who = &w->c.actor;

        if (!t && who->agency == W_TT)
            return;
        if (t && t->agency == who->agency && (who->roles & ROLE_BIT(t->role)) &&
            (t->officer == 0 || t->officer == who->user))
            return;
        world_by(w, somebody(w));
    }
    if (dice(50) == 0)
        w->c.actor = (struct actor){0};
}

static void random_intake(struct world *w, struct intake *in)
{
    static const char *const reasons[] = {"missing", "unclear", "not_eligible", "not_completed",
                                          "nonsense"};
    static const char *reason[1];

    *in = world_intake(w);
    if (dice(8) == 0)
        in->checks = dice((unsigned)in->checks + 1);
    if (dice(4) == 0)
        in->channel = (enum channel)dice(CHANNELS);
    if (dice(6) == 0)
        in->receiving = (int)dice(40);
    if (dice(6) == 0)
        in->case_code = dice(2) ? "02" : "09";
    else if (w->p->cases_n && often()) /* where they differ one has to be chosen */
        in->case_code = dice(2) ? "02" : "01";
    in->island = dice(4) == 0;
    if (dice(10) == 0)
        in->forms = 0;
    if (often()) {
        reason[0] = reasons[dice(5)];
        in->reason = reason;
        in->reasons = 1;
    }
    if (dice(5) == 0)
        in->fee = (int64_t)dice(3) * 1000 - 1000;
}

#define MINUTE INT64_C(60000000)

/* Entered after an outage, with the minutes and without; a child or a correction of another. */
static void random_origin(struct world *w, struct play *p)
{
    struct intake *in = &p->in;

    if (one_in(4)) {
        in->claimed =
            w->c.now - (instant)dice(9 * DAY_MINUTES) * MINUTE + (one_in(9) ? 5 * MINUTE : 0);
        in->document = one_in(8) ? NULL : "BB 01";
    }
    if (dice(8))
        return;
    p->news = (struct link_news){.kind = one_in(3) ? LINK_CORRECTS : LINK_PARENT,
                                 .dossier = 5000000 + (int64_t)dice(3),
                                 .code = "H24.40-260301-0001",
                                 .task = (int64_t)dice(4),
                                 .due = INSTANT_NONE,
                                 .finished = dice(4) ? w->c.now - MINUTE : INSTANT_NONE};
    in->link = &p->news;
    in->document = one_in(8) ? NULL : "BB 02";
    if (p->news.kind == LINK_CORRECTS && often())
        in->claimed = w->c.now - (instant)dice(DAY_MINUTES) * MINUTE;
}

/* What another dossier tells: known ones go on, new ones come; the system brings it. */
static void random_news(struct world *w, const struct task *t, struct play *p)
{
    static const char *const ends[] = {"withdrawn", "stopped", "closed", "rejected"};
    const struct link *l = w->s && w->s->links ? &w->s->link[dice((unsigned)w->s->links)] : NULL;

    if (p->c.kind != CMD_LINK)
        return;
    p->news =
        (struct link_news){.kind = l && often() ? l->kind : (enum link_kind)dice(5),
                           .dossier = l && often() ? l->dossier : 5000000 + (int64_t)dice(4),
                           .code = one_in(6) ? NULL : "H24.40-260301-0002",
                           .task = t && often() ? t->task : 0,
                           .due = one_in(2) ? INSTANT_NONE : w->c.now + 5 * DAY_MINUTES * MINUTE,
                           .finished = one_in(2) ? INSTANT_NONE : w->c.now,
                           .refusal = one_in(5),
                           .number = one_in(6) ? NULL : "9/QĐ",
                           .signer = "Người ký",
                           .file = FILE_A,
                           .date = lminute_day(lminute_of(w->c.now)),
                           .ended = one_in(5) ? ends[dice(4)] : NULL};
    p->c.link = dice(20) ? &p->news : NULL;
    if (dice(20))
        world_by(w, 0);
}

/* Money goes back: of a payment that there is, by those who may. */
static void random_refund(struct world *w, struct play *p)
{
    size_t i;

    if (p->c.kind != CMD_ASK || !w->s || w->s->paid == 0 || one_in(3))
        return;
    p->ask.kind = REQ_REFUND;
    for (i = 0; i < w->s->requests; i++)
        if (w->s->request[i].kind == REQ_PAYMENT && w->s->request[i].state == RS_DONE) {
            p->c.request = w->s->request[i].request;
            p->ask.amount = one_in(3) ? w->s->request[i].amount / 2 : w->s->request[i].amount;
        }
    p->c.note = "Nộp thừa";
    if (often())
        world_by(w, one_in(2) ? 100 : 121); /* a receiver, the cashier */
}

static const char *random_action(struct world *w, const struct task *t)
{
    const struct step *st = t ? &w->p->step[t->step] : NULL;

    if (!st || st->actions == 0 || dice(20) == 0)
        return dice(2) ? "forward" : "approve";
    return st->action[dice((unsigned)st->actions)].action;
}

static const char *one_of(const char *const *words, unsigned n)
{
    return words[dice(n)];
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

    *a = (struct ask){.kind = (enum request_kind)dice(REQ_KINDS),
                      .reason = one_of(stops, 4),
                      .exception = dice(3) ? "Điều 5" : NULL,
                      .document = dice(5) ? "12/CV" : NULL,
                      .text = dice(3) ? "Nội dung" : NULL,
                      .to_agency = dice(2) ? W_SXD : (int)dice(45),
                      .limit = {(int64_t)dice(5) + 1, 1, UNIT_WORKING_DAY},
                      .on_due = dice(2) ? "agree" : "remind",
                      .until = lminute_day(lminute_of(w->c.now)) + (dayno)dice(40),
                      .amount = (int64_t)dice(3) * 1000,
                      .outcome = one_of(outcomes, 13),
                      .result = dice(10) == 0 ? one_of(results, 3) : NULL};
    if (dice(2)) {
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

    if (one_in(5) && strrchr(words, ' ')) { /* decline, disagree */
        words = strrchr(words, ' ') + 1;
        n = strlen(words);
    }
    if (n == 0 || n >= sizeof word)
        return;
    memcpy(word, words, n);
    word[n] = '\0';
    a->outcome = word;
    a->document = "13/CV";
    if (strcmp(word, "send") == 0 && often())
        a->method = TOLD_WORDS[dice(6)];
}

/* ---------------------------------------------------------------- time */

/* Mostly on, by minutes or days; sometimes to the moment of a timer, or just before it. */
static void advance(struct world *w)
{
    instant next = w->s ? dossier_next_timer(w->s, &w->c) : INSTANT_NONE;

    if (next != INSTANT_NONE && one_in(15) && next - 1000000 > w->c.now &&
        next < w->c.now + INT64_C(20) * DAY_MINUTES * 60000000)
        w->c.now = next - (one_in(3) ? 1000000 : 0);
    else
        w->c.now += (int64_t)dice(one_in(10) ? 300000 : 6000) * 1000000 + 1;
    w->c.regime = regime_on(&w->regimes, lminute_day(lminute_of(w->c.now)));
    if (one_in(5))
        w->officer[dice((unsigned)w->officers)].load.absent = one_in(3);
}

/* ---------------------------------------------------------------- commands */

static bool has_come(const struct world *w)
{
    instant next = dossier_next_timer(w->s, &w->c);

    return next != INSTANT_NONE && next <= w->c.now;
}

static enum command_kind random_kind(const struct world *w, const struct task *t)
{
    static const enum command_kind common[] = {CMD_ACT,   CMD_ACT,   CMD_ACT,       CMD_RECEIVE,
                                               CMD_CLAIM, CMD_DRAFT, CMD_TAKE_BACK, CMD_ASSIGN};
    static const enum command_kind owed[] = {CMD_ANSWER, CMD_ANSWER,    CMD_ANSWER, CMD_RECEIVE,
                                             CMD_CLAIM,  CMD_TAKE_BACK, CMD_ASK,    CMD_ANSWER};

    if (!often())
        return (enum command_kind)dice(CMD_KINDS);
    if (!w->s || w->s->accepted == INSTANT_NONE)
        return one_in(2) ? CMD_TAKE_IN : (enum command_kind)dice(CMD_RECEIVE);
    if (one_in(8))
        return CMD_ASK;
    if (w->s->conflicts && one_in(10)) /* one colleague after the other */
        return CMD_DECLARE;
    if (w->s->paid && one_in(8))
        return CMD_ASK;
    if (one_in(w->s->links || w->s->tasks > 1 ? 25 : 120))
        return CMD_LINK;
    if (dossier_fee_left(w->s) && one_in(w->s->paid ? 40 : 8))
        return CMD_PAY;
    if (one_in(2) && play_ended(w))
        return CMD_SUCCEED;
    if (one_in(6) && has_come(w))
        return CMD_FIRE;
    return (t && (t->request || t->branch) ? owed : common)[dice(8)];
}

/* A rung that there is, or one that there is not. */
static void random_rung(const struct world *w, struct play *p)
{
    struct due_rung *r;
    size_t n = dossier_timers(w->s, &w->c, &r);

    if (n && one_in(2))
        p->rung = r[dice((unsigned)n)].rung;
    else
        p->rung = (struct rung){(enum clock_kind)dice(CLOCK_KINDS), (int)dice(9) - 1, (int)dice(3),
                                (int)dice(40)};
    p->c.rung = one_in(2) ? &p->rung : NULL;
}

/* What the system and administrators do. */
static void random_system(struct world *w, const struct procedure *next, struct play *p)
{
    if (p->c.kind != CMD_FIRE && p->c.kind != CMD_RECALCULATE && p->c.kind != CMD_SUCCEED &&
        p->c.kind != CMD_MIGRATE)
        return;
    if (p->c.kind == CMD_FIRE && w->s && one_in(2))
        random_rung(w, p);
    if (p->c.kind == CMD_MIGRATE)
        w->c.target = next;
    if (often())
        world_by(w,
                 p->c.kind == CMD_MIGRATE || p->c.kind == CMD_SUCCEED || one_in(4) ? 100 + 22 : 0);
    p->c.approver = 100 + (int64_t)dice(24);
    p->c.promise = one_in(2);
}

/* Sometimes in somebody else's name. */
static void random_delegation(struct world *w)
{
    const struct actor a = w->c.actor;

    w->c.delegations = 0;
    if (a.user && one_in(12))
        world_for(w, 100 + (int64_t)dice(23), a.user);
}

static void random_result(struct world *w, struct play *p)
{
    struct command *c = &p->c;

    c->signer = "Người ký";
    c->file = FILE_A;
    c->date = lminute_day(lminute_of(w->c.now)) - (dayno)dice(3) + one_in(10);
    c->number = one_in(4) || c->kind == CMD_ANSWER ? "12/QĐ" : NULL;
}

static void pay_exactly(struct world *w, const struct task *t, struct play *p)
{
    const struct request *r = t ? dossier_request(w->s, t->request) : NULL;

    if (r && r->amount && often())
        p->ask.amount = r->amount;
    else if (w->s && p->c.kind == CMD_PAY && often())
        p->ask.amount = dossier_fee_left(w->s) ? dossier_fee_left(w->s) : dossier_owed(w->s);
    p->ask.method = one_in(5) ? "barter" : "cash";
    p->ask.reference = one_in(3) || (r && r->kind == REQ_REFUND) ? "GD-1" : NULL;
    if (p->c.kind == CMD_PAY && one_in(4)) { /* the payment platform tells, fitting or not */
        world_by(w, 0);
        p->ask.method = "online";
        p->ask.reference = one_in(3) ? "PL-2" : "PL-1";
    }
}

static void random_extension(struct world *w, struct play *p)
{
    static const char *const late[] = {"overload", "wrong"};

    if (one_in(3)) /* what the promise hangs on */
        p->ask.kind = one_in(2) ? REQ_EXTENSION : REQ_SUPPLEMENT;
    if (p->ask.kind == REQ_EXTENSION)
        p->ask.reason = one_in(5) ? late[1] : late[0];
    if (p->ask.kind == REQ_EXTENSION && w->s && w->s->current_due != INSTANT_NONE && often())
        p->ask.until = lminute_day(lminute_of(w->s->current_due)) + (dayno)dice(12);
    if (w->p->cases_n && one_in(6))
        p->ask.kind = REQ_CASE;
    p->ask.case_code = one_in(2) ? "02" : "01";
    p->ask.stops = one_in(2);
}

/* Everybody of an agency may declare, as long as two of its heads are left there: they do it
 * themselves or name somebody, and one of them may have done what excludes her.  Elsewhere once a
 * dossier, by one of those who have colleagues: there a dossier waits for whom the agency appoints.
 */
static void random_relative(struct world *w, struct play *p)
{
    const struct actor *who = &w->c.actor;
    size_t i, like = 0, heads = 0;

    for (i = 0; w->s && i < w->officers; i++) {
        const struct world_officer *o = &w->officer[i];

        like += o->agency == who->agency && (o->roles & who->roles) == who->roles;
        heads += o->agency == who->agency && o->load.user != who->user &&
                 (o->roles & (ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_ONESTOP_HEAD))) &&
                 !conflict_declared(w->s, o->load.user);
    }
    if (p->c.kind == CMD_DECLARE &&
        (!w->s || one_in(2) || (heads < 2 && (w->s->conflicts || like < 2))))
        p->c.kind = CMD_NOTE;
}

void play_random(struct world *w, const struct procedure *next, struct play *p)
{
    const struct task *t = some_task(w);
    struct command *c = &p->c;

    *p = (struct play){0};
    advance(w);
    choose_actor(w, t);
    c->kind = next && t && t->branch && one_in(6) ? CMD_MIGRATE : random_kind(w, t);
    if (c->kind <= CMD_RESUBMIT && dice(20)) {
        random_intake(w, &p->in);
        random_origin(w, p);
        c->intake = &p->in;
    }
    random_ask(w, &p->ask);
    random_extension(w, p);
    pay_exactly(w, t, p);
    if (t && c->kind == CMD_ANSWER && often())
        fitting_answer(w, t, &p->ask);
    if (c->kind == CMD_ASK || c->kind == CMD_ACT)
        p->ask.method = one_in(8) ? TOLD_WORDS[dice(6)] : NULL;
    c->ask = dice(10) ? &p->ask : NULL;
    c->action = random_action(w, t);
    c->task = t && w->s->tasks > 1 && dice(10) ? t->task : one_in(15) ? (int64_t)dice(5) : 0;
    c->request = w->s && w->s->requests ? (int64_t)dice((unsigned)w->s->requests + 1) : 0;
    c->officer = one_in(3) ? somebody(w) : one_in(8) ? OFFICER_LEAST : 0;
    c->reason = one_in(2) ? "wrong" : one_in(2) ? "not_eligible" : NULL;
    c->note = one_in(2) ? "Ghi chú \"có\" dấu\tvà \\" : NULL;
    c->text = dice(4) ? "Kết luận" : NULL;
    c->refusal = one_in(6);
    if (often())
        random_result(w, p);
    c->to_whom = dice(6) ? "owner" : one_in(2) ? "post" : "nobody";
    random_delegation(w);
    random_system(w, next, p);
    random_refund(w, p);
    random_news(w, t, p);
    random_relative(w, p);
}
