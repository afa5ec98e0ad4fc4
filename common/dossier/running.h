/* Rules that change under running dossiers: a corrected calendar counted again.  What was promised
 * moves only by an explicit recalculation (domain 4.4), what is an internal target follows.
 * Everything lives in the caller's arena.  Any thread. */
#ifndef COMMON_DOSSIER_RUNNING_H
#define COMMON_DOSSIER_RUNNING_H

#include "common/dossier/dossier.h"

struct due_move {    /* a running clock whose due comes out otherwise */
    size_t clock;    /* index in the state's clocks */
    instant before;  /* as the ledger has it */
    instant after;   /* as counted again */
    int64_t minutes; /* of working time by the calendar asked, between the two; negative: earlier */
};

enum promise_stays {
    PROMISE_MOVES,   /* later */
    PROMISE_SAME,    /* it comes out as it is */
    PROMISE_EARLIER, /* it would come earlier: never by itself */
    PROMISE_OVERDUE, /* it had passed already: lateness stays */
};

struct dues_again {
    struct due_move *move; /* the legal clock too, in the order of the state */
    size_t moves;
    enum promise_stays promise;
    instant basis, current; /* what a recalculation would make of them; unchanged where it stays */
    enum time_fault fault;  /* a calendar ends too early: nothing is said */
};

/* Counts every running clock again by the calendars that the context answers; clocks that stand
 * still take their new due when they go on.  Reads context.now, .calendar and .arena only. */
void dossier_recompute_dues(const struct dossier *s, const struct context *c,
                            struct dues_again *ret);

/* An internal target: nobody outside was told. */
bool clock_is_target(enum clock_kind k);

#endif
