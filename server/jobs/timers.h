/* Timers of dossiers: one a daemon sleeps until the next rung of any clock comes, then fires what
 * has come.  Several daemons may run: one at a time holds the lease, the database lets each rung
 * happen once whoever does it. Lives on one worker's thread; timers_hear may be called on any. */
#ifndef SERVER_JOBS_TIMERS_H
#define SERVER_JOBS_TIMERS_H

#include "server/store/store.h"

struct timers;

/* Made before the workers and freed after them (main thread); in between it runs on one worker. */
struct timers *timers_new(void);
struct timers *timers_free(struct timers *t);
void timers_open(struct timers *t, struct worker *w, struct store *st);
void timers_close(struct timers *t); /* before its store is freed */
/* Any thread: an act moved a timer; ctx: the timers.  For store_watch_timers of every worker. */
void timers_hear(void *ctx, instant at);

#endif
