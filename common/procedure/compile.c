/* From the text of a file to an immutable procedure: read by the table, then every pass reports all
 * that it finds, so that an administrator sees every mistake at once.  The procedure lives in the
 * caller's arena.  One thread at a time. */
#include "common/base/digest.h"
#include "common/procedure/read.h"

struct yaml_node *item_node(const struct yaml_node *map, const char *key, size_t i)
{
    struct yaml_node *list = yaml_get(map, key);

    return list && list->kind == YAML_SEQ && i < list->n ? list->item[i] : NULL;
}

struct yaml_node *step_node(const struct compile *c, size_t step)
{
    return item_node(c->root, "steps", step);
}

struct mark mark_of(const struct yaml_node *map, const char *key)
{
    struct yaml_node *v = yaml_get(map, key);

    return v ? v->at : map ? map->at : (struct mark){0, 0};
}

const char *node_text(const struct yaml_node *map, const char *key)
{
    struct yaml_node *v = yaml_get(map, key);

    return v && v->kind == YAML_SCALAR ? v->text : NULL;
}

void compile_conditions(struct compile *c)
{
    struct expr_scope scope = procedure_scope(c);
    size_t i;

    for (i = 0; i < c->pendings; i++)
        *c->pending[i].slot =
            expr_compile_in(c->arena, c->pending[i].text, c->pending[i].at, &scope, c->diags);
}

static void read_reception(struct compile *c)
{
    struct yaml_node *v = yaml_get(c->root, "reception");
    size_t i;

    if (!v)
        return;
    c->p->reception_any = v->kind == YAML_SCALAR && strcmp(v->text, "any") == 0;
    if (c->p->reception_any)
        return;
    if (v->kind != YAML_SEQ || !v->n) {
        diag_add_text(c->diags, DIAG_ERROR, v->at, "P001",
                      (struct text2){"\"reception\" phải là any hoặc danh sách đơn vị một cửa",
                                     "\"reception\" must be any or a list of one-stop units"});
        c->p->reception_any = true;
        return;
    }
    c->p->receptions = v->n;
    c->p->reception = ARENA_ARRAY(c->arena, const char *, v->n);
    for (i = 0; i < v->n; i++)
        c->p->reception[i] = v->item[i]->kind == YAML_SCALAR ? v->item[i]->text : "";
}

static void read_result(struct compile *c)
{
    struct procedure *p = c->p;

    if (!p->results_n == !yaml_get(c->root, "result"))
        diag_add_text(c->diags, DIAG_ERROR, mark_of(c->root, "results"), "P004",
                      (struct text2){"cần một trong hai: \"result\" hoặc \"results\"",
                                     "either \"result\" or \"results\" is needed"});
    if (p->results_n)
        p->result = p->results[0].title;
    if (!p->result.vi)
        p->result.vi = "";
}

/* What the table leaves open: defaults that depend on other keys. */
static void complete(struct compile *c)
{
    struct procedure *p = c->p;
    size_t i;

    read_reception(c);
    read_result(c);
    if (p->sets < 1) /* unsaid, or refused by its shape */
        p->sets = 1;
    if (!yaml_get(c->root, "valid_to"))
        p->valid_to = INT32_MAX;
    else if (p->valid_to < p->valid_from)
        diag_add_text(
            c->diags, DIAG_ERROR, mark_of(c->root, "valid_to"), "P005",
            (struct text2){"ngày hết hiệu lực trước ngày có hiệu lực", "it ends before it begins"});
    p->supplement.given = yaml_get(c->root, "supplement") != NULL;
    p->restart_continue = p->supplement.clock_choice == 1;
    for (i = 0; i < p->cases_n; i++)
        p->cases[i].has_limit = p->cases[i].limit.legal.den != 0;
}

static void check_in_use(struct compile *c)
{
    const struct procedure_env *env = c->env;

    if (!env || !env->in_use || memcmp(env->in_use_hash, c->p->hash, sizeof c->p->hash) == 0)
        return;
    diag_add(c->diags, DIAG_ERROR, mark_of(c->root, "version"), "P120",
             "phiên bản %d đã công bố và đang dùng, không sửa được: tăng \"version\"",
             "version %d is published and in use and cannot change: raise \"version\"",
             c->p->version);
}

/* Everything that can be read of it; root NULL: not even a tree. */
static struct procedure *read_whole(struct compile *c, struct span text)
{
    struct procedure_raw *raw = ARENA_NEW(c->arena, struct procedure_raw);
    struct shape_reader r = {.arena = c->arena, .diags = c->diags, .ctx = c};

    c->p = &raw->p;
    c->root = yaml_read(c->arena, text, c->diags);
    if (!c->root)
        return NULL;
    raw->p.source = arena_span(c->arena, text);
    sha256(text.p, text.n, raw->p.hash);
    shape_read(&r, &PROCEDURE_SHAPE, c->root, raw);
    if (c->root->kind == YAML_MAP) {
        c->anywhere = raw->anywhere;
        c->anywheres = raw->anywheres;
        complete(c);
        compile_conditions(c);
        compile_steps(c);
        check_items(c);
        check_agencies(c);
        check_graph(c);
        check_time(c);
        check_in_use(c);
    }
    diags_sort(c->diags);
    return &raw->p;
}

struct procedure *procedure_compile(struct arena *a, struct span text,
                                    const struct procedure_env *env, struct diags *d)
{
    struct compile c = {.arena = a, .diags = d, .env = env};
    size_t errors = d->errors;
    struct procedure *p = read_whole(&c, text);

    return d->errors == errors ? p : NULL;
}

static int last_line(const struct yaml_node *n)
{
    int last = n->at.line;

    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->n; i++) {
        int line = n->item[i] ? last_line(n->item[i]) : 0;

        last = line > last ? line : last;
    }
    return last;
}

struct procedure *procedure_sketch(struct arena *a, struct span text,
                                   const struct procedure_env *env, struct diags *d,
                                   uint64_t *ret_faulty)
{
    struct compile c = {.arena = a, .diags = d, .env = env};
    size_t errors = d->errors;
    struct procedure *p = read_whole(&c, text);

    if (!p || c.root->kind != YAML_MAP || !p->steps)
        return NULL;
    *ret_faulty = 0;
    for (size_t i = 0; i < p->steps; i++) {
        const struct yaml_node *n = step_node(&c, i);

        for (size_t k = 0; n && k < d->n; k++)
            if (d->item[k].severity == DIAG_ERROR && d->item[k].at.line >= n->at.line &&
                d->item[k].at.line <= last_line(n))
                *ret_faulty |= UINT64_C(1) << i;
    }
    if (d->errors > errors)
        sketch_mend(p);
    return p;
}

int step_branch(const struct step *st, const char *branch)
{
    for (size_t i = 0; i < st->branches; i++)
        if (strcmp(st->branch[i].branch, branch) == 0)
            return (int)i + 1;
    return 0;
}

int procedure_step(const struct procedure *p, const char *step)
{
    size_t i;

    for (i = 0; i < p->steps; i++)
        if (strcmp(p->step[i].step, step) == 0)
            return (int)i;
    return STEP_NONE;
}

const struct action *step_action(const struct step *s, const char *action)
{
    size_t i;

    for (i = 0; i < s->actions; i++)
        if (strcmp(s->action[i].action, action) == 0)
            return &s->action[i];
    return NULL;
}

const struct procedure_case *procedure_case_of(const struct procedure *p, const char *code)
{
    size_t i;

    for (i = 0; code && i < p->cases_n; i++)
        if (strcmp(p->cases[i].code, code) == 0)
            return &p->cases[i];
    return NULL;
}

const struct reason *procedure_reason(const struct procedure *p, const char *reason)
{
    size_t i;

    for (i = 0; i < p->reasons; i++)
        if (strcmp(p->reason[i].reason, reason) == 0)
            return &p->reason[i];
    return NULL;
}
