/* Words of procedure files, shared by reader, checker, schema and diagrams.  Constants; any thread.
 * Inside the room: others include procedure.h. */
#ifndef COMMON_PROCEDURE_NAMES_H
#define COMMON_PROCEDURE_NAMES_H

#include "common/procedure/procedure.h"

extern const char *const EFFECT_WORDS[EFFECT_COUNT + 1]; /* NULL-terminated */
const char *const *channel_words(void);                  /* NULL-terminated */

#endif
