/* SHA-256 over OpenSSL, hex, base 32.  Any thread. */
#include "common/base/digest.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

void sha256(const void *p, size_t n, uint8_t out[SHA256_BYTES])
{
    /* The one-shot form needs no fetch, which OpenSSL 3 makes slow. */
    (void)SHA256(p ? p : "", n, out);
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

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(const char *s, size_t n, uint8_t *out)
{
    size_t i;

    if (n % 2)
        return false;
    for (i = 0; i < n; i += 2) {
        int hi = nibble(s[i]), lo = nibble(s[i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        out[i / 2] = (uint8_t)(hi << 4 | lo);
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
