/* Who gets a task: the assignment rules of a step over the officers that the context names.  Absent
 * officers and those excluded by separation of duty are passed over; when nobody is left the task
 * waits in the queue, so that no rule can make a dossier stick.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

enum role step_role(const struct step *st)
{
    enum role r;

    return st->role && role_of_name(st->role, &r) ? r : ROLE_COUNT;
}

int place_agency(const struct context *c, const struct dossier *s, enum place at,
                 const char *agency, dayno d)
{
    int i = place_on(c->org, at, agency, organisation_of_id(c->org, s->receiving),
                     organisation_of_id(c->org, s->competent), d);

    return i < 0 ? 0 : c->org->agency[i].id;
}

int step_agency(const struct context *c, const struct dossier *s, const struct step *st, dayno d)
{
    return place_agency(c, s, st->at, st->agency, d);
}

/* One of those who answered a branch in the same visit. */
static bool did_branch(const struct dossier *s, const struct step_done *last, int64_t user)
{
    size_t i;

    for (i = 0; i < s->dones; i++)
        if (s->done[i].step == last->step && s->done[i].visit == last->visit &&
            s->done[i].officer == user && strcmp(s->done[i].outcome, OUTCOME_CLOSED) != 0)
            return true;
    return false;
}

/* Whoever did the other step last: earlier visits were done anew since then, and counting them
 * would leave nobody after a few returns.  (A draft excludes its author from deciding by itself.)
 */
bool excluded_by_separation(const struct dossier *s, const struct step *st, int64_t user)
{
    size_t i;

    if (conflict_declared(s, user))
        return true;
    for (i = 0; i < st->not_bys; i++) {
        const struct step_done *done = last_done(s, st->not_by[i]);

        if (done && (done->branch ? did_branch(s, done, user) : done->officer == user))
            return true;
    }
    return false;
}

static const struct officer_load *officers(const struct deciding *d, int agency, enum role role,
                                           size_t *ret_n)
{
    *ret_n = 0;
    return d->c->officers ? d->c->officers(d->c->ctx, agency, role, ret_n) : NULL;
}

/* b is to be preferred to a. */
static bool better(const struct officer_load *a, const struct officer_load *b, enum assign rule)
{
    if (rule == ASSIGN_LEAST_LOADED && a->open_tasks != b->open_tasks)
        return b->open_tasks < a->open_tasks;
    if (a->last_assigned != b->last_assigned) /* never assigned is the smallest instant */
        return b->last_assigned < a->last_assigned;
    return b->user < a->user;
}

/* The best of those who are there and not excluded, but for one; 0: nobody. */
static int64_t best_of(const struct deciding *d, const struct step *st,
                       const struct officer_load *o, size_t n, enum assign rule, int64_t but)
{
    const struct officer_load *best = NULL;
    size_t i;

    for (i = 0; i < n; i++)
        if (!o[i].absent && o[i].user != but && !excluded_by_separation(d->s, st, o[i].user) &&
            (!best || better(best, &o[i], rule)))
            best = &o[i];
    return best ? best->user : 0;
}

static int64_t pick(const struct deciding *d, const struct step *st, const struct officer_load *o,
                    size_t n)
{
    return best_of(d, st, o, n, st->assign, 0);
}

int64_t officer_by_rule(const struct deciding *d, const struct task *t)
{
    const struct step *st = &d->p->step[t->step];
    const struct officer_load *o;
    size_t n;

    if (task_owes(t) || (st->assign != ASSIGN_ROUND_ROBIN && st->assign != ASSIGN_LEAST_LOADED))
        return 0;
    o = officers(d, t->agency, t->role, &n);
    return pick(d, st, o, n);
}

int64_t least_loaded(const struct deciding *d, const struct officer_load *o, size_t n)
{
    return best_of(d, d->step, o, n, ASSIGN_LEAST_LOADED, d->task->officer);
}

static bool available(const struct deciding *d, const struct step *st, const struct officer_load *o,
                      size_t n, int64_t user)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (o[i].user == user)
            return !o[i].absent && !excluded_by_separation(d->s, st, user);
    return false;
}

/* The officer named by hand: at the place, with the role, present, not excluded. */
static bool named(struct deciding *d, const struct step *st, const struct officer_load *o, size_t n,
                  int64_t *ret)
{
    if (!available(d, st, o, n, d->cmd->officer)) {
        refuse(d, conflict_declared(d->s, d->cmd->officer) ? ERR_R_RELATIVE : ERR_R_TARGET,
               "/officer", NULL, NULL);
        return false;
    }
    *ret = d->cmd->officer;
    return true;
}

/* Whoever answers a branch last does not know that she is: nobody is asked to choose. */
static bool joined(const struct deciding *d)
{
    return d->task && d->task->branch != 0;
}

bool choose_officer(struct deciding *d, int step, int agency, enum role role, bool back,
                    int64_t *ret, const char **ret_how)
{
    const struct step *st = &d->p->step[step];
    const struct step_done *before;
    const struct officer_load *o;
    size_t n;

    *ret = 0;
    *ret_how = NULL;
    if (st->assign == ASSIGN_PULL && !d->cmd->officer && !back)
        return true;
    o = officers(d, agency, role, &n);
    if (d->cmd->officer) {
        if (st->assign != ASSIGN_PULL && st->assign != ASSIGN_CHOSEN) {
            refuse(d, ERR_R_TARGET, "/officer", "Bước “%s” tự phân công, không chọn người",
                   "Step “%s” assigns by itself", st->step);
            return false;
        }
        *ret_how = "chosen";
        return named(d, st, o, n, ret);
    }
    before = back                           ? last_done(d->s, step)
             : st->assign == ASSIGN_SAME_AS ? last_done(d->s, st->same_as)
                                            : NULL;
    if (before && available(d, st, o, n, before->officer)) {
        *ret = before->officer;
        *ret_how = back ? "back" : "same_as";
        return true;
    }
    switch (st->assign) {
    case ASSIGN_CHOSEN:
        /* What comes by itself chooses nobody: the queue. */
        if (!back && !d->by_itself && !joined(d) && pick(d, st, o, n) != 0) {
            refuse(d, ERR_R_NO_TARGET, "/officer", "Phải chọn người xử lý bước tiếp theo",
                   "The officer of the next step must be chosen");
            return false;
        }
        break;
    case ASSIGN_ROUND_ROBIN:
    case ASSIGN_LEAST_LOADED:
        *ret = pick(d, st, o, n);
        *ret_how = *ret == 0                          ? NULL
                   : st->assign == ASSIGN_ROUND_ROBIN ? "round_robin"
                                                      : "least_loaded";
        break;
    case ASSIGN_PULL:
    case ASSIGN_SAME_AS:
        break;
    }
    return true;
}
