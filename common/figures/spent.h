/* Where the time of a resolved dossier went: working minutes of each step and its norm, of the
 * applicant, of time that is excluded by law; and how late it was.  From the state alone.  Pure;
 * any thread. */
#ifndef COMMON_FIGURES_SPENT_H
#define COMMON_FIGURES_SPENT_H

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
    int64_t late;      /* working minutes beyond the date judged by; 0: not late */
};

/* calendar: by name.  False when it is not resolved or a calendar does not reach. */
bool dossier_spent(struct arena *a, const struct dossier *s, enum due_basis basis,
                   const struct calendar *(*calendar)(void *ctx, const char *name), void *ctx,
                   struct spent *ret);

/* Numbers of which medians are asked. */
struct tally {
    int64_t *v;
    size_t n, cap;
    int64_t sum;
};
void tally_add(struct arena *a, struct tally *t, int64_t v);
/* The smallest number that at least so many percent do not exceed (nearest rank); -1 without
 * numbers.  Sorts. */
int64_t tally_percentile(struct tally *t, int percent);

#endif
