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

/* "step.X.times": index of X, or STEP_NONE. */
static int times_of(const struct procedure *p, const char *name)
{
    const char *rest;
    size_t i, n;

    for (i = 0; starts(name, "step.", &rest) && i < p->steps; i++) {
        n = strlen(p->step[i].step);
        if (n && strncmp(rest, p->step[i].step, n) == 0 && strcmp(rest + n, ".times") == 0)
            return (int)i;
    }
    return STEP_NONE;
}

static enum value_type field_type(void *ctx, const char *name)
{
    static const enum value_type of_form[] = {VALUE_TEXT, VALUE_INT,  VALUE_INT,
                                              VALUE_DATE, VALUE_BOOL, VALUE_TEXT};
    const struct compile *c = ctx;
    const struct form_field *f;
    size_t i;

    if (strcmp(name, "case") == 0 || strcmp(name, "channel") == 0 ||
        strcmp(name, "applicant.kind") == 0)
        return VALUE_TEXT;
    if (strcmp(name, "place.island") == 0 || strcmp(name, "place.mountain") == 0)
        return VALUE_BOOL;
    f = form_of(c->p, name, &i);
    if (f)
        return of_form[f->type];
    return times_of(c->p, name) >= 0 ? VALUE_INT : VALUE_NONE;
}

static const char *const *field_words(void *ctx, const char *name, size_t *ret_n)
{
    const struct compile *c = ctx;
    const struct form_field *f;
    const char **codes;
    size_t i;

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
    f = form_of(c->p, name, &i);
    *ret_n = f && f->type == FORM_CHOICE ? f->choices : 0;
    return *ret_n ? f->choice : NULL;
}

struct expr_scope procedure_scope(struct compile *c)
{
    static const char *const fixed[] = {"case", "channel", "place.island", "place.mountain",
                                        "applicant.kind"};
    const struct procedure *p = c->p;
    size_t i, n = sizeof fixed / sizeof fixed[0];
    const char **names = ARENA_ARRAY(c->arena, const char *, n + p->forms + p->steps);

    memcpy(names, fixed, sizeof fixed);
    for (i = 0; i < p->forms; i++)
        names[n++] = arena_printf(c->arena, "form.%s", p->form[i].field);
    for (i = 0; i < p->steps; i++)
        names[n++] = arena_printf(c->arena, "step.%s.times", p->step[i].step);
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
    step = times_of(f->p, name);
    if (step >= 0)
        return (struct value){VALUE_INT, f->times ? f->times[step] : 0, SPAN_NONE};
    return (struct value){0};
}
