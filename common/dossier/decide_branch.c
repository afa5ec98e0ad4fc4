/* Parallel branches: what a branch owes the join.  Any thread. */
#include "common/dossier/inside.h"

struct verdict check_branch(struct deciding *d)
{
    return verdict(d->a, ERR_R_NOT_EXECUTABLE, "Nhánh song song", "Parallel branches");
}

void act_branch(struct deciding *d)
{
    refuse_verdict(d, check_branch(d), NULL);
}
