/* The job pool: a few threads for what blocks or takes over a millisecond of CPU (password hashing,
 * file sync, documents).  The job owns copies of its input; a result always comes back to the
 * worker that asked, on its loop, also at shutdown. */
#ifndef SERVER_CORE_POOL_H
#define SERVER_CORE_POOL_H

#include "server/core/worker.h"

struct pool;

struct pool *pool_new(const char *name, int threads, int queue_max);
struct pool *pool_free(struct pool *p); /* finishes what was begun, gives back the rest undone */

/* run on a pool thread, done on w's loop (ran = false when the pool was closing).
 * False when the queue is full: the caller answers 503. */
bool pool_submit(struct pool *p, struct worker *w, void (*run)(void *job),
                 void (*done)(void *job, bool ran), void *job);
int pool_queued(struct pool *p);

#endif
