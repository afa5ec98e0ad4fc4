/* Structs as canonical JSON by tables: writing.  Owns nothing, writes into the caller's buffer.
 * Any thread. */
#include "common/base/digest.h"
#include "common/dossier/record.h"
#include "common/procedure/expr.h"
#include "common/time/worktime.h"

/* A page of its own before the buffer: this is the hottest loop of an act. */
#define KEY_MAX 40
struct pen {
    size_t n;
    struct buf *out;
    char page[2048];
};

static void pen_flush(struct pen *w)
{
    buf_put(w->out, w->page, w->n);
    w->n = 0;
}

static inline void pen_room(struct pen *w, size_t n)
{
    if (sizeof w->page - w->n < n)
        pen_flush(w);
}

static inline void pen_char(struct pen *w, char c)
{
    pen_room(w, 1);
    w->page[w->n++] = c;
}

static void pen_put(struct pen *w, const char *p, size_t n)
{
    pen_room(w, n);
    if (n > sizeof w->page) {
        buf_put(w->out, p, n);
        return;
    }
    memcpy(w->page + w->n, p, n);
    w->n += n;
}

/* Two digits, v < 100. */
static inline void put_two(char *to, unsigned v)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";

    memcpy(to, pairs + 2 * (size_t)v, 2);
}

/* Eight digits, v < 10^8. */
static inline void put_eight(char *to, unsigned v)
{
    unsigned high = v / 10000, low = v % 10000;

    put_two(to, high / 100);
    put_two(to + 2, high % 100);
    put_two(to + 4, low / 100);
    put_two(to + 6, low % 100);
}

/* Whatever is not a small number or an instant. */
static void pen_rare(struct pen *w, int64_t v)
{
    char t[24];
    size_t i = sizeof t;
    uint64_t u = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;

    do {
        t[--i] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        t[--i] = '-';
    pen_put(w, t + i, sizeof t - i);
}

/* A state holds dozens of instants, which have sixteen digits from 2001 to 2286, and of ids. */
static void pen_i64(struct pen *w, int64_t v)
{
    char *to;

    pen_room(w, 24);
    to = w->page + w->n;
    if (v >= 0 && v < 10) {
        *to = (char)('0' + v);
        w->n++;
    } else if (v >= INT64_C(1000000000000000) && v < INT64_C(10000000000000000)) {
        put_eight(to, (unsigned)(v / 100000000));
        put_eight(to + 8, (unsigned)(v % 100000000));
        w->n += 16;
    } else if (v >= 1000 && v < 10000) {
        put_two(to, (unsigned)v / 100);
        put_two(to + 2, (unsigned)v % 100);
        w->n += 4;
    } else if (v >= 10 && v < 100) {
        put_two(to, (unsigned)v);
        w->n += 2;
    } else {
        pen_rare(w, v);
    }
}

/* ,"key": */
static void pen_key(struct pen *w, const char *key, bool comma)
{
    pen_room(w, KEY_MAX + 4);
    if (comma)
        w->page[w->n++] = ',';
    w->page[w->n++] = '"';
    while (*key)
        w->page[w->n++] = *key++;
    w->page[w->n++] = '"';
    w->page[w->n++] = ':';
}

static void pen_text(struct pen *w, const char *s, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    size_t i, from = 0;

    pen_char(w, '"');
    for (i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        pen_put(w, s + from, i - from);
        from = i + 1;
        pen_char(w, '\\');
        if (c >= 0x20)
            pen_char(w, (char)c);
        else {
            pen_put(w, "u00", 3);
            pen_char(w, hex[c >> 4]);
            pen_char(w, hex[c & 15]);
        }
    }
    pen_put(w, s + from, n - from);
    pen_char(w, '"');
}

static void pen_hash(struct pen *w, const uint8_t *h)
{
    char t[2 * SHA256_BYTES + 1];

    hex_encode(h, SHA256_BYTES, t);
    pen_char(w, '"');
    pen_put(w, t, 2 * SHA256_BYTES);
    pen_char(w, '"');
}

static void pen_value(struct pen *w, const struct value *v)
{
    switch (v->type) {
    case VALUE_NONE:
        pen_put(w, "null", 4);
        break;
    case VALUE_BOOL:
        pen_put(w, v->i ? "true" : "false", v->i ? 4 : 5);
        break;
    case VALUE_INT:
        pen_i64(w, v->i);
        break;
    case VALUE_TEXT:
        pen_text(w, v->s.p, v->s.n);
        break;
    case VALUE_DATE: /* a day number in a list of its own */
        pen_char(w, '[');
        pen_i64(w, v->i);
        pen_char(w, ']');
        break;
    }
}

static bool all_zero(const uint8_t *p)
{
    static const uint8_t zero[SHA256_BYTES];

    return memcmp(p, zero, SHA256_BYTES) == 0;
}

/* Offsets come from offsetof() of the very struct: aligned for what they name. */
static const void *at(const void *obj, size_t offset)
{
    return (const char *)obj + offset;
}

/* Most fields are numbers; whether they stand for nothing is looked at where they are written. */
enum number {
    NUMBER_NOT, /* something else */
    NUMBER_EMPTY,
    NUMBER_SAID,
};

static inline enum number number_of(const struct record_field *f, const void *obj, int64_t *ret)
{
    const void *p = at(obj, f->at);

    switch (f->type) {
    case REC_I64:
        *ret = *(const int64_t *)p;
        return *ret ? NUMBER_SAID : NUMBER_EMPTY;
    case REC_INT:
        *ret = *(const int *)p;
        return *ret ? NUMBER_SAID : NUMBER_EMPTY;
    case REC_INSTANT:
        *ret = *(const instant *)p;
        return *ret != INSTANT_NONE ? NUMBER_SAID : NUMBER_EMPTY;
    default:
        return NUMBER_NOT;
    }
}

static bool is_empty(const struct record_field *f, const void *obj)
{
    const void *p = at(obj, f->at);
    int64_t v;
    size_t i;

    switch (f->type) {
    case REC_I64:
    case REC_INT:
    case REC_INSTANT:
        return number_of(f, obj, &v) == NUMBER_EMPTY;
    case REC_BOOL:
        return !*(const bool *)p;
    case REC_TEXT:
        return *(const char *const *)p == NULL;
    case REC_HASH:
        return all_zero(p);
    case REC_SHARE:
        return ((const struct quantity *)p)->den == 0;
    case REC_TEXTS:
    case REC_VALUES:
    case REC_LIST:
        return *(const size_t *)at(obj, f->at_n) == 0;
    case REC_ONE:
        for (i = 0; i < f->sub->fields; i++)
            if (!is_empty(&f->sub->field[i], p))
                return false;
        return true;
    }
    return true;
}

static void write_list(struct pen *w, const struct record_field *f, const void *obj);
static void write_object(struct pen *w, const struct record *r, const void *obj, uint64_t mask);

static void write_field(struct pen *w, const struct record_field *f, const void *obj)
{
    const void *p = at(obj, f->at);
    const struct quantity *q;
    int64_t v = 0;

    switch (f->type) {
    case REC_I64:
    case REC_INT:
    case REC_INSTANT:
        (void)number_of(f, obj, &v);
        pen_i64(w, v);
        break;
    case REC_BOOL:
        pen_put(w, *(const bool *)p ? "true" : "false", *(const bool *)p ? 4 : 5);
        break;
    case REC_TEXT:
        pen_text(w, *(const char *const *)p, strlen(*(const char *const *)p));
        break;
    case REC_HASH:
        pen_hash(w, p);
        break;
    case REC_SHARE:
        q = p;
        pen_char(w, '[');
        pen_i64(w, q->num);
        pen_char(w, ',');
        pen_i64(w, q->den);
        pen_char(w, ',');
        pen_i64(w, (int64_t)q->unit);
        pen_char(w, ']');
        break;
    case REC_TEXTS:
    case REC_VALUES:
    case REC_LIST:
        write_list(w, f, obj);
        break;
    case REC_ONE:
        write_object(w, f->sub, p, 0);
        break;
    }
}

static void write_nulls(struct pen *w, size_t n)
{
    for (; n > 0; n--)
        pen_put(w, "null,", 5);
}

/* A struct of a list is an array by place; what is empty is null, and left out at the end, so that
 * a table that has grown writes what it wrote before. */
static void write_row(struct pen *w, const struct record *r, const void *obj)
{
    size_t i, skipped = 0;
    bool comma = false;
    int64_t v;

    pen_char(w, '[');
    for (i = 0; i < r->fields; i++) {
        const struct record_field *f = &r->field[i];
        enum number kind = number_of(f, obj, &v);

        if (kind == NUMBER_EMPTY || (kind == NUMBER_NOT && is_empty(f, obj))) {
            skipped++;
            continue;
        }
        if (comma)
            pen_char(w, ',');
        if (skipped)
            write_nulls(w, skipped);
        if (kind == NUMBER_SAID)
            pen_i64(w, v);
        else
            write_field(w, f, obj);
        skipped = 0;
        comma = true;
    }
    pen_char(w, ']');
}

static void write_list(struct pen *w, const struct record_field *f, const void *obj)
{
    size_t n = *(const size_t *)at(obj, f->at_n), i;
    const void *p = at(obj, f->at);

    pen_char(w, '[');
    for (i = 0; i < n; i++) {
        if (i)
            pen_char(w, ',');
        if (f->type == REC_TEXTS) {
            const char *t = (*(const char *const *const *)p)[i];
            pen_text(w, t, strlen(t));
        } else if (f->type == REC_VALUES)
            pen_value(w, &(*(const struct value *const *)p)[i]);
        else
            write_row(w, f->sub, *(const char *const *)p + i * f->sub->size);
    }
    pen_char(w, ']');
}

static void write_object(struct pen *w, const struct record *r, const void *obj, uint64_t mask)
{
    bool comma = false;
    size_t i;

    pen_char(w, '{');
    for (i = 0; i < r->fields; i++) {
        const struct record_field *f = &r->field[i];

        if ((mask && f->mask && !(f->mask & mask)) || is_empty(f, obj))
            continue;
        pen_key(w, f->key, comma);
        comma = true;
        write_field(w, f, obj);
    }
    pen_char(w, '}');
}

void record_write(const struct record *r, const void *obj, uint64_t mask, struct buf *out)
{
    struct pen w;

    w.n = 0;
    w.out = out;
    write_object(&w, r, obj, mask);
    pen_flush(&w);
}
