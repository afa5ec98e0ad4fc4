/* Bump allocator.  The maker owns it.  One thread at a time. */
#include "common/base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
/* A gap after each piece, so that an overflow inside the arena is seen. */
#define GAP 16
/* gcc takes poisoning for a read of what malloc left unset. */
#define BLOCK_ALLOC(n) calloc(1, (n))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP            0
#define BLOCK_ALLOC(n) malloc(n)
#endif

#define BLOCK_MIN ((size_t)4096)
/* An arena that is used again keeps its largest block up to this: what it needed once it needs
 * again, in one piece that is still warm. */
#define BLOCK_KEEP ((size_t)65536)
#define ALIGN      ((size_t)16)

struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(16) unsigned char data[];
};

struct arena {
    struct block *first;
    struct block *last;
    size_t used;
    size_t max;
    struct arena *scratch; /* beside it, or NULL */
};

static _Noreturn void die(const char *what, size_t n)
{
    fprintf(stderr, "arena: %s (%zu bytes)\n", what, n);
    abort();
}

static struct block *block_new(size_t size)
{
    struct block *b = BLOCK_ALLOC(sizeof *b + size);

    if (!b)
        die("out of memory", size);
    POISON((char *)b + sizeof *b, size);
    b->next = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(size_t max)
{
    struct arena *a = calloc(1, sizeof *a);

    if (!a)
        die("out of memory", sizeof *a);
    a->max = max;
    a->first = a->last = block_new(BLOCK_MIN);
    return a;
}

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        UNPOISON(b->data, b->size);
        free(b);
        b = next;
    }
}

struct arena *arena_free(struct arena *a)
{
    if (a) {
        arena_scratch_free(a);
        blocks_free(a->first);
        free(a);
    }
    return NULL;
}

struct arena *arena_scratch(struct arena *a)
{
    if (!a->scratch)
        a->scratch = arena_new(a->max);
    return a->scratch;
}

void arena_scratch_free(struct arena *a)
{
    a->scratch = arena_free(a->scratch);
}

void arena_reset(struct arena *a)
{
    struct block *rest;

    arena_scratch_free(a);
    if (a->last != a->first && a->last->size <= BLOCK_KEEP) {
        for (rest = a->first; rest->next != a->last;)
            rest = rest->next;
        rest->next = NULL;
        rest = a->first;
        a->first = a->last;
    } else {
        rest = a->first->next;
    }
    blocks_free(rest);
    a->first->next = NULL;
    a->first->used = 0;
    a->last = a->first;
    a->used = 0;
    POISON(a->first->data, a->first->size);
}

/* What stands in it is the caller's to say. */
static void *room(struct arena *a, size_t n)
{
    size_t need;
    unsigned char *p;

    if (n > a->max || a->used > a->max - n)
        die("limit of this arena reached", a->max);
    need = (n + GAP + ALIGN - 1) & ~(ALIGN - 1);
    if (need == 0)
        need = ALIGN;
    if (a->last->size - a->last->used < need) {
        size_t size = a->last->size * 2 < 1048576 ? a->last->size * 2 : 1048576;
        a->last->next = block_new(size > need ? size : need);
        a->last = a->last->next;
    }
    p = a->last->data + a->last->used;
    a->last->used += need;
    a->used += n;
    UNPOISON(p, n);
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    void *p = room(a, n);

    memset(p, 0, n);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        die("array too large", count);
    return arena_alloc(a, count * size);
}

void *arena_grow(struct arena *a, const void *old, size_t old_n, size_t new_n, size_t size)
{
    size_t kept = old_n * size;
    char *p;

    if (size && new_n > SIZE_MAX / size)
        die("array too large", new_n);
    assert(old_n <= new_n);
    p = room(a, new_n * size);
    if (old_n)
        memcpy(p, old, kept);
    memset(p + kept, 0, new_n * size - kept);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = room(a, n + 1);

    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_span(struct arena *a, struct span s)
{
    return arena_strndup(a, s.p, s.n);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;
    int n;
    char *p;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0)
        die("bad format", 0);
    p = room(a, (size_t)n + 1);
    (void)vsnprintf(p, (size_t)n + 1, fmt, again); /* same arguments, same length */
    va_end(again);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char *p;

    va_start(ap, fmt);
    p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
