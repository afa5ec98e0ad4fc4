/* Reporting periods (kỳ báo cáo): months, quarters, halves and years that close on a configured day
 * of the month (Decree 09/2019: data from the 15th to the 14th).  Pure; any thread. */
#ifndef COMMON_FIGURES_PERIOD_H
#define COMMON_FIGURES_PERIOD_H

#include "common/base/lang.h"
#include "common/time/civil.h"

/* "2026-11", "2026-Q4", "2026-H2", "2026" as days, the end exclusive.  With day 15 November runs
 * from 15 October up to 14 November, the year from 15 December; with day 1 they are those of the
 * calendar.  day: 1 to 28. */
bool period_parse(struct span s, int day, dayno *ret_from, dayno *ret_to);

/* What holds for all figures, in words; ended by a NULL. */
extern const struct text2 FIGURE_RULES[];

#endif
