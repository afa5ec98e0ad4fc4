/* The state of a dossier as the API tells it, and what decisions may look at, from the snapshot.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_STATE_H
#define SERVER_API_STATE_H

#include "server/api/req.h"

/* Seq, the four states, dues, open tasks, result: nothing personal.  code: also told, unless NULL.
 */
void state_json(const struct dossier *s, const char *code, const struct snapshot *snap,
                enum lang lang, struct buf *out);
/* May this viewer know of this dossier at all? */
bool state_visible(const struct viewer *v, const struct snapshot *snap, const struct dossier *s);
/* Everything a question to a state looks at; officers of an agency are not known here. */
struct context state_context(struct req *rq, const struct dossier *s);
void jw_time(struct jw *w, const char *key, instant t); /* null when there is none */
void jw_agency(struct jw *w, const char *key, const struct organisation *o, int id, enum lang lang);
void jw_title(struct jw *w, const char *key, struct text2 t, enum lang lang);

#endif
