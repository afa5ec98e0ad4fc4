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

    /* The branches of one split share a visit. */
    for (i = 0; i < s->dones; i++)
        if (s->done[i].step == step && s->done[i].visit > n)
            n = s->done[i].visit;
    for (i = 0; i < s->tasks; i++)
        if (s->task[i].step == step && s->task[i].request == 0 && s->task[i].visit > n)
            n = s->task[i].visit;
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

bool waits_for_branch(const struct request *r)
{
    return r->kind == REQ_EXCLUSION && request_open(r) && r->stops && r->task == 0;
}

bool work_stands_still(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (request_open(&s->request[i]) && s->request[i].stops &&
            !waits_for_branch(&s->request[i]))
            return true;
    return false;
}

const struct branch *task_branch(const struct procedure *p, const struct task *t)
{
    const struct step *st = (size_t)t->step < p->steps ? &p->step[t->step] : NULL;

    return st && t->branch > 0 && (size_t)t->branch <= st->branches ? &st->branch[t->branch - 1]
                                                                    : NULL;
}

int branch_subject(int step, int branch)
{
    return step * BRANCHES_MAX + branch - 1;
}

const struct task *split_task(const struct dossier *s, int step)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].step == step && s->task[i].branch != 0)
            return &s->task[i];
    return NULL;
}

size_t branches_answered(const struct dossier *s, int step, int visit)
{
    size_t i, n = 0;

    for (i = 0; i < s->dones; i++)
        n += s->done[i].step == step && s->done[i].visit == visit && s->done[i].branch != 0 &&
             strcmp(s->done[i].outcome, OUTCOME_CLOSED) != 0;
    return n;
}

bool branch_asked(const struct dossier *s, int step, int visit, int branch)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].step == step && s->task[i].visit == visit && s->task[i].branch == branch)
            return true;
    for (i = 0; i < s->dones; i++)
        if (s->done[i].step == step && s->done[i].visit == visit && s->done[i].branch == branch)
            return true;
    return false;
}

const struct part *part_of(const struct dossier *s, const char *result)
{
    size_t i;

    for (i = 0; i < s->parts; i++)
        if (strcmp(s->part[i].result, result) == 0)
            return &s->part[i];
    return NULL;
}

enum request_kind effect_asks(enum effect e)
{
    static const enum request_kind kinds[EFFECT_COUNT] = {
        [EFFECT_SUPPLEMENT] = REQ_SUPPLEMENT, [EFFECT_EXCLUDE] = REQ_EXCLUSION,
        [EFFECT_CONSULT] = REQ_CONSULT,       [EFFECT_PAYMENT] = REQ_PAYMENT,
        [EFFECT_SUSPEND] = REQ_SUSPENSION,
    };

    return e < EFFECT_COUNT ? kinds[e] : REQ_NONE;
}

/* The result once ready at the one-stop unit is not decided again: its finish never moves. */
bool effect_after_finish(enum effect e)
{
    return e == EFFECT_FORWARD || e == EFFECT_HAND_OVER;
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
        if (st->is_split && st->then >= 0 && !(seen >> st->then & 1)) {
            seen |= (uint64_t)1 << st->then;
            stack[n++] = st->then;
        }
    }
    return false;
}

/* How the step last ended: its action, or what the branches of its last visit came to. */
static void last_outcome(const struct dossier *s, int step, const char **ret, int *ret_disagreed)
{
    const struct step_done *last = last_done(s, step);
    size_t i;

    *ret = last && !last->branch ? last->action : NULL;
    *ret_disagreed = 0;
    if (!last || !last->branch)
        return;
    for (i = 0; i < s->dones; i++)
        if (s->done[i].step == step && s->done[i].visit == last->visit)
            *ret_disagreed += strcmp(s->done[i].outcome, "disagree") == 0;
    *ret = *ret_disagreed ? "disagree" : "agree";
}

int requests_made(const struct dossier *s, enum request_kind kind)
{
    int n = 0;
    size_t i;

    for (i = 0; i < s->requests; i++)
        n += s->request[i].kind == kind && s->request[i].state != RS_DECLINED &&
             s->request[i].state != RS_CANCELLED;
    return n;
}

static int requests_sent(const struct dossier *s, enum request_kind k)
{
    int n = 0;
    size_t i;

    for (i = 0; i < s->requests; i++)
        n += s->request[i].kind == k && s->request[i].sent != INSTANT_NONE;
    return n;
}

struct facts *state_facts(struct arena *a, const struct dossier *s, const struct procedure *p)
{
    struct facts *f = ARENA_NEW(a, struct facts);
    size_t n = p->steps ? p->steps : 1, i;
    int *times = ARENA_ARRAY(a, int, n), *disagreed = ARENA_ARRAY(a, int, n);
    const char **outcome = ARENA_ARRAY(a, const char *, n);

    for (i = 0; i < p->steps; i++) {
        times[i] = visits_of(s, (int)i);
        last_outcome(s, (int)i, &outcome[i], &disagreed[i]);
    }
    *f = (struct facts){.p = p,
                        .channel = s->channel,
                        .case_code = s->case_code,
                        .island = s->island,
                        .mountain = s->mountain,
                        .applicant_kind = s->applicant_kind,
                        .form = s->forms == p->forms ? s->form : NULL,
                        .times = times,
                        .outcome = outcome,
                        .disagreed = disagreed,
                        .supplements = requests_sent(s, REQ_SUPPLEMENT),
                        .extensions = requests_sent(s, REQ_EXTENSION)};
    return f;
}

bool condition_holds(struct arena *a, const struct dossier *s, const struct procedure *p,
                     const struct expr *when)
{
    return !when || expr_eval(when, facts_get, state_facts(a, s, p));
}

/* Withdrawing and stopping are no way on; a split goes on by its branches. */
static bool leads(const struct dossier *s, const struct action *act)
{
    bool releases = act->effect == EFFECT_RELEASE || act->effect == EFFECT_HAND_OVER;

    if (act->to == STEP_END && s->finished == INSTANT_NONE && !releases)
        return false; /* nothing ends without its result */
    return (act->to != STEP_NONE || act->effect == EFFECT_HAND_OVER) &&
           act->effect != EFFECT_WITHDRAW && act->effect != EFFECT_STOP;
}

bool step_has_way_out(struct arena *a, const struct dossier *s, const struct procedure *p, int step)
{
    const struct step *st = &p->step[step];
    size_t i;

    for (i = 0; i < st->actions; i++) {
        const struct action *act = &st->action[i];

        if (leads(s, act) && (s->finished == INSTANT_NONE || effect_after_finish(act->effect)) &&
            condition_holds(a, s, p, act->when))
            return true;
    }
    return st->is_split;
}
