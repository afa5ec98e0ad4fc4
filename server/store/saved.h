/* Saved reports: a question with the rule of its days, whose it is, when it comes by itself and who
 * is told.  Answers are JSON as in store.h.  The worker's thread. */
#ifndef SERVER_STORE_SAVED_H
#define SERVER_STORE_SAVED_H

#include "common/figures/schedule.h"
#include "server/store/reports.h"

#define SAVED_MOST 50 /* of one person */
#define SAVED_TELL 50 /* on one list */
#define SAVED_RUNS 24 /* told of one */

struct saved_order {
    int64_t id; /* 0: a new one */
    const char *name;
    bool shared; /* with the author's agency */
    int scope;
    const struct report_question *asked; /* its days are not kept to */
    enum period_rule rule;
    struct schedule schedule;
    const char *const *tell; /* logins */
    size_t tells;
};
/* {"id"}; ERR_NOT_FOUND: not hers; ERR_LIMIT; ERR_INVALID: nobody of that login; ERR_CONFLICT: she
 * has another one of this name. */
void store_saved_put(struct store *st, const struct viewer *v, const struct saved_order *o,
                     store_json *done, void *owner);
/* {items:[{login,name,agency}]}: who holds one of `roles` (bits), and may be told. */
void store_saved_readers(struct store *st, unsigned roles, enum lang lang, store_json *done,
                         void *owner);
void store_saved_delete(struct store *st, const struct viewer *v, int64_t id, store_json *done,
                        void *owner);
/* All that she may see, or one (ERR_NOT_FOUND). */
void store_saved(struct store *st, const struct viewer *v, int64_t id, store_json *done,
                 void *owner);
void store_saved_runs(struct store *st, int64_t id, store_json *done, void *owner);

/* What is due first; of what is asked of it the days are those of the rule at `due`. */
struct saved_due {
    int64_t id; /* 0: nothing is ever due */
    instant due;
    int64_t author;
    int scope;      /* when it was last made or saved */
    int sees;       /* that of what its author may see by now; -1: nothing */
    unsigned roles; /* hers, by now */
    bool active;    /* the account of its author */
    bool readable;  /* false: the question names what is gone */
    struct report_question asked;
    struct schedule schedule;
};
typedef void store_due(void *owner, enum err e, const struct saved_due *d);
void store_saved_due(struct store *st, struct arena *a, int closing, store_due *done, void *owner);
/* {} or ERR_STALE: another daemon was there before.  report 0: fault says why; else the scope is
 * kept for what she may see by now, and she is told when it is another one. */
void store_saved_fired(struct store *st, const struct saved_due *d, int64_t report,
                       const char *fault, instant next, store_json *done, void *owner);
/* The days that the rule means when `at` comes. */
void saved_days(struct report_question *r, enum period_rule rule, instant at, int closing);

#endif
