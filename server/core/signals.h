/* Signals of the main thread: blocked everywhere, taken one at a time where the main thread waits.
 * Main thread only. */
#ifndef SERVER_CORE_SIGNALS_H
#define SERVER_CORE_SIGNALS_H

#include <stdint.h>

enum signal_seen {
    SIGNAL_NONE,   /* the time passed */
    SIGNAL_STOP,   /* TERM or INT */
    SIGNAL_RELOAD, /* HUP */
    SIGNAL_CHILD,  /* a child process ended */
};

/* Before any thread is made: ignores SIGPIPE, blocks what signals_wait takes. */
void signals_init(void);
enum signal_seen signals_wait(int64_t milliseconds);
/* In a child between fork and exec: signals as a program expects them. */
void signals_child(void);

#endif
