/* The calendars of tests/cases/deadlines.json in a second, independent form: plain lists, asked by
 * walking them.  fixture_yaml turns one into the text that administrators write, so that the real
 * reader stands between the cases and the calculator.  Owned by the caller; one thread. */
#ifndef TESTS_LIB_FIXTURE_CALENDARS_H
#define TESTS_LIB_FIXTURE_CALENDARS_H

#include <jansson.h>

#include "common/time/calendar.h"

#define FIXTURE_CALENDARS 16
#define FIXTURE_LISTED    64
#define FIXTURE_SEASONS   4

struct fixture_day {
    int n, open[CALENDAR_SESSIONS_MAX], close[CALENDAR_SESSIONS_MAX];
};

struct fixture_calendar {
    const char *name;
    struct fixture_day week[7];
    struct {
        dayno from, to;
        struct fixture_day week[7];
    } season[FIXTURE_SEASONS];
    int seasons;
    dayno holiday[FIXTURE_LISTED];
    int holidays;
    struct {
        dayno day;
        int as;
    } make_up[FIXTURE_LISTED];
    int make_ups;
    struct {
        dayno day;
        struct fixture_day sessions;
    } exception[FIXTURE_LISTED];
    int exceptions;
    bool uncounted[7];
    int cutoff; /* -1: none */
    int day_minutes;
    const struct calendar *calendar; /* the same through the real reader */
};

struct fixture {
    json_t *cases; /* the whole document */
    struct arena *arena;
    struct fixture_calendar item[FIXTURE_CALENDARS];
    size_t n;
};

struct fixture *fixture_new(void); /* aborts the test program when the file is not as expected */
struct fixture *fixture_free(struct fixture *f);
const struct fixture_calendar *fixture_find(const struct fixture *f, const char *name);

/* The lists that are filled in, through the real reader: into c->calendar. */
void fixture_make(struct arena *a, struct fixture_calendar *c);

struct fixture_day fixture_sessions(const struct fixture_calendar *c, dayno d);
bool fixture_counted(const struct fixture_calendar *c, dayno d);

/* A calendar of the configuration (config/calendars/NAME.yaml) with what it extends. */
const struct calendar *fixture_configured(struct arena *a, const char *name);
/* A calendar from text; extends looks into config/calendars.  NULL and mistakes in d. */
const struct calendar *fixture_compile(struct arena *a, const char *yaml, struct diags *d);

lminute fixture_minute(const char *text); /* "2026-03-02 10:00"; aborts on anything else */

#endif
