/* Binding of YAML maps to structs by tables: one table of keys gives the reading, the refusal of
 * unknown keys, and the JSON Schema that editors complete from.  Tables are constants; what is
 * read lives in the reader's arena.  One thread at a time. */
#ifndef COMMON_BASE_SHAPE_H
#define COMMON_BASE_SHAPE_H

#include "common/base/yaml.h"

enum shape_kind {
    SHAPE_TEXT,        /* const char * */
    SHAPE_WORD,        /* const char *: letters, digits, "_", "-", "." */
    SHAPE_TITLE,       /* struct text2 from the keys `vi` and `en` of the map itself */
    SHAPE_TEXT2,       /* struct text2 from {vi, en} */
    SHAPE_LOOSE2,      /* struct text2 from a text (Vietnamese) or {vi, en}; English not wanted */
    SHAPE_INT,         /* int, min..max */
    SHAPE_I64,         /* int64_t, min..max */
    SHAPE_BOOL,        /* bool */
    SHAPE_CHOICE,      /* an enum (int): the place in `words` */
    SHAPE_CHOICE_TEXT, /* const char *: one of `words` */
    SHAPE_BITS,        /* unsigned: a list of `words`, one bit each */
    SHAPE_TEXTS,       /* const char ** and size_t: a list of texts */
    SHAPE_MAP,         /* struct: the map is read by `sub` */
    SHAPE_LIST,        /* pointer to structs and size_t: each read by `sub`; at most `max` items */
    SHAPE_HOOK,        /* `hook` reads it; NULL: a later pass does */
};

struct shape;
struct shape_key;

struct shape_reader {
    struct arena *arena;
    struct diags *diags;
    void *ctx; /* for hooks */
};

/* Reads v into field; mistakes go to r->diags. */
typedef void shape_hook(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                        void *field);

struct shape_key {
    const char *key;
    enum shape_kind kind;
    bool required;
    size_t at, at_n;     /* offsets of the field and of its count */
    const char *vi, *en; /* what it means, for people */
    const struct shape *sub;
    const char *const *words; /* NULL-terminated */
    int64_t min, max;
    shape_hook *hook;
    const char *schema; /* JSON Schema of a hook's value */
};

struct shape {
    const char *name; /* in $defs */
    size_t size;
    const struct shape_key *key;
    size_t keys;
    const char *id; /* key that must differ between the items of a list, or NULL */
};

/* Reads map into obj (zeroed or with defaults).  Beside the codes of yaml.h: Y020 not one of the
 * words, Y021 not a word, Y022 identifier used twice, Y023 list empty or too long.  A required
 * text that is missing becomes "", so that later checks can go on and report more. */
void shape_read(struct shape_reader *r, const struct shape *s, struct yaml_node *map, void *obj);

struct shape_def {
    const char *name, *schema;
};

/* The whole schema (JSON Schema 2020-12) with s as its root; extra[n]: further definitions that
 * hooks refer to as #/$defs/name. */
void shape_schema(const struct shape *s, const char *title, const struct shape_def *extra, size_t n,
                  struct buf *out);

#endif
