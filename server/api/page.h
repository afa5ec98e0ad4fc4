/* Paging by cursor: limit and cursor of the query, Link: rel="next" of the answer; what reports
 * ask. Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_PAGE_H
#define SERVER_API_PAGE_H

#include "server/api/req.h"

#define PAGE_MAX     200
#define PAGE_DEFAULT 50

struct page_query {
    instant after; /* INSTANT_NONE: from the beginning */
    int64_t after_id;
    int limit;
};

extern const struct route_param page_params[]; /* limit, cursor */
/* In tables of other parameters. */
#define PAGE_PARAMS                                                                                \
    {"limit", {"số dòng, tối đa 200", "rows, at most 200"}},                                       \
    {                                                                                              \
        "cursor",                                                                                  \
        {                                                                                          \
            "vị trí tiếp theo, lấy từ next", "where to go on, from next"                           \
        }                                                                                          \
    }

/* False after answering 400. */
bool page_read(struct req *rq, struct page_query *ret);
/* A day of the query as its first instant, or the default day; false after answering 400. */
bool query_day(struct req *rq, const char *name, dayno def, instant *ret);
/* from (default given) and to (exclusive, default tomorrow), not empty; false after answering 400.
 */
struct period {
    instant from, to;
};
bool query_period(struct req *rq, dayno from, struct period *ret);
/* "true" or "false"; false when left out; false after answering 400. */
bool query_flag(struct req *rq, const char *name, bool *ret);
/* The number of the agency asked for, 0: none named; false after answering 400.  `as`: under that
 * name. */
bool query_agency(struct req *rq, int *ret);
bool query_agency_as(struct req *rq, const char *name, int *ret);
dayno month_begin(void); /* first day of this month */

/* Callbacks of the store: its JSON as a page, as it stands, under the ETag of its version; 204
 * where there is nothing to tell. */
void page_came(void *owner, enum err e, struct span json, int64_t version);
void json_came(void *owner, enum err e, struct span json, int64_t version);
void json_etag_came(void *owner, enum err e, struct span json, int64_t version);
void done_came(void *owner, enum err e, struct span json, int64_t version);
/* A page as the store wrote it: an object whose last member "next" is the cursor or null. */
void page_reply(struct req *rq, struct span json);

#endif
