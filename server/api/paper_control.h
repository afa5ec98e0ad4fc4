/* Steps of a dossier with planned and used time, for paper and JSON alike.  In the request's arena.
 * Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_PAPER_CONTROL_H
#define SERVER_API_PAPER_CONTROL_H

#include "server/api/paper_fill.h"

struct control_step {
    int step, visit, branch;    /* branch from 1; 0: none */
    int agency, from_agency;    /* ids */
    int64_t officer, giver;     /* 0: not known */
    instant started, due, done; /* done: INSTANT_NONE while it lasts */
    bool has_plan;
    struct quantity planned;
    int64_t used; /* working minutes while its clock ran, up to done or `now` */
    int outcome;  /* of CONTROL_OUTCOMES; -1: none yet */
};
extern const char *const CONTROL_OUTCOMES[]; /* NULL-terminated */
size_t control_steps(const struct paper_fill *f, instant now, struct control_step **ret);
void control_json(const struct paper_fill *f, struct buf *out);
extern const struct answer_shape control_shape;

#endif
