/* Blocking calls: a worker without a thread that turns until the answer is there.
 * The caller owns it.  Any thread, one at a time. */
#include "server/store/blocking.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/embed.h"

#define CONNECT_WAIT_MS 10000
#define STEP_MS         50
#define ARENA_MAX       ((size_t)64 << 20)

/* What verbs and start-up ask, prepared when asked: starting does not wait for the others. */
static const char *const wanted[] = {"account_",     "act_store", "config_",  "figures_catch_up",
                                     "publication_", "publish_",  "running_", "study_",
                                     "whatif_",      "factor_off"};
#define WANTED_MAX 48

struct blocking {
    struct embedded statement[WANTED_MAX + 1];
    struct worker *w;
    struct db *db;
    struct arena *arena;
    int timeout_ms;
    /* the call under way */
    bool done;
    enum err e;
    char sqlstate[6];
    void (*rows)(void *ctx, const struct db_rows *r);
    void *ctx;
};

static void choose_statements(struct embedded *to)
{
    int n = 0;

    for (const struct embedded *e = embed_sql; e->name; e++)
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strncmp(e->name, wanted[i], strlen(wanted[i])) == 0) {
                assert(n < WANTED_MAX);
                to[n++] = *e;
            }
}

static bool ready(void *ctx)
{
    struct blocking *b = ctx;

    return db_ready(b->db);
}

struct blocking *blocking_open(const char *conninfo, int timeout_ms, struct buf *ret_error)
{
    struct db_conf conf = {.conninfo = conninfo,
                           .conns = {1, 1, 0},
                           .queue_max = {4, 4, 4},
                           .depth_max = 1,
                           .statements_known = true,
                           .statement_timeout_ms = {timeout_ms, timeout_ms, timeout_ms},
                           .wait_ms_max = timeout_ms};
    struct blocking *b = calloc(1, sizeof *b);
    int64_t until = clock_mono_us() + CONNECT_WAIT_MS * 1000;

    if (!b)
        abort();
    choose_statements(b->statement);
    conf.statements = b->statement;
    b->w = worker_solo_new();
    b->db = db_new(b->w, &conf);
    b->arena = arena_new(ARENA_MAX);
    b->timeout_ms = timeout_ms;
    while (!worker_solo_turn(b->w, ready, b, STEP_MS))
        if (clock_mono_us() > until || db_fault(b->db)[0]) {
            if (ret_error)
                buf_str(ret_error, db_fault(b->db)[0] ? db_fault(b->db) : "no answer");
            return blocking_close(b);
        }
    return b;
}

struct blocking *blocking_close(struct blocking *b)
{
    if (!b)
        return NULL;
    db_free(b->db);
    worker_solo_free(b->w);
    arena_free(b->arena);
    free(b);
    return NULL;
}

struct db_args *blocking_args(struct blocking *b, int n)
{
    arena_reset(b->arena);
    return db_args(b->arena, n);
}

struct arena *blocking_arena(struct blocking *b)
{
    return b->arena;
}

static void came(void *owner, const struct db_outcome *out)
{
    struct blocking *b = owner;

    b->done = true;
    b->e = out->e;
    memset(b->sqlstate, 0, sizeof b->sqlstate);
    if (out->e == ERR_OK) {
        if (b->rows)
            b->rows(b->ctx, out->rows);
    } else if (out->sqlstate) {
        strncpy(b->sqlstate, out->sqlstate, sizeof b->sqlstate - 1);
    }
}

static bool finished(void *ctx)
{
    struct blocking *b = ctx;

    return b->done;
}

enum err blocking_call(struct blocking *b, enum db_lane lane, const char *stmt,
                       const struct db_args *args, void (*rows)(void *ctx, const struct db_rows *r),
                       void *ctx)
{
    b->done = false;
    b->rows = rows;
    b->ctx = ctx;
    if (!db_call(b->db, lane, stmt, args, came, b))
        return ERR_OVERLOADED;
    while (!worker_solo_turn(b->w, finished, b, 1000))
        ; /* the db answers every call in bounded time */
    return b->e;
}

const char *blocking_sqlstate(const struct blocking *b)
{
    return b->sqlstate;
}
