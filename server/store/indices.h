/* Agencies scored by an index, and the values that people enter for it.  Answers are JSON as in
 * store.h.  The worker's thread. */
#ifndef SERVER_STORE_INDICES_H
#define SERVER_STORE_INDICES_H

#include "common/figures/index.h"
#include "server/store/figures.h"

/* Every agency that the index scores, ranked among those of its type, with the evidence behind each
 * point: figures, how many, where their lists are.  q: period, as_of, basis, agencies; q->agency:
 * only that one and what lies under it.  Marks are counted of the newest INDEX_STATES dossiers
 * ("counted" of "of"). */
#define INDEX_STATES 20000
void store_index(struct store *st, const struct viewer *v, const struct figures_query *q,
                 const struct index *x, store_json *done, void *owner);

/* Officers by x->officers (not NULL), by what they did in those same dossiers: at q->agency and
 * under it as far as the viewer may see; own: only herself, wherever.  Who processed few comes last
 * and has no band.  ERR_LIMIT: INDEX_OFFICERS or more; asking for an agency helps. */
#define INDEX_OFFICERS 4096
void store_index_officers(struct store *st, const struct viewer *v, const struct figures_query *q,
                          const struct index *x, bool own, store_json *done, void *owner);

/* The indices that reports ask for; they outlive the store. */
void store_set_indices(struct store *st, const struct indices *all);
/* Of the one in force on the last day; ERR_NOT_FOUND. */
void store_index_named(struct store *st, const struct viewer *v, const struct figures_query *q,
                       const char *name, store_json *done, void *owner);

struct assessment {
    const char *key; /* of the request */
    uint8_t body_hash[SHA256_BYTES];
    const char *index, *component;
    int agency;
    dayno first, last; /* both included */
    int64_t n, of;
    const char *document, *remark;
    int64_t by;
};
/* {"assessment"}; version 1: the same request before. */
void store_assessment_put(struct store *st, const struct assessment *a, store_json *done,
                          void *owner);
void store_assessments(struct store *st, const struct viewer *v, const char *index, int agency,
                       int64_t after_id, int limit, store_json *done, void *owner);

#endif
