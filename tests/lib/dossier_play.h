/* Anybody does anything at any time to the dossier of a world: lawful and unlawful commands, and
 * kind people who lead a dossier to its end.  Over tests/lib/dossier_world.h; same owners.  One
 * thread. */
#ifndef TESTS_LIB_DOSSIER_PLAY_H
#define TESTS_LIB_DOSSIER_PLAY_H

#include "common/dossier/timers.h"
#include "tests/lib/dossier_world.h"

struct play { /* what one command says, kept together */
    struct command c;
    struct intake in;
    struct ask ask;
    struct rung rung;
    struct link_news news;
};

/* Officers at every agency that the random procedures know. */
void play_people(struct world *w);
/* An agency of the world ends while dossiers lie there; another one takes over. */
void play_merger(struct world *w);
/* Something of the dossier lies where an agency has ended. */
bool play_ended(const struct world *w);
/* Time goes on, somebody comes and wants something; next: the version to move to, or NULL. */
void play_random(struct world *w, const struct procedure *next, struct play *ret);
/* One act of kind people that leads on; after each accepted one `after` is called.  False: nobody
 * can do anything, and no timer lies ahead. */
bool play_kindly(struct world *w, void (*after)(void *), void *arg);

#endif
