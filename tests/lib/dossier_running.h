/* A desk whose rules change while dossiers run: who may change them, a standstill to change them
 * in. Worlds belong to the caller.  One thread. */
#ifndef TESTS_LIB_DOSSIER_RUNNING_H
#define TESTS_LIB_DOSSIER_RUNNING_H

#include "tests/lib/dossier_desk.h"

#define ADMIN  161
#define ADMIN2 162
#define ONE    163 /* head of the one-stop unit */

struct world *running_world(void); /* the Finance desk on Monday 2 March 2026 with them */
/* The running clock of that kind begun last; NULL: none. */
const struct clock *running_clock(const struct dossier *s, enum clock_kind k);
void running_suspend(struct world *w);
void running_resume(struct world *w);
/* Version 2 of that text, with changes given as pairs "from", "to", …, NULL. */
const struct procedure *running_second(struct world *w, const char *text,
                                       const char *const *change);
/* Two administrators move the dossier to it, by a document. */
bool running_moved_to(struct world *w, const struct procedure *to, const struct step_map *map,
                      size_t n, bool promise);
/* The text with its first `from` put as `to`; it must be there.  In the arena. */
const char *text_swapped(struct arena *a, const char *text, const char *from, const char *to);

#endif
