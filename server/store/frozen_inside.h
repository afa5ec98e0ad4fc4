/* What the files of frozen reports share.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_STORE_FROZEN_INSIDE_H
#define SERVER_STORE_FROZEN_INSIDE_H

#include "common/figures/compare.h"
#include "server/store/figures_inside.h"
#include "server/store/frozen.h"

enum {
    V_ID,
    V_SERIES,
    V_VERSION,
    V_REPORT,
    V_QUESTION,
    V_SCOPE,
    V_AS_OF,
    V_RULES,
    V_ENGINE,
    V_DIGEST,
    V_BODY, /* of lists: its length */
    V_CHANGES,
    V_REMARK,
    V_AUTHOR,
    V_AUTHOR_NAME,
    V_AT,
    V_AGREED,
    V_SAID,
    V_DECIDER,
    V_DECIDER_NAME,
    V_DECIDED,
    V_ENGINE_NOW,
    V_NEWEST
};

/* One under way, from the order to its answer; owns its arena. */
struct freezing {
    struct freezing *prev, *next; /* of the store */
    struct store *st;
    struct pool *pool;
    struct arena *a;
    store_json *done;
    void *owner;
    struct freeze_order o; /* texts in the arena */
    struct report_question asked;
    struct span question; /* as text */
    instant as_of;
    /* the version before, or the one that is looked at */
    int64_t last, series;
    int version;
    instant last_as_of, last_at;
    struct span last_body;
    uint8_t last_digest[SHA256_BYTES], last_rules[SHA256_BYTES], last_engine[SHA256_BYTES];
    uint8_t engine[SHA256_BYTES]; /* of now */
    /* what is told now */
    struct span body;
    uint8_t digest[SHA256_BYTES], rules[SHA256_BYTES];
    struct compared cells;
    bool compared, intact;
    struct buf changes; /* JSON, as it is written */
    struct jw w;
};

/* A call of it: its rows go to fn with p->owner, a fault ends it. */
struct pending *freezing_call(struct freezing *f,
                              void (*fn)(struct pending *p, const struct db_outcome *out));
void freezing_end(struct freezing *f, enum err e); /* tells the owner, frees */
/* Everything behind the difference into f->changes, then next. */
void freezing_explain(struct freezing *f, void (*next)(struct freezing *f));
/* Scopes a viewer may see as an array, or null for all. */
void frozen_scopes(struct pending *p, const struct viewer *v, struct db_args *args);

#endif
