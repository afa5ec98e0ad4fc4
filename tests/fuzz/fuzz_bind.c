/* Any bytes as a JSON body: binding never reads out of bounds, and what it accepts keeps the
 * promises of its table. */
#include <assert.h>
#include <stdlib.h>

#include "common/base/bind.h"
#include "common/base/utf8.h"

struct item {
    const char *word;
    int n;
};
struct thing {
    const char *name, *note, *hash, *day;
    int64_t money;
    bool yes;
    int choice;
    struct item *items;
    size_t items_n;
    const char **tags;
    size_t tags_n;
    const struct item *one;
};
static const char *const words[] = {"a", "bb", "ccc", NULL};
static const struct bind_key item_keys[] = {
    BIND(struct item, WORD, word, BIND_REQUIRED, 1, 8, NULL, NULL),
    BIND(struct item, INT, n, 0, -5, 5, NULL, NULL),
};
static const struct bind_shape item_shape = BIND_SHAPE("Item", struct item, item_keys);
static const struct bind_key keys[] = {
    BIND(struct thing, TEXT, name, 0, 1, 12, NULL, NULL),
    BIND(struct thing, LINES, note, 0, 0, 12, NULL, NULL),
    BIND(struct thing, HASH, hash, 0, 0, 0, NULL, NULL),
    BIND(struct thing, DATE, day, 0, 0, 0, NULL, NULL),
    BIND(struct thing, I64, money, 0, 0, 100, NULL, NULL),
    BIND(struct thing, BOOL, yes, 0, 0, 0, NULL, NULL),
    BIND_WORDS(struct thing, choice, 0, words, NULL, NULL),
    BIND_MANY(struct thing, LIST, items, items_n, 0, 0, 4, &item_shape, NULL, NULL),
    BIND_MANY(struct thing, TEXTS, tags, tags_n, 0, 0, 4, NULL, NULL, NULL),
    BIND_SUB(struct thing, one, 0, &item_shape, NULL, NULL),
};
static const struct bind_shape shape = BIND_SHAPE("Thing", struct thing, keys);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_fault f;
    json_t *j = size > 65536 ? NULL : json_read((struct span){(const char *)data, size}, &f);
    struct arena *a;
    struct violations v;
    struct thing t = {0};
    size_t i;

    if (!j)
        return 0;
    a = arena_new((size_t)64 << 20);
    violations_init(&v, a);
    if (bind_json(j, &shape, &t, &v)) {
        assert(!t.name || utf8_length(span_of(t.name)) <= 12);
        assert(!t.name || text_check(span_of(t.name), false) == TEXT_FINE);
        assert(!t.hash || strlen(t.hash) == 64);
        assert(t.money >= 0 && t.money <= 100 && t.choice >= 0 && t.choice < 3);
        assert(t.items_n <= 4 && t.tags_n <= 4);
        for (i = 0; i < t.items_n; i++)
            assert(t.items[i].word && t.items[i].n >= -5 && t.items[i].n <= 5);
    } else {
        assert(v.n > 0);
        for (i = 0; i < v.n; i++)
            assert(utf8_valid(span_of(v.item[i].pointer)) &&
                   utf8_valid(span_of(v.item[i].text.vi)));
    }
    json_decref(j);
    arena_free(a);
    return 0;
}
