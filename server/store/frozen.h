/* Frozen reports (báo cáo đã chốt): the bytes that were told, kept for ever; run again, compared,
 * agreed to by a second person.  Answers are JSON as in store.h.  The worker's thread. */
#ifndef SERVER_STORE_FROZEN_H
#define SERVER_STORE_FROZEN_H

#include "server/core/pool.h"
#include "server/store/reports.h"

#define FROZEN_DOSSIERS_MAX 500 /* named behind a difference; all are counted */
#define FROZEN_TEXTS_MAX    100 /* published texts named behind a difference */
#define FROZEN_LIST_MAX     200

extern const char *const FROZEN_STATE_WORDS[]; /* waiting, published, declined */
extern const char *const FROZEN_CAUSE_WORDS[];

/* One report frozen: the question's newest version when nothing is different, else a new one. */
struct freeze_order {
    int64_t id;                          /* that version's question and scope; 0: a question: */
    const struct report_question *asked; /* texts are copied */
    int scope;                           /* report_scope of who asks */
    instant as_of;                       /* INSTANT_NONE: the end, or what is settled by now */
    int settled;                         /* seconds: what is told of was over so long ago */
    bool verify;                         /* nothing is stored: is version `id` still the same? */
    const char *remark;
    int64_t author;
    const struct viewer *viewer; /* with an id: may she see it? */
};
/* {"report","series","version","same","intact","digest","as_of","changes"}: of verify `same` says
 * whether the same bytes come again, intact whether the stored ones are those that were frozen,
 * changes what is different now (null: nothing).
 * ERR_NOT_FOUND, ERR_INVALID (as_of), ERR_CONFLICT: another one was frozen meanwhile.
 * pool: where answers are compared (NULL: here).  The owner must stay until it is told. */
void store_freeze(struct store *st, struct pool *pool, const struct freeze_order *o,
                  store_json *done, void *owner);

struct frozen_query {
    const char *report; /* or NULL */
    int64_t series;     /* 0: any */
    bool newest;        /* of each series only its newest version */
    int64_t before;     /* older than this id; 0: from the newest */
    int limit;
};
void store_frozen_list(struct store *st, const struct viewer *v, const struct frozen_query *q,
                       store_json *done, void *owner);
enum frozen_part { FROZEN_WHOLE, FROZEN_BYTES, FROZEN_CHANGES };
/* One with its answer and changes; its bytes as they were frozen; its changes or null. */
void store_frozen(struct store *st, const struct viewer *v, int64_t id, enum frozen_part part,
                  store_json *done, void *owner);
/* ERR_R_SEPARATION: the author agrees with herself; ERR_CONFLICT: decided already. */
void store_frozen_decide(struct store *st, const struct viewer *v, int64_t id, bool agree,
                         const char *remark, store_json *done, void *owner);

#endif
