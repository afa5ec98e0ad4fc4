/* What the files of the service share.  Not for others. */
#ifndef SERVER_CLI_SERVICE_INSIDE_H
#define SERVER_CLI_SERVICE_INSIDE_H

#include <stdatomic.h>

#include "common/figures/index.h"
#include "server/api/api.h"
#include "server/api/events.h"
#include "server/api/limits.h"
#include "server/cli/service.h"
#include "server/core/log.h"
#include "server/core/pool.h"
#include "server/db/check.h"
#include "server/jobs/links.h"
#include "server/jobs/oidc.h"
#include "server/jobs/reports.h"
#include "server/jobs/timers.h"
#include "server/jobs/upkeep.h"
#include "server/print/print.h"
#include "server/store/events.h"
#include "server/store/figures.h"

#define LISTENERS_MAX 24
#define REASONS_MAX   4096
#define SSO_BACK_MAX  2176 /* an address and its path */

struct listener {
    int fd;
    bool tls, ops;
    char address[128];
};

struct seat { /* one worker's objects; touched on its thread, the flags by anyone */
    struct service *s;
    struct worker *w;
    struct db *db;
    struct store *store;
    struct api *api;
    struct http_server *server[LISTENERS_MAX];
    struct timer *pulse;
    bool served; /* the database was there once */
    atomic_bool ready;
    atomic_int busy;
};

struct check_job { /* the checks of every minute, on a pool thread */
    struct service *s;
    char *conninfo;
    bool ran_once;
    bool refuses;
    char text[REASONS_MAX];
};

struct generation { /* what a reload replaces; older ones stay until the end, others point there */
    struct generation *older;
    struct config *cfg;
    struct limits *rates;
    struct print_papers *papers;
    struct api_conf api;
};

struct service {
    struct cli *c;
    struct config *cfg; /* of the newest generation */
    struct generation *gen;
    struct config *(*reload)(void *ctx);
    void *reload_ctx;
    void (*on_ready)(void *ctx);
    void *ready_ctx;
    struct listener listener[LISTENERS_MAX];
    int listeners;
    struct http_tls *tls;
    struct http_limits limits;
    struct db_conf db;
    uint8_t salt[SHA256_BYTES];
    struct indices indices; /* that score agencies */
    struct arena *indices_arena;
    struct pool *hashing, *filing, *changing, *printing;
    struct pool *asking; /* the identity provider; NULL: there is none */
    struct oidc *sso;    /* the unit's identity provider; NULL: none */
    char sso_back[SSO_BACK_MAX];
    struct snapshot *snap;
    struct buf load_why; /* what was wrong with it at the start */
    struct seat *seat;
    int seats;
    struct db_listen *heard;
    struct event_hub *hub;
    struct timers *timers;
    struct links *links;
    struct upkeep *upkeep;
    struct reports *reports;
    bool workers, told_ready;
    atomic_bool stopping;
    atomic_bool unsafe;     /* the last check refused */
    atomic_bool loading;    /* a snapshot is being loaded */
    atomic_bool load_again; /* … and another change came meanwhile */
    atomic_bool checking;
    _Atomic int64_t epoch; /* of the newest snapshot */
    int64_t checked_at;    /* monotonic µs, main thread */
    pthread_mutex_t why_lock;
    char why[REASONS_MAX]; /* what the last check said */
};

/* service.c */
/* Reads them; false after saying why not. */
/* Takes the configuration and the templates of papers. */
void service_generation(struct service *s, struct config *cfg, struct print_papers *papers);
/* service_listen.c: each tells what it refuses and how to mend it, and answers false. */
void service_complain(struct cli *c, const char *vi, const char *en, const char *detail);
bool service_open_listeners(struct service *s); /* sockets of the service manager, or `listen` */
bool service_open_tls(struct service *s);       /* when a listener asks for it */
/* service_watch.c */
bool service_ready(void *ctx, struct buf *why); /* any thread */
void service_check(struct service *s);          /* starts the checks on a pool thread */
void service_reload(struct service *s);         /* configuration, certificate, snapshot */
void service_load_snapshot(void *service); /* on worker 0's loop: loads in the pool, hands out */
void service_heard(void *ctx, const char *channel, const char *payload);

#endif
