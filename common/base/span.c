/* Text views.  Owns nothing.  Any thread. */
#include "common/base/span.h"

bool span_i64(struct span s, int64_t min, int64_t max, int64_t *ret)
{
    bool neg = s.n > 0 && s.p[0] == '-';
    size_t i = neg ? 1 : 0;
    int64_t v = 0;

    if (i == s.n || s.n - i > 18)
        return false;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    if (neg)
        v = -v;
    if (v < min || v > max)
        return false;
    *ret = v;
    return true;
}

bool span_cut(struct span s, char sep, struct span *ret_head, struct span *ret_rest)
{
    const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;

    if (!at) {
        *ret_head = s;
        *ret_rest = SPAN_NONE;
        return false;
    }
    *ret_head = (struct span){s.p, (size_t)(at - s.p)};
    *ret_rest = (struct span){at + 1, s.n - ret_head->n - 1};
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
    while (s.n && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool span_starts(struct span s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.n >= n && memcmp(s.p, prefix, n) == 0;
}
