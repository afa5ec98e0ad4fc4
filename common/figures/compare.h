/* Two answers of one report, cell by cell: what a new version of a frozen report says differently.
 * Pure; any thread. */
#ifndef COMMON_FIGURES_COMPARE_H
#define COMMON_FIGURES_COMPARE_H

#include "common/base/arena.h"
#include "common/base/json_out.h"

#define COMPARE_CELLS_MAX 2000

/* row: the place of the object in the answer, rows of lists by their own keys
 * ("items/procedure:1.005416"); cell: its member.  A value is missing where the row is. */
struct compared_cell {
    const char *row, *title, *cell;
    const char *before, *after; /* as JSON; NULL: no such row or member */
};
struct compared {
    struct compared_cell *cell;
    size_t n, cap, dropped; /* dropped: beyond COMPARE_CELLS_MAX */
};

/* Both are answers of ours (objects); everything lies in the arena.  as_of, asked anew each time,
 * and cursors are no cells.  False when one cannot be read. */
bool answers_compare(struct arena *a, struct span before, struct span after, struct compared *ret);
/* [{"row","title","cell","before","after"}…]: numbers, null where there is none; what is no number
 * is told as before_text, after_text. */
void compared_json(struct jw *w, const struct compared *c);

#endif
