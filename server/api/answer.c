/* Shapes of answers: printing as JSON Schema, words of other rooms.  Nothing is owned.  Any thread.
 */
#include "server/api/answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/dossier/dossier.h"

const char *answer_status(unsigned i)
{
    return dossier_status_name((enum dossier_status)(i + 1)); /* never NONE */
}

const char *answer_class(unsigned i)
{
    return dossier_class_name((enum dossier_class)i);
}

const char *answer_role(unsigned i)
{
    return i < ROLE_COUNT ? role_name((enum role)i) : NULL;
}

const char *answer_channel(unsigned i)
{
    return i < CHANNELS ? channel_name((enum channel)i) : NULL;
}

const char *answer_effect(unsigned i)
{
    return i < EFFECT_COUNT ? effect_name((enum effect)i) : NULL;
}

const char *answer_event(unsigned i)
{
    return i + 1 < EV_COUNT ? event_name((enum event_kind)(i + 1)) : NULL;
}

const char *answer_command(unsigned i)
{
    return i < CMD_KINDS ? command_name((enum command_kind)i) : NULL;
}

const char *answer_error(unsigned i)
{
    return i + 1 < ERR_COUNT ? err_code((enum err)(i + 1)) : NULL; /* never OK */
}

const char *answer_request(unsigned i)
{
    return i + 1 < REQ_KINDS ? request_kind_name((enum request_kind)(i + 1)) : NULL;
}

const char *answer_request_state(unsigned i)
{
    return i < RS_COUNT ? request_state_name((enum request_state)i) : NULL;
}

/* ---- printing */

static void type_of(struct jw *w, const char *type, bool null)
{
    if (!null) {
        jw_kstr(w, "type", type);
        return;
    }
    jw_key(w, "type");
    jw_list(w);
    jw_str(w, type);
    jw_str(w, "null");
    jw_end(w);
}

static const char *word_at(const struct answer_key *k, unsigned i)
{
    return k->words ? k->words[i] : k->word ? k->word(i) : NULL;
}

static void words(struct jw *w, const struct answer_key *k, bool null)
{
    const char *word;
    unsigned i;

    type_of(w, "string", null);
    if (!k->words && !k->word)
        return;
    jw_key(w, "enum");
    jw_list(w);
    for (i = 0; (word = word_at(k, i)) && *word; i++)
        jw_str(w, word);
    if (null)
        jw_null(w);
    jw_end(w);
}

static void refer(struct jw *w, const struct answer_shape *s)
{
    char ref[96];

    (void)snprintf(ref, sizeof ref, "#/components/schemas/%s", s->name);
    jw_kstr(w, "$ref", ref);
}

static void object(struct jw *w, const struct answer_key *k, bool null)
{
    if (!null) {
        refer(w, k->of);
        return;
    }
    jw_key(w, "anyOf");
    jw_list(w);
    jw_open(w);
    refer(w, k->of);
    jw_close(w);
    jw_raw(w, SPAN_LIT("{\"type\":\"null\"}"));
    jw_end(w);
}

static void list(struct jw *w, const struct answer_key *k, bool null)
{
    type_of(w, "array", null);
    jw_key(w, "items");
    jw_open(w);
    if (k->kind == ANSWER_LIST)
        refer(w, k->of);
    else if (k->kind == ANSWER_WORDS)
        words(w, k, false);
    else
        type_of(w, "string", false);
    jw_close(w);
}

static void formatted(struct jw *w, const char *type, const char *key, const char *format,
                      bool null)
{
    type_of(w, type, null);
    if (key)
        jw_kstr(w, key, format);
}

static void key_schema(struct jw *w, const struct answer_key *k)
{
    bool null = (k->flags & ANSWER_NULL) != 0;

    jw_open(w);
    switch (k->kind) {
    case ANSWER_TEXT:
        type_of(w, "string", null);
        break;
    case ANSWER_WORD:
        words(w, k, null);
        break;
    case ANSWER_TIME:
        formatted(w, "string", "format", "date-time", null);
        break;
    case ANSWER_DATE:
        formatted(w, "string", "format", "date", null);
        break;
    case ANSWER_HASH:
        formatted(w, "string", "pattern", "^[0-9a-f]{64}$", null);
        break;
    case ANSWER_INT:
        formatted(w, "integer", "format", "int64", null);
        break;
    case ANSWER_BOOL:
        type_of(w, "boolean", null);
        break;
    case ANSWER_OBJECT:
        object(w, k, null);
        break;
    case ANSWER_LIST:
    case ANSWER_TEXTS:
    case ANSWER_WORDS:
        list(w, k, null);
        break;
    case ANSWER_VALUES:
        type_of(w, "object", null);
        jw_kraw(w, "additionalProperties",
                SPAN_LIT("{\"type\":[\"string\",\"integer\",\"boolean\"]}"));
        break;
    case ANSWER_WITH:
        break;
    }
    if (k->about.en)
        jw_kstr(w, "description", k->about.en);
    if (k->about.vi)
        jw_kstr(w, "x-description-vi", k->about.vi);
    jw_close(w);
}

static void members(struct jw *w, const struct answer_shape *s)
{
    size_t i;

    for (i = 0; i < s->keys; i++) {
        if (s->key[i].kind == ANSWER_WITH) {
            members(w, s->key[i].of);
            continue;
        }
        jw_key(w, s->key[i].key);
        key_schema(w, &s->key[i]);
    }
}

static void required(struct jw *w, const struct answer_shape *s)
{
    size_t i;

    for (i = 0; i < s->keys; i++) {
        if (s->key[i].kind == ANSWER_WITH)
            required(w, s->key[i].of);
        else if (!(s->key[i].flags & ANSWER_MAYBE))
            jw_str(w, s->key[i].key);
    }
}

void answer_schema(const struct answer_shape *s, struct buf *out)
{
    struct jw w = jw_to(out);

    if (s->print) {
        s->print(out);
        return;
    }
    jw_open(&w);
    jw_kstr(&w, "type", "object");
    jw_kbool(&w, "additionalProperties", false);
    jw_key(&w, "required");
    jw_list(&w);
    required(&w, s);
    jw_end(&w);
    jw_key(&w, "properties");
    jw_open(&w);
    members(&w, s);
    jw_close(&w);
    jw_close(&w);
}

static _Noreturn void broken(const struct answer_shape *s, const char *key, const char *why)
{
    fprintf(stderr, "shape %s %s: %s\n", s->name, key ? key : "", why);
    abort();
}

static void check_key(const struct answer_shape *s, const struct answer_key *k)
{
    bool sub = k->kind == ANSWER_OBJECT || k->kind == ANSWER_LIST || k->kind == ANSWER_WITH;

    if (sub != (k->of != NULL))
        broken(s, k->key, "refers to no shape, or need not");
    if (k->kind != ANSWER_WITH && (!k->key || !k->about.vi || !k->about.en))
        broken(s, k->key, "incomplete");
    if ((k->words || k->word) && k->kind != ANSWER_WORD && k->kind != ANSWER_WORDS)
        broken(s, k->key, "words of no word");
}

static void collect_keys(const struct answer_shape *s, struct answer_set *set)
{
    size_t i;

    for (i = 0; i < s->keys; i++) {
        check_key(s, &s->key[i]);
        if (s->key[i].kind == ANSWER_WITH)
            collect_keys(s->key[i].of, set);
        else if (s->key[i].of)
            answer_collect(s->key[i].of, set);
    }
}

static void any_object(struct buf *out)
{
    buf_str(out, "{\"type\":\"object\",\"description\":\"any object\"}");
}
const struct answer_shape answer_any = A_PRINTED("AnyObject", any_object);

void answer_collect(const struct answer_shape *s, struct answer_set *set)
{
    size_t i;

    for (i = 0; i < set->n; i++) {
        if (set->shape[i] == s)
            return;
        if (strcmp(set->shape[i]->name, s->name) == 0)
            broken(s, NULL, "two shapes of one name");
    }
    if (set->n == ANSWER_SHAPES_MAX)
        broken(s, NULL, "too many shapes");
    set->shape[set->n++] = s;
    collect_keys(s, set);
}
