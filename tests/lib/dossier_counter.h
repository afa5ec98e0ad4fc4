/* A counter for the tests of intake: who sits there, and what was refused.  Over
 * tests/lib/dossier_world.h; same owners.  One thread. */
#ifndef TESTS_LIB_DOSSIER_COUNTER_H
#define TESTS_LIB_DOSSIER_COUNTER_H

#include "tests/lib/dossier_world.h"

#define REC  101
#define XREC 102
#define SUP  103
#define SPEC 111
#define HEAD 112

struct world *counter_world(const char *name);
size_t counter_refusals_of(const struct world *w, enum err e);

#endif
