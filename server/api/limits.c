/* Token buckets without locks: a set-associative table of (fingerprint, theoretical arrival time).
 * Owned by the main thread; any thread takes. */
#include "server/api/limits.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/worker.h"

#define SETS    32768u /* x WAYS x 16 bytes = 2 MiB */
#define WAYS    4u
#define KEY_MAX 160

struct slot {
    _Atomic uint64_t print;
    _Atomic int64_t arrival; /* when the bucket is full again */
};

struct limits {
    struct limit_rate rate[LIMIT_KINDS];
    uint64_t seed; /* nobody outside can aim at a slot */
    struct slot slot[SETS * WAYS];
};

struct limits *limits_new(const struct limit_rate rate[LIMIT_KINDS])
{
    struct limits *l = calloc(1, sizeof *l);

    if (!l)
        abort();
    memcpy(l->rate, rate, sizeof l->rate);
    random_bytes(&l->seed, sizeof l->seed);
    return l;
}

struct limits *limits_free(struct limits *l)
{
    free(l);
    return NULL;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 33);
}

static uint64_t print_of(const struct limits *l, enum limit_kind kind, const void *key, size_t n)
{
    const unsigned char *p = key;
    uint64_t h = l->seed ^ ((uint64_t)kind << 56), part;
    size_t i, k;

    for (i = 0; i < n; i += k) {
        k = n - i < sizeof part ? n - i : sizeof part;
        part = k;
        memcpy(&part, p + i, k);
        h = mix(h ^ part) + k;
    }
    h = mix(h);
    return h ? h : 1;
}

/* The slot of this key: its own, else the one that is idle longest. */
static struct slot *slot_of(struct limits *l, uint64_t print)
{
    struct slot *set = &l->slot[(print % SETS) * WAYS], *oldest = set;
    size_t i;

    for (i = 0; i < WAYS; i++) {
        if (atomic_load_explicit(&set[i].print, memory_order_relaxed) == print)
            return &set[i];
        if (atomic_load_explicit(&set[i].arrival, memory_order_relaxed) <
            atomic_load_explicit(&oldest->arrival, memory_order_relaxed))
            oldest = &set[i];
    }
    atomic_store_explicit(&oldest->arrival, 0, memory_order_relaxed);
    atomic_store_explicit(&oldest->print, print, memory_order_relaxed);
    return oldest;
}

/* 0: there was a token; else microseconds until there will be one. */
static int64_t take(struct limits *l, enum limit_kind kind, const void *key, size_t n,
                    int64_t now_us, bool only_look)
{
    const struct limit_rate *r = &l->rate[kind];
    int64_t had, from, room = r->every_us * (r->burst > 0 ? r->burst : 1);
    struct slot *s;

    if (r->every_us == 0)
        return 0;
    s = slot_of(l, print_of(l, kind, key, n));
    had = atomic_load_explicit(&s->arrival, memory_order_relaxed);
    do {
        from = had > now_us ? had : now_us;
        if (from + r->every_us - now_us > room)
            return from + r->every_us - now_us - room;
    } while (!only_look &&
             !atomic_compare_exchange_weak_explicit(&s->arrival, &had, from + r->every_us,
                                                    memory_order_relaxed, memory_order_relaxed));
    return 0;
}

bool limits_take(struct limits *l, enum limit_kind kind, const void *key, size_t n, int64_t now_us,
                 int64_t *ret_wait_us)
{
    *ret_wait_us = take(l, kind, key, n, now_us, false);
    return *ret_wait_us == 0;
}

/* The key of an address: IPv4 whole (mapped ones too), IPv6 by its /64; then what else counts. */
static size_t peer_key(const char *peer, const char *also, unsigned char key[KEY_MAX])
{
    struct in6_addr v6;
    struct in_addr v4;
    size_t n, extra = also ? strlen(also) : 0;

    if (inet_pton(AF_INET6, peer, &v6) == 1) {
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6);
        n = mapped ? 4 : 8;
        memcpy(key, v6.s6_addr + (mapped ? 12 : 0), n);
    } else if (inet_pton(AF_INET, peer, &v4) == 1) {
        n = sizeof v4;
        memcpy(key, &v4, n);
    } else {
        n = strlen(peer) < 64 ? strlen(peer) : 64;
        memcpy(key, peer, n);
    }
    if (extra > KEY_MAX - n)
        extra = KEY_MAX - n;
    if (extra)
        memcpy(key + n, also, extra);
    return n + extra;
}

bool limits_take_peer(struct limits *l, enum limit_kind kind, const char *peer, const char *also,
                      int64_t now_us, int64_t *ret_wait_us)
{
    unsigned char key[KEY_MAX];
    size_t n = peer_key(peer, also, key);

    *ret_wait_us = take(l, kind, key, n, now_us, false);
    return *ret_wait_us == 0;
}

bool limits_room_peer(struct limits *l, enum limit_kind kind, const char *peer, const char *also,
                      int64_t now_us, int64_t *ret_wait_us)
{
    unsigned char key[KEY_MAX];
    size_t n = peer_key(peer, also, key);

    *ret_wait_us = take(l, kind, key, n, now_us, true);
    return *ret_wait_us == 0;
}
