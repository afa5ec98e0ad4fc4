/* Messages that leave after the commit, delivered by kind, in the order of each dossier, at least
 * once: a handler must do no harm when it gets one again.  What fails is tried later and later.
 * Made before the workers and freed after them (main thread); in between it runs on one worker. */
#ifndef SERVER_JOBS_OUTBOX_H
#define SERVER_JOBS_OUTBOX_H

#include "server/store/store.h"

struct outbox;

/* Delivers one message; the row lives during the call.  said(token, NULL) when it has arrived, else
 * a fault in words (English, for the log and the row); at once or later, on the worker's thread. */
typedef void outbox_said(void *token, const char *fault);
typedef void outbox_deliver(void *ctx, const struct outbox_row *row, outbox_said *said,
                            void *token);

#define OUTBOX_KINDS_MAX 8

/* The kind "notify" is known: it goes into the officers' lists. */
struct outbox *outbox_new(void);
struct outbox *outbox_free(struct outbox *o);
/* Before outbox_open; the ctx outlives the outbox. */
void outbox_handle(struct outbox *o, const char *kind, outbox_deliver *deliver, void *ctx);
void outbox_open(struct outbox *o, struct worker *w, struct store *st);
void outbox_close(struct outbox *o); /* before its store is freed */
/* Any thread: a message was stored.  For store_watch_messages of every worker; ctx: the outbox. */
void outbox_hear(void *ctx);

#endif
