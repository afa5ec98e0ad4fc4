/* Delivers what waits in the outbox: kind after kind, page after page, until nothing is left; then
 * sleeps until it hears of a new message, looking at least every ten seconds.  The object belongs
 * to the service; its worker's thread. */
#include "server/jobs/outbox.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/core/metrics.h"

#define LOOK_MS     10000
#define FIRST_MS    700
#define SOON_MS     50 /* messages that come together go together */
#define AWAY_MS     2000
#define PAGE        500
#define BACKOFF_US  INT64_C(5000000)
#define BACKOFF_MAX INT64_C(3600000000)

struct kind {
    const char *name;
    outbox_deliver *deliver; /* NULL: notify */
    void *ctx;
};

struct sent { /* one message of the page under way */
    struct outbox *o;
    int64_t id;
    int attempts;
    char *fault;
    bool said;
};

struct outbox {
    struct worker *w;
    struct store *st;
    struct timer *wake;
    struct kind kind[OUTBOX_KINDS_MAX];
    size_t kinds;
    atomic_bool open, posted;
    bool going, again; /* a round is under way; something came meanwhile */
    size_t at;         /* kind of the round */
    struct sent sent[PAGE];
    size_t n, left;
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
    o->at = 0;
    next_page(o);
}

static void round_over(struct outbox *o, int64_t ms)
{
    o->going = false;
    sleep_for(o, o->again ? SOON_MS : ms);
}

static void next_kind(struct outbox *o)
{
    if (++o->at < o->kinds)
        next_page(o);
    else
        round_over(o, LOOK_MS);
}

/* ---------------------------------------------------------------- what came of a page */

static void forget_page(struct outbox *o)
{
    for (size_t i = 0; i < o->n; i++) {
        free(o->sent[i].fault);
        o->sent[i].fault = NULL;
    }
    o->n = 0;
}

static void settled(void *owner, enum err e, int64_t n)
{
    struct outbox *o = owner;
    bool full = o->n == PAGE;

    metric_add(METRIC_OUTBOX_DELIVERED, n);
    forget_page(o);
    if (e != ERR_OK)
        round_over(o, AWAY_MS);
    else if (full)
        next_page(o);
    else
        next_kind(o);
}

static instant later(int attempts)
{
    int64_t wait = BACKOFF_US;

    while (attempts-- > 0 && wait < BACKOFF_MAX)
        wait *= 2;
    return clock_now() + (wait < BACKOFF_MAX ? wait : BACKOFF_MAX);
}

static void settle(struct outbox *o)
{
    int64_t id[PAGE];
    const char *fault[PAGE];
    instant next[PAGE];
    int64_t failed = 0;

    for (size_t i = 0; i < o->n; i++) {
        id[i] = o->sent[i].id;
        fault[i] = o->sent[i].fault;
        next[i] = fault[i] ? later(o->sent[i].attempts) : INSTANT_NONE;
        failed += fault[i] != NULL;
    }
    if (failed) {
        metric_add(METRIC_OUTBOX_FAILED, failed);
        log_event(LOG_L_WARN, "messages not delivered", LOG_STR("kind", o->kind[o->at].name),
                  LOG_INT("failed", failed), LOG_INT("of", (int64_t)o->n));
    }
    store_outbox_settle(o->st, id, fault, next, o->n, settled, o);
}

static void said(void *token, const char *fault)
{
    struct sent *s = token;

    assert(!s->said);
    s->said = true;
    s->fault = fault ? strdup(fault) : NULL;
    if (--s->o->left == 0)
        settle(s->o);
}

/* ---------------------------------------------------------------- a page */

static void notify(struct outbox *o, const struct outbox_row *row, size_t n)
{
    int64_t id[PAGE];

    for (size_t i = 0; i < n; i++)
        id[i] = row[i].id;
    o->n = n;
    store_notify(o->st, id, n, settled, o);
}

static void page_come(void *owner, enum err e, const struct outbox_row *row, size_t n)
{
    struct outbox *o = owner;
    const struct kind *k = &o->kind[o->at];

    if (e != ERR_OK) {
        round_over(o, AWAY_MS);
        return;
    }
    if (n == 0) {
        next_kind(o);
        return;
    }
    if (!k->deliver) {
        notify(o, row, n);
        return;
    }
    o->n = n;
    o->left = n + 1;
    for (size_t i = 0; i < n; i++)
        o->sent[i] = (struct sent){.o = o, .id = row[i].id, .attempts = row[i].attempts};
    for (size_t i = 0; i < n; i++)
        k->deliver(k->ctx, &row[i], said, &o->sent[i]);
    if (--o->left == 0)
        settle(o);
}

static void next_page(struct outbox *o)
{
    store_outbox(o->st, o->kind[o->at].name, clock_now(), PAGE, page_come, o);
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
    o->kind[o->kinds++] = (struct kind){"notify", NULL, NULL};
    return o;
}

void outbox_handle(struct outbox *o, const char *kind, outbox_deliver *deliver, void *ctx)
{
    assert(o->kinds < OUTBOX_KINDS_MAX && deliver);
    o->kind[o->kinds++] = (struct kind){kind, deliver, ctx};
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
    forget_page(o);
}

struct outbox *outbox_free(struct outbox *o)
{
    free(o);
    return NULL;
}
