/* Calls signed as the Standard Webhooks convention says (`vouch` of a route).  Not for other rooms.
 * The worker's thread. */
#ifndef SERVER_API_SIGNED_H
#define SERVER_API_SIGNED_H

#include "server/api/req.h"

#define CALL_ID_MAX 100

/* Whether the call is signed with the secret, and young; else refuses it, which leaves a line
 * `audit`.  An empty secret: there is no such call. */
bool signed_call(struct req *rq, const char *secret, const char *audit);
extern const struct route_param signed_headers[]; /* that it wants */

#endif
