/* Dates in tables of keys.  Owns nothing.  Any thread. */
#include "common/time/shape_date.h"

void shape_date(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v, void *field)
{
    dayno day;

    if (v->kind == YAML_SCALAR && day_parse(span_of(v->text), &day))
        memcpy(field, &day, sizeof day);
    else
        diag_add(r->diags, DIAG_ERROR, v->at, "Y016",
                 "\"%s\" phải là ngày dạng 2026-03-02, không phải \"%s\"",
                 "\"%s\" must be a date like 2026-03-02, not \"%s\"", k->key,
                 v->kind == YAML_SCALAR ? v->text : "…");
}
