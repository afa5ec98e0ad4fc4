/* What if (nếu như): what a dossier's promise and steps would have been by other limits, another
 * calendar or another rule, from the same decisions at the same moments.  From the ledger in its
 * state alone.  Pure; any thread. */
#ifndef COMMON_FIGURES_WHATIF_H
#define COMMON_FIGURES_WHATIF_H

#include "common/figures/figures.h"
#include "common/figures/spent.h"

/* What a supplement does to the clock (Decree 61/2018 art. 19.4, 118/2025 art. 19.5). */
enum whatif_supplement {
    WHATIF_AS_IT_WAS,
    WHATIF_RESTARTS,
    WHATIF_CONTINUES,
    WHATIF_COUNTS, /* the clock runs on */
};
extern const char *const WHATIF_SUPPLEMENT_WORDS[]; /* as_it_was, restart, continue, counts */

struct whatif_limit {
    const char *procedure, *step; /* step NULL: the promise */
    struct quantity limit;
};
struct whatif {
    const struct whatif_limit *limit;
    size_t limits;
    enum whatif_supplement supplement;
    bool exclusions_count; /* time that the law excludes is counted */
    /* calendars by name: as they are, and as supposed */
    const struct calendar *(*calendar)(void *ctx, const char *name);
    void *real, *supposed;
};

/* The date that the classes are judged by.  False when the rules as they are do not give the date
 * that was promised (a corrected calendar, a recalculation, another case): then nothing can be said
 * about other ones, and it stays. */
bool whatif_basis(const struct dossier *s, const struct whatif *w, instant *ret);

/* One dossier counted as it was and as it would have been at `end` (exclusive). */
struct whatif_one {
    enum dossier_class real, supposed;
    bool apart; /* nothing can be said: the same in both */
    instant due, supposed_due;
};
void whatif_class(const struct dossier *s, const struct whatif *w, instant end,
                  struct whatif_one *ret);
/* Each step done against its norm, as it was and as supposed, in the same order.  False when one of
 * the calendars does not reach. */
bool whatif_steps(struct arena *a, const struct dossier *s, const struct procedure *p,
                  const struct whatif *w, struct spent *real, struct spent *supposed);

#endif
