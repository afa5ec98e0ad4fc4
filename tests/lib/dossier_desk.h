/* Desks for the tests of work on a dossier: officers of every kind, and a dossier led to the desk
 * that a test is about.  Over tests/lib/dossier_world.h; same owners.  One thread. */
#ifndef TESTS_LIB_DOSSIER_DESK_H
#define TESTS_LIB_DOSSIER_DESK_H

#include "tests/lib/dossier_world.h"

#define REC    101
#define REC2   102
#define SPEC   111
#define SPEC2  112
#define SPEC3  113
#define LEAD   114
#define LEAD2  115
#define CLERK  116
#define HEAD   117
#define DIV    118
#define BOSS   119 /* of the agency above, with every role */
#define AUDIT  120
#define BOTH   121 /* specialist and leader */
#define FILE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

dayno desk_today(struct world *w);
struct world *desk_world(const char *name);
struct world_officer *desk_officer(struct world *w, int64_t user);
void desk_take_in(struct world *w, int64_t id);
void desk_to_appraise(struct world *w, int64_t id);
void desk_to_approve(struct world *w, int64_t id);
void desk_to_issue(struct world *w, int64_t id);
bool desk_number(struct world *w, const char *n);
void desk_to_hand(struct world *w, int64_t id);

#endif
