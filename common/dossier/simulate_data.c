/* The data of a scenario's steps: `with` becomes a command.  Everything lives in the simulation's
 * arena.  Any thread. */
#include "common/dossier/simulate_inside.h"

static const char *const intake_keys[] = {
    "channel", "receiving",  "competent", "case",     "island",  "mountain", "applicant",
    "owner",   "components", "form",      "reasons",  "missing", "note",     "fee",
    "officer", "quantity",   "exemption", "evidence", "claimed", "document", NULL};
static const char *const act_keys[] = {
    "action",   "officer", "reason",  "note",    "number",    "date",
    "signer",   "file",    "to_whom", "task", /* and what an action asks for, or begins with: */
    "document", "result",  "text",    "to",      "limit",     "on_due",
    "until",    "amount",  "missing", "reasons", "exception", NULL};
static const char *const draft_keys[] = {"text", "refusal", "reason", "file", NULL};
static const char *const attach_keys[] = {"file", "component", NULL};
static const char *const note_keys[] = {"note", "reason", NULL};
static const char *const relative_keys[] = {"note", NULL};
static const char *const assign_keys[] = {"officer", "note", "branch", "task", NULL};
static const char *const task_keys[] = {"branch", "task", NULL};
static const char *const none_keys[] = {NULL};

static const char *const *keys_of(enum command_kind k)
{
    switch (k) {
    case CMD_SUBMIT:
    case CMD_TAKE_IN:
    case CMD_ACCEPT:
    case CMD_RETURN_INTAKE:
    case CMD_REJECT_INTAKE:
    case CMD_RESUBMIT:
        return intake_keys;
    case CMD_ACT:
        return act_keys;
    case CMD_DRAFT:
        return draft_keys;
    case CMD_ATTACH:
        return attach_keys;
    case CMD_NOTE:
    case CMD_TAKE_BACK:
        return note_keys;
    case CMD_DECLARE:
        return relative_keys;
    case CMD_ASSIGN:
        return assign_keys;
    case CMD_RECEIVE:
    case CMD_CLAIM:
        return task_keys;
    default:
        return sim_ask_keys(k) ? sim_ask_keys(k) : none_keys;
    }
}

/* Any word stands for a file: its digest is the digest of the word. */
static const char *file_of(struct sim *m, const char *word)
{
    char *hex = arena_alloc(m->a, 2 * SHA256_BYTES + 1);
    uint8_t hash[SHA256_BYTES];

    if (strlen(word) == 2 * SHA256_BYTES && hex_decode(word, 2 * SHA256_BYTES, hash))
        return word;
    sha256(word, strlen(word), hash);
    hex_encode(hash, SHA256_BYTES, hex);
    return hex;
}

static void read_file_word(struct sim *m, const struct yaml_node *with, const char **ret)
{
    const char *word;

    if (yaml_text(with, "file", false, &word, m->d))
        *ret = file_of(m, word);
}

static void read_login(struct sim *m, const struct yaml_node *with, const char *key,
                       const char **ret)
{
    if (yaml_text(with, key, false, ret, m->d) && sim_person_of(m, *ret) < 0)
        sim_wrong(m, yaml_get(with, key), "S004",
                  (struct text2){"không có người này", "there is no such person"}, *ret, NULL, 0);
}

void sim_read_agency(struct sim *m, const struct yaml_node *with, const char *key, int *ret)
{
    const char *name;
    int i;

    if (!yaml_text(with, key, false, &name, m->d))
        return;
    i = organisation_find(m->org, name);
    if (i < 0)
        sim_wrong(m, yaml_get(with, key), "S006",
                  (struct text2){"không có cơ quan này", "there is no such agency"}, name, NULL, 0);
    else
        *ret = m->org->agency[i].id;
}

static void read_channel(struct sim *m, struct sim_step *st, const struct yaml_node *with)
{
    const char *words[CHANNELS], *word;
    unsigned i;

    st->intake.channel = st->cmd.kind == CMD_SUBMIT ? CHANNEL_ONLINE : CHANNEL_COUNTER;
    if (!yaml_text(with, "channel", false, &word, m->d))
        return;
    for (i = 0; i < CHANNELS; i++) {
        words[i] = channel_name((enum channel)i);
        if (strcmp(words[i], word) == 0) {
            st->intake.channel = (enum channel)i;
            return;
        }
    }
    sim_wrong(m, yaml_get(with, "channel"), "S007",
              (struct text2){"không có kênh này", "there is no such channel"}, word, words,
              CHANNELS);
}

const char **sim_read_words(struct sim *m, const struct yaml_node *with, const char *key,
                            size_t *ret_n)
{
    const struct yaml_node *list = yaml_list(with, key, false, m->d);
    const char **words;
    size_t i;

    if (!list)
        return NULL;
    words = ARENA_ARRAY(m->a, const char *, list->n ? list->n : 1);
    for (i = 0; i < list->n; i++) {
        if (list->item[i]->kind == YAML_SCALAR)
            words[(*ret_n)++] = list->item[i]->text;
        else
            diag_add(m->d, DIAG_ERROR, list->item[i]->at, "Y011", "phải là một từ",
                     "must be a word");
    }
    return words;
}

/* ---------------------------------------------------------------- form */

static int field_of(const struct sim *m, const char *name)
{
    size_t i;

    for (i = 0; i < m->p->forms; i++)
        if (strcmp(m->p->form[i].field, name) == 0)
            return (int)i;
    return -1;
}

/* What is not of the field's type stays text: the decision refuses it, as it would over the API. */
static struct value value_of(const struct form_field *f, const char *text)
{
    struct value v = {.type = VALUE_TEXT, .s = span_of(text)};
    dayno day;

    if ((f->type == FORM_MONEY || f->type == FORM_INTEGER) &&
        span_i64(v.s, INT64_MIN + 1, INT64_MAX, &v.i))
        v.type = VALUE_INT;
    else if (f->type == FORM_DATE && day_parse(v.s, &day)) {
        v.type = VALUE_DATE;
        v.i = day;
    } else if (f->type == FORM_BOOL && (strcmp(text, "true") == 0 || strcmp(text, "yes") == 0)) {
        v.type = VALUE_BOOL;
        v.i = 1;
    } else if (f->type == FORM_BOOL && (strcmp(text, "false") == 0 || strcmp(text, "no") == 0))
        v.type = VALUE_BOOL;
    return v;
}

static void read_form(struct sim *m, struct sim_step *st, const struct yaml_node *with)
{
    const struct yaml_node *map = yaml_map(with, "form", false, m->d);
    const char **words;
    struct value *form;
    size_t i;

    if (!map)
        return;
    form = ARENA_ARRAY(m->a, struct value, m->p->forms ? m->p->forms : 1);
    words = ARENA_ARRAY(m->a, const char *, m->p->forms ? m->p->forms : 1);
    for (i = 0; i < m->p->forms; i++)
        words[i] = m->p->form[i].field;
    for (i = 0; i < map->n; i++) {
        int k = field_of(m, map->key[i]->text);

        if (k < 0)
            sim_wrong(m, map->key[i], "S007",
                      (struct text2){"tờ khai không có mục này", "the form has no such field"},
                      map->key[i]->text, words, m->p->forms);
        else if (map->item[i]->kind != YAML_SCALAR)
            diag_add(m->d, DIAG_ERROR, map->item[i]->at, "Y011", "phải là một giá trị",
                     "must be a value");
        else
            form[k] = value_of(&m->p->form[k], map->item[i]->text);
    }
    st->intake.form = form;
    st->intake.forms = m->p->forms;
}

/* ---------------------------------------------------------------- components */

static struct check_off nominal(const struct component *c)
{
    struct check_off k = {.component = c->code,
                          .originals = c->originals,
                          .certified = c->certified,
                          .copies = c->copies,
                          .presented = c->present_only};

    if (k.originals + k.certified + k.copies == 0 && !k.presented)
        k.originals = 1;
    return k;
}

static const struct component *component_named(const struct sim *m, const char *code)
{
    size_t i, k;

    for (i = 0; i < m->p->components; i++)
        if (strcmp(m->p->component[i].code, code) == 0)
            return &m->p->component[i];
    for (k = 0; k < m->p->cases_n; k++)
        for (i = 0; i < m->p->cases[k].components; i++)
            if (strcmp(m->p->cases[k].component[i].code, code) == 0)
                return &m->p->cases[k].component[i];
    return NULL;
}

static int count_of(struct sim *m, const struct yaml_node *v, const char *key)
{
    int64_t n = 0;

    (void)yaml_int(v, key, false, 0, 999, &n, m->d);
    return (int)n;
}

static struct check_off read_check(struct sim *m, const struct yaml_node *v)
{
    static const char *const keys[] = {"component", "originals", "certified",
                                       "copies",    "presented", NULL};
    struct check_off k = {.component = ""};
    const struct component *c;

    if (v->kind == YAML_SCALAR) {
        c = component_named(m, v->text);
        if (c)
            return nominal(c);
        k.component = v->text; /* unknown: the decision says so */
        k.originals = 1;
        return k;
    }
    yaml_only_keys(v, keys, m->d);
    (void)yaml_text(v, "component", true, &k.component, m->d);
    k.originals = count_of(m, v, "originals");
    k.certified = count_of(m, v, "certified");
    k.copies = count_of(m, v, "copies");
    (void)yaml_bool(v, "presented", false, &k.presented, m->d);
    return k;
}

void sim_read_components(struct sim *m, const struct yaml_node *with, const struct check_off **ret,
                         size_t *ret_n, bool *ret_all)
{
    const struct yaml_node *v = yaml_get(with, "components");
    struct check_off *check;
    size_t i;

    *ret_all = !v || (v->kind == YAML_SCALAR && strcmp(v->text, "all") == 0);
    if (*ret_all)
        return;
    v = yaml_list(with, "components", false, m->d);
    if (!v)
        return;
    check = ARENA_ARRAY(m->a, struct check_off, v->n ? v->n : 1);
    for (i = 0; i < v->n; i++)
        check[i] = read_check(m, v->item[i]);
    *ret = check;
    *ret_n = v->n;
}

bool sim_read_day(struct sim *m, const struct yaml_node *with, const char *key, dayno *ret)
{
    const char *day;

    if (!yaml_text(with, key, false, &day, m->d))
        return false;
    if (day_parse(span_of(day), ret))
        return true;
    sim_wrong(m, yaml_get(with, key), "S002",
              (struct text2){"ngày viết như 2026-03-02", "a date is written like 2026-03-02"}, day,
              NULL, 0);
    return true;
}

/* ---------------------------------------------------------------- commands */

static void read_claimed(struct sim *m, const struct yaml_node *with, instant *ret)
{
    const char *at;

    if (yaml_text(with, "claimed", false, &at, m->d) && !instant_parse(span_of(at), ret))
        sim_wrong(m, yaml_get(with, "claimed"), "S002",
                  (struct text2){"không phải thời điểm", "not a moment"}, at, NULL, 0);
}

static void read_intake(struct sim *m, struct sim_step *st, const struct yaml_node *with)
{
    struct intake *in = &st->intake;

    read_channel(m, st, with);
    sim_read_agency(m, with, "receiving", &in->receiving);
    sim_read_agency(m, with, "competent", &in->competent);
    (void)yaml_text(with, "case", false, &in->case_code, m->d);
    (void)yaml_bool(with, "island", false, &in->island, m->d);
    (void)yaml_bool(with, "mountain", false, &in->mountain, m->d);
    (void)yaml_text(with, "applicant", false, &in->applicant_kind, m->d);
    (void)yaml_text(with, "note", false, &in->note, m->d);
    (void)yaml_int(with, "fee", false, -1000000, INT64_C(1000000000000), &in->fee, m->d);
    in->fee_told = yaml_get(with, "fee") != NULL;
    (void)yaml_int(with, "quantity", false, 0, 1000000, &in->quantity, m->d);
    (void)yaml_text(with, "exemption", false, &in->exemption, m->d);
    (void)yaml_text(with, "evidence", false, &in->evidence, m->d);
    (void)yaml_text(with, "document", false, &in->document, m->d);
    read_claimed(m, with, &in->claimed);
    read_login(m, with, "owner", &st->owner);
    read_login(m, with, "officer", &st->officer);
    in->reason = sim_read_words(m, with, "reasons", &in->reasons);
    in->missing = sim_read_words(m, with, "missing", &in->missings);
    read_form(m, st, with);
    sim_read_components(m, with, &in->check, &in->checks, &st->all_components);
}

static void read_act(struct sim *m, struct sim_step *st, const struct yaml_node *with)
{
    struct command *c = &st->cmd;

    (void)yaml_text(with, "action", false, &c->action, m->d);
    read_login(m, with, "officer", &st->officer);
    (void)yaml_text(with, "reason", false, &c->reason, m->d);
    (void)yaml_text(with, "note", false, &c->note, m->d);
    (void)yaml_text(with, "number", false, &c->number, m->d);
    (void)yaml_text(with, "signer", false, &c->signer, m->d);
    (void)yaml_text(with, "to_whom", false, &c->to_whom, m->d);
    (void)yaml_text(with, "text", false, &c->text, m->d);
    (void)yaml_bool(with, "refusal", false, &c->refusal, m->d);
    (void)yaml_text(with, "component", false, &c->file_component, m->d);
    (void)yaml_text(with, "branch", false, &st->branch, m->d);
    (void)yaml_int(with, "task", false, 1, INT32_MAX, &c->task, m->d);
    read_file_word(m, with, &c->file);
    if (!sim_read_day(m, with, "date", &c->date) && (c->signer || c->number))
        c->date = lminute_day(lminute_of(st->when));
}

bool sim_read_data(struct sim *m, struct sim_step *st, const struct yaml_node *with)
{
    const char *const *keys = keys_of(st->cmd.kind);
    size_t errors = m->d->errors;

    if (with)
        yaml_only_keys(with, keys, m->d);
    if (keys == intake_keys) {
        st->cmd.intake = &st->intake;
        read_intake(m, st, with);
    } else
        read_act(m, st, with);
    if (sim_ask_keys(st->cmd.kind) || st->cmd.kind == CMD_ACT)
        sim_read_ask(m, st, with);
    return m->d->errors == errors;
}
