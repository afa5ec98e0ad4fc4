/* Chunked bodies, percent-encoding, queries, cookies: the small pure parts of the wire.
 * The caller owns bytes and arena; results point into both.
 * Pure functions: any thread. */
#include "server/http/wire.h"

#include "common/base/utf8.h"

enum chunk_state {
    CHUNK_SIZE, /* a digit must come */
    CHUNK_MORE_SIZE,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    CHUNK_END_CR, /* the empty line after the last chunk; a trailer here is refused */
    CHUNK_END_LF,
    CHUNK_DONE,
};

#define CHUNK_DIGITS_MAX 8 /* 4 GiB: far above any body limit, far below overflow */

void http_chunks_init(struct http_chunks *c)
{
    *c = (struct http_chunks){.state = CHUNK_SIZE};
}

/* One byte of framing; false when it may not stand here. */
static bool chunk_frame(struct http_chunks *c, char b)
{
    int digit = http_hex(b);

    switch ((enum chunk_state)c->state) {
    case CHUNK_SIZE:
    case CHUNK_MORE_SIZE:
        if (c->state == CHUNK_MORE_SIZE && b == '\r') {
            c->state = CHUNK_SIZE_LF;
            return true;
        }
        if (digit < 0 || c->digits == CHUNK_DIGITS_MAX)
            return false;
        c->left = c->left * 16 + (unsigned)digit;
        c->digits++;
        c->state = CHUNK_MORE_SIZE;
        return true;
    case CHUNK_SIZE_LF:
        c->state = c->left ? CHUNK_DATA : CHUNK_END_CR;
        return b == '\n';
    case CHUNK_DATA_CR:
        c->state = CHUNK_DATA_LF;
        return b == '\r';
    case CHUNK_DATA_LF:
        *c = (struct http_chunks){.state = CHUNK_SIZE};
        return b == '\n';
    case CHUNK_END_CR:
        c->state = CHUNK_END_LF;
        return b == '\r';
    case CHUNK_END_LF:
        c->state = CHUNK_DONE;
        return b == '\n';
    case CHUNK_DATA:
    case CHUNK_DONE:
        break;
    }
    return false;
}

enum http_parse http_chunks_feed(struct http_chunks *c, const char *p, size_t n, size_t *ret_used,
                                 struct span *ret_data)
{
    size_t i = 0;

    *ret_data = SPAN_NONE;
    while (i < n && c->state != CHUNK_DONE) {
        if (c->state == CHUNK_DATA) {
            size_t take = c->left < n - i ? (size_t)c->left : n - i;

            *ret_data = (struct span){p + i, take};
            c->left -= take;
            if (c->left == 0)
                c->state = CHUNK_DATA_CR;
            i += take;
            break;
        }
        if (!chunk_frame(c, p[i]))
            return HTTP_PARSE_BAD;
        i++;
    }
    *ret_used = i;
    return c->state == CHUNK_DONE ? HTTP_PARSE_DONE : HTTP_PARSE_MORE;
}

/* C0, DEL and (after the UTF-8 check) C1. */
static bool has_control(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];

        if (c < 0x20 || c == 0x7f)
            return true;
        if (c == 0xc2 && i + 1 < n && (unsigned char)p[i + 1] < 0xa0)
            return true;
    }
    return false;
}

bool http_decode(struct arena *a, struct span raw, bool query, struct span *ret)
{
    char *out = arena_alloc(a, raw.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];

        if (c == '%') {
            int hi = raw.n - i > 2 ? http_hex(raw.p[i + 1]) : -1;
            int lo = raw.n - i > 2 ? http_hex(raw.p[i + 2]) : -1;

            if (hi < 0 || lo < 0)
                return false;
            c = (char)(hi * 16 + lo);
            i += 2;
        } else if (c == '+' && query) {
            c = ' ';
        }
        out[n++] = c;
    }
    if (!utf8_valid((struct span){out, n}) || has_control(out, n))
        return false;
    *ret = (struct span){out, n};
    return true;
}

int http_query(struct arena *a, struct span raw, struct http_param *ret, int max)
{
    int n = 0;
    bool more = raw.n > 0;

    while (more) {
        struct span piece, name, value;

        more = span_cut(raw, '&', &piece, &raw);
        if (!span_cut(piece, '=', &name, &value))
            value = (struct span){"", 0};
        if (name.n == 0 || n == max)
            return -1;
        if (!http_decode(a, name, true, &ret[n].name) ||
            !http_decode(a, value, true, &ret[n].value))
            return -1;
        n++;
    }
    return n;
}

struct span http_head_field(const struct http_head *h, const char *lower_name)
{
    size_t n = strlen(lower_name);

    for (unsigned i = 0; i < h->fields; i++)
        if (h->field[i].name.n == n && http_same(h->field[i].name, lower_name))
            return h->field[i].value;
    return SPAN_NONE;
}

struct span http_head_cookie(const struct http_head *h, const char *name)
{
    struct span found = SPAN_NONE;

    for (unsigned i = 0; i < h->fields; i++) {
        struct span rest = h->field[i].value;
        bool more = h->field[i].name.n == 6 && http_same(h->field[i].name, "cookie");

        while (more) {
            struct span pair, key, value;

            more = span_cut(rest, ';', &pair, &rest);
            if (!span_cut(span_trim(pair), '=', &key, &value) || !span_is(key, name))
                continue;
            if (found.p)
                return SPAN_NONE; /* a planted second cookie must not win, nor the first */
            found = value;
        }
    }
    return found;
}

/* The weight in thousandths of one element "vi;q=0.8"; 1000 without q; -1 when unreadable. */
static int quality(struct span params)
{
    struct span p, rest = params;
    bool more = params.n > 0;
    int q = 1000;

    while (more) {
        int scale = 100;

        more = span_cut(rest, ';', &p, &rest);
        p = span_trim(p);
        if (p.n < 3 || (p.p[0] != 'q' && p.p[0] != 'Q') || p.p[1] != '=')
            continue;
        if (p.n > 7 || (p.p[2] != '0' && p.p[2] != '1') || (p.n > 3 && p.p[3] != '.'))
            return -1;
        q = (p.p[2] - '0') * 1000;
        for (size_t i = 4; i < p.n; i++, scale /= 10) {
            if (p.p[i] < '0' || p.p[i] > '9')
                return -1;
            q += (p.p[i] - '0') * scale;
        }
        if (q > 1000)
            return -1;
    }
    return q;
}

enum lang http_head_lang(const struct http_head *h)
{
    struct span item, rest = http_head_field(h, "accept-language");
    int vi = 0, en = 0;
    bool more = rest.n > 0 && rest.n <= 512;

    while (more) {
        struct span tag, params;
        int q;

        more = span_cut(rest, ',', &item, &rest);
        (void)span_cut(item, ';', &tag, &params); /* without ';': all of it is the tag */
        tag = span_trim(tag);
        q = quality(params);
        if (tag.n > 2 && tag.p[2] == '-')
            tag.n = 2;
        if (http_same(tag, "vi") && q > vi)
            vi = q;
        else if (http_same(tag, "en") && q > en)
            en = q;
    }
    return en > vi ? LANG_EN : LANG_VI;
}
