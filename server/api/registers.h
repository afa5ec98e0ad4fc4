/* What the routes of register books and their print ask for.  Not for other rooms.  The worker's
 * thread. */
#ifndef SERVER_API_REGISTERS_H
#define SERVER_API_REGISTERS_H

#include "server/api/req.h"
#include "server/store/registers.h"

/* agency (default: the viewer's), field (required), year (default: this one), volume; false after
 * answering 400. */
bool register_asked(struct req *rq, struct register_query *ret);

#endif
