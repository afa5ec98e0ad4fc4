/* Sending a command down the one write path and telling what came of it.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_ACTING_H
#define SERVER_API_ACTING_H

#include "server/api/req.h"

/* code: NULL for commands that create.  Answers the request by itself, once. */
struct act *acting_new(struct req *rq, enum command_kind kind, const char *code);
void acting_go(struct req *rq, struct act *act);
/* Words of bodies: "/to", the key of an agency, and "/limit", like "5 working_day".  NULL: not
 * given, nothing is written.  False after a violation. */
bool acting_agency(struct req *rq, const char *word, int *ret);
bool acting_limit(struct req *rq, const char *word, struct quantity *ret);

#endif
