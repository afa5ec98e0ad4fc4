/* Conditions from any bytes: parsed or refused with a place inside the text, evaluated without
 * trouble, and what was called dead or always true is so.  One arena an input. */
#include <assert.h>

#include "common/base/utf8.h"
#include "common/procedure/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const NAMES[] = {"n", "t", "flag", "day"};
static const char *const WORDS[] = {"a", "b"};

static enum value_type type_of(void *ctx, const char *name)
{
    static const enum value_type types[] = {VALUE_INT, VALUE_TEXT, VALUE_BOOL, VALUE_DATE};
    size_t i;

    (void)ctx;
    for (i = 0; i < 4; i++)
        if (strcmp(NAMES[i], name) == 0)
            return types[i];
    return VALUE_NONE;
}

static const char *const *words_of(void *ctx, const char *name, size_t *ret_n)
{
    (void)ctx;
    *ret_n = strcmp(name, "t") == 0 ? 2 : 0;
    return *ret_n ? WORDS : NULL;
}

static struct value value_of(void *ctx, const char *name)
{
    const uint8_t *world = ctx;
    enum value_type type = type_of(NULL, name);

    if (world[0] & 1)
        return (struct value){0};
    if (type == VALUE_TEXT)
        return (struct value){type, 0, span_of(WORDS[world[1] & 1])};
    return (struct value){type, type == VALUE_BOOL ? world[1] & 1 : (int8_t)world[1], SPAN_NONE};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct expr_scope scope = {type_of, words_of, NULL, NAMES, 4};
    uint8_t world[2] = {n ? data[0] : 0, n > 1 ? data[1] : 0};
    struct arena *a;
    struct diags d;
    struct expr *e;
    char *text;
    bool always;
    size_t i;

    if (n > 4000)
        return 0;
    a = arena_new((size_t)1 << 24);
    diags_init(&d, a);
    text = arena_strndup(a, (const char *)data, n);
    if (utf8_valid((struct span){text, strlen(text)})) {
        e = expr_compile_in(a, text, (struct mark){1, 1}, &scope, &d);
        assert((e == NULL) == (d.errors > 0));
        for (i = 0; i < d.n; i++)
            assert(d.item[i].at.col >= 1 && d.item[i].at.col <= (int)n + 1);
        if (e && expr_constant(e, &always))
            assert(expr_eval(e, value_of, world) == always);
    }
    arena_free(a);
    return 0;
}
