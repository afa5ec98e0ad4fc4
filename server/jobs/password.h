/* Passwords: argon2id in libargon2's encoded form, 19 MiB, two passes, one lane (about 21 ms): only
 * in the job pool or in verbs, never on a loop.  Pure but for random salts; any thread. */
#ifndef SERVER_JOBS_PASSWORD_H
#define SERVER_JOBS_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/lang.h"
#include "common/base/span.h"

#define PASSWORD_HASH_MAX 128 /* bytes of the encoded form, with NUL */
#define PASSWORD_MIN      12  /* characters */
#define PASSWORD_MAX      128

/* The password as people type it; it is composed (NFC) before hashing.  False: out of memory or
 * not UTF-8. */
bool password_hash(const char *password, char out[PASSWORD_HASH_MAX]);
/* encoded NULL: unknown user; costs the same and is false. */
bool password_verify(const char *password, const char *encoded);
/* Made with weaker parameters than those of today. */
bool password_is_weak(const char *encoded);
/* May it be chosen?  False and why: too short, too long, or known to everybody. */
bool password_acceptable(const char *password, const char *login, struct text2 *ret_why);

#endif
