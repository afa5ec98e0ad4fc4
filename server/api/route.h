/* Routes are data: one table a resource, joined by router.c; the same rows print the OpenAPI
 * document and the permission matrix.  Constants; any thread. */
#ifndef SERVER_API_ROUTE_H
#define SERVER_API_ROUTE_H

#include "common/access/organisation.h"
#include "common/base/bind.h"
#include "server/api/answer.h"
#include "server/db/db.h"
#include "server/http/http.h"

struct req;

enum permission {
#define P(name, text, roles, vi, en) PERM_##name,
#include "server/api/permissions.def"
#undef P
    PERM_COUNT
};
unsigned permission_roles(enum permission p); /* bit per role */
const char *permission_name(enum permission p);
struct text2 permission_title(enum permission p);

enum {
    ROUTE_KEY = 1,          /* a write that needs an Idempotency-Key */
    ROUTE_MATCH = 2,        /* needs If-Match with the dossier's seq */
    ROUTE_STREAM = 4,       /* the body is streamed to `stream` */
    ROUTE_HTML = 8,         /* answers pages: problems are pages too */
    ROUTE_FORM = 16,        /* the body is a plain HTML form */
    ROUTE_HIDDEN = 32,      /* not in the list of calls for people, /api */
    ROUTE_LOW = 64,         /* lower rate: sign-in, tracking */
    ROUTE_OPS = 128,        /* also on the listener for operations */
    ROUTE_ETAG = 256,       /* the answer carries an ETag */
    ROUTE_MAKES = 512,      /* the answer carries the Location of what was made */
    ROUTE_ANY_QUERY = 1024, /* the address is read by the page's script, not here */
    ROUTE_FIRST = 2048,     /* also for who must first change a password or switch codes on */
    ROUTE_PACK = 4096,      /* the answer may be packed: no secret stands in it (packing.h) */
};

struct route_param { /* of the query */
    const char *name;
    struct text2 about;
};

struct route_stream { /* see files.c */
    bool (*data)(struct req *rq, struct span piece);
    void (*gone)(struct req *rq); /* the client went away: throw away what was begun */
};

struct route {
    enum http_method method;
    const char *pattern; /* "/v1/dossiers/{code}/{act}" */
    enum permission permission;
    unsigned flags;
    enum db_lane lane;
    void (*handle)(struct req *rq);
    const struct bind_shape *body;
    size_t body_max;
    const struct route_param *query; /* ended by a NULL name */
    const struct route_stream *stream;
    struct text2 summary;
    /* what comes back when all went well: JSON as `answer` says, or another kind of content */
    const struct answer_shape *answer;
    int status;          /* 0: 204 when nothing comes back, else 200 */
    const char *media;   /* "image/svg+xml"; pages have none: text/html */
    answer_word *medias; /* when there are several */
    /* Called by a machine without a session: who it is stands in a signature over the raw body.
     * Answers false after having refused it. */
    bool (*vouch)(struct req *rq);
    const struct route_param *headers; /* that it wants; ended by a NULL name */
    const struct route_param *form;    /* fields of a plain HTML form; ended by a NULL name */
};

/* Commands on dossiers: they may be given for somebody else, and their refusals are audited. */
static inline bool route_acts(const struct route *r)
{
    return (r->flags & ROUTE_KEY) && (r->flags & (ROUTE_MATCH | ROUTE_MAKES));
}

struct route_table {
    const struct route *route;
    size_t n;
};
#define ROUTE_TABLE(name, rows)                                                                    \
    const struct route_table name = {(rows), sizeof(rows) / sizeof *(rows)}

#define SEGMENTS_MAX 8
#define PARAMS_MAX   4

struct route_match {
    const struct route *route;     /* NULL: none; then `allowed` tells 404 from 405 */
    unsigned allowed;              /* bit per method that has this path */
    struct span param[PARAMS_MAX]; /* raw, in the order of the pattern */
    size_t params;
};

void router_init(void); /* once, before threads: joins and checks the tables; aborts on a bug */
void router_match(enum http_method m, struct span raw_path, bool ops, struct route_match *ret);
size_t router_count(void);
const struct route *router_at(size_t i);
/* "GET, HEAD, POST" */
void router_allow(unsigned allowed, struct buf *out);
const char *http_method_name(enum http_method m);

#endif
