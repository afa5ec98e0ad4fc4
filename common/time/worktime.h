/* The one calculator of time: due instants, elapsed working time, pauses, explanation.
 * Exact to the minute, quantities are rationals, nothing floats.  Rules: Civil Code 2015
 * art. 147-148 (first day not counted, last day moves to the next working day), Decree 118/2025
 * art. 17-18 (start at complete receipt, cut-off).  Pure; any thread. */
#ifndef COMMON_TIME_WORKTIME_H
#define COMMON_TIME_WORKTIME_H

#include "common/base/buf.h"
#include "common/time/calendar.h"

enum unit {
    UNIT_HOUR,
    UNIT_HALF_DAY,
    UNIT_WORKING_DAY,
    UNIT_WORKING_DAY_EOD,
    UNIT_CALENDAR_DAY,
    UNIT_MONTH,
    UNIT_SAME_DAY,
    UNIT_COUNT
};

/* num/den units, e.g. 13/2 working_day for "6.5 working_day"; den > 0, num >= 0. */
struct quantity {
    int64_t num, den;
    enum unit unit;
};

const char *unit_name(enum unit u);   /* "working_day" */
struct text2 unit_title(enum unit u); /* "ngày làm việc" / "working days" */
/* "2 working_day", "6.25 calendar_day", "same_day"; at most 6 decimals, <= 100000 units. */
bool quantity_parse(struct span s, struct quantity *ret);
void quantity_print(struct quantity q, struct buf *out);                 /* "6.5 working_day" */
void quantity_words(struct quantity q, enum lang lang, struct buf *out); /* "6,5 ngày làm việc" */
/* Smallest unit-free comparison for checks of sums: same unit family only. */
bool quantity_same_family(enum unit a, enum unit b);
bool quantity_add(struct quantity a, struct quantity b, struct quantity *ret);
int quantity_cmp(struct quantity a, struct quantity b);

enum time_fault {
    TIME_FINE,
    TIME_CALENDAR_ENDS,   /* the calendar ends before the due date: refuse, do not guess */
    TIME_CALENDAR_BEGINS, /* the start lies before the calendar */
    TIME_NEVER_OPEN,      /* no session anywhere ahead */
    TIME_OVERFLOW,
};
struct text2 time_fault_text(enum time_fault f);

#define WORKTIME_PAUSES_MAX 256 /* more are refused with TIME_OVERFLOW */

struct interval {
    lminute from, to;
};

/* Start after the rule of receipt (cut-off; outside sessions: next opening). */
enum time_fault worktime_start(const struct calendar *c, lminute received, lminute *ret_start);
/* The due minute of a limit that starts with a receipt at `received`. */
enum time_fault worktime_due(const struct calendar *c, lminute received, struct quantity q,
                             lminute *ret_due);
/* The same with pauses: session time inside the (merged) pauses is added as working minutes. */
enum time_fault worktime_due_paused(const struct calendar *c, lminute received, struct quantity q,
                                    const struct interval *pause, size_t n, lminute *ret_due);
/* from + minutes of session time (a run that ends at a close is due at that close). */
enum time_fault worktime_add(const struct calendar *c, lminute from, int64_t minutes, lminute *ret);
/* Session minutes between two instants, negative when reversed. */
enum time_fault worktime_elapsed(const struct calendar *c, lminute from, lminute to,
                                 int64_t *ret_minutes);
/* n-th counted day after day d (n >= 0; n = 0: d itself or the next counted day). */
enum time_fault worktime_counted_after(const struct calendar *c, dayno d, int64_t n, dayno *ret);
/* Counted days in (from, to]. */
enum time_fault worktime_counted_between(const struct calendar *c, dayno from, dayno to,
                                         int64_t *ret);

/* Line by line, from receipt to due: first minute counted, each day that counts or does not and
 * why (name and basis of days off), pauses, the last move, the due minute.  The lines are derived
 * from the same walk as the due, so text and number cannot disagree; adds JSON or plain lines. */
enum explain_form { EXPLAIN_TEXT, EXPLAIN_JSON };
enum time_fault worktime_explain(const struct calendar *c, lminute received, struct quantity q,
                                 const struct interval *pause, size_t n, enum lang lang,
                                 enum explain_form form, struct buf *out);

#endif
