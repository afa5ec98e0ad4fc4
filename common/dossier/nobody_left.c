/* Nobody left: at its place nobody has the role of a task, or everybody who has it has declared a
 * relative, did what excludes her, or is away meanwhile.  The head of the agency is told, and may
 * do the work herself or name somebody else there; what is decided or agreed to only another head,
 * a leader's work only a leader (stand-ins: Decree 118/2025 art. 10-12; domain 7.2, 6).  Everything
 * lives in the decision's arena.  Any thread. */
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

static bool decides_step(const struct step *st)
{
    size_t i;

    for (i = 0; i < st->actions; i++)
        if (st->action[i].effect == EFFECT_APPROVE || st->action[i].effect == EFFECT_REFUSE)
            return true;
    return false;
}

/* An agreement or the decision itself: not for whoever happens to be there. */
static bool decides(const struct deciding *d, const struct task *t)
{
    const struct request *r = dossier_request(d->s, t->request);

    return r ? r->state == RS_ASKED
             : (size_t)t->step < d->p->steps && decides_step(&d->p->step[t->step]);
}

static unsigned head_bits(void)
{
    unsigned bits = 0;
    size_t i;

    for (i = 0; i < HEADS; i++)
        bits |= ROLE_BIT(heads[i]);
    return bits;
}

/* Heads who may do it: what is a leader's nobody below does. */
static unsigned instead_of(const struct task *t)
{
    static const unsigned leaders = ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_COMMITTEE_LEADER);

    return t && (leaders >> t->role & 1) ? leaders : head_bits();
}

enum err at_task(const struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    const struct task *t = d->task;
    enum err e = access_work(d->c->org, who->agency, who->roles, t->agency, t->role, d->today);

    if (e == ERR_R_NOT_YOUR_ROLE && t->nobody_left && !access_reads_only(who->roles) &&
        ((who->roles & instead_of(t)) || (stands_for(d, t->officer) && !decides(d, t))))
        return ERR_OK;
    return e;
}

unsigned roles_instead(const struct deciding *d)
{
    return d->s && d->s->nobody_left ? head_bits() : 0;
}

bool may_be_named(const struct deciding *d, int64_t officer)
{
    const struct task *t = d->task;
    unsigned fit = instead_of(t);
    bool anybody = fit == head_bits() && !decides(d, t);
    size_t i, k, n;

    for (i = 0; anybody && i < sizeof servants / sizeof *servants; i++)
        fit |= ROLE_BIT(servants[i]);
    for (i = 0; d->c->officers && t->nobody_left && i < ROLE_COUNT; i++) {
        const struct officer_load *o =
            fit >> i & 1 ? d->c->officers(d->c->ctx, t->agency, (enum role)i, &n) : NULL;

        for (k = 0; o && k < n; k++)
            if (o[k].user == officer)
                return !o[k].absent;
    }
    return false;
}

/* ---------------------------------------------------------------- telling */

/* May not have it, whoever gives it to her: the one who asked does not agree to it. */
static bool barred(const struct deciding *d, const struct task *t, int64_t user)
{
    const struct request *r = t ? dossier_request(d->s, t->request) : NULL;
    const struct step *st = t && !r && (size_t)t->step < d->p->steps ? &d->p->step[t->step] : NULL;

    if (!st)
        return conflict_declared(d->s, user) || (r && r->state == RS_ASKED && user == r->by);
    return excluded_by_separation(d->s, st, user) ||
           (user == d->s->draft.by && decides_step(st)); /* her own draft */
}

/* Whoever could take it, were she to look.  All are away: they come back, their leave is the
 * office's ordinary business.  Officers who are not known are there. */
static bool somebody(const struct deciding *d, int agency, enum role role, const struct task *t)
{
    int now = access_valid_on(d->c->org, organisation_of_id(d->c->org, agency), d->today);
    const struct officer_load *o;
    bool all_away = true;
    size_t i, n;

    o = d->c->officers(d->c->ctx, now < 0 ? agency : d->c->org->agency[now].id, role, &n);
    for (i = 0; o && i < n; i++)
        if (barred(d, t, o[i].user))
            all_away = false;
        else if (!o[i].absent)
            return true;
    return !o || (all_away && n > 0);
}

/* Heads who have not declared a relative themselves: there, else above. */
static enum role head_of(const struct deciding *d, const struct task *t, int *agency)
{
    const struct organisation *org = d->c->org;
    int i = organisation_of_id(org, *agency);
    size_t h, k, n;

    for (; i >= 0; i = org->agency[i].parent)
        for (h = 0; h < HEADS; h++) {
            const struct officer_load *o =
                d->c->officers(d->c->ctx, org->agency[i].id, heads[h], &n);

            for (k = 0; k < n && instead_of(t) >> heads[h] & 1; k++)
                if (!conflict_declared(d->s, o[k].user)) {
                    *agency = org->agency[i].id;
                    return heads[h];
                }
        }
    return ROLE_LEADER;
}

static void tell(struct deciding *d, const struct task *t, int agency)
{
    enum role head = head_of(d, t, &agency);

    push(
        d, EV_NOBODY_LEFT,
        &(struct payload){.task = t ? t->task : 0, .role = role_name(head), .told_agency = agency});
}

static bool before_acceptance(const struct dossier *s)
{
    return s->status == DS_SUBMITTED || s->status == DS_INTAKE_SUPPLEMENT;
}

/* It came to this queue by the act, or who may take it has changed: asking at every act would read
 * lists of officers for nothing. */
static bool to_look_at(const struct dossier *s, const struct dossier *before, const struct task *t)
{
    const struct task *was = before ? task_of(before, t->task) : NULL;

    return t->officer == 0 && !t->nobody_left &&
           (s->conflicts || !was || was->officer || was->agency != t->agency ||
            was->role != t->role || was->step != t->step);
}

void tell_nobody_left(struct deciding *d, const struct dossier *before)
{
    size_t i;

    /* What is taken back lies where it lay, with somebody who has just done it. */
    if (!d->s || !d->c->officers || d->cmd->kind == CMD_TAKE_BACK)
        return;
    if (before_acceptance(d->s) && !d->s->nobody_left && (d->s->conflicts || !before) &&
        !somebody(d, d->s->receiving, ROLE_RECEIVER, NULL))
        tell(d, NULL, d->s->receiving);
    for (i = 0; fine(d) && i < d->s->tasks; i++) {
        const struct task *t = &d->s->task[i];

        if (to_look_at(d->s, before, t) && !somebody(d, t->agency, t->role, t))
            tell(d, t, t->agency);
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
