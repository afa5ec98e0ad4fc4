/* The demonstration's own cluster: private, durable, never root, back after kill -9.
 * Each case runs in a child, since settling changes the user for good.  One thread. */
#include <errno.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/jobs/private_cluster.h"
#include "server/jobs/self_signed.h"

static char dir[256], var_dir[300];
static int cases;

static void say(bool ok, const char *what)
{
    printf("%s %d - %s\n", ok ? "ok" : "not ok", ++cases, what);
}

static struct private_cluster *begin(void)
{
    struct private_cluster *pc;
    struct buf e;

    buf_init(&e, 4096);
    if (!private_cluster_settle(var_dir, &e)) {
        fprintf(stderr, "# settle: %s\n", buf_cstr(&e));
        _exit(3);
    }
    pc = private_cluster_start(var_dir, &e);
    if (!pc) {
        fprintf(stderr, "# start: %s\n", buf_cstr(&e));
        _exit(4);
    }
    return pc;
}

static bool answers(PGconn *c, const char *sql, const char *want)
{
    PGresult *r = PQexec(c, sql);
    bool ok = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), want) == 0;

    if (!ok)
        fprintf(stderr, "# %s: %s\n", sql,
                PQntuples(r) == 1 ? PQgetvalue(r, 0, 0) : PQerrorMessage(c));
    PQclear(r);
    return ok;
}

/* 0 when everything about a running cluster is as promised. */
static int first_run(void)
{
    struct private_cluster *pc = begin();
    PGconn *c = PQconnectdb(private_cluster_conninfo(pc));
    bool ok =
        PQstatus(c) == CONNECTION_OK && answers(c, "SHOW fsync", "on") &&
        answers(c, "SHOW data_checksums", "on") && answers(c, "SHOW full_page_writes", "on") &&
        answers(c, "SHOW synchronous_commit", "on") && answers(c, "SHOW listen_addresses", "") &&
        answers(c, "CREATE TABLE t AS SELECT 1 AS a; SELECT count(*) FROM t", "1");

    PQfinish(c);
    return ok && geteuid() != 0 && !private_cluster_stop(pc) ? 0 : 1;
}

static int killed_run(void)
{
    struct private_cluster *pc = begin();
    PGconn *c = PQconnectdb(private_cluster_conninfo(pc));

    PQclear(PQexec(c, "INSERT INTO t VALUES (2)"));
    (void)kill(getpid(), SIGKILL);
    return 1;
}

static int run_after(void)
{
    struct private_cluster *pc = begin();
    PGconn *c = PQconnectdb(private_cluster_conninfo(pc));
    bool ok = answers(c, "SELECT count(*) FROM t", "2");

    PQfinish(c);
    return ok && !private_cluster_stop(pc) ? 0 : 1;
}

static int second_at_once(void)
{
    struct buf e;

    buf_init(&e, 4096);
    return !private_cluster_settle(var_dir, &e) && strstr(buf_cstr(&e), "another demonstration")
               ? 0
               : 1;
}

static int with_a_second(void)
{
    struct private_cluster *pc = begin();
    pid_t pid = fork();
    int status = 0;

    if (pid == 0)
        _exit(second_at_once());
    (void)waitpid(pid, &status, 0);
    (void)private_cluster_stop(pc);
    return status;
}

static int certificate(void)
{
    struct buf e;
    char tls[400], key[500];
    struct stat a, b;

    buf_init(&e, 4096);
    (void)snprintf(tls, sizeof tls, "%s/tls", var_dir);
    (void)snprintf(key, sizeof key, "%s/tls/key.pem", var_dir);
    return self_signed_ensure(tls, &e) && stat(key, &a) == 0 && (a.st_mode & 077) == 0 &&
                   self_signed_ensure(tls, &e) && stat(key, &b) == 0 && a.st_ino == b.st_ino
               ? 0
               : 1;
}

static int forget_elsewhere(void)
{
    char path[400];
    ssize_t n = readlink("var/elsewhere", path, sizeof path - 1);

    if (n <= 0)
        return 1;
    path[n] = '\0';
    execlp("rm", "rm", "-rf", path, (char *)NULL);
    return 1;
}

static int in_child(int (*fn)(void))
{
    pid_t pid;
    int status = -1;

    (void)fflush(stdout);
    pid = fork();
    if (pid == 0)
        _exit(fn());
    (void)waitpid(pid, &status, 0);
    return status;
}

int main(void)
{
    char command[400];
    int status;

    (void)snprintf(dir, sizeof dir, "/tmp/motcua-private-XXXXXX");
    if (!mkdtemp(dir) || chmod(dir, 0755) < 0 || chdir(dir) < 0)
        return 2;
    (void)snprintf(var_dir, sizeof var_dir, "%s/var", dir);
    say(in_child(first_run) == 0, "a new cluster is private and durable and not run by root");
    status = in_child(killed_run);
    say(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the demonstration is killed");
    say(in_child(run_after) == 0,
        "after kill -9 the next start recovers by itself, nothing is lost");
    say(in_child(with_a_second) == 0, "a second demonstration on the same directory is refused");
    say(in_child(certificate) == 0, "certificate: key closed to others, kept while it lasts");
    if (geteuid() == 0) { /* a checkout in /root: PostgreSQL's user cannot go there */
        if (mkdir("closed", 0700) < 0 || mkdir("closed/work", 0755) < 0 || chdir("closed/work") < 0)
            return 2;
        (void)snprintf(var_dir, sizeof var_dir, "var");
        say(in_child(first_run) == 0, "a checkout that others may not enter works as well");
        say(in_child(certificate) == 0, "and has its certificate");
        (void)in_child(forget_elsewhere);
    }
    printf("1..%d\n", cases);
    (void)fflush(stdout);
    (void)snprintf(command, sizeof command, "%s", dir);
    execlp("rm", "rm", "-rf", command, (char *)NULL);
    return 2;
}
