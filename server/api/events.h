/* Event streams: what changed, told to browsers as it happens.  One hub a process hears the
 * database's news on one worker and hands them to all; each worker has its own streams.
 * The hub is made and freed by the main thread while no worker runs. */
#ifndef SERVER_API_EVENTS_H
#define SERVER_API_EVENTS_H

#include "server/api/api.h"

struct event_hub *event_hub_new(void);
struct event_hub *event_hub_free(struct event_hub *hub);
/* One notification (server/store/events.h), or "": some may have been missed.  Always on the same
 * worker's thread; workers whose mailbox is full are told later that they missed something. */
void event_hub_heard(struct event_hub *hub, const char *payload);

/* Where the news stand now, for who will listen a moment later; NULL: there are no streams. */
const char *events_now(const struct api *api, struct arena *a);

/* ---- inside */
void event_hub_open(struct event_hub *hub, struct api *api); /* on the api's thread, at its start */
void events_free_api(struct api *api);

#endif
