/* Standing in (stand_in.c): calls as in store.h. */
#ifndef SERVER_STORE_STAND_IN_H
#define SERVER_STORE_STAND_IN_H

#include "server/store/store.h"

/* Delegations and absences; every change leaves a line in the audit.  Putting answers
 * {"delegation":N} or {"absence":N}; the same key and body again the same one.  ERR_KEY_REUSED;
 * ERR_NOT_FOUND for a login that is not there or not active; what the rules forbid (see
 * delegation_may_enter). */
#define STAND_IN_DAYS_MAX 366 /* of one letter or absence */
struct stand_in_entry {
    const char *key;
    uint8_t body_hash[SHA256_BYTES];
    int64_t by;
    int by_agency;
    unsigned by_roles;
    const char *from; /* login: whose rights, or who is away */
    const char *to;   /* delegation: who gets them */
    int agency;       /* delegation: id; 0: where `from` sits */
    const char *const *procedure;
    size_t procedures;
    unsigned kinds;
    dayno first, last;
    const char *document; /* delegation */
    const char *reason;   /* absence: one of ABSENCE_WORDS */
};
extern const char *const ABSENCE_WORDS[]; /* NULL-terminated */
void store_delegation_put(struct store *st, const struct stand_in_entry *e, store_json *done,
                          void *owner);
void store_absence_put(struct store *st, const struct stand_in_entry *e, store_json *done,
                       void *owner);
/* Ends it; by whoever gave it, got it or is away, or by a head of the agency. */
struct stand_in_end {
    int64_t id, by;
    const char *document; /* that ends it, or NULL */
    int by_agency;
    unsigned by_roles;
};
void store_delegation_end(struct store *st, const struct stand_in_end *e, store_json *done,
                          void *owner);
void store_absence_end(struct store *st, const struct stand_in_end *e, store_json *done,
                       void *owner);
/* Of the viewer, or of the agencies she may see. */
void store_delegations(struct store *st, const struct viewer *v, bool mine, int64_t before,
                       int limit, store_json *done, void *owner);
void store_absences(struct store *st, const struct viewer *v, bool mine, dayno since, int limit,
                    store_json *done, void *owner);

#endif
