/* Peers and their counters: a fixed table of atomics, so no lock and no growth.
 * The table belongs to the process.  Any thread. */
#include "server/http/peer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "server/core/worker.h"

#define PEER_SLOTS 65536u

static atomic_uint counts[PEER_SLOTS];
static uint64_t key[2];
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void key_make(void)
{
    random_bytes(key, sizeof key);
}

struct http_peer http_peer_of(const struct sockaddr *sa)
{
    struct http_peer p = {0};

    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof in);
        p.family = 4;
        memcpy(p.addr, &in.sin_addr, 4);
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in;

        memcpy(&in, sa, sizeof in);
        if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) {
            p.family = 4;
            memcpy(p.addr, in.sin6_addr.s6_addr + 12, 4);
        } else {
            p.family = 6;
            memcpy(p.addr, &in.sin6_addr, 16);
        }
    }
    return p;
}

void http_peer_text(const struct http_peer *p, char *out, size_t n)
{
    if (p->family == 0 ||
        !inet_ntop(p->family == 4 ? AF_INET : AF_INET6, p->addr, out, (socklen_t)n))
        (void)snprintf(out, n, "unix");
}

bool http_peer_is_local(const struct http_peer *p)
{
    static const unsigned char one[16] = {[15] = 1};

    return p->family == 0 || (p->family == 4 && p->addr[0] == 127) ||
           (p->family == 6 && memcmp(p->addr, one, 16) == 0);
}

/* Keyed, so that nobody can choose addresses that share a counter with somebody else's. */
static atomic_uint *counter(const struct http_peer *p)
{
    uint64_t v = 0;

    (void)pthread_once(&key_once, key_make);
    memcpy(&v, p->addr, p->family == 4 ? 4 : 8);
    v = (v ^ key[0] ^ p->family) * 0x9e3779b97f4a7c15u;
    v = ((v ^ (v >> 32)) + key[1]) * 0xd6e8feb86659fd93u;
    v = (v ^ (v >> 29)) * 0x9e3779b97f4a7c15u;
    return &counts[(v >> 32) % PEER_SLOTS];
}

bool http_peer_enter(const struct http_peer *p, unsigned max)
{
    atomic_uint *n = counter(p);

    if (atomic_fetch_add_explicit(n, 1, memory_order_relaxed) < max)
        return true;
    atomic_fetch_sub_explicit(n, 1, memory_order_relaxed);
    return false;
}

void http_peer_leave(const struct http_peer *p)
{
    unsigned before = atomic_fetch_sub_explicit(counter(p), 1, memory_order_relaxed);

    assert(before > 0);
}
