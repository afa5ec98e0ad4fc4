/* A whole installation for tests of the store: cluster, migrations, the configuration of config/,
 * the demonstration's people, and a worker on the calling thread with db and store as the daemon's
 * role. One a program; run from the top of the tree. */
#ifndef TESTS_LIB_STORE_WORLD_H
#define TESTS_LIB_STORE_WORLD_H

#include <libpq-fe.h>

#include "server/store/store.h"
#include "tests/lib/cluster.h"

struct store_world {
    struct cluster cluster;
    PGconn *side;       /* superuser, for looking */
    char conninfo[256]; /* of motcua_app */
    struct snapshot *snap;
    struct worker *w;
    struct db *db;
    struct store *st;
};

/* only: NULL or a NULL-terminated list of procedures to publish (default: all of config/). */
void store_world_start(struct store_world *x, const char *const *only);
void store_world_end(struct store_world *x);
/* A worker of this thread on that installation. */
void store_world_open(struct store_world *x, int act_conns);
void store_world_close(struct store_world *x);

/* The first value, "" for none; fails the test on an error. */
const char *side_value(struct store_world *x, const char *sql);
int64_t side_number(struct store_world *x, const char *sql);
/* By login. */
instant store_world_at(const char *local); /* the clock stands there from now on */
struct actor actor_of(struct store_world *x, const char *login);
struct viewer viewer_of(struct store_world *x, const char *login);

/* One act, waited for; prepared by the caller (code, if_match, cmd, actor …).  The error. */
enum err act_do(struct store_world *x, struct act *a);
void act_init(struct act *a, struct arena *arena, enum command_kind kind, struct actor actor);
/* A complete intake of 1.005416 in the arena, as `lan` types it. */
void intake_fill(struct act *a, const char *name, const char *phone, const char *id_number);

/* One step of a dossier's way, which must succeed; *now is the act before and then this one. */
void world_step(struct store_world *x, struct arena *a, struct act *now, enum command_kind kind,
                const char *login, const char *action);
/* Who holds the open task, by login. */
const char *world_holder(struct store_world *x, struct arena *a, const struct act *now);
/* From acceptance to the result at the one-stop unit (1.005416). */
void world_release(struct store_world *x, struct arena *a, struct act *now);

/* Reads, waited for: the JSON in the arena of the world's last answer. */
struct heard {
    bool there;
    enum err e;
    char *json; /* malloc'd by hear(), freed by the next */
    int64_t version;
};
extern struct heard heard;
void hear(void *owner, enum err e, struct span json, int64_t version); /* a store_json */
void wait_heard(struct store_world *x);
bool wait_for(struct store_world *x, const bool *flag);

#endif
