/* Rules that change under running dossiers, over all that are open: what a calendar would move, and
 * moving it; what another version of a procedure would change, and moving to it.  Page by page, so
 * that a million open dossiers need the memory of one page.  Decisions are made by common/dossier/;
 * what is changed goes through motcua.store_acts like every act.
 * Blocking (verbs, job pool), with a connection of its own; whoever opens it owns it. */
#ifndef SERVER_STORE_RUNNING_H
#define SERVER_STORE_RUNNING_H

#include "common/base/json_out.h"
#include "common/dossier/running.h"
#include "server/store/store.h"

#define RUNNING_PAGE_MAX 500   /* dossiers of one page */
#define MOVE_MAX         10000 /* dossiers moved in one transaction; more: ERR_TOO_LARGE */

struct running;

/* snap NULL: the published configuration is read anew.  NULL and a message when there is no
 * connection or something does not compile. */
struct running *running_open(const char *conninfo, struct snapshot *snap, struct buf *ret_error);
struct running *running_close(struct running *r); /* takes NULL, returns NULL */
const struct snapshot *running_snapshot(const struct running *r);
/* Whoever a verb acts for: an account in use.  ERR_NOT_FOUND: there is none. */
enum err running_actor(struct running *r, const char *login, struct actor *ret);

struct page_read {
    int64_t read; /* dossiers looked at */
    int64_t next; /* go on after this one; 0: that was the last page */
};

/* ---------------------------------------------------------------- calendars */

struct calendars {
    const struct calendar *const *item;
    size_t n;
};
/* The published calendars with this text in place of the published one of its name, or beside them;
 * those that extend it are compiled anew.  False with the mistakes, line by line. */
bool snapshot_calendars_with(const struct snapshot *s, struct arena *a, const char *name,
                             struct span text, struct calendars *ret, struct buf *ret_error);

/* An open dossier of which a date would move; valid during the call. */
struct preview_item {
    const struct snapshot *snap;
    const struct procedure *p;
    const struct dossier *s;
    const struct dues_again *again; /* fault: it cannot be counted */
};
typedef void preview_item(void *ctx, const struct preview_item *it);
/* k NULL: the published calendars, that is what a recalculation would do now. */
enum err running_preview(struct running *r, const struct calendars *k, int64_t after, int limit,
                         preview_item *item, void *ctx, struct page_read *ret);
extern const char *const PROMISE_WORDS[]; /* by enum promise_stays; NULL-terminated */
void preview_item_json(struct jw *w, const struct preview_item *it, enum lang lang);

/* Who does it, who agreed, by which document. */
struct run_by {
    struct actor actor;
    int64_t approver;
    const char *document, *note;
};
struct each_sum {    /* what became of dossiers that were gone through one by one */
    int64_t read;    /* dossiers looked at */
    int64_t moved;   /* of these something moved */
    int64_t refused; /* a decision refused it, or it was changed again and again meanwhile */
    char last[64];   /* code of the last one refused */
    enum err why;
};
struct recalculated {
    struct each_sum each;
    int64_t promises; /* of those that moved: the printed promise too */
    int64_t kept;     /* the promise would come earlier, or had passed: it stays */
};
/* One page of a recalculation by the published calendars; adds to *sum.  May be repeated: what was
 * moved already is not moved again. */
enum err running_recalculate(struct running *r, const struct run_by *by, bool promise,
                             int64_t after, int limit, struct recalculated *sum,
                             struct page_read *ret);

/* ---------------------------------------------------------------- succession (running_succeed.c)
 */

/* One page of moving open dossiers from ended agencies (agency: an id, or 0: every one) to their
 * successors, the lowest numbers after `after` first; adds to *sum.  May be repeated. */
enum err running_succeed(struct running *r, const struct run_by *by, int agency, int64_t after,
                         int limit, struct each_sum *sum, struct page_read *ret);

/* ---------------------------------------------------------------- another version */

struct move_query {
    const struct procedure *from, *to;
    const struct step_map *map;
    size_t maps;
    bool promise; /* a longer limit moves the promise */
};
struct move_item { /* valid during the call */
    const struct snapshot *snap;
    const struct move_query *q;
    const struct dossier *before, *after; /* after NULL: it cannot be moved */
    const struct refusal *refusal;        /* why */
    size_t refusals;
    instant by_new; /* the promise, if a longer one were asked for; INSTANT_NONE: not known */
};
typedef void move_item(void *ctx, const struct move_item *it);
/* The plan is the decision itself, not stored: what it lists is what would happen. */
enum err running_plan(struct running *r, const struct move_query *q, const struct run_by *by,
                      int64_t after, int limit, move_item *item, void *ctx, struct page_read *ret);
/* Where a task lies, as queues name it ("opinions", "opinions/tax"), in ret; NULL: nowhere. */
#define MOVE_PLACE 200
const char *move_place(const struct procedure *p, const struct task *t, char ret[MOVE_PLACE]);
void move_item_json(struct jw *w, const struct move_item *it, enum lang lang);

struct moved {
    int64_t dossiers;
    int64_t problems; /* dossiers that cannot be moved: then none was */
};
/* All open dossiers of the version in one transaction, or none.  ERR_CONFLICT: problems (told to
 * `item`); ERR_TOO_LARGE: more than MOVE_MAX; ERR_RACE: acts kept coming between. */
enum err running_move(struct running *r, const struct move_query *q, const struct run_by *by,
                      move_item *item, void *ctx, struct moved *ret);

#endif
