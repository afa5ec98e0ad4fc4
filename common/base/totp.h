/* One-time codes by time: TOTP of RFC 6238 (HMAC-SHA-1, 30 s, 6 digits) over HOTP of RFC 4226, and
 * base 32 of RFC 4648 as authenticator apps read secrets.  Pure; any thread. */
#ifndef COMMON_BASE_TOTP_H
#define COMMON_BASE_TOTP_H

#include <stddef.h>
#include <stdint.h>

#define TOTP_SECRET_BYTES 20 /* as long as the hash: RFC 4226 section 4, R6 */
#define TOTP_DIGITS       6
#define TOTP_STEP_S       30
#define TOTP_DIGITS_MAX   8

/* The code of a step: digits (1 to TOTP_DIGITS_MAX) and NUL. */
void totp_code(const void *secret, size_t n, int64_t step, int digits,
               char out[TOTP_DIGITS_MAX + 1]);
/* The step whose code was typed: the one of now, the one before or the one after it (clocks differ,
 * RFC 6238 section 5.2); -1: none.  The same work for every text of six signs. */
int64_t totp_match(const void *secret, size_t n, const char *typed, int64_t now_s);

/* 8 characters for 5 bytes, no padding: n is a multiple of 5. */
#define TOTP_BASE32_CHARS(n) ((n) / 5 * 8 + 1)
void totp_base32(const uint8_t *p, size_t n, char *out);

#endif
