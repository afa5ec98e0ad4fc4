/* Questions to a state: its task, its visits, its clocks, what lies ahead.  Nothing changes here.
 * Results point into the state or lie in the caller's arena.  Any thread. */
#include "common/dossier/inside.h"

const struct task *task_of(const struct dossier *s, int64_t task)
{
    size_t i;

    for (i = 0; s && i < s->tasks; i++)
        if (s->task[i].task == task)
            return &s->task[i];
    return NULL;
}

const struct task *task_only(const struct dossier *s, bool owed)
{
    const struct task *found = NULL;
    size_t i;

    for (i = 0; s && i < s->tasks; i++) {
        if (task_owes(&s->task[i]) != owed)
            continue;
        if (found)
            return NULL;
        found = &s->task[i];
    }
    return found;
}

bool task_owes(const struct task *t)
{
    return t->request != 0 || t->branch != 0;
}

const struct request *dossier_request(const struct dossier *s, int64_t request)
{
    return request > 0 && (size_t)request <= s->requests ? &s->request[request - 1] : NULL;
}

bool requests_stop(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (request_open(&s->request[i]) && s->request[i].stops)
            return true;
    return false;
}

bool request_open(const struct request *r)
{
    return r->state == RS_OPEN || r->state == RS_LAPSED;
}

bool request_pending(const struct request *r)
{
    return r->state <= RS_OPEN || r->state == RS_LAPSED;
}

const struct step_done *last_done(const struct dossier *s, int step)
{
    size_t i;

    for (i = s->dones; i-- > 0;)
        if (s->done[i].step == step)
            return &s->done[i];
    return NULL;
}

int visits_of(const struct dossier *s, int step)
{
    int n = 0;
    size_t i;

    for (i = 0; i < s->dones; i++)
        n += s->done[i].step == step;
    for (i = 0; i < s->tasks; i++)
        n += s->task[i].step == step && s->task[i].request == 0;
    return n;
}

const struct clock *clock_of(const struct dossier *s, enum clock_kind k, int subject, int visit)
{
    size_t i;

    for (i = s->clocks; i-- > 0;)
        if (s->clock[i].kind == k && s->clock[i].subject == subject &&
            (visit == 0 || s->clock[i].visit == visit))
            return &s->clock[i];
    return NULL;
}

bool dossier_ended(const struct dossier *s)
{
    return s->ended != INSTANT_NONE;
}

bool effect_executable(enum effect e)
{
    return e <= EFFECT_HAND_OVER;
}

/* The result once ready at the one-stop unit is not decided again: its finish never moves. */
bool effect_after_finish(enum effect e)
{
    return e == EFFECT_FORWARD || e == EFFECT_HAND_OVER;
}

const char *action_missing(const struct dossier *s, const struct procedure *p,
                           const struct action *act)
{
    if (!effect_executable(act->effect))
        return effect_name(act->effect);
    if (act->to == STEP_BACK)
        return "to: back";
    if (act->to >= 0 && p->step[act->to].is_split)
        return "split";
    if (act->to == STEP_END && act->effect != EFFECT_HAND_OVER)
        return "to: end";
    if (act->effect == EFFECT_HAND_OVER && act->to >= 0)
        return "hand_over to a step";
    if ((act->needs & NEEDS_PAID) && s->money == MONEY_REQUESTED)
        return "needs: paid";
    return NULL;
}

bool approval_ahead(const struct procedure *p, int step)
{
    uint64_t seen = 0;
    int stack[STEPS_MAX];
    size_t n = 0, i;

    if (step < 0)
        return false;
    stack[n++] = step;
    seen |= (uint64_t)1 << step;
    while (n > 0) {
        const struct step *st = &p->step[stack[--n]];

        for (i = 0; i < st->actions; i++) {
            const struct action *act = &st->action[i];

            if (act->effect == EFFECT_APPROVE || act->effect == EFFECT_REFUSE)
                return true;
            if (act->to < 0 || act->effect == EFFECT_RETURN || seen >> act->to & 1)
                continue;
            seen |= (uint64_t)1 << act->to;
            stack[n++] = act->to;
        }
    }
    return false;
}

struct facts *state_facts(struct arena *a, const struct dossier *s, const struct procedure *p)
{
    struct facts *f = ARENA_NEW(a, struct facts);
    int *times = ARENA_ARRAY(a, int, p->steps ? p->steps : 1);
    size_t i;

    for (i = 0; i < s->dones; i++)
        if ((size_t)s->done[i].step < p->steps)
            times[s->done[i].step]++;
    for (i = 0; i < s->tasks; i++)
        if ((size_t)s->task[i].step < p->steps && s->task[i].request == 0)
            times[s->task[i].step]++;
    *f = (struct facts){.p = p,
                        .channel = s->channel,
                        .case_code = s->case_code,
                        .island = s->island,
                        .mountain = s->mountain,
                        .applicant_kind = s->applicant_kind,
                        .form = s->forms == p->forms ? s->form : NULL,
                        .times = times};
    return f;
}

bool condition_holds(struct arena *a, const struct dossier *s, const struct procedure *p,
                     const struct expr *when)
{
    return !when || expr_eval(when, facts_get, state_facts(a, s, p));
}

bool step_has_way_out(struct arena *a, const struct dossier *s, const struct procedure *p, int step)
{
    const struct step *st = &p->step[step];
    size_t i;

    for (i = 0; i < st->actions; i++) {
        const struct action *act = &st->action[i];

        if (action_missing(s, p, act) ||
            (act->to == STEP_NONE && act->effect != EFFECT_HAND_OVER) ||
            (s->finished != INSTANT_NONE && !effect_after_finish(act->effect)))
            continue;
        if (condition_holds(a, s, p, act->when))
            return true;
    }
    return false;
}
