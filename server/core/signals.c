/* Signals: taken synchronously, so that no code ever runs inside a handler.
 * No objects.  Main thread. */
#include "server/core/signals.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

static sigset_t taken(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    return set;
}

void signals_init(void)
{
    sigset_t set = taken();

    /* A peer that goes away in the middle of a TLS record must not end the process. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        abort();
}

enum signal_seen signals_wait(int64_t milliseconds)
{
    sigset_t set = taken();
    struct timespec ts = {milliseconds / 1000, (milliseconds % 1000) * 1000000};

    switch (sigtimedwait(&set, NULL, &ts)) {
    case SIGTERM:
    case SIGINT:
        return SIGNAL_STOP;
    case SIGHUP:
        return SIGNAL_RELOAD;
    case SIGCHLD:
        return SIGNAL_CHILD;
    default: /* time passed, or interrupted by a debugger */
        return SIGNAL_NONE;
    }
}

void signals_child(void)
{
    sigset_t none;

    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
