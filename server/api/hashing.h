/* Passwords in the job pool: checked or hashed there, told on the worker's loop.  Jobs own copies
 * and wipe them.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_HASHING_H
#define SERVER_API_HASHING_H

#include "server/api/page.h"
#include "server/jobs/password.h"

/* encoded NULL: nobody's; costs the same.  When the pool is full or closing the request is answered
 * and nothing is told. */
void check_password(struct req *rq, const char *password, const char *encoded,
                    void (*told)(struct req *rq, bool right));
void hash_password(struct req *rq, const char *password,
                   void (*told)(struct req *rq, const char *encoded));

#endif
