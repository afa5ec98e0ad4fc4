/* Kinds of events by name, their digests and the chain of hashes.  Pure; any thread.
 * Encoding of the digest (README): every integer as 8 bytes, big-endian, two's complement; every
 * text as its length in 4 bytes, big-endian, and its UTF-8 bytes, absent as the empty text. */
#include "common/dossier/dossier.h"

#define ENCODED_FIXED 160

static const struct {
    const char *name;
    struct text2 title;
} kinds[EV_COUNT] = {
    {"NONE", {"", ""}},
#define V(id, text, vi, en) {text, {vi, en}},
#include "common/dossier/events.def"
#undef V
};

const char *event_name(enum event_kind k)
{
    return k < EV_COUNT ? kinds[k].name : "";
}

struct text2 event_title(enum event_kind k)
{
    return k < EV_COUNT ? kinds[k].title : (struct text2){"", ""};
}

bool events_unseen_harmless(const enum event_kind *since, size_t n)
{
    /* A warning says what the clock said before; what is done by itself because of it is an event
     * of its own, which is not here.  A slip is printed, nothing is changed. */
    static const bool harmless[EV_COUNT] = {[EV_REMINDED] = true, [EV_SLIP_ISSUED] = true};
    size_t i;

    for (i = 0; i < n; i++)
        if (since[i] >= EV_COUNT || !harmless[since[i]])
            return false;
    return n > 0;
}

bool event_of_name(const char *name, enum event_kind *ret)
{
    unsigned k;

    for (k = EV_NONE + 1; k < EV_COUNT; k++)
        if (*name == *kinds[k].name && strcmp(name, kinds[k].name) == 0) {
            *ret = (enum event_kind)k;
            return true;
        }
    return false;
}

static size_t put_be(uint8_t *to, uint64_t v, size_t bytes)
{
    size_t i;

    for (i = 0; i < bytes; i++)
        to[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
    return bytes;
}

static size_t put_text(uint8_t *to, const char *s, size_t n)
{
    put_be(to, n, 4);
    if (n)
        memcpy(to + 4, s, n);
    return 4 + n;
}

static size_t encode(int64_t dossier, const struct event *e, uint8_t *to)
{
    const char *name = event_name(e->kind);
    const char *role = e->role < ROLE_COUNT ? role_name(e->role) : "";
    size_t n = 0;

    n += put_be(to + n, (uint64_t)dossier, 8);
    n += put_be(to + n, (uint64_t)e->seq, 8);
    n += put_text(to + n, name, strlen(name));
    n += put_be(to + n, (uint64_t)e->at, 8);
    n += put_be(to + n, (uint64_t)e->actor, 8);
    n += put_be(to + n, (uint64_t)e->on_behalf_of, 8);
    n += put_be(to + n, (uint64_t)(int64_t)e->agency, 8);
    n += put_text(to + n, role, strlen(role));
    return n;
}

void event_digest(int64_t dossier, const struct event *e, uint8_t out[SHA256_BYTES])
{
    uint8_t fixed[ENCODED_FIXED], whole[4096];
    size_t len = e->payload ? strlen(e->payload) : 0;
    size_t n = encode(dossier, e, fixed);
    struct sha256_stream *s;

    if (n + 4 + len <= sizeof whole) {
        memcpy(whole, fixed, n);
        n += put_text(whole + n, e->payload, len);
        sha256(whole, n, out);
        return;
    }
    s = sha256_new();
    n += put_be(fixed + n, len, 4);
    sha256_add(s, fixed, n);
    sha256_add(s, e->payload, len);
    sha256_end(s, out);
}

void event_hash(const uint8_t prev[SHA256_BYTES], const uint8_t digest[SHA256_BYTES],
                const char *assigned, uint8_t out[SHA256_BYTES])
{
    uint8_t whole[2 * SHA256_BYTES + 256];
    size_t len = assigned ? strlen(assigned) : 0;
    struct sha256_stream *s;

    memcpy(whole, prev, SHA256_BYTES);
    memcpy(whole + SHA256_BYTES, digest, SHA256_BYTES);
    if (len <= 256) {
        if (len)
            memcpy(whole + 2 * SHA256_BYTES, assigned, len);
        sha256(whole, 2 * SHA256_BYTES + len, out);
        return;
    }
    s = sha256_new();
    sha256_add(s, whole, 2 * SHA256_BYTES);
    sha256_add(s, assigned, len);
    sha256_end(s, out);
}
