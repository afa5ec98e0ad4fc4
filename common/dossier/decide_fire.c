/* A rung of a clock has come: somebody is told, and what the procedure does by itself is done.  One
 * command fires all that has come by now, the earliest first, so that catching up after a stop is
 * one act a dossier.  Everything lives in the decision's arena.  Any thread. */
#include "common/dossier/inside.h"
#include "common/dossier/timers.h"

#define FIRES_MAX 64 /* of one act; what is left comes with the next */

struct verdict check_fire(struct deciding *d)
{
    if (d->c->actor.user != 0)
        return (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
    return VERDICT_OK;
}

/* ---------------------------------------------------------------- what is done by itself */

/* As if the system gave this command; the events so far stay. */
static void do_as(struct deciding *d, const struct command *cmd)
{
    const struct command *fire = d->cmd;

    d->cmd = cmd;
    d->task = NULL;
    d->step = NULL;
    d->by_itself = true;
    refuse_verdict(d, act_check(d, act_rule_of(cmd->kind)), NULL);
    if (fine(d))
        act_rule_of(cmd->kind)->act(d);
    d->by_itself = false;
    d->cmd = fire;
    d->task = NULL;
    d->step = NULL;
}

static bool decides(const struct deciding *d, const struct due_rung *r)
{
    const struct task *t = task_of(d->s, r->task);
    const struct action *act = t ? step_action(&d->p->step[t->step], r->action) : NULL;

    return act && (act->effect == EFFECT_APPROVE || act->effect == EFFECT_REFUSE);
}

/* The system moves dossiers, it takes no legal decision (domain: roles); and it does not go round
 * in a circle for ever. */
static void do_action(struct deciding *d, const struct due_rung *r)
{
    if (decides(d, r))
        refuse(d, ERR_R_SEPARATION, NULL, NULL, NULL);
    else if (d->s->dones >= VISITS_MAX)
        refuse(d, ERR_R_TOO_LATE, NULL, NULL, NULL);
    else
        do_as(d, &(struct command){.kind = CMD_ACT, .task = r->task, .action = r->action});
}

static void do_by_itself(struct deciding *d, const struct due_rung *r)
{
    static const struct ask deemed = {.outcome = "deemed"};

    switch (r->does) {
    case DOES_REMIND:
        break;
    case DOES_ACTION:
        do_action(d, r);
        break;
    case DOES_LAPSE:
        request_lapses(d, dossier_request(d->s, r->rung.subject));
        break;
    case DOES_DEEM:
        do_as(d, &(struct command){.kind = CMD_ANSWER, .task = r->task, .ask = &deemed});
        break;
    }
}

/* ---------------------------------------------------------------- firing */

static struct payload told(const struct deciding *d, const struct due_rung *r)
{
    const struct clock *c = clock_of(d->s, r->rung.clock, r->rung.subject, r->rung.visit);

    return (struct payload){.task = r->task,
                            .visit = r->rung.visit,
                            .role = role_name(r->role),
                            .told = r->officer,
                            .told_agency = r->agency,
                            .kind = (int)r->rung.clock,
                            .rung = r->rung.rung,
                            .subject = r->rung.subject,
                            .since = c->received,
                            .late_minutes = (d->c->now - r->at) / 60000000,
                            .does = r->does == DOES_ACTION  ? r->action
                                    : r->does == DOES_LAPSE ? "lapse"
                                    : r->does == DOES_DEEM  ? "deemed"
                                                            : NULL};
}

/* What could not be done by itself leaves a reminder with the reason, once: never a loop. */
static void fire(struct deciding *d, const struct due_rung *r)
{
    struct payload pl = told(d, r);
    struct deciding before = *d;

    push(d, EV_REMINDED, &pl);
    if (!fine(d))
        return;
    do_by_itself(d, r);
    if (fine(d))
        return;
    pl.why_not = err_code(d->refusal[before.refusals].e);
    *d = before;
    push(d, EV_REMINDED, &pl);
}

static bool wanted(const struct command *cmd, const struct rung *r)
{
    const struct rung *w = cmd->rung;

    return !w || (w->clock == r->clock && w->subject == r->subject && w->visit == r->visit &&
                  w->rung == r->rung);
}

/* The list is made anew after each: what has been done may end clocks and begin others. */
static bool fire_next(struct deciding *d)
{
    struct context c = *d->c;
    struct due_rung *r;
    size_t n, i;

    c.arena = d->a;
    n = dossier_timers(d->s, &c, &r);
    for (i = 0; i < n && r[i].at <= d->c->now; i++)
        if (!r[i].fired && wanted(d->cmd, &r[i].rung)) {
            fire(d, &r[i]);
            return fine(d);
        }
    return false;
}

void act_fire(struct deciding *d)
{
    int i;

    for (i = 0; i < FIRES_MAX && fire_next(d); i++)
        ;
}
