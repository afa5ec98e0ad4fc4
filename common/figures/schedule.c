/* Periods by rule and the next time of a schedule.  Owns nothing.  Any thread. */
#include "common/figures/schedule.h"

const char *const PERIOD_RULE_WORDS[] = {"yesterday",
                                         "last_week",
                                         "last_month",
                                         "last_quarter",
                                         "last_year",
                                         "reporting_month",
                                         "reporting_quarter",
                                         "reporting_half",
                                         "reporting_year",
                                         "year_to_date",
                                         NULL};
const char *const SCHEDULE_WORDS[] = {"never",   "day",  "week", "month",
                                      "quarter", "half", "year", NULL};
static const int rule_months[PERIOD_RULES] = {0, 0, 1, 3, 12, 1, 3, 6, 12, 0};
static const int every_months[SCHEDULES] = {0, 0, 0, 1, 3, 6, 12};

/* First day of month m (counted from year 0); closed on a later day, it begins in the month before.
 */
static dayno opens(int m, int day)
{
    if (day > 1)
        m--;
    return civil_day((struct civil){m / 12, m % 12 + 1, day});
}

void period_by_rule(enum period_rule r, dayno today, int closing, dayno *ret_from, dayno *ret_to)
{
    struct civil c = civil_of_day(today);
    int n = rule_months[r], day = r >= RULE_REPORTING_MONTH ? closing : 1, m;

    *ret_to = today;
    if (r == RULE_YESTERDAY) {
        *ret_from = today - 1;
    } else if (r == RULE_LAST_WEEK) {
        *ret_to = today - day_weekday(today);
        *ret_from = *ret_to - 7;
    } else if (r == RULE_YEAR_TO_DATE) { /* on New Year's Day the year before */
        *ret_from = civil_day((struct civil){civil_of_day(today - 1).year, 1, 1});
    } else {
        m = (c.year * 12 + c.month) / n * n + n;
        while (opens(m + n, day) > today)
            m -= n;
        *ret_from = opens(m, day);
        *ret_to = opens(m + n, day);
    }
}

static instant at(dayno d, int minute)
{
    return instant_of(day_start(d) + minute);
}

instant schedule_next(const struct schedule *s, instant after)
{
    dayno d = lminute_day(lminute_of(after));
    struct civil c = civil_of_day(d);
    int n = every_months[s->every], m;

    if (s->every == EVERY_NEVER)
        return INSTANT_NONE;
    if (s->every == EVERY_WEEK)
        d += s->on - 1 - day_weekday(d);
    if (s->every == EVERY_DAY || s->every == EVERY_WEEK) {
        while (at(d, s->minute) <= after)
            d += s->every == EVERY_DAY ? 1 : 7;
        return at(d, s->minute);
    }
    m = (c.year * 12 + c.month - 1) / n * n;
    while (at(civil_day((struct civil){m / 12, m % 12 + 1, s->on}), s->minute) <= after)
        m += n;
    return at(civil_day((struct civil){m / 12, m % 12 + 1, s->on}), s->minute);
}
