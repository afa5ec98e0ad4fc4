/* Typed reading of a YAML tree: every wrong value is reported at its place, reading goes on.
 * Owns nothing.  One thread at a time. */
#include "common/base/yaml.h"

struct yaml_node *yaml_get(const struct yaml_node *n, const char *key)
{
    size_t i;

    if (n && n->kind == YAML_MAP)
        for (i = 0; i < n->n; i++)
            if (strcmp(n->key[i]->text, key) == 0)
                return n->item[i];
    return NULL;
}

struct yaml_node *yaml_key(const struct yaml_node *n, const char *key)
{
    size_t i;

    if (n && n->kind == YAML_MAP)
        for (i = 0; i < n->n; i++)
            if (strcmp(n->key[i]->text, key) == 0)
                return n->key[i];
    return NULL;
}

void yaml_only_keys(const struct yaml_node *map, const char *const *known, struct diags *d)
{
    size_t i, k, count = 0;

    if (!map || map->kind != YAML_MAP)
        return;
    while (known[count])
        count++;
    for (i = 0; i < map->n; i++) {
        for (k = 0; k < count && strcmp(known[k], map->key[i]->text) != 0; k++)
            ;
        if (k < count)
            continue;
        diag_add(d, DIAG_ERROR, map->key[i]->at, "Y010", "khóa lạ \"%s\"", "unknown key \"%s\"",
                 map->key[i]->text);
        diag_nearest(d, map->key[i]->text, known, count);
    }
}

static struct yaml_node *wanted(const struct yaml_node *map, const char *key, bool required,
                                struct diags *d)
{
    struct yaml_node *v = yaml_get(map, key);

    if (!v && required)
        diag_add(d, DIAG_ERROR, map ? map->at : (struct mark){0, 0}, "Y017", "thiếu \"%s\"",
                 "\"%s\" is missing", key);
    return v;
}

static bool is_kind(const struct yaml_node *v, enum yaml_kind kind, const char *key,
                    struct diags *d)
{
    static const char *const code[] = {"Y011", "Y012", "Y013"};

    if (v->kind == kind)
        return true;
    if (kind == YAML_SCALAR)
        diag_add(d, DIAG_ERROR, v->at, code[kind], "\"%s\" phải là văn bản",
                 "\"%s\" must be a text", key);
    else if (kind == YAML_SEQ)
        diag_add(d, DIAG_ERROR, v->at, code[kind], "\"%s\" phải là danh sách",
                 "\"%s\" must be a list", key);
    else
        diag_add(d, DIAG_ERROR, v->at, code[kind], "\"%s\" phải là nhóm khóa",
                 "\"%s\" must be a map", key);
    return false;
}

bool yaml_text(const struct yaml_node *map, const char *key, bool required, const char **ret,
               struct diags *d)
{
    struct yaml_node *v = wanted(map, key, required, d);

    if (!v || !is_kind(v, YAML_SCALAR, key, d))
        return false;
    if (v->text[0] == '\0' && required) {
        diag_add(d, DIAG_ERROR, v->at, "Y017", "\"%s\" để trống", "\"%s\" is empty", key);
        return false;
    }
    *ret = v->text;
    return true;
}

bool yaml_int(const struct yaml_node *map, const char *key, bool required, int64_t min, int64_t max,
              int64_t *ret, struct diags *d)
{
    struct yaml_node *v = wanted(map, key, required, d);

    if (!v || !is_kind(v, YAML_SCALAR, key, d))
        return false;
    if (v->quoted || !span_i64(span_of(v->text), min, max, ret)) {
        diag_add(d, DIAG_ERROR, v->at, "Y014",
                 "\"%s\" phải là số nguyên từ %lld đến %lld, không phải \"%s\"",
                 "\"%s\" must be a whole number from %lld to %lld, not \"%s\"", key, (long long)min,
                 (long long)max, v->text);
        return false;
    }
    return true;
}

bool yaml_bool(const struct yaml_node *map, const char *key, bool required, bool *ret,
               struct diags *d)
{
    struct yaml_node *v = wanted(map, key, required, d);

    if (!v || !is_kind(v, YAML_SCALAR, key, d))
        return false;
    if (strcmp(v->text, "true") == 0 || strcmp(v->text, "yes") == 0) {
        *ret = true;
        return true;
    }
    if (strcmp(v->text, "false") == 0 || strcmp(v->text, "no") == 0) {
        *ret = false;
        return true;
    }
    diag_add(d, DIAG_ERROR, v->at, "Y015", "\"%s\" phải là true hoặc false, không phải \"%s\"",
             "\"%s\" must be true or false, not \"%s\"", key, v->text);
    return false;
}

struct yaml_node *yaml_list(const struct yaml_node *map, const char *key, bool required,
                            struct diags *d)
{
    struct yaml_node *v = wanted(map, key, required, d);

    return v && is_kind(v, YAML_SEQ, key, d) ? v : NULL;
}

struct yaml_node *yaml_map(const struct yaml_node *map, const char *key, bool required,
                           struct diags *d)
{
    struct yaml_node *v = wanted(map, key, required, d);

    return v && is_kind(v, YAML_MAP, key, d) ? v : NULL;
}

bool yaml_text2(const struct yaml_node *map, const char *key, bool required, struct text2 *ret,
                struct diags *d)
{
    static const char *const keys[] = {"vi", "en", NULL};
    struct yaml_node *v = wanted(map, key, required, d);
    struct text2 t = {NULL, NULL};

    if (!v || !is_kind(v, YAML_MAP, key, d))
        return false;
    yaml_only_keys(v, keys, d);
    (void)yaml_text(v, "vi", false, &t.vi, d);
    (void)yaml_text(v, "en", false, &t.en, d);
    if (!t.vi || !*t.vi)
        diag_add(d, DIAG_ERROR, v->at, "Y018", "\"%s\" thiếu tên tiếng Việt (vi)",
                 "\"%s\" lacks its Vietnamese name (vi)", key);
    else if (!t.en || !*t.en)
        diag_add(d, DIAG_WARNING, v->at, "Y019", "\"%s\" thiếu tên tiếng Anh (en)",
                 "\"%s\" lacks its English name (en)", key);
    if (!t.vi)
        t.vi = t.en ? t.en : "";
    *ret = t;
    return true;
}
