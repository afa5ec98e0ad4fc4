/* What an officer may do now, and why not what she may not: the same checks as decide, asked
 * without any input.  The list lies in the context's arena.  Any thread. */
#include "common/dossier/inside.h"

struct listing {
    struct deciding d;
    struct possible *item;
    size_t n, cap;
};

static struct possible *add(struct listing *l, enum command_kind k, struct verdict v)
{
    struct possible *p = &ARENA_PUSH(l->d.a, l->item, l->n, l->cap);

    if (v.e != ERR_OK && !v.detail.vi)
        v.detail = (struct text2){err_title(v.e, LANG_VI), err_title(v.e, LANG_EN)};
    *p = (struct possible){.kind = k,
                           .task = l->d.task ? l->d.task->task : 0,
                           .allowed = v.e == ERR_OK,
                           .why_not = v.e,
                           .detail = v.detail};
    return p;
}

static unsigned needs_of(const struct listing *l, const struct action *act)
{
    const struct dossier *s = l->d.s;
    struct text2 missing;
    unsigned needs = act->needs;

    if (act->effect == EFFECT_RETURN || act->effect == EFFECT_REFUSE)
        needs |= NEEDS_REASON;
    if (act->effect == EFFECT_NUMBER)
        needs |= NEEDS_RESULT;
    if ((act->effect == EFFECT_RELEASE || act->effect == EFFECT_HAND_OVER) &&
        s->finished == INSTANT_NONE && !results_complete(l->d.a, s, l->d.p, &missing))
        needs |= NEEDS_RESULT;
    return needs;
}

/* What would say nothing new is not offered. */
static bool idle(struct listing *l, enum command_kind k)
{
    const struct task *t = l->d.task;
    bool received = t && t->received != INSTANT_NONE;

    if (k == CMD_RECEIVE)
        return received;
    if (k == CMD_CLAIM)
        return received && t->officer == l->d.c->actor.user;
    if (k == CMD_TAKE_BACK)
        return t && t->from_step < 0 && !can_undo(&l->d);
    if (k == CMD_PAY)
        return dossier_owed(l->d.s) == 0;
    return false;
}

static void list_actions(struct listing *l, struct verdict v)
{
    const struct step *st = l->d.step;
    size_t i;

    for (i = 0; st && i < st->actions; i++) {
        const struct action *act = &st->action[i];
        struct possible *p = add(l, CMD_ACT, v.e == ERR_OK ? check_action(&l->d, act) : v);

        p->action = act;
        p->needs = needs_of(l, act);
        p->ask = effect_asks(act->effect);
        p->sends = asks_applicant(&l->d, p->ask);
    }
}

/* Every kind of request that the status leaves open. */
static void list_asks(struct listing *l, struct command *cmd)
{
    const struct dossier *s = l->d.s;
    unsigned k;

    for (k = REQ_SUPPLEMENT; k < REQ_KINDS; k++) {
        const struct request_rule *rule = request_rule_of((enum request_kind)k);
        struct ask ask = {.kind = rule->kind};
        struct possible *p;
        struct verdict v;

        /* Said when a dossier is taken in, or for money that is there. */
        if (!rule->ask || k == REQ_LATE_ENTRY || (k == REQ_REFUND && s->paid == 0) ||
            (k == REQ_EXCLUSION && l->d.p->stops == 0) || (k == REQ_CASE && l->d.p->cases_n == 0))
            continue;
        cmd->ask = &ask;
        v = act_check(&l->d, act_rule_of(CMD_ASK));
        cmd->ask = NULL;
        if (v.e != ERR_R_WRONG_STATUS) {
            p = add(l, CMD_ASK, v);
            p->ask = rule->kind;
            p->sends = asks_applicant(&l->d, rule->kind);
        }
        l->d.task = NULL;
        l->d.step = NULL;
    }
}

static void list_cancels(struct listing *l, struct command *cmd)
{
    const struct dossier *s = l->d.s;
    size_t i;

    for (i = 0; i < s->requests; i++) {
        struct possible *p;
        struct verdict v;

        if (!request_pending(&s->request[i]))
            continue;
        cmd->request = s->request[i].request;
        v = act_check(&l->d, act_rule_of(CMD_CANCEL));
        if (v.e != ERR_R_WRONG_STATUS) {
            p = add(l, CMD_CANCEL, v);
            p->ask = s->request[i].kind;
            p->request = s->request[i].request;
            p->needs = NEEDS_NOTE;
        }
        cmd->request = 0;
    }
}

static void list_answer(struct listing *l, struct verdict v)
{
    const struct request *r = dossier_request(l->d.s, l->d.task->request);
    struct possible *p = add(l, CMD_ANSWER, v);

    p->answers = r ? request_answers(r) : branch_answers(task_branch(l->d.p, l->d.task));
    if (r) {
        p->ask = r->kind;
        p->request = r->request;
    }
}

/* Which commands are offered for a task, or for the dossier as a whole. */
static bool fits(const struct act_rule *r, const struct task *t)
{
    if (!t)
        return r->about == ABOUT_DOSSIER;
    return r->about == ABOUT_ANY || r->about == (task_owes(t) ? ABOUT_OWED : ABOUT_STEP);
}

/* Nobody is offered what only the system and administrators' verbs do. */
static bool system_only(enum command_kind k)
{
    return k >= CMD_FIRE && k != CMD_PAY;
}

static void list_commands(struct listing *l, struct command *cmd, const struct task *t)
{
    unsigned k;

    for (k = 0; k < CMD_KINDS; k++) {
        const struct act_rule *r = act_rule_of((enum command_kind)k);
        struct verdict v;

        if (!fits(r, t) || system_only(r->kind) || !(r->statuses >> l->d.s->status & 1))
            continue;
        cmd->kind = r->kind;
        /* Known even where the person is refused before anybody asks which task it is about. */
        l->d.task = t;
        l->d.step = t && (size_t)t->step < l->d.p->steps ? &l->d.p->step[t->step] : NULL;
        v = r->kind == CMD_ASK || r->kind == CMD_CANCEL ? VERDICT_OK : act_check(&l->d, r);
        if (idle(l, r->kind))
            continue;
        if (r->kind == CMD_ACT)
            list_actions(l, v);
        else if (r->kind == CMD_ASK)
            list_asks(l, cmd);
        else if (r->kind == CMD_CANCEL)
            list_cancels(l, cmd);
        else if (r->kind == CMD_ANSWER)
            list_answer(l, v);
        else if (r->kind == CMD_TAKE_BACK)
            add(l, r->kind, v)->undo_seconds =
                v.e == ERR_OK && can_undo(&l->d) ? undo_seconds(&l->d) : 0;
        else
            add(l, r->kind, v)->needs = r->kind == CMD_RETURN_INTAKE || r->kind == CMD_REJECT_INTAKE
                                            ? NEEDS_REASON
                                        : r->kind == CMD_DECLARE ? NEEDS_NOTE
                                                                 : 0;
    }
}

size_t dossier_possible(const struct dossier *s, const struct context *ctx, struct possible **ret)
{
    struct command cmd = {0};
    struct listing l = {0};
    size_t i;

    *ret = NULL;
    if (!s || !ctx->procedure)
        return 0;
    deciding_init(&l.d, s, s->id, &cmd, ctx);
    for (i = 0; i < s->tasks; i++) {
        cmd.task = s->task[i].task;
        list_commands(&l, &cmd, &s->task[i]);
    }
    cmd.task = 0;
    list_commands(&l, &cmd, NULL);
    *ret = l.item;
    return l.n;
}
