/* Once an hour, first soon after the start; figures are settled, lost tables looked for more often.
 * Several daemons may do it: each statement stands that. The object belongs to the service; its
 * worker's thread. */
#include "server/jobs/upkeep.h"

#include <stdlib.h>

#include "server/store/figures.h"
#include "server/store/halls.h"

#define FIRST_MS      20000
#define EVERY_MS      3600000
#define SETTLE_MS     20000
#define ANALYSE_EVERY 15               /* settlings: every five minutes */
#define ANALYSE_BYTES INT64_C(1000000) /* a plan for a smaller table is never a bad one */

struct upkeep {
    struct store *st;
    struct timer *wake, *settle;
    int key_days, settled;
};

static void round_of(void *arg)
{
    struct upkeep *u = arg;

    store_expire(u->st, u->key_days);
    store_appointments_forget(u->st);
    store_seal_days(u->st);
    timer_start(u->wake, EVERY_MS);
}

static void settle(void *arg)
{
    struct upkeep *u = arg;

    store_figures_settle(u->st);
    store_marks_settle(u->st);
    if (u->settled++ % ANALYSE_EVERY == 0)
        store_analyse_forgotten(u->st, ANALYSE_BYTES);
    timer_start(u->settle, SETTLE_MS);
}

struct upkeep *upkeep_new(int key_days)
{
    struct upkeep *u = calloc(1, sizeof *u);

    if (!u)
        abort();
    u->key_days = key_days;
    return u;
}

void upkeep_open(struct upkeep *u, struct worker *w, struct store *st)
{
    u->st = st;
    u->wake = timer_new(w, round_of, u);
    u->settle = timer_new(w, settle, u);
    timer_start(u->wake, FIRST_MS);
    timer_start(u->settle, SETTLE_MS);
}

void upkeep_close(struct upkeep *u)
{
    if (!u->wake)
        return;
    u->wake = timer_free(u->wake);
    u->settle = timer_free(u->settle);
}

struct upkeep *upkeep_free(struct upkeep *u)
{
    free(u);
    return NULL;
}
