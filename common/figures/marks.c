/* Marks of a resolved dossier.  Owns nothing.  Any thread. */
#include "common/figures/marks.h"

#include <string.h>

static bool same_officer(const struct step_spent *a, const struct step_spent *b)
{
    return a->officer == b->officer && a->agency == b->agency;
}

static bool mark_of_steps(const struct spent *x, size_t i, bool officer, int *ret)
{
    int64_t minutes = 0, norm = 0;

    for (size_t k = 0; k < x->steps; k++) {
        if (officer ? !same_officer(&x->step[k], &x->step[i])
                    : x->step[k].agency != x->step[i].agency)
            continue;
        if (k < i || x->step[k].norm < 0)
            return false;
        minutes += x->step[k].minutes;
        norm += x->step[k].norm;
    }
    *ret = minutes < norm ? 2 : minutes == norm;
    return true;
}

bool mark_of_agency(const struct spent *x, size_t i, int *ret)
{
    return mark_of_steps(x, i, false, ret);
}

bool mark_of_officer(const struct spent *x, size_t i, int *ret)
{
    return mark_of_steps(x, i, true, ret);
}

static bool processes(const struct procedure *p, int step)
{
    return p && step >= 0 && (size_t)step < p->steps && p->step[step].at != AT_RECEPTION;
}

bool mark_of_work(const struct spent *x, size_t i, const struct procedure *p)
{
    if (!processes(p, x->step[i].step))
        return false;
    for (size_t k = 0; k < i; k++)
        if (same_officer(&x->step[k], &x->step[i]) && processes(p, x->step[k].step))
            return false;
    return true;
}

static bool applicants_doing(const struct procedure *p, const struct request *r)
{
    for (size_t i = 0; i < r->reason_codes; i++) {
        const struct reason *why = p ? procedure_reason(p, r->reason_code[i]) : NULL;

        if (!why || !why->attribution || strcmp(why->attribution, "applicant") != 0)
            return false;
    }
    return r->reason_codes > 0;
}

/* Attempts that were given back, and papers asked for later, each one contact.  They all go through
 * the one-stop unit (Decree 118/2025, article 5 e), so that no dossier has a second agency. */
void marks_of_contacts(const struct dossier *d, const struct procedure *p, int *ret_times,
                       int *ret_agencies)
{
    int contacts = d->attempts > 1 ? d->attempts - 1 : 0;
    bool his = contacts == 0;

    for (size_t i = 0; i < d->requests; i++) {
        const struct request *q = &d->request[i];

        if (q->kind != REQ_SUPPLEMENT || q->sent == INSTANT_NONE)
            continue;
        contacts++;
        his = his && applicants_doing(p, q);
    }
    *ret_times = contacts == 0 ? 2 : contacts == 1 || his;
    *ret_agencies = contacts == 0 ? 2 : 1;
}
