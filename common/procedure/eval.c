/* What holds for one dossier: its limit, components and fee, by case, channel and facts.
 * Owns nothing.  Any thread. */
#include "common/procedure/procedure.h"

struct quantity procedure_limit(const struct procedure *p, const struct facts *f, bool legal)
{
    const struct procedure_case *pc = procedure_case_of(p, f->case_code);
    const struct limit *l = pc && pc->has_limit ? &pc->limit : &p->limit;
    struct quantity q = legal ? l->legal : l->committed, sum;
    struct facts copy = *f;
    size_t i;

    if (l->has_channel[f->channel])
        q = l->by_channel[f->channel];
    for (i = 0; i < l->adds; i++)
        if (l->add[i].when && expr_eval(l->add[i].when, facts_get, &copy) &&
            quantity_add(q, l->add[i].limit, &sum))
            q = sum;
    return q;
}

const struct component *procedure_components(const struct procedure *p, const char *case_code,
                                             size_t *ret_n)
{
    const struct procedure_case *pc = procedure_case_of(p, case_code);

    if (pc && pc->component) {
        *ret_n = pc->components;
        return pc->component;
    }
    *ret_n = p->components;
    return p->component;
}

bool component_required(const struct component *c, const struct facts *f)
{
    struct facts copy = *f;

    return c->need == NEED_REQUIRED ||
           (c->need == NEED_WHEN && c->when && expr_eval(c->when, facts_get, &copy));
}

static int64_t item_fee(const struct fee_item *i, const struct facts *f, int64_t units)
{
    int64_t amount = i->has_channel[f->channel] ? i->by_channel[f->channel] : i->amount;
    int64_t sum = amount;

    if (i->per != FEE_PER_DOSSIER) {
        int64_t first = i->above && units > i->above ? i->above : units;
        sum = first * amount + (units - first) * i->above_amount;
    }
    return i->cap && sum > i->cap ? i->cap : sum;
}

int64_t procedure_fee(const struct procedure *p, const struct facts *f, int64_t units)
{
    const struct procedure_case *pc = procedure_case_of(p, f->case_code);
    const struct fee_item *item = pc && pc->has_fee ? pc->fee : p->fee;
    size_t i, n = pc && pc->has_fee ? pc->fees : p->fees;
    struct facts copy = *f;
    int64_t sum = 0;

    if (units < 1)
        units = 1;
    if (units > 1000000)
        units = 1000000; /* 10^6 x 10^12 dong still fits */
    for (i = 0; i < n; i++)
        if (!item[i].when || expr_eval(item[i].when, facts_get, &copy))
            sum += item_fee(&item[i], f, units);
    return sum;
}
