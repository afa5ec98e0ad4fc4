/* PostgreSQL for the rooms above: per worker a few pipelined connections, grouped in lanes with
 * bounded queues.  One prepared statement a call; everything up to its Sync is one implicit
 * transaction (of brief reads a few calls); there is no BEGIN.  Values travel in binary both ways.
 * All calls on the worker's own thread; done is never called before the calling function returned,
 * and exactly once for each accepted call. */
#ifndef SERVER_DB_DB_H
#define SERVER_DB_DB_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/span.h"
#include "common/time/civil.h"
#include "server/core/worker.h"

enum db_lane { LANE_ACT, LANE_READ, LANE_REPORT, LANES };

struct db; /* one per worker */
struct embedded;

/* LANE_READ and LANE_REPORT are read-only sessions: what stands in them may be sent again once when
 * a connection is lost before it began.  Writes of any kind go to LANE_ACT.  A function called
 * there must not RAISE WARNING: a warning makes the outcome unknown. */
struct db_conf {
    const char *conninfo; /* of role app; hostaddr or a Unix socket, never a name to look up */
    int conns[LANES];     /* per worker */
    int queue_max[LANES]; /* waiting calls per worker; beyond: ERR_OVERLOADED */
    int depth_max;        /* calls in flight on one connection */
    int statement_timeout_ms[LANES];
    int wait_ms_max; /* a call that waited longer answers ERR_OVERLOADED, or ERR_UNAVAILABLE when
                        its lane has no connection */
    int recycle_ms;  /* age at which a connection is made anew; 0: an hour */
    const struct embedded *statements; /* NULL: those of server/store/sql/ */
    bool statements_known; /* another db of this process prepares them all: not done here too */
};

struct db *db_new(struct worker *w, const struct db_conf *conf);
struct db *db_free(struct db *db); /* fails what is queued; returns NULL */
/* A connection of each lane is in service and every statement could be prepared (statements_known:
 * by the other). */
bool db_ready(const struct db *db);
/* Why the last connection attempt failed, for logs and readiness (English, may name hosts and
 * statements); "" after a success. */
const char *db_fault(const struct db *db);
/* Makes all connections anew, each when it is idle: after changes of roles or grants. */
void db_recycle(struct db *db);

/* ---- arguments: made in an arena, in the order of $1, $2 …  The statement casts each one
 * ($1::int8), since binary values must meet exactly that type. */
struct db_args;
struct db_args *db_args(struct arena *a, int count_max);
void db_i64(struct db_args *p, int64_t v);
void db_i32(struct db_args *p, int32_t v);
void db_bool(struct db_args *p, bool v);
void db_text(struct db_args *p, const char *s); /* NULL: SQL null */
void db_span(struct db_args *p, struct span s); /* text */
void db_bytes(struct db_args *p, const void *b, size_t n);
void db_time(struct db_args *p, instant t); /* timestamptz; INSTANT_NONE: null */
void db_day(struct db_args *p, dayno d);    /* date */
void db_null(struct db_args *p);
/* Arrays of n elements.  texts: NULL elements become SQL nulls.  times: INSTANT_NONE becomes null.
 * opt: element i is null where is_null[i] (may be NULL for none). */
void db_i64s(struct db_args *p, const int64_t *v, const bool *is_null, size_t n);
void db_i32s(struct db_args *p, const int32_t *v, const bool *is_null, size_t n);
void db_bools(struct db_args *p, const bool *v, size_t n);
void db_texts(struct db_args *p, const char *const *v, size_t n);
void db_bytess(struct db_args *p, const struct span *v, size_t n); /* p == NULL: null */
void db_times(struct db_args *p, const instant *v, size_t n);

/* ---- results, valid during done only */
struct db_rows;
int db_count(const struct db_rows *r);
bool db_is_null(const struct db_rows *r, int row, int col);
int64_t db_get_i64(const struct db_rows *r, int row, int col); /* int2, int4, int8; null: 0 */
bool db_get_bool(const struct db_rows *r, int row, int col);
struct span db_get_span(const struct db_rows *r, int row,
                        int col);                               /* text, bytea; null: {NULL,0} */
instant db_get_time(const struct db_rows *r, int row, int col); /* null: INSTANT_NONE */
dayno db_get_day(const struct db_rows *r, int row, int col);    /* null: INT32_MIN */
/* One-dimensional arrays: count, then element i into ret; false when that element is null. */
int db_array_count(const struct db_rows *r, int row, int col);
bool db_array_span(const struct db_rows *r, int row, int col, int i, struct span *ret);
bool db_array_i64(const struct db_rows *r, int row, int col, int i, int64_t *ret);

/* e: ERR_OK with rows; otherwise rows is NULL and e tells what to answer (ERR_UNAVAILABLE,
 * ERR_OUTCOME_UNKNOWN for writes whose commit was not seen or came with a WARNING, ERR_TIMEOUT,
 * ERR_OVERLOADED, ERR_CONFLICT for unique violations, ERR_INVALID for check violations, ERR_RACE
 * for serialisation, deadlock and a lock that somebody holds, ERR_FIGURES_ANEW while verify
 * --rebuild makes figures anew, ERR_INTERNAL). sqlstate: 5 characters or "". */
struct db_outcome {
    enum err e;
    const struct db_rows *rows;
    const char *sqlstate;
};
typedef void db_done(void *owner, const struct db_outcome *out);

/* stmt: base name of a file in server/store/sql/ without ".sql"; an unknown one aborts.  False
 * (nothing will be called) when the lane's queue is full: answer ERR_OVERLOADED.  Arguments are
 * copied; args may be NULL for none, done may be NULL when nobody waits. */
bool db_call(struct db *db, enum db_lane lane, const char *stmt, const struct db_args *args,
             db_done *done, void *owner);
/* The owner goes away before its answer: done will not be called; results are still consumed.
 * Reads of that owner that were not sent yet are dropped, acts are still carried out. */
void db_orphan(struct db *db, void *owner);

/* Coalescing: when a connection of the lane is idle (now or later, after db_lane_kick) feed is
 * called; it makes one db_call on that lane and returns true, or returns false when it has
 * nothing.  Calls fed this way go to that idle connection. */
typedef bool db_feed(void *ctx);
void db_lane_feeder(struct db *db, enum db_lane lane, db_feed *feed, void *ctx);
void db_lane_kick(struct db *db, enum db_lane lane);

/* LISTEN: one connection per process, not pipelined; fn on w's loop for each notification, and once
 * per channel with an empty payload whenever the connection was made (again): what happened before
 * was not heard.  Channels are plain lower-case words. */
struct db_listen;
struct db_listen *db_listen_new(struct worker *w, const char *conninfo, const char *const *channels,
                                void (*fn)(void *ctx, const char *channel, const char *payload),
                                void *ctx);
struct db_listen *db_listen_free(struct db_listen *l);

#endif
