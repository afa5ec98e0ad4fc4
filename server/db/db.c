/* Lanes: which connection takes a call, who waits, for how long.
 * A db owns its lanes, connections, statements and waiting calls.  The worker's thread. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/db/inside.h"

/* ---- choosing */

/* The connection with the fewest calls; for a brief one, where a group is open already. */
static struct conn *taker(struct lane *l, bool brief)
{
    struct conn *best = NULL;

    for (int i = 0; i < l->n; i++) {
        struct conn *c = &l->conn[i];

        if (c->state != CONN_READY || c->flight.n >= l->depth_max)
            continue;
        if (brief && c->open)
            return c;
        if (!best || c->flight.n < best->flight.n)
            best = c;
    }
    return best;
}

static bool lane_in_service(const struct lane *l)
{
    for (int i = 0; i < l->n; i++)
        if (l->conn[i].state == CONN_READY || l->conn[i].state == CONN_RETIRING)
            return true;
    return l->n == 0;
}

/* ---- pumping */

static void feed_idle(struct lane *l)
{
    bool more = l->feed != NULL;

    for (int i = 0; i < l->n && more && !l->queue.n; i++) {
        struct conn *c = &l->conn[i];

        if (c->state != CONN_READY || c->flight.n > 0)
            continue;
        l->feeding = c;
        more = l->feed(l->feed_ctx);
        l->feeding = NULL;
    }
}

static void pump(void *arg)
{
    struct lane *l = arg;
    struct conn *c;

    l->pump_due = false;
    if (l->db->closing)
        return;
    while (l->queue.n && (c = taker(l, l->db->statements->item[l->queue.head->stmt].brief))) {
        metric_add(METRIC_DB_QUEUE, -1);
        conn_send(c, calls_pop(&l->queue));
    }
    for (int i = 0; i < l->n; i++)
        conn_sync(&l->conn[i]);
    feed_idle(l);
}

void db_pump_later(struct db *db, enum db_lane lane)
{
    struct lane *l = &db->lane[lane];

    if (l->pump_due || db->closing || (!l->queue.n && !l->feed))
        return;
    l->pump_due = true;
    worker_later(db->worker, pump, l);
}

void db_lane_feeder(struct db *db, enum db_lane lane, db_feed *feed, void *ctx)
{
    db->lane[lane].feed = feed;
    db->lane[lane].feed_ctx = ctx;
}

void db_lane_kick(struct db *db, enum db_lane lane)
{
    db_pump_later(db, lane);
}

/* ---- proving the statements */

int db_share(const struct db *db, enum db_lane lane, int *ret_end)
{
    int lanes = 0, before = 0;

    for (int i = 0; i < LANES; i++) {
        lanes += db->lane[i].n > 0;
        before += db->lane[i].n > 0 && i < (int)lane;
    }
    *ret_end = db->statements->n * (before + 1) / lanes;
    return db->statements->n * before / lanes;
}

void db_share_proved(struct db *db, enum db_lane lane)
{
    db->lane[lane].share = SHARE_PROVED;
    for (int i = 0; i < LANES; i++)
        if (db->lane[i].n > 0 && db->lane[i].share != SHARE_PROVED)
            return;
    db->verified = true;
}

/* ---- waiting: one timer looks over everything that could hang */

static void sweep_queue(struct lane *l, int64_t now)
{
    int64_t wait = (int64_t)l->db->conf.wait_ms_max * 1000;

    while (l->queue.head && now - l->queue.head->since > wait) {
        struct call *k = calls_pop(&l->queue);

        metric_add(METRIC_DB_QUEUE, -1);
        call_finish(k, lane_in_service(l) ? ERR_OVERLOADED : ERR_UNAVAILABLE);
    }
}

static bool sweep_conns(struct lane *l, enum db_lane id, int64_t now)
{
    int64_t limit = ((int64_t)l->db->conf.statement_timeout_ms[id] + FLIGHT_GRACE_MS) * 1000;
    bool busy = false;

    for (int i = 0; i < l->n; i++) {
        struct conn *c = &l->conn[i];

        if (!c->flight.head)
            continue;
        busy = true;
        /* The server keeps its own timeouts, but not while a commit waits for a standby, and not
         * when the line is dead. */
        if (now - c->head_since > limit)
            conn_break(c, "no answer within the time allowed");
    }
    return busy;
}

static void sweep_arm(struct db *db)
{
    int64_t ms = db->conf.wait_ms_max / 2;

    if (db->sweep_armed)
        return;
    db->sweep_armed = true;
    timer_start(db->sweep, ms > 0 && ms < SWEEP_MS ? ms : SWEEP_MS);
}

static void sweep(void *arg)
{
    struct db *db = arg;
    int64_t now = clock_mono_us();
    bool busy = false;

    db->sweep_armed = false;
    for (int i = 0; i < LANES; i++) {
        sweep_queue(&db->lane[i], now);
        busy = sweep_conns(&db->lane[i], (enum db_lane)i, now) || busy;
        busy = busy || db->lane[i].queue.n > 0;
    }
    if (busy)
        sweep_arm(db);
}

/* ---- calls */

bool db_call(struct db *db, enum db_lane lane, const char *stmt, const struct db_args *args,
             db_done *done, void *owner)
{
    struct lane *l = &db->lane[lane];
    int at = statement_find(db->statements, stmt);
    struct conn *c;
    struct call *k;

    if (at < 0) {
        log_event(LOG_L_ERROR, "no such statement", LOG_STR("statement", stmt));
        abort();
    }
    assert(l->n > 0);
    c = l->feeding ? l->feeding : !l->queue.n ? taker(l, db->statements->item[at].brief) : NULL;
    if (db->closing || (!c && l->queue.n >= l->queue_max))
        return false;
    k = call_new(lane, at, args, done, owner);
    if (!k)
        return false;
    k->since = clock_mono_us();
    if (c && c->state == CONN_READY) {
        conn_send(c, k);
    } else {
        metric_add(METRIC_DB_QUEUE, 1);
        calls_push(&l->queue, k);
    }
    sweep_arm(db);
    return true;
}

void db_requeue(struct db *db, struct call *k)
{
    metric_add(METRIC_DB_QUEUE, 1);
    calls_unshift(&db->lane[k->lane].queue, k);
    sweep_arm(db);
}

static void drop_reads_of(struct lane *l, void *owner)
{
    struct call_list all = l->queue;
    struct call *k;

    if (!all.head)
        return;
    calls_init(&l->queue);
    while ((k = calls_pop(&all))) {
        if (k->owner == owner && k->lane != LANE_ACT) {
            metric_add(METRIC_DB_QUEUE, -1);
            call_free(k);
        } else {
            calls_push(&l->queue, k);
        }
    }
}

void db_orphan(struct db *db, void *owner)
{
    for (int i = 0; i < LANES; i++) {
        struct lane *l = &db->lane[i];

        drop_reads_of(l, owner);
        calls_orphan(&l->queue, owner);
        for (int j = 0; j < l->n; j++)
            calls_orphan(&l->conn[j].flight, owner);
    }
}

/* ---- life */

struct db *db_new(struct worker *w, const struct db_conf *conf)
{
    struct db *db = calloc(1, sizeof *db);

    if (!db || !(db->conninfo = strdup(conf->conninfo)))
        abort();
    db->worker = w;
    db->conf = *conf;
    db->conf.conninfo = db->conninfo;
    db->verified = conf->statements_known;
    db->statements = statements_new(conf->statements ? conf->statements : embed_sql);
    db->sweep = timer_new(w, sweep, db);
    for (int i = 0; i < LANES; i++) {
        struct lane *l = &db->lane[i];

        assert(conf->conns[i] >= 0 && conf->conns[i] <= DB_CONNS_MAX);
        l->db = db;
        l->n = conf->conns[i];
        l->queue_max = conf->queue_max[i];
        /* Behind a report nobody should stand: its queue goes to whichever is free first. */
        l->depth_max = i == LANE_REPORT || conf->depth_max < 1 ? 1 : conf->depth_max;
        calls_init(&l->queue);
        for (int j = 0; j < l->n; j++)
            conn_open(&l->conn[j], db, (enum db_lane)i, j);
    }
    return db;
}

static void db_drop(void *arg)
{
    struct db *db = arg;

    free(db->statements);
    free(db->conninfo);
    free(db);
}

struct db *db_free(struct db *db)
{
    struct call *k;

    if (!db)
        return NULL;
    db->closing = true;
    db->sweep = timer_free(db->sweep);
    db->sweep_armed = true; /* nothing arms it any more */
    for (int i = 0; i < LANES; i++)
        for (int j = 0; j < db->lane[i].n; j++)
            conn_close(&db->lane[i].conn[j]);
    for (int i = 0; i < LANES; i++) {
        while ((k = calls_pop(&db->lane[i].queue))) {
            metric_add(METRIC_DB_QUEUE, -1);
            call_finish(k, ERR_UNAVAILABLE);
        }
    }
    /* Deferred calls made earlier may still point into it. */
    worker_later(db->worker, db_drop, db);
    return NULL;
}

bool db_ready(const struct db *db)
{
    for (int i = 0; i < LANES; i++)
        if (!lane_in_service(&db->lane[i]))
            return false;
    return db->verified;
}

void db_fault_set(struct db *db, const char *what, const char *detail)
{
    char text[sizeof db->fault];
    int64_t now = clock_mono_us();

    snprintf(text, sizeof text, "%s: %s", what, detail ? detail : "");
    /* Every connection meets the same trouble, again and again: said once a minute. */
    if (strcmp(text, db->fault) != 0 || now - db->fault_said > FAULT_SAY_US) {
        log_event(LOG_L_ERROR, "database not usable", LOG_STR("what", what),
                  LOG_STR("why", detail));
        db->fault_said = now;
    }
    memcpy(db->fault, text, sizeof text);
}

const char *db_fault(const struct db *db)
{
    return db->fault;
}

void db_recycle(struct db *db)
{
    for (int i = 0; i < LANES; i++)
        for (int j = 0; j < db->lane[i].n; j++)
            conn_retire(&db->lane[i].conn[j]);
}
