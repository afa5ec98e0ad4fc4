/* Messages to officers that leave after the commit: into their lists, in the order of each dossier.
 * What is stored once is in a list once.
 * Made before the workers and freed after them (main thread); in between it runs on one worker. */
#ifndef SERVER_JOBS_OUTBOX_H
#define SERVER_JOBS_OUTBOX_H

#include "server/store/store.h"

struct outbox;

struct outbox *outbox_new(void);
struct outbox *outbox_free(struct outbox *o);
void outbox_open(struct outbox *o, struct worker *w, struct store *st);
void outbox_close(struct outbox *o); /* before its store is freed */
/* Any thread: a message was stored.  For store_watch_messages of every worker; ctx: the outbox. */
void outbox_hear(void *ctx);

#endif
