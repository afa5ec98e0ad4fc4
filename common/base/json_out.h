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

void jw_open(struct jw *w);  /* { */
void jw_close(struct jw *w); /* } */
void jw_list(struct jw *w);  /* [ */
void jw_end(struct jw *w);   /* ] */
void jw_key(struct jw *w, const char *key);
void jw_str(struct jw *w, const char *s); /* NULL writes null */
void jw_span(struct jw *w, struct span s);
void jw_i64(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_raw(struct jw *w, struct span json); /* json must be a complete value */

/* key and value */
void jw_kstr(struct jw *w, const char *key, const char *s);
void jw_kspan(struct jw *w, const char *key, struct span s);
void jw_ki64(struct jw *w, const char *key, int64_t v);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_knull(struct jw *w, const char *key);
void jw_kraw(struct jw *w, const char *key, struct span json);

#endif
