/* What the two files of proposals share: bodies, and carrying out what was approved.
 * Not for other rooms.  The pool's thread. */
#ifndef SERVER_API_PUBLISHING_H
#define SERVER_API_PUBLISHING_H

#include "server/api/changing.h"

enum { TEXT_CALENDAR, TEXT_REGIME, TEXT_ORGANISATION, TEXT_PROCEDURE };

struct text_in {
    int kind;
    const char *name, *text;
};
struct texts_in {
    struct text_in *text;
    size_t texts;
    const char *document, *note;
};
struct recalculation_in {
    const char *document, *note;
};

struct succession_in {
    const char *agency, *document, *note;
};
extern const struct bind_shape succession_shape;
extern const struct answer_shape answer_proposed;

struct approving {
    int64_t id;
    bool agree;
    struct publication *p;
    void *body; /* bound again */
    struct violations bad;
};

/* What approving would mean: of each text its procedure and version, from when it holds, what it
 * changes of the version in force, how many open dossiers stay on older ones.  whole: with the
 * texts. */
void publication_plan_json(struct changing *g, struct jw *w, const struct texts_in *in, bool whole);
extern const struct answer_shape answer_planned_text;

/* Keeps the body of the request as a proposal of this kind, and answers. */
void publication_propose(struct req *rq, const char *kind, const char *document);
/* How the body of a proposal of this kind is read. */
const struct bind_shape *publication_body(const char *kind);
extern const char *const publication_text_kinds[];
/* The body of x->p read into x->body; *ret keeps its texts: decref.  False after changing_fail. */
bool publication_bound(struct changing *g, struct approving *x, const struct bind_shape *shape,
                       json_t **ret);
/* Does what x->p says, or goes on with it; g->e and what was told of it are set. */
void publication_carry_out(struct changing *g, struct approving *x);

#endif
