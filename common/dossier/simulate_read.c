/* Reads a scenario and the files it names: calendars, rules, organisation, procedure, people,
 * steps. Codes: S001 file cannot be read, S002 time, S003 time goes back, S004 person or role, S005
 * command or action, S006 agency, S007 value, S008 no steps.  Everything lives in the simulation's
 * arena. Any thread. */
#include "common/dossier/simulate_inside.h"

static const char *const top_keys[] = {"scenario", "procedure", "calendar", "organisation",
                                       "regime",   "people",    "steps",    NULL};
static const char *const person_keys[] = {"login", "name", "agency", "roles", "absent", NULL};
static const char *const step_keys[] = {"at", "by", "do", "with", "expect", NULL};

void sim_wrong(struct sim *m, const struct yaml_node *at, const char *code, struct text2 text,
               const char *word, const char *const *words, size_t n)
{
    text.vi = arena_printf(m->a, "“%s”: %s", word, text.vi);
    text.en = arena_printf(m->a, "“%s”: %s", word, text.en);
    diag_add_text(m->d, DIAG_ERROR, at->at, code, text);
    if (words)
        diag_nearest(m->d, word, words, n);
}

/* ---------------------------------------------------------------- named files */

static bool fetch(struct sim *m, const struct yaml_node *at, const char *name, struct span *ret)
{
    if (m->source(m->ctx, name, ret))
        return true;
    sim_wrong(m, at, "S001", (struct text2){"không đọc được tệp", "the file cannot be read"}, name,
              NULL, 0);
    return false;
}

/* Mistakes of a named file are shown with its own name and lines. */
static bool settle(struct sim *m, struct diags *inner, const char *name, struct span text,
                   const void *result, const struct yaml_node *at, struct buf *out)
{
    if (result)
        return true;
    diags_sort(inner);
    diags_print(inner, name, text, m->lang, out);
    sim_wrong(m, at, "S001", (struct text2){"tệp có lỗi", "the file has mistakes"}, name, NULL, 0);
    return false;
}

struct beside { /* where a calendar's `extends` is looked for */
    struct sim *m;
    const char *of;
};

static bool shared_days(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    struct beside *b = ctx;
    const char *slash = strrchr(b->of, '/');
    int dir = slash ? (int)(slash - b->of) + 1 : 0;

    *ret_file = arena_printf(b->m->a, "%.*s%s.yaml", dir, b->of, name);
    return b->m->source(b->m->ctx, *ret_file, ret_text);
}

static void read_calendar(struct sim *m, const struct yaml_node *at, struct buf *out)
{
    struct beside b = {m, at->text};
    const struct calendar *c;
    struct diags inner;
    struct span text;

    if (m->calendars == SIM_CALENDARS_MAX || !fetch(m, at, at->text, &text))
        return;
    diags_init(&inner, m->a);
    c = calendar_compile(m->a, text, shared_days, &b, &inner);
    if (settle(m, &inner, at->text, text, c, at, out))
        m->calendar[m->calendars++] = c;
}

static void read_regime(struct sim *m, const struct yaml_node *at, struct buf *out)
{
    struct diags inner;
    struct span text;
    bool ok;

    if (!fetch(m, at, at->text, &text))
        return;
    diags_init(&inner, m->a);
    ok = regime_compile(m->a, &m->regimes, text, &inner);
    (void)settle(m, &inner, at->text, text, ok ? m : NULL, at, out);
}

typedef void read_file(struct sim *m, const struct yaml_node *at, struct buf *out);

/* One name or a list of names. */
static void each_file(struct sim *m, const struct yaml_node *v, read_file *read, struct buf *out)
{
    size_t i;

    if (v->kind == YAML_SCALAR)
        read(m, v, out);
    else if (v->kind == YAML_SEQ)
        for (i = 0; i < v->n; i++) {
            if (v->item[i]->kind == YAML_SCALAR)
                read(m, v->item[i], out);
            else
                diag_add(m->d, DIAG_ERROR, v->item[i]->at, "Y011", "phải là tên tệp",
                         "must be the name of a file");
        }
    else
        diag_add(m->d, DIAG_ERROR, v->at, "Y011", "phải là tên tệp hoặc danh sách tên tệp",
                 "must be the name of a file or a list of them");
}

static void read_regimes(struct sim *m, const struct yaml_node *top, struct buf *out)
{
    static const char *const usual[] = {"../regimes/nd61-2018.yaml", "../regimes/nd118-2025.yaml"};
    const struct yaml_node *v = yaml_get(top, "regime");
    size_t i;

    if (v) {
        each_file(m, v, read_regime, out);
        return;
    }
    for (i = 0; i < 2; i++) {
        struct yaml_node at = {.kind = YAML_SCALAR, .at = top->at, .text = usual[i]};

        read_regime(m, &at, out);
    }
}

/* ---------------------------------------------------------------- organisation */

static int add_agency(struct sim *m, struct organisation *o, const char *key, enum agency_type type)
{
    int i = organisation_find(o, key);

    if (i >= 0)
        return i;
    i = (int)o->agencies++;
    o->agency[i] = (struct agency){.agency = key,
                                   .code = arena_printf(m->a, "H24.%02d", i + 1),
                                   .name = {key, key},
                                   .type = type,
                                   .parent = -1,
                                   .successor = -1,
                                   .valid_from = INT32_MIN,
                                   .valid_to = INT32_MAX,
                                   .calendar = calendar_name(m->calendar[0]),
                                   .id = i + 1};
    return i;
}

/* Without an organisation: the agencies that the procedure names, each with the first calendar. */
static const struct organisation *made_up(struct sim *m)
{
    const struct procedure *p = m->p;
    struct organisation *o = ARENA_NEW(m->a, struct organisation);
    size_t most = p->steps * (1 + BRANCHES_MAX) + p->receptions + 2, i, k;
    int *by_id = ARENA_ARRAY(m->a, int, most);

    o->agency = ARENA_ARRAY(m->a, struct agency, most);
    for (i = 0; i < p->receptions; i++)
        add_agency(m, o, p->reception[i], AGENCY_ONESTOP);
    if (p->receptions == 0)
        add_agency(m, o, "TTPVHCC", AGENCY_ONESTOP);
    add_agency(m, o, p->competent, AGENCY_DEPARTMENT);
    for (i = 0; i < p->steps; i++) {
        if (p->step[i].agency)
            add_agency(m, o, p->step[i].agency, AGENCY_DEPARTMENT);
        for (k = 0; k < p->step[i].branches; k++)
            if (p->step[i].branch[k].agency)
                add_agency(m, o, p->step[i].branch[k].agency, AGENCY_DEPARTMENT);
    }
    for (i = 0; i < o->agencies; i++)
        by_id[i] = (int)i; /* ids are given in this order */
    o->by_id = by_id;
    return o;
}

static void read_organisation(struct sim *m, const struct yaml_node *top, struct buf *out)
{
    const struct yaml_node *at = yaml_get(top, "organisation");
    struct diags inner;
    struct span text;

    if (!at || !fetch(m, at, at->text ? at->text : "", &text))
        return;
    diags_init(&inner, m->a);
    m->org = organisation_compile(m->a, text, &inner);
    (void)settle(m, &inner, at->text, text, m->org, at, out);
}

static void read_procedure(struct sim *m, const struct yaml_node *top, struct buf *out)
{
    struct procedure_env env = {.org = m->org};
    const struct yaml_node *at = yaml_get(top, "procedure");
    const char *name;
    struct diags inner;
    struct span text;

    if (!yaml_text(top, "procedure", true, &name, m->d) || !fetch(m, at, name, &text))
        return;
    diags_init(&inner, m->a);
    m->p = procedure_compile(m->a, text, &env, &inner);
    (void)settle(m, &inner, name, text, m->p, at, out);
}

/* ---------------------------------------------------------------- people */

int sim_person_of(const struct sim *m, const char *login)
{
    size_t i;

    for (i = 0; login && i < m->persons; i++)
        if (strcmp(m->person[i].login, login) == 0)
            return (int)i;
    return -1;
}

static struct sim_person *add_person(struct sim *m, const char *login, int agency, unsigned roles)
{
    struct sim_person *p = &ARENA_PUSH(m->a, m->person, m->persons, m->person_cap);

    *p = (struct sim_person){
        .login = login, .agency = agency, .roles = roles, .last_assigned = INSTANT_NONE};
    sha256(login, strlen(login), p->identity);
    return p;
}

/* FROM/TO, two days. */
static void read_absence(struct sim *m, struct sim_person *p, const struct yaml_node *list)
{
    size_t i;

    p->absent = ARENA_ARRAY(m->a, struct sim_absence, list->n ? list->n : 1);
    for (i = 0; i < list->n; i++) {
        const struct yaml_node *v = list->item[i];
        struct span head, rest;

        if (v->kind == YAML_SCALAR && span_cut(span_of(v->text), '/', &head, &rest) &&
            day_parse(head, &p->absent[p->absents].from) &&
            day_parse(rest, &p->absent[p->absents].to))
            p->absents++;
        else
            diag_add(m->d, DIAG_ERROR, v->at, "S002", "vắng mặt viết như 2026-03-02/2026-03-06",
                     "an absence is written like 2026-03-02/2026-03-06");
    }
}

static void read_person(struct sim *m, const struct yaml_node *v)
{
    const char *login = NULL, *agency = NULL, *name;
    struct yaml_node *roles, *absent;
    struct sim_person *p;
    unsigned bits = 0;
    size_t i;
    int at;

    yaml_only_keys(v, person_keys, m->d);
    roles = yaml_list(v, "roles", true, m->d);
    (void)yaml_text(v, "name", false, &name, m->d);
    if (!yaml_text(v, "login", true, &login, m->d) ||
        !yaml_text(v, "agency", true, &agency, m->d) || !roles)
        return;
    at = organisation_find(m->org, agency);
    if (at < 0)
        sim_wrong(m, yaml_get(v, "agency"), "S006",
                  (struct text2){"không có cơ quan này", "there is no such agency"}, agency, NULL,
                  0);
    for (i = 0; i < roles->n; i++) {
        const struct yaml_node *r = roles->item[i];
        enum role role;

        if (r->kind == YAML_SCALAR && role_of_name(r->text, &role))
            bits |= 1u << role;
        else
            sim_wrong(m, r, "S004", (struct text2){"không có vai trò này", "there is no such role"},
                      r->text ? r->text : "", NULL, 0);
    }
    p = add_person(m, login, at, bits);
    absent = yaml_list(v, "absent", false, m->d);
    if (absent)
        read_absence(m, p, absent);
}

static void read_people(struct sim *m, const struct yaml_node *top)
{
    const struct yaml_node *list = yaml_list(top, "people", false, m->d);
    size_t i;

    for (i = 0; i < m->org->persons && i < SIM_PEOPLE_MAX; i++)
        add_person(m, m->org->person[i].login, m->org->person[i].agency, m->org->person[i].roles);
    for (i = 0; list && i < list->n && i < SIM_PEOPLE_MAX; i++)
        read_person(m, list->item[i]);
}

/* ---------------------------------------------------------------- steps */

static void read_who(struct sim *m, const struct yaml_node *v, struct sim_who *who)
{
    struct span role, agency;

    *who = (struct sim_who){.text = v->text, .person = -1, .agency = -1};
    who->person = sim_person_of(m, v->text);
    if (who->person >= 0)
        return;
    who->system = strcmp(v->text, "system") == 0;
    if (who->system)
        return;
    if (span_cut(span_of(v->text), '@', &role, &agency)) {
        who->agency = organisation_find(m->org, arena_span(m->a, agency));
        if (who->agency < 0)
            sim_wrong(m, v, "S006",
                      (struct text2){"không có cơ quan này", "there is no such agency"},
                      arena_span(m->a, agency), NULL, 0);
    }
    if (!role_of_name(arena_span(m->a, role), &who->role)) {
        const char **words = ARENA_ARRAY(m->a, const char *, m->persons + ROLE_COUNT);
        size_t n = 0, i;

        for (i = 0; i < ROLE_COUNT; i++)
            words[n++] = role_name((enum role)i);
        for (i = 0; i < m->persons; i++)
            words[n++] = m->person[i].login;
        sim_wrong(m, v, "S004",
                  (struct text2){"không có vai trò hay người này", "no such role or person"},
                  arena_span(m->a, role), words, n);
    }
}

static bool is_action(const struct sim *m, const char *word)
{
    size_t i;

    for (i = 0; i < m->p->steps; i++)
        if (step_action(&m->p->step[i], word))
            return true;
    return false;
}

static void read_what(struct sim *m, const struct yaml_node *v, struct sim_step *st)
{
    const char *words[CMD_KINDS];
    char *word = arena_strdup(m->a, v->text);
    size_t i;

    st->has_do = true;
    st->what = v->text;
    for (i = 0; word[i]; i++)
        if (word[i] == '_')
            word[i] = '-';
    if (command_of_name(word, &st->cmd.kind))
        return;
    if (is_action(m, v->text)) {
        st->cmd.kind = CMD_ACT;
        st->cmd.action = v->text;
        return;
    }
    for (i = 0; i < CMD_KINDS; i++)
        words[i] = command_name((enum command_kind)i);
    sim_wrong(m, v, "S005",
              (struct text2){"không có lệnh hay hành động này", "no such command or action"},
              v->text, words, CMD_KINDS);
}

static void read_when(struct sim *m, const struct yaml_node *v, struct sim_step *st)
{
    const char *at;

    if (!yaml_text(v, "at", true, &at, m->d))
        return;
    if (!instant_parse(span_of(at), &st->when))
        sim_wrong(m, yaml_get(v, "at"), "S002",
                  (struct text2){"thời điểm viết như 2026-03-02T10:00",
                                 "a time is written like 2026-03-02T10:00"},
                  at, NULL, 0);
    else if (m->steps > 1 && st->when < m->step[m->steps - 2].when)
        sim_wrong(m, yaml_get(v, "at"), "S003",
                  (struct text2){"sớm hơn bước trước", "earlier than the step before"}, at, NULL,
                  0);
}

static void read_step(struct sim *m, const struct yaml_node *v)
{
    struct sim_step *st = &ARENA_PUSH(m->a, m->step, m->steps, m->step_cap);
    const struct yaml_node *with = yaml_map(v, "with", false, m->d);
    const char *text;

    *st = (struct sim_step){.at = v->at};
    if (v->kind != YAML_MAP) {
        diag_add(m->d, DIAG_ERROR, v->at, "Y013", "phải là nhóm khóa", "must be a map");
        return;
    }
    yaml_only_keys(v, step_keys, m->d);
    read_when(m, v, st);
    if (yaml_text(v, "do", false, &text, m->d))
        read_what(m, yaml_get(v, "do"), st);
    st->has_who = yaml_text(v, "by", st->has_do, &text, m->d);
    if (st->has_who)
        read_who(m, yaml_get(v, "by"), &st->who);
    if (st->has_do)
        sim_read_data(m, st, with);
    st->expect = yaml_map(v, "expect", false, m->d);
    if (st->expect)
        sim_check_expect(m, st->expect);
}

bool sim_read_steps(struct sim *m, const struct yaml_node *top)
{
    const struct yaml_node *list = yaml_list(top, "steps", true, m->d);
    size_t i;

    if (!list)
        return false;
    if (list->n == 0 || list->n > SIM_STEPS_MAX)
        diag_add(m->d, DIAG_ERROR, list->at, "S008", "phải có từ 1 đến %d bước",
                 "there must be 1 to %d steps", SIM_STEPS_MAX);
    for (i = 0; i < list->n && i < SIM_STEPS_MAX; i++)
        read_step(m, list->item[i]);
    return m->d->errors == 0;
}

bool sim_read(struct sim *m, struct span text, struct buf *out)
{
    struct yaml_node *top = yaml_read(m->a, text, m->d);
    const struct yaml_node *cal;

    if (!top)
        return false;
    if (top->kind != YAML_MAP) {
        diag_add(m->d, DIAG_ERROR, top->at, "Y013", "phải là nhóm khóa", "must be a map");
        return false;
    }
    yaml_only_keys(top, top_keys, m->d);
    if (yaml_get(top, "scenario"))
        (void)yaml_text2(top, "scenario", false, &m->title, m->d);
    cal = yaml_get(top, "calendar");
    if (cal)
        each_file(m, cal, read_calendar, out);
    else
        diag_add(m->d, DIAG_ERROR, top->at, "Y017", "thiếu \"%s\"", "\"%s\" is missing",
                 "calendar");
    read_regimes(m, top, out);
    read_organisation(m, top, out);
    read_procedure(m, top, out);
    if (m->d->errors || !m->p || m->calendars == 0)
        return false;
    if (!m->org)
        m->org = made_up(m);
    read_people(m, top);
    return sim_read_steps(m, top);
}
