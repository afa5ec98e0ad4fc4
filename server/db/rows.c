/* Rows of a result, read in place from PostgreSQL's binary formats.
 * The result belongs to the call and is gone after done.  The worker's thread.
 *
 * A statement whose rows are many answers SELECT ROW(…): one value a row, which holds the others.
 * libpq allots and copies value by value, and 50 rows of 17 columns cost it a third of a whole
 * request; of a packed row it copies one, and we read the values where they lie. */
#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "server/db/inside.h"

#define OID_JSONB  3802
#define OID_RECORD 2249

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
    if (len == 8)
        return (int64_t)get64(at);
    if (len == 4)
        return (int32_t)get32(at);
    assert(len == 2);
    return (int16_t)get16(at);
}

/* ---- where the values lie */

/* Before the text of a jsonb stands a version byte. */
static struct db_value value_of(Oid type, const char *p, int len)
{
    if (type == OID_JSONB && len > 0)
        return (struct db_value){p + 1, len - 1};
    return (struct db_value){p, len};
}

static int columns_of(const PGresult *res, bool packed)
{
    if (!packed)
        return PQnfields(res);
    if (PQntuples(res) == 0 || PQgetlength(res, 0, 0) < 4)
        return 0;
    return (int)get32(PQgetvalue(res, 0, 0));
}

/* Number of values; of each: type, length (-1: null), bytes.  Both words of a head in one load:
 * pages of lists pass here seven hundred values each. */
static bool unpack(const char *p, int len, int cols, struct db_value *to)
{
    const char *end = p + len;

    if (len < 4 || (int)get32(p) != cols)
        return false;
    p += 4;
    for (struct db_value *last = to + cols; to < last; to++) {
        uint64_t head;
        int32_t n;

        if (end - p < 8)
            return false;
        head = get64(p);
        n = (int32_t)head;
        p += 8;
        if (n < 0) {
            *to = (struct db_value){NULL, 0};
            continue;
        }
        if (n > end - p)
            return false;
        *to = value_of((Oid)(head >> 32), p, n);
        p += n;
    }
    return p == end;
}

static void spread(const PGresult *res, int row, int cols, struct db_value *to)
{
    for (int i = 0; i < cols; i++) {
        if (PQgetisnull(res, row, i))
            to[i] = (struct db_value){NULL, 0};
        else
            to[i] = value_of(PQftype(res, i), PQgetvalue(res, row, i), PQgetlength(res, row, i));
    }
}

bool rows_open(struct db_rows *r, const PGresult *res)
{
    bool packed = PQnfields(res) == 1 && PQftype(res, 0) == OID_RECORD, whole = true;
    size_t values;

    r->n = PQntuples(res);
    r->cols = columns_of(res, packed);
    if (r->cols < 0 || r->cols > DB_COLUMNS_MAX)
        return false;
    values = (size_t)r->n * (size_t)r->cols;
    r->value = values <= ROW_FEW ? r->few : malloc(values * sizeof *r->value);
    if (!r->value)
        abort();
    for (int i = 0; i < r->n && whole; i++) {
        struct db_value *to = r->value + (size_t)i * (size_t)r->cols;

        if (packed)
            whole = unpack(PQgetvalue(res, i, 0), PQgetlength(res, i, 0), r->cols, to);
        else
            spread(res, i, r->cols, to);
    }
    return whole;
}

void rows_close(struct db_rows *r)
{
    if (r->value != r->few)
        free(r->value);
}

/* Of a result without rows everything is null. */
static const struct db_value *at(const struct db_rows *r, int row, int col)
{
    static const struct db_value null;

    if ((unsigned)row >= (unsigned)r->n) {
        assert(row >= 0 && col >= 0 && (col < r->cols || r->n == 0));
        return &null;
    }
    assert((unsigned)col < (unsigned)r->cols);
    return &r->value[row * r->cols + col];
}

/* ---- reading them */

int db_count(const struct db_rows *r)
{
    return r->n;
}

bool db_is_null(const struct db_rows *r, int row, int col)
{
    return !at(r, row, col)->p;
}

int64_t db_get_i64(const struct db_rows *r, int row, int col)
{
    const struct db_value *v = at(r, row, col);

    return v->p ? integer(v->p, v->len) : 0;
}

bool db_get_bool(const struct db_rows *r, int row, int col)
{
    const struct db_value *v = at(r, row, col);

    assert(v->len <= 1);
    return v->len && v->p[0] != 0;
}

struct span db_get_span(const struct db_rows *r, int row, int col)
{
    const struct db_value *v = at(r, row, col);

    return v->p ? (struct span){v->p, (size_t)v->len} : SPAN_NONE;
}

instant db_get_time(const struct db_rows *r, int row, int col)
{
    const struct db_value *v = at(r, row, col);
    int64_t t;

    if (!v->p)
        return INSTANT_NONE;
    assert(v->len == 8);
    t = (int64_t)get64(v->p);
    if (t == INT64_MAX || t == INT64_MIN) /* infinity, -infinity */
        return t;
    return t + PG_EPOCH_US;
}

dayno db_get_day(const struct db_rows *r, int row, int col)
{
    const struct db_value *v = at(r, row, col);

    if (!v->p)
        return INT32_MIN;
    assert(v->len == 4);
    return (int32_t)get32(v->p) + PG_EPOCH_DAYS;
}

int db_array_count(const struct db_rows *r, int row, int col)
{
    const struct db_value *v = at(r, row, col);

    if (!v->p)
        return 0;
    assert(v->len >= 12);
    if (get32(v->p) == 0)
        return 0;
    assert(get32(v->p) == 1 && v->len >= 20);
    return (int)get32(v->p + 12);
}

bool db_array_span(const struct db_rows *r, int row, int col, int i, struct span *ret)
{
    const struct db_value *v = at(r, row, col);
    const char *p = v->p + 20, *end = v->p + v->len;

    assert(i >= 0 && i < db_array_count(r, row, col));
    for (;; i--) {
        int32_t len;

        assert(end - p >= 4);
        len = (int32_t)get32(p);
        p += 4;
        assert(len <= end - p);
        if (i == 0) {
            if (len < 0)
                return false;
            *ret = (struct span){p, (size_t)len};
            return true;
        }
        p += len > 0 ? len : 0;
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
