/* The wire: protocol messages in and out of one connection's socket.
 * A wire belongs to its connection.  The worker's thread.
 *
 * The server is trusted about what it says, not about how: every length is held against what came.
 */
#include "server/db/pgwire.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server/db/bytes.h"

#define ROOM_MIN  ((size_t)8192)    /* to read into */
#define CAP_FIRST ((size_t)16384)   /* of either buffer */
#define CAP_KEPT  ((size_t)1 << 20) /* what is larger goes back after its answer */
#define OID_JSONB 3802

void pgwire_open(struct pgwire *w, PGconn *pg)
{
    *w = (struct pgwire){.fd = PQsocket(pg), .ssl = PQsslStruct(pg, "OpenSSL")};
}

void pgwire_close(struct pgwire *w)
{
    free(w->in);
    free(w->out);
    free(w->value);
    *w = (struct pgwire){.fd = -1};
}

static void *resized(void *p, size_t n)
{
    p = realloc(p, n);
    if (!p)
        abort();
    return p;
}

/* ---- questions */

static char *out_room(struct pgwire *w, size_t n)
{
    char *at;

    if (w->out_n + n > w->out_cap) {
        size_t cap = w->out_cap ? w->out_cap : CAP_FIRST;

        while (cap < w->out_n + n)
            cap *= 2;
        w->out = resized(w->out, cap);
        w->out_cap = cap;
    }
    at = w->out + w->out_n;
    w->out_n += n;
    return at;
}

/* Type and length; the caller fills the n bytes behind it. */
static char *message(struct pgwire *w, char type, size_t n)
{
    char *at = out_room(w, n + 5);

    *at = type;
    put_be32(at + 1, (uint32_t)n + 4);
    return at + 5;
}

static char *text(char *at, const char *s)
{
    size_t n = strlen(s) + 1;

    memcpy(at, s, n);
    return at + n;
}

void pgwire_prepare(struct pgwire *w, const char *name, const char *sql)
{
    size_t n = strlen(name) + 1;
    char *at = message(w, 'P', n + strlen(sql) + 1 + 2);

    put_be16(text(text(at, name), sql), 0); /* no types: the statement casts */
    at = message(w, 'D', 1 + n);
    *at = 'S';
    text(at + 1, name);
}

size_t pgwire_args(char *to, int n, const char **value, const int *len)
{
    size_t bytes = 2;

    if (to)
        put_be16(to, (uint16_t)n);
    for (int i = 0; i < n; i++) {
        size_t k = value[i] ? (size_t)len[i] : 0;

        if (to) {
            put_be32(to + bytes, value[i] ? (uint32_t)k : UINT32_MAX);
            if (k)
                memcpy(to + bytes + 4, value[i], k);
        }
        bytes += 4 + k;
    }
    return bytes;
}

void pgwire_execute(struct pgwire *w, const char *name, struct span args)
{
    static const char binary[] = {0, 1, 0, 1}, portal[] = {0, 0, 0, 0, 0}; /* unnamed, all rows */
    size_t n = strlen(name) + 1;
    char *at = message(w, 'B', 1 + n + sizeof binary + args.n + sizeof binary);

    *at = '\0';
    at = text(at + 1, name);
    memcpy(at, binary, sizeof binary);
    memcpy(at + sizeof binary, args.p, args.n);
    memcpy(at + sizeof binary + args.n, binary, sizeof binary);
    memcpy(message(w, 'E', sizeof portal), portal, sizeof portal);
}

void pgwire_sync(struct pgwire *w)
{
    (void)message(w, 'S', 0);
}

/* ---- bytes */

static enum pgwire_io ssl_outcome(struct pgwire *w, int rc)
{
    switch (SSL_get_error(w->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
        return PGWIRE_WAIT;
    case SSL_ERROR_WANT_WRITE:
        return PGWIRE_WAIT_WRITE;
    default:
        return PGWIRE_LOST;
    }
}

/* PGWIRE_DONE and how many bytes, at least one. */
static enum pgwire_io send_some(struct pgwire *w, const char *p, size_t n, size_t *ret)
{
    ssize_t k;

    if (w->ssl) {
        int rc = SSL_write(w->ssl, p, n < INT32_MAX ? (int)n : INT32_MAX);

        if (rc <= 0)
            return ssl_outcome(w, rc);
        *ret = (size_t)rc;
        return PGWIRE_DONE;
    }
    do
        k = send(w->fd, p, n, MSG_NOSIGNAL);
    while (k < 0 && errno == EINTR);
    if (k < 0)
        return errno == EAGAIN ? PGWIRE_WAIT_WRITE : PGWIRE_LOST;
    *ret = (size_t)k;
    return PGWIRE_DONE;
}

static enum pgwire_io receive_some(struct pgwire *w, char *p, size_t n, size_t *ret)
{
    ssize_t k;

    if (w->ssl) {
        int rc = SSL_read(w->ssl, p, n < INT32_MAX ? (int)n : INT32_MAX);

        if (rc <= 0)
            return ssl_outcome(w, rc);
        *ret = (size_t)rc;
        return PGWIRE_DONE;
    }
    do
        k = recv(w->fd, p, n, 0);
    while (k < 0 && errno == EINTR);
    if (k <= 0)
        return k < 0 && errno == EAGAIN ? PGWIRE_WAIT : PGWIRE_LOST;
    *ret = (size_t)k;
    return PGWIRE_DONE;
}

enum pgwire_io pgwire_flush(struct pgwire *w)
{
    while (w->out_at < w->out_n) {
        size_t sent = 0;
        enum pgwire_io io = send_some(w, w->out + w->out_at, w->out_n - w->out_at, &sent);

        if (io != PGWIRE_DONE)
            return io;
        w->out_at += sent;
    }
    w->out_at = w->out_n = 0;
    if (w->out_cap > CAP_KEPT) {
        free(w->out);
        w->out = NULL;
        w->out_cap = 0;
    }
    return PGWIRE_DONE;
}

/* Room for what is known to come, and for some more. */
static bool in_room(struct pgwire *w)
{
    size_t kept = w->in_n - w->group, want = w->at - w->group + w->need, cap = w->in_cap;

    want = want > kept + ROOM_MIN ? want : kept + ROOM_MIN;
    if (w->in_cap >= w->group + want)
        return true;
    if (w->group) {
        memmove(w->in, w->in + w->group, kept);
        w->in_n = kept;
        w->at -= w->group;
        w->group = 0;
    }
    if (want > PGWIRE_ANSWER_MAX)
        return false;
    cap = cap ? cap : CAP_FIRST;
    while (cap < want)
        cap *= 2;
    if (cap > w->in_cap) {
        w->in = resized(w->in, cap);
        w->in_cap = cap;
    }
    return true;
}

enum pgwire_io pgwire_read(struct pgwire *w)
{
    size_t got = 0;
    enum pgwire_io io;

    if (!in_room(w))
        return PGWIRE_LOST;
    io = receive_some(w, w->in + w->in_n, w->in_cap - w->in_n, &got);
    w->in_n += got;
    return io;
}

/* ---- answers */

/* The first row says how many columns there are. */
static bool row_counted(struct pgwire *w, const char *body, size_t n)
{
    int cols = n >= 2 ? get_be16(body) : -1;

    if (w->rows == 0) {
        w->rows_at = w->at - w->group;
        w->cols = cols;
    }
    w->rows++;
    return cols >= 0 && cols <= PGWIRE_COLS_MAX && cols == w->cols && w->rows < INT32_MAX / 64;
}

bool pgwire_next(struct pgwire *w, struct pgwire_message *ret)
{
    while (!w->bad && w->in_n - w->at >= 5) {
        const char *p = w->in + w->at;
        size_t n = get_be32(p + 1);

        w->bad = n < 4 || n > PGWIRE_ANSWER_MAX;
        w->need = n + 1;
        if (w->bad || w->in_n - w->at < n + 1)
            return false;
        if (*p == 'D')
            w->bad = !row_counted(w, p + 5, n - 4);
        w->at += n + 1;
        w->need = 0;
        if (*p != 'D') {
            *ret = (struct pgwire_message){*p, {p + 5, n - 4}};
            return true;
        }
    }
    return false;
}

static bool row_values(const char *p, const char *end, int cols, struct pgwire_value *to)
{
    for (int i = 0; i < cols; i++) {
        int32_t len;

        if (end - p < 4)
            return false;
        len = (int32_t)get_be32(p);
        p += 4;
        if (len > end - p)
            return false;
        to[i] = (struct pgwire_value){len < 0 ? NULL : p, len < 0 ? 0 : len};
        p += len < 0 ? 0 : len;
    }
    return p == end;
}

bool pgwire_rows(struct pgwire *w, struct db_rows *ret)
{
    const char *p = w->in + w->group + w->rows_at;
    size_t cols = (size_t)w->cols, n = (size_t)w->rows * cols;

    if (n >= w->value_cap) { /* one more: rows may have no columns */
        w->value_cap = n + n / 2 + 1;
        w->value = resized(w->value, w->value_cap * sizeof *w->value);
    }
    for (int i = 0; i < w->rows;) {
        size_t len = get_be32(p + 1) + 1;

        /* Something else may stand between two rows: a notice. */
        if (*p == 'D' && !row_values(p + 7, p + len, w->cols, w->value + (size_t)i++ * cols))
            return false;
        p += len;
    }
    *ret = (struct db_rows){.n = w->rows, .cols = w->cols, .value = w->value};
    return true;
}

void pgwire_begin(struct pgwire *w)
{
    w->group = w->at;
    w->rows = w->cols = 0;
    if (w->group < w->in_n)
        return;
    w->group = w->at = w->in_n = 0;
    if (w->in_cap > CAP_KEPT) {
        free(w->in);
        w->in = NULL;
        w->in_cap = 0;
    }
    if (w->value_cap * sizeof *w->value > CAP_KEPT) {
        free(w->value);
        w->value = NULL;
        w->value_cap = 0;
    }
}

const char *pgwire_field(const struct pgwire_message *m, char field)
{
    const char *p = m->body.p, *end = p + m->body.n;

    while (p < end && *p) {
        const char *nul = memchr(p, '\0', (size_t)(end - p));

        if (!nul)
            break;
        if (*p == field)
            return p + 1;
        p = nul + 1;
    }
    return "";
}

/* Of each column: name, table (4), number in it (2), type (4), length (2), modifier (4), format
 * (2). */
uint64_t pgwire_jsonb(const struct pgwire_message *m)
{
    const char *p = m->body.p, *end = p + m->body.n;
    int cols = end - p >= 2 ? get_be16(p) : 0;
    uint64_t out = 0;

    p += 2;
    for (int i = 0; i < cols && i < PGWIRE_COLS_MAX; i++) {
        const char *nul = end > p ? memchr(p, '\0', (size_t)(end - p)) : NULL;

        if (!nul || end - nul < 19)
            break;
        out |= (uint64_t)(get_be32(nul + 7) == OID_JSONB) << i;
        p = nul + 19;
    }
    return out;
}
