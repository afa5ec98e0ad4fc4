/* Rows of a result, read in place from PostgreSQL's binary formats.
 * The result belongs to the call and is gone after done.  The worker's thread. */
#include <assert.h>
#include <endian.h>
#include <string.h>

#include "server/db/inside.h"

#define OID_JSONB 3802

/* struct db_rows is never defined: a result is handed out under that name. */
static const PGresult *of(const struct db_rows *r)
{
    return (const PGresult *)(const void *)r;
}

static uint16_t get16(const char *at)
{
    uint16_t v;

    memcpy(&v, at, sizeof v);
    return be16toh(v);
}

static uint32_t get32(const char *at)
{
    uint32_t v;

    memcpy(&v, at, sizeof v);
    return be32toh(v);
}

static uint64_t get64(const char *at)
{
    uint64_t v;

    memcpy(&v, at, sizeof v);
    return be64toh(v);
}

/* An integer of 2, 4 or 8 bytes; another width is a wrong cast in the statement. */
static int64_t integer(const char *at, int len)
{
    switch (len) {
    case 2:
        return (int16_t)get16(at);
    case 4:
        return (int32_t)get32(at);
    default:
        assert(len == 8);
        return (int64_t)get64(at);
    }
}

int db_count(const struct db_rows *r)
{
    return PQntuples(of(r));
}

bool db_is_null(const struct db_rows *r, int row, int col)
{
    return PQgetisnull(of(r), row, col) != 0;
}

/* A null has no bytes.  What has a width is a null exactly then; only of texts one must ask. */
int64_t db_get_i64(const struct db_rows *r, int row, int col)
{
    int len = PQgetlength(of(r), row, col);

    return len ? integer(PQgetvalue(of(r), row, col), len) : 0;
}

bool db_get_bool(const struct db_rows *r, int row, int col)
{
    int len = PQgetlength(of(r), row, col);

    assert(len <= 1);
    return len && PQgetvalue(of(r), row, col)[0] != 0;
}

struct span db_get_span(const struct db_rows *r, int row, int col)
{
    struct span s;

    s.n = (size_t)PQgetlength(of(r), row, col);
    if (s.n == 0 && db_is_null(r, row, col))
        return SPAN_NONE;
    s.p = PQgetvalue(of(r), row, col);
    /* Before the text of a jsonb stands a version byte, which no text of ours begins with. */
    if (s.n && s.p[0] == 1 && PQftype(of(r), col) == OID_JSONB) {
        s.p++;
        s.n--;
    }
    return s;
}

instant db_get_time(const struct db_rows *r, int row, int col)
{
    int len = PQgetlength(of(r), row, col);
    int64_t t;

    if (len == 0)
        return INSTANT_NONE;
    assert(len == 8);
    t = (int64_t)get64(PQgetvalue(of(r), row, col));
    if (t == INT64_MAX || t == INT64_MIN) /* infinity, -infinity */
        return t;
    return t + PG_EPOCH_US;
}

dayno db_get_day(const struct db_rows *r, int row, int col)
{
    int len = PQgetlength(of(r), row, col);

    if (len == 0)
        return INT32_MIN;
    assert(len == 4);
    return (int32_t)get32(PQgetvalue(of(r), row, col)) + PG_EPOCH_DAYS;
}

int db_array_count(const struct db_rows *r, int row, int col)
{
    const char *at;

    if (db_is_null(r, row, col))
        return 0;
    assert(PQgetlength(of(r), row, col) >= 12);
    at = PQgetvalue(of(r), row, col);
    if (get32(at) == 0)
        return 0;
    assert(get32(at) == 1 && PQgetlength(of(r), row, col) >= 20);
    return (int)get32(at + 12);
}

bool db_array_span(const struct db_rows *r, int row, int col, int i, struct span *ret)
{
    const char *at, *end;

    assert(i >= 0 && i < db_array_count(r, row, col));
    at = PQgetvalue(of(r), row, col) + 20;
    end = PQgetvalue(of(r), row, col) + PQgetlength(of(r), row, col);
    for (;; i--) {
        int32_t len;

        assert(end - at >= 4);
        len = (int32_t)get32(at);
        at += 4;
        assert(len <= end - at);
        if (i == 0) {
            if (len < 0)
                return false;
            *ret = (struct span){at, (size_t)len};
            return true;
        }
        at += len > 0 ? len : 0;
    }
}

bool db_array_i64(const struct db_rows *r, int row, int col, int i, int64_t *ret)
{
    struct span s;

    if (!db_array_span(r, row, col, i, &s))
        return false;
    *ret = integer(s.p, (int)s.n);
    return true;
}
