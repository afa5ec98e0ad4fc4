/* A desk whose procedure has timers: when each rung comes, what fired.  Worlds belong to the
 * caller. One thread. */
#ifndef TESTS_LIB_DOSSIER_TIMED_H
#define TESTS_LIB_DOSSIER_TIMED_H

#include "tests/lib/dossier_desk.h"

#define BUSY                                                                                       \
    "reasons:\n  - {reason: busy, vi: Quá tải, en: Busy, for: late, attribution: officer}\n"

#define WARNED                                                                                     \
    "assign: least_loaded, warn: [50%, 80%, due, \"due - 4 hour\"], escalate: {at: \"due + 4 "     \
    "hour\", to: leader},"

/* timers: keys of the step `appraise`; more: in place of the line "reasons:". */
struct world *timed_world_with(const char *timers, const char *more);
struct world *timed_world(const char *timers);
void timed_take_in(struct world *w, const char *at);
void timed_to_appraise(struct world *w, const char *at);
bool timed_fire(struct world *w, const char *at);
/* "legal.due" -> when, or INSTANT_NONE. */
instant timed_rung_at(struct world *w, const char *word);
void timed_at_rung(struct world *w, const char *word, const char *local);
/* Words of what the last decision fired, with what was done or why not; until the next call. */
const char *timed_fired(struct world *w);
int64_t timed_late_of(struct world *w, size_t event);

#endif
