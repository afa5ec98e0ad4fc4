/* Brings the messages of the kind "notify" into the officers' lists, page after page, until nothing
 * is left; then sleeps until it hears of a new one, looking at least every ten seconds.  (News
 * between dossiers are brought by links.c.)  The object belongs to the service; its worker's
 * thread. */
#include "server/jobs/outbox.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "server/core/log.h"
#include "server/core/metrics.h"

#define LOOK_MS  10000
#define FIRST_MS 700
#define SOON_MS  50 /* messages that come together go together */
#define AWAY_MS  2000
#define PAGE     500

struct outbox {
    struct worker *w;
    struct store *st;
    struct timer *wake;
    atomic_bool open, posted;
    bool going, again; /* a round is under way; something came meanwhile */
    size_t n;          /* messages of the page under way */
};

static void next_page(struct outbox *o);

static void sleep_for(struct outbox *o, int64_t ms)
{
    timer_start(o->wake, ms);
}

static void begin(void *arg)
{
    struct outbox *o = arg;

    if (o->going) {
        o->again = true;
        return;
    }
    o->going = true;
    o->again = false;
    next_page(o);
}

static void round_over(struct outbox *o, int64_t ms)
{
    o->going = false;
    sleep_for(o, o->again ? SOON_MS : ms);
}

/* ---------------------------------------------------------------- a page */

static void settled(void *owner, enum err e, int64_t n)
{
    struct outbox *o = owner;

    metric_add(METRIC_OUTBOX_DELIVERED, n);
    if (e != ERR_OK)
        round_over(o, AWAY_MS);
    else if (o->n == PAGE)
        next_page(o);
    else
        round_over(o, LOOK_MS);
}

static void page_come(void *owner, enum err e, const struct outbox_row *row, size_t n)
{
    struct outbox *o = owner;
    int64_t id[PAGE];

    if (e != ERR_OK || n == 0) {
        round_over(o, e != ERR_OK ? AWAY_MS : LOOK_MS);
        return;
    }
    for (size_t i = 0; i < n; i++)
        id[i] = row[i].id;
    o->n = n;
    store_notify(o->st, id, n, settled, o);
}

static void next_page(struct outbox *o)
{
    store_outbox(o->st, "notify", clock_now(), PAGE, page_come, o);
}

/* ---------------------------------------------------------------- life */

static void heard(void *arg)
{
    struct outbox *o = arg;

    atomic_store(&o->posted, false);
    if (!atomic_load(&o->open))
        return;
    if (o->going)
        o->again = true;
    else
        sleep_for(o, SOON_MS);
}

void outbox_hear(void *ctx)
{
    struct outbox *o = ctx;

    if (!atomic_load(&o->open) || atomic_exchange(&o->posted, true))
        return;
    if (!worker_post(o->w, heard, o))
        atomic_store(&o->posted, false);
}

struct outbox *outbox_new(void)
{
    struct outbox *o = calloc(1, sizeof *o);

    if (!o)
        abort();
    return o;
}

void outbox_open(struct outbox *o, struct worker *w, struct store *st)
{
    o->w = w;
    o->st = st;
    o->wake = timer_new(w, begin, o);
    sleep_for(o, FIRST_MS);
    atomic_store(&o->open, true);
}

void outbox_close(struct outbox *o)
{
    if (!o->wake)
        return;
    atomic_store(&o->open, false);
    store_orphan(o->st, o);
    o->wake = timer_free(o->wake);
}

struct outbox *outbox_free(struct outbox *o)
{
    free(o);
    return NULL;
}
