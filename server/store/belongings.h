/* What belongs to one person and to no dossier: drafts, preferences of the screen, saved filters.
 * Not records: they may be overwritten and go by themselves.  See store.h for the rules of calls;
 * the worker's thread. */
#ifndef SERVER_STORE_BELONGINGS_H
#define SERVER_STORE_BELONGINGS_H

#include "server/store/store.h"

#define DRAFTS_MAX  50 /* of one person */
#define FILTERS_MAX 50

/* {"items":[{"id","kind","title","version","updated"}…]}, the latest first, without contents. */
void store_drafts(struct store *st, int64_t user, store_json *done, void *owner);
/* {"id","kind","title","version","updated","content"}; ERR_NOT_FOUND. */
void store_draft(struct store *st, int64_t user, const char *id, store_json *done, void *owner);
struct draft_entry {
    const char *id, *kind, *title;
    int64_t based_on; /* version it goes on from; 0: a new one */
    struct span content;
    int64_t keep_ms; /* it expires so long after this saving */
};
/* As store_draft without the content.  ERR_DRAFT_STALE with the present draft, as store_draft
 * tells it, when that is another version (the same text again is not); ERR_NOT_FOUND when based on
 * one that is gone; ERR_LIMIT beyond DRAFTS_MAX. */
void store_draft_put(struct store *st, int64_t user, const struct draft_entry *e, store_json *done,
                     void *owner);
/* ERR_NOT_FOUND when there was none. */
void store_draft_delete(struct store *st, int64_t user, const char *id, store_json *done,
                        void *owner);

/* {"preferences":{…},"updated":…|null} */
void store_preferences(struct store *st, int64_t user, store_json *done, void *owner);
void store_preferences_put(struct store *st, int64_t user, struct span content, store_json *done,
                           void *owner);

/* Her own and those shared with her agency: {"items":[{"id","name","query","shared","mine","by"}…]}
 */
void store_filters(struct store *st, int64_t user, int agency, store_json *done, void *owner);
/* The same name again changes that filter.  {"id"}; ERR_LIMIT beyond FILTERS_MAX.  shared_with: id
 * of an agency, 0: nobody. */
void store_filter_put(struct store *st, int64_t user, int shared_with, const char *name,
                      const char *query, store_json *done, void *owner);
/* head_of: an agency whose shared filters she may remove, too; 0: none. */
void store_filter_delete(struct store *st, int64_t user, int head_of, int64_t id, store_json *done,
                         void *owner);

#endif
