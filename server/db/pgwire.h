/* What libpq leaves to us once it has signed in: questions and answers of PostgreSQL's
 * protocol 3.0, extended query, all values in binary.  Answers are read in place: libpq copied
 * every value of every row, which was a third of the CPU of a queue page. A wire belongs to its
 * connection, borrows its descriptor; the worker's thread. */
#ifndef SERVER_DB_PGWIRE_H
#define SERVER_DB_PGWIRE_H

#include <libpq-fe.h>

#include "common/base/span.h"

#define PGWIRE_ANSWER_MAX ((size_t)1 << 30) /* bytes up to one ReadyForQuery */
#define PGWIRE_COLS_MAX   64

/* A result is handed out under this name (db.h); its values lie in the wire's buffer. */
struct db_rows {
    int n, cols;
    const struct pgwire_value *value; /* n * cols */
    uint64_t jsonb;                   /* columns whose text stands behind a version byte */
};
struct pgwire_value {
    const char *p; /* NULL: null */
    int len;
};

struct pgwire {
    int fd;
    struct ssl_st *ssl; /* libpq's, or NULL */
    char *in;           /* bytes that came */
    size_t in_n, in_cap, group,
        at;         /* group: where the answer under way begins; at: its next message */
    size_t need;    /* bytes of the message that is not all there */
    size_t rows_at; /* first row, counted from group */
    int rows, cols; /* of the answer under way */
    char *out;      /* bytes to send: [out_at, out_n) */
    size_t out_at, out_n, out_cap;
    struct pgwire_value *value;
    size_t value_cap;
    bool bad;
};

/* pg has signed in, nothing was asked of it yet. */
void pgwire_open(struct pgwire *w, PGconn *pg);
void pgwire_close(struct pgwire *w); /* frees; the connection stays the caller's */

/* ---- questions, kept until pgwire_flush */
void pgwire_prepare(struct pgwire *w, const char *name,
                    const char *sql); /* and describe its columns */
/* args: what pgwire_args made. */
void pgwire_execute(struct pgwire *w, const char *name, struct span args);
void pgwire_sync(struct pgwire *w);
/* Encodes arguments for pgwire_execute; value NULL: null.  to NULL: only counts. */
size_t pgwire_args(char *to, int n, const char **value, const int *len);

enum pgwire_io { PGWIRE_DONE, PGWIRE_WAIT, PGWIRE_WAIT_WRITE, PGWIRE_LOST };
enum pgwire_io pgwire_flush(struct pgwire *w);
/* DONE: something came, there may be more; WAIT: nothing for now. */
enum pgwire_io pgwire_read(struct pgwire *w);

/* ---- answers */
struct pgwire_message {
    char type; /* as the protocol names it; rows are counted, never told */
    struct span body;
};
/* False: nothing whole is there, or (w->bad) it is not what the protocol allows. */
bool pgwire_next(struct pgwire *w, struct pgwire_message *ret);
/* The rows that came since pgwire_begin, until pgwire_begin or pgwire_read. */
bool pgwire_rows(struct pgwire *w, struct db_rows *ret);
/* The next answer begins behind the last message told. */
void pgwire_begin(struct pgwire *w);
/* A field of an error or notice, "" when it is not there; within the message. */
const char *pgwire_field(const struct pgwire_message *m, char field);
/* Which columns of a row description are jsonb. */
uint64_t pgwire_jsonb(const struct pgwire_message *m);

#endif
