/* Calls of machines without a session: who it is stands in a signature over the raw body, made
 * with a key that both sides hold.  Owns nothing.  The worker's thread. */
#include "server/api/signed.h"

#define WINDOW_S    300 /* how far their clock and ours may be apart */
#define SIGNED_MORE 256 /* beside the body */
#define SIGNS_MAX   4   /* signatures in one header, while a key is changed */
#define SECOND_US   INT64_C(1000000)

/* One of the signatures, "v1,BASE64", is ours; each is compared in constant time. */
static bool one_fits(struct span given, const char *ours)
{
    size_t n = strlen(ours);
    struct span one, rest = given;
    bool good = false;
    int i;

    for (i = 0; i < SIGNS_MAX && rest.n; i++) {
        (void)span_cut(rest, ' ', &one, &rest);
        if (one.n == n + 3 && memcmp(one.p, "v1,", 3) == 0)
            good = ct_equal(one.p + 3, ours, n) || good;
    }
    return good;
}

/* HMAC-SHA256 over "id.timestamp.body", as the Standard Webhooks convention says. */
static bool signed_by(struct req *rq, const char *secret, struct span id, struct span when)
{
    struct span body = http_body(rq->http);
    uint8_t mac[SHA256_BYTES];
    char ours[BASE64_CHARS(SHA256_BYTES)];
    struct buf b;
    bool good;

    buf_init(&b, body.n + SIGNED_MORE);
    buf_span(&b, id);
    buf_char(&b, '.');
    buf_span(&b, when);
    buf_char(&b, '.');
    buf_span(&b, body);
    good = buf_ok(&b);
    if (good) {
        hmac_sha256(secret, strlen(secret), b.p, b.n, mac);
        base64_encode(mac, sizeof mac, ours);
        good = one_fits(http_field(rq->http, "webhook-signature"), ours);
    }
    buf_free(&b);
    return good;
}

static bool refuse_call(struct req *rq, const char *audit, const char *why)
{
    struct buf b;
    struct jw w;

    buf_init(&b, 512);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "why", why);
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, audit, 0, http_peer(rq->http), buf_cstr(&b));
    buf_free(&b);
    reply_detail(rq, ERR_UNAUTHENTICATED, "Chữ ký hoặc thời điểm của lời gọi không hợp lệ.",
                 "The signature or the time of the call does not hold.");
    return false;
}

bool signed_call(struct req *rq, const char *secret, const char *audit)
{
    struct span id = http_field(rq->http, "webhook-id");
    struct span when = http_field(rq->http, "webhook-timestamp");
    int64_t at, now = clock_now() / SECOND_US;

    if (!*secret) {
        reply_problem(rq, ERR_NOT_FOUND);
        return false;
    }
    if (!id.n || id.n > CALL_ID_MAX || !span_i64(when, 0, INT64_MAX / SECOND_US, &at))
        return refuse_call(rq, audit, "headers");
    if (!signed_by(rq, secret, id, when))
        return refuse_call(rq, audit, "signature");
    if (at < now - WINDOW_S || at > now + WINDOW_S)
        return refuse_call(rq, audit, "time");
    return true;
}

const struct route_param signed_headers[] = {
    {"webhook-id", {"số của lời gọi", "number of the call"}},
    {"webhook-timestamp",
     {"giây từ 1970, lệch không quá 5 phút", "seconds since 1970, within 5 minutes"}},
    {"webhook-signature",
     {"“v1,” và HMAC-SHA256 (base64) của id.timestamp.body; nhiều chữ ký cách nhau bằng dấu cách",
      "“v1,” and HMAC-SHA256 (base 64) over id.timestamp.body; several with blanks between"}},
    {NULL, {NULL, NULL}},
};
