/* Binding of JSON objects to structs by tables: one table of keys gives the reading, the refusal of
 * what is wrong or unknown (all of it at once, with JSON pointers), and the JSON Schema printed in
 * the API's description.  Tables are constants; texts live in the binder's arena, NFC.
 * One thread at a time. */
#ifndef COMMON_BASE_BIND_H
#define COMMON_BASE_BIND_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/json_in.h"
#include "common/base/lang.h"

enum bind_kind {
    BIND_TEXT,   /* const char *: one line that people typed; min..max characters */
    BIND_LINES,  /* const char *: the same, tabs and line feeds allowed */
    BIND_WORD,   /* const char *: ASCII letters, digits and - _ . : / @ +; min..max bytes */
    BIND_SECRET, /* const char *: any valid text, no checks of characters; min..max characters */
    BIND_HASH,   /* const char *: 64 lower-case hexadecimal digits */
    BIND_INT,    /* int: min..max */
    BIND_I64,    /* int64_t: min..max */
    BIND_BOOL,   /* bool */
    BIND_CHOICE, /* int: the place in `words` */
    BIND_DATE,   /* const char *: "2026-03-02", an existing day of the years 1900..2200 */
    BIND_OBJECT, /* const struct *: read by `sub`; NULL when absent */
    BIND_LIST,   /* struct * and size_t: objects read by `sub`; min..max items */
    BIND_TEXTS,  /* const char ** and size_t: words; min..max items, each at most 128 bytes */
    BIND_JSON,   /* const json_t *: any object, borrowed; the handler reads it */
};

enum { BIND_REQUIRED = 1 };

struct bind_shape;

struct bind_key {
    const char *key;
    enum bind_kind kind;
    unsigned flags;
    size_t at, at_n; /* offsets of the field and of its count */
    int64_t min, max;
    const struct bind_shape *sub;
    const char *const *words; /* NULL-terminated */
    struct text2 about;
};

struct bind_shape {
    const char *name; /* of the schema: "TakeIn" */
    size_t size;
    const struct bind_key *key;
    size_t keys;
};

/* In tables: BIND(struct take_in, TEXT, name, BIND_REQUIRED, 1, 200, "vi", "en"). */
#define BIND(T, kind, field, flags, lo, hi, vi, en)                                                \
    {                                                                                              \
#field, BIND_##kind, (flags), offsetof(T, field), 0, (lo), (hi), NULL, NULL,               \
        {                                                                                          \
            vi, en                                                                                 \
        }                                                                                          \
    }
#define BIND_WORDS(T, field, flags, list, vi, en)                                                  \
    {                                                                                              \
#field, BIND_CHOICE, (flags), offsetof(T, field), 0, 0, 0, NULL, (list),                   \
        {                                                                                          \
            vi, en                                                                                 \
        }                                                                                          \
    }
#define BIND_SUB(T, field, flags, shape, vi, en)                                                   \
    {                                                                                              \
#field, BIND_OBJECT, (flags), offsetof(T, field), 0, 0, 0, (shape), NULL,                  \
        {                                                                                          \
            vi, en                                                                                 \
        }                                                                                          \
    }
/* count: the size_t field beside it. */
#define BIND_MANY(T, kind, field, count, flags, lo, hi, shape, vi, en)                             \
    {                                                                                              \
#field, BIND_##kind, (flags), offsetof(T, field), offsetof(T, count), (lo), (hi), (shape), \
            NULL,                                                                                  \
        {                                                                                          \
            vi, en                                                                                 \
        }                                                                                          \
    }
#define BIND_SHAPE(name, T, table)                                                                 \
    {                                                                                              \
        (name), sizeof(T), (table), sizeof(table) / sizeof *(table)                                \
    }

#define VIOLATIONS_MAX 20

struct violation {
    const char *pointer; /* JSON pointer, "" for the whole */
    const char *code;    /* missing, unknown-member, wrong-type, … */
    struct text2 text;
};

struct violations {
    struct arena *arena;
    struct violation item[VIOLATIONS_MAX];
    size_t n, dropped;
};

void violations_init(struct violations *v, struct arena *a);
/* Both formats take the same arguments.  pointer is copied. */
void violation_add(struct violations *v, const char *pointer, const char *code, const char *vi,
                   const char *en, ...) __attribute__((format(printf, 4, 6)))
__attribute__((format(printf, 5, 6)));
void violation_add_text(struct violations *v, const char *pointer, const char *code,
                        struct text2 text);

/* Reads obj into out (zeroed or with defaults; choices left out keep what is there).  null is the
 * same as absent.  Mistakes go to v; true when there was none. */
bool bind_json(const json_t *obj, const struct bind_shape *s, void *out, struct violations *v);

/* One text by the rules of BIND_TEXT (lines: BIND_LINES); NULL and a violation when it is bad. */
const char *bind_text(struct span s, bool lines, int64_t min, int64_t max, const char *pointer,
                      struct violations *v);

/* The schema of s as one JSON object; sub-shapes are written in place. */
void bind_schema(const struct bind_shape *s, struct buf *out);

#endif
