/* What running*.c share.  Not for other rooms. */
#ifndef SERVER_STORE_RUNNING_INSIDE_H
#define SERVER_STORE_RUNNING_INSIDE_H

#include "server/store/blocking.h"
#include "server/store/inside.h"
#include "server/store/running.h"

struct post { /* somebody who works at (agency, role) */
    int agency;
    enum role role;
    struct officer_load load;
};

struct running {
    struct blocking *b;
    struct snapshot *snap; /* a reference */
    struct arena *arena;   /* of one page */
    struct arena *posts_arena;
    const struct calendars *calendars; /* instead of the published; NULL: those */
    struct post *post;
    size_t posts;
    struct officer_load *found;
};

struct page {
    struct dossier **s;
    instant *supplemented; /* the column beside each state */
    size_t n;
    struct page_read read;
};

/* In the arena of the page, which is emptied first. */
enum err page_load(struct running *r, int64_t after, int limit, const struct procedure *of,
                   struct page *ret);
/* What a decision on this dossier may look at, now. */
struct context running_context(struct running *r, const struct dossier *s, const struct run_by *by);
enum err posts_load(struct running *r);

/* One decided change on its way to the store. */
struct running_change {
    const struct dossier *before;
    instant supplemented;
    struct command cmd;
    struct decision decision;
    const struct procedure *procedure; /* of the state after */
};
/* Stores them in one call of motcua.store_acts.  together: all or none (ERR_RACE: none).
 * stored[i] tells of each; ERR_STALE_CONFIG: a newer configuration was published meanwhile. */
enum err changes_store(struct running *r, const struct run_by *by, struct running_change *c,
                       size_t n, bool together, bool *stored);

/* One act on each dossier of a page (running_each.c). */
struct each {
    struct running *r;
    const struct run_by *by;
    struct each_sum *sum;
    void *mine;
    enum err (*read)(const struct each *x, int64_t after, int limit, struct page *ret);
    struct command (*command)(const struct each *x);
    void (*seen)(const struct each *x, const struct dossier *s);         /* or NULL */
    void (*moved)(const struct each *x, const struct running_change *c); /* or NULL */
};
enum err running_each(const struct each *x, int64_t after, int limit, struct page_read *ret);
/* Rows like those of running_page into the page; at most limit. */
enum err page_of(struct running *r, const char *statement, struct db_args *p, int limit,
                 struct page *ret);

#endif
