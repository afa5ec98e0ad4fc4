/* What acceptance would promise and charge, before anything is saved: the counter tells it while
 * the form is still being filled in.  The functions are those of acceptance; nothing is decided
 * here. Everything lives in the context's arena.  Any thread. */
#ifndef COMMON_DOSSIER_PROMISE_H
#define COMMON_DOSSIER_PROMISE_H

#include "common/dossier/dossier.h"

struct component_told {
    const struct component *component;
    bool applies; /* its condition holds, or it has none */
    bool wanting; /* required (a group: of its first) and not ticked yet */
};

struct promise {
    /* As acceptance would leave it, with the clock of the promise and the lines of the fee; NULL:
     * no date can be told before `wrong` is mended. */
    const struct dossier *state;
    size_t clock;          /* of state */
    const char *case_code; /* chosen, or the one whose condition holds; NULL: none */
    int receiving, competent;
    struct component_told *component; /* of the case */
    size_t components;
    const struct refusal *wrong; /* what acceptance would refuse already now … */
    size_t wrongs;
    const struct refusal *wanting; /* … and what is only not there yet */
    size_t wantings;
};

/* cmd: CMD_TAKE_IN with its intake.  Permission is asked as for the act. */
void dossier_promise(const struct command *cmd, const struct context *ctx, struct promise *ret);

#endif
