/* Inside common/time: a compiled calendar.  One cell a day and running sums, so that counting is
 * table look-up and one binary search.  Immutable; lives in the arena it was compiled into. */
#ifndef COMMON_TIME_CALENDAR_TABLES_H
#define COMMON_TIME_CALENDAR_TABLES_H

#include "common/base/digest.h"
#include "common/time/calendar_layers.h"

struct day_cell {
    int32_t listed;    /* index into calendar.listed, -1: not a listed day */
    uint16_t sessions; /* index into calendar.set */
    uint8_t kind;      /* enum day_kind */
    bool counted;
};

struct calendar {
    const char *name;
    struct text2 title;
    uint8_t hash[SHA256_BYTES];
    int day_minutes;
    int cutoff; /* -1: none */
    dayno first, last;
    int32_t n; /* days in range */
    struct day_cell *cell;
    int32_t *minutes;   /* [n + 1] session minutes before day i */
    int32_t *counted;   /* [n + 1] counted days before day i */
    int32_t *open_from; /* [n + 1] first day >= i with a session; n: none */
    int32_t *nth;       /* indexes of the counted days, in order */
    struct day_sessions *set;
    size_t sets, set_cap;
    struct listed_day *listed;
    size_t listed_n, listed_cap;
};

static inline const struct day_sessions *calendar_cell_sessions(const struct calendar *c, int32_t i)
{
    return &c->set[c->cell[i].sessions];
}

#endif
