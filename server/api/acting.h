/* Sending a command down the one write path and telling what came of it.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_ACTING_H
#define SERVER_API_ACTING_H

#include "server/api/req.h"

/* code: NULL for commands that create.  Answers the request by itself, once. */
struct act *acting_new(struct req *rq, enum command_kind kind, const char *code);
void acting_go(struct req *rq, struct act *act);

#endif
