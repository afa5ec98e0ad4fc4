/* Listening sockets: an address as text becomes a descriptor, or a message with the cure.
 * The caller owns the descriptor.  Any thread, at start-up. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/http/http.h"

#define LISTEN_BACKLOG 1024

struct address {
    union {
        struct sockaddr sa;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
    } u;
    socklen_t n;
};

/* "host:port" or "[host]:port"; host is numeric, or localhost. */
static bool inet_parse(const char *text, struct address *ret)
{
    char host[INET6_ADDRSTRLEN] = "";
    const char *colon = strrchr(text, ':');
    bool bracket = text[0] == '[';
    struct span name;
    int64_t port;

    if (!colon || !span_i64(span_of(colon + 1), 0, 65535, &port))
        return false;
    name = (struct span){text, (size_t)(colon - text)};
    if (bracket) {
        if (name.n < 3 || name.p[name.n - 1] != ']')
            return false;
        name = (struct span){name.p + 1, name.n - 2};
    }
    if (name.n == 0 || name.n >= sizeof host)
        return false;
    memcpy(host, name.p, name.n);
    memset(&ret->u, 0, sizeof ret->u);
    if (bracket) {
        ret->u.in6.sin6_family = AF_INET6;
        ret->u.in6.sin6_port = htons((uint16_t)port);
        ret->n = sizeof ret->u.in6;
        return inet_pton(AF_INET6, host, &ret->u.in6.sin6_addr) == 1;
    }
    ret->u.in.sin_family = AF_INET;
    ret->u.in.sin_port = htons((uint16_t)port);
    ret->n = sizeof ret->u.in;
    if (span_is(name, "localhost")) {
        ret->u.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return true;
    }
    return inet_pton(AF_INET, host, &ret->u.in.sin_addr) == 1;
}

static bool unix_parse(const char *text, struct address *ret)
{
    struct span path = span_of(text + strlen("unix:"));

    if (path.n == 0 || path.n >= sizeof ret->u.un.sun_path)
        return false;
    memset(&ret->u, 0, sizeof ret->u);
    ret->u.un.sun_family = AF_UNIX;
    memcpy(ret->u.un.sun_path, path.p, path.n);
    ret->n = sizeof ret->u.un;
    return true;
}

static bool address_parse(const char *text, struct address *ret)
{
    return span_starts(span_of(text), "unix:") ? unix_parse(text, ret) : inet_parse(text, ret);
}

bool http_address_is_local(const char *text)
{
    struct address a;

    if (!address_parse(text, &a))
        return false;
    if (a.u.sa.sa_family == AF_UNIX)
        return true;
    if (a.u.sa.sa_family == AF_INET)
        return ntohl(a.u.in.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&a.u.in6.sin6_addr);
}

/* A socket file that nobody listens on any more is left from a crash: removed.  Nothing else is. */
static void stale_remove(const struct address *a)
{
    struct stat st;
    int fd;

    if (lstat(a->u.un.sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, &a->u.sa, a->n) != 0 && errno == ECONNREFUSED)
        (void)unlink(a->u.un.sun_path); /* bind reports what is left */
    close(fd);
}

static bool set_on(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static int fail(int fd, const char *text, struct buf *ret_error)
{
    int e = errno;

    buf_printf(ret_error, "%s: không mở được cổng: %s", text, strerror(e));
    if (e == EADDRINUSE)
        buf_str(ret_error, "; chương trình khác đang dùng, hãy chọn cổng khác hoặc dừng nó");
    else if (e == EACCES)
        buf_str(ret_error, "; cần quyền CAP_NET_BIND_SERVICE hoặc cổng từ 1024");
    else if (e == EADDRNOTAVAIL)
        buf_str(ret_error, "; máy này không có địa chỉ đó");
    buf_str(ret_error, " (cannot listen)");
    if (fd >= 0)
        close(fd);
    return -1;
}

int http_listen(const char *text, struct buf *ret_error)
{
    struct address a;
    bool local;
    int fd;

    if (!address_parse(text, &a)) {
        buf_printf(ret_error,
                   "%s: địa chỉ phải có dạng 127.0.0.1:8080, [::1]:8443 hoặc unix:/run/motcua.sock "
                   "(bad listening address)",
                   text);
        return -1;
    }
    local = a.u.sa.sa_family == AF_UNIX;
    fd = socket(a.u.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(fd, text, ret_error);
    if (local)
        stale_remove(&a);
    else if (!set_on(fd, SOL_SOCKET, SO_REUSEADDR, 1))
        return fail(fd, text, ret_error);
    /* "[::]" takes IPv4 too, whatever the machine's default is */
    if (a.u.sa.sa_family == AF_INET6 && !set_on(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0))
        return fail(fd, text, ret_error);
    if (bind(fd, &a.u.sa, a.n) != 0 || listen(fd, LISTEN_BACKLOG) != 0)
        return fail(fd, text, ret_error);
    if (local && chmod(a.u.un.sun_path, 0660) != 0)
        return fail(fd, text, ret_error);
    return fd;
}
