/* From a procedure to nodes, lanes and arrows: who stands in which lane, which arrow goes back,
 * what an arrow has to say.  Lives in the writer's arena.  One thread. */
#include "common/procedure/diagram.h"

static const char *in(const struct picture *g, const char *vi, const char *en)
{
    return g->lang == LANG_EN ? en : vi;
}

/* The lane of a place and role; made at its first use, beside the others of its agency. */
static int lane_of(struct picture *g, enum place at, const char *agency, const char *role)
{
    const char *key = at == AT_RECEPTION              ? ""
                      : at == AT_COMPETENT || !agency ? g->p->competent
                                                      : place_word(g->a, at, agency);
    struct lane l = {.group = key, .rows = 1};
    enum role r;
    size_t k;

    l.role = role_of_name(role, &r) ? text2_in(role_title(r), g->lang) : role;
    l.agency = text2_in(
        place_title(g->a, g->p, g->org, at != AT_RECEPTION && !agency ? AT_COMPETENT : at, agency),
        g->lang);
    for (k = 0; k < g->lanes; k++)
        if (strcmp(g->lane[k].group, l.group) == 0 && strcmp(g->lane[k].role, l.role) == 0)
            return (int)k;
    ARENA_PUSH(g->a, g->lane, g->lanes, g->lane_cap) = l;
    return (int)g->lanes - 1;
}

static int add_node(struct picture *g, enum node_kind kind, const char *id, int lane, int step)
{
    struct node *n = &ARENA_PUSH(g->a, g->node, g->nodes, g->node_cap);
    char *clean = arena_strdup(g->a, id);
    bool changed = false;
    size_t i;

    for (i = 0; clean[i]; i++)
        if (clean[i] == '-' || clean[i] == '.') {
            clean[i] = '_';
            changed = true;
        }
    if (changed) /* "a.b" and "a_b" are two steps */
        clean = arena_printf(g->a, "%s_%d", clean, step);
    *n = (struct node){
        .kind = kind, .id = clean, .title = "", .time = "", .work = "", .step = step, .lane = lane};
    return (int)g->nodes - 1;
}

static void add_edge(struct picture *g, int from, int to, bool returns, const char *label)
{
    ARENA_PUSH(g->a, g->edge, g->edges, g->edge_cap) = (struct edge){
        .from = from, .to = to, .back = returns, .dashed = returns, .label = label, .channel = -1};
}

static bool worth_a_line(const struct action *a)
{
    return !a->anywhere && a->to == STEP_NONE &&
           (a->effect == EFFECT_SUPPLEMENT || a->effect == EFFECT_EXCLUDE ||
            a->effect == EFFECT_CONSULT || a->effect == EFFECT_PAYMENT ||
            a->effect == EFFECT_SUSPEND || a->effect == EFFECT_REFUSE);
}

static void describe_step(struct picture *g, struct node *n, const struct step *s)
{
    size_t k;

    n->title = arena_printf(g->a, "%d. %s", n->step + 1, text2_in(s->title, g->lang));
    n->work = s->work.vi ? text2_in(s->work, g->lang) : "";
    if (s->has_limit)
        n->time = s->limit.num ? quantity_text(g->a, s->limit, g->lang)
                               : in(g, "không tính thời gian", "no time");
    n->extra = ARENA_ARRAY(g->a, const char *, s->actions + s->timers + 1);
    for (k = 0; k < s->actions; k++)
        if (worth_a_line(&s->action[k]))
            n->extra[n->extras++] =
                arena_printf(g->a, "• %s", text2_in(effect_title(s->action[k].effect), g->lang));
    for (k = 0; k < s->timers; k++) {
        const struct action *act = step_action(s, s->timer[k].action);
        n->extra[n->extras++] =
            arena_printf(g->a, "◷ %s: %s", moment_words(g->a, &s->timer[k].moment, g->lang),
                         act ? text2_in(act->title, g->lang) : in(g, "nhắc", "remind"));
    }
}

static void add_split(struct picture *g, size_t i, const struct step *s)
{
    const char *wait =
        s->join == 0  ? in(g, "chờ tất cả", "wait for all")
        : s->join < 0 ? in(g, "chờ một nhánh", "wait for one")
                      : arena_printf(g->a, "%s %d", in(g, "chờ số nhánh:", "wait for"), s->join);
    int first, split, join;
    size_t k;

    first = lane_of(g, s->branch[0].at, s->branch[0].agency, s->branch[0].role);
    split = add_node(g, PICTURE_SPLIT, arena_printf(g->a, "split_%s", s->step), first, (int)i);
    join = add_node(g, PICTURE_JOIN, arena_printf(g->a, "join_%s", s->step), first, (int)i);
    g->node[split].title = arena_printf(g->a, "%zu. %s", i + 1, text2_in(s->title, g->lang));
    g->node[join].title = wait;
    for (k = 0; k < s->branches; k++) {
        const struct branch *b = &s->branch[k];
        int lane = lane_of(g, b->at, b->agency, b->role);
        int n = add_node(g, PICTURE_BRANCH, arena_printf(g->a, "%s_%s", s->step, b->branch), lane,
                         (int)i);
        g->node[n].title = arena_printf(g->a, "%zu%c. %s", i + 1, (char)('a' + k % 26),
                                        text2_in(b->title, g->lang));
        if (b->has_limit)
            g->node[n].time = quantity_text(g->a, b->limit, g->lang);
        add_edge(g, split, n, false, "");
        add_edge(g, n, join, false, "");
    }
    g->of_step[i] = split;
    g->exit_of[i] = join;
}

static int end_node(struct picture *g, int lane)
{
    size_t i;

    for (i = 0; i < g->nodes; i++)
        if (g->node[i].kind == PICTURE_END && g->node[i].lane == lane)
            return (int)i;
    return add_node(g, PICTURE_END, arena_printf(g->a, "end_%d", lane), lane, -1);
}

/* What an arrow has to say: its condition; the act, where the step has several ways on. */
static const char *edge_label(struct picture *g, const struct step *s, const struct action *a)
{
    const char *title = text2_in(a->title, g->lang);
    size_t k, ways = 0;

    for (k = 0; k < s->actions; k++)
        ways += !s->action[k].anywhere && s->action[k].to != STEP_NONE &&
                s->action[k].effect != EFFECT_RETURN;
    if (a->when && ways > 1 && a->effect != EFFECT_FORWARD && a->effect != EFFECT_RETURN)
        return arena_printf(g->a, "%s: %s", title, condition_words(g->a, g->p, a->when, g->lang));
    if (a->when)
        return condition_words(g->a, g->p, a->when, g->lang);
    return a->effect == EFFECT_RETURN || ways > 1 ? title : "";
}

static void add_step_edges(struct picture *g, size_t i)
{
    const struct step *s = &g->p->step[i];
    int from = g->exit_of[i];
    size_t k;

    for (k = 0; k < s->actions; k++) {
        const struct action *a = &s->action[k];
        if (a->anywhere || a->to == STEP_NONE || a->to == STEP_BACK)
            continue;
        if (a->to == STEP_END)
            add_edge(g, from, end_node(g, g->node[from].lane), false, edge_label(g, s, a));
        else
            add_edge(g, from, g->of_step[a->to], a->effect == EFFECT_RETURN, edge_label(g, s, a));
    }
    if (s->is_split && s->then >= 0)
        add_edge(g, from, g->of_step[s->then], false, "");
    if (s->is_split && s->then == STEP_END)
        add_edge(g, from, end_node(g, g->node[from].lane), false, "");
}

/* Two arrows between the same nodes become one with both texts. */
static void merge_edges(struct picture *g)
{
    size_t i, j, n = 0;

    for (i = 0; i < g->edges; i++) {
        for (j = 0; j < n; j++)
            if (g->edge[j].from == g->edge[i].from && g->edge[j].to == g->edge[i].to &&
                g->edge[j].back == g->edge[i].back)
                break;
        if (j == n)
            g->edge[n++] = g->edge[i];
        else if (*g->edge[i].label)
            g->edge[j].label =
                *g->edge[j].label ? arena_printf(g->a, "%s; %s", g->edge[j].label, g->edge[i].label)
                                  : g->edge[i].label;
    }
    g->edges = n;
}

/* Marks arrows that close a circle although they are no returns: depth first from the start. */
static void mark_circles(struct picture *g, int node, char *state)
{
    size_t i;

    state[node] = 1;
    for (i = 0; i < g->edges; i++) {
        struct edge *e = &g->edge[i];
        if (e->from != node || e->back)
            continue;
        if (state[e->to] == 1)
            e->back = true;
        else if (state[e->to] == 0)
            mark_circles(g, e->to, state);
    }
    state[node] = 2;
}

/* A node stands one column after the last that leads to it. */
static void set_columns(struct picture *g)
{
    bool moved = true;
    size_t i, j;

    for (i = 1; i < g->nodes; i++) /* beside the start, also what nothing leads to */
        g->node[i].column = 1;
    while (moved) {
        moved = false;
        for (i = 0; i < g->edges; i++) {
            const struct edge *e = &g->edge[i];
            struct node *to = &g->node[e->to];
            if (!e->back && to->column <= g->node[e->from].column) {
                to->column = g->node[e->from].column + 1;
                moved = true;
            }
        }
    }
    for (i = 0; i < g->nodes; i++) {
        struct node *n = &g->node[i];
        if (n->column >= g->columns)
            g->columns = n->column + 1;
        for (j = 0; j < i; j++)
            n->row += g->node[j].lane == n->lane && g->node[j].column == n->column;
        if (n->row >= g->lane[n->lane].rows)
            g->lane[n->lane].rows = n->row + 1;
    }
}

/* Lanes of one agency together, agencies in the order they come. */
static void group_lanes(struct picture *g)
{
    struct lane *sorted = ARENA_ARRAY(g->a, struct lane, g->lanes + 1);
    int *place = ARENA_ARRAY(g->a, int, g->lanes + 1);
    size_t i, j, n = 0;

    for (i = 0; i < g->lanes; i++)
        place[i] = -1;
    for (i = 0; i < g->lanes; i++)
        for (j = i; j < g->lanes; j++)
            if (place[j] < 0 && strcmp(g->lane[j].group, g->lane[i].group) == 0) {
                place[j] = (int)n;
                sorted[n++] = g->lane[j];
            }
    for (i = 0; i < g->nodes; i++)
        g->node[i].lane = place[g->node[i].lane];
    g->lane = sorted;
}

static void add_brackets(struct picture *g)
{
    size_t i;

    g->bracket = ARENA_ARRAY(g->a, struct bracket, g->p->spans + 1);
    for (i = 0; i < g->p->spans; i++) {
        const struct span_limit *s = &g->p->span[i];
        g->bracket[g->brackets++] =
            (struct bracket){.label = arena_printf(g->a, "%s: %s", text2_in(s->title, g->lang),
                                                   quantity_text(g->a, s->limit, g->lang)),
                             .from = g->of_step[s->from_step],
                             .to = g->exit_of[s->to_step]};
    }
}

static void add_titles(struct picture *g)
{
    const struct procedure *p = g->p;

    g->title = arena_printf(g->a, "%s — %s", p->code, text2_in(p->name, g->lang));
    g->subtitle = arena_printf(
        g->a, "%s %s · %zu %s · %s %d%s%s", in(g, "Thời hạn", "Limit"),
        quantity_text(g->a, p->limit.legal, g->lang), p->steps, in(g, "bước", "steps"),
        in(g, "phiên bản", "version"), p->version,
        p->reconstructed
            ? in(g, " · một số bước nội bộ được dựng lại", " · some internal steps reconstructed")
            : "",
        p->not_executable ? in(g, " · máy chưa chạy được", " · not yet executable") : "");
}

void picture_build(struct picture *g, struct arena *a, const struct procedure *p,
                   const struct organisation *org, enum lang lang)
{
    size_t i;
    char *seen;
    int start;

    *g = (struct picture){.a = a, .p = p, .org = org, .lang = lang};
    add_titles(g);
    start = add_node(g, PICTURE_START, "start", 0, -1);
    for (i = 0; i < p->steps; i++) {
        const struct step *s = &p->step[i];
        if (s->is_split) {
            add_split(g, i, s);
            continue;
        }
        g->of_step[i] = add_node(g, PICTURE_STEP, arena_printf(a, "step_%s", s->step),
                                 lane_of(g, s->at, s->agency, s->role), (int)i);
        g->exit_of[i] = g->of_step[i];
        describe_step(g, &g->node[g->of_step[i]], s);
    }
    g->node[start].lane = g->node[g->of_step[0]].lane;
    add_edge(g, start, g->of_step[0], false, "");
    for (i = 0; i < p->steps; i++)
        add_step_edges(g, i);
    merge_edges(g);
    seen = arena_alloc(a, g->nodes + 1);
    mark_circles(g, start, seen);
    for (i = 0; i < g->nodes; i++) /* what nothing leads to, in a sketch */
        if (!seen[i])
            mark_circles(g, (int)i, seen);
    set_columns(g);
    group_lanes(g);
    add_brackets(g);
}
