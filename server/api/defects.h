/* Mistakes of configuration texts as the API tells them: all at once, each with its place.
 * Not for other rooms.  Any thread. */
#ifndef SERVER_API_DEFECTS_H
#define SERVER_API_DEFECTS_H

#include "server/api/changing.h"

/* "fine","errors","warnings","unlisted","defects": members of an object that is open. */
void defects_json(struct jw *w, const struct diags *d, enum lang lang);
extern const struct answer_shape answer_defects; /* for A_WITH */
/* 422 that names the first error and how many there are, for calls that need a sound text. */
void changing_fail_defects(struct changing *g, const struct diags *d);

#endif
