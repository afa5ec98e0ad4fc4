/* The service manager's protocol: readiness, watchdog, sockets handed over.
 * Plain environment variables and one datagram; nothing happens when nobody asked.  Main thread. */
#ifndef SERVER_CORE_NOTIFY_H
#define SERVER_CORE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* state: "READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=…", "WATCHDOG=1", "STATUS=…".
 * False when somebody listens but could not be reached. */
bool notify_send(const char *state);

/* Microseconds within which WATCHDOG=1 must come; 0: no watchdog for this process. */
int64_t notify_watchdog_us(void);

#define NOTIFY_FDS_MAX 16
/* Sockets passed by socket activation, made close-on-exec; call once.  Number of them; *ret_first
 * is the first descriptor, the others follow.  0 when none was passed; -1 when the environment is
 * malformed. */
int notify_listen_fds(int *ret_first);

#endif
