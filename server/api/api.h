/* The API: routes as data, the fixed steps of a request, one file a resource.  It decides nothing
 * about dossiers: it binds, asks the store, and writes answers.
 * One struct api a worker, owned by that worker; all calls on its thread. */
#ifndef SERVER_API_API_H
#define SERVER_API_API_H

#include "server/core/pool.h"
#include "server/http/http.h"
#include "server/store/store.h"

#define API_HOSTS_MAX 32

struct limits;
struct event_hub;
struct indices;
struct paper_set;
struct oidc;

struct api_conf {                    /* immutable while workers run; the main thread owns it */
    const char *host[API_HOSTS_MAX]; /* allowed Host names, with or without port; none: any */
    size_t hosts;
    bool plain_cookie; /* no __Host- name and no Secure: plain HTTP on loopback only */
    int64_t idle_ms, absolute_ms;
    int64_t deadline_ms;
    int report_day;         /* reporting periods close on it */
    int register_volume;    /* entries of a volume of a register book */
    int report_settled;     /* seconds: reports are frozen as the history was so long ago */
    int64_t draft_ms;       /* a draft is kept so long after its last saving */
    int report_uncollected; /* days after which a result lies long */
    const char *files_dir;
    int64_t file_max;    /* bytes */
    unsigned file_types; /* bit per enum file_type */
    bool ops_here;       /* /metrics and /readyz?verbose on the main listener for local peers */
    const char *version; /* of the program */
    const char *demo_password; /* of the demonstration's accounts; NULL: not a demonstration */
    bool any_hour;             /* queue numbers outside opening hours too */
    bool kiosk_open;           /* whoever opens /lay-so may take a number */
    const char *kiosk_token;   /* opens a device for it; NULL or "": none */
    const uint8_t *salt;       /* SHA256_BYTES: of the digests of identity numbers */
    struct limits *limits;     /* shared by all workers */
    struct event_hub *hub;     /* likewise: event streams; NULL: none are served */
    int streams_max;           /* of one worker */
    const char *payment_provider, *payment_secret; /* of call-backs; "": none are taken */
    const char *portal_secret; /* of the gateway to the national portal; "": there is none */
    const char *factor_key;    /* seals secrets of one-time codes; "": none can be switched on */
    unsigned factor_roles;     /* that must have them */
    struct oidc *sso;          /* the unit's identity provider, asked in sso_pool; NULL: none */
    struct pool *sso_pool;
    struct pool *hashing, *filing;
    struct pool *printing;          /* one thread: papers are drawn there */
    const struct paper_set *papers; /* templates */
    const struct indices *indices;  /* that score agencies */
    struct pool *changing;          /* one thread: changes of rules, one after the other */
    const char *conninfo;           /* of their connections */
    bool (*ready)(void *ctx, struct buf *why); /* any thread; why: one reason a line */
    void *ready_ctx;
};

struct api;

struct api *api_new(struct worker *w, struct store *st, const struct api_conf *conf);
const struct http_app *api_app(struct api *api);     /* the main listener */
const struct http_app *api_ops_app(struct api *api); /* /livez /readyz /metrics /version only */
void api_set_conf(struct api *api, const struct api_conf *conf);
struct api *api_free(struct api *api);

/* Digest of an identity number under the installation's salt (who is the owner, who is the officer:
 * compared, never read back).  Any thread. */
void identity_digest(const uint8_t salt[SHA256_BYTES], const char *id_number,
                     uint8_t out[SHA256_BYTES]);

/* The tables, checked: duplicate routes, a body without a shape, a write without permission.
 * Aborts on a broken table (only a bug can break it). */
void api_check_tables(void);
/* OpenAPI 3.1 and the permission matrix, from the same tables.  Any thread. */
void api_openapi(const char *version, struct buf *out);
void api_permissions(struct buf *out); /* JSON: [{method, pattern, permission, roles: []}] */

#endif
