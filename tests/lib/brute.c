/* The minute counter.  Owned by whoever made it; one thread. */
#include "tests/lib/brute.h"

#include <stdio.h>
#include <stdlib.h>

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "minute counter: %s\n", what);
    abort();
}

void brute_fill(struct brute *b, const struct fixture_calendar *c, dayno first, int days)
{
    size_t n = ((size_t)days + 1) * DAY_MINUTES;
    int day, i, m;

    *b = (struct brute){.c = c, .first = day_start(first), .end = day_start(first + days)};
    b->work = calloc(n, 1);
    b->open = calloc(n, 1);
    must(b->work && b->open, "memory");
    for (day = 0; day < days; day++) {
        struct fixture_day s = fixture_sessions(c, first + day);

        for (i = 0; i < s.n; i++)
            for (m = s.open[i]; m <= s.close[i]; m++) {
                b->open[day * DAY_MINUTES + m] = 1;
                if (m < s.close[i])
                    b->work[day * DAY_MINUTES + m] = 1;
            }
    }
}

void brute_free(struct brute *b)
{
    free(b->work);
    free(b->open);
    *b = (struct brute){0};
}

static bool at(const struct brute *b, const uint8_t *what, lminute m)
{
    must(m >= b->first && m <= b->end, "beyond the days it was filled for");
    return what[m - b->first] != 0;
}

static dayno next_counted(const struct brute *b, dayno d)
{
    do
        must(day_start(++d) <= b->end, "no counted day left");
    while (!fixture_counted(b->c, d));
    return d;
}

static lminute next_open(const struct brute *b, lminute m)
{
    while (!at(b, b->open, m))
        m++;
    return m;
}

lminute brute_start(const struct brute *b, lminute m)
{
    dayno d = lminute_day(m);

    if (b->c->cutoff >= 0 && fixture_counted(b->c, d) && lminute_clock(m) > b->c->cutoff)
        m = day_start(next_counted(b, d));
    return next_open(b, m);
}

lminute brute_add(const struct brute *b, lminute m, int64_t minutes)
{
    while (minutes > 0)
        minutes -= at(b, b->work, m++);
    return m;
}

int64_t brute_elapsed(const struct brute *b, lminute from, lminute to)
{
    int64_t n = 0;

    for (; from < to; from++)
        n += at(b, b->work, from);
    return n;
}

static lminute last_close(const struct brute *b, dayno d)
{
    lminute m = day_start(d) + DAY_MINUTES - 1;

    while (!at(b, b->open, m))
        m--;
    return m;
}

static lminute calendar_days(const struct brute *b, dayno d, int64_t whole, int64_t rest)
{
    dayno last = d + (dayno)whole;
    bool moves = !fixture_counted(b->c, last);

    if (moves)
        last = next_counted(b, last);
    if (rest == 0 || (moves && whole > 0))
        return last_close(b, last);
    return brute_add(b, day_start(next_counted(b, d + (dayno)whole)), rest);
}

static lminute same_day(const struct brute *b, dayno d)
{
    return last_close(b, fixture_counted(b->c, d) ? d : next_counted(b, d));
}

lminute brute_due(const struct brute *b, lminute received, struct quantity q)
{
    lminute start = brute_start(b, received);
    int64_t den = q.den * (q.unit == UNIT_HALF_DAY ? 2 : 1), whole = q.num / den, i;
    int64_t rest = (q.num % den * b->c->day_minutes + den - 1) / den;
    dayno d = lminute_day(start);

    must(q.unit != UNIT_MONTH, "months are not counted here");
    if (q.unit == UNIT_HOUR)
        return brute_add(b, start, (q.num * 60 + q.den - 1) / q.den);
    if (q.unit == UNIT_SAME_DAY)
        return same_day(b, d);
    if (q.unit == UNIT_CALENDAR_DAY)
        return calendar_days(b, d, whole, rest);
    for (i = 0; i < whole; i++)
        d = next_counted(b, d);
    if (q.unit == UNIT_WORKING_DAY_EOD && rest == 0)
        return whole ? last_close(b, d) : same_day(b, d);
    if (q.unit == UNIT_WORKING_DAY_EOD)
        return brute_add(b, day_start(next_counted(b, d)), rest);
    return brute_add(b, next_open(b, day_start(d) + lminute_clock(start)), rest);
}
