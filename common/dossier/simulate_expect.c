/* What a scenario expects of a step: the words are checked when the file is read, the values
 * compared when the step has been played.  Everything lives in the simulation's arena.  Any thread.
 */
#include "common/dossier/simulate_inside.h"
#include "common/dossier/timers.h"

typedef const char *got_value(struct sim *m, const struct sim_step *st, const char *sub);

struct comparing {
    struct sim *m;
    const struct sim_step *st;
    struct sim_difference *item;
    size_t n, cap;
};

/* ---------------------------------------------------------------- what there is */

static const char *instant_text(struct sim *m, instant t)
{
    char day[16];
    int clock;

    if (t == INSTANT_NONE)
        return "none";
    day_iso(lminute_day(lminute_of(t)), day);
    clock = lminute_clock(lminute_of(t));
    return arena_printf(m->a, "%sT%02d:%02d", day, clock / 60, clock % 60);
}

/* The work of a step; what somebody owes a request is asked for by `request`. */
static const struct task *open_task(const struct sim *m)
{
    size_t i;

    for (i = 0; m->s && i < m->s->tasks; i++)
        if (m->s->task[i].request == 0)
            return &m->s->task[i];
    return NULL;
}

static const char *got_state(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return dossier_status_name(m->s ? m->s->status : DS_NONE);
}

static const char *got_step(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return open_task(m) ? m->p->step[open_task(m)->step].step : "none";
}

static const char *got_officer(struct sim *m, const struct sim_step *st, const char *sub)
{
    const struct task *t = open_task(m);

    (void)st, (void)sub;
    if (!t || t->officer <= 0 || (size_t)t->officer > m->persons)
        return "none";
    return m->person[t->officer - 1].login;
}

static const char *got_due(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return instant_text(m, m->s ? m->s->current_due : INSTANT_NONE);
}

static const char *got_original(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return instant_text(m, m->s ? m->s->original_due : INSTANT_NONE);
}

static const char *got_basis(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return instant_text(m, m->s ? m->s->basis_due : INSTANT_NONE);
}

/* State of the last request of a kind, then what is irregular about it: "open late extra". */
static const char *got_request(struct sim *m, const struct sim_step *st, const char *sub)
{
    enum request_kind k = REQ_NONE;
    const struct request *r;

    (void)st;
    (void)request_kind_of_name(sub, &k);
    r = sim_request(m, k, false);
    if (!r)
        return "none";
    return arena_printf(m->a, "%s%s%s%s", request_state_name(r->state), r->late ? " late" : "",
                        r->extra ? " extra" : "", r->overdue ? " overdue" : "");
}

static const char *got_answer_due(struct sim *m, const struct sim_step *st, const char *sub)
{
    enum request_kind k = REQ_NONE;
    const struct request *r;

    (void)st;
    (void)request_kind_of_name(sub, &k);
    r = sim_request(m, k, false);
    return instant_text(m, r ? r->due : INSTANT_NONE);
}

static const char *got_valid(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return dossier_valid_first(m->s) ? "true" : "false";
}

static const char *got_step_due(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return instant_text(m, open_task(m) ? open_task(m)->due : INSTANT_NONE);
}

static const char *got_class(struct sim *m, const struct sim_step *st, const char *sub)
{
    enum due_basis basis = DUE_BASIS;

    if (strcmp(sub, "original") == 0)
        basis = DUE_ORIGINAL;
    else if (strcmp(sub, "current") == 0)
        basis = DUE_CURRENT;
    return dossier_class_name(m->s ? dossier_class_at(m->s, basis, st->when) : CLASS_NOT_RECEIVED);
}

static const char *got_clock(struct sim *m, const struct sim_step *st, const char *sub)
{
    static const char *const states[] = {"running", "stopped", "ended"};
    const struct task *t = open_task(m);
    const struct clock *c = NULL;

    (void)st;
    if (m->s && strcmp(sub, "step") == 0)
        c = t ? clock_of(m->s, CLOCK_STEP, t->step, t->visit) : NULL;
    else if (m->s)
        c = clock_of(m->s, strcmp(sub, "intake") == 0 ? CLOCK_INTAKE : CLOCK_LEGAL, -1, 0);
    return c ? states[c->state] : "none";
}

static const char *got_code(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return m->s && m->s->code ? m->s->code : "none";
}

static const char *got_number(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st, (void)sub;
    return m->s && m->s->result.number ? m->s->result.number : "none";
}

static const char *got_money(struct sim *m, const struct sim_step *st, const char *sub)
{
    (void)st;
    if (!m->s)
        return "none";
    if (strcmp(sub, "status") == 0)
        return MONEY_WORDS[m->s->money];
    return arena_printf(m->a, "%lld",
                        (long long)(strcmp(sub, "owed") == 0 ? dossier_owed(m->s) : m->s->paid));
}

/* ---------------------------------------------------------------- keys */

static const char *const class_subs[] = {"original", "basis", "current", NULL};
static const char *const clock_subs[] = {"legal", "step", "intake", NULL};

static const char *const request_subs[] = {"supplement", "extension",  "exclusion", "suspension",
                                           "consult",    "payment",    "refund",    "paper",
                                           "case",       "late_entry", "unmatched", NULL};
static const char *const money_subs[] = {"status", "owed", "paid", NULL};

static const struct {
    const char *key;
    got_value *got;
    bool instant;
    const char *const *subs; /* may be a map with these keys */
    const char *usual;       /* for a single word */
} keys[] = {
    {"state", got_state, false, NULL, ""},
    {"step", got_step, false, NULL, ""},
    {"officer", got_officer, false, NULL, ""},
    {"due", got_due, true, NULL, ""},
    {"original_due", got_original, true, NULL, ""},
    {"step_due", got_step_due, true, NULL, ""},
    {"class", got_class, false, class_subs, "basis"},
    {"clock", got_clock, false, clock_subs, "legal"},
    {"code", got_code, false, NULL, ""},
    {"number", got_number, false, NULL, ""},
    {"basis_due", got_basis, true, NULL, ""},
    {"request", got_request, false, request_subs, ""},
    {"answer_due", got_answer_due, true, request_subs, ""},
    {"valid_first", got_valid, false, NULL, ""},
    {"money", got_money, false, money_subs, "status"},
};
#define KEYS (sizeof keys / sizeof *keys)

static const char *const all_keys[] = {
    "state",   "step",       "officer",     "due",     "original_due", "step_due",     "class",
    "clock",   "code",       "number",      "refused", "possible",     "not_possible", "basis_due",
    "request", "answer_due", "valid_first", "fired",   "why",          "money",        NULL};

/* ---------------------------------------------------------------- checking the words */

static size_t vocabulary(const struct sim *m, const char *key, const char ***ret)
{
    size_t cap = m->p->steps + DS_COUNT + CLASS_COUNT + 8, n = 0, i;
    const char **w = ARENA_ARRAY(m->a, const char *, cap);

    if (strcmp(key, "state") == 0)
        for (i = 0; i < DS_COUNT; i++)
            w[n++] = dossier_status_name((enum dossier_status)i);
    else if (strcmp(key, "class") == 0)
        for (i = 0; i < CLASS_COUNT; i++)
            w[n++] = dossier_class_name((enum dossier_class)i);
    else if (strcmp(key, "clock") == 0) {
        w[n++] = "running";
        w[n++] = "stopped";
        w[n++] = "ended";
        w[n++] = "none";
    } else if (strcmp(key, "step") == 0) {
        for (i = 0; i < m->p->steps; i++)
            w[n++] = m->p->step[i].step;
        w[n++] = "none";
    }
    *ret = w;
    return n;
}

static void check_word(struct sim *m, const char *key, const struct yaml_node *v, bool is_instant)
{
    const char **words;
    size_t n = vocabulary(m, key, &words), i;
    instant t;

    if (v->kind != YAML_SCALAR) {
        diag_add(m->d, DIAG_ERROR, v->at, "Y011", "“%s” phải là một giá trị",
                 "“%s” must be a value", key);
        return;
    }
    if (is_instant && strcmp(v->text, "none") != 0 && !instant_parse(span_of(v->text), &t))
        sim_wrong(m, v, "S002",
                  (struct text2){"thời điểm viết như 2026-03-02T10:00",
                                 "a time is written like 2026-03-02T10:00"},
                  v->text, NULL, 0);
    for (i = 0; i < n && strcmp(words[i], v->text) != 0; i++)
        ;
    if (n && i == n)
        sim_wrong(m, v, "S007", (struct text2){"không có giá trị này", "there is no such value"},
                  v->text, words, n);
}

static void check_rung(struct sim *m, const struct yaml_node *v)
{
    const char *words[CLOCK_KINDS * RUNGS_MAX], *word;
    size_t n = 0;
    int clock, rung;

    for (clock = 0; clock < CLOCK_KINDS; clock++)
        for (rung = 0; rung < RUNGS_MAX; rung++) {
            word = rung_word((enum clock_kind)clock, rung);
            if (*word)
                words[n++] = word;
            if (*word && v->kind == YAML_SCALAR && strcmp(word, v->text) == 0)
                return;
        }
    sim_wrong(m, v, "S007", (struct text2){"không có mốc này", "there is no such rung"},
              v->kind == YAML_SCALAR ? v->text : "", words, n);
}

static void check_code(struct sim *m, const struct yaml_node *v)
{
    const char *words[ERR_COUNT];
    size_t i;

    if (v->kind == YAML_SCALAR && err_of_code(v->text) != ERR_COUNT)
        return;
    for (i = 0; i < ERR_COUNT; i++)
        words[i] = err_code((enum err)i);
    sim_wrong(m, v, "S007", (struct text2){"không có mã từ chối này", "there is no such refusal"},
              v->kind == YAML_SCALAR ? v->text : "", words, ERR_COUNT);
}

/* One word or a list of them: item i, NULL after the last. */
static const struct yaml_node *item_of(const struct yaml_node *v, size_t i)
{
    if (v->kind == YAML_SEQ)
        return i < v->n ? v->item[i] : NULL;
    return i == 0 ? v : NULL;
}

bool sim_check_expect(struct sim *m, const struct yaml_node *expect)
{
    const struct yaml_node *v, *item;
    size_t i, k;

    yaml_only_keys(expect, all_keys, m->d);
    for (i = 0; i < KEYS; i++) {
        v = yaml_get(expect, keys[i].key);
        if (!v)
            continue;
        if (keys[i].subs && v->kind == YAML_MAP) {
            yaml_only_keys(v, keys[i].subs, m->d);
            for (k = 0; k < v->n; k++)
                check_word(m, keys[i].key, v->item[k], keys[i].instant);
        } else
            check_word(m, keys[i].key, v, keys[i].instant);
    }
    v = yaml_get(expect, "refused");
    for (i = 0; v && (item = item_of(v, i)) != NULL; i++)
        check_code(m, item);
    v = yaml_get(expect, "fired");
    for (i = 0; v && (item = item_of(v, i)) != NULL; i++)
        check_rung(m, item);
    return true;
}

/* ---------------------------------------------------------------- comparing */

static void differ(struct comparing *x, const char *key, const char *expected, const char *got,
                   struct mark at)
{
    ARENA_PUSH(x->m->a, x->item, x->n, x->cap) = (struct sim_difference){key, expected, got, at};
}

static void compare_one(struct comparing *x, size_t i, const char *sub, const struct yaml_node *v)
{
    const char *got = keys[i].got(x->m, x->st, sub);
    const char *expected = v->text;
    instant t;

    if (keys[i].instant && instant_parse(span_of(v->text), &t))
        expected = instant_text(x->m, t);
    if (strcmp(got, expected) != 0)
        differ(x,
               *sub && keys[i].subs ? arena_printf(x->m->a, "%s.%s", keys[i].key, sub)
                                    : keys[i].key,
               expected, got, v->at);
}

static const char *codes_text(struct sim *m)
{
    char *text = arena_strdup(m->a, "");
    size_t i;

    for (i = 0; i < m->decision.refusals; i++)
        text = arena_printf(m->a, "%s%s%s", text, i ? " " : "", err_code(m->decision.refusal[i].e));
    return text;
}

static void compare_refused(struct comparing *x, bool accepted)
{
    const struct yaml_node *v = x->st->expect ? yaml_get(x->st->expect, "refused") : NULL;
    struct sim *m = x->m;
    const struct yaml_node *item;
    size_t i, k;

    if (!v) {
        if (!accepted)
            differ(x, "refused", "none", codes_text(m), x->st->at);
        return;
    }
    for (i = 0; (item = item_of(v, i)) != NULL; i++) {
        enum err e = err_of_code(item->text);

        for (k = 0; !accepted && k < m->decision.refusals && m->decision.refusal[k].e != e; k++)
            ;
        if (accepted || k == m->decision.refusals)
            differ(x, "refused", item->text, accepted ? "none" : codes_text(m), v->at);
    }
}

static bool listed(const struct possible *p, size_t n, const char *word)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const char *name =
            p[i].kind == CMD_ACT && p[i].action ? p[i].action->action : command_name(p[i].kind);

        if (p[i].allowed && strcmp(name, word) == 0)
            return true;
    }
    return false;
}

static void compare_possible(struct comparing *x, const char *key, bool wanted)
{
    const struct yaml_node *v = yaml_get(x->st->expect, key);
    const struct yaml_node *item;
    struct possible *p;
    size_t n, i;

    if (!v)
        return;
    sim_be(x->m, x->st);
    n = dossier_possible(x->m->s, &x->m->c, &p);
    for (i = 0; (item = item_of(v, i)) != NULL; i++)
        if (listed(p, n, item->text) != wanted)
            differ(x, key, item->text, wanted ? "not possible" : "possible", item->at);
}

/* All that came by itself since the step before, in its order. */
static void compare_fired(struct comparing *x)
{
    const struct yaml_node *v = yaml_get(x->st->expect, "fired"), *item;
    struct sim *m = x->m;
    const char *got = "none", *want = "none";
    size_t i;

    if (!v)
        return;
    for (i = 0; i < m->fireds; i++)
        got = i ? arena_printf(m->a, "%s %s", got, m->fired[i].word) : m->fired[i].word;
    for (i = 0; (item = item_of(v, i)) != NULL; i++)
        want = i ? arena_printf(m->a, "%s %s", want, item->text) : item->text;
    if (strcmp(got, want) != 0)
        differ(x, "fired", want, got, v->at);
}

/* `why`: texts that the explanation of the promise has, in Vietnamese. */
static void compare_why(struct comparing *x)
{
    const struct yaml_node *v = yaml_get(x->st->expect, "why"), *item;
    struct sim *m = x->m;
    struct buf text;
    size_t i, k;

    if (!v || !m->s)
        return;
    buf_init(&text, 64 << 10);
    for (k = 0; k < m->s->clocks; k++)
        if (m->s->clock[k].kind == CLOCK_LEGAL)
            (void)dossier_explain_clock(m->s, k, &m->c, LANG_VI, EXPLAIN_TEXT, &text);
    for (i = 0; (item = item_of(v, i)) != NULL; i++)
        if (item->kind == YAML_SCALAR && !strstr(buf_cstr(&text), item->text))
            differ(x, "why", item->text, arena_strdup(m->a, buf_cstr(&text)), item->at);
    buf_free(&text);
}

size_t sim_compare(struct sim *m, const struct sim_step *st, bool accepted,
                   struct sim_difference **ret)
{
    struct comparing x = {.m = m, .st = st};
    const struct yaml_node *v;
    size_t i, k;

    compare_refused(&x, accepted);
    for (i = 0; st->expect && i < KEYS; i++) {
        v = yaml_get(st->expect, keys[i].key);
        if (v && v->kind == YAML_MAP)
            for (k = 0; k < v->n; k++)
                compare_one(&x, i, v->key[k]->text, v->item[k]);
        else if (v)
            compare_one(&x, i, keys[i].usual, v);
    }
    if (st->expect) {
        compare_possible(&x, "possible", true);
        compare_possible(&x, "not_possible", false);
        compare_why(&x);
        compare_fired(&x);
    }
    *ret = x.item;
    return x.n;
}
