/* An agency has ended: what is open there moves to the agency that succeeded it, by an event of its
 * own.  Code, dates and clocks stay as they are (domain §1.11): nobody gains a day by a merger.
 * Whoever had a task keeps it if she sits at the successor now.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/applying.h"

/* The system, or an administrator: never whoever works on the dossier. */
struct verdict check_succeed(struct deciding *d)
{
    const struct actor *who = &d->c->actor;

    if (who->user == 0 || who->roles & ROLE_BIT(ROLE_BUSINESS_ADMIN))
        return VERDICT_OK;
    return (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
}

/* The agency that stands today where `id` stood; 0: `id` has not ended, or is not asked about. */
static int successor_of(struct deciding *d, int id)
{
    const struct organisation *o = d->c->org;
    int i = organisation_of_id(o, id), today;

    if (i < 0 || o->agency[i].valid_to >= d->today || (d->cmd->agency && d->cmd->agency != id))
        return 0;
    today = access_valid_on(o, i, d->today);
    if (today < 0) {
        refuse(d, ERR_R_NO_TARGET, NULL, "%s đã kết thúc mà không có cơ quan kế thừa",
               "%s has ended and nobody succeeded it", o->agency[i].agency);
        return 0;
    }
    return o->agency[today].id;
}

static bool sits_there(const struct deciding *d, int agency, enum role role, int64_t officer)
{
    const struct officer_load *o = NULL;
    size_t n = 0, i;

    if (officer && d->c->officers)
        o = d->c->officers(d->c->ctx, agency, role, &n);
    for (i = 0; i < n; i++)
        if (o[i].user == officer)
            return true;
    return false;
}

void act_succeed(struct deciding *d)
{
    const struct dossier *s = d->s;
    struct payload pl = {.note = d->cmd->note,
                         .approver = d->cmd->approver,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE};
    size_t cap = 0, i;

    second_person(d, false);
    pl.receiving = successor_of(d, s->receiving);
    /* What is resolved was resolved by the agency of the time. */
    if (s->finished == INSTANT_NONE)
        pl.competent = successor_of(d, s->competent);
    for (i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];
        int to = successor_of(d, t->agency);
        struct payload_task moved = {
            .task = t->task, .step = d->p->step[t->step].step, .agency = to, .due = t->due};

        if (to == 0)
            continue;
        if (sits_there(d, to, t->role, t->officer))
            moved.officer = t->officer;
        ARENA_PUSH(d->a, pl.moved, pl.moveds, cap) = moved;
    }
    if (fine(d) && (pl.receiving || pl.competent || pl.moveds))
        push(d, EV_ORG_SUCCESSION, &pl);
}

bool apply_succession(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;
    size_t i;

    if (pl->receiving < 0 || pl->competent < 0 || (pl->competent && s->finished != INSTANT_NONE))
        return false;
    for (i = 0; i < pl->moveds; i++) {
        struct task *t = task_w(x, pl->moved[i].task);

        if (!t || pl->moved[i].agency <= 0 || pl->moved[i].officer < 0)
            return false;
        if (t->from_agency == t->agency) /* it never left the house: no receipt is asked */
            t->from_agency = pl->moved[i].agency;
        t->nobody_left = false;
        t->agency = pl->moved[i].agency;
        t->officer = pl->moved[i].officer;
    }
    if (pl->receiving && s->first_decided != INSTANT_NONE && s->first_receiving == 0)
        s->first_receiving = s->receiving; /* its first submission stays counted there */
    if (pl->receiving) {
        s->receiving = pl->receiving;
        s->nobody_left = false;
    }
    if (pl->competent)
        s->competent = pl->competent;
    return true;
}
