/* A raw client for tests.  The test owns each struct wire.  The test's thread. */
#include "tests/lib/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

long wire_now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void wire_sleep_ms(int ms)
{
    struct timespec ts = {ms / 1000, (ms % 1000) * 1000000L};

    nanosleep(&ts, NULL);
}

struct wire wire_connect_from(const char *local_ip, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct wire w = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    inet_pton(AF_INET, local_ip, &from.sin_addr);
    setsockopt(w.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (w.fd < 0 || bind(w.fd, (struct sockaddr *)&from, sizeof from) != 0 ||
        connect(w.fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        abort();
    }
    return w;
}

struct wire wire_connect(int port)
{
    return wire_connect_from("127.0.0.1", port);
}

void wire_send(struct wire *w, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = w->ssl ? SSL_write(w->ssl, p, (int)n) : send(w->fd, p, n, MSG_NOSIGNAL);

        if (k <= 0)
            return;
        p += k;
        n -= (size_t)k;
    }
}

void wire_say(struct wire *w, const char *text)
{
    wire_send(w, text, strlen(text));
}

/* One read; false at the end or when ms have passed. */
static bool read_some(struct wire *w, long until)
{
    struct pollfd pf = {w->fd, POLLIN, 0};
    long left = until - wire_now_ms();
    ssize_t k;

    if (w->ended)
        return false;
    if (!(w->ssl && SSL_pending(w->ssl)) && poll(&pf, 1, left > 0 ? (int)left : 0) <= 0)
        return false;
    if (w->cap - w->n < 65536) {
        w->cap = w->cap * 2 + 65536;
        w->p = realloc(w->p, w->cap);
        if (!w->p)
            abort();
    }
    k = w->ssl ? SSL_read(w->ssl, w->p + w->n, 65536) : recv(w->fd, w->p + w->n, 65536, 0);
    if (k <= 0) {
        w->ended = true;
        w->reset = k < 0;
        return false;
    }
    w->n += (size_t)k;
    return true;
}

bool wire_fill(struct wire *w, size_t n, int ms)
{
    long until = wire_now_ms() + ms;

    while (w->n < n)
        if (!read_some(w, until))
            return false;
    return true;
}

bool wire_ends(struct wire *w, int ms)
{
    long until = wire_now_ms() + ms;

    while (read_some(w, until))
        ;
    return w->ended;
}

static void take(struct wire *w, size_t n)
{
    memmove(w->p, w->p + n, w->n - n);
    w->n -= n;
}

static char *copy(const char *p, size_t n)
{
    char *c = malloc(n + 1);

    if (!c)
        abort();
    memcpy(c, p, n);
    c[n] = '\0';
    return c;
}

const char *wire_field(const struct wire_answer *a, const char *name)
{
    static char value[1024];
    size_t n = strlen(name);

    for (const char *l = a->head; l && *l; l = strchr(l, '\n'), l = l ? l + 1 : NULL)
        if (strncasecmp(l, name, n) == 0 && l[n] == ':') {
            (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(l + n + 2, "\r"), l + n + 2);
            return value;
        }
    return NULL;
}

static bool one_answer(struct wire *w, long until, bool head_only, struct wire_answer *ret)
{
    const char *end = NULL, *length;
    size_t head_n, body_n = 0;

    *ret = (struct wire_answer){0};
    while (!(w->n && (end = memmem(w->p, w->n, "\r\n\r\n", 4)) != NULL))
        if (!read_some(w, until))
            return false;
    head_n = (size_t)(end - w->p) + 4;
    ret->head = copy(w->p, head_n);
    if (strncmp(ret->head, "HTTP/1.1 ", 9) != 0)
        return false;
    ret->status = (int)strtol(ret->head + 9, NULL, 10);
    take(w, head_n);
    length = wire_field(ret, "Content-Length");
    if (length && !head_only)
        body_n = (size_t)strtol(length, NULL, 10);
    while (w->n < body_n)
        if (!read_some(w, until))
            break;
    ret->body_n = w->n < body_n ? w->n : body_n;
    ret->body = copy(w->p ? w->p : "", ret->body_n);
    take(w, ret->body_n);
    return true;
}

struct wire_answer wire_answer(struct wire *w, int ms, bool head_only, int *ret_continues)
{
    long until = wire_now_ms() + ms;
    struct wire_answer a;
    int continues = 0;

    while (one_answer(w, until, head_only, &a) && a.status == 100) {
        continues++;
        wire_answer_free(&a);
    }
    if (ret_continues)
        *ret_continues = continues;
    return a;
}

void wire_answer_free(struct wire_answer *a)
{
    free(a->head);
    free(a->body);
    *a = (struct wire_answer){0};
}

void wire_reset(struct wire *w)
{
    struct linger l = {1, 0};

    setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
    wire_close(w);
}

void wire_close(struct wire *w)
{
    SSL_free(w->ssl);
    if (w->fd >= 0)
        close(w->fd);
    free(w->p);
    *w = (struct wire){.fd = -1};
}
