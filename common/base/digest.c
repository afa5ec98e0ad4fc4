/* SHA-256 over OpenSSL, hex, base 32.  Any thread. */
#define OPENSSL_SUPPRESS_DEPRECATED /* see sha256 */
#include "common/base/digest.h"

#include <assert.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>

void sha256(const void *p, size_t n, uint8_t out[SHA256_BYTES])
{
    SHA256_CTX c;

    /* Every other form of OpenSSL 3, the one-shot SHA256() too, looks the algorithm up by its name
     * under locks that all threads share: four times the work of hashing a token or an event. */
    (void)SHA256_Init(&c);
    (void)SHA256_Update(&c, p ? p : "", n);
    (void)SHA256_Final(out, &c);
}

struct sha256_stream *sha256_new(void)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();

    assert(c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1);
    return (struct sha256_stream *)c;
}

void sha256_add(struct sha256_stream *s, const void *p, size_t n)
{
    int ok = EVP_DigestUpdate((EVP_MD_CTX *)s, p, n);

    assert(ok == 1);
    (void)ok;
}

void sha256_end(struct sha256_stream *s, uint8_t out[SHA256_BYTES])
{
    int ok = EVP_DigestFinal_ex((EVP_MD_CTX *)s, out, NULL);

    assert(ok == 1);
    (void)ok;
    EVP_MD_CTX_free((EVP_MD_CTX *)s);
}

void hmac_sha256(const void *key, size_t key_n, const void *p, size_t n, uint8_t out[SHA256_BYTES])
{
    unsigned char *mac;
    unsigned size = SHA256_BYTES;

    assert(key_n <= INT_MAX);
    mac = HMAC(EVP_sha256(), key, (int)key_n, p, n, out, &size);
    assert(mac && size == SHA256_BYTES);
    (void)mac;
}

void base64_encode(const uint8_t *p, size_t n, char *out)
{
    assert(n <= INT_MAX / 2);
    (void)EVP_EncodeBlock((unsigned char *)out, p, (int)n);
}

void hex_encode(const uint8_t *p, size_t n, char *out)
{
    static const char digit[] = "0123456789abcdef";
    size_t i;

    for (i = 0; i < n; i++) {
        out[2 * i] = digit[p[i] >> 4];
        out[2 * i + 1] = digit[p[i] & 15];
    }
    out[2 * n] = '\0';
}

/* Value of a hex digit and 1, so that 0 is no digit. */
static const uint8_t nibble[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

bool hex_decode(const char *s, size_t n, uint8_t *out)
{
    size_t i;

    if (n % 2)
        return false;
    for (i = 0; i < n; i += 2) {
        unsigned hi = nibble[(uint8_t)s[i]], lo = nibble[(uint8_t)s[i + 1]];

        if (!hi || !lo)
            return false;
        out[i / 2] = (uint8_t)((hi - 1) << 4 | (lo - 1));
    }
    return true;
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void base32_encode(const uint8_t *p, size_t chars, char *out)
{
    size_t i;

    for (i = 0; i < chars; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)p[bit / 8] << 8;
        if (bit % 8 > 3)
            two |= p[bit / 8 + 1];
        out[i] = crockford[two >> (11 - bit % 8) & 31];
    }
    out[chars] = '\0';
}

bool base32_normalise(const char *s, char *out, size_t out_size)
{
    size_t n = 0;

    for (; *s; s++) {
        char c = *s;
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == 'O')
            c = '0';
        else if (c == 'I' || c == 'L')
            c = '1';
        if (!strchr(crockford, c) || n + 1 >= out_size)
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return n > 0;
}

bool ct_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
