/* Writes JSON text straight into a buffer; commas are placed by the writer.
 * The caller owns writer and buffer.  One thread at a time. */
#ifndef COMMON_BASE_JSON_OUT_H
#define COMMON_BASE_JSON_OUT_H

#include "common/base/buf.h"

struct jw {
    struct buf *b;
    bool comma; /* a comma is due before the next value or key */
};

static inline struct jw jw_to(struct buf *b)
{
    return (struct jw){b, false};
}

void jw_open(struct jw *w);                           /* { */
void jw_close(struct jw *w);                          /* } */
void jw_list(struct jw *w);                           /* [ */
void jw_end(struct jw *w);                            /* ] */
void jw_key_any(struct jw *w, const char *key);       /* the key may need escapes */
void jw_str(struct jw *w, const char *s);             /* NULL writes null */
void jw_span(struct jw *w, struct span s);            /* SPAN_NONE writes "" */
void jw_text(struct jw *w, struct span s);            /* SPAN_NONE writes null */
void jw_plain(struct jw *w, const char *s, size_t n); /* nothing in it to escape */
void jw_i64(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_raw(struct jw *w, struct span json); /* json must be a complete value */
/* Once more the whole members that stand in the buffer at from, their first comma too. */
void jw_again(struct jw *w, size_t from, size_t n);

/* The members below are inlined always: a key that is written as a constant has its length known
 * then, is a name of ours without escapes, and is copied by a few moves. */
#define JW_INLINE static inline __attribute__((always_inline))

JW_INLINE void jw_key(struct jw *w, const char *key)
{
    char *to;

    if (!__builtin_constant_p(strlen(key))) {
        jw_key_any(w, key);
        return;
    }
    to = buf_room(w->b, strlen(key) + 3 + w->comma);
    if (to) {
        *to = ',';
        to += w->comma;
        *to = '"';
        memcpy(to + 1, key, strlen(key));
        memcpy(to + 1 + strlen(key), "\":", 2);
    }
    w->comma = false;
}

/* key and value */
JW_INLINE void jw_kstr(struct jw *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_str(w, s);
}
JW_INLINE void jw_kspan(struct jw *w, const char *key, struct span s)
{
    jw_key(w, key);
    jw_span(w, s);
}
JW_INLINE void jw_ktext(struct jw *w, const char *key, struct span s)
{
    jw_key(w, key);
    jw_text(w, s);
}
JW_INLINE void jw_ki64(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}
JW_INLINE void jw_kbool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}
JW_INLINE void jw_kraw(struct jw *w, const char *key, struct span json)
{
    jw_key(w, key);
    jw_raw(w, json);
}
JW_INLINE void jw_knull(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_null(w);
}

#endif
