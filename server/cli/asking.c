/* A store for one verb: a worker that turns while the verb waits.  The verb owns it.  Main thread.
 */
#include "server/cli/asking.h"

#include <stdlib.h>

#define CONNECT_MS 10000
#define ANSWER_MS  120000
#define ERROR_MAX  65536

struct asking {
    struct arena *arena;
    struct config *cfg;
    struct snapshot *snap;
    struct worker *w;
    struct db *db;
    struct store *st;
    bool there;
    enum err e;
    struct span json;
    const struct dossier *state;
};

static bool ready(void *ctx)
{
    return db_ready(((struct asking *)ctx)->db);
}

static bool there(void *ctx)
{
    return ((struct asking *)ctx)->there;
}

static bool connect_to(struct cli *c, struct asking *k)
{
    struct db_conf conf = {.conninfo = asking_conninfo(k),
                           .conns = {1, 1, 1},
                           .queue_max = {8, 8, 8},
                           .depth_max = 1,
                           .statement_timeout_ms = {ANSWER_MS, ANSWER_MS, ANSWER_MS},
                           .wait_ms_max = ANSWER_MS};
    struct buf why;

    buf_init(&why, ERROR_MAX);
    k->snap = snapshot_load(conf.conninfo, &why);
    if (!k->snap) {
        if (!cli_refuse_unreachable(c, buf_cstr(&why)))
            (void)cli_refuse(c, "không đọc được cấu hình đã công bố: %s",
                             "the published configuration cannot be read: %s", buf_cstr(&why));
        buf_free(&why);
        return false;
    }
    buf_free(&why);
    k->w = worker_solo_new();
    k->db = db_new(k->w, &conf);
    if (!worker_solo_turn(k->w, ready, k, CONNECT_MS)) {
        if (!cli_refuse_unreachable(c, db_fault(k->db)))
            (void)cli_refuse(c, "cơ sở dữ liệu không sẵn sàng: %s", "the database is not ready: %s",
                             db_fault(k->db));
        return false;
    }
    k->st = store_new(k->w, k->db, k->snap);
    return true;
}

struct asking *asking_open(struct cli *c, struct arena *a, const struct settings *s)
{
    struct asking *k = calloc(1, sizeof *k);

    if (!k)
        abort();
    k->arena = a;
    k->cfg = settings_need(c, a, s, CONFIG_FOR_DATABASE);
    if (!k->cfg || !connect_to(c, k))
        return asking_close(k);
    return k;
}

struct asking *asking_close(struct asking *k)
{
    if (!k)
        return NULL;
    store_free(k->st);
    if (k->db)
        db_free(k->db);
    if (k->w)
        worker_solo_free(k->w);
    snapshot_unref(k->snap);
    config_free(k->cfg);
    free(k);
    return NULL;
}

struct store *asking_store(struct asking *k)
{
    return k->st;
}

const struct snapshot *asking_snapshot(const struct asking *k)
{
    return k->snap;
}

const char *asking_conninfo(const struct asking *k)
{
    return config_conninfo(k->cfg, CONFIG_DB_APP);
}

const struct config *asking_config(const struct asking *k)
{
    return k->cfg;
}

const struct viewer *asking_viewer(void)
{
    static const struct viewer v = {
        .user = 0, .agency = 0, .roles = 1u << ROLE_AUDITOR, .all = true};

    return &v;
}

void asking_heard(void *owner, enum err e, struct span json, int64_t version)
{
    struct asking *k = owner;

    (void)version;
    k->there = true;
    k->e = e;
    k->json =
        e == ERR_OK ? (struct span){arena_strndup(k->arena, json.p, json.n), json.n} : SPAN_NONE;
}

static enum err wait(struct asking *k)
{
    bool in_time = worker_solo_turn(k->w, there, k, ANSWER_MS + 5000);

    k->there = false;
    return in_time ? k->e : ERR_TIMEOUT;
}

enum err asking_wait(struct asking *k, struct span *ret_json)
{
    enum err e = wait(k);

    if (e == ERR_OK)
        *ret_json = k->json;
    return e;
}

void asking_state(void *owner, enum err e, const struct dossier *s)
{
    struct asking *k = owner;

    k->there = true;
    k->e = e;
    k->state = s;
}

enum err asking_wait_state(struct asking *k, const struct dossier **ret)
{
    enum err e = wait(k);

    if (e == ERR_OK)
        *ret = k->state;
    return e;
}
