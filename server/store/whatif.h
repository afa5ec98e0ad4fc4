/* What if, over the dossiers of a period: run page by page on a pool's thread or by a verb, with
 * what it has come to told from time to time, and an answer at the limit of time.  Blocking. */
#ifndef SERVER_STORE_WHATIF_H
#define SERVER_STORE_WHATIF_H

#include "common/figures/whatif.h"
#include "server/store/reports.h"

#define WHATIF_DOSSIERS_MAX 200000 /* the newest of the period */
#define WHATIF_SECONDS_MAX  120
#define WHATIF_LIMITS_MAX   50

/* What a person sends. */
struct whatif_limit_in {
    const char *procedure, *step, *limit; /* "10 working_day" */
};
struct whatif_in {
    const char *from, *to, *period, *agency, *procedure, *field;
    const struct whatif_limit_in *limit;
    size_t limits;
    int supplement;
    const char *regime; /* supplements as these rules have it */
    bool exclusions_count;
    const char *calendar, *calendar_text; /* this one as in the text, or instead of all others */
    int seconds;
};
extern const struct bind_shape whatif_shape;

struct whatif_run {
    const char *conninfo;
    struct snapshot *snap; /* borrowed */
    int scope, report_day;
    const struct whatif_in *in;
    /* Told about every half second; false: give up.  NULL: nobody asks. */
    bool (*progress)(void *ctx, int64_t looked, int64_t of);
    void *ctx;
};
/* The period and its filter. */
struct question_in whatif_question(const struct whatif_in *in);
/* Says what is wrong with the suppositions, by JSON pointers; nothing is run. */
bool whatif_check(const struct whatif_run *r, struct violations *v);
/* The answer as JSON (WhatIf in the API's description), also when the time was over: counted tells
 * of how many.  ERR_UNAVAILABLE, ERR_CONFLICT (given up), ERR_INVALID with words in ret_error. */
enum err whatif_go(const struct whatif_run *r, struct buf *ret_json, struct buf *ret_error);

#endif
