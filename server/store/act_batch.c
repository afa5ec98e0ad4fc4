/* Changes that wait go out together: one call of motcua.store_acts, one durable commit, one outcome
 * a change.  A batch owns its arena and knows its jobs; the store knows its batches. The worker's
 * thread. */
#include <assert.h>
#include <stdlib.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/store/inside.h"

/* Outcomes of migrations/0005_store_acts.sql. */
enum { OUT_STORED, OUT_RACE, OUT_STALE_CONFIG, OUT_REPEATED, OUT_KEY_REUSED, OUT_NO_FILE };

static int free_slot(const struct store *st)
{
    for (size_t i = 0; i < sizeof st->batches / sizeof *st->batches; i++)
        if (!st->batches[i])
            return (int)i;
    return -1;
}

static void batch_end(struct batch *b)
{
    if (b->by_themselves) {
        b->st->by_themselves = false;
        b->st->fire_us = (clock_mono_us() - b->since) / b->n + 1;
    }
    for (size_t i = 0; i < sizeof b->st->batches / sizeof *b->st->batches; i++)
        if (b->st->batches[i] == b)
            b->st->batches[i] = NULL;
    arena_free(b->arena);
    free(b);
}

/* ---------------------------------------------------------------- outcomes */

/* The decision's state with what only the transaction knew. */
static void complete_state(struct job *j, struct span code, struct span number, struct span head)
{
    struct act *a = j->act;
    struct dossier *after = j->decision.after;

    if (code.p) {
        after->code = arena_span(a->arena, code);
        if (j->accepts)
            a->assigned = after->code;
    } else if (!j->before) {
        a->assigned = j->submission;
    }
    if (number.p) {
        after->result.number = arena_span(a->arena, number);
        a->assigned = after->result.number;
    }
    if (head.n == SHA256_BYTES)
        memcpy(after->head, head.p, SHA256_BYTES);
    a->current = after;
    a->seq = after->seq;
}

static void take_outcome(struct job *j, const struct db_rows *r, int row)
{
    struct act *a = j->act;

    switch (db_get_i64(r, row, 1)) {
    case OUT_STORED:
        complete_state(j, db_get_span(r, row, 3), db_get_span(r, row, 4), db_get_span(r, row, 6));
        a->reply_json = arena_copy(a->arena, db_get_span(r, row, 5));
        if (j->timer_moves && j->next_timer != INSTANT_NONE && j->st->timer_seen)
            j->st->timer_seen(j->st->timer_ctx, j->next_timer);
        events_of(j);
        act_finish(j, ERR_OK);
        return;
    case OUT_STALE_CONFIG:
        act_park(j);
        return;
    case OUT_NO_FILE:
        a->current = j->before;
        act_finish(j, ERR_INVALID);
        return;
    default: /* loading again tells a race from a repeated request */
        act_again(j);
        return;
    }
}

/* Whoever is held up by a lock is told while she still listens: nothing of it is stored. */
static bool given_up(const struct job *j)
{
    return j->held && clock_mono_us() - j->since >= HELD_MS * 1000;
}

static void failed(struct batch *b, enum err e, bool held)
{
    bool alone = b->n == 1;
    bool done =
        e == ERR_UNAVAILABLE || e == ERR_OUTCOME_UNKNOWN || e == ERR_OVERLOADED || e == ERR_TIMEOUT;

    for (int i = 0; i < b->n; i++) {
        struct job *j = b->job[i];

        if (!j)
            continue;
        j->held = held;
        if (done || (alone && e != ERR_RACE) || given_up(j)) {
            j->act->current = NULL;
            act_finish(j, e);
        } else if (alone) {
            act_again(j);
        } else {
            j->single = true;
            act_queue(j);
        }
    }
}

static struct waiting *next_queue(struct store *st);

static void stored(void *owner, const struct db_outcome *out)
{
    struct batch *b = owner;
    struct store *st = b->st;

    if (out->e != ERR_OK) {
        log_event(LOG_L_WARN, "batch of acts failed", LOG_STR("error", err_code(out->e)),
                  LOG_STR("sqlstate", out->sqlstate), LOG_INT("acts", b->n));
        failed(b, out->e, strcmp(out->sqlstate, "55P03") == 0);
    } else {
        assert(db_count(out->rows) == b->n);
        for (int i = 0; i < b->n; i++)
            if (b->job[i])
                take_outcome(b->job[i], out->rows, i);
        figures_follow(st);
    }
    batch_end(b);
    if (next_queue(st))
        db_lane_kick(st->db, LANE_ACT);
}

/* ---------------------------------------------------------------- sending */

static int by_dossier(const void *a, const void *b)
{
    int64_t x = (*(struct job *const *)a)->change.dossier;
    int64_t y = (*(struct job *const *)b)->change.dossier;

    return x < y ? -1 : x > y;
}

static struct job *take_head(struct waiting *q)
{
    struct job *j = q->head;

    q->head = j->queued;
    if (!q->head)
        q->tail = &q->head;
    q->n--;
    j->queued = NULL;
    return j;
}

static void give_back(struct waiting *q, struct batch *b)
{
    for (int i = b->n - 1; i >= 0; i--) {
        b->job[i]->queued = q->head;
        if (!q->head)
            q->tail = &b->job[i]->queued;
        q->head = b->job[i];
        q->n++;
    }
}

/* What officers wait for goes first; of what comes by itself one batch at a time, so that a
 * connection is left for them. */
static struct waiting *next_queue(struct store *st)
{
    if (st->waits[ACTS_ASKED].head)
        return &st->waits[ACTS_ASKED];
    return st->by_themselves || !st->waits[ACTS_BY_THEMSELVES].head
               ? NULL
               : &st->waits[ACTS_BY_THEMSELVES];
}

static void look_again(void *arg)
{
    struct store *st = arg;

    db_lane_kick(st->db, LANE_ACT);
}

/* While a batch that was asked for is on its way, what comes waits and goes in one: two small
 * batches cost PostgreSQL nearly twice what one of both does.  Beside one that takes long another
 * goes all the same, and one that is large enough already. */
static bool may_go(struct store *st, const struct waiting *q)
{
    int64_t oldest = INT64_MAX;

    for (size_t i = 0; i < sizeof st->batches / sizeof *st->batches; i++) {
        const struct batch *b = st->batches[i];

        if (b && !b->by_themselves && b->since < oldest)
            oldest = b->since;
    }
    if (oldest == INT64_MAX || q->n >= BESIDE_ACTS || clock_mono_us() - oldest >= BESIDE_MS * 1000)
        return true;
    if (!st->beside)
        st->beside = timer_new(st->worker, look_again, st);
    timer_start(st->beside, BESIDE_MS);
    return false;
}

/* Of what comes by itself as many as take a short while, by what the last batch took. */
static int most_of(struct store *st, const struct batch *b)
{
    int64_t budget = b->since - st->asked_at < BESIDE_US ? FIRES_BESIDE : FIRES_US, n;

    if (!b->by_themselves) {
        st->asked_at = b->since;
        return BATCH_MAX;
    }
    n = st->fire_us > 0 ? budget / st->fire_us : FIRES_LEAST;
    return n < FIRES_LEAST ? FIRES_LEAST : n > FIRES_BATCH ? FIRES_BATCH : (int)n;
}

/* db_lane_feeder: a connection of LANE_ACT is idle. */
bool act_feed(void *ctx)
{
    struct store *st = ctx;
    struct waiting *q = next_queue(st);
    int slot = free_slot(st);
    struct batch *b;
    int most;

    for (; q && given_up(q->head); q = next_queue(st))
        act_finish(take_head(q), ERR_RACE);
    if (!q || slot < 0 || !may_go(st, q))
        return false;
    b = calloc(1, sizeof *b);
    if (!b)
        abort();
    b->st = st;
    b->since = clock_mono_us();
    b->arena = arena_new(BATCH_BYTES);
    b->by_themselves = q == &st->waits[ACTS_BY_THEMSELVES];
    most = most_of(st, b);
    b->job = ARENA_ARRAY(b->arena, struct job *, (size_t)most);
    do
        b->job[b->n++] = take_head(q);
    while (q->head && b->n < most && !q->head->single && !b->job[0]->single);
    qsort(b->job, (size_t)b->n, sizeof *b->job, by_dossier);
    if (!db_call(st->db, LANE_ACT, "act_store", act_args(b), stored, b)) {
        give_back(q, b);
        arena_free(b->arena);
        free(b);
        return false;
    }
    for (int i = 0; i < b->n; i++)
        b->job[i]->stage = JOB_SENT;
    st->batches[slot] = b;
    st->by_themselves |= b->by_themselves;
    metric_add(METRIC_ACT_BATCHES, 1);
    return true;
}
