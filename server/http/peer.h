/* Who is at the other end, and how many connections each has.
 * Values; the counters are shared by all workers.  Any thread. */
#ifndef SERVER_HTTP_PEER_H
#define SERVER_HTTP_PEER_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

struct http_peer {
    unsigned char family; /* 4, 6, or 0: a Unix socket */
    unsigned char addr[16];
};

struct http_peer http_peer_of(const struct sockaddr *sa);            /* IPv4 in IPv6 becomes IPv4 */
void http_peer_text(const struct http_peer *p, char *out, size_t n); /* n >= 46; "unix" */
bool http_peer_is_local(const struct http_peer *p);                  /* loopback or Unix socket */
/* Counts one connection of this IPv4 address or IPv6 /64.  False: it has max already, and nothing
 * was counted.  Addresses share a counter by chance of 1 in 65,536. */
bool http_peer_enter(const struct http_peer *p, unsigned max);
void http_peer_leave(const struct http_peer *p);

#endif
