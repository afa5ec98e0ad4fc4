/* Reading of YAML maps into structs, driven by tables of keys.  What is read lives in the reader's
 * arena.  One thread at a time. */
#include "common/base/shape.h"

#include <assert.h>

#define KEYS_MAX       64
#define LIST_MAX       500
#define IDENTIFIER_MAX 64

static void put_text(void *field, const char *s)
{
    memcpy(field, &s, sizeof s);
}

static bool is_word(const char *s)
{
    size_t i;

    for (i = 0; s[i]; i++) {
        bool fine = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
                    (s[i] >= '0' && s[i] <= '9') ||
                    (i > 0 && (s[i] == '_' || s[i] == '-' || s[i] == '.'));
        if (!fine || i >= IDENTIFIER_MAX)
            return false;
    }
    return i > 0;
}

static void read_word(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                      void *field)
{
    const char *s = "";

    if (yaml_text(map, k->key, k->required, &s, r->diags) && !is_word(s))
        diag_add(r->diags, DIAG_ERROR, yaml_get(map, k->key)->at, "Y021",
                 "\"%s\" phải là một từ gồm chữ không dấu, chữ số, _ - . (tối đa 64), không phải "
                 "\"%s\"",
                 "\"%s\" must be a word of plain letters, digits, _ - . (at most 64), not \"%s\"",
                 k->key, s);
    if (k->required || *s)
        put_text(field, s);
}

static size_t words_count(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return n;
}

/* Place of the scalar's text in the words; -1 and a mistake when it is none of them. */
static int choice_of(struct shape_reader *r, const struct shape_key *k, const struct yaml_node *v)
{
    size_t i, n = words_count(k->words), len = 0;
    char list[256] = "";

    for (i = 0; v->kind == YAML_SCALAR && i < n; i++)
        if (strcmp(v->text, k->words[i]) == 0)
            return (int)i;
    for (i = 0; i < n && len + strlen(k->words[i]) + 3 < sizeof list; i++) {
        if (i)
            list[len++] = '|';
        memcpy(list + len, k->words[i], strlen(k->words[i]) + 1);
        len += strlen(k->words[i]);
    }
    diag_add(r->diags, DIAG_ERROR, v->at, "Y020", "\"%s\" phải là một trong %s",
             "\"%s\" must be one of %s", k->key, list);
    if (v->kind == YAML_SCALAR)
        diag_nearest(r->diags, v->text, k->words, n);
    return -1;
}

static void read_choice(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                        void *field)
{
    int i = choice_of(r, k, v);

    if (i >= 0 && k->kind == SHAPE_CHOICE)
        memcpy(field, &i, sizeof i);
    else if (i >= 0)
        put_text(field, k->words[i]);
}

static bool list_size(struct shape_reader *r, const struct shape_key *k, const struct yaml_node *v)
{
    size_t max = k->max > 0 ? (size_t)k->max : LIST_MAX;

    if ((v->n > 0 || k->min == 0) && v->n <= max)
        return true;
    diag_add(r->diags, DIAG_ERROR, v->at, "Y023",
             v->n ? "\"%s\" quá dài (tối đa %zu mục)" : "\"%s\" để trống (từ 1 đến %zu mục)",
             v->n ? "\"%s\" is too long (at most %zu items)"
                  : "\"%s\" is empty (1 to %zu items wanted)",
             k->key, max);
    return v->n > 0;
}

static void read_bits(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                      void *field)
{
    struct yaml_node *v = yaml_list(map, k->key, k->required, r->diags);
    unsigned bits = 0;
    size_t i;

    if (!v || !list_size(r, k, v))
        return;
    for (i = 0; i < v->n; i++) {
        int bit = choice_of(r, k, v->item[i]);
        if (bit >= 0)
            bits |= 1U << (unsigned)bit;
    }
    memcpy(field, &bits, sizeof bits);
}

static void read_texts(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                       char *obj)
{
    struct yaml_node *v = yaml_list(map, k->key, k->required, r->diags);
    const char **texts;
    size_t i;

    if (!v || !list_size(r, k, v))
        return;
    texts = ARENA_ARRAY(r->arena, const char *, v->n);
    for (i = 0; i < v->n; i++) {
        texts[i] = "";
        if (v->item[i]->kind == YAML_SCALAR)
            texts[i] = v->item[i]->text;
        else
            diag_add(r->diags, DIAG_ERROR, v->item[i]->at, "Y011",
                     "mỗi mục của \"%s\" phải là văn bản", "each item of \"%s\" must be a text",
                     k->key);
    }
    memcpy(obj + k->at, &texts, sizeof texts);
    memcpy(obj + k->at_n, &v->n, sizeof v->n);
}

/* An identifier that an earlier item has already. */
static void check_unique(struct shape_reader *r, const struct shape *sub, const struct yaml_node *v,
                         size_t i)
{
    struct yaml_node *id = yaml_get(v->item[i], sub->id);
    size_t j;

    for (j = 0; id && id->kind == YAML_SCALAR && j < i; j++) {
        struct yaml_node *other = yaml_get(v->item[j], sub->id);
        if (!other || other->kind != YAML_SCALAR || strcmp(other->text, id->text) != 0)
            continue;
        diag_add(r->diags, DIAG_ERROR, id->at, "Y022", "%s \"%s\" đã có ở dòng %d",
                 "%s \"%s\" was already given on line %d", sub->id, id->text, other->at.line);
        return;
    }
}

static void read_list(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                      char *obj)
{
    struct yaml_node *v = yaml_list(map, k->key, k->required, r->diags);
    size_t i, n, max = k->max > 0 ? (size_t)k->max : LIST_MAX;
    char *items;

    if (!v || !list_size(r, k, v))
        return;
    n = v->n < max ? v->n : max;
    items = arena_array(r->arena, n ? n : 1, k->sub->size);
    for (i = 0; i < n; i++) {
        shape_read(r, k->sub, v->item[i], items + i * k->sub->size);
        if (k->sub->id)
            check_unique(r, k->sub, v, i);
    }
    memcpy(obj + k->at, &items, sizeof items);
    memcpy(obj + k->at_n, &n, sizeof n);
}

static void read_title(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                       struct text2 *t)
{
    bool vi = yaml_text(map, "vi", false, &t->vi, r->diags) && *t->vi;
    bool en = yaml_text(map, "en", false, &t->en, r->diags) && *t->en;

    if (!vi && (k->required || en))
        diag_add(r->diags, DIAG_ERROR, map->at, "Y018", "thiếu tên tiếng Việt (%s)",
                 "the Vietnamese name (%s) is missing", "vi");
    else if (vi && !en)
        diag_add(r->diags, DIAG_WARNING, map->at, "Y019", "\"%s\" thiếu tên tiếng Anh (en)",
                 "\"%s\" lacks its English name (en)", t->vi);
    if (!vi)
        t->vi = en ? t->en : k->required ? "" : NULL;
    if (!en)
        t->en = NULL;
}

static void read_loose2(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                        struct text2 *t)
{
    struct yaml_node *v = yaml_get(map, k->key);

    if (v && v->kind == YAML_MAP)
        (void)yaml_text2(map, k->key, k->required, t, r->diags);
    else
        (void)yaml_text(map, k->key, k->required, &t->vi, r->diags);
}

/* Amounts may be grouped for the eye: 500_000_000. */
static struct yaml_node *ungrouped(struct shape_reader *r, const struct yaml_node *v)
{
    struct yaml_node *plain = ARENA_NEW(r->arena, struct yaml_node);
    char *text = arena_strdup(r->arena, v->text), *to = text;
    const char *c;

    for (c = v->text; *c; c++)
        if (*c != '_' || c == v->text || c[1] == '_' || c[1] == '\0')
            *to++ = *c;
    *to = '\0';
    *plain = *v;
    plain->text = text;
    return plain;
}

static void read_int(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                     void *field)
{
    struct yaml_node *text = yaml_get(map, k->key), one = {.kind = YAML_MAP, .at = map->at};
    struct yaml_node key = {.kind = YAML_SCALAR, .text = k->key}, *keys = &key;
    int64_t v;
    int small;

    if (text && text->kind == YAML_SCALAR)
        text = ungrouped(r, text);
    one.n = text ? 1 : 0;
    one.item = &text;
    one.key = &keys;
    if (!yaml_int(&one, k->key, k->required, k->min, k->max, &v, r->diags))
        return;
    small = (int)v;
    if (k->kind == SHAPE_I64)
        memcpy(field, &v, sizeof v);
    else
        memcpy(field, &small, sizeof small);
}

static void read_sub(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                     void *field)
{
    struct yaml_node *v = yaml_map(map, k->key, k->required, r->diags);

    if (v)
        shape_read(r, k->sub, v, field);
}

/* Hooks, choices: a value that must be there, or nothing. */
static struct yaml_node *value_of(struct shape_reader *r, const struct shape_key *k,
                                  struct yaml_node *map)
{
    struct yaml_node *v = yaml_get(map, k->key);

    if (!v && k->required)
        diag_add(r->diags, DIAG_ERROR, map->at, "Y017", "thiếu \"%s\"", "\"%s\" is missing",
                 k->key);
    return v;
}

static void read_key(struct shape_reader *r, const struct shape_key *k, struct yaml_node *map,
                     char *obj)
{
    void *field = obj + k->at;
    struct yaml_node *v;
    const char *text = "";

    switch (k->kind) {
    case SHAPE_TEXT:
        if (yaml_text(map, k->key, k->required, &text, r->diags) || k->required)
            put_text(field, text);
        return;
    case SHAPE_WORD:
        read_word(r, k, map, field);
        return;
    case SHAPE_TITLE:
        read_title(r, k, map, field);
        return;
    case SHAPE_TEXT2:
        if (!yaml_text2(map, k->key, k->required, field, r->diags) && k->required)
            ((struct text2 *)field)->vi = "";
        return;
    case SHAPE_LOOSE2:
        read_loose2(r, k, map, field);
        return;
    case SHAPE_INT:
    case SHAPE_I64:
        read_int(r, k, map, field);
        return;
    case SHAPE_BOOL:
        (void)yaml_bool(map, k->key, k->required, field, r->diags);
        return;
    case SHAPE_BITS:
        read_bits(r, k, map, field);
        return;
    case SHAPE_TEXTS:
        read_texts(r, k, map, obj);
        return;
    case SHAPE_MAP:
        read_sub(r, k, map, field);
        return;
    case SHAPE_LIST:
        read_list(r, k, map, obj);
        return;
    case SHAPE_CHOICE:
    case SHAPE_CHOICE_TEXT:
        if ((v = value_of(r, k, map)))
            read_choice(r, k, v, field);
        return;
    case SHAPE_HOOK:
        v = value_of(r, k, map);
        if (v && k->hook)
            k->hook(r, k, v, field);
        return;
    }
}

/* What later checks rely on, where there is no map to read. */
static void leave_empty(const struct shape *s, char *obj)
{
    const struct text2 none = {"", NULL};
    size_t i;

    for (i = 0; i < s->keys; i++) {
        const struct shape_key *k = &s->key[i];
        if (k->required && (k->kind == SHAPE_TEXT || k->kind == SHAPE_WORD))
            put_text(obj + k->at, "");
        else if (k->required && (k->kind == SHAPE_TITLE || k->kind == SHAPE_TEXT2))
            memcpy(obj + k->at, &none, sizeof none);
    }
}

void shape_read(struct shape_reader *r, const struct shape *s, struct yaml_node *map, void *obj)
{
    const char *known[KEYS_MAX + 2];
    size_t i, n = 0;

    assert(s->keys < KEYS_MAX);
    for (i = 0; i < s->keys; i++) {
        known[n++] = s->key[i].key;
        if (s->key[i].kind == SHAPE_TITLE)
            known[n++] = "en";
    }
    known[n] = NULL;
    if (map->kind != YAML_MAP) {
        diag_add(r->diags, DIAG_ERROR, map->at, "Y013", "%s phải là nhóm khóa", "%s must be a map",
                 s->name);
        leave_empty(s, obj);
        return;
    }
    yaml_only_keys(map, known, r->diags);
    for (i = 0; i < s->keys; i++)
        read_key(r, &s->key[i], map, obj);
}
