/* What must hold of a dossier after every act, proved from its history alone: a second reading of
 * the events (which stop the clocks, which let them go on, which begin anew) with the minute
 * counter gives every due, the promise and the lateness.  A mistake fails the test with the whole
 * history.  Owned by the test; one thread. */
#ifndef TESTS_LIB_DOSSIER_PROOF_H
#define TESTS_LIB_DOSSIER_PROOF_H

#include "tests/lib/brute.h"
#include "tests/lib/dossier_world.h"

#define PROOF_CLOCKS 700
#define PROOF_PAUSES 100
#define PROOF_STOPS  40
#define PROOF_RUNGS  4000

struct proof_clock {
    enum clock_kind kind;
    int subject, visit;
    struct quantity budget;
    const char *calendar;
    instant received, due;
    bool still, gone;
    struct interval pause[PROOF_PAUSES]; /* since it last began */
    size_t pauses;
};

struct proof {
    struct world *w;
    /* the calendars of the world as lists: [0] office, [1] cutoff; a correction replaces one */
    const struct brute *calendar[2];
    const struct brute *pinned; /* by which the promise is counted */
    uint64_t seed;              /* told when something fails */
    struct proof_clock clock[PROOF_CLOCKS];
    size_t clocks;
    struct {
        int64_t request;
        bool branch;
    } stop[PROOF_STOPS];
    size_t stops;
    instant since; /* of the standstill */
    instant accepted, original, basis, current;
    bool overdue; /* it was, once: for ever */
    size_t supplements, extras, extensions;
    struct {
        struct rung rung;
        instant since;
    } fired[PROOF_RUNGS];
    size_t rungs;
    size_t proved[CLOCK_KINDS]; /* rungs that came, by clock: never emptied */
};

void proof_begin(struct proof *p, struct world *w);
/* After an accepted act: reads its events, compares with the state (dossier_proof_state.c). */
void proof_take(struct proof *p);
void proof_read(struct proof *p); /* its events alone */
/* The clock as the events tell it; visit 0: the last.  NULL: none. */
struct proof_clock *proof_find(struct proof *p, enum clock_kind k, int subject, int visit);
/* The calendar of this name as the world has it now. */
const struct brute *proof_counter(const struct proof *p, const char *calendar);
/* dossier_rungs.c: the time of this rung of the clock has come. */
bool proof_rung_has_come(const struct proof *p, const struct proof_clock *c, int rung, instant at);
/* Fails with the history. */
_Noreturn void proof_fail(const struct proof *p, const char *what);
#define PROVE(p, holds)                                                                            \
    do {                                                                                           \
        if (!(holds))                                                                              \
            proof_fail(p, #holds);                                                                 \
    } while (0)

#endif
