/* Evaluation of conditions: no allocation, bounded depth, three-valued inside so that the same walk
 * serves decisions (a missing field makes its comparison false) and the checker (it may be
 * anything).  Owns nothing.  Any thread. */
#include "common/procedure/expr.h"

#include "common/procedure/expr_node.h"

struct walk {
    expr_field_value *get;
    void *ctx;
    enum tri missing; /* what a comparison with a missing field is */
};

static struct value value_of(const struct walk *w, const struct operand *o)
{
    struct value v = o->field ? w->get(w->ctx, o->field) : o->v;

    if (v.type != o->v.type)
        v.type = VALUE_NONE; /* the world gave another type than the checker saw: not filled in */
    return v;
}

static int text_order(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static bool holds(enum compare cmp, struct value a, struct value b)
{
    int c = a.type == VALUE_TEXT ? text_order(a.s, b.s) : (a.i > b.i) - (a.i < b.i);

    switch (cmp) {
    case CMP_EQ:
        return c == 0;
    case CMP_NE:
        return c != 0;
    case CMP_LT:
        return c < 0;
    case CMP_LE:
        return c <= 0;
    case CMP_GT:
        return c > 0;
    case CMP_GE:
        return c >= 0;
    }
    return false;
}

static enum tri atom(const struct walk *w, const struct expr_node *n)
{
    struct value a = value_of(w, &n->left), b;
    size_t i;

    if (a.type == VALUE_NONE)
        return w->missing;
    if (n->op == NODE_TRUTH)
        return a.i ? TRI_TRUE : TRI_FALSE;
    if (n->op == NODE_COMPARE) {
        b = value_of(w, &n->right);
        if (b.type == VALUE_NONE)
            return w->missing;
        return holds(n->cmp, a, b) ? TRI_TRUE : TRI_FALSE;
    }
    for (i = 0; i < n->n; i++)
        if (holds(CMP_EQ, a, n->list[i].v))
            return TRI_TRUE;
    return TRI_FALSE;
}

static enum tri eval(const struct walk *w, const struct expr_node *n)
{
    enum tri a, b, stop;

    if (n->op == NODE_NOT) {
        a = eval(w, n->a);
        return a == TRI_UNKNOWN ? a : a == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
    }
    if (n->op != NODE_AND && n->op != NODE_OR)
        return atom(w, n);
    stop = n->op == NODE_AND ? TRI_FALSE : TRI_TRUE;
    a = eval(w, n->a);
    if (a == stop)
        return stop;
    b = eval(w, n->b);
    return b == stop ? stop : a == TRI_UNKNOWN ? a : b;
}

bool expr_eval(const struct expr *e, expr_field_value *get, void *ctx)
{
    struct walk w = {get, ctx, TRI_FALSE};

    return eval(&w, e->root) == TRI_TRUE;
}

enum tri expr_partial(const struct expr *e, expr_field_value *get, void *ctx)
{
    struct walk w = {get, ctx, TRI_UNKNOWN};

    return eval(&w, e->root);
}

bool expr_constant(const struct expr *e, bool *ret_value)
{
    if (e->constant == TRI_UNKNOWN)
        return false;
    *ret_value = e->constant == TRI_TRUE;
    return true;
}

const char *expr_text(const struct expr *e)
{
    return e->text;
}
