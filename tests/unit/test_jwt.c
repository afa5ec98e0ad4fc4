/* common/base/jwt: which ID tokens are believed.  Keys are made here and sign here, so that each
 * lie is told with a fine signature.  Owns what each test makes; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "common/base/jwt.h"

#define NOW    1795000000
#define ISSUER "https://id.example.gov.vn/realms/staff"
#define CLAIMS                                                                                     \
    "\"iss\":\"" ISSUER "\",\"aud\":\"motcua\",\"sub\":\"7\",\"nonce\":\"n0nce\","                 \
    "\"exp\":1795000300,\"iat\":1795000000,\"preferred_username\":\"minh.congsan\""

static EVP_PKEY *rsa, *other, *ec;
static json_t *keys;

static json_t *number_of(const EVP_PKEY *key, const char *name)
{
    BIGNUM *n = NULL;
    unsigned char bytes[512];
    char text[BASE64URL_CHARS(sizeof bytes)];
    int len;

    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
    len = BN_bn2bin(n, bytes);
    BN_free(n);
    base64url_encode(bytes, (size_t)len, text);
    return json_string(text);
}

static void publish(json_t *list, const EVP_PKEY *key, const char *kid, const char *kty)
{
    json_t *j = json_pack("{s:s,s:s,s:s}", "kid", kid, "kty", kty, "use", "sig");

    if (strcmp(kty, "RSA") == 0) {
        json_object_set_new(j, "n", number_of(key, OSSL_PKEY_PARAM_RSA_N));
        json_object_set_new(j, "e", number_of(key, OSSL_PKEY_PARAM_RSA_E));
    } else {
        json_object_set_new(j, "crv", json_string("P-256"));
        json_object_set_new(j, "x", number_of(key, OSSL_PKEY_PARAM_EC_PUB_X));
        json_object_set_new(j, "y", number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y));
    }
    json_array_append_new(list, j);
}

static int make_keys(void **state)
{
    json_t *list = json_array();

    (void)state;
    rsa = EVP_RSA_gen(2048);
    other = EVP_RSA_gen(2048);
    ec = EVP_EC_gen("P-256");
    publish(list, rsa, "one", "RSA");
    publish(list, ec, "two", "EC");
    keys = json_pack("{s:o}", "keys", list);
    return rsa && other && ec && keys ? 0 : -1;
}

static int drop_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(other);
    EVP_PKEY_free(ec);
    json_decref(keys);
    return 0;
}

/* header.claims.signature; alg as the header says, signed as `how` says. */
static const char *token_of(const char *head, const char *claims, EVP_PKEY *key, const char *how)
{
    static char out[JWT_MAX * 2];
    unsigned char sig[512];
    size_t n = sizeof sig, at;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pc = NULL;
    char json[2048];

    (void)snprintf(json, sizeof json, "{%s}", head);
    base64url_encode((const uint8_t *)json, strlen(json), out);
    strcat(out, ".");
    (void)snprintf(json, sizeof json, "{%s}", claims);
    base64url_encode((const uint8_t *)json, strlen(json), out + strlen(out));
    at = strlen(out);
    assert_int_equal(EVP_DigestSignInit(c, &pc, EVP_sha256(), NULL, key), 1);
    if (strcmp(how, "PS256") == 0) {
        EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(pc, RSA_PSS_SALTLEN_DIGEST);
    }
    assert_int_equal(EVP_DigestSign(c, sig, &n, (const unsigned char *)out, at), 1);
    EVP_MD_CTX_free(c);
    if (strcmp(how, "ES256") == 0) { /* r and s side by side, not DER */
        const unsigned char *p = sig;
        ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)n);

        BN_bn2binpad(ECDSA_SIG_get0_r(s), sig, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(s), sig + 32, 32);
        ECDSA_SIG_free(s);
        n = 64;
    }
    strcat(out, ".");
    base64url_encode(sig, n, out + strlen(out));
    return out;
}

static enum jwt_fault check(const char *token)
{
    const struct jwt_want want = {ISSUER, "motcua", "n0nce", "preferred_username", NOW};
    char login[65];
    enum jwt_fault f = jwt_check(span_of(token), keys, &want, login, sizeof login);

    if (f == JWT_FINE)
        assert_string_equal(login, "minh.congsan");
    return f;
}

#define EXPECT(token, fault)                                                                       \
    assert_string_equal(jwt_fault_word(check(token)), jwt_fault_word(JWT_##fault))

static void three_algorithms_are_believed(void **state)
{
    (void)state;
    EXPECT(token_of("\"alg\":\"RS256\",\"kid\":\"one\"", CLAIMS, rsa, "RS256"), FINE);
    EXPECT(token_of("\"alg\":\"PS256\",\"kid\":\"one\"", CLAIMS, rsa, "PS256"), FINE);
    EXPECT(token_of("\"alg\":\"ES256\",\"kid\":\"two\"", CLAIMS, ec, "ES256"), FINE);
    EXPECT(token_of("\"alg\":\"RS256\"", CLAIMS, rsa, "RS256"),
           FINE); /* the only key of its kind */
    EXPECT(token_of("\"alg\":\"PS256\",\"kid\":\"one\"", CLAIMS, rsa, "RS256"), SIGNATURE);
    EXPECT(token_of("\"alg\":\"RS256\",\"kid\":\"one\"", CLAIMS, rsa, "PS256"), SIGNATURE);
}

static void nothing_else_is(void **state)
{
    static const char *const bad[] = {"none",  "None",  "HS256", "RS1",
                                      "RS384", "ES384", "rs256", ""};
    char head[128], *dot;
    const char *t;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(head, sizeof head, "\"alg\":\"%s\",\"kid\":\"one\"", bad[i]);
        EXPECT(token_of(head, CLAIMS, rsa, "RS256"), ALGORITHM);
    }
    EXPECT(token_of("\"kid\":\"one\"", CLAIMS, rsa, "RS256"), ALGORITHM);
    EXPECT(token_of("\"alg\":\"RS256\",\"kid\":\"one\",\"crit\":[\"exp\"]", CLAIMS, rsa, "RS256"),
           ALGORITHM);
    t = token_of("\"alg\":\"none\"", CLAIMS, rsa, "RS256");
    dot = strrchr(t, '.');
    dot[1] = '\0'; /* as the attack has it: no signature at all */
    EXPECT(t, ALGORITHM);
    t = token_of("\"alg\":\"RS256\",\"kid\":\"one\"", CLAIMS, rsa, "RS256");
    strrchr(t, '.')[1] = '\0';
    EXPECT(t, SIGNATURE);
}

static void only_by_the_providers_key(void **state)
{
    char *at;
    const char *t;

    (void)state;
    EXPECT(token_of("\"alg\":\"RS256\",\"kid\":\"one\"", CLAIMS, other, "RS256"), SIGNATURE);
    EXPECT(token_of("\"alg\":\"RS256\",\"kid\":\"three\"", CLAIMS, rsa, "RS256"), KEY);
    EXPECT(token_of("\"alg\":\"ES256\",\"kid\":\"one\"", CLAIMS, ec, "ES256"), KEY); /* of RSA */
    EXPECT(token_of("\"alg\":\"RS256\",\"kid\":\"two\"", CLAIMS, rsa, "RS256"), KEY);
    t = token_of("\"alg\":\"RS256\",\"kid\":\"one\"", CLAIMS, rsa, "RS256");
    at = strchr(t, '.') + 40; /* one letter of the claims */
    *at = *at == 'A' ? 'B' : 'A';
    EXPECT(t, SIGNATURE);
    t = token_of("\"alg\":\"ES256\",\"kid\":\"two\"", CLAIMS, ec, "DER");
    EXPECT(t, SIGNATURE);
}

/* The same claims with one of them another. */
static const char *lie(const char *was, const char *is)
{
    static char claims[1024];
    const char *at = strstr(CLAIMS, was);

    assert_non_null(at);
    (void)snprintf(claims, sizeof claims, "%.*s%s%s", (int)(at - CLAIMS), CLAIMS, is,
                   at + strlen(was));
    return token_of("\"alg\":\"RS256\",\"kid\":\"one\"", claims, rsa, "RS256");
}

static void every_claim_must_fit(void **state)
{
    (void)state;
    EXPECT(lie(ISSUER, "https://id.example.gov.vn/realms/stafi"), ISSUER);
    EXPECT(lie("\"iss\":\"" ISSUER "\",", ""), ISSUER);
    EXPECT(lie("\"aud\":\"motcua\"", "\"aud\":\"other\""), AUDIENCE);
    EXPECT(lie("\"aud\":\"motcua\"", "\"aud\":[\"motcua\"]"), FINE);
    EXPECT(lie("\"aud\":\"motcua\"", "\"aud\":[\"a\",\"b\"]"), AUDIENCE);
    EXPECT(lie("\"aud\":\"motcua\"", "\"aud\":[\"a\",\"motcua\"]"),
           AUDIENCE); /* asked for by whom? */
    EXPECT(lie("\"aud\":\"motcua\"", "\"aud\":[\"a\",\"motcua\"],\"azp\":\"motcua\""), FINE);
    EXPECT(lie("\"aud\":\"motcua\"", "\"aud\":\"motcua\",\"azp\":\"other\""), AUDIENCE);
    EXPECT(lie("n0nce", "n0ncf"), NONCE);
    EXPECT(lie("\"nonce\":\"n0nce\",", ""), NONCE);
    EXPECT(lie("1795000300", "1794999941"), FINE); /* a minute of skew */
    EXPECT(lie("1795000300", "1794999940"), TIME);
    EXPECT(lie("\"exp\":1795000300,", ""), TIME);
    EXPECT(lie("\"exp\":1795000300", "\"exp\":\"1795000300\""), TIME);
    EXPECT(lie("\"iat\":1795000000", "\"iat\":1795000060"), FINE);
    EXPECT(lie("\"iat\":1795000000", "\"iat\":1795000061"), TIME);
    EXPECT(lie("\"iat\":1795000000", "\"iat\":1795000000,\"nbf\":1795000061"), TIME);
    EXPECT(lie("preferred_username", "email"), CLAIM);
    EXPECT(lie("\"minh.congsan\"", "\"\""), CLAIM);
    EXPECT(lie("\"minh.congsan\"", "7"), CLAIM);
}

static void what_is_no_token_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      "a.b",
                                      "a.b.c",
                                      "e30.e30",
                                      "e30.e30.e30.e30",
                                      "e30=.e30.",
                                      "W10.e30.AAAA",
                                      "e30.W10.AAAA"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_not_equal(check(bad[i]), JWT_FINE);
}

static void base_64_of_addresses(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff\xfe", "-__-"}};
    char text[16];
    uint8_t back[16];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        base64url_encode((const uint8_t *)pairs[i][0], strlen(pairs[i][0]), text);
        assert_string_equal(text, pairs[i][1]);
        assert_true(base64url_decode(span_of(pairs[i][1]), back, sizeof back, &n));
        assert_int_equal(n, strlen(pairs[i][0]));
        assert_memory_equal(back, pairs[i][0], n);
    }
    assert_false(
        base64url_decode(SPAN_LIT("Zh"), back, sizeof back, &n)); /* bits that say nothing */
    assert_false(base64url_decode(SPAN_LIT("Z"), back, sizeof back, &n));
    assert_false(base64url_decode(SPAN_LIT("Zg=="), back, sizeof back, &n));
    assert_false(base64url_decode(SPAN_LIT("Zm9v"), back, 2, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_algorithms_are_believed), cmocka_unit_test(nothing_else_is),
        cmocka_unit_test(only_by_the_providers_key),     cmocka_unit_test(every_claim_must_fit),
        cmocka_unit_test(what_is_no_token_is_refused),   cmocka_unit_test(base_64_of_addresses),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
