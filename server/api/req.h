/* One request inside the API: what is known of it, its fixed steps, and the ways to finish it
 * exactly once.  Owned by the worker's struct api; its thread only.  Not for other rooms. */
#ifndef SERVER_API_REQ_H
#define SERVER_API_REQ_H

#include "common/base/json_out.h"
#include "server/api/api.h"
#include "server/api/limits.h"
#include "server/api/route.h"
#include "server/core/log.h"
#include "server/core/metrics.h"

#define REQ_MAGIC   0x4d435251u
#define QUERY_MAX   16
#define KEY_MIN     8
#define KEY_MAX     128
#define ANSWER_MAX  ((size_t)16 << 20) /* of one answer composed here */
#define TOKEN_BYTES 32

enum flow { FLOW_NEXT, FLOW_WAIT, FLOW_DONE };
typedef enum flow step_fn(struct req *rq);

/* What the request waits for, and so what happens when its client goes away meanwhile. */
enum req_wait {
    WAIT_NONE,
    WAIT_STORE, /* a read: forgotten at once (store_orphan) */
    WAIT_HELD,  /* an act or a job that goes on: the request stays until it comes back */
    WAIT_BODY,  /* a streamed body */
};

struct req {
    unsigned magic;
    struct api *api;
    struct http_req *http; /* NULL once answered or gone */
    struct req *prev, *next;
    struct arena *arena;
    char id[20];
    int64_t started, deadline; /* monotonic microseconds */
    enum http_method method;
    bool ops;                  /* came over the listener for operations */
    const struct route *route; /* NULL: no such path */
    enum lang lang;
    const char *param[PARAMS_MAX]; /* decoded */
    size_t params;
    struct http_param query[QUERY_MAX];
    int queries;
    step_fn *const *step; /* the next one */
    enum req_wait wait;
    /* who */
    bool signed_in;
    struct session_user user;
    struct viewer viewer;
    uint8_t token_hash[SHA256_BYTES];
    /* conditions of a write */
    const char *key;
    int64_t if_match;   /* -1: none */
    const char *behalf; /* login of whom an act is done for, or NULL */
    uint8_t body_hash[SHA256_BYTES];
    /* body */
    bool body_open, body_in; /* streamed: may be read; is all here */
    struct span body_early;  /* streamed: what came while the session was looked up */
    json_t *json;
    void *body; /* bound by the route's shape */
    struct violations bad;
    void *mine; /* of the handler */
    const char
        *frozen; /* a file is made of json's "answer", and says this; NULL: it is asked for */
};

struct api {
    struct worker *worker;
    struct store *store;
    const struct api_conf *conf;
    struct http_app app, ops;
    struct req *busy; /* list of requests that are not freed */
    struct req *spare;
    int spares, busy_n;
    struct timer *sweep;
    uint64_t serial;
    struct events *events; /* streams of this worker; NULL: none are served */
    char run[9];           /* of this process and worker: first part of request ids */
    struct buf out;        /* for composing one answer; used between two turns of the loop only */
    struct buf openapi;    /* made once */
    struct packing *packing;
};

/* ---- running */
void req_flow(struct req *rq, step_fn *const *steps); /* goes on with other steps */
void req_resume(struct req *rq);                      /* the next step */
/* First thing in every callback: false when the client is gone or was answered meanwhile (the
 * request is freed then and must not be touched). */
bool req_back(struct req *rq);
/* The same for what must have gone well: an error is answered as a problem, false then, too. */
bool req_came(struct req *rq, enum err e);
enum flow req_held(struct req *rq); /* now waiting for what cannot be forgotten */

/* ---- what came in */
struct span req_query(const struct req *rq, const char *name); /* SPAN_NONE: not given */
/* The number that the path names first; false after answering 404. */
bool req_id(struct req *rq, int64_t *ret);
/* An integer of the query; def when absent; false after answering 400. */
bool req_query_i64(struct req *rq, const char *name, int64_t min, int64_t max, int64_t def,
                   int64_t *ret);
bool req_query_choice(struct req *rq, const char *name, const char *const *words, int def,
                      int *ret);
/* A free object of the body as compact text in the arena; false after answering 413. */
bool req_object_text(struct req *rq, const json_t *j, size_t max, struct span *ret);
struct actor req_actor(const struct req *rq);
const struct snapshot *req_snapshot(const struct req *rq);
const char *say(const struct req *rq, const char *vi, const char *en);

/* ---- finishing: exactly one of these, exactly once; afterwards rq must not be touched */
void reply_json(struct req *rq, int status, struct span body, int64_t etag); /* etag < 0: none */
void reply_empty(struct req *rq, int status, const struct http_header *extra, unsigned n);
void reply_body(struct req *rq, int status, const char *type, struct span body,
                const struct http_header *extra, unsigned n);
/* An event stream; NULL when nobody reads it (then it is over).  on_closed as in http.h. */
struct http_stream *reply_stream(struct req *rq, void (*on_closed)(void *owner), void *owner);
void reply_file(struct req *rq, const char *type, const char *name, int fd, size_t size);
void reply_problem(struct req *rq, enum err e);
void reply_detail(struct req *rq, enum err e, const char *vi, const char *en);
void reply_invalid(struct req *rq, enum err e, const struct violations *v);
/* Why not, and what to do about it; detail: empty: the title of the error. */
struct text2 refusal_words(struct arena *a, enum err e, struct text2 detail);
/* Refusals of a decision; current: the state that refused, as JSON, or SPAN_NONE. */
void reply_refused(struct req *rq, enum err e, const struct refusal *r, size_t n,
                   struct span current, int64_t etag);
void reply_wait(struct req *rq, enum err e, int64_t wait_us); /* with Retry-After */
void reply_wait_why(struct req *rq, enum err e, int64_t wait_us, const char *vi, const char *en);
/* The body of a problem; any thread. */
void problem_json(enum err e, enum lang lang, const char *detail, const char *id,
                  const struct violations *v, struct span current, struct buf *out);
/* An empty buffer for composing an answer. */
struct buf *reply_buf(struct req *rq);

/* ---- inside: req.c, steps.c, reply.c */
void req_mark_answered(struct req *rq);                      /* before http_reply */
void req_body_open(struct req *rq);                          /* a streamed body may be read now */
void req_answered(struct req *rq, int status, size_t bytes); /* logs, counts, lets go */
extern step_fn *const req_all_steps[];                       /* the fixed order */
extern step_fn *const req_head_steps[]; /* of streamed ones: before the body … */
extern step_fn *const req_body_steps[]; /* … and after it */
/* As HTML. */
void page_problem(struct req *rq, enum err e, const char *detail, const struct http_header *extra,
                  unsigned n);

#endif
