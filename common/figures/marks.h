/* Marks of a resolved dossier, 2, 1 or 0 points (Circular 01/2018, article 13, indicators 2 to 4).
 * Values; any thread. */
#ifndef COMMON_FIGURES_MARKS_H
#define COMMON_FIGURES_MARKS_H

#include "common/figures/spent.h"
#include "common/procedure/procedure.h"

/* Indicator 2, of the agency that did step i, told once, at its first step: 2 when its steps took
 * less working time than their norms together, 1 as much, 0 more.  False: told before, or a step
 * of it has no norm. */
bool mark_of_agency(const struct spent *x, size_t i, int *ret);
/* Indicators 3 and 4: how often, and how many agencies had to be contacted to complete it.  p:
 * whose reasons say whose doing a contact was; NULL: nobody knows. */
void marks_of_contacts(const struct dossier *d, const struct procedure *p, int *ret_times,
                       int *ret_agencies);

#endif
