/* The fields that conditions may read: what they are called, their types, the words they may have,
 * and their values for one dossier.  Owns nothing.  Any thread. */
#include "common/procedure/read.h"

static const char *const APPLICANT_WORDS[] = {"citizen", "enterprise", "state", "other"};

static bool starts(const char *name, const char *prefix, const char **ret_rest)
{
    size_t n = strlen(prefix);

    if (strncmp(name, prefix, n) != 0)
        return false;
    *ret_rest = name + n;
    return true;
}

static const struct form_field *form_of(const struct procedure *p, const char *name, size_t *ret_i)
{
    const char *rest;
    size_t i;

    for (i = 0; starts(name, "form.", &rest) && i < p->forms; i++)
        if (p->form[i].field && strcmp(p->form[i].field, rest) == 0) {
            *ret_i = i;
            return &p->form[i];
        }
    return NULL;
}

/* What happened: "step.X.times", and how X last ended. */
enum history { HISTORY_TIMES, HISTORY_OUTCOME, HISTORY_DISAGREED, HISTORY_COUNT };
static const char *const HISTORY_WORDS[HISTORY_COUNT] = {".times", ".outcome", ".disagreed"};
static const enum value_type HISTORY_TYPES[HISTORY_COUNT] = {VALUE_INT, VALUE_TEXT, VALUE_INT};
static const char *const SPLIT_OUTCOMES[] = {"agree", "disagree"};

/* Index of X, or STEP_NONE; only a split is disagreed with. */
static int history_of(const struct procedure *p, const char *name, enum history *ret)
{
    const char *rest;
    size_t i, n;
    unsigned k;

    for (i = 0; starts(name, "step.", &rest) && i < p->steps; i++) {
        n = strlen(p->step[i].step);
        if (n == 0 || strncmp(rest, p->step[i].step, n) != 0)
            continue;
        for (k = 0; k < HISTORY_COUNT; k++)
            if (strcmp(rest + n, HISTORY_WORDS[k]) == 0 &&
                (k != HISTORY_DISAGREED || p->step[i].branches)) {
                *ret = (enum history)k;
                return (int)i;
            }
    }
    return STEP_NONE;
}

/* How often the applicant was asked, and given a new date. */
static bool counts(const char *name)
{
    return strcmp(name, "supplements") == 0 || strcmp(name, "extensions") == 0;
}

static const char *const *outcome_words(struct compile *c, int step, size_t *ret_n)
{
    const struct step *s = &c->p->step[step];
    const char **words = ARENA_ARRAY(c->arena, const char *, s->actions + c->anywheres + 1);
    size_t i, n = s->actions;

    for (i = 0; i < s->actions; i++)
        words[i] = s->action[i].action;
    for (i = 0; i < c->anywheres; i++) /* not yet spread over the steps */
        words[n++] = c->anywhere[i].action.action;
    *ret_n = s->branches ? 2 : n;
    return s->branches ? SPLIT_OUTCOMES : words;
}

static enum value_type field_type(void *ctx, const char *name)
{
    static const enum value_type of_form[] = {VALUE_TEXT, VALUE_INT,  VALUE_INT,
                                              VALUE_DATE, VALUE_BOOL, VALUE_TEXT};
    const struct compile *c = ctx;
    const struct form_field *f;
    enum history h;
    size_t i;

    if (strcmp(name, "case") == 0 || strcmp(name, "channel") == 0 ||
        strcmp(name, "applicant.kind") == 0)
        return VALUE_TEXT;
    if (strcmp(name, "place.island") == 0 || strcmp(name, "place.mountain") == 0)
        return VALUE_BOOL;
    f = form_of(c->p, name, &i);
    if (f)
        return of_form[f->type];
    if (counts(name))
        return VALUE_INT;
    return history_of(c->p, name, &h) >= 0 ? HISTORY_TYPES[h] : VALUE_NONE;
}

static const char *const *field_words(void *ctx, const char *name, size_t *ret_n)
{
    struct compile *c = ctx;
    const struct form_field *f;
    const char **codes;
    enum history h;
    size_t i;
    int step;

    if (strcmp(name, "channel") == 0) {
        *ret_n = CHANNELS;
        return channel_words();
    }
    if (strcmp(name, "applicant.kind") == 0) {
        *ret_n = sizeof APPLICANT_WORDS / sizeof APPLICANT_WORDS[0];
        return APPLICANT_WORDS;
    }
    if (strcmp(name, "case") == 0) {
        codes = ARENA_ARRAY(c->arena, const char *, c->p->cases_n + 1);
        for (i = 0; i < c->p->cases_n; i++)
            codes[i] = c->p->cases[i].code;
        *ret_n = c->p->cases_n;
        return codes;
    }
    step = history_of(c->p, name, &h);
    if (step >= 0 && h == HISTORY_OUTCOME)
        return outcome_words(c, step, ret_n);
    f = form_of(c->p, name, &i);
    *ret_n = f && f->type == FORM_CHOICE ? f->choices : 0;
    return *ret_n ? f->choice : NULL;
}

struct expr_scope procedure_scope(struct compile *c)
{
    static const char *const fixed[] = {"case",           "channel",     "place.island",
                                        "place.mountain", "supplements", "extensions",
                                        "applicant.kind"};
    const struct procedure *p = c->p;
    size_t i, n = sizeof fixed / sizeof fixed[0];
    const char **names =
        ARENA_ARRAY(c->arena, const char *, n + p->forms + p->steps * HISTORY_COUNT);
    unsigned k;

    memcpy(names, fixed, sizeof fixed);
    for (i = 0; i < p->forms; i++)
        names[n++] = arena_printf(c->arena, "form.%s", p->form[i].field);
    for (i = 0; i < p->steps; i++)
        for (k = 0; k < HISTORY_COUNT; k++)
            if (k != HISTORY_DISAGREED || p->step[i].branches)
                names[n++] = arena_printf(c->arena, "step.%s%s", p->step[i].step, HISTORY_WORDS[k]);
    return (struct expr_scope){field_type, field_words, c, names, n};
}

static struct value text_value(const char *s)
{
    return s ? (struct value){VALUE_TEXT, 0, span_of(s)} : (struct value){0};
}

struct value facts_get(void *facts, const char *name)
{
    const struct facts *f = facts;
    const struct form_field *field;
    enum history h;
    size_t i;
    int step;

    if (strcmp(name, "case") == 0)
        return text_value(f->case_code);
    if (strcmp(name, "channel") == 0)
        return text_value(channel_name(f->channel));
    if (strcmp(name, "applicant.kind") == 0)
        return text_value(f->applicant_kind);
    if (strcmp(name, "place.island") == 0)
        return (struct value){VALUE_BOOL, f->island, SPAN_NONE};
    if (strcmp(name, "place.mountain") == 0)
        return (struct value){VALUE_BOOL, f->mountain, SPAN_NONE};
    field = form_of(f->p, name, &i);
    if (field)
        return f->form ? f->form[i] : (struct value){0};
    if (counts(name))
        return (struct value){VALUE_INT, *name == 's' ? f->supplements : f->extensions, SPAN_NONE};
    step = history_of(f->p, name, &h);
    if (step < 0)
        return (struct value){0};
    if (h == HISTORY_OUTCOME)
        return text_value(f->outcome ? f->outcome[step] : NULL);
    if (h == HISTORY_DISAGREED)
        return (struct value){VALUE_INT, f->disagreed ? f->disagreed[step] : 0, SPAN_NONE};
    return (struct value){VALUE_INT, f->times ? f->times[step] : 0, SPAN_NONE};
}
