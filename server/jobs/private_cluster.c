/* Private PostgreSQL cluster of the demonstration.  The verb owns it.  Main thread only. */
#include "server/jobs/private_cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/jobs/private_home.h"

#define PG_BIN          "/usr/lib/postgresql/15/bin/"
#define SOCKET_PATH_MAX 80 /* of 107, less the socket's own name */
enum { START_SECONDS = 60, STOP_SECONDS = 30, PATH_BYTES = 4096 };

struct private_cluster {
    pid_t pid;
    bool own_socket_dir; /* made in /tmp because var/ lies too deep */
    char data[PATH_BYTES];
    char socket_dir[PATH_BYTES];
    char log[PATH_BYTES];
    char conninfo[PATH_BYTES + 64];
};

static void nap(void)
{
    struct timespec t = {0, 50 * 1000 * 1000};

    (void)nanosleep(&t, NULL); /* shorter is fine */
}

static bool join(char out[PATH_BYTES], const char *dir, const char *name)
{
    int n = snprintf(out, PATH_BYTES, "%s/%s", dir, name);

    return n > 0 && n < PATH_BYTES;
}

/* In the child: output to the log, nothing from the terminal, an end with the parent's end. */
static _Noreturn void become(const char *log, char *const argv[])
{
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    sigemptyset(&none);
    if (out < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
        setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGINT) < 0 ||
        sigprocmask(SIG_SETMASK, &none, NULL) < 0 || setenv("LC_ALL", "C.UTF-8", 1) < 0)
        _exit(126);
    (void)signal(SIGPIPE, SIG_DFL);
    execv(argv[0], argv);
    _exit(127);
}

static pid_t spawn(const char *log, char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0)
        become(log, argv);
    return pid;
}

static bool run(const char *log, char *const argv[])
{
    pid_t pid = spawn(log, argv);
    int status;

    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A cluster appears under its name only when it is whole; what a killed run left half-made goes. */
static bool make_cluster(struct private_cluster *pc, const char *home, struct buf *ret_error)
{
    char part[PATH_BYTES], version[PATH_BYTES];
    char initdb[] = PG_BIN "initdb", d[] = "-D", u[] = "--username=postgres",
         sums[] = "--data-checksums", auth[] = "--auth=trust", enc[] = "--encoding=UTF8",
         locale[] = "--locale=C.UTF-8", rm[] = "/bin/rm", rf[] = "-rf";
    char *const clean[] = {rm, rf, part, NULL};
    char *const argv[] = {initdb, d, part, u, sums, auth, enc, locale, NULL};

    if (!join(version, pc->data, "PG_VERSION") || !join(part, home, "pg.part"))
        return false;
    if (access(version, R_OK) == 0)
        return true;
    if (!run(pc->log, clean) || !run(pc->log, argv) || rename(part, pc->data) < 0) {
        buf_printf(ret_error, "could not make the PostgreSQL cluster \"%s\"; see \"%s\"", pc->data,
                   pc->log);
        return false;
    }
    return true;
}

/* The process of postmaster.pid, when it is alive and really serves this directory; else 0. */
static pid_t left_behind(const struct private_cluster *pc)
{
    char name[PATH_BYTES], line[32] = "", link[64], cwd[PATH_BYTES];
    struct span text;
    int64_t pid = 0;
    ssize_t n;
    FILE *f;

    if (!join(name, pc->data, "postmaster.pid") || !(f = fopen(name, "re")))
        return 0;
    if (!fgets(line, sizeof line, f))
        line[0] = '\0';
    (void)fclose(f); /* read only */
    text = span_trim(span_of(line));
    if (!span_i64(text, 2, INT32_MAX, &pid))
        return 0;
    (void)snprintf(link, sizeof link, "/proc/%lld/cwd", (long long)pid);
    n = readlink(link, cwd, sizeof cwd - 1);
    if (n <= 0)
        return 0;
    cwd[n] = '\0';
    return strcmp(cwd, pc->data) == 0 ? (pid_t)pid : 0;
}

/* A server whose parent was killed is told to stop by the kernel; it may still be at it. */
static bool wait_for_left_behind(const struct private_cluster *pc, struct buf *ret_error)
{
    pid_t pid = left_behind(pc);
    int i;

    for (i = 0; pid && i < STOP_SECONDS * 20; i++) {
        if (i == 60)
            (void)kill(pid, SIGINT); /* ours: it serves our directory */
        nap();
        pid = left_behind(pc);
    }
    if (pid)
        buf_printf(ret_error, "an earlier PostgreSQL server (process %d) does not stop", (int)pid);
    return !pid;
}

static bool choose_socket_dir(struct private_cluster *pc, const char *home)
{
    if (!join(pc->socket_dir, home, "socket"))
        return false;
    if (strlen(pc->socket_dir) <= SOCKET_PATH_MAX)
        return mkdir(pc->socket_dir, 0700) == 0 || errno == EEXIST;
    (void)snprintf(pc->socket_dir, sizeof pc->socket_dir, "/tmp/motcua-XXXXXX");
    pc->own_socket_dir = mkdtemp(pc->socket_dir) != NULL;
    return pc->own_socket_dir;
}

static bool launch(struct private_cluster *pc)
{
    static const char *const setting[] = {
        "listen_addresses=",
        "fsync=on",
        "full_page_writes=on",
        "synchronous_commit=on",
        "unix_socket_permissions=0700",
        "shared_buffers=128MB",
        "max_connections=60",
        "wal_compression=lz4",
        "jit=off",
        "log_parameter_max_length=0",
        "log_parameter_max_length_on_error=0",
        "log_min_messages=warning",
        "log_checkpoints=off",
        "timezone=UTC",
    };
    enum { SETTINGS = sizeof setting / sizeof *setting };
    char program[] = PG_BIN "postgres", d[] = "-D", k[] = "-k", c[] = "-c";
    char copy[SETTINGS][64];
    char *argv[5 + 2 * SETTINGS + 1] = {program, d, pc->data, k, pc->socket_dir};
    size_t i;

    for (i = 0; i < SETTINGS; i++) {
        (void)snprintf(copy[i], sizeof copy[i], "%s", setting[i]);
        argv[5 + 2 * i] = c;
        argv[6 + 2 * i] = copy[i];
    }
    argv[5 + 2 * SETTINGS] = NULL;
    pc->pid = spawn(pc->log, argv);
    return pc->pid > 0;
}

static bool wait_until_ready(struct private_cluster *pc, struct buf *ret_error)
{
    int i;

    for (i = 0; i < START_SECONDS * 20; i++) {
        if (PQping(pc->conninfo) == PQPING_OK)
            return true;
        if (!private_cluster_alive(pc)) {
            pc->pid = 0;
            break;
        }
        nap();
    }
    buf_printf(ret_error, "PostgreSQL did not start; see \"%s\"", pc->log);
    return false;
}

struct private_cluster *private_cluster_start(const char *var_dir, struct buf *ret_error)
{
    struct private_cluster *pc = calloc(1, sizeof *pc);
    char home[PATH_BYTES];

    if (!pc)
        return NULL;
    if (access(PG_BIN "postgres", X_OK) < 0) {
        buf_str(ret_error, "PostgreSQL 15 is not installed (package postgresql-15)");
        free(pc);
        return NULL;
    }
    if (!private_home(var_dir, home, sizeof home, ret_error) || !join(pc->data, home, "pg") ||
        !join(pc->log, home, "postgres.log") || !make_cluster(pc, home, ret_error) ||
        !wait_for_left_behind(pc, ret_error) || !choose_socket_dir(pc, home)) {
        free(pc);
        return NULL;
    }
    (void)snprintf(pc->conninfo, sizeof pc->conninfo, "host=%s user=postgres", pc->socket_dir);
    if (!launch(pc) || !wait_until_ready(pc, ret_error))
        return private_cluster_stop(pc);
    return pc;
}

const char *private_cluster_conninfo(const struct private_cluster *pc)
{
    return pc->conninfo;
}

bool private_cluster_alive(const struct private_cluster *pc)
{
    return pc->pid > 0 && waitpid(pc->pid, NULL, WNOHANG) == 0;
}

struct private_cluster *private_cluster_stop(struct private_cluster *pc)
{
    int i;

    if (!pc)
        return NULL;
    if (pc->pid > 0) {
        (void)kill(pc->pid, SIGINT); /* fast shutdown */
        for (i = 0; i < STOP_SECONDS * 20 && private_cluster_alive(pc); i++)
            nap();
        if (i == STOP_SECONDS * 20)
            (void)kill(pc->pid, SIGQUIT); /* it recovers at the next start */
    }
    if (pc->own_socket_dir)
        (void)rmdir(pc->socket_dir); /* only ours, empty by now */
    free(pc);
    return NULL;
}
