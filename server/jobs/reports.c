/* Looks every few seconds for the saved report that is due first, freezes it, notes the run, looks
 * again.  What the database did not answer is tried later; what cannot be frozen is noted with its
 * reason, so that it does not stand before the others.  Its worker's thread. */
#include "server/jobs/reports.h"

#include <stdlib.h>

#include "server/core/log.h"
#include "server/store/frozen.h"
#include "server/store/saved.h"

#define LOOK_MS     10000
#define FIRST_MS    1500
#define AGAIN_MS    30000
#define LEASE_S     150 /* longer than a report may take */
#define LEASE_JOB   "reports"
#define ROUND_ARENA ((size_t)4 << 20)

struct reports {
    struct worker *w;
    struct store *st;
    struct pool *pool;
    struct timer *wake;
    struct arena *a; /* of one round */
    int closing, settled;
    unsigned readers; /* roles that read figures */
    bool closed;
    char holder[33];
    struct saved_due due;
    int64_t report;
};

static void rest(struct reports *r, int64_t ms)
{
    if (!r->closed)
        timer_start(r->wake, ms);
}

static void noted(void *owner, enum err e, struct span json, int64_t version)
{
    struct reports *r = owner;

    (void)json;
    (void)version;
    if (e == ERR_OK)
        log_event(LOG_L_INFO, "saved report came", LOG_INT("saved", r->due.id),
                  LOG_INT("report", r->report));
    rest(r, e == ERR_OK || e == ERR_STALE ? 1 : AGAIN_MS);
}

static void note(struct reports *r, const char *fault)
{
    store_saved_fired(r->st, &r->due, r->report, fault, schedule_next(&r->due.schedule, r->due.due),
                      noted, r);
}

/* {"report":N,…}: the version's number follows. */
static int64_t number_of(struct span json)
{
    const struct span head = SPAN_LIT("{\"report\":");
    int64_t n = 0;

    for (size_t i = head.n; i < json.n && json.p[i] >= '0' && json.p[i] <= '9'; i++)
        n = n * 10 + (json.p[i] - '0');
    return n;
}

static void frozen(void *owner, enum err e, struct span json, int64_t version)
{
    struct reports *r = owner;

    (void)version;
    r->report = e == ERR_OK ? number_of(json) : 0;
    if (e == ERR_OK || e == ERR_INVALID || e == ERR_TOO_LARGE || e == ERR_TIMEOUT || e == ERR_LIMIT)
        note(r, e == ERR_OK ? NULL : err_title(e, LANG_VI));
    else
        rest(r, AGAIN_MS);
}

static void due_come(void *owner, enum err e, const struct saved_due *d)
{
    struct reports *r = owner;
    instant now = clock_now();
    struct freeze_order o;

    if (e != ERR_OK || d->id == 0 || d->due > now) {
        rest(r, e != ERR_OK ? AGAIN_MS : LOOK_MS);
        return;
    }
    r->due = *d;
    r->report = 0;
    if (!d->active) {
        note(r, "tài khoản của người lập đã khóa: lập lại báo cáo này dưới tên người khác");
        return;
    }
    if (!(d->roles & r->readers) || d->sees < 0) {
        note(r, "người lập không còn quyền xem số liệu: lập lại báo cáo này dưới tên người khác");
        return;
    }
    if (!d->readable) {
        note(r, "báo cáo nhắc tới cơ quan, thủ tục không còn");
        return;
    }
    o = (struct freeze_order){.asked = &r->due.asked,
                              .scope = d->sees,
                              .as_of = INSTANT_NONE,
                              .settled = r->settled,
                              .remark = "Báo cáo định kỳ",
                              .author = d->author};
    store_freeze(r->st, r->pool, &o, frozen, r);
}

static void lease_come(void *owner, enum err e, bool mine)
{
    struct reports *r = owner;

    if (e != ERR_OK || !mine || r->closed) {
        rest(r, LOOK_MS);
        return;
    }
    arena_reset(r->a);
    store_saved_due(r->st, r->a, r->closing, due_come, r);
}

static void look(void *arg)
{
    struct reports *r = arg;

    store_job_take(r->st, LEASE_JOB, r->holder, LEASE_S, lease_come, r);
}

/* ---------------------------------------------------------------- life */

struct reports *reports_new(int closing, int settled, unsigned readers)
{
    struct reports *r = calloc(1, sizeof *r);
    uint8_t bytes[16];

    if (!r)
        abort();
    *r = (struct reports){
        .closing = closing, .settled = settled, .readers = readers, .a = arena_new(ROUND_ARENA)};
    random_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, r->holder);
    return r;
}

void reports_open(struct reports *r, struct worker *w, struct store *st, struct pool *pool)
{
    r->w = w;
    r->st = st;
    r->pool = pool;
    r->wake = timer_new(w, look, r);
    rest(r, FIRST_MS);
}

void reports_close(struct reports *r)
{
    if (!r->wake)
        return;
    r->closed = true;
    store_orphan(r->st, r);
    r->wake = timer_free(r->wake);
}

struct reports *reports_free(struct reports *r)
{
    if (r)
        arena_free(r->a);
    free(r);
    return NULL;
}
