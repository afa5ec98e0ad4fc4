/* Text at the boundary, over utf8proc.  Results live in the caller's arena.  Any thread. */
#include "common/base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

static const utf8proc_uint8_t *bytes(const char *p)
{
    return (const utf8proc_uint8_t *)p;
}

bool utf8_valid(struct span s)
{
    size_t i = 0;

    while (i < s.n) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len;

        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        len = utf8proc_iterate(bytes(s.p + i), (utf8proc_ssize_t)(s.n - i), &cp);
        if (len <= 0)
            return false;
        i += (size_t)len;
    }
    return true;
}

size_t utf8_length(struct span s)
{
    size_t i, n = 0;

    for (i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static bool is_bidi_control(utf8proc_int32_t cp)
{
    return cp == 0x200e || cp == 0x200f || cp == 0x061c || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

static enum text_fault check_one(utf8proc_int32_t cp, bool lines, int *marks)
{
    utf8proc_category_t cat = utf8proc_category(cp);

    if (lines && (cp == '\t' || cp == '\n'))
        return TEXT_FINE;
    if (cat == UTF8PROC_CATEGORY_CC || cp == 0x2028 || cp == 0x2029)
        return TEXT_CONTROL;
    if (is_bidi_control(cp))
        return TEXT_BIDI;
    if (cat == UTF8PROC_CATEGORY_CN || cat == UTF8PROC_CATEGORY_CO || cat == UTF8PROC_CATEGORY_CS)
        return TEXT_UNASSIGNED;
    *marks = cat == UTF8PROC_CATEGORY_MN || cat == UTF8PROC_CATEGORY_ME ? *marks + 1 : 0;
    return *marks > 8 ? TEXT_MARKS : TEXT_FINE;
}

enum text_fault text_check(struct span s, bool lines)
{
    size_t i = 0;
    int marks = 0;

    while (i < s.n) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len;
        enum text_fault f;

        if (s.p[i] >= ' ' && s.p[i] <= '~') { /* most of a text: no need to look it up */
            marks = 0;
            i++;
            continue;
        }
        len = utf8proc_iterate(bytes(s.p + i), (utf8proc_ssize_t)(s.n - i), &cp);
        if (len <= 0)
            return TEXT_NOT_UTF8;
        f = check_one(cp, lines, &marks);
        if (f != TEXT_FINE)
            return f;
        i += (size_t)len;
    }
    return TEXT_FINE;
}

/* Only characters of blocks in which every one is its own composed form and none combines:
 * Vietnamese as keyboards write it, with its dashes and quotation marks. */
static bool is_composed(struct span s)
{
    size_t i = 0;

    while (i < s.n) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len;

        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        len = utf8proc_iterate(bytes(s.p + i), (utf8proc_ssize_t)(s.n - i), &cp);
        if (len <= 0 ||
            !(cp < 0x300 || (cp >= 0x1e00 && cp <= 0x1eff) || (cp >= 0x2010 && cp <= 0x2027)))
            return false;
        i += (size_t)len;
    }
    return true;
}

static struct span mapped(struct arena *a, struct span s, utf8proc_option_t how)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t n = utf8proc_map(bytes(s.p), (utf8proc_ssize_t)s.n, &out, how);
    struct span r = SPAN_NONE;

    if (n >= 0) {
        r.p = arena_strndup(a, (const char *)out, (size_t)n);
        r.n = (size_t)n;
    }
    free(out);
    return r;
}

struct span text_nfc(struct arena *a, struct span s)
{
    if (is_composed(s))
        return (struct span){arena_strndup(a, s.p, s.n), s.n};
    return mapped(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

struct span text_fold(struct arena *a, struct span s)
{
    struct span d = mapped(a, s,
                           UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
                               UTF8PROC_CASEFOLD | UTF8PROC_COMPAT);
    char *out;
    size_t i = 0, n = 0;

    if (!d.p)
        return SPAN_NONE;
    out = arena_alloc(a, d.n + 1);
    while (i < d.n) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len = utf8proc_iterate(bytes(d.p + i), (utf8proc_ssize_t)(d.n - i), &cp);
        utf8proc_category_t cat;

        if (len <= 0)
            return SPAN_NONE;
        cat = utf8proc_category(cp);
        if (cp == 0x111 || cp == 0x110) {
            out[n++] = 'd'; /* đ does not decompose */
        } else if ((cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_LO) ||
                   (cat >= UTF8PROC_CATEGORY_ND && cat <= UTF8PROC_CATEGORY_NO)) {
            memcpy(out + n, d.p + i, (size_t)len);
            n += (size_t)len;
        } else if (n && out[n - 1] != ' ') {
            out[n++] = ' ';
        }
        i += (size_t)len;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return (struct span){out, n};
}
