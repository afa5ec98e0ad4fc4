/* One-time codes over OpenSSL's HMAC.  Any thread. */
#include "common/base/totp.h"

#include <assert.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "common/base/digest.h"

#define SHA1_BYTES 20

void totp_code(const void *secret, size_t n, int64_t step, int digits,
               char out[TOTP_DIGITS_MAX + 1])
{
    uint8_t counter[8], mac[SHA1_BYTES];
    unsigned size = sizeof mac, at;
    const unsigned char *made;
    uint32_t v;

    assert(n <= INT_MAX && digits > 0 && digits <= TOTP_DIGITS_MAX);
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    made = HMAC(EVP_sha1(), secret, (int)n, counter, sizeof counter, mac, &size);
    assert(made && size == SHA1_BYTES);
    (void)made;
    at = mac[SHA1_BYTES - 1] & 15; /* dynamic truncation, RFC 4226 section 5.3 */
    v = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
        (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    for (int i = digits; i-- > 0; v /= 10)
        out[i] = (char)('0' + v % 10);
    out[digits] = '\0';
    OPENSSL_cleanse(mac, sizeof mac);
}

int64_t totp_match(const void *secret, size_t n, const char *typed, int64_t now_s)
{
    int64_t now = now_s / TOTP_STEP_S, found = -1;
    char code[TOTP_DIGITS_MAX + 1];

    if (strlen(typed) != TOTP_DIGITS)
        return -1;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        totp_code(secret, n, step, TOTP_DIGITS, code);
        if (ct_equal(code, typed, TOTP_DIGITS))
            found = step;
    }
    OPENSSL_cleanse(code, sizeof code);
    return found;
}

void totp_base32(const uint8_t *p, size_t n, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    assert(n % 5 == 0);
    for (; n; n -= 5, p += 5) {
        uint64_t v = (uint64_t)p[0] << 32 | (uint64_t)p[1] << 24 | (uint64_t)p[2] << 16 |
                     (uint64_t)p[3] << 8 | p[4];

        for (int bit = 35; bit >= 0; bit -= 5)
            *out++ = letters[v >> bit & 31];
    }
    *out = '\0';
}
