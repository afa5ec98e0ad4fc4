/* Text views: a pointer and a length, never NUL-terminated, never owned.
 * Whoever made the bytes owns them; a span must not outlive its owner.
 * Pure values: any thread. */
#ifndef COMMON_BASE_SPAN_H
#define COMMON_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const char *p;
    size_t n;
};

#define SPAN_LIT(s) ((struct span){(s), sizeof(s) - 1})
#define SPAN_NONE   ((struct span){NULL, 0})
/* For printf("%.*s", SPAN_FMT(s)). */
#define SPAN_FMT(s) (int)(s).n, ((s).p ? (s).p : "")

static inline struct span span_of(const char *cstr)
{
    return (struct span){cstr, cstr ? strlen(cstr) : 0};
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *cstr)
{
    return span_eq(a, span_of(cstr));
}

/* Decimal integers: optional '-', digits, nothing else; false when out of [min, max]. */
bool span_i64(struct span s, int64_t min, int64_t max, int64_t *ret);

/* Cuts at the first sep: *head gets what is before, *rest what is after (both views into s).
 * False when sep does not occur: head is then all of s and rest is empty. */
bool span_cut(struct span s, char sep, struct span *ret_head, struct span *ret_rest);

/* Without ASCII blanks, tabs and line ends at either side. */
struct span span_trim(struct span s);

bool span_starts(struct span s, const char *prefix);

#endif
