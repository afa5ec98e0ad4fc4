/* Fires what has come: sleeps until the next timer (looking at least every half minute, for other
 * daemons move timers too), takes the lease, goes through what is due page by page behind the acts
 * of officers.  The object belongs to the service; its worker's thread. */
#include "server/jobs/timers.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "server/core/log.h"
#include "server/core/metrics.h"

#define LOOK_MS      30000 /* at the latest */
#define FIRST_MS     500
#define AGAIN_MS     2000 /* after the database did not answer */
#define OTHERS_MS    5000 /* another daemon has the lease */
#define LEASE_S      15
#define RENEW_US     5000000
#define PAGE         256
#define PAGES_MAX    2 /* read while the one before is being stored */
#define BACKLOG_MOST 1000000
#define BACKLOG_US   5000000
#define CATCH_UP_US  INT64_C(300000000) /* later than this is told in the log */
#define LEASE_JOB    "timers"
#define MINUTE_US    INT64_C(60000000)

struct timers {
    struct worker *w;
    struct store *st;
    struct timer *wake;
    char holder[33];
    _Atomic instant planned; /* when it will look again */
    _Atomic bool posted;
    bool closing;
    /* a round through what is due */
    bool going, ending, pausing;
    int pages;
    instant now, after_at, oldest;
    int64_t after_id, began, leased, counted;
    int64_t dossiers, rungs, failed;
};

static void page(struct timers *t);
static void look(void *arg);

/* ---------------------------------------------------------------- sleeping */

static void sleep_for(struct timers *t, int64_t ms)
{
    atomic_store(&t->planned, clock_now() + ms * 1000);
    timer_start(t->wake, ms);
}

static void next_come(void *owner, enum err e, instant at, int64_t due)
{
    struct timers *t = owner;
    instant now = clock_now();

    if (e != ERR_OK) {
        sleep_for(t, AGAIN_MS);
        return;
    }
    metric_set(METRIC_TIMER_BACKLOG, due);
    t->counted = clock_mono_us();
    if (at == INSTANT_NONE || at - now > LOOK_MS * INT64_C(1000))
        sleep_for(t, LOOK_MS);
    else if (at > now)
        sleep_for(t, (at - now) / 1000 + 1);
    else
        look(t);
}

static void ask_next(struct timers *t)
{
    store_next_timer(t->st, clock_now(), BACKLOG_MOST, next_come, t);
}

static void woken(void *arg)
{
    ask_next(arg);
}

static void heard(void *arg)
{
    struct timers *t = arg;

    atomic_store(&t->posted, false);
    if (!t->closing && !t->going) {
        timer_stop(t->wake);
        sleep_for(t, 1);
    }
}

void timers_hear(void *ctx, instant at)
{
    struct timers *t = ctx;

    if (at >= atomic_load(&t->planned) || atomic_exchange(&t->posted, true))
        return;
    if (!worker_post(t->w, heard, t))
        atomic_store(&t->posted, false);
}

/* ---------------------------------------------------------------- a round */

static void tell_round(const struct timers *t)
{
    int64_t ms = (clock_mono_us() - t->began) / 1000;
    int64_t late = t->oldest == INSTANT_NONE ? 0 : t->now - t->oldest;

    if (t->dossiers + t->failed == 0)
        return;
    log_event(late > CATCH_UP_US ? LOG_L_WARN : LOG_L_INFO,
              late > CATCH_UP_US ? "timers caught up" : "timers fired",
              LOG_INT("dossiers", t->dossiers), LOG_INT("rungs", t->rungs),
              LOG_INT("failed", t->failed), LOG_INT("late_minutes", late / MINUTE_US),
              LOG_INT("ms", ms));
}

static void round_over(struct timers *t)
{
    tell_round(t);
    t->going = false;
    if (t->pausing)
        sleep_for(t, AGAIN_MS);
    else
        ask_next(t);
}

static void backlog_come(void *owner, enum err e, instant at, int64_t due)
{
    (void)owner;
    (void)at;
    if (e == ERR_OK)
        metric_set(METRIC_TIMER_BACKLOG, due);
}

static void renewed(void *owner, enum err e, bool mine)
{
    struct timers *t = owner;

    if (e != ERR_OK || !mine)
        t->ending = t->pausing = true;
}

static void keep_lease(struct timers *t)
{
    int64_t now = clock_mono_us();

    if (now - t->leased > RENEW_US) {
        t->leased = now;
        store_job_take(t->st, LEASE_JOB, t->holder, LEASE_S, renewed, t);
    }
    if (now - t->counted > BACKLOG_US) {
        t->counted = now;
        store_next_timer(t->st, clock_now(), BACKLOG_MOST, backlog_come, t);
    }
}

static void page_read(void *owner, int found, instant last_at, int64_t last_id)
{
    struct timers *t = owner;

    t->after_at = last_at;
    t->after_id = last_id;
    if (found < PAGE)
        t->ending = true;
    else if (t->pages < PAGES_MAX && !t->ending)
        page(t);
}

static void page_fired(void *owner, const struct timer_fires *f)
{
    struct timers *t = owner;

    t->pages--;
    t->dossiers += f->acts;
    t->rungs += f->rungs;
    t->failed += f->failed;
    if (f->oldest != INSTANT_NONE && (t->oldest == INSTANT_NONE || f->oldest < t->oldest))
        t->oldest = f->oldest;
    if (f->e != ERR_OK || f->unavailable)
        t->ending = t->pausing = true;
    if (f->found == 0)
        t->ending = true;
    keep_lease(t);
    if (!t->ending && t->pages == 0)
        page(t);
    else if (t->ending && t->pages == 0)
        round_over(t);
}

static void page(struct timers *t)
{
    const struct timer_page p = {.now = t->now,
                                 .after_at = t->after_at,
                                 .after_id = t->after_id,
                                 .limit = PAGE,
                                 .read = page_read};

    t->pages++;
    store_fire(t->st, &p, page_fired, t);
}

static void lease_come(void *owner, enum err e, bool mine)
{
    struct timers *t = owner;

    if (e != ERR_OK || !mine) {
        t->going = false;
        sleep_for(t, e != ERR_OK ? AGAIN_MS : OTHERS_MS);
        return;
    }
    t->began = t->leased = clock_mono_us();
    t->now = clock_now();
    t->after_at = t->oldest = INSTANT_NONE;
    t->after_id = 0;
    t->dossiers = t->rungs = t->failed = 0;
    t->ending = t->pausing = false;
    page(t);
}

static void look(void *arg)
{
    struct timers *t = arg;

    t->going = true;
    store_job_take(t->st, LEASE_JOB, t->holder, LEASE_S, lease_come, t);
}

/* ---------------------------------------------------------------- life */

struct timers *timers_new(void)
{
    struct timers *t = calloc(1, sizeof *t);
    uint8_t bytes[16];

    if (!t)
        abort();
    random_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, t->holder);
    atomic_store(&t->planned, INSTANT_NONE); /* hears nothing yet */
    return t;
}

void timers_open(struct timers *t, struct worker *w, struct store *st)
{
    t->w = w;
    t->st = st;
    t->wake = timer_new(w, woken, t);
    sleep_for(t, FIRST_MS);
}

void timers_close(struct timers *t)
{
    if (!t->wake)
        return;
    atomic_store(&t->planned, INSTANT_NONE);
    t->closing = true;
    store_orphan(t->st, t);
    t->wake = timer_free(t->wake);
}

struct timers *timers_free(struct timers *t)
{
    free(t);
    return NULL;
}
