/* Codes of dossiers as people type them from paper.  Pure; any thread. */
#ifndef COMMON_DOSSIER_CODE_H
#define COMMON_DOSSIER_CODE_H

#include "common/base/arena.h"
#include "common/base/span.h"

#define DOSSIER_CODE_MAX 64

/* "h24.11-261103-0001", "11-261103-0001", "11261103-1", with blanks or without, all mean
 * "H24.11-261103-0001" where `root` is "H24": blanks go, letters grow, a unit without the province
 * gets it, the dash before the day and the zeros of the number are put in (decide_intake.c makes
 * codes).  What is no code comes back as it is; "" when it is too long.  In the arena. */
const char *dossier_code_typed(struct arena *a, const char *root, struct span typed);

#endif
