/* What holds for one dossier: its limit, components and fee, by case, channel and facts.
 * Owns nothing.  Any thread. */
#include "common/procedure/procedure.h"

#include <stdio.h>

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

/* Items of the case, else of the procedure. */
static const struct fee_item *fee_items_of(const struct procedure *p, const char *case_code,
                                           size_t *ret_n)
{
    const struct procedure_case *pc = procedure_case_of(p, case_code);

    *ret_n = pc && pc->has_fee ? pc->fees : p->fees;
    return pc && pc->has_fee ? pc->fee : p->fee;
}

#define UNITS_MAX 1000000 /* 10^6 x 10^12 dong still fits */

static int64_t item_units(const struct fee_item *item, struct facts *f, int64_t told)
{
    struct value v;

    if (item->per == FEE_PER_DOSSIER)
        return 1;
    if (item->count) {
        char field[128];

        (void)snprintf(field, sizeof field, "form.%s", item->count);
        v = facts_get(f, field);
        if (v.type == VALUE_INT)
            told = v.i;
    }
    return told < 1 ? 1 : told > UNITS_MAX ? UNITS_MAX : told;
}

static const struct fee_exempt *exempt_of(const struct fee_item *item, struct facts *f,
                                          const char *chosen)
{
    size_t i;

    for (i = 0; i < item->exempts; i++) {
        const struct fee_exempt *e = &item->exempt[i];

        if (e->when ? expr_eval(e->when, facts_get, f)
                    : chosen && strcmp(e->exemption, chosen) == 0)
            return e;
    }
    return NULL;
}

size_t procedure_fee_lines(const struct procedure *p, const struct facts *f, int64_t units,
                           const char *exemption, struct fee_line ret[FEE_ITEMS_MAX])
{
    struct facts copy = *f;
    size_t i, n, lines = 0;
    const struct fee_item *item = fee_items_of(p, f->case_code, &n);

    for (i = 0; i < n && lines < FEE_ITEMS_MAX; i++) {
        struct fee_line *l = &ret[lines];

        if (item[i].when && !expr_eval(item[i].when, facts_get, &copy))
            continue;
        *l = (struct fee_line){.item = &item[i], .units = item_units(&item[i], &copy, units)};
        l->full = item_fee(&item[i], f, l->units);
        l->exempt = exempt_of(&item[i], &copy, exemption);
        l->amount = l->exempt ? 0 : l->full;
        lines++;
    }
    return lines;
}

int64_t procedure_fee(const struct procedure *p, const struct facts *f, int64_t units)
{
    struct fee_line line[FEE_ITEMS_MAX];
    size_t i, n = procedure_fee_lines(p, f, units, NULL, line);
    int64_t sum = 0;

    for (i = 0; i < n; i++)
        sum += line[i].amount;
    return sum;
}

const struct fee_item *procedure_fee_item(const struct procedure *p, const char *case_code,
                                          const char *fee)
{
    size_t i, n = 0;
    const struct fee_item *item = p && fee ? fee_items_of(p, case_code, &n) : NULL;

    for (i = 0; i < n; i++)
        if (strcmp(item[i].fee, fee) == 0)
            return &item[i];
    return NULL;
}

const struct fee_exempt *procedure_exemption(const struct procedure *p, const char *case_code,
                                             const char *exemption)
{
    size_t i, k, n;
    const struct fee_item *item = fee_items_of(p, case_code, &n);

    for (i = 0; exemption && i < n; i++)
        for (k = 0; k < item[i].exempts; k++)
            if (strcmp(item[i].exempt[k].exemption, exemption) == 0)
                return &item[i].exempt[k];
    return NULL;
}
