/* Inside this room: what parse.c, wire.c and the connection share about bytes on the wire.
 * Pure values; the caller owns everything.  Any thread. */
#ifndef SERVER_HTTP_WIRE_H
#define SERVER_HTTP_WIRE_H

#include "server/http/http.h"

/* Classes of bytes (RFC 9110 §5.6.2, RFC 3986 §2): bits of http_class[]. */
#define HTTP_C_TOKEN  1u
#define HTTP_C_TARGET 2u
#define HTTP_C_VALUE  4u
#define HTTP_C_HOST   8u
extern const unsigned char http_class[256];

static inline bool http_is(char c, unsigned mask)
{
    return (http_class[(unsigned char)c] & mask) != 0;
}

/* Value of a hexadecimal digit, -1 for anything else. */
int http_hex(char c);
/* Equal without regard to ASCII case; lower must be lower case. */
bool http_same(struct span s, const char *lower);
/* First field of that name; SPAN_NONE when there is none. */
struct span http_head_field(const struct http_head *h, const char *lower_name);
/* The one cookie of that name; SPAN_NONE when absent or given more than once. */
struct span http_head_cookie(const struct http_head *h, const char *name);
/* English if Accept-Language prefers it to Vietnamese, otherwise Vietnamese. */
enum lang http_head_lang(const struct http_head *h);

#endif
