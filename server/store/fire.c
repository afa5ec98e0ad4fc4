/* What comes by itself: pages of dossiers whose timer has come, each fired in one act behind the
 * acts of officers; when the next timer comes; leases of jobs. A page owns its arena and its acts;
 * it ends when all of them have ended.  The worker's thread. */
#include <stdlib.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/store/inside.h"

#define PAGE_MAX  FIRES_BATCH
#define ACT_BYTES ((size_t)64 << 20)
#define RETRY_AFTER                                                                                \
    INT64_C(600000000) /* µs until a dossier that could not be fired is tried again */

struct fires;

struct firing { /* one dossier */
    struct fires *f;
    struct act act;
    struct arena *arena;
    int64_t dossier;
    instant at;
};

struct fires { /* one page */
    struct fires *prev, *next;
    struct store *st;
    store_fired *done;
    void (*read)(void *owner, int found, instant last_at, int64_t last_id);
    void *owner;
    instant now;
    struct timer_fires sum;
    struct firing firing[PAGE_MAX];
    int left;
    int64_t dossier[PAGE_MAX], seq[PAGE_MAX]; /* timers to move without an act */
    instant at[PAGE_MAX];
    int moves;
};

/* ---------------------------------------------------------------- the end of a page */

static void page_free(struct fires *f)
{
    if (f->prev)
        f->prev->next = f->next;
    else
        f->st->fires = f->next;
    if (f->next)
        f->next->prev = f->prev;
    for (int i = 0; i < PAGE_MAX; i++)
        if (f->firing[i].arena)
            arena_free(f->firing[i].arena);
    free(f);
}

static void page_end(struct fires *f)
{
    store_fired *done = f->done;
    void *owner = f->owner;
    struct timer_fires sum = f->sum;

    page_free(f);
    if (done)
        done(owner, &sum);
}

static void moved(void *owner, const struct db_outcome *out)
{
    struct fires *f = owner;

    if (out->e != ERR_OK) {
        f->sum.unavailable = true;
        log_event(LOG_L_WARN, "timers not moved", LOG_STR("error", err_code(out->e)));
    }
    page_end(f);
}

static void page_done(struct fires *f)
{
    struct arena *a;
    struct db_args *p;

    if (f->moves == 0 || f->st->closing) {
        page_end(f);
        return;
    }
    a = arena_new(ARGS_MAX);
    p = db_args(a, 3);
    db_i64s(p, f->dossier, NULL, (size_t)f->moves);
    db_i64s(p, f->seq, NULL, (size_t)f->moves);
    db_times(p, f->at, (size_t)f->moves);
    if (!db_call(f->st->db, LANE_ACT, "timer_move", p, moved, f)) {
        f->sum.unavailable = true;
        arena_free(a);
        page_end(f);
        return;
    }
    arena_free(a);
}

/* ---------------------------------------------------------------- one dossier */

static void move(struct fires *f, int64_t dossier, int64_t seq, instant at)
{
    f->dossier[f->moves] = dossier;
    f->seq[f->moves] = seq;
    f->at[f->moves++] = at;
}

static void observe(const struct fires *f, const struct firing *one)
{
    metric_add(METRIC_TIMERS_FIRED, (int64_t)one->act.fired);
    metric_observe(METRIC_TIMER_LAG, f->now > one->at ? f->now - one->at : 0);
}

static bool database_away(enum err e)
{
    return e == ERR_UNAVAILABLE || e == ERR_OUTCOME_UNKNOWN || e == ERR_OVERLOADED ||
           e == ERR_TIMEOUT || e == ERR_STALE_CONFIG || e == ERR_RACE;
}

static void one_done(void *owner, struct act *a)
{
    struct firing *one = owner;
    struct fires *f = one->f;

    if (a->e == ERR_OK && a->fired > 0) {
        f->sum.acts++;
        f->sum.rungs += (int)a->fired;
        observe(f, one);
    } else if (a->e == ERR_OK) {
        f->sum.moved++;
        move(f, one->dossier, a->seq, a->next_timer);
    } else if (database_away(a->e)) {
        f->sum.unavailable = true;
    } else {
        f->sum.failed++;
        log_event(LOG_L_ERROR, "timer could not fire", LOG_INT("dossier", one->dossier),
                  LOG_STR("error", err_code(a->e)));
        if (a->current)
            move(f, one->dossier, a->seq, f->now + RETRY_AFTER);
    }
    if (--f->left == 0)
        page_done(f);
}

static void nothing_left(void *arg)
{
    page_done(arg);
}

/* The row has all that loading would bring: the act begins with its decision. */
static void fire_row(struct fires *f, struct firing *one, const struct db_rows *r, int row)
{
    struct act *a = &one->act;
    struct span code = db_get_span(r, row, 4), submission = db_get_span(r, row, 6);
    struct dossier *s;
    struct job *j;

    *one = (struct firing){.f = f,
                           .arena = arena_new(ACT_BYTES),
                           .dossier = db_get_i64(r, row, 1),
                           .at = db_get_time(r, row, 0)};
    a->arena = one->arena;
    a->cmd = (struct command){.kind = CMD_FIRE};
    a->if_match = -1;
    a->done = one_done;
    a->owner = one;
    a->code = arena_span(one->arena, code.p ? code : submission);
    s = dossier_of_row(one->arena, db_get_span(r, row, 8), one->dossier, db_get_i64(r, row, 2),
                       db_get_span(r, row, 3), code, db_get_span(r, row, 5));
    j = act_new(f->st, a);
    j->by_itself = true;
    if (!s) {
        act_finish(j, ERR_INTERNAL);
        return;
    }
    j->before = s;
    j->submission = submission.p ? arena_span(one->arena, submission) : NULL;
    j->supplemented = db_get_time(r, row, 7);
    act_decide(j);
}

static void due_come(void *owner, const struct db_outcome *out)
{
    struct fires *f = owner;
    int n;

    if (out->e != ERR_OK || f->st->closing) {
        f->sum.e = out->e != ERR_OK ? out->e : ERR_UNAVAILABLE;
        page_end(f);
        return;
    }
    n = db_count(out->rows);
    f->sum.found = n;
    f->left = n + 1; /* and this call itself */
    if (n > 0 && f->done && f->read)
        f->read(f->owner, n, db_get_time(out->rows, n - 1, 0), db_get_i64(out->rows, n - 1, 1));
    for (int i = 0; i < n; i++) {
        f->sum.last_at = db_get_time(out->rows, i, 0);
        f->sum.last_id = db_get_i64(out->rows, i, 1);
        if (i == 0)
            f->sum.oldest = f->sum.last_at;
        fire_row(f, &f->firing[i], out->rows, i);
    }
    if (--f->left == 0)
        worker_later(f->st->worker, nothing_left, f);
}

static void overloaded(void *arg)
{
    struct fires *f = arg;

    f->sum.e = ERR_OVERLOADED;
    page_end(f);
}

void store_fire(struct store *st, const struct timer_page *page, store_fired *done, void *owner)
{
    struct fires *f = calloc(1, sizeof *f);
    struct arena *a = arena_new(ARGS_MAX);
    struct db_args *p = db_args(a, 4);

    if (!f)
        abort();
    f->st = st;
    f->done = done;
    f->read = page->read;
    f->owner = owner;
    f->now = page->now;
    f->sum.last_at = f->sum.oldest = INSTANT_NONE;
    f->next = st->fires;
    if (f->next)
        f->next->prev = f;
    st->fires = f;
    db_time(p, page->now);
    db_time(p, page->after_at == INSTANT_NONE ? TIME_FIRST : page->after_at);
    db_i64(p, page->after_id);
    db_i32(p, page->limit < PAGE_MAX ? page->limit : PAGE_MAX);
    if (!db_call(st->db, LANE_READ, "timers_due", p, due_come, f))
        worker_later(st->worker, overloaded, f);
    arena_free(a);
}

void fires_orphan(struct store *st, const void *owner)
{
    for (struct fires *f = st->fires; f; f = f->next)
        if (f->owner == owner)
            f->done = NULL;
}

void fires_free(struct store *st)
{
    while (st->fires) {
        db_orphan(st->db, st->fires);
        page_free(st->fires);
    }
}

/* ---------------------------------------------------------------- when, and whose turn */

static void next_come(struct pending *p, const struct db_outcome *out)
{
    instant at = db_get_time(out->rows, 0, 0);
    int64_t due = db_get_i64(out->rows, 0, 1);
    store_next *done = p->timer;
    void *owner = p->owner;

    pending_end(p);
    done(owner, ERR_OK, at, due);
}

void store_next_timer(struct store *st, instant now, int most, store_next *done, void *owner)
{
    struct pending *p = pending_new(st, owner, next_come);
    struct db_args *args = read_args(p, 2);

    p->timer = done;
    db_time(args, now);
    db_i32(args, most);
    pending_send(p, LANE_READ, "timer_next", args);
}

static void lease_come(struct pending *p, const struct db_outcome *out)
{
    bool mine = db_get_bool(out->rows, 0, 0);
    store_taken *done = p->taken;
    void *owner = p->owner;

    pending_end(p);
    done(owner, ERR_OK, mine);
}

void store_job_take(struct store *st, const char *job, const char *holder, int seconds,
                    store_taken *done, void *owner)
{
    struct pending *p = pending_new(st, owner, lease_come);
    struct db_args *args = read_args(p, 3);

    p->taken = done;
    db_text(args, job);
    db_text(args, holder);
    db_i32(args, seconds);
    pending_send(p, LANE_ACT, "job_take", args);
}
