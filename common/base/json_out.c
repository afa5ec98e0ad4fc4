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

/* Length of the part before the first byte that must be escaped; eight bytes at a time. */
static size_t plain(const char *p, size_t n)
{
    static const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        uint64_t v, quote, slash, del;

        memcpy(&v, p + i, 8);
        quote = v ^ (ones * '"');
        slash = v ^ (ones * '\\');
        del = v ^ (ones * 0x7f);
        /* a byte below 0x20, or one that became zero; false alarms are looked at one by one */
        if ((((v - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones)) & ~v & high) != 0)
            break;
    }
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

/* Nearly all texts need no escape: they are looked at once and copied once. */
static void quoted(struct buf *b, struct span s)
{
    size_t n = plain(s.p, s.n);
    char *to = buf_room(b, n + 1);

    if (!to)
        return;
    *to = '"';
    if (n)
        memcpy(to + 1, s.p, n);
    while (n < s.n) {
        escaped(b, (unsigned char)s.p[n]);
        s = (struct span){s.p + n + 1, s.n - n - 1};
        n = plain(s.p, s.n);
        buf_put(b, s.p, n);
    }
    buf_char(b, '"');
}

void jw_key_plain(struct jw *w, const char *key, size_t n)
{
    char *to = buf_room(w->b, n + 3 + w->comma);

    if (to) {
        if (w->comma)
            *to++ = ',';
        *to++ = '"';
        memcpy(to, key, n);
        to[n] = '"';
        to[n + 1] = ':';
    }
    w->comma = false;
}

void jw_key_any(struct jw *w, const char *key)
{
    size_t n = strlen(key);

    if (plain(key, n) == n) {
        jw_key_plain(w, key, n);
        return;
    }
    before(w);
    quoted(w->b, (struct span){key, n});
    buf_char(w->b, ':');
    w->comma = false;
}

void jw_span(struct jw *w, struct span s)
{
    before(w);
    quoted(w->b, s);
}

void jw_str(struct jw *w, const char *s)
{
    if (s)
        jw_span(w, span_of(s));
    else
        jw_null(w);
}

void jw_i64(struct jw *w, int64_t v)
{
    before(w);
    buf_i64(w->b, v);
}

void jw_bool(struct jw *w, bool v)
{
    before(w);
    buf_str(w->b, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
    before(w);
    buf_str(w->b, "null");
}

void jw_raw(struct jw *w, struct span json)
{
    before(w);
    buf_span(w->b, json);
}
