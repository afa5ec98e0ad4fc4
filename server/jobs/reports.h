/* Reports that come by themselves: one daemon at a time holds the lease, freezes what is due and
 * notes it; the database lets each run be noted once, whoever does it.
 * Made before the workers and freed after them (main thread); in between it runs on one worker. */
#ifndef SERVER_JOBS_REPORTS_H
#define SERVER_JOBS_REPORTS_H

#include "server/core/pool.h"
#include "server/store/store.h"

struct reports;

/* closing: day on which reporting periods close; settled: seconds (frozen.h). */
struct reports *reports_new(int closing, int settled, unsigned readers);
struct reports *reports_free(struct reports *r);
void reports_open(struct reports *r, struct worker *w, struct store *st, struct pool *pool);
void reports_close(struct reports *r); /* before its store is freed */

#endif
