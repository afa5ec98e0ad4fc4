/* Rates: token buckets (as GCRA: one instant a key) in a table of fixed size, shared by all workers
 * through atomics.  A key that was idle long enough costs nothing and its slot is free again.
 * The main thread makes and frees it; taking: any thread. */
#ifndef SERVER_API_LIMITS_H
#define SERVER_API_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum limit_kind {
    LIMIT_PEER,         /* all requests of an address */
    LIMIT_SESSION,      /* all requests of a session */
    LIMIT_SIGN_IN,      /* sign-ins of an account */
    LIMIT_SIGN_IN_PEER, /* … of an address, which may be a whole office */
    LIMIT_TRACK,        /* public look-ups of an address */
    LIMIT_SECRET,       /* wrong secrets of one code from one address */
    LIMIT_BOOK,         /* appointments booked from an address */
    LIMIT_KIOSK,        /* queue tickets taken from a kiosk */
    LIMIT_KINDS
};

struct limit_rate {
    int64_t every_us; /* one token each; 0: no limit */
    int64_t burst;
};

struct limits;

struct limits *limits_new(const struct limit_rate rate[LIMIT_KINDS]);
struct limits *limits_free(struct limits *l);
/* Takes one token.  False: none left; *ret_wait_us until the next. */
bool limits_take(struct limits *l, enum limit_kind kind, const void *key, size_t n, int64_t now_us,
                 int64_t *ret_wait_us);
/* The same for an address as text: IPv4 whole, IPv6 by its /64. */
bool limits_take_peer(struct limits *l, enum limit_kind kind, const char *peer, const char *also,
                      int64_t now_us, int64_t *ret_wait_us);
/* Is there a token left?  Takes none. */
bool limits_room_peer(struct limits *l, enum limit_kind kind, const char *peer, const char *also,
                      int64_t now_us, int64_t *ret_wait_us);

#endif
