/* Actions of a step that open a request or end without a result: the same commands as asked by
 * hand, with what the procedure says of them.  Results live in the decision's arena.  Any
 * thread. */
#include "common/dossier/inside.h"

static bool same_limit(struct quantity a, struct quantity b)
{
    return a.unit == b.unit && quantity_cmp(a, b) == 0;
}

/* What the procedure says of an opinion holds; whoever asks may repeat it, not change it. */
static void ask_as_said(struct deciding *d, const struct action *act, struct ask *ask, bool refuses)
{
    int whom = !act->has_whom ? 0 : place_agency(d->c, d->s, act->whom, act->whom_agency, d->today);

    if (refuses && act->has_limit && ask->limit.den && !same_limit(ask->limit, act->limit))
        refuse(d, ERR_INVALID, "/limit", "Thời hạn cho ý kiến do thủ tục quy định",
               "The procedure sets the limit of the opinion");
    if (refuses && act->on_due && ask->on_due && strcmp(ask->on_due, act->on_due) != 0)
        refuse(d, ERR_INVALID, "/on_due", "Hết hạn thì thế nào do thủ tục quy định",
               "The procedure says what follows when no answer comes");
    if (refuses && act->has_whom && ask->to_agency && ask->to_agency != whom)
        refuse(d, ERR_INVALID, "/to", "Cơ quan cho ý kiến do thủ tục quy định",
               "The procedure says who is asked");
    if (act->has_limit)
        ask->limit = act->limit;
    if (act->on_due)
        ask->on_due = act->on_due;
    if (act->has_whom)
        ask->to_agency = whom;
}

/* An action whose effect is a request, or an end without a result, is that command with what the
 * procedure says of it: the same rules, the same events. */
static struct command as_asked(struct deciding *d, const struct action *act, struct ask *ask,
                               bool refuses)
{
    static const struct command nothing;
    struct command c = d->cmd ? *d->cmd : nothing;

    *ask = c.ask ? *c.ask : (struct ask){0};
    ask->kind = effect_asks(act->effect);
    if (act->stop) {
        ask->reason = act->stop;
        ask->stops = true; /* a payment whose time the procedure excludes */
    }
    ask_as_said(d, act, ask, refuses);
    if (ask->kind == REQ_SUPPLEMENT && c.reason && ask->reason_codes == 0) {
        ask->reason_code = arena_grow(d->a, &c.reason, 1, 1, sizeof c.reason);
        ask->reason_codes = 1;
    }
    c.ask = ask;
    c.task = d->task->task;
    c.kind = act->effect == EFFECT_STOP       ? CMD_STOP
             : act->effect == EFFECT_WITHDRAW ? CMD_WITHDRAW
                                              : CMD_ASK;
    return c;
}

bool ends_without(enum effect e)
{
    return e == EFFECT_WITHDRAW || e == EFFECT_STOP;
}

struct verdict check_asking(struct deciding *d, const struct action *act)
{
    struct deciding inner = *d;
    struct ask ask;
    struct command c = as_asked(d, act, &ask, false);

    inner.cmd = &c;
    if (ends_without(act->effect))
        return check_end(&inner);
    return effect_asks(act->effect) ? check_ask(&inner) : VERDICT_OK;
}

void do_ask(struct deciding *d, const struct action *act)
{
    const struct command *given = d->cmd;
    struct ask ask;
    struct command c = as_asked(d, act, &ask, true);

    if (!fine(d))
        return;
    d->cmd = &c;
    if (ends_without(act->effect))
        act_end(d);
    else
        act_ask(d);
    d->cmd = given;
}
