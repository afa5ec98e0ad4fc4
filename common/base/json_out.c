/* JSON writer.  The caller owns writer and buffer.  One thread at a time. */
#include "common/base/json_out.h"

static void before(struct jw *w)
{
    if (w->comma)
        buf_char(w->b, ',');
    w->comma = true;
}

void jw_open(struct jw *w)
{
    before(w);
    buf_char(w->b, '{');
    w->comma = false;
}

void jw_close(struct jw *w)
{
    buf_char(w->b, '}');
    w->comma = true;
}

void jw_list(struct jw *w)
{
    before(w);
    buf_char(w->b, '[');
    w->comma = false;
}

void jw_end(struct jw *w)
{
    buf_char(w->b, ']');
    w->comma = true;
}

/* What must be escaped inside a JSON text. */
static bool special(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static uint64_t word8(const char *p)
{
    uint64_t v;

    memcpy(&v, p, 8);
    return v;
}

static uint64_t word4(const char *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
    return v;
}

/* Not 0 when one of the eight bytes is special.  A borrow runs only out of a byte that is. */
static uint64_t specials(uint64_t v)
{
    static const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t quote = v ^ (ones * '"'), slash = v ^ (ones * '\\'), del = v ^ (ones * 0x7f);

    return ((v - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones)) & ~v & high;
}

/* Sixteen at a time: compilers make one instruction of each comparison where there are any. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));

static bytes16 specials16(const char *p)
{
    bytes16 v;

    memcpy(&v, p, sizeof v);
    return (bytes16)((v < 0x20) | (v == '"') | (v == '\\') | (v == 0x7f));
}

static bool none16(bytes16 v)
{
    uint64_t half[2];

    memcpy(half, &v, sizeof half);
    return !(half[0] | half[1]);
}

/* Nothing in it must be escaped.  Whole words; the last one overlaps the one before. */
static bool clean(const char *p, size_t n)
{
    uint64_t found = 0;

    if (n >= 16) {
        bytes16 all = specials16(p + n - 16);

        for (size_t i = 0; i + 16 < n; i += 16)
            all |= specials16(p + i);
        return none16(all);
    }
    if (n < 4) {
        for (size_t i = 0; i < n; i++)
            found |= special((unsigned char)p[i]);
        return !found;
    }
    if (n < 8)
        return !specials(word4(p) | word4(p + n - 4) << 32);
    return !(specials(word8(p)) | specials(word8(p + n - 8)));
}

/* Length of the part before the first byte that must be escaped. */
static size_t plain(const char *p, size_t n)
{
    size_t i = 0;

    while (i < n && !special((unsigned char)p[i]))
        i++;
    return i;
}

static void escaped(struct buf *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char esc[6] = {'\\', 0};
    size_t len = 2;

    if (c == '"' || c == '\\')
        esc[1] = (char)c;
    else if (c == '\n')
        esc[1] = 'n';
    else if (c == '\t')
        esc[1] = 't';
    else if (c == '\r')
        esc[1] = 'r';
    else {
        memcpy(esc + 1, "u00", 3);
        esc[4] = hex[c >> 4];
        esc[5] = hex[c & 15];
        len = 6;
    }
    buf_put(b, esc, len);
}

static void put_escaped(struct buf *b, struct span s)
{
    size_t n;

    buf_char(b, '"');
    for (;;) {
        n = plain(s.p, s.n);
        buf_put(b, s.p, n);
        if (n == s.n)
            break;
        escaped(b, (unsigned char)s.p[n]);
        s = (struct span){s.p + n + 1, s.n - n - 1};
    }
    buf_char(b, '"');
}

void jw_plain(struct jw *w, const char *s, size_t n)
{
    char *to = buf_room(w->b, n + 2 + w->comma);

    if (to) {
        *to = ',';
        to += w->comma;
        *to = '"';
        if (n)
            memcpy(to + 1, s, n);
        to[n + 1] = '"';
    }
    w->comma = true;
}

void jw_key_any(struct jw *w, const char *key)
{
    jw_str(w, key);
    buf_char(w->b, ':');
    w->comma = false;
}

/* Nearly all texts need no escape: they are looked at once and copied once. */
void jw_span(struct jw *w, struct span s)
{
    if (clean(s.p, s.n)) {
        jw_plain(w, s.p, s.n);
        return;
    }
    before(w);
    put_escaped(w->b, s);
}

void jw_text(struct jw *w, struct span s)
{
    if (s.p)
        jw_span(w, s);
    else
        jw_null(w);
}

void jw_str(struct jw *w, const char *s)
{
    jw_text(w, span_of(s));
}

void jw_i64(struct jw *w, int64_t v)
{
    before(w);
    buf_i64(w->b, v);
}

void jw_bool(struct jw *w, bool v)
{
    before(w);
    buf_put(w->b, v ? "true" : "false", v ? 4 : 5);
}

void jw_null(struct jw *w)
{
    before(w);
    buf_put(w->b, "null", 4);
}

void jw_raw(struct jw *w, struct span json)
{
    before(w);
    buf_span(w->b, json);
}

void jw_again(struct jw *w, size_t from, size_t n)
{
    char *to = buf_room(w->b, n); /* may move what is copied */

    if (to)
        memcpy(to, w->b->p + from, n);
    w->comma = true;
}
