/* Nobody left: at its place everybody with the role of a task has declared a relative, did what
 * excludes her, or is away.  The head of the agency is told, and may do the work herself or name
 * somebody else there (stand-ins: Decree 118/2025 art. 10-12; domain 7.2, 6).  Everything lives in
 * the decision's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/applying.h"

/* In the order in which they are told. */
static const enum role heads[] = {ROLE_ONESTOP_HEAD, ROLE_LEADER, ROLE_COMMITTEE_LEADER,
                                  ROLE_DIVISION_HEAD};
#define HEADS (sizeof heads / sizeof *heads)
/* Who may be named: civil servants of the agency, not support staff, not who only looks on. */
static const enum role servants[] = {ROLE_SPECIALIST,    ROLE_OFFICE_SPECIALIST,
                                     ROLE_RECEIVER,      ROLE_RETURNER,
                                     ROLE_CASHIER,       ROLE_CLERK,
                                     ROLE_DIVISION_HEAD, ROLE_LEADER,
                                     ROLE_ONESTOP_HEAD,  ROLE_COMMITTEE_LEADER};

/* ---------------------------------------------------------------- who may, then */

enum err at_task(const struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    const struct task *t = d->task;
    enum err e = access_work(d->c->org, who->agency, who->roles, t->agency, t->role, d->today);

    if (e == ERR_R_NOT_YOUR_ROLE && t->nobody_left && !access_reads_only(who->roles) &&
        (access_is_head(who->roles) || stands_for(d, t->officer)))
        return ERR_OK;
    return e;
}

unsigned roles_instead(const struct deciding *d)
{
    unsigned roles = 0;
    size_t i;

    for (i = 0; d->s && d->s->nobody_left && i < HEADS; i++)
        roles |= ROLE_BIT(heads[i]);
    return roles;
}

bool may_be_named(const struct deciding *d, int64_t officer)
{
    size_t i, k, n;

    for (i = 0; d->c->officers && d->task->nobody_left && i < sizeof servants / sizeof *servants;
         i++) {
        const struct officer_load *o = d->c->officers(d->c->ctx, d->task->agency, servants[i], &n);

        for (k = 0; k < n; k++)
            if (o[k].user == officer)
                return !o[k].absent;
    }
    return false;
}

/* ---------------------------------------------------------------- telling */

/* What she drafted is decided here: by somebody else. */
static bool drafted(const struct deciding *d, const struct step *st, int64_t user)
{
    size_t i;

    for (i = 0; user == d->s->draft.by && i < st->actions; i++)
        if (st->action[i].effect == EFFECT_APPROVE || st->action[i].effect == EFFECT_REFUSE)
            return true;
    return false;
}

/* Whoever could take it, were she to look: the one who asked does not agree to it. */
static bool somebody(const struct deciding *d, int agency, enum role role, const struct task *t)
{
    const struct request *r = t ? dossier_request(d->s, t->request) : NULL;
    const struct step *st = t && !r && (size_t)t->step < d->p->steps ? &d->p->step[t->step] : NULL;
    const struct officer_load *o;
    size_t i, n;

    o = d->c->officers(d->c->ctx, agency, role, &n);
    for (i = 0; i < n; i++)
        if (!o[i].absent && !(r && r->state == RS_ASKED && o[i].user == r->by) &&
            !(st ? excluded_by_separation(d->s, st, o[i].user) || drafted(d, st, o[i].user)
                 : conflict_declared(d->s, o[i].user)))
            return true;
    return false;
}

/* Heads who have not declared a relative themselves: there, else above. */
static enum role head_of(const struct deciding *d, int *agency)
{
    const struct organisation *org = d->c->org;
    int i = organisation_of_id(org, *agency);
    size_t h, k, n;

    for (; i >= 0; i = org->agency[i].parent)
        for (h = 0; h < HEADS; h++) {
            const struct officer_load *o =
                d->c->officers(d->c->ctx, org->agency[i].id, heads[h], &n);

            for (k = 0; k < n; k++)
                if (!conflict_declared(d->s, o[k].user)) {
                    *agency = org->agency[i].id;
                    return heads[h];
                }
        }
    return ROLE_LEADER;
}

static void tell(struct deciding *d, int64_t task, int agency)
{
    enum role head = head_of(d, &agency);

    push(d, EV_NOBODY_LEFT,
         &(struct payload){.task = task, .role = role_name(head), .told_agency = agency});
}

static bool before_acceptance(const struct dossier *s)
{
    return s->status == DS_SUBMITTED || s->status == DS_INTAKE_SUPPLEMENT;
}

/* Only where somebody has declared: an empty desk is the office's ordinary business. */
void tell_nobody_left(struct deciding *d)
{
    size_t i;

    if (!d->s || d->s->conflicts == 0 || !d->c->officers)
        return;
    if (before_acceptance(d->s) && !d->s->nobody_left &&
        !somebody(d, d->s->receiving, ROLE_RECEIVER, NULL))
        tell(d, 0, d->s->receiving);
    for (i = 0; fine(d) && i < d->s->tasks; i++) {
        const struct task *t = &d->s->task[i];

        if (t->officer == 0 && !t->nobody_left && !somebody(d, t->agency, t->role, t))
            tell(d, t->task, t->agency);
    }
}

bool apply_nobody_left(struct applying *x)
{
    struct task *t = x->pl.task ? task_w(x, x->pl.task) : NULL;

    if (!x->pl.role || (x->pl.task ? !t || t->officer != 0 : !before_acceptance(x->s)))
        return false;
    *(t ? &t->nobody_left : &x->s->nobody_left) = true;
    return true;
}
