/* Service notification, watchdog interval and socket activation, by the documented protocol.
 * No objects.  Main thread, before other threads for the environment. */
#include "server/core/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/span.h"

#define FIRST_FD 3

bool notify_send(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = path ? strlen(path) : 0;
    ssize_t sent;
    int fd;

    if (n == 0)
        return true;
    if ((path[0] != '/' && path[0] != '@') || n >= sizeof to.sun_path)
        return false;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@')
        to.sun_path[0] = '\0'; /* abstract name */
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    do
        sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    while (sent < 0 && errno == EINTR);
    close(fd);
    return sent == (ssize_t)strlen(state);
}

static bool env_number(const char *name, int64_t max, int64_t *ret)
{
    const char *v = getenv(name);

    return v && span_i64(span_of(v), 0, max, ret);
}

int64_t notify_watchdog_us(void)
{
    int64_t us, pid;

    if (!env_number("WATCHDOG_USEC", INT64_C(86400000000), &us))
        return 0;
    if (getenv("WATCHDOG_PID") && (!env_number("WATCHDOG_PID", INT32_MAX, &pid) || pid != getpid()))
        return 0;
    return us;
}

int notify_listen_fds(int *ret_first)
{
    int64_t pid, n;

    if (!getenv("LISTEN_FDS"))
        return 0;
    if (!env_number("LISTEN_PID", INT32_MAX, &pid) || !env_number("LISTEN_FDS", NOTIFY_FDS_MAX, &n))
        return -1;
    if (pid != getpid())
        return 0; /* meant for another process of the chain */
    for (int fd = FIRST_FD; fd < FIRST_FD + (int)n; fd++) {
        int flags = fcntl(fd, F_GETFD);

        if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
            return -1;
    }
    /* Children must not take them for theirs. */
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    *ret_first = FIRST_FD;
    return (int)n;
}
