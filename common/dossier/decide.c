/* decide(state, command, context) -> events or refusals: the table of commands and what all of them
 * ask before their own rules.  Everything lives in the arena of the context.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

#define ST(s)     (1u << DS_##s)
#define ST_INTAKE (ST(SUBMITTED) | ST(INTAKE_SUPPLEMENT))
#define ST_BEFORE (ST(ACCEPTED) | ST(PROCESSING)) /* nothing decided yet */
#define ST_WAITING                                                                                 \
    (ST(CONSULTING) | ST(SUPPLEMENT) | ST(FIN_OBLIGATION) | ST(SUSPENDED) | ST(EXCLUDED))
#define ST_WORK  (ST_BEFORE | ST_WAITING | ST(APPROVED) | ST(RELEASED))
#define ST_ALL   (~0u)
#define ST_ENDED (ST(RETURNED) | ST(REJECTED_INTAKE) | ST(WITHDRAWN) | ST(STOPPED) | ST(CLOSED))

/* RULE(command, name, statuses, creates, about, function after check_ and act_) */
#define RULE(k, name, st, creates, about, check, act)                                              \
    [CMD_##k] = {CMD_##k, name, st, creates, ABOUT_##about, check_##check, act_##act}

static const struct act_rule rules[CMD_KINDS] = {
    RULE(SUBMIT, "submit", 0, true, DOSSIER, submit, submit),
    RULE(TAKE_IN, "take-in", 0, true, DOSSIER, intake, take_in),
    RULE(ACCEPT, "accept", ST_INTAKE, false, DOSSIER, intake, take_in),
    RULE(RETURN_INTAKE, "return-intake", ST_INTAKE, true, DOSSIER, intake, return_intake),
    RULE(REJECT_INTAKE, "reject-intake", ST_INTAKE, true, DOSSIER, intake, reject_intake),
    RULE(RESUBMIT, "resubmit", ST(INTAKE_SUPPLEMENT), false, DOSSIER, submit, submit),
    RULE(RECEIVE, "receive", ST_WORK, false, ANY, receive, receive),
    RULE(CLAIM, "claim", ST_WORK, false, ANY, claim, claim),
    RULE(ASSIGN, "assign", ST_WORK, false, ANY, assign, assign),
    RULE(DRAFT, "draft", ST_BEFORE | ST_WAITING, false, STEP, draft, draft),
    RULE(ACT, "act", ST_WORK, false, STEP, step, step),
    RULE(TAKE_BACK, "take-back", ST_WORK, false, ANY, take_back, take_back),
    RULE(ATTACH, "attach", ST_INTAKE | ST_WORK, false, DOSSIER, remark, attach),
    RULE(NOTE, "note", ST_ALL, false, DOSSIER, remark, note),
    RULE(ASK, "ask", ST_WORK | ST_ENDED, false, DOSSIER, ask, ask),
    RULE(ANSWER, "answer", ST_WORK | ST_ENDED, false, OWED, answer, answer),
    RULE(CANCEL, "cancel", ST_WORK | ST_ENDED, false, DOSSIER, cancel, cancel),
    RULE(WITHDRAW, "withdraw", ST_INTAKE | ST_BEFORE | ST_WAITING, false, DOSSIER, end, end),
    RULE(STOP, "stop", ST_BEFORE | ST_WAITING, false, DOSSIER, end, end),
    RULE(CLOSE, "close", ST(INTAKE_SUPPLEMENT) | ST(SUPPLEMENT), false, DOSSIER, close, close),
    RULE(DECLARE, "declare-relative", ST_INTAKE | ST_WORK, false, DOSSIER, declare, declare),
    RULE(FIRE, "fire", ST_ALL, false, DOSSIER, fire, fire),
    RULE(MIGRATE, "migrate", ST_WORK, false, DOSSIER, migrate, migrate),
    RULE(SUCCEED, "succeed", ST_INTAKE | ST_WORK, false, DOSSIER, succeed, succeed),
    RULE(RECALCULATE, "recalculate", ST_WORK | ST(SUBMITTED), false, DOSSIER, recalculate,
         recalculate),
    RULE(LINK, "link", ST_ALL, false, DOSSIER, link, link),
    RULE(PAY, "pay", ST_WORK | ST_ENDED, false, DOSSIER, pay, pay),
};

const struct act_rule *act_rule_of(enum command_kind k)
{
    return k < CMD_KINDS ? &rules[k] : NULL;
}

/* ---------------------------------------------------------------- saying no */

struct verdict verdict(struct arena *a, enum err e, const char *vi, const char *en, ...)
{
    struct verdict v = {e, {NULL, NULL}};
    va_list ap, again;

    va_start(ap, en);
    va_copy(again, ap);
    v.detail.vi = arena_vprintf(a, vi, ap);
    v.detail.en = arena_vprintf(a, en, again);
    va_end(again);
    va_end(ap);
    return v;
}

struct text2 text2_join(struct arena *a, struct text2 head, struct text2 tail)
{
    return (struct text2){
        arena_printf(a, "%s%s", head.vi, tail.vi),
        arena_printf(a, "%s%s", text2_in(head, LANG_EN), text2_in(tail, LANG_EN))};
}

static void add_refusal(struct deciding *d, enum err e, struct text2 detail, const char *pointer)
{
    if (d->refusals >= REFUSALS_MAX)
        return;
    if (!detail.vi)
        detail = (struct text2){err_title(e, LANG_VI), err_title(e, LANG_EN)};
    ARENA_PUSH(d->a, d->refusal, d->refusals, d->refusal_cap) =
        (struct refusal){e, detail, pointer};
}

void refuse(struct deciding *d, enum err e, const char *pointer, const char *vi, const char *en,
            ...)
{
    struct text2 detail = {NULL, NULL};
    va_list ap, again;

    if (vi) {
        va_start(ap, en);
        va_copy(again, ap);
        detail.vi = arena_vprintf(d->a, vi, ap);
        detail.en = arena_vprintf(d->a, en, again);
        va_end(again);
        va_end(ap);
    }
    add_refusal(d, e, detail, pointer);
}

void refuse_verdict(struct deciding *d, struct verdict v, const char *pointer)
{
    if (v.e != ERR_OK)
        add_refusal(d, v.e, v.detail, pointer);
}

bool stands_for(const struct deciding *d, int64_t officer)
{
    return access_same_person(d->c->actor.user, d->c->actor.on_behalf_of, officer);
}

/* ---------------------------------------------------------------- events */

/* The role in which the actor does this: that of the task, or the first she has. */
static enum role acting_role(const struct deciding *d)
{
    unsigned r;

    if (d->c->actor.user == 0)
        return ROLE_SYSTEM;
    if (d->task && d->c->actor.roles & ROLE_BIT(d->task->role))
        return d->task->role;
    if (!d->task && d->c->actor.roles & ROLE_BIT(ROLE_RECEIVER))
        return ROLE_RECEIVER;
    for (r = 0; r < ROLE_COUNT; r++)
        if (d->c->actor.roles & ROLE_BIT(r))
            return (enum role)r;
    return ROLE_SYSTEM;
}

struct event *push(struct deciding *d, enum event_kind k, const struct payload *p)
{
    struct event *e = &ARENA_PUSH(d->a, d->event, d->events, d->event_cap);
    const struct dossier *after;
    struct payload says = *p;

    says.delegation = d->delegation;
    *e = (struct event){.seq = (d->s ? d->s->seq : 0) + 1,
                        .kind = k,
                        .at = d->c->now,
                        .actor = d->c->actor.user,
                        .on_behalf_of = d->c->actor.on_behalf_of,
                        .agency = d->c->actor.agency,
                        .role = acting_role(d),
                        .payload = payload_write(d->a, k, &says)};
    after = dossier_apply(d->a, d->s, d->id, e, d->p);
    /* Only a bug can make an event here that does not fit. */
    if (!after) {
        refuse(d, ERR_INTERNAL, NULL, "Sự kiện %s không khớp", "Event %s does not fit",
               event_name(k));
        return e;
    }
    d->s = after;
    return e;
}

/* ---------------------------------------------------------------- what every command asks */

void deciding_init(struct deciding *d, const struct dossier *s, int64_t id,
                   const struct command *cmd, const struct context *c)
{
    *d = (struct deciding){.a = c->arena,
                           .c = c,
                           .given = c,
                           .cmd = cmd,
                           .p = c->procedure,
                           .s = s,
                           .id = s ? s->id : id,
                           .today = lminute_day(lminute_of(c->now))};
}

static struct verdict check_status(const struct deciding *d, const struct act_rule *r)
{
    if (!d->s)
        return r->creates ? VERDICT_OK : (struct verdict){ERR_R_WRONG_STATUS, {NULL, NULL}};
    if (r->statuses >> d->s->status & 1)
        return VERDICT_OK;
    return (struct verdict){
        ERR_R_WRONG_STATUS,
        text2_join(d->a, (struct text2){"Hồ sơ đang ở trạng thái: ", "The dossier is in status: "},
                   dossier_status_title(d->s->status))};
}

static bool same_key(const uint8_t *given, const uint8_t *mine)
{
    return given && ct_equal(given, mine, SHA256_BYTES);
}

/* Nobody processes a dossier of which she herself is the owner, nor takes in what she herself hands
 * in for another. */
static bool own_dossier(const struct deciding *d, const uint8_t *mine)
{
    static const uint8_t zero[SHA256_BYTES];
    const struct intake *in = d->cmd ? d->cmd->intake : NULL;

    if (!mine)
        return false;
    if (in && (same_key(in->owner_key, mine) || same_key(in->party_key[0], mine) ||
               same_key(in->party_key[1], mine)))
        return true;
    return d->s && memcmp(d->s->owner_key, zero, SHA256_BYTES) != 0 &&
           ct_equal(d->s->owner_key, mine, SHA256_BYTES);
}

/* Why this person may not touch it, whatever her role: the owner herself, or a close relative as
 * she declared (separation of duty 6). */
static enum err kept_out(const struct deciding *d, const struct act_rule *r, int64_t user,
                         const uint8_t *identity)
{
    if (r->kind == CMD_SUBMIT || r->kind == CMD_RESUBMIT)
        return ERR_OK;
    if (own_dossier(d, identity))
        return ERR_R_OWN_DOSSIER;
    return d->s && conflict_declared(d->s, user) ? ERR_R_RELATIVE : ERR_OK;
}

/* Handed on to several at once: whoever takes it back means all of them. */
static const struct task *split_only(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].request == 0)
            return s->task[i].branch ? &s->task[i] : NULL;
    return NULL;
}

static struct verdict find_task(struct deciding *d, const struct act_rule *r)
{
    int64_t wanted = d->cmd ? d->cmd->task : 0;
    bool owed;

    if (wanted)
        d->task = task_of(d->s, wanted);
    else {
        d->task = task_only(d->s, r->about == ABOUT_OWED);
        if (!d->task && r->about == ABOUT_ANY)
            d->task = task_only(d->s, true);
        if (!d->task && r->kind == CMD_TAKE_BACK)
            d->task = split_only(d->s);
    }
    owed = d->task && task_owes(d->task);
    if (owed && r->about == ABOUT_STEP)
        return verdict(d->a, ERR_R_WRONG_STEP, "Việc số %lld chỉ trả lời được",
                       "Task %lld can only be answered", (long long)d->task->task);
    if (d->task && !owed && r->about == ABOUT_OWED)
        return verdict(d->a, ERR_R_WRONG_STEP, "Việc số %lld là việc của bước, không phải trả lời",
                       "Task %lld is work of a step: no answer is owed", (long long)d->task->task);
    if (!d->task)
        return wanted ? verdict(d->a, ERR_R_WRONG_STEP, "Việc số %lld không còn mở",
                                "Task %lld is no longer open", (long long)wanted)
                      : verdict(d->a, ERR_R_WRONG_STEP,
                                "Hồ sơ không có đúng một việc đang mở: nêu số việc",
                                "The dossier has not exactly one open task: name it");
    if ((size_t)d->task->step >= d->p->steps)
        return (struct verdict){ERR_R_WRONG_STEP, {NULL, NULL}};
    d->step = &d->p->step[d->task->step];
    return VERDICT_OK;
}

/* ---------------------------------------------------------------- in somebody else's name */

static enum delegated kind_of_effect(enum effect e)
{
    if (e == EFFECT_APPROVE || e == EFFECT_REFUSE)
        return DELEGATED_APPROVE;
    return e == EFFECT_NUMBER || e == EFFECT_RELEASE ? DELEGATED_NUMBER : DELEGATED_WORK;
}

/* What kind of work a step is: a leader's step is an approval, whatever its actions are called;
 * else the strongest that is done there. */
static enum delegated kind_of_step(const struct step *st)
{
    enum delegated k = DELEGATED_WORK;
    size_t i;

    if (st && (step_role(st) == ROLE_LEADER || step_role(st) == ROLE_COMMITTEE_LEADER))
        return DELEGATED_APPROVE;

    for (i = 0; st && i < st->actions; i++)
        if (kind_of_effect(st->action[i].effect) == DELEGATED_APPROVE)
            return DELEGATED_APPROVE;
        else if (st->action[i].effect == EFFECT_NUMBER)
            k = DELEGATED_NUMBER;
    return k;
}

static enum delegated kind_of_answer(const struct deciding *d)
{
    const struct request *r = d->task ? dossier_request(d->s, d->task->request) : NULL;

    return r && r->state == RS_ASKED ? DELEGATED_APPROVE : DELEGATED_WORK;
}

static enum delegated kind_of_act(const struct deciding *d, const struct act_rule *r)
{
    const struct action *act;

    switch (r->kind) {
    case CMD_TAKE_IN:
    case CMD_ACCEPT:
    case CMD_RETURN_INTAKE:
    case CMD_REJECT_INTAKE:
    case CMD_WITHDRAW:
    case CMD_STOP:
    case CMD_CLOSE:
        return DELEGATED_INTAKE;
    case CMD_ASSIGN:
        return DELEGATED_ASSIGN;
    case CMD_ANSWER:
        return kind_of_answer(d);
    case CMD_ACT:
        act = d->step && d->cmd->action ? step_action(d->step, d->cmd->action) : NULL;
        if (act && kind_of_effect(act->effect) != DELEGATED_WORK)
            return kind_of_effect(act->effect);
        return kind_of_step(d->step);
    case CMD_RECEIVE:
    case CMD_CLAIM:
    case CMD_DRAFT:
    case CMD_TAKE_BACK:
    case CMD_ATTACH:
    case CMD_NOTE:
    case CMD_ASK:
    case CMD_CANCEL:
        return kind_of_step(d->step);
    default:
        return DELEGATED_KINDS; /* what the system and administrators do is theirs alone */
    }
}

static int place_of_act(const struct deciding *d, const struct act_rule *r)
{
    if (r->kind == CMD_TAKE_BACK) /* the task lies with the next one: the rule looks at the last */
        return 0;
    if (d->task)
        return d->task->agency;
    return !d->s && d->cmd->intake ? d->cmd->intake->receiving : 0;
}

/* With the rights that the delegation lends, at the agency where they are held. */
static struct verdict stand_in(struct deciding *d, const struct act_rule *r)
{
    const struct context *given = d->given;
    struct delegated_act act = {.user = given->actor.user,
                                .on_behalf_of = given->actor.on_behalf_of,
                                .at = place_of_act(d, r),
                                .procedure = d->p->code,
                                .kind = kind_of_act(d, r),
                                .now = given->now};
    struct verdict v = {ERR_R_DELEGATION, {NULL, NULL}};
    enum err e;
    const struct delegation *g =
        delegation_choose(given->delegation, given->delegations, &act, given->org, &v.detail);

    if (!g)
        return v;
    e = kept_out(d, r, given->actor.on_behalf_of, g->from_identity);
    if (e != ERR_OK)
        return say(e);
    d->lent = *given;
    d->lent.actor.agency = g->agency;
    d->lent.actor.roles = g->roles;
    d->c = &d->lent;
    d->delegation = g->delegation;
    return VERDICT_OK;
}

struct verdict act_check(struct deciding *d, const struct act_rule *r)
{
    struct verdict v = check_status(d, r);

    if (v.e != ERR_OK)
        return v;
    v = say(kept_out(d, r, d->given->actor.user, d->given->actor.identity_key));
    if (v.e != ERR_OK)
        return v;
    if (d->s && r->about != ABOUT_DOSSIER) {
        v = find_task(d, r);
        if (v.e != ERR_OK)
            return v;
    }
    if (d->given->actor.on_behalf_of) {
        v = stand_in(d, r);
        if (v.e != ERR_OK)
            return v;
    }
    return r->check(d);
}

void dossier_decide(const struct dossier *state, int64_t id, const struct command *cmd,
                    const struct context *ctx, struct decision *ret)
{
    const struct act_rule *r = act_rule_of(cmd->kind);
    struct context at = *ctx;
    struct deciding d;

    /* A clock that was set back, or another machine's that is behind, turns no history round. */
    if (state && state->last_at != INSTANT_NONE && at.now < state->last_at)
        at.now = state->last_at;
    deciding_init(&d, state, id, cmd, &at);
    if (!r)
        refuse(&d, ERR_BAD_REQUEST, NULL, NULL, NULL);
    else if (!ctx->procedure || (state && strcmp(state->procedure, ctx->procedure->code) != 0))
        refuse(&d, ERR_R_NOT_IN_FORCE, NULL, NULL, NULL);
    else {
        refuse_verdict(&d, act_check(&d, r), NULL);
        if (fine(&d))
            r->act(&d);
        if (fine(&d) && d.events)
            tell_nobody_left(&d, state);
    }
    *ret = (struct decision){.ok = fine(&d), .refusal = d.refusal, .refusals = d.refusals};
    if (ret->ok) {
        ret->event = d.event;
        ret->events = d.events;
        ret->after = (struct dossier *)arena_grow(ctx->arena, d.s, 1, 1, sizeof *d.s);
    }
}
