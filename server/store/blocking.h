/* One statement after the other on a connection of one's own, for verbs, start-up and the pool:
 * waits for each answer.  The caller owns it; any thread, one at a time. */
#ifndef SERVER_STORE_BLOCKING_H
#define SERVER_STORE_BLOCKING_H

#include "common/base/buf.h"
#include "server/db/db.h"

struct blocking;

/* Statements may take timeout_ms.  NULL and a message when there is no connection within 10 s. */
struct blocking *blocking_open(const char *conninfo, int timeout_ms, struct buf *ret_error);
struct blocking *blocking_close(struct blocking *b); /* takes NULL, returns NULL */
/* Arguments for the next call: valid until the call after it. */
struct db_args *blocking_args(struct blocking *b, int n);
struct arena *blocking_arena(struct blocking *b); /* forgotten with each blocking_args */
/* rows(ctx, r) is called on success, before this returns; may be NULL. */
enum err blocking_call(struct blocking *b, enum db_lane lane, const char *stmt,
                       const struct db_args *args, void (*rows)(void *ctx, const struct db_rows *r),
                       void *ctx);
const char *blocking_sqlstate(const struct blocking *b); /* of the last failed call */

#endif
