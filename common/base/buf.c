/* Growable byte buffer with a maximum.  The caller owns it.  One thread at a time. */
#include "common/base/buf.h"

#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->failed = false;
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

bool buf_grow(struct buf *b, size_t n)
{
    size_t cap;
    char *p;

    if (b->failed)
        return false;
    if (n > b->max || b->n > b->max - n) {
        b->failed = true;
        return false;
    }
    if (b->cap - b->n > n)
        return true;
    cap = b->cap ? b->cap : 256;
    while (cap - b->n <= n)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    p = realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_span(struct buf *b, struct span s)
{
    buf_put(b, s.p, s.n);
}

void buf_str(struct buf *b, const char *s)
{
    if (s)
        buf_put(b, s, strlen(s));
}

void buf_i64(struct buf *b, int64_t v)
{
    char t[24];
    size_t i = sizeof t;
    uint64_t u = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;

    if (u < 10 && v >= 0) {
        buf_char(b, (char)('0' + v));
        return;
    }
    do {
        t[--i] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        t[--i] = '-';
    buf_put(b, t + i, sizeof t - i);
}

/* Mostly it fits into the room there is: then it is made only once. */
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    size_t room = b->failed ? 0 : b->cap - b->n;
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
    if (n < 0)
        b->failed = true;
    else if (buf_grow(b, (size_t)n)) {
        if ((size_t)n >= room)
            (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again); /* same arguments */
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

const char *buf_cstr(struct buf *b)
{
    if (!buf_grow(b, 0))
        return "";
    b->p[b->n] = '\0';
    return b->p;
}
