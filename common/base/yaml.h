/* YAML as a tree in which every node keeps its line and column (libyaml underneath).
 * Its texts live in the caller's arena, its nodes in the scratch beside it (arena_scratch): who
 * has compiled it may let them go.  Mistakes go to the caller's diags.  One thread at a time. */
#ifndef COMMON_BASE_YAML_H
#define COMMON_BASE_YAML_H

#include "common/base/arena.h"
#include "common/base/diag.h"
#include "common/base/span.h"

#define YAML_BYTES_MAX ((size_t)1048576)
#define YAML_NODES_MAX 50000
#define YAML_DEPTH_MAX 32

enum yaml_kind { YAML_SCALAR, YAML_SEQ, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool quoted; /* scalar was quoted: "1.10" stays text */
    struct mark at;
    const char *text;        /* scalar: NFC, NUL-terminated */
    size_t n;                /* items of a sequence, pairs of a map */
    struct yaml_node **item; /* sequence items, or map values */
    struct yaml_node **key;  /* map keys (scalars), same order as in the file */
};

/* One document.  NULL when it cannot be read at all (diags say why).  Codes: Y001 syntax,
 * Y002 too large, too deep or too many nodes, Y003 duplicate key, Y004 key is not a word,
 * Y005 not UTF-8 or forbidden characters, Y006 more than one document, Y007 anchors,
 * aliases and tags are not accepted. */
struct yaml_node *yaml_read(struct arena *a, struct span text, struct diags *d);

/* Value of a key of a map; NULL when absent or when n is not a map. */
struct yaml_node *yaml_get(const struct yaml_node *n, const char *key);
/* The key node itself (for its mark); NULL when absent. */
struct yaml_node *yaml_key(const struct yaml_node *n, const char *key);

/* Each key of the map that is not in the NULL-terminated list is an error Y010 with the nearest. */
void yaml_only_keys(const struct yaml_node *map, const char *const *known, struct diags *d);

/* Typed reading: a wrong kind or form is reported (Y011 wants a text, Y012 a list, Y013 a map,
 * Y014 a whole number, Y015 yes or no, Y016 a date, Y017 missing) and answered with false.
 * A missing value: reported Y017 when required, else false silently. */
bool yaml_text(const struct yaml_node *map, const char *key, bool required, const char **ret,
               struct diags *d);
bool yaml_int(const struct yaml_node *map, const char *key, bool required, int64_t min, int64_t max,
              int64_t *ret, struct diags *d);
bool yaml_bool(const struct yaml_node *map, const char *key, bool required, bool *ret,
               struct diags *d);
struct yaml_node *yaml_list(const struct yaml_node *map, const char *key, bool required,
                            struct diags *d);
struct yaml_node *yaml_map(const struct yaml_node *map, const char *key, bool required,
                           struct diags *d);
/* {vi: …, en: …}: vi is a must (error Y018), en is wanted (warning Y019). */
bool yaml_text2(const struct yaml_node *map, const char *key, bool required, struct text2 *ret,
                struct diags *d);

#endif
