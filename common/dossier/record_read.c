/* Structs as canonical JSON by tables: reading.  Results live in the caller's arena.  Any thread.
 */
#include <endian.h>

#include "common/base/digest.h"
#include "common/dossier/record.h"
#include "common/procedure/expr.h"
#include "common/time/worktime.h"

#define LIST_MAX  4096
#define DEPTH_MAX 8

/* A copy of the text in the arena is read in place: texts end with a NUL put over their quote.
 * Behind the copy stand NULs, which nothing here takes for a sign of JSON: no other end is looked
 * for, and numbers are read in words of eight. */
#define BEHIND 8
struct eye {
    char *p, *end;
    struct arena *a;
    int depth;
};

static void blanks(struct eye *e)
{
    while (*e->p == ' ' || *e->p == '\n' || *e->p == '\t' || *e->p == '\r')
        e->p++;
}

/* What we wrote has no blanks: they are looked for only where something else than expected stands.
 */
static inline bool take(struct eye *e, char c)
{
    if (*e->p != c) {
        blanks(e);
        if (*e->p != c)
            return false;
    }
    e->p++;
    return true;
}

static inline bool take_word(struct eye *e, const char *word, size_t n)
{
    blanks(e);
    if (memcmp(e->p, word, n) != 0) /* n <= BEHIND */
        return false;
    e->p += n;
    return true;
}

static inline bool take_null(struct eye *e)
{
    return (*e->p == 'n' || *e->p <= ' ') && take_word(e, "null", 4);
}

/* How many of the eight bytes are digits before the first that is none. */
static inline unsigned digits_of(uint64_t v)
{
    uint64_t other =
        ((v & 0xf0f0f0f0f0f0f0f0u) | ((v + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u) >> 4) ^
        0x3333333333333333u;

    return other ? (unsigned)__builtin_ctzll(other) / 8 : 8;
}

/* What eight digits mean, the first (the lowest byte) the highest: pairs, then fours, then all. */
static inline uint64_t eight_digits(uint64_t v)
{
    v = (v & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
    v = (v & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
    return (v & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

#define DIGITS_MOST 19 /* of a number of ours; they fit into 64 bits */

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* The digits that stand here; false when there are none, or more than a number of ours has.  A
 * state has dozens of instants, each of sixteen digits. */
static inline bool read_digits(struct eye *e, uint64_t *ret)
{
    static const uint64_t ten_to[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    const char *from = e->p;
    uint64_t u = 0, v;
    unsigned n = 0;

    if (is_digit(from[0]) && !is_digit(from[1])) { /* most are kinds, visits, steps */
        *ret = (uint64_t)(from[0] - '0');
        e->p++;
        return true;
    }
    while (e->p - from < 16) {
        memcpy(&v, e->p, 8);
        v = le64toh(v);
        n = digits_of(v);
        if (n < 8)
            break;
        u = u * 100000000 + eight_digits(v);
        e->p += 8;
    }
    if (n > 0 && n < 8) {
        u = u * ten_to[n] + eight_digits(v << (64 - 8 * n)); /* zeros before it */
        e->p += n;
    } else {
        for (; n == 8 && is_digit(*e->p) && e->p - from < DIGITS_MOST; e->p++)
            u = u * 10 + (uint64_t)(*e->p - '0');
    }
    *ret = u;
    return e->p > from && !is_digit(*e->p) && (*from != '0' || e->p - from == 1);
}

static inline bool read_i64(struct eye *e, int64_t *ret)
{
    uint64_t u = 0;
    bool minus;

    if (*e->p <= '-') {
        blanks(e);
        minus = *e->p == '-';
        e->p += minus;
    } else
        minus = false;
    if (!read_digits(e, &u) || (minus && u == 0))
        return false;
    if (*e->p == '.' || *e->p == 'e' || *e->p == 'E')
        return false;
    if (u > (uint64_t)INT64_MAX + minus)
        return false;
    *ret = minus ? (int64_t)(0 - u) : (int64_t)u;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* \uXXXX of the basic plane; NUL and surrogates are nothing of ours. */
static bool read_unicode(struct eye *e, char **to)
{
    unsigned c = 0;
    int i;

    for (i = 0; i < 4; i++) {
        int h = hex_digit(*e->p++);

        if (h < 0)
            return false;
        c = c << 4 | (unsigned)h;
    }
    if (c == 0 || (c >= 0xd800 && c <= 0xdfff))
        return false;
    if (c < 0x80)
        *(*to)++ = (char)c;
    else if (c < 0x800) {
        *(*to)++ = (char)(0xc0 | c >> 6);
        *(*to)++ = (char)(0x80 | (c & 0x3f));
    } else {
        *(*to)++ = (char)(0xe0 | c >> 12);
        *(*to)++ = (char)(0x80 | (c >> 6 & 0x3f));
        *(*to)++ = (char)(0x80 | (c & 0x3f));
    }
    return true;
}

static bool read_escape(struct eye *e, char **to)
{
    static const char names[] = "\"\\/bfnrt";
    static const char means[] = "\"\\/\b\f\n\r\t";
    const char *found;
    char c;

    c = *e->p++;
    if (c == 'u')
        return read_unicode(e, to);
    found = c ? strchr(names, c) : NULL;
    if (!found)
        return false;
    *(*to)++ = means[found - names];
    return true;
}

/* No text holds a NUL: neither as a byte nor as \u0000. */
static bool read_text(struct eye *e, struct span *ret)
{
    char *from, *to;

    if (!take(e, '"'))
        return false;
    from = e->p;
    while (*e->p != '"' && *e->p != '\\' && (unsigned char)*e->p >= 0x20)
        e->p++;
    to = e->p;
    while (*e->p != '"') {
        if ((unsigned char)*e->p < 0x20)
            return false;
        if (*e->p == '\\') {
            e->p++;
            if (!read_escape(e, &to))
                return false;
        } else
            *to++ = *e->p++;
    }
    e->p++;
    *to = '\0';
    *ret = (struct span){from, (size_t)(to - from)};
    return true;
}

static bool read_value(struct eye *e, struct value *v)
{
    blanks(e);
    *v = (struct value){.type = VALUE_NONE};
    if (take_word(e, "null", 4))
        return true;
    if (*e->p == '"') {
        v->type = VALUE_TEXT;
        return read_text(e, &v->s);
    }
    if (*e->p == '[') {
        v->type = VALUE_DATE;
        return take(e, '[') && read_i64(e, &v->i) && take(e, ']');
    }
    v->type = VALUE_BOOL;
    v->i = take_word(e, "true", 4);
    if (v->i || take_word(e, "false", 5))
        return true;
    v->type = VALUE_INT;
    return read_i64(e, &v->i);
}

static void *at_w(void *obj, size_t offset)
{
    return (char *)obj + offset;
}

static bool read_list(struct eye *e, const struct record_field *f, void *obj);
static bool read_object(struct eye *e, const struct record *r, void *obj, uint64_t mask);

static bool read_small(struct eye *e, int *ret)
{
    int64_t v;

    if (!read_i64(e, &v) || v < INT32_MIN || v > INT32_MAX)
        return false;
    *ret = (int)v;
    return true;
}

static bool read_quantity(struct eye *e, struct quantity *q)
{
    int unit = 0;

    if (!take(e, '[') || !read_i64(e, &q->num) || !take(e, ',') || !read_i64(e, &q->den) ||
        !take(e, ',') || !read_small(e, &unit) || !take(e, ']'))
        return false;
    if (q->num < 0 || q->den <= 0 || unit < 0 || unit >= UNIT_COUNT)
        return false;
    q->unit = (enum unit)unit;
    return true;
}

/* As written: digits and a quote; whatever else means the same is read as a text. */
static bool read_hash(struct eye *e, uint8_t *ret)
{
    const size_t n = 2 * SHA256_BYTES;
    struct span s;

    if ((size_t)(e->end - e->p) > n + 1 && e->p[0] == '"' && e->p[n + 1] == '"' &&
        hex_decode(e->p + 1, n, ret)) {
        e->p += n + 2;
        return true;
    }
    return read_text(e, &s) && s.n == n && hex_decode(s.p, n, ret);
}

static bool read_field(struct eye *e, const struct record_field *f, void *obj)
{
    void *p = at_w(obj, f->at);
    struct span s = SPAN_NONE;

    switch (f->type) {
    case REC_I64:
    case REC_INSTANT:
        return read_i64(e, p);
    case REC_INT:
        return read_small(e, p);
    case REC_BOOL:
        *(bool *)p = take_word(e, "true", 4);
        return *(bool *)p || take_word(e, "false", 5);
    case REC_TEXT:
        if (!read_text(e, &s))
            return false;
        *(const char **)p = s.p;
        return true;
    case REC_HASH:
        return read_hash(e, p);
    case REC_SHARE:
        return read_quantity(e, p);
    case REC_TEXTS:
    case REC_VALUES:
    case REC_LIST:
        return read_list(e, f, obj);
    case REC_ONE:
        return read_object(e, f->sub, p, 0);
    }
    return false;
}

/* obj is all zero: what stands there for nothing, but for instants. */
static void field_nothing(const struct record_field *f, void *obj)
{
    if (f->type == REC_INSTANT)
        *(instant *)at_w(obj, f->at) = INSTANT_NONE;
    else if (f->type == REC_ONE)
        record_clear(f->sub, at_w(obj, f->at));
}

/* Shorter where the rest is empty, or was written before the table grew. */
static bool read_row(struct eye *e, const struct record *r, void *obj)
{
    size_t i, k;

    if (!take(e, '['))
        return false;
    for (i = 0; i < r->fields && !take(e, ']'); i++) {
        if (i && !take(e, ','))
            return false;
        const struct record_field *f = &r->field[i];

        if (take_null(e))
            field_nothing(f, obj);
        else if (f->type == REC_INSTANT ? !read_i64(e, at_w(obj, f->at)) : !read_field(e, f, obj))
            return false;
    }
    for (k = i; k < r->fields; k++)
        field_nothing(&r->field[k], obj);
    return i < r->fields || take(e, ']');
}

static bool read_item(struct eye *e, const struct record_field *f, void *item)
{
    struct span s = SPAN_NONE;

    if (f->type == REC_VALUES)
        return read_value(e, item);
    if (f->type == REC_LIST)
        return read_row(e, f->sub, item);
    if (!read_text(e, &s))
        return false;
    *(const char **)item = s.p;
    return true;
}

#define LIST_FIRST 4 /* room in the beginning; it doubles.  A list in a list has one as a rule. */

static bool read_list(struct eye *e, const struct record_field *f, void *obj)
{
    size_t size = f->type == REC_LIST     ? f->sub->size
                  : f->type == REC_VALUES ? sizeof(struct value)
                                          : sizeof(char *);
    size_t n = 0, cap;
    char *item;

    if (!take(e, '['))
        return false;
    if (take(e, ']'))
        return true;
    if (++e->depth > DEPTH_MAX)
        return false;
    cap = e->depth > 2 ? 1 : LIST_FIRST;
    item = arena_array(e->a, cap, size);
    do {
        if (n == LIST_MAX)
            return false;
        if (n == cap) {
            cap *= 2;
            item = arena_grow(e->a, item, n, cap, size);
        }
        if (!read_item(e, f, item + n++ * size))
            return false;
    } while (take(e, ','));
    *(void **)at_w(obj, f->at) = item;
    *(size_t *)at_w(obj, f->at_n) = n;
    e->depth--;
    return take(e, ']');
}

/* The keys come in the order of the table as a rule: the search goes on where the last one ended.
 */
static const struct record_field *find_key(const struct record *r, struct span key, size_t *next)
{
    size_t k;

    for (k = 0; k < r->fields; k++) {
        size_t i = *next + k < r->fields ? *next + k : *next + k - r->fields;

        if (strcmp(r->field[i].key, key.p) == 0) {
            *next = i + 1;
            return &r->field[i];
        }
    }
    return NULL;
}

/* The member that stands here, when it is the next one or a later one of the table, as in what we
 * wrote: neither copied nor searched for. */
static const struct record_field *next_key(struct eye *e, const struct record *r, size_t *next)
{
    size_t i, n;

    if (*e->p != '"')
        return NULL;
    for (i = *next; i < r->fields; i++) {
        const char *key = r->field[i].key;

        for (n = 0; key[n] && key[n] == e->p[1 + n];)
            n++;
        if (!key[n] && e->p[1 + n] == '"') {
            e->p += n + 2;
            *next = i + 1;
            return &r->field[i];
        }
    }
    return NULL;
}

static const struct record_field *read_key(struct eye *e, const struct record *r, size_t *next)
{
    const struct record_field *f = next_key(e, r, next);
    struct span key;

    return f ? f : read_text(e, &key) ? find_key(r, key, next) : NULL;
}

static bool read_object(struct eye *e, const struct record *r, void *obj, uint64_t mask)
{
    uint64_t seen[2] = {0, 0};
    size_t next = 0;
    bool first = true;

    if (!take(e, '{') || ++e->depth > DEPTH_MAX)
        return false;
    blanks(e);
    while (!take(e, '}')) {
        const struct record_field *f;
        size_t i;

        if (!first && !take(e, ','))
            return false;
        f = read_key(e, r, &next);
        if (!f || !take(e, ':') || (mask && f->mask && !(f->mask & mask)))
            return false;
        i = (size_t)(f - r->field);
        if (i >= 128 || (seen[i / 64] >> (i % 64) & 1) || !read_field(e, f, obj))
            return false;
        seen[i / 64] |= (uint64_t)1 << (i % 64);
        first = false;
    }
    e->depth--;
    return true;
}

bool record_read(struct arena *a, const struct record *r, void *obj, uint64_t mask,
                 struct span json)
{
    char *copy = arena_alloc(a, json.n + BEHIND);
    struct eye e = {copy, copy + json.n, a, 0};

    if (json.n)
        memcpy(copy, json.p, json.n);

    if (!read_object(&e, r, obj, mask))
        return false;
    blanks(&e);
    return e.p == e.end;
}

void record_clear(const struct record *r, void *obj)
{
    size_t i;

    memset(obj, 0, r->size);
    for (i = 0; i < r->fields; i++) {
        if (r->field[i].type == REC_INSTANT)
            *(instant *)at_w(obj, r->field[i].at) = INSTANT_NONE;
        else if (r->field[i].type == REC_ONE)
            record_clear(r->field[i].sub, at_w(obj, r->field[i].at));
    }
}
