/* The same tables that read JSON, printed as JSON Schema (2020-12, as OpenAPI 3.1 takes it).
 * The caller owns the buffer.  One thread at a time. */
#include "common/base/bind.h"
#include "common/base/json_out.h"

static void schema_object(struct jw *w, const struct bind_shape *s);

static void key_type(struct jw *w, const char *type)
{
    jw_kstr(w, "type", type);
}

static void lengths(struct jw *w, const struct bind_key *k)
{
    key_type(w, "string");
    if (k->min > 0)
        jw_ki64(w, "minLength", k->min);
    jw_ki64(w, "maxLength", k->max);
}

static void items(struct jw *w, const struct bind_key *k)
{
    key_type(w, "array");
    if (k->min > 0)
        jw_ki64(w, "minItems", k->min);
    jw_ki64(w, "maxItems", k->max);
    jw_key(w, "items");
}

static void choice(struct jw *w, const struct bind_key *k)
{
    size_t i;

    key_type(w, "string");
    jw_key(w, "enum");
    jw_list(w);
    for (i = 0; k->words[i]; i++)
        jw_str(w, k->words[i]);
    jw_end(w);
}

static void schema_key(struct jw *w, const struct bind_key *k)
{
    if (k->kind == BIND_OBJECT) {
        schema_object(w, k->sub);
        return;
    }
    jw_open(w);
    if (k->about.en)
        jw_kstr(w, "description", k->about.en);
    if (k->about.vi)
        jw_kstr(w, "x-description-vi", k->about.vi);
    switch (k->kind) {
    case BIND_TEXT:
    case BIND_LINES:
        lengths(w, k);
        break;
    case BIND_SECRET:
        lengths(w, k);
        jw_kstr(w, "format", "password");
        break;
    case BIND_WORD:
        lengths(w, k);
        jw_kstr(w, "pattern", "^[A-Za-z0-9._:/@+-]*$");
        break;
    case BIND_HASH:
        key_type(w, "string");
        jw_kstr(w, "pattern", "^[0-9a-f]{64}$");
        break;
    case BIND_INT:
    case BIND_I64:
        key_type(w, "integer");
        jw_ki64(w, "minimum", k->min);
        jw_ki64(w, "maximum", k->max);
        break;
    case BIND_BOOL:
        key_type(w, "boolean");
        break;
    case BIND_CHOICE:
        choice(w, k);
        break;
    case BIND_DATE:
        key_type(w, "string");
        jw_kstr(w, "format", "date");
        break;
    case BIND_LIST:
        items(w, k);
        schema_object(w, k->sub);
        break;
    case BIND_TEXTS:
        items(w, k);
        jw_open(w);
        key_type(w, "string");
        jw_close(w);
        break;
    case BIND_JSON:
        key_type(w, "object");
        break;
    case BIND_OBJECT:
        break;
    }
    jw_close(w);
}

static void schema_object(struct jw *w, const struct bind_shape *s)
{
    size_t i;
    bool any = false;

    jw_open(w);
    key_type(w, "object");
    jw_kstr(w, "title", s->name);
    jw_kbool(w, "additionalProperties", false);
    for (i = 0; i < s->keys; i++)
        any |= (s->key[i].flags & BIND_REQUIRED) != 0;
    if (any) {
        jw_key(w, "required");
        jw_list(w);
        for (i = 0; i < s->keys; i++)
            if (s->key[i].flags & BIND_REQUIRED)
                jw_str(w, s->key[i].key);
        jw_end(w);
    }
    jw_key(w, "properties");
    jw_open(w);
    for (i = 0; i < s->keys; i++) {
        jw_key(w, s->key[i].key);
        schema_key(w, &s->key[i]);
    }
    jw_close(w);
    jw_close(w);
}

void bind_schema(const struct bind_shape *s, struct buf *out)
{
    struct jw w = jw_to(out);

    schema_object(&w, s);
}
