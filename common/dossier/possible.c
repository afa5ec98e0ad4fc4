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

static unsigned needs_of(const struct dossier *s, const struct action *act)
{
    unsigned needs = act->needs;

    if (act->effect == EFFECT_RETURN || act->effect == EFFECT_REFUSE)
        needs |= NEEDS_REASON;
    if (act->effect == EFFECT_NUMBER)
        needs |= NEEDS_RESULT;
    if ((act->effect == EFFECT_RELEASE || act->effect == EFFECT_HAND_OVER) &&
        s->finished == INSTANT_NONE && s->result.numbered_by == 0 && !s->result.refusal)
        needs |= NEEDS_RESULT;
    return needs;
}

/* What would say nothing new is not offered. */
static bool idle(const struct listing *l, enum command_kind k)
{
    const struct task *t = l->d.task;
    bool received = t && t->received != INSTANT_NONE;

    if (k == CMD_RECEIVE)
        return received;
    if (k == CMD_CLAIM)
        return received && t->officer == l->d.c->actor.user;
    if (k == CMD_TAKE_BACK)
        return t && t->from_step < 0;
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
        p->needs = needs_of(l->d.s, act);
    }
}

static void list_commands(struct listing *l, struct command *cmd, bool on_task)
{
    unsigned k;

    for (k = 0; k < CMD_KINDS; k++) {
        const struct act_rule *r = act_rule_of((enum command_kind)k);
        struct verdict v;

        if (r->on_task != on_task || !(r->statuses >> l->d.s->status & 1))
            continue;
        cmd->kind = r->kind;
        v = act_check(&l->d, r);
        if (idle(l, r->kind))
            continue;
        if (r->kind == CMD_ACT)
            list_actions(l, v);
        else
            add(l, r->kind, v)->needs =
                r->kind == CMD_RETURN_INTAKE || r->kind == CMD_REJECT_INTAKE ? NEEDS_REASON : 0;
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
        list_commands(&l, &cmd, true);
    }
    cmd.task = 0;
    l.d.task = NULL;
    l.d.step = NULL;
    list_commands(&l, &cmd, false);
    *ret = l.item;
    return l.n;
}
