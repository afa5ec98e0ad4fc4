/* What is done now and then: forgetting what has served its time, sealing the days that are over.
 * Made before the workers and freed after them (main thread); in between it runs on one worker. */
#ifndef SERVER_JOBS_UPKEEP_H
#define SERVER_JOBS_UPKEEP_H

#include "server/store/store.h"

struct upkeep;

struct upkeep *upkeep_new(int key_days); /* answers under idempotency keys are kept so long */
struct upkeep *upkeep_free(struct upkeep *u);
void upkeep_open(struct upkeep *u, struct worker *w, struct store *st);
void upkeep_close(struct upkeep *u); /* before its store is freed */

#endif
