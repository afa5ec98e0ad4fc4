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

/* What conditions may speak of.  choices: the words a text field may have, or NULL: any. */
struct expr_scope {
    expr_field_type *type;
    const char *const *(*choices)(void *ctx, const char *name, size_t *ret_n);
    void *ctx;
    const char *const *names; /* all known field names, for the nearest word */
    size_t n;
};
#define EXPR_TEXT_MAX  500 /* characters */
#define EXPR_DEPTH_MAX 16  /* brackets and `not` inside each other */

/* NULL when there are errors: P301 stray character, P302 something else expected, P303 unknown
 * field, P304 types differ, P305 not a condition, P306 too long or too deep, P309 text or list not
 * closed, P310 a word the field never has; each at its place, `at` being that of the first
 * character of the text.  Warns P308 (always true); a condition that never holds is P307. */
struct expr *expr_compile_in(struct arena *a, const char *text, struct mark at,
                             const struct expr_scope *scope, struct diags *d);
/* The same without choices.  NULL when there are errors (P3xx codes at `at`, the place of the text
 * in the file). names/n: all known field names, for the nearest word. */
struct expr *expr_compile(struct arena *a, const char *text, struct mark at, expr_field_type *type,
                          void *ctx, const char *const *names, size_t n, struct diags *d);
/* A comparison with a field that is not filled in is false. */
bool expr_eval(const struct expr *e, expr_field_value *get, void *ctx);
/* Always true or always false whatever the fields (a dead condition). */
bool expr_constant(const struct expr *e, bool *ret_value);
const char *expr_text(const struct expr *e);

enum tri { TRI_FALSE, TRI_TRUE, TRI_UNKNOWN };
/* With some fields known only: a field without value may be anything. */
enum tri expr_partial(const struct expr *e, expr_field_value *get, void *ctx);
/* Whether one of the conditions holds whatever the fields are (all of them filled in).  True also
 * when that would take too long to find out. */
bool expr_exhaustive(const struct expr *const *e, size_t n);

#endif
