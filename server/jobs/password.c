/* Password hashing with argon2id.  Secrets are wiped after use.  Any thread. */
#include "server/jobs/password.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "common/base/utf8.h"
#include "server/core/worker.h"

#define MEMORY_KIB 19456u
#define PASSES     2u
#define LANES      1u
#define SALT_BYTES 16u
#define HASH_BYTES 32u
#define TEXT_BYTES ((size_t)8192)

/* Composed form in out; its length, or -1. */
static int compose(const char *password, char *out, size_t size)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct span s = span_of(password), nfc = SPAN_NONE;
    int n = -1;

    if (s.n <= TEXT_BYTES / 4 && utf8_valid(s))
        nfc = text_nfc(a, s);
    if (nfc.p && nfc.n < size) {
        memcpy(out, nfc.p, nfc.n);
        n = (int)nfc.n;
    }
    arena_free(a);
    return n;
}

bool password_hash(const char *password, char out[PASSWORD_HASH_MAX])
{
    unsigned char salt[SALT_BYTES];
    char text[TEXT_BYTES];
    int n = compose(password, text, sizeof text);
    bool ok;

    random_bytes(salt, sizeof salt);
    ok = n >= 0 &&
         argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, text, (size_t)n, salt, sizeof salt,
                               HASH_BYTES, out, PASSWORD_HASH_MAX) == ARGON2_OK;
    OPENSSL_cleanse(text, sizeof text);
    return ok;
}

/* A hash that no password has: 32 bytes of nothing in particular under a fixed salt. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$bW90Y3VhLW5vYm9keS0xNg$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_verify(const char *password, const char *encoded)
{
    char text[TEXT_BYTES];
    int n = compose(password, text, sizeof text);
    bool ok;

    ok = argon2id_verify(encoded ? encoded : nobody, text, n > 0 ? (size_t)n : 0) == ARGON2_OK;
    OPENSSL_cleanse(text, sizeof text);
    return ok && n >= 0 && encoded;
}

bool password_is_weak(const char *encoded)
{
    char want[64];

    (void)snprintf(want, sizeof want, "$argon2id$v=19$m=%u,t=%u,p=%u$", MEMORY_KIB, PASSES, LANES);
    return strncmp(encoded, want, strlen(want)) != 0;
}

/* Words that everybody tries first, as parts of longer ones too. */
static const char *const common_words[] = {
    "password",    "matkhau",      "12345678",     "87654321", "qwertyui", "abcdefgh",
    "11111111",    "00000000",     "iloveyou",     "admin123", "letmein",  "welcome1",
    "motcua123",   "123456789012", "aaaaaaaaaaaa", "anhyeuem", "emyeuanh", "vietnam123",
    "haiphong123", "asdfghjk",     "zxcvbnm,",     "1q2w3e4r",
};

bool password_acceptable(const char *password, const char *login, struct text2 *ret_why)
{
    size_t n = utf8_valid(span_of(password)) ? utf8_length(span_of(password)) : 0, i;
    char low[PASSWORD_MAX * 4 + 1];

    if (n < PASSWORD_MIN || n > PASSWORD_MAX) {
        *ret_why = (struct text2){"mật khẩu phải có từ 12 đến 128 ký tự",
                                  "a password must have 12 to 128 characters"};
        return false;
    }
    for (i = 0; password[i] && i < sizeof low - 1; i++)
        low[i] = (char)(password[i] >= 'A' && password[i] <= 'Z' ? password[i] + 32 : password[i]);
    low[i] = '\0';
    *ret_why = (struct text2){"mật khẩu quá dễ đoán", "the password is too easy to guess"};
    if (login && *login && strstr(low, login))
        return false;
    for (i = 0; i < sizeof common_words / sizeof *common_words; i++)
        if (strstr(low, common_words[i]))
            return false;
    return true;
}
