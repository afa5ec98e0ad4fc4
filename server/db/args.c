/* Arguments of a call in PostgreSQL's binary formats, big end first.
 * They live in the caller's arena.  The worker's thread. */
#include <assert.h>
#include <string.h>

#include "server/db/inside.h"

/* Element types as pg_type.dat numbers them; they never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_TSTZ = 1184
};

struct db_args *db_args(struct arena *a, int count_max)
{
    struct db_args *p = ARENA_NEW(a, struct db_args);

    assert(count_max >= 0 && count_max <= DB_PARAMS_MAX);
    p->arena = a;
    p->max = count_max;
    p->value = ARENA_ARRAY(a, const char *, (size_t)count_max);
    p->len = ARENA_ARRAY(a, int, (size_t)count_max);
    return p;
}

static void push(struct db_args *p, const void *value, size_t n)
{
    assert(p->n < p->max && n <= INT32_MAX);
    p->value[p->n] = value;
    p->len[p->n++] = (int)n;
}

static void put32(char *at, uint32_t v)
{
    at[0] = (char)(v >> 24);
    at[1] = (char)(v >> 16);
    at[2] = (char)(v >> 8);
    at[3] = (char)v;
}

static void put64(char *at, uint64_t v)
{
    put32(at, (uint32_t)(v >> 32));
    put32(at + 4, (uint32_t)v);
}

void db_null(struct db_args *p)
{
    push(p, NULL, 0);
}

void db_i64(struct db_args *p, int64_t v)
{
    char *b = arena_alloc(p->arena, 8);

    put64(b, (uint64_t)v);
    push(p, b, 8);
}

void db_i32(struct db_args *p, int32_t v)
{
    char *b = arena_alloc(p->arena, 4);

    put32(b, (uint32_t)v);
    push(p, b, 4);
}

void db_bool(struct db_args *p, bool v)
{
    push(p, v ? "\1" : "\0", 1);
}

void db_bytes(struct db_args *p, const void *b, size_t n)
{
    push(p, b ? b : "", n);
}

void db_span(struct db_args *p, struct span s)
{
    db_bytes(p, s.p, s.n);
}

void db_text(struct db_args *p, const char *s)
{
    if (s)
        push(p, s, strlen(s));
    else
        db_null(p);
}

/* The ends of time of the program are those of PostgreSQL. */
static uint64_t pg_time(instant t)
{
    return t == INT64_MAX ? (uint64_t)INT64_MAX : (uint64_t)(t - PG_EPOCH_US);
}

void db_time(struct db_args *p, instant t)
{
    char *b;

    if (t == INSTANT_NONE) {
        db_null(p);
        return;
    }
    b = arena_alloc(p->arena, 8);
    put64(b, pg_time(t));
    push(p, b, 8);
}

void db_day(struct db_args *p, dayno d)
{
    db_i32(p, d - PG_EPOCH_DAYS);
}

/* ---- arrays: dimensions, has-nulls, element type, length, lower bound, then the elements */

#define ARRAY_HEAD 20

struct array {
    char *at;
    char *start;
    size_t n;
    bool nulls;
};

static struct array array_begin(struct db_args *p, uint32_t oid, size_t n, size_t bytes)
{
    struct array a;

    assert(n <= INT32_MAX / 8 && bytes <= INT32_MAX - ARRAY_HEAD - n * 4);
    a.n = n;
    a.nulls = false;
    a.start = arena_alloc(p->arena, ARRAY_HEAD + n * 4 + bytes);
    put32(a.start, n ? 1 : 0);
    put32(a.start + 8, oid);
    put32(a.start + 12, (uint32_t)n);
    put32(a.start + 16, 1);
    a.at = a.start + (n ? ARRAY_HEAD : 12);
    return a;
}

static void array_null(struct array *a)
{
    put32(a->at, UINT32_MAX);
    a->at += 4;
    a->nulls = true;
}

static char *array_room(struct array *a, size_t n)
{
    char *at = a->at + 4;

    put32(a->at, (uint32_t)n);
    a->at = at + n;
    return at;
}

static void array_end(struct db_args *p, struct array *a)
{
    put32(a->start + 4, a->nulls);
    push(p, a->start, (size_t)(a->at - a->start));
}

void db_i64s(struct db_args *p, const int64_t *v, const bool *is_null, size_t n)
{
    struct array a = array_begin(p, OID_INT8, n, n * 8);

    for (size_t i = 0; i < n; i++) {
        if (is_null && is_null[i])
            array_null(&a);
        else
            put64(array_room(&a, 8), (uint64_t)v[i]);
    }
    array_end(p, &a);
}

void db_i32s(struct db_args *p, const int32_t *v, const bool *is_null, size_t n)
{
    struct array a = array_begin(p, OID_INT4, n, n * 4);

    for (size_t i = 0; i < n; i++) {
        if (is_null && is_null[i])
            array_null(&a);
        else
            put32(array_room(&a, 4), (uint32_t)v[i]);
    }
    array_end(p, &a);
}

void db_bools(struct db_args *p, const bool *v, size_t n)
{
    struct array a = array_begin(p, OID_BOOL, n, n);

    for (size_t i = 0; i < n; i++)
        *array_room(&a, 1) = v[i];
    array_end(p, &a);
}

static void bytes_array(struct db_args *p, uint32_t oid, const struct span *v, size_t n)
{
    size_t bytes = 0;
    struct array a;

    for (size_t i = 0; i < n; i++)
        bytes += v[i].n;
    a = array_begin(p, oid, n, bytes);
    for (size_t i = 0; i < n; i++) {
        if (!v[i].p)
            array_null(&a);
        else
            memcpy(array_room(&a, v[i].n), v[i].p, v[i].n);
    }
    array_end(p, &a);
}

void db_texts(struct db_args *p, const char *const *v, size_t n)
{
    struct span *s = ARENA_ARRAY(p->arena, struct span, n);

    for (size_t i = 0; i < n; i++)
        s[i] = span_of(v[i]);
    bytes_array(p, OID_TEXT, s, n);
}

void db_bytess(struct db_args *p, const struct span *v, size_t n)
{
    bytes_array(p, OID_BYTEA, v, n);
}

void db_times(struct db_args *p, const instant *v, size_t n)
{
    struct array a = array_begin(p, OID_TSTZ, n, n * 8);

    for (size_t i = 0; i < n; i++) {
        if (v[i] == INSTANT_NONE)
            array_null(&a);
        else
            put64(array_room(&a, 8), pg_time(v[i]));
    }
    array_end(p, &a);
}
