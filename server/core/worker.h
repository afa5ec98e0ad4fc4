/* Worker threads: each has its own event base and its own objects; nothing is shared but immutable
 * snapshots.  The only way across threads is the bounded mailbox (eventfd).
 * Created and joined by the main thread; everything else is called on the worker's own thread
 * unless said otherwise. */
#ifndef SERVER_CORE_WORKER_H
#define SERVER_CORE_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/time/civil.h"

struct event_base;
struct worker;

/* What a worker carries for the rooms above; a room asks for its own object only. */
enum worker_slot { WORKER_DB, WORKER_HTTP, WORKER_HTTP_OPS, WORKER_API, WORKER_SLOTS };

#define WORKERS_MAX 64
#define MAILBOX_MAX 4096

/* setup runs on the new thread before its loop; false makes workers_start fail as a whole.
 * teardown runs on the thread after its loop has ended. */
struct worker_hooks {
    bool (*setup)(struct worker *w, void *ctx);
    void (*drain)(struct worker *w, void *ctx); /* stop accepting, close what is idle */
    void (*teardown)(struct worker *w, void *ctx);
    void *ctx;
};

bool workers_start(int n, const struct worker_hooks *hooks);
int workers_count(void);
struct worker *worker_at(int index);
void workers_drain(void); /* any thread: asks every worker to drain */
void workers_stop(void);  /* main thread: ends the loops and joins */
bool workers_alive(void); /* main thread: every loop has turned since the last call */

struct event_base *worker_base(struct worker *w);
int worker_index(const struct worker *w);
void *worker_get(struct worker *w, enum worker_slot slot);
void worker_set(struct worker *w, enum worker_slot slot, void *object);

/* Any thread: runs fn(arg) on w's loop, in order.  False when the mailbox is full or closed;
 * arg then stays the caller's. */
bool worker_post(struct worker *w, void (*fn)(void *arg), void *arg);

/* Called back at the end of this turn of the loop or on a later one, never before returning. */
void worker_later(struct worker *w, void (*fn)(void *arg), void *arg);

/* A worker without a thread of its own, for tests and verbs: it turns when the caller says so.
 * Turns until finished(ctx) (true) or for ms milliseconds (then false); finished NULL: turns for ms
 * (true). */
struct worker *worker_solo_new(void);
bool worker_solo_turn(struct worker *w, bool (*finished)(void *ctx), void *ctx, int64_t ms);
struct worker *worker_solo_free(struct worker *w);

/* One-shot timers.  The owner frees; freeing or stopping an armed timer is fine. */
struct timer;
struct timer *timer_new(struct worker *w, void (*fn)(void *arg), void *arg);
void timer_start(struct timer *t, int64_t milliseconds);
void timer_stop(struct timer *t);
struct timer *timer_free(struct timer *t); /* takes NULL, returns NULL */

/* The clock of the house: a seam that tests steer.  Real time for the ledger, monotonic for waits.
 */
instant clock_now(void);
int64_t clock_mono_us(void);
void clock_set_for_tests(instant now); /* INSTANT_NONE: real time again */

/* Random bytes of the system; aborts when there are none. */
void random_bytes(void *p, size_t n);

#endif
