/* The running daemon: what `serve` and `demo` share.  Start-up in order, each refusal with its
 * reason and cure; then signals, readiness, watchdog, reload and the checks that are asked again
 * every minute.  Owned by the verb; main thread. */
#ifndef SERVER_CLI_SERVICE_H
#define SERVER_CLI_SERVICE_H

#include "server/cli/settings.h"

struct service;

/* Prints why on the error stream and returns NULL when it must not serve.  reload: makes a fresh
 * configuration on SIGHUP (NULL with the complaint printed: the old one stays); it is the
 * service's afterwards, as cfg is. */
struct service *service_start(struct cli *c, struct config *cfg,
                              struct config *(*reload)(void *ctx), void *ctx);
/* Serves until told to stop.  alive: asked every second, false stops (may be NULL). Exit code. */
int service_run(struct service *s, bool (*alive)(void *ctx), void *alive_ctx);
/* Called once, as soon as it is ready. */
void service_on_ready(struct service *s, void (*fn)(void *ctx), void *ctx);
struct service *service_stop(struct service *s); /* takes NULL, returns NULL */

#endif
