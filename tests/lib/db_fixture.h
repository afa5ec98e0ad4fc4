/* A cluster, a worker on the calling thread and a db with statements of its own, for the tests of
 * server/db.  One of each per program; main thread. */
#ifndef TESTS_LIB_DB_FIXTURE_H
#define TESTS_LIB_DB_FIXTURE_H

#include <libpq-fe.h>

#include "server/core/embed.h"
#include "server/db/db.h"
#include "tests/lib/cluster.h"

#define S(name, sql)                                                                               \
    {                                                                                              \
        name ".sql", sql, &(sql)[sizeof(sql) - 1]                                                  \
    }

extern struct cluster cluster;
extern PGconn *side; /* a plain session beside, for looking and killing */
extern struct worker *w;
extern struct db *db;
#define MOST_MS 30000 /* of waiting for what comes at once */
extern const struct db_conf
    base_conf; /* one connection a lane; 50 s, 50 s, 60 s: nobody meets them */

/* Runs it beside; the first value, "" for none.  Fails the test on an error. */
const char *sql(const char *text);
void open_db(const struct db_conf *conf); /* waits until ready */
bool is_ready(void *ctx);

/* What came of a call: made with call(), or with note as done. */
struct seen {
    int times;
    enum err e;
    int rows;
    int64_t value;
    char state[6];
    char text[64];
};
extern bool returned; /* set it false before and true after a db_call that answers to note */
void note(void *owner, const struct db_outcome *out);
/* stmt with one argument, int8 (wide) or int4. */
bool call(enum db_lane lane, const char *stmt, int64_t v, bool wide, struct seen *s);

struct several {
    struct seen *s;
    int n;
};
bool all_answered(void *several);
void wait_all(struct seen *s, int n); /* each exactly once */
bool counted(void *count);            /* *(int *)count > 0 */

/* For cmocka: around each test, around all of them. */
int db_setup(void **state);
int db_teardown(void **state);
int db_group_setup(void **state);
int db_group_teardown(void **state);

#endif
