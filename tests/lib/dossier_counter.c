/* A counter for the tests of intake.  The caller owns the world.  One thread. */
#include "tests/lib/dossier_counter.h"

#include "common/access/access.h"

struct world *counter_world(const char *name)
{
    struct world *w = world_new(world_procedure(name));

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, XREC, W_TT_XA, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, SUP, W_TT, ROLE_BIT(ROLE_SUPPORT));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, HEAD, W_VPUB, ROLE_BIT(ROLE_RECEIVER));
    world_by(w, REC);
    return w;
}

size_t counter_refusals_of(const struct world *w, enum err e)
{
    size_t i, n = 0;

    for (i = 0; i < w->d.refusals; i++)
        n += w->d.refusal[i].e == e;
    return n;
}
