/* Conversions between instants, local minutes and civil dates; strict parsing and printing.
 * Pure values, nothing owned.  Any thread. */
#include "common/time/civil.h"

#include <assert.h>
#include <stdio.h>

#define MICRO      INT64_C(1000000)
#define YEAR_FIRST 1900
#define YEAR_LAST  2200

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;

    return q - (q * b != a && (a < 0) != (b < 0));
}

/* Days of the Gregorian calendar, counted in eras of 400 years that begin on 1 March, so that the
 * leap day is the last of its year. */
dayno civil_day(struct civil c)
{
    int y = c.month <= 2 ? c.year - 1 : c.year;
    int era = (int)floor_div(y, 400);
    int yoe = y - era * 400;
    int doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

/* The way of Neri and Schneider ("Euclidean affine functions and their application to calendar
 * algorithms", 2022): years from 1 March, divisions become multiplications.  Every row of a queue
 * has four instants.  CENTURIES_UP makes all numbers positive: whole eras of 400 years. */
#define CENTURIES_UP 64000

struct civil civil_of_day(dayno d)
{
    uint64_t n1 = 4 * (uint64_t)((int64_t)d + 719468 + INT64_C(146097) * CENTURIES_UP / 4) + 3;
    uint64_t century = n1 / 146097;
    uint32_t n2 = (uint32_t)(n1 % 146097) | 3;
    uint64_t p2 = UINT64_C(2939745) * n2;
    uint32_t of_year = (uint32_t)p2 / 2939745 / 4, n3 = 2141 * of_year + 197913;
    bool next = of_year >= 306; /* January and February end the year that began in March */

    return (struct civil){
        .year = (int)(100 * ((int64_t)century - CENTURIES_UP) + (int64_t)(p2 >> 32)) + next,
        .month = (int)(n3 >> 16) - (next ? 12 : 0),
        .day = (int)((n3 & 0xffff) / 2141) + 1,
    };
}

int month_days(int year, int month)
{
    static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    assert(month >= 1 && month <= 12);
    return n[month - 1] + (month == 2 && leap);
}

bool civil_valid(int year, int month, int day)
{
    return year >= YEAR_FIRST && year <= YEAR_LAST && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_days(year, month);
}

int day_weekday(dayno d)
{
    int64_t w = ((int64_t)d + 3) % 7; /* 1970-01-01 was a Thursday */

    return (int)(w < 0 ? w + 7 : w);
}

lminute lminute_of(instant t)
{
    return floor_div(t, 60 * MICRO) + LOCAL_OFFSET_MINUTES;
}

instant instant_of(lminute m)
{
    return (m - LOCAL_OFFSET_MINUTES) * 60 * MICRO;
}

dayno lminute_day(lminute m)
{
    return (dayno)floor_div(m, DAY_MINUTES);
}

int lminute_clock(lminute m)
{
    return (int)(m - floor_div(m, DAY_MINUTES) * DAY_MINUTES);
}

/* Takes exactly n digits from the front. */
static bool take_digits(struct span *s, size_t n, int *ret)
{
    int v = 0;
    size_t i;

    if (s->n < n)
        return false;
    for (i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        v = v * 10 + (s->p[i] - '0');
    }
    s->p += n;
    s->n -= n;
    *ret = v;
    return true;
}

static bool take_char(struct span *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    s->p++;
    s->n--;
    return true;
}

static bool take_day(struct span *s, dayno *ret)
{
    struct civil c;

    if (!take_digits(s, 4, &c.year) || !take_char(s, '-') || !take_digits(s, 2, &c.month) ||
        !take_char(s, '-') || !take_digits(s, 2, &c.day) || !civil_valid(c.year, c.month, c.day))
        return false;
    *ret = civil_day(c);
    return true;
}

static bool take_clock(struct span *s, int *ret)
{
    int h, m;

    if (!take_digits(s, 2, &h) || !take_char(s, ':') || !take_digits(s, 2, &m) || m > 59)
        return false;
    if (h > 24 || (h == 24 && m > 0))
        return false;
    *ret = h * 60 + m;
    return true;
}

bool day_parse(struct span s, dayno *ret)
{
    dayno d;

    if (!take_day(&s, &d) || s.n)
        return false;
    *ret = d;
    return true;
}

bool clock_parse(struct span s, int *ret_minutes)
{
    int m;

    if (!take_clock(&s, &m) || s.n)
        return false;
    *ret_minutes = m;
    return true;
}

/* ":SS" and then ".fraction" of 1 to 9 digits, both optional, in microseconds. */
static bool take_seconds(struct span *s, int64_t *ret_us)
{
    int sec, digit, n = 0;
    int64_t us = 0, unit = MICRO;

    *ret_us = 0;
    if (!take_char(s, ':'))
        return true;
    if (!take_digits(s, 2, &sec) || sec > 59)
        return false;
    if (take_char(s, '.')) {
        while (take_digits(s, 1, &digit)) {
            unit /= 10;
            us += digit * unit; /* beyond microseconds the unit is 0 */
            if (++n > 9)
                return false;
        }
        if (n == 0)
            return false;
    }
    *ret_us = sec * MICRO + us;
    return true;
}

/* "Z", "+07:00", or nothing for local time. */
static bool take_offset(struct span *s, int *ret_minutes)
{
    int m, sign = 1;

    *ret_minutes = LOCAL_OFFSET_MINUTES;
    if (s->n == 0)
        return true;
    if (take_char(s, 'Z')) {
        *ret_minutes = 0;
        return true;
    }
    if (take_char(s, '-'))
        sign = -1;
    else if (!take_char(s, '+'))
        return false;
    if (!take_clock(s, &m) || m >= DAY_MINUTES)
        return false;
    *ret_minutes = sign * m;
    return true;
}

bool instant_parse(struct span s, instant *ret)
{
    dayno d;
    int clock, offset;
    int64_t us;

    if (!take_day(&s, &d) || !(take_char(&s, 'T') || take_char(&s, ' ')))
        return false;
    if (!take_clock(&s, &clock) || clock >= DAY_MINUTES)
        return false;
    if (!take_seconds(&s, &us) || !take_offset(&s, &offset) || s.n)
        return false;
    *ret = (day_start(d) + clock - offset) * 60 * MICRO + us;
    return true;
}

/* v < 100 */
static char *two(char *p, unsigned v)
{
    static const char digits[] = "0001020304050607080910111213141516171819"
                                 "2021222324252627282930313233343536373839"
                                 "4041424344454647484950515253545556575859"
                                 "6061626364656667686970717273747576777879"
                                 "8081828384858687888990919293949596979899";

    memcpy(p, digits + 2 * (size_t)v, 2);
    return p + 2;
}

/* "2026-11-23"; what civil_valid lets in has years of four digits, others keep theirs and fit. */
static char *put_day(char *p, struct civil c)
{
    if (c.year < 0 || c.year > 9999)
        p += snprintf(p, 12, "%04d", c.year);
    else
        p = two(two(p, (unsigned)c.year / 100), (unsigned)c.year % 100);
    *p++ = '-';
    p = two(p, (unsigned)c.month);
    *p++ = '-';
    return two(p, (unsigned)c.day);
}

#define DAY_US ((int64_t)DAY_MINUTES * 60 * MICRO)

/* Local day, and microseconds of it. */
static dayno day_of(instant t, uint64_t *ret_us)
{
    int64_t day = floor_div(t, DAY_US);
    uint64_t us = (uint64_t)(t - day * DAY_US + (int64_t)LOCAL_OFFSET_MINUTES * 60 * MICRO);
    bool next = us >= (uint64_t)DAY_US; /* it is tomorrow here already */

    *ret_us = us - (next ? (uint64_t)DAY_US : 0);
    return (dayno)(day + next);
}

dayno instant_day(instant t, unsigned *ret_second)
{
    uint64_t us;
    dayno d = day_of(t, &us);

    *ret_second = (unsigned)(us / (unsigned)MICRO);
    return d;
}

static char *put_clock(char *p, unsigned second)
{
    *p++ = 'T';
    p = two(p, second / 3600);
    *p++ = ':';
    p = two(p, second / 60 % 60);
    *p++ = ':';
    return two(p, second % 60);
}

void clock_rfc3339(unsigned second, char out[CLOCK_CHARS])
{
    memcpy(put_clock(out, second), "+07:00", 6);
}

/* Written by hand: every line of a queue or history has several. */
static size_t print_instant(instant t, bool micro, char *out)
{
    uint64_t of_day;
    dayno d = day_of(t, &of_day);
    char *p = put_clock(put_day(out, civil_of_day(d)), (unsigned)(of_day / (unsigned)MICRO));

    if (micro) {
        unsigned us = (unsigned)(of_day % (unsigned)MICRO);

        *p++ = '.';
        p = two(two(two(p, us / 10000), us / 100 % 100), us % 100);
    }
    memcpy(p, "+07:00", sizeof "+07:00");
    return (size_t)(p - out) + strlen("+07:00");
}

size_t instant_rfc3339(instant t, char out[32])
{
    return print_instant(t, false, out);
}

size_t instant_rfc3339_us(instant t, char out[40])
{
    return print_instant(t, true, out);
}

void day_iso(dayno d, char out[16])
{
    *put_day(out, civil_of_day(d)) = '\0';
}

const char *weekday_name(int weekday, bool english)
{
    static const char *const name[7][2] = {
        {"thứ Hai", "Monday"},   {"thứ Ba", "Tuesday"}, {"thứ Tư", "Wednesday"},
        {"thứ Năm", "Thursday"}, {"thứ Sáu", "Friday"}, {"thứ Bảy", "Saturday"},
        {"Chủ nhật", "Sunday"},
    };

    assert(weekday >= 0 && weekday < 7);
    return name[weekday][english];
}

void lminute_words(lminute m, bool english, char out[64])
{
    dayno d = lminute_day(m);
    struct civil c = civil_of_day(d);
    int clock = lminute_clock(m);
    int n = snprintf(out, 64, "%02d:%02d %s %02d/%02d/%04d", clock / 60, clock % 60,
                     weekday_name(day_weekday(d), english), c.day, c.month, c.year);

    assert(n > 0 && n < 64);
}
