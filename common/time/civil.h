/* Instants, local minutes and civil dates.
 * An instant is int64_t microseconds since 1970-01-01T00:00:00Z (what the ledger stores).
 * The calculator works in local minutes: int64_t minutes since 1970-01-01T00:00 of Asia/Ho_Chi_Minh
 * (UTC+7, no daylight saving), seconds cut off as the printed slip does.
 * A day number is int32_t days since 1970-01-01.  Pure values; any thread. */
#ifndef COMMON_TIME_CIVIL_H
#define COMMON_TIME_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

typedef int64_t instant; /* microseconds, UTC */
typedef int64_t lminute; /* minutes, local */
typedef int32_t dayno;

#define INSTANT_NONE         INT64_MIN
#define LMINUTE_NONE         INT64_MIN
#define DAY_MINUTES          1440
#define LOCAL_OFFSET_MINUTES 420

struct civil {
    int year, month, day; /* month 1..12, day 1..31 */
};

dayno civil_day(struct civil c);
struct civil civil_of_day(dayno d);
bool civil_valid(int year, int month, int day); /* years 1900..2200 */
int day_weekday(dayno d);                       /* 0 Monday … 6 Sunday */
int month_days(int year, int month);

lminute lminute_of(instant t); /* floor to the minute, local */
instant instant_of(lminute m);
dayno lminute_day(lminute m); /* floor */
int lminute_clock(lminute m); /* minute of the day 0..1439 */
static inline lminute day_start(dayno d)
{
    return (lminute)d * DAY_MINUTES;
}

/* "2026-03-02" */
bool day_parse(struct span s, dayno *ret);
/* "07:30"; 24:00 is 1440 and allowed as an end */
bool clock_parse(struct span s, int *ret_minutes);
/* RFC 3339 with offset or Z, seconds and fraction optional, or a local time without offset;
 * 'T' or one blank between date and time.  False on anything else. */
bool instant_parse(struct span s, instant *ret);
#define RFC3339_CHARS 25 /* of a year from 0 to 9999 */
/* out: "2026-03-02T10:00:00+07:00", 26 bytes with NUL; fraction dropped.  Answers the length. */
size_t instant_rfc3339(instant t, char out[32]);
/* out: microseconds kept: "2026-03-02T10:00:00.123456+07:00" */
size_t instant_rfc3339_us(instant t, char out[40]);
/* The same in two parts, for who prints many instants of few days: the local day and its second,
 * then what stands behind the day's text: "T10:00:00+07:00", without a NUL. */
#define CLOCK_CHARS 15
dayno instant_day(instant t, unsigned *ret_second);
void clock_rfc3339(unsigned second, char out[CLOCK_CHARS]);
/* out: "2026-03-02" */
void day_iso(dayno d, char out[16]);
/* "thứ Hai" / "Monday"; weekday 0..6 from Monday */
const char *weekday_name(int weekday, bool english);
/* "10:00 thứ Hai 02/03/2026" / "10:00 Monday 02/03/2026" */
void lminute_words(lminute m, bool english, char out[64]);

#endif
