/* Walks two JSON answers side by side.  Texts of the result lie in the caller's arena; the trees
 * are freed here.  Any thread. */
#include "common/figures/compare.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    struct arena *a;
    struct compared *out;
};

/* Members by which rows of our lists are known, in the order they are written. */
static const char *const keys[] = {"kind",   "what",    "key",       "procedure", "step", "reason",
                                   "agency", "officer", "component", "figure",    NULL};
/* Told of the asking, not of what is counted: a month under way ends when it is asked. */
static const char *const aside[] = {"as_of", "to", "next", NULL};

static bool among(const char *s, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(s, *words) == 0)
            return true;
    return false;
}

static const char *value_text(struct walk *w, const json_t *v)
{
    char *text;
    const char *kept;

    if (!v)
        return NULL;
    text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
    if (!text)
        abort();
    kept = arena_strdup(w->a, text);
    free(text);
    return kept;
}

static const char *title_of(const json_t *row)
{
    const json_t *t = row ? json_object_get(row, "title") : NULL;

    return t ? json_string_value(t) : NULL;
}

static void put(struct walk *w, const char *row, const char *title, const char *cell,
                json_t *before, json_t *after)
{
    struct compared *c = w->out;

    if (c->n == COMPARE_CELLS_MAX) {
        c->dropped++;
        return;
    }
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 32;

        c->cell = arena_grow(w->a, c->cell, c->n, cap, sizeof *c->cell);
        c->cap = cap;
    }
    c->cell[c->n++] = (struct compared_cell){.row = row,
                                             .title = title ? arena_strdup(w->a, title) : NULL,
                                             .cell = arena_strdup(w->a, cell),
                                             .before = value_text(w, before),
                                             .after = value_text(w, after)};
}

static const char *under(struct walk *w, const char *row, const char *part)
{
    return *row ? arena_printf(w->a, "%s/%s", row, part) : arena_strdup(w->a, part);
}

/* "procedure:1.005416": the row's own keys. */
static const char *row_key(struct walk *w, const json_t *row)
{
    struct buf b;
    const char *text;

    buf_init(&b, 4096);
    for (const char *const *k = keys; *k; k++) {
        const json_t *v = json_object_get(row, *k);

        if (json_is_object(v))
            v = json_object_get(v, "agency");
        if (json_is_string(v))
            buf_printf(&b, "%s%s", b.n ? ":" : "", json_string_value(v));
        else if (json_is_integer(v))
            buf_printf(&b, "%s%lld", b.n ? ":" : "", (long long)json_integer_value(v));
    }
    text = arena_strdup(w->a, buf_cstr(&b));
    buf_free(&b);
    return text;
}

static void compare(struct walk *w, const char *row, const char *title, const char *cell,
                    json_t *before, json_t *after);

/* Members in the order of the newer answer, then those that are gone. */
static void objects(struct walk *w, const char *row, json_t *before, json_t *after)
{
    const char *title = title_of(after) ? title_of(after) : title_of(before), *key;
    json_t *v;

    json_object_foreach(after, key, v)
    {
        if (!among(key, aside))
            compare(w, row, title, key, json_object_get(before, key), v);
    }
    json_object_foreach(before, key, v)
    {
        if (!among(key, aside) && !json_object_get(after, key))
            compare(w, row, title, key, v, NULL);
    }
}

struct row {
    const char *key;
    json_t *v;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

static struct row *rows_of(struct walk *w, json_t *list, size_t *ret_n)
{
    size_t n = list ? json_array_size(list) : 0, i;
    struct row *r = ARENA_ARRAY(w->a, struct row, n + 1);
    json_t *v;

    json_array_foreach(list, i, v) r[i] = (struct row){row_key(w, v), v};
    if (n)
        qsort(r, n, sizeof *r, by_key);
    *ret_n = n;
    return r;
}

static void lists(struct walk *w, const char *row, json_t *before, json_t *after)
{
    size_t n, m, i = 0, k = 0;
    struct row *a = rows_of(w, before, &n), *b = rows_of(w, after, &m);

    while (i < n || k < m) {
        int c = i == n ? 1 : k == m ? -1 : strcmp(a[i].key, b[k].key);
        const char *at = under(w, row, c <= 0 ? a[i].key : b[k].key);

        objects(w, at, c <= 0 ? a[i].v : NULL, c >= 0 ? b[k].v : NULL);
        i += c <= 0;
        k += c >= 0;
    }
}

static void compare(struct walk *w, const char *row, const char *title, const char *cell,
                    json_t *before, json_t *after)
{
    const json_t *some = after ? after : before;

    if (before && after && json_equal(before, after))
        return;
    if (json_is_object(some) && (!before || !after || json_is_object(before)))
        objects(w, under(w, row, cell), before, after);
    else if (json_is_array(some) && (!before || !after || json_is_array(before)))
        lists(w, under(w, row, cell), before, after);
    else
        put(w, row, title, cell, before, after);
}

/* A table of two dimensions tells its columns once and its cells by their places: here each cell
 * gets the key of its column, so that it is found again when columns come and go. */
static void name_line(json_t *line, const json_t *columns)
{
    const char *title = title_of(line);
    json_t *cells = json_object_get(line, "cells"), *cell;
    size_t i;

    if (title)
        json_object_set_new(json_object_get(line, "value"), "title", json_string(title));
    json_array_foreach(cells, i, cell)
    {
        const json_t *column = json_array_get(columns, i);
        const char *of = title_of(column);

        json_object_set(cell, "key", json_object_get(column, "key"));
        json_object_set_new(cell, "title",
                            json_sprintf("%s × %s", title ? title : "", of ? of : ""));
    }
}

static void name_cells(json_t *answer)
{
    const json_t *columns = json_object_get(answer, "columns");
    json_t *line;
    size_t i;

    if (!columns)
        return;
    json_array_foreach(json_object_get(answer, "items"), i, line) name_line(line, columns);
    name_line(json_object_get(answer, "total"), columns);
    json_object_del(answer, "columns");
}

/* Our own texts, however many values: the bounds of what comes in do not hold here. */
bool answers_compare(struct arena *a, struct span before, struct span after, struct compared *ret)
{
    json_t *x = json_loadb(before.p, before.n, 0, NULL), *y = json_loadb(after.p, after.n, 0, NULL);
    bool fine = json_is_object(x) && json_is_object(y);
    struct walk w = {a, ret};

    *ret = (struct compared){NULL, 0, 0, 0};
    if (fine) {
        name_cells(x);
        name_cells(y);
        objects(&w, "", x, y);
    }
    json_decref(x);
    json_decref(y);
    return fine;
}

/* Numbers as numbers; anything else as text, in a member of its own. */
static void value_json(struct jw *w, const char *number, const char *text, const char *value)
{
    bool is_number = value && (value[0] == '-' || (value[0] >= '0' && value[0] <= '9'));

    jw_key_any(w, number);
    if (is_number)
        jw_raw(w, span_of(value));
    else
        jw_null(w);
    if (!value || is_number)
        return;
    jw_key_any(w, text);
    if (value[0] == '"')
        jw_raw(w, span_of(value));
    else
        jw_str(w, value);
}

void compared_json(struct jw *w, const struct compared *c)
{
    jw_list(w);
    for (size_t i = 0; i < c->n; i++) {
        jw_open(w);
        jw_kstr(w, "row", c->cell[i].row);
        jw_kstr(w, "title", c->cell[i].title);
        jw_kstr(w, "cell", c->cell[i].cell);
        value_json(w, "before", "before_text", c->cell[i].before);
        value_json(w, "after", "after_text", c->cell[i].after);
        jw_close(w);
    }
    jw_end(w);
}
