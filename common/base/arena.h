/* Bump allocator for one request, one file or one decision: everything is freed at once.
 * The maker owns it and everything in it.  One thread at a time. */
#ifndef COMMON_BASE_ARENA_H
#define COMMON_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "common/base/span.h"

struct arena;

/* max: bytes the arena may hand out over its life (between resets); reaching it aborts with a
 * message, since every input has its own, smaller limit that answers first.  Never NULL. */
struct arena *arena_new(size_t max);
struct arena *arena_free(struct arena *a); /* takes NULL, returns NULL */
void arena_reset(struct arena *a); /* forgets everything; keeps one block for what comes next */

/* Zeroed, aligned for any type, never NULL. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_array(struct arena *a, size_t count, size_t size);
/* A copy of old[0..old_n) in a new array of new_n elements; old stays valid. */
void *arena_grow(struct arena *a, const void *old, size_t old_n, size_t new_n, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_span(struct arena *a, struct span s); /* NUL-terminated copy */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
size_t arena_used(const struct arena *a);

/* An arena beside a, for what is needed only while something is made: the nodes of a tree that is
 * compiled.  It goes with a (freed or reset) or before it; made when first asked for. */
struct arena *arena_scratch(struct arena *a);
void arena_scratch_free(struct arena *a);

#define ARENA_NEW(a, T)      ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_array((a), (n), sizeof(T)))

/* Appends one element to a growing array kept in an arena:
 *   ARENA_PUSH(a, list->item, list->n, list->cap) = value; */
#define ARENA_PUSH(a, ptr, n, cap)                                                                 \
    (*((n) == (cap) ? ((ptr) = arena_grow((a), (ptr), (n), (cap) ? (cap)*2 : 8, sizeof *(ptr)),    \
                       (cap) = (cap) ? (cap)*2 : 8, (n)++, &(ptr)[(n)-1])                          \
                    : ((n)++, &(ptr)[(n)-1])))

#endif
