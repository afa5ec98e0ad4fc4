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
/* Of what a dossier owes or is owed besides its result (struct figure_item of the migrations): bits
 * 0 to 7 as above with classes on time, late, pending, ended; from bit 24 the kind, which is the
 * number of its stream.  The function figure_items writes these. */
#define FACT_KIND_SHIFT 24
#define FACT_KIND_MASK  15
/* fixed when it began */
#define FACT_ITEM_LATE       (1 << 8) /* asked for, told after the time that the rules allow */
#define FACT_ITEM_EXTRA      (1 << 9) /* one more than the rules allow; fee: told beside the first */
#define FACT_ITEM_OVERDUE    (1 << 10) /* the promise had passed by then */
#define FACT_ITEM_OUTSIDE    (1 << 11) /* supplement: names no paper of the published list */
#define FACT_ITEM_SOON       (1 << 12) /* supplement: within a day of the acceptance */
#define FACT_ITEM_ONLINE     (1 << 13) /* payment: over the payment platform */
#define FACT_ITEM_ELECTRONIC (1 << 14) /* result: its file is kept */
/* known when it was over */
#define FACT_ITEM_ACCEPTED (1 << 16) /* the answer to a submission */
#define FACT_ITEM_RETURNED (1 << 17)
#define FACT_ITEM_REJECTED (1 << 18)
#define FACT_ITEM_DEEMED   (1 << 19) /* consultation: silence was consent */
#define FACT_ITEM_POSTED   (1 << 20) /* result: handed over by post */
#define FACT_ITEM_PAID_NET (1 << 21) /* fee: paid over the payment platform */
#define FACT_ITEM_ENDED    (1 << 22) /* never done: cancelled, or the dossier ended */
#define FACT_ITEM_OUTCOMES (127 << 16)
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
