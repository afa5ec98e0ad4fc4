/* Quantities of time limits: exact rationals with a unit, their text and their words.
 * Pure values, nothing owned.  Any thread. */
#include <assert.h>

#include "common/time/worktime.h"

#define UNITS_MAX    100000
#define DECIMALS_MAX 6

enum family { FAMILY_HOUR, FAMILY_DAY, FAMILY_CALENDAR, FAMILY_MONTH, FAMILY_SAME_DAY };

/* English has one and many; Vietnamese has one form. */
static const struct {
    const char *name;
    struct text2 title;
    const char *one;
    enum family family;
} units[UNIT_COUNT] = {
    [UNIT_HOUR] = {"hour", {"giờ làm việc", "working hours"}, "working hour", FAMILY_HOUR},
    [UNIT_HALF_DAY] = {"half_day",
                       {"nửa ngày làm việc", "half working days"},
                       "half working day",
                       FAMILY_DAY},
    [UNIT_WORKING_DAY] = {"working_day",
                          {"ngày làm việc", "working days"},
                          "working day",
                          FAMILY_DAY},
    [UNIT_WORKING_DAY_EOD] = {"working_day_eod",
                              {"ngày làm việc", "working days"},
                              "working day",
                              FAMILY_DAY},
    [UNIT_CALENDAR_DAY] = {"calendar_day", {"ngày", "days"}, "day", FAMILY_CALENDAR},
    [UNIT_MONTH] = {"month", {"tháng", "months"}, "month", FAMILY_MONTH},
    [UNIT_SAME_DAY] = {"same_day", {"trong ngày", "the same day"}, "the same day", FAMILY_SAME_DAY},
};

const char *unit_name(enum unit u)
{
    assert((unsigned)u < UNIT_COUNT);
    return units[u].name;
}

struct text2 unit_title(enum unit u)
{
    assert((unsigned)u < UNIT_COUNT);
    return units[u].title;
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static struct quantity reduced(int64_t num, int64_t den, enum unit unit)
{
    int64_t g = gcd(num, den);

    return (struct quantity){num / g, den / g, unit};
}

static bool unit_parse(struct span s, enum unit *ret)
{
    int u;

    for (u = 0; u < UNIT_COUNT; u++)
        if (span_is(s, units[u].name)) {
            *ret = (enum unit)u;
            return true;
        }
    return false;
}

/* Digits, then perhaps a point and 1 to 6 digits; nothing else. */
static bool number_parse(struct span s, int64_t *ret_num, int64_t *ret_den)
{
    struct span whole, part;
    bool point = span_cut(s, '.', &whole, &part);
    int64_t num, frac = 0, den = 1;
    size_t i;

    if (!whole.n || whole.p[0] == '-' || !span_i64(whole, 0, UNITS_MAX, &num))
        return false;
    if (point) {
        if (part.n == 0 || part.n > DECIMALS_MAX || part.p[0] == '-')
            return false;
        if (!span_i64(part, 0, INT64_MAX, &frac))
            return false;
        for (i = 0; i < part.n; i++)
            den *= 10;
    }
    if (num == UNITS_MAX && frac)
        return false;
    *ret_num = num * den + frac;
    *ret_den = den;
    return true;
}

bool quantity_parse(struct span s, struct quantity *ret)
{
    struct span number, word;
    int64_t num, den;
    enum unit unit;

    if (span_is(s, units[UNIT_SAME_DAY].name)) {
        *ret = (struct quantity){1, 1, UNIT_SAME_DAY};
        return true;
    }
    if (!span_cut(s, ' ', &number, &word))
        return false;
    while (word.n && word.p[0] == ' ') {
        word.p++;
        word.n--;
    }
    if (!number_parse(number, &num, &den) || !unit_parse(word, &unit) || unit == UNIT_SAME_DAY)
        return false;
    *ret = reduced(num, den, unit);
    return true;
}

/* A decimal where there is one of at most 7 places (half of 6), else a fraction. */
static void print_number(struct quantity q, char point, struct buf *out)
{
    int64_t rest = q.num % q.den, unit = q.den;
    int places = 0;
    bool decimal = 10000000 % q.den == 0;

    if (!decimal) {
        buf_i64(out, q.num);
        buf_char(out, '/');
        buf_i64(out, q.den);
        return;
    }
    buf_i64(out, q.num / q.den);
    if (rest)
        buf_char(out, point);
    while (rest && places++ <= DECIMALS_MAX) {
        rest *= 10;
        buf_char(out, (char)('0' + rest / unit));
        rest %= unit;
    }
}

void quantity_print(struct quantity q, struct buf *out)
{
    q = reduced(q.num, q.den, q.unit);
    if (q.unit != UNIT_SAME_DAY) {
        print_number(q, '.', out);
        buf_char(out, ' ');
    }
    buf_str(out, unit_name(q.unit));
}

void quantity_words(struct quantity q, enum lang lang, struct buf *out)
{
    bool one;

    if (q.unit == UNIT_HALF_DAY) /* what they are; "2 nửa ngày" is nobody's Vietnamese */
        q = (struct quantity){q.num, q.den * 2, UNIT_WORKING_DAY};
    one = lang == LANG_EN && q.num == q.den;
    q = reduced(q.num, q.den, q.unit);
    if (q.unit != UNIT_SAME_DAY) {
        print_number(q, lang == LANG_VI ? ',' : '.', out);
        buf_char(out, ' ');
    }
    buf_str(out, one ? units[q.unit].one : text2_in(units[q.unit].title, lang));
}

bool quantity_same_family(enum unit a, enum unit b)
{
    assert((unsigned)a < UNIT_COUNT && (unsigned)b < UNIT_COUNT);
    return units[a].family == units[b].family;
}

/* In units of the family: half days count half. */
static bool in_family(struct quantity q, struct quantity *ret)
{
    *ret = q;
    return q.unit != UNIT_HALF_DAY || !__builtin_mul_overflow(q.den, (int64_t)2, &ret->den);
}

bool quantity_add(struct quantity a, struct quantity b, struct quantity *ret)
{
    enum unit unit = a.unit;
    int64_t x, y, num, den;

    if (!quantity_same_family(a.unit, b.unit))
        return false;
    if (a.unit != b.unit) {
        bool eod = a.unit == UNIT_WORKING_DAY_EOD || b.unit == UNIT_WORKING_DAY_EOD;
        unit = eod ? UNIT_WORKING_DAY_EOD : UNIT_WORKING_DAY;
        if (!in_family(a, &a) || !in_family(b, &b))
            return false;
    }
    if (__builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num, a.den, &y) ||
        __builtin_add_overflow(x, y, &num) || __builtin_mul_overflow(a.den, b.den, &den))
        return false;
    *ret = reduced(num, den, unit);
    return true;
}

int quantity_cmp(struct quantity a, struct quantity b)
{
    __extension__ typedef __int128 wide; /* products of two 64-bit numbers cannot overflow */
    wide x, y;
    bool fits;

    assert(quantity_same_family(a.unit, b.unit));
    fits = in_family(a, &a) && in_family(b, &b);
    assert(fits); /* denominators come from at most 6 decimals and a few sums */
    (void)fits;
    x = (wide)a.num * b.den;
    y = (wide)b.num * a.den;
    return x < y ? -1 : x > y;
}
