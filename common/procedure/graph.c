/* The graph of steps.  Owns nothing.  Any thread. */
#include "common/procedure/graph.h"

bool action_leads(const struct action *a)
{
    return !a->anywhere && a->effect != EFFECT_WITHDRAW && a->effect != EFFECT_STOP &&
           a->to != STEP_NONE;
}

static void add_action(struct graph *g, size_t i, const struct action *a)
{
    if (a->to >= 0) {
        g->next[i] |= STEP_BIT(a->to);
        if (a->effect != EFFECT_RETURN)
            g->ahead[i] |= STEP_BIT(a->to);
    }
    if (!action_leads(a))
        return;
    g->exits[i] = true;
    if (a->to == STEP_END || a->to == STEP_BACK)
        g->ends[i] = true; /* going back cannot trap: the step before has its own ways out */
}

step_set graph_closure(const struct graph *g, const step_set *next, step_set from)
{
    step_set seen = from, before;
    size_t i;

    do {
        before = seen;
        for (i = 0; i < g->n; i++)
            if (seen & STEP_BIT(i))
                seen |= next[i];
    } while (seen != before);
    return seen;
}

void graph_of(const struct procedure *p, struct graph *ret)
{
    size_t i, k;

    *ret = (struct graph){.n = p->steps};
    for (i = 0; i < p->steps; i++) {
        const struct step *s = &p->step[i];
        for (k = 0; k < s->actions; k++)
            add_action(ret, i, &s->action[k]);
        if (s->is_split && s->then != STEP_NONE)
            add_action(ret, i, &(struct action){.to = s->then});
    }
    for (i = 0; i < p->steps; i++)
        ret->reach[i] = graph_closure(ret, ret->next, ret->next[i]);
}
