/* Scenarios: a dossier played through the same decisions without a database, and compared with what
 * the file expects.  Pure: texts come in through a callback, the account goes out into a buffer.
 * Keys of the file: config/procedures/SCENARIOS.md.  Any thread. */
#ifndef COMMON_DOSSIER_SIMULATE_H
#define COMMON_DOSSIER_SIMULATE_H

#include "common/base/buf.h"
#include "common/base/lang.h"
#include "common/base/span.h"

#include <stdbool.h>

/* Text of a file named in the scenario, relative to it, living as long as the simulation; false
 * when it cannot be read. */
typedef bool simulate_source(void *ctx, const char *name, struct span *ret_text);

enum simulate_form { SIMULATE_TEXT, SIMULATE_JSON };

struct simulate_result {
    bool valid;   /* false: the scenario or a file it names has mistakes (listed in the account) */
    size_t steps; /* played */
    size_t differences; /* from what is expected */
};

/* Room that one simulation may need at most. */
#define SIMULATE_ARENA_MAX ((size_t)512 << 20)

struct arena;
void simulate_run(struct arena *a, const char *file, struct span text, simulate_source *source,
                  void *ctx, enum lang lang, enum simulate_form form, struct buf *out,
                  struct simulate_result *ret);

#endif
