/* Inside this room: the shapes of server, connection and request, and the verbs its files lend
 * each other.  A connection owns its socket, its session and its request; the server owns the
 * connections.  Everything on the worker's thread. */
#ifndef SERVER_HTTP_CONN_H
#define SERVER_HTTP_CONN_H

#include <assert.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "server/http/peer.h"
#include "server/http/wire.h"

#define HTTP_SERVER_MAGIC 0x48747356u
#define HTTP_CONN_MAGIC   0x48746343u
#define HTTP_REQ_MAGIC    0x48745271u
#define HTTP_STREAM_MAGIC 0x48745374u

#define HTTP_READ_MAX        16384                /* one read; not less than a TLS record */
#define HTTP_OUT_MAX         65536                /* scratch for an answer, one piece of a file */
#define HTTP_COPY_MAX        4096                 /* of a body, behind its head */
#define HTTP_STREAM_PENDING  ((size_t)256 * 1024) /* unsent bytes of an event stream: too slow */
#define HTTP_DRAIN_MAX       65536                /* rest of a body read for keep-alive's sake */
#define HTTP_LINGER_MS       2000
#define HTTP_LINGER_MAX      ((uint64_t)4 << 20)
#define HTTP_TICK_MS         100
#define HTTP_SLOTS           512
#define HTTP_SPARE_MAX       256 /* requests with their arenas kept for reuse */
#define HTTP_ARENA_MAX       ((size_t)16 << 20)
#define HTTP_RATE_GRACE_US   5000000
#define HTTP_EMFILE_PAUSE_MS 200

struct ssl_st;

enum conn_state {
    CONN_TLS,    /* shaking hands */
    CONN_HEAD,   /* idle, or reading a head */
    CONN_BODY,   /* reading a body */
    CONN_WAIT,   /* the request is with the app */
    CONN_SEND,   /* answered; bytes or a file still to go */
    CONN_STREAM, /* an event stream is open */
    CONN_DRAIN,  /* answered; the rest of the body is thrown away */
    CONN_LINGER, /* closing: our side is shut, input is thrown away so that the answer arrives */
    CONN_DEAD,   /* closed; freed on a later turn */
};

struct http_link {
    struct http_link *prev, *next;
};

/* Bytes that the socket did not take; nothing is allocated while there are none. */
struct http_out {
    char *p;
    size_t off, n, cap; /* n bytes wait at p + off */
};

struct http_conn {
    unsigned magic;
    int fd;
    unsigned char state;
    bool peer_counted;
    bool in_call;     /* inside our own event callback */
    bool kicked;      /* the callback shall run again without a new byte */
    bool paused;      /* by http_pause */
    bool eof;         /* the client has sent its last byte */
    bool close_after; /* after the answer */
    bool linger;      /* … waiting for the client's FIN */
    bool tls_broken;  /* no close_notify: the session failed */
    bool tls_write;   /* reading waits for writing */
    short want;
    struct http_server *s;
    struct event ev;
    struct ssl_st *ssl;
    struct http_req *rq;
    char *in; /* bytes read but not used: an incomplete head, the next request */
    unsigned in_n;
    unsigned scanned; /* of in: no end of head there */
    struct http_out out;
    int64_t deadline; /* monotonic microseconds, 0: none */
    int64_t slot_at;  /* when the wheel looks at it, 0: not in the wheel */
    struct http_link wheel, all;
    uint64_t drain_left;
    unsigned reqs;
    struct http_peer peer;
};

struct http_stream {
    unsigned magic;
    struct http_req *rq;
    void (*on_closed)(void *owner);
    void *owner;
};

struct http_req {
    unsigned magic;
    struct http_conn *c;
    struct http_req *next; /* spare list */
    struct arena *arena;
    void *user;
    struct http_head head;
    struct http_body_want want;
    bool announced; /* on_head was called: the app knows it */
    bool answered;
    bool refused;   /* on_data said no */
    bool complete;  /* the body is in */
    bool continued; /* 100 was sent */
    uint64_t left;  /* of a body with length */
    uint64_t got;
    struct http_chunks chunks;
    struct buf body_buf;
    struct span body;
    int64_t started_us, body_us, paused_us;
    int status;
    size_t bytes; /* of body queued */
    int file;     /* -1: none */
    size_t file_off, file_left;
    struct http_stream stream;
    bool chunked_out;
    char peer[48];
};

/* What the servers of one listening socket know of each other.  Any thread. */
struct http_share {
    atomic_uint servers, conns;
};

struct http_server {
    unsigned magic;
    struct worker *w;
    int fd;
    struct http_share *share;
    struct http_tls *tls;
    struct http_limits lim;
    struct http_app app;
    struct event accept_ev, reap_ev;
    struct timer *accept_timer, *tick;
    bool accepting, draining;
    bool yielded; /* left the last one to other workers */
    unsigned conns;
    struct http_link all, dead;
    struct http_link slot[HTTP_SLOTS];
    unsigned in_wheel;
    int64_t tick_at;    /* slots up to here were looked at */
    int64_t paused_log; /* when running out of descriptors was last logged */
    struct http_req *spare;
    unsigned spares;
    struct arena *scratch; /* for looking at incomplete heads */
    instant date_at;       /* second of date_text */
    char date_text[64];
    char *in;  /* lim.head_max + HTTP_READ_MAX */
    char *out; /* HTTP_OUT_MAX */
};

/* Circular lists: an element out of any list points to itself. */
static inline void http_link_init(struct http_link *l)
{
    l->prev = l->next = l;
}
static inline void http_link_in(struct http_link *list, struct http_link *l)
{
    l->next = list;
    l->prev = list->prev;
    list->prev->next = l;
    list->prev = l;
}
static inline void http_link_out(struct http_link *l)
{
    l->prev->next = l->next;
    l->next->prev = l->prev;
    http_link_init(l);
}
#define HTTP_OF(type, member, link) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline struct http_server *http_server_check(void *p)
{
    struct http_server *s = p;

    assert(s && s->magic == HTTP_SERVER_MAGIC);
    return s;
}
static inline struct http_conn *http_conn_check(void *p)
{
    struct http_conn *c = p;

    assert(c && c->magic == HTTP_CONN_MAGIC);
    return c;
}

/* ---- tls.c: one session.  Reading and writing as below. */
struct ssl_st *http_tls_open(struct http_tls *t, int fd); /* NULL: out of memory */
int http_tls_shake(struct http_conn *c); /* 1 done, 0 wait (c->want is set), -1 failed */
ssize_t http_tls_read(struct http_conn *c, char *p, size_t n);
ssize_t http_tls_write(struct http_conn *c, const char *p, size_t n);
void http_tls_goodbye(struct http_conn *c); /* close_notify, as far as it goes at once */
void http_tls_close(struct ssl_st *ssl);

/* ---- io.c */
#define HTTP_IO_AGAIN (-1)
#define HTTP_IO_FAIL  (-2)
ssize_t http_io_read(struct http_conn *c, char *p, size_t n); /* 0: end of input */
/* Writes a, then b, as far as the socket takes them; keeps the rest.  False: broken. */
bool http_io_send(struct http_conn *c, struct span a, struct span b);
bool http_io_flush(struct http_conn *c); /* false: broken */

/* ---- server.c */
void http_server_arm(struct http_server *s);              /* accepts again if it may */
void http_conn_deadline(struct http_conn *c, int64_t ms); /* from now; 0: none */
const char *http_server_date(struct http_server *s);      /* of the current second */

/* ---- conn.c */
void http_conn_start(struct http_server *s, int fd, const struct http_peer *peer, bool counted);
void http_conn_close(struct http_conn *c);
void http_conn_forget(struct http_conn *c); /* tells the app, releases its request */
void http_conn_gone(struct http_conn *c);   /* that, then closes */
void http_conn_expired(struct http_conn *c, int64_t now_us);
void http_conn_kick(struct http_conn *c);
void http_conn_want(struct http_conn *c);     /* arms the event as the state asks */
void http_conn_answered(struct http_conn *c); /* the whole answer is queued, rq is released */
void http_conn_flushed(struct http_conn *c);  /* nothing is left to write */

/* ---- input.c */
/* Uses what it can of p[0..n); the rest is the caller's to keep. */
size_t http_conn_process(struct http_conn *c, const char *p, size_t n);
void http_req_free(struct http_req *rq);
void http_req_release(struct http_conn *c);

/* ---- reply.c */
/* An answer of this layer itself, then close.  The app has been told before. */
void http_conn_fail(struct http_conn *c, enum err e, enum lang lang);
/* The same as bytes in s->out, for a connection that is not even made. */
struct span http_fail_bytes(struct http_server *s, bool tls, enum err e, enum lang lang,
                            bool head_only);
bool http_reply_more(struct http_conn *c); /* next pieces of a file; false: broken */
void http_req_done(struct http_conn *c);   /* on_done, metrics, release */

#endif
