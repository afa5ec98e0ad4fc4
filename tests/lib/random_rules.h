/* Random calendars and random procedures that the checker accepts and every dossier of which can
 * end: a straight way from the counter to the hand-over, with whatever the format knows hung on it.
 * Owned by the caller; one thread. */
#ifndef TESTS_LIB_RANDOM_RULES_H
#define TESTS_LIB_RANDOM_RULES_H

#include "common/base/buf.h"
#include "tests/lib/fixture_calendars.h"

/* 2025 … 2028, its name kept; to be compiled by fixture_make. */
void random_calendar(struct fixture_calendar *c, const char *name);
/* The same with one or two days changed: a notice that came afterwards. */
void random_correction(const struct fixture_calendar *from, struct fixture_calendar *to);
/* YAML for the agencies of tests/lib/dossier_world; two versions of the same shape. */
void random_procedure(struct buf *out, struct buf *ret_next_version);

#endif
