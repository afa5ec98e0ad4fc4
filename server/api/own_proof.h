/* Proving once more that it is oneself, for what changes how one signs in: the password, and the
 * code of the second factor where there is one to give.  Throttled and counted like signing in: a
 * session left open is not a way to guess.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_OWN_PROOF_H
#define SERVER_API_OWN_PROOF_H

#include "server/api/req.h"

struct own_proof {                      /* rq->mine, or the first member of what lies there */
    const char *password, *password_at; /* as given, and the pointer of its member */
    const char *code, *code_at;         /* NULL: none is asked for */
    const struct session_user *user;    /* as found */
    bool right, code_right;
};

/* Steps of a flow, in this order; what is wrong is answered. */
#define OWN_PROOF_STEPS                                                                            \
    own_proof_allowed, own_proof_find, own_proof_password, own_proof_code, own_proof_count
step_fn own_proof_allowed, own_proof_find, own_proof_password, own_proof_code, own_proof_count;
/* Keeps p and goes through the steps, when the rate of sign-ins allows. */
void own_proof_flow(struct req *rq, struct own_proof *p, step_fn *const *steps);
/* 422 with one violation. */
void own_proof_refuse(struct req *rq, const char *pointer, const char *code, struct text2 why);

#endif
