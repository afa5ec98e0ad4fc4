/* Requests in scenarios: what is asked, answered, taken back, and which task a step of the scenario
 * is about.  Everything lives in the simulation's arena.  Any thread. */
#include "common/dossier/simulate_inside.h"

static const char *const ask_keys[] = {
    "request", "reason", "reasons", "missing", "exception", "document", "text", "note", "file",
    "to",      "limit",  "on_due",  "until",   "amount",    "stops",    "case", "task", NULL};
static const char *const answer_keys[] = {
    "request", "branch", "outcome", "document",  "reference",  "method",
    "amount",  "text",   "note",    "file",      "result",     "number",
    "date",    "signer", "task",    "exception", "components", NULL};
static const char *const cancel_keys[] = {"request", "document", "note", NULL};
static const char *const pay_keys[] = {"request",  "amount", "reference", "method",
                                       "document", "note",   NULL};
static const char *const end_keys[] = {"document", "reason", "note", NULL};

const char *const *sim_ask_keys(enum command_kind k)
{
    switch (k) {
    case CMD_ASK:
        return ask_keys;
    case CMD_ANSWER:
        return answer_keys;
    case CMD_CANCEL:
        return cancel_keys;
    case CMD_PAY:
        return pay_keys;
    case CMD_WITHDRAW:
    case CMD_STOP:
    case CMD_CLOSE:
        return end_keys;
    default:
        return NULL;
    }
}

static void read_kind(struct sim *m, const struct yaml_node *with, enum request_kind *ret)
{
    const char *words[REQ_KINDS], *word;
    unsigned k;

    if (!yaml_text(with, "request", false, &word, m->d))
        return;
    if (request_kind_of_name(word, ret))
        return;
    for (k = 1; k < REQ_KINDS; k++)
        words[k - 1] = request_kind_name((enum request_kind)k);
    sim_wrong(m, yaml_get(with, "request"), "S007",
              (struct text2){"không có loại đề nghị này", "there is no such request"}, word, words,
              REQ_KINDS - 1);
}

static void read_limit(struct sim *m, const struct yaml_node *with, struct quantity *ret)
{
    const char *word;

    if (yaml_text(with, "limit", false, &word, m->d) && !quantity_parse(span_of(word), ret))
        sim_wrong(m, yaml_get(with, "limit"), "S007",
                  (struct text2){"thời hạn viết như “5 working_day”",
                                 "a limit is written like “5 working_day”"},
                  word, NULL, 0);
}

void sim_read_ask(struct sim *m, struct sim_step *st, const struct yaml_node *with)
{
    struct ask *a = &st->ask;
    bool all;

    st->cmd.ask = a;
    if (!with)
        return;
    read_kind(m, with, &a->kind);
    st->about = a->kind;
    (void)yaml_text(with, "branch", false, &st->branch, m->d);
    (void)yaml_text(with, "reason", false, &a->reason, m->d);
    (void)yaml_text(with, "exception", false, &a->exception, m->d);
    (void)yaml_text(with, "document", false, &a->document, m->d);
    (void)yaml_text(with, "text", false, &a->text, m->d);
    (void)yaml_text(with, "on_due", false, &a->on_due, m->d);
    (void)yaml_text(with, "case", false, &a->case_code, m->d);
    (void)yaml_text(with, "outcome", false, &a->outcome, m->d);
    (void)yaml_text(with, "reference", false, &a->reference, m->d);
    (void)yaml_text(with, "method", false, &a->method, m->d);
    (void)yaml_text(with, "result", false, &a->result, m->d);
    (void)yaml_bool(with, "stops", false, &a->stops, m->d);
    (void)yaml_int(with, "amount", false, -1000000, INT64_C(1000000000000), &a->amount, m->d);
    a->missing = sim_read_words(m, with, "missing", &a->missings);
    a->reason_code = sim_read_words(m, with, "reasons", &a->reason_codes);
    sim_read_agency(m, with, "to", &a->to_agency);
    read_limit(m, with, &a->limit);
    (void)sim_read_day(m, with, "until", &a->until);
    sim_read_components(m, with, &a->check, &a->checks, &all);
}

/* ---------------------------------------------------------------- which one */

const struct request *sim_request(const struct sim *m, enum request_kind k, bool pending)
{
    size_t i;

    for (i = m->s ? m->s->requests : 0; i-- > 0;)
        if ((k == REQ_NONE || m->s->request[i].kind == k) &&
            (!pending || request_pending(&m->s->request[i])))
            return &m->s->request[i];
    return NULL;
}

static const struct task *branch_task(const struct sim *m, const char *branch)
{
    size_t i;

    for (i = 0; i < m->s->tasks; i++) {
        const struct task *t = &m->s->task[i];
        const struct step *sp = &m->p->step[t->step];

        if (t->branch > 0 && (size_t)t->branch <= sp->branches &&
            strcmp(sp->branch[t->branch - 1].branch, branch) == 0)
            return t;
    }
    return NULL;
}

const struct task *sim_task(const struct sim *m, const struct sim_step *st)
{
    const struct request *r;
    size_t i;

    if (!m->s || m->s->tasks == 0)
        return NULL;
    if (st->cmd.task)
        return task_of(m->s, st->cmd.task);
    if (st->branch)
        return branch_task(m, st->branch);
    if (st->has_do && st->cmd.kind == CMD_ANSWER) {
        r = sim_request(m, st->about, true);
        return r ? task_of(m->s, r->task) : NULL;
    }
    for (i = 0; i < m->s->tasks; i++)
        if (!task_owes(&m->s->task[i]))
            return &m->s->task[i];
    return &m->s->task[0];
}

void sim_aim(struct sim *m, struct sim_step *st)
{
    const struct task *t = sim_task(m, st);
    const struct request *r = sim_request(m, st->about, true);

    if (st->cmd.ask)
        st->cmd.ask = &st->ask; /* the list of steps has moved while it grew */
    if ((st->cmd.kind == CMD_ANSWER || st->branch) && !st->cmd.task && t)
        st->cmd.task = t->task;
    if (st->cmd.kind == CMD_CANCEL && r)
        st->cmd.request = r->request;
}
