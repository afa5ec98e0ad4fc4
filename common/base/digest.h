/* SHA-256, hex, Crockford base 32 and constant-time comparison.  Pure; any thread. */
#ifndef COMMON_BASE_DIGEST_H
#define COMMON_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

void sha256(const void *p, size_t n, uint8_t out[SHA256_BYTES]);
/* Streaming: new, add…, end (frees). */
struct sha256_stream;
struct sha256_stream *sha256_new(void);
void sha256_add(struct sha256_stream *s, const void *p, size_t n);
void sha256_end(struct sha256_stream *s, uint8_t out[SHA256_BYTES]); /* frees s */

/* HMAC (RFC 2104) over it. */
void hmac_sha256(const void *key, size_t key_n, const void *p, size_t n, uint8_t out[SHA256_BYTES]);

/* Base 64 of RFC 4648 with padding: 4 characters for 3 bytes begun, and NUL. */
#define BASE64_CHARS(n) (((n) + 2) / 3 * 4 + 1)
void base64_encode(const uint8_t *p, size_t n, char *out);

void hex_encode(const uint8_t *p, size_t n, char *out); /* 2n characters and NUL */
bool hex_decode(const char *s, size_t n, uint8_t *out); /* n characters, n even; lower or upper */

/* Crockford's alphabet without I, L, O, U: for secrets people read and type.
 * bits = 5 per character; takes them from p, writes chars characters and NUL. */
void base32_encode(const uint8_t *p, size_t chars, char *out);
/* Upper case, O->0, I and L->1, blanks and hyphens dropped; false on anything else or too long. */
bool base32_normalise(const char *s, char *out, size_t out_size);

bool ct_equal(const void *a, const void *b, size_t n);

#endif
