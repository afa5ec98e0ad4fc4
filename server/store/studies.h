/* Studies: questions about the past that take seconds to count, with how far they have come and
 * what came out.  The calls are the worker's; study_told and study_over block (pool). */
#ifndef SERVER_STORE_STUDIES_H
#define SERVER_STORE_STUDIES_H

#include "server/store/store.h"

#define STUDIES_OWN  1 /* of one person at once */
#define STUDIES_ALL  2 /* of everybody, over all daemons */
#define STUDIES_LIST 50

extern const char *const STUDY_STATE_WORDS[]; /* running, done, failed, cancelled, abandoned */

/* {"study"}; ERR_LIMIT: enough are running. */
void store_study_begin(struct store *st, struct span question, int scope, int64_t author,
                       store_json *done, void *owner);
/* One's own: all without results, or one with it (id). */
void store_studies(struct store *st, int64_t author, int64_t id, store_json *done, void *owner);
/* {}; ERR_NOT_FOUND: not hers, or over. */
void store_study_cancel(struct store *st, int64_t author, int64_t id, store_json *done,
                        void *owner);

struct blocking;
/* False: nobody wants it any more. */
bool study_told(struct blocking *b, int64_t id, int64_t looked, int64_t of);
/* result SPAN_NONE: it failed for this reason. */
void study_over(struct blocking *b, int64_t id, struct span result, const char *fault);

#endif
