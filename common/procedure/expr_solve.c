/* Dead conditions: a comparison with a literal changes only at that literal, so trying each
 * literal, its neighbours and "not filled in" for every field is a proof, not a sample.  Nothing
 * is said about conditions that compare two fields, or that need too many tries.
 * Owns nothing; values live on the stack.  Any thread. */
#include "common/procedure/expr_node.h"

#define FIELDS_MAX 6
#define POINTS_MAX 48
#define TRIES_MAX  20000

struct points {
    const char *field;
    struct value v[POINTS_MAX];
    size_t n;
};

struct world {
    struct points f[FIELDS_MAX];
    size_t n;
    size_t now[FIELDS_MAX]; /* which point each field has */
    bool too_much;
};

static struct points *points_of(struct world *w, const char *field)
{
    size_t i;

    for (i = 0; i < w->n; i++)
        if (strcmp(w->f[i].field, field) == 0)
            return &w->f[i];
    if (w->n == FIELDS_MAX) {
        w->too_much = true;
        return NULL;
    }
    w->f[w->n] = (struct points){.field = field};
    return &w->f[w->n++];
}

static void add_point(struct world *w, struct points *p, struct value v)
{
    size_t i;

    for (i = 0; i < p->n; i++)
        if (p->v[i].type == v.type && p->v[i].i == v.i && span_eq(p->v[i].s, v.s))
            return;
    if (p->n == POINTS_MAX)
        w->too_much = true;
    else
        p->v[p->n++] = v;
}

static void add_around(struct world *w, struct points *p, struct value v, bool words)
{
    int64_t step;

    if (v.type == VALUE_TEXT && words)
        return;                 /* only those of the field, which are there */
    if (v.type == VALUE_TEXT) { /* with its NUL it is the very next text in order */
        add_point(w, p, v);
        add_point(w, p, (struct value){VALUE_TEXT, 0, {v.s.p, v.s.n + 1}});
        return;
    }
    for (step = -1; step <= 1; step++)
        add_point(w, p, (struct value){v.type, v.i + step, SPAN_NONE});
}

/* Words that the field may have; else two that no literal is (before and after all literals). */
static void add_words(struct world *w, const struct operand *o, struct points *p)
{
    size_t i;

    for (i = 0; i < o->words; i++)
        add_point(w, p, (struct value){VALUE_TEXT, 0, span_of(o->word[i])});
    if (o->words)
        return;
    add_point(w, p, (struct value){VALUE_TEXT, 0, SPAN_LIT("")});
    add_point(w, p, (struct value){VALUE_TEXT, 0, SPAN_LIT("\xf4\x8f\xbf\xbf")});
}

static void collect(struct world *w, const struct expr_node *n)
{
    const struct operand *o = n->left.field ? &n->left : &n->right;
    struct points *p;
    size_t i;

    if (n->op == NODE_NOT || n->op == NODE_AND || n->op == NODE_OR) {
        collect(w, n->a);
        if (n->b)
            collect(w, n->b);
        return;
    }
    if (n->op == NODE_COMPARE && n->left.field && n->right.field)
        w->too_much = true;
    if (!o->field)
        return; /* literals only */
    p = points_of(w, o->field);
    if (!p)
        return;
    if (n->op == NODE_TRUTH || n->left.v.type == VALUE_BOOL) {
        add_point(w, p, (struct value){VALUE_BOOL, 0, SPAN_NONE});
        add_point(w, p, (struct value){VALUE_BOOL, 1, SPAN_NONE});
    } else if (n->left.v.type == VALUE_TEXT) {
        add_words(w, o, p);
    }
    if (n->op == NODE_COMPARE && n->left.v.type != VALUE_BOOL)
        add_around(w, p, n->left.field ? n->right.v : n->left.v, o->words > 0);
    for (i = 0; n->op == NODE_IN && i < n->n; i++)
        add_around(w, p, n->list[i].v, o->words > 0);
}

static struct value point_now(void *ctx, const char *name)
{
    struct world *w = ctx;
    size_t i;

    for (i = 0; i < w->n; i++)
        if (strcmp(w->f[i].field, name) == 0)
            return w->f[i].v[w->now[i]];
    return (struct value){0};
}

/* The next combination; false after the last. */
static bool next_try(struct world *w)
{
    size_t i;

    for (i = 0; i < w->n; i++) {
        if (++w->now[i] < w->f[i].n)
            return true;
        w->now[i] = 0;
    }
    return false;
}

static bool small_enough(const struct world *w)
{
    size_t i, tries = 1;

    for (i = 0; i < w->n; i++) {
        tries *= w->f[i].n;
        if (tries > TRIES_MAX)
            return false;
    }
    return !w->too_much;
}

enum tri expr_solve(const struct expr *e)
{
    struct world w = {.n = 0};
    bool seen[2] = {false, false};
    size_t i;

    collect(&w, e->root);
    for (i = 0; i < w.n; i++)
        add_point(&w, &w.f[i], (struct value){0}); /* not filled in */
    if (!small_enough(&w))
        return TRI_UNKNOWN;
    do
        seen[expr_eval(e, point_now, &w)] = true;
    while (!(seen[0] && seen[1]) && next_try(&w));
    return seen[0] && seen[1] ? TRI_UNKNOWN : seen[1] ? TRI_TRUE : TRI_FALSE;
}

bool expr_exhaustive(const struct expr *const *e, size_t n)
{
    struct world w = {.n = 0};
    bool one;
    size_t i;

    for (i = 0; i < n; i++)
        collect(&w, e[i]->root);
    if (!small_enough(&w))
        return true;
    do {
        one = false;
        for (i = 0; i < n && !one; i++)
            one = expr_eval(e[i], point_now, &w);
    } while (one && next_try(&w));
    return one;
}
