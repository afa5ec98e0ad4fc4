/* Rows of a result, read in place from PostgreSQL's binary formats.
 * The result lies in its connection's buffer and is gone after done.  The worker's thread. */
#include <assert.h>
#include <string.h>

#include "server/db/bytes.h"
#include "server/db/inside.h"

static inline const struct pgwire_value *at(const struct db_rows *r, int row, int col)
{
    assert(row >= 0 && row < r->n && col >= 0 && col < r->cols);
    return &r->value[row * r->cols + col];
}

/* An integer of 2, 4 or 8 bytes; another width is a wrong cast in the statement. */
static int64_t integer(const char *p, int len)
{
    switch (len) {
    case 2:
        return (int16_t)get_be16(p);
    case 4:
        return (int32_t)get_be32(p);
    default:
        assert(len == 8);
        return (int64_t)get_be64(p);
    }
}

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
    const struct pgwire_value *v = at(r, row, col);

    return v->p ? integer(v->p, v->len) : 0;
}

bool db_get_bool(const struct db_rows *r, int row, int col)
{
    const struct pgwire_value *v = at(r, row, col);

    assert(v->len <= 1);
    return v->len && *v->p != 0;
}

struct span db_get_span(const struct db_rows *r, int row, int col)
{
    const struct pgwire_value *v = at(r, row, col);
    int version = v->len > 0 && r->jsonb >> col & 1; /* stands before the text of a jsonb */

    return (struct span){v->p ? v->p + version : NULL, (size_t)(v->len - version)};
}

instant db_get_time(const struct db_rows *r, int row, int col)
{
    const struct pgwire_value *v = at(r, row, col);
    int64_t t;

    if (!v->p)
        return INSTANT_NONE;
    assert(v->len == 8);
    t = (int64_t)get_be64(v->p);
    if (t == INT64_MAX || t == INT64_MIN) /* infinity, -infinity */
        return t;
    return t + PG_EPOCH_US;
}

dayno db_get_day(const struct db_rows *r, int row, int col)
{
    const struct pgwire_value *v = at(r, row, col);

    if (!v->p)
        return INT32_MIN;
    assert(v->len == 4);
    return (int32_t)get_be32(v->p) + PG_EPOCH_DAYS;
}

int db_array_count(const struct db_rows *r, int row, int col)
{
    const struct pgwire_value *v = at(r, row, col);

    if (!v->p)
        return 0;
    assert(v->len >= 12);
    if (get_be32(v->p) == 0)
        return 0;
    assert(get_be32(v->p) == 1 && v->len >= 20);
    return (int)get_be32(v->p + 12);
}

bool db_array_span(const struct db_rows *r, int row, int col, int i, struct span *ret)
{
    const struct pgwire_value *v = at(r, row, col);
    const char *p, *end;

    assert(i >= 0 && i < db_array_count(r, row, col));
    p = v->p + 20;
    end = v->p + v->len;
    for (;; i--) {
        int32_t len;

        assert(end - p >= 4);
        len = (int32_t)get_be32(p);
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
