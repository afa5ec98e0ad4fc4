/* Signed tokens of an identity provider (JWT, RFC 7519, as OpenID Connect's ID token): taken only
 * with a signature by one of the provider's keys, in one of three algorithms, and with every claim
 * that the asker expects.  Pure: the time comes in; any thread. */
#ifndef COMMON_BASE_JWT_H
#define COMMON_BASE_JWT_H

#include <jansson.h>
#include <stdint.h>

#include "common/base/span.h"

#define JWT_MAX    16384 /* bytes of a token */
#define JWT_SKEW_S 60    /* so much clocks may differ */

/* J(NAME, "word"): what was wrong; the word is for the log and the tests. */
#define JWT_FAULTS(J)                                                                              \
    J(FINE, "fine")                                                                                \
    J(MALFORMED, "malformed")                                                                      \
    J(ALGORITHM, "algorithm")                                                                      \
    J(KEY, "key")                                                                                  \
    J(SIGNATURE, "signature")                                                                      \
    J(ISSUER, "issuer")                                                                            \
    J(AUDIENCE, "audience")                                                                        \
    J(NONCE, "nonce")                                                                              \
    J(TIME, "time")                                                                                \
    J(CLAIM, "claim")

enum jwt_fault {
#define J(name, word) JWT_##name,
    JWT_FAULTS(J)
#undef J
};

struct jwt_want {
    const char *issuer, *audience, *nonce;
    const char *claim; /* whose text is wanted */
    int64_t now_s;
};

/* keys: a JWK set (RFC 7517).  RS256, PS256 (keys of 2048 bits or more) and ES256, nothing else. On
 * JWT_FINE the text of the wanted claim with NUL, at most size bytes. */
enum jwt_fault jwt_check(struct span token, const json_t *keys, const struct jwt_want *want,
                         char *ret_claim, size_t size);
const char *jwt_fault_word(enum jwt_fault f);

/* Base 64 of RFC 4648 section 5 without padding. */
#define BASE64URL_CHARS(n) (((n)*4 + 2) / 3 + 1)
void base64url_encode(const uint8_t *p, size_t n, char *out);
/* False on anything else, or more than size bytes. */
bool base64url_decode(struct span s, uint8_t *out, size_t size, size_t *ret_n);

#endif
