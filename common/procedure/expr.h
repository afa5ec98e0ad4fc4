/* Conditions: a small typed expression language (and or not, comparisons, in, fields), checked when
 * the file is checked, evaluated without allocation.  Lives in the procedure's arena; immutable. */
#ifndef COMMON_PROCEDURE_EXPR_H
#define COMMON_PROCEDURE_EXPR_H

#include "common/base/diag.h"

enum value_type { VALUE_NONE, VALUE_BOOL, VALUE_INT, VALUE_TEXT, VALUE_DATE };
struct value {
    enum value_type type; /* NONE: not filled in */
    int64_t i;            /* bool 0/1, integer or money in dong, day number */
    struct span s;
};

struct expr;
/* Type of a field, or VALUE_NONE when there is no such field. */
typedef enum value_type expr_field_type(void *ctx, const char *name);
/* Value of a field at evaluation. */
typedef struct value expr_field_value(void *ctx, const char *name);

/* NULL when there are errors (P3xx codes at `at`, the place of the text in the file).
 * names/n: all known field names, for the nearest word. */
struct expr *expr_compile(struct arena *a, const char *text, struct mark at, expr_field_type *type,
                          void *ctx, const char *const *names, size_t n, struct diags *d);
/* A comparison with a field that is not filled in is false. */
bool expr_eval(const struct expr *e, expr_field_value *get, void *ctx);
/* Always true or always false whatever the fields (a dead condition). */
bool expr_constant(const struct expr *e, bool *ret_value);
const char *expr_text(const struct expr *e);

#endif
