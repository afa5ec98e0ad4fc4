/* Steps as a graph of at most 64 nodes: sets of steps are words of 64 bits.  Inside the room.
 * Pure; any thread. */
#ifndef COMMON_PROCEDURE_GRAPH_H
#define COMMON_PROCEDURE_GRAPH_H

#include "common/procedure/procedure.h"

typedef uint64_t step_set;
#define STEP_BIT(i) ((step_set)1 << (unsigned)(i))

struct graph {
    size_t n;
    step_set next[STEPS_MAX];  /* where each step may lead, by any act */
    step_set ahead[STEPS_MAX]; /* without returns */
    step_set reach[STEPS_MAX]; /* all that come later, itself only when on a cycle */
    bool exits[STEPS_MAX];     /* an act of its own leads elsewhere or to the end */
    bool ends[STEPS_MAX];      /* one leads to the end */
};

void graph_of(const struct procedure *p, struct graph *ret);
/* The act moves the dossier on or to its end by the ordinary course (not by giving up). */
bool action_leads(const struct action *a);
/* Steps from a set, itself included, by the edges given. */
step_set graph_closure(const struct graph *g, const step_set *next, step_set from);

#endif
