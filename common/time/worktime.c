/* The calculator: every operation is a few table look-ups and at most one binary search.
 * Owns nothing, keeps no state.  Any thread. */
#include "common/time/worktime.h"

#include <assert.h>

#include "common/time/worktime_trace.h"

/* A minute as the calendar sees it: 24:00 belongs to the day whose session closes then. */
struct place {
    int32_t i; /* day, from the first of the calendar */
    int clock; /* 0..1440 */
};

struct text2 time_fault_text(enum time_fault f)
{
    static const struct text2 text[] = {
        [TIME_FINE] = {"tính được", "fine"},
        [TIME_CALENDAR_ENDS] = {"lịch chưa có ngày nghỉ chính thức đến ngày hết hạn: bổ sung lịch "
                                "rồi tính lại",
                                "the calendar ends before the due date: add the official days off "
                                "and try again"},
        [TIME_CALENDAR_BEGINS] = {"thời điểm đứng trước ngày đầu tiên của lịch",
                                  "the time lies before the first day of the calendar"},
        [TIME_NEVER_OPEN] = {"lịch không có buổi làm việc nào", "the calendar has no session"},
        [TIME_OVERFLOW] = {"thời hạn hoặc số lần tạm dừng quá lớn",
                           "the limit or the number of pauses is too large"},
    };

    assert((unsigned)f < sizeof text / sizeof *text);
    return text[f];
}

static enum time_fault day_fault(const struct calendar *c, dayno d)
{
    if (d < c->first)
        return TIME_CALENDAR_BEGINS;
    return d > c->last ? TIME_CALENDAR_ENDS : TIME_FINE;
}

/* lminute_day would wrap for minutes far outside any calendar. */
static enum time_fault range_fault(const struct calendar *c, lminute m)
{
    if (m < day_start(c->first))
        return TIME_CALENDAR_BEGINS;
    return m > day_start(c->last) + DAY_MINUTES ? TIME_CALENDAR_ENDS : TIME_FINE;
}

static lminute minute_of(const struct calendar *c, struct place p)
{
    return day_start(c->first + p.i) + p.clock;
}

static bool is_open(const struct calendar *c, struct place p)
{
    const struct day_sessions *s = calendar_cell_sessions(c, p.i);
    int k;

    for (k = 0; k < s->n; k++)
        if (s->s[k].open <= p.clock && p.clock <= s->s[k].close)
            return true;
    return false;
}

/* Finds the place of a minute in range; an open one where midnight can be read in two ways. */
static enum time_fault place_of(const struct calendar *c, lminute m, struct place *ret)
{
    enum time_fault f = range_fault(c, m);
    struct place p;

    if (f != TIME_FINE)
        return f;
    p = (struct place){lminute_day(m) - c->first, lminute_clock(m)};
    if (p.clock == 0 && p.i > 0) {
        struct place eve = {p.i - 1, DAY_MINUTES};
        if (p.i == c->n || (!is_open(c, p) && is_open(c, eve)))
            p = eve;
    }
    *ret = p;
    return TIME_FINE;
}

static lminute first_open(const struct calendar *c, int32_t i)
{
    return day_start(c->first + i) + calendar_cell_sessions(c, i)->s[0].open;
}

static lminute last_close(const struct calendar *c, dayno d)
{
    const struct day_sessions *s = calendar_day(c, d);

    assert(s->n > 0);
    return day_start(d) + s->s[s->n - 1].close;
}

/* The place itself when open, else the next opening. */
static enum time_fault next_open(const struct calendar *c, struct place p, lminute *ret,
                                 bool *ret_moved)
{
    const struct day_sessions *s = calendar_cell_sessions(c, p.i);
    int32_t i;
    int k;

    *ret_moved = !is_open(c, p);
    if (!*ret_moved) {
        *ret = minute_of(c, p);
        return TIME_FINE;
    }
    for (k = 0; k < s->n; k++)
        if (s->s[k].open > p.clock) {
            *ret = day_start(c->first + p.i) + s->s[k].open;
            return TIME_FINE;
        }
    i = c->open_from[p.i + 1];
    if (i == c->n)
        return c->minutes[c->n] ? TIME_CALENDAR_ENDS : TIME_NEVER_OPEN;
    *ret = first_open(c, i);
    return TIME_FINE;
}

enum time_fault worktime_counted_after(const struct calendar *c, dayno d, int64_t n, dayno *ret)
{
    enum time_fault f = day_fault(c, d);
    int32_t total = c->counted[c->n];
    int64_t rank;

    if (f != TIME_FINE)
        return f;
    if (total == 0)
        return TIME_NEVER_OPEN;
    if (n < 0 || n > INT32_MAX)
        return n < 0 ? TIME_OVERFLOW : TIME_CALENDAR_ENDS;
    rank = n == 0 ? c->counted[d - c->first] : c->counted[d - c->first + 1] + n - 1;
    if (rank >= total)
        return TIME_CALENDAR_ENDS;
    *ret = c->first + c->nth[rank];
    return TIME_FINE;
}

enum time_fault worktime_counted_between(const struct calendar *c, dayno from, dayno to,
                                         int64_t *ret)
{
    enum time_fault f = day_fault(c, from < to ? from : to);

    if (f == TIME_FINE)
        f = day_fault(c, from < to ? to : from);
    if (f != TIME_FINE)
        return f;
    *ret = c->counted[to - c->first + 1] - c->counted[from - c->first + 1];
    return TIME_FINE;
}

/* Session minutes from the beginning of the calendar. */
static int64_t worked_before(const struct calendar *c, lminute m)
{
    int32_t i = lminute_day(m) - c->first;
    int clock = lminute_clock(m), k;
    const struct day_sessions *s;
    int64_t sum = c->minutes[i];

    if (i == c->n)
        return sum;
    s = calendar_cell_sessions(c, i);
    for (k = 0; k < s->n && s->s[k].open < clock; k++)
        sum += (clock < s->s[k].close ? clock : s->s[k].close) - s->s[k].open;
    return sum;
}

/* The earliest minute before which `target` (> 0) session minutes lie; the calendar has them. */
static lminute after_worked(const struct calendar *c, int64_t target, int32_t low, int32_t high)
{
    const struct day_sessions *s;
    int64_t left;
    int k;

    while (low < high) {
        int32_t mid = low + (high - low) / 2;
        if (c->minutes[mid + 1] >= target)
            high = mid;
        else
            low = mid + 1;
    }
    left = target - c->minutes[low];
    s = calendar_cell_sessions(c, low);
    for (k = 0; k < s->n - 1 && left > s->s[k].close - s->s[k].open; k++)
        left -= s->s[k].close - s->s[k].open;
    return day_start(c->first + low) + s->s[k].open + left;
}

enum time_fault worktime_add(const struct calendar *c, lminute from, int64_t minutes, lminute *ret)
{
    enum time_fault f = range_fault(c, from);
    int64_t target;

    if (f != TIME_FINE)
        return f;
    if (minutes < 0)
        return TIME_OVERFLOW;
    if (minutes == 0) {
        *ret = from;
        return TIME_FINE;
    }
    if (c->minutes[c->n] == 0)
        return TIME_NEVER_OPEN;
    if (minutes > c->minutes[c->n])
        return TIME_CALENDAR_ENDS;
    target = worked_before(c, from) + minutes;
    if (target > c->minutes[c->n])
        return TIME_CALENDAR_ENDS;
    *ret = after_worked(c, target, lminute_day(from) - c->first, c->n - 1);
    return TIME_FINE;
}

enum time_fault worktime_elapsed(const struct calendar *c, lminute from, lminute to,
                                 int64_t *ret_minutes)
{
    enum time_fault f = range_fault(c, from);

    if (f == TIME_FINE)
        f = range_fault(c, to);
    if (f != TIME_FINE)
        return f;
    *ret_minutes = worked_before(c, to) - worked_before(c, from);
    return TIME_FINE;
}

/* Receipt: strictly after the cut-off of a counted day it counts from the opening of the next
 * counted day (Decree 118/2025 art. 18); else from the moment, or from the next opening. */
static enum time_fault find_start(const struct calendar *c, lminute received, struct time_trace *t)
{
    struct place p;
    enum time_fault f = place_of(c, received, &p);
    dayno next;

    if (f == TIME_FINE && received == day_start(c->last) + DAY_MINUTES)
        f = TIME_CALENDAR_ENDS;
    if (f != TIME_FINE)
        return f;
    t->received = received;
    if (c->cutoff >= 0 && c->cell[p.i].counted && p.clock > c->cutoff) {
        f = worktime_counted_after(c, c->first + p.i, 1, &next);
        if (f != TIME_FINE)
            return f;
        t->cut_off = true;
        t->start = first_open(c, next - c->first);
        t->day0 = next;
        return TIME_FINE;
    }
    f = next_open(c, p, &t->start, &t->waited);
    if (f == TIME_FINE)
        t->day0 = t->waited ? lminute_day(t->start) : c->first + p.i;
    return f;
}

enum time_fault worktime_start(const struct calendar *c, lminute received, lminute *ret_start)
{
    struct time_trace t = {0};
    enum time_fault f = find_start(c, received, &t);

    if (f == TIME_FINE)
        *ret_start = t.start;
    return f;
}

/* num * factor / den, a started minute (or day) counting whole. */
static bool scaled_up(int64_t num, int64_t factor, int64_t den, int64_t *ret)
{
    int64_t x;

    if (__builtin_mul_overflow(num, factor, &x))
        return false;
    *ret = x / den + (x % den != 0);
    return true;
}

/* Whole days keep the clock; where that is closed, the next opening; then the minutes left. */
static enum time_fault due_working_day(const struct calendar *c, struct time_trace *t)
{
    enum time_fault f;
    int clock = (int)(t->start - day_start(t->day0));

    t->landed = t->counted = t->day0;
    t->base = t->start;
    if (t->whole > 0) {
        f = worktime_counted_after(c, t->day0, t->whole, &t->landed);
        if (f != TIME_FINE)
            return f;
        t->counted = t->landed;
        f = next_open(c, (struct place){t->landed - c->first, clock}, &t->base, &t->reopened);
        if (f != TIME_FINE)
            return f;
    }
    t->from = t->base;
    return worktime_add(c, t->from, t->rest, &t->unpaused);
}

/* The last close of the day the whole part landed on, or the minutes left from the opening of the
 * next counted day. */
static enum time_fault due_at_close(const struct calendar *c, struct time_trace *t,
                                    bool counted_day)
{
    dayno next;
    enum time_fault f;

    t->base = counted_day ? last_close(c, t->landed) : t->start;
    if (t->rest == 0 || t->absorbed) {
        t->from = t->unpaused = t->base;
        return TIME_FINE;
    }
    f = worktime_counted_after(c, t->landed, 1, &next);
    if (f != TIME_FINE)
        return f;
    t->from = first_open(c, next - c->first);
    return worktime_add(c, t->from, t->rest, &t->unpaused);
}

/* Civil Code art. 147.2: the day of receipt is not counted. */
static enum time_fault due_working_day_eod(const struct calendar *c, struct time_trace *t)
{
    bool only_fraction = t->whole == 0 && t->rest > 0;
    enum time_fault f = TIME_FINE;

    t->landed = t->day0;
    if (!only_fraction)
        f = worktime_counted_after(c, t->day0, t->whole, &t->landed);
    t->counted = t->landed;
    return f == TIME_FINE ? due_at_close(c, t, !only_fraction) : f;
}

/* Civil Code art. 148.5: a last day that is no working day moves to the next working day.  A
 * fraction belongs to the day after the last whole one: when that one moves, it covers it. */
static enum time_fault due_plain_days(const struct calendar *c, struct time_trace *t)
{
    bool only_fraction = t->whole == 0 && t->rest > 0;
    enum time_fault f = day_fault(c, t->counted);

    t->landed = t->counted;
    if (f == TIME_FINE && !only_fraction)
        f = worktime_counted_after(c, t->counted, 0, &t->landed);
    if (f != TIME_FINE)
        return f;
    t->absorbed = t->landed != t->counted && t->rest > 0;
    return due_at_close(c, t, !only_fraction);
}

/* Art. 148.3: the same day of the month, or its last.  False beyond the years of civil_valid. */
static bool add_months(dayno d, int64_t months, dayno *ret)
{
    struct civil c = civil_of_day(d);
    int64_t m = (int64_t)c.year * 12 + c.month - 1 + months;
    int last;

    c.year = (int)(m / 12);
    c.month = (int)(m % 12) + 1;
    if (!civil_valid(c.year, c.month, 1))
        return false;
    last = month_days(c.year, c.month);
    c.day = c.day < last ? c.day : last;
    *ret = civil_day(c);
    return true;
}

/* A part of a month is as much of 30 days (art. 146.1: half a month is 15), yet never beyond the
 * next whole month. */
static enum time_fault due_month(const struct calendar *c, struct quantity q, struct time_trace *t)
{
    int64_t days;
    dayno next;

    if (t->whole > 12 * 400)
        return TIME_CALENDAR_ENDS;
    if (!scaled_up(q.num % q.den, 30, q.den, &days))
        return TIME_OVERFLOW;
    if (!add_months(t->day0, t->whole, &t->counted))
        return TIME_CALENDAR_ENDS;
    if (days) {
        if (!add_months(t->day0, t->whole + 1, &next))
            return TIME_CALENDAR_ENDS;
        t->counted = t->counted + days < next ? t->counted + (dayno)days : next;
    }
    t->rest = 0;
    return due_plain_days(c, t);
}

/* Art. 148.5 here too: a Saturday that only receives (công an xã) is no day on which an answer can
 * be due. */
static enum time_fault due_same_day(const struct calendar *c, struct time_trace *t)
{
    enum time_fault f;

    t->counted = t->day0;
    t->whole = t->rest = 0;
    f = worktime_counted_after(c, t->day0, 0, &t->landed);
    return f == TIME_FINE ? due_at_close(c, t, true) : f;
}

/* Splits the quantity: whole days (months), and the fraction in minutes of this calendar's day. */
static bool split(const struct calendar *c, struct quantity *q, struct time_trace *t)
{
    if (q->unit == UNIT_HALF_DAY && __builtin_mul_overflow(q->den, (int64_t)2, &q->den))
        return false;
    if (q->unit == UNIT_HOUR)
        return scaled_up(q->num, 60, q->den, &t->rest);
    t->whole = q->num / q->den;
    return scaled_up(q->num % q->den, c->day_minutes, q->den, &t->rest);
}

enum time_fault worktime_trace(const struct calendar *c, lminute received, struct quantity q,
                               struct time_trace *ret)
{
    struct time_trace t = {0};
    enum time_fault f;

    assert(q.den > 0 && q.num >= 0 && (unsigned)q.unit < UNIT_COUNT);
    f = find_start(c, received, &t);
    if (f != TIME_FINE)
        return f;
    if (!split(c, &q, &t))
        return TIME_OVERFLOW;
    switch (q.unit) {
    case UNIT_HOUR:
    case UNIT_HALF_DAY:
    case UNIT_WORKING_DAY:
        f = due_working_day(c, &t);
        break;
    case UNIT_WORKING_DAY_EOD:
        f = due_working_day_eod(c, &t);
        break;
    case UNIT_CALENDAR_DAY:
        if (t.whole > c->n)
            return TIME_CALENDAR_ENDS;
        t.counted = t.day0 + (dayno)t.whole;
        f = due_plain_days(c, &t);
        break;
    case UNIT_MONTH:
        f = due_month(c, q, &t);
        break;
    case UNIT_SAME_DAY:
        f = due_same_day(c, &t);
        break;
    case UNIT_COUNT:
        return TIME_OVERFLOW;
    }
    if (f != TIME_FINE)
        return f;
    t.due = t.unpaused;
    *ret = t;
    return TIME_FINE;
}

enum time_fault worktime_due(const struct calendar *c, lminute received, struct quantity q,
                             lminute *ret_due)
{
    struct time_trace t;
    enum time_fault f = worktime_trace(c, received, q, &t);

    if (f == TIME_FINE)
        *ret_due = t.due;
    return f;
}

/* Sorted and joined; empty and reversed ones dropped. */
static size_t merge_pauses(const struct interval *pause, size_t n, struct interval *out)
{
    size_t i, k, m = 0, joined = 0;

    for (i = 0; i < n; i++) {
        if (pause[i].to <= pause[i].from)
            continue;
        for (k = m++; k > 0 && out[k - 1].from > pause[i].from; k--)
            out[k] = out[k - 1];
        out[k] = pause[i];
    }
    for (i = 0; i < m; i++) {
        if (joined && out[i].from <= out[joined - 1].to) {
            if (out[i].to > out[joined - 1].to)
                out[joined - 1].to = out[i].to;
        } else {
            out[joined++] = out[i];
        }
    }
    return joined;
}

enum time_fault worktime_trace_pauses(const struct calendar *c, const struct interval *pause,
                                      size_t n, struct interval *merged, size_t *ret_merged,
                                      struct time_trace *t)
{
    enum time_fault f = TIME_FINE;
    size_t i, m;

    if (n > WORKTIME_PAUSES_MAX)
        return TIME_OVERFLOW;
    m = merge_pauses(pause, n, merged);
    t->paused = 0;
    for (i = 0; i < m && f == TIME_FINE; i++) {
        int64_t minutes;
        f = worktime_elapsed(c, merged[i].from, merged[i].to, &minutes);
        t->paused += f == TIME_FINE ? minutes : 0;
    }
    if (f == TIME_FINE)
        f = worktime_add(c, t->unpaused, t->paused, &t->due);
    if (f == TIME_FINE)
        *ret_merged = m;
    return f;
}

enum time_fault worktime_due_paused(const struct calendar *c, lminute received, struct quantity q,
                                    const struct interval *pause, size_t n, lminute *ret_due)
{
    struct interval merged[WORKTIME_PAUSES_MAX];
    struct time_trace t;
    size_t m;
    enum time_fault f = worktime_trace(c, received, q, &t);

    if (f == TIME_FINE)
        f = worktime_trace_pauses(c, pause, n, merged, &m, &t);
    if (f == TIME_FINE)
        *ret_due = t.due;
    return f;
}
