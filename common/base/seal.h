/* Secrets that must be read again (not only compared) are kept sealed: AES-256-GCM, with the nonce
 * in front and the tag behind.  Randomness comes in; pure; any thread. */
#ifndef COMMON_BASE_SEAL_H
#define COMMON_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY_BYTES   32
#define SEAL_NONCE_BYTES 12 /* random: never twice under one key */
#define SEAL_TAG_BYTES   16
#define SEALED_BYTES(n)  (SEAL_NONCE_BYTES + (n) + SEAL_TAG_BYTES)

/* about: what it belongs to; opens only with the same. */
void seal(const uint8_t key[SEAL_KEY_BYTES], const uint8_t nonce[SEAL_NONCE_BYTES],
          const void *about, size_t about_n, const void *p, size_t n, uint8_t *out);
/* n bytes of content out of SEALED_BYTES(n); false: another key, another `about`, or changed. */
bool unseal(const uint8_t key[SEAL_KEY_BYTES], const void *about, size_t about_n,
            const uint8_t *sealed, void *out, size_t n);

#endif
