/* TLS: certificate and key as one counted object, and the sessions made of it.
 * http_tls is shared by all workers and freed with its last reference; a session belongs to its
 * connection.  http_tls_new: any thread; sessions: the worker's thread. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/http/conn.h"

struct http_tls {
    atomic_uint refs;
    SSL_CTX *ctx;
};

/* ---- the socket below a session: OpenSSL's own would write() and so raise SIGPIPE */

static int bio_fd(BIO *b)
{
    return (int)(intptr_t)BIO_get_data(b);
}

static int sock_write(BIO *b, const char *p, int n)
{
    ssize_t r = send(bio_fd(b), p, (size_t)n, MSG_NOSIGNAL);

    BIO_clear_retry_flags(b);
    if (r < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(b);
    return (int)r;
}

static int sock_read(BIO *b, char *p, int n)
{
    ssize_t r = recv(bio_fd(b), p, (size_t)n, 0);

    BIO_clear_retry_flags(b);
    if (r < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(b);
    if (r == 0)
        BIO_set_flags(b, BIO_FLAGS_IN_EOF);
    return (int)r;
}

static long sock_ctrl(BIO *b, int cmd, long num, void *p)
{
    (void)num;
    (void)p;
    if (cmd == BIO_CTRL_EOF)
        return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0;
    return cmd == BIO_CTRL_FLUSH;
}

static BIO_METHOD *sock_method;
static pthread_once_t sock_once = PTHREAD_ONCE_INIT;

static void sock_make(void)
{
    int type = BIO_get_new_index();

    sock_method = BIO_meth_new(type | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket");
    if (!sock_method || !BIO_meth_set_write(sock_method, sock_write) ||
        !BIO_meth_set_read(sock_method, sock_read) || !BIO_meth_set_ctrl(sock_method, sock_ctrl))
        abort();
}

/* ---- settings */

/* We speak http/1.1 only: a client that offers ALPN without it is told so (RFC 7301 §3.2). */
static int alpn_choose(SSL *ssl, const unsigned char **out, unsigned char *n,
                       const unsigned char *in, unsigned in_n, void *arg)
{
    static const unsigned char ours[] = "\x08http/1.1";
    union {
        unsigned char *p;
        const unsigned char *c;
    } chosen;

    (void)ssl;
    (void)arg;
    if (SSL_select_next_proto(&chosen.p, n, ours, sizeof ours - 1, in, in_n) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen.c;
    return SSL_TLSEXT_ERR_OK;
}

/* Tickets are off: no key to rotate, and keep-alive saves what resumption would. */
static bool ctx_harden(SSL_CTX *ctx)
{
    static char groups[] = "X25519:P-256:P-384"; /* the macro casts const away */

    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(ctx, alpn_choose, NULL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK") == 1 &&
           SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                         "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
           SSL_CTX_set1_groups_list(ctx, groups) == 1 && SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
           SSL_CTX_set_max_early_data(ctx, 0) == 1;
}

static const char *openssl_reason(void)
{
    const char *r = ERR_reason_error_string(ERR_peek_last_error());

    return r ? r : "?";
}

static int no_password(char *buf, int size, int rwflag, void *arg)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)arg;
    return 0; /* never ask on a terminal */
}

/* The key of a file that only its owner may read; NULL and a message otherwise. */
static EVP_PKEY *key_read(const char *file, struct buf *ret_error)
{
    struct stat st;
    EVP_PKEY *key = NULL;
    FILE *f;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 || fstat(fd, &st) != 0) {
        buf_printf(ret_error, "%s: không mở được khóa TLS: %s (cannot open the TLS key)", file,
                   strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        buf_printf(ret_error, "%s: khóa TLS không phải là tệp (the TLS key is not a file)", file);
    } else if (st.st_mode & 077) {
        buf_printf(ret_error,
                   "%s: người khác đọc được khóa TLS (quyền %04o); hãy chạy: chmod 600 %s "
                   "(the TLS key can be read by others)",
                   file, (unsigned)st.st_mode & 07777u, file);
    } else if ((f = fdopen(fd, "r")) != NULL) {
        fd = -1;
        key = PEM_read_PrivateKey(f, NULL, no_password, NULL);
        if (!key)
            buf_printf(ret_error,
                       "%s: không đọc được khóa TLS dạng PEM không mật khẩu: %s "
                       "(not an unencrypted PEM key)",
                       file, openssl_reason());
        (void)fclose(f); /* was only read */
    }
    if (fd >= 0)
        close(fd);
    return key;
}

static bool ctx_load(SSL_CTX *ctx, const char *cert_file, const char *key_file,
                     struct buf *ret_error)
{
    EVP_PKEY *key = key_read(key_file, ret_error);
    bool ok = false;

    if (!key)
        return false;
    if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1)
        buf_printf(ret_error, "%s: không đọc được chứng thư TLS: %s (cannot read the certificate)",
                   cert_file, openssl_reason());
    else if (SSL_CTX_use_PrivateKey(ctx, key) != 1 || SSL_CTX_check_private_key(ctx) != 1)
        buf_printf(ret_error,
                   "%s: khóa không khớp với chứng thư %s: %s (key and certificate do not match)",
                   key_file, cert_file, openssl_reason());
    else
        ok = true;
    EVP_PKEY_free(key);
    return ok;
}

struct http_tls *http_tls_new(const char *cert_file, const char *key_file, struct buf *ret_error)
{
    struct http_tls *t = calloc(1, sizeof *t);

    (void)pthread_once(&sock_once, sock_make);
    ERR_clear_error();
    if (!t || !(t->ctx = SSL_CTX_new(TLS_server_method())))
        abort();
    atomic_init(&t->refs, 1);
    if (!ctx_harden(t->ctx)) {
        buf_printf(ret_error, "OpenSSL: %s", openssl_reason());
        t = http_tls_unref(t);
    } else if (!ctx_load(t->ctx, cert_file, key_file, ret_error)) {
        t = http_tls_unref(t);
    }
    ERR_clear_error();
    return t;
}

struct http_tls *http_tls_ref(struct http_tls *t)
{
    if (t)
        atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

struct http_tls *http_tls_unref(struct http_tls *t)
{
    if (t && atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1) {
        SSL_CTX_free(t->ctx);
        free(t);
    }
    return NULL;
}

/* ---- sessions */

SSL *http_tls_open(struct http_tls *t, int fd)
{
    SSL *ssl = SSL_new(t->ctx);
    BIO *b = ssl ? BIO_new(sock_method) : NULL;

    if (!b) {
        SSL_free(ssl);
        return NULL;
    }
    BIO_set_data(b, (void *)(intptr_t)fd);
    BIO_set_init(b, 1);
    SSL_set_bio(ssl, b, b); /* owns b from now on */
    SSL_set_accept_state(ssl);
    return ssl;
}

int http_tls_shake(struct http_conn *c)
{
    int r;

    ERR_clear_error();
    r = SSL_do_handshake(c->ssl);
    if (r == 1)
        return 1;
    switch (SSL_get_error(c->ssl, r)) {
    case SSL_ERROR_WANT_READ:
        c->tls_write = false;
        return 0;
    case SSL_ERROR_WANT_WRITE:
        c->tls_write = true;
        return 0;
    default:
        c->tls_broken = true;
        ERR_clear_error();
        return -1;
    }
}

/* What a failed call means; the session is unusable after HTTP_IO_FAIL. */
static ssize_t tls_outcome(struct http_conn *c, int r)
{
    switch (SSL_get_error(c->ssl, r)) {
    case SSL_ERROR_ZERO_RETURN: /* close_notify, or the end of the stream without it */
        return 0;
    case SSL_ERROR_WANT_READ:
        return HTTP_IO_AGAIN;
    case SSL_ERROR_WANT_WRITE:
        c->tls_write = true;
        return HTTP_IO_AGAIN;
    default:
        c->tls_broken = true;
        ERR_clear_error();
        return HTTP_IO_FAIL;
    }
}

ssize_t http_tls_read(struct http_conn *c, char *p, size_t n)
{
    int r;

    assert(n >= HTTP_READ_MAX); /* so that a record never stays half read inside the session */
    ERR_clear_error();
    r = SSL_read(c->ssl, p, HTTP_READ_MAX);
    return r > 0 ? r : tls_outcome(c, r);
}

ssize_t http_tls_write(struct http_conn *c, const char *p, size_t n)
{
    ssize_t out;
    int r;

    ERR_clear_error();
    r = SSL_write(c->ssl, p, n < INT32_MAX ? (int)n : INT32_MAX);
    if (r > 0)
        return r;
    out = tls_outcome(c, r);
    return out == 0 ? HTTP_IO_FAIL : out;
}

void http_tls_goodbye(struct http_conn *c)
{
    if (c->tls_broken || !SSL_is_init_finished(c->ssl))
        return;
    ERR_clear_error();
    if (SSL_shutdown(c->ssl) < 0)
        ERR_clear_error(); /* the peer will see the end of the stream instead */
}

void http_tls_close(SSL *ssl)
{
    SSL_free(ssl);
}
