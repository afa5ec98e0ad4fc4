/* Agencies scored by an index, and the values that people enter for it.  Answers are JSON as in
 * store.h.  The worker's thread. */
#ifndef SERVER_STORE_INDICES_H
#define SERVER_STORE_INDICES_H

#include "common/figures/index.h"
#include "server/store/figures.h"

/* Every agency that the index scores, ranked among those of its type, with the evidence behind each
 * point: figures, marks, how many, where their lists are.  q->agency: only that one and what lies
 * under it; by other filters values entered are not measured, since they tell of all dossiers.
 * Marks are counted of "counted" of "of": fewer only while a backlog is being marked. */
void store_index(struct store *st, const struct viewer *v, const struct figures_query *q,
                 const struct index *x, store_json *done, void *owner);

/* Officers by x->officers (not NULL), by what they did in those same dossiers: at q->agency and
 * under it as far as the viewer may see; own: only herself, wherever.  Who processed few comes last
 * and has no band.  ERR_LIMIT: INDEX_OFFICERS or more; asking for an agency helps. */
#define INDEX_OFFICERS 4096
void store_index_officers(struct store *st, const struct viewer *v, const struct figures_query *q,
                          const struct index *x, bool own, store_json *done, void *owner);

/* A page of the dossiers behind a mark, the newest first: of q->agency's row as far as the viewer
 * may see its agencies, or of an officer, among those she may see or herself. */
struct index_list {
    const char *component;
    int mark;       /* indicator 1 to 4; 1 only of an officer: early, on time, late */
    int points;     /* 2, 1, 0 */
    int64_t person; /* 0: of agencies */
    instant after;  /* cursor; INSTANT_NONE: from the newest */
    int64_t after_id;
};
void store_index_list(struct store *st, const struct viewer *v, const struct figures_query *q,
                      const struct index *x, const struct index_list *l, store_json *done,
                      void *owner);

/* The marks of one with a result as its state gives them, for verify: "part,agency (of part 0: 0),
 * officer,its agency's time,her time (-1: none),contacts,agencies,processed", by part, with ";"
 * between them.  What is counted lies in the arena. */
void index_marks_text(struct arena *a, struct snapshot *snap, const struct dossier *d,
                      struct buf *out);

/* The indices that reports ask for; they outlive the store. */
void store_set_indices(struct store *st, const struct indices *all);
/* The one in force on the last day, or NULL. */
const struct index *index_of_question(const struct store *st, const struct figures_query *q,
                                      const char *name);
/* Of that one; ERR_NOT_FOUND. */
void store_index_named(struct store *st, const struct viewer *v, const struct figures_query *q,
                       const char *name, store_json *done, void *owner);

struct assessment {
    const char *key; /* of the request */
    uint8_t body_hash[SHA256_BYTES];
    const char *index, *component;
    int agency;
    const char *officer; /* login of the one it tells of, acting for that agency; NULL: of all */
    dayno first, last;   /* both included */
    int64_t n, of;
    const char *document, *remark;
    int64_t by;
};
/* {"assessment"}; version 1: the same request before; ERR_NOT_FOUND: nobody of that login. */
void store_assessment_put(struct store *st, const struct assessment *a, store_json *done,
                          void *owner);
void store_assessments(struct store *st, const struct viewer *v, const char *index, int agency,
                       int64_t after_id, int limit, store_json *done, void *owner);

#endif
