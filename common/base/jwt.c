/* ID tokens over OpenSSL and jansson.  A token's own header chooses nothing but which of the known
 * keys and of the three algorithms it claims; the key's kind must fit.  Any thread. */
#include "common/base/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/json_in.h"

#define PART_MAX     (JWT_MAX * 3 / 4)
#define NUMBER_MAX   1024 /* bytes of a modulus: 8192 bits */
#define RSA_BITS_MIN 2048
#define P256_BYTES   32

const char *jwt_fault_word(enum jwt_fault f)
{
    static const char *const words[] = {
#define J(name, word) word,
        JWT_FAULTS(J)
#undef J
    };

    return words[f];
}

/* ---- base 64 of addresses */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_encode(const uint8_t *p, size_t n, char *out)
{
    uint32_t bits = 0;
    int have = 0;

    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (have += 8; have >= 6; have -= 6)
            *out++ = letters[bits >> (have - 6) & 63];
    }
    if (have)
        *out++ = letters[bits << (6 - have) & 63];
    *out = '\0';
}

bool base64url_decode(struct span s, uint8_t *out, size_t size, size_t *ret_n)
{
    uint32_t bits = 0;
    size_t n = 0;
    int have = 0;

    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] ? strchr(letters, s.p[i]) : NULL;

        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - letters);
        have += 6;
        if (have >= 8) {
            have -= 8;
            if (n == size)
                return false;
            out[n++] = (uint8_t)(bits >> have);
        }
    }
    *ret_n = n;
    return have < 6 && (bits & ((1u << have) - 1)) == 0;
}

/* ---- keys */

static BIGNUM *number(const json_t *jwk, const char *name)
{
    const char *text = json_string_value(json_object_get(jwk, name));
    uint8_t bytes[NUMBER_MAX];
    size_t n;

    if (!text || !base64url_decode(span_of(text), bytes, sizeof bytes, &n) || n == 0)
        return NULL;
    return BN_bin2bn(bytes, (int)n, NULL);
}

static EVP_PKEY *key_of(const char *kind, OSSL_PARAM_BLD *b)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    EVP_PKEY *key = NULL;

    if (params && c && EVP_PKEY_fromdata_init(c) == 1 &&
        EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(c);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *rsa_key(const json_t *jwk)
{
    BIGNUM *n = number(jwk, "n"), *e = number(jwk, "e");
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (n && e && b && BN_num_bits(n) >= RSA_BITS_MIN && BN_is_odd(e) && !BN_is_one(e) &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = key_of("RSA", b);
    OSSL_PARAM_BLD_free(b);
    BN_free(n);
    BN_free(e);
    return key;
}

static EVP_PKEY *p256_key(const json_t *jwk)
{
    const char *curve = json_string_value(json_object_get(jwk, "crv"));
    BIGNUM *x = number(jwk, "x"), *y = number(jwk, "y");
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    uint8_t point[1 + 2 * P256_BYTES] = {4}; /* uncompressed */
    EVP_PKEY *key = NULL;

    if (curve && strcmp(curve, "P-256") == 0 && x && y && b &&
        BN_bn2binpad(x, point + 1, P256_BYTES) == P256_BYTES &&
        BN_bn2binpad(y, point + 1 + P256_BYTES, P256_BYTES) == P256_BYTES &&
        OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
        key = key_of("EC", b); /* a point that is not on the curve is refused */
    OSSL_PARAM_BLD_free(b);
    BN_free(x);
    BN_free(y);
    return key;
}

/* ---- signatures */

enum algorithm { RS256, PS256, ES256, ALGORITHMS };
static const struct {
    const char *name, *kind;
    EVP_PKEY *(*key)(const json_t *jwk);
} algorithms[ALGORITHMS] = {
    {"RS256", "RSA", rsa_key}, {"PS256", "RSA", rsa_key}, {"ES256", "EC", p256_key}};

/* The one key for it: named by kid, or without a name the only one of its kind. */
static const json_t *key_for(const json_t *keys, enum algorithm a, const char *kid)
{
    const json_t *list = json_object_get(keys, "keys"), *jwk, *found = NULL;
    size_t i;

    json_array_foreach(list, i, jwk)
    {
        const char *kty = json_string_value(json_object_get(jwk, "kty"));
        const char *use = json_string_value(json_object_get(jwk, "use"));
        const char *alg = json_string_value(json_object_get(jwk, "alg"));
        const char *its = json_string_value(json_object_get(jwk, "kid"));

        if (!kty || strcmp(kty, algorithms[a].kind) != 0 || (use && strcmp(use, "sig") != 0) ||
            (alg && strcmp(alg, algorithms[a].name) != 0) ||
            (kid && (!its || strcmp(its, kid) != 0)))
            continue;
        if (found)
            return NULL; /* two of that name, or no name and two to choose from */
        found = jwk;
    }
    return found;
}

/* r and s side by side, as DER; the caller frees. */
static unsigned char *der_of(const uint8_t *sig, size_t n, size_t *ret_n)
{
    ECDSA_SIG *s = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(sig, P256_BYTES, NULL), *v = BN_bin2bn(sig + n / 2, P256_BYTES, NULL);
    unsigned char *der = NULL;
    int len = -1;

    if (s && r && v && ECDSA_SIG_set0(s, r, v) == 1)
        len = i2d_ECDSA_SIG(s, &der);
    else {
        BN_free(r);
        BN_free(v);
    }
    ECDSA_SIG_free(s);
    *ret_n = len > 0 ? (size_t)len : 0;
    return der;
}

static bool signature_fits(EVP_PKEY *key, enum algorithm a, struct span text, const uint8_t *sig,
                           size_t n)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pc = NULL;
    unsigned char *der = NULL;
    bool ok = c && (a != ES256 || n == 2 * P256_BYTES);

    if (ok && a == ES256) {
        der = der_of(sig, n, &n);
        sig = der;
        ok = der != NULL;
    }
    ok = ok && EVP_DigestVerifyInit(c, &pc, EVP_sha256(), NULL, key) == 1;
    if (ok && a == PS256)
        ok = EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(pc, RSA_PSS_SALTLEN_DIGEST) == 1;
    ok = ok && EVP_DigestVerify(c, sig, n, (const unsigned char *)text.p, text.n) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(c);
    return ok;
}

/* ---- the token */

static json_t *part_of(struct span s)
{
    uint8_t bytes[PART_MAX];
    struct json_fault fault;
    size_t n;
    json_t *j;

    if (!base64url_decode(s, bytes, sizeof bytes, &n))
        return NULL;
    j = json_read((struct span){(const char *)bytes, n}, &fault);
    if (json_is_object(j))
        return j;
    json_decref(j);
    return NULL;
}

static enum jwt_fault check_signature(struct span text, struct span sig, const json_t *head,
                                      const json_t *keys)
{
    const char *alg = json_string_value(json_object_get(head, "alg"));
    enum algorithm a = RS256;
    uint8_t bytes[NUMBER_MAX];
    const json_t *jwk;
    EVP_PKEY *key;
    size_t n;
    bool ok;

    while (a < ALGORITHMS && (!alg || strcmp(alg, algorithms[a].name) != 0))
        a++;
    if (a == ALGORITHMS || json_object_get(head, "crit"))
        return JWT_ALGORITHM;
    jwk = key_for(keys, a, json_string_value(json_object_get(head, "kid")));
    key = jwk ? algorithms[a].key(jwk) : NULL;
    if (!key)
        return JWT_KEY;
    ok = base64url_decode(sig, bytes, sizeof bytes, &n) && signature_fits(key, a, text, bytes, n);
    EVP_PKEY_free(key);
    return ok ? JWT_FINE : JWT_SIGNATURE;
}

static bool text_is(const json_t *j, const char *want)
{
    const char *s = json_string_value(j);

    return s && strcmp(s, want) == 0;
}

/* For us; and when for others too, asked for by us. */
static bool audience_fits(const json_t *claims, const char *want)
{
    const json_t *aud = json_object_get(claims, "aud"), *one;
    const json_t *azp = json_object_get(claims, "azp");
    bool found = text_is(aud, want);
    size_t i;

    json_array_foreach(aud, i, one) found = found || text_is(one, want);
    return found && (azp || json_array_size(aud) > 1 ? text_is(azp, want) : true);
}

static bool time_fits(const json_t *claims, int64_t now)
{
    const json_t *exp = json_object_get(claims, "exp"), *iat = json_object_get(claims, "iat");
    const json_t *nbf = json_object_get(claims, "nbf");

    return json_is_integer(exp) && json_is_integer(iat) &&
           json_integer_value(exp) > now - JWT_SKEW_S &&
           json_integer_value(iat) <= now + JWT_SKEW_S &&
           (!nbf || (json_is_integer(nbf) && json_integer_value(nbf) <= now + JWT_SKEW_S));
}

static enum jwt_fault check_claims(const json_t *claims, const struct jwt_want *w, char *ret_claim,
                                   size_t size)
{
    const char *nonce = json_string_value(json_object_get(claims, "nonce"));
    const char *claim = json_string_value(json_object_get(claims, w->claim));
    size_t n = strlen(w->nonce);

    if (!text_is(json_object_get(claims, "iss"), w->issuer))
        return JWT_ISSUER;
    if (!audience_fits(claims, w->audience))
        return JWT_AUDIENCE;
    if (!time_fits(claims, w->now_s))
        return JWT_TIME;
    if (!nonce || strlen(nonce) != n || !ct_equal(nonce, w->nonce, n))
        return JWT_NONCE;
    if (!claim || !*claim || strlen(claim) >= size)
        return JWT_CLAIM;
    memcpy(ret_claim, claim, strlen(claim) + 1);
    return JWT_FINE;
}

enum jwt_fault jwt_check(struct span token, const json_t *keys, const struct jwt_want *want,
                         char *ret_claim, size_t size)
{
    struct span head, body, rest, text;
    json_t *h, *claims;
    enum jwt_fault f;

    if (token.n > JWT_MAX || !span_cut(token, '.', &head, &rest) ||
        !span_cut(rest, '.', &body, &rest) || memchr(rest.p, '.', rest.n))
        return JWT_MALFORMED;
    text = (struct span){token.p, head.n + 1 + body.n};
    h = part_of(head);
    f = h ? check_signature(text, rest, h, keys) : JWT_MALFORMED;
    json_decref(h);
    if (f != JWT_FINE)
        return f;
    claims = part_of(body);
    f = claims ? check_claims(claims, want, ret_claim, size) : JWT_MALFORMED;
    json_decref(claims);
    return f;
}
