/* The state of a dossier as the API tells it, and what decisions may look at, from the snapshot.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_STATE_H
#define SERVER_API_STATE_H

#include "server/api/req.h"

/* Seq, the four states, dues, open tasks, result: nothing personal.  code: also told, unless NULL.
 */
void state_json(const struct dossier *s, const char *code, const struct snapshot *snap,
                enum lang lang, struct buf *out);
/* The limit of the procedure in words ("30 ngày"), of a dossier as store_dossier tells it; in the
 * arena.  NULL: it has none.  What was submitted online has the clock of the answer before it. */
const char *state_limit(struct arena *a, const json_t *dossier, enum lang lang);
/* What an acceptance of today would look at; procedure NULL when none is in force. */
struct context today_context(struct req *rq, const char *procedure);
/* Everything a question to a state looks at; officers of an agency are not known here. */
struct context state_context(struct req *rq, const struct dossier *s);

#endif
