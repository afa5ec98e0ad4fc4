/* A small, strict HTTP/1.1 server on libevent's events and OpenSSL.  Bytes become requests,
 * requests become answers; it knows nothing of dossiers or databases.
 * A connection and its request belong to the worker that accepted it; all calls on its thread. */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/span.h"
#include "server/core/worker.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_METHODS
};

struct http_limits {
    size_t line_max;         /* request line, 8 KiB: 414 */
    size_t head_max;         /* all of the head, 16 KiB: 431 */
    unsigned fields_max;     /* 64: 431 */
    size_t body_max;         /* upper bound for any route: 413 */
    unsigned conns_max;      /* per worker */
    unsigned conns_per_peer; /* per IPv4 address or IPv6 /64, over all workers; 0: no cap.  Not
                              * counted: Unix sockets, and loopback on a plain listener (a proxy) */
    unsigned reqs_per_conn;
    int tls_ms, head_ms, body_ms, idle_ms, write_ms; /* total deadlines; write: without progress */
    unsigned body_rate_min;                          /* bytes a second, after the first 5 s */
};
extern const struct http_limits http_limits_default;

struct http_header {
    struct span name, value; /* value trimmed */
};

/* ---- the pure parser (parse.c): table-tested, fuzzed, compared with Node's */
struct http_head {
    enum http_method method;
    struct span target; /* as sent: origin-form, beginning with '/' */
    struct span path;   /* raw, before '?' */
    struct span query;  /* raw, after '?', may be empty */
    int minor;          /* HTTP/1.minor */
    struct http_header *field;
    unsigned fields;
    struct span host;
    int64_t content_length; /* -1: none */
    bool chunked;
    bool keep_alive;
    bool expect_continue;
};
enum http_parse { HTTP_PARSE_MORE, HTTP_PARSE_DONE, HTTP_PARSE_BAD };
/* Looks at p[0..n): MORE until the head is complete.  BAD sets *ret_err (ERR_BAD_REQUEST 400,
 * ERR_URI_TOO_LONG, ERR_HEADERS_TOO_LARGE, ERR_METHOD_NOT_ALLOWED, ERR_NOT_IMPLEMENTED 501,
 * ERR_HTTP_VERSION); the connection is then answered and closed.  Field spans point into p. */
enum http_parse http_parse_head(const char *p, size_t n, const struct http_limits *lim,
                                struct arena *a, struct http_head *ret_head, size_t *ret_used,
                                enum err *ret_err);
/* Chunked bodies: feed bytes, get data pieces; strict CRLF, hex sizes, no extensions, no trailers.
 */
struct http_chunks {
    int state;
    uint64_t left;
    unsigned digits;
};
void http_chunks_init(struct http_chunks *c);
/* Consumes from p[0..n): one piece of data at a time.  DONE after the last chunk. */
enum http_parse http_chunks_feed(struct http_chunks *c, const char *p, size_t n, size_t *ret_used,
                                 struct span *ret_data);

/* ---- requests */
struct http_req;

enum http_body_mode {
    HTTP_BODY_NONE,   /* a body is an error 400/413 */
    HTTP_BODY_WHOLE,  /* kept in memory up to max, then on_request */
    HTTP_BODY_STREAM, /* on_data for each piece as it comes, then on_request */
};
struct http_body_want {
    enum http_body_mode mode;
    size_t max;
};

struct http_app {
    /* The head is in: choose the body, or answer at once (then return value is ignored and the
     * rest of the body is drained or the connection closed). 100-continue is sent after this. */
    struct http_body_want (*on_head)(struct http_req *rq, void *ctx);
    /* A streamed piece; false stops reading: the app answers by itself. */
    bool (*on_data)(struct http_req *rq, struct span piece, void *ctx);
    void (*on_request)(struct http_req *rq, void *ctx); /* everything is in */
    /* The client went away or a deadline passed before the answer: the request is gone after this
     * call; the app must not touch it again. Not called after the app has answered. */
    void (*on_gone)(struct http_req *rq, void *ctx);
    /* Body of an error answered by this layer itself (limits, parser): problem+json. */
    void (*problem)(enum err e, enum lang lang, struct buf *out, void *ctx);
    /* After the last byte was queued: for the access log and metrics.  Once for every answered
     * request, called from within http_reply (files, streams: when they end); rq and its arena are
     * gone when http_reply returns.  Errors answered by this layer after on_head: on_gone instead.
     */
    void (*on_done)(struct http_req *rq, int status, size_t bytes, int64_t microseconds, void *ctx);
    void *ctx;
};

const struct http_head *http_head(const struct http_req *rq);
struct span http_field(const struct http_req *rq, const char *lower_name); /* {NULL,0}: none */
struct span http_body(const struct http_req *rq);                          /* WHOLE only */
struct arena *http_arena(struct http_req *rq);    /* lives until the answer is queued */
const char *http_peer(const struct http_req *rq); /* "127.0.0.1" */
bool http_is_tls(const struct http_req *rq);
void *http_user(const struct http_req *rq);
void http_set_user(struct http_req *rq, void *user);
struct worker *http_worker(const struct http_req *rq);
/* Reading of a streamed body waits until http_resume (back-pressure for file writes). */
void http_pause(struct http_req *rq);
void http_resume(struct http_req *rq);

/* ---- the answer, exactly once.  Header values must not hold CR, LF or NUL (asserted).
 * Content-Length, Date and Connection are written here; HEAD, 204 and 304 get no body. */
struct http_answer {
    int status;
    const struct http_header *field;
    unsigned fields;
    struct span body; /* copied or written before return */
};
void http_reply(struct http_req *rq, const struct http_answer *ans);
/* A file as body: fd is owned by the layer afterwards. */
void http_reply_file(struct http_req *rq, const struct http_answer *ans, int fd, size_t size);
/* An event stream: head now, pieces later; close ends it, and the connection.  NULL when the client
 * is gone, or asked with HEAD: then there is nothing to close.  on_closed is called when the client
 * leaves or the server drains; not after http_stream_close, nor after a send that returned false.
 */
struct http_stream;
struct http_stream *http_reply_stream(struct http_req *rq, const struct http_answer *ans,
                                      void (*on_closed)(void *owner), void *owner);
bool http_stream_send(struct http_stream *s, struct span piece); /* false: too slow, was closed */
void http_stream_close(struct http_stream *s);

/* ---- servers */
struct http_tls; /* certificate and key; reload makes a new one */
struct http_tls *http_tls_new(const char *cert_file, const char *key_file, struct buf *ret_error);
struct http_tls *http_tls_unref(struct http_tls *t); /* counted over threads */
struct http_tls *http_tls_ref(struct http_tls *t);

struct http_server;
/* fd: a listening socket, shared by all workers (each calls this with the same fd). */
struct http_server *http_server_new(struct worker *w, int fd, struct http_tls *tls_or_null,
                                    const struct http_limits *lim, const struct http_app *app);
void http_server_set_tls(struct http_server *s, struct http_tls *tls);
void http_server_drain(struct http_server *s); /* stop accepting, close idle, Connection: close */
int http_server_busy(const struct http_server *s); /* requests not yet answered */
struct http_server *http_server_free(struct http_server *s);

/* Listening sockets: "127.0.0.1:8080", "[::1]:8443", "unix:/run/motcua.sock". -1 and a message. */
int http_listen(const char *address, struct buf *ret_error);
bool http_address_is_local(const char *address); /* loopback or Unix socket */

/* ---- small pure helpers of the wire */
/* Percent-decodes one path segment or query value ('+' is a blank in queries only).  False on bad
 * escapes, NUL, control characters or invalid UTF-8. */
bool http_decode(struct arena *a, struct span raw, bool query, struct span *ret);
struct http_param {
    struct span name, value;
};
/* All parameters in order, decoded.  -1 on a bad one or more than max. */
int http_query(struct arena *a, struct span raw, struct http_param *ret, int max);
/* The value of a cookie of the request; {NULL,0} when absent or given twice. */
struct span http_cookie(const struct http_req *rq, const char *name);

#endif
