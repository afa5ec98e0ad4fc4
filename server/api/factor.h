/* The second factor: its secret sealed under the daemon's own key, codes read and counted once.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_FACTOR_H
#define SERVER_API_FACTOR_H

#include "common/base/seal.h"
#include "common/base/totp.h"
#include "server/api/req.h"

#define CODE_MAX        32 /* as typed: six digits, or a recovery code, with blanks and hyphens */
#define RECOVERY_CHARS  16 /* of a recovery code: 80 bits */
#define FACTOR_SEALED_N SEALED_BYTES(TOTP_SECRET_BYTES)

bool factor_possible(const struct req *rq); /* there is a key */
/* She must switch it on before anything else: one of her roles has to have it.  Who signed in by
 * the unit's provider is not asked: how strongly people sign in there is the provider's. */
bool factor_wanted(const struct req *rq);
void factor_seal(const struct req *rq, int64_t account, const uint8_t secret[TOTP_SECRET_BYTES],
                 uint8_t sealed[FACTOR_SEALED_N]);
/* False: there is nothing, or it does not open under the present key (told to the log). */
bool factor_open(const struct req *rq, int64_t account, struct span sealed,
                 uint8_t secret[TOTP_SECRET_BYTES]);
/* Digest of a recovery code as it is written (RECOVERY_CHARS). */
void factor_recovery(const struct req *rq, int64_t account, const char *code,
                     uint8_t out[SHA256_BYTES]);
/* Does the code that was typed count for this account, now and once?  left: recovery codes that are
 * left then.  When it cannot be asked the request is answered and nothing is told. */
void factor_check(struct req *rq, int64_t account, struct span sealed, const char *typed,
                  void (*told)(struct req *rq, bool right, int left));

#endif
