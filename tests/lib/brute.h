/* The counter of working time that walks minute by minute over plain lists of days: written apart
 * from the calculator, to be compared with it.  Owned by whoever made it; one thread. */
#ifndef TESTS_LIB_BRUTE_H
#define TESTS_LIB_BRUTE_H

#include "common/time/worktime.h"
#include "tests/lib/fixture_calendars.h"

struct brute {
    const struct fixture_calendar *c;
    lminute first, end;
    uint8_t *work; /* the minute that begins here is worked */
    uint8_t *open; /* a receipt at this minute stays */
};

/* For so many days from this one; what lies beyond aborts the test program. */
void brute_fill(struct brute *b, const struct fixture_calendar *c, dayno first, int days);
void brute_free(struct brute *b);

lminute brute_start(const struct brute *b, lminute received);
/* Moved on by so many minutes of work. */
lminute brute_add(const struct brute *b, lminute m, int64_t minutes);
int64_t brute_elapsed(const struct brute *b, lminute from, lminute to);
/* Every unit but months. */
lminute brute_due(const struct brute *b, lminute received, struct quantity q);

#endif
