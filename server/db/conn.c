/* One connection: dial, check, pipeline, read, break.
 * A conn is embedded in its lane; it owns its PGconn, events and the calls in flight.
 * The worker's thread.
 *
 * A call is complete when the PGRES_PIPELINE_SYNC of its group comes, on nothing else: an error
 * after the last row, at commit, still belongs to it.  A group is one call, or a few brief reads of
 * one turn: fewer packets, fewer wakings on both sides. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/db/inside.h"

#define CHECK_MS   5000
#define STAGGER_MS 50
#define VERIFY_MS  30000 /* preparing every statement */
#define NULLS_MAX  2     /* in a row: libpq has lost count */

static const char *const lane_name[LANES] = {"act", "read", "report"};

/* ---- dialling */

static void dialled(void *ctx, PGconn *pg, const char *why);

static void dial(struct conn *c)
{
    char options[384];
    struct db *db = c->db;

    snprintf(options, sizeof options,
             "-c statement_timeout=%d -c lock_timeout=2000 "
             "-c idle_in_transaction_session_timeout=10000 -c TimeZone=UTC -c DateStyle=ISO "
             "-c jit=off%s%s",
             db->conf.statement_timeout_ms[c->lane],
             /* short statements: planning each call anew costs more than it could save */
             c->lane == LANE_REPORT ? "" : " -c plan_cache_mode=force_generic_plan",
             c->lane == LANE_ACT ? "" : " -c default_transaction_read_only=on");
    c->check_failed = false;
    c->state = CONN_DIALLING;
    c->dial = dial_start(db->worker, db->conninfo, options, CONNECT_MS, dialled, c);
}

static void dial_again(struct conn *c)
{
    c->state = CONN_DOWN;
    c->failures++;
    timer_start(c->timer, dial_backoff_ms(c->failures));
}

static void timer_fired(void *arg)
{
    struct conn *c = arg;

    switch (c->state) {
    case CONN_DOWN:
        dial(c);
        break;
    case CONN_CHECKING:
        conn_break(c, "the checks of a new connection took too long");
        break;
    case CONN_READY:
        conn_retire(c); /* old age */
        break;
    case CONN_DIALLING:
    case CONN_RETIRING:
    case CONN_BROKEN:
        break;
    }
}

/* ---- writing */

static void flush(struct conn *c)
{
    int rc = PQflush(c->pg);

    if (rc < 0)
        conn_break(c, PQerrorMessage(c->pg));
    else if (rc > 0)
        event_add(c->writable, NULL);
}

static void writable_cb(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    flush(arg);
}

static void sync_due(void *arg)
{
    conn_sync(arg);
}

void conn_sync(struct conn *c)
{
    if (!c->open)
        return;
    c->open->last = true;
    c->open = NULL;
    c->open_n = 0;
    if (c->state != CONN_READY && c->state != CONN_RETIRING)
        return;
    if (!PQpipelineSync(c->pg)) /* flushes by itself */
        conn_break(c, PQerrorMessage(c->pg));
    else
        flush(c);
}

/* It is in flight: its group goes on, or ends with it. */
static void group(struct conn *c, struct call *k)
{
    bool first = !c->open;

    c->open = k;
    c->open_n++;
    if (!c->db->statements->item[k->stmt].brief || k->lane == LANE_ACT || c->open_n == GROUP_MAX)
        conn_sync(c);
    else if (first)
        worker_later(c->db->worker, sync_due, c);
}

void conn_send(struct conn *c, struct call *k)
{
    static const int binary[DB_PARAMS_MAX] = {
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const struct statement *s = &c->db->statements->item[k->stmt];
    unsigned char bit = (unsigned char)(1 << k->stmt % 8);
    bool sent = false, ok = true;

    assert(c->state == CONN_READY);
    metric_add(METRIC_DB_CALLS, 1);
    if (!s->brief) {
        conn_sync(c);
        if (c->state != CONN_READY) {
            db_requeue(c->db, k);
            return;
        }
    }
    if (!(c->prepared[k->stmt / 8] & bit)) {
        ok = sent = PQsendPrepare(c->pg, s->name, s->sql, 0, NULL) == 1;
        k->prepare_due = sent;
        if (sent)
            c->prepared[k->stmt / 8] |= bit;
    }
    if (ok) {
        ok = PQsendQueryPrepared(c->pg, s->name, k->n, k->value, k->len, binary, 1) == 1;
        sent = sent || ok;
    }
    if (!sent) { /* nothing of it left this process: it may go elsewhere */
        db_requeue(c->db, k);
        conn_break(c, PQerrorMessage(c->pg));
        return;
    }
    if (!c->flight.head)
        c->head_since = clock_mono_us();
    calls_push(&c->flight, k);
    k->answer_due = true;
    if (!ok)
        conn_break(c, PQerrorMessage(c->pg));
    else
        group(c, k);
}

/* ---- reading */

static void log_call_error(const struct conn *c, const struct call *k, const PGresult *res)
{
    const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    enum err e = err_of_sqlstate(k->sqlstate);
    /* Messages about values may quote them, and values are people's data. */
    bool safe = strchr("45XF0", k->sqlstate[0]) && !constraint;

    if (e != ERR_INTERNAL && e != ERR_INVALID && e != ERR_UNAVAILABLE)
        return;
    log_event(e == ERR_INVALID ? LOG_L_WARN : LOG_L_ERROR, "statement failed",
              LOG_STR("statement", c->db->statements->item[k->stmt].name),
              LOG_STR("lane", lane_name[c->lane]), LOG_STR("sqlstate", k->sqlstate),
              LOG_STR("constraint", constraint), LOG_STR("message", safe ? primary : ""));
}

/* Nothing prepared it: its Parse was refused or passed over. */
static void forget_parse(struct conn *c, const struct call *k)
{
    c->prepared[k->stmt / 8] &= (unsigned char)~(1 << k->stmt % 8);
}

static void call_failed(struct conn *c, struct call *k, const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (k->failed)
        return; /* the first error is the cause */
    k->failed = true;
    snprintf(k->sqlstate, sizeof k->sqlstate, "%.5s", state ? state : "");
    log_call_error(c, k, res);
}

static enum err call_outcome(const struct call *k)
{
    bool write = k->lane == LANE_ACT;

    if (k->failed) {
        if (!write && strcmp(k->sqlstate, "25006") == 0)
            return ERR_INTERNAL; /* a write in a lane for reads: our own mistake */
        return err_of_sqlstate(k->sqlstate);
    }
    /* A commit that was cancelled while it waited for the standby ends as success with a
     * warning: durable here, unknown there. */
    return write && k->warned ? ERR_OUTCOME_UNKNOWN : ERR_OK;
}

static bool breaks(const struct call *k)
{
    return k->failed && sqlstate_breaks_session(k->sqlstate) &&
           (k->lane == LANE_ACT || strcmp(k->sqlstate, "25006") != 0);
}

/* As before it was sent. */
static void call_anew(struct call *k)
{
    k->last = k->answer_due = k->prepare_due = k->warned = k->failed = k->skipped = false;
    PQclear(k->result);
    k->result = NULL;
}

static void group_complete(struct conn *c)
{
    struct call_list group, again;
    struct call *k;

    calls_init(&group);
    calls_init(&again);
    while ((k = calls_pop(&c->flight))) {
        calls_push(&group, k);
        if (k->last)
            break;
    }
    if (c->flight.head)
        c->head_since = clock_mono_us();
    else if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
        conn_break(c, "a transaction was left open");
    while ((k = calls_pop(&group))) {
        if (k->skipped && !k->failed && k->done) {
            call_anew(k);
            calls_unshift(&again, k);
            continue;
        }
        if (breaks(k))
            conn_break(c, k->sqlstate);
        call_finish(k, call_outcome(k));
    }
    while ((k = calls_pop(&again))) /* backwards: the oldest comes to stand first */
        db_requeue(c->db, k);
}

/* Which call of the first group the next result is of; the last, when all have theirs. */
static struct call *awaited(const struct conn *c)
{
    struct call *k = c->flight.head;

    while (!k->answer_due && !k->last && k->next)
        k = k->next;
    return k;
}

static void call_result(struct conn *c, PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    struct call *k = awaited(c);
    bool parse = k->prepare_due;

    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(res);
        group_complete(c);
        return;
    }
    k->prepare_due = false;
    k->answer_due = k->answer_due && parse;
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        if (!parse) {
            PQclear(k->result);
            k->result = res;
            return;
        }
    } else {
        if (parse)
            forget_parse(c, k);
        if (status == PGRES_PIPELINE_ABORTED)
            k->skipped = true;
        else
            call_failed(c, k, res);
    }
    PQclear(res);
}

/* ---- the end of a new connection's checks */

static void check_end(struct conn *c)
{
    int32_t age = c->db->conf.recycle_ms ? c->db->conf.recycle_ms : RECYCLE_MS;
    uint16_t r;

    if (c->check_failed) {
        conn_break(c, "not fit for service");
        return;
    }
    random_bytes(&r, sizeof r);
    c->state = CONN_READY;
    c->failures = 0;
    if (c->verifying) {
        c->verifying = false;
        db_share_proved(c->db, c->lane);
    }
    c->db->fault[0] = '\0';
    /* Not all of them at the same time. */
    timer_start(c->timer, age - (int64_t)age * r / 65536 / 4);
    log_event(LOG_L_DEBUG, "database connection in service", LOG_STR("lane", lane_name[c->lane]),
              LOG_INT("index", c->index), LOG_INT("backend", PQbackendPID(c->pg)));
    db_pump_later(c->db, c->lane);
}

static void read_results(struct conn *c)
{
    int nulls = 0;

    while (c->flight.head || (c->state == CONN_CHECKING && c->checks_due > 0)) {
        PGresult *res;

        if (PQisBusy(c->pg))
            break;
        res = PQgetResult(c->pg);
        if (!res) {
            if (++nulls > NULLS_MAX) {
                conn_break(c, "results do not match what was sent");
                break;
            }
            continue;
        }
        nulls = 0;
        if (c->flight.head)
            call_result(c, res);
        else
            conn_check_result(c, res);
    }
    if (c->state == CONN_CHECKING && c->checks_due == 0)
        check_end(c);
}

static void conn_clean(void *arg);

static void readable_cb(evutil_socket_t fd, short what, void *arg)
{
    struct conn *c = arg;

    (void)fd;
    (void)what;
    if (!PQconsumeInput(c->pg))
        conn_break(c, PQerrorMessage(c->pg)); /* what came before the end still counts */
    else
        flush(c);
    if (c->flight.head || c->state == CONN_CHECKING)
        read_results(c);
    else
        (void)PQisBusy(c->pg); /* parses notices and settings that come while idle */
    if (c->state == CONN_RETIRING && !c->flight.head)
        conn_break(c, NULL);
    else if (c->state == CONN_READY)
        db_pump_later(c->db, c->lane);
}

static void on_notice(void *arg, const PGresult *res)
{
    struct conn *c = arg;
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (!severity || strcmp(severity, "WARNING") != 0)
        return;
    if (c->flight.head)
        c->flight.head->warned = true;
    log_event(LOG_L_WARN, "database warning", LOG_STR("lane", lane_name[c->lane]),
              LOG_STR("sqlstate", state),
              LOG_STR("statement",
                      c->flight.head ? c->db->statements->item[c->flight.head->stmt].name : ""));
}

/* ---- into service */

static void dialled(void *ctx, PGconn *pg, const char *why)
{
    struct conn *c = ctx;
    struct event_base *base = worker_base(c->db->worker);

    c->dial = NULL;
    if (!pg) {
        db_fault_set(c->db, "connect", why);
        dial_again(c);
        return;
    }
    c->pg = pg;
    c->state = CONN_CHECKING;
    memset(c->prepared, 0, sizeof c->prepared);
    PQsetNoticeReceiver(pg, on_notice, c);
    c->readable = event_new(base, PQsocket(pg), EV_READ | EV_PERSIST, readable_cb, c);
    c->writable = event_new(base, PQsocket(pg), EV_WRITE, writable_cb, c);
    if (!c->readable || !c->writable || event_add(c->readable, NULL) != 0)
        abort();
    c->verifying = !c->db->verified && c->db->lane[c->lane].share == SHARE_OPEN;
    if (c->verifying)
        c->db->lane[c->lane].share = SHARE_TAKEN;
    timer_start(c->timer, c->verifying ? VERIFY_MS : CHECK_MS);
    if (PQsetnonblocking(pg, 1) != 0 || !PQenterPipelineMode(pg) || !conn_checks_send(c))
        conn_break(c, PQerrorMessage(pg));
    else
        flush(c);
}

/* ---- out of service */

void conn_break(struct conn *c, const char *why)
{
    if (c->state == CONN_BROKEN || c->state == CONN_DOWN)
        return;
    if (why && *why) {
        char text[160];

        snprintf(text, sizeof text, "%s", why);
        text[strcspn(text, "\n")] = '\0';
        log_event(LOG_L_WARN, "database connection dropped", LOG_STR("lane", lane_name[c->lane]),
                  LOG_INT("index", c->index), LOG_INT("in_flight", c->flight.n),
                  LOG_STR("why", text));
    }
    c->state = CONN_BROKEN;
    worker_later(c->db->worker, conn_clean, c);
}

static void hang_up(struct conn *c)
{
    timer_stop(c->timer);
    c->dial = dial_cancel(c->dial);
    if (c->readable)
        event_free(c->readable);
    if (c->writable)
        event_free(c->writable);
    c->readable = c->writable = NULL;
    c->open = NULL;
    c->open_n = 0;
    PQfinish(c->pg); /* after its events: it closes the descriptor */
    c->pg = NULL;
    if (c->verifying)
        c->db->lane[c->lane].share = SHARE_OPEN;
    c->verifying = false;
}

/* Reads that had not begun go back to the queue once; the rest is answered. */
static void fail_flight(struct conn *c, bool retry)
{
    struct call_list all = c->flight, again;
    struct call *k;
    bool first = true;

    if (!all.head)
        return;
    calls_init(&c->flight);
    calls_init(&again);
    while ((k = calls_pop(&all))) {
        if (k->lane == LANE_ACT) {
            call_finish(k, ERR_OUTCOME_UNKNOWN);
        } else if (!retry || first || k->retried || !k->done) {
            call_finish(k, ERR_UNAVAILABLE);
        } else {
            k->retried = true;
            call_anew(k);
            calls_unshift(&again, k);
        }
        first = false;
    }
    while ((k = calls_pop(&again))) /* backwards, so that the oldest comes to stand first */
        db_requeue(c->db, k);
}

static void conn_clean(void *arg)
{
    struct conn *c = arg;
    if (c->state != CONN_BROKEN)
        return; /* closed meanwhile */
    metric_add(METRIC_DB_RECONNECTS, 1);
    hang_up(c);
    /* The first try after good service comes at once. */
    if (c->failures == 0 && !c->check_failed)
        dial(c);
    else
        dial_again(c);
    fail_flight(c, true);
    db_pump_later(c->db, c->lane);
}

void conn_retire(struct conn *c)
{
    if (c->state != CONN_READY)
        return;
    c->state = CONN_RETIRING;
    if (!c->flight.head)
        conn_break(c, NULL);
}

void conn_open(struct conn *c, struct db *db, enum db_lane lane, int index)
{
    *c = (struct conn){.db = db, .lane = lane, .index = index};
    calls_init(&c->flight);
    c->timer = timer_new(db->worker, timer_fired, c);
    if (index == 0)
        dial(c);
    else /* service needs one of each lane: the server is not asked for all of them at once */
        timer_start(c->timer, (int64_t)index * STAGGER_MS);
}

void conn_close(struct conn *c)
{
    hang_up(c);
    c->state = CONN_DOWN;
    c->timer = timer_free(c->timer);
    fail_flight(c, false);
}
