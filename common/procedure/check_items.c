/* Checks inside one item: components, form, fees, cases, limits, reasons; and the agencies and
 * roles that steps name.  Owns nothing.  One thread at a time. */
#include "common/procedure/read.h"

static void fault(struct compile *c, struct mark at, const char *code, const char *vi,
                  const char *en)
{
    diag_add_text(c->diags, DIAG_ERROR, at, code, (struct text2){vi, en});
}

static void check_components(struct compile *c, const struct yaml_node *map,
                             const struct component *list, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const struct yaml_node *node = item_node(map, "components", i);
        const struct component *m = &list[i];
        if ((m->need == NEED_ONE_OF) != (m->group != NULL))
            fault(c, mark_of(node, "need"), "P004", "\"need: one_of\" và \"group\" đi cùng nhau",
                  "\"need: one_of\" and \"group\" go "
                  "together");
        if ((m->need == NEED_WHEN) != (yaml_get(node, "when") != NULL))
            fault(c, mark_of(node, "need"), "P004", "\"need: when\" và \"when\" đi cùng nhau",
                  "\"need: when\" and \"when\" go together");
        if (m->need != NEED_NOTE && !m->present_only && !m->originals && !m->certified &&
            !m->copies)
            diag_add(c->diags, DIAG_WARNING, mark_of(node, "component"), "P006",
                     "thành phần \"%s\" không nói số bản (originals, certified, copies)",
                     "component \"%s\" says no number (originals, certified, copies)", m->code);
    }
}

/* The units come from a whole number that the applicant fills in: never two numbers that differ. */
static void check_count(struct compile *c, const struct yaml_node *node, const struct fee_item *fee)
{
    const char **field = ARENA_ARRAY(c->arena, const char *, c->p->forms + 1);
    size_t i, n = 0;

    if (!fee->count)
        return;
    if (fee->per == FEE_PER_DOSSIER)
        fault(c, mark_of(node, "count"), "P004", "\"count\" cần \"per\" là page, copy hoặc person",
              "\"count\" needs \"per\" page, copy or person");
    for (i = 0; i < c->p->forms; i++)
        if (c->p->form[i].type == FORM_INTEGER)
            field[n++] = c->p->form[i].field;
    for (i = 0; i < n && strcmp(field[i], fee->count) != 0; i++)
        ;
    if (i < n)
        return;
    diag_add(c->diags, DIAG_ERROR, mark_of(node, "count"), "P123",
             "\"%s\" không phải trường số nguyên (type: integer) của tờ khai",
             "\"%s\" is not a whole-number field (type: integer) of the form", fee->count);
    diag_nearest(c->diags, fee->count, field, n);
}

static bool costs(const struct fee_item *fee)
{
    int ch;

    for (ch = 0; ch < CHANNELS; ch++)
        if (fee->has_channel[ch] && fee->by_channel[ch] > 0)
            return true;
    return fee->amount > 0 || fee->above_amount > 0;
}

static void check_exempts(struct compile *c, const struct yaml_node *node,
                          const struct fee_item *fee)
{
    if (fee->exempts && !costs(fee))
        diag_add(c->diags, DIAG_WARNING, mark_of(node, "exempt"), "P010",
                 "miễn khoản thu \"%s\" vốn không thu gì",
                 "exempts from \"%s\", which costs nothing anyway", fee->fee);
}

static void check_fees(struct compile *c, const struct yaml_node *map, const struct fee_item *fee,
                       size_t n)
{
    const struct yaml_node *v = yaml_get(map, "fee");
    size_t i, j;

    for (i = 0; i < n; i++) {
        const struct yaml_node *node = yaml_get(v, "items") ? item_node(v, "items", i) : v;
        if (fee[i].above && fee[i].per == FEE_PER_DOSSIER)
            fault(c, mark_of(node, "above"), "P004",
                  "\"above\" cần \"per\" là page, copy hoặc person",
                  "\"above\" needs \"per\" page, copy or person");
        if (fee[i].cap && fee[i].cap < fee[i].amount)
            fault(c, mark_of(node, "cap"), "P008", "\"cap\" nhỏ hơn \"amount\"",
                  "\"cap\" is less than \"amount\"");
        check_count(c, node, &fee[i]);
        check_exempts(c, node, &fee[i]);
        for (j = 0; j < i; j++)
            if (strcmp(fee[i].fee, fee[j].fee) == 0)
                diag_add(c->diags, DIAG_ERROR, mark_of(node, "fee"), "Y022",
                         "fee \"%s\" đã có ở trên", "fee \"%s\" was already given above",
                         fee[i].fee);
    }
}

static void check_form(struct compile *c)
{
    size_t i, j, k;

    for (i = 0; i < c->p->forms; i++) {
        const struct yaml_node *node = item_node(c->root, "form", i);
        struct form_field *f = &c->p->form[i];
        if ((f->type == FORM_CHOICE) != (f->choices > 0))
            fault(c, mark_of(node, "type"), "P004", "\"type: choice\" và \"choices\" đi cùng nhau",
                  "\"type: choice\" and \"choices\" go together");
        if (yaml_get(node, "max") && f->max < f->min)
            fault(c, mark_of(node, "max"), "P008", "\"max\" nhỏ hơn \"min\"",
                  "\"max\" is less than \"min\"");
        if (!yaml_get(node, "max"))
            f->max = INT64_MAX;
        if (!yaml_get(node, "min"))
            f->min = f->type == FORM_TEXT || f->type == FORM_MONEY ? 0 : INT64_MIN;
        for (j = 0; j < f->choices; j++)
            for (k = 0; k < j; k++)
                if (strcmp(f->choice[j], f->choice[k]) == 0)
                    diag_add(c->diags, DIAG_ERROR, mark_of(item_node(node, "choices", j), "choice"),
                             "Y022", "choice \"%s\" đã có ở trên",
                             "choice \"%s\" was already given above", f->choice[j]);
    }
}

void check_items(struct compile *c)
{
    const struct procedure *p = c->p;
    size_t i, k;

    check_components(c, c->root, p->component, p->components);
    check_fees(c, c->root, p->fee, p->fees);
    check_form(c);
    for (i = 0; i < p->cases_n; i++) {
        const struct yaml_node *node = item_node(c->root, "cases", i);
        check_components(c, node, p->cases[i].component, p->cases[i].components);
        check_fees(c, node, p->cases[i].fee, p->cases[i].fees);
    }
    for (i = 0; i < p->steps; i++)
        for (k = 0; k < p->step[i].actions; k++)
            if ((p->step[i].action[k].needs & NEEDS_PAID) && !p->fees && !p->cases_n)
                diag_add(c->diags, DIAG_WARNING, p->step[i].action[k].at, "P009",
                         "thao tác \"%s\" chờ nộp tiền nhưng thủ tục không thu gì",
                         "action \"%s\" waits for payment, but nothing is charged",
                         p->step[i].action[k].action);
}

/* Whether who sits at the agency acts for the one named: it, or one that succeeded it. */
static bool acts_for(const struct organisation *o, int agency, const char *name)
{
    int i = name ? organisation_find(o, name) : -1;

    while (i >= 0 && i != agency)
        i = o->agency[i].successor;
    return i >= 0;
}

/* Whether the agency is where the work of that place is done. */
static bool serves(const struct compile *c, int agency, enum place at, const char *name)
{
    const struct organisation *o = c->env->org;
    const struct procedure *p = c->p;
    size_t i;

    if (agency < 0)
        return false;
    if (at == AT_RECEPTION && p->reception_any)
        return o->agency[agency].type == AGENCY_ONESTOP || o->agency[agency].type == AGENCY_COMMUNE;
    for (i = 0; at == AT_RECEPTION && i < p->receptions; i++)
        if (acts_for(o, agency, p->reception[i]))
            return true;
    if (at == AT_UNIT_RECEPTION || at == AT_UNIT_COMPETENT)
        return acts_for(o, agency, name) ||
               (o->agency[agency].served > 0 && name &&
                organisation_within(o, agency, organisation_find(o, name)));
    return at != AT_RECEPTION && acts_for(o, agency, at == AT_COMPETENT ? p->competent : name);
}

static bool held(const struct compile *c, enum role role, enum place at, const char *agency,
                 bool anywhere)
{
    const struct organisation *o = c->env->org;
    size_t i;

    for (i = 0; i < o->persons; i++)
        if ((o->person[i].roles & (1U << role)) &&
            (anywhere || serves(c, o->person[i].agency, at, agency)))
            return true;
    return o->persons == 0; /* real people live in the database: nothing is known here */
}

/* Checks a role; -1 when there is no such role. */
static int check_role(struct compile *c, const struct yaml_node *map, const char *key,
                      const char *name)
{
    const char *words[ROLE_COUNT];
    enum role r;
    int i;

    if (!name || !*name)
        return -1;
    if (role_of_name(name, &r) && r != ROLE_SYSTEM)
        return (int)r;
    for (i = 0; i < ROLE_COUNT; i++)
        words[i] = role_name((enum role)i);
    diag_add(c->diags, DIAG_ERROR, mark_of(map, key), "P105", "không có vai trò \"%s\"",
             "there is no role \"%s\"", name);
    diag_nearest(c->diags, name, words, ROLE_COUNT);
    return -1;
}

/* Checks that the agency exists and acts when the procedure begins. */
static void check_agency(struct compile *c, struct mark at, const char *name)
{
    const struct organisation *o = c->env ? c->env->org : NULL;
    const char **words;
    size_t n = 0;
    int i;

    if (!o || !name || !*name)
        return;
    i = organisation_find(o, name);
    if (i >= 0 && o->agency[i].valid_to < c->p->valid_from)
        diag_add(c->diags, DIAG_WARNING, at, "P104",
                 "cơ quan \"%s\" đã kết thúc trước khi thủ tục có hiệu lực",
                 "agency \"%s\" ended before the procedure begins", name);
    if (i >= 0)
        return;
    words = ARENA_ARRAY(c->arena, const char *, o->agencies + 2);
    for (n = 0; n < o->agencies; n++)
        words[n] = o->agency[n].agency;
    words[n++] = "reception";
    words[n++] = "competent";
    diag_add(c->diags, DIAG_ERROR, at, "P103", "không có cơ quan \"%s\"",
             "there is no agency \"%s\"", name);
    diag_nearest(c->diags, name, words, n);
}

/* Places from which the unit of a body is looked for, and that have none: the body itself. */
static void count_unserved(const struct compile *c, int body, int place, size_t *n,
                           const char **one)
{
    const struct organisation *o = c->env->org;

    if (place < 0 || o->agency[place].valid_from > c->p->valid_to ||
        o->agency[place].valid_to < c->p->valid_from || organisation_within(o, place, body) ||
        organisation_serving(o, body, place, c->p->valid_from) != body)
        return;
    if (!(*n)++)
        *one = o->agency[place].agency;
}

/* `at: {under, of}`: the body has units, and one for every place that may be meant: the communes
 * where a commune is competent, the units of the list that receive. */
static void check_units(struct compile *c, const struct yaml_node *map, const char *key,
                        enum place at, const char *agency)
{
    const struct organisation *o = c->env ? c->env->org : NULL;
    const struct procedure *p = c->p;
    int body = o && agency ? organisation_find(o, agency) : -1, like, i;
    const char *one = NULL;
    size_t n = 0, k;
    bool any = false;

    if (body < 0)
        return;
    for (i = 0; i < (int)o->agencies; i++)
        any |= o->agency[i].served > 0 && organisation_within(o, i, body);
    if (!any) {
        diag_add(c->diags, DIAG_ERROR, mark_of(yaml_get(map, key), "under"), "P128",
                 "không đơn vị nào của \"%s\" phụ trách địa bàn (serves): ghi \"at: %s\"",
                 "no unit of \"%s\" serves a place (serves): write \"at: %s\"", agency, agency);
        return;
    }
    like = organisation_find(o, p->competent);
    for (i = 0; at == AT_UNIT_COMPETENT && like >= 0 && i < (int)o->agencies; i++)
        if (i == like ||
            (o->agency[like].type == AGENCY_COMMUNE && o->agency[i].type == AGENCY_COMMUNE))
            count_unserved(c, body, i, &n, &one);
    for (k = 0; at == AT_UNIT_RECEPTION && k < p->receptions; k++)
        count_unserved(c, body, organisation_find(o, p->reception[k]), &n, &one);
    if (n)
        diag_add(
            c->diags, DIAG_WARNING, mark_of(yaml_get(map, key), "under"), "P129",
            "số nơi không có đơn vị của \"%s\" phụ trách: %zu (như \"%s\"); cơ quan ấy tự làm",
            "places without a unit of \"%s\": %zu (such as \"%s\"); the body itself works there",
            agency, n, one);
}

static void check_where(struct compile *c, const struct yaml_node *map, const char *key,
                        enum place at, const char *agency)
{
    if (at == AT_AGENCY)
        check_agency(c, mark_of(map, key), agency);
    if (at != AT_UNIT_RECEPTION && at != AT_UNIT_COMPETENT)
        return;
    check_agency(c, mark_of(yaml_get(map, key), "under"), agency);
    check_units(c, map, key, at, agency);
}

static void check_place(struct compile *c, const struct yaml_node *map, enum place at,
                        const char *agency, const char *role_text)
{
    int role = check_role(c, map, "role", role_text);

    check_where(c, map, "at", at, agency);
    if (role >= 0 && yaml_get(map, "at") && c->env && c->env->org &&
        !held(c, (enum role)role, at, agency, false))
        diag_add(c->diags, DIAG_WARNING, mark_of(map, "role"), "P106",
                 "không ai giữ vai trò \"%s\" ở nơi này", "nobody holds the role \"%s\" there",
                 role_text);
}

static void check_escalation(struct compile *c, const struct yaml_node *map, const char *key,
                             const char *to)
{
    int role = check_role(c, map, key, to);

    if (role >= 0 && c->env && c->env->org && !held(c, (enum role)role, AT_AGENCY, NULL, true))
        diag_add(c->diags, DIAG_WARNING, mark_of(map, key), "P108",
                 "báo lên \"%s\" nhưng không ai giữ vai trò ấy",
                 "escalates to \"%s\", but nobody holds that role", to);
}

/* An opinion: who is asked, who is told when none comes. */
static void check_opinion(struct compile *c, const struct yaml_node *n, const struct action *act)
{
    if (on_due_role(act->on_due))
        check_escalation(c, n, "on_due", on_due_role(act->on_due));
    if (act->has_whom)
        check_where(c, n, "whom", act->whom, act->whom_agency);
    if (act->has_limit && act->limit.num == 0)
        diag_add_text(
            c->diags, DIAG_ERROR, mark_of(n, "limit"), "P210",
            (struct text2){"thời hạn cho ý kiến không thể bằng 0", "an opinion needs some time"});
}

void check_agencies(struct compile *c)
{
    const struct procedure *p = c->p;
    size_t i, k;

    check_agency(c, mark_of(c->root, "competent"), p->competent);
    for (i = 0; i < p->receptions; i++)
        check_agency(c, item_node(c->root, "reception", i)->at, p->reception[i]);
    for (i = 0; i < c->anywheres; i++)
        check_opinion(c, item_node(c->root, "anywhere", i), &c->anywhere[i].action);
    for (i = 0; i < p->steps; i++) {
        const struct yaml_node *node = step_node(c, i), *split = yaml_get(node, "split");
        const struct step *s = &p->step[i];
        if (!s->is_split)
            check_place(c, node, s->at, s->agency, s->role);
        if (s->escalate_to)
            check_escalation(c, yaml_get(node, "escalate"), "to", s->escalate_to);
        for (k = 0; k < s->actions; k++)
            if (!s->action[k].anywhere)
                check_opinion(c, item_node(node, "actions", k), &s->action[k]);
        for (k = 0; k < s->branches; k++)
            if (on_due_role(s->branch[k].on_due))
                check_escalation(c, item_node(split, "branches", k), "on_due",
                                 on_due_role(s->branch[k].on_due));
        for (k = 0; k < s->branches; k++)
            check_place(c, item_node(split, "branches", k), s->branch[k].at, s->branch[k].agency,
                        s->branch[k].role);
    }
}
