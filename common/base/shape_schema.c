/* The JSON Schema of a table of keys, for editors that complete and explain them.  The judge is the
 * reader; the schema comes from the same tables.  Owns nothing.  Any thread. */
#include <assert.h>

#include "common/base/json_out.h"
#include "common/base/shape.h"

#define SHAPES_MAX 64

struct defs {
    const struct shape *s[SHAPES_MAX];
    size_t n;
};

static void collect(struct defs *d, const struct shape *s)
{
    size_t i;

    for (i = 0; i < d->n; i++)
        if (d->s[i] == s)
            return;
    assert(d->n < SHAPES_MAX);
    d->s[d->n++] = s;
    for (i = 0; i < s->keys; i++)
        if (s->key[i].sub)
            collect(d, s->key[i].sub);
}

static void ref(struct jw *w, const char *name)
{
    char path[128] = "#/$defs/";

    assert(strlen(name) < 100);
    memcpy(path + 8, name, strlen(name) + 1);
    jw_kstr(w, "$ref", path);
}

static void words(struct jw *w, const char *const *word)
{
    jw_key(w, "enum");
    jw_list(w);
    for (; *word; word++)
        jw_str(w, *word);
    jw_end(w);
}

static void items(struct jw *w, const struct shape_key *k)
{
    jw_kstr(w, "type", "array");
    if (k->min > 0)
        jw_ki64(w, "minItems", k->min);
    if (k->max > 0)
        jw_ki64(w, "maxItems", k->max);
    jw_key(w, "items");
    jw_open(w);
    if (k->kind == SHAPE_LIST)
        ref(w, k->sub->name);
    else if (k->kind == SHAPE_BITS)
        words(w, k->words);
    else
        jw_kstr(w, "type", "string");
    jw_close(w);
}

static void describe(struct jw *w, const struct shape_key *k)
{
    struct buf b;

    if (!k->vi)
        return;
    buf_init(&b, 2000);
    buf_printf(&b, "%s / %s", k->vi, k->en ? k->en : k->vi);
    jw_kstr(w, "description", buf_cstr(&b));
    buf_free(&b);
}

/* A hook brings its own schema as text: it goes in whole. */
static void hook_schema(struct jw *w, const struct shape_key *k)
{
    struct buf b;

    assert(k->schema);
    buf_init(&b, 4000);
    buf_printf(&b, "[%s]", k->schema);
    jw_kraw(w, "allOf", span_of(buf_cstr(&b)));
    buf_free(&b);
}

static void value(struct jw *w, const struct shape_key *k)
{
    jw_open(w);
    describe(w, k);
    switch (k->kind) {
    case SHAPE_TEXT:
    case SHAPE_TITLE:
        jw_kstr(w, "type", "string");
        break;
    case SHAPE_WORD:
        jw_kstr(w, "type", "string");
        jw_kstr(w, "pattern", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$");
        break;
    case SHAPE_TEXT2:
        ref(w, "text2");
        break;
    case SHAPE_LOOSE2:
        jw_kraw(w, "oneOf", SPAN_LIT("[{\"type\":\"string\"},{\"$ref\":\"#/$defs/text2\"}]"));
        break;
    case SHAPE_INT:
    case SHAPE_I64:
        jw_kstr(w, "type", "integer");
        jw_ki64(w, "minimum", k->min);
        jw_ki64(w, "maximum", k->max);
        break;
    case SHAPE_BOOL:
        jw_kstr(w, "type", "boolean");
        break;
    case SHAPE_CHOICE:
    case SHAPE_CHOICE_TEXT:
        words(w, k->words);
        break;
    case SHAPE_BITS:
    case SHAPE_TEXTS:
    case SHAPE_LIST:
        items(w, k);
        break;
    case SHAPE_MAP:
        ref(w, k->sub->name);
        break;
    case SHAPE_HOOK:
        hook_schema(w, k);
        break;
    }
    jw_close(w);
}

static void object(struct jw *w, const struct shape *s)
{
    size_t i;

    jw_kstr(w, "type", "object");
    jw_kbool(w, "additionalProperties", false);
    jw_key(w, "properties");
    jw_open(w);
    for (i = 0; i < s->keys; i++) {
        const struct shape_key *k = &s->key[i];
        jw_key(w, k->key);
        value(w, k);
        if (k->kind == SHAPE_TITLE) {
            jw_key(w, "en");
            value(w, k);
        }
    }
    jw_close(w);
    jw_key(w, "required");
    jw_list(w);
    for (i = 0; i < s->keys; i++)
        if (s->key[i].required)
            jw_str(w, s->key[i].key);
    jw_end(w);
}

void shape_schema(const struct shape *s, const char *title, const struct shape_def *extra, size_t n,
                  struct buf *out)
{
    struct jw w = jw_to(out);
    struct defs d = {.n = 0};
    size_t i;

    collect(&d, s);
    jw_open(&w);
    jw_kstr(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jw_kstr(&w, "title", title);
    object(&w, s);
    jw_key(&w, "$defs");
    jw_open(&w);
    jw_kraw(&w, "text2",
            SPAN_LIT("{\"type\":\"object\",\"properties\":{\"vi\":{\"type\":\"string\"},"
                     "\"en\":{\"type\":\"string\"}},\"required\":[\"vi\"],"
                     "\"additionalProperties\":false}"));
    for (i = 0; i < n; i++)
        jw_kraw(&w, extra[i].name, span_of(extra[i].schema));
    for (i = 1; i < d.n; i++) {
        jw_key(&w, d.s[i]->name);
        jw_open(&w);
        object(&w, d.s[i]);
        jw_close(&w);
    }
    jw_close(&w);
    jw_close(&w);
    buf_char(out, '\n');
}
