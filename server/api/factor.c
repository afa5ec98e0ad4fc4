/* Secrets of one-time codes are sealed (whoever reads the database, a backup or a replica has no
 * codes) and bound to their account; recovery codes are only compared: keyed digests.  Plain
 * secrets live on the stack and are wiped.  The worker's thread. */
#include "server/api/factor.h"

#include <openssl/crypto.h>
#include <string.h>

#include "common/base/digest.h"

/* One key of the configuration, two uses. */
static void key_for(const struct req *rq, const char *use, uint8_t key[SHA256_BYTES])
{
    const char *text = rq->api->conf->factor_key;

    hmac_sha256(text, strlen(text), use, strlen(use), key);
}

bool factor_possible(const struct req *rq)
{
    return rq->api->conf->factor_key[0] != '\0';
}

bool factor_wanted(const struct req *rq)
{
    return !rq->user.by_provider && rq->user.factor_on == INSTANT_NONE &&
           (rq->user.roles & rq->api->conf->factor_roles);
}

void factor_seal(const struct req *rq, int64_t account, const uint8_t secret[TOTP_SECRET_BYTES],
                 uint8_t sealed[FACTOR_SEALED_N])
{
    uint8_t key[SHA256_BYTES], nonce[SEAL_NONCE_BYTES];

    key_for(rq, "motcua second factor", key);
    random_bytes(nonce, sizeof nonce);
    seal(key, nonce, &account, sizeof account, secret, TOTP_SECRET_BYTES, sealed);
    OPENSSL_cleanse(key, sizeof key);
}

bool factor_open(const struct req *rq, int64_t account, struct span sealed,
                 uint8_t secret[TOTP_SECRET_BYTES])
{
    uint8_t key[SHA256_BYTES];
    bool ok = sealed.n == FACTOR_SEALED_N && factor_possible(rq);

    if (ok) {
        key_for(rq, "motcua second factor", key);
        ok = unseal(key, &account, sizeof account, (const uint8_t *)sealed.p, secret,
                    TOTP_SECRET_BYTES);
        OPENSSL_cleanse(key, sizeof key);
    }
    if (!ok && sealed.n)
        log_event(LOG_L_ERROR, "second-factor-unreadable", LOG_INT("user", account));
    return ok;
}

void factor_recovery(const struct req *rq, int64_t account, const char *code,
                     uint8_t out[SHA256_BYTES])
{
    uint8_t key[SHA256_BYTES], in[sizeof account + RECOVERY_CHARS];

    key_for(rq, "motcua recovery codes", key);
    memcpy(in, &account, sizeof account);
    memcpy(in + sizeof account, code, RECOVERY_CHARS);
    hmac_sha256(key, sizeof key, in, sizeof in, out);
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(in, sizeof in);
}

struct checking {
    void (*told)(struct req *rq, bool right, int left);
    void *mine; /* of the handler, given back */
};

static void taken(void *owner, enum err e, struct span json, int64_t left)
{
    struct req *rq = owner;
    struct checking *k;

    (void)json;
    if (!req_back(rq))
        return;
    k = rq->mine;
    rq->mine = k->mine;
    if (e == ERR_OK || e == ERR_CODE_WRONG)
        k->told(rq, e == ERR_OK, (int)left);
    else
        reply_problem(rq, e);
}

/* Six digits without blanks; false: something else. */
static bool six_digits(const char *typed, char out[TOTP_DIGITS + 1])
{
    size_t n = 0;

    for (; *typed; typed++) {
        if (*typed == ' ')
            continue;
        if (*typed < '0' || *typed > '9' || n == TOTP_DIGITS)
            return false;
        out[n++] = *typed;
    }
    out[n] = '\0';
    return n == TOTP_DIGITS;
}

void factor_check(struct req *rq, int64_t account, struct span sealed, const char *typed,
                  void (*told)(struct req *rq, bool right, int left))
{
    struct checking *k = ARENA_NEW(rq->arena, struct checking);
    uint8_t secret[TOTP_SECRET_BYTES], digest[SHA256_BYTES];
    char digits[TOTP_DIGITS + 1], recovery[RECOVERY_CHARS + 1];
    int64_t step = -1;
    bool other = false;

    if (!factor_open(rq, account, sealed, secret)) {
        reply_detail(rq, ERR_INTERNAL,
                     "Máy chủ không mở được bí mật của mã xác thực; báo quản trị kỹ thuật xem "
                     "session.second_factor_key_file.",
                     "The secret of the codes cannot be opened; the technical administrator looks "
                     "at session.second_factor_key_file.");
        return;
    }
    if (six_digits(typed, digits)) {
        step = totp_match(secret, sizeof secret, digits, clock_now() / 1000000);
    } else if (base32_normalise(typed, recovery, sizeof recovery) &&
               strlen(recovery) == RECOVERY_CHARS) {
        factor_recovery(rq, account, recovery, digest);
        other = true;
    }
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(recovery, sizeof recovery);
    *k = (struct checking){told, rq->mine};
    rq->mine = k;
    rq->wait = WAIT_STORE;
    store_factor_take(rq->api->store, account, step, other ? digest : NULL, taken, rq);
}
