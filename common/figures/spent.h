/* Where the time of a resolved dossier went: working minutes of each step and its norm, of the
 * applicant, of time that is excluded by law; and how late it was.  From the state alone.  Pure;
 * any thread. */
#ifndef COMMON_FIGURES_SPENT_H
#define COMMON_FIGURES_SPENT_H

#include "common/base/buf.h"
#include "common/dossier/dossier.h"

struct step_spent {
    int step, agency;
    int64_t officer;
    int64_t minutes; /* working time from handed over to handed on, without pauses */
    int64_t norm;    /* of the step's own limit; -1: it has none */
};
struct spent {
    struct step_spent
        *step; /* in the order they were done; branches of a split are not among them */
    size_t steps;
    int64_t total;     /* working minutes from acceptance to the result */
    int64_t applicant; /* of those: papers or money awaited */
    int64_t excluded;  /* other time that does not count by law */
    int64_t other;     /* neither step nor pause: what is left */
    /* by due_basis: working minutes beyond the date judged by; 0: not late */
    int64_t late[DUE_CURRENT + 1];
};

/* calendar: by name.  False when it is not resolved or a calendar does not reach. */
bool dossier_spent(struct arena *a, const struct dossier *s,
                   const struct calendar *(*calendar)(void *ctx, const char *name), void *ctx,
                   struct spent *ret);

/* The same as one line of text, and read from it: kept, it needs neither state nor calendar.
 * False: no such line. */
void spent_text(const struct spent *x, struct buf *out);
bool spent_read(struct arena *a, struct span text, struct spent *ret);

/* Numbers (not below 0) of which medians are asked, four bytes each: millions of them. */
struct tally {
    struct tally_part *part;
    size_t n;
    int64_t sum, most;
};
void tally_add(struct arena *a, struct tally *t, int64_t v);
/* The smallest number that at least so many percent do not exceed (nearest rank); -1 without
 * numbers. */
int64_t tally_percentile(const struct tally *t, int percent);

#endif
