/* User and directory of the demonstration's cluster.  Owns the lock until the process ends.
 * Main thread of a verb, before any other thread. */
#include "server/jobs/private_home.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/jobs/private_cluster.h"

enum { PATH_BYTES = 4096 };
#define ELSEWHERE "/var/lib/motcua-demo"

static bool failed(struct buf *ret_error, const char *what, const char *name)
{
    buf_printf(ret_error, "could not %s \"%s\": %s", what, name, strerror(errno));
    return false;
}

/* Held until the process ends, however it ends. */
static bool take_lock(const char *var_dir, struct buf *ret_error)
{
    char name[PATH_BYTES], pid[32] = "";
    int fd, n;

    (void)snprintf(name, sizeof name, "%s/lock", var_dir);
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return failed(ret_error, "open lock", name);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        n = (int)read(fd, pid, sizeof pid - 1);
        buf_printf(ret_error,
                   "another demonstration runs on \"%s\" (process %s); stop it or use another "
                   "directory",
                   var_dir, n > 0 ? pid : "unknown");
        (void)close(fd); /* nothing written */
        return false;
    }
    n = snprintf(pid, sizeof pid, "%d", (int)getpid());
    if (ftruncate(fd, 0) < 0 || write(fd, pid, (size_t)n) != n)
        return failed(ret_error, "write lock", name);
    return true;
}

/* The owner of the checkout if that is a person, else the system's database user. */
static const struct passwd *choose_user(void)
{
    struct stat here;
    const struct passwd *pw = NULL;

    if (stat(".", &here) == 0 && here.st_uid != 0)
        pw = getpwuid(here.st_uid);
    if (!pw)
        pw = getpwnam("postgres");
    if (!pw)
        pw = getpwnam("nobody");
    return pw;
}

/* Every directory above lets others pass. */
static bool reachable(const char *absolute, const struct passwd *pw)
{
    char path[PATH_BYTES];
    struct stat st;
    size_t i;

    (void)snprintf(path, sizeof path, "%s", absolute);
    for (i = strlen(path); i > 0; i--) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        path[i] = '\0';
        if (stat(path, &st) < 0)
            return false;
        if (!(st.st_uid == pw->pw_uid ? st.st_mode & S_IXUSR : st.st_mode & S_IXOTH))
            return false;
    }
    return true;
}

/* A directory outside, named by device and inode of var so that checkouts do not meet. */
static bool make_elsewhere(const char *var_dir, const struct passwd *pw, struct buf *ret_error)
{
    char name[PATH_BYTES], link[PATH_BYTES];
    struct stat st;

    if (stat(var_dir, &st) < 0)
        return failed(ret_error, "read", var_dir);
    (void)snprintf(name, sizeof name, ELSEWHERE "/%llx-%llx", (unsigned long long)st.st_dev,
                   (unsigned long long)st.st_ino);
    (void)snprintf(link, sizeof link, "%s/elsewhere", var_dir);
    if ((mkdir(ELSEWHERE, 0711) < 0 && errno != EEXIST) ||
        (mkdir(name, 0700) < 0 && errno != EEXIST) || chown(name, pw->pw_uid, pw->pw_gid) < 0)
        return failed(ret_error, "make", name);
    if (symlink(name, link) < 0 && errno != EEXIST)
        return failed(ret_error, "link", link);
    return true;
}

static bool drop_to(const struct passwd *pw, struct buf *ret_error)
{
    if (setgroups(0, NULL) < 0 || setgid(pw->pw_gid) < 0 || setuid(pw->pw_uid) < 0)
        return failed(ret_error, "become user", pw->pw_name);
    return true;
}

bool private_cluster_settle(const char *var_dir, struct buf *ret_error)
{
    const struct passwd *pw;
    char absolute[PATH_MAX];
    static const char *const mine[] = {"",    "/tls",   "/tls/cert.pem", "/tls/key.pem",
                                       "/pg", "/files", "/lock"};
    char name[PATH_BYTES];
    size_t i;

    if (mkdir(var_dir, 0755) < 0 && errno != EEXIST)
        return failed(ret_error, "make", var_dir);
    if (!take_lock(var_dir, ret_error))
        return false;
    if (geteuid() != 0)
        return true;
    pw = choose_user();
    if (!pw || !realpath(var_dir, absolute)) {
        buf_str(ret_error, "no user to run as: neither \"postgres\" nor \"nobody\" exists");
        return false;
    }
    for (i = 0; i < sizeof mine / sizeof *mine; i++) {
        (void)snprintf(name, sizeof name, "%s%s", var_dir, mine[i]);
        if (lchown(name, pw->pw_uid, pw->pw_gid) < 0 && errno != ENOENT)
            return failed(ret_error, "give away", name);
    }
    if (!reachable(absolute, pw) && !make_elsewhere(var_dir, pw, ret_error))
        return false;
    return drop_to(pw, ret_error);
}

bool private_home(const char *var_dir, char *ret_path, size_t size, struct buf *ret_error)
{
    char link[PATH_BYTES], path[PATH_MAX];
    ssize_t n;

    /* After the change of user the way through var_dir may be closed: take the link as it stands.
     */
    (void)snprintf(link, sizeof link, "%s/elsewhere", var_dir);
    n = readlink(link, path, sizeof path - 1);
    if (n > 0)
        path[n] = '\0';
    else if (!realpath(var_dir, path))
        return failed(ret_error, "find", var_dir);
    if (strlen(path) >= size)
        return false;
    memcpy(ret_path, path, strlen(path) + 1);
    return true;
}
