/* Growable byte buffer that cannot be made without its maximum.
 * The caller owns it (embed it, buf_init, buf_free).  One thread at a time.
 * Overflow is a state: after it every append does nothing and buf_ok() is false. */
#ifndef COMMON_BASE_BUF_H
#define COMMON_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/span.h"

struct buf {
    char *p;
    size_t n;
    size_t cap;
    size_t max;
    bool failed;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b); /* leaves an empty buffer with the same maximum */
void buf_clear(struct buf *b);
bool buf_ok(const struct buf *b);

/* Makes room for n bytes more and a closing NUL; false: they do not fit. */
bool buf_grow(struct buf *b, size_t n);

/* n bytes more, for the caller to fill now; NULL when they do not fit.  Here because an answer is
 * written in hundreds of small pieces: cap never exceeds max by more than the NUL. */
static inline char *buf_room(struct buf *b, size_t n)
{
    char *at;

    if ((b->failed || b->cap - b->n <= n) && !buf_grow(b, n))
        return NULL;
    at = b->p + b->n;
    b->n += n;
    return at;
}

static inline void buf_char(struct buf *b, char c)
{
    char *at = buf_room(b, 1);

    if (at)
        *at = c;
}

static inline void buf_put(struct buf *b, const void *p, size_t n)
{
    char *at = n ? buf_room(b, n) : NULL;

    if (at)
        memcpy(at, p, n);
}

void buf_span(struct buf *b, struct span s);
void buf_str(struct buf *b, const char *s); /* NULL adds nothing */
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* NUL-terminated view of the content; "" when it failed. */
const char *buf_cstr(struct buf *b);

#endif
