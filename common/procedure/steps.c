/* Steps as a whole: references between them resolved, defaults filled in, acts open in many steps
 * spread over them, and what the engine cannot run yet named.  Results live in the procedure's
 * arena.  One thread at a time. */
#include "common/procedure/read.h"

/* Index of the step that the text names, STEP_END or STEP_BACK where they are allowed.  An unknown
 * name is reported and followed to the step probably meant, so that one slip of the pen does not
 * drown in unreachable steps. */
static int resolve(struct compile *c, const struct yaml_node *v, const char *name, bool ways_out,
                   const char *code)
{
    const char *words[STEPS_MAX + 2], *guess;
    size_t i, n = 0;

    if (ways_out && strcmp(name, "end") == 0)
        return STEP_END;
    if (ways_out && strcmp(name, "back") == 0)
        return STEP_BACK;
    for (i = 0; i < c->p->steps; i++)
        words[n++] = c->p->step[i].step;
    if (ways_out)
        words[n++] = "end";
    if (procedure_step(c->p, name) >= 0)
        return procedure_step(c->p, name);
    diag_add(c->diags, DIAG_ERROR, v->at, code, "không có bước \"%s\"", "there is no step \"%s\"",
             name);
    diag_nearest(c->diags, name, words, n);
    guess = word_nearest(name, words, n);
    if (!guess)
        c->uncertain = true;
    return !guess ? STEP_NONE : strcmp(guess, "end") == 0 ? STEP_END : procedure_step(c->p, guess);
}

static const char *scalar_text(struct compile *c, const struct yaml_node *v, const char *key)
{
    if (v->kind == YAML_SCALAR)
        return v->text;
    diag_add(c->diags, DIAG_ERROR, v->at, "Y011", "\"%s\" phải là văn bản", "\"%s\" must be a text",
             key);
    return NULL;
}

static void read_place(struct compile *c, const struct yaml_node *map, const char *key,
                       enum place *at, const char **agency)
{
    const char *s = node_text(map, key);
    struct yaml_node *v = yaml_get(map, key);
    struct place_raw raw = {0};

    *at = AT_RECEPTION;
    if (v && v->kind == YAML_MAP) {
        struct shape_reader r = {.arena = c->arena, .diags = c->diags, .ctx = c};

        shape_read(&r, &PLACE_SHAPE, v, &raw);
        *at = raw.of ? AT_UNIT_COMPETENT : AT_UNIT_RECEPTION;
        *agency = raw.under;
        return;
    }
    if (!s) {
        if (v)
            (void)scalar_text(c, v, key);
        return;
    }
    if (strcmp(s, "reception") == 0)
        return;
    *at = strcmp(s, "competent") == 0 ? AT_COMPETENT : AT_AGENCY;
    if (*at == AT_AGENCY)
        *agency = s;
}

static void read_assign(struct compile *c, const struct yaml_node *n, struct step *s)
{
    static const char *const words[] = {"pull", "round_robin", "least_loaded", "chosen", "same_as"};
    const char *text = node_text(n, "assign");
    struct span head, rest;
    size_t i;

    s->same_as = STEP_NONE;
    if (!text)
        return;
    (void)span_cut(span_of(text), ':', &head, &rest);
    for (i = 0; i < 5; i++)
        if (span_is(head, words[i]) && (i == ASSIGN_SAME_AS) == (rest.n > 0)) {
            s->assign = (enum assign)i;
            if (rest.n)
                s->same_as = resolve(c, yaml_get(n, "assign"),
                                     arena_span(c->arena, span_trim(rest)), false, "P102");
            return;
        }
    diag_add(c->diags, DIAG_ERROR, mark_of(n, "assign"), "P001",
             "\"assign\" phải là pull, round_robin, least_loaded, chosen hoặc same_as:BƯỚC, không "
             "phải \"%s\"",
             "\"assign\" must be pull, round_robin, least_loaded, chosen or same_as:STEP, not "
             "\"%s\"",
             text);
    diag_nearest(c->diags, text, words, 4);
}

static void read_not_by(struct compile *c, const struct yaml_node *n, struct step *s)
{
    struct yaml_node *v = yaml_get(n, "not_by");
    size_t i, count = !v ? 0 : v->kind == YAML_SEQ ? v->n : 1;

    s->not_by = ARENA_ARRAY(c->arena, int, count + 1);
    for (i = 0; i < count; i++) {
        const struct yaml_node *item = v->kind == YAML_SEQ ? v->item[i] : v;
        const char *name = scalar_text(c, item, "not_by");
        int step = name ? resolve(c, item, name, false, "P102") : STEP_NONE;
        if (step >= 0)
            s->not_by[s->not_bys++] = step;
    }
}

static void read_warn(struct compile *c, const struct yaml_node *n, struct step *s)
{
    struct yaml_node *v = yaml_list(n, "warn", false, c->diags);
    struct moment m;
    size_t i;

    if (!v)
        return;
    s->warn = ARENA_ARRAY(c->arena, struct warn, v->n + 1);
    for (i = 0; i < v->n; i++) {
        const char *text = scalar_text(c, v->item[i], "warn");
        if (!text)
            continue;
        if (!moment_parse(span_of(text), &m) || m.sign > 0) {
            diag_add(c->diags, DIAG_ERROR, v->item[i]->at, "P003",
                     "\"%s\" không phải mốc cảnh báo: 80%%, due, \"due - 4 hour\"",
                     "\"%s\" is not a rung of warning: 80%%, due, \"due - 4 hour\"", text);
            continue;
        }
        s->warn[s->warns++] = (struct warn){.percent = m.percent,
                                            .share = m.share,
                                            .before = m.apart,
                                            .due = !m.percent && m.sign == 0};
    }
}

static void both(struct compile *c, struct mark at, const char *code, const char *vi,
                 const char *en)
{
    diag_add_text(c->diags, DIAG_ERROR, at, code, (struct text2){vi, en});
}

static void read_join(struct compile *c, const struct yaml_node *n, struct step *s)
{
    struct yaml_node *split = yaml_get(n, "split"), *then = yaml_get(n, "then");
    const char *join = node_text(split, "join"), *name;
    int64_t count;
    size_t i;

    if (join && strcmp(join, "any") == 0)
        s->join = -1;
    else if (join && span_i64(span_of(join), 1, 99, &count))
        s->join = (int)count;
    else if (join && strcmp(join, "all") != 0)
        both(c, mark_of(split, "join"), "P001", "\"join\" phải là all, any hoặc một số",
             "\"join\" must be all, any or a number");
    if (s->join > (int)s->branches)
        diag_add(c->diags, DIAG_ERROR, mark_of(split, "join"), "P113",
                 "chờ %d nhánh nhưng chỉ có %zu: không bao giờ nhập lại được",
                 "waits for %d branches of %zu: it can never join", s->join, s->branches);
    for (i = 0; i < s->branches; i++) {
        struct branch *b = &s->branch[i];
        if (!b->role)
            b->role = "";
        read_place(c, item_node(split, "branches", i), "at", &b->at, &b->agency);
        b->has_limit = b->limit.den != 0;
        if (!b->title.vi)
            b->title.vi = b->branch;
    }
    name = then ? scalar_text(c, then, "then") : NULL;
    s->then = name ? resolve(c, then, name, true, "P101") : STEP_NONE;
    if (!then)
        both(c, mark_of(n, "step"), "P004", "bước có \"split\" cần \"then\"",
             "a step with \"split\" needs \"then\"");
    if (yaml_get(n, "role") || yaml_get(n, "actions") || yaml_get(n, "at"))
        both(c, mark_of(n, "step"), "P004",
             "bước có \"split\" không có \"at\", \"role\", \"actions\" của riêng nó",
             "a step with \"split\" has no \"at\", \"role\", \"actions\" of its own");
}

static bool has_stop(const struct procedure *p, const char *reason)
{
    size_t i;

    for (i = 0; i < p->stops; i++)
        if (strcmp(p->stop[i].reason, reason) == 0)
            return true;
    return false;
}

static void check_stop(struct compile *c, const struct yaml_node *n, const char *reason)
{
    const char **words = ARENA_ARRAY(c->arena, const char *, c->p->stops + 1);
    size_t i;

    if (!reason || has_stop(c->p, reason))
        return;
    for (i = 0; i < c->p->stops; i++)
        words[i] = c->p->stop[i].reason;
    diag_add(c->diags, DIAG_ERROR, mark_of(n, "stop"), "P116",
             "không có khoảng không tính \"%s\" trong \"stops\"", "there is no \"%s\" in \"stops\"",
             reason);
    diag_nearest(c->diags, reason, words, c->p->stops);
}

static void read_action(struct compile *c, const struct yaml_node *n, struct action *act)
{
    struct yaml_node *to = yaml_get(n, "to");
    const char *name = to ? scalar_text(c, to, "to") : NULL;
    struct text2 usual;

    act->to = STEP_NONE;
    act->at = mark_of(n, "action");
    if (n->kind != YAML_MAP) {
        c->uncertain = true;
        return;
    }
    if (!yaml_get(n, "effect"))
        (void)effect_of_name(act->action, &act->effect);
    usual = effect_title(act->effect);
    if (!act->title.vi)
        act->title = usual;
    act->to = name ? resolve(c, to, name, true, "P101") : STEP_NONE;
    if (!to && act->effect == EFFECT_HAND_OVER)
        act->to = STEP_END;
    if (!to && (act->effect == EFFECT_FORWARD || act->effect == EFFECT_RETURN))
        diag_add(c->diags, DIAG_ERROR, act->at, "P004", "thao tác \"%s\" (%s) cần \"to\": bước đến",
                 "action \"%s\" (%s) needs \"to\"", act->action, effect_name(act->effect));
    if (act->effect == EFFECT_EXCLUDE && !act->stop)
        both(c, act->at, "P004", "thao tác có hiệu lực exclude cần \"stop\"",
             "an action with effect exclude needs \"stop\"");
    act->has_limit = act->limit.den != 0;
    act->has_whom = yaml_get(n, "whom") != NULL;
    if (act->has_whom)
        read_place(c, n, "whom", &act->whom, &act->whom_agency);
    if (act->effect != EFFECT_CONSULT && (act->has_limit || act->on_due || act->has_whom))
        both(c, act->at, "P004",
             "\"limit\", \"on_due\", \"whom\" của thao tác chỉ dùng với consult",
             "\"limit\", \"on_due\", \"whom\" of an action go with consult only");
    check_stop(c, n, act->stop);
    /* A return and a refusal always say why (domain: reasons are coded when it happens). */
    if (act->effect == EFFECT_RETURN || act->effect == EFFECT_REFUSE)
        act->needs |= NEEDS_REASON;
    if (act->effect == EFFECT_NUMBER)
        act->needs |= NEEDS_RESULT;
}

static bool open_in(const struct procedure_anywhere *w, const struct step *s)
{
    size_t i;

    for (i = 0; i < w->ins; i++)
        if (strcmp(w->in[i], s->step) == 0)
            return true;
    return w->ins == 0;
}

/* An act of the step's own name goes before one from `anywhere`. */
static void inherit(struct compile *c, struct step *s)
{
    struct action *all = ARENA_ARRAY(c->arena, struct action, s->actions + c->anywheres + 1);
    size_t i, n = s->actions;

    if (n)
        memcpy(all, s->action, n * sizeof *all);
    for (i = 0; i < c->anywheres; i++)
        if (open_in(&c->anywhere[i], s) && !step_action(s, c->anywhere[i].action.action))
            all[n++] = c->anywhere[i].action;
    s->action = all;
    s->actions = n;
}

static void read_anywhere(struct compile *c)
{
    size_t i, j;

    for (i = 0; i < c->anywheres; i++) {
        struct procedure_anywhere *w = &c->anywhere[i];
        struct yaml_node *n = item_node(c->root, "anywhere", i);
        read_action(c, n, &w->action);
        w->action.anywhere = true;
        for (j = 0; j < w->ins; j++)
            (void)resolve(c, yaml_get(n, "in")->item[j], w->in[j], false, "P102");
    }
}

static void read_step(struct compile *c, size_t i)
{
    struct step *s = &c->p->step[i];
    const struct yaml_node *n = step_node(c, i);
    size_t k;

    s->role = s->role ? s->role : "";
    s->same_as = STEP_NONE;
    s->then = STEP_NONE;
    if (n->kind != YAML_MAP) {
        c->uncertain = true; /* told already; nothing can be said about the graph */
        return;
    }
    s->mark = mark_of(n, "step");
    s->has_limit = s->limit.den != 0;
    s->is_split = yaml_get(n, "split") != NULL;
    read_assign(c, n, s);
    read_not_by(c, n, s);
    read_warn(c, n, s);
    for (k = 0; k < s->actions; k++)
        read_action(c, item_node(n, "actions", k), &s->action[k]);
    if (s->is_split) {
        read_join(c, n, s);
        return;
    }
    read_place(c, n, "at", &s->at, &s->agency);
    if (!yaml_get(n, "at") || !yaml_get(n, "role"))
        both(c, s->mark, "P004", "bước cần \"at\" và \"role\" (hoặc \"split\" và \"then\")",
             "a step needs \"at\" and \"role\" (or \"split\" and \"then\")");
    if (yaml_get(n, "then"))
        both(c, mark_of(n, "then"), "P004", "\"then\" chỉ dùng cùng \"split\"",
             "\"then\" goes with \"split\" only");
    inherit(c, s);
    check_step_timers(c, n, s);
}

/* "enter appraise", "leave dispatch" */
static int read_event(struct compile *c, const struct yaml_node *n, const char *key, bool *enter)
{
    struct yaml_node *v = yaml_get(n, key);
    const char *text = v ? scalar_text(c, v, key) : NULL;
    struct span head, rest;

    *enter = false;
    if (!text)
        return STEP_NONE;
    if (span_cut(span_of(text), ' ', &head, &rest) &&
        (span_is(head, "enter") || span_is(head, "leave"))) {
        *enter = span_is(head, "enter");
        return resolve(c, v, arena_span(c->arena, span_trim(rest)), false, "P102");
    }
    diag_add(c->diags, DIAG_ERROR, v->at, "P003",
             "\"%s\" không phải mốc: \"enter BƯỚC\" hoặc \"leave BƯỚC\"",
             "\"%s\" is not a moment: \"enter STEP\" or \"leave STEP\"", text);
    return STEP_NONE;
}

void compile_steps(struct compile *c)
{
    struct procedure *p = c->p;
    size_t i;

    read_anywhere(c);
    for (i = 0; i < p->steps; i++)
        read_step(c, i);
    for (i = 0; i < p->steps; i++) {
        size_t k;
        for (k = 0; k < p->step[i].branches; k++)
            check_stop(c, item_node(yaml_get(step_node(c, i), "split"), "branches", k),
                       p->step[i].branch[k].stop);
    }
    for (i = 0; i < p->spans; i++) {
        const struct yaml_node *n = item_node(c->root, "spans", i);
        struct span_limit *s = &p->span[i];
        s->from_step = read_event(c, n, "from", &s->from_enter);
        s->to_step = read_event(c, n, "to", &s->to_enter);
        if (!s->title.vi)
            s->title.vi = s->span;
    }
}
