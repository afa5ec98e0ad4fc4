/* AES-256-GCM of OpenSSL.  Any thread. */
#include "common/base/seal.h"

#include <assert.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

void seal(const uint8_t key[SEAL_KEY_BYTES], const uint8_t nonce[SEAL_NONCE_BYTES],
          const void *about, size_t about_n, const void *p, size_t n, uint8_t *out)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    uint8_t *body = out + SEAL_NONCE_BYTES;
    int made = 0, rest = 0;
    bool ok;

    assert(c && n <= INT_MAX && about_n <= INT_MAX);
    memcpy(out, nonce, SEAL_NONCE_BYTES);
    ok = EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
         EVP_EncryptUpdate(c, NULL, &made, about, (int)about_n) == 1 &&
         EVP_EncryptUpdate(c, body, &made, p, (int)n) == 1 &&
         EVP_EncryptFinal_ex(c, body + made, &rest) == 1 && (size_t)(made + rest) == n &&
         EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_BYTES, body + n) == 1;
    assert(ok);
    (void)ok;
    EVP_CIPHER_CTX_free(c);
}

bool unseal(const uint8_t key[SEAL_KEY_BYTES], const void *about, size_t about_n,
            const uint8_t *sealed, void *out, size_t n)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    const uint8_t *body = sealed + SEAL_NONCE_BYTES;
    uint8_t tag[SEAL_TAG_BYTES];
    int made = 0, rest = 0;
    bool ok;

    assert(c && n <= INT_MAX && about_n <= INT_MAX);
    memcpy(tag, body + n, sizeof tag);
    ok = EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, sealed) == 1 &&
         EVP_DecryptUpdate(c, NULL, &made, about, (int)about_n) == 1 &&
         EVP_DecryptUpdate(c, out, &made, body, (int)n) == 1 &&
         EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_BYTES, tag) == 1 &&
         EVP_DecryptFinal_ex(c, (uint8_t *)out + made, &rest) == 1;
    EVP_CIPHER_CTX_free(c);
    if (!ok)
        OPENSSL_cleanse(out, n);
    return ok;
}
