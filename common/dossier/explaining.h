/* What the two files that explain a clock share.  Any thread. */
#ifndef COMMON_DOSSIER_EXPLAINING_H
#define COMMON_DOSSIER_EXPLAINING_H

#include "common/dossier/inside.h"

/* The ledger of the clock in words, oldest first: lines of text, or a JSON list of
 * {kind, at, text, request?, basis?}. */
void explain_story(const struct dossier *s, const struct clock *c, const struct context *ctx,
                   enum lang lang, enum explain_form form, struct buf *out);

#endif
