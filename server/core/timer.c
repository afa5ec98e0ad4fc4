/* One-shot timers on a worker's loop.
 * The caller owns each timer; freeing it inside its own call is fine.  The worker's thread. */
#include <event2/event.h>
#include <stdlib.h>

#include "server/core/worker.h"

struct timer {
    struct event *ev;
    void (*fn)(void *arg);
    void *arg;
};

static void fired(evutil_socket_t fd, short what, void *arg)
{
    struct timer *t = arg;

    (void)fd;
    (void)what;
    t->fn(t->arg); /* t may be gone now */
}

struct timer *timer_new(struct worker *w, void (*fn)(void *arg), void *arg)
{
    struct timer *t = calloc(1, sizeof *t);

    if (!t || !(t->ev = event_new(worker_base(w), -1, 0, fired, t)))
        abort();
    t->fn = fn;
    t->arg = arg;
    return t;
}

void timer_start(struct timer *t, int64_t milliseconds)
{
    int64_t ms = milliseconds > 0 ? milliseconds : 0;
    struct timeval tv = {ms / 1000, (ms % 1000) * 1000};

    if (event_add(t->ev, &tv) != 0)
        abort();
}

void timer_stop(struct timer *t)
{
    event_del(t->ev);
}

struct timer *timer_free(struct timer *t)
{
    if (t) {
        event_free(t->ev);
        free(t);
    }
    return NULL;
}
