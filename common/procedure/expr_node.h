/* The tree of a condition: shared by parser, evaluation and the search for dead conditions.
 * Inside the room.  Lives in the arena of its procedure; immutable. */
#ifndef COMMON_PROCEDURE_EXPR_NODE_H
#define COMMON_PROCEDURE_EXPR_NODE_H

#include "common/procedure/expr.h"

enum node_op { NODE_OR, NODE_AND, NODE_NOT, NODE_COMPARE, NODE_IN, NODE_TRUTH };
enum compare { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };

struct operand {
    const char *field;       /* NULL: a literal */
    struct value v;          /* the literal; for a field only its type */
    const char *const *word; /* what a text field may be, or NULL: any */
    size_t words;
    struct mark at;
};

struct expr_node {
    enum node_op op;
    struct expr_node *a, *b; /* OR, AND; NOT has a only */
    enum compare cmp;
    struct operand left, right; /* COMPARE; IN and TRUTH have left only */
    struct operand *list;       /* IN */
    size_t n;
};

struct expr {
    const char *text;
    struct expr_node *root;
    enum tri constant; /* UNKNOWN: depends on the fields */
};

/* Tries the values that can make a difference, for every field of the conditions: whatever is
 * compared to a literal changes only at the literals.  UNKNOWN: it depends, or too many. */
enum tri expr_solve(const struct expr *e);

#endif
