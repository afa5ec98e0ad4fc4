/* Mistakes found in a file, all of them at once, each with its place, code and cure.
 * The list lives in the caller's arena.  One thread at a time. */
#ifndef COMMON_BASE_DIAG_H
#define COMMON_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/lang.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING };

struct mark {
    int line; /* from 1; 0: the file as a whole */
    int col;  /* from 1, in characters */
};

struct diag {
    enum diag_severity severity;
    struct mark at;
    const char *code; /* "P021": stable, documented */
    struct text2 text;
    const char *nearest; /* the word probably meant, or NULL */
};

struct diags {
    struct arena *arena;
    struct diag *item;
    size_t n, cap;
    size_t errors;  /* how many are errors */
    size_t dropped; /* beyond DIAG_MAX */
};

#define DIAG_MAX 500

void diags_init(struct diags *d, struct arena *a);
/* Both formats take the same arguments in the same order. */
void diag_add(struct diags *d, enum diag_severity sev, struct mark at, const char *code,
              const char *vi, const char *en, ...) __attribute__((format(printf, 5, 7)))
__attribute__((format(printf, 6, 7)));
/* Without arguments; the texts must outlive the list. */
void diag_add_text(struct diags *d, enum diag_severity sev, struct mark at, const char *code,
                   struct text2 text);
/* Sets the hint of the diagnostic added last: nearest of the words to wrong, if near enough. */
void diag_nearest(struct diags *d, const char *wrong, const char *const *words, size_t n);
/* By place, stable. */
void diags_sort(struct diags *d);

/* file:line:col: error: text [CODE]
 *     the line
 *         ^
 *     hint */
void diags_print(const struct diags *d, const char *file, struct span source, enum lang lang,
                 struct buf *out);
/* The same as a JSON array of {file,line,col,severity,code,text,nearest}. */
void diags_json(const struct diags *d, const char *file, enum lang lang, struct buf *out);

/* The word of the list with the least edit distance to wrong, if at most a third of its length
 * (at least 1); NULL otherwise. */
const char *word_nearest(const char *wrong, const char *const *words, size_t n);

#endif
