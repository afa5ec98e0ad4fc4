/* Structs as canonical JSON by tables: fixed key order, no blanks, integers only, keys left out
 * when empty.  The one form of event payloads and of the stored state.  Pure; any thread. */
#ifndef COMMON_DOSSIER_RECORD_H
#define COMMON_DOSSIER_RECORD_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/buf.h"

enum record_type {
    REC_I64,     /* int64_t; left out when 0 */
    REC_INT,     /* int, enums and dayno; left out when 0 */
    REC_BOOL,    /* bool; left out when false */
    REC_TEXT,    /* const char *; left out when NULL */
    REC_HASH,    /* 32 bytes as hex; left out when all zero */
    REC_INSTANT, /* instant; left out when INSTANT_NONE */
    REC_SHARE,   /* struct quantity: [num,den,unit]; left out when den is 0 */
    REC_TEXTS,   /* const char ** and size_t */
    REC_VALUES,  /* struct value * and size_t */
    REC_LIST,    /* array of structs, each written as an array by sub */
    REC_ONE,     /* embedded struct, an object by sub; left out when empty */
};

struct record;
struct record_field {
    const char *key;
    enum record_type type;
    size_t at, at_n; /* offsets of the field and of its count */
    const struct record *sub;
    uint64_t mask; /* kinds of records it belongs to; 0: all */
};
struct record {
    const struct record_field *field;
    size_t fields;
    size_t size;
};

/* As an object, members in the order of the table, those of the mask only (mask 0: all). */
void record_write(const struct record *r, const void *obj, uint64_t mask, struct buf *out);
/* Reads an object in any order and with blanks into obj, which holds defaults (record_clear).
 * Texts lie in the arena.  False on anything that record_write would not have written. */
bool record_read(struct arena *a, const struct record *r, void *obj, uint64_t mask,
                 struct span json);
/* As JSON Schema: what record_write makes of any object, whatever the mask.  kind: the name of the
 * mask's bit, told of the members that only some kinds have; NULL: not told. */
void record_schema(const struct record *r, const char *(*kind)(unsigned bit), struct buf *out);
/* Zero, instants INSTANT_NONE. */
void record_clear(const struct record *r, void *obj);

#endif
