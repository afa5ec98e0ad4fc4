/* Changes of rules from requests: what blocks goes to a pool of one thread, so that such changes
 * come one after the other in this process.  The job belongs to the request that made it, which
 * stays until it comes back.  Not for other rooms. */
#ifndef SERVER_API_CHANGING_H
#define SERVER_API_CHANGING_H

#include "server/api/page.h"
#include "server/store/publication.h"
#include "server/store/running.h"

struct changing {
    struct req *rq; /* its arena and body may be read in the pool: nobody else does meanwhile */
    const char *conninfo;
    struct snapshot *snap; /* a reference; as the worker had it */
    struct actor actor;
    enum lang lang;
    struct page_query page;
    void (*work)(struct changing *g); /* on a pool thread */
    void *mine;
    /* answer */
    int status;
    const char *media; /* of `out` when it is not JSON */
    enum err e;
    struct text2 detail; /* of e; vi NULL: its title says it */
    struct buf out;      /* JSON, also beside some errors: none */
};

void changing_go(struct req *rq, void (*work)(struct changing *g), void *mine, int status);
/* The same beside all that changes: for work that only reads and computes.  media: NULL: JSON. */
void changing_study(struct req *rq, void (*work)(struct changing *g), void *mine,
                    const char *media);
/* With the words in the job's arena. */
void changing_fail(struct changing *g, enum err e, const char *text);
/* ,"read":…,"next":"cursor"|null} and the end of the object. */
void changing_page_end(struct changing *g, struct jw *w, const struct page_read *page);

/* What a move asks for: bodies of the plan and of the proposal. */
struct move_map_in {
    const char *from, *to;
};
struct move_in {
    int from, to;
    bool promise;
    struct move_map_in *map;
    size_t maps;
    const char *document, *note;
};
extern const struct bind_shape move_plan_shape, move_shape;
/* The versions by number; false after changing_fail. */
bool move_query_of(struct changing *g, const struct snapshot *s, const char *procedure,
                   const struct move_in *in, struct move_query *ret);

extern const struct answer_shape answer_preview, answer_move_plan;

#endif
