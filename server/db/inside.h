/* What the files of this room share: calls, connections, lanes.  Not for other rooms.
 * Everything belongs to one worker and is touched on its thread only. */
#ifndef SERVER_DB_INSIDE_H
#define SERVER_DB_INSIDE_H

#include <event2/event.h>
#include <libpq-fe.h>

#include "common/base/arena.h"
#include "server/core/embed.h"
#include "server/db/db.h"

#define DB_PARAMS_MAX     100 /* store_acts takes as many, PostgreSQL no more */
#define DB_STATEMENTS_MAX 512
#define DB_COLUMNS_MAX    64
#define ROW_FEW           64 /* values */
#define DB_CONNS_MAX      16 /* of one lane of one worker */
#define GROUP_MAX         8  /* brief calls that share a Sync */
#define BRIEF             "-- Brief: "

#define CONNECT_MS      5000
#define BACKOFF_MIN_MS  100
#define BACKOFF_MAX_MS  5000
#define RECYCLE_MS      3600000
#define FLIGHT_GRACE_MS 2000 /* the server's own timeouts come first */
#define SWEEP_MS        250
#define FAULT_SAY_US    INT64_C(60000000)

/* PostgreSQL counts from 2000-01-01. */
#define PG_EPOCH_US   INT64_C(946684800000000)
#define PG_EPOCH_DAYS 10957

/* ---- arguments (args.c) */
struct db_args {
    struct arena *arena;
    int n, max;
    const char **value; /* NULL: null */
    int *len;
};

/* ---- results (rows.c): where each value lies in libpq's result */
struct db_value {
    const char *p; /* NULL: null */
    int len;
};
struct db_rows {
    int n, cols;
    struct db_value *value;       /* n * cols */
    struct db_value few[ROW_FEW]; /* its place while they are few */
};
/* False: a packed row is not what PostgreSQL writes.  rows_close afterwards, either way. */
bool rows_open(struct db_rows *r, const PGresult *res);
void rows_close(struct db_rows *r);

/* ---- statements (statement.c): the embedded files, sorted by name */
struct statement {
    char name[64]; /* without ".sql" */
    const char *sql;
    bool brief; /* begins with BRIEF: calls of one turn may share a Sync */
};
struct statements {
    int n;
    struct statement item[DB_STATEMENTS_MAX];
};
struct statements *statements_new(const struct embedded *files);
int statement_find(const struct statements *s, const char *name); /* -1: none */

/* ---- one call, from db_call to the Sync of its group */
struct call {
    struct call *next;
    int stmt;
    enum db_lane lane;
    db_done *done; /* NULL: nobody waits for the answer */
    void *owner;
    int64_t since; /* monotonic µs: queued */
    bool retried;
    /* while in flight */
    bool last;        /* of its group: its Sync follows */
    bool answer_due;  /* its own result has not come yet */
    bool prepare_due; /* nor has that of its Parse */
    bool warned;      /* a WARNING came between its start and its Sync */
    bool failed;
    bool skipped; /* the server passed over it, after an error of one before it in the group */
    char sqlstate[6];
    PGresult *result;
    /* a copy of the arguments */
    int n;
    const char **value;
    int *len;
};

struct call *call_new(enum db_lane lane, int stmt, const struct db_args *args, db_done *done,
                      void *owner);
/* Tells the owner, frees the call. */
void call_finish(struct call *k, enum err e);
void call_free(struct call *k);

struct call_list {
    struct call *head, **tail;
    int n;
};
void calls_init(struct call_list *l);
void calls_push(struct call_list *l, struct call *k);
void calls_unshift(struct call_list *l, struct call *k);
struct call *calls_pop(struct call_list *l);
void calls_orphan(struct call_list *l, void *owner);

/* ---- dialling (dial.c): a connection in the making */
struct dial;
/* done: pg is the new owner's, or NULL and why.  Never called before dial_start returned. */
struct dial *dial_start(struct worker *w, const char *conninfo, const char *options, int ms,
                        void (*done)(void *ctx, PGconn *pg, const char *why), void *ctx);
struct dial *dial_cancel(struct dial *d); /* takes NULL, returns NULL */
/* Milliseconds to wait before the next try after so many failures, with jitter. */
int64_t dial_backoff_ms(int failures);

/* ---- connections (conn.c) */
enum conn_state {
    CONN_DOWN,     /* waits for the next try */
    CONN_DIALLING, /* connect machine runs */
    CONN_CHECKING, /* settings and statements are being checked */
    CONN_READY,    /* takes calls */
    CONN_RETIRING, /* takes no more; closed when the last has come back */
    CONN_BROKEN,   /* found bad; cleaned up at the end of this turn */
};

struct conn {
    struct db *db;
    enum db_lane lane;
    int index; /* in its lane */
    enum conn_state state;
    PGconn *pg;
    struct dial *dial;
    struct event *readable, *writable;
    struct timer *timer; /* next try, or age */
    struct call_list flight;
    struct call *open;  /* the newest call in flight, while its group has no Sync yet */
    int open_n;         /* calls of that group */
    int64_t head_since; /* monotonic µs: when the head of flight became the head */
    int failures;
    bool verifying; /* this connection prepares its lane's share of the statements */
    int checks_due; /* Syncs to come while CHECKING */
    bool check_failed;
    int check_at;             /* statement whose Sync is awaited, -1: the settings */
    int check_from, check_to; /* its share of the statements, without the last */
    unsigned char prepared[DB_STATEMENTS_MAX / 8];
};

void conn_open(struct conn *c, struct db *db, enum db_lane lane, int index);
void conn_close(struct conn *c); /* for good: fails what is in flight */
void conn_send(struct conn *c, struct call *k);
/* The Sync of the brief calls sent in this turn, if there are any. */
void conn_sync(struct conn *c);
void conn_retire(struct conn *c);
void conn_break(struct conn *c, const char *why); /* drop it at the end of this turn */
/* Before service (conn_check.c): false when they could not be sent; a result of theirs, which it
 * takes; what was found stands in check_failed and the db's fault. */
bool conn_checks_send(struct conn *c);
void conn_check_result(struct conn *c, PGresult *res);

/* ---- lanes (db.c) */
struct lane {
    struct db *db;
    int n;
    struct conn conn[DB_CONNS_MAX];
    struct call_list queue;
    int queue_max, depth_max;
    db_feed *feed;
    void *feed_ctx;
    struct conn *feeding; /* the idle connection feed was called for */
    bool pump_due;
    enum share { SHARE_OPEN, SHARE_TAKEN, SHARE_PROVED } share;
};

struct db {
    struct worker *worker;
    struct db_conf conf;
    char *conninfo;
    struct statements *statements;
    struct lane lane[LANES];
    bool verified; /* every statement could be prepared once */
    bool closing;
    struct timer *sweep;
    bool sweep_armed;
    int64_t fault_said; /* monotonic µs: when it was logged */
    char fault[256];    /* why the last connection did not come into service */
};

/* At the end of this turn: sends what waits, then asks the feeder. */
void db_pump_later(struct db *db, enum db_lane lane);
/* A new db prepares every statement once, a share in each lane, side by side: the first statement
 * of the lane's share, and in *ret_end the one after the last. */
int db_share(const struct db *db, enum db_lane lane, int *ret_end);
void db_share_proved(struct db *db, enum db_lane lane);
void db_requeue(struct db *db, struct call *k); /* to the head of its lane's queue */
void db_fault_set(struct db *db, const char *what, const char *detail);

/* ---- the schema's history (migrate.c), for who has a connection already; blocks */
struct migrations;
bool migrations_compare(struct arena *a, PGconn *pg, const struct embedded *files,
                        struct migrations *ret, struct text2 *ret_why);

/* ---- errors (sqlstate.c) */
enum err err_of_sqlstate(const char *state);
/* The session is of no use after this error. */
bool sqlstate_breaks_session(const char *state);

#endif
