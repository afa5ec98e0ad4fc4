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

void jw_open(struct jw *w);                                 /* { */
void jw_close(struct jw *w);                                /* } */
void jw_list(struct jw *w);                                 /* [ */
void jw_end(struct jw *w);                                  /* ] */
void jw_key_plain(struct jw *w, const char *key, size_t n); /* nothing in it to escape */
void jw_key_any(struct jw *w, const char *key);
/* Keys written as constants have their length known and are names of ours: no escapes. */
static inline void jw_key(struct jw *w, const char *key)
{
    if (__builtin_constant_p(strlen(key)))
        jw_key_plain(w, key, strlen(key));
    else
        jw_key_any(w, key);
}
void jw_str(struct jw *w, const char *s); /* NULL writes null */
void jw_span(struct jw *w, struct span s);
void jw_i64(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_raw(struct jw *w, struct span json); /* json must be a complete value */

/* key and value */
static inline void jw_kstr(struct jw *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_str(w, s);
}
static inline void jw_kspan(struct jw *w, const char *key, struct span s)
{
    jw_key(w, key);
    jw_span(w, s);
}
static inline void jw_ki64(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}
static inline void jw_kbool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}
static inline void jw_kraw(struct jw *w, const char *key, struct span json)
{
    jw_key(w, key);
    jw_raw(w, json);
}
static inline void jw_knull(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_null(w);
}

#endif
