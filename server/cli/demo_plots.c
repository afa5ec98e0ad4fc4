/* What happens to some dossiers of the demonstration beside the straight road: a supplement, an
 * apology, excluded time, opinions, money given back …  A plot is a table of beats; between them
 * the dossier goes its ordinary way.  Everything lives in the act's arena; the caller's thread. */
#include <string.h>

#include "common/time/worktime.h"
#include "server/cli/demo_inside.h"

#define HOUR_US INT64_C(3600000000)
#define DAY_US  (24 * HOUR_US)

enum beat_who {
    BY_HOLDER,   /* who has the work */
    BY_OWING,    /* who owes the request its next turn */
    BY_RECEIVER, /* at the unit that received it */
    BY_CASHIER,
    BY_HEAD,   /* of that unit */
    BY_LEADER, /* of the agency where the work lies */
};

struct beat {
    const char *at; /* the step in which it happens; NULL: wherever it lies */
    enum beat_who who;
    enum command_kind cmd; /* CMD_NOTE: the ordinary next act; CMD_KINDS: nothing more happens */
    enum request_kind request;
    const char *what; /* outcome of an answer, action of the step */
    int hours;        /* until the next one */
};

#define GO_ON(step)                                                                                \
    {                                                                                              \
        step, BY_HOLDER, CMD_NOTE, REQ_NONE, NULL, 2                                               \
    }
#define STAY                                                                                       \
    {                                                                                              \
        NULL, BY_HOLDER, CMD_KINDS, REQ_NONE, NULL, 0                                              \
    }

struct plot {
    const char *procedure;
    int days; /* working days ago that it was received */
    struct beat beat[8];
};

/* Each is told once among the first dossiers, so that a small demonstration has them all; a large
 * one has more of the ordinary. */
static const struct plot plots[] = {
    {"1.005416", /* waits for the supplement */
     4,
     {{"appraise", BY_HOLDER, CMD_ASK, REQ_SUPPLEMENT, NULL, 3},
      {NULL, BY_OWING, CMD_ANSWER, REQ_SUPPLEMENT, "send", 24},
      STAY}},
    {"1.005416", /* supplemented: the clock began anew */
     18,
     {{"appraise", BY_HOLDER, CMD_ASK, REQ_SUPPLEMENT, NULL, 3},
      {NULL, BY_OWING, CMD_ANSWER, REQ_SUPPLEMENT, "send", 7 * 24},
      {NULL, BY_OWING, CMD_ANSWER, REQ_SUPPLEMENT, "complete", 24},
      STAY}},
    {"1.005416", /* nothing came: closed */
     28,
     {{"appraise", BY_HOLDER, CMD_ASK, REQ_SUPPLEMENT, NULL, 3},
      {NULL, BY_OWING, CMD_ANSWER, REQ_SUPPLEMENT, "send", 20 * 24},
      {NULL, BY_HEAD, CMD_CLOSE, REQ_NONE, NULL, 1},
      STAY}},
    {"1.005416", /* an apology in time, one new date */
     17,
     {{"appraise", BY_HOLDER, CMD_ASK, REQ_EXTENSION, NULL, 2},
      {NULL, BY_OWING, CMD_ANSWER, REQ_EXTENSION, "agree", 2},
      {NULL, BY_OWING, CMD_ANSWER, REQ_EXTENSION, "send", 24},
      STAY}},
    {"1.115613", /* the tax authority works: not counted */
     4,
     {{"appraise", BY_HOLDER, CMD_ACT, REQ_NONE, "send_tax", 1}, STAY}},
    {"1.115613", /* the land user pays: not counted */
     6,
     {{"appraise", BY_HOLDER, CMD_ACT, REQ_NONE, "send_tax", 30},
      {"complete", BY_HOLDER, CMD_ACT, REQ_PAYMENT, "payment", 1},
      STAY}},
    {"1.005416", /* another department is asked */
     3,
     {{"appraise", BY_HOLDER, CMD_ASK, REQ_CONSULT, NULL, 1}, STAY}},
    {"1.009664", /* three agencies at once, one has answered */
     3,
     {GO_ON("opinions"), GO_ON("opinions"), STAY}},
    {"1.005416", /* suspended by a decision */
     5,
     {{"appraise", BY_LEADER, CMD_ASK, REQ_SUSPENSION, NULL, 1}, STAY}},
    {"1.014199", /* paid, withdrawn, given back */
     8,
     {{"receive", BY_CASHIER, CMD_PAY, REQ_NONE, NULL, 1},
      {"appraise", BY_RECEIVER, CMD_WITHDRAW, REQ_NONE, NULL, 2},
      {NULL, BY_CASHIER, CMD_ASK, REQ_REFUND, NULL, 2},
      {NULL, BY_OWING, CMD_ANSWER, REQ_REFUND, "agree", 3},
      {NULL, BY_OWING, CMD_ANSWER, REQ_REFUND, "paid", 1},
      STAY}},
    {"1.009664", /* stopped at the applicant's request */
     6,
     {{"appraise", BY_RECEIVER, CMD_STOP, REQ_NONE, NULL, 1}, STAY}},
    {"1.013227", /* received elsewhere: the paper is on its way */
     2,
     {{"appraise", BY_RECEIVER, CMD_ASK, REQ_PAPER, NULL, 1}, STAY}},
    {"2.000986", /* three results: residence and insurance are still awaited */
     3,
     {GO_ON("others"), STAY}},
};

const struct plot *plot_of(int number)
{
    const int n = (int)(sizeof plots / sizeof *plots), every = number < 3 * n ? 3 : 12;

    return number % every == 1 ? &plots[number / every % n] : NULL;
}

const char *plot_procedure(const struct plot *p)
{
    return p->procedure;
}

int plot_days(const struct plot *p)
{
    return p->days;
}

/* ---------------------------------------------------------------- who and on what */

static const struct request *last_request(const struct dossier *s, enum request_kind k)
{
    size_t i;

    for (i = s->requests; i-- > 0;)
        if (s->request[i].kind == k)
            return &s->request[i];
    return NULL;
}

static const struct task *task_numbered(const struct dossier *s, int64_t task)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].task == task)
            return &s->task[i];
    return NULL;
}

const struct task *story_work(const struct story *s)
{
    size_t i;

    for (i = 0; i < s->state->tasks; i++)
        if (s->state->task[i].request == 0)
            return &s->state->task[i];
    return NULL;
}

static const struct known_person *who_has(struct stage *st, const struct task *t)
{
    return t->officer ? stage_user(st, t->officer) : stage_person(st, t->agency, t->role, 0);
}

static const struct known_person *who_does(struct stage *st, struct story *s, const struct beat *b,
                                           const struct task *t)
{
    int receiving = s->state->receiving;

    switch (b->who) {
    case BY_HOLDER:
    case BY_OWING:
        return t ? who_has(st, t) : NULL;
    case BY_RECEIVER:
        return stage_person(st, receiving, ROLE_RECEIVER, 0);
    case BY_CASHIER:
        return stage_person(st, receiving, ROLE_CASHIER, 0);
    case BY_HEAD:
        return stage_person(st, receiving, ROLE_ONESTOP_HEAD, 0);
    case BY_LEADER:
        return t ? stage_person(st, t->agency, ROLE_LEADER, 0) : NULL;
    }
    return NULL;
}

/* ---------------------------------------------------------------- what is said */

static const char *first_reason(const struct procedure *p, const char *for_what)
{
    size_t i;

    for (i = 0; i < p->reasons; i++)
        if (strcmp(p->reason[i].for_what, for_what) == 0)
            return p->reason[i].reason;
    return NULL;
}

static void say_supplement(struct story *s, struct arena *a, struct ask *ask)
{
    const char **missing = ARENA_ARRAY(a, const char *, 1);
    const char **reason = ARENA_ARRAY(a, const char *, 1);

    missing[0] = s->p->component[s->p->components - 1].code;
    reason[0] = first_reason(s->p, "supplement");
    ask->missing = missing;
    ask->missings = 1;
    ask->reason_code = reason;
    ask->reason_codes = 1;
    ask->text = "Đề nghị bổ sung bản chính, còn hiệu lực.";
}

/* Five working days after the promise. */
static void say_extension(struct stage *st, struct story *s, struct ask *ask)
{
    dayno due = lminute_day(lminute_of(s->state->current_due));

    if (worktime_counted_after(st->office, due, 5, &ask->until) != TIME_FINE)
        ask->until = due + 7;
    ask->reason = first_reason(s->p, "late");
    ask->document = "128/XL";
}

static void say_consult(struct stage *st, struct ask *ask)
{
    int i = organisation_find(st->snap->org, "SXD");

    ask->to_agency = i < 0 ? 0 : st->snap->org->agency[i].id;
    ask->text = "Đề nghị cho ý kiến về tiêu chuẩn kỹ thuật.";
    ask->limit = (struct quantity){12, 1, UNIT_CALENDAR_DAY};
    ask->on_due = "agree";
}

static void say(struct stage *st, struct story *s, struct arena *a, const struct beat *b,
                struct ask *ask)
{
    ask->kind = b->request;
    ask->document = arena_printf(a, "%d/CV", 100 + s->number);
    switch (b->request) {
    case REQ_SUPPLEMENT:
        say_supplement(s, a, ask);
        break;
    case REQ_EXTENSION:
        say_extension(st, s, ask);
        break;
    case REQ_CONSULT:
        say_consult(st, ask);
        break;
    case REQ_SUSPENSION:
        ask->exception = "Quyết định áp dụng biện pháp khẩn cấp tạm thời của Tòa án";
        break;
    case REQ_PAYMENT:
        ask->amount = 25000000;
        break;
    case REQ_REFUND:
        ask->amount = s->state->paid;
        break;
    case REQ_PAPER:
        ask->to_agency = s->state->competent;
        break;
    default:
        break;
    }
}

static void fill(struct stage *st, struct story *s, struct arena *a, const struct beat *b,
                 struct command *c)
{
    struct ask *ask = ARENA_NEW(a, struct ask);

    c->kind = b->cmd;
    c->ask = ask;
    if (b->cmd == CMD_ANSWER) {
        ask->outcome = b->what;
        if (strcmp(b->what, "send") == 0)
            ask->method = "sms";
        ask->document = arena_printf(a, "%d/TL", 200 + s->number);
        ask->reference = arena_printf(a, "PC-%05d", s->number);
        return;
    }
    say(st, s, a, b, ask);
    if (b->cmd == CMD_ACT)
        c->action = b->what;
    if (b->cmd == CMD_PAY)
        ask->amount = dossier_fee_left(s->state);
    if (b->cmd == CMD_ASK && b->request == REQ_REFUND)
        c->note = "Người nộp rút hồ sơ trước khi giải quyết.";
}

/* ---------------------------------------------------------------- the next one */

static bool has_come(const struct story *s, const struct beat *b, const struct task *work)
{
    if (b->at == NULL)
        return true;
    return work && strcmp(s->p->step[work->step].step, b->at) == 0 &&
           (b->cmd == CMD_NOTE || work->received != INSTANT_NONE);
}

enum plot_turn plot_next(struct stage *st, struct story *s, struct arena *a,
                         struct demo_choice *ret, int *ret_hours)
{
    const struct beat *b = s->plot ? &s->plot->beat[s->beat] : NULL;
    const struct task *work = story_work(s), *t = work;
    const struct request *r;

    if (!b || !has_come(s, b, work))
        return PLOT_ORDINARY;
    if (b->cmd == CMD_KINDS)
        return PLOT_ENDS;
    s->beat++;
    *ret_hours = b->hours;
    if (b->cmd == CMD_NOTE)
        return PLOT_ORDINARY;
    *ret = (struct demo_choice){0};
    if (b->who == BY_OWING) {
        r = last_request(s->state, b->request);
        t = r ? task_numbered(s->state, r->task) : NULL;
    }
    ret->who = who_does(st, s, b, t);
    fill(st, s, a, b, &ret->cmd);
    if (t && (b->cmd == CMD_ACT || b->cmd == CMD_ANSWER || b->who == BY_HOLDER))
        ret->cmd.task = t->task;
    return ret->who ? PLOT_TURNS : PLOT_ENDS;
}

bool plot_goes_on(const struct story *s)
{
    return s->plot && s->plot->beat[s->beat].cmd != CMD_KINDS;
}
