/* Checks of the whole graph: steps nobody reaches, steps and cycles nobody leaves, orders that
 * cannot be kept, spans never closed, results never released.  Owns nothing.  One thread at a
 * time. */
#include "common/procedure/graph.h"
#include "common/procedure/read.h"

static void check_reached(struct compile *c, const struct graph *g)
{
    step_set from_start = graph_closure(g, g->next, STEP_BIT(0));
    size_t i;

    for (i = 0; i < g->n; i++)
        if (!(from_start & STEP_BIT(i)))
            diag_add(c->diags, DIAG_ERROR, c->p->step[i].mark, "P110",
                     "không có đường nào tới bước \"%s\"", "no way leads to step \"%s\"",
                     c->p->step[i].step);
}

/* A trap is reported once, at its first step. */
static void check_ways_out(struct compile *c, const struct graph *g)
{
    step_set out = 0, told = 0;
    size_t i;

    for (i = 0; i < g->n; i++) {
        if (g->ends[i] || !g->exits[i])
            out |= STEP_BIT(i);
        if (!g->exits[i] && !c->p->step[i].is_split)
            diag_add(c->diags, DIAG_ERROR, c->p->step[i].mark, "P111",
                     "bước \"%s\" không có lối ra", "step \"%s\" has no way out",
                     c->p->step[i].step);
    }
    for (i = 0; i < g->n; i++) {
        if ((g->reach[i] & out) || (out & STEP_BIT(i)))
            continue;
        if (!(told & STEP_BIT(i)))
            diag_add(c->diags, DIAG_ERROR, c->p->step[i].mark, "P112",
                     "từ bước \"%s\" chỉ đi vòng, không bao giờ kết thúc",
                     "from step \"%s\" there are only circles, never the end", c->p->step[i].step);
        told |= STEP_BIT(i) | g->reach[i];
    }
}

/* All ways on have conditions: is there a dossier for which none holds? */
static void check_conditions(struct compile *c, size_t i)
{
    const struct step *s = &c->p->step[i];
    const struct expr **when = ARENA_ARRAY(c->arena, const struct expr *, s->actions + 1);
    size_t k, n = 0;

    for (k = 0; k < s->actions; k++) {
        const struct action *a = &s->action[k];
        if (!action_leads(a) || a->effect == EFFECT_RETURN || a->effect == EFFECT_REFUSE)
            continue;
        if (!a->when)
            return;
        when[n++] = a->when;
    }
    if (n && !expr_exhaustive(when, n))
        diag_add(c->diags, DIAG_WARNING, s->mark, "P122",
                 "có hồ sơ không thỏa điều kiện nào để rời bước \"%s\" tiến lên",
                 "for some dossiers no condition holds that leads on from step \"%s\"", s->step);
}

static void check_directions(struct compile *c, const struct graph *g, size_t i)
{
    const struct step *s = &c->p->step[i];
    size_t k;

    for (k = 0; k < s->actions; k++) {
        const struct action *a = &s->action[k];
        bool back;
        if (a->to < 0 || a->anywhere)
            continue;
        back = (g->reach[a->to] & STEP_BIT(i)) || a->to == (int)i;
        if (a->effect == EFFECT_RETURN && !back)
            diag_add(c->diags, DIAG_ERROR, a->at, "P118",
                     "thao tác trả lại \"%s\" đi tới bước \"%s\", không phải bước trước đó",
                     "return \"%s\" goes to step \"%s\", which does not come before", a->action,
                     c->p->step[a->to].step);
        else if (a->effect == EFFECT_FORWARD && back && a->to <= (int)i)
            diag_add(c->diags, DIAG_WARNING, a->at, "P109",
                     "thao tác \"%s\" đi ngược về \"%s\": đặt \"effect: return\"",
                     "action \"%s\" goes back to \"%s\": give it \"effect: return\"", a->action,
                     c->p->step[a->to].step);
    }
}

static void check_order(struct compile *c, const struct graph *g, size_t i)
{
    const struct step *s = &c->p->step[i];
    const struct yaml_node *node = step_node(c, i), *v = yaml_get(node, "not_by");
    size_t k;

    if (s->same_as >= 0 && !(g->reach[s->same_as] & STEP_BIT(i) && s->same_as != (int)i))
        diag_add(c->diags, DIAG_ERROR, mark_of(node, "assign"), "P115",
                 "bước \"%s\" không đến trước bước \"%s\"",
                 "step \"%s\" does not come before step \"%s\"", c->p->step[s->same_as].step,
                 s->step);
    for (k = 0; k < s->not_bys; k++)
        if (s->not_by[k] == (int)i || !(g->reach[s->not_by[k]] & STEP_BIT(i)))
            diag_add(c->diags, DIAG_ERROR, v->kind == YAML_SEQ && k < v->n ? v->item[k]->at : v->at,
                     "P115", "bước \"%s\" không đến trước bước \"%s\"",
                     "step \"%s\" does not come before step \"%s\"", c->p->step[s->not_by[k]].step,
                     s->step);
}

static void check_branches(struct compile *c, size_t i)
{
    const struct step *s = &c->p->step[i];
    const struct yaml_node *split = yaml_get(step_node(c, i), "split");
    size_t k;

    for (k = 0; k < s->branches; k++)
        if (s->join != -1 && !s->branch[k].has_limit)
            diag_add(c->diags, DIAG_WARNING, mark_of(item_node(split, "branches", k), "branch"),
                     "P114", "nhánh \"%s\" không có thời hạn: có thể chờ mãi",
                     "branch \"%s\" has no limit: the join may wait for ever", s->branch[k].branch);
}

static bool has_result(const struct procedure *p, const char *result)
{
    size_t i;

    for (i = 0; i < p->results_n; i++)
        if (strcmp(p->results[i].result, result) == 0)
            return true;
    return false;
}

/* What a branch gives: one of the results, and never by silence. */
static void check_gives(struct compile *c, size_t i)
{
    const struct step *s = &c->p->step[i];
    const struct yaml_node *split = yaml_get(step_node(c, i), "split");
    const char **words = ARENA_ARRAY(c->arena, const char *, c->p->results_n + 1);
    size_t k;

    for (k = 0; k < c->p->results_n; k++)
        words[k] = c->p->results[k].result;
    for (k = 0; k < s->branches; k++) {
        const struct branch *b = &s->branch[k];
        const struct yaml_node *node = item_node(split, "branches", k);

        if (b->result && !has_result(c->p, b->result)) {
            diag_add(c->diags, DIAG_ERROR, mark_of(node, "result"), "P124",
                     "không có kết quả \"%s\" trong \"results\"",
                     "there is no \"%s\" in \"results\"", b->result);
            diag_nearest(c->diags, b->result, words, c->p->results_n);
        }
        if ((b->result || b->procedure) && b->on_due && strcmp(b->on_due, "agree") == 0)
            diag_add(c->diags, DIAG_ERROR, mark_of(node, "on_due"), "P004",
                     "nhánh \"%s\" cấp kết quả hoặc mở hồ sơ con: im lặng không thay được",
                     "branch \"%s\" gives a result or opens a sub-dossier: silence cannot",
                     b->branch);
    }
}

static bool branch_gives(const struct procedure *p, const char *result)
{
    size_t i, k;

    for (i = 0; i < p->steps; i++)
        for (k = 0; k < p->step[i].branches; k++)
            if (p->step[i].branch[k].result && strcmp(p->step[i].branch[k].result, result) == 0)
                return true;
    return false;
}

/* A step numbers any of them, one an act; whoever releases or hands over may number one. */
static bool some_step_numbers(const struct procedure *p, bool one_only)
{
    size_t i, k;

    for (i = 0; i < p->steps; i++)
        for (k = 0; k < p->step[i].actions; k++) {
            const struct action *a = &p->step[i].action[k];

            if (a->effect == EFFECT_NUMBER)
                return true;
            if (one_only && (a->effect == EFFECT_RELEASE || a->effect == EFFECT_HAND_OVER ||
                             a->needs & NEEDS_RESULT))
                return true;
        }
    return false;
}

static void check_results(struct compile *c)
{
    const struct procedure *p = c->p;
    size_t i, alone = 0;

    for (i = 0; i < p->results_n; i++)
        alone += (p->results[i].required || p->results[i].when) &&
                 !branch_gives(p, p->results[i].result);
    if (alone == 0 || some_step_numbers(p, alone == 1))
        return;
    for (i = 0; i < p->results_n; i++)
        if ((p->results[i].required || p->results[i].when) &&
            !branch_gives(p, p->results[i].result))
            diag_add(c->diags, DIAG_ERROR, mark_of(item_node(c->root, "results", i), "result"),
                     "P125", "kết quả \"%s\" bắt buộc mà không bước, không nhánh nào cấp",
                     "result \"%s\" is required, but no step and no branch gives it",
                     p->results[i].result);
}

static void check_span(struct compile *c, const struct graph *g, size_t i)
{
    const struct span_limit *s = &c->p->span[i];
    const struct yaml_node *node = item_node(c->root, "spans", i);
    step_set avoiding[STEPS_MAX], away;
    bool same = s->from_step == s->to_step && s->from_enter && !s->to_enter;
    size_t k;

    if (s->from_step < 0 || s->to_step < 0)
        return;
    if (!same && !(g->reach[s->from_step] & STEP_BIT(s->to_step))) {
        diag_add(c->diags, DIAG_ERROR, mark_of(node, "to"), "P117",
                 "khoảng \"%s\" không bao giờ đóng: từ \"%s\" không tới được \"%s\"",
                 "span \"%s\" is never closed: \"%s\" does not lead to \"%s\"", s->span,
                 c->p->step[s->from_step].step, c->p->step[s->to_step].step);
        return;
    }
    for (k = 0; k < g->n; k++)
        avoiding[k] = g->next[k] & ~STEP_BIT(s->to_step);
    away = graph_closure(g, avoiding, STEP_BIT(s->from_step));
    for (k = 0; k < g->n && !same; k++)
        if ((away & STEP_BIT(k)) && k != (size_t)s->to_step && g->ends[k]) {
            diag_add(c->diags, DIAG_WARNING, mark_of(node, "to"), "P121",
                     "khoảng \"%s\" còn mở khi hồ sơ kết thúc ở bước \"%s\"",
                     "span \"%s\" is still open when a dossier ends in step \"%s\"", s->span,
                     c->p->step[k].step);
            return;
        }
}

static bool ends_clock(const struct action *a)
{
    return a->effect == EFFECT_RELEASE || a->effect == EFFECT_HAND_OVER;
}

/* A dossier that ends without release or hand-over would never be counted as resolved. */
static void check_release(struct compile *c, const struct graph *g)
{
    step_set before[STEPS_MAX] = {0}, unreleased;
    const struct procedure *p = c->p;
    size_t i, k;

    for (i = 0; i < g->n; i++) {
        for (k = 0; k < p->step[i].actions; k++)
            if (p->step[i].action[k].to >= 0 && !ends_clock(&p->step[i].action[k]))
                before[i] |= STEP_BIT(p->step[i].action[k].to);
        if (p->step[i].is_split && p->step[i].then >= 0)
            before[i] |= STEP_BIT(p->step[i].then);
        for (k = 0; k < p->step[i].actions; k++)
            if (p->step[i].action[k].to == STEP_NONE && ends_clock(&p->step[i].action[k]))
                before[i] = 0; /* released here, then sent on */
    }
    unreleased = graph_closure(g, before, STEP_BIT(0));
    for (i = 0; i < g->n; i++)
        if ((unreleased & STEP_BIT(i)) && p->step[i].is_split && p->step[i].then == STEP_END)
            diag_add(
                c->diags, DIAG_ERROR, mark_of(step_node(c, i), "then"), "P119",
                "bước \"%s\" kết thúc hồ sơ khi kết quả chưa được trả (release hoặc hand_over)",
                "step \"%s\" ends the dossier though no result was released (release or "
                "hand_over)",
                p->step[i].step);
    for (i = 0; i < g->n; i++)
        for (k = 0; (unreleased & STEP_BIT(i)) && k < p->step[i].actions; k++) {
            const struct action *a = &p->step[i].action[k];
            if (a->to != STEP_END || !action_leads(a) || ends_clock(a))
                continue;
            diag_add(c->diags, DIAG_ERROR, a->at, "P119",
                     "thao tác \"%s\" kết thúc hồ sơ khi kết quả chưa được trả (release hoặc "
                     "hand_over)",
                     "action \"%s\" ends the dossier though no result was released (release or "
                     "hand_over)",
                     a->action);
        }
}

void check_graph(struct compile *c)
{
    struct graph g;
    size_t i;

    if (!c->p->steps)
        return;
    graph_of(c->p, &g);
    for (i = 0; i < g.n; i++) {
        check_branches(c, i);
        check_gives(c, i);
        check_conditions(c, i);
    }
    if (c->uncertain)
        return; /* an unknown step: what follows would only repeat that */
    check_results(c);
    for (i = 0; i < g.n; i++) {
        check_order(c, &g, i);
        check_directions(c, &g, i);
    }
    for (i = 0; i < c->p->spans; i++)
        check_span(c, &g, i);
    check_reached(c, &g);
    check_ways_out(c, &g);
    check_release(c, &g);
}
