/* common/base: one-time codes against the vectors of RFC 6238, what is taken and what not, secrets
 * as text against those of RFC 4648; sealed secrets.  Owns nothing; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/digest.h"
#include "common/base/seal.h"
#include "common/base/totp.h"

#define SECRET "12345678901234567890" /* of the RFC: ASCII, 20 bytes */

/* RFC 6238 appendix B, the column of SHA-1; the time in seconds. */
static void the_vectors_of_rfc_6238(void **state)
{
    static const struct {
        int64_t s;
        const char *code;
    } vectors[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                   {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    char code[TOTP_DIGITS_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        totp_code(SECRET, TOTP_SECRET_BYTES, vectors[i].s / TOTP_STEP_S, 8, code);
        assert_string_equal(code, vectors[i].code);
        totp_code(SECRET, TOTP_SECRET_BYTES, vectors[i].s / TOTP_STEP_S, TOTP_DIGITS, code);
        assert_string_equal(code, vectors[i].code + 2);
    }
}

static void the_step_before_and_behind_is_taken_too(void **state)
{
    const int64_t now = 1111111111, step = now / TOTP_STEP_S;
    char code[TOTP_DIGITS_MAX + 1];

    (void)state;
    for (int64_t off = -3; off <= 3; off++) {
        totp_code(SECRET, TOTP_SECRET_BYTES, step + off, TOTP_DIGITS, code);
        assert_int_equal(totp_match(SECRET, TOTP_SECRET_BYTES, code, now),
                         off >= -1 && off <= 1 ? step + off : -1);
    }
    assert_int_equal(totp_match(SECRET, TOTP_SECRET_BYTES, "050471", now), step);
    assert_int_equal(totp_match("12345678901234567891", TOTP_SECRET_BYTES, "050471", now), -1);
    assert_int_equal(totp_match(SECRET, TOTP_SECRET_BYTES, "", now), -1);
    assert_int_equal(totp_match(SECRET, TOTP_SECRET_BYTES, "05047", now), -1);
    assert_int_equal(totp_match(SECRET, TOTP_SECRET_BYTES, "0504711", now), -1);
}

static void secrets_as_apps_read_them(void **state)
{
    char text[TOTP_BASE32_CHARS(TOTP_SECRET_BYTES)];

    (void)state;
    totp_base32((const uint8_t *)"fooba", 5, text); /* RFC 4648 section 10 */
    assert_string_equal(text, "MZXW6YTB");
    totp_base32((const uint8_t *)SECRET, TOTP_SECRET_BYTES, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

/* Test case 14 of McGrew and Viega's specification of GCM (as in NIST SP 800-38D's examples). */
static void sealing_is_aes_256_gcm(void **state)
{
    const uint8_t key[SEAL_KEY_BYTES] = {0}, nonce[SEAL_NONCE_BYTES] = {0}, plain[16] = {0};
    uint8_t sealed[SEALED_BYTES(16)];
    char hex[2 * sizeof sealed + 1];

    (void)state;
    seal(key, nonce, "", 0, plain, sizeof plain, sealed);
    hex_encode(sealed, sizeof sealed, hex);
    assert_string_equal(hex, "000000000000000000000000cea7403d4d606b6e074ec5d3baf39d18"
                             "d0d1c8a799996bf0265b98b5d48ab919");
}

static void what_is_sealed_opens_only_where_it_belongs(void **state)
{
    uint8_t key[SEAL_KEY_BYTES] = {1, 2, 3}, nonce[SEAL_NONCE_BYTES] = {4, 5};
    uint8_t sealed[SEALED_BYTES(TOTP_SECRET_BYTES)];
    char out[TOTP_SECRET_BYTES];

    (void)state;
    seal(key, nonce, "account 7", 9, SECRET, TOTP_SECRET_BYTES, sealed);
    assert_true(unseal(key, "account 7", 9, sealed, out, sizeof out));
    assert_memory_equal(out, SECRET, sizeof out);
    assert_false(unseal(key, "account 8", 9, sealed, out, sizeof out));
    assert_memory_not_equal(out, SECRET, sizeof out);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_false(unseal(key, "account 7", 9, sealed, out, sizeof out));
        sealed[i] ^= 1;
    }
    key[0] ^= 1;
    assert_false(unseal(key, "account 7", 9, sealed, out, sizeof out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_6238),
        cmocka_unit_test(the_step_before_and_behind_is_taken_too),
        cmocka_unit_test(secrets_as_apps_read_them),
        cmocka_unit_test(sealing_is_aes_256_gcm),
        cmocka_unit_test(what_is_sealed_opens_only_where_it_belongs),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
