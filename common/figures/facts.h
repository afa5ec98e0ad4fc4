/* Facts about a dossier (hồ sơ) within a period, as one number: what the database tells, and all
 * that figures are counted from.  Values, any thread. */
#ifndef COMMON_FIGURES_FACTS_H
#define COMMON_FIGURES_FACTS_H

#include <stdint.h>

#include "common/dossier/parts.h"

/* The functions figure_work and figure_first (migrations) write these; a test compares. */
#define FACT_CLASS_MASK                                                                            \
    7 /* enum dossier_class at the end of the period: early … ended otherwise                    \
       */
#define FACT_RECEIVED      (1 << 3) /* accepted in the period, else carried over into it */
#define FACT_CHANNEL_SHIFT 4        /* two bits: enum channel */
#define FACT_BY_OFFICER    (1 << 6) /* online, typed in by staff (nộp hộ) */
#define FACT_ELSEWHERE     (1 << 7) /* received outside the territory (phi địa giới) */
#define FACT_SUPPLEMENTED  (1 << 8) /* papers were asked for after acceptance */
#define FACT_APOLOGY       (1 << 9) /* its date was moved with an apology */
#define FACT_REFUSED       (1 << 10)
/* Of first submissions, instead of the class and what follows it. */
#define FACT_FIRST              (1 << 30)
#define FACT_FIRST_ACCEPTED     (1 << 0)
#define FACT_FIRST_VALID        (1 << 1)
#define FACT_FIRST_TAKEN_IN     (1 << 2)
#define FACT_FIRST_SUPPLEMENTED (1 << 3)

_Static_assert(CLASS_EARLY == 0 && CLASS_LATE == 2 && CLASS_PENDING_OVERDUE == 4 &&
                   CLASS_WAITING == 5 && CLASS_ENDED_OTHER == 6,
               "the database writes these numbers");

#endif
