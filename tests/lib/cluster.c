/* Runs tests/lib/cluster.sh and reads the conninfo it prints.
 * The test program owns the struct.  One thread. */
#include "tests/lib/cluster.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void run(const char *const *argv, char *out, size_t out_size)
{
    posix_spawn_file_actions_t fa;
    int pipe_fd[2], status = -1;
    size_t n = 0;
    ssize_t got;
    pid_t pid;
    char *args[24] = {NULL};

    for (size_t i = 0; argv[i] && i < 23; i++)
        args[i] = strdup(argv[i]);
    if (pipe(pipe_fd) != 0)
        abort();
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_adddup2(&fa, pipe_fd[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&fa, pipe_fd[0]);
    posix_spawn_file_actions_addclose(&fa, pipe_fd[1]);
    if (posix_spawn(&pid, args[0], &fa, NULL, args, environ) != 0) {
        printf("Bail out! cannot run %s: start the tests at the top of the tree\n", args[0]);
        exit(1);
    }
    posix_spawn_file_actions_destroy(&fa);
    close(pipe_fd[1]);
    while ((got = read(pipe_fd[0], out + n, out_size - 1 - n)) > 0)
        n += (size_t)got;
    close(pipe_fd[0]);
    while (n > 0 && out[n - 1] == '\n')
        n--;
    out[n] = '\0';
    waitpid(pid, &status, 0);
    for (size_t i = 0; args[i]; i++)
        free(args[i]);
    if (status != 0) {
        printf("Bail out! %s %s failed\n", argv[0], argv[1]);
        exit(1);
    }
}

static void start(struct cluster *c, bool first, const char *const *settings)
{
    const char *argv[24] = {"tests/lib/cluster.sh", "start", c->dir};
    char pid[16];
    int n = 3;

    snprintf(pid, sizeof pid, "%d", (int)getpid());
    if (first) {
        argv[n++] = "--with";
        argv[n++] = pid;
    }
    for (int i = 0; settings && settings[i] && i < CLUSTER_SETTINGS_MAX; i++)
        argv[n++] = settings[i];
    run(argv, c->conninfo, sizeof c->conninfo);
}

void cluster_start(struct cluster *c, const char *name, const char *const *settings)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(c->dir, sizeof c->dir, "%s/motcua-%s-%d", tmp ? tmp : "/tmp", name, (int)getpid());
    start(c, true, settings);
}

void cluster_stop(struct cluster *c)
{
    const char *argv[] = {"tests/lib/cluster.sh", "stop", c->dir, NULL};
    char nothing[64];

    run(argv, nothing, sizeof nothing);
}

void cluster_restart(struct cluster *c, const char *const *settings)
{
    start(c, false, settings);
}

void cluster_remove(struct cluster *c)
{
    const char *argv[] = {"tests/lib/cluster.sh", "remove", c->dir, NULL};
    char nothing[64];

    run(argv, nothing, sizeof nothing);
}
