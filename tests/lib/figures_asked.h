/* Figures asked of a store's world and compared with what was counted by hand; each answer is held
 * to the identities of the form (II.06a) as well. */
#ifndef TESTS_LIB_FIGURES_ASKED_H
#define TESTS_LIB_FIGURES_ASKED_H

#include <jansson.h>

#include "server/store/figures.h"
#include "tests/lib/store_world.h"

struct expected {
    const char *column; /* NULL: the end of the table */
    int64_t n;
};

/* 2026-10-01T08:00+07:00 */
instant when(const char *local);
/* For the caller to json_decref(). */
json_t *figures_answer(struct store_world *x, const struct figures_query *q);
json_t *figures_answer_list(struct store_world *x, const struct figures_query *q);
/* Of the answer's first row. */
void figures_check(struct store_world *x, const struct figures_query *q,
                   const struct expected *want);
void figures_rate_is(struct store_world *x, const struct figures_query *q, const char *key,
                     int64_t n, int64_t of, int64_t tenths);
enum figure_id figure_named(const char *name);

#endif
