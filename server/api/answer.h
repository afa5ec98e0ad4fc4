/* Shapes of answers as tables: what a JSON answer holds, member by member.  The writers beside them
 * write it, openapi.c prints it as JSON Schema, and every API test compares the two.
 * Constants; any thread. */
#ifndef SERVER_API_ANSWER_H
#define SERVER_API_ANSWER_H

#include "common/base/json_out.h"
#include "common/base/lang.h"

enum answer_kind {
    ANSWER_TEXT,   /* for people */
    ANSWER_WORD,   /* a key or code; enumerated when the row has words */
    ANSWER_TIME,   /* RFC 3339 with +07:00 */
    ANSWER_DATE,   /* 2026-03-02 */
    ANSWER_HASH,   /* 64 hexadecimal digits */
    ANSWER_INT,    /* 64 bits, signed */
    ANSWER_BOOL,   /* true, false */
    ANSWER_OBJECT, /* as `of` */
    ANSWER_LIST,   /* of objects as `of` */
    ANSWER_TEXTS,  /* list of texts */
    ANSWER_WORDS,  /* list of words; enumerated when the row has words */
    ANSWER_VALUES, /* an object whose members are texts, integers or booleans */
    ANSWER_WITH,   /* the members of `of` stand here, too */
};
enum {
    ANSWER_MAYBE = 1, /* may be left out */
    ANSWER_NULL = 2,  /* may be null */
};

/* The i-th word; NULL or "" after the last. */
typedef const char *answer_word(unsigned i);

struct answer_shape;
struct answer_key {
    const char *key;
    enum answer_kind kind;
    unsigned flags;
    const struct answer_shape *of;
    const char *const *words; /* NULL-terminated: the very list that the writer uses … */
    answer_word *word;        /* … or its function */
    struct text2 about;
};
struct answer_shape {
    const char *name; /* of the schema; unique */
    const struct answer_key *key;
    size_t keys;
    void (*print)(struct buf *out); /* instead of keys: a schema that another table prints */
};

/* Rows: A_TEXT("name", ANSWER_NULL, "tên", "name"). */
/* clang-format off */
#define A_ROW(key, kind, flags, of, words, word, vi, en) \
    {(key), ANSWER_##kind, (flags), (of), (words), (word), {(vi), (en)}}
#define A_TEXT(key, flags, vi, en)          A_ROW(key, TEXT, flags, NULL, NULL, NULL, vi, en)
#define A_WORD(key, flags, vi, en)          A_ROW(key, WORD, flags, NULL, NULL, NULL, vi, en)
#define A_ENUM(key, flags, list, vi, en)    A_ROW(key, WORD, flags, NULL, (list), NULL, vi, en)
#define A_NAME(key, flags, fn, vi, en)      A_ROW(key, WORD, flags, NULL, NULL, (fn), vi, en)
#define A_TIME(key, flags, vi, en)          A_ROW(key, TIME, flags, NULL, NULL, NULL, vi, en)
#define A_DATE(key, flags, vi, en)          A_ROW(key, DATE, flags, NULL, NULL, NULL, vi, en)
#define A_HASH(key, flags, vi, en)          A_ROW(key, HASH, flags, NULL, NULL, NULL, vi, en)
#define A_INT(key, flags, vi, en)           A_ROW(key, INT, flags, NULL, NULL, NULL, vi, en)
#define A_BOOL(key, flags, vi, en)          A_ROW(key, BOOL, flags, NULL, NULL, NULL, vi, en)
#define A_OBJECT(key, flags, of, vi, en)    A_ROW(key, OBJECT, flags, (of), NULL, NULL, vi, en)
#define A_LIST(key, flags, of, vi, en)      A_ROW(key, LIST, flags, (of), NULL, NULL, vi, en)
#define A_TEXTS(key, flags, vi, en)         A_ROW(key, TEXTS, flags, NULL, NULL, NULL, vi, en)
#define A_WORDS(key, flags, list, vi, en)   A_ROW(key, WORDS, flags, NULL, (list), NULL, vi, en)
#define A_NAMES(key, flags, fn, vi, en)     A_ROW(key, WORDS, flags, NULL, NULL, (fn), vi, en)
#define A_VALUES(key, flags, vi, en)        A_ROW(key, VALUES, flags, NULL, NULL, NULL, vi, en)
#define A_WITH(of)                          A_ROW(NULL, WITH, 0, (of), NULL, NULL, NULL, NULL)
#define A_SHAPE(name, rows)                 {(name), (rows), sizeof(rows) / sizeof *(rows), NULL}
#define A_PRINTED(name, fn)                 {(name), NULL, 0, (fn)}
/* A page: its items, and where to go on (page.h). */
#define A_PAGE(item, vi, en) \
    A_LIST("items", 0, item, vi, en), \
    A_WORD("next", ANSWER_NULL, "con trỏ của trang sau; null: hết", "cursor of the next page; null: the end")
/* clang-format on */

/* Words of other rooms, by number from 0. */
const char *answer_status(unsigned i);
const char *answer_class(unsigned i);
const char *answer_role(unsigned i);
const char *answer_channel(unsigned i);
const char *answer_effect(unsigned i);
const char *answer_event(unsigned i);
const char *answer_command(unsigned i);
const char *answer_error(unsigned i);
const char *answer_request(unsigned i);
const char *answer_request_state(unsigned i);

/* Shapes that several resources share. */
extern const struct answer_shape answer_agency;   /* jw_kagency */
extern const struct answer_shape answer_members;  /* dossier_members, for A_WITH */
extern const struct answer_shape answer_state;    /* state_json: after an act */
extern const struct answer_shape answer_created;  /* the same with the secret of the receipt */
extern const struct answer_shape answer_quantity; /* {limit, words} */
extern const struct answer_shape answer_why_line; /* a line of worktime_explain */
extern const struct answer_shape answer_requests; /* requests_json */
extern const struct answer_shape answer_problem;
extern const struct answer_shape answer_any;   /* any object */
extern const struct answer_shape answer_found; /* a dossier as searches tell it */
extern const struct answer_shape answer_fee;   /* a line of dossier_fees */
extern const struct answer_shape answer_why;   /* dossier_explain_clock as JSON */
extern const struct answer_shape answer_draft; /* a saved draft with its content */

/* The schema of one shape; others are referred to as #/components/schemas/NAME. */
void answer_schema(const struct answer_shape *s, struct buf *out);

#define ANSWER_SHAPES_MAX 400
struct answer_set {
    const struct answer_shape *shape[ANSWER_SHAPES_MAX];
    size_t n;
};
/* Adds s and all that it refers to, each once; aborts on a broken table (only a bug breaks it). */
void answer_collect(const struct answer_shape *s, struct answer_set *set);

#endif
