/* Worlds whose procedure goes to three agencies at once: construction, tax, police.  The caller
 * owns the world.  One thread. */
#ifndef TESTS_LIB_DOSSIER_SPLIT_H
#define TESTS_LIB_DOSSIER_SPLIT_H

#include "tests/lib/dossier_desk.h"

#define SXD  131 /* who answers where */
#define SXD2 132
#define TAX  141
#define POL  151

struct split { /* the join, further keys of each branch, keys at the end of the file */
    const char *join, *construction, *tax, *police, *more;
};

struct world *split_world(struct split x);
const char *split_text(struct split x); /* until the next call */
/* Received on Monday 02/03/2026 08:00; at the split on Tuesday 09:00. */
void split_take_in(struct world *w, int64_t id);
void split_enter(struct world *w, int64_t id);
const struct task *split_branch(const struct world *w, int branch); /* or NULL */
const struct clock *split_clock_at(const struct world *w, enum clock_kind k, int subject);
const struct clock *split_clock(const struct world *w, int branch);
/* The agency's officer receives it where needed and answers, with words and a document. */
enum err split_try(struct world *w, int branch, const char *outcome);
void split_answer(struct world *w, int branch, const char *outcome);

#endif
