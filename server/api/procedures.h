/* What the files about procedures share: the head of one, a limit.  Not for other rooms.
 * Any thread. */
#ifndef SERVER_API_PROCEDURES_H
#define SERVER_API_PROCEDURES_H

#include "server/api/req.h"

void procedure_quantity_json(struct jw *w, const char *key, struct quantity q, enum lang lang);
/* Members of an object that is open, as answer_procedure_head. */
void procedure_head_json(struct jw *w, const struct procedure *p, const struct snapshot *s,
                         enum lang lang);
extern const struct answer_shape answer_procedure_head;
/* "lines": what is different, in words; from NULL: nothing to compare with. */
void procedure_diff_json(struct jw *w, const struct procedure *from, const struct procedure *to,
                         enum lang lang);
/* The picture of a procedure alone, under a policy of its own. */
void reply_diagram(struct req *rq, const struct procedure *p);
/* A published text under the ETag of its hash; 304 for who has it. */
void reply_text(struct req *rq, const char *media, const uint8_t hash[SHA256_BYTES],
                struct span text);

#endif
