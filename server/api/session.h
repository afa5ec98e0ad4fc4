/* Sessions: the cookie, the token against forged requests, signing in and out.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_SESSION_H
#define SERVER_API_SESSION_H

#include "server/api/req.h"

/* Reads the cookie into rq->token_hash and derives the CSRF token; false: none or malformed. */
bool session_cookie(struct req *rq);
/* Keeps a copy of the user in the request. */
void session_take(struct req *rq, const struct session_user *u);
bool session_csrf(const struct req *rq, struct span given);

/* A session for rq->user; done answers with its cookie and who she is (session_shape). by_provider:
 * she did not sign in by password here. */
typedef void session_begun(struct req *rq, const struct http_header *cookie, struct span who);
void session_begin(struct req *rq, bool by_provider, session_begun *done);
extern const struct answer_shape session_shape;

#endif
