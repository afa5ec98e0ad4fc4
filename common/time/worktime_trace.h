/* Inside common/time: the landmarks on the way from a receipt to a due minute.  The number and its
 * explanation are both made from them, so that they cannot disagree. */
#ifndef COMMON_TIME_WORKTIME_TRACE_H
#define COMMON_TIME_WORKTIME_TRACE_H

#include "common/time/calendar_tables.h"
#include "common/time/worktime.h"

struct time_trace {
    lminute received;
    lminute start; /* after the rule of receipt */
    bool cut_off;  /* received after the cut-off */
    bool waited;   /* received outside sessions */
    dayno day0;    /* the day the start belongs to */
    int64_t whole; /* whole units; 0 for hours */
    int64_t rest;  /* minutes to consume after them */
    dayno counted; /* day the whole part reaches by counting */
    dayno landed;  /* the same after the move of the last day */
    lminute base;  /* where the whole part ends */
    bool reopened; /* base was not open: moved to the next opening */
    bool absorbed; /* the move of the last day covers the fraction too */
    lminute from;  /* where consuming the minutes begins */
    lminute unpaused;
    int64_t paused; /* session minutes of all pauses */
    lminute due;
};

/* Landmarks without pauses: due = unpaused. */
enum time_fault worktime_trace(const struct calendar *c, lminute received, struct quantity q,
                               struct time_trace *ret);
/* Adds the pauses: merged (room for WORKTIME_PAUSES_MAX) gets them sorted and joined. */
enum time_fault worktime_trace_pauses(const struct calendar *c, const struct interval *pause,
                                      size_t n, struct interval *merged, size_t *ret_merged,
                                      struct time_trace *t);

#endif
