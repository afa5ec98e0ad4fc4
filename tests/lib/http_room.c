/* A small application on the HTTP room, for its tests.  The test owns the room; handlers run on the
 * workers. */
#include "tests/lib/http_room.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE ((size_t)3 << 20)
#define BIG_SIZE  ((size_t)1 << 20)

static struct http_room *room; /* one at a time */
static char big[BIG_SIZE];

/* What a request or stream of this application carries. */
struct job {
    struct http_req *rq;
    struct http_stream *stream;
    struct timer *timer;
    size_t n;
};

static bool path_is(const struct http_req *rq, const char *path)
{
    return span_is(http_head(rq)->path, path);
}

static void answer(struct http_req *rq, int status, struct span body)
{
    struct http_header f[] = {{SPAN_LIT("Content-Type"), SPAN_LIT("text/plain")}};
    struct http_answer a = {status, f, 1, body};

    http_reply(rq, &a);
}

static struct job *job_new(struct http_req *rq, void (*fn)(void *))
{
    struct job *j = calloc(1, sizeof *j);

    if (!j)
        abort();
    j->rq = rq;
    j->timer = timer_new(http_worker(rq), fn, j);
    http_set_user(rq, j);
    return j;
}

static void job_free(struct job *j)
{
    if (j)
        timer_free(j->timer);
    free(j);
}

static void answer_job(void *arg)
{
    struct job *j = arg;
    struct http_req *rq = j->rq;
    char text[32];
    int n = snprintf(text, sizeof text, "%zu", j->n);

    if (path_is(rq, "/refuse"))
        answer(rq, 403, SPAN_LIT("refused"));
    else if (path_is(rq, "/later"))
        answer(rq, 200, SPAN_LIT("later"));
    else
        answer(rq, 200, (struct span){text, (size_t)n});
    job_free(j);
}

static void resume_job(void *arg)
{
    http_resume(((struct job *)arg)->rq);
}

static struct http_body_want on_head(struct http_req *rq, void *ctx)
{
    static const struct http_body_want none = {HTTP_BODY_NONE, 0};
    struct http_room *r = ctx;

    atomic_fetch_add(&r->heads, 1);
    if (path_is(rq, "/evil"))
        atomic_fetch_add(&r->evil, 1);
    if (path_is(rq, "/echo"))
        return (struct http_body_want){HTTP_BODY_WHOLE, 1000};
    if (path_is(rq, "/large"))
        return (struct http_body_want){HTTP_BODY_WHOLE, (size_t)1 << 30};
    if (path_is(rq, "/early")) {
        answer(rq, 401, SPAN_LIT("sign in"));
        return none;
    }
    if (path_is(rq, "/count") || path_is(rq, "/slowcount") || path_is(rq, "/refuse")) {
        job_new(rq, path_is(rq, "/slowcount") ? resume_job : answer_job);
        return (struct http_body_want){HTTP_BODY_STREAM, (size_t)1 << 30};
    }
    return none;
}

static bool on_data(struct http_req *rq, struct span piece, void *ctx)
{
    struct http_room *r = ctx;
    struct job *j = http_user(rq);

    j->n += piece.n;
    if ((long)piece.n > atomic_load(&r->bytes_max))
        atomic_store(&r->bytes_max, (long)piece.n);
    if (path_is(rq, "/slowcount")) {
        http_pause(rq);
        timer_start(j->timer, 20);
    }
    if (path_is(rq, "/refuse")) {
        atomic_fetch_add(&r->refused_late, 1);
        timer_start(j->timer, 20);
        return false;
    }
    return true;
}

static void stream_closed(void *owner)
{
    job_free(owner);
    atomic_fetch_add(&room->streams_closed, 1);
}

static void stream_tick(void *arg)
{
    struct job *j = arg;
    char text[64];
    int n = snprintf(text, sizeof text, "data: %zu\n\n", j->n++);

    if (http_stream_send(j->stream, (struct span){text, (size_t)n}))
        timer_start(j->timer, 10);
    else
        stream_closed(j);
}

/* Three events, the second longer than the scratch buffer, then the end. */
static void three_tick(void *arg)
{
    struct job *j = arg;
    struct span piece = j->n == 1 ? (struct span){big, 70000} : SPAN_LIT("event");

    if (j->n++ == 3) {
        http_stream_close(j->stream);
        job_free(j);
    } else if (http_stream_send(j->stream, piece) && http_stream_send(j->stream, SPAN_NONE)) {
        timer_start(j->timer, 5);
    } else {
        stream_closed(j);
    }
}

static void flood_tick(void *arg)
{
    struct job *j = arg;

    if (http_stream_send(j->stream, (struct span){big, 65536}))
        timer_start(j->timer, 1);
    else
        stream_closed(j);
}

static void stream_start(struct http_req *rq, void (*tick)(void *))
{
    struct http_header f[] = {{SPAN_LIT("Content-Type"), SPAN_LIT("text/event-stream")}};
    struct http_answer a = {200, f, 1, SPAN_NONE};
    struct job *j = job_new(rq, tick);

    j->stream = http_reply_stream(rq, &a, stream_closed, j);
    if (j->stream)
        tick(j);
    else
        job_free(j);
}

static void file_reply(struct http_req *rq)
{
    char name[] = "/tmp/http_room_XXXXXX";
    struct http_answer a = {.status = 200};
    int fd = mkostemp(name, O_CLOEXEC);

    if (fd < 0 || unlink(name) != 0)
        abort();
    for (size_t i = 0; i < FILE_SIZE / BIG_SIZE; i++)
        if (write(fd, big, BIG_SIZE) != (ssize_t)BIG_SIZE)
            abort();
    http_reply_file(rq, &a, fd, FILE_SIZE);
}

static void on_request(struct http_req *rq, void *ctx)
{
    struct http_room *r = ctx;

    atomic_fetch_add(&r->requests, 1);
    if (path_is(rq, "/hello"))
        answer(rq, 200, SPAN_LIT("hello"));
    else if (path_is(rq, "/echo") || path_is(rq, "/large"))
        answer(rq, 200, http_body(rq));
    else if (path_is(rq, "/later"))
        timer_start(job_new(rq, answer_job)->timer, 50);
    else if (path_is(rq, "/never"))
        return;
    else if (path_is(rq, "/count") || path_is(rq, "/slowcount") || path_is(rq, "/refuse"))
        answer_job(http_user(rq));
    else if (path_is(rq, "/big"))
        answer(rq, 200, (struct span){big, BIG_SIZE});
    else if (path_is(rq, "/file"))
        file_reply(rq);
    else if (path_is(rq, "/events"))
        stream_start(rq, stream_tick);
    else if (path_is(rq, "/three"))
        stream_start(rq, three_tick);
    else if (path_is(rq, "/flood"))
        stream_start(rq, flood_tick);
    else if (path_is(rq, "/peer"))
        answer(rq, 200, span_of(http_peer(rq)));
    else if (path_is(rq, "/empty"))
        answer(rq, 204, SPAN_NONE);
    else
        answer(rq, 404, SPAN_LIT("none"));
}

static void on_gone(struct http_req *rq, void *ctx)
{
    struct http_room *r = ctx;

    job_free(http_user(rq));
    atomic_fetch_add(&r->gone, 1);
}

static void on_done(struct http_req *rq, int status, size_t bytes, int64_t us, void *ctx)
{
    struct http_room *r = ctx;

    (void)rq;
    (void)status;
    (void)bytes;
    (void)us;
    atomic_fetch_add(&r->done, 1);
}

static bool setup(struct worker *w, void *ctx)
{
    struct http_room *r = ctx;
    struct http_app app = {on_head, on_data, on_request, on_gone, NULL, on_done, r};

    worker_set(w, WORKER_HTTP, http_server_new(w, r->fd, r->tls, &r->lim, &app));
    return true;
}

static void drain(struct worker *w, void *ctx)
{
    (void)ctx;
    http_server_drain(worker_get(w, WORKER_HTTP));
}

static void teardown(struct worker *w, void *ctx)
{
    (void)ctx;
    worker_set(w, WORKER_HTTP, http_server_free(worker_get(w, WORKER_HTTP)));
}

void http_room_start(struct http_room *r, struct http_tls *tls, const struct http_limits *lim,
                     int workers)
{
    static struct worker_hooks hooks;
    struct sockaddr_in in;
    socklen_t n = sizeof in;
    int sndbuf = 32768;
    struct buf e;

    memset(big, 'b', sizeof big);
    memset(r, 0, sizeof *r);
    buf_init(&e, 4096);
    r->lim = *lim;
    r->tls = tls;
    r->workers = workers;
    r->fd = http_listen("127.0.0.1:0", &e);
    if (r->fd < 0 || getsockname(r->fd, (struct sockaddr *)&in, &n) != 0) {
        (void)fprintf(stderr, "%s\n", buf_cstr(&e));
        abort();
    }
    buf_free(&e);
    r->port = ntohs(in.sin_port);
    /* inherited by its connections: a large answer does not fit at once */
    if (setsockopt(r->fd, SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof sndbuf) != 0)
        abort();
    room = r;
    hooks = (struct worker_hooks){setup, drain, teardown, r};
    if (!workers_start(workers, &hooks))
        abort();
}

void http_room_stop(struct http_room *r)
{
    workers_stop();
    close(r->fd);
}

void http_room_drain(struct http_room *r)
{
    (void)r;
    workers_drain();
}

static void busy_fn(void *arg)
{
    atomic_store(&room->busy, http_server_busy(worker_get(arg, WORKER_HTTP)));
}

int http_room_busy(struct http_room *r)
{
    atomic_store(&r->busy, -1);
    if (!worker_post(worker_at(0), busy_fn, worker_at(0)))
        abort();
    while (atomic_load(&r->busy) < 0)
        usleep(1000);
    return atomic_load(&r->busy);
}

static void pem_write(const char *dir, const char *name, X509 *cert, EVP_PKEY *key)
{
    char path[512];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    (void)umask(077);
    f = fopen(path, "w");
    if (!f ||
        !(cert ? PEM_write_X509(f, cert)
               : PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL)) ||
        fclose(f) != 0)
        abort();
}

void http_room_certificate(const char *dir)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_NAME *name = X509_NAME_new();

    if (!key || !x || !name ||
        !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost",
                                    -1, -1, 0) ||
        !X509_set_version(x, 2) || !ASN1_INTEGER_set(X509_get_serialNumber(x), 1) ||
        !X509_gmtime_adj(X509_getm_notBefore(x), -3600) ||
        !X509_gmtime_adj(X509_getm_notAfter(x), 86400) || !X509_set_subject_name(x, name) ||
        !X509_set_issuer_name(x, name) || !X509_set_pubkey(x, key) ||
        !X509_sign(x, key, EVP_sha256()))
        abort();
    pem_write(dir, "cert.pem", x, NULL);
    pem_write(dir, "key.pem", NULL, key);
    X509_NAME_free(name);
    X509_free(x);
    EVP_PKEY_free(key);
}
