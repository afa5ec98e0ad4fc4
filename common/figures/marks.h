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
/* The same of the officer who did step i, by all her steps at that agency. */
bool mark_of_officer(const struct spent *x, size_t i, int *ret);
/* Did the officer of step i process the dossier there?  True once, at her first step that is not at
 * the reception; p: what it ran by, NULL: nobody knows. */
bool mark_of_work(const struct spent *x, size_t i, const struct procedure *p);
/* Indicators 3 and 4: how often, and how many agencies had to be contacted to complete it.  p:
 * whose reasons say whose doing a contact was; NULL: nobody knows. */
void marks_of_contacts(const struct dossier *d, const struct procedure *p, int *ret_times,
                       int *ret_agencies);

#endif
