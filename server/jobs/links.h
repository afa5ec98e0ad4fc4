/* News between dossiers (hồ sơ liên thông): opens the child that a branch asks for at another
 * agency's one-stop unit, tells a parent what its child promised and came to, tells a dossier that
 * it was corrected.  Messages of kind "link" wait in the outbox, written with the act that they
 * come from; each is brought at least once and says nothing new the second time.  One a daemon, on
 * one worker's thread. */
#ifndef SERVER_JOBS_LINKS_H
#define SERVER_JOBS_LINKS_H

#include "server/store/store.h"

struct links;

/* Made before the workers and freed after them (main thread); in between it runs on one worker. */
struct links *links_new(void);
struct links *links_free(struct links *l);
void links_open(struct links *l, struct worker *w, struct store *st);
void links_close(struct links *l); /* before its store is freed */

/* The act that opens the child for this open branch of the parent; content: as it was submitted.
 * False: the branch waits for no child (any more).  Everything lies in the act's arena. */
bool link_child_act(const struct snapshot *snap, const struct dossier *parent, int64_t task,
                    struct span content, instant now, struct act *ret);

#endif
