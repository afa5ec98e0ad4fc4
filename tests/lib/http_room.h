/* A small application on the HTTP room, for its tests and benchmarks: what it did is counted.
 * http_room_start and _stop: the test's thread; the handlers run on the workers. */
#ifndef TESTS_LIB_HTTP_ROOM_H
#define TESTS_LIB_HTTP_ROOM_H

#include <stdatomic.h>

#include "server/http/http.h"

/* GET  /hello            "hello"
 * ANY  /echo             the body, whole, at most 1,000 bytes
 * POST /count            streamed body: number of bytes, as text
 * POST /slowcount        the same, pausing 20 ms after each piece
 * POST /refuse           says no to the first piece, answers 403 a little later
 * POST /early            401 at the head
 * GET  /later            "later", 50 ms after the request
 * GET  /never            no answer ever
 * GET  /big              1 MiB of 'b' from memory
 * GET  /file             3 MiB file from disk
 * GET  /events           an event stream: "data: n" every 10 ms
 * GET  /three            an event stream of three events, closed by the application
 * GET  /flood            an event stream that sends 64 KiB pieces until it is refused
 * GET  /peer             the peer's address
 * GET  /empty            204 without a body
 * else                   404 */
struct http_room {
    struct http_limits lim;
    struct http_tls *tls;
    int workers;
    int fd, port;
    atomic_int heads, requests, gone, done, refused_late, streams_closed, evil;
    atomic_int busy; /* refreshed by http_room_busy */
    atomic_long bytes_max;
};

void http_room_start(struct http_room *r, struct http_tls *tls, const struct http_limits *lim,
                     int workers);
void http_room_stop(struct http_room *r);
void http_room_drain(struct http_room *r);
int http_room_busy(struct http_room *r);
#define ROOM_WAIT_MS 20000 /* far more than any answer needs, less than what ends an idle one */
struct wire;
/* The next answer on the connection has this status and, unless NULL, this body; else the test
 * fails. */
void room_assert_answer(struct wire *w, int status, const char *body);
/* Waits until the counter has come to `want`; else the test fails. */
void room_wait(atomic_int *n, int want);
/* A certificate for localhost and its key, made now, in dir: cert.pem and key.pem (0600). */
void http_room_certificate(const char *dir);

#endif
