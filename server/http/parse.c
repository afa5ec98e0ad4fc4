/* Heads of requests: bytes to fields, refusing whatever two parsers might read differently.
 * The caller owns the bytes and the arena; the result points into both.
 * Pure functions: any thread. */
#include <assert.h>

#include "server/http/wire.h"

/* Generated from RFC 9110 (tchar, field-vchar), RFC 3986 (pchar, '/', '?') and the characters of a
 * host with port.  Field values may hold bytes 0x80..0xff (obs-text); targets may not. */
const unsigned char http_class[256] = {
    0,  0,  0,  0,  0,  0,  0,  0,  0,  4,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
    0,  0,  0,  0,  0,  0,  0,  0,  4,  7,  4,  5,  7,  7,  7,  7,  6,  6,  7,  7,  6,  15, 15, 6,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 6,  4,  6,  4,  6,  6,  15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 12, 4,  12, 5,  15,
    5,  15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 4,  5,  4,  7,  0,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
};

const struct http_limits http_limits_default = {
    .line_max = 8192,
    .head_max = 16384,
    .fields_max = 64,
    .body_max = (size_t)25 * 1024 * 1024,
    .conns_max = 4096,
    .conns_per_peer = 64,
    .reqs_per_conn = 1000,
    .tls_ms = 5000,
    .head_ms = 10000,
    .body_ms = 60000,
    .idle_ms = 60000,
    .write_ms = 30000,
    .body_rate_min = 1024,
};

int http_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool http_same(struct span s, const char *lower)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        /* a NUL in lower ends the comparison here, since c is never NUL in checked text */
        if (c != lower[i] || !c)
            return false;
    }
    return lower[s.n] == '\0';
}

/* Methods of RFC 9110 that we know of: those served, and those refused with 405. */
static const struct {
    const char *name;
    int method;
} method_names[] = {
    {"GET", HTTP_GET},         {"POST", HTTP_POST},     {"HEAD", HTTP_HEAD},
    {"PUT", HTTP_PUT},         {"PATCH", HTTP_PATCH},   {"DELETE", HTTP_DELETE},
    {"OPTIONS", HTTP_METHODS}, {"TRACE", HTTP_METHODS}, {"CONNECT", HTTP_METHODS},
};

#define METHOD_MAX 32 /* longer than any registered method */

static enum err method_of(struct span s, enum http_method *ret)
{
    if (s.n == 0 || s.n > METHOD_MAX)
        return ERR_BAD_REQUEST;
    for (size_t i = 0; i < s.n; i++)
        if (!http_is(s.p[i], HTTP_C_TOKEN))
            return ERR_BAD_REQUEST;
    for (size_t i = 0; i < sizeof method_names / sizeof *method_names; i++)
        if (span_is(s, method_names[i].name)) {
            if (method_names[i].method == HTTP_METHODS)
                return ERR_METHOD_NOT_ALLOWED;
            *ret = (enum http_method)method_names[i].method;
            return ERR_OK;
        }
    return ERR_NOT_IMPLEMENTED;
}

static enum err version_of(struct span s, int *ret_minor)
{
    if (s.n != 8 || memcmp(s.p, "HTTP/", 5) != 0 || s.p[5] < '0' || s.p[5] > '9' || s.p[6] != '.' ||
        s.p[7] < '0' || s.p[7] > '9')
        return ERR_BAD_REQUEST;
    if (s.p[5] != '1' || s.p[7] > '1')
        return ERR_HTTP_VERSION;
    *ret_minor = s.p[7] - '0';
    return ERR_OK;
}

/* "." and "..", also with their dots percent-encoded. */
static bool segment_is_dots(const char *p, size_t n)
{
    int dots = 0;

    while (n) {
        if (*p == '.') {
            p++;
            n--;
        } else if (n >= 3 && p[0] == '%' && p[1] == '2' && (p[2] == 'e' || p[2] == 'E')) {
            p += 3;
            n -= 3;
        } else {
            return false;
        }
        if (++dots > 2)
            return false;
    }
    return dots > 0;
}

static bool path_ok(struct span path)
{
    size_t from = 1;

    for (size_t i = 1; i <= path.n; i++)
        if (i == path.n || path.p[i] == '/') {
            if (segment_is_dots(path.p + from, i - from))
                return false;
            from = i + 1;
        }
    return true;
}

/* Origin-form only (RFC 9112 §3.2.1): we are no proxy, and nothing of ours sends another form. */
static bool target_parse(struct span s, struct http_head *h)
{
    size_t q = s.n;

    if (s.n == 0 || s.p[0] != '/')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!http_is(s.p[i], HTTP_C_TARGET))
            return false;
        if (s.p[i] == '%') {
            if (s.n - i < 3 || http_hex(s.p[i + 1]) < 0 || http_hex(s.p[i + 2]) < 0)
                return false;
            if (s.p[i + 1] == '0' && s.p[i + 2] == '0')
                return false;
        }
        if (s.p[i] == '?' && q == s.n)
            q = i;
    }
    h->target = s;
    h->path = (struct span){s.p, q};
    h->query = q < s.n ? (struct span){s.p + q + 1, s.n - q - 1} : (struct span){s.p + s.n, 0};
    return path_ok(h->path);
}

/* method SP target SP version, single blanks. */
static enum err line_parse(struct span line, struct http_head *h)
{
    struct span method, target, version;
    enum err e_method, e_version;

    if (!span_cut(line, ' ', &method, &target) || !span_cut(target, ' ', &target, &version))
        return ERR_BAD_REQUEST;
    e_method = method_of(method, &h->method);
    if (e_method == ERR_BAD_REQUEST)
        return e_method;
    e_version = version_of(version, &h->minor);
    if (e_version != ERR_OK)
        return e_version;
    if (e_method != ERR_OK)
        return e_method;
    return target_parse(target, h) ? ERR_OK : ERR_BAD_REQUEST;
}

/* host [":" port]: a name, an IPv4 address or an IPv6 address in brackets; never empty. */
static bool host_ok(struct span s)
{
    size_t i = 0;
    bool ip6 = s.n > 0 && s.p[0] == '[';

    if (s.n == 0 || s.n > 255)
        return false;
    for (size_t k = 0; k < s.n; k++)
        if (!http_is(s.p[k], HTTP_C_HOST))
            return false;
    if (ip6) {
        while (i < s.n && s.p[i] != ']')
            i++;
        if (i < 3 || i == s.n)
            return false;
        i++;
    } else {
        while (i < s.n && s.p[i] != ':' && s.p[i] != '[' && s.p[i] != ']')
            i++;
        if (i == 0)
            return false;
    }
    if (i == s.n)
        return true;
    if (s.p[i] != ':' || s.n - i < 2 || s.n - i > 6)
        return false;
    for (i++; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* What the fields say together; judged when all are read. */
struct facts {
    unsigned seen; /* bit i: once[i] was there */
    bool close, alive;
};

static void connection_tokens(struct span v, struct facts *f)
{
    struct span t, rest = v;

    do {
        bool more = span_cut(rest, ',', &t, &rest);

        t = span_trim(t);
        if (http_same(t, "close"))
            f->close = true;
        else if (http_same(t, "keep-alive"))
            f->alive = true;
        if (!more)
            break;
    } while (true);
}

static enum err on_host(struct span v, struct http_head *h)
{
    h->host = v;
    return host_ok(v) ? ERR_OK : ERR_BAD_REQUEST;
}

static enum err on_length(struct span v, struct http_head *h)
{
    int64_t n = 0;

    if (v.n == 0 || v.n > 18)
        return ERR_BAD_REQUEST;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] < '0' || v.p[i] > '9')
            return ERR_BAD_REQUEST;
        n = n * 10 + (v.p[i] - '0');
    }
    h->content_length = n;
    return ERR_OK;
}

static enum err on_coding(struct span v, struct http_head *h)
{
    if (!http_same(v, "chunked"))
        return ERR_NOT_IMPLEMENTED;
    h->chunked = true;
    return ERR_OK;
}

static enum err on_expect(struct span v, struct http_head *h)
{
    if (!http_same(v, "100-continue"))
        return ERR_EXPECTATION;
    h->expect_continue = true;
    return ERR_OK;
}

/* Fields that may stand once only: two of them would let two readers choose differently. */
static const struct {
    const char *name;
    size_t n;
    enum err (*parse)(struct span v, struct http_head *h);
} once[] = {
    {"host", 4, on_host},
    {"content-length", 14, on_length},
    {"transfer-encoding", 17, on_coding},
    {"expect", 6, on_expect},
    {"content-type", 12, NULL},
    {"authorization", 13, NULL},
    {"origin", 6, NULL},
    {"if-match", 8, NULL},
    {"idempotency-key", 15, NULL},
};
#define SEEN_HOST   1u
#define SEEN_LENGTH 2u
#define SEEN_CODING 4u

static enum err field_note(const struct http_header *f, struct span line, struct http_head *h,
                           struct facts *facts)
{
    if (f->name.n == 10 && http_same(f->name, "connection")) {
        connection_tokens(f->value, facts);
        return ERR_OK;
    }
    for (unsigned i = 0; i < sizeof once / sizeof *once; i++) {
        if (f->name.n != once[i].n || !http_same(f->name, once[i].name))
            continue;
        if (facts->seen & (1u << i))
            return ERR_BAD_REQUEST;
        facts->seen |= 1u << i;
        /* lawful blanks, but Node and others stumble over a tab beside a length or a coding */
        if ((1u << i) & (SEEN_LENGTH | SEEN_CODING) && memchr(line.p, '\t', line.n))
            return ERR_BAD_REQUEST;
        return once[i].parse ? once[i].parse(f->value, h) : ERR_OK;
    }
    return ERR_OK;
}

/* name ":" OWS value OWS.  No blank before the colon, no folded line (it begins with a blank). */
static bool field_parse(struct span line, struct http_header *ret)
{
    size_t i = 0, from, to = line.n;

    while (i < line.n && http_is(line.p[i], HTTP_C_TOKEN))
        i++;
    if (i == 0 || i == line.n || line.p[i] != ':')
        return false;
    ret->name = (struct span){line.p, i};
    from = i + 1;
    while (from < to && (line.p[from] == ' ' || line.p[from] == '\t'))
        from++;
    while (to > from && (line.p[to - 1] == ' ' || line.p[to - 1] == '\t'))
        to--;
    for (i = from; i < to; i++)
        if (!http_is(line.p[i], HTTP_C_VALUE))
            return false;
    ret->value = (struct span){line.p + from, to - from};
    return true;
}

static enum err facts_judge(const struct facts *f, struct http_head *h)
{
    if (h->minor == 1 && !(f->seen & SEEN_HOST))
        return ERR_BAD_REQUEST;
    if ((f->seen & SEEN_CODING) && ((f->seen & SEEN_LENGTH) || h->minor == 0))
        return ERR_BAD_REQUEST;
    if (h->minor == 0)
        h->expect_continue = false; /* RFC 9110 §10.1.1: ignored from a 1.0 client */
    h->keep_alive = !f->close && (h->minor == 1 || f->alive);
    return ERR_OK;
}

/* Cuts the next line at CRLF.  MORE without a line feed, BAD when it is not preceded by CR. */
static enum http_parse line_cut(const char *p, size_t n, size_t *at, struct span *ret)
{
    const char *lf = n > *at ? memchr(p + *at, '\n', n - *at) : NULL;
    size_t end;

    if (!lf)
        return HTTP_PARSE_MORE;
    end = (size_t)(lf - p);
    if (end == *at || p[end - 1] != '\r')
        return HTTP_PARSE_BAD;
    *ret = (struct span){p + *at, end - 1 - *at};
    *at = end + 1;
    return HTTP_PARSE_DONE;
}

static unsigned lines_count(const char *p, size_t n, unsigned max)
{
    unsigned lines = 0;

    for (const char *q = p; lines < max && (q = memchr(q, '\n', n - (size_t)(q - p))); q++)
        lines++;
    return lines;
}

static enum http_parse bad(enum err *ret_err, enum err e)
{
    *ret_err = e;
    return HTTP_PARSE_BAD;
}

/* The request line at *at, after at most one empty line (RFC 9112 §2.2). */
static enum http_parse first_line(const char *p, size_t n, const struct http_limits *lim,
                                  struct http_head *h, size_t *at, enum err *ret_err)
{
    struct span line;
    enum http_parse r;
    enum err e;

    if (p[0] == '\r') {
        if (n >= 2 && p[1] != '\n')
            return bad(ret_err, ERR_BAD_REQUEST);
        if (n <= 2)
            return HTTP_PARSE_MORE;
        *at = 2;
    }
    /* Not even the beginning of a method, e.g. a TLS greeting: no need to wait for a line. */
    if (!http_is(p[*at], HTTP_C_TOKEN))
        return bad(ret_err, ERR_BAD_REQUEST);
    {
        size_t begin = *at;

        r = line_cut(p, n, at, &line);
        if (r == HTTP_PARSE_BAD)
            return bad(ret_err, ERR_BAD_REQUEST);
        if (r == HTTP_PARSE_MORE ? n - begin > lim->line_max + 1 : line.n > lim->line_max)
            return bad(ret_err, ERR_URI_TOO_LONG);
    }
    if (r == HTTP_PARSE_MORE)
        return r;
    e = line_parse(line, h);
    return e == ERR_OK ? HTTP_PARSE_DONE : bad(ret_err, e);
}

static enum http_parse fields_parse(const char *p, size_t n, const struct http_limits *lim,
                                    struct arena *a, struct http_head *h, size_t *at,
                                    enum err *ret_err)
{
    struct facts facts = {0};
    unsigned room = lines_count(p + *at, n - *at, lim->fields_max + 1);
    struct span line;
    enum err e;

    h->field = room ? ARENA_ARRAY(a, struct http_header, room) : NULL;
    for (;;) {
        enum http_parse r = line_cut(p, n, at, &line);

        if (r == HTTP_PARSE_BAD)
            return bad(ret_err, ERR_BAD_REQUEST);
        /* a head that is still open at its maximum can only end beyond it */
        if (r == HTTP_PARSE_MORE ? n >= lim->head_max : *at > lim->head_max)
            return bad(ret_err, ERR_HEADERS_TOO_LARGE);
        if (r == HTTP_PARSE_MORE)
            return r;
        if (line.n == 0)
            break;
        if (h->fields == lim->fields_max)
            return bad(ret_err, ERR_HEADERS_TOO_LARGE);
        assert(h->fields < room);
        if (!field_parse(line, &h->field[h->fields]))
            return bad(ret_err, ERR_BAD_REQUEST);
        e = field_note(&h->field[h->fields++], line, h, &facts);
        if (e != ERR_OK)
            return bad(ret_err, e);
    }
    e = facts_judge(&facts, h);
    return e == ERR_OK ? HTTP_PARSE_DONE : bad(ret_err, e);
}

enum http_parse http_parse_head(const char *p, size_t n, const struct http_limits *lim,
                                struct arena *a, struct http_head *ret_head, size_t *ret_used,
                                enum err *ret_err)
{
    struct http_head h = {.content_length = -1};
    enum http_parse r;
    size_t at = 0;

    if (n == 0)
        return HTTP_PARSE_MORE;
    r = first_line(p, n, lim, &h, &at, ret_err);
    if (r == HTTP_PARSE_DONE)
        r = fields_parse(p, n, lim, a, &h, &at, ret_err);
    if (r == HTTP_PARSE_DONE) {
        *ret_head = h;
        *ret_used = at;
    }
    return r;
}
