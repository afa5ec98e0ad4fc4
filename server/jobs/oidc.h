/* Signing in by the unit's own identity provider: OpenID Connect, authorization code with PKCE (RFC
 * 7636).  Talks to the provider, blocking and within bounds: pool threads only, never a loop.  What
 * it says of itself and its keys are kept for a while; the service owns that, behind a lock that no
 * worker takes.  The caller keeps what came out. */
#ifndef SERVER_JOBS_OIDC_H
#define SERVER_JOBS_OIDC_H

#include "common/base/buf.h"

#define OIDC_LOGIN_MAX 128
#define OIDC_TEXT      44 /* 32 bytes as base64url, with NUL: state, nonce, verifier, challenge */

struct oidc_conf {
    const char *issuer, *client, *secret; /* secret "": a public client */
    const char *back;                     /* our address that the provider sends people back to */
    const char *claim;                    /* of the ID token: names the login */
    const char *ca;                       /* file of its certificate authority; "": the system's */
};

struct oidc; /* a provider, and what is known of it */
struct oidc *
oidc_new(const struct oidc_conf *c);    /* its texts stay the caller's, as long as it lives */
struct oidc *oidc_free(struct oidc *o); /* after the last job */
void oidc_forget(struct oidc *o); /* what is known is asked anew; NULL: nothing.  Any thread */

struct oidc_proof { /* of one sign-in; made from random bytes by the caller */
    char state[OIDC_TEXT], nonce[OIDC_TEXT], verifier[OIDC_TEXT];
};

/* Where the browser goes to; false and why (for the log). */
bool oidc_begin(struct oidc *o, const struct oidc_proof *p, struct buf *ret_url,
                struct buf *ret_why);

enum oidc_end {
    OIDC_FINE,
    OIDC_AWAY,    /* the provider cannot be reached, is too slow, or says what nobody understands */
    OIDC_REFUSED, /* its answer is not to be believed, or it refused the code */
};
/* The login that the provider vouches for.  why: for the log; nothing of tokens or codes. */
enum oidc_end oidc_finish(struct oidc *o, const struct oidc_proof *p, const char *code,
                          char login[OIDC_LOGIN_MAX], struct buf *ret_why);

#endif
