/* Proposals of two persons: what one proposes and another approves (domain 7.2 no. 4): texts to
 * publish, a recalculation of promises, a move to another version.  Blocking (job pool). */
#ifndef SERVER_STORE_PUBLICATION_H
#define SERVER_STORE_PUBLICATION_H

#include "server/store/store.h"

struct publication {
    int64_t id;
    const char *kind; /* texts | recalculation | move */
    struct span body; /* JSON as proposed */
    const char *document;
    int64_t author, approver; /* approver 0: nobody yet */
    const char *author_login, *approver_login;
    instant at, decided, done; /* INSTANT_NONE: not yet */
    bool declined;
    int64_t last;       /* a run has come so far */
    struct span report; /* JSON, or none */
};

enum err publication_add(const char *conninfo, const char *kind, struct span body,
                         const char *document, int64_t author, int64_t *ret_id);
/* One (id), or those after, the newest first, at most limit; in the arena. */
enum err publications_read(const char *conninfo, struct arena *a, int64_t id, int64_t before,
                           int limit, struct publication **ret, size_t *ret_n);
/* ERR_R_SEPARATION: the author herself; ERR_CONFLICT: over already; ERR_NOT_FOUND.  Approving again
 * what is under way is fine. */
enum err publication_decide(const char *conninfo, int64_t id, int64_t who, bool agree);
/* Open dossiers of a procedure that follow another version than this one: they stay there. */
enum err publication_open(const char *conninfo, const char *procedure, int version, int64_t *ret);
/* How far a run has come. */
enum err publication_progress(const char *conninfo, int64_t id, int64_t last, const char *report,
                              bool done);

#endif
