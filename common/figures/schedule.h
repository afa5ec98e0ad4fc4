/* Reports that come by themselves: which days a rule means on a given day ("last month"), and when
 * a schedule fires next.  Local days and minutes.  Pure; any thread. */
#ifndef COMMON_FIGURES_SCHEDULE_H
#define COMMON_FIGURES_SCHEDULE_H

#include "common/time/civil.h"

enum period_rule {
    RULE_YESTERDAY,
    RULE_LAST_WEEK, /* Monday to Sunday */
    RULE_LAST_MONTH,
    RULE_LAST_QUARTER,
    RULE_LAST_YEAR,
    RULE_REPORTING_MONTH, /* the newest that is closed, by the configured day (period.h) */
    RULE_REPORTING_QUARTER,
    RULE_REPORTING_HALF,
    RULE_REPORTING_YEAR,
    RULE_YEAR_TO_DATE,
    PERIOD_RULES
};
extern const char *const PERIOD_RULE_WORDS[]; /* NULL-terminated */
/* The newest such period that is over when `today` begins; the end exclusive.  closing: 1 to 28. */
void period_by_rule(enum period_rule r, dayno today, int closing, dayno *ret_from, dayno *ret_to);

enum schedule_every {
    EVERY_NEVER,
    EVERY_DAY,
    EVERY_WEEK,
    EVERY_MONTH,
    EVERY_QUARTER,
    EVERY_HALF,
    EVERY_YEAR,
    SCHEDULES
};
extern const char *const SCHEDULE_WORDS[]; /* NULL-terminated */
struct schedule {
    enum schedule_every every;
    int on;     /* week: 1 Monday to 7; month and longer: day of the first month, 1 to 28 */
    int minute; /* of the day */
};
/* The first time later than `after`; INSTANT_NONE: never. */
instant schedule_next(const struct schedule *s, instant after);

#endif
