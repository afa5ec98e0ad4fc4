/* A dry run: what it is tried with, and what came of it in words and as JSON; the verb and the API
 * tell the same.  Everything lives in the caller's arena.  One thread at a time. */
#ifndef COMMON_PROCEDURE_DRY_RUN_H
#define COMMON_PROCEDURE_DRY_RUN_H

#include "common/base/json_out.h"
#include "common/procedure/procedure.h"

#define DRY_CALENDARS_MAX 16

struct dry_case {
    struct arena *a;
    const struct procedure *p;
    const struct organisation *org; /* may be NULL */
    enum lang lang;
    const char *calendar; /* stands for all of them, or NULL */
    const struct calendar *(*load)(void *ctx, const char *name);
    void *ctx;
    struct facts facts; /* p and form are set by dry_case_begin */
    /* inside */
    struct {
        const char *name;
        const struct calendar *calendar;
    } known[DRY_CALENDARS_MAX];
    size_t n;
    const char *missing; /* a calendar that load did not have */
};

void dry_case_begin(struct dry_case *d);
/* A field of the form, typed as on the command line; false: no such field, or not its type. */
bool dry_case_set(struct dry_case *d, struct span field, struct span value);
/* Chooses the case when it follows from the facts.  With d->missing set nothing was run. */
enum time_fault dry_case_run(struct dry_case *d, lminute at, struct dry_run *ret);

void dry_run_text(const struct dry_case *d, const struct dry_run *r, struct buf *out);
/* One object; why: with the reason of each due, line by line. */
void dry_run_json(struct dry_case *d, const struct dry_run *r, bool why, struct buf *out);

#endif
