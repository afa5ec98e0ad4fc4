/* Inside common/time: what a calendar file says, before it is compiled to tables.
 * calendar_read.c fills it, calendar.c compiles it.  Everything lives in the caller's arena. */
#ifndef COMMON_TIME_CALENDAR_LAYERS_H
#define COMMON_TIME_CALENDAR_LAYERS_H

#include "common/time/calendar.h"

#define CALENDAR_LAYERS_MAX  4    /* a file, what it extends, what that extends … */
#define CALENDAR_SEASONS_MAX 64   /* a file */
#define CALENDAR_LISTED_MAX  4000 /* days a file */

struct week {
    struct day_sessions day[7]; /* from Monday */
    bool set[7];                /* a season changes only the weekdays it names */
};

struct season {
    dayno from, to;
    struct week week;
    struct mark at;
};

struct listed_day {
    dayno day;
    enum day_kind kind;
    struct text2 name;
    const char *basis;
    char grade;                   /* 'A'..'D', 0: not given */
    int as;                       /* make-up: weekday whose sessions are worked */
    struct day_sessions sessions; /* exception */
    struct mark at;
    struct mark as_at; /* of `as`, for the check that needs the week */
};

/* One file.  What is not given is inherited from the layer below. */
struct calendar_layer {
    const char *name;
    struct text2 title;
    bool has_week, has_uncounted, has_seasons, has_cutoff, has_day_minutes, has_from, has_until;
    struct week week;
    bool uncounted[7];
    int cutoff, day_minutes;
    dayno from, until;
    struct season *season;
    size_t seasons, season_cap;
    struct listed_day *listed;
    size_t listed_n, listed_cap;
    const char *extends; /* NULL: none */
    struct mark extends_at, week_at, day_minutes_at, top;
};

/* Reads one file; all mistakes to d (codes Y0xx, C0xx).  False when there were errors. */
bool calendar_layer_read(struct arena *a, struct span text, struct calendar_layer *ret,
                         struct diags *d);

/* "07:30-11:30" */
bool session_parse(struct span s, struct session *ret);

#endif
