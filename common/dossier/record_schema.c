/* Structs as canonical JSON by tables: the schema of what is written.  Owns nothing, writes into
 * the caller's buffer.  Any thread. */
#include "common/base/json_out.h"
#include "common/dossier/record.h"

static void object_schema(struct jw *w, const struct record *r, const char *(*kind)(unsigned bit));

static void type_is(struct jw *w, const char *type)
{
    jw_kstr(w, "type", type);
}

static void list_of(struct jw *w, struct span items)
{
    type_is(w, "array");
    jw_kraw(w, "items", items);
}

static void field_schema(struct jw *w, const struct record_field *f);

/* A struct of a list is an array by place; what is empty is null. */
/* Rows may be shorter: what is empty at their end is left out. */
static void row_schema(struct jw *w, const struct record *r)
{
    size_t i;

    jw_open(w);
    type_is(w, "array");
    jw_key(w, "prefixItems");
    jw_list(w);
    for (i = 0; i < r->fields; i++) {
        jw_open(w);
        jw_kstr(w, "title", r->field[i].key);
        jw_key(w, "anyOf");
        jw_list(w);
        jw_open(w);
        field_schema(w, &r->field[i]);
        jw_close(w);
        jw_raw(w, SPAN_LIT("{\"type\":\"null\"}"));
        jw_end(w);
        jw_close(w);
    }
    jw_end(w);
    jw_kbool(w, "items", false);
    jw_close(w);
}

/* The members of an object that is open already. */
static void field_schema(struct jw *w, const struct record_field *f)
{
    switch (f->type) {
    case REC_I64:
    case REC_INT:
    case REC_INSTANT:
        type_is(w, "integer");
        jw_kstr(w, "format", "int64");
        break;
    case REC_BOOL:
        type_is(w, "boolean");
        break;
    case REC_TEXT:
        type_is(w, "string");
        break;
    case REC_HASH:
        type_is(w, "string");
        jw_kstr(w, "pattern", "^[0-9a-f]{64}$");
        break;
    case REC_SHARE: /* numerator, denominator, unit */
        list_of(w, SPAN_LIT("{\"type\":\"integer\"}"));
        jw_ki64(w, "minItems", 3);
        jw_ki64(w, "maxItems", 3);
        break;
    case REC_TEXTS:
        list_of(w, SPAN_LIT("{\"type\":\"string\"}"));
        break;
    case REC_VALUES: /* a date is a list with its day number */
        list_of(w, SPAN_LIT("{\"type\":[\"null\",\"boolean\",\"integer\",\"string\",\"array\"]}"));
        break;
    case REC_LIST:
        type_is(w, "array");
        jw_key(w, "items");
        row_schema(w, f->sub);
        break;
    case REC_ONE:
        jw_key(w, "allOf");
        jw_list(w);
        object_schema(w, f->sub, NULL);
        jw_end(w);
        break;
    }
}

static void kinds_of(struct jw *w, uint64_t mask, const char *(*kind)(unsigned bit))
{
    unsigned i;

    jw_key(w, "x-kinds");
    jw_list(w);
    for (i = 0; i < 64; i++)
        if ((mask >> i) & 1u)
            jw_str(w, kind(i));
    jw_end(w);
}

static void object_schema(struct jw *w, const struct record *r, const char *(*kind)(unsigned bit))
{
    size_t i;

    jw_open(w);
    type_is(w, "object");
    jw_kbool(w, "additionalProperties", false);
    jw_key(w, "properties");
    jw_open(w);
    for (i = 0; i < r->fields; i++) {
        jw_key(w, r->field[i].key);
        jw_open(w);
        field_schema(w, &r->field[i]);
        if (kind && r->field[i].mask)
            kinds_of(w, r->field[i].mask, kind);
        jw_close(w);
    }
    jw_close(w);
    jw_close(w);
}

void record_schema(const struct record *r, const char *(*kind)(unsigned bit), struct buf *out)
{
    struct jw w = jw_to(out);

    object_schema(&w, r, kind);
}
