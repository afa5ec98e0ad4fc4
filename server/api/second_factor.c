/* One's own second factor: a secret is made and shown (as QR and as text), counts from the first
 * right code on, comes with recovery codes that are shown once; switched off with password and
 * code.  The worker's thread. */
#include "server/api/factor.h"
#include "server/api/hashing.h"
#include "server/api/own_proof.h"
#include "server/api/session.h"
#include "server/print/print.h"

#include <openssl/crypto.h>

#define RECOVERY_GROUP 4 /* signs between hyphens */

struct factor_in {
    const char *password, *code;
};

static void none_here(struct req *rq)
{
    reply_detail(rq, ERR_NOT_IMPLEMENTED,
                 "Máy chủ chưa có session.second_factor_key_file nên chưa bật được mã xác thực.",
                 "One-time codes need session.second_factor_key_file on the server.");
}

/* ---- offering a secret */

struct offer {
    struct own_proof proof;
    uint8_t secret[TOTP_SECRET_BYTES];
};

/* otpauth://totp/ISSUER:LOGIN?secret=…, as authenticator apps read it (SHA-1, six digits, 30 s are
 * what they take for granted); the issuer is "Một cửa". */
#define ISSUER "M%E1%BB%99t%20c%E1%BB%ADa"

static void offer_json(struct req *rq, const struct offer *o, struct buf *b)
{
    char text[TOTP_BASE32_CHARS(TOTP_SECRET_BYTES)];
    const char *uri;
    struct buf svg;
    struct jw w = jw_to(b);

    totp_base32(o->secret, sizeof o->secret, text);
    uri = arena_printf(rq->arena, "otpauth://totp/%s:%s?secret=%s&issuer=%s", ISSUER,
                       rq->user.login, text, ISSUER);
    buf_init(&svg, (size_t)256 << 10);
    jw_open(&w);
    jw_kstr(&w, "secret", text);
    jw_kstr(&w, "uri", uri);
    if (print_code_svg(true, rq->arena, uri, &svg)) /* a login has 64 signs at most: it fits */
        jw_kspan(&w, "qr", (struct span){svg.p, svg.n});
    jw_close(&w);
    OPENSSL_cleanse(svg.p, svg.n);
    buf_free(&svg);
    OPENSSL_cleanse(text, sizeof text);
}

static void offered(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct offer *o;
    struct buf *b;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    o = rq->mine;
    if (e == ERR_OK) {
        b = reply_buf(rq);
        offer_json(rq, o, b);
        OPENSSL_cleanse(o->secret, sizeof o->secret);
        reply_json(rq, 201, (struct span){b->p, b->n}, -1);
        return;
    }
    OPENSSL_cleanse(o->secret, sizeof o->secret);
    if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Mã xác thực đang bật; muốn đổi máy thì tắt rồi bật lại.",
                     "One-time codes are on; to change the device switch them off and on again.");
    else
        reply_problem(rq, e);
}

static enum flow make_offer(struct req *rq)
{
    struct offer *o = rq->mine;
    uint8_t sealed[FACTOR_SEALED_N];

    random_bytes(o->secret, sizeof o->secret);
    factor_seal(rq, rq->user.user, o->secret, sealed);
    rq->wait = WAIT_STORE;
    store_factor_offer(rq->api->store, rq->user.user,
                       (struct span){(const char *)sealed, sizeof sealed}, offered, rq);
    return FLOW_WAIT;
}

static step_fn *const offer_steps[] = {OWN_PROOF_STEPS, make_offer, NULL};

static void offer(struct req *rq)
{
    struct offer *o = ARENA_NEW(rq->arena, struct offer);

    if (!factor_possible(rq)) {
        none_here(rq);
        return;
    }
    o->proof.password = ((const struct factor_in *)rq->body)->password;
    o->proof.password_at = "/password";
    own_proof_flow(rq, &o->proof, offer_steps);
}

/* ---- switching on */

struct switching {
    struct own_proof proof;
    char code[RECOVERY_CODES][RECOVERY_CHARS + 1];
};

static void switched_on(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct switching *k;
    struct buf *b;
    struct jw w;

    (void)json;
    (void)version;
    if (!req_came(rq, e))
        return;
    k = rq->mine;
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_key(&w, "codes");
    jw_list(&w);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        const char *c = k->code[i];

        jw_str(&w, arena_printf(rq->arena, "%.4s-%.4s-%.4s-%.4s", c, c + RECOVERY_GROUP,
                                c + 2 * RECOVERY_GROUP, c + 3 * RECOVERY_GROUP));
    }
    jw_end(&w);
    jw_close(&w);
    OPENSSL_cleanse(k->code, sizeof k->code);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

/* The step of the code that was typed, for the secret that is offered; false after answering. */
static bool proved(struct req *rq, int64_t *ret_step)
{
    const struct switching *k = rq->mine;
    uint8_t secret[TOTP_SECRET_BYTES];

    if (k->proof.user->factor_on != INSTANT_NONE ||
        !factor_open(rq, rq->user.user, k->proof.user->sealed, secret)) {
        reply_detail(rq, ERR_CONFLICT, "Chưa có bí mật nào chờ bật; hãy bắt đầu lại.",
                     "No secret waits to be switched on; begin again.");
        return false;
    }
    *ret_step = totp_match(secret, sizeof secret, k->proof.code, clock_now() / 1000000);
    OPENSSL_cleanse(secret, sizeof secret);
    if (*ret_step >= 0)
        return true;
    own_proof_refuse(
        rq, "/code", "wrong",
        (struct text2){"mã không đúng; xem lại đồng hồ của điện thoại rồi nhập mã mới nhất",
                       "the code is wrong; look at the telephone's clock and type the "
                       "newest one"});
    return false;
}

static enum flow switch_on(struct req *rq)
{
    struct switching *k = rq->mine;
    uint8_t random[RECOVERY_CHARS * 5 / 8], digest[RECOVERY_CODES][SHA256_BYTES];
    int64_t step;

    if (!proved(rq, &step))
        return FLOW_DONE;
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        random_bytes(random, sizeof random);
        base32_encode(random, RECOVERY_CHARS, k->code[i]);
        factor_recovery(rq, rq->user.user, k->code[i], digest[i]);
    }
    OPENSSL_cleanse(random, sizeof random);
    (void)req_held(rq);
    store_factor_on(rq->api->store, rq->user.user, k->proof.user->sealed, step, digest,
                    rq->token_hash, http_peer(rq->http), switched_on, rq);
    return FLOW_WAIT;
}

/* Who made the secret a moment ago has given the password for it: guessing codes of it is worth
 * nothing. */
static step_fn *const on_steps[] = {own_proof_find, switch_on, NULL};

static void on(struct req *rq)
{
    struct switching *k = ARENA_NEW(rq->arena, struct switching);

    k->proof.code = ((const struct factor_in *)rq->body)->code;
    rq->mine = k;
    req_flow(rq, on_steps);
}

/* ---- switching off */

static void switched_off(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_OK)
        reply_empty(rq, 204, NULL, 0);
    else if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Mã xác thực chưa bật.", "One-time codes are not on.");
    else
        reply_problem(rq, e);
}

static enum flow switch_off(struct req *rq)
{
    const struct factor_off f = {.by = rq->user.user,
                                 .login = rq->user.login,
                                 .keep = rq->token_hash,
                                 .peer = http_peer(rq->http)};

    (void)req_held(rq);
    store_factor_off(rq->api->store, &f, switched_off, rq);
    return FLOW_WAIT;
}

static step_fn *const off_steps[] = {OWN_PROOF_STEPS, switch_off, NULL};

static void off(struct req *rq)
{
    const struct factor_in *in = rq->body;
    struct own_proof *p = ARENA_NEW(rq->arena, struct own_proof);

    *p = (struct own_proof){
        .password = in->password, .password_at = "/password", .code = in->code, .code_at = "/code"};
    own_proof_flow(rq, p, off_steps);
}

/* ---- tables */

#define BIND_PASSWORD                                                                              \
    BIND(struct factor_in, SECRET, password, BIND_REQUIRED, 1, PASSWORD_MAX, "mật khẩu đang dùng", \
         "present password")
#define BIND_CODE(vi, en) BIND(struct factor_in, SECRET, code, BIND_REQUIRED, 1, CODE_MAX, vi, en)

static const struct bind_key offer_keys[] = {BIND_PASSWORD};
static const struct bind_shape offer_shape =
    BIND_SHAPE("SecondFactorOffer", struct factor_in, offer_keys);
static const struct bind_key on_keys[] = {
    BIND_CODE("6 chữ số mà ứng dụng đang hiện", "the six digits that the app shows now"),
};
static const struct bind_shape on_shape = BIND_SHAPE("SecondFactorOn", struct factor_in, on_keys);
static const struct bind_key off_keys[] = {
    BIND_PASSWORD,
    BIND_CODE("6 chữ số của ứng dụng hoặc một mã dự phòng",
              "six digits of the app, or a recovery code"),
};
static const struct bind_shape off_shape =
    BIND_SHAPE("SecondFactorOff", struct factor_in, off_keys);

static const struct answer_key secret_keys[] = {
    A_WORD("secret", 0, "bí mật, base 32, để gõ vào ứng dụng", "the secret, base 32, to be typed"),
    A_TEXT("uri", 0, "cùng nội dung, otpauth://", "the same as otpauth://"),
    A_TEXT("qr", ANSWER_MAYBE, "mã QR của uri, SVG", "QR code of the uri, SVG"),
};
static const struct answer_shape secret_shape = A_SHAPE("SecondFactorSecret", secret_keys);
static const struct answer_key codes_keys[] = {
    A_TEXTS("codes", 0, "mã dự phòng, mỗi mã dùng một lần, chỉ hiện lần này",
            "recovery codes, each for one use, told only here"),
};
static const struct answer_shape codes_shape = A_SHAPE("RecoveryCodes", codes_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/session/second-factor",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_FIRST,
     .lane = LANE_ACT,
     .handle = offer,
     .body = &offer_shape,
     .body_max = 2048,
     .answer = &secret_shape,
     .status = 201,
     .summary = {"Tạo bí mật của mã xác thực, chưa bật",
                 "Make a secret for one-time codes, not yet on"}},
    {.method = HTTP_POST,
     .pattern = "/v1/session/second-factor/on",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_FIRST,
     .lane = LANE_ACT,
     .handle = on,
     .body = &on_shape,
     .body_max = 2048,
     .answer = &codes_shape,
     .summary = {"Bật mã xác thực bằng mã đầu tiên", "Switch one-time codes on by the first code"}},
    {.method = HTTP_POST,
     .pattern = "/v1/session/second-factor/off",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_FIRST,
     .lane = LANE_ACT,
     .handle = off,
     .body = &off_shape,
     .body_max = 2048,
     .summary = {"Tắt mã xác thực", "Switch one-time codes off"}},
};
ROUTE_TABLE(routes_second_factor, rows);
